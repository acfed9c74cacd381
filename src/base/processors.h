/* processors.h - what this process may use of the machine. */
#ifndef RILEY_BASE_PROCESSORS_H
#define RILEY_BASE_PROCESSORS_H

/* Processors that the scheduler lets this process run on; at least 1. */
int processors_affinity(void);

/* Processors' worth of time that the control group grants (cgroup v2 or v1), may be fractional;
 * 0 when there is no limit. */
double processors_quota(void);

/* How many threads are worth starting: the affinity, and no more than the quota rounded up. */
int processors_usable(void);

#endif
