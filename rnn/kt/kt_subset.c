/* kt_subset.c - see kt_subset.h. */
#include "rnn/kt/kt_subset.h"

#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_randist.h>

/* One student while the parts are drawn. */
struct candidate {
	size_t answers;
	int    place;            /* in the list drawn from */
	int    shuffled;         /* settles ties */
	int    part;             /* what was drawn for this one */
};

static int by_length(const void *a, const void *b)
{
	const struct candidate *p = a, *q = b;

	if (p->answers != q->answers)
		return p->answers < q->answers ? 1 : -1;
	return p->shuffled - q->shuffled;
}

static int by_place(const void *a, const void *b)
{
	return ((const struct candidate *)a)->place - ((const struct candidate *)b)->place;
}

enum ry_status kt_subset_range(struct kt_subset *subset, const struct sequences *s, int from,
                               int to)
{
	subset->s = s;
	subset->n = to - from;
	subset->student = ry_calloc(subset->n, sizeof *subset->student, "a list of students");
	if (!subset->student)
		return ry_failure();
	for (int i = 0; i < subset->n; i++)
		subset->student[i] = from + i;
	return RY_OK;
}

void kt_subset_free(struct kt_subset *subset)
{
	free(subset->student);
	*subset = (struct kt_subset){ 0 };
}

/* The students of `from`, longest sequence first, equals in random order; caller frees. */
static struct candidate *sorted(const struct kt_subset *from, gsl_rng *rng)
{
	struct candidate *c = ry_calloc(from->n, sizeof *c, "a subset of the students");

	for (int i = 0; c && i < from->n; i++) {
		int id = from->student[i];

		c[i] = (struct candidate){ .answers = from->s->start[id + 1] - from->s->start[id],
			                   .place = i };
	}
	if (c && from->n > 1)
		gsl_ran_shuffle(rng, c, from->n, sizeof *c);
	for (int i = 0; c && i < from->n; i++)
		c[i].shuffled = i;
	if (c)
		qsort(c, from->n, sizeof *c, by_length);
	return c;
}

/* Students whose candidates were given `part`, or, with `others`, all the rest. */
static enum ry_status collect(const struct kt_subset *from, const struct candidate *c, int part,
                              int others, struct kt_subset *to)
{
	enum ry_status status = kt_subset_range(to, from->s, 0, from->n);

	to->n = 0;
	for (int i = 0; status == RY_OK && i < from->n; i++)
		if ((c[i].part == part) != others)
			to->student[to->n++] = from->student[c[i].place];
	return status;
}

static enum ry_status finish(const struct kt_subset *from, struct candidate *c, int part,
                             struct kt_subset *drawn, struct kt_subset *rest)
{
	enum ry_status status;

	qsort(c, from->n, sizeof *c, by_place);
	status = collect(from, c, part, 0, drawn);
	if (status == RY_OK && rest)
		status = collect(from, c, part, 1, rest);
	free(c);
	return status;
}

enum ry_status kt_subset_draw(const struct kt_subset *from, int count, struct kt_subset *drawn,
                              struct kt_subset *rest, gsl_rng *rng)
{
	struct candidate *c = sorted(from, rng);

	if (!c)
		return ry_failure();
	for (int k = 0; k < count; k++) {
		int begin = (int)((long long)from->n * k / count),
		    end = (int)((long long)from->n * (k + 1) / count);

		c[begin + gsl_rng_uniform_int(rng, end - begin)].part = 1;
	}
	return finish(from, c, 1, drawn, rest);
}

enum ry_status kt_subset_fold(const struct kt_subset *from, int folds, int fold,
                              struct kt_subset *valid, struct kt_subset *train, gsl_rng *rng)
{
	struct candidate *c = sorted(from, rng);
	int *label = ry_calloc(folds, sizeof *label, "a subset of the students");

	if (!c || !label) {
		free(c);
		free(label);
		return ry_failure();
	}
	for (int k = 0; k < folds; k++)
		label[k] = k;
	for (int i = 0; i < from->n; i++) {
		if (i % folds == 0)
			gsl_ran_shuffle(rng, label, folds, sizeof *label);
		c[i].part = label[i % folds];
	}
	free(label);
	return finish(from, c, fold, valid, train);
}
