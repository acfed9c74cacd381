/* xyplot.h - scatter and line plots with two numeric axes, such as ROC and calibration curves.
 *
 * Unlike in a chart, x need not increase, and points may be drawn as dots with error bars and
 * notes.
 */
#ifndef RILEY_UI_XYPLOT_H
#define RILEY_UI_XYPLOT_H

#include "src/ui/canvas.h"

struct xyplot_series {
	const char        *name;         /* in the legend; NULL: not listed */
	enum ui_color      color;
	int                mark;         /* as in a chart: 0..CHART_MARKS - 1 */
	int                dots;         /* a mark on every point, and no line between them */
	int                n;
	const double      *x, *y;        /* (n), in the order of the line; NaN: a gap */
	const double      *low, *high;   /* (n): vertical error bars; or both NULL */
	const char *const *note;         /* (n): beside the points, where there is room; or NULL */
};

/* If everything but the series is zero, both axes are from 0 to 1. */
struct xyplot {
	int                         n;
	const struct xyplot_series *series;     /* (n) */
	const char                 *x_label;    /* below the end of the x axis; or NULL */
	const char                 *y_label;    /* above the y axis; or NULL */
	double                      low, high;  /* of both axes; equal: 0 and 1 */
	int                         diagonal;   /* draw the line y = x */
	int                         legend;     /* in the first line, after y_label */
	const double               *cursor_x;   /* a point with lines to both axes; NULL: none */
	const double               *cursor_y;
};

/* Draw the plot: without the x axis below 4 rows, without tick labels below 16 columns.  Without a
 * point it shows "no data yet". */
void xyplot_draw(struct view v, const struct xyplot *p);

#endif
