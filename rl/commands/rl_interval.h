/* rl_interval.h - intervals of mean returns that stay within what the game allows. */
#ifndef RILEY_RL_COMMANDS_RL_INTERVAL_H
#define RILEY_RL_COMMANDS_RL_INTERVAL_H

#include "rl/games/game.h"

/* The 95 % interval of the mean of `n` returns (or rewards, without episodes) with the standard
 * error `error`: Wilson's where the game gives one of two returns, or where both ends are limited;
 * else Student's t.  NaN if it is not known. */
void rl_interval(const struct game_ops *g, double mean, double error, long n, double *low,
                 double *high);

#endif
