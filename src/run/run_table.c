/* run_table.c - see run_table.h. */
#include <config.h>
#include "src/run/run_table.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Out of memory is reported to the caller: uthash must not exit. */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

enum { FIRST_ROOM = 64, BYTES_MIN = 1 << 20, LONG_MERGE = 1 << 17 /* numbers: a millisecond */ };

struct column {
	struct run_column shown;           /* first: the public part */
	char             *name;
	size_t            length;          /* of the name */
	double           *mean, *low, *high;        /* (room); low, high and count after a merge */
	uint32_t         *count;                    /* (room) known values in the bucket */
	UT_hash_handle    hh;
};

struct table {
	struct run_table shown;            /* first */
	struct column   *column[RUN_TABLE_COLUMNS];
	double           row[RUN_TABLE_COLUMNS];    /* the point being added */
	struct column   *by_name;
	size_t           bytes, room;      /* capacity in buckets of every column */
	size_t           last;             /* points in the last bucket */
};

static void column_free(struct column *c)
{
	if (!c)
		return;
	free(c->name);
	free(c->mean);
	free(c->low);
	free(c->high);
	free(c->count);
	free(c);
}

struct run_table *run_table_alloc(size_t bytes)
{
	struct table *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	t->shown.column = (const struct run_column *const *)t->column;
	t->shown.bucket = 1;
	run_table_limit(&t->shown, bytes);
	return &t->shown;
}

void run_table_limit(struct run_table *shown, size_t bytes)
{
	((struct table *)shown)->bytes = bytes < BYTES_MIN ? BYTES_MIN : bytes;
}

void run_table_clear(struct run_table *shown)
{
	struct table *t = (struct table *)shown;

	HASH_CLEAR(hh, t->by_name);
	for (int k = 0; k < shown->columns; k++)
		column_free(t->column[k]);
	shown->points = shown->buckets = 0;
	shown->columns = 0;
	shown->bucket = 1;
	t->room = t->last = 0;
}

void run_table_free(struct run_table *shown)
{
	if (shown)
		run_table_clear(shown);
	free(shown);
}

static struct column *find(const struct table *t, const char *name, size_t length)
{
	struct column *c;

	HASH_FIND(hh, t->by_name, name, length, c);
	return c;
}

const struct run_column *run_table_column(const struct run_table *shown, const char *name)
{
	struct column *c = find((const struct table *)shown, name, strlen(name));

	return c ? &c->shown : NULL;
}

/* ---- memory ---- */

/* The maximum number of buckets with this number of columns. */
static size_t buckets_max(const struct table *t, int columns)
{
	size_t each = t->shown.bucket == 1 ? sizeof(double) : 3 * sizeof(double) + sizeof(uint32_t);
	size_t most = t->bytes / (each * (size_t)(columns > 0 ? columns : 1));

	return most < RUN_TABLE_BUCKETS ? most : RUN_TABLE_BUCKETS;
}

int run_table_merges_within(const struct run_table *shown, size_t points)
{
	const struct table *t = (const struct table *)shown;
	size_t most = buckets_max(t, shown->columns),
	       left = most > shown->buckets ? most - shown->buckets : 0;

	return points > left * shown->bucket &&
	       shown->buckets * (size_t)shown->columns > LONG_MERGE;
}

static int is_merged(const struct table *t)
{
	return t->shown.bucket > 1;
}

static void show(struct column *c, int merged)
{
	c->shown.mean = c->mean;
	c->shown.low = merged ? c->low : c->mean;
	c->shown.high = merged ? c->high : c->mean;
}

static int resize(void *array, size_t room, size_t size)
{
	/* bounded, see buckets_max() */
	void **at = array, *fresh = realloc(*at, room * size);

	if (fresh)
		*at = fresh;
	return fresh != NULL;
}

static int resize_merged(struct column *c, size_t room)
{
	return resize(&c->low, room, sizeof *c->low) && resize(&c->high, room, sizeof *c->high)
	       && resize(&c->count, room, sizeof *c->count);
}

static int resize_column(struct column *c, size_t room, int merged)
{
	int ok = resize(&c->mean, room, sizeof *c->mean) && (!merged || resize_merged(c, room));

	show(c, merged);
	return ok;
}

struct cell {
	double   mean, low, high;
	uint32_t count;
};

static struct cell get_cell(const struct column *c, size_t i, int merged)
{
	double x = c->mean[i];

	return merged ? (struct cell){ x, c->low[i], c->high[i], c->count[i] }
	              : (struct cell){ x, x, x, !isnan(x) };
}

static void put_cell(struct column *c, size_t i, struct cell x)
{
	c->mean[i] = x.mean;
	c->low[i] = x.low;
	c->high[i] = x.high;
	c->count[i] = x.count;
}

/* Merge two buckets; means are weighted by the number of known values. */
static struct cell unite(struct cell a, struct cell b)
{
	double share = (double)b.count / (a.count + b.count);

	if (a.count == 0 || b.count == 0)
		return a.count ? a : b;
	return (struct cell){ a.mean * (1 - share) + b.mean * share, fmin(a.low, b.low),
		              fmax(a.high, b.high), a.count + b.count };
}

static void merge_column(struct column *c, size_t buckets, int merged)
{
	for (size_t i = 0; i < buckets / 2; i++)
		put_cell(c, i, unite(get_cell(c, 2 * i, merged), get_cell(c, 2 * i + 1, merged)));
	if (buckets % 2)
		put_cell(c, buckets / 2, get_cell(c, buckets - 1, merged));
}

/* Merge buckets in pairs.  The first merge adds three more arrays, and the means need half as
 * much. */
static int merge(struct table *t)
{
	struct run_table *s = &t->shown;
	int merged = is_merged(t);
	size_t room = merged ? t->room : t->room / 2 + 1;

	for (int k = 0; k < s->columns && !merged; k++)
		if (!resize_merged(t->column[k], room))
			return 0;
	for (int k = 0; k < s->columns; k++) {
		merge_column(t->column[k], s->buckets, merged);
		resize(&t->column[k]->mean, room, sizeof(double));
		show(t->column[k], 1);
	}
	if (s->buckets % 2 == 0)
		t->last += s->bucket;
	s->buckets = (s->buckets + 1) / 2;
	s->bucket *= 2;
	t->room = room;
	return 1;
}

/* Make room for one more bucket in `columns` columns. */
static int make_room(struct table *t, int columns)
{
	struct run_table *s = &t->shown;
	size_t room, most;

	while (s->buckets >= (most = buckets_max(t, columns)))
		if (!merge(t))
			return 0;
	if (s->buckets < t->room)
		return 1;
	room = t->room ? 2 * t->room : FIRST_ROOM;
	room = room < most ? room : most;
	for (int k = 0; k < s->columns; k++)
		if (!resize_column(t->column[k], room, is_merged(t)))
			return 0;
	t->room = room;
	return 1;
}

/* ---- points ---- */

static void put_first(struct column *c, size_t i, double x, int merged)
{
	c->mean[i] = x;
	if (merged)
		put_cell(c, i, (struct cell){ x, x, x, !isnan(x) });
}

static void put_more(struct column *c, size_t i, double x)
{
	double share = 1.0 / (c->count[i] + 1), mean = c->mean[i];

	if (c->count[i] == 0) {
		put_first(c, i, x, 1);
		return;
	}
	c->count[i]++;
	c->mean[i] = mean + (x * share - mean * share);         /* cannot overflow */
	c->low[i] = x < c->low[i] ? x : c->low[i];
	c->high[i] = x > c->high[i] ? x : c->high[i];
}

static void note_value(struct run_column *c, double x)
{
	if (!(x >= c->lowest))
		c->lowest = x;
	if (!(x <= c->highest))
		c->highest = x;
	c->falls += x < c->last;
	c->last = x;
	c->known++;
}

/* Add a column, unknown in all points so far. */
static struct column *column_make(struct table *t, const char *name, size_t length)
{
	struct column *c = make_room(t, t->shown.columns + 1) ? calloc(1, sizeof *c) : NULL;

	if (c && (c->name = strndup(name, length)) && resize_column(c, t->room, is_merged(t)))
		HASH_ADD_KEYPTR(hh, t->by_name, c->name, length, c);
	if (!c || !c->hh.tbl) {
		column_free(c);
		return NULL;
	}
	for (size_t i = 0; i < t->shown.buckets; i++)
		put_first(c, i, NAN, is_merged(t));
	c->length = length;
	c->shown.name = c->name;
	c->shown.last = c->shown.lowest = c->shown.highest = NAN;
	t->row[t->shown.columns] = NAN;
	t->column[t->shown.columns++] = c;
	return c;
}

/* The index of a column, created if it is new.  Lines are alike, so `next`, the one after the last,
 * is tried first. -1: too many, -2: no memory. */
static int place_of(struct table *t, int next, const char *name, size_t length)
{
	struct column *c;

	if (next < t->shown.columns && t->column[next]->length == length &&
	    memcmp(t->column[next]->name, name, length) == 0)
		return next;
	c = find(t, name, length);
	if (c) {
		for (next = 0; t->column[next] != c; next++)
			;
		return next;
	}
	if (t->shown.columns == RUN_TABLE_COLUMNS)
		return -1;
	return column_make(t, name, length) ? t->shown.columns - 1 : -2;
}

/* Append the row. */
static int put_row(struct table *t)
{
	struct run_table *s = &t->shown;

	if (t->last == s->bucket || s->buckets == 0) {
		if (!make_room(t, s->columns))
			return 0;
	}
	/* Merging an odd number of buckets leaves the last one half full. */
	if (t->last == s->bucket || s->buckets == 0) {
		t->last = 0;
		s->buckets++;
	}
	for (int k = 0; k < s->columns; k++) {
		double x = t->row[k];

		if (t->last == 0)
			put_first(t->column[k], s->buckets - 1, x, is_merged(t));
		else if (!isnan(x))
			put_more(t->column[k], s->buckets - 1, x);
		if (!isnan(x))
			note_value(&t->column[k]->shown, x);
	}
	t->last++;
	s->points++;
	return 1;
}

int run_table_add(struct run_table *shown, const struct run_line *line)
{
	struct table *t = (struct table *)shown;
	int k = -1;

	for (int i = 0; i < shown->columns; i++)
		t->row[i] = NAN;
	for (int i = 0; i < line->n; i++) {
		const struct run_field *f = &line->number[i];
		int place = place_of(t, k + 1, f->name, f->name_length);

		if (place == -2)
			return 0;
		if (place >= 0)
			t->row[k = place] = f->x;
	}
	return put_row(t);
}
