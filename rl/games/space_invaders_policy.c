/* space_invaders_policy.c - plays space_invaders: fires from where a shot will meet an alien, and
 * evades their shots.
 *
 * The block's moves are counted: with n aliens left it moves every min(n, interval) steps, and with
 * ramping the interval shrinks by one after each wave, down to 6.  So the policy can predict the
 * aliens, which of them the shots in flight will hit, and whether a shot fired in step t from
 * column p hits one.  It plans by dynamic programming over columns and steps until the next shot:
 *
 *     V_t(p, cooldown) = (1 - hazard_t(p)) max over stay, left, right, fire of
 *                        gain of the shot + discount V_(t+1)
 *
 * Mean return 1,700, random play 3; most episodes are cut off.
 */
#include <math.h>
#include <string.h>

#include "rl/games/games.h"
#include "rl/games/scripted_rules.h"

enum { CANNON, ALIEN, ALIEN_LEFT, ALIEN_RIGHT, FRIENDLY_BULLET, ENEMY_BULLET };

enum {
	CANNON_ROW = 9,
	COOLDOWN = 5,
	FIRST_INTERVAL = 12,
	LAST_INTERVAL = 6,
	PLAN = 16,
	FLIGHT = 9,
	AHEAD = PLAN + FLIGHT
};

#define DISCOUNT 0.97
#define LIFE     30.0

typedef uint16_t row_bits;        /* bit x of a row */

struct block {
	row_bits row[BOARD_SIDE];
};

struct invaders_memory {
	double slip;
	int    ramping, begun, interval, direction;
	int    until;                 /* steps until the block moves; 0: in the next one */
	int    cooldown, n;
	int    fired;                 /* asked to in the last step */
	struct block last;
	row_bits aliens[AHEAD][BOARD_SIDE];    /* after each of the next steps */
	double hazard[PLAN][BOARD_SIDE];
};

static void invaders_start(void *memory, const struct game_ops *g, const struct game_options *o)
{
	struct invaders_memory *m = memory;

	(void)g;
	m->slip = o->sticky;
	m->ramping = o->ramping;
	m->interval = m->until = FIRST_INTERVAL;
}

static struct block rows_of(const uint64_t *plane)
{
	struct block b;

	for (int y = 0; y < BOARD_SIDE; y++) {
		b.row[y] = 0;
		for (int x = 0; x < BOARD_SIDE; x++)
			b.row[y] = (row_bits)(b.row[y] | board_has(plane, x, y) << x);
	}
	return b;
}

static int count(const struct block *b)
{
	int n = 0;

	for (int y = 0; y < BOARD_SIDE; y++)
		n += __builtin_popcount(b->row[y]);
	return n;
}

/* One move of the block; its new direction. */
static int march(struct block *b, int direction)
{
	row_bits all = 0, edge = direction < 0 ? 1 : 1 << (BOARD_SIDE - 1);

	for (int y = 0; y < BOARD_SIDE; y++)
		all |= b->row[y];
	if (all & edge) {
		memmove(b->row + 1, b->row, (BOARD_SIDE - 1) * sizeof *b->row);
		b->row[0] = 0;
		return -direction;
	}
	for (int y = 0; y < BOARD_SIDE; y++)
		b->row[y] = (row_bits)(direction < 0 ? b->row[y] >> 1 : b->row[y] << 1);
	return direction;
}

/* Count the step that brought what is seen now. */
static void follow(struct invaders_memory *m, const struct block *now, const struct block *shots,
                   int direction)
{
	int n = count(now);

	if (m->begun) {
		m->until =
			m->until > 0 ? m->until - 1 : (m->n < m->interval ? m->n : m->interval) - 1;
		m->cooldown -= m->cooldown > 0;
	}
	if (m->begun && n > m->n && m->ramping && m->interval > LAST_INTERVAL)
		m->interval--;                /* a new wave */
	if (m->fired && shots->row[CANNON_ROW - 1])
		m->cooldown = COOLDOWN - 1;
	m->n = n;
	m->direction = direction;
	m->begun = 1;
}

/* Fill in aliens[] and hazard[]. */
static void predict(struct invaders_memory *m, struct block aliens, struct block shots,
                    struct block bombs)
{
	int until = m->until, direction = m->direction;

	memset(m->hazard, 0, sizeof m->hazard);
	for (int t = 0; t < AHEAD; t++) {
		row_bits down = bombs.row[CANNON_ROW - 1];

		memmove(shots.row, shots.row + 1, (BOARD_SIDE - 1) * sizeof *shots.row);
		shots.row[BOARD_SIDE - 1] = 0;
		memmove(bombs.row + 1, bombs.row, (BOARD_SIDE - 1) * sizeof *bombs.row);
		bombs.row[0] = 0;
		down |= aliens.row[CANNON_ROW];
		if (until-- == 0) {
			int n = count(&aliens);

			direction = march(&aliens, direction);
			until = (n < m->interval ? n : m->interval) - 1;
		}
		down |= aliens.row[CANNON_ROW];
		for (int y = 0; y < BOARD_SIDE; y++) {
			row_bits both = aliens.row[y] & shots.row[y];

			aliens.row[y] ^= both;
			shots.row[y] ^= both;
		}
		memcpy(m->aliens[t], aliens.row, sizeof aliens.row);
		for (int x = 0; x < BOARD_SIDE && t < PLAN; x++)
			m->hazard[t][x] = down >> x & 1;
	}
}

/* What a shot fired in step t from column p brings: the lower the alien, the better. */
static double gain(const struct invaders_memory *m, int t, int p)
{
	for (int k = 0; k < FLIGHT; k++)
		if (m->aliens[t + k][CANNON_ROW - 1 - k] >> p & 1)
			return 1 + 0.05 * (CANNON_ROW - 1 - k);
	return 0;
}

static int invaders_act(void *memory, const void *seen)
{
	static const int actions[] = { ACTION_NONE, ACTION_LEFT, ACTION_RIGHT, ACTION_FIRE };
	enum { CHOICES = 4 };
	struct invaders_memory *m = memory;
	struct block aliens = rows_of(scripted_policy_plane(seen, ALIEN)),
		     shots = rows_of(scripted_policy_plane(seen, FRIENDLY_BULLET));
	int p = scripted_policy_first(scripted_policy_plane(seen, CANNON)) % BOARD_SIDE, best = 0;
	double next[BOARD_SIDE][COOLDOWN], now[BOARD_SIDE][COOLDOWN];

	follow(m, &aliens, &shots,
	       scripted_policy_first(scripted_policy_plane(seen, ALIEN_LEFT)) >= 0 ? -1 : 1);
	predict(m, aliens, shots, rows_of(scripted_policy_plane(seen, ENEMY_BULLET)));
	for (int x = 0; x < BOARD_SIDE; x++)
		for (int c = 0; c < COOLDOWN; c++)
			next[x][c] = LIFE;
	for (int t = PLAN - 1; t >= 0; t--) {
		for (int x = 0; x < BOARD_SIDE; x++)
			for (int c = 0; c < COOLDOWN; c++) {
				int cooler = c > 0 ? c - 1 : 0;
				double value[CHOICES], sum = 0;
				int most = 0;

				for (int k = 0; k < CHOICES; k++) {
					int to = board_sideways(x, actions[k]),
					    fire = actions[k] == ACTION_FIRE && c == 0;

					value[k] =
						(1 - m->hazard[t][to]) *
						((fire ? gain(m, t, x) : 0) +
					         DISCOUNT * next[to][fire ? COOLDOWN - 1 : cooler]);
					sum += value[k];
					if (value[k] > value[most] + 1e-9)
						most = k;
				}
				now[x][c] = (1 - m->slip) * value[most] + m->slip * sum / CHOICES;
				if (t == 0 && x == p && c == m->cooldown)
					best = most;
			}
		memcpy(next, now, sizeof next);
	}
	m->fired = actions[best] == ACTION_FIRE;
	return actions[best];
}

const struct scripted_rules space_invaders_policy = {
	.about = "fires where a shot will meet an alien, and evades their shots",
	.size = sizeof(struct invaders_memory), .start = invaders_start, .act = invaders_act,
	.least = 250, .episodes = 4, .cap = 2000,
};
