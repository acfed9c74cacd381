/* rl_wall.h - many boards at once: small pictures of games, each in its own place.
 *
 * A tile is a board in half blocks, two rows of the game in one of the screen (in ASCII one), or,
 * where there is room for all tiles, a larger one; and a line below it with the episode's return.
 */
#ifndef RILEY_RL_SCREEN_RL_WALL_H
#define RILEY_RL_SCREEN_RL_WALL_H

#include "rl/games/game.h"
#include "src/ui/canvas.h"

struct rl_tile {
	const void *state;               /* of its game; borrowed */
	double      total;               /* return of the episode so far */
	int         ended;               /* the episode has ended: the tile is marked */
};

/* How tiles stand in a view. */
struct rl_wall_plan {
	int columns, rows;               /* of tiles; 0: there is no room for one */
	int w, h;                        /* of a tile, with its line and the gap to the next */
};

/* The plan for `n` tiles in w x h cells: the largest tiles with which all fit, or else the smallest
 * ones, of which the last ones are left out. */
struct rl_wall_plan rl_wall_plan(const struct game_ops *g, enum ui_tier tier, int n, int w, int h);

/* Draw as many of the tiles as fit; number `large` is marked as the one that is shown elsewhere.
 * -1: none is. */
void rl_wall_draw(struct view v, const struct game_ops *g, const struct rl_tile *tile, int n,
                  int large);

#endif
