/* text.h - text that others wrote: decoded, made safe to show, and printed.
 *
 * The names of classes, exercises, students, runs and files, and all that a file says, may hold
 * bytes that a terminal obeys.  A program prints text through out() alone: then none of it gets
 * there.  A character that must not be shown becomes a '?'; a tab or the end of a line becomes a
 * space, so that text from outside stays within its line.
 */
#ifndef RILEY_BASE_TEXT_H
#define RILEY_BASE_TEXT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

/* Decode the UTF-8 character at `text`, of which `n` > 0 bytes may be read, and its length in
 * bytes; -1, of length 1, for what is not UTF-8.  A zero byte ends a string for certain: for one,
 * any n will do. */
long text_decode(const char *text, size_t n, int *bytes);

/* Nonzero if the character may be shown: no control character (C0, DEL, C1), nothing that changes
 * the direction of text or breaks a line, and not -1. */
int text_is_shown(long character);

/* Columns that a terminal needs for `text`: two for a wide character, none for one that combines
 * with the last.  Characters that must not be shown count as the '?' in their place. */
int text_width(const char *text);

/* The length in bytes of as much of `text` as fits into `columns`, cut between characters. */
size_t text_fit(const char *text, int columns);

/* Make `text` safe to show, in place; it never grows. */
void text_clean(char *text);

/* Format 1234567 as "1,234,567" in `text`, which is returned. */
const char *text_count(char text[32], size_t n);

/* "1 row", "1,234 rows": `n` of a noun whose plural ends in s, in `text`, which is returned. */
const char *text_counted(char text[64], size_t n, const char *noun);

/* As fprintf(), but each %s is text from outside: it is made safe, and its width and precision
 * count columns and not bytes.  The format itself is the program's own, with any ends of lines.
 * Knows the conversions of numbers and characters, %s and %%.  As fprintf(), it leaves errors to
 * ferror(). */
void out(FILE *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
void out_list(FILE *to, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));

/* Print `n` bytes of text from outside, made safe. */
void out_bytes(FILE *to, const char *text, size_t n);

/* Print text that the program made itself, and which may hold colours or several lines. */
void out_own(FILE *to, const char *text);

/* Print JSON: what must not be shown stands only within its strings, and becomes \uXXXX there. */
void out_json(FILE *to, const char *text);

#endif
