/* diagnosis.c - see diagnosis.h; and doc/diagnose.md for what each threshold comes from. */
#include "src/diagnosis/diagnosis.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "src/diagnosis/diagnosis_internal.h"

/* ---- what a rule says ---- */

void diagnosis_find(struct diagnosis *d, const struct diagnosis_rule *rule,
                    enum diagnosis_severity severity, const char *format, ...)
{
	int at = d->n;
	va_list ap;

	if (d->n == DIAGNOSIS_RULES_MAX)
		return;
	while (at > 0 && d->finding[at - 1].severity < severity)
		at--;
	memmove(&d->finding[at + 1], &d->finding[at], (d->n - at) * sizeof *d->finding);
	d->n++;
	d->finding[at] = (struct diagnosis_finding){ .rule = rule,
		                                     .severity = severity,
		                                     .advice = diagnosis_advice(d->learner, rule) };
	va_start(ap, format);
	vsnprintf(d->finding[at].evidence, sizeof d->finding[at].evidence, format, ap);
	va_end(ap);
}

void diagnosis_pass(struct diagnosis *d, const struct diagnosis_rule *rule, const char *format, ...)
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

int diagnosis_found(const struct diagnosis *d, const char *id)
{
	for (int k = 0; k < d->n; k++)
		if (strcmp(d->finding[k].rule->id, id) == 0 &&
		    d->finding[k].severity > DIAGNOSIS_REMARK)
			return 1;
	return 0;
}

/* ---- the table ---- */

enum { ANY = DIAGNOSIS_EXAMPLES | DIAGNOSIS_RETURNS };

const struct diagnosis_rule diagnosis_rules[] = {
	{ "exploding_gradient", "exploding gradient", DIAGNOSIS_SEQUENCES,
	  diagnosis_exploding_gradient,
	  "Gradients grow as they propagate back through time, and single updates move the "
	  "parameters too far.",
	  "clip gradients, a lower learning rate, gradients through fewer steps, gated units" },
	{ "not_shuffled", "data not shuffled", DIAGNOSIS_EXAMPLES, diagnosis_not_shuffled,
	  "Consecutive batches hold similar data: the model follows each group and forgets the "
	  "one before (a sawtooth).",
	  "'--shuffle yes', or a file that is not sorted by class or student" },
	{ "rate_high", "learning rate too high", ANY, diagnosis_rate_high,
	  "Steps overshoot the minimum they descend to.",
	  "--lr at a third or a tenth, --warmup, a smaller --clip, '--optimizer adam' in place of "
	  "sgd" },
	{ "q_divergence", "Q values out of bounds", DIAGNOSIS_RETURNS, diagnosis_q_divergence,
	  "The network overestimates returns: it bootstraps from its own estimates, and their "
	  "errors amplify each other.",
	  "a lower learning rate, a target network that is copied less often, double Q-learning" },
	{ "saturated_units", "saturated units", ANY, diagnosis_saturated_units,
	  "Near the ends of a sigmoid or tanh the slope is almost zero: such units hardly learn.",
	  "smaller initial weights, scaled inputs, a lower --lr" },
	{ "dead_units", "dead units", ANY, diagnosis_dead_units,
	  "A unit that outputs zero for every row passes no gradient and does not recover by "
	  "itself.",
	  "a lower --lr, other initial weights, fewer units" },
	{ "vanishing_gradient", "vanishing gradient", DIAGNOSIS_SEQUENCES,
	  diagnosis_vanishing_gradient,
	  "Gradients from steps further back do not reach the weights: the model cannot learn to "
	  "remember them.",
	  "gated units, weaker weight penalties, a lower learning rate when gates are saturated" },
	{ "leak", "leak suspected", DIAGNOSIS_ANSWERS, diagnosis_leak,
	  "Validation scores are better than possible: the target is leaking into the inputs, or "
	  "the same students are in both parts.",
	  "look for copies in the data, and split by student" },
	{ "easy_validation", "validation easier than training", DIAGNOSIS_EXAMPLES,
	  diagnosis_easy_validation,
	  "The validation data differ from the training data, or regularisation makes training "
	  "much harder than evaluation.",
	  "see that both parts are drawn from the same data, look for copies; half of --dropout" },
	{ "overfitting", "overfitting", DIAGNOSIS_EXAMPLES, diagnosis_overfitting,
	  "The model memorises the training data. The saved model is the best by validation; the "
	  "epochs after it were wasted.",
	  "more data, --dropout, --l2 or '--optimizer adamw --decay 0.01', fewer units, or stop "
	  "earlier (--patience)" },
	{ "rate_low", "learning rate too low", DIAGNOSIS_EXAMPLES, diagnosis_rate_low,
	  "Training goes in the right direction, but its steps are too small to get there.",
	  "--lr times three or ten" },
	{ "stopped_early", "stopped too early", ANY, diagnosis_stopped_early,
	  "The curve is still improving: the model's best score is not known yet.",
	  "more --epochs (--resume continues the run), more --patience" },
	{ "label_noise", "label noise floor", DIAGNOSIS_EXAMPLES, diagnosis_label_noise,
	  "The remaining loss looks like noise in the labels: no model can remove it.",
	  "better labels, or more informative inputs; a larger model or longer training does not "
	  "help" },
	{ "underfitting", "underfitting", DIAGNOSIS_EXAMPLES, diagnosis_underfitting,
	  "The model fits even its training data poorly: it is too small, or too strongly "
	  "regularised.",
	  "more units or layers, less --dropout, --l2 and --decay" },
	{ "small_validation", "validation too small for the claim", DIAGNOSIS_EXAMPLES,
	  diagnosis_small_validation,
	  "Another random split could give another score, another best epoch, and another winner.",
	  "a larger --split, more data; give the interval along with the score" },
	{ NULL, NULL, 0, NULL, NULL, NULL }
};

const char *diagnosis_advice(const struct diagnosis_learner *learner,
                             const struct diagnosis_rule *rule)
{
	for (const struct diagnosis_advice *a = learner->advice; a && a->rule; a++)
		if (strcmp(a->rule, rule->id) == 0)
			return a->text;
	return rule->advice;
}

void diagnosis_run_init(struct diagnosis_run *run, const struct diagnosis_learner *learner)
{
	*run = (struct diagnosis_run){
		.learner = learner,
		.each = 1,
		.epochs = NAN,
		.patience = NAN,
		.classes = NAN,
		.train_predictions = NAN,
		.valid_predictions = NAN,
		.ceiling_auc = NAN,
		.skill_mean_auc = NAN,
		.dropout = NAN,
		.shuffled = NAN,
		.window = NAN,
		.gated = NAN,
		.clip = NAN,
		.usual_start = NAN,
		.penalty = NAN,
		.discount = NAN,
		.dead_layer = NAN,
	};
}

void diagnosis_make(struct diagnosis *d, const struct diagnosis_run *run)
{
	*d = (struct diagnosis){ .learner = run->learner, .points = run->n };
	for (const struct diagnosis_rule *rule = diagnosis_rules; rule->id; rule++)
		if (rule->needs & run->learner->traits) {
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
		snprintf(text, size, "too early to say: %zu point%s", d->points,
		         d->points == 1 ? "" : "s");
	else
		snprintf(text, size,
		         "no problems found (%d rules, %zu points)", d->judged, d->points);
	return text;
}
