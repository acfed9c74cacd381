/* test_barchart.c - bars compared with a mark, as text and through gnuplot. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/ui/barchart.h"
#include "tests/support/tap.h"

static char *text_of(const struct barchart *c, int width, int ascii, int color)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	CU_ASSERT_EQUAL(barchart_text(to, c, width, ascii, color), RY_OK);
	fclose(to);
	return text;
}

/* Line `k` of a text, in a static buffer. */
static const char *line_of(const char *text, int k)
{
	static char line[1000];
	size_t n;

	while (k-- > 0 && text)
		text = strchr(text, '\n') ? strchr(text, '\n') + 1 : NULL;
	if (!text)
		return "";
	n = strcspn(text, "\n");
	memcpy(line, text, n);
	line[n] = '\0';
	return line;
}

static int count_of(const char *line, char c)
{
	int n = 0;

	for (; *line; line++)
		n += *line == c;
	return n;
}

static const struct barchart_bar bars[] = {
	{ "above", 150 }, { "at", 100 }, { "half", 50 }, { "none", 0 }, { "unknown", NAN }
};

static struct barchart chart(void)
{
	return (struct barchart){ .title = "TITLE",
		                  .unit = " %",
		                  .mark = 100,
		                  .mark_label = "MARK",
		                  .n = 5,
		                  .bar = bars };
}

static void bars_are_as_long_as_their_values(void)
{
	struct barchart c = chart();
	char *text = text_of(&c, 80, 1, 0);
	int mark = 0, half;

	CU_ASSERT_STRING_EQUAL(line_of(text, 0), "TITLE");
	CU_ASSERT_PTR_NOT_NULL(strstr(line_of(text, 2), "MARK"));
	for (int k = 3; k < 8; k++) {
		const char *at = strchr(line_of(text, k), '|');

		CU_ASSERT_PTR_NOT_NULL_FATAL(at);
		if (k == 3)
			mark = (int)(at - line_of(text, k));
		CU_ASSERT_EQUAL(strchr(line_of(text, k), '|') - line_of(text, k), mark);
	}
	/* labels are 7 wide, and two blanks */
	CU_ASSERT_EQUAL(count_of(line_of(text, 4), '#'), mark - 9);
	half = count_of(line_of(text, 5), '#');
	CU_ASSERT(half == (mark - 9) / 2);
	/* the mark hides one */
	CU_ASSERT(abs(count_of(line_of(text, 3), '#') + 1 - 3 * half) <= 2);
	CU_ASSERT_EQUAL(count_of(line_of(text, 6), '#'), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(line_of(text, 3), " 150 %"));
	CU_ASSERT_PTR_NOT_NULL(strstr(line_of(text, 6), " 0.0 %"));
	CU_ASSERT_STRING_EQUAL(line_of(text, 7) + strlen(line_of(text, 7)) - 2, " -");
	CU_ASSERT_STRING_EQUAL(line_of(text, 8), "");
	free(text);
}

static void what_is_far_beyond_is_cut_off(void)
{
	const struct barchart_bar far[] = {
		{ "far", 5000 }, { "mark", 100 }, { "below", -20 }, { "deep", -900 }
	};
	struct barchart c = chart();
	char *text;
	const char *line;

	c.bar = far;
	c.n = 4;
	text = text_of(&c, 80, 1, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(line_of(text, 3), "#>"));
	CU_ASSERT_PTR_NOT_NULL(strstr(line_of(text, 3), "5000 %"));
	line = line_of(text, 4);
	CU_ASSERT(count_of(line, '#') > 5);           /* the mark is still visible */
	CU_ASSERT_EQUAL(count_of(line, '|'), 2);      /* zero and the mark */
	CU_ASSERT_PTR_NULL(strchr(line, '>'));
	line = line_of(text, 5);
	CU_ASSERT(count_of(line, '#') > 0 && !strchr(line, '<'));
	CU_ASSERT_PTR_NOT_NULL(strstr(line_of(text, 6), "<#"));
	CU_ASSERT_PTR_NOT_NULL(strstr(line_of(text, 6), "-900 %"));
	free(text);
}

static void text_keeps_to_its_width(void)
{
	const int widths[] = { 40, 41, 80, 100, 2000 };
	struct barchart c = chart();
	struct barchart_bar one = { "a label that is much longer than anything that is sensible in "
		                    "such a place",
		                    12345678 };

	for (size_t k = 0; k < 5; k++)
		for (int ascii = 0; ascii < 2; ascii++)
			for (int longest = 0; longest < 2; longest++) {
				char *text;

				c.n = longest ? 1 : 5;
				c.bar = longest ? &one : bars;
				text = text_of(&c, widths[k], ascii, 0);
				for (int line = 0; line < c.n + 3; line++) {
					const char *s = line_of(text, line);
					int columns = 0, strange = 0;

					for (; *s; s++) {
						columns += ((unsigned char)*s & 0xc0) != 0x80;
						strange += (unsigned char)*s >= 0x80;
					}
					TAP_CHECK(columns <= widths[k], "%d columns, width %d",
					          columns, widths[k]);
					CU_ASSERT(!ascii || !strange);
					if (widths[k] == 2000)
						/* longer than the buffer */
						break;
				}
				free(text);
			}
}

static void colours_tell_who_reached_the_mark(void)
{
	struct barchart c = chart();
	char *plain = text_of(&c, 80, 0, 0), *color = text_of(&c, 80, 0, 1);
	char above[1000], below[1000];

	CU_ASSERT_PTR_NULL(strchr(plain, '\033'));
	strcpy(above, line_of(color, 4));
	strcpy(below, line_of(color, 5));
	CU_ASSERT_PTR_NOT_NULL_FATAL(strstr(above, "\033["));
	CU_ASSERT_PTR_NOT_NULL_FATAL(strstr(below, "\033["));
	CU_ASSERT(strncmp(strstr(above, "\033["), strstr(below, "\033["), 12) != 0);
	free(plain);
	free(color);
}

static void impossible_charts_are_refused(void)
{
	struct barchart c = chart();
	char *picture = (char *)1;
	size_t size = 1;
	FILE *to = tmpfile();

	CU_ASSERT_EQUAL(barchart_text(to, &c, 39, 0, 0), RY_EINVAL);
	CU_ASSERT_EQUAL(barchart_text(to, &c, 100000, 0, 0), RY_EINVAL);
	c.n = 0;
	CU_ASSERT_EQUAL(barchart_text(to, &c, 80, 0, 0), RY_EINVAL);
	CU_ASSERT_EQUAL(barchart_draw(&c, CURVES_SVG, &picture, &size), RY_EINVAL);
	CU_ASSERT_PTR_NULL(picture);
	CU_ASSERT_EQUAL(size, 0);
	c.n = BARCHART_MOST + 1;
	CU_ASSERT_EQUAL(barchart_text(to, &c, 80, 0, 0), RY_EINVAL);
	fclose(to);
	setenv("RILEY_GNUPLOT", "/no/such/gnuplot", 1);
	c.n = 5;
	CU_ASSERT_EQUAL(barchart_draw(&c, CURVES_SVG, &picture, &size), RY_EMISSING);
	unsetenv("RILEY_GNUPLOT");
}

static int occurrences(const char *in, const char *what)
{
	int n = 0;

	for (in = strstr(in, what); in; in = strstr(in + 1, what))
		n++;
	return n;
}

/* The words can be found in an SVG, and nothing in them is executed. */
static void pictures_hold_the_words(void)
{
	struct barchart c = chart();
	struct barchart_bar odd[] = { { "it's `id` \"x\" 1", 120 }, { "two", NAN } };
	const enum curve_format formats[] = { CURVES_PNG, CURVES_PDF };
	const char *const starts[] = { "\211PNG", "%PDF" };
	char *picture;
	size_t size;

	c.note = "NOTE";
	if (barchart_draw(&c, CURVES_SVG, &picture, &size) == RY_EMISSING) {
		tap_skip("gnuplot is not installed");
		return;
	}
	CU_ASSERT_PTR_NOT_NULL_FATAL(picture);
	for (const char *const *w = (const char *const[]){ "TITLE", "MARK", "NOTE", "above",
	                                                   "unknown", "150 %", "50 %", NULL };
	     *w; w++)
		TAP_CHECK(strstr(picture, *w), "no '%s' in the picture", *w);
	/* orange: half; none has no width */
	CU_ASSERT_EQUAL(occurrences(picture, "polygon fill = 'rgb(213,"), 1);
	/* blue: above and at */
	CU_ASSERT_EQUAL(occurrences(picture, "polygon fill = 'rgb(  0, 114,"), 2);
	free(picture);
	for (int k = 0; k < 2; k++) {
		CU_ASSERT_EQUAL(barchart_draw(&c, formats[k], &picture, &size), RY_OK);
		CU_ASSERT(size > 1000 && memcmp(picture, starts[k], 4) == 0);
		free(picture);
	}
	c.bar = odd;
	c.n = 2;
	CU_ASSERT_EQUAL(barchart_draw(&c, CURVES_SVG, &picture, &size), RY_OK);
	CU_ASSERT_PTR_NOT_NULL_FATAL(picture);
	CU_ASSERT_PTR_NOT_NULL(strstr(picture, "`id`"));
	free(picture);
	c.bar = odd + 1;                      /* no value is known */
	c.n = 1;
	CU_ASSERT_EQUAL(barchart_draw(&c, CURVES_SVG, &picture, &size), RY_OK);
	free(picture);
}

static const struct tap_test tests[] = {
	{ "bars are as long as their values", bars_are_as_long_as_their_values },
	{ "what is far beyond is cut off", what_is_far_beyond_is_cut_off },
	{ "text keeps to its width", text_keeps_to_its_width },
	{ "colours tell who reached the mark", colours_tell_who_reached_the_mark },
	{ "impossible charts are refused", impossible_charts_are_refused },
	{ "pictures hold the words", pictures_hold_the_words },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("barchart", tests);
}
