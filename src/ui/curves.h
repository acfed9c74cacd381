/* curves.h - a figure of learning curves: panels with one measure each, over a common x axis.
 *
 * The numbers come in as plain arrays.  Training and validation differ in colour and in dash, runs
 * in colour and in the shape of their points; blue and orange come first, so that one or two runs
 * are told apart by any eye and in print.  The best point of each run is ringed, with a vertical
 * line and its value.  The legend lies below the data.
 */
#ifndef RILEY_UI_CURVES_H
#define RILEY_UI_CURVES_H

#include <stddef.h>
#include <stdio.h>
#include "src/status.h"

enum curve_role {
	CURVE_TRAIN,             /* dashed, no points */
	CURVE_VALID,             /* solid, with points; the best point is ringed on this one */
	CURVE_PLAIN              /* solid, for a measure that is neither: a return */
};

struct curve {
	int             run;             /* index into curve_figure.run */
	enum curve_role role;
	size_t          n;
	const double   *x, *y;           /* (n), x not falling; NaN: not known.  The line joins what a
	                                  * regular spacing leaves out and breaks at larger gaps */
	const double   *low, *high;      /* (n): a band around y; or NULL, both.  NaN: none there */
};

struct curve_panel {
	const char         *label;       /* of the y axis, with its unit: "log loss (nat)" */
	int                 n;
	const struct curve *curve;       /* (n) */
};

struct curve_run {
	const char *name;
	double      best;                /* x of its best point, or NaN */
	const char *best_at;             /* the same in words: "epoch 12"; NULL when there is none */
};

struct curve_figure {
	const char               *x_label;   /* "epoch", "time (min)" */
	int                       whole_x;   /* x are whole numbers: no ticks between them */
	int                       n_runs, n_panels;
	const struct curve_run   *run;       /* (n_runs) */
	const struct curve_panel *panel;     /* (n_panels) */
	const char               *band;      /* what bands are: "95 % interval over seeds"; NULL: there are none */
};

/* More than these nobody can tell apart. */
#define CURVES_MAX_RUNS   16
#define CURVES_MAX_PANELS 9

enum curve_format { CURVES_PNG, CURVES_SVG, CURVES_PDF, CURVES_TEXT };

/* The format that the ending of a file's name asks for (any case); -1 when it is none of .png, .svg
 * and .pdf. */
int curves_format(const char *file);

/* Write gnuplot's "set terminal" for a picture of width x height pixels (PDF: 1/100 inch) with letters `font` pixels
 * high; nothing for text. */
void curves_set_terminal(FILE *to, enum curve_format format, int width, int height, double font);

/* Draw the figure: width x height pixels (PDF: 1/100 inch), or characters for text; 0 x 0 takes a
 * natural size.  The text is plain ASCII but for the runs' names, which are too when `ascii` is set;
 * training curves are drawn as '.' and validation curves as 'o', those of several runs as a and A,
 * b and B ...; the edges of a band as ':', those of several as a, b ...
 *
 * On success *picture holds the file's contents, *size bytes and a '\0'; the caller frees it.
 * RY_EDATA when there is not one finite point; RY_EINVAL for a size that is too small or too large,
 * and for too many runs or panels; what gnuplot_run() returns. */
enum ry_status curves_draw(const struct curve_figure *f, enum curve_format format, int width, int height,
                           int ascii, char **picture, size_t *size);

#endif
