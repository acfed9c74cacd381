/* curves_internal.h - what pictures and text of a figure have in common: axes, joins, names.  For
 * src/ui/curves*.c alone. */
#ifndef RILEY_UI_CURVES_INTERNAL_H
#define RILEY_UI_CURVES_INTERNAL_H

#include <stddef.h>
#include <stdio.h>
#include "src/base/status.h"
#include "src/ui/curves.h"

/* A few for each run in a panel. */
#define CURVES_MAX_CURVES (4 * CURVES_MAX_RUNS)

/* With more runs than this the lines at their best points would be a fence. */
#define MAX_RULES 4

struct range {
	double low, high;
};

/* What an axis shows. */
struct scale {
	double low, high;
	int    logarithmic;
};

/* Whether point i can be drawn; whether the band can, there. */
int curve_usable(const struct curve *c, size_t i);
int curve_has_band(const struct curve *c, size_t i);

/* The axes of a panel, with some air around the data.  That of x is the figure's unless the panel
 * has one of its own. */
struct scale panel_x_axis(const struct curve_figure *f, const struct curve_panel *p);
struct scale panel_y_axis(const struct curve_panel *p);

/* Whether there is one finite point. */
int panel_has_points(const struct curve_panel *p);

/* Where v is on an axis, 0 at its foot and 1 at its top; and the value that is there. */
double scale_place(const struct scale *a, double v);
double scale_value(const struct scale *a, double place);

/* gnuplot's "set xtics" for at most `most` ticks. */
void scale_write_ticks(FILE *to, const struct scale *x, int most, int whole);

/* The largest distance in x over which the line goes on: twice the usual one between known points,
 * so that a measure taken every fifth epoch is a line, and a hole is a hole.  *known is the number
 * of known points. */
double curve_longest_join(const struct curve *c, size_t *known);

/* The value of the panel's leading curve of a run at its best x; NaN when it is not known there. */
double panel_value_at_best(const struct curve_panel *p, int run, double best);

/* The label of its x axis. */
const char *panel_x_label(const struct curve_figure *f, const struct curve_panel *p);

/* Whether any curve of the figure has this role. */
int figure_has_role(const struct curve_figure *f, enum curve_role role);

/* Panels stand in rows; a heat map has a row for itself. */
struct figure_row {
	int first, n;
	int map;                 /* it is one of a heat map */
};

/* Into row[CURVES_MAX_PANELS], at most `columns` panels in each; how many rows. */
int figure_rows(const struct curve_figure *f, int columns, struct figure_row *row);

/* Characters, not bytes. */
int text_characters(const char *text);

/* A name that is too long keeps both ends, which is where runs differ.  `dots` is "..." or the one
 * character for it.  Returns `to`. */
const char *text_shorten(char *to, size_t size, const char *name, int most, const char *dots);

/* The whole figure; the arguments have been checked. */
enum ry_status curves_draw_picture(const struct curve_figure *f, enum curve_format format,
                                   int width, int height, char **picture, size_t *size);
enum ry_status curves_draw_text(const struct curve_figure *f, int width, int height, int ascii,
                                char **picture, size_t *size);

#endif
