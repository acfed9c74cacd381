/* metrics.h - measures of how good predictions are.  All sums in double; nothing is kept. */
#ifndef RILEY_NN_METRICS_H
#define RILEY_NN_METRICS_H

#include <stddef.h>
#include <stdint.h>
#include "src/base/status.h"

/* Measures of n probabilities p against answers y in {0, 1}. */
struct binary_scores {
	size_t n;
	double auc;          /* ties at mid-rank (Mann-Whitney); NaN when only one answer occurs */
	double accuracy;     /* p >= 0.5 says 1 */
	double log_loss;     /* nats; p is kept within [1e-15, 1 - 1e-15] */
	double rmse;
};

/* Area under the ROC curve: the probability that a random 1 gets a higher score than a random 0,
 * ties counting half (exact: counted in integers).  `scratch` has room for 2 n numbers; score and
 * y are not changed.  O(n): scores are sorted by radix.  NaN when all y are alike, when n is 0, or
 * when a score is NaN. */
double metrics_auc(size_t n, const float *score, const unsigned char *y, uint32_t *scratch);

/* All of struct binary_scores; all NaN when n is 0.  RY_ENOMEM when there is no room to sort. */
enum ry_status metrics_binary(struct binary_scores *s, size_t n, const float *p,
                              const unsigned char *y);

/* Mean AUC over groups (one per exercise or student): group[i] in 0..n_groups-1.  Groups in which
 * only one answer occurs have no AUC and are left out; *counted says how many took part (none: the
 * mean is NaN). */
enum ry_status metrics_grouped_auc(double *mean, int *counted, size_t n, const float *p,
                                   const unsigned char *y, const int *group, int n_groups);

enum { ROC_POINTS = 101, CALIBRATION_BINS = 10 };

/* A ROC curve: of the answers 0 and of the answers 1, the shares that score `threshold` or more.
 * From (0, 0) to (1, 1); the first point has a threshold above every score: 1, or the largest score
 * where that is above 1. */
struct roc {
	int    n;                    /* points; 0 when only one answer occurs, or a score is NaN */
	double threshold[ROC_POINTS], fpr[ROC_POINTS], tpr[ROC_POINTS];
};

/* Its corners: one for each score that occurs, or, where these are more than ROC_POINTS - 1, as
 * many of them, at about equal distances along the curve.  RY_ENOMEM when there is no room to
 * sort. */
enum ry_status metrics_roc(struct roc *roc, size_t n, const float *score, const unsigned char *y);

/* Predictions in equal bins from 0 to 1, those of the bins that are not empty: how many, their
 * mean, and the share of them that came true.  (Scores outside of 0..1 are in the first and the
 * last; NaN are left out.) */
struct calibration {
	int    n;                    /* bins that are not empty */
	size_t count[CALIBRATION_BINS];
	double p[CALIBRATION_BINS], share[CALIBRATION_BINS];
};

void metrics_calibration(struct calibration *c, size_t n, const float *p, const unsigned char *y);

/* Confusion matrix, (K, K) row-major: row = true class, column = predicted (largest score, first
 * among equals).  scores is (n, K). */
void metrics_confusion(long *matrix, size_t n, int K, const double *scores, const int *label);

/* Share of rows whose true class is not among the k highest scores; among equal scores the first
 * class counts as the higher one, as in metrics_confusion(), so that k = 1 is 1 - accuracy.  NaN
 * when n is 0. */
double metrics_top_k_error(size_t n, int K, const double *scores, const int *label, int k);

/* Coefficient of determination, 1 - SS_res / SS_tot, over all outputs of (n, M) together with
 * each column's own mean.  NaN when the targets do not vary. */
double metrics_r2(size_t n, int M, const double *predicted, const double *target);

/* Mean of n numbers (0 for what is no more than the rounding of the largest), and the half width of
 * its 95 % interval by Student's t, sd / sqrt(n) times the 0.975 quantile of n - 1 degrees of
 * freedom: NaN with fewer than two. */
void metrics_interval(const double *x, size_t n, double *mean, double *half);

#endif
