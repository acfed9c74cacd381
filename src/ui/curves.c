/* curves.c - see curves.h. */
#include "src/ui/curves.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "src/ui/curves_internal.h"

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

/* ---- checks ---- */

static enum ry_status check_size(enum curve_format format, int width, int height)
{
	int least = format == CURVES_TEXT ? 1 : 200, most = format == CURVES_TEXT ? 1000 : 20000;

	if ((width && (width < least || width > most)) ||
	    (height && (height < least || height > most)))
		return ry_fail(RY_EINVAL, "a figure of %dx%d: each side must be %d to %d", width,
		               height, least, most);
	return RY_OK;
}

static enum ry_status check_panel(const struct curve_panel *p)
{
	if (p->map && (p->map->rows < 1 || p->map->rows > CURVES_MAX_ROWS || p->map->columns < 1
	               || p->map->columns > CURVES_MAX_COLUMNS))
		return ry_fail(RY_EINVAL, "a heat map of %d rows and %d columns: at most %d and %d",
		               p->map->rows, p->map->columns, CURVES_MAX_ROWS, CURVES_MAX_COLUMNS);
	if ((!p->map && (p->n < 1 || p->n > CURVES_MAX_CURVES)) || !panel_has_points(p))
		return ry_fail(RY_EDATA, "there are no points to draw for %s", p->label);
	return RY_OK;
}

static enum ry_status check_figure(const struct curve_figure *f, enum curve_format format,
                                   int width, int height)
{
	if (f->n_runs > CURVES_MAX_RUNS)
		return ry_fail(RY_EINVAL, "%d runs in one figure: at most %d can be told apart",
		               f->n_runs, CURVES_MAX_RUNS);
	if (f->n_panels > CURVES_MAX_PANELS)
		return ry_fail(RY_EINVAL, "%d panels in one figure: at most %d", f->n_panels,
		               CURVES_MAX_PANELS);
	for (int p = 0; p < f->n_panels; p++) {
		enum ry_status status = check_panel(&f->panel[p]);

		if (status != RY_OK)
			return status;
	}
	if (f->n_panels < 1 || f->n_runs < 1)
		return ry_fail(RY_EDATA, "there are no points to draw");
	return check_size(format, width, height);
}

/* ---- thinning of long curves ---- */

/* A long curve is divided into this many stretches, of which the lowest and the highest point are
 * drawn, and the best point: no screen resolves more. */
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

/* Copy the points kept of a curve to x and y, and those of its band to low_edge and high_edge (NaN
 * without a band); returns their number. */
static size_t thin_curve(const struct curve *c, double best, double *x, double *y, double *low_edge,
                         double *high_edge)
{
	size_t kept = 0, length = (c->n + STRETCHES - 1) / STRETCHES;

	for (size_t from = 0; from < c->n; from += length) {
		size_t to = from + length < c->n ? from + length : c->n, low = c->n, high = c->n;

		for (size_t i = from; i < to; i++) {
			if (!curve_usable(c, i))
				continue;
			low = low == c->n || c->y[i] < c->y[low] ? i : low;
			high = high == c->n || c->y[i] > c->y[high] ? i : high;
		}
		for (size_t i = from; i < to && low < c->n; i++)
			if (i == low || i == high || (c->x[i] == best && curve_usable(c, i))) {
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
		t->panel[p].curve = t->curve[p] =
			calloc((size_t)f->panel[p].n + 1, sizeof **t->curve);
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
			c->n = thin_curve(&f->panel[p].curve[k], f->run[c->run].best, numbers,
			                  numbers + n, numbers + 2 * n, numbers + 3 * n);
			c->x = numbers;
			c->y = numbers + n;
			c->low = c->low ? numbers + 2 * n : NULL;
			c->high = c->low ? numbers + 3 * n : NULL;
		}
	}
	return t;
}

enum ry_status curves_draw(const struct curve_figure *f, enum curve_format format, int width,
                           int height, int ascii, char **picture, size_t *size)
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
		status = curves_draw_text(&t->figure, width, height, ascii, picture, size);
	else
		status = curves_draw_picture(&t->figure, format, width, height, picture, size);
	thinned_free(t);
	return status;
}
