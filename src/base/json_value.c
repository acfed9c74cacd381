/* json_value.c - see json_value.h. */
#include "src/base/json_value.h"

#include <errno.h>
#include <stdlib.h>

void json_value_add(json_t **list, json_t *value)
{
	if (json_array_append_new(*list, value) == 0)
		return;
	json_decref(*list);
	*list = NULL;
}

void json_value_set(json_t **object, const char *key, json_t *value)
{
	if (json_object_set_new(*object, key, value) == 0)
		return;
	json_decref(*object);
	*object = NULL;
}

/* jansson does not tell text that is not UTF-8 from a lack of memory; malloc() does, in errno. */
json_t *json_value_text(const char *text, const char *otherwise)
{
	json_t *string;

	errno = 0;
	string = json_string(text);
	return string || errno == ENOMEM ? string : json_string(otherwise);
}

json_t *json_value_copy(const json_t *value)
{
	json_t *copy = json_deep_copy(value);

	if (json_equal(copy, value))
		return copy;
	json_decref(copy);
	return NULL;
}

char *json_value_print(const json_t *value, size_t flags)
{
	size_t n = value ? json_dumpb(value, NULL, 0, flags) : 0;
	char *text = n ? malloc(n + 1) : NULL;

	if (!text)
		return NULL;
	if (json_dumpb(value, text, n, flags) != n) {
		free(text);
		return NULL;
	}
	text[n] = '\0';
	return text;
}
