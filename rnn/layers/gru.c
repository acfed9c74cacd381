/* gru.c - gated recurrent unit (Cho et al. 2014), with the reset gate after the product as in
 * PyTorch and cuDNN:
 *
 *     r, z = sigmoid(a_r + u_r, a_z + u_z)        gates lie r, z, n
 *     n    = tanh(a_n + r u_n)
 *     h_t  = (1 - z) n + z h_{t-1}
 *
 * where a = W_ih x + b_ih and u = W_hh h_{t-1} + b_hh.
 */
#include "rnn/layers/recurrent.h"
#include "src/math/vmath.h"

static void gru_forward(const struct cell_step *s)
{
	size_t H = s->H;

	for (size_t k = 0; k < (size_t)s->n; k++) {
		real *r = s->a + k * 3 * H, *z = r + H, *n = z + H;
		const real *ur = s->u + k * 3 * H, *uz = ur + H, *un = uz + H;
		const real *h_prev = s->h_prev + k * H;
		real *h = s->h + k * H;

		RY_NO_OVERLAP
		for (size_t j = 0; j < H; j++) {
			r[j] = r_sigmoid(r[j] + ur[j]);
			z[j] = r_sigmoid(z[j] + uz[j]);
			n[j] = r_tanh(n[j] + r[j] * un[j]);
			h[j] = n[j] + z[j] * (h_prev[j] - n[j]);
		}
	}
}

static void gru_backward(const struct cell_step *s, real *dh_all, real *dc)
{
	size_t H = s->H;

	(void)dc;
	for (size_t k = 0; k < (size_t)s->n; k++) {
		real *r = s->a + k * 3 * H, *z = r + H, *n = z + H;
		real *ur = s->u + k * 3 * H, *uz = ur + H, *un = uz + H;
		const real *h_prev = s->h_prev + k * H;
		real *dh = dh_all + k * H;

		RY_NO_OVERLAP
		for (size_t j = 0; j < H; j++) {
			real dn = dh[j] * (1 - z[j]) * (1 - n[j] * n[j]);
			real dz = dh[j] * (h_prev[j] - n[j]) * z[j] * (1 - z[j]);
			real dr = dn * un[j] * r[j] * (1 - r[j]);

			dh[j] *= z[j];
			un[j] = dn * r[j];
			ur[j] = r[j] = dr;
			uz[j] = z[j] = dz;
			n[j] = dn;
		}
	}
}

static const struct cell gru = {
	.gates = 3,
	.apart = 1,
	.direct = 1,
	.forward = gru_forward,
	.backward = gru_backward,
	.squash = "sst",
};

static struct layer *gru_make(const char *line)
{
	return recurrent_make(&gru_ops, &gru, line);
}

const struct layer_ops gru_ops = {
	.name = "gru", .example = "gru 5 3 0", .takes = LAYER_HOT,
	.make = gru_make, .free = layer_delete, .param = recurrent_param,
	.n_params = recurrent_n_params, .n_state = recurrent_n_state, .n_work = recurrent_n_work,
	.init = recurrent_init, .forward = recurrent_forward, .backward = recurrent_backward,
	.saturation = recurrent_saturation,
};
