/* test_conv2d.c - convolution, pooling and flatten: against PyTorch, by hand, and with invalid
 * lines.
 *
 * The laws of all layers, including bit-plane input, are in test_layers.c.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/random.h"
#include "src/nn/conv2d.h"
#include "src/nn/pool.h"
#include "tests/support/golden_net.h"
#include "tests/support/tap.h"

static const layer_list lists[] = { core_layers, NULL };

/* A network of one layer, named "l", with workspace for `rows` rows. */
static struct net *net_of(const char *line, int rows)
{
	char lines[LAYER_LINE_MAX];
	struct net *net;

	snprintf(lines, sizeof lines, "l=%s", line);
	net = net_make(lines, lists);
	TAP_CHECK(net != NULL, "'%s': %s", line, ry_message());
	if (!net || net_alloc(net, 1, rows, rows, 1) != RY_OK)
		exit(99);
	return net;
}

/* ---- PyTorch ---- */

/* Pack x (rows, C, H, W) of zeros and ones into bit planes; the caller frees them. */
static uint64_t *packed_bits(const real *x, int rows, const char *line)
{
	int C, H, W, cells, words;
	uint64_t *bits;

	CU_ASSERT_EQUAL_FATAL(sscanf(line, "%*s %d %d %d", &C, &H, &W), 3);
	cells = H * W;
	words = bitplane_words(cells);
	bits = ry_calloc((size_t)rows * C * words, sizeof *bits, "test");
	for (int p = 0; p < rows * C; p++)
		for (int k = 0; k < cells; k++)
			bits[p * words + k / 64] |= (uint64_t)(x[p * cells + k] != 0) << k % 64;
	return bits;
}

static void agrees_with_pytorch(const json_t *o)
{
	struct net *net;
	uint64_t *bits;
	real *x;

	golden_layer_case(o);
	if (!golden_int(o, "bits"))
		return;
	net = golden_layer_net(o);
	x = golden_reals(o, "x", NULL);
	bits = packed_bits(x, golden_int(o, "rows"), json_string_value(golden_get(o, "line")));
	golden_layer_check(net, o, (struct input){ .bits = bits }, NULL);
	free(bits);
	free(x);
	net_free(net);
}

static void every_case_agrees(void)
{
	json_t *golden = golden_open("conv.json");
	const json_t *cases = golden_get(golden, "cases");

	CU_ASSERT_EQUAL(json_array_size(cases), 11);
	for (size_t i = 0; i < json_array_size(cases); i++)
		agrees_with_pytorch(json_array_get(cases, i));
	json_decref(golden);
}

/* ---- by hand ---- */

/* One bit in the second word of the second plane meets each tap of a kernel once, mirrored. */
static void a_bit_spreads_the_kernel(void)
{
	static const struct conv2d_shape shape = { .C = 2, .H = 9, .W = 10, .OUT = 1, .K = 3 };
	struct net *net = net_of("conv2d 2 9 10 1 3", 1);
	uint64_t bits[4] = { 0, 0, 0, 0 };
	struct batch b;
	const real *y;
	int n, row = 7, column = 4;

	bits[2 + (row * 10 + column) / 64] = (uint64_t)1 << (row * 10 + column) % 64;
	for (int t = 0; t < 9; t++)
		net->w[9 + t] = (real)(1 + t);       /* the second plane */
	net->w[conv2d_bias_at(&shape)] = 100;
	batch_flat(&b, &n, 1);
	y = net_forward(net, &b, (struct input){ .bits = bits }, 1);
	for (int i = 0; i < 7; i++)
		for (int j = 0; j < 8; j++) {
			int k = row - i, l = column - j, seen = k >= 0 && k < 3 && l >= 0 && l < 3;

			TAP_CHECK(y[i * 8 + j] == 100 + (seen ? 1 + k * 3 + l : 0),
			          "y[%d, %d] is %g", i, j, (double)y[i * 8 + j]);
		}
	net_free(net);
}

/* Bits beyond a plane, as in a damaged file, are ignored. */
static void stray_bits_are_ignored(void)
{
	static const char *const lines[] = { "conv2d 2 9 10 4 3", "conv2d 2 9 10 4 3 2 1" };

	for (int i = 0; i < 2; i++) {
		struct net *net = net_of(lines[i], 1);
		uint64_t clean[4] = { 0x123, 0x55, 0x8000000000000001, 0x3ffffff }, stray[4];
		gsl_rng *rng = random_stream(1, STREAM_INIT);
		real *y = ry_calloc(net->M, sizeof *y, "test"),
		     *dy = ry_calloc(net->M, sizeof *dy, "test");
		real *dw = ry_calloc(net->n, sizeof *dw, "test");
		struct batch b;
		int n;

		net_init(net, rng);
		batch_flat(&b, &n, 1);
		memcpy(stray, clean, sizeof clean);
		stray[1] |= ~(uint64_t)0 << 26;
		stray[3] |= ~(uint64_t)0 << 26;
		for (int m = 0; m < net->M; m++)
			dy[m] = (real)(m % 7 - 3);
		memcpy(y, net_forward(net, &b, (struct input){ .bits = clean }, 1),
		       net->M * sizeof *y);
		net_backward(net, &b, (struct input){ .bits = clean }, dy, NULL, 1);
		memcpy(dw, net->dw, net->n * sizeof *dw);
		memset(net->dw, 0, net->n * sizeof *dw);
		CU_ASSERT_EQUAL(memcmp(y, net_forward(net, &b, (struct input){ .bits = stray }, 1),
		                       net->M * sizeof *y),
		                0);
		net_backward(net, &b, (struct input){ .bits = stray }, dy, NULL, 1);
		CU_ASSERT_EQUAL(memcmp(dw, net->dw, net->n * sizeof *dw), 0);
		free(y);
		free(dy);
		free(dw);
		gsl_rng_free(rng);
		net_free(net);
	}
}

/* Of equal maxima the first receives the gradient. */
static void ties_go_to_the_first(void)
{
	static const struct pool_shape apart = { 1, 2, 4, 2, 2, 1, 2 },
				       three = { 1, 3, 3, 3, 1, 1, 1 };
	const real x[8] = { 1, 5, 2, 2,   5, 5, 2, 2 }, dy[2] = { 7, 9 };
	const real x3[9] = { 0, 0, 4,   4, 1, 4,   4, 4, 4 }, dy3[1] = { 3 };
	real y[2], dx[9], row[4];

	maxpool_forward(y, x, 1, &apart, row);
	CU_ASSERT_TRUE(y[0] == 5 && y[1] == 2);
	maxpool_backward(dx, dy, x, y, 1, &apart);
	for (int i = 0; i < 8; i++)
		TAP_CHECK(dx[i] == (i == 1 ? 7 : i == 2 ? 9 : 0), "dx[%d] is %g", i, (double)dx[i]);
	maxpool_forward(y, x3, 1, &three, row);
	CU_ASSERT_TRUE(y[0] == 4);
	maxpool_backward(dx, dy3, x3, y, 1, &three);
	for (int i = 0; i < 9; i++)
		TAP_CHECK(dx[i] == (i == 2 ? 3 : 0), "dx[%d] of nine is %g", i, (double)dx[i]);
}

/* A NaN is the output of every window that contains it, at any position, and of no other. */
static void nan_is_not_hidden(void)
{
	static const struct pool_shape shapes[] = { { 1, 4, 4, 2, 2, 2, 2 },
		                                    { 1, 4, 4, 3, 1, 2, 2 } };

	for (int k = 0; k < 2; k++)
		for (int at = 0; at < 16; at++) {
			const struct pool_shape *s = shapes + k;
			real x[16], y[4], row[4];

			for (int i = 0; i < 16; i++)
				x[i] = i == at ? (real)NAN : (real)(i % 5 - 2);
			maxpool_forward(y, x, 1, s, row);
			for (int i = 0; i < 4; i++) {
				int down = at / 4 - i / 2 * s->stride,
				    across = at % 4 - i % 2 * s->stride;
				int inside =
					down >= 0 && down < s->K && across >= 0 && across < s->K;

				TAP_CHECK(isnan(y[i]) == inside,
				          "kernel %d: NaN at %d, y[%d] is %g", s->K, at, i,
				          (double)y[i]);
			}
		}
}

/* Cells outside all windows have no gradient. */
static void cells_left_over_get_nothing(void)
{
	static const struct pool_shape s = { 1, 3, 5, 2, 2, 1, 2 };
	const real x[15] = { 1, 2, 3, 4, 9,   1, 1, 1, 1, 9,   9, 9, 9, 9, 9 }, dy[2] = { 4, 8 };
	real y[2], dx[15], row[5];

	maxpool_forward(y, x, 1, &s, row);
	CU_ASSERT_TRUE(y[0] == 2 && y[1] == 4);
	avgpool_forward(y, x, 1, &s, row);
	CU_ASSERT_TRUE(y[0] == (real)1.25 && y[1] == (real)2.25);
	for (int i = 0; i < 15; i++)
		dx[i] = -77;
	avgpool_backward(dx, dy, 1, &s);
	for (int i = 0; i < 15; i++)
		TAP_CHECK(dx[i] == (i / 5 > 1 || i % 5 > 3 ? 0
		                    : i % 5 < 2            ? 1
		                                           : 2),
		          "dx[%d] is %g", i, (double)dx[i]);
}

static void flatten_copies(void)
{
	struct net *net = net_of("flatten 2 3 4", 2);
	real x[48], dy[48], dx[48];
	struct batch b;
	int n;

	CU_ASSERT_EQUAL(net->D, 24);
	CU_ASSERT_EQUAL(net->M, 24);
	for (int i = 0; i < 48; i++) {
		x[i] = (real)i;
		dy[i] = (real)-i;
	}
	batch_flat(&b, &n, 2);
	CU_ASSERT_EQUAL(memcmp(net_forward(net, &b, (struct input){ .x = x }, 1), x, sizeof x), 0);
	net_backward(net, &b, (struct input){ .x = x }, dy, dx, 1);
	for (int i = 0; i < 48; i++)
		CU_ASSERT_EQUAL(dx[i], -i);
	net_free(net);
}

/* ---- shapes and lines ---- */

static void shapes_follow_from_lines(void)
{
	static const struct { const char *line; int D, M; } cases[] = {
		{ "conv2d 4 10 10 16 3", 400, 1024 },
		{ "conv2d 1 28 28 8 5 2 2", 784, 8 * 14 * 14 },
		{ "conv2d 3 7 11 2 3 3", 231, 2 * 2 * 3 },
		{ "conv2d 2 5 4 7 4 1 3", 40, 7 * 8 * 7 },
		{ "maxpool2d 3 7 9 2", 189, 3 * 3 * 4 },
		{ "avgpool2d 3 7 9 3 2", 189, 3 * 3 * 4 },
		{ "maxpool2d 1 4 4 1 3", 16, 4 },
		{ "flatten 16 8 8", 1024, 1024 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct net *net = net_of(cases[i].line, 1);

		TAP_CHECK(net->D == cases[i].D && net->M == cases[i].M,
		          "'%s': %d in and %d out, expected %d and %d", cases[i].line, net->D,
		          net->M, cases[i].D, cases[i].M);
		net_free(net);
	}
}

/* Impossible shapes and products that overflow: the error names the line and the reason. */
static void impossible_shapes_are_refused(void)
{
	static const struct { const char *line, *word; } cases[] = {
		{ "conv2d 4 10 10 16 11", "does not fit" },
		{ "conv2d 4 2 10 16 3", "planes of 2 x 10" },
		{ "conv2d 4 10 2 16 3 2", "does not fit" },
		{ "conv2d 4 10 2 16 3", "does not fit" },
		{ "conv2d 4 10 10 16 3 1 3", "less than the kernel's 3" },
		{ "conv2d 4 10 10 16 1 1 1", "less than the kernel's 1" },
		{ "conv2d 4 10 10 16 3 0", "'0'" },
		{ "conv2d 4 10 10 16 3 1 -1", "'-1'" },
		{ "conv2d 4 10 10 16 3 1 1000", "'1000'" },
		{ "conv2d 4 10 10 16 3 1 1 1", "too much" },
		{ "conv2d 4 10 10 16", "missing" },
		{ "conv2d 4 10 10 0 3", "'0'" },
		{ "conv2d 16777216 16777216 16777216 16777216 16777216", "16777216 cells" },
		{ "conv2d 2 16777216 1 1 1", "16777216 cells" },
		{ "conv2d 257 256 256 1 1", "16777216 cells" },
		{ "conv2d 256 251 250 1 4 1 3", "16777216 cells" },
		{ "conv2d 1 4096 4096 2 1", "16777216 outputs" },
		{ "conv2d 1 1 1 16777216 2 1 1", "16777216 outputs" },
		{ "maxpool2d 3 4 9 5", "window of 5 x 5 does not fit" },
		{ "avgpool2d 3 9 4 5 1", "window of 5 x 5 does not fit" },
		{ "maxpool2d 3 9 9 2 0", "'0'" },
		{ "maxpool2d 16777216 16777216 1 1", "16777216 cells" },
		{ "avgpool2d 257 256 256 2", "16777216 cells" },
		{ "flatten 16777216 16777216 16777216", "16777216 features" },
		{ "flatten 2 4096 4096", "16777216 features" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct net *net;

		ry_fail(RY_EINVAL, "nothing yet");
		net = net_make(cases[i].line, lists);
		TAP_CHECK(!net, "'%s' was taken", cases[i].line);
		TAP_CHECK(strstr(ry_message(), cases[i].line) &&
		                  strstr(ry_message(), cases[i].word),
		          "'%s': '%s'", cases[i].line, ry_message());
		net_free(net);
	}
}

/* The largest shapes allowed: a layer is built without allocating its workspace, and sizes do not
 * overflow. */
static void largest_shapes_have_true_sizes(void)
{
	static const struct { const char *line; double weights, outputs; } cases[] = {
		{ "conv2d 16777216 1 1 16777216 1", 281474976710656.0, 16777216 },
		{ "conv2d 1 4096 4096 1 4096", 16777216, 1 },
		{ "conv2d 1 1 1 16777216 1", 16777216, 16777216 },
		{ "conv2d 1 16777216 1 1 1 1", 1, 16777216 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct layer *l = conv2d_ops.make(cases[i].line);
		struct param p;
		double work;

		TAP_CHECK(l != NULL, "'%s': %s", cases[i].line, ry_message());
		if (!l)
			continue;
		CU_ASSERT_EQUAL(conv2d_ops.param(l, 0, &p), 1);
		CU_ASSERT_EQUAL((double)p.rows * p.cols, cases[i].weights);
		CU_ASSERT_EQUAL(l->M, cases[i].outputs);
		CU_ASSERT_TRUE((double)conv2d_ops.n_params(l) >= cases[i].weights + p.rows);
		CU_ASSERT_TRUE((double)conv2d_ops.n_params(l) < cases[i].weights + p.rows + 16);
		work = (double)conv2d_ops.n_work(l, 1, 1, 1);
		TAP_CHECK(work > cases[i].weights && work < 1e16, "'%s': %g reals of work",
		          cases[i].line, work);
		conv2d_ops.free(l);
	}
}

/* PyTorch's default: uniform within +-1/sqrt(C K K), weight and bias. */
static void init_is_pytorchs(void)
{
	struct net *net = net_of("conv2d 10 10 10 64 3", 1);
	const double bound = 1 / sqrt(90);
	gsl_rng *rng = random_stream(1, STREAM_INIT);
	char name[NET_NAME_MAX];
	struct param p;

	net_init(net, rng);
	for (int k = 0; net_param(net, k, name, &p); k++) {
		size_t n = (size_t)p.rows * (p.cols ? p.cols : 1);
		double square = 0, largest = 0;

		for (size_t i = 0; i < n; i++) {
			square += net->w[p.at + i] * net->w[p.at + i] / (double)n;
			largest = fmax(largest, fabs((double)net->w[p.at + i]));
		}
		TAP_CHECK(largest <= bound * (1 + 1e-6) && largest > 0.9 * bound,
		          "%s: largest %g of %g", name, largest, bound);
		TAP_CHECK(fabs(square / (bound * bound / 3) - 1) < 5 / sqrt((double)n),
		          "%s: variance %g", name, square);
	}
	gsl_rng_free(rng);
	net_free(net);
}

static const struct tap_test tests[] = {
	{ "the same numbers as PyTorch", every_case_agrees },
	{ "a bit spreads the kernel", a_bit_spreads_the_kernel },
	{ "stray bits are ignored", stray_bits_are_ignored },
	{ "ties go to the first", ties_go_to_the_first },
	{ "NaN is not hidden", nan_is_not_hidden },
	{ "cells left over get nothing", cells_left_over_get_nothing },
	{ "flatten copies", flatten_copies },
	{ "shapes follow from lines", shapes_follow_from_lines },
	{ "impossible shapes are refused", impossible_shapes_are_refused },
	{ "the largest shapes have true sizes", largest_shapes_have_true_sizes },
	{ "weights start as PyTorch's", init_is_pytorchs },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("conv2d and pooling in " RY_REAL_NAME, tests);
}
