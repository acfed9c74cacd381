/* run_paths.h - runs as they are given on a command line: what they are called, and what among them
 * is no run. */
#ifndef RILEY_CLI_RUN_PATHS_H
#define RILEY_CLI_RUN_PATHS_H

/* A name for each of n runs: the last part of its path, or of several runs that share it as many
 * parts of the real path as tell them apart ("monday/lstm", "tuesday/lstm").  "." and ".." are
 * called what their folders are called.  Only the same run given twice has its name twice.  One
 * piece of memory, which the caller frees; NULL, with the sentence set, without memory. */
char **run_names(int n, char *const *path);

/* A shell's runs/SWEEP/ and a star bring in the sweep's own files: copy to run[] (n), borrowed, all
 * paths but those that lie beside a sweep.ini and hold no run.  All of them when nothing else would
 * be left.  Returns how many were copied; *first is the first that was not, or NULL. */
int run_paths_of_sweep(int n, char *const *path, char **run, const char **first);

/* printf's format for telling so: how many, of how many, the first. */
#define RUN_PATHS_LEFT_OUT \
	"Left out: %d of %d paths, which are a sweep's own files and no runs; the first: %s\n"

#endif
