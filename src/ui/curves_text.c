/* curves_text.c - a figure as text.
 *
 * gnuplot's dumb terminal draws each panel separately; this file joins them and adds a header that
 * explains the characters.  Heat maps are written without gnuplot.
 */
#include "src/ui/curves_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/text.h"
#include "src/ui/gnuplot.h"

#define PANEL_LEAST_WIDTH  30
#define PANEL_LEAST_HEIGHT 8
#define BEST_MARK          "@"


/* The layout, in characters. */
struct text_layout {
	int               width, height, head;          /* lines of the header */
	int               columns, rows;                /* of panels */
	struct figure_row row[CURVES_MAX_PANELS];
	int               panel_width, panel_height;
	int               block;                        /* columns of a heat map per block */
	int               row_name;                     /* width of row names */
};

/* ---- header ---- */

static int has_band_line(const struct curve_figure *f)
{
	for (int p = 0; p < f->n_panels; p++)
		for (int k = 0; k < f->panel[p].n; k++)
			if (f->panel[p].curve[k].low &&
			    !(f->panel[p].curve[k].manner & CURVE_WHISKERS))
				return 1;
	return 0;
}

/* Write the part of the header common to all runs, wrapped to `width`; returns the number of
 * lines. */
static int make_key(const struct curve_figure *f, int width, char *key, size_t size)
{
	int train = figure_has_role(f, CURVE_TRAIN), valid = figure_has_role(f, CURVE_VALID),
	    several = f->n_runs > 1;
	const char *best = f->run[0].best_at;
	int lines = 1, column = 0;
	size_t n = 0;
	const struct { int wanted; const char *words, *more; } words[] = {
		{ train && !several, ". training", "" },
		{ valid && !several, "o ", figure_held_out(f) },
		{ figure_has_role(f, CURVE_BEFORE), ". at the start", "" },
		{ best && !several, BEST_MARK " best: ", best },
		{ several && f->band, "small letters: ", f->band },
		{ several && !f->band && train && valid,
		  "small letters: training, capitals: ", figure_held_out(f) },
		{ several && !f->band && best, BEST_MARK ": best", "" },
		{ f->band && !several, has_band_line(f) ? "o mean  : " : ": ", f->band },
		  { f->mark != NULL, BEST_MARK " ", f->mark },
	};

	key[0] = '\0';
	for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
		char entry[200];
		int length = words[k].wanted ? snprintf(entry, sizeof entry, "%s%s", words[k].words,
		                                        words[k].more)
		                             : 0;
		int wrap = column > 0 && column + 2 + length > width;

		if (length == 0 || n >= size)
			continue;
		text_clean(entry);
		lines += wrap;
		column = column > 0 && !wrap ? column + 2 + length : length;
		n += (size_t)snprintf(key + n, size - n, "%s%.*s",
		                      n == 0    ? ""
		                      : wrap    ? "\n"
		                      : several ? ", "
		                                : "  ",
		                      width, entry);
	}
	return lines;
}

/* ---- layout ---- */

static int map_blocks(const struct text_layout *l, const struct curve_map *m)
{
	return (m->columns + l->block - 1) / l->block;
}

/* The lines of a heat map: a title, and for each block ticks, exercises, answers, rows and a blank
 * line. */
static int map_lines(const struct text_layout *l, const struct curve_map *m)
{
	return 1 + map_blocks(l, m) * (m->rows + 4);
}

/* The lines of all heat maps; also sets the width of row names. */
static int lay_out_maps(struct text_layout *l, const struct curve_figure *f)
{
	int lines = 0;

	for (int p = 0; p < f->n_panels; p++)
		for (int r = 0; f->panel[p].map && r < f->panel[p].map->rows; r++) {
			int n = text_characters(f->panel[p].map->row[r]);

			l->row_name = n > l->row_name ? n : l->row_name;
		}
	l->row_name = 3 + (l->row_name > l->width / 5 ? l->width / 5 : l->row_name);
	l->row_name = l->row_name < 11 ? 11 : l->row_name;
	l->block = (l->width - l->row_name) / 10 * 10;
	l->block = l->block < 10 ? 10 : l->block;
	for (int p = 0; p < f->n_panels; p++)
		lines += f->panel[p].map ? map_lines(l, f->panel[p].map) : 0;
	return lines;
}

static enum ry_status lay_out_text(struct text_layout *l, const struct curve_figure *f, int width,
                                   int height)
{
	int panels = 0, maps, rows = 0;
	char key[500];

	l->width = width ? width : 80;
	l->head = f->n_runs + make_key(f, l->width, key, sizeof key);
	maps = lay_out_maps(l, f);
	for (int p = 0; p < f->n_panels; p++)
		panels += !f->panel[p].map;
	l->columns = l->width / 36;
	l->columns = l->columns < 1 ? 1 : l->columns > panels ? panels : l->columns;
	if (panels > 0) {
		rows = (panels + l->columns - 1) / l->columns;
		l->columns = (panels + rows - 1) / rows;
		l->panel_width = l->width / l->columns;
	}
	l->rows = figure_rows(f, l->columns, l->row);
	rows = 0;
	for (int r = 0; r < l->rows; r++)
		rows += !l->row[r].map;
	l->height = height ? height : l->head + maps + (rows == 1 ? 22 : 16 * rows);
	l->panel_height = rows ? (l->height - l->head - maps) / rows : 0;
	if (rows ? l->panel_width < PANEL_LEAST_WIDTH || l->panel_height < PANEL_LEAST_HEIGHT :
	    l->width < l->row_name + 10 || l->height < l->head + maps)
		return ry_fail(RY_EINVAL,
		               "%dx%d characters are too few for %d panel%s: at this width it "
		               "takes %d lines, and at least %d columns",
		               l->width, l->height, f->n_panels, f->n_panels == 1 ? "" : "s",
		               PANEL_LEAST_HEIGHT * rows + maps + l->head, PANEL_LEAST_WIDTH);
	return RY_OK;
}

/* ---- panels of curves ---- */

/* The character for the edges of a band. */
static char band_mark_of(const struct curve_figure *f, int run)
{
	return f->n_runs == 1 ? ':' : (char)('a' + run);
}

/* The character for a curve. */
static char mark_of(const struct curve_figure *f, int run, enum curve_role role)
{
	if (role == CURVE_MARK)
		return BEST_MARK[0];
	if (f->n_runs == 1 || role == CURVE_BEFORE)
		return role == CURVE_TRAIN || role == CURVE_BEFORE ? '.' : 'o';
	return (char)((role == CURVE_TRAIN ? 'a' : 'A') + run);
}

/* Write the curve as a data block with enough interpolated points to fill each column of the screen
 * and, where it is steep, each line. */
static void write_dense_curve(FILE *to, const char *name, const struct curve *c,
                              const struct scale *x, const struct scale *y,
                              const struct text_layout *l)
{
	double columns = l->panel_width - 10, lines = l->panel_height - 4;
	size_t known, last = c->n;
	double join = curve_longest_join(c, &known);

	out(to, "$%s << EOD\n", name);
	for (size_t i = 0; i < c->n; i++) {
		double dx = last < c->n ? c->x[i] - c->x[last] : NAN, from_x, to_x, from_y, to_y;
		int steps = 1;

		if (!curve_usable(c, i))
			continue;
		if (dx <= join && c->role != CURVE_MARK) {
			from_x = scale_place(x, c->x[last]);
			to_x = scale_place(x, c->x[i]);
			from_y = scale_place(y, curve_drawn(c->y[last]));
			to_y = scale_place(y, curve_drawn(c->y[i]));
			steps = (int)fmin(1000, ceil(columns * (to_x - from_x)));
			if (c->manner & CURVE_UNBROKEN)
				steps = (int)fmax(steps,
				                  fmin(1000, ceil(lines * fabs(to_y - from_y))));
			for (int s = 1; s < steps; s++) {
				double t = (double)s / steps;

				fprintf(to, "%.15g %.15g\n",
				        scale_value(x, from_x + t * (to_x - from_x)),
				        scale_value(y, from_y + t * (to_y - from_y)));
			}
		}
		fprintf(to, "%.15g %.15g\n", c->x[i], curve_drawn(c->y[i]));
		last = i;
	}
	fprintf(to, "EOD\n");
}

/* Write both edges of its band, as $NAMEl and $NAMEh; of whiskers only their ends. */
static void write_edges(FILE *to, const char *name, const struct curve *c, const struct scale *x,
                        const struct scale *y, const struct text_layout *l)
{
	for (int high = 0; high < 2; high++) {
		struct curve edge = *c;
		char block[48];

		edge.y = high ? c->high : c->low;
		if (c->manner & CURVE_WHISKERS)
			edge.role = CURVE_MARK;
		snprintf(block, sizeof block, "%s%c", name, high ? 'h' : 'l');
		write_dense_curve(to, block, &edge, x, y, l);
	}
}

/* Write the best points as $best, and the vertical lines at them as $rules, with one point per line
 * of the screen: gnuplot rounds its own labels and arrows to other columns than points.  Returns 1
 * if there are rules, plus 2 if there are points. */
static int write_text_best(FILE *to, const struct curve_figure *f, int panel, const struct scale *y,
                           int lines)
{
	int rules = 0, points = 0;

	fprintf(to, "$rules << EOD\n");
	for (int r = 0; r < f->n_runs && f->n_runs <= MAX_RULES; r++)
		for (int k = 0; k <= 2 * lines && isfinite(f->run[r].best); k++, rules = 1)
			fprintf(to, "%.15g %.15g\n", f->run[r].best,
			        scale_value(y, k / (2.0 * lines)));
	fprintf(to, "EOD\n$best << EOD\n");
	for (int r = 0; r < f->n_runs; r++) {
		double value = panel_value_at_best(&f->panel[panel], r, f->run[r].best);

		if (!isfinite(value))
			continue;
		fprintf(to, "%.15g %.15g\n", f->run[r].best, value);
		points = 1;
	}
	fprintf(to, "EOD\n");
	return rules + 2 * points;
}

/* A straight line as points: the diagonal, or y = 0. */
static void write_straight(FILE *to, const struct text_layout *l, const struct scale *x,
                           int diagonal)
{
	fprintf(to, "$line << EOD\n");
	for (int k = 0; k <= l->panel_width; k++) {
		double v = scale_value(x, (double)k / l->panel_width);

		fprintf(to, "%.15g %.15g\n", v, diagonal ? v : 0);
	}
	fprintf(to, "EOD\n");
}

static void write_text_data(FILE *to, const struct curve_panel *p, const struct text_layout *l,
                            int panel, const struct scale *x, const struct scale *y)
{
	char name[40];

	for (int k = 0; k < p->n; k++) {
		snprintf(name, sizeof name, "c%dx%d", panel, k);
		write_dense_curve(to, name, &p->curve[k], x, y, l);
		if (p->curve[k].low)
			write_edges(to, name, &p->curve[k], x, y, l);
	}
	if (p->manner & (PANEL_UNIT | PANEL_ZERO_LINE))
		write_straight(to, l, x, p->manner & PANEL_UNIT);
}

static void write_text_axes(FILE *to, const struct curve_figure *f, const struct text_layout *l,
                            const struct curve_panel *p, const struct scale *x,
                            const struct scale *y)
{
	char title[300], shown[300], quoted[600], format[16];

	/* If only one of title and label fits, keep the title. */
	snprintf(title, sizeof title, "%s%s%s", p->title ? p->title : "", p->title ? ": " : "",
	         panel_y_label(p, shown, sizeof shown));
	if (p->title && text_characters(title) > l->panel_width - 2)
		snprintf(title, sizeof title, "%s", p->title);
	out(to, "unset logscale\nunset label\nset title %s offset 0,-0.5\n",
	    gnuplot_quote(quoted, sizeof quoted,
	                  text_shorten(shown, sizeof shown, title, l->panel_width - 2, "...")));
	out(to, "set xlabel %s offset 0,0.2\n",
	    gnuplot_quote(quoted, sizeof quoted, panel_x_label(f, p)));
	out_own(to, x->logarithmic ? "set logscale x\n" : "");
	fprintf(to, "set xrange [%.15g:%.15g]\n", x->low, x->high);
	scale_write_ticks(to, x, l->panel_width / 9, f->whole_x && !p->x_label);
	out_own(to, y->logarithmic ? "set logscale y\n" : "");
	out(to, "set yrange [%.15g:%.15g]\nset format y '%s'\n", y->low, y->high,
	    scale_format(y, format, sizeof format));
	if (f->n_runs > 1 || 2 * p->n_notes > l->panel_height - 4)
		return;
	for (int k = 0; k < p->n_notes; k++)
		out(to, "set label %s at graph 0.98, graph 0.06 right offset 0,%d front\n",
		    gnuplot_quote(quoted, sizeof quoted, p->note[k].text), p->n_notes - 1 - k);
}

static void write_text_panel(FILE *to, const struct curve_figure *f, const struct text_layout *l,
                             int panel)
{
	const struct curve_panel *p = &f->panel[panel];
	struct scale x = panel_x_axis(f, p), y = panel_y_axis(p);
	int best = p->x_label ? 0 : write_text_best(to, f, panel, &y, l->panel_height);

	write_text_data(to, p, l, panel, &x, &y);
	write_text_axes(to, f, l, p, &x, &y);
	out(to, "plot %s", best & 1 ? "$rules using 1:2 with points pt '|' notitle, " : "");
	if (p->manner & (PANEL_UNIT | PANEL_ZERO_LINE))
		fprintf(to, "$line using 1:2 with points pt '-' notitle, ");
	for (int k = 0; k < p->n; k++)
		for (int high = 0; high < 2 && p->curve[k].low; high++)
			fprintf(to, "$c%dx%d%c using 1:2 with points pt '%c' notitle, ", panel, k,
			        high ? 'h' : 'l', band_mark_of(f, p->curve[k].run));
	/* Validation is drawn last and covers training where they meet. */
	for (int pass = 0; pass < 2; pass++)
		for (int k = 0; k < p->n; k++) {
			const struct curve *c = &p->curve[k];

			if ((c->role == CURVE_TRAIN || c->role == CURVE_BEFORE) == (pass == 0))
				fprintf(to, "$c%dx%d using 1:2 with points pt '%c' notitle, ",
				        panel, k, mark_of(f, c->run, c->role));
		}
	out(to, "%s\n",
	    best & 2 ? "$best using 1:2 with points pt '" BEST_MARK "' notitle"
	             : "NaN notitle");
}

static void write_text_script(FILE *to, const struct curve_figure *f, const struct text_layout *l)
{
	fprintf(to, "set encoding utf8\nset terminal dumb mono noenhanced size %d,%d\n"
	        "set lmargin 8\nset rmargin 2\nset tmargin 1\nset bmargin 2\nset border 3\n"
	        "set tics nomirror out scale 0.5\nunset key\n", l->panel_width, l->panel_height);
	for (int p = 0; p < f->n_panels; p++)
		if (!f->panel[p].map)
			write_text_panel(to, f, l, p);
}

/* Make a name safe for a terminal: no control characters, and with `ascii` only ASCII. */
static void clean_name(char *to, size_t size, const char *name, int ascii)
{
	snprintf(to, size, "%s", name);
	text_clean(to);
	for (char *c = to; ascii && *c; c++)
		*c = (unsigned char)*c > 127 ? '?' : *c;
}

/* ---- heat maps ---- */

/* a to z, A to Z, and then '*'. */
static char row_letter(int row)
{
	return row < 0    ? ' '
	       : row < 26 ? (char)('a' + row)
	       : row < 52 ? (char)('A' + row - 26)
	                  : '*';
}

/* Write a line of a block: its name, and one character per column. */
static void write_map_line(FILE *to, const struct text_layout *l, const char *name,
                           const char *cells, int n)
{
	while (n > 0 && cells[n - 1] == ' ')
		n--;
	out(to, "%s", name);
	if (n > 0)
		out(to, "%*s%.*s", l->row_name - text_characters(name), "", n, cells);
	fputc('\n', to);
}

/* Column numbers such as "1         11        21", each starting above its column. */
static void ticks_of_block(char *cells, int from, int n)
{
	memset(cells, ' ', (size_t)n);
	for (int t = 0; t < n; t += 10) {
		char number[16];
		int length = snprintf(number, sizeof number, "%d", from + t + 1);

		if (t + length <= n)
			memcpy(cells + t, number, (size_t)length);
	}
}

/* The tenth of a share: 7 is 0.7 to 0.8. */
static char tenth(double v)
{
	return !isfinite(v) ? ' ' : v >= 0.9 ? '9' : v <= 0 ? '0' : (char)('0' + (int)(10 * v));
}

static void write_map_block(FILE *to, const struct text_layout *l, const struct curve_map *m,
                            int from, int ascii)
{
	int n = m->columns - from < l->block ? m->columns - from : l->block;
	char cells[CURVES_MAX_COLUMNS], clean[400], name[400], head[440];

	ticks_of_block(cells, from, n);
	write_map_line(to, l, "", cells, n);
	for (int t = 0; t < n; t++)
		cells[t] = row_letter(m->at[from + t]);
	write_map_line(to, l, "exercise", cells, n);
	for (int t = 0; t < n; t++)
		cells[t] = m->right[from + t] ? '+' : '-';
	write_map_line(to, l, "answer", cells, n);
	for (int r = 0; r < m->rows; r++) {
		for (int t = 0; t < n; t++)
			cells[t] = tenth(m->value[(size_t)r * m->columns + from + t]);
		clean_name(clean, sizeof clean, m->row[r], ascii);
		snprintf(head, sizeof head, "%c %s", row_letter(r),
		         text_shorten(name, sizeof name, clean, l->row_name - 3, "..."));
		write_map_line(to, l, head, cells, n);
	}
	fputc('\n', to);
}

static void write_text_map(FILE *to, const struct curve_panel *p, const struct text_layout *l,
                           int ascii)
{
	char title[600], clean[600];

	snprintf(title, sizeof title, "%s%s%s, in tenths (+ right, - wrong)",
	         p->title ? p->title : "", p->title ? ": " : "", p->label);
	clean_name(clean, sizeof clean, title, ascii);
	out(to, "%s\n", text_shorten(title, sizeof title, clean, l->width, "..."));
	for (int from = 0; from < p->map->columns; from += l->block)
		write_map_block(to, l, p->map, from, ascii);
}

/* ---- the whole figure ---- */

static void write_head(FILE *to, const struct curve_figure *f, const struct text_layout *l,
                       int ascii)
{
	char clean[600], name[600], key[500];

	for (int r = 0; r < f->n_runs; r++) {
		const char *at = f->run[r].best_at;
		int room = l->width - 4 - (at ? (int)strlen(at) + 9 : 0);

		clean_name(clean, sizeof clean, f->run[r].name, ascii);
		text_shorten(name, sizeof name, clean,
		             f->n_runs == 1 ? l->width
		             : room > 8     ? room
		                            : 8,
		             "...");
		if (f->n_runs == 1)
			out(to, "%s\n", name);
		else
			out(to, "%c%c  %s%s%s%s\n", mark_of(f, r, CURVE_TRAIN),
			    mark_of(f, r, CURVE_VALID), name, at ? " (best: " : "",
			    at ? at : "", at ? ")" : "");
	}
	make_key(f, l->width, key, sizeof key);
	out_own(to, key);
	fputc('\n', to);
}

/* Write the lines of `n` panels side by side. */
static void join_panels(FILE *to, const char **panel, int n, const struct text_layout *l)
{
	for (int line = 0; line < l->panel_height; line++) {
		int blanks = 0;

		for (int k = 0; k < n; k++) {
			const char *p = panel[k];
			int column = 0;

			for (; *p && *p != '\n' && *p != '\f';
			     p++, column += ((unsigned char)*p & 0xc0) != 0x80) {
				if (*p == ' ') {
					blanks++;
					continue;
				}
				out(to, "%*s%c", blanks, "", *p);
				blanks = 0;
			}
			blanks += l->panel_width - column;
			panel[k] = p + (*p == '\n');
		}
		fputc('\n', to);                /* no trailing blanks */
	}
}

/* Write gnuplot's output, in which each panel starts with a form feed, and the heat maps. */
static void write_rows(FILE *to, const char *drawn, const struct curve_figure *f,
                       const struct text_layout *l, int ascii)
{
	for (int r = 0; r < l->rows; r++) {
		const char *panel[CURVES_MAX_PANELS];
		int n = 0;

		if (l->row[r].map) {
			write_text_map(to, &f->panel[l->row[r].first], l, ascii);
			continue;
		}
		while (n < l->row[r].n && (drawn = strchr(drawn, '\f')))
			panel[n++] = ++drawn;
		join_panels(to, panel, n, l);
	}
}

/* Run gnuplot for the panels of curves; "" if there are none. */
static enum ry_status draw_panels(const struct curve_figure *f, const struct text_layout *l,
                                  char **drawn)
{
	char *script = NULL;
	size_t length = 0, size;
	enum ry_status status;
	FILE *to;

	if (l->panel_height == 0) {
		*drawn = strdup("");
		return *drawn ? RY_OK : ry_fail_memory("a figure");
	}
	if (!(to = open_memstream(&script, &length)))
		return ry_fail_memory("a figure");
	write_text_script(to, f, l);
	status = fclose(to) == 0 ? gnuplot_run(script, length, drawn, &size)
	                         : ry_fail_memory("a figure");
	free(script);
	return status;
}

enum ry_status curves_draw_text(const struct curve_figure *f, int width, int height, int ascii,
                                char **picture, size_t *size)
{
	struct text_layout l = { 0 };
	char *drawn = NULL;
	enum ry_status status = lay_out_text(&l, f, width, height);
	FILE *to;

	if (status == RY_OK)
		status = draw_panels(f, &l, &drawn);
	if (status != RY_OK)
		return status;
	if ((to = open_memstream(picture, size))) {
		write_head(to, f, &l, ascii);
		write_rows(to, drawn, f, &l, ascii);
	}
	free(drawn);
	if (to && fclose(to) == 0)
		return RY_OK;
	free(*picture);
	*picture = NULL;
	*size = 0;
	return ry_fail_memory("a figure");
}
