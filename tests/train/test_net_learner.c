/* test_net_learner.c - a dense network as a learner: its measures, records and files, for each
 * task, with validation rows and without. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/random.h"
#include "src/train/net_learner.h"
#include "tests/support/tap.h"

static const layer_list lists[] = { core_layers, NULL };

enum { TRAIN = 301, VALID = 47, ROWS = TRAIN + VALID, D = 3 };

static const struct kind {
	const char     *lines;
	enum net_task   task;
	enum loss_kind  loss;
	int             M, classes;          /* outputs; classes, 0: a number */
} kinds[] = {
	{ "dense 3 8\ntanh 8\ndropout 8 0.2\ndense 8 3", NET_CLASSES, LOSS_SOFTMAX, 3, 3 },
	{ "dense 3 8\ntanh 8\ndropout 8 0.2\ndense 8 2", NET_CLASSES, LOSS_SOFTMAX, 2, 2 },
	{ "dense 3 8\nrelu 8\ndropout 8 0.2\ndense 8 1", NET_YES_NO, LOSS_BCE, 1, 2 },
	{ "dense 3 8\nrelu 8\ndropout 8 0.2\ndense 8 1", NET_NUMBER, LOSS_SQUARED, 1, 0 },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* A learner with its data, in arrays of the rows of both parts. */
struct bench {
	const struct kind  *kind;
	struct net         *net;
	struct workers     *workers;
	struct net_learner *l;
	struct learner      ops;
	struct net_part     train, valid;
	struct net_outputs  outputs;
	real                x[ROWS * D], t[ROWS];
	int                 label[ROWS];
	double              number[ROWS];
};

static void fill(struct bench *b)
{
	gsl_rng *rng = random_stream(5, STREAM_SAMPLE);

	for (int r = 0; r < ROWS; r++) {
		double sum = 0;

		for (int j = 0; j < D; j++) {
			b->x[r * D + j] = (real)(2 * gsl_rng_uniform(rng) - 1);
			sum += (j + 1) * b->x[r * D + j];
		}
		sum += 0.3 * gsl_rng_uniform(rng);
		b->number[r] = b->outputs.mean + b->outputs.sd * sum;
		b->label[r] = b->kind->classes == 3 ? (sum > -1) + (sum > 1) : sum > 0.2;
		b->t[r] = (real)(b->kind->classes ? b->label[r] : sum);
	}
	gsl_rng_free(rng);
}

static struct net_part part_of(const struct bench *b, int from, int rows)
{
	struct net_part part = { .rows = { .rows = rows, .x = b->x + from * D } };

	if (b->kind->classes)
		part.label = b->label + from;
	else
		part.number = b->number + from;
	if (b->kind->task == NET_CLASSES)
		part.rows.target.label = part.label;
	else
		part.rows.target.t = b->t + from;
	return part;
}

static void bench_make(struct bench *b, const struct kind *kind, int valid)
{
	struct optimizer_options optimizer;
	struct net_train_options o = { .batch = 32,
		                       .clip = 1,
		                       .seed = 3,
		                       .loss = { kind->loss, 1 },
		                       .optimizer = &optimizer };
	gsl_rng *rng = random_stream(1, STREAM_INIT);

	*b = (struct bench){ .kind = kind, .outputs = { kind->task, -14.2, 3.7 } };
	fill(b);
	optimizer_defaults(&optimizer, RULE_ADAM);
	optimizer.lr = 0.01;
	b->train = part_of(b, 0, TRAIN);
	b->valid = part_of(b, TRAIN, valid);
	b->net = net_make(kind->lines, lists);
	net_init(b->net, rng);
	gsl_rng_free(rng);
	b->workers = workers_alloc(1);
	b->l = net_learner_alloc(b->net, b->workers, &b->train, &b->valid, &b->outputs, &o);
	CU_ASSERT_PTR_NOT_NULL_FATAL(b->l);
	b->ops = net_learner_ops(b->l);
}

static void bench_free(struct bench *b)
{
	net_learner_free(b->l);
	workers_free(b->workers);
	net_free(b->net);
}

static void updates(struct bench *b, int n)
{
	struct update u;

	for (int k = 0; k < n; k++) {
		if (b->ops.left(b->l) == 0)
			CU_ASSERT_EQUAL(b->ops.epoch(b->l), RY_OK);
		CU_ASSERT_EQUAL_FATAL(b->ops.step(b->l, &u), RY_OK);
	}
}

static double value_of(const struct measures *m, const char *name)
{
	for (int k = 0; k < m->n; k++)
		if (strcmp(m->value[k].name, name) == 0)
			return m->value[k].value;
	return NAN;
}

/* Whether the row's largest logit, or the sign of its only one, is that of its class. */
static int right(const struct bench *b, const real *y, int label)
{
	int best = b->kind->M == 1 ? y[0] > 0 : 0;

	for (int k = 1; k < b->kind->M; k++)
		if (y[k] > y[best])
			best = k;
	return best == label;
}

/* Accuracy or R2 of a part, from the outputs themselves. */
static double goodness(struct bench *b, const struct net_part *part)
{
	int n = part->rows.rows, M = b->kind->M;
	real *y = calloc((size_t)n * M, sizeof *y);
	double sum = 0, mean = 0, residual = 0, total = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(y);
	net_predict(b->net, part->rows.x, (size_t)n, y);
	for (int r = 0; r < n; r++) {
		sum += b->kind->classes ? right(b, y + r * M, part->label[r]) : 0;
		mean += b->kind->classes ? 0 : part->number[r] / n;
	}
	for (int r = 0; r < n && !b->kind->classes; r++) {
		residual += pow(part->number[r] + 14.2 - 3.7 * (double)y[r], 2);
		total += pow(part->number[r] - mean, 2);
	}
	free(y);
	return b->kind->classes ? sum / n : 1 - residual / total;
}

static void check_part(struct bench *b, const struct measures *m, const char *name,
                       const struct net_part *part)
{
	char loss[32], good[32];

	snprintf(loss, sizeof loss, "%s_loss", name);
	snprintf(good, sizeof good, "%s_%s", name, b->kind->classes ? "accuracy" : "r2");
	TAP_CHECK(value_of(m, loss) > 0, "%s: %g", loss, value_of(m, loss));
	TAP_CHECK(fabs(value_of(m, good) - goodness(b, part)) < 1e-6, "%s: %g, expected %g", good,
	          value_of(m, good), goodness(b, part));
}

/* The measures of every task are what the outputs say, and the network gets better at them. */
static void measures_are_those_of_the_outputs(void)
{
	static struct bench b;

	for (int k = 0; k < 2 * KINDS; k++) {
		int valid = k % 2 ? VALID : 0;
		struct measures before = { 0 }, m = { 0 };

		bench_make(&b, &kinds[k / 2], valid);
		CU_ASSERT_EQUAL(b.ops.measure(b.l, &before), RY_OK);
		updates(&b, 300);
		CU_ASSERT_EQUAL(b.ops.measure(b.l, &m), RY_OK);
		CU_ASSERT_EQUAL(m.n, (valid ? 4 : 2) + INSPECT_VALUES);
		CU_ASSERT_EQUAL(m.details, INSPECT_VALUES);
		check_part(&b, &m, "train", &b.train);
		TAP_CHECK(value_of(&m, "train_loss") < 0.5 * value_of(&before, "train_loss"),
		          "kind %d: loss from %g to %g", k / 2, value_of(&before, "train_loss"),
		          value_of(&m, "train_loss"));
		CU_ASSERT(value_of(&m, "update_ratio") > 0);
		if (valid) {
			check_part(&b, &m, "valid", &b.valid);
			CU_ASSERT_EQUAL(m.monitor, -value_of(&m, "valid_loss"));
		} else {
			CU_ASSERT(isnan(m.monitor) && isnan(value_of(&m, "valid_loss")));
		}
		bench_free(&b);
	}
}

/* Of two classes there are scores, of the validation rows if there are any. */
static void records_are_of_the_rows_shown(void)
{
	static struct bench b;

	for (int k = 0; k < 2 * KINDS; k++) {
		int valid = k % 2 ? VALID : 0, two = kinds[k / 2].classes == 2;
		struct measures m = { 0 };
		struct records r = { 0 };
		json_int_t n = 0;

		bench_make(&b, &kinds[k / 2], valid);
		CU_ASSERT_EQUAL(b.ops.measure(b.l, &m), RY_OK);
		CU_ASSERT_EQUAL(b.ops.records(b.l, &r), RY_OK);
		CU_ASSERT_EQUAL_FATAL(r.n, 1 + two);
		CU_ASSERT_STRING_EQUAL(r.record[0].kind, "layers");
		if (two) {
			const json_t *o = r.record[1].object, *one;
			const json_t *counts =
				json_object_get(json_object_get(o, "calibration"), "n");
			size_t i;

			CU_ASSERT_STRING_EQUAL(r.record[1].kind, "scores");
			CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(o, "part")),
			                       valid ? "validation" : "training");
			json_array_foreach(counts, i, one)
				n += json_integer_value(one);
			CU_ASSERT_EQUAL(n, valid ? VALID : TRAIN);
		}
		for (int i = 0; i < r.n; i++)
			json_decref(r.record[i].object);
		bench_free(&b);
	}
}

static struct st_file *written(struct bench *b, enum ry_status (*write)(void *, struct st_writer *))
{
	struct st_writer *to = st_writer_alloc();
	struct st_file *from;

	CU_ASSERT_EQUAL_FATAL(write(b->l, to), RY_OK);
	CU_ASSERT_EQUAL_FATAL(st_write(to, temp("file.safetensors")), RY_OK);
	st_writer_free(to);
	from = st_open(temp("file.safetensors"), NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(from);
	return from;
}

/* Whatever the update, a learner that reads the state goes on as the other would have, with the
 * same measures, those of the last update included. */
static void resumed_equals_uninterrupted(void)
{
	static const int stops[] = { 0, 1, 10, 13 };
	static struct bench whole, part, rest;

	for (int k = 0; k < KINDS; k++)
		for (int s = 0; s < 4; s++) {
			struct measures a = { 0 }, b = { 0 };
			struct st_file *from;

			bench_make(&whole, &kinds[k], VALID);
			bench_make(&part, &kinds[k], VALID);
			bench_make(&rest, &kinds[k], VALID);
			updates(&whole, stops[s]);
			updates(&part, stops[s]);
			from = written(&part, part.ops.write_state);
			updates(&rest, 4);   /* what it had before must not matter */
			CU_ASSERT_EQUAL(rest.ops.read_state(rest.l, from), RY_OK);
			st_close(from);
			CU_ASSERT_EQUAL(rest.ops.updates(rest.l), stops[s]);
			for (int more = 0; more <= 7; more += 7) {
				updates(&whole, more);
				updates(&rest, more);
				a.n = b.n = 0;
				CU_ASSERT_EQUAL(whole.ops.measure(whole.l, &a), RY_OK);
				CU_ASSERT_EQUAL(rest.ops.measure(rest.l, &b), RY_OK);
				CU_ASSERT_EQUAL_FATAL(a.n, b.n);
				for (int i = 0; i < a.n; i++)
					TAP_CHECK(memcmp(&a.value[i].value, &b.value[i].value,
					                 sizeof(double)) == 0,
					          "kind %d, stop at %d: %s %g, then %g", k,
					          stops[s], a.value[i].name, a.value[i].value,
					          b.value[i].value);
			}
			CU_ASSERT_EQUAL(memcmp(whole.net->w, rest.net->w,
			                       whole.net->n * sizeof(real)), 0);
			bench_free(&whole);
			bench_free(&part);
			bench_free(&rest);
		}
}

static enum ry_status write_more(const void *model, struct st_writer *to)
{
	return st_set_meta(to, "more", model);
}

/* A model file is the network's, or what the program says. */
static void model_files(void)
{
	static struct bench b;
	enum ry_status status;
	struct st_file *from;
	struct net *net;

	bench_make(&b, &kinds[0], 0);
	updates(&b, 3);
	from = written(&b, b.ops.write_model);
	net = net_open(from, lists, &status);
	CU_ASSERT_PTR_NOT_NULL_FATAL(net);
	CU_ASSERT_EQUAL(memcmp(net->w, b.net->w, net->n * sizeof(real)), 0);
	net_free(net);
	st_close(from);
	net_learner_writer(b.l, write_more, "and this");
	from = written(&b, b.ops.write_model);
	CU_ASSERT_STRING_EQUAL(st_meta(from, "more"), "and this");
	st_close(from);
	bench_free(&b);
}

/* From row to row, and from the last to the end, it is 7 / n rows, rounded down or up. */
static void rows_are_spread(void)
{
	real x[7 * 2], out[7 * 2];
	const struct net_rows rows = { .rows = 7, .x = x };

	for (int k = 0; k < 14; k++)
		x[k] = (real)k;
	for (int n = 1; n <= 7; n++) {
		net_rows_spread(&rows, 2, n, out);
		CU_ASSERT_EQUAL(out[0], 0);
		for (int k = 0; k < n; k++) {
			int gap;

			CU_ASSERT_EQUAL(out[2 * k + 1], out[2 * k] + 1);
			gap = (int)((k + 1 < n ? out[2 * k + 2] : 14) - out[2 * k]) / 2;
			CU_ASSERT(gap == 7 / n || gap == (7 + n - 1) / n);
		}
	}
}

static void impossible_learners_are_refused(void)
{
	static struct bench b;
	struct optimizer_options optimizer;
	struct net_train_options o = { .batch = 0, .optimizer = &optimizer };

	bench_make(&b, &kinds[0], VALID);
	optimizer_defaults(&optimizer, RULE_ADAM);
	CU_ASSERT_PTR_NULL(net_learner_alloc(b.net, b.workers, &b.train, &b.valid, &b.outputs, &o));
	CU_ASSERT_EQUAL(ry_failure(), RY_EINVAL);
	net_learner_free(NULL);
	bench_free(&b);
}

static const struct tap_test tests[] = {
	{ "measures are those of the outputs", measures_are_those_of_the_outputs },
	{ "records are of the rows shown", records_are_of_the_rows_shown },
	{ "resumed equals uninterrupted", resumed_equals_uninterrupted },
	{ "model files", model_files },
	{ "rows are spread evenly", rows_are_spread },
	{ "impossible learners are refused", impossible_learners_are_refused },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("net_learner", tests);
}
