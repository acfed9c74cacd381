/* axis.h - the axes of charts, plots and histograms: where a value lies, and the numbers beside
 * them.
 */
#ifndef RILEY_UI_AXIS_H
#define RILEY_UI_AXIS_H

#include "src/ui/canvas.h"

struct axis {
	double low, high;                /* of values as they are drawn: of a logarithmic axis,
	                                  * their log10 */
	int    log;                      /* logarithmic: values of 0 and below have no place */
	int    dots;                     /* over the whole of it */
};

enum { AXIS_TICKS = 24 };

struct axis_ticks {
	int    n;
	double at[AXIS_TICKS];           /* values */
	char   text[AXIS_TICKS][24];
};

/* A value as it is drawn: itself, or its log10; NaN when it can't be. */
double axis_drawn(const struct axis *a, double v);

/* The other way: the value of what is drawn. */
double axis_value(const struct axis *a, double drawn);

/* Give an axis of a single value one of that value's size. */
void axis_widen(struct axis *a);

/* Where a value lies, in dots from the low end: outside 0..dots-1 for what the axis does not show,
 * NaN for what it can't. */
double axis_place(const struct axis *a, double v);

/* The same in cells of `dots` dots: -1 for what lies outside. */
int axis_cell(const struct axis *a, double v, int dots);

/* Round values along the axis, `most` (1..AXIS_TICKS) at most: powers of ten on a logarithmic one,
 * as long as it has two of them. */
void axis_ticks(const struct axis *a, int most, struct axis_ticks *t);

/* As many ticks as suit an axis of so many columns, or rows. */
int axis_most_across(int columns);
int axis_most_down(int rows);

/* Columns that the y axis takes: those of its widest number, and one for the line. */
int axis_columns(const struct axis_ticks *t);

/* The y axis, line and numbers, filling `v`; its line is the last column, its low end the last
 * row. */
void axis_draw_y(struct view v, const struct axis *a, const struct axis_ticks *t);

/* The x axis in the two rows of `v`: its line begins at column `left`, or with a corner one before
 * it, and `label` stands below its end.  Numbers that would touch each other or the label are left
 * out. */
void axis_draw_x(struct view v, int left, const struct axis *a, const struct axis_ticks *t,
                 const char *label);

#endif
