/* diagnosis_internal.h - what the diagnosis rules are written with: for src/diagnosis alone.
 *
 * A column of a run becomes a curve of at most DIAGNOSIS_POINTS numbers; NaN stands for whatever is
 * not known, and comparisons with it are false, so that a rule is silent where it lacks a number.
 */
#ifndef RILEY_DIAGNOSIS_DIAGNOSIS_INTERNAL_H
#define RILEY_DIAGNOSIS_DIAGNOSIS_INTERNAL_H

#include "src/diagnosis/diagnosis.h"

/* ---- curves (diagnosis_curves.c) ---- */

struct curve {
	int    n;                        /* 0: there is no such column, or nothing in it */
	double y[DIAGNOSIS_POINTS];      /* NaN where nothing was logged */
};

/* Fewer points than this are no curve. */
enum { CURVE_LEAST = 5 };

/* The values (run->n, borrowed) of the column called `name`; NULL: there is none. */
const double *diagnosis_values(const struct diagnosis_run *run, const char *name);

/* Mean of what is finite among n numbers; NaN when nothing is. */
double finite_mean(const double *x, size_t n);

/* The column called `name`, point by point or by means of stretches.  Returns how many numbers
 * there are in it. */
int curve_take(struct curve *c, const struct diagnosis_run *run, const char *name);

/* Median of the finite ones of y[from..to), and of the last `share` of all; NaN when there is
 * none. */
double curve_median(const struct curve *c, int from, int to);
double curve_tail_median(const struct curve *c, double share);

/* The least and the greatest finite number, and in *at (NULL: not wanted) where it is; NaN, and *at
 * as it was, when there is none. */
double curve_lowest(const struct curve *c, int *at);
double curve_highest(const struct curve *c, int *at);

/* Mean of up to three points around k, and of the last three: a single point may be a lucky one. */
double curve_around(const struct curve *c, int k);
double curve_last(const struct curve *c);

/* Deviation of single points around a smooth curve: 1.4826 median |y[k-1] - 2 y[k] + y[k+1]| /
 * sqrt(6), which is the deviation of independent normal errors, however the curve itself bends.
 * NaN with fewer than 3 in a row. */
double curve_jitter(const struct curve *c, int from);

/* A straight line by least squares through (x, y)[from..), with the slope's standard error; its
 * errors are taken to be at least `noise`, so that three points that happen to lie on a line prove
 * nothing.  NaN with fewer than 3 points. */
struct curve_line {
	int    n;
	double slope, error;
};

struct curve_line curve_fit(const struct curve *x, const struct curve *y, int from, double noise);

/* ---- losses, and how well a score is known (diagnosis_losses.c) ---- */

/* Training and validation loss as measured on either part, beside what they should be held
 * against. */
struct losses {
	struct curve train, valid;
	double none;                 /* of somebody who knows nothing: of the mean for numbers,
	                              * or the first point's */
	double gain;                 /* none - the lowest training loss */
	double scale;                /* the gain, or a twentieth of `none` where hardly anything
	                              * was gained */
};

/* Updates between two points; NaN: not logged. */
double diagnosis_updates(const struct diagnosis_run *run);

/* Loss of somebody who knows nothing but how many classes there are; NaN for numbers. */
double diagnosis_ignorance(const struct diagnosis_run *run);

/* Returns how many points have a training loss. */
int losses_take(struct losses *l, const struct diagnosis_run *run);

/* Standard error of a mean loss over the validation's predictions; NaN: their number is not
 * known. */
double losses_error(const struct diagnosis_run *run, double loss);

/* Standard error of an AUC over n predictions of which half are 1 (Hanley and McNeil 1982). */
double diagnosis_auc_error(double auc, double n);

/* Half of the 95 % interval of a share p of n (Wilson 1927), also right for 10 of 10; and its lower
 * end. */
double diagnosis_share_half(double p, double n);
double diagnosis_share_least(double p, double n);

/* Half of the 95 % interval of an AUC that still says something: models that are compared differ by
 * less. */
#define AUC_KNOWN 0.05

/* ---- what a rule says (diagnosis.c) ---- */

/* It found something: one sentence with the numbers.  Kept with the most serious first; among
 * equals in the order of the table. */
void diagnosis_find(struct diagnosis *d, const struct diagnosis_rule *rule,
                    enum diagnosis_severity severity, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* It can't judge, and why. */
void diagnosis_pass(struct diagnosis *d, const struct diagnosis_rule *rule, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Whether the rule called `id`, which stands before in the table, found more than a remark. */
int diagnosis_found(const struct diagnosis *d, const char *id);

#define JUDGE(name) \
	void diagnosis_##name(const struct diagnosis_rule *self, const struct diagnosis_run *run, \
		struct diagnosis *d)

/* ---- the rules ---- */

/* diagnosis_steps.c */
JUDGE(rate_high);
JUDGE(exploding_gradient);
JUDGE(not_shuffled);
JUDGE(saturated_units);
JUDGE(dead_units);
JUDGE(q_divergence);

/* diagnosis_fit.c */
JUDGE(leak);
JUDGE(easy_validation);
JUDGE(overfitting);
JUDGE(vanishing_gradient);
JUDGE(rate_low);
JUDGE(stopped_early);

/* diagnosis_claims.c */
JUDGE(label_noise);
JUDGE(underfitting);
JUDGE(small_validation);

/* ---- what several of them ask ---- */

/* Steps below this share of the parameters are small: a tenth to a hundredth of what serves most
 * networks.  Above the other they are longer than that. */
#define SMALL_STEP 3e-4
#define LONG_STEP  1e-2

/* Of the first third of a run, before a schedule has made them small: median norm of a step / norm
 * of the parameters. */
double diagnosis_early_step(const struct diagnosis_run *run);

/* How far the parameters can have gone, in units of their own norm: the sum over all updates, had
 * every step gone the same way. */
double diagnosis_reach(const struct diagnosis_run *run);

/* What the last quarter of a curve (at least 3 points) still added to what had been gained since
 * `none`: a share, with its t value. */
double curve_late_share(const struct curve *c, double none, double *t);

/* Has training done little of what can be done? 1 yes, 0 no, -1 nobody knows.  With `why` (160),
 * the numbers.  A score that is hardly known proves nothing: then the loss is asked. */
int diagnosis_level_is_high(const struct diagnosis_run *run, const struct losses *l, char *why);
#endif
