/* rl_age.c - see rl_age.h. */
#include "rl/commands/rl_age.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rl/agent/rl_learner.h"
#include "src/base/file.h"
#include "src/cli/options.h"

/* A run that was made longer again and again has more; nobody has so many. */
enum { MOST_AGES = 64 };

struct ages {
	int  n;
	long frames[MOST_AGES];
};

static int by_size(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;

	return (x > y) - (x < y);
}

static void list_ages(struct ages *to, const char *run)
{
	DIR *folder = opendir(run);
	const struct dirent *d;

	to->n = 0;
	while (folder && to->n < MOST_AGES && (d = readdir(folder)))
		if (rl_learner_kept(d->d_name, &to->frames[to->n]))
			to->n++;
	if (folder)
		closedir(folder);
	qsort(to->frames, (size_t)to->n, sizeof to->frames[0], by_size);
}

/* "1k", "100k", "1M", "18000": as it can be typed again. */
static void name_age(char *into, size_t size, long frames)
{
	if (frames % 1000000 == 0)
		snprintf(into, size, "%ldM", frames / 1000000);
	else if (frames % 1000 == 0)
		snprintf(into, size, "%ldk", frames / 1000);
	else
		snprintf(into, size, "%ld", frames);
}

static enum ry_status refuse(const struct ages *ages, const char *run, const char *age)
{
	char list[MOST_AGES * 24] = "", name[24];
	size_t used = 0;

	if (ages->n == 0)
		return ry_fail(RY_EINVAL, "--at %.40s: %s has kept no agents by age so far", age,
		               run);
	for (int k = 0; k < ages->n; k++) {
		name_age(name, sizeof name, ages->frames[k]);
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", k ? ", " : "",
		                         name);
	}
	return ry_fail(RY_EINVAL, "--at %.40s: %s has no agent of that age; it has %s", age, run,
	               list);
}

static char *age_file(const char *run, long frames)
{
	char name[60];
	char *file;

	rl_learner_keep_name(name, sizeof name, frames);
	file = file_join(run, name);
	if (!file)
		ry_fail_memory("a path");
	return file;
}

/* A power of ten, 1,000 or more: an age that agents are kept at, or in the first whole round after
 * it. */
static int is_milestone(long frames)
{
	while (frames > 1000 && frames % 10 == 0)
		frames /= 10;
	return frames == 1000;
}

/* The age that was asked for or, where it is a milestone that no round ended at, the one kept for
 * it; 0 if there is none. */
static long kept_for(const struct ages *ages, long frames)
{
	for (int k = 0; k < ages->n; k++) {
		long kept = ages->frames[k];

		if (kept == frames || (kept > frames && kept / 10 < frames && is_milestone(frames)))
			return kept;
	}
	return 0;
}

char *rl_age_find(const char *run, const char *age, long *frames, enum ry_status *status)
{
	static const struct option_row number = { .name = "at", .type = OPTION_LONG, .max = 1e15 };
	struct ages ages;
	char *file;

	list_ages(&ages, run);
	if (strcmp(age, "end") == 0 && ages.n > 0)
		*frames = ages.frames[ages.n - 1];
	else if (option_set(&number, frames, age, "--at", RY_EINVAL) != RY_OK)
		*frames = 0;
	*frames = kept_for(&ages, *frames);
	if (*frames == 0) {
		*status = refuse(&ages, run, age);
		return NULL;
	}
	file = age_file(run, *frames);
	*status = file ? RY_OK : ry_failure();
	return file;
}
