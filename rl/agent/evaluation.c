/* evaluation.c - see evaluation.h. */
#include "rl/agent/evaluation.h"

#include <math.h>
#include <stdlib.h>

#include "src/base/random.h"

/* Add up what the game counted in an episode. */
static void count_tallies(const struct game_ops *g, const void *state, struct evaluation *to)
{
	double counted[GAME_TALLIES];

	if (g->n_tallies)
		g->tally(state, counted);
	for (int k = 0; k < g->n_tallies; k++)
		to->tally[k] += counted[k];
}

/* Episode k, of its own streams, into element k of the evaluation. */
static enum ry_status play(struct q_policy *p, const struct evaluation_options *o, void *state,
                           int k, struct evaluation *to)
{
	const struct game_ops *g = p->network->game;
	const struct policy policy = q_policy_of(p);
	unsigned stream = (o->stream ? o->stream : STREAM_EPISODE) + 2 * (unsigned)k;
	gsl_rng *game = random_stream(o->seed, stream),
		*explore = random_stream(o->seed, stream + 1);

	if (game && explore) {
		struct random_source game_random = random_source_from_rng(game),
				     explore_random = random_source_from_rng(explore);
		struct episode e = { .game = g, .state = state, .random = &game_random };

		p->epsilon = o->epsilon;
		p->random = &explore_random;
		/* not even a sticky action comes from the episode before */
		game_init(g, state, &p->network->options);
		episode_start(&e, &policy);
		episode_play(&e, &policy, o->cap);
		to->episode_return[k] = g->endless ? e.total / (double)e.steps : e.total;
		to->frames[k] = e.steps;
		to->capped += e.status == GAME_ON && !g->endless;
		count_tallies(g, state, to);
	}
	if (game)
		gsl_rng_free(game);
	if (explore)
		gsl_rng_free(explore);
	return game && explore ? RY_OK : ry_failure();
}

static void sum_up(struct evaluation *e)
{
	double squares = 0, n = e->episodes;

	e->mean = e->mean_frames = e->error = NAN;
	if (n == 0)
		return;
	e->mean = e->mean_frames = 0;
	for (int k = 0; k < e->episodes; k++) {
		e->mean += e->episode_return[k];
		e->mean_frames += (double)e->frames[k];
	}
	e->mean /= n;
	for (int k = 0; k < GAME_TALLIES; k++)
		e->tally[k] *= 1000 / e->mean_frames;
	e->mean_frames /= n;
	for (int k = 0; k < e->episodes; k++)
		squares += (e->episode_return[k] - e->mean) * (e->episode_return[k] - e->mean);
	if (n > 1)
		e->error = sqrt(squares / (n - 1) / n);
}

static enum ry_status check_options(const struct evaluation_options *o)
{
	if (o->episodes < 1 || o->cap < 1 || o->budget < 0 ||
	    !(o->epsilon >= 0 && o->epsilon <= 1))
		return ry_fail(RY_EINVAL,
		               "%d episodes of up to %ld frames with epsilon %g: expected at "
		               "least 1 and 1, and 0 to 1",
		               o->episodes, o->cap, o->epsilon);
	return RY_OK;
}

/* Whether one more episode, as long as the `n` so far, would go beyond the budget. */
static int budget_spent(const struct evaluation_options *o, long frames, int n)
{
	return o->budget > 0 && n > 0 && frames + frames / n > o->budget;
}

static enum ry_status play_all(struct q_policy *p, const struct evaluation_options *o, void *state,
                               struct evaluation *e)
{
	enum ry_status status = RY_OK;
	long frames = 0;

	for (int k = 0; status == RY_OK && k < o->episodes; k++) {
		if (budget_spent(o, frames, k))
			break;
		if (o->stop && o->stop())
			return ry_fail(RY_ESTOP, "stopped after %d of %d episodes", k,
			               o->episodes);
		status = play(p, o, state, k, e);
		e->episodes += status == RY_OK;
		frames += e->frames[k];
	}
	return status;
}

enum ry_status evaluation_run(struct q_network *q, const struct evaluation_options *o,
                              struct evaluation *e)
{
	struct q_policy policy = { 0 };
	enum ry_status status = check_options(o);
	void *state = NULL;

	*e = (struct evaluation){ 0 };
	if (status == RY_OK)
		status = q_policy_open(&policy, q);
	if (status == RY_OK) {
		state = game_alloc(q->game, &q->options);
		e->episode_return =
			ry_calloc(o->episodes, sizeof *e->episode_return, "an evaluation");
		e->frames = ry_calloc(o->episodes, sizeof *e->frames, "an evaluation");
		if (!state || !e->episode_return || !e->frames)
			status = ry_failure();
	}
	if (status == RY_OK)
		status = play_all(&policy, o, state, e);
	sum_up(e);
	q_policy_close(&policy);
	free(state);
	return status;
}

void evaluation_free(struct evaluation *e)
{
	free(e->episode_return);
	free(e->frames);
	*e = (struct evaluation){ 0 };
}
