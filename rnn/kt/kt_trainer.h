/* kt_trainer.h - training a knowledge tracer (kt_model.h), one update at a time.
 *
 * An update takes one batch of the epoch (kt_batcher.h), back-propagates through each piece's steps
 * and carries the state across the cut to the next piece (truncated back-propagation through time).
 * Its gradient is that of the mean loss over the batch's predictions, cut to norm `clip`.  Same
 * seed, same number of workers: the same bits.
 *
 *     while (kt_trainer_updates(t) < enough) {
 *             if (kt_trainer_left(t) == 0)
 *                     kt_trainer_epoch(t);
 *             status = kt_trainer_step(t, &u);
 *     }
 */
#ifndef RILEY_RNN_KT_KT_TRAINER_H
#define RILEY_RNN_KT_KT_TRAINER_H

#include "rnn/kt/kt_batcher.h"
#include "rnn/kt/kt_model.h"
#include "src/nn/inspect.h"
#include "src/train/optimizer.h"
#include "src/train/update.h"

struct kt_train_options {
	double clip;                 /* longest gradient (norm); 0: no limit */
	long   seed;                 /* of order and dropout */
	const struct optimizer_options *optimizer;   /* read once */
};

struct kt_trainer;

/* A trainer of m on the students of `batcher`, which it takes over (also when it fails; NULL gives
 * NULL); they are students of s.  `m`, `w` and `s` are borrowed.  It allocates all that updates
 * need.  NULL on failure. */
struct kt_trainer *kt_trainer_alloc(struct kt_model *m, struct workers *w,
                                    const struct sequences *s, struct kt_batcher *batcher,
                                    const struct kt_train_options *o);
void kt_trainer_free(struct kt_trainer *t);

/* Lay out the next epoch.  Before the first step, and whenever kt_trainer_left() is 0. */
void kt_trainer_epoch(struct kt_trainer *t);

/* Updates left in this epoch (0 before the first), in a whole one, and done so far. */
int  kt_trainer_left(const struct kt_trainer *t);
int  kt_trainer_batches(const struct kt_trainer *t);
long kt_trainer_updates(const struct kt_trainer *t);

/* One update; kt_trainer_left() must not be 0.  In *u, `count` is the predictions of the batch and
 * `items` the answers read: a student's first one is not predicted.  Allocates nothing.
 * RY_ENUMERIC when loss or gradient is not finite: the parameters are then as they were before. */
enum ry_status kt_trainer_step(struct kt_trainer *t, struct update *u);

/* Show the last update of every epoch to `i` (borrowed; an inspector of the model's network).
 * NULL: none. */
void kt_trainer_watch(struct kt_trainer *t, struct inspector *i);

/* The batch that trains, for predictions between updates.  Borrowed. */
struct kt_batch *kt_trainer_batch(struct kt_trainer *t);

/* Save and load everything needed to continue with the same bits: parameters, optimiser, random
 * streams, position in the epoch, carried states.  The trainer that reads must have the same data,
 * options and number of workers; RY_ESHAPE or RY_EDATA if the file is of another kind. */
enum ry_status kt_trainer_write(const struct kt_trainer *t, struct st_writer *to);
enum ry_status kt_trainer_read(struct kt_trainer *t, const struct st_file *from);

#endif
