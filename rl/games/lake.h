/* lake.h - the frozen lakes as tables: maps, transitions, and exact solutions.
 *
 * Cells are numbered row by row from 0, the start.  In a slippery lake a move goes in the chosen
 * direction or to either side of it, with probability 1/3 each.
 */
#ifndef RILEY_RL_GAMES_LAKE_H
#define RILEY_RL_GAMES_LAKE_H

#include "rl/games/game.h"

/* Actions (left, down, right, up), and the cells and the limit of the largest lake. */
enum { LAKE_ACTIONS = 4, LAKE_MAX_CELLS = 64, LAKE_MAX_LIMIT = 200 };

struct lake_map {
	int         side;             /* rows, and columns */
	int         limit;            /* steps of an episode */
	const char *cells;            /* (side * side): S start, F ice, H hole, G goal */
};

/* The map of a lake, or NULL when `g` is another game. */
const struct lake_map *lake_map_of(const struct game_ops *g);

/* The lakes there are, as "lake4 or lake8", in `text` (size); returns it. */
const char *lake_names(char *text, size_t size);

/* The agent's cell in a state. */
int lake_cell(const void *state);

/* Put it at a cell, to see what a policy does there. */
void lake_place(void *state, int cell);

/* The next cell of a move that does not slip. */
int lake_next(const struct lake_map *m, int cell, int action);

/* The three next cells, with probability 1/3 each, of `action` in a slippery lake; all equal in a
 * plain one. */
void lake_next_all(const struct lake_map *m, int slippery, int cell, int action, int next[3]);

/* Nonzero on a hole or the goal. */
int lake_ends(const struct lake_map *m, int cell);

/* Exact probabilities of reaching the goal within the limit: by optimal play, which knows the steps
 * left, and by uniformly random play. */
double lake_best_success(const struct lake_map *m, int slippery);
double lake_random_success(const struct lake_map *m, int slippery);

/* Optimal play given the steps left: best (limit, cells) is the action for each step of an episode,
 * from 0, in each cell (of equally good actions, the one that arrives sooner).  Returns its
 * probability of success. */
double lake_best_play(const struct lake_map *m, int slippery, uint8_t *best);

/* The probability that a stationary policy (cells; entries of holes and the goal are ignored)
 * reaches the goal within the limit, by dynamic programming over cells and steps left.  *steps,
 * unless NULL, gets the mean length of its episodes. */
double lake_policy_success(const struct lake_map *m, int slippery, const uint8_t *policy,
                           double *steps);

/* The best stationary policy found, in policy (cells), and its probability of success: hill
 * climbing over single cells, from the policies that are optimal without the limit at two discount
 * factors. In lake4 that is the optimum (all 4^11 were tried); in general it is a lower bound. */
double lake_stationary_success(const struct lake_map *m, int slippery, uint8_t *policy);

/* The values of a stationary policy without the limit: v (cells), the expected discounted return
 * from each cell; 0 where an episode has ended. */
void lake_policy_values(const struct lake_map *m, int slippery, double discount,
                        const uint8_t *policy, double *v);

/* The greedy policy (cells) of values q (cells, LAKE_ACTIONS): the first action with the largest
 * value; 0 where an episode has ended. */
void lake_greedy(const struct lake_map *m, const double *q, uint8_t *policy);

/* Exact optimal values without the limit: q (cells, LAKE_ACTIONS), the expected discounted return
 * of an action in a cell and optimal play from then on; 0 where an episode has ended.  Value
 * iteration until nothing changes by more than 1e-13. */
void lake_values(const struct lake_map *m, int slippery, double discount, double *q);

#endif
