/* foresight.h - looking a few steps ahead on the board: where will it be dangerous, and where is something to get?
 *
 * A hand-written player predicts, for each of the next steps t = 0 .. FORESIGHT - 1 and each cell, the chance to
 * lose his life by standing there and what standing there would bring.  Dynamic programming over cells and steps
 * then tells what each move is worth:
 *
 *     W_t(c) = (1 - hazard_t(c)) ((1 - slip) max_m W_(t+1)(m(c)) + slip mean_m W_(t+1)(m(c))),     W_end = life
 *     V_t(c) the same with V_(t+1), but where gain_t(c) > 0, where it is discount^t gain_t(c) and the rest of W
 *
 * W is survival, V survival and the first thing that is got: things are not got twice.  m(c) is the cell where a
 * move leads, and `slip` the chance that another move is made than the one that was meant.
 */
#ifndef RILEY_RL_FORESIGHT_H
#define RILEY_RL_FORESIGHT_H

#include "rl/board.h"

enum { FORESIGHT = 20, MOVES = ACTION_DOWN + 1 };     /* staying is a move: ACTION_NONE */

struct foresight {
	int    low, high;             /* rows where the player can be */
	double slip, life, discount;
	double hazard[FORESIGHT][BOARD_CELLS];
	double gain[FORESIGHT][BOARD_CELLS];
};

/* No danger and nothing to get. */
void foresight_clear(struct foresight *f);

/* Note a hazard (the larger one counts), or a gain, at column x and row y in step t; nothing off the board or after the
 * last step. */
void foresight_hazard(struct foresight *f, int t, int x, int y, double chance);
void foresight_gain(struct foresight *f, int t, int x, int y, double gain);

/* What the moves from (x, y) are worth: value (MOVES) of V, and safe (MOVES) of W as a share of `life`. */
void foresight_values(const struct foresight *f, int x, int y, double *value, double *safe);

#endif
