/* gnuplot.h - have gnuplot draw: a script goes in, a picture comes out.
 *
 * gnuplot runs as a child, once for each script, with pipes on its stdin, stdout and stderr; it
 * reads no start-up file of the user's.  It needs no display and touches no file: the picture comes
 * back through its stdout, so that who asked for it decides where it goes and no half picture is
 * left.
 */
#ifndef RILEY_UI_GNUPLOT_H
#define RILEY_UI_GNUPLOT_H

#include <stddef.h>
#include "src/base/status.h"

/* Run a script (data blocks and all; `length` bytes) whose last plot writes to stdout: no "set
 * output".  On success *picture holds what was drawn, *size bytes and a '\0' behind them; the
 * caller frees it.
 *
 * RILEY_GNUPLOT in the environment names another program than "gnuplot".
 *
 * RY_EMISSING: it is not installed, with the sentence that says how to.  RY_EIO: it was killed, or
 * ended before the end of the script, or drew nothing.  RY_EINVAL: a command of the script failed;
 * ry_message() holds what gnuplot said.  RY_ENOMEM.  Both pointers are then NULL and 0.
 *
 * Signals: a write to a gnuplot that died does not raise SIGPIPE in the calling thread, whether the
 * process ignores the signal or not; no handler is installed.  The child gets default handlers and
 * nothing blocked; it stays in the process group, so that Ctrl-C ends it too. */
enum ry_status gnuplot_run(const char *script, size_t length, char **picture, size_t *size);

/* Write `text` as a gnuplot string into to[size], size at least 3, quotes around it: nothing in it
 * is executed or expanded; line breaks and tabs become spaces, other control characters and what is
 * not UTF-8 become '?'; it is cut at the last whole character that fits (up to four bytes each).
 * Returns `to`. */
char *gnuplot_quote(char *to, size_t size, const char *text);

#endif
