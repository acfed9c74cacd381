/* kt_batcher.h - batches of students' answers for a recurrent network.
 *
 * A student with A answers gives A - 1 steps: each answer but the last is an input, and the next
 * one is to be predicted.  Sequences longer than `window` are cut into pieces.  The state is
 * carried across the cut, so a piece may only run after the one before it.
 *
 * There is no padding, and no sorting by length, which would make batches of only short or only
 * long sequences.  `size` lanes run in parallel; each takes a student, processes all pieces of that
 * student in successive batches, then takes the next.  Students are distributed over the lanes so
 * that all lanes end together, in random order within each.  A batch has one piece of every lane,
 * of any length, and shrinks as they end.
 *
 * A batcher is allocated once; every epoch is laid out in the same memory.
 */
#ifndef RILEY_RNN_KT_KT_BATCHER_H
#define RILEY_RNN_KT_KT_BATCHER_H

#include <gsl/gsl_rng.h>
#include "datasets/sequences/sequences.h"

enum kt_order {
	KT_SHUFFLED,             /* for training: a new random order in every epoch */
	KT_LISTED,               /* for training: lanes are filled from the first student listed to
	                          * the last; there may be a few more batches */
	KT_BY_LENGTH             /* for scoring: longest first, to batch pieces of similar length */
};

struct kt_piece {
	int student;
	int from;                /* first input: index of the answer within the student's */
	int steps;               /* 1..window */
	int last;                /* nothing of the student follows */
};

struct kt_batcher {
	/* known from the start */
	enum kt_order    order;
	int              window, size;       /* longest piece and pieces in a batch, as asked for */
	int              longest;            /* steps of the longest piece there is */
	size_t           pieces, steps;      /* in all */
	int              batches;            /* in an epoch */
	int             *slot;               /* (students): where a student of several pieces keeps
	                                      * the carried state; -1 for all others */
	int              slots;
	/* of this epoch */
	struct kt_piece *piece;              /* (pieces): batch after batch, longest piece first */
	size_t          *start;              /* (batches + 1): pieces of batch b */
	/* private */
	struct kt_entry *listed, *dealt;     /* (entries): the students, as listed and as dealt */
	int              entries;
	struct kt_lane  *lane;               /* (lanes) */
	int              lanes;
	int             *room;               /* (batches + pieces) */
};

/* A batcher of the students listed (s is read here only).  The caller owns it.  NULL on failure. */
struct kt_batcher *kt_batcher_alloc(const struct sequences *s, const int *students, int n,
                                    int window, int size, enum kt_order order);
void kt_batcher_free(struct kt_batcher *b);

/* Lay out an epoch: `piece` and `start`.  Only KT_SHUFFLED draws from rng; the others need none.
 * Nothing is allocated. */
void kt_batcher_epoch(struct kt_batcher *b, gsl_rng *rng);

#endif
