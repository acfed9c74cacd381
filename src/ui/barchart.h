/* barchart.h - horizontal bars held against a mark, as text or as a picture.
 *
 * Bars at the mark or above are blue, those below orange, and the mark is a line across all of
 * them.  Values far beyond the mark are cut off, with an arrow; the number stands behind every bar.
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

/* The most bars that fit a picture. */
#define BARCHART_MOST 200

/* As lines of text of at most `width` columns (40 at least), in ASCII or not, with the terminal's
 * colours or without. RY_EINVAL for sizes that can't be; RY_ENOMEM. */
enum ry_status barchart_text(FILE *to, const struct barchart *c, int width, int ascii, int color);

/* Through gnuplot, as curves_draw(); `format` is not CURVES_TEXT. */
enum ry_status barchart_draw(const struct barchart *c, enum curve_format format, char **picture,
                             size_t *size);

#endif
