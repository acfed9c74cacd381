/* duration.h - spans of time as people type them. */
#ifndef RILEY_CLI_DURATION_H
#define RILEY_CLI_DURATION_H

#include "src/base/status.h"

/* "90s", "55m", "2h", "1d", "1h30m" or "h:mm:ss" in seconds, above 0 and at most 1e8.  RY_EINVAL
 * with a sentence that begins with `source`. */
enum ry_status duration_parse(const char *text, const char *source, double *seconds);

#endif
