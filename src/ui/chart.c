/* chart.c - see chart.h. */
#include "src/ui/chart.h"

#include <math.h>
#include <string.h>

#include "src/ui/axis.h"
#include "src/ui/words.h"

static const char *const marks[] = { "●", "▲", "■", "◆", "○", "△" };
static const char *const ascii_marks[] = { "o", "x", "+", "*", "a", "b" };

const char *chart_mark(struct view v, int mark)
{
	int k = (mark % CHART_MARKS + CHART_MARKS) % CHART_MARKS;

	if (mark == CHART_BEST)
		return view_glyph(v, "@", "★");
	return view_glyph(v, ascii_marks[k], marks[k]);
}

/* ---- points ---- */

static double x_of(const struct chart_series *s, size_t i)
{
	return s->x ? s->x[i] : (double)i;
}

/* Index of the first point at or after `x` (after `x`, if `behind`); s->n if there is none. */
static size_t first_from(const struct chart_series *s, double x, int behind)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		double at = x_of(s, middle);

		if (at < x || (behind && at == x))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Zoomed: the range of x is given. */
static int zoomed(const struct chart *c)
{
	return c->x_low < c->x_high && (!c->log_x || c->x_low > 0);
}

/* The points [from, to) in the range of x, with `more` points on each side, to which lines lead. */
static void part_of(const struct chart *c, const struct chart_series *s, size_t more, size_t *from,
                    size_t *to)
{
	*from = zoomed(c) ? first_from(s, c->x_low, 0) : 0;
	*to = zoomed(c) ? first_from(s, c->x_high, 1) : s->n;
	*from -= more < *from ? more : *from;
	*to += more < s->n - *to ? more : s->n - *to;
}

double chart_value(const struct chart_series *s, double x, double reach)
{
	size_t right = first_from(s, x, 0), left = right;

	while (left > 0 && !isfinite(s->y[left - 1]))
		left--;
	while (right < s->n && !isfinite(s->y[right]))
		right++;
	if (left == 0 && right == s->n)
		return NAN;
	if (left == 0)
		return x_of(s, right) - x <= reach ? s->y[right] : NAN;
	if (right == s->n)
		return x - x_of(s, left - 1) <= reach ? s->y[left - 1] : NAN;
	return x - x_of(s, left - 1) < x_of(s, right) - x ? s->y[left - 1] : s->y[right];
}

/* ---- axes ---- */

struct layout {
	struct view whole, plot;
	struct axis x, y;
	struct axis_ticks y_ticks;
	int         numbers;              /* columns for the y axis and its labels */
	int         below;                /* rows for the x axis: 2 or 0 */
};

static void stretch(struct axis *a, double v)
{
	double drawn = axis_drawn(a, v);

	if (isfinite(drawn)) {
		a->low = fmin(a->low, drawn);
		a->high = fmax(a->high, drawn);
	}
}

/* Set both axes to the range of the visible points, with `more` points on each side. */
static void span(const struct chart *c, size_t more, struct axis *x, struct axis *y)
{
	x->low = y->low = INFINITY;
	x->high = y->high = -INFINITY;
	for (int k = 0; k < c->n; k++) {
		const struct chart_series *s = &c->series[k];
		size_t from, to;

		part_of(c, s, more, &from, &to);
		for (size_t i = from; i < to; i++) {
			if (!isfinite(axis_drawn(x, x_of(s, i))) ||
			    !isfinite(axis_drawn(y, s->y[i])))
				continue;
			stretch(x, x_of(s, i));
			stretch(y, s->y[i]);
			if (s->low && s->high) {
				stretch(y, s->low[i]);
				stretch(y, s->high[i]);
			}
		}
	}
}

static void set_ends(struct axis *a, double low, double high)
{
	if (low < high && (!a->log || low > 0)) {
		a->low = axis_drawn(a, low);
		a->high = axis_drawn(a, high);
	}
}

/* Nonzero when there is something to draw. */
static int set_axes(struct layout *l, const struct chart *c)
{
	l->x = (struct axis){ .log = c->log_x };
	l->y = (struct axis){ .log = c->log_y };
	span(c, 0, &l->x, &l->y);
	if (!(l->x.low <= l->x.high))
		span(c, 1, &l->x, &l->y);
	if (!(l->x.low <= l->x.high) || (zoomed(c) && (l->x.high < axis_drawn(&l->x, c->x_low) ||
	                                               l->x.low > axis_drawn(&l->x, c->x_high))))
		return 0;
	set_ends(&l->x, c->x_low, c->x_high);
	set_ends(&l->y, c->y_low, c->y_high);
	axis_widen(&l->x);
	axis_widen(&l->y);
	return 1;
}

/* Nonzero when there is something to draw. */
static int lay_out(struct layout *l, struct view v, const struct chart *c)
{
	int rows = v.h - ((c->legend || c->cursor) && c->n > 0);

	l->whole = v;
	if (!set_axes(l, c))
		return 0;
	l->below = c->x_label && rows >= 4 ? 2 : 0;
	axis_ticks(&l->y, axis_most_down(rows - l->below), &l->y_ticks);
	l->numbers = v.w >= 16 ? axis_columns(&l->y_ticks) : 0;
	l->plot = view_part(v, l->numbers, v.h - rows, v.w - l->numbers, rows - l->below);
	l->x.dots = l->plot.w * dots_across(v.canvas->tier);
	l->y.dots = l->plot.h * dots_down(v.canvas->tier);
	return l->plot.w > 1 && l->plot.h > 0;
}

static int column_of(const struct layout *l, double x)
{
	return axis_cell(&l->x, x, dots_across(l->plot.canvas->tier));
}

/* The row of the plot for y; -1 outside. */
static int row_of(const struct layout *l, double y)
{
	int cell = axis_cell(&l->y, y, dots_down(l->plot.canvas->tier));

	return cell < 0 ? -1 : l->plot.h - 1 - cell;
}

static void draw_axes(const struct layout *l, const struct chart *c)
{
	struct axis_ticks ticks;

	if (l->numbers)
		axis_draw_y(view_part(l->whole, 0, l->plot.y - l->whole.y, l->numbers, l->plot.h),
		            &l->y, &l->y_ticks);
	if (l->below) {
		axis_ticks(&l->x, axis_most_across(l->plot.w), &ticks);
		axis_draw_x(view_part(l->whole, 0, l->whole.h - 2, l->whole.w, 2), l->numbers,
		            &l->x, &ticks, c->x_label);
	}
}

int chart_window(struct view v, const struct chart *c, double *x_low, double *x_high)
{
	struct layout l = { 0 };

	if (!lay_out(&l, v, c))
		return -1;
	*x_low = axis_value(&l.x, l.x.low);
	*x_high = axis_value(&l.x, l.x.high);
	return 0;
}

/* ---- legend and cursor ---- */

static int cursor_shown(const struct layout *l, const struct chart *c)
{
	return c->cursor && column_of(l, *c->cursor) >= 0;
}

/* The value of a series at the cursor.  A series that ends less than one column before the cursor
 * counts. */
static double value_under(const struct layout *l, const struct chart *c,
                          const struct chart_series *s)
{
	double column = (l->x.high - l->x.low) / l->plot.w, drawn = axis_drawn(&l->x, *c->cursor);

	return chart_value(s, *c->cursor, axis_value(&l->x, drawn + column) - *c->cursor);
}

/* Draw "epoch 12"; returns the column after it. */
static int draw_cursor_words(const struct layout *l, const struct chart *c)
{
	char text[32];

	if (*c->cursor == floor(*c->cursor) && fabs(*c->cursor) < 1e15)
		snprintf(text, sizeof text, "%.0f", *c->cursor);
	else
		snprintf(text, sizeof text, "%.4g", *c->cursor);
	return view_printf(l->whole, l->numbers, 0, STYLE(UI_PLAIN, UI_BOLD), "%s%s%s",
	                   c->x_label ? c->x_label : "", c->x_label ? " " : "", text) +
	       2;
}

/* Draw the legend from column x on, with the values at the cursor and the names if wanted; returns
 * the column after it. */
static int draw_legend(const struct layout *l, struct view v, const struct chart *c, int x,
                       int values, int names)
{
	for (int k = 0; k < c->n; k++) {
		const struct chart_series *s = &c->series[k];
		char text[32];

		if (!s->name)
			continue;
		view_put(v, x, 0, STYLE(s->color, s->faint ? UI_DIM : UI_BOLD),
		         s->faint ? view_glyph(v, ".", "┄") : chart_mark(v, s->mark));
		x += 2;
		if (names)
			x = view_text(v, x, 0, STYLE_PLAIN, s->name) + 1;
		if (values)
			x = view_text(v, x, 0, STYLE(UI_PLAIN, UI_BOLD),
			              words_value(text, sizeof text, value_under(l, c, s))) + 1;
		x++;
	}
	return x - 2;
}

static void draw_first_line(const struct layout *l, const struct chart *c)
{
	int values = cursor_shown(l, c), x = l->numbers, names = 1;

	if (l->plot.y == l->whole.y)
		return;
	if (values) {
		x = draw_cursor_words(l, c);
		names = draw_legend(l, view_part(l->whole, 0, 0, 0, 0), c, x, 1, 1) <= l->whole.w;
	}
	if (c->legend || values)
		draw_legend(l, l->whole, c, x, values, names);
}

static void draw_cursor(const struct layout *l, const struct chart *c)
{
	double x = axis_place(&l->x, *c->cursor);

	view_line(l->plot, x, 0, x, l->y.dots - 1, STYLE(UI_PLAIN, UI_BOLD), '|', 0);
	for (int k = 0; k < c->n; k++) {
		const struct chart_series *s = &c->series[k];
		int row = row_of(l, value_under(l, c, s));

		if (row >= 0 && !s->faint)
			view_put(l->plot, column_of(l, *c->cursor), row,
			         STYLE(s->color, UI_BOLD | UI_REVERSE),
			         chart_mark(l->plot, s->mark));
	}
}

/* The x of the point of `s` nearest to the drawn coordinate `target` that has a value, is within
 * the axis, and lies on the side `way` of `from` (0: either side); NaN if there is none. */
static double nearest(const struct layout *l, const struct chart_series *s, double target,
                      double from, int way)
{
	size_t right = first_from(s, axis_value(&l->x, target), 0), left = right;
	double best = NAN;

	for (; right < s->n && column_of(l, x_of(s, right)) >= 0; right++)
		if (isfinite(s->y[right]) && (way <= 0 || x_of(s, right) > from))
			break;
	if (right < s->n && column_of(l, x_of(s, right)) >= 0 &&
	    (way >= 0 || x_of(s, right) < from))
		best = x_of(s, right);
	for (; left > 0 && column_of(l, x_of(s, left - 1)) >= 0; left--)
		if (isfinite(s->y[left - 1]) && (way >= 0 || x_of(s, left - 1) < from))
			break;
	if (left > 0 && column_of(l, x_of(s, left - 1)) >= 0 &&
	    (way <= 0 || x_of(s, left - 1) > from)) {
		double x = x_of(s, left - 1);

		if (isnan(best) || target - axis_drawn(&l->x, x) < axis_drawn(&l->x, best) - target)
			best = x;
	}
	return best;
}

double chart_move(struct view v, const struct chart *c, double x, int columns)
{
	struct layout l = { 0 };
	int way = isnan(x) ? 0 : (columns > 0) - (columns < 0);
	double target, best = NAN;

	if (!lay_out(&l, v, c))
		return NAN;
	target = isnan(x) ? l.x.high : fmin(fmax(axis_drawn(&l.x, x), l.x.low), l.x.high);
	if (isnan(target))                 /* 0 on a logarithmic axis */
		target = l.x.low;
	target =
		fmin(fmax(target + columns * ((l.x.high - l.x.low) / l.plot.w), l.x.low), l.x.high);
	for (int k = 0; k < c->n; k++) {
		double at = nearest(&l, &c->series[k], target, x, way);

		if (isnan(best) ||
		    fabs(axis_drawn(&l.x, at) - target) < fabs(axis_drawn(&l.x, best) - target))
			best = at;
	}
	return isnan(best) ? x : best;
}

/* ---- curves ---- */

/* Draws a line point by point, connecting each to the last one unless there is a gap. */
struct pen {
	const struct layout *l;
	struct style style;
	char   ascii;
	int    down;
	double x, y;                      /* dots, y downwards */
};

static void move_pen(struct pen *p, double x, double y)
{
	double py = p->l->y.dots - 1 - y;

	if (!isfinite(x) || !isfinite(y)) {
		p->down = 0;
		return;
	}
	if (p->down)
		view_line(p->l->plot, p->x, p->y, x, py, p->style, p->ascii, 0);
	else
		view_line(p->l->plot, x, py, x, py, p->style, p->ascii, 0);
	p->down = 1;
	p->x = x;
	p->y = py;
}

/* With far more points than dots: draw each column of dots from its lowest to its highest point. */
static void draw_crowd(struct pen *p, const struct chart_series *s, size_t from, size_t to)
{
	double low = INFINITY, high = -INFINITY, column = NAN;

	for (size_t i = from; i <= to; i++) {
		double x = i < to ? floor(axis_place(&p->l->x, x_of(s, i)) + 0.5) : NAN;
		double y = i < to ? axis_place(&p->l->y, s->y[i]) : NAN;

		if (x != column && low <= high) {
			int rising = !p->down || p->l->y.dots - 1 - p->y < (low + high) / 2;

			move_pen(p, column, rising ? low : high);
			move_pen(p, column, rising ? high : low);
			low = INFINITY;
			high = -INFINITY;
		} else if (x != column) {
			p->down = 0;                 /* a column without a value is a gap */
		}
		column = x;
		low = fmin(low, y);
		high = fmax(high, y);
	}
}

static int crowded(const struct layout *l, size_t from, size_t to)
{
	return to - from > 4 * (size_t)l->x.dots;
}

static void draw_series(const struct layout *l, const struct chart *c, const struct chart_series *s)
{
	struct pen p = {
		.l = l, .style = STYLE(s->color, s->faint ? UI_DIM : 0),
		.ascii = s->faint ? '.' : chart_mark(l->plot, s->mark)[0],
	};
	size_t from, to;

	part_of(c, s, 1, &from, &to);
	if (crowded(l, from, to)) {
		draw_crowd(&p, s, from, to);
		return;
	}
	for (size_t i = from; i < to; i++)
		move_pen(&p, axis_place(&l->x, x_of(s, i)), axis_place(&l->y, s->y[i]));
}

/* Every second dot of column x from low to high, so that lines stay visible. */
static void draw_band_column(const struct layout *l, const struct chart_series *s, int x,
                             double low, double high)
{
	double last = l->y.dots - 1;

	if (!(low <= last && high >= 0))
		return;
	for (int y = (int)ceil(fmax(low, 0)); y <= fmin(high, last); y++)
		if ((x + y) % 2 == 0)
			view_dot(l->plot, x, l->y.dots - 1 - y, STYLE(s->color, UI_DIM), ':');
}

/* With far more points than dots: from the lowest to the highest edge in each column of dots. */
static void draw_band_crowd(const struct layout *l, const struct chart_series *s, size_t from,
                            size_t to)
{
	double low = INFINITY, high = -INFINITY, column = NAN;

	for (size_t i = from; i <= to; i++) {
		double x = i < to ? floor(axis_place(&l->x, x_of(s, i)) + 0.5) : NAN;

		if (x != column && low <= high) {
			if (column >= 0 && column < l->x.dots)
				draw_band_column(l, s, (int)column, low, high);
			low = INFINITY;
			high = -INFINITY;
		}
		column = x;
		low = fmin(low, i < to ? axis_place(&l->y, s->low[i]) : NAN);
		high = fmax(high, i < to ? axis_place(&l->y, s->high[i]) : NAN);
	}
}

/* A band, its edges interpolated linearly between points. */
static void draw_band(const struct layout *l, const struct chart *c, const struct chart_series *s)
{
	size_t from, to;
	double x0 = NAN, low0 = NAN, high0 = NAN;

	part_of(c, s, 1, &from, &to);
	if (crowded(l, from, to)) {
		draw_band_crowd(l, s, from, to);
		return;
	}
	for (size_t i = from; i < to; i++) {
		double x1 = axis_place(&l->x, x_of(s, i)), low1 = axis_place(&l->y, s->low[i]),
		       high1 = axis_place(&l->y, s->high[i]);

		if (isfinite(x0) && isfinite(x1))
			for (double x = fmax(ceil(x0), 0); x <= x1 && x < l->x.dots; x++) {
				double t = x1 > x0 ? (x - x0) / (x1 - x0) : 1;

				draw_band_column(l, s, (int)x, low0 + t * (low1 - low0),
				                 high0 + t * (high1 - high0));
			}
		x0 = isfinite(low1) && isfinite(high1) ? x1 : NAN;
		low0 = low1;
		high0 = high1;
	}
}

/* Draw the series' mark on its last point and every few columns before it. */
static void mark_series(const struct layout *l, const struct chart *c, const struct chart_series *s)
{
	int every = l->plot.w / 5 + 1, next = l->plot.w - 1;
	size_t from, to;

	part_of(c, s, 0, &from, &to);
	for (size_t i = to; i-- > from && !s->faint;) {
		int column = column_of(l, x_of(s, i)), row = row_of(l, s->y[i]);

		if (column < 0 || row < 0 || column > next)
			continue;
		view_put(l->plot, column, row, STYLE(s->color, UI_BOLD),
		         chart_mark(l->plot, s->mark));
		next = column - every - s->mark % 3;
	}
}

void chart_draw(struct view v, const struct chart *c)
{
	struct layout l = { 0 };

	if (!lay_out(&l, v, c)) {
		view_text(v, 0, v.h / 2, STYLE(UI_GREY, 0),
		          c->empty     ? c->empty
		          : zoomed(c) ? "no data here"
		                      : "no data yet");
		return;
	}
	draw_axes(&l, c);
	draw_first_line(&l, c);
	for (int k = 0; k < c->n; k++)
		if (c->series[k].low && c->series[k].high)
			draw_band(&l, c, &c->series[k]);
	if (c->level) {
		double y = l.y.dots - 1 - axis_place(&l.y, *c->level);

		view_line(l.plot, 0, y, l.x.dots - 1, y, STYLE(UI_GREY, 0), '-', 2);
	}
	if (c->rule) {
		double x = axis_place(&l.x, *c->rule);

		view_line(l.plot, x, 0, x, l.y.dots - 1, STYLE(UI_GREY, 0), ':', 2);
	}
	for (int k = 0; k < c->n; k++)
		draw_series(&l, c, &c->series[k]);
	for (int k = 0; k < c->n; k++)
		mark_series(&l, c, &c->series[k]);
	if (cursor_shown(&l, c))
		draw_cursor(&l, c);
}
