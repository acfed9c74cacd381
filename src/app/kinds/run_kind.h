/* run_kind.h - kinds of runs: what the tools must know of the runs that a learner makes.
 *
 * Each learner has one row, beside its commands, and its training command points to it
 * (command.makes).  The list of kinds is therefore the list of commands, which programs pass down:
 * tools that read runs find the row by the "kind" in run.json, and know nothing else of learners.
 */
#ifndef RILEY_APP_KINDS_RUN_KIND_H
#define RILEY_APP_KINDS_RUN_KIND_H

#include <jansson.h>
#include "src/cli/command.h"
#include "src/cli/next_commands.h"
#include "src/diagnosis/diagnosis.h"

/* A named number of a run. */
struct run_measure {
	const char *name;         /* "auc" */
	const char *label;        /* of its chart: "AUC" */
	int         smaller;      /* nonzero: the smaller the better */
};

/* What predicting without a model would reach on the same data: the number `name` of the result
 * stands beside the measure `of`. */
struct run_baseline {
	const char *of, *name;    /* "auc", "skill_mean_auc" */
};

enum { RUN_NEXT = 3 };

struct run_kind {
	const char *name;                /* "kind" in run.json: "kt" */
	const char *unit;                /* of progress; every point has its count: "epoch" */
	const char *items;               /* what "rate" counts in a second: "answers" */
	const char *data, *data_name;    /* where run.json says what it learnt from: object and
	                                  * text in it */
	int         log_loss;            /* its loss is a log loss, in nats */
	int         no_validation;       /* what it is trained on is all it is measured on, unless
	                                  * judged_by names more */
	/* What columns measured apart from training begin with, before '_' ("valid"), and what
	 * legends call them; both NULL: "valid" and "validation". */
	const char *judged_by, *judged_words;

	/* Options that runs with other seeds may differ in, NULL-terminated: in figures they are
	 * one curve with a band.  NULL: every run is a curve. */
	const char *const *seeds_differ;

	/* What is drawn unless asked otherwise, in the order of preference: losses, and the first
	 * score.  Columns of points have train_, or what judged_by says, before the name.  A NULL
	 * name ends them. */
	const struct run_measure *charts;
	/* Numbers in the result of run.json, which a sweep can rank by; labels are NULL. */
	const struct run_measure *results;
	/* The baselines in the result, ended by a NULL name, and what they predict; NULL: none. */
	const struct run_baseline *baselines;
	const char *baseline_words;
	/* The range of a column that depends on what was learnt: narrows *least and *most for runs
	 * of the data of that name.  NULL: it depends on the column alone. */
	void (*limits)(const char *data, const char *column, double *least, double *most);
	/* What a sweep ranks by, and what it shows beside that: the first that any run has.  Both
	 * NULL-terminated. */
	const char *const *rank, *const *beside;

	struct diagnosis_learner diagnosis;

	struct next_command next[RUN_NEXT];      /* the most useful ones with one that has ended */
};

/* Runs of programs that are not known here. */
extern const struct run_kind run_kind_unknown;

/* The row called `name`, or run_kind_unknown; `name` may be NULL. */
const struct run_kind *run_kind_find(command_lists lists, const char *name);

/* The row of the run whose run.json this is; run_kind_unknown also for NULL. */
const struct run_kind *run_kind_of(command_lists lists, const json_t *info);

/* Its judged_by and judged_words; and the name without what it begins with, "auc" of "valid_auc" or
 * "train_auc". */
const char *run_kind_judged_by(const struct run_kind *kind);
const char *run_kind_judged_words(const struct run_kind *kind);
const char *run_kind_measure(const char *column);

/* The k-th command that makes runs of a kind of its own, from 0; NULL beyond the last. */
const struct command *run_kind_command(command_lists lists, int k);

/* The name of what a run learnt from, as its run.json has it; "" where there is none. */
const char *run_kind_data(const struct run_kind *kind, const json_t *info);

/* The range in which all values of a column ("valid_auc", "mean_return"), and so their means and
 * intervals, lie in runs that learnt from the data of that name; ends may be infinite. */
void run_kind_limits(const struct run_kind *kind, const char *data, const char *column,
                     double *least, double *most);

/* The name of the number that is the baseline of a measure, or NULL. */
const char *run_kind_baseline(const struct run_kind *kind, const char *measure);

/* The result called `name`, or NULL. */
const struct run_measure *run_kind_result(const struct run_kind *kind, const char *name);

#endif
