/* test_optimizer.c - rules against PyTorch, schedules against their closed forms. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/train/optimizer.h"
#include "tests/support/golden.h"
#include "tests/support/tap.h"

static double option(const json_t *options, const char *key, double otherwise)
{
	const json_t *value = json_object_get(options, key);

	return value ? json_number_value(value) : otherwise;
}

/* The rule's defaults with a golden case's own options over them; what the case does not name it
 * left at PyTorch's default, so ours are tested along. */
static struct optimizer_options case_options(const json_t *c)
{
	const json_t *options = golden_get(c, "options");
	int rule = optimizer_rule_find(json_string_value(golden_get(c, "rule")));
	struct optimizer_options o;

	CU_ASSERT_TRUE_FATAL(rule >= 0);
	optimizer_defaults(&o, rule);
	o.lr = option(options, "lr", o.lr);
	o.momentum = option(options, "momentum", o.momentum);
	o.rho = option(options, "rho", o.rho);
	o.beta1 = option(options, "beta1", o.beta1);
	o.l1 = option(options, "l1", o.l1);
	o.l2 = option(options, "l2", o.l2);
	o.decay = option(options, "decay", o.decay);
	return o;
}

/* Ten steps by one rule; after each, the weights are PyTorch's and the gradient is zero. */
static void run_case(const json_t *all, const json_t *c)
{
	struct optimizer_options o = case_options(c);
	double scale = option(golden_get(c, "options"), "scale", 1);
	const json_t *grads = golden_get(all, "dw"), *path = golden_get(c, "path");
	size_t n;
	real *w = golden_reals(all, "w", &n);
	struct optimizer *opt = optimizer_alloc(n, &o);
	const char *name = optimizer_rule_name(o.rule);

	CU_ASSERT_PTR_NOT_NULL_FATAL(opt);
	CU_ASSERT_EQUAL_FATAL(json_array_size(path), 10);
	for (size_t step = 0; step < 10; step++) {
		real dw[16];

		for (size_t i = 0; i < n; i++)
			dw[i] = (real)json_number_value(
				json_array_get(json_array_get(grads, step), i));
		optimizer_begin(opt);
		optimizer_apply(opt, w, dw, 0, n, scale);
		for (size_t i = 0; i < n; i++) {
			double expected =
				json_number_value(json_array_get(json_array_get(path, step), i));

			TAP_CHECK(fabs(w[i] - expected) <
			                  64 * RY_REAL_EPSILON * fmax(1, fabs(expected)),
			          "%s, step %zu: w[%zu] is %.9g, expected %.9g", name, step + 1, i,
			          (double)w[i], expected);
			TAP_CHECK(dw[i] == 0, "%s, step %zu: dw[%zu] is %g, expected 0", name,
			          step + 1, i, (double)dw[i]);
		}
	}
	CU_ASSERT_EQUAL(opt->t, 10);
	optimizer_free(opt);
	free(w);
}

static void rules_are_pytorchs(void)
{
	json_t *root = golden_open("core.json");
	const json_t *all = golden_get(root, "optimizer"), *cases = golden_get(all, "cases");
	int seen[OPTIMIZER_RULES] = { 0 };

	for (size_t i = 0; i < json_array_size(cases); i++) {
		run_case(all, json_array_get(cases, i));
		seen[case_options(json_array_get(cases, i)).rule] = 1;
	}
	for (int rule = 0; rule < OPTIMIZER_RULES; rule++)
		TAP_CHECK(seen[rule], "%s has no golden case", optimizer_rule_name(rule));
	json_decref(root);
}

/* Every option that makes a rule keep as many arrays as it can. */
static struct optimizer_options busy_options(enum optimizer_rule rule)
{
	struct optimizer_options o;

	optimizer_defaults(&o, rule);
	o.lr = 0.037;
	o.momentum = 0.83;
	o.l1 = 0.011;
	o.l2 = 0.023;
	o.schedule = SCHEDULE_COSINE;
	o.warmup = 3;
	o.total = 20;
	return o;
}

static void ranges_do_not_change_a_bit(void)
{
	enum { N = 1037 };
	static const size_t cuts[] = { 0, 1, 18, 19, 500, 1031, N };
	static real w[N], v[N], dw[N], dv[N];

	for (int rule = 0; rule < OPTIMIZER_RULES; rule++) {
		struct optimizer_options o = busy_options(rule);
		struct optimizer *a = optimizer_alloc(N, &o), *b = optimizer_alloc(N, &o);

		for (int i = 0; i < N; i++)
			w[i] = v[i] = (real)sin(i * 0.7);
		for (int step = 0; step < 5; step++) {
			for (int i = 0; i < N; i++)
				dw[i] = dv[i] = (real)cos(i * 1.3 + step);
			optimizer_begin(a);
			optimizer_apply(a, w, dw, 0, N, 0.9);
			optimizer_begin(b);
			for (size_t c = 6; c > 0; c--)                   /* in any order */
				optimizer_apply(b, v, dv, cuts[c - 1], cuts[c], 0.9);
		}
		TAP_CHECK(memcmp(w, v, sizeof w) == 0, "%s: other weights when cut into ranges",
		          optimizer_rule_name(rule));
		TAP_CHECK(memcmp(dw, dv, sizeof dw) == 0, "%s: other gradients",
		          optimizer_rule_name(rule));
		for (int k = 0; k < a->n_arrays; k++)
			TAP_CHECK(memcmp(a->array[k], b->array[k], N * sizeof(real)) == 0,
			          "%s: other array %d", optimizer_rule_name(rule), k);
		optimizer_free(a);
		optimizer_free(b);
	}
}

/* What a checkpoint keeps, t and the arrays, is all that the next steps depend on. */
static void arrays_and_count_are_the_whole_state(void)
{
	enum { N = 37 };
	real w[N], v[N], dw[N];

	for (int rule = 0; rule < OPTIMIZER_RULES; rule++) {
		struct optimizer_options o = busy_options(rule);
		struct optimizer *a = optimizer_alloc(N, &o), *b = optimizer_alloc(N, &o);

		for (int i = 0; i < N; i++)
			w[i] = (real)sin(i * 0.7);
		for (int step = 0; step < 8; step++) {
			if (step == 4) {
				memcpy(v, w, sizeof v);
				b->t = a->t;
				for (int k = 0; k < a->n_arrays; k++)
					memcpy(b->array[k], a->array[k], N * sizeof(real));
			}
			for (int other = 0; other < (step < 4 ? 1 : 2); other++) {
				for (int i = 0; i < N; i++)
					dw[i] = (real)cos(i * 1.3 + step);
				optimizer_begin(other ? b : a);
				optimizer_apply(other ? b : a, other ? v : w, dw, 0, N, 1);
			}
		}
		TAP_CHECK(memcmp(w, v, sizeof w) == 0, "%s: went on differently",
		          optimizer_rule_name(rule));
		optimizer_free(a);
		optimizer_free(b);
	}
}

static void constant_and_warmup(void)
{
	struct optimizer_options o;

	optimizer_defaults(&o, RULE_SGD);
	o.lr = 0.5;
	CU_ASSERT_EQUAL(optimizer_rate(&o, 1), 0.5);
	CU_ASSERT_EQUAL(optimizer_rate(&o, 1000000), 0.5);
	o.warmup = 5;
	for (int t = 1; t <= 5; t++)
		CU_ASSERT_DOUBLE_EQUAL(optimizer_rate(&o, t), 0.1 * t, 1e-15);
	CU_ASSERT_EQUAL(optimizer_rate(&o, 6), 0.5);
}

static void step_schedule(void)
{
	struct optimizer_options o;

	optimizer_defaults(&o, RULE_SGD);
	o.lr = 0.8;
	o.schedule = SCHEDULE_STEP;
	o.step_every = 10;
	o.step_factor = 0.5;
	CU_ASSERT_DOUBLE_EQUAL(optimizer_rate(&o, 1), 0.8, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(optimizer_rate(&o, 10), 0.8, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(optimizer_rate(&o, 11), 0.4, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(optimizer_rate(&o, 35), 0.1, 1e-15);
}

static void cosine_schedule(void)
{
	struct optimizer_options o;

	optimizer_defaults(&o, RULE_ADAM);
	o.lr = 1;
	o.lr_end = 0.2;
	o.schedule = SCHEDULE_COSINE;
	o.total = 101;
	CU_ASSERT_DOUBLE_EQUAL(optimizer_rate(&o, 1), 1, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(optimizer_rate(&o, 51), 0.6, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(optimizer_rate(&o, 26), 0.2 + 0.8 * (1 + sqrt(0.5)) / 2, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(optimizer_rate(&o, 101), 0.2, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(optimizer_rate(&o, 500), 0.2, 1e-15);
	o.warmup = 21;
	CU_ASSERT_DOUBLE_EQUAL(optimizer_rate(&o, 7), 1.0 / 3, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(optimizer_rate(&o, 21), 1, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(optimizer_rate(&o, 61), 0.6, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(optimizer_rate(&o, 101), 0.2, 1e-15);
	o.warmup = 0;
	o.total = 1;
	CU_ASSERT_DOUBLE_EQUAL(optimizer_rate(&o, 1), 0.2, 1e-15);
}

static void rate_is_the_one_applied(void)
{
	struct optimizer_options o = busy_options(RULE_SGD);
	struct optimizer *opt;
	real w = 1, dw = 1;

	o.l1 = o.l2 = 0;
	opt = optimizer_alloc(1, &o);
	optimizer_begin(opt);
	CU_ASSERT_EQUAL(opt->lr, optimizer_rate(&o, 1));
	optimizer_apply(opt, &w, &dw, 0, 1, 1);
	CU_ASSERT_DOUBLE_EQUAL(w, 1 - 0.037 / 3, 1e-6);
	optimizer_free(opt);
}

static void impossible_options_are_refused(void)
{
	struct optimizer_options o;

#define REFUSED(change, word) do { \
		optimizer_defaults(&o, RULE_ADAM); \
		change; \
		CU_ASSERT_PTR_NULL(optimizer_alloc(3, &o)); \
		TAP_CHECK(strstr(ry_message(), word), "after %s: '%s'", #change, ry_message()); \
	} while (0)
	REFUSED(o.lr = -1, "lr");
	REFUSED(o.lr = NAN, "lr");
	REFUSED(o.lr = INFINITY, "lr");
	REFUSED(o.momentum = 1, "momentum");
	REFUSED(o.rho = 1.5, "rho");
	REFUSED(o.beta1 = 1, "beta1");
	REFUSED(o.beta2 = -0.1, "beta2");
	REFUSED(o.epsilon = -1, "epsilon");
	REFUSED(o.l1 = -1, "l1");
	REFUSED(o.l2 = NAN, "l2");
	REFUSED(o.decay = -1, "decay");
	REFUSED(o.lr_end = -1, "lr_end");
	REFUSED(o.step_factor = -1, "step_factor");
	REFUSED(o.warmup = -1, "warm-up");
	REFUSED(o.schedule = SCHEDULE_STEP, "step schedule");
	REFUSED(o.schedule = SCHEDULE_COSINE, "cosine");
	REFUSED(o.rule = OPTIMIZER_RULES, "rule");
	REFUSED(o.schedule = SCHEDULE_SHAPES, "schedule");
	optimizer_defaults(&o, RULE_ADAM);
	CU_ASSERT_PTR_NULL(optimizer_alloc((size_t)-1 / 2, &o));
	optimizer_free(NULL);
}

static void gradient_square_sums_all(void)
{
	enum { N = 101 };
	real dw[N];
	double expected = 0;

	for (int i = 0; i < N; i++)
		dw[i] = (real)(0.1 * i - 3);
	for (int i = 3; i < N; i++)
		expected += (double)dw[i] * dw[i];
	CU_ASSERT_DOUBLE_EQUAL(gradient_square(dw, 3, N), expected, 1e-10 * expected);
	CU_ASSERT_EQUAL(gradient_square(dw, 7, 7), 0);
	dw[50] = NAN;
	CU_ASSERT_TRUE(isnan(gradient_square(dw, 0, N)));
	CU_ASSERT_FALSE(isnan(gradient_square(dw, 51, N)));
}

static void clipping(void)
{
	CU_ASSERT_EQUAL(clip_factor(10, 5), 0.5);
	CU_ASSERT_EQUAL(clip_factor(4, 5), 1);
	CU_ASSERT_EQUAL(clip_factor(10, 0), 1);
	CU_ASSERT_EQUAL(clip_factor(0, 5), 1);
}

/* The centred variance may round below 0; the step stays finite. */
static void centred_rmsprop_survives_a_constant_gradient(void)
{
	struct optimizer_options o;
	struct optimizer *opt;
	real w = 1, dw;

	optimizer_defaults(&o, RULE_RMSPROP_CENTRED);
	o.rho = 0.5;
	o.epsilon = 1e-3;
	opt = optimizer_alloc(1, &o);
	for (int i = 0; i < 200; i++) {
		dw = (real)0.3337;
		optimizer_begin(opt);
		optimizer_apply(opt, &w, &dw, 0, 1, 1);
		CU_ASSERT_TRUE(isfinite(w));
	}
	optimizer_free(opt);
}

static void names_are_found(void)
{
	for (int rule = 0; rule < OPTIMIZER_RULES; rule++)
		CU_ASSERT_EQUAL(optimizer_rule_find(optimizer_rule_name(rule)), rule);
	for (int shape = 0; shape < SCHEDULE_SHAPES; shape++)
		CU_ASSERT_EQUAL(schedule_find(schedule_name(shape)), shape);
	CU_ASSERT_EQUAL(optimizer_rule_find("adamax"), -1);
	CU_ASSERT_EQUAL(schedule_find("triangle"), -1);
}

static void gradients_move_within_their_range(void)
{
	real to[23], from[23];

	for (int i = 0; i < 23; i++) {
		to[i] = (real)(1.25 * i);
		from[i] = (real)(-0.5 * i - 1);
	}
	gradient_move(to, from, 3, 21);
	for (int i = 0; i < 23; i++) {
		int inside = i >= 3 && i < 21;

		TAP_CHECK(to[i] == (real)(inside ? 0.75 * i - 1 : 1.25 * i), "to[%d] is %g", i,
		          (double)to[i]);
		TAP_CHECK(from[i] == (real)(inside ? 0 : -0.5 * i - 1), "from[%d] is %g", i,
		          (double)from[i]);
	}
}

static const struct tap_test tests[] = {
	{ "ten steps of every rule are PyTorch's", rules_are_pytorchs },
	{ "cutting into ranges changes no bit", ranges_do_not_change_a_bit },
	{ "arrays and count are the whole state", arrays_and_count_are_the_whole_state },
	{ "constant rate and warm-up", constant_and_warmup },
	{ "step schedule", step_schedule },
	{ "cosine schedule", cosine_schedule },
	{ "the schedule's rate is the one applied", rate_is_the_one_applied },
	{ "impossible options are refused", impossible_options_are_refused },
	{ "the gradient's square sums all", gradient_square_sums_all },
	{ "gradients move within their range", gradients_move_within_their_range },
	{ "clipping", clipping },
	{ "centred RMSProp and a constant gradient", centred_rmsprop_survives_a_constant_gradient },
	{ "names are found", names_are_found },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("optimizer in " RY_REAL_NAME, tests);
}
