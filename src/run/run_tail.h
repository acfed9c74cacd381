/* run_tail.h - what a run logged last, read from the end of metrics.jsonl: for lists of many runs,
 * which need no curves. */
#ifndef RILEY_RUN_RUN_TAIL_H
#define RILEY_RUN_RUN_TAIL_H

#include <jansson.h>
#include "src/base/status.h"

/* How far back a line is looked for. */
#define RUN_TAIL_BYTES ((size_t)64 << 20)

/* The latest whole lines of the kinds "point" and "best"; NULL where there is none within the last
 * RUN_TAIL_BYTES of the log.  Lines that are not JSON objects, or longer than a megabyte, are
 * passed over. */
struct run_tail {
	json_t *point, *best;
};

/* Read the log of the run at `path`, which may be growing.  The memory needed does not depend on
 * its length.  A run that has not logged yet has neither line.  RY_EIO if the log cannot be read or
 * is no regular file; RY_ENOMEM.  Release with run_tail_clear() also after a failure. */
enum ry_status run_tail_read(struct run_tail *t, const char *path);
void run_tail_clear(struct run_tail *t);

#endif
