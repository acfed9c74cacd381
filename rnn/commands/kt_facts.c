/* kt_facts.c - see kt_facts.h. */
#include "rnn/commands/kt_facts.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/sequences/joined.h"
#include "rnn/commands/kt_truth.h"
#include "src/base/text.h"
#include "src/cli/answer.h"

const char *kt_counted(size_t n, const char *noun)
{
	static char text[4][64];
	static int next;

	return text_counted(text[next++ % 4], n, noun);
}

const char *kt_count(size_t n)
{
	static char text[4][32];
	static int next;

	return text_count(text[next++ % 4], n);
}

double kt_share_correct(const struct sequences *s)
{
	size_t ones = 0;

	for (size_t t = 0; t < s->answers; t++)
		ones += s->correct[t];
	return (double)ones / (double)s->answers;
}

enum ry_status kt_facts_check(const char *path, const struct sequences *s)
{
	const double share = kt_share_correct(s);

	return share > 0 && share < 1
	               ? RY_OK
	               : ry_fail(RY_EDATA,
	                         "%s: found only %s answers, expected right and wrong ones: there "
	                         "is nothing to learn from them",
	                         path, share > 0 ? "right" : "wrong");
}

enum ry_status kt_test_half_ceiling(const struct student_model *m, const struct sequences *s,
                                    struct binary_scores *scores)
{
	return kt_truth_ceiling(m, s, students_test_half(s->students), scores);
}

static void notice(struct kt_facts *f, int warning, const char *id, const char *advice,
                   const char *format, ...) __attribute__((format(printf, 5, 6)));

static void notice(struct kt_facts *f, int warning, const char *id, const char *advice,
                   const char *format, ...)
{
	struct kt_notice *to = &f->notice[f->n];
	va_list ap;

	if (f->n == KT_NOTICES)
		return;
	f->n++;
	to->id = id;
	to->warning = warning;
	snprintf(to->advice, sizeof to->advice, "%s", advice);
	va_start(ap, format);
	vsnprintf(to->text, sizeof to->text, format, ap);
	va_end(ap);
}

static int compare_sizes(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return (x > y) - (x < y);
}

/* The value that a share q of the students do not exceed (nearest rank). */
size_t kt_length_quantile(const struct kt_facts *f, double q)
{
	size_t rank = (size_t)ceil(q * f->s->students);

	return f->length[rank > 0 ? rank - 1 : 0];
}

static size_t length_of(const struct sequences *s, int i)
{
	return s->start[i + 1] - s->start[i];
}

/* Nonzero when all students answer the exercises of the first one, in that order. */
static int order_is_fixed(const struct sequences *s)
{
	size_t n = length_of(s, 0);

	for (int i = 1; i < s->students; i++)
		if (length_of(s, i) != n ||
		    memcmp(s->exercise, s->exercise + s->start[i], n * sizeof *s->exercise) != 0)
			return 0;
	return s->students > 1 && n > 1;
}

/* A student's hash, and where he or she is, to find copies by sorting. */
struct print {
	unsigned long long hash;
	int                student;
};

static int compare_prints(const void *a, const void *b)
{
	const struct print *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->student - y->student;
}

static int same_answers(const struct sequences *s, int i, int j)
{
	size_t n = length_of(s, i);

	return n == length_of(s, j) &&
	       memcmp(s->exercise + s->start[i], s->exercise + s->start[j],
	              n * sizeof *s->exercise) == 0 &&
	       memcmp(s->correct + s->start[i], s->correct + s->start[j], n) == 0;
}

static enum ry_status count_copies(struct kt_facts *f)
{
	const struct sequences *s = f->s;
	struct print *prints = calloc((size_t)s->students, sizeof *prints);
	size_t n = 0;

	if (!prints)
		return ry_fail_memory("looking for copies");
	for (int i = 0; i < s->students; i++)
		if (length_of(s, i) >= KT_FEW_ANSWERS)
			prints[n++] = (struct print){
				sequences_student_fingerprint(s, i, length_of(s, i)), i
			};
	qsort(prints, n, sizeof *prints, compare_prints);
	for (size_t i = 1; i < n; i++)
		f->identical_students += prints[i].hash == prints[i - 1].hash &&
		                         same_answers(s, prints[i].student, prints[i - 1].student);
	f->long_students = n;
	free(prints);
	return RY_OK;
}

static enum ry_status count_exercises(struct kt_facts *f)
{
	const struct sequences *s = f->s;

	f->asked = calloc((size_t)s->exercises, sizeof *f->asked);
	f->right = calloc((size_t)s->exercises, sizeof *f->right);
	if (!f->asked || !f->right)
		return ry_fail_memory("looking at the exercises");
	for (size_t t = 0; t < s->answers; t++) {
		f->asked[s->exercise[t]]++;
		f->right[s->exercise[t]] += s->correct[t];
	}
	for (int q = 0; q < s->exercises; q++) {
		f->rare_exercises += f->asked[q] < KT_FEW_ANSWERS;
		f->constant_exercises += f->asked[q] >= KT_FEW_ANSWERS &&
		                         (f->right[q] == 0 || f->right[q] == f->asked[q]);
	}
	return RY_OK;
}

static enum ry_status look_at_ceiling(struct kt_facts *f)
{
	struct student_model *m;
	int misfit;
	enum ry_status status = kt_truth(f->path, f->s, &m, &misfit);

	if (misfit)
		notice(f, 1, "info_misfit", "simulate the data again, or move that file away", "%s",
		       ry_message());
	f->simulated = m != NULL;
	if (m) {
		status = kt_test_half_ceiling(m, f->s, &f->ceiling);
		f->has_ceiling = status == RY_OK && !isnan(f->ceiling.auc);
	}
	student_model_free(m);
	return status;
}

/* ---- what a researcher should know ---- */

static void notice_order(struct kt_facts *f)
{
	const struct sequence_report *r = &f->report;
	int csv = r->format == FORMAT_CSV;

	if (f->simulated && f->fixed_order)          /* so they were asked for */
		return;
	if (f->fixed_order) {
		notice(f, 0, "fixed_order", "",
		       "all students answer the same exercises in the same order: how an exercise "
		       "affects an earlier one is never observed, only extrapolated");
		return;
	}
	if (r->sortable_students >= 10 && 2 * r->sorted_students > r->sortable_students)
		notice(f, 1, "sorted_by_skill", csv && !r->order[0] ?
		       "name the time column with --order" :
		       "scores on such data are not comparable with scores on data sorted by time; "
		       "sort by time if the source has it",
		       "answers are sorted by exercise, not by time, for %s of the %s "
		       "with three exercises or more",
		       kt_count(r->sorted_students), kt_counted(r->sortable_students, "student"));
}

static void notice_repeats(struct kt_facts *f)
{
	const struct sequence_report *r = &f->report;

	if (r->duplicate_rows)
		notice(f, 1, "duplicate_rows",
		       "remove the duplicates: a model learns to repeat them",
		       "%s duplicate%s the row before, including its order",
		       kt_counted(r->duplicate_rows, "row"), r->duplicate_rows == 1 ? "s" : "");
	if (r->same_order_rows)
		notice(f, 1, "same_order_rows",
		       "merge the skills of one answer into one exercise: otherwise each row "
		       "reveals the answer to the next",
		       "%s %s the same order as the row before: one answer listed under "
		       "several skills",
		       kt_counted(r->same_order_rows, "row"),
		       r->same_order_rows == 1 ? "has" : "have");
	if (f->identical_students * 100 > f->long_students)
		notice(f, 1, "identical_students",
		       "keep duplicates on the same side of every split",
		       "%s of %s with %d answers or more %s of others",
		       kt_count(f->identical_students), kt_counted(f->long_students, "student"),
		       KT_FEW_ANSWERS,
		       f->identical_students == 1 ? "is an exact duplicate"
		                                  : "are exact duplicates");
}

static size_t dropped_rows(const struct sequence_report *r)
{
	struct kt_dropping d[KT_DROPPINGS];
	size_t n = 0;

	kt_droppings(r, d);
	for (int i = 0; i < KT_DROPPINGS; i++)
		n += d[i].n;
	return n;
}

static void notice_dropped(struct kt_facts *f)
{
	const struct sequence_report *r = &f->report;
	const size_t dropped = dropped_rows(r);
	char advice[sizeof f->notice[0].advice];
	const char *empty = strcmp(r->dropped_value, "''") == 0 ? "an empty field"
	                                                        : r->dropped_value;

	if (KT_MANY_DROPPED * dropped > r->rows) {
		snprintf(advice, sizeof advice,
		         "if another column is meant, name it with %s", r->dropped_option);
		notice(f, 1, "many_dropped", advice,
		       "%s of %s are dropped (%.0f %%), most often for %s in column '%s' (%s)",
		       kt_count(dropped), kt_counted(r->rows, "row"),
		       100.0 * (double)dropped / (double)r->rows, empty, r->dropped_column,
		       kt_counted(r->dropped_alike, "row"));
	}
	if (r->dropped_odd_order) {
		snprintf(advice, sizeof advice, "correct %s, name another column with --order, or "
		         "keep the order of the file with --order none",
		         r->dropped_odd_order == 1 ? "it" : "them");
		notice(f, 1, "odd_order", advice,
		       "%s %s no number in the order column '%s', as the first row has: kt train "
		       "refuses such a file",
		       kt_counted(r->dropped_odd_order, "row"),
		       r->dropped_odd_order == 1 ? "has" : "have", r->order);
	}
}

static enum ry_status notice_joined(struct kt_facts *f)
{
	char example[64];
	int n;
	enum ry_status status = sequences_joined(f->s, &n, example);

	if (status == RY_OK && n)
		notice(f, 1, "joined_skills", "",
		       "%s of %s %s like several skills joined, such as %s: each combination "
		       "is treated as one exercise",
		       kt_count((size_t)n), kt_counted((size_t)f->s->exercises, "exercise id"),
		       n == 1 ? "looks" : "look", example);
	return status;
}

static void notice_few(struct kt_facts *f)
{
	const struct sequence_report *r = &f->report;

	if (f->share == 0 || f->share == 1)
		notice(f, 1, "one_kind_of_answer", "", "all answers are %s: there is nothing to "
		       "learn from them", f->share > 0 ? "right" : "wrong");

	if (r->one_answer_students)
		notice(f, 0, "one_answer_students", "",
		       "%s gave only one answer, so there is nothing to predict it from: not "
		       "scored",
		       kt_counted(r->one_answer_students, "student"));
	if (r->empty_students)
		notice(f, 0, "empty_students", "", "%s gave no answers",
		       kt_counted(r->empty_students, "student"));
	if (f->rare_exercises)
		notice(f, 0, "rare_exercises", "",
		       "%s of %s %s fewer than %d answers: predictions for %s are unreliable",
		       kt_count((size_t)f->rare_exercises),
		       kt_counted((size_t)f->s->exercises, "exercise"),
		       f->rare_exercises == 1 ? "has" : "have", KT_FEW_ANSWERS,
		       f->rare_exercises == 1 ? "it" : "them");
	if (f->constant_exercises)
		notice(f, 0, "constant_exercises", "",
		       "%s %s always answered right or always wrong",
		       kt_counted((size_t)f->constant_exercises, "exercise"),
		       f->constant_exercises == 1 ? "is" : "are");
}

enum ry_status kt_facts_look(struct kt_facts *f, int truth)
{
	const struct sequences *s = f->s;
	enum ry_status status;

	f->share = kt_share_correct(s);
	f->fixed_order = order_is_fixed(s);
	f->length = calloc((size_t)s->students, sizeof *f->length);
	if (!f->length)
		return ry_fail_memory("looking at the students");
	for (int i = 0; i < s->students; i++)
		f->length[i] = length_of(s, i);
	qsort(f->length, (size_t)s->students, sizeof *f->length, compare_sizes);
	if ((status = count_exercises(f)) != RY_OK || (status = count_copies(f)) != RY_OK)
		return status;
	if ((status = notice_joined(f)) != RY_OK)
		return status;
	status = look_at_ceiling(f);
	notice_dropped(f);
	notice_order(f);
	notice_repeats(f);
	notice_few(f);
	return status == RY_EDATA && !truth ? RY_OK : status;
}

void kt_droppings(const struct sequence_report *r, struct kt_dropping to[KT_DROPPINGS])
{
	const struct kt_dropping all[KT_DROPPINGS] = {
		{ "empty_student", "no student",
		                                      r->dropped_empty_student },
		{ "empty_skill",   "no skill",
		                                        r->dropped_empty_skill },
		{ "empty_answer",  "no answer",
		                                       r->dropped_empty_answer },
		{ "not_binary",    "neither right nor wrong (partial credit, hint)",
		  r->dropped_not_binary },
		{ "empty_order",   "no value in the order column",
		                           r->dropped_empty_order },
		{ "odd_order",     "no number in the order column, as the first row has",
		                           r->dropped_odd_order }
	};

	memcpy(to, all, sizeof all);
}

void kt_facts_clear(struct kt_facts *f)
{
	free(f->length);
	free(f->asked);
	free(f->right);
	f->length = f->asked = f->right = NULL;
}

static void tell(const struct cli *cli, const struct kt_facts *f)
{
	struct kt_dropping d[KT_DROPPINGS];

	kt_droppings(&f->report, d);
	for (int i = 0; i < KT_DROPPINGS; i++)
		if (d[i].n)
			command_note(cli, d[i].id, "", "%s: dropped %s of %s: %s", f->path,
			             kt_count(d[i].n), kt_counted(f->report.rows, "row"),
			             d[i].text);
	for (int i = 0; i < f->n; i++)
		command_note(cli, f->notice[i].id, f->notice[i].advice, "%s: %s", f->path,
		             f->notice[i].text);
}

enum ry_status kt_facts_tell(const struct cli *cli, const char *path, const struct sequences *s,
                             const struct sequence_report *r)
{
	struct kt_facts *f = ry_calloc(1, sizeof *f, "the facts");
	enum ry_status status;

	if (!f)
		return ry_failure();
	f->path = path;
	f->s = s;
	f->report = *r;
	status = kt_facts_look(f, 0);
	if (status == RY_OK)
		tell(cli, f);
	kt_facts_clear(f);
	free(f);
	return status;
}
