/* random_play.c - see random_play.h. */
#include "rl/games/random_play.h"

#include <math.h>
#include <stdlib.h>

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

enum ry_status random_play(struct random_play *r, const struct game_ops *g,
                           const struct game_options *o, int episodes, long max_steps,
                           gsl_rng *game, gsl_rng *player)
{
	void *state = game_alloc(g, o);
	struct random_source d = random_source_from_rng(game), p = random_source_from_rng(player);
	struct moments returns = { 0 };
	double reward, total = 0;
	int actions;

	if (!state)
		return ry_failure();
	*r = (struct random_play){ .error = NAN };
	actions = game_actions(g, state);
	game_reset(g, state, &d);
	while (r->episodes < episodes && r->steps < max_steps) {
		enum game_status status =
			game_step(g, state, draw_int(&p, 0, actions - 1), &d, &reward);

		r->steps++;
		total += reward;
		if (status == GAME_ON)
			continue;
		r->episodes++;
		count_in(&returns, total);
		total = 0;
		game_reset(g, state, &d);
	}
	if (r->episodes > 0) {
		r->mean = returns.mean;
		r->error = standard_error(&returns);
	} else if (r->steps > 0) {
		r->mean = total / (double)r->steps;
	}
	free(state);
	return RY_OK;
}
