/* kt_train_command.c - `riley kt train`: data in, a run directory and scores out. */
#include "config.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <gsl/gsl_statistics_double.h>

#include "rnn/commands/kt_commands.h"
#include "rnn/commands/kt_facts.h"
#include "rnn/commands/kt_kind.h"
#include "rnn/commands/kt_leak.h"
#include "rnn/commands/kt_options.h"
#include "rnn/commands/kt_report.h"
#include "rnn/kt/kt_learner.h"
#include "rnn/layers/recurrent.h"
#include "src/app/training/training.h"
#include "src/base/json_value.h"
#include "src/base/random.h"
#include "src/base/text.h"
#include "src/cli/answer.h"
#include "src/cli/called.h"
#include "src/cli/option_effects.h"

enum { FOLDS_MAX = 100, LAYERS_MAX = 3 };

struct kt_train_command {
	struct training_options training;
	struct kt_data_options  data;
	const char             *test;
	double                  test_split;
	int                     model, hidden, layers, window, folds;
	double                  dropout;
};


#define ROW(option, type, member, argument, help, low, high, choices) \
	{ option, 0, type, offsetof(struct kt_train_command, member), argument, help, low, high, \
	  choices }

static const struct option_row rows[] = {
	ROW("test", OPTION_TEXT, test, "FILE",
	    "test data: report the best model's scores on the students in FILE", 0, 0,
	    NULL),
	ROW("test-split", OPTION_REAL, test_split, "X",
	    "without --test: fraction of the students in TRAIN, taken from its end, held out for "
	    "testing",
	    0, 0.9, NULL),
	ROW("model", OPTION_CHOICE, model, NULL, "type of recurrent layer", 0, 0, rnn_layer_names),
	ROW("hidden", OPTION_INT, hidden, "N", "units in each recurrent layer", 1, 16384, NULL),
	ROW("layers", OPTION_INT, layers, "N", "number of recurrent layers", 1, LAYERS_MAX, NULL),
	ROW("dropout", OPTION_REAL, dropout, "P",
	    "dropout: fraction of units dropped before the output layer", 0,
	    0.99, NULL),
	ROW("window", OPTION_INT, window, "N",
	    "truncated back-propagation through time: steps per segment; the state is carried over",
	    1, 1e6, NULL),
	ROW("folds", OPTION_INT, folds, "K",
	    "K-fold cross-validation over students, one run per fold; K is 2 or more", 0,
	    FOLDS_MAX, NULL),
	TRAINING_ROWS(struct kt_train_command, "sequences"),
	KT_DATA_ROWS(struct kt_train_command),
	{ 0 }
};

static void defaults(void *options)
{
	struct kt_train_command *o = options;

	training_defaults(&o->training);
	o->model = 0;
	o->hidden = 200;
	o->layers = 1;
	o->dropout = 0.5;
	o->window = 50;
	o->test_split = -1;
}

/* All that a training job needs to know; one job trains one model per fold. */
struct job {
	const struct cli        *cli;
	struct kt_train_command *o;
	long                     seed;
	int                      threads;
	/* test_path NULL: none, or held out of TRAIN */
	const char              *train_path, *test_path;
	struct sequences        *train, *test;             /* test NULL: as test_path */
	/* for training and validation; for testing */
	struct kt_subset           pool, held_out;
	float                   *train_ceiling;            /* for train, or NULL */
	/* for held_out, or NULL: perhaps the same */
	float                   *ceiling;
	struct rundir           *run;                      /* taken for resuming; else NULL */
	struct workers          *workers;
};

static void job_free(struct job *j)
{
	workers_free(j->workers);
	rundir_leave(j->run);
	kt_subset_free(&j->pool);
	kt_subset_free(&j->held_out);
	if (j->ceiling != j->train_ceiling)
		free(j->ceiling);
	free(j->train_ceiling);
	sequences_free(j->train);
	sequences_free(j->test);
}

/* ---- data ---- */

/* Students with something to learn from: at least two answers. */
static int useful(const struct sequences *s, int from, int to)
{
	int n = 0;

	for (int i = from; i < to; i++)
		n += s->start[i + 1] - s->start[i] >= 2;
	return n;
}

/* A resumed run must see the data it began with. */
static enum ry_status check_data(const struct job *j)
{
	const json_t *was = j->run ? json_object_get(rundir_info(j->run), "data") : NULL;
	const char *print = json_string_value(json_object_get(was, "fingerprint"));
	char is[20];

	snprintf(is, sizeof is, "%016llx", sequences_fingerprint(j->train));
	return !j->run || (print && strcmp(print, is) == 0)
	               ? RY_OK
	               : ry_fail(RY_EDATA,
	                         "%s: its answers have changed since the run was trained",
	                         j->train_path);
}

/* How many students a run that is taken up trained on; `cut` if it does not say. */
static int trained_students(const struct job *j, int cut)
{
	const json_t *data = json_object_get(rundir_info(j->run), "data"),
		     *n = json_object_get(data, "training_students");

	return json_is_integer(n) && json_integer_value(n) <= j->train->students
	               ? (int)json_integer_value(n)
	               : cut;
}

/* Read the files, agree on one numbering, and set students aside for the test. */
static enum ry_status load_data(struct job *j)
{
	struct sequence_report report, test_report;
	enum ry_status status = RY_OK;
	double share = j->o->test_split;
	int cut;

	j->train = kt_read(j->train_path, &j->o->data, &report, &status);
	if (!j->train)
		return status;
	cut = j->train->students;
	if ((status = check_data(j)) != RY_OK ||
	    (status = kt_facts_check(j->train_path, j->train)) != RY_OK ||
	    (status = kt_facts_tell(j->cli, j->train_path, j->train, &report)) != RY_OK)
		return status;
	j->train_ceiling = kt_ceiling(j->train_path, j->train);
	if (j->test_path) {
		j->test = kt_read(j->test_path, &j->o->data, &test_report, &status);
		if (j->test)
			status = kt_facts_tell(j->cli, j->test_path, j->test, &test_report);
		if (status != RY_OK)
			return status;
		if (!j->test || (status = sequences_unite(j->train, j->test)) != RY_OK)
			return status;
		if (sequences_fingerprint(j->test) == sequences_fingerprint(j->train))
			return ry_fail(RY_EDATA,
			               "%s: holds the same answers as %s: test on other students",
			               j->test_path, j->train_path);
		status = kt_leak_tell(j->cli, j->test_path, j->test, j->train,
		                      j->train->students);
		if (status != RY_OK)
			return status;
	} else {
		/* Simulated students are as many for the test as for training. */
		if (share < 0)
			share = report.format == FORMAT_MATRIX || j->train_ceiling ? 0.5 : 0;
		cut -= (int)(share * j->train->students);
		if (j->run)              /* as it was, also by an earlier version */
			cut = trained_students(j, cut);
		if (cut < j->train->students)
			command_fact(j->cli, "split",
			             "Training on students 1 to %d, testing on the other %d.",
			             cut, j->train->students - cut);
	}
	if (useful(j->train, 0, cut) < 2)
		return ry_fail(RY_EDATA,
		               "%s: found %s with at least two answers: training needs 2 or more",
		               j->train_path,
		               kt_counted((size_t)useful(j->train, 0, cut), "student"));
	if (j->o->folds > cut)
		return ry_fail(RY_EINVAL, "--folds %d: there are only %s to train on",
		               j->o->folds, kt_counted((size_t)cut, "student"));
	status = kt_subset_range(&j->pool, j->train, 0, cut);
	if (status != RY_OK)
		return status;
	status = j->test ? kt_subset_range(&j->held_out, j->test, 0, j->test->students)
	                 : kt_subset_range(&j->held_out, j->train, cut, j->train->students);
	if (status == RY_OK && j->test) {
		/* The exercises have new numbers. */
		free(j->train_ceiling);
		j->train_ceiling = kt_ceiling(j->train_path, j->train);
	}
	if (status == RY_OK)
		j->ceiling = j->test ? kt_ceiling(j->test_path, j->test) : j->train_ceiling;
	return status;
}

static json_t *hex(unsigned long long x)
{
	return json_sprintf("%016llx", x);
}

static json_t *data_info(const struct job *j)
{
	json_t *d = json_pack("{s:s, s:o, s:i, s:i, s:I, s:i, s:i}", "train", j->train_path,
	                      "fingerprint", hex(sequences_fingerprint(j->train)), "students",
	                      j->train->students, "exercises", j->train->exercises, "answers",
	                      (json_int_t)j->train->answers, "training_students", j->pool.n,
	                      "test_students", j->held_out.n);

	if (j->test) {
		json_value_set(&d, "test", json_string(j->test_path));
		json_value_set(&d, "test_fingerprint", hex(sequences_fingerprint(j->test)));
	}
	json_value_set(&d, "notes", command_notes(j->cli));
	return d;
}

/* ---- what is known of the parts before anything is learnt ---- */

/* Answers that are predicted: all but each student's first. */
static size_t predictions_of(const struct kt_subset *part)
{
	size_t n = 0;

	for (int k = 0; k < part->n; k++) {
		size_t answers =
			part->s->start[part->student[k] + 1] - part->s->start[part->student[k]];

		n += answers ? answers - 1 : 0;
	}
	return n;
}

static void set_value(json_t *data, const char *part, const char *what, json_t *value)
{
	char key[64];

	snprintf(key, sizeof key, "%s_%s", part, what);
	json_object_set_new(data, key, value);
}

/* AUC of probabilities p, by answer. */
static enum ry_status set_auc(json_t *data, const char *name, const char *what,
                              const struct kt_subset *part, const float *p)
{
	struct kt_scores scores;
	enum ry_status status = kt_score(&scores, part->s, part->student, part->n, p);

	if (status == RY_OK)
		set_value(data, name, what, answer_number(scores.auc));
	return status;
}

/* What a part can be compared with: shares of right answers in `known`, and the ceiling (or
 * NULL). */
static enum ry_status describe_part(json_t *data, const char *name, const struct kt_subset *part,
                                    const struct kt_subset *known, const float *ceiling)
{
	double *mean = ry_calloc(known->s->exercises, sizeof *mean, "skill means"), overall = 0;
	float *p = ry_calloc(part->s->answers, sizeof *p, "predictions");
	enum ry_status status =
		mean && p ? kt_skill_means(known->s, known->student, known->n, mean, &overall)
		          : ry_failure();

	set_value(data, name, "predictions", json_integer((json_int_t)predictions_of(part)));
	if (status == RY_OK) {
		kt_predict_means(mean, overall, part->s, part->student, part->n, p);
		status = set_auc(data, name, "skill_mean_auc", part, p);
	}
	if (status == RY_OK && ceiling)
		status = set_auc(data, name, "ceiling_auc", part, ceiling);
	free(p);
	free(mean);
	return status;
}

/* ---- one run ---- */

/* The pool's students for training and for validation. */
static enum ry_status split(const struct job *j, int fold, struct kt_subset *train,
                            struct kt_subset *valid)
{
	gsl_rng *rng = random_stream(j->seed, STREAM_SPLIT);
	enum ry_status status;
	int count = (int)(j->o->training.split * j->pool.n + 0.5);

	if (count >= j->pool.n)              /* at least one student trains */
		count = j->pool.n - 1;
	if (!rng)
		return ry_failure();
	if (j->o->folds > 1)
		status = kt_subset_fold(&j->pool, j->o->folds, fold, valid, train, rng);
	else
		status = kt_subset_draw(&j->pool, count, valid, train, rng);
	gsl_rng_free(rng);
	return status;
}

/* The same of all parts of a fold, into run.json's "data". */
static enum ry_status describe_parts(const struct job *j, int fold, json_t *data)
{
	struct kt_subset train = { 0 }, valid = { 0 };
	enum ry_status status = split(j, fold, &train, &valid);

	set_value(data, "train", "predictions", json_integer((json_int_t)predictions_of(&train)));
	if (status == RY_OK && valid.n)
		status = describe_part(data, "valid", &valid, &train, j->train_ceiling);
	if (status == RY_OK && j->held_out.n)
		status = describe_part(data, "test", &j->held_out, &j->pool, j->ceiling);
	kt_subset_free(&train);
	kt_subset_free(&valid);
	return status;
}

/* Tell where a part's answers cannot be scored by AUC. */
static enum ry_status tell_parts(const struct job *j, int fold)
{
	struct kt_subset train = { 0 }, valid = { 0 };
	enum ry_status status = split(j, fold, &train, &valid);

	if (status == RY_OK) {
		kt_report_note(j->cli, "training students", &train);
		kt_report_note(j->cli, "validation students", &valid);
		kt_report_note(j->cli, "test students", &j->held_out);
	}
	kt_subset_free(&train);
	kt_subset_free(&valid);
	return status;
}

/* A model with fresh parameters.  Its skill means are of all students that are not for testing, or,
 * where those of validation stand in for these, of the others. */
static struct kt_model *fresh_model(const struct job *j, const struct kt_subset *train)
{
	const struct kt_subset *known = j->held_out.n ? &j->pool : train;
	struct kt_model *m = kt_model_make(rnn_layer_names[j->o->model], j->o->hidden, j->o->layers,
	                                   j->o->dropout, known->s);
	gsl_rng *rng = m ? random_stream(j->seed, STREAM_INIT) : NULL;

	if (!rng || kt_skill_means(known->s, known->student, known->n, m->skill_mean,
	                           &m->overall_mean) != RY_OK) {
		if (rng)
			gsl_rng_free(rng);
		kt_model_free(m);
		return NULL;
	}
	net_init(m->net, rng);
	gsl_rng_free(rng);
	return m;
}

/* The best model of the run, read back from its file. */
static struct kt_model *best_model(struct rundir *run, enum ry_status *status)
{
	const char *path = rundir_file(run, "model.safetensors");
	struct st_file *f = path ? st_open(path, status) : NULL;
	struct kt_model *m = f ? kt_model_read(f, status) : NULL;

	st_close(f);
	return m;
}

/* Score the best model on the students held out, or else on those of validation. */
static enum ry_status score_best(const struct job *j, struct rundir *run,
                                 const struct kt_subset *valid, int window, struct kt_report *r)
{
	enum ry_status status = RY_OK;
	struct kt_model *m = best_model(run, &status);
	struct kt_batch *b =
		m ? kt_batch_alloc(m, j->workers, window, j->o->training.batch, NULL) : NULL;
	const struct kt_subset *part = j->held_out.n ? &j->held_out : valid;

	if (m && !b)
		status = ry_failure();
	if (status == RY_OK)
		status = kt_report_make(r, b, m, part, j->held_out.n ? j->ceiling : NULL);
	if (status == RY_OK) {
		r->title = rnn_layer_names[j->o->model];
		r->data = j->held_out.n ? "test students"
		                        : "validation students (also used to select the model: "
		                          "there are no test data)";
	}
	kt_batch_free(b);
	kt_model_free(m);
	return status;
}

static void print_report(FILE *to, const void *report)
{
	kt_report_text(to, report);
}

/* Train one model in `run`, whose end is the caller's, and score it. */
static enum ry_status train_in(const struct job *j, struct rundir *run, int fold,
                               struct kt_report *report, struct train_result *result)
{
	struct training_options *t = &j->o->training;
	struct kt_subset train = { 0 }, valid = { 0 };
	struct optimizer_options optimizer;
	struct kt_train_options o = {
		.clip = t->clip, .seed = j->seed + fold, .optimizer = &optimizer
	};
	enum ry_status status = split(j, fold, &train, &valid);
	struct kt_model *m = status == RY_OK ? fresh_model(j, &train) : NULL;
	struct kt_batcher *batcher = m ? kt_batcher_alloc(train.s, train.student, train.n,
	                                                  j->o->window, t->batch,
	                                                  t->shuffle ? KT_SHUFFLED : KT_LISTED)
	                               : NULL;
	struct kt_learner *l = NULL;

	if (batcher) {
		training_optimizer(t, batcher->batches, &optimizer);
		l = kt_learner_alloc(m, j->workers, batcher, &train, &valid, &o);
	}
	if (l) {
		struct learner ops = kt_learner_ops(l);

		status = training_loop(j->cli, t, &ops, run, 0, kt_kind.items, result);
	} else if (status == RY_OK) {
		status = ry_failure();
	}
	kt_learner_free(l);
	kt_model_free(m);
	if (status == RY_OK)
		status = score_best(j, run, &valid, j->o->window, report);
	if (status == RY_OK) {
		report->best_epoch = (int)result->best_at;
		status = training_report(j->cli, run, print_report, report);
	}
	kt_subset_free(&train);
	kt_subset_free(&valid);
	return status;
}

/* The whole of one run: directory, training, end.  `path` is where it lies. */
static enum ry_status one_run(struct job *j, const char *path, int fold, struct kt_report *report,
                              struct train_result *result)
{
	enum ry_status status = RY_OK;
	struct rundir *run = j->run;
	char *at = strdup(path);

	j->run = NULL;               /* from here on its end is ours */
	*result = (struct train_result){ .how = "failed" };
	status = tell_parts(j, fold);
	if (!run && status == RY_OK) {
		json_t *info = training_run_info(&kt_train_command, j->cli, j->o, j->seed,
		                                 j->threads);

		json_t *data = data_info(j);

		status = !info  ? ry_failure()
		         : data ? describe_parts(j, fold, data)
		                : ry_fail_memory("the description of a run");
		if (status == RY_OK) {
			json_value_set(&info, "data", json_incref(data));
			json_value_set(&info, "fold", json_integer(fold));
			if (info)
				run = rundir_create(path, info, &status);
			else
				status = ry_fail_memory("the description of a run");
		}
		json_decref(data);
		json_decref(info);
	}
	if (run) {
		if (status == RY_OK)
			status = train_in(j, run, fold, report, result);
		status = training_finish(run, status, kt_kind.unit, result,
		                         status == RY_OK ? kt_report_json(report) : NULL);
		if (status == RY_ESTOP)
			ry_fail(RY_ESTOP, "stopped; resume with: %s kt train --resume %s",
			        called_name(), at ? at : "");
	}
	free(at);
	return status;
}

/* ---- the command ---- */

static enum ry_status print_result(const struct job *j, const struct kt_report *r,
                                   const struct train_result *t, const char *path)
{
	if (j->cli->json) {
		json_t *o = kt_report_json(r);

		json_object_set_new(o, "run", json_string(path));
		json_object_set_new(o, "epochs", json_integer(t->epochs));
		json_object_set_new(o, "notes", command_notes(j->cli));
		return answer_json(stdout, o, JSON_INDENT(1) | JSON_REAL_PRECISION(8),
		                   "the scores");
	}
	if (training_untold(j->cli))
		return RY_OK;
	out(stdout, "%s: %s after %s, best by validation: epoch %ld\n\n", path, t->how,
	    kt_counted((size_t)t->epochs, "epoch"), t->best_at);
	kt_report_text(stdout, r);
	return RY_OK;
}

static double spread(const double *x, int n)
{
	return n > 1 ? gsl_stats_sd(x, 1, n) : 0;
}

/* --folds K: as many runs, and their mean. */
static enum ry_status all_folds(struct job *j, const char *path)
{
	static const struct next_command next[] = {
		{ "plot", "-fold*", "the curves of all folds" },
		{ "watch", "-fold*", "the same on a dashboard" },
		{ "diagnose", "-fold*", "what they say, and what to try" },
	};
	double auc[FOLDS_MAX], mean_auc[FOLDS_MAX], gain[FOLDS_MAX], half[FOLDS_MAX];
	int K = j->o->folds;
	struct kt_report r;
	json_t *runs = json_array();
	enum ry_status status = RY_OK;

	if (!j->cli->json)
		out(stdout, "%-40s %10s %12s\n", "fold", "AUC", "baseline");
	for (int k = 0; k < K; k++) {
		char *name = NULL;
		struct train_result t;

		if (asprintf(&name, "%s-fold%d", path, k + 1) < 0)
			return ry_fail_memory("a path");
		command_say(j->cli, "Fold %d of %d", k + 1, K);
		status = one_run(j, name, k, &r, &t);
		if (status != RY_OK) {
			free(name);
			json_decref(runs);
			return status;
		}
		auc[k] = r.model.auc;
		mean_auc[k] = r.skill_mean.auc;
		gain[k] = r.gain;
		half[k] = r.gain_half;
		json_array_append_new(runs, json_string(name));
		if (!j->cli->json)
			out(stdout, "%-40s %10.4f %12.4f\n", name, auc[k], mean_auc[k]);
		training_plot(j->cli, name);
		free(name);
	}
	/* All folds are scored on the same test students, or each on others. */
	r.gain = gsl_stats_mean(gain, 1, K);
	r.gain_half = gsl_stats_mean(half, 1, K) / (j->held_out.n ? 1 : sqrt(K));
	if (j->cli->json) {
		json_t *o = json_pack("{s:o, s:o, s:o, s:i, s:O, s:o}", "auc",
		                      answer_number(gsl_stats_mean(auc, 1, K)), "auc_sd",
		                      answer_number(spread(auc, K)), "skill_mean_auc",
		                      answer_number(gsl_stats_mean(mean_auc, 1, K)), "folds", K,
		                      "runs", runs, "notes", command_notes(j->cli));

		kt_report_set_gain(o, &r);
		status = answer_json(stdout, o, JSON_INDENT(1) | JSON_REAL_PRECISION(8),
		                     "the scores");
	} else {
		out(stdout,
		    "%-40s %10.4f %12.4f\n%-40s %10.4f %12.4f\n\nScores are AUCs on the %s of "
		    "each fold.\n", "mean",
		    gsl_stats_mean(auc, 1, K), gsl_stats_mean(mean_auc, 1, K),
		    "standard deviation", spread(auc, K), spread(mean_auc, K), r.data);
		kt_report_verdict(stdout, &r);
		next_commands_print(j->cli, next, (int)(sizeof next / sizeof *next), path);
	}
	json_decref(runs);
	return status;
}

/* Take up the run named by --resume: its options and its data files. */
static enum ry_status take_run(struct job *j, const struct command *c, int n_args, char **args)
{
	enum ry_status status = RY_OK;
	const json_t *data;

	j->run = training_take_run(c, j->cli, j->o, j->o->training.resume, NULL, &j->seed,
	                           &j->threads, &status);
	if (!j->run)
		return status;
	data = json_object_get(rundir_info(j->run), "data");
	j->train_path = n_args ? args[0] : json_string_value(json_object_get(data, "train"));
	j->test_path = json_string_value(json_object_get(data, "test"));
	return n_args ? RY_OK : training_data_named(j->train_path, rundir_path(j->run));
}

/* Adam's usual 0.001 is for dense inputs.  A row of the input table is moved only when its exercise
 * and answer come up, and takes twice that well; the other rules keep their own rates. */
static double own_rate(const struct training_options *t)
{
	int adam = t->optimizer == RULE_ADAM || t->optimizer == RULE_ADAMW ||
	           t->optimizer == RULE_RADAM;

	return t->lr == 0 && adam ? 0.002 : t->lr;
}

/* Every worker should have a block of rows of its own; more threads than that only wait. */
static int useful_threads(const struct cli *cli, int batch)
{
	int most = command_typed(cli, "threads") ? batch : (batch + 7) / 8;

	return cli->threads < most ? cli->threads : most;
}

static enum ry_status run_job(struct job *j, int fold)
{
	char *path;
	struct kt_report r;
	struct train_result t;
	enum ry_status status = load_data(j);

	if (status != RY_OK)
		return status;
	j->workers = workers_alloc(j->threads);
	if (!j->workers)
		return ry_failure();
	if (j->run)
		path = strdup(rundir_path(j->run));
	else
		path = training_run_path(j->o->training.name, rnn_layer_names[j->o->model],
		                         j->train_path, j->o->folds > 1 ? "-fold1" : "");
	if (!path)
		return ry_fail_memory("a path");
	if (j->o->folds > 1 && !j->run) {
		status = all_folds(j, path);
	} else {
		status = one_run(j, path, fold, &r, &t);
		if (status == RY_OK) {
			training_stay(j->cli, &j->o->training, path);
			status = print_result(j, &r, &t, path);
			training_plot(j->cli, path);
			if (status == RY_OK)
				next_commands_for_run(j->cli, kt_kind.next, RUN_NEXT, path);
		}
	}
	free(path);
	return status;
}

int kt_train_data_options(struct kt_data_options *to, const json_t *saved)
{
	struct kt_train_command o = { 0 };

	defaults(&o);
	if (command_options_from_json(&kt_train_command, &o, saved) != RY_OK)
		return 0;
	*to = o.data;
	return 1;
}

static enum ry_status check_folds(const struct kt_train_command *o)
{
	return o->folds == 1 ? ry_fail(RY_EINVAL, "--folds needs 2 or more") : RY_OK;
}

static int splits_test(const void *options)
{
	return !((const struct kt_train_command *)options)->test;
}

static const struct option_effect effects[] = {
	{ "test-split", splits_test, "a run without --test" },
	{ NULL, NULL, NULL }
};

static enum ry_status run(const struct cli *cli, void *options, int n_args, char **args)
{
	struct kt_train_command *o = options;
	struct job j = { .cli = cli, .o = o, .seed = cli->seed };
	enum ry_status status = RY_OK;
	int fold = 0;

	if (o->training.resume) {
		status = take_run(&j, &kt_train_command, n_args, args);
		if (status == RY_OK)
			fold = (int)json_integer_value(json_object_get(rundir_info(j.run), "fold"));
	} else if (n_args < 1) {
		status = ry_fail(RY_EINVAL, "kt train: expected a data file, or --resume RUN");
	} else if ((status = check_folds(o)) == RY_OK) {
		j.train_path = args[0];
		j.test_path = o->test;
		o->training.lr = own_rate(&o->training);
		training_settle(&o->training);
		j.threads = useful_threads(cli, o->training.batch);
	}
	if (status == RY_OK) {
		training_note_effects(cli, o);
		option_effects_note(cli, effects, o);
		status = run_job(&j, fold);
	}
	job_free(&j);
	return status;
}

static enum ry_status check(const struct cli *cli, void *options, int n_args, char **args)
{
	struct kt_train_command *o = options;
	const char *files[] = { n_args ? args[0] : NULL, o->test };

	(void)cli;
	for (int k = 0; k < 2; k++)
		if (files[k] && access(files[k], R_OK) != 0)
			return ry_fail(RY_EDATA, "%s: %s", files[k], strerror(errno));
	o->training.lr = own_rate(&o->training);
	training_settle(&o->training);
	return check_folds(o);
}

static int describe_default(const struct option_row *row, const void *options, int n_args,
                            char *const *args, char *into, size_t size)
{
	static const struct { const char *name, *text; } own[] = {
		{ "lr", "default: 0.002 for adam, adamw and radam, else 0.01" },
		{ "test-split", "default: half of a matrix or of simulated students, else none" },
		{ "folds", "default: no cross-validation" },
	};

	(void)options;
	(void)n_args;
	(void)args;
	for (size_t k = 0; row && k < sizeof own / sizeof *own; k++)
		if (strcmp(own[k].name, row->name) == 0) {
			snprintf(into, size, "%s", own[k].text);
			return 1;
		}
	return training_describe_default(row, into, size);
}

static const struct option_section sections[] = {
	{ "test", "Test data" }, { "model", "Model" }, { "folds", "Cross-validation" },
	TRAINING_SECTIONS, { "format", "Data file" }, { NULL, NULL }
};

const struct command kt_train_command = {
	.sections = sections,
	.name = "kt train",
	.arguments = "[TRAIN]",
	.summary = "train a recurrent network (RNN, LSTM or GRU) to trace what students know",
	.examples =
		"riley kt gen students.csv && riley kt train students.csv\n"
		"riley kt train train.csv --test test.csv --model gru --hidden 100\n"
		"riley kt train log.csv --student user_id --skill skill_id --correct correct "
		"--order order_id\n"
		"riley kt train train.csv --folds 5 --epochs 30\n"
		"riley kt train --resume runs/NAME --epochs 50\n",
	.options = rows,
	.options_size = sizeof(struct kt_train_command),
	.defaults = defaults,
	.min_args = 0, .max_args = 1,
	.run = run,
	.check = check,
	.makes = &kt_kind,
	.group = "knowledge tracing: what does a student know?",
	.try_first = "riley kt gen students.csv && riley kt train students.csv",
	.describe_default = describe_default,
};
