/* axis.h - axes of charts, plots and histograms: positions of values, ticks and their labels.
 */
#ifndef RILEY_UI_AXIS_H
#define RILEY_UI_AXIS_H

#include "src/ui/canvas.h"

struct axis {
	double low, high;                /* range; of a logarithmic axis, log10 of the range */
	int    log;                      /* logarithmic: values of 0 and below have no position */
	int    dots;                     /* length */
};

enum { AXIS_TICKS = 24 };

struct axis_ticks {
	int    n;
	double at[AXIS_TICKS];           /* values */
	char   text[AXIS_TICKS][24];
};

/* The coordinate of a value: the value itself, or its log10; NaN if it has none. */
double axis_drawn(const struct axis *a, double v);

/* The inverse of axis_drawn(). */
double axis_value(const struct axis *a, double drawn);

/* Widen the range of an axis with low == high, in proportion to that value. */
void axis_widen(struct axis *a);

/* The position of a value in dots from the low end: outside 0..dots-1 beyond the range, NaN if the
 * value has no position. */
double axis_place(const struct axis *a, double v);

/* The same in cells of `dots` dots; -1 outside the range. */
int axis_cell(const struct axis *a, double v, int dots);

/* Ticks at round values, at most `most` (1..AXIS_TICKS): powers of ten on a logarithmic axis that
 * spans at least two of them. */
void axis_ticks(const struct axis *a, int most, struct axis_ticks *t);

/* A suitable number of ticks for an axis of so many columns or rows. */
int axis_most_across(int columns);
int axis_most_down(int rows);

/* The width of the y axis in columns: its widest label and one column for the line. */
int axis_columns(const struct axis_ticks *t);

/* Draw the y axis, line and labels, over all of `v`; its line is the last column, its low end the
 * last row. */
void axis_draw_y(struct view v, const struct axis *a, const struct axis_ticks *t);

/* Draw the x axis in the two rows of `v`.  Its line begins at column `left`, or with a corner one
 * column before it; `label` is below its end.  Tick labels that would touch each other or the label
 * are omitted. */
void axis_draw_x(struct view v, int left, const struct axis *a, const struct axis_ticks *t,
                 const char *label);

#endif
