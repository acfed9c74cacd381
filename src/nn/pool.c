/* pool.c - see pool.h. */
#include "src/nn/pool.h"

#include <string.h>

static inline size_t cells(size_t rows, const struct pool_shape *s)
{
	return rows * s->C * s->H * s->W;
}

/* How to combine two numbers of a window.  Testing for NaN in every comparison would cost more than
 * the comparisons themselves, so the test is made once per plane. */
enum join { SUM, LARGER, LARGER_OR_NAN };

static inline __attribute__((always_inline))
real joined(real a, real b, const enum join how)
{
	switch (how) {
	case SUM:
		return a + b;
	case LARGER:
		return b > a ? b : a;
	case LARGER_OR_NAN:
		return b > a || b != b ? b : a;
	}
	return a;
}

static int any_nan(const real *x, size_t n)
{
	int any = 0;

	for (size_t i = 0; i < n; i++)
		any |= x[i] != x[i];
	return any;
}

/* One row of outputs: first down the columns of the windows, where neighbours are contiguous, then
 * along the row.  Called with constants for `how` and, for the common sizes, for K and stride. */
static inline __attribute__((always_inline)) void pool_row(real *restrict y, const real *restrict x,
                                                           real *restrict row,
                                                           const struct pool_shape *s,
                                                           const enum join how, const int K,
                                                           const int stride)
{
	real share = 1 / ((real)K * K);

	memcpy(row, x, s->W * sizeof *row);
	for (int k = 1; k < K; k++)
		for (int w = 0; w < s->W; w++)
			row[w] = joined(row[w], x[(size_t)k * s->W + w], how);
	for (int j = 0; j < s->W_out; j++) {
		real v = row[(size_t)j * stride];

		for (int l = 1; l < K; l++)
			v = joined(v, row[(size_t)j * stride + l], how);
		y[j] = how == SUM ? share * v : v;
	}
}

static inline __attribute__((always_inline))
void pool_plane(real *y, const real *x, const struct pool_shape *s, real *row, const enum join how)
{
	for (int i = 0; i < s->H_out; i++, y += s->W_out) {
		const real *from = x + (size_t)i * s->stride * s->W;

		if (s->K == 2 && s->stride == 2)
			pool_row(y, from, row, s, how, 2, 2);
		else
			pool_row(y, from, row, s, how, s->K, s->stride);
	}
}

void maxpool_forward(real *y, const real *x, size_t rows, const struct pool_shape *s, real *row)
{
	size_t in = (size_t)s->H * s->W, out = (size_t)s->H_out * s->W_out;

	for (size_t plane = 0; plane < rows * s->C; plane++, x += in, y += out)
		if (any_nan(x, in))
			pool_plane(y, x, s, row, LARGER_OR_NAN);
		else
			pool_plane(y, x, s, row, LARGER);
}

void avgpool_forward(real *y, const real *x, size_t rows, const struct pool_shape *s, real *row)
{
	size_t in = (size_t)s->H * s->W, out = (size_t)s->H_out * s->W_out;

	for (size_t plane = 0; plane < rows * s->C; plane++, x += in, y += out)
		pool_plane(y, x, s, row, SUM);
}

/* Backward through one row of outputs; dx already holds the gradients of other windows.  Which cell
 * holds the maximum is unpredictable, so the loop has no branches.  (A gradient that is not finite
 * may spread over its window.) */
static inline __attribute__((always_inline)) void max_row_backward(
	real *restrict dx, const real *restrict dy, const real *restrict x, const real *restrict y,
	const struct pool_shape *s, const int K, const int stride)
{
	for (int j = 0; j < s->W_out; j++) {
		real left = dy[j];             /* gradient not yet assigned to a cell */

#pragma GCC unroll 2
		for (int k = 0; k < K; k++)
#pragma GCC unroll 2
			for (int l = 0; l < K; l++) {
				size_t at = (size_t)k * s->W + (size_t)j * stride + l;
				/* No number exceeds y, so >= means ==, and it costs a single
				 * processor flag. */
				real part = left * (real)(x[at] >= y[j]);

				dx[at] += part;
				left -= part;
			}
	}
}

void maxpool_backward(real *dx, const real *dy, const real *x, const real *y, size_t rows,
                      const struct pool_shape *s)
{
	memset(dx, 0, cells(rows, s) * sizeof *dx);
	for (size_t plane = 0; plane < rows * s->C; plane++)
		for (int i = 0; i < s->H_out; i++, dy += s->W_out, y += s->W_out) {
			size_t at = (plane * s->H + (size_t)i * s->stride) * s->W;

			if (s->K == 2 && s->stride == 2)
				max_row_backward(dx + at, dy, x + at, y, s, 2, 2);
			else
				max_row_backward(dx + at, dy, x + at, y, s, s->K, s->stride);
		}
}

static inline __attribute__((always_inline)) void avg_row_backward(real *restrict dx,
                                                                   const real *restrict dy,
                                                                   const struct pool_shape *s,
                                                                   const int K, const int stride)
{
	real share = 1 / ((real)K * K);

	for (int j = 0; j < s->W_out; j++)
		for (int k = 0; k < K; k++)
			for (int l = 0; l < K; l++)
				dx[(size_t)k * s->W + (size_t)j * stride + l] += share * dy[j];
}

void avgpool_backward(real *dx, const real *dy, size_t rows, const struct pool_shape *s)
{
	memset(dx, 0, cells(rows, s) * sizeof *dx);
	for (size_t plane = 0; plane < rows * s->C; plane++)
		for (int i = 0; i < s->H_out; i++, dy += s->W_out) {
			real *to = dx + (plane * s->H + (size_t)i * s->stride) * s->W;

			if (s->K == 2 && s->stride == 2)
				avg_row_backward(to, dy, s, 2, 2);
			else
				avg_row_backward(to, dy, s, s->K, s->stride);
		}
}

/* ---- the layers ---- */

struct pool {
	struct layer      layer;
	struct pool_shape s;
};

static const struct pool_shape *shape(const struct layer *l)
{
	return &((const struct pool *)l)->s;
}

static struct layer *make(const char *line, const char *usage, const struct layer_ops *ops)
{
	struct pool_shape s = { 0 };
	struct pool *l;

	if (layer_scan(line, usage, "dddd|d", &s.C, &s.H, &s.W, &s.K, &s.stride) < 0)
		return NULL;
	if (!s.stride)
		s.stride = s.K;
	if ((size_t)s.H * s.W > (size_t)LAYER_FEATURES_MAX / s.C) {
		ry_fail(RY_EINVAL, "layer '%s': its planes have more than %d cells", line,
		        LAYER_FEATURES_MAX);
		return NULL;
	}
	if (s.K > s.H || s.K > s.W) {
		ry_fail(RY_EINVAL,
		        "layer '%s': a window of %d x %d does not fit on planes of %d x %d", line,
		        s.K, s.K, s.H, s.W);
		return NULL;
	}
	s.H_out = (s.H - s.K) / s.stride + 1;
	s.W_out = (s.W - s.K) / s.stride + 1;
	l = layer_new(sizeof *l, ops, s.C * s.H * s.W, s.C * s.H_out * s.W_out);
	if (!l)
		return NULL;
	l->s = s;
	return &l->layer;
}

static struct layer *maxpool_make(const char *line)
{
	return make(line, "maxpool2d C H W KERNEL STRIDE", &maxpool2d_ops);
}

static struct layer *avgpool_make(const char *line)
{
	return make(line, "avgpool2d C H W KERNEL STRIDE", &avgpool2d_ops);
}

static size_t n_work(const struct layer *l, int T, int N, size_t rows)
{
	(void)T;
	(void)N;
	(void)rows;
	return shape(l)->W;
}

static void max_forward(struct layer *l, const struct batch *b, struct input in, real *y)
{
	maxpool_forward(y, in.x, b->rows, shape(l), l->work);
}

static void max_backward(struct layer *l, const struct batch *b, struct input in, const real *y,
                         real *dy, real *dx)
{
	if (dx)
		maxpool_backward(dx, dy, in.x, y, b->rows, shape(l));
}

static void avg_forward(struct layer *l, const struct batch *b, struct input in, real *y)
{
	avgpool_forward(y, in.x, b->rows, shape(l), l->work);
}

static void avg_backward(struct layer *l, const struct batch *b, struct input in, const real *y,
                         real *dy, real *dx)
{
	(void)in;
	(void)y;
	if (dx)
		avgpool_backward(dx, dy, b->rows, shape(l));
}

#define POOL(kind, max_or_avg) \
const struct layer_ops kind##2d_ops = { \
	.name = #kind "2d", .example = #kind "2d 2 5 4 2 1", \
	.make = kind##_make, .free = layer_delete, .param = layer_no_param, \
	.n_params = layer_none, .n_state = layer_none, .n_work = n_work, \
	.init = layer_no_init, .forward = max_or_avg##_forward, .backward = max_or_avg##_backward, \
	.saturation = layer_no_saturation, \
};
POOL(maxpool, max)
POOL(avgpool, avg)
