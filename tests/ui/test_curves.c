/* test_curves.c - figures of learning curves, checked as text and as SVG. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/ui/curves.h"
#include "tests/support/tap.h"

enum { MOST = 1000 };

/* A figure of `runs` runs over `n` epochs with two panels: a falling loss and a rising AUC. */
struct sample {
	double              x[MOST], y[2][2 * CURVES_MAX_RUNS + 2][MOST];
	char                name[CURVES_MAX_RUNS + 1][200], best_at[CURVES_MAX_RUNS + 1][40];
	struct curve        curve[2][2 * CURVES_MAX_RUNS + 2];
	struct curve_panel  panel[2];
	struct curve_run    run[CURVES_MAX_RUNS + 1];
	struct curve_figure figure;
};

static struct sample *make(int runs, int n)
{
	struct sample *s = calloc(1, sizeof *s);

	CU_ASSERT_PTR_NOT_NULL_FATAL(s);
	for (int i = 0; i < n; i++)
		s->x[i] = i + 1;
	for (int r = 0; r < runs; r++) {
		int best = 2 * n / 3;

		snprintf(s->name[r], sizeof s->name[r], "run-%d", r);
		snprintf(s->best_at[r], sizeof s->best_at[r], "epoch %d", best + 1);
		s->run[r] = (struct curve_run){ s->name[r], s->x[best], s->best_at[r] };
		for (int k = 0; k < 2; k++)
			for (int i = 0; i < n; i++) {
				double fall = exp(-4.0 * i / n);

				s->y[0][2 * r + k][i] =
					0.45 + 0.25 * fall + (k ? 0.05 : 0) + 0.01 * r;
				s->y[1][2 * r + k][i] =
					0.80 - 0.30 * fall - (k ? 0.05 : 0) - 0.01 * r;
			}
		for (int p = 0; p < 2; p++)
			for (int k = 0; k < 2; k++)
				s->curve[p][2 * r + k] = (struct curve){
					.run = r,
					.role = k ? CURVE_VALID : CURVE_TRAIN,
					.n = (size_t)n,
					.x = s->x,
					.y = s->y[p][2 * r + k],
				};
	}
	s->panel[0] = (struct curve_panel){ .label = "log loss (nat)",
		                            .n = 2 * runs,
		                            .curve = s->curve[0] };
	s->panel[1] = (struct curve_panel){ .label = "AUC", .n = 2 * runs, .curve = s->curve[1] };
	s->figure = (struct curve_figure){ .x_label = "epoch",
		                           .whole_x = 1,
		                           .n_runs = runs,
		                           .n_panels = 2,
		                           .run = s->run,
		                           .panel = s->panel };
	return s;
}

static char *draw(const struct sample *s, enum curve_format format, int width, int height)
{
	char *picture;
	size_t size;

	CU_ASSERT_EQUAL(curves_draw(&s->figure, format, width, height, 1, &picture, &size), RY_OK);
	CU_ASSERT_PTR_NOT_NULL_FATAL(picture);
	CU_ASSERT(size > 0);
	return picture;
}

static int have_gnuplot(void)
{
	if (system("gnuplot --version >/dev/null 2>&1") == 0)
		return 1;
	tap_skip("gnuplot is not installed");
	return 0;
}

static int count(const char *text, char c)
{
	int n = 0;

	for (; *text; text++)
		n += *text == c;
	return n;
}

static int count_text(const char *text, const char *what)
{
	int n = 0;

	for (const char *p = text; (p = strstr(p, what)); p++)
		n++;
	return n;
}

/* Check for at most `lines` lines of at most `width` ASCII characters, without trailing blanks. */
static void check_lines(const char *text, int width, int lines)
{
	int column = 0;

	CU_ASSERT_EQUAL(count(text, '\n'), lines);
	for (const char *p = text; *p; p++) {
		if (*p == '\n') {
			CU_ASSERT(column <= width);
			CU_ASSERT(p == text || p[-1] != ' ');
			column = 0;
			continue;
		}
		CU_ASSERT(*p >= ' ' && *p <= '~');
		column++;
	}
}

static void formats_by_ending(void)
{
	CU_ASSERT_EQUAL(curves_format("runs/a.b/curves.png"), CURVES_PNG);
	CU_ASSERT_EQUAL(curves_format("x.SVG"), CURVES_SVG);
	CU_ASSERT_EQUAL(curves_format(".pdf"), CURVES_PDF);
	CU_ASSERT_EQUAL(curves_format("x.gif"), -1);
	CU_ASSERT_EQUAL(curves_format("png"), -1);
	CU_ASSERT_EQUAL(curves_format("runs.png/x"), -1);
	CU_ASSERT_EQUAL(curves_format("x.png "), -1);
	CU_ASSERT_EQUAL(curves_format(""), -1);
}

static void text_of_one_run(void)
{
	struct sample *s = make(1, 12);
	char *text;

	if (have_gnuplot()) {
		text = draw(s, CURVES_TEXT, 80, 24);
		check_lines(text, 80, 24);
		CU_ASSERT_EQUAL(
			strncmp(text, "run-0\n. training  o validation  @ best: epoch 9\n", 48), 0);
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "log loss (nat)"));
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "AUC"));
		CU_ASSERT_EQUAL(count_text(text, "epoch"), 3);
		/* in the header, and one in each panel */
		CU_ASSERT_EQUAL(count(text, '@'), 3);
		CU_ASSERT(count(text, 'o') > 40);
		free(text);
	}
	free(s);
}

/* In each panel the ring is on the vertical line. */
static void the_best_point_is_on_its_line(void)
{
	struct sample *s = make(1, 12);
	char *text, *at;

	if (have_gnuplot()) {
		text = draw(s, CURVES_TEXT, 50, 42);
		at = strchr(strchr(text, '\n') + 1, '\n');
		for (int panel = 0; panel < 2; panel++) {
			char *line, *above, *mark;
			long column;

			mark = strchr(at + 1, '@');
			CU_ASSERT_PTR_NOT_NULL_FATAL(mark);
			for (line = mark; line[-1] != '\n'; line--)
				;
			for (above = line - 1; above[-1] != '\n'; above--)
				;
			column = mark - line;
			CU_ASSERT_EQUAL(above[column], '|');
			CU_ASSERT_EQUAL(strchr(mark, '\n')[1 + column], '|');
			at = mark;
		}
		free(text);
	}
	free(s);
}

static void text_of_several_runs(void)
{
	struct sample *s = make(3, 12);
	char *text;

	if (have_gnuplot()) {
		s->run[1].best_at = NULL;
		s->run[1].best = NAN;
		strcpy(s->name[2], "caf\u00e9\x1b[2J-with-a-name-that-is-longer-than-the-whole-"
		                   "width-of-the-screen-by-some-characters");
		text = draw(s, CURVES_TEXT, 80, 26);
		check_lines(text, 80, 26);
		CU_ASSERT_EQUAL(strncmp(text,
		                        "aA  run-0 (best: epoch 9)\nbB  run-1\ncC  caf???[2J-with",
		                        54),
		                0);
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "..."));
		for (const char *c = "abcABC"; *c; c++)
			CU_ASSERT(count(text, *c) > 3);
		free(text);
	}
	free(s);
}

static void sizes_of_text(void)
{
	struct sample *s = make(1, 12);
	char *picture;
	size_t size;

	if (have_gnuplot()) {
		for (int width = 30; width <= 150; width += 17) {
			char *text = draw(s, CURVES_TEXT, width, 33);

			/* a header of two lines, or of three if the key does not fit in one */
			check_lines(text, width,
			            width < 41   ? 3 + 2 * 15
			            : width < 72 ? 2 + 2 * 15
			                         : 33);
			free(text);
		}
		picture = draw(s, CURVES_TEXT, 0, 0);
		check_lines(picture, 80, 24);
		free(picture);
		picture = draw(s, CURVES_TEXT, 100, 0);
		check_lines(picture, 100, 24);
		free(picture);
		s->run[0].best_at = NULL;
		s->run[0].best = NAN;
		picture = draw(s, CURVES_TEXT, 80, 24);
		check_lines(picture, 80, 24);
		CU_ASSERT_EQUAL(strncmp(picture, "run-0\n. training  o validation\n", 31), 0);
		free(picture);
		s->run[0].best_at = s->best_at[0];
	}
	CU_ASSERT_EQUAL(curves_draw(&s->figure, CURVES_TEXT, 29, 40, 1, &picture, &size),
	                RY_EINVAL);
	CU_ASSERT_PTR_NULL(picture);
	CU_ASSERT_EQUAL(curves_draw(&s->figure, CURVES_TEXT, 60, 17, 1, &picture, &size),
	                RY_EINVAL);
	CU_ASSERT_EQUAL(curves_draw(&s->figure, CURVES_TEXT, 2000, 40, 1, &picture, &size),
	                RY_EINVAL);
	CU_ASSERT_EQUAL(curves_draw(&s->figure, CURVES_PNG, 199, 400, 1, &picture, &size),
	                RY_EINVAL);
	CU_ASSERT_EQUAL(curves_draw(&s->figure, CURVES_PNG, 400, 20001, 1, &picture, &size),
	                RY_EINVAL);
	CU_ASSERT_EQUAL(curves_draw(&s->figure, CURVES_PNG, -400, 400, 1, &picture, &size),
	                RY_EINVAL);
	free(s);
}

/* Single missing values do not break the line; a long stretch of them leaves a gap, and an isolated
 * value in it a point. */
static void holes(void)
{
	struct sample *s = make(1, 100);
	char *text, *svg;

	if (have_gnuplot()) {
		s->figure.n_panels = 1;
		s->panel[0].n = 1;
		s->panel[0].curve = &s->curve[0][1];            /* validation only */
		s->run[0].best = NAN;
		for (int i = 0; i < 100; i++)
			s->y[0][1][i] = 0.5;
		for (int i = 0; i < 100; i += 5)
			for (int k = 1; k < 5; k++)
				s->y[0][1][i + k] = k % 2 ? NAN : INFINITY;
		text = draw(s, CURVES_TEXT, 80, 12);
		CU_ASSERT(count_text(text, "ooooooooooooooooooooooooooooooooooooooooooooooooooooooo"
		                           "ooooo") > 0);
		free(text);
		for (int i = 25; i < 80; i++)
			if (i != 50)
				s->y[0][1][i] = NAN;
		text = draw(s, CURVES_TEXT, 80, 12);
		CU_ASSERT_EQUAL(count_text(text, "         o         "), 1);
		free(text);
		svg = draw(s, CURVES_SVG, 600, 400);
		/* and the legend */
		CU_ASSERT_EQUAL(count_text(svg, "<use xlink:href='#gpPt6' transform"),
		                5 + 1 + 4 + 1);
		free(svg);
		s->curve[0][1].role = CURVE_TRAIN;              /* only the isolated point */
		svg = draw(s, CURVES_SVG, 600, 400);
		CU_ASSERT_EQUAL(count_text(svg, "<use xlink:href='#gpPt5' transform"), 1);
		free(svg);
	}
	free(s);
}

static void nothing_to_draw(void)
{
	struct sample *s = make(1, 5);
	char *picture;
	size_t size = 1;

	for (int i = 0; i < 5; i++)
		s->y[1][0][i] = s->y[1][1][i] = NAN;
	CU_ASSERT_EQUAL(curves_draw(&s->figure, CURVES_SVG, 0, 0, 1, &picture, &size), RY_EDATA);
	CU_ASSERT_STRING_EQUAL(ry_message(), "there are no points to draw for AUC");
	CU_ASSERT_PTR_NULL(picture);
	CU_ASSERT_EQUAL(size, 0);
	s->panel[0].n = 0;
	CU_ASSERT_EQUAL(curves_draw(&s->figure, CURVES_SVG, 0, 0, 1, &picture, &size), RY_EDATA);
	s->figure.n_panels = 0;
	CU_ASSERT_EQUAL(curves_draw(&s->figure, CURVES_SVG, 0, 0, 1, &picture, &size), RY_EDATA);
	s->figure.n_panels = CURVES_MAX_PANELS + 1;
	CU_ASSERT_EQUAL(curves_draw(&s->figure, CURVES_SVG, 0, 0, 1, &picture, &size), RY_EINVAL);
	free(s);
	s = make(CURVES_MAX_RUNS + 1, 5);
	CU_ASSERT_EQUAL(curves_draw(&s->figure, CURVES_SVG, 0, 0, 1, &picture, &size), RY_EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "17 runs in one figure: at most 16"));
	free(s);
}

/* One run of 1 to 1,000 points, in each picture format, with names that are special to XML or
 * gnuplot. */
static void pictures_of_one_run(void)
{
	static const int points[] = { 1, 2, 3, 25, 1000 };

	if (!have_gnuplot())
		return;
	for (int k = 0; k < 5; k++) {
		struct sample *s = make(1, points[k]);
		char *svg;

		strcpy(s->name[0], "<&> `date` 'x' {/Bold b}_1");
		svg = draw(s, CURVES_SVG, 0, 0);
		CU_ASSERT_EQUAL(strncmp(svg, "<?xml", 5), 0);
		CU_ASSERT_PTR_NOT_NULL(strstr(svg, "&lt;&amp;> `date` 'x' {/Bold b}_1"));
		CU_ASSERT_PTR_NOT_NULL(strstr(svg, "rgb(  0, 114, 178)"));      /* training, blue */
		/* validation, orange */
		CU_ASSERT_PTR_NOT_NULL(strstr(svg, "rgb(213,  94,   0)"));
		/* Dashed: training in both panels and the legend, and the lines at the best
		 * point. */
		CU_ASSERT(count_text(svg, "stroke-dasharray") >= (points[k] > 1 ? 5 : 3));
		CU_ASSERT_EQUAL(count_text(svg, "best: epoch"), 2);
		CU_ASSERT_PTR_NOT_NULL(strstr(svg, "training"));
		CU_ASSERT_PTR_NOT_NULL(strstr(svg, "validation"));
		CU_ASSERT_PTR_NOT_NULL(strstr(svg, "log loss (nat)"));
		free(svg);
		free(draw(s, CURVES_PNG, 0, 0));
		free(draw(s, CURVES_PDF, 300, 200));
		free(s);
	}
}

static void pictures_of_many_runs(void)
{
	static const char *const colors[] = { "#0072B2", "rgb(  0, 114, 178)", "rgb(213,  94,   0)",
		                              "rgb(  0, 158, 115)" };

	if (!have_gnuplot())
		return;
	for (int runs = 2; runs <= CURVES_MAX_RUNS; runs += 7) {
		struct sample *s = make(runs, 30);
		char *svg, name[40];

		memset(s->name[0], 'n', 150);
		svg = draw(s, CURVES_SVG, 0, 0);
		CU_ASSERT_PTR_NOT_NULL(strstr(svg, "nnnnnnn\u2026nnnnnnnn"));
		for (int r = 1; r < runs; r++) {
			snprintf(name, sizeof name, "run-%d (best: epoch 21)", r);
			CU_ASSERT_PTR_NOT_NULL(strstr(svg, name));
			if (r < 4)
				CU_ASSERT_PTR_NOT_NULL(strstr(svg, colors[r]));
		}
		free(svg);
		free(s);
	}
}

static void wide_losses_get_a_logarithmic_axis(void)
{
	struct sample *s = make(1, 20);
	char *text;

	if (have_gnuplot()) {
		for (int i = 0; i < 20; i++)
			s->y[0][0][i] = s->y[0][1][i] = pow(10, 3 - i / 4.0);
		text = draw(s, CURVES_TEXT, 80, 24);
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "1000 +"));
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "0.1 +"));
		free(text);
		for (int i = 0; i < 20; i++)
			s->y[0][0][i] = s->y[0][1][i] = i;      /* 0 has no logarithm */
		text = draw(s, CURVES_TEXT, 80, 24);
		CU_ASSERT_PTR_NOT_NULL(strstr(text, " 0 +"));
		free(text);
	}
	free(s);
}

static void constant_values(void)
{
	struct sample *s = make(1, 9);

	if (have_gnuplot()) {
		for (int i = 0; i < 9; i++) {
			s->y[0][0][i] = s->y[0][1][i] = 0;
			s->y[1][0][i] = s->y[1][1][i] = -7;
		}
		free(draw(s, CURVES_TEXT, 80, 24));
		free(draw(s, CURVES_PNG, 400, 300));
	}
	free(s);
}

/* Whatever was logged is drawn, in each format, on axes whose numbers differ. */
static void awkward_values(void)
{
	static const double rows[][3] = {
		{ 0.5, 0.5 + 1e-13, 0.5 + 5e-13 }, { 1.7e308, 1.7e308, 1.7e308 },
		{ -1.7e308, 0, 1.7e308 }, { 1e-320, 2e-320, 1e-319 }, { 1e-320, 1, 1.7e308 },
		{ NAN, 1.7e308, NAN }, { 4.17e23, 4.18e23, 4.2e23 }, { -1e-300, -1e-300, -1e-300 },
	};
	static const enum curve_format formats[] = { CURVES_TEXT, CURVES_PNG, CURVES_SVG };

	for (size_t k = 0; have_gnuplot() && k < sizeof rows / sizeof *rows; k++) {
		struct sample *s = make(1, 3);
		char *text;

		for (int i = 0; i < 3; i++)
			s->y[0][0][i] = s->y[0][1][i] = rows[k][i];
		for (int f = 0; f < 3; f++) {
			text = draw(s, formats[f], formats[f] == CURVES_TEXT ? 80 : 600,
			            formats[f] == CURVES_TEXT ? 24 : 400);
			if (formats[f] == CURVES_SVG)
				TAP_CHECK((strstr(text, "cut at 8e307") != NULL) ==
				                  (fabs(rows[k][2]) > 8e307 ||
				                   fabs(rows[k][1]) > 8e307),
				          "row %zu", k);
			free(text);
		}
		free(s);
	}
}

/* One point that was not logged, among many that were, is a gap as well. */
static void single_holes(void)
{
	struct sample *s = make(1, 100);
	char *script;

	s->y[0][1][50] = NAN;
	script = draw(s, CURVES_SCRIPT, 600, 400);
	CU_ASSERT_EQUAL(count_text(script, "\n\n"), 1);
	free(script);
	free(s);
}

/* A long run is thinned for drawing; its peaks and the value of the best point are kept. */
static void a_hundred_thousand_points(void)
{
	enum { LONG = 100000 };
	struct sample *s = make(1, 5);
	double *x = calloc(LONG, sizeof *x), *y = calloc(LONG, sizeof *y);
	char *svg;

	CU_ASSERT_FATAL(x && y);
	if (have_gnuplot()) {
		for (int i = 0; i < LONG; i++) {
			x[i] = i + 1;
			y[i] = 0.5 + 0.001 * (i % 7);
		}
		y[33333] = 2;                                   /* an isolated peak */
		y[54321] = 0.5025;
		s->run[0].best = x[54321];
		s->figure.n_panels = 1;
		s->panel[0].n = 1;
		s->curve[0][0] = (struct curve){ .role = CURVE_VALID, .n = LONG, .x = x, .y = y };
		svg = draw(s, CURVES_SVG, 0, 0);
		CU_ASSERT(strlen(svg) < 400000);
		CU_ASSERT_PTR_NOT_NULL(strstr(svg, "(0.5025)"));
		CU_ASSERT_PTR_NOT_NULL(strstr(svg, ">2<"));     /* the axis includes it */
		free(svg);
		for (int i = 20000; i < 60000; i++)
			y[i] = NAN;
		svg = draw(s, CURVES_TEXT, 80, 12);
		CU_ASSERT_PTR_NOT_NULL(strstr(svg, "o                    "));
		free(svg);
	}
	free(x);
	free(y);
	free(s);
}

static void without_gnuplot(void)
{
	struct sample *s = make(1, 5);
	char *picture;
	size_t size;

	setenv("RILEY_GNUPLOT", "/no/such/gnuplot", 1);
	CU_ASSERT_EQUAL(curves_draw(&s->figure, CURVES_PNG, 0, 0, 1, &picture, &size), RY_EMISSING);
	CU_ASSERT_PTR_NULL(picture);
	CU_ASSERT_EQUAL(curves_draw(&s->figure, CURVES_TEXT, 0, 0, 1, &picture, &size),
	                RY_EMISSING);
	CU_ASSERT_PTR_NULL(picture);
	unsetenv("RILEY_GNUPLOT");
	free(s);
}

/* A band around the second curve of each panel. */
static struct sample *with_band(int runs, int n, double *low, double *high)
{
	struct sample *s = make(runs, n);

	for (int i = 0; i < n; i++) {
		low[i] = s->y[0][1][i] - 0.2;
		high[i] = s->y[0][1][i] + 0.3;
	}
	s->curve[0][1].low = low;
	s->curve[0][1].high = high;
	s->figure.band = "95 % of them";
	return s;
}

static void bands_are_drawn(void)
{
	static double low[MOST], high[MOST];
	struct sample *s;
	char *text, *svg, *without;

	if (!have_gnuplot())
		return;
	s = with_band(1, 20, low, high);
	text = draw(s, CURVES_TEXT, 80, 24);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "o mean  : 95 % of them"));
	CU_ASSERT(count(text, ':') > 20);
	svg = draw(s, CURVES_SVG, 0, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(svg, "95 % of them"));
	CU_ASSERT_PTR_NOT_NULL(strstr(svg, "fill-opacity"));
	s->curve[0][1].low = s->curve[0][1].high = NULL;
	s->figure.band = NULL;
	without = draw(s, CURVES_SVG, 0, 0);
	CU_ASSERT(strlen(without) < strlen(svg));
	CU_ASSERT_PTR_NULL(strstr(without, "95 % of them"));
	free(text);
	free(svg);
	free(without);
	free(s);
}

/* The axis includes the band; bands with gaps and an all-NaN band are drawn as far as possible. */
static void bands_widen_the_axis(void)
{
	static double low[MOST], high[MOST];
	struct sample *s;
	char *text;

	if (!have_gnuplot())
		return;
	s = with_band(2, 30, low, high);
	high[10] = 7.5;
	low[20] = NAN;
	text = draw(s, CURVES_TEXT, 80, 30);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, " 7 +"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "small letters: 95 % of them"));
	free(text);
	for (int i = 0; i < 30; i++)
		low[i] = high[i] = NAN;
	text = draw(s, CURVES_TEXT, 80, 30);
	CU_ASSERT_PTR_NULL(strstr(text, " 7 +"));
	free(text);
	free(s);
}

/* ---- panels with their own axes ---- */

/* A second panel with its own x axis. */
static struct sample *with_own_axis(int runs, int n, unsigned manner, unsigned curve_manner)
{
	struct sample *s = make(runs, n);

	s->panel[1].x_label = "rate";
	s->panel[1].title = "a title";
	s->panel[1].manner = manner;
	s->panel[1].n = 1;
	s->curve[1][0].role = CURVE_PLAIN;
	s->curve[1][0].manner = curve_manner;
	return s;
}

/* Best points are drawn on the common axis only. */
static void own_axes(void)
{
	struct sample *s = with_own_axis(1, 12, PANEL_UNIT, CURVE_UNBROKEN);
	char *svg;

	if (have_gnuplot()) {
		for (int i = 0; i < 12; i++)
			s->y[1][0][i] = i / 12.0;
		svg = draw(s, CURVES_SVG, 0, 0);
		CU_ASSERT_EQUAL(count_text(svg, "best: epoch"), 1);
		CU_ASSERT_EQUAL(count_text(svg, ">epoch<"), 1);
		CU_ASSERT_EQUAL(count_text(svg, ">rate<"), 1);
		CU_ASSERT_EQUAL(count_text(svg, ">a title<"), 1);
		free(svg);
	}
	free(s);
}

static void logarithmic_x(void)
{
	struct sample *s = with_own_axis(1, 4, PANEL_LOG_X, CURVE_UNBROKEN | CURVE_POINTS);
	static const double rate[] = { 0.001, 0.01, 0.1, 1 };
	char *text;

	if (have_gnuplot()) {
		s->panel[0] = s->panel[1];
		s->figure.n_panels = 1;
		s->curve[1][0].x = rate;
		text = draw(s, CURVES_TEXT, 80, 24);
		for (int k = 0; k < 4; k++) {
			char tick[20];

			snprintf(tick, sizeof tick, " %g ", rate[k]);
			TAP_CHECK(strstr(text, tick) || (k == 3 && strstr(text, " 1\n")),
			          "no tick at %g", rate[k]);
		}
		free(text);
		/* There are ticks even within less than a decade. */
		s->curve[1][0].n = 1;
		text = draw(s, CURVES_TEXT, 80, 24);
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "0.002"));
		free(text);
	}
	free(s);
}

/* An axis that starts at 0, and one that always includes it. */
static void zero_is_on_the_axis(void)
{
	static const unsigned manners[] = { PANEL_FROM_ZERO, PANEL_ZERO_LINE };

	if (!have_gnuplot())
		return;
	for (int k = 0; k < 2; k++) {
		struct sample *s = make(1, 12);
		char *text;

		s->panel[0].manner = manners[k];
		s->figure.n_panels = 1;
		text = draw(s, CURVES_TEXT, 80, 24);
		CU_ASSERT_PTR_NOT_NULL(strstr(text, " 0 +"));
		CU_ASSERT_EQUAL(strstr(text, "--- ---") || count_text(text, "-----") > 15, 1);
		free(text);
		s->panel[0].manner = 0;
		text = draw(s, CURVES_TEXT, 80, 24);
		CU_ASSERT_PTR_NULL(strstr(text, " 0 +"));
		free(text);
		free(s);
	}
}

/* Whiskers are drawn as bars, not as shading; the legend explains both. */
static void whiskers_are_bars(void)
{
	static double low[MOST], high[MOST];
	struct sample *s;
	char *svg, *text;

	if (!have_gnuplot())
		return;
	s = with_band(1, 8, low, high);
	s->curve[0][1].manner = CURVE_WHISKERS;
	svg = draw(s, CURVES_SVG, 0, 0);
	CU_ASSERT_PTR_NULL(strstr(svg, "fill-opacity"));
	CU_ASSERT_PTR_NOT_NULL(strstr(svg, "95 % of them"));
	free(svg);
	text = draw(s, CURVES_TEXT, 80, 24);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "  : 95 % of them"));
	CU_ASSERT_PTR_NULL(strstr(text, "o mean"));
	free(text);
	free(s);
}

/* Rings, notes, curves of a run's start, and a key longer than a line. */
static void marks_and_notes(void)
{
	struct sample *s = with_own_axis(1, 12, 0, CURVE_UNBROKEN | CURVE_FILLED);
	struct curve_note note[2] = { { 0, "AUC 0.75" }, { 0, "a second note" } };
	char *text, *svg;

	if (have_gnuplot()) {
		s->panel[1].note = note;
		s->panel[1].n_notes = 2;
		s->panel[1].n = 3;
		s->curve[1][1].role = CURVE_BEFORE;
		s->curve[1][2] = (struct curve){
			.role = CURVE_MARK, .n = 1, .x = s->x + 4, .y = s->y[1][0] + 4
		};
		s->figure.mark = "threshold 0.5";
		s->curve[0][1].low = s->curve[0][1].high = s->curve[0][1].y;
		s->curve[0][1].manner = CURVE_WHISKERS;
		s->figure.band = "an interval with a name that takes its time";
		svg = draw(s, CURVES_SVG, 0, 0);
		for (const char *const *words =
		             (const char *const[]){ "AUC 0.75", "a second note", "threshold 0.5",
		                                    "at the start", NULL };
		     *words; words++)
			TAP_CHECK(strstr(svg, *words), "no %s", *words);
		CU_ASSERT_PTR_NOT_NULL(strstr(svg, "fill-opacity"));
		free(svg);
		text = draw(s, CURVES_TEXT, 80, 30);
		check_lines(text, 80, 30);
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "\n: an interval with a name that takes its "
		                                    "time  @ threshold 0.5\n"));
		CU_ASSERT_PTR_NOT_NULL(strstr(text, ". at the start"));
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "AUC 0.75"));
		free(text);
	}
	free(s);
}

/* ---- heat maps ---- */

enum { MAP_ROWS = 3, MAP_COLUMNS = 25 };

static struct sample *with_map(struct curve_map *map, double *value, int *at, int *right)
{
	static const char *const names[] = { "first", "a `name` with \033[2J in it",
		                             "third and longest name" };
	struct sample *s = make(1, 12);

	for (int t = 0; t < MAP_COLUMNS; t++) {
		at[t] = t % 4 - 1;
		right[t] = t % 2;
		for (int r = 0; r < MAP_ROWS; r++)
			value[r * MAP_COLUMNS + t] = t / (double)MAP_COLUMNS;
	}
	value[MAP_COLUMNS + 3] = NAN;
	value[MAP_COLUMNS + 4] = 1;
	*map = (struct curve_map){ MAP_ROWS, MAP_COLUMNS, value, names, at, right };
	s->panel[1] = (struct curve_panel){
		.label = "known", .title = "student 7", .x_label = "answer", .map = map
	};
	return s;
}

static void map_as_text(void)
{
	struct curve_map map;
	double value[MAP_ROWS * MAP_COLUMNS];
	int at[MAP_COLUMNS], right[MAP_COLUMNS];
	struct sample *s = with_map(&map, value, at, right);
	char *text;

	s->panel[0] = s->panel[1];                      /* a heat map alone needs no gnuplot */
	s->figure.n_panels = 1;
	setenv("RILEY_GNUPLOT", "/no/such/gnuplot", 1);
	text = draw(s, CURVES_TEXT, 80, 0);
	unsetenv("RILEY_GNUPLOT");
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "student 7: known, in tenths (+ right, - wrong)\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, " 1         11        21\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, " abc abc abc abc abc abc\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, " -+-+-+-+-+-+-+-+-+-+-+-+-\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "a first "));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, " 0001122233444556667788899"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, " 000 92223"));     /* one is unknown, one is certain */
	CU_ASSERT_PTR_NULL(strstr(text, "\033"));
	free(text);
	/* In a narrow window it continues below. */
	text = draw(s, CURVES_TEXT, 30, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, " 1\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, " 21\n"));
	free(text);
	free(s);
}

static void map_as_a_picture(void)
{
	struct curve_map map;
	double value[MAP_ROWS * MAP_COLUMNS];
	int at[MAP_COLUMNS], right[MAP_COLUMNS];
	struct sample *s = with_map(&map, value, at, right);
	char *svg;

	if (have_gnuplot()) {
		svg = draw(s, CURVES_SVG, 0, 0);
		for (const char *const *words =
		             (const char *const[]){ "student 7", "answered right", "answered wrong",
		                                    ">known<", ">first<", "third and longest name",
		                                    "a `name` with ?[2J in it", NULL };
		     *words; words++)
			TAP_CHECK(strstr(svg, *words), "no %s", *words);
		CU_ASSERT(count_text(svg, "<polygon") >= MAP_ROWS * MAP_COLUMNS - 1);
		free(svg);
		free(draw(s, CURVES_PNG, 0, 0));
		free(draw(s, CURVES_PDF, 600, 0));
	}
	free(s);
}

static void maps_out_of_bounds(void)
{
	struct curve_map map;
	double value[MAP_ROWS * MAP_COLUMNS];
	int at[MAP_COLUMNS], right[MAP_COLUMNS];
	struct sample *s = with_map(&map, value, at, right);
	char *picture;
	size_t size;

	for (int i = 0; i < MAP_ROWS * MAP_COLUMNS; i++)
		value[i] = NAN;
	CU_ASSERT_EQUAL(curves_draw(&s->figure, CURVES_TEXT, 0, 0, 1, &picture, &size), RY_EDATA);
	map.rows = CURVES_MAX_ROWS + 1;
	CU_ASSERT_EQUAL(curves_draw(&s->figure, CURVES_TEXT, 0, 0, 1, &picture, &size), RY_EINVAL);
	map.rows = 0;
	CU_ASSERT_EQUAL(curves_draw(&s->figure, CURVES_TEXT, 0, 0, 1, &picture, &size), RY_EINVAL);
	free(s);
}

/* ---- scripts ---- */

/* Writing a script does not need gnuplot; run by gnuplot it gives the same picture. */
static void scripts_draw_the_figure(void)
{
	struct sample *s = make(2, 12);
	char path[600], command[1300], *script, *png;
	FILE *to;

	setenv("RILEY_GNUPLOT", "/no/such/gnuplot", 1);
	snprintf(path, sizeof path, "%s/it's.png", tap_tmpdir());
	s->figure.file = path;
	s->figure.about = "riley plot 'a\nset terminal dumb\n";
	script = draw(s, CURVES_SCRIPT, 0, 0);
	unsetenv("RILEY_GNUPLOT");
	CU_ASSERT_PTR_NOT_NULL(strstr(script, "# \"run-0\", validation: \"epoch\", \"AUC\"\n"));
	CU_ASSERT_PTR_NULL(strstr(script, "\nset terminal dumb"));
	if (have_gnuplot()) {
		snprintf(command, sizeof command, "%s/figure.gp", tap_tmpdir());
		to = fopen(command, "w");
		CU_ASSERT_PTR_NOT_NULL_FATAL(to);
		fputs(script, to);
		fclose(to);
		snprintf(command, sizeof command, "cd '%s' && gnuplot -d figure.gp", tap_tmpdir());
		CU_ASSERT_EQUAL(system(command), 0);
		png = draw(s, CURVES_PNG, 0, 0);
		snprintf(command, sizeof command, "%s", path);
		to = fopen(command, "rb");
		CU_ASSERT_PTR_NOT_NULL_FATAL(to);
		for (size_t i = 0; ; i++) {
			int c = getc(to);

			if (c == EOF)
				break;
			if ((unsigned char)png[i] != c) {
				TAP_CHECK(0, "the picture differs at byte %zu", i);
				break;
			}
		}
		CU_ASSERT(ftell(to) > 10000);
		fclose(to);
		free(png);
	}
	free(script);
	free(s);
}

static const struct tap_test tests[] = {
	{ "formats follow the ending", formats_by_ending },
	{ "text of one run", text_of_one_run },
	{ "the best point is on its line", the_best_point_is_on_its_line },
	{ "text of several runs", text_of_several_runs },
	{ "text keeps to its size", sizes_of_text },
	{ "holes and lonely points", holes },
	{ "nothing to draw, or too much", nothing_to_draw },
	{ "pictures of one run", pictures_of_one_run },
	{ "pictures of many runs", pictures_of_many_runs },
	{ "wide losses get a logarithmic axis", wide_losses_get_a_logarithmic_axis },
	{ "constant values have an axis", constant_values },
	{ "awkward values are drawn", awkward_values },
	{ "single holes are gaps", single_holes },
	{ "a hundred thousand points", a_hundred_thousand_points },
	{ "without gnuplot", without_gnuplot },
	{ "bands are drawn and explained", bands_are_drawn },
	{ "bands count for the axis, and may have holes", bands_widen_the_axis },
	{ "panels with an x axis of their own", own_axes },
	{ "a logarithmic x axis", logarithmic_x },
	{ "zero is on the axis that asks for it", zero_is_on_the_axis },
	{ "whiskers are bars", whiskers_are_bars },
	{ "marks, notes and a long key", marks_and_notes },
	{ "a heat map as text", map_as_text },
	{ "a heat map as a picture", map_as_a_picture },
	{ "heat maps that can't be", maps_out_of_bounds },
	{ "a script draws the figure", scripts_draw_the_figure },
	{ NULL, NULL }
};

int main(void)
{
	unsetenv("RILEY_GNUPLOT");
	return tap_run("curves", tests);
}
