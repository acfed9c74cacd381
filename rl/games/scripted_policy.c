/* scripted_policy.c - see scripted_policy.h. */
#include "rl/games/scripted_policy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

struct table {
	const struct game_ops *g;
	struct scripted_policy *policy;
	void *state, *seen;
	struct random_source source;
};

/* One episode of at most `cap` steps: its return, or NAN when stopped.  *cut: it was cut off. */
static double play_episode(struct table *t, long cap, long *steps, int *cut, int (*stop)(void))
{
	double total = 0, reward;

	game_reset(t->g, t->state, &t->source);
	scripted_policy_start(t->policy);
	for (long n = 1; ; n++) {
		if (t->g->words)
			t->g->planes(t->state, t->seen);
		else
			t->g->observe(t->g, t->state, t->seen);
		game_step(t->g, t->state, scripted_policy_act(t->policy, t->seen), &t->source,
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

/* Play the episodes; `returns` (episodes) are overwritten. */
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
		           .source = random_source_from_rng(rng) };
	double *returns = ry_calloc((size_t)episodes, sizeof *returns, "returns");
	enum ry_status s;

	*r = (struct scripted_policy_play){ .mean = NAN, .error = NAN };
	if (t.policy)
		t.state = game_alloc(g, o);
	if (t.state)
		t.seen = ry_calloc(1,
		                   g->words ? (size_t)game_words(g) * 8
		                            : (size_t)g->C * g->H * g->W * sizeof(real),
		                   "an observation");
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
