/* net_commands.c - `riley net eval` and `riley net predict`: a trained network on any table. */
#include "config.h"
#include "src/app/net/net_commands.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/cli/answer.h"
#include "src/cli/called.h"

enum { CHUNK = 256 };          /* rows through the network at a time */

/* ---- what the commands share ---- */

enum ry_status net_score(struct net_report *r, const struct net_model *m, const struct table *t,
                         int top)
{
	struct net_rows rows;
	double loss, *scores = NULL;
	enum ry_status status = net_model_rows(m, t, &rows);

	if (status == RY_OK && (status = net_alloc(m->net, 1, CHUNK, CHUNK, 0)) == RY_OK)
		scores = net_model_scores(m, &rows, &loss, &status);
	if (scores)
		status = net_report_make(r, m, scores, t, top);
	free(scores);
	net_rows_free(&rows);
	return status;
}

enum ry_status net_print_report(const struct cli *cli, const struct net_report *r, const char *what,
                                json_t *more)
{
	enum ry_status status = RY_OK;

	if (cli->json) {
		json_t *o = net_report_json(r);

		if (more)
			json_object_update(o, more);
		json_object_set_new(o, "notes", command_notes(cli));
		status = answer_json(stdout, o, JSON_INDENT(1) | JSON_REAL_PRECISION(8),
		                     "the scores");
	} else {
		net_report_text(stdout, r, what);
	}
	json_decref(more);
	return status;
}

/* The model of a run directory or of a model file, and, of a run, what run.json says. */
static struct net_model *open_model(const char *path, json_t **info, enum ry_status *status)
{
	char *file = rundir_find_model(path, info, status);
	struct st_file *f = file ? st_open(file, status) : NULL;
	struct net_model *m = f ? net_model_read(f, status) : NULL;

	free(file);
	st_close(f);
	return m;
}

struct net_use_command {
	struct net_data_options data;
	int                     top;
};

#define ROW(option, type, member, argument, help, low, high) \
	{ option, 0, type, offsetof(struct net_use_command, member), argument, help, low, high, \
	  NULL }

static const struct option_row eval_rows[] = {
	ROW("top", OPTION_INT, top, "K",
	    "top-K error: a class counts as found if it is among the K most probable", 1, 1000),
	NET_DATA_ROWS(struct net_use_command, "the model's target"),
	{ 0 }
};

static const struct option_row predict_rows[] = {
	NET_DATA_ROWS(struct net_use_command, "the model's target"),
	{ 0 }
};

static void defaults(void *options)
{
	struct net_use_command *o = options;

	net_data_defaults(&o->data);
	o->top = 2;
}

/* ---- eval ---- */

/* The rows that the run itself was tested on, or that it held out for validation: the data must be
 * those that it was trained on, or training rows would be among them. */
static struct table *held_out_rows(const struct cli *cli, const char *path,
                                   const struct net_model *m, const json_t *info,
                                   char what[120], struct net_data_source *source,
                                   enum ry_status *status)
{
	struct net_train_command o = { 0 };
	const json_t *data = json_object_get(info, "data");
	const char *file = json_string_value(json_object_get(data, "file"));
	const char *test = json_string_value(json_object_get(data, "test"));
	long seed = (long)json_integer_value(json_object_get(info, "seed"));
	enum table_target kind = m->K ? TABLE_CLASS : TABLE_NUMBER;
	struct net_parts p = { 0 };
	unsigned long long fingerprint;
	struct table *t = NULL;
	char text[60];

	if (!file) {
		*status = ry_fail(RY_EDATA,
		                  "%s: not a run of '%s net train'; give a data file too", path,
		                  called_name());
		return NULL;
	}
	net_train_defaults(&o);
	*status =
		command_options_from_json(&net_train_command, &o, json_object_get(info, "options"));
	net_data_as_trained(&o, data);
	if (*status == RY_OK)
		*status = training_data_named(test ? test : file, path);
	if (*status == RY_OK && test) {
		t = net_data_read(test, &o.data, kind, m, seed, status);
		if (t)
			*status = net_data_unchanged(data, "test_fingerprint",
			                             net_data_fingerprint(t), test);
		if (*status == RY_OK) {
			net_data_tell(cli, test, t, 0);
			*source = net_data_source(t);
		}
	} else if (*status == RY_OK) {
		*status = net_parts_read(&p, cli, &o, file, NULL, kind, m, seed, &fingerprint);
		if (*status == RY_OK)
			*status = net_data_unchanged(data, "fingerprint", fingerprint, file);
		*source = p.source;
		t = p.test ? p.test : p.valid;
		*(p.test ? &p.test : &p.valid) = NULL;
	}
	if (t)
		snprintf(what, 120, "%d %s row%s of the run%s%s", t->rows,
		         test || o.test_split > 0 ? "test" : "validation", t->rows == 1 ? "" : "s",
		         source->header >= 0 ? "; the data: " : "",
		         net_data_source_text(source, text));
	else if (*status == RY_OK)
		*status =
			ry_fail(RY_EINVAL,
			        "%s: the run held out no rows; give a data file too", path);
	net_parts_free(&p);
	if (*status != RY_OK) {
		table_free(t);
		t = NULL;
	}
	return t;
}

/* Scores on rows that a model has learnt from are not what people expect of scores. */
static void tell_trained_rows(const struct cli *cli, const json_t *info, const struct table *t,
                              const char *file)
{
	const json_t *data = json_object_get(info, "data");
	const char *was = json_string_value(json_object_get(data, "fingerprint"));
	char is[20];

	snprintf(is, sizeof is, "%016llx", net_data_fingerprint(t));
	if (was && strcmp(was, is) == 0)
		command_note(cli, "trained_rows", "without FILE, only the rows held out are scored",
		             "the model was trained on rows of %s; these are not scores on new "
		             "rows",
		             file);
}

static enum ry_status eval_run(const struct cli *cli, void *options, int n_args, char **args)
{
	const struct net_use_command *o = options;
	enum ry_status status = RY_OK;
	json_t *info;
	struct net_model *m = open_model(args[0], &info, &status);
	struct table *t = NULL;
	struct net_report r = { 0 };
	struct net_data_source source = { .header = -1 };
	char what[120] = "", text[60];

	if (m && n_args > 1)
		t = net_data_read(args[1], &o->data, m->K ? TABLE_CLASS : TABLE_NUMBER, m,
		                  cli->seed, &status);
	else if (m)
		t = held_out_rows(cli, args[0], m, info, what, &source, &status);
	if (t && n_args > 1) {
		net_data_tell(cli, args[1], t, 0);
		tell_trained_rows(cli, info, t, args[1]);
		source = net_data_source(t);
		snprintf(what, sizeof what, "%d row%s%s%s", t->rows, t->rows == 1 ? "" : "s",
		         source.header >= 0 ? ": " : "",
		         net_data_source_text(&source, text));
	}
	if (t)
		status = net_score(&r, m, t, o->top);
	if (t && status == RY_OK)
		status = net_print_report(cli, &r, what,
		                          json_pack("{s:o}", "header",
		                                    net_data_header_json(&source)));
	net_report_free(&r);
	table_free(t);
	net_model_free(m);
	json_decref(info);
	return status;
}

const struct command net_eval_command = {
	.name = "net eval",
	.arguments = "RUN [FILE]",
	.summary = "score a trained network on a table, or on the held-out rows of its run",
	.examples =
		"riley net eval runs/NAME\n"
		"riley net eval runs/NAME more.csv --json\n"
		"riley net eval model.safetensors more.csv\n",
	.options = eval_rows,
	.options_size = sizeof(struct net_use_command),
	.defaults = defaults,
	.min_args = 1, .max_args = 2,
	.runs = 1,
	.run = eval_run,
};

/* ---- predict ---- */

static int most_probable(const double *score, int K)
{
	int best = 0;

	for (int k = 1; k < K; k++)
		if (score[k] > score[best])
			best = k;
	return best;
}

/* A line for each row: its number, the prediction, and of classes every probability. */
static void print_predictions(FILE *to, const struct net_model *m, const double *scores, int rows)
{
	fputs("row,", to);
	answer_csv_field(to, m->target);
	for (int k = 0; k < m->K; k++) {
		fputc(',', to);
		answer_csv_field(to, m->class_name[k]);
	}
	fputc('\n', to);
	for (int r = 0; r < rows; r++) {
		const double *score = scores + (size_t)r * (m->K ? m->K : 1);

		fprintf(to, "%d,", r + 1);
		if (m->K)
			answer_csv_field(to, m->class_name[most_probable(score, m->K)]);
		else
			fprintf(to, "%.8g", score[0]);
		for (int k = 0; k < m->K; k++)
			fprintf(to, ",%.8g", score[k]);
		fputc('\n', to);
	}
}

static json_t *predictions_json(const struct net_model *m, const double *scores, int rows)
{
	json_t *all = json_array();

	for (int r = 0; r < rows; r++) {
		const double *score = scores + (size_t)r * (m->K ? m->K : 1);
		json_t *one = json_pack("{s:i}", "row", r + 1);

		if (m->K) {
			json_t *p = json_object();

			for (int k = 0; k < m->K; k++)
				json_object_set_new(p, m->class_name[k], json_real(score[k]));
			json_object_set_new(one, "prediction",
			                    json_string(m->class_name[most_probable(score, m->K)]));
			json_object_set_new(one, "probability", p);
		} else {
			json_object_set_new(one, "prediction", json_real(score[0]));
		}
		json_array_append_new(all, one);
	}
	return json_pack("{s:s, s:o}", "target", m->target, "predictions", all);
}

static enum ry_status print(const struct cli *cli, const struct net_model *m, const double *scores,
                            int rows)
{
	if (cli->json) {
		json_t *o = predictions_json(m, scores, rows);

		if (o)
			json_object_set_new(o, "notes", command_notes(cli));
		return answer_json(stdout, o, JSON_INDENT(1) | JSON_REAL_PRECISION(8),
		                   "the predictions");
	}
	print_predictions(stdout, m, scores, rows);
	return RY_OK;
}

static enum ry_status predict_run(const struct cli *cli, void *options, int n_args, char **args)
{
	const struct net_use_command *o = options;
	enum ry_status status = RY_OK;
	json_t *info;
	struct net_model *m = open_model(args[0], &info, &status);
	struct table *t =
		m ? net_data_read(args[1], &o->data, TABLE_NO_TARGET, m, cli->seed, &status) : NULL;
	struct net_rows rows = { 0 };
	double loss, *scores = NULL;

	(void)n_args;
	if (t)
		net_data_tell(cli, args[1], t, 0);
	if (t)
		status = net_model_rows(m, t, &rows);
	if (t && status == RY_OK && (status = net_alloc(m->net, 1, CHUNK, CHUNK, 0)) == RY_OK)
		scores = net_model_scores(m, &rows, &loss, &status);
	if (scores)
		status = print(cli, m, scores, t->rows);
	free(scores);
	net_rows_free(&rows);
	table_free(t);
	net_model_free(m);
	json_decref(info);
	return status;
}

const struct command net_predict_command = {
	.name = "net predict",
	.arguments = "RUN FILE",
	.summary = "predict every row of a table with a trained network, as CSV",
	.examples =
		"riley net predict runs/NAME new.csv\n"
		"riley net predict runs/NAME new.csv -o predictions.csv\n"
		"riley net predict model.safetensors - <new.csv\n",
	.options = predict_rows,
	.options_size = sizeof(struct net_use_command),
	.defaults = defaults,
	.min_args = 2, .max_args = 2,
	.runs = 1,
	.run = predict_run,
};

const struct command *const net_commands[] = { NET_COMMANDS(COMMAND_ADDRESS) NULL };
