/* interrupt.h - signals that ask the program to stop, and a limit of time that does the same.
 *
 * SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU and SIGALRM set a flag that loops poll.  What
 * does not end by itself within a second (it waits for a pipe, or computes without looking) is
 * ended, with status 130, unless it holds work that has yet to be saved: then it is waited for.
 * A second SIGINT, SIGTERM or SIGHUP has its usual effect; SIGHUP stays ignored under nohup.
 *
 * Handlers belong to the process, so this is the one place that keeps them.  System calls are not
 * restarted: reading a pipe fails with EINTR.
 */
#ifndef RILEY_UI_INTERRUPT_H
#define RILEY_UI_INTERRUPT_H

/* Install the handlers; once more does no harm. */
void interrupt_catch(void);

/* Nonzero once the program was asked to stop. */
int interrupt_asked(void);

/* Ask to stop after so many seconds, rounded up; not above 1e8.  0: no limit. */
void interrupt_after(double seconds);

/* From hold to release there is work to be saved, and the program ends only by itself.  Pairs may
 * be nested. */
void interrupt_hold(void);
void interrupt_release(void);

/* Call `f` before a sudden end: by a second signal, or because the first has not led to an end.  It
 * runs in a signal handler.  At most 8 functions are kept; one that is there already is not added.
 * interrupt_forget() removes it. */
void interrupt_at_end(void (*f)(void));
void interrupt_forget(void (*f)(void));

/* In a forked process: holds and functions are the parent's. */
void interrupt_forked(void);

#endif
