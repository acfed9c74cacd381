/* layernorm.c - see layernorm.h.
 *
 * Backward, with h = (x - mean) scale, g = w dy, and means over the n numbers that were normalised
 * together:
 *
 *     dw += dy h,  db += dy,  dx = scale (g - mean(g) - h mean(g h))
 *
 * Vectors run along a row where its features are normalised, and along the cells of a plane where
 * the channels are: there each place of a vector normalises a cell of its own.
 */
#include "src/nn/layernorm.h"

#include <string.h>

#include "src/math/vmath.h"

/* A sum is taken in PARTS parts, which the compiler keeps in vector registers; the same parts, and
 * so the same bits, however wide the machine's vectors are. */
#define PARTS 16

static real total(const real part[PARTS])
{
	real sum = 0;

	for (int k = 0; k < PARTS; k++)
		sum += part[k];
	return sum;
}

/* scale = 1 / sqrt(variance + epsilon), in place */
static void to_scale(real *variance, size_t n, real epsilon)
{
	for (size_t i = 0; i < n; i++)
		variance[i] = 1 / r_sqrt(variance[i] + epsilon);
}

/* ---- over the features of a row ---- */

static real row_mean(const real *restrict x, int D)
{
	real part[PARTS] = { 0 };
	int i = 0;

	for (; i + PARTS <= D; i += PARTS)
		for (int k = 0; k < PARTS; k++)
			part[k] += x[i + k];
	for (int k = 0; i + k < D; k++)
		part[k] += x[i + k];
	return total(part) / (real)D;
}

static real row_variance(const real *restrict x, real mean, int D)
{
	real part[PARTS] = { 0 };
	int i = 0;

	for (; i + PARTS <= D; i += PARTS)
		for (int k = 0; k < PARTS; k++)
			part[k] += (x[i + k] - mean) * (x[i + k] - mean);
	for (int k = 0; i + k < D; k++)
		part[k] += (x[i + k] - mean) * (x[i + k] - mean);
	return total(part) / (real)D;
}

/* y = w (x - mean) scale + b */
static void row_output(real *restrict y, const real *restrict x, const real *restrict w,
                       const real *restrict b, real mean, real scale, int D)
{
	for (int i = 0; i < D; i++)
		y[i] = (x[i] - mean) * scale * w[i] + b[i];
}

void layernorm_forward(real *y, real *mean, real *scale, const real *x, const real *w,
                       const real *b, double epsilon, size_t rows, int D)
{
	for (size_t r = 0; r < rows; r++) {
		mean[r] = row_mean(x + r * D, D);
		scale[r] = row_variance(x + r * D, mean[r], D);
	}
	to_scale(scale, rows, (real)epsilon);
	for (size_t r = 0; r < rows; r++)
		row_output(y + r * D, x + r * D, w, b, mean[r], scale[r], D);
}

/* For n numbers of a row: dw += dy h;  db += dy;  sums of g and of g h, in parts. */
static inline __attribute__((always_inline))
void add_row_part(real *restrict dw, real *restrict db, real *restrict g, real *restrict gh,
                  const real *restrict dy, const real *restrict x, const real *restrict w,
                  real mean, real scale, const int n)
{
	for (int k = 0; k < n; k++) {
		real h = (x[k] - mean) * scale;

		dw[k] += dy[k] * h;
		db[k] += dy[k];
		g[k] += w[k] * dy[k];
		gh[k] += w[k] * dy[k] * h;
	}
}

/* dx = scale (w dy - g - h gh) */
static void row_gradient(real *restrict dx, const real *restrict dy, const real *restrict x,
                         const real *restrict w, real mean, real scale, real g, real gh, int D)
{
	for (int i = 0; i < D; i++)
		dx[i] = scale * (w[i] * dy[i] - g - (x[i] - mean) * scale * gh);
}

void layernorm_backward(real *dx, real *dw, real *db, const real *dy, const real *x, const real *w,
                        const real *mean, const real *scale, size_t rows, int D)
{
	for (size_t r = 0; r < rows; r++) {
		const real *dyr = dy + r * D, *xr = x + r * D;
		real g[PARTS] = { 0 }, gh[PARTS] = { 0 };
		int i = 0;

		for (; i + PARTS <= D; i += PARTS)
			add_row_part(dw + i, db + i, g, gh, dyr + i, xr + i, w + i, mean[r],
			             scale[r], PARTS);
		add_row_part(dw + i, db + i, g, gh, dyr + i, xr + i, w + i, mean[r], scale[r],
		             D - i);
		if (dx)
			row_gradient(dx + r * D, dyr, xr, w, mean[r], scale[r],
			             total(g) / (real)D, total(gh) / (real)D, D);
	}
}

/* ---- over the channels of each cell ---- */

/* Cells of a plane that are normalised side by side. */
#define CELLS (4 * PARTS)

/* Mean and variance of the channels (C, P) of n cells.  Called with a constant n for whole blocks,
 * so that the compiler keeps the sums in registers. */
static inline __attribute__((always_inline))
void cell_statistics(real *restrict mean, real *restrict variance, const real *restrict x,
                     const int n, int C, int P)
{
	real m[CELLS] = { 0 }, v[CELLS] = { 0 };

	for (int c = 0; c < C; c++)
		for (int i = 0; i < n; i++)
			m[i] += x[(size_t)c * P + i];
	for (int i = 0; i < n; i++)
		m[i] /= (real)C;
	for (int c = 0; c < C; c++)
		for (int i = 0; i < n; i++) {
			real d = x[(size_t)c * P + i] - m[i];

			v[i] += d * d;
		}
	for (int i = 0; i < n; i++) {
		mean[i] = m[i];
		variance[i] = v[i] / (real)C;
	}
}

/* y = w (x - mean) scale + b */
static inline __attribute__((always_inline))
void cell_output(real *restrict y, const real *restrict mean, const real *restrict scale,
                 const real *restrict x, const real *restrict w, const real *restrict b,
                 const int n, int C, int P)
{
	for (int c = 0; c < C; c++)
		for (int i = 0; i < n; i++)
			y[(size_t)c * P + i] =
				(x[(size_t)c * P + i] - mean[i]) * scale[i] * w[c] + b[c];
}

void layernorm2d_forward(real *y, real *mean, real *scale, const real *x, const real *w,
                         const real *b, double epsilon, size_t rows, int C, int P)
{
	const size_t size = (size_t)C * P;

	for (size_t r = 0; r < rows; r++, x += size, y += size, mean += P, scale += P) {
		int i = 0;

		for (; i + CELLS <= P; i += CELLS)
			cell_statistics(mean + i, scale + i, x + i, CELLS, C, P);
		if (i < P)
			cell_statistics(mean + i, scale + i, x + i, P - i, C, P);
		to_scale(scale, P, (real)epsilon);
		for (i = 0; i + CELLS <= P; i += CELLS)
			cell_output(y + i, mean + i, scale + i, x + i, w, b, CELLS, C, P);
		if (i < P)
			cell_output(y + i, mean + i, scale + i, x + i, w, b, P - i, C, P);
	}
}

/* For n cells of a channel: sum (2, PARTS) += dy h and dy, in parts;  g += w dy;  gh += w dy h. */
static inline __attribute__((always_inline))
void add_cells(real *restrict sum, real *restrict g, real *restrict gh, const real *restrict dy,
               const real *restrict x, real w, const real *restrict mean,
               const real *restrict scale, const int n)
{
	real dw[PARTS] = { 0 }, db[PARTS] = { 0 };

	for (int i = 0; i < n; i += PARTS)
		for (int k = 0; k < (n - i < PARTS ? n - i : PARTS); k++) {
			real d = dy[i + k], h = (x[i + k] - mean[i + k]) * scale[i + k];

			dw[k] += d * h;
			db[k] += d;
			g[i + k] += w * d;
			gh[i + k] += w * d * h;
		}
	for (int k = 0; k < PARTS; k++) {
		sum[k] += dw[k];
		sum[PARTS + k] += db[k];
	}
}

/* For n cells: sums (C, 2, PARTS) += dy h and dy of each channel, in parts; dx = scale (g - mean(g)
 * - h mean(g h)) unless it is NULL. */
static inline __attribute__((always_inline))
void cell_backward(real *restrict dx, real *restrict sums, const real *restrict dy,
                   const real *restrict x, const real *restrict w, const real *restrict mean,
                   const real *restrict scale, const int n, int C, int P)
{
	real g[CELLS] = { 0 }, gh[CELLS] = { 0 };

	for (int c = 0; c < C; c++)
		add_cells(sums + (size_t)c * 2 * PARTS, g, gh, dy + (size_t)c * P,
		          x + (size_t)c * P, w[c], mean, scale, n);
	for (int i = 0; i < n; i++) {
		g[i] *= scale[i] / (real)C;
		gh[i] *= scale[i] * scale[i] / (real)C;
	}
	for (int c = 0; dx && c < C; c++)
		for (int i = 0; i < n; i++) {
			size_t at = (size_t)c * P + i;

			dx[at] = scale[i] * w[c] * dy[at] - g[i] - (x[at] - mean[i]) * gh[i];
		}
}

size_t layernorm2d_scratch(int C)
{
	return (size_t)C * 2 * PARTS;
}

void layernorm2d_backward(real *dx, real *dw, real *db, const real *dy, const real *x,
                          const real *w, const real *mean, const real *scale, size_t rows, int C,
                          int P, real *scratch)
{
	memset(scratch, 0, layernorm2d_scratch(C) * sizeof *scratch);
	for (size_t r = 0; r < rows; r++) {
		const size_t at = r * C * P, cell = r * P;
		int i = 0;

		for (; i + CELLS <= P; i += CELLS)
			cell_backward(dx ? dx + at + i : NULL, scratch, dy + at + i, x + at + i, w,
			              mean + cell + i, scale + cell + i, CELLS, C, P);
		if (i < P)
			cell_backward(dx ? dx + at + i : NULL, scratch, dy + at + i, x + at + i, w,
			              mean + cell + i, scale + cell + i, P - i, C, P);
	}
	for (int c = 0; c < C; c++) {
		dw[c] += total(scratch + (size_t)c * 2 * PARTS);
		db[c] += total(scratch + (size_t)c * 2 * PARTS + PARTS);
	}
}

/* ---- the layers ---- */

struct layernorm {
	struct layer layer;
	int          C, P;           /* numbers normalised together, and how often in a row */
	double       epsilon;
};

static const struct layernorm *shape(const struct layer *l)
{
	return (const struct layernorm *)l;
}

static struct layer *make(const char *line, const struct layer_ops *ops, int C, int P,
                          double epsilon)
{
	struct layernorm *l;

	if (!(epsilon > 0)) {
		ry_fail(RY_EINVAL, "layer '%s': epsilon is %g, expected a number above 0", line,
		        epsilon);
		return NULL;
	}
	l = layer_new(sizeof *l, ops, C * P, C * P);
	if (!l)
		return NULL;
	l->C = C;
	l->P = P;
	l->epsilon = epsilon;
	return &l->layer;
}

static const double default_epsilon = 1e-5;

static struct layer *layernorm_make(const char *line)
{
	double epsilon = default_epsilon;
	int D;

	if (layer_scan(line, "layernorm FEATURES [EPSILON]", "d|r", &D, &epsilon) < 0)
		return NULL;
	return make(line, &layernorm_ops, D, 1, epsilon);
}

static struct layer *layernorm2d_make(const char *line)
{
	double epsilon = default_epsilon;
	int C, H, W;

	if (layer_scan(line, "layernorm2d C H W [EPSILON]", "ddd|r", &C, &H, &W, &epsilon) < 0)
		return NULL;
	if ((size_t)H * W > (size_t)LAYER_FEATURES_MAX / C) {
		ry_fail(RY_EINVAL, "layer '%s': its planes have more than %d cells", line,
		        LAYER_FEATURES_MAX);
		return NULL;
	}
	return make(line, &layernorm2d_ops, C, H * W, epsilon);
}

static size_t bias_at(const struct layer *l)
{
	return ry_pad(shape(l)->C);
}

static int param(const struct layer *l, int k, struct param *p)
{
	const struct param tensors[] = {
		{ .name = "weight", .rows = shape(l)->C },
		{ .name = "bias",   .rows = shape(l)->C, .at = bias_at(l) },
	};

	if (k >= 2)
		return 0;
	*p = tensors[k];
	return 1;
}

static size_t n_params(const struct layer *l)
{
	return bias_at(l) + shape(l)->C;
}

static size_t n_work(const struct layer *l, int T, int N, size_t rows)
{
	const struct layernorm *s = shape(l);

	(void)T;
	(void)N;
	return 2 * rows * s->P + (s->layer.ops == &layernorm2d_ops ? layernorm2d_scratch(s->C) : 0);
}

static void init(struct layer *l, gsl_rng *rng)
{
	(void)rng;
	for (int c = 0; c < shape(l)->C; c++) {
		l->w[c] = 1;
		l->w[bias_at(l) + c] = 0;
	}
}

static void layer_layernorm_forward(struct layer *l, const struct batch *b, struct input in,
                                    real *y)
{
	layernorm_forward(y, l->work, l->work + b->rows, in.x, l->w, l->w + bias_at(l),
	                  shape(l)->epsilon, b->rows, l->D);
}

static void layer_layernorm_backward(struct layer *l, const struct batch *b, struct input in,
                                     const real *y, real *dy, real *dx)
{
	(void)y;
	layernorm_backward(dx, l->dw, l->dw + bias_at(l), dy, in.x, l->w, l->work,
	                   l->work + b->rows, b->rows, l->D);
}

static void layer_layernorm2d_forward(struct layer *l, const struct batch *b, struct input in,
                                      real *y)
{
	const struct layernorm *s = shape(l);

	layernorm2d_forward(y, l->work, l->work + b->rows * s->P, in.x, l->w, l->w + bias_at(l),
	                    s->epsilon, b->rows, s->C, s->P);
}

static void layer_layernorm2d_backward(struct layer *l, const struct batch *b, struct input in,
                                       const real *y, real *dy, real *dx)
{
	const struct layernorm *s = shape(l);
	const size_t cells = b->rows * s->P;

	(void)y;
	layernorm2d_backward(dx, l->dw, l->dw + bias_at(l), dy, in.x, l->w, l->work,
	                     l->work + cells, b->rows, s->C, s->P, l->work + 2 * cells);
}

const struct layer_ops layernorm_ops = {
	.name = "layernorm", .example = "layernorm 5 0.1",
	.make = layernorm_make, .free = layer_delete, .param = param,
	.n_params = n_params, .n_state = layer_none, .n_work = n_work, .init = init,
	.forward = layer_layernorm_forward, .backward = layer_layernorm_backward,
	.saturation = layer_no_saturation,
};

const struct layer_ops layernorm2d_ops = {
	.name = "layernorm2d", .example = "layernorm2d 3 2 4 0.1",
	.make = layernorm2d_make, .free = layer_delete, .param = param,
	.n_params = n_params, .n_state = layer_none, .n_work = n_work, .init = init,
	.forward = layer_layernorm2d_forward, .backward = layer_layernorm2d_backward,
	.saturation = layer_no_saturation,
};
