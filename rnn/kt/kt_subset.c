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
	int    part;             /* what was drawn for him */
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

enum ry_status kt_part_range(struct kt_part *part, const struct sequences *s, int from, int to)
{
	part->s = s;
	part->n = to - from;
	part->student = ry_calloc(part->n, sizeof *part->student, "a list of students");
	if (!part->student)
		return ry_failure();
	for (int i = 0; i < part->n; i++)
		part->student[i] = from + i;
	return RY_OK;
}

void kt_part_free(struct kt_part *part)
{
	free(part->student);
	*part = (struct kt_part){ 0 };
}

/* The students of `from`, longest sequence first, equals in random order; caller frees. */
static struct candidate *sorted(const struct kt_part *from, gsl_rng *rng)
{
	struct candidate *c = ry_calloc(from->n, sizeof *c, "a split");

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
static enum ry_status collect(const struct kt_part *from, const struct candidate *c, int part,
                              int others, struct kt_part *to)
{
	enum ry_status status = kt_part_range(to, from->s, 0, from->n);

	to->n = 0;
	for (int i = 0; status == RY_OK && i < from->n; i++)
		if ((c[i].part == part) != others)
			to->student[to->n++] = from->student[c[i].place];
	return status;
}

static enum ry_status finish(const struct kt_part *from, struct candidate *c, int part,
                             struct kt_part *picked, struct kt_part *rest)
{
	enum ry_status status;

	qsort(c, from->n, sizeof *c, by_place);
	status = collect(from, c, part, 0, picked);
	if (status == RY_OK && rest)
		status = collect(from, c, part, 1, rest);
	free(c);
	return status;
}

enum ry_status kt_part_pick(const struct kt_part *from, int count, struct kt_part *picked,
                            struct kt_part *rest, gsl_rng *rng)
{
	struct candidate *c = sorted(from, rng);

	if (!c)
		return ry_failure();
	for (int k = 0; k < count; k++) {
		int begin = (int)((long long)from->n * k / count),
		    end = (int)((long long)from->n * (k + 1) / count);

		c[begin + gsl_rng_uniform_int(rng, end - begin)].part = 1;
	}
	return finish(from, c, 1, picked, rest);
}

enum ry_status kt_part_fold(const struct kt_part *from, int folds, int fold, struct kt_part *valid,
                            struct kt_part *train, gsl_rng *rng)
{
	struct candidate *c = sorted(from, rng);
	int *label = ry_calloc(folds, sizeof *label, "a split");

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
