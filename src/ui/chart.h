/* chart.h - lines over a common x axis: several series, axes with numbers, a legend.
 *
 * Series differ in colour and in the glyph that stands on their line every few columns; in ASCII
 * the line itself is made of that glyph.
 */
#ifndef RILEY_UI_CHART_H
#define RILEY_UI_CHART_H

#include <stddef.h>
#include "src/ui/canvas.h"

/* Series beyond these share their glyphs. */
enum { CHART_MARKS = 6 };

struct chart_series {
	const char    *name;             /* in the legend */
	enum ui_color  color;
	int            mark;             /* glyph, 0..CHART_MARKS - 1 */
	int            faint;            /* dim, and without glyphs: the raw curve behind a smooth one */
	size_t         n;
	const double  *x, *y;            /* (n), x not falling; x NULL: 0, 1, 2 ...  y NaN: a hole */
};

/* Zeroed but for the series, this is a chart of all their points. */
struct chart {
	int                        n;
	const struct chart_series *series;      /* (n) */
	const char                *x_label;     /* at the end of the x axis; NULL: no numbers on it */
	double                     x_low, x_high, y_low, y_high;   /* axes; equal: as the points need */
	int                        log_y;       /* values of 0 and below are not drawn then */
	int                        legend;      /* in the first line */
	const double              *rule, *level;   /* an x with a vertical line, a y with a horizontal one */
};

/* As large as `v` is: below 4 rows without the x axis, below 16 columns without numbers.  Without one
 * finite point it says "no data yet". */
void chart_draw(struct view v, const struct chart *c);

/* The glyph of a mark. */
const char *chart_mark(struct view v, int mark);

#endif
