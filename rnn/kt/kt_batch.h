/* kt_batch.h - passing batches of pieces through the network on several workers, for prediction and
 * training.  Users see kt_model.h and kt_trainer.h.
 *
 *     kt_replica_load()       answers of a batch's pieces -> inputs, targets, carried states
 *     kt_replica_forward()    -> logits z of the next exercises; states carried on
 *     kt_replica_loss()       -> the loss of z, and dz
 *     kt_replica_backward()   -> the gradient dw
 *
 * Each worker has a replica: a view of the network with its own gradient and workspace, and its
 * pieces of the batch.  Between synchronisation points workers share no mutable data.
 */
#ifndef RILEY_RNN_KT_KT_BATCH_H
#define RILEY_RNN_KT_KT_BATCH_H

#include <gsl/gsl_rng.h>
#include "rnn/kt/kt_batcher.h"
#include "rnn/kt/kt_model.h"
#include "src/nn/dense.h"

struct kt_replica {
	struct net            *net;         /* shares w with the model */
	int                    body;        /* layers before the read-out */
	struct dense           readout;     /* the last layer */
	struct batch           batch;
	const struct kt_piece **piece;      /* (batch.N), longest first */
	int                   *n;           /* (window) for batch.n */
	int                   *hot;         /* (rows): input column q_t + a_t M */
	int                   *next;        /* (rows): q_{t+1} */
	real                  *answer;      /* (rows): a_{t+1} */
	size_t                *target;      /* (rows): index of that answer in the data */
	real                  *z;           /* (rows): logits */
	real                  *dz, *dh;     /* (rows), (rows, H): training only */
	real                  *state;       /* (N, n_state) */
};

struct kt_batch {
	struct kt_model   *model;           /* borrowed, as are the workers */
	struct workers    *workers;
	int                window, size, replicas;
	int                training;        /* the replicas' nets are a trainer's */
	struct kt_replica *replica;         /* (replicas) */
};

/* Load replica `id` with its share of batch `k` of the epoch; carried states come from `slots`
 * (batcher->slots, n_state).  Nothing is allocated. */
void kt_replica_load(struct kt_batch *b, int id, const struct sequences *s,
                     const struct kt_batcher *batcher, int k, const real *slots);

/* Load replica `id` with these n pieces, longest first and at most as many as it has room for, each
 * with a zero initial state, which is not carried on. */
void kt_replica_take(struct kt_batch *b, int id, const struct sequences *s,
                     const struct kt_piece *piece, int n);

/* Forward to the logits z; states of pieces that are not the last go back to `slots`. */
void kt_replica_forward(struct kt_batch *b, int id, const struct kt_batcher *batcher, real *slots,
                        gsl_rng *rng);

/* The summed loss of the logits; dz = scale times its gradient. */
double kt_replica_loss(struct kt_batch *b, int id, double scale);

/* From dz: adds to the gradient of the replica's net. */
void kt_replica_backward(struct kt_batch *b, int id);

#endif
