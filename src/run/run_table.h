/* run_table.h - the named numbers of many points as columns with bounded memory.
 *
 * Point i of one column belongs to point i of all others.  Points are stored in buckets of one each
 * until there are more than 65,536 buckets, or more than the memory limit allows.  Then buckets are
 * merged in pairs, as often as needed: all hold the same power of two of points, except possibly
 * the last.  A bucket has the mean, the lowest and the highest of its known values, NaN if it has
 * none.
 */
#ifndef RILEY_RUN_RUN_TABLE_H
#define RILEY_RUN_RUN_TABLE_H

#include <stddef.h>
#include "src/run/run_line.h"

#define RUN_TABLE_BUCKETS 65536
#define RUN_TABLE_COLUMNS 1024

struct run_column {
	const char   *name;
	const double *mean, *low, *high;   /* (buckets); the same array while a bucket is a point */
	double        last;                /* the latest known value; NaN before the first */
	double        lowest, highest;     /* of all values; NaN before the first */
	size_t        known;               /* points with a value */
	size_t        falls;               /* values below the one before; of a clock, jumps back */
};

struct run_table {
	size_t points, buckets, bucket;    /* bucket: points in each but the last */
	int    columns;
	const struct run_column *const *column;    /* (columns), in order of first appearance */
};

/* An empty table whose columns take at most `bytes` (at least 1 MB).  The caller frees it.  NULL
 * without memory. */
struct run_table *run_table_alloc(size_t bytes);
void run_table_free(struct run_table *t);

/* Change the memory limit of an empty table. */
void run_table_limit(struct run_table *t, size_t bytes);

/* Remove all points and columns. */
void run_table_clear(struct run_table *t);

/* Append a point with the numbers of a line.  Of duplicate names the later counts; names beyond the
 * first RUN_TABLE_COLUMNS are ignored.  Pointers into columns may change.  Returns 0 without
 * memory, with nothing appended. */
int run_table_add(struct run_table *t, const struct run_line *line);

/* Nonzero if adding `points` points will cause a merge that takes milliseconds. */
int run_table_merges_within(const struct run_table *t, size_t points);

/* The column named `name`, or NULL.  Borrowed until the table changes. */
const struct run_column *run_table_column(const struct run_table *t, const char *name);

#endif
