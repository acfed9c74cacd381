/* lake.h - the frozen lakes as tables: what is where, where moves lead, and what is best, exactly.
 *
 * Cells are numbered row by row from 0, the start.  In a slippery lake a move goes the way that was
 * meant, or to either side of it, with 1/3 each.
 */
#ifndef RILEY_RL_LAKE_H
#define RILEY_RL_LAKE_H

#include "rl/game.h"

enum { LAKE_ACTIONS = 4 };            /* left, down, right, up */

struct lake_map {
	int         side;             /* rows, and columns */
	int         limit;            /* steps of an episode */
	const char *cells;            /* (side * side): S start, F ice, H hole, G goal */
};

/* The map of a lake, or NULL when `g` is another game. */
const struct lake_map *lake_map_of(const struct game_ops *g);

/* Where the agent of a state stands. */
int lake_cell(const void *state);

/* Where a move leads that does not slip. */
int lake_next(const struct lake_map *m, int cell, int action);

/* The three cells, with 1/3 each, where `action` leads in a slippery lake; all three the same in a
 * plain one. */
void lake_next_all(const struct lake_map *m, int slippery, int cell, int action, int next[3]);

/* Nonzero on a hole or the goal. */
int lake_ends(const struct lake_map *m, int cell);

/* Exact chances to reach the goal within the limit: of the best play, which may look at the steps
 * that are left, and of uniformly random play. */
double lake_best_success(const struct lake_map *m, int slippery);
double lake_random_success(const struct lake_map *m, int slippery);

/* Exact values without the limit: q (cells, LAKE_ACTIONS), the mean discounted reward of action a in
 * a cell and best play from then on; 0 where an episode has ended.  Value iteration until nothing
 * changes by more than 1e-13. */
void lake_values(const struct lake_map *m, int slippery, double discount, double *q);

#endif
