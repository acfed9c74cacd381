/* test_recurrent.c - stacks of recurrent layers against PyTorch's nn.RNN, nn.LSTM and nn.GRU:
 * outputs, last states, and all gradients, over sequences that end at different steps.
 *
 * What holds for every layer is in test_layers.c.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rnn/layers/recurrent.h"
#include "tests/support/golden_net.h"
#include "tests/support/tap.h"

static const layer_list lists[] = { rnn_layers, core_layers, NULL };

#ifdef RY_DOUBLE
static const double tolerance = 1e-10;   /* what the file's 12 digits allow */
#else
static const double tolerance = 3e-6;
#endif

static json_t *golden;

/* A golden case, and the network that should agree with it. */
struct bench {
	const json_t *o;
	char          name[32];
	struct net   *net;
	struct batch  b;
	int           layers, D, H, n[16];
	real         *x, *y, *dy, *dx;
};

static void bench_make(struct bench *t, const json_t *o)
{
	const char *kind = json_string_value(golden_get(o, "kind"));
	char lines[200];
	size_t numbers;

	*t = (struct bench){ .o = o,
		             .layers = golden_int(o, "layers"),
		             .D = golden_int(o, "D"),
		             .H = golden_int(o, "H") };
	snprintf(t->name, sizeof t->name, "%s of %d", kind, t->layers);
	snprintf(lines, sizeof lines, "rnn=%s %d %d 0\n", kind, t->D, t->H);
	for (int k = 1; k < t->layers; k++)
		snprintf(lines + strlen(lines), sizeof lines - strlen(lines), "rnn=%s %d %d %d\n",
		         kind, t->H, t->H, k);
	t->net = net_make(lines, lists);
	CU_ASSERT_PTR_NOT_NULL_FATAL(t->net);
	golden_net_set(t->net, o, "w");
	t->b = (struct batch){ .T = golden_int(o, "T"),
		               .N = golden_int(o, "N"),
		               .n = t->n,
		               .state_stride = t->net->n_state };
	for (int i = 0; i < t->b.T; i++)
		t->b.rows += t->n[i] =
			(int)json_integer_value(json_array_get(golden_get(o, "n"), i));
	t->b.state = ry_calloc(t->b.N * t->net->n_state, sizeof(real), "test");
	t->x = golden_reals(o, "x", &numbers);
	CU_ASSERT_EQUAL_FATAL(numbers, t->b.rows * t->D);
	t->dy = golden_reals(o, "dy", &numbers);
	CU_ASSERT_EQUAL_FATAL(numbers, t->b.rows * t->H);
	t->dx = ry_calloc(t->b.rows * t->D, sizeof(real), "test");
	CU_ASSERT_EQUAL_FATAL(net_alloc(t->net, t->b.T, t->b.N, t->b.rows, 1), RY_OK);
}

static void bench_free(struct bench *t)
{
	net_free(t->net);
	free(t->b.state);
	free(t->x);
	free(t->dy);
	free(t->dx);
}

/* Part `part` (0: h, 1: c) of layer k's state of all sequences, where PyTorch has (layers, N,
 * H). */
static real *state_of(const struct bench *t, int k, int part, int n)
{
	return t->b.state + n * t->b.state_stride + t->net->layer[k]->state_at + part * t->H;
}

static void set_state(struct bench *t, const char *key, int part)
{
	real *from = golden_reals(t->o, key, NULL);

	for (int k = 0; k < t->layers; k++)
		for (int n = 0; n < t->b.N; n++)
			memcpy(state_of(t, k, part, n), from + (k * t->b.N + n) * t->H,
			       t->H * sizeof *from);
	free(from);
}

static void compare_state(struct bench *t, const char *key, int part)
{
	real *got = ry_calloc((size_t)t->layers * t->b.N * t->H, sizeof *got, "test");

	for (int k = 0; k < t->layers; k++)
		for (int n = 0; n < t->b.N; n++)
			memcpy(got + (k * t->b.N + n) * t->H, state_of(t, k, part, n),
			       t->H * sizeof *got);
	golden_compare(t->name, t->o, key, got, tolerance);
	free(got);
}

static void agrees_with_pytorch(const json_t *o)
{
	struct bench t;
	int memory = json_object_get(o, "c") != NULL;

	bench_make(&t, o);
	set_state(&t, "h", 0);
	if (memory)
		set_state(&t, "c", 1);
	t.y = net_forward(t.net, &t.b, (struct input){ .x = t.x }, t.net->L);
	golden_compare(t.name, o, "y", t.y, tolerance);
	compare_state(&t, "h_last", 0);
	if (memory)
		compare_state(&t, "c_last", 1);
	net_backward(t.net, &t.b, (struct input){ .x = t.x }, t.dy, t.dx, t.net->L);
	golden_compare(t.name, o, "dx", t.dx, 10 * tolerance);
	golden_net_compare(t.name, t.net, t.net->dw, o, "dw", 10 * tolerance);
	bench_free(&t);
}

static void every_case_agrees(void)
{
	const json_t *cases = golden_get(golden, "recurrent");

	CU_ASSERT(json_array_size(cases) > 0);
	for (size_t i = 0; i < json_array_size(cases); i++)
		agrees_with_pytorch(json_array_get(cases, i));
}

/* ---- how far back a gradient reaches ---- */

enum { STEPS = 5, SEQUENCES = 3, HERE = 9 };     /* sequences of 4, 3 and 2 steps after the first */

/* sum of dy y over a batch that begins with the states h and c: a function of the first hidden
 * state. */
static double weighted_output(struct net *net, const int *n, real *state, const real *x,
                              const real *dy)
{
	struct batch b = { .T = STEPS - 1,
		           .N = SEQUENCES,
		           .rows = HERE,
		           .n = n,
		           .state = state,
		           .state_stride = net->n_state };
	const real *y = net_forward(net, &b, (struct input){ .x = x }, 1);
	double sum = 0;

	for (int k = 0; k < HERE * 4; k++)
		sum += (double)dy[k] * y[k];
	return sum;
}

/* dL/dh_1, with h_1 as what the later steps start from: dy of the first step itself, and central
 * differences of all that comes later. */
static void reaches_back(const struct layer_ops *ops)
{
	static const int n[STEPS] = { 3, 3, 3, 2, 1 };
	char line[40];
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	real x[12 * 5], dy[12 * 4], scratch[12 * 4],
		*state, *again, first[SEQUENCES * 4];
	struct batch b = { .T = STEPS, .N = SEQUENCES, .rows = 12, .n = n, .state = NULL },
		     head = { .T = 1, .N = SEQUENCES, .rows = 3, .n = n };
	size_t bytes;
	double h = cbrt((double)RY_REAL_EPSILON), tolerance_here = 20 * h * h, reached = 0;
	struct net *net;

	snprintf(line, sizeof line, "%s 5 4 0", ops->name);
	net = net_make(line, lists);
	CU_ASSERT_PTR_NOT_NULL_FATAL(net);
	CU_ASSERT_EQUAL_FATAL(net_alloc(net, STEPS, SEQUENCES, 12, 1), RY_OK);
	bytes = SEQUENCES * net->n_state * sizeof *state;
	state = head.state = ry_calloc(1, bytes, "test");
	again = ry_calloc(1, bytes, "test");
	for (size_t k = 0; k < net->n; k++)
		net->w[k] = (real)(1.6 * gsl_rng_uniform(rng) - 0.8);
	for (int k = 0; k < 12 * 5; k++)
		x[k] = (real)(2 * gsl_rng_uniform(rng) - 1);
	for (int k = 0; k < 12 * 4; k++)
		dy[k] = (real)(2 * gsl_rng_uniform(rng) - 1);
	net_forward(net, &b, (struct input){ .x = x }, 1);
	memcpy(scratch, dy, sizeof dy);
	recurrent_gradient_flow(net->layer[0], &b, net->y[0], scratch, first);
	for (size_t k = 0; k < net->n; k++)
		TAP_CHECK(net->dw[k] == 0, "%s: gradient flow adds to the gradient", ops->name);
	head.state_stride = net->n_state;
	/* state is now that after the first step */
	net_forward(net, &head, (struct input){ .x = x }, 1);
	for (int s = 0; s < SEQUENCES; s++)
		for (int j = 0; j < 4; j++) {
			size_t at = s * net->n_state + j;
			double up, down, want;

			memcpy(again, state, bytes);
			again[at] += (real)h;
			up = weighted_output(net, n + 1, again, x + 3 * 5, dy + 3 * 4);
			memcpy(again, state, bytes);
			again[at] -= (real)h;
			down = weighted_output(net, n + 1, again, x + 3 * 5, dy + 3 * 4);
			want = dy[s * 4 + j] + (up - down) / (2 * h);
			TAP_CHECK(fabs(first[s * 4 + j] - want) <
			                  tolerance_here * fmax(1, fabs(want)),
			          "%s: sequence %d, unit %d: %g, not %g", ops->name, s, j,
			          (double)first[s * 4 + j], want);
			reached += fabs(want - dy[s * 4 + j]);
		}
	TAP_CHECK(reached > 0.1, "%s: nothing reaches the first step", ops->name);
	free(state);
	free(again);
	gsl_rng_free(rng);
	net_free(net);
}

static void gradients_reach_the_first_step(void)
{
	for (layer_list ops = rnn_layers; *ops; ops++)
		reaches_back(*ops);
}

/* The names that commands take are those of the layers, whose tensors have PyTorch's names. */
static void cells_are_listed_by_name(void)
{
	int k = 0;

	for (; rnn_layers[k]; k++) {
		struct param p;
		char line[40];
		struct layer *l;

		CU_ASSERT_PTR_NOT_NULL_FATAL(rnn_layer_names[k]);
		CU_ASSERT_STRING_EQUAL(rnn_layer_names[k], rnn_layers[k]->name);
		snprintf(line, sizeof line, "%s 5 3 2", rnn_layer_names[k]);
		l = rnn_layers[k]->make(line);
		CU_ASSERT_PTR_NOT_NULL_FATAL(l);
		CU_ASSERT(rnn_layers[k]->param(l, 0, &p) && strcmp(p.name, "weight_ih_l2") == 0);
		CU_ASSERT(rnn_layers[k]->param(l, 1, &p) && strcmp(p.name, "weight_hh_l2") == 0);
		CU_ASSERT(rnn_layers[k]->n_state(l) >= 3);
		rnn_layers[k]->free(l);
	}
	CU_ASSERT(k > 0);
	CU_ASSERT_PTR_NULL(rnn_layer_names[k]);
}

static void impossible_sizes_are_refused(void)
{
	char line[64];

	for (layer_list ops = rnn_layers; *ops; ops++) {
		snprintf(line, sizeof line, "%s 5 16385 0", (*ops)->name);
		CU_ASSERT_PTR_NULL((*ops)->make(line));
		CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "at most 16384"));
	}
	/* 3 does not meet 4 */
	CU_ASSERT_PTR_NULL(net_make("rnn=lstm 5 3 0\nrnn=lstm 4 3 1", lists));
	/* twice the same names */
	CU_ASSERT_PTR_NULL(net_make("rnn=lstm 5 3 0\nrnn=lstm 3 3 0", lists));
}

static const struct tap_test tests[] = {
	{ "cells of 1 and 2 layers agree with PyTorch", every_case_agrees },
	{ "the gradient at the first step agrees with differences",
	  gradients_reach_the_first_step },
	{ "cells are listed by name", cells_are_listed_by_name },
	{ "impossible sizes are refused", impossible_sizes_are_refused },
	{ NULL, NULL }
};

int main(void)
{
	int status;

	golden = golden_open("rnn.json");
	status = tap_run("recurrent in " RY_REAL_NAME, tests);
	json_decref(golden);
	return status;
}
