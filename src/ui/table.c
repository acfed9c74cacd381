/* table.c - see table.h. */
#include "src/ui/table.h"

enum { LEAST_FIRST = 12 };               /* what a first column keeps that is cut anyway */

static const char *cell_of(const struct table *t, int row, int column)
{
	const char *text = row < 0 ? t->head[column]
	                           : t->cell[(size_t)row * (size_t)t->columns + (size_t)column];

	return text ? text : "";
}

/* The width that a column of the table needs. */
static int width_of(const struct table *t, int column)
{
	int width = 0;

	for (int row = -1; row < t->rows; row++) {
		int columns = text_columns(cell_of(t, row, column));

		width = columns > width ? columns : width;
	}
	return width;
}

/* The width that the first column keeps: that of its texts, except those that are wider than the
 * room even if they stand alone. */
static int width_kept(const struct table *t, int room)
{
	int kept = 0, cut = 0;

	for (int row = -1; row < t->rows; row++) {
		int columns = text_columns(cell_of(t, row, 0));

		cut = cut || columns > room;
		if (columns <= room && columns > kept)
			kept = columns;
	}
	return cut && kept < LEAST_FIRST ? LEAST_FIRST : kept;
}

/* The next column to drop: as the table says, and then from the right.  0: none. */
static int next_to_drop(const struct table *t, int n, const int *width)
{
	for (const int *k = t->drop; k && *k > 0; k++)
		if (*k < n && width[*k] >= 0)
			return *k;
	while (n > 1 && width[n - 1] < 0)
		n--;
	return n - 1;
}

/* Set the width of each column of the table, two columns of the screen apart; -1: dropped.  Returns
 * how many columns there are.  The first has the room that the others leave it. */
static int set_widths(int room, const struct table *t, int *width)
{
	int n = t->columns < TABLE_MOST ? t->columns : TABLE_MOST, rest = 0, kept, drop;

	for (int k = 0; k < n; k++) {
		width[k] = width_of(t, k);
		rest += k > 0 ? width[k] + 2 : 0;
	}
	kept = n > 0 ? width_kept(t, room) : 0;
	while (kept + rest > room && (drop = next_to_drop(t, n, width)) > 0) {
		rest -= width[drop] + 2;
		width[drop] = -1;
	}
	if (n > 0 && width[0] > room - rest)
		width[0] = room > rest ? room - rest : 0;
	return n;
}

static void draw_row(struct view v, int y, const struct table *t, int row, int columns,
                     const int *width)
{
	struct style s = row < 0              ? STYLE(UI_PLAIN, UI_BOLD)
	                 : row == t->selected ? STYLE(UI_PLAIN, UI_REVERSE)
	                                      : STYLE_PLAIN;
	int x = 2;

	if (row >= 0 && row == t->selected) {
		view_fill(view_part(v, 0, y, v.w, 1), s, " ");
		view_put(v, 0, y, s, view_glyph(v, ">", "▶"));
	}
	for (int k = 0; k < columns; k++) {
		struct view cell = view_part(v, x, y, width[k], 1);

		if (width[k] < 0)
			continue;
		x += width[k] + 2;
		if (t->right && t->right[k])
			view_text_right(cell, cell.w, 0, s, cell_of(t, row, k));
		else
			view_text(cell, 0, 0, s, cell_of(t, row, k));
	}
}

void table_draw(struct view v, const struct table *t)
{
	int width[TABLE_MOST], columns = set_widths(v.w - 2, t, width), fit = v.h - 1;
	int first = t->selected >= fit ? t->selected - fit + 1 : 0;

	draw_row(v, 0, t, -1, columns, width);
	for (int row = first; row < t->rows && row < first + fit; row++)
		draw_row(v, 1 + row - first, t, row, columns, width);
}

/* Columns that the whole table needs. */
static int width_of_all(const struct table *t)
{
	int width[TABLE_MOST], columns = set_widths(CANVAS_MOST - 2, t, width), sum = 2;

	for (int k = 0; k < columns; k++)
		sum += width[k] + (k > 0 ? 2 : 0);
	return sum < CANVAS_MOST ? sum : CANVAS_MOST;
}

enum ry_status table_print(FILE *to, const struct table *t, int width, enum ui_tier tier)
{
	struct canvas *line = canvas_alloc(width > 0 ? width : width_of_all(t), 1, tier);
	int widths[TABLE_MOST], columns;
	struct table plain = *t;

	if (!line)
		return ry_failure();
	plain.selected = -1;
	columns = set_widths(line->width - 2, t, widths);
	for (int row = -1; row < t->rows; row++) {
		canvas_clear(line);
		draw_row(view_of(line), 0, &plain, row, columns, widths);
		canvas_print(line, to, 0);
	}
	canvas_free(line);
	return RY_OK;
}
