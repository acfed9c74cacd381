/* csv_rows.h - the rows of a CSV file, parsed by libcsv, with line numbers and limits.
 *
 * Private to the readers of data; not installed.
 */
#ifndef RILEY_DATASETS_TEXT_CSV_ROWS_H
#define RILEY_DATASETS_TEXT_CSV_ROWS_H

#include <stddef.h>
#include "datasets/text/source.h"

/* Limits beyond which a file is considered broken or hostile. */
#define CSV_MAX_FIELD    1048576     /* bytes of one field */
#define CSV_MAX_ROW      16777216    /* bytes of one row */
#define CSV_MAX_COLUMNS  65536

/* A row: its fields as '\0'-terminated text, the line it begins on, and how many rows there were
 * before it, those without any non-empty field included.  Valid during the call. */
struct csv_row {
	const struct source *from;
	size_t               line, before;
	int                  n;
	char               **field;     /* (n) */
	const size_t        *length;    /* (n) */
};

/* Call row(data, r) for every row of `from`, header included, until it returns something other than
 * RY_OK, which is returned.  Rows without any non-empty field are skipped.  RY_EDATA, RY_EIO or
 * RY_ENOMEM if parsing fails. */
enum ry_status csv_rows(struct source *from, char sep,
                        enum ry_status (*row)(void *data, const struct csv_row *r), void *data);

/* The most frequent separator outside quotes in the first line: one of , tab ; and |.  A comma
 * between digits is a decimal comma where another one separates such numbers. */
char csv_separator(const struct source *from);

/* The fields of a header, shortened and quoted for a message, in to[size]. */
const char *csv_columns(char *to, size_t size, const struct csv_row *header);

/* A separator as a message has it: "','", "tab". */
const char *csv_separator_name(char sep, char text[8]);

/* The separator of --sep: one character, "tab" or "blank".  Between blanks, several count as one.
 * RY_EINVAL for anything else. */
enum ry_status csv_separator_parse(const char *text, char *sep);

/* Nonzero if a field means "unknown": empty, ?, ., NA, n/a, NaN, null, None, \N, #N/A and <NA>. */
int csv_is_missing(const char *field);

/* Nonzero, with *value set, if the whole field is a finite decimal number. */
int csv_number(const char *field, double *value);

#endif
