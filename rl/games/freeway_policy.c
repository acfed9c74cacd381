/* freeway_policy.c - crosses the freeway: enters a lane when no car will come, and steps back from
 * one that does.
 *
 * The planes show each car's speed and direction.  When it moves next is counted: with new speeds
 * every car's timer restarts, and it moves every speed + 1 steps.  The chicken's timer is counted
 * too.  The policy predicts the cars and plans the next steps by dynamic programming over rows and
 * steps until the chicken can move:
 *
 *     V_t(row, wait) = max over up, stay, down of: slip mixed in, 1 + the rest when the row is 0,
 *                      the rest from the start when a car is on the chicken
 *
 * Mean return 70.5, random play 0.1.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rl/games/games.h"
#include "rl/games/scripted_rules.h"

enum { CHICKEN, CAR, SPEED1 };

enum { CARS = 8, COLUMN = 4, START_ROW = 9, ROWS = 10, WAIT = 3, AHEAD = 45 };

#define DISCOUNT 0.97

struct car {
	int x, speed, timer;          /* speed negative: to the left */
};

struct freeway_memory {
	double slip;
	int    begun, row, wait;
	struct car car[CARS];
};

static void freeway_start(void *memory, const struct game_ops *g, const struct game_options *o)
{
	struct freeway_memory *m = memory;

	(void)g;
	m->slip = o->sticky;
}

static int wrap(int x)
{
	return x < 0 ? BOARD_SIDE - 1 : x >= BOARD_SIDE ? 0 : x;
}

/* Column and speed of the car on row i + 1, from its own cell and the mark behind it. */
static void see_car(const void *seen, int i, int *x, int *speed)
{
	*x = *speed = 0;
	for (int k = 0; k < BOARD_SIDE; k++)
		if (board_has(scripted_policy_plane(seen, CAR), k, i + 1))
			*x = k;
	for (int s = 1; s <= 5; s++) {
		if (board_has(scripted_policy_plane(seen, SPEED1 + s - 1), wrap(*x - 1), i + 1))
			*speed = s;
		if (board_has(scripted_policy_plane(seen, SPEED1 + s - 1), wrap(*x + 1), i + 1))
			*speed = -s;
	}
}

/* One step of a car as the rules have it. */
static void drive(struct car *c)
{
	if (c->timer > 0) {
		c->timer--;
		return;
	}
	c->timer = abs(c->speed);
	c->x = wrap(c->x + (c->speed > 0 ? 1 : -1));
}

/* Where the cars are in the count after this step: `fresh` when they have just got new speeds. */
static void follow(struct freeway_memory *m, const void *seen)
{
	int changed = !m->begun;
	struct car now[CARS];

	for (int i = 0; i < CARS; i++) {
		see_car(seen, i, &now[i].x, &now[i].speed);
		changed |= now[i].speed != m->car[i].speed;
	}
	for (int i = 0; i < CARS; i++) {
		/* new ones are driven once in the step that makes them */
		now[i].timer = abs(now[i].speed) - m->begun;
		if (!changed) {
			drive(&m->car[i]);
			now[i].timer =
				now[i].x == m->car[i].x ? m->car[i].timer : abs(now[i].speed);
		}
	}
	memcpy(m->car, now, sizeof now);
}

/* The chicken's row now, and steps until it can move. */
static void follow_chicken(struct freeway_memory *m, const void *seen)
{
	int row = scripted_policy_first(scripted_policy_plane(seen, CHICKEN)) / BOARD_SIDE;

	if (!m->begun)
		m->wait = WAIT;
	else if (m->wait == 0 && (row == m->row - 1 || (row == START_ROW && m->row == 1)))
		m->wait = WAIT - 1;           /* it moved in this step, which counts */
	else if (m->wait > 0)
		m->wait--;
	m->row = row;
	m->begun = 1;
}

/* hit[t][row]: a car stands or comes on the chicken's column in step t. */
static void predict(const struct freeway_memory *m, uint8_t hit[AHEAD][ROWS])
{
	struct car c[CARS];

	memcpy(c, m->car, sizeof c);
	memset(hit, 0, AHEAD * ROWS);
	for (int t = 0; t < AHEAD; t++)
		for (int i = 0; i < CARS; i++) {
			hit[t][i + 1] |= c[i].x == COLUMN;
			drive(&c[i]);
			hit[t][i + 1] |= c[i].x == COLUMN;
		}
}

/* What a step of the chicken to `row`, after which it waits, comes to, with next [wait][row] of the
 * step after. */
static double arrive(double next[WAIT + 1][ROWS], const uint8_t *hit, int row, int wait)
{
	double crossed = 0;

	wait -= wait > 0;
	if (row == 0) {
		crossed = 1;
		row = START_ROW;
	}
	return crossed + DISCOUNT * next[wait][hit[row] ? START_ROW : row];
}

static int freeway_act(void *memory, const void *seen)
{
	static const int actions[] = { ACTION_NONE, ACTION_UP, ACTION_DOWN };
	struct freeway_memory *m = memory;
	uint8_t hit[AHEAD][ROWS];
	double next[WAIT + 1][ROWS], now[WAIT + 1][ROWS];
	int best = 0;

	follow(m, seen);
	follow_chicken(m, seen);
	if (m->wait > 0)
		return ACTION_UP;             /* nothing can be done, and the rule that repeats
		                               * likes what is wanted next */
	predict(m, hit);
	for (int row = 0; row < ROWS; row++)     /* beyond the horizon: higher is better */
		for (int wait = 0; wait <= WAIT; wait++)
			next[wait][row] = (START_ROW - row) / 9.0 * 0.5 - 0.01 * wait;
	for (int t = AHEAD - 1; t >= 0; t--) {
		for (int row = 1; row < ROWS; row++)
			for (int wait = 0; wait <= WAIT; wait++) {
				double stay = arrive(next, hit[t], row, wait), up = stay,
				       down = stay, most;

				if (wait == 0) {
					up = arrive(next, hit[t], row - 1, WAIT);
					down = arrive(next, hit[t],
					              row < START_ROW ? row + 1 : START_ROW, WAIT);
				}
				most = fmax(stay, fmax(up, down));
				if (t == 0 && wait == 0 && row == m->row)
					best = most == up ? 1 : most == stay ? 0 : 2;
				now[wait][row] =
					(1 - m->slip) * most + m->slip * (stay + up + down) / 3;
			}
		memcpy(next, now, sizeof next);
	}
	return actions[best];
}

const struct scripted_rules freeway_policy = {
	.about = "enters a lane when no car will come, and steps back from one that does",
	.size = sizeof(struct freeway_memory), .start = freeway_start, .act = freeway_act,
	.least = 67, .episodes = 4, .cap = 10000,
};
