/* test_activation.c - activations and the dense layer against PyTorch, and at extreme inputs. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/nn/activation.h"
#include "src/nn/dense.h"
#include "tests/support/golden.h"
#include "tests/support/tap.h"

static const double tolerance = 16 * RY_REAL_EPSILON;

/* The kernels of one function, forward and backward, on the reference input. */
static void check_activation(const char *name, const json_t *g)
{
	int f = activation_find(name), rows = golden_int(g, "rows"), D = golden_int(g, "D");
	real a = f == ACTIVATION_LEAKY_RELU ? (real)0.2 : (real)0.7;
	real *x = golden_reals(g, "x", NULL), *dy = golden_reals(g, "dy", NULL);
	real *y = ry_calloc((size_t)rows * D, sizeof *y, "test"),
	     *dx = ry_calloc((size_t)rows * D, sizeof *dx, "test");

	if (f == ACTIVATION_SOFTMAX) {
		softmax_forward(y, x, rows, D);
		softmax_backward(dx, dy, y, rows, D);
	} else {
		activation_forward(f, a, y, x, (size_t)rows * D);
		activation_backward(f, a, dx, dy, x, y, (size_t)rows * D);
	}
	golden_compare(name, g, "y", y, tolerance);
	golden_compare(name, g, "dx", dx, tolerance);
	free(x);
	free(dy);
	free(y);
	free(dx);
}

static void activations_are_pytorchs(void)
{
	json_t *root = golden_open("core.json");
	const json_t *all = golden_get(root, "activation");

	for (int f = 0; f < ACTIVATIONS; f++)
		if (f != ACTIVATION_PRELU)
			check_activation(activation_name(f), golden_get(all, activation_name(f)));
	json_decref(root);
}

static void prelu_is_pytorchs(void)
{
	static const char *const cases[] = { "prelu", "prelu each" };
	json_t *root = golden_open("core.json");

	for (int i = 0; i < 2; i++) {
		const json_t *g = golden_get(golden_get(root, "activation"), cases[i]);
		int rows = golden_int(g, "rows"), D = golden_int(g, "D");
		real *x = golden_reals(g, "x", NULL), *dy = golden_reals(g, "dy", NULL),
		     *a = golden_reals(g, "weight", NULL);
		real y[30], dx[30], da[5] = { 0 };

		CU_ASSERT_EQUAL_FATAL(rows * D, 30);
		prelu_forward(y, x, a, i == 0, rows, D);
		prelu_backward(dx, da, dy, x, a, i == 0, rows, D);
		golden_compare(cases[i], g, "y", y, tolerance);
		golden_compare(cases[i], g, "dx", dx, tolerance);
		golden_compare(cases[i], g, "dweight", da, tolerance);
		free(x);
		free(dy);
		free(a);
	}
	json_decref(root);
}

static void dense_is_pytorchs(void)
{
	json_t *root = golden_open("core.json");
	const json_t *g = golden_get(root, "dense");
	int rows = golden_int(g, "rows"), D = golden_int(g, "D"), M = golden_int(g, "M");
	real *x = golden_reals(g, "x", NULL), *W = golden_reals(g, "weight", NULL),
	     *b = golden_reals(g, "bias", NULL);
	real *dy = golden_reals(g, "dy", NULL);
	real y[12], dx[20], dW[15] = { 0 }, db[3] = { 0 };

	CU_ASSERT_TRUE_FATAL(rows == 4 && D == 5 && M == 3);
	dense_forward(y, x, W, b, rows, D, M);
	dense_backward(dx, dW, db, dy, x, W, rows, D, M);
	golden_compare("dense", g, "y", y, tolerance);
	golden_compare("dense", g, "dx", dx, tolerance);
	golden_compare("dense", g, "dweight", dW, tolerance);
	golden_compare("dense", g, "dbias", db, tolerance);
	free(x);
	free(W);
	free(b);
	free(dy);
	json_decref(root);
}

static void names_are_found(void)
{
	for (int f = 0; f < ACTIVATIONS; f++)
		CU_ASSERT_EQUAL(activation_find(activation_name(f)), f);
	CU_ASSERT_EQUAL(activation_find("swish"), -1);
	CU_ASSERT_EQUAL(activation_find(""), -1);
}

/* Extreme inputs do not overflow and give the mathematical limits. */
static void extremes_are_finite(void)
{
	const real x[6] = { -RY_REAL_MAX, -1000, -100, 100, 1000, RY_REAL_MAX };
	const real low[ACTIVATIONS] = { [ACTIVATION_TANH] = -1, [ACTIVATION_ELU] = -1 };
	real y[6];

	for (int f = 0; f < ACTIVATIONS; f++) {
		if (f == ACTIVATION_PRELU || f == ACTIVATION_SOFTMAX || f == ACTIVATION_IDENTITY)
			continue;
		activation_forward(f, f == ACTIVATION_ELU ? 1 : 0, y, x, 6);
		for (int i = 0; i < 6; i++)
			TAP_CHECK(isfinite(y[i]), "%s(%g) is %g", activation_name(f), (double)x[i],
			          (double)y[i]);
		for (int i = 0; i < 3; i++)
			TAP_CHECK(fabs((double)y[i] - low[f]) <
			                  1e-30 + 2 * RY_REAL_EPSILON * fabs((double)low[f]),
			          "%s(%g) is %g", activation_name(f), (double)x[i], (double)y[i]);
		if (f == ACTIVATION_SIGMOID || f == ACTIVATION_TANH)
			CU_ASSERT_EQUAL(y[5], 1);
	}
	softmax_forward(y, x, 1, 6);
	CU_ASSERT_EQUAL(y[5], 1);
	CU_ASSERT_TRUE(y[0] >= 0 && y[0] < 1e-30);
}

static void nan_stays_nan(void)
{
	const real x[2] = { NAN, 1 };
	real y[2];

	for (int f = 0; f < ACTIVATIONS; f++) {
		if (f == ACTIVATION_PRELU || f == ACTIVATION_SOFTMAX)
			continue;
		activation_forward(f, (real)0.5, y, x, 2);
		TAP_CHECK(isnan(y[0]) && !isnan(y[1]), "%s(NaN) is %g", activation_name(f),
		          (double)y[0]);
	}
}

/* Picked outputs equal those of the whole product, for widths around multiples of the vector
 * width. */
static void picked_outputs_are_the_whole_ones(void)
{
	static const int widths[] = { 1, 5, 31, 32, 33, 64, 200 };
	enum { ROWS = 7, M = 4, D_MAX = 200 };
	static const int q[ROWS] = { 3, 0, 0, 2, 3, 1, 3 };
	static real x[ROWS * D_MAX], W[M * D_MAX], b[M], y[ROWS * M], dy[ROWS * M];
	static real dW[M * D_MAX], picked_dW[M * D_MAX], dx[ROWS * D_MAX], picked_dx[ROWS * D_MAX];
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
		int D = widths[i];
		real db[M] = { 0 }, picked_db[M] = { 0 }, picked[ROWS], picked_dy[ROWS];

		for (int k = 0; k < ROWS * D; k++)
			x[k] = (real)(gsl_rng_uniform(rng) - 0.4);
		for (int k = 0; k < M * D; k++)
			W[k] = (real)(gsl_rng_uniform(rng) - 0.6);
		for (int k = 0; k < M; k++)
			b[k] = (real)(k - 1.42);
		memset(dy, 0, sizeof dy);
		memset(dW, 0, sizeof dW);
		memset(picked_dW, 0, sizeof picked_dW);
		for (int r = 0; r < ROWS; r++)
			dy[r * M + q[r]] = picked_dy[r] = (real)(0.3 * r - 0.8);
		dense_forward(y, x, W, b, ROWS, D, M);
		dense_pick_forward(picked, x, q, W, b, ROWS, D);
		dense_backward(dx, dW, db, dy, x, W, ROWS, D, M);
		dense_pick_backward(picked_dx, picked_dW, picked_db, picked_dy, x, q, W, ROWS, D);
		for (int r = 0; r < ROWS; r++)
			CU_ASSERT_DOUBLE_EQUAL(picked[r], y[r * M + q[r]], 100 * RY_REAL_EPSILON);
		for (int k = 0; k < M * D; k++)
			CU_ASSERT_DOUBLE_EQUAL(picked_dW[k], dW[k], 20 * RY_REAL_EPSILON);
		for (int k = 0; k < ROWS * D; k++)
			CU_ASSERT_DOUBLE_EQUAL(picked_dx[k], dx[k], 20 * RY_REAL_EPSILON);
		for (int k = 0; k < M; k++)
			CU_ASSERT_DOUBLE_EQUAL(picked_db[k], db[k], 20 * RY_REAL_EPSILON);
	}
	gsl_rng_free(rng);
}

static const struct tap_test tests[] = {
	{ "activations are PyTorch's", activations_are_pytorchs },
	{ "prelu is PyTorch's", prelu_is_pytorchs },
	{ "dense is PyTorch's", dense_is_pytorchs },
	{ "names are found", names_are_found },
	{ "extremes are finite", extremes_are_finite },
	{ "NaN stays NaN", nan_stays_nan },
	{ "picked outputs are those of the whole product", picked_outputs_are_the_whole_ones },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("activation in " RY_REAL_NAME, tests);
}
