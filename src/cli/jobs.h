/* jobs.h - several jobs side by side, each in a process of its own.
 *
 * A job is a command line of this same program, or a function.  Processes and not threads: each has
 * its numbers, its signals and its failures to itself, and one that dies leaves the others alone.
 * They are forked and not exec'ed: so all of them are the program that is running, also when its
 * file was replaced meanwhile, and no file has to be found.  They read nothing, and what they print
 * goes to a log or nowhere; what they have to tell comes back here.
 *
 * Ctrl-C, SIGTERM and SIGHUP.  When one asks us to stop, no further job begins and those under way
 * are asked, once, as if each had got SIGTERM: command_interrupted() is true in them, they save
 * what they have and end.  A second one kills, as ever.  Where the kernel tells of a parent's death
 * (Linux) they are asked to stop as well when we are killed.
 *
 * The caller must be the only thread of its process.  Locks of open files are shared with the jobs:
 * a directory that we have locked stays so until the last of them has ended.
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
	const int *skip;             /* (n): not to be done, which is RY_OK; or NULL */
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

/* Run them all, at most `at_once` at a time, in their order, and fill end (n).  RY_OK when all have
 * ended, however they did; RY_ENOMEM, RY_EIO when there was no way to begin.  When the system has
 * no room for as many processes as were asked for, fewer run at a time. */
enum ry_status jobs_run(const struct jobs *jobs, struct job_end *end);

/* An observer of training that keeps *done at the share that is done: for work that trains. */
struct job_watcher {
	struct observer  observer;   /* first: the observer is the watcher */
	volatile double *done;
};

struct job_watcher job_watcher(volatile double *done);

#endif
