/* test_net_trainer.c - the trainer of rows: what an update is, checkpoints, workers, bad
 * numbers. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/random.h"
#include "src/train/net_trainer.h"
#include "tests/support/allocations.h"
#include "tests/support/tap.h"

static const layer_list lists[] = { core_layers, NULL };

enum { ROWS = 53, D = 3, K = 2 };
static real x[ROWS * D];
static int label[ROWS];

/* Two classes that a line parts, but for noise. */
static void fill(void)
{
	gsl_rng *rng = random_stream(5, STREAM_SAMPLE);

	for (int r = 0; r < ROWS; r++) {
		for (int j = 0; j < D; j++)
			x[r * D + j] = (real)(2 * gsl_rng_uniform(rng) - 1);
		label[r] = x[r * D] + 2 * x[r * D + 1] > 0.3 * gsl_rng_uniform(rng);
	}
	gsl_rng_free(rng);
}

/* A net with its trainer. */
struct pair {
	struct net         *net;
	struct workers     *workers;
	struct net_trainer *t;
};

static struct pair pair_of(const char *lines, int workers, enum optimizer_rule rule, double l2)
{
	struct pair p;
	struct optimizer_options optimizer;
	struct net_train_options o = { .batch = 10,
		                       .clip = 1,
		                       .seed = 3,
		                       .loss = { .kind = LOSS_SOFTMAX },
		                       .optimizer = &optimizer };
	struct net_rows rows = { .rows = ROWS, .x = x, .target = { .label = label } };
	gsl_rng *rng = random_stream(1, STREAM_INIT);

	fill();
	optimizer_defaults(&optimizer, rule);
	optimizer.lr = 0.05;
	optimizer.l2 = l2;
	p.net = net_make(lines, lists);
	net_init(p.net, rng);
	gsl_rng_free(rng);
	p.workers = workers_alloc(workers);
	p.t = net_trainer_alloc(p.net, p.workers, &rows, &o);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p.t);
	return p;
}

static struct pair pair_make(int workers, enum optimizer_rule rule, double dropout)
{
	char lines[200];

	snprintf(lines, sizeof lines, "dense 3 8\ntanh 8\ndropout 8 %g\ndense 8 2", dropout);
	return pair_of(lines, workers, rule, 0);
}

static void pair_free(struct pair *p)
{
	net_trainer_free(p->t);
	workers_free(p->workers);
	net_free(p->net);
}

static double updates(struct pair *p, int n)
{
	struct update u = { 0 };

	for (int i = 0; i < n; i++) {
		if (net_trainer_left(p->t) == 0)
			net_trainer_epoch(p->t);
		CU_ASSERT_EQUAL_FATAL(net_trainer_step(p->t, &u), RY_OK);
	}
	return u.loss / u.count;
}

static double mean_loss(struct net *net)
{
	real y[ROWS * K];

	CU_ASSERT_EQUAL_FATAL(net_alloc(net, 1, 7, 7, 0), RY_OK);
	net_predict(net, x, ROWS, y);
	return loss_softmax(NULL, y, label, ROWS, K, 1) / ROWS;
}

static void epochs_visit_every_row(void)
{
	struct pair p = pair_make(1, RULE_SGD, 0);
	struct update u;
	double rows = 0;

	CU_ASSERT_EQUAL(net_trainer_left(p.t), 0);
	CU_ASSERT_EQUAL(net_trainer_batches(p.t), 6);
	net_trainer_epoch(p.t);
	for (int left = 6; left > 0; left--) {
		CU_ASSERT_EQUAL(net_trainer_left(p.t), left);
		CU_ASSERT_EQUAL(net_trainer_step(p.t, &u), RY_OK);
		CU_ASSERT_EQUAL(u.count, left == 1 ? 3 : 10);
		CU_ASSERT_EQUAL(u.items, u.count);
		CU_ASSERT_DOUBLE_EQUAL(u.lr, 0.05, 0);
		rows += u.count;
	}
	CU_ASSERT_EQUAL(net_trainer_left(p.t), 0);
	CU_ASSERT_EQUAL(rows, ROWS);
	CU_ASSERT_EQUAL(net_trainer_updates(p.t), 6);
	pair_free(&p);
}

/* SGD at rate lr on all rows at once: w - lr dL/dw, dL/dw as computed here without a trainer. */
static void update_is_the_mean_gradient(void)
{
	struct net *net = net_make("dense 3 2", lists), *other = net_make("dense 3 2", lists);
	struct workers *workers = workers_alloc(1);
	struct optimizer_options optimizer;
	struct net_train_options o = {
		.batch = 1000, .seed = 3, .loss = { .kind = LOSS_SOFTMAX }, .optimizer = &optimizer
	};
	struct net_rows rows = { .rows = ROWS, .x = x, .target = { .label = label } };
	gsl_rng *rng = random_stream(1, STREAM_INIT);
	struct net_trainer *t;
	struct update u;
	struct batch b;
	real dy[ROWS * K];
	int n;
	double loss, norm;

	fill();
	optimizer_defaults(&optimizer, RULE_SGD);
	net_init(net, rng);
	memcpy(other->w, net->w, net->n * sizeof *net->w);
	t = net_trainer_alloc(net, workers, &rows, &o);
	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	net_trainer_epoch(t);
	CU_ASSERT_EQUAL(net_trainer_left(t), 1);
	CU_ASSERT_EQUAL(net_trainer_step(t, &u), RY_OK);

	CU_ASSERT_EQUAL_FATAL(net_alloc(other, 1, ROWS, ROWS, 1), RY_OK);
	batch_flat(&b, &n, ROWS);
	loss = loss_softmax(dy, net_forward(other, &b, (struct input){ .x = x }, 1), label, ROWS, K,
	                    1.0 / ROWS);
	net_backward(other, &b, (struct input){ .x = x }, dy, NULL, 1);
	norm = sqrt(gradient_square(other->dw, 0, other->n));
	CU_ASSERT_DOUBLE_EQUAL(u.loss, loss, 1e-5 * loss);
	CU_ASSERT_DOUBLE_EQUAL(u.norm, norm, 1e-5 * norm);
	for (size_t i = 0; i < net->n; i++)
		CU_ASSERT_DOUBLE_EQUAL(net->w[i], other->w[i] - 0.01 * other->dw[i], 1e-6);
	net_trainer_free(t);
	workers_free(workers);
	net_free(net);
	net_free(other);
	gsl_rng_free(rng);
}

static void clipping_limits_the_step(void)
{
	struct net *net = net_make("dense 3 2", lists);
	struct workers *workers = workers_alloc(2);
	struct optimizer_options optimizer;
	struct net_train_options o = { .batch = 20,
		                       .clip = 1e-3,
		                       .seed = 3,
		                       .loss = { .kind = LOSS_SOFTMAX },
		                       .optimizer = &optimizer };
	struct net_rows rows = { .rows = ROWS, .x = x, .target = { .label = label } };
	struct net_trainer *t;
	struct update u;

	fill();
	optimizer_defaults(&optimizer, RULE_SGD);
	t = net_trainer_alloc(net, workers, &rows, &o);
	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	net_trainer_epoch(t);
	CU_ASSERT_EQUAL(net_trainer_step(t, &u), RY_OK);
	CU_ASSERT_TRUE(u.norm > 0.01);
	CU_ASSERT_DOUBLE_EQUAL(sqrt(gradient_square(net->w, 0, net->n)), 1e-3 * 0.01, 1e-9);
	net_trainer_free(t);
	workers_free(workers);
	net_free(net);
}

static void it_learns(void)
{
	for (int workers = 1; workers <= 3; workers++) {
		struct pair p = pair_make(workers, RULE_ADAM, 0);
		double before = mean_loss(p.net);

		updates(&p, 300);
		TAP_CHECK(before > 0.5 && mean_loss(p.net) < 0.25, "%d workers: from %g to %g",
		          workers, before, mean_loss(p.net));
		pair_free(&p);
	}
}

/* Numbers differ by rounding alone however many workers share a batch. */
static void workers_agree(void)
{
	struct pair one = pair_make(1, RULE_MOMENTUM, 0), three = pair_make(3, RULE_MOMENTUM, 0);

	updates(&one, 20);
	updates(&three, 20);
	for (size_t i = 0; i < one.net->n; i++)
		CU_ASSERT_DOUBLE_EQUAL(one.net->w[i], three.net->w[i], 1e4 * RY_REAL_EPSILON);
	pair_free(&one);
	pair_free(&three);
}

static struct st_file *saved(const struct net_trainer *t)
{
	struct st_writer *to = st_writer_alloc();
	struct st_file *from;
	char path[512];

	snprintf(path, sizeof path, "%s/last.safetensors", tap_tmpdir());
	CU_ASSERT_EQUAL_FATAL(net_trainer_write(t, to), RY_OK);
	CU_ASSERT_EQUAL_FATAL(st_write(to, path), RY_OK);
	st_writer_free(to);
	from = st_open(path, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(from);
	return from;
}

/* Stopped before the first epoch, within one, and at its end: going on gives the same bits. */
static void resumed_equals_uninterrupted(void)
{
	static const int stops[] = { 0, 1, 6, 15 };

	for (int rule = 0; rule < OPTIMIZER_RULES; rule++)
		for (size_t s = 0; s < 4; s++) {
			struct pair whole = pair_make(2, rule, 0.3), part = pair_make(2, rule, 0.3),
				    rest = pair_make(2, rule, 0.3);
			struct st_file *from;

			updates(&whole, 20);
			updates(&part, stops[s]);
			from = saved(part.t);
			/* what it had before must not matter */
			updates(&rest, 4);
			CU_ASSERT_EQUAL(net_trainer_read(rest.t, from), RY_OK);
			CU_ASSERT_EQUAL(net_trainer_left(rest.t), net_trainer_left(part.t));
			CU_ASSERT_EQUAL(net_trainer_updates(rest.t), stops[s]);
			updates(&rest, 20 - stops[s]);
			TAP_CHECK(memcmp(whole.net->w, rest.net->w, whole.net->n * sizeof(real)) ==
			                  0,
			          "%s stopped after %d updates went on differently",
			          optimizer_rule_name(rule), stops[s]);
			st_close(from);
			pair_free(&whole);
			pair_free(&part);
			pair_free(&rest);
		}
}

static void strange_checkpoints_are_refused(void)
{
	struct pair adam = pair_make(1, RULE_ADAM, 0), sgd = pair_make(2, RULE_SGD, 0),
		    two = pair_make(2, RULE_ADAM, 0);
	struct st_writer *to = st_writer_alloc();
	struct st_file *from = saved(sgd.t);
	const int64_t place[4] = { 5, 1, 54, ROWS };
	size_t four = 4;
	char path[512];

	CU_ASSERT_NOT_EQUAL(net_trainer_read(adam.t, from), RY_OK);          /* no optimizer.0 */
	st_close(from);
	from = saved(adam.t);
	/* no random.worker.1 */
	CU_ASSERT_NOT_EQUAL(net_trainer_read(two.t, from), RY_OK);
	st_close(from);
	snprintf(path, sizeof path, "%s/last.safetensors", tap_tmpdir());
	CU_ASSERT_EQUAL(st_add(to, "place", ST_I64, 1, &four, place), RY_OK);
	CU_ASSERT_EQUAL_FATAL(st_write(to, path), RY_OK);
	from = st_open(path, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(from);
	CU_ASSERT_EQUAL(net_trainer_read(adam.t, from), RY_EDATA);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "row 54"));
	st_close(from);
	st_writer_free(to);
	pair_free(&adam);
	pair_free(&sgd);
	pair_free(&two);
}

/* A bad number stops the step before it reaches the parameters; without it training goes on. */
static void bad_numbers_change_nothing(void)
{
	struct pair p = pair_make(2, RULE_ADAM, 0);
	real *before = ry_calloc(p.net->n, sizeof *before, "test"), keep;
	struct update u;

	updates(&p, 3);
	memcpy(before, p.net->w, p.net->n * sizeof *before);
	keep = x[0];
	for (int r = 0; r < ROWS; r++)
		x[r * D] = NAN;
	CU_ASSERT_EQUAL(net_trainer_step(p.t, &u), RY_ENUMERIC);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "update 4"));
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "learning rate 0.05"));
	CU_ASSERT_EQUAL(memcmp(before, p.net->w, p.net->n * sizeof *before), 0);
	CU_ASSERT_EQUAL(net_trainer_updates(p.t), 3);
	CU_ASSERT_EQUAL(net_trainer_left(p.t), 3);
	fill();
	CU_ASSERT_EQUAL(x[0], keep);
	CU_ASSERT_TRUE(isfinite(updates(&p, 3)));
	free(before);
	pair_free(&p);
}

/* ---- batch normalisation: buffers, and batches that are not split ---- */

static const char *const normalised =
	"dense 3 8\nnorm=batchnorm 8\ntanh 8\ndropout 8 0.2\ndense 8 2";

/* The tensor of this name, in the net's arrays. */
static struct param tensor(const struct net *net, const char *name)
{
	char found[NET_NAME_MAX];
	struct param p = { 0 };
	int k = 0;

	while (net_param(net, k++, found, &p) && strcmp(found, name) != 0)
		;
	CU_ASSERT_STRING_EQUAL_FATAL(found, name);
	return p;
}

static void a_normalised_batch_is_whole(void)
{
	for (int rule = 0; rule < OPTIMIZER_RULES; rule++) {
		struct pair one = pair_of(normalised, 1, rule, 0.1),
			    three = pair_of(normalised, 3, rule, 0.1);

		updates(&one, 20);
		updates(&three, 20);
		TAP_CHECK(memcmp(one.net->w, three.net->w, one.net->n * sizeof(real)) == 0,
		          "%s: three workers give other bits", optimizer_rule_name(rule));
		TAP_CHECK(one.net->w[tensor(one.net, "norm.num_batches_tracked").at] == 20,
		          "%s: not 20 batches", optimizer_rule_name(rule));
		pair_free(&one);
		pair_free(&three);
	}
}

/* Running statistics depend on the batches alone: with weights that stand still (lr 0) they go the
 * same way whatever the rule, its decay and penalties, and the clip.  The norm leaves them out. */
static void buffers_are_not_learnt(void)
{
	double expected = 0;

	for (int rule = 0; rule < OPTIMIZER_RULES; rule++)
		for (int l2 = 0; l2 < 2; l2++) {
			struct pair p = pair_of(normalised, 1, rule, l2);
			struct param mean = tensor(p.net, "norm.running_mean");
			struct update u;
			double square = 0;

			p.net->w[mean.at] = 1000;
			net_trainer_epoch(p.t);
			CU_ASSERT_EQUAL_FATAL(net_trainer_step(p.t, &u), RY_OK);
			TAP_CHECK(u.norm < 10, "%s: gradient norm %g", optimizer_rule_name(rule),
			          u.norm);
			expected = rule || l2 ? expected : (double)p.net->w[mean.at];
			TAP_CHECK(fabs(p.net->w[mean.at] - 900) < 1, "%s: a running mean is %g",
			          optimizer_rule_name(rule), (double)p.net->w[mean.at]);
			TAP_CHECK(p.net->w[mean.at] == (real)expected,
			          "%s: a running mean is %.9g, not %.9g", optimizer_rule_name(rule),
			          (double)p.net->w[mean.at], expected);
			for (size_t i = 0; i < p.net->n; i++)
				square += fabs((double)p.net->dw[i]);
			CU_ASSERT_EQUAL(square, 0);
			pair_free(&p);
		}
}

static void running_statistics_are_resumed(void)
{
	struct pair whole = pair_of(normalised, 2, RULE_ADAM, 0),
		    part = pair_of(normalised, 2, RULE_ADAM, 0),
		    rest = pair_of(normalised, 2, RULE_ADAM, 0);
	struct st_file *from;

	updates(&whole, 20);
	updates(&part, 8);
	from = saved(part.t);
	CU_ASSERT_EQUAL(net_trainer_read(rest.t, from), RY_OK);
	updates(&rest, 12);
	CU_ASSERT_EQUAL(memcmp(whole.net->w, rest.net->w, whole.net->n * sizeof(real)), 0);
	st_close(from);
	pair_free(&whole);
	pair_free(&part);
	pair_free(&rest);
}

static void bad_numbers_leave_running_statistics(void)
{
	struct pair p = pair_of(normalised, 1, RULE_ADAM, 0);
	real *before = ry_calloc(p.net->n, sizeof *before, "test");
	struct update u;

	updates(&p, 3);
	memcpy(before, p.net->w, p.net->n * sizeof *before);
	for (int r = 0; r < ROWS; r++)
		x[r * D] = NAN;
	CU_ASSERT_EQUAL(net_trainer_step(p.t, &u), RY_ENUMERIC);
	CU_ASSERT_EQUAL(memcmp(before, p.net->w, p.net->n * sizeof *before), 0);
	fill();
	CU_ASSERT_TRUE(isfinite(updates(&p, 3)));
	free(before);
	pair_free(&p);
}

static void nothing_is_allocated_in_a_step(void)
{
	struct pair p = pair_make(2, RULE_ADAM, 0.3);
	long before = allocations();

	updates(&p, 12);
	if (before < 0)
		tap_skip("the linker does not know --wrap");
	else
		CU_ASSERT_EQUAL(allocations(), before);
	pair_free(&p);
}

static void impossible_trainers_are_refused(void)
{
	struct net *net = net_make("dense 3 2", lists);
	struct workers *workers = workers_alloc(1);
	struct optimizer_options optimizer;
	struct net_train_options o = { .batch = 0, .optimizer = &optimizer };
	struct net_rows rows = { .rows = ROWS, .x = x };

	optimizer_defaults(&optimizer, RULE_SGD);
	CU_ASSERT_PTR_NULL(net_trainer_alloc(net, workers, &rows, &o));
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "batches of 0"));
	o.batch = 4;
	rows.rows = 0;
	CU_ASSERT_PTR_NULL(net_trainer_alloc(net, workers, &rows, &o));
	rows.rows = ROWS;
	optimizer.lr = -1;
	CU_ASSERT_PTR_NULL(net_trainer_alloc(net, workers, &rows, &o));
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "lr"));
	net_trainer_free(NULL);
	workers_free(workers);
	net_free(net);
}

/* Rows as they come: the losses of the updates are those of rows 1 to 10, 11 to 20 ...; and a
 * stopped epoch goes on. */
static void rows_as_they_come(void)
{
	struct optimizer_options optimizer;
	struct net_train_options o = { .batch = 10,
		                       .seed = 3,
		                       .in_order = 1,
		                       .loss = { .kind = LOSS_SOFTMAX },
		                       .optimizer = &optimizer };
	struct net_rows rows = { .rows = ROWS, .x = x, .target = { .label = label } };
	struct pair p = pair_make(1, RULE_SGD, 0);
	real y[ROWS * K];

	optimizer_defaults(&optimizer, RULE_SGD);
	optimizer.lr = 0;
	net_trainer_free(p.t);
	p.t = net_trainer_alloc(p.net, p.workers, &rows, &o);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p.t);
	CU_ASSERT_EQUAL_FATAL(net_alloc(p.net, 1, ROWS, ROWS, 0), RY_OK);
	net_predict(p.net, x, ROWS, y);
	for (int epoch = 0; epoch < 2; epoch++) {
		net_trainer_epoch(p.t);
		for (int at = 0; at < ROWS; at += 10) {
			struct update u;
			int n = ROWS - at < 10 ? ROWS - at : 10;
			double want = loss_softmax(NULL, y + at * K, label + at, n, K, 1);

			CU_ASSERT_EQUAL_FATAL(net_trainer_step(p.t, &u), RY_OK);
			TAP_CHECK(fabs(u.loss - want) < 1e-4 * want,
			          "rows from %d: loss %g, not %g", at, u.loss, want);
		}
	}
	pair_free(&p);
}

/* An inspector is shown the last update of an epoch, and changes nothing. */
static void last_updates_are_shown(void)
{
	struct pair a = pair_make(2, RULE_ADAM, 0.3), b = pair_make(2, RULE_ADAM, 0.3);
	struct inspector *i = inspector_alloc(a.net);
	real *before = ry_calloc(a.net->n, sizeof *before, "test");
	struct event_value v[INSPECT_VALUES];
	double step = 0, size = 0;
	struct update u;

	net_trainer_watch(a.t, i);
	updates(&a, 11);
	memcpy(before, a.net->w, a.net->n * sizeof *before);
	CU_ASSERT_EQUAL_FATAL(net_trainer_left(a.t), 1);
	CU_ASSERT_EQUAL_FATAL(net_trainer_step(a.t, &u), RY_OK);
	for (size_t k = 0; k < a.net->n; k++) {
		step += ((double)a.net->w[k] - before[k]) * ((double)a.net->w[k] - before[k]);
		size += (double)a.net->w[k] * a.net->w[k];
	}
	inspector_values(i, v);
	CU_ASSERT_STRING_EQUAL(v[0].name, "update_ratio");
	CU_ASSERT_DOUBLE_EQUAL(v[0].value, sqrt(step / size), 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(hypot(inspector_layer(i, 0)->gradient_norm,
	                             inspector_layer(i, 3)->gradient_norm),
	                       u.norm, 1e-5 * u.norm);
	updates(&a, 3);
	inspector_values(i, v);
	/* the next epoch has not ended */
	CU_ASSERT_DOUBLE_EQUAL(v[0].value, sqrt(step / size), 1e-12);
	updates(&b, 15);
	CU_ASSERT_EQUAL(memcmp(a.net->w, b.net->w, a.net->n * sizeof *before), 0);
	free(before);
	inspector_free(i);
	pair_free(&a);
	pair_free(&b);
}

static const struct tap_test tests[] = {
	{ "an epoch visits every row", epochs_visit_every_row },
	{ "an update is the mean gradient's", update_is_the_mean_gradient },
	{ "clipping limits the step", clipping_limits_the_step },
	{ "it learns, with any number of workers", it_learns },
	{ "workers agree but for rounding", workers_agree },
	{ "resumed equals uninterrupted, to the bit", resumed_equals_uninterrupted },
	{ "strange checkpoints are refused", strange_checkpoints_are_refused },
	{ "bad numbers change nothing", bad_numbers_change_nothing },
	{ "a normalised batch is not split", a_normalised_batch_is_whole },
	{ "buffers are not learnt", buffers_are_not_learnt },
	{ "running statistics are resumed, to the bit", running_statistics_are_resumed },
	{ "bad numbers leave running statistics", bad_numbers_leave_running_statistics },
	{ "nothing is allocated in a step", nothing_is_allocated_in_a_step },
	{ "impossible trainers are refused", impossible_trainers_are_refused },
	{ "rows as they come", rows_as_they_come },
	{ "last updates are shown", last_updates_are_shown },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("net_train in " RY_REAL_NAME, tests);
}
