/* scripted_policy.h - hand-written players, one for each game: what a person who knows the rules
 * might do.
 *
 * A policy sees what any player sees, the observation, and remembers what it has seen; of hidden
 * timers it knows what can be counted.  It stands in for a human score where nobody has played yet,
 * and its rules are few and written down.  Mean return with the usual options, over 60 episodes of
 * at most 10,000 steps, beside random play:
 *
 *     asterix         80      0.5    goes for the gold that can be reached soonest without meeting an enemy, by
 *                                    looking twenty steps ahead at where everything will be
 *     breakout        500     0.5    follows the ball in its mind through walls and bricks to the bottom row, and
 *                                    waits there; a third of the episodes are cut off
 *     catch           1      -0.6    stands below the ball
 *     eyes            1.095   0.73   (reward of a step) turns to the nearest apple, away from poison and walls, and
 *                                    walks on
 *     freeway         70.5    0.1    steps into a lane when no car will come over it there, and steps back from
 *                                    one that does
 *     lake4           0.7442  0.0139 the best there is, by dynamic programming over cells and steps left
 *     lake8           0.9132  0.0019 (on plain ice 1 and 1)
 *     seaquest        65      0.1    shoots what swims in its row, keeps a cell's distance, picks up divers, and
 *                                    surfaces with one before the oxygen ends
 *     space_invaders  1,700   3      fires from where shots will meet an alien, out of the way of those that come
 *                                    down; most episodes are cut off
 */
#ifndef RILEY_RL_GAMES_SCRIPTED_POLICY_H
#define RILEY_RL_GAMES_SCRIPTED_POLICY_H

#include <gsl/gsl_rng.h>
#include "rl/games/game.h"

struct scripted_policy;

/* The hand-written player of a game with these options; the caller owns it.  NULL, with the
 * sentence set, when the options can't be, for a game without one, or without memory. */
struct scripted_policy *scripted_policy_alloc(const struct game_ops *g,
                                              const struct game_options *o);
void scripted_policy_free(struct scripted_policy *p);

/* One line: what it does. */
const char *scripted_policy_about(const struct game_ops *g);

/* An episode begins: forget. */
void scripted_policy_start(struct scripted_policy *p);

/* The action for what is seen now, one of game_actions(): to be asked once each step.
 * `observation` is the game's bits, game_words(g) of them; in a game of numbers its real numbers
 * (C). */
int scripted_policy_act(struct scripted_policy *p, const void *observation);

struct scripted_policy_play {
	int    episodes;              /* finished or cut off; 0 in a game that does not end */
	int    capped;                /* of them, cut off */
	long   steps;
	double mean;                  /* return of an episode; reward of a step where none ends */
	double error;                 /* standard error of the mean; NAN when there is none */
};

/* Play `episodes` episodes, each of `cap` steps at most, where it counts as it stands.  In a game
 * without end `cap` steps are played.  `stop`, unless NULL, is asked after each episode and every
 * 10,000 steps: nonzero ends the play with RY_ESTOP. Fails as scripted_policy_alloc(). */
enum ry_status scripted_policy_play(struct scripted_policy_play *r, const struct game_ops *g,
                                    const struct game_options *o, int episodes, long cap,
                                    gsl_rng *rng, int (*stop)(void));

#endif
