/* kt_subset.h - some students of a data set: those that train, validate or test.
 *
 * Some students answer four exercises and some four thousand, and the long ones weigh most in every
 * pooled measure: two random halves of a class can differ by 0.1 in AUC for that reason alone.  So
 * students are drawn evenly over the lengths of their sequences: sorted by length, cut into groups
 * of neighbours, and from each group the same number at random.
 */
#ifndef RILEY_RNN_KT_KT_SUBSET_H
#define RILEY_RNN_KT_KT_SUBSET_H

#include <gsl/gsl_rng.h>
#include "datasets/sequences/sequences.h"

/* Some students of a data set. */
struct kt_subset {
	const struct sequences *s;       /* borrowed */
	int                    *student; /* (n), owned */
	int                     n;
};

/* Students from..to-1 of s.  Each of these functions makes its subsets anew, to be released with
 * kt_subset_free(), and fails with RY_ENOMEM. */
enum ry_status kt_subset_range(struct kt_subset *subset, const struct sequences *s, int from,
                               int to);
void kt_subset_free(struct kt_subset *subset);

/* Draw `count` students of `from` into `drawn` and put the others into `rest` (which may be NULL),
 * both in the order of the data. */
enum ry_status kt_subset_draw(const struct kt_subset *from, int count, struct kt_subset *drawn,
                              struct kt_subset *rest, gsl_rng *rng);

/* Cut `from` into `folds` parts that are alike and disjoint, and give number `fold` of them as
 * `valid`, all others as `train`.  With the same generator state the parts are the same for every
 * fold. */
enum ry_status kt_subset_fold(const struct kt_subset *from, int folds, int fold,
                              struct kt_subset *valid, struct kt_subset *train, gsl_rng *rng);

#endif
