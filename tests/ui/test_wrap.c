/* test_wrap.c - text is broken between words, and only where it is too wide. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/ui/wrap.h"
#include "tests/support/tap.h"

static int gives(const char *text, int at, int indent, int width, const char *wanted)
{
	char *got = NULL;
	size_t size;
	FILE *to = open_memstream(&got, &size);
	int same;

	wrap_line(to, text, at, indent, width);
	fclose(to);
	same = strcmp(got, wanted) == 0;
	if (!same)
		printf("# got: %s# not: %s", got, wanted);
	free(got);
	return same;
}

static void breaks_between_words(void)
{
	CU_ASSERT(gives("one two three", 0, 2, 7, "one two\n  three\n"));
	CU_ASSERT(gives("one two three", 0, 0, 80, "one two three\n"));
	CU_ASSERT(gives("one two three", 0, 2, 0, "one two three\n"));
	CU_ASSERT(gives("one two", 5, 5, 9, "one\n     two\n"));
	CU_ASSERT(gives("", 0, 2, 10, "\n"));
}

static void keeps_gaps_and_long_words(void)
{
	CU_ASSERT(gives("  a  b", 0, 4, 20, "  a  b\n"));
	CU_ASSERT(gives("a  bcd", 0, 1, 5, "a\n bcd\n"));
	CU_ASSERT(gives("abcdefghij k", 0, 2, 4, "abcdefghij\n  k\n"));
	CU_ASSERT(gives("a b ", 0, 2, 3, "a b \n"));
}

/* A command in quotes can be copied. */
static void keeps_commands_whole(void)
{
	CU_ASSERT(gives("try 'riley kt', or", 0, 0, 12, "try\n'riley kt',\nor\n"));
	CU_ASSERT(gives("it isn't a 'b c", 0, 0, 8, "it isn't\na 'b c\n"));
	CU_ASSERT(gives("'it isn't so' no", 0, 0, 13, "'it isn't so'\nno\n"));
	CU_ASSERT(gives("'a b c d e'", 0, 0, 6, "'a b c\nd e'\n"));
}

static void counts_columns(void)
{
	CU_ASSERT(gives("äöü äöü", 0, 0, 7, "äöü äöü\n"));
	CU_ASSERT(gives("äöü äöü", 0, 0, 6, "äöü\näöü\n"));
	CU_ASSERT(gives("a\033[1m b", 0, 0, 80, "a?[1m b\n"));
}

static const struct tap_test tests[] = {
	{ "breaks between words", breaks_between_words },
	{ "keeps gaps and long words", keeps_gaps_and_long_words },
	{ "keeps commands whole", keeps_commands_whole },
	{ "counts columns", counts_columns },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("wrap", tests);
}
