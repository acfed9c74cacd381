/* workers.h - a few long-lived threads that run one function together.
 *
 * A step of training is split over the batch, with a meeting point before the update; starting
 * threads for that would cost more than the work.  The calling thread is worker 0.
 */
#ifndef RILEY_WORKERS_H
#define RILEY_WORKERS_H

#include <stddef.h>

struct workers;

/* `n` workers in all, n - 1 threads; 1 needs none.  NULL on failure. */
struct workers *workers_alloc(int n);
void workers_free(struct workers *w);
int  workers_count(const struct workers *w);

/* Run job(id, arg) for id = 0 .. n-1 at the same time and return when all have returned.  What
 * was written before the call is seen by all, and what they wrote is seen after it. */
void workers_run(struct workers *w, void (*job)(int id, void *arg), void *arg);

/* Inside a job: wait here until all workers have come. */
void workers_meet(struct workers *w);

/* The part of 0..n that worker `id` of `count` takes, cut at multiples of `unit`. */
void workers_share(int id, int count, size_t n, size_t unit, size_t *from, size_t *to);

#endif
