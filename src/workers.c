/* workers.c - see workers.h.
 *
 * A training step is a few milliseconds and meets two or three times, so a worker that waits first
 * spins for some microseconds and only then sleeps.  All waiting is for one counter to change.
 */
#include "src/workers.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "src/status.h"

enum { SPINS = 4000 };

struct workers {
	int             n, started;
	pthread_t      *thread;
	void          (*job)(int id, void *arg);
	void           *arg;
	atomic_uint     round;        /* grows when there is a job, or when it is time to leave */
	atomic_uint     phase;        /* grows when all have met */
	atomic_int      arrived;
	int             leave;
	pthread_mutex_t mutex;
	pthread_cond_t  changed;
};

/* One worker's view: who it is. */
struct seat {
	struct workers *w;
	int             id;
};

static inline void pause_briefly(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#endif
}

static void wait_for_change(struct workers *w, atomic_uint *counter, unsigned from)
{
	for (int i = 0; i < SPINS; i++) {
		if (atomic_load_explicit(counter, memory_order_acquire) != from)
			return;
		pause_briefly();
	}
	pthread_mutex_lock(&w->mutex);
	while (atomic_load_explicit(counter, memory_order_acquire) == from)
		pthread_cond_wait(&w->changed, &w->mutex);
	pthread_mutex_unlock(&w->mutex);
}

static void change(struct workers *w, atomic_uint *counter)
{
	pthread_mutex_lock(&w->mutex);
	atomic_fetch_add_explicit(counter, 1, memory_order_release);
	pthread_cond_broadcast(&w->changed);
	pthread_mutex_unlock(&w->mutex);
}

void workers_meet(struct workers *w)
{
	unsigned phase;

	if (w->n == 1)
		return;
	phase = atomic_load_explicit(&w->phase, memory_order_acquire);
	if (atomic_fetch_add_explicit(&w->arrived, 1, memory_order_acq_rel) == w->n - 1) {
		atomic_store_explicit(&w->arrived, 0, memory_order_relaxed);
		change(w, &w->phase);
	} else {
		wait_for_change(w, &w->phase, phase);
	}
}

static void *serve(void *arg)
{
	struct seat seat = *(struct seat *)arg;
	struct workers *w = seat.w;
	unsigned round = 0;

	free(arg);
	for (;;) {
		wait_for_change(w, &w->round, round);
		round++;
		if (w->leave)
			return NULL;
		w->job(seat.id, w->arg);
		workers_meet(w);
	}
}

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
	pthread_mutex_init(&w->mutex, NULL);
	pthread_cond_init(&w->changed, NULL);
	w->n = n;
	w->started = 1;
	w->thread = ry_calloc(n, sizeof *w->thread, "threads");
	if (!w->thread) {
		workers_free(w);
		return NULL;
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
	w->leave = 1;
	change(w, &w->round);
	for (int id = 1; id < w->started; id++)
		pthread_join(w->thread[id], NULL);
	pthread_cond_destroy(&w->changed);
	pthread_mutex_destroy(&w->mutex);
	free(w->thread);
	free(w);
}

int workers_count(const struct workers *w)
{
	return w->n;
}

void workers_run(struct workers *w, void (*job)(int id, void *arg), void *arg)
{
	w->job = job;
	w->arg = arg;
	if (w->n > 1)
		change(w, &w->round);
	job(0, arg);
	workers_meet(w);
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
