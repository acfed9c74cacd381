/* training.c - see training.h. */
#include "src/app/training/training.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "src/app/diagnose/diagnose.h"
#include "src/app/kinds/run_kind.h"
#include "src/app/plot/plot.h"
#include "src/app/training/training_watch.h"
#include "src/base/file.h"
#include "src/base/text.h"
#include "src/cli/called.h"
#include "src/cli/option_effects.h"
#include "src/ui/interrupt.h"
#include "src/ui/progress.h"

const char *const training_no_yes[] = { "no", "yes", NULL };

void training_defaults(struct training_options *o)
{
	*o = (struct training_options){
		.epochs = 20,
		.batch = 32,
		.patience = 5,
		.optimizer = RULE_ADAM,
		.momentum = -1,
		.decay = -1,
		.schedule = SCHEDULE_COSINE,
		.step_epochs = 5,
		.step_factor = 0.5,
		.clip = 5,
		.shuffle = 1,
		.split = 0.1,
	};
}

static int has_momentum(const void *options)
{
	return optimizer_has_momentum(((const struct training_options *)options)->optimizer);
}

static int has_steps(const void *options)
{
	return ((const struct training_options *)options)->schedule == SCHEDULE_STEP;
}

static int has_validation(const void *options)
{
	return ((const struct training_options *)options)->split > 0;
}

static int has_decay(const void *options)
{
	return ((const struct training_options *)options)->optimizer == RULE_ADAMW;
}

void training_note_effects(const struct cli *cli, const void *options)
{
	static const struct option_effect table[] = {
		{ "momentum", has_momentum, "--optimizer momentum, nesterov or rmsprop" },
		{ "step-epochs", has_steps, "--schedule step" },
		{ "step-factor", has_steps, "--schedule step" },
		{ "decay", has_decay, "--optimizer adamw" },
		{ "patience", has_validation, "validation data (--split above 0)" },
		{ NULL, NULL, NULL }
	};

	option_effects_note(cli, table, options);
}

int training_describe_default(const struct option_row *row, char *into, size_t size)
{
	static const struct { const char *name, *text; } rows[] = {
		{ "momentum",
		  "default: the optimizer's own, 0.9 for momentum and nesterov, else 0" },
		{ "decay", "default: the optimizer's own, 0.01" },
	};

	for (size_t k = 0; row && k < sizeof rows / sizeof *rows; k++)
		if (strcmp(rows[k].name, row->name) == 0) {
			snprintf(into, size, "%s", rows[k].text);
			return 1;
		}
	return 0;
}

void training_settle(struct training_options *o)
{
	struct optimizer_options own;

	optimizer_defaults(&own, o->optimizer);
	if (o->lr == 0)
		o->lr = own.lr;
	if (o->momentum < 0 && has_momentum(o))
		o->momentum = own.momentum;
	if (o->decay < 0 && has_decay(o))
		o->decay = own.decay;
}

void training_optimizer(const struct training_options *o, long batches,
                        struct optimizer_options *to)
{
	optimizer_defaults(to, o->optimizer);
	if (o->lr > 0)
		to->lr = o->lr;
	if (o->momentum >= 0)
		to->momentum = o->momentum;
	if (o->decay >= 0)
		to->decay = o->decay;
	to->l1 = o->l1;
	to->l2 = o->l2;
	to->schedule = o->schedule;
	to->warmup = o->warmup;
	to->total = o->epochs * batches;
	to->step_every = o->step_epochs * batches;
	to->step_factor = o->step_factor;
}

/* The last part of a path without its ending: "data/builder_train.csv" gives "builder_train". */
static void stem(char *to, size_t size, const char *path)
{
	const char *slash = strrchr(path, '/'), *from = slash ? slash + 1 : path;
	char *dot;

	snprintf(to, size, "%s", strcmp(path, "-") == 0 ? "stdin" : from);
	dot = strrchr(to, '.');
	if (dot && dot != to)
		*dot = '\0';
}

static char *format_path(const char *format, ...) __attribute__((format(printf, 1, 2)));

static char *format_path(const char *format, ...)
{
	char text[4096];
	char *path;
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	path = strdup(text);
	if (!path)
		ry_fail_memory("a path");
	return path;
}

char *training_run_path(const char *name, const char *model, const char *data, const char *first)
{
	char base[200], stamp[32];
	const char *dash = "", *data_name = "";
	time_t t = time(NULL);
	struct tm tm;

	if (name && !*name) {
		ry_fail(RY_EINVAL, "--name: a run needs a name");
		return NULL;
	}
	if (name)
		return format_path(strchr(name, '/') ? "%s" : "runs/%s", name);
	stem(base, sizeof base, data);
	if (strcmp(model, base) != 0) {              /* lstm.csv of an LSTM: once is enough */
		dash = "-";
		data_name = base;
	}
	strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", localtime_r(&t, &tm));
	for (int n = 1; ; n++) {
		char *path = n == 1 ? format_path("runs/%s%s%s-%s", model, dash, data_name, stamp)
		                    : format_path("runs/%s%s%s-%s-%d", model, dash, data_name,
		                                  stamp, n);
		char *run = path ? format_path("%s%s", path, first) : NULL;
		int there = run && access(run, F_OK) == 0;

		free(run);
		if (!there)
			return path;
		free(path);
	}
}

enum ry_status training_data_named(const char *file, const char *run)
{
	return !file || strcmp(file, "-") != 0
	               ? RY_OK
	               : ry_fail(RY_EDATA,
	                         "%s: trained on standard input; give its data again, as a file or "
	                         "as -",
	                         run);
}

json_t *training_run_info(const struct command *c, const struct cli *cli, const void *options,
                          long seed, int threads)
{
	json_t *line = json_array(), *resolved = command_options_json(c, options), *info;

	for (int i = 0; i < cli->argc; i++) {
		json_t *word = json_string(cli->argv[i]);

		json_array_append_new(line, word ? word : json_string("?"));   /* not UTF-8 */
	}
	json_object_del(resolved, "watch");      /* who looked on says nothing about the run */
	info = json_pack("{s:s, s:o, s:o, s:I, s:i}", "kind", c->makes->name, "command", line,
	                 "options", resolved, "seed", (json_int_t)seed, "threads", threads);
	if (!info)
		ry_fail_memory("the run's description");
	return info;
}

static int listed(const char *name, const char *const *list)
{
	for (; list && *list; list++)
		if (strcmp(name, *list) == 0)
			return 1;
	return 0;
}

/* The value of the text option called `name`; NULL when `c` has none. */
static const char **text_option(const struct command *c, void *options, const char *name)
{
	for (const struct option_row *row = c->options; row->name; row++)
		if (row->type == OPTION_TEXT && strcmp(row->name, name) == 0)
			return (const char **)((char *)options + row->at);
	return NULL;
}

/* Whether the option may be another one when a run is resumed. */
static int changes(const char *name, const char *const *may_change)
{
	static const char *const always[] = { "epochs", "patience", "resume", "watch", NULL };

	return listed(name, always) || listed(name, may_change);
}

/* Those of `typed` that were typed and may change.  Texts are left out: "resume" alone is one.  A
 * new object; NULL without memory. */
static json_t *changed_options(const struct command *c, const struct cli *cli, const json_t *typed,
                               const char *const *may_change)
{
	json_t *changed = json_object();

	for (const struct option_row *row = c->options; row->name; row++)
		if (command_typed(cli, row->name) && changes(row->name, may_change) &&
		    row->type != OPTION_TEXT)
			json_object_set(changed, row->name, json_object_get(typed, row->name));
	return changed;
}

enum ry_status training_resume(const struct command *c, const struct cli *cli, void *options,
                               const json_t *info, const char *const *may_change)
{
	const json_t *saved = json_object_get(info, "options");
	json_t *typed = command_options_json(c, options),
	       *changed = changed_options(c, cli, typed, may_change);
	const char **resume = text_option(c, options, "resume"), *kept = resume ? *resume : NULL;
	enum ry_status status = RY_OK;
	const char *name;
	json_t *value;

	if (!json_is_object(saved) || !typed) {
		json_decref(changed);
		json_decref(typed);
		return ry_fail(RY_EDATA, "run.json: no saved options to resume with");
	}
	json_object_foreach(typed, name, value) {
		if (!command_typed(cli, name) || changes(name, may_change))
			continue;
		if (!json_equal(value, json_object_get(saved, name)))
			status =
				ry_fail(RY_EINVAL,
				        "--%s cannot change when a run is resumed", name);
	}
	/* Texts are borrowed from `saved`, which stays; what was typed is put back over it. */
	if (status == RY_OK)
		status = command_options_from_json(c, options, saved);
	if (status == RY_OK)
		status = changed ? command_options_from_json(c, options, changed)
		                 : ry_fail_memory("options");
	if (resume)
		*resume = kept;                  /* the run's own options don't hold it */
	json_decref(changed);
	json_decref(typed);
	return status;
}

/* What changed is the run's from here on: after a crash it is gone on with by run.json alone. */
static enum ry_status keep_changes(struct rundir *run, const struct command *c,
                                   const struct cli *cli, const void *options,
                                   const char *const *may_change)
{
	json_t *all = command_options_json(c, options),
	       *changed = changed_options(c, cli, all, may_change);
	enum ry_status status;

	json_object_del(changed, "watch");       /* as in training_run_info() */
	status = all && changed ? rundir_set_options(run, changed) : ry_fail_memory("options");
	json_decref(changed);
	json_decref(all);
	return status;
}

/* A seed and a number of threads that were typed must be the run's own: all that it draws comes
 * from that seed, and sums over threads are of as many parts. */
static enum ry_status check_own(const struct cli *cli, long seed, int threads)
{
	if (command_typed(cli, "threads") && cli->threads != threads)
		return ry_fail(RY_EINVAL,
		               "--threads cannot change when a run is resumed: it is %d, and the "
		               "results depend on it",
		               threads);
	if (command_typed(cli, "seed") && cli->seed != seed)
		return ry_fail(RY_EINVAL, "--seed cannot change when a run is resumed: it is %ld",
		               seed);
	return RY_OK;
}

struct rundir *training_take_run(const struct command *c, const struct cli *cli, void *options,
                                 const char *path, const char *const *may_change, long *seed,
                                 int *threads, enum ry_status *status)
{
	struct rundir *run = rundir_resume(path, status);
	const struct run_kind *kind = c->makes;
	const json_t *info, *data;

	if (!run)
		return NULL;
	info = rundir_info(run);
	data = json_object_get(info, kind->data);
	*seed = (long)json_integer_value(json_object_get(info, "seed"));
	*threads = (int)json_integer_value(json_object_get(info, "threads"));
	if (strcmp(json_string_value(json_object_get(info, "kind")), kind->name) != 0
	    || !json_is_string(json_object_get(data, kind->data_name)))
		*status = ry_fail(RY_EDATA, "%s: not a run of '%s %s'", rundir_path(run),
		                  called_name(), c->name);
	else if (*threads < 1)
		*status = ry_fail(RY_EDATA, "%s/run.json: no number of threads", rundir_path(run));
	else
		*status = check_own(cli, *seed, *threads);
	if (*status == RY_OK)
		*status = training_resume(c, cli, options, info, may_change);
	if (*status == RY_OK)
		*status = keep_changes(run, c, cli, options, may_change);
	if (*status == RY_OK && command_typed(cli, "config"))
		command_note(cli, "config_ignored", "",
		             "%s is resumed with its own options: those in the file of --config "
		             "have no effect", rundir_path(run));
	if (*status == RY_OK)
		return run;
	rundir_leave(run);
	return NULL;
}

/* ---- the steps from a learner to a finished run ---- */

enum ry_status training_loop(const struct cli *cli, struct training_options *o,
                             const struct learner *l, struct rundir *run, double rest,
                             const char *item, struct train_result *result)
{
	const struct train_options how = { .epochs = o->epochs,
		                           .patience = o->patience,
		                           .resume = o->resume != NULL,
		                           .rest = rest };
	struct observer *screen = o->watch && !cli->watcher
	                                  ? training_watch_alloc(cli, rundir_path(run), item)
	                                  : NULL;
	enum ry_status status = training_drive(cli, how, l, run, item, screen, o->log_every,
	                                       result);

	o->watch = screen != NULL;
	if (training_watch_free(screen))
		o->watch = 0;
	return status;
}

static void all_is_saved(int all)
{
	if (all)
		interrupt_release();
	else
		interrupt_hold();
}

enum ry_status training_drive(const struct cli *cli, struct train_options o,
                              const struct learner *l, struct rundir *run, const char *item,
                              struct observer *watcher, int log_every,
                              struct train_result *result)
{
	struct observer *log = rundir_observer(run);
	struct observer *bar;
	enum ry_status status;

	if (!watcher)
		watcher = cli->watcher;
	bar = cli->quiet || watcher
	              ? NULL
	              : progress_alloc(stderr, cli->plain, cli->ascii, cli->color, item);
	progress_every(bar, log_every);
	o.stop = command_interrupted;
	o.saved = all_is_saved;
	log->next = watcher ? watcher : bar;
	interrupt_hold();
	status = train_run(l, &o, run, log, result);
	log->next = NULL;
	progress_free(bar);
	interrupt_release();
	return status;
}

/* A report without a diagnosis is better than none. */
static void put_diagnosis(FILE *to, command_lists lists, const char *path)
{
	struct diagnosis d;

	if (diagnose_run(&d, lists, path, 1) != RY_OK)
		return;
	out(to, "\nDiagnosis (%s diagnose %s)\n\n", called_name(), path);
	diagnose_text(to, &d, 100);
}

int training_untold(const struct cli *cli)
{
	return cli->quiet && !cli->json && !command_typed(cli, "output");
}

enum ry_status training_report(const struct cli *cli, struct rundir *run,
                               void (*print)(FILE *to, const void *report), const void *report)
{
	struct file_part part = { 0 };
	char *text = NULL;
	FILE *f = open_memstream(&text, &part.size);
	enum ry_status status = ry_fail_memory("the report");

	if (f) {
		print(f, report);
		put_diagnosis(f, cli->lists, rundir_path(run));
		if (fclose(f) == 0) {
			part.data = text;
			status = rundir_write(run, "report.txt", &part, 1);
		}
	}
	free(text);
	return status;
}

/* "frames" and "best_frame" say where it stands; what counts epochs tells its updates beside
 * them. */
static void set_places(struct rundir *run, const char *unit, const struct train_result *result)
{
	char key[40];

	snprintf(key, sizeof key, "%ss", unit);
	rundir_set_result(run, key, json_integer((json_int_t)result->count));
	snprintf(key, sizeof key, "best_%s", unit);
	rundir_set_result(run, key, json_integer(result->best_at));
	if (strcmp(unit, "epoch") == 0)
		rundir_set_result(run, "updates", json_integer(result->updates));
}

enum ry_status training_finish(struct rundir *run, enum ry_status status, const char *unit,
                               const struct train_result *result, json_t *scores)
{
	int as_it_ended = status == RY_OK || status == RY_ESTOP || status == RY_ENUMERIC;
	char why[1024];
	const char *key;
	json_t *value;
	enum ry_status finished;

	/* its checkpoint can't be read, say */
	if (!result->begun && json_object_get(rundir_info(run), "resumed")) {
		json_decref(scores);
		rundir_leave(run);
		return status;
	}
	snprintf(why, sizeof why, "%s", ry_message());
	set_places(run, unit, result);
	json_object_foreach(scores, key, value)
		rundir_set_result(run, key, json_incref(value));
	json_decref(scores);
	if (status != RY_OK && status != RY_ESTOP)
		rundir_set_result(run, "error", json_string(why));
	if (!as_it_ended)
		ry_fail(status, "%s", why);
	interrupt_hold();
	finished = rundir_finish(run, as_it_ended ? result->how : "failed");
	interrupt_release();
	if (status == RY_OK)
		return finished;
	return as_it_ended ? ry_fail(status, "%s", why) : status;
}

void training_stay(const struct cli *cli, const struct training_options *o, const char *path)
{
	if (o->watch)
		training_watch_stay(cli, path);
}

void training_plot(const struct cli *cli, const char *path)
{
	int show = !cli->json && !cli->quiet && isatty(STDOUT_FILENO);

	if (show)
		putchar('\n');
	if (plot_finished_run(cli->lists, path, 1, show ? stdout : NULL, cli->ascii) != RY_OK)
		command_say(cli, "No plots: %s", ry_message());
	else
		command_say(cli, "Learning curves: %s/plots/curves.png and .svg", path);
}
