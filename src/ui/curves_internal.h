/* curves_internal.h - shared by the picture and the text form of a figure: axes, joins, names.
 * Only for src/ui/curves*.c. */
#ifndef RILEY_UI_CURVES_INTERNAL_H
#define RILEY_UI_CURVES_INTERNAL_H

#include <stddef.h>
#include <stdio.h>
#include "src/base/status.h"
#include "src/ui/curves.h"

/* Curves in a panel: a few per run. */
#define CURVES_MAX_CURVES (4 * CURVES_MAX_RUNS)

/* With more runs than this, no vertical lines at the best points. */
#define MAX_RULES 4

/* Larger numbers are drawn as this one, about the largest that gnuplot knows; a panel's label says
 * so. */
#define CURVES_LARGEST  8e307
#define CURVES_SMALLEST 1e-290           /* smaller ones are drawn as 0 */

struct range {
	double low, high;
};

/* The range of an axis. */
struct scale {
	double low, high;
	int    logarithmic;
};

/* Nonzero if point i can be drawn, and if its band can. */
int curve_usable(const struct curve *c, size_t i);
int curve_has_band(const struct curve *c, size_t i);

/* The axes of a panel, with a margin around the data.  The x axis is the figure's unless the panel
 * has its own. */
struct scale panel_x_axis(const struct curve_figure *f, const struct curve_panel *p);
struct scale panel_y_axis(const struct curve_panel *p);

/* A number as it is drawn: within the limits above. */
double curve_drawn(double v);

/* The label of a panel's y axis.  Returns `into`. */
const char *panel_y_label(const struct curve_panel *p, char *into, size_t size);

/* Nonzero if the panel has a finite point. */
int panel_has_points(const struct curve_panel *p);

/* gnuplot's format of an axis's numbers, with as many digits as tell its ticks apart.  Returns
 * `into`. */
const char *scale_format(const struct scale *a, char *into, size_t size);

/* The position of v on an axis, 0 at the low end and 1 at the high end; and the inverse. */
double scale_place(const struct scale *a, double v);
double scale_value(const struct scale *a, double place);

/* gnuplot's "set xtics" for at most `most` ticks. */
void scale_write_ticks(FILE *to, const struct scale *x, int most, int whole);

/* The largest gap in x that the line bridges: twice the usual distance between known points, or
 * less than that where most points are known.  So a measure taken every fifth epoch is drawn as a
 * line, but missing data leave a gap.  *known is the number of known points. */
double curve_longest_join(const struct curve *c, size_t *known);

/* The value of a run's main curve in the panel at its best x; NaN if unknown. */
double panel_value_at_best(const struct curve_panel *p, int run, double best);

/* The label of the panel's x axis. */
const char *panel_x_label(const struct curve_figure *f, const struct curve_panel *p);

/* Nonzero if any curve of the figure has this role. */
int figure_has_role(const struct curve_figure *f, enum curve_role role);

/* The legend of CURVE_VALID. */
const char *figure_held_out(const struct curve_figure *f);

/* A row of panels; a heat map has a row of its own. */
struct figure_row {
	int first, n;
	int map;                 /* nonzero for a heat map */
};

/* Arrange the panels in rows of at most `columns`, into row[CURVES_MAX_PANELS]; returns the number
 * of rows. */
int figure_rows(const struct curve_figure *f, int columns, struct figure_row *row);

/* The length of a text in characters. */
int text_characters(const char *text);

/* Shorten a name to at most `most` characters by replacing its middle with `dots` ("..." or the
 * single character); names of runs differ at their ends.  Returns `to`. */
const char *text_shorten(char *to, size_t size, const char *name, int most, const char *dots);

/* Draw a figure whose arguments have been checked. */
enum ry_status curves_draw_picture(const struct curve_figure *f, enum curve_format format,
                                   int width, int height, char **picture, size_t *size);
enum ry_status curves_draw_text(const struct curve_figure *f, int width, int height, int ascii,
                                char **picture, size_t *size);

#endif
