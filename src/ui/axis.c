/* axis.c - see axis.h. */
#include "src/ui/axis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/ui/words.h"

double axis_drawn(const struct axis *a, double v)
{
	if (!a->log)
		return v;
	return v > 0 ? log10(v) : NAN;
}

double axis_value(const struct axis *a, double drawn)
{
	return a->log ? pow(10, drawn) : drawn;
}

void axis_widen(struct axis *a)
{
	if (!(a->high - a->low > 1e-12 * fmax(fabs(a->low), fabs(a->high)))) {
		double air = a->high != 0 ? 0.5 * fabs(a->high) : 1;

		a->low = fmax(a->low - air, -1.7e308);
		a->high = fmin(a->high + air, 1.7e308);
	}
}

/* Computed in halves: the full range may overflow a double. */
double axis_place(const struct axis *a, double v)
{
	return (axis_drawn(a, v) / 2 - a->low / 2) / (a->high / 2 - a->low / 2) * (a->dots - 1);
}

int axis_cell(const struct axis *a, double v, int dots)
{
	double place = axis_place(a, v) + 0.5;

	return place >= 0 && place < a->dots ? (int)place / dots : -1;
}

/* ---- ticks ---- */

static void add_tick(struct axis_ticks *t, double v)
{
	if (t->n < AXIS_TICKS)
		t->at[t->n++] = v;
}

static void linear_ticks(double low, double high, int most, struct axis_ticks *t)
{
	double step = words_tick_step(low, high, most), first = ceil(low / step - 1e-9) * step;

	for (int k = 0; step > 0 && first + k * step <= high && k < AXIS_TICKS; k++) {
		words_tick(t->text[t->n], sizeof *t->text, first + k * step, step,
		           fmax(fabs(low), fabs(high)));
		add_tick(t, first + k * step);
	}
}

/* "0.1", not "0.1000". */
static void log_words(char *into, size_t size, double v)
{
	words_value(into, size, v);
	if (strchr(into, '.') && !strpbrk(into, "ekMGT"))
		for (size_t n = strlen(into); into[n - 1] == '0' || into[n - 1] == '.'; n--)
			into[n - 1] = '\0';
}

/* Powers of ten; every n-th of them if there are more than `most`. */
static void power_ticks(const struct axis *a, int most, struct axis_ticks *t)
{
	double first = ceil(a->low - 1e-9), every = fmax(1, ceil((a->high - a->low) / most - 1e-9));

	for (int k = 0; first + k * every <= a->high && k < AXIS_TICKS; k++)
		add_tick(t, pow(10, first + k * every));
}

/* 1, 2 and 5 times powers of ten. */
static void mantissa_ticks(const struct axis *a, struct axis_ticks *t)
{
	static const double mantissa[] = { 1, 2, 5 };

	for (double ten = floor(a->low); ten <= a->high && t->n < AXIS_TICKS; ten++)
		for (int k = 0; k < 3; k++) {
			double at = ten + log10(mantissa[k]);

			if (at >= a->low && at <= a->high)
				add_tick(t, mantissa[k] * pow(10, ten));
		}
}

void axis_ticks(const struct axis *a, int most, struct axis_ticks *t)
{
	t->n = 0;
	if (!a->log) {
		linear_ticks(a->low, a->high, most, t);
		return;
	}
	if (floor(a->high) - ceil(a->low - 1e-9) >= 1)
		power_ticks(a, most, t);
	else
		mantissa_ticks(a, t);
	for (int k = 0; k < t->n; k++)
		log_words(t->text[k], sizeof *t->text, t->at[k]);
	if (t->n < 2) {
		t->n = 0;
		linear_ticks(pow(10, a->low), pow(10, a->high), most, t);
	}
}

int axis_most_across(int columns)
{
	int most = columns / 10;

	return most < 2 ? 2 : most > AXIS_TICKS ? AXIS_TICKS : most;
}

int axis_most_down(int rows)
{
	int most = (rows + 1) / 2;

	return most < 1 ? 1 : most > 6 ? 6 : most;
}

/* ---- drawing ---- */

int axis_columns(const struct axis_ticks *t)
{
	int columns = 0;

	for (int k = 0; k < t->n; k++) {
		int n = (int)strlen(t->text[k]);

		columns = n > columns ? n : columns;
	}
	return columns + 1;
}

void axis_draw_y(struct view v, const struct axis *a, const struct axis_ticks *t)
{
	struct style s = STYLE(UI_GREY, 0);

	for (int y = 0; y < v.h; y++)
		view_put(v, v.w - 1, y, s, view_glyph(v, "|", "│"));
	for (int k = 0; k < t->n; k++) {
		int row = axis_cell(a, t->at[k], dots_down(v.canvas->tier));

		if (row < 0)
			continue;
		view_text_right(v, v.w - 1, v.h - 1 - row, s, t->text[k]);
		view_put(v, v.w - 1, v.h - 1 - row, s, view_glyph(v, "+", "┤"));
	}
}

void axis_draw_x(struct view v, int left, const struct axis *a, const struct axis_ticks *t,
                 const char *label)
{
	struct style s = STYLE(UI_GREY, 0);
	int end = v.w - text_columns(label) - 1, used = left;

	for (int x = left; x < v.w; x++)
		view_put(v, x, 0, s, view_glyph(v, "-", "─"));
	if (left > 0)
		view_put(v, left - 1, 0, s, view_glyph(v, "+", "└"));
	view_text_right(v, v.w, 1, s, label);
	for (int k = 0; k < t->n; k++) {
		int column = axis_cell(a, t->at[k], dots_across(v.canvas->tier)),
		    n = (int)strlen(t->text[k]);
		int at = left + column - n / 2;

		if (column < 0)
			continue;
		view_put(v, left + column, 0, s, view_glyph(v, "+", "┴"));
		at = at < left ? left : at;
		if (at >= used && at + n <= end)
			used = view_text(v, at, 1, s, t->text[k]) + 1;
	}
}
