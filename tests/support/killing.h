/* killing.h - processes of riley that are killed, and what must hold of their runs afterwards.
 *
 * A test works in tap_tmpdir(): runs are at runs/NAME there.
 */
#ifndef RILEY_TESTS_SUPPORT_KILLING_H
#define RILEY_TESTS_SUPPORT_KILLING_H

#include <sys/stat.h>
#include <sys/types.h>

#include "src/base/safetensors.h"
#include "tests/support/tap.h"

/* Find riley beside the tests and leave nothing of the user's in the environment; 0 when it is not
 * there. */
int killing_begin(void);
void killing_end(void);

extern int killed;               /* processes that really died of our signal */

void wait_milliseconds(double ms);

/* Start riley with the words of a line, in the test's directory. */
pid_t start(const char *format, ...) __attribute__((format(printf, 1, 2)));
int  end_of(pid_t child);        /* wait for its end: 0..255, or 1000 + the signal */
void must_succeed(pid_t child, const char *what);
void kill_it(pid_t child);

/* Whether it has ended, though nobody has waited for it yet. */
int has_ended(pid_t child);

/* Wait until `path` is another file than `before`, or the process is gone. */
void wait_for_replacement(const char *path, const struct stat *before, pid_t child);

/* ---- what must hold after a kill; `run` is a path ---- */

int exists(const char *run, const char *file);

/* Files that are none of a run's. */
int strange_files(const char *run);

/* The run's files are whole, and its model is one to `model`; returns the last logged number called
 * `unit`. */
long the_run_loads(const char *run, const char *unit, int (*model)(const struct st_file *f));

/* `file` is the same in both runs; of a log without what depends on the clock. */
void compare(const char *a, const char *b, const char *file);

#endif
