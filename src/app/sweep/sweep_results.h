/* sweep_results.h - what the runs of a sweep have come to: reading their directories, ranking the
 * trials, telling. */
#ifndef RILEY_APP_SWEEP_SWEEP_RESULTS_H
#define RILEY_APP_SWEEP_SWEEP_RESULTS_H

#include <stdio.h>
#include "src/app/sweep/sweep.h"

enum sweep_state {
	SWEEP_MISSING,                   /* there is no such run */
	SWEEP_HALF,                      /* it was stopped, or is under way */
	SWEEP_FINISHED,
	SWEEP_FAILED,                    /* for a reason that may be gone */
	SWEEP_DIVERGED                   /* and would do so again */
};

/* One trial with one seed. */
struct sweep_result {
	enum sweep_state state;
	char            *path;           /* of the run */
	char            *error;          /* its sentence, or NULL */
	json_t          *numbers;        /* name: number, of what it says about itself; NULL when
	                                  * there is none */
	double           measure;        /* what ranks it; NaN: not known */
};

/* All seeds of a trial. */
struct sweep_row {
	/* runs with a value; failed or diverged; done, but without one; the others */
	int    trial, n, failed, without, missing;
	double mean, half;                       /* of the measure, and its 95 % interval (NaN
	                                          * with fewer than two) */
	double low, high;                        /* that interval, within the measure's range */
	double baseline, beside[SWEEP_MOST_SHOWN];       /* means */
	/* from the base, and its 95 % interval; NaN: not known */
	double difference, difference_half;
	double key;                              /* what they are ranked by: smaller is better */
	int    rank;                             /* from 1 on; 0 without a value */
};

struct sweep_results {
	const struct sweep  *s;
	struct sweep_result *run;        /* (n_trials, n_seeds) */
	struct sweep_row    *row;        /* (n_trials), best first; variants in a grid: as listed */
	const char          *measure;
	int                  n_beside;
	const char          *beside[SWEEP_MOST_SHOWN];   /* (n_beside) */
	const char          *baseline, *baseline_of;     /* of the measure or the first beside it;
	                                                  * or NULL */
	double               least, most;        /* the measure's range: run_kind_limits() */
	int                  smaller;
	int                  left_out;           /* runs found that do not belong to the sweep */
	char                *why;                /* the reason for the first of them, or NULL */
	char                *learnt_from;        /* the name of the data; or NULL */
	char                *data, *data_of;     /* fingerprint of what the first run learnt
	                                          * from, and its path; or NULL */
};

/* Without runs.  Release with sweep_results_clear() also after a failure. */
enum ry_status sweep_results_make(struct sweep_results *r, const struct sweep *s);
void sweep_results_clear(struct sweep_results *r);

struct sweep_result *sweep_result(const struct sweep_results *r, int trial, int seed);

/* Read the run of this trial and seed at `path`, if it is there (again: what was known is
 * forgotten).  RY_EDATA when what is there is another run: with the first option that differs, or
 * when it learnt from other data than the runs read before. */
enum ry_status sweep_results_read(struct sweep_results *r, int trial, int seed, const char *path);

/* Look for runs at `path`, which is a run or contains runs in folders below it.  Runs of the sweep,
 * recognised by options, seed and data, are taken unless a finished one is already known; others
 * are counted in left_out.  RY_EIO if `path` cannot be read. */
enum ry_status sweep_results_collect(struct sweep_results *r, const char *path);

/* What a run alone would be ranked by, and its value; NaN when it has none. */
double sweep_result_measure(const struct sweep *s, const struct sweep_result *x, const char **name);

/* Decide by what to rank, and rank; variants are also held against their base.  Trials of which all
 * seeds have a value come first, those that failed last.  RY_EDATA when the measure that was asked
 * for is unknown to all finished runs. */
enum ry_status sweep_results_rank(struct sweep_results *r);

/* The best trial; NULL if none has a value. */
const struct sweep_row *sweep_results_best(const struct sweep_results *r);

/* How many runs are in a state. */
int sweep_results_count(const struct sweep_results *r, enum sweep_state state);

#endif
