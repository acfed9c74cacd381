/* run_tail.c - see run_tail.h. */
#include <config.h>
#include "src/run/run_tail.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/file.h"
#include "src/run/run_line.h"

enum { PIECE = 1 << 15 };               /* bytes read at a time; a long line needs more */

struct backwards {
	struct run_tail *tail;
	const char      *file;
	int              fd;
	char            *buffer;        /* (room + 1) */
	size_t           room;
	size_t           end;           /* what stands before it has not been read ... */
	size_t           least;         /* ... and need not be, before this */
};

static int is_complete(const struct run_tail *t)
{
	return t->point && t->best;
}

/* Keep a line, which ends in '\n' or '\0', where it is of a kind that is still looked for. */
static void take_line(struct run_tail *t, const char *line, size_t length)
{
	size_t n;
	const char *kind = length < RUN_LINE_BYTES ? run_line_kind(line, &n) : NULL;
	json_t **to = !kind                                ? NULL
	              : run_line_called("point", kind, n) ? &t->point
	              : run_line_called("best", kind, n)  ? &t->best
	                                                  : NULL;

	if (!to || *to)
		return;
	*to = json_loadb(line, length, 0, NULL);
	if (!json_is_object(*to)) {
		json_decref(*to);
		*to = NULL;
	}
}

/* The lines of buffer[from .. have-1], whose last byte ends a line, from the last one on. */
static void take_lines(struct backwards *b, size_t from, size_t have)
{
	while (have > from && !is_complete(b->tail)) {
		const char *before = have - 1 > from ? memrchr(b->buffer + from, '\n',
		                                               have - 1 - from)
		                                     : NULL;
		size_t start = before ? (size_t)(before - b->buffer) + 1 : from;

		take_line(b->tail, b->buffer + start, have - 1 - start);
		have = start;
	}
}

/* Fill the buffer with the `n` bytes before b->end.  RY_EIO if they are not there. */
static enum ry_status read_before(struct backwards *b, size_t n)
{
	for (size_t have = 0; have < n; ) {
		ssize_t got = pread(b->fd, b->buffer + have, n - have,
		                    (off_t)(b->end - n + have));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return ry_fail(RY_EIO, "%s: reading failed: %s", b->file,
			               got < 0 ? strerror(errno) : "it has become shorter");
		have += (size_t)got;
	}
	b->buffer[n] = '\0';
	return RY_OK;
}

static enum ry_status grow(struct backwards *b)
{
	char *grown = realloc(b->buffer, 2 * b->room + 1);

	if (!grown)
		return ry_fail_memory(b->file);
	b->buffer = grown;
	b->room *= 2;
	return RY_OK;
}

/* Move b->end back to behind the last newline, or beyond b->least. */
static enum ry_status skip_partial(struct backwards *b)
{
	while (b->end > b->least) {
		size_t n = b->end < b->room ? b->end : b->room;
		enum ry_status s = read_before(b, n);
		const char *last = s == RY_OK ? memrchr(b->buffer, '\n', n) : NULL;

		if (s != RY_OK)
			return s;
		b->end -= last ? n - (size_t)(last - b->buffer) - 1 : n;
		if (last)
			break;
	}
	return RY_OK;
}

/* Take the lines of one piece, which ends in a newline.  Where it begins within a line, that one is
 * left for the next piece.  A line that fills the piece needs a larger one, or is passed over if it
 * is too long anyway. */
static enum ry_status read_piece(struct backwards *b)
{
	size_t n = b->end < b->room ? b->end : b->room, from = 0;
	enum ry_status s = read_before(b, n);

	if (s != RY_OK)
		return s;
	if (n < b->end) {
		const char *first = memchr(b->buffer, '\n', n - 1);

		if (!first && b->room <= RUN_LINE_BYTES)
			return grow(b);
		from = first ? (size_t)(first - b->buffer) + 1 : n;
		b->end -= n - (first ? from : 0);
		if (!first)
			return skip_partial(b);
	} else {
		b->end = 0;
	}
	take_lines(b, from, n);
	return RY_OK;
}

static enum ry_status read_lines(struct backwards *b)
{
	enum ry_status s;

	b->least = b->end > RUN_TAIL_BYTES ? b->end - RUN_TAIL_BYTES : 0;
	b->room = PIECE;
	b->buffer = malloc(b->room + 1);
	if (!b->buffer)
		return ry_fail_memory(b->file);
	s = skip_partial(b);
	while (s == RY_OK && b->end > b->least && !is_complete(b->tail))
		s = read_piece(b);
	free(b->buffer);
	return s;
}

enum ry_status run_tail_read(struct run_tail *t, const char *path)
{
	struct backwards b = { .tail = t };
	char *file = file_join(path, "metrics.jsonl");
	enum ry_status s;

	*t = (struct run_tail){ NULL, NULL };
	if (!file)
		return ry_failure();
	b.file = file;
	if (access(file, F_OK) != 0 && errno == ENOENT) {
		free(file);
		return RY_OK;
	}
	s = file_open(file, &b.fd, &b.end);
	if (s == RY_OK) {
		s = read_lines(&b);
		close(b.fd);
	}
	free(file);
	return s;
}

void run_tail_clear(struct run_tail *t)
{
	json_decref(t->point);
	json_decref(t->best);
	*t = (struct run_tail){ NULL, NULL };
}
