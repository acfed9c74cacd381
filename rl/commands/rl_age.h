/* rl_age.h - the agents of a run by their age: models kept after 1,000 frames, 10,000 and so on,
 * and after the last one (rl_learner.h). */
#ifndef RILEY_RL_COMMANDS_RL_AGE_H
#define RILEY_RL_COMMANDS_RL_AGE_H

#include "src/base/status.h"
#include "src/cli/command.h"

/* The row of the option --at for a command whose options struct S has a text called `at`. */
#define RL_AGE_ROW(S) \
	{ "at", 0, OPTION_TEXT, offsetof(S, at), "AGE", \
	  "RUN: its agent after AGE frames, such as 1000, 1e5 or 100k, instead of the best; " \
	  "end: after the last frame", 0, 0, NULL }

/* The model file of the run at `run` at this age, a number of frames as in an option, or "end"; its
 * frames in *frames.  With algorithm pqn 10k also finds the agent kept for it, after the first
 * round that ended later.  The caller frees it.  NULL on failure: RY_EINVAL, naming the ages that
 * there are, if it has no such agent. */
char *rl_age_find(const char *run, const char *age, long *frames, enum ry_status *status);

#endif
