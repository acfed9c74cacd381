/* catch.c - a ball falls, the paddle should be below it: the smallest game worth learning.
 *
 * Ten rows of five columns; nine steps an episode; only the last one has a reward.
 *
 * Draws: one per reset, the ball's column.
 */
#include <string.h>

#include "rl/games/games.h"
#include "rl/games/settings.h"
#include "rl/games/skills.h"

enum { ROWS = 10, COLUMNS = 5, LEFT = 0, RIGHT = 2 };

struct catch {
	struct game_base base;
	uint8_t x, y, paddle;
	uint8_t unused[5];
};

static void catch_reset(void *state, struct random_source *d)
{
	struct catch *s = state;

	s->x = (uint8_t)draw_int(d, 0, COLUMNS - 1);
	s->y = 0;
	s->paddle = COLUMNS / 2;
}

static enum game_status catch_step(void *state, int action, struct random_source *d, double *reward)
{
	struct catch *s = state;

	(void)d;
	if (action == LEFT && s->paddle > 0)
		s->paddle--;
	if (action == RIGHT && s->paddle < COLUMNS - 1)
		s->paddle++;
	if (++s->y < ROWS - 1)
		return GAME_ON;
	*reward = s->x == s->paddle ? 1 : -1;
	return GAME_OVER;
}

static void catch_planes(const void *state, uint64_t *bits)
{
	const struct catch *s = state;

	bits[0] = (uint64_t)1 << (s->y * COLUMNS + s->x) |
	          (uint64_t)1 << ((ROWS - 1) * COLUMNS + s->paddle);
}

static void catch_picture(const struct game_ops *g, const void *state, uint8_t *cells)
{
	const struct catch *s = state;

	memset(cells, 0, (size_t)g->rows * g->columns);
	cells[(ROWS - 1) * COLUMNS + s->paddle] = 2;
	cells[s->y * COLUMNS + s->x] = 1;
}

static int catch_valid(const void *state)
{
	const struct catch *s = state;

	return s->x < COLUMNS && s->paddle < COLUMNS && s->y < ROWS &&
	       (s->y < ROWS - 1 || s->base.status != GAME_ON);
}

/* The ball's column is uniform and independent of the paddle: 1/COLUMNS are caught. */
static double catch_random_return(const struct game_options *o)
{
	(void)o;
	return 2.0 / COLUMNS - 1;
}

static const char *const channels[] = { "ball and paddle" };
static const char *const actions[] = { "left", "stay", "right" };
static const uint8_t minimal[] = { 0, 1, 2 };

static const struct game_look looks[] = {
	{ "ball",   'o', "●", GAME_WHITE },
	{ "paddle", '=', "▀", GAME_SKY },
};

/* ---- skills ---- */

static const struct skill skill[] = {
	{ SKILL_TIMES, "catches", "caught", "the ball", .memory = 200 },
};

static void count_skills(const void *before, const void *after, double reward,
                         struct skill_counts *c)
{
	(void)before;
	if (((const struct catch *)after)->base.status == GAME_OVER)
		skill_chance(c, 0, reward > 0);
}

static const struct game_skills skills = { 1, skill, count_skills };

static const struct settings settings = {
	SETTINGS_COMMON, .frames = 18000, .hidden = "50-50",
	.replay = 10000, .n_step = 1, .discount = 0.99,
	.batch = 32, .loss = SETTINGS_SQUARED, .target_every = 50,
	.lr = 0.001, .optimizer_epsilon = 1e-8,
	.start = 100, .update_every = 1,
	.epsilon_end = 0.01, .epsilon_start = 100, .epsilon_frames = 3000,
};
static const struct settings fast = {
	SETTINGS_PQN_COMMON, .frames = 100000, .hidden = "50-50", .envs = 16, .rollout = 32,
	.lr = 0.001,
};

static const struct game_stream streams[] = {
	{ "catch", 400, 11, "" },
	{ 0 }
};

const struct game_ops catch_game = {
	.name = "catch",
	.about = "be below the ball when it lands",
	.takes = 0,
	.C = 1, .H = ROWS, .W = COLUMNS, .words = 1,
	.channels = channels,
	.n_actions = 3, .actions = actions,
	.n_minimal = 3, .minimal = minimal,
	.rows = ROWS, .columns = COLUMNS,
	.n_looks = 2, .looks = looks,
	.size = sizeof(struct catch),
	.reset = catch_reset, .reset_draws = 1,
	.step = catch_step,
	.planes = catch_planes,
	.observe = game_observe_planes,
	.picture = catch_picture,
	.ramp = game_no_ramp,
	.valid = catch_valid,
	.random_return = catch_random_return,
	.rules = "The ball falls one row each step; the paddle moves one column.",
	.rewards = "+1 if the paddle is below the ball, otherwise -1",
	.ending = "when the ball lands, after 9 steps",
	.pace = 4,
	.least = -1, .most = 1, .either_or = 1,
	.settings = &settings, .fast = &fast,
	.policy = &catch_policy, .skills = &skills, .streams = streams,
};
