/* machine.h - what this process may use of the machine. */
#ifndef RILEY_CLI_MACHINE_H
#define RILEY_CLI_MACHINE_H

/* Processors that the scheduler lets this process run on; at least 1. */
int machine_affinity(void);

/* Processors' worth of time that the control group grants (cgroup v2 or v1), may be fractional;
 * 0 when there is no limit. */
double machine_quota(void);

/* How many threads are worth starting: the affinity, and no more than the quota rounded up. */
int machine_processors(void);

#endif
