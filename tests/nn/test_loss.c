/* test_loss.c - losses against PyTorch, against finite differences, and for large logits. */
#include <math.h>
#include <stdlib.h>

#include "src/base/status.h"
#include "src/nn/loss.h"
#include "tests/support/golden.h"
#include "tests/support/tap.h"

/* One reference case: y, its targets, and room for a gradient. */
struct example {
	struct loss   loss;
	struct target target;
	real         *y, *dy, *t;
	int           label[16];
	size_t        rows;
	int           M;
	double        value;
};

static struct example example_make(const json_t *root, enum loss_kind kind)
{
	const json_t *g = golden_get(golden_get(root, "loss"), loss_name(kind));
	struct example e = { .loss = { kind, golden_number(g, "delta") },
		             .rows = golden_int(g, "rows"),
		             .M = golden_int(g, "M"),
		             .y = golden_reals(g, "y", NULL),
		             .value = golden_number(g, "value") };

	if (kind == LOSS_SOFTMAX)
		for (size_t r = 0; r < e.rows; r++)
			e.label[r] =
				(int)json_integer_value(json_array_get(golden_get(g, "label"), r));
	else
		e.t = golden_reals(g, "t", NULL);
	e.dy = ry_calloc(e.rows * e.M, sizeof *e.dy, "test");
	return e;
}

static double compute(struct example *e, double scale)
{
	struct target target = { .t = e->t,
		                 .label = e->loss.kind == LOSS_SOFTMAX ? e->label : NULL };

	return loss_compute(&e->loss, e->dy, e->y, target, e->rows, e->M, scale);
}

static void example_free(struct example *e)
{
	free(e->y);
	free(e->dy);
	free(e->t);
}

static void losses_are_pytorchs(void)
{
	json_t *root = golden_open("core.json");

	for (int kind = 0; kind < LOSS_KINDS; kind++) {
		struct example e = example_make(root, kind);
		double value = compute(&e, 1);

		TAP_CHECK(fabs(value - e.value) < 16 * RY_REAL_EPSILON * fabs(e.value),
		          "%s is %.9g, expected %.9g", loss_name(kind), value, e.value);
		golden_compare(loss_name(kind),
		               golden_get(golden_get(root, "loss"), loss_name(kind)), "dy", e.dy,
		               16 * RY_REAL_EPSILON);
		example_free(&e);
	}
	json_decref(root);
}

static void scale_multiplies_the_gradient_alone(void)
{
	json_t *root = golden_open("core.json");

	for (int kind = 0; kind < LOSS_KINDS; kind++) {
		struct example e = example_make(root, kind);
		double whole = compute(&e, 1);
		real first = e.dy[4];

		CU_ASSERT_EQUAL(compute(&e, 0.25), whole);
		CU_ASSERT_DOUBLE_EQUAL(e.dy[4], first / 4, RY_REAL_EPSILON * fabs((double)first));
		free(e.dy);
		e.dy = NULL;                                  /* the value alone */
		CU_ASSERT_EQUAL(compute(&e, 1), whole);
		example_free(&e);
	}
	json_decref(root);
}

static void gradients_agree_with_differences(void)
{
	json_t *root = golden_open("core.json");
	const double h = cbrt((double)RY_REAL_EPSILON),
		     tolerance = 20 * cbrt((double)RY_REAL_EPSILON * RY_REAL_EPSILON);

	for (int kind = 0; kind < LOSS_KINDS; kind++) {
		struct example e = example_make(root, kind);
		real *dy = e.dy;
		double largest = 0;

		compute(&e, 1);
		e.dy = NULL;
		for (size_t i = 0; i < e.rows * e.M; i++) {
			real y = e.y[i];
			volatile real up = (real)(y + h), down = (real)(y - h);
			double d;

			e.y[i] = up;
			d = compute(&e, 1);
			e.y[i] = down;
			d = (d - compute(&e, 1)) / ((double)up - (double)down);
			e.y[i] = y;
			/* The value is rounded to the size of the largest of its terms, 60. */
			TAP_CHECK(fabs(d - dy[i]) <
			                  tolerance * fmax(1, fabs(d)) + 60 * RY_REAL_EPSILON / h,
			          "%s: dy[%zu] is %g, differences say %g", loss_name(kind), i,
			          (double)dy[i], d);
			largest = fmax(largest, fabs(d));
		}
		TAP_CHECK(largest > 0.1, "%s: no gradient", loss_name(kind));
		e.dy = dy;
		example_free(&e);
	}
	json_decref(root);
}

/* -log sigmoid(z), where the plain formula would be inf, 0 or NaN. */
static void large_logits_are_exact(void)
{
	const real z[6] = { 1000, -1000, 80, -80, 0, 30 }, t[6] = { 1, 1, 0, 0, 1, 1 };
	const double expected[6] = { 0, 1000, 80, exp(-80), M_LN2, log1p(exp(-30)) };
	real dy[6], one;

	for (int i = 0; i < 6; i++) {
		double value = loss_bce(&one, z + i, t + i, 1, 1);

		TAP_CHECK(fabs(value - expected[i]) <= 8 * RY_REAL_EPSILON * expected[i] + 1e-37,
		          "z = %g, t = %g: %g, expected %g", (double)z[i], (double)t[i], value,
		          expected[i]);
	}
	loss_bce(dy, z, t, 6, 1);
	CU_ASSERT_DOUBLE_EQUAL(dy[0], 0, 1e-30);
	CU_ASSERT_EQUAL(dy[1], -1);
	CU_ASSERT_EQUAL(dy[2], 1);
}

static void nan_reaches_the_value(void)
{
	real z[2] = { NAN, 1 }, t[2] = { 1, 0 }, dy[2];
	const int label = 1;

	CU_ASSERT_TRUE(isnan(loss_bce(dy, z, t, 2, 1)));
	CU_ASSERT_TRUE(isnan(loss_squared(dy, z, t, 2, 1)));
	CU_ASSERT_TRUE(isnan(loss_huber(dy, z, t, 2, 1, 1)));
	CU_ASSERT_TRUE(isnan(loss_softmax(dy, z, &label, 1, 2, 1)));
}

/* Longer than a block, and not a multiple of one: each number is counted once. */
static void long_arrays_are_summed_whole(void)
{
	enum { N = 1003 };
	static real z[N], t[N], dy[N];
	double sum = 0, bce = 0;

	for (int i = 0; i < N; i++) {
		z[i] = (real)((i % 17) * 0.25 - 2);
		t[i] = (real)(i % 3 == 0);
		sum += ((double)z[i] - t[i]) * ((double)z[i] - t[i]);
		bce += log1p(exp(-(2 * t[i] - 1) * z[i]));
	}
	CU_ASSERT_DOUBLE_EQUAL(loss_squared(dy, z, t, N, 1), sum, 1e-6 * sum);
	CU_ASSERT_DOUBLE_EQUAL(loss_bce(dy, z, t, N, 1), bce, 1e-6 * bce);
	CU_ASSERT_DOUBLE_EQUAL(dy[N - 1], 1 / (1 + exp(-(double)z[N - 1])) - t[N - 1], 1e-6);
	CU_ASSERT_EQUAL(loss_bce(dy, z, t, 0, 1), 0);
}

/* Rows shorter and longer than a block, and so many that the product of their sums would
 * overflow. */
static void many_rows_of_softmax_are_summed_whole(void)
{
	enum { ROWS = 701 };
	static const int widths[] = { 1, 3, 10, 255, 256, 257, 600 };

	for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
		int M = widths[w], label[ROWS];
		real *z = calloc((size_t)ROWS * M, sizeof *z);
		real *dz = calloc((size_t)ROWS * M, sizeof *dz);
		double total = 0, worst = 0;

		for (int r = 0; r < ROWS; r++) {
			double s = 0;

			label[r] = r * 7 % M;
			for (int k = 0; k < M; k++) {
				z[r * M + k] = (real)((r + 5 * k) % 11 * 0.3 - 1.4);
				s += exp((double)z[r * M + k]);
			}
			total += log(s) - z[r * M + label[r]];
		}
		CU_ASSERT_DOUBLE_EQUAL(loss_softmax(dz, z, label, ROWS, M, 0.5), total,
		                       1e-6 * total + 1e-12);
		CU_ASSERT_DOUBLE_EQUAL(loss_softmax(NULL, z, label, ROWS, M, 0.5), total,
		                       1e-6 * total + 1e-12);
		for (int r = 0; r < ROWS; r++) {
			double s = 0;

			for (int k = 0; k < M; k++)
				s += exp((double)z[r * M + k]);
			for (int k = 0; k < M; k++)
				worst = fmax(worst, fabs(dz[r * M + k] -
				                         0.5 * (exp((double)z[r * M + k]) / s -
				                                (k == label[r]))));
		}
		TAP_CHECK(worst < 1e-6, "%d classes: a gradient is off by %g", M, worst);
		free(z);
		free(dz);
	}
}

static void huber_has_two_branches(void)
{
	const real y[3] = { (real)0.5, 3, -3 }, t[3] = { 0, 0, 0 };
	real dy[3];

	CU_ASSERT_DOUBLE_EQUAL(loss_huber(dy, y, t, 3, 2, 1), 0.125 + 2 * (2 * (3 - 1.0)), 1e-6);
	CU_ASSERT_EQUAL(dy[0], (real)0.5);
	CU_ASSERT_EQUAL(dy[1], 2);
	CU_ASSERT_EQUAL(dy[2], -2);
}

static void names_are_found(void)
{
	for (int kind = 0; kind < LOSS_KINDS; kind++)
		CU_ASSERT_EQUAL(loss_find(loss_name(kind)), kind);
	CU_ASSERT_EQUAL(loss_find("hinge"), -1);
}

static const struct tap_test tests[] = {
	{ "losses are PyTorch's", losses_are_pytorchs },
	{ "scale multiplies the gradient alone", scale_multiplies_the_gradient_alone },
	{ "gradients agree with central differences", gradients_agree_with_differences },
	{ "large logits are exact", large_logits_are_exact },
	{ "NaN reaches the value", nan_reaches_the_value },
	{ "long arrays are summed whole", long_arrays_are_summed_whole },
	{ "many rows of softmax are summed whole", many_rows_of_softmax_are_summed_whole },
	{ "Huber's two branches by hand", huber_has_two_branches },
	{ "names are found", names_are_found },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("loss in " RY_REAL_NAME, tests);
}
