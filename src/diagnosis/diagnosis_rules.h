/* diagnosis_rules.h - the table of the rules; private to src/diagnosis.
 *
 * A new rule is a row here, a function JUDGE(id), its changes in tests/diagnosis/test_diagnosis.c,
 * a training run in src/app/selftest/selftest_cases.c, and a row in doc/diagnose.md.  Tests walk
 * the table and name what is missing.
 */
#ifndef RILEY_DIAGNOSIS_DIAGNOSIS_RULES_H
#define RILEY_DIAGNOSIS_DIAGNOSIS_RULES_H

#include "src/diagnosis/diagnosis.h"

enum { DIAGNOSIS_ANY = DIAGNOSIS_EXAMPLES | DIAGNOSIS_RETURNS };

/* RULE(id, name, needs, meaning, advice) for each, as in struct diagnosis_rule; causes first. */
#define DIAGNOSIS_RULES(RULE) \
	RULE(exploding_gradient, "exploding gradient", DIAGNOSIS_SEQUENCES, \
	     "Gradients grow as they propagate back through time, and single updates move the " \
	     "parameters too far.", \
	     "clip gradients, a lower learning rate, gradients through fewer steps, gated units") \
	RULE(not_shuffled, "data not shuffled", DIAGNOSIS_EXAMPLES, \
	     "Consecutive batches hold similar data: the model follows each group and forgets " \
	     "the one before (a sawtooth).", \
	     "'--shuffle yes', or a file that is not sorted by class or student") \
	RULE(rate_high, "learning rate too high", DIAGNOSIS_ANY, \
	     "Steps overshoot the minimum they descend to.", \
	     "--lr at a third or a tenth, --warmup, a smaller --clip, '--optimizer adam' in " \
	     "place of sgd") \
	RULE(q_divergence, "Q values out of bounds", DIAGNOSIS_RETURNS, \
	     "The network overestimates returns: it bootstraps from its own estimates, and their " \
	     "errors amplify each other.", \
	     "a lower learning rate, a target network that is copied less often, double " \
	     "Q-learning") \
	RULE(saturated_units, "saturated units", DIAGNOSIS_ANY, \
	     "Near the ends of a sigmoid or tanh the slope is almost zero: such units hardly " \
	     "learn.", \
	     "smaller initial weights, scaled inputs, a lower --lr") \
	RULE(dead_units, "dead units", DIAGNOSIS_ANY, \
	     "A unit that outputs zero for every row passes no gradient and does not recover by " \
	     "itself.", \
	     "a lower --lr, other initial weights, fewer units") \
	RULE(vanishing_gradient, "vanishing gradient", DIAGNOSIS_SEQUENCES, \
	     "Gradients from steps further back do not reach the weights: the model cannot " \
	     "learn to remember them.", \
	     "gated units, weaker weight penalties, a lower learning rate when gates are " \
	     "saturated") \
	RULE(leak, "leak suspected", DIAGNOSIS_ANSWERS, \
	     "Validation scores are better than possible: the target is leaking into the " \
	     "inputs, or the same students are in both parts.", \
	     "look for copies in the data, and split by student") \
	RULE(easy_validation, "validation easier than training", DIAGNOSIS_EXAMPLES, \
	     "The validation data differ from the training data, or regularisation makes " \
	     "training much harder than evaluation.", \
	     "see that both parts are drawn from the same data, look for copies; half of " \
	     "--dropout") \
	RULE(overfitting, "overfitting", DIAGNOSIS_EXAMPLES, \
	     "The model memorises the training data. The saved model is the best by " \
	     "validation; the epochs after it were wasted.", \
	     "more data, --dropout, --l2 or '--optimizer adamw --decay 0.01', fewer units, or " \
	     "stop earlier (--patience)") \
	RULE(rate_low, "learning rate too low", DIAGNOSIS_EXAMPLES, \
	     "Training goes in the right direction, but its steps are too small to get there.", \
	     "--lr times three or ten") \
	RULE(stopped_early, "stopped too early", DIAGNOSIS_ANY, \
	     "The curve is still improving: the model's best score is not known yet.", \
	     "more --epochs (--resume continues the run), more --patience") \
	RULE(label_noise, "label noise floor", DIAGNOSIS_EXAMPLES, \
	     "The remaining loss looks like noise in the labels: no model can remove it.", \
	     "better labels, or more informative inputs; a larger model or longer training " \
	     "does not help") \
	RULE(underfitting, "underfitting", DIAGNOSIS_EXAMPLES, \
	     "The model fits even its training data poorly: it is too small, or too strongly " \
	     "regularised.", \
	     "more units or layers, less --dropout, --l2 and --decay") \
	RULE(small_validation, "validation too small for the claim", DIAGNOSIS_EXAMPLES, \
	     "Another random split could give another score, another best epoch, and another " \
	     "winner.", \
	     "a larger --split, more data; give the interval along with the score")

/* The function of a rule: diagnosis_rate_high() and so on.  Records a finding, or why it cannot
 * judge, with diagnosis_find() and diagnosis_pass(). */
#define JUDGE(id) \
	void diagnosis_##id(const struct diagnosis_rule *self, const struct diagnosis_run *run, \
	                    struct diagnosis *d)

#define PROTOTYPE(id, ...) JUDGE(id);
DIAGNOSIS_RULES(PROTOTYPE)
#undef PROTOTYPE

#endif
