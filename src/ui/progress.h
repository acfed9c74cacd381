/* progress.h - an observer that reports the progress of a long job.
 *
 * On a terminal: one line with bar, count, rate and time left, redrawn at most 10 times a second,
 * and above it a table with one row per logged point, with as many of its values as fit.  Elsewhere
 * (plain): one line per logged point with all of its values except details, and at most one
 * progress line every 10 seconds.  Both say the expected time once, when a second of work has shown
 * it to be ten seconds or more.
 *
 * A terminal that does not read (Ctrl-S, a slow line) is not waited for: it misses bars, and then
 * lines; a run's log misses nothing.
 */
#ifndef RILEY_UI_PROGRESS_H
#define RILEY_UI_PROGRESS_H

#include <stdio.h>
#include "src/base/event.h"

/* A progress observer that prints to `to`.  `item` names the unit of `items` in events ("answers",
 * "rows"), or is NULL; it is borrowed.  The caller owns the observer; NULL without memory.
 *
 * A point's line is printed at the next event, because only EVENT_BEST tells that the point is the
 * best so far. */
struct observer *progress_alloc(FILE *to, int plain, int ascii, int color, const char *item);

/* Of the points' lines (plain) print the first, every n-th and the last; with 0 about twenty at
 * equal distances of `done` in events.  A new observer prints all.  NULL is allowed. */
void progress_every(struct observer *o, int n);

/* Finish the current line and free the observer; NULL is allowed. */
void progress_free(struct observer *o);

#endif
