/* diagnosis_claims.c - rules about what can't be learnt, and what can't be claimed.
 * doc/diagnose.md has what each threshold comes from. */
#include "src/diagnosis/diagnosis_internal.h"
#include "src/diagnosis/diagnosis_rules.h"

#include <math.h>

/* ---- a floor ---- */

/* What training gains late takes validation along: to where it has not been before. */
static int takes_along(const struct losses *l)
{
	struct curve before = l->valid;

	before.n -= before.n / 4;
	return !l->valid.n || curve_last(&l->valid) < curve_lowest(&before, NULL);
}

/* Training loss is flat, or falls without benefit to validation; and validation loss is close to
 * it. */
static int plateau(const struct diagnosis_run *run, const struct losses *l)
{
	double t, share = curve_late_share(&l->train, l->none, &t),
		  gap = curve_last(&l->valid) - curve_last(&l->train);

	if (share > 0.1 && t < -4 && takes_along(l))
		return 0;
	return !l->valid.n ||
	       !(gap > fmax(3 * losses_error(run, curve_last(&l->valid)), l->scale / 3));
}

/* Mean distance of predictions from 1/2, and its deviation as a share of the mean: when all
 * predictions are equally sure, what keeps the model from being surer is the same everywhere. */
static double sureness(const struct diagnosis_run *run, double *spread)
{
	double n = 0, sum = 0, square = 0;

	for (int k = 0; k < run->bins; k++)
		if (isfinite(run->bin_p[k]) && run->bin_n[k] > 0) {
			double sure = fabs(run->bin_p[k] - 0.5);

			n += run->bin_n[k];
			sum += run->bin_n[k] * sure;
			square += run->bin_n[k] * sure * sure;
		}
	*spread = sqrt(fmax(square / n - sum * sum / (n * n), 0)) / (sum / n);
	return sum / n;
}

/* Of K classes, when a share e of the labels is drawn at random from the others: H(e) + e ln(K -
 * 1). */
static double noise_loss(double e, double K)
{
	return -e * log(e) - (1 - e) * log(1 - e) + e * log(K - 1);
}

static void noisy_classes(const struct diagnosis_rule *self, const struct diagnosis_run *run,
                          const struct losses *l, struct diagnosis *d)
{
	struct curve accuracy;
	double e, spread, sure, flat;

	if (!curve_take(&accuracy, run, "train_accuracy") || !(run->classes > 1)) {
		diagnosis_pass(d, self, "no classes, and no ceiling is known");
		return;
	}
	e = 1 - curve_tail_median(&accuracy, 0.25);
	if (!(e > 0.05 && e < 0.7 * (1 - 1 / run->classes)))
		return;
	flat = curve_tail_median(&l->train, 0.25) / noise_loss(e, run->classes);
	sure = sureness(run, &spread);
	if (run->bins > 0 && spread < 0.45 && flat > 0.85 && flat < 1.15)
		diagnosis_find(
			d, self, DIAGNOSIS_WARNING,
			"the model errs in %.3g %% of cases and is equally confident everywhere "
			"(%.3g %% +- %.3g %%): its loss of %.3g is that of a correct model when "
			"%.3g %% of the labels are randomly wrong (%.3g)",
			100 * e, 100 * (0.5 + sure), 100 * spread * sure,
			curve_tail_median(&l->train, 0.25), 100 * e, noise_loss(e, run->classes));
	else if (!run->bins && flat > 0.9 && flat < 1.1)
		diagnosis_find(
			d, self, DIAGNOSIS_WARNING,
			"the model errs in %.3g %% of cases, and its loss of %.3g is that of a "
			"correct model when as many labels are randomly wrong (%.3g)",
			100 * e, curve_tail_median(&l->train, 0.25), noise_loss(e, run->classes));
}

JUDGE(label_noise)
{
	struct losses l;
	struct curve auc;
	double reached, short_of;

	if (losses_take(&l, run) < CURVE_LEAST) {
		diagnosis_pass_short(d, self, run->n, CURVE_LEAST);
		return;
	}
	if (!plateau(run, &l) || diagnosis_found(d, "rate_high") ||
	    diagnosis_found(d, "rate_low") || diagnosis_found(d, "leak"))
		return;
	if (!(run->learner->traits & DIAGNOSIS_ANSWERS)) {
		noisy_classes(self, run, &l, d);
		return;
	}
	if (!(run->ceiling_auc > 0.5) || !curve_take(&auc, run, "valid_auc")) {
		diagnosis_pass(d, self, "the best possible score is not known");
		return;
	}
	reached = curve_highest(&auc, NULL);
	if (1.96 * diagnosis_auc_error(reached, run->valid_predictions) > AUC_KNOWN) {
		diagnosis_pass(d, self, "the validation score is not known well enough");
		return;
	}
	short_of = (run->ceiling_auc - reached) / (run->ceiling_auc - 0.5);
	if (short_of < 0.2 && run->ceiling_auc < 0.75)
		diagnosis_find(d, self, DIAGNOSIS_WARNING,
		     "validation AUC is %.4g, and the best any model can expect is %.4g: the rest "
		     "is chance",
		     reached, run->ceiling_auc);
	else if (short_of < 0.05)
		diagnosis_find(d, self, DIAGNOSIS_REMARK,
		               "validation AUC is %.4g, and the best any model can expect is %.4g",
		               reached, run->ceiling_auc);
}

JUDGE(underfitting)
{
	struct losses l;
	char level[160];
	int high;

	if (losses_take(&l, run) < CURVE_LEAST) {
		diagnosis_pass_short(d, self, run->n, CURVE_LEAST);
		return;
	}
	high = diagnosis_level_is_high(run, &l, level);
	if (high < 0)
		diagnosis_pass(d, self, "there is nothing to compare the loss with");
	if (high < 1 || !plateau(run, &l) || diagnosis_found(d, "rate_high") ||
	    diagnosis_found(d, "rate_low") || diagnosis_found(d, "stopped_early") ||
	    diagnosis_found(d, "label_noise") || diagnosis_found(d, "overfitting"))
		return;
	diagnosis_find(d, self, DIAGNOSIS_WARNING,
	     "%s; the loss is flat, and validation's is %.3g %s training's", level,
	     fabs(curve_last(&l.valid) - curve_last(&l.train)),
	     curve_last(&l.valid) < curve_last(&l.train) ? "below" : "above");
}

/* ---- what can be claimed ---- */

JUDGE(small_validation)
{
	struct curve c;
	double n = run->valid_predictions, best, half, better;

	if (isnan(n)) {
		diagnosis_pass(d, self, "the number of predictions is not known");
		return;
	}
	if (n < 1) {
		diagnosis_find(d, self, DIAGNOSIS_REMARK,
		     "there are no validation data: nothing shows how well the model generalises");
		return;
	}
	if (curve_take(&c, run, "valid_auc")) {
		best = curve_highest(&c, NULL);
		half = 1.96 * diagnosis_auc_error(best, n);
		better = best - run->skill_mean_auc;
		if (half > AUC_KNOWN)
			diagnosis_find(d, self, DIAGNOSIS_WARNING,
			               "validation AUC of %.3g is known only to +-%.2g, from %.7g "
			               "predictions",
			               best, half, n);
		else if (better > 0 && better < half && half > 0.02)
			diagnosis_find(d, self, DIAGNOSIS_WARNING,
			     "validation AUC of %.3g +-%.2g (%.7g predictions) is not "
			     "distinguishable from the baseline of exercise means, %.3g",
			     best, half, n, run->skill_mean_auc);
	} else if (curve_take(&c, run, "valid_accuracy")) {
		best = curve_highest(&c, NULL);
		half = diagnosis_share_half(fmin(best, 1), n);
		if (half > 0.1)
			diagnosis_find(d, self, DIAGNOSIS_WARNING,
			               "validation accuracy of %.3g is known only to +-%.2g, from "
			               "%.7g rows",
			               best, half, n);
		else if (fmin(best, 1) - diagnosis_share_least(fmin(best, 1), n) > 0.15)
			diagnosis_find(d, self, DIAGNOSIS_WARNING,
			               "validation accuracy of %.3g could be as low as %.2g, from "
			               "%.7g rows",
			               best, diagnosis_share_least(fmin(best, 1), n), n);
	} else if (curve_take(&c, run, "valid_r2")) {
		best = fmin(fmax(curve_highest(&c, NULL), 0), 1);
		half = 1.96 * fmax(2 * sqrt(best / n) * (1 - best), 2 / n);
		if (half > 0.1)
			diagnosis_find(d, self, DIAGNOSIS_WARNING,
			               "validation R2 of %.3g is known only to +-%.2g, from %.7g "
			               "rows",
			               best, half, n);
	} else {
		diagnosis_pass(d, self, "no validation score was logged");
	}
}
