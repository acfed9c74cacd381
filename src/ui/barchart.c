/* barchart.c - see barchart.h. */
#include "src/ui/barchart.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/text.h"
#include "src/ui/canvas.h"
#include "src/ui/gnuplot.h"
#include "src/ui/words.h"

/* The axis extends at most this many times the mark to the right and to the left of zero. */
#define MOST_RIGHT 4.0
#define MOST_LEFT  0.5

struct axis {
	double low, high;
};

/* The axis includes zero and the mark. */
static struct axis axis_of(const struct barchart *c)
{
	struct axis a = { 0, 1.15 * c->mark };

	for (int k = 0; k < c->n; k++)
		if (isfinite(c->bar[k].value)) {
			a.low = fmin(a.low, 1.05 * c->bar[k].value);
			a.high = fmax(a.high, 1.05 * c->bar[k].value);
		}
	a.low = fmax(a.low, -MOST_LEFT * c->mark);
	a.high = fmin(a.high, MOST_RIGHT * c->mark);
	return a;
}

static void value_text(char *to, size_t size, const struct barchart *c, double value)
{
	if (isfinite(value))
		snprintf(to, size, fabs(value) < 9.95 ? "%.1f%s" : "%.0f%s", value, c->unit);
	else
		snprintf(to, size, "-");
}

static enum ry_status check(const struct barchart *c, int width)
{
	if (c->n < 1 || c->n > BARCHART_MOST)
		return ry_fail(RY_EINVAL, "%d bars: expected 1 to %d", c->n, BARCHART_MOST);
	if (width < 40 || width > CANVAS_MOST)
		return ry_fail(RY_EINVAL, "a bar chart %d columns wide: expected 40 to %d", width,
		               CANVAS_MOST);
	return RY_OK;
}

/* ---- text ---- */

struct columns {
	int label, left, width, value;        /* widths, and first column of the bars */
	int zero, mark;                       /* columns from `left` */
};

/* Round the mark and zero to whole columns and adjust the axis to match. */
static struct columns lay_out(const struct barchart *c, struct axis *a, int width)
{
	double column;
	struct columns l = { 0 };

	for (int k = 0; k < c->n; k++) {
		char text[64];
		int label = text_columns(c->bar[k].label), value;

		value_text(text, sizeof text, c, c->bar[k].value);
		value = text_columns(text);
		l.label = label > l.label ? label : l.label;
		l.value = value > l.value ? value : l.value;
	}
	l.label = l.label > width / 3 ? width / 3 : l.label;
	l.left = l.label + 2;
	l.width = width - l.left - l.value - 2;
	l.zero = (int)lround(-a->low / (a->high - a->low) * l.width);
	l.mark = (int)lround((c->mark - a->low) / (a->high - a->low) * l.width);
	l.mark = l.mark <= l.zero ? l.zero + 1 : l.mark;
	column = c->mark / (l.mark - l.zero);
	*a = (struct axis){ -l.zero * column, (l.width - l.zero) * column };
	return l;
}

/* A bar to the right of zero has a resolution of an eighth of a column, to the left of whole
 * columns. */
static void text_bar(struct view row, const struct columns *l, const struct axis *a, double value,
                     struct style s)
{
	static const int parts[UI_TIERS] = { 1, 2, 8 };
	char bar[3 * CANVAS_MOST + 1];
	int right = l->width - l->zero;

	if (value >= 0) {
		words_bar(bar, sizeof bar, fmin(value / a->high, 1), right,
		          parts[row.canvas->tier]);
		view_text(view_part(row, l->left + l->zero, 0, right, 1), 0, 0, s, bar);
		if (value > a->high)
			view_put(row, l->left + l->width - 1, 0, s, view_glyph(row, ">", "▶"));
		return;
	}
	for (int k = (int)lround(fmin(value / a->low, 1) * l->zero); k > 0; k--)
		view_put(row, l->left + l->zero - k, 0, s, view_glyph(row, "#", "█"));
	if (value < a->low)
		view_put(row, l->left, 0, s, view_glyph(row, "<", "◀"));
}

static void text_row(struct view row, const struct barchart *c, const struct columns *l,
                     const struct axis *a, int k)
{
	const struct barchart_bar *b = &c->bar[k];
	struct style s = STYLE(b->value >= c->mark ? UI_BLUE : UI_ORANGE, 0);
	char text[64];

	view_text(view_part(row, 0, 0, l->label, 1), 0, 0, STYLE_PLAIN, b->label);
	if (isfinite(b->value))
		text_bar(row, l, a, b->value, s);
	if (l->zero > 0 && !(b->value < 0))
		view_put(row, l->left + l->zero - 1, 0, STYLE(UI_GREY, 0),
		         view_glyph(row, "|", "│"));
	view_put(row, l->left + l->mark, 0, STYLE(UI_PLAIN, UI_BOLD), view_glyph(row, "|", "┃"));
	value_text(text, sizeof text, c, b->value);
	view_text_right(row, l->left + l->width + 1 + l->value, 0, STYLE_PLAIN, text);
}

enum ry_status barchart_text(FILE *to, const struct barchart *c, int width, int ascii, int color)
{
	enum ry_status status = check(c, width);
	struct axis a;
	struct canvas *canvas =
		status == RY_OK ? canvas_alloc(width, c->n + 3, ascii ? UI_ASCII : UI_BRAILLE)
				: NULL;
	struct columns l;
	struct view v;
	int label;

	if (!canvas)
		return status == RY_OK ? ry_failure() : status;
	a = axis_of(c);
	v = view_of(canvas);
	l = lay_out(c, &a, width);
	view_text(v, 0, 0, STYLE(UI_PLAIN, UI_BOLD), c->title);
	label = text_columns(c->mark_label);              /* centred on the mark if it fits */
	label = l.left + l.mark - label / 2 + label > width ? width - label
	                                                    : l.left + l.mark - label / 2;
	view_text(v, label, 2, STYLE_PLAIN, c->mark_label);
	for (int k = 0; k < c->n; k++)
		text_row(view_part(v, 0, 3 + k, v.w, 1), c, &l, &a, k);
	canvas_print(canvas, to, color);
	canvas_free(canvas);
	return RY_OK;
}

/* ---- a picture ---- */

enum { BAR_HEIGHT = 34, HEAD = 84, FOOT = 76, WIDTH = 900 };

/* Write the bars that reach the mark, or those that do not; returns their number. */
static int write_bars(FILE *to, const struct barchart *c, const struct axis *a, int reached)
{
	int n = 0;

	out(to, "$%s << EOD\n", reached ? "above" : "below");
	for (int k = 0; k < c->n; k++) {
		double value = fmax(a->low, fmin(c->bar[k].value, a->high));

		if (isfinite(c->bar[k].value) && (c->bar[k].value >= c->mark) == reached && ++n)
			fprintf(to, "%.9g %d %.9g\n", fmin(value, 0), k, fmax(value, 0));
	}
	fprintf(to, "EOD\n");
	return n;
}

/* Write the values after the bars; a value that would overlap the mark is moved past it. */
static void write_numbers(FILE *to, const struct barchart *c, const struct axis *a)
{
	for (int k = 0; k < c->n; k++) {
		char text[700], number[64], with_arrow[80];
		double value = c->bar[k].value,
		       end = isfinite(value) ? fmax(0, fmin(value, a->high)) : 0;

		value_text(number, sizeof number, c, value);
		snprintf(with_arrow, sizeof with_arrow, "%s%s%s", value > a->high ? "▶ " : "",
		         value < a->low ? "◀ " : "", number);
		if (end < c->mark && end > c->mark - 0.09 * (a->high - a->low))
			end = c->mark;
		out(to, "set label %s at %.9g, %d left offset character 0.7, 0 front\n",
		    gnuplot_quote(text, sizeof text, with_arrow), end, k);
	}
}

static void write_labels(FILE *to, const struct barchart *c)
{
	char text[700];

	fprintf(to, "set ytics scale 0 (");
	for (int k = 0; k < c->n; k++)
		out(to, "%s%s %d", k > 0 ? ", " : "",
		    gnuplot_quote(text, sizeof text, c->bar[k].label), k);
	fprintf(to, ")\n");
}

static void write_script(FILE *to, const struct barchart *c, enum curve_format format)
{
	double scale = format == CURVES_PNG ? 1.5 : 1;
	int height = HEAD + FOOT + c->n * BAR_HEIGHT;
	struct axis a = axis_of(c);
	int below, above;
	char text[700];

	fprintf(to, "set encoding utf8\n");
	curves_set_terminal(to, format, (int)(scale * WIDTH), (int)(scale * height), 15 * scale);
	below = write_bars(to, c, &a, 0);
	above = write_bars(to, c, &a, 1);
	write_numbers(to, c, &a);
	out(to, "set title %s offset 0, 1.2\nunset key\nset border 0\n",
	    gnuplot_quote(text, sizeof text, c->title));
	fprintf(to,
	        "set tmargin at screen %.4f\nset bmargin at screen %.4f\nset rmargin at screen "
	        "0.9\n",
	        1 - (double)HEAD / height, (double)FOOT / height);
	write_labels(to, c);
	fprintf(to, "set yrange [%d.5:-0.5]\nset xrange [%.9g:%.9g]\n", c->n - 1, a.low, a.high);
	fprintf(to,
	        "set xtics nomirror scale 0.5 tc rgb '#404040'\nset style fill solid noborder\n");
	fprintf(to, "set arrow from 0, graph 0 to 0, graph 1 nohead back lc rgb '#7F7F7F' lw 1\n");
	fprintf(to,
	        "set arrow from %.9g, graph 0 to %.9g, graph 1 nohead front lc rgb '#000000' lw "
	        "1.6 dt (6,4)\n",
	        c->mark, c->mark);
	out(to, "set label %s at %.9g, graph 1 center offset 0, 0.7\n",
	    gnuplot_quote(text, sizeof text, c->mark_label), c->mark);
	if (c->note)
		out(to, "set label %s at screen 0.02, screen %.4f left tc rgb '#404040'\n",
		    gnuplot_quote(text, sizeof text, c->note), 18.0 / height);
	fprintf(to, "plot ");                 /* gnuplot rejects empty data */
	if (below > 0)
		fprintf(to, "$below using 1:2:1:3:($2-0.33):($2+0.33) with boxxyerror lc rgb "
		            "'#D55E00', ");
	if (above > 0)
		fprintf(to, "$above using 1:2:1:3:($2-0.33):($2+0.33) with boxxyerror lc rgb "
		            "'#0072B2', ");
	fprintf(to, "NaN\n");
}

enum ry_status barchart_draw(const struct barchart *c, enum curve_format format, char **picture,
                             size_t *size)
{
	enum ry_status status = check(c, 80);
	char *script = NULL;
	size_t length = 0;
	FILE *to;

	*picture = NULL;
	*size = 0;
	if (status != RY_OK)
		return status;
	if (!(to = open_memstream(&script, &length)))
		return ry_fail_memory("a chart");
	write_script(to, c, format);
	status = fclose(to) == 0 ? gnuplot_run(script, length, picture, size)
	                         : ry_fail_memory("a chart");
	free(script);
	return status;
}
