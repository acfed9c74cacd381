/* batchnorm.c - see batchnorm.h.
 *
 * D below is C P, the numbers of a row: C channels of P cells, or features with P = 1.  Statistics
 * of channels are copied to all of their cells first, so that there is one loop over the D numbers
 * of a row for both layers.
 *
 * Backward, with h = (x - mean) scale, scale = 1 / sqrt(variance + eps), and means over the batch:
 *
 *     dw += sum of dy h,  db += sum of dy
 *     dx = w scale (dy - mean(dy) - h mean(dy h))       in evaluation: w scale dy
 */
#include "src/nn/batchnorm.h"

#include <math.h>
#include <string.h>

struct batchnorm {
	struct layer layer;
	int          C, P;
	double       epsilon, momentum;
};

static const struct batchnorm *shape(const struct layer *l)
{
	return (const struct batchnorm *)l;
}

/* ---- parameters and workspace ---- */

enum tensor { WEIGHT, BIAS, RUNNING_MEAN, RUNNING_VAR, COUNT, TENSORS };

static size_t at(const struct layer *l, enum tensor t)
{
	return t * ry_pad(shape(l)->C);
}

struct space {
	double *sum, *product;     /* (D): sums over the rows */
	real   *mean, *scale;      /* (D) */
	real   *slope, *shift;     /* (D): w and b; in backward the means of dy h and of dy */
	real   *batch_mean, *batch_variance;   /* (C) */
};

static size_t doubles(const struct batchnorm *s)
{
	return ry_pad((size_t)s->C * s->P) * (sizeof(double) / sizeof(real));
}

static size_t work_size(const struct batchnorm *s)
{
	return 2 * doubles(s) + 4 * ry_pad((size_t)s->C * s->P) + 2 * ry_pad(s->C);
}

/* Divide up the workspace. */
static struct space cut(real *work, const struct batchnorm *s)
{
	const size_t D = ry_pad((size_t)s->C * s->P);
	real *from = work + 2 * doubles(s);

	return (struct space){ .sum = (double *)work,
		               .product = (double *)(work + doubles(s)),
		               .mean = from,
		               .scale = from + D,
		               .slope = from + 2 * D,
		               .shift = from + 3 * D,
		               .batch_mean = from + 4 * D,
		               .batch_variance = from + 4 * D + ry_pad(s->C) };
}

/* ---- kernels: x, y, dx and dy (rows, D) ---- */

/* All cells of a channel = its number. */
static void spread(real *cells, const real *channel, int C, int P)
{
	for (int c = 0; c < C; c++)
		for (int i = 0; i < P; i++)
			cells[(size_t)c * P + i] = channel[c];
}

/* The sum of a channel's cells. */
static double gathered(const double *cells, int c, int P)
{
	double sum = 0;

	for (int i = 0; i < P; i++)
		sum += cells[(size_t)c * P + i];
	return sum;
}

static void add_rows(double *restrict sum, const real *restrict x, size_t rows, size_t D)
{
	for (size_t r = 0; r < rows; r++)
		for (size_t j = 0; j < D; j++)
			sum[j] += x[r * D + j];
}

static void add_squares(double *restrict sum, const real *restrict x, const real *restrict mean,
                        size_t rows, size_t D)
{
	for (size_t r = 0; r < rows; r++)
		for (size_t j = 0; j < D; j++) {
			double d = (double)x[r * D + j] - mean[j];

			sum[j] += d * d;
		}
}

/* Mean and variance of each channel in the batch; the mean also in a->mean. */
static void moments(const struct space *a, const real *x, size_t rows, int C, int P)
{
	const size_t D = (size_t)C * P;
	const double n = (double)rows * P;

	memset(a->sum, 0, D * sizeof *a->sum);
	add_rows(a->sum, x, rows, D);
	for (int c = 0; c < C; c++)
		a->batch_mean[c] = (real)(gathered(a->sum, c, P) / n);
	spread(a->mean, a->batch_mean, C, P);
	memset(a->sum, 0, D * sizeof *a->sum);
	add_squares(a->sum, x, a->mean, rows, D);
	for (int c = 0; c < C; c++)
		a->batch_variance[c] = (real)(gathered(a->sum, c, P) / n);
}

/* y = w (x - mean) scale + b */
static void output(real *restrict y, const real *restrict x, const struct space *a, size_t rows,
                   size_t D)
{
	const real *restrict mean = a->mean, *restrict scale = a->scale;
	const real *restrict w = a->slope, *restrict b = a->shift;

	for (size_t r = 0; r < rows; r++)
		for (size_t j = 0; j < D; j++)
			y[r * D + j] = (x[r * D + j] - mean[j]) * scale[j] * w[j] + b[j];
}

/* a->sum and a->product: sums of dy and of dy h over the rows. */
static void add_gradients(const struct space *a, const real *restrict dy, const real *restrict x,
                          size_t rows, size_t D)
{
	double *restrict sum = a->sum, *restrict product = a->product;
	const real *restrict mean = a->mean, *restrict scale = a->scale;

	memset(sum, 0, D * sizeof *sum);
	memset(product, 0, D * sizeof *product);
	for (size_t r = 0; r < rows; r++)
		for (size_t j = 0; j < D; j++) {
			double d = dy[r * D + j];

			sum[j] += d;
			product[j] += d * ((x[r * D + j] - mean[j]) * scale[j]);
		}
}

/* dx = scale (dy - mean_dy - h mean_dyh), without w */
static void input_gradient(real *restrict dx, const real *restrict dy, const real *restrict x,
                           const struct space *a, size_t rows, size_t D)
{
	const real *restrict mean = a->mean, *restrict scale = a->scale;
	const real *restrict mean_dyh = a->slope, *restrict mean_dy = a->shift;

	for (size_t r = 0; r < rows; r++)
		for (size_t j = 0; j < D; j++) {
			real h = (x[r * D + j] - mean[j]) * scale[j];

			dx[r * D + j] = scale[j] * (dy[r * D + j] - mean_dy[j] - h * mean_dyh[j]);
		}
}

/* dx *= w of each channel */
static void times_weight(real *restrict dx, const real *restrict w, size_t rows, int C, int P)
{
	for (size_t r = 0; r < rows; r++)
		for (int c = 0; c < C; c++)
			for (int i = 0; i < P; i++)
				dx[(r * C + c) * P + i] *= w[c];
}

/* ---- the layers ---- */

static void forward(struct layer *l, const struct batch *b, struct input in, real *y)
{
	const struct batchnorm *s = shape(l);
	const real *mean = l->w + at(l, RUNNING_MEAN), *variance = l->w + at(l, RUNNING_VAR);
	const size_t D = (size_t)l->D;
	const struct space a = cut(l->work, s);

	if (b->rng) {
		moments(&a, in.x, b->rows, s->C, s->P);
		mean = a.batch_mean;
		variance = a.batch_variance;
	}
	spread(a.mean, mean, s->C, s->P);
	spread(a.scale, variance, s->C, s->P);
	for (size_t j = 0; j < D; j++)
		a.scale[j] = (real)(1 / sqrt(a.scale[j] + s->epsilon));
	spread(a.slope, l->w + at(l, WEIGHT), s->C, s->P);
	spread(a.shift, l->w + at(l, BIAS), s->C, s->P);
	output(y, in.x, &a, b->rows, D);
}

/* The steps of the running statistics: see param.buffer. */
static void follow_batch(struct layer *l, const struct space *a, double n)
{
	const struct batchnorm *s = shape(l);
	const real *mean = l->w + at(l, RUNNING_MEAN), *variance = l->w + at(l, RUNNING_VAR);

	if (n < 2)
		return;
	for (int c = 0; c < s->C; c++) {
		double unbiased = a->batch_variance[c] * (n / (n - 1));

		l->dw[at(l, RUNNING_MEAN) + c] +=
			(real)(s->momentum * (mean[c] - a->batch_mean[c]));
		l->dw[at(l, RUNNING_VAR) + c] += (real)(s->momentum * (variance[c] - unbiased));
	}
	l->dw[at(l, COUNT)] -= 1;
}

static void backward(struct layer *l, const struct batch *b, struct input in, const real *y,
                     real *dy, real *dx)
{
	const struct batchnorm *s = shape(l);
	const double n = (double)b->rows * s->P;
	const struct space a = cut(l->work, s);

	(void)y;
	add_gradients(&a, dy, in.x, b->rows, l->D);
	for (int c = 0; c < s->C; c++) {
		double sum = gathered(a.sum, c, s->P), product = gathered(a.product, c, s->P);

		l->dw[at(l, WEIGHT) + c] += (real)product;
		l->dw[at(l, BIAS) + c] += (real)sum;
		for (int i = 0; i < s->P; i++) {
			a.slope[(size_t)c * s->P + i] = (real)(b->rng ? product / n : 0);
			a.shift[(size_t)c * s->P + i] = (real)(b->rng ? sum / n : 0);
		}
	}
	if (dx) {
		input_gradient(dx, dy, in.x, &a, b->rows, l->D);
		times_weight(dx, l->w + at(l, WEIGHT), b->rows, s->C, s->P);
	}
	if (b->rng)
		follow_batch(l, &a, n);
}

static struct layer *make(const char *line, const struct layer_ops *ops, int C, int P,
                          double epsilon, double momentum)
{
	struct batchnorm *l;

	if (!(epsilon > 0)) {
		ry_fail(RY_EINVAL, "layer '%s': epsilon is %g, expected a number above 0", line,
		        epsilon);
		return NULL;
	}
	if (!(momentum >= 0 && momentum <= 1)) {
		ry_fail(RY_EINVAL, "layer '%s': momentum is %g, expected 0 to 1", line, momentum);
		return NULL;
	}
	l = layer_new(sizeof *l, ops, C * P, C * P);
	if (!l)
		return NULL;
	l->C = C;
	l->P = P;
	l->epsilon = epsilon;
	l->momentum = momentum;
	return &l->layer;
}

static const double default_epsilon = 1e-5, default_momentum = 0.1;

static struct layer *batchnorm_make(const char *line)
{
	double epsilon = default_epsilon, momentum = default_momentum;
	int D;

	if (layer_scan(line, "batchnorm FEATURES [EPSILON MOMENTUM]", "d|rr", &D, &epsilon,
	               &momentum) < 0)
		return NULL;
	return make(line, &batchnorm_ops, D, 1, epsilon, momentum);
}

static struct layer *batchnorm2d_make(const char *line)
{
	double epsilon = default_epsilon, momentum = default_momentum;
	int C, H, W;

	if (layer_scan(line, "batchnorm2d C H W [EPSILON MOMENTUM]", "ddd|rr", &C, &H, &W,
	               &epsilon, &momentum) < 0)
		return NULL;
	if ((size_t)H * W > (size_t)LAYER_FEATURES_MAX / C) {
		ry_fail(RY_EINVAL, "layer '%s': its planes have more than %d cells", line,
		        LAYER_FEATURES_MAX);
		return NULL;
	}
	return make(line, &batchnorm2d_ops, C, H * W, epsilon, momentum);
}

static int param(const struct layer *l, int k, struct param *p)
{
	static const char *const names[TENSORS] = {
		[WEIGHT] = "weight", [BIAS] = "bias", [RUNNING_MEAN] = "running_mean",
		[RUNNING_VAR] = "running_var", [COUNT] = "num_batches_tracked",
	};

	if (k >= TENSORS)
		return 0;
	*p = (struct param){ .name = names[k],
		             .rows = k == COUNT ? 1 : shape(l)->C,
		             .at = at(l, k),
		             .buffer = k >= RUNNING_MEAN,
		             .variance = k == RUNNING_VAR,
		             .whole = k == COUNT };
	return 1;
}

static size_t n_params(const struct layer *l)
{
	return at(l, COUNT) + 1;
}

static size_t n_work(const struct layer *l, int T, int N, size_t rows)
{
	(void)T;
	(void)N;
	(void)rows;
	return work_size(shape(l));
}

static void init(struct layer *l, gsl_rng *rng)
{
	(void)rng;
	for (int c = 0; c < shape(l)->C; c++) {
		l->w[at(l, WEIGHT) + c] = l->w[at(l, RUNNING_VAR) + c] = 1;
		l->w[at(l, BIAS) + c] = l->w[at(l, RUNNING_MEAN) + c] = 0;
	}
	l->w[at(l, COUNT)] = 0;
}

const struct layer_ops batchnorm_ops = {
	.name = "batchnorm", .example = "batchnorm 5 0.1 0.3", .batch_wide = 1,
	.make = batchnorm_make, .free = layer_delete, .param = param,
	.n_params = n_params, .n_state = layer_none, .n_work = n_work,
	.init = init, .forward = forward, .backward = backward,
	.saturation = layer_no_saturation,
};

const struct layer_ops batchnorm2d_ops = {
	.name = "batchnorm2d", .example = "batchnorm2d 3 2 4", .batch_wide = 1,
	.make = batchnorm2d_make, .free = layer_delete, .param = param,
	.n_params = n_params, .n_state = layer_none, .n_work = n_work,
	.init = init, .forward = forward, .backward = backward,
	.saturation = layer_no_saturation,
};
