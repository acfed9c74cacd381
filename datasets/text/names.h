/* names.h - distinct names, numbered in order of appearance.
 *
 * Shared by the readers of this folder and not installed.
 */
#ifndef RILEY_DATASETS_TEXT_NAMES_H
#define RILEY_DATASETS_TEXT_NAMES_H

#include <stddef.h>
#include "src/base/status.h"

struct names;

struct names *names_new(void);            /* NULL when memory ran out */
void          names_free(struct names *t);

/* The number of `text` (n bytes), which is added when it is new; -1 when memory ran out.  Text
 * that is no UTF-8 is taken for ISO-8859-1 and kept as UTF-8, so that every name can go into
 * JSON. */
int names_add(struct names *t, const char *text, size_t n);

/* The number of `text`, or -1 when it is not there. */
int names_find(const struct names *t, const char *text);

/* `text` (n bytes) as names_add() keeps it; NULL when memory ran out.  The caller frees it. */
char *names_text(const char *text, size_t n);

int         names_count(const struct names *t);

/* Sort the names: numbers in numeric order, then words in the order of their bytes.  map
 * (names_count) gets the new number of each old one. */
enum ry_status names_sort(struct names *t, int *map);

/* Take the list out, (names_count); the table stays to be freed.  The caller owns list and
 * names. */
char **names_take(struct names *t);
void   names_list_free(char **list, int n);

/* A copy of a list; NULL when memory ran out. */
char **names_list_copy(char *const *list, int n);

/* Bytes of the UTF-8 character at s (n bytes, n > 0), 0 when there is none.  Overlong forms,
 * surrogates and what lies beyond U+10FFFF are no characters (RFC 3629). */
size_t utf8_length(const char *s, size_t n);

/* The decimals 0..n-1 as a list; NULL when memory ran out. */
char **names_list_numbers(int n);

#endif
