/* dense.c - see dense.h. */
#include "src/nn/dense.h"

#include <math.h>

#include "src/math/product.h"
#include "src/nn/init.h"

size_t dense_bias_at(int D, int M)
{
	return ry_pad((size_t)D * M);
}

void dense_forward(real *y, const real *x, const real *W, const real *b, size_t rows, int D, int M)
{
	product_nt_bias(y, M, b, x, D, W, D, (int)rows, D, M);
}

/* db += sum over rows of dy */
static void add_rows(real *restrict db, const real *restrict dy, size_t rows, int M)
{
	for (size_t r = 0; r < rows; r++)
		for (int m = 0; m < M; m++)
			db[m] += dy[r * M + m];
}

void dense_backward(real *dx, real *dW, real *db, const real *dy, const real *x, const real *W,
                    size_t rows, int D, int M)
{
	add_rows(db, dy, rows, M);
	product_tn(dW, D, dy, M, x, D, M, (int)rows, D, 1);
	if (dx)
		product(dx, D, dy, M, W, D, (int)rows, M, D, 0);
}

void dense_hot_forward(real *y, const int *hot, const real *W, const real *b, size_t rows, int D,
                       int M)
{
	for (size_t r = 0; r < rows; r++)
		for (int m = 0; m < M; m++)
			y[r * M + m] = W[(size_t)m * D + hot[r]] + b[m];
}

void dense_hot_backward(real *dW, real *db, const real *dy, const int *hot, size_t rows, int D,
                        int M)
{
	add_rows(db, dy, rows, M);
	for (size_t r = 0; r < rows; r++)
		for (int m = 0; m < M; m++)
			dW[(size_t)m * D + hot[r]] += dy[r * M + m];
}

/* A sum in LANES parts, which the compiler keeps in vector registers; the same parts, and so the
 * same bits, however wide the machine's vectors are. */
#define LANES 32

static real dot(const real *restrict a, const real *restrict b, int n)
{
	real part[LANES] = { 0 };
	int i = 0;

	for (; i + LANES <= n; i += LANES)
		for (int k = 0; k < LANES; k++)
			part[k] += a[i + k] * b[i + k];
	for (int k = 0; i + k < n; k++)
		part[k] += a[i + k] * b[i + k];
	for (int width = LANES / 2; width; width /= 2)
		for (int k = 0; k < width; k++)
			part[k] += part[k + width];
	return part[0];
}

void dense_pick_forward(real *y, const real *x, const int *q, const real *W, const real *b,
                        size_t rows, int D)
{
	for (size_t r = 0; r < rows; r++)
		y[r] = dot(W + (size_t)q[r] * D, x + r * D, D) + b[q[r]];
}

/* y += a x */
static void add_scaled(real *restrict y, real a, const real *restrict x, int n)
{
	for (int i = 0; i < n; i++)
		y[i] += a * x[i];
}

/* y = a x */
static void copy_scaled(real *restrict y, real a, const real *restrict x, int n)
{
	for (int i = 0; i < n; i++)
		y[i] = a * x[i];
}

void dense_pick_backward(real *dx, real *dW, real *db, const real *dy, const real *x, const int *q,
                         const real *W, size_t rows, int D)
{
	for (size_t r = 0; r < rows; r++) {
		add_scaled(dW + (size_t)q[r] * D, dy[r], x + r * D, D);
		db[q[r]] += dy[r];
		if (dx)
			copy_scaled(dx + r * D, dy[r], W + (size_t)q[r] * D, D);
	}
}

/* ---- the layer ---- */

static struct layer *make(const char *line)
{
	int D, M;

	if (layer_scan(line, "dense IN OUT", "dd", &D, &M) < 0)
		return NULL;
	return layer_new(sizeof(struct layer), &dense_ops, D, M);
}

static int param(const struct layer *l, int k, struct param *p)
{
	const struct param tensors[] = {
		{ .name = "weight", .rows = l->M, .cols = l->D },
		{ .name = "bias",   .rows = l->M, .at = dense_bias_at(l->D, l->M) },
	};

	if (k >= 2)
		return 0;
	*p = tensors[k];
	return 1;
}

static size_t n_params(const struct layer *l)
{
	return dense_bias_at(l->D, l->M) + l->M;
}

/* torch.nn.Linear: weight and bias uniform within +-1/sqrt(fan_in). */
static void init(struct layer *l, gsl_rng *rng)
{
	double bound = 1 / sqrt(l->D);

	init_uniform(l->w, (size_t)l->D * l->M, -bound, bound, rng);
	init_uniform(l->w + dense_bias_at(l->D, l->M), l->M, -bound, bound, rng);
}

static void forward(struct layer *l, const struct batch *b, struct input in, real *y)
{
	const real *bias = l->w + dense_bias_at(l->D, l->M);

	if (in.hot)
		dense_hot_forward(y, in.hot, l->w, bias, b->rows, l->D, l->M);
	else
		dense_forward(y, in.x, l->w, bias, b->rows, l->D, l->M);
}

static void backward(struct layer *l, const struct batch *b, struct input in, const real *y,
                     real *dy, real *dx)
{
	real *db = l->dw + dense_bias_at(l->D, l->M);

	(void)y;
	if (in.hot)
		dense_hot_backward(l->dw, db, dy, in.hot, b->rows, l->D, l->M);
	else
		dense_backward(dx, l->dw, db, dy, in.x, l->w, b->rows, l->D, l->M);
}

const struct layer_ops dense_ops = {
	.name = "dense", .example = "dense 5 2", .takes = LAYER_HOT,
	.make = make, .free = layer_delete, .param = param,
	.n_params = n_params, .n_state = layer_none, .n_work = layer_no_work,
	.init = init, .forward = forward, .backward = backward,
	.saturation = layer_no_saturation,
};
