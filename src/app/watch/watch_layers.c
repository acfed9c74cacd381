/* watch_layers.c - what goes on in a network layer by layer; see watch_panels.h. */
#include "src/app/watch/watch_panels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/ui/gauge.h"
#include "src/ui/histogram.h"
#include "src/ui/words.h"

/* More than a record holds is left out. */
enum { MOST_LAYERS = 200, MOST_BINS = 64 };

/* Shares of dead or saturated units from here on are worth a look. */
static const double many = 0.2;

/* ---- one spread of numbers ---- */

struct spread {
	int    bins;
	double count[MOST_BINS], low, high, mean, sd;
};

static int read_spread(struct spread *s, const json_t *o)
{
	s->bins = watch_numbers(json_object_get(o, "counts"), MOST_BINS, s->count);
	s->low = watch_number(json_object_get(o, "low"));
	s->high = watch_number(json_object_get(o, "high"));
	s->mean = watch_number(json_object_get(o, "mean"));
	s->sd = watch_number(json_object_get(o, "sd"));
	return s->bins > 0;
}

/* Its histogram in one row, without numbers. */
static void draw_small(struct view v, const json_t *o, enum ui_color color)
{
	struct spread s;

	if (read_spread(&s, o))
		histogram_draw(v, &(struct histogram){
					  .bins = s.bins, .count = s.count, .color = color });
	else
		view_put(v, 0, 0, STYLE(UI_GREY, 0), "-");
}

/* "0.0009 +- 0.0847"; where that is too wide, with two digits each, or the mean alone. */
static void put_moments(struct view v, int x, const struct spread *s)
{
	const char *sign = view_glyph(v, "+-", "±");
	char mean[32], sd[32], text[80];

	snprintf(text, sizeof text, "%s %s %s", words_value(mean, sizeof mean, s->mean), sign,
	         words_value(sd, sizeof sd, s->sd));
	if (x + text_columns(text) > v.w && isfinite(s->mean) && isfinite(s->sd))
		snprintf(text, sizeof text, "%.2g %s %.2g", s->mean, sign, s->sd);
	if (x + text_columns(text) > v.w && isfinite(s->mean))
		snprintf(text, sizeof text, "%.2g", s->mean);
	if (x + text_columns(text) <= v.w)
		view_text(v, x, 0, STYLE(UI_GREY, 0), text);
}

/* "weights  0.0009 +- 0.0847" over the histogram with its axis. */
static void draw_large(struct view v, const char *what, const json_t *o, enum ui_color color)
{
	struct spread s;
	int x = view_text(v, 0, 0, STYLE(UI_PLAIN, UI_BOLD), what) + 2;

	if (!read_spread(&s, o)) {
		view_text(v, x, 0, STYLE(UI_GREY, 0), "none");
		return;
	}
	put_moments(v, x, &s);
	histogram_draw(view_part(v, 0, 1, v.w, v.h - 1), &(struct histogram){ .bins = s.bins,
	                                                                      .count = s.count,
	                                                                      .low = s.low,
	                                                                      .high = s.high,
	                                                                      .color = color,
	                                                                      .x_label = "" });
}

/* ---- the table ---- */

enum column { NAME, WEIGHTS, OUTPUTS, GRADIENT, STEP, DEAD, SATURATED, COLUMNS };

/* As they stand; `order`: which of them come first when there is little room. */
static const struct {
	const char *head, *key;
	int         width, order;
} columns[COLUMNS] = {
	[NAME]      = { "layer", NULL, 14, 0 },
	[WEIGHTS]   = { "weights", "weights", 10, 1 },
	[OUTPUTS]   = { "outputs", "activations", 10, 2 },
	[GRADIENT]  = { "gradient", "gradient_norm", 8, 4 },
	[STEP]      = { "step/w", "update_ratio", 8, 3 },
	[DEAD]      = { "dead", "dead", 6, 5 },
	[SATURATED] = { "satur.", "saturated", 6, 6 },
};

/* The columns of the view where the columns of the table begin; -1: no room for it. */
static void place_columns(int width, int at[COLUMNS])
{
	int x = 0, left = width, shown[COLUMNS] = { 0 };

	for (int order = 0; order < COLUMNS; order++)
		for (int c = 0; c < COLUMNS; c++)
			if (columns[c].order == order && left >= columns[c].width) {
				shown[c] = 1;
				left -= columns[c].width + 1;
			}
	for (int c = 0; c < COLUMNS; c++) {
		at[c] = shown[c] ? x : -1;
		x += shown[c] ? columns[c].width + 1 : 0;
	}
}

static void draw_head(struct view v, const int at[COLUMNS])
{
	for (int c = 0; c < COLUMNS; c++) {
		if (at[c] < 0)
			continue;
		if (c < GRADIENT)
			view_text(v, at[c] + (c == NAME ? 2 : 0), 0, STYLE(UI_GREY, 0),
			          columns[c].head);
		else
			view_text_right(v, at[c] + columns[c].width, 0, STYLE(UI_GREY, 0),
			                columns[c].head);
	}
}

/* A number, or a share in percent with a sign where it is high. */
static void draw_value(struct view v, enum column c, double value)
{
	int high = c >= DEAD && value >= many;
	char text[40];

	if (c < DEAD || isnan(value))
		words_value(text, sizeof text, value);
	else
		snprintf(text, sizeof text, "%s%.0f %%", high ? "!" : "",
		         100 * fmin(fmax(value, 0), 1));
	view_text_right(v, v.w, 0, high ? STYLE(UI_VERMILION, UI_BOLD) : STYLE_PLAIN, text);
}

static const char *text_of(const json_t *layer, const char *key)
{
	const char *text = json_string_value(json_object_get(layer, key));

	return text ? text : "?";
}

static void draw_name(struct view v, const json_t *layer, int chosen)
{
	const char *name = text_of(layer, "name"), *type = text_of(layer, "type");
	int x = 2;

	if (chosen)
		view_put(v, 0, 0, STYLE(UI_PLAIN, UI_BOLD), view_glyph(v, ">", "▶"));
	x = view_text(v, x, 0, STYLE(UI_PLAIN, chosen ? UI_BOLD : 0), name);
	if (strcmp(name, type) != 0)
		view_text(v, x + 1, 0, STYLE(UI_GREY, 0), type);
}

static void draw_row(struct view v, const json_t *layer, const int at[COLUMNS], int chosen)
{
	for (int c = 0; c < COLUMNS; c++) {
		struct view cell = view_part(v, at[c], 0, columns[c].width, 1);

		if (at[c] < 0)
			continue;
		if (c == NAME)
			draw_name(cell, layer, chosen);
		else if (c < GRADIENT)
			draw_small(cell, json_object_get(layer, columns[c].key),
			           c == WEIGHTS ? UI_SKY : UI_ORANGE);
		else
			draw_value(cell, (enum column)c,
			           watch_number(json_object_get(layer, columns[c].key)));
	}
}

/* Header and rows, the chosen one among them. */
static void draw_table(struct view v, const json_t *layers, int n, int chosen)
{
	int at[COLUMNS], fit = v.h - 1, first = chosen >= fit ? chosen - fit + 1 : 0;

	place_columns(v.w, at);
	draw_head(view_part(v, 0, 0, v.w, 1), at);
	for (int k = first; k < n && k < first + fit; k++)
		draw_row(view_part(v, 0, 1 + k - first, v.w, 1), json_array_get(layers, (size_t)k),
		         at, k == chosen);
	if (n > fit && fit > 0)
		view_printf(view_part(v, 8, 0, 6, 1), 0, 0, STYLE(UI_GREY, 0), "%d/%d", chosen + 1,
		            n);
}

/* ---- the chosen layer in full ---- */

static void draw_layer(struct view v, const json_t *layer)
{
	int half = v.w / 2, gauges = v.h >= 9, wide = v.w >= 40;
	struct view up = view_part(v, 0, 0, v.w, v.h - gauges), left, right;

	left = wide ? view_part(up, 0, 0, half - 1, up.h) : view_part(up, 0, 0, v.w, up.h / 2);
	right = wide ? view_part(up, half + 1, 0, v.w - half - 1, up.h)
	             : view_part(up, 0, up.h / 2, v.w, up.h - up.h / 2);
	draw_large(left, "weights", json_object_get(layer, "weights"), UI_SKY);
	draw_large(right, "outputs", json_object_get(layer, "activations"), UI_ORANGE);
	if (!gauges)
		return;
	gauge_draw(view_part(v, 0, v.h - 1, half - 1, 1), "dead", 5,
	           watch_number(json_object_get(layer, "dead")), UI_VERMILION, NULL);
	gauge_draw(view_part(v, half + 1, v.h - 1, v.w - half - 1, 1), "saturated", 10,
	           watch_number(json_object_get(layer, "saturated")), UI_VERMILION, NULL);
}

static int layers_of(const json_t *record, const json_t **layers)
{
	size_t n;

	*layers = json_object_get(record, "layers");
	n = json_array_size(*layers);
	return n < MOST_LAYERS ? (int)n : MOST_LAYERS;
}

void watch_layers_draw(struct view v, const json_t *record, const struct watch_spot *spot)
{
	enum { LEAST = 5 };                   /* rows of the layer in full */
	const json_t *layers;
	int n = layers_of(record, &layers), chosen = spot->layer < n ? spot->layer : n - 1, rows;

	if (n == 0) {
		view_paragraph(v, STYLE(UI_GREY, 0), "this run has not recorded any layers yet");
		return;
	}
	rows = n + 1 <= v.h - LEAST - 1 ? n + 1 : v.h >= 3 * LEAST ? v.h / 2 : v.h;
	draw_table(view_part(v, 0, 0, v.w, rows), layers, n, chosen);
	if (v.h - rows > LEAST)
		draw_layer(view_part(v, 0, rows + 1, v.w, v.h - rows - 1),
		           json_array_get(layers, (size_t)chosen));
}

void watch_layers_move(const json_t *record, struct watch_spot *spot, int across, int down)
{
	const json_t *layers;
	int n = layers_of(record, &layers), to = spot->layer + down + across;

	spot->layer = to >= n ? n - 1 : to;
	spot->layer = spot->layer < 0 ? 0 : spot->layer;
}
