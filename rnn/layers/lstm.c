/* lstm.c - long short-term memory (Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000).
 *
 *     i, f, o = sigmoid(a_i, a_f, a_o)      g = tanh(a_g)          gates lie i, f, g, o
 *     c_t = f c_{t-1} + i g                 h_t = o tanh(c_t)
 */
#include "rnn/layers/recurrent.h"
#include "src/math/vmath.h"

static void lstm_forward(const struct cell_step *s)
{
	size_t H = s->H;

	for (size_t n = 0; n < (size_t)s->n; n++) {
		real *i = s->a + n * 4 * H, *f = i + H, *g = f + H, *o = g + H;
		const real *c_prev = s->c_prev + n * H;
		real *c = s->c + n * H, *tc = s->tanh_c + n * H, *h = s->h + n * H;

		RY_NO_OVERLAP
		for (size_t j = 0; j < H; j++) {
			i[j] = r_sigmoid(i[j]);
			f[j] = r_sigmoid(f[j]);
			g[j] = r_tanh(g[j]);
			o[j] = r_sigmoid(o[j]);
			c[j] = f[j] * c_prev[j] + i[j] * g[j];
			tc[j] = r_tanh(c[j]);
			h[j] = o[j] * tc[j];
		}
	}
}

static void lstm_backward(const struct cell_step *s, real *dh_all, real *dc_all)
{
	size_t H = s->H;

	for (size_t n = 0; n < (size_t)s->n; n++) {
		real *i = s->a + n * 4 * H, *f = i + H, *g = f + H, *o = g + H;
		const real *c_prev = s->c_prev + n * H, *tc = s->tanh_c + n * H;
		const real *dh = dh_all + n * H;
		real *dc = dc_all + n * H;

		RY_NO_OVERLAP
		for (size_t j = 0; j < H; j++) {
			/* h = o tanh(c) */
			real dck = dc[j] + dh[j] * o[j] * (1 - tc[j] * tc[j]);
			/* c = f c_prev + i g */
			real di = dck * g[j]      * i[j] * (1 - i[j]);
			real df = dck * c_prev[j] * f[j] * (1 - f[j]);
			real dg = dck * i[j]      * (1 - g[j] * g[j]);
			real dO = dh[j] * tc[j]   * o[j] * (1 - o[j]);

			dc[j] = dck * f[j];
			i[j] = di;
			f[j] = df;
			g[j] = dg;
			o[j] = dO;
		}
	}
}

static const struct cell lstm = {
	.gates = 4,
	.memory = 1,
	.forward = lstm_forward,
	.backward = lstm_backward,
	.squash = "ssts",
};

static struct layer *lstm_make(const char *line)
{
	return recurrent_make(&lstm_ops, &lstm, line);
}

const struct layer_ops lstm_ops = {
	.name = "lstm", .example = "lstm 5 3 0", .takes = LAYER_HOT,
	.make = lstm_make, .free = layer_delete, .param = recurrent_param,
	.n_params = recurrent_n_params, .n_state = recurrent_n_state, .n_work = recurrent_n_work,
	.init = recurrent_init, .forward = recurrent_forward, .backward = recurrent_backward,
	.saturation = recurrent_saturation,
};
