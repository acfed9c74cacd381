/* test_json_value.c - JSON values while memory is short. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/json_value.h"
#include "tests/support/tap.h"

static long left = -1;               /* allocations until one fails; below 0: none does */

static void *sometimes(size_t size)
{
	return left >= 0 && left-- == 0 ? NULL : malloc(size);
}

/* Keys and values of many lengths, nested, as a line of a log and more. */
static json_t *something(void)
{
	json_t *o = json_object(), *list = json_array();
	char key[300] = "";

	for (int k = 0; k < 25; k++) {
		memset(key, 'a' + k, 11 * (size_t)k + 1);
		key[11 * k + 1] = '\0';
		json_object_set_new(o, key, json_real(k / 7.0));
		json_array_append_new(list, json_string(key));
	}
	json_object_set_new(o, "list", list);
	return o;
}

static void text_is_that_of_jansson(void)
{
	static const size_t flags[] = { 0, JSON_COMPACT, JSON_INDENT(2), JSON_REAL_PRECISION(4) };
	json_t *o = something(), *real = json_real(0.5);

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
		char *text = json_value_print(o, flags[i]), *theirs = json_dumps(o, flags[i]);

		CU_ASSERT_STRING_EQUAL(text, theirs);
		free(text);
		free(theirs);
	}
	CU_ASSERT_PTR_NULL(json_value_print(NULL, 0));
	CU_ASSERT_PTR_NULL(json_value_print(real, 0));     /* no object; JSON_ENCODE_ANY takes it */
	json_decref(o);
	json_decref(real);
}

/* Whatever allocation fails: the whole text, or none. */
static void text_is_whole_or_none(void)
{
	json_t *o = something();
	char *whole = json_value_print(o, JSON_COMPACT);
	int none = 0, n = 0;

	json_set_alloc_funcs(sometimes, free);
	for (int all = 0; !all && n < 10000; n++) {
		char *text;

		left = n;
		text = json_value_print(o, JSON_COMPACT);
		all = left >= 0;             /* nothing has failed any more */
		left = -1;
		CU_ASSERT(all ? text != NULL : 1);
		CU_ASSERT(!text || strcmp(text, whole) == 0);
		none += !text;
		free(text);
	}
	CU_ASSERT(none > 0 && n < 10000);
	json_set_alloc_funcs(malloc, free);
	free(whole);
	json_decref(o);
}

static const struct tap_test tests[] = {
	{ "text is that of jansson", text_is_that_of_jansson },
	{ "text is whole or none while memory is short", text_is_whole_or_none },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("json values", tests);
}
