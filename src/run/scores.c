/* scores.c - see scores.h. */
#include "src/run/scores.h"

#include <math.h>

#include "src/base/json_value.h"
#include "src/nn/metrics.h"

static json_t *numbers(const double *x, int n)
{
	json_t *array = json_array();

	for (int k = 0; k < n; k++)
		json_value_add(&array, isfinite(x[k]) ? json_real(x[k]) : json_null());
	return array;
}

static json_t *counts(const size_t *x, int n)
{
	json_t *array = json_array();

	for (int k = 0; k < n; k++)
		json_value_add(&array, json_integer((json_int_t)x[k]));
	return array;
}

json_t *scores_record(const char *part, size_t n, const float *p, const unsigned char *y)
{
	struct roc roc;
	struct calibration c;
	json_t *record;

	if (metrics_roc(&roc, n, p, y) != RY_OK)
		return NULL;
	metrics_calibration(&c, n, p, y);
	record = json_pack("{s:s, s:{s:o, s:o, s:o}, s:{s:o, s:o, s:o}}", "part", part,
	                   "calibration", "p", numbers(c.p, c.n), "share", numbers(c.share, c.n),
	                   "n", counts(c.count, c.n), "roc", "threshold",
	                   numbers(roc.threshold, roc.n), "fpr", numbers(roc.fpr, roc.n), "tpr",
	                   numbers(roc.tpr, roc.n));
	if (!record)
		ry_fail_memory("a record of scores");
	return record;
}
