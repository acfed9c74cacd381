/* net_train_command.c - `riley net train`: a table in, a run directory and scores out. */
#include "config.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/app/net/net_commands.h"
#include "src/app/net/net_kind.h"
#include "src/app/net/net_layers.h"
#include "src/base/json_value.h"
#include "src/base/random.h"
#include "src/base/text.h"
#include "src/base/workers.h"
#include "src/cli/answer.h"
#include "src/cli/called.h"
#include "src/cli/option_effects.h"
#include "src/nn/activation.h"
#include "src/nn/init.h"
#include "src/train/net_learner.h"

enum { LSUV_ROWS = 1000,       /* rows that LSUV looks at, at most */
       CHECKPOINT_REST = 1 };  /* seconds; epochs on a small table are shorter than a sync */

enum { NET_LOSS_AUTO, NET_LOSS_SQUARED, NET_LOSS_HUBER };
static const char *const losses[] = { "auto", "squared", "huber", NULL };

enum { NET_TASK_AUTO, NET_TASK_CLASSES, NET_TASK_NUMBER };
static const char *const tasks[] = { "auto", "classes", "number", NULL };

static const char *const inits[] = { /* enum init_rule */
	                             "default",        "constant",      "uniform",    "normal",
	                             "glorot-uniform", "glorot-normal", "he-uniform", "he-normal",
	                             "orthogonal",     "lsuv",          NULL
};
_Static_assert(sizeof inits / sizeof *inits == INIT_RULES + 1, "a rule is missing");

#define ROW(option, type, member, argument, help, low, high, choices) \
	{ option, 0, type, offsetof(struct net_train_command, member), argument, help, low, high, \
	  choices }

static const struct option_row train_rows[] = {
	ROW("layers", OPTION_TEXT, layers, "SHAPE",
	    "inputs, hidden layers and outputs, such as 4-8tanh-3softmax; auto: take inputs or "
	    "outputs from the data",
	    0, 0, NULL),
	ROW("task", OPTION_CHOICE, task, NULL,
	    "type of target; auto: classes if its values are words, 0 and 1, or a few whole "
	    "numbers; else number",
	    0, 0, tasks),
	ROW("loss", OPTION_CHOICE, loss, NULL, "loss for regression; auto: squared", 0, 0,
	    losses),
	ROW("delta", OPTION_REAL, delta, "X",
	    "huber: error above which the loss is linear, in standard deviations of the target",
	    1e-6, 1e6, NULL),
	ROW("dropout", OPTION_REAL, dropout, "P",
	    "dropout: fraction of units dropped after each hidden layer",
	    0, 0.99, NULL),
	ROW("init", OPTION_CHOICE, init, "RULE",
	    "weight initialization: default, constant, uniform, normal, glorot-uniform, "
	    "glorot-normal, he-uniform, he-normal, orthogonal or lsuv",
	    0, 0, inits),
	ROW("gain", OPTION_REAL, gain, "X",
	    "gain of the --init rule; constant: the value, uniform: the bound, normal: the "
	    "standard deviation", -1e6, 1e6,
	    NULL),
	ROW("test", OPTION_TEXT, test, "FILE",
	    "test data: report the best model's scores on FILE", 0, 0, NULL),
	ROW("test-split", OPTION_REAL, test_split, "X",
	    "without --test: fraction of the rows held out for testing", 0, 0.9, NULL),
	ROW("top", OPTION_INT, top, "K",
	    "top-K error: a class counts as found if it is among the K most probable",
	    1, 1000, NULL),
	TRAINING_ROWS(struct net_train_command, "rows"),
	NET_DATA_ROWS(struct net_train_command, "the last column"),
	{ 0 }
};

void net_train_defaults(void *options)
{
	struct net_train_command *o = options;

	training_defaults(&o->training);
	net_data_defaults(&o->data);
	o->training.epochs = 100;
	o->training.batch = 8;
	o->training.lr = 0.01;
	o->training.patience = 20;
	o->layers = "auto-16tanh-auto";
	o->delta = 1;
	o->gain = 1;
	o->test_split = 0.3333;
	o->top = 2;
	o->split_rule = NET_SPLIT_DRAWN;
}

/* ---- one training job ---- */

struct job {
	const struct cli         *cli;
	struct net_train_command *o;
	long                      seed;
	int                       threads;
	const char               *file, *test;
	struct rundir            *run;
	struct net_shape          shape;
	struct net_parts          parts;
	unsigned long long        fingerprint, test_fingerprint;
	struct net_model         *model;
	struct net_rows           train, valid;
	struct workers           *workers;
	struct net_learner       *learner;
};

static void job_free(struct job *j)
{
	net_learner_free(j->learner);
	workers_free(j->workers);
	net_rows_free(&j->train);
	net_rows_free(&j->valid);
	net_model_free(j->model);
	net_parts_free(&j->parts);
	rundir_leave(j->run);
}

/* ---- data ---- */

void net_data_as_trained(struct net_train_command *o, const json_t *data)
{
	const json_t *header = json_object_get(data, "header"),
		     *rule = json_object_get(data, "split_rule");

	o->split_rule = rule ? (int)json_integer_value(rule) : NET_SPLIT_EVERY;
	if (json_is_boolean(header))
		o->data.header = json_is_true(header) ? TABLE_HEADER : TABLE_NO_HEADER;
	else if (o->data.header == TABLE_HEADER_AUTO)
		o->data.header = TABLE_HEADER_OF_WORDS;
}

enum ry_status net_data_unchanged(const json_t *data, const char *key,
                                  unsigned long long fingerprint, const char *file)
{
	const char *was = json_string_value(json_object_get(data, key));
	char is[20];

	snprintf(is, sizeof is, "%016llx", fingerprint);
	return !was || strcmp(was, is) == 0
	               ? RY_OK
	               : ry_fail(RY_EDATA,
	                         "%s: the data have changed since the run was trained", file);
}

enum ry_status net_parts_read(struct net_parts *p, const struct cli *cli,
                              const struct net_train_command *o, const char *file,
                              const char *test, enum table_target kind,
                              const struct net_model *fits, long seed,
                              unsigned long long *fingerprint)
{
	enum ry_status status;
	struct table *all = net_data_read(file, &o->data, kind, fits, seed, &status), *rest = NULL;
	gsl_rng *rng = all ? random_stream(seed, STREAM_SPLIT) : NULL;

	if (all && !rng)
		status = ry_failure();
	if (rng) {
		*fingerprint = net_data_fingerprint(all);
		p->source = net_data_source(all);
		if (cli)
			net_data_tell(cli, file, all, fits == NULL);
		status = net_data_split(all, test ? 0 : o->test_split, o->split_rule, rng, &rest,
		                        &p->test);
	}
	if (status == RY_OK)
		status = net_data_split(rest, o->training.split, o->split_rule, rng, &p->train,
		                        &p->valid);
	if (rng)
		gsl_rng_free(rng);
	table_free(all);
	table_free(rest);
	return status;
}

void net_parts_free(struct net_parts *p)
{
	table_free(p->train);
	table_free(p->valid);
	table_free(p->test);
	*p = (struct net_parts){ 0 };
}

/* Classes with so few training rows are hardly learnt. */
enum { RARE = 5, RARE_TOLD = 3 };

static void tell_rare_classes(const struct job *j)
{
	const struct table *t = j->parts.train;
	long *rows = ry_calloc((size_t)t->classes, sizeof *rows, "the rows of each class");
	int rare = 0;

	for (int r = 0; rows && r < t->rows; r++)
		rows[t->label[r]]++;
	for (int k = 0; rows && k < t->classes; k++)
		if (rows[k] < RARE && rare++ < RARE_TOLD)
			command_note(j->cli, "rare_class", "", "class '%s' has %ld training row%s",
			             t->class_name[k], rows[k], rows[k] == 1 ? "" : "s");
	if (rare > RARE_TOLD)
		command_note(j->cli, "rare_class", "",
		             "%d more classes have fewer than %d training rows", rare - RARE_TOLD,
		             RARE);
	free(rows);
}

/* What the target is to be: as the shape, the task and, of a run taken up, the run say. */
static enum ry_status target_kind(const struct job *j, enum table_target *kind)
{
	enum table_target of_task = j->o->task == NET_TASK_CLASSES  ? TABLE_CLASS
	                            : j->o->task == NET_TASK_NUMBER ? TABLE_NUMBER
	                                                            : TABLE_AUTO;

	*kind = net_shape_target(&j->shape);
	if (of_task != TABLE_AUTO && *kind != TABLE_AUTO && *kind != of_task)
		return ry_fail(RY_EINVAL,
		               "--task %s, but the outputs of --layers %s are for %s",
		               tasks[j->o->task], j->o->layers,
		               *kind == TABLE_CLASS ? "classes" : "a number");
	if (*kind == TABLE_AUTO)
		*kind = of_task;
	if (*kind == TABLE_AUTO && j->run) {
		const json_t *data = json_object_get(rundir_info(j->run), "data");

		*kind = json_integer_value(json_object_get(data, "classes")) > 0 ? TABLE_CLASS
		                                                                 : TABLE_NUMBER;
	}
	return RY_OK;
}

static enum ry_status check_target(const struct job *j)
{
	const struct table *t = j->parts.train;

	if (t->classes && j->o->loss != NET_LOSS_AUTO)
		return ry_fail(RY_EINVAL,
		               "--loss %s is for regression, but the target '%s' is a class%s",
		               losses[j->o->loss], t->target_name ? t->target_name : "",
		               t->reason == TABLE_FEW_NUMBERS ? "; --task number makes it a number"
		                                              : "");
	return RY_OK;
}

static enum ry_status read_data(struct job *j)
{
	enum table_target kind;
	enum ry_status status = net_shape_parse(&j->shape, j->o->layers);
	const struct table *t;

	if (status == RY_OK)
		status = target_kind(j, &kind);
	if (status == RY_OK)
		status = net_parts_read(&j->parts, j->cli, j->o, j->file, j->test, kind, NULL,
		                        j->seed, &j->fingerprint);
	if (status != RY_OK)
		return status;
	t = j->parts.train;
	/* Of a run taken up the first question is whether these are its data. */
	if (j->run)
		status = net_data_unchanged(json_object_get(rundir_info(j->run), "data"),
		                            "fingerprint", j->fingerprint, j->file);
	if (status == RY_OK)
		status = net_shape_fit(&j->shape, t);
	if (status == RY_OK && t->classes)
		tell_rare_classes(j);
	return status == RY_OK ? check_target(j) : status;
}

static json_t *data_info(const struct job *j)
{
	const struct net_parts *p = &j->parts;
	json_t *d = json_pack("{s:s, s:o, s:i, s:i, s:i, s:i, s:i}", "file", j->file, "fingerprint",
	                      json_sprintf("%016llx", j->fingerprint), "features",
	                      p->train->features, "classes", p->train->classes, "training_rows",
	                      p->train->rows, "validation_rows", p->valid ? p->valid->rows : 0,
	                      "test_rows", p->test ? p->test->rows : 0);

	json_value_set(&d, "train_predictions", json_integer(p->train->rows));
	if (p->valid)
		json_value_set(&d, "valid_predictions", json_integer(p->valid->rows));
	if (p->test)
		json_value_set(&d, "test_predictions", json_integer(p->test->rows));
	if (j->test) {
		json_value_set(&d, "test", json_string(j->test));
		json_value_set(&d, "test_fingerprint",
		               json_sprintf("%016llx", j->test_fingerprint));
	}
	json_value_set(&d, "header", net_data_header_json(&p->source));
	json_value_set(&d, "split_rule", json_integer(j->o->split_rule));
	json_value_set(&d, "notes", command_notes(j->cli));
	return d;
}

/* ---- the model ---- */

/* LSUV on rows spread over the training data. */
static enum ry_status init_lsuv(struct job *j, gsl_rng *rng)
{
	struct net *net = j->model->net;
	int n = j->train.rows < LSUV_ROWS ? j->train.rows : LSUV_ROWS, one;
	real *x = ry_calloc((size_t)n * net->D, sizeof *x, "rows for the initial weights");
	struct batch b;
	enum ry_status status = x ? net_alloc(net, 1, n, n, 0) : ry_failure();

	if (status == RY_OK) {
		net_rows_spread(&j->train, net->D, n, x);
		batch_flat(&b, &one, n);
		status = net_init_lsuv(net, &b, (struct input){ .x = x }, rng);
	}
	free(x);
	return status;
}

static enum ry_status init_model(struct job *j)
{
	gsl_rng *rng = random_stream(j->seed, STREAM_INIT);
	enum ry_status status;

	if (!rng)
		return ry_failure();
	if (j->o->init == INIT_LSUV)
		status = init_lsuv(j, rng);
	else
		status = net_init_with(j->model->net, j->o->init, j->o->gain, rng);
	gsl_rng_free(rng);
	return status;
}

static struct loss loss_of(const struct job *j, enum net_task task)
{
	if (task == NET_CLASSES)
		return (struct loss){ LOSS_SOFTMAX, 1 };
	if (task == NET_YES_NO)
		return (struct loss){ LOSS_BCE, 1 };
	return (struct loss){ j->o->loss == NET_LOSS_HUBER ? LOSS_HUBER : LOSS_SQUARED,
		              j->o->delta };
}

static enum ry_status make_model(struct job *j)
{
	int f = j->shape.activation[j->shape.parts - 1];
	enum net_task task = f == ACTIVATION_SOFTMAX   ? NET_CLASSES
	                     : f == ACTIVATION_SIGMOID ? NET_YES_NO
	                                               : NET_NUMBER;
	char *lines = net_shape_lines(&j->shape, j->o->dropout);
	enum ry_status status = lines ? RY_OK : ry_failure();

	if (lines)
		j->model = net_model_make(lines, task, loss_of(j, task),
		                          task == NET_NUMBER && f == ACTIVATION_IDENTITY,
		                          j->parts.train, &status);
	free(lines);
	if (status == RY_OK)
		status = net_model_rows(j->model, j->parts.train, &j->train);
	if (status == RY_OK && j->parts.valid)
		status = net_model_rows(j->model, j->parts.valid, &j->valid);
	return status == RY_OK ? init_model(j) : status;
}

/* The file of --test, with the columns and classes of the model. */
static enum ry_status read_test(struct job *j)
{
	enum ry_status status;

	j->parts.test = net_data_read(j->test, &j->o->data,
	                              j->model->K ? TABLE_CLASS : TABLE_NUMBER, j->model,
	                              j->seed, &status);
	if (!j->parts.test)
		return status;
	net_data_tell(j->cli, j->test, j->parts.test, 0);
	j->test_fingerprint = net_data_fingerprint(j->parts.test);
	return j->run ? net_data_unchanged(json_object_get(rundir_info(j->run), "data"),
	                                   "test_fingerprint", j->test_fingerprint, j->test)
	              : RY_OK;
}

/* A thread must have enough to do between two meetings to be worth the wait. */
static int useful_threads(const struct job *j)
{
	double operations = 6.0 * j->o->training.batch * (double)net_n_params(j->model->net);
	int most = (j->o->training.batch + 7) / 8, worth = operations < 4e6 ? 1 : most;

	if (command_typed(j->cli, "threads"))
		worth = most;
	return j->cli->threads < worth ? j->cli->threads : worth;
}

static enum ry_status write_model(const void *model, struct st_writer *to)
{
	return net_model_write(model, to);
}

/* What the learner is given of a part of the data; of one that there is not, nothing. */
static struct net_part part_of(const struct net_rows *rows, const struct table *t)
{
	return t ? (struct net_part){ .rows = *rows, .label = t->label, .number = t->y }
	         : (struct net_part){ 0 };
}

static enum ry_status make_learner(struct job *j)
{
	const struct training_options *t = &j->o->training;
	const struct net_part train = part_of(&j->train, j->parts.train),
			      valid = part_of(&j->valid, j->parts.valid);
	struct optimizer_options optimizer;
	struct net_train_options o = { .batch = t->batch,
		                       .clip = t->clip,
		                       .seed = j->seed,
		                       .in_order = !t->shuffle,
		                       .loss = j->model->loss,
		                       .optimizer = &optimizer };

	if (!j->threads)
		j->threads = useful_threads(j);
	training_optimizer(t, (j->train.rows + t->batch - 1) / t->batch, &optimizer);
	j->workers = workers_alloc(j->threads);
	if (j->workers)
		j->learner = net_learner_alloc(j->model->net, j->workers, &train, &valid,
		                               &j->model->outputs, &o);
	if (!j->learner)
		return ry_failure();
	net_learner_writer(j->learner, write_model, j->model);
	return RY_OK;
}

/* ---- the run ---- */

static enum ry_status open_run(struct job *j)
{
	enum ry_status status;
	char *path = training_run_path(j->o->training.name, net_kind.name,
	                               net_data_name(j->file), "");
	json_t *info = path ? training_run_info(&net_train_command, j->cli, j->o, j->seed,
	                                        j->threads)
	                    : NULL;

	if (info) {
		json_value_set(&info, "data", data_info(j));
		json_value_set(&info, "network", json_string(net_lines(j->model->net)));
		status = info ? RY_OK : ry_fail_memory("the description of a run");
	} else {
		status = ry_failure();
	}
	if (status == RY_OK)
		j->run = rundir_create(path, info, &status);
	json_decref(info);
	free(path);
	return status;
}

/* Score the best model, read back from its file, on the rows that are the fairest there are. */
static enum ry_status score_best(struct job *j, struct net_report *r, char what[200],
                                 struct net_model **best)
{
	char source[60];
	const char *path = rundir_file(j->run, "model.safetensors");
	enum ry_status status = path ? RY_OK : ry_failure();
	struct st_file *f = path ? st_open(path, &status) : NULL;
	const struct net_parts *p = &j->parts;
	const struct table *t = p->test ? p->test : p->valid ? p->valid : p->train;

	*best = f ? net_model_read(f, &status) : NULL;
	st_close(f);
	if (*best)
		status = net_score(r, *best, t, j->o->top);
	net_data_source_text(&p->source, source);
	snprintf(what, 200, "%d %s%s%s", t->rows,
	         p->test    ? "test rows"
	         : p->valid ?
	           "validation rows (also used to select the model: there are no test rows)"
	                    : "training rows (there are no others)",
	         source[0] ? "; the data: " : "", source);
	return status;
}

/* What report.txt says. */
struct print {
	const struct net_report *report;
	const char              *what;
};

static void print_report(FILE *to, const void *arg)
{
	const struct print *p = arg;

	net_report_text(to, p->report, p->what);
}

/* End the run, which is no longer the job's. */
static enum ry_status finish(struct job *j, enum ry_status status,
                             const struct train_result *result, const struct net_report *report)
{
	struct rundir *run = j->run;

	j->run = NULL;
	return training_finish(run, status, net_kind.unit, result,
	                       status == RY_OK ? net_report_json(report) : NULL);
}

static enum ry_status train(struct job *j, struct train_result *result)
{
	const struct learner ops = net_learner_ops(j->learner);

	return training_loop(j->cli, &j->o->training, &ops, j->run, CHECKPOINT_REST, net_kind.items,
	                     result);
}

/* Train, score, end the run, print. */
static enum ry_status run_job(struct job *j)
{
	struct train_result result = { .how = "failed" };
	struct net_report report = { 0 };
	struct net_model *best = NULL;
	char what[200], epochs[64], *path = strdup(rundir_path(j->run));
	enum ry_status status = path ? train(j, &result) : ry_fail_memory("a path");

	if (status == RY_OK)
		status = score_best(j, &report, what, &best);
	if (status == RY_OK)
		status = training_report(j->cli, j->run, print_report,
		                         &(struct print){ &report, what });
	status = finish(j, status, &result, &report);
	if (status == RY_OK)
		training_stay(j->cli, &j->o->training, path);
	if (status == RY_OK && !j->cli->json)
		command_say(j->cli, "%s: %s after %s, best by validation: epoch %ld", path,
		            result.how, text_counted(epochs, (size_t)result.epochs, "epoch"),
		            result.best_at);
	if (status == RY_OK && !training_untold(j->cli))
		status = net_print_report(j->cli, &report, what,
		                          json_pack("{s:s, s:s, s:i, s:I, s:o}", "run", path,
		                                    "how", result.how, "epochs", result.epochs,
		                                    "best_epoch", (json_int_t)result.best_at,
		                                    "header",
		                                    net_data_header_json(&j->parts.source)));
	if (status == RY_OK) {
		training_plot(j->cli, path);
		next_commands_for_run(j->cli, net_kind.next, RUN_NEXT, path);
	}
	if (status == RY_ESTOP)
		ry_fail(RY_ESTOP, "stopped; resume with: %s net train --resume %s", called_name(),
		        path);
	net_report_free(&report);
	net_model_free(best);
	free(path);
	return status;
}

/* Take up the run named by --resume: its options and its data. */
static enum ry_status take_run(struct job *j, int n_args, char **args)
{
	enum ry_status status;
	const json_t *data;

	j->run = training_take_run(&net_train_command, j->cli, j->o, j->o->training.resume, NULL,
	                           &j->seed, &j->threads, &status);
	if (!j->run)
		return status;
	data = json_object_get(rundir_info(j->run), "data");
	j->file = n_args ? args[0] : json_string_value(json_object_get(data, "file"));
	j->test = json_string_value(json_object_get(data, "test"));
	net_data_as_trained(j->o, data);
	return n_args ? RY_OK : training_data_named(j->file, rundir_path(j->run));
}

static int splits_test(const void *options)
{
	return !((const struct net_train_command *)options)->test;
}

static int is_huber(const void *options)
{
	const char *loss = losses[((const struct net_train_command *)options)->loss];

	return strcmp(loss, "huber") == 0;
}

static int has_gain(const void *options)
{
	return strcmp(inits[((const struct net_train_command *)options)->init], "default") != 0;
}

static const struct option_effect effects[] = {
	{ "test-split", splits_test, "a run without --test" },
	{ "delta", is_huber, "--loss huber" },
	{ "gain", has_gain, "an --init rule other than default" },
	{ NULL, NULL, NULL }
};

static enum ry_status run(const struct cli *cli, void *options, int n_args, char **args)
{
	struct net_train_command *o = options;
	struct job j = { .cli = cli,
		         .o = o,
		         .seed = cli->seed,
		         .file = n_args ? args[0] : NULL,
		         .test = o->test };
	enum ry_status status = RY_OK;

	if (o->training.resume)
		status = take_run(&j, n_args, args);
	else if (!j.file)
		status = ry_fail(RY_EINVAL, "net train: expected a data file, or --resume RUN");
	else
		training_settle(&o->training);
	if (status == RY_OK) {
		training_note_effects(cli, o);
		option_effects_note(cli, effects, o);
		status = read_data(&j);
	}
	if (status == RY_OK)
		status = make_model(&j);
	if (status == RY_OK && j.test)
		status = read_test(&j);
	if (status == RY_OK)
		status = make_learner(&j);
	if (status == RY_OK && !j.run)
		status = open_run(&j);
	if (status == RY_OK)
		status = run_job(&j);
	job_free(&j);
	return status;
}

static enum ry_status check(const struct cli *cli, void *options, int n_args, char **args)
{
	struct net_train_command *o = options;
	struct net_shape shape;
	enum ry_status status = net_shape_parse(&shape, o->layers);

	(void)cli;
	training_settle(&o->training);
	if (status == RY_OK && n_args)
		status = net_data_look(args[0]);
	return status == RY_OK && o->test ? net_data_look(o->test) : status;
}

static int describe_default(const struct option_row *row, const void *options, int n_args,
                            char *const *args, char *into, size_t size)
{
	(void)options;
	(void)n_args;
	(void)args;
	return training_describe_default(row, into, size);
}

static const struct option_section sections[] = {
	{ "layers", "Model and loss" }, { "test", "Test data" }, TRAINING_SECTIONS,
	{ "target", "Data file" }, { "points", "Generated points" }, { NULL, NULL }
};

static const char *const bundled[] = { "iris", NULL };

const struct command net_train_command = {
	.argument_words = bundled,
	.sections = sections,
	.name = "net train",
	.arguments = "[FILE]",
	.summary = "train a dense network on a table, for classification or regression",
	.examples =
		"riley net train iris\n"
		"riley net train measurements.csv --target price --layers auto-32relu-16relu-auto\n"
		"riley net train iris.csv --target species --layers 4-8tanh-3softmax --optimizer "
		"sgd --lr 0.1\n"
		"riley net train gen:spiral --points 2000 --layers 2-32tanh-32tanh-2softmax\n"
		"riley net train --resume runs/NAME --epochs 500\n"
		"\n"
		"FILE is a table, iris (Fisher's data, included with riley), or generated points:\n"
		"gen:and, gen:or, gen:xor, gen:circle, gen:spiral or gen:moons.\n"
		"Activations in --layers: identity, sigmoid, tanh, relu, leaky_relu, prelu, elu,\n"
		"softmax.\n",
	.options = train_rows,
	.options_size = sizeof(struct net_train_command),
	.defaults = net_train_defaults,
	.min_args = 0, .max_args = 1,
	.run = run,
	.describe_default = describe_default,
	.check = check,
	.makes = &net_kind,
	.group = "dense networks on any table of numbers",
	.try_first = "riley net train iris",
};
