/* killing.h - start riley, kill it, and check the runs that it leaves.
 *
 * A test works in tap_tmpdir(), with runs at runs/NAME.
 */
#ifndef RILEY_TESTS_SUPPORT_KILLING_H
#define RILEY_TESTS_SUPPORT_KILLING_H

#include <sys/stat.h>
#include <sys/types.h>

#include "src/base/safetensors.h"
#include "tests/support/tap.h"

/* Find the riley program and clear the user's settings from the environment; 0 if there is no
 * riley. */
int killing_begin(void);
void killing_end(void);

extern int killed;               /* processes that died of our signal */

void wait_milliseconds(double ms);

/* Start riley in the test's directory with the arguments of a command line. */
pid_t start(const char *format, ...) __attribute__((format(printf, 1, 2)));
int  end_of(pid_t child);        /* wait for its exit: 0..255, or 1000 + signal */
void must_succeed(pid_t child, const char *what);
void kill_it(pid_t child);

/* Nonzero if it has exited but has not been waited for. */
int has_ended(pid_t child);

/* Wait until the file `path` has been replaced since `before`, or the process has exited. */
void wait_for_replacement(const char *path, const struct stat *before, pid_t child);

/* ---- what must hold after a kill; `run` is a path ---- */

int exists(const char *run, const char *file);

/* The number of files that do not belong to a run. */
int strange_files(const char *run);

/* Check that the run's files are intact and `model` accepts its model; returns the last logged
 * value of `unit`. */
long the_run_loads(const char *run, const char *unit, int (*model)(const struct st_file *f));

/* Check that `file` is the same in both runs, ignoring clock times in logs. */
void compare(const char *a, const char *b, const char *file);

#endif
