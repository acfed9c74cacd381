/* dqn.c - see dqn.h. */
#include "rl/agent/dqn.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rl/agent/dueling.h"
#include "rl/agent/learner_file.h"
#include "rl/agent/observation.h"
#include "src/base/checkpoint.h"
#include "src/base/random.h"
#include "src/train/trainer.h"

/* Rows that workers' shares are cut at: fewer would not fill the vectors of a matrix product. */
enum { SHARE_UNIT = 8 };

static const layer_list layer_lists[] = { core_layers, rl_layers, NULL };

/* A worker's share of the batch, with its view of the target network. */
struct share {
	struct net   *target;            /* NULL without a target network */
	struct batch  batch;
	int           n;                 /* for batch.n */
	void         *s, *next_s;        /* (batch, bytes): s and s' as stored */
	real         *x;                 /* (batch, D): unpacked, if the first layer needs it */
	real         *y, *dq;            /* (batch), (batch, A) */
	int          *greedy;            /* (batch): argmax_a' Q(s', a'), for double Q-learning */
	double        q, q_largest;      /* of this update: sum of Q(s, a); see dqn_update */
};

struct dqn {
	struct dqn_options o;
	struct observation_shape shape;
	int                A;            /* actions */
	struct net        *online, *target;   /* the replicas share their parameters */
	struct net        *actor;        /* a view of the online network, for one observation */
	real              *actor_x;      /* (D) */
	struct replay     *replay;
	gsl_rng           *order;        /* draws from the replay buffer */
	size_t            *index;        /* (batch): the transitions drawn */
	real              *weight;       /* (batch): their importance-sampling weights */
	real              *error;        /* (batch): their TD errors */
	struct trainer    *trainer;
	struct share      *share;        /* (replicas) */
};

/* ---- construction ---- */

static enum ry_status check_options(const struct dqn_options *o)
{
	if (o->batch < 1 || (size_t)o->batch > o->replay.capacity)
		return ry_fail(RY_EINVAL,
		               "batches of %d from a replay buffer of %zu: expected 1 to that many",
		               o->batch, o->replay.capacity);
	if (o->loss.kind != LOSS_SQUARED && o->loss.kind != LOSS_HUBER)
		return ry_fail(RY_EINVAL, "loss %s: expected squared or huber",
		               loss_name(o->loss.kind));
	if (o->loss.kind == LOSS_HUBER && !(o->loss.delta > 0))
		return ry_fail(RY_EINVAL, "huber loss with delta %g: expected a number above 0",
		               o->loss.delta);
	if (!(o->target_epsilon >= 0 && o->target_epsilon <= 1))
		return ry_fail(RY_EINVAL, "target epsilon %g: expected 0 to 1",
		               o->target_epsilon);
	if (!(o->beta >= 0 && o->beta <= 1) || o->beta_updates < 0)
		return ry_fail(RY_EINVAL,
		               "beta from %g over %ld updates: expected 0 to 1, and at least 0",
		               o->beta, o->beta_updates);
	if (o->target_every < 0 || !(o->clip >= 0))
		return ry_fail(RY_EINVAL,
		               "target network copied every %ld updates, clip %g: expected at "
		               "least 0",
		               o->target_every, o->clip);
	return RY_OK;
}

static enum ry_status make_nets(struct dqn *d, const char *lines, long seed)
{
	gsl_rng *rng;

	d->online = net_make(lines, layer_lists);
	if (d->online && d->o.target_every)
		d->target = net_make(lines, layer_lists);
	if (!d->online || (d->o.target_every && !d->target))
		return ry_failure();
	d->A = d->online->M;
	if (d->online->D != d->shape.D)
		return ry_fail(RY_ESHAPE, "a network for %d numbers, expected %d", d->online->D,
		               d->shape.D);
	rng = random_stream(seed, STREAM_INIT);
	if (!rng)
		return ry_failure();
	net_init(d->online, rng);
	gsl_rng_free(rng);
	return RY_OK;
}

static void add_gradient(void *self, int id, struct replica *r, double scale);

static int share_alloc(struct share *s, const struct dqn *d, struct net *replica)
{
	size_t batch = d->o.batch;

	s->target = d->target ? net_share(d->target) : NULL;
	s->s = ry_calloc(batch, d->shape.bytes, "a batch");
	s->next_s = ry_calloc(batch, d->shape.bytes, "a batch");
	s->x = ry_calloc(batch * d->online->D, sizeof *s->x, "a batch");
	s->y = ry_calloc(batch, sizeof *s->y, "a batch");
	s->dq = ry_calloc(batch * d->A, sizeof *s->dq, "a batch");
	s->greedy = ry_calloc(batch, sizeof *s->greedy, "a batch");
	return (s->target || !d->target) && s->s && s->next_s && s->x && s->y && s->dq &&
	       s->greedy && net_alloc(replica, 1, d->o.batch, batch, 1) == RY_OK &&
	       (!s->target || net_alloc(s->target, 1, d->o.batch, batch, 0) == RY_OK);
}

static void share_free(struct share *s)
{
	net_free(s->target);
	free(s->s);
	free(s->next_s);
	free(s->x);
	free(s->y);
	free(s->dq);
	free(s->greedy);
}

static int make_trainer(struct dqn *d, struct workers *workers)
{
	d->trainer = trainer_alloc(d->online, workers,
	                           &(struct trainer_options){ .gradient = add_gradient,
	                                                      .learner = d,
	                                                      .clip = d->o.clip,
	                                                      .weights_only = 1,
	                                                      .optimizer = &d->o.optimizer });
	d->share = d->trainer ? ry_calloc(d->trainer->replicas, sizeof *d->share, "a batch") : NULL;
	for (int id = 0; d->share && id < d->trainer->replicas; id++)
		if (!share_alloc(&d->share[id], d, d->trainer->replica[id].net))
			return 0;
	return d->share != NULL;
}

static int alloc_parts(struct dqn *d, long seed)
{
	size_t batch = d->o.batch;

	d->replay = replay_alloc(&d->o.replay, &d->shape);
	d->order = random_stream(seed, STREAM_ORDER);
	d->actor = net_share(d->online);
	d->actor_x = ry_calloc(d->online->D, sizeof *d->actor_x, "an observation");
	d->index = ry_calloc(batch, sizeof *d->index, "a batch");
	d->weight = ry_calloc(batch, sizeof *d->weight, "a batch");
	d->error = ry_calloc(batch, sizeof *d->error, "a batch");
	return d->replay && d->order && d->actor && d->actor_x && d->index && d->weight &&
	       d->error && net_alloc(d->actor, 1, 1, 1, 0) == RY_OK;
}

struct dqn *dqn_alloc(const struct dqn_options *o, const char *lines,
                      const struct observation_shape *shape, long seed, struct workers *workers)
{
	struct dqn *d;

	if (check_options(o) != RY_OK)
		return NULL;
	d = ry_calloc(1, sizeof *d, "a deep Q-network");
	if (!d)
		return NULL;
	d->o = *o;
	d->shape = *shape;
	if (make_nets(d, lines, seed) != RY_OK || !alloc_parts(d, seed) ||
	    !make_trainer(d, workers)) {
		dqn_free(d);
		return NULL;
	}
	dqn_copy_target(d);
	return d;
}

void dqn_free(struct dqn *d)
{
	if (!d)
		return;
	for (int id = 0; d->share && id < d->trainer->replicas; id++)
		share_free(&d->share[id]);
	free(d->share);
	trainer_free(d->trainer);
	net_free(d->actor);
	net_free(d->target);
	net_free(d->online);
	replay_free(d->replay);
	if (d->order)
		gsl_rng_free(d->order);
	free(d->actor_x);
	free(d->index);
	free(d->weight);
	free(d->error);
	free(d);
}

struct net *dqn_net(const struct dqn *d)
{
	return d->online;
}

struct replay *dqn_replay(const struct dqn *d)
{
	return d->replay;
}

long dqn_updates(const struct dqn *d)
{
	return trainer_updates(d->trainer);
}

void dqn_copy_target(struct dqn *d)
{
	if (d->target)
		memcpy(d->target->w, d->online->w, d->online->n * sizeof *d->online->w);
}

/* ---- action values ---- */

/* `rows` observations as the replay buffer stores them, in the form that the first layer takes. */
static struct input input_of(const struct dqn *d, const void *observations, int rows, real *x)
{
	return observation_input(d->online, &d->shape, observations, rows, x);
}

const real *dqn_values(struct dqn *d, const void *observation)
{
	struct batch b;
	int one;

	batch_flat(&b, &one, 1);
	return net_forward(d->actor, &b, input_of(d, observation, 1, d->actor_x), d->actor->L);
}

int dqn_greedy(const real *q, int n)
{
	int best = 0;

	for (int a = 1; a < n; a++)
		if (q[a] > q[best])
			best = a;
	return best;
}

/* ---- one update ---- */

/* The worker's share of the transitions, copied together. */
static void gather(const struct dqn *d, struct share *s, size_t from, int rows)
{
	size_t bytes = d->shape.bytes;

	for (int r = 0; r < rows; r++) {
		size_t i = d->index[from + r];

		memcpy((char *)s->s + r * bytes, replay_state(d->replay, i), bytes);
		memcpy((char *)s->next_s + r * bytes, replay_next(d->replay, i), bytes);
	}
}

/* The value of s' to a policy that takes `greedy` with chance 1 - e and any action with chance e:
 * (1 - e) q(greedy) + e mean q, q (A). */
static double state_value(const struct dqn *d, const real *q, int greedy)
{
	double e = d->o.target_epsilon, sum = 0;

	if (e == 0)
		return q[greedy];
	for (int a = 0; a < d->A; a++)
		sum += q[a];
	return (1 - e) * q[greedy] + e * sum / d->A;
}

/* The targets y = r + gamma max_a' Q_target(s', a').  Double Q-learning lets the online network
 * choose a'. */
static void td_targets(const struct dqn *d, struct share *s, struct net *online, size_t from,
                       int rows)
{
	struct input next = input_of(d, s->next_s, rows, s->x);
	struct net *target = s->target ? s->target : online;
	const real *q;

	if (d->o.double_q) {
		q = net_forward(online, &s->batch, next, online->L);
		for (int r = 0; r < rows; r++)
			s->greedy[r] = dqn_greedy(q + (size_t)r * d->A, d->A);
	}
	q = net_forward(target, &s->batch, next, target->L);
	for (int r = 0; r < rows; r++, q += d->A) {
		size_t i = d->index[from + r];
		int greedy = d->o.double_q ? s->greedy[r] : dqn_greedy(q, d->A);

		s->y[r] = (real)(replay_reward(d->replay, i) +
		                 replay_bootstrap(d->replay, i) * state_value(d, q, greedy));
	}
}

/* The TD errors Q(s, a) - y, their weighted loss, which is returned, and its gradient dq, which is
 * not zero for the actions taken only. */
static double td_errors(struct dqn *d, struct share *s, const real *q, size_t from, int rows,
                        double scale)
{
	const double half = d->o.loss.kind == LOSS_SQUARED ? 0.5 : 1;   /* e^2 / 2, as Huber's */
	double loss = 0;

	memset(s->dq, 0, (size_t)rows * d->A * sizeof *s->dq);
	s->q = s->q_largest = 0;
	for (int r = 0; r < rows; r++) {
		size_t k = from + r, at = (size_t)r * d->A + replay_action(d->replay, d->index[k]);
		const struct target y = { .t = &s->y[r] };
		double weight = d->weight[k];
		real de;

		d->error[k] = q[at] - s->y[r];
		loss += weight * half * loss_compute(&d->o.loss, &de, &q[at], y, 1, 1, half);
		s->dq[at] = (real)(weight * scale * de);
		s->q += q[at];
		s->q_largest = fmax(s->q_largest, fmax(fabs((double)q[at]), fabs((double)*y.t)));
	}
	return loss;
}

static void add_gradient(void *self, int id, struct replica *r, double scale)
{
	struct dqn *d = self;
	struct share *s = &d->share[id];
	struct net *online = r->net;
	struct input in;
	const real *q;
	size_t from, to;
	int rows;

	s->q = s->q_largest = 0;
	workers_share(id, d->trainer->replicas, d->o.batch, SHARE_UNIT, &from, &to);
	rows = (int)(to - from);
	if (!rows)
		return;
	gather(d, s, from, rows);
	batch_flat(&s->batch, &s->n, rows);
	td_targets(d, s, online, from, rows);
	in = input_of(d, s->s, rows, s->x);
	q = net_forward(online, &s->batch, in, online->L);
	r->loss = td_errors(d, s, q, from, rows, scale);
	net_backward(online, &s->batch, in, s->dq, NULL, online->L);
}

/* The importance-sampling exponent, which rises linearly to 1. */
static double beta(const struct dqn *d)
{
	long t = dqn_updates(d), over = d->o.beta_updates;

	return t >= over ? 1 : d->o.beta + (1 - d->o.beta) * (double)t / (double)over;
}

enum ry_status dqn_update(struct dqn *d, struct dqn_update *u)
{
	struct update step;
	enum ry_status status;

	replay_sample(d->replay, d->o.batch, d->o.with_replacement, beta(d), d->order, d->index,
	              d->weight);
	status = trainer_step(d->trainer, d->o.batch, 1, &step);
	*u = (struct dqn_update){ .loss = step.loss / step.count,
		                  .norm = step.norm,
		                  .lr = step.lr };
	for (int id = 0; id < d->trainer->replicas; id++) {
		u->q += d->share[id].q / d->o.batch;
		u->q_largest = fmax(u->q_largest, d->share[id].q_largest);
	}
	if (status != RY_OK)
		return status;
	replay_errors(d->replay, d->o.batch, d->index, d->error);
	if (d->o.target_every && dqn_updates(d) % d->o.target_every == 0)
		dqn_copy_target(d);
	return RY_OK;
}

void dqn_watch(struct dqn *d, struct inspector *i)
{
	trainer_watch(d->trainer, i);
}

void dqn_look(struct dqn *d, struct inspector *i)
{
	struct share *s = &d->share[0];
	struct net *online = d->trainer->replica[0].net;
	size_t have = replay_count(d->replay);
	int rows = have < (size_t)d->o.batch ? (int)have : d->o.batch;

	for (int r = 0; r < rows; r++)
		memcpy((char *)s->s + r * d->shape.bytes, replay_state(d->replay, r * have / rows),
		       d->shape.bytes);
	batch_flat(&s->batch, &s->n, rows);
	if (rows)
		net_forward(online, &s->batch, input_of(d, s->s, rows, s->x), online->L);
	inspector_look(i, online, &s->batch, rows ? online->L : 0);
}

/* ---- checkpoints ---- */

static enum ry_status walk(const struct dqn *d, struct st_writer *to, const struct st_file *from)
{
	const struct checkpoint_row target =
		CHECKPOINT_REALS("target", d->online->n, d->target ? d->target->w : NULL,
		                 -RY_REAL_MAX, RY_REAL_MAX);
	enum ry_status status = learner_file_walk(d->trainer, d->order, to, from);

	return status == RY_OK && d->target ? checkpoint_walk(&target, 1, to, from) : status;
}

enum ry_status dqn_write(const struct dqn *d, struct st_writer *to)
{
	enum ry_status status = walk(d, to, NULL);

	return status == RY_OK ? replay_write(d->replay, to) : status;
}

enum ry_status dqn_read(struct dqn *d, const struct st_file *from)
{
	enum ry_status status = walk(d, NULL, from);

	return status == RY_OK ? replay_read(d->replay, from, d->A) : status;
}
