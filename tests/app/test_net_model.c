/* test_net_model.c - what stands between a table and a network: shapes as text, splits, model files
 * with their metadata, scores and reports. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/app/net/net_data.h"
#include "src/app/net/net_layers.h"
#include "src/app/net/net_report.h"
#include "src/base/random.h"
#include "src/nn/activation.h"
#include "tests/support/tap.h"

/* 3 features; 3 classes in turn, or (classes 0) a number that is a sum of the features. */
static struct table *table_make(int rows, int classes)
{
	static const char *const features[] = { "width, cm", "height", "\"depth\"" };
	static const char *const names[] = { "ash", "birch", "cedar" };
	struct table *t = table_alloc(rows, 3, classes);

	t->feature_name = calloc(3, sizeof *t->feature_name);
	t->class_name = calloc((size_t)classes + 1, sizeof *t->class_name);
	for (int j = 0; j < 3; j++)
		t->feature_name[j] = strdup(features[j]);
	for (int k = 0; k < classes; k++)
		t->class_name[k] = strdup(names[k]);
	t->target_name = strdup("tree");
	for (int r = 0; r < rows; r++) {
		for (int j = 0; j < 3; j++)
			t->x[r * 3 + j] = 100 * j + (j + 1) * sin(r * (j + 1.7));
		if (classes)
			t->label[r] = r % classes;
		else
			t->y[r] = 1000 + t->x[r * 3] + t->x[r * 3 + 1];
	}
	return t;
}

/* ---- shapes ---- */

static void shapes_become_lines(void)
{
	static const struct {
		const char *shape;
		int classes;
		double dropout;
		const char *lines;
	} cases[] = {
		{ "3-8tanh-3softmax", 3, 0, "dense 3 8\ntanh 8\ndense 8 3\n" },
		{ "auto-8tanh-auto", 3, 0, "dense 3 8\ntanh 8\ndense 8 3\n" },
		{ "auto-8tanh-softmax", 3, 0, "dense 3 8\ntanh 8\ndense 8 3\n" },
		{ "auto-8tanh-3", 3, 0, "dense 3 8\ntanh 8\ndense 8 3\n" },
		{ "3-1sigmoid", 2, 0, "dense 3 1\n" },
		{ "auto-autosigmoid", 2, 0, "dense 3 1\n" },
		{ "auto-auto", 0, 0, "dense 3 1\n" },
		{ "auto-1identity", 0, 0, "dense 3 1\n" },
		{ "auto-1relu", 0, 0, "dense 3 1\nrelu 1\n" },
		{ "auto-4leaky_relu-5-6prelu-auto", 0, 0,
		  "dense 3 4\nleaky_relu 4\ndense 4 5\ndense 5 6\nprelu 6\ndense 6 1\n" },
		{ "auto-4leaky-5leaky-auto", 0, 0,
		  "dense 3 4\nleaky_relu 4\ndense 4 5\nleaky_relu 5\ndense 5 1\n" },
		{ "3-8tanh-4elu-3softmax", 3, 0.25,
		  "dense 3 8\ntanh 8\ndropout 8 0.25\ndense 8 4\nelu 4\ndropout 4 0.25\ndense 4 "
		  "3\n" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct table *t = table_make(6, cases[i].classes);
		struct net_shape s;
		char *lines = NULL;

		TAP_CHECK(net_shape_parse(&s, cases[i].shape) == RY_OK, "%s: %s", cases[i].shape,
		          ry_message());
		TAP_CHECK(net_shape_fit(&s, t) == RY_OK, "%s: %s", cases[i].shape, ry_message());
		lines = net_shape_lines(&s, cases[i].dropout);
		TAP_CHECK(lines && strcmp(lines, cases[i].lines) == 0, "%s gives '%s'",
		          cases[i].shape, lines ? lines : "");
		free(lines);
		table_free(t);
	}
}

static void wrong_shapes_are_refused(void)
{
	static const char *const cases[][2] = {
		{ "", "has no size" },                  { "4", "inputs and outputs" },
		{ "4-", "has no size" },                { "-3", "has no size" },
		{ "4--3", "has no size" },              { "4-8tahn-3", "did you mean tanh" },
		{ "4-8-3swish", "not an activation" },  { "4tanh-3", "inputs have no activation" },
		{ "4-0-3", "a size is from 1" },        { "4-99999999999999999999-3",
		  "a size is from 1" },
		{ "4-auto-3", "hidden layer cannot" },   { "4-tanh-3", "has no size" },
		{ "4-8 tanh-3", "not an activation" },  { "4-8tanh-3softmax,",
		  "not an activation" },
	};
	struct net_shape s;
	char flood[400];

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		TAP_CHECK(net_shape_parse(&s, cases[i][0]) == RY_EINVAL, "'%s' was taken",
		          cases[i][0]);
		TAP_CHECK(strstr(ry_message(), cases[i][1]), "'%s': %s", cases[i][0], ry_message());
	}
	for (int i = 0; i < 199; i++)
		memcpy(flood + 2 * i, "9-", 3);
	CU_ASSERT_EQUAL(net_shape_parse(&s, flood), RY_EINVAL);
	memset(flood, '9', 399);
	flood[399] = '\0';
	CU_ASSERT_EQUAL(net_shape_parse(&s, flood), RY_EINVAL);
}

static void shapes_must_fit_the_data(void)
{
	static const struct {
		const char *shape;
		int classes;
		enum ry_status status;
		const char *word;
	} cases[] = {
		{ "4-3softmax", 3, RY_ESHAPE, "4 inputs, but the data have 3" },
		{ "3-2softmax", 3, RY_ESHAPE, "2 outputs, but the data have 3" },
		{ "3-1sigmoid", 3, RY_ESHAPE, "sigmoid is for two" },
		{ "3-2", 0, RY_ESHAPE, "2softmax" },
		{ "3-auto", 1, RY_EDATA, "'ash'" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct table *t = table_make(6, cases[i].classes);
		struct net_shape s;

		CU_ASSERT_EQUAL(net_shape_parse(&s, cases[i].shape), RY_OK);
		CU_ASSERT_EQUAL(net_shape_fit(&s, t), cases[i].status);
		TAP_CHECK(strstr(ry_message(), cases[i].word), "%s: %s", cases[i].shape,
		          ry_message());
		table_free(t);
	}
}

static void targets_follow_from_outputs(void)
{
	static const struct { const char *shape; enum table_target kind; } cases[] = {
		{ "3-softmax", TABLE_CLASS }, { "3-1sigmoid", TABLE_CLASS }, { "3-1identity",
		  TABLE_NUMBER },
		{ "3-1tanh", TABLE_NUMBER }, { "3-auto", TABLE_AUTO }, { "3-2", TABLE_AUTO },
	};
	struct net_shape s;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CU_ASSERT_EQUAL(net_shape_parse(&s, cases[i].shape), RY_OK);
		TAP_CHECK(net_shape_target(&s) == cases[i].kind, "%s: %d", cases[i].shape,
		          net_shape_target(&s));
	}
}

/* ---- splits ---- */

static void deal_every_row_once(enum net_split_rule rule)
{
	static const double shares[] = { 0, 0.1, 1.0 / 3, 0.5, 0.9 };
	static const int sizes[] = { 2, 3, 10, 151 };

	for (int classes = 0; classes <= 3; classes += 3)
		for (size_t i = 0; i < 20; i++) {
			struct table *t = table_make(sizes[i % 4], classes), *kept, *taken;
			double share = shares[i / 4];
			gsl_rng *rng = random_stream(1, STREAM_SPLIT);
			int n_taken, seen = 0;

			CU_ASSERT_EQUAL(net_data_split(t, share, rule, rng, &kept, &taken),
			                RY_OK);
			n_taken = taken ? taken->rows : 0;
			CU_ASSERT_EQUAL(kept->rows + n_taken, t->rows);
			/* Where each class keeps its last row, fewer are taken. */
			if (rule == NET_SPLIT_EVERY || share * t->rows <= t->rows - classes) {
				TAP_CHECK(fabs(n_taken - share * t->rows) <= 1,
				          "%d of %d taken for %g", n_taken, t->rows, share);
				CU_ASSERT_EQUAL(n_taken > 0, share > 0);
			}
			/* in the order of the table: merge them back */
			for (int r = 0; r < t->rows; r++) {
				const double *x = t->x + r * 3;

				if (taken && seen < n_taken &&
				    memcmp(taken->x + seen * 3, x, 3 * sizeof *x) == 0)
					seen++;
				else if (r - seen < kept->rows)
					CU_ASSERT_EQUAL(memcmp(kept->x + (r - seen) * 3, x,
					                       3 * sizeof *x),
					                0);
			}
			CU_ASSERT_EQUAL(seen, n_taken);
			for (int k = 0; k < classes && t->rows == 151; k++) {
				int n = 0;

				for (int r = 0; r < n_taken; r++)
					n += taken->label[r] == k;
				TAP_CHECK(fabs(n - share * 151 / 3) <= 1.4, "%d of class %d for %g",
				          n, k, share);
			}
			table_free(kept);
			table_free(taken);
			table_free(t);
			gsl_rng_free(rng);
		}
}

static void splits_deal_every_row_once(void)
{
	deal_every_row_once(NET_SPLIT_EVERY);
	deal_every_row_once(NET_SPLIT_DRAWN);
}

/* As `riley net train` splits: a third for the test, a tenth of the rest for validation.  A class
 * of two rows keeps one for training by every seed, wherever it stands among the classes; its other
 * one is now in the test, now in the validation data, now in neither. */
static void rare_classes_are_trained(void)
{
	int validated = 0;

	for (int rare = 0; rare < 3; rare++) {
		int tested = 0;

		for (int seed = 1; seed <= 60; seed++) {
			struct table *t = table_make(120, 3), *rest, *test, *train, *valid;
			gsl_rng *rng = random_stream(seed, STREAM_SPLIT);
			int n = 0;

			for (int r = 0; r < t->rows; r++)
				t->label[r] = r < 2 ? rare : (rare + 1 + r % 2) % 3;
			CU_ASSERT_EQUAL(net_data_split(t, 0.3333, NET_SPLIT_DRAWN, rng, &rest,
			                               &test), RY_OK);
			CU_ASSERT_EQUAL(net_data_split(rest, 0.1, NET_SPLIT_DRAWN, rng, &train,
			                               &valid), RY_OK);
			for (int r = 0; r < train->rows; r++)
				n += train->label[r] == rare;
			for (int r = 0; r < test->rows; r++)
				tested += test->label[r] == rare;
			for (int r = 0; r < valid->rows; r++)
				validated += valid->label[r] == rare;
			TAP_CHECK(n >= 1, "class %d, seed %d: no training row", rare, seed);
			CU_ASSERT_EQUAL(test->rows, 40);
			CU_ASSERT_EQUAL(valid->rows, 8);
			gsl_rng_free(rng);
			table_free(t);
			table_free(rest);
			table_free(test);
			table_free(train);
			table_free(valid);
		}
		/* Two thirds of 60 are expected in the test, give or take 3.7 (one sigma). */
		TAP_CHECK(tested > 25 && tested < 55, "class %d: in %d tests", rare, tested);
	}
	CU_ASSERT_TRUE(validated > 0);
}

static void splits_differ_by_seed(void)
{
	struct table *t = table_make(100, 3), *kept[3], *taken[3];

	for (int i = 0; i < 3; i++) {
		gsl_rng *rng = random_stream(i / 2, STREAM_SPLIT);

		CU_ASSERT_EQUAL(net_data_split(t, 0.3, NET_SPLIT_DRAWN, rng, &kept[i], &taken[i]),
		                RY_OK);
		gsl_rng_free(rng);
	}
	CU_ASSERT_EQUAL(memcmp(taken[0]->x, taken[1]->x, 30 * 3 * sizeof(double)), 0);
	CU_ASSERT_NOT_EQUAL(memcmp(taken[0]->x, taken[2]->x, 30 * 3 * sizeof(double)), 0);
	for (int i = 0; i < 3; i++) {
		table_free(kept[i]);
		table_free(taken[i]);
	}
	table_free(t);
}

static void fingerprints_see_everything(void)
{
	struct table *t = table_make(10, 3);
	unsigned long long before = net_data_fingerprint(t);

	t->x[17] += 1e-9;
	CU_ASSERT_NOT_EQUAL(net_data_fingerprint(t), before);
	t->x[17] -= 1e-9;
	t->label[3] = 2;
	CU_ASSERT_NOT_EQUAL(net_data_fingerprint(t), before);
	t->label[3] = 0;
	t->feature_name[1][0] = 'H';
	CU_ASSERT_NOT_EQUAL(net_data_fingerprint(t), before);
	table_free(t);
}

/* ---- models ---- */

static struct net_model *model_make(const char *lines, enum net_task task, enum loss_kind kind,
                                    const struct table *t)
{
	enum ry_status status;
	struct net_model *m = net_model_make(lines, task, (struct loss){ kind, 1 },
	                                     task == NET_NUMBER, t, &status);
	gsl_rng *rng = random_stream(1, STREAM_INIT);

	CU_ASSERT_PTR_NOT_NULL_FATAL(m);
	net_init(m->net, rng);
	gsl_rng_free(rng);
	CU_ASSERT_EQUAL_FATAL(net_alloc(m->net, 1, 4, 4, 0), RY_OK);
	return m;
}

static void inputs_are_standardised(void)
{
	struct table *t = table_make(50, 0);
	struct net_model *m = model_make("dense 3 1", NET_NUMBER, LOSS_SQUARED, t);
	struct net_rows rows;

	for (int r = 0; r < 50; r++)
		t->x[r * 3 + 2] = 7;                  /* a constant column */
	net_model_free(m);
	m = model_make("dense 3 1", NET_NUMBER, LOSS_SQUARED, t);
	CU_ASSERT_EQUAL(net_model_rows(m, t, &rows), RY_OK);
	for (int j = 0; j < 4; j++) {
		double mean = 0, square = 0;

		for (int r = 0; r < 50; r++) {
			double v = j < 3 ? rows.x[r * 3 + j] : rows.target.t[r];

			mean += v / 50;
			square += v * v / 50;
		}
		TAP_CHECK(fabs(mean) < 1e-5, "column %d has mean %g", j, mean);
		TAP_CHECK(fabs(square - (j != 2)) < 1e-5, "column %d has variance %g", j, square);
	}
	net_rows_free(&rows);
	net_model_free(m);
	table_free(t);
}

static void columns_too_large_are_refused(void)
{
	struct table *t = table_make(4, 0);
	enum ry_status status;

	t->x[1] = 1e300;
	CU_ASSERT_PTR_NULL(net_model_make("dense 3 1", NET_NUMBER, (struct loss){ LOSS_SQUARED, 1 },
	                                  1, t, &status));
	CU_ASSERT_EQUAL(status, RY_EDATA);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "'height'"));
	t->x[1] = 0;
	t->y[2] = -1e300;
	CU_ASSERT_PTR_NULL(net_model_make("dense 3 1", NET_NUMBER, (struct loss){ LOSS_SQUARED, 1 },
	                                  1, t, &status));
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "'tree'"));
	table_free(t);
}

static const char *model_path(void)
{
	static char path[512];

	snprintf(path, sizeof path, "%s/model.safetensors", tap_tmpdir());
	return path;
}

static struct st_file *written(const struct net_model *m, const char *key, const char *value)
{
	struct st_writer *to = st_writer_alloc();
	struct st_file *from;

	CU_ASSERT_EQUAL(net_model_write(m, to), RY_OK);
	if (key)
		CU_ASSERT_EQUAL(st_set_meta(to, key, value), RY_OK);
	CU_ASSERT_EQUAL_FATAL(st_write(to, model_path()), RY_OK);
	st_writer_free(to);
	from = st_open(model_path(), NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(from);
	return from;
}

/* Each task, written and read back: the same scores to the bit. */
static void models_come_back_the_same(void)
{
	static const struct {
		const char *lines;
		enum net_task task;
		enum loss_kind loss;
		int classes;
	} cases[] = {
		{ "dense 3 4\ntanh 4\ndense 4 3", NET_CLASSES, LOSS_SOFTMAX, 3 },
		{ "dense 3 1", NET_YES_NO, LOSS_BCE, 2 },
		{ "dense 3 5\nrelu 5\ndense 5 1", NET_NUMBER, LOSS_HUBER, 0 },
	};

	for (int i = 0; i < 3; i++) {
		struct table *t = table_make(11, cases[i].classes);
		struct net_model *m = model_make(cases[i].lines, cases[i].task, cases[i].loss, t),
				 *back;
		struct st_file *from = written(m, NULL, NULL);
		struct net_rows rows, rows_back;
		enum ry_status status;
		double loss, loss_back, *scores, *scores_back;
		int n = 11 * (cases[i].classes ? cases[i].classes : 1);

		back = net_model_read(from, &status);
		TAP_CHECK(back != NULL, "%d: %s", i, ry_message());
		if (!back)
			return;
		CU_ASSERT_EQUAL(net_alloc(back->net, 1, 11, 11, 0), RY_OK);
		CU_ASSERT_EQUAL(net_model_rows(m, t, &rows), RY_OK);
		CU_ASSERT_EQUAL(net_model_rows(back, t, &rows_back), RY_OK);
		scores = net_model_scores(m, &rows, &loss, &status);
		scores_back = net_model_scores(back, &rows_back, &loss_back, &status);
		CU_ASSERT_EQUAL(memcmp(scores, scores_back, n * sizeof *scores), 0);
		CU_ASSERT_EQUAL(loss, loss_back);
		CU_ASSERT_TRUE(isfinite(loss));
		for (int r = 0; r < 11 && cases[i].classes; r++) {
			double sum = 0;

			for (int k = 0; k < cases[i].classes; k++)
				sum += scores[r * cases[i].classes + k];
			CU_ASSERT_DOUBLE_EQUAL(sum, 1, 1e-12);
		}
		CU_ASSERT_STRING_EQUAL(back->target, "tree");
		for (int j = 0; j < 3; j++)
			CU_ASSERT_STRING_EQUAL(back->feature[j], m->feature[j]);
		free(scores);
		free(scores_back);
		net_rows_free(&rows);
		net_rows_free(&rows_back);
		net_model_free(m);
		net_model_free(back);
		st_close(from);
		table_free(t);
	}
}

static void hostile_metadata_are_refused(void)
{
	static const struct { const char *key, *value, *word; } cases[] = {
		{ "task", "anything", "'task'" },
		{ "task", "number", "does not fit" },
		{ "task", "yes-no", "does not fit" },
		{ "loss", "bce", "does not fit" },
		{ "loss", "none", "does not fit" },
		{ "inputs", "[1,2]", "not an object" },
		{ "inputs", "{", "inputs" },
		{ "inputs", "{}", "0 names, expected 3" },
		{ "inputs", "{\"names\":[\"a\",\"b\"],\"mean\":[0,0],\"deviation\":[1,1]}",
		  "2 names" },
		{ "inputs", "{\"names\":[\"a\",\"b\",3],\"mean\":[0,0,0],\"deviation\":[1,1,1]}",
		  "names number 3" },
		{ "inputs",
		  "{\"names\":[\"a\",\"b\",\"c\"],\"mean\":[0,0,\"x\"],\"deviation\":[1,1,1]}",
		  "means number 3" },
		{ "inputs",
		  "{\"names\":[\"a\",\"b\",\"c\"],\"mean\":[0,0,0],\"deviation\":[1,0,1]}",
		  "deviations number 2" },
		{ "target", "{\"classes\":[\"a\",\"b\",\"c\"]}", "no name" },
		{ "target", "{\"name\":\"t\",\"classes\":[\"a\",\"b\"]}", "does not fit" },
		{ "target", "{\"name\":\"t\",\"classes\":[\"a\",\"b\",null]}", "classes number 3" },
		{ "target", "{\"name\":\"t\",\"classes\":7}", "does not fit" },
		{ "layers", "dense 3 4\ndense 4 3", "expected (4, 3)" },
		{ "layers", "dense 3 x", "'x'" },
	};
	struct table *t = table_make(9, 3);
	struct net_model *m = model_make("dense 3 3", NET_CLASSES, LOSS_SOFTMAX, t);

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct st_file *from = written(m, cases[i].key, cases[i].value);
		enum ry_status status = RY_OK;
		struct net_model *back = net_model_read(from, &status);

		TAP_CHECK(!back && (status == RY_EDATA || status == RY_ESHAPE),
		          "%s = %s: status %d", cases[i].key, cases[i].value, status);
		TAP_CHECK(strstr(ry_message(), cases[i].word) && strstr(ry_message(), model_path()),
		          "%s = %s: '%s'", cases[i].key, cases[i].value, ry_message());
		net_model_free(back);
		st_close(from);
	}
	net_model_free(m);
	table_free(t);
}

static void bad_outputs_are_told(void)
{
	struct table *t = table_make(5, 0);
	struct net_model *m = model_make("dense 3 1", NET_NUMBER, LOSS_SQUARED, t);
	struct net_rows rows;
	enum ry_status status;
	double loss;

	CU_ASSERT_EQUAL(net_model_rows(m, t, &rows), RY_OK);
	((real *)rows.x)[2 * 3] = INFINITY;
	CU_ASSERT_PTR_NULL(net_model_scores(m, &rows, &loss, &status));
	CU_ASSERT_EQUAL(status, RY_ENUMERIC);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "row 3"));
	net_rows_free(&rows);
	net_model_free(m);
	table_free(t);
}

/* ---- reports ---- */

static void reports_by_hand(void)
{
	struct table *three = table_make(3, 3), *two = table_make(2, 2), *number = table_make(2, 0);
	const double p3[9] = { 0.5, 0.3, 0.2,   0.1, 0.2, 0.7,   0.3, 0.4, 0.3 };
	const double p2[4] = { 0.8, 0.2,   0.7, 0.3 };
	double y[2] = { number->y[0] + 3, number->y[1] - 4 },
	       mean = (number->y[0] + number->y[1]) / 2;
	double total = pow(number->y[0] - mean, 2) + pow(number->y[1] - mean, 2);
	struct net_model *m3 = model_make("dense 3 3", NET_CLASSES, LOSS_SOFTMAX, three);
	struct net_model *m2 = model_make("dense 3 2", NET_CLASSES, LOSS_SOFTMAX, two);
	struct net_model *m0 = model_make("dense 3 1", NET_NUMBER, LOSS_SQUARED, number);
	struct net_report r;
	json_t *o;

	CU_ASSERT_EQUAL(net_report_make(&r, m3, p3, three, 2), RY_OK);
	CU_ASSERT_DOUBLE_EQUAL(r.accuracy, 1.0 / 3, 1e-15);
	CU_ASSERT_DOUBLE_EQUAL(r.log_loss, -(log(0.5) + log(0.2) + log(0.3)) / 3, 1e-12);
	/* the last: 0.3 ties with the first class */
	CU_ASSERT_DOUBLE_EQUAL(r.top_error, 1.0 / 3, 1e-15);
	CU_ASSERT_EQUAL(r.confusion[0 * 3 + 0], 1);
	CU_ASSERT_EQUAL(r.confusion[1 * 3 + 2], 1);
	CU_ASSERT_EQUAL(r.confusion[2 * 3 + 1], 1);
	o = net_report_json(&r);
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(o, "predictions")), 3);
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(o, "top_k")), 2);
	CU_ASSERT_EQUAL(json_integer_value(json_array_get(
				json_array_get(json_object_get(o, "confusion"), 1), 2)),
	                1);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_array_get(json_object_get(o, "classes"), 2)),
	                       "cedar");
	json_decref(o);
	net_report_free(&r);

	CU_ASSERT_EQUAL(net_report_make(&r, m2, p2, two, 2), RY_OK);
	CU_ASSERT_EQUAL(r.auc, 1);
	CU_ASSERT_EQUAL(r.accuracy, 0.5);
	o = net_report_json(&r);
	CU_ASSERT_PTR_NULL(json_object_get(o, "top_k_error"));
	CU_ASSERT_EQUAL(json_number_value(json_object_get(o, "auc")), 1);
	json_decref(o);
	net_report_free(&r);

	CU_ASSERT_EQUAL(net_report_make(&r, m0, y, number, 2), RY_OK);
	CU_ASSERT_DOUBLE_EQUAL(r.rmse, sqrt(12.5), 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(r.mae, 3.5, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(r.r2, 1 - 25 / total, 1e-9);
	net_report_free(&r);
	net_model_free(m3);
	net_model_free(m2);
	net_model_free(m0);
	table_free(three);
	table_free(two);
	table_free(number);
}

/* ---- data ---- */

static void generated_points_repeat_and_fit(void)
{
	struct net_data_options o;
	enum ry_status status;
	struct table *a, *b, *c, *numbers, *other = table_make(6, 2);
	struct net_model *m = model_make("dense 3 2", NET_CLASSES, LOSS_SOFTMAX, other);

	net_data_defaults(&o);
	o.points = 40;
	a = net_data_read("gen:moons", &o, TABLE_AUTO, NULL, 1, &status);
	b = net_data_read("gen:moons", &o, TABLE_AUTO, NULL, 1, &status);
	c = net_data_read("gen:moons", &o, TABLE_AUTO, NULL, 2, &status);
	numbers = net_data_read("gen:xor", &o, TABLE_NUMBER, NULL, 1, &status);
	CU_ASSERT_TRUE_FATAL(a && b && c && numbers);
	CU_ASSERT_EQUAL(net_data_fingerprint(a), net_data_fingerprint(b));
	CU_ASSERT_NOT_EQUAL(net_data_fingerprint(a), net_data_fingerprint(c));
	CU_ASSERT_TRUE(numbers->classes == 0 && numbers->y && !numbers->label);
	CU_ASSERT_PTR_NULL(net_data_read("gen:moons", &o, TABLE_CLASS, m, 1, &status));
	CU_ASSERT_EQUAL(status, RY_ESHAPE);
	CU_ASSERT_PTR_NULL(net_data_read("gen:mons", &o, TABLE_AUTO, NULL, 1, &status));
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "did you mean gen:moons"));
	o.sep = "::";
	CU_ASSERT_PTR_NULL(net_data_read("iris", &o, TABLE_AUTO, NULL, 1, &status));
	CU_ASSERT_EQUAL(status, RY_EINVAL);
	net_model_free(m);
	table_free(a);
	table_free(b);
	table_free(c);
	table_free(numbers);
	table_free(other);
}

static const struct tap_test tests[] = {
	{ "shapes become lines", shapes_become_lines },
	{ "wrong shapes are refused", wrong_shapes_are_refused },
	{ "shapes must fit the data", shapes_must_fit_the_data },
	{ "targets follow from outputs", targets_follow_from_outputs },
	{ "splits deal every row once, alike for each class", splits_deal_every_row_once },
	{ "rare classes are trained", rare_classes_are_trained },
	{ "splits differ by seed", splits_differ_by_seed },
	{ "fingerprints see everything", fingerprints_see_everything },
	{ "inputs are standardised", inputs_are_standardised },
	{ "columns too large are refused", columns_too_large_are_refused },
	{ "models come back the same", models_come_back_the_same },
	{ "hostile metadata are refused", hostile_metadata_are_refused },
	{ "bad outputs are told", bad_outputs_are_told },
	{ "reports by hand", reports_by_hand },
	{ "generated points repeat, and fit or not", generated_points_repeat_and_fit },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("net_model", tests);
}
