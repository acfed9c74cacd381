/* names.h - a table of distinct names, numbered in order of appearance.
 *
 * Private to the readers of data; not installed.
 */
#ifndef RILEY_DATASETS_TEXT_NAMES_H
#define RILEY_DATASETS_TEXT_NAMES_H

#include <stddef.h>
#include "src/base/status.h"

struct names;

struct names *names_new(void);            /* NULL without memory */
void          names_free(struct names *t);

/* The index of `text` (n bytes), which is added if it is new; -1 without memory.  Text that is not
 * UTF-8 is taken for ISO-8859-1 and stored as UTF-8, so that every name is valid in JSON. */
int names_add(struct names *t, const char *text, size_t n);

/* The index of `text`, or -1 if it is missing. */
int names_find(const struct names *t, const char *text);

/* `text` (n bytes) as names_add() stores it; NULL without memory.  The caller frees it. */
char *names_text(const char *text, size_t n);

int         names_count(const struct names *t);

/* Sort the names: numbers in numeric order, then words in byte order. map (names_count) receives
 * the new index of each old one.  RY_ENOMEM. */
enum ry_status names_sort(struct names *t, int *map);

/* Take ownership of the list of names (names_count); the table must still be freed. */
char **names_take(struct names *t);
void   names_list_free(char **list, int n);

/* A copy of a list of names; NULL without memory.  The caller owns list and names. */
char **names_list_copy(char *const *list, int n);

/* Length in bytes of the UTF-8 character at s (n bytes, n > 0), or 0 if it is invalid: overlong
 * forms, surrogates and code points beyond U+10FFFF (RFC 3629). */
size_t utf8_length(const char *s, size_t n);

/* The names "0", "1", ... of 0..n-1; NULL without memory.  The caller owns list and names. */
char **names_list_numbers(int n);

#endif
