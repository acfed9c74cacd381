/* test_canvas.c - drawing into memory: clipping, untrusted text, dots, and widgets as golden frames
 * in all three tiers. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/ui/bars.h"
#include "src/ui/canvas.h"
#include "src/ui/chart.h"
#include "src/ui/gauge.h"
#include "src/ui/keys.h"
#include "src/ui/table.h"
#include "src/ui/words.h"
#include "tests/support/frames.h"
#include "tests/support/tap.h"

static void shows(int line, const struct canvas *c, const char *wanted)
{
	char *text = frames_printed(c, 0);

	tap_check(strcmp(text, wanted) == 0, (unsigned)line, __FILE__, "found\n%swanted\n%s", text,
	          wanted);
	free(text);
}

#define SHOWS(c, wanted) shows(__LINE__, c, wanted)

static struct canvas *canvas(int w, int h, enum ui_tier tier)
{
	struct canvas *c = canvas_alloc(w, h, tier);

	CU_ASSERT_PTR_NOT_NULL_FATAL(c);
	return c;
}

/* ---- the canvas ---- */

static void sizes(void)
{
	static const int wrong[][2] = {
		{ 0, 5 }, { 5, 0 }, { -1, 5 }, { CANVAS_MOST + 1, 5 }, { 5, CANVAS_MOST + 1 }
	};
	struct canvas *c = canvas(7, 3, UI_ASCII);
	int w = 0, h = 0;

	for (int k = 0; k < 5; k++) {
		CU_ASSERT_PTR_NULL(canvas_alloc(wrong[k][0], wrong[k][1], UI_ASCII));
		CU_ASSERT_EQUAL(canvas_resize(c, wrong[k][0], wrong[k][1]), RY_EINVAL);
	}
	view_text(view_of(c), 0, 0, STYLE_PLAIN, "stays");
	SHOWS(c, "stays\n\n\n");
	CU_ASSERT_EQUAL(canvas_resize(c, 2, 2), RY_OK);
	SHOWS(c, "\n\n");
	CU_ASSERT_EQUAL(canvas_resize(c, 30, 1), RY_OK);
	SHOWS(c, "\n");
	canvas_free(c);
	canvas_free(NULL);
	CU_ASSERT(canvas_size("80x24", &w, &h) == 0 && w == 80 && h == 24);
	CU_ASSERT(canvas_size("1x2000", &w, &h) == 0 && w == 1 && h == 2000);
	for (const char *const *bad =
	             (const char *const[]){ "", "80", "80x", "x24", "80x24x1", "0x24", "80x2001",
	                                    "80 x24", "-1x5", "80X24", "99999999999x1", NULL };
	     *bad; bad++)
		TAP_CHECK(canvas_size(*bad, &w, &h) != 0, "'%s' was taken for a size", *bad);
}

static void views_clip(void)
{
	struct canvas *c = canvas(8, 4, UI_ASCII);
	struct view v = view_part(view_of(c), 2, 1, 4, 2), none;

	view_fill(view_of(c), STYLE_PLAIN, ".");
	view_text(v, -2, 0, STYLE_PLAIN, "abcdefgh");
	view_text(v, 2, 1, STYLE_PLAIN, "xyz");
	view_text(v, 0, 2, STYLE_PLAIN, "below");
	view_text(v, 0, -1, STYLE_PLAIN, "above");
	SHOWS(c, "........\n..cdef..\n....xy..\n........\n");
	none = view_part(v, 1, 1, 0, 1);
	CU_ASSERT(none.w == 0 && none.h == 1);
	none = view_part(v, 9, 9, 5, 5);
	CU_ASSERT(none.w == 0 && none.h == 0);
	view_text(none, 0, 0, STYLE_PLAIN, "nothing");
	none = view_part(v, -1, -1, 2, 2);
	CU_ASSERT(none.x == 2 && none.y == 1 && none.w == 1 && none.h == 1);
	none = view_part(v, 3, 0, -5, 1);
	CU_ASSERT(none.w == 0);
	view_text_right(v, 4, 0, STYLE_PLAIN, "12");
	SHOWS(c, "........\n..cd12..\n....xy..\n........\n");
	canvas_free(c);
}

static void text_from_outside(void)
{
	struct canvas *c = canvas(20, 1, UI_BRAILLE);
	struct view v = view_of(c);

	CU_ASSERT_EQUAL(view_text(v, 0, 0, STYLE_PLAIN,
	                          "é\033[31m\t\x80\xc3(漢\xf0\x9f\x98\x80\xe2\x80\x8b"),
	                13);
	SHOWS(c, "é?[31m??" "?(???\n");
	canvas_clear(c);
	/* An overlong encoding, a surrogate, above the last code point, truncated. */
	view_text(v, 0, 0, STYLE_PLAIN, "\xc0\xaf|\xed\xa0\x80|\xf4\x90\x80\x80|\xe2\x96");
	SHOWS(c, "??|???|????|??\n");
	CU_ASSERT_EQUAL(text_columns("é?\xff"), 3);
	c->tier = UI_ASCII;
	canvas_clear(c);
	view_text(v, 0, 0, STYLE_PLAIN, "é|●");
	view_put(v, 4, 0, STYLE_PLAIN, "");
	SHOWS(c, "?|? ?\n");
	CU_ASSERT_EQUAL(view_printf(v, 0, 0, STYLE_PLAIN, "%d of %d", 3, 17), 7);
	canvas_free(c);
}

static void paragraphs(void)
{
	struct canvas *c = canvas(10, 5, UI_ASCII);

	CU_ASSERT_EQUAL(
		view_paragraph(view_of(c), STYLE_PLAIN, "one two three\nfour incomprehensible"), 5);
	SHOWS(c, "one two\nthree\nfour\nincomprehe\nnsible\n");
	canvas_clear(c);
	CU_ASSERT_EQUAL(view_paragraph(view_part(view_of(c), 0, 0, 10, 2), STYLE_PLAIN,
	                               "1234567890 234567890 x"),
	                2);
	SHOWS(c, "1234567890\n234567890\n\n\n\n");
	CU_ASSERT_EQUAL(view_paragraph(view_part(view_of(c), 0, 0, 0, 2), STYLE_PLAIN, "x"), 0);
	CU_ASSERT_EQUAL(text_lines("one two three\nfour incomprehensible", 10), 5);
	CU_ASSERT_EQUAL(text_lines("", 10), 0);
	CU_ASSERT_EQUAL(text_lines("x", 0), 0);
	canvas_free(c);
}

static void colors_are_printed(void)
{
	struct canvas *c = canvas(6, 2, UI_ASCII);
	char *text;

	view_text(view_of(c), 0, 0, STYLE(UI_ORANGE, UI_BOLD), "ab");
	view_text(view_of(c), 2, 0, STYLE_PLAIN, "c");
	view_put(view_of(c), 5, 1, STYLE(UI_PLAIN, UI_REVERSE), " ");
	text = frames_printed(c, 1);
	CU_ASSERT_STRING_EQUAL(text, "\033[0;1;38;5;214mab\033[0mc\n     \033[0;7m \033[0m\n");
	free(text);
	SHOWS(c, "abc\n\n");
	canvas_free(c);
	for (int a = 0; a < UI_COLORS; a++)
		for (int b = 0; b < a; b++)
			CU_ASSERT_NOT_EQUAL(canvas_color_256((enum ui_color)a),
			                    canvas_color_256((enum ui_color)b));
}

/* Shades: glyph and colour; values out of range and unknown ones; overwritten by other drawing. */
static void shades(void)
{
	static const double share[] = { -INFINITY, 0, 0.25, 0.55, 0.999, 1, INFINITY, NAN };
	struct canvas *c = canvas(9, 1, UI_BRAILLE);
	char *text;

	for (int k = 0; k < 8; k++)
		view_shade(view_of(c), k, 0, share[k]);
	SHOWS(c, "  ░▒███·\n");
	CU_ASSERT(c->cell[0].shade == 1 && c->cell[2].shade == 3 && c->cell[3].shade == 6 &&
	          c->cell[6].shade == UI_SHADES);
	CU_ASSERT_EQUAL(c->cell[7].shade, 0);
	text = frames_printed(c, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\033[0;48;5;17m  \033[0;48;5;24m "));
	free(text);
	for (int k = 1; k < 7; k++)
		view_put(view_of(c), k, 0, STYLE_PLAIN, " ");
	view_dot(view_of(c), 0, 0, STYLE_PLAIN, '*');
	for (int k = 0; k < 9; k++)
		CU_ASSERT_EQUAL(c->cell[k].shade, 0);
	c->tier = UI_ASCII;
	canvas_clear(c);
	for (int k = 0; k < 8; k++)
		view_shade(view_part(view_of(c), 1, 0, 7, 1), k, 0, share[k]);
	SHOWS(c, "   :+@@@\n");
	canvas_free(c);
}

/* Cells of two halves: each keeps its colour; without colours a cell of two colours is full. */
static void halves(void)
{
	static const enum ui_color half[][2] = {
		{ UI_COLORS, UI_COLORS }, { UI_SKY, UI_COLORS }, { UI_COLORS, UI_SKY },
		{ UI_SKY, UI_SKY }, { UI_SKY, UI_ORANGE }, { UI_SKY, UI_PLAIN },
		{ UI_PLAIN, UI_SKY }, { UI_PLAIN, UI_PLAIN },
	};
	struct canvas *c = canvas(10, 2, UI_BLOCKS);
	char *text;

	for (int k = 0; k < 8; k++)
		view_halves(view_of(c), k, 0, half[k][0], half[k][1]);
	view_halves(view_part(view_of(c), 0, 0, 3, 1), 3, 0, UI_SKY, UI_ORANGE);
	view_halves(view_of(c), -1, 5, UI_SKY, UI_ORANGE);
	SHOWS(c, " ▀▄█████\n\n");
	text = frames_printed(c, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, " \033[0;38;5;74m▀▄█\033[0;38;5;74;48;5;214m▀"
	                                    "\033[0;1;48;5;74m▄▀\033[0;1m█\033[0m\n"));
	free(text);
	view_put(view_of(c), 4, 0, STYLE_PLAIN, "x");
	view_dot(view_of(c), 5, 0, STYLE_PLAIN, '*');
	CU_ASSERT(c->cell[4].ground == 0 && c->cell[5].ground == 0);
	c->tier = UI_ASCII;
	canvas_clear(c);
	for (int k = 0; k < 8; k++)
		view_halves(view_of(c), k, 0, half[k][0], half[k][1]);
	SHOWS(c, " '.:::::\n\n");
	canvas_free(c);
}

/* Linear red, green and blue, 0..1, of a colour of the 256-colour palette (a cube of 6 and
 * greys). */
static void linear(int number, double rgb[3])
{
	static const int step[6] = { 0, 95, 135, 175, 215, 255 };
	int n = number - 16;

	for (int k = 0; k < 3; k++) {
		int byte = number >= 232 ? 8 + 10 * (number - 232)
		                         : step[k == 0   ? n / 36
		                                : k == 1 ? n / 6 % 6
		                                         : n % 6];
		double v = byte / 255.0;

		rgb[k] = v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
	}
}

/* Each shade is lighter than the one before, also for protanopes and deuteranopes (the matrices of
 * Vienot, Brettel and Mollon 1999). */
static void shades_rise(void)
{
	static const double eye[3][3] = { { 0.2126, 0.7152, 0.0722 },
		                          { 0.9278 * 0.11238 + 0.0722 * 0.00401,
		                            0.9278 * 0.88762 - 0.0722 * 0.00401, 0.0722 },
		                          { 0.9278 * 0.29275 - 0.0722 * 0.02234,
		                            0.9278 * 0.70725 + 0.0722 * 0.02234, 0.0722 } };

	for (int e = 0; e < 3; e++) {
		double last = 0;

		for (int k = 1; k <= UI_SHADES; k++) {
			double c[3], light;

			linear(canvas_shade_256(k), c);
			light = cbrt(eye[e][0] * c[0] + eye[e][1] * c[1] + eye[e][2] * c[2]);
			TAP_CHECK(light > last + 0.01, "shade %d: %g after %g for eye %d", k, light,
			          last, e);
			last = light;
		}
	}
}

/* Every dot alone, and all together. */
static void dots(void)
{
	static const char *const braille[8] = { "⠁", "⠈", "⠂", "⠐", "⠄", "⠠", "⡀", "⢀" };
	struct canvas *c = canvas(2, 1, UI_BRAILLE);
	struct view v = view_part(view_of(c), 1, 0, 1, 1);
	char wanted[16];

	for (int k = 0; k < 8; k++) {
		canvas_clear(c);
		view_dot(v, k % 2, k / 2, STYLE_PLAIN, '*');
		snprintf(wanted, sizeof wanted, " %s\n", braille[k]);
		SHOWS(c, wanted);
	}
	for (int k = 0; k < 8; k++)
		view_dot(v, k % 2, k / 2, STYLE_PLAIN, '*');
	SHOWS(c, " ⣿\n");
	view_text(v, 0, 0, STYLE_PLAIN, "A");
	view_dot(v, 0, 0, STYLE(UI_SKY, 0), '*');
	SHOWS(c, " ⠁\n");
	CU_ASSERT_EQUAL(c->cell[1].color, UI_SKY);
	for (int k = -9; k < 9; k++) {         /* all of these are outside */
		view_dot(v, -1, k, STYLE_PLAIN, '*');
		view_dot(v, 2, k, STYLE_PLAIN, '*');
		view_dot(v, k, 4, STYLE_PLAIN, '*');
		view_dot(v, k, -1, STYLE_PLAIN, '*');
	}
	SHOWS(c, " ⠁\n");
	c->tier = UI_BLOCKS;
	canvas_clear(c);
	view_dot(v, 0, 1, STYLE_PLAIN, '*');
	SHOWS(c, " ▄\n");
	view_dot(v, 0, 0, STYLE_PLAIN, '*');
	SHOWS(c, " █\n");
	canvas_clear(c);
	view_dot(v, 0, 0, STYLE_PLAIN, '*');
	SHOWS(c, " ▀\n");
	c->tier = UI_ASCII;
	canvas_clear(c);
	view_dot(v, 0, 0, STYLE_PLAIN, '*');
	SHOWS(c, " *\n");
	canvas_free(c);
}

static void lines(void)
{
	struct canvas *c = canvas(5, 5, UI_ASCII);
	struct view v = view_of(c);

	view_line(v, 0, 0, 4, 4, STYLE_PLAIN, '*', 0);
	SHOWS(c, "*\n *\n  *\n   *\n    *\n");
	canvas_clear(c);
	view_line(v, -1e9, 2, 1e9, 2, STYLE_PLAIN, '-', 2);
	view_line(v, 2, 1e12, 2, 3, STYLE_PLAIN, '|', 0);
	view_line(v, 7, 0, 7, 9, STYLE_PLAIN, 'x', 0);
	view_line(v, NAN, 0, 1, 1, STYLE_PLAIN, 'x', 0);
	view_line(v, 0, 0, INFINITY, 1, STYLE_PLAIN, 'x', 0);
	view_line(v, 1, 0, 1, 0, STYLE_PLAIN, '.', 0);
	SHOWS(c, " .\n\n- - -\n  |\n  |\n");
	canvas_free(c);
}

/* ---- words ---- */

static void words(void)
{
	static const struct { double v; const char *count, *value; } row[] = {
		{ 0, "0", "0.0000" }, { 7, "7", "7.0000" }, { 999.4, "999", "999.4" }, { 999.6,
		  "1.00k", "999.6" }, { 10, "10", "10" }, { 1270, "1.27k", "1270" },
		{ -10.5, "-10", "-10.5000" },
		{ 12345, "12.3k", "12.3k" }, { -45600, "-45.6k", "-45.6k" }, { 4.56e6, "4.56M",
		  "4.56M" },
		{ 0.00012, "0", "0.00012" }, { -0.4321, "-0", "-0.4321" }, { NAN, "-", "-" },
		{ 1e15, "1e+15", "1e+15" }, { -1e308, "-1e+308", "-1e+308" },
		{ INFINITY, "inf", "inf" },
	};
	static const struct { double seconds; const char *text; } age[] = {
		{ 0.4, "0 s" }, { 59.9, "59 s" }, { 60, "1 min" }, { 7199, "1 h" },
		{ 86400, "1 d" }, { 3e7, "347 d" }, { 1e9, "31 y" }, { -5, "0 s" }, { NAN, "-" },
	};
	static const struct { double seconds; const char *text; } time[] = {
		{ 0, "0:00" }, { 7.4, "0:07" }, { 759.6, "12:40" }, { 3723, "1:02:03" }, { NAN,
		  "-" }, { -3, "0:00" },
		{ INFINITY, "100000:00:00" },
	};
	static const struct { double v, step, largest; const char *text; } tick[] = {
		{ 0.25, 0.05, 1, "0.25" }, { 20000, 5000, 40000, "20k" }, { 1.5e6, 5e5, 2e6,
		  "1500k" }, { 12, 2, 20, "12" },
		{ 5e-17, 0.1, 1, "0" }, { 9000, 1000, 9000, "9000" }, { 3e-7, 1e-7, 5e-7, "3e-07" },
		  { -0.5, 0.5, 1, "-0.5" },
		{ 1.2e7, 2e6, 2e7, "12M" }, { 1e23, 5e22, 1e23, "1e+23" },
		{ 2.4e-9, 2e-10, 3e-9, "2.4e-09" }, { 4.17e35, 1e33, 4.2e35, "4.17e+35" },
		{ 9e12, 1e12, 9e12, "9000G" }, { 1.0002e-5, 1e-9, 1.0004e-5, "1.0002e-05" },
	};
	char text[40];

	for (size_t k = 0; k < sizeof row / sizeof *row; k++) {
		CU_ASSERT_STRING_EQUAL(words_count(text, sizeof text, row[k].v), row[k].count);
		CU_ASSERT_STRING_EQUAL(words_value(text, sizeof text, row[k].v), row[k].value);
	}
	for (size_t k = 0; k < sizeof age / sizeof *age; k++)
		CU_ASSERT_STRING_EQUAL(words_age(text, sizeof text, age[k].seconds), age[k].text);
	for (size_t k = 0; k < sizeof time / sizeof *time; k++)
		CU_ASSERT_STRING_EQUAL(words_duration(text, sizeof text, time[k].seconds),
		                       time[k].text);
	for (size_t k = 0; k < sizeof tick / sizeof *tick; k++)
		CU_ASSERT_STRING_EQUAL(words_tick(text, sizeof text, tick[k].v, tick[k].step,
		                                  tick[k].largest),
		                       tick[k].text);
	words_bar(text, sizeof text, 0.5, 3, 8);
	CU_ASSERT_STRING_EQUAL(text, "█▌ ");
	words_bar(text, sizeof text, 0.99, 2, 2);
	CU_ASSERT_STRING_EQUAL(text, "█▌");
	words_bar(text, sizeof text, 7, 2, 1);
	CU_ASSERT_STRING_EQUAL(text, "##");
	words_bar(text, sizeof text, NAN, 2, 8);
	CU_ASSERT_STRING_EQUAL(text, "  ");
	for (double range = 1e-9; range < 1e12; range *= 1.7)
		for (int most = 1; most < 12; most++) {
			double step = words_tick_step(-0.3 * range, 0.7 * range, most);

			TAP_CHECK(range / step <= most * (1 + 1e-9) &&
			                  range / step > most / 2.6 - 1e-9,
			          "%g in %d: %g", range, most, step);
		}
}

/* ---- keys ---- */

static int pressed[4];

static void quit(void *screen, int key)     { *(int *)screen = key; pressed[0]++; }
static void next(void *screen, int key)     { *(int *)screen = key; pressed[1]++; }
static void panel(void *screen, int key)    { *(int *)screen = key; pressed[2]++; }
static void left(void *screen, int key)     { *(int *)screen = key; pressed[3]++; }

static const struct key_row rows[] = {
	{ .common = KEYS_QUIT, .act = quit },
	{ .common = KEYS_HELP, .act = panel },
	{ .key = 'n', .also = UI_KEY_ENTER, .words = "the next episode", .brief = "next",
	  .act = next },
	{ .common = KEYS_PANEL, .act = panel },
	{ .common = KEYS_LEFT, .words = "move to the left", .brief = "move", .act = left },
	{ .key = 'x', .words = "something rare", .act = next },
	{ 0 }
};

static void keys(void)
{
	static const struct { int key, which; } known[] = {
		{ 'q', 0 }, { 'Q', 0 }, { 'n', 1 }, { UI_KEY_ENTER, 1 }, { '1', 2 }, { '9', 2 },
		  { 'h', 3 }, { UI_KEY_LEFT, 3 },
		{ 'x', 1 }, { '?', 2 },
	};
	char name[16];
	int got;

	for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
		int before = pressed[known[k].which];

		CU_ASSERT_EQUAL(keys_dispatch(rows, &got, known[k].key), 1);
		CU_ASSERT_EQUAL(got, known[k].key);
		TAP_CHECK(pressed[known[k].which] == before + 1, "key %s",
		          keys_name(known[k].key, name));
	}
	for (const char *c = "0z. \t\033N"; *c; c++)
		CU_ASSERT_EQUAL(keys_dispatch(rows, &got, *c), 0);
	CU_ASSERT_EQUAL(keys_dispatch(rows, &got, 0), 0);
	CU_ASSERT_EQUAL(keys_dispatch(rows, &got, UI_KEY_NONE), 0);
	CU_ASSERT_EQUAL(keys_dispatch(rows, &got, UI_KEY_RESIZE), 0);
	CU_ASSERT_EQUAL(keys_from_script('^'), UI_KEY_UP);
	CU_ASSERT_EQUAL(keys_from_script('v'), UI_KEY_DOWN);
	CU_ASSERT_EQUAL(keys_from_script('<'), UI_KEY_LEFT);
	CU_ASSERT_EQUAL(keys_from_script('>'), UI_KEY_RIGHT);
	CU_ASSERT_EQUAL(keys_from_script('q'), 'q');
	CU_ASSERT_STRING_EQUAL(keys_name(' ', name), "Space");
	CU_ASSERT_STRING_EQUAL(keys_name('a', name), "a");
	CU_ASSERT_STRING_EQUAL(keys_name(3, name), "\003");
}

/* ---- golden frames ---- */

enum { POINTS = 400 };

static double wave_x[POINTS], wave[POINTS], other[POINTS], noisy[POINTS];

static void make_curves(void)
{
	unsigned k = 12345;

	for (int i = 0; i < POINTS; i++) {
		k = k * 1664525u + 1013904223u;
		wave_x[i] = 250.0 * i;
		wave[i] = 12 * (1 - exp(-i / 90.0)) + sin(i / 15.0);
		other[i] = i < 100 || i > 180 ? 9 * (1 - exp(-i / 200.0)) : NAN;
		noisy[i] = wave[i] + 4 * ((k >> 8) / 16777216.0 - 0.5);
	}
}

static void scene_chart(struct view v)
{
	const struct chart_series s[] = {
		{ .name = "raw", .color = UI_GREY, .faint = 1, .n = POINTS, .x = wave_x,
		  .y = noisy },
		{ .name = "training", .color = UI_ORANGE, .n = POINTS, .x = wave_x, .y = wave },
		{ .name = "validation", .color = UI_BLUE, .mark = 1, .n = POINTS, .x = wave_x,
		  .y = other },
	};
	double level = 10, rule = 60000;

	chart_draw(v, &(struct chart){ .n = 3,
	                               .series = s,
	                               .x_label = "frames",
	                               .legend = 1,
	                               .rule = &rule,
	                               .level = &level });
}

static void scene_chart_log(struct view v)
{
	static const double loss[] = { 3, 1, 0.3, 0.1, 0.03, 0, 0.003, 0.001 };
	const struct chart_series s[] = {
		{ .name = "loss", .color = UI_SKY, .mark = 3, .n = 8, .y = loss }
	};

	chart_draw(v, &(struct chart){ .n = 1, .series = s, .x_label = "epoch", .log_y = 1 });
}

static void scene_chart_small(struct view v)
{
	const struct chart_series s[] = {
		{ .name = "value", .color = UI_SKY, .n = POINTS, .y = wave }
	};

	chart_draw(view_part(v, 0, 0, 20, 3),
	           &(struct chart){ .n = 1, .series = s, .x_label = "step" });
	chart_draw(view_part(v, 0, 4, 10, 5), &(struct chart){ .n = 1, .series = s });
	chart_draw(view_part(v, 12, 4, 12, 5),
	           &(struct chart){
			   .n = 1, .series = s, .x_label = "step", .y_low = 0, .y_high = 5 });
}

static void scene_chart_awkward(struct view v)
{
	static const double one[] = { 7 }, none[] = { NAN, INFINITY }, flat[] = { -2, -2, -2 };
	const struct chart_series a = { .name = "one", .color = UI_SKY, .n = 1, .y = one },
				  b = { .name = "none", .color = UI_SKY, .n = 2, .y = none };
	const struct chart_series c = {
		.name = "flat", .color = UI_SKY, .mark = 1, .n = 3, .y = flat
	};

	chart_draw(view_part(v, 0, 0, 24, 5),
	           &(struct chart){ .n = 1, .series = &a, .x_label = "x" });
	chart_draw(view_part(v, 26, 0, 24, 5),
	           &(struct chart){ .n = 1, .series = &b, .x_label = "x" });
	chart_draw(view_part(v, 0, 6, 24, 5),
	           &(struct chart){ .n = 1, .series = &c, .x_label = "x" });
	chart_draw(view_part(v, 26, 6, 24, 5), &(struct chart){ .n = 0 });
	for (int w = 0; w < 6; w++)
		for (int h = 0; h < 6; h++)
			chart_draw(view_part(v, 26 + w, 6, w, h),
			           &(struct chart){
					   .n = 1, .series = &a, .x_label = "x", .legend = 1 });
}

static void scene_bars(struct view v)
{
	static const struct bar q[] = {
		{ "none", 1.25, UI_SKY, 0, "-0.06" }, { "left", 1.31, UI_SKY, 1, "best" }, { "fire",
		  0.02, UI_SKY, 0, "-1.29" },
	};
	static const struct bar signs[] = {
		{ "up", -3.5, UI_ORANGE, 0, NULL }, { "down", 2, UI_BLUE, 0, NULL }, { "nan", NAN,
		  UI_BLUE, 0, NULL },
		{ "zero", 0, UI_BLUE, 1, NULL },
	};

	bars_draw(view_part(v, 0, 0, 40, 3), &(struct bars){ .n = 3, .bar = q, .format = "%.2f" });
	bars_draw(view_part(v, 0, 4, 40, 4), &(struct bars){ .n = 4, .bar = signs });
	bars_draw(view_part(v, 0, 9, 16, 3),
	          &(struct bars){ .n = 3, .bar = q, .low = 0, .high = 100 });
	gauge_draw(view_part(v, 0, 13, 40, 1), "replay", 8, 0.456, UI_SKY, "45.6k");
	gauge_draw(view_part(v, 0, 14, 12, 1), "replay", 8, 0.456, UI_SKY, "45.6k");
}

static void scene_table(struct view v)
{
	static const char *const head[] = { "run", "AUC", "epochs" };
	static const char *const cell[] = { "a run with a name that is long",
		                            "0.8123",
		                            "12",
		                            "gru",
		                            NULL,
		                            "3",
		                            "lstm",
		                            "0.7",
		                            "7",
		                            "rnn",
		                            "0.65",
		                            "100" };
	static const int right[] = { 0, 1, 1 };

	table_draw(view_part(v, 0, 0, 50, 5), &(struct table){ 3, 4, head, right, NULL, cell, 1 });
	table_draw(view_part(v, 0, 6, 26, 3), &(struct table){ 3, 4, head, right, NULL, cell, 3 });
	table_draw(view_part(v, 28, 6, 22, 3), &(struct table){ 3, 4, head, NULL, NULL, cell, -1 });
}

static void scene_help(struct view v)
{
	view_fill(v, STYLE_PLAIN, ".");
	keys_help(view_part(v, 0, 0, v.w, v.h - 1), rows, "keys");
	keys_line(view_part(v, 0, v.h - 1, v.w, 1), rows);
}

static void scene_box(struct view v)
{
	struct view in = view_box(v, STYLE(UI_GREY, 0), "a title that is longer");

	view_text(in, 0, 0, STYLE_PLAIN, "inside, and cut off at its edge");
	view_box(view_part(in, 1, 1, 6, 3), STYLE_PLAIN, "no title fits");
	view_box(view_part(in, 8, 1, 2, 2), STYLE_PLAIN, NULL);
}

static const struct frame_scene scenes[] = {
	{ "chart", 60, 14, scene_chart },
	{ "chart_log", 40, 9, scene_chart_log },
	{ "chart_small", 26, 9, scene_chart_small },
	{ "chart_awkward", 52, 12, scene_chart_awkward },
	{ "bars", 40, 15, scene_bars },
	{ "table", 50, 9, scene_table },
	{ "help", 44, 12, scene_help },
	{ "help_low", 78, 6, scene_help },
	{ "box", 20, 6, scene_box },
};

static void golden_frames(void)
{
	make_curves();
	frames_compare(scenes, sizeof scenes / sizeof *scenes);
}

static void any_size(void)
{
	for (size_t k = 0; k < sizeof scenes / sizeof *scenes; k++)
		frames_any_size(scenes[k].name, scenes[k].draw);
}

/* The cost of a million points depends on the dots, and single-point peaks are shown. */
static void crowd(void)
{
	enum { MANY = 1000000 };
	double *y = calloc(MANY, sizeof *y);
	struct chart_series s = { .name = "many", .color = UI_SKY, .n = MANY, .y = y };
	struct canvas *c = canvas(40, 10, UI_ASCII);
	char *text;

	y[500000] = 1;
	y[700000] = NAN;
	chart_draw(view_of(c), &(struct chart){ .n = 1, .series = &s });
	text = frames_printed(c, 0);
	TAP_CHECK(strncmp(text, "1.0+                  o\n", 23) == 0, "the peak is not there:\n%s",
	          text);
	free(text);
	canvas_free(c);
	free(y);
}

static const struct tap_test tests[] = {
	{ "sizes", sizes },
	{ "views clip", views_clip },
	{ "text from outside", text_from_outside },
	{ "paragraphs", paragraphs },
	{ "colours are printed", colors_are_printed },
	{ "shades", shades },
	{ "halves", halves },
	{ "shades rise for all eyes", shades_rise },
	{ "dots", dots },
	{ "lines", lines },
	{ "words", words },
	{ "keys", keys },
	{ "golden frames", golden_frames },
	{ "any size", any_size },
	{ "a million points", crowd },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("canvas", tests);
}
