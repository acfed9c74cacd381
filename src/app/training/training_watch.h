/* training_watch.h - the dashboard of `riley watch` from inside a run: an observer in the place of
 * the progress bar.
 *
 * The screen shows what the run has written into its directory, as it would to anybody else, and
 * learning never waits for it: keys are looked at 20 times a second, and drawing takes a small
 * share of the processor's time, however busy the machine is.  When the user leaves it, learning
 * goes on with the progress bar.
 */
#ifndef RILEY_APP_TRAINING_TRAINING_WATCH_H
#define RILEY_APP_TRAINING_TRAINING_WATCH_H

#include "src/cli/command.h"

/* Take the terminal for the run at `run` (copied); `item` is as in progress_alloc().  The caller
 * owns the observer.  NULL, after saying why on stderr, where there can be no screen: the progress
 * bar, or its lines, are for the caller then. */
struct observer *training_watch_alloc(const struct cli *cli, const char *run, const char *item);

/* Give the terminal back, and say what notes came meanwhile.  Nonzero when the user had left
 * before.  NULL is fine. */
int training_watch_free(struct observer *o);

/* The same dashboard on a run that has ended, until the user leaves it. */
void training_watch_stay(const struct cli *cli, const char *run);

#endif
