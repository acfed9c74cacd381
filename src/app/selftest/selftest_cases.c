/* selftest_cases.c - see selftest_cases.h. */
#include "src/app/selftest/selftest_cases.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_randist.h>

#include "datasets/sequences/students.h"
#include "datasets/table/points.h"
#include "src/app/net/net_data.h"
#include "src/base/file.h"
#include "src/base/random.h"
#include "src/base/text.h"

/* ---- students ---- */

struct school {
	int    students, exercises, concepts;
	double guess, sd;
	int    copies;               /* of each student */
};

static enum ry_status replace(const char *path, const char *text, size_t size)
{
	const struct file_part part = { text, size };

	return file_replace(path, &part, 1);
}

static enum ry_status write_students(const char *path, const struct student_model *m,
                                     const struct sequences *s)
{
	char *text = NULL, *info = student_info_text(m, s), *info_path = student_info_path(path);
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);
	enum ry_status status =
		!f                  ? ry_fail_memory("a data set")
		: info && info_path ? sequences_write(s, f, FORMAT_MATRIX)
				    : ry_failure();

	if (f && fclose(f) != 0)
		status = ry_fail_memory("a data set");
	if (status == RY_OK)
		status = replace(path, text, size);
	if (status == RY_OK)
		status = replace(info_path, info, strlen(info));
	free(text);
	free(info);
	free(info_path);
	return status;
}

/* Every student `copies` times, in random order. */
static struct sequences *copy_students(const struct sequences *s, int copies, gsl_rng *rng)
{
	int n = s->students * copies, *list = ry_calloc((size_t)n, sizeof *list, "copied students");
	struct sequences *all;

	if (!list)
		return NULL;
	for (int k = 0; k < n; k++)
		list[k] = k % s->students;
	gsl_ran_shuffle(rng, list, (size_t)n, sizeof *list);
	all = sequences_subset(s, list, n);
	free(list);
	return all;
}

static enum ry_status make_students(const char *path, long seed, const struct school *o)
{
	gsl_rng *rng = random_stream(seed, STREAM_SAMPLE);
	struct student_model *m =
		rng ? student_model_draw(o->exercises, o->concepts, o->guess, 0.1, o->sd, rng)
		    : NULL;
	struct sequences *s = m ? students_simulate(m, o->students, 0, rng) : NULL;
	enum ry_status status;

	if (s && o->copies > 1) {
		struct sequences *all = copy_students(s, o->copies, rng);

		sequences_free(s);
		s = all;
	}
	status = s ? write_students(path, m, s) : ry_failure();
	sequences_free(s);
	student_model_free(m);
	if (rng)
		gsl_rng_free(rng);
	return status;
}

static enum ry_status students(const char *path, long seed)
{
	return make_students(path, seed, &(struct school){ 700, 20, 2, 0.1, 3, 1 });
}

static enum ry_status few_students(const char *path, long seed)
{
	return make_students(path, seed, &(struct school){ 340, 20, 2, 0.1, 3, 1 });
}

static enum ry_status long_students(const char *path, long seed)
{
	return make_students(path, seed, &(struct school){ 400, 50, 2, 0.1, 3, 1 });
}

static enum ry_status longer_students(const char *path, long seed)
{
	return make_students(path, seed, &(struct school){ 120, 150, 3, 0.1, 3, 1 });
}

/* More to know of a student than one unit can hold. */
static enum ry_status manifold_students(const char *path, long seed)
{
	return make_students(path, seed, &(struct school){ 500, 40, 8, 0.05, 3, 1 });
}

/* Three answers of four are right by luck. */
static enum ry_status lucky_students(const char *path, long seed)
{
	return make_students(path, seed, &(struct school){ 700, 20, 2, 0.75, 1, 1 });
}

static enum ry_status copied_students(const char *path, long seed)
{
	return make_students(path, seed, &(struct school){ 60, 20, 2, 0.1, 3, 8 });
}

/* ---- tables ---- */

struct cloud {
	int    rows;
	double noise;                /* deviation of what is added to both coordinates */
	double wrong;                /* share of labels turned round */
	int    sorted;               /* by class */
};

static void print_class(FILE *f, const struct table *t, int class, const struct cloud *o,
                        gsl_rng *rng)
{
	for (int r = 0; r < t->rows; r++)
		if (class < 0 || t->label[r] == class)
			out(f, "%.9g,%.9g,c%s\n", t->x[2 * r], t->x[2 * r + 1],
			    t->class_name[gsl_rng_uniform(rng) < o->wrong ? 1 - t->label[r]
			                                                  : t->label[r]]);
}

static enum ry_status close_table(FILE *f, char **text, const size_t *size, const char *path)
{
	enum ry_status status =
		f && fclose(f) == 0 ? replace(path, *text, *size) : ry_fail_memory("a table");

	free(*text);
	return status;
}

static enum ry_status make_points(const char *path, long seed, const struct cloud *o)
{
	gsl_rng *rng = random_stream(seed, STREAM_SAMPLE);
	struct table *t = rng ? points_make(POINTS_MOONS, o->rows, o->noise, rng) : NULL;
	enum ry_status status;
	char *text = NULL;
	size_t size = 0;

	if (!t) {
		status = ry_failure();
	} else {
		FILE *f = open_memstream(&text, &size);

		if (f) {
			fprintf(f, "x,y,class\n");
			for (int class = o->sorted ? 0 : -1; class < (o->sorted ? 2 : 0); class++)
				print_class(f, t, class, o, rng);
		}
		status = close_table(f, &text, &size, path);
	}
	table_free(t);
	if (rng)
		gsl_rng_free(rng);
	return status;
}

static enum ry_status sorted_points(const char *path, long seed)
{
	return make_points(path, seed, &(struct cloud){ 3000, 0.6, 0, 1 });
}

static enum ry_status wrong_labels(const char *path, long seed)
{
	return make_points(path, seed, &(struct cloud){ 3000, 0.05, 0.2, 0 });
}

static enum ry_status few_points(const char *path, long seed)
{
	return make_points(path, seed, &(struct cloud){ 300, 0.3, 0.15, 0 });
}

/* Share of `half_measured` that is for validation: as its case says below. */
static const double measured_split = 0.3;

/* The rows that `riley net train --split 0.3 --test-split 0` will keep for validation, marked in
 * `valid` (rows). */
static enum ry_status mark_validation(struct table *t, long seed, char *valid)
{
	gsl_rng *rng = random_stream(seed, STREAM_SPLIT);
	struct table *rest = NULL, *none = NULL, *train = NULL, *kept = NULL;
	enum ry_status status =
		rng ? net_data_split(t, 0, NET_SPLIT_DRAWN, rng, &rest, &none) : ry_failure();

	if (status == RY_OK)
		status = net_data_split(rest, measured_split, NET_SPLIT_DRAWN, rng, &train, &kept);
	for (int r = 0; status == RY_OK && r < kept->rows; r++)
		valid[(int)kept->y[r]] = 1;
	table_free(rest);
	table_free(none);
	table_free(train);
	table_free(kept);
	if (rng)
		gsl_rng_free(rng);
	return status;
}

/* A number to be learnt that was measured well for validation, and badly for training. */
static enum ry_status half_measured(const char *path, long seed)
{
	enum { ROWS = 900 };
	gsl_rng *rng = random_stream(seed, STREAM_SAMPLE);
	double index[ROWS];
	char valid[ROWS] = { 0 }, *text = NULL;
	struct table *t = rng ? points_make(POINTS_MOONS, ROWS, 0.3, rng) : NULL, numbered;
	enum ry_status status;
	size_t size = 0;

	if (!t) {
		status = ry_failure();
	} else {
		for (int r = 0; r < ROWS; r++)
			index[r] = r;
		numbered = *t;
		numbered.classes = 0;
		numbered.label = NULL;
		numbered.y = index;
		status = mark_validation(&numbered, seed, valid);
	}
	if (status == RY_OK) {
		FILE *f = open_memstream(&text, &size);

		if (f)
			fprintf(f, "x,y,height\n");
		for (int r = 0; f && r < ROWS; r++)
			fprintf(f, "%.9g,%.9g,%.9g\n", t->x[2 * r], t->x[2 * r + 1],
			        sin(2 * t->x[2 * r]) + t->x[2 * r + 1] +
			                gsl_ran_gaussian(rng, valid[r] ? 0.1 : 1));
		status = close_table(f, &text, &size, path);
	}
	table_free(t);
	if (rng)
		gsl_rng_free(rng);
	return status;
}

/* ---- the cases ---- */

#define KT "kt train % --test-split 0 --split 0.3 --patience 0 "
#define NET "net train % --test-split 0 --patience 0 "
#define MOONS "net train gen:moons --noise 0.2 --points 1500 --patience 0 "

const struct selftest_case selftest_cases[] = {
	{ NULL, "lstm", students, KT "--hidden 40 --epochs 30 --lr 0.005" },
	{ NULL, "gru", students, KT "--hidden 40 --epochs 30 --lr 0.005 --model gru" },
	{ NULL, "defaults", students, "kt train % --test-split 0" },
	{ NULL, "moons", NULL, "net train gen:moons --noise 0.2 --points 1500 --epochs 40" },
	{ NULL, "circle", NULL,
	  "net train gen:circle --noise 0.1 --points 1500 --layers 2-32relu-2softmax --epochs 40" },
	{ NULL, "catch", NULL,
	  "rl train catch --frames 15000 --report-every 500 --eval-episodes 1" },
	{ "overfitting", NULL, few_students,
	  "kt train % --test-split 0 --split 0.8 --hidden 100 --lr 0.01 --epochs 40 --patience 0 "
	  "--dropout 0" },
	{ "overfitting", NULL, few_points,
	  NET "--split 0.5 --layers 2-64tanh-64tanh-2softmax --epochs 200" },
	{ "underfitting", NULL, manifold_students,
	  KT "--hidden 1 --lr 0.02 --epochs 40 --dropout 0" },
	{ "underfitting", "l2", students, KT "--hidden 40 --l2 0.05 --epochs 20" },
	{ "underfitting", NULL, NULL,
	  "net train gen:spiral --points 1500 --layers 2-1tanh-2softmax --epochs 40" },
	{ "rate_high", NULL, students, KT "--hidden 40 --lr 0.5 --epochs 20" },
	{ "rate_high", NULL, NULL, MOONS "--lr 1 --epochs 30" },
	{ "rate_low", NULL, students, KT "--hidden 40 --lr 0.00002 --epochs 20" },
	{ "rate_low", NULL, NULL, MOONS "--lr 0.0001 --epochs 30" },
	{ "not_shuffled", NULL, sorted_points, NET "--split 0.1 --shuffle no --epochs 20" },
	{ "saturated_units", NULL, NULL, MOONS "--init normal --gain 30 --epochs 30" },
	{ "dead_units", NULL, NULL,
	  MOONS "--layers 2-32relu-32relu-2softmax --init constant --gain -0.5 --epochs 20" },
	{ "vanishing_gradient", NULL, long_students,
	  KT "--model rnn --optimizer sgd --lr 2 --hidden 60 --epochs 12" },
	{ "vanishing_gradient", "long", longer_students,
	  KT "--model rnn --optimizer sgd --lr 3 --window 150 --hidden 60 --batch 8 --epochs 16" },
	{ "exploding_gradient", "momentum", long_students,
	  KT "--model rnn --clip 0 --optimizer momentum --lr 4 --hidden 200 --epochs 12" },
	{ "exploding_gradient", "rmsprop", long_students,
	  KT "--model rnn --clip 0 --optimizer rmsprop --lr 0.02 --hidden 100 --epochs 10" },
	{ "exploding_gradient", "long", longer_students,
	  KT "--model rnn --clip 0 --optimizer adagrad --lr 0.5 --window 150 --hidden 60 --batch 8 "
	  "--epochs 10" },
	{ "easy_validation", NULL, half_measured, NET "--split 0.3 --epochs 40" },
	{ "leak", NULL, copied_students,
	  "kt train % --test-split 0 --split 0.3 --hidden 100 --lr 0.01 --epochs 40 --patience 0 "
	  "--dropout 0" },
	{ "label_noise", NULL, lucky_students, KT "--hidden 40 --epochs 20" },
	{ "label_noise", NULL, wrong_labels, NET "--split 0.2 --epochs 40" },
	{ "stopped_early", NULL, students, KT "--hidden 40 --epochs 3" },
	{ "stopped_early", NULL, NULL,
	  "net train gen:spiral --points 1500 --layers 2-32tanh-32tanh-2softmax --epochs 4" },
	{ "small_validation", NULL, students,
	  "kt train % --test-split 0 --split 0.01 --patience 0 --hidden 40 --epochs 30 --lr "
	  "0.005" },
	{ "small_validation", NULL, NULL,
	  "net train gen:moons --noise 0.2 --points 600 --test-split 0 --split 0.02 --epochs 40" },
	{ "q_divergence", NULL, NULL,
	  "rl train asterix --frames 7000 --report-every 200 --lr 0.01 --target-every 1 "
	  "--eval-episodes 1" },
	{ NULL, NULL, NULL, NULL }
};
