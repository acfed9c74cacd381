/* board.h - the 10 x 10 board that five of the games share: bits, and actions.
 *
 * Cell (x, y), x from the left and y from the top, is bit k = 10 y + x: bit k of word 0 below 64,
 * bit k - 64 of word 1 from there.
 */
#ifndef RILEY_RL_GAMES_BOARD_H
#define RILEY_RL_GAMES_BOARD_H

#include <stdint.h>
#include "rl/games/game.h"

enum { BOARD_SIDE = 10, BOARD_CELLS = 100, BOARD_WORDS = 2 };

/* The six actions. */
enum { ACTION_NONE, ACTION_LEFT, ACTION_UP, ACTION_RIGHT, ACTION_DOWN, ACTION_FIRE, N_ACTIONS };

extern const char *const board_actions[N_ACTIONS];

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
