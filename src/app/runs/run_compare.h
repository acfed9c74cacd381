/* run_compare.h - runs side by side: the options that differ, and scores of the same measures.
 *
 * Runs that differ in nothing but their seeds (or folds) share a column, which has the mean of
 * their scores and its 95 % interval by Student's t.  Where that would leave one column, each run
 * has its own, and the last one is their mean.  A single run has the interval of its evaluation
 * where run.json has its standard error, and otherwise none.
 *
 * Scores are compared, and the best is marked, where all runs are of one kind, learnt from the same
 * data and were scored on the same; where they were not, a note says so.
 */
#ifndef RILEY_APP_RUNS_RUN_COMPARE_H
#define RILEY_APP_RUNS_RUN_COMPARE_H

#include <stdio.h>
#include <sys/stat.h>
#include "src/app/runs/run_list.h"
#include "src/base/status.h"

enum { COMPARE_MOST = 256 };             /* runs */

enum compare_format { COMPARE_TEXT, COMPARE_MARKDOWN, COMPARE_LATEX, COMPARE_JSON };

struct compare_cell {
	char  *text;                     /* UTF-8 without control characters; owned */
	double mean;                     /* of a score; NaN: not known */
	double low, high;                /* 95 % interval; NaN: none */
	char   margin[32];               /* half of it, "0.0121"; or "" */
	char   ends[64];                 /* in place of that, where it is not symmetric, as the
	                                  * measure has a limit: "[0.9120, 0.9991]"; or "" */
	int    n;                        /* runs that have the score */
	int    best;
};

/* An option (or what else differs), or a score. */
struct compare_row {
	char                label[80];   /* "dropout", "valid_auc" */
	int                 score, smaller;
	struct compare_cell *cell;       /* (columns) */
};

struct compared_run {
	char                  *path, *name;          /* name: borrowed */
	const struct run_kind *kind;
	enum run_list_state    state;
	json_t                *info, *numbers;
	json_t                *same;     /* options that it shares with runs of other seeds */
	struct stat            folder;
	int                    column;   /* see comparison_has() */
};

struct comparison {
	int                 n, columns, n_rows;
	int                 mean_of_all; /* the last column is the mean of all the others */
	struct compared_run *run;        /* (n) */
	char              **names;       /* of the runs */
	char              (*title)[80];  /* (columns) */
	struct compare_row *row;         /* (n_rows): what differs, then scores */
	int                 comparable;  /* scores of one column can be held against another's */
	json_t             *notes;       /* array of texts */
};

/* Compare the runs at `path` (n of them, at least 2).  RY_EDATA if one is no run; RY_EINVAL
 * if one is given twice; RY_EIO, RY_ENOMEM, RY_ESTOP.  Release with comparison_clear() also after a
 * failure. */
enum ry_status comparison_make(struct comparison *c, command_lists lists, int n,
                               char *const *path);
void comparison_clear(struct comparison *c);

/* Whether run k counts in a column. */
int comparison_has(const struct comparison *c, int column, int k);

/* Print it.  `width`: columns of a page of text, where wider tables are continued below; 0: no
 * limit.  RY_ENOMEM, RY_EIO. */
enum ry_status comparison_print(FILE *to, const struct comparison *c, enum compare_format format,
                                int width, int ascii);

#endif
