/* canvas.h - a screen in memory: a grid of cells, each with a glyph, a colour and a manner.
 *
 * What draws, draws into a view: a rectangle of a canvas with coordinates of its own, (0, 0) at its
 * top left.  What falls outside is left out, so nobody checks borders, and a widget looks the same
 * in a window of its own and in a corner.
 *
 * Graphics come in three tiers: braille (2 x 4 dots in a cell), half blocks (1 x 2) and ASCII (1 x
 * 1). Dots join in a cell; the cell takes the style of the last one.
 */
#ifndef RILEY_UI_CANVAS_H
#define RILEY_UI_CANVAS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "src/base/status.h"

enum ui_tier { UI_ASCII, UI_BLOCKS, UI_BRAILLE, UI_TIERS };

/* Colours that stay apart for colour-blind eyes, those of Okabe and Ito (2008); UI_PLAIN is the
 * terminal's own foreground.  A colour never says anything alone: a glyph says it too. */
enum ui_color {
	UI_PLAIN,
	UI_GREY,
	UI_ORANGE,
	UI_SKY,
	UI_GREEN,
	UI_YELLOW,
	UI_BLUE,
	UI_VERMILION,
	UI_PURPLE,
	UI_COLORS
};

enum { UI_BOLD = 1, UI_DIM = 2, UI_REVERSE = 4 };

struct style {
	enum ui_color color;
	unsigned      flags;             /* of the above, joined */
};

#define STYLE(color, flags) ((struct style){ color, flags })
#define STYLE_PLAIN STYLE(UI_PLAIN, 0)

/* Shades of a heat map: dark blue through grey to yellow, ever lighter, for colour-blind eyes
 * too. */
enum { UI_SHADES = 10 };

struct cell {
	char    glyph[5];                /* UTF-8, one column wide */
	uint8_t color, flags;
	uint8_t shade;                   /* 1..UI_SHADES: where there are 256 colours the cell is
	                                  * filled with this one, and the glyph, a shade too, is
	                                  * not shown; 0: none */
	uint8_t dots;                    /* those set, when the glyph is made of dots */
};

struct canvas {
	int          width, height;
	enum ui_tier tier;
	struct cell *cell;               /* (height, width) */
	size_t       room;               /* cells allocated */
};

/* Largest width and height: no terminal has more. */
enum { CANVAS_MOST = 2000 };

/* A blank canvas.  NULL with ry_message() for an impossible size (RY_EINVAL: 1..CANVAS_MOST) or
 * without memory.  The caller owns it. */
struct canvas *canvas_alloc(int width, int height, enum ui_tier tier);
void canvas_free(struct canvas *c);

/* Another size; the canvas is blank then, and as it was on failure. */
enum ry_status canvas_resize(struct canvas *c, int width, int height);
void canvas_clear(struct canvas *c);

/* The canvas as lines of text, without blanks at their ends; with `color` in the terminal's colours
 * (ANSI, 256 of them). */
void canvas_print(const struct canvas *c, FILE *to, int color);

/* The number of a colour among a terminal's 256, and among its 8; -1 for UI_PLAIN. */
int canvas_color_256(enum ui_color color);
int canvas_color_8(enum ui_color color);

/* The number of a shade, 1..UI_SHADES, among 256 colours. */
int canvas_shade_256(int shade);

/* A word "80x24" as a size; nonzero when it is none. */
int canvas_size(const char *text, int *width, int *height);

/* ---- views ---- */

struct view {
	struct canvas *canvas;
	int x, y, w, h;                  /* within the canvas; w and h may be 0 */
};

struct view view_of(struct canvas *c);

/* The part of `v` at (x, y), as much of w x h as lies within `v`. */
struct view view_part(struct view v, int x, int y, int w, int h);

/* One glyph: UTF-8 of one column.  Where there is only ASCII, what is not becomes '?'. */
void view_put(struct view v, int x, int y, struct style s, const char *glyph);

/* The one for the tier of `v`. */
const char *view_glyph(struct view v, const char *ascii, const char *other);

/* Text from (x, y) on: the column after it.  It may come from outside: control characters, what is
 * no UTF-8 and what is not one column wide becomes '?'. */
int view_text(struct view v, int x, int y, struct style s, const char *text);
int view_printf(struct view v, int x, int y, struct style s, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* The same so that it ends before column `end`. */
void view_text_right(struct view v, int end, int y, struct style s, const char *text);

/* Columns that view_text() takes for a text. */
int text_columns(const char *text);

void view_fill(struct view v, struct style s, const char *glyph);

/* One cell of a heat map: a share, 0..1, as a shade; what lies outside counts as the end it is
 * beyond, and NaN, not known, is a grey dot ('?' in ASCII). */
void view_shade(struct view v, int x, int y, double share);

/* A frame around `v` with a title in its upper edge (NULL: none); the view inside. */
struct view view_box(struct view v, struct style s, const char *title);

/* A text broken into lines of at most v.w columns between words; "\n" breaks too.  Lines drawn. */
int view_paragraph(struct view v, struct style s, const char *text);

/* Lines that it takes in so many columns. */
int text_lines(const char *text, int columns);

/* ---- dots ---- */

/* Dots in a cell, across and down. */
int dots_across(enum ui_tier tier);
int dots_down(enum ui_tier tier);

/* The dot (x, y) of the view, (0, 0) at its top left.  `ascii` is the glyph where a cell is one
 * dot. */
void view_dot(struct view v, int x, int y, struct style s, char ascii);

/* A line of dots, both ends included; ends may lie far outside, and every `gap`-th dot is left out
 * (0: none). */
void view_line(struct view v, double x0, double y0, double x1, double y1, struct style s,
               char ascii, int gap);

#endif
