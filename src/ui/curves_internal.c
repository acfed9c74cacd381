/* curves_internal.c - see curves_internal.h. */
#include "src/ui/curves_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/text.h"
#include "src/ui/words.h"

/* Ends of what gnuplot can draw with a margin, and the share of its size below which a spread is
 * rounding. */
#define LARGEST      8.5e307
#define SMALLEST     1e-307
#define LEAST_SPREAD 1e-12

/* ---- ranges ---- */

static void widen(struct range *r, double x)
{
	r->low = fmin(r->low, x);
	r->high = fmax(r->high, x);
}

int curve_usable(const struct curve *c, size_t i)
{
	return isfinite(c->x[i]) && isfinite(c->y[i]);
}

int curve_has_band(const struct curve *c, size_t i)
{
	return c->low && isfinite(c->x[i]) && isfinite(c->low[i]) && isfinite(c->high[i]);
}

double curve_drawn(double v)
{
	return fabs(v) < CURVES_SMALLEST ? 0 : fmin(fmax(v, -CURVES_LARGEST), CURVES_LARGEST);
}

static void widen_by_x(struct range *r, const struct curve_panel *p)
{
	for (int k = 0; k < p->n; k++)
		for (size_t i = 0; i < p->curve[k].n; i++)
			if (curve_usable(&p->curve[k], i))
				widen(r, p->curve[k].x[i]);
}

/* Of the points and, `bands`, of the bands around them. */
static struct range y_range(const struct curve_panel *p, int bands)
{
	struct range r = { INFINITY, -INFINITY };

	for (int k = 0; k < p->n; k++)
		for (size_t i = 0; i < p->curve[k].n; i++) {
			if (curve_usable(&p->curve[k], i))
				widen(&r, curve_drawn(p->curve[k].y[i]));
			if (bands && curve_has_band(&p->curve[k], i)) {
				widen(&r, curve_drawn(p->curve[k].low[i]));
				widen(&r, curve_drawn(p->curve[k].high[i]));
			}
		}
	return r;
}

const char *panel_y_label(const struct curve_panel *p, char *into, size_t size)
{
	int cut = 0;

	for (int k = 0; k < p->n && !p->map; k++)
		for (size_t i = 0; i < p->curve[k].n; i++)
			cut |= curve_usable(&p->curve[k], i) &&
			       fabs(p->curve[k].y[i]) > CURVES_LARGEST;
	snprintf(into, size, "%s%s", p->label, cut ? " (cut at 8e307)" : "");
	return into;
}

int panel_has_points(const struct curve_panel *p)
{
	if (!p->map)
		return y_range(p, 1).low < INFINITY;
	for (int i = 0; i < p->map->rows * p->map->columns; i++)
		if (isfinite(p->map->value[i]))
			return 1;
	return 0;
}

/* gnuplot takes larger numbers for unknown. */
static struct scale fit_in(struct scale a)
{
	a.low = fmax(a.low, -LARGEST);
	a.high = fmin(a.high, LARGEST);
	return a;
}

/* A range with a margin on both sides; a single value gets a margin in proportion to it. */
static struct scale with_air(struct range r, double share, double least)
{
	double size = fmax(fabs(r.low), fabs(r.high));
	double air = r.high - r.low > LEAST_SPREAD * size ? share * (r.high - r.low)
	                                                  : fmax(least, 0.05 * size);

	return fit_in((struct scale){ r.low - air, r.high + air, 0 });
}

struct scale panel_x_axis(const struct curve_figure *f, const struct curve_panel *p)
{
	struct range r = { INFINITY, -INFINITY };

	if (p->map)
		return (struct scale){ 0.5, p->map->columns + 0.5, 0 };
	if (p->x_label && p->manner & PANEL_UNIT)
		return (struct scale){ 0, 1, 0 };
	if (p->x_label)
		widen_by_x(&r, p);
	for (int k = 0; k < f->n_panels && !p->x_label; k++)
		if (!f->panel[k].x_label)
			widen_by_x(&r, &f->panel[k]);
	if (p->x_label && p->manner & PANEL_LOG_X && r.low > 0) {
		double air = r.high > r.low ? pow(r.high / r.low, 0.06) : 2;

		return (struct scale){ r.low / air, r.high * air, 1 };
	}
	return with_air(r, 0.02, 1);
}

/* Only a logarithmic axis shows the end of a loss that falls by several powers of ten.  An interval
 * that nearly reaches zero is no reason for one. */
struct scale panel_y_axis(const struct curve_panel *p)
{
	struct range y = y_range(p, 1), points = y_range(p, 0);
	struct scale air;

	if (p->manner & PANEL_UNIT)
		return (struct scale){ 0, 1, 0 };
	if (p->manner & PANEL_FROM_ZERO)
		return fit_in((struct scale){ 0, y.high > 0 ? 1.06 * y.high : 1, 0 });
	if (p->manner & PANEL_ZERO_LINE)
		widen(&y, 0);
	air = with_air(y, 0.08, 0.01);
	if (y.low > 0 && points.high / points.low > 100)
		return fit_in((struct scale){ fmax(y.low / 1.5, SMALLEST), y.high * 1.5, 1 });
	return air;
}

const char *scale_format(const struct scale *a, char *into, size_t size)
{
	double largest = fmax(fabs(a->low), fabs(a->high)), spread = a->high - a->low;
	int digits = spread > 0 ? 2 + (int)ceil(log10(largest / spread)) : 6;

	if (a->logarithmic || digits < 6)
		digits = 6;
	snprintf(into, size, "%%.%dg", digits > 15 ? 15 : digits);
	return into;
}

double scale_place(const struct scale *a, double v)
{
	if (a->logarithmic)
		return log(v / a->low) / log(a->high / a->low);
	return (v - a->low) / (a->high - a->low);
}

double scale_value(const struct scale *a, double place)
{
	return a->logarithmic ? a->low * pow(a->high / a->low, place)
	                      : a->low + place * (a->high - a->low);
}

/* Powers of ten times each of `multiple`. */
static int log_ticks(FILE *to, const struct scale *x, const double *multiple, int n)
{
	int ticks = 0;

	for (double ten = fmax(pow(10, floor(log10(x->low))), SMALLEST); ten <= x->high; ten *= 10)
		for (int k = 0; k < n; k++) {
			double at = ten * multiple[k];

			if (at < x->low || at > x->high)
				continue;
			if (to)
				out(to, "%s\"%g\" %.15g", ticks ? ", " : "", at, at);
			ticks++;
		}
	return ticks;
}

void scale_write_ticks(FILE *to, const struct scale *x, int most, int whole)
{
	static const double multiples[][9] = {
		{ 1, 2, 3, 4, 5, 6, 7, 8, 9 }, { 1, 2, 5 }, { 1, 3 }, { 1 }
	};
	static const int counts[] = { 9, 3, 2, 1 };
	int k = 0;

	if (!x->logarithmic) {
		double step = words_tick_step(x->low, x->high, most);

		fprintf(to, "set xtics %.15g\n", whole && step < 1 ? 1 : step);
		return;
	}
	while (k < 3 && log_ticks(NULL, x, multiples[k], counts[k]) > most)
		k++;
	fprintf(to, "set xtics (");
	log_ticks(to, x, multiples[k], counts[k]);
	fprintf(to, ")\n");
}

/* ---- one curve ---- */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double curve_longest_join(const struct curve *c, size_t *known)
{
	double *distance = malloc((c->n + 1) * sizeof *distance), last = NAN, usual;
	size_t n = 0, first = c->n, points = 0;          /* from the first to the last known */

	*known = 0;
	for (size_t i = 0; i < c->n; i++) {
		if (!curve_usable(c, i))
			continue;
		if (distance && (*known)++ > 0)
			distance[n++] = c->x[i] - last;
		first = first < i ? first : i;
		points = i - first + 1;
		last = c->x[i];
	}
	if (n == 0 || c->manner & CURVE_UNBROKEN) {
		free(distance);
		return INFINITY;
	}
	qsort(distance, n, sizeof *distance, by_value);
	usual = distance[n / 2];
	free(distance);
	return (2 * *known > points ? 1.999 : 2.001) * usual;
}

double panel_value_at_best(const struct curve_panel *p, int run, double best)
{
	double value = NAN;

	for (int k = 0; k < p->n; k++) {
		const struct curve *c = &p->curve[k];

		for (size_t i = 0; c->run == run && c->role != CURVE_TRAIN && i < c->n; i++)
			if (curve_usable(c, i) && c->x[i] == best)
				value = curve_drawn(c->y[i]);
	}
	return value;
}

/* ---- the figure ---- */

const char *panel_x_label(const struct curve_figure *f, const struct curve_panel *p)
{
	return p->x_label ? p->x_label : f->x_label;
}

int figure_has_role(const struct curve_figure *f, enum curve_role role)
{
	for (int p = 0; p < f->n_panels; p++)
		for (int k = 0; k < f->panel[p].n; k++)
			if (f->panel[p].curve[k].role == role)
				return 1;
	return 0;
}

const char *figure_held_out(const struct curve_figure *f)
{
	return f->held_out ? f->held_out : "validation";
}

int figure_rows(const struct curve_figure *f, int columns, struct figure_row *row)
{
	int n = 0;

	for (int p = 0; p < f->n_panels; p++) {
		int map = f->panel[p].map != NULL;

		if (n == 0 || map || row[n - 1].map || row[n - 1].n == columns)
			row[n++] = (struct figure_row){ p, 0, map };
		row[n - 1].n++;
	}
	return n;
}

/* ---- names ---- */

int text_characters(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

const char *text_shorten(char *to, size_t size, const char *name, int most, const char *dots)
{
	int n = text_characters(name), kept = most - text_characters(dots), k = 0;
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
