/* kt_data_commands.c - `riley kt gen`, which makes data, and `riley kt info`, which looks at
 * them. */
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rnn/commands/kt_commands.h"
#include "rnn/commands/kt_facts.h"
#include "rnn/commands/kt_options.h"
#include "rnn/commands/kt_truth.h"
#include "src/base/file.h"
#include "src/base/random.h"
#include "src/base/text.h"
#include "src/cli/answer.h"
#include "src/ui/wrap.h"

static enum ry_status print_json(json_t *o)
{
	return answer_json(stdout, o, JSON_INDENT(2) | JSON_REAL_PRECISION(6), "the facts");
}

/* ---- riley kt gen
 * ------------------------------------------------------------------------------------ */

struct gen_options {
	int    students, exercises, concepts, shuffle, format, force;
	double guess, growth, sd;
	const char *class;             /* info file of the exercises to use; NULL: draw new ones */
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
	{ "class", 0, OPTION_TEXT, GEN(class), "FILE_info.txt",
	  "more students of the same class: take the exercises from the info file of other data; "
	  "another --seed gives other students", 0, 0, NULL },
	{ "force", 0, OPTION_FLAG, GEN(force), NULL, "overwrite FILE", 0, 0, NULL },
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
		status = file_make_folder_of(path);
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
			"share_correct", kt_share_correct(s), "ceiling_auc",
			answer_number(ceiling->auc), "predictions", (json_int_t)ceiling->n));
	if (cli->quiet || strcmp(path, "-") == 0)
		return RY_OK;
	out(stdout, "%s: %s (%s to train, %s to test),\n", path,
	    kt_counted((size_t)s->students, "student"),
	    kt_count((size_t)(s->students - test)), kt_count((size_t)test));
	out(stdout, "  %s in %s, %s, %.1f %% correct\n",
	    kt_counted((size_t)s->exercises, "exercise"),
	    kt_counted((size_t)o->concepts, "concept"), kt_counted(s->answers, "answer"),
	    100 * kt_share_correct(s));
	out(stdout, "%s: mean, deviation, concept, difficulty by exercise\n", info_path);
	if (!isnan(ceiling->auc))
		printf("ceiling: AUC %.4f on the test half is the best any model can expect\n",
		       ceiling->auc);
	return RY_OK;
}

/* The exercises: drawn, or those of --class, which has all their numbers. */
static struct student_model *gen_model(const struct cli *cli, struct gen_options *o, gsl_rng *rng)
{
	static const char *const own[] = { "exercises", "concepts", "guess", "growth", "sd" };
	struct student_model *m;

	if (!o->class)
		return student_model_draw(o->exercises, o->concepts, o->guess, o->growth, o->sd,
		                          rng);
	for (size_t k = 0; k < sizeof own / sizeof *own; k++)
		if (command_typed(cli, own[k])) {
			ry_fail(RY_EINVAL, "--%s cannot be chosen with --class, whose file has it",
			        own[k]);
			return NULL;
		}
	m = student_info_read(o->class, NULL);
	if (m) {
		free(m->mean);           /* of those other students */
		m->mean = NULL;
		o->exercises = m->exercises;
		o->concepts = m->concepts;
	}
	return m;
}

/* Data are not overwritten by accident, as runs are not. */
static enum ry_status gen_check(const struct gen_options *o, const char *path,
                                const char *info_path)
{
	const char *files[] = { path, info_path };

	for (int k = 0; k < 2 && !o->force && strcmp(path, "-") != 0; k++)
		if (access(files[k], F_OK) == 0)
			return ry_fail(RY_EINVAL,
			               "%s: exists already; choose another name, or overwrite it "
			               "with --force",
			               files[k]);
	return RY_OK;
}

static enum ry_status gen_make(const struct cli *cli, struct gen_options *o, const char *path,
                               const char *info_path, gsl_rng *rng)
{
	struct student_model *m = gen_model(cli, o, rng);
	struct sequences *s = m ? students_simulate(m, o->students, o->shuffle, rng) : NULL;
	char *info = s ? student_info_text(m, s) : NULL;
	struct binary_scores ceiling = { 0 };
	enum ry_status status = !m ? ry_failure() : info ? RY_OK : ry_failure();

	if (status == RY_OK)
		status = kt_test_half_ceiling(m, s, &ceiling);
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
	struct gen_options *o = options;
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
	status = info_path && rng ? gen_check(o, path, info_path) : ry_failure();
	if (status == RY_OK)
		status = gen_make(cli, o, path, info_path, rng);
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
	            "riley kt gen more.csv --class easy_info.txt --seed 8\n"
	            "riley kt gen --shuffle -o orders.txt",
	.options = gen_rows,
	.options_size = sizeof(struct gen_options),
	.defaults = gen_defaults,
	.max_args = 1,
	.own_output = 1,
	.run = gen_run,
};

/* ---- riley kt info: telling
 * ------------------------------------------------------------------------------- */

static const struct { const char *id, *text; double q; } quantiles[] = {
	{ "min", "min", 0 }, { "q05", "5%", 0.05 }, { "q25", "25%", 0.25 }, { "median", "median",
	  0.5 },
	{ "q75", "75%", 0.75 }, { "q95", "95%", 0.95 }, { "max", "max", 1 }
};
enum { QUANTILES = sizeof quantiles / sizeof quantiles[0] };

static json_t *lengths_json(const struct kt_facts *f)
{
	json_t *o = json_pack("{s:f}", "mean", (double)f->s->answers / f->s->students);

	for (int i = 0; o && i < QUANTILES; i++)
		json_object_set_new(o, quantiles[i].id,
		                    json_integer((json_int_t)kt_length_quantile(
					    f, quantiles[i].q)));
	return o;
}

static json_t *dropped_json(const struct kt_facts *f)
{
	struct kt_dropping d[KT_DROPPINGS];
	json_t *o = json_object();

	kt_droppings(&f->report, d);
	for (int i = 0; o && i < KT_DROPPINGS; i++)
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

static json_t *notices_json(const struct kt_facts *f, int warning)
{
	json_t *list = json_array();

	for (int i = 0; list && i < f->n; i++)
		if (f->notice[i].warning == warning)
			json_array_append_new(
				list, json_pack("{s:s, s:s, s:s}", "id", f->notice[i].id, "text",
			                        f->notice[i].text, "advice", f->notice[i].advice));
	return list;
}

static enum ry_status tell_json(const struct kt_facts *f)
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

static void tell_format(const struct kt_facts *f)
{
	const struct sequence_report *r = &f->report;

	out(stdout, "format         %s: %s\n", sequence_format_name(r->format),
	    sequence_format_about(r->format));
	if (r->format == FORMAT_CSV) {
		char text[400];

		snprintf(text, sizeof text, "student '%s', skill '%s', correct '%s', %s%s%s",
		         r->student, r->skill, r->correct,
		         r->order[0] ? "sorted by '" : "in file order", r->order,
		         r->order[0] ? "'" : "");
		fputs("columns        ", stdout);
		wrap_line(stdout, text, 15, 15, 80);
	}
}

static void tell_lengths(const struct kt_facts *f)
{
	printf("per student    ");
	for (int i = 0; i < QUANTILES; i++)
		out(stdout, "%s %s, ", quantiles[i].text,
		    kt_count(kt_length_quantile(f, quantiles[i].q)));
	printf("mean %.1f answers\n", (double)f->s->answers / f->s->students);
}

static void tell_dropped(const struct kt_facts *f)
{
	struct kt_dropping d[KT_DROPPINGS];

	kt_droppings(&f->report, d);
	for (int i = 0; i < KT_DROPPINGS; i++)
		if (d[i].n)
			out(stdout, "dropped        %s of %s: %s\n", kt_count(d[i].n),
			    kt_counted(f->report.rows, "row"), d[i].text);
}

static void tell_text(const struct cli *cli, const struct kt_facts *f)
{
	const struct sequences *s = f->s;

	out(stdout, "file           %s\n", f->path);
	tell_format(f);
	out(stdout, "students       %s\n", kt_count((size_t)s->students));
	out(stdout, "exercises      %s\n", kt_count((size_t)s->exercises));
	out(stdout, "answers        %s\n", kt_count(s->answers));
	printf("share correct  %.4f\n", f->share);
	tell_lengths(f);
	tell_dropped(f);
	if (f->has_ceiling)
		out(stdout,
		    "ceiling        AUC %.4f on the second half (%s), the best any model can "
		    "expect\n",
		    f->ceiling.auc, kt_counted(f->ceiling.n, "prediction"));
	for (int warning = 1; warning >= 0; warning--)
		for (int i = 0; i < f->n; i++) {
			const struct kt_notice *n = &f->notice[i];
			const char *paint = warning ? "\033[33m" : "\033[34m";

			if (n->warning != warning)
				continue;
			out_own(stdout, cli->color ? paint : "");
			out(stdout, "%-7s", warning ? "warning" : "note");
			out_own(stdout, cli->color ? "\033[0m        " : "        ");
			wrap_line(stdout, n->text, 15, 15, 80);
			if (n->advice[0]) {
				printf("            -> ");
				wrap_line(stdout, n->advice, 15, 15, 80);
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
	struct info_options *o = options;
	struct kt_facts *f = calloc(1, sizeof *f);
	struct sequences *s;
	enum ry_status status;

	(void)n_args;
	if (!f)
		return ry_fail_memory("the facts");
	f->path = args[0];
	o->data.count_disorder = 1;
	f->s = s = kt_read(args[0], &o->data, &f->report, &status);
	if (s)
		status = kt_facts_look(f, 1);
	if (status == RY_OK && cli->json)
		status = tell_json(f);
	else if (status == RY_OK)
		tell_text(cli, f);
	sequences_free(s);
	kt_facts_clear(f);
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
