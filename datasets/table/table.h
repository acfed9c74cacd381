/* table.h - tables of numbers: features, and a target that is a number or a class.
 *
 * The data of `riley net`: a CSV file (RFC 4180; commas, tabs, semicolons or bars) with or without
 * a header, in which every feature of every row is a finite decimal number.
 */
#ifndef RILEY_DATASETS_TABLE_TABLE_H
#define RILEY_DATASETS_TABLE_TABLE_H

#include <stddef.h>
#include "src/base/status.h"

/* More classes than this suggest a numeric column. */
#define TABLE_MAX_CLASSES 10000

struct table {
	int     rows, features;
	double *x;               /* (rows, features) row-major */
	int     classes;         /* K; 0: the target is a number, or there is none */
	double *y;               /* (rows), or NULL */
	int    *label;           /* (rows) 0..K-1, or NULL */
	char  **feature_name;    /* (features) */
	char   *target_name;     /* NULL: no target */
	char  **class_name;      /* (K): numbers in order, then words; or in the model's order */
};

enum table_target {
	TABLE_AUTO,              /* numeric if the first row has a number in the target column */
	TABLE_NUMBER,
	TABLE_CLASS,             /* every distinct text, word or number, is a class */
	TABLE_NO_TARGET          /* features only, for prediction */
};

enum table_header {
	TABLE_HEADER_AUTO,       /* a header if the first row has no number, or the name of the
	                          * target or of a requested feature */
	TABLE_HEADER,
	TABLE_NO_HEADER          /* columns are called 1, 2, ... */
};

struct table_options {
	/* The target column: its name in the header, or its number from 1 (-1: the last); NULL is
	 * the last. */
	const char       *target;
	enum table_target kind;
	enum table_header header;
	char              sep;           /* 0: detected in the first line */

	/* What a model requires of the table: its features by name, in its order (other columns are
	 * ignored), and its classes (any other label is RY_EDATA).  NULL: all columns but the
	 * target, and the labels that occur. */
	int               n_features;
	char *const      *features;
	int               n_classes;
	char *const      *classes;
};

/* Read a table ("-": standard input) with at least one row and one feature.  `options` may be NULL:
 * everything is detected.  NULL on failure, with file:line and column in ry_message(), and *status
 * (may be NULL) RY_EDATA, RY_EINVAL, RY_EIO or RY_ENOMEM.  The caller owns the result. */
struct table *table_read(const char *path, const struct table_options *options,
                         enum ry_status *status);

/* A zeroed table of `rows` rows, with y if classes is 0 and otherwise with label.  Names are not
 * set.  NULL without memory.  The caller owns it. */
struct table *table_alloc(int rows, int features, int classes);
void          table_free(struct table *t);

/* A new table of the given rows (each 0..rows-1, repeats allowed), in that order.  NULL without
 * memory.  The caller owns it. */
struct table *table_subset(const struct table *t, const int *rows, int n);

#endif
