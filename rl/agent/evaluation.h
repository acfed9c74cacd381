/* evaluation.h - evaluation of a trained network: whole episodes without learning. */
#ifndef RILEY_RL_AGENT_EVALUATION_H
#define RILEY_RL_AGENT_EVALUATION_H

#include "rl/agent/q_policy.h"

struct evaluation_options {
	int    episodes;
	double epsilon;              /* 0: greedy */
	long   cap;                  /* frames after which an episode is truncated */
	long   budget;               /* frames of all episodes together: none begins, after the
	                              * first, that would exceed it at the mean length so far; 0: no
	                              * limit */
	long   seed;                 /* episode k has its own streams, for game and exploration */
	unsigned stream;             /* ... from this one on; 0: STREAM_EPISODE */
	int (*stop)(void);           /* polled between episodes; or NULL */
};

struct evaluation {
	int     episodes;
	double *episode_return;      /* (episodes) */
	long   *frames;              /* (episodes) */
	double  mean, error;         /* of the returns, and its standard error; NAN if unknown */
	double  mean_frames;
	int     capped;              /* truncated episodes */
	double  tally[GAME_TALLIES]; /* the game's tallies, per 1,000 frames of all episodes */
};

/* Play `episodes` episodes epsilon-greedily, or fewer where there is a budget.  In a game without
 * episodes, an episode is `cap` frames and its return is the mean reward per frame.  RY_ESTOP, with
 * the episodes played so far, if stopped.  The caller releases *e with evaluation_free(). */
enum ry_status evaluation_run(struct q_network *q, const struct evaluation_options *o,
                              struct evaluation *e);
void evaluation_free(struct evaluation *e);

#endif
