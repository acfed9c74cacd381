/* diagnosis.c - see diagnosis.h; and doc/diagnose.md for what each threshold comes from. */
#include "src/diagnosis/diagnosis.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "src/base/text.h"
#include "src/diagnosis/diagnosis_internal.h"
#include "src/diagnosis/diagnosis_rules.h"

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

void diagnosis_pass_short(struct diagnosis *d, const struct diagnosis_rule *rule, size_t n,
                          int least)
{
	char points[64];

	diagnosis_pass(d, rule, "%s, expected %d or more", text_counted(points, n, "point"), least);
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

#define ROW(id, name, needs, meaning, advice) \
	{ #id, name, needs, diagnosis_##id, meaning, advice },

const struct diagnosis_rule diagnosis_rules[] = {
	DIAGNOSIS_RULES(ROW)
	{ NULL, NULL, 0, NULL, NULL, NULL }
};

_Static_assert(sizeof diagnosis_rules / sizeof *diagnosis_rules - 1 <= DIAGNOSIS_RULES_MAX,
               "DIAGNOSIS_RULES_MAX");

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
	char points[64], rules[64];

	text_counted(points, d->points, "point");
	if (f)
		snprintf(text, size, "%s: %s", f->rule->name, f->evidence);
	else if (diagnosis_too_early(d))
		snprintf(text, size, "too early to say: %s", points);
	else
		snprintf(text, size, "no problems found (%s, %s)",
		         text_counted(rules, (size_t)d->judged, "rule"), points);
	return text;
}
