/* diagnosis_steps.c - rules about the steps of learning: their length, gradients, the order of the
 * data, units, Q values. doc/diagnose.md has what each threshold comes from. */
#include "src/diagnosis/diagnosis_internal.h"
#include "src/diagnosis/diagnosis_rules.h"

#include <math.h>
#include <string.h>

#include "src/base/text.h"

/* ---- how large the steps were ---- */

double diagnosis_early_step(const struct diagnosis_run *run)
{
	struct curve ratio;

	curve_take(&ratio, run, "update_ratio");
	return curve_median(&ratio, 0, (ratio.n + 2) / 3);
}

double diagnosis_reach(const struct diagnosis_run *run)
{
	struct curve ratio;

	curve_take(&ratio, run, "update_ratio");
	return finite_mean(ratio.y, ratio.n) * diagnosis_updates(run) * run->each * (double)run->n;
}

/* ---- learning rate too high ---- */

/* A run whose steps are small did not get its large losses from them, but from the weights that it
 * began with.  (The step is that of one update in a point, which may be none where there is nothing
 * to learn any more.) */
static int large_steps(const struct diagnosis_run *run)
{
	return !(diagnosis_early_step(run) < 1e-3);
}

/* The largest loss that a batch of b predictions has by chance when the model knows nothing: six
 * standard errors above that, and one prediction wrong with all the confidence that a float can
 * have. */
static double chance_loss(const struct losses *l, double b)
{
	return fmax(1.5 * l->none, l->none + 6 * l->none / sqrt(b) + 16 / b);
}

static int rate_spikes(const struct diagnosis_rule *self, const struct diagnosis_run *run,
                       const struct losses *l, struct diagnosis *d)
{
	struct curve most;
	double b = run->train_predictions / diagnosis_updates(run), worst;
	int at = 0, spikes = 0;

	if (isnan(diagnosis_ignorance(run)) || !curve_take(&most, run, "loss_max") ||
	    !(large_steps(run) || run->usual_start == 1))
		return 0;
	for (int k = 0; k < most.n; k++)
		spikes += most.y[k] > chance_loss(l, b);
	if (!spikes)
		return 0;
	worst = curve_highest(&most, &at);
	diagnosis_find(d, self, DIAGNOSIS_SERIOUS,
	               "the loss of a batch rose to %.3g (point %d; too high in %d of %d), where "
	               "an uninformed model has %.3g and chance explains at most %.3g",
	               worst, at + 1, spikes, most.n, l->none, chance_loss(l, b));
	return 1;
}

/* From point to point, in the first two thirds: later a falling rate hides it. */
static int rate_swings(const struct diagnosis_rule *self, const struct losses *l,
                       struct diagnosis *d)
{
	struct curve early = l->train;
	double swing;

	early.n = (2 * early.n + 2) / 3;
	swing = curve_jitter(&early, 1);
	if (early.n < CURVE_LEAST || !(swing > 0.1 * l->gain && swing > 0.05 * l->none))
		return 0;
	diagnosis_find(d, self, DIAGNOSIS_SERIOUS,
	     "the training loss oscillates by %.3g from point to point (deviation from its trend), "
	     "which is %.3g %% of the gain (%.3g)",
	     swing, 100 * swing / fmax(l->gain, 1e-12), l->gain);
	return 1;
}

/* First weights as usual, and all the same far worse than knowing nothing at a third of the points:
 * a falling rate brings such a loss down in the end. */
static int rate_was_worse(const struct diagnosis_rule *self, const struct diagnosis_run *run,
                          const struct losses *l, struct diagnosis *d)
{
	int worse = 0;

	for (int k = 1; k < l->train.n; k++)
		worse += l->train.y[k] > 1.5 * l->none;
	if (run->usual_start != 1 || l->train.n < CURVE_LEAST || 3 * worse < l->train.n)
		return 0;
	diagnosis_find(d, self, DIAGNOSIS_SERIOUS,
	               "at %d of %d points the training loss was far above that of an uninformed "
	               "model (%.3g): it reached %.3g",
	               worse, l->train.n, l->none, curve_highest(&l->train, NULL));
	return 1;
}

/* Long steps, and a training loss that fell several times faster for its learning rate once a
 * schedule had brought that below half.  With steps of the right length it is the other way around:
 * there is less and less left to gain. */
static void rate_held_back(const struct diagnosis_rule *self, const struct diagnosis_run *run,
                           const struct losses *l, struct diagnosis *d)
{
	double most, early = 0, late = 0, fell, falls, faster;
	struct curve lr;
	int half = 1;

	curve_take(&lr, run, "lr");
	most = curve_highest(&lr, NULL);
	while (half < lr.n && !(lr.y[half] < 0.5 * most))
		half++;
	if (lr.n != l->train.n || lr.n < CURVE_LEAST || half < 2 || half + 2 > lr.n ||
	    !(lr.y[lr.n - 1] < 0.2 * most))
		return;
	for (int k = 1; k < lr.n; k++)
		*(k <= half ? &early : &late) += lr.y[k];
	fell = l->train.y[0] - l->train.y[half];
	falls = l->train.y[half] - curve_last(&l->train);
	faster = falls / late / (fmax(fell, 0.001 * l->none) / early);
	if (!(diagnosis_early_step(run) > LONG_STEP && faster > 3 && falls > 0.02 * l->none))
		return;
	diagnosis_find(
		d, self, DIAGNOSIS_WARNING,
		"a step changed the parameters by %.2g of their norm, and after the learning rate "
		"had halved (point %d) the training loss fell %.3g times as fast per unit of "
		"learning rate: by %.3g, after %.3g before",
		diagnosis_early_step(run), half + 1, faster, falls, fell);
}

/* The largest value that returns explain: a Q value adds up what is to come, over the horizon of
 * the discount where a game never ends.  NaN: no returns yet. */
static double explained_q(const struct diagnosis_run *run)
{
	double horizon = isnan(run->discount) ? 100 : 1 / fmax(1 - run->discount, 1e-6);
	struct curve gain;
	int endless = 0;

	if (!curve_take(&gain, run, "train_return"))
		endless = curve_take(&gain, run, "train_reward") > 0;
	if (!gain.n)
		return NAN;
	return fmax(1, fmax(fabs(curve_highest(&gain, NULL)), fabs(curve_lowest(&gain, NULL))) *
	                       (endless ? horizon : 1));
}

/* Q values that go on beyond all bounds feed themselves (q_divergence); those that came back were
 * thrown there by single updates. */
static void rate_of_q(const struct diagnosis_rule *self, const struct diagnosis_run *run,
                      struct diagnosis *d)
{
	struct curve most;
	double explained = explained_q(run);
	int at = 0;

	if (curve_take(&most, run, "largest_q") && curve_highest(&most, &at) > 10 * explained &&
	    !(curve_tail_median(&most, 0.25) > 10 * explained))
		diagnosis_find(d, self, DIAGNOSIS_SERIOUS,
		     "Q values jumped to %.3g (point %d) and came back, while no return so far "
		     "exceeded %.3g",
		     most.y[at], at + 1, explained);
}

JUDGE(rate_high)
{
	struct losses l;
	double worse = diagnosis_ignorance(run);

	if (run->status && strcmp(run->status, "diverged") == 0) {
		diagnosis_find(d, self, DIAGNOSIS_SERIOUS,
		               "the run ended because loss or gradient was not finite, after %zu "
		               "points",
		               run->n);
		return;
	}
	if (run->learner->traits & DIAGNOSIS_RETURNS) {
		rate_of_q(self, run, d);
		return;
	}
	if (!losses_take(&l, run)) {
		diagnosis_pass(d, self, "no loss was logged");
		return;
	}
	worse = isnan(worse) ? 1.5 * l.none : 1.05 * worse;
	if (large_steps(run) && l.train.n > 1 && curve_last(&l.train) > worse &&
	    curve_last(&l.train) > curve_lowest(&l.train, NULL)) {
		diagnosis_find(d, self, DIAGNOSIS_SERIOUS,
		     "the training loss ends at %.3g, worse than an uninformed model (%.3g); its "
		     "lowest was %.3g",
		     curve_last(&l.train), l.none, curve_lowest(&l.train, NULL));
		return;
	}
	/* Sorted data make the same spikes and swings. */
	if (!diagnosis_found(d, "not_shuffled") && !rate_spikes(self, run, &l, d) &&
	    !(large_steps(run) && rate_was_worse(self, run, &l, d)) &&
	    !(large_steps(run) && rate_swings(self, &l, d)))
		rate_held_back(self, run, &l, d);
}

/* ---- gradients through time ---- */

/* Whether point k left the training loss thrown back, by a twentieth of what knowing nothing costs,
 * or worse than that. */
static int thrown_back(const struct losses *l, int k)
{
	if (k >= l->train.n)
		return 0;
	return l->train.y[k] > 1.05 * l->none ||
	       (k > 0 && l->train.y[k] > l->train.y[k - 1] + 0.05 * l->none);
}

/* Where a gradient grew more than tenfold from a window's last step back to its first, and the
 * training loss was thrown back: the number of the point, -1 when there is none.  Growth alone is
 * what a model does whose answers hang on what was long ago.  Not the first point: nothing has been
 * learnt by then. */
static int harmful_growth(const struct diagnosis_run *run, const struct losses *l, double *growth)
{
	struct curve first, last_step;

	curve_take(&first, run, "gradient_first");
	curve_take(&last_step, run, "gradient_last");
	for (int k = 1; k < first.n && k < last_step.n; k++) {
		*growth = first.y[k] / last_step.y[k];
		if (*growth > 10 && thrown_back(l, k))
			return k;
	}
	return -1;
}

/* Where a gradient jumped that far above the usual norm, of the points before it or for the first
 * one of all, that the training loss was thrown back: the number of the point, -1 when there is
 * none.  Gradients grow by a factor of a few when something begins to be learnt, but then the loss
 * falls. */
static int harmful_jump(const struct diagnosis_run *run, const struct losses *l, double *jump,
                        double *usual)
{
	struct curve norm, most;

	curve_take(&norm, run, "gradient_norm");
	curve_take(&most, run, "gradient_max");
	for (int k = 0; k < most.n && k < norm.n; k++) {
		*jump = most.y[k];
		*usual = curve_median(&norm, 0, k ? k : norm.n);
		if (*jump > 5 * *usual && thrown_back(l, k))
			return k;
	}
	return -1;
}

/* Clipped gradients do less harm: then what is behind them comes first. */
JUDGE(exploding_gradient)
{
	struct curve norm, most;
	struct losses l;
	double growth, jump, usual;
	int at;

	if (!curve_take(&norm, run, "gradient_first") &&
	    (!curve_take(&norm, run, "gradient_norm") || !curve_take(&most, run, "gradient_max"))) {
		diagnosis_pass(d, self, "gradients were not logged");
		return;
	}
	losses_take(&l, run);
	if ((at = harmful_growth(run, &l, &growth)) >= 0)
		diagnosis_find(d, self, run->clip > 0 ? DIAGNOSIS_WARNING : DIAGNOSIS_SERIOUS,
		               "over %.5g steps back in time the gradient grew %.3g times (point "
		               "%d), and the training loss jumped up",
		               run->window, growth, at + 1);
	else if (!(run->clip > 0) && (at = harmful_jump(run, &l, &jump, &usual)) >= 0)
		diagnosis_find(d, self, DIAGNOSIS_SERIOUS,
		     "the gradient jumped to %.3g (point %d), %.3g times its usual norm of %.3g, "
		     "without clipping, and the training loss jumped up",
		     jump, at + 1, jump / usual, usual);
}

/* ---- order of the data ---- */

JUDGE(not_shuffled)
{
	struct curve r, lr;
	double B = diagnosis_updates(run), mean_r, z;
	char points[64];
	int n = 0;

	if (run->shuffled == 1)
		return;
	if (curve_take(&r, run, "loss_correlation") < 2 || !(B >= 8)) {
		diagnosis_pass(d, self,
		               r.n ? "%s of %.7g updates each, expected 2 or more of 8 or more"
		                   : "losses of batches were not compared",
		               text_counted(points, (size_t)r.n, "point"), B);
		return;
	}
	/* Not the first epoch, in which losses fall and so are like their neighbours; nor the end
	 * of a schedule, when the model hardly moves any more, whatever it is shown. */
	curve_take(&lr, run, "lr");
	for (int k = 0; k < r.n; k++) {
		if (k == 0 || (lr.n && lr.y[k] < 0.5 * curve_highest(&lr, NULL)))
			r.y[k] = NAN;
		n += isfinite(r.y[k]);
	}
	mean_r = finite_mean(r.y, r.n);
	/* Shuffled ones correlate by -1/B +- 1/sqrt(B).  An order that stays the same is one draw,
	 * however many epochs it is met in. */
	z = (mean_r + 1 / B) * sqrt(B);
	if (z > (run->shuffled == 0 ? 2.5 : 4))
		diagnosis_find(d, self, DIAGNOSIS_SERIOUS,
		     "the losses of consecutive batches correlate by %.2g within an epoch (mean of "
		     "%d epochs), %.3g standard errors more than those of shuffled batches would",
		     mean_r, n, z);
}

/* ---- units ---- */

/* Median of the last quarter of the points; NaN with the reason given when nothing was logged. */
static double late_units(const struct diagnosis_rule *self, const struct diagnosis_run *run,
                         struct diagnosis *d, const char *name, double *first)
{
	struct curve share;

	if (!curve_take(&share, run, name)) {
		diagnosis_pass(d, self,
		               "their fraction was not logged, or the network has no such units");
		return NAN;
	}
	*first = share.y[0];
	return curve_tail_median(&share, 0.25);
}

JUDGE(saturated_units)
{
	double first = NAN, now = late_units(self, run, d, "saturated", &first);

	/* Units that steps of the usual length brought there are thresholds that were learnt. */
	if (now >= 0.5)
		diagnosis_find(d, self,
		               first < 0.1 && diagnosis_early_step(run) < LONG_STEP
		                       ? DIAGNOSIS_REMARK
		                       : DIAGNOSIS_SERIOUS,
		               "%.3g %% of the gates and bounded activations are within 1 %% of an "
		               "end of their range, and %.3g %% were at the first point",
		               100 * now, 100 * first);
}

/* A layer of which hardly a unit lives cuts the network in two, however many live elsewhere. */
JUDGE(dead_units)
{
	double first = NAN, now = late_units(self, run, d, "dead", &first);

	if (now >= 0.5)
		diagnosis_find(d, self, DIAGNOSIS_SERIOUS,
		               "%.3g %% of the hidden units are zero for every input, and %.3g %% "
		               "were at the first point",
		               100 * now, 100 * first);
	else if (run->dead_layer >= 0.9)
		diagnosis_find(d, self, DIAGNOSIS_SERIOUS,
		               "in layer %.40s %.3g %% of the units are zero for every input",
		               run->dead_name ? run->dead_name : "?", 100 * run->dead_layer);
}
/* ---- reinforcement learning ---- */

JUDGE(q_divergence)
{
	struct curve q, most;
	double explained = explained_q(run);

	if (!curve_take(&q, run, "mean_q") || !curve_take(&most, run, "largest_q") ||
	    isnan(explained)) {
		diagnosis_pass(d, self, "no returns and no Q values logged yet");
		return;
	}
	if (curve_tail_median(&most, 0.25) > 10 * explained)
		diagnosis_find(d, self, DIAGNOSIS_SERIOUS,
		               "Q values reach %.3g, while no return so far exceeded %.3g",
		               curve_tail_median(&most, 0.25), explained);
	else if (curve_tail_median(&q, 0.25) > 2 * explained)
		diagnosis_find(d, self, DIAGNOSIS_REMARK,
		               "the mean Q value is %.3g, while no return so far exceeded %.3g",
		               curve_tail_median(&q, 0.25), explained);
}
