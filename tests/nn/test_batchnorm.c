/* test_batchnorm.c - batch normalisation: against PyTorch, its two modes, model files, and invalid
 * lines.
 *
 * The laws of all layers are in test_layers.c; what a trainer does with running statistics is in
 * tests/train/test_net_trainer.c.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "src/base/safetensors.h"
#include "src/nn/batchnorm.h"
#include "tests/support/golden_net.h"
#include "tests/support/tap.h"

static const layer_list lists[] = { core_layers, NULL };

static void every_case_agrees(void)
{
	json_t *golden = golden_open("norm.json");
	const json_t *cases = golden_get(golden, "batch");

	CU_ASSERT_EQUAL(json_array_size(cases), 7);
	for (size_t i = 0; i < json_array_size(cases); i++)
		golden_layer_case(json_array_get(cases, i));
	json_decref(golden);
}

static struct net *net_of(const char *lines, int rows)
{
	struct net *net = net_make(lines, lists);
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	CU_ASSERT_PTR_NOT_NULL_FATAL(net);
	net_init(net, rng);
	gsl_rng_free(rng);
	CU_ASSERT_EQUAL_FATAL(net_alloc(net, 1, rows, rows, 1), RY_OK);
	return net;
}

/* Of 4,000 rows far from 0, where the mean of the squares less the square of the mean has no digits
 * left in float, the outputs have mean 0 and variance 1. */
static void moments_are_right_far_from_zero(void)
{
	enum { ROWS = 4000, D = 3 };
	struct net *net = net_of("batchnorm 3 1e-9", ROWS);
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	real *x = ry_calloc((size_t)ROWS * D, sizeof *x, "test");
	struct batch b;
	const real *y;
	int n;

	for (int i = 0; i < ROWS * D; i++)
		x[i] = (real)(500 + gsl_ran_gaussian(rng, 0.1));
	batch_flat(&b, &n, ROWS);
	b.rng = rng;
	y = net_forward(net, &b, (struct input){ .x = x }, 1);
	for (int j = 0; j < D; j++) {
		double sum = 0, square = 0;

		for (int r = 0; r < ROWS; r++) {
			sum += (double)y[r * D + j];
			square += (double)y[r * D + j] * y[r * D + j];
		}
		TAP_CHECK(fabs(sum / ROWS) < 0.01, "mean %g", sum / ROWS);
		TAP_CHECK(fabs(square / ROWS - 1) < 0.01, "variance %g", square / ROWS);
	}
	free(x);
	gsl_rng_free(rng);
	net_free(net);
}

/* One number of each feature has no variance: the output is the shift, and the running statistics
 * stay. */
static void a_row_by_itself_is_the_shift(void)
{
	struct net *net = net_of("batchnorm 3", 1);
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct input in = { .x = (const real[]){ 5, -7, 1e6 } };
	real dy[3] = { 1, 2, 3 }, dx[3];
	struct param bias;
	struct batch b;
	const real *y;
	int n;

	net->layer[0]->ops->param(net->layer[0], 1, &bias);
	for (int j = 0; j < 3; j++)
		net->w[bias.at + j] = (real)(j + 1);
	batch_flat(&b, &n, 1);
	b.rng = rng;
	y = net_forward(net, &b, in, 1);
	for (int j = 0; j < 3; j++)
		CU_ASSERT_EQUAL(y[j], (real)(j + 1));
	net_backward(net, &b, in, dy, dx, 1);
	for (int j = 0; j < 3; j++)
		CU_ASSERT_EQUAL(dx[j], 0);
	for (size_t i = layer_learnt(net->layer[0]); i < net->n; i++)
		CU_ASSERT_EQUAL(net->dw[i], 0);
	gsl_rng_free(rng);
	net_free(net);
}

/* In evaluation a row's output does not depend on the others, and nothing is followed. */
static void evaluation_is_row_by_row(void)
{
	enum { ROWS = 5, D = 24 };
	struct net *net = net_of("batchnorm2d 4 2 3", ROWS);
	real x[ROWS * D], y[ROWS * D], dy[ROWS * D], dx[ROWS * D];
	struct batch b;
	int n;

	for (int i = 0; i < ROWS * D; i++)
		x[i] = dy[i] = (real)sin(i * 0.9);
	batch_flat(&b, &n, ROWS);
	memcpy(y, net_forward(net, &b, (struct input){ .x = x }, 1), sizeof y);
	net_backward(net, &b, (struct input){ .x = x }, dy, dx, 1);
	for (size_t i = layer_learnt(net->layer[0]); i < net->n; i++)
		CU_ASSERT_EQUAL(net->dw[i], 0);
	for (int r = 0; r < ROWS; r++) {
		batch_flat(&b, &n, 1);
		CU_ASSERT_EQUAL(memcmp(net_forward(net, &b, (struct input){ .x = x + r * D }, 1),
		                       y + r * D, D * sizeof *y),
		                0);
	}
	net_free(net);
}

/* Buffers are in model files, under PyTorch's names; the count is its int64 without dimensions. */
static void files_have_the_buffers(void)
{
	struct net *net = net_of("norm=batchnorm 3", 1), *opened;
	struct st_writer *to = st_writer_alloc();
	struct st_file *from;
	const struct st_tensor *count, *var;
	char path[512];
	int64_t value = 0;

	CU_ASSERT_EQUAL(net_n_params(net), 6);
	for (size_t i = layer_learnt(net->layer[0]); i < net->n; i++)
		net->w[i] = (real)(i + 1000);
	snprintf(path, sizeof path, "%s/model.safetensors", tap_tmpdir());
	CU_ASSERT_EQUAL_FATAL(net_write(net, to), RY_OK);
	CU_ASSERT_EQUAL_FATAL(st_write(to, path), RY_OK);
	from = st_open(path, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(from);
	var = st_find(from, "norm.running_var");
	count = st_find(from, "norm.num_batches_tracked");
	CU_ASSERT_PTR_NOT_NULL_FATAL(st_find(from, "norm.running_mean"));
	CU_ASSERT_TRUE_FATAL(var && count);
	CU_ASSERT_TRUE(var->dims == 1 && var->shape[0] == 3);
	CU_ASSERT_TRUE_FATAL(count->type == ST_I64 && count->dims == 0);
	memcpy(&value, count->data, sizeof value);
	CU_ASSERT_EQUAL((real)value, net->w[net->n - ry_pad(1)]);
	opened = net_open(from, lists, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(opened);
	for (int k = 0; k < 5; k++) {
		struct param p;

		net->layer[0]->ops->param(net->layer[0], k, &p);
		CU_ASSERT_EQUAL(memcmp(net->w + p.at, opened->w + p.at, p.rows * sizeof(real)), 0);
	}
	st_close(from);
	st_writer_free(to);
	net_free(opened);
	net_free(net);
}

/* A file of a layer with these statistics: net_open() and net_read() refuse it, naming `word`, or
 * take it if that is NULL. */
static void check_file(double variance, int64_t count, const char *word)
{
	struct net *net = net_of("norm=batchnorm 2", 1), *opened;
	struct st_writer *to = st_writer_alloc();
	const double ones[2] = { 1, 1 }, variances[2] = { 1, variance };
	const size_t two = 2;
	enum ry_status status = RY_OK;
	struct st_file *from;
	char path[512];

	CU_ASSERT_EQUAL(st_set_meta(to, "layers", "norm=batchnorm 2\n"), RY_OK);
	CU_ASSERT_EQUAL(st_add(to, "norm.weight", ST_F64, 1, &two, ones), RY_OK);
	CU_ASSERT_EQUAL(st_add(to, "norm.bias", ST_F64, 1, &two, ones), RY_OK);
	CU_ASSERT_EQUAL(st_add(to, "norm.running_mean", ST_F64, 1, &two, ones), RY_OK);
	CU_ASSERT_EQUAL(st_add(to, "norm.running_var", ST_F64, 1, &two, variances), RY_OK);
	CU_ASSERT_EQUAL(st_add(to, "norm.num_batches_tracked", ST_I64, 0, NULL, &count), RY_OK);
	snprintf(path, sizeof path, "%s/model.safetensors", tap_tmpdir());
	CU_ASSERT_EQUAL_FATAL(st_write(to, path), RY_OK);
	from = st_open(path, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(from);
	opened = net_open(from, lists, &status);
	if (word) {
		TAP_CHECK(!opened && status == RY_EDATA, "variance %g, count %lld: taken", variance,
		          (long long)count);
		TAP_CHECK(strstr(ry_message(), word) != NULL, "'%s' without '%s'", ry_message(),
		          word);
		CU_ASSERT_EQUAL(net_read(net, from), RY_EDATA);
	} else {
		TAP_CHECK(opened != NULL, "%s", ry_message());
	}
	net_free(opened);
	st_close(from);
	st_writer_free(to);
	net_free(net);
}

static void impossible_statistics_are_refused(void)
{
	check_file(0, 0, NULL);
	check_file(1e-3, (int64_t)1 << 53, NULL);
	check_file(-1e-30, 5, "running_var");
	check_file(-1, 5, "number 2 is -1");
	check_file(1, -1, "num_batches_tracked");
	check_file(1, INT64_MAX, "num_batches_tracked");
}

static void wrong_lines_are_refused(void)
{
	static const struct { const char *line, *word; } wrong[] = {
		{ "batchnorm 5 0", "epsilon" },
		{ "batchnorm 5 1e-5 1.5", "momentum" },
		{ "batchnorm 5 1e-5 -0.1", "momentum" },
		{ "batchnorm2d 5 4 3 -1", "epsilon" },
		{ "batchnorm2d 4096 4096 2", "16777216" },
		{ "batchnorm2d 5 4", "argument 3" },
	};

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		CU_ASSERT_PTR_NULL(net_make(wrong[i].line, lists));
		TAP_CHECK(strstr(ry_message(), wrong[i].word) != NULL, "'%s': the sentence is '%s'",
		          wrong[i].line, ry_message());
	}
}

static const struct tap_test tests[] = {
	{ "every case agrees with PyTorch", every_case_agrees },
	{ "mean and variance far from 0", moments_are_right_far_from_zero },
	{ "a row by itself is the shift", a_row_by_itself_is_the_shift },
	{ "evaluation is row by row", evaluation_is_row_by_row },
	{ "files have the buffers", files_have_the_buffers },
	{ "impossible statistics are refused", impossible_statistics_are_refused },
	{ "wrong lines are refused", wrong_lines_are_refused },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("batch normalisation in " RY_REAL_NAME, tests);
}
