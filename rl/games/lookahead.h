/* lookahead.h - looking a few steps ahead on the board: where will it be dangerous, and where is
 * something to get?
 *
 * A hand-written player predicts, for each of the next steps t = 0 .. LOOKAHEAD - 1 and each cell,
 * the chance to lose his life by standing there and what standing there would bring.  Dynamic
 * programming over cells and steps then tells what each move is worth:
 *
 *     W_t(c) = (1 - hazard_t(c)) ((1 - slip) max_m W_(t+1)(m(c)) + slip mean_m W_(t+1)(m(c))),     W_end = life
 *     V_t(c) the same with V_(t+1), but where gain_t(c) > 0, where it is discount^t gain_t(c) and the rest of W
 *
 * W is survival, V survival and the first thing that is got: things are not got twice.  m(c) is the
 * cell where a move leads, and `slip` the chance that another move is made than the one that was
 * meant.
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

/* No danger and nothing to get. */
void lookahead_clear(struct lookahead *f);

/* Note a hazard (the larger one counts), or a gain, at column x and row y in step t; nothing off
 * the board or after the last step. */
void lookahead_hazard(struct lookahead *f, int t, int x, int y, double chance);
void lookahead_gain(struct lookahead *f, int t, int x, int y, double gain);

/* What the moves from (x, y) are worth: value (MOVES) of V, and safe (MOVES) of W as a share of
 * `life`. */
void lookahead_values(const struct lookahead *f, int x, int y, double *value, double *safe);

#endif
