/* xyplot.c - see xyplot.h. */
#include "src/ui/xyplot.h"

#include <math.h>

#include "src/ui/axis.h"
#include "src/ui/chart.h"

struct layout {
	struct view whole, plot;
	struct axis x, y;
	struct axis_ticks y_ticks;
	int         numbers, below;       /* columns for the y axis, rows for the x axis */
};

static int any_point(const struct xyplot *p)
{
	for (int k = 0; k < p->n; k++)
		for (int i = 0; i < p->series[k].n; i++)
			if (isfinite(p->series[k].x[i]) && isfinite(p->series[k].y[i]))
				return 1;
	return 0;
}

/* Nonzero when there is something to draw. */
static int lay_out(struct layout *l, struct view v, const struct xyplot *p)
{
	int above = v.h >= 4 && (p->legend || p->y_label);
	int rows = v.h - above;

	l->whole = v;
	if (!any_point(p))
		return 0;
	l->x = (struct axis){ .low = 0, .high = 1 };
	if (p->low < p->high)
		l->x = (struct axis){ .low = p->low, .high = p->high };
	l->y = l->x;
	l->below = p->x_label && rows >= 4 ? 2 : 0;
	axis_ticks(&l->y, axis_most_down(rows - l->below), &l->y_ticks);
	l->numbers = v.w >= 16 ? axis_columns(&l->y_ticks) : 0;
	l->plot = view_part(v, l->numbers, above, v.w - l->numbers, rows - l->below);
	l->x.dots = l->plot.w * dots_across(v.canvas->tier);
	l->y.dots = l->plot.h * dots_down(v.canvas->tier);
	return l->plot.w > 1 && l->plot.h > 0;
}

static void draw_axes(const struct layout *l, const struct xyplot *p)
{
	struct axis_ticks ticks;

	if (l->numbers)
		axis_draw_y(view_part(l->whole, 0, l->plot.y - l->whole.y, l->numbers, l->plot.h),
		            &l->y, &l->y_ticks);
	if (l->below) {
		axis_ticks(&l->x, axis_most_across(l->plot.w), &ticks);
		axis_draw_x(view_part(l->whole, 0, l->whole.h - 2, l->whole.w, 2), l->numbers,
		            &l->x, &ticks, p->x_label);
	}
}

static void draw_first_line(const struct layout *l, const struct xyplot *p)
{
	int x = 0;

	if (l->plot.y == l->whole.y)
		return;
	if (p->y_label)
		x = view_text(l->whole, 0, 0, STYLE(UI_GREY, 0), p->y_label) + 2;
	for (int k = 0; k < p->n && p->legend; k++) {
		const struct xyplot_series *s = &p->series[k];

		if (!s->name)
			continue;
		view_put(l->whole, x, 0, STYLE(s->color, UI_BOLD), chart_mark(l->whole, s->mark));
		x = view_text(l->whole, x + 2, 0, STYLE_PLAIN, s->name) + 2;
	}
}

/* A line between two points of the plane. */
static void line(const struct layout *l, double x0, double y0, double x1, double y1, struct style s,
                 char ascii, int gap)
{
	double last = l->y.dots - 1;

	view_line(l->plot, axis_place(&l->x, x0), last - axis_place(&l->y, y0),
	          axis_place(&l->x, x1), last - axis_place(&l->y, y1), s, ascii, gap);
}

/* Find the cell of a point; nonzero if it is inside the plot. */
static int cell_of(const struct layout *l, double x, double y, int *column, int *row)
{
	*column = axis_cell(&l->x, x, dots_across(l->plot.canvas->tier));
	*row = l->plot.h - 1 - axis_cell(&l->y, y, dots_down(l->plot.canvas->tier));
	return *column >= 0 && *row < l->plot.h;
}

static void draw_lines(const struct layout *l, const struct xyplot_series *s)
{
	struct style style = STYLE(s->color, 0);
	char ascii = chart_mark(l->plot, s->mark)[0];

	for (int i = 0; i < s->n && s->low && s->high; i++)
		line(l, s->x[i], s->low[i], s->x[i], s->high[i], style, '|', 0);
	for (int i = 0; i < s->n && !s->dots; i++)
		line(l, s->x[i ? i - 1 : 0], s->y[i ? i - 1 : 0], s->x[i], s->y[i], style, ascii,
		     0);
}

static void draw_dots(const struct layout *l, const struct xyplot_series *s)
{
	int column, row;

	for (int i = 0; i < s->n && s->dots; i++)
		if (cell_of(l, s->x[i], s->y[i], &column, &row))
			view_put(l->plot, column, row, STYLE(s->color, UI_BOLD),
			         chart_mark(l->plot, s->mark));
}

static int is_free(struct view v, int x, int y, int columns)
{
	if (x < 0 || x + columns > v.w || y < 0 || y >= v.h)
		return 0;
	for (int k = 0; k < columns; k++) {
		const struct cell *cell =
			&v.canvas->cell[(size_t)(v.y + y) * (size_t)v.canvas->width +
		                        (size_t)(v.x + x + k)];

		if (cell->glyph[0] != ' ')
			return 0;
	}
	return 1;
}

/* Draw notes to the right of their points or else to the left, one column apart; omit those without
 * room. */
static void draw_notes(const struct layout *l, const struct xyplot_series *s)
{
	int column, row;

	for (int i = 0; i < s->n && s->note; i++) {
		int n = s->note[i] ? text_columns(s->note[i]) : 0;

		if (n == 0 || !cell_of(l, s->x[i], s->y[i], &column, &row))
			continue;
		if (is_free(l->plot, column + 1, row, n + 1))
			view_text(l->plot, column + 2, row, STYLE(UI_GREY, 0), s->note[i]);
		else if (is_free(l->plot, column - n - 1, row, n + 1))
			view_text(l->plot, column - n - 1, row, STYLE(UI_GREY, 0), s->note[i]);
	}
}

static void draw_cursor(const struct layout *l, double x, double y)
{
	struct style s = STYLE(UI_PLAIN, 0);
	int column, row;

	line(l, x, l->y.low, x, y, s, ':', 2);
	line(l, l->x.low, y, x, y, s, '-', 2);
	if (cell_of(l, x, y, &column, &row))
		view_put(l->plot, column, row, STYLE(UI_PLAIN, UI_BOLD | UI_REVERSE),
		         view_glyph(l->plot, "@", "◆"));
}

void xyplot_draw(struct view v, const struct xyplot *p)
{
	struct layout l = { 0 };

	if (!lay_out(&l, v, p)) {
		view_text(v, 0, v.h / 2, STYLE(UI_GREY, 0), "no data yet");
		return;
	}
	draw_axes(&l, p);
	draw_first_line(&l, p);
	if (p->diagonal)
		line(&l, l.x.low, l.y.low, l.x.high, l.y.high, STYLE(UI_GREY, UI_DIM), '.', 3);
	for (int k = 0; k < p->n; k++)
		draw_lines(&l, &p->series[k]);
	for (int k = 0; k < p->n; k++)
		draw_dots(&l, &p->series[k]);
	for (int k = 0; k < p->n; k++)
		draw_notes(&l, &p->series[k]);
	if (p->cursor_x && p->cursor_y)
		draw_cursor(&l, *p->cursor_x, *p->cursor_y);
}
