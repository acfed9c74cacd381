/* bars.c - see bars.h. */
#include "src/ui/bars.h"

#include <math.h>
#include <stdio.h>

#include "src/ui/words.h"

/* Resolution of a bar's end in parts of a column, by tier. */
static int parts(struct view v)
{
	static const int of[UI_TIERS] = { 1, 2, 8 };

	return of[v.canvas->tier];
}

/* ---- bars ---- */

struct layout {
	int    label, value, note;        /* widths in columns, with the space after each */
	int    left, width;               /* of the bars */
	double low, high;
};

static void value_words(const struct bars *b, double v, char *into, size_t size)
{
	if (isnan(v))
		snprintf(into, size, "-");
	else
		snprintf(into, size, b->format ? b->format : "%.4g", v);
}

static int widest(int a, int b)
{
	return a > b ? a : b;
}

static struct layout lay_out(struct view v, const struct bars *b)
{
	struct layout l = { .low = 0, .high = 0 };

	for (int k = 0; k < b->n; k++) {
		char text[64];

		value_words(b, b->bar[k].value, text, sizeof text);
		l.label = widest(l.label, text_columns(b->bar[k].label) + 1);
		l.value = widest(l.value, text_columns(text) + 1);
		l.note = widest(l.note, b->bar[k].note ? text_columns(b->bar[k].note) + 1 : 0);
		if (isfinite(b->bar[k].value)) {
			l.low = fmin(l.low, b->bar[k].value);
			l.high = fmax(l.high, b->bar[k].value);
		}
	}
	if (b->low < b->high) {
		l.low = fmin(b->low, 0);
		l.high = fmax(b->high, 0);
	}
	l.label = l.label > v.w / 2 ? v.w / 2 : l.label;
	l.left = 2 + l.label;
	l.width = v.w - l.left - l.value - l.note;
	if (l.width < 4) {                /* drop the note first */
		l.width += l.note;
		l.note = 0;
	}
	l.width = widest(l.width, 0);
	return l;
}

/* A bar to the right of zero, with a partial last column. */
static void draw_right(struct view v, int width, double share, struct style s)
{
	char text[3 * CANVAS_MOST + 1];

	words_bar(text, sizeof text, share, width, parts(v));
	view_text(v, 0, 0, s, text);
}

/* A bar to the left of zero, in whole columns because there are no glyphs filled from the right; in
 * half columns where possible. */
static void draw_left(struct view v, int width, double share, struct style s)
{
	int halves = (int)(fmin(fmax(share, 0), 1) * 2 * width), full = halves / 2;

	for (int k = 1; k <= full; k++)
		view_put(v, width - k, 0, s, view_glyph(v, "#", "█"));
	if (halves % 2 && v.canvas->tier != UI_ASCII)
		view_put(v, width - full - 1, 0, s, "▐");
}

static void draw_bar(struct view row, const struct layout *l, const struct bars *b,
                     const struct bar *bar)
{
	unsigned flags = bar->chosen ? UI_BOLD : 0;
	double range = l->high - l->low;
	int zero = range > 0 ? (int)lround(-l->low / range * l->width) : 0;
	char text[64];

	if (bar->chosen)
		view_put(row, 0, 0, STYLE(UI_PLAIN, UI_BOLD), view_glyph(row, ">", "▶"));
	view_text(view_part(row, 2, 0, l->label - 1, 1), 0, 0, STYLE(UI_PLAIN, flags), bar->label);
	if (range > 0 && bar->value >= 0)
		draw_right(view_part(row, l->left + zero, 0, l->width - zero, 1), l->width - zero,
		           bar->value / l->high, STYLE(bar->color, flags));
	else if (range > 0 && bar->value < 0)
		draw_left(view_part(row, l->left, 0, zero, 1), zero, bar->value / l->low,
		          STYLE(bar->color, flags));
	value_words(b, bar->value, text, sizeof text);
	view_text_right(row, l->left + l->width + l->value, 0, STYLE(UI_PLAIN, flags), text);
	if (l->note && bar->note)
		view_text(row, l->left + l->width + l->value + 1, 0, STYLE(UI_GREY, 0), bar->note);
}

void bars_draw(struct view v, const struct bars *b)
{
	struct layout l = lay_out(v, b);

	for (int k = 0; k < b->n; k++)
		draw_bar(view_part(v, 0, k, v.w, 1), &l, b, &b->bar[k]);
}
