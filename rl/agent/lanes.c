/* lanes.c - see lanes.h. */
#include "rl/agent/lanes.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/random.h"

static enum ry_status open_lane(struct lane *l, const struct q_network *q)
{
	enum ry_status status = observation_open(&l->observation, q->game, q->net->M, q->window);

	if (status != RY_OK)
		return status;
	l->random_rng = random_stream(0, 0);
	l->explore_rng = random_stream(0, 0);
	l->episode.game = q->game;
	l->episode.state = game_alloc(q->game, &q->options);
	if (!l->random_rng || !l->explore_rng || !l->episode.state)
		return ry_failure();
	l->random = random_source_from_rng(l->random_rng);
	l->explore = random_source_from_rng(l->explore_rng);
	l->episode.random = &l->random;
	l->episode.skills = &l->skills;
	return RY_OK;
}

static void close_lane(struct lane *l)
{
	observation_close(&l->observation);
	free(l->episode.state);
	if (l->random_rng)
		gsl_rng_free(l->random_rng);
	if (l->explore_rng)
		gsl_rng_free(l->explore_rng);
}

enum ry_status lanes_open(struct lanes *l, const struct q_network *network, double epsilon)
{
	enum ry_status status = RY_OK;

	*l = (struct lanes){ .network = network, .epsilon = epsilon };
	for (int i = 0; i < EPISODE_LANES && status == RY_OK; i++) {
		l->running[i] = &l->lane[i];
		status = open_lane(&l->lane[i], network);
	}
	if (status != RY_OK)
		return status;
	l->net = net_share(network->net);
	l->seen = ry_calloc(EPISODE_LANES, l->lane[0].observation.shape.bytes, "observations");
	l->x = ry_calloc(EPISODE_LANES * (size_t)network->net->D, sizeof *l->x, "observations");
	if (!l->net || !l->seen || !l->x)
		return ry_failure();
	return net_alloc(l->net, 1, EPISODE_LANES, EPISODE_LANES, 0);
}

void lanes_close(struct lanes *l)
{
	for (int i = 0; i < EPISODE_LANES; i++)
		close_lane(&l->lane[i]);
	net_free(l->net);
	free(l->seen);
	free(l->x);
	*l = (struct lanes){ 0 };
}

void lanes_start(struct lanes *l, int number, long seed, unsigned stream)
{
	struct lane *to = l->running[l->n++];

	to->number = number;
	to->skills = (struct skill_counts){ .chances = { 0 } };
	random_restart(to->random_rng, seed, stream);
	if (l->epsilon > 0)
		random_restart(to->explore_rng, seed, stream + 1);
	/* not even a sticky action comes from the episode before */
	game_init(l->network->game, to->episode.state, &l->network->options);
	episode_start(&to->episode, NULL);
	observation_reset(&to->observation);
}

/* The idle lanes' rows keep what was observed in them last. */
static const real *forward(struct lanes *l)
{
	const struct observation_shape *shape = &l->lane[0].observation.shape;
	struct input in;
	struct batch b;
	int rows;

	for (int i = 0; i < l->n; i++) {
		struct lane *from = l->running[i];

		memcpy((char *)l->seen + i * shape->bytes,
		       observation_update(&from->observation, from->episode.state), shape->bytes);
	}
	batch_flat(&b, &rows, EPISODE_LANES);
	in = observation_input(l->net, shape, l->seen, EPISODE_LANES, l->x);
	return net_forward(l->net, &b, in, l->net->L);
}

void lanes_step(struct lanes *l)
{
	const real *q = forward(l);

	for (int i = 0; i < l->n; i++, q += l->net->M) {
		struct lane *of = l->running[i];
		int explored;
		int action = q_policy_choose(q, l->net->M, l->epsilon, &of->explore, &explored);

		observation_acted(&of->observation, action);
		episode_act(&of->episode, action);
	}
}

void lanes_end(struct lanes *l, int i)
{
	struct lane *idle = l->running[i];

	l->running[i] = l->running[--l->n];
	l->running[l->n] = idle;
}
