/* processors.c - see processors.h. */
#include "config.h"
#include "src/base/processors.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#endif

int processors_affinity(void)
{
	long online;
#ifdef __linux__
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
		return CPU_COUNT(&set);
#endif
	online = sysconf(_SC_NPROCESSORS_ONLN);
	return online > 0 ? (int)online : 1;
}

/* The quota of a v2 group: "cpu.max" contains "QUOTA PERIOD" in microseconds, or "max PERIOD". */
static double quota_of_group(const char *folder)
{
	char path[512];
	double quota, period;
	FILE *f;
	int got;

	snprintf(path, sizeof path, "%s/cpu.max", folder);
	f = fopen(path, "r");
	if (!f)
		return 0;
	got = fscanf(f, "%lf %lf", &quota, &period);
	fclose(f);
	return got == 2 && period > 0 ? quota / period : 0;
}

/* The v2 group of this process, the third field of its "0::" line; "" if there is none. */
static void own_group(char *group, size_t size)
{
	char line[400];
	FILE *f = fopen("/proc/self/cgroup", "r");

	group[0] = '\0';
	while (f && fgets(line, sizeof line, f)) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "0::", 3) == 0)
			snprintf(group, size, "%s", line + 3);
	}
	if (f)
		fclose(f);
}

static double read_number(const char *path)
{
	FILE *f = fopen(path, "r");
	double v = 0;

	if (f && fscanf(f, "%lf", &v) != 1)
		v = 0;
	if (f)
		fclose(f);
	return v;
}

double processors_quota(void)
{
	char group[400], folder[480];
	double least = 0, quota, period;

	/* Limits of enclosing groups apply as well, up to the visible root. */
	own_group(group, sizeof group);
	for (;;) {
		char *slash;

		snprintf(folder, sizeof folder, "/sys/fs/cgroup%s", group);
		quota = quota_of_group(folder);
		if (quota > 0 && (least == 0 || quota < least))
			least = quota;
		slash = strrchr(group, '/');
		if (!slash)
			break;
		*slash = '\0';
	}
	if (least > 0)
		return least;
	quota = read_number("/sys/fs/cgroup/cpu/cpu.cfs_quota_us");
	period = read_number("/sys/fs/cgroup/cpu/cpu.cfs_period_us");
	return quota > 0 && period > 0 ? quota / period : 0;
}

int processors_usable(void)
{
	int n = processors_affinity();
	double quota = processors_quota();

	if (quota > 0 && ceil(quota) < n)
		n = (int)ceil(quota);
	return n > 0 ? n : 1;
}
