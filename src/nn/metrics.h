/* metrics.h - measures of how good predictions are.  All sums are in double; nothing is kept. */
#ifndef RILEY_NN_METRICS_H
#define RILEY_NN_METRICS_H

#include <stddef.h>
#include <stdint.h>
#include "src/base/status.h"

/* Measures of n probabilities p against answers y in {0, 1}. */
struct binary_scores {
	size_t n;
	double auc;          /* ties at mid-rank (Mann-Whitney); NaN if only one answer occurs */
	double accuracy;     /* p >= 0.5 predicts 1 */
	double log_loss;     /* nats; p is clipped to [1e-15, 1 - 1e-15] */
	double rmse;
};

/* Area under the ROC curve: the probability that a random 1 has a higher score than a random 0,
 * ties counting half (exact: counted in integers).  `scratch` has room for 2 n numbers; score and y
 * are not changed.  O(n): the scores are radix-sorted.  NaN if only one answer occurs, n is 0, or a
 * score is NaN. */
double metrics_auc(size_t n, const float *score, const unsigned char *y, uint32_t *scratch);

/* How much larger the AUC of `score` is than that of `other` for the same answers, and the half
 * width of the 95 % confidence interval.  Answers of one group (of one student: group[i] is in
 * 0..n_groups-1) may depend on each other, those of different groups are independent: DeLong et al.
 * (1988), with the variance between groups of Obuchowski (1997), and Student's t with n_groups - 1
 * degrees of freedom.  *half is NaN for fewer than 2 groups, both are where an AUC is.
 * RY_ENOMEM. */
enum ry_status metrics_auc_gain(double *gain, double *half, size_t n, const float *score,
                                const float *other, const unsigned char *y, const int *group,
                                int n_groups);

/* All fields of struct binary_scores; all are NaN if n is 0.  RY_ENOMEM if there is no memory to
 * sort. */
enum ry_status metrics_binary(struct binary_scores *s, size_t n, const float *p,
                              const unsigned char *y);

/* Mean AUC over groups (one per exercise or student): group[i] is in 0..n_groups-1.  Groups in
 * which only one answer occurs have no AUC and are left out; *counted is the number of the others
 * (if it is 0, the mean is NaN).  RY_ENOMEM if there is no memory to sort. */
enum ry_status metrics_grouped_auc(double *mean, int *counted, size_t n, const float *p,
                                   const unsigned char *y, const int *group, int n_groups);

enum { ROC_POINTS = 101, CALIBRATION_BINS = 10 };

/* A ROC curve: at each threshold, the share of the 0 answers (fpr) and of the 1 answers (tpr) with
 * a score of at least the threshold.  It runs from (0, 0) to (1, 1).  The threshold of the first
 * point is above every score: 1, or the largest score if that exceeds 1. */
struct roc {
	int    n;                    /* points; 0 if only one answer occurs or a score is NaN */
	double threshold[ROC_POINTS], fpr[ROC_POINTS], tpr[ROC_POINTS];
};

/* The corners of the ROC curve, one for each distinct score.  If there are more than ROC_POINTS - 1
 * of them, that many are chosen at about equal distances along the curve.  RY_ENOMEM if there is no
 * memory to sort. */
enum ry_status metrics_roc(struct roc *roc, size_t n, const float *score, const unsigned char *y);

/* A calibration curve: predictions in equal bins from 0 to 1.  For each bin that is not empty: the
 * number of predictions, their mean, and the share of answers that were 1.  (Scores outside 0..1
 * count in the first and the last bin; NaN are left out.) */
struct calibration {
	int    n;                    /* bins that are not empty */
	size_t count[CALIBRATION_BINS];
	double p[CALIBRATION_BINS], share[CALIBRATION_BINS];
};

/* The calibration curve of n predictions p against answers y. */
void metrics_calibration(struct calibration *c, size_t n, const float *p, const unsigned char *y);

/* Confusion matrix, (K, K) row-major: row = true class, column = predicted class (the largest
 * score, and of equal scores the first). scores is (n, K). */
void metrics_confusion(long *matrix, size_t n, int K, const double *scores, const int *label);

/* Share of rows whose true class has the largest score (of equal scores the first), as in
 * metrics_confusion(); scores is (n, K).  NaN if n is 0. */
double metrics_accuracy(size_t n, int K, const double *scores, const int *label);

/* Share of rows whose true class is not among the k highest scores.  Among equal scores the lower
 * class ranks higher, as in metrics_confusion(), so that k = 1 gives 1 - accuracy.  NaN if n is
 * 0. */
double metrics_top_k_error(size_t n, int K, const double *scores, const int *label, int k);

/* Coefficient of determination, 1 - SS_res / SS_tot, with both sums over all outputs of (n, M) and
 * SS_tot around each column's own mean.  NaN if the targets are constant. */
double metrics_r2(size_t n, int M, const double *predicted, const double *target);

/* The mean of n numbers (0 if it is within rounding error of the largest) and the half width of its
 * 95 % confidence interval by Student's t: sd / sqrt(n) times the 0.975 quantile with n - 1 degrees
 * of freedom; NaN if n < 2. */
void metrics_interval(const double *x, size_t n, double *mean, double *half);

/* The mean of x (n) minus that of y (m), and the half width of its 95 % confidence interval, of
 * samples with different variances (Welch 1947); NaN if n < 2 or m < 2. */
void metrics_difference(const double *x, size_t n, const double *y, size_t m, double *difference,
                        double *half);

/* The ends of the interval mean +- half of a mean of values that lie within least .. most.  Where
 * both are finite it is Wilson's, which never leaves them; else it is cut at the one that is.  NaN
 * where `half` is. */
void metrics_interval_within(double mean, double half, double least, double most, double *low,
                             double *high);

/* The ends of the 95 % interval of a share among n (Wilson 1927). */
void metrics_share_interval(double share, double n, double *low, double *high);

#endif
