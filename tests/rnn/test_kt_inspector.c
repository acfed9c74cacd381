/* test_kt_inspector.c - what is shown of a knowledge tracer at a point: one student's knowledge
 * against the network gone through whole, and gradients through time against the formula. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rnn/kt/kt_batch.h"
#include "rnn/kt/kt_inspector.h"
#include "rnn/layers/recurrent.h"
#include "src/base/random.h"
#include "src/math/vmath.h"
#include "src/nn/dense.h"
#include "src/train/trainer.h"
#include "tests/support/made_students.h"
#include "tests/support/tap.h"

static const char *const *const cells = rnn_layer_names;

/* ---- data and a model ---- */

struct bench {
	struct sequences *s;
	struct kt_subset    everybody;
	struct kt_model  *m;
	struct workers   *w;
	struct trainer   *t;
	struct kt_batch  *e;
};

static struct bench bench_make(const char *cell, int layers, int window, const int *length,
                               int students, int exercises)
{
	struct bench b = { .s = made_random_students(length, students, exercises) };
	gsl_rng *rng = random_stream(11, STREAM_INIT);
	struct optimizer_options sgd;

	b.m = kt_model_make(cell, 6, layers, 0.4, b.s);
	b.w = workers_alloc(2);
	CU_ASSERT_PTR_NOT_NULL_FATAL(b.m);
	net_init(b.m->net, rng);
	for (size_t k = 0; k < b.m->net->n; k++)
		b.m->net->w[k] *= 3;             /* so that predictions differ */
	optimizer_defaults(&sgd, RULE_SGD);
	b.t = trainer_alloc(b.m->net, b.w, &(struct trainer_options){ .optimizer = &sgd });
	CU_ASSERT_PTR_NOT_NULL_FATAL(b.t);
	b.e = kt_batch_alloc(b.m, b.w, window, 6, b.t);
	CU_ASSERT_PTR_NOT_NULL_FATAL(b.e);
	CU_ASSERT_EQUAL_FATAL(kt_subset_range(&b.everybody, b.s, 0, students), RY_OK);
	gsl_rng_free(rng);
	return b;
}

static void bench_free(struct bench *b)
{
	kt_batch_free(b->e);
	trainer_free(b->t);
	workers_free(b->w);
	kt_model_free(b->m);
	kt_subset_free(&b->everybody);
	sequences_free(b->s);
}

/* ---- one student's knowledge ---- */

static long entry(const json_t *array, int k)
{
	return (long)json_integer_value(json_array_get(array, k));
}

/* Logits of all exercises after each of the student's first `steps` answers, (steps, M): from the
 * whole net at once. */
static real *all_logits(const struct bench *b, int student, int steps)
{
	struct net *net = net_share(b->m->net);
	real *z = ry_calloc((size_t)steps * b->m->M, sizeof *z, "test");
	int hot[TRACING_STEPS], alone[TRACING_STEPS];
	struct batch batch = { .T = steps, .N = 1, .rows = steps, .n = alone };

	for (int k = 0; k < steps; k++) {
		size_t i = b->s->start[student] + k;

		hot[k] = b->s->exercise[i] + b->s->correct[i] * b->m->M;
		alone[k] = 1;
	}
	CU_ASSERT_EQUAL_FATAL(net_alloc(net, steps, 1, steps, 0), RY_OK);
	memcpy(z, net_forward(net, &batch, (struct input){ .hot = hot }, net->L),
	       (size_t)steps * b->m->M * sizeof *z);
	net_free(net);
	return z;
}

static int index_of(const struct sequences *s, const char *name)
{
	for (int q = 0; q < s->exercises; q++)
		if (strcmp(s->exercise_name[q], name) == 0)
			return q;
	return -1;
}

static double per_mille(real z)
{
	return 1000 * (double)r_sigmoid(z);
}

static void check_tracing(const struct bench *b, int student, const char *what)
{
	json_t *o = kt_tracing_record(b->e, b->s, student);
	const json_t *rows = json_object_get(o, "rows"), *exercise = json_object_get(o, "exercise");
	const json_t *p = json_object_get(o, "p"), *known = json_object_get(o, "known"),
		     *correct = json_object_get(o, "correct");
	size_t answers = b->s->start[student + 1] - b->s->start[student];
	int steps = answers < TRACING_STEPS ? (int)answers : TRACING_STEPS, met = 0, M = b->m->M;
	real *z = all_logits(b, student, steps);
	int seen[1000] = { 0 };
	char number[16];

	CU_ASSERT_EQUAL(json_integer_value(json_object_get(o, "student")), student);
	snprintf(number, sizeof number, "%d", student + 1);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(o, "name")),
	                       b->s->student_name ? b->s->student_name[student] : number);
	CU_ASSERT_EQUAL_FATAL((int)json_array_size(exercise), steps);
	CU_ASSERT_EQUAL_FATAL((int)json_array_size(p), steps);
	CU_ASSERT_EQUAL_FATAL((int)json_array_size(correct), steps);
	CU_ASSERT_EQUAL_FATAL(json_array_size(known), json_array_size(rows));
	for (int k = 0; k < steps; k++) {
		size_t i = b->s->start[student] + k;
		int q = b->s->exercise[i], row = (int)entry(exercise, k), first = !seen[q];

		seen[q] = 1;
		if (first && met < TRACING_ROWS)
			TAP_CHECK(row == met++, "%s: answer %d is of a new exercise in row %d",
			          what, k, row);
		TAP_CHECK(row < 0 ? met == TRACING_ROWS
		                  : index_of(b->s, json_string_value(json_array_get(rows, row))) ==
		                            q,
		          "%s: answer %d stands in row %d", what, k, row);
		CU_ASSERT_EQUAL(entry(correct, k), b->s->correct[i]);
		if (k == 0)
			TAP_CHECK(json_is_null(json_array_get(p, 0)),
			          "%s: the first answer was predicted", what);
		else
			TAP_CHECK(fabs(entry(p, k) - per_mille(z[(k - 1) * M + q])) <= 0.51,
			          "%s: answer %d was predicted by %ld, not %g", what, k,
			          entry(p, k), per_mille(z[(k - 1) * M + q]));
	}
	CU_ASSERT_EQUAL((int)json_array_size(rows), met);
	for (int r = 0; r < met; r++) {
		int q = index_of(b->s, json_string_value(json_array_get(rows, r)));

		CU_ASSERT_EQUAL_FATAL((int)json_array_size(json_array_get(known, r)), steps);
		for (int k = 0; k < steps; k++)
			TAP_CHECK(fabs(entry(json_array_get(known, r), k) -
			               per_mille(z[k * M + q])) <= 0.51,
			          "%s: row %d after answer %d: %ld, not %g", what, r, k,
			          entry(json_array_get(known, r), k), per_mille(z[k * M + q]));
	}
	free(z);
	json_decref(o);
}

/* Students of 0, 1, 2, 37, 100, 101 and 260 answers, in windows that cut anywhere. */
static void knowledge_is_that_of_the_whole_net(void)
{
	static const int length[] = { 1, 37, 0, 2, 100, 101, 260, 1 },
			 windows[] = { 1, 4, 50, 300 };

	for (int c = 0; cells[c]; c++)
		for (int layers = 1; layers <= 2; layers++)
			for (int k = 0; k < 4; k++) {
				struct bench b = bench_make(cells[c], layers, windows[k], length, 8,
				                            k % 2 ? 9 : 60);
				char what[80];

				for (int student = 0; student < 8; student++) {
					if (length[student] == 0)
						continue;
					snprintf(what, sizeof what,
					         "%d x %s, window %d, student %d", layers, cells[c],
					         windows[k], student);
					check_tracing(&b, student, what);
				}
				bench_free(&b);
			}
}

static void students_without_answers(void)
{
	static const int length[] = { 0, 3 };
	struct bench b = bench_make("gru", 1, 4, length, 2, 5);
	json_t *o = kt_tracing_record(b.e, b.s, 0);

	CU_ASSERT_EQUAL(json_array_size(json_object_get(o, "rows")), 0);
	CU_ASSERT_EQUAL(json_array_size(json_object_get(o, "p")), 0);
	json_decref(o);
	bench_free(&b);
}

static void which_student_is_shown(void)
{
	static const struct { int length[6], want; } cases[] = {
		{ { 5, 9, 9, 0, 2, 3 }, 1 },
		{ { 99, 100, 250, 100, 2, 3 }, 1 },
		/* nobody ends at 100: the first 100 of the shortest that has them */
		{ { 99, 300, 250, 3, 250, 3 }, 2 },
		{ { 0, 0, 0, 0, 0, 0 }, 0 },
	};

	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		struct bench b = bench_make("rnn", 1, 4, cases[k].length, 6, 5);
		int got = kt_tracing_student(&b.everybody);

		TAP_CHECK(got == cases[k].want, "case %zu: student %d, not %d", k, got,
		          cases[k].want);
		bench_free(&b);
	}
}

/* ---- gradients through time ---- */

static double norm(const double *x, int n)
{
	double square = 0;

	for (int k = 0; k < n; k++)
		square += x[k] * x[k];
	return sqrt(square);
}

/* Two steps of a plain network: dL/dh_2 = (p - a) W_out[q], dL/dh_1 = W_hh^T (dL/dh_2 (1 -
 * h_2^2)). */
static void flow_of_two_steps(void)
{
	static const int length[] = { 1, 3, 0 };
	enum { H = 6, M = 5 };
	struct bench b = bench_make("rnn", 1, 50, length, 3, M);
	struct layer *out = b.m->net->layer[b.m->net->L - 1], *rnn = b.m->net->layer[0];
	struct inspector *i = inspector_alloc(b.m->net);
	struct kt_probe probe;
	struct kt_gradient_flow flow;
	struct param hh;
	double last[H], first[H], z;
	const real *h;
	int q = b.s->exercise[3];        /* the third answer of the second student */

	CU_ASSERT_EQUAL(kt_probe_alloc(&probe, &b.everybody, 16, b.e), RY_OK);
	CU_ASSERT_EQUAL_FATAL(probe.n, 1);
	kt_probe_look(&probe, b.e, i, &flow);
	h = b.e->replica[0].net->y[0] + H;
	rnn->ops->param(rnn, 1, &hh);
	z = (double)out->w[dense_bias_at(H, M) + q];
	for (int j = 0; j < H; j++)
		z += (double)out->w[q * H + j] * h[j];
	for (int j = 0; j < H; j++)
		last[j] = (1 / (1 + exp(-z)) - b.s->correct[3]) * out->w[q * H + j];
	for (int k = 0; k < H; k++) {
		first[k] = 0;
		for (int j = 0; j < H; j++)      /* element (j, k) of W_hh, which lies transposed */
			first[k] += (double)rnn->w[hh.at + k * H + j] * last[j] *
			            (1 - (double)h[j] * h[j]);
	}
	TAP_CHECK(fabs(flow.last - norm(last, H)) < 1e-6, "last: %g, not %g", flow.last,
	          norm(last, H));
	TAP_CHECK(fabs(flow.first - norm(first, H)) < 1e-6, "first: %g, not %g", flow.first,
	          norm(first, H));
	CU_ASSERT_TRUE(flow.first > 1e-3 && fabs(flow.first - flow.last) > 1e-3);
	kt_probe_free(&probe);
	inspector_free(i);
	bench_free(&b);
}

/* In windows of one step both ends are one; looking changes nothing, and is the same each time. */
static void looking_changes_nothing(void)
{
	static const int length[] = { 4, 1, 17, 2, 0, 9, 23, 5, 3, 12, 2, 30 };

	for (int c = 0; cells[c]; c++)
		for (int window = 1; window <= 7; window += 3) {
			struct bench b = bench_make(cells[c], 2, window, length, 12, 5);
			struct inspector *i = inspector_alloc(b.m->net);
			struct kt_gradient_flow flow, again;
			struct kt_probe probe;
			size_t bytes = b.m->net->n * sizeof(real);
			real *before = malloc(bytes);

			memcpy(before, b.m->net->w, bytes);
			CU_ASSERT_EQUAL(kt_probe_alloc(&probe, &b.everybody, 5, b.e), RY_OK);
			CU_ASSERT_EQUAL(probe.n, 3);             /* 6 pieces on two replicas */
			for (int k = 0; k < probe.n; k++)
				CU_ASSERT_TRUE(probe.piece[k].steps == window &&
				               probe.piece[k].from == 0);
			kt_probe_look(&probe, b.e, i, &flow);
			TAP_CHECK(window > 1 || flow.first == flow.last,
			          "%s: %g and %g of one step", cells[c], flow.first, flow.last);
			TAP_CHECK(flow.last > 0 && flow.first > 0 && isfinite(flow.first),
			          "%s: %g and %g", cells[c], flow.first, flow.last);
			json_decref(kt_tracing_record(b.e, b.s, 6));
			kt_probe_look(&probe, b.e, i, &again);
			CU_ASSERT_TRUE(again.first == flow.first && again.last == flow.last);
			CU_ASSERT_EQUAL(memcmp(before, b.m->net->w, bytes), 0);
			for (int d = 0; d < 2; d++)
				for (size_t k = 0; k < b.m->net->n; k++)
					TAP_CHECK(b.e->replica[d].net->dw[k] == 0,
					          "%s: a gradient stays behind", cells[c]);
			CU_ASSERT(inspector_layer(i, 0)->dead == 0 &&
			          isnan(inspector_layer(i, 2)->saturated));
			/* the read-out is not gone through */
			CU_ASSERT(isnan(inspector_layer(i, 3)->dead));
			free(before);
			kt_probe_free(&probe);
			inspector_free(i);
			bench_free(&b);
		}
}

static void nobody_to_look_at(void)
{
	static const int length[] = { 1, 0, 1 };
	struct bench b = bench_make("lstm", 1, 4, length, 3, 5);
	struct inspector *i = inspector_alloc(b.m->net);
	struct event_value v[INSPECT_VALUES];
	struct kt_probe probe;
	struct kt_gradient_flow flow;

	CU_ASSERT_EQUAL(kt_probe_alloc(&probe, &b.everybody, 16, b.e), RY_OK);
	CU_ASSERT_EQUAL(probe.n, 0);
	kt_probe_look(&probe, b.e, i, &flow);
	CU_ASSERT(isnan(flow.first) && isnan(flow.last));
	inspector_values(i, v);
	CU_ASSERT(isnan(v[1].value) && isnan(v[2].value));
	kt_probe_free(&probe);
	inspector_free(i);
	bench_free(&b);
}

static const struct tap_test tests[] = {
	{ "a student's knowledge is that of the whole net", knowledge_is_that_of_the_whole_net },
	{ "... and nothing where there are no answers", students_without_answers },
	{ "which student is shown", which_student_is_shown },
	{ "gradients of two steps by the formula", flow_of_two_steps },
	{ "looking changes nothing", looking_changes_nothing },
	{ "nobody to look at", nobody_to_look_at },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("kt_inspect", tests);
}
