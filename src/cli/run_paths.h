/* run_paths.h - runs given on a command line: their display names, and paths that are not runs. */
#ifndef RILEY_CLI_RUN_PATHS_H
#define RILEY_CLI_RUN_PATHS_H

/* A display name for each of n runs: the last component of its path or, for runs that share it, as
 * many components of the real path as are needed to distinguish them ("monday/lstm",
 * "tuesday/lstm").  "." and ".." are resolved.  Names are unique unless the same run is given
 * twice.  One block of memory, freed by the caller; NULL, with ry_message() set, without memory. */
char **run_names(int n, char *const *path);

/* Filter the paths of a whole sweep folder, which include the sweep's own files: copy to run[] (n),
 * borrowed, all paths except those beside a sweep.ini that are not runs; all of them if nothing
 * else would remain.  Returns the number of paths copied; *first is the first one left out, or
 * NULL. */
int run_paths_of_sweep(int n, char *const *path, char **run, const char **first);

/* printf format of a note about them: how many, of how many, the first. */
#define RUN_PATHS_LEFT_OUT \
	"Left out: %d of %d paths, which are a sweep's own files and no runs; the first: %s\n"

#endif
