/* dqn.c - see dqn.h. */
#include "rl/agent/dqn.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rl/agent/dueling.h"
#include "rl/agent/observation.h"
#include "src/base/random.h"

/* Rows that workers' shares are cut at: fewer would not fill the vectors of a matrix product. */
enum { SHARE_UNIT = 8 };

static const layer_list layer_lists[] = { core_layers, rl_layers, NULL };

/* One worker's own: views of both networks and its share of the batch. */
struct bench {
	struct net   *online, *target;   /* share the parameters; target is NULL without one */
	struct batch  batch;
	int           n;                 /* for batch.n */
	void         *seen, *next;       /* (batch, bytes): s and s' as the memory holds them */
	real         *x;                 /* (batch, D): unpacked, when the first layer wants
	                                  * numbers */
	real         *y, *dy;            /* (batch), (batch, A) */
	int          *best;              /* (batch): argmax Q(s', a), for double */
	double        loss, q, q_largest, square;
};

/* Parameters that the L2 penalty does or does not concern. */
struct range {
	size_t from, to;
	int    decays;
};

struct dqn {
	struct dqn_options o;
	size_t             bytes;        /* of an observation */
	int                A;            /* actions */
	struct net        *net, *target; /* whose parameters the views share */
	struct net        *look;         /* to look at one observation */
	real              *look_x;       /* (D) */
	struct replay     *replay;
	struct optimizer  *optimizer;
	struct workers    *workers;
	gsl_rng           *order;        /* what is drawn from the memory */
	int                ranges;
	struct range      *range;        /* cover all parameters */
	size_t            *index;        /* (batch): the batch as drawn */
	real              *weight, *error;   /* (batch) */
	int                benches;
	struct bench      *bench;
	double             scale;        /* the clipping factor */
	struct inspector  *inspector;    /* or NULL */
};

/* ---- construction ---- */

static enum ry_status check_options(const struct dqn_options *o)
{
	if (o->batch < 1 || (size_t)o->batch > o->replay.capacity)
		return ry_fail(RY_EINVAL,
		               "batches of %d from a memory of %zu: expected 1 to that many",
		               o->batch, o->replay.capacity);
	if (o->loss.kind != LOSS_SQUARED && o->loss.kind != LOSS_HUBER)
		return ry_fail(RY_EINVAL, "loss %s: expected squared or huber",
		               loss_name(o->loss.kind));
	if (o->loss.kind == LOSS_HUBER && !(o->loss.delta > 0))
		return ry_fail(RY_EINVAL, "huber loss that bends at %g: expected a number above 0",
		               o->loss.delta);
	if (!(o->target_epsilon >= 0 && o->target_epsilon <= 1))
		return ry_fail(RY_EINVAL, "targets for play with chance %g: expected 0 to 1",
		               o->target_epsilon);
	if (!(o->beta >= 0 && o->beta <= 1) || o->beta_updates < 0)
		return ry_fail(RY_EINVAL,
		               "beta from %g over %ld updates: expected 0 to 1, and at least 0",
		               o->beta, o->beta_updates);
	if (o->target_every < 0 || !(o->clip >= 0) || !(o->decay >= 0))
		return ry_fail(RY_EINVAL,
		               "target copied every %ld updates, clip %g, decay %g: expected at "
		               "least 0",
		               o->target_every, o->clip, o->decay);
	return RY_OK;
}

static enum ry_status make_nets(struct dqn *d, long seed)
{
	int cells = d->o.height * d->o.width, D = d->o.planes * cells;
	gsl_rng *rng;

	d->net = net_make(d->o.lines, layer_lists);
	if (d->net && d->o.target_every)
		d->target = net_make(d->o.lines, layer_lists);
	if (!d->net || (d->o.target_every && !d->target))
		return RY_EINVAL;
	d->A = d->net->M;
	if (d->o.planes && d->net->D != D)
		return ry_fail(RY_ESHAPE, "a network for %d numbers, expected %d planes of %d x %d",
		               d->net->D, d->o.planes, d->o.height, d->o.width);
	d->bytes = d->o.planes ? (size_t)d->o.planes * bitplane_words(cells) * sizeof(uint64_t)
	                       : d->net->D * sizeof(real);
	rng = random_stream(seed, STREAM_INIT);
	if (!rng)
		return RY_ENOMEM;
	net_init(d->net, rng);
	gsl_rng_free(rng);
	return RY_OK;
}

static int bench_alloc(struct bench *b, const struct dqn *d)
{
	size_t batch = d->o.batch;

	b->online = net_share(d->net);
	b->target = d->target ? net_share(d->target) : NULL;
	b->seen = ry_calloc(batch, d->bytes, "a batch");
	b->next = ry_calloc(batch, d->bytes, "a batch");
	b->x = ry_calloc(batch * d->net->D, sizeof *b->x, "a batch");
	b->y = ry_calloc(batch, sizeof *b->y, "a batch");
	b->dy = ry_calloc(batch * d->A, sizeof *b->dy, "a batch");
	b->best = ry_calloc(batch, sizeof *b->best, "a batch");
	return b->online && (b->target || !d->target) && b->seen && b->next && b->x && b->y &&
	       b->dy && b->best && net_alloc(b->online, 1, d->o.batch, batch, 1) == RY_OK &&
	       (!b->target || net_alloc(b->target, 1, d->o.batch, batch, 0) == RY_OK);
}

static void bench_free(struct bench *b)
{
	net_free(b->online);
	net_free(b->target);
	free(b->seen);
	free(b->next);
	free(b->x);
	free(b->y);
	free(b->dy);
	free(b->best);
}

/* Cut the parameters into ranges with and without penalty: weights have columns, biases have
 * not. */
static int make_ranges(struct dqn *d)
{
	char name[NET_NAME_MAX];
	struct param p;
	int n = 0;

	while (net_param(d->net, n, name, &p))
		n++;
	d->range = ry_calloc(n + 1, sizeof *d->range, "the parameters");
	for (int k = 0; d->range && k < n; k++) {
		net_param(d->net, k, name, &p);
		/* Tensors come in the order they lie in; what is between them belongs to the one
		 * before. */
		assert(k == 0 || p.at >= d->range[k - 1].from);
		d->range[k] = (struct range){ .from = k ? p.at : 0,
			                      .to = d->net->n,
			                      .decays = p.cols > 0 };
		if (k)
			d->range[k - 1].to = p.at;
	}
	d->ranges = n;
	return d->range != NULL;
}

static int alloc_parts(struct dqn *d, long seed)
{
	size_t batch = d->o.batch;
	struct replay_options memory = d->o.replay;
	struct optimizer_options rule = d->o.optimizer;

	memory.bytes = d->bytes;
	memory.planes = d->o.planes;
	memory.cells = d->o.height * d->o.width;
	rule.l2 = d->o.decay;
	d->replay = replay_alloc(&memory);
	d->optimizer = optimizer_alloc(d->net->n, &rule);
	d->order = random_stream(seed, STREAM_ORDER);
	d->look = net_share(d->net);
	d->look_x = ry_calloc(d->net->D, sizeof *d->look_x, "an observation");
	d->index = ry_calloc(batch, sizeof *d->index, "a batch");
	d->weight = ry_calloc(batch, sizeof *d->weight, "a batch");
	d->error = ry_calloc(batch, sizeof *d->error, "a batch");
	d->bench = ry_calloc(workers_count(d->workers), sizeof *d->bench, "workers' places");
	if (!d->replay || !d->optimizer || !d->order || !d->look || !d->look_x || !d->index ||
	    !d->weight || !d->error || !d->bench || !make_ranges(d) ||
	    net_alloc(d->look, 1, 1, 1, 0) != RY_OK)
		return 0;
	while (d->benches < workers_count(d->workers)) {
		d->benches++;
		if (!bench_alloc(&d->bench[d->benches - 1], d))
			return 0;
	}
	return 1;
}

struct dqn *dqn_alloc(const struct dqn_options *o, long seed, struct workers *workers)
{
	struct dqn *d;

	if (check_options(o) != RY_OK)
		return NULL;
	d = ry_calloc(1, sizeof *d, "a deep Q-network");
	if (!d)
		return NULL;
	d->o = *o;
	d->workers = workers;
	if (make_nets(d, seed) != RY_OK || !alloc_parts(d, seed)) {
		dqn_free(d);
		return NULL;
	}
	d->o.lines = net_lines(d->net);
	dqn_copy_target(d);
	return d;
}

void dqn_free(struct dqn *d)
{
	if (!d)
		return;
	for (int id = 0; id < d->benches; id++)
		bench_free(&d->bench[id]);
	free(d->bench);
	net_free(d->look);
	net_free(d->target);
	net_free(d->net);
	replay_free(d->replay);
	optimizer_free(d->optimizer);
	if (d->order)
		gsl_rng_free(d->order);
	free(d->look_x);
	free(d->range);
	free(d->index);
	free(d->weight);
	free(d->error);
	free(d);
}

struct net *dqn_net(const struct dqn *d)
{
	return d->net;
}

struct replay *dqn_replay(const struct dqn *d)
{
	return d->replay;
}

long dqn_updates(const struct dqn *d)
{
	return d->optimizer->t;
}

void dqn_copy_target(struct dqn *d)
{
	if (d->target)
		memcpy(d->target->w, d->net->w, d->net->n * sizeof *d->net->w);
}

/* ---- looking ---- */

/* `rows` observations as the memory holds them, in the form that the first layer wants. */
static struct input input_of(const struct dqn *d, const void *observations, int rows, real *x)
{
	return observation_input(d->net, d->o.planes, d->o.height * d->o.width, observations, rows,
	                         x);
}

const real *dqn_values(struct dqn *d, const void *observation)
{
	struct batch b;
	int one;

	batch_flat(&b, &one, 1);
	return net_forward(d->look, &b, input_of(d, observation, 1, d->look_x), d->look->L);
}

/* ---- one update ---- */

int dqn_greedy(const real *q, int n)
{
	int best = 0;

	for (int a = 1; a < n; a++)
		if (q[a] > q[best])
			best = a;
	return best;
}

/* The worker's share of the batch, copied together. */
static void gather(const struct dqn *d, struct bench *b, size_t from, int rows)
{
	for (int r = 0; r < rows; r++) {
		size_t i = d->index[from + r];

		memcpy((char *)b->seen + r * d->bytes, replay_state(d->replay, i), d->bytes);
		memcpy((char *)b->next + r * d->bytes, replay_next(d->replay, i), d->bytes);
	}
}

/* What a state of values q (A) is worth when `best` is chosen but for chance: (1 - e) q(best) + e
 * mean q. */
static double state_value(const struct dqn *d, const real *q, int best)
{
	double e = d->o.target_epsilon, sum = 0;

	if (e == 0)
		return q[best];
	for (int a = 0; a < d->A; a++)
		sum += q[a];
	return (1 - e) * q[best] + e * sum / d->A;
}

/* y = r + bootstrap * the value of s', as the target network has it. */
static void find_targets(const struct dqn *d, struct bench *b, size_t from, int rows)
{
	struct input next = input_of(d, b->next, rows, b->x);
	struct net *judge = b->target ? b->target : b->online;
	const real *q;

	if (d->o.double_q) {
		q = net_forward(b->online, &b->batch, next, b->online->L);
		for (int r = 0; r < rows; r++)
			b->best[r] = dqn_greedy(q + (size_t)r * d->A, d->A);
	}
	q = net_forward(judge, &b->batch, next, judge->L);
	for (int r = 0; r < rows; r++, q += d->A) {
		size_t i = d->index[from + r];
		int best = d->o.double_q ? b->best[r] : dqn_greedy(q, d->A);

		b->y[r] = (real)(replay_reward(d->replay, i) +
		                 replay_bootstrap(d->replay, i) * state_value(d, q, best));
	}
}

/* The loss of an error e = Q - y, and its derivative: e^2 / 2, or Huber's. */
static double error_loss(const struct loss *loss, double e, double *de)
{
	int linear = loss->kind == LOSS_HUBER && fabs(e) > loss->delta;

	*de = linear ? copysign(loss->delta, e) : e;
	return linear ? loss->delta * (fabs(e) - loss->delta / 2) : e * e / 2;
}

/* dy = gradient of the weighted mean loss: only the chosen actions' outputs have one. */
static void find_errors(struct dqn *d, struct bench *b, const real *q, size_t from, int rows)
{
	memset(b->dy, 0, (size_t)rows * d->A * sizeof *b->dy);
	for (int r = 0; r < rows; r++) {
		size_t k = from + r, at = (size_t)r * d->A + replay_action(d->replay, d->index[k]);
		double weight = (double)d->weight[k] / d->o.batch, de;

		d->error[k] = q[at] - b->y[r];
		b->loss += weight * error_loss(&d->o.loss, d->error[k], &de);
		b->dy[at] = (real)(weight * de);
		b->q += q[at];
		b->q_largest = fmax(b->q_largest, fmax(fabs((double)q[at]), fabs((double)b->y[r])));
	}
}

static void learn(struct dqn *d, struct bench *b, size_t from, int rows)
{
	struct input in;
	const real *q;

	gather(d, b, from, rows);
	batch_flat(&b->batch, &b->n, rows);
	find_targets(d, b, from, rows);
	in = input_of(d, b->seen, rows, b->x);
	q = net_forward(b->online, &b->batch, in, b->online->L);
	find_errors(d, b, q, from, rows);
	net_backward(b->online, &b->batch, in, b->dy, NULL, b->online->L);
}

static void gradient_job(int id, void *arg)
{
	struct dqn *d = arg;
	struct bench *b = &d->bench[id];
	size_t from, to;

	b->loss = b->q = b->q_largest = 0;
	workers_share(id, d->benches, d->o.batch, SHARE_UNIT, &from, &to);
	if (to > from)
		learn(d, b, from, (int)(to - from));
}

/* Bench 0's dw = the sum of all, on this share of it; the others' go back to zero. */
static void add_up_job(int id, void *arg)
{
	struct dqn *d = arg;
	real *sum = d->bench[0].online->dw;
	size_t from, to;

	workers_share(id, d->benches, d->net->n, RY_ALIGN / sizeof(real), &from, &to);
	for (int k = 1; k < d->benches; k++)
		gradient_move(sum, d->bench[k].online->dw, from, to);
	d->bench[id].square = gradient_square(sum, from, to);
}

static void update_job(int id, void *arg)
{
	struct dqn *d = arg;
	struct optimizer plain = *d->optimizer;
	size_t from, to;

	plain.o.l2 = 0;
	workers_share(id, d->benches, d->net->n, RY_ALIGN / sizeof(real), &from, &to);
	for (int k = 0; k < d->ranges; k++) {
		const struct range *r = &d->range[k];
		size_t begin = r->from > from ? r->from : from, end = r->to < to ? r->to : to;

		if (begin < end)
			optimizer_apply(r->decays ? d->optimizer : &plain, d->net->w,
			                d->bench[0].online->dw, begin, end, d->scale);
	}
}

/* beta rises linearly to 1. */
static double beta(const struct dqn *d)
{
	long t = d->optimizer->t, over = d->o.beta_updates;

	return t >= over ? 1 : d->o.beta + (1 - d->o.beta) * (double)t / (double)over;
}

enum ry_status dqn_update(struct dqn *d, struct dqn_update *u)
{
	double square = 0;

	*u = (struct dqn_update){ .lr = optimizer_rate(&d->optimizer->o, d->optimizer->t + 1) };
	replay_sample(d->replay, d->o.batch, d->o.again, beta(d), d->order, d->index, d->weight);
	workers_run(d->workers, gradient_job, d);
	workers_run(d->workers, add_up_job, d);
	for (int id = 0; id < d->benches; id++) {
		const struct bench *b = &d->bench[id];

		u->loss += b->loss;
		u->q += b->q / d->o.batch;
		u->q_largest = fmax(u->q_largest, b->q_largest);
		square += b->square;
	}
	u->norm = sqrt(square);
	if (!isfinite(u->loss) || !isfinite(u->norm)) {
		memset(d->bench[0].online->dw, 0, d->net->n * sizeof(real));
		return optimizer_diverged(d->optimizer, u->loss, u->norm);
	}
	d->scale = clip_factor(u->norm, d->o.clip);
	if (d->inspector)
		inspector_before_update(d->inspector, d->bench[0].online->dw);
	optimizer_begin(d->optimizer);
	workers_run(d->workers, update_job, d);
	if (d->inspector)
		inspector_after_update(d->inspector);
	replay_errors(d->replay, d->o.batch, d->index, d->error);
	if (d->o.target_every && d->optimizer->t % d->o.target_every == 0)
		dqn_copy_target(d);
	return RY_OK;
}

void dqn_watch(struct dqn *d, struct inspector *i)
{
	d->inspector = i;
}

void dqn_look(struct dqn *d, struct inspector *i)
{
	struct bench *b = &d->bench[0];
	size_t have = replay_count(d->replay);
	int rows = have < (size_t)d->o.batch ? (int)have : d->o.batch;

	for (int r = 0; r < rows; r++)
		memcpy((char *)b->seen + r * d->bytes, replay_state(d->replay, r * have / rows),
		       d->bytes);
	batch_flat(&b->batch, &b->n, rows);
	if (rows)
		net_forward(b->online, &b->batch, input_of(d, b->seen, rows, b->x), b->online->L);
	inspector_look(i, b->online, &b->batch, rows ? b->online->L : 0);
}

/* ---- checkpoints ---- */

enum ry_status dqn_write(const struct dqn *d, struct st_writer *to)
{
	const int64_t updates = d->optimizer->t;
	size_t one = 1, n = d->net->n;
	enum ry_status status;

	if ((status = st_set_meta(to, "layers", net_lines(d->net))) != RY_OK ||
	    (status = st_set_meta(to, "optimizer", optimizer_rule_name(d->o.optimizer.rule))) !=
	            RY_OK ||
	    (status = st_add(to, "updates", ST_I64, 1, &one, &updates)) != RY_OK ||
	    (status = st_add(to, "parameters", ST_REAL, 1, &n, d->net->w)) != RY_OK ||
	    (d->target && (status = st_add(to, "target", ST_REAL, 1, &n, d->target->w)) != RY_OK) ||
	    (status = random_write(d->order, "random.order", to)) != RY_OK)
		return status;
	status = optimizer_write(d->optimizer, to);
	return status == RY_OK ? replay_write(d->replay, to) : status;
}

/* Parameters lie in a file as they lie in memory: other layers, or another rule, might have as many
 * numbers. */
static enum ry_status check_kind(const struct dqn *d, const struct st_file *from)
{
	const char *layers = st_meta(from, "layers"), *rule = st_meta(from, "optimizer");

	if (!layers || strcmp(layers, net_lines(d->net)) != 0)
		return ry_fail(RY_ESHAPE, "%s: another network than the one that reads",
		               st_path(from));
	if (!rule || strcmp(rule, optimizer_rule_name(d->o.optimizer.rule)) != 0)
		return ry_fail(RY_ESHAPE, "%s: learnt by %.32s, expected %s", st_path(from),
		               rule ? rule : "nothing", optimizer_rule_name(d->o.optimizer.rule));
	return RY_OK;
}

enum ry_status dqn_read(struct dqn *d, const struct st_file *from)
{
	size_t n = d->net->n;
	int64_t updates;
	enum ry_status status = check_kind(d, from);

	if (status == RY_OK)
		status = st_get(from, "updates", ST_I64, 1, &updates);
	if (status != RY_OK)
		return status;
	if (updates < 0 || updates > LONG_MAX / 2)
		return ry_fail(RY_EDATA, "%s: %lld updates", st_path(from), (long long)updates);
	if ((status = st_get(from, "parameters", ST_REAL, n, d->net->w)) != RY_OK ||
	    (d->target && (status = st_get(from, "target", ST_REAL, n, d->target->w)) != RY_OK) ||
	    (status = random_read(d->order, "random.order", from)) != RY_OK)
		return status;
	status = optimizer_read(d->optimizer, from);
	if (status == RY_OK)
		status = replay_read(d->replay, from, d->A);
	if (status == RY_OK)
		d->optimizer->t = (long)updates;
	return status;
}
