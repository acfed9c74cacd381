/* board.h - the 10 x 10 board that five of the games share: bits, and actions.
 *
 * Cell (x, y), x from the left and y from the top, is bit k = 10 y + x: bit k of word 0 below 64,
 * bit k - 64 of word 1 from there.
 */
#ifndef RILEY_RL_GAMES_BOARD_H
#define RILEY_RL_GAMES_BOARD_H

#include <stdint.h>
#include "rl/games/game.h"
#include "rl/games/settings.h"

enum { BOARD_SIDE = 10, BOARD_CELLS = 100, BOARD_WORDS = 2 };

/* The six actions. */
enum { ACTION_NONE, ACTION_LEFT, ACTION_UP, ACTION_RIGHT, ACTION_DOWN, ACTION_FIRE, N_ACTIONS };

extern const char *const board_actions[N_ACTIONS];

/* How these games are learnt; a game adds lr and n_step.  Half as many updates as published, double
 * Q-learning, and Adam with a learning rate that decays to 0, so that the last network does not
 * depend on a lucky moment.  Returns over three steps where rewards follow soon on what earned
 * them.  Targets are those of expected SARSA for the final epsilon: the agent learns to play well
 * in spite of chance, and returns over several steps are nearly those of the policy itself. */
#define BOARD_SETTINGS \
	SETTINGS_COMMON, .frames = 2000000, .filters = 16, .hidden = "128", \
	.replay = 100000, .discount = 0.99, .batch = 32, .loss = SETTINGS_HUBER, \
	.target_epsilon = 0.1, .target_every = 1000, \
	.optimizer_epsilon = 1e-4, .schedule = SETTINGS_COSINE, \
	.start = 5000, .update_every = 2, \
	.epsilon_end = 0.1, .epsilon_start = 5000, .epsilon_frames = 50000

/* The same of the five games for algorithm pqn. */
#define BOARD_FAST \
	SETTINGS_PQN_COMMON, .frames = 8000000, .filters = 16, .hidden = "128", \
	.envs = 64, .rollout = 16, .lr = 0.001

static inline void board_set(uint64_t *plane, int x, int y)
{
	int k = BOARD_SIDE * y + x;

	plane[k >> 6] |= (uint64_t)1 << (k & 63);
}

static inline int board_has(const uint64_t *plane, int x, int y)
{
	int k = BOARD_SIDE * y + x;

	return (int)(plane[k >> 6] >> (k & 63) & 1);
}

/* Nonzero when column x is not off the board. */
static inline int board_on(int x)
{
	return (unsigned)x < BOARD_SIDE;
}

static inline int board_clamp(int v, int low, int high)
{
	return v < low ? low : v > high ? high : v;
}

/* The column after a move l or r, within the board. */
static inline int board_sideways(int x, int action)
{
	return board_clamp(x + (action == ACTION_RIGHT) - (action == ACTION_LEFT), 0,
	                   BOARD_SIDE - 1);
}

#endif
