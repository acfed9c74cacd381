/* test_evaluation.c - episodes of a network played at once are those played alone, in every game
 * and however many workers there are; which of them a budget leaves room for; and what is reported
 * of an evaluation that was stopped or had no memory. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rl/agent/dueling.h"
#include "rl/agent/evaluation.h"
#include "rl/games/games.h"
#include "src/base/random.h"
#include "tests/support/allocations.h"
#include "tests/support/tap.h"

static const layer_list lists[] = { core_layers, rl_layers, NULL };

enum { EPISODES = 11 };

/* None, and the same in two and three shares. */
static struct workers *workers_of(int n)
{
	static struct workers *w[4];

	if (n > 1 && !w[n])
		w[n] = workers_alloc(n);
	if (n > 1 && !w[n])
		exit(99);
	return n > 1 ? w[n] : NULL;
}

/* An untrained network with normalisation for a game: with a convolution if it shows planes, with a
 * window if not. */
static struct q_network network(const struct game_ops *g)
{
	struct q_network q = { .game = g, .window = g->words ? 0 : 2 };
	struct observation seen;
	gsl_rng *rng = random_stream(5, STREAM_INIT);
	char lines[200], *to = lines;
	int D;

	game_defaults(g, &q.options);
	CU_ASSERT_EQUAL_FATAL(observation_open(&seen, g, g->n_actions, q.window), RY_OK);
	D = seen.shape.D;
	if (g->words) {
		to += sprintf(to, "conv2d %d %d %d 3 3\n", seen.shape.planes, g->H, g->W);
		to += sprintf(to, "layernorm2d 3 %d %d\n", g->H - 2, g->W - 2);
		D = 3 * (g->H - 2) * (g->W - 2);
	}
	sprintf(to, "relu %d\ndense %d 16\nlayernorm 16\nrelu 16\ndense 16 %d", D, D,
	        g->n_actions);
	observation_close(&seen);
	q.net = net_make(lines, lists);
	TAP_CHECK(q.net != NULL, "%s: %s", g->name, ry_message());
	if (!q.net)
		exit(99);
	net_init(q.net, rng);
	gsl_rng_free(rng);
	return q;
}

static void run(const struct q_network *q, const struct evaluation_options *o, int workers,
                struct evaluation *e)
{
	struct evaluation_options how = *o;

	how.workers = workers_of(workers);
	TAP_CHECK(evaluation_run(q, &how, e) == RY_OK, "%s: %s", q->game->name, ry_message());
}

/* Episode k by itself. */
static struct evaluation alone(const struct q_network *q, const struct evaluation_options *o, int k)
{
	struct evaluation_options how = *o;
	struct evaluation e;

	how.episodes = 1;
	how.budget = 0;
	how.stream = STREAM_EPISODE + 2 * (unsigned)k;
	run(q, &how, 1, &e);
	return e;
}

static double counted(const struct evaluation *e, int tally)
{
	return e->tally[tally] * e->mean_frames * e->episodes / 1000;
}

/* The first episodes of `o`, as many as there are, are those played one by one. */
static void check_same(const struct q_network *q, const struct evaluation_options *o,
                       const struct evaluation *e, const char *what)
{
	double tally[GAME_TALLIES] = { 0 };
	struct skill_counts skills = { .chances = { 0 } };
	int capped = 0;

	for (int k = 0; k < e->episodes; k++) {
		struct evaluation one = alone(q, o, k);

		TAP_CHECK(one.episode_return[0] == e->episode_return[k] &&
		                  one.frames[0] == e->frames[k],
		          "%s: %s: episode %d: %g in %ld frames, alone %g in %ld", q->game->name,
		          what, k, e->episode_return[k], e->frames[k], one.episode_return[0],
		          one.frames[0]);
		capped += one.capped;
		for (int t = 0; t < q->game->n_tallies; t++)
			tally[t] += counted(&one, t);
		skill_gather(&skills, &one.skills);
		evaluation_free(&one);
	}
	TAP_CHECK(capped == e->capped, "%s: %s: %d truncated, alone %d", q->game->name, what,
	          e->capped, capped);
	for (int t = 0; t < q->game->n_tallies; t++)
		TAP_CHECK(fabs(tally[t] - counted(e, t)) < 1e-6, "%s: %s: %g %s, alone %g",
		          q->game->name, what, counted(e, t), q->game->tallies[t], tally[t]);
	TAP_CHECK(memcmp(&skills, &e->skills, sizeof skills) == 0, "%s: %s: other skills",
	          q->game->name, what);
}

static void together_as_alone(void)
{
	int differ = 0, capped = 0;

	for (int g = 0; games[g]; g++)
		for (int workers = 1; workers <= 3; workers++) {
			struct evaluation_options o = { .episodes = EPISODES, .cap = 60, .seed = 3,
				                        .epsilon = workers == 2 ? 0 : 0.3 };
			struct q_network q = network(games[g]);
			struct evaluation e;
			char what[40];

			run(&q, &o, workers, &e);
			CU_ASSERT_EQUAL(e.episodes, EPISODES);
			snprintf(what, sizeof what, "%d workers", workers);
			check_same(&q, &o, &e, what);
			for (int k = 1; k < e.episodes; k++)
				differ += e.episode_return[k] != e.episode_return[0] ||
				          e.frames[k] != e.frames[0];
			capped += e.capped;
			evaluation_free(&e);
			q_network_close(&q);
		}
	TAP_CHECK(differ > 100 && capped > 10, "%d episodes differ, %d were truncated", differ,
	          capped);
}

/* As many that what waits for an earlier episode does not all fit in memory at once. */
static void thousands_of_episodes(void)
{
	struct evaluation_options o = { .episodes = 9001, .cap = 15, .seed = 4, .epsilon = 0.5 };
	struct q_network q = network(&catch_game);
	struct evaluation e, other;
	double mean = 0;

	run(&q, &o, 1, &e);
	run(&q, &o, 3, &other);
	for (int k = 0; k < e.episodes; k++)
		mean += e.episode_return[k] / e.episodes;
	TAP_CHECK(e.episodes == 9001 && fabs(e.mean - mean) < 1e-9 && e.mean_frames == 9,
	          "%d episodes, a mean of %g, not %g", e.episodes, e.mean, mean);
	CU_ASSERT_EQUAL(memcmp(e.episode_return, other.episode_return,
	                       9001 * sizeof *e.episode_return), 0);
	CU_ASSERT_EQUAL(memcmp(&e.skills, &other.skills, sizeof e.skills), 0);
	evaluation_free(&e);
	evaluation_free(&other);
	q_network_close(&q);
}

/* ---- a game in which rounding decides ---- */

struct walk {
	struct game_base base;
	uint32_t step, unused;
};

enum { WALK_STEPS = 30, WALK_ACTIONS = 3, HIDDEN = 16 };

static void walk_reset(void *state, struct random_source *d)
{
	(void)d;
	((struct walk *)state)->step = 0;
}

static enum game_status walk_step(void *state, int action, struct random_source *d, double *reward)
{
	struct walk *s = state;

	(void)d;
	*reward = pow(WALK_ACTIONS, s->step % 12) * action;
	return ++s->step < WALK_STEPS ? GAME_ON : GAME_OVER;
}

static void walk_planes(const void *state, uint64_t *bits)
{
	(void)state;
	(void)bits;
}

static void walk_observe(const struct game_ops *g, const void *state, real *x)
{
	(void)g;
	x[0] = (real)1 / (real)(1 + ((const struct walk *)state)->step);
}

static void walk_picture(const struct game_ops *g, const void *state, uint8_t *cells)
{
	(void)g;
	(void)state;
	cells[0] = 0;
}

static int always_valid(const void *state)
{
	(void)state;
	return 1;
}

static const char *const words[] = { "a", "b", "c" };
static const struct game_look looks[] = { { "bit", 'o', "o", GAME_WHITE } };

static const struct game_ops walk_game = {
	.name = "walk", .about = "a test", .C = 1, .H = 1, .W = 1, .channels = words,
	.n_actions = WALK_ACTIONS, .actions = words, .rows = 1, .columns = 1, .n_looks = 1,
	.looks = looks, .size = sizeof(struct walk), .reset = walk_reset, .step = walk_step,
	.planes = walk_planes, .observe = walk_observe, .picture = walk_picture,
	.ramp = game_no_ramp, .valid = always_valid, .random_return = game_no_exact,
};

static real *parameter(const struct net *net, const char *wanted)
{
	char name[NET_NAME_MAX];
	struct param p;

	for (int k = 0; net_param(net, k, name, &p); k++)
		if (strcmp(name, wanted) == 0)
			return net->w + p.at;
	exit(99);
}

/* All units of the hidden layer are equal, and the actions have the same weights in different
 * orders: which one has the largest Q is a matter of rounding, so of the order of summation.  Its
 * length is one at which that order depends on the number of rows. */
static void rounding_does_not_depend_on_the_others(void)
{
	struct q_network q = { .game = &walk_game };
	struct evaluation_options o = { .episodes = EPISODES, .cap = 100, .seed = 3 };
	struct evaluation e;
	real *w;

	q.net = net_make("hidden=dense 1 16\nrelu 16\nout=dense 16 3", lists);
	CU_ASSERT_PTR_NOT_NULL_FATAL(q.net);
	for (int j = 0; j < HIDDEN; j++) {
		parameter(q.net, "hidden.weight")[j] = 1;
		parameter(q.net, "hidden.bias")[j] = (real)0.3;
	}
	w = parameter(q.net, "out.weight");
	for (int a = 0; a < WALK_ACTIONS; a++)
		for (int j = 0; j < HIDDEN; j++)
			w[a * HIDDEN + j] = (real)1.37 / (real)(1 + (2 * a + 1) * j % HIDDEN);
	for (int workers = 1; workers <= 3; workers++) {
		run(&q, &o, workers, &e);
		TAP_CHECK(e.mean > 0 && e.episodes == EPISODES, "a mean of %g", e.mean);
		check_same(&q, &o, &e, "rounding");
		evaluation_free(&e);
	}
	q_network_close(&q);
}

/* ---- a budget ---- */

/* How many of n episodes of these lengths it leaves room for. */
static int room(const long *frames, int n, long budget)
{
	long sum = 0;
	int k = 0;

	do
		sum += frames[k++];
	while (k < n && sum + sum / k <= budget);
	return k;
}

static void budgets_are_kept_in_order(void)
{
	struct evaluation_options o = { .episodes = 60, .cap = 300, .seed = 9, .epsilon = 0.5 };
	struct q_network q = network(&breakout_game);
	int most = 0;

	for (int workers = 1; workers <= 3; workers++) {
		struct evaluation all, e;

		o.budget = 0;
		run(&q, &o, workers, &all);
		for (o.budget = 1; o.budget < 300; o.budget = o.budget * 3 / 2 + 1) {
			int fit = room(all.frames, o.episodes, o.budget);

			run(&q, &o, workers, &e);
			TAP_CHECK(e.episodes == fit, "%ld frames, %d workers: %d episodes, not %d",
			          o.budget, workers, e.episodes, fit);
			CU_ASSERT_EQUAL(memcmp(e.frames, all.frames, fit * sizeof *e.frames), 0);
			CU_ASSERT_EQUAL(memcmp(e.episode_return, all.episode_return,
			                       fit * sizeof *e.episode_return), 0);
			most = fit > most ? fit : most;
			evaluation_free(&e);
		}
		evaluation_free(&all);
	}
	TAP_CHECK(most > 20 && most < o.episodes, "at most %d episodes", most);
	q_network_close(&q);
}

/* Of the episodes that begin before it is known that the budget has no room for them, nothing is
 * counted. */
static void what_a_budget_cuts_off_does_not_count(void)
{
	struct evaluation_options o = { .episodes = 20, .cap = 50, .seed = 9, .budget = 120 };
	struct q_network q = network(&eyes_game);
	struct evaluation e;

	run(&q, &o, 1, &e);
	CU_ASSERT(e.episodes == 2 && e.mean_frames == 50);
	check_same(&q, &o, &e, "budget");
	evaluation_free(&e);
	q_network_close(&q);
}

/* ---- failures ---- */

static long polls_left;

static int stop_soon(void)
{
	return polls_left-- <= 0;
}

static void stopped_evaluations_have_the_first_episodes(void)
{
	struct evaluation_options o = { .episodes = 200, .cap = 300, .seed = 2, .epsilon = 0.5 };
	struct q_network q = network(&breakout_game);
	int some = 0;

	for (int workers = 1; workers <= 3; workers++)
		for (long polls = 0; polls < 200; polls += 23) {
			struct evaluation e;

			o.stop = stop_soon;
			polls_left = polls;
			o.workers = workers_of(workers);
			CU_ASSERT_EQUAL(evaluation_run(&q, &o, &e), RY_ESTOP);
			CU_ASSERT(e.episodes < o.episodes && (polls > 0 || e.episodes == 0));
			some += e.episodes;
			o.stop = NULL;
			check_same(&q, &o, &e, "stopped");
			evaluation_free(&e);
		}
	TAP_CHECK(some > 10, "%d episodes in all", some);
	q_network_close(&q);
}

/* A long episode does not keep anybody from stopping. */
static void episodes_can_be_stopped_within(void)
{
	struct evaluation_options o = { .episodes = 5, .cap = 1000000000, .stop = stop_soon };
	struct q_network q = network(&eyes_game);
	struct evaluation e;

	polls_left = 100;
	CU_ASSERT_EQUAL(evaluation_run(&q, &o, &e), RY_ESTOP);
	CU_ASSERT(e.episodes == 0 && isnan(e.mean));
	evaluation_free(&e);
	q_network_close(&q);
}

static void memory_that_ends(void)
{
	struct evaluation_options o = { .episodes = 9, .cap = 30, .seed = 2 };
	struct q_network q = network(&eyes_game);
	enum ry_status status = RY_ENOMEM;
	int n;

	o.workers = workers_of(2);
	if (!allocations_fail_after(-1)) {
		tap_skip("requests for memory can't be redirected here");
		q_network_close(&q);
		return;
	}
	for (n = 0; status != RY_OK && n < 1000; n++) {
		struct evaluation e;

		allocations_fail_after(n);
		status = evaluation_run(&q, &o, &e);
		allocations_fail_after(-1);
		TAP_CHECK(status == RY_OK || status == RY_ENOMEM, "status %d after %d", (int)status,
		          n);
		CU_ASSERT_EQUAL(e.episodes, status == RY_OK ? 9 : 0);
		evaluation_free(&e);
	}
	TAP_CHECK(n > 20 && n < 1000, "%d allocations", n);
	q_network_close(&q);
}

static void give_back(void)
{
	for (int n = 2; n <= 3; n++)
		workers_free(workers_of(n));
}

static const struct tap_test tests[] = {
	{ "together as alone", together_as_alone },
	{ "thousands of episodes", thousands_of_episodes },
	{ "rounding does not depend on the others", rounding_does_not_depend_on_the_others },
	{ "budgets are kept in order", budgets_are_kept_in_order },
	{ "what a budget cuts off does not count", what_a_budget_cuts_off_does_not_count },
	{ "stopped evaluations have the first episodes",
	  stopped_evaluations_have_the_first_episodes },
	{ "episodes can be stopped within", episodes_can_be_stopped_within },
	{ "memory that ends", memory_that_ends },
	{ "and all is given back", give_back },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("evaluation in " RY_REAL_NAME, tests);
}
