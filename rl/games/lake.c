/* lake.c - the frozen lakes: see lake.h.
 *
 * Draws: one per step in a slippery lake, which way the move goes; none in a plain one.
 */
#include "rl/games/lake.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "rl/games/games.h"
#include "rl/games/settings.h"
#include "rl/games/skills.h"

enum { LEFT, DOWN, RIGHT, UP };

enum { AGENT, HOLE, GOAL, CHANNELS, ICE = CHANNELS, LOOKS };

struct lake {
	struct game_base base;
	int16_t steps;
	uint8_t cell;
	uint8_t unused[5];
};

static const struct lake_map map4 = { .side = 4,
	                              .limit = 100,
	                              .cells = "SFFF"
	                                       "FHFH"
	                                       "FFFH"
	                                       "HFFG" };

static const struct lake_map map8 = { .side = 8,
	                              .limit = 200,
	                              .cells = "SFFFFFFF"
	                                       "FFFFFFFF"
	                                       "FFFHFFFF"
	                                       "FFFFFHFF"
	                                       "FFFHFFFF"
	                                       "FHHFFFHF"
	                                       "FHFFHFHF"
	                                       "FFFHFFFG" };

/* ---- the table ---- */

const struct lake_map *lake_map_of(const struct game_ops *g)
{
	return g->lake;
}

const char *lake_names(char *text, size_t size)
{
	size_t n = 0;

	text[0] = '\0';
	for (int k = 0; games[k]; k++)
		if (games[k]->lake && n < size)
			n += (size_t)snprintf(text + n, size - n, "%s%s", n ? " or " : "",
			                      games[k]->name);
	return text;
}

int lake_cell(const void *state)
{
	return ((const struct lake *)state)->cell;
}

void lake_place(void *state, int cell)
{
	((struct lake *)state)->cell = (uint8_t)cell;
}

int lake_next(const struct lake_map *m, int cell, int action)
{
	int row = cell / m->side, column = cell % m->side, last = m->side - 1;

	switch (action) {
	case LEFT:  column -= column > 0; break;
	case DOWN:  row += row < last; break;
	case RIGHT: column += column < last; break;
	case UP:    row -= row > 0; break;
	}
	return row * m->side + column;
}

void lake_next_all(const struct lake_map *m, int slippery, int cell, int action, int next[3])
{
	for (int way = 0; way < 3; way++)
		next[way] =
			lake_next(m, cell, slippery ? (action + way + 3) % LAKE_ACTIONS : action);
}

int lake_ends(const struct lake_map *m, int cell)
{
	return m->cells[cell] == 'H' || m->cells[cell] == 'G';
}

/* Mean over the three ways of what comes after: 1 at the goal, 0 in a hole, else `after` of the
 * cell. */
static double expect(const struct lake_map *m, int slippery, int cell, int action,
                     const double *after)
{
	int next[3];
	double sum = 0;

	lake_next_all(m, slippery, cell, action, next);
	for (int way = 0; way < 3; way++)
		sum += m->cells[next[way]] == 'G' ? 1
		       : lake_ends(m, next[way])  ? 0
		                                  : after[next[way]];
	return sum / 3;
}

/* Probabilities closer than this count as equal. */
#define AS_GOOD 1e-12

/* The best action by the probabilities of all; the one that was best with a step less as long as it
 * still is, so that the policy does not waste steps that it can spare. */
static uint8_t choose(const double *chance, double most, const uint8_t *with_a_step_less)
{
	uint8_t a = with_a_step_less ? *with_a_step_less : 0;

	if (chance[a] >= most - AS_GOOD)
		return a;
	for (a = 0; chance[a] < most; a++)
		;
	return a;
}

/* v_n(s), the chance with n steps left: of the best action, which is put into `best` unless that is
 * NULL, or the mean over actions. */
static double success(const struct lake_map *m, int slippery, int mean, uint8_t *best)
{
	double v[LAKE_MAX_CELLS] = { 0 }, before[LAKE_MAX_CELLS];
	int cells = m->side * m->side;

	for (int n = 1; n <= m->limit; n++) {
		memcpy(before, v, sizeof v);
		for (int cell = 0; cell < cells; cell++) {
			double chance[LAKE_ACTIONS], most = 0, sum = 0;
			int at = (m->limit - n) * cells + cell;

			for (int a = 0; a < LAKE_ACTIONS; a++) {
				chance[a] = expect(m, slippery, cell, a, before);
				most = fmax(most, chance[a]);
				sum += chance[a];
			}
			v[cell] = mean ? sum / LAKE_ACTIONS : most;
			if (best)
				best[at] = choose(chance, most, n > 1 ? &best[at + cells] : NULL);
		}
	}
	return v[0];
}

double lake_best_success(const struct lake_map *m, int slippery)
{
	return success(m, slippery, 0, NULL);
}

double lake_random_success(const struct lake_map *m, int slippery)
{
	return success(m, slippery, 1, NULL);
}

double lake_best_play(const struct lake_map *m, int slippery, uint8_t *best)
{
	return success(m, slippery, 0, best);
}

double lake_policy_success(const struct lake_map *m, int slippery, const uint8_t *policy,
                           double *steps)
{
	double v[LAKE_MAX_CELLS] = { 0 }, left[LAKE_MAX_CELLS] = { 0 };    /* with n steps left */

	for (int n = 0; n < m->limit; n++) {
		double v_before[LAKE_MAX_CELLS], left_before[LAKE_MAX_CELLS];

		memcpy(v_before, v, sizeof v);
		memcpy(left_before, left, sizeof left);
		for (int cell = 0; cell < m->side * m->side; cell++) {
			int next[3];

			if (lake_ends(m, cell))
				continue;
			v[cell] = expect(m, slippery, cell, policy[cell], v_before);
			lake_next_all(m, slippery, cell, policy[cell], next);
			left[cell] = 1 + (left_before[next[0]] + left_before[next[1]] +
			                  left_before[next[2]]) /
			                         3;
		}
	}
	if (steps)
		*steps = left[0];
	return v[0];
}

/* Hill climbing, a cell at a time, from `policy`, whose success is `most`; returns the result. */
static double climb(const struct lake_map *m, int slippery, uint8_t *policy, double most)
{
	int better = 1;

	while (better) {
		better = 0;
		for (int cell = 0; cell < m->side * m->side; cell++)
			for (int a = 0; a < LAKE_ACTIONS && !lake_ends(m, cell); a++) {
				uint8_t old = policy[cell];
				double chance;

				policy[cell] = (uint8_t)a;
				chance = lake_policy_success(m, slippery, policy, NULL);
				if (chance > most + AS_GOOD) {
					most = chance;
					better = 1;
				} else {
					policy[cell] = old;
				}
			}
	}
	return most;
}

double lake_stationary_success(const struct lake_map *m, int slippery, uint8_t *policy)
{
	static const double discounts[] = { 0.99, 0.995 };
	size_t cells = (size_t)m->side * (size_t)m->side;
	double most = -1;

	for (size_t k = 0; k < sizeof discounts / sizeof *discounts; k++) {
		double q[LAKE_MAX_CELLS * LAKE_ACTIONS], chance;
		uint8_t found[LAKE_MAX_CELLS];

		lake_values(m, slippery, discounts[k], q);
		lake_greedy(m, q, found);
		chance = climb(m, slippery, found, lake_policy_success(m, slippery, found, NULL));
		if (chance > most) {
			most = chance;
			memcpy(policy, found, cells);
		}
	}
	return most;
}

void lake_greedy(const struct lake_map *m, const double *q, uint8_t *policy)
{
	for (int cell = 0; cell < m->side * m->side; cell++) {
		const double *row = q + cell * LAKE_ACTIONS;
		int best = 0;

		for (int a = 1; a < LAKE_ACTIONS && !lake_ends(m, cell); a++)
			if (row[a] > row[best])
				best = a;
		policy[cell] = (uint8_t)best;
	}
}

/* r + discount v(s'), the mean over the three ways. */
static double worth(const struct lake_map *m, int slippery, int cell, int action, double discount,
                    const double *v)
{
	int next[3];
	double sum = 0;

	lake_next_all(m, slippery, cell, action, next);
	for (int way = 0; way < 3; way++)
		sum += m->cells[next[way]] == 'G' ? 1 : discount * v[next[way]];
	return sum / 3;
}

/* When values count as settled. */
#define SETTLED 1e-13

void lake_policy_values(const struct lake_map *m, int slippery, double discount,
                        const uint8_t *policy, double *v)
{
	int cells = m->side * m->side;
	double change;

	memset(v, 0, (size_t)cells * sizeof *v);
	do {
		change = 0;
		for (int cell = 0; cell < cells; cell++) {
			double now;

			if (lake_ends(m, cell))
				continue;
			now = worth(m, slippery, cell, policy[cell], discount, v);
			change = fmax(change, fabs(now - v[cell]));
			v[cell] = now;
		}
	} while (change > SETTLED);
}

void lake_values(const struct lake_map *m, int slippery, double discount, double *q)
{
	double v[LAKE_MAX_CELLS] = { 0 }, change;
	int cells = m->side * m->side;

	memset(q, 0, (size_t)cells * LAKE_ACTIONS * sizeof *q);
	do {
		change = 0;
		for (int cell = 0; cell < cells; cell++) {
			double *row = q + cell * LAKE_ACTIONS, most = 0;

			if (lake_ends(m, cell))
				continue;
			for (int a = 0; a < LAKE_ACTIONS; a++) {
				row[a] = worth(m, slippery, cell, a, discount, v);
				most = fmax(most, row[a]);
			}
			change = fmax(change, fabs(most - v[cell]));
			v[cell] = most;
		}
	} while (change > SETTLED);
}

/* ---- the game ---- */

static void lake_reset(void *state, struct random_source *d)
{
	struct lake *s = state;

	(void)d;
	s->cell = 0;
	s->steps = 0;
}

/* One third each for (a - 1) mod 4, a, (a + 1) mod 4, in this order. */
static int slip(int action, struct random_source *d)
{
	uint32_t k = draw(d);

	return (action + (k < 0x55555556u ? 3 : k < 0xaaaaaaabu ? 0 : 1)) % LAKE_ACTIONS;
}

static enum game_status lake_step(const struct lake_map *m, struct lake *s, int action,
                                  struct random_source *d, double *reward)
{
	if (s->base.slippery)
		action = slip(action, d);
	s->cell = (uint8_t)lake_next(m, s->cell, action);
	s->steps++;
	*reward = m->cells[s->cell] == 'G';
	return lake_ends(m, s->cell) ? GAME_OVER : s->steps == m->limit ? GAME_CUT : GAME_ON;
}

static void lake_planes(const struct lake_map *m, const struct lake *s, uint64_t *bits)
{
	memset(bits, 0, CHANNELS * sizeof *bits);
	bits[AGENT] = (uint64_t)1 << s->cell;
	for (int cell = 0; cell < m->side * m->side; cell++) {
		if (m->cells[cell] == 'H')
			bits[HOLE] |= (uint64_t)1 << cell;
		if (m->cells[cell] == 'G')
			bits[GOAL] |= (uint64_t)1 << cell;
	}
}

static void lake_picture(const struct game_ops *g, const void *state, uint8_t *cells)
{
	const struct lake_map *m = lake_map_of(g);
	const struct lake *s = state;

	for (int cell = 0; cell < m->side * m->side; cell++)
		cells[cell] = (uint8_t)(1 + (m->cells[cell] == 'H'   ? HOLE
		                             : m->cells[cell] == 'G' ? GOAL
		                                                     : ICE));
	cells[s->cell] = 1 + AGENT;
}

static int lake_valid(const struct lake_map *m, const struct lake *s)
{
	return s->cell < m->side * m->side && s->steps >= 0 && s->steps <= m->limit &&
	       (s->base.status != GAME_ON || (s->steps < m->limit && !lake_ends(m, s->cell)));
}

static enum game_status lake4_step(void *s, int a, struct random_source *d, double *r)
{
	return lake_step(&map4, s, a, d, r);
}
static enum game_status lake8_step(void *s, int a, struct random_source *d, double *r)
{
	return lake_step(&map8, s, a, d, r);
}
static void lake4_planes(const void *s, uint64_t *bits) { lake_planes(&map4, s, bits); }
static void lake8_planes(const void *s, uint64_t *bits) { lake_planes(&map8, s, bits); }
static int lake4_valid(const void *s) { return lake_valid(&map4, s); }
static int lake8_valid(const void *s) { return lake_valid(&map8, s); }
static double lake4_random(const struct game_options *o)
{
	return lake_random_success(&map4, o->slippery);
}
static double lake8_random(const struct game_options *o)
{
	return lake_random_success(&map8, o->slippery);
}

static const char *const channels[CHANNELS] = { "agent", "hole", "goal" };
static const char *const actions[LAKE_ACTIONS] = { "left", "down", "right", "up" };
/* ---- skills ---- */

static const struct skill skill[] = {
	{ SKILL_TIMES, "reaches", "reached", "the goal", .memory = 200 },
	{ SKILL_TIMES, "keeps", "kept", "out of the holes", .memory = 200, .part = 1 },
};

/* A hole is the only end without a reward. */
static void count_skills(const void *before, const void *after, double reward,
                         struct skill_counts *c)
{
	enum game_status status = game_status(after);

	(void)before;
	if (status == GAME_ON)
		return;
	skill_chance(c, 0, reward > 0);
	skill_chance(c, 1, reward > 0 || status == GAME_CUT);
}

static const struct game_skills skills = { 2, skill, count_skills };

static const uint8_t minimal[] = { LEFT, DOWN, RIGHT, UP };

static const struct game_look looks[LOOKS] = {
	[AGENT] = { "you",  '@', "◆", GAME_ORANGE },
	[HOLE]  = { "hole", 'O', "●", GAME_BLUE },
	[GOAL]  = { "goal", 'G', "★", GAME_YELLOW },
	[ICE]   = { "ice",  '.', "·", GAME_GREY },
};

#define LAKE_SETTINGS \
	SETTINGS_COMMON, .hidden = "64", .n_step = 1, .discount = 0.99, \
	.batch = 32, .loss = SETTINGS_SQUARED, .target_every = 200, \
	.lr = 0.0005, .optimizer_epsilon = 1e-8, \
	.start = 1000, .update_every = 1, .epsilon_end = 0.1, .epsilon_start = 1000

static const struct settings settings4 = {
	LAKE_SETTINGS, .frames = 100000, .replay = 50000, .epsilon_frames = 20000
};
static const struct settings settings8 = {
	LAKE_SETTINGS, .frames = 300000, .replay = 100000, .epsilon_frames = 100000
};

#define LAKE_FAST SETTINGS_PQN_COMMON, .hidden = "64", .envs = 16, .rollout = 32, .lr = 0.001

static const struct settings fast4 = { LAKE_FAST, .frames = 200000 };
static const struct settings fast8 = { LAKE_FAST, .frames = 500000 };

static const struct game_stream streams4[] = {
	{ "lake4", 500, 8, "" },
	{ "lake4_plain", 400, 9, "slippery=0" },
	{ 0 }
};
static const struct game_stream streams8[] = { { "lake8", 700, 10, "" }, { 0 } };

/* Slots that are the same in all lakes of `side` x `side` cells. */
#define LAKE_GAME(side) \
	.takes = GAME_SLIPPERY, \
	.C = CHANNELS, .H = side, .W = side, .words = 1, .n_fixed = CHANNELS - 1, \
	.channels = channels, \
	.n_actions = LAKE_ACTIONS, .actions = actions, \
	.n_minimal = LAKE_ACTIONS, .minimal = minimal, \
	.rows = side, .columns = side, \
	.n_looks = LOOKS, .looks = looks, \
	.size = sizeof(struct lake), \
	.reset = lake_reset, .step_draws = 1, \
	.observe = game_observe_planes, \
	.picture = lake_picture, \
	.ramp = game_no_ramp, \
	.rules = "The start is at the top left. On slippery ice a move goes in the chosen " \
	         "direction with probability 1/3, and to either side with 1/3 each; with " \
	         "--slippery no it always goes in the chosen direction. A move off the edge has " \
	         "no effect.", \
	.rewards = "+1 at the goal, otherwise 0", \
	.pace = 4, \
	.least = 0, .most = 1, .either_or = 1

const struct game_ops lake4_game = {
	LAKE_GAME(4),
	.name = "lake4",
	.about = "walk over slippery ice to the goal, past four holes",
	.step = lake4_step,
	.planes = lake4_planes,
	.valid = lake4_valid,
	.random_return = lake4_random,
	.lake = &map4,
	.ending = "at the goal, in a hole, or after 100 steps",
	.settings = &settings4, .fast = &fast4,
	.policy = &lake4_policy, .skills = &skills, .streams = streams4,
};

const struct game_ops lake8_game = {
	LAKE_GAME(8),
	.name = "lake8",
	.about = "walk over slippery ice to the goal, past ten holes",
	.step = lake8_step,
	.planes = lake8_planes,
	.valid = lake8_valid,
	.random_return = lake8_random,
	.lake = &map8,
	.ending = "at the goal, in a hole, or after 200 steps",
	.settings = &settings8, .fast = &fast8,
	.policy = &lake8_policy, .skills = &skills, .streams = streams8,
};
