/* rl_board.c - boards, and the world of eyes, on a screen: see rl_screen.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rl/games/eyes.h"
#include "rl/games/games.h"
#include "rl/screen/rl_screen.h"

/* A cell is twice as wide as it is high, so that boards are square; no larger than this many
 * rows. */
enum { LARGEST_CELL = 4 };

static struct style look_style(const struct game_look *l)
{
	static const enum ui_color color[] = {
		[GAME_WHITE] = UI_PLAIN, [GAME_GREY] = UI_GREY,           [GAME_ORANGE] = UI_ORANGE,
		[GAME_SKY] = UI_SKY,     [GAME_GREEN] = UI_GREEN,         [GAME_YELLOW] = UI_YELLOW,
		[GAME_BLUE] = UI_BLUE,   [GAME_VERMILION] = UI_VERMILION, [GAME_PURPLE] = UI_PURPLE,
	};

	return STYLE(color[l->color], l->color == GAME_WHITE ? UI_BOLD : 0);
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

/* ---- the world of eyes ---- */

/* Columns to a row of a world whose cells are twice as high as wide. */
static const double eyes_aspect = 2 * EYES_WIDTH / EYES_HEIGHT;

struct map {
	struct view v;
	double      x, y;                 /* dots per unit of the world */
};

static const struct game_look *look_called(const struct game_ops *g, const char *name)
{
	for (int k = 0; k < g->n_looks; k++)
		if (strcmp(g->looks[k].name, name) == 0)
			return &g->looks[k];
	return &g->looks[0];
}

static void put_look(const struct map *m, double x, double y, const struct game_look *l)
{
	int across = dots_across(m->v.canvas->tier), down = dots_down(m->v.canvas->tier);
	char ascii[2];

	view_put(m->v, (int)(x * m->x) / across, (int)(y * m->y) / down,
	         STYLE(look_style(l).color, UI_BOLD), look_glyph(m->v, l, ascii));
}

static void draw_rays(const struct map *m, const struct game_ops *g, const struct eyes_view *e)
{
	static const char *const seen[] = { "sees nothing", "sees a wall", "sees an apple",
		                            "sees poison" };

	for (int k = 0; k < EYES; k++) {
		const struct game_look *l = look_called(g, seen[e->kind[k] + 1]);
		double angle = e->angle + (k - 3) * 0.25;

		view_line(m->v, e->x * m->x, e->y * m->y,
		          (e->x + e->distance[k] * sin(angle)) * m->x,
		          (e->y + e->distance[k] * cos(angle)) * m->y, look_style(l), l->ascii, 2);
	}
}

/* Angle 0 looks down, a quarter turn to the right. */
static const struct game_look *agent_look(const struct game_ops *g, double angle)
{
	return &g->looks[(int)floor(angle / (M_PI / 2) + 0.5) & 3];
}

static void draw_eyes(struct view v, const struct game_ops *g, const void *state)
{
	int w, h;
	struct map m;
	struct eyes_view e;

	rl_board_size(g, v.w, v.h, &w, &h);
	m.v = view_part(v, (v.w - w) / 2, (v.h - h) / 2, w, h);
	m.x = (w * dots_across(v.canvas->tier) - 1) / EYES_WIDTH;
	m.y = (h * dots_down(v.canvas->tier) - 1) / EYES_HEIGHT;
	eyes_look(state, &e);
	draw_rays(&m, g, &e);
	for (int k = 0; k < EYES_WALLS; k++) {
		const double *p = eyes_walls[k];

		view_line(m.v, p[0] * m.x, p[1] * m.y, p[2] * m.x, p[3] * m.y, STYLE(UI_GREY, 0),
		          p[1] == p[3] ? '-' : '|', 0);
	}
	for (int k = 0; k < e.n_items; k++)
		put_look(&m, e.item[k].x, e.item[k].y,
		         look_called(g, e.item[k].kind == EYE_APPLE ? "apple" : "poison"));
	put_look(&m, e.x, e.y, agent_look(g, e.angle));
}

/* ---- either ---- */

void rl_board_size(const struct game_ops *g, int w, int h, int *columns, int *rows)
{
	int k;

	if (g == &eyes_game) {
		*rows = h < w / eyes_aspect ? h : (int)(w / eyes_aspect);
		*columns = (int)(*rows * eyes_aspect);
		return;
	}
	k = cell_rows(g, w, h);
	*columns = k > 0 ? 2 * k * g->columns : g->columns;
	*rows = k > 0 ? k * g->rows : g->rows;
}

void rl_board_draw(struct view v, const struct game_ops *g, const void *state)
{
	if (g == &eyes_game)
		draw_eyes(v, g, state);
	else
		draw_cells(v, g, state);
}

void rl_legend_draw(struct view v, const struct game_ops *g)
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
}
