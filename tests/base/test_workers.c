/* test_workers.c - the thread pool: all shares are done, all writes are visible, no wake-up is
 * lost. */
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

#include "src/base/status.h"
#include "src/base/workers.h"
#include "tests/support/tap.h"

#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZER 1
#elif defined(__SANITIZE_THREAD__)
#define THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#elif __has_feature(thread_sanitizer)
#define THREAD_SANITIZER 1
#endif
#endif

enum { MOST = 5, PHASES = 3 };

/* Written by the shares without atomics: only workers_run() synchronises them. */
struct board {
	int  n;
	long round;
	long seen[MOST];              /* rounds of each share */
	long note[MOST][PHASES];
	long missed[MOST];
	int  late;                    /* index of a slow share, or -1 */
	int  phase;
};

static void a_moment(long microseconds)
{
	struct timespec t = { 0, 1000 * microseconds };

	nanosleep(&t, NULL);
}

static struct workers *team(int n)
{
	struct workers *w = workers_alloc(n);

	CU_ASSERT_PTR_NOT_NULL_FATAL(w);
	return w;
}

static void take_part(int id, void *arg)
{
	struct board *b = arg;

	b->seen[id]++;
}

static void every_share_is_done_once(void)
{
	for (int n = 1; n <= MOST; n++) {
		struct board b = { .n = n };
		struct workers *w = team(n);

		CU_ASSERT_EQUAL(workers_count(w), n);
		for (b.round = 1; b.round <= 3000; b.round++) {
			workers_run(w, take_part, &b);
			for (int id = 0; id < MOST; id++)
				CU_ASSERT_EQUAL_FATAL(b.seen[id], id < n ? b.round : 0);
		}
		workers_free(w);
	}
}

/* Each share writes, and in the next job must see what all others have written. */
static void write_note(int id, void *arg)
{
	struct board *b = arg;

	if (id == b->late)
		a_moment(300);               /* longer than others spin */
	b->note[id][b->phase] = b->round * PHASES + b->phase;
}

static void read_notes(int id, void *arg)
{
	struct board *b = arg;

	for (int k = 0; k < b->n; k++)
		b->missed[id] += b->note[k][b->phase] != b->round * PHASES + b->phase;
}

static long count_missed(struct board *b, struct workers *w, int rounds)
{
	long missed = 0;

	for (int i = 0; i < rounds; i++, b->round++) {
		for (b->phase = 0; b->phase < PHASES; b->phase++) {
			workers_run(w, write_note, b);
			workers_run(w, read_notes, b);
		}
		for (int id = 0; id < b->n; id++) {
			missed += b->missed[id];
			for (int p = 0; p < PHASES; p++)
				missed += b->note[id][p] != b->round * PHASES + p;
		}
	}
	return missed;
}

/* Many jobs in sequence.  A pool starts together and may later find that sharing such small work
 * does not pay, so there are many pools. */
static void jobs_part_phases(void)
{
	for (int n = 1; n <= MOST; n++) {
		struct board b = { .n = n, .late = -1 };
		long missed = 0;

		for (int k = 0; k < 20; k++) {
			struct workers *w = team(n);

			missed += count_missed(&b, w, 300);
			workers_free(w);
		}
		TAP_CHECK(missed == 0, "%d workers: %ld times something was not there yet", n,
		          missed);
	}
}

/* Threads that wait long sleep and must be woken, for late shares and for late jobs. */
static void sleepers_wake_up(void)
{
	for (int n = 2; n <= MOST; n++) {
		struct board b = { .n = n };
		struct workers *w = team(n);
		long missed = 0;

		for (b.late = 0; b.late < n; b.late++) {
			missed += count_missed(&b, w, 5);
			a_moment(2000);
		}
		TAP_CHECK(missed == 0, "%d workers: %ld times something was not there yet", n,
		          missed);
		workers_free(w);
	}
}

/* ---- distribution of shares ---- */

struct crowd {
	int        n;
	atomic_int inside;
	pthread_t  thread[MOST];
	pid_t      task[MOST];
};

/* Shares that wait for each other (which is forbidden to users), so each has its own thread. */
static void gather(int id, void *arg)
{
	struct crowd *c = arg;

	c->thread[id] = pthread_self();
#ifdef __linux__
	c->task[id] = (pid_t)syscall(SYS_gettid);
#endif
	atomic_fetch_add(&c->inside, 1);
	while (atomic_load(&c->inside) < c->n)
		sched_yield();
}

/* A new pool and its thread ids; [0] is this thread. */
static struct workers *team_known(int n, struct crowd *c)
{
	struct workers *w = team(n);
	struct crowd new = { .n = n };

	workers_run(w, gather, &new);
	for (int i = 0; i < n; i++)
		if (pthread_equal(new.thread[i], pthread_self())) {
			pthread_t t = new.thread[i];
			pid_t task = new.task[i];

			new.thread[i] = new.thread[0];
			new.task[i] = new.task[0];
			new.thread[0] = t;
			new.task[0] = task;
		}
	c->n = n;
	memcpy(c->thread, new.thread, sizeof c->thread);
	memcpy(c->task, new.task, sizeof c->task);
	return w;
}

static void a_new_team_works_at_the_same_time(void)
{
	for (int k = 0; k < 20; k++)
		for (int n = 1; n <= MOST; n++) {
			struct crowd c;
			struct workers *w = team_known(n, &c);

			CU_ASSERT_TRUE(pthread_equal(c.thread[0], pthread_self()));
			for (int i = 0; i < n; i++)
				for (int j = 0; j < i; j++)
					CU_ASSERT_FALSE(pthread_equal(c.thread[i], c.thread[j]));
			workers_free(w);
		}
}

/* Wait until this thread of the process sleeps.  False where that cannot be observed. */
static int wait_for_sleep(pid_t task)
{
	char path[64], line[512], *end;

	snprintf(path, sizeof path, "/proc/self/task/%d/stat", (int)task);
	for (;;) {
		FILE *f = task ? fopen(path, "r") : NULL;
		int ok = f && fgets(line, sizeof line, f) && (end = strrchr(line, ')')) &&
		         end[1] == ' ';

		if (f)
			fclose(f);
		if (!ok || end[2] == 'S')
			return ok;
		sched_yield();
	}
}

static double used(pthread_t thread)
{
	struct timespec t = { 0, 0 };
	clockid_t clock;

	CU_ASSERT_EQUAL_FATAL(pthread_getcpuclockid(thread, &clock), 0);
	CU_ASSERT_EQUAL_FATAL(clock_gettime(clock, &t), 0);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* While the caller works alone for a long time, the other threads use no processor time. */
static void idle_threads_take_no_time(void)
{
	for (int n = 2; n <= MOST; n++) {
		struct crowd c;
		struct workers *w = team_known(n, &c);
		double before[MOST], from;
		int seen = 1;

		for (int i = 1; i < n; i++)
			seen = wait_for_sleep(c.task[i]) && seen;
		for (int i = 1; i < n; i++)
			before[i] = used(c.thread[i]);
		for (from = used(pthread_self()); used(pthread_self()) < from + 0.02;)
			;
		for (int i = 1; i < n && seen; i++)
			TAP_CHECK(used(c.thread[i]) == before[i],
			          "thread %d of %d took %g s while there was no work", i, n,
			          used(c.thread[i]) - before[i]);
		workers_free(w);
		if (!seen) {
			tap_skip("no way to see whether a thread sleeps");
			return;
		}
	}
}

/* A thread that is not scheduled: it sits in a signal handler until a pipe can be read. */
static int held[2];
static atomic_int holding;

static void hold(int sig)
{
	char c;

	(void)sig;
	atomic_fetch_add(&holding, 1);
	while (read(held[0], &c, 1) != 1)
		;
}

static void nobody_waits_for_a_thread_that_does_not_run(void)
{
	struct sigaction action = { .sa_handler = hold, .sa_flags = SA_RESTART }, was;

	CU_ASSERT_EQUAL_FATAL(sigaction(SIGUSR1, &action, &was), 0);
	CU_ASSERT_EQUAL_FATAL(pipe(held), 0);
	for (int n = 2; n <= MOST; n++) {
		struct board b = { .n = n };
		struct crowd c;
		struct workers *w = team_known(n, &c);
		int seen = 1;

		atomic_store(&holding, 0);
		for (int i = 1; i < n; i++) {
			seen = wait_for_sleep(c.task[i]) && seen;
			pthread_kill(c.thread[i], SIGUSR1);
		}
		while (atomic_load(&holding) < n - 1)
			sched_yield();
		for (b.round = 1; seen && b.round <= 20; b.round++) {
			workers_run(w, take_part, &b);
			for (int id = 0; id < n; id++)
				CU_ASSERT_EQUAL(b.seen[id], b.round);
		}
		CU_ASSERT_EQUAL(write(held[1], "....", n - 1), n - 1);
		/* they come back in a later round and do no harm */
		for (; seen && b.round <= 2000; b.round++)
			workers_run(w, take_part, &b);
		for (int id = 0; seen && id < n; id++)
			CU_ASSERT_EQUAL(b.seen[id], 2000);
		workers_free(w);
		if (!seen) {
			tap_skip("no way to see whether a thread sleeps");
			break;
		}
	}
	close(held[0]);
	close(held[1]);
	sigaction(SIGUSR1, &was, NULL);
}

/* ---- creation and release ---- */

/* Created and freed: immediately, while threads spin, and while they sleep. */
static void they_leave_when_told(void)
{
	for (int i = 0; i < 60; i++) {
		struct board b = { .n = 1 + i % MOST };
		struct workers *w;
		struct crowd c;

		if (i % 3 == 2) {
			w = team_known(b.n, &c);
			for (int k = 1; k < b.n; k++)
				wait_for_sleep(c.task[k]);
		} else {
			w = team(b.n);
			if (i % 3 == 1)
				workers_run(w, take_part, &b);
		}
		workers_free(w);
	}
	workers_free(NULL);
}

/* Failures are per share: all shares are done, no message is lost or mixed up, and the next job is
 * not affected. */
struct failures {
	enum ry_status status[MOST];
	char           message[MOST][40];
};

static void fail(int id, void *arg)
{
	struct failures *f = arg;

	f->status[id] = ry_fail(RY_EDATA, "share %d failed", id);
	snprintf(f->message[id], sizeof f->message[id], "%s", ry_message());
}

static void failures_stay_apart(void)
{
	for (int n = 1; n <= MOST; n++) {
		struct workers *w = team(n);

		for (int k = 0; k < 200; k++) {
			struct failures f = { .status = { RY_OK } };
			struct board b = { .n = n };

			workers_run(w, fail, &f);
			for (int id = 0; id < n; id++) {
				char expected[40];

				snprintf(expected, sizeof expected, "share %d failed", id);
				CU_ASSERT_EQUAL(f.status[id], RY_EDATA);
				CU_ASSERT_STRING_EQUAL(f.message[id], expected);
			}
			workers_run(w, take_part, &b);
			for (int id = 0; id < n; id++)
				CU_ASSERT_EQUAL(b.seen[id], 1);
		}
		workers_free(w);
	}
}

/* A child has none of its parent's threads: it creates its own, and the parent's continue. */
static void children_have_their_own(void)
{
#ifdef THREAD_SANITIZER
	tap_skip("the sanitizer allows no threads in a child");
#else
	for (int n = 1; n <= 3; n++) {
		struct board b = { .n = n, .late = -1 };
		struct workers *w = team(n);
		long missed = count_missed(&b, w, 10);

		for (int k = 0; k < 6; k++) {
			int status = -1;
			pid_t child;

			if (k % 2)
				a_moment(500);           /* asleep, or falling asleep */
			child = fork();
			if (child == 0) {
				struct board own = { .n = 2, .late = -1 };
				struct workers *other = workers_alloc(2);

				if (!other || count_missed(&own, other, 20) != 0)
					_exit(1);
				workers_free(other);
				_exit(0);
			}
			missed += count_missed(&b, w, 20);
			CU_ASSERT_EQUAL_FATAL(waitpid(child, &status, 0), child);
			TAP_CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0,
			          "the child ended with status %d", status);
		}
		TAP_CHECK(missed == 0, "%d workers: %ld times something was not there yet", n,
		          missed);
		workers_free(w);
	}
#endif
}

static void shares_cover_everything_once(void)
{
	static const size_t units[] = { 1, 3, 8, 16 };

	for (int count = 1; count <= 7; count++)
		for (size_t u = 0; u < 4; u++)
			for (size_t n = 0; n <= 130; n++) {
				size_t unit = units[u], end = 0, least = n, most = 0;
				int bad = 0;

				for (int id = 0; id < count; id++) {
					size_t from, to;

					workers_share(id, count, n, unit, &from, &to);
					bad += from != end || to < from ||
					       (from % unit && from != n);
					least = to - from < least ? to - from : least;
					most = to - from > most ? to - from : most;
					end = to;
				}
				TAP_CHECK(!bad && end == n,
				          "%d shares of %zu by %zu do not fit together", count, n,
				          unit);
				TAP_CHECK(most - least < 2 * unit,
				          "%d shares of %zu by %zu: from %zu to %zu", count, n,
				          unit, least, most);
			}
}

static void none_is_not_possible(void)
{
	CU_ASSERT_PTR_NULL(workers_alloc(0));
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "0 threads"));
	CU_ASSERT_PTR_NULL(workers_alloc(-3));
	CU_ASSERT_PTR_NULL(workers_alloc(INT_MIN));
}

/* With too little memory for all stacks: NULL, a message, and the threads already started are
 * gone. */
static void too_many_threads_are_refused(void)
{
#if defined(ADDRESS_SANITIZER) || defined(THREAD_SANITIZER)
	tap_skip("sanitizers need more memory than the limit");
#else
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		struct rlimit limit = { 1 << 30, 1 << 30 };
		struct workers *w;
		pthread_attr_t usual;
		size_t stack = 0;

		pthread_attr_init(&usual);
		if (pthread_attr_getstacksize(&usual, &stack) != 0 || stack == 0)
			_exit(4);
		setrlimit(RLIMIT_AS, &limit);
		w = workers_alloc((int)(limit.rlim_cur / stack) + 1);
		if (w)
			_exit(1);
		if (!strstr(ry_message(), "could not start thread"))
			_exit(2);
		w = workers_alloc(2);
		if (!w)
			_exit(3);
		workers_free(w);
		_exit(0);
	}
	CU_ASSERT_EQUAL_FATAL(waitpid(child, &status, 0), child);
	TAP_CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child ended with status %d",
	          status);
#endif
}

static const struct tap_test tests[] = {
	{ "every share is done once", every_share_is_done_once },
	{ "jobs part phases", jobs_part_phases },
	{ "sleepers wake up", sleepers_wake_up },
	{ "a new team works at the same time", a_new_team_works_at_the_same_time },
	{ "idle threads take no time", idle_threads_take_no_time },
	{ "nobody waits for a thread that does not run",
	  nobody_waits_for_a_thread_that_does_not_run },
	{ "they leave when told, also asleep", they_leave_when_told },
	{ "failures stay apart", failures_stay_apart },
	{ "children have their own", children_have_their_own },
	{ "shares cover everything once, cut at units", shares_cover_everything_once },
	{ "fewer than one is refused", none_is_not_possible },
	{ "more threads than there is memory for are refused", too_many_threads_are_refused },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("workers", tests);
}
