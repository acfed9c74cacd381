/* diagnosis_fit.c - rules about validation beside training, and about how far training has come.
 * doc/diagnose.md has what each threshold comes from. */
#include "src/diagnosis/diagnosis_internal.h"
#include "src/diagnosis/diagnosis_rules.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- validation and training ---- */

/* AUC of each exercise's mean that difficulties do not explain: it is 0.93 where they spread by 5
 * logits, from hopeless to trivial, and 0.55 to 0.75 in published data. */
static const double telling_exercise = 0.95;

JUDGE(leak)
{
	struct curve auc;
	double best, error;

	if (!curve_take(&auc, run, "valid_auc") || !(run->valid_predictions > 1)) {
		diagnosis_pass(d, self, "no validation AUC");
		return;
	}
	if (isnan(run->ceiling_auc) && isnan(run->skill_mean_auc)) {
		diagnosis_pass(d, self,
		               "no ceiling and no baseline to compare with");
		return;
	}
	best = curve_highest(&auc, NULL);
	error = diagnosis_auc_error(isnan(run->ceiling_auc) ? best : run->ceiling_auc,
	                            run->valid_predictions);
	if (best > run->ceiling_auc + 3 * error)
		diagnosis_find(d, self, DIAGNOSIS_SERIOUS,
		               "validation AUC reaches %.4g, %.3g standard errors above %.4g, the "
		               "best possible on these simulated students",
		               best, (best - run->ceiling_auc) / error, run->ceiling_auc);
	else if (isnan(run->ceiling_auc) && 1 - best < (1 - run->skill_mean_auc) / 5 &&
	         best > run->skill_mean_auc + 3 * error)
		diagnosis_find(d, self, DIAGNOSIS_SERIOUS,
		               "validation AUC reaches %.4g, where exercise means give %.4g: only "
		               "%.3g %% of the baseline's errors remain",
		               best, run->skill_mean_auc,
		               100 * (1 - best) / (1 - run->skill_mean_auc));
	else if (isnan(run->ceiling_auc) && run->skill_mean_auc > telling_exercise)
		diagnosis_find(d, self, DIAGNOSIS_SERIOUS,
		     "exercise means alone give a validation AUC of %.4g: the exercise determines "
		     "the answer", run->skill_mean_auc);
}

JUDGE(easy_validation)
{
	struct losses l;
	struct curve own, trained;
	double gap, error, drag, measured;

	if (!losses_take(&l, run) || !l.valid.n || !(run->valid_predictions > 1)) {
		diagnosis_pass(d, self, "no validation loss, or an unknown number of predictions");
		return;
	}
	curve_take(&own, run, "loss");
	curve_take(&trained, run, "train_loss");
	if (trained.n) {
		measured = curve_tail_median(&trained, 0.5);
		gap = measured - curve_tail_median(&l.valid, 0.5);
		error = losses_error(run, measured);
		if (gap > 4 * error && gap > 0.1 * l.gain) {
			diagnosis_find(d, self, DIAGNOSIS_WARNING,
			     "validation loss is %.3g below training loss (%.4g, medians of the "
			     "last half), %.3g "
			     "standard errors", gap, measured, gap / error);
			return;
		}
		/* in the first epochs also what was learnt within them */
		drag = curve_tail_median(&own, 0.5) - measured;
		if (trained.n >= CURVE_LEAST && run->dropout > 0 &&
		    drag > 0.5 * (l.none - measured) && drag > 4 * error)
			diagnosis_find(d, self, DIAGNOSIS_WARNING,
			               "dropout of %.2g makes the training loss %.3g, but without "
			               "dropout it is %.3g, close to validation's: dropout costs "
			               "%.3g %% of the gain",
			               run->dropout, measured + drag, measured,
			               100 * drag / fmax(l.none - measured, 1e-12));
	}
}

/* Validation may be so small that any difference is within its error: then nothing is said. */
JUDGE(overfitting)
{
	struct losses l;
	double best, end, error, noise, learnt, gap, rise;
	int at = 0;

	if (!losses_take(&l, run) || !l.valid.n || !(run->valid_predictions > 1)) {
		diagnosis_pass(d, self, "no validation loss, or an unknown number of predictions");
		return;
	}
	if (l.valid.n < CURVE_LEAST) {
		diagnosis_pass_short(d, self, (size_t)l.valid.n, CURVE_LEAST);
		return;
	}
	curve_lowest(&l.valid, &at);
	best = curve_around(&l.valid, at);
	end = curve_last(&l.valid);
	rise = end - best;
	gap = end - curve_last(&l.train);
	learnt = fmax(l.none - best, 0.05 * l.none);
	error = losses_error(run, end);
	noise = curve_jitter(&l.valid, 0);
	if (at < l.valid.n - 2 && rise > 3 * noise && rise > 0.1 * learnt && gap > 2 * error &&
	    curve_last(&l.train) < curve_around(&l.train, at))
		diagnosis_find(d, self, end > l.none ? DIAGNOSIS_SERIOUS : DIAGNOSIS_WARNING,
		               "validation loss rose from %.4g (point %d) to %.4g, %.3g %% of the "
		               "gain, while training loss kept falling to %.4g: the gap grew from "
		               "%.3g to %.3g",
		               best, at + 1, end, 100 * rise / learnt, curve_last(&l.train),
		               best - curve_around(&l.train, at), gap);
	else if (gap > 3 * error && gap > 0.5 * l.scale)
		diagnosis_find(d, self, DIAGNOSIS_WARNING,
		     "training loss (%.4g) is %.3g below validation loss (%.4g): %.3g %% of the "
		     "gain holds only for the training data",
		     curve_last(&l.train), gap, end, 100 * gap / l.gain);
}

/* ---- too little ---- */

double curve_late_share(const struct curve *c, double none, double *t)
{
	struct curve x = { .n = c->n };
	int from = c->n - c->n / 4;
	struct curve_line line;

	if (c->n - from < 3)
		from = c->n > 3 ? c->n - 3 : 0;
	for (int k = 0; k < x.n; k++)
		x.y[k] = k;
	line = curve_fit(&x, c, from, curve_jitter(c, from));
	*t = line.slope / line.error;
	return -line.slope * (c->n - 1 - from) / fmax(none - curve_last(c), 0.02 * none);
}

int diagnosis_level_is_high(const struct diagnosis_run *run, const struct losses *l, char *why)
{
	struct curve auc, r2;
	double reached, error;
	int answers = (run->learner->traits & DIAGNOSIS_ANSWERS) != 0;

	if (answers && curve_take(&auc, run, "valid_auc") &&
	    1.96 * diagnosis_auc_error(curve_highest(&auc, NULL), run->valid_predictions) <
	            AUC_KNOWN) {
		reached = curve_highest(&auc, NULL);
		error = diagnosis_auc_error(reached, run->valid_predictions);
		if (run->ceiling_auc > 0.5) {
			snprintf(why, 160, "validation AUC of %.4g where %.4g is possible", reached,
			         run->ceiling_auc);
			return run->ceiling_auc - reached >
			       fmax(3 * error, 0.2 * (run->ceiling_auc - 0.5));
		}
		if (!isnan(run->skill_mean_auc)) {
			snprintf(why, 160,
			         "validation AUC of %.4g where exercise means give %.4g",
			         reached, run->skill_mean_auc);
			return reached < run->skill_mean_auc + 2 * error;
		}
	}
	if (curve_take(&r2, run, "train_r2")) {
		snprintf(why, 160, "R2 of %.3g on the training data", curve_highest(&r2, NULL));
		return curve_highest(&r2, NULL) < 0.25;
	}
	if (isnan(diagnosis_ignorance(run)))
		return -1;
	snprintf(why, 160, "training loss of %.4g, where an uninformed model has %.4g",
	         curve_last(&l->train), l->none);
	return l->none - curve_last(&l->train) < (answers ? 0.1 : 0.25) * l->none;
}

/* Norms of the gradient at a window's first step and at its last, as they usually were in the
 * second half.  Nonzero when that at the last is what it was in the beginning, but for a tenth:
 * otherwise the read-out has shrunk, and it is not on the way back through time that gradients get
 * lost. */
static int usual_gradients(const struct diagnosis_run *run, double *first, double *at_last)
{
	struct curve a, b, begun;

	curve_take(&a, run, "gradient_first");
	curve_take(&b, run, "gradient_last");
	*first = curve_tail_median(&a, 0.5);
	*at_last = curve_tail_median(&b, 0.5);
	begun = b;
	begun.n = (b.n + 2) / 3;
	return *at_last > 0.1 * curve_highest(&begun, NULL);
}

/* A gradient that is smaller than the rounding errors of another one adds nothing to the sum of
 * both.  Where nothing has to be remembered that is as it should be; it is so before anything is
 * learnt; and gates that are free to hold on to the past, and don't, have been too few for it or
 * have found nothing there. */
JUDGE(vanishing_gradient)
{
	double first, at_last;
	int alive = usual_gradients(run, &first, &at_last), kept;
	struct curve saturated;
	struct losses l;
	char level[160];

	if (isnan(first / at_last)) {
		diagnosis_pass(d, self, "gradients through time were not logged");
		return;
	}
	if (losses_take(&l, run) < CURVE_LEAST) {
		diagnosis_pass_short(d, self, run->n, CURVE_LEAST);
		return;
	}
	curve_take(&saturated, run, "saturated");
	kept = run->gated == 1 && run->penalty == 0 &&
	       !(curve_tail_median(&saturated, 0.25) >= 0.5);
	if (alive && !kept && first < FLT_EPSILON * at_last &&
	    !(diagnosis_early_step(run) < SMALL_STEP) && !(diagnosis_reach(run) < 0.5) &&
	    diagnosis_level_is_high(run, &l, level) == 1)
		diagnosis_find(d, self, DIAGNOSIS_SERIOUS,
		               "over %.5g steps back in time the gradient shrinks from %.3g to "
		               "%.1e, by a factor of %.2g per step, and there is more to learn: %s",
		               run->window, at_last, first,
		               pow(first / at_last, 1 / (run->window - 1)), level);
}

/* The optimiser's own time: learning rates added up, so that a schedule's end does not look like a
 * plateau. */
static void rate_time(struct curve *x, const struct diagnosis_run *run, int n)
{
	struct curve lr;
	double sum = 0;

	curve_take(&lr, run, "lr");
	x->n = n;
	for (int k = 0; k < n; k++)
		x->y[k] = sum += k < lr.n && isfinite(lr.y[k]) ? lr.y[k] : lr.n ? 0 : 1;
}

/* Training loss over the second half of the optimiser's time.  A loss that fell by far the most in
 * the first half has come to rest: its slope is then given as 0. */
static struct curve_line still_falling(const struct diagnosis_run *run, const struct losses *l,
                                       double *length)
{
	struct curve x = { 0 };
	int from = 0;

	rate_time(&x, run, l->train.n);
	*length = l->train.n ? x.y[l->train.n - 1] : NAN;
	while (from < l->train.n - 3 && x.y[from] < 0.5 * *length)
		from++;
	if (l->train.n &&
	    l->train.y[from] - curve_last(&l->train) < 0.15 * (l->train.y[0] - l->train.y[from]))
		return (struct curve_line){ .error = 1 };
	return curve_fit(&x, &l->train, from, curve_jitter(&l->train, from));
}

JUDGE(rate_low)
{
	struct losses l;
	struct curve_line line;
	double length, more, step = diagnosis_early_step(run);
	char level[160];

	if (losses_take(&l, run) < CURVE_LEAST) {
		diagnosis_pass_short(d, self, run->n, CURVE_LEAST);
		return;
	}
	if (step < SMALL_STEP && diagnosis_reach(run) < 0.1 &&
	    diagnosis_level_is_high(run, &l, level) == 1) {
		diagnosis_find(d, self, DIAGNOSIS_WARNING,
		               "%s; a step changes the parameters by %.1e of their norm, and all "
		               "%.7g updates together by at most %.2g of it",
		               level, step, diagnosis_updates(run) * run->each * (double)run->n,
		               diagnosis_reach(run));
		return;
	}
	line = still_falling(run, &l, &length);
	more = -line.slope * length /
	       fmax(fmax(l.none, l.train.y[0]) - curve_last(&l.train), 0.002 * l.none);
	if (!(line.slope < 0 && line.slope < -4 * line.error && more > 0.05))
		return;
	if (step < SMALL_STEP && (more > 0.25 || diagnosis_reach(run) < 0.5))
		diagnosis_find(d, self, DIAGNOSIS_WARNING,
		     "the training loss still falls steadily (%.3g standard errors), and a step "
		     "changes the parameters by %.1e of their norm: all %.7g updates together by "
		     "at most %.2g of it",
		     -line.slope / line.error, step,
		     diagnosis_updates(run) * run->each * (double)run->n, diagnosis_reach(run));
	else if (isnan(step) && more > 0.7 && l.gain < 0.2 * l.none)
		diagnosis_find(d, self, DIAGNOSIS_WARNING,
		     "the training loss fell linearly (%.3g standard errors), and only from %.4g "
		     "to %.4g",
		     -line.slope / line.error, l.train.y[0], curve_last(&l.train));
}

/* What the last of a few points added to what had been learnt since `none`, as a share. */
static double last_share(const struct curve *c, double none)
{
	return c->n < 2 ? NAN
	                : (c->y[c->n - 2] - c->y[c->n - 1]) /
	                          fmax(none - c->y[c->n - 1], 0.02 * none);
}

/* A run that has ended after a few points, too few for a slope. */
static void few_points(const struct diagnosis_rule *self, const struct losses *l,
                       struct diagnosis *d)
{
	double trained = last_share(&l->train, l->none),
	       valid = l->valid.n ? last_share(&l->valid, l->none) : INFINITY;

	if (trained > 0.1 && valid > 0.1)
		diagnosis_find(d, self, DIAGNOSIS_WARNING,
		               "it ended after %d points, and the last of them brought %.3g %% of "
		               "the gain",
		               l->train.n, 100 * fmin(trained, valid));
	else
		diagnosis_pass_short(d, self, (size_t)l->train.n, CURVE_LEAST);
}

JUDGE(stopped_early)
{
	struct losses l;
	struct curve *c = &l.valid;
	char level[160];
	struct curve_line line;
	double t, share, length, went = diagnosis_reach(run);

	if (run->learner->traits & DIAGNOSIS_RETURNS) {
		struct curve gain, negative;

		if (!curve_take(&gain, run, "train_return"))
			curve_take(&gain, run, "train_reward");
		if (gain.n < 4 * CURVE_LEAST) {
			diagnosis_pass_short(d, self, (size_t)gain.n, 4 * CURVE_LEAST);
			return;
		}
		negative = gain;
		for (int k = 0; k < gain.n; k++)
			negative.y[k] = -gain.y[k];
		share = curve_late_share(&negative, -curve_lowest(&gain, NULL), &t);
		if (share > 0.1 && t < -4)
			diagnosis_find(d, self, DIAGNOSIS_REMARK,
			               "in the last quarter the return still rose by %.3g %% of "
			               "its total gain",
			               100 * share);
		return;
	}
	if (!losses_take(&l, run)) {
		diagnosis_pass(d, self, "no loss was logged");
		return;
	}
	if (diagnosis_found(d, "rate_low") || diagnosis_found(d, "rate_high") ||
	    diagnosis_found(d, "overfitting"))
		return;
	if (run->status && strcmp(run->status, "running") == 0 && l.train.n < CURVE_LEAST) {
		diagnosis_pass(d, self, "the run is still training");
		return;
	}
	if ((l.train.n < CURVE_LEAST || went < 0.5) &&
	    diagnosis_level_is_high(run, &l, level) == 1) {
		if (went < 0.5)
			diagnosis_find(d, self, DIAGNOSIS_WARNING,
			               "%s after %.7g updates, which together could change the "
			               "parameters by at most %.2g of their norm",
			               level, diagnosis_updates(run) * run->each * (double)run->n,
			               went);
		else
			diagnosis_find(d, self, DIAGNOSIS_WARNING, "%s after %d points", level,
			               l.train.n);
		return;
	}
	line = still_falling(run, &l, &length);
	if (went < 1 && diagnosis_level_is_high(run, &l, level) == 1 &&
	    line.slope < -4 * line.error &&
	    -line.slope * length > 0.25 * (l.none - curve_last(&l.train))) {
		diagnosis_find(d, self, DIAGNOSIS_WARNING,
		               "%s, and the training loss kept falling until the learning rate "
		               "became too small (%.3g standard errors)",
		               level, -line.slope / line.error);
		return;
	}
	if (!c->n)
		c = &l.train;
	if (c->n < CURVE_LEAST) {
		few_points(self, &l, d);
		return;
	}
	share = curve_late_share(c, l.none, &t);
	if (share > 0.1 && t < -4)
		diagnosis_find(d, self, DIAGNOSIS_WARNING,
		               "%s loss was still falling at the end: %.3g %% of the gain came in "
		               "the last quarter of the points (%.3g standard errors)",
		               c == &l.valid ? "validation" : "training", 100 * share, -t);
}
