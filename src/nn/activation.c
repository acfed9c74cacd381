/* activation.c - see activation.h. */
#include "src/nn/activation.h"

#include <assert.h>
#include <string.h>

#include "src/math/vmath.h"

static const char *const names[ACTIVATIONS] = {
	[ACTIVATION_IDENTITY]   = "identity",
	[ACTIVATION_SIGMOID]    = "sigmoid",
	[ACTIVATION_TANH]       = "tanh",
	[ACTIVATION_RELU]       = "relu",
	[ACTIVATION_LEAKY_RELU] = "leaky_relu",
	[ACTIVATION_PRELU]      = "prelu",
	[ACTIVATION_ELU]        = "elu",
	[ACTIVATION_SOFTMAX]    = "softmax",
};

const char *activation_name(enum activation f)
{
	return names[f];
}

int activation_find(const char *name)
{
	for (int f = 0; f < ACTIVATIONS; f++)
		if (strcmp(name, names[f]) == 0)
			return f;
	return -1;
}

void activation_forward(enum activation f, real a, real *restrict y, const real *restrict x,
                        size_t n)
{
	switch (f) {
	case ACTIVATION_IDENTITY:
		memcpy(y, x, n * sizeof *y);
		return;
	case ACTIVATION_SIGMOID:
		for (size_t i = 0; i < n; i++)
			y[i] = r_sigmoid(x[i]);
		return;
	case ACTIVATION_TANH:
		for (size_t i = 0; i < n; i++)
			y[i] = r_tanh(x[i]);
		return;
	case ACTIVATION_RELU:
		for (size_t i = 0; i < n; i++)
			y[i] = x[i] < 0 ? 0 : x[i];          /* NaN stays NaN */
		return;
	case ACTIVATION_LEAKY_RELU:
		for (size_t i = 0; i < n; i++)
			y[i] = x[i] > 0 ? x[i] : a * x[i];
		return;
	case ACTIVATION_ELU:
		for (size_t i = 0; i < n; i++) {
			real e = a * (r_exp(x[i] > 0 ? 0 : x[i]) - 1);

			y[i] = x[i] > 0 ? x[i] : e;
		}
		return;
	case ACTIVATION_PRELU:
	case ACTIVATION_SOFTMAX:
	case ACTIVATIONS:
		break;
	}
	assert(!"an activation of single numbers");
}

void activation_backward(enum activation f, real a, real *restrict dx, const real *restrict dy,
                         const real *restrict x, const real *restrict y, size_t n)
{
	switch (f) {
	case ACTIVATION_IDENTITY:
		memcpy(dx, dy, n * sizeof *dx);
		return;
	case ACTIVATION_SIGMOID:
		for (size_t i = 0; i < n; i++)
			dx[i] = dy[i] * y[i] * (1 - y[i]);
		return;
	case ACTIVATION_TANH:
		for (size_t i = 0; i < n; i++)
			dx[i] = dy[i] * (1 - y[i] * y[i]);
		return;
	case ACTIVATION_RELU:
		for (size_t i = 0; i < n; i++)
			dx[i] = x[i] > 0 ? dy[i] : 0;
		return;
	case ACTIVATION_LEAKY_RELU:
		for (size_t i = 0; i < n; i++)
			dx[i] = x[i] > 0 ? dy[i] : a * dy[i];
		return;
	case ACTIVATION_ELU:
		for (size_t i = 0; i < n; i++)
			dx[i] = x[i] > 0 ? dy[i] : dy[i] * (y[i] + a);   /* a exp(x) = y + a */
		return;
	case ACTIVATION_PRELU:
	case ACTIVATION_SOFTMAX:
	case ACTIVATIONS:
		break;
	}
	assert(!"an activation of single numbers");
}

void prelu_forward(real *restrict y, const real *restrict x, const real *restrict a, int shared,
                   size_t rows, int D)
{
	if (shared) {
		activation_forward(ACTIVATION_LEAKY_RELU, a[0], y, x, rows * D);
		return;
	}
	for (size_t r = 0; r < rows; r++)
		for (int j = 0; j < D; j++) {
			real v = x[r * D + j];

			y[r * D + j] = v > 0 ? v : a[j] * v;
		}
}

void prelu_backward(real *restrict dx, real *restrict da, const real *restrict dy,
                    const real *restrict x, const real *restrict a, int shared, size_t rows, int D)
{
	for (size_t r = 0; r < rows; r++)
		for (int j = 0; j < D; j++) {
			size_t i = r * D + j;

			da[shared ? 0 : j] += x[i] > 0 ? 0 : dy[i] * x[i];
			if (dx)
				dx[i] = x[i] > 0 ? dy[i] : a[shared ? 0 : j] * dy[i];
		}
}

void softmax_forward(real *restrict y, const real *restrict x, size_t rows, int D)
{
	for (size_t r = 0; r < rows; r++, y += D, x += D) {
		real max = x[0], sum = 0;

		for (int j = 1; j < D; j++)
			max = x[j] > max ? x[j] : max;
		for (int j = 0; j < D; j++)
			y[j] = r_exp(x[j] - max);
		for (int j = 0; j < D; j++)
			sum += y[j];
		for (int j = 0; j < D; j++)
			y[j] /= sum;
	}
}

void softmax_backward(real *restrict dx, const real *restrict dy, const real *restrict y,
                      size_t rows, int D)
{
	for (size_t r = 0; r < rows; r++, dx += D, dy += D, y += D) {
		real mean = 0;

		for (int j = 0; j < D; j++)
			mean += dy[j] * y[j];
		for (int j = 0; j < D; j++)
			dx[j] = y[j] * (dy[j] - mean);
	}
}

/* ---- the layers ---- */

struct activation_layer {
	struct layer    layer;
	enum activation f;
	double          a;             /* leaky_relu's slope, elu's alpha */
	int             slopes;        /* prelu */
};

static const struct layer_ops *const table[ACTIVATIONS] = {
	[ACTIVATION_IDENTITY]   = &identity_ops,
	[ACTIVATION_SIGMOID]    = &sigmoid_ops,
	[ACTIVATION_TANH]       = &tanh_ops,
	[ACTIVATION_RELU]       = &relu_ops,
	[ACTIVATION_LEAKY_RELU] = &leaky_relu_ops,
	[ACTIVATION_PRELU]      = &prelu_ops,
	[ACTIVATION_ELU]        = &elu_ops,
	[ACTIVATION_SOFTMAX]    = &softmax_ops,
};

static struct layer *make_any(const char *line, enum activation f, const char *usage,
                              const char *form)
{
	struct activation_layer *l;
	double a = f == ACTIVATION_LEAKY_RELU ? 0.01 : 1;
	int D, slopes = 1, n;

	/* "d|d": the second argument is prelu's number of slopes; "d|r": a constant. */
	n = strchr(form, 'r') ? layer_scan(line, usage, form, &D, &a)
	                      : layer_scan(line, usage, form, &D, &slopes);
	if (n < 0)
		return NULL;
	if (a < 0) {
		ry_fail(RY_EINVAL, "layer '%s': %g is below 0 (%s)", line, a, usage);
		return NULL;
	}
	if (slopes != 1 && slopes != D) {
		ry_fail(RY_EINVAL, "layer '%s': %d slopes, expected 1 or %d (%s)", line, slopes, D,
		        usage);
		return NULL;
	}
	l = layer_new(sizeof *l, table[f], D, D);
	if (!l)
		return NULL;
	l->f = f;
	l->a = a;
	l->slopes = slopes;
	return &l->layer;
}

static struct layer *identity_make(const char *line)
{
	return make_any(line, ACTIVATION_IDENTITY, "identity FEATURES", "d");
}

static struct layer *sigmoid_make(const char *line)
{
	return make_any(line, ACTIVATION_SIGMOID, "sigmoid FEATURES", "d");
}

static struct layer *tanh_make(const char *line)
{
	return make_any(line, ACTIVATION_TANH, "tanh FEATURES", "d");
}

static struct layer *relu_make(const char *line)
{
	return make_any(line, ACTIVATION_RELU, "relu FEATURES", "d");
}

static struct layer *leaky_relu_make(const char *line)
{
	return make_any(line, ACTIVATION_LEAKY_RELU, "leaky_relu FEATURES [SLOPE]", "d|r");
}

static struct layer *prelu_make(const char *line)
{
	return make_any(line, ACTIVATION_PRELU, "prelu FEATURES [SLOPES]", "d|d");
}

static struct layer *elu_make(const char *line)
{
	return make_any(line, ACTIVATION_ELU, "elu FEATURES [ALPHA]", "d|r");
}

static struct layer *softmax_make(const char *line)
{
	return make_any(line, ACTIVATION_SOFTMAX, "softmax FEATURES", "d");
}

static void forward(struct layer *layer, const struct batch *b, struct input in, real *y)
{
	const struct activation_layer *l = (const struct activation_layer *)layer;

	activation_forward(l->f, (real)l->a, y, in.x, b->rows * layer->D);
}

static void backward(struct layer *layer, const struct batch *b, struct input in, const real *y,
                     real *dy, real *dx)
{
	const struct activation_layer *l = (const struct activation_layer *)layer;

	if (dx)
		activation_backward(l->f, (real)l->a, dx, dy, in.x, y, b->rows * layer->D);
}

static int saturation(const struct layer *layer, const struct batch *b, const real *y, int k,
                      struct saturation *s)
{
	enum activation f = ((const struct activation_layer *)layer)->f;

	if (k > 0 || (f != ACTIVATION_SIGMOID && f != ACTIVATION_TANH))
		return 0;
	*s = (struct saturation){ .x = y,
		                  .rows = b->rows,
		                  .stride = (size_t)layer->D,
		                  .n = layer->D,
		                  .low = f == ACTIVATION_SIGMOID ? 0 : -1,
		                  .high = 1 };
	return 1;
}

static void layer_softmax_forward(struct layer *layer, const struct batch *b, struct input in,
                                  real *y)
{
	softmax_forward(y, in.x, b->rows, layer->D);
}

static void layer_softmax_backward(struct layer *layer, const struct batch *b, struct input in,
                                   const real *y, real *dy, real *dx)
{
	(void)in;
	if (dx)
		softmax_backward(dx, dy, y, b->rows, layer->D);
}

static int prelu_param(const struct layer *layer, int k, struct param *p)
{
	if (k >= 1)
		return 0;
	*p = (struct param){ .name = "weight",
		             .rows = ((const struct activation_layer *)layer)->slopes };
	return 1;
}

static size_t prelu_n_params(const struct layer *layer)
{
	return ((const struct activation_layer *)layer)->slopes;
}

/* torch.nn.PReLU starts at 0.25. */
static void prelu_init(struct layer *layer, gsl_rng *rng)
{
	(void)rng;
	for (int j = 0; j < ((struct activation_layer *)layer)->slopes; j++)
		layer->w[j] = (real)0.25;
}

static void layer_prelu_forward(struct layer *layer, const struct batch *b, struct input in,
                                real *y)
{
	const struct activation_layer *l = (const struct activation_layer *)layer;

	prelu_forward(y, in.x, layer->w, l->slopes == 1, b->rows, layer->D);
}

static void layer_prelu_backward(struct layer *layer, const struct batch *b, struct input in,
                                 const real *y, real *dy, real *dx)
{
	const struct activation_layer *l = (const struct activation_layer *)layer;

	(void)y;
	prelu_backward(dx, layer->dw, dy, in.x, layer->w, l->slopes == 1, b->rows, layer->D);
}

#define PLAIN(f) \
	.name = #f, .make = f##_make, .free = layer_delete, .param = layer_no_param, \
	.n_params = layer_none, .n_state = layer_none, .n_work = layer_no_work, \
		.init = layer_no_init, \
	.forward = forward, .backward = backward, .saturation = saturation

const struct layer_ops identity_ops   = { PLAIN(identity),   .example = "identity 5" };
const struct layer_ops sigmoid_ops    = { PLAIN(sigmoid),    .example = "sigmoid 5" };
const struct layer_ops tanh_ops       = { PLAIN(tanh),       .example = "tanh 5" };
const struct layer_ops relu_ops       = { PLAIN(relu),       .example = "relu 5" };
const struct layer_ops leaky_relu_ops = { PLAIN(leaky_relu), .example = "leaky_relu 5 0.2" };
const struct layer_ops elu_ops        = { PLAIN(elu),        .example = "elu 5 0.7" };

const struct layer_ops softmax_ops = {
	.name = "softmax", .example = "softmax 5",
	.make = softmax_make, .free = layer_delete, .param = layer_no_param,
	.n_params = layer_none, .n_state = layer_none, .n_work = layer_no_work,
	.init = layer_no_init, .forward = layer_softmax_forward, .backward = layer_softmax_backward,
	.saturation = layer_no_saturation,
};

const struct layer_ops prelu_ops = {
	.name = "prelu", .example = "prelu 5 5",
	.make = prelu_make, .free = layer_delete, .param = prelu_param,
	.n_params = prelu_n_params, .n_state = layer_none, .n_work = layer_no_work,
	.init = prelu_init, .forward = layer_prelu_forward, .backward = layer_prelu_backward,
	.saturation = layer_no_saturation,
};
