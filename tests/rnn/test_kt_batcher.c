/* test_kt_batcher.c - the laws of batches, over many random data sets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_randist.h>

#include "rnn/kt/kt_batcher.h"
#include "tests/support/tap.h"

enum { DATA_SETS = 400, STUDENTS_MAX = 60 };

/* A data set of lengths alone (a batcher does not look at answers), a list of its students, and
 * what is asked of the batcher. */
struct task {
	struct sequences s;
	size_t           start[STUDENTS_MAX + 1];
	int              student[STUDENTS_MAX], n;
	int              window, size;
	char             text[100];
};

static gsl_rng *rng;

static int upto(int n)
{
	return (int)gsl_rng_uniform_int(rng, (unsigned long)n + 1);
}

/* Lengths of all kinds: none, 1, 2, short, around multiples of the window, far above it. */
static int some_length(int window)
{
	switch (upto(7)) {
	case 0:  return 0;
	case 1:  return 1;
	case 2:  return 2;
	case 3:  return window + upto(2);
	case 4:  return window * (1 + upto(3)) + 1;
	case 5:  return window * 5 + upto(window * 30);
	default: return upto(2 * window);
	}
}

static void task_make(struct task *k, int students, int window, int size)
{
	*k = (struct task){ .s = { .students = students, .start = k->start },
		            .window = window,
		            .size = size };
	k->start[0] = 0;
	for (int i = 0; i < students; i++) {
		k->start[i + 1] = k->start[i] + some_length(window);
		k->student[k->n++] = i;
	}
	k->s.answers = k->start[students];
	/* A list is in any order, and need not name everybody. */
	if (k->n)
		gsl_ran_shuffle(rng, k->student, k->n, sizeof *k->student);
	if (upto(1))
		k->n -= upto(k->n);
	snprintf(k->text, sizeof k->text, "%d of %d students, window %d, size %d", k->n, students,
	         window, size);
}

static int steps_of(const struct task *k, int student)
{
	int answers = (int)(k->start[student + 1] - k->start[student]);

	return answers > 1 ? answers - 1 : 0;
}

/* An epoch of the task; own generator: NULL where nothing is drawn. */
static struct kt_batcher *epoch_of(const struct task *k, enum kt_order order, gsl_rng *own)
{
	struct kt_batcher *b =
		kt_batcher_alloc(&k->s, k->student, k->n, k->window, k->size, order);
	int batches;

	CU_ASSERT_PTR_NOT_NULL_FATAL(b);
	batches = b->batches;
	kt_batcher_epoch(b, own);
	TAP_CHECK(b->batches == batches, "%s: %d batches announced, %d made", k->text, batches,
	          b->batches);
	return b;
}

/* ---- the laws of one epoch ---- */

static void batches_are_well_formed(const struct task *k, const struct kt_batcher *p)
{
	size_t steps = 0;
	int longest = 0, wrong = 0;

	TAP_CHECK(p->start[0] == 0 && p->start[p->batches] == p->pieces,
	          "%s: batches don't hold all pieces", k->text);
	for (int b = 0; b < p->batches; b++) {
		size_t from = p->start[b], to = p->start[b + 1];

		TAP_CHECK(to > from && to - from <= (size_t)k->size, "%s: a batch of %zu", k->text,
		          to - from);
		for (size_t i = from; i < to; i++) {
			const struct kt_piece *a = &p->piece[i];

			wrong += a->steps < 1 || a->steps > k->window;
			wrong += i > from && a->steps > p->piece[i - 1].steps;
			for (size_t j = from; j < i; j++)
				wrong += p->piece[j].student == a->student;
			steps += a->steps;
			longest = a->steps > longest ? a->steps : longest;
		}
	}
	TAP_CHECK(!wrong,
	          "%s: %d pieces too long, out of order or beside their student's other one",
	          k->text, wrong);
	TAP_CHECK(steps == p->steps && longest == p->longest, "%s: %zu steps, longest %d", k->text,
	          steps, longest);
	TAP_CHECK(p->window == k->window && p->size == k->size, "%s: another window or size",
	          k->text);
}

/* Walking through the batches, each student's pieces follow one another without gap or overlap. */
static void every_step_comes_once(const struct task *k, const struct kt_batcher *p)
{
	int at[STUDENTS_MAX] = { 0 }, ended[STUDENTS_MAX] = { 0 }, listed[STUDENTS_MAX] = { 0 };
	int wrong = 0;

	for (int i = 0; i < k->n; i++)
		listed[k->student[i]] = 1;
	for (size_t i = 0; i < p->pieces; i++) {
		const struct kt_piece *a = &p->piece[i];

		wrong += !listed[a->student] || a->from != at[a->student] || ended[a->student];
		at[a->student] += a->steps;
		ended[a->student] = a->last;
		wrong += a->last != (at[a->student] == steps_of(k, a->student));
		wrong += !a->last && a->steps != k->window;   /* else a piece more than needed */
	}
	TAP_CHECK(!wrong, "%s: %d pieces out of place", k->text, wrong);
	for (int i = 0; i < k->s.students; i++)
		TAP_CHECK(at[i] == (listed[i] ? steps_of(k, i) : 0),
		          "%s: student %d has %d steps of %d", k->text, i, at[i], steps_of(k, i));
}

static void slots_are_right(const struct task *k, const struct kt_batcher *p)
{
	int taken[STUDENTS_MAX] = { 0 }, listed[STUDENTS_MAX] = { 0 }, wrong = 0, slots = 0;

	for (int i = 0; i < k->n; i++)
		listed[k->student[i]] = 1;
	for (int i = 0; i < k->s.students; i++) {
		int needs = listed[i] && steps_of(k, i) > k->window, slot = p->slot[i];

		slots += needs;
		wrong += needs ? slot < 0 || slot >= p->slots || taken[slot]++ : slot != -1;
	}
	TAP_CHECK(!wrong && slots == p->slots, "%s: %d slots wrong, %d of %d", k->text, wrong,
	          slots, p->slots);
}

/* The batch that a student begins in is never before that of one listed earlier. */
static void students_come_in_order(const struct task *k, const struct kt_batcher *p)
{
	int begins[STUDENTS_MAX], latest = 0;

	for (int i = 0; i < STUDENTS_MAX; i++)
		begins[i] = -1;
	for (int b = 0; b < p->batches; b++)
		for (size_t i = p->start[b]; i < p->start[b + 1]; i++)
			if (p->piece[i].from == 0)
				begins[p->piece[i].student] = b;
	for (int i = 0; i < k->n; i++) {
		int b = begins[k->student[i]];

		TAP_CHECK(b < 0 || b >= latest,
		          "%s: in order, student %d begins in batch %d, an earlier one in %d",
		          k->text, k->student[i], b, latest);
		latest = b > latest ? b : latest;
	}
}

static int same_epoch(const struct kt_batcher *p, const struct kt_batcher *q)
{
	return p->pieces == q->pieces && p->batches == q->batches &&
	       memcmp(p->start, q->start, ((size_t)p->batches + 1) * sizeof *p->start) == 0 &&
	       memcmp(p->piece, q->piece, p->pieces * sizeof *p->piece) == 0;
}

static void laws(const struct task *k)
{
	gsl_rng *own = gsl_rng_alloc(gsl_rng_mt19937), *again = gsl_rng_alloc(gsl_rng_mt19937);
	struct kt_batcher *p[5];

	gsl_rng_set(own, (unsigned long)upto(1 << 30));
	gsl_rng_memcpy(again, own);
	p[0] = epoch_of(k, KT_BY_LENGTH, NULL);
	p[1] = epoch_of(k, KT_BY_LENGTH, NULL);
	p[2] = epoch_of(k, KT_SHUFFLED, own);
	p[3] = epoch_of(k, KT_SHUFFLED, again);
	p[4] = epoch_of(k, KT_LISTED, NULL);
	for (int i = 0; i < 5; i++) {
		batches_are_well_formed(k, p[i]);
		every_step_comes_once(k, p[i]);
		slots_are_right(k, p[i]);
	}
	TAP_CHECK(same_epoch(p[0], p[1]), "%s: two epochs without draws differ", k->text);
	TAP_CHECK(same_epoch(p[2], p[3]), "%s: two epochs from the same state differ", k->text);
	TAP_CHECK(gsl_rng_get(own) == gsl_rng_get(again), "%s: the same epoch drew differently",
	          k->text);
	TAP_CHECK(p[0]->batches == p[2]->batches, "%s: %d batches, or %d in another order", k->text,
	          p[0]->batches, p[2]->batches);
	students_come_in_order(k, p[4]);
	/* What a batcher has laid out before leaves no trace. */
	for (int i = 0; i < 2; i++) {
		struct kt_batcher *fresh = epoch_of(k, KT_SHUFFLED, own);

		kt_batcher_epoch(p[3], again);
		TAP_CHECK(same_epoch(fresh, p[3]), "%s: an epoch depends on the one before",
		          k->text);
		kt_batcher_free(fresh);
	}
	for (int i = 0; i < 5; i++)
		kt_batcher_free(p[i]);
	gsl_rng_free(own);
	gsl_rng_free(again);
}

static void laws_over_random_data(void)
{
	static struct task k;

	for (int i = 0; i < DATA_SETS; i++) {
		int students = upto(STUDENTS_MAX), window = 1 + upto(i % 2 ? 20 : 4);

		task_make(&k, students, window, 1 + upto(i % 3 ? 9 : STUDENTS_MAX));
		laws(&k);
	}
}

/* ---- cases ---- */

static struct task alone(int answers, int window, int size)
{
	struct task k = { .n = 1,
		          .window = window,
		          .size = size,
		          .s = { .students = 1, .answers = (size_t)answers } };

	k.start[1] = (size_t)answers;
	snprintf(k.text, sizeof k.text, "one student of %d, window %d, size %d", answers, window,
	         size);
	return k;
}

static void one_student(void)
{
	for (int answers = 0; answers <= 40; answers++)
		for (int window = 1; window <= 9; window += 4)
			for (int size = 1; size <= 3; size += 2) {
				struct task k = alone(answers, window, size);
				struct kt_batcher *p;

				k.s.start = k.start;
				laws(&k);
				p = epoch_of(&k, KT_SHUFFLED, rng);
				CU_ASSERT_EQUAL(p->batches,
				                answers < 2 ? 0 : (answers - 2) / window + 1);
				kt_batcher_free(p);
			}
}

static void nobody(void)
{
	struct task k = { .window = 5, .size = 3 };

	k.s.start = k.start;
	snprintf(k.text, sizeof k.text, "nobody");
	laws(&k);
}

/* Pairs of batches whose lengths overlap: some student of each is shorter than some of the
 * other. */
static int overlaps(const struct kt_batcher *p)
{
	int found = 0;

	for (int a = 0; a < p->batches; a++)
		for (int b = 0; b < a; b++)
			found +=
				p->piece[p->start[a]].steps > p->piece[p->start[b + 1] - 1].steps &&
				p->piece[p->start[b]].steps > p->piece[p->start[a + 1] - 1].steps;
	return found;
}

/* Students who fit the window need no more batches than they must; an epoch mixes their lengths,
 * and scoring, which nobody learns from, sorts them. */
static void short_ones_are_mixed(void)
{
	static struct task k;

	for (int round = 0; round < 50; round++) {
		struct kt_batcher *epoch, *scoring;
		int least;

		task_make(&k, STUDENTS_MAX, 7, 5);
		k.window = 1000;
		epoch = epoch_of(&k, KT_SHUFFLED, rng);
		scoring = epoch_of(&k, KT_BY_LENGTH, NULL);
		least = (int)((epoch->pieces + k.size - 1) / k.size);
		TAP_CHECK(epoch->batches == least && scoring->batches == least,
		          "%s: %d and %d batches, expected %d", k.text, epoch->batches,
		          scoring->batches, least);
		TAP_CHECK(overlaps(scoring) == 0, "%s: scoring mixes lengths", k.text);
		TAP_CHECK(epoch->pieces < 40 || overlaps(epoch) > 0, "%s: an epoch sorts by length",
		          k.text);
		kt_batcher_free(epoch);
		kt_batcher_free(scoring);
	}
}

/* Lanes end together, but for one long student (Graham 1969). */
static void long_ones_fill_the_lanes(void)
{
	static struct task k;

	for (int round = 0; round < 50; round++) {
		struct kt_batcher *p;
		int longest = 0, bound;

		task_make(&k, STUDENTS_MAX, 6, 4);
		for (int i = 0; i < k.n; i++) {
			int steps = steps_of(&k, k.student[i]),
			    pieces = steps ? (steps - 1) / k.window + 1 : 0;

			longest = pieces > longest ? pieces : longest;
		}
		p = epoch_of(&k, KT_SHUFFLED, rng);
		bound = (int)(p->pieces / k.size) + longest;
		TAP_CHECK(p->batches <= bound, "%s: %d batches for %zu pieces, expected at most %d",
		          k.text, p->batches, p->pieces, bound);
		kt_batcher_free(p);
	}
}

/* Who comes first is a matter of chance: each of 12 equals in about a twelfth of the epochs. */
static void order_is_random(void)
{
	enum { N = 12, DRAWS = 2400 };
	struct task k = { .n = N, .window = 10, .size = 1, .s = { .students = N } };
	int first[N] = { 0 };
	double chi = 0;

	k.s.start = k.start;
	for (int i = 0; i < N; i++) {
		k.student[i] = i;
		k.start[i + 1] = k.start[i] + 6;
	}
	for (int d = 0; d < DRAWS; d++) {
		struct kt_batcher *p = epoch_of(&k, KT_SHUFFLED, rng);

		first[p->piece[0].student]++;
		kt_batcher_free(p);
	}
	for (int i = 0; i < N; i++)
		chi += (first[i] - DRAWS / N) * (first[i] - DRAWS / N) / (double)(DRAWS / N);
	TAP_CHECK(chi < 31.3, "chi square %g with 11 degrees of freedom", chi);   /* 0.001 */
}

/* With whom a student shares a batch changes from epoch to epoch. */
static void companions_are_random(void)
{
	enum { N = 20, SIZE = 4, DRAWS = 400 };
	struct task k = { .n = N, .window = 10, .size = SIZE, .s = { .students = N } };
	int together[N] = { 0 };

	k.s.start = k.start;
	for (int i = 0; i < N; i++) {
		k.student[i] = i;
		k.start[i + 1] = k.start[i] + 6;
	}
	for (int d = 0; d < DRAWS; d++) {
		struct kt_batcher *p = epoch_of(&k, KT_SHUFFLED, rng);

		for (int b = 0; b < p->batches; b++)
			for (size_t i = p->start[b]; i < p->start[b + 1]; i++)
				for (size_t j = p->start[b];
				     p->piece[i].student == 0 && j < p->start[b + 1]; j++)
					together[p->piece[j].student]++;
		kt_batcher_free(p);
	}
	CU_ASSERT_EQUAL(together[0], DRAWS);
	for (int i = 1; i < N; i++)              /* 63 +- 7 */
		TAP_CHECK(together[i] > 30 && together[i] < 100, "students 0 and %d met %d times",
		          i, together[i]);
}

/* Short students run between the pieces of long ones, not all before or all after them. */
static void short_and_long_mix(void)
{
	enum { LONG = 4, SHORT = 40, DRAWS = 200 };
	struct task k = { .window = 5, .size = 4, .s = { .students = LONG + SHORT } };
	double place = 0, square = 0, n = 0;

	k.s.start = k.start;
	for (int i = 0; i < LONG + SHORT; i++) {
		k.student[k.n++] = i;
		k.start[i + 1] = k.start[i] + (i < LONG ? 61 : 4);
	}
	for (int d = 0; d < DRAWS; d++) {
		struct kt_batcher *p = epoch_of(&k, KT_SHUFFLED, rng);

		for (int b = 0; b < p->batches; b++)
			if (p->piece[p->start[b]].student >= LONG) {
				double at = (b + 0.5) / p->batches;

				place += at;
				square += at * at;
				n++;
			}
		kt_batcher_free(p);
	}
	place /= n;
	square = square / n - place * place;
	TAP_CHECK(place > 0.4 && place < 0.6 && square > 0.06,
	          "short batches come at %g, variance %g", place, square);
}

static const struct tap_test tests[] = {
	{ "laws over random data", laws_over_random_data },
	{ "one student alone", one_student },
	{ "nobody", nobody },
	{ "short students are mixed, and fill their batches", short_ones_are_mixed },
	{ "long students fill the lanes", long_ones_fill_the_lanes },
	{ "the order is random", order_is_random },
	{ "companions are random", companions_are_random },
	{ "short and long students mix", short_and_long_mix },
	{ NULL, NULL }
};

int main(void)
{
	int status;

	rng = gsl_rng_alloc(gsl_rng_mt19937);
	status = tap_run("kt_batcher", tests);
	gsl_rng_free(rng);
	return status;
}
