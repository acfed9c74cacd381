/* terminal_writer.c - see terminal_writer.h. */
#include "config.h"
#include "src/ui/terminal_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "src/ui/interrupt.h"

/* Seconds for a terminal to take what is kept for it; less when the program was asked to stop. */
static const double patience = 1, haste = 0.25;

/* CAN ends an escape sequence of which only a part has arrived. */
static const char cancel[] = "\030";

struct terminal_writer {
	int    fd, own;                  /* own: opened here, and does not wait */
	int    gone;
	char  *bytes;
	size_t from, to, size;           /* bytes[from .. to) are kept */
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- opening ---- */

/* The device at `path`, if it is the one behind `fd`; or -1. */
static int open_same(const char *path, int fd)
{
	int own = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat a, b;

	if (own >= 0 && fstat(own, &a) == 0 && fstat(fd, &b) == 0 && a.st_rdev == b.st_rdev &&
	    isatty(own))
		return own;
	if (own >= 0)
		close(own);
	return -1;
}

struct terminal_writer *terminal_writer_alloc(int fd)
{
	struct terminal_writer *w = calloc(1, sizeof *w);
	char name[256];

	if (!w)
		return NULL;
	w->fd = ttyname_r(fd, name, sizeof name) == 0 ? open_same(name, fd) : -1;
	w->own = w->fd >= 0;
	if (!w->own)                      /* the terminal of another user, after su */
		w->fd = fd;
	return w;
}

void terminal_writer_free(struct terminal_writer *w)
{
	if (!w)
		return;
	if (w->own)
		close(w->fd);
	free(w->bytes);
	free(w);
}

/* ---- writing ---- */

/* write() that does not wait.  An open file that is shared is changed for this moment only. */
static ssize_t write_now(const struct terminal_writer *w, const char *bytes, size_t n)
{
	int flags = w->own ? 0 : fcntl(w->fd, F_GETFL), error;
	ssize_t written;

	if (!w->own && (flags < 0 || fcntl(w->fd, F_SETFL, flags | O_NONBLOCK) != 0))
		return -1;
	written = write(w->fd, bytes, n);
	error = errno;
	if (!w->own)
		fcntl(w->fd, F_SETFL, flags);
	errno = error;
	return written;
}

void terminal_writer_add(struct terminal_writer *w, const char *bytes, size_t n)
{
	if (w->from == w->to)
		w->from = w->to = 0;
	if (w->size - w->to < n) {
		size_t size = 2 * (w->to + n);
		char *more = realloc(w->bytes, size);

		if (!more)
			return;
		w->bytes = more;
		w->size = size;
	}
	memcpy(w->bytes + w->to, bytes, n);
	w->to += n;
}

size_t terminal_writer_send(struct terminal_writer *w)
{
	while (w->from < w->to) {
		ssize_t n = write_now(w, w->bytes + w->from, w->to - w->from);

		if (n > 0) {
			w->from += (size_t)n;
		} else if (n < 0 && errno != EINTR) {
			if (errno == EAGAIN || errno == EWOULDBLOCK)
				break;
			w->gone = 1;
			w->from = w->to;
		}
	}
	return w->to - w->from;
}

int terminal_writer_fd(const struct terminal_writer *w)
{
	return w->fd;
}

int terminal_writer_gone(const struct terminal_writer *w)
{
	return w->gone;
}

/* ---- the end ---- */

/* A process in the background would be stopped by this; its terminal belongs to others. */
static void discard_output(int fd)
{
	pid_t foreground = tcgetpgrp(fd);

	if (foreground < 0 || foreground == getpgrp())
		tcflush(fd, TCOFLUSH);
}

/* Whether the terminal takes bytes, waiting for it so long. */
static int wait_for_room(const struct terminal_writer *w, double seconds)
{
	struct pollfd p = { w->fd, POLLOUT, 0 };

	return poll(&p, 1, (int)(1000 * seconds) + 1) == 1;
}

int terminal_writer_finish(struct terminal_writer *w)
{
	double began = now(), left;

	while (terminal_writer_send(w) > 0 &&
	       (left = began + (interrupt_asked() ? haste : patience) - now()) > 0)
		if (wait_for_room(w, left))
			poll(NULL, 0, 1);         /* room that is none is not asked for in haste */
	if (w->from == w->to)
		return 0;
	w->from = w->to;
	discard_output(w->fd);
	write_now(w, cancel, strlen(cancel));
	return 1;
}

void terminal_writer_last(struct terminal_writer *w, const char *bytes, size_t n)
{
	int half_sent = w->from < w->to;

	w->from = w->to;
	if (!wait_for_room(w, patience))
		discard_output(w->fd);
	if (half_sent)
		write_now(w, cancel, strlen(cancel));
	while (n > 0) {
		ssize_t written = write_now(w, bytes, n);

		if (written < 0 && errno != EINTR)
			break;
		bytes += written > 0 ? written : 0;
		n -= written > 0 ? (size_t)written : 0;
	}
}
