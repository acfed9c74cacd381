/* test_scripted_policy.c - scripted policies, and how they look ahead. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rl/games/eyes.h"
#include "rl/games/games.h"
#include "rl/games/lake.h"
#include "rl/games/lookahead.h"
#include "rl/games/random_play.h"
#include "rl/games/scripted_policy.h"
#include "rl/games/scripted_rules.h"
#include "src/base/random.h"
#include "tests/support/tap.h"

static struct scripted_policy_play play(const struct game_ops *g, const struct game_options *o,
                                        int episodes, long cap, long seed)
{
	gsl_rng *rng = random_stream(seed, STREAM_GAME);
	struct scripted_policy_play r;

	CU_ASSERT_EQUAL(scripted_policy_play(&r, g, o, episodes, cap, rng, NULL), RY_OK);
	gsl_rng_free(rng);
	return r;
}

static double random_mean(const struct game_ops *g, const struct game_options *o)
{
	gsl_rng *game = random_stream(3, STREAM_GAME), *player = random_stream(3, STREAM_EXPLORE);
	struct random_play r;

	random_play(&r, g, o, 100, g->words ? 1000000 : 20000, game, player);
	gsl_rng_free(game);
	gsl_rng_free(player);
	return isnan(g->random_return(o)) ? r.mean : g->random_return(o);
}

/* ---- how well they play ---- */

/* At least the mean that the table states, far above random play; in the five games of MinAtar
 * above the published scores of deep Q-networks (16.8, 10.1, 50.3, 20.1, 44). */
static void policies_are_good(void)
{
	for (int k = 0; games[k]; k++) {
		const struct game_ops *g = games[k];
		const struct scripted_rules *rules = g->policy;
		struct game_options o;
		struct scripted_policy_play r;

		CU_ASSERT_PTR_NOT_NULL_FATAL(rules);
		TAP_CHECK(rules->episodes > 0 && rules->cap > 0, "%s: nothing to measure", g->name);
		game_defaults(g, &o);
		r = play(g, &o, rules->episodes, rules->cap, 11);
		TAP_CHECK(r.mean >= rules->least, "%s: %g, expected %g", g->name, r.mean,
		          rules->least);
		TAP_CHECK(r.mean > random_mean(g, &o) + 0.3, "%s: %g, random %g", g->name, r.mean,
		          random_mean(g, &o));
		CU_ASSERT_EQUAL(r.episodes, g->endless ? 0 : rules->episodes);
	}
}

/* Without chance the lakes take 6 and 14 steps, and a ball that is followed is never lost. */
static void what_is_certain_is_won(void)
{
	struct game_options o;
	struct scripted_policy_play r;

	for (int k = 0; k < 2; k++) {
		const struct game_ops *g = k ? &lake8_game : &lake4_game;

		game_defaults(g, &o);
		o.slippery = 0;
		r = play(g, &o, 3, 1000, 1);
		CU_ASSERT_EQUAL(r.mean, 1);
		CU_ASSERT_EQUAL(r.steps, 3 * (k ? 14 : 6));
	}
	game_defaults(&breakout_game, &o);
	o.sticky = 0;
	r = play(&breakout_game, &o, 6, 5000, 1);
	CU_ASSERT_EQUAL(r.capped, 6);
	CU_ASSERT_EQUAL(r.steps, 30000);
}

/* Column of the only cell of a plane; its row in *y. */
static int only(const uint64_t *bits, int plane, int *y)
{
	const uint64_t *w = bits + plane * BOARD_WORDS;
	int k = w[0] ? __builtin_ctzll(w[0]) : 64 + __builtin_ctzll(w[1]);

	*y = k / BOARD_SIDE;
	return k % BOARD_SIDE;
}

/* Somebody nudges the paddle in every other bounce, so that its edge sends the ball back: it is
 * followed all the same. */
static void a_ball_off_the_edge_is_followed(void)
{
	enum { PADDLE, BALL, TRAIL };
	gsl_rng *rng = random_stream(8, STREAM_GAME);
	struct random_source d = random_source_from_rng(rng);
	struct game_options o = { 0 };
	void *state = game_alloc(&breakout_game, &o);
	struct scripted_policy *p = scripted_policy_alloc(&breakout_game, &o);
	uint64_t seen[4 * BOARD_WORDS];
	int nudges = 0, bounces = 0;

	game_reset(&breakout_game, state, &d);
	for (int n = 0; n < 3000; n++) {
		int x, y, from, before, paddle, row, action;
		double reward;

		breakout_game.planes(state, seen);
		x = only(seen, BALL, &y);
		from = only(seen, TRAIL, &before);
		paddle = only(seen, PADDLE, &row);
		action = scripted_policy_act(p, seen);
		if (y == 8 && before == 7 && x > 0 && x < 9 && x != from && paddle == x &&
		    bounces++ % 2) {
			action = x > from ? ACTION_RIGHT : ACTION_LEFT;
			nudges++;
		}
		game_step(&breakout_game, state, action, &d, &reward);
	}
	CU_ASSERT_EQUAL(game_status(state), GAME_ON);
	CU_ASSERT(nudges > 50);
	scripted_policy_free(p);
	free(state);
	gsl_rng_free(rng);
}

/* Many apples, and poison only now and then. */
static void food_is_told_from_poison(void)
{
	enum { TICKS = 20000 };
	gsl_rng *rng = random_stream(9, STREAM_GAME);
	struct random_source d = random_source_from_rng(rng);
	struct game_options o = { 0 };
	void *state = game_alloc(&eyes_game, &o);
	struct scripted_policy *p = scripted_policy_alloc(&eyes_game, &o);
	struct eyes_view v;
	real seen[3 * EYES];
	double reward;

	game_reset(&eyes_game, state, &d);
	for (int n = 0; n < TICKS; n++) {
		eyes_game.observe(&eyes_game, state, seen);
		game_step(&eyes_game, state, scripted_policy_act(p, seen), &d, &reward);
	}
	eyes_look(state, &v);
	TAP_CHECK(v.apples > 3 * TICKS / 1000 && 3 * v.poison < 2 * v.apples,
	          "%ld apples, %ld poison", v.apples, v.poison);
	scripted_policy_free(p);
	free(state);
	gsl_rng_free(rng);
}

/* On slippery ice the chances are exact: within 4.5 deviations. */
static void lakes_are_played_optimally(void)
{
	for (int k = 0; games[k]; k++) {
		const struct game_ops *g = games[k];
		int n = 3000;
		double best;
		struct game_options o;
		uint8_t policy[LAKE_MAX_LIMIT * LAKE_MAX_CELLS];
		struct scripted_policy_play r;

		if (!lake_map_of(g))
			continue;
		best = lake_best_success(lake_map_of(g), 1);
		game_defaults(g, &o);
		r = play(g, &o, n, 1000, 17);
		TAP_CHECK(fabs(r.mean - best) < 4.5 * sqrt(best * (1 - best) / n), "%s: %g, not %g",
		          g->name, r.mean, best);
		CU_ASSERT_EQUAL(lake_best_play(lake_map_of(g), 1, policy), best);
	}
}

/* ---- laws ---- */

static void *observation_alloc(const struct game_ops *g)
{
	size_t reals = (size_t)g->C * (size_t)g->H * (size_t)g->W;

	return ry_calloc(g->words ? (size_t)game_words(g) : reals,
	                 g->words ? sizeof(uint64_t) : sizeof(real), "test");
}

static void see(const struct game_ops *g, const void *state, void *seen)
{
	if (g->words)
		g->planes(state, seen);
	else
		g->observe(g, state, seen);
}

/* The observations decide the actions: two policies side by side, one of them after another
 * episode. */
static void same_observations_same_actions(void)
{
	for (int k = 0; games[k]; k++) {
		const struct game_ops *g = games[k];
		gsl_rng *rng = random_stream(5, STREAM_GAME);
		struct random_source d = random_source_from_rng(rng);
		struct game_options o;
		struct scripted_policy *a, *b;
		void *state;
		void *seen = observation_alloc(g);
		double reward;

		game_defaults(g, &o);
		state = game_alloc(g, &o);
		a = scripted_policy_alloc(g, &o);
		b = scripted_policy_alloc(g, &o);
		CU_ASSERT_PTR_NOT_NULL_FATAL(a);
		for (int episode = 0; episode < 2; episode++) {
			game_reset(g, state, &d);
			scripted_policy_start(a);
			for (int n = 0; n < 300 && game_status(state) == GAME_ON; n++) {
				int action;

				see(g, state, seen);
				action = scripted_policy_act(a, seen);
				CU_ASSERT(action >= 0 && action < game_actions(g, state));
				if (episode == 1)
					TAP_CHECK(scripted_policy_act(b, seen) == action,
					          "%s, step %d", g->name, n);
				game_step(g, state, action, &d, &reward);
			}
		}
		scripted_policy_free(a);
		scripted_policy_free(b);
		free(seen);
		free(state);
		gsl_rng_free(rng);
	}
}

/* The numbers of the minimal set mean the same moves. */
static void minimal_actions_play_the_same(void)
{
	for (int k = 0; games[k]; k++) {
		const struct game_ops *g = games[k];
		struct game_options o;
		struct scripted_policy_play full, minimal;

		if (!(g->takes & GAME_MINIMAL))
			continue;
		game_defaults(g, &o);
		full = play(g, &o, 2, 600, 4);
		o.minimal = 1;
		minimal = play(g, &o, 2, 600, 4);
		TAP_CHECK(full.mean == minimal.mean && full.steps == minimal.steps,
		          "%s: %g, with minimal actions %g", g->name, full.mean, minimal.mean);
		CU_ASSERT(full.mean > 0);
	}
}

static void every_game_has_a_policy(void)
{
	for (int k = 0; games[k]; k++) {
		CU_ASSERT_PTR_NOT_NULL_FATAL(scripted_policy_about(games[k]));
		CU_ASSERT(strlen(scripted_policy_about(games[k])) > 10);
	}
}

/* ---- playing ---- */

static int asked;

static int stop_at_three(void)
{
	return ++asked == 3;
}

static void play_counts_cuts_and_stops(void)
{
	struct game_options o;
	struct scripted_policy_play r;
	gsl_rng *rng = random_stream(1, STREAM_GAME);

	game_defaults(&catch_game, &o);
	r = play(&catch_game, &o, 7, 100, 2);
	CU_ASSERT_EQUAL(r.episodes, 7);
	CU_ASSERT_EQUAL(r.capped, 0);
	CU_ASSERT_EQUAL(r.steps, 63);
	CU_ASSERT_EQUAL(r.error, 0);
	r = play(&catch_game, &o, 7, 9, 2);        /* the ninth step ends it: nothing is cut */
	CU_ASSERT_EQUAL(r.capped, 0);
	r = play(&catch_game, &o, 7, 8, 2);
	CU_ASSERT_EQUAL(r.capped, 7);
	CU_ASSERT_EQUAL(r.mean, 0);
	CU_ASSERT(isnan(play(&catch_game, &o, 1, 9, 2).error));
	game_defaults(&eyes_game, &o);
	r = play(&eyes_game, &o, 3, 500, 2);
	CU_ASSERT_EQUAL(r.episodes, 0);
	CU_ASSERT_EQUAL(r.steps, 500);
	CU_ASSERT(isnan(r.error));
	game_defaults(&catch_game, &o);
	asked = 0;
	CU_ASSERT_EQUAL(scripted_policy_play(&r, &catch_game, &o, 100, 9, rng, stop_at_three),
	                RY_ESTOP);
	CU_ASSERT_EQUAL(asked, 3);
	o.sticky = 0.5;
	CU_ASSERT_EQUAL(scripted_policy_play(&r, &catch_game, &o, 100, 9, rng, NULL), RY_EINVAL);
	CU_ASSERT_PTR_NULL(scripted_policy_alloc(&catch_game, &o));
	scripted_policy_free(NULL);
	gsl_rng_free(rng);
}

static void a_game_without_a_policy_is_refused(void)
{
	struct game_ops stranger = catch_game;

	stranger.name = "stranger";
	stranger.policy = NULL;
	CU_ASSERT_PTR_NULL(scripted_policy_alloc(&stranger, &(struct game_options){ 0 }));
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "stranger has no scripted policy"));
	CU_ASSERT_PTR_NULL(scripted_policy_about(&stranger));
}

/* ---- lookahead ---- */

static struct lookahead *board(double slip)
{
	static struct lookahead f;

	lookahead_clear(&f);
	f.low = 1;
	f.high = 8;
	f.slip = slip;
	f.life = 4;
	f.discount = 0.5;
	return &f;
}

static void gains_are_reached_and_got_once(void)
{
	struct lookahead *f = board(0);
	double value[MOVES], safe[MOVES];

	for (int t = 0; t < LOOKAHEAD; t++)
		lookahead_gain(f, t, 5, 5, 8);
	lookahead_values(f, 3, 5, value, safe);
	CU_ASSERT_DOUBLE_EQUAL(value[ACTION_RIGHT], 4 + 0.5 * 8, 1e-12);    /* there in step 1 */
	CU_ASSERT_DOUBLE_EQUAL(value[ACTION_NONE], 4 + 0.25 * 8, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(value[ACTION_UP], 4 + 0.125 * 8, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(value[ACTION_LEFT], 4 + 0.125 * 8, 1e-12);
	lookahead_values(f, 5, 5, value, safe);
	CU_ASSERT_DOUBLE_EQUAL(value[ACTION_NONE], 4 + 8, 1e-12);
	for (int m = 0; m < MOVES; m++)
		CU_ASSERT_EQUAL(safe[m], 1);
}

static void hazards_are_evaded_or_paid(void)
{
	struct lookahead *f = board(0);
	double value[MOVES], safe[MOVES];

	lookahead_hazard(f, 0, 3, 8, 1);
	lookahead_hazard(f, 0, 2, 8, 0.25);
	lookahead_hazard(f, 0, 2, 8, 0.125);       /* the larger one counts */
	lookahead_values(f, 3, 8, value, safe);
	CU_ASSERT_EQUAL(value[ACTION_NONE], 0);
	CU_ASSERT_EQUAL(value[ACTION_DOWN], 0);    /* row 8 is the last */
	CU_ASSERT_DOUBLE_EQUAL(value[ACTION_LEFT], 3, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(safe[ACTION_LEFT], 0.75, 1e-12);
	CU_ASSERT_EQUAL(value[ACTION_RIGHT], 4);

	/* A whole row a step later costs whoever has gone there too late to leave. */
	f = board(0);
	for (int t = 1; t < 3; t++)
		for (int x = 0; x < BOARD_SIDE; x++)
			lookahead_hazard(f, t, x, 4, 1);
	lookahead_values(f, 3, 5, value, safe);
	CU_ASSERT_EQUAL(value[ACTION_UP], 4);      /* and on, in step 1 */
	for (int x = 0; x < BOARD_SIDE; x++)
		for (int y = 3; y <= 5; y++)
			lookahead_hazard(f, 1, x, y, 1);
	lookahead_values(f, 3, 5, value, safe);
	CU_ASSERT_EQUAL(value[ACTION_UP], 0);
	CU_ASSERT_EQUAL(value[ACTION_NONE], 4);    /* down to row 6 */
	CU_ASSERT_EQUAL(value[ACTION_DOWN], 4);
}

/* With slip 0.2 and one deadly way out of five in the next step: 1 - 0.2 / 5. */
static void slips_are_reckoned_with(void)
{
	struct lookahead *f = board(0.2);
	double value[MOVES], safe[MOVES];

	lookahead_hazard(f, 1, 4, 4, 1);
	lookahead_values(f, 3, 3, value, safe);
	/* at (4, 3): down would be deadly */
	CU_ASSERT_DOUBLE_EQUAL(safe[ACTION_RIGHT], 0.96, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(safe[ACTION_LEFT], 1, 1e-12);
}

static void nothing_is_noted_off_the_board(void)
{
	struct lookahead *f = board(0);
	double value[MOVES], safe[MOVES];

	lookahead_hazard(f, -1, 3, 3, 1);
	lookahead_hazard(f, LOOKAHEAD, 3, 3, 1);
	lookahead_hazard(f, 0, -1, 3, 1);
	lookahead_hazard(f, 0, 10, 3, 1);
	lookahead_gain(f, 0, 3, -1, 1);
	lookahead_gain(f, 0, 3, 10, 1);
	lookahead_values(f, 3, 3, value, safe);
	for (int m = 0; m < MOVES; m++)
		CU_ASSERT_EQUAL(value[m], 4);
}

static const struct tap_test tests[] = {
	{ "policies are good", policies_are_good },
	{ "what is certain is won", what_is_certain_is_won },
	{ "a ball off the paddle's edge is followed", a_ball_off_the_edge_is_followed },
	{ "eyes: food is told from poison", food_is_told_from_poison },
	{ "lakes are played optimally", lakes_are_played_optimally },
	{ "same observations, same actions", same_observations_same_actions },
	{ "minimal actions play the same", minimal_actions_play_the_same },
	{ "every game has a policy", every_game_has_a_policy },
	{ "play counts, cuts and stops", play_counts_cuts_and_stops },
	{ "a game without a policy is refused", a_game_without_a_policy_is_refused },
	{ "gains are reached, and got once", gains_are_reached_and_got_once },
	{ "hazards are evaded or paid", hazards_are_evaded_or_paid },
	{ "slips are reckoned with", slips_are_reckoned_with },
	{ "nothing is noted off the board", nothing_is_noted_off_the_board },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("policy", tests);
}
