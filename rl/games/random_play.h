/* random_play.h - what a game brings to somebody who presses keys at random. */
#ifndef RILEY_RL_GAMES_RANDOM_PLAY_H
#define RILEY_RL_GAMES_RANDOM_PLAY_H

#include "rl/games/game.h"

struct random_play {
	int    episodes;              /* played; 0 in a game that does not end */
	long   steps;                 /* all of them together */
	double mean;                  /* return of an episode; reward of a step where none ended */
	double error;                 /* standard error of the mean; NAN when there is none */
};

/* Play uniformly random actions until `episodes` have ended or `max_steps` were made.  An episode
 * that is unfinished then does not count, unless it is the only one.  The game's draws come from
 * `game`, the actions from `player`, so that other rules leave the actions as they are.  Fails as
 * game_init(). */
enum ry_status random_play(struct random_play *r, const struct game_ops *g,
                           const struct game_options *o, int episodes, long max_steps,
                           gsl_rng *game, gsl_rng *player);

#endif
