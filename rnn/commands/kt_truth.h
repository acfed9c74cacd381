/* kt_truth.h - the model that simulated students come from, and the score that it sets as
 * ceiling. */
#ifndef RILEY_RNN_COMMANDS_KT_TRUTH_H
#define RILEY_RNN_COMMANDS_KT_TRUTH_H

#include "datasets/sequences/sequences.h"
#include "datasets/sequences/students.h"
#include "src/nn/metrics.h"

/* The model described by the info file beside the data `s` of `path`, in *m: NULL when there is no
 * such file (or the data come from "-"), and when it does not fit them, which sets *misfit (may be
 * NULL) and the sentence in ry_message().  A broken info file is RY_EDATA.  The caller frees *m. */
enum ry_status kt_truth(const char *path, const struct sequences *s, struct student_model **m,
                        int *misfit);

/* Scores of the exact filter on students first..students-1, from each one's second answer on: what
 * no model is expected to surpass. */
enum ry_status kt_truth_ceiling(const struct student_model *m, const struct sequences *s, int first,
                                struct binary_scores *scores);

#endif
