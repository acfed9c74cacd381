/* jobs.h - run several jobs side by side, each in its own process.
 *
 * A job is a command line of this program, or a function.  Processes rather than threads isolate
 * numbers, signals and failures: a job that dies leaves the others alone.  They are forked without
 * exec, so they run the same program even if its file has been replaced.  They read no input; their
 * output goes to a log or nowhere, and their results come back here.
 *
 * When the program is asked to stop (command_interrupted()), no further job starts, and running
 * jobs are asked to stop as if by one SIGTERM: they save and exit.  A second signal kills, as
 * usual.  Where the kernel reports the death of a parent (Linux), they are also asked to stop if
 * this process is killed.
 *
 * The caller must be the only thread of its process.  Locks of open files are shared with the jobs:
 * a directory locked here stays locked until the last of them has exited.
 */
#ifndef RILEY_CLI_JOBS_H
#define RILEY_CLI_JOBS_H

#include "src/cli/command.h"

/* How a job ended. */
struct job_end {
	enum ry_status status;       /* RY_ESTOP also if it was never started, RY_EIO if it died: a
	                              * signal, an exit() */
	char           message[800]; /* unless RY_OK; "" if it was never started */
};

struct jobs {
	int        n, at_once;
	const int *skip;             /* (n): nonzero: skip the job, with RY_OK; or NULL */
	void      *arg;              /* for the functions below */

	/* What is to be done: command lines of the program with these `lists` of commands (struct
	 * cli has them), (n) arrays that begin with the program's name and end with NULL, or ...
	 * Environment and config file count as ever. */
	char *const *const                  *words;
	command_lists lists;

	/* ... in the process of number k.  *done is the share that is done, 0 to 1, for tell(). */
	enum ry_status (*work)(int k, volatile double *done, void *arg);

	/* Where number k appends what it prints to stdout and stderr; NULL (the function, or its
	 * answer): nowhere.  Borrowed while the job begins. */
	const char *(*log)(int k, void *arg);

	/* Here, ten times a second and at the end: which share of each of the (n) is done; 0 of one
	 * that is skipped. Or NULL. */
	void (*tell)(const double *done, void *arg);

	/* Here, when number k has ended, which was not skipped.  Or NULL. */
	void (*ended)(int k, const struct job_end *end, void *arg);
};

/* Run all jobs in order, at most `at_once` at a time, and fill end (n).  RY_OK once all have ended,
 * however they did; RY_ENOMEM or RY_EIO if none could be started.  If the system cannot create as
 * many processes as requested, fewer run at a time. */
enum ry_status jobs_run(const struct jobs *jobs, struct job_end *end);

/* An observer of training that keeps *done at the share that is done, for jobs that train. */
struct job_watcher {
	struct observer  observer;   /* first: the observer is the watcher */
	volatile double *done;
};

struct job_watcher job_watcher(volatile double *done);

#endif
