/* asterix.c - collect gold, evade enemies, both crossing the board (after MinAtar, Young & Tian
 * 2019).
 *
 * One entity at most crosses each of the rows 1 to 8.  With ramping both intervals shrink down to
 * 1.
 *
 * Draws: a spawn draws direction and kind, and the row if one is free.
 */
#include <math.h>
#include <string.h>

#include "rl/games/board.h"
#include "rl/games/games.h"
#include "rl/games/skills.h"

enum { PLAYER, ENEMY, TRAIL, GOLD, CHANNELS };

enum { SLOTS = 8, SPAWN_INTERVAL = 10, MOVE_INTERVAL = 5, RAMP_INTERVAL = 100 };

/* Slot i is row i + 1. */
struct asterix {
	struct game_base base;
	int16_t  ramp_timer;          /* falls to -1, then the level rises */
	uint8_t  ramp;
	uint8_t  px, py;
	uint8_t  spawn_interval, move_interval;
	uint8_t  spawn_timer, move_timer;
	uint8_t  there, right, gold;  /* a bit for each slot */
	int8_t   x[SLOTS];
	uint8_t  unused[4];
};

static void asterix_reset(void *state, struct random_source *d)
{
	struct asterix *s = state;

	(void)d;
	s->px = s->py = 5;
	s->there = 0;
	s->spawn_interval = s->spawn_timer = SPAWN_INTERVAL;
	s->move_interval = s->move_timer = MOVE_INTERVAL;
	s->ramp_timer = RAMP_INTERVAL;
	s->ramp = 0;
}

/* The slot of the nth free row, counted from 0. */
static int free_slot(const struct asterix *s, int n)
{
	unsigned empty = ~s->there & 0xffu;

	while (n-- > 0)
		empty &= empty - 1;
	return __builtin_ctz(empty);
}

static void put_bit(uint8_t *set, int i, int on)
{
	*set = (uint8_t)((*set & ~(1u << i)) | (unsigned)on << i);
}

static void spawn(struct asterix *s, struct random_source *d)
{
	int right = draw_half(d), gold = draw_third(d), i;

	if (s->there == 0xff)
		return;
	i = free_slot(s, draw_int(d, 0, SLOTS - 1 - __builtin_popcount(s->there)));
	s->x[i] = right ? 0 : BOARD_SIDE - 1;
	put_bit(&s->there, i, 1);
	put_bit(&s->right, i, right);
	put_bit(&s->gold, i, gold);
}

/* Whether the entity of slot i is on the player: gold is taken, an enemy ends the game. */
static enum game_status touch(struct asterix *s, int i, double *reward)
{
	if (i + 1 != s->py || !(s->there >> i & 1) || s->x[i] != s->px)
		return GAME_ON;
	if (!(s->gold >> i & 1))
		return GAME_OVER;
	put_bit(&s->there, i, 0);
	*reward += 1;
	return GAME_ON;
}

static enum game_status move_all(struct asterix *s, double *reward)
{
	enum game_status status = GAME_ON;

	for (unsigned left = s->there; left; left &= left - 1) {
		int i = __builtin_ctz(left);

		s->x[i] = (int8_t)(s->x[i] + (s->right >> i & 1 ? 1 : -1));
		if (!board_on(s->x[i]))
			put_bit(&s->there, i, 0);
		else if (touch(s, i, reward) == GAME_OVER)
			status = GAME_OVER;
	}
	return status;
}

static void ramp_up(struct asterix *s)
{
	if (!s->base.ramping || (s->spawn_interval == 1 && s->move_interval == 1))
		return;
	if (s->ramp_timer >= 0) {
		s->ramp_timer--;
		return;
	}
	if (s->move_interval > 1 && s->ramp % 2 == 1)
		s->move_interval--;
	if (s->spawn_interval > 1)
		s->spawn_interval--;
	s->ramp++;
	s->ramp_timer = RAMP_INTERVAL;
}

static enum game_status asterix_step(void *state, int action, struct random_source *d,
                                     double *reward)
{
	struct asterix *s = state;
	enum game_status status;

	if (s->spawn_timer == 0) {
		spawn(s, d);
		s->spawn_timer = s->spawn_interval;
	}
	s->px = (uint8_t)board_sideways(s->px, action);
	s->py = (uint8_t)board_clamp(s->py + (action == ACTION_DOWN) - (action == ACTION_UP), 1,
	                             SLOTS);
	status = touch(s, s->py - 1, reward);
	if (s->move_timer == 0) {
		s->move_timer = s->move_interval;
		if (move_all(s, reward) == GAME_OVER)
			status = GAME_OVER;
	}
	s->spawn_timer--;
	s->move_timer--;
	ramp_up(s);
	return status;
}

static void asterix_planes(const void *state, uint64_t *bits)
{
	const struct asterix *s = state;

	memset(bits, 0, CHANNELS * BOARD_WORDS * sizeof *bits);
	board_set(bits + PLAYER * BOARD_WORDS, s->px, s->py);
	for (unsigned left = s->there; left; left &= left - 1) {
		int i = __builtin_ctz(left), behind = s->x[i] + (s->right >> i & 1 ? -1 : 1);

		board_set(bits + (s->gold >> i & 1 ? GOLD : ENEMY) * BOARD_WORDS, s->x[i], i + 1);
		if (board_on(behind))
			board_set(bits + TRAIL * BOARD_WORDS, behind, i + 1);
	}
}

static int asterix_ramp(const void *state)
{
	return ((const struct asterix *)state)->ramp;
}

static int asterix_valid(const void *state)
{
	const struct asterix *s = state;

	for (int i = 0; i < SLOTS; i++)
		if (s->there >> i & 1 && !board_on(s->x[i]))
			return 0;
	return s->px < BOARD_SIDE && s->py >= 1 && s->py <= SLOTS && s->spawn_interval >= 1 &&
	       s->spawn_interval <= SPAWN_INTERVAL && s->move_interval >= 1 &&
	       s->move_interval <= MOVE_INTERVAL && s->spawn_timer <= SPAWN_INTERVAL &&
	       s->move_timer <= MOVE_INTERVAL && s->ramp <= SPAWN_INTERVAL - 1 &&
	       s->ramp_timer >= -1 && s->ramp_timer <= RAMP_INTERVAL;
}

static const char *const channels[CHANNELS] = { "player", "enemy", "trail", "gold" };

static const struct game_look looks[CHANNELS] = {
	[PLAYER] = { "player", 'A', "◆", GAME_SKY },
	[ENEMY]  = { "enemy",  'x', "✖", GAME_VERMILION },
	[TRAIL]  = { "trail",  '.', "·", GAME_GREY },
	[GOLD]   = { "gold",   '$', "●", GAME_YELLOW },
};

/* ---- skills ---- */

static const struct skill skill[] = {
	{ SKILL_SHARE, "takes", "took", "%s pieces of gold", .memory = 400 },
	{ SKILL_SHARE, "evades", "evaded", "%s enemies", .memory = 1000 },
	{ SKILL_AMOUNT, "survives", "survived", "%s steps a game", .per = 1, .memory = 200 },
};

enum { TAKE, EVADE, SURVIVE, SKILLS };

/* What has gone has crossed the board, or is the gold on the player's row that was taken, which may
 * have come in the same step.  An enemy that has been touched may still leave. */
static void count_skills(const void *before, const void *after, double reward,
                         struct skill_counts *c)
{
	const struct asterix *s = before, *t = after;
	unsigned gone = s->there & ~(unsigned)t->there, own = 1u << (t->py - 1);
	unsigned gold = gone & s->gold, enemies = gone & ~(unsigned)s->gold;
	int over = t->base.status == GAME_OVER;

	if (reward > 0)
		gold |= own;
	if (over)
		enemies &= ~own;
	skill_add(c, TAKE, __builtin_popcount(gold), reward);
	skill_add(c, EVADE, __builtin_popcount(enemies) + over, __builtin_popcount(enemies));
	skill_add(c, SURVIVE, over, 1);
}

static const struct game_skills skills = { SKILLS, skill, count_skills };

static const uint8_t minimal[] = { ACTION_NONE, ACTION_LEFT, ACTION_UP, ACTION_RIGHT, ACTION_DOWN };

static const struct settings settings = { BOARD_SETTINGS, .lr = 0.00025, .n_step = 1 };
static const struct settings fast = { BOARD_FAST };

static const struct game_stream streams[] = {
	{ "asterix", 2500, 1, "sticky=0.1 ramping=1" },
	{ "asterix_easy", 600, 2, "sticky=0.25 ramping=0" },
	{ 0 }
};

const struct game_ops asterix_game = {
	.name = "asterix",
	.about = "collect the gold that crosses the board, and evade the enemies",
	.takes = GAME_STICKY | GAME_RAMPING | GAME_MINIMAL,
	.C = CHANNELS, .H = BOARD_SIDE, .W = BOARD_SIDE, .words = BOARD_WORDS,
	.channels = channels,
	.n_actions = N_ACTIONS, .actions = board_actions,
	.n_minimal = sizeof minimal, .minimal = minimal,
	.rows = BOARD_SIDE, .columns = BOARD_SIDE,
	.n_looks = CHANNELS, .looks = looks,
	.size = sizeof(struct asterix),
	.reset = asterix_reset, .reset_draws = 0,
	.step = asterix_step, .step_draws = 3,
	.planes = asterix_planes,
	.observe = game_observe_planes,
	.picture = game_picture_planes,
	.ramp = asterix_ramp,
	.valid = asterix_valid,
	.random_return = game_no_exact,
	.rules = "Gold and enemies enter from both sides and cross the board, one to a row; a "
	         "trail shows where each comes from. They move every fifth step; with ramping "
	         "they appear more often and move faster as time goes by.",
	.rewards = "+1 for each piece of gold",
	.ending = "when an enemy touches the player",
	.pace = 5,
	.least = 0, .most = INFINITY,
	.settings = &settings, .fast = &fast, .fast_first = 1,
	.policy = &asterix_policy, .skills = &skills, .streams = streams,
};
