/* tabular.h - Q-learning with a table: one number for each cell of a lake and each action.
 *
 *     Q(s, a) += alpha (r + gamma max_a' Q(s', a') - Q(s, a))              Watkins 1989
 *
 * where what follows counts as 0 on a hole and on the goal.  A time limit is no such end: the step
 * that is cut off is learnt from like any other.  Actions are chosen at random with probability
 * epsilon, which falls linearly over the first part of the training, and otherwise by the table,
 * evenly among the actions with the largest value.  alpha falls with the number of times n(s, a)
 * that the action was taken there,
 *
 *     alpha = lr / n(s, a)^power
 *
 * which settles on the exact values for a power above 1/2 up to 1, and sooner in between (Even-Dar
 * & Mansour 2003); with power 0 it stays, and slippery ice keeps the table trembling.
 *
 * Randomness: what the ice decides comes from `game`, what the agent leaves to chance from
 * `explore` (STREAM_GAME and STREAM_EXPLORE of src/base/random.h).
 */
#ifndef RILEY_RL_AGENT_TABULAR_H
#define RILEY_RL_AGENT_TABULAR_H

#include <gsl/gsl_rng.h>
#include "rl/games/game.h"
#include "rl/games/lake.h"

struct tabular_options {
	long   episodes;              /* the whole training: what the schedule of epsilon refers
	                               * to */
	double lr;                    /* above 0, up to 1: alpha at an action's first try */
	double power;                 /* 0 .. 1: how fast alpha falls */
	double discount;              /* gamma, 0 .. 1 */
	double epsilon, epsilon_end;  /* 0 .. 1: chance of a random action, at first and at last */
	double epsilon_share;         /* 0 .. 1: share of the episodes over which it falls */
	double initial;               /* what everything counts before it was tried: 0, or hope */
};

/* What fits both lakes, slippery and plain. */
void tabular_defaults(struct tabular_options *o);

struct tabular;

/* A table that knows nothing yet, and its game before the first step; the caller owns it.  NULL,
 * with RY_EINVAL's sentence, for a game that is no lake and for options out of range; or without
 * memory. */
struct tabular *tabular_alloc(const struct game_ops *g, const struct game_options *game,
                              const struct tabular_options *o);
void tabular_free(struct tabular *t);

/* What happened in a step. */
struct tabular_frame {
	int    cell, action, next;    /* from where, what was asked for, and where it led */
	int    explored;              /* chance chose it */
	double reward;
	double error;                 /* r + gamma max Q - Q before the update */
	enum game_status status;      /* of the episode after the step */
};

/* One step and one update; starts an episode when none is on.  `f` may be NULL. */
void tabular_step(struct tabular *t, gsl_rng *game, gsl_rng *explore, struct tabular_frame *f);

/* All episodes of the options that are still to come.  `stop`, unless NULL, is asked after each
 * episode: nonzero ends the training there with RY_ESTOP. */
enum ry_status tabular_train(struct tabular *t, gsl_rng *game, gsl_rng *explore, int (*stop)(void));

/* The table (cells, LAKE_ACTIONS), 0 where an episode has ended, and how often each action was
 * taken; borrowed. */
const double *tabular_q(const struct tabular *t);
const long   *tabular_visits(const struct tabular *t);

long   tabular_episodes(const struct tabular *t);   /* finished */
long   tabular_steps(const struct tabular *t);
double tabular_epsilon(const struct tabular *t);    /* in the next step */

#endif
