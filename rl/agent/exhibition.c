/* exhibition.c - see exhibition.h. */
#include "rl/agent/exhibition.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rl/agent/observation.h"
#include "rl/games/episode.h"
#include "src/base/random.h"

/* A board and what plays on it. */
struct table {
	struct exhibition_board seen;
	struct episode          episode;
	struct observation      observation;
	gsl_rng                *rng;
	struct random_source    random;      /* of the game and of its policy */
	real                   *q;           /* (actions): what `seen` shows */
};

struct exhibition {
	int              n;
	struct table    *table;          /* (n) */
	struct q_network network;        /* the agent's, as it learns */
	char            *observations;   /* (n, bytes) */
	real            *x;              /* (n, D), where the network takes no bits */
	real            *q;              /* (n, actions): of the tables */
};

/* ---- construction ---- */

static enum ry_status open_table(struct exhibition *x, struct table *t, const void *state,
                                 gsl_rng *rng)
{
	const struct q_network *q = &x->network;
	enum ry_status status;

	t->episode = (struct episode){ .game = q->game,
		                       .state = game_alloc(q->game, &q->options),
		                       .random = &t->random };
	t->rng = rng;
	if (!t->episode.state || !rng)
		return ry_failure();
	t->random = random_source_from_rng(rng);
	memcpy(t->episode.state, state, q->game->size);
	status = observation_open(&t->observation, q->game, q->net->M, q->window);
	if (status == RY_OK)
		observation_reset(&t->observation);
	t->seen = (struct exhibition_board){ .state = t->episode.state, .value = NAN,
		                             .action = -1 };
	return status;
}

static enum ry_status open_tables(struct exhibition *x, const struct agent *a, long seed)
{
	size_t n = (size_t)x->n, M, D;
	enum ry_status status = agent_network(a, &x->network);

	if (status == RY_OK)
		status = net_alloc(x->network.net, 1, x->n, n, 0);
	for (int k = 0; k < x->n && status == RY_OK; k++)
		status = open_table(x, &x->table[k], agent_game_state(a, k % agent_games(a)),
		                    random_stream(seed, STREAM_SHOW + (unsigned)k));
	if (status != RY_OK)
		return status;
	M = (size_t)x->network.net->M;
	D = (size_t)x->network.net->D;
	x->observations = ry_calloc(n, x->table[0].observation.shape.bytes, "an exhibition");
	x->x = ry_calloc(n * D, sizeof *x->x, "an exhibition");
	x->q = ry_calloc(n * M, sizeof *x->q, "an exhibition");
	for (size_t k = 0; k < n && x->q; k++)
		x->table[k].q = x->q + k * M;
	return x->observations && x->x && x->q ? RY_OK : ry_failure();
}

struct exhibition *exhibition_alloc(const struct agent *a, int boards, long seed)
{
	struct exhibition *x = ry_calloc(1, sizeof *x, "an exhibition");

	if (!x)
		return NULL;
	x->n = boards;
	x->table = ry_calloc((size_t)boards, sizeof *x->table, "an exhibition");
	if (!x->table || open_tables(x, a, seed) != RY_OK) {
		exhibition_free(x);
		return NULL;
	}
	return x;
}

void exhibition_free(struct exhibition *x)
{
	if (!x)
		return;
	for (int k = 0; k < x->n && x->table; k++) {
		struct table *t = &x->table[k];

		observation_close(&t->observation);
		free(t->episode.state);
		if (t->rng)
			gsl_rng_free(t->rng);
	}
	q_network_close(&x->network);
	free(x->table);
	free(x->observations);
	free(x->x);
	free(x->q);
	free(x);
}

/* ---- a step ---- */

static void start_episode(struct table *t)
{
	episode_start(&t->episode, NULL);
	observation_reset(&t->observation);
	t->seen.rest = 0;
	t->seen.status = GAME_ON;
}

/* Q of all actions on every board, (n, actions), with one forward pass. */
static const real *look(struct exhibition *x)
{
	struct net *net = x->network.net;
	const struct observation_shape *shape = &x->table[0].observation.shape;
	struct batch b;
	int n;

	for (int k = 0; k < x->n; k++) {
		struct table *t = &x->table[k];

		memcpy(x->observations + (size_t)k * shape->bytes,
		       observation_update(&t->observation, t->episode.state), shape->bytes);
	}
	batch_flat(&b, &n, x->n);
	return net_forward(net, &b, observation_input(net, shape, x->observations, x->n, x->x),
	                   net->L);
}

/* Until the window of past observations is full, all actions are random, as the agent's are. */
static void choose(struct table *t, const real *q, int actions, double epsilon)
{
	struct exhibition_board *s = &t->seen;
	int best = dqn_greedy(q, actions);

	memcpy(t->q, q, (size_t)actions * sizeof *q);
	s->q = t->q;
	s->value = q[best];
	s->explored = !observation_ready(&t->observation) || draw_uniform(&t->random) < epsilon;
	s->action = s->explored ? draw_int(&t->random, 0, actions - 1) : best;
}

static void play(struct table *t, int rest)
{
	struct exhibition_board *s = &t->seen;
	const struct episode *e = &t->episode;

	observation_acted(&t->observation, s->action);
	episode_act(&t->episode, s->action);
	s->reward = e->reward;
	s->status = e->status;
	s->episode_return = e->total;
	s->episode_frames = e->steps;
	if (e->status != GAME_ON) {
		s->episodes++;
		s->rest = rest;
	}
}

void exhibition_step(struct exhibition *x, double epsilon, int rest)
{
	int actions = x->network.net->M;
	const real *q;

	for (int k = 0; k < x->n; k++) {
		struct table *t = &x->table[k];

		if (t->seen.status != GAME_ON && t->seen.rest-- <= 0)
			start_episode(t);
	}
	q = look(x);
	for (int k = 0; k < x->n; k++) {
		struct table *t = &x->table[k];

		if (t->seen.status != GAME_ON)
			continue;
		choose(t, q + (size_t)k * (size_t)actions, actions, epsilon);
		play(t, rest);
	}
}

void exhibition_restart(struct exhibition *x, int k)
{
	start_episode(&x->table[k]);
}

int exhibition_boards(const struct exhibition *x)
{
	return x->n;
}

const struct exhibition_board *exhibition_board(const struct exhibition *x, int k)
{
	return &x->table[k].seen;
}
