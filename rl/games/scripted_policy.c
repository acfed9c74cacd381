/* scripted_policy.c - see scripted_policy.h. */
#include "rl/games/scripted_policy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rl/games/episode.h"
#include "rl/games/scripted_rules.h"

struct scripted_policy {
	const struct game_ops *game;
	const struct scripted_rules *rules;
	struct game_options options;
	void *memory;
};

static const struct scripted_rules *rules_of(const struct game_ops *g)
{
	if (!g->policy)
		ry_fail(RY_EINVAL, "%s has no scripted policy", g->name);
	return g->policy;
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
	if (!(p = ry_calloc(1, sizeof *p, "a policy")))
		return NULL;
	p->game = g;
	p->rules = rules;
	p->options = *o;
	if (!(p->memory = ry_calloc(1, rules->size, "a policy's memory"))) {
		scripted_policy_free(p);
		return NULL;
	}
	scripted_policy_start(p);
	return p;
}

void scripted_policy_free(struct scripted_policy *p)
{
	if (p)
		free(p->memory);
	free(p);
}

const char *scripted_policy_about(const struct game_ops *g)
{
	const struct scripted_rules *rules = rules_of(g);

	return rules ? rules->about : NULL;
}

void scripted_policy_start(struct scripted_policy *p)
{
	memset(p->memory, 0, p->rules->size);
	p->rules->start(p->memory, p->game, &p->options);
}

int scripted_policy_act(struct scripted_policy *p, const void *observation)
{
	const struct game_ops *g = p->game;
	int action = p->rules->act(p->memory, observation);

	for (int a = 0; p->options.minimal && a < g->n_minimal; a++)
		if (g->minimal[a] == action)
			return a;
	return p->options.minimal ? 0 : action;
}

void scripted_policy_forget(void *memory, const struct game_ops *g, const struct game_options *o)
{
	(void)memory;
	(void)g;
	(void)o;
}

/* ---- playing ---- */

/* Steps after which an episode asks whether to stop. */
enum { STOP_EVERY = 10000 };

/* The policy is given what every player sees, the observation. */
struct observer_of {
	const struct game_ops  *game;
	struct scripted_policy *policy;
	void                   *observation;
};

static int act_on_observation(void *self, const void *state)
{
	struct observer_of *o = self;

	if (o->game->words)
		o->game->planes(state, o->observation);
	else
		o->game->observe(o->game, state, o->observation);
	return scripted_policy_act(o->policy, o->observation);
}

static void start_policy(void *self)
{
	scripted_policy_start(((struct observer_of *)self)->policy);
}

/* One episode of `cap` steps at most; RY_ESTOP when it was stopped. */
static enum ry_status play_episode(struct episode *e, const struct policy *p, long cap,
                                   int (*stop)(void))
{
	episode_start(e, p);
	while (e->status == GAME_ON && e->steps < cap) {
		episode_play(e, p, cap - e->steps < STOP_EVERY ? cap : e->steps + STOP_EVERY);
		if (stop && stop())
			return ry_fail(RY_ESTOP, "interrupted");
	}
	return RY_OK;
}

/* In `returns` (episodes) what they brought. */
static enum ry_status play_all(struct episode *e, const struct policy *p,
                               struct scripted_policy_play *r, double *returns, int episodes,
                               long cap, int (*stop)(void))
{
	for (int k = 0; k < episodes; k++) {
		enum ry_status status = play_episode(e, p, cap, stop);

		r->steps += e->steps;
		if (status != RY_OK)
			return status;
		returns[k] = e->total;
		r->episodes++;
		r->capped += e->status == GAME_ON;
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
	struct random_source random = random_source_from_rng(rng);
	struct observer_of player = { .game = g, .policy = scripted_policy_alloc(g, o) };
	struct policy policy = { act_on_observation, start_policy, &player };
	struct episode e = { .game = g, .random = &random };
	double *returns = ry_calloc((size_t)episodes, sizeof *returns, "returns");
	enum ry_status s;

	*r = (struct scripted_policy_play){ .mean = NAN, .error = NAN };
	if (player.policy)
		e.state = game_alloc(g, o);
	if (e.state)
		player.observation = ry_calloc(1,
		                               g->words ? (size_t)game_words(g) * 8
		                                        : (size_t)g->C * g->H * g->W *
		                                                  sizeof(real),
		                               "an observation");
	s = player.observation && returns ? play_all(&e, &policy, r, returns,
	                                             g->endless ? 1 : episodes, cap, stop)
	                                  : ry_failure();
	if (s == RY_OK)
		summarize(r, returns, g->endless);
	scripted_policy_free(player.policy);
	free(e.state);
	free(player.observation);
	free(returns);
	return s;
}
