/* curves.h - a figure: panels of curves over a common x axis or over axes of their own, and heat
 * maps.
 *
 * The numbers come in as plain arrays.  Training and validation differ in colour and in dash, runs
 * in colour and in the shape of their points; blue and orange come first, so that one or two runs
 * are told apart by any eye and in print.  On the common axis the best point of each run is ringed,
 * with a vertical line and its value.  The legend lies below the data.
 */
#ifndef RILEY_UI_CURVES_H
#define RILEY_UI_CURVES_H

#include <stddef.h>
#include <stdio.h>
#include "src/base/status.h"

enum curve_role {
	CURVE_TRAIN,             /* dashed, no points */
	CURVE_VALID,             /* solid, with points; the best point is ringed on this one */
	CURVE_PLAIN,             /* solid, for a measure that is neither: a return */
	CURVE_BEFORE,            /* grey, dotted: what a run began with */
	CURVE_MARK               /* no line, a ring at each point: see curve_figure.mark */
};

/* How a curve is drawn; joined. */
enum {
	CURVE_UNBROKEN = 1,      /* one line, however far its points are apart */
	CURVE_FILLED   = 2,      /* with a light shade down to 0 */
	CURVE_POINTS   = 4,      /* every point is marked */
	CURVE_WHISKERS = 8       /* low and high are a bar at each point, not a band */
};

struct curve {
	int             run;             /* index into curve_figure.run */
	enum curve_role role;
	unsigned        manner;          /* of the above */
	size_t          n;
	const double   *x, *y;           /* (n), x not falling; NaN: not known. The line joins
	                                  * what a regular spacing leaves out and breaks at
	                                  * larger gaps */
	const double   *low, *high;      /* (n): a band around y; or NULL, both.  NaN: none there */
};

/* What a student is predicted to know: a row for each exercise, a column for each answer given. */
struct curve_map {
	int                rows, columns;
	const double      *value;        /* (rows, columns), 0 to 1; NaN: not known */
	const char *const *row;          /* (rows): their names */
	const int         *at;           /* (columns): the row that was answered there, or -1 */
	const int         *right;        /* (columns): whether the answer was right */
};

/* A line of text in the lower right of a panel, in the colour of a run. */
struct curve_note {
	int  run;
	char text[100];
};

/* What a panel is; joined. */
enum {
	PANEL_UNIT      = 1,     /* square, both axes from 0 to 1, with the diagonal */
	PANEL_FROM_ZERO = 2,     /* y begins at 0 */
	PANEL_ZERO_LINE = 4,     /* the line y = 0, which is never left out */
	PANEL_LOG_X     = 8      /* a logarithmic x axis, when all x are above 0 */
};

struct curve_panel {
	const char             *label;   /* of the y axis, with its unit: "log loss (nat)"; of a heat map's colours */
	int                     n;
	const struct curve     *curve;   /* (n) */
	const char             *title;   /* above the panel; or NULL */
	const char             *x_label; /* of an x axis of its own; NULL: the figure's, with the
	                                  * best points */
	unsigned                manner;  /* of the above; not those of the x axis when that is
	                                  * the figure's */
	int                     n_notes;
	const struct curve_note *note;   /* (n_notes); they need an x axis of the panel's own */
	const struct curve_map *map;     /* a heat map instead of curves (n is 0); its x axis is
	                                  * x_label; or NULL */
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
	const char               *mark;      /* what the rings of CURVE_MARK are: "threshold 0.5"; or NULL */
	const char               *about;     /* for the head of a script: the command that draws
	                                      * this; or NULL */
	const char               *file;      /* what a script writes: "figure.png"; NULL: stdout */
};

/* More than these nobody can tell apart. */
#define CURVES_MAX_RUNS   16
#define CURVES_MAX_PANELS 24
#define CURVES_MAX_ROWS   100
#define CURVES_MAX_COLUMNS 1000      /* of a heat map */

enum curve_format { CURVES_PNG, CURVES_SVG, CURVES_PDF, CURVES_TEXT, CURVES_SCRIPT };

/* The format that the ending of a file's name asks for (any case); -1 when it is none of .png, .svg
 * and .pdf. */
int curves_format(const char *file);

/* Write gnuplot's "set terminal" for a picture of width x height pixels (PDF: 1/100 inch) with
 * letters `font` pixels high; nothing for text. */
void curves_set_terminal(FILE *to, enum curve_format format, int width, int height, double font);

/* gnuplot_run() for a script with that terminal: characters that no font here has become '?' in PNG
 * and PDF, which they would ruin (glyphs.h). */
enum ry_status curves_run(const char *script, size_t length, enum curve_format format,
                          char **picture, size_t *size);

/* Draw the figure: width x height pixels (PDF: 1/100 inch), or characters for text; 0 for either
 * takes a natural size.  The text is plain ASCII but for names, which are too when `ascii` is set;
 * training curves are drawn as '.' and validation curves as 'o', those of several runs as a and A,
 * b and B ...; the edges of a band as ':', those of several as a, b ...
 *
 * CURVES_SCRIPT gives what gnuplot would be told for a PNG, data and all: gnuplot itself is not
 * needed.
 *
 * On success *picture holds the file's contents, *size bytes and a '\0'; the caller frees it.
 * RY_EDATA when there is not one finite point; RY_EINVAL for a size that is too small or too large,
 * and for too many runs or panels; what gnuplot_run() returns. */
enum ry_status curves_draw(const struct curve_figure *f, enum curve_format format, int width,
                           int height, int ascii, char **picture, size_t *size);

#endif
