/* processors.h - the processors available to this process. */
#ifndef RILEY_BASE_PROCESSORS_H
#define RILEY_BASE_PROCESSORS_H

/* Number of processors in this process's affinity mask; at least 1. */
int processors_affinity(void);

/* CPU quota of the control group (cgroup v2 or v1) in processors, possibly fractional; 0 without a
 * limit. */
double processors_quota(void);

/* The recommended number of threads: the affinity, limited to the quota rounded up. */
int processors_usable(void);

#endif
