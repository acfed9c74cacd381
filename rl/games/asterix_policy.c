/* asterix_policy.c - plays asterix: collects the gold it can reach soonest without meeting an
 * enemy.
 *
 * Everything moves at once, at an interval that the policy observes and counts, so it can predict
 * all positions (lookahead.h).  It cannot predict when the interval shrinks, so it allows for a
 * move one step early, nor what spawns, so it allows for something at either end of a free row.
 *
 * Mean return 80, random play 0.5.
 */
#include <string.h>

#include "rl/games/games.h"
#include "rl/games/lookahead.h"
#include "rl/games/scripted_rules.h"

enum { PLAYER, ENEMY, TRAIL, GOLD };

enum { TOP = 1, BOTTOM = 8, FIRST_PERIOD = 5 };

/* Assumed probabilities: that things move a step early; that something spawns at an end. */
#define TOO_EARLY 0.1
#define APPEARS   0.05

struct thing {
	int there, x, right, gold;
};

struct asterix_memory {
	double slip;
	int    begun, since, period;  /* steps since everything moved, and from move to move */
	int    x, y, action;          /* where the player was, and the requested action */
	struct thing row[BOARD_SIDE];
	struct lookahead f;
};

static void asterix_start(void *memory, const struct game_ops *g, const struct game_options *o)
{
	struct asterix_memory *m = memory;

	(void)g;
	m->slip = o->sticky;
	m->period = FIRST_PERIOD;
	m->since = -1;                /* the first move comes in the sixth step */
}

static struct thing see_row(const void *seen, int y)
{
	struct thing t = { 0 };

	for (int x = 0; x < BOARD_SIDE; x++) {
		int gold = board_has(scripted_policy_plane(seen, GOLD), x, y);

		if (gold || board_has(scripted_policy_plane(seen, ENEMY), x, y))
			t = (struct thing){ .there = 1, .x = x, .gold = gold };
	}
	/* Its trail is behind it; at the edge that it came from there is none. */
	t.right =
		t.x == 0 || (t.x > 0 && board_has(scripted_policy_plane(seen, TRAIL), t.x - 1, y));
	return t;
}

/* See what is there now, and whether it has moved. */
static void follow(struct asterix_memory *m, const void *seen)
{
	int moved = 0, stood = 0;

	for (int y = TOP; y <= BOTTOM; y++) {
		struct thing now = see_row(seen, y), *old = &m->row[y];

		if (m->begun && now.there && old->there && now.gold == old->gold &&
		    now.right == old->right) {
			moved |= now.x == old->x + (now.right ? 1 : -1);
			stood |= now.x == old->x;
		}
		*old = now;
	}
	if (m->begun)
		m->since++;
	if (moved && !stood) {
		m->period = m->since < FIRST_PERIOD ? m->since : FIRST_PERIOD;
		m->since = 0;
	} else if (!stood && m->since >= m->period) {
		m->since = 0;                 /* the board was empty: a move without a trace */
	}
	m->begun = 1;
}

static void meet(struct lookahead *f, int t, int x, int y, int gold)
{
	if (gold)
		lookahead_gain(f, t, x, y, 1);
	else
		lookahead_hazard(f, t, x, y, 1);
}

/* Where the thing of row y will be: in each step before it moves, and after. */
static void predict_row(struct asterix_memory *m, int y)
{
	const struct thing *o = &m->row[y];
	int step = o->right ? 1 : -1, x = o->x, since = m->since;

	for (int t = 0; t < LOOKAHEAD; t++) {
		since++;
		meet(&m->f, t, x, y, o->gold);
		if (since == m->period - 1 && !o->gold)
			lookahead_hazard(&m->f, t, x + step, y, TOO_EARLY);
		if (since < m->period)
			continue;
		since = 0;
		x += step;
		meet(&m->f, t, x, y, o->gold);
	}
}

static void predict(struct asterix_memory *m)
{
	lookahead_clear(&m->f);
	for (int y = TOP; y <= BOTTOM; y++) {
		if (m->row[y].there)
			predict_row(m, y);
		for (int t = 0; t < LOOKAHEAD && !m->row[y].there; t++) {
			lookahead_hazard(&m->f, t, 0, y, APPEARS);
			lookahead_hazard(&m->f, t, BOARD_SIDE - 1, y, APPEARS);
		}
	}
}

static int asterix_act(void *memory, const void *seen)
{
	struct asterix_memory *m = memory;
	int player = scripted_policy_first(scripted_policy_plane(seen, PLAYER)), best = 0;
	double value[MOVES], safe[MOVES];

	follow(m, seen);
	predict(m);
	m->f.low = TOP;
	m->f.high = BOTTOM;
	m->f.slip = m->slip;
	m->f.life = 10;
	m->f.discount = 0.95;
	lookahead_values(&m->f, player % BOARD_SIDE, player / BOARD_SIDE, value, safe);
	for (int a = 1; a < MOVES; a++)
		if (value[a] > value[best] + 1e-9)
			best = a;
	return best;
}

const struct scripted_rules asterix_policy = {
	.about = "collects the gold it can reach soonest without meeting an enemy",
	.size = sizeof(struct asterix_memory), .start = asterix_start, .act = asterix_act,
	.least = 50, .episodes = 10, .cap = 10000,
};
