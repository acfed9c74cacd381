/* kt_batcher.c - see kt_batcher.h. */
#include "rnn/kt/kt_batcher.h"

#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_randist.h>

#include "src/base/status.h"

/* A student with something to predict. */
struct kt_entry {
	int student;
	int steps;               /* at least 1 */
	int pieces;
	int order;               /* place in the shuffled order: settles ties */
	int lane;
	int next;                /* the entry after this one in its lane, or -1 */
};

/* A lane: students one after another, a piece in each of some batches. */
struct kt_lane {
	int  pieces, taken;
	int *batch;              /* (pieces): the batches that it takes part in */
	int  first, last;        /* entries that are not wholly taken */
	int  done;               /* steps of the first one that are */
};

/* Longest first.  qsort() may reorder equals as it likes, so comparisons go on until there are
 * none. */
static int by_steps(const void *a, const void *b)
{
	const struct kt_entry *p = a, *q = b;

	return p->steps != q->steps ? (p->steps < q->steps ? 1 : -1) : p->order - q->order;
}

static int by_order(const void *a, const void *b)
{
	return ((const struct kt_entry *)a)->order - ((const struct kt_entry *)b)->order;
}

static int by_piece_steps(const void *a, const void *b)
{
	const struct kt_piece *p = a, *q = b;

	return p->steps != q->steps ? q->steps - p->steps : p->student - q->student;
}

/* ---- an epoch ---- */

/* Deal the students to lanes: the longest first (or as they are listed), each to the lane that has
 * fewest pieces so far; the longest lane says how many batches there are.  The order settles ties
 * only, and has no influence on that number. */
static void deal(struct kt_batcher *b, gsl_rng *rng)
{
	memcpy(b->dealt, b->listed, (size_t)b->entries * sizeof *b->dealt);
	memset(b->lane, 0, (size_t)b->lanes * sizeof *b->lane);
	if (rng && b->entries)
		gsl_ran_shuffle(rng, b->dealt, b->entries, sizeof *b->dealt);
	for (int i = 0; i < b->entries; i++)
		b->dealt[i].order = i;
	if (b->order != KT_LISTED)
		qsort(b->dealt, b->entries, sizeof *b->dealt, by_steps);
	b->batches = 0;
	for (int i = 0; i < b->entries; i++) {
		int best = 0;

		for (int l = 1; l < b->lanes; l++)
			if (b->lane[l].pieces < b->lane[best].pieces)
				best = l;
		b->dealt[i].lane = best;
		b->lane[best].pieces += b->dealt[i].pieces;
		if (b->lane[best].pieces > b->batches)
			b->batches = b->lane[best].pieces;
	}
}

/* String the students of each lane together: in random order, as listed, or longest first. */
static void chain(struct kt_batcher *b)
{
	if (b->order == KT_SHUFFLED)
		qsort(b->dealt, b->entries, sizeof *b->dealt, by_order);
	for (int l = 0; l < b->lanes; l++)
		b->lane[l].first = b->lane[l].last = -1;
	for (int i = 0; i < b->entries; i++) {
		struct kt_lane *lane = &b->lane[b->dealt[i].lane];

		if (lane->first < 0)
			lane->first = i;
		else
			b->dealt[lane->last].next = i;
		lane->last = i;
	}
}

/* In which batches each lane takes part: shorter lanes leave out some, drawn at random, or, without
 * rng, the last ones. */
static void choose_batches(struct kt_batcher *b, gsl_rng *rng)
{
	int *all = b->room, *room = b->room + b->batches;

	for (int k = 0; k < b->batches; k++)
		all[k] = k;
	for (int l = 0; l < b->lanes; l++) {
		struct kt_lane *lane = &b->lane[l];

		lane->batch = room;
		room += lane->pieces;
		if (rng && lane->pieces < b->batches)
			gsl_ran_choose(rng, lane->batch, lane->pieces, all, b->batches,
			               sizeof *all);
		else
			memcpy(lane->batch, all, (size_t)lane->pieces * sizeof *all);
	}
}

/* The next piece of a lane. */
static struct kt_piece take(struct kt_batcher *b, struct kt_lane *lane)
{
	const struct kt_entry *p = &b->dealt[lane->first];
	int left = p->steps - lane->done, steps = left < b->window ? left : b->window;
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

static void fill(struct kt_batcher *b)
{
	size_t at = 0;

	for (int k = 0; k < b->batches; k++) {
		b->start[k] = at;
		for (int l = 0; l < b->lanes; l++)
			if (b->lane[l].taken < b->lane[l].pieces &&
			    b->lane[l].batch[b->lane[l].taken] == k)
				b->piece[at++] = take(b, &b->lane[l]);
		qsort(b->piece + b->start[k], at - b->start[k], sizeof *b->piece, by_piece_steps);
	}
	b->start[b->batches] = at;
}

void kt_batcher_epoch(struct kt_batcher *b, gsl_rng *rng)
{
	if (b->order != KT_SHUFFLED)
		rng = NULL;
	deal(b, rng);
	chain(b);
	choose_batches(b, rng);
	fill(b);
}

/* ---- construction ---- */

/* Which students take part, and in how many pieces. */
static void list(struct kt_batcher *b, const struct sequences *s, const int *students, int n)
{
	for (int i = 0; i < s->students; i++)
		b->slot[i] = -1;
	for (int i = 0; i < n; i++) {
		int id = students[i], steps = (int)(s->start[id + 1] - s->start[id]) - 1;
		int pieces = steps > 0 ? (steps - 1) / b->window + 1 : 0;
		int longest = pieces > 1 ? b->window : steps;

		if (!pieces)
			continue;
		b->listed[b->entries++] = (struct kt_entry){
			.student = id, .steps = steps, .pieces = pieces, .next = -1
		};
		b->pieces += pieces;
		b->steps += steps;
		if (longest > b->longest)
			b->longest = longest;
		if (pieces > 1)
			b->slot[id] = b->slots++;
	}
	b->lanes = b->size < b->entries ? b->size : b->entries;
}

static int alloc_parts(struct kt_batcher *b, const struct sequences *s, const int *students, int n)
{
	b->slot = ry_calloc(s->students, sizeof *b->slot, "batches");
	b->listed = ry_calloc(n, sizeof *b->listed, "batches");
	b->dealt = ry_calloc(n, sizeof *b->dealt, "batches");
	if (!b->slot || !b->listed || !b->dealt)
		return 0;
	list(b, s, students, n);
	b->lane = ry_calloc(b->lanes, sizeof *b->lane, "batches");
	if (!b->lane)
		return 0;
	deal(b, NULL);
	b->start = ry_calloc((size_t)b->batches + 1, sizeof *b->start, "batches");
	b->piece = ry_calloc(b->pieces, sizeof *b->piece, "batches");
	b->room = ry_calloc(b->batches + b->pieces, sizeof *b->room, "batches");
	return b->start && b->piece && b->room;
}

struct kt_batcher *kt_batcher_alloc(const struct sequences *s, const int *students, int n,
                                    int window, int size, enum kt_order order)
{
	struct kt_batcher *b = ry_calloc(1, sizeof *b, "batches");

	if (!b)
		return NULL;
	*b = (struct kt_batcher){ .order = order, .window = window, .size = size };
	if (!alloc_parts(b, s, students, n)) {
		kt_batcher_free(b);
		return NULL;
	}
	return b;
}

void kt_batcher_free(struct kt_batcher *b)
{
	if (!b)
		return;
	free(b->slot);
	free(b->listed);
	free(b->dealt);
	free(b->lane);
	free(b->start);
	free(b->piece);
	free(b->room);
	free(b);
}
