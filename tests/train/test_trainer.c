/* test_trainer.c - one update of any learner: the sum over replicas, the penalties, the clip, the
 * inspector, bad numbers and checkpoints.  The learner here is a function of the parameters alone.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/random.h"
#include "src/train/trainer.h"
#include "tests/support/allocations.h"
#include "tests/support/tap.h"

static const layer_list lists[] = { core_layers, NULL };

/* Weights and biases alternate. */
static const char *const lines = "dense 3 5\ntanh 5\ndense 5 2";

/* The gradient of replica k's share is scale * (k + 1) * (1, 2, 3, ...), its loss (k + 1) / 4. */
struct learner_under_test {
	struct net     *net;
	struct workers *workers;
	struct trainer *t;
	double          bad;         /* added to the loss of replica 0 */
	double          scale;       /* as last handed in */
	int             draws;       /* each share draws from its generator */
};

static void add_gradient(void *self, int id, struct replica *r, double scale)
{
	struct learner_under_test *l = self;

	CU_ASSERT_EQUAL(r->loss, 0);
	for (size_t i = 0; i < r->net->n; i++)
		r->net->dw[i] += (real)(scale * (id + 1) * (double)(i + 1));
	if (l->draws)
		r->net->dw[0] += (real)gsl_rng_uniform(r->rng);
	r->loss = (id + 1) / 4.0 + (id == 0 ? l->bad : 0);
	if (id == 0)
		l->scale = scale;
}

static struct learner_under_test *make(int workers, enum optimizer_rule rule, double l2,
                                       struct trainer_options o)
{
	struct learner_under_test *l = ry_calloc(1, sizeof *l, "test");
	gsl_rng *rng = random_stream(1, STREAM_INIT);
	struct optimizer_options optimizer;

	optimizer_defaults(&optimizer, rule);
	optimizer.l2 = l2;
	l->net = net_make(lines, lists);
	net_init(l->net, rng);
	gsl_rng_free(rng);
	l->workers = workers_alloc(workers);
	o.gradient = add_gradient;
	o.learner = l;
	o.optimizer = &optimizer;
	l->t = trainer_alloc(l->net, l->workers, &o);
	CU_ASSERT_PTR_NOT_NULL_FATAL(l->t);
	CU_ASSERT_EQUAL(l->t->replicas, workers);
	l->draws = o.dropout;
	return l;
}

static void discard(struct learner_under_test *l)
{
	trainer_free(l->t);
	workers_free(l->workers);
	net_free(l->net);
	free(l);
}

/* w - lr * clip * (sum of gradients + l2 w), from formulas alone, for any number of replicas. */
static void an_update_is_the_sum_over_replicas(void)
{
	static const double clips[] = { 0, 3, 1e9 };

	for (int workers = 1; workers <= 4; workers++)
		for (int c = 0; c < 3; c++) {
			struct learner_under_test *l = make(
				workers, RULE_SGD, 0, (struct trainer_options){ .clip = clips[c] });
			double times = workers * (workers + 1) / 2.0, square = 0, factor;
			real *before = ry_calloc(l->net->n, sizeof *before, "test");
			struct update u;

			memcpy(before, l->net->w, l->net->n * sizeof *before);
			CU_ASSERT_EQUAL(trainer_step(l->t, 8, 0, &u), RY_OK);
			for (size_t i = 1; i <= l->net->n; i++)
				square += (times * i / 8) * (times * i / 8);
			factor = c == 1 ? 3 / sqrt(square) : 1;
			CU_ASSERT_DOUBLE_EQUAL(u.norm, sqrt(square), 1e-5 * sqrt(square));
			CU_ASSERT_DOUBLE_EQUAL(u.loss, times / 4, 1e-12);
			CU_ASSERT_TRUE(u.count == 8 && u.items == 8 && u.lr == 0.01);
			CU_ASSERT_EQUAL(l->scale, 1.0 / 8);
			for (size_t i = 0; i < l->net->n; i++) {
				double step = 0.01 * factor * times * (double)(i + 1) / 8;

				TAP_CHECK(fabs(before[i] - step - l->net->w[i]) <
				                  1e-5 * (fabs(step) + 1),
				          "%d workers, clip %g: parameter %zu moved by %g, not %g",
				          workers, clips[c], i, before[i] - l->net->w[i], step);
			}
			/* ready for the next */
			for (int k = 0; k < workers; k++)
				for (size_t i = 0; i < l->net->n; i++)
					CU_ASSERT_EQUAL(l->t->replica[k].net->dw[i], 0);
			CU_ASSERT_EQUAL(trainer_updates(l->t), 1);
			free(before);
			discard(l);
		}
}

/* For every rule: weights move as they do with the penalty, biases as they do without, to the bit,
 * however the parameters are shared out. */
static void penalties_for_weights_alone(void)
{
	for (int rule = 0; rule < OPTIMIZER_RULES; rule++)
		for (int workers = 1; workers <= 3; workers += 2) {
			struct trainer_options all = { 0 }, weights = { .weights_only = 1 };
			struct learner_under_test *with = make(workers, rule, 0.5, all),
			                          *without = make(workers, rule, 0, all),
			                          *l = make(workers, rule, 0.5, weights);
			char name[NET_NAME_MAX];
			struct update u;
			struct param p;
			int differ = 0;

			for (int k = 0; k < 3; k++) {
				trainer_step(with->t, 8, 0, &u);
				trainer_step(without->t, 8, 0, &u);
				trainer_step(l->t, 8, 0, &u);
			}
			for (int k = 0; net_param(l->net, k, name, &p); k++) {
				const struct net *like = p.cols ? with->net : without->net;
				size_t n = (size_t)p.rows * (p.cols ? p.cols : 1);

				TAP_CHECK(memcmp(l->net->w + p.at, like->w + p.at,
				                 n * sizeof(real)) == 0,
				          "%s, %d workers: %s did not move as it should",
				          optimizer_rule_name(rule), workers, name);
				differ += memcmp(with->net->w + p.at, without->net->w + p.at,
				                 n * sizeof(real)) != 0;
			}
			TAP_CHECK(differ >= 3, "%s: the penalty moves %d tensors of 4",
			          optimizer_rule_name(rule), differ);
			discard(with);
			discard(without);
			discard(l);
		}
}

static void bad_numbers_stop_the_step(void)
{
	for (int k = 0; k < 2; k++) {
		struct learner_under_test *l =
			make(3, RULE_ADAM, 0, (struct trainer_options){ 0 });
		real *before = ry_calloc(l->net->n, sizeof *before, "test"), keep;
		struct update u;

		CU_ASSERT_EQUAL(trainer_step(l->t, 8, 0, &u), RY_OK);
		memcpy(before, l->net->w, l->net->n * sizeof *before);
		keep = l->t->optimizer->array[0][3];
		if (k)
			l->t->replica[2].net->dw[7] = (real)NAN;
		else
			l->bad = INFINITY;
		CU_ASSERT_EQUAL(trainer_step(l->t, 8, 0, &u), RY_ENUMERIC);
		CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "update 2"));
		CU_ASSERT_EQUAL(memcmp(before, l->net->w, l->net->n * sizeof *before), 0);
		CU_ASSERT_EQUAL(l->t->optimizer->array[0][3], keep);
		CU_ASSERT_EQUAL(trainer_updates(l->t), 1);
		l->bad = 0;
		CU_ASSERT_EQUAL(trainer_step(l->t, 8, 0, &u), RY_OK);
		CU_ASSERT_TRUE(isfinite(u.norm));
		free(before);
		discard(l);
	}
}

/* The inspector sees the updates that it is meant to see, and their steps. */
static void an_inspector_is_shown_some_updates(void)
{
	struct learner_under_test *l = make(2, RULE_SGD, 0, (struct trainer_options){ 0 });
	struct inspector *i = inspector_alloc(l->net);
	struct update u;
	double first, second;

	trainer_watch(l->t, i);
	trainer_step(l->t, 8, 0, &u);
	CU_ASSERT_TRUE(isnan(inspector_layer(i, 0)->gradient_norm));
	trainer_step(l->t, 8, 1, &u);
	first = inspector_layer(i, 0)->gradient_norm;
	second = inspector_layer(i, 2)->gradient_norm;
	CU_ASSERT_DOUBLE_EQUAL(hypot(first, second), u.norm, 1e-5 * u.norm);
	CU_ASSERT_TRUE(inspector_layer(i, 0)->update_ratio > 0);
	trainer_step(l->t, 80, 0, &u);
	CU_ASSERT_EQUAL(inspector_layer(i, 0)->gradient_norm, first);
	trainer_watch(l->t, NULL);
	trainer_step(l->t, 80, 1, &u);
	CU_ASSERT_EQUAL(inspector_layer(i, 0)->gradient_norm, first);
	inspector_free(i);
	discard(l);
}

static struct st_file *saved(const struct learner_under_test *l)
{
	struct st_writer *to = st_writer_alloc();
	struct st_file *from;
	char path[512];

	snprintf(path, sizeof path, "%s/last.safetensors", tap_tmpdir());
	CU_ASSERT_EQUAL_FATAL(trainer_write(l->t, to), RY_OK);
	CU_ASSERT_EQUAL_FATAL(st_write(to, path), RY_OK);
	st_writer_free(to);
	from = st_open(path, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(from);
	return from;
}

static void checkpoints_keep_the_bits(void)
{
	for (int rule = 0; rule < OPTIMIZER_RULES; rule++)
		for (int dropout = 0; dropout < 2; dropout++) {
			struct trainer_options o = { .dropout = dropout, .seed = 4 };
			struct learner_under_test *a = make(2, rule, 0.1, o),
			                          *b = make(2, rule, 0.1, o);
			struct st_file *from;
			struct update u;

			trainer_step(a->t, 8, 0, &u);
			trainer_step(a->t, 8, 0, &u);
			trainer_step(b->t, 5, 0, &u);
			from = saved(a);
			CU_ASSERT_EQUAL(st_find(from, "random.worker.1") != NULL, dropout);
			CU_ASSERT_EQUAL(trainer_read(b->t, from), RY_OK);
			b->t->optimizer->t = trainer_updates(a->t);
			st_close(from);
			for (int k = 0; k < 3; k++) {
				trainer_step(a->t, 8, 0, &u);
				trainer_step(b->t, 8, 0, &u);
			}
			TAP_CHECK(memcmp(a->net->w, b->net->w, a->net->n * sizeof(real)) == 0,
			          "%s went on differently", optimizer_rule_name(rule));
			discard(a);
			discard(b);
		}
}

static void other_checkpoints_are_refused(void)
{
	struct trainer_options draws = { .dropout = 1 };
	struct learner_under_test *adam = make(1, RULE_ADAM, 0, draws),
	                          *sgd = make(1, RULE_SGD, 0, draws),
	                          *two = make(2, RULE_ADAM, 0, draws);
	struct st_file *from = saved(sgd);

	CU_ASSERT_EQUAL(trainer_read(adam->t, from), RY_EDATA);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "optimizer.0"));
	st_close(from);
	from = saved(adam);
	CU_ASSERT_EQUAL(trainer_read(two->t, from), RY_EDATA);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "random.worker.1"));
	st_close(from);
	discard(adam);
	discard(sgd);
	discard(two);
}

static void nothing_is_allocated_in_a_step(void)
{
	struct learner_under_test *l = make(2, RULE_ADAM, 0.1,
	                                    (struct trainer_options){ .weights_only = 1 });
	struct inspector *i = inspector_alloc(l->net);
	long before = allocations();
	struct update u;

	trainer_watch(l->t, i);
	for (int k = 0; k < 5; k++)
		trainer_step(l->t, 8, k % 2, &u);
	if (before < 0)
		tap_skip("the linker does not know --wrap");
	else
		CU_ASSERT_EQUAL(allocations(), before);
	inspector_free(i);
	discard(l);
}

static void invalid_options_are_refused(void)
{
	struct net *net = net_make(lines, lists);
	struct workers *workers = workers_alloc(1);
	struct optimizer_options optimizer;

	optimizer_defaults(&optimizer, RULE_SGD);
	optimizer.lr = -1;
	CU_ASSERT_PTR_NULL(
		trainer_alloc(net, workers, &(struct trainer_options){ .optimizer = &optimizer }));
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "lr"));
	trainer_free(NULL);
	workers_free(workers);
	net_free(net);
}

static const struct tap_test tests[] = {
	{ "an update is the sum over replicas", an_update_is_the_sum_over_replicas },
	{ "penalties for weights alone", penalties_for_weights_alone },
	{ "bad numbers stop the step", bad_numbers_stop_the_step },
	{ "an inspector is shown some updates", an_inspector_is_shown_some_updates },
	{ "checkpoints keep the bits", checkpoints_keep_the_bits },
	{ "other checkpoints are refused", other_checkpoints_are_refused },
	{ "nothing is allocated in a step", nothing_is_allocated_in_a_step },
	{ "invalid options are refused", invalid_options_are_refused },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("trainer in " RY_REAL_NAME, tests);
}
