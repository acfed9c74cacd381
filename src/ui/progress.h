/* progress.h - an observer that tells on stderr how far a long job is.
 *
 * On a terminal: one line that is redrawn, at most 10 times a second, with bar, count, rate and
 * time left, and above it a table with one row for each logged point, as many of its values as the
 * terminal is wide enough for.  Elsewhere (plain): lines only, one for each logged point with all
 * of its values but details, and never more than one progress line every 10 seconds.
 */
#ifndef RILEY_UI_PROGRESS_H
#define RILEY_UI_PROGRESS_H

#include <stdio.h>
#include "src/base/event.h"

/* `item` names what events count in `items` ("answers", "rows"), or is NULL; it is borrowed.  The
 * caller owns the observer.  NULL when there is no memory.
 *
 * A point's line is printed with the event after it, because only EVENT_BEST tells that the point
 * is the best so far. */
struct observer *progress_alloc(FILE *to, int plain, int ascii, int color, const char *item);

/* Finish the line that is being drawn and release; NULL is fine. */
void progress_free(struct observer *o);

#endif
