/* net_trainer.h - training a feed-forward net on rows in memory, one update at a time.
 *
 * An epoch visits all rows once, in a random order unless asked otherwise, `batch` rows an update
 * (the last may be smaller).  An update is split over the workers by rows; its gradient is that of
 * the mean loss over the batch, cut to norm `clip`.  Same seed, same number of workers: the same
 * bits.
 *
 *     while (net_trainer_updates(t) < enough) {
 *             if (net_trainer_left(t) == 0)
 *                     net_trainer_epoch(t);
 *             status = net_trainer_step(t, &u);
 *     }
 */
#ifndef RILEY_TRAIN_NET_TRAINER_H
#define RILEY_TRAIN_NET_TRAINER_H

#include "src/base/safetensors.h"
#include "src/base/workers.h"
#include "src/nn/inspect.h"
#include "src/nn/loss.h"
#include "src/nn/net.h"
#include "src/train/loop.h"
#include "src/train/optimizer.h"

/* Rows to learn from; the arrays are borrowed. */
struct net_rows {
	int           rows;
	const real   *x;             /* (rows, D) */
	struct target target;        /* what the loss needs: t (rows, M) or label (rows) */
};

struct net_train_options {
	int                             batch;
	double                          clip;        /* longest gradient; 0: no limit */
	long                            seed;        /* of order and dropout */
	int                             in_order;    /* no random order: rows as they come */
	struct loss                     loss;
	const struct optimizer_options *optimizer;   /* read once */
};

struct net_trainer;

/* A trainer of `net`, which it updates in place; it allocates all that updates need.  Net, workers
 * and data are borrowed.  NULL with ry_message() when options can't be, or without memory.  The
 * caller owns the trainer. */
struct net_trainer *net_trainer_alloc(struct net *net, struct workers *w,
                                      const struct net_rows *data,
                                      const struct net_train_options *o);
void net_trainer_free(struct net_trainer *t);

/* Draw the order of the next epoch (or begin it, when rows are taken as they come). */
void net_trainer_epoch(struct net_trainer *t);

/* Updates left in the epoch (0 before the first), in a whole one, and done so far. */
int  net_trainer_left(const struct net_trainer *t);
int  net_trainer_batches(const struct net_trainer *t);
long net_trainer_updates(const struct net_trainer *t);

/* One update; net_trainer_left() must not be 0.  Nothing is allocated.  RY_ENUMERIC when loss or
 * gradient is not finite: parameters, optimiser and place in the epoch are then as before (the
 * generators of dropout have moved on). */
enum ry_status net_trainer_step(struct net_trainer *t, struct update *u);

/* From now on show `i` (borrowed; an inspector of the trainer's net) the last update of every
 * epoch.  NULL: nobody. */
void net_trainer_watch(struct net_trainer *t, struct inspector *i);

/* Everything needed to go on to the same bits: parameters, optimiser, order, place, generators.  A
 * trainer that reads must have been made with the same net, rows, options and workers: RY_ESHAPE
 * or RY_EDATA where that shows. */
enum ry_status net_trainer_write(const struct net_trainer *t, struct st_writer *to);
enum ry_status net_trainer_read(struct net_trainer *t, const struct st_file *from);

#endif
