/* heatmap.c - see heatmap.h. */
#include "src/ui/heatmap.h"

#include <math.h>
#include <stdio.h>

/* Maximum width of a column of the map. */
enum { WIDEST = 4 };

static int least(int a, int b)
{
	return a < b ? a : b;
}

static int most(int a, int b)
{
	return a > b ? a : b;
}

static int ceil_div(int a, int b)
{
	return (a - 1) / b + 1;
}

/* ---- layout ---- */

static int label_columns(struct view v, const struct heatmap *h)
{
	int columns = 0;

	for (int k = 0; k < h->rows && h->label; k++)
		columns = most(columns, h->label[k] ? text_columns(h->label[k]) : 0);
	return least(columns, v.w / 4);
}

static void set_columns(struct heatmap_layout *l, const struct heatmap *h, int room)
{
	int fit;

	l->group = h->group > 0 ? h->group : ceil_div(h->columns, room);
	fit = room > h->columns / l->group ? h->columns : room * l->group;
	l->columns = least(fit, h->columns);
	l->first_column = most(0, least(h->first_column, h->columns - l->columns));
	l->width = most(1, least(WIDEST, room / ceil_div(l->columns, l->group)));
}

static void set_rows(struct heatmap_layout *l, const struct heatmap *h, int room)
{
	l->rows = least(room, h->rows);
	l->first_row = h->first_row;
	if (h->chosen_row >= 0) {
		l->first_row = least(l->first_row, h->chosen_row);
		l->first_row = most(l->first_row, h->chosen_row - l->rows + 1);
	}
	l->first_row = most(0, least(l->first_row, h->rows - l->rows));
}

struct heatmap_layout heatmap_lay_out(struct view v, const struct heatmap *h)
{
	struct heatmap_layout l = { .left = label_columns(v, h), .top = 1 + (h->mark != NULL) };
	int below = h->cursor >= 0 && h->cursor < h->columns;

	l.left += l.left > 0 ? 1 : 0;
	l.left += h->chosen_row >= 0 ? 2 : 0;
	if (h->rows < 1 || h->columns < 1 || v.w <= l.left || v.h <= l.top + below)
		return l;
	set_columns(&l, h, v.w - l.left);
	set_rows(&l, h, v.h - l.top - below);
	return l;
}

int heatmap_x(const struct heatmap_layout *l, int k)
{
	if (k < l->first_column || k >= l->first_column + l->columns)
		return -1;
	return l->left + (k - l->first_column) / l->group * l->width;
}

/* ---- drawing ---- */

/* "exercises 3-12 of 40", "40 exercises"; brief: "exercises 3-12/40". */
static void part_words(char *into, size_t size, const char *name, int first, int shown, int all,
                       int brief)
{
	if (!name)
		snprintf(into, size, "%s", "");
	else if (shown >= all)
		snprintf(into, size, "%d %.30s  ", all, name);
	else if (shown == 1)
		snprintf(into, size, "%.30s %d%s%d  ", name, first + 1, brief ? "/" : " of ", all);
	else
		snprintf(into, size, "%.30s %d-%d%s%d  ", name, first + 1, first + shown,
		         brief ? "/" : " of ", all);
}

static void header_words(char *into, size_t size, const struct heatmap_layout *l,
                         const struct heatmap *h, int brief)
{
	char rows[80], columns[80], group[40] = "";

	part_words(rows, sizeof rows, h->row_name, l->first_row, l->rows, h->rows, brief);
	part_words(columns, sizeof columns, h->column_name, l->first_column, l->columns, h->columns,
	           brief);
	if (l->group > 1)
		snprintf(group, sizeof group, brief ? "1:%d" : "%d in a column", l->group);
	snprintf(into, size, "%s%s%s", rows, columns, group);
}

/* Describe the visible part, followed by a scale of shades if there is room. */
static void draw_first_line(struct view v, const struct heatmap_layout *l, const struct heatmap *h)
{
	enum { SCALE = 9 };
	char words[200];
	int x;

	header_words(words, sizeof words, l, h, 0);
	if (text_columns(words) > v.w - SCALE)
		header_words(words, sizeof words, l, h, 1);
	x = view_text(v, 0, 0, STYLE(UI_GREY, 0), words);
	if (x + SCALE > v.w)
		return;
	view_put(v, v.w - SCALE, 0, STYLE(UI_GREY, 0), "0");
	for (int k = 0; k < 5; k++)
		view_shade(v, v.w - SCALE + 2 + k, 0, k / 4.0);
	view_put(v, v.w - 1, 0, STYLE(UI_GREY, 0), "1");
}

/* Draw the marks of a group: all filled, all empty, or mixed. */
static void draw_marks(struct view v, const struct heatmap_layout *l, const struct heatmap *h)
{
	for (int k = 0; k < l->columns; k += l->group) {
		int full = 0, empty = 0;

		for (int i = k; i < least(k + l->group, l->columns); i++) {
			full += h->mark[l->first_column + i] > 0;
			empty += h->mark[l->first_column + i] == 0;
		}
		if (full + empty > 0)
			view_put(v, heatmap_x(l, l->first_column + k), l->top - 1,
			         STYLE(empty == 0  ? UI_SKY
			               : full == 0 ? UI_ORANGE
			                           : UI_PLAIN,
			               0),
			         empty == 0  ? view_glyph(v, "*", "●")
			         : full == 0 ? view_glyph(v, "o", "○")
			                     : view_glyph(v, "+", "◐"));
	}
}

/* The mean of the known values of a group. */
static double group_mean(const struct heatmap *h, int row, int from, int to)
{
	double sum = 0;
	int n = 0;

	for (int k = from; k < to; k++) {
		double v = h->value[(size_t)row * (size_t)h->columns + (size_t)k];

		if (!isnan(v)) {
			sum += fmin(fmax(v, 0), 1);
			n++;
		}
	}
	return n > 0 ? sum / n : NAN;
}

static void draw_row(struct view v, const struct heatmap_layout *l, const struct heatmap *h,
                     int row)
{
	int y = l->top + row - l->first_row, end = l->first_column + l->columns,
	    chosen = row == h->chosen_row;

	if (chosen)
		view_put(v, 0, y, STYLE(UI_PLAIN, UI_BOLD), view_glyph(v, ">", "▶"));
	if (h->label && h->label[row])
		view_text(view_part(v, h->chosen_row >= 0 ? 2 : 0, y,
		                    l->left - 1 - (h->chosen_row >= 0 ? 2 : 0), 1),
		          0, 0, STYLE(UI_PLAIN, chosen ? UI_BOLD : 0), h->label[row]);
	for (int k = l->first_column; k < end; k += l->group) {
		double mean = group_mean(h, row, k, least(k + l->group, end));

		for (int i = 0; i < l->width; i++)
			view_shade(v, heatmap_x(l, k) + i, y, mean);
	}
}

void heatmap_draw(struct view v, const struct heatmap *h)
{
	struct heatmap_layout l = heatmap_lay_out(v, h);

	if (h->rows < 1 || h->columns < 1) {
		view_text(v, 0, v.h / 2, STYLE(UI_GREY, 0), "no data yet");
		return;
	}
	if (l.columns < 1)
		return;
	draw_first_line(v, &l, h);
	if (h->mark)
		draw_marks(v, &l, h);
	for (int row = l.first_row; row < l.first_row + l.rows; row++)
		draw_row(v, &l, h, row);
	if (h->cursor >= 0 && heatmap_x(&l, h->cursor) >= 0)
		view_put(v, heatmap_x(&l, h->cursor), l.top + l.rows, STYLE(UI_PLAIN, UI_BOLD),
		         view_glyph(v, "^", "▲"));
}
