/* xor.c - a program that trains a network, on nothing but the library.
 *
 *     cc -O2 xor.c $(pkg-config --cflags --libs riley) -o xor && ./xor
 */
#include <math.h>
#include <stdio.h>
#include <gsl/gsl_errno.h>
#include "src/base/random.h"
#include "src/nn/loss.h"
#include "src/nn/net.h"
#include "src/train/optimizer.h"

int main(void)
{
	const real x[] = { 0, 0,   0, 1,   1, 0,   1, 1 };         /* (4, 2): what goes in */
	/* (4, 1): what should come out */
	const real answer[] = { 0, 1, 1, 0 };
	layer_list lists[] = { core_layers, NULL };
	struct input in = { .x = x };
	struct optimizer_options how;
	struct batch batch;
	real *z, dz[4];
	int n;

	gsl_set_error_handler_off();
	batch_flat(&batch, &n, 4);
	optimizer_defaults(&how, RULE_ADAM);
	how.lr = 0.05;

	struct net *net = net_make("dense 2 4\ntanh 4\ndense 4 1", lists);
	struct optimizer *optimizer = net ? optimizer_alloc(net->n, &how) : NULL;
	gsl_rng *rng = random_stream(1, STREAM_INIT);
	if (!optimizer || !rng || net_alloc(net, 1, 4, 4, 1)) {
		fprintf(stderr, "xor: %s\n", ry_message());
		return 1;
	}
	net_init(net, rng);

	for (int update = 1; update <= 500; update++) {
		z = net_forward(net, &batch, in, net->L);
		double loss = loss_bce(dz, z, answer, 4, 1.0 / 4) / 4;
		net_backward(net, &batch, in, dz, NULL, net->L);
		optimizer_begin(optimizer);
		optimizer_apply(optimizer, net->w, net->dw, 0, net->n, 1);
		if (update % 100 == 0)
			printf("update %3d   loss %.4f\n", update, loss);
	}

	z = net_forward(net, &batch, in, net->L);
	for (int k = 0; k < 4; k++)
		printf("%.0f xor %.0f   p = %.3f\n", x[2 * k], x[2 * k + 1], 1 / (1 + exp(-z[k])));

	optimizer_free(optimizer);
	net_free(net);
	gsl_rng_free(rng);
	return 0;
}
