/* gauge.c - see gauge.h. */
#include "src/ui/gauge.h"

#include <math.h>
#include <stdio.h>

#include "src/ui/words.h"

static void draw_bar(struct view v, double share, enum ui_color color)
{
	static const int parts[UI_TIERS] = { 1, 2, 8 };
	char bar[3 * CANVAS_MOST + 1];

	view_put(v, 0, 0, STYLE(UI_GREY, 0), view_glyph(v, "[", "▕"));
	view_put(v, v.w - 1, 0, STYLE(UI_GREY, 0), view_glyph(v, "]", "▏"));
	v = view_part(v, 1, 0, v.w - 2, 1);
	if (isnan(share)) {
		view_fill(v, STYLE(UI_GREY, UI_DIM), view_glyph(v, ".", "·"));
		return;
	}
	words_bar(bar, sizeof bar, share, v.w, parts[v.canvas->tier]);
	view_text(v, 0, 0, STYLE(color, 0), bar);
}

/* A percentage in five columns; rounding never shows 0 % or 100 % for a share strictly between. */
static const char *percent_words(char *into, size_t size, double share)
{
	double percent = 100 * fmin(fmax(share, 0), 1);

	if (isnan(share))
		snprintf(into, size, "    ?");
	else if (percent > 0 && percent < 0.5)
		snprintf(into, size, " <1 %%");
	else if (percent < 100 && percent >= 99.5)
		snprintf(into, size, ">99 %%");
	else
		snprintf(into, size, "%3.0f %%", percent);
	return into;
}

void gauge_draw(struct view v, const char *label, int label_columns, double share,
                enum ui_color color, const char *text)
{
	int x = label_columns, width;
	char percent[16];

	text = text ? text : percent_words(percent, sizeof percent, share);
	width = v.w - x - 3 - text_columns(text);
	view_text(view_part(v, 0, 0, x, 1), 0, 0, STYLE(UI_GREY, 0), label);
	if (width >= 3) {
		draw_bar(view_part(v, x, 0, width + 2, 1), share, color);
		x += width + 3;
	}
	view_text(v, x, 0, STYLE_PLAIN, text);
}
