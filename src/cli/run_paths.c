/* run_paths.c - see run_paths.h. */
#include "config.h"
#include "src/cli/run_paths.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/file.h"
#include "src/base/status.h"

/* ---- names ---- */

/* The last `parts` parts of a path without a slash at its end; all of it when it has no more. */
static const char *tail(const char *path, int parts)
{
	const char *from = path + strlen(path);

	while (from > path && (from[-1] != '/' || --parts > 0))
		from--;
	return from;
}

/* A copy of a path that ends in a name, or NULL. */
static char *with_name(const char *path)
{
	char *copy = strdup(path), *real;
	size_t n = copy ? strlen(copy) : 0;
	const char *name;

	while (n > 1 && copy[n - 1] == '/')
		copy[--n] = '\0';
	name = copy ? tail(copy, 1) : "";
	if (copy && *name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
		return copy;
	real = copy ? realpath(path, NULL) : NULL;
	if (!real)
		return copy;
	free(copy);
	return real;
}

/* Whether another run has the same last part, and is another run.  `real` receives this one's real
 * path, to be freed. */
static int shares_name(int n, char *const *whole, int k, char **real)
{
	int shared = 0;

	*real = NULL;
	for (int j = 0; j < n; j++) {
		char *other;

		if (j == k || strcmp(tail(whole[j], 1), tail(whole[k], 1)) != 0)
			continue;
		if (!*real)
			*real = realpath(whole[k], NULL);
		other = realpath(whole[j], NULL);
		shared = shared || !*real || !other || strcmp(other, *real) != 0;
		free(other);
	}
	return shared;
}

/* Give those that share their last parts their real paths.  parts[k]: how many of its parts name
 * run k. */
static void tell_apart(int n, char **whole, int *parts)
{
	for (int k = 0; k < n; k++) {
		char *real;

		parts[k] = shares_name(n, whole, k, &real) ? 2 : 1;
		if (parts[k] > 1 && real) {
			free(whole[k]);
			whole[k] = real;
		} else {
			free(real);
		}
	}
	for (int k = 0; k < n; k++)
		for (int j = 0; j < n && parts[k] > 1; j++) {
			if (strcmp(whole[j], whole[k]) == 0 ||
			    strcmp(tail(whole[j], parts[k]), tail(whole[k], parts[k])) != 0 ||
			    tail(whole[k], parts[k]) == whole[k])
				continue;
			parts[k]++;
			j = -1;
		}
}

/* The names in one piece. */
static char **gather(int n, char *const *whole, const int *parts)
{
	size_t size = (size_t)n * sizeof(char *);
	char **name, *to;

	for (int k = 0; k < n; k++)
		size += strlen(tail(whole[k], parts[k])) + 1;
	name = malloc(size + 1);
	to = (char *)(name + n);
	for (int k = 0; name && k < n; k++) {
		name[k] = to;
		to = stpcpy(to, tail(whole[k], parts[k])) + 1;
	}
	return name;
}

char **run_names(int n, char *const *path)
{
	char **whole = calloc((size_t)n + 1, sizeof *whole), **name = NULL;
	int *parts = calloc((size_t)n + 1, sizeof *parts), made = 0;

	while (whole && made < n && (whole[made] = with_name(path[made])))
		made++;
	if (parts && whole && made == n) {
		tell_apart(n, whole, parts);
		name = gather(n, whole, parts);
	}
	for (int k = 0; k < made; k++)
		free(whole[k]);
	free(whole);
	free(parts);
	if (!name)
		ry_fail_memory("the names of runs");
	return name;
}

/* ---- what is a run ---- */

static int is_there(const char *path) { return access(path, F_OK) == 0; }

/* Whether a directory is that of a run. */
static int is_run(const char *path)
{
	char *info = file_join(path, "run.json");
	int found = info && is_there(info);

	free(info);
	return found;
}

char *run_path(const char *word)
{
	char *path = NULL;

	if (*word && !strchr(word, '/') && !is_run(word)) {
		if (!(path = file_join("runs", word)))
			return ry_fail_memory("a path"), NULL;
		if (!is_there(path)) {
			free(path);
			path = NULL;
		}
	}
	if (!path && !(path = strdup(word)))
		ry_fail_memory("a path");
	return path;
}

int run_paths_filter(int n, char **path, const char **first)
{
	int runs = 0, kept = 0;

	*first = NULL;
	for (int k = 0; k < n; k++)
		runs += !is_there(path[k]) || is_run(path[k]);
	if (runs == 0)
		return n;
	for (int k = 0; k < n; k++)
		if (!is_there(path[k]) || is_run(path[k]))
			path[kept++] = path[k];
		else if (!*first)
			*first = path[k];
	return kept;
}
