/* kt_report.h - scores of a model beside what they should be compared with, as text and as JSON. */
#ifndef RILEY_RNN_COMMANDS_KT_REPORT_H
#define RILEY_RNN_COMMANDS_KT_REPORT_H

#include <stdio.h>
#include <jansson.h>
#include "rnn/kt/kt_model.h"
#include "rnn/kt/kt_subset.h"
#include "src/cli/command.h"

struct kt_report {
	const char      *title;          /* of the model's column: "lstm" */
	const char      *data;           /* what was scored: "test students" */
	const char      *run;            /* its path, or NULL */
	struct kt_scores model, skill_mean, ceiling;
	int              has_ceiling;
	double           gain, gain_half;        /* the model's AUC above the skill mean's, and the
	                                          * half width of the 95 % interval, or NaN */
	int              students, exercises;
	size_t           answers;
	double           share_correct;
	int              best_epoch;     /* 0: unknown */
	size_t           parameters;
};

/* Score `model` on a part that has the model's numbering of exercises, beside the skill mean; and,
 * unless `ceiling` is NULL, beside those probabilities (by answer index), which are the exact
 * filter's. */
enum ry_status kt_report_make(struct kt_report *r, struct kt_batch *b, const struct kt_model *model,
                              const struct kt_subset *part, const float *ceiling);

/* Note where AUC is undefined for these students: nobody gave a second answer, or all answers from
 * the second on are right, or all are wrong.  `who` they are: "test students".  Nothing where there
 * are no students. */
void kt_report_note(const struct cli *cli, const char *who, const struct kt_subset *part);

/* The exact filter's probability for every answer of `s`, (answers), caller frees; NULL, without an
 * error, when no generator's description lies beside the data file at `path` or does not fit it. */
float *kt_ceiling(const char *path, const struct sequences *s);

/* Whether the model is better than the skill mean by more than chance explains: 1 or 0; -1 where
 * AUC is undefined. */
int kt_report_better(const struct kt_report *r);

/* A line where it is not; nothing where it is, or where that is unknown. */
void kt_report_verdict(FILE *to, const struct kt_report *r);

/* A table for people; and one object with the keys that scripts rely on. */
void    kt_report_text(FILE *to, const struct kt_report *r);
json_t *kt_report_json(const struct kt_report *r);

/* The keys of that object about the gain over the baseline, into `o`. */
void kt_report_set_gain(json_t *o, const struct kt_report *r);

#endif
