/* lookahead.h - planning a few steps ahead on the board, for scripted policies.
 *
 * A policy predicts, for each of the next steps t = 0 .. LOOKAHEAD - 1 and each cell, the
 * probability of dying there (hazard) and the reward for being there (gain).  Dynamic programming
 * over cells and steps then gives the value of each move:
 *
 *     W_t(c) = (1 - hazard_t(c)) ((1 - slip) max_m W_(t+1)(m(c)) + slip mean_m W_(t+1)(m(c)))
 *     W_end  = life
 *     V_t(c) the same with V_(t+1), except where gain_t(c) > 0: there discount^t gain_t(c), and the
 *            rest of W
 *
 * W is the value of survival alone, V that of survival and the first gain: a gain is collected
 * once. m(c) is the cell where a move leads, and `slip` the probability that a random move replaces
 * the intended one.
 */
#ifndef RILEY_RL_GAMES_LOOKAHEAD_H
#define RILEY_RL_GAMES_LOOKAHEAD_H

#include "rl/games/board.h"

enum { LOOKAHEAD = 20, MOVES = ACTION_DOWN + 1 };     /* staying is a move: ACTION_NONE */

struct lookahead {
	int    low, high;             /* rows where the player can be */
	double slip, life, discount;
	double hazard[LOOKAHEAD][BOARD_CELLS];
	double gain[LOOKAHEAD][BOARD_CELLS];
};

/* No hazards and no gains. */
void lookahead_clear(struct lookahead *f);

/* Add a hazard (the larger one counts), or a gain, at column x and row y in step t.  Ignored off
 * the board and after the last step. */
void lookahead_hazard(struct lookahead *f, int t, int x, int y, double chance);
void lookahead_gain(struct lookahead *f, int t, int x, int y, double gain);

/* The values of the moves from (x, y): V in value (MOVES), and W as a share of `life` in safe
 * (MOVES). */
void lookahead_values(const struct lookahead *f, int x, int y, double *value, double *safe);

#endif
