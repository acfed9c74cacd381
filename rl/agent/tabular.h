/* tabular.h - tabular Q-learning: one number per cell of a lake and action.
 *
 *     Q(s, a) += alpha (r + gamma max_a' Q(s', a') - Q(s, a))              Watkins 1989
 *
 * where the maximum is 0 on a hole and on the goal.  A time limit does not end an episode in this
 * sense: the last step is learnt from like any other.  Actions are random with probability epsilon,
 * which falls linearly over the first part of training, and otherwise greedy, with ties broken at
 * random. alpha falls with the number of times n(s, a) that the action was taken there,
 *
 *     alpha = lr / n(s, a)^power
 *
 * which converges to the exact values for a power above 1/2 up to 1, faster in between (Even-Dar &
 * Mansour 2003).  With power 0 alpha is constant, and on slippery ice the values keep fluctuating.
 *
 * Randomness: the ice uses `game`, exploration uses `explore` (STREAM_GAME and STREAM_EXPLORE of
 * src/base/random.h).
 */
#ifndef RILEY_RL_AGENT_TABULAR_H
#define RILEY_RL_AGENT_TABULAR_H

#include <gsl/gsl_rng.h>
#include "rl/games/game.h"
#include "rl/games/lake.h"

struct tabular_options {
	long   episodes;              /* of the whole training, for the schedule of epsilon */
	double lr;                    /* above 0, up to 1: initial alpha of each action */
	double power;                 /* 0 .. 1: how fast alpha falls */
	double discount;              /* gamma, 0 .. 1 */
	double epsilon, epsilon_end;  /* 0 .. 1: of random actions, initial and final */
	double epsilon_share;         /* 0 .. 1: share of the episodes over which it falls */
	double initial;               /* initial values: 0, or optimistic */
};

/* Defaults that suit both lakes, slippery and plain. */
void tabular_defaults(struct tabular_options *o);

struct tabular;

/* A new table, and its game before the first step; the caller owns it.  NULL with RY_EINVAL for a
 * game that is not a lake and for options out of range, or without memory. */
struct tabular *tabular_alloc(const struct game_ops *g, const struct game_options *game,
                              const struct tabular_options *o);
void tabular_free(struct tabular *t);

/* What happened in a step. */
struct tabular_frame {
	int    cell, action, next;    /* previous cell, action chosen, next cell */
	int    explored;              /* it was random */
	double reward;
	double error;                 /* r + gamma max Q - Q before the update */
	enum game_status status;      /* of the episode after the step */
};

/* One step and one update; starts an episode if none is running.  `f` may be NULL. */
void tabular_step(struct tabular *t, gsl_rng *game, gsl_rng *explore, struct tabular_frame *f);

/* All remaining episodes.  `stop`, unless NULL, is called after each episode: nonzero ends the
 * training with RY_ESTOP. */
enum ry_status tabular_train(struct tabular *t, gsl_rng *game, gsl_rng *explore, int (*stop)(void));

/* The table (cells, LAKE_ACTIONS), 0 in terminal cells, and how often each action was taken;
 * borrowed. */
const double *tabular_q(const struct tabular *t);
const long   *tabular_visits(const struct tabular *t);

long   tabular_episodes(const struct tabular *t);   /* finished */
long   tabular_steps(const struct tabular *t);
double tabular_epsilon(const struct tabular *t);    /* in the next step */

#endif
