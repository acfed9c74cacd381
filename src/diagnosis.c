/* diagnosis.c - see diagnosis.h; and doc/diagnose.md for what each threshold comes from. */
#include "src/diagnosis.h"

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- curves: a column in at most DIAGNOSIS_POINTS numbers ---- */

struct curve {
	int    n;                        /* 0: there is no such column, or nothing in it */
	double y[DIAGNOSIS_POINTS];      /* NaN where nothing was logged */
};

static const double *column(const struct diagnosis_run *run, const char *name)
{
	for (int c = 0; c < run->columns; c++)
		if (strcmp(run->column[c].name, name) == 0)
			return run->column[c].value;
	return NULL;
}

/* Mean of what is finite among n numbers; NaN when nothing is. */
static double mean(const double *x, size_t n)
{
	double sum = 0;
	size_t count = 0;

	for (size_t k = 0; k < n; k++)
		if (isfinite(x[k])) {
			sum += x[k];
			count++;
		}
	return count ? sum / (double)count : NAN;
}

/* The column called `name`, point by point or by means of stretches.  Returns how many numbers there are in it. */
static int take(struct curve *c, const struct diagnosis_run *run, const char *name)
{
	const double *x = column(run, name);
	size_t n = run->n < DIAGNOSIS_POINTS ? run->n : DIAGNOSIS_POINTS;
	int finite = 0;

	c->n = 0;
	for (size_t k = 0; x && k < n; k++) {
		size_t from = run->n / n * k + run->n % n * k / n, to = run->n / n * (k + 1) + run->n % n * (k + 1) / n;

		c->y[k] = mean(x + from, to - from);
		finite += isfinite(c->y[k]);
	}
	if (finite)
		c->n = (int)n;
	return finite;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Median of the finite ones of y[from..to); NaN when there is none. */
static double median(const struct curve *c, int from, int to)
{
	double x[DIAGNOSIS_POINTS];
	int n = 0;

	for (int k = from < 0 ? 0 : from; k < to && k < c->n; k++)
		if (isfinite(c->y[k]))
			x[n++] = c->y[k];
	if (!n)
		return NAN;
	qsort(x, n, sizeof *x, ascending);
	return n % 2 ? x[n / 2] : 0.5 * (x[n / 2 - 1] + x[n / 2]);
}

static double tail_median(const struct curve *c, double share)
{
	return median(c, (int)floor(c->n * (1 - share)), c->n);
}

static double lowest(const struct curve *c, int *at)
{
	double best = NAN;

	for (int k = 0; k < c->n; k++)
		if (isfinite(c->y[k]) && !(c->y[k] >= best)) {
			best = c->y[k];
			if (at)
				*at = k;
		}
	return best;
}

static double highest(const struct curve *c, int *at)
{
	double best = NAN;

	for (int k = 0; k < c->n; k++)
		if (isfinite(c->y[k]) && !(c->y[k] <= best)) {
			best = c->y[k];
			if (at)
				*at = k;
		}
	return best;
}

/* Mean of up to three points around k, and of the last three: a single point may be a lucky one. */
static double around(const struct curve *c, int k)
{
	int from = k > 0 ? k - 1 : 0, to = k + 2 < c->n ? k + 2 : c->n;

	return mean(c->y + from, to - from);
}

static double last(const struct curve *c)
{
	int n = c->n < 3 ? c->n : 3;

	return n ? mean(c->y + c->n - n, n) : NAN;
}

/* Deviation of single points around a smooth curve: 1.4826 median |y[k-1] - 2 y[k] + y[k+1]| / sqrt(6), which is
 * the deviation of independent normal errors, however the curve itself bends.  NaN with fewer than 3 in a row. */
static double jitter(const struct curve *c, int from)
{
	struct curve d = { 0 };

	for (int k = from + 1; k + 1 < c->n; k++)
		d.y[d.n++] = fabs(c->y[k - 1] - 2 * c->y[k] + c->y[k + 1]);
	return 1.4826 / sqrt(6) * median(&d, 0, d.n);
}

/* A straight line by least squares through (x, y)[from..), with the slope's standard error; its errors are taken to
 * be at least `noise`, so that three points that happen to lie on a line prove nothing. */
struct line {
	int    n;
	double slope, error;
};

static struct line fit(const struct curve *x, const struct curve *y, int from, double noise)
{
	double n = 0, mx = 0, my = 0, xx = 0, xy = 0, yy = 0, rest;

	for (int k = from; k < x->n && k < y->n; k++)
		if (isfinite(x->y[k]) && isfinite(y->y[k])) {
			n++;
			mx += (x->y[k] - mx) / n;
			my += (y->y[k] - my) / n;
		}
	for (int k = from; k < x->n && k < y->n; k++)
		if (isfinite(x->y[k]) && isfinite(y->y[k])) {
			double dx = x->y[k] - mx, dy = y->y[k] - my;

			xx += dx * dx;
			xy += dx * dy;
			yy += dy * dy;
		}
	if (n < 3 || !(xx > 0))
		return (struct line){ (int)n, NAN, NAN };
	rest = fmax(yy - xy * xy / xx, 0) / (n - 2);
	return (struct line){ (int)n, xy / xx, sqrt(fmax(rest, noise > 0 ? noise * noise : 0) / xx) };
}

/* ---- what the rules have in common ---- */

static double updates_per_point(const struct diagnosis_run *run)
{
	const double *step = column(run, "step");

	return step && run->n > 0 && step[run->n - 1] > 0 ? step[run->n - 1] / ((double)run->n * run->each) : NAN;
}

/* Loss of somebody who knows nothing but how many classes there are; NaN for numbers. */
static double ignorance(const struct diagnosis_run *run)
{
	return run->kind == DIAGNOSIS_KT ? M_LN2 : run->classes > 1 ? log(run->classes) : NAN;
}

/* Training and validation loss as measured on either part, beside what they should be held against. */
struct losses {
	struct curve train, valid;
	double none;                 /* of somebody who knows nothing: ignorance(), of the mean for numbers, or the first point's */
	double gain;                 /* none - the lowest training loss */
	double scale;                /* the gain, or a twentieth of `none` where hardly anything was gained */
};

/* Fewer points than this are no curve. */
enum { CURVE_LEAST = 5 };

/* Loss of somebody who knows nothing but the mean: with squares it is loss / (1 - R2), at every point the same.  NaN when it
 * isn't: then the loss is another one. */
static double loss_of_mean(const struct curve *loss, const struct diagnosis_run *run)
{
	struct curve r2, ratio = { 0 };
	double most, least;

	take(&r2, run, "train_r2");
	for (int k = 0; k < r2.n && k < loss->n; k++)
		ratio.y[ratio.n++] = r2.y[k] < 0.99 ? loss->y[k] / (1 - r2.y[k]) : NAN;    /* near 1 it is rounding */
	most = highest(&ratio, NULL);
	least = lowest(&ratio, NULL);
	return most < 1.01 * least ? 0.5 * (most + least) : NAN;
}

/* Returns how many points have a training loss. */
static int take_losses(struct losses *l, const struct diagnosis_run *run)
{
	int n = take(&l->train, run, "train_loss");

	if (!n)
		n = take(&l->train, run, "loss");
	take(&l->valid, run, "valid_loss");
	l->none = ignorance(run);
	if (isnan(l->none))
		l->none = loss_of_mean(&l->train, run);
	if (isnan(l->none)) {
		struct curve loss;

		take(&loss, run, "loss");
		l->none = fmax(loss.n ? loss.y[0] : NAN, l->train.n ? l->train.y[0] : NAN);
	}
	l->gain = l->none - lowest(&l->train, NULL);
	l->scale = fmax(l->gain, 0.05 * l->none);
	return n;
}

/* How many predictions that depend on each other, as those of one student or of like rows do, make one that does
 * not.  Batches tell: a batch of b independent predictions has a loss of deviation sd / sqrt(b), and theirs is
 * logged.  1 when it isn't known. */
static double dependence(const struct diagnosis_run *run, double sd)
{
	struct curve batch;
	double b = run->train_predictions / updates_per_point(run), effect;

	take(&batch, run, "loss_sd");
	effect = tail_median(&batch, 0.5);
	effect = effect * effect * b / (sd * sd);
	return effect > 1 ? fmin(effect, b) : 1;
}

/* What batches say of the same error: losses of b predictions vary by a share of their mean, and the mean over n, which are
 * n/b batches, by sqrt(b/n) of that.  The share is that of late batches: who has learnt by heart is as sure of what is wrong
 * in validation as of what is right in training, where errors are rarer and the share is larger.  NaN: not logged. */
static double batch_error(const struct diagnosis_run *run, double loss)
{
	struct curve sd, own;
	double b = run->train_predictions / updates_per_point(run);
	int n = take(&own, run, "loss");

	if (!take(&sd, run, "loss_sd") || !n)
		return NAN;
	return loss * tail_median(&sd, 0.5) / tail_median(&own, 0.5) * sqrt(b / run->valid_predictions);
}

/* Standard error of a mean loss over the validation's n predictions: sd / sqrt(n).  The deviation of single losses
 * is not logged, but errors make nearly all of the loss: were it all in a share e of the predictions, it
 * would be sd = loss sqrt((1 - e) / e), which is the most it can be.  For numbers, with normal errors, the
 * squares have sd = sqrt(2) loss.  Where predictions hardly differ from each other that is far too much, and batches tell. */
static double loss_error(const struct diagnosis_run *run, double loss)
{
	struct curve accuracy;
	double n = run->valid_predictions, e, sd = M_SQRT2 * loss;

	if (take(&accuracy, run, "valid_accuracy")) {
		e = fmin(fmax(1 - last(&accuracy), 1 / n), 0.5);
		sd = loss * sqrt((1 - e) / e);
	}
	return fmin(sd * sqrt(dependence(run, sd) / n), batch_error(run, loss));
}

/* Standard error of an AUC over n predictions of which half are 1 (Hanley and McNeil 1982); and of a share. */
static double auc_error(double auc, double n)
{
	double q1 = auc / (2 - auc), q2 = 2 * auc * auc / (1 + auc), m = n / 2;

	return sqrt((auc * (1 - auc) + (m - 1) * (q1 - auc * auc + q2 - auc * auc)) / (m * m));
}

/* Half of the 95 % interval of a share p of n (Wilson 1927): also right for 10 of 10. */
static double share_half(double p, double n)
{
	const double z = 1.959964;

	return z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
}

/* The lower end of the same interval, around (p + z^2/2n) / (1 + z^2/n). */
static double share_least(double p, double n)
{
	const double z = 1.959964;

	return (p + z * z / (2 * n)) / (1 + z * z / n) - share_half(p, n);
}

/* Half of the 95 % interval of an AUC that still says something: models that are compared differ by less. */
static const double auc_known = 0.05;

/* ---- what a rule says ---- */

static void find(struct diagnosis *d, const struct diagnosis_rule *rule, enum diagnosis_severity severity,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Findings are kept with the most serious first; among equals in the order of the table. */
static void find(struct diagnosis *d, const struct diagnosis_rule *rule, enum diagnosis_severity severity,
                 const char *format, ...)
{
	int at = d->n;
	va_list ap;

	if (d->n == DIAGNOSIS_RULES_MAX)
		return;
	while (at > 0 && d->finding[at - 1].severity < severity)
		at--;
	memmove(&d->finding[at + 1], &d->finding[at], (d->n - at) * sizeof *d->finding);
	d->n++;
	d->finding[at] = (struct diagnosis_finding){ .rule = rule, .severity = severity };
	va_start(ap, format);
	vsnprintf(d->finding[at].evidence, sizeof d->finding[at].evidence, format, ap);
	va_end(ap);
}

static void pass(struct diagnosis *d, const struct diagnosis_rule *rule, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The rule can't judge. */
static void pass(struct diagnosis *d, const struct diagnosis_rule *rule, const char *format, ...)
{
	va_list ap;

	if (d->unjudged == DIAGNOSIS_RULES_MAX)
		return;
	d->blank[d->unjudged].rule = rule;
	va_start(ap, format);
	vsnprintf(d->blank[d->unjudged].why, sizeof d->blank[d->unjudged].why, format, ap);
	va_end(ap);
	d->unjudged++;
}

static int found(const struct diagnosis *d, const char *id)
{
	for (int k = 0; k < d->n; k++)
		if (strcmp(d->finding[k].rule->id, id) == 0 && d->finding[k].severity > DIAGNOSIS_REMARK)
			return 1;
	return 0;
}

#define JUDGE(name) \
	static void name(const struct diagnosis_rule *self, const struct diagnosis_run *run, struct diagnosis *d)

/* ---- how large the steps were ---- */

/* Steps below this share of the parameters are small: a tenth to a hundredth of what serves most networks. */
static const double small_step = 3e-4;

/* Above this they are longer than what serves most networks. */
static const double long_step = 1e-2;

/* Of the first third of a run, before a schedule has made them small: median norm of a step / norm of the parameters. */
static double early_step(const struct diagnosis_run *run)
{
	struct curve ratio;

	take(&ratio, run, "update_ratio");
	return median(&ratio, 0, (ratio.n + 2) / 3);
}

/* How far the parameters can have gone, in units of their own norm: the sum over all updates, had every step gone the
 * same way. */
static double reach(const struct diagnosis_run *run)
{
	struct curve ratio;

	take(&ratio, run, "update_ratio");
	return mean(ratio.y, ratio.n) * updates_per_point(run) * run->each * (double)run->n;
}

/* ---- learning rate too high ---- */

/* A run whose steps are small did not get its large losses from them, but from the weights that it began with.  (The step is
 * that of one update in a point, which may be none where there is nothing to learn any more.) */
static int large_steps(const struct diagnosis_run *run)
{
	return !(early_step(run) < 1e-3);
}

/* The largest loss that a batch of b predictions has by chance when the model knows nothing: six standard errors above
 * that, and one prediction wrong with all the confidence that a float can have. */
static double chance_loss(const struct losses *l, double b)
{
	return fmax(1.5 * l->none, l->none + 6 * l->none / sqrt(b) + 16 / b);
}

static int rate_spikes(const struct diagnosis_rule *self, const struct diagnosis_run *run, const struct losses *l,
                       struct diagnosis *d)
{
	struct curve most;
	double b = run->train_predictions / updates_per_point(run), worst;
	int at = 0, spikes = 0;

	if (isnan(ignorance(run)) || !take(&most, run, "loss_max") || !(large_steps(run) || run->usual_start == 1))
		return 0;
	for (int k = 0; k < most.n; k++)
		spikes += most.y[k] > chance_loss(l, b);
	if (!spikes)
		return 0;
	worst = highest(&most, &at);
	find(d, self, DIAGNOSIS_SERIOUS, "the loss of a batch rose to %.3g (point %d; too high in %d of %d), where knowing nothing costs %.3g "
	     "and chance explains at most %.3g", worst, at + 1, spikes, most.n, l->none, chance_loss(l, b));
	return 1;
}

/* From point to point, in the first two thirds: later a falling rate hides it. */
static int rate_swings(const struct diagnosis_rule *self, const struct losses *l, struct diagnosis *d)
{
	struct curve early = l->train;
	double swing;

	early.n = (2 * early.n + 2) / 3;
	swing = jitter(&early, 1);
	if (early.n < CURVE_LEAST || !(swing > 0.1 * l->gain && swing > 0.05 * l->none))
		return 0;
	find(d, self, DIAGNOSIS_SERIOUS, "the training loss swings by %.3g from point to point (deviation around its course), which is %.3g %% "
	     "of all that was learnt (%.3g)", swing, 100 * swing / fmax(l->gain, 1e-12), l->gain);
	return 1;
}

/* First weights as usual, and all the same far worse than knowing nothing at a third of the points: a falling rate brings
 * such a loss down in the end. */
static int rate_was_worse(const struct diagnosis_rule *self, const struct diagnosis_run *run, const struct losses *l,
                          struct diagnosis *d)
{
	int worse = 0;

	for (int k = 1; k < l->train.n; k++)
		worse += l->train.y[k] > 1.5 * l->none;
	if (run->usual_start != 1 || l->train.n < CURVE_LEAST || 3 * worse < l->train.n)
		return 0;
	find(d, self, DIAGNOSIS_SERIOUS, "at %d of %d points the training loss was far worse than knowing nothing (%.3g): it reached %.3g", worse,
	     l->train.n, l->none, highest(&l->train, NULL));
	return 1;
}

/* Long steps, and a training loss that fell several times faster for its learning rate once a schedule had brought that below
 * half.  With steps of the right length it is the other way around: there is less and less left to gain. */
static void rate_held_back(const struct diagnosis_rule *self, const struct diagnosis_run *run, const struct losses *l,
                           struct diagnosis *d)
{
	double most, early = 0, late = 0, fell, falls, faster;
	struct curve lr;
	int half = 1;

	take(&lr, run, "lr");
	most = highest(&lr, NULL);
	while (half < lr.n && !(lr.y[half] < 0.5 * most))
		half++;
	if (lr.n != l->train.n || lr.n < CURVE_LEAST || half < 2 || half + 2 > lr.n || !(lr.y[lr.n - 1] < 0.2 * most))
		return;
	for (int k = 1; k < lr.n; k++)
		*(k <= half ? &early : &late) += lr.y[k];
	fell = l->train.y[0] - l->train.y[half];
	falls = l->train.y[half] - last(&l->train);
	faster = falls / late / (fmax(fell, 0.001 * l->none) / early);
	if (!(early_step(run) > long_step && faster > 3 && falls > 0.02 * l->none))
		return;
	find(d, self, DIAGNOSIS_WARNING, "a step moved the parameters by %.2g of their norm, and once the learning rate had fallen below half (point %d) "
	     "the training loss fell %.3g times faster for it: by %.3g, after %.3g before", early_step(run), half + 1, faster, falls, fell);
}

/* The largest value that returns explain: a Q value adds up what is to come, over the horizon of the discount where a game never
 * ends.  NaN: no returns yet. */
static double explained_q(const struct diagnosis_run *run)
{
	double horizon = isnan(run->discount) ? 100 : 1 / fmax(1 - run->discount, 1e-6);
	struct curve gain;
	int endless = 0;

	if (!take(&gain, run, "train_return"))
		endless = take(&gain, run, "train_reward") > 0;
	if (!gain.n)
		return NAN;
	return fmax(1, fmax(fabs(highest(&gain, NULL)), fabs(lowest(&gain, NULL))) * (endless ? horizon : 1));
}

/* Q values that go on beyond all bounds feed themselves (q_divergence); those that came back were thrown there by single
 * updates. */
static void rate_of_q(const struct diagnosis_rule *self, const struct diagnosis_run *run, struct diagnosis *d)
{
	struct curve most;
	double explained = explained_q(run);
	int at = 0;

	if (take(&most, run, "largest_q") && highest(&most, &at) > 10 * explained && !(tail_median(&most, 0.25) > 10 * explained))
		find(d, self, DIAGNOSIS_SERIOUS, "Q values were thrown to %.3g (point %d) and came back, and no return so far was beyond %.3g",
		     most.y[at], at + 1, explained);
}

JUDGE(rate_high)
{
	struct losses l;
	double worse = ignorance(run);

	if (run->status && strcmp(run->status, "diverged") == 0) {
		find(d, self, DIAGNOSIS_SERIOUS, "the run ended because loss or gradient was no number any more, after %zu points", run->n);
		return;
	}
	if (run->kind == DIAGNOSIS_RL) {
		rate_of_q(self, run, d);
		return;
	}
	if (!take_losses(&l, run)) {
		pass(d, self, "no loss was logged");
		return;
	}
	worse = isnan(worse) ? 1.5 * l.none : 1.05 * worse;
	if (large_steps(run) && l.train.n > 1 && last(&l.train) > worse && last(&l.train) > lowest(&l.train, NULL)) {
		find(d, self, DIAGNOSIS_SERIOUS, "the training loss ends at %.3g, worse than knowing nothing (%.3g); its lowest was %.3g",
		     last(&l.train), l.none, lowest(&l.train, NULL));
		return;
	}
	/* Sorted data make the same spikes and swings. */
	if (!found(d, "not_shuffled") && !rate_spikes(self, run, &l, d) && !(large_steps(run) && rate_was_worse(self, run, &l, d)) &&
	    !(large_steps(run) && rate_swings(self, &l, d)))
		rate_held_back(self, run, &l, d);
}

/* ---- gradients through time ---- */

/* Whether point k left the training loss thrown back, by a twentieth of what knowing nothing costs, or worse than that. */
static int thrown_back(const struct losses *l, int k)
{
	if (k >= l->train.n)
		return 0;
	return l->train.y[k] > 1.05 * l->none || (k > 0 && l->train.y[k] > l->train.y[k - 1] + 0.05 * l->none);
}

/* Where a gradient grew more than tenfold from a window's last step back to its first, and the training loss was thrown back:
 * the number of the point, -1 when there is none.  Growth alone is what a model does whose answers hang on what was long
 * ago.  Not the first point: nothing has been learnt by then. */
static int harmful_growth(const struct diagnosis_run *run, const struct losses *l, double *growth)
{
	struct curve first, last_step;

	take(&first, run, "gradient_first");
	take(&last_step, run, "gradient_last");
	for (int k = 1; k < first.n && k < last_step.n; k++) {
		*growth = first.y[k] / last_step.y[k];
		if (*growth > 10 && thrown_back(l, k))
			return k;
	}
	return -1;
}

/* Where a gradient jumped that far above the usual norm, of the points before it or for the first one of all, that the
 * training loss was thrown back: the number of the point, -1 when there is none.  Gradients grow by a factor of a few when
 * something begins to be learnt, but then the loss falls. */
static int harmful_jump(const struct diagnosis_run *run, const struct losses *l, double *jump, double *usual)
{
	struct curve norm, most;

	take(&norm, run, "gradient_norm");
	take(&most, run, "gradient_max");
	for (int k = 0; k < most.n && k < norm.n; k++) {
		*jump = most.y[k];
		*usual = median(&norm, 0, k ? k : norm.n);
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

	if (!take(&norm, run, "gradient_first") && (!take(&norm, run, "gradient_norm") || !take(&most, run, "gradient_max"))) {
		pass(d, self, "gradients were not logged");
		return;
	}
	take_losses(&l, run);
	if ((at = harmful_growth(run, &l, &growth)) >= 0)
		find(d, self, run->clip > 0 ? DIAGNOSIS_WARNING : DIAGNOSIS_SERIOUS, "going back through %.5g steps the gradient grew %.3g times "
		     "(point %d), and the training loss was thrown back", run->window, growth, at + 1);
	else if (!(run->clip > 0) && (at = harmful_jump(run, &l, &jump, &usual)) >= 0)
		find(d, self, DIAGNOSIS_SERIOUS, "the gradient jumped to %.3g (point %d), %.3g times its usual norm of %.3g, nothing clipped it, and the "
		     "training loss was thrown back", jump, at + 1, jump / usual, usual);
}

/* ---- order of the data ---- */

JUDGE(not_shuffled)
{
	struct curve r, lr;
	double B = updates_per_point(run), mean_r, z;
	int n = 0;

	if (run->shuffled == 1)
		return;
	if (take(&r, run, "loss_correlation") < 2 || !(B >= 8)) {
		pass(d, self, r.n ? "%d points of %.7g updates, expected 2 or more of 8 or more" : "losses of batches were not compared",
		     r.n, B);
		return;
	}
	/* Not the first epoch, in which losses fall and so are like their neighbours; nor the end of a schedule, when the
	 * model hardly moves any more, whatever it is shown. */
	take(&lr, run, "lr");
	for (int k = 0; k < r.n; k++) {
		if (k == 0 || (lr.n && lr.y[k] < 0.5 * highest(&lr, NULL)))
			r.y[k] = NAN;
		n += isfinite(r.y[k]);
	}
	mean_r = mean(r.y, r.n);
	/* Shuffled ones correlate by -1/B +- 1/sqrt(B).  An order that stays the same is one draw, however many epochs it
	 * is met in. */
	z = (mean_r + 1 / B) * sqrt(B);
	if (z > (run->shuffled == 0 ? 2.5 : 4))
		find(d, self, DIAGNOSIS_SERIOUS, "the losses of neighbouring batches correlate by %.2g within an epoch (mean of %d epochs), %.3g "
		     "standard errors more than those of shuffled ones would", mean_r, n, z);
}

/* ---- units ---- */

/* Median of the last quarter of the points; NaN with the reason given when nothing was logged. */
static double late_units(const struct diagnosis_rule *self, const struct diagnosis_run *run, struct diagnosis *d, const char *name,
                         double *first)
{
	struct curve share;

	if (!take(&share, run, name)) {
		pass(d, self, "their share was not logged, or the network has none that could be");
		return NAN;
	}
	*first = share.y[0];
	return tail_median(&share, 0.25);
}

JUDGE(saturated_units)
{
	double first = NAN, now = late_units(self, run, d, "saturated", &first);

	/* Units that steps of the usual length brought there are thresholds that were learnt. */
	if (now >= 0.5)
		find(d, self, first < 0.1 && early_step(run) < long_step ? DIAGNOSIS_REMARK : DIAGNOSIS_SERIOUS, "%.3g %% of the gates and squashed activations stand within 1 %% of an end of their range, and %.3g %% "
		     "did at the first point", 100 * now, 100 * first);
}

/* A layer of which hardly a unit lives cuts the network in two, however many live elsewhere. */
JUDGE(dead_units)
{
	double first = NAN, now = late_units(self, run, d, "dead", &first);

	if (now >= 0.5)
		find(d, self, DIAGNOSIS_SERIOUS, "%.3g %% of the hidden units are zero whatever comes in, and %.3g %% were at the first point", 100 * now,
		     100 * first);
	else if (run->dead_layer >= 0.9)
		find(d, self, DIAGNOSIS_SERIOUS, "in layer %.40s %.3g %% of the units are zero whatever comes in", run->dead_name ? run->dead_name : "?",
		     100 * run->dead_layer);
}

/* ---- validation and training ---- */

/* AUC of each exercise's mean that difficulties do not explain: it is 0.93 where they spread by 5 logits, from hopeless to
 * trivial, and 0.55 to 0.75 in published data. */
static const double telling_exercise = 0.95;

JUDGE(leak)
{
	struct curve auc;
	double best, error;

	if (!take(&auc, run, "valid_auc") || !(run->valid_predictions > 1)) {
		pass(d, self, "no AUC of validation");
		return;
	}
	if (isnan(run->ceiling_auc) && isnan(run->skill_mean_auc)) {
		pass(d, self, "neither a ceiling nor a baseline to compare with is known");
		return;
	}
	best = highest(&auc, NULL);
	error = auc_error(isnan(run->ceiling_auc) ? best : run->ceiling_auc, run->valid_predictions);
	if (best > run->ceiling_auc + 3 * error)
		find(d, self, DIAGNOSIS_SERIOUS, "validation AUC reaches %.4g, %.3g standard errors above %.4g, which is the most that the "
		     "simulated students' answers allow", best, (best - run->ceiling_auc) / error, run->ceiling_auc);
	else if (isnan(run->ceiling_auc) && 1 - best < (1 - run->skill_mean_auc) / 5 && best > run->skill_mean_auc + 3 * error)
		find(d, self, DIAGNOSIS_SERIOUS, "validation AUC reaches %.4g, where each exercise's mean gives %.4g: %.3g of 100 of the "
		     "latter's mistakes are left", best, run->skill_mean_auc, 100 * (1 - best) / (1 - run->skill_mean_auc));
	else if (isnan(run->ceiling_auc) && run->skill_mean_auc > telling_exercise)
		find(d, self, DIAGNOSIS_SERIOUS, "each exercise's mean alone gives validation an AUC of %.4g: who knows the exercise knows the "
		     "answer", run->skill_mean_auc);
}

JUDGE(easy_validation)
{
	struct losses l;
	struct curve own, trained;
	double gap, error, drag, measured;

	if (!take_losses(&l, run) || !l.valid.n || !(run->valid_predictions > 1)) {
		pass(d, self, "no validation loss, or an unknown number of predictions");
		return;
	}
	take(&own, run, "loss");
	take(&trained, run, "train_loss");
	if (trained.n) {
		measured = tail_median(&trained, 0.5);
		gap = measured - tail_median(&l.valid, 0.5);
		error = loss_error(run, measured);
		if (gap > 4 * error && gap > 0.1 * l.gain) {
			find(d, self, DIAGNOSIS_WARNING, "validation loss is %.3g below training loss (%.4g, medians of the last half), %.3g "
			     "standard errors", gap, measured, gap / error);
			return;
		}
		drag = tail_median(&own, 0.5) - measured;     /* in the first epochs also what was learnt within them */
		if (trained.n >= CURVE_LEAST && run->dropout > 0 && drag > 0.5 * (l.none - measured) && drag > 4 * error)
			find(d, self, DIAGNOSIS_WARNING, "dropout of %.2g makes the training loss %.3g, but without dropout it is %.3g, as "
			     "validation's: what is dropped costs %.3g %% of what is learnt", run->dropout, measured + drag, measured,
			     100 * drag / fmax(l.none - measured, 1e-12));
	}
}

/* Validation may be so small that any difference is within its error: then nothing is said. */
JUDGE(overfitting)
{
	struct losses l;
	double best, end, error, noise, learnt, gap, rise;
	int at = 0;

	if (!take_losses(&l, run) || !l.valid.n || !(run->valid_predictions > 1)) {
		pass(d, self, "no validation loss, or an unknown number of predictions");
		return;
	}
	if (l.valid.n < CURVE_LEAST) {
		pass(d, self, "%d points, expected %d or more", l.valid.n, CURVE_LEAST);
		return;
	}
	lowest(&l.valid, &at);
	best = around(&l.valid, at);
	end = last(&l.valid);
	rise = end - best;
	gap = end - last(&l.train);
	learnt = fmax(l.none - best, 0.05 * l.none);
	error = loss_error(run, end);
	noise = jitter(&l.valid, 0);
	if (at < l.valid.n - 2 && rise > 3 * noise && rise > 0.1 * learnt && gap > 2 * error && last(&l.train) < around(&l.train, at))
		find(d, self, end > l.none ? DIAGNOSIS_SERIOUS : DIAGNOSIS_WARNING, "validation loss rose from %.4g (point %d) to %.4g, %.3g %% of what "
		     "had been learnt, while training loss fell on to %.4g: the gap grew from %.3g to %.3g", best, at + 1, end,
		     100 * rise / learnt, last(&l.train), best - around(&l.train, at), gap);
	else if (gap > 3 * error && gap > 0.5 * l.scale)
		find(d, self, DIAGNOSIS_WARNING, "training loss (%.4g) is %.3g below validation loss (%.4g): %.3g %% of what was learnt holds for the "
		     "training data alone", last(&l.train), gap, end, 100 * gap / l.gain);
}

/* ---- too little ---- */

/* What the last quarter of a curve (at least 3 points) still added to what had been gained since `none`: a share, with
 * its t value. */
static double late_share(const struct curve *c, double none, double *t)
{
	struct curve x = { .n = c->n };
	int from = c->n - c->n / 4;
	struct line line;

	if (c->n - from < 3)
		from = c->n > 3 ? c->n - 3 : 0;
	for (int k = 0; k < x.n; k++)
		x.y[k] = k;
	line = fit(&x, c, from, jitter(c, from));
	*t = line.slope / line.error;
	return -line.slope * (c->n - 1 - from) / fmax(none - last(c), 0.02 * none);
}

/* Has training done little of what can be done?  1 yes, 0 no, -1 nobody knows.  With `why` (160), the numbers.  A score that is
 * hardly known proves nothing: then the loss is asked. */
static int level_is_high(const struct diagnosis_run *run, const struct losses *l, char *why)
{
	struct curve auc, r2;
	double reached, error;

	if (run->kind == DIAGNOSIS_KT && take(&auc, run, "valid_auc") && 1.96 * auc_error(highest(&auc, NULL), run->valid_predictions) < auc_known) {
		reached = highest(&auc, NULL);
		error = auc_error(reached, run->valid_predictions);
		if (run->ceiling_auc > 0.5) {
			snprintf(why, 160, "validation AUC of %.4g where %.4g is possible", reached, run->ceiling_auc);
			return run->ceiling_auc - reached > fmax(3 * error, 0.2 * (run->ceiling_auc - 0.5));
		}
		if (!isnan(run->skill_mean_auc)) {
			snprintf(why, 160, "validation AUC of %.4g where each exercise's mean gives %.4g", reached, run->skill_mean_auc);
			return reached < run->skill_mean_auc + 2 * error;
		}
	}
	if (take(&r2, run, "train_r2")) {
		snprintf(why, 160, "R2 of %.3g on the training data", highest(&r2, NULL));
		return highest(&r2, NULL) < 0.25;
	}
	if (isnan(ignorance(run)))
		return -1;
	snprintf(why, 160, "training loss of %.4g where knowing nothing costs %.4g", last(&l->train), l->none);
	return l->none - last(&l->train) < (run->kind == DIAGNOSIS_KT ? 0.1 : 0.25) * l->none;
}

/* Norms of the gradient at a window's first step and at its last, as they usually were in the second half.  Nonzero when that
 * at the last is what it was in the beginning, but for a tenth: otherwise the read-out has shrunk, and it is not on
 * the way back through time that gradients get lost. */
static int usual_gradients(const struct diagnosis_run *run, double *first, double *at_last)
{
	struct curve a, b, begun;

	take(&a, run, "gradient_first");
	take(&b, run, "gradient_last");
	*first = tail_median(&a, 0.5);
	*at_last = tail_median(&b, 0.5);
	begun = b;
	begun.n = (b.n + 2) / 3;
	return *at_last > 0.1 * highest(&begun, NULL);
}

/* A gradient that is smaller than the rounding errors of another one adds nothing to the sum of both.  Where
 * nothing has to be remembered that is as it should be; it is so before anything is learnt; and gates that are free
 * to hold on to the past, and don't, have been too few for it or have found nothing there. */
JUDGE(vanishing_gradient)
{
	double first, at_last;
	int alive = usual_gradients(run, &first, &at_last), kept;
	struct curve saturated;
	struct losses l;
	char level[160];

	if (isnan(first / at_last)) {
		pass(d, self, "gradients through time were not logged");
		return;
	}
	if (take_losses(&l, run) < CURVE_LEAST) {
		pass(d, self, "%zu points, expected %d or more", run->n, CURVE_LEAST);
		return;
	}
	take(&saturated, run, "saturated");
	kept = run->gated == 1 && run->penalty == 0 && !(tail_median(&saturated, 0.25) >= 0.5);
	if (alive && !kept && first < FLT_EPSILON * at_last && !(early_step(run) < small_step) && !(reach(run) < 0.5) &&
	    level_is_high(run, &l, level) == 1)
		find(d, self, DIAGNOSIS_SERIOUS, "going back through %.5g steps the gradient shrinks from %.3g to %.1e, to %.2g of it in each step; and "
		     "there is more to learn: %s", run->window, at_last, first, pow(first / at_last, 1 / (run->window - 1)), level);
}

/* The optimiser's own time: learning rates added up, so that a schedule's end does not look like a plateau. */
static void rate_time(struct curve *x, const struct diagnosis_run *run, int n)
{
	struct curve lr;
	double sum = 0;

	take(&lr, run, "lr");
	x->n = n;
	for (int k = 0; k < n; k++)
		x->y[k] = sum += k < lr.n && isfinite(lr.y[k]) ? lr.y[k] : lr.n ? 0 : 1;
}

/* Training loss over the second half of the optimiser's time.  A loss that fell by far the most in the first half
 * has come to rest: its slope is then given as 0. */
static struct line still_falling(const struct diagnosis_run *run, const struct losses *l, double *length)
{
	struct curve x = { 0 };
	int from = 0;

	rate_time(&x, run, l->train.n);
	*length = l->train.n ? x.y[l->train.n - 1] : NAN;
	while (from < l->train.n - 3 && x.y[from] < 0.5 * *length)
		from++;
	if (l->train.n && l->train.y[from] - last(&l->train) < 0.15 * (l->train.y[0] - l->train.y[from]))
		return (struct line){ .error = 1 };
	return fit(&x, &l->train, from, jitter(&l->train, from));
}

JUDGE(rate_low)
{
	struct losses l;
	struct line line;
	double length, more, step = early_step(run);
	char level[160];

	if (take_losses(&l, run) < CURVE_LEAST) {
		pass(d, self, "%zu points, expected %d or more", run->n, CURVE_LEAST);
		return;
	}
	if (step < small_step && reach(run) < 0.1 && level_is_high(run, &l, level) == 1) {
		find(d, self, DIAGNOSIS_WARNING, "%s; a step moves the parameters by %.1e of their norm, and all %.7g updates together could at most "
		     "have moved them by %.2g of it", level, step, updates_per_point(run) * run->each * (double)run->n, reach(run));
		return;
	}
	line = still_falling(run, &l, &length);
	more = -line.slope * length / fmax(fmax(l.none, l.train.y[0]) - last(&l.train), 0.002 * l.none);
	if (!(line.slope < 0 && line.slope < -4 * line.error && more > 0.05))
		return;
	if (step < small_step && (more > 0.25 || reach(run) < 0.5))
		find(d, self, DIAGNOSIS_WARNING, "the training loss still falls steadily (%.3g standard errors), and a step moves the parameters by %.1e "
		     "of their norm: all %.7g updates together could at most have moved them by %.2g of it", -line.slope / line.error, step,
		     updates_per_point(run) * run->each * (double)run->n, reach(run));
	else if (isnan(step) && more > 0.7 && l.gain < 0.2 * l.none)
		find(d, self, DIAGNOSIS_WARNING, "the training loss fell along a straight line (%.3g standard errors), and only from %.4g to %.4g",
		     -line.slope / line.error, l.train.y[0], last(&l.train));
}

/* What the last of a few points added to what had been learnt since `none`, as a share. */
static double last_share(const struct curve *c, double none)
{
	return c->n < 2 ? NAN : (c->y[c->n - 2] - c->y[c->n - 1]) / fmax(none - c->y[c->n - 1], 0.02 * none);
}

/* A run that has ended after a few points, too few for a slope. */
static void few_points(const struct diagnosis_rule *self, const struct losses *l, struct diagnosis *d)
{
	double trained = last_share(&l->train, l->none), valid = l->valid.n ? last_share(&l->valid, l->none) : INFINITY;

	if (trained > 0.1 && valid > 0.1)
		find(d, self, DIAGNOSIS_WARNING, "it ended after %d points, and the last of them brought %.3g %% of what was learnt", l->train.n,
		     100 * fmin(trained, valid));
	else
		pass(d, self, "%d points, expected %d or more", l->train.n, CURVE_LEAST);
}

JUDGE(stopped_early)
{
	struct losses l;
	struct curve *c = &l.valid;
	char level[160];
	struct line line;
	double t, share, length, went = reach(run);

	if (run->kind == DIAGNOSIS_RL) {
		struct curve gain, negative;

		if (!take(&gain, run, "train_return"))
			take(&gain, run, "train_reward");
		if (gain.n < 4 * CURVE_LEAST) {
			pass(d, self, "%d points, expected %d or more", gain.n, 4 * CURVE_LEAST);
			return;
		}
		negative = gain;
		for (int k = 0; k < gain.n; k++)
			negative.y[k] = -gain.y[k];
		share = late_share(&negative, -lowest(&gain, NULL), &t);
		if (share > 0.1 && t < -4)
			find(d, self, DIAGNOSIS_REMARK, "in its last quarter the return still rose by %.3g %% of all it had gained", 100 * share);
		return;
	}
	if (!take_losses(&l, run)) {
		pass(d, self, "no loss was logged");
		return;
	}
	if (found(d, "rate_low") || found(d, "rate_high") || found(d, "overfitting"))
		return;
	if (run->status && strcmp(run->status, "running") == 0 && l.train.n < CURVE_LEAST) {
		pass(d, self, "the run goes on");
		return;
	}
	if ((l.train.n < CURVE_LEAST || went < 0.5) && level_is_high(run, &l, level) == 1) {
		if (went < 0.5)
			find(d, self, DIAGNOSIS_WARNING, "%s after %.7g updates, which together could at most have moved the parameters by %.2g of their "
			     "norm", level, updates_per_point(run) * run->each * (double)run->n, went);
		else
			find(d, self, DIAGNOSIS_WARNING, "%s after %d points", level, l.train.n);
		return;
	}
	line = still_falling(run, &l, &length);
	if (went < 1 && level_is_high(run, &l, level) == 1 && line.slope < -4 * line.error &&
	    -line.slope * length > 0.25 * (l.none - last(&l.train))) {
		find(d, self, DIAGNOSIS_WARNING, "%s, and the training loss was falling as long as the learning rate let it (%.3g standard errors)", level,
		     -line.slope / line.error);
		return;
	}
	if (!c->n)
		c = &l.train;
	if (c->n < CURVE_LEAST) {
		few_points(self, &l, d);
		return;
	}
	share = late_share(c, l.none, &t);
	if (share > 0.1 && t < -4)
		find(d, self, DIAGNOSIS_WARNING, "%s loss was still falling at the end: %.3g %% of what was learnt came in the last quarter of the "
		     "points (%.3g standard errors)", c == &l.valid ? "validation" : "training", 100 * share, -t);
}

/* ---- a floor ---- */

/* What training gains late takes validation along: to where it has not been before. */
static int takes_along(const struct losses *l)
{
	struct curve before = l->valid;

	before.n -= before.n / 4;
	return !l->valid.n || last(&l->valid) < lowest(&before, NULL);
}

/* Training loss is flat, or falls to nobody's good; and validation is close to it. */
static int plateau(const struct diagnosis_run *run, const struct losses *l)
{
	double t, share = late_share(&l->train, l->none, &t), gap = last(&l->valid) - last(&l->train);

	if (share > 0.1 && t < -4 && takes_along(l))
		return 0;
	return !l->valid.n || !(gap > fmax(3 * loss_error(run, last(&l->valid)), l->scale / 3));
}

/* Mean distance of predictions from 1/2, and its deviation as a share of the mean: when all predictions are equally sure,
 * what keeps the model from being surer is the same everywhere. */
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

/* Of K classes, when a share e of the labels is drawn at random from the others: H(e) + e ln(K - 1). */
static double noise_loss(double e, double K)
{
	return -e * log(e) - (1 - e) * log(1 - e) + e * log(K - 1);
}

static void noisy_classes(const struct diagnosis_rule *self, const struct diagnosis_run *run, const struct losses *l,
                          struct diagnosis *d)
{
	struct curve accuracy;
	double e, spread, sure, flat;

	if (!take(&accuracy, run, "train_accuracy") || !(run->classes > 1)) {
		pass(d, self, "no classes, and no ceiling is known");
		return;
	}
	e = 1 - tail_median(&accuracy, 0.25);
	if (!(e > 0.05 && e < 0.7 * (1 - 1 / run->classes)))
		return;
	flat = tail_median(&l->train, 0.25) / noise_loss(e, run->classes);
	sure = sureness(run, &spread);
	if (run->bins > 0 && spread < 0.45 && flat > 0.85 && flat < 1.15)
		find(d, self, DIAGNOSIS_WARNING, "the model errs in %.3g %% and is everywhere equally sure (%.3g %% +- %.3g %%): the loss of %.3g is that of "
		     "a right model when %.3g %% of the labels are wrong by chance (%.3g)", 100 * e, 100 * (0.5 + sure),
		     100 * spread * sure, tail_median(&l->train, 0.25), 100 * e, noise_loss(e, run->classes));
	else if (!run->bins && flat > 0.9 && flat < 1.1)
		find(d, self, DIAGNOSIS_WARNING, "the model errs in %.3g %%, and its loss of %.3g is that of a right model when as many labels are wrong "
		     "by chance (%.3g)", 100 * e, tail_median(&l->train, 0.25), noise_loss(e, run->classes));
}

JUDGE(label_noise)
{
	struct losses l;
	struct curve auc;
	double reached, short_of;

	if (take_losses(&l, run) < CURVE_LEAST) {
		pass(d, self, "%zu points, expected %d or more", run->n, CURVE_LEAST);
		return;
	}
	if (!plateau(run, &l) || found(d, "rate_high") || found(d, "rate_low") || found(d, "leak"))
		return;
	if (run->kind == DIAGNOSIS_NET) {
		noisy_classes(self, run, &l, d);
		return;
	}
	if (!(run->ceiling_auc > 0.5) || !take(&auc, run, "valid_auc")) {
		pass(d, self, "the best possible score is not known");
		return;
	}
	reached = highest(&auc, NULL);
	if (1.96 * auc_error(reached, run->valid_predictions) > auc_known) {
		pass(d, self, "the score of validation is not known well enough");
		return;
	}
	short_of = (run->ceiling_auc - reached) / (run->ceiling_auc - 0.5);
	if (short_of < 0.2 && run->ceiling_auc < 0.75)
		find(d, self, DIAGNOSIS_WARNING, "validation AUC is %.4g, and %.4g is the most that anybody can expect: the rest of the answers is chance",
		     reached, run->ceiling_auc);
	else if (short_of < 0.05)
		find(d, self, DIAGNOSIS_REMARK, "validation AUC is %.4g, and %.4g is the most that anybody can expect", reached, run->ceiling_auc);
}

JUDGE(underfitting)
{
	struct losses l;
	char level[160];
	int high;

	if (take_losses(&l, run) < CURVE_LEAST) {
		pass(d, self, "%zu points, expected %d or more", run->n, CURVE_LEAST);
		return;
	}
	high = level_is_high(run, &l, level);
	if (high < 0)
		pass(d, self, "nothing is known to compare the loss with");
	if (high < 1 || !plateau(run, &l) || found(d, "rate_high") || found(d, "rate_low") || found(d, "stopped_early") ||
	    found(d, "label_noise") || found(d, "overfitting"))
		return;
	find(d, self, DIAGNOSIS_WARNING, "%s; the loss is flat, and validation's is %.3g %s training's", level, fabs(last(&l.valid) - last(&l.train)),
	     last(&l.valid) < last(&l.train) ? "below" : "above");
}

/* ---- what can be claimed ---- */

JUDGE(small_validation)
{
	struct curve c;
	double n = run->valid_predictions, best, half, better;

	if (isnan(n)) {
		pass(d, self, "the number of predictions is not known");
		return;
	}
	if (n < 1) {
		find(d, self, DIAGNOSIS_REMARK, "there is no validation part: nothing here says how well the model does on other data");
		return;
	}
	if (take(&c, run, "valid_auc")) {
		best = highest(&c, NULL);
		half = 1.96 * auc_error(best, n);
		better = best - run->skill_mean_auc;
		if (half > auc_known)
			find(d, self, DIAGNOSIS_WARNING, "validation AUC of %.3g is known to +-%.2g only, from %.7g predictions", best, half, n);
		else if (better > 0 && better < half && half > 0.02)
			find(d, self, DIAGNOSIS_WARNING, "validation AUC of %.3g +-%.2g (%.7g predictions) can't be told from that of each "
			     "exercise's mean, %.3g", best, half, n, run->skill_mean_auc);
	} else if (take(&c, run, "valid_accuracy")) {
		best = highest(&c, NULL);
		half = share_half(fmin(best, 1), n);
		if (half > 0.1)
			find(d, self, DIAGNOSIS_WARNING, "validation accuracy of %.3g is known to +-%.2g only, from %.7g rows", best, half, n);
		else if (fmin(best, 1) - share_least(fmin(best, 1), n) > 0.15)
			find(d, self, DIAGNOSIS_WARNING, "validation accuracy of %.3g may as well be %.2g, from %.7g rows", best, share_least(fmin(best, 1), n), n);
	} else if (take(&c, run, "valid_r2")) {
		best = fmin(fmax(highest(&c, NULL), 0), 1);
		half = 1.96 * fmax(2 * sqrt(best / n) * (1 - best), 2 / n);
		if (half > 0.1)
			find(d, self, DIAGNOSIS_WARNING, "validation R2 of %.3g is known to +-%.2g only, from %.7g rows", best, half, n);
	} else {
		pass(d, self, "no score of validation was logged");
	}
}

/* ---- reinforcement learning ---- */

JUDGE(q_divergence)
{
	struct curve q, most;
	double explained = explained_q(run);

	if (!take(&q, run, "mean_q") || !take(&most, run, "largest_q") || isnan(explained)) {
		pass(d, self, "neither returns nor Q values were logged yet");
		return;
	}
	if (tail_median(&most, 0.25) > 10 * explained)
		find(d, self, DIAGNOSIS_SERIOUS, "Q values reach %.3g, and no return so far was beyond %.3g", tail_median(&most, 0.25), explained);
	else if (tail_median(&q, 0.25) > 2 * explained)
		find(d, self, DIAGNOSIS_REMARK, "Q values are %.3g in the mean, and no return so far was beyond %.3g", tail_median(&q, 0.25),
		     explained);
}

/* ---- the table ---- */

enum { SUPERVISED = DIAGNOSIS_KT | DIAGNOSIS_NET, ALL = SUPERVISED | DIAGNOSIS_RL };

const struct diagnosis_rule diagnosis_rules[] = {
	{ "exploding_gradient", "exploding gradient", DIAGNOSIS_KT, exploding_gradient,
	  "Errors of late steps blow up on their way back through time, and single updates throw the parameters far away.",
	  "clip gradients (--clip 1), lower --lr, shorten --window, or take lstm or gru instead of rnn" },
	{ "not_shuffled", "data not shuffled", SUPERVISED, not_shuffled,
	  "Batches that follow each other hold like data: the model runs after each group and forgets the one before (the sawtooth).",
	  "--shuffle yes, or a file that is not sorted by class or student" },
	{ "rate_high", "learning rate too high", ALL, rate_high,
	  "Steps are so long that they jump over what they descend to.",
	  "--lr at a third or a tenth, --warmup, --clip; for a plain optimizer try adam" },
	{ "q_divergence", "Q values out of bounds", DIAGNOSIS_RL, q_divergence,
	  "The network promises itself more than the game gives: it learns from its own estimates, and their errors feed themselves.",
	  "a lower --lr, a larger --target-every, --double, a smaller --n-step" },
	{ "saturated_units", "saturated units", ALL, saturated_units,
	  "At the ends of a sigmoid or tanh the slope is nearly zero: such units hardly learn any more.",
	  "smaller initial weights (--init, --gain), scaled inputs, a lower --lr, relu" },
	{ "dead_units", "dead units", ALL, dead_units,
	  "A unit that is zero for every row passes no gradient on and will not come back by itself.",
	  "a lower --lr, --init he-normal, leaky instead of relu, fewer units" },
	{ "vanishing_gradient", "vanishing gradient", DIAGNOSIS_KT, vanishing_gradient,
	  "What was some steps ago does not reach the weights: the model can't learn to remember it.",
	  "lstm or gru instead of rnn, less --l2 and --decay, a lower --lr when gates are saturated" },
	{ "leak", "leak suspected", DIAGNOSIS_KT, leak,
	  "Validation is better than it can honestly be: what is to be predicted is somewhere in the inputs, or the same students are in "
	  "both parts.",
	  "look for copied students and repeated answers (riley kt info), and split by student" },
	{ "easy_validation", "validation easier than training", SUPERVISED, easy_validation,
	  "The validation part is not like the training part, or training is made much harder than what is asked in the end.",
	  "see that both parts are drawn from the same data, look for copies; with dropout try half of it" },
	{ "overfitting", "overfitting", SUPERVISED, overfitting,
	  "The model learns the training data by heart. The model that was kept is the best by validation; what came after it was wasted.",
	  "more data, --dropout, --l2 or --decay, fewer units, or stop earlier (--patience)" },
	{ "rate_low", "learning rate too low", SUPERVISED, rate_low,
	  "Training goes the right way in steps that are too short to arrive.",
	  "--lr times three or ten" },
	{ "stopped_early", "stopped too early", ALL, stopped_early,
	  "The curve has not come to its end: what the model could learn is not known yet.",
	  "more --epochs (--resume goes on), more --patience; for a game more --frames" },
	{ "label_noise", "label noise floor", SUPERVISED, label_noise,
	  "What is left of the loss looks like chance in the answers themselves: no model can take it away.",
	  "better labels, or inputs that say more; a larger model or longer training won't help" },
	{ "underfitting", "underfitting", SUPERVISED, underfitting,
	  "The model does hardly better on what it was trained on: it can't express, or is kept from, what the data say.",
	  "more units or layers (--hidden, --layers), less --dropout, --l2 and --decay" },
	{ "small_validation", "validation too small for the claim", SUPERVISED, small_validation,
	  "Another draw of the validation part could give another score, another best epoch, and another winner.",
	  "a larger --split, --folds, more data; give the interval along with the score" },
	{ NULL, NULL, 0, NULL, NULL, NULL }
};

void diagnosis_run_init(struct diagnosis_run *run, enum diagnosis_kind kind)
{
	*run = (struct diagnosis_run){
		.kind = kind, .each = 1, .epochs = NAN, .patience = NAN, .classes = NAN, .train_predictions = NAN,
		.valid_predictions = NAN, .ceiling_auc = NAN, .skill_mean_auc = NAN, .dropout = NAN, .shuffled = NAN, .window = NAN, .gated = NAN, .clip = NAN, .usual_start = NAN, .penalty = NAN,
		.discount = NAN, .dead_layer = NAN,
	};
}

void diagnosis_make(struct diagnosis *d, const struct diagnosis_run *run)
{
	*d = (struct diagnosis){ .points = run->n };
	for (const struct diagnosis_rule *rule = diagnosis_rules; rule->id; rule++)
		if (rule->kinds & run->kind) {
			int before = d->unjudged;

			rule->judge(rule, run, d);
			d->judged += d->unjudged == before;
		}
}

const struct diagnosis_finding *diagnosis_verdict(const struct diagnosis *d)
{
	return d->n && d->finding[0].severity > DIAGNOSIS_REMARK ? &d->finding[0] : NULL;
}

int diagnosis_too_early(const struct diagnosis *d)
{
	return !diagnosis_verdict(d) && d->points < CURVE_LEAST;
}

char *diagnosis_line(char *text, size_t size, const struct diagnosis *d)
{
	const struct diagnosis_finding *f = diagnosis_verdict(d);

	if (f)
		snprintf(text, size, "%s: %s", f->rule->name, f->evidence);
	else if (diagnosis_too_early(d))
		snprintf(text, size, "too early to say: %zu point%s", d->points, d->points == 1 ? "" : "s");
	else
		snprintf(text, size, "nothing wrong (%d rules, %zu points)", d->judged, d->points);
	return text;
}
