/* students.c - see students.h. */
#include "datasets/sequences/students.h"

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_randist.h>

#include "datasets/text/csv_rows.h"
#include "datasets/text/names.h"
#include "datasets/text/source.h"

static const double published_guess = 0.10, published_growth = 0.10, published_sd = 3;

/* ---- the model
 * ---------------------------------------------------------------------------------------- */

/* Nonzero when the filter and the generator can compute with these. */
static int is_possible(double guess, double growth, double sd)
{
	return guess >= 0 && guess < 1 && fabs(growth) <= 10 && sd >= 0 && sd <= 100;
}

static struct student_model *model_alloc(int exercises)
{
	struct student_model *m = calloc(1, sizeof *m);

	if (m) {
		m->exercises = exercises;
		m->concept = calloc((size_t)exercises, sizeof *m->concept);
		m->difficulty = calloc((size_t)exercises, sizeof *m->difficulty);
	}
	if (!m || !m->concept || !m->difficulty) {
		student_model_free(m);
		ry_fail_memory("a model of students");
		return NULL;
	}
	return m;
}

void student_model_free(struct student_model *m)
{
	if (!m)
		return;
	free(m->concept);
	free(m->difficulty);
	free(m->mean);
	free(m);
}

struct student_model *student_model_draw(int exercises, int concepts, double guess, double growth,
                                         double sd, gsl_rng *rng)
{
	struct student_model *m;

	if (exercises < 1 || exercises > SEQUENCES_MAX_COLUMNS || concepts < 1 ||
	    concepts > exercises) {
		ry_fail(RY_EINVAL,
		        "%d concepts in %d exercises, expected at least one and at most as many as"
		        " exercises (up to %d)",
		        concepts, exercises, SEQUENCES_MAX_COLUMNS);
		return NULL;
	}
	if (!is_possible(guess, growth, sd)) {
		ry_fail(RY_EINVAL,
		        "guess %g, growth %g, sd %g, expected guess from 0 to below 1, growth from "
		        "-10"
		        " to 10, sd from 0 to 100",
		        guess, growth, sd);
		return NULL;
	}
	m = model_alloc(exercises);
	if (!m)
		return NULL;
	m->concepts = concepts;
	m->guess = guess;
	m->growth = growth;
	m->sd = sd;
	for (int q = 0; q < exercises; q++) {
		m->concept[q] = (int)gsl_rng_uniform_int(rng, (unsigned long)concepts);
		m->difficulty[q] = gsl_ran_gaussian(rng, 1);
	}
	return m;
}

/* ---- the generator
 * -------------------------------------------------------------------------------------- */

static struct sequences *alloc_answers(int students, int exercises)
{
	struct sequences *s = calloc(1, sizeof *s);
	size_t answers;

	if (!s || __builtin_mul_overflow((size_t)students, (size_t)exercises, &answers) ||
	    answers > PTRDIFF_MAX / sizeof *s->exercise) {
		free(s);
		return NULL;
	}
	s->start = calloc((size_t)students + 1, sizeof *s->start);
	s->exercise = malloc(answers * sizeof *s->exercise);
	s->correct = malloc(answers);
	s->exercise_name = names_list_numbers(exercises);
	s->exercises = s->exercise_name ? exercises : 0;
	if (!s->start || !s->exercise || !s->correct || !s->exercise_name) {
		sequences_free(s);
		return NULL;
	}
	s->students = students;
	s->answers = answers;
	return s;
}

/* One student's answers to exercise (M); theta and earlier are scratch of (concepts). */
static void simulate_one(const struct student_model *m, const int *exercise, unsigned char *correct,
                         double *theta, int *earlier, gsl_rng *rng)
{
	for (int k = 0; k < m->concepts; k++) {
		theta[k] = gsl_ran_gaussian(rng, m->sd);
		earlier[k] = 0;
	}
	for (int t = 0; t < m->exercises; t++) {
		int q = exercise[t], k = m->concept[q];
		double x = theta[k] + m->growth * earlier[k]++ - m->difficulty[q];
		double p = m->guess + (1 - m->guess) / (1 + exp(-x));

		correct[t] = gsl_rng_uniform(rng) < p;
	}
}

struct sequences *students_simulate(const struct student_model *m, int students, int shuffle,
                                    gsl_rng *rng)
{
	struct sequences *s = alloc_answers(students, m->exercises);
	double *theta = calloc((size_t)m->concepts, sizeof *theta);
	int *earlier = calloc((size_t)m->concepts, sizeof *earlier);

	if (s && theta && earlier) {
		for (int i = 0; i < students; i++) {
			int *exercise = s->exercise + s->start[i];

			for (int q = 0; q < m->exercises; q++)
				exercise[q] = q;
			if (shuffle)
				gsl_ran_shuffle(rng, exercise, (size_t)m->exercises,
				                sizeof *exercise);
			simulate_one(m, exercise, s->correct + s->start[i], theta, earlier, rng);
			s->start[i + 1] = s->start[i] + (size_t)m->exercises;
		}
	} else {
		sequences_free(s);
		s = NULL;
		ry_fail_memory("simulated students");
	}
	free(theta);
	free(earlier);
	return s;
}

/* ---- the info file
 * --------------------------------------------------------------------------------------- */

int students_test_half(int students)
{
	return students / 2;
}

char *student_info_path(const char *data_path)
{
	const char *name = strrchr(data_path, '/'), *dot;
	size_t stem = strlen(data_path);
	char *path;

	name = name ? name + 1 : data_path;
	dot = strrchr(name, '.');
	if (dot && dot > name)
		stem = (size_t)(dot - data_path);
	path = malloc(stem + sizeof "_info.txt");
	if (!path) {
		ry_fail_memory("the name of a file");
		return NULL;
	}
	memcpy(path, data_path, stem);
	strcpy(path + stem, "_info.txt");
	return path;
}

static int is_published(const struct student_model *m)
{
	return m->guess == published_guess && m->growth == published_growth &&
	       m->sd == published_sd;
}

/* The model's number of each exercise of s, by its name: map (s->exercises). */
static enum ry_status map_exercises(const struct student_model *m, const struct sequences *s,
                                    int *map)
{
	for (int q = 0; q < s->exercises; q++) {
		const char *name = s->exercise_name[q];
		char *end, quoted[SOURCE_QUOTED];
		long v = strtol(name, &end, 10);

		if (end == name || *end || v < 0 || v >= m->exercises)
			return ry_fail(RY_ESHAPE,
			               "found exercise %s, expected 0 to %d as in the model of the "
			               "students",
			               source_quote(quoted, name, strlen(name)), m->exercises - 1);
		map[q] = (int)v;
	}
	return RY_OK;
}

/* Add to a text that has room for it. */
static size_t append(char *text, size_t used, size_t size, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static size_t append(char *text, size_t used, size_t size, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	used += (size_t)vsnprintf(text + used, size - used, format, ap);
	va_end(ap);
	return used;
}

/* Count the answers to each of the model's exercises (n), and the right ones, in the test half. */
static enum ry_status count_test_half(const struct student_model *m, const struct sequences *s,
                                      size_t *n, size_t *ones)
{
	int *map = calloc((size_t)s->exercises + 1, sizeof *map);
	enum ry_status status =
		map ? map_exercises(m, s, map) : ry_fail_memory("the facts about the exercises");

	if (status == RY_OK)
		for (size_t t = s->start[students_test_half(s->students)]; t < s->answers; t++) {
			n[map[s->exercise[t]]]++;
			ones[map[s->exercise[t]]] += s->correct[t];
		}
	free(map);
	return status;
}

/* The lines of the info file from the answers (n) and the right ones (ones) of each exercise. */
static void write_lines(const struct student_model *m, const size_t *n, const size_t *ones,
                        char *text, size_t size)
{
	size_t used = 0;

	if (!is_published(m))
		used = append(text, used, size, "# guess %.9g growth %.9g sd %.9g\n", m->guess,
		              m->growth, m->sd);
	used = append(text, used, size, "mean,deviation,concept,difficulty\n");
	for (int q = 0; q < m->exercises; q++) {
		double mean = n[q] ? (double)ones[q] / (double)n[q] : 0;
		/* sum (a - mean)^2 = n mean (1 - mean) for answers of 0 and 1 */
		double var = n[q] > 1 ? mean * (1 - mean) * (double)n[q] / (double)(n[q] - 1) : 0;

		used = append(text, used, size, "%.9g,%.9g,%d,%.9g\n", mean, sqrt(var),
		              m->concept[q], m -> difficulty[q]);
	}
}

char *student_info_text(const struct student_model *m, const struct sequences *s)
{
	const size_t size = 128 + 128 * (size_t)m->exercises;
	size_t *n = calloc(2 * (size_t)m->exercises, sizeof *n),
	       *ones = n ? n + m->exercises : NULL;
	char *text = malloc(size);
	enum ry_status status;

	if (n && text)
		status = count_test_half(m, s, n, ones);
	else
		status = ry_fail_memory("the facts about the exercises");
	if (status == RY_OK) {
		write_lines(m, n, ones, text, size);
	} else {
		free(text);
		text = NULL;
	}
	free(n);
	return text;
}

int student_model_fits(const struct student_model *m, const struct sequences *s)
{
	size_t *n = calloc(2 * (size_t)m->exercises, sizeof *n),
	       *ones = n ? n + m->exercises : NULL;
	int fits = n && m->mean && count_test_half(m, s, n, ones) == RY_OK;

	/* A student more or less moves the mean of n answers by at most 1 / n. */
	for (int q = 0; fits && q < m->exercises; q++)
		fits = n[q] == 0 || fabs((double)ones[q] / (double)n[q] - m->mean[q]) <=
		                            1.0 / (double)n[q] + 1e-9;
	free(n);
	return fits;
}

/* An info file as it is read. */
struct info {
	struct student_model *m;
	int                   room;
};

static enum ry_status room_for_exercise(struct info *i)
{
	struct student_model *m = i->m;
	int room = 2 * i->room + 64, *concept;
	double *difficulty, *mean;

	if (m->exercises < i->room)
		return RY_OK;
	concept = realloc(m->concept, (size_t)room * sizeof *concept);
	m->concept = concept ? concept : m->concept;
	difficulty = realloc(m->difficulty, (size_t)room * sizeof *difficulty);
	m->difficulty = difficulty ? difficulty : m->difficulty;
	mean = realloc(m->mean, (size_t)room * sizeof *mean);
	m->mean = mean ? mean : m->mean;
	if (!concept || !difficulty || !mean)
		return ry_fail_memory("the facts about the exercises");
	i->room = room;
	return RY_OK;
}

static enum ry_status read_constants(struct info *i, const struct csv_row *row)
{
	struct student_model *m = i->m;
	char text[256], found[SOURCE_QUOTED];
	size_t used = 0;
	int end = 0;

	/* The separator of the file is not that of this line: put its pieces together again. */
	text[0] = '\0';
	for (int j = 0; j < row->n && used + row->length[j] + 2 < sizeof text; j++)
		used = append(text, used, sizeof text, "%s%s", j ? " " : "", row->field[j]);
	if (sscanf(text, "# guess %lf growth %lf sd %lf%n", &m->guess, &m->growth, &m->sd, &end) ==
	            3 &&
	    !text[end] && is_possible(m->guess, m->growth, m->sd))
		return RY_OK;
	return source_fail_at(row->from, row->line,
	                      "found %s, expected '# guess G growth R sd S' with G from"
	                      " 0 to below 1, R from -10 to 10, S from 0 to 100",
	                      source_quote(found, text, strlen(text)));
}

static enum ry_status read_exercise(void *data, const struct csv_row *row)
{
	struct info *i = data;
	struct student_model *m = i->m;
	enum ry_status status;
	double value[4];
	int n = row->n;

	if (row->field[0][0] == '#' && m->exercises == 0)
		return read_constants(i, row);
	if (strcmp(row->field[0], "mean") == 0 && m->exercises == 0)
		return RY_OK;                        /* the header, which older files lack */
	while (n > 4 && row->length[n - 1] == 0)
		n--;
	if (n != 4)
		return source_fail_at(row->from, row->line,
		                      "found %d fields, expected mean, deviation, concept,"
		                      " difficulty of an exercise",
		                      n);
	for (int j = 0; j < 4; j++)
		if (!csv_number(row->field[j], &value[j])) {
			char found[SOURCE_QUOTED];

			return source_fail_at(row->from, row->line,
			                      "found %s in field %d, expected a number",
			                      source_quote(found, row->field[j], row->length[j]),
			                      j + 1);
		}
	if (value[2] < 0 || value[2] >= SEQUENCES_MAX_COLUMNS || value[2] != floor(value[2]))
		return source_fail_at(row->from, row->line,
		                      "found the concept %g, expected a whole number from 0"
		                      " to %d",
		                      value[2], SEQUENCES_MAX_COLUMNS - 1);
	if (fabs(value[3]) > 100)
		return source_fail_at(row->from, row->line,
		                      "found the difficulty %g, expected one within -100 to"
		                      " 100",
		                      value[3]);
	if (m->exercises >= SEQUENCES_MAX_COLUMNS)
		return source_fail_at(row->from, row->line,
		                      "found more than %d exercises, expected fewer",
		                      SEQUENCES_MAX_COLUMNS);
	if ((status = room_for_exercise(i)) != RY_OK)
		return status;
	m->mean[m->exercises] = value[0];
	m->concept[m->exercises] = (int)value[2];
	m->difficulty[m->exercises++] = value[3];
	if (m->concepts <= (int)value[2])
		m->concepts = (int)value[2] + 1;
	return RY_OK;
}

/* The separator between the numbers of the first line of four. */
static char info_separator(const struct source *from)
{
	size_t n = (size_t)(from->end - from->at);
	const char *text = (const char *)from->at, *end = text + n;

	if (n > 0 && *text == '#')
		while (text < end && *text++ != '\n')
			;
	while (text < end && !strchr(",;\t \n", *text))
		text++;
	return text < end && *text && *text != '\n' ? *text : ',';
}

struct student_model *student_info_read(const char *path, enum ry_status *status)
{
	struct info i = { .m = calloc(1, sizeof *i.m) };
	enum ry_status result;
	struct source from;

	result = i.m ? source_open(&from, path) : ry_fail_memory("the facts about the exercises");
	if (result == RY_OK) {
		i.m->guess = published_guess;
		i.m->growth = published_growth;
		i.m->sd = published_sd;
		result = csv_rows(&from, info_separator(&from), read_exercise, &i);
		if (result == RY_OK && i.m->exercises == 0)
			result = source_fail(&from, "found no exercises, expected a line for each");
		if (result == RY_OK && i.m->concepts > i.m->exercises)
			result = source_fail(&from,
			                     "found the concept %d, expected concepts below the "
			                     "number of"
			                     " exercises, %d",
			                     i.m->concepts - 1, i.m->exercises);
		source_close(&from);
	}
	if (result != RY_OK) {
		student_model_free(i.m);
		i.m = NULL;
	}
	if (status)
		*status = result;
	return i.m;
}

/* ---- the filter
 * ------------------------------------------------------------------------------------------- */

/* Sums over the grid go in this many strands, which the compiler keeps in one vector. */
enum { STRANDS = 8 };

/* The prior on the grid, and a student's posteriors. */
struct filter {
	const struct student_model *m;
	int     G;              /* points of the grid, a multiple of STRANDS */
	double *prior;          /* (G), sum 1 */
	double *e;              /* (G) exp(-theta_g) */
	double *p;              /* (G) p_g of the answer at hand */
	double *w;              /* (concepts, G) */
	int    *n;              /* (concepts) earlier exercises */
	int    *seen;           /* (concepts) seen by the current student, to be reset */
	int     n_seen;
};

static void filter_free(struct filter *f)
{
	free(f->prior);
	free(f->e);
	free(f->p);
	free(f->w);
	free(f->n);
	free(f->seen);
}

/* A grid over +-5 sd.  The trapezoid rule converges faster than any power of the step on the
 * product of a normal density and sigmoids, once the step is well below their width of about 1. */
static enum ry_status filter_init(struct filter *f, const struct student_model *m)
{
	const double step = 0.05, sds = 5;
	double points = 2 * sds * m->sd / step, sum = 0;
	size_t concepts = (size_t)m->concepts;

	memset(f, 0, sizeof *f);
	f->m = m;
	f->G = (int)fmax(400, ceil(points / STRANDS) * STRANDS);
	f->prior = calloc((size_t)f->G, sizeof *f->prior);
	f->e = calloc((size_t)f->G, sizeof *f->e);
	f->p = calloc((size_t)f->G, sizeof *f->p);
	f->w = calloc(concepts * (size_t)f->G, sizeof *f->w);
	f->n = calloc(concepts, sizeof *f->n);
	f->seen = calloc(concepts, sizeof *f->seen);
	if (!f->prior || !f->e || !f->p || !f->w || !f->n || !f->seen)
		return ry_fail_memory("the exact filter");
	for (int g = 0; g < f->G; g++) {
		double z = sds * (2.0 * g / (f->G - 1) - 1);

		f->prior[g] = exp(-z * z / 2);
		f->e[g] = exp(-m->sd * z);
		sum += f->prior[g];
	}
	for (int g = 0; g < f->G; g++)
		f->prior[g] /= sum;
	return RY_OK;
}

static void forget_student(struct filter *f)
{
	while (f->n_seen > 0)
		f->n[f->seen[--f->n_seen]] = 0;
}

/* The posterior of concept k (G): the prior before its first exercise. */
static double *posterior(struct filter *f, int k)
{
	double *w = f->w + (size_t)k * (size_t)f->G;

	if (f->n[k] == 0) {
		memcpy(w, f->prior, (size_t)f->G * sizeof *w);
		f->seen[f->n_seen++] = k;
	}
	return w;
}

/* f->p (G) = guess + (1 - guess) sigmoid(theta_g - x), x = difficulty - growth n; its mean under
 * w. */
static double predict(struct filter *f, const double *restrict w, double x)
{
	const double guess = f->m->guess, c = exp(x), *restrict e = f->e;
	double *restrict p = f->p, sum[STRANDS] = { 0 }, mean = 0;

	for (int g = 0; g < f->G; g += STRANDS)
		for (int j = 0; j < STRANDS; j++) {
			p[g + j] = guess + (1 - guess) / (1 + c * e[g + j]);
			sum[j] += w[g + j] * p[g + j];
		}
	for (int j = 0; j < STRANDS; j++)
		mean += sum[j];
	return mean;
}

/* w times the likelihood of the answer, and again to a sum of 1.  `mean` is the probability of a
 * right answer; one that the model holds for impossible says nothing about theta. */
static void update(struct filter *f, double *restrict w, int answer, double mean)
{
	const double a = answer ? 0 : 1, b = answer ? 1 : -1, *restrict p = f->p;
	double sum[STRANDS] = { 0 }, total = 0;

	if (a + b * mean < 1e-12)
		return;
	for (int g = 0; g < f->G; g += STRANDS)
		for (int j = 0; j < STRANDS; j++) {
			w[g + j] *= a + b * p[g + j];
			sum[j] += w[g + j];
		}
	for (int j = 0; j < STRANDS; j++)
		total += sum[j];
	for (int g = 0; g < f->G; g++)
		w[g] /= total;
}

static void filter_student(struct filter *f, const int *exercise, const unsigned char *correct,
                           size_t n, const int *map, float *p)
{
	const struct student_model *m = f->m;

	forget_student(f);
	for (size_t t = 0; t < n; t++) {
		int q = map[exercise[t]], k = m->concept[q];
		double *w = posterior(f, k);
		double mean = predict(f, w, m->difficulty[q] - m->growth * f->n[k]++);

		p[t] = (float)mean;
		update(f, w, correct[t], mean);
	}
}

enum ry_status student_filter(const struct student_model *m, const struct sequences *s, float *p)
{
	int *map = calloc((size_t)s->exercises + 1, sizeof *map);
	struct filter f;
	enum ry_status status = filter_init(&f, m);

	if (status == RY_OK)
		status = map ? map_exercises(m, s, map) : ry_fail_memory("the exact filter");
	for (int i = 0; status == RY_OK && i < s->students; i++) {
		size_t from = s->start[i];

		filter_student(&f, s->exercise + from, s->correct + from, s->start[i + 1] - from,
		               map, p + from);
	}
	filter_free(&f);
	free(map);
	return status;
}
