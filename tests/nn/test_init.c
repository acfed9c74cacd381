/* test_init.c - moments and bounds of every rule, orthogonality, and the variances of LSUV. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/nn/init.h"
#include "src/nn/net.h"
#include "tests/support/tap.h"

static const layer_list lists[] = { core_layers, NULL };

static gsl_rng *seeded(void)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	gsl_rng_set(rng, 42);
	return rng;
}

struct moments {
	double mean, sd, largest;
};

static struct moments moments(const real *w, size_t n)
{
	struct moments m = { 0 };

	for (size_t i = 0; i < n; i++) {
		m.mean += w[i] / (double)n;
		m.largest = fmax(m.largest, fabs((double)w[i]));
	}
	for (size_t i = 0; i < n; i++)
		m.sd += (w[i] - m.mean) * (w[i] - m.mean) / (double)n;
	m.sd = sqrt(m.sd);
	return m;
}

/* A 150 -> 100 layer: sd and, for uniform rules, the bound; biases zero. */
static void rules_have_their_moments(void)
{
	const double in = 150, out = 100, value = 0.7;
	const struct { enum init_rule rule; double sd, bound; } expected[] = {
		{ INIT_DEFAULT,        1 / sqrt(3 * in),              1 / sqrt(in) },
		{ INIT_CONSTANT,       0,                             value },
		{ INIT_UNIFORM,        value / sqrt(3),               value },
		{ INIT_NORMAL,         value,                         0 },
		{ INIT_GLOROT_UNIFORM, value * sqrt(2 / (in + out)),
		   value * sqrt(6 / (in + out)) },
		{ INIT_GLOROT_NORMAL,  value * sqrt(2 / (in + out)),  0 },
		{ INIT_HE_UNIFORM,     value * sqrt(2 / in),          value * sqrt(6 / in) },
		{ INIT_HE_NORMAL,      value * sqrt(2 / in),          0 },
		{ INIT_ORTHOGONAL,     value / sqrt(in),              0 },
	};
	gsl_rng *rng = seeded();
	struct net *net = net_make("dense 150 100\nprelu 100", lists);
	char name[NET_NAME_MAX];
	struct param bias, slope;

	CU_ASSERT_PTR_NOT_NULL_FATAL(net);
	CU_ASSERT_EQUAL_FATAL(sizeof expected / sizeof expected[0], INIT_RULES - 1);
	CU_ASSERT_TRUE(net_param(net, 1, name, &bias) && net_param(net, 2, name, &slope));
	for (size_t i = 0; i < INIT_RULES - 1; i++) {
		enum init_rule rule = expected[i].rule;
		struct moments m;

		CU_ASSERT_EQUAL(net_init_with(net, rule, value, rng), RY_OK);
		m = moments(net->w, 15000);
		TAP_CHECK(fabs(m.sd - expected[i].sd) <= 0.02 * expected[i].sd + 1e-6,
		          "%s: sd %g, expected %g", init_name(rule), m.sd, expected[i].sd);
		if (rule != INIT_CONSTANT)
			TAP_CHECK(fabs(m.mean) <= 0.05 * expected[i].sd, "%s: mean %g",
			          init_name(rule), m.mean);
		if (expected[i].bound > 0)
			TAP_CHECK(m.largest <= expected[i].bound * 1.0001 &&
			                  m.largest > 0.99 * expected[i].bound,
			          "%s: largest %g, bound %g", init_name(rule), m.largest,
			          expected[i].bound);
		else
			TAP_CHECK(m.largest > 3 * expected[i].sd,
			          "%s: largest %g is no normal draw", init_name(rule), m.largest);
		m = moments(net->w + bias.at, 100);
		TAP_CHECK((m.largest == 0) == (rule != INIT_DEFAULT), "%s: largest bias %g",
		          init_name(rule), m.largest);
		CU_ASSERT_EQUAL(net->w[slope.at], (real)0.25);
	}
	net_free(net);
	gsl_rng_free(rng);
}

/* The fan-in of a convolution is C K K and its fan-out OUT K K (ignoring the borders).  Its weights
 * are stored transposed, and orthonormal filters remain orthonormal. */
static void convolutions_count_their_taps(void)
{
	const double in = 6 * 9, out = 40 * 9;
	const struct { enum init_rule rule; double sd; } expected[] = {
		{ INIT_GLOROT_UNIFORM, sqrt(2 / (in + out)) },
		{ INIT_GLOROT_NORMAL,  sqrt(2 / (in + out)) },
		{ INIT_HE_UNIFORM,     sqrt(2 / in) },
		{ INIT_HE_NORMAL,      sqrt(2 / in) },
	};
	gsl_rng *rng = seeded();
	struct net *net = net_make("conv2d 6 5 5 40 3", lists);

	CU_ASSERT_PTR_NOT_NULL_FATAL(net);
	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
		struct moments m;

		CU_ASSERT_EQUAL(net_init_with(net, expected[i].rule, 1, rng), RY_OK);
		m = moments(net->w, 54 * 40);
		TAP_CHECK(fabs(m.sd - expected[i].sd) <= 0.05 * expected[i].sd,
		          "%s: sd %g, expected %g", init_name(expected[i].rule), m.sd,
		          expected[i].sd);
	}
	CU_ASSERT_EQUAL(net_init_with(net, INIT_ORTHOGONAL, 1, rng), RY_OK);
	for (int a = 0; a < 40; a++)
		for (int b = 0; b < 40; b++) {
			double dot = 0;

			for (int k = 0; k < 54; k++)
				dot += (double)net->w[k * 40 + a] * net->w[k * 40 + b];
			TAP_CHECK(fabs(dot - (a == b)) < 50 * RY_REAL_EPSILON,
			          "filters %d and %d give %g", a, b, dot);
		}
	net_free(net);
	gsl_rng_free(rng);
}

/* w wT or wT w, whichever is smaller, is gain^2 times the identity. */
static void check_orthogonal(const real *w, int rows, int cols, double gain)
{
	int wide = cols > rows, n = wide ? rows : cols, m = wide ? cols : rows;

	for (int a = 0; a < n; a++)
		for (int b = 0; b < n; b++) {
			double dot = 0;

			for (int k = 0; k < m; k++)
				dot += wide ? (double)w[a * cols + k] * w[b * cols + k]
				            : (double)w[k * cols + a] * w[k * cols + b];
			TAP_CHECK(fabs(dot - (a == b ? gain * gain : 0)) <
			                  50 * RY_REAL_EPSILON * gain * gain,
			          "%d x %d: vectors %d and %d give %g", rows, cols, a, b, dot);
		}
}

static void orthogonal_matrices(void)
{
	static const int shapes[][2] = { { 1, 1 },  { 7, 7 }, { 20, 6 },
		                         { 6, 20 }, { 1, 9 }, { 9, 1 } };
	gsl_rng *rng = seeded();
	real w[120];

	for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
		CU_ASSERT_EQUAL(init_orthogonal(w, shapes[i][0], shapes[i][1], 1.3, rng), RY_OK);
		check_orthogonal(w, shapes[i][0], shapes[i][1], 1.3);
	}
	gsl_rng_free(rng);
}

/* Uniform over all orthogonal matrices: every entry is as often positive as negative.  Without the
 * signs of R's diagonal the first entry would always be negative. */
static void orthogonal_signs_are_fair(void)
{
	gsl_rng *rng = seeded();
	int positive[9] = { 0 };
	const int n = 1000;
	real w[9];

	for (int i = 0; i < n; i++) {
		CU_ASSERT_EQUAL_FATAL(init_orthogonal(w, 3, 3, 1, rng), RY_OK);
		for (int k = 0; k < 9; k++)
			positive[k] += w[k] > 0;
	}
	for (int k = 0; k < 9; k++)
		TAP_CHECK(abs(positive[k] - n / 2) < 80, "entry %d is positive in %d of %d", k,
		          positive[k], n);
	gsl_rng_free(rng);
}

static void orthogonal_without_memory(void)
{
	gsl_rng *rng = seeded();
	real w;

	/* 2^48 doubles: refused before anything is written. */
	CU_ASSERT_EQUAL(init_orthogonal(&w, 1 << 24, 1 << 24, 1, rng), RY_ENOMEM);
	gsl_rng_free(rng);
}

/* Inputs far from unit variance: after LSUV the output of every dense layer has variance 1. */
static void lsuv_makes_unit_variance(void)
{
	enum { N = 300, D = 20 };
	gsl_rng *rng = seeded();
	struct net *net = net_make("dense 20 30\nrelu 30\ndense 30 40\ntanh 40\ndense 40 3", lists);
	static real x[N * D];
	struct batch b;
	struct input in = { .x = x };
	int n;

	CU_ASSERT_PTR_NOT_NULL_FATAL(net);
	for (int i = 0; i < N * D; i++)
		x[i] = (real)(9 * gsl_rng_uniform(rng) - 2);
	batch_flat(&b, &n, N);
	CU_ASSERT_EQUAL_FATAL(net_alloc(net, 1, N, N, 1), RY_OK);
	CU_ASSERT_EQUAL(net_init_lsuv(net, &b, in, rng), RY_OK);
	net_forward(net, &b, in, net->L);
	for (int l = 0; l < net->L; l += 2) {
		struct moments m = moments(net->y[l], (size_t)N * net->layer[l]->M);

		TAP_CHECK(fabs(m.sd * m.sd - 1) < 0.1, "layer %d: variance %g", l, m.sd * m.sd);
	}
	net_free(net);
	gsl_rng_free(rng);
}

static void lsuv_refuses_what_does_not_vary(void)
{
	gsl_rng *rng = seeded();
	struct net *net = net_make("dense 2 3", lists);
	real x[8] = { 0 };
	struct batch b;
	int n;

	CU_ASSERT_PTR_NOT_NULL_FATAL(net);
	batch_flat(&b, &n, 4);
	CU_ASSERT_EQUAL_FATAL(net_alloc(net, 1, 4, 4, 1), RY_OK);
	CU_ASSERT_EQUAL(net_init_lsuv(net, &b, (struct input){ .x = x }, rng), RY_ENUMERIC);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "variance"));
	x[0] = NAN;
	CU_ASSERT_EQUAL(net_init_lsuv(net, &b, (struct input){ .x = x }, rng), RY_ENUMERIC);
	net_free(net);
	gsl_rng_free(rng);
}

static void impossible_values_are_refused(void)
{
	gsl_rng *rng = seeded();
	struct net *net = net_make("dense 2 3", lists);

	CU_ASSERT_PTR_NOT_NULL_FATAL(net);
	CU_ASSERT_EQUAL(net_init_with(net, INIT_NORMAL, NAN, rng), RY_EINVAL);
	CU_ASSERT_EQUAL(net_init_with(net, INIT_UNIFORM, INFINITY, rng), RY_EINVAL);
	CU_ASSERT_EQUAL(net_init_with(net, INIT_LSUV, 1, rng), RY_EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "lsuv"));
	net_free(net);
	gsl_rng_free(rng);
}

static void same_seed_same_weights(void)
{
	struct net *net = net_make("dense 11 13", lists), *again = net_make("dense 11 13", lists);

	CU_ASSERT_TRUE_FATAL(net && again);
	for (int rule = 0; rule < INIT_LSUV; rule++) {
		gsl_rng *a = seeded(), *b = seeded();

		net_init_with(net, rule, 1, a);
		net_init_with(again, rule, 1, b);
		TAP_CHECK(memcmp(net->w, again->w, net->n * sizeof(real)) == 0, "%s: other weights",
		          init_name(rule));
		net_init_with(again, rule, 1, b);
		TAP_CHECK(rule == INIT_CONSTANT ||
		                  memcmp(net->w, again->w, net->n * sizeof(real)) != 0,
		          "%s: the same weights from another draw", init_name(rule));
		gsl_rng_free(a);
		gsl_rng_free(b);
	}
	net_free(net);
	net_free(again);
}

static void names_are_found(void)
{
	for (int rule = 0; rule < INIT_RULES; rule++)
		CU_ASSERT_EQUAL(init_find(init_name(rule)), rule);
	CU_ASSERT_EQUAL(init_find("xavier"), -1);
}

static const struct tap_test tests[] = {
	{ "every rule has its moments", rules_have_their_moments },
	{ "convolutions count their taps", convolutions_count_their_taps },
	{ "orthogonal matrices are", orthogonal_matrices },
	{ "their signs are fair", orthogonal_signs_are_fair },
	{ "a decomposition without memory fails", orthogonal_without_memory },
	{ "LSUV makes unit variance", lsuv_makes_unit_variance },
	{ "LSUV refuses what does not vary", lsuv_refuses_what_does_not_vary },
	{ "impossible values are refused", impossible_values_are_refused },
	{ "same seed, same weights", same_seed_same_weights },
	{ "names are found", names_are_found },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("init in " RY_REAL_NAME, tests);
}
