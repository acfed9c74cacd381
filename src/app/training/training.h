/* training.h - what every training command has in common: options, run names, resuming.
 *
 * A command's options struct begins with a struct training_options called `training`; its table
 * begins with TRAINING_ROWS(struct my_options, "rows"), which names the examples of a batch.
 */
#ifndef RILEY_APP_TRAINING_TRAINING_H
#define RILEY_APP_TRAINING_TRAINING_H

#include <float.h>
#include <stdio.h>
#include <jansson.h>
#include "src/cli/command.h"
#include "src/run/rundir.h"
#include "src/train/loop.h"
#include "src/train/optimizer.h"

struct training_options {
	int         epochs, batch, patience;
	double      lr;                  /* 0: the rule's default */
	int         optimizer;           /* enum optimizer_rule */
	double      momentum;
	int         schedule;            /* enum schedule_shape */
	int         warmup;              /* updates */
	int         step_epochs;         /* step schedule: epochs between drops */
	double      step_factor;
	double      l1, l2, decay, clip;
	int         shuffle;             /* a new order in every epoch; 0: the data's own */
	double      split;               /* share of the training data for validation */
	const char *name, *resume;
	int         log_every;           /* points, of those printed as lines; 0: about twenty */
	int         watch;               /* on the dashboard; cleared where there is none, and
	                                  * when the user has left it */
};

extern const char *const training_no_yes[];

#define TRAINING_ROW(S, option, letter, type, member, argument, help, low, high, choices) \
	{ option, letter, type, offsetof(S, training.member), argument, help, low, high, choices }

#define TRAINING_ROWS(S, EXAMPLES) \
	TRAINING_ROW(S, "epochs", 0, OPTION_INT, epochs, "N", "passes over the training data", 1, \
		1e6, NULL), \
	TRAINING_ROW(S, "batch", 0, OPTION_INT, batch, "N", EXAMPLES " per update", 1, 1e5, \
		NULL), \
	TRAINING_ROW(S, "optimizer", 0, OPTION_CHOICE, optimizer, NULL, \
		"update rule", 0, 0, optimizer_rule_names), \
	TRAINING_ROW(S, "lr", 0, OPTION_REAL, lr, "X", \
		"initial learning rate; 0: the optimizer's default", \
		0, 1e6, NULL), \
	TRAINING_ROW(S, "momentum", 0, OPTION_REAL, momentum, "X", \
		"momentum coefficient of momentum, nesterov and rmsprop", 0, \
		0.999999, NULL), \
	TRAINING_ROW(S, "schedule", 0, OPTION_CHOICE, schedule, NULL, \
		"learning-rate schedule; cosine falls to 0 at the last update", 0, 0, \
		schedule_names), \
	TRAINING_ROW(S, "warmup", 0, OPTION_INT, warmup, "N", \
		"updates of linear learning-rate warm-up; 0: none", 0, 1e9, NULL), \
	TRAINING_ROW(S, "step-epochs", 0, OPTION_INT, step_epochs, "N", \
		"step schedule: epochs between drops", 1, 1e6, NULL), \
	TRAINING_ROW(S, "step-factor", 0, OPTION_REAL, step_factor, "X", \
		"step schedule: the learning rate is multiplied by X at each drop", 0, 1, NULL), \
	TRAINING_ROW(S, "l1", 0, OPTION_REAL, l1, "X", \
		"coefficient of the L1 penalty on the weights", 0, 1e6, NULL), \
	TRAINING_ROW(S, "l2", 0, OPTION_REAL, l2, "X", \
		"coefficient of the L2 penalty on the weights", 0, 1e6, NULL), \
	TRAINING_ROW(S, "decay", 0, OPTION_REAL, decay, "X", \
		"adamw: decoupled weight decay", 0, 1e6, \
		NULL), \
	TRAINING_ROW(S, "clip", 0, OPTION_REAL, clip, "X", \
		"clip gradients to this norm; 0: no clipping", \
		0, 1e9, NULL), \
	TRAINING_ROW(S, "shuffle", 0, OPTION_CHOICE, shuffle, NULL, \
		"shuffle the training data every epoch; no: keep the order of the file", 0, 0, \
		training_no_yes), \
	TRAINING_ROW(S, "patience", 0, OPTION_INT, patience, "N", \
		"early stopping: stop after N epochs without improvement on the validation data; " \
		"0: never stop early", 0, 1e6, NULL), \
	TRAINING_ROW(S, "split", 0, OPTION_REAL, split, "X", \
		"fraction of the training data held out for validation", 0, 0.9, NULL), \
	TRAINING_ROW(S, "name", 0, OPTION_TEXT, name, "NAME", \
		"save the run as runs/NAME; a NAME with a slash is a path (default: model, data " \
		"and time)", 0, 0, NULL), \
	TRAINING_ROW(S, "resume", 0, OPTION_TEXT, resume, "RUN", \
		"continue a run; the result is bit-identical to a run that was never stopped", \
		0, 0, NULL), \
	TRAINING_ROW(S, "log-every", 0, OPTION_INT, log_every, "N", \
		"without a terminal: print every N-th epoch; 0: about twenty lines in all", \
		0, 1e6, NULL), \
	TRAINING_ROW(S, "watch", 0, OPTION_FLAG, watch, NULL, \
		"show a dashboard instead of a progress bar; q closes it and training continues", \
		0, 0, NULL)

/* Headings of these rows, for command.sections. */
#define TRAINING_SECTIONS \
	{ "epochs", "Training" }, { "optimizer", "Optimizer" }, \
	{ "l1", "Weight penalties and clipping" }, { "shuffle", "Order and early stopping" }, \
	{ "name", "Run" }

/* Defaults that suit both commands: Adam, a rate that falls along a cosine, clip 5, shuffled,
 * patience 5, split 0.1. */
void training_defaults(struct training_options *o);

/* Note options that were typed in vain, such as --momentum with an optimiser that has none:
 * `options` are those of a command as above, all of them decided on. */
void training_note_effects(const struct cli *cli, const void *options);

/* What --help says of momentum and decay, whose defaults depend on the optimiser: for
 * command.describe_default. */
int training_describe_default(const struct option_row *row, char *into, size_t size);

/* Decide on what was left to the optimiser: its own learning rate and, if it has them, momentum and
 * weight decay, so that run.json tells with which numbers it learnt. */
void training_settle(struct training_options *o);

/* The optimiser's options from the command's, for epochs of `batches` updates. */
void training_optimizer(const struct training_options *o, long batches,
                        struct optimizer_options *to);

/* The data file of a run that is used again: RY_EDATA if it was standard input, which has been
 * read. */
enum ry_status training_data_named(const char *file, const char *run);

/* Where a new run goes: runs/NAME, or NAME itself when it has a slash; without a name
 * runs/MODEL-DATA-TIME, with a number added if that followed by `first` is there already: "" for
 * one run, for several what is added to the path of the first.  Caller frees.  NULL on failure:
 * RY_EINVAL if the name is empty. */
char *training_run_path(const char *name, const char *model, const char *data, const char *first);

/* run.json for a new run of command `c`: its kind, command line, options, seed, threads.  The
 * caller adds what is known of the data. */
json_t *training_run_info(const struct command *c, const struct cli *cli, const void *options,
                          long seed, int threads);

/* Take the options of the run to be resumed.  Options typed on the command line must not differ
 * from the run's, but for those in `may_change` (NULL-terminated; "epochs", "patience" and "watch"
 * are always allowed), which keep what was typed.  An option called "resume" keeps its value.
 * `info` is rundir_info(); it must stay alive, as texts are borrowed from it. */
enum ry_status training_resume(const struct command *c, const struct cli *cli, void *options,
                               const json_t *info, const char *const *may_change);

/* Take up a run of command `c`.  Locks it and takes its options, as training_resume() does, its
 * seed and its number of threads; what was changed is kept in its run.json.  NULL on failure, with
 * the run left as it was: RY_EDATA when it is not such a run, RY_EINVAL when options can't change.
 * The caller ends it, or lets go of it by rundir_leave(). */
struct rundir *training_take_run(const struct command *c, const struct cli *cli, void *options,
                                 const char *path, const char *const *may_change, long *seed,
                                 int *threads, enum ry_status *status);

/* ---- the steps from a learner to a finished run ---- */

/* train_run() with the command's options, the run's log, and a progress bar that counts `item`s, or
 * the dashboard. `rest` is train_options.rest. */
enum ry_status training_loop(const struct cli *cli, struct training_options *o,
                             const struct learner *l, struct rundir *run, double rest,
                             const char *item, struct train_result *result);

/* The same for what is not in training_options; o.stop is set here.  `watcher`, or else
 * cli->watcher, unless NULL, is told in place of the progress bar; `log_every` is that of
 * progress_every(). */
enum ry_status training_drive(const struct cli *cli, struct train_options o,
                              const struct learner *l, struct rundir *run, const char *item,
                              struct observer *watcher, int log_every,
                              struct train_result *result);

/* Nonzero if the report of a run need not be printed: -q, and report.txt of the run has it. */
int training_untold(const struct cli *cli);

/* Write report.txt of the run: what print(file, report) prints, and the diagnosis. */
enum ry_status training_report(const struct cli *cli, struct rundir *run,
                               void (*print)(FILE *to, const void *report), const void *report);

/* End the run, which is freed: how the training went ("epochs", "best_epoch" and "updates", or
 * "frames" and "best_frame" where `unit` is "frame"), and the scores (an object, taken over; NULL
 * when there are none) or else the sentence of what went wrong, into run.json.  One that could not
 * be resumed is left as it was.  Returns `status`, or RY_EIO when that was RY_OK and run.json could
 * not be written. */
enum ry_status training_finish(struct rundir *run, enum ry_status status, const char *unit,
                               const struct train_result *result, json_t *scores);

/* Where the dashboard was shown and the user has not left it: the dashboard on the run that has
 * ended, until the user leaves. */
void training_stay(const struct cli *cli, const struct training_options *o, const char *path);

/* The curves of a finished run: into its plots/, and as text on stdout when that is a terminal.  A
 * missing gnuplot is said and is no failure: the numbers are there. */
void training_plot(const struct cli *cli, const char *path);

#endif
