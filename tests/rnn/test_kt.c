/* test_kt.c - the knowledge tracer: its gradient, its predictions, its training and its files. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "rnn/kt/kt_trainer.h"
#include "rnn/layers/recurrent.h"
#include "src/base/random.h"
#include "src/math/vmath.h"
#include "src/train/optimizer.h"
#include "tests/support/allocations.h"
#include "tests/support/golden_net.h"
#include "tests/support/made_students.h"
#include "tests/support/tap.h"

static const char *const *const cells = rnn_layer_names;
enum { CELLS = 3 };

/* ---- data ---- */

/* Lengths of all kinds, in no order: none, one, two, short, long. */
static const int lengths[] = { 4, 1, 17, 2, 0, 9, 23, 5, 3, 12, 2, 30 };
enum { STUDENTS = sizeof lengths / sizeof *lengths, M = 4 };

static int everybody[100];

static struct sequences *random_data(void)
{
	return made_random_students(lengths, STUDENTS, M);
}

static size_t predictions_in(const struct sequences *s)
{
	size_t n = 0;

	for (int i = 0; i < s->students; i++)
		if (s->start[i + 1] > s->start[i])
			n += s->start[i + 1] - s->start[i] - 1;
	return n;
}

/* ---- a model, its trainer, and what they stand on ---- */

struct bench {
	struct sequences  *s;
	struct kt_model   *m;
	struct workers    *w;
	struct kt_trainer *t;
};

struct recipe {
	const char         *cell;
	int                 hidden, layers, workers, batch, window;
	double              dropout, lr, clip;
	enum optimizer_rule rule;
	long                seed;
};

static const struct recipe plain = { .cell = "lstm",
	                             .hidden = 5,
	                             .layers = 1,
	                             .workers = 1,
	                             .batch = 100,
	                             .window = 100,
	                             .lr = 0.01,
	                             .rule = RULE_ADAM,
	                             .seed = 1 };

/* With all that makes an epoch complicated: carried states, dropout, two layers, two workers. */
static const struct recipe rich = { .cell = "gru",
	                            .hidden = 6,
	                            .layers = 2,
	                            .workers = 2,
	                            .batch = 3,
	                            .window = 4,
	                            .dropout = 0.3,
	                            .lr = 0.02,
	                            .clip = 0.5,
	                            .rule = RULE_ADAM,
	                            .seed = 9 };

static struct kt_model *model_make(const struct recipe *r, const struct sequences *s)
{
	struct kt_model *m = kt_model_make(r->cell, r->hidden, r->layers, r->dropout, s);
	gsl_rng *rng = random_stream(11, STREAM_INIT);

	CU_ASSERT_PTR_NOT_NULL_FATAL(m);
	net_init(m->net, rng);
	gsl_rng_free(rng);
	return m;
}

static struct kt_trainer *trainer_make(const struct recipe *r, struct kt_model *m,
                                       struct workers *w, const struct sequences *s)
{
	struct optimizer_options optimizer;
	struct kt_train_options o = {
		.clip = r->clip, .seed = r->seed, .optimizer = &optimizer
	};

	optimizer_defaults(&optimizer, r->rule);
	optimizer.lr = r->lr;
	return kt_trainer_alloc(m, w, s,
	                        kt_batcher_alloc(s, everybody, s->students, r->window, r->batch,
	                                         KT_SHUFFLED),
	                        &o);
}

static struct bench bench_make(struct recipe r)
{
	struct bench b = { .s = random_data() };

	b.m = model_make(&r, b.s);
	b.w = workers_alloc(r.workers);
	b.t = trainer_make(&r, b.m, b.w, b.s);
	CU_ASSERT_PTR_NOT_NULL_FATAL(b.t);
	return b;
}

static void bench_free(struct bench *b)
{
	kt_trainer_free(b->t);
	workers_free(b->w);
	kt_model_free(b->m);
	sequences_free(b->s);
}

/* `n` updates, with new epochs as they end; the sum of their losses. */
static double updates(struct kt_trainer *t, int n)
{
	struct update u;
	double loss = 0;

	for (int i = 0; i < n; i++) {
		if (kt_trainer_left(t) == 0)
			kt_trainer_epoch(t);
		CU_ASSERT_EQUAL_FATAL(kt_trainer_step(t, &u), RY_OK);
		loss += u.loss;
	}
	return loss;
}

static int same_bits(const struct kt_model *a, const struct kt_model *b)
{
	return memcmp(a->net->w, b->net->w, a->net->n * sizeof(real)) == 0;
}

static double largest_difference(const real *a, const real *b, size_t n)
{
	double most = 0;

	for (size_t i = 0; i < n; i++)
		most = fmax(most, fabs((double)a[i] - b[i]));
	return most;
}

/* Predictions for everybody; the caller frees. */
static float *predict(struct kt_model *m, const struct sequences *s, int window, int size,
                      int workers)
{
	struct workers *w = workers_alloc(workers);
	struct kt_batch *e = kt_batch_alloc(m, w, window, size, NULL);
	float *p = ry_calloc(s->answers, sizeof *p, "test");

	CU_ASSERT_PTR_NOT_NULL_FATAL(e);
	CU_ASSERT_EQUAL_FATAL(kt_predict(e, s, everybody, s->students, p), RY_OK);
	kt_batch_free(e);
	workers_free(w);
	return p;
}

/* ---- the gradient ---- */

/* The mean loss of an update over all students, as a function of the parameters.  A step of plain
 * gradient descent at rate 1 hands out the gradient: the old parameters less the new. */
static double loss_of(struct net *net, void *arg, int with_gradient)
{
	struct bench *b = arg;
	size_t size = net->n * sizeof *net->w;
	real *w = malloc(size);
	struct update u;

	memcpy(w, net->w, size);
	kt_trainer_epoch(b->t);
	CU_ASSERT_EQUAL_FATAL(kt_trainer_left(b->t), 1);
	CU_ASSERT_EQUAL_FATAL(kt_trainer_step(b->t, &u), RY_OK);
	CU_ASSERT_EQUAL(u.count, predictions_in(b->s));
	for (size_t i = 0; i < net->n && with_gradient; i++)
		net->dw[i] = w[i] - net->w[i];
	if (with_gradient)
		CU_ASSERT_DOUBLE_EQUAL(u.norm, sqrt(gradient_square(net->dw, 0, net->n)), 1e-5);
	CU_ASSERT_TRUE(u.norm > 0.01);
	memcpy(net->w, w, size);
	free(w);
	return u.loss / u.count;
}

static void gradient_agrees_with_differences(void)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	for (int c = 0; c < CELLS; c++)
		for (int layers = 1; layers <= 2; layers++) {
			struct bench b = bench_make((struct recipe){ .cell = cells[c],
			                                             .hidden = 3,
			                                             .layers = layers,
			                                             .workers = 1 + layers % 2,
			                                             .batch = 100,
			                                             .window = 100,
			                                             .lr = 1,
			                                             .rule = RULE_SGD });
			size_t worst = 0;
			double off =
				net_gradient_check(b.m->net, loss_of, &b, 1 << 20, rng, &worst);

			TAP_CHECK(off < 20 * cbrt((double)RY_REAL_EPSILON * RY_REAL_EPSILON),
			          "%s of %d: gradient off by %g at parameter %zu", cells[c], layers,
			          off, worst);
			bench_free(&b);
		}
	gsl_rng_free(rng);
}

/* The loss of an epoch without learning does not depend on how it is cut, batched and shared
 * out. */
static void loss_does_not_depend_on_the_cut(void)
{
	static const int cuts[][3] = {
		{ 100, 100, 1 }, { 1, 3, 2 }, { 4, 1, 1 }, { 7, 5, 3 }, { 29, 4, 5 }
	};

	for (int c = 0; c < CELLS; c++) {
		double whole = 0;

		for (int k = 0; k < 5; k++) {
			struct bench b = bench_make((struct recipe){ .cell = cells[c],
			                                             .hidden = 5,
			                                             .layers = 2,
			                                             .window = cuts[k][0],
			                                             .batch = cuts[k][1],
			                                             .workers = cuts[k][2],
			                                             .rule = RULE_SGD });
			double loss = updates(b.t, kt_trainer_batches(b.t));

			CU_ASSERT_EQUAL(kt_trainer_left(b.t), 0);
			if (k == 0)
				whole = loss;
			TAP_CHECK(fabs(loss - whole) < 100 * RY_REAL_EPSILON * whole,
			          "%s, window %d, batch %d, %d workers: loss %.9g, not %.9g",
			          cells[c], cuts[k][0], cuts[k][1], cuts[k][2], loss, whole);
			bench_free(&b);
		}
	}
}

/* ---- PyTorch ---- */

static struct sequences *golden_data(const json_t *o)
{
	const json_t *length = golden_get(o, "lengths"), *q = golden_get(o, "exercise"),
		     *a = golden_get(o, "correct");
	int n[20], students = (int)json_array_size(length);
	struct sequences *s;

	for (int i = 0; i < students; i++)
		n[i] = (int)json_integer_value(json_array_get(length, i));
	s = made_students(n, students, golden_int(o, "M"));
	for (size_t i = 0; i < s->answers; i++) {
		s->exercise[i] = (int)json_integer_value(json_array_get(q, i));
		s->correct[i] = (unsigned char)json_integer_value(json_array_get(a, i));
	}
	return s;
}

static void updates_agree_with_pytorch(void)
{
#ifdef RY_DOUBLE
	const double tolerance = 1e-9;
#else
	const double tolerance = 2e-5;
#endif
	json_t *root = golden_open("rnn.json");
	const json_t *o = golden_get(root, "tracing"), *steps = golden_get(o, "updates");
	struct bench b = { .s = golden_data(o) };
	struct recipe r = plain;

	r.hidden = golden_int(o, "H");
	r.lr = golden_number(o, "lr");
	r.clip = golden_number(o, "clip");
	b.m = model_make(&r, b.s);
	golden_net_set(b.m->net, o, "w");
	b.w = workers_alloc(2);
	b.t = trainer_make(&r, b.m, b.w, b.s);
	CU_ASSERT_PTR_NOT_NULL_FATAL(b.t);
	CU_ASSERT_EQUAL(json_array_size(steps), 3);
	for (size_t k = 0; k < json_array_size(steps); k++) {
		const json_t *golden = json_array_get(steps, k);
		char what[32];
		struct update u;

		snprintf(what, sizeof what, "update %zu", k + 1);
		kt_trainer_epoch(b.t);
		CU_ASSERT_EQUAL_FATAL(kt_trainer_step(b.t, &u), RY_OK);
		CU_ASSERT_EQUAL(u.count, golden_int(o, "predictions"));
		CU_ASSERT_DOUBLE_EQUAL(u.lr, r.lr, 0);
		CU_ASSERT_DOUBLE_EQUAL(u.loss / u.count, golden_number(golden, "loss"),
		                       tolerance);
		CU_ASSERT_DOUBLE_EQUAL(u.norm, golden_number(golden, "norm"), tolerance);
		golden_net_compare(what, b.m->net, b.m->net->w, golden, "w", tolerance);
	}
	bench_free(&b);
	json_decref(root);
}

/* ---- predicting ---- */

/* One student after another, one answer after another, through the whole net with its full
 * read-out. */
static float *predict_by_steps(const struct kt_model *m, const struct sequences *s)
{
	struct net *net = net_share(m->net);
	real *state = ry_calloc(net->n_state, sizeof *state, "test");
	float *p = ry_calloc(s->answers, sizeof *p, "test");
	int one = 1;
	struct batch b = {
		.T = 1, .N = 1, .rows = 1, .n = &one, .state = state, .state_stride = net->n_state
	};

	CU_ASSERT_EQUAL_FATAL(net_alloc(net, 1, 1, 1, 0), RY_OK);
	for (int i = 0; i < s->students; i++) {
		memset(state, 0, net->n_state * sizeof *state);
		for (size_t k = s->start[i]; k + 1 < s->start[i + 1]; k++) {
			int hot = s->exercise[k] + s->correct[k] * s->exercises;

			p[k + 1] =
				(float)r_sigmoid(net_forward(net, &b, (struct input){ .hot = &hot },
			                                     net->L)[s->exercise[k + 1]]);
		}
	}
	free(state);
	net_free(net);
	return p;
}

static void compare_predictions(const char *what, const struct sequences *s, const float *p,
                                const float *q)
{
	for (int i = 0; i < s->students; i++)
		for (size_t k = s->start[i]; k < s->start[i + 1]; k++)
			if (k == s->start[i])
				TAP_CHECK(isnan(p[k]),
				          "%s: student %d has a prediction for the first answer, "
				          "%g",
				          what, i, p[k]);
			else
				TAP_CHECK(fabs(p[k] - q[k]) < 1e-6,
				          "%s: student %d answer %zu: %.8g, expected %.8g", what, i,
				          k - s->start[i], p[k], q[k]);
}

static void batches_equal_single_steps(void)
{
	static const int cuts[][3] = {
		{ 200, 32, 1 }, { 1, 1, 1 }, { 5, 3, 2 }, { 4, 100, 3 }, { 29, 2, 2 }
	};

	for (int c = 0; c < CELLS; c++) {
		struct sequences *s = random_data();
		struct recipe r = {
			.cell = cells[c], .hidden = 5, .layers = 1 + c, .dropout = 0.4
		};
		struct kt_model *m = model_make(&r, s);
		float *expected = predict_by_steps(m, s);

		for (int k = 0; k < 5; k++) {
			float *p = predict(m, s, cuts[k][0], cuts[k][1], cuts[k][2]);

			compare_predictions(cells[c], s, p, expected);
			free(p);
		}
		free(expected);
		kt_model_free(m);
		sequences_free(s);
	}
}

static void only_those_listed_are_predicted(void)
{
	static const int listed[] = { 6, 0, 4, 1 };
	struct bench b = bench_make(plain);
	struct kt_batch *e = kt_batch_alloc(b.m, b.w, 6, 2, NULL);
	float *p = ry_calloc(b.s->answers, sizeof *p, "test"), *all = predict(b.m, b.s, 6, 4, 1);

	for (size_t i = 0; i < b.s->answers; i++)
		p[i] = -5;
	CU_ASSERT_EQUAL(kt_predict(e, b.s, listed, 4, p), RY_OK);
	for (int i = 0; i < STUDENTS; i++)
		for (size_t k = b.s->start[i]; k < b.s->start[i + 1]; k++)
			if (i != 6 && i != 0 && i != 4 && i != 1)
				TAP_CHECK(p[k] == -5, "student %d, who was not listed, got %g", i,
				          p[k]);
			else if (k == b.s->start[i])
				TAP_CHECK(isnan(p[k]),
				          "student %d has a prediction for the first answer, %g", i,
				          p[k]);
			else
				TAP_CHECK(fabs(p[k] - all[k]) < 1e-6,
				          "student %d: %.8g, expected %.8g", i, p[k], all[k]);
	CU_ASSERT_EQUAL(kt_predict(e, b.s, listed, 0, p), RY_OK);
	/* The batch that trains predicts the same. */
	CU_ASSERT_EQUAL(kt_predict(kt_trainer_batch(b.t), b.s, everybody, STUDENTS, p), RY_OK);
	compare_predictions("the batch that trains", b.s, p, all);
	free(p);
	free(all);
	kt_batch_free(e);
	bench_free(&b);
}

static void skill_means(void)
{
	static const int n[] = { 3, 2, 0, 1 };
	static const int q[] = { 0, 1, 0, 3, 0, 2 };
	static const unsigned char a[] = { 1, 0, 0, 1, 1, 1 };
	struct sequences *s = made_students(n, 4, 5);
	struct kt_model *m;
	float p[6] = { -1, -1, -1, -1, -1, -1 };

	memcpy(s->exercise, q, sizeof q);
	memcpy(s->correct, a, sizeof a);
	m = kt_model_make("rnn", 2, 1, 0, s);
	CU_ASSERT_PTR_NOT_NULL_FATAL(m);
	CU_ASSERT_DOUBLE_EQUAL(m->overall_mean, 4 / 6.0, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(m->skill_mean[0], 2 / 3.0, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(m->skill_mean[1], 0, 0);
	CU_ASSERT_DOUBLE_EQUAL(m->skill_mean[2], 1, 0);
	CU_ASSERT_TRUE(isnan(m->skill_mean[4]));
	s->exercise[4] = 4;                     /* which the model never saw */
	kt_predict_skill_mean(m, s, everybody, 3, p);
	CU_ASSERT_TRUE(isnan(p[0]) && isnan(p[3]));
	CU_ASSERT_DOUBLE_EQUAL(p[1], 0, 0);
	CU_ASSERT_DOUBLE_EQUAL(p[2], 2 / 3.0, 1e-7);
	CU_ASSERT_DOUBLE_EQUAL(p[4], 4 / 6.0, 1e-7);
	CU_ASSERT_EQUAL(p[5], -1);              /* the fourth student was not listed */
	kt_model_free(m);
	sequences_free(s);
}

static void scores_by_hand(void)
{
	static const int n[] = { 4, 1, 4, 0 };
	static const int q[] = { 1, 0, 0, 1,  0,  0, 1, 1, 0 };
	static const unsigned char a[] = { 1, 0, 1, 1,  1,  0, 1, 0, 0 };
	static const float p[] = { NAN, 0.4f, 0.8f, 0.4f,  NAN,  NAN, 0.6f, 0.6f, 0.2f };
	struct sequences *s = made_students(n, 4, 3);
	struct kt_scores c;
	int one = 1;

	memcpy(s->exercise, q, sizeof q);
	memcpy(s->correct, a, sizeof a);
	CU_ASSERT_EQUAL(kt_score(&c, s, everybody, 4, p), RY_OK);
	CU_ASSERT_EQUAL(c.predictions, 6);
	/* Right 0.8 0.4 0.6, wrong 0.4 0.6 0.2: of 9 pairs 6 in order, 2 ties. */
	CU_ASSERT_DOUBLE_EQUAL(c.auc, 7 / 9.0, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(c.accuracy, 4 / 6.0, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(c.log_loss, -(2 * log(0.6) + 2 * log(0.8) + 2 * log(0.4)) / 6, 1e-7);
	CU_ASSERT_DOUBLE_EQUAL(c.rmse, sqrt(1.12 / 6), 1e-7);
	/* Exercise 0: wrong 0.4 0.2, right 0.8: 1.  Exercise 1: right 0.4 0.6, wrong 0.6: 1/4. */
	CU_ASSERT_DOUBLE_EQUAL(c.mean_exercise_auc, 0.625, 1e-12);
	CU_ASSERT_EQUAL(c.exercises_counted, 2);
	CU_ASSERT_DOUBLE_EQUAL(c.mean_student_auc, 0.75, 1e-12);
	CU_ASSERT_EQUAL(c.students_counted, 2);
	/* No students to score. */
	CU_ASSERT_EQUAL(kt_score(&c, s, &one, 1, p), RY_OK);
	CU_ASSERT_EQUAL(c.predictions, 0);
	CU_ASSERT_TRUE(isnan(c.auc) && isnan(c.mean_student_auc));
	sequences_free(s);
}

/* ---- training ---- */

static void an_epoch_counts_every_answer(void)
{
	for (int window = 1; window <= 40; window += 3) {
		struct recipe r = rich;
		struct bench b;
		double predictions = 0, answers = 0;
		int batches;

		r.window = window;
		b = bench_make(r);
		batches = kt_trainer_batches(b.t);
		CU_ASSERT_EQUAL(kt_trainer_left(b.t), 0);
		kt_trainer_epoch(b.t);
		for (int k = 0; k < batches; k++) {
			struct update u;

			CU_ASSERT_EQUAL(kt_trainer_left(b.t), batches - k);
			CU_ASSERT_EQUAL_FATAL(kt_trainer_step(b.t, &u), RY_OK);
			predictions += u.count;
			answers += u.items;
		}
		CU_ASSERT_EQUAL(kt_trainer_left(b.t), 0);
		CU_ASSERT_EQUAL(kt_trainer_updates(b.t), batches);
		CU_ASSERT_EQUAL(predictions, predictions_in(b.s));
		/* all but that of the student of one */
		CU_ASSERT_EQUAL(answers, b.s->answers - 1);
		bench_free(&b);
	}
}

/* One update on everybody: workers and room in the batch change the order of sums alone. */
static void workers_and_room_change_only_rounding(void)
{
	for (int c = 0; c < CELLS; c++) {
		struct recipe r = { .cell = cells[c],
			            .hidden = 7,
			            .layers = 2,
			            .workers = 1,
			            .batch = STUDENTS,
			            .window = 100,
			            .lr = 0.5,
			            .clip = 10,
			            .rule = RULE_MOMENTUM };
		struct bench one = bench_make(r);

		updates(one.t, 1);
		for (int workers = 1; workers <= 5; workers++)
			for (r.batch = STUDENTS; r.batch <= 100; r.batch += 44) {
				struct bench b;

				r.workers = workers;
				b = bench_make(r);
				updates(b.t, 1);
				TAP_CHECK(largest_difference(one.m->net->w, b.m->net->w,
				                             b.m->net->n) < 20 * RY_REAL_EPSILON,
				          "%s: %d workers, room for %d: parameters differ by %g",
				          cells[c], workers, r.batch,
				          largest_difference(one.m->net->w, b.m->net->w,
				                             b.m->net->n));
				bench_free(&b);
			}
		bench_free(&one);
	}
}

/* Answers that alternate between right and wrong, whatever the exercise. */
static void it_learns_a_rule(void)
{
	enum { N = 60, LENGTH = 21 };
	int n[N];
	struct sequences *s;
	gsl_rng *rng = random_stream(2, STREAM_SAMPLE);

	for (int i = 0; i < N; i++)
		n[i] = LENGTH;
	s = made_students(n, N, 3);
	for (int i = 0; i < N; i++)
		for (int k = 0, first = (int)gsl_rng_uniform_int(rng, 2); k < LENGTH; k++) {
			s->exercise[i * LENGTH + k] = (int)gsl_rng_uniform_int(rng, 3);
			s->correct[i * LENGTH + k] = (unsigned char)((first + k) % 2);
		}
	gsl_rng_free(rng);
	for (int c = 0; c < CELLS; c++) {
		struct recipe r = { .cell = cells[c],
			            .hidden = 12,
			            .layers = 1,
			            .workers = 2,
			            .batch = 10,
			            .window = 8,
			            .lr = 0.03,
			            .clip = 5,
			            .rule = RULE_ADAM };
		struct kt_model *m = model_make(&r, s);
		struct workers *w = workers_alloc(2);
		struct kt_trainer *t = trainer_make(&r, m, w, s);
		struct kt_scores before, after;
		float *p = predict(m, s, 200, 32, 1);

		kt_score(&before, s, everybody, N, p);
		free(p);
		updates(t, 4 * kt_trainer_batches(t));
		p = predict(m, s, 200, 32, 1);
		kt_score(&after, s, everybody, N, p);
		TAP_CHECK(before.auc < 0.9 && after.auc > 0.95 && after.log_loss < 0.4,
		          "%s: AUC from %g to %g, log loss %g", cells[c], before.auc, after.auc,
		          after.log_loss);
		free(p);
		kt_trainer_free(t);
		workers_free(w);
		kt_model_free(m);
	}
	sequences_free(s);
}

static void same_seed_same_bits(void)
{
	struct recipe r = rich;
	struct bench a = bench_make(r), b = bench_make(r), c;

	r.seed++;
	c = bench_make(r);
	updates(a.t, 40);
	updates(b.t, 40);
	updates(c.t, 40);
	CU_ASSERT_TRUE(same_bits(a.m, b.m));
	CU_ASSERT_FALSE(same_bits(a.m, c.m));
	bench_free(&a);
	bench_free(&b);
	bench_free(&c);
}

static struct st_file *saved(const struct kt_trainer *t)
{
	struct st_writer *to = st_writer_alloc();
	struct st_file *from;

	CU_ASSERT_EQUAL_FATAL(kt_trainer_write(t, to), RY_OK);
	CU_ASSERT_EQUAL_FATAL(st_write(to, temp("last.safetensors")), RY_OK);
	st_writer_free(to);
	from = st_open(temp("last.safetensors"), NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(from);
	return from;
}

/* Stopped before the first epoch, and after every batch of the first two, by a trainer that is
 * fresh, or that has been elsewhere before. */
static void resumed_equals_uninterrupted(void)
{
	for (int c = 0; c < CELLS; c++) {
		struct recipe r = rich;
		struct bench whole;
		int epoch, end;

		r.cell = cells[c];
		whole = bench_make(r);
		epoch = kt_trainer_batches(whole.t);
		end = 2 * epoch + 3;
		CU_ASSERT_TRUE(epoch > 8);
		updates(whole.t, end);
		for (int stop = 0; stop <= 2 * epoch; stop++) {
			struct bench part = bench_make(r), rest = bench_make(r);
			struct st_file *from;

			updates(part.t, stop);
			from = saved(part.t);
			updates(rest.t, stop % 3 * 2);
			CU_ASSERT_EQUAL(kt_trainer_read(rest.t, from), RY_OK);
			st_close(from);
			CU_ASSERT_EQUAL(kt_trainer_left(rest.t), kt_trainer_left(part.t));
			CU_ASSERT_EQUAL(kt_trainer_updates(rest.t), stop);
			updates(rest.t, end - stop);
			TAP_CHECK(same_bits(whole.m, rest.m),
			          "%s stopped after %d updates of %d went on differently", cells[c],
			          stop, end);
			bench_free(&part);
			bench_free(&rest);
		}
		bench_free(&whole);
	}
}

/* Reading a checkpoint from before the first epoch takes back an epoch in progress. */
static void a_trainer_starts_over(void)
{
	struct bench fresh = bench_make(rich), used = bench_make(rich), whole = bench_make(rich);
	struct st_file *from = saved(fresh.t);

	updates(used.t, 2);
	CU_ASSERT_TRUE(kt_trainer_left(used.t) > 0);
	CU_ASSERT_EQUAL(kt_trainer_read(used.t, from), RY_OK);
	CU_ASSERT_EQUAL(kt_trainer_left(used.t), 0);
	CU_ASSERT_EQUAL(kt_trainer_updates(used.t), 0);
	updates(used.t, 20);
	updates(whole.t, 20);
	CU_ASSERT_TRUE(same_bits(used.m, whole.m));
	st_close(from);
	bench_free(&fresh);
	bench_free(&used);
	bench_free(&whole);
}

static void refuse_checkpoint(struct recipe of, struct recipe into, enum ry_status status,
                              const char *why)
{
	struct bench a = bench_make(of), b = bench_make(into);
	struct st_file *from;

	updates(a.t, 2);
	from = saved(a.t);
	CU_ASSERT_EQUAL(kt_trainer_read(b.t, from), status);
	TAP_CHECK(strstr(ry_message(), why) != NULL, "'%s' is not about %s", ry_message(), why);
	st_close(from);
	bench_free(&a);
	bench_free(&b);
}

/* A checkpoint with another place in it than the trainer's. */
static void refuse_place(int64_t update, int64_t batch)
{
	const int64_t place[3] = { update, batch, 1 };
	struct bench b = bench_make(rich);
	struct st_file *good, *bad;
	struct st_writer *to = st_writer_alloc();
	const struct st_tensor *t;
	size_t three = 3;

	updates(b.t, 2);
	good = saved(b.t);
	for (int k = 0; (t = st_tensor_at(good, k)); k++)
		if (strcmp(t->name, "place") != 0)
			CU_ASSERT_EQUAL(st_add(to, t->name, t->type, t->dims, t->shape, t->data),
			                RY_OK);
	CU_ASSERT_EQUAL(st_add(to, "place", ST_I64, 1, &three, place), RY_OK);
	CU_ASSERT_EQUAL(st_write(to, temp("bad.safetensors")), RY_OK);
	bad = st_open(temp("bad.safetensors"), NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bad);
	CU_ASSERT_EQUAL(kt_trainer_read(b.t, bad), RY_EDATA);
	TAP_CHECK(strstr(ry_message(), "bad.safetensors") != NULL, "'%s' names no file",
	          ry_message());
	st_close(good);
	st_close(bad);
	st_writer_free(to);
	bench_free(&b);
}

static void strange_checkpoints_are_refused(void)
{
	struct recipe other = rich;

	other.hidden = 7;
	refuse_checkpoint(other, rich, RY_ESHAPE, "parameters");
	other = rich;
	other.rule = RULE_SGD;
	refuse_checkpoint(other, rich, RY_EDATA, "optimizer.0");
	other = rich;
	other.workers = 1;
	refuse_checkpoint(other, rich, RY_EDATA, "random.worker.1");
	other = rich;
	other.window = 9;
	refuse_checkpoint(other, rich, RY_ESHAPE, "states");
	refuse_place(2, -1);
	refuse_place(2, 1000);
	refuse_place(2, INT64_MAX);
	refuse_place(2, (int64_t)1 << 32);
	refuse_place(-1, 2);
}

/* One bad parameter stops the step before it changes anything; set right, training goes on as if
 * nothing had been. */
static void bad_numbers_change_nothing(void)
{
	static const real bad[] = { (real)NAN, (real)INFINITY };
	struct recipe r = rich;

	r.dropout = 0;               /* whose draws a failed step uses up */
	r.window = 100;              /* and so it does with carried states */
	for (int k = 0; k < 2; k++) {
		struct bench b = bench_make(r), sound = bench_make(r);
		size_t size = b.m->net->n * sizeof(real);
		real *before = malloc(size), good;
		struct update u;
		int left;

		updates(b.t, 2);
		updates(sound.t, 2);
		left = kt_trainer_left(b.t);
		good = b.m->net->w[0];
		for (int q = 0; q < 2 * M; q++)      /* the first unit's column of every input */
			b.m->net->w[q * 3 * r.hidden] = bad[k];
		memcpy(before, b.m->net->w, size);
		CU_ASSERT_EQUAL(kt_trainer_step(b.t, &u), k ? RY_OK : RY_ENUMERIC);
		if (k) {                     /* infinity saturates a gate, which is no bad number */
			CU_ASSERT_TRUE(isfinite(u.loss));
		} else {
			CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "update 3"));
			CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "learning rate 0.02"));
			CU_ASSERT_EQUAL(memcmp(before, b.m->net->w, size), 0);
			CU_ASSERT_EQUAL(kt_trainer_updates(b.t), 2);
			CU_ASSERT_EQUAL(kt_trainer_left(b.t), left);
			memcpy(b.m->net->w, sound.m->net->w, size);
			CU_ASSERT_EQUAL(b.m->net->w[0], good);
			updates(b.t, 5);
			updates(sound.t, 5);
			CU_ASSERT_TRUE(same_bits(b.m, sound.m));
		}
		free(before);
		bench_free(&b);
		bench_free(&sound);
	}
}

static void nothing_is_allocated_in_a_step(void)
{
	if (allocations() < 0) {
		tap_skip("the linker does not know --wrap");
		return;
	}
	for (int c = 0; c < CELLS; c++) {
		struct recipe r = rich;
		struct bench b;
		long before;

		r.cell = cells[c];
		b = bench_make(r);
		for (int epoch = 0; epoch < 2; epoch++) {
			before = allocations();
			kt_trainer_epoch(b.t);
			updates(b.t, kt_trainer_left(b.t));
			TAP_CHECK(allocations() == before, "%s: %ld allocations in an epoch",
			          cells[c], allocations() - before);
		}
		bench_free(&b);
	}
}

/* Students of no use, all of them: an epoch of no updates. */
static void nobody_to_learn_from(void)
{
	static const int n[] = { 1, 0, 1 };
	struct sequences *s = made_students(n, 3, 2);
	struct kt_model *m = model_make(&plain, s);
	struct workers *w = workers_alloc(2);
	struct kt_trainer *t = trainer_make(&plain, m, w, s);

	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT_EQUAL(kt_trainer_batches(t), 0);
	kt_trainer_epoch(t);
	CU_ASSERT_EQUAL(kt_trainer_left(t), 0);
	kt_trainer_free(t);
	kt_trainer_free(NULL);
	workers_free(w);
	kt_model_free(m);
	sequences_free(s);
}

/* ---- model files ---- */

static struct st_file *opened(struct st_writer *to)
{
	struct st_file *from;

	CU_ASSERT_EQUAL_FATAL(st_write(to, temp("model.safetensors")), RY_OK);
	st_writer_free(to);
	from = st_open(temp("model.safetensors"), NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(from);
	return from;
}

static void files_keep_the_model(void)
{
	for (int c = 0; c < CELLS; c++) {
		struct recipe r = {
			.cell = cells[c], .hidden = 5, .layers = 1 + c, .dropout = c * 0.2
		};
		struct sequences *s = random_data();
		struct kt_model *m, *copy;
		struct st_writer *to = st_writer_alloc();
		struct st_file *from;
		enum ry_status status = RY_EIO;
		float *p, *q;

		free(s->exercise_name[1]);
		s->exercise_name[1] = strdup("caf\xc3\xa9 \"x\",\n\\");
		for (size_t i = 0; i < s->answers; i++)      /* the last one is never seen */
			s->exercise[i] %= M - 1;
		m = model_make(&r, s);
		CU_ASSERT_EQUAL(kt_model_write(m, to), RY_OK);
		from = opened(to);
		CU_ASSERT_STRING_EQUAL(st_meta(from, "kind"), "kt");
		CU_ASSERT_PTR_NOT_NULL(st_find(from, "rnn.weight_ih_l0"));
		CU_ASSERT_PTR_NOT_NULL(st_find(from, "rnn.bias_hh_l0"));
		CU_ASSERT_PTR_NOT_NULL(st_find(from, "out.weight"));
		CU_ASSERT_EQUAL(st_find(from, "rnn.weight_ih_l0")->shape[1], 2 * M);
		CU_ASSERT_EQUAL(st_find(from, "out.weight")->shape[0], M);
		copy = kt_model_read(from, &status);
		TAP_CHECK(copy && status == RY_OK, "%s: %s", cells[c], ry_message());
		if (copy) {
			CU_ASSERT_TRUE(same_bits(m, copy));
			CU_ASSERT_STRING_EQUAL(net_lines(m->net), net_lines(copy->net));
			CU_ASSERT_EQUAL(copy->M, M);
			CU_ASSERT_EQUAL(copy->overall_mean, m->overall_mean);
			for (int k = 0; k < M; k++) {
				CU_ASSERT_STRING_EQUAL(copy->exercise[k], m->exercise[k]);
				CU_ASSERT_TRUE(k == M - 1
				                       ? isnan(copy->skill_mean[k])
				                       : copy->skill_mean[k] == m->skill_mean[k]);
			}
			p = predict(m, s, 7, 5, 2);
			q = predict(copy, s, 7, 5, 2);
			CU_ASSERT_EQUAL(memcmp(p, q, s->answers * sizeof *p), 0);
			free(p);
			free(q);
		}
		st_close(from);
		kt_model_free(copy);
		kt_model_free(m);
		sequences_free(s);
	}
}

/* A small model's file in the making, with one metadata string changed. */
static struct st_writer *small_file(const char *key, const char *value)
{
	static const int n[] = { 3, 3 };
	struct sequences *s = made_students(n, 2, M);
	struct recipe r = { .cell = "lstm", .hidden = 5, .layers = 1 };
	struct kt_model *m = model_make(&r, s);
	struct st_writer *to = st_writer_alloc();

	CU_ASSERT_EQUAL(kt_model_write(m, to), RY_OK);
	CU_ASSERT_EQUAL(st_set_meta(to, key, value), RY_OK);
	kt_model_free(m);
	sequences_free(s);
	return to;
}

static void refuse_model(struct st_writer *to, const char *what, int or_shape)
{
	struct st_file *from = opened(to);
	enum ry_status status = RY_OK;
	struct kt_model *m;

	ry_fail(RY_ECHECK, "nothing yet");
	m = kt_model_read(from, &status);
	TAP_CHECK(!m, "taken: %s", what);
	TAP_CHECK(status == (or_shape ? RY_ESHAPE : RY_EDATA), "%s: status %d: %s", what, status,
	          ry_message());
	TAP_CHECK(strlen(ry_message()) > 30, "%s: only '%s'", what, ry_message());
	TAP_CHECK(!kt_model_read(from, NULL), "taken: %s", what);
	kt_model_free(m);
	st_close(from);
}

static void strange_metadata_are_refused(void)
{
	static const struct { const char *key, *value; int shape; } wrong[] = {
		{ "exercises", "", 0 },
		{ "exercises", "no json", 0 },
		{ "exercises", "{\"a\": 1}", 0 },
		{ "exercises", "4", 0 },
		{ "exercises", "[]", 0 },
		{ "exercises", "[1, 2, 3, 4]", 0 },
		{ "exercises", "[\"a\", \"b\", \"c\", null]", 0 },
		{ "exercises", "[\"a\", \"b\", \"c\"]", 0 },
		{ "exercises", "[\"a\", \"b\", \"c\", \"d\", \"e\"]", 0 },
		{ "skill_means", "[]", 0 },
		{ "skill_means", "null", 0 },
		{ "skill_means", "[0.5, 0.5, 0.5]", 0 },
		{ "skill_means", "[0.5, 0.5, 0.5, \"x\"]", 0 },
		{ "skill_means", "[0.5, 0.5, 0.5, 1e999]", 0 },
		{ "overall_mean", "\"x\"", 0 },
		{ "overall_mean", "[]", 0 },
		{ "layers", "", 0 },
		{ "layers", "\n\n", 0 },
		{ "layers", "no layer at all", 0 },
		{ "layers", "rnn=lstm 8 5", 0 },
		{ "layers", "rnn=lstm 8 5 0\nout=dense 6 4", 0 },               /* don't meet */
		{ "layers", "rnn=lstm 8 5 0\nrnn=lstm 5 5 0\nout=dense 5 4", 0 },   /* duplicates */
		{ "layers", "rnn=lstm 8 5 0\nrnn=lstm 5 5 1\nout=dense 5 4", 0 },   /* missing */
		{ "layers", "rnn=lstm 99999999999 5 0\nout=dense 5 4", 0 },
		{ "layers", "rnn=lstm 8 -5 0\nout=dense -5 4", 0 },
		/* other shapes in the file */
		{ "layers", "rnn=lstm 8 6 0\nout=dense 6 4", 1 },
		{ "layers", "rnn=gru 8 5 0\nout=dense 5 4", 1 },
		{ "layers", "rnn=lstm 8 5 0\nout=dense 5 3", 1 },
		{ "layers", "rnn=lstm 10 5 0\nout=dense 5 4", 1 },
		{ "layers", "rnn=lstm 8 5 0", 1 },                              /* no read-out */
		{ "layers", "out=dense 8 4", 1 },                               /* no body */
		{ "layers", "tanh 8\nout=dense 8 4", 1 },                       /* can't look up */
		/* not dense at last */
		{ "layers", "rnn=lstm 8 5 0\nout=dense 5 4\nsigmoid 4", 1 },
	};

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		char what[120];

		snprintf(what, sizeof what, "%s: '%s'", wrong[i].key, wrong[i].value);
		refuse_model(small_file(wrong[i].key, wrong[i].value), what, wrong[i].shape);
	}
}

/* Files whose tensors are those of their layers, and whose layers trace no knowledge. */
static void other_networks_are_refused(void)
{
	static const char *const lines[] = {
		"tanh 8\nout=dense 8 4",
		"out=dense 8 4",
		"rnn=lstm 8 4 0",
		"rnn=lstm 8 5 0\nout=dense 5 4\nsigmoid 4",
		"rnn=lstm 6 5 0\nout=dense 5 4",
		"rnn=lstm 8 5 0\nout=dense 5 3",
	};
	static const layer_list lists[] = { rnn_layers, core_layers, NULL };

	for (int i = 0; i < 6; i++) {
		struct st_writer *to = small_file("kind", "kt"), *other = st_writer_alloc();
		struct st_file *good = opened(to);
		struct net *net = net_make(lines[i], lists);
		static const char *const keys[] = { "exercises", "skill_means", "overall_mean" };

		CU_ASSERT_PTR_NOT_NULL_FATAL(net);
		CU_ASSERT_EQUAL(net_write(net, other), RY_OK);
		for (int k = 0; k < 3; k++)
			CU_ASSERT_EQUAL(st_set_meta(other, keys[k], st_meta(good, keys[k])), RY_OK);
		refuse_model(other, lines[i], 1);
		net_free(net);
		st_close(good);
	}
}

static void missing_parts_are_refused(void)
{
	static const char *const keys[] = { "layers", "exercises", "skill_means", "overall_mean" };
	static const char *const values[] = { "rnn=lstm 8 5 0\nout=dense 5 4",
		                              "[\"a\", \"b\", \"c\", \"d\"]", "[0, 0, 0, 0]", "0" };

	/* the last time there are all, but no tensors */
	for (int without = 0; without < 5; without++) {
		struct st_writer *to = st_writer_alloc();
		char what[60];

		for (int k = 0; k < 4; k++)
			if (k != without)
				CU_ASSERT_EQUAL(st_set_meta(to, keys[k], values[k]), RY_OK);
		snprintf(what, sizeof what, "no %s", without < 4 ? keys[without] : "tensors");
		refuse_model(to, what, 0);
	}
}

static long peak_kilobytes(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

/* A small file that asks for gigabytes is refused without them. */
static void huge_models_are_refused_without_memory(void)
{
	static const char *const lines[] = {
		"rnn=lstm 8 16384 0\nout=dense 16384 4",                        /* 4 GB in float */
		"rnn=lstm 8 5 0\nmid=dense 5 16000000\nmid=tanh 16000000\nback=dense 16000000 "
		"5\nout=dense 5 4",
	};
	long before = peak_kilobytes();

	for (int i = 0; i < 2; i++) {
		struct st_file *from = opened(small_file("layers", lines[i]));
		enum ry_status status = RY_OK;
		struct kt_model *m = kt_model_read(from, &status);

		TAP_CHECK(!m && (status == RY_ESHAPE || status == RY_EDATA), "%s: status %d: %s",
		          lines[i], status, ry_message());
		kt_model_free(m);
		st_close(from);
	}
	TAP_CHECK(peak_kilobytes() - before < 100000, "refusing took %ld MB",
	          (peak_kilobytes() - before) / 1000);
}

static void impossible_models_are_refused(void)
{
	struct sequences *s = random_data();

	CU_ASSERT_PTR_NULL(kt_model_make("lstn", 5, 1, 0, s));
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "lstn"));
	CU_ASSERT_PTR_NULL(kt_model_make("lstm", 0, 1, 0, s));
	CU_ASSERT_PTR_NULL(kt_model_make("lstm", 5, 1, 1.0, s));
	kt_model_free(NULL);
	kt_batch_free(NULL);
	sequences_free(s);
}

static const struct tap_test tests[] = {
	{ "the gradient of the whole agrees with central differences",
	  gradient_agrees_with_differences },
	{ "the loss does not depend on window, batch and workers",
	  loss_does_not_depend_on_the_cut },
	{ "three updates agree with PyTorch", updates_agree_with_pytorch },
	{ "predictions by batches equal single steps", batches_equal_single_steps },
	{ "only those listed are predicted", only_those_listed_are_predicted },
	{ "skill means", skill_means },
	{ "scores by hand", scores_by_hand },
	{ "an epoch counts every answer", an_epoch_counts_every_answer },
	{ "workers and room change only rounding", workers_and_room_change_only_rounding },
	{ "it learns a rule", it_learns_a_rule },
	{ "same seed, same bits", same_seed_same_bits },
	{ "resumed equals uninterrupted, to the bit, at every batch",
	  resumed_equals_uninterrupted },
	{ "a trainer starts over", a_trainer_starts_over },
	{ "strange checkpoints are refused", strange_checkpoints_are_refused },
	{ "bad numbers change nothing", bad_numbers_change_nothing },
	{ "nothing is allocated in a step", nothing_is_allocated_in_a_step },
	{ "nobody to learn from", nobody_to_learn_from },
	{ "files keep the model", files_keep_the_model },
	{ "strange metadata are refused", strange_metadata_are_refused },
	{ "other networks are refused", other_networks_are_refused },
	{ "missing parts are refused", missing_parts_are_refused },
	{ "huge models are refused without memory", huge_models_are_refused_without_memory },
	{ "impossible models are refused", impossible_models_are_refused },
	{ NULL, NULL }
};

int main(void)
{
	for (int i = 0; i < (int)(sizeof everybody / sizeof *everybody); i++)
		everybody[i] = i;
	return tap_run("kt in " RY_REAL_NAME, tests);
}
