/* chart.h - lines over a common x axis: several series, axes with numbers, a legend, a cursor.
 *
 * Series differ in colour and in the glyph that stands on their line every few columns; in ASCII
 * the line itself is made of that glyph.
 */
#ifndef RILEY_UI_CHART_H
#define RILEY_UI_CHART_H

#include <stddef.h>
#include "src/ui/canvas.h"

/* Series beyond these share their glyphs; a best point has one of its own. */
enum { CHART_MARKS = 6, CHART_BEST = 1000 };

struct chart_series {
	const char    *name;             /* in the legend */
	enum ui_color  color;
	int            mark;             /* glyph, 0..CHART_MARKS - 1, or CHART_BEST */
	int            faint;            /* dim, and without glyphs: the raw curve behind a
	                                  * smooth one */
	size_t         n;
	const double  *x, *y;            /* (n), x not falling; x NULL: 0, 1, 2 ... y NaN: a hole */
	const double  *low, *high;       /* (n): a band around y, behind all lines; NULL, both:
	                                  * none. NaN: none there */
};

/* Zeroed but for the series, this is a chart of all their points. */
struct chart {
	int                        n;
	const struct chart_series *series;      /* (n) */
	const char                *x_label;     /* at the end of the x axis; NULL: no numbers on
	                                         * it */
	/* axes; equal: as the points need, y those in the window of x. Lines are cut at the
	 * edges */
	double                     x_low, x_high, y_low, y_high;
	int                        log_x, log_y;   /* values of 0 and below are not drawn then */
	int                        legend;      /* in the first line */
	const double              *rule, *level;   /* an x with a vertical line, a y with a
	                                            * horizontal one */
	const double              *cursor;      /* an x with a line across all others; the legend
	                                         * then holds it, and the series' values there */
};

/* As large as `v` is: below 4 rows without the x axis, below 16 columns without numbers.  Without
 * one finite point it says "no data yet", or "no data here" in a window of x. */
void chart_draw(struct view v, const struct chart *c);

/* The glyph of a mark. */
const char *chart_mark(struct view v, int mark);

/* The value of a series at x: that of the nearest point that has one.  NaN further than `reach` (in
 * x) before its first point or behind its last one, and when it has none. */
double chart_value(const struct chart_series *s, double x, double reach);

/* Where a cursor at x goes by so many columns of the chart drawn in `v` (negative: to the left): to
 * the point nearest to there, one point further at least, and not out of the axis; it stays when
 * there is none.  0 columns: to the nearest point.  From NaN, none yet, to the last point.  NaN
 * when there are no points. */
double chart_move(struct view v, const struct chart *c, double x, int columns);

/* What the x axis shows when the chart is drawn in `v`: where zooming begins.  Nonzero, with both
 * untouched, when there is nothing to draw. */
int chart_window(struct view v, const struct chart *c, double *x_low, double *x_high);

#endif
