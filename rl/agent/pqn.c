/* pqn.c - see pqn.h. */
#include "rl/agent/pqn.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rl/agent/dueling.h"
#include "rl/agent/learner_file.h"
#include "src/base/checkpoint.h"
#include "src/base/random.h"
#include "src/train/trainer.h"

/* Rows that workers' shares are cut at: fewer would not fill the vectors of a matrix product. */
enum { SHARE_UNIT = 8 };

static const layer_list layer_lists[] = { core_layers, rl_layers, NULL };

/* What a worker needs for its rows, those of a minibatch or of its games. */
struct share {
	struct batch   batch;
	int            n;                /* for batch.n */
	unsigned char *s;                /* (minibatch, bytes) */
	real          *x;                /* (rows, D): unpacked, if the first layer needs it */
	real          *dq;               /* (minibatch, A) */
	double         q, q_largest;     /* of this update: sum of Q(s, a); see pqn_update */
};

struct pqn {
	struct pqn_options o;
	struct observation_shape shape;
	int             minibatch;       /* rows */
	struct net     *net;             /* the trainer's replicas share its parameters */
	struct rollout  rollout;
	gsl_rng        *order;           /* shuffles the transitions */
	int            *index;           /* (T N): their order in this pass ... */
	int             first;           /* ... and where this minibatch begins in it */
	struct trainer *trainer;
	struct share   *share;           /* (replicas) */
};

/* ---- construction ---- */

enum ry_status pqn_check(const struct pqn_options *o)
{
	if (o->games < 1 || o->games > PQN_GAMES_MAX || o->steps < 1 || o->steps > PQN_STEPS_MAX)
		return ry_fail(RY_EINVAL,
		               "%d games at once for %d frames: expected 1 to %d games and 1 to "
		               "%d frames",
		               o->games, o->steps, PQN_GAMES_MAX, PQN_STEPS_MAX);
	if (o->passes < 1 || o->minibatches < 1 || o->games * o->steps % o->minibatches)
		return ry_fail(RY_EINVAL,
		               "%d passes of %d minibatches: expected at least 1, and minibatches "
		               "that divide the %d transitions of a round (%d games, %d frames "
		               "each)",
		               o->passes, o->minibatches, o->games * o->steps, o->games, o->steps);
	if (!(o->discount >= 0 && o->discount <= 1 && o->lambda >= 0 && o->lambda <= 1))
		return ry_fail(RY_EINVAL, "discount %g, lambda %g: expected 0 to 1", o->discount,
		               o->lambda);
	if (!(o->clip >= 0))
		return ry_fail(RY_EINVAL, "clip %g: expected at least 0", o->clip);
	return RY_OK;
}

static enum ry_status make_net(struct pqn *p, const char *lines, long seed)
{
	gsl_rng *rng;

	p->net = net_make(lines, layer_lists);
	if (!p->net)
		return ry_failure();
	if (p->net->D != p->shape.D)
		return ry_fail(RY_ESHAPE, "a network for %d numbers, expected %d", p->net->D,
		               p->shape.D);
	rng = random_stream(seed, STREAM_INIT);
	if (!rng)
		return ry_failure();
	net_init(p->net, rng);
	gsl_rng_free(rng);
	return RY_OK;
}

static int make_rollout(struct rollout *r, const struct pqn *p)
{
	size_t N = p->o.games, T = p->o.steps, A = p->net->M, all = T * N;

	*r = (struct rollout){ .N = (int)N, .T = (int)T, .A = (int)A, .bytes = p->shape.bytes };
	r->observation = ry_calloc((T + 1) * N, r->bytes, "a rollout");
	r->q = ry_calloc((T + 1) * N * A, sizeof *r->q, "a rollout");
	r->action = ry_calloc(all, sizeof *r->action, "a rollout");
	r->reward = ry_calloc(all, sizeof *r->reward, "a rollout");
	r->status = ry_calloc(all, sizeof *r->status, "a rollout");
	r->cut_value = ry_calloc(all, sizeof *r->cut_value, "a rollout");
	r->target = ry_calloc(all, sizeof *r->target, "a rollout");
	return r->observation && r->q && r->action && r->reward && r->status && r->cut_value &&
	       r->target;
}

static void free_rollout(struct rollout *r)
{
	free(r->observation);
	free(r->q);
	free(r->action);
	free(r->reward);
	free(r->status);
	free(r->cut_value);
	free(r->target);
}

static int share_alloc(struct share *s, const struct pqn *p, struct net *replica)
{
	size_t batch = p->minibatch, rows = p->minibatch > p->o.games ? p->minibatch : p->o.games;

	s->s = ry_calloc(batch, p->shape.bytes, "a batch");
	s->x = ry_calloc(rows * p->net->D, sizeof *s->x, "a batch");
	s->dq = ry_calloc(batch * p->net->M, sizeof *s->dq, "a batch");
	return s->s && s->x && s->dq && net_alloc(replica, 1, (int)rows, rows, 1) == RY_OK;
}

static void add_gradient(void *self, int id, struct replica *r, double scale);

static int make_trainer(struct pqn *p, struct workers *workers)
{
	p->trainer = trainer_alloc(p->net, workers,
	                           &(struct trainer_options){ .gradient = add_gradient,
	                                                      .learner = p,
	                                                      .clip = p->o.clip,
	                                                      .weights_only = 1,
	                                                      .optimizer = &p->o.optimizer });
	p->share = p->trainer ? ry_calloc(p->trainer->replicas, sizeof *p->share, "a batch") : NULL;
	for (int id = 0; p->share && id < p->trainer->replicas; id++)
		if (!share_alloc(&p->share[id], p, p->trainer->replica[id].net))
			return 0;
	return p->share != NULL;
}

static int alloc_parts(struct pqn *p, long seed)
{
	p->minibatch = p->o.games * p->o.steps / p->o.minibatches;
	p->order = random_stream(seed, STREAM_ORDER);
	p->index = ry_calloc((size_t)p->o.games * p->o.steps, sizeof *p->index, "a batch");
	return p->order && p->index && make_rollout(&p->rollout, p);
}

struct pqn *pqn_alloc(const struct pqn_options *o, const char *lines,
                      const struct observation_shape *shape, long seed, struct workers *workers)
{
	struct pqn *p;

	if (pqn_check(o) != RY_OK)
		return NULL;
	p = ry_calloc(1, sizeof *p, "a Q-network");
	if (!p)
		return NULL;
	p->o = *o;
	p->shape = *shape;
	if (make_net(p, lines, seed) != RY_OK || !alloc_parts(p, seed) ||
	    !make_trainer(p, workers)) {
		pqn_free(p);
		return NULL;
	}
	return p;
}

void pqn_free(struct pqn *p)
{
	if (!p)
		return;
	for (int id = 0; p->share && id < p->trainer->replicas; id++) {
		free(p->share[id].s);
		free(p->share[id].x);
		free(p->share[id].dq);
	}
	free(p->share);
	trainer_free(p->trainer);
	net_free(p->net);
	free_rollout(&p->rollout);
	if (p->order)
		gsl_rng_free(p->order);
	free(p->index);
	free(p);
}

struct net *pqn_net(const struct pqn *p)
{
	return p->net;
}

struct rollout *pqn_rollout(struct pqn *p)
{
	return &p->rollout;
}

long pqn_updates(const struct pqn *p)
{
	return trainer_updates(p->trainer);
}

/* ---- action values ---- */

/* Q (rows, A) of observations as the rollout stores them. */
static const real *forward(struct pqn *p, int worker, const void *observations, int rows)
{
	struct net *net = p->trainer->replica[worker].net;
	struct share *s = &p->share[worker];

	batch_flat(&s->batch, &s->n, rows);
	return net_forward(net, &s->batch,
	                   observation_input(net, &p->shape, observations, rows, s->x), net->L);
}

void pqn_values(struct pqn *p, int worker, int t, int from, int to)
{
	struct rollout *r = &p->rollout;
	size_t at = (size_t)t * r->N + from, rows = to - from;

	memcpy(r->q + at * r->A, forward(p, worker, r->observation + at * r->bytes, to - from),
	       rows * r->A * sizeof *r->q);
}

const real *pqn_value_of(struct pqn *p, int worker, const void *observation)
{
	return forward(p, worker, observation, 1);
}

/* ---- targets ---- */

static real largest(const real *q, int n)
{
	real most = q[0];

	for (int a = 1; a < n; a++)
		most = q[a] > most ? q[a] : most;
	return most;
}

void pqn_targets(const struct pqn_options *o, struct rollout *r, int from, int to)
{
	const real gamma = (real)o->discount, lambda = (real)o->lambda;

	for (int t = r->T - 1; t >= 0; t--)
		for (int k = from; k < to; k++) {
			size_t at = (size_t)t * r->N + k, next = at + r->N;
			real value = 0;

			if (r->status[at] == GAME_CUT) {
				value = r->cut_value[at];
			} else if (r->status[at] == GAME_ON) {
				value = largest(r->q + next * r->A, r->A);
				if (t < r->T - 1)
					value = (1 - lambda) * value + lambda * r->target[next];
			}
			r->target[at] = r->reward[at] + gamma * value;
		}
}

/* ---- learning ---- */

/* The TD errors Q(s, a) - G, the summed loss, which is returned, and its gradient dq, which is not
 * zero for the actions taken only. */
static double td_errors(const struct pqn *p, struct share *s, const int *index, int rows,
                        const real *q, double scale)
{
	const struct rollout *r = &p->rollout;
	double loss = 0;

	memset(s->dq, 0, (size_t)rows * r->A * sizeof *s->dq);
	for (int k = 0; k < rows; k++) {
		size_t at = (size_t)k * r->A + r->action[index[k]];
		double target = r->target[index[k]], error = q[at] - target;

		loss += error * error / 2;
		s->dq[at] = (real)(scale * error);
		s->q += q[at];
		s->q_largest = fmax(s->q_largest, fmax(fabs((double)q[at]), fabs(target)));
	}
	return loss;
}

static void add_gradient(void *self, int id, struct replica *r, double scale)
{
	struct pqn *p = self;
	struct share *s = &p->share[id];
	size_t from, to, bytes = p->shape.bytes;
	const int *index;
	struct input in;
	int rows;

	s->q = s->q_largest = 0;
	workers_share(id, p->trainer->replicas, p->minibatch, SHARE_UNIT, &from, &to);
	rows = (int)(to - from);
	if (!rows)
		return;
	index = p->index + p->first + from;
	for (int k = 0; k < rows; k++)
		memcpy(s->s + k * bytes, p->rollout.observation + index[k] * bytes, bytes);
	batch_flat(&s->batch, &s->n, rows);
	in = observation_input(r->net, &p->shape, s->s, rows, s->x);
	r->loss = td_errors(p, s, index, rows, net_forward(r->net, &s->batch, in, r->net->L),
	                    scale);
	net_backward(r->net, &s->batch, in, s->dq, NULL, r->net->L);
}

/* Fisher and Yates. */
static void shuffle(int *index, int n, gsl_rng *rng)
{
	for (int k = 0; k < n; k++)
		index[k] = k;
	for (int k = n - 1; k > 0; k--) {
		int j = (int)((uint64_t)gsl_rng_get(rng) * (uint64_t)(k + 1) >> 32);
		int other = index[j];

		index[j] = index[k];
		index[k] = other;
	}
}

/* Take an update into the means of the round. */
static void add_update(struct pqn_update *u, const struct pqn *p, const struct update *step)
{
	double n = ++u->updates, q = 0;

	for (int id = 0; id < p->trainer->replicas; id++) {
		q += p->share[id].q / p->minibatch;
		u->q_largest = fmax(u->q_largest, p->share[id].q_largest);
	}
	u->loss += (step->loss / step->count - u->loss) / n;
	u->norm += (step->norm - u->norm) / n;
	u->q += (q - u->q) / n;
	u->lr = step->lr;
}

enum ry_status pqn_learn(struct pqn *p, struct pqn_update *u)
{
	int n = p->o.games * p->o.steps;

	*u = (struct pqn_update){ 0 };
	for (int pass = 1; pass <= p->o.passes; pass++) {
		shuffle(p->index, n, p->order);
		for (p->first = 0; p->first < n; p->first += p->minibatch) {
			int last = pass == p->o.passes && p->first + p->minibatch == n;
			struct update step;
			enum ry_status status = trainer_step(p->trainer, p->minibatch, last, &step);

			if (status != RY_OK)
				return status;
			add_update(u, p, &step);
		}
	}
	return RY_OK;
}

void pqn_watch(struct pqn *p, struct inspector *i)
{
	trainer_watch(p->trainer, i);
}

void pqn_look(struct pqn *p, struct inspector *i)
{
	const struct rollout *r = &p->rollout;
	struct share *s = &p->share[0];
	size_t all = (size_t)r->N * r->T;

	for (int k = 0; k < p->minibatch; k++)
		memcpy(s->s + k * r->bytes, r->observation + k * all / p->minibatch * r->bytes,
		       r->bytes);
	forward(p, 0, s->s, p->minibatch);
	inspector_look(i, p->trainer->replica[0].net, &s->batch, p->net->L);
}

/* ---- checkpoints ---- */

enum ry_status pqn_write(const struct pqn *p, struct st_writer *to)
{
	return learner_file_walk(p->trainer, p->order, to, NULL);
}

enum ry_status pqn_read(struct pqn *p, const struct st_file *from)
{
	return learner_file_walk(p->trainer, p->order, NULL, from);
}
