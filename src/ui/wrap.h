/* wrap.h - text broken into lines between its words. */
#ifndef RILEY_UI_WRAP_H
#define RILEY_UI_WRAP_H

#include <stdarg.h>
#include <stdio.h>

/* Print one line of text from outside and its end.  It begins at column `at`, which nothing is
 * printed for, and is broken between words where it would be wider than `width` columns; what
 * follows begins at column `indent`.  A word alone that is too long stays whole, and so does what
 * stands in single quotes, for that may be a command, while it fits a line.  A `width` of 0: the
 * line is not broken. */
void wrap_line(FILE *to, const char *text, int at, int indent, int width);

/* Print a message on stderr, printf format without the last end of line.  On a terminal its lines
 * are broken to fit, and go on two columns to the right; in a file or a pipe they stay whole. */
void tell_user(const char *format, ...) __attribute__((format(printf, 1, 2)));
void tell_user_list(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

/* Nonzero if what is written there is wrapped: the columns of the terminal; 0 elsewhere. */
int wrap_width(FILE *to);

#endif
