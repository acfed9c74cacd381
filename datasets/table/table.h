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

/* So few different whole numbers, each so often on average, are classes; up to so many may have
 * been meant as such. */
#define TABLE_MAX_FEW    10
#define TABLE_OFTEN      3
#define TABLE_FEW_VALUES 20

/* Why a target that was TABLE_AUTO became what it is. */
enum table_reason {
	TABLE_ASKED,             /* it was not TABLE_AUTO, or is words, or numbers with decimals */
	TABLE_FEW_NUMBERS,       /* classes: 0 and 1, or few different whole numbers */
	TABLE_MIXED,             /* classes: words and numbers */
	TABLE_SOME_NUMBERS       /* a number: whole numbers, up to TABLE_FEW_VALUES of them */
};

struct table {
	int     rows, features;
	double *x;               /* (rows, features) row-major */
	int     classes;         /* K; 0: the target is a number, or there is none */
	double *y;               /* (rows), or NULL */
	int    *label;           /* (rows) 0..K-1, or NULL */
	char  **feature_name;    /* (features) */
	char   *target_name;     /* NULL: no target */
	char  **class_name;      /* (K): numbers in order, then words; or in the model's order */

	/* How the file was read; 0 for generated tables. */
	int     header;          /* the first row held the names of the columns */
	char    sep;
	enum table_reason reason;        /* why the target is classes or a number */
};

enum table_target {
	TABLE_AUTO,              /* from the whole column: see table_read() */
	TABLE_NUMBER,
	TABLE_CLASS,             /* every distinct word or number is a class; 1 and 1.0 are one */
	TABLE_NO_TARGET          /* features only, for prediction */
};

enum table_header {
	TABLE_HEADER_AUTO,       /* a header if the first row differs from the rows below it, or
	                          * has the name of the target or of a requested feature */
	TABLE_HEADER,
	TABLE_NO_HEADER,         /* columns are called 1, 2, ... */
	TABLE_HEADER_OF_WORDS    /* a header if the first row has no number, or has the name of the
	                          * target: as runs of riley 4 and before were read */
};

struct table_options {
	/* The target column: its name in the header, or its number from 1 (-1: the last); NULL is
	 * the last. */
	const char       *target;
	enum table_target kind;
	enum table_header header;
	char              sep;           /* 0: detected in the first line; ' ': any blanks */

	/* Columns that are neither features nor target, by name or by number as the target. */
	int                n_ignored;
	const char *const *ignored;

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
 * (may be NULL) RY_EDATA, RY_EINVAL, RY_EIO or RY_ENOMEM.  The caller owns the result.
 *
 * A target of TABLE_AUTO is classes if it is words; if it is 0 and 1, or another pair of
 * neighbours; if it is at most TABLE_MAX_FEW different whole numbers, each TABLE_OFTEN times on
 * average; or if words occur among such numbers.  It is a number otherwise.  Names of columns are
 * trimmed, and those of features and target must differ: RY_EDATA names both columns. */
struct table *table_read(const char *path, const struct table_options *options,
                         enum ry_status *status);

/* The separator named by a text: one character, "tab" or "blank".  RY_EINVAL for anything else. */
enum ry_status table_separator(const char *text, char *sep);

/* A separator in words, in `text`: "','", "tab". */
const char *table_separator_name(char sep, char text[8]);

/* A zeroed table of `rows` rows, with y if classes is 0 and otherwise with label.  Names are not
 * set.  NULL without memory.  The caller owns it. */
struct table *table_alloc(int rows, int features, int classes);
void          table_free(struct table *t);

/* A new table of the given rows (each 0..rows-1, repeats allowed), in that order.  NULL without
 * memory.  The caller owns it. */
struct table *table_subset(const struct table *t, const int *rows, int n);

#endif
