/* barchart.h - horizontal bars compared with a reference value (the mark), as text or as a picture.
 *
 * Bars at or above the mark are blue, the others orange, and a line across all bars shows the mark.
 * Bars far beyond the mark are cut off with an arrow.  Every bar is followed by its value.
 */
#ifndef RILEY_UI_BARCHART_H
#define RILEY_UI_BARCHART_H

#include <stdio.h>
#include "src/base/status.h"
#include "src/ui/curves.h"

struct barchart_bar {
	const char *label;
	double      value;                /* NaN: not known */
};

struct barchart {
	const char *title;                /* above; one line */
	const char *note;                 /* below the picture, one line; or NULL.  Text has none */
	const char *unit;                 /* behind numbers: " %" */
	double      mark;                 /* above 0 */
	const char *mark_label;           /* "100 % = human" */
	int         n;
	const struct barchart_bar *bar;   /* (n), from the top */
};

/* Maximum number of bars in a picture. */
#define BARCHART_MOST 200

/* Print as lines of text, at most `width` columns (40 at least), in ASCII or UTF-8, with or without
 * colours.  RY_EINVAL for an invalid chart or width; RY_ENOMEM. */
enum ry_status barchart_text(FILE *to, const struct barchart *c, int width, int ascii, int color);

/* Draw with gnuplot, as curves_draw() does; `format` is not CURVES_TEXT. */
enum ry_status barchart_draw(const struct barchart *c, enum curve_format format, char **picture,
                             size_t *size);

#endif
