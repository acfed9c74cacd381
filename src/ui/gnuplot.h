/* gnuplot.h - run a gnuplot script and return the picture.
 *
 * gnuplot runs as a child process, once per script, with pipes on its stdin, stdout and stderr; it
 * reads no start-up file.  It needs no display and writes no file: the picture comes back through
 * its stdout, so the caller decides where it goes and an error leaves no partial file.
 */
#ifndef RILEY_UI_GNUPLOT_H
#define RILEY_UI_GNUPLOT_H

#include <stddef.h>
#include "src/base/status.h"

/* Run a script of `length` bytes, data blocks included, whose last plot writes to stdout (no "set
 * output").  On success *picture holds the output, *size bytes followed by '\0'; the caller frees
 * it.
 *
 * The environment variable RILEY_GNUPLOT overrides the program name "gnuplot", and
 * RILEY_GNUPLOT_SECONDS the time that it may take (120).
 *
 * RY_EMISSING: gnuplot is not installed; the message says how to install it.  RY_EIO: it was
 * killed, took too long, ended before the end of the script, or drew nothing.  RY_ESTOP:
 * interrupt_asked().  RY_EINVAL: a command of the script failed; ry_message() holds gnuplot's
 * error.  RY_ENOMEM.  On failure both outputs are NULL and 0.
 *
 * Signals: writing to a gnuplot that has died does not raise SIGPIPE in the calling thread, whether
 * or not the process ignores the signal; no handler is installed.  The child starts with default
 * handlers and nothing blocked, in a process group of its own, which is killed with all that it has
 * started when it takes too long and when this process is interrupted (interrupt.h). */
enum ry_status gnuplot_run(const char *script, size_t length, char **picture, size_t *size);

/* Write `text` as a quoted gnuplot string into to[size], size at least 3. gnuplot executes and
 * expands nothing in it.  Line breaks and tabs become spaces, other control characters and invalid
 * UTF-8 become '?'.  It is cut at the last whole character that fits (up to four bytes each).
 * Returns `to`. */
char *gnuplot_quote(char *to, size_t size, const char *text);

#endif
