/* test_recurrent.c - stacks of recurrent layers against PyTorch's nn.RNN, nn.LSTM and nn.GRU: outputs,
 * last states, and all gradients, over sequences that end at different steps.
 *
 * What holds for every layer is in test_layers.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rnn/recurrent.h"
#include "tests/golden_net.h"
#include "tests/tap.h"

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

	*t = (struct bench){ .o = o, .layers = golden_int(o, "layers"), .D = golden_int(o, "D"), .H = golden_int(o, "H") };
	snprintf(t->name, sizeof t->name, "%s of %d", kind, t->layers);
	snprintf(lines, sizeof lines, "rnn=%s %d %d 0\n", kind, t->D, t->H);
	for (int k = 1; k < t->layers; k++)
		snprintf(lines + strlen(lines), sizeof lines - strlen(lines), "rnn=%s %d %d %d\n", kind, t->H, t->H, k);
	t->net = net_make(lines, lists);
	CU_ASSERT_PTR_NOT_NULL_FATAL(t->net);
	golden_net_set(t->net, o, "w");
	t->b = (struct batch){ .T = golden_int(o, "T"), .N = golden_int(o, "N"), .n = t->n, .state_stride = t->net->n_state };
	for (int i = 0; i < t->b.T; i++)
		t->b.rows += t->n[i] = (int)json_integer_value(json_array_get(golden_get(o, "n"), i));
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

/* Part `part` (0: h, 1: c) of layer k's state of all sequences, where PyTorch has (layers, N, H). */
static real *state_of(const struct bench *t, int k, int part, int n)
{
	return t->b.state + n * t->b.state_stride + t->net->layer[k]->state_at + part * t->H;
}

static void set_state(struct bench *t, const char *key, int part)
{
	real *from = golden_reals(t->o, key, NULL);

	for (int k = 0; k < t->layers; k++)
		for (int n = 0; n < t->b.N; n++)
			memcpy(state_of(t, k, part, n), from + (k * t->b.N + n) * t->H, t->H * sizeof *from);
	free(from);
}

static void compare_state(struct bench *t, const char *key, int part)
{
	real *got = ry_calloc((size_t)t->layers * t->b.N * t->H, sizeof *got, "test");

	for (int k = 0; k < t->layers; k++)
		for (int n = 0; n < t->b.N; n++)
			memcpy(got + (k * t->b.N + n) * t->H, state_of(t, k, part, n), t->H * sizeof *got);
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

	CU_ASSERT_EQUAL(json_array_size(cases), 6);
	for (size_t i = 0; i < json_array_size(cases); i++)
		agrees_with_pytorch(json_array_get(cases, i));
}

static void impossible_sizes_are_refused(void)
{
	char line[64];

	for (layer_list ops = rnn_layers; *ops; ops++) {
		snprintf(line, sizeof line, "%s 5 16385 0", (*ops)->name);
		CU_ASSERT_PTR_NULL((*ops)->make(line));
		CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "at most 16384"));
	}
	CU_ASSERT_PTR_NULL(net_make("rnn=lstm 5 3 0\nrnn=lstm 4 3 1", lists));   /* 3 does not meet 4 */
	CU_ASSERT_PTR_NULL(net_make("rnn=lstm 5 3 0\nrnn=lstm 3 3 0", lists));   /* twice the same names */
}

static const struct tap_test tests[] = {
	{ "RNN, LSTM and GRU of 1 and 2 layers agree with PyTorch", every_case_agrees },
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
