/* table.c - see table.h. */
#include "src/ui/table.h"

static const char *cell_of(const struct table *t, int row, int column)
{
	const char *text = row < 0 ? t->head[column]
	                           : t->cell[(size_t)row * (size_t)t->columns + (size_t)column];

	return text ? text : "";
}

/* Set the width of each column of the table, two columns of the screen apart; returns how many
 * columns fit. */
static int set_widths(int room, const struct table *t, int *width)
{
	int sum = 0, n = t->columns < TABLE_MOST ? t->columns : TABLE_MOST;

	for (int k = 0; k < n; k++) {
		width[k] = 0;
		for (int row = -1; row < t->rows; row++) {
			int columns = text_columns(cell_of(t, row, k));

			width[k] = columns > width[k] ? columns : width[k];
		}
		sum += width[k] + (k > 0 ? 2 : 0);
	}
	if (sum > room && n > 0) {
		int least = width[0] < 12 ? width[0] : 12, first = width[0] - (sum - room);

		sum -= width[0];
		width[0] = first > least ? first : least;
		sum += width[0];
	}
	while (n > 1 && sum > room)
		sum -= width[--n] + 2;
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
	for (int k = 0; k < columns; x += width[k++] + 2) {
		struct view cell = view_part(v, x, y, width[k], 1);

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
