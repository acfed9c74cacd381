/* test_workers.c - long-lived threads: everybody works, everybody waits, everything is seen. */
#include <limits.h>
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "src/status.h"
#include "src/workers.h"
#include "tests/tap.h"

enum { MOST = 5, PHASES = 3 };

/* What the workers write: plain numbers, for the meeting points alone keep them apart. */
struct board {
	struct workers *w;
	int             n;
	long            round;
	long            seen[MOST];          /* rounds that each worker took part in */
	long            note[MOST][PHASES];
	long            wrong;               /* by worker 0 alone */
	long            missed[MOST];
	pthread_t       thread[MOST];
	int             late;                /* this worker comes late to its meetings, or -1 */
};

static void a_moment(long microseconds)
{
	struct timespec t = { 0, 1000 * microseconds };

	nanosleep(&t, NULL);
}

static void take_part(int id, void *arg)
{
	struct board *b = arg;

	b->seen[id]++;
	b->thread[id] = pthread_self();
}

static void everybody_runs_each_job_once(void)
{
	for (int n = 1; n <= MOST; n++) {
		struct board b = { .n = n };
		struct workers *w = workers_alloc(n);

		CU_ASSERT_PTR_NOT_NULL_FATAL(w);
		CU_ASSERT_EQUAL(workers_count(w), n);
		for (b.round = 1; b.round <= 100; b.round++) {
			workers_run(w, take_part, &b);
			for (int id = 0; id < MOST; id++)
				CU_ASSERT_EQUAL_FATAL(b.seen[id], id < n ? b.round : 0);
		}
		CU_ASSERT_TRUE(pthread_equal(b.thread[0], pthread_self()));
		for (int i = 0; i < n; i++)
			for (int j = 0; j < i; j++)
				CU_ASSERT_FALSE(pthread_equal(b.thread[i], b.thread[j]));
		workers_free(w);
	}
}

/* In each phase everybody writes, meets, and must find what all others have written; and meets
 * again before the next phase writes over it. */
static void phases(int id, void *arg)
{
	struct board *b = arg;

	for (int p = 0; p < PHASES; p++) {
		if (id == b->late)
			a_moment(300);               /* longer than the others spin */
		b->note[id][p] = b->round * PHASES + p;
		workers_meet(b->w);
		for (int k = 0; k < b->n; k++)
			b->missed[id] += b->note[k][p] != b->round * PHASES + p;
		workers_meet(b->w);
		b->note[id][p] = -1;
	}
}

static void count_missed(struct board *b, int rounds)
{
	for (int i = 0; i < rounds; i++, b->round++) {
		workers_run(b->w, phases, b);
		for (int id = 0; id < b->n; id++) {
			b->wrong += b->missed[id];
			for (int p = 0; p < PHASES; p++)
				b->wrong += b->note[id][p] != -1;
		}
	}
}

static void meetings_part_phases(void)
{
	for (int n = 1; n <= MOST; n++) {
		struct board b = { .n = n, .late = -1, .w = workers_alloc(n) };

		CU_ASSERT_PTR_NOT_NULL_FATAL(b.w);
		count_missed(&b, 60);
		TAP_CHECK(b.wrong == 0, "%d workers: %ld times something was not there yet", n, b.wrong);
		workers_free(b.w);
	}
}

/* Whoever waits long sleeps, and must be woken: late ones in a job, late jobs. */
static void sleepers_wake_up(void)
{
	for (int n = 2; n <= MOST; n++) {
		struct board b = { .n = n, .w = workers_alloc(n) };

		CU_ASSERT_PTR_NOT_NULL_FATAL(b.w);
		for (b.late = 0; b.late < n; b.late++) {
			count_missed(&b, 5);
			a_moment(2000);
		}
		TAP_CHECK(b.wrong == 0, "%d workers: %ld times something was not there yet", n, b.wrong);
		workers_free(b.w);
	}
}

/* Made and freed at once, before or after they did anything. */
static void they_leave_when_told(void)
{
	for (int i = 0; i < 40; i++) {
		struct board b = { .n = 1 + i % MOST };
		struct workers *w = workers_alloc(b.n);

		CU_ASSERT_PTR_NOT_NULL_FATAL(w);
		if (i % 3 == 0)
			workers_run(w, take_part, &b);
		workers_free(w);
	}
	workers_free(NULL);
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
					bad += from != end || to < from || (from % unit && from != n);
					least = to - from < least ? to - from : least;
					most = to - from > most ? to - from : most;
					end = to;
				}
				TAP_CHECK(!bad && end == n, "%d shares of %zu by %zu do not fit together", count, n, unit);
				TAP_CHECK(most - least < 2 * unit, "%d shares of %zu by %zu: from %zu to %zu", count, n, unit, least, most);
			}
}

static void none_is_not_possible(void)
{
	CU_ASSERT_PTR_NULL(workers_alloc(0));
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "0 threads"));
	CU_ASSERT_PTR_NULL(workers_alloc(-3));
	CU_ASSERT_PTR_NULL(workers_alloc(INT_MIN));
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

/* In a process that may not have the memory for so many stacks: NULL, a sentence, and those that did
 * start are gone. */
static void too_many_threads_are_refused(void)
{
#ifdef SANITIZED
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
	TAP_CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child ended with status %d", status);
#endif
}

static const struct tap_test tests[] = {
	{ "everybody runs each job once", everybody_runs_each_job_once },
	{ "meeting points part phases", meetings_part_phases },
	{ "sleepers wake up", sleepers_wake_up },
	{ "they leave when told", they_leave_when_told },
	{ "shares cover everything once, cut at units", shares_cover_everything_once },
	{ "fewer than one is refused", none_is_not_possible },
	{ "more threads than there is memory for are refused", too_many_threads_are_refused },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("workers", tests);
}
