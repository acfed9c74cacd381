/* rl_seeds.c - see rl_seeds.h. */
#include "rl/rl_seeds.h"

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

#include "src/cli/command.h"

enum { LOOK_MS = 100 };

/* Memory shared with the children. */
struct shared {
	struct seed_end *end;        /* (n) */
	volatile double *done;       /* (n) */
	size_t           size;
	void            *at;
};

static enum ry_status share(struct shared *s, int n)
{
	s->size = (size_t)n * (sizeof *s->end + sizeof *s->done);
	s->at = mmap(NULL, s->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s->at == MAP_FAILED)
		return ry_fail_memory("processes");
	s->done = s->at;
	s->end = (struct seed_end *)((double *)s->at + n);
	return RY_OK;
}

/* ---- in a child ---- */

/* A terminal's Ctrl-C comes to parent and children alike, and a second signal of a kind kills: ours counts
 * only where there was none. */
static void on_asked(int number)
{
	(void)number;
	if (!command_interrupted())
		raise(SIGTERM);
}

/* Nothing of a child's is shown, and it ends with its parent. */
static void become_child(pid_t parent)
{
	struct sigaction asked = { .sa_handler = on_asked, .sa_flags = SA_RESTART };
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

	sigemptyset(&asked.sa_mask);
	sigaction(SIGUSR1, &asked, NULL);
	if (nowhere >= 0) {
		dup2(nowhere, STDOUT_FILENO);
		dup2(nowhere, STDERR_FILENO);
	}
#ifdef __linux__
	prctl(PR_SET_PDEATHSIG, SIGUSR1);
#endif
	if (getppid() != parent)
		raise(SIGUSR1);
}

static void child(const struct seed_jobs *jobs, const struct shared *s, int k, pid_t parent)
{
	struct seed_end *end = &s->end[k];

	become_child(parent);
	end->status = jobs->work(k, &s->done[k], jobs->arg);
	if (end->status != RY_OK)
		snprintf(end->message, sizeof end->message, "%s", ry_message());
	fflush(NULL);
	_exit(ry_exit_status(end->status));
}

/* ---- in the parent ---- */

static enum ry_status start(const struct seed_jobs *jobs, const struct shared *s, int k, pid_t *pid)
{
	pid_t parent = getpid();

	fflush(NULL);
	/* Until it says otherwise it was killed. */
	s->end[k] = (struct seed_end){ .status = RY_EIO, .message = "its process was killed" };
	*pid = fork();
	if (*pid == 0)
		child(jobs, s, k, parent);
	if (*pid > 0)
		return RY_OK;
	*pid = 0;
	return ry_fail(RY_EIO, "no process can be started: %s", strerror(errno));
}

/* Note those that have ended; how many still run. */
static int reap(pid_t *pid, int n)
{
	int running = 0;

	for (int k = 0; k < n; k++) {
		if (pid[k] && waitpid(pid[k], NULL, WNOHANG) == pid[k])
			pid[k] = 0;
		running += pid[k] != 0;
	}
	return running;
}

static void ask_all_to_stop(const pid_t *pid, int n)
{
	for (int k = 0; k < n; k++)
		if (pid[k])
			kill(pid[k], SIGUSR1);
}

static int skipped(const struct seed_jobs *jobs, int k)
{
	return jobs->skip && jobs->skip[k];
}

static enum ry_status supervise(const struct seed_jobs *jobs, const struct shared *s, pid_t *pid)
{
	const struct timespec pause = { 0, LOOK_MS * 1000000L };
	enum ry_status status = RY_OK;
	int next = 0, running, stopping = 0;

	do {
		running = reap(pid, jobs->n);
		while (status == RY_OK && running < jobs->at_once && next < jobs->n && !command_interrupted()) {
			if (!skipped(jobs, next)) {
				status = start(jobs, s, next, &pid[next]);
				running += status == RY_OK;
			}
			next++;
		}
		if (!stopping && (command_interrupted() || status != RY_OK)) {
			ask_all_to_stop(pid, jobs->n);
			stopping = 1;
		}
		if (jobs->tell)
			jobs->tell(s->done, jobs->arg);
		if (running)
			nanosleep(&pause, NULL);
	} while (running || (next < jobs->n && status == RY_OK && !command_interrupted()));
	return status;
}

enum ry_status seeds_run(const struct seed_jobs *jobs, struct seed_end *end)
{
	struct shared s = { 0 };
	pid_t *pid = ry_calloc((size_t)jobs->n, sizeof *pid, "processes");
	enum ry_status status = pid ? share(&s, jobs->n) : RY_ENOMEM;

	if (status == RY_OK) {
		for (int k = 0; k < jobs->n; k++)
			s.end[k].status = skipped(jobs, k) ? RY_OK : RY_ESTOP;
		status = supervise(jobs, &s, pid);
		memcpy(end, s.end, (size_t)jobs->n * sizeof *end);
		munmap(s.at, s.size);
	}
	free(pid);
	return status;
}
