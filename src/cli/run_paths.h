/* run_paths.h - runs given on a command line: their display names, and paths that are not runs. */
#ifndef RILEY_CLI_RUN_PATHS_H
#define RILEY_CLI_RUN_PATHS_H

#include "src/base/status.h"

/* A display name for each of n runs: the last component of its path or, for runs that share it, as
 * many components of the real path as are needed to distinguish them ("monday/lstm",
 * "tuesday/lstm").  "." and ".." are resolved.  Names are unique unless the same run is given
 * twice.  One block of memory, freed by the caller; NULL, with ry_message() set, without memory. */
char **run_names(int n, char *const *path);

/* The path of the run that a word on a command line means, to be freed; NULL, with ry_message()
 * set, without memory.  A word without a slash means runs/WORD where that exists and WORD here is
 * no run: the file or folder "quickstart" does not hide the run runs/quickstart.  With one it means
 * runs/WORD where only that exists, and a pattern that one run matches means that run. */
char *run_path(const char *word);

/* The runs that match a pattern of the shell ("lstm-s*"), in runs/ if it has no slash, in the order
 * of their names: paths, all to be freed.  Of a word that is no pattern, or names what exists,
 * there are none.  RY_ENOMEM. */
enum ry_status run_paths_match(const char *word, char ***path, int *n);

/* Nonzero if there is nothing at a path. */
int run_path_is_missing(const char *path);

/* Nonzero if there are runs of several seeds that begin with a path: PATH-s1. */
int run_path_has_seeds(const char *path);

/* The name of an existing run nearest to `word`, as it would be typed, to be freed; NULL: none. */
char *run_path_nearest(const char *word);

/* RY_EDATA: there is no run called `word`, or, of a pattern, not one alone; the sentence has the
 * nearest name, or says where they are listed. */
enum ry_status run_path_fail(const char *word);

/* Filter what a shell pattern has matched in a folder of runs: keep, at the front of path[] (n),
 * all paths except those that exist and are no runs; all of them if nothing else would remain.
 * Returns the number kept; *first is the first one left out, or NULL. */
int run_paths_filter(int n, char **path, const char **first);

#endif
