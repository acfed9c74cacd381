/* test_layernorm.c - layer normalisation: against PyTorch, by its definition, and with invalid
 * lines.
 *
 * The laws of all layers are in test_layers.c.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "src/nn/layernorm.h"
#include "tests/support/golden_net.h"
#include "tests/support/tap.h"

static void every_case_agrees(void)
{
	json_t *golden = golden_open("norm.json");
	const json_t *cases = golden_get(golden, "layer");

	CU_ASSERT_EQUAL(json_array_size(cases), 7);
	for (size_t i = 0; i < json_array_size(cases); i++)
		golden_layer_case(json_array_get(cases, i));
	json_decref(golden);
}

/* n numbers from a normal distribution; the caller frees them. */
static real *drawn(size_t n, double mean, double sd, unsigned long seed)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	real *x = ry_calloc(n, sizeof *x, "test");

	gsl_rng_set(rng, seed);
	for (size_t i = 0; i < n; i++)
		x[i] = (real)(mean + gsl_ran_gaussian(rng, sd));
	gsl_rng_free(rng);
	return x;
}

/* With scale 1 and shift 0 the numbers normalised together, `step` apart, have mean 0 and variance
 * v / (v + epsilon). */
static void check_moments(const real *y, int n, int step, double expected, const char *what)
{
	double sum = 0, square = 0;

	for (int k = 0; k < n; k++) {
		sum += (double)y[(size_t)k * step];
		square += (double)y[(size_t)k * step] * y[(size_t)k * step];
	}
	TAP_CHECK(fabs(sum / n) < 0.01, "%s: mean %g", what, sum / n);
	TAP_CHECK(fabs(square / n - expected) < 1e-3, "%s: variance %g", what, square / n);
}

/* Also far from 0, where the mean of the squares less the square of the mean has no digits left. */
static void moments_are_right_far_from_zero(void)
{
	enum { ROWS = 3, C = 130, P = 70 };
	static const double means[] = { 0, 300 };
	real w[C], b[C] = { 0 }, mean[ROWS * P], scale[ROWS * P];
	real *y = ry_calloc((size_t)ROWS * C * P, sizeof *y, "test");

	for (int c = 0; c < C; c++)
		w[c] = 1;
	for (int k = 0; k < 2; k++) {
		real *x = drawn((size_t)ROWS * C * P, means[k], 0.1, 5);

		layernorm_forward(y, mean, scale, x, w, b, 1e-9, ROWS, C);
		for (int r = 0; r < ROWS; r++)
			check_moments(y + (size_t)r * C, C, 1, 1, "a row");
		layernorm2d_forward(y, mean, scale, x, w, b, 1e-9, ROWS, C, P);
		for (int r = 0; r < ROWS; r++)
			for (int i = 0; i < P; i++)
				check_moments(y + (size_t)r * C * P + i, C, P, 1, "a cell");
		free(x);
	}
	free(y);
}

/* Numbers that are all the same become the shift: epsilon keeps the division finite. */
static void a_constant_becomes_the_shift(void)
{
	static const real x[6] = { 3, 3, 3, -7, -7, -7 }, w[3] = { 2, 3, 4 }, b[3] = { 5, 6, 7 };
	real y[6], mean[2], scale[2];

	layernorm_forward(y, mean, scale, x, w, b, 1e-5, 2, 3);
	for (int i = 0; i < 6; i++)
		TAP_CHECK(y[i] == b[i % 3], "y[%d] is %g", i, (double)y[i]);
}

/* Outputs and input gradients of `rows` rows from row `from` on are the bits that all rows give. */
static void check_rows_alone(const char *line, int from, int rows)
{
	enum { ALL = 9 };
	const struct layer_ops *ops =
		strncmp(line, "layernorm2d", 11) == 0 ? &layernorm2d_ops : &layernorm_ops;
	struct layer *l = ops->make(line);
	size_t D = (size_t)l->D, n = ALL * D, n_w = ops->n_params(l);
	real *x = drawn(n, 1, 2, 6), *dy = drawn(n, 0, 1, 7);
	real *y[2], *dx[2];
	struct batch b;
	int count;

	l->w = drawn(n_w, 0, 1, 8);
	l->dw = drawn(n_w, 0, 1, 9);
	l->work = ry_calloc(ops->n_work(l, 1, ALL, ALL), sizeof(real), "test");
	for (int alone = 0; alone < 2; alone++) {
		size_t at = alone ? from * D : 0;
		struct input in = { .x = x + at };

		y[alone] = ry_calloc(n, sizeof(real), "test");
		dx[alone] = ry_calloc(n, sizeof(real), "test");
		batch_flat(&b, &count, alone ? rows : ALL);
		ops->forward(l, &b, in, y[alone] + at);
		ops->backward(l, &b, in, y[alone] + at, dy + at, dx[alone] + at);
	}
	TAP_CHECK(memcmp(y[0] + from * D, y[1] + from * D, rows * D * sizeof(real)) == 0,
	          "'%s': %d rows alone have other outputs", line, rows);
	TAP_CHECK(memcmp(dx[0] + from * D, dx[1] + from * D, rows * D * sizeof(real)) == 0,
	          "'%s': %d rows alone have other gradients", line, rows);
	for (int k = 0; k < 2; k++) {
		free(y[k]);
		free(dx[k]);
	}
	free(l->w);
	free(l->dw);
	free(l->work);
	ops->free(l);
	free(x);
	free(dy);
}

static void a_row_does_not_see_the_others(void)
{
	static const char *const lines[] = { "layernorm 128", "layernorm 45", "layernorm2d 16 8 8",
		                             "layernorm2d 5 9 9" };

	for (int i = 0; i < 4; i++) {
		check_rows_alone(lines[i], 4, 1);
		check_rows_alone(lines[i], 2, 5);
	}
}

/* Over one cell, the channels are the features. */
static void channels_of_one_cell_are_features(void)
{
	enum { ROWS = 4, D = 21 };
	real *x = drawn(ROWS * D, 2, 3, 10), *w = drawn(D, 1, 1, 11), *b = drawn(D, 0, 1, 12);
	real y[ROWS * D], z[ROWS * D], mean[ROWS], scale[ROWS];

	layernorm_forward(y, mean, scale, x, w, b, 1e-5, ROWS, D);
	layernorm2d_forward(z, mean, scale, x, w, b, 1e-5, ROWS, D, 1);
	for (int i = 0; i < ROWS * D; i++)
		TAP_CHECK(fabs((double)y[i] - z[i]) <
		                  20 * RY_REAL_EPSILON * (1 + fabs((double)y[i])),
		          "y[%d] is %g and %g", i, (double)y[i], (double)z[i]);
	free(x);
	free(w);
	free(b);
}

static void wrong_lines_are_refused(void)
{
	static const struct { const char *line, *word; } wrong[] = {
		{ "layernorm 5 0", "above 0" },
		{ "layernorm 5 -1e-5", "above 0" },
		{ "layernorm2d 5 4 3 0", "above 0" },
		{ "layernorm2d 4096 4096 2", "16777216" },
		{ "layernorm2d 5 4", "argument 3" },
	};

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		const struct layer_ops *ops = strncmp(wrong[i].line, "layernorm2d", 11) == 0
		                                      ? &layernorm2d_ops
		                                      : &layernorm_ops;

		TAP_CHECK(ops->make(wrong[i].line) == NULL, "'%s' was taken", wrong[i].line);
		TAP_CHECK(strstr(ry_message(), wrong[i].word) != NULL, "'%s': the sentence is '%s'",
		          wrong[i].line, ry_message());
	}
}

static const struct tap_test tests[] = {
	{ "every case agrees with PyTorch", every_case_agrees },
	{ "mean and variance, also far from 0", moments_are_right_far_from_zero },
	{ "a constant becomes the shift", a_constant_becomes_the_shift },
	{ "a row does not see the others", a_row_does_not_see_the_others },
	{ "the channels of one cell are features", channels_of_one_cell_are_features },
	{ "wrong lines are refused", wrong_lines_are_refused },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("layer normalisation in " RY_REAL_NAME, tests);
}
