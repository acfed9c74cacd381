/* kt_batcher.h - in which order the answers of many students pass through a recurrent network.
 *
 * A student with A answers gives A - 1 steps: each answer but the last is an input, and the next
 * one is to be predicted.  Sequences longer than `window` are cut into pieces; the state is
 * carried across the cut, so a piece may only run after the one before it.
 *
 * No padding, and no sorting by length, which would make batches of short students only and of long
 * ones only.  `size` lanes run side by side; each takes a student, goes through all his pieces in
 * successive batches, then takes the next student.  Students are dealt to the lanes so that these
 * end together, and stand in a random order in each.  A batch has one piece of every lane, of
 * whatever length, and shrinks as they end.
 */
#ifndef RILEY_RNN_KT_KT_BATCHER_H
#define RILEY_RNN_KT_KT_BATCHER_H

#include <gsl/gsl_rng.h>
#include "datasets/sequences/sequences.h"

struct kt_piece {
	int student;
	int from;                /* first input: index of the answer within the student's */
	int steps;               /* 1..window */
	int last;                /* nothing of the student follows */
};

struct kt_batcher {
	int              window, size;       /* longest piece and pieces in a batch, as asked for */
	int              longest;            /* steps of the longest piece there is */
	size_t           pieces, steps;      /* in all */
	struct kt_piece *piece;              /* (pieces): batch after batch, longest piece first */
	int              batches;
	size_t          *start;              /* (batches + 1): pieces of batch b */
	int             *slot;               /* (students): where a student of several pieces keeps
	                                      * the carried state; -1 for all others */
	int              slots;
};

/* A plan over the students listed.  With rng: a training epoch in random order.  Without: the same
 * batches in a fixed order, for scoring.  The caller owns it.  NULL on failure. */
struct kt_batcher *kt_batcher_make(const struct sequences *s, const int *students, int n,
                             int window, int size, gsl_rng *rng);

/* A training epoch in which students come in the order listed: nothing is drawn, and lanes are
 * filled from the first student to the last.  There may be a few more batches than in a random
 * order. */
struct kt_batcher *kt_batcher_in_order(const struct sequences *s, const int *students, int n,
                                       int window, int size);
void kt_batcher_free(struct kt_batcher *p);

#endif
