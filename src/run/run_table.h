/* run_table.h - the named numbers of many points, as columns that take a bounded amount of memory.
 *
 * Point i of one column belongs to point i of all others.  Points stand in buckets of one each,
 * until there are more than 65,536 buckets, or more than the memory allowed holds; then buckets are
 * merged in pairs, as often as needed: they hold the same power of two points each, the last one
 * perhaps fewer.  A bucket keeps mean, lowest and highest of the values known in it, NaN where none
 * was.
 */
#ifndef RILEY_RUN_RUN_TABLE_H
#define RILEY_RUN_RUN_TABLE_H

#include <stddef.h>
#include "src/run/run_line.h"

#define RUN_TABLE_BUCKETS 65536
#define RUN_TABLE_COLUMNS 1024

struct run_column {
	const char   *name;
	const double *mean, *low, *high;   /* (buckets); one array for all three while buckets
	                                    * hold one point */
	double        last;                /* the latest known value; NaN before the first */
	double        lowest, highest;     /* of all values; NaN before the first */
	size_t        known;               /* points that have a value */
	size_t        falls;               /* values below the known one before them: of a clock,
	                                    * its jumps back */
};

struct run_table {
	size_t points, buckets, bucket;    /* bucket: points in each but the last */
	int    columns;
	const struct run_column *const *column;    /* (columns), in the order of their first
	                                            * appearance */
};

/* A table without points whose columns take at most `bytes` (but 1 MB at least).  The caller frees.
 * NULL without memory. */
struct run_table *run_table_alloc(size_t bytes);
void run_table_free(struct run_table *t);

/* Another bound, for a table without points. */
void run_table_limit(struct run_table *t, size_t bytes);

/* Back to no points and no columns. */
void run_table_clear(struct run_table *t);

/* Append a point: the numbers of a line.  Of two numbers of one name the later counts; names beyond
 * the first RUN_TABLE_COLUMNS are left out.  Pointers into columns may move.  0 without memory:
 * nothing was appended. */
int run_table_add(struct run_table *t, const struct run_line *line);

/* Whether so many buckets that it takes milliseconds will be merged before so many points more are
 * in. */
int run_table_merges_within(const struct run_table *t, size_t points);

/* The column called `name`, or NULL.  Borrowed until the table changes. */
const struct run_column *run_table_column(const struct run_table *t, const char *name);

#endif
