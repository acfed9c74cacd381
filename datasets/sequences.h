/* sequences.h - exercise sequences: what students answered, in the order they answered.
 *
 * Readers of every format end in one struct: students' answers laid end to end.  Exercise ids of
 * the file are mapped to 0..M-1; the names are kept (numeric ids sort as numbers).
 */
#ifndef RILEY_DATASETS_SEQUENCES_H
#define RILEY_DATASETS_SEQUENCES_H

#include <stddef.h>
#include <stdio.h>
#include "src/status.h"

struct sequences {
	int             students;
	int             exercises;     /* M */
	size_t          answers;
	size_t         *start;         /* (students + 1): student s has answers start[s]..start[s+1]-1 */
	int            *exercise;      /* (answers): 0..M-1 */
	unsigned char  *correct;       /* (answers): 0 or 1 */
	char          **exercise_name; /* (M) as in the file */
	char          **student_name;  /* (students), or NULL when the format names none: use 1, 2, ... */
};

enum sequence_format { FORMAT_AUTO, FORMAT_THREE_LINE, FORMAT_MATRIX, FORMAT_CSV };

struct sequence_options {
	enum sequence_format format;
	const char *student, *skill, *correct, *order;   /* columns of a CSV with a header; order may be NULL */
	char        sep;                                  /* of CSV; 0: found from the header */
};

/* What the reader saw, for `riley kt info` and for messages. */
struct sequence_report {
	enum sequence_format format;
	size_t rows;                     /* lines or rows read */
	size_t dropped_empty_skill;      /* CSV rows without an exercise */
	size_t dropped_not_binary;       /* CSV rows whose answer is a number other than 0 and 1 (part credit) */
	size_t dropped_empty_student;
	size_t empty_students;           /* records of no answer at all */
	size_t one_answer_students;      /* kept, but nothing about them can be predicted */
	size_t duplicate_rows;           /* CSV: rows equal to the one before in all columns used.
	                                    3-line: runs can't be told; 0 */
	size_t sorted_students;          /* students with at least 3 different exercises whose answers
	                                    come sorted by exercise: not in order of time */
	size_t sortable_students;        /* students with at least 3 different exercises */
};

/* Names for --format: "auto", "3line", "matrix", "csv"; find returns -1 for an unknown one. */
const char *sequence_format_name(enum sequence_format f);
int         sequence_format_find(const char *name);

/* Read a file ("-" is standard input).  `options` may be NULL: all found out.  `report` may be
 * NULL.  NULL on failure, with file:line and what was expected in ry_message(), and *status (may
 * be NULL) RY_EDATA, RY_EIO, RY_EINVAL or RY_ENOMEM.  The caller owns the result. */
struct sequences *sequences_read(const char *path, const struct sequence_options *options,
                                 struct sequence_report *report, enum ry_status *status);
void sequences_free(struct sequences *s);

/* Give two data sets one numbering of exercises: both end up with the union of names, numbered
 * alike (numbers in numeric order, then words).  RY_ENOMEM on failure, both untouched. */
enum ry_status sequences_unite(struct sequences *a, struct sequences *b);

/* Renumber to a model's exercise names.  Answers to exercises the model does not know are removed
 * and counted in *unknown. */
enum ry_status sequences_rename(struct sequences *s, int exercises, char *const *names, size_t *unknown);

/* A new data set of the students listed, in that order, with the same numbering. */
struct sequences *sequences_subset(const struct sequences *s, const int *students, int n);

/* Write in the 3-line format, or, when every student answers exercises 0..M-1 in order, as a
 * matrix (FORMAT_MATRIX). */
enum ry_status sequences_write(const struct sequences *s, FILE *to, enum sequence_format format);

/* A 64-bit fingerprint of all that a model sees of the data (FNV-1a over lengths, exercise names
 * and answers): the same whatever the file's format. */
unsigned long long sequences_fingerprint(const struct sequences *s);

#endif
