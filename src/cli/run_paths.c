/* run_paths.c - see run_paths.h. */
#include "config.h"
#include "src/cli/run_paths.h"

#include <ctype.h>
#include <dirent.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/file.h"
#include "src/base/status.h"
#include "src/cli/called.h"
#include "src/cli/suggest.h"

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

int run_path_is_missing(const char *path) { return !is_there(path); }

int run_path_has_seeds(const char *path)
{
	char *first = NULL;
	int found = asprintf(&first, "%s-s1", path) >= 0 && is_run(first);

	free(first);
	return found;
}

/* Add the runs that match, after the first *n of path[]. */
static enum ry_status take_matches(const char *pattern, char ***path, int *n)
{
	glob_t found = { 0 };
	int failed = glob(pattern, 0, NULL, &found);
	enum ry_status s = failed == GLOB_NOSPACE ? ry_fail_memory("the names of runs") : RY_OK;

	if (!failed)
		*path = ry_calloc(found.gl_pathc + 1, sizeof **path, "the names of runs");
	if (!failed && !*path)
		s = ry_failure();
	for (size_t k = 0; !failed && s == RY_OK && k < found.gl_pathc; k++) {
		if (!is_run(found.gl_pathv[k]))
			continue;
		if (((*path)[*n] = strdup(found.gl_pathv[k])))
			++*n;
		else
			s = ry_fail_memory("the names of runs");
	}
	if (failed != GLOB_NOSPACE)
		globfree(&found);
	return s;
}

static void free_paths(char **path, int n)
{
	for (int k = 0; k < n; k++)
		free(path[k]);
	free(path);
}

enum ry_status run_paths_match(const char *word, char ***path, int *n)
{
	char *below;
	enum ry_status s = RY_OK;

	*path = NULL;
	*n = 0;
	if (!strpbrk(word, "*?["))
		return RY_OK;
	if (!(below = file_join("runs", word)))
		return ry_fail_memory("a path");
	if (!is_there(word) && !is_there(below)) {
		s = take_matches(strchr(word, '/') ? word : below, path, n);
		if (s == RY_OK && *n == 0 && strchr(word, '/')) {
			free(*path);
			*path = NULL;
			s = take_matches(below, path, n);
		}
	}
	free(below);
	if (s != RY_OK) {
		free_paths(*path, *n);
		*path = NULL;
		*n = 0;
	}
	return s;
}

/* The one run that matches a pattern; NULL: none, or several, or no memory. */
static char *only_match(const char *word)
{
	char **path, *only = NULL;
	int n;

	if (run_paths_match(word, &path, &n) == RY_OK && n == 1) {
		only = path[0];
		n = 0;
	}
	free_paths(path, n);
	return only;
}

/* Whether runs/WORD is meant, if it is there. */
static int may_stand_below(const char *word)
{
	if (!*word || *word == '/' || *word == '.')
		return 0;
	return strchr(word, '/') ? !is_there(word) : !is_run(word);
}

char *run_path(const char *word)
{
	char *path = NULL;

	if (may_stand_below(word)) {
		if (!(path = file_join("runs", word)))
			return ry_fail_memory("a path"), NULL;
		if (!is_there(path)) {
			free(path);
			path = NULL;
		}
	}
	if (!path)
		path = only_match(word);
	if (!path && !(path = strdup(word)))
		ry_fail_memory("a path");
	return path;
}

/* ---- what is none ---- */

static void to_lower(char *text)
{
	for (; *text; text++)
		*text = (char)tolower((unsigned char)*text);
}

/* The run in `folder` whose name is nearest to `name`, in any case; to be freed.  NULL: none. */
static char *nearest_in(const char *folder, const char *name)
{
	struct dirent **entry;
	int n = scandir(folder, &entry, NULL, alphasort), best = -1;
	char *typed = strdup(name), *nearest = NULL;

	if (typed)
		to_lower(typed);
	for (int k = 0; k < n; k++) {
		char *path = file_join(folder, entry[k]->d_name), *lower = strdup(entry[k]->d_name);
		const char *const word[] = { lower };
		int distance;

		if (lower)
			to_lower(lower);
		if (typed && path && lower && entry[k]->d_name[0] != '.' && is_run(path) &&
		    suggest_nearest(typed, word, 1)) {
			distance = suggest_distance(typed, lower);
			if (best < 0 || distance < best) {
				best = distance;
				free(nearest);
				nearest = strdup(entry[k]->d_name);
			}
		}
		free(path);
		free(lower);
		free(entry[k]);
	}
	if (n >= 0)
		free(entry);
	free(typed);
	return nearest;
}

char *run_path_nearest(const char *word)
{
	const char *name = tail(word, 1);
	size_t before = name > word + 1 ? (size_t)(name - word - 1) : 1;
	char *folder = name > word ? strndup(word, before) : strdup("runs"), *found;
	char *near = folder && name[0] && name[1] ? nearest_in(folder, name) : NULL;

	if (name > word && near) {
		found = file_join(folder, near);
		free(near);
		near = found;
	}
	free(folder);
	return near;
}

enum ry_status run_path_fail(const char *word)
{
	char *near = run_path_nearest(word), **path;
	int n;
	enum ry_status s = run_paths_match(word, &path, &n);

	free_paths(path, n);
	if (s != RY_OK || n) {
		free(near);
		return s != RY_OK ? s : ry_fail(RY_EDATA, "%.200s matches %d runs: expected one",
		                                word, n);
	}
	s =
		near ? ry_fail(RY_EDATA, "there is no run '%.200s'; did you mean '%.200s'?", word,
		               near)
		     : ry_fail(RY_EDATA, "there is no run '%.200s'; '%s runs' lists them", word,
		               called_name());

	free(near);
	return s;
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
