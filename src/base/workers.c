/* workers.c - see workers.h.
 *
 * Order of memory.  A job is published by the growth of `begun`: job, arg, left and what the caller
 * wrote before come before it, and a thread that sees it grown sees them.  A share of round r
 * belongs to the thread that changes its `taken` from r - 1 to r.  Nobody does so too late: while a
 * share of round r is not taken the caller waits for it and the job stays what it is, and when all
 * are taken the exchange fails, also for a thread that slept since it read r.  (Rounds are counted
 * in a machine word; it would have to sleep through 2^32 rounds at least, to the very one.) What a
 * share wrote comes before its step down of `left`; those steps are one chain of
 * read-modify-writes, so that the last of them, and through the growth of `done` the caller, sees
 * all shares.
 *
 * Nobody sleeps for ever.  A thread about to sleep says so in `asleep` and then looks at the count
 * that it waits for once more; who lets that grow looks at `asleep` afterwards.  All four are
 * sequentially consistent, so at least one of the two sees the other: the sleeper stays awake, or
 * the other one takes its mutex, which is free only once the sleeper waits at its condition, and
 * wakes it.  A condition for each thread: at one for all, a thread that was woken and does not run
 * yet can keep others from being woken.
 */
#include "src/base/workers.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "src/base/real.h"
#include "src/base/status.h"
#include "src/base/thread_tuner.h"

/* Seconds to spin before sleeping.  Falling asleep and being woken takes 5 to 50 microseconds: who
 * spins for as long wastes no more than that on a long wait, and has no need to sleep on a short
 * one. */
#define SPIN 6e-5

enum { PAUSES = 16 };            /* between looks at the clock */

/* Where one thread sleeps. */
struct bed {
	_Alignas(RY_ALIGN) atomic_int asleep;
	pthread_mutex_t mutex;
	pthread_cond_t  wake;
};

struct share {
	_Alignas(RY_ALIGN) atomic_ulong taken;    /* the last round in which somebody took it */
	double work;                              /* processor time that it took, seconds */
};

struct workers {
	int             n, started;
	pthread_t      *thread;
	void          (*job)(int id, void *arg);
	void           *arg;
	struct thread_tuner     pace;
	struct share   *share;        /* (n) */
	struct bed     *bed;          /* (n), one for each thread */
	_Alignas(RY_ALIGN) atomic_ulong begun;    /* rounds; also grows when it is time to leave */
	_Alignas(RY_ALIGN) atomic_ulong done;     /* rounds */
	atomic_int      left;         /* shares of this round that are not done */
	atomic_int      leave;        /* a thread late for the last round may see it already */
};

/* One thread's view: which share it begins with, and where it sleeps. */
struct seat {
	struct workers *w;
	int             id;
};

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Processor time of this thread, if anybody wants to know. */
static double work_so_far(const struct workers *w)
{
	return w->pace.look ? seconds(CLOCK_THREAD_CPUTIME_ID) : 0;
}

static inline void pause_briefly(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#endif
}

/* ---- waiting ---- */

static unsigned long spin(atomic_ulong *count, unsigned long from)
{
	double end = 0;
	unsigned long now;

	for (;;) {
		for (int i = 0; i < PAUSES; i++) {
			now = atomic_load_explicit(count, memory_order_acquire);
			if (now != from)
				return now;
			pause_briefly();
		}
		if (end == 0)
			end = seconds(CLOCK_MONOTONIC) + SPIN;
		else if (seconds(CLOCK_MONOTONIC) > end)
			return from;
	}
}

/* Wait until the count is not `from`, and return it. */
static unsigned long await(struct bed *b, atomic_ulong *count, unsigned long from)
{
	unsigned long now = spin(count, from);

	if (now != from)
		return now;
	pthread_mutex_lock(&b->mutex);
	for (;;) {
		atomic_store(&b->asleep, 1);         /* again each time: who was late to wake us
		                                      * may have cleared it */
		now = atomic_load(count);
		if (now != from)
			break;
		pthread_cond_wait(&b->wake, &b->mutex);
	}
	atomic_store(&b->asleep, 0);
	pthread_mutex_unlock(&b->mutex);
	return now;
}

/* After the count that it waits for has grown. */
static void wake(struct bed *b)
{
	if (!atomic_load(&b->asleep) || !atomic_exchange(&b->asleep, 0))
		return;
	pthread_mutex_lock(&b->mutex);
	pthread_mutex_unlock(&b->mutex);
	pthread_cond_signal(&b->wake);
}

static unsigned long begin_round(struct workers *w)
{
	unsigned long round = atomic_fetch_add(&w->begun, 1) + 1;

	for (int id = 1; id < w->n; id++)
		wake(&w->bed[id]);
	return round;
}

/* ---- working ---- */

static void end_round(struct workers *w)
{
	atomic_fetch_add(&w->done, 1);
	wake(&w->bed[0]);
}

/* Take whatever share of `round` nobody has begun, from one's own on. */
static void take_shares(struct workers *w, int own, unsigned long round)
{
	for (int k = 0; k < w->n; k++) {
		int id = (own + k) % w->n;
		struct share *s = &w->share[id];
		unsigned long before = round - 1;
		double from;

		if (!atomic_compare_exchange_strong(&s->taken, &before, round))
			continue;
		from = work_so_far(w);
		w->job(id, w->arg);
		s->work = work_so_far(w) - from;
		if (atomic_fetch_sub(&w->left, 1) == 1)
			end_round(w);
	}
}

static void *serve(void *arg)
{
	struct seat seat = *(struct seat *)arg;
	struct workers *w = seat.w;
	unsigned long round = 0;

	free(arg);
	for (;;) {
		round = await(&w->bed[seat.id], &w->begun, round);
		if (atomic_load_explicit(&w->leave, memory_order_relaxed))
			return NULL;
		take_shares(w, seat.id, round);
	}
}

/* Processor time that all shares took, seconds. */
static double run_together(struct workers *w)
{
	unsigned long done = atomic_load_explicit(&w->done, memory_order_relaxed);
	double work = 0;

	atomic_store_explicit(&w->left, w->n, memory_order_relaxed);
	take_shares(w, 0, begin_round(w));
	await(&w->bed[0], &w->done, done);
	for (int id = 0; id < w->n; id++)
		work += w->share[id].work;
	return work;
}

static double run_alone(struct workers *w)
{
	double from = work_so_far(w);

	for (int id = 0; id < w->n; id++)
		w->job(id, w->arg);
	return work_so_far(w) - from;
}

void workers_run(struct workers *w, void (*job)(int id, void *arg), void *arg)
{
	double from, work;

	if (w->n == 1) {
		job(0, arg);
		return;
	}
	from = seconds(CLOCK_MONOTONIC);
	w->job = job;
	w->arg = arg;
	work = w->pace.together ? run_together(w) : run_alone(w);
	thread_tuner_note(&w->pace, seconds(CLOCK_MONOTONIC) - from, work);
}

/* ---- construction ---- */

static int start(struct workers *w, int id)
{
	struct seat *seat = malloc(sizeof *seat);

	if (!seat)
		return 0;
	*seat = (struct seat){ w, id };
	if (pthread_create(&w->thread[id], NULL, serve, seat) != 0) {
		free(seat);
		return 0;
	}
	return 1;
}

static void release(struct workers *w)
{
	free(w->bed);
	free(w->share);
	free(w->thread);
	free(w);
}

struct workers *workers_alloc(int n)
{
	struct workers *w;

	if (n < 1) {
		ry_fail(RY_EINVAL, "%d threads: expected at least 1", n);
		return NULL;
	}
	w = ry_calloc(1, sizeof *w, "threads");
	if (!w)
		return NULL;
	w->n = n;
	w->started = 1;
	w->pace = thread_tuner_begin();
	w->thread = ry_calloc(n, sizeof *w->thread, "threads");
	w->share = ry_calloc(n, sizeof *w->share, "threads");
	w->bed = ry_calloc(n, sizeof *w->bed, "threads");
	if (!w->thread || !w->share || !w->bed) {
		release(w);
		return NULL;
	}
	for (int id = 0; id < n; id++) {
		pthread_mutex_init(&w->bed[id].mutex, NULL);
		pthread_cond_init(&w->bed[id].wake, NULL);
	}
	for (; w->started < n; w->started++)
		if (!start(w, w->started)) {
			ry_fail(RY_ENOMEM, "could not start thread %d of %d", w->started + 1, n);
			workers_free(w);
			return NULL;
		}
	return w;
}

void workers_free(struct workers *w)
{
	if (!w)
		return;
	atomic_store_explicit(&w->leave, 1, memory_order_relaxed);
	begin_round(w);
	for (int id = 1; id < w->started; id++)
		pthread_join(w->thread[id], NULL);
	for (int id = 0; id < w->n; id++) {
		pthread_cond_destroy(&w->bed[id].wake);
		pthread_mutex_destroy(&w->bed[id].mutex);
	}
	release(w);
}

int workers_count(const struct workers *w)
{
	return w->n;
}

void workers_share(int id, int count, size_t n, size_t unit, size_t *from, size_t *to)
{
	size_t units = (n + unit - 1) / unit;

	*from = units * id / count * unit;
	*to = units * (id + 1) / count * unit;
	if (*to > n)
		*to = n;
	if (*from > n)
		*from = n;
}
