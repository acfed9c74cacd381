/* evaluation.h - evaluation of a trained network: whole episodes without learning.
 *
 * Each worker plays several episodes at once (lanes.h).  No result depends on their number: an
 * episode draws from streams of its own, and which episodes a budget leaves room for is decided in
 * their order, as if they were played one after the other.
 */
#ifndef RILEY_RL_AGENT_EVALUATION_H
#define RILEY_RL_AGENT_EVALUATION_H

#include "rl/agent/q_policy.h"
#include "src/base/workers.h"

struct evaluation_options {
	int    episodes;
	double epsilon;              /* 0: greedy */
	long   cap;                  /* frames after which an episode is truncated */
	long   budget;               /* frames of all episodes together: none begins, after the
	                              * first, that would exceed it at the mean length so far; 0: no
	                              * limit */
	long   seed;                 /* episode k has its own streams, for game and exploration */
	unsigned stream;             /* ... from this one on; 0: STREAM_EPISODE */
	int (*stop)(void);           /* polled at every step, by one worker at a time; or NULL */
	struct workers *workers;     /* borrowed; NULL: the calling thread alone */
};

struct evaluation {
	int     episodes;
	double *episode_return;      /* (episodes) */
	long   *frames;              /* (episodes) */
	double  mean, error;         /* of the returns, and its standard error; NAN if unknown */
	double  mean_frames;
	int     capped;              /* truncated episodes */
	double  tally[GAME_TALLIES]; /* the game's tallies, per 1,000 frames of all episodes */
	struct skill_counts skills;  /* of all episodes */
};

/* Play `episodes` episodes epsilon-greedily, or fewer where there is a budget.  In a game without
 * episodes, an episode is `cap` frames and its return is the mean reward per frame.  The network's
 * workspace is not used.  RY_ESTOP if stopped, with the first episodes as far as none is missing.
 * The caller releases *e with evaluation_free(), also after a failure. */
enum ry_status evaluation_run(const struct q_network *q, const struct evaluation_options *o,
                              struct evaluation *e);
void evaluation_free(struct evaluation *e);

#endif
