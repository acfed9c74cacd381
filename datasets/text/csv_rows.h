/* csv_rows.h - the rows of a CSV file, through libcsv, with line numbers and limits.
 *
 * Shared by the readers of this folder and not installed.
 */
#ifndef RILEY_DATASETS_TEXT_CSV_ROWS_H
#define RILEY_DATASETS_TEXT_CSV_ROWS_H

#include <stddef.h>
#include "datasets/text/source.h"

/* Beyond these a file is taken for broken or hostile, and memory is not asked for. */
#define CSV_MAX_FIELD    1048576     /* bytes of one field */
#define CSV_MAX_ROW      16777216    /* bytes of one row */
#define CSV_MAX_COLUMNS  65536

/* A row: its fields as text ended by 0, and the line it begins on.  Valid during the call. */
struct csv_row {
	const struct source *from;
	size_t               line;
	int                  n;
	char               **field;     /* (n) */
	const size_t        *length;    /* (n) */
};

/* Call row(data, r) for every row of `from` in turn, the header too, until it returns something
 * other than RY_OK.  Rows with nothing in any field are passed over. */
enum ry_status csv_rows(struct source *from, char sep,
                        enum ry_status (*row)(void *data, const struct csv_row *r), void *data);

/* The separator that occurs most often in the first line, outside quotes: one of , tab ; and |. */
char csv_separator(const struct source *from);

/* The fields of a header, cut and quoted for a message, into to[size]. */
const char *csv_columns(char *to, size_t size, const struct csv_row *header);

/* A field that stands for "not known": empty, NA, NaN, null, None, \N. */
int csv_is_missing(const char *field);

/* A decimal number, the whole field, finite: nonzero and *value set. */
int csv_number(const char *field, double *value);

#endif
