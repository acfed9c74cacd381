/* kt_trainer.c - see kt_trainer.h. */
#include "rnn/kt/kt_trainer.h"

#include <assert.h>
#include <stdlib.h>

#include "rnn/kt/kt_batch.h"
#include "src/base/checkpoint.h"
#include "src/base/random.h"
#include "src/train/trainer.h"

struct kt_trainer {
	struct kt_model        *model;
	const struct sequences *s;
	struct kt_batcher      *batcher;
	struct kt_batch        *batch;
	struct trainer         *trainer;
	gsl_rng                *order, *order_before;   /* now, and before this epoch was drawn */
	int                     begun;                  /* an epoch has been laid out */
	int                     at;                     /* next batch of the epoch */
	real                   *slots;                  /* (batcher->slots, n_state) */
};

/* Replica id's share of the batch: load, forward, loss, backward. */
static void add_gradient(void *self, int id, struct replica *r, double scale)
{
	struct kt_trainer *t = self;

	kt_replica_load(t->batch, id, t->s, t->batcher, t->at, t->slots);
	kt_replica_forward(t->batch, id, t->batcher, t->slots, r->rng);
	r->loss = kt_replica_loss(t->batch, id, scale);
	kt_replica_backward(t->batch, id);
}

static int alloc_parts(struct kt_trainer *t, struct workers *w, const struct kt_train_options *o)
{
	int window = t->batcher->longest > 0 ? t->batcher->longest : 1;

	t->trainer = trainer_alloc(t->model->net, w,
	                           &(struct trainer_options){ .gradient = add_gradient,
	                                                      .learner = t,
	                                                      .clip = o->clip,
	                                                      .dropout = 1,
	                                                      .seed = o->seed,
	                                                      .optimizer = o->optimizer });
	t->batch = t->trainer
		           ? kt_batch_alloc(t->model, w, window, t->batcher->size, t->trainer)
		           : NULL;
	if (!t->batch)
		return 0;
	t->slots = ry_calloc(t->batcher->slots, t->model->net->n_state * sizeof *t->slots,
	                     "carried states");
	t->order = random_stream(o->seed, STREAM_ORDER);
	t->order_before = random_stream(o->seed, STREAM_ORDER);
	return t->slots && t->order && t->order_before;
}

struct kt_trainer *kt_trainer_alloc(struct kt_model *m, struct workers *w,
                                    const struct sequences *s, struct kt_batcher *batcher,
                                    const struct kt_train_options *o)
{
	struct kt_trainer *t = batcher ? ry_calloc(1, sizeof *t, "a trainer") : NULL;

	if (!t) {
		kt_batcher_free(batcher);
		return NULL;
	}
	t->model = m;
	t->s = s;
	t->batcher = batcher;
	if (!alloc_parts(t, w, o)) {
		kt_trainer_free(t);
		return NULL;
	}
	return t;
}

void kt_trainer_free(struct kt_trainer *t)
{
	if (!t)
		return;
	kt_batch_free(t->batch);
	trainer_free(t->trainer);
	kt_batcher_free(t->batcher);
	if (t->order)
		gsl_rng_free(t->order);
	if (t->order_before)
		gsl_rng_free(t->order_before);
	free(t->slots);
	free(t);
}

void kt_trainer_epoch(struct kt_trainer *t)
{
	gsl_rng_memcpy(t->order_before, t->order);
	kt_batcher_epoch(t->batcher, t->order);
	t->begun = 1;
	t->at = 0;
}

int kt_trainer_left(const struct kt_trainer *t)
{
	return t->begun ? t->batcher->batches - t->at : 0;
}

int kt_trainer_batches(const struct kt_trainer *t)
{
	return t->batcher->batches;
}

long kt_trainer_updates(const struct kt_trainer *t)
{
	return trainer_updates(t->trainer);
}

struct kt_batch *kt_trainer_batch(struct kt_trainer *t)
{
	return t->batch;
}

void kt_trainer_watch(struct kt_trainer *t, struct inspector *i)
{
	trainer_watch(t->trainer, i);
}

enum ry_status kt_trainer_step(struct kt_trainer *t, struct update *u)
{
	const struct kt_batcher *b = t->batcher;
	double predictions = 0, answers = 0;
	enum ry_status status;

	assert(kt_trainer_left(t) > 0);
	for (size_t k = b->start[t->at]; k < b->start[t->at + 1]; k++) {
		predictions += b->piece[k].steps;
		answers += b->piece[k].steps + (b->piece[k].from == 0);
	}
	status = trainer_step(t->trainer, predictions, t->at + 1 == b->batches, u);
	u->items = answers;
	if (status == RY_OK)
		t->at++;
	return status;
}

/* ---- checkpoints ---- */

/* The epoch is laid out again when it is read, from the generator as it was before; there are
 * carried states only when one has begun. */
static enum ry_status walk(const struct kt_trainer *t, struct st_writer *to,
                           const struct st_file *from)
{
	const struct checkpoint_number place[] = {
		[0] = CHECKPOINT_LONG("update", &t->trainer->optimizer->t, 0, CHECKPOINT_MAX),
		[1] = CHECKPOINT_INT("batch", &t->at, 0, t->batcher->batches),
		[2] = CHECKPOINT_INT("begun", &t->begun, 0, 1),
	};
	const struct checkpoint_row table[] = {
		CHECKPOINT_PACK("place", ST_I64, 3, place),
		CHECKPOINT_RANDOM("random.order", to && t->begun ? t->order_before : t->order),
	};
	enum ry_status status = checkpoint_walk(table, 2, to, from);
	size_t n = t->begun ? t->batcher->slots * t->model->net->n_state : 0;
	const struct checkpoint_row states =
		CHECKPOINT_REALS("states", n, t->slots, -RY_REAL_MAX, RY_REAL_MAX);

	if (status == RY_OK)
		status = to ? trainer_write(t->trainer, to) : trainer_read(t->trainer, from);
	return status == RY_OK ? checkpoint_walk(&states, 1, to, from) : status;
}

enum ry_status kt_trainer_write(const struct kt_trainer *t, struct st_writer *to)
{
	return walk(t, to, NULL);
}

enum ry_status kt_trainer_read(struct kt_trainer *t, const struct st_file *from)
{
	enum ry_status status = walk(t, NULL, from);
	int at = t->at;

	if (status != RY_OK)
		return status;
	if (t->begun)
		kt_trainer_epoch(t);
	t->at = at;
	return RY_OK;
}
