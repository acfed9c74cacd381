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
	int order;               /* place in the shuffled order: settles ties */
};

/* A batch before its place in the order is known. */
struct draft {
	size_t first;            /* its pieces in the drafts' piece array */
	int    count;
	double place;            /* drafts run in this order, ... */
	int    order;            /* ... and in this one at the same place */
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

/* qsort() may reorder equals as it likes, so every comparison goes on until there are none. */
static int by_full(const void *a, const void *b)
{
	const struct pupil *p = a, *q = b;

	return p->full != q->full ? q->full - p->full : p->order - q->order;
}

static int by_rest(const void *a, const void *b)
{
	const struct pupil *p = a, *q = b;

	return p->rest != q->rest ? q->rest - p->rest : p->order - q->order;
}

static int by_steps(const void *a, const void *b)
{
	const struct kt_piece *p = a, *q = b;

	return p->steps != q->steps ? q->steps - p->steps : p->student - q->student;
}

static int by_place(const void *a, const void *b)
{
	const struct draft *p = a, *q = b;

	return p->place != q->place ? (p->place > q->place) - (p->place < q->place) : p->order - q->order;
}

/* The next draft, still without pieces. */
static struct draft *add_draft(struct maker *m)
{
	struct draft *d = &m->draft[m->drafts];

	*d = (struct draft){ .first = m->pieces, .order = m->drafts++ };
	return d;
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

/* The pupils 0..n of each lane as a chain, first[l], next[first[l]], ..., in random order. */
static void chain_lanes(struct maker *m, int n, const int *lane, int *first, int *next, int *shuffled)
{
	for (int l = 0; l < m->plan->size; l++)
		first[l] = -1;
	for (int i = 0; i < n; i++)
		shuffled[i] = i;
	if (m->rng)
		gsl_ran_shuffle(m->rng, shuffled, n, sizeof *shuffled);
	for (int k = n - 1; k >= 0; k--) {
		int i = shuffled[k];

		next[i] = first[lane[i]];
		first[lane[i]] = i;
	}
}

/* The batches of full pieces, one piece of each lane; lanes that have ended leave room for the
 * longest pieces that wait for nothing, pupil[n..].  Returns how many of those were taken. */
static int draft_lanes(struct maker *m, int n, int batches, int *current, const int *next, int *done)
{
	int size = m->plan->size, window = m->plan->window, taken = 0;

	memset(done, 0, (size_t)size * sizeof *done);
	for (int b = 0; b < batches; b++) {
		struct draft *d = add_draft(m);

		d->place = (b + 0.5) / batches;
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
		while (m->pieces - d->first < (size_t)size && n + taken < m->pupils)
			add_rest(m, &m->pupil[n + taken++]);
		d->count = (int)(m->pieces - d->first);
	}
	return taken;
}

/* Batches of last pieces from pupil[from..to), at a random place after what they wait for. */
static void draft_rests(struct maker *m, int from, int to, int lane_batches)
{
	for (int i = from; i < to; i += m->plan->size) {
		int end = i + m->plan->size < to ? i + m->plan->size : to, ready = 0;
		struct draft *d = add_draft(m);

		d->count = end - i;
		for (int j = i; j < end; j++) {
			add_rest(m, &m->pupil[j]);
			if (m->pupil[j].ready > ready)
				ready = m->pupil[j].ready;
		}
		d->place = m->rng ? gsl_ran_flat(m->rng, ready ? (double)ready / lane_batches : 0, 1) : 1;
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
	int n = 0, batches = 0, taken = 0, size = m->plan->size;
	int *scratch;

	if (m->rng && m->pupils)     /* GSL does not shuffle nothing */
		gsl_ran_shuffle(m->rng, m->pupil, m->pupils, sizeof *m->pupil);
	for (int i = 0; i < m->pupils; i++)
		m->pupil[i].order = i;
	qsort(m->pupil, m->pupils, sizeof *m->pupil, by_full);
	while (n < m->pupils && m->pupil[n].full)
		n++;
	qsort(m->pupil + n, m->pupils - n, sizeof *m->pupil, by_rest);
	if (n) {
		int *lane, *next, *shuffled, *load, *current;

		scratch = malloc((3 * (size_t)n + 2 * (size_t)size) * sizeof *scratch);
		if (!scratch)
			return 0;
		lane = scratch;
		next = lane + n;
		shuffled = next + n;
		load = shuffled + n;
		current = load + size;
		batches = deal(m, n, lane, load);
		chain_lanes(m, n, lane, current, next, shuffled);
		taken = draft_lanes(m, n, batches, current, next, load);
		free(scratch);
	}
	qsort(m->pupil, n, sizeof *m->pupil, by_rest);
	draft_rests(m, n + taken, m->pupils, 0);
	draft_rests(m, 0, n, batches);
	qsort(m->draft, m->drafts, sizeof *m->draft, by_place);
	return 1;
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
		qsort(to, m->draft[d].count, sizeof *to, by_steps);
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
