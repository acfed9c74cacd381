/* curves_picture.c - a figure as a picture, drawn by gnuplot.
 *
 * A figure is a grid of panels above a strip for the legend.  Everything is positioned in pixels
 * here, because gnuplot's own layout ignores neighbouring panels.
 */
#include "src/ui/curves_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/text.h"
#include "src/ui/glyphs.h"
#include "src/ui/gnuplot.h"

#define NAME_MAX_CHARS 56

/* Longest name of an exercise beside its row, in characters. */
#define ROW_MAX_CHARS 26

/* A PNG has this many times the pixels of a screen, for printing. */
#define PNG_SCALE 1.5

/* A curve with more points than this is noisy and drawn thinner. */
#define MANY_POINTS 200

/* The palette of Okabe and Ito (2008), blue and orange first. */
static const char *const color[] = {
	"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#7F7F7F",
};
#define N_COLORS ((int)(sizeof color / sizeof color[0]))

/* gnuplot's point types: disc, square, triangle, diamond, inverted triangle, pentagon; then the
 * open ones. */
static const int shape[] = { 7, 5, 9, 13, 11, 15, 6, 4 };
#define N_SHAPES ((int)(sizeof shape / sizeof shape[0]))

/* Open triangles at error bars that end at a limit. */
enum { CUT_BELOW = 10, CUT_ABOVE = 8 };

/* Legend entries common to all runs. */
#define GREY "#606060"

/* Heat maps: 0 orange, 1 blue, one half nearly white. */
#define PALETTE "set palette defined (0 '#D55E00', 0.5 '#F7F7F7', 1 '#0072B2')\n"


/* ---- data ---- */

/* Nonzero if point i, at distance `before` from the known point before it, has no visible line on
 * either side. */
static int stands_alone(const struct curve *c, size_t i, double before, double join)
{
	size_t next = i + 1;

	while (next < c->n && !curve_usable(c, next))
		next++;
	return !(before <= join) && (next == c->n || c->x[next] - c->x[i] > join);
}

/* The number of points of a curve to mark, approximately; more than c->n means all of them. */
static size_t marks_of(const struct curve_figure *f, const struct curve *c)
{
	if (c->manner & CURVE_POINTS || c->role == CURVE_MARK)
		return c->n + 1;
	if (c->role == CURVE_TRAIN || c->role == CURVE_BEFORE ||
	    (c->manner & CURVE_UNBROKEN && f->n_runs == 1))
		return 0;
	return 12;
}

/* A comment in the script that describes a data block. */
static void write_remark(FILE *to, const struct curve_figure *f, const struct curve_panel *p,
                         const struct curve *c)
{
	static const char *const words[] = {
		[CURVE_TRAIN] = "training", [CURVE_VALID] = "", [CURVE_PLAIN] = "",
		[CURVE_BEFORE] = "at the start", [CURVE_MARK] = "marked",
	};
	char name[400], x[100], y[200];
	const char *role = c->role == CURVE_VALID ? figure_held_out(f) : words[c->role];

	out(to, "# %s%s%s: %s, %s\n", gnuplot_quote(name, sizeof name, f->run[c->run].name),
	    *role ? ", " : "", role, gnuplot_quote(x, sizeof x, panel_x_label(f, p)),
	    gnuplot_quote(y, sizeof y, p->label));
}

/* Write the curve as a data block $NAME, with breaks at gaps, and the points to be marked as
 * $NAMEm: isolated points, and of many others `marks` between the ends.  Returns the number of
 * marked points. */
static int write_curve(FILE *to, const char *name, const struct curve *c, size_t marks)
{
	size_t known, seen = 0, every;
	double join = curve_longest_join(c, &known), last = NAN;
	int marked = 0, ends = !(c->manner & CURVE_UNBROKEN) || marks > c->n;

	out(to, "$%s << EOD\n", name);
	for (size_t i = 0; i < c->n; i++) {
		if (!curve_usable(c, i))
			continue;
		out_own(to, c->x[i] - last > join ? "\n" : "");
		fprintf(to, "%.15g %.15g\n", c->x[i], curve_drawn(c->y[i]));
		last = c->x[i];
	}
	out(to, "EOD\n$%sm << EOD\n", name);
	every = marks && known > 2 * marks ? known / marks : 1;
	last = NAN;
	for (size_t i = 0; i < c->n; i++) {
		int end = seen == 0 || seen == known - 1;

		if (!curve_usable(c, i))
			continue;
		if (stands_alone(c, i, c->x[i] - last, join) ||
		    (marks && (end ? ends : seen % every == 0)))
			marked += fprintf(to, "%.15g %.15g\n", c->x[i], curve_drawn(c->y[i])) > 0;
		last = c->x[i];
		seen++;
	}
	fprintf(to, "EOD\n");
	return marked;
}

/* Write the band as a data block $NAMEb, with breaks at the curve's gaps.  Returns its number of
 * points. */
static int write_band(FILE *to, const char *name, const struct curve *c)
{
	size_t known;
	double join = curve_longest_join(c, &known), last = NAN;
	int n = 0;

	out(to, "$%sb << EOD\n", name);
	for (size_t i = 0; i < c->n; i++) {
		if (!curve_has_band(c, i))
			continue;
		out_own(to, c->x[i] - last > join ? "\n" : "");
		fprintf(to, "%.15g %.15g %.15g", c->x[i], curve_drawn(c->low[i]),
		        curve_drawn(c->high[i]));
		/* gnuplot leaves a gap there, covered by the point */
		if (c->manner & CURVE_WHISKERS)
			fprintf(to, " %.15g", curve_drawn(c->y[i]));
		fputc('\n', to);
		last = c->x[i];
		n++;
	}
	fprintf(to, "EOD\n");
	return n;
}

/* Nonzero if the error bar at point i ends at a limit, below or above, and not at the point. */
static int is_cut(const struct curve *c, size_t i, int above)
{
	const double *end = above ? c->high : c->low;

	return c->limit && c->manner & CURVE_WHISKERS && curve_has_band(c, i) &&
	       end[i] == c->limit[above] && c->y[i] != end[i];
}

/* Write the cut ends of error bars as $NAMEv (below) or $NAMEw (above).  Returns their number. */
static int write_cuts(FILE *to, const char *name, const struct curve *c, int above)
{
	int n = 0;

	out(to, "$%s%c << EOD\n", name, above ? 'w' : 'v');
	for (size_t i = 0; i < c->n; i++)
		if (is_cut(c, i, above)) {
			fprintf(to, "%.15g %.15g\n", c->x[i], c->limit[above]);
			n++;
		}
	fprintf(to, "EOD\n");
	return n;
}

/* ---- layout ---- */

/* An entry in the first lines of the legend, which apply to all runs. */
struct entry {
	const char     *title, *rgb;
	enum curve_role role;
	int             line, band, whisker;     /* shows a line; a band; an error bar */
	int             point;           /* gnuplot's point type, or -1 */
	double          width;           /* pixels */
	int             row;             /* of the legend */
};

#define MAX_ENTRIES 8

struct place {
	double left, top, width, height;     /* pixels */
};

struct layout {
	enum curve_format format;
	int               width, height; /* pixels */
	double            font;          /* size in pixels */
	struct place      place[CURVES_MAX_PANELS];
	int               n_entries, entry_rows;
	struct entry      entry[MAX_ENTRIES];
	int               legend_columns, legend_rows;   /* of the runs' entries; total */
	double            legend_width;  /* width of a run's entry in pixels */
	double            top, legend_height;   /* pixels */
	double            point;         /* scale of point sizes */
	double            lift;          /* of the x label, in lines */
};

/* The colour of a curve.  With a single run, training and validation are blue and orange. */
static const char *curve_color(const struct curve_figure *f, int run, enum curve_role role)
{
	if (role == CURVE_BEFORE)
		return "#7F7F7F";
	return color[(f->n_runs == 1 && role != CURVE_TRAIN ? 1 : run) % N_COLORS];
}

static int curve_shape(int run, enum curve_role role)
{
	return role == CURVE_TRAIN ? 6 : shape[(run + run / N_COLORS) % N_SHAPES];
}

static const char *curve_line(enum curve_role role, size_t n)
{
	if (role == CURVE_BEFORE)
		return "dt (2,3) lw 1.6";
	if (role == CURVE_TRAIN)
		return n > MANY_POINTS ? "dt (7,4) lw 1.1" : "dt (7,4) lw 1.6";
	return n > MANY_POINTS ? "dt 1 lw 1.4" : "dt 1 lw 2.2";
}

/* The width of a legend entry in pixels, estimated because gnuplot does not report text widths. */
static double entry_width(int characters, double font)
{
	return font * (0.55 * characters + 5.5);
}

/* The width of the longest run's entry. */
static double run_entry_width(const struct curve_figure *f, double font)
{
	int longest = 0;

	for (int r = 0; r < f->n_runs; r++) {
		const char *at = f->run[r].best_at;
		int name = text_characters(f->run[r].name);
		int n = (name < NAME_MAX_CHARS ? name : NAME_MAX_CHARS) +
		        (at ? text_characters(at) + 9 : 0);

		longest = n > longest ? n : longest;
	}
	return entry_width(longest, font);
}

static int has_map(const struct curve_figure *f)
{
	for (int p = 0; p < f->n_panels; p++)
		if (f->panel[p].map)
			return 1;
	return 0;
}

/* Nonzero if any curve has a band, or with CURVE_WHISKERS, error bars. */
static int has_bands(const struct curve_figure *f, unsigned whiskers)
{
	for (int p = 0; p < f->n_panels; p++)
		for (int k = 0; k < f->panel[p].n; k++)
			if (f->panel[p].curve[k].low &&
			    (f->panel[p].curve[k].manner & CURVE_WHISKERS) == whiskers)
				return 1;
	return 0;
}

static int has_cuts(const struct curve_figure *f)
{
	for (int p = 0; p < f->n_panels; p++)
		for (int k = 0; k < f->panel[p].n; k++)
			for (size_t i = 0; i < f->panel[p].curve[k].n; i++)
				if (is_cut(&f->panel[p].curve[k], i, 0) ||
				    is_cut(&f->panel[p].curve[k], i, 1))
					return 1;
	return 0;
}

static void add_entry(struct layout *l, int wanted, struct entry e)
{
	if (!wanted)
		return;
	e.width = entry_width(text_characters(e.title), l->font);
	l->entry[l->n_entries++] = e;
}

/* The legend entries that apply to all runs, in as many lines as needed; grey if there are several
 * runs, which use the colours. */
static void set_entries(struct layout *l, const struct curve_figure *f)
{
	int several = f->n_runs > 1, shape_1 = curve_shape(0, CURVE_VALID);
	const char *one = curve_color(f, 0, CURVE_VALID), *rgb = several ? GREY : one;
	double used = 0;

	add_entry(l, figure_has_role(f, CURVE_TRAIN),
	          (struct entry){ .title = "training",
	                          .role = CURVE_TRAIN,
	                          .line = 1,
	                          .rgb = several ? GREY : curve_color(f, 0, CURVE_TRAIN),
	                          .point = -1 });
	add_entry(l, figure_has_role(f, CURVE_VALID),
	          (struct entry){ .title = figure_held_out(f),
	                          .role = CURVE_VALID,
	                          .line = 1,
	                          .rgb = rgb,
	                          .point = several ? -1 : shape_1 });
	add_entry(l, figure_has_role(f, CURVE_BEFORE),
	          (struct entry){ .title = "at the start",
	                          .role = CURVE_BEFORE,
	                          .line = 1,
	                          .rgb = curve_color(f, 0, CURVE_BEFORE),
	                          .point = -1 });
	add_entry(l, f->band != NULL,
	          (struct entry){ .title = f->band,
	                          .band = has_bands(f, 0),
	                          .whisker = has_bands(f, CURVE_WHISKERS),
	                          .rgb = rgb,
	                          .point = -1 });
	add_entry(l, has_cuts(f),
	          (struct entry){ .title = "cut at what the measure can be",
	                          .rgb = rgb,
	                          .point = CUT_BELOW });
	add_entry(l, f->mark != NULL, (struct entry){ .title = f->mark, .rgb = rgb, .point = 6 });
	add_entry(l, has_map(f),
	          (struct entry){ .title = "answered right", .rgb = "#000000", .point = 7 });
	add_entry(l, has_map(f),
	          (struct entry){ .title = "answered wrong", .rgb = "#000000", .point = 6 });
	for (int k = 0; k < l->n_entries; k++) {
		if (k == 0 || used + l->entry[k].width > l->width) {
			l->entry_rows++;
			used = 0;
		}
		l->entry[k].row = l->entry_rows - 1;
		used += l->entry[k].width;
	}
}

/* The preferred height of a row of panels. */
static double natural_height(const struct curve_figure *f, const struct figure_row *row,
                             double font)
{
	const struct curve_map *m = f->panel[row->first].map;

	if (!m)
		return 400.0 / 15 * font;
	return font * (9 + fmax(15, (m->rows <= 20   ? 1.5
	                             : m->rows <= 40 ? 1.1
	                                             : 0.8) *
	                                    (m->rows + 1)));
}

static void place_panels(struct layout *l, const struct curve_figure *f, int columns,
                         const struct figure_row *row, int rows, double scale)
{
	double top = l->top;

	for (int r = 0; r < rows; r++) {
		double height = scale * natural_height(f, &row[r], l->font);

		for (int k = 0; k < row[r].n; k++) {
			double width = (double)l->width / (row[r].map ? 1 : columns);

			l->place[row[r].first + k] =
				(struct place){ k * width, top, width, height };
		}
		top += height;
	}
}

/* Compute the layout. gnuplot's terminals differ in the size of points and the position of
 * labels. */
static void lay_out(struct layout *l, const struct curve_figure *f, int width, int height)
{
	int png = l->format == CURVES_PNG || l->format == CURVES_SCRIPT, columns, rows, curves = 0,
	    squares = 0;
	/* scales default sizes */
	double natural = png ? PNG_SCALE : 1, least, wanted = 0;
	struct figure_row row[CURVES_MAX_PANELS];

	for (int p = 0; p < f->n_panels; p++) {
		curves += !f->panel[p].map;
		squares += f->panel[p].x_label && f->panel[p].manner & PANEL_UNIT;
	}
	columns = curves == 0 ? 1 : curves <= 3 ? curves : curves == 4 ? 2 : 3;
	rows = figure_rows(f, columns, row);
	l->point = png ? 1.4 : l->format == CURVES_SVG ? 0.65 : 0.8;
	l->lift = l->format == CURVES_SVG ? 0.5 : 0;
	least = has_map(f) ? 1200 : squares == f->n_panels ? 560 : 820;
	l->width = width ? width
	                 : (int)(natural *
	                         fmax(least, (squares == f->n_panels ? 450 : 600) * columns));
	l->font = natural * 15;
	if (height)
		l->font = fmax(7, 0.031 * fmin((double)height / rows, 0.8 * l->width / columns));
	else if (width)
		l->font = fmax(7, 0.025 * l->width / columns);
	set_entries(l, f);
	l->legend_width = run_entry_width(f, l->font);
	l->legend_columns = (int)fmax(1, floor(l->width / l->legend_width));
	l->legend_rows =
		l->entry_rows +
		(f->n_runs > 1 ? (f->n_runs + l->legend_columns - 1) / l->legend_columns : 0);
	l->legend_height = l->font * (1.5 * l->legend_rows + 0.6);
	l->top = l->font * (f->n_runs == 1 ? 2.4 : 0.6);
	for (int r = 0; r < rows; r++)
		wanted += natural_height(f, &row[r], l->font);
	l->height = height ? height : (int)(wanted + l->top + l->legend_height);
	place_panels(l, f, columns, row, rows, (l->height - l->top - l->legend_height) / wanted);
}

/* The area between a panel's axes: x to the right, y down. */
struct area {
	double left, right, top, bottom;
};

/* The numbers of the y axis need more room with an exponent, or where many digits tell them
 * apart. */
static double number_room(const struct curve_panel *p)
{
	struct scale y = panel_y_axis(p);
	double largest = fmax(fabs(y.low), fabs(y.high));
	char format[16];

	if (p->map || (largest >= 1e-4 && largest < 1e6 && y.high - y.low > 1e-4 * largest))
		return 6.2;
	if (y.logarithmic || y.high - y.low > 1e-4 * largest)
		return largest < 1e99 ? 7.8 : 9.2;               /* "-1.2e+45" */
	return 5 + 0.6 * atoi(scale_format(&y, format, sizeof format) + 2);
}

static struct area area_of(const struct layout *l, const struct curve_panel *p,
                           const struct place *at)
{
	struct area a = {
		at->left + number_room(p) * l->font, at->left + at->width - 1.2 * l->font,
		at->top + (p->title ? 2.0 : 0.4) * l->font, at->top + at->height - 4.6 * l->font,
	};
	double spare = (a.right - a.left) - (a.bottom - a.top);

	if (p->x_label && p->manner & PANEL_UNIT) {
		a.left += fmax(0, spare / 2);
		a.right -= fmax(0, spare / 2);
		a.top += fmax(0, -spare / 2);
		a.bottom -= fmax(0, -spare / 2);
	}
	return a;
}

static void write_margins(FILE *to, const struct layout *l, const struct area *a)
{
	fprintf(to,
	        "set lmargin at screen %.5f\nset rmargin at screen %.5f\nset tmargin at screen "
	        "%.5f\nset bmargin at screen %.5f\n",
	        a->left / l->width, a->right / l->width, 1 - a->top / l->height,
	        1 - a->bottom / l->height);
}

void curves_set_terminal(FILE *to, enum curve_format format, int width, int height, double font)
{
	switch (format) {
	case CURVES_PNG:
	case CURVES_SCRIPT:
		fprintf(to,
		        "set terminal pngcairo noenhanced color background '#ffffff' size %d,%d "
		        "font 'sans-serif,%.1f' linewidth %.2f\n",
		        width, height, 0.75 * font, font / 12);
		break;
	case CURVES_SVG:
		fprintf(to,
		        "set terminal svg noenhanced size %d,%d font 'DejaVu "
		        "Sans,Helvetica,Arial,sans-serif,%.1f' "
		        "linewidth %.2f background '#ffffff'\n",
		        width, height, font, font / 12);
		break;
	case CURVES_PDF:
		fprintf(to,
		        "set terminal pdfcairo noenhanced color size %.2fin,%.2fin font "
		        "'sans-serif,%.1f' linewidth %.2f\n",
		        width / 100.0, height / 100.0, 1.08 * font, font / 10);
		break;
	case CURVES_TEXT:
		break;
	}
}


enum ry_status curves_run(const char *script, size_t length, enum curve_format format,
                          char **picture, size_t *size)
{
	char *known = format == CURVES_SVG ? NULL : glyphs_known(script, length, &length);
	enum ry_status status;

	*picture = NULL;
	if (!known && format != CURVES_SVG)
		return ry_fail_memory("a figure");
	status = gnuplot_run(known ? known : script, length, picture, size);
	free(known);
	return status;
}

/* ---- panels of curves ---- */

/* The height (top, bottom or middle of the panel) at which a text between two x is farthest from
 * the curves. */
static double free_height(const struct curve_panel *p, const struct scale *a, struct range x)
{
	static const double candidate[] = { 0.95, 0.06, 0.5 };
	double best = -1, height = candidate[0];

	for (int h = 0; h < 3; h++) {
		double nearest = p->manner & PANEL_ZERO_LINE
		                         ? fabs(scale_place(a, 0) - candidate[h])
		                         : INFINITY;

		for (int k = 0; k < p->n; k++)
			for (size_t i = 0; i < p->curve[k].n; i++) {
				const struct curve *c = &p->curve[k];

				if (curve_usable(c, i) && c->x[i] >= x.low && c->x[i] <= x.high)
					nearest = fmin(nearest, fabs(scale_place(a, c->y[i]) -
					                             candidate[h]));
			}
		if (nearest > best) {
			best = nearest;
			height = candidate[h];
		}
	}
	return height;
}

/* Draw the vertical line at a run's best point, a ring around the point, and its value. */
static void write_best(FILE *to, const struct curve_figure *f, const struct layout *l, int panel,
                       int run, const struct scale *x, const struct scale *y)
{
	const struct curve_panel *p = &f->panel[panel];
	const char *c = curve_color(f, run, CURVE_VALID);
	double best = f->run[run].best, value = panel_value_at_best(p, run, best),
	       middle = (x->low + x->high) / 2;
	double reach = (x->high - x->low) * 0.4;
	char words[160], quoted[700];
	int right = best > middle;

	if (!isfinite(best))
		return;
	if (f->n_runs <= MAX_RULES)
		out(to,
		    "set arrow from %.15g, graph 0 to %.15g, graph 1 nohead back lc rgb '%s' lw "
		    "1 dt (3,3)\n",
		    best, best, c);
	if (isfinite(value))            /* on a white disc, to show on a thick curve */
		out(to,
		    "set label at %.15g, %.15g '' point pt 7 ps %.2f lc rgb '#ffffff' front\n"
		    "set label at %.15g, %.15g '' point pt 6 ps %.2f lc rgb '%s' lw 1.6 front\n"
		    "set label at %.15g, %.15g '' point pt 7 ps %.2f lc rgb '%s' front\n",
		    best, value, 1.8 * l->point, best, value, 1.8 * l->point, c, best, value,
		    0.6 * l->point, c);
	if (f->n_runs > 1 || !f->run[run].best_at)
		return;
	if (isfinite(value))
		snprintf(words, sizeof words, "best: %s (%.4g)", f->run[run].best_at, value);
	else
		snprintf(words, sizeof words, "best: %s", f->run[run].best_at);
	out(to,
	    "set label %s at %.15g, graph %.3f %s offset character %s, 0 tc rgb '#404040' "
	    "front\n",
	    gnuplot_quote(quoted, sizeof quoted, words), best,
	    free_height(p, y,
	                (struct range){ right ? best - reach : best,
	                                right ? best : best + reach }),
	    right ? "right" : "left", right ? "-1" : "1");
}

/* Nonzero if a position is inside a box; both are in shares of the axes. */
static int in_box(const double box[4], double x, double y)
{
	return x > box[0] && x < box[1] && y > box[2] && y < box[3];
}

/* The amount of the panel's curves, whiskers included, that lies in a box, in steps along them. */
static int covered(const struct curve_panel *p, const struct scale *x, const struct scale *y,
                   const double box[4])
{
	enum { STEPS = 40 };
	int n = 0;

	for (int k = 0; k < p->n; k++) {
		const struct curve *c = &p->curve[k];

		for (size_t i = 0; i < c->n; i++) {
			double at = scale_place(x, c->x[i]), height = scale_place(y, c->y[i]);
			int joined = i > 0 && c->role != CURVE_MARK && curve_usable(c, i - 1),
			    whisker = c->manner & CURVE_WHISKERS && curve_has_band(c, i);

			for (int step = 0; step < STEPS && curve_usable(c, i); step++) {
				double t = (double)step / STEPS;

				if (joined || step == 0)
					n += in_box(box,
					            at + t * (scale_place(x, c->x[i - joined]) -
					                      at),
					            height + t * (scale_place(y, c->y[i - joined]) -
					                          height));
				if (whisker)
					n += in_box(box, at,
					            scale_place(y, c->low[i] + t * (c->high[i] -
					                                            c->low[i])));
			}
		}
	}
	return n;
}

/* The position of a list of notes in pixels. */
struct notes {
	double width, height, right, top;
};

/* Place the notes in the lower right, where a ROC curve leaves room, or in the upper left if they
 * hide less there. */
static struct notes place_notes(const struct curve_figure *f, const struct layout *l,
                                const struct curve_panel *p, const struct area *a)
{
	double wide = a->right - a->left, high = a->bottom - a->top, edge = 0.5 * l->font;
	struct notes n = { .height = 1.4 * p->n_notes * l->font };
	struct scale x = panel_x_axis(f, p), y = panel_y_axis(p);
	int longest = 0;

	for (int k = 0; k < p->n_notes; k++)
		longest = text_characters(p->note[k].text) > longest
		                  ? text_characters(p->note[k].text)
		                  : longest;
	n.width = l->font * (0.55 * longest + (f->n_runs > 1 ? 1.4 : 0));
	n.right = a->right - edge;
	n.top = a->bottom - edge - n.height;
	if (covered(p, &x, &y,
	            (double[4]){ 1 - (n.width + edge) / wide, 1, 0, (n.height + edge) / high }) >
	    covered(p, &x, &y,
	            (double[4]){ 0, (n.width + edge) / wide, 1 - (n.height + edge) / high, 1 })) {
		n.right = a->left + edge + n.width;
		n.top = a->top + edge;
	}
	return n;
}

/* Write the notes below each other; none if they need more than about half of the panel.  With
 * several runs each note is followed by its run's point type, for readers who cannot see its
 * colour. */
static void write_notes(FILE *to, const struct curve_figure *f, const struct layout *l,
                        const struct curve_panel *p, const struct area *a)
{
	struct notes n = place_notes(f, l, p, a);
	char quoted[420];

	if (n.height > 0.55 * (a->bottom - a->top))
		return;
	for (int k = 0; k < p->n_notes; k++) {
		int run = p->note[k].run, several = f->n_runs > 1;
		const char *rgb = several ? curve_color(f, run, CURVE_PLAIN) : "#404040";
		double y = 1 - (n.top + (0.7 + 1.4 * k) * l->font) / l->height;

		out(to, "set label %s at screen %.5f, screen %.5f right tc rgb '%s' front\n",
		    gnuplot_quote(quoted, sizeof quoted, p->note[k].text),
		    (n.right - (several ? 1.4 : 0.3) * l->font) / l->width, y, rgb);
		if (several)
			out(to,
			    "set label '' at screen %.5f, screen %.5f point pt %d ps %.2f lc "
			    "rgb '%s' front\n",
			    (n.right - 0.6 * l->font) / l->width, y,
			    curve_shape(run, CURVE_PLAIN), l->point, rgb);
	}
}

static void write_titles(FILE *to, const struct curve_figure *f, const struct layout *l,
                         const struct curve_panel *p, const struct area *a)
{
	char quoted[420], title[400];

	out(to, "set xlabel %s offset 0,%.1f\n",
	    gnuplot_quote(quoted, sizeof quoted, panel_x_label(f, p)), l->lift);
	out(to, "set ylabel %s\n",
	    p->map ? "''"
	           : gnuplot_quote(quoted, sizeof quoted, panel_y_label(p, title, sizeof title)));
	if (p->title)
		out(to, "set label %s at screen %.5f, screen %.5f center\n",
		    gnuplot_quote(quoted, sizeof quoted,
		                  text_shorten(title, sizeof title, p->title,
		                               (int)((a->right - a->left) / (0.55 * l->font)),
		                               "\u2026")),
		    (a->left + a->right) / 2 / l->width,
		    1 - (a->top - 0.9 * l->font) / l->height);
}

static void write_axes(FILE *to, const struct curve_figure *f, const struct layout *l, int panel)
{
	const struct curve_panel *p = &f->panel[panel];
	struct scale x = panel_x_axis(f, p), y = panel_y_axis(p);
	struct area a = area_of(l, p, &l->place[panel]);
	char format[16];

	fprintf(to, "unset arrow\nunset label\nunset logscale\n");
	write_margins(to, l, &a);
	write_titles(to, f, l, p, &a);
	out_own(to, x.logarithmic ? "set logscale x\n" : "");
	fprintf(to, "set xrange [%.15g:%.15g]\n", x.low, x.high);
	scale_write_ticks(to, &x, (int)fmax(2, (a.right - a.left + 7.4 * l->font) / (5 * l->font)),
	                  f->whole_x && !p->x_label);
	out_own(to, y.logarithmic ? "set logscale y\n" : "");
	out(to, "set format y '%s'\nset yrange [%.15g:%.15g]\n",
	    scale_format(&y, format, sizeof format), y.low, y.high);
	if (p->manner & PANEL_UNIT)
		fprintf(to,
		        "set arrow from 0,0 to 1,1 nohead back lc rgb '#9A9A9A' lw 1 dt (5,4)\n");
	if (p->manner & PANEL_ZERO_LINE)
		fprintf(to, "set arrow from graph 0, first 0 to graph 1, first 0 nohead back lc "
		            "rgb '#9A9A9A' lw 1.2\n");
	for (int r = 0; r < f->n_runs && !p->x_label; r++)
		write_best(to, f, l, panel, r, &x, &y);
	write_notes(to, f, l, p, &a);
}

/* Plot what is below the lines: shading, bands and whiskers.  `banded` has the number of points of
 * each band, `cut` those of its ends that are cut, below and above. */
static void plot_shades(FILE *to, const struct curve_figure *f, const struct layout *l, int panel,
                        const int *banded, const int *cut)
{
	const struct curve_panel *p = &f->panel[panel];

	for (int k = 0; k < p->n; k++) {
		const struct curve *c = &p->curve[k];
		const char *rgb = curve_color(f, c->run, c->role);

		if (c->manner & CURVE_FILLED)
			out(to,
			    "$c%dx%d using 1:2 with filledcurves y=0 fs transparent solid 0.15 "
			    "noborder lc rgb '%s' notitle, ",
			    panel, k, rgb);
		if (banded[k] > 1 && !(c->manner & CURVE_WHISKERS))
			out(to,
			    "$c%dx%db using 1:2:3 with filledcurves fs transparent solid 0.2 "
			    "noborder lc rgb '%s' notitle, ",
			    panel, k, rgb);
		if (banded[k] > 0 && c->manner & CURVE_WHISKERS)
			out(to,
			    "$c%dx%db using 1:4:2:3 with yerrorbars pt -1 ps 0 lw 1.3 lc rgb "
			    "'%s' notitle, ",
			    panel, k, rgb);
		for (int above = 0; above < 2; above++)
			if (cut[2 * k + above] > 0)
				out(to,
				    "$c%dx%d%c using 1:2 with points pt %d ps %.2f lw 1.3 lc rgb "
				    "'%s' notitle, ",
				    panel, k, above ? 'w' : 'v', above ? CUT_ABOVE : CUT_BELOW,
				    l->point, rgb);
	}
}

/* Plot rings on white discs, to show on a thick curve. */
static void plot_ring(FILE *to, const struct layout *l, int panel, int k, const char *rgb)
{
	out(to, "$c%dx%dm using 1:2 with points pt 7 ps %.2f lc rgb '#ffffff' notitle, "
	    "$c%dx%dm using 1:2 with points pt 6 ps %.2f lw 1.6 lc rgb '%s' notitle",
	    panel, k, 1.6 * l->point, panel, k, 1.6 * l->point, rgb);
}

static void write_curves(FILE *to, const struct curve_figure *f, const struct layout *l, int panel)
{
	const struct curve_panel *p = &f->panel[panel];
	int marked[CURVES_MAX_CURVES], banded[CURVES_MAX_CURVES], cut[2 * CURVES_MAX_CURVES];
	char name[40];

	for (int k = 0; k < p->n; k++) {
		snprintf(name, sizeof name, "c%dx%d", panel, k);
		write_remark(to, f, p, &p->curve[k]);
		marked[k] = write_curve(to, name, &p->curve[k], marks_of(f, &p->curve[k]));
		banded[k] = write_band(to, name, &p->curve[k]);
		for (int above = 0; above < 2; above++)
			cut[2 * k + above] = write_cuts(to, name, &p->curve[k], above);
	}
	write_axes(to, f, l, panel);
	fprintf(to, "plot ");
	plot_shades(to, f, l, panel, banded, cut);
	for (int k = 0; k < p->n; k++) {
		const struct curve *c = &p->curve[k];
		const char *rgb = curve_color(f, c->run, c->role);

		out(to, "%s", k ? ", " : "");
		if (c->role == CURVE_MARK) {
			plot_ring(to, l, panel, k, rgb);
			continue;
		}
		out(to, "$c%dx%d using 1:2 with lines lc rgb '%s' %s notitle", panel, k, rgb,
		    curve_line(c->role, c->n));
		if (marked[k] > 0)
			out(to,
			    ", $c%dx%dm using 1:2 with points pt %d ps %.2f lc rgb '%s' "
			    "notitle",
			    panel, k, curve_shape(c->run, c->role), 0.9 * l->point, rgb);
	}
	fprintf(to, "\n");
}

/* ---- heat maps ---- */

/* gnuplot's font size for a height in pixels, as in curves_set_terminal(). */
static double font_points(enum curve_format format, double pixels)
{
	return format == CURVES_SVG ? pixels : format == CURVES_PDF ? 1.08 * pixels : 0.75 * pixels;
}

/* Length of the longest row name in characters, at most ROW_MAX_CHARS. */
static int longest_row(const struct curve_map *m)
{
	int longest = 0;

	for (int r = 0; r < m->rows; r++) {
		int n = text_characters(m->row[r]);

		longest = n > longest ? n : longest;
	}
	return longest < ROW_MAX_CHARS ? longest : ROW_MAX_CHARS;
}

/* Write the data of a heat map. $mK: the map. $rK and $wK: the right and the wrong answers, in the
 * row of their exercise and in the strip above all rows, which is row -1; never empty, because
 * gnuplot rejects empty data. */
static void write_map_data(FILE *to, const struct curve_map *m, int panel)
{
	fprintf(to, "$m%d << EOD\n", panel);
	for (int r = 0; r < m->rows; r++)
		for (int t = 0; t < m->columns; t++) {
			double v = m->value[(size_t)r * m->columns + t];

			if (isfinite(v))
				fprintf(to, "%d %d %.4g\n", t + 1, r, v);
			else
				fprintf(to, "%d %d NaN\n", t + 1, r);
		}
	fprintf(to, "EOD\n");
	for (int right = 1; right >= 0; right--) {
		fprintf(to, "$%c%d << EOD\n-9 -9\n", right ? 'r' : 'w', panel);
		for (int t = 0; t < m->columns; t++) {
			if (!m->right[t] != !right)
				continue;
			fprintf(to, "%d -1.1\n", t + 1);
			if (m->at[t] >= 0)
				fprintf(to, "%d %d\n", t + 1, m->at[t]);
		}
		fprintf(to, "EOD\n");
	}
}

static void write_rows(FILE *to, const struct curve_map *m, enum curve_format format, double font)
{
	char name[200], quoted[500];

	fprintf(to, "set ytics font ',%.1f' scale 0 (\"answers\" -1.1", font_points(format, font));
	for (int r = 0; r < m->rows; r++)
		out(to, ", %s %d", gnuplot_quote(quoted, sizeof quoted,
		    text_shorten(name, sizeof name, m->row[r], ROW_MAX_CHARS, "\u2026")), r);
	fprintf(to, ")\n");
}

static void write_map(FILE *to, const struct curve_figure *f, const struct layout *l, int panel)
{
	const struct curve_panel *p = &f->panel[panel];
	const struct curve_map *m = p->map;
	struct scale x = panel_x_axis(f, p);
	struct area a = area_of(l, p, &l->place[panel]);
	double cell_h = (a.bottom - a.top) / (m->rows + 1.3), font = fmin(l->font, 0.9 * cell_h),
	       cell_w, dot;
	char quoted[300];

	a.left = l->place[panel].left + 0.58 * font * fmax(longest_row(m), 7) + 2 * l->font;
	a.right -= 6.5 * l->font;
	cell_w = (a.right - a.left) / m->columns;
	dot = fmin(1.1, 0.085 * fmin(cell_w, 0.8 * cell_h) * 15 / l->font) * l->point;
	write_map_data(to, m, panel);
	fprintf(to, "unset arrow\nunset label\nunset logscale\nunset grid\n" PALETTE);
	write_margins(to, l, &a);
	write_titles(to, f, l, p, &a);
	write_rows(to, m, l->format, font);
	fprintf(to,
	        "set xrange [%.15g:%.15g]\nset yrange [%.15g:-1.8]\nset cbrange [0:1]\nset cbtics "
	        "0.25\n",
	        x.low, x.high, m->rows - 0.5);
	scale_write_ticks(to, &x, 20, 1);
	out(to,
	    "set cblabel %s\nset colorbox vertical user origin screen %.5f, screen %.5f size "
	    "screen %.5f, screen %.5f\n",
	    gnuplot_quote(quoted, sizeof quoted, p->label),
	    (a.right + 0.8 * l->font) / l->width, 1 - a.bottom / l->height,
	    1.0 * l->font / l->width, (a.bottom - a.top) / l->height);
	/* Viewers of the other formats would smooth an image. */
	out(to,
	    "plot $m%d using 1:2:3 with image%s notitle, $r%d using 1:2 with points pt 7 ps "
	    "%.2f lc rgb '#000000' notitle, "
	    "$w%d using 1:2 with points pt 6 ps %.2f lw 1.2 lc rgb '#000000' notitle\n",
	    panel, l->format == CURVES_SVG || l->format == CURVES_PDF ? " pixels" : "", panel,
	    dot, panel, dot);
	fprintf(to, "unset colorbox\nset ytics autofreq scale 0.6 font ''\nset grid\n");
}

/* ---- the legend ---- */

/* Write a legend entry: a line, perhaps with a point, and a text to its right; x and y are pixels
 * from the lower left. */
static void write_entry(FILE *to, const struct layout *l, double x, double y, const struct entry *e)
{
	double sx = x / l->width, sy = y / l->height, long_ = 3 * l->font / l->width;
	char quoted[1200];

	if (e->line)
		out(to,
		    "set arrow from screen %.5f, screen %.5f to screen %.5f, screen %.5f "
		    "nohead lc rgb '%s' %s\n",
		    sx, sy, sx + long_, sy, e->rgb, curve_line(e->role, 0));
	if (e->band)
		out(to,
		    "set arrow from screen %.5f, screen %.5f to screen %.5f, screen %.5f "
		    "nohead lc rgb '#b0%s' lw 9\n",
		    sx, sy, sx + long_, sy, e->rgb + 1);
	if (e->whisker)
		out(to,
		    "set arrow from screen %.5f, screen %.5f to screen %.5f, screen %.5f heads "
		    "size screen %.5f,90 lc rgb '%s' lw 1.3\n",
		    sx + long_ / 2, sy - 0.5 * l->font / l->height, sx + long_ / 2,
		    sy + 0.5 * l->font / l->height, 0.3 * l->font / l->width, e->rgb);
	if (e->point >= 0)
		out(to,
		    "set label '' at screen %.5f, screen %.5f point pt %d ps %.2f lc rgb "
		    "'%s'\n",
		    sx + long_ / 2, sy, e->point, l->point, e->rgb);
	out(to, "set label %s at screen %.5f, screen %.5f left\n",
	    gnuplot_quote(quoted, sizeof quoted, e->title),
	    sx + long_ + 0.7 * l->font / l->width, sy);
}

/* The vertical centre of a line of the legend, in pixels from the bottom. */
static double legend_line(const struct layout *l, int row)
{
	return l->legend_height - l->font * (1.0 + 1.5 * row);
}

static void write_run_entries(FILE *to, const struct curve_figure *f, const struct layout *l)
{
	int used = f->n_runs < l->legend_columns ? f->n_runs : l->legend_columns;
	double left = (l->width - used * l->legend_width) / 2 + l->font;

	for (int r = 0; r < f->n_runs; r++) {
		const char *at = f->run[r].best_at;
		char title[800], name[500];

		text_shorten(name, sizeof name, f->run[r].name, NAME_MAX_CHARS, "\u2026");
		snprintf(title, sizeof title, at ? "%s (best: %s)" : "%s", name, at);
		write_entry(to, l, left + r % l->legend_columns * l->legend_width,
		            legend_line(l, r / l->legend_columns),
		            &(struct entry){ .title = title,
		                             .rgb = curve_color(f, r, CURVE_VALID),
		                             .role = CURVE_VALID,
		                             .line = 1,
		                             .point = curve_shape(r, CURVE_VALID) });
	}
}

static void write_common_entries(FILE *to, const struct layout *l)
{
	for (int row = 0, k = 0; row < l->entry_rows; row++) {
		double all = 0, x;

		for (int j = k; j < l->n_entries && l->entry[j].row == row; j++)
			all += l->entry[j].width;
		for (x = (l->width - all) / 2 + l->font; k < l->n_entries && l->entry[k].row == row;
		     x += l->entry[k++].width)
			write_entry(to, l, x, legend_line(l, l->legend_rows - l->entry_rows + row),
			            &l->entry[k]);
	}
}

/* Write the legend: with several runs these first, by colour and point type; then the entries that
 * apply to all. */
static void write_legend(FILE *to, const struct curve_figure *f, const struct layout *l)
{
	fprintf(to, "unset arrow\nunset label\nunset logscale\nunset xlabel\nunset ylabel\nunset "
	            "tics\nunset border\nunset grid\n");
	write_margins(to, l, &(struct area){ 0, l->width, 0, l->height });
	fprintf(to, "set xrange [0:1]\nset yrange [0:1]\n");
	if (f->n_runs > 1)
		write_run_entries(to, f, l);
	write_common_entries(to, l);
	/* Nothing to plot: the legend consists of arrows and labels. */
	fprintf(to, "plot -1 notitle\n");
}

/* ---- the whole figure ---- */

/* Write the head of a script: a comment on its origin, and where its picture goes. */
static void write_preface(FILE *to, const struct curve_figure *f, const struct layout *l)
{
	char quoted[4200];

	if (f->about)
		out(to, "# Drawn by %s\n", gnuplot_quote(quoted, sizeof quoted, f->about));
	fprintf(to, "# Data and layout are all here: `gnuplot THIS_FILE` draws the figure.  For "
	            "another format put one of\n"
	            "#     ");
	curves_set_terminal(to, CURVES_SVG, l->width, l->height, l->font);
	fprintf(to, "#     ");
	curves_set_terminal(to, CURVES_PDF, l->width, l->height, l->font);
	fprintf(to, "# instead of this:\n");
}

static void write_picture(FILE *to, const struct curve_figure *f, const struct layout *l)
{
	char quoted[4200], name[500];

	if (l->format == CURVES_SCRIPT)
		write_preface(to, f, l);
	curves_set_terminal(to, l->format, l->width, l->height, l->font);
	if (l->format == CURVES_SCRIPT && f->file)
		out(to, "set output %s\n", gnuplot_quote(quoted, sizeof quoted, f->file));
	fprintf(to, "set encoding utf8\nset border 3 lc rgb '#404040'\nset tics nomirror out scale "
	            "0.6 tc rgb '#404040'\n"
	            "set format x '%%h'\nset grid lc rgb '#e4e4e4' lt 1 dt 1 lw 0.6\nunset key\n");
	if (f->n_runs == 1)
		out(to, "set multiplot title %s\n",
		    gnuplot_quote(quoted, sizeof quoted,
		                  text_shorten(name, sizeof name, f->run[0].name,
		                               (int)(1.5 * l->width / l->font), "\u2026")));
	else
		fprintf(to, "set multiplot\n");
	for (int p = 0; p < f->n_panels; p++) {
		if (f->panel[p].map)
			write_map(to, f, l, p);
		else
			write_curves(to, f, l, p);
	}
	write_legend(to, f, l);
	fprintf(to, "unset multiplot\nset output\n");
}

/* Return the script, or run it. */
enum ry_status curves_draw_picture(const struct curve_figure *f, enum curve_format format,
                                   int width, int height, char **picture, size_t *size)
{
	struct layout l = { .format = format };
	char *script = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&script, &length);
	enum ry_status status;

	if (!to)
		return ry_fail_memory("a figure");
	lay_out(&l, f, width, height);
	write_picture(to, f, &l);
	if (fclose(to) != 0) {
		free(script);
		return ry_fail_memory("a figure");
	}
	if (format == CURVES_SCRIPT) {
		*picture = script;
		*size = length;
		return RY_OK;
	}
	status = curves_run(script, length, format, picture, size);
	free(script);
	return status;
}
