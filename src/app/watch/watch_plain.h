/* watch_plain.h - runs told in lines, where there is no screen: the same information, for people
 * and for pipes. */
#ifndef RILEY_APP_WATCH_WATCH_PLAIN_H
#define RILEY_APP_WATCH_WATCH_PLAIN_H

#include <stdio.h>
#include "src/app/watch/dashboard.h"

/* Tell what `n` runs of the dashboard have logged, and what they log from now on, until all of them
 * have ended, command_interrupted(), or `looks` looks at them (0: no end).  A long past is told in
 * some of its points. */
void watch_plain(FILE *to, struct dashboard *d, int n, int looks);

#endif
