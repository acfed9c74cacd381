/* output.h - what a command prints goes to the file of -o, as if the shell had sent it there.
 *
 * It is written aside and takes the file's place at the end, so that a command that fails before it
 * has printed anything leaves the old file alone.  A device or a pipe is written to as it is.
 */
#ifndef RILEY_CLI_OUTPUT_H
#define RILEY_CLI_OUTPUT_H

#include "src/base/file.h"
#include "src/base/status.h"

struct output {
	int               aside;       /* whether there is a draft */
	struct file_draft draft;
	int               old;         /* what stdout was before */
};

/* Send stdout to `file` from now on.  RY_EIO: it can't be made, and stdout is as it was. */
enum ry_status output_begin(struct output *o, const char *file);

/* Give stdout back, and keep the file when the command's `status` is RY_OK or something was
 * printed.  Returns `status`, or RY_EIO when not all of it could be written. */
enum ry_status output_end(struct output *o, enum ry_status status);

#endif
