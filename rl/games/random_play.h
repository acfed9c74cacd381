/* random_play.h - the mean return of uniformly random play. */
#ifndef RILEY_RL_GAMES_RANDOM_PLAY_H
#define RILEY_RL_GAMES_RANDOM_PLAY_H

#include "rl/games/game.h"

struct random_play {
	int    episodes;              /* played; 0 in a game that does not end */
	long   steps;                 /* all of them together */
	double mean;                  /* return of an episode; reward of a step where none ended */
	double error;                 /* standard error of the mean; NAN when there is none */
};

/* Play uniformly random actions until `episodes` have ended or `max_steps` were made.  An
 * unfinished episode does not count, unless it is the only one.  The game draws from `game`, the
 * actions come from `actions`: changing the rules leaves the actions as they are.  Fails as
 * game_init(). */
enum ry_status random_play(struct random_play *r, const struct game_ops *g,
                           const struct game_options *o, int episodes, long max_steps,
                           gsl_rng *game, gsl_rng *actions);

#endif
