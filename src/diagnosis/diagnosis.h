/* diagnosis.h - diagnosis of learning curves: rules that detect faults from the numbers of a run.
 *
 * A rule is one function, in diagnosis_steps.c, _fit.c or _claims.c, and one row of the table in
 * diagnosis_rules.h.  From the named numbers of the run's points and the facts in its run.json it
 * finds something, finds nothing, or states why it cannot judge.  Thresholds are confidence
 * intervals and standard errors where these can be computed; doc/diagnose.md has the measure and
 * the reason for each rule.
 *
 * Findings are sorted by severity; among equals, causes come before effects, so the first finding
 * is the verdict.  A remark is informative and needs no action: a run with only remarks has nothing
 * wrong.
 */
#ifndef RILEY_DIAGNOSIS_DIAGNOSIS_H
#define RILEY_DIAGNOSIS_DIAGNOSIS_H

#include <stddef.h>

/* What learns, as far as rules care: a mask. */
enum diagnosis_trait {
	DIAGNOSIS_EXAMPLES  = 1,   /* from examples with targets, in a training and a validation
	                            * part */
	DIAGNOSIS_SEQUENCES = 2,   /* gradients go back through time */
	DIAGNOSIS_ANSWERS   = 4,   /* predictions are whether an answer is right, judged by AUC */
	DIAGNOSIS_RETURNS   = 8    /* by acting: it has Q values, and is judged by returns */
};

/* What to try when a rule found something. */
struct diagnosis_advice {
	const char *rule;            /* id */
	const char *text;            /* literal text is in quotes: "'--clip 1'" */
};

struct diagnosis_learner {
	int                            traits;
	const struct diagnosis_advice *advice;       /* in the place of the rules' own, in terms
	                                              * of its command; a NULL rule ends it; or
	                                              * NULL */
};

enum diagnosis_severity {
	DIAGNOSIS_REMARK,        /* worth knowing */
	DIAGNOSIS_WARNING,       /* a fault: the run could be better or more conclusive */
	DIAGNOSIS_SERIOUS        /* the run is unusable */
};

/* A named number of each point: "valid_loss", NaN where a point lacks it. */
struct diagnosis_column {
	const char   *name;
	const double *value;             /* (n), borrowed */
};

enum { DIAGNOSIS_BINS = 32 };

/* The facts about a run.  diagnosis_run_init() makes all of them unknown: numbers NaN, texts
 * NULL. */
struct diagnosis_run {
	const struct diagnosis_learner *learner;
	size_t                         n;            /* values in a column, in log order */
	double                         each;         /* points per value, which is their mean; 1 */
	int                            columns;
	const struct diagnosis_column *column;       /* (columns), borrowed */

	const char *status;          /* in run.json: "running", "done" ..., see rundir_finish() */
	double epochs, patience;     /* options of the run */
	double classes;              /* 0: the target is a number */
	double train_predictions, valid_predictions;     /* per pass over each part */
	/* of validation: the best possible, and the simplest model's */
	double ceiling_auc, skill_mean_auc;
	double dropout;              /* share of units dropped */
	double shuffled;             /* 1: a new random order in every epoch; 0: the file's */
	double window;               /* kt: steps of back-propagation through time */
	double gated;                /* kt: 1: lstm or gru, 0: rnn */
	double clip;                 /* maximum gradient norm; 0: no limit */
	double usual_start;          /* 1: the initial weights are not unusually large; 0: another
	                              * initialisation was requested */
	double penalty;              /* the sum of L1, L2 and weight decay */
	double discount;             /* rl */
	double dead_layer;           /* largest share of dead units in a layer, and its name */
	const char *dead_name;

	/* Two classes: the latest calibration of validation; a bin has the mean of its predictions
	 * and their number. */
	int    bins;
	double bin_p[DIAGNOSIS_BINS], bin_n[DIAGNOSIS_BINS];
};

void diagnosis_run_init(struct diagnosis_run *run, const struct diagnosis_learner *learner);

struct diagnosis;

struct diagnosis_rule {
	const char *id;              /* for scripts: "overfitting" */
	const char *name;            /* for people: "learning rate too high" */
	int         needs;           /* mask of enum diagnosis_trait: at least one of them */
	void (*judge)(const struct diagnosis_rule *self, const struct diagnosis_run *run,
	              struct diagnosis *d);
	const char *meaning;         /* one or two sentences */
	const char *advice;          /* ... for learners that have none of their own */
};

/* All rules, causes first; NULL id at the end. */
extern const struct diagnosis_rule diagnosis_rules[];

enum { DIAGNOSIS_RULES_MAX = 32, DIAGNOSIS_TEXT = 400 };

struct diagnosis_finding {
	const struct diagnosis_rule *rule;
	enum diagnosis_severity      severity;
	char                         evidence[DIAGNOSIS_TEXT];   /* one sentence with the numbers */
	const char                  *advice;
};

struct diagnosis {
	const struct diagnosis_learner *learner;
	int n;                                              /* findings, the most serious first */
	struct diagnosis_finding finding[DIAGNOSIS_RULES_MAX];
	/* rules for such a run that could not be applied */
	int unjudged;
	struct {
		const struct diagnosis_rule *rule;
		char why[160];                              /* "4 points, expected 5 or more" */
	} blank[DIAGNOSIS_RULES_MAX];
	int judged;                                         /* rules that could */
	size_t points;
};

/* Apply every rule for such a run.  Nothing is allocated and nothing fails, whatever the numbers
 * are.  Runs of more points than DIAGNOSIS_POINTS are divided into as many stretches, represented
 * by their means. */
enum { DIAGNOSIS_POINTS = 512 };
void diagnosis_make(struct diagnosis *d, const struct diagnosis_run *run);

/* What to try against what `rule` finds. */
const char *diagnosis_advice(const struct diagnosis_learner *learner,
                             const struct diagnosis_rule *rule);

/* The verdict: the first finding unless it is a remark; NULL: nothing wrong, or too early to
 * say. */
const struct diagnosis_finding *diagnosis_verdict(const struct diagnosis *d);

/* Nonzero if there is no verdict because most rules lack points. */
int diagnosis_too_early(const struct diagnosis *d);

/* The verdict in one line of at most `size` - 1 bytes, for a status line: "overfitting: validation
 * loss rose by ...", "nothing wrong (13 rules, 40 points)", "too early to say: 1 point".  Returns
 * `text`. */
char *diagnosis_line(char *text, size_t size, const struct diagnosis *d);

#endif
