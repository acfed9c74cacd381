/* kt_batcher.c - see kt_batcher.h. */
#include "rnn/kt/kt_batcher.h"

#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_randist.h>

/* A student on the way into the plan. */
struct pupil {
	int student;
	int steps;               /* at least 1 */
	int pieces;
	int order;               /* place in the shuffled order: settles ties */
	int lane;
	int next;                /* the pupil after this one in its lane, or -1 */
};

/* A lane: pupils one after another, a piece in each of some batches. */
struct lane {
	int  pieces, taken;
	int *batch;              /* (pieces): the batches that it takes part in */
	int  first, last;        /* pupils that are not wholly taken */
	int  done;               /* steps of the first one that are */
};

struct maker {
	struct kt_batcher *plan;
	gsl_rng        *rng;
	int             listed;  /* in the order listed */
	struct pupil   *pupil;
	int             pupils;
	struct lane    *lane;
	int             lanes;
};

/* Longest first.  qsort() may reorder equals as it likes, so comparisons go on until there are
 * none. */
static int by_steps(const void *a, const void *b)
{
	const struct pupil *p = a, *q = b;

	return p->steps != q->steps ? (p->steps < q->steps ? 1 : -1) : p->order - q->order;
}

static int by_order(const void *a, const void *b)
{
	return ((const struct pupil *)a)->order - ((const struct pupil *)b)->order;
}

static int by_piece_steps(const void *a, const void *b)
{
	const struct kt_piece *p = a, *q = b;

	return p->steps != q->steps ? q->steps - p->steps : p->student - q->student;
}

/* Who takes part, and in how many pieces. */
static void gather(struct maker *m, const struct sequences *s, const int *students, int n)
{
	struct kt_batcher *p = m->plan;

	for (int i = 0; i < n; i++) {
		int id = students[i], steps = (int)(s->start[id + 1] - s->start[id]) - 1;
		int pieces = steps > 0 ? (steps - 1) / p->window + 1 : 0;

		if (!pieces)
			continue;
		m->pupil[m->pupils++] = (struct pupil){
			.student = id, .steps = steps, .pieces = pieces, .next = -1
		};
		p->pieces += pieces;
		p->steps += steps;
		if (pieces > 1)
			p->slot[id] = p->slots++;
	}
}

/* Deal the pupils to lanes: the longest first (or as they are listed), each to the lane that has
 * fewest pieces so far; the longest lane says how many batches there are. */
static void deal(struct maker *m)
{
	if (m->rng && m->pupils)
		gsl_ran_shuffle(m->rng, m->pupil, m->pupils, sizeof *m->pupil);
	for (int i = 0; i < m->pupils; i++)
		m->pupil[i].order = i;
	if (!m->listed)
		qsort(m->pupil, m->pupils, sizeof *m->pupil, by_steps);
	for (int i = 0; i < m->pupils; i++) {
		int best = 0;

		for (int l = 1; l < m->lanes; l++)
			if (m->lane[l].pieces < m->lane[best].pieces)
				best = l;
		m->pupil[i].lane = best;
		m->lane[best].pieces += m->pupil[i].pieces;
		if (m->lane[best].pieces > m->plan->batches)
			m->plan->batches = m->lane[best].pieces;
	}
}

/* String the pupils of each lane together: in random order, as listed, or, for scoring, longest
 * first, so that pieces of like length meet. */
static void chain(struct maker *m)
{
	if (m->rng)
		qsort(m->pupil, m->pupils, sizeof *m->pupil, by_order);
	for (int l = 0; l < m->lanes; l++)
		m->lane[l].first = m->lane[l].last = -1;
	for (int i = 0; i < m->pupils; i++) {
		struct lane *lane = &m->lane[m->pupil[i].lane];

		if (lane->first < 0)
			lane->first = i;
		else
			m->pupil[lane->last].next = i;
		lane->last = i;
	}
}

/* In which batches each lane takes part: shorter lanes leave out some, drawn at random, or, without
 * rng, the last ones.  `room` is for all lanes' batch[] and a list to choose from. */
static void choose_batches(struct maker *m, int *room)
{
	int batches = m->plan->batches, *all = room;

	for (int b = 0; b < batches; b++)
		all[b] = b;
	room += batches;
	for (int l = 0; l < m->lanes; l++) {
		struct lane *lane = &m->lane[l];

		lane->batch = room;
		room += lane->pieces;
		if (m->rng && lane->pieces < batches)
			gsl_ran_choose(m->rng, lane->batch, lane->pieces, all, batches,
			               sizeof *all);
		else
			memcpy(lane->batch, all, (size_t)lane->pieces * sizeof *all);
	}
}

/* The next piece of a lane. */
static struct kt_piece take(struct maker *m, struct lane *lane)
{
	const struct pupil *p = &m->pupil[lane->first];
	int left = p->steps - lane->done, steps = left < m->plan->window ? left : m->plan->window;
	struct kt_piece piece = {
		.student = p->student, .from = lane->done, .steps = steps, .last = steps == left
	};

	lane->done += steps;
	lane->taken++;
	if (piece.last) {
		lane->first = p->next;
		lane->done = 0;
	}
	return piece;
}

static void fill(struct maker *m)
{
	struct kt_batcher *p = m->plan;
	size_t at = 0;

	for (int b = 0; b < p->batches; b++) {
		p->start[b] = at;
		for (int l = 0; l < m->lanes; l++)
			if (m->lane[l].taken < m->lane[l].pieces &&
			    m->lane[l].batch[m->lane[l].taken] == b)
				p->piece[at++] = take(m, &m->lane[l]);
		qsort(p->piece + p->start[b], at - p->start[b], sizeof *p->piece, by_piece_steps);
		if (p->piece[p->start[b]].steps > p->longest)
			p->longest = p->piece[p->start[b]].steps;
	}
	p->start[p->batches] = at;
}

/* All of the plan, once it is known who takes part; 0 when memory ran out. */
static int make(struct maker *m)
{
	struct kt_batcher *p = m->plan;
	int *room;

	m->lanes = p->size < m->pupils ? p->size : m->pupils;
	m->lane = calloc((size_t)m->lanes + 1, sizeof *m->lane);
	if (!m->lane)
		return 0;
	deal(m);
	chain(m);
	p->start = malloc(((size_t)p->batches + 1) * sizeof *p->start);
	p->piece = malloc((p->pieces + 1) * sizeof *p->piece);
	room = malloc((p->batches + p->pieces + 1) * sizeof *room);
	if (p->start && p->piece && room) {
		choose_batches(m, room);
		fill(m);
	}
	free(room);
	free(m->lane);
	return p->start && p->piece && room;
}

static struct kt_batcher *make_plan(struct maker m, const struct sequences *s, const int *students,
                                    int n, int window, int size)
{
	struct kt_batcher *p = ry_calloc(1, sizeof *p, "a batch plan");
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
		ok = make(&m);
	}
	free(m.pupil);
	if (!ok) {
		ry_fail_memory("a batch plan");
		kt_batcher_free(p);
		return NULL;
	}
	return p;
}

struct kt_batcher *kt_batcher_make(const struct sequences *s, const int *students, int n,
                             int window, int size, gsl_rng *rng)
{
	return make_plan((struct maker){ .rng = rng }, s, students, n, window, size);
}

struct kt_batcher *kt_batcher_in_order(const struct sequences *s, const int *students, int n,
                                       int window, int size)
{
	return make_plan((struct maker){ .listed = 1 }, s, students, n, window, size);
}

void kt_batcher_free(struct kt_batcher *p)
{
	if (!p)
		return;
	free(p->piece);
	free(p->start);
	free(p->slot);
	free(p);
}
