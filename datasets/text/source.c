/* source.c - see source.h. */
#include "datasets/text/source.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "datasets/text/names.h"
#include "src/base/text.h"

enum { BUFFER = 256 * 1024 };

/* Files that are mistaken for text, by their first bytes. */
static const struct { const char *bytes; size_t n; const char *what; } not_text[] = {
	{ "\xff\xfe",         2, "UTF-16 text" },
	{ "\xfe\xff",         2, "UTF-16 text" },
	{ "\x1f\x8b",         2, "a gzip archive" },
	{ "PK\x03\x04",       4, "a zip archive or a spreadsheet" },
	{ "\x28\xb5\x2f\xfd", 4, "a zstd archive" },
	{ "\xfd" "7zXZ",      5, "an xz archive" },
	{ "BZh",              3, "a bzip2 archive" }
};

static enum ry_status open_file(struct source *s, const char *path)
{
	struct stat about;

	s->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (s->fd < 0)
		return ry_fail(RY_EDATA, "%s: cannot open: %s", s->name, strerror(errno));
	if (fstat(s->fd, &about) == 0 && S_ISDIR(about.st_mode))
		return ry_fail(RY_EDATA, "%s: found a directory, expected a data file", s->name);
	return RY_OK;
}

/* Read until the buffer is full or the file ends, so that the recognition of formats does not
 * depend on how a pipe delivers them.  Returns the number of bytes read. */
static size_t fill(struct source *s)
{
	size_t got = 0;

	while (got < BUFFER) {
		ssize_t n = read(s->fd, s->buffer + got, BUFFER - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			s->status =
				ry_fail(RY_EIO, "%s: cannot read: %s", s->name, strerror(errno));
			break;
		}
		if (n == 0)
			break;
		got += (size_t)n;
	}
	s->at = s->buffer;
	s->end = s->buffer + got;
	*s->end = 0;
	return got;
}

int source_more(struct source *s)
{
	if (s->at < s->end)
		return 1;
	return s->status == RY_OK && !s->ended && fill(s) > 0;
}

static enum ry_status check_beginning(struct source *s)
{
	size_t n = (size_t)(s->end - s->at);

	if (s->status != RY_OK)
		return s->status;
	for (size_t i = 0; i < sizeof not_text / sizeof not_text[0]; i++)
		if (n >= not_text[i].n && memcmp(s->at, not_text[i].bytes, not_text[i].n) == 0)
			return source_fail(s,
			                   "found %s, expected plain text in UTF-8 or ISO-8859-1",
			                   not_text[i].what);
	if (n >= 3 && memcmp(s->at, "\xef\xbb\xbf", 3) == 0)
		s->at += 3;
	if (s->at == s->end)
		return source_fail(s, "found an empty file, expected data");
	return RY_OK;
}

enum ry_status source_open(struct source *s, const char *path)
{
	enum ry_status status;

	memset(s, 0, sizeof *s);
	s->name = strcmp(path, "-") == 0 ? "standard input" : path;
	s->line = 1;
	status = open_file(s, path);
	if (status == RY_OK) {
		s->buffer = malloc(BUFFER + 1);
		if (s->buffer)
			fill(s);
		status = s->buffer ? check_beginning(s) : ry_fail_memory("reading a file");
	}
	if (status != RY_OK)
		source_close(s);
	return status;
}

void source_close(struct source *s)
{
	if (s->fd > STDIN_FILENO)
		close(s->fd);
	free(s->buffer);
	s->fd = -1;
	s->buffer = s->at = s->end = NULL;
}

static enum ry_status fail(const struct source *s, size_t line, const char *format, va_list ap)
{
	char text[800];

	if (s->status != RY_OK)
		return s->status;
	vsnprintf(text, sizeof text, format, ap);
	return ry_fail(RY_EDATA, "%s:%zu: %s", s->name, line, text);
}

enum ry_status source_fail(const struct source *s, const char *format, ...)
{
	enum ry_status status;
	va_list ap;

	va_start(ap, format);
	status = fail(s, s->line, format, ap);
	va_end(ap);
	return status;
}

enum ry_status source_fail_at(const struct source *s, size_t line, const char *format, ...)
{
	enum ry_status status;
	va_list ap;

	va_start(ap, format);
	status = fail(s, line, format, ap);
	va_end(ap);
	return status;
}

int source_is_shown(const char *s, size_t n)
{
	int bytes;

	return n > 0 && text_is_shown(text_decode(s, n, &bytes));
}

const char *source_quote(char *to, const char *from, size_t n)
{
	const size_t most = SOURCE_QUOTED - 6;   /* two quotes, three dots, a '\0' */
	size_t i = 0, k = 0;

	to[k++] = '\'';
	while (i < n) {
		size_t letter = utf8_length(from + i, n - i), take = letter ? letter : 1;

		if (i + take > most)
			break;
		if (source_is_shown(from + i, letter))
			memcpy(to + k, from + i, take);
		else
			memset(to + k, '?', take);
		i += take;
		k += take;
	}
	strcpy(to + k, i < n ? "...'" : "'");
	return to;
}

const char *source_found(struct source *s, char *to)
{
	size_t n;

	if (!source_more(s))
		return strcpy(to, "the end of the file");
	if (*s->at == '\0')
		return strcpy(to, "a NUL byte");
	if (*s->at == '\n' || *s->at == '\r')
		return strcpy(to, "the end of the line");
	/* A word may continue in the next buffer; its beginning is enough. */
	n = strcspn((const char *)s->at, ",; \t\r\n");
	return source_quote(to, (const char *)s->at, n ? n : 1);
}

const char *source_first_line(const struct source *s, size_t *n)
{
	const unsigned char *p = s->at, *q;

	while (p < s->end && strchr(" \t\r\n", *p) && *p)
		p++;
	for (q = p; q < s->end && *q != '\n' && *q != '\r'; q++)
		;
	*n = (size_t)(q - p);
	return (const char *)p;
}

/* Skip blanks; returns the next byte (0 for a NUL of the file), or -1 at the end. */
static inline int look(struct source *s)
{
	for (;;) {
		while (*s->at == ' ' || *s->at == '\t')
			s->at++;
		if (*s->at || s->at < s->end)
			return *s->at;
		if (!source_more(s))
			return -1;
	}
}

/* Consume the line end at s->at: LF, CR LF, or CR alone. */
static void end_line(struct source *s)
{
	int cr = *s->at++ == '\r';

	s->line++;
	if (cr && source_more(s) && *s->at == '\n')
		s->at++;
}

static inline enum source_token digits(struct source *s, int *value)
{
	long long v = 0;

	do {
		unsigned d;

		/* Saturate at 2^31, however many digits follow. */
		while ((d = (unsigned)*s->at - '0') < 10) {
			v = v > INT_MAX ? v : v * 10 + d;
			s->at++;
		}
	} while (s->at == s->end && source_more(s));
	if (v > INT_MAX)
		return SOURCE_TOO_BIG;
	*value = (int)v;
	return SOURCE_NUMBER;
}

enum source_token source_number(struct source *s, int first, int *value)
{
	int commas = 0, c;

	/* The common case: one comma and a digit.  At worst the sentinel follows the comma. */
	if (!first && *s->at == ',' && (unsigned)s->at[1] - '0' < 10) {
		s->at++;
		return digits(s, value);
	}
	c = look(s);
	while (c == ',' || c == ';') {
		commas++;
		s->at++;
		c = look(s);
	}
	if ((unsigned)c - '0' < 10)
		return commas > !first ? SOURCE_EMPTY_FIELD : digits(s, value);
	if (c == '\n' || c == '\r') {
		end_line(s);
		return SOURCE_LINE_END;
	}
	return c < 0 ? SOURCE_FILE_END : SOURCE_OTHER;
}
