/* kt_plan.c - see kt_plan.h. */
#include "rnn/kt_plan.h"

#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_randist.h>

/* A student on the way into the plan. */
struct pupil {
	int student;
	int full;                /* pieces of exactly `window` steps that have one after them */
	int rest;                /* steps of the last piece, 1..window */
	int ready;               /* lane batches that must have run before the last piece */
};

/* A batch before its place in the order is known. */
struct draft {
	size_t first;            /* its pieces in the drafts' piece array */
	int    count;
	double place;            /* drafts run in this order */
};

struct maker {
	struct kt_plan  *plan;
	gsl_rng         *rng;
	struct pupil    *pupil;
	int              pupils;
	struct kt_piece *piece;
	size_t           pieces;
	struct draft    *draft;
	int              drafts;
};

static int by_full(const void *a, const void *b)
{
	return ((const struct pupil *)b)->full - ((const struct pupil *)a)->full;
}

/* Last pieces: those that wait for nothing first, longer before shorter. */
static int by_rest(const void *a, const void *b)
{
	const struct pupil *p = a, *q = b;

	if (!p->full != !q->full)
		return !q->full - !p->full;
	return q->rest - p->rest;
}

static int by_steps(const void *a, const void *b)
{
	return ((const struct kt_piece *)b)->steps - ((const struct kt_piece *)a)->steps;
}

static int by_place(const void *a, const void *b)
{
	double p = ((const struct draft *)a)->place, q = ((const struct draft *)b)->place;

	return (p > q) - (p < q);
}

/* A sort that keeps the order of equals, which qsort does not promise: insertion into halves. */
static int stable_sort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *))
{
	char *a = base, *scratch;
	size_t half = n / 2, i = 0, j = half;

	if (n < 2)
		return 1;
	if (!stable_sort(a, half, size, compare) || !stable_sort(a + half * size, n - half, size, compare))
		return 0;
	scratch = malloc(n * size);
	if (!scratch)
		return 0;
	for (size_t k = 0; k < n; k++) {
		int first = j == n || (i < half && compare(a + i * size, a + j * size) <= 0);

		memcpy(scratch + k * size, a + (first ? i++ : j++) * size, size);
	}
	memcpy(a, scratch, n * size);
	free(scratch);
	return 1;
}

static void add_piece(struct maker *m, int student, int from, int steps, int last)
{
	m->piece[m->pieces++] = (struct kt_piece){ student, from, steps, last };
	m->plan->steps += steps;
	if (steps > m->plan->longest)
		m->plan->longest = steps;
}

static void add_rest(struct maker *m, const struct pupil *p)
{
	add_piece(m, p->student, p->full * m->plan->window, p->rest, 1);
}

/* Deal the students of full pieces to lanes: the one with most pieces first, to the lane that has
 * fewest so far.  lane[] gets each pupil's lane; returns the pieces in the longest lane. */
static int deal(struct maker *m, int n, int *lane, int *load)
{
	int longest = 0;

	memset(load, 0, (size_t)m->plan->size * sizeof *load);
	for (int i = 0; i < n; i++) {
		int best = 0;

		for (int l = 1; l < m->plan->size; l++)
			if (load[l] < load[best])
				best = l;
		lane[i] = best;
		load[best] += m->pupil[i].full;
		if (load[best] > longest)
			longest = load[best];
	}
	return longest;
}

/* The batches of full pieces, one piece of each lane; lanes that have ended leave room for the
 * longest pieces that wait for nothing, pupil[n..].  Returns how many of those were taken. */
static int draft_lanes(struct maker *m, int n, const int *lane, int batches)
{
	int size = m->plan->size, window = m->plan->window, taken = 0;
	int *current = malloc((size_t)size * sizeof *current), *done = calloc(size, sizeof *done);
	int *next = malloc(((size_t)n + 1) * sizeof *next);

	if (!current || !done || !next) {
		free(current);
		free(done);
		free(next);
		return -1;
	}
	/* Each lane is a chain of pupils: current[l], next[current[l]], ... in random order when
	 * shuffled, because pupils were shuffled before they were sorted by length. */
	for (int l = 0; l < size; l++)
		current[l] = -1;
	for (int i = n - 1; i >= 0; i--) {
		next[i] = current[lane[i]];
		current[lane[i]] = i;
	}
	for (int b = 0; b < batches; b++) {
		struct draft *d = &m->draft[m->drafts++];

		*d = (struct draft){ .first = m->pieces, .place = (b + 0.5) / batches };
		for (int l = 0; l < size; l++) {
			struct pupil *p = current[l] < 0 ? NULL : &m->pupil[current[l]];

			if (!p)
				continue;
			add_piece(m, p->student, done[l]++ * window, window, 0);
			if (done[l] == p->full) {
				p->ready = b + 1;
				done[l] = 0;
				current[l] = next[current[l]];
			}
		}
		while (m->pieces - d->first < (size_t)size && n + taken < m->pupils && !m->pupil[n + taken].full)
			add_rest(m, &m->pupil[n + taken++]);
		d->count = (int)(m->pieces - d->first);
	}
	free(current);
	free(done);
	free(next);
	return taken;
}

/* Batches of last pieces from pupil[from..to), at a random place after what they wait for. */
static void draft_rests(struct maker *m, int from, int to, int lane_batches)
{
	for (int i = from; i < to; i += m->plan->size) {
		int end = i + m->plan->size < to ? i + m->plan->size : to, ready = 0;
		struct draft *d = &m->draft[m->drafts++];
		double earliest;

		*d = (struct draft){ .first = m->pieces, .count = end - i };
		for (int j = i; j < end; j++) {
			add_rest(m, &m->pupil[j]);
			if (m->pupil[j].ready > ready)
				ready = m->pupil[j].ready;
		}
		earliest = ready ? (double)ready / lane_batches : 0;
		d->place = m->rng ? gsl_ran_flat(m->rng, earliest, 1) : 1;
		if (ready && d->place <= (ready - 0.5) / lane_batches)
			d->place = 1;
	}
}

/* Who takes part, and into how many pieces. */
static void gather(struct maker *m, const struct sequences *s, const int *students, int n)
{
	struct kt_plan *p = m->plan;

	for (int i = 0; i < n; i++) {
		int id = students[i];
		size_t answers = s->start[id + 1] - s->start[id];
		int steps = (int)answers - 1;

		if (answers < 2)
			continue;
		m->pupil[m->pupils++] = (struct pupil){ .student = id, .full = (steps - 1) / p->window,
		                                        .rest = (steps - 1) % p->window + 1 };
		p->pieces += (steps - 1) / p->window + 1;
		if (steps > p->window)
			p->slot[id] = p->slots++;
	}
}

/* All drafts, in m->draft; 0 when memory ran out. */
static int draft_all(struct maker *m)
{
	int n = 0, batches = 0, taken = 0, middle;
	int *lane = NULL, *load = NULL;

	if (m->rng)
		gsl_ran_shuffle(m->rng, m->pupil, m->pupils, sizeof *m->pupil);
	if (!stable_sort(m->pupil, m->pupils, sizeof *m->pupil, by_full))
		return 0;
	while (n < m->pupils && m->pupil[n].full)
		n++;
	if (!stable_sort(m->pupil + n, m->pupils - n, sizeof *m->pupil, by_rest))
		return 0;
	if (n) {
		lane = malloc((size_t)n * sizeof *lane);
		load = malloc((size_t)m->plan->size * sizeof *load);
		if (lane && load) {
			batches = deal(m, n, lane, load);
			taken = draft_lanes(m, n, lane, batches);
		}
		free(lane);
		free(load);
		if (!batches || taken < 0)
			return 0;
	}
	if (!stable_sort(m->pupil, n, sizeof *m->pupil, by_rest))
		return 0;
	middle = n + taken;
	draft_rests(m, middle, m->pupils, 0);
	draft_rests(m, 0, n, batches);
	return stable_sort(m->draft, m->drafts, sizeof *m->draft, by_place);
}

/* Copy the drafts' pieces into the plan in their final order. */
static int finish(struct maker *m)
{
	struct kt_plan *p = m->plan;
	size_t at = 0;

	p->batches = m->drafts;
	p->start = malloc(((size_t)m->drafts + 1) * sizeof *p->start);
	p->piece = malloc((p->pieces + 1) * sizeof *p->piece);
	if (!p->start || !p->piece)
		return 0;
	for (int d = 0; d < m->drafts; d++) {
		struct kt_piece *to = p->piece + at;

		p->start[d] = at;
		memcpy(to, m->piece + m->draft[d].first, (size_t)m->draft[d].count * sizeof *to);
		if (!stable_sort(to, m->draft[d].count, sizeof *to, by_steps))
			return 0;
		at += m->draft[d].count;
	}
	p->start[m->drafts] = at;
	return 1;
}

struct kt_plan *kt_plan_make(const struct sequences *s, const int *students, int n,
                             int window, int size, gsl_rng *rng)
{
	struct maker m = { .rng = rng };
	struct kt_plan *p = ry_calloc(1, sizeof *p, "a batch plan");
	int ok = 0;

	if (!p)
		return NULL;
	m.plan = p;
	p->window = window;
	p->size = size;
	p->slot = malloc(((size_t)s->students + 1) * sizeof *p->slot);
	m.pupil = malloc(((size_t)n + 1) * sizeof *m.pupil);
	if (p->slot && m.pupil) {
		for (int i = 0; i < s->students; i++)
			p->slot[i] = -1;
		gather(&m, s, students, n);
		m.piece = malloc((p->pieces + 1) * sizeof *m.piece);
		m.draft = malloc((p->pieces + 1) * sizeof *m.draft);
		ok = m.piece && m.draft && draft_all(&m) && finish(&m);
	}
	free(m.pupil);
	free(m.piece);
	free(m.draft);
	if (!ok) {
		ry_fail_memory("a batch plan");
		kt_plan_free(p);
		return NULL;
	}
	return p;
}

void kt_plan_free(struct kt_plan *p)
{
	if (!p)
		return;
	free(p->piece);
	free(p->start);
	free(p->slot);
	free(p);
}
