/* test_inspect.c - an inspector's statistics of every kind of layer against direct computation, and
 * cases with known numbers. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rl/agent/dueling.h"
#include "rnn/layers/recurrent.h"
#include "src/base/random.h"
#include "src/nn/inspect.h"
#include "tests/support/tap.h"

static const layer_list lists[] = { core_layers, rl_layers, rnn_layers, NULL };

#ifdef RY_DOUBLE
static const double exact = 1e-12;
#else
static const double exact = 1e-6;
#endif

enum { T = 3, N = 4, ROWS = 9 };
static const int alive[T] = { 4, 3, 2 };

/* ---- a net after a forward pass, with its inspector ---- */

struct fixture {
	struct net       *net;
	struct inspector *i;
	struct batch      b;
	real             *x;
	gsl_rng          *rng;
};

static struct fixture fixture_make(const char *lines)
{
	struct fixture t = { .net = net_make(lines, lists), .rng = random_stream(5, STREAM_INIT),
	                   .b = { .T = T, .N = N, .rows = ROWS, .n = alive } };

	TAP_CHECK(t.net != NULL, "'%s': %s", lines, ry_message());
	if (!t.net)
		exit(99);
	net_init(t.net, t.rng);
	t.i = inspector_alloc(t.net);
	t.x = ry_calloc((size_t)ROWS * t.net->D, sizeof *t.x, "test");
	CU_ASSERT_EQUAL_FATAL(net_alloc(t.net, T, N, ROWS, 1), RY_OK);
	for (int k = 0; k < ROWS * t.net->D; k++)
		t.x[k] = (real)(4 * gsl_rng_uniform(t.rng) - 2);
	return t;
}

static void fixture_free(struct fixture *t)
{
	inspector_free(t->i);
	net_free(t->net);
	free(t->x);
	gsl_rng_free(t->rng);
}

static void look(struct fixture *t)
{
	net_forward(t->net, &t->b, (struct input){ .x = t->x }, t->net->L);
	inspector_look(t->i, t->net, &t->b, t->net->L);
}

static double value_of(const struct fixture *t, const char *name)
{
	struct event_value v[INSPECT_VALUES];
	int n = inspector_values(t->i, v);

	CU_ASSERT_EQUAL(n, INSPECT_VALUES);
	for (int k = 0; k < n; k++)
		if (strcmp(v[k].name, name) == 0)
			return v[k].value;
	TAP_CHECK(0, "no value '%s'", name);
	return NAN;
}

/* One update by hand: w += change, after a gradient of dw = 3 change.  NULL: awkward numbers. */
static void update(struct fixture *t, real *change)
{
	struct param p;
	char name[NET_NAME_MAX];

	for (int k = 0; net_param(t->net, k, name, &p); k++)
		for (size_t j = 0; j < (size_t)p.rows * (p.cols ? p.cols : 1); j++)
			change[p.at + j] = (real)(0.25 * gsl_rng_uniform(t->rng) - 0.1);
	for (size_t k = 0; k < t->net->n; k++)
		t->net->dw[k] = 3 * change[k];
	inspector_before_update(t->i, t->net->dw);
	for (size_t k = 0; k < t->net->n; k++)
		t->net->w[k] += change[k];
	inspector_after_update(t->i);
}

/* ---- laws ---- */

static double number(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	TAP_CHECK(json_is_number(v) || json_is_null(v), "'%s' is neither a number nor null", key);
	return json_is_number(v) ? json_number_value(v) : NAN;
}

/* Compare a distribution in JSON with the numbers x. */
static void spread_is(const char *what, const json_t *o, const real *x, size_t n)
{
	double sum = 0, square = 0, low = INFINITY, high = -INFINITY, around = 0;
	long count[SPREAD_BINS] = { 0 };
	const json_t *counts = json_object_get(o, "counts");

	for (size_t k = 0; k < n; k++) {
		sum += (double)x[k];
		square += (double)x[k] * x[k];
		low = fmin(low, (double)x[k]);
		high = fmax(high, (double)x[k]);
	}
	for (size_t k = 0; k < n; k++)
		around += ((double)x[k] - sum / n) * ((double)x[k] - sum / n);
	for (size_t k = 0; k < n; k++) {
		int bin = 0;

		while (bin < SPREAD_BINS - 1 &&
		       ((double)x[k] - low) * (SPREAD_BINS / (high - low)) >= bin + 1)
			bin++;
		count[bin]++;
	}
	TAP_CHECK(fabs(number(o, "mean") - sum / n) < 1e-12 &&
	                  fabs(number(o, "sd") - sqrt(around / n)) < 1e-9,
	          "%s: mean %g, deviation %g", what, number(o, "mean"), number(o, "sd"));
	TAP_CHECK(fabs(number(o, "norm") - sqrt(square)) < 1e-9 && number(o, "low") == low &&
	                  number(o, "high") == high,
	          "%s: norm %g, from %g to %g", what, number(o, "norm"), number(o, "low"),
	          number(o, "high"));
	TAP_CHECK(json_array_size(counts) == SPREAD_BINS, "%s: %zu counts", what,
	          json_array_size(counts));
	for (int k = 0; k < SPREAD_BINS; k++)
		TAP_CHECK(json_integer_value(json_array_get(counts, k)) == count[k],
		          "%s: bin %d has %lld, not %ld", what, k,
		          (long long)json_integer_value(json_array_get(counts, k)), count[k]);
}

/* All parameters of a layer, without padding and buffers; the caller frees them. */
static real *parameters(const struct layer *l, size_t *n)
{
	real *all = ry_calloc(l->ops->n_params(l), sizeof *all, "test");
	struct param p;

	*n = 0;
	for (int k = 0; l->ops->param(l, k, &p) && !p.buffer; k++) {
		size_t size = (size_t)p.rows * (p.cols ? p.cols : 1);

		memcpy(all + *n, l->w + p.at, size * sizeof *all);
		*n += size;
	}
	return all;
}

static void record_of(const struct layer_ops *ops)
{
	struct fixture t = fixture_make(ops->example);
	const struct layer *l = t.net->layer[0];
	json_t *record;
	const json_t *o;
	size_t n;
	real *w;

	look(&t);
	record = inspector_record(t.i);
	o = json_array_get(json_object_get(record, "layers"), 0);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(o, "type")), ops->name);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(o, "name")), "0");
	w = parameters(l, &n);
	if (n)
		spread_is(ops->name, json_object_get(o, "weights"), w, n);
	else
		TAP_CHECK(!json_object_get(o, "weights"), "%s: weights of a layer that has none",
		          ops->name);
	spread_is(ops->name, json_object_get(o, "activations"), t.net->y[0], (size_t)ROWS * l->M);
	json_decref(record);
	free(w);
	fixture_free(&t);
}

static void shares_of(const struct layer_ops *ops)
{
	struct fixture t = fixture_make(ops->example);
	const struct layer *l = t.net->layer[0];
	const struct layer_look *seen = inspector_layer(t.i, 0);
	int dead = 0, groups = 0;
	size_t all = 0, far = 0;
	struct saturation s;

	look(&t);
	for (int u = 0; u < l->M; u++) {
		int zero = 1;

		for (int r = 0; r < ROWS; r++)
			zero &= t.net->y[0][r * l->M + u] == 0;
		dead += zero;
	}
	for (; ops->saturation(l, &t.b, t.net->y[0], groups, &s); groups++)
		for (size_t r = 0; r < s.rows; r++)
			for (int k = 0; k < s.n; k++) {
				double x = (double)s.x[r * s.stride + k],
				       share = (x - s.low) / (s.high - s.low);

				TAP_CHECK(share >= 0 && share <= 1,
				          "%s: %g in group %d from %g to %g", ops->name, x, groups,
				          s.low, s.high);
				all++;
				far += share < 0.005 || share > 0.995;
			}
	TAP_CHECK(!ops->saturation(l, &t.b, t.net->y[0], groups + 7, &s),
	          "%s: a group beyond the last", ops->name);
	TAP_CHECK(seen->dead == (double)dead / l->M, "%s: %g dead, not %d of %d", ops->name,
	          seen->dead, dead, l->M);
	if (all)
		TAP_CHECK(fabs(seen->saturated - (double)far / all) < exact,
		          "%s: %g saturated, not %zu of %zu", ops->name, seen->saturated, far, all);
	else
		TAP_CHECK(isnan(seen->saturated), "%s: has no range and is %g saturated", ops->name,
		          seen->saturated);
	fixture_free(&t);
}

static void update_of(const struct layer_ops *ops)
{
	struct fixture t = fixture_make(ops->example);
	const struct layer_look *seen = inspector_layer(t.i, 0);
	real *change = ry_calloc(t.net->n, sizeof *change, "test");
	size_t learnt = layer_learnt(t.net->layer[0]);       /* buffers may move as they like */
	double step = 0, size = 0;

	TAP_CHECK(isnan(seen->gradient_norm) && isnan(seen->update_ratio),
	          "%s: knows an update before the first", ops->name);
	update(&t, change);
	look(&t);
	for (size_t k = 0; k < learnt; k++) {
		step += (double)change[k] * change[k];
		size += (double)t.net->w[k] * t.net->w[k];
	}
	TAP_CHECK(fabs(seen->gradient_norm - 3 * sqrt(step)) <= 10 * exact * sqrt(step),
	          "%s: gradient %g, not %g", ops->name, seen->gradient_norm, 3 * sqrt(step));
	if (t.net->n > 0) {
		TAP_CHECK(fabs(seen->update_ratio / sqrt(step / size) - 1) < 100 * exact,
		          "%s: ratio %g, not %g", ops->name, seen->update_ratio, sqrt(step / size));
		TAP_CHECK(seen->update_ratio == value_of(&t, "update_ratio"),
		          "%s: another ratio of the whole", ops->name);
	} else {
		TAP_CHECK(isnan(seen->update_ratio), "%s: a ratio without parameters", ops->name);
	}
	free(change);
	fixture_free(&t);
}

static void over_all_layers(void (*law)(const struct layer_ops *ops))
{
	for (const layer_list *list = lists; *list; list++)
		for (layer_list ops = *list; *ops; ops++)
			law(*ops);
}

static void records_hold_what_there_is(void)   { over_all_layers(record_of); }
static void shares_are_those_counted(void)     { over_all_layers(shares_of); }
static void updates_are_measured(void)         { over_all_layers(update_of); }

/* ---- cases ---- */

static void fill(struct net *net, const char *prefix, int k, real value)
{
	struct layer *l = net_find(net, prefix);
	struct param p;

	CU_ASSERT_TRUE_FATAL(l->ops->param(l, k, &p));
	for (size_t j = 0; j < (size_t)p.rows * (p.cols ? p.cols : 1); j++)
		l->w[p.at + j] = value;
}

/* Of six hidden units two have a bias that no input overcomes; dropout passes on the same units,
 * which count once. */
static void dead_units(void)
{
	struct fixture t =
		fixture_make("in=dense 3 6\nrelu 6\ndropout 6 0.5\nout=dense 6 2\nrelu 2");
	struct layer *in = net_find(t.net, "in");
	struct param p;

	in->ops->param(in, 1, &p);
	for (int u = 0; u < 6; u++)
		in->w[p.at + u] = u % 3 ? 100 : -100;
	look(&t);
	CU_ASSERT_EQUAL(inspector_layer(t.i, 0)->dead, 0);
	CU_ASSERT_DOUBLE_EQUAL(inspector_layer(t.i, 1)->dead, 2 / 6.0, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(value_of(&t, "dead"), 2 / 6.0, 1e-15);
	CU_ASSERT(isnan(value_of(&t, "saturated")));
	/* A unit that is active for a single row is not dead. */
	memset(t.x, 0, sizeof *t.x * ROWS * 3);
	t.x[4 * 3] = 1000;
	fill(t.net, "in", 0, 1);
	look(&t);
	CU_ASSERT_EQUAL(value_of(&t, "dead"), 0);
	fixture_free(&t);
}

/* tanh(3) = 0.9951 exceeds 0.99, tanh(2.5) = 0.9866 does not; the last layer is not part of the
 * total. */
static void saturated_activations(void)
{
	struct fixture t = fixture_make("tanh 3\nsigmoid 3");

	for (int k = 0; k < ROWS * 3; k++)
		t.x[k] = (real)(k % 3 == 0 ? 3 : k % 3 == 1 ? -2.5 : -3);
	look(&t);
	CU_ASSERT_DOUBLE_EQUAL(inspector_layer(t.i, 0)->saturated, 2 / 3.0, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(value_of(&t, "saturated"), 2 / 3.0, 1e-15);
	CU_ASSERT_EQUAL(inspector_layer(t.i, 1)->saturated, 0);      /* sigmoid(1) */
	CU_ASSERT(isnan(value_of(&t, "dead")));                      /* no layer has weights */
	fixture_free(&t);
}

/* With weights 0 the gates depend on their biases alone. sigmoid(6) = 0.9975, sigmoid(5) =
 * 0.9933. */
static void saturated_gates(void)
{
	static const struct { const char *line; int gates; double bias[4], share; } cases[] = {
		/* i, f; g = 0, o not yet; tanh(c) = 0 */
		{ "rnn=lstm 5 4 0", 4, { 6, -6, 0, 5 }, 2 / 5.0 },
		/* c = 1, 2, 3: only tanh(3) beyond, see below */
		{ "rnn=lstm 5 4 0", 4, { 10, 10, 10, 10 }, 4 / 5.0 },
		{ "rnn=gru 5 4 0",  3, { -6, 0, 3 }, 2 / 3.0 },          /* r; n = tanh(3) */
		{ "rnn=rnn 5 4 0",  1, { -3 }, 1 },
	};

	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		struct fixture t = fixture_make(cases[k].line);
		struct layer *l = t.net->layer[0];
		double share = cases[k].share;
		struct param p;

		memset(t.net->w, 0, t.net->n * sizeof *t.net->w);
		l->ops->param(l, 2, &p);
		for (int g = 0; g < cases[k].gates; g++)
			for (int j = 0; j < 4; j++)
				l->w[p.at + g * 4 + j] = (real)cases[k].bias[g];
		look(&t);
		if (k == 1)                      /* the rows of the third step: 2 of 9 */
			share += 2 / 9.0 / 5;
		TAP_CHECK(fabs(inspector_layer(t.i, 0)->saturated - share) < 1e-12,
		          "case %zu: %g saturated, not %g", k, inspector_layer(t.i, 0)->saturated,
		          share);
		fixture_free(&t);
	}
}

/* The statistics of an update are saved; where nothing was saved they are unknown. */
static void updates_are_saved(void)
{
	struct fixture a = fixture_make("in=dense 3 6\nrelu 6\nout=dense 6 2"),
		     b = fixture_make("in=dense 3 6\nrelu 6\nout=dense 6 2");
	struct fixture other = fixture_make("dense 3 2");
	real *change = ry_calloc(a.net->n, sizeof *change, "test");
	struct st_writer *to = st_writer_alloc(), *empty = st_writer_alloc();
	char path[600], none[600];
	double kept[3 * 4];
	const size_t shape[2] = { 3, 4 };
	struct st_file *from;

	snprintf(path, sizeof path, "%s/seen.safetensors", tap_tmpdir());
	snprintf(none, sizeof none, "%s/none.safetensors", tap_tmpdir());
	update(&a, change);
	CU_ASSERT_EQUAL(inspector_write(a.i, to), RY_OK);
	CU_ASSERT_EQUAL(st_write(to, path), RY_OK);
	CU_ASSERT_EQUAL(st_write(empty, none), RY_OK);
	from = st_open(none, NULL);
	CU_ASSERT_EQUAL(inspector_read(b.i, from), RY_OK);
	CU_ASSERT(isnan(value_of(&b, "update_ratio")));
	st_close(from);
	from = st_open(path, NULL);
	CU_ASSERT_EQUAL(inspector_read(b.i, from), RY_OK);
	CU_ASSERT(value_of(&a, "update_ratio") > 0);
	CU_ASSERT_EQUAL(value_of(&a, "update_ratio"), value_of(&b, "update_ratio"));
	for (int l = 0; l < 3; l += 2) {
		CU_ASSERT_EQUAL(inspector_layer(a.i, l)->gradient_norm,
		                inspector_layer(b.i, l)->gradient_norm);
		CU_ASSERT_EQUAL(inspector_layer(a.i, l)->update_ratio,
		                inspector_layer(b.i, l)->update_ratio);
	}
	/* What is where in the file must never change: (layer, column). */
	CU_ASSERT_EQUAL(st_get_measures(from, "inspector", ST_F64, 2, shape, kept), RY_OK);
	for (int l = 0; l < 3; l += 2) {
		CU_ASSERT_EQUAL(kept[l * 4], inspector_layer(a.i, l)->gradient_norm);
		CU_ASSERT_EQUAL(kept[l * 4 + 1], inspector_layer(a.i, l)->update_ratio);
		CU_ASSERT_EQUAL(sqrt(kept[l * 4 + 2] / kept[l * 4 + 3]), kept[l * 4 + 1]);
	}
	CU_ASSERT_EQUAL(inspector_read(other.i, from), RY_ESHAPE);
	st_close(from);
	st_writer_free(to);
	st_writer_free(empty);
	free(change);
	fixture_free(&a);
	fixture_free(&b);
	fixture_free(&other);
}

/* Layers with the same name, layers without a forward pass, and no observation at all. */
static void names_and_gaps(void)
{
	struct fixture t =
		fixture_make("rnn=gru 5 4 0\nrnn=gru 4 4 1\nrnn=gru 4 4 2\nout=dense 4 2");
	static const char *const names[] = { "rnn", "rnn#2", "rnn#3", "out" };
	json_t *record = inspector_record(t.i), *layers = json_object_get(record, "layers");

	CU_ASSERT_EQUAL(json_array_size(layers), 4);
	for (int l = 0; l < 4; l++) {
		const json_t *o = json_array_get(layers, l);

		CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(o, "name")), names[l]);
		CU_ASSERT_PTR_NOT_NULL(json_object_get(o, "weights"));
		CU_ASSERT_PTR_NULL(json_object_get(o, "activations"));
		CU_ASSERT(isnan(number(o, "gradient_norm")) && isnan(number(o, "update_ratio")) &&
		          isnan(number(o, "dead")) && isnan(number(o, "saturated")));
	}
	json_decref(record);
	net_forward(t.net, &t.b, (struct input){ .x = t.x }, 3);
	inspector_look(t.i, t.net, &t.b, 3);
	record = inspector_record(t.i);
	layers = json_object_get(record, "layers");
	CU_ASSERT_PTR_NOT_NULL(json_object_get(json_array_get(layers, 2), "activations"));
	CU_ASSERT_PTR_NULL(json_object_get(json_array_get(layers, 3), "activations"));
	CU_ASSERT_EQUAL(value_of(&t, "dead"), 0);
	json_decref(record);
	fixture_free(&t);
}

static void deep_nets_are_cut(void)
{
	enum { MANY = INSPECT_LAYERS_MAX + 5 };
	char *lines = calloc(MANY * 11 + 1, 1);
	struct fixture t;
	json_t *record;

	for (int k = 0; k < MANY; k++)
		strcat(lines, "identity 3\n");
	t = fixture_make(lines);
	look(&t);
	record = inspector_record(t.i);
	CU_ASSERT_EQUAL(json_array_size(json_object_get(record, "layers")), INSPECT_LAYERS_MAX);
	json_decref(record);
	free(lines);
	fixture_free(&t);
}

static void spreads_of_awkward_numbers(void)
{
	static const real numbers[] = { NAN, 1, -INFINITY, -1, INFINITY, 0 },
			  same[] = { (real)-1.42, (real)-1.42 };
	struct spread s = { 0 }, none = { 0 }, one = { 0 };
	json_t *o;

	spread_add(&s, numbers, 6);
	spread_count(&s, numbers, 6);
	o = spread_json(&s);
	CU_ASSERT_EQUAL(s.n, 3);
	CU_ASSERT_EQUAL(number(o, "mean"), 0);
	CU_ASSERT_DOUBLE_EQUAL(number(o, "sd"), sqrt(2 / 3.0), 1e-15);
	CU_ASSERT_EQUAL(s.count[0], 1);
	CU_ASSERT_EQUAL(s.count[SPREAD_BINS / 2], 1);
	CU_ASSERT_EQUAL(s.count[SPREAD_BINS - 1], 1);
	json_decref(o);
	spread_add(&none, numbers, 1);
	spread_count(&none, numbers, 1);
	o = spread_json(&none);
	CU_ASSERT(isnan(number(o, "mean")) && isnan(number(o, "sd")) && isnan(number(o, "norm")) &&
	          isnan(number(o, "low")) && isnan(number(o, "high")));
	json_decref(o);
	spread_add(&one, same, 2);
	spread_count(&one, same, 2);
	o = spread_json(&one);
	CU_ASSERT_EQUAL(one.count[0], 2);
	CU_ASSERT_DOUBLE_EQUAL(number(o, "sd"), 0, 1e-7);
	json_decref(o);
}

/* Widths beyond the largest number, and below the smallest. */
static void spreads_of_extreme_widths(void)
{
	const real huge = sizeof(real) == sizeof(float) ? (real)FLT_MAX : (real)DBL_MAX,
		   tiny = sizeof(real) == sizeof(float) ? (real)FLT_TRUE_MIN : (real)DBL_TRUE_MIN,
		   wide[] = { -huge, 0, huge }, narrow[] = { 0, tiny };
	struct spread s = { 0 }, t = { 0 };
	size_t n = 0;

	spread_add(&s, wide, 3);
	spread_count(&s, wide, 3);
	CU_ASSERT_EQUAL(s.count[0], 1);
	CU_ASSERT_EQUAL(s.count[SPREAD_BINS / 2], 1);
	CU_ASSERT_EQUAL(s.count[SPREAD_BINS - 1], 1);
	spread_add(&t, narrow, 2);
	spread_count(&t, narrow, 2);
	for (int b = 0; b < SPREAD_BINS; b++)
		n += t.count[b];
	CU_ASSERT_EQUAL(n, 2);
}

static const struct tap_test tests[] = {
	{ "records hold what there is, for every layer", records_hold_what_there_is },
	{ "dead and saturated shares are those counted, for every layer",
	  shares_are_those_counted },
	{ "gradients and steps are measured, for every layer", updates_are_measured },
	{ "dead units", dead_units },
	{ "saturated activations", saturated_activations },
	{ "saturated gates", saturated_gates },
	{ "what was seen of an update is saved", updates_are_saved },
	{ "names, and what was not looked at", names_and_gaps },
	{ "a deep net's record is cut", deep_nets_are_cut },
	{ "spreads of awkward numbers", spreads_of_awkward_numbers },
	{ "distributions of extreme widths", spreads_of_extreme_widths },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("inspect in " RY_REAL_NAME, tests);
}
