/* net_trainer.h - training a feed-forward network on rows in memory, one update at a time.
 *
 * An epoch visits all rows once, in random order unless in_order is set, `batch` rows per update
 * (the last may be smaller).  An update is split over the workers by rows; its gradient is that of
 * the mean loss over the batch, clipped to norm `clip`.  Same seed, same number of workers: the
 * same bits.
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

/* Training rows; the arrays are borrowed. */
struct net_rows {
	int           rows;
	const real   *x;             /* (rows, D) */
	struct target target;        /* targets of the loss: t (rows, M) or label (rows) */
};

/* Copy n of the rows, spread evenly over them, into x (n, D); n is at most their number. */
void net_rows_spread(const struct net_rows *rows, int D, int n, real *x);

struct net_train_options {
	int                             batch;
	double                          clip;        /* maximum gradient norm; 0: no limit */
	long                            seed;        /* of order and dropout */
	int                             in_order;    /* rows in their order, not shuffled */
	struct loss                     loss;
	const struct optimizer_options *optimizer;   /* read once */
};

struct net_trainer;

/* A trainer of `net`, which it updates in place; all memory for updates is allocated here.
 * Network, workers and data are borrowed.  NULL with ry_message() set for invalid options or
 * without memory.  The caller owns the trainer. */
struct net_trainer *net_trainer_alloc(struct net *net, struct workers *w,
                                      const struct net_rows *data,
                                      const struct net_train_options *o);
void net_trainer_free(struct net_trainer *t);

/* Start the next epoch, drawing its order unless in_order is set. */
void net_trainer_epoch(struct net_trainer *t);

/* Updates left in the epoch (0 before the first), per epoch, and in total so far. */
int  net_trainer_left(const struct net_trainer *t);
int  net_trainer_batches(const struct net_trainer *t);
long net_trainer_updates(const struct net_trainer *t);

/* One update; net_trainer_left() must not be 0.  Allocates nothing.  RY_ENUMERIC if loss or
 * gradient is not finite: parameters, optimiser and position are then unchanged (the generators of
 * dropout have advanced). */
enum ry_status net_trainer_step(struct net_trainer *t, struct update *u);

/* Show the last update of every epoch to `i` (borrowed; an inspector of the trainer's network).
 * NULL: none. */
void net_trainer_watch(struct net_trainer *t, struct inspector *i);

/* Save and load everything needed to continue with the same bits: parameters, optimiser, order,
 * position, generators.  The trainer that reads must have the same network, rows, options and
 * workers; otherwise RY_ESHAPE or RY_EDATA where that is detected. */
enum ry_status net_trainer_write(const struct net_trainer *t, struct st_writer *to);
enum ry_status net_trainer_read(struct net_trainer *t, const struct st_file *from);

#endif
