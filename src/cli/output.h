/* output.h - redirection of a command's output to the file of -o.
 *
 * The output goes to a draft that replaces the file at the end, so a command that fails before
 * printing anything leaves the old file alone.  A device or a pipe is written directly.
 */
#ifndef RILEY_CLI_OUTPUT_H
#define RILEY_CLI_OUTPUT_H

#include "src/base/file.h"
#include "src/base/status.h"

struct output {
	int               aside;       /* nonzero if there is a draft */
	struct file_draft draft;
	int               old;         /* the previous stdout */
};

/* Redirect stdout to `file`.  RY_EIO if it cannot be created; stdout is then unchanged. */
enum ry_status output_begin(struct output *o, const char *file);

/* Restore stdout, and keep the file if the command's `status` is RY_OK or something was printed.
 * Returns `status`, or RY_EIO if not everything could be written. */
enum ry_status output_end(struct output *o, enum ry_status status);

#endif
