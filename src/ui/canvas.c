/* canvas.c - see canvas.h. */
#include "src/ui/canvas.h"

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/text.h"

/* ---- the grid ---- */

static const struct cell blank = { .glyph = " " };

void canvas_clear(struct canvas *c)
{
	size_t n = (size_t)c->width * (size_t)c->height;

	for (size_t k = 0; k < n; k++)
		c->cell[k] = blank;
}

enum ry_status canvas_resize(struct canvas *c, int width, int height)
{
	size_t n = (size_t)width * (size_t)height;

	if (width < 1 || height < 1 || width > CANVAS_MOST || height > CANVAS_MOST)
		return ry_fail(RY_EINVAL,
		               "a screen of %dx%d: width and height must be between 1 and %d",
		               width, height, CANVAS_MOST);
	if (n > c->room) {
		struct cell *more = realloc(c->cell, n * sizeof *more);

		if (!more)
			return ry_fail_memory("a screen");
		c->cell = more;
		c->room = n;
	}
	c->width = width;
	c->height = height;
	canvas_clear(c);
	return RY_OK;
}

struct canvas *canvas_alloc(int width, int height, enum ui_tier tier)
{
	struct canvas *c = calloc(1, sizeof *c);

	if (!c) {
		ry_fail_memory("a screen");
		return NULL;
	}
	c->tier = tier;
	if (canvas_resize(c, width, height)) {
		canvas_free(c);
		return NULL;
	}
	return c;
}

void canvas_free(struct canvas *c)
{
	if (c)
		free(c->cell);
	free(c);
}

int canvas_color_256(enum ui_color color)
{
	static const int number[UI_COLORS] = { -1, 245, 214, 74, 36, 227, 32, 166, 175 };

	return number[color];
}

int canvas_color_8(enum ui_color color)
{
	static const int number[UI_COLORS] = { -1, 7, 3, 6, 2, 3, 4, 1, 5 };

	return number[color];
}

int canvas_shade_256(int shade)
{
	static const int number[UI_SHADES] = { 17, 19, 24, 60, 66, 246, 144, 180, 222, 228 };

	return number[shade - 1];
}

static void print_style(const struct cell *cell, FILE *to)
{
	int color = canvas_color_256((enum ui_color)cell->color);

	fputs("\033[0", to);
	if (cell->flags & UI_BOLD)
		fputs(";1", to);
	if (cell->flags & UI_DIM)
		fputs(";2", to);
	if (cell->flags & UI_REVERSE)
		fputs(";7", to);
	if (color >= 0)
		fprintf(to, ";38;5;%d", color);
	if (cell->ground)
		fprintf(to, ";48;5;%d", canvas_color_256((enum ui_color)(cell->ground - 1)));
	if (cell->shade)
		fprintf(to, ";48;5;%d", canvas_shade_256(cell->shade));
	fputc('m', to);
}

static int is_blank(const struct cell *cell, int color)
{
	return strcmp(cell->glyph, " ") == 0 &&
	       !(color && (cell->flags & UI_REVERSE || cell->shade));
}

static int same_style(const struct cell *a, const struct cell *b)
{
	return a->color == b->color && a->flags == b->flags && a->ground == b->ground &&
	       a->shade == b->shade;
}

static const char *printed_glyph(const struct cell *cell, int color)
{
	return color && cell->shade ? " " : !color && cell->ground ? "█" : cell->glyph;
}

void canvas_print(const struct canvas *c, FILE *to, int color)
{
	for (int y = 0; y < c->height; y++) {
		const struct cell *row = c->cell + (size_t)y * (size_t)c->width, *last = &blank;
		int width = c->width;

		while (width > 0 && is_blank(&row[width - 1], color))
			width--;
		for (int x = 0; x < width; x++) {
			if (color && !same_style(&row[x], last))
				print_style(&row[x], to);
			out_own(to, printed_glyph(&row[x], color));
			last = &row[x];
		}
		out_own(to, color && !same_style(last, &blank) ? "\033[0m\n" : "\n");
	}
}

int canvas_size(const char *text, int *width, int *height)
{
	char rest;

	if (strspn(text, "0123456789x") != strlen(text) || strlen(text) > 9 ||
	    sscanf(text, "%dx%d%c", width, height, &rest) != 2)
		return -1;
	return *width < 1 || *height < 1 || *width > CANVAS_MOST || *height > CANVAS_MOST;
}

/* ---- views ---- */

struct view view_of(struct canvas *c)
{
	return (struct view){ c, 0, 0, c->width, c->height };
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

static int most(int a, int b)
{
	return a > b ? a : b;
}

struct view view_part(struct view v, int x, int y, int w, int h)
{
	int x0 = least(most(x, 0), v.w), y0 = least(most(y, 0), v.h);
	int x1 = least(most(x + w, x0), v.w), y1 = least(most(y + h, y0), v.h);

	return (struct view){ v.canvas, v.x + x0, v.y + y0, x1 - x0, y1 - y0 };
}

static struct cell *cell_at(struct view v, int x, int y)
{
	if (x < 0 || y < 0 || x >= v.w || y >= v.h)
		return NULL;
	return v.canvas->cell + (size_t)(v.y + y) * (size_t)v.canvas->width + (size_t)(v.x + x);
}

void view_put(struct view v, int x, int y, struct style s, const char *glyph)
{
	struct cell *cell = cell_at(v, x, y);

	if (!cell)
		return;
	*cell = (struct cell){ .color = (uint8_t)s.color, .flags = (uint8_t)s.flags };
	if (v.canvas->tier == UI_ASCII && ((unsigned char)glyph[0] >= 0x80 || !glyph[0]))
		glyph = "?";
	for (int k = 0; k < 4 && glyph[k]; k++)
		cell->glyph[k] = glyph[k];
}

const char *view_glyph(struct view v, const char *ascii, const char *other)
{
	return v.canvas->tier == UI_ASCII ? ascii : other;
}

void view_fill(struct view v, struct style s, const char *glyph)
{
	for (int y = 0; y < v.h; y++)
		for (int x = 0; x < v.w; x++)
			view_put(v, x, y, s, glyph);
}

void view_shade(struct view v, int x, int y, double share)
{
	static const char ascii[] = " .:-=+*#%@", *const block[] = { " ", "░", "▒", "▓", "█" };
	int shade = (int)(fmin(fmax(share, 0), 1) * UI_SHADES);
	struct cell *cell = cell_at(v, x, y);

	shade = shade < UI_SHADES ? shade : UI_SHADES - 1;
	if (isnan(share)) {
		view_put(v, x, y, STYLE(UI_GREY, 0), view_glyph(v, "?", "·"));
	} else if (cell) {
		view_put(v, x, y, STYLE_PLAIN,
		         view_glyph(v, (char[]){ ascii[shade], '\0' },
		                    block[shade * 5 / UI_SHADES]));
		cell->shade = (uint8_t)(1 + shade);
	}
}

/* The terminal's own foreground can only be drawn with, so a half in that colour is the glyph. */
void view_halves(struct view v, int x, int y, enum ui_color upper, enum ui_color lower)
{
	int up = upper != UI_COLORS, low = lower != UI_COLORS, both = up && low && upper != lower;
	int glyph_low = !up || (both && lower == UI_PLAIN);
	enum ui_color of_glyph = glyph_low ? lower : upper;
	struct style s = STYLE(of_glyph, of_glyph == UI_PLAIN ? UI_BOLD : 0);

	if (!up && !low)
		return;
	if (v.canvas->tier == UI_ASCII) {
		view_put(v, x, y, s, up && low ? ":" : up ? "'" : ".");
		return;
	}
	view_put(v, x, y, s, up && low && !both ? "█" : glyph_low ? "▄" : "▀");
	if (both && cell_at(v, x, y))
		cell_at(v, x, y)->ground = (uint8_t)(1 + (glyph_low ? upper : lower));
}

/* ---- text ---- */

/* Nonzero if a terminal shows the character in one column: not control, combining or wide. */
static int one_column(long c)
{
	static const long others[][2] = {
		{ -1, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x300, 0x36f }, { 0x483, 0x489 },
		  { 0x591, 0x5bd },
		{ 0x610, 0x61a }, { 0x64b, 0x65f }, { 0x900, 0xdff }, { 0xe31, 0xe31 }, { 0xe34,
		  0xe4e },
		{ 0x1000, 0x11ff }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff }, { 0x200b, 0x200f },
		  { 0x2028, 0x202e },
		{ 0x2060, 0x206f }, { 0x20d0, 0x20ff }, { 0x231a, 0x231b }, { 0x23e9, 0x23f3 },
		  { 0x2614, 0x2615 },
		{ 0x2648, 0x2653 }, { 0x26a1, 0x26a1 }, { 0x2705, 0x2705 }, { 0x274c, 0x274c },
		  { 0x2753, 0x2757 },
		{ 0x2795, 0x2797 }, { 0x2b1b, 0x2b1c }, { 0x2b50, 0x2b50 }, { 0x2e80, 0xa4cf },
		  { 0xa960, 0xa97f },
		{ 0xac00, 0xdfff }, { 0xe000, 0xfaff }, { 0xfe00, 0xfe6f }, { 0xfeff, 0xff60 },
		  { 0xffe0, 0x1ffff },
		{ 0x20000, 0x10ffff },
	};

	for (size_t k = 0; k < sizeof others / sizeof *others; k++)
		if (c >= others[k][0] && c <= others[k][1])
			return 0;
	return 1;
}

int text_columns(const char *text)
{
	int n = 0, bytes;

	for (; *text; text += bytes, n++)
		text_decode(text, 4, &bytes);
	return n;
}

/* view_text() limited to `columns` characters. */
static int put_text(struct view v, int x, int y, struct style s, const char *text, int columns)
{
	int bytes;

	for (; *text && columns > 0; text += bytes, columns--, x++) {
		char glyph[5] = "?";

		if (one_column(text_decode(text, 4, &bytes)))
			snprintf(glyph, sizeof glyph, "%.*s", bytes, text);
		view_put(v, x, y, s, glyph);
	}
	return x;
}

int view_text(struct view v, int x, int y, struct style s, const char *text)
{
	return put_text(v, x, y, s, text, INT_MAX);
}

int view_printf(struct view v, int x, int y, struct style s, const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	return view_text(v, x, y, s, text);
}

void view_text_right(struct view v, int end, int y, struct style s, const char *text)
{
	view_text(v, end - text_columns(text), y, s, text);
}

/* The length in bytes of the next line of a paragraph, and the start of the one after it. */
static int next_line(const char *text, int columns, const char **rest)
{
	int length = 0, fits = 0, n = 0, bytes;

	for (; text[length] && text[length] != '\n'; length += bytes, n++) {
		text_decode(text + length, 4, &bytes);
		if (n >= columns && text[length] != ' ')
			break;
		if (text[length] == ' ')
			fits = length;
	}
	if (text[length] && text[length] != '\n' && fits > 0)
		length = fits;
	*rest = text + length + strspn(text + length, " ");
	if (**rest == '\n')
		(*rest)++;
	return length;
}

int text_lines(const char *text, int columns)
{
	int n = 0;

	for (; columns > 0 && *text; n++)
		next_line(text, columns, &text);
	return n;
}

int view_paragraph(struct view v, struct style s, const char *text)
{
	int y = 0;

	for (const char *rest; v.w > 0 && *text && y < v.h; text = rest, y++) {
		char line[512];

		snprintf(line, sizeof line, "%.*s", next_line(text, v.w, &rest), text);
		view_text(v, 0, y, s, line);
	}
	return y;
}

/* ---- frames ---- */

struct view view_box(struct view v, struct style s, const char *title)
{
	const char *across = view_glyph(v, "-", "─"), *down = view_glyph(v, "|", "│");

	for (int x = 1; x < v.w - 1; x++) {
		view_put(v, x, 0, s, across);
		view_put(v, x, v.h - 1, s, across);
	}
	for (int y = 1; y < v.h - 1; y++) {
		view_put(v, 0, y, s, down);
		view_put(v, v.w - 1, y, s, down);
	}
	view_put(v, 0, v.h - 1, s, view_glyph(v, "+", "└"));
	view_put(v, v.w - 1, v.h - 1, s, view_glyph(v, "+", "┘"));
	view_put(v, 0, 0, s, view_glyph(v, "+", "┌"));
	view_put(v, v.w - 1, 0, s, view_glyph(v, "+", "┐"));
	if (title && v.w > 6) {
		struct view edge = view_part(v, 2, 0, v.w - 4, 1);
		int end;

		s.flags &= ~(unsigned)UI_DIM;
		view_put(edge, 0, 0, s, " ");
		end = view_text(edge, 1, 0, STYLE(s.color, s.flags | UI_BOLD), title);
		view_put(edge, end, 0, s, " ");
	}
	return view_part(v, 1, 1, v.w - 2, v.h - 2);
}

/* ---- dots ---- */

int dots_across(enum ui_tier tier)
{
	return tier == UI_BRAILLE ? 2 : 1;
}

int dots_down(enum ui_tier tier)
{
	return tier == UI_BRAILLE ? 4 : tier == UI_BLOCKS ? 2 : 1;
}

/* Braille patterns number their dots down the left column, then down the right one; the lowest row
 * was added later and has the last two numbers. */
static uint8_t braille_bit(int x, int y)
{
	static const uint8_t bit[4][2] = { { 1, 8 }, { 2, 16 }, { 4, 32 }, { 64, 128 } };

	return bit[y][x];
}

static void set_braille(struct cell *cell, uint8_t bit)
{
	cell->dots |= bit;
	cell->glyph[0] = (char)0xe2;                /* U+2800 + dots */
	cell->glyph[1] = (char)(0xa0 | cell->dots >> 6);
	cell->glyph[2] = (char)(0x80 | (cell->dots & 0x3f));
	cell->glyph[3] = '\0';
}

static void set_block(struct cell *cell, uint8_t bit)
{
	static const char glyph[][5] = { " ", "▀", "▄", "█" };

	cell->dots |= bit;
	memcpy(cell->glyph, glyph[cell->dots], sizeof cell->glyph);
}

void view_dot(struct view v, int x, int y, struct style s, char ascii)
{
	enum ui_tier tier = v.canvas->tier;
	int across = dots_across(tier), down = dots_down(tier);
	struct cell *cell = x < 0 || y < 0 ? NULL : cell_at(v, x / across, y / down);

	if (!cell)
		return;
	if (tier == UI_BRAILLE)
		set_braille(cell, braille_bit(x % 2, y % 4));
	else if (tier == UI_BLOCKS)
		set_block(cell, (uint8_t)(1 << y % 2));
	else
		memcpy(cell->glyph, (char[]){ ascii, '\0' }, 2);
	cell->color = (uint8_t)s.color;
	cell->flags = (uint8_t)s.flags;
	cell->ground = 0;
	cell->shade = 0;
}

/* Clip the segment [t0, t1] of a line to 0 <= p + t d <= end (Liang & Barsky 1984); 0 if nothing is
 * left. */
static int clip(double p, double d, double end, double *t0, double *t1)
{
	double a, b;

	if (d == 0)
		return p >= 0 && p <= end;
	a = -p / d;
	b = (end - p) / d;
	*t0 = fmax(*t0, fmin(a, b));
	*t1 = fmin(*t1, fmax(a, b));
	return *t0 <= *t1;
}

void view_line(struct view v, double x0, double y0, double x1, double y1, struct style s,
               char ascii, int gap)
{
	double dx = x1 - x0, dy = y1 - y0, t0 = 0, t1 = 1;
	int steps;

	if (!isfinite(dx) || !isfinite(dy) || v.w == 0 || v.h == 0 ||
	    !clip(x0, dx, v.w * dots_across(v.canvas->tier) - 1, &t0, &t1) ||
	    !clip(y0, dy, v.h * dots_down(v.canvas->tier) - 1, &t0, &t1))
		return;
	steps = (int)ceil(fmax(fabs(dx), fabs(dy)) * (t1 - t0) - 1e-4);
	for (int k = 0; k <= steps; k++) {
		double t = steps ? t0 + (t1 - t0) * k / steps : t0;

		if (gap == 0 || k % gap != gap - 1)
			view_dot(v, (int)lround(x0 + t * dx), (int)lround(y0 + t * dy), s, ascii);
	}
}
