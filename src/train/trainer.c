/* trainer.c - see trainer.h. */
#include "src/train/trainer.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/checkpoint.h"
#include "src/base/random.h"

/* What lies side by side and is updated in the same way: parameters with and without penalties, or
 * buffers (layer.h). */
enum part { PENALISED, UNPENALISED, BUFFER };

struct range {
	size_t    from, to;
	enum part part;
};

/* ---- construction ---- */

/* Weights have columns, biases have not. */
static enum part part_of(const struct trainer *t, const struct param *p)
{
	if (p->buffer)
		return BUFFER;
	return p->cols > 0 || !t->o.weights_only ? PENALISED : UNPENALISED;
}

/* Cut the parameters into ranges.  What lies between tensors belongs to the one before. */
static int make_ranges(struct trainer *t)
{
	char name[NET_NAME_MAX];
	struct param p;
	int n = 0;

	while (net_param(t->net, n, name, &p))
		n++;
	t->range = ry_calloc(n + 1, sizeof *t->range, "the parameters");
	if (!t->range)
		return 0;
	t->range[0] = (struct range){ 0, t->net->n, PENALISED };
	t->ranges = 1;
	for (int k = 0; k < n; k++) {
		struct range *last = &t->range[t->ranges - 1];

		net_param(t->net, k, name, &p);
		assert(p.at >= last->from);
		if (k == 0) {
			last->part = part_of(t, &p);
		} else if (last->part != part_of(t, &p)) {
			last->to = p.at;
			t->range[t->ranges++] =
				(struct range){ p.at, t->net->n, part_of(t, &p) };
		}
	}
	return 1;
}

static int replica_alloc(struct replica *r, const struct trainer *t, int id)
{
	r->net = net_share(t->net);
	if (t->o.dropout)
		r->rng = random_stream(t->o.seed, STREAM_WORKER + id);
	return r->net && (r->rng || !t->o.dropout);
}

static int alloc_parts(struct trainer *t, const struct optimizer_options *rule)
{
	int n = net_batch_wide(t->net) ? 1 : workers_count(t->workers);

	t->optimizer = optimizer_alloc(t->net->n, rule);
	t->replica = t->optimizer ? ry_calloc(n, sizeof *t->replica, "replicas") : NULL;
	if (!t->replica || !make_ranges(t))
		return 0;
	while (t->replicas < n) {
		t->replicas++;
		if (!replica_alloc(&t->replica[t->replicas - 1], t, t->replicas - 1))
			return 0;
	}
	return 1;
}

struct trainer *trainer_alloc(struct net *net, struct workers *w, const struct trainer_options *o)
{
	struct trainer *t = ry_calloc(1, sizeof *t, "a trainer");

	if (!t)
		return NULL;
	t->net = net;
	t->workers = w;
	t->o = *o;
	t->o.optimizer = NULL;
	if (!alloc_parts(t, o->optimizer)) {
		trainer_free(t);
		return NULL;
	}
	return t;
}

void trainer_free(struct trainer *t)
{
	if (!t)
		return;
	for (int id = 0; id < t->replicas; id++) {
		net_free(t->replica[id].net);
		if (t->replica[id].rng)
			gsl_rng_free(t->replica[id].rng);
	}
	free(t->replica);
	optimizer_free(t->optimizer);
	free(t->range);
	free(t);
}

long trainer_updates(const struct trainer *t)
{
	return t->optimizer->t;
}

void trainer_watch(struct trainer *t, struct inspector *i)
{
	t->inspector = i;
}

/* ---- one update ---- */

static void gradient_job(int id, void *arg)
{
	struct trainer *t = arg;
	struct replica *r = &t->replica[id];

	if (id >= t->replicas)
		return;
	r->loss = 0;
	t->o.gradient(t->o.learner, id, r, t->scale);
}

/* The worker's share of the parameters. */
static void share(const struct trainer *t, int id, size_t *from, size_t *to)
{
	workers_share(id, t->replicas, t->net->n, RY_ALIGN / sizeof(real), from, to);
}

/* Sum of dw^2 over [from, to), without buffers. */
static double square(const struct trainer *t, const real *dw, size_t from, size_t to)
{
	double total = 0;

	for (const struct range *r = t->range; r < t->range + t->ranges; r++) {
		if (r->part != BUFFER || r->to <= from || r->from >= to)
			continue;
		if (r->from > from)
			total += gradient_square(dw, from, r->from);
		from = r->to < to ? r->to : to;
	}
	return total + gradient_square(dw, from, to);
}

/* Replica 0's dw = the sum of all, on this share of it; the others' go back to zero. */
static void sum_job(int id, void *arg)
{
	struct trainer *t = arg;
	real *sum = t->replica[0].net->dw;
	size_t from, to;

	if (id >= t->replicas)
		return;
	share(t, id, &from, &to);
	for (int k = 1; k < t->replicas; k++)
		gradient_move(sum, t->replica[k].net->dw, from, to);
	t->replica[id].square = square(t, sum, from, to);
}

/* The steps that buffers take by themselves; their part of dw goes back to zero. */
static void step_buffers(real *restrict w, real *restrict dw, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		w[i] -= dw[i];
		dw[i] = 0;
	}
}

static void update_job(int id, void *arg)
{
	struct trainer *t = arg;
	struct optimizer unpenalised = *t->optimizer;
	real *w = t->net->w, *dw = t->replica[0].net->dw;
	size_t from, to;

	if (id >= t->replicas)
		return;
	unpenalised.o.l1 = unpenalised.o.l2 = 0;
	share(t, id, &from, &to);
	for (const struct range *r = t->range; r < t->range + t->ranges; r++) {
		size_t begin = r->from > from ? r->from : from, end = r->to < to ? r->to : to;

		if (r->part == BUFFER)
			step_buffers(w, dw, begin, end);
		else
			optimizer_apply(r->part == PENALISED ? t->optimizer : &unpenalised, w, dw,
			                begin, end, t->scale);
	}
}

enum ry_status trainer_step(struct trainer *t, double count, int inspect, struct update *u)
{
	real *dw = t->replica[0].net->dw;
	double square = 0;

	*u = (struct update){ .count = count,
		              .items = count,
		              .lr = optimizer_rate(&t->optimizer->o, t->optimizer->t + 1) };
	t->scale = 1 / count;
	workers_run(t->workers, gradient_job, t);
	workers_run(t->workers, sum_job, t);
	for (int id = 0; id < t->replicas; id++) {
		u->loss += t->replica[id].loss;
		square += t->replica[id].square;
	}
	u->norm = sqrt(square);
	if (!isfinite(u->loss) || !isfinite(u->norm)) {
		memset(dw, 0, t->net->n * sizeof *dw);
		return optimizer_diverged(t->optimizer, u->loss / count, u->norm);
	}
	inspect = inspect && t->inspector;
	if (inspect)
		inspector_before_update(t->inspector, dw);
	t->scale = clip_factor(u->norm, t->o.clip);
	optimizer_begin(t->optimizer);
	workers_run(t->workers, update_job, t);
	if (inspect)
		inspector_after_update(t->inspector);
	return RY_OK;
}

/* ---- checkpoints ---- */

static enum ry_status walk(const struct trainer *t, struct st_writer *to,
                           const struct st_file *from)
{
	const struct checkpoint_row parameters =
		CHECKPOINT_REALS("parameters", t->net->n, t->net->w, -RY_REAL_MAX, RY_REAL_MAX);
	enum ry_status status = checkpoint_walk(&parameters, 1, to, from);

	if (status == RY_OK)
		status = to ? optimizer_write(t->optimizer, to)
		            : optimizer_read(t->optimizer, from);
	for (int id = 0; t->o.dropout && id < t->replicas && status == RY_OK; id++) {
		char name[32];
		const struct checkpoint_row rng = CHECKPOINT_RANDOM(name, t->replica[id].rng);

		snprintf(name, sizeof name, "random.worker.%d", id);
		status = checkpoint_walk(&rng, 1, to, from);
	}
	return status;
}

enum ry_status trainer_write(const struct trainer *t, struct st_writer *to)
{
	return walk(t, to, NULL);
}

enum ry_status trainer_read(struct trainer *t, const struct st_file *from)
{
	return walk(t, NULL, from);
}
