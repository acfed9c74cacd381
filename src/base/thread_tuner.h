/* thread_tuner.h - decide at run time whether threads that wait for each other are faster than one.
 *
 * Speed is processor time spent on the work per second of wall-clock time.  On a quiet machine it
 * is 1 for a single thread and nearly n for n threads, but when other programs use the processors,
 * n threads may be slower than one, because all wait for the one that does not run.  This cannot be
 * known in advance, so both ways are measured over windows of TUNER_WINDOW seconds of work:
 *
 *     together, faster than one thread can be    nothing else is tried
 *     otherwise                                  the other way is tried for one window and kept if
 *                                                it is faster; a failed trial delays the next one
 *
 * Work done together takes more processor time because data move between caches; it must therefore
 * be faster by a quarter (TUNER_GAIN).
 */
#ifndef RILEY_BASE_THREAD_TUNER_H
#define RILEY_BASE_THREAD_TUNER_H

#define TUNER_WINDOW 0.03
#define TUNER_GAIN   1.25
/* windows evaluated between trials */
enum { TUNER_PATIENCE_LEAST = 2, TUNER_PATIENCE_MOST = 16 };

struct thread_tuner {
	int    together;         /* how to do the next piece of work */
	int    look;             /* measure its processor time, which costs a system call */
	int    trial;            /* the current way is on trial */
	int    fresh;            /* new in this window, which does not count: settling */
	int    rest;             /* windows until the next one that is evaluated */
	int    left, patience;   /* evaluated windows until the next trial; between trials */
	double seconds, work;    /* of this window */
	double kept;             /* running mean of the speed of the way not on trial */
};

/* A tuner that starts together and makes a trial as soon as that is slow. */
struct thread_tuner thread_tuner_begin(void);

/* Record a piece of work: seconds of wall-clock time and, only where p->look asked for it, of
 * processor time in all threads.  Updates p->together and p->look. */
void thread_tuner_note(struct thread_tuner *p, double seconds, double work);

#endif
