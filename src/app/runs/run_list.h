/* run_list.h - the runs in folders, each with what a list shows of it.
 *
 * Of every run only run.json and the end of metrics.jsonl are read, and its lock where it says that
 * it is running.  Whatever a folder holds, the others are listed: one that cannot be read has a
 * sentence that says why.
 */
#ifndef RILEY_APP_RUNS_RUN_LIST_H
#define RILEY_APP_RUNS_RUN_LIST_H

#include <stdint.h>
#include <sys/types.h>
#include "src/app/kinds/run_kind.h"
#include "src/base/status.h"

enum run_list_state {
	LISTED_ANY,              /* in a filter: all of these */
	LISTED_RUNNING,
	LISTED_DONE,             /* also: stopped early, for want of progress */
	LISTED_STOPPED,          /* interrupted; it can be resumed */
	LISTED_CRASHED,          /* says that it is running, but no process writes to it */
	LISTED_FAILED,
	LISTED_DIVERGED,
	LISTED_SPOILED,          /* its run.json cannot be read */
	LISTED_FOREIGN,          /* a folder that is no run */
	LISTED_STATES
};

/* "any", "running", "done", ...; NULL-terminated. */
extern const char *const run_list_states[LISTED_STATES + 1];

/* The state of the run at `path`, of which `info` is run.json: LISTED_SPOILED if it has no status,
 * or one that no run has. */
enum run_list_state run_list_state(const json_t *info, const char *path);

enum run_list_order { LIST_BY_NAME, LIST_BY_AGE, LIST_BY_SCORE, LIST_BY_KIND, LIST_ORDERS };

/* "name", "age", "score", "kind"; NULL-terminated. */
extern const char *const run_list_orders[LIST_ORDERS + 1];

/* Numbers that are not known are NaN, texts NULL. */
struct listed_run {
	char                  *path;
	const char            *name;     /* its path, without runs/ */
	const struct run_kind *kind;     /* run_kind_unknown for one of a kind that is not ours */
	enum run_list_state    state;
	char                  *kind_name, *status;   /* as run.json has them */
	char                  *data;     /* what it learns from: a file or a game */
	char                  *fingerprint;          /* of that */
	double                 start, end;           /* seconds since 1970 */
	double                 seconds;  /* of training */
	double                 seed;
	char                  *unit;     /* of progress: "epoch" */
	double                 at, of_all;           /* progress, in units */
	char                  *measure;  /* of its score: "valid_auc" */
	double                 score;    /* the best so far, or of the result */
	int                    smaller;  /* nonzero: the smaller the better */
	char                  *error;    /* what is wrong with it, one sentence */
	int                    place;    /* for run_list_group() */
	struct { int64_t size, at; } seen[2];        /* of its two files, when they were read */
};

struct run_list {
	int                n;
	struct listed_run *run;          /* (n) */
};

/* Add the runs at `path`: itself if it is a run, or else those in it, or in folders there that are
 * no runs.  Files and hidden folders are passed over.  `old`, or NULL, is an earlier list, as
 * run_list_retire() leaves it: of runs that have not changed since, what is known is taken from
 * there.  RY_EDATA if there is no folder at `path`, RY_EIO if it cannot be read, RY_ENOMEM, or
 * RY_ESTOP once command_interrupted(). */
enum ry_status run_list_add(struct run_list *l, command_lists lists, const char *path,
                            struct run_list *old);
void run_list_clear(struct run_list *l);

/* Prepare a list for being the old one. */
void run_list_retire(struct run_list *l);

/* What is to be seen of a list; NULL and LISTED_ANY: everything. */
struct run_list_filter {
	const char *kind, *data;         /* `data`: the name of a file or game, or a part of it */
	enum run_list_state state;
	const char *text;                /* in the name, kind, data or state, in any case */
};

/* Nonzero if a run passes the filter. */
int run_list_shows(const struct run_list_filter *f, const struct listed_run *r);

/* Sort: by name; the youngest first; or, kinds apart, the best score first (of those with the same
 * data and measure) or by name. */
void run_list_sort(struct run_list *l, enum run_list_order order);

/* Put each kind by itself, in the order that the list has. */
void run_list_group(struct run_list *l);

/* The numbers that a run states about itself: those of its result, and of its best point where the
 * result lacks them.  A new object; NULL without memory. */
json_t *run_list_numbers(const json_t *info, const json_t *best);

#endif
