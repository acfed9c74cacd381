/* rl_seeds.h - the same work several times side by side, each in a process of its own.
 *
 * Processes and not threads: each has its numbers, its signals and its failures to itself, and one that dies
 * leaves the others alone.  They say nothing; what they have to tell comes back here.
 */
#ifndef RILEY_RL_RL_SEEDS_H
#define RILEY_RL_RL_SEEDS_H

#include "src/status.h"

/* How one of them ended. */
struct seed_end {
	enum ry_status status;       /* RY_EIO when it was killed, RY_ESTOP too when its turn never came */
	char           message[800]; /* its sentence, when it failed */
};

struct seed_jobs {
	int   n, at_once;
	void *arg;
	const int *skip;             /* (n): not to be done; or NULL */

	/* In the process of number k: do it, and tell how far it is through *done. */
	enum ry_status (*work)(int k, volatile double *done, void *arg);

	/* Here, ten times a second and at the end: how far all (n) are; those skipped at 0.  Or NULL. */
	void (*tell)(const volatile double *done, void *arg);
};

/* Run them all and fill end (n).  When a signal asks us to stop, or we are killed, they are asked to
 * stop, once.  RY_OK when all have ended, however they did; RY_ENOMEM, RY_EIO when there was no way to begin. */
enum ry_status seeds_run(const struct seed_jobs *jobs, struct seed_end *end);

#endif
