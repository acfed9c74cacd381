/* curves.c - see curves.h.
 *
 * A figure is a grid of panels above a strip for the legend.  Everything is placed in pixels here,
 * because gnuplot's own placing knows nothing of the neighbours.
 */
#include "src/ui/curves.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "src/ui/gnuplot.h"
#include "src/ui/words.h"

#define NAME_MAX_CHARS 56

/* A PNG has this many times the pixels that a screen would show: for paper. */
#define PNG_SCALE 1.5

/* With more runs than this the lines at their best points would be a fence. */
#define MAX_RULES 4

/* Above so many points a curve is noise: thinner. */
#define MANY_POINTS 200

/* A few for each run in a panel. */
#define CURVES_MAX_CURVES (4 * CURVES_MAX_RUNS)

/* The palette of Okabe and Ito (2008), blue and orange first. */
static const char *const color[] = {
	"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#7F7F7F",
};
#define N_COLORS ((int)(sizeof color / sizeof color[0]))

/* gnuplot's points: disc, square, triangle, diamond, turned triangle, pentagon; then the open ones. */
static const int shape[] = { 7, 5, 9, 13, 11, 15, 6, 4 };
#define N_SHAPES ((int)(sizeof shape / sizeof shape[0]))

int curves_format(const char *file)
{
	const char *dot = strrchr(file, '.');

	if (!dot || strchr(dot, '/'))
		return -1;
	if (strcasecmp(dot, ".png") == 0)
		return CURVES_PNG;
	if (strcasecmp(dot, ".svg") == 0)
		return CURVES_SVG;
	return strcasecmp(dot, ".pdf") == 0 ? CURVES_PDF : -1;
}

/* ---- ranges ---- */

struct range {
	double low, high;
};

static void widen(struct range *r, double x)
{
	r->low = fmin(r->low, x);
	r->high = fmax(r->high, x);
}

static int usable(const struct curve *c, size_t i)
{
	return isfinite(c->x[i]) && isfinite(c->y[i]);
}

static int has_band(const struct curve *c, size_t i)
{
	return c->low && isfinite(c->x[i]) && isfinite(c->low[i]) && isfinite(c->high[i]);
}

/* Over all panels: they share the x axis. */
static struct range x_range(const struct curve_figure *f)
{
	struct range r = { INFINITY, -INFINITY };

	for (int p = 0; p < f->n_panels; p++)
		for (int k = 0; k < f->panel[p].n; k++)
			for (size_t i = 0; i < f->panel[p].curve[k].n; i++)
				if (usable(&f->panel[p].curve[k], i))
					widen(&r, f->panel[p].curve[k].x[i]);
	return r;
}

static struct range y_range(const struct curve_panel *p)
{
	struct range r = { INFINITY, -INFINITY };

	for (int k = 0; k < p->n; k++)
		for (size_t i = 0; i < p->curve[k].n; i++) {
			if (usable(&p->curve[k], i))
				widen(&r, p->curve[k].y[i]);
			if (has_band(&p->curve[k], i)) {
				widen(&r, p->curve[k].low[i]);
				widen(&r, p->curve[k].high[i]);
			}
		}
	return r;
}

/* Some air on both sides; a single value gets air of its own size. */
static struct range with_air(struct range r, double share, double least)
{
	double air = r.high > r.low ? share * (r.high - r.low) : fmax(least, 0.05 * fabs(r.high));

	return (struct range){ r.low - air, r.high + air };
}

static double tick_step(struct range r, int most, int whole)
{
	double step = words_tick_step(r.low, r.high, most);

	return whole && step < 1 ? 1 : step;
}

/* ---- one curve ---- */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The largest distance in x over which the line goes on: twice the usual one between known points, so
 * that a measure taken every fifth epoch is a line, and a hole is a hole.  Also the number of
 * known points. */
static double longest_join(const struct curve *c, size_t *known)
{
	double *distance = malloc((c->n + 1) * sizeof *distance), last = NAN, usual;
	size_t n = 0;

	*known = 0;
	for (size_t i = 0; i < c->n; i++) {
		if (!usable(c, i))
			continue;
		if (distance && (*known)++ > 0)
			distance[n++] = c->x[i] - last;
		last = c->x[i];
	}
	if (n == 0) {
		free(distance);
		return INFINITY;
	}
	qsort(distance, n, sizeof *distance, by_value);
	usual = distance[n / 2];
	free(distance);
	return 2.001 * usual;
}

/* Whether point i, which comes `before` after the one known before it, has no line to be seen by. */
static int stands_alone(const struct curve *c, size_t i, double before, double join)
{
	size_t next = i + 1;

	while (next < c->n && !usable(c, next))
		next++;
	return !(before <= join) && (next == c->n || c->x[next] - c->x[i] > join);
}

/* The curve as a data block $NAME, broken where it has holes; and as $NAMEm the points to be marked:
 * what stands alone, and unless it is a training curve the ends and a dozen of many.  Returns
 * how many are marked. */
static int write_curve(FILE *to, const char *name, const struct curve *c)
{
	size_t known, seen = 0, every;
	double join = longest_join(c, &known), last = NAN;
	int marked = 0;

	fprintf(to, "$%s << EOD\n", name);
	for (size_t i = 0; i < c->n; i++) {
		if (!usable(c, i))
			continue;
		fprintf(to, "%s%.9g %.9g\n", c->x[i] - last > join ? "\n" : "", c->x[i], c->y[i]);
		last = c->x[i];
	}
	fprintf(to, "EOD\n$%sm << EOD\n", name);
	every = known > 24 ? known / 12 : 1;
	last = NAN;
	for (size_t i = 0; i < c->n; i++) {
		if (!usable(c, i))
			continue;
		if (stands_alone(c, i, c->x[i] - last, join)
		    || (c->role != CURVE_TRAIN && (seen % every == 0 || seen == known - 1)))
			marked += fprintf(to, "%.9g %.9g\n", c->x[i], c->y[i]) > 0;
		last = c->x[i];
		seen++;
	}
	fprintf(to, "EOD\n");
	return marked;
}

/* The band as a data block $NAMEb, broken where the curve is.  Returns how many points it has. */
static int write_band(FILE *to, const char *name, const struct curve *c)
{
	size_t known;
	double join = longest_join(c, &known), last = NAN;
	int n = 0;

	fprintf(to, "$%sb << EOD\n", name);
	for (size_t i = 0; i < c->n; i++) {
		if (!has_band(c, i))
			continue;
		fprintf(to, "%s%.9g %.9g %.9g\n", c->x[i] - last > join ? "\n" : "", c->x[i], c->low[i], c->high[i]);
		last = c->x[i];
		n++;
	}
	fprintf(to, "EOD\n");
	return n;
}

/* The value of the panel's leading curve of a run at its best x; NaN when it is not known there. */
static double value_at_best(const struct curve_panel *p, int run, double best)
{
	double value = NAN;

	for (int k = 0; k < p->n; k++) {
		const struct curve *c = &p->curve[k];

		for (size_t i = 0; c->run == run && c->role != CURVE_TRAIN && i < c->n; i++)
			if (usable(c, i) && c->x[i] == best)
				value = c->y[i];
	}
	return value;
}

/* What a y axis shows. */
struct axis {
	double low, high;
	int    logarithmic;
};

/* A loss that falls by powers of ten shows its end only on a logarithmic axis. */
static struct axis y_axis(const struct curve_panel *p)
{
	struct range y = y_range(p), air = with_air(y, 0.08, 0.01);

	if (y.low > 0 && y.high / y.low > 100)
		return (struct axis){ y.low / 1.5, y.high * 1.5, 1 };
	return (struct axis){ air.low, air.high, 0 };
}

/* Where y is on the axis, 0 at its foot and 1 at its top. */
static double height_of(const struct axis *a, double y)
{
	if (a->logarithmic)
		return log(y / a->low) / log(a->high / a->low);
	return (y - a->low) / (a->high - a->low);
}

/* The height at which a text is farthest from the curves between two x: top, foot or middle. */
static double free_height(const struct curve_panel *p, const struct axis *a, struct range x)
{
	static const double candidate[] = { 0.95, 0.06, 0.5 };
	double best = -1, height = candidate[0];

	for (int h = 0; h < 3; h++) {
		double nearest = INFINITY;

		for (int k = 0; k < p->n; k++)
			for (size_t i = 0; i < p->curve[k].n; i++) {
				const struct curve *c = &p->curve[k];

				if (usable(c, i) && c->x[i] >= x.low && c->x[i] <= x.high)
					nearest = fmin(nearest, fabs(height_of(a, c->y[i]) - candidate[h]));
			}
		if (nearest > best) {
			best = nearest;
			height = candidate[h];
		}
	}
	return height;
}

/* ---- pictures ---- */

struct layout {
	int           width, height;     /* pixels */
	double        font;              /* size in pixels */
	int           columns, rows;     /* of panels */
	int           legend_columns, legend_rows;
	double        legend_width;      /* pixels, of an entry */
	double        top, legend_height;   /* pixels */
	double        point;             /* what a point of size 1 must be multiplied by */
	double        lift;              /* of the x label, in lines */
	struct range  x;
};

/* Characters, not bytes. */
static int characters(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

/* A name that is too long keeps both ends, which is where runs differ.  `dots` is "..." or the one
 * character for it. */
static const char *shorten(char *to, size_t size, const char *name, int most, const char *dots)
{
	int n = characters(name), kept = most - characters(dots), k = 0;
	size_t length = 0;

	if (n <= most) {
		snprintf(to, size, "%s", name);
		return to;
	}
	for (const char *p = name; *p; k++) {
		int start = k < (kept + 1) / 2, end = k >= n - kept / 2;

		if (k == (kept + 1) / 2)
			length += (size_t)snprintf(to + length, size - length, "%s", dots);
		do {
			if ((start || end) && length < size - 1)
				to[length++] = *p;
			p++;
		} while (((unsigned char)*p & 0xc0) == 0x80);
	}
	to[length] = '\0';
	return to;
}

/* Pixels that a legend entry takes, the longest of them.  Widths of characters are estimates: gnuplot
 * tells nobody what it measured. */
static double entry_width(const struct curve_figure *f, double font)
{
	int longest = 0;

	for (int r = 0; r < f->n_runs; r++) {
		const char *at = f->run[r].best_at;
		int name = characters(f->run[r].name);
		int n = (name < NAME_MAX_CHARS ? name : NAME_MAX_CHARS) + (at ? characters(at) + 9 : 0);

		longest = n > longest ? n : longest;
	}
	return font * (0.55 * longest + 5.5);
}

/* Where things go.  gnuplot's terminals disagree about the size of points and the place of labels. */
static void lay_out(struct layout *l, const struct curve_figure *f, enum curve_format format, int width, int height)
{
	double natural = format == CURVES_PNG ? PNG_SCALE : 1;      /* enlarges what is not given */

	l->point = format == CURVES_PNG ? 1.4 : format == CURVES_SVG ? 0.65 : 0.8;
	l->lift = format == CURVES_SVG ? 0.5 : 0;
	l->columns = f->n_panels <= 3 ? f->n_panels : f->n_panels == 4 ? 2 : 3;
	l->rows = (f->n_panels + l->columns - 1) / l->columns;
	l->width = width ? width : (int)(natural * fmax(820, 600 * l->columns));
	l->font = natural * 15;
	if (height)
		l->font = fmax(7, 0.031 * fmin((double)height / l->rows, 0.8 * l->width / l->columns));
	l->legend_width = entry_width(f, l->font);
	l->legend_columns = (int)fmax(1, floor(l->width / l->legend_width));
	l->legend_rows = 1 + (f->n_runs > 1 ? (f->n_runs + l->legend_columns - 1) / l->legend_columns : 0);
	l->legend_height = l->font * (1.5 * l->legend_rows + 0.6);
	l->top = l->font * (f->n_runs == 1 ? 2.4 : 0.6);
	l->height = height ? height : (int)(natural * l->rows * 400 + l->top + l->legend_height);
	l->x = with_air(x_range(f), 0.02, 1);
}

void curves_set_terminal(FILE *to, enum curve_format format, int width, int height, double font)
{
	switch (format) {
	case CURVES_PNG:
		fprintf(to, "set terminal pngcairo noenhanced color background '#ffffff' size %d,%d "
		        "font 'sans-serif,%.1f' linewidth %.2f\n", width, height, 0.75 * font, font / 12);
		break;
	case CURVES_SVG:
		fprintf(to, "set terminal svg noenhanced size %d,%d font 'DejaVu Sans,Helvetica,Arial,sans-serif,%.1f' "
		        "linewidth %.2f background '#ffffff'\n", width, height, font, font / 12);
		break;
	case CURVES_PDF:
		fprintf(to, "set terminal pdfcairo noenhanced color size %.2fin,%.2fin font 'sans-serif,%.1f' linewidth %.2f\n",
		        width / 100.0, height / 100.0, 1.08 * font, font / 10);
		break;
	case CURVES_TEXT:
		break;
	}
}

/* One run: blue and orange are training and validation. */
static const char *curve_color(const struct curve_figure *f, int run, enum curve_role role)
{
	return color[(f->n_runs == 1 && role != CURVE_TRAIN ? 1 : run) % N_COLORS];
}

static int curve_shape(int run, enum curve_role role)
{
	return role == CURVE_TRAIN ? 6 : shape[(run + run / N_COLORS) % N_SHAPES];
}

static const char *curve_line(enum curve_role role, size_t n)
{
	if (role == CURVE_TRAIN)
		return n > MANY_POINTS ? "dt (7,4) lw 1.1" : "dt (7,4) lw 1.6";
	return n > MANY_POINTS ? "dt 1 lw 1.4" : "dt 1 lw 2.2";
}

/* The vertical line at a run's best point, a ring around it, and what it is. */
static void write_best(FILE *to, const struct curve_figure *f, const struct layout *l, int panel, int run,
                       const struct axis *y)
{
	const struct curve_panel *p = &f->panel[panel];
	const char *c = curve_color(f, run, CURVE_VALID);
	double best = f->run[run].best, value = value_at_best(p, run, best), middle = (l->x.low + l->x.high) / 2;
	double reach = (l->x.high - l->x.low) * 0.4;
	char words[160], quoted[700];
	int right = best > middle;

	if (!isfinite(best))
		return;
	if (f->n_runs <= MAX_RULES)
		fprintf(to, "set arrow from %.9g, graph 0 to %.9g, graph 1 nohead back lc rgb '%s' lw 1 dt (3,3)\n", best, best, c);
	if (isfinite(value))            /* a white disc, so that the ring shows on a thick curve */
		fprintf(to, "set label at %.9g, %.9g '' point pt 7 ps %.2f lc rgb '#ffffff' front\n"
		        "set label at %.9g, %.9g '' point pt 6 ps %.2f lc rgb '%s' lw 1.6 front\n"
		        "set label at %.9g, %.9g '' point pt 7 ps %.2f lc rgb '%s' front\n",
		        best, value, 1.8 * l->point, best, value, 1.8 * l->point, c, best, value, 0.6 * l->point, c);
	if (f->n_runs > 1 || !f->run[run].best_at)
		return;
	if (isfinite(value))
		snprintf(words, sizeof words, "best: %s (%.4g)", f->run[run].best_at, value);
	else
		snprintf(words, sizeof words, "best: %s", f->run[run].best_at);
	fprintf(to, "set label %s at %.9g, graph %.3f %s offset character %s, 0 tc rgb '#404040' front\n",
	        gnuplot_quote(quoted, sizeof quoted, words), best,
	        free_height(p, y, (struct range){ right ? best - reach : best, right ? best : best + reach }),
	        right ? "right" : "left", right ? "-1" : "1");
}

static void write_axes(FILE *to, const struct curve_figure *f, const struct layout *l, int panel)
{
	const struct curve_panel *p = &f->panel[panel];
	struct axis y = y_axis(p);
	char quoted[400];
	double cell_w = (double)l->width / l->columns;
	double top = l->top, cell_h = (l->height - top - l->legend_height) / l->rows;
	double left = panel % l->columns * cell_w + 6.2 * l->font, right = (panel % l->columns + 1) * cell_w - 1.2 * l->font;
	double up = top + panel / l->columns * cell_h + 0.4 * l->font, down = top + (panel / l->columns + 1) * cell_h - 4.6 * l->font;

	fprintf(to, "unset arrow\nunset label\nunset logscale y\n");
	fprintf(to, "set lmargin at screen %.5f\nset rmargin at screen %.5f\nset tmargin at screen %.5f\nset bmargin at screen %.5f\n",
	        left / l->width, right / l->width, 1 - up / l->height, 1 - down / l->height);
	fprintf(to, "set xlabel %s offset 0,%.1f\n", gnuplot_quote(quoted, sizeof quoted, f->x_label), l->lift);
	fprintf(to, "set ylabel %s\n", gnuplot_quote(quoted, sizeof quoted, p->label));
	fprintf(to, "set xrange [%.9g:%.9g]\nset xtics %.9g\n", l->x.low, l->x.high,
	        tick_step(l->x, (int)fmax(2, cell_w / (5 * l->font)), f->whole_x));
	fprintf(to, "%sset format y '%s'\nset yrange [%.9g:%.9g]\n", y.logarithmic ? "set logscale y\n" : "",
	        y.logarithmic ? "%g" : "%h", y.low, y.high);
	for (int r = 0; r < f->n_runs; r++)
		write_best(to, f, l, panel, r, &y);
}

static void write_panel(FILE *to, const struct curve_figure *f, const struct layout *l, int panel)
{
	const struct curve_panel *p = &f->panel[panel];
	int marked[CURVES_MAX_CURVES], banded[CURVES_MAX_CURVES];
	char name[40];

	for (int k = 0; k < p->n; k++) {
		snprintf(name, sizeof name, "c%dx%d", panel, k);
		marked[k] = write_curve(to, name, &p->curve[k]);
		banded[k] = write_band(to, name, &p->curve[k]);
	}
	write_axes(to, f, l, panel);
	fprintf(to, "plot ");
	for (int k = 0; k < p->n; k++)          /* below all lines */
		if (banded[k] > 1)
			fprintf(to, "$c%dx%db using 1:2:3 with filledcurves fs transparent solid 0.2 noborder lc rgb '%s' notitle, ",
			        panel, k, curve_color(f, p->curve[k].run, p->curve[k].role));
	for (int k = 0; k < p->n; k++) {
		const struct curve *c = &p->curve[k];
		const char *rgb = curve_color(f, c->run, c->role);

		fprintf(to, "%s$c%dx%d using 1:2 with lines lc rgb '%s' %s notitle", k ? ", " : "", panel, k, rgb,
		        curve_line(c->role, c->n));
		if (marked[k] > 0)
			fprintf(to, ", $c%dx%dm using 1:2 with points pt %d ps %.2f lc rgb '%s' notitle", panel, k,
			        curve_shape(c->run, c->role), 0.9 * l->point, rgb);
	}
	fprintf(to, "\n");
}

static int has_role(const struct curve_figure *f, enum curve_role role)
{
	for (int p = 0; p < f->n_panels; p++)
		for (int k = 0; k < f->panel[p].n; k++)
			if (f->panel[p].curve[k].role == role)
				return 1;
	return 0;
}

/* An entry of the legend: a piece of line, perhaps with a point, and a text to its right; x and y in
 * pixels from the lower left. */
static void write_entry(FILE *to, const struct layout *l, double x, double y, const char *rgb, enum curve_role role,
                        int point, const char *title)
{
	double sx = x / l->width, sy = y / l->height, long_ = 3 * l->font / l->width;
	char quoted[1200];

	fprintf(to, "set arrow from screen %.5f, screen %.5f to screen %.5f, screen %.5f nohead lc rgb '%s' %s\n",
	        sx, sy, sx + long_, sy, rgb, curve_line(role, 0));
	if (point)
		fprintf(to, "set label '' at screen %.5f, screen %.5f point pt %d ps %.2f lc rgb '%s'\n", sx + long_ / 2,
		        sy, point, l->point, rgb);
	fprintf(to, "set label %s at screen %.5f, screen %.5f left\n", gnuplot_quote(quoted, sizeof quoted, title),
	        sx + long_ + 0.7 * l->font / l->width, sy);
}

static void write_run_entries(FILE *to, const struct curve_figure *f, const struct layout *l)
{
	int used = f->n_runs < l->legend_columns ? f->n_runs : l->legend_columns;
	double left = (l->width - used * l->legend_width) / 2 + l->font;

	for (int r = 0; r < f->n_runs; r++) {
		const char *at = f->run[r].best_at;
		char title[800], name[500];

		shorten(name, sizeof name, f->run[r].name, NAME_MAX_CHARS, "\u2026");
		snprintf(title, sizeof title, at ? "%s (best: %s)" : "%s", name, at);
		write_entry(to, l, left + r % l->legend_columns * l->legend_width,
		            l->legend_height - l->font * (0.8 + 1.5 * (r / l->legend_columns)),
		            curve_color(f, r, CURVE_VALID), CURVE_VALID, curve_shape(r, CURVE_VALID), title);
	}
}

static double band_width(const struct curve_figure *f, const struct layout *l)
{
	return f->band ? l->font * (0.55 * characters(f->band) + 5.5) : 0;
}

/* A piece of band, and what bands are. */
static void write_band_entry(FILE *to, const struct curve_figure *f, const struct layout *l, double x, double y)
{
	double sx = x / l->width, sy = y / l->height, long_ = 3 * l->font / l->width;
	char quoted[400];

	fprintf(to, "set arrow from screen %.5f, screen %.5f to screen %.5f, screen %.5f nohead lc rgb '#b0%s' lw 9\n", sx, sy,
	        sx + long_, sy, f->n_runs > 1 ? "606060" : curve_color(f, 0, CURVE_VALID) + 1);
	fprintf(to, "set label %s at screen %.5f, screen %.5f left\n", gnuplot_quote(quoted, sizeof quoted, f->band),
	        sx + long_ + 0.7 * l->font / l->width, sy);
}

/* The strip below: with several runs these by colour and point; then the two kinds of curve, which
 * are grey when the runs have the colours. */
static void write_legend(FILE *to, const struct curve_figure *f, const struct layout *l)
{
	const char *grey = "#606060";
	int train = has_role(f, CURVE_TRAIN), valid = has_role(f, CURVE_VALID), several = f->n_runs > 1;
	double y = 1.1 * l->font, wide = 11 * l->font, x = (l->width - (train + valid) * wide - band_width(f, l)) / 2 + l->font;

	fprintf(to, "unset arrow\nunset label\nunset logscale y\nunset xlabel\nunset ylabel\nunset tics\nunset border\n"
	        "set lmargin at screen 0\nset rmargin at screen 1\nset tmargin at screen 1\nset bmargin at screen 0\n"
	        "set xrange [0:1]\nset yrange [0:1]\n");
	if (several)
		write_run_entries(to, f, l);
	if (train)
		write_entry(to, l, x, y, several ? grey : curve_color(f, 0, CURVE_TRAIN), CURVE_TRAIN, 0, "training");
	if (valid)
		write_entry(to, l, x + train * wide, y, several ? grey : curve_color(f, 0, CURVE_VALID), CURVE_VALID,
		            several ? 0 : curve_shape(0, CURVE_VALID), "validation");
	if (f->band)
		write_band_entry(to, f, l, x + (train + valid) * wide, y);
	fprintf(to, "plot -1 notitle\n");      /* outside of the range: what counts are arrows and labels */
}

static void write_picture(FILE *to, const struct curve_figure *f, const struct layout *l, enum curve_format format)
{
	char quoted[1200], name[500];

	curves_set_terminal(to, format, l->width, l->height, l->font);
	fprintf(to, "set encoding utf8\nset border 3 lc rgb '#404040'\nset tics nomirror out scale 0.6 tc rgb '#404040'\n"
	        "set grid lc rgb '#e4e4e4' lt 1 dt 1 lw 0.6\nunset key\n");
	if (f->n_runs == 1)
		fprintf(to, "set multiplot title %s\n", gnuplot_quote(quoted, sizeof quoted,
		        shorten(name, sizeof name, f->run[0].name, (int)(1.5 * l->width / l->font), "\u2026")));
	else
		fprintf(to, "set multiplot\n");
	for (int p = 0; p < f->n_panels; p++)
		write_panel(to, f, l, p);
	write_legend(to, f, l);
	fprintf(to, "unset multiplot\nset output\n");
}

static enum ry_status draw_picture(const struct curve_figure *f, enum curve_format format, int width, int height,
                                   char **picture, size_t *size)
{
	struct layout l;
	char *script = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&script, &length);
	enum ry_status status;

	if (!to)
		return ry_fail_memory("a figure");
	lay_out(&l, f, format, width, height);
	write_picture(to, f, &l, format);
	status = fclose(to) == 0 ? gnuplot_run(script, length, picture, size) : ry_fail_memory("a figure");
	free(script);
	return status;
}

/* ---- text ---- */

/* gnuplot's dumb terminal draws each panel by itself; they are put side by side here, with a head
 * that says what the characters mean. */
struct text_layout {
	int          width, height, head;    /* characters; lines of the head */
	int          columns, rows;          /* of panels */
	int          panel_width, panel_height;
	struct range x;
};

#define PANEL_LEAST_WIDTH  30
#define PANEL_LEAST_HEIGHT 8
#define BEST_MARK          "@"

/* What the edges of a band are drawn with. */
static char band_mark_of(const struct curve_figure *f, int run)
{
	return f->n_runs == 1 ? ':' : (char)('a' + run);
}

/* What a curve is drawn with. */
static char mark_of(const struct curve_figure *f, int run, enum curve_role role)
{
	if (f->n_runs == 1)
		return role == CURVE_TRAIN ? '.' : 'o';
	return (char)((role == CURVE_TRAIN ? 'a' : 'A') + run);
}

static enum ry_status lay_out_text(struct text_layout *l, const struct curve_figure *f, int width, int height)
{
	l->width = width ? width : 80;
	l->head = f->n_runs == 1 ? 2 : f->n_runs + 1;
	l->height = height ? height : 22 + l->head;
	l->columns = l->width / 36;
	l->columns = l->columns < 1 ? 1 : l->columns > f->n_panels ? f->n_panels : l->columns;
	l->rows = (f->n_panels + l->columns - 1) / l->columns;
	l->columns = (f->n_panels + l->rows - 1) / l->rows;
	l->panel_width = l->width / l->columns;
	l->panel_height = (l->height - l->head) / l->rows;
	l->x = with_air(x_range(f), 0.02, 1);
	if (l->panel_width < PANEL_LEAST_WIDTH || l->panel_height < PANEL_LEAST_HEIGHT)
		return ry_fail(RY_EINVAL, "%d panels in %dx%d characters: at least %dx%d are needed", f->n_panels, l->width,
		               l->height, PANEL_LEAST_WIDTH, PANEL_LEAST_HEIGHT * f->n_panels + l->head);
	return RY_OK;
}

/* The curve as a data block of as many points as it takes to fill each column of the screen. */
static void write_dense_curve(FILE *to, const char *name, const struct curve *c, const struct axis *y, double column)
{
	size_t known, last = c->n;
	double join = longest_join(c, &known);

	fprintf(to, "$%s << EOD\n", name);
	for (size_t i = 0; i < c->n; i++) {
		double dx = last < c->n ? c->x[i] - c->x[last] : NAN;
		int steps = dx <= join ? (int)fmin(1000, ceil(dx / column)) : 1;

		if (!usable(c, i))
			continue;
		for (int s = 1; s < steps; s++) {
			double t = (double)s / steps, from = c->y[last], to_y = c->y[i];

			fprintf(to, "%.9g %.9g\n", c->x[last] + t * dx,
			        y->logarithmic ? from * pow(to_y / from, t) : from + t * (to_y - from));
		}
		fprintf(to, "%.9g %.9g\n", c->x[i], c->y[i]);
		last = i;
	}
	fprintf(to, "EOD\n");
}

/* Both edges of its band, as $NAMEl and $NAMEh. */
static void write_edges(FILE *to, const char *name, const struct curve *c, const struct axis *y, double column)
{
	for (int high = 0; high < 2; high++) {
		struct curve edge = *c;
		char block[48];

		edge.y = high ? c->high : c->low;
		snprintf(block, sizeof block, "%s%c", name, high ? 'h' : 'l');
		write_dense_curve(to, block, &edge, y, column);
	}
}

/* Best points as $best, and the vertical lines at them as $rules of one point for each line of the
 * screen: gnuplot's own labels and arrows are rounded to other columns than points are.  Returns 1
 * when there are rules, and 2 more when there are points. */
static int write_text_best(FILE *to, const struct curve_figure *f, int panel, const struct axis *y, int lines)
{
	int rules = 0, points = 0;

	fprintf(to, "$rules << EOD\n");
	for (int r = 0; r < f->n_runs && f->n_runs <= MAX_RULES; r++)
		for (int k = 0; k <= 2 * lines && isfinite(f->run[r].best); k++, rules = 1) {
			double t = k / (2.0 * lines);

			fprintf(to, "%.9g %.9g\n", f->run[r].best,
			        y->logarithmic ? y->low * pow(y->high / y->low, t) : y->low + t * (y->high - y->low));
		}
	fprintf(to, "EOD\n$best << EOD\n");
	for (int r = 0; r < f->n_runs; r++) {
		double value = value_at_best(&f->panel[panel], r, f->run[r].best);

		if (!isfinite(value))
			continue;
		fprintf(to, "%.9g %.9g\n", f->run[r].best, value);
		points = 1;
	}
	fprintf(to, "EOD\n");
	return rules + 2 * points;
}

static void write_text_panel(FILE *to, const struct curve_figure *f, const struct text_layout *l, int panel)
{
	const struct curve_panel *p = &f->panel[panel];
	struct axis y = y_axis(p);
	char name[40], quoted[400];
	int best = write_text_best(to, f, panel, &y, l->panel_height);

	fprintf(to, "unset logscale y\n");
	for (int k = 0; k < p->n; k++) {
		snprintf(name, sizeof name, "c%dx%d", panel, k);
		write_dense_curve(to, name, &p->curve[k], &y, (l->x.high - l->x.low) / (l->panel_width - 10));
		if (p->curve[k].low)
			write_edges(to, name, &p->curve[k], &y, (l->x.high - l->x.low) / (l->panel_width - 10));
	}
	fprintf(to, "set title %s offset 0,-0.5\n", gnuplot_quote(quoted, sizeof quoted, p->label));
	fprintf(to, "set xlabel %s offset 0,0.2\n", gnuplot_quote(quoted, sizeof quoted, f->x_label));
	fprintf(to, "set xrange [%.9g:%.9g]\nset xtics %.9g\n%sset yrange [%.9g:%.9g]\nset format y '%%g'\n", l->x.low,
	        l->x.high, tick_step(l->x, l->panel_width / 9, f->whole_x), y.logarithmic ? "set logscale y\n" : "",
	        y.low, y.high);
	fprintf(to, "plot %s", best & 1 ? "$rules using 1:2 with points pt '|' notitle, " : "");
	for (int k = 0; k < p->n; k++)
		for (int high = 0; high < 2 && p->curve[k].low; high++)
			fprintf(to, "$c%dx%d%c using 1:2 with points pt '%c' notitle, ", panel, k, high ? 'h' : 'l',
			        band_mark_of(f, p->curve[k].run));
	/* Validation comes last and covers training where they meet. */
	for (int pass = 0; pass < 2; pass++)
		for (int k = 0; k < p->n; k++) {
			const struct curve *c = &p->curve[k];

			if ((c->role == CURVE_TRAIN) == (pass == 0))
				fprintf(to, "$c%dx%d using 1:2 with points pt '%c' notitle, ", panel, k,
				        mark_of(f, c->run, c->role));
		}
	fprintf(to, "%s\n", best & 2 ? "$best using 1:2 with points pt '" BEST_MARK "' notitle" : "NaN notitle");
}

static void write_text_script(FILE *to, const struct curve_figure *f, const struct text_layout *l)
{
	fprintf(to, "set encoding utf8\nset terminal dumb mono noenhanced size %d,%d\n"
	        "set lmargin 8\nset rmargin 2\nset tmargin 1\nset bmargin 2\nset border 3\n"
	        "set tics nomirror out scale 0.5\nunset key\n", l->panel_width, l->panel_height);
	for (int p = 0; p < f->n_panels; p++)
		write_text_panel(to, f, l, p);
}

/* A name fit for a terminal: no control characters, and in `ascii` nothing else that is not. */
static void clean_name(char *to, size_t size, const char *name, int ascii)
{
	size_t n = 0;

	for (const unsigned char *c = (const unsigned char *)name; *c && n + 1 < size; c++)
		to[n++] = *c < ' ' || *c == 127 || (ascii && *c > 127) || (c[0] == 0xc2 && c[1] < 0xa0) ? '?' : (char)*c;
	to[n] = '\0';
}

static void write_head(FILE *to, const struct curve_figure *f, const struct text_layout *l, int ascii)
{
	int train = has_role(f, CURVE_TRAIN), valid = has_role(f, CURVE_VALID);
	char clean[600], name[600], key[160];
	const char *first = f->run[0].best_at;

	snprintf(key, sizeof key, "%s%s%s%s%s%s%s%s", train ? ". training" : "", train && valid ? "  " : "",
	         valid ? "o validation" : "", (train || valid) && first ? "  " : "", first ? BEST_MARK " best: " : "",
	         first ? first : "", f->band ? "o mean  : " : "", f->band ? f->band : "");
	for (int r = 0; r < f->n_runs; r++) {
		const char *at = f->run[r].best_at;
		int room = l->width - 4 - (at ? (int)strlen(at) + 9 : 0);

		clean_name(clean, sizeof clean, f->run[r].name, ascii);
		shorten(name, sizeof name, clean, f->n_runs == 1 ? l->width : room > 8 ? room : 8, "...");
		if (f->n_runs == 1)
			fprintf(to, "%s\n%.*s\n", name, l->width, key);
		else
			fprintf(to, "%c%c  %s%s%s%s\n", mark_of(f, r, CURVE_TRAIN), mark_of(f, r, CURVE_VALID), name,
			        at ? " (best: " : "", at ? at : "", at ? ")" : "");
	}
	if (f->n_runs > 1 && f->band)
		fprintf(to, "small letters: %.*s\n", l->width > 15 ? l->width - 15 : 0, f->band);
	else if (f->n_runs > 1)
		fprintf(to, "%.*s\n", l->width, train && valid ?
		        "small letters: training, capitals: validation, " BEST_MARK ": best" : BEST_MARK ": best");
}

/* The lines of the panels, which gnuplot starts with a form feed each, side by side. */
static void join_panels(FILE *to, const char *drawn, const struct curve_figure *f, const struct text_layout *l)
{
	const char *panel[CURVES_MAX_PANELS];
	int n = 0;

	for (const char *p = drawn; n < f->n_panels && (p = strchr(p, '\f')); )
		panel[n++] = ++p;
	for (int first = 0; first < n; first += l->columns)
		for (int line = 0; line < l->panel_height; line++) {
			int blanks = 0;

			for (int k = first; k < n && k < first + l->columns; k++) {
				const char *p = panel[k];
				int column = 0;

				for (; *p && *p != '\n' && *p != '\f'; p++, column += ((unsigned char)*p & 0xc0) != 0x80) {
					if (*p == ' ') {
						blanks++;
						continue;
					}
					fprintf(to, "%*s%c", blanks, "", *p);
					blanks = 0;
				}
				blanks += l->panel_width - column;
				panel[k] = p + (*p == '\n');
			}
			fputc('\n', to);                /* blanks at the end are left out */
		}
}

static enum ry_status draw_text(const struct curve_figure *f, int width, int height, int ascii, char **picture, size_t *size)
{
	struct text_layout l;
	char *script = NULL, *drawn = NULL;
	size_t length = 0, drawn_size;
	enum ry_status status = lay_out_text(&l, f, width, height);
	FILE *to;

	if (status != RY_OK)
		return status;
	if (!(to = open_memstream(&script, &length)))
		return ry_fail_memory("a figure");
	write_text_script(to, f, &l);
	status = fclose(to) == 0 ? gnuplot_run(script, length, &drawn, &drawn_size) : ry_fail_memory("a figure");
	free(script);
	if (status != RY_OK)
		return status;
	if ((to = open_memstream(picture, size))) {
		write_head(to, f, &l, ascii);
		join_panels(to, drawn, f, &l);
	}
	free(drawn);
	if (to && fclose(to) == 0)
		return RY_OK;
	free(*picture);
	*picture = NULL;
	*size = 0;
	return ry_fail_memory("a figure");
}

/* ---- both ---- */

static enum ry_status check_figure(const struct curve_figure *f, enum curve_format format, int width, int height)
{
	int least = format == CURVES_TEXT ? 1 : 200, most = format == CURVES_TEXT ? 1000 : 20000;

	if (f->n_runs > CURVES_MAX_RUNS)
		return ry_fail(RY_EINVAL, "%d runs in one figure: at most %d can be told apart", f->n_runs, CURVES_MAX_RUNS);
	if (f->n_panels > CURVES_MAX_PANELS)
		return ry_fail(RY_EINVAL, "%d panels in one figure: at most %d", f->n_panels, CURVES_MAX_PANELS);
	for (int p = 0; p < f->n_panels; p++)
		if (f->panel[p].n < 1 || f->panel[p].n > CURVES_MAX_CURVES || !(y_range(&f->panel[p]).low < INFINITY))
			return ry_fail(RY_EDATA, "there are no points to draw for %s", f->panel[p].label);
	if (f->n_panels < 1 || f->n_runs < 1)
		return ry_fail(RY_EDATA, "there are no points to draw");
	if (width || height)
		if (width < least || width > most || height < least || height > most)
			return ry_fail(RY_EINVAL, "a figure of %dx%d: each side must be %d to %d", width, height, least, most);
	return RY_OK;
}

/* ---- runs of a million points ---- */

/* No screen shows more than this of a curve: of each of so many stretches the lowest and the highest
 * point are drawn, and the best one. */
#define STRETCHES 2000

struct thinned {
	struct curve_figure figure;
	struct curve_panel  panel[CURVES_MAX_PANELS];
	struct curve       *curve[CURVES_MAX_PANELS];
	double             *numbers[CURVES_MAX_PANELS][CURVES_MAX_CURVES];
};

static void thinned_free(struct thinned *t)
{
	for (int p = 0; t && p < CURVES_MAX_PANELS; p++) {
		for (int k = 0; k < CURVES_MAX_CURVES; k++)
			free(t->numbers[p][k]);
		free(t->curve[p]);
	}
	free(t);
}

/* Copy to x, y and, of one with a band, low and high what is kept of a curve; how many points that is. */
static size_t thin_curve(const struct curve *c, double best, double *x, double *y, double *low_edge, double *high_edge)
{
	size_t kept = 0, length = (c->n + STRETCHES - 1) / STRETCHES;

	for (size_t from = 0; from < c->n; from += length) {
		size_t to = from + length < c->n ? from + length : c->n, low = c->n, high = c->n;

		for (size_t i = from; i < to; i++) {
			if (!usable(c, i))
				continue;
			low = low == c->n || c->y[i] < c->y[low] ? i : low;
			high = high == c->n || c->y[i] > c->y[high] ? i : high;
		}
		for (size_t i = from; i < to && low < c->n; i++)
			if (i == low || i == high || (c->x[i] == best && usable(c, i))) {
				x[kept] = c->x[i];
				low_edge[kept] = c->low ? c->low[i] : NAN;
				high_edge[kept] = c->low ? c->high[i] : NAN;
				y[kept++] = c->y[i];
			}
	}
	return kept;
}

/* The same figure with long curves thinned; NULL without memory. */
static struct thinned *thin(const struct curve_figure *f)
{
	struct thinned *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	t->figure = *f;
	t->figure.panel = t->panel;
	for (int p = 0; p < f->n_panels; p++) {
		t->panel[p] = f->panel[p];
		t->panel[p].curve = t->curve[p] = calloc((size_t)f->panel[p].n, sizeof **t->curve);
		for (int k = 0; k < f->panel[p].n; k++) {
			struct curve *c = &t->curve[p][k];
			size_t n = f->panel[p].curve[k].n;
			double *numbers;

			if (!t->curve[p]) {
				thinned_free(t);
				return NULL;
			}
			*c = f->panel[p].curve[k];
			if (c->n <= 3 * STRETCHES)
				continue;
			numbers = t->numbers[p][k] = calloc(4 * n, sizeof *numbers);
			if (!numbers) {
				thinned_free(t);
				return NULL;
			}
			c->n = thin_curve(&f->panel[p].curve[k], f->run[c->run].best, numbers, numbers + n, numbers + 2 * n, numbers + 3 * n);
			c->x = numbers;
			c->y = numbers + n;
			c->low = c->low ? numbers + 2 * n : NULL;
			c->high = c->low ? numbers + 3 * n : NULL;
		}
	}
	return t;
}

enum ry_status curves_draw(const struct curve_figure *f, enum curve_format format, int width, int height,
                           int ascii, char **picture, size_t *size)
{
	enum ry_status status = check_figure(f, format, width, height);
	struct thinned *t;

	*picture = NULL;
	*size = 0;
	if (status != RY_OK)
		return status;
	if (!(t = thin(f)))
		return ry_fail_memory("a figure");
	if (format == CURVES_TEXT)
		status = draw_text(&t->figure, width, height, ascii, picture, size);
	else
		status = draw_picture(&t->figure, format, width, height, picture, size);
	thinned_free(t);
	return status;
}
