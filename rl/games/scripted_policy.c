/* scripted_policy.c - see scripted_policy.h.  The rules of the larger games have files of their
 * own. */
#include "rl/games/scripted_policy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rl/games/games.h"
#include "rl/games/lake.h"
#include "rl/games/scripted_rules.h"

static const struct scripted_rules *const all[] = {
	&asterix_policy,
	&breakout_policy,
	&catch_policy,
	&eyes_policy,
	&freeway_policy,
	&lake4_policy,
	&lake8_policy,
	&seaquest_policy,
	&space_invaders_policy,
	NULL
};

struct scripted_policy {
	const struct scripted_rules *rules;
	struct game_options options;
	void *mind;
};

static const struct scripted_rules *rules_of(const struct game_ops *g)
{
	for (int k = 0; all[k]; k++)
		if (all[k]->game == g)
			return all[k];
	ry_fail(RY_EINVAL, "%s has no hand-written player", g->name);
	return NULL;
}

struct scripted_policy *scripted_policy_alloc(const struct game_ops *g,
                                              const struct game_options *o)
{
	const struct scripted_rules *rules = rules_of(g);
	void *state = rules ? game_alloc(g, o) : NULL;      /* checks the options */
	struct scripted_policy *p;

	if (!state)
		return NULL;
	free(state);
	if (!(p = ry_calloc(1, sizeof *p, "a player")))
		return NULL;
	p->rules = rules;
	p->options = *o;
	if (!(p->mind = ry_calloc(1, rules->size, "a player's memory"))) {
		scripted_policy_free(p);
		return NULL;
	}
	scripted_policy_start(p);
	return p;
}

void scripted_policy_free(struct scripted_policy *p)
{
	if (p)
		free(p->mind);
	free(p);
}

const char *scripted_policy_about(const struct game_ops *g)
{
	const struct scripted_rules *rules = rules_of(g);

	return rules ? rules->about : NULL;
}

void scripted_policy_start(struct scripted_policy *p)
{
	memset(p->mind, 0, p->rules->size);
	p->rules->start(p->mind, &p->options);
}

int scripted_policy_act(struct scripted_policy *p, const void *observation)
{
	const struct game_ops *g = p->rules->game;
	int action = p->rules->act(p->mind, observation);

	for (int a = 0; p->options.minimal && a < g->n_minimal; a++)
		if (g->minimal[a] == action)
			return a;
	return p->options.minimal ? 0 : action;
}

/* ---- playing ---- */

struct table {
	const struct game_ops *g;
	struct scripted_policy *policy;
	void *state, *seen;
	struct random_source draws;
};

/* One episode of `cap` steps at most; its return, or NAN when it was stopped.  *cut: it went on. */
static double play_episode(struct table *t, long cap, long *steps, int *cut, int (*stop)(void))
{
	double total = 0, reward;

	game_reset(t->g, t->state, &t->draws);
	scripted_policy_start(t->policy);
	for (long n = 1; ; n++) {
		if (t->g->words)
			t->g->planes(t->state, t->seen);
		else
			t->g->observe(t->g, t->state, t->seen);
		game_step(t->g, t->state, scripted_policy_act(t->policy, t->seen), &t->draws,
		          &reward);
		total += reward;
		++*steps;
		*cut = game_status(t->state) == GAME_ON;
		if (!*cut || n == cap)
			return total;
		if (n % 10000 == 0 && stop && stop())
			return NAN;
	}
}

/* In `returns` (episodes) what they brought. */
static enum ry_status play_all(struct table *t, struct scripted_policy_play *r, double *returns,
                               int episodes, long cap, int (*stop)(void))
{
	int cut;

	for (int k = 0; k < episodes; k++) {
		returns[k] = play_episode(t, cap, &r->steps, &cut, stop);
		if (isnan(returns[k]) || (stop && stop()))
			return ry_fail(RY_ESTOP, "interrupted");
		r->episodes++;
		r->capped += cut;
	}
	return RY_OK;
}

static void summarize(struct scripted_policy_play *r, const double *returns, int endless)
{
	double sum = 0, squares = 0;
	int n = r->episodes;

	for (int k = 0; k < n; k++)
		sum += returns[k];
	r->mean = sum / n;
	for (int k = 0; k < n; k++)
		squares += (returns[k] - r->mean) * (returns[k] - r->mean);
	r->error = n > 1 ? sqrt(squares / (n - 1) / n) : NAN;
	if (endless) {
		r->mean = sum / (double)r->steps;
		r->episodes = r->capped = 0;
		r->error = NAN;
	}
}

enum ry_status scripted_policy_play(struct scripted_policy_play *r, const struct game_ops *g,
                                    const struct game_options *o, int episodes, long cap,
                                    gsl_rng *rng, int (*stop)(void))
{
	int endless = g->endless;
	struct table t = { .g = g,
		           .policy = scripted_policy_alloc(g, o),
		           .draws = random_source_from_rng(rng) };
	double *returns = ry_calloc((size_t)episodes, sizeof *returns, "returns");
	enum ry_status s;

	*r = (struct scripted_policy_play){ .mean = NAN, .error = NAN };
	if (t.policy)
		t.state = game_alloc(g, o);
	if (t.state)
		t.seen = ry_calloc(1,
		                   g->words ? (size_t)game_words(g) * 8
		                            : (size_t)g->C * g->H * g->W * sizeof(real),
		                   "a view");
	s = t.seen && returns ? play_all(&t, r, returns, endless ? 1 : episodes, cap, stop)
			      : ry_failure();
	if (s == RY_OK)
		summarize(r, returns, endless);
	scripted_policy_free(t.policy);
	free(t.state);
	free(t.seen);
	free(returns);
	return s;
}

/* ---- catch ---- */

enum { CATCH_COLUMNS = 5, CATCH_PADDLE_ROW = 9 };

static void nothing_to_remember(void *mind, const struct game_options *o)
{
	(void)mind;
	(void)o;
}

/* The ball is the one cell above the bottom row. */
static int catch_act(void *mind, const void *observation)
{
	const uint64_t seen = *(const uint64_t *)observation,
		       bottom = seen >> (CATCH_PADDLE_ROW * CATCH_COLUMNS);
	int ball = __builtin_ctzll(seen) % CATCH_COLUMNS,
	    paddle = bottom ? __builtin_ctzll(bottom) : ball;

	(void)mind;
	return 1 + (ball > paddle) - (ball < paddle);
}

const struct scripted_rules catch_policy = {
	&catch_game, "stands below the ball", 1, nothing_to_remember, catch_act
};

/* ---- the lakes ---- */

struct lake_mind {
	/* for the nth step, from 0, and each cell */
	uint8_t best[LAKE_MAX_LIMIT * LAKE_MAX_CELLS];
	int     steps;
};

static void start_lake(struct lake_mind *mind, const struct game_ops *g,
                       const struct game_options *o)
{
	lake_best_play(lake_map_of(g), o->slippery, mind->best);
}

static int act_lake(struct lake_mind *mind, const struct game_ops *g, const void *observation)
{
	const struct lake_map *m = lake_map_of(g);
	/* of the agent's plane, the first */
	int cell = __builtin_ctzll(*(const uint64_t *)observation);
	int step = mind->steps < m->limit ? mind->steps : m->limit - 1;

	mind->steps++;
	return mind->best[step * m->side * m->side + cell];
}

static void lake4_start(void *mind, const struct game_options *o)
{
	start_lake(mind, &lake4_game, o);
}
static void lake8_start(void *mind, const struct game_options *o)
{
	start_lake(mind, &lake8_game, o);
}
static int lake4_act(void *mind, const void *seen) { return act_lake(mind, &lake4_game, seen); }
static int lake8_act(void *mind, const void *seen) { return act_lake(mind, &lake8_game, seen); }

#define LAKE_ABOUT "the best there is: dynamic programming over cells and steps left"

const struct scripted_rules lake4_policy = { &lake4_game, LAKE_ABOUT, sizeof(struct lake_mind),
	                                     lake4_start, lake4_act };
const struct scripted_rules lake8_policy = { &lake8_game, LAKE_ABOUT, sizeof(struct lake_mind),
	                                     lake8_start, lake8_act };
