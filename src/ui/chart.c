/* chart.c - see chart.h. */
#include "src/ui/chart.h"

#include <math.h>
#include <string.h>

#include "src/ui/words.h"

static const char *const marks[] = { "●", "▲", "■", "◆", "○", "△" };
static const char *const ascii_marks[] = { "o", "x", "+", "*", "a", "b" };

const char *chart_mark(struct view v, int mark)
{
	int k = (mark % CHART_MARKS + CHART_MARKS) % CHART_MARKS;

	return view_glyph(v, ascii_marks[k], marks[k]);
}

/* ---- axes ---- */

/* What an axis shows of values as they are drawn: logarithms where it is logarithmic. */
struct axis {
	double low, high, step;
	int    dots;                      /* over the whole of it */
};

static double as_drawn(const struct chart *c, double y)
{
	if (!c->log_y)
		return y;
	return y > 0 ? log10(y) : NAN;
}

static double x_of(const struct chart_series *s, size_t i)
{
	return s->x ? s->x[i] : (double)i;
}

static void span(const struct chart *c, struct axis *x, struct axis *y)
{
	*x = *y = (struct axis){ .low = INFINITY, .high = -INFINITY };
	for (int k = 0; k < c->n; k++)
		for (size_t i = 0; i < c->series[k].n; i++) {
			double px = x_of(&c->series[k], i), py = as_drawn(c, c->series[k].y[i]);

			if (!isfinite(px) || !isfinite(py))
				continue;
			x->low = fmin(x->low, px);
			x->high = fmax(x->high, px);
			y->low = fmin(y->low, py);
			y->high = fmax(y->high, py);
		}
}

static void set_ends(struct axis *a, double low, double high)
{
	if (low < high) {
		a->low = low;
		a->high = high;
	}
}

/* A single value stands in the middle of an axis of its own size. */
static void widen(struct axis *a)
{
	if (!(a->high - a->low > 1e-12 * fmax(fabs(a->low), fabs(a->high)))) {
		double air = a->high != 0 ? 0.5 * fabs(a->high) : 1;

		a->low -= air;
		a->high += air;
	}
}

/* Where v lies in dots from the low end. */
static double place(const struct axis *a, double v)
{
	return (v - a->low) / (a->high - a->low) * (a->dots - 1);
}

/* ---- the parts of the picture ---- */

struct layout {
	struct view whole, plot;
	struct axis x, y;
	int         numbers;              /* columns for those of the y axis, its line included */
	int         below;                /* rows for the x axis: 2 or 0 */
};

static double largest(const struct axis *a)
{
	return fmax(fabs(a->low), fabs(a->high));
}

/* A tick of the y axis in words. */
static void y_words(const struct chart *c, const struct axis *a, double v, char *into, size_t size)
{
	if (c->log_y)
		words_value(into, size, pow(10, v));
	else
		words_tick(into, size, v, a->step, largest(a));
	if (c->log_y && strchr(into, '.') && !strpbrk(into, "ekMGT"))      /* 0.1000 */
		for (size_t n = strlen(into); into[n - 1] == '0' || into[n - 1] == '.'; n--)
			into[n - 1] = '\0';
}

static double first_tick(const struct axis *a)
{
	return ceil(a->low / a->step - 1e-9) * a->step;
}

static int number_columns(const struct chart *c, const struct axis *a)
{
	int columns = 0;

	for (int k = 0; first_tick(a) + k * a->step <= a->high; k++) {
		char text[32];
		int n;

		y_words(c, a, first_tick(a) + k * a->step, text, sizeof text);
		n = (int)strlen(text);
		columns = n > columns ? n : columns;
	}
	return columns;
}

/* Nonzero when there is something to draw. */
static int lay_out(struct layout *l, struct view v, const struct chart *c)
{
	int rows = v.h - (c->legend && c->n > 0), across = dots_across(v.canvas->tier), ticks;

	l->whole = v;
	span(c, &l->x, &l->y);
	if (!(l->x.low <= l->x.high))
		return 0;
	set_ends(&l->x, c->x_low, c->x_high);
	if (!c->log_y)
		set_ends(&l->y, c->y_low, c->y_high);
	else if (c->y_low > 0)
		set_ends(&l->y, log10(c->y_low), log10(c->y_high));
	widen(&l->x);
	widen(&l->y);
	l->below = c->x_label && rows >= 4 ? 2 : 0;
	ticks = (rows - l->below + 1) / 2;
	l->y.step = words_tick_step(l->y.low, l->y.high, ticks < 1 ? 1 : ticks > 6 ? 6 : ticks);
	if (c->log_y)
		l->y.step = fmax(1, floor(l->y.step));
	l->numbers = v.w >= 16 ? number_columns(c, &l->y) + 1 : 0;
	l->plot = view_part(v, l->numbers, v.h - rows, v.w - l->numbers, rows - l->below);
	l->x.dots = l->plot.w * across;
	l->y.dots = l->plot.h * dots_down(v.canvas->tier);
	return l->plot.w > 1 && l->plot.h > 0;
}

/* The row of the plot where y is. */
static int row_of(const struct layout *l, double y)
{
	return l->plot.h - 1 - (int)floor((place(&l->y, y) + 0.5) / dots_down(l->plot.canvas->tier));
}

static int column_of(const struct layout *l, double x)
{
	return (int)floor((place(&l->x, x) + 0.5) / dots_across(l->plot.canvas->tier));
}

static void draw_y_axis(const struct layout *l, const struct chart *c)
{
	struct style s = STYLE(UI_GREY, 0);
	int top = l->plot.y - l->whole.y;

	if (!l->numbers)
		return;
	for (int y = 0; y < l->plot.h; y++)
		view_put(l->whole, l->numbers - 1, top + y, s, view_glyph(l->whole, "|", "│"));
	for (int k = 0; first_tick(&l->y) + k * l->y.step <= l->y.high; k++) {
		double v = first_tick(&l->y) + k * l->y.step;
		char text[32];

		y_words(c, &l->y, v, text, sizeof text);
		view_text_right(l->whole, l->numbers - 1, top + row_of(l, v), s, text);
		view_put(l->whole, l->numbers - 1, top + row_of(l, v), s, view_glyph(l->whole, "+", "┤"));
	}
}

/* Numbers below the axis, as many as stand apart from each other and from the label at its end. */
static void draw_x_axis(struct layout *l, const struct chart *c)
{
	struct style s = STYLE(UI_GREY, 0);
	int left = l->numbers, y = l->whole.h - 2, most = l->plot.w / 10;
	int end = l->whole.w - text_columns(c->x_label ? c->x_label : "") - 1, used = left;

	if (!l->below)
		return;
	for (int x = 0; x < l->plot.w; x++)
		view_put(l->whole, left + x, y, s, view_glyph(l->whole, "-", "─"));
	if (left > 0)
		view_put(l->whole, left - 1, y, s, view_glyph(l->whole, "+", "└"));
	view_text_right(l->whole, l->whole.w, y + 1, s, c->x_label);
	l->x.step = words_tick_step(l->x.low, l->x.high, most < 2 ? 2 : most);
	for (int k = 0; first_tick(&l->x) + k * l->x.step <= l->x.high; k++) {
		double v = first_tick(&l->x) + k * l->x.step;
		int x = left + column_of(l, v), at;
		char text[32];

		words_tick(text, sizeof text, v, l->x.step, largest(&l->x));
		at = x - (int)strlen(text) / 2;
		at = at < left ? left : at;
		view_put(l->whole, x, y, s, view_glyph(l->whole, "+", "┴"));
		if (at < used || at + (int)strlen(text) > end)
			continue;
		used = view_text(l->whole, at, y + 1, s, text) + 1;
	}
}

static void draw_legend(const struct layout *l, const struct chart *c)
{
	int x = l->numbers;

	for (int k = 0; k < c->n && c->legend; k++) {
		const struct chart_series *s = &c->series[k];

		if (!s->name)
			continue;
		view_put(l->whole, x, 0, STYLE(s->color, s->faint ? UI_DIM : UI_BOLD),
		         s->faint ? view_glyph(l->whole, ".", "┄") : chart_mark(l->whole, s->mark));
		x = view_text(l->whole, x + 2, 0, STYLE_PLAIN, s->name) + 2;
	}
}

/* ---- curves ---- */

/* Draws a line point by point: from the last one, unless there is a hole between. */
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

/* With far more points than dots, what a column of dots shows of them is from their lowest to their highest. */
static void draw_crowd(struct pen *p, const struct chart *c, const struct chart_series *s)
{
	double low = INFINITY, high = -INFINITY, column = NAN;

	for (size_t i = 0; i <= s->n; i++) {
		double x = i < s->n ? floor(place(&p->l->x, x_of(s, i)) + 0.5) : NAN;
		double y = i < s->n ? place(&p->l->y, as_drawn(c, s->y[i])) : NAN;

		if (x != column && low <= high) {
			int rising = !p->down || p->l->y.dots - 1 - p->y < (low + high) / 2;

			move_pen(p, column, rising ? low : high);
			move_pen(p, column, rising ? high : low);
			low = INFINITY;
			high = -INFINITY;
		}
		column = x;
		low = fmin(low, y);
		high = fmax(high, y);
	}
}

static void draw_series(const struct layout *l, const struct chart *c, const struct chart_series *s)
{
	struct pen p = {
		.l = l, .style = STYLE(s->color, s->faint ? UI_DIM : 0),
		.ascii = s->faint ? '.' : chart_mark(l->plot, s->mark)[0],
	};

	if (s->n > 4 * (size_t)l->x.dots) {
		draw_crowd(&p, c, s);
		return;
	}
	for (size_t i = 0; i < s->n; i++)
		move_pen(&p, place(&l->x, x_of(s, i)), place(&l->y, as_drawn(c, s->y[i])));
}

/* The series' glyph on its last point and every few columns before it. */
static void mark_series(const struct layout *l, const struct chart *c, const struct chart_series *s)
{
	int every = l->plot.w / 5 + 1, next = l->plot.w - 1;

	for (size_t i = s->n; i-- > 0 && !s->faint;) {
		double y = as_drawn(c, s->y[i]), x = x_of(s, i);
		int column;

		if (!isfinite(x) || !isfinite(y) || x < l->x.low || x > l->x.high || y < l->y.low || y > l->y.high)
			continue;
		column = column_of(l, x);
		if (column > next)
			continue;
		view_put(l->plot, column, row_of(l, y), STYLE(s->color, UI_BOLD), chart_mark(l->plot, s->mark));
		next = column - every - s->mark % 3;
	}
}

void chart_draw(struct view v, const struct chart *c)
{
	struct layout l = { 0 };

	if (!lay_out(&l, v, c)) {
		view_text(v, 0, v.h / 2, STYLE(UI_GREY, 0), "no data yet");
		return;
	}
	draw_y_axis(&l, c);
	draw_x_axis(&l, c);
	draw_legend(&l, c);
	if (c->level && isfinite(as_drawn(c, *c->level))) {
		double y = l.y.dots - 1 - place(&l.y, as_drawn(c, *c->level));

		view_line(l.plot, 0, y, l.x.dots - 1, y, STYLE(UI_GREY, 0), '-', 2);
	}
	if (c->rule) {
		double x = place(&l.x, *c->rule);

		view_line(l.plot, x, 0, x, l.y.dots - 1, STYLE(UI_GREY, 0), ':', 2);
	}
	for (int k = 0; k < c->n; k++)
		draw_series(&l, c, &c->series[k]);
	for (int k = 0; k < c->n; k++)
		mark_series(&l, c, &c->series[k]);
}
