/* sequences.h - exercise sequences: what students answered, in the order they answered.
 *
 * Readers of every format end in one struct: students' answers laid end to end.  Exercise ids of
 * the file are mapped to 0..M-1; the names are kept (numeric ids sort as numbers, before words).
 *
 * Formats, recognised by the first line:
 *
 *   3line   per student one line with the number of answers n, one with n exercise ids (0 to
 *           2^31 - 1, dense or not), one with n answers 0 or 1; between them commas, blanks, or
 *           both, with or without a comma at the end of a line.  Blank lines may stand between
 *           records.  A student of no answers (n = 0) stays in the data as an empty sequence.
 *   matrix  one line per student, one column per exercise, 0 or 1, between commas, semicolons,
 *           tabs or blanks.  The exercises are called 0..M-1 after their columns, and every
 *           student answers them in this order.
 *   csv     a header, then one answer per row (RFC 4180; commas, tabs, semicolons or bars).
 *           Columns named in the options, or else well-known names: user_id, Anon Student Id,
 *           skill_id, KC(Default), correct, order_id ...  Rows of one student need not be
 *           neighbours; they keep the order of the file unless an order column sorts them, by
 *           number or, when its first value is no number, as text.  Answers are 0 and 1 (also
 *           1.0, true, correct ...); part credit and hints are dropped and counted, as are rows
 *           without student, exercise, answer or place in the order (nothing, NA, NaN, null, None).
 *
 * Line ends are LF, CR LF or CR; the last one may be missing; a UTF-8 byte-order mark is skipped.
 * Names that are no UTF-8 are taken for ISO-8859-1 and kept as UTF-8.
 */
#ifndef RILEY_DATASETS_SEQUENCES_SEQUENCES_H
#define RILEY_DATASETS_SEQUENCES_SEQUENCES_H

#include <stddef.h>
#include <stdio.h>
#include "src/base/status.h"

/* Where an answer stands in its file. */
struct sequence_place {
	size_t row;                    /* from 1: the CSV row below the header (blank lines do not
	                                * count), the 3-line record, the row of the matrix */
	int    position;               /* among the student's answers as read, from 1 */
};

struct sequences {
	int             students;
	int             exercises;     /* M */
	size_t          answers;
	size_t         *start;         /* (students + 1): student s has answers
	                                * start[s]..start[s+1]-1 */
	int            *exercise;      /* (answers): 0..M-1 */
	unsigned char  *correct;       /* (answers): 0 or 1 */
	char          **exercise_name; /* (M) as in the file */
	char          **student_name;  /* (students), or NULL when the format names none: use 1,
	                                * 2, ... */
	struct sequence_place *place;  /* (answers) if asked for, else NULL */
};

/* Beyond these a file is taken for broken or hostile, and memory is not asked for. */
#define SEQUENCES_MAX_LENGTH  16777216   /* answers in one 3-line record */
#define SEQUENCES_MAX_COLUMNS 1048576    /* exercises of a matrix */

/* The formats, in the order in which a file is tried: constant, NAME_reader (reader.h), name for
 * --format, and what it is. */
#define SEQUENCE_FORMATS(row) \
	row(FORMAT_THREE_LINE, three_line, "3line", "three lines per student") \
	row(FORMAT_MATRIX, matrix, "matrix", \
		"rows of 0 and 1: a row per student, a column per exercise") \
	row(FORMAT_CSV, csv, "csv", "a header with names of columns, and a row per answer")

#define SEQUENCE_FORMAT_CONSTANT(format, reader, name, about) format,

enum sequence_format { FORMAT_AUTO, SEQUENCE_FORMATS(SEQUENCE_FORMAT_CONSTANT) };

struct sequence_options {
	enum sequence_format format;
	/* Columns of a CSV by their names in its header; NULL: looked for among well-known names.
	 * order "none" keeps the order of the file although there is a well-known column.  Naming
	 * any of them, or sep, says that the file is CSV. */
	const char *student, *skill, *correct, *order;
	char        sep;                 /* of CSV; 0: found from the header */
	int         places;              /* remember where each answer stands: sequences.place */
	int         count_disorder;      /* drop and count CSV rows whose order is no number, though
	                                  * that of the first row is; 0: refuse the file */
};

/* What the reader saw, for `riley kt info` and for messages. */
struct sequence_report {
	enum sequence_format format;
	size_t rows;                     /* records, matrix rows, or CSV rows below the header */
	char   student[64], skill[64];   /* CSV: columns used; "" for none */
	char   correct[64], order[64];   /* likewise */
	size_t dropped_empty_skill;      /* CSV rows without an exercise */
	size_t dropped_not_binary;       /* CSV rows whose answer is a number other than 0 and 1
	                                  * (part credit), or "hint" */
	size_t dropped_empty_student;
	size_t dropped_empty_answer;
	size_t dropped_empty_order;      /* CSV rows without a place in the order */
	size_t dropped_odd_order;        /* CSV rows as by sequence_options.count_disorder */
	/* The commonest value for which CSV rows were dropped, quoted; its column, the option that
	 * names that column, and how many rows it was. */
	char        dropped_value[64], dropped_column[64];
	const char *dropped_option;
	size_t      dropped_alike;
	size_t empty_students;           /* records of no answer at all */
	size_t one_answer_students;      /* kept, but nothing about them can be predicted */
	size_t duplicate_rows;           /* CSV with an order column: answers equal to the
	                                  * student's answer before in all columns used.
	                                  * Otherwise 0: practising the same exercise twice can't
	                                  * be told from a duplicate */
	size_t same_order_rows;          /* CSV with an order column: answers in the same place
	                                  * of the order as the one before, but to another
	                                  * exercise: one answer that is listed under several
	                                  * skills */
	size_t sorted_students;          /* students with at least 3 different exercises whose
	                                  * answers come sorted by exercise: not in order of time */
	size_t sortable_students;        /* students with at least 3 different exercises */
};

/* The separator named by a text: one character, "tab" or "blank".  RY_EINVAL for anything else. */
enum ry_status sequences_separator(const char *text, char *sep);

/* Names for --format, in the order of the enum and NULL at the end: "auto", "3line" ... */
extern const char *const sequence_format_names[];

/* The name of a format, and what it is in a few words; "" for FORMAT_AUTO. */
const char *sequence_format_name(enum sequence_format f);
const char *sequence_format_about(enum sequence_format f);

/* Read a file ("-" is standard input).  `options` may be NULL: all found out.  `report` may be
 * NULL.  NULL on failure, with file:line and what was expected in ry_message(), and *status (may be
 * NULL) RY_EDATA, RY_EIO or RY_ENOMEM.  There is at least one answer; there may be students of
 * none.  The caller owns the result. */
struct sequences *sequences_read(const char *path, const struct sequence_options *options,
                                 struct sequence_report *report, enum ry_status *status);
void sequences_free(struct sequences *s);

/* Give two data sets one numbering of exercises: both end up with the union of names, numbered
 * alike (numbers in numeric order, then words).  RY_ENOMEM on failure, both untouched. */
enum ry_status sequences_unite(struct sequences *a, struct sequences *b);

/* Renumber to a model's exercise names.  Answers to exercises the model does not know are removed
 * and counted in *unknown (may be NULL); their student stays, with fewer answers or none.  RY_EDATA
 * when `names` has a name twice, RY_ENOMEM; s is then as before. */
enum ry_status sequences_rename(struct sequences *s, int exercises, char *const *names,
                                size_t *unknown);

/* A new data set of the students listed (each 0..students-1), in that order, with the same
 * numbering and without places.  NULL when memory ran out. */
struct sequences *sequences_subset(const struct sequences *s, const int *students, int n);

/* Write as FORMAT_THREE_LINE; as FORMAT_MATRIX, when every student answers exercises 0..M-1 in
 * order (RY_EINVAL otherwise); as FORMAT_CSV, which leaves out students of no answers; or, with
 * FORMAT_AUTO, as matrix if possible and else in three lines.  The 3-line format has only numbers:
 * when one of the names is none, exercises go by 0..M-1.  RY_EIO when writing fails. */
enum ry_status sequences_write(const struct sequences *s, FILE *to, enum sequence_format format);

/* A 64-bit fingerprint of the data (FNV-1a over the length of each sequence, and the name of the
 * exercise and the answer at each place): the same whatever the file's format, and whatever numbers
 * the exercises have. */
unsigned long long sequences_fingerprint(const struct sequences *s);

/* The same for the first n answers of one student. */
unsigned long long sequences_student_fingerprint(const struct sequences *s, int student, size_t n);

#endif
