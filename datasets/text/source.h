/* source.h - buffered reading of a data file, with line numbers.
 *
 * Private to the readers of data; not installed.  Memory use is one buffer whatever the file
 * contains: a line of a gigabyte only takes time.
 *
 * The byte at `end` is always 0, so a scanner may run over digits or blanks without checking for
 * the end of the buffer: it stops there, and source_more() distinguishes the sentinel from a NUL
 * byte of the file.
 */
#ifndef RILEY_DATASETS_TEXT_SOURCE_H
#define RILEY_DATASETS_TEXT_SOURCE_H

#include <stddef.h>
#include "src/base/status.h"

struct source {
	const char    *name;      /* for messages: the path, or "standard input" */
	int            fd;
	unsigned char *buffer;
	unsigned char *at, *end;  /* read but not yet used */
	size_t         line;      /* line of *at, from 1 */
	int            after_cr;  /* the last byte used was a carriage return */
	int            ended;     /* what is in the buffer is all there is */
	enum ry_status status;    /* RY_EIO once reading failed */
};

/* Open `path` ("-": standard input) and fill the buffer; a byte-order mark is skipped.  RY_EDATA if
 * it cannot be opened, is a directory, is empty, or does not look like text. */
enum ry_status source_open(struct source *s, const char *path);
void           source_close(struct source *s);

/* Refill the buffer when it is used up.  Returns 0 at the end of the file and on a read error. */
int source_more(struct source *s);

/* Record "NAME:LINE: ..." for the current line of s, or for `line`, and return RY_EDATA.  If a read
 * error ended the data, its status and message are kept instead. */
enum ry_status source_fail(const struct source *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
enum ry_status source_fail_at(const struct source *s, size_t line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Nonzero if s begins with a character of n bytes that a message may show: printable ASCII, or
 * UTF-8 that is not a control character. */
int source_is_shown(const char *s, size_t n);

/* Size of the buffers of source_quote() and source_found(). */
#define SOURCE_QUOTED 64

/* Quote `n` bytes of a file for a message: shortened if long, and without control characters.
 * Returns `to`, which has SOURCE_QUOTED bytes. */
const char *source_quote(char *to, const char *from, size_t n);

/* Quote the text at s->at: the word up to the next separator, a NUL byte, or a description of the
 * end of the line or file.  Consumes nothing. */
const char *source_found(struct source *s, char *to);

/* The first line that is not blank, as far as it is in the buffer, to recognise formats. */
const char *source_first_line(const struct source *s, size_t *n);

/* Results of source_number(). */
enum source_token {
	SOURCE_NUMBER,       /* a number of digits only; SOURCE_TOO_BIG above 2^31 - 1 */
	SOURCE_TOO_BIG,
	SOURCE_LINE_END,     /* consumed, with any commas before it */
	SOURCE_FILE_END,
	SOURCE_EMPTY_FIELD,  /* two commas without a number between them, or a comma at the start */
	SOURCE_OTHER         /* anything else, not consumed */
};

/* Read the next number of a line of numbers separated by commas or semicolons, blanks, or both.
 * `first`: nothing of this line has been read yet. */
enum source_token source_number(struct source *s, int first, int *value);

#endif
