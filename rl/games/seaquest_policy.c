/* seaquest_policy.c - plays seaquest: shoots what swims in its row and picks up divers, at a
 * distance from everything else, and surfaces in time.
 *
 * Trails show which way the enemies of a row go.  Their next moves are counted from the last one
 * seen (every 6 steps at first, more often after every second surfacing when the game ramps), so
 * the policy can predict their positions (lookahead.h).
 *
 * The first rule that applies: oxygen is low or there are six divers, and there is a diver to
 * surface with: go up.  An enemy is ahead, no shot is on its way to it, and staying is safe: fire.
 * One is behind: turn round.  Otherwise go where divers and rows with enemies can be reached
 * soonest.
 *
 * Mean return 65, random play 0.1.
 */
#include <stdlib.h>
#include <string.h>

#include "rl/games/games.h"
#include "rl/games/lookahead.h"
#include "rl/games/scripted_rules.h"

enum {
	SUB_FRONT,
	SUB_BACK,
	FRIENDLY_BULLET,
	TRAIL,
	ENEMY_BULLET,
	ENEMY_FISH,
	ENEMY_SUB,
	OXYGEN_GAUGE,
	DIVER_GAUGE,
	DIVER
};

enum {
	BOTTOM = 8,
	GAUGE_ROW = 9,
	CREW = 6,
	COOLDOWN = 5,
	FIRST_PERIOD = 6,
	LAST_PERIOD = 3,
	DIVER_PERIOD = 6,
	OXYGEN_A_CELL = 20
};

/* A thing of one plane in each cell: 0 for none, else 1 + steps since it moved. */
struct tracked {
	uint8_t age[BOARD_SIDE][BOARD_SIDE];       /* row, column */
};

struct seaquest_memory {
	double slip;
	int    ramping, begun;
	int    surfacings, oxygen;    /* so far, and cells of the gauge */
	int    cooldown, fired;
	int    right[BOARD_SIDE];     /* of a row: where its enemies go */
	struct tracked fish, sub, diver;
	struct lookahead f;
};

static void seaquest_start(void *memory, const struct game_ops *g, const struct game_options *o)
{
	struct seaquest_memory *m = memory;

	(void)g;
	m->slip = o->sticky;
	m->ramping = o->ramping;
}

static int period(const struct seaquest_memory *m)
{
	int p = FIRST_PERIOD - (m->ramping ? m->surfacings / 2 : 0);

	return p < LAST_PERIOD ? LAST_PERIOD : p;
}

/* Which way the thing at (x, y) goes: from its trail behind it; when others' trails are on both
 * sides, as the row did before. */
static int goes_right(const struct seaquest_memory *m, const void *seen, int x, int y)
{
	int left = x > 0 && board_has(scripted_policy_plane(seen, TRAIL), x - 1, y);
	int right = x < BOARD_SIDE - 1 && board_has(scripted_policy_plane(seen, TRAIL), x + 1, y);

	if (left != right)
		return left;
	return left ? m->right[y] : x == 0;
}

/* Count for everything of a plane when it moved: it is where it was, or came from the cell
 * behind. */
static void follow(const struct seaquest_memory *m, const void *seen, int plane, struct tracked *w,
                   int every)
{
	struct tracked now = { { { 0 } } };

	for (int y = 1; y <= BOTTOM; y++)
		for (int x = 0; x < BOARD_SIDE; x++) {
			int from;

			if (!board_has(scripted_policy_plane(seen, plane), x, y))
				continue;
			from = x + (goes_right(m, seen, x, y) ? -1 : 1);
			if (w->age[y][x] && w->age[y][x] < every)
				now.age[y][x] = (uint8_t)(w->age[y][x] + 1);
			else if (board_on(from) && w->age[y][from])
				now.age[y][x] = 1;
			else
				now.age[y][x] = 2;            /* just appeared */
		}
	*w = now;
}

/* ---- what will be where ---- */

static void predict_enemy(struct seaquest_memory *m, int x, int y, int age, int right, int sub)
{
	int step = right ? 1 : -1, every = period(m), ready = m->cooldown;

	for (int t = 0; t < LOOKAHEAD; t++) {
		lookahead_hazard(&m->f, t, x, y, 1);
		if (sub) {                            /* it may shoot */
			lookahead_hazard(&m->f, t, x + step, y, 0.1);
			lookahead_hazard(&m->f, t, x + 2 * step, y, 0.1);
		}
		if (age++ >= every) {
			age = 1;
			x += step;
			lookahead_hazard(&m->f, t, x, y, 1);
		} else if (age == every) {
			lookahead_hazard(&m->f, t, x + step, y, 0.05);
		}
		for (int far = 2; far <= 5 && t >= ready && board_on(x); far++) {
			lookahead_gain(&m->f, t, x + far * step, y, sub ? 0.4 : 0.6);
			lookahead_gain(&m->f, t, x - far * step, y, 0.6);
		}
	}
}

static void predict_diver(struct seaquest_memory *m, int x, int y, int age, int right, double gain)
{
	for (int t = 0; t < LOOKAHEAD; t++) {
		lookahead_gain(&m->f, t, x, y, gain);
		if (age++ >= DIVER_PERIOD) {
			age = 1;
			x += right ? 1 : -1;
			lookahead_gain(&m->f, t, x, y, gain);
		}
	}
}

static void predict(struct seaquest_memory *m, const void *seen, int divers)
{
	lookahead_clear(&m->f);
	for (int y = 1; y <= BOTTOM; y++)
		for (int x = 0; x < BOARD_SIDE; x++) {
			int right = goes_right(m, seen, x, y);

			if (m->fish.age[y][x])
				predict_enemy(m, x, y, m->fish.age[y][x], right, 0);
			if (m->sub.age[y][x])
				predict_enemy(m, x, y, m->sub.age[y][x], right, 1);
			if (m->diver.age[y][x] && divers < CREW)
				predict_diver(m, x, y, m->diver.age[y][x], right,
				              divers == 0 ? 3 : 1);
			if (board_has(scripted_policy_plane(seen, ENEMY_BULLET), x, y))
				for (int t = 0, at = x; t < LOOKAHEAD; t++) {
					lookahead_hazard(&m->f, t, at, y, 1);
					at += m->right[y] ? 1 : -1;
					lookahead_hazard(&m->f, t, at, y, 1);
				}
		}
	for (int t = 0; t < LOOKAHEAD; t++)
		for (int y = 1; y <= BOTTOM; y++) {
			lookahead_hazard(&m->f, t, 0, y, 0.02);
			lookahead_hazard(&m->f, t, BOARD_SIDE - 1, y, 0.02);
		}
}

/* ---- decisions ---- */

static int row_count(const uint64_t *plane, int y)
{
	int n = 0;

	for (int x = 0; x < BOARD_SIDE; x++)
		n += board_has(plane, x, y);
	return n;
}

/* Whether an enemy is on row y on that side of x, and no shot of ours is on its way. */
static int target(const struct seaquest_memory *m, const void *seen, int x, int y, int right)
{
	for (x += right ? 1 : -1; board_on(x); x += right ? 1 : -1) {
		if (board_has(scripted_policy_plane(seen, FRIENDLY_BULLET), x, y))
			return 0;
		if (m->fish.age[y][x] || m->sub.age[y][x])
			return 1;
	}
	return 0;
}

static void see(struct seaquest_memory *m, const void *seen, int x, int y)
{
	int oxygen = row_count(scripted_policy_plane(seen, OXYGEN_GAUGE), GAUGE_ROW);

	m->surfacings += m->begun && y == 0 && oxygen == BOARD_SIDE && m->oxygen < BOARD_SIDE;
	m->oxygen = oxygen;
	follow(m, seen, ENEMY_FISH, &m->fish, period(m));
	follow(m, seen, ENEMY_SUB, &m->sub, period(m));
	follow(m, seen, DIVER, &m->diver, DIVER_PERIOD);
	for (int row = 1; row <= BOTTOM; row++)
		for (int k = 0; k < BOARD_SIDE; k++)
			if (m->fish.age[row][k] || m->sub.age[row][k])
				m->right[row] = goes_right(m, seen, k, row);
	m->cooldown -= m->cooldown > 0;
	if (m->fired &&
	    (board_has(scripted_policy_plane(seen, FRIENDLY_BULLET), board_clamp(x + 1, 0, 9), y) ||
	     board_has(scripted_policy_plane(seen, FRIENDLY_BULLET), board_clamp(x - 1, 0, 9), y)))
		m->cooldown = COOLDOWN - 1;
	m->begun = 1;
}

static int best_of(const double *value)
{
	int best = 0;

	for (int a = 1; a < MOVES; a++)
		if (value[a] > value[best] + 1e-9)
			best = a;
	return best;
}

static int seaquest_act(void *memory, const void *seen)
{
	struct seaquest_memory *m = memory;
	int player = scripted_policy_first(scripted_policy_plane(seen, SUB_FRONT)),
	    x = player % BOARD_SIDE, y = player / BOARD_SIDE;
	int right = x > 0 && board_has(scripted_policy_plane(seen, SUB_BACK), x - 1, y);
	int divers = row_count(scripted_policy_plane(seen, DIVER_GAUGE), GAUGE_ROW), up, best;
	double value[MOVES], safe[MOVES];

	see(m, seen, x, y);
	up = divers > 0 && y > 0 && (divers == CREW || m->oxygen * OXYGEN_A_CELL < 2 * y + 20);
	predict(m, seen, divers);
	m->f.low = divers > 0 && up ? 0 : y > 0 ? 1 : 0;
	m->f.high = BOTTOM;
	m->f.slip = m->slip;
	m->f.life = 10;
	m->f.discount = 0.95;
	if (up) {
		memset(m->f.gain, 0, sizeof m->f.gain);
		for (int t = 0; t < LOOKAHEAD; t++)
			for (int k = 0; k < BOARD_SIDE; k++)
				lookahead_gain(&m->f, t, k, 0, 8);
	}
	lookahead_values(&m->f, x, y, value, safe);
	best = best_of(value);
	m->fired = 0;
	if (!up && y > 0 && m->cooldown == 0 && safe[ACTION_NONE] > safe[best] - 0.02) {
		int turn = right ? ACTION_LEFT : ACTION_RIGHT;

		if (target(m, seen, x, y, right)) {
			m->fired = 1;
			return ACTION_FIRE;
		}
		if (target(m, seen, x, y, !right) && safe[turn] > safe[best] - 0.02)
			return turn;
	}
	return best;
}

const struct scripted_rules seaquest_policy = {
	.about = "shoots what swims in its row, picks up divers, and surfaces in time",
	.size = sizeof(struct seaquest_memory), .start = seaquest_start, .act = seaquest_act,
	.least = 30, .episodes = 12, .cap = 10000,
};
