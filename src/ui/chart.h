/* chart.h - line charts: several series over a common x axis, labelled axes, a legend, a cursor.
 *
 * Series differ in colour and in the glyph (mark) drawn on the line every few columns; in ASCII the
 * line itself consists of that glyph.
 */
#ifndef RILEY_UI_CHART_H
#define RILEY_UI_CHART_H

#include <stddef.h>
#include "src/ui/canvas.h"

/* Number of distinct marks; CHART_BEST is the mark of a best point. */
enum { CHART_MARKS = 6, CHART_BEST = 1000 };

struct chart_series {
	const char    *name;             /* in the legend */
	enum ui_color  color;
	int            mark;             /* 0..CHART_MARKS - 1, or CHART_BEST */
	int            faint;            /* dim, no marks: a raw curve behind its smoothed one */
	size_t         n;
	const double  *x, *y;            /* (n), x non-decreasing or NULL: 0, 1 ...; y NaN: a gap */
	const double  *low, *high;       /* (n): a band around y, behind all lines, with gaps where
	                                  * NaN; or both NULL */
};

/* If everything but the series is zero, the chart shows all points. */
struct chart {
	int                        n;
	const struct chart_series *series;         /* (n) */
	const char                *x_label;        /* below the end of the x axis; NULL: no ticks */
	double                     x_low, x_high;  /* axis; equal: from the points */
	double                     y_low, y_high;  /* axis; equal: from the visible points */
	int                        log_x, log_y;   /* values of 0 and below are not drawn */
	const char                *empty;          /* said without a point to draw; or NULL */
	int                        legend;         /* in the first line */
	const double              *rule;           /* x of a vertical line, or NULL */
	const double              *level;          /* y of a horizontal line, or NULL */
	const double              *cursor;         /* x of the cursor, or NULL; the legend shows it
	                                            * and the values of the series there */
};

/* Draw the chart over all of `v`: without the x axis below 4 rows, without tick labels below 16
 * columns.  Without a finite point it shows c->empty, or else "no data yet", or "no data here"
 * if x_low and x_high are set. */
void chart_draw(struct view v, const struct chart *c);

/* The glyph of a mark. */
const char *chart_mark(struct view v, int mark);

/* The value of a series at x: that of the nearest point with a value.  NaN if there is none, or if
 * x is more than `reach` outside the range of these points. */
double chart_value(const struct chart_series *s, double x, double reach);

/* The new x of a cursor at x that is moved by so many columns of the chart drawn in `v` (negative:
 * to the left): the point nearest to the target, at least one point further, within the axis; x
 * itself if there is no such point.  With 0 columns, the nearest point.  From NaN (no cursor yet),
 * the last point.  NaN if there are no points. */
double chart_move(struct view v, const struct chart *c, double x, int columns);

/* The range of the x axis when the chart is drawn in `v`, from which zooming starts.  Nonzero, with
 * both unchanged, if there is nothing to draw. */
int chart_window(struct view v, const struct chart *c, double *x_low, double *x_high);

#endif
