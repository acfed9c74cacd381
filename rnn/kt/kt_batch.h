/* kt_batch.h - how batches of pieces pass through the network on several workers: what predicting
 * and training share.  Private to rnn/; users see kt_model.h.
 *
 * Each worker has a desk: a view of the network with its own gradient and workspace, and the
 * pieces of the batch that it takes.  Between meeting points workers share nothing that changes.
 */
#ifndef RILEY_RNN_KT_KT_BATCH_H
#define RILEY_RNN_KT_KT_BATCH_H

#include <gsl/gsl_rng.h>
#include "rnn/kt/kt_batcher.h"
#include "rnn/kt/kt_model.h"

struct kt_replica {
	struct net            *net;         /* shares w with the model */
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
	double                 loss, square;
};

struct kt_batch {
	struct kt_model *model;             /* borrowed, as are the workers */
	struct workers  *workers;
	int              window, size, count;
	struct kt_replica  *desk;              /* (count) */
};

/* Load desk `id` with its share of batch `b`; carried states come from `slots` (plan->slots,
 * n_state).  Nothing is allocated. */
void kt_replica_load(struct kt_batch *e, int id, const struct sequences *s,
                     const struct kt_batcher *plan, int b, const real *slots);

/* Load desk `id` with these n pieces, longest first and as many as it has room for, each from a
 * state of zero, which is not carried on. */
void kt_replica_take(struct kt_batch *e, int id, const struct sequences *s,
                     const struct kt_piece *piece, int n);

/* Forward to the logits z; states of pieces that are not the last go back to `slots`. */
void kt_replica_forward(struct kt_batch *e, int id, const struct kt_batcher *plan, real *slots,
                        gsl_rng *rng);

/* From the logits: adds the summed loss to desk->loss and scale times its gradient to the desk's
 * dw. */
void kt_replica_backward(struct kt_batch *e, int id, double scale);

#endif
