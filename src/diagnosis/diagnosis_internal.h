/* diagnosis_internal.h - helpers of the diagnosis rules; private to src/diagnosis.
 *
 * A column of a run becomes a curve of at most DIAGNOSIS_POINTS numbers.  Unknown values are NaN,
 * and comparisons with NaN are false, so a rule is silent if it lacks a number.
 */
#ifndef RILEY_DIAGNOSIS_DIAGNOSIS_INTERNAL_H
#define RILEY_DIAGNOSIS_DIAGNOSIS_INTERNAL_H

#include "src/diagnosis/diagnosis.h"

/* ---- curves (diagnosis_curves.c) ---- */

struct curve {
	int    n;                        /* 0: no such column, or nothing in it */
	double y[DIAGNOSIS_POINTS];      /* NaN where nothing was logged */
};

/* Minimum number of points of a curve. */
enum { CURVE_LEAST = 5 };

/* The values (run->n, borrowed) of the column named `name`, or NULL. */
const double *diagnosis_values(const struct diagnosis_run *run, const char *name);

/* The mean of the finite ones of n numbers; NaN if there are none. */
double finite_mean(const double *x, size_t n);

/* The column named `name`, point by point or as means of stretches.  Returns the number of finite
 * values. */
int curve_take(struct curve *c, const struct diagnosis_run *run, const char *name);

/* The median of the finite values of y[from..to), and of the last `share` of all; NaN if there are
 * none. */
double curve_median(const struct curve *c, int from, int to);
double curve_tail_median(const struct curve *c, double share);

/* The minimum and the maximum finite value, and their index in *at (unless NULL); NaN, with *at
 * unchanged, if there are none. */
double curve_lowest(const struct curve *c, int *at);
double curve_highest(const struct curve *c, int *at);

/* The mean of up to three points around k, and of the last three, since a single point may be an
 * outlier. */
double curve_around(const struct curve *c, int k);
double curve_last(const struct curve *c);

/* Standard deviation of points around a smooth curve: 1.4826 median |y[k-1] - 2 y[k] + y[k+1]| /
 * sqrt(6), which is that of independent normal errors for any smooth curve.  NaN without 3
 * consecutive points. */
double curve_jitter(const struct curve *c, int from);

/* A least-squares line through (x, y)[from..), with the slope's standard error, computed from
 * residuals of at least `noise`, so that three points that happen to be collinear prove nothing.
 * NaN with fewer than 3 points. */
struct curve_line {
	int    n;
	double slope, error;
};

struct curve_line curve_fit(const struct curve *x, const struct curve *y, int from, double noise);

/* ---- losses, and the precision of scores (diagnosis_losses.c) ---- */

/* Training and validation loss with the reference values to compare them with. */
struct losses {
	struct curve train, valid;
	double none;                 /* loss without learning: of the mean for numbers, or that of
	                              * the first point */
	double gain;                 /* none - the lowest training loss */
	double scale;                /* the gain, but at least a twentieth of `none` */
};

/* Updates between two points; NaN: not logged. */
double diagnosis_updates(const struct diagnosis_run *run);

/* The loss of a uniform prediction over the classes; NaN for numbers. */
double diagnosis_ignorance(const struct diagnosis_run *run);

/* Fill *l; returns the number of points with a training loss. */
int losses_take(struct losses *l, const struct diagnosis_run *run);

/* The standard error of a mean loss over the validation predictions; NaN if their number is
 * unknown. */
double losses_error(const struct diagnosis_run *run, double loss);

/* Standard error of an AUC over n predictions of which half are 1 (Hanley and McNeil 1982). */
double diagnosis_auc_error(double auc, double n);

/* Half width of the 95 % confidence interval of a share p of n (Wilson 1927), valid also for 10 of
 * 10; and its lower end. */
double diagnosis_share_half(double p, double n);
double diagnosis_share_least(double p, double n);

/* Largest half width of the 95 % confidence interval of an informative AUC: models under comparison
 * differ by less. */
#define AUC_KNOWN 0.05

/* ---- results of rules (diagnosis.c) ---- */

/* Record a finding, with one sentence of evidence.  Findings are sorted by severity, then in the
 * order of the table. */
void diagnosis_find(struct diagnosis *d, const struct diagnosis_rule *rule,
                    enum diagnosis_severity severity, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Record that the rule cannot be applied, and why. */
void diagnosis_pass(struct diagnosis *d, const struct diagnosis_rule *rule, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same where there are n points, and at least so many are needed. */
void diagnosis_pass_short(struct diagnosis *d, const struct diagnosis_rule *rule, size_t n,
                          int least);

/* Nonzero if the rule `id`, earlier in the table, found more than a remark. */
int diagnosis_found(const struct diagnosis *d, const char *id);

/* ---- shared criteria ---- */

/* Steps below SMALL_STEP of the parameters are small: a tenth to a hundredth of what suits most
 * networks.  Steps above the other constant are large. */
#define SMALL_STEP 3e-4
#define LONG_STEP  1e-2

/* The median update ratio (norm of a step / norm of the parameters) in the first third of a run,
 * before a schedule has made steps small. */
double diagnosis_early_step(const struct diagnosis_run *run);

/* The largest distance that the parameters can have moved, relative to their norm: the sum over all
 * updates, as if all steps had the same direction. */
double diagnosis_reach(const struct diagnosis_run *run);

/* The share that the last quarter of a curve (at least 3 points) added to the total gain since
 * `none`, with its t value. */
double curve_late_share(const struct curve *c, double none, double *t);

/* Whether training has achieved little of what is possible: 1 yes, 0 no, -1 unknown.  The evidence
 * is written to `why` (160).  If a score is imprecise, the loss is used instead. */
int diagnosis_level_is_high(const struct diagnosis_run *run, const struct losses *l, char *why);
#endif
