/* space_invaders.c - shoot the aliens before they land (after MinAtar, Young & Tian 2019).
 *
 * With n aliens left the block moves every min(n, interval) steps; with ramping every cleared wave
 * shortens the interval, down to 6.
 *
 * Draws: none of its own.
 */
#include <math.h>
#include <string.h>

#include "rl/games/board.h"
#include "rl/games/games.h"
#include "rl/games/skills.h"

enum { CANNON, ALIEN, ALIEN_LEFT, ALIEN_RIGHT, FRIENDLY_BULLET, ENEMY_BULLET, CHANNELS };

enum {
	CANNON_ROW = 9,
	SHOT_COOLDOWN = 5,
	ENEMY_SHOT_INTERVAL = 10,
	FIRST_INTERVAL = 12,
	LAST_INTERVAL = 6
};

struct map {
	uint64_t w[BOARD_WORDS];
};

struct space_invaders {
	struct game_base base;
	struct map friendly, enemy, aliens;
	int8_t  direction;            /* -1 left, 1 right */
	uint8_t p;                    /* the cannon's column */
	uint8_t interval;             /* of the block's moves */
	uint8_t move_timer, shot_timer, cooldown;
	uint8_t ramp;
	uint8_t unused;
};

/* ---- maps: bit 10 y + x, rows 0 to 5 and four cells of row 6 in w[0], the rest in w[1] ---- */

static const uint64_t tail = ((uint64_t)1 << (BOARD_CELLS - 64)) - 1;

static struct map up(struct map m)           /* row 0 leaves */
{
	return (struct map){ { m.w[0] >> 10 | m.w[1] << 54, m.w[1] >> 10 } };
}

static struct map down(struct map m)         /* row 9 leaves */
{
	return (struct map){ { m.w[0] << 10, (m.w[1] << 10 | m.w[0] >> 54) & tail } };
}

static struct map left(struct map m)         /* column 0 must be empty */
{
	return (struct map){ { m.w[0] >> 1 | m.w[1] << 63, m.w[1] >> 1 } };
}

static struct map right(struct map m)        /* column 9 must be empty */
{
	return (struct map){ { m.w[0] << 1, m.w[1] << 1 | m.w[0] >> 63 } };
}

static unsigned row9(struct map m)
{
	return (unsigned)(m.w[1] >> (90 - 64)) & 0x3ff;
}

/* Columns with anything in them, as ten bits. */
static unsigned columns(struct map m)
{
	uint64_t rows = (m.w[0] & (((uint64_t)1 << 60) - 1)) | m.w[0] >> 60 | m.w[1] << 4;

	return (unsigned)(rows | rows >> 10 | rows >> 20 | rows >> 30 | rows >> 40 | rows >> 50) &
	       0x3ff;
}

static int count(struct map m)
{
	return __builtin_popcountll(m.w[0]) + __builtin_popcountll(m.w[1]);
}

/* Rows 0 to 3, columns 2 to 7. */
static struct map wave(void)
{
	const uint64_t row = 0xfc;

	return (struct map){ { row | row << 10 | row << 20 | row << 30, 0 } };
}

/* ---- rules ---- */

static void space_invaders_reset(void *state, struct random_source *d)
{
	struct space_invaders *s = state;

	(void)d;
	memset(&s->friendly, 0, sizeof s->friendly);
	memset(&s->enemy, 0, sizeof s->enemy);
	s->aliens = wave();
	s->direction = -1;
	s->p = 5;
	s->interval = s->move_timer = FIRST_INTERVAL;
	s->shot_timer = ENEMY_SHOT_INTERVAL;
	s->cooldown = 0;
	s->ramp = 0;
}

static int on_cannon(struct map m, int p)
{
	return row9(m) >> p & 1;
}

static enum game_status move_aliens(struct space_invaders *s)
{
	unsigned edge = s->direction < 0 ? 1 : 1u << (BOARD_SIDE - 1), landed;
	int n = count(s->aliens);

	s->move_timer = (uint8_t)(n < s->interval ? n : s->interval);
	if (!(columns(s->aliens) & edge)) {
		s->aliens = s->direction < 0 ? left(s->aliens) : right(s->aliens);
		return GAME_ON;
	}
	s->direction = (int8_t)-s->direction;
	landed = row9(s->aliens);
	s->aliens = down(s->aliens);
	s->aliens.w[0] |= landed;             /* to row 0, in the step that ends the game */
	return landed ? GAME_OVER : GAME_ON;
}

/* The column of an alien nearest to p, the left one of two as near. */
static int nearest_column(const struct space_invaders *s)
{
	unsigned there = columns(s->aliens);

	for (int far = 0; far < BOARD_SIDE; far++) {
		if (s->p - far >= 0 && there >> (s->p - far) & 1)
			return s->p - far;
		if (there >> (s->p + far) & 1)
			return s->p + far;
	}
	return -1;
}

static void alien_shot(struct space_invaders *s)
{
	int x = nearest_column(s), y = BOARD_SIDE - 1;

	s->shot_timer = ENEMY_SHOT_INTERVAL;
	if (x < 0)
		return;
	while (!board_has(s->aliens.w, x, y))
		y--;
	board_set(s->enemy.w, x, y);
}

static int shoot_down(struct space_invaders *s)
{
	int n = 0;

	for (int k = 0; k < BOARD_WORDS; k++) {
		uint64_t both = s->aliens.w[k] & s->friendly.w[k];

		n += __builtin_popcountll(both);
		s->aliens.w[k] ^= both;
		s->friendly.w[k] ^= both;
	}
	return n;
}

static void next_wave(struct space_invaders *s)
{
	if (s->interval > LAST_INTERVAL && s->base.ramping) {
		s->interval--;
		s->ramp++;
	}
	s->aliens = wave();
}

static enum game_status space_invaders_step(void *state, int action, struct random_source *d,
                                            double *reward)
{
	struct space_invaders *s = state;
	int over = 0;

	(void)d;
	if (action == ACTION_FIRE && s->cooldown == 0) {
		board_set(s->friendly.w, s->p, CANNON_ROW);
		s->cooldown = SHOT_COOLDOWN;
	}
	s->p = (uint8_t)board_sideways(s->p, action);
	s->friendly = up(s->friendly);
	s->enemy = down(s->enemy);
	over |= on_cannon(s->enemy, s->p);
	over |= on_cannon(s->aliens, s->p);
	if (s->move_timer == 0) {
		over |= move_aliens(s) == GAME_OVER;
		over |= on_cannon(s->aliens, s->p);
	}
	if (s->shot_timer == 0)
		alien_shot(s);
	*reward = shoot_down(s);
	s->cooldown -= s->cooldown > 0;
	s->move_timer--;
	s->shot_timer--;
	if (count(s->aliens) == 0)
		next_wave(s);
	return over ? GAME_OVER : GAME_ON;
}

static void space_invaders_planes(const void *state, uint64_t *bits)
{
	const struct space_invaders *s = state;
	struct map *plane = (struct map *)bits, none = { { 0, 0 } };

	plane[CANNON] = none;
	board_set(plane[CANNON].w, s->p, CANNON_ROW);
	plane[ALIEN] = s->aliens;
	plane[ALIEN_LEFT] = s->direction < 0 ? s->aliens : none;
	plane[ALIEN_RIGHT] = s->direction < 0 ? none : s->aliens;
	plane[FRIENDLY_BULLET] = s->friendly;
	plane[ENEMY_BULLET] = s->enemy;
}

static int space_invaders_ramp(const void *state)
{
	return ((const struct space_invaders *)state)->ramp;
}

/* An episode that is on has aliens: their timer is reloaded with their number. */
static int space_invaders_valid(const void *state)
{
	const struct space_invaders *s = state;
	int on = s->base.status == GAME_ON;

	return s->friendly.w[1] <= tail && s->enemy.w[1] <= tail && s->aliens.w[1] <= tail &&
	       s->p < BOARD_SIDE &&
	       (!on || (count(s->aliens) > 0 && (s->direction == -1 || s->direction == 1))) &&
	       s->interval <= FIRST_INTERVAL && (!on || s->interval >= LAST_INTERVAL) &&
	       s->move_timer <= FIRST_INTERVAL && s->shot_timer <= ENEMY_SHOT_INTERVAL &&
	       s->cooldown <= SHOT_COOLDOWN && s->ramp <= FIRST_INTERVAL - LAST_INTERVAL;
}

static const char *const channels[CHANNELS] = {
	"cannon", "alien", "alien_left", "alien_right", "friendly_bullet", "enemy_bullet"
};

static const struct game_look looks[CHANNELS] = {
	[CANNON]          = { "cannon",       'A', "▲", GAME_SKY },
	[ALIEN]           = { "alien",        'W', "■", GAME_ORANGE },
	[ALIEN_LEFT]      = { "alien",        'W', "■", GAME_ORANGE },
	[ALIEN_RIGHT]     = { "alien",        'W', "■", GAME_ORANGE },
	[FRIENDLY_BULLET] = { "your shot",    '|', "│", GAME_WHITE },
	[ENEMY_BULLET]    = { "alien's shot", '!', "╵", GAME_VERMILION },
};

/* ---- skills ---- */

static const struct skill skill[] = {
	{ SKILL_SHARE, "hits with", "hit with", "%s shots", .memory = 400 },
	{ SKILL_TIMES, "clears", "cleared", "the wave", .memory = 200 },
	{ SKILL_SHARE, "dodges", "dodged", "%s shots", .memory = 400 },
};

enum { HIT, WAVE, DODGE, SKILLS };

/* A shot of either side counts when it has come to its end: at a hit or at the edge. */
static void count_skills(const void *before, const void *after, double reward,
                         struct skill_counts *c)
{
	const struct space_invaders *s = before, *t = after;
	int fired = game_executed(t) == ACTION_FIRE && s->cooldown == 0;
	int cleared = count(s->aliens) == (int)reward, over = t->base.status == GAME_OVER;
	int arrived = __builtin_popcount(row9(t->enemy));

	skill_add(c, HIT, count(s->friendly) + fired - count(t->friendly), reward);
	if (cleared || over)
		skill_chance(c, WAVE, cleared);
	skill_add(c, DODGE, arrived, arrived - on_cannon(t->enemy, t->p));
}

static const struct game_skills skills = { SKILLS, skill, count_skills };

static const uint8_t minimal[] = { ACTION_NONE, ACTION_LEFT, ACTION_RIGHT, ACTION_FIRE };

static const struct settings settings = { BOARD_SETTINGS, .lr = 0.00025, .n_step = 3 };
static const struct settings fast = { BOARD_FAST };

static const struct game_stream streams[] = {
	{ "space_invaders", 2500, 7, "sticky=0.1 ramping=1" },
	{ 0 }
};

const struct game_ops space_invaders_game = {
	.name = "space_invaders",
	.about = "shoot the aliens, dodge their shots, and let none land",
	.takes = GAME_STICKY | GAME_RAMPING | GAME_MINIMAL,
	.C = CHANNELS, .H = BOARD_SIDE, .W = BOARD_SIDE, .words = BOARD_WORDS,
	.channels = channels,
	.n_actions = N_ACTIONS, .actions = board_actions,
	.n_minimal = sizeof minimal, .minimal = minimal,
	.rows = BOARD_SIDE, .columns = BOARD_SIDE,
	.n_looks = CHANNELS, .looks = looks,
	.size = sizeof(struct space_invaders),
	.reset = space_invaders_reset, .reset_draws = 0,
	.step = space_invaders_step, .step_draws = 0,
	.planes = space_invaders_planes,
	.observe = game_observe_planes,
	.picture = game_picture_planes,
	.ramp = space_invaders_ramp,
	.valid = space_invaders_valid,
	.random_return = game_no_exact,
	.rules = "The aliens move sideways, and down a row at each edge; the fewer are left, the "
	         "faster they move. Every tenth step an alien in the column nearest to the cannon "
	         "shoots. The cannon can fire every fifth step. When all 24 aliens are shot, the "
	         "next wave comes; with ramping it is faster.",
	.rewards = "+1 for each alien",
	.ending = "when an alien or a shot hits the cannon, or the aliens land",
	.pace = 5,
	.least = 0, .most = INFINITY,
	.settings = &settings, .fast = &fast, .fast_first = 1,
	.policy = &space_invaders_policy, .skills = &skills, .streams = streams,
};
