/* pool.c - see pool.h. */
#include "src/pool.h"

#include <string.h>

/* The first cell of window (i, j) of a plane. */
static inline size_t window(int i, int j, const struct pool_shape *s)
{
	return ((size_t)i * s->W + j) * s->stride;
}

static inline size_t cells(size_t rows, const struct pool_shape *s)
{
	return rows * s->C * s->H * s->W;
}

/* The larger number, or the one that is no number. */
static inline real larger(real a, real b)
{
	return b > a || b != b ? b : a;
}

void maxpool_forward(real *y, const real *x, size_t rows, const struct pool_shape *s)
{
	for (size_t plane = 0; plane < rows * s->C; plane++, x += (size_t)s->H * s->W)
		for (int i = 0; i < s->H_out; i++)
			for (int j = 0; j < s->W_out; j++) {
				const real *from = x + window(i, j, s);
				real largest = from[0];

				for (int k = 0; k < s->K; k++)
					for (int l = 0; l < s->K; l++)
						largest = larger(largest, from[(size_t)k * s->W + l]);
				*y++ = largest;
			}
}

/* Where in its window the largest number stands, which is y. */
static size_t place_of(const real *from, real y, const struct pool_shape *s)
{
	for (int k = 0; k < s->K; k++)
		for (int l = 0; l < s->K; l++)
			if (from[(size_t)k * s->W + l] == y)
				return (size_t)k * s->W + l;
	return 0;                      /* y is NaN: so is the loss, whoever gets the gradient */
}

void maxpool_backward(real *dx, const real *dy, const real *x, const real *y, size_t rows, const struct pool_shape *s)
{
	memset(dx, 0, cells(rows, s) * sizeof *dx);
	for (size_t plane = 0; plane < rows * s->C; plane++, x += (size_t)s->H * s->W, dx += (size_t)s->H * s->W)
		for (int i = 0; i < s->H_out; i++)
			for (int j = 0; j < s->W_out; j++) {
				size_t at = window(i, j, s);

				dx[at + place_of(x + at, *y++, s)] += *dy++;
			}
}

void avgpool_forward(real *y, const real *x, size_t rows, const struct pool_shape *s)
{
	real share = 1 / ((real)s->K * s->K);

	for (size_t plane = 0; plane < rows * s->C; plane++, x += (size_t)s->H * s->W)
		for (int i = 0; i < s->H_out; i++)
			for (int j = 0; j < s->W_out; j++) {
				const real *from = x + window(i, j, s);
				real sum = 0;

				for (int k = 0; k < s->K; k++)
					for (int l = 0; l < s->K; l++)
						sum += from[(size_t)k * s->W + l];
				*y++ = share * sum;
			}
}

void avgpool_backward(real *dx, const real *dy, size_t rows, const struct pool_shape *s)
{
	real share = 1 / ((real)s->K * s->K);

	memset(dx, 0, cells(rows, s) * sizeof *dx);
	for (size_t plane = 0; plane < rows * s->C; plane++, dx += (size_t)s->H * s->W)
		for (int i = 0; i < s->H_out; i++)
			for (int j = 0; j < s->W_out; j++, dy++) {
				real *to = dx + window(i, j, s);

				for (int k = 0; k < s->K; k++)
					for (int l = 0; l < s->K; l++)
						to[(size_t)k * s->W + l] += share * *dy;
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
		ry_fail(RY_EINVAL, "layer '%s': its planes have more than %d cells", line, LAYER_FEATURES_MAX);
		return NULL;
	}
	if (s.K > s.H || s.K > s.W) {
		ry_fail(RY_EINVAL, "layer '%s': a window of %d x %d does not fit on planes of %d x %d", line, s.K, s.K, s.H, s.W);
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

static void max_forward(struct layer *l, const struct batch *b, struct input in, real *y)
{
	maxpool_forward(y, in.x, b->rows, shape(l));
}

static void max_backward(struct layer *l, const struct batch *b, struct input in, const real *y,
                         real *dy, real *dx)
{
	if (dx)
		maxpool_backward(dx, dy, in.x, y, b->rows, shape(l));
}

static void avg_forward(struct layer *l, const struct batch *b, struct input in, real *y)
{
	avgpool_forward(y, in.x, b->rows, shape(l));
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
	.n_params = layer_none, .n_state = layer_none, .n_work = layer_no_work, \
	.init = layer_no_init, .forward = max_or_avg##_forward, .backward = max_or_avg##_backward, \
};
POOL(maxpool, max)
POOL(avgpool, avg)
