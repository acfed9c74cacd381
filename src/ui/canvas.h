/* canvas.h - a screen in memory: a grid of cells, each with a glyph and a style.
 *
 * Everything is drawn into a view: a rectangle of a canvas with its own coordinates, (0, 0) at the
 * top left.  Drawing is clipped to the view, so callers need no bounds checks, and a widget looks
 * the same in its own window and in a panel.
 *
 * There are three graphics tiers: braille (2 x 4 dots per cell), half blocks (1 x 2) and ASCII (1 x
 * 1).  Dots in one cell are combined; the cell takes the style of the last one.
 */
#ifndef RILEY_UI_CANVAS_H
#define RILEY_UI_CANVAS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "src/base/status.h"

enum ui_tier { UI_ASCII, UI_BLOCKS, UI_BRAILLE, UI_TIERS };

/* Colours that colour-blind readers can distinguish, those of Okabe and Ito (2008); UI_PLAIN is the
 * terminal's own foreground.  Whatever a colour means, a glyph shows as well. */
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
	unsigned      flags;             /* of the above, or-ed */
};

#define STYLE(color, flags) ((struct style){ color, flags })
#define STYLE_PLAIN STYLE(UI_PLAIN, 0)

/* Shades of a heat map, from dark blue through grey to yellow in increasing lightness, safe for
 * colour-blind readers. */
enum { UI_SHADES = 10 };

struct cell {
	char    glyph[5];                /* UTF-8, one column wide */
	uint8_t color, flags;
	uint8_t ground;                  /* 1 + the colour behind the glyph, or 0: none.  Without
	                                  * colours the cell is full */
	uint8_t shade;                   /* 1..UI_SHADES, or 0: none.  With 256 colours the cell is
	                                  * filled with it, and the glyph is not shown */
	uint8_t dots;                    /* bits of the dots set, if the glyph consists of dots */
};

struct canvas {
	int          width, height;
	enum ui_tier tier;
	struct cell *cell;               /* (height, width) */
	size_t       room;               /* cells allocated */
};

/* Maximum width and height. */
enum { CANVAS_MOST = 2000 };

/* A blank canvas, owned by the caller.  NULL, with ry_message() set, for an invalid size
 * (1..CANVAS_MOST are valid) or without memory. canvas_free(NULL) does nothing. */
struct canvas *canvas_alloc(int width, int height, enum ui_tier tier);
void canvas_free(struct canvas *c);

/* Resize and clear the canvas; on failure it is unchanged. */
enum ry_status canvas_resize(struct canvas *c, int width, int height);

/* Make all cells blank. */
void canvas_clear(struct canvas *c);

/* Print the canvas as lines of text without trailing blanks; if `color` is set, with ANSI escapes
 * for 256 colours. */
void canvas_print(const struct canvas *c, FILE *to, int color);

/* The index of a colour in a palette of 256 and of 8 colours; -1 for UI_PLAIN. */
int canvas_color_256(enum ui_color color);
int canvas_color_8(enum ui_color color);

/* The index of a shade, 1..UI_SHADES, in a palette of 256 colours. */
int canvas_shade_256(int shade);

/* Parse a size such as "80x24"; nonzero if the text is not a size. */
int canvas_size(const char *text, int *width, int *height);

/* ---- views ---- */

struct view {
	struct canvas *canvas;
	int x, y, w, h;                  /* within the canvas; w and h may be 0 */
};

/* The whole canvas as a view. */
struct view view_of(struct canvas *c);

/* The part of `v` of size w x h at (x, y), clipped to `v`. */
struct view view_part(struct view v, int x, int y, int w, int h);

/* Draw one glyph, UTF-8 of one column.  In the ASCII tier a non-ASCII glyph becomes '?'. */
void view_put(struct view v, int x, int y, struct style s, const char *glyph);

/* Choose a glyph by the tier of `v`: `ascii` in the ASCII tier, else `other`. */
const char *view_glyph(struct view v, const char *ascii, const char *other);

/* Draw a cell of two halves, upper and lower, each in its colour; UI_COLORS: empty.  In the ASCII
 * tier these are ' . and : */
void view_halves(struct view v, int x, int y, enum ui_color upper, enum ui_color lower);

/* Draw text at (x, y); returns the column after it.  The text is untrusted: control characters,
 * invalid UTF-8 and characters that are not one column wide become '?'. */
int view_text(struct view v, int x, int y, struct style s, const char *text);
int view_printf(struct view v, int x, int y, struct style s, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* Draw text that ends before column `end`. */
void view_text_right(struct view v, int end, int y, struct style s, const char *text);

/* The width of a text in columns, as drawn by view_text(). */
int text_columns(const char *text);

/* Fill the view with one glyph. */
void view_fill(struct view v, struct style s, const char *glyph);

/* Draw one cell of a heat map: `share`, clipped to 0..1, as a shade.  NaN, unknown, is a grey dot
 * ('?' in ASCII). */
void view_shade(struct view v, int x, int y, double share);

/* Draw a frame around `v` with a title in its upper edge (NULL: none); returns the view inside. */
struct view view_box(struct view v, struct style s, const char *title);

/* Draw a text wrapped at word boundaries to v.w columns; "\n" starts a new line.  Returns the
 * number of lines. */
int view_paragraph(struct view v, struct style s, const char *text);

/* The number of lines that view_paragraph() needs for a text. */
int text_lines(const char *text, int columns);

/* ---- dots ---- */

/* Dots per cell, horizontally and vertically. */
int dots_across(enum ui_tier tier);
int dots_down(enum ui_tier tier);

/* Set the dot (x, y) of the view, (0, 0) at its top left.  `ascii` is the glyph of a dot in the
 * ASCII tier. */
void view_dot(struct view v, int x, int y, struct style s, char ascii);

/* Draw a line of dots, end points included.  The end points may lie far outside the view.  Every
 * `gap`-th dot is left out (0: none). */
void view_line(struct view v, double x0, double y0, double x1, double y1, struct style s,
               char ascii, int gap);

#endif
