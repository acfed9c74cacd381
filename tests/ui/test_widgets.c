/* test_widgets.c - heat map, histogram, gauge, xyplot, and chart features beyond lines: golden
 * frames in all three tiers, and laws for all of them: nothing is drawn outside the view at any
 * size, and no number breaks them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/ui/bars.h"
#include "src/ui/chart.h"
#include "src/ui/gauge.h"
#include "src/ui/heatmap.h"
#include "src/ui/histogram.h"
#include "src/ui/table.h"
#include "src/ui/xyplot.h"
#include "tests/support/frames.h"
#include "tests/support/tap.h"

/* ---- data ---- */

enum { ROWS = 9, STEPS = 30, MANY = 300 };

static double known[ROWS * STEPS], wide[3 * MANY], curve_x[MANY], curve_y[MANY], curve_low[MANY],
	curve_high[MANY];
static signed char answer[STEPS], answers[MANY];

static const char *const exercise[ROWS] = { "addition", "fractions", "linear equations",
	                                    "a",        "powers",    "roots",
	                                    "slope",    "parabola",  NULL };

static void make_data(void)
{
	for (int row = 0; row < ROWS; row++)
		for (int t = 0; t < STEPS; t++)
			known[row * STEPS + t] = t < row ? NAN : 1 - exp(-(t - row) / 10.0);
	for (int k = 0; k < 3 * MANY; k++)
		wide[k] = k % MANY / (double)MANY;
	for (int t = 0; t < STEPS; t++)
		answer[t] = (signed char)(t == 11 ? -1 : t % 3 != 0 || t > 20);
	for (int k = 0; k < MANY; k++) {
		answers[k] = (signed char)(k > 100 ? 1 : k % 2);
		curve_x[k] = 1 + k;
		curve_y[k] = 1 / (1 + k / 20.0) + 0.05 * sin(k / 3.0);
		curve_low[k] = curve_y[k] - 0.1;
		curve_high[k] = k > 150 && k < 200 ? NAN : curve_y[k] + 0.2;
	}
}

static struct heatmap student(void)
{
	return (struct heatmap){ .rows = ROWS,
		                 .columns = STEPS,
		                 .value = known,
		                 .label = exercise,
		                 .mark = answer,
		                 .row_name = "exercises",
		                 .column_name = "answers",
		                 .chosen_row = -1,
		                 .cursor = -1 };
}

/* ---- golden frames ---- */

static void scene_heatmap(struct view v)
{
	struct heatmap h = student();

	heatmap_draw(view_part(v, 0, 0, v.w, 12), &h);
	h.chosen_row = 6;
	h.cursor = 29;
	heatmap_draw(view_part(v, 0, 13, v.w, 8), &h);
}

/* More than fits: averaged or scrolled. */
static void scene_heatmap_wide(struct view v)
{
	struct heatmap h = { .rows = 3,
		             .columns = MANY,
		             .value = wide,
		             .mark = answers,
		             .row_name = "skills",
		             .column_name = "answers",
		             .chosen_row = -1,
		             .cursor = 150 };

	heatmap_draw(view_part(v, 0, 0, v.w, 6), &h);
	h.group = 2;
	h.first_column = 170;
	heatmap_draw(view_part(v, 0, 7, v.w, 5), &h);
	h.group = 1;
	h.first_column = 280;                /* beyond the last column */
	heatmap_draw(view_part(v, 0, 13, v.w, 4), &h);
}

static const double bell[] = { 1,   0,  4,  16, 33, 70, 120, 160, 171, 150,
	                       111, 60, 30, 9,  0,  0,  0,   0,   0,   2 };

static void scene_histogram(struct view v)
{
	struct histogram h = { .bins = 20,
		               .count = bell,
		               .low = -0.5,
		               .high = 0.5,
		               .color = UI_SKY,
		               .x_label = "weight" };

	histogram_draw(view_part(v, 0, 0, v.w, 9), &h);
	h.x_label = NULL;
	histogram_draw(view_part(v, 0, 10, 20, 3), &h);
	histogram_draw(view_part(v, 24, 10, 7, 3), &h);
}

static void scene_gauge(struct view v)
{
	static const double share[] = { 0, 0.001, 0.25, 0.998, 1, 7, -1, NAN };

	for (int k = 0; k < 8; k++)
		gauge_draw(view_part(v, 0, k, v.w, 1), k % 2 ? "dead" : "saturated", 10, share[k],
		           UI_ORANGE, NULL);
	gauge_draw(view_part(v, 0, 8, v.w, 1), "memory", 10, 0.4, UI_SKY, "12 of 30 MB");
	gauge_draw(view_part(v, 0, 9, 16, 1), "dead", 10, 0.4, UI_SKY, NULL);
}

static const double fpr[] = { 0, 0.02, 0.1, 0.3, 0.6, 1 }, tpr[] = { 0, 0.3, 0.6, 0.85, 0.95, 1 };
static const double said[] = { 0.05, 0.25, 0.45, 0.65, 0.85, 0.95 },
		    was[] = { 0.1, 0.2, 0.5, 0.6, 0.9, NAN };
static const double was_low[] = { 0.02, 0.15, 0.35, 0.5, 0.85, NAN },
		    was_high[] = { 0.2, 0.25, 0.65, 0.7, 0.95, NAN };
static const char *const counts[] = { "12", "340", "1.2k", NULL, "7.7k", "1" };

static const struct xyplot_series roc = {
	.name = "model", .color = UI_BLUE, .n = 6, .x = fpr, .y = tpr
};
static const struct xyplot_series reliability = {
	.name = "share correct",
	.color = UI_ORANGE,
	.mark = 0,
	.dots = 1,
	.n = 6,
	.x = said,
	.y = was,
	.low = was_low,
	.high = was_high,
	.note = counts,
};

static void scene_xyplot(struct view v)
{
	xyplot_draw(view_part(v, 0, 0, 38, v.h), &(struct xyplot){ .n = 1,
	                                                           .series = &roc,
	                                                           .x_label = "false alarms",
	                                                           .y_label = "hits",
	                                                           .diagonal = 1,
	                                                           .legend = 1,
	                                                           .cursor_x = &fpr[2],
	                                                           .cursor_y = &tpr[2] });
	xyplot_draw(view_part(v, 40, 0, 38, v.h), &(struct xyplot){ .n = 1,
	                                                            .series = &reliability,
	                                                            .x_label = "predicted",
	                                                            .y_label = "observed",
	                                                            .diagonal = 1 });
}

static const struct chart_series falling = {
	.name = "loss", .color = UI_ORANGE, .n = MANY, .x = curve_x, .y = curve_y
};

static void scene_chart_zoom(struct view v)
{
	double at = 62;

	chart_draw(view_part(v, 0, 0, v.w, 8), &(struct chart){ .n = 1,
	                                                        .series = &falling,
	                                                        .x_label = "epoch",
	                                                        .legend = 1,
	                                                        .x_low = 50,
	                                                        .x_high = 80 });
	chart_draw(view_part(v, 0, 9, v.w, 8), &(struct chart){ .n = 1,
	                                                        .series = &falling,
	                                                        .x_label = "epoch",
	                                                        .x_low = 50,
	                                                        .x_high = 80,
	                                                        .y_low = 0.25,
	                                                        .y_high = 0.3,
	                                                        .cursor = &at });
}

static void scene_chart_cursor(struct view v)
{
	static const double few[] = { 0.9, 0.5, NAN, 0.4 }, few_x[] = { 1, 100, 150, 210 };
	double at = 208, log_at = 10;
	const struct chart_series s[] = {
		falling,
		{ .name = "validation", .color = UI_BLUE, .mark = 1, .n = 4, .x = few_x, .y = few },
		{ .name = "raw",
		  .color = UI_GREY,
		  .faint = 1,
		  .n = 150,
		  .x = curve_x,
		  .y = curve_y },
	};

	chart_draw(view_part(v, 0, 0, v.w, 9),
	           &(struct chart){
			   .n = 3, .series = s, .x_label = "epoch", .legend = 1, .cursor = &at });
	chart_draw(view_part(v, 0, 10, 30, 7), &(struct chart){ .n = 3,
	                                                        .series = s,
	                                                        .x_label = "epoch",
	                                                        .legend = 1,
	                                                        .log_x = 1,
	                                                        .log_y = 1,
	                                                        .cursor = &log_at });
}

static void scene_chart_band(struct view v)
{
	struct chart_series s = falling;

	s.low = curve_low;
	s.high = curve_high;
	chart_draw(v, &(struct chart){ .n = 1, .series = &s, .x_label = "epoch", .legend = 1 });
}

static const struct frame_scene scenes[] = {
	{ "heatmap", 60, 21, scene_heatmap },
	{ "heatmap_wide", 50, 17, scene_heatmap_wide },
	{ "histogram", 50, 13, scene_histogram },
	{ "gauge", 40, 10, scene_gauge },
	{ "xyplot", 78, 16, scene_xyplot },
	{ "chart_zoom", 50, 17, scene_chart_zoom },
	{ "chart_cursor", 60, 17, scene_chart_cursor },
	{ "chart_band", 60, 12, scene_chart_band },
};

static void golden_frames(void)
{
	make_data();
	frames_compare(scenes, sizeof scenes / sizeof *scenes);
}

/* ---- laws ---- */

enum { N = 7 };

/* Numbers that a run may contain, and numbers that no run should. */
static const double hard[][N] = {
	{ NAN, NAN, NAN, NAN, NAN, NAN, NAN },
	{ INFINITY, -INFINITY, NAN, INFINITY, 0, 1, 2 },
	{ 3, 3, 3, 3, 3, 3, 3 },
	{ 0, 0, 0, 0, 0, 0, 0 },
	{ -1e308, 1e308, 1e308, -1e308, 0, 1e-308, 5e-324 },
	{ 5e-324, 0, 5e-324, 0, 0, 0, 5e-324 },
	{ 1e17, 1e17, 1.0000000000000002e17, 1e17, 1e17, 1e17, 1e17 },
	{ -5, 0.5, 1.5, 1e9, -1e-9, NAN, 0.999999 },
};

static const double *number;                 /* (N), for the current check */
static int          points;                  /* their number */

static void hard_heatmap(struct view v)
{
	static const signed char mark[N] = { 1, 0, -1, 1, 0, 5, -3 };
	struct heatmap h = { .rows = points > 0,
		             .columns = points,
		             .value = number,
		             .mark = mark,
		             .row_name = "rows",
		             .column_name = "columns",
		             .chosen_row = 0,
		             .cursor = 3 };

	heatmap_draw(v, &h);
	h = (struct heatmap){ .rows = points,
		              .columns = 1,
		              .value = number,
		              .label = exercise,
		              .chosen_row = -1,
		              .cursor = -1,
		              .first_row = 1000,
		              .first_column = 1000,
		              .group = 1000 };
	heatmap_draw(v, &h);
	h.chosen_row = 5;                        /* below the last row if there are few */
	h.cursor = 77;
	h.first_row = h.first_column = -9;
	heatmap_draw(v, &h);
}

static void hard_histogram(struct view v)
{
	struct histogram h = {
		.bins = points, .count = number, .low = number[0], .high = number[1], .x_label = "x"
	};

	histogram_draw(v, &h);
	h.low = number[1];
	h.high = number[0];
	histogram_draw(v, &h);
}

static void hard_gauge(struct view v)
{
	for (int k = 0; k < N; k++) {
		gauge_draw(v, "label", 5, number[k], UI_SKY, NULL);
		gauge_draw(v, "", 0, number[k], UI_SKY, "text");
		gauge_draw(v, "long label", 200, number[k], UI_SKY, "text");
	}
}

static void hard_bars(struct view v)
{
	struct bar bar[N];

	for (int k = 0; k < N; k++)
		bar[k] =
			(struct bar){ "a label", number[k], UI_SKY, k == 1, k % 2 ? "note" : NULL };
	bars_draw(v, &(struct bars){ .n = points, .bar = bar });
	bars_draw(v, &(struct bars){ .n = points,
	                             .bar = bar,
	                             .low = number[0],
	                             .high = number[1],
	                             .format = "%.2f" });
}

static void hard_xyplot(struct view v)
{
	static const double even[N] = { 0, 0.1, 0.3, 0.5, 0.7, 0.9, 1 };
	struct xyplot_series s[] = {
		{ .name = "line", .n = points, .x = number, .y = number, .low = number,
		  .high = even },
		{ .name = "dots", .dots = 1, .mark = 77, .n = points, .x = number, .y = even,
		  .note = exercise },
	};

	xyplot_draw(v, &(struct xyplot){ .n = 2,
	                                 .series = s,
	                                 .x_label = "x",
	                                 .y_label = "y",
	                                 .legend = 1,
	                                 .diagonal = 1,
	                                 .cursor_x = &number[0],
	                                 .cursor_y = &number[1] });
	xyplot_draw(v,
	            &(struct xyplot){ .n = 2, .series = s, .low = number[0], .high = number[1] });
}

static void hard_chart(struct view v)
{
	static const double other[N] = { 1, 2, 3, 4, 5, 6, 7 };

	for (int k = 0; k < 16; k++) {
		struct chart_series s[] = {
			{ .name = "a", .n = (size_t)points, .x = k & 1 ? other : NULL, .y = number,
			  .low = number, .high = other },
			{ .name = "b", .mark = -9, .n = (size_t)points, .y = other, .low = other,
			  .high = number },
		};
		struct chart c = { .n = 2,
			           .series = s,
			           .x_label = "x",
			           .legend = k & 2,
			           .log_x = k & 4,
			           .log_y = k & 8,
			           .rule = &number[0],
			           .level = &number[1],
			           .cursor = &number[k % N] };
		double low = 0, high = 1;

		chart_draw(v, &c);
		c.x_low = number[0];
		c.x_high = number[1];
		c.y_low = number[2];
		c.y_high = number[3];
		chart_draw(v, &c);
		chart_window(v, &c, &low, &high);
		CU_ASSERT(low < high);
		chart_move(v, &c, number[k % N], k - 8);
		chart_move(v, &c, NAN, 1);
	}
}

static void hard_table(struct view v)
{
	static const char *const head[] = { "a", "long header", NULL }, *const cell[] = {
		"1", NULL, "x", "\033", "5", "\xff"
	};

	table_draw(v, &(struct table){ .columns = 3,
	                               .rows = points > 1 ? 2 : 0,
	                               .head = head,
	                               .cell = cell,
	                               .selected = points });
	table_draw(v,
	           &(struct table){
			   .columns = 3, .rows = 2, .head = head, .cell = cell, .selected = -1 });
}

static const struct { const char *name; void (*draw)(struct view v); } widgets[] = {
	{ "heat map", hard_heatmap }, { "histogram", hard_histogram }, { "gauge", hard_gauge },
	  { "bars", hard_bars },
	{ "xyplot", hard_xyplot }, { "chart", hard_chart }, { "table", hard_table },
};

static void any_numbers_any_size(void)
{
	make_data();
	for (size_t k = 0; k < sizeof scenes / sizeof *scenes; k++)
		frames_any_size(scenes[k].name, scenes[k].draw);
	for (size_t k = 0; k < sizeof widgets / sizeof *widgets; k++)
		for (size_t i = 0; i < sizeof hard / sizeof *hard; i++)
			for (points = 0; points <= N; points += points < 2 ? 1 : N - 2) {
				number = hard[i];
				frames_any_size(widgets[k].name, widgets[k].draw);
			}
}

/* ---- chart queries ---- */

static void values_are_read(void)
{
	static const double x[] = { 1, 2, 3, 10 }, y[] = { NAN, 20, NAN, 100 };
	const struct chart_series s = { .n = 4, .x = x, .y = y }, none = { .n = 1, .x = x, .y = y },
				  plain = { .n = 4, .y = y };

	CU_ASSERT_EQUAL(chart_value(&s, 2, 0), 20);
	CU_ASSERT_EQUAL(chart_value(&s, 3, 0), 20);
	CU_ASSERT_EQUAL(chart_value(&s, 5.9, 0), 20);
	CU_ASSERT_EQUAL(chart_value(&s, 6.1, 0), 100);
	CU_ASSERT_EQUAL(chart_value(&s, 10, 0), 100);
	CU_ASSERT(isnan(chart_value(&s, 10.1, 0)));
	CU_ASSERT_EQUAL(chart_value(&s, 10.1, 0.2), 100);
	CU_ASSERT(isnan(chart_value(&s, 1, 0.5)));
	CU_ASSERT_EQUAL(chart_value(&s, 1, 1), 20);
	CU_ASSERT(isnan(chart_value(&none, 1, 1)));
	CU_ASSERT(isnan(chart_value(&s, NAN, 1)));
	CU_ASSERT_EQUAL(chart_value(&plain, 1, 0), 20);
}

static void cursor_moves(void)
{
	static const double x[] = { 1, 2, 3, 10, 100, 101 }, y[] = { 5, 6, 7, 8, NAN, 9 },
			    only[] = { 50 }, fifty = 50;
	const struct chart_series s[] = { { .n = 6, .x = x, .y = y },
		                          { .n = 1, .x = &fifty, .y = only } };
	struct canvas *c = canvas_alloc(60, 10, UI_ASCII);
	struct chart chart = { .n = 2, .series = s, .x_label = "x" };
	struct view v = view_of(c);
	double low = 7, high = 7;

	CU_ASSERT_EQUAL(chart_move(v, &chart, NAN, 0), 101);
	CU_ASSERT_EQUAL(chart_move(v, &chart, 101, 1), 101);
	CU_ASSERT_EQUAL(chart_move(v, &chart, 101, -1), 50);
	CU_ASSERT_EQUAL(chart_move(v, &chart, 50, -1), 10);
	CU_ASSERT_EQUAL(chart_move(v, &chart, 10, -1), 3);
	/* a column is more than one point wide */
	CU_ASSERT_EQUAL(chart_move(v, &chart, 1, 1), 3);
	CU_ASSERT_EQUAL(chart_move(v, &chart, 1, -1), 1);
	CU_ASSERT_EQUAL(chart_move(v, &chart, 3, 1000), 101);
	CU_ASSERT_EQUAL(chart_move(v, &chart, -1e9, 1), 3);
	CU_ASSERT_EQUAL(chart_move(v, &chart, 48, 0), 50);
	CU_ASSERT_EQUAL(chart_window(v, &chart, &low, &high), 0);
	CU_ASSERT(low == 1 && high == 101);
	chart.x_low = 2;
	chart.x_high = 60;
	CU_ASSERT_EQUAL(chart_move(v, &chart, NAN, 0), 50);
	CU_ASSERT_EQUAL(chart_move(v, &chart, 50, 1), 50);
	CU_ASSERT_EQUAL(chart_move(v, &chart, 50, -1000), 2);
	chart.log_x = 1;
	CU_ASSERT_EQUAL(chart_move(v, &chart, 3, 3), 10);
	CU_ASSERT_EQUAL(chart_window(v, &chart, &low, &high), 0);
	CU_ASSERT(fabs(low - 2) < 1e-9 && fabs(high - 60) < 1e-9);
	chart.n = 0;
	CU_ASSERT(isnan(chart_move(v, &chart, 3, 3)));
	CU_ASSERT_NOT_EQUAL(chart_window(v, &chart, &low, &high), 0);
	canvas_free(c);
}

/* A line that crosses the window without a point in it is drawn; points outside do not affect the y
 * axis. */
static void windows_cut(void)
{
	static const double x[] = { 0, 10, 20, 30 }, y[] = { 1000, 1, 2, -1000 };
	const struct chart_series s = { .n = 4, .x = x, .y = y };
	struct canvas *c = canvas_alloc(30, 8, UI_ASCII);
	char *text;

	chart_draw(view_of(c),
	           &(struct chart){
			   .n = 1, .series = &s, .x_label = "x", .x_low = 12, .x_high = 18 });
	text = frames_printed(c, 0);
	TAP_CHECK(strchr(text, 'o') != NULL && strstr(text, "1000") == NULL,
	          "the crossing line:\n%s", text);
	free(text);
	canvas_clear(c);
	chart_draw(view_of(c),
	           &(struct chart){
			   .n = 1, .series = &s, .x_label = "x", .x_low = 8, .x_high = 22 });
	text = frames_printed(c, 0);
	TAP_CHECK(strstr(text, "2.0") != NULL && strstr(text, "000") == NULL,
	          "the axis of what is seen:\n%s", text);
	free(text);
	canvas_clear(c);
	chart_draw(view_of(c), &(struct chart){ .n = 1, .series = &s, .x_low = 40, .x_high = 50 });
	text = frames_printed(c, 0);
	TAP_CHECK(strstr(text, "no data here") != NULL, "beyond the end:\n%s", text);
	free(text);
	canvas_free(c);
}

/* ---- layout of a heat map ---- */

static void heatmap_places(void)
{
	struct canvas *c = canvas_alloc(60, 6, UI_ASCII);
	struct heatmap h = student();
	struct heatmap_layout l = heatmap_lay_out(view_of(c), &h);

	CU_ASSERT(l.left == 16 && l.top == 2 && l.rows == 4 && l.first_row == 0);
	CU_ASSERT(l.group == 1 && l.columns == STEPS && l.width == 1);
	CU_ASSERT(heatmap_x(&l, 0) == 16 && heatmap_x(&l, 29) == 45 && heatmap_x(&l, 30) == -1 &&
	          heatmap_x(&l, -1) == -1);
	h.chosen_row = 8;
	CU_ASSERT_EQUAL(heatmap_lay_out(view_of(c), &h).first_row, 5);
	h.first_row = 100;
	h.chosen_row = -1;
	CU_ASSERT_EQUAL(heatmap_lay_out(view_of(c), &h).first_row, 5);
	l = heatmap_lay_out(view_part(view_of(c), 0, 0, 20, 6), &h);
	CU_ASSERT(l.left == 6 && l.group == 3 && l.width == 1 && l.columns == STEPS);
	CU_ASSERT(heatmap_x(&l, 29) == 6 + 9 && heatmap_x(&l, 2) == 6 && heatmap_x(&l, 3) == 7);
	h.columns = 5;
	l = heatmap_lay_out(view_of(c), &h);
	CU_ASSERT(l.width == 4 && heatmap_x(&l, 4) == 16 + 16);
	h.columns = 0;
	l = heatmap_lay_out(view_of(c), &h);
	CU_ASSERT(l.columns == 0 && l.rows == 0 && heatmap_x(&l, 0) == -1);
	canvas_free(c);
}

static const struct tap_test tests[] = {
	{ "golden frames", golden_frames },
	{ "any numbers at any size", any_numbers_any_size },
	{ "values are read", values_are_read },
	{ "cursor moves", cursor_moves },
	{ "windows cut", windows_cut },
	{ "heat map places", heatmap_places },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("widgets", tests);
}
