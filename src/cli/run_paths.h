/* run_paths.h - runs given on a command line: their display names, and paths that are not runs. */
#ifndef RILEY_CLI_RUN_PATHS_H
#define RILEY_CLI_RUN_PATHS_H

/* A display name for each of n runs: the last component of its path or, for runs that share it, as
 * many components of the real path as are needed to distinguish them ("monday/lstm",
 * "tuesday/lstm").  "." and ".." are resolved.  Names are unique unless the same run is given
 * twice.  One block of memory, freed by the caller; NULL, with ry_message() set, without memory. */
char **run_names(int n, char *const *path);

/* The path of the run that a word on a command line means, to be freed; NULL, with ry_message()
 * set, without memory.  A word without a slash means runs/WORD where that exists and WORD here is
 * no run: the file or folder "quickstart" does not hide the run runs/quickstart. */
char *run_path(const char *word);

/* Filter what a shell pattern has matched in a folder of runs: keep, at the front of path[] (n),
 * all paths except those that exist and are no runs; all of them if nothing else would remain.
 * Returns the number kept; *first is the first one left out, or NULL. */
int run_paths_filter(int n, char **path, const char **first);

#endif
