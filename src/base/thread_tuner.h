/* thread_tuner.h - whether threads that must wait for each other are faster together or one of them
 * alone.
 *
 * Speed is processor time spent on the work per second of the clock.  Alone it is 1 on a quiet
 * machine; n threads come near to n there, but fall below what one reaches when other programs take
 * the processors, because all wait for the one that does not run.  Neither is known beforehand, so
 * both are measured, over windows of TUNER_WINDOW seconds of work:
 *
 *     together, faster than anybody alone can be     nothing else is tried
 *     otherwise                                      the other way is tried for a window, and kept if it
 *                                                    is faster; trials that fail make the next one later
 *
 * Work done together takes more processor time, for data move from cache to cache: it must be
 * faster by a quarter (TUNER_GAIN).
 */
#ifndef RILEY_BASE_THREAD_TUNER_H
#define RILEY_BASE_THREAD_TUNER_H

#define TUNER_WINDOW 0.03
#define TUNER_GAIN   1.25
/* windows looked at between trials */
enum { TUNER_PATIENCE_LEAST = 2, TUNER_PATIENCE_MOST = 16 };

struct thread_tuner {
	int    together;         /* how to do the next piece of work */
	int    look;             /* its processor time must be measured, which takes time itself:
	                          * a system call */
	int    trial;            /* this way is tried out */
	int    fresh;            /* since this window: it does not count, for the scheduler still
	                          * shares out as before */
	int    rest;             /* windows until the next one that is looked at */
	int    left, patience;   /* ... looked at, until the next trial; from the last one that
	                          * failed to the next */
	double seconds, work;    /* of this window */
	double kept;             /* speed of the way that is not on trial, a running mean */
};

/* Together, with a trial as soon as that is slow. */
struct thread_tuner thread_tuner_begin(void);

/* A piece of work took so many seconds of the clock and, which counts only where p->look asked for
 * it, of processor time in all threads.  Sets p->together and p->look. */
void thread_tuner_note(struct thread_tuner *p, double seconds, double work);

#endif
