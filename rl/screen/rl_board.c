/* rl_board.c - boards, and scenes, on a screen: see rl_screen.h. */
#include <stdlib.h>
#include <string.h>

#include "rl/games/game.h"
#include "rl/screen/rl_screen.h"

/* A cell is twice as wide as it is high, so that boards are square; no larger than this many
 * rows. */
enum { LARGEST_CELL = 4 };

enum ui_color rl_look_color(const struct game_look *l)
{
	static const enum ui_color color[] = {
		[GAME_WHITE] = UI_PLAIN, [GAME_GREY] = UI_GREY,           [GAME_ORANGE] = UI_ORANGE,
		[GAME_SKY] = UI_SKY,     [GAME_GREEN] = UI_GREEN,         [GAME_YELLOW] = UI_YELLOW,
		[GAME_BLUE] = UI_BLUE,   [GAME_VERMILION] = UI_VERMILION, [GAME_PURPLE] = UI_PURPLE,
	};

	return color[l->color];
}

static struct style look_style(const struct game_look *l)
{
	return STYLE(rl_look_color(l), l->color == GAME_WHITE ? UI_BOLD : 0);
}

static const char *look_glyph(struct view v, const struct game_look *l, char ascii[2])
{
	ascii[0] = l->ascii;
	ascii[1] = '\0';
	return view_glyph(v, ascii, l->glyph);
}

/* ---- boards of cells ---- */

/* Rows of a cell; 0: a cell is one column. */
static int cell_rows(const struct game_ops *g, int w, int h)
{
	int k = w / (2 * g->columns) < h / g->rows ? w / (2 * g->columns) : h / g->rows;

	return k < LARGEST_CELL ? k : LARGEST_CELL;
}

/* Glyphs that go on into the next column look like what they are: walls and paddles. */
static int goes_on(const char *glyph)
{
	static const char *const long_ones[] = { "▀", "▄", "■", "▬", "─", "╌", "=", "#", "-", "~" };

	for (size_t k = 0; k < sizeof long_ones / sizeof *long_ones; k++)
		if (strcmp(glyph, long_ones[k]) == 0)
			return 1;
	return 0;
}

/* A large cell is a tile with the glyph in its middle, and a gap to its neighbours; what is only a
 * trace (grey) stays a glyph. */
static void draw_tile(struct view cell, struct style s, const char *glyph)
{
	int w = cell.w - 1, h = cell.h > 2 ? cell.h - 1 : cell.h,
	    half = cell.h == 2 && cell.canvas->tier != UI_ASCII;

	for (int y = 0; y < h && s.color != UI_GREY; y++)
		for (int x = 0; x < w; x++)
			view_put(cell, x, y, s,
			         cell.canvas->tier == UI_ASCII ? glyph
			         : half && y == h - 1          ? "▀"
			                                       : "█");
	if (s.color != UI_GREY && cell.canvas->tier != UI_ASCII)
		s.flags |= UI_REVERSE | UI_BOLD;
	view_put(cell, (w - 1) / 2, (h - 1) / 2, s, glyph);
}

static void draw_cell(struct view cell, const struct game_look *l)
{
	char ascii[2];
	const char *glyph = look_glyph(cell, l, ascii);
	struct style s = look_style(l);

	if (cell.h > 1) {
		draw_tile(cell, s, glyph);
		return;
	}
	view_put(cell, 0, 0, s, glyph);
	if (goes_on(glyph))
		view_put(cell, 1, 0, s, glyph);
}

static void draw_cells(struct view v, const struct game_ops *g, const void *state)
{
	int k = cell_rows(g, v.w, v.h), w = k > 0 ? 2 * k : 1, h = k > 0 ? k : 1;
	int left = (v.w - w * g->columns) / 2, top = (v.h - h * g->rows) / 2;
	uint8_t *cells = calloc((size_t)g->rows * (size_t)g->columns, 1);

	if (!cells)
		return;
	g->picture(g, state, cells);
	for (int y = 0; y < g->rows; y++)
		for (int x = 0; x < g->columns; x++) {
			int look = cells[y * g->columns + x];

			if (look > 0)
				draw_cell(view_part(v, (left > 0 ? left : 0) + x * w,
				                    (top > 0 ? top : 0) + y * h, w, h),
				          &g->looks[look - 1]);
		}
	free(cells);
}

/* ---- scenes ---- */

/* Columns to a row of a scene: cells are twice as high as wide. */
static double aspect(const struct game_ops *g)
{
	return 2 * g->scene_width / g->scene_height;
}

static void put_mark(struct view v, double x, double y, const struct game_look *l)
{
	int across = dots_across(v.canvas->tier), down = dots_down(v.canvas->tier);
	char ascii[2];

	view_put(v, (int)x / across, (int)y / down, STYLE(look_style(l).color, UI_BOLD),
	         look_glyph(v, l, ascii));
}

static void draw_scene(struct view v, const struct game_ops *g, const void *state)
{
	struct game_scene s;
	double x, y;              /* dots per unit of the scene */
	int w, h;

	rl_board_size(g, v.w, v.h, &w, &h);
	x = (w * dots_across(v.canvas->tier) - 1) / g->scene_width;
	y = (h * dots_down(v.canvas->tier) - 1) / g->scene_height;
	v = view_part(v, (v.w - w) / 2, (v.h - h) / 2, w, h);
	g->scene(state, &s);
	for (int k = 0; k < s.n_lines; k++) {
		const struct game_look *l = &g->looks[s.line[k].look];

		view_line(v, s.line[k].x1 * x, s.line[k].y1 * y, s.line[k].x2 * x, s.line[k].y2 * y,
		          look_style(l), l->ascii, s.line[k].dotted ? 2 : 0);
	}
	for (int k = 0; k < s.n_marks; k++)
		put_mark(v, s.mark[k].x * x, s.mark[k].y * y, &g->looks[s.mark[k].look]);
}

/* ---- either ---- */

void rl_board_size(const struct game_ops *g, int w, int h, int *columns, int *rows)
{
	int k;

	if (g->scene) {
		*rows = h < w / aspect(g) ? h : (int)(w / aspect(g));
		*columns = (int)(*rows * aspect(g));
		return;
	}
	k = cell_rows(g, w, h);
	*columns = k > 0 ? 2 * k * g->columns : g->columns;
	*rows = k > 0 ? k * g->rows : g->rows;
}

void rl_board_draw(struct view v, const struct game_ops *g, const void *state)
{
	if (g->scene)
		draw_scene(v, g, state);
	else
		draw_cells(v, g, state);
}

int rl_legend_draw(struct view v, const struct game_ops *g)
{
	int x = 0, y = 0;

	for (int k = 0; k < g->n_looks; k++) {
		const struct game_look *l = &g->looks[k];
		int columns = 2 + text_columns(l->name);
		char ascii[2];

		if (k > 0 && strcmp(l->name, g->looks[k - 1].name) == 0)
			continue;
		if (x > 0 && x + columns > v.w) {
			x = 0;
			y++;
		}
		view_put(v, x, y, look_style(l), look_glyph(v, l, ascii));
		x = view_text(v, x + 2, y, STYLE(UI_GREY, 0), l->name) + 2;
	}
	return y + 1;
}
