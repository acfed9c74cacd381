/* test_pqn_agent.c - many games side by side: each is played as if it were alone, to the bit, by
 * any number of workers; what is counted is what happened; and catch and the lakes are learnt.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rl/agent/agent.h"
#include "rl/agent/evaluation.h"
#include "rl/agent/presets.h"
#include "rl/games/games.h"
#include "rl/games/lake.h"
#include "src/base/random.h"
#include "tests/support/tap.h"

enum { SEED = 7, TEAMS = 3 };

static struct workers *team[TEAMS + 1];

static struct workers *workers_of(int n)
{
	if (!team[n])
		team[n] = workers_alloc(n);
	if (!team[n])
		exit(99);
	return team[n];
}

static struct agent *make(const struct game_ops *g, const struct game_options *game,
                          const struct agent_options *o, int workers)
{
	struct agent *a = agent_alloc(g, game, o, SEED, workers_of(workers));

	TAP_CHECK(a != NULL, "%s: no agent: %s", g->name, ry_message());
	if (!a)
		exit(99);
	return a;
}

/* ---- a game that tells what is done ---- */

enum { GAMES = 5, STEPS = 7, ROUNDS = 30, LOG = 4000 };

/* Actions of each game, those of the head start included.  Each is written by one worker. */
static uint8_t   logged[GAMES][LOG];
static int       n_logged[GAMES];
static const unsigned char *first_state;
static const struct game_ops *inner;

static enum game_status logged_step(void *state, int action, struct random_source *d,
                                    double *reward)
{
	size_t k = (size_t)((unsigned char *)state - first_state) / inner->size;

	if (k < GAMES && n_logged[k] < LOG)
		logged[k][n_logged[k]++] = (uint8_t)action;
	return inner->step(state, action, d, reward);
}

/* The agent's first game is the first to be reset; states lie one after another. */
static void logged_reset(void *state, struct random_source *d)
{
	if (!first_state)
		first_state = state;
	inner->reset(state, d);
}

static struct game_ops logging(const struct game_ops *g)
{
	struct game_ops logs = *g;

	inner = g;
	first_state = NULL;
	memset(n_logged, 0, sizeof n_logged);
	logs.step = logged_step;
	logs.reset = logged_reset;
	return logs;
}

/* ---- the same games, played alone ---- */

/* As pqn_agent.c has it. */
enum { HEAD_START = 2500 };

struct alone {
	const struct game_ops *game;
	void    *state;
	gsl_rng *game_rng, *explore_rng;
	struct random_source of_game, explore;
	int      actions, played;        /* number of actions; how many were taken */
	double   total;                  /* of the running episode */
	long     length;
};

/* One step, and a reset after an episode's last. */
static enum game_status alone_step(struct alone *s, int action, double *reward,
                                   double *episode_return)
{
	enum game_status status = game_step(s->game, s->state, action, &s->of_game, reward);

	s->played++;
	s->total += *reward;
	s->length++;
	*episode_return = s->total;
	if (status != GAME_ON) {
		game_reset(s->game, s->state, &s->of_game);
		s->total = s->length = 0;
	}
	return status;
}

static void alone_begin(struct alone *s, const struct game_ops *g, const struct game_options *o,
                        int k)
{
	int frames;

	*s = (struct alone){ .game = g, .state = game_alloc(g, o) };
	CU_ASSERT_FATAL(s->state != NULL);
	s->game_rng = random_stream(SEED, STREAM_GAMES + 2 * (unsigned)k);
	s->explore_rng = random_stream(SEED, STREAM_GAMES + 2 * (unsigned)k + 1);
	s->of_game = random_source_from_rng(s->game_rng);
	s->explore = random_source_from_rng(s->explore_rng);
	s->actions = game_actions(g, s->state);
	frames = draw_int(&s->explore, 0, HEAD_START);
	game_reset(g, s->state, &s->of_game);
	while (frames-- > 0) {
		double reward, total;

		alone_step(s, draw_int(&s->explore, 0, s->actions - 1), &reward, &total);
	}
}

static void alone_end(struct alone *s)
{
	free(s->state);
	gsl_rng_free(s->game_rng);
	gsl_rng_free(s->explore_rng);
}

/* ---- side by side and alone ---- */

static struct agent_options options_of(const struct game_ops *g)
{
	struct agent_options o = {
		.algorithm = ALGORITHM_PQN,
		.filters = g->words && g->H >= 3 ? 2 : 0,
		.hidden = { 9 },
		.n_hidden = 1,
		.norm = 1,
		.epsilon = 1,
		.epsilon_end = 0.2,
		.epsilon_frames = GAMES * STEPS * ROUNDS / 2,
		.pqn = { .games = GAMES,
		         .steps = STEPS,
		         .passes = 1,
		         .minibatches = 5,
		         .discount = 0.9,
		         .lambda = 0.65 },
	};

	optimizer_defaults(&o.pqn.optimizer, RULE_RADAM);
	return o;
}

/* What the games played alone have counted. */
struct counts {
	long   frames, episodes;
	double returns[GAMES * STEPS * ROUNDS];
	double largest;
};

static double scheduled(const struct agent_options *o, long frames)
{
	double t = fmin(1, (double)frames / (double)o->epsilon_frames);

	return o->epsilon + (o->epsilon_end - o->epsilon) * t;
}

/* The action of a frame: by chance from the game's own stream, or the one that the agent took,
 * which must have the largest Q unless learning has changed the network since. */
static int alone_action(struct alone *s, int k, double epsilon, struct q_policy *values)
{
	const real *q = values ? q_policy_values(values, s->state) : NULL;
	int action;

	if (draw_uniform(&s->explore) < epsilon)
		return draw_int(&s->explore, 0, s->actions - 1);
	action = logged[k][s->played];
	for (int a = 0; q && a < s->actions; a++)
		TAP_CHECK((double)q[action] >= q[a] - 1e3 * RY_REAL_EPSILON * (1 + fabs(q[a])),
		          "%s: game %d takes action %d with Q %g, not %d with Q %g", s->game->name,
		          k, action, (double)q[action], a, (double)q[a]);
	return action;
}

/* A round of all games, alone, after the agent has made it. */
static void alone_round(struct alone *all, const struct agent_options *o, struct q_policy *values,
                        struct counts *c, struct agent_frame *last)
{
	for (int t = 0; t < STEPS; t++) {
		double epsilon = scheduled(o, c->frames);

		for (int k = 0; k < GAMES; k++) {
			int action = alone_action(&all[k], k, epsilon, values);
			long length = all[k].length + 1;
			double reward, total;
			enum game_status status =
				alone_step(&all[k], action, &reward, &total);

			c->largest = fmax(c->largest, fabs(reward));
			if (status != GAME_ON)
				c->returns[c->episodes++] = total;
			if (k == 0)
				*last = (struct agent_frame){ .action = action,
					                      .reward = (real)reward,
					                      .status = status,
					                      .episode_return = total,
					                      .episode_frames = length };
		}
		c->frames += GAMES;
	}
}

static void check_counts(const struct agent *a, const struct counts *c)
{
	double got[AGENT_EPISODES];
	int n = agent_returns(a, AGENT_EPISODES, got);

	CU_ASSERT_EQUAL(agent_frames(a), c->frames);
	CU_ASSERT_EQUAL(agent_episodes(a), c->episodes);
	CU_ASSERT_EQUAL(n, c->episodes < AGENT_EPISODES ? c->episodes : AGENT_EPISODES);
	for (int k = 0; k < n; k++)
		TAP_CHECK(fabs(got[k] - c->returns[c->episodes - n + k]) < 1e-6,
		          "%s: return %d is %g, expected %g", agent_game(a)->name, k, got[k],
		          c->returns[c->episodes - n + k]);
	TAP_CHECK(fabs(agent_q_bound(a) - c->largest / (1 - 0.9)) < 1e-6,
	          "%s: bound of Q %g, expected %g", agent_game(a)->name, agent_q_bound(a),
	          c->largest / (1 - 0.9));
}

/* Returns are sums of what the rollout holds: of rewards as reals. */
static void check_last(const struct game_ops *g, const struct agent_frame *f,
                       const struct agent_frame *last)
{
	TAP_CHECK(f->frames == GAMES * STEPS && f->action == last->action &&
	                  f->reward == last->reward && f->status == last->status &&
	                  fabs(f->episode_return - last->episode_return) < 1e-2 &&
	                  f->episode_frames == last->episode_frames,
	          "%s: the last frame of game 0: action %d, reward %g, status %d, return %g, "
	          "frame %ld; expected %d, %g, %d, %g, %ld",
	          g->name, f->action, f->reward, (int)f->status, f->episode_return,
	          f->episode_frames, last->action, last->reward, (int)last->status,
	          last->episode_return, last->episode_frames);
}

static void check_states(const struct agent *a, const struct alone *all, int round)
{
	for (int k = 0; k < GAMES; k++)
		TAP_CHECK(memcmp(agent_game_state(a, k), all[k].state, all[k].game->size) == 0,
		          "%s: game %d is another after round %d", all[k].game->name, k, round);
}

/* All rounds, side by side and alone; with sticky actions only by chance, since what is logged is
 * what the game did. */
static void play_both(const struct game_ops *g, int workers, int learning)
{
	struct game_ops logs = logging(g);
	struct agent_options o = options_of(g);
	struct game_options options;
	struct alone games_alone[GAMES];
	struct counts c = { 0 };
	struct q_network network;
	struct q_policy values;
	struct agent *a;

	game_defaults(g, &options);
	if (g->takes & GAME_STICKY && workers == 1)
		o.epsilon = o.epsilon_end = 1;
	else
		options.sticky = 0;
	a = make(&logs, &options, &o, workers);
	agent_set_learning(a, learning);
	CU_ASSERT_FATAL(agent_network(a, &network) == RY_OK);
	CU_ASSERT_FATAL(q_policy_open(&values, &network) == RY_OK);
	for (int k = 0; k < GAMES; k++)
		alone_begin(&games_alone[k], g, &options, k);
	check_states(a, games_alone, 0);
	for (int round = 1; round <= ROUNDS; round++) {
		struct agent_frame f, last = { 0 };

		TAP_CHECK(fabs(agent_epsilon(a) - scheduled(&o, c.frames)) < 1e-12,
		          "round %d: epsilon %g", round, agent_epsilon(a));
		CU_ASSERT_EQUAL(agent_step(a, &f), RY_OK);
		CU_ASSERT_EQUAL(f.learned, learning * o.pqn.passes * o.pqn.minibatches);
		alone_round(games_alone, &o, learning ? NULL : &values, &c, &last);
		check_states(a, games_alone, round);
		check_last(g, &f, &last);
		check_counts(a, &c);
	}
	for (int k = 0; k < GAMES; k++)
		alone_end(&games_alone[k]);
	q_policy_close(&values);
	q_network_close(&network);
	agent_free(a);
}

static void side_by_side_as_alone(void)
{
	for (int k = 0; games[k]; k++)
		for (int workers = 1; workers <= TEAMS; workers++)
			for (int learning = 0; learning < 2; learning++)
				play_both(games[k], workers, learning);
}

/* ---- what a screen sets and asks for ---- */

static void set_from_a_screen(void)
{
	struct agent_options o = options_of(&catch_game);
	struct game_options game;
	struct agent_frame f;
	struct agent *a;

	game_defaults(&catch_game, &game);
	a = make(&catch_game, &game, &o, 2);
	CU_ASSERT(isnan(agent_mean_return(a)));
	CU_ASSERT_PTR_NULL(agent_values(a));
	CU_ASSERT_PTR_NULL(agent_dqn(a));
	CU_ASSERT(agent_games(a) == GAMES && agent_round(a) == GAMES * STEPS &&
	          agent_update_every(a) == 1 && agent_batches(a) == o.pqn.passes);
	agent_set_learning(a, 0);
	agent_set_epsilon(a, 0);
	for (int k = 0; k < 30; k++) {
		CU_ASSERT_EQUAL(agent_step(a, &f), RY_OK);
		CU_ASSERT(!f.explored && f.learned == 0 && agent_epsilon(a) == 0);
		CU_ASSERT_EQUAL(f.action, dqn_greedy(f.q, 3));
		for (int j = 0; j < 3; j++)
			CU_ASSERT_DOUBLE_EQUAL(agent_values(a)[j], f.q[j],
			                       1e3 * RY_REAL_EPSILON);
	}
	agent_set_epsilon(a, -1);
	CU_ASSERT_DOUBLE_EQUAL(agent_epsilon(a), scheduled(&o, agent_frames(a)), 1e-12);
	CU_ASSERT_EQUAL(agent_updates(a), 0);
	agent_free(a);
}

/* ---- learning ---- */

/* Preset fast for a game, trained for as long as it says, on one worker. */
static struct agent *taught(const struct game_ops *g, long frames)
{
	struct agent_options o;
	struct game_options game;
	struct agent_frame f;
	struct settings s;
	struct agent *a;

	game_defaults(g, &game);
	CU_ASSERT_FATAL(preset_fill(PRESET_FAST, g, &s) == RY_OK);
	s.frames = frames;
	settings_complete(&s);
	CU_ASSERT_FATAL(settings_agent(&s, g, &o) == RY_OK);
	a = make(g, &game, &o, 1);
	while (agent_frames(a) < frames)
		CU_ASSERT_EQUAL_FATAL(agent_step(a, &f), RY_OK);
	return a;
}

static void catch_is_learnt(void)
{
	struct evaluation_options o = { .episodes = 300, .cap = 1000, .seed = 1 };
	struct agent *a = taught(&catch_game, 100000);
	struct evaluation e;
	struct q_network q;

	CU_ASSERT_FATAL(agent_network(a, &q) == RY_OK);
	CU_ASSERT_EQUAL(evaluation_run(&q, &o, &e), RY_OK);
	TAP_CHECK(e.mean > 0.95, "mean return %g of greedy play after %ld frames", e.mean,
	          agent_frames(a));
	evaluation_free(&e);
	q_network_close(&q);
	agent_free(a);
}

/* The exact probability that the greedy policy reaches the goal, beside that of the best policy. */
static void lake_is_learnt(const struct game_ops *g, long frames, double share)
{
	const struct lake_map *m = lake_map_of(g);
	uint8_t policy[LAKE_MAX_CELLS] = { 0 }, best[LAKE_MAX_CELLS];
	struct agent *a = taught(g, frames);
	double success, most = lake_stationary_success(m, 1, best);
	struct game_options options;
	struct q_network network;
	struct q_policy values;
	void *state;

	game_defaults(g, &options);
	state = game_alloc(g, &options);
	CU_ASSERT_FATAL(state && agent_network(a, &network) == RY_OK &&
	                q_policy_open(&values, &network) == RY_OK);
	for (int cell = 0; cell < m->side * m->side; cell++) {
		if (lake_ends(m, cell))
			continue;
		lake_place(state, cell);
		policy[cell] = (uint8_t)dqn_greedy(q_policy_values(&values, state), LAKE_ACTIONS);
	}
	success = lake_policy_success(m, 1, policy, NULL);
	TAP_CHECK(success > share * most, "%s: the goal is reached in %g of the episodes, at best "
	          "in %g", g->name, success, most);
	free(state);
	q_policy_close(&values);
	q_network_close(&network);
	agent_free(a);
}

static void lakes_are_learnt(void)
{
	lake_is_learnt(&lake4_game, 200000, 0.95);
	lake_is_learnt(&lake8_game, 500000, 0.8);
}

static const struct tap_test tests[] = {
	{ "games side by side are those played alone", side_by_side_as_alone },
	{ "what a screen sets and asks for", set_from_a_screen },
	{ "catch is learnt", catch_is_learnt },
	{ "the lakes are learnt", lakes_are_learnt },
	{ NULL, NULL }
};

int main(void)
{
	int status = tap_run("agents of many games in " RY_REAL_NAME, tests);

	for (int n = 1; n <= TEAMS; n++)
		if (team[n])
			workers_free(team[n]);
	return status;
}
