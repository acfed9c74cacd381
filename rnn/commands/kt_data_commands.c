/* kt_data_commands.c - `riley kt gen`, which makes data, and `riley kt info`, which looks at
 * them. */
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rnn/commands/kt_commands.h"
#include "rnn/commands/kt_options.h"
#include "rnn/commands/kt_truth.h"
#include "src/base/file.h"
#include "src/base/random.h"
#include "src/cli/answer.h"

static enum ry_status print_json(json_t *o)
{
	return answer_json(stdout, o, JSON_INDENT(2) | JSON_REAL_PRECISION(6), "the facts");
}

/* A count with commas between thousands.  Four may be used in one printf(). */
static const char *count(size_t n)
{
	static char text[4][32];
	static int next;

	return answer_count(text[next++ % 4], n);
}

static double share_correct(const struct sequences *s)
{
	size_t ones = 0;

	for (size_t t = 0; t < s->answers; t++)
		ones += s->correct[t];
	return (double)ones / (double)s->answers;
}

/* Scores of the exact filter on the test half. */
static enum ry_status test_half_ceiling(const struct student_model *m, const struct sequences *s,
                                        struct binary_scores *scores)
{
	return kt_truth_ceiling(m, s, students_test_half(s->students), scores);
}

/* ---- riley kt gen
 * ------------------------------------------------------------------------------------ */

struct gen_options {
	int    students, exercises, concepts, shuffle, format;
	double guess, growth, sd;
};

#define GEN(member) offsetof(struct gen_options, member)

static const struct option_row gen_rows[] = {
	{ "students", 0, OPTION_INT, GEN(students), "N",
	  "number of students: the first half for training, the second for testing", 2, 1e8, NULL },
	{ "exercises", 0, OPTION_INT, GEN(exercises), "N",
	  "number of exercises; every student answers each of them once",
	  1, SEQUENCES_MAX_COLUMNS, NULL },
	{ "concepts", 0, OPTION_INT, GEN(concepts), "N",
	  "number of hidden concepts behind the exercises", 1, SEQUENCES_MAX_COLUMNS, NULL },
	{ "guess", 0, OPTION_REAL, GEN(guess), "P",
	  "probability of guessing the right answer", 0, 0.999999,
	  NULL },
	{ "growth", 0, OPTION_REAL, GEN(growth), "X",
	  "gain in a concept's ability with each of its exercises", -10, 10, NULL },
	{ "sd", 0, OPTION_REAL, GEN(sd), "X", "standard deviation of the students' abilities", 0,
	  100, NULL },
	{ "shuffle", 0, OPTION_FLAG, GEN(shuffle), NULL,
	  "a random order of the exercises for each student",
	  0, 0, NULL },
	{ "format", 0, OPTION_CHOICE, GEN(format), NULL,
	  "file format; auto: matrix, or 3line with --shuffle", 0,
	  0, sequence_format_names },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, 0, 0, NULL }
};

static void gen_defaults(void *options)
{
	struct gen_options *o = options;

	o->students = 4000;
	o->exercises = 50;
	o->concepts = 5;
	o->guess = 0.1;
	o->growth = 0.1;
	o->sd = 3;
}

/* The file named by -o or as argument; NULL with the sentence when they disagree. */
static const char *gen_path(const struct cli *cli, int n_args, char **args)
{
	if (cli->output && n_args > 0 && strcmp(cli->output, args[0]) != 0) {
		ry_fail(RY_EINVAL, "found two files to write, '%.200s' and '%.200s', expected one",
		        cli->output, args[0]);
		return NULL;
	}
	return cli->output ? cli->output : n_args > 0 ? args[0] : "students.csv";
}

static enum ry_status replace(const char *path, const char *text, size_t size)
{
	const struct file_part part = { text, size };

	return file_replace(path, &part, 1);
}

/* The answers go first: facts beside old data would be noticed as misfits all the same. */
static enum ry_status gen_write(const struct sequences *s, enum sequence_format format,
                                const char *path, const char *info_path, const char *info)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f;
	enum ry_status status;

	if (strcmp(path, "-") == 0) {
		status = sequences_write(s, stdout, format);
		return status == RY_EIO && answer_unread(stdout) ? RY_OK : status;
	}
	f = open_memstream(&text, &size);
	if (!f)
		return ry_fail_memory("the data file");
	status = sequences_write(s, f, format);
	if (fclose(f) != 0 && status == RY_OK)
		status = ry_fail_memory("the data file");
	if (status == RY_OK)
		status = replace(path, text, size);
	if (status == RY_OK)
		status = replace(info_path, info, strlen(info));
	free(text);
	return status;
}

static enum ry_status gen_tell(const struct cli *cli, const struct sequences *s,
                               const struct gen_options *o, const char *path, const char *info_path,
                               const struct binary_scores *ceiling)
{
	int test = s->students - students_test_half(s->students);

	if (cli->json)
		return print_json(json_pack(
			"{s:s, s:s, s:i, s:i, s:i, s:i, s:I, s:f, s:o, s:I}", "file", path, "info",
			info_path, "students", s->students, "test_students", test, "exercises",
			s->exercises, "concepts", o->concepts, "answers", (json_int_t)s->answers,
			"share_correct", share_correct(s), "ceiling_auc",
			answer_number(ceiling->auc), "predictions", (json_int_t)ceiling->n));
	if (cli->quiet || strcmp(path, "-") == 0)
		return RY_OK;
	printf("%s: %s students (%s to train, %s to test),\n", path, count((size_t)s->students),
	       count((size_t)(s->students - test)), count((size_t)test));
	printf("  %s exercises in %s concepts, %s answers, %.1f %% correct\n",
	       count((size_t)s->exercises), count((size_t)o->concepts), count(s->answers),
	       100 * share_correct(s));
	printf("%s: mean, deviation, concept, difficulty by exercise\n", info_path);
	if (!isnan(ceiling->auc))
		printf("ceiling: AUC %.4f on the test half is the best any model can expect\n",
		       ceiling->auc);
	return RY_OK;
}

static enum ry_status gen_make(const struct cli *cli, const struct gen_options *o, const char *path,
                               const char *info_path, gsl_rng *rng)
{
	struct student_model *m =
		student_model_draw(o->exercises, o->concepts, o->guess, o->growth, o->sd, rng);
	struct sequences *s = m ? students_simulate(m, o->students, o->shuffle, rng) : NULL;
	char *info = s ? student_info_text(m, s) : NULL;
	struct binary_scores ceiling = { 0 };
	enum ry_status status = !m ? ry_failure() : info ? RY_OK : ry_failure();

	if (status == RY_OK)
		status = test_half_ceiling(m, s, &ceiling);
	if (status == RY_OK)
		status = gen_write(s, (enum sequence_format)o->format, path, info_path, info);
	if (status == RY_OK)
		status = gen_tell(cli, s, o, path, info_path, &ceiling);
	free(info);
	sequences_free(s);
	student_model_free(m);
	return status;
}

static enum ry_status gen_run(const struct cli *cli, void *options, int n_args, char **args)
{
	const struct gen_options *o = options;
	const char *path = gen_path(cli, n_args, args);
	char *info_path;
	gsl_rng *rng;
	enum ry_status status;

	if (!path)
		return ry_failure();
	if (cli->json && strcmp(path, "-") == 0)
		return ry_fail(RY_EINVAL, "--json needs a file for the data, which go to stdout "
		                          "now");
	info_path = student_info_path(path);
	rng = random_stream(cli->seed, STREAM_SAMPLE);
	status = info_path && rng ? gen_make(cli, o, path, info_path, rng) : ry_failure();
	if (rng)
		gsl_rng_free(rng);
	free(info_path);
	return status;
}

const struct command kt_gen_command = {
	.name = "kt gen",
	.arguments = "[FILE]",
	.summary = "simulate students, and compute the best score any model can expect on them",
	.examples = "riley kt gen\n"
	            "riley kt gen easy.csv --students 1000 --concepts 2 --seed 7\n"
	            "riley kt gen --shuffle -o orders.txt",
	.options = gen_rows,
	.options_size = sizeof(struct gen_options),
	.defaults = gen_defaults,
	.max_args = 1,
	.own_output = 1,
	.run = gen_run,
};

/* ---- riley kt info: looking
 * ---------------------------------------------------------------------------- */

/* Students with fewer answers than this are alike by chance, and exercises with fewer say
 * little. */
enum { FEW_ANSWERS = 10 };

enum { NOTICES = 16 };

struct notice {
	const char *id;                /* for scripts */
	int         warning;           /* or only worth knowing */
	char        text[320], advice[240];
};

struct facts {
	const char              *path;
	struct sequences        *s;
	struct sequence_report   report;
	double                   share;
	size_t                  *length;              /* (students), increasing */
	size_t                  *asked, *right;       /* (exercises) */
	int                      fixed_order;         /* all answer the same exercises in order */
	size_t                   long_students;       /* with FEW_ANSWERS or more */
	size_t                   identical_students;  /* ... that are copies of an earlier one */
	int                      rare_exercises, constant_exercises;
	int                      has_ceiling;
	struct binary_scores     ceiling;
	int                      n;
	struct notice            notice[NOTICES];
};

static void notice(struct facts *f, int warning, const char *id, const char *advice,
                   const char *format, ...) __attribute__((format(printf, 5, 6)));

static void notice(struct facts *f, int warning, const char *id, const char *advice,
                   const char *format, ...)
{
	struct notice *to = &f->notice[f->n];
	va_list ap;

	if (f->n == NOTICES)
		return;
	f->n++;
	to->id = id;
	to->warning = warning;
	snprintf(to->advice, sizeof to->advice, "%s", advice);
	va_start(ap, format);
	vsnprintf(to->text, sizeof to->text, format, ap);
	va_end(ap);
}

static int compare_sizes(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return (x > y) - (x < y);
}

/* The value that a share q of the students do not exceed (nearest rank). */
static size_t length_quantile(const struct facts *f, double q)
{
	size_t rank = (size_t)ceil(q * f->s->students);

	return f->length[rank > 0 ? rank - 1 : 0];
}

static size_t length_of(const struct sequences *s, int i)
{
	return s->start[i + 1] - s->start[i];
}

/* Nonzero when all students answer the exercises of the first one, in that order. */
static int order_is_fixed(const struct sequences *s)
{
	size_t n = length_of(s, 0);

	for (int i = 1; i < s->students; i++)
		if (length_of(s, i) != n ||
		    memcmp(s->exercise, s->exercise + s->start[i], n * sizeof *s->exercise) != 0)
			return 0;
	return s->students > 1 && n > 1;
}

/* A student's hash, and where he or she is, to find copies by sorting. */
struct print {
	uint64_t hash;
	int      student;
};

static int compare_prints(const void *a, const void *b)
{
	const struct print *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->student - y->student;
}

static int same_answers(const struct sequences *s, int i, int j)
{
	size_t n = length_of(s, i);

	return n == length_of(s, j) &&
	       memcmp(s->exercise + s->start[i], s->exercise + s->start[j],
	              n * sizeof *s->exercise) == 0 &&
	       memcmp(s->correct + s->start[i], s->correct + s->start[j], n) == 0;
}

static enum ry_status count_copies(struct facts *f)
{
	const struct sequences *s = f->s;
	struct print *prints = calloc((size_t)s->students, sizeof *prints);
	size_t n = 0;

	if (!prints)
		return ry_fail_memory("looking for copies");
	for (int i = 0; i < s->students; i++) {
		uint64_t h = 0xcbf29ce484222325u;

		for (size_t t = s->start[i]; t < s->start[i + 1]; t++)
			h = (h ^ (2u * (uint64_t)s->exercise[t] + s->correct[t])) * 0x100000001b3u;
		if (length_of(s, i) >= FEW_ANSWERS)
			prints[n++] = (struct print){ h, i };
	}
	qsort(prints, n, sizeof *prints, compare_prints);
	for (size_t i = 1; i < n; i++)
		f->identical_students += prints[i].hash == prints[i - 1].hash &&
		                         same_answers(s, prints[i].student, prints[i - 1].student);
	f->long_students = n;
	free(prints);
	return RY_OK;
}

static enum ry_status count_exercises(struct facts *f)
{
	const struct sequences *s = f->s;

	f->asked = calloc((size_t)s->exercises, sizeof *f->asked);
	f->right = calloc((size_t)s->exercises, sizeof *f->right);
	if (!f->asked || !f->right)
		return ry_fail_memory("looking at the exercises");
	for (size_t t = 0; t < s->answers; t++) {
		f->asked[s->exercise[t]]++;
		f->right[s->exercise[t]] += s->correct[t];
	}
	for (int q = 0; q < s->exercises; q++) {
		f->rare_exercises += f->asked[q] < FEW_ANSWERS;
		f->constant_exercises += f->asked[q] >= FEW_ANSWERS &&
		                         (f->right[q] == 0 || f->right[q] == f->asked[q]);
	}
	return RY_OK;
}

static enum ry_status look_at_ceiling(struct facts *f)
{
	struct student_model *m;
	int misfit;
	enum ry_status status = kt_truth(f->path, f->s, &m, &misfit);

	if (misfit)
		notice(f, 1, "info_misfit", "simulate the data again, or move that file away", "%s",
		       ry_message());
	if (m) {
		status = test_half_ceiling(m, f->s, &f->ceiling);
		f->has_ceiling = status == RY_OK && !isnan(f->ceiling.auc);
	}
	student_model_free(m);
	return status;
}

/* ---- riley kt info: what a researcher should know
 * ------------------------------------------------------- */

static void notice_order(struct facts *f)
{
	const struct sequence_report *r = &f->report;
	int csv = r->format == FORMAT_CSV;

	if (f->fixed_order) {
		notice(f, 0, "fixed_order",
		       "riley kt gen --shuffle gives every student a different order",
		       "all students answer the same exercises in the same order: how an exercise "
		       "affects an earlier one is never observed, only extrapolated");
		return;
	}
	if (r->sortable_students >= 10 && 2 * r->sorted_students > r->sortable_students)
		notice(f, 1, "sorted_by_skill", csv && !r->order[0] ?
		       "name the time column with --order" :
		       "scores on such data are not comparable with scores on data sorted by time; "
		       "sort by time if the source has it",
		       "answers are sorted by exercise, not by time, for %s of the %s students "
		       "with three exercises or more",
		       count(r->sorted_students), count(r->sortable_students));
}

static void notice_repeats(struct facts *f)
{
	const struct sequence_report *r = &f->report;

	if (r->duplicate_rows)
		notice(f, 1, "duplicate_rows",
		       "remove the duplicates: a model learns to repeat them",
		       "%s rows duplicate the row before, including its order",
		       count(r->duplicate_rows));
	if (r->same_order_rows)
		notice(f, 1, "same_order_rows",
		       "merge the skills of one answer into one exercise: otherwise each row "
		       "reveals the answer to the next",
		       "%s rows have the same order as the row before: one answer listed under "
		       "several skills",
		       count(r->same_order_rows));
	if (f->identical_students * 100 > f->long_students)
		notice(f, 1, "identical_students",
		       "keep duplicates on the same side of every split",
		       "%s of %s students with %d answers or more are exact duplicates of others",
		       count(f->identical_students), count(f->long_students), FEW_ANSWERS);
}

static void notice_few(struct facts *f)
{
	const struct sequence_report *r = &f->report;

	if (r->one_answer_students)
		notice(f, 0, "one_answer_students", "",
		       "%s students gave only one answer, so there is nothing to predict it from; "
		       "they are not scored",
		       count(r->one_answer_students));
	if (r->empty_students)
		notice(f, 0, "empty_students", "", "%s students gave no answers",
		       count(r->empty_students));
	if (f->rare_exercises)
		notice(f, 0, "rare_exercises", "",
		       "%s of %s exercises have fewer than %d answers: predictions for them are "
		       "unreliable",
		       count((size_t)f->rare_exercises), count((size_t)f->s->exercises),
		       FEW_ANSWERS);
	if (f->constant_exercises)
		notice(f, 0, "constant_exercises", "",
		       "%s exercises are always answered right or always wrong",
		       count((size_t)f->constant_exercises));
}

static enum ry_status look(struct facts *f)
{
	const struct sequences *s = f->s;
	enum ry_status status;

	f->share = share_correct(s);
	f->fixed_order = order_is_fixed(s);
	f->length = calloc((size_t)s->students, sizeof *f->length);
	if (!f->length)
		return ry_fail_memory("looking at the students");
	for (int i = 0; i < s->students; i++)
		f->length[i] = length_of(s, i);
	qsort(f->length, (size_t)s->students, sizeof *f->length, compare_sizes);
	if ((status = count_exercises(f)) != RY_OK || (status = count_copies(f)) != RY_OK)
		return status;
	notice_order(f);
	notice_repeats(f);
	notice_few(f);
	return look_at_ceiling(f);
}

/* ---- riley kt info: telling
 * ------------------------------------------------------------------------------- */

/* What rows were left out for, and how many. */
struct dropping {
	const char *id, *text;
	size_t      n;
};

enum { DROPPINGS = 5 };

static void droppings(const struct sequence_report *r, struct dropping to[DROPPINGS])
{
	const struct dropping all[DROPPINGS] = {
		{ "empty_student", "no student",
		                                      r->dropped_empty_student },
		{ "empty_skill",   "no skill",
		                                        r->dropped_empty_skill },
		{ "empty_answer",  "no answer",
		                                       r->dropped_empty_answer },
		{ "not_binary",    "neither right nor wrong (partial credit, hint)",
		  r->dropped_not_binary },
		{ "empty_order",   "no value in the order column",
		                           r->dropped_empty_order }
	};

	memcpy(to, all, sizeof all);
}

static const struct { const char *id, *text; double q; } quantiles[] = {
	{ "min", "min", 0 }, { "q05", "5%", 0.05 }, { "q25", "25%", 0.25 }, { "median", "median",
	  0.5 },
	{ "q75", "75%", 0.75 }, { "q95", "95%", 0.95 }, { "max", "max", 1 }
};
enum { QUANTILES = sizeof quantiles / sizeof quantiles[0] };

static json_t *lengths_json(const struct facts *f)
{
	json_t *o = json_pack("{s:f}", "mean", (double)f->s->answers / f->s->students);

	for (int i = 0; o && i < QUANTILES; i++)
		json_object_set_new(o, quantiles[i].id,
		                    json_integer((json_int_t)length_quantile(f, quantiles[i].q)));
	return o;
}

static json_t *dropped_json(const struct facts *f)
{
	struct dropping d[DROPPINGS];
	json_t *o = json_object();

	droppings(&f->report, d);
	for (int i = 0; o && i < DROPPINGS; i++)
		json_object_set_new(o, d[i].id, json_integer((json_int_t)d[i].n));
	return o;
}

static json_t *columns_json(const struct sequence_report *r)
{
	const struct { const char *id, *column; } columns[] = {
		{ "student", r->student }, { "skill", r->skill }, { "correct", r->correct },
		  { "order", r->order }
	};
	json_t *o = json_object();

	for (int i = 0; o && i < 4; i++)
		json_object_set_new(o, columns[i].id,
		                    columns[i].column[0] ? json_string(columns[i].column)
		                                         : json_null());
	return o;
}

static json_t *notices_json(const struct facts *f, int warning)
{
	json_t *list = json_array();

	for (int i = 0; list && i < f->n; i++)
		if (f->notice[i].warning == warning)
			json_array_append_new(
				list, json_pack("{s:s, s:s, s:s}", "id", f->notice[i].id, "text",
			                        f->notice[i].text, "advice", f->notice[i].advice));
	return list;
}

static enum ry_status tell_json(const struct facts *f)
{
	const struct sequences *s = f->s;
	const struct sequence_report *r = &f->report;
	char print[20];
	json_t *o = json_pack("{s:s, s:s, s:i, s:i, s:I, s:f, s:I, s:o, s:o}", "file", f->path,
	                      "format", sequence_format_name(r->format), "students", s->students,
	                      "exercises", s->exercises, "answers", (json_int_t)s->answers,
	                      "share_correct", f->share, "rows", (json_int_t)r->rows, "length",
	                      lengths_json(f), "dropped", dropped_json(f));

	if (!o)
		return ry_fail(RY_EDATA, "%s: its name cannot be written as JSON", f->path);
	snprintf(print, sizeof print, "%016llx", sequences_fingerprint(s));
	json_object_update_new(
		o, json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:i, s:i, s:b, s:s}",
	                     "empty_students", (json_int_t)r->empty_students, "one_answer_students",
	                     (json_int_t)r->one_answer_students, "duplicate_rows",
	                     (json_int_t)r->duplicate_rows, "same_order_rows",
	                     (json_int_t)r->same_order_rows, "sorted_students",
	                     (json_int_t)r->sorted_students, "sortable_students",
	                     (json_int_t)r->sortable_students, "identical_students",
	                     (json_int_t)f->identical_students, "rare_exercises", f->rare_exercises,
	                     "constant_exercises", f->constant_exercises, "fixed_order",
	                     f->fixed_order, "fingerprint", print));
	if (r->format == FORMAT_CSV)
		json_object_set_new(o, "columns", columns_json(r));
	if (f->has_ceiling)
		json_object_update_new(o,
		                       json_pack("{s:f, s:I}", "ceiling_auc", f->ceiling.auc,
		                                 "ceiling_predictions", (json_int_t)f->ceiling.n));
	json_object_set_new(o, "warnings", notices_json(f, 1));
	json_object_set_new(o, "notes", notices_json(f, 0));
	return print_json(o);
}

/* Words of `text` in lines of at most 80 columns, all but the first indented; the first begins at
 * column `at`. */
static void print_wrapped(const char *text, int at, int indent)
{
	while (*text) {
		int n = (int)strcspn(text, " ");

		if (at > indent && at + 1 + n > 80) {
			printf("\n%*s", indent, "");
			at = indent;
		} else if (at > indent) {
			putchar(' ');
			at++;
		}
		printf("%.*s", n, text);
		at += n;
		text += n;
		text += *text == ' ';
	}
	putchar('\n');
}

static void tell_format(const struct facts *f)
{
	const struct sequence_report *r = &f->report;

	printf("format         %s (%s)", sequence_format_name(r->format),
	       sequence_format_about(r->format));
	if (r->format == FORMAT_CSV)
		printf(": student '%s', skill '%s', correct '%s', %s%s%s", r->student, r->skill,
		       r->correct, r->order[0] ? "sorted by '" : "in file order",
		       r->order, r->order[0] ? "'" : "");
	putchar('\n');
}

static void tell_lengths(const struct facts *f)
{
	printf("per student    ");
	for (int i = 0; i < QUANTILES; i++)
		printf("%s %s, ", quantiles[i].text, count(length_quantile(f, quantiles[i].q)));
	printf("mean %.1f answers\n", (double)f->s->answers / f->s->students);
}

static void tell_dropped(const struct facts *f)
{
	struct dropping d[DROPPINGS];

	droppings(&f->report, d);
	for (int i = 0; i < DROPPINGS; i++)
		if (d[i].n)
			printf("dropped        %s of %s rows: %s\n", count(d[i].n),
			       count(f->report.rows), d[i].text);
}

static void tell_text(const struct cli *cli, const struct facts *f)
{
	const struct sequences *s = f->s;

	printf("file           %s\n", f->path);
	tell_format(f);
	printf("students       %s\n", count((size_t)s->students));
	printf("exercises      %s\n", count((size_t)s->exercises));
	printf("answers        %s\n", count(s->answers));
	printf("share correct  %.4f\n", f->share);
	tell_lengths(f);
	tell_dropped(f);
	if (f->has_ceiling)
		printf("ceiling        AUC %.4f on the second half (%s predictions), the best any "
		       "model can expect\n",
		       f->ceiling.auc, count(f->ceiling.n));
	for (int warning = 1; warning >= 0; warning--)
		for (int i = 0; i < f->n; i++) {
			const struct notice *n = &f->notice[i];
			const char *paint = warning ? "\033[33m" : "\033[34m";

			if (n->warning != warning)
				continue;
			printf("%s%-7s%s        ", cli->color ? paint : "",
			       warning ? "warning" : "note", cli->color ? "\033[0m" : "");
			print_wrapped(n->text, 15, 15);
			if (n->advice[0]) {
				printf("            -> ");
				print_wrapped(n->advice, 15, 15);
			}
		}
}

struct info_options {
	struct kt_data_options data;
};

static const struct option_row info_rows[] = {
	KT_DATA_ROWS(struct info_options),
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, 0, 0, NULL }
};

static enum ry_status info_run(const struct cli *cli, void *options, int n_args, char **args)
{
	const struct info_options *o = options;
	struct facts *f = calloc(1, sizeof *f);
	enum ry_status status;

	(void)n_args;
	if (!f)
		return ry_fail_memory("the facts");
	f->path = args[0];
	f->s = kt_read(args[0], &o->data, &f->report, &status);
	if (f->s)
		status = look(f);
	if (status == RY_OK && cli->json)
		status = tell_json(f);
	else if (status == RY_OK)
		tell_text(cli, f);
	sequences_free(f->s);
	free(f->length);
	free(f->asked);
	free(f->right);
	free(f);
	return status;
}

const struct command kt_info_command = {
	.name = "kt info",
	.arguments = "FILE",
	.summary = "summarise a file of answers: contents, dropped rows, and pitfalls",
	.examples = "riley kt info students.csv\n"
	            "riley kt info answers.csv --student who --skill topic --correct ok --order "
	            "time\n"
	            "riley kt info students.csv --json",
	.options = info_rows,
	.options_size = sizeof(struct info_options),
	.min_args = 1,
	.max_args = 1,
	.run = info_run,
};
