/* kt_eval_commands.c - `riley kt eval` and `riley kt predict`: a trained model on any data file. */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "rnn/commands/kt_commands.h"
#include "rnn/commands/kt_facts.h"
#include "rnn/commands/kt_leak.h"
#include "rnn/commands/kt_options.h"
#include "rnn/commands/kt_report.h"
#include "src/base/text.h"
#include "src/cli/answer.h"
#include "src/run/rundir.h"

/* Only memory and speed depend on them: the state is carried from piece to piece. */
enum { WINDOW = 50, BATCH = 32 };

struct kt_eval_command {
	struct kt_data_options data;
	int                    all;
};

#define ROW(option, type, member, argument, help, low, high) \
	{ option, 0, type, offsetof(struct kt_eval_command, member), argument, help, low, high, \
	  NULL }

static const struct option_row rows[] = {
	ROW("all", OPTION_FLAG, all, NULL, "on the run's own data: include its training students",
	    0, 0),
	KT_DATA_ROWS(struct kt_eval_command),
	{ 0 }
};

static void defaults(void *options)
{
	(void)options;               /* all zero */
}

/* A model and the data it is to meet. */
struct meeting {
	struct kt_model  *model;
	struct workers   *workers;
	struct kt_batch *batch;
	struct sequences *s;
	struct kt_subset    part;
	float            *ceiling;
	json_t           *info;          /* of the run, or NULL for a bare model file */
};

static void meeting_free(struct meeting *m)
{
	kt_batch_free(m->batch);
	workers_free(m->workers);
	kt_model_free(m->model);
	sequences_free(m->s);
	kt_subset_free(&m->part);
	free(m->ceiling);
	json_decref(m->info);
}

/* The model of a run directory, or of a model file. */
static enum ry_status open_model(struct meeting *m, const char *path)
{
	enum ry_status status;
	char *file = rundir_find_model(path, &m->info, &status);
	struct st_file *f = file ? st_open(file, &status) : NULL;

	free(file);
	m->model = f ? kt_model_read(f, &status) : NULL;
	st_close(f);
	return status;
}

/* Whether two paths name one file. */
static int same_file(const char *a, const char *b)
{
	struct stat x, y;

	return strcmp(a, "-") != 0 && stat(a, &x) == 0 && stat(b, &y) == 0 &&
	       x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Which students to score: on the file that the run was trained on, those it kept for testing. */
static enum ry_status choose_students(struct meeting *m, const struct cli *cli, const char *path,
                                      int all)
{
	const json_t *data = json_object_get(m->info, "data");
	const char *trained = json_string_value(json_object_get(data, "fingerprint"));
	int training = (int)json_integer_value(json_object_get(data, "training_students"));
	char own[32];

	const char *file = json_string_value(json_object_get(data, "train"));

	snprintf(own, sizeof own, "%016llx", sequences_fingerprint(m->s));
	/* Of the run's own file, the students that it did not learn from cannot be told any
	 * more. */
	if (trained && strcmp(trained, own) != 0 && file && same_file(file, path))
		return ry_fail(RY_EDATA, "%s: its answers have changed since the run was "
		                        "trained",
		               path);
	if (!trained || strcmp(trained, own) != 0)
		training = 0;
	else if (training >= m->s->students)
		command_note(cli, "trained_students", "",
		             "the model was trained on %s; these are not scores on new students",
		             path);
	else if (all)
		command_note(cli, "trained_students", "",
		             "the model was trained on students 1 to %d of %s", training, path);
	else
		command_fact(cli, "split",
		             "The model was trained on students 1 to %d of %s; the other %d are "
		             "scored (all of them with --all).",
		             training, path, m->s->students - training);
	if (!trained || strcmp(trained, own) != 0) {
		enum ry_status status = kt_leak_tell_run(cli, path, m->s, m->info);

		if (status != RY_OK)
			return status;
	}
	if (all || training >= m->s->students)
		training = 0;
	return kt_subset_range(&m->part, m->s, training, m->s->students);
}

/* `scored`: the answers must be such that predictions can be scored. */
static enum ry_status meet(struct meeting *m, const struct cli *cli,
                           const struct kt_eval_command *o, char **args, int scored)
{
	enum ry_status status = open_model(m, args[0]);
	struct sequence_report report;
	size_t unknown = 0;

	if (status != RY_OK)
		return status;
	m->s = kt_read(args[1], &o->data, &report, &status);
	if (!m->s || (scored && (status = kt_facts_check(args[1], m->s)) != RY_OK) ||
	    (status = kt_facts_tell(cli, args[1], m->s, &report)) != RY_OK ||
	    (status = choose_students(m, cli, args[1], o->all)) != RY_OK)
		return status;
	m->ceiling = kt_ceiling(args[1], m->s);
	status = sequences_rename(m->s, m->model->M, m->model->exercise, &unknown);
	if (status != RY_OK)
		return status;
	if (unknown && !m->s->answers)
		return ry_fail(RY_ESHAPE, "%s: the model knows none of these exercises", args[1]);
	if (unknown) {
		command_note(cli, "unknown_exercises", "",
		             "ignored %s to exercises that the model does not know",
		             kt_counted(unknown, "answer"));
		free(m->ceiling);            /* its answers are counted otherwise */
		m->ceiling = NULL;
	}
	m->workers = workers_alloc(cli->threads < 4 ? cli->threads : 4);
	m->batch = m->workers ? kt_batch_alloc(m->model, m->workers, WINDOW, BATCH, NULL) : NULL;
	return m->batch ? RY_OK : ry_failure();
}

static enum ry_status eval(const struct cli *cli, void *options, int n_args, char **args)
{
	struct meeting m = { 0 };
	struct kt_report r;
	enum ry_status status = meet(&m, cli, options, args, 1);

	(void)n_args;
	if (status == RY_OK)
		kt_report_note(cli, "students", &m.part);
	if (status == RY_OK)
		status = kt_report_make(&r, m.batch, m.model, &m.part, m.ceiling);
	if (status == RY_OK && cli->json) {
		json_t *o;

		r.run = args[0];
		o = kt_report_json(&r);
		if (o)
			json_object_set_new(o, "notes", command_notes(cli));
		status = answer_json(stdout, o,
		                     JSON_INDENT(1) | JSON_REAL_PRECISION(8), "the scores");
	} else if (status == RY_OK) {
		kt_report_text(stdout, &r);
	}
	meeting_free(&m);
	return status;
}

/* One row, the prediction of answer i of a student. */
static void put_csv(const struct sequences *s, const char *student, size_t i, float p)
{
	answer_csv_field(stdout, student);
	printf(",%d,", s->place[i].position);
	answer_csv_field(stdout, s->exercise_name[s->exercise[i]]);
	printf(",%.6f,%d,%zu\n", p, s->correct[i], s->place[i].row);
}

static enum ry_status put_json(const struct sequences *s, const char *student, size_t i, float p)
{
	json_t *o = json_pack("{s:s, s:i, s:s, s:f, s:i, s:I}", "student", student, "position",
	                      s->place[i].position, "exercise", s->exercise_name[s->exercise[i]],
	                      "probability", p, "answer", s->correct[i], "row",
	                      (json_int_t)s->place[i].row);

	return answer_json_part(stdout, o, JSON_COMPACT | JSON_REAL_PRECISION(6),
	                        "the predictions");
}

/* Row by row, however many there are. */
static enum ry_status put_predictions(const struct cli *cli, const struct meeting *m,
                                      const float *p)
{
	const struct sequences *s = m->s;
	const char *between = "";

	out_own(stdout, cli->json ? "{\"predictions\": [\n"
	                          : "student,position,exercise,probability,answer,row\n");
	for (int k = 0; k < m->part.n; k++) {
		int id = m->part.student[k];
		char number[16];
		const char *student = s->student_name ? s->student_name[id] : number;

		snprintf(number, sizeof number, "%d", id + 1);
		for (size_t i = s->start[id] + 1; i < s->start[id + 1]; i++) {
			if (!cli->json) {
				put_csv(s, student, i, p[i]);
				continue;
			}
			out_own(stdout, between);
			between = ",\n";
			if (put_json(s, student, i, p[i]) != RY_OK)
				return ry_failure();
		}
	}
	if (cli->json) {
		enum ry_status status;

		fputs("\n], \"notes\": ", stdout);
		status = answer_json(stdout, command_notes(cli), JSON_COMPACT, "the notes");
		fputs("}\n", stdout);
		return status;
	}
	return RY_OK;
}

static enum ry_status predict(const struct cli *cli, void *options, int n_args, char **args)
{
	struct kt_eval_command *o = options;
	struct meeting m = { 0 };
	float *p = NULL;
	enum ry_status status;

	(void)n_args;
	o->data.places = 1;
	status = meet(&m, cli, o, args, 0);
	if (status == RY_OK)
		p = ry_calloc(m.s->answers, sizeof *p, "predictions");
	if (status == RY_OK)
		status = p ? kt_predict(m.batch, m.s, m.part.student, m.part.n, p) : ry_failure();
	if (status == RY_OK)
		status = put_predictions(cli, &m, p);
	free(p);
	meeting_free(&m);
	return status;
}

const struct command kt_eval_command = {
	.name = "kt eval",
	.arguments = "RUN FILE",
	.summary = "score a trained model on a data file, next to a baseline",
	.examples =
		"riley kt eval runs/NAME test.csv\n"
		"riley kt eval model.safetensors test.csv --json\n",
	.options = rows,
	.options_size = sizeof(struct kt_eval_command),
	.defaults = defaults,
	.min_args = 2, .max_args = 2,
	.runs = 1,
	.run = eval,
};

static const struct option_section predict_sections[] = { { "all", "Options" }, { NULL, NULL } };

/* What is above the options: the columns. */
static int describe_predict(const struct option_row *row, const void *options, int n_args,
                            char *const *args, char *into, size_t size)
{
	(void)options;
	(void)n_args;
	(void)args;
	if (row)
		return 0;
	snprintf(into, size,
	         "Columns: student; position among the student's answers, which begins at 2, as "
	         "there is nothing to predict a first answer from; exercise; probability of a "
	         "right answer; answer; row of FILE, from 1: of CSV the row below the header "
	         "(blank lines do not count), else the 3-line record or the row of the matrix.");
	return 1;
}

const struct command kt_predict_command = {
	.name = "kt predict",
	.arguments = "RUN FILE",
	.summary = "predict each student's answers, from the second on, as CSV",
	.examples = "riley kt predict runs/NAME test.csv -o predictions.csv\n",
	.options = rows,
	.options_size = sizeof(struct kt_eval_command),
	.defaults = defaults,
	.min_args = 2,
	.max_args = 2,
	.runs = 1,
	.run = predict,
	.sections = predict_sections,
	.describe_default = describe_predict,
};
