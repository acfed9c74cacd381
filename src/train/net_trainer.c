/* net_trainer.c - see net_trainer.h. */
#include "src/train/net_trainer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_randist.h>

#include "src/base/checkpoint.h"
#include "src/base/random.h"
#include "src/train/trainer.h"

/* Rows that workers' shares are cut at: fewer would not fill the vectors of a matrix product. */
enum { SHARE_UNIT = 8 };

/* A worker's share of the batch. */
struct share {
	struct batch batch;
	int          n;              /* for batch.n */
	real        *x, *t, *dy;     /* (batch, D), (batch, M), (batch, M) */
	int         *label;          /* (batch) */
};

struct net_trainer {
	struct net              *net;
	struct net_rows          data;
	struct net_train_options o;
	struct trainer          *trainer;
	gsl_rng                 *order, *order_before;   /* now, and before this epoch was drawn */
	int                     *row;                    /* (rows): the order of this epoch */
	int                      started;                /* an epoch's order has been drawn */
	int                      at;                     /* next row of the order */
	struct share            *share;                  /* (replicas) */
};

void net_rows_spread(const struct net_rows *rows, int D, int n, real *x)
{
	for (size_t k = 0; k < (size_t)n; k++)
		memcpy(x + k * D, rows->x + k * rows->rows / n * D, D * sizeof *x);
}

static void add_gradient(void *self, int id, struct replica *r, double scale);

static int share_alloc(struct share *s, const struct net_trainer *t, struct net *replica)
{
	size_t D = t->net->D, M = t->net->M, batch = t->o.batch;

	s->x = ry_calloc(batch * D, sizeof *s->x, "a batch");
	s->t = ry_calloc(batch * M, sizeof *s->t, "a batch");
	s->dy = ry_calloc(batch * M, sizeof *s->dy, "a batch");
	s->label = ry_calloc(batch, sizeof *s->label, "a batch");
	return s->x && s->t && s->dy && s->label &&
	       net_alloc(replica, 1, t->o.batch, batch, 1) == RY_OK;
}

static void share_free(struct share *s)
{
	free(s->x);
	free(s->t);
	free(s->dy);
	free(s->label);
}

static int alloc_parts(struct net_trainer *t, struct workers *w)
{
	t->trainer = trainer_alloc(t->net, w,
	                           &(struct trainer_options){ .gradient = add_gradient,
	                                                      .learner = t,
	                                                      .clip = t->o.clip,
	                                                      .dropout = 1,
	                                                      .seed = t->o.seed,
	                                                      .optimizer = t->o.optimizer });
	t->o.optimizer = NULL;
	if (!t->trainer)
		return 0;
	t->order = random_stream(t->o.seed, STREAM_ORDER);
	t->order_before = random_stream(t->o.seed, STREAM_ORDER);
	t->row = ry_calloc(t->data.rows, sizeof *t->row, "the order of rows");
	t->share = ry_calloc(t->trainer->replicas, sizeof *t->share, "a batch");
	if (!t->order || !t->order_before || !t->row || !t->share)
		return 0;
	for (int id = 0; id < t->trainer->replicas; id++)
		if (!share_alloc(&t->share[id], t, t->trainer->replica[id].net))
			return 0;
	return 1;
}

struct net_trainer *net_trainer_alloc(struct net *net, struct workers *w,
                                      const struct net_rows *data,
                                      const struct net_train_options *o)
{
	struct net_trainer *t;

	if (data->rows < 1 || o->batch < 1) {
		ry_fail(RY_EINVAL,
		        "%d rows to train on in batches of %d: expected at least 1 and 1",
		        data->rows, o->batch);
		return NULL;
	}
	t = ry_calloc(1, sizeof *t, "a trainer");
	if (!t)
		return NULL;
	t->net = net;
	t->data = *data;
	t->o = *o;
	if (t->o.batch > data->rows)
		t->o.batch = data->rows;
	t->at = data->rows;
	if (!alloc_parts(t, w)) {
		net_trainer_free(t);
		return NULL;
	}
	return t;
}

void net_trainer_free(struct net_trainer *t)
{
	if (!t)
		return;
	for (int id = 0; t->share && id < t->trainer->replicas; id++)
		share_free(&t->share[id]);
	free(t->share);
	trainer_free(t->trainer);
	if (t->order)
		gsl_rng_free(t->order);
	if (t->order_before)
		gsl_rng_free(t->order_before);
	free(t->row);
	free(t);
}

void net_trainer_epoch(struct net_trainer *t)
{
	gsl_rng_memcpy(t->order_before, t->order);
	for (int r = 0; r < t->data.rows; r++)
		t->row[r] = r;
	if (!t->o.in_order)
		gsl_ran_shuffle(t->order, t->row, t->data.rows, sizeof *t->row);
	t->started = 1;
	t->at = 0;
}

int net_trainer_left(const struct net_trainer *t)
{
	return (t->data.rows - t->at + t->o.batch - 1) / t->o.batch;
}

int net_trainer_batches(const struct net_trainer *t)
{
	return (t->data.rows + t->o.batch - 1) / t->o.batch;
}

long net_trainer_updates(const struct net_trainer *t)
{
	return trainer_updates(t->trainer);
}

/* ---- one update ---- */

static int batch_rows(const struct net_trainer *t)
{
	int left = t->data.rows - t->at;

	return left < t->o.batch ? left : t->o.batch;
}

/* Copy the worker's share of the batch together; returns its rows. */
static int gather(const struct net_trainer *t, int id)
{
	struct share *s = &t->share[id];
	const struct target *target = &t->data.target;
	size_t D = t->net->D, M = t->net->M, from, to;

	workers_share(id, t->trainer->replicas, batch_rows(t), SHARE_UNIT, &from, &to);
	for (size_t k = from; k < to; k++) {
		size_t row = t->row[t->at + k], i = k - from;

		memcpy(s->x + i * D, t->data.x + row * D, D * sizeof *s->x);
		if (target->t)
			memcpy(s->t + i * M, target->t + row * M, M * sizeof *s->t);
		if (target->label)
			s->label[i] = target->label[row];
	}
	return (int)(to - from);
}

/* Replica id's share of the batch: forward, loss, backward. */
static void add_gradient(void *self, int id, struct replica *r, double scale)
{
	struct net_trainer *t = self;
	struct share *s = &t->share[id];
	const struct target target = { .t = t->data.target.t ? s->t : NULL,
	                               .label = t->data.target.label ? s->label : NULL };
	struct input in = { .x = s->x };
	int rows = gather(t, id);
	const real *y;

	if (!rows)
		return;
	batch_flat(&s->batch, &s->n, rows);
	s->batch.rng = r->rng;
	y = net_forward(r->net, &s->batch, in, r->net->L);
	r->loss = loss_compute(&t->o.loss, s->dy, y, target, rows, t->net->M, scale);
	net_backward(r->net, &s->batch, in, s->dy, NULL, r->net->L);
}

enum ry_status net_trainer_step(struct net_trainer *t, struct update *u)
{
	int rows = batch_rows(t);
	enum ry_status status;

	assert(rows > 0);
	status = trainer_step(t->trainer, rows, t->at + rows == t->data.rows, u);
	if (status == RY_OK)
		t->at += rows;
	return status;
}

void net_trainer_watch(struct net_trainer *t, struct inspector *i)
{
	trainer_watch(t->trainer, i);
}

/* ---- checkpoints ---- */

/* The order is drawn again when it is read, from the generator as it was before. */
static enum ry_status walk(const struct net_trainer *t, struct st_writer *to,
                           const struct st_file *from)
{
	const int rows = t->data.rows;
	const struct checkpoint_number place[] = {
		[0] = CHECKPOINT_LONG("update", &t->trainer->optimizer->t, 0, CHECKPOINT_MAX),
		[1] = CHECKPOINT_INT("begun", &t->started, 0, 1),
		[2] = CHECKPOINT_INT("row", &t->at, 0, rows),
		[3] = CHECKPOINT_INT("rows in all", &t->data.rows, rows, rows),
	};
	const struct checkpoint_row table[] = {
		CHECKPOINT_PACK("place", ST_I64, 4, place),
		CHECKPOINT_RANDOM("random.order", to && t->started ? t->order_before : t->order),
	};
	enum ry_status status = checkpoint_walk(table, 2, to, from);

	if (status != RY_OK)
		return status;
	return to ? trainer_write(t->trainer, to) : trainer_read(t->trainer, from);
}

enum ry_status net_trainer_write(const struct net_trainer *t, struct st_writer *to)
{
	return walk(t, to, NULL);
}

enum ry_status net_trainer_read(struct net_trainer *t, const struct st_file *from)
{
	enum ry_status status = walk(t, NULL, from);
	int at = t->at;

	if (status != RY_OK)
		return status;
	if (!t->started && at < t->data.rows)
		return ry_fail(RY_EDATA, "%s: 'place' has row %d of an epoch that has not begun",
		               st_path(from), at);
	if (t->started)
		net_trainer_epoch(t);
	t->at = at;
	return RY_OK;
}
