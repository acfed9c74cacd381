/* test_text.c - text from outside: decoded, made safe, measured and printed. */
#include <stdlib.h>
#include <string.h>

#include "src/base/text.h"
#include "tests/support/tap.h"

/* What out() prints; borrowed until the next call. */
static const char *printed(const char *format, ...)
{
	static char *text;
	size_t size;
	FILE *to;
	va_list list;

	free(text);
	text = NULL;
	to = open_memstream(&text, &size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(to);
	va_start(list, format);
	out_list(to, format, list);
	va_end(list);
	fclose(to);
	return text;
}

static const struct {
	const char *text, *clean;
} some[] = {
	{ "", "" }, { "plain", "plain" }, { "\x1b]0;x\x07y", "?]0;x?y" },
	{ "tab\tline\nend\r", "tab line end " }, { "\x7f", "?" },
	{ "\xc2\x9b" "2J\xc2\x80", "?2J?" },                     /* C1 */
	{ "caf\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x99\x82",
	  "caf\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x99\x82" },
	{ "a\xe2\x80\xae" "b\xe2\x81\xa6" "c\xe2\x80\x8f", "a?b?c?" }, /* direction */
	{ "\xe2\x80\xa8\xef\xbb\xbf\xf3\xa0\x81\x81", "???" },  /* a line, a mark, a tag */
	{ "\xff\xc3", "??" }, { "\xc0\xaf", "??" }, { "\xed\xa0\x80", "???" },
	{ "\xf4\x90\x80\x80", "????" }, { "\xe2\x80", "??" },
};

static void text_is_made_safe(void)
{
	for (size_t k = 0; k < sizeof some / sizeof *some; k++) {
		char text[64];

		snprintf(text, sizeof text, "%s", some[k].text);
		text_clean(text);
		TAP_CHECK(strcmp(text, some[k].clean) == 0, "%zu became %s", k, text);
		CU_ASSERT_STRING_EQUAL(printed("%s", some[k].text), some[k].clean);
	}
}

/* Whatever the bytes, what is printed stays as it is when it is printed again. */
static void every_pair_of_bytes_is_made_safe(void)
{
	for (int a = 1; a < 256; a++)
		for (int b = 1; b < 256; b++) {
			char text[3] = { (char)a, (char)b, '\0' }, again[3];

			text_clean(text);
			strcpy(again, text);
			text_clean(again);
			TAP_CHECK(strcmp(text, again) == 0 && !strpbrk(text, "\x1b\n\r\t\x7f\x01"),
			          "%02x %02x", (unsigned)a, (unsigned)b);
		}
}

static void widths_are_columns(void)
{
	CU_ASSERT_EQUAL(text_width("caf\xc3\xa9"), 4);
	CU_ASSERT_EQUAL(text_width("e\xcc\x81"), 1);             /* combining */
	CU_ASSERT_EQUAL(text_width("\xe6\x97\xa5"), 2);
	CU_ASSERT_EQUAL(text_width("\x1b\xff"), 2);
	CU_ASSERT_EQUAL(text_fit("caf\xc3\xa9s", 4), 5);
	CU_ASSERT_EQUAL(text_fit("\xe6\x97\xa5\xe6\x97\xa5", 3), 3);
	CU_ASSERT_EQUAL(text_fit("ab", 9), 2);
	CU_ASSERT_STRING_EQUAL(printed("[%-6s]", "caf\xc3\xa9"), "[caf\xc3\xa9  ]");
	CU_ASSERT_STRING_EQUAL(printed("[%6s]", "caf\xc3\xa9"), "[  caf\xc3\xa9]");
	CU_ASSERT_STRING_EQUAL(printed("[%*.*s]", 5, 4, "caf\xc3\xa9s"), "[ caf\xc3\xa9]");
	CU_ASSERT_STRING_EQUAL(printed("[%-*.*s]", 3, 1, "\xc3\xa9\xc3\xa9"), "[\xc3\xa9  ]");
	CU_ASSERT_STRING_EQUAL(printed("[%*s]", -3, "a"), "[a  ]");
}

static void numbers_are_as_by_printf(void)
{
	CU_ASSERT_STRING_EQUAL(printed("%d|%5ld|%-4d|%04d|%+d", 1, -20L, 3, 7, 8),
	                       "1|  -20|3   |0007|+8");
	CU_ASSERT_STRING_EQUAL(printed("%zu|%lld|%lu|%x|%hd", (size_t)9, 1LL << 40, 5UL, 255u, 3),
	                       "9|1099511627776|5|ff|3");
	CU_ASSERT_STRING_EQUAL(printed("%.0f|%8.3f|%g|%-9.2e|%*.*f", 2.4, 3.14159, 1e-9, 1e5, 6, 1,
	                               2.25),
	                       "2|   3.142|1e-09|1.00e+05 |   2.2");
	CU_ASSERT_STRING_EQUAL(printed("%c%3c%-3c|%%", 'a', 'b', '\x1b'), "a  b?  |%");
}

static void own_text_and_ends_of_lines_are_kept(void)
{
	CU_ASSERT_STRING_EQUAL(printed("a\n%s\nb\n", "x\ny"), "a\nx y\nb\n");
}

static void counts_agree_with_their_nouns(void)
{
	char text[64];

	CU_ASSERT_STRING_EQUAL(text_count(text, 0), "0");
	CU_ASSERT_STRING_EQUAL(text_count(text, 999), "999");
	CU_ASSERT_STRING_EQUAL(text_count(text, 1234567), "1,234,567");
	CU_ASSERT_STRING_EQUAL(text_counted(text, 0, "row"), "0 rows");
	CU_ASSERT_STRING_EQUAL(text_counted(text, 1, "row"), "1 row");
	CU_ASSERT_STRING_EQUAL(text_counted(text, 1001, "row"), "1,001 rows");
}

static void json_stays_json(void)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	CU_ASSERT_PTR_NOT_NULL_FATAL(to);
	out_json(to, "{\n \"caf\xc3\xa9\": \"\xc2\x9b\xe2\x80\xae\x7f\xf3\xa0\x81\x81\"\n}");
	fclose(to);
	CU_ASSERT_STRING_EQUAL(text, "{\n \"caf\xc3\xa9\": "
	                             "\"\\u009b\\u202e\\u007f\\udb40\\udc41\"\n}");
	free(text);
}

static const struct tap_test tests[] = {
	{ "what a terminal would obey is not shown", text_is_made_safe },
	{ "every pair of bytes is made safe", every_pair_of_bytes_is_made_safe },
	{ "widths and cuts are of columns", widths_are_columns },
	{ "numbers are printed as by printf", numbers_are_as_by_printf },
	{ "the format keeps its lines, the text has one", own_text_and_ends_of_lines_are_kept },
	{ "JSON stays the same JSON", json_stays_json },
	{ "counts have commas, and their nouns a plural", counts_agree_with_their_nouns },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("text", tests);
}
