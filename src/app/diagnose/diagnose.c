/* diagnose.c - see diagnose.h. */
#include "src/app/diagnose/diagnose.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/app/kinds/run_kind.h"
#include "src/base/text.h"
#include "src/cli/answer.h"
#include "src/run/rundir.h"

/* ---- from a run's files to what the rules see ---- */

/* A number of a JSON object; NaN when it is not there or no number. */
static double number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

/* 0 where the object does not have it; NaN without the object. */
static double amount(const json_t *object, const char *key)
{
	double x = number(object, key);

	return !object || x > 0 ? x : 0;
}

/* Whether batches are drawn anew in each epoch: a flag in some versions, a word in others. */
static double shuffled(const json_t *options)
{
	const json_t *value = json_object_get(options, "shuffle");

	if (json_is_string(value))
		return strcmp(json_string_value(value), "yes") == 0;
	return json_is_boolean(value) ? json_is_true(value) : NAN;
}

/* Knowledge tracers have no choice of first weights. */
static double usual_start(const json_t *options)
{
	const char *init = json_string_value(json_object_get(options, "init"));

	return options ? !init || strcmp(init, "default") == 0 : NAN;
}

static void take_counts(struct diagnosis_run *run, const json_t *info)
{
	const json_t *data = json_object_get(info, "data"),
		     *result = json_object_get(info, "result");

	run->train_predictions = number(data, "train_predictions");
	run->valid_predictions = number(data, "valid_predictions");
	if (isnan(run->train_predictions))
		run->train_predictions = number(data, "training_rows");
	if (isnan(run->valid_predictions))
		run->valid_predictions = number(data, "validation_rows");
	/* Where there was no test part, validation was what the result is of. */
	if (isnan(run->valid_predictions) && number(data, "test_students") == 0)
		run->valid_predictions = number(result, "predictions");
	run->ceiling_auc = number(data, "valid_ceiling_auc");
	run->skill_mean_auc = number(data, "valid_skill_mean_auc");
	run->classes = number(data, "classes");
}

static void take_facts(struct diagnosis_run *run, command_lists lists, const json_t *info)
{
	const json_t *options = json_object_get(info, "options");

	diagnosis_run_init(run, &run_kind_of(lists, info)->diagnosis);
	run->epochs = number(options, "epochs");
	run->patience = number(options, "patience");
	run->dropout = number(options, "dropout");
	run->window = number(options, "window");
	run->discount = number(options, "discount");
	run->shuffled = shuffled(options);
	run->clip = number(options, "clip");
	run->usual_start = usual_start(options);
	run->penalty = amount(options, "l1") + amount(options, "l2") + amount(options, "decay");
	if (json_is_string(json_object_get(options, "model")))
		run->gated =
			strcmp(json_string_value(json_object_get(options, "model")), "rnn") != 0;
	take_counts(run, info);
}

static void take_calibration(struct diagnosis_run *run, const json_t *scores)
{
	const json_t *bins = json_object_get(scores, "calibration"),
		     *p = json_object_get(bins, "p"), *n = json_object_get(bins, "n");
	size_t many = json_array_size(p);

	for (size_t k = 0; k < many && k < DIAGNOSIS_BINS; k++, run->bins++) {
		run->bin_p[k] = json_is_number(json_array_get(p, k))
		                        ? json_number_value(json_array_get(p, k))
		                        : NAN;
		run->bin_n[k] = json_number_value(json_array_get(n, k));
	}
}

static void take_layers(struct diagnosis_run *run, const json_t *record)
{
	const json_t *layer;
	size_t k;

	json_array_foreach(json_object_get(record, "layers"), k, layer)
		if (!(number(layer, "dead") <= run->dead_layer) && !isnan(number(layer, "dead"))) {
			run->dead_layer = number(layer, "dead");
			run->dead_name = json_string_value(json_object_get(layer, "name"));
		}
}

/* Gradients go back no farther than a student has answers; the one who is traced has as many as
 * any, up to a hundred. */
static void take_window(struct diagnosis_run *run, const json_t *tracing)
{
	size_t steps = json_array_size(json_object_get(tracing, "correct"));

	if (steps > 1 && (double)(steps - 1) < run->window)
		run->window = (double)(steps - 1);
}

static void diagnose(struct diagnosis *d, command_lists lists, struct run_reader *r, int ended)
{
	const struct run_data *data = run_reader_data(r);
	struct diagnosis_column column[RUN_TABLE_COLUMNS];
	struct diagnosis_run run;

	take_facts(&run, lists, data->info);
	take_calibration(&run, run_reader_record(r, "scores"));
	take_layers(&run, run_reader_record(r, "layers"));
	take_window(&run, run_reader_record(r, "tracing"));
	for (int k = 0; k < data->table->columns; k++)
		column[k] = (struct diagnosis_column){ data->table->column[k]->name,
			                               data->table->column[k]->mean };
	run.column = column;
	run.columns = data->table->columns;
	run.n = data->table->buckets;
	run.each = data->table->bucket ? (double)data->table->bucket : 1;
	run.status = rundir_state(data->info, ended ? 0 : data->writer);
	diagnosis_make(d, &run);
}

void diagnose_reader(struct diagnosis *d, command_lists lists, struct run_reader *r)
{
	diagnose(d, lists, r, 0);
}

enum ry_status diagnose_run(struct diagnosis *d, command_lists lists, const char *path, int ended)
{
	enum ry_status status;
	json_t *info = rundir_read_info(path, &status);
	struct run_reader *r;

	if (!info)
		return status;
	json_decref(info);
	r = run_reader_open(path);
	if (!r)
		return ry_failure();
	run_reader_poll(r, INFINITY);
	status = run_reader_status(r);
	if (status == RY_OK)
		diagnose(d, lists, r, ended);
	run_reader_free(r);
	return status;
}

/* ---- answers ---- */

static const char *const severities[] = {
	[DIAGNOSIS_REMARK] = "remark",
	[DIAGNOSIS_WARNING] = "warning",
	[DIAGNOSIS_SERIOUS] = "serious",
};

const char *diagnose_word(const struct diagnosis *d)
{
	const struct diagnosis_finding *f = diagnosis_verdict(d);

	return f ? f->rule->id : diagnosis_too_early(d) ? "too early" : "healthy";
}

/* Words of `text` after `label`, in lines of `width` columns that begin below the first word. */
static void put(FILE *to, const char *label, const char *text, int width)
{
	int margin = (int)strlen(label), at = margin;

	out(to, "%s", label);
	while (*text) {
		int length = (int)strcspn(text, " ");

		if (at > margin && at + 1 + length > width) {
			out(to, "\n%*s", margin, "");
			at = margin;
		}
		if (at > margin)
			fputc(' ', to);
		at += (at > margin) + length;
		out_bytes(to, text, (size_t)length);
		text += length;
		text += strspn(text, " ");
	}
	fputc('\n', to);
}

static void put_blanks(FILE *to, const struct diagnosis *d, int width)
{
	char line[320];

	if (!d->unjudged)
		return;
	fprintf(to, "\nNot judged:\n");
	for (int k = 0; k < d->unjudged; k++) {
		snprintf(line, sizeof line, "%s: %s", d->blank[k].rule->name, d->blank[k].why);
		put(to, "  ", line, width);
	}
}

void diagnose_text(FILE *to, const struct diagnosis *d, int width)
{
	char line[DIAGNOSIS_TEXT + 100];

	put(to, "Verdict: ", diagnosis_line(line, sizeof line, d), width);
	for (int k = 0; k < d->n; k++) {
		const struct diagnosis_finding *f = &d->finding[k];

		out(to, "\n%d. %s (%s)\n", k + 1, f->rule->name, severities[f->severity]);
		put(to, "   Evidence: ", f->evidence, width);
		put(to, "   Meaning:  ", f->rule->meaning, width);
		put(to, "   Try:      ", f->advice, width);
	}
	put_blanks(to, d, width);
}

json_t *diagnose_json(const struct diagnosis *d)
{
	json_t *findings = json_array(), *unjudged = json_array();

	for (int k = 0; k < d->n; k++) {
		const struct diagnosis_finding *f = &d->finding[k];

		json_array_append_new(findings,
		                      json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "rule",
		                                f->rule->id, "name", f->rule->name, "severity",
		                                severities[f->severity], "evidence", f->evidence,
		                                "meaning", f->rule->meaning, "advice",
		                                f->advice));
	}
	for (int k = 0; k < d->unjudged; k++)
		json_array_append_new(unjudged,
		                      json_pack("{s:s, s:s}", "rule", d->blank[k].rule->id, "why",
		                                d->blank[k].why));
	return json_pack("{s:s, s:o, s:o, s:i, s:I}", "verdict", diagnose_word(d), "findings",
	                 findings, "unjudged", unjudged, "judged", d->judged, "points",
	                 (json_int_t)d->points);
}
