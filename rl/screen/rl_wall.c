/* rl_wall.c - see rl_wall.h. */
#include "rl/screen/rl_wall.h"

#include <math.h>
#include <stdio.h>

#include "rl/screen/rl_screen.h"

/* Columns and rows of the smallest picture of a scene, which has no cells. */
enum { SCENE_COLUMNS = 14, SCENE_ROWS = 5 };

/* Rows of the largest cells of a tile. */
enum { LARGEST = 4 };

/* The board of a tile at a scale: 0 is half blocks, from 1 on it is the rows of a cell. */
static void board_size(const struct game_ops *g, enum ui_tier tier, int scale, int *w, int *h)
{
	if (g->scene) {
		*w = SCENE_COLUMNS * (scale + 1);
		*h = SCENE_ROWS * (scale + 1);
	} else {
		*w = scale ? 2 * scale * g->columns : g->columns;
		*h = scale ? scale * g->rows : tier == UI_ASCII ? g->rows : (g->rows + 1) / 2;
	}
}

struct rl_wall_plan rl_wall_plan(const struct game_ops *g, enum ui_tier tier, int n, int w, int h)
{
	struct rl_wall_plan p = { 0 };

	for (int scale = LARGEST; scale >= 0; scale--) {
		board_size(g, tier, scale, &p.w, &p.h);
		p.w += 1;
		p.h += 1;
		p.columns = (w + 1) / p.w;       /* the last needs no gap */
		p.rows = h / p.h;
		if (p.columns * p.rows >= n)
			break;
	}
	if (p.columns > n)
		p.columns = n;
	if (p.columns > 0 && p.rows > (n + p.columns - 1) / p.columns)
		p.rows = (n + p.columns - 1) / p.columns;
	return p;
}

/* The colour of a cell, 0: an empty one.  Traces and the ground (grey) are left out: as full as
 * everything else they would hide it. */
static enum ui_color half_color(const struct game_ops *g, int cell)
{
	enum ui_color color = cell ? rl_look_color(&g->looks[cell - 1]) : UI_COLORS;

	return color == UI_GREY ? UI_COLORS : color;
}

/* A board of cells with two rows in one. */
static void draw_halves(struct view v, const struct game_ops *g, const void *state)
{
	uint8_t cells[64 * 64] = { 0 };

	if (g->rows * g->columns > (int)sizeof cells)
		return;
	g->picture(g, state, cells);
	for (int y = 0; y < g->rows; y += 2)
		for (int x = 0; x < g->columns; x++) {
			int upper = cells[y * g->columns + x],
			    lower = y + 1 < g->rows ? cells[(y + 1) * g->columns + x] : 0;

			view_halves(v, x, y / 2, half_color(g, upper), half_color(g, lower));
		}
}

static void draw_board(struct view v, const struct game_ops *g, const void *state)
{
	if (g->scene || v.canvas->tier == UI_ASCII || v.w > g->columns)
		rl_board_draw(v, g, state);
	else
		draw_halves(v, g, state);
}

/* The line below a board: its return, and a mark when its episode has ended or it is the large
 * one. */
static void draw_line(struct view v, const struct game_ops *g, const struct rl_tile *t, int large)
{
	struct style s = large ? STYLE(UI_ORANGE, UI_BOLD) : STYLE(UI_GREY, 0);
	char text[32];

	s.flags |= t->ended ? UI_REVERSE : 0;
	view_fill(v, s, view_glyph(v, "-", "─"));
	if (large)
		view_put(v, 0, 0, s, view_glyph(v, ">", "▶"));
	if (t->ended)
		view_put(v, large, 0, s, view_glyph(v, "x", "×"));
	if (g->endless)
		return;
	snprintf(text, sizeof text, t->total == floor(t->total) ? "%.0f" : "%.1f", t->total);
	view_text_right(v, v.w, 0, s, text);
}

void rl_wall_draw(struct view v, const struct game_ops *g, const struct rl_tile *tile, int n,
                  int large)
{
	struct rl_wall_plan p = rl_wall_plan(g, v.canvas->tier, n, v.w, v.h);

	for (int k = 0; k < n && k < p.columns * p.rows; k++) {
		int x = k % p.columns * p.w, y = k / p.columns * p.h;
		struct view t = view_part(v, x, y, p.w - 1, p.h);

		draw_board(view_part(t, 0, 0, t.w, t.h - 1), g, tile[k].state);
		draw_line(view_part(t, 0, t.h - 1, t.w, 1), g, &tile[k], k == large);
	}
}
