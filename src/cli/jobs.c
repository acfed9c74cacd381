/* jobs.c - see jobs.h. */
#include "src/cli/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "src/base/file.h"
#include "src/base/text.h"
#include "src/ui/interrupt.h"
#include "src/ui/wrap.h"

enum { LOOK_MS = 20, LOOKS_PER_TELL = 5 };

/* What a process leaves here, in memory that it shares with us. */
struct place {
	volatile double done;
	volatile int    told;        /* `end` is its own word */
	struct job_end  end;
};

struct supervision {
	const struct jobs *jobs;
	struct place      *place;    /* (n), shared */
	pid_t             *pid;      /* (n): of those under way; else 0 */
	double            *done;     /* (n): for tell() */
	struct job_end    *end;      /* (n): the caller's */
};

static int skipped(const struct jobs *jobs, int k)
{
	return jobs->skip && jobs->skip[k];
}

static void say(struct job_end *end, enum ry_status status, const char *message)
{
	end->status = status;
	snprintf(end->message, sizeof end->message, "%s", message);
}

/* ---- in a job's process ---- */

/* A terminal's Ctrl-C comes to parent and children alike, and a second signal of a kind kills: ours
 * counts only where there was none. */
static void on_asked(int number)
{
	(void)number;
	if (!command_interrupted())
		raise(SIGTERM);
}

/* From here on we may be asked to stop, and are when our parent is no more. */
static void listen_to(pid_t parent)
{
	struct sigaction asked = { .sa_handler = on_asked };
	sigset_t one;

	sigemptyset(&asked.sa_mask);
	sigaction(SIGUSR1, &asked, NULL);
	sigemptyset(&one);
	sigaddset(&one, SIGUSR1);
	sigprocmask(SIG_UNBLOCK, &one, NULL);
#ifdef __linux__
	prctl(PR_SET_PDEATHSIG, SIGUSR1);
#endif
	if (getppid() != parent)
		raise(SIGUSR1);
}

static enum ry_status redirect(const char *log)
{
	int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int out = log ? -1 : open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (in < 0 || (!log && out < 0))
		return ry_fail(RY_EIO, "/dev/null: %s", strerror(errno));
	if (log && file_open_own(log, O_APPEND, &out) != RY_OK)
		return ry_failure();
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	close(in);
	close(out);
	return RY_OK;
}

static int watch(struct observer *self, const struct event *e)
{
	*((struct job_watcher *)self)->done = e->done;
	return 0;
}

struct job_watcher job_watcher(volatile double *done)
{
	return (struct job_watcher){ { watch, NULL }, done };
}

/* A command line, as if it had been typed. */
static enum ry_status run_words(const struct jobs *jobs, int k, volatile double *done)
{
	struct job_watcher watcher = job_watcher(done);
	int argc = 0;
	enum ry_status status;

	while (jobs->words[k][argc])
		argc++;
	status = command_words(argc, (char **)jobs->words[k], jobs->lists, &watcher.observer);
	if (status != RY_OK)
		tell_user("%s: %s", jobs->words[k][0], ry_message());
	return status;
}

static void child(const struct jobs *jobs, struct place *place, int k, pid_t parent)
{
	enum ry_status status = redirect(jobs->log ? jobs->log(k, jobs->arg) : NULL);

	interrupt_forked();
	listen_to(parent);
	if (status == RY_OK)
		status = jobs->words ? run_words(jobs, k, &place->done)
		                     : jobs->work(k, &place->done, jobs->arg);
	say(&place->end, status, status == RY_OK ? "" : ry_message());
	place->told = 1;
	fflush(NULL);
	_exit(ry_exit_status(status));
}

/* ---- in the parent ---- */

static enum ry_status start(struct supervision *s, int k)
{
	pid_t parent = getpid(), pid;
	sigset_t one, before;

	fflush(NULL);
	sigemptyset(&one);
	sigaddset(&one, SIGUSR1);
	sigprocmask(SIG_BLOCK, &one, &before);           /* until the child listens */
	pid = fork();
	if (pid == 0)
		child(s->jobs, &s->place[k], k, parent);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (pid < 0)
		return ry_fail(RY_EIO, "cannot start a process: %s", strerror(errno));
	s->pid[k] = pid;
	return RY_OK;
}

static void take_end(struct supervision *s, int k, int wait_status)
{
	const struct place *place = &s->place[k];
	char message[200];

	s->pid[k] = 0;
	if (WIFSIGNALED(wait_status)) {
		snprintf(message, sizeof message, "its process was killed by signal %d (%s)",
		         WTERMSIG(wait_status), strsignal(WTERMSIG(wait_status)));
		say(&s->end[k], RY_EIO, message);
	} else if (!place->told) {
		snprintf(message, sizeof message,
		         "its process ended early, with status %d",
		         WEXITSTATUS(wait_status));
		say(&s->end[k], RY_EIO, message);
	} else {
		s->end[k] = place->end;
	}
	if (s->jobs->ended)
		s->jobs->ended(k, &s->end[k], s->jobs->arg);
}

/* Note those that have ended; how many still run. */
static int reap(struct supervision *s)
{
	int running = 0, wait_status;

	for (int k = 0; k < s->jobs->n; k++) {
		if (s->pid[k] && waitpid(s->pid[k], &wait_status, WNOHANG) == s->pid[k])
			take_end(s, k, wait_status);
		running += s->pid[k] != 0;
	}
	return running;
}

static void ask_all_to_stop(const struct supervision *s)
{
	for (int k = 0; k < s->jobs->n; k++)
		if (s->pid[k])
			kill(s->pid[k], SIGUSR1);
}

static void tell(struct supervision *s)
{
	if (!s->jobs->tell)
		return;
	for (int k = 0; k < s->jobs->n; k++)
		s->done[k] = s->place[k].told && s->end[k].status == RY_OK ? 1 : s->place[k].done;
	s->jobs->tell(s->done, s->jobs->arg);
}

/* Begin with the next ones; how many run then.  Having none under way and no way to begin one is a
 * failure. */
static enum ry_status fill(struct supervision *s, int *next, int *at_once, int *running)
{
	while (*running < *at_once && *next < s->jobs->n && !command_interrupted()) {
		if (!skipped(s->jobs, *next)) {
			enum ry_status status = start(s, *next);

			if (status != RY_OK && !*running)
				return status;
			if (status != RY_OK) {
				*at_once = *running;
				break;
			}
			++*running;
		}
		++*next;
	}
	return RY_OK;
}

static enum ry_status supervise(struct supervision *s)
{
	const struct timespec pause = { 0, LOOK_MS * 1000000L };
	enum ry_status status = RY_OK;
	int next = 0, running, stopping = 0, at_once = s->jobs->at_once < 1 ? 1 : s->jobs->at_once;

	for (int look = 0; ; look++) {
		running = reap(s);
		if (status == RY_OK)
			status = fill(s, &next, &at_once, &running);
		if (!stopping && command_interrupted()) {
			ask_all_to_stop(s);
			stopping = 1;
		}
		if (!running)
			break;
		if (look % LOOKS_PER_TELL == 0)
			tell(s);
		nanosleep(&pause, NULL);
	}
	tell(s);
	return status;
}

enum ry_status jobs_run(const struct jobs *jobs, struct job_end *end)
{
	size_t n = jobs->n > 0 ? (size_t)jobs->n : 1, size = n * sizeof(struct place);
	struct supervision s = { .jobs = jobs, .end = end };
	enum ry_status status;
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		return ry_fail_memory("processes");
	s.place = at;
	s.pid = ry_calloc(n, sizeof *s.pid, "processes");
	s.done = ry_calloc(n, sizeof *s.done, "processes");
	for (int k = 0; k < jobs->n; k++)
		if (skipped(jobs, k))
			say(&end[k], RY_OK, "");
		else
			say(&end[k], RY_ESTOP, "");
	interrupt_hold();                                 /* the jobs save and end by themselves */
	status = s.pid && s.done ? supervise(&s) : ry_failure();
	interrupt_release();
	munmap(at, size);
	free(s.pid);
	free(s.done);
	return status;
}
