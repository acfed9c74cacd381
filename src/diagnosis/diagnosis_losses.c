/* diagnosis_losses.c - see diagnosis_internal.h. */
#include "src/diagnosis/diagnosis_internal.h"

#include <math.h>

double diagnosis_updates(const struct diagnosis_run *run)
{
	const double *step = diagnosis_values(run, "step");

	return step && run->n > 0 && step[run->n - 1] > 0
	               ? step[run->n - 1] / ((double)run->n * run->each)
	               : NAN;
}

double diagnosis_ignorance(const struct diagnosis_run *run)
{
	if (run->learner->traits & DIAGNOSIS_ANSWERS)
		return M_LN2;
	return run->classes > 1 ? log(run->classes) : NAN;
}

/* The loss of predicting the mean: for squared errors it is loss / (1 - R2), the same at every
 * point.  NaN if it is not the same, which means another loss. */
static double loss_of_mean(const struct curve *loss, const struct diagnosis_run *run)
{
	struct curve r2, ratio = { 0 };
	double most, least;

	curve_take(&r2, run, "train_r2");
	for (int k = 0; k < r2.n && k < loss->n; k++)
		/* near 1 it is rounding */
		ratio.y[ratio.n++] = r2.y[k] < 0.99 ? loss->y[k] / (1 - r2.y[k]) : NAN;
	most = curve_highest(&ratio, NULL);
	least = curve_lowest(&ratio, NULL);
	return most < 1.01 * least ? 0.5 * (most + least) : NAN;
}

int losses_take(struct losses *l, const struct diagnosis_run *run)
{
	int n = curve_take(&l->train, run, "train_loss");

	if (!n)
		n = curve_take(&l->train, run, "loss");
	curve_take(&l->valid, run, "valid_loss");
	l->none = diagnosis_ignorance(run);
	if (isnan(l->none))
		l->none = loss_of_mean(&l->train, run);
	if (isnan(l->none)) {
		struct curve loss;

		curve_take(&loss, run, "loss");
		l->none = fmax(loss.n ? loss.y[0] : NAN, l->train.n ? l->train.y[0] : NAN);
	}
	l->gain = l->none - curve_lowest(&l->train, NULL);
	l->scale = fmax(l->gain, 0.05 * l->none);
	return n;
}

/* How many predictions that depend on each other, as those of one student or of like rows do, make
 * one that does not.  Batches tell: a batch of b independent predictions has a loss of deviation sd
 * / sqrt(b), and theirs is logged.  1 when it isn't known. */
static double dependence(const struct diagnosis_run *run, double sd)
{
	struct curve batch;
	double b = run->train_predictions / diagnosis_updates(run), effect;

	curve_take(&batch, run, "loss_sd");
	effect = curve_tail_median(&batch, 0.5);
	effect = effect * effect * b / (sd * sd);
	return effect > 1 ? fmin(effect, b) : 1;
}

/* The same error estimated from batches: losses of b predictions vary by a share of their mean, and
 * the mean over n, which are n/b batches, by sqrt(b/n) of that.  The share is that of late batches.
 * An overfitted model is as confident where it is wrong in validation as where it is right in
 * training, where errors are rarer and the share is larger.  NaN: not logged. */
static double losses_batch_error(const struct diagnosis_run *run, double loss)
{
	struct curve sd, own;
	double b = run->train_predictions / diagnosis_updates(run);
	int n = curve_take(&own, run, "loss");

	if (!curve_take(&sd, run, "loss_sd") || !n)
		return NAN;
	return loss * curve_tail_median(&sd, 0.5) / curve_tail_median(&own, 0.5) *
	       sqrt(b / run->valid_predictions);
}

/* Standard error of a mean loss over the validation's n predictions: sd / sqrt(n).  The deviation
 * of single losses is not logged, but errors make nearly all of the loss: were it all in a share e
 * of the predictions, it would be sd = loss sqrt((1 - e) / e), which is the most it can be.  For
 * numbers, with normal errors, the squares have sd = sqrt(2) loss.  Where predictions hardly differ
 * from each other that is far too much, and batches tell. */
double losses_error(const struct diagnosis_run *run, double loss)
{
	struct curve accuracy;
	double n = run->valid_predictions, e, sd = M_SQRT2 * loss;

	if (curve_take(&accuracy, run, "valid_accuracy")) {
		e = fmin(fmax(1 - curve_last(&accuracy), 1 / n), 0.5);
		sd = loss * sqrt((1 - e) / e);
	}
	return fmin(sd * sqrt(dependence(run, sd) / n), losses_batch_error(run, loss));
}

double diagnosis_auc_error(double auc, double n)
{
	double q1 = auc / (2 - auc), q2 = 2 * auc * auc / (1 + auc), m = n / 2;

	return sqrt((auc * (1 - auc) + (m - 1) * (q1 - auc * auc + q2 - auc * auc)) / (m * m));
}

double diagnosis_share_half(double p, double n)
{
	const double z = 1.959964;

	return z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
}

/* The interval is around (p + z^2/2n) / (1 + z^2/n). */
double diagnosis_share_least(double p, double n)
{
	const double z = 1.959964;

	return (p + z * z / (2 * n)) / (1 + z * z / n) - diagnosis_share_half(p, n);
}
