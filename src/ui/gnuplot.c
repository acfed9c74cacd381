/* gnuplot.c - see gnuplot.h.
 *
 * gnuplot may write output before it has read all of the script.  If we wrote the whole script
 * before reading anything, both sides would block once a pipe is full, so all three pipes are
 * polled together.
 *
 * When it reads from a pipe, gnuplot continues after an error and exits with status 0.  Its
 * variable GPVAL_ERRNO keeps the error, and the script's last line prints it; this line also proves
 * that gnuplot reached the end.
 */
#include "src/ui/gnuplot.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "src/base/text.h"
#include "src/ui/interrupt.h"

/* Seconds that gnuplot may take, and milliseconds between looks at the clock. */
enum { SECONDS = 120, LOOK_MS = 100 };

#define MARK "riley: end of script, errors "

/* `set print` directs the output to stderr, wherever the script may have printed. */
static const char last_words[] = "\nset print\nprint sprintf('" MARK "%d', GPVAL_ERRNO)\nexit\n";

extern char **environ;

/* The output of one pipe. */
struct stream {
	char  *data;
	size_t size, room;
};

struct child {
	pid_t         pid;
	int           in, out, err;      /* our ends, or -1 */
	const char   *script[2];         /* remaining input: script, last words */
	size_t        left[2];
	struct stream picture, errors;
};

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* A pipe with close-on-exec; our end is non-blocking. */
static int make_pipe(int *ours, int *theirs, int we_write)
{
	int fd[2];

	if (pipe(fd) != 0)
		return -1;
	*ours = fd[we_write];
	*theirs = fd[!we_write];
	if (fcntl(fd[0], F_SETFD, FD_CLOEXEC) == 0 && fcntl(fd[1], F_SETFD, FD_CLOEXEC) == 0
	    && fcntl(*ours, F_SETFL, O_NONBLOCK) == 0)
		return 0;
	return -1;
}

static const char *program_name(void)
{
	const char *other = getenv("RILEY_GNUPLOT");

	return other && *other ? other : "gnuplot";
}

static enum ry_status fail_to_start(const char *program, int error)
{
	if (error != ENOENT && error != EACCES && error != ENOTDIR && error != ENOEXEC)
		return ry_fail(RY_EIO, "cannot start %s: %s", program, strerror(error));
	if (strcmp(program, "gnuplot") != 0)
		return ry_fail(RY_EMISSING, "cannot start %s, which RILEY_GNUPLOT names: %s",
		               program, strerror(error));
	return ry_fail(RY_EMISSING,
	               "gnuplot is not installed (Debian: apt-get install gnuplot-nox; "
	               "Fedora: dnf install gnuplot; Homebrew: brew install gnuplot)");
}

/* The group of the gnuplot under way, or 0: for a sudden end of this process. */
static volatile pid_t running;

static void kill_running(void)
{
	if (running > 0)
		kill(-running, SIGKILL);
}

/* exec with these ends as stdin, stdout and stderr; 0 or an errno. */
static int spawn(struct child *c, const char *program, const int end[3])
{
	char *argv[] = { (char *)program, "-d", NULL };      /* -d: no start-up files */
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none, pipe_only;
	int error = posix_spawn_file_actions_init(&files);

	if (error)
		return error;
	if ((error = posix_spawnattr_init(&attributes))) {
		posix_spawn_file_actions_destroy(&files);
		return error;
	}
	for (int fd = 0; fd < 3 && !error; fd++)
		error = posix_spawn_file_actions_adddup2(&files, end[fd], fd);
	/* The child would inherit an ignored SIGPIPE. */
	sigemptyset(&none);
	sigemptyset(&pipe_only);
	sigaddset(&pipe_only, SIGPIPE);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &pipe_only);
	/* A group of its own, to be killed with all that it has started. */
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
	                                      POSIX_SPAWN_SETPGROUP);
	if (!error)
		error = posix_spawnp(&c->pid, program, &files, &attributes, argv, environ);
	if (!error) {
		running = c->pid;
		interrupt_at_end(kill_running);
	}
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	return error;
}

static enum ry_status start(struct child *c, const char *program)
{
	int end[3] = { -1, -1, -1 };
	enum ry_status status = RY_OK;
	int error;

	if (make_pipe(&c->in, &end[0], 1) != 0 || make_pipe(&c->out, &end[1], 0) != 0
	    || make_pipe(&c->err, &end[2], 0) != 0)
		status = ry_fail(RY_EIO, "no pipe to gnuplot: %s", strerror(errno));
	else if ((error = spawn(c, program, end)))
		status = fail_to_start(program, error);
	for (int fd = 0; fd < 3; fd++)
		close_end(&end[fd]);
	return status;
}

/* Write as much as the pipe takes.  A gnuplot that has exited is not an error here: its last words
 * tell more. */
static void feed(struct child *c)
{
	for (int k = 0; k < 2; k++)
		while (c->left[k] > 0) {
			ssize_t put = write(c->in, c->script[k], c->left[k]);

			if (put < 0 && errno == EINTR)
				continue;
			if (put < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
				close_end(&c->in);
			if (put < 0)
				return;
			c->script[k] += put;
			c->left[k] -= (size_t)put;
		}
	close_end(&c->in);
}

/* Read what is available; close at end of file. */
static enum ry_status drain(int *fd, struct stream *s)
{
	ssize_t got;

	if (s->room - s->size < 65536 + 1) {
		size_t room = 2 * s->room + 2 * 65536;
		char *grown = realloc(s->data, room);

		if (!grown)
			return ry_fail_memory("a picture");
		s->data = grown;
		s->room = room;
	}
	got = read(*fd, s->data + s->size, 65536);
	if (got > 0)
		s->size += (size_t)got;
	else if (got == 0 || (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK))
		close_end(fd);
	s->data[s->size] = '\0';
	return RY_OK;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double time_limit(void)
{
	const char *other = getenv("RILEY_GNUPLOT_SECONDS");
	double seconds = other ? atof(other) : 0;

	return seconds > 0 ? seconds : SECONDS;
}

/* Exchange data until both its stdout and stderr are closed. */
static enum ry_status talk(struct child *c)
{
	enum ry_status status = RY_OK;
	double limit = time_limit(), end = now() + limit;

	while (status == RY_OK && (c->out >= 0 || c->err >= 0)) {
		/* poll() ignores negative descriptors. */
		struct pollfd p[3] = {
			{ c->in, POLLOUT, 0 }, { c->out, POLLIN, 0 }, { c->err, POLLIN, 0 },
		};

		if (interrupt_asked())
			return ry_fail(RY_ESTOP, "interrupted while gnuplot was drawing");
		if (now() > end)
			return ry_fail(RY_EIO, "gnuplot was stopped after %g seconds without a "
			               "picture; plotting with -o FILE.gp keeps its script, to be "
			               "run by hand (RILEY_GNUPLOT_SECONDS sets the limit)",
			               limit);
		if (poll(p, 3, LOOK_MS) < 0) {
			if (errno != EINTR)
				return ry_fail(RY_EIO, "talking to gnuplot failed: %s",
				               strerror(errno));
			continue;                    /* revents are not set */
		}
		if (p[0].revents)
			feed(c);
		if (p[1].revents)
			status = drain(&c->out, &c->picture);
		if (p[2].revents && status == RY_OK)
			status = drain(&c->err, &c->errors);
	}
	return status;
}

/* talk() with SIGPIPE blocked in this thread.  A SIGPIPE that was already pending stays pending. */
static enum ry_status talk_quietly(struct child *c)
{
	sigset_t pipe_only, before, pending;
	int was_pending, which;
	enum ry_status status;

	sigemptyset(&pipe_only);
	sigaddset(&pipe_only, SIGPIPE);
	sigpending(&pending);
	was_pending = sigismember(&pending, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe_only, &before);
	status = talk(c);
	sigpending(&pending);
	if (!was_pending && sigismember(&pending, SIGPIPE))
		sigwait(&pipe_only, &which);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return status;
}

/* Extract the most informative line of gnuplot's errors: it repeats the command, points below it,
 * and then prints "line N: what is wrong". */
static void tell_error(char *to, size_t size, const char *errors)
{
	const char *line = strstr(errors, "line "), *end;

	if (!line)
		line = errors + strspn(errors, " \t\n");
	end = line + strcspn(line, "\n");
	snprintf(to, size, "%.*s", (int)(end - line), line);
	for (char *p = to; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 127)
			*p = ' ';
}

/* Turn the exit status `how` from waitpid() into a status. */
static enum ry_status judge(struct child *c, const char *program, int how)
{
	const char *errors = c->errors.data ? c->errors.data : "";
	const char *mark = strstr(errors, MARK);
	char said[200];

	tell_error(said, sizeof said, errors);
	if (WIFEXITED(how) && WEXITSTATUS(how) == 127 && !mark)
		return fail_to_start(program, ENOENT);
	if (WIFSIGNALED(how))
		return ry_fail(RY_EIO, "%s was killed (%s): no picture", program,
		               strsignal(WTERMSIG(how)));
	if (!mark)
		return ry_fail(RY_EIO, "%s ended before the plot was done (status %d)%s%s", program,
		               WEXITSTATUS(how), *said ? ": " : "", said);
	if (strstr(errors, "unknown or ambiguous terminal type"))
		return ry_fail(RY_EMISSING,
		               "this gnuplot cannot draw that kind of picture (%s); install one "
		               "that can (Debian: apt-get install gnuplot-nox), or take another "
		               "kind: -o FILE.svg, or FILE.gp for the script",
		               said);
	if (atoi(mark + strlen(MARK)) != 0)
		return ry_fail(RY_EINVAL, "%s: %s", program, said);
	if (WEXITSTATUS(how) != 0)
		return ry_fail(RY_EIO, "%s ended with status %d", program, WEXITSTATUS(how));
	if (c->picture.size == 0)
		return ry_fail(RY_EIO, "%s drew nothing", program);
	return RY_OK;
}

/* Wait for the end of a gnuplot whose pipes are closed; one that failed or does not end is
 * killed. */
static void await_end(struct child *c, int *how, enum ry_status *status)
{
	double end = now() + time_limit();
	const struct timespec pause = { 0, 2000000 };
	pid_t ended = 0;

	while (*status == RY_OK && ended == 0) {
		ended = waitpid(c->pid, how, WNOHANG);
		if (ended < 0 && errno == EINTR)
			ended = 0;
		else if (ended == 0 && (interrupt_asked() || now() > end))
			*status = ry_fail(interrupt_asked() ? RY_ESTOP : RY_EIO,
			                  "gnuplot drew but did not end, and was stopped");
		else if (ended == 0)
			nanosleep(&pause, NULL);
	}
	kill_running();
	while (ended == 0 && waitpid(c->pid, how, 0) < 0 && errno == EINTR)
		;
}

enum ry_status gnuplot_run(const char *script, size_t length, char **picture, size_t *size)
{
	struct child c = {
		.in = -1, .out = -1, .err = -1,
		.script = { script, last_words }, .left = { length, sizeof last_words - 1 },
	};
	const char *program = program_name();
	enum ry_status status;
	int how = 0;

	*picture = NULL;
	*size = 0;
	status = start(&c, program);
	if (status == RY_OK)
		status = talk_quietly(&c);
	close_end(&c.in);
	close_end(&c.out);
	close_end(&c.err);
	if (c.pid > 0)
		await_end(&c, &how, &status);
	running = 0;
	interrupt_forget(kill_running);
	if (c.pid > 0 && status == RY_OK)
		status = judge(&c, program, how);
	if (status == RY_OK) {
		*picture = c.picture.data;
		*size = c.picture.size;
	} else {
		free(c.picture.data);
	}
	free(c.errors.data);
	return status;
}

/* Length of the UTF-8 character at `text`; 0 for what must not be shown. */
static size_t character(const char *text)
{
	int bytes;

	return text_is_shown(text_decode(text, 4, &bytes)) ? (size_t)bytes : 0;
}

/* Uses double quotes, with characters special to gnuplot as octal escapes, which it decodes after
 * all expansion.  (Single quotes do not work: gnuplot misreads one that follows the opening
 * quote.) */
char *gnuplot_quote(char *to, size_t size, const char *text)
{
	char *p = to, *end = to + size - 2;     /* room for the closing quote and '\0' */

	*p++ = '"';
	while (*text) {
		size_t bytes = character(text);
		int plain =
			bytes > 1 || isalnum((unsigned char)*text) || strchr(" ._-/,:()+=", *text);

		if (p + (bytes == 0 ? 1 : plain ? bytes : 4) > end)
			break;
		if (bytes == 0)
			*p = isspace((unsigned char)*text) ? ' ' : '?';
		else if (plain)
			memcpy(p, text, bytes);
		else
			sprintf(p, "\\%03o", (unsigned char)*text);
		p += bytes == 0 ? 1 : plain ? bytes : 4;
		text += bytes ? bytes : 1;
	}
	*p++ = '"';
	*p = '\0';
	return to;
}
