/* random_play.c - see random_play.h. */
#include "rl/games/random_play.h"

#include <math.h>
#include <stdlib.h>

#include "rl/games/episode.h"

/* Mean and sum of squared differences from it, number by number (Welford 1962). */
struct moments {
	long   n;
	double mean, squares;
};

static void count_in(struct moments *m, double x)
{
	double difference = x - m->mean;

	m->mean += difference / (double)++m->n;
	m->squares += difference * (x - m->mean);
}

static double standard_error(const struct moments *m)
{
	return m->n > 1 ? sqrt(m->squares / (double)(m->n - 1) / (double)m->n) : NAN;
}

/* Uniformly random actions. */
struct chance {
	struct random_source *random;
	int                   actions;
};

static int act_at_random(void *self, const void *state)
{
	struct chance *c = self;

	(void)state;
	return draw_int(c->random, 0, c->actions - 1);
}

enum ry_status random_play(struct random_play *r, const struct game_ops *g,
                           const struct game_options *o, int episodes, long max_steps,
                           gsl_rng *game, gsl_rng *actions)
{
	struct random_source game_random = random_source_from_rng(game),
			     action_random = random_source_from_rng(actions);
	struct episode e = { .game = g, .state = game_alloc(g, o), .random = &game_random };
	struct chance chance = { .random = &action_random };
	struct policy policy = { .act = act_at_random, .self = &chance };
	struct moments returns = { 0 };

	if (!e.state)
		return ry_failure();
	*r = (struct random_play){ .error = NAN };
	chance.actions = game_actions(g, e.state);
	while (r->episodes < episodes && r->steps < max_steps) {
		episode_start(&e, &policy);
		episode_play(&e, &policy, max_steps - r->steps);
		r->steps += e.steps;
		if (e.status == GAME_ON)
			break;
		r->episodes++;
		count_in(&returns, e.total);
	}
	if (r->episodes > 0) {
		r->mean = returns.mean;
		r->error = standard_error(&returns);
	} else if (r->steps > 0) {
		r->mean = e.total / (double)r->steps;
	}
	free(e.state);
	return RY_OK;
}
