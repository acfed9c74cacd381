/* diagnosis_curves.c - see diagnosis_internal.h. */
#include "src/diagnosis/diagnosis_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const double *diagnosis_values(const struct diagnosis_run *run, const char *name)
{
	for (int c = 0; c < run->columns; c++)
		if (strcmp(run->column[c].name, name) == 0)
			return run->column[c].value;
	return NULL;
}

double finite_mean(const double *x, size_t n)
{
	double sum = 0;
	size_t count = 0;

	for (size_t k = 0; k < n; k++)
		if (isfinite(x[k])) {
			sum += x[k];
			count++;
		}
	return count ? sum / (double)count : NAN;
}

int curve_take(struct curve *c, const struct diagnosis_run *run, const char *name)
{
	const double *x = diagnosis_values(run, name);
	size_t n = run->n < DIAGNOSIS_POINTS ? run->n : DIAGNOSIS_POINTS;
	int finite = 0;

	c->n = 0;
	for (size_t k = 0; x && k < n; k++) {
		size_t from = run->n / n * k + run->n % n * k / n,
		       to = run->n / n * (k + 1) + run->n % n * (k + 1) / n;

		c->y[k] = finite_mean(x + from, to - from);
		finite += isfinite(c->y[k]);
	}
	if (finite)
		c->n = (int)n;
	return finite;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double curve_median(const struct curve *c, int from, int to)
{
	double x[DIAGNOSIS_POINTS];
	int n = 0;

	for (int k = from < 0 ? 0 : from; k < to && k < c->n; k++)
		if (isfinite(c->y[k]))
			x[n++] = c->y[k];
	if (!n)
		return NAN;
	qsort(x, n, sizeof *x, ascending);
	return n % 2 ? x[n / 2] : 0.5 * (x[n / 2 - 1] + x[n / 2]);
}

double curve_tail_median(const struct curve *c, double share)
{
	return curve_median(c, (int)floor(c->n * (1 - share)), c->n);
}

double curve_lowest(const struct curve *c, int *at)
{
	double best = NAN;

	for (int k = 0; k < c->n; k++)
		if (isfinite(c->y[k]) && !(c->y[k] >= best)) {
			best = c->y[k];
			if (at)
				*at = k;
		}
	return best;
}

double curve_highest(const struct curve *c, int *at)
{
	double best = NAN;

	for (int k = 0; k < c->n; k++)
		if (isfinite(c->y[k]) && !(c->y[k] <= best)) {
			best = c->y[k];
			if (at)
				*at = k;
		}
	return best;
}

double curve_around(const struct curve *c, int k)
{
	int from = k > 0 ? k - 1 : 0, to = k + 2 < c->n ? k + 2 : c->n;

	return finite_mean(c->y + from, to - from);
}

double curve_last(const struct curve *c)
{
	int n = c->n < 3 ? c->n : 3;

	return n ? finite_mean(c->y + c->n - n, n) : NAN;
}

double curve_jitter(const struct curve *c, int from)
{
	struct curve d = { 0 };

	for (int k = from + 1; k + 1 < c->n; k++)
		d.y[d.n++] = fabs(c->y[k - 1] - 2 * c->y[k] + c->y[k + 1]);
	return 1.4826 / sqrt(6) * curve_median(&d, 0, d.n);
}

struct curve_line curve_fit(const struct curve *x, const struct curve *y, int from, double noise)
{
	double n = 0, mx = 0, my = 0, xx = 0, xy = 0, yy = 0, rest;

	for (int k = from; k < x->n && k < y->n; k++)
		if (isfinite(x->y[k]) && isfinite(y->y[k])) {
			n++;
			mx += (x->y[k] - mx) / n;
			my += (y->y[k] - my) / n;
		}
	for (int k = from; k < x->n && k < y->n; k++)
		if (isfinite(x->y[k]) && isfinite(y->y[k])) {
			double dx = x->y[k] - mx, dy = y->y[k] - my;

			xx += dx * dx;
			xy += dx * dy;
			yy += dy * dy;
		}
	if (n < 3 || !(xx > 0))
		return (struct curve_line){ (int)n, NAN, NAN };
	rest = fmax(yy - xy * xy / xx, 0) / (n - 2);
	return (struct curve_line){ (int)n, xy / xx,
		                    sqrt(fmax(rest, noise > 0 ? noise * noise : 0) / xx) };
}
