/* lookahead.c - see lookahead.h. */
#include "rl/games/lookahead.h"

#include <math.h>
#include <string.h>

void lookahead_clear(struct lookahead *f)
{
	memset(f->hazard, 0, sizeof f->hazard);
	memset(f->gain, 0, sizeof f->gain);
}

static double *at(double board[LOOKAHEAD][BOARD_CELLS], int t, int x, int y)
{
	if (t < 0 || t >= LOOKAHEAD || !board_on(x) || !board_on(y))
		return NULL;
	return &board[t][BOARD_SIDE * y + x];
}

void lookahead_hazard(struct lookahead *f, int t, int x, int y, double chance)
{
	double *h = at(f->hazard, t, x, y);

	if (h)
		*h = fmax(*h, chance);
}

void lookahead_gain(struct lookahead *f, int t, int x, int y, double gain)
{
	double *g = at(f->gain, t, x, y);

	if (g)
		*g = fmax(*g, gain);
}

static int move_to(const struct lookahead *f, int cell, int move)
{
	int x = board_sideways(cell % BOARD_SIDE, move);
	int y = board_clamp(cell / BOARD_SIDE + (move == ACTION_DOWN) - (move == ACTION_UP), f->low,
	                    f->high);

	return BOARD_SIDE * y + x;
}

/* The best of the moves from a cell, a little spoilt by the others. */
static double go_on(const double *next, const int *to, double slip)
{
	double most = next[to[0]], sum = next[to[0]];

	for (int m = 1; m < MOVES; m++) {
		most = fmax(most, next[to[m]]);
		sum += next[to[m]];
	}
	return (1 - slip) * most + slip * sum / MOVES;
}

void lookahead_values(const struct lookahead *f, int x, int y, double *value, double *safe)
{
	double v[BOARD_CELLS], w[BOARD_CELLS], v_next[BOARD_CELLS], w_next[BOARD_CELLS];
	int to[BOARD_CELLS][MOVES];

	for (int c = 0; c < BOARD_CELLS; c++) {
		v_next[c] = w_next[c] = f->life;
		for (int m = 0; m < MOVES; m++)
			to[c][m] = move_to(f, c, m);
	}
	for (int t = LOOKAHEAD - 1; t >= 0; t--) {
		double worth = pow(f->discount, t);

		for (int c = BOARD_SIDE * f->low; c < BOARD_SIDE * (f->high + 1); c++) {
			double live = 1 - f->hazard[t][c], gain = f->gain[t][c];

			w[c] = live * go_on(w_next, to[c], f->slip);
			v[c] = gain > 0 ? w[c] + live * worth * gain
			                : live * go_on(v_next, to[c], f->slip);
		}
		memcpy(v_next, v, sizeof v);
		memcpy(w_next, w, sizeof w);
	}
	for (int m = 0; m < MOVES; m++) {
		value[m] = v_next[to[BOARD_SIDE * y + x][m]];
		safe[m] = w_next[to[BOARD_SIDE * y + x][m]] / f->life;
	}
}
