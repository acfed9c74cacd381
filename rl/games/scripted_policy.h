/* scripted_policy.h - scripted policies, one for each game: what a person who knows the rules might
 * do.
 *
 * A policy sees what any player sees, the observation, and remembers what it has seen; hidden
 * timers it can only count.  It stands in where there is no human score yet, and its rules are few
 * and written down.  The head of each NAME_policy.c states its mean return with the default
 * options, over 60 episodes of at most 10,000 steps, beside random play.
 */
#ifndef RILEY_RL_GAMES_SCRIPTED_POLICY_H
#define RILEY_RL_GAMES_SCRIPTED_POLICY_H

#include <gsl/gsl_rng.h>
#include "rl/games/game.h"

struct scripted_policy;

/* The policy of a game with these options; the caller owns it.  NULL, with ry_message() set, when
 * the options are invalid, when the game has none, or when memory ran out. */
struct scripted_policy *scripted_policy_alloc(const struct game_ops *g,
                                              const struct game_options *o);
void scripted_policy_free(struct scripted_policy *p);

/* One line: what it does. */
const char *scripted_policy_about(const struct game_ops *g);

/* An episode begins: the memory is emptied. */
void scripted_policy_start(struct scripted_policy *p);

/* The action for this observation, one of game_actions(); to be called once a step.  `observation`
 * is the game's bits, game_words(g) of them; in a game of numbers its real numbers (C). */
int scripted_policy_act(struct scripted_policy *p, const void *observation);

struct scripted_policy_play {
	int    episodes;              /* finished or cut off; 0 in a game that does not end */
	int    capped;                /* of them, cut off */
	long   steps;
	double mean;                  /* return of an episode; reward of a step where none ends */
	double error;                 /* standard error of the mean; NAN when there is none */
};

/* Play `episodes` episodes of at most `cap` steps each; one that is cut off counts with its return
 * so far.  In an endless game `cap` steps are played.  `stop`, unless NULL, is called after each
 * episode and every 10,000 steps: nonzero ends the play with RY_ESTOP.  Fails as
 * scripted_policy_alloc(). */
enum ry_status scripted_policy_play(struct scripted_policy_play *r, const struct game_ops *g,
                                    const struct game_options *o, int episodes, long cap,
                                    gsl_rng *rng, int (*stop)(void));

#endif
