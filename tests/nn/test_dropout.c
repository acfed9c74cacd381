/* test_dropout.c - the mask: its drop rate, its independence, and the same mask in backward. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/nn/dropout.h"
#include "tests/support/tap.h"

enum { N = 200000 };
static real ones[N], y[N], z[N];

static void fill(void)
{
	for (int i = 0; i < N; i++)
		ones[i] = 1;
}

static void share_and_mean(void)
{
	static const double p[] = { 0, 0.1, 0.5, 0.9 };

	fill();
	for (int k = 0; k < 4; k++) {
		double dropped = 0, sum = 0, sd = sqrt(p[k] * (1 - p[k]) / N);

		dropout_apply(y, ones, N, p[k], 12345);
		for (int i = 0; i < N; i++) {
			dropped += y[i] == 0;
			sum += y[i];
			CU_ASSERT_TRUE_FATAL(y[i] == 0 || y[i] == (real)(1 / (1 - p[k])));
		}
		TAP_CHECK(fabs(dropped / N - p[k]) <= 5 * sd, "p %g: %g dropped", p[k],
		          dropped / N);
		TAP_CHECK(fabs(sum / N - 1) <= 5 * sd / (1 - p[k]) + 1e-6, "p %g: mean %g", p[k],
		          sum / N);
	}
}

/* The share of elements on which two masks of p = 0.5 agree; one half if they are independent. */
static double agreement(const real *a, const real *b, int n)
{
	double same = 0;

	for (int i = 0; i < n; i++)
		same += (a[i] == 0) == (b[i] == 0);
	return same / n;
}

/* Similar keys, and neighbours at any distance, show no pattern. */
static void masks_look_independent(void)
{
	static const uint32_t keys[] = { 0, 2, 3, 0x10001, 0x80000001, 0xffffffff };
	static const int lags[] = { 1, 2, 3, 4, 8, 16, 64, 200, 256, 1024, 65536 };
	const double bound = 5 * sqrt(0.25 / (N - 65536));

	fill();
	dropout_apply(y, ones, N, 0.5, 1);
	for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
		dropout_apply(z, ones, N, 0.5, keys[k]);
		TAP_CHECK(fabs(agreement(y, z, N) - 0.5) < bound, "keys 1 and %u agree in %g",
		          keys[k], agreement(y, z, N));
		for (size_t l = 0; l < sizeof lags / sizeof lags[0]; l++) {
			double a = agreement(z, z + lags[l], N - lags[l]),
			       b = agreement(y, z + lags[l], N - lags[l]);

			TAP_CHECK(fabs(a - 0.5) < bound, "key %u: lag %d agrees in %g", keys[k],
			          lags[l], a);
			TAP_CHECK(fabs(b - 0.5) < bound, "keys 1 and %u: lag %d agrees in %g",
			          keys[k], lags[l], b);
		}
	}
}

/* Whether element i is dropped depends only on the key and i, not on the length of the array or the
 * vector width; and the hash is the documented one on every machine. */
static void mask_does_not_depend_on_the_length(void)
{
	static const char expected[] = "x..xx.x.xx.xxx.xx..x...xxx.xxx.x";
	char mask[33] = "";

	fill();
	dropout_apply(y, ones, N, 0.4, 99);
	for (int n = 1; n < 70; n++) {
		dropout_apply(z, ones, n, 0.4, 99);
		TAP_CHECK(memcmp(y, z, n * sizeof *y) == 0, "%d elements have another mask", n);
	}
	for (int i = 0; i < 32; i++)
		mask[i] = y[i] == 0 ? 'x' : '.';
	CU_ASSERT_STRING_EQUAL(mask, expected);
}

/* In training: backward drops what forward dropped, also where the input itself is 0. */
static void backward_uses_the_same_mask(void)
{
	struct layer *l = dropout_ops.make("dropout 7 0.5");
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct batch b;
	int n;
	real x[21], out[21], dy[21], dx[21], second[21];

	CU_ASSERT_PTR_NOT_NULL_FATAL(l);
	for (int i = 0; i < 21; i++) {
		x[i] = (real)(i % 2);
		dy[i] = (real)(i + 1);
	}
	batch_flat(&b, &n, 3);
	b.rng = rng;
	dropout_ops.forward(l, &b, (struct input){ .x = x }, out);
	dropout_ops.backward(l, &b, (struct input){ .x = x }, out, dy, dx);
	for (int i = 0; i < 21; i++) {
		CU_ASSERT_TRUE(dx[i] == 0 || dx[i] == 2 * dy[i]);
		if (x[i] != 0)
			CU_ASSERT_EQUAL(out[i] == 0, dx[i] == 0);
	}
	dropout_ops.forward(l, &b, (struct input){ .x = x }, second);
	CU_ASSERT_NOT_EQUAL(memcmp(out, second, sizeof out), 0);      /* a new mask */
	gsl_rng_free(rng);
	dropout_ops.free(l);
}

static void evaluation_hands_through(void)
{
	struct layer *l = dropout_ops.make("dropout 3 0.9");
	struct batch b;
	int n;
	const real x[6] = { 1, 2, 3, 4, 5, 6 };
	real out[6], dy[6] = { 6, 5, 4, 3, 2, 1 }, dx[6];

	CU_ASSERT_PTR_NOT_NULL_FATAL(l);
	batch_flat(&b, &n, 2);
	dropout_ops.forward(l, &b, (struct input){ .x = x }, out);
	dropout_ops.backward(l, &b, (struct input){ .x = x }, out, dy, dx);
	CU_ASSERT_EQUAL(memcmp(x, out, sizeof x), 0);
	CU_ASSERT_EQUAL(memcmp(dy, dx, sizeof dx), 0);
	dropout_ops.free(l);
}

/* One random number per forward pass: the rest of the stream does not depend on sizes. */
static void one_draw_a_forward(void)
{
	gsl_rng *a = gsl_rng_alloc(gsl_rng_mt19937), *b = gsl_rng_alloc(gsl_rng_mt19937);
	struct layer *l = dropout_ops.make("dropout 3 0.5"),
		     *never = dropout_ops.make("dropout 3 0");
	struct batch batch;
	int n;
	real x[6] = { 1, 2, 3, 4, 5, 6 }, out[6];

	CU_ASSERT_TRUE_FATAL(l && never);
	batch_flat(&batch, &n, 2);
	batch.rng = a;
	dropout_ops.forward(l, &batch, (struct input){ .x = x }, out);
	dropout_ops.forward(never, &batch, (struct input){ .x = x }, out);
	gsl_rng_get(b);
	CU_ASSERT_EQUAL(gsl_rng_get(a), gsl_rng_get(b));
	dropout_ops.free(l);
	dropout_ops.free(never);
	gsl_rng_free(a);
	gsl_rng_free(b);
}

static void wrong_probabilities_are_refused(void)
{
	CU_ASSERT_PTR_NULL(dropout_ops.make("dropout 3 1"));
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "below 1"));
	CU_ASSERT_PTR_NULL(dropout_ops.make("dropout 3 -0.1"));
	CU_ASSERT_PTR_NULL(dropout_ops.make("dropout 3 nan"));
	CU_ASSERT_PTR_NULL(dropout_ops.make("dropout 3 0x1p-1"));
}

static const struct tap_test tests[] = {
	{ "share dropped, and the mean kept", share_and_mean },
	{ "masks look independent", masks_look_independent },
	{ "the mask does not depend on the length", mask_does_not_depend_on_the_length },
	{ "backward uses the same mask", backward_uses_the_same_mask },
	{ "evaluation hands through", evaluation_hands_through },
	{ "one draw a forward", one_draw_a_forward },
	{ "wrong probabilities are refused", wrong_probabilities_are_refused },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("dropout in " RY_REAL_NAME, tests);
}
