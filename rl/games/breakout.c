/* breakout.c - a wall of bricks, a ball and a paddle (after MinAtar, Young & Tian 2019).
 *
 * The ball flies diagonally.  The wall is rebuilt only when the ball next reaches the bottom row,
 * and one brick breaks per contact: as long as the ball stays among bricks, the others hold.
 *
 * Draws: one per reset, on which side the ball starts.
 */
#include <math.h>
#include <string.h>

#include "rl/games/board.h"
#include "rl/games/games.h"
#include "rl/games/skills.h"

enum { PADDLE, BALL, TRAIL, BRICK, CHANNELS };

enum { UP_LEFT, UP_RIGHT, DOWN_RIGHT, DOWN_LEFT };

enum { PADDLE_ROW = 9, WALL_TOP = 1 };

static const uint32_t whole_wall = 0x3fffffff;          /* rows 1 to 3, 30 bricks */

struct breakout {
	struct game_base base;
	uint32_t bricks;              /* bit 10 (y - 1) + x */
	uint8_t  x, y, last_x, last_y;
	uint8_t  direction, paddle, strike;
	uint8_t  unused[5];
};

static int flip_sides(int direction)    { return direction ^ 1; }    /* 0 <-> 1, 2 <-> 3 */
static int flip_height(int direction)   { return 3 - direction; }    /* 0 <-> 3, 1 <-> 2 */
static int flip_both(int direction)     { return direction ^ 2; }    /* 0 <-> 2, 1 <-> 3 */

static void breakout_reset(void *state, struct random_source *d)
{
	struct breakout *s = state;
	int side = draw_int(d, 0, 1);

	s->x = s->last_x = side ? 9 : 0;
	s->y = s->last_y = 3;
	s->direction = side ? DOWN_LEFT : DOWN_RIGHT;
	s->paddle = 4;
	s->bricks = whole_wall;
	s->strike = 0;
}

/* The bit of the brick at (x, y) if there is one, else 0. */
static uint32_t brick_at(const struct breakout *s, int x, int y)
{
	unsigned row = (unsigned)(y - WALL_TOP);

	return row < 3 ? s->bricks & (uint32_t)1 << (row * BOARD_SIDE + x) : 0;
}

/* The ball comes to the bottom row in column nx: where it goes on, or GAME_OVER. */
static enum game_status bounce(struct breakout *s, int nx, int *ny)
{
	if (s->bricks == 0)
		s->bricks = whole_wall;
	if (s->x == s->paddle)
		s->direction = (uint8_t)flip_height(s->direction);
	else if (nx == s->paddle)
		s->direction = (uint8_t)flip_both(s->direction);
	else
		return GAME_OVER;
	*ny = s->y;
	return GAME_ON;
}

static enum game_status breakout_step(void *state, int action, struct random_source *d,
                                      double *reward)
{
	struct breakout *s = state;
	enum game_status status = GAME_ON;
	int right = s->direction == UP_RIGHT || s->direction == DOWN_RIGHT;
	int down = s->direction >= DOWN_RIGHT;
	int nx = s->x + 2 * right - 1, ny = s->y + 2 * down - 1, struck = 0;
	uint32_t brick;

	(void)d;
	s->paddle = (uint8_t)board_sideways(s->paddle, action);
	s->last_x = s->x;
	s->last_y = s->y;
	if (!board_on(nx)) {
		nx = s->x;                    /* slides along the wall */
		s->direction = (uint8_t)flip_sides(s->direction);
	}
	if (ny < 0) {
		ny = 0;
		s->direction = (uint8_t)flip_height(s->direction);
	} else if ((brick = brick_at(s, nx, ny)) != 0) {
		struck = 1;
		if (!s->strike) {
			*reward = 1;
			s->strike = 1;
			s->bricks ^= brick;
			ny = s->y;
			s->direction = (uint8_t)flip_height(s->direction);
		}
	} else if (ny == PADDLE_ROW) {
		status = bounce(s, nx, &ny);
	}
	if (!struck)
		s->strike = 0;
	s->x = (uint8_t)nx;
	s->y = (uint8_t)ny;
	return status;
}

static void breakout_planes(const void *state, uint64_t *bits)
{
	const struct breakout *s = state;

	memset(bits, 0, CHANNELS * BOARD_WORDS * sizeof *bits);
	board_set(bits + PADDLE * BOARD_WORDS, s->paddle, PADDLE_ROW);
	board_set(bits + BALL * BOARD_WORDS, s->x, s->y);
	board_set(bits + TRAIL * BOARD_WORDS, s->last_x, s->last_y);
	bits[BRICK * BOARD_WORDS] = (uint64_t)s->bricks << (WALL_TOP * BOARD_SIDE);
}

/* The ball is on the bottom row only when it was lost. */
static int breakout_valid(const void *state)
{
	const struct breakout *s = state;

	return s->x < BOARD_SIDE && s->y < BOARD_SIDE && s->last_x < BOARD_SIDE &&
	       s->last_y < BOARD_SIDE && (s->y < PADDLE_ROW || s->base.status != GAME_ON) &&
	       s->direction <= DOWN_LEFT && s->paddle < BOARD_SIDE && s->strike <= 1 &&
	       s->bricks <= whole_wall;
}

static const char *const channels[CHANNELS] = { "paddle", "ball", "trail", "brick" };

static const struct game_look looks[CHANNELS] = {
	[PADDLE] = { "paddle", '=', "▀", GAME_SKY },
	[BALL]   = { "ball",   'o', "●", GAME_WHITE },
	[TRAIL]  = { "trail",  '.', "·", GAME_GREY },
	[BRICK]  = { "brick",  '#', "▄", GAME_ORANGE },
};

/* ---- skills ---- */

static const uint32_t lowest_row = 0x3ff00000;

static const struct skill skill[] = {
	{ SKILL_TIMES, "hits", "hit", "the ball", .memory = 1000 },
	{ SKILL_TIMES, "clears", "cleared", "the wall", .memory = 200 },
	{ SKILL_TIMES, "clears", "cleared", "the lowest row", .memory = 200, .part = 1 },
};

enum { HIT, WALL, ROW, SKILLS };

/* A wall is over when the next one is built or the ball is lost. */
static void count_skills(const void *before, const void *after, double reward,
                         struct skill_counts *c)
{
	const struct breakout *s = before, *t = after;
	int lost = t->base.status == GAME_OVER;

	(void)reward;
	if (s->y == PADDLE_ROW - 1 && s->direction >= DOWN_RIGHT)
		skill_chance(c, HIT, !lost);
	if (lost || (s->bricks == 0 && t->bricks != 0)) {
		skill_chance(c, WALL, s->bricks == 0);
		skill_chance(c, ROW, (s->bricks & lowest_row) == 0);
	}
}

static const struct game_skills skills = { SKILLS, skill, count_skills };

static const uint8_t minimal[] = { ACTION_NONE, ACTION_LEFT, ACTION_RIGHT };

static const struct settings settings = { BOARD_SETTINGS, .lr = 0.0005, .n_step = 3 };
static const struct settings fast = { BOARD_FAST };

static const struct game_stream streams[] = {
	{ "breakout", 2500, 7, "" },
	{ 0 }
};

const struct game_ops breakout_game = {
	.name = "breakout",
	.about = "bounce the ball off the paddle to break the bricks",
	.takes = GAME_STICKY | GAME_MINIMAL,
	.C = CHANNELS, .H = BOARD_SIDE, .W = BOARD_SIDE, .words = BOARD_WORDS,
	.channels = channels,
	.n_actions = N_ACTIONS, .actions = board_actions,
	.n_minimal = sizeof minimal, .minimal = minimal,
	.rows = BOARD_SIDE, .columns = BOARD_SIDE,
	.n_looks = CHANNELS, .looks = looks,
	.size = sizeof(struct breakout),
	.reset = breakout_reset, .reset_draws = 1,
	.step = breakout_step, .step_draws = 0,
	.planes = breakout_planes,
	.observe = game_observe_planes,
	.picture = game_picture_planes,
	.ramp = game_no_ramp,
	.valid = breakout_valid,
	.random_return = game_no_exact,
	.rules = "The ball moves one cell diagonally each step and bounces off the edges, the "
	         "bricks and the paddle. Each bounce off the bricks breaks one. When all 30 are "
	         "broken, new ones appear as the ball comes down to the paddle.",
	.rewards = "+1 for each brick",
	.ending = "when the paddle misses the ball",
	.pace = 4,
	.least = 0, .most = INFINITY,
	.settings = &settings, .fast = &fast, .fast_first = 1,
	.policy = &breakout_policy, .skills = &skills, .streams = streams,
};
