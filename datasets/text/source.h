/* source.h - the bytes of a data file, a buffer at a time, with the line they stand on.
 *
 * Shared by the readers of this folder and not installed.  Memory is one buffer whatever the file
 * holds: a line of a gigabyte costs time and nothing else.
 *
 * The byte at `end` is always 0, so a scanner may walk over digits or blanks without looking for
 * the end of the buffer: it stops there, and source_more() tells the sentinel from a NUL of the
 * file.
 */
#ifndef RILEY_DATASETS_TEXT_SOURCE_H
#define RILEY_DATASETS_TEXT_SOURCE_H

#include <stddef.h>
#include "src/base/status.h"

struct source {
	const char    *name;      /* for messages: the path, or "standard input" */
	int            fd;
	unsigned char *buffer;
	unsigned char *at, *end;  /* read and not yet used */
	size_t         line;      /* that *at stands on, from 1 */
	int            after_cr;  /* the byte used last was a carriage return */
	enum ry_status status;    /* RY_EIO once reading failed */
};

/* Open `path` ("-": standard input) and fill the buffer; a byte-order mark is skipped.  RY_EDATA
 * for what can't be opened, is a directory, is empty, or is no text by its first bytes. */
enum ry_status source_open(struct source *s, const char *path);
void           source_close(struct source *s);

/* With the buffer used up, read on.  0 at the end of the file and when reading fails. */
int source_more(struct source *s);

/* Record "NAME:LINE: ..." for the line s stands on, or for `line`, and return RY_EDATA; but the
 * status and the sentence of a failed read, when that is why the data ended. */
enum ry_status source_fail(const struct source *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
enum ry_status source_fail_at(const struct source *s, size_t line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Nonzero when s begins with a character of n bytes that a message may show: printable ASCII, or
 * UTF-8 that is no control character. */
int source_is_shown(const char *s, size_t n);

/* Room for what source_quote() and source_found() write. */
#define SOURCE_QUOTED 64

/* `n` bytes of a file made fit for a message: in quotes, cut when long, and without bytes that a
 * terminal would obey.  Returns `to`, which has SOURCE_QUOTED bytes. */
const char *source_quote(char *to, const char *from, size_t n);

/* The same for what stands at s->at: the word up to the next separator, a NUL byte, the end of
 * the line or of the file.  Uses up nothing. */
const char *source_found(struct source *s, char *to);

/* The first line that is not blank, as far as it is in the buffer: for recognising formats. */
const char *source_first_line(const struct source *s, size_t *n);

/* What source_number() met. */
enum source_token {
	SOURCE_NUMBER,       /* a number of digits alone; SOURCE_TOO_BIG for more than 2^31 - 1 */
	SOURCE_TOO_BIG,
	SOURCE_LINE_END,     /* used up, with any commas before it */
	SOURCE_FILE_END,
	SOURCE_EMPTY_FIELD,  /* two commas with no number between them, or a comma at the start */
	SOURCE_OTHER         /* anything else; it is still at s->at */
};

/* Next number of a line of numbers between commas or semicolons, blanks, or both.  `first`: nothing
 * of this line was read yet. */
enum source_token source_number(struct source *s, int first, int *value);

#endif
