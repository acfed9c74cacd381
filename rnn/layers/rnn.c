/* rnn.c - the plain recurrent network (Elman 1990): h_t = tanh(W_ih x_t + b_ih + W_hh h_{t-1} +
 * b_hh). */
#include "rnn/layers/recurrent.h"
#include "src/math/vmath.h"

static void rnn_forward(const struct cell_step *s)
{
	size_t size = (size_t)s->n * s->H;
	const real *restrict a = s->a;
	real *restrict h = s->h;

	for (size_t k = 0; k < size; k++)
		h[k] = r_tanh(a[k]);
}

static void rnn_backward(const struct cell_step *s, real *dh, real *dc)
{
	size_t size = (size_t)s->n * s->H;
	const real *restrict h = s->h;
	real *restrict da = s->a;

	(void)dc;
	for (size_t k = 0; k < size; k++)
		da[k] = dh[k] * (1 - h[k] * h[k]);
}

static const struct cell rnn = {
	.gates = 1, .forward = rnn_forward, .backward = rnn_backward, .squash = "",
};

static struct layer *rnn_make(const char *line)
{
	return recurrent_make(&rnn_ops, &rnn, line);
}

const struct layer_ops rnn_ops = {
	.name = "rnn", .example = "rnn 5 3 0", .takes = LAYER_HOT,
	.make = rnn_make, .free = layer_delete, .param = recurrent_param,
	.n_params = recurrent_n_params, .n_state = recurrent_n_state, .n_work = recurrent_n_work,
	.init = recurrent_init, .forward = recurrent_forward, .backward = recurrent_backward,
	.saturation = recurrent_saturation,
};
