/* histogram.c - see histogram.h. */
#include "src/ui/histogram.h"

#include <math.h>
#include <string.h>

#include "src/ui/axis.h"
#include "src/ui/words.h"

struct layout {
	struct view whole, plot;
	int    group;                     /* bins per bar */
	int    bars, width;               /* number of bars, columns per bar */
	int    numbers, below;            /* columns for the y axis, rows for the x axis */
	double highest;                   /* height of the highest bar */
};

static double bar_of(const struct histogram *h, const struct layout *l, int bar)
{
	double sum = 0;

	for (int k = bar * l->group; k < (bar + 1) * l->group && k < h->bins; k++)
		sum += isfinite(h->count[k]) && h->count[k] > 0 ? h->count[k] : 0;
	return fmin(sum, 1e308);
}

static void set_bars(struct layout *l, const struct histogram *h, int columns)
{
	l->group = columns > 0 ? (h->bins - 1) / columns + 1 : h->bins;
	l->bars = (h->bins - 1) / l->group + 1;
	l->width = columns / l->bars > 1 ? columns / l->bars : 1;
	l->highest = 0;
	for (int k = 0; k < l->bars; k++)
		l->highest = fmax(l->highest, bar_of(h, l, k));
}

/* Nonzero when there is something to draw. */
static int lay_out(struct layout *l, struct view v, const struct histogram *h)
{
	char text[32];

	l->whole = v;
	if (h->bins < 1)
		return 0;
	l->below = h->x_label && v.h >= 3 ? 2 : 0;
	set_bars(l, h, v.w);
	l->numbers = v.w >= 24 && l->below
	                     ? (int)strlen(words_count(text, sizeof text, l->highest)) + 1
	                     : 0;
	set_bars(l, h, v.w - l->numbers);
	l->plot = view_part(v, l->numbers, 0, v.w - l->numbers, v.h - l->below);
	return l->highest > 0;
}

/* In a single row of ASCII a darker glyph means a higher bar. */
static void draw_low_bar(const struct layout *l, int bar, double share, enum ui_color color)
{
	static const char ramp[] = " .:-=+*#%@";
	char glyph[2] = { ramp[(int)ceil(share * 9)], '\0' };

	for (int x = bar * l->width; x < (bar + 1) * l->width; x++)
		view_put(l->plot, x, 0, STYLE(color, 0), glyph);
}

/* Bars have a resolution of an eighth of a row; in half blocks and ASCII the height is rounded
 * up. */
static void draw_bar(const struct layout *l, int bar, double share, enum ui_color color)
{
	static const char *const eighth[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const int least_part[UI_TIERS] = {
		[UI_ASCII] = 8, [UI_BLOCKS] = 4, [UI_BRAILLE] = 1
	};
	int part = least_part[l->plot.canvas->tier],
	    height = (int)ceil(share * l->plot.h * 8 / part) * part;

	for (int y = 0; y < l->plot.h && height > 8 * y; y++) {
		int filled = height - 8 * y < 8 ? height - 8 * y : 8;

		for (int x = bar * l->width; x < (bar + 1) * l->width; x++)
			view_put(l->plot, x, l->plot.h - 1 - y, STYLE(color, 0),
			         view_glyph(l->plot, "#", eighth[filled]));
	}
}

static void draw_axes(const struct layout *l, const struct histogram *h)
{
	struct axis a = { .low = h->low,
		          .high = h->high,
		          .dots = l->bars * l->width * dots_across(l->whole.canvas->tier) };
	struct axis_ticks ticks = { 0 };
	char text[32];

	if (l->numbers) {
		view_text_right(l->whole, l->numbers - 1, 0, STYLE(UI_GREY, 0),
		                words_count(text, sizeof text, l->highest));
		axis_draw_y(view_part(l->whole, l->numbers - 1, 0, 1, l->plot.h), &a, &ticks);
	}
	if (!l->below)
		return;
	if (isfinite(h->low) && isfinite(h->high) && h->low < h->high)
		axis_ticks(&a, axis_most_across(l->bars * l->width), &ticks);
	axis_draw_x(view_part(l->whole, 0, l->plot.h, l->whole.w, 2), l->numbers, &a, &ticks,
	            h->x_label);
}

void histogram_draw(struct view v, const struct histogram *h)
{
	struct layout l = { 0 };

	if (!lay_out(&l, v, h)) {
		view_text(v, 0, v.h / 2, STYLE(UI_GREY, 0), "no data yet");
		return;
	}
	draw_axes(&l, h);
	for (int k = 0; k < l.bars; k++) {
		double share = bar_of(h, &l, k) / l.highest;

		if (l.plot.h == 1 && v.canvas->tier == UI_ASCII)
			draw_low_bar(&l, k, share, h->color);
		else
			draw_bar(&l, k, share, h->color);
	}
}
