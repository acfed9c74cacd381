/* test_students.c - simulated students against integrals, and the exact filter against brute
 * force. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_statistics.h>

#include "datasets/sequences/students.h"
#include "src/nn/metrics.h"
#include "tests/support/tap.h"

static gsl_rng *new_rng(unsigned long seed)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	gsl_rng_set(rng, seed);
	return rng;
}

/* The mean over theta ~ N(0, sd^2) of prod_i p_i^a_i (1 - p_i)^(1 - a_i), p_i the model's
 * probability for difficulty[i] after earlier[i] exercises: the midpoint rule over +-9 sd. */
static double integral(double guess, double growth, double sd, int n, const double *difficulty,
                       const int *earlier, const int *answer)
{
	const int points = 20000;
	double sum = 0;

	for (int g = 0; g < points; g++) {
		double z = 18 * (g + 0.5) / points - 9,
		       product = exp(-z * z / 2) / sqrt(2 * M_PI) * 18 / points;

		for (int i = 0; i < n; i++) {
			double p = guess + (1 - guess) / (1 + exp(-(sd * z + growth * earlier[i] -
			                                            difficulty[i])));

			product *= answer[i] ? p : 1 - p;
		}
		sum += product;
	}
	return sum;
}

/* ---- drawing
 * ------------------------------------------------------------------------------------------- */

static void models_are_drawn(void)
{
	const int M = 20000, K = 5;
	gsl_rng *rng = new_rng(1);
	struct student_model *m = student_model_draw(M, K, 0.25, 0.2, 2, rng);
	int count[5] = { 0 };

	CU_ASSERT_PTR_NOT_NULL_FATAL(m);
	CU_ASSERT_EQUAL(m->exercises, M);
	CU_ASSERT_EQUAL(m->concepts, K);
	CU_ASSERT(m->guess == 0.25 && m->growth == 0.2 && m->sd == 2);
	CU_ASSERT_DOUBLE_EQUAL(gsl_stats_mean(m->difficulty, 1, (size_t)M), 0, 5 / sqrt(M));
	CU_ASSERT_DOUBLE_EQUAL(gsl_stats_sd(m->difficulty, 1, (size_t)M), 1, 5 / sqrt(2 * M));
	for (int q = 0; q < M; q++) {
		CU_ASSERT_FATAL(m->concept[q] >= 0 && m->concept[q] < K);
		count[m->concept[q]]++;
	}
	for (int k = 0; k < K; k++)
		CU_ASSERT_DOUBLE_EQUAL(count[k], M / K, 5 * sqrt(M * 0.2 * 0.8));
	student_model_free(m);
	gsl_rng_free(rng);
}

static void impossible_models_are_refused(void)
{
	static const struct { int M, K; double guess, growth, sd; } bad[] = {
		{ 0, 1, 0.1, 0.1, 3 }, { 50, 0, 0.1, 0.1, 3 }, { 5, 6, 0.1, 0.1, 3 }, { 5, 5, -0.1,
		  0.1, 3 },
		{ 5, 5, 1, 0.1, 3 }, { 5, 5, NAN, 0.1, 3 }, { 5, 5, 0.1, 11, 3 }, { 5, 5, 0.1, NAN,
		  3 },
		{ 5, 5, 0.1, 0.1, -1 }, { 5, 5, 0.1, 0.1, 101 }, { 5, 5, 0.1, 0.1, INFINITY },
		{ SEQUENCES_MAX_COLUMNS + 1, 5, 0.1, 0.1, 3 }
	};
	gsl_rng *rng = new_rng(1);

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		CU_ASSERT_PTR_NULL(student_model_draw(bad[i].M, bad[i].K, bad[i].guess,
		                                      bad[i].growth, bad[i].sd, rng));
		CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "expected"));
	}
	gsl_rng_free(rng);
}

/* Share of right answers per exercise against the integral, five standard errors. */
static void item_means_are_the_integrals(void)
{
	const int S = 8000, M = 12;
	gsl_rng *rng = new_rng(2);
	struct student_model *m = student_model_draw(M, 3, 0.15, 0.3, 2.5, rng);
	struct sequences *s = students_simulate(m, S, 0, rng);
	int earlier[3] = { 0 }, right = 1;

	CU_ASSERT_PTR_NOT_NULL_FATAL(s);
	CU_ASSERT_EQUAL(s->students, S);
	CU_ASSERT_EQUAL(s->answers, (size_t)S * M);
	CU_ASSERT_EQUAL(s->start[S], s->answers);
	for (int q = 0; q < M; q++) {
		int n = earlier[m->concept[q]]++;
		double p = integral(m->guess, m->growth, m->sd, 1, &m->difficulty[q], &n, &right),
		       sum = 0;

		for (int i = 0; i < S; i++) {
			CU_ASSERT_EQUAL_FATAL(s->exercise[i * M + q], q);
			sum += s->correct[i * M + q];
		}
		CU_ASSERT_DOUBLE_EQUAL(sum / S, p, 5 * sqrt(p * (1 - p) / S));
	}
	sequences_free(s);
	student_model_free(m);
	gsl_rng_free(rng);
}

/* P(both right) for two exercises of one concept is the joint integral; of two concepts, the
 * product. */
static void pairs_share_a_concept_or_nothing(void)
{
	const int S = 20000;
	static const double difficulty[] = { -0.42, 0.3, 0.7 };
	static const int earlier[] = { 0, 1 }, both[] = { 1, 1 };
	gsl_rng *rng = new_rng(3);
	struct student_model *m = student_model_draw(3, 2, 0.1, 0.1, 3, rng);
	struct sequences *s;
	double same = 0, other = 0, p_same, p_other;

	for (int q = 0; q < 3; q++) {
		m->difficulty[q] = difficulty[q];
		m->concept[q] = q == 2;
	}
	s = students_simulate(m, S, 0, rng);
	CU_ASSERT_PTR_NOT_NULL_FATAL(s);
	for (int i = 0; i < S; i++) {
		same += s->correct[3 * i] & s->correct[3 * i + 1];
		other += s->correct[3 * i] & s->correct[3 * i + 2];
	}
	p_same = integral(0.1, 0.1, 3, 2, difficulty, earlier, both);
	p_other = integral(0.1, 0.1, 3, 1, difficulty, earlier, both) *
	          integral(0.1, 0.1, 3, 1, difficulty + 2, earlier, both);
	CU_ASSERT(p_same > p_other + 0.05);
	CU_ASSERT_DOUBLE_EQUAL(same / S, p_same, 5 * sqrt(p_same * (1 - p_same) / S));
	CU_ASSERT_DOUBLE_EQUAL(other / S, p_other, 5 * sqrt(p_other * (1 - p_other) / S));
	sequences_free(s);
	student_model_free(m);
	gsl_rng_free(rng);
}

/* Every exercise once; each equally often in each place; growth counts in the student's own
 * order. */
static void shuffled_students(void)
{
	const int S = 6000, M = 5;
	gsl_rng *rng = new_rng(4);
	struct student_model *m = student_model_draw(M, 1, 0.1, 1.5, 1, rng);
	struct sequences *s = students_simulate(m, S, 1, rng);
	int count[5][5] = { { 0 } }, right[5][5] = { { 0 } }, one = 1;

	CU_ASSERT_PTR_NOT_NULL_FATAL(s);
	for (int i = 0; i < S; i++) {
		unsigned seen = 0;

		for (int t = 0; t < M; t++) {
			int q = s->exercise[i * M + t];

			seen |= 1u << q;
			count[q][t]++;
			right[q][t] += s->correct[i * M + t];
		}
		CU_ASSERT_EQUAL_FATAL(seen, 31);
	}
	for (int q = 0; q < M; q++)
		for (int t = 0; t < M; t++) {
			double n = count[q][t],
			       p = integral(0.1, 1.5, 1, 1, &m->difficulty[q], &t, &one);

			CU_ASSERT_DOUBLE_EQUAL(n, S / M, 5 * sqrt(S * 0.2 * 0.8));
			CU_ASSERT_DOUBLE_EQUAL(right[q][t] / n, p, 5 * sqrt(p * (1 - p) / n));
		}
	sequences_free(s);
	student_model_free(m);
	gsl_rng_free(rng);
}

static void same_seed_same_students(void)
{
	unsigned long long print[3];

	for (int i = 0; i < 3; i++) {
		gsl_rng *rng = new_rng(i < 2 ? 7 : 8);
		struct student_model *m = student_model_draw(20, 4, 0.1, 0.1, 3, rng);
		struct sequences *s = students_simulate(m, 30, 1, rng);

		print[i] = sequences_fingerprint(s);
		sequences_free(s);
		student_model_free(m);
		gsl_rng_free(rng);
	}
	CU_ASSERT_EQUAL(print[0], print[1]);
	CU_ASSERT_NOT_EQUAL(print[0], print[2]);
}

/* ---- the filter
 * -------------------------------------------------------------------------------------------- */

/* p(a_t | a_1 .. a_t-1) as a quotient of integrals, for all answers to exercises 3, 0, 2, 3, 1 of
 * two concepts: out of order, and one of them twice. */
static void filter_is_brute_force(void)
{
	static const int exercise[] = { 3, 0, 2, 3, 1 };
	enum { T = 5, ALL = 1 << T };
	struct sequences s = { .students = ALL, .exercises = 4, .answers = ALL * T };
	gsl_rng *rng = new_rng(5);
	struct student_model *m = student_model_draw(4, 2, 0.2, 0.4, 1.7, rng);
	char *names[] = { "0", "1", "2", "3" };
	float p[ALL * T];

	for (int q = 0; q < 4; q++)
		m->concept[q] = q == 2;
	s.exercise_name = names;
	s.start = calloc(ALL + 1, sizeof *s.start);
	s.exercise = calloc(ALL * T, sizeof *s.exercise);
	s.correct = calloc(ALL * T, 1);
	for (int i = 0; i < ALL; i++) {
		s.start[i + 1] = (size_t)(i + 1) * T;
		for (int t = 0; t < T; t++) {
			s.exercise[i * T + t] = exercise[t];
			s.correct[i * T + t] = i >> t & 1;
		}
	}
	CU_ASSERT_EQUAL(student_filter(m, &s, p), RY_OK);
	for (int i = 0; i < ALL; i++)
		for (int t = 0; t < T; t++) {
			double difficulty[T], before, with;
			int earlier[T], answer[T], n = 0;

			for (int u = 0; u <= t; u++)
				if (m->concept[exercise[u]] == m->concept[exercise[t]]) {
					difficulty[n] = m->difficulty[exercise[u]];
					earlier[n] = n;
					answer[n++] = u < t ? i >> u & 1 : 1;
				}
			before = integral(0.2, 0.4, 1.7, n - 1, difficulty, earlier, answer);
			with = integral(0.2, 0.4, 1.7, n, difficulty, earlier, answer);
			CU_ASSERT_DOUBLE_EQUAL(p[i * T + t], with / before, 5e-6);
		}
	free(s.start);
	free(s.exercise);
	free(s.correct);
	student_model_free(m);
	gsl_rng_free(rng);
}

/* Of the answers with p in a tenth, that share is right; and nobody predicts better than the one
 * who knows, so that less knowledge scores lower. */
static void filter_is_calibrated(void)
{
	const int S = 1500, M = 40;

	for (int shuffle = 0; shuffle < 2; shuffle++) {
		gsl_rng *rng = new_rng(6);
		struct student_model *m = student_model_draw(M, 4, 0.1, 0.1, 3, rng);
		struct sequences *s = students_simulate(m, S, shuffle, rng);
		float *p = calloc(s->answers, sizeof *p);
		double sum_p[10] = { 0 }, right[10] = { 0 }, var[10] = { 0 };
		struct binary_scores known, worse;

		CU_ASSERT_EQUAL(student_filter(m, s, p), RY_OK);
		for (size_t t = 0; t < s->answers; t++) {
			int bin = (int)fmin(9, p[t] * 10);

			sum_p[bin] += p[t];
			right[bin] += s->correct[t];
			var[bin] += p[t] * (1 - p[t]);
		}
		CU_ASSERT_EQUAL(sum_p[0], 0);     /* guess is the lowest probability */
		for (int bin = 1; bin < 10; bin++)
			CU_ASSERT_DOUBLE_EQUAL(right[bin], sum_p[bin], 5 * sqrt(var[bin]));
		metrics_binary(&known, s->answers, p, s->correct);
		m->growth = 0;
		m->sd = 1;
		student_filter(m, s, p);
		metrics_binary(&worse, s->answers, p, s->correct);
		CU_ASSERT(known.log_loss < worse.log_loss);
		CU_ASSERT(known.auc > worse.auc);
		free(p);
		sequences_free(s);
		student_model_free(m);
		gsl_rng_free(rng);
	}
}

/* Extremes stay probabilities: no spread, much spread, much growth or decline, a long
 * repetition. */
static void filter_at_the_edges(void)
{
	static const struct { double guess, growth, sd; } edge[] = {
		{ 0, 0, 0 }, { 0, 10, 100 }, { 0.99, -10, 100 }, { 0, -10, 0 }, { 0.1, 0, 100 },
		  { 0, 10, 3 }
	};
	enum { T = 400 };

	for (size_t i = 0; i < sizeof edge / sizeof edge[0]; i++) {
		gsl_rng *rng = new_rng(9);
		struct student_model *m =
			student_model_draw(2, 1, edge[i].guess, edge[i].growth, edge[i].sd, rng);
		char *names[] = { "0", "1" };
		size_t start[] = { 0, T };
		int exercise[T];
		unsigned char correct[T];
		struct sequences s = { .students = 1, .exercises = 2, .answers = T, .start = start,
			.exercise = exercise, .correct = correct, .exercise_name = names };
		float p[T];

		for (int t = 0; t < T; t++) {
			exercise[t] = t & 1;
			correct[t] = t % 3 == 0;
		}
		CU_ASSERT_EQUAL(student_filter(m, &s, p), RY_OK);
		for (int t = 0; t < T; t++)
			CU_ASSERT(p[t] >= (float)edge[i].guess && p[t] <= 1);
		if (edge[i].sd == 0)
			CU_ASSERT_DOUBLE_EQUAL(p[0], 1 / (1 + exp(m->difficulty[0])), 1e-6);
		student_model_free(m);
		gsl_rng_free(rng);
	}
}

static void filter_needs_the_models_exercises(void)
{
	static char *const strange[] = { "algebra", "2", "-1", "1x", "" };
	gsl_rng *rng = new_rng(1);
	struct student_model *m = student_model_draw(2, 1, 0.1, 0.1, 3, rng);
	struct sequences *s = students_simulate(m, 3, 0, rng);
	char *name = s->exercise_name[1];
	float p[6];

	for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++) {
		s->exercise_name[1] = strange[i];
		CU_ASSERT_EQUAL(student_filter(m, s, p), RY_ESHAPE);
		CU_ASSERT_PTR_NULL(student_info_text(m, s));
	}
	s->exercise_name[1] = name;
	CU_ASSERT_EQUAL(student_filter(m, s, p), RY_OK);
	sequences_free(s);
	student_model_free(m);
	gsl_rng_free(rng);
}

/* ---- info files
 * ---------------------------------------------------------------------------------------------- */

static const char *write_info(const char *text, size_t n)
{
	static char path[512];
	FILE *f;

	snprintf(path, sizeof path, "%s/x_info.txt", tap_tmpdir());
	f = fopen(path, "wb");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_EQUAL(fwrite(text, 1, n, f), n);
	fclose(f);
	return path;
}

static void info_paths(void)
{
	static const char *const cases[][2] = {
		{ "students.csv", "students_info.txt" }, { "a.b/c", "a.b/c_info.txt" },
		  { "a/b.c.csv", "a/b.c_info.txt" },
		{ "/x/.csv", "/x/.csv_info.txt" }, { "a/", "a/_info.txt" }
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *path = student_info_path(cases[i][0]);

		CU_ASSERT_STRING_EQUAL(path, cases[i][1]);
		free(path);
	}
}

/* What is written is read again to the bit, with and without the line of constants. */
static void info_round_trip(void)
{
	for (int published = 0; published < 2; published++) {
		gsl_rng *rng = new_rng(11);
		struct student_model *m = published ? student_model_draw(30, 5, 0.1, 0.1, 3, rng) :
		                          student_model_draw(30, 5, 1.0 / 3, -0.01, 2.0 / 3, rng);
		struct sequences *s = students_simulate(m, 10, 0, rng);
		char *text = student_info_text(m, s);
		struct student_model *again;

		CU_ASSERT_PTR_NOT_NULL_FATAL(text);
		CU_ASSERT_EQUAL(text[0] != '#', published);
		again = student_info_read(write_info(text, strlen(text)), NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(again);
		CU_ASSERT_EQUAL(again->exercises, 30);
		CU_ASSERT_EQUAL(again->concepts, m->concepts);
		CU_ASSERT_DOUBLE_EQUAL(again->guess, m->guess, 1e-8);     /* nine digits */
		CU_ASSERT_DOUBLE_EQUAL(again->growth, m->growth, 1e-8);
		CU_ASSERT_DOUBLE_EQUAL(again->sd, m->sd, 1e-8);
		CU_ASSERT_EQUAL(memcmp(again->concept, m->concept, 30 * sizeof *m->concept), 0);
		CU_ASSERT(student_model_fits(again, s));
		/* drawn: there are no means to compare */
		CU_ASSERT(!student_model_fits(m, s));
		for (int q = 0; q < 30; q++)
			CU_ASSERT_DOUBLE_EQUAL(again->difficulty[q], m->difficulty[q], 1e-7);
		free(text);
		student_model_free(again);
		student_model_free(m);
		sequences_free(s);
		gsl_rng_free(rng);
	}
}

/* The facts of other data do not fit, nor do those of other exercises. */
static void info_fits_its_data(void)
{
	gsl_rng *rng = new_rng(12);
	struct student_model *m = student_model_draw(8, 2, 0.1, 0.1, 3, rng), *again;
	struct sequences *s = students_simulate(m, 400, 1, rng),
			 *other = students_simulate(m, 400, 0, rng);
	char *text = student_info_text(m, s), *end;

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	again = student_info_read(write_info(text, strlen(text)), NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(again);
	CU_ASSERT(student_model_fits(again, s));
	CU_ASSERT(!student_model_fits(again, other));
	again->mean[5] += 1.5 / 200;
	CU_ASSERT(!student_model_fits(again, s));
	student_model_free(again);
	end = text;
	for (int q = 0; q < 7; q++)
		end = strchr(end, '\n') + 1;
	again = student_info_read(write_info(text, (size_t)(end - text)), NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(again);
	CU_ASSERT(!student_model_fits(again, s));
	student_model_free(again);
	free(text);
	sequences_free(s);
	sequences_free(other);
	student_model_free(m);
	gsl_rng_free(rng);
}

/* Mean and deviation (n - 1) are over the second half of the students. */
static void info_has_the_test_half(void)
{
	static unsigned char correct[] = { 1, 1,  1, 0,  0, 1,  1, 1,  0, 1 };
	static int exercise[] = { 0, 1,  0, 1,  0, 1,  1, 0,  0, 1 };
	static size_t start[] = { 0, 2, 4, 6, 8, 10 };
	char *names[] = { "0", "1" };
	const struct sequences s = { .students = 5, .exercises = 2, .answers = 10, .start = start,
		.exercise = exercise, .correct = correct, .exercise_name = names };
	gsl_rng *rng = new_rng(1);
	struct student_model *m = student_model_draw(2, 1, 0.1, 0.1, 3, rng);
	char *text = student_info_text(m, &s);
	const char *line;
	double mean, sd;

	CU_ASSERT_EQUAL(students_test_half(5), 2);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	line = strchr(text, '\n') + 1;                              /* behind the header */
	CU_ASSERT_EQUAL(sscanf(line, "%lf,%lf", &mean, &sd), 2);    /* 0, 1, 0 */
	CU_ASSERT_DOUBLE_EQUAL(mean, 1.0 / 3, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(sd, sqrt(1.0 / 3), 1e-9);
	CU_ASSERT_EQUAL(sscanf(strchr(line, '\n') + 1, "%lf,%lf", &mean, &sd), 2);
	CU_ASSERT_EQUAL(mean, 1);
	CU_ASSERT_EQUAL(sd, 0);
	free(text);
	student_model_free(m);
	gsl_rng_free(rng);
}

static void info_in_all_its_shapes(void)
{
	static const char *const shapes[] = {
		"0.5\t0.5\t1\t-0.25\n0.5\t0.5\t0\t1\n", "0.5,0.5,1,-0.25\r\n0.5,0.5,0,1",
		"0.5 0.5 1 -0.25\n0.5 0.5 0 1\n",
		"# guess 0.1 growth 0.1 sd 3\n0.5,0.5,1,-.25,\n0.5,0.5,0.0,1\n",
		"# guess 0.1 growth 0.1 sd 3\n0.5\t0.5\t1\t-2.5e-1\n\n0.5\t0.5\t0\t1\n"
	};

	for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
		struct student_model *m =
			student_info_read(write_info(shapes[i], strlen(shapes[i])), NULL);

		if (!m)
			printf("# %s\n", ry_message());
		CU_ASSERT_PTR_NOT_NULL_FATAL(m);
		CU_ASSERT_EQUAL(m->exercises, 2);
		CU_ASSERT_EQUAL(m->concepts, 2);
		CU_ASSERT(m->concept[0] == 1 && m->concept[1] == 0);
		CU_ASSERT(m->difficulty[0] == -0.25 && m->difficulty[1] == 1);
		CU_ASSERT(m->guess == 0.1 && m->growth == 0.1 && m->sd == 3);
		student_model_free(m);
	}
}

static void info_refused(void)
{
	static const struct { const char *text, *says; } bad[] = {
		{ "", "x_info.txt:1: found an empty file" },
		{ "\n", "found no exercises" },
		{ "# guess 0.1 growth 0.1 sd 3\n", "found no exercises" },
		{ "0.5,0.5,1\n", "x_info.txt:1: found 3 fields, expected mean, deviation" },
		{ "0.5,0.5,0,1\n0.5,0.5,0,1,1\n", "x_info.txt:2: found 5 fields" },
		{ "0.5,0.5,0,x\n", "x_info.txt:1: found 'x' in field 4, expected a number" },
		{ "0.5,0.5,0,nan\n", "x_info.txt:1: found 'nan' in field 4" },
		{ "0.5,0.5,0.5,1\n",
		  "x_info.txt:1: found the concept 0.5, expected a whole number" },
		{ "0.5,0.5,-1,1\n", "x_info.txt:1: found the concept -1" },
		{ "0.5,0.5,1e9,1\n", "x_info.txt:1: found the concept 1e+09" },
		{ "0.5,0.5,1,1\n",
		  "found the concept 1, expected concepts below the number of exercises" },
		{ "0.5,0.5,0,1000\n", "x_info.txt:1: found the difficulty 1000" },
		{ "# guess 2 growth 0.1 sd 3\n0.5,0.5,0,1\n",
		  "x_info.txt:1: found '# guess 2 growth" },
		{ "# guess 0.1 growth 0.1 sd\n0.5,0.5,0,1\n", "x_info.txt:1: found '# guess 0.1" },
		{ "# guess 0.1 growth 0.1 sd 3 x\n0.5,0.5,0,1\n",
		  "x_info.txt:1: found '# guess 0.1" }
	};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		enum ry_status status = RY_OK;

		CU_ASSERT_PTR_NULL(
			student_info_read(write_info(bad[i].text, strlen(bad[i].text)), &status));
		CU_ASSERT_EQUAL(status, RY_EDATA);
		if (!strstr(ry_message(), bad[i].says)) {
			printf("# expected \"%s\", got \"%s\"\n", bad[i].says, ry_message());
			CU_FAIL("the sentence");
		}
	}
}

/* ---- the published files
 * --------------------------------------------------------------------------------------- */

/* AUC of the filter on the test half of a published file, from each student's second answer on. */
static double published_ceiling(const char *folder, const char *name)
{
	char path[512], *info;
	struct sequences *s;
	struct student_model *m;
	double auc = NAN;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	info = student_info_path(path);
	s = sequences_read(path, NULL, NULL, NULL);
	m = student_info_read(info, NULL);
	if (s && m) {
		float *p = calloc(s->answers, sizeof *p);
		uint32_t *scratch = calloc(2 * s->answers, sizeof *scratch);
		size_t n = 0;

		CU_ASSERT(student_model_fits(m, s));
		CU_ASSERT_EQUAL(student_filter(m, s, p), RY_OK);
		for (int i = students_test_half(s->students); i < s->students; i++)
			for (size_t t = s->start[i] + 1; t < s->start[i + 1]; t++) {
				p[n] = p[t];
				s->correct[n++] = s->correct[t];
			}
		auc = metrics_auc(n, p, s->correct, scratch);
		free(p);
		free(scratch);
	}
	free(info);
	student_model_free(m);
	sequences_free(s);
	return auc;
}

static void ceilings_of_the_published_files(void)
{
	const char *folder = getenv("RILEY_DATA");
	double v0 = folder ? published_ceiling(folder, "naive_c5_q50_s4000_v0.csv") : NAN;
	double v1 = folder ? published_ceiling(folder, "naive_c5_q50_s4000_v1.csv") : NAN;

	if (isnan(v0) || isnan(v1)) {
		tap_skip("RILEY_DATA names no folder with the published files");
		return;
	}
	CU_ASSERT_DOUBLE_EQUAL(v0, 0.8339, 0.0002);
	CU_ASSERT_DOUBLE_EQUAL(v1, 0.8352, 0.0002);
}

static const struct tap_test tests[] = {
	{ "models: difficulties N(0, 1), concepts alike", models_are_drawn },
	{ "impossible models are refused", impossible_models_are_refused },
	{ "item means are the integrals", item_means_are_the_integrals },
	{ "pairs share a concept or nothing", pairs_share_a_concept_or_nothing },
	{ "shuffled students", shuffled_students },
	{ "same seed, same students", same_seed_same_students },
	{ "the filter is what brute force finds", filter_is_brute_force },
	{ "the filter is calibrated, and knowing less scores lower", filter_is_calibrated },
	{ "the filter at the edges", filter_at_the_edges },
	{ "the filter needs the model's exercises", filter_needs_the_models_exercises },
	{ "info files: their names", info_paths },
	{ "info files: what is written is read again", info_round_trip },
	{ "info files: mean and deviation of the test half", info_has_the_test_half },
	{ "info files fit their own data alone", info_fits_its_data },
	{ "info files in all their shapes", info_in_all_its_shapes },
	{ "bad info files are refused", info_refused },
	{ "the published files' ceilings", ceilings_of_the_published_files },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("students", tests);
}
