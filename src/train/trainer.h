/* trainer.h - one update of any learner, split over workers.
 *
 * Synchronous data parallelism: each worker has a replica of the network, which shares the
 * parameters and has a gradient of its own.  A learner supplies one function, which adds to a
 * replica's gradient what that replica's share of the batch gives.  The trainer does the rest:
 *
 *     g  = sum of the replicas' gradients, of the mean loss
 *     g *= min(1, clip / |g|)                                       Pascanu, Mikolov & Bengio 2013
 *     w  = the optimiser's step from w and g
 *
 * It stops before the step when loss or gradient is not finite, shows the update to an inspector,
 * and keeps its part of a checkpoint.  The sum runs in the order of the replicas: same seed, same
 * number of workers, the same bits.
 *
 * A network that couples the rows of a batch (batch_wide in layer.h) has one replica, whatever the
 * number of workers: it gets the whole batch.  Buffers, such as running statistics, take the steps
 * that the backward pass has put into dw; norm, clip and optimiser leave them out.
 */
#ifndef RILEY_TRAIN_TRAINER_H
#define RILEY_TRAIN_TRAINER_H

#include <gsl/gsl_rng.h>
#include "src/base/safetensors.h"
#include "src/base/workers.h"
#include "src/nn/inspect.h"
#include "src/nn/net.h"
#include "src/train/optimizer.h"
#include "src/train/update.h"

/* One worker's view of the network. */
struct replica {
	struct net *net;             /* shares w; has its own dw, and the workspace that the learner
	                              * gave it by net_alloc() */
	gsl_rng    *rng;             /* dropout; NULL unless trainer_options.dropout */
	double      loss;            /* of its share, summed; 0 when the gradient function begins */
	double      square;          /* private: its share of the squared norm */
};

struct trainer_options {
	/* For replica `id`, which no other worker touches meanwhile: set r->loss to the summed loss
	 * of its share of the batch, and add `scale` times the gradient of that to r->net->dw.
	 * `learner` is the pointer below.  Must not allocate, nor fail. */
	void (*gradient)(void *learner, int id, struct replica *r, double scale);
	void  *learner;
	double clip;                 /* longest gradient (norm); 0: no limit */
	int    dropout;              /* each replica has a random generator of its own ... */
	long   seed;                 /* ... from this seed */
	int    weights_only;         /* the penalties l1 and l2 are for weights, not for biases */
	const struct optimizer_options *optimizer;   /* read once */
};

struct trainer {
	struct net       *net;       /* borrowed, as are the workers */
	struct workers   *workers;
	struct optimizer *optimizer;
	int               replicas;
	struct replica   *replica;   /* (replicas): one for each worker, or one in all */
	/* private */
	struct trainer_options o;
	struct inspector *inspector; /* or NULL */
	int               ranges;
	struct range     *range;     /* of parameters that a penalty concerns or does not */
	double            scale;     /* 1 / predictions, then the clipping factor */
};

/* A trainer of `net`, which it updates in place.  The learner then allocates the workspace of each
 * replica's network (net_alloc() for training).  The caller owns the trainer.  NULL with
 * ry_message() set for invalid optimiser options or without memory. */
struct trainer *trainer_alloc(struct net *net, struct workers *w, const struct trainer_options *o);
void trainer_free(struct trainer *t);

/* One update from a batch of `count` predictions, the divisor of the mean loss.  Fills *u; u->items
 * is `count`, which a learner may change.  Allocates nothing.  RY_ENUMERIC if loss or gradient is
 * not finite: parameters and optimiser are then unchanged (generators have advanced).  `inspect`:
 * show this update to the inspector, if any. */
enum ry_status trainer_step(struct trainer *t, double count, int inspect, struct update *u);

/* Updates so far. */
long trainer_updates(const struct trainer *t);

/* Show updates to `i` (borrowed; an inspector of the trainer's network).  NULL: none. */
void trainer_watch(struct trainer *t, struct inspector *i);

/* Save and load the trainer's part of a checkpoint: tensors "parameters", "optimizer.0" ... and,
 * with dropout, "random.worker.0" ... The learner keeps the number of updates, optimizer->t, with
 * the rest of its position.  Reading fails with RY_EDATA or RY_ESHAPE if the file belongs to
 * another network, rule or number of workers. */
enum ry_status trainer_write(const struct trainer *t, struct st_writer *to);
enum ry_status trainer_read(struct trainer *t, const struct st_file *from);

#endif
