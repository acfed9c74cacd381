/* kt_facts.h - what is known of a file of answers before anything is learnt: for `riley kt info`,
 * and in a line each for the commands that train on such a file or score it. */
#ifndef RILEY_RNN_COMMANDS_KT_FACTS_H
#define RILEY_RNN_COMMANDS_KT_FACTS_H

#include "datasets/sequences/sequences.h"
#include "datasets/sequences/students.h"
#include "src/cli/command.h"
#include "src/nn/metrics.h"

/* Students with fewer answers than this are alike by chance, and exercises with fewer say
 * little. */
enum { KT_FEW_ANSWERS = 10 };

/* When more than one row in so many is dropped, that is many. */
enum { KT_MANY_DROPPED = 5 };

enum { KT_NOTICES = 16 };

struct kt_notice {
	const char *id;                /* for scripts */
	int         warning;           /* or only worth knowing */
	char        text[320], advice[240];
};

struct kt_facts {
	const char              *path;                /* borrowed */
	const struct sequences  *s;                   /* borrowed */
	struct sequence_report   report;
	double                   share;
	size_t                  *length;              /* (students), increasing */
	size_t                  *asked, *right;       /* (exercises) */
	int                      fixed_order;         /* all answer the same exercises in order */
	int                      simulated;           /* by the model that lies beside the file */
	size_t                   long_students;       /* with FEW_ANSWERS or more */
	size_t                   identical_students;  /* ... that are copies of an earlier one */
	int                      rare_exercises, constant_exercises;
	int                      has_ceiling;
	struct binary_scores     ceiling;
	int                      n;
	struct kt_notice          notice[KT_NOTICES];
};

/* The length that a share q of the students do not exceed (nearest rank). */
size_t kt_length_quantile(const struct kt_facts *f, double q);

/* What rows were left out for, and how many. */
struct kt_dropping {
	const char *id, *text;
	size_t      n;
};

enum { KT_DROPPINGS = 6 };

void kt_droppings(const struct sequence_report *r, struct kt_dropping to[KT_DROPPINGS]);

/* Find out all of it: path, s and report are set, the rest is zero.  With `truth`, a description of
 * simulated students that lies beside the file must be readable: RY_EDATA. */
enum ry_status kt_facts_look(struct kt_facts *f, int truth);
void kt_facts_clear(struct kt_facts *f);

/* Tell `cli` what should be known about the data of `path` to judge scores on them: rows that were
 * dropped, and all that `riley kt info` warns of or remarks, a note each. */
enum ry_status kt_facts_tell(const struct cli *cli, const char *path, const struct sequences *s,
                             const struct sequence_report *r);

/* A count with commas between thousands, in one of four buffers that take turns: four may be used
 * in one printf(). */
const char *kt_count(size_t n);

/* The same with a noun whose plural ends in s: "1 row", "1,234 rows"; in buffers of its own. */
const char *kt_counted(size_t n, const char *noun);

/* RY_EDATA when all answers of `path` are right, or all wrong: there is nothing to learn from them,
 * and no score that tells students apart. */
enum ry_status kt_facts_check(const char *path, const struct sequences *s);

/* The share of right answers, 0 to 1. */
double kt_share_correct(const struct sequences *s);

/* Scores of the exact filter on the test half of simulated students. */
enum ry_status kt_test_half_ceiling(const struct student_model *m, const struct sequences *s,
                                    struct binary_scores *scores);

#endif
