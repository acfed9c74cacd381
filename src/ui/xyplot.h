/* xyplot.h - points and lines in a square of two axes: receiver operating characteristics,
 * calibration.
 *
 * Unlike a chart's, its x need not rise, and its points may be dots with an interval and a word
 * beside each.
 */
#ifndef RILEY_UI_XYPLOT_H
#define RILEY_UI_XYPLOT_H

#include "src/ui/canvas.h"

struct xyplot_series {
	const char        *name;         /* in the legend; NULL: not there */
	enum ui_color      color;
	int                mark;         /* glyph, as a chart's: 0..CHART_MARKS - 1 */
	int                dots;         /* a glyph on every point, and no line between them */
	int                n;
	const double      *x, *y;        /* (n), in the order in which the line visits them; NaN:
	                                  * a hole */
	const double      *low, *high;   /* (n): an interval of y as a vertical bar; or NULL,
	                                  * both */
	const char *const *note;         /* (n): beside the points, where there is room; or NULL */
};

/* Zeroed but for the series: both axes from 0 to 1. */
struct xyplot {
	int                         n;
	const struct xyplot_series *series;     /* (n) */
	/* below the end of the x axis, above the y axis; NULL: none */
	const char                 *x_label, *y_label;
	double                      low, high;  /* of both axes; equal: 0 and 1 */
	int                         diagonal;   /* where x = y */
	int                         legend;     /* in the first line, behind the label of the y
	                                         * axis */
	/* a point with lines to both axes; NULL, one of them: none */
	const double               *cursor_x, *cursor_y;
};

/* Below 4 rows without the x axis, below 16 columns without numbers.  Without one point it says "no
 * data yet". */
void xyplot_draw(struct view v, const struct xyplot *p);

#endif
