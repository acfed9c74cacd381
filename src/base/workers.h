/* workers.h - a few long-lived threads that do the shares of one job together.
 *
 * A step of training is split into shares of the batch, then into shares of the parameters;
 * starting threads for that would cost more than the work.
 *
 * The shares are fixed, who does them is not: each thread begins with its own, and whoever has
 * finished takes one that nobody has begun.  So the results depend on the number of workers alone,
 * and a thread that the machine does not let run holds nobody up unless it stopped in the middle of
 * a share.  Where that happens too often, because the machine is busy with other things, the
 * calling thread does all shares itself, and looks from time to time whether help pays again
 * (thread_tuner.h).
 *
 * A thread that waits spins for about as long as it takes to fall asleep and be woken, and then
 * sleeps: between jobs the threads take no processor time.
 */
#ifndef RILEY_BASE_WORKERS_H
#define RILEY_BASE_WORKERS_H

#include <stddef.h>

struct workers;

/* `n` workers in all, n - 1 threads beside the caller; 1 needs none.  NULL with ry_message() on
 * failure. A child of fork() has none of the threads: it makes its own workers, and leaves its
 * parent's alone. */
struct workers *workers_alloc(int n);

/* Between jobs; NULL is fine. */
void workers_free(struct workers *w);

int workers_count(const struct workers *w);

/* Do job(id, arg) once for each id = 0 .. n-1, the shares, and return when all have returned.
 * Shares run at the same time or one after the other, in any order and on any thread: none may wait
 * for another, or use what belongs to a thread.  ry_message() does: a job that can fail leaves its
 * status in `arg`.  What was written before the call is seen by all shares, and what they wrote is
 * seen after it.  Calls are made by one thread at a time, and not from a job. */
void workers_run(struct workers *w, void (*job)(int id, void *arg), void *arg);

/* The part of 0..n that share `id` of `count` takes, cut at multiples of `unit`. */
void workers_share(int id, int count, size_t n, size_t unit, size_t *from, size_t *to);

#endif
