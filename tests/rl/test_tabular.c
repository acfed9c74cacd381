/* test_tabular.c - players of the frozen lakes judged exactly, and Q-learning with a table. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rl/agent/tabular.h"
#include "rl/games/games.h"
#include "rl/games/lake.h"
#include "src/base/random.h"
#include "tests/support/tap.h"

enum { LEFT, DOWN, RIGHT, UP };

static const struct game_ops *const lakes[] = { &lake4_game, &lake8_game, NULL };

static int cells_of(const struct lake_map *m)
{
	return m->side * m->side;
}

static double largest(const double *row)
{
	return fmax(fmax(row[0], row[1]), fmax(row[2], row[3]));
}

/* ---- judging players ---- */

/* Everybody who goes the same way all the time, by hand: to the left nothing ever happens, and in
 * lake4 going down leads from the start to a hole in three steps. */
static void simple_players_are_judged_by_hand(void)
{
	const struct lake_map *m = lake_map_of(&lake4_game);
	uint8_t policy[LAKE_MAX_CELLS];
	double steps;

	memset(policy, LEFT, sizeof policy);
	CU_ASSERT_EQUAL(lake_policy_success(m, 0, policy, &steps), 0);
	CU_ASSERT_EQUAL(steps, 100);
	memset(policy, DOWN, sizeof policy);
	CU_ASSERT_EQUAL(lake_policy_success(m, 0, policy, &steps), 0);
	CU_ASSERT_EQUAL(steps, 3);
	policy[8] = RIGHT;                   /* past the hole in the corner, and down again: 8 9
	                                      * 13 */
	policy[13] = policy[14] = RIGHT;
	CU_ASSERT_EQUAL(lake_policy_success(m, 0, policy, &steps), 1);
	CU_ASSERT_EQUAL(steps, 6);
}

/* Numbers worked out elsewhere: by value iteration in Python, and in lake4 by trying all 4^11
 * players. */
static void known_players_have_known_chances(void)
{
	const struct { const struct game_ops *g; double greedy, stationary; } rows[] = {
		{ &lake4_game, 0.740164897758703, 0.740164897758703 },
		{ &lake8_game, 0.8629553799611078, 0.8935683859748568 },
	};

	for (size_t k = 0; k < 2; k++) {
		const struct lake_map *m = lake_map_of(rows[k].g);
		double q[LAKE_MAX_CELLS * LAKE_ACTIONS], found;
		uint8_t policy[LAKE_MAX_CELLS];

		lake_values(m, 1, 0.99, q);
		lake_greedy(m, q, policy);
		CU_ASSERT_DOUBLE_EQUAL(lake_policy_success(m, 1, policy, NULL), rows[k].greedy,
		                       1e-9);
		found = lake_stationary_success(m, 1, policy);
		CU_ASSERT_DOUBLE_EQUAL(found, rows[k].stationary, 1e-9);
		CU_ASSERT_DOUBLE_EQUAL(lake_policy_success(m, 1, policy, NULL), found, 1e-12);
		CU_ASSERT(found < lake_best_success(m, 1));
		CU_ASSERT_DOUBLE_EQUAL(lake_stationary_success(m, 0, policy), 1, 1e-12);
	}
}

/* What is computed is what happens: 20,000 episodes of players without any sense. */
static void chances_agree_with_play(void)
{
	enum { EPISODES = 20000 };
	gsl_rng *rng = random_stream(3, STREAM_GAME);
	struct random_source d = random_source_from_rng(rng);
	struct game_options o;
	void *state;
	uint8_t policy[LAKE_MAX_CELLS];
	double chance, mean_steps, reward;
	long won = 0, steps = 0;

	game_defaults(&lake4_game, &o);
	state = game_alloc(&lake4_game, &o);
	for (int cell = 0; cell < 16; cell++)
		policy[cell] = cell % 3 == 0 ? DOWN : RIGHT;
	chance = lake_policy_success(lake_map_of(&lake4_game), 1, policy, &mean_steps);
	for (int n = 0; n < EPISODES; n++) {
		game_reset(&lake4_game, state, &d);
		do {
			steps++;
			game_step(&lake4_game, state, policy[lake_cell(state)], &d, &reward);
			won += reward > 0;
		} while (game_status(state) == GAME_ON);
	}
	CU_ASSERT(chance > 0.02 && chance < 0.98);
	CU_ASSERT(fabs((double)won / EPISODES - chance) <
	          4.5 * sqrt(chance * (1 - chance) / EPISODES));
	CU_ASSERT_DOUBLE_EQUAL((double)steps / EPISODES, mean_steps, 0.1);
	free(state);
	gsl_rng_free(rng);
}

/* The best player's values are the largest of the exact ones, in every cell; others' are no
 * larger. */
static void players_values_agree_with_the_exact_ones(void)
{
	for (int k = 0; lakes[k]; k++)
		for (int slippery = 0; slippery < 2; slippery++) {
			const struct lake_map *m = lake_map_of(lakes[k]);
			double q[LAKE_MAX_CELLS * LAKE_ACTIONS], v[LAKE_MAX_CELLS];
			uint8_t policy[LAKE_MAX_CELLS];

			lake_values(m, slippery, 0.97, q);
			lake_greedy(m, q, policy);
			lake_policy_values(m, slippery, 0.97, policy, v);
			for (int cell = 0; cell < cells_of(m); cell++)
				TAP_CHECK(fabs(v[cell] - largest(q + cell * LAKE_ACTIONS)) < 1e-10,
				          "%s %d cell %d", lakes[k]->name, slippery, cell);
			policy[0] = (uint8_t)(policy[0] == UP ? LEFT : UP);
			lake_policy_values(m, slippery, 0.97, policy, v);
			CU_ASSERT(v[0] <= largest(q) + 1e-12);
			CU_ASSERT(slippery || v[0] == 0);
		}
}

static void greedy_takes_the_first_of_the_largest(void)
{
	double q[LAKE_MAX_CELLS * LAKE_ACTIONS] = { [0] = -1, 2,  0.5, 2,        [4] = -3,
		                                    -3,       -3, -2,  [20] = 0, 1 };
	uint8_t policy[LAKE_MAX_CELLS];

	lake_greedy(lake_map_of(&lake4_game), q, policy);
	CU_ASSERT_EQUAL(policy[0], DOWN);
	CU_ASSERT_EQUAL(policy[1], UP);
	CU_ASSERT_EQUAL(policy[2], LEFT);
	CU_ASSERT_EQUAL(policy[5], 0);            /* a hole */
}

/* ---- learning ---- */

struct student {
	struct tabular *t;
	gsl_rng *game, *explore;
};

static struct student enroll(const struct game_ops *g, int slippery,
                             const struct tabular_options *o, long seed)
{
	struct game_options game;
	struct student s = { .game = random_stream(seed, STREAM_GAME),
		             .explore = random_stream(seed, STREAM_EXPLORE) };

	game_defaults(g, &game);
	game.slippery = slippery;
	s.t = tabular_alloc(g, &game, o);
	CU_ASSERT_PTR_NOT_NULL_FATAL(s.t);
	return s;
}

static void dismiss(struct student *s)
{
	tabular_free(s->t);
	gsl_rng_free(s->game);
	gsl_rng_free(s->explore);
}

/* Every update against the formula, on a table of the test's own.  Hope and a small step keep the
 * agent out of holes, so that time limits happen as well as ends. */
static void updates_follow_the_formula(void)
{
	struct tabular_options o;
	struct student s;
	double q[16][LAKE_ACTIONS];
	long tries[16][LAKE_ACTIONS] = { { 0 } };
	int over = 0, cut = 0, explored = 0;

	tabular_defaults(&o);
	o.episodes = 1000;
	o.lr = 0.3;
	o.power = 0.25;
	o.discount = 0.99;
	o.epsilon = o.epsilon_end = 0.02;
	o.initial = 5;
	s = enroll(&lake4_game, 0, &o, 5);
	for (int i = 0; i < 16 * LAKE_ACTIONS; i++)
		q[i / LAKE_ACTIONS][i % LAKE_ACTIONS] =
			lake_ends(lake_map_of(&lake4_game), i / LAKE_ACTIONS) ? 0 : 5;
	for (int n = 0; n < 30000; n++) {
		struct tabular_frame f;
		double *at, target, before;

		tabular_step(s.t, s.game, s.explore, &f);
		at = &q[f.cell][f.action];
		if (!f.explored)
			CU_ASSERT_EQUAL(*at, largest(q[f.cell]));
		target = f.reward + (f.status == GAME_OVER ? 0 : 0.99 * largest(q[f.next]));
		before = *at;
		*at += 0.3 / pow((double)++tries[f.cell][f.action], 0.25) * (target - *at);
		CU_ASSERT_DOUBLE_EQUAL(f.error, target - before, 1e-12);
		CU_ASSERT_EQUAL(f.next, lake_next(lake_map_of(&lake4_game), f.cell, f.action));
		over += f.status == GAME_OVER;
		cut += f.status == GAME_CUT;
		explored += f.explored;
	}
	CU_ASSERT(over > 10);
	CU_ASSERT(cut > 10);
	CU_ASSERT(explored > 450 && explored < 750);      /* 600, and six deviations */
	for (int i = 0; i < 16 * LAKE_ACTIONS; i++) {
		CU_ASSERT_DOUBLE_EQUAL(tabular_q(s.t)[i], q[i / LAKE_ACTIONS][i % LAKE_ACTIONS],
		                       1e-9);
		CU_ASSERT_EQUAL(tabular_visits(s.t)[i], tries[i / LAKE_ACTIONS][i % LAKE_ACTIONS]);
	}
	CU_ASSERT_EQUAL(tabular_steps(s.t), 30000);
	CU_ASSERT_EQUAL(tabular_episodes(s.t), over + cut);
	dismiss(&s);
}

/* With power 1 and no tomorrow the value is the mean of the rewards. */
static void power_one_takes_the_mean(void)
{
	struct tabular_options o;
	struct student s;
	double sum[16 * LAKE_ACTIONS] = { 0 };
	int many = 0;

	tabular_defaults(&o);
	o.power = 1;
	o.discount = 0;
	o.epsilon = o.epsilon_end = 1;
	s = enroll(&lake4_game, 1, &o, 6);
	for (int n = 0; n < 30000; n++) {
		struct tabular_frame f;

		tabular_step(s.t, s.game, s.explore, &f);
		sum[f.cell * LAKE_ACTIONS + f.action] += f.reward;
	}
	for (int i = 0; i < 16 * LAKE_ACTIONS; i++) {
		long n = tabular_visits(s.t)[i];

		many += sum[i] > 10;
		if (n > 0)
			CU_ASSERT_DOUBLE_EQUAL(tabular_q(s.t)[i], sum[i] / (double)n, 1e-9);
	}
	CU_ASSERT(many >= 2);
	dismiss(&s);
}

static void epsilon_falls_over_its_share(void)
{
	struct tabular_options o;
	struct student s;

	tabular_defaults(&o);
	o.episodes = 40;
	o.epsilon = 0.9;
	o.epsilon_end = 0.1;
	o.epsilon_share = 0.5;
	s = enroll(&lake4_game, 1, &o, 7);
	while (tabular_episodes(s.t) < 40) {
		long done = tabular_episodes(s.t);

		CU_ASSERT_DOUBLE_EQUAL(tabular_epsilon(s.t),
		                       done < 20 ? 0.9 - 0.8 * (double)done / 20 : 0.1, 1e-12);
		tabular_step(s.t, s.game, s.explore, NULL);
	}
	dismiss(&s);
	o.epsilon_share = 0;
	s = enroll(&lake4_game, 1, &o, 7);
	CU_ASSERT_DOUBLE_EQUAL(tabular_epsilon(s.t), 0.1, 1e-12);
	dismiss(&s);
}

/* With the defaults, whatever the seed: on slippery ice as good as the cell alone allows, on plain
 * ice the shortest way. */
static void defaults_learn_both_lakes(void)
{
	const struct { const struct game_ops *g; double near, steps; } rows[] = {
		{ &lake4_game, 0.74419 - 0.03, 6 }, { &lake8_game, 0.82, 14 },
	};
	struct tabular_options o;

	tabular_defaults(&o);
	for (size_t k = 0; k < 2; k++)
		for (int slippery = 0; slippery < 2; slippery++)
			for (long seed = 1; seed <= 5; seed++) {
				struct student s = enroll(rows[k].g, slippery, &o, seed);
				uint8_t policy[LAKE_MAX_CELLS];
				double chance, steps;

				CU_ASSERT_EQUAL(tabular_train(s.t, s.game, s.explore, NULL), RY_OK);
				CU_ASSERT_EQUAL(tabular_episodes(s.t), o.episodes);
				lake_greedy(lake_map_of(rows[k].g), tabular_q(s.t), policy);
				chance = lake_policy_success(lake_map_of(rows[k].g), slippery,
				                             policy, &steps);
				if (slippery)
					TAP_CHECK(chance >= rows[k].near, "%s, seed %ld: %g",
					          rows[k].g->name, seed, chance);
				else
					TAP_CHECK(chance == 1 && steps == rows[k].steps,
					          "%s, seed %ld: %g in %g steps", rows[k].g->name,
					          seed, chance, steps);
				dismiss(&s);
			}
}

/* Many tries of everything bring the whole table near the exact one. */
static void values_approach_the_exact_ones(void)
{
	struct tabular_options o;
	struct student s;
	double exact[LAKE_MAX_CELLS * LAKE_ACTIONS], worst = 0;

	tabular_defaults(&o);
	o.epsilon = o.epsilon_end = 1;
	o.episodes = 150000;
	s = enroll(&lake4_game, 1, &o, 8);
	tabular_train(s.t, s.game, s.explore, NULL);
	lake_values(lake_map_of(&lake4_game), 1, o.discount, exact);
	for (int i = 0; i < 16 * LAKE_ACTIONS; i++)
		worst = fmax(worst, fabs(tabular_q(s.t)[i] - exact[i]));
	TAP_CHECK(worst < 0.08, "largest difference %g", worst);
	dismiss(&s);
}

static void same_seed_same_table(void)
{
	struct tabular_options o;
	double q[3][16 * LAKE_ACTIONS];

	tabular_defaults(&o);
	o.episodes = 300;
	for (int k = 0; k < 3; k++) {
		struct student s = enroll(&lake4_game, 1, &o, k < 2 ? 9 : 10);

		tabular_train(s.t, s.game, s.explore, NULL);
		memcpy(q[k], tabular_q(s.t), sizeof q[k]);
		dismiss(&s);
	}
	CU_ASSERT_EQUAL(memcmp(q[0], q[1], sizeof q[0]), 0);
	CU_ASSERT_NOT_EQUAL(memcmp(q[0], q[2], sizeof q[0]), 0);
}

/* ---- invalid options ---- */

static int asked;

static int stop_at_seven(void)
{
	return ++asked == 7;
}

static void stops_when_asked(void)
{
	struct tabular_options o;
	struct student s;

	tabular_defaults(&o);
	s = enroll(&lake4_game, 1, &o, 11);
	asked = 0;
	CU_ASSERT_EQUAL(tabular_train(s.t, s.game, s.explore, stop_at_seven), RY_ESTOP);
	CU_ASSERT_EQUAL(tabular_episodes(s.t), 7);
	o.episodes = 1;
	dismiss(&s);
}

static void refused(const struct game_ops *g, const struct tabular_options *o, const char *why)
{
	struct game_options game;

	game_defaults(g, &game);
	TAP_CHECK(!tabular_alloc(g, &game, o), "%s was accepted", why);
	TAP_CHECK(strstr(ry_message(), why), "'%s' does not say '%s'", ry_message(), why);
}

static void impossible_options_are_refused(void)
{
	struct tabular_options o;
	const struct { const char *name; size_t at; double low; } rows[] = {
		{ "lr is", offsetof(struct tabular_options, lr), 0 },
		{ "power is", offsetof(struct tabular_options, power), -0.1 },
		{ "discount is", offsetof(struct tabular_options, discount), -0.1 },
		{ "epsilon is", offsetof(struct tabular_options, epsilon), -0.1 },
		{ "epsilon_end is", offsetof(struct tabular_options, epsilon_end), -0.1 },
		{ "epsilon_share is", offsetof(struct tabular_options, epsilon_share), -0.1 },
	};

	for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
		const double bad[] = { rows[k].low, 1.01, NAN };

		for (size_t i = 0; i < 3; i++) {
			tabular_defaults(&o);
			*(double *)((char *)&o + rows[k].at) = bad[i];
			refused(&lake4_game, &o, rows[k].name);
		}
	}
	tabular_defaults(&o);
	o.initial = INFINITY;
	refused(&lake4_game, &o, "initial is");
	tabular_defaults(&o);
	o.episodes = 0;
	refused(&lake4_game, &o, "0 episodes");
	tabular_defaults(&o);
	refused(&catch_game, &o, "catch has no table");
	CU_ASSERT_PTR_NULL(tabular_alloc(
		&lake4_game, &(struct game_options){ .slippery = 1, .ramping = 1 }, &o));
	tabular_free(NULL);
}

static const struct tap_test tests[] = {
	{ "simple players are judged by hand", simple_players_are_judged_by_hand },
	{ "known players have known chances", known_players_have_known_chances },
	{ "chances agree with play", chances_agree_with_play },
	{ "players' values agree with the exact ones", players_values_agree_with_the_exact_ones },
	{ "greedy takes the first of the largest", greedy_takes_the_first_of_the_largest },
	{ "updates follow the formula, time limits bootstrapped", updates_follow_the_formula },
	{ "power 1 takes the mean", power_one_takes_the_mean },
	{ "epsilon falls over its share", epsilon_falls_over_its_share },
	{ "the defaults learn both lakes", defaults_learn_both_lakes },
	{ "values approach the exact ones", values_approach_the_exact_ones },
	{ "same seed, same table", same_seed_same_table },
	{ "training stops when asked", stops_when_asked },
	{ "impossible options are refused", impossible_options_are_refused },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("tabular", tests);
}
