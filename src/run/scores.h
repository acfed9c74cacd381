/* scores.h - the "scores" record of a run: calibration and ROC curve of predictions; see
 * rundir.h. */
#ifndef RILEY_RUN_SCORES_H
#define RILEY_RUN_SCORES_H

#include <jansson.h>
#include <stddef.h>
#include "src/base/status.h"

/* {"part", "calibration": {"p", "share", "n"}, "roc": {"threshold", "fpr", "tpr"}} of n
 * probabilities p against answers y in {0, 1}: the arrays of struct calibration and struct roc
 * (metrics.h).  A new reference; NULL with ry_message(). */
json_t *scores_record(const char *part, size_t n, const float *p, const unsigned char *y);

#endif
