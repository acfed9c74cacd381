/* workers.h - a pool of long-lived threads that work on the shares of one job together.
 *
 * A training step is divided into shares of the batch, then into shares of the parameters; starting
 * threads for each would cost more than the work.
 *
 * The shares are fixed, but not who does them: each thread starts with its own share and then takes
 * any that has not been started.  So results depend only on the number of workers, and a thread
 * that is not scheduled delays nobody unless it was interrupted within a share.  If that happens
 * too often, because the machine is busy, the calling thread does all shares itself and checks from
 * time to time whether help pays off again (thread_tuner.h).
 *
 * A waiting thread spins for about as long as it takes to fall asleep and be woken, and then
 * sleeps: between jobs the threads use no processor time.
 */
#ifndef RILEY_BASE_WORKERS_H
#define RILEY_BASE_WORKERS_H

#include <stddef.h>

struct workers;

/* A pool of `n` workers: n - 1 threads and the caller.  NULL with ry_message() on failure.  A child
 * of fork() has none of the threads: it must create its own pool and not use its parent's. */
struct workers *workers_alloc(int n);

/* Stop the threads and free the pool, between jobs; NULL is allowed. */
void workers_free(struct workers *w);

int workers_count(const struct workers *w);

/* Run job(id, arg) once for each share id = 0 .. n-1, and return when all have returned.  Shares
 * may run concurrently or one after the other, in any order and on any thread: none may wait for
 * another or use thread-local data. ry_message() is thread-local: a job that can fail must leave
 * its status in `arg`.  Writes before the call are visible to all shares, and their writes are
 * visible after it.  Call from one thread at a time, and not from within a job. */
void workers_run(struct workers *w, void (*job)(int id, void *arg), void *arg);

/* The range of 0..n that belongs to share `id` of `count`, divided at multiples of `unit`. */
void workers_share(int id, int count, size_t n, size_t unit, size_t *from, size_t *to);

#endif
