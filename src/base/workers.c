/* workers.c - see workers.h.
 *
 * Memory order.  A job is published by incrementing `begun`: job, arg, left and the caller's
 * earlier writes happen before it, and a thread that sees the increment sees them.  A share of
 * round r belongs to the thread that changes its `taken` from r - 1 to r.  No thread can do so too
 * late: while a share of round r is not taken, the caller waits for it and the job stays valid;
 * when all are taken, the exchange fails, also for a thread that has slept since it read r.
 * (Rounds are counted in a machine word, so it would have to sleep through at least 2^32 rounds,
 * and exactly that many.) The writes of a share happen before its decrement of `left`.  These
 * decrements form one chain of read-modify-writes, so the last of them and, through the increment
 * of `done`, the caller see the writes of all shares.
 *
 * No lost wake-ups.  A thread about to sleep sets `asleep` and then checks once more the counter
 * that it waits for; a thread that increments the counter checks `asleep` afterwards.  All four
 * operations are sequentially consistent, so at least one side sees the other: either the sleeper
 * stays awake, or the other thread takes its mutex, which is free only once the sleeper waits on
 * its condition variable, and wakes it.  Each thread has its own condition variable: with a shared
 * one, a thread that has been woken but does not run yet could keep others from being woken.
 */
#include "src/base/workers.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "src/base/real.h"
#include "src/base/status.h"
#include "src/base/thread_tuner.h"

/* Seconds to spin before sleeping.  Falling asleep and being woken takes 5 to 50 microseconds:
 * spinning about as long wastes no more than that on a long wait and avoids sleeping on a short
 * one. */
#define SPIN 6e-5

enum { PAUSES = 16 };            /* pause instructions between clock reads */

/* The sleeping place of one thread. */
struct sleeper {
	_Alignas(RY_ALIGN) atomic_int asleep;
	pthread_mutex_t mutex;
	pthread_cond_t  wake;
};

struct share {
	_Alignas(RY_ALIGN) atomic_ulong taken;    /* the last round in which it was taken */
	double work;                              /* processor time used for it, in seconds */
};

struct workers {
	int             n, started;
	pthread_t      *thread;
	void          (*job)(int id, void *arg);
	void           *arg;
	struct share   *share;        /* (n) */
	struct sleeper *sleeper;      /* (n), one for each thread */
	struct thread_tuner tuner;
	_Alignas(RY_ALIGN) atomic_ulong begun;    /* rounds; also incremented to stop the threads */
	_Alignas(RY_ALIGN) atomic_ulong done;     /* rounds */
	atomic_int      left;         /* unfinished shares of this round */
	atomic_int      leave;        /* set before `begun`, so a late thread may see it early */
};

/* The argument of a thread; `id` is its own share and its sleeper. */
struct thread_arg {
	struct workers *w;
	int             id;
};

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Processor time of this thread; 0 where the tuner does not need it. */
static double work_so_far(const struct workers *w)
{
	return w->tuner.look ? seconds(CLOCK_THREAD_CPUTIME_ID) : 0;
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

/* Wait until the counter differs from `from`, and return it. */
static unsigned long await(struct sleeper *s, atomic_ulong *count, unsigned long from)
{
	unsigned long now = spin(count, from);

	if (now != from)
		return now;
	pthread_mutex_lock(&s->mutex);
	for (;;) {
		/* Set again each time: a late wake() may have cleared it. */
		atomic_store(&s->asleep, 1);
		now = atomic_load(count);
		if (now != from)
			break;
		pthread_cond_wait(&s->wake, &s->mutex);
	}
	atomic_store(&s->asleep, 0);
	pthread_mutex_unlock(&s->mutex);
	return now;
}

/* Wake a thread after incrementing the counter that it waits for. */
static void wake(struct sleeper *s)
{
	if (!atomic_load(&s->asleep) || !atomic_exchange(&s->asleep, 0))
		return;
	pthread_mutex_lock(&s->mutex);
	pthread_mutex_unlock(&s->mutex);
	pthread_cond_signal(&s->wake);
}

static unsigned long begin_round(struct workers *w)
{
	unsigned long round = atomic_fetch_add(&w->begun, 1) + 1;

	for (int id = 1; id < w->n; id++)
		wake(&w->sleeper[id]);
	return round;
}

/* ---- working ---- */

static void end_round(struct workers *w)
{
	atomic_fetch_add(&w->done, 1);
	wake(&w->sleeper[0]);
}

/* Take shares of `round` that nobody has started, beginning with our own. */
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
	struct thread_arg own = *(struct thread_arg *)arg;
	struct workers *w = own.w;
	unsigned long round = 0;

	free(arg);
	for (;;) {
		round = await(&w->sleeper[own.id], &w->begun, round);
		if (atomic_load_explicit(&w->leave, memory_order_relaxed))
			return NULL;
		take_shares(w, own.id, round);
	}
}

/* Returns the processor time of all shares in seconds. */
static double run_together(struct workers *w)
{
	unsigned long done = atomic_load_explicit(&w->done, memory_order_relaxed);
	double work = 0;

	atomic_store_explicit(&w->left, w->n, memory_order_relaxed);
	take_shares(w, 0, begin_round(w));
	await(&w->sleeper[0], &w->done, done);
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
	work = w->tuner.together ? run_together(w) : run_alone(w);
	thread_tuner_note(&w->tuner, seconds(CLOCK_MONOTONIC) - from, work);
}

/* ---- construction ---- */

static int start(struct workers *w, int id)
{
	struct thread_arg *arg = malloc(sizeof *arg);

	if (!arg)
		return 0;
	*arg = (struct thread_arg){ w, id };
	if (pthread_create(&w->thread[id], NULL, serve, arg) != 0) {
		free(arg);
		return 0;
	}
	return 1;
}

static void release(struct workers *w)
{
	free(w->sleeper);
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
	w->tuner = thread_tuner_begin();
	w->thread = ry_calloc(n, sizeof *w->thread, "threads");
	w->share = ry_calloc(n, sizeof *w->share, "threads");
	w->sleeper = ry_calloc(n, sizeof *w->sleeper, "threads");
	if (!w->thread || !w->share || !w->sleeper) {
		release(w);
		return NULL;
	}
	for (int id = 0; id < n; id++) {
		pthread_mutex_init(&w->sleeper[id].mutex, NULL);
		pthread_cond_init(&w->sleeper[id].wake, NULL);
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
		pthread_cond_destroy(&w->sleeper[id].wake);
		pthread_mutex_destroy(&w->sleeper[id].mutex);
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
