/* table.h - tables of numbers: features, and a target that is a number or a class.
 *
 * What `riley net` learns from.  A CSV file (RFC 4180; commas, tabs, semicolons or bars) with or
 * without a header; every feature of every row is a finite decimal number.
 */
#ifndef RILEY_DATASETS_TABLE_TABLE_H
#define RILEY_DATASETS_TABLE_TABLE_H

#include <stddef.h>
#include "src/base/status.h"

/* More classes than this in a target: it is taken for a number in the wrong place. */
#define TABLE_MAX_CLASSES 10000

struct table {
	int     rows, features;
	double *x;               /* (rows, features) row-major */
	int     classes;         /* K; 0: the target is a number, or there is none */
	double *y;               /* (rows), or NULL */
	int    *label;           /* (rows) 0..K-1, or NULL */
	char  **feature_name;    /* (features) */
	char   *target_name;     /* NULL: no target */
	char  **class_name;      /* (K): numbers in numeric order, then words; or the model's
	                          * order */
};

enum table_target {
	TABLE_AUTO,              /* numbers when the first row has one in the target column */
	TABLE_NUMBER,
	TABLE_CLASS,             /* words or numbers, each different text a class */
	TABLE_NO_TARGET          /* features alone: to predict */
};

enum table_header {
	TABLE_HEADER_AUTO,       /* a header, if the first row has no number at all, or has the name
	                            of the target or of a feature that was asked for */
	TABLE_HEADER,
	TABLE_NO_HEADER          /* columns are called 1, 2, ... */
};

struct table_options {
	/* The target column: its name in the header, or its number from 1 (-1: the last one); NULL
	 * is the last. */
	const char       *target;
	enum table_target kind;
	enum table_header header;
	char              sep;           /* 0: found from the first line */

	/* What a model knows, when the table has to fit one: its features by name, in its order
	 * (other columns are passed over), and its classes (a label that is none of them is
	 * RY_EDATA).  NULL: all columns but the target, and the labels that occur. */
	int               n_features;
	char *const      *features;
	int               n_classes;
	char *const      *classes;
};

/* Read a table ("-": standard input).  `options` may be NULL: all found out.  There is at least
 * one row and one feature.  NULL on failure, with file:line and column in ry_message(), and
 * *status (may be NULL) RY_EDATA, RY_EINVAL, RY_EIO or RY_ENOMEM.  The caller owns the result. */
struct table *table_read(const char *path, const struct table_options *options,
                         enum ry_status *status);

/* A table of zeroes with room for `rows`; classes 0 gives y, otherwise label.  Names are not set.
 * NULL when memory ran out. */
struct table *table_alloc(int rows, int features, int classes);
void          table_free(struct table *t);

/* A new table of the rows listed (each 0..rows-1, repeats allowed), in that order.  NULL when
 * memory ran out. */
struct table *table_subset(const struct table *t, const int *rows, int n);

#endif
