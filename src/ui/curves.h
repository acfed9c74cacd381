/* curves.h - figures: panels of curves, over a common x axis or their own axes, and heat maps.
 *
 * The data are plain arrays.  Training and validation differ in colour and dash, runs in colour and
 * point shape.  Blue and orange are used first, so that one or two runs can be told apart by
 * colour-blind readers and in print.  On the common axis the best point of each run is ringed and
 * has a vertical line and its value.  The legend is below the data.
 */
#ifndef RILEY_UI_CURVES_H
#define RILEY_UI_CURVES_H

#include <stddef.h>
#include <stdio.h>
#include "src/base/status.h"

enum curve_role {
	CURVE_TRAIN,             /* dashed, no points */
	CURVE_VALID,             /* solid, with points; the best point of a run is on this one */
	CURVE_PLAIN,             /* solid; neither training nor validation, such as a return */
	CURVE_BEFORE,            /* grey, dotted: the state at the start of a run */
	CURVE_MARK               /* no line, a ring at each point: see curve_figure.mark */
};

/* Flags: how a curve is drawn. */
enum {
	CURVE_UNBROKEN = 1,      /* one line, without breaks at large gaps in x */
	CURVE_FILLED   = 2,      /* lightly shaded down to 0 */
	CURVE_POINTS   = 4,      /* every point is marked */
	CURVE_WHISKERS = 8       /* low and high are error bars, not a band */
};

struct curve {
	int             run;             /* index into curve_figure.run */
	enum curve_role role;
	unsigned        manner;          /* flags, see above */
	size_t          n;
	const double   *x, *y;           /* (n), x non-decreasing; NaN: unknown.  The line skips
	                                  * unknown points at a regular spacing and breaks at larger
	                                  * gaps */
	const double   *low, *high;      /* (n): a band around y, NaN: a gap; or both NULL */
	const double   *limit;           /* (2): the least and the largest y that there can be;
	                                  * error bars that end there were cut, and a picture
	                                  * marks that; or NULL */
};

/* A student's predicted knowledge: one row per exercise, one column per answer given. */
struct curve_map {
	int                rows, columns;
	const double      *value;        /* (rows, columns), 0 to 1; NaN: unknown */
	const char *const *row;          /* (rows): names of the exercises */
	const int         *at;           /* (columns): row of the exercise answered, or -1 */
	const int         *right;        /* (columns): nonzero if the answer was right */
};

/* A line of text in the lower right of a panel, in the colour of a run. */
struct curve_note {
	int  run;
	char text[100];
};

/* Flags of a panel. */
enum {
	PANEL_UNIT      = 1,     /* square, both axes from 0 to 1, with the diagonal */
	PANEL_FROM_ZERO = 2,     /* y begins at 0 */
	PANEL_ZERO_LINE = 4,     /* y includes 0, with a line there */
	PANEL_LOG_X     = 8      /* a logarithmic x axis, if all x are positive */
};

struct curve_panel {
	const char              *label;  /* of the y axis, with its unit: "log loss (nat)"; or of a
	                                  * heat map's colours */
	int                      n;
	const struct curve      *curve;  /* (n) */
	const char              *title;  /* above the panel; or NULL */
	const char              *x_label;   /* of its own x axis; NULL: the common one, with the
	                                     * best points */
	unsigned                 manner; /* flags, see above; those of x only with its own x axis */
	int                      n_notes;
	const struct curve_note *note;   /* (n_notes); only with its own x axis */
	const struct curve_map  *map;    /* a heat map instead of curves (n is 0); or NULL */
};

struct curve_run {
	const char *name;
	double      best;                /* x of its best point, or NaN */
	const char *best_at;             /* the same in words: "epoch 12"; NULL if there is none */
};

struct curve_figure {
	const char               *x_label;   /* "epoch", "time (min)" */
	int                       whole_x;   /* integer x: no ticks between integers */
	int                       n_runs, n_panels;
	const struct curve_run   *run;       /* (n_runs) */
	const struct curve_panel *panel;     /* (n_panels) */
	const char               *held_out;  /* legend of CURVE_VALID; NULL: "validation" */
	const char               *band;      /* legend of bands: "95 % interval"; or NULL */
	const char               *mark;      /* legend of CURVE_MARK: "threshold 0.5"; or NULL */
	const char               *about;     /* for scripts: the command drawing this; or NULL */
	const char               *file;      /* output file of a script: "a.png"; NULL: stdout */
};

/* Limits of a figure; more would not be legible. */
#define CURVES_MAX_RUNS    16
#define CURVES_MAX_PANELS  24
#define CURVES_MAX_ROWS    100       /* of a heat map */
#define CURVES_MAX_COLUMNS 1000      /* of a heat map */

enum curve_format { CURVES_PNG, CURVES_SVG, CURVES_PDF, CURVES_TEXT, CURVES_SCRIPT };

/* The format for a file name's extension (.png, .svg or .pdf, in any case); -1 for any other. */
int curves_format(const char *file);

/* Write gnuplot's "set terminal" for a picture of width x height pixels (PDF: 1/100 inch) and a
 * font size of `font` pixels; nothing for text. */
void curves_set_terminal(FILE *to, enum curve_format format, int width, int height, double font);

/* gnuplot_run() for a script with that terminal.  In PNG and PDF, characters that no installed font
 * has become '?' because they would ruin the picture (glyphs.h). */
enum ry_status curves_run(const char *script, size_t length, enum curve_format format,
                          char **picture, size_t *size);

/* Draw the figure in width x height pixels (PDF: 1/100 inch) or, for text, characters; 0 for either
 * selects a default.  Text is ASCII except for names, which are made ASCII too if `ascii` is set.
 * In text, training curves are drawn as '.' and validation curves as 'o', those of several runs as
 * a and A, b and B ...; the edges of a band as ':', those of several as a, b ...
 *
 * CURVES_SCRIPT returns the gnuplot script for a PNG, with its data; this does not need gnuplot.
 *
 * On success *picture holds the file's contents, *size bytes and a '\0'; the caller frees it.
 * RY_EDATA if there is no finite point; RY_EINVAL for a size out of range and for too many runs or
 * panels; otherwise the status of gnuplot_run(). */
enum ry_status curves_draw(const struct curve_figure *f, enum curve_format format, int width,
                           int height, int ascii, char **picture, size_t *size);

#endif
