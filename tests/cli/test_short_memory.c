/* test_short_memory.c - the JSON library while memory is short. */
#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "src/cli/answer.h"
#include "src/cli/short_memory.h"
#include "tests/support/allocations.h"
#include "tests/support/tap.h"

/* A JSON text with tokens of every kind that outgrow the lexer's first buffer; the last is a number
 * of `digits` digits. */
static char *text_with(int digits)
{
	static const char start[] =
		"{\"a name that is longer than sixteen bytes\": -1.2345678901234567e-30, "
		"\"a value\": [\"as long as that name is, or longer\", true], \"x\": 0.";
	char *text = malloc(sizeof start + (size_t)digits + 2);

	strcpy(text, start);
	memset(text + strlen(start), '7', (size_t)digits);
	strcpy(text + strlen(start) + digits, "}");
	return text;
}

/* While all allocations fail after the n-th, the text is read whole, or it is known that memory was
 * short; and the process lives.  Returns whether it was read. */
static int read_after(long n, const char *text, const json_t *whole)
{
	json_t *got;
	int same;

	allocations_fail_after(n);
	got = json_loads(text, 0, NULL);
	allocations_fail_after(-1);
	same = json_equal(got, whole);
	TAP_CHECK(short_memory_status(RY_OK) == (same ? RY_OK : RY_ENOMEM), "after %ld", n);
	json_decref(got);
	return same;
}

static void test_reading(void)
{
	static const int digits[] = { 3, 40, 15000 };

	if (!allocations_fail_after(-1)) {
		tap_skip("the linker cannot redirect malloc");
		return;
	}
	for (int k = 0; k < 3; k++) {
		char *text = text_with(digits[k]);
		json_t *whole = json_loads(text, 0, NULL);
		long n = 0;

		CU_ASSERT_PTR_NOT_NULL_FATAL(whole);
		while (!read_after(n, text, whole) && n < 1000)
			n++;
		TAP_CHECK(n > 10 && n < 1000, "read whole after %ld allocations", n);
		json_decref(whole);
		free(text);
	}
}

/* An answer whose text memory does not suffice for is no answer, and says why. */
static void test_answering(void)
{
	json_t *o = json_pack("{s:s,s:i}", "what", "an answer of some length", "n", 17);
	FILE *to = tmpfile();
	long n = 0;
	enum ry_status status;

	if (!allocations_fail_after(-1)) {
		tap_skip("the linker cannot redirect malloc");
		return;
	}
	CU_ASSERT_PTR_NOT_NULL_FATAL(to);
	do {
		allocations_fail_after(n++);
		status = answer_json_part(to, json_incref(o), 0, "an answer");
		allocations_fail_after(-1);
		TAP_CHECK(status == RY_OK || status == RY_ENOMEM, "after %ld: %s", n,
		          ry_message());
	} while (status != RY_OK && n < 1000);
	TAP_CHECK(n > 1 && n < 1000, "answered after %ld allocations", n);
	json_decref(o);
	fclose(to);
	short_memory_status(RY_OK);
}

int main(void)
{
	static const struct tap_test tests[] = {
		{ "JSON is read whole, or memory was short", test_reading },
		{ "an answer is written whole, or memory was short", test_answering },
		{ NULL, NULL },
	};

	short_memory_watch();
	return tap_run("short_memory", tests);
}
