/* json_value.h - JSON values from memory that may be short.
 *
 * A value that could not be made must not leave a gap that nobody notices: it makes the whole of
 * what it belongs to NULL, as json_pack() with a member that is NULL.
 */
#ifndef RILEY_BASE_JSON_VALUE_H
#define RILEY_BASE_JSON_VALUE_H

#include <jansson.h>

/* Append to *list a value, of which the reference is taken over.  If either is NULL, or without
 * memory, *list is released and becomes NULL. */
void json_value_add(json_t **list, json_t *value);

/* Set a member of *object, of which the reference is taken over.  If either is NULL, or without
 * memory, *object is released and becomes NULL. */
void json_value_set(json_t **object, const char *key, json_t *value);

/* `text` as a string, or `otherwise` if it is not UTF-8; NULL without memory.  The caller owns the
 * reference. */
json_t *json_value_text(const char *text, const char *otherwise);

/* A whole deep copy; NULL without memory.  (json_deep_copy() leaves out what that does not suffice
 * for.)  The caller owns the reference. */
json_t *json_value_copy(const json_t *value);

/* The text of `value` with the flags of json_dumps(); NULL without memory, or for NULL.
 * (json_dumps() leaves out the keys that memory does not suffice for.)  The caller frees it. */
char *json_value_print(const json_t *value, size_t flags);

#endif
