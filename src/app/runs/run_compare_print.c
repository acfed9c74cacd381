/* run_compare_print.c - see run_compare.h: a comparison as text, Markdown, LaTeX and JSON. */
#include "config.h"
#include "src/app/runs/run_compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/app/runs/run_rows.h"
#include "src/base/text.h"
#include "src/cli/answer.h"
#include "src/ui/table.h"
#include "src/ui/words.h"

/* ---- text ---- */

enum { TEXT = 240, PAGE = 79 };

/* "0.8226 ± 0.0121 *" */
static void cell_text(char into[TEXT], const struct compare_cell *cell, int ascii)
{
	const char *between = *cell->ends ? " " : !*cell->margin ? "" : ascii ? " +- " : " ± ";

	snprintf(into, TEXT, "%.100s%s%s%s%s", cell->text ? cell->text : "", between, cell->margin,
	         cell->ends, cell->best ? " *" : "");
}

/* The column after `first` and those beside it for which a page has room. */
static int columns_that_fit(const struct comparison *c, int first, int width, int ascii)
{
	int used = 2, n = 0;

	for (int k = 0; k < c->n_rows; k++) {
		int label = 2 + text_columns(c->row[k].label);

		used = label > used ? label : used;
	}
	for (int j = first; j < c->columns; j++, n++) {
		int widest = text_columns(c->title[j]);

		for (int k = 0; k < c->n_rows; k++) {
			char text[TEXT];
			int w;

			cell_text(text, &c->row[k].cell[j], ascii);
			w = text_columns(text);
			widest = w > widest ? w : widest;
		}
		used += widest + 2;
		if (n > 0 && ((width > 0 && used > width) || n + 1 == TABLE_MOST))
			break;
	}
	return n;
}

/* The rows of some columns as one table. */
static enum ry_status print_part(FILE *to, const struct comparison *c, int first, int n,
                                 int width, int ascii)
{
	int all = n + 1;
	size_t cells = (size_t)c->n_rows * (size_t)all;
	char (*text)[TEXT] = ry_calloc(cells + 1, sizeof *text, "a table");
	const char **cell = ry_calloc(cells + 1, sizeof *cell, "a table");
	const char *head[TABLE_MOST] = { "" };
	int right[TABLE_MOST] = { 0 };
	enum ry_status s = text && cell ? RY_OK : ry_failure();

	for (int j = 0; j < n; j++) {
		head[j + 1] = c->title[first + j];
		right[j + 1] = 1;
	}
	for (size_t i = 0; s == RY_OK && i < cells; i++) {
		const struct compare_row *r = &c->row[i / (size_t)all];
		int j = (int)(i % (size_t)all);

		if (j == 0)
			run_rows_words(text[i], TEXT, r->label);
		else
			cell_text(text[i], &r->cell[first + j - 1], ascii);
		cell[i] = text[i];
	}
	if (s == RY_OK)
		s = table_print(to, &(struct table){ all, c->n_rows, head, right, NULL, cell, -1 },
		                width, ascii ? UI_ASCII : UI_BLOCKS);
	free(text);
	free(cell);
	return s;
}

static int has_mark(const struct comparison *c)
{
	for (int k = 0; k < c->n_rows; k++)
		for (int j = 0; j < c->columns; j++)
			if (c->row[k].cell[j].best)
				return 1;
	return 0;
}

/* A note as a paragraph of a page. */
static enum ry_status print_note(FILE *to, const char *text, int width, int ascii)
{
	int w = width > 0 && width < PAGE ? width : PAGE, lines = text_lines(text, w);
	struct canvas *c = canvas_alloc(w, lines > 0 ? lines : 1, ascii ? UI_ASCII : UI_BLOCKS);

	if (!c)
		return ry_failure();
	view_paragraph(view_of(c), STYLE_PLAIN, text);
	canvas_print(c, to, 0);
	canvas_free(c);
	return RY_OK;
}

static enum ry_status print_text(FILE *to, const struct comparison *c, int width, int ascii)
{
	enum ry_status s = RY_OK;
	const json_t *text;
	size_t k;

	for (int first = 0; first < c->columns && s == RY_OK; ) {
		int n = columns_that_fit(c, first, width, ascii);

		if (first > 0)
			putc('\n', to);
		s = print_part(to, c, first, n, width, ascii);
		first += n;
	}
	putc('\n', to);
	if (has_mark(c))
		fputs("*: the best of its row.\n", to);
	json_array_foreach(c->notes, k, text)
		if (s == RY_OK)
			s = print_note(to, json_string_value(text), width, ascii);
	return s;
}

/* ---- Markdown and LaTeX ---- */

/* Text for Markdown: what would be markup is escaped. */
static void put_markdown(FILE *to, const char *text)
{
	while (*text) {
		size_t plain = 1 + strcspn(text + 1, "\\`*_{}[]<>|#&~");

		if (strchr("\\`*_{}[]<>|#&~", *text))
			putc('\\', to);
		out_bytes(to, text, plain);
		text += plain;
	}
}

static void put_latex(FILE *to, const char *text)
{
	static const struct { char c; const char *latex; } special[] = {
		{ '\\', "\\textbackslash{}" }, { '~', "\\textasciitilde{}" },
		{ '^', "\\textasciicircum{}" }, { '<', "\\textless{}" }, { '>', "\\textgreater{}" },
		{ '|', "\\textbar{}" }, { '"', "{\\char34}" }, { '&', "\\&" }, { '%', "\\%" },
		{ '$', "\\$" }, { '#', "\\#" }, { '_', "\\_" }, { '{', "\\{" }, { '}', "\\}" },
	};

	while (*text) {
		size_t k = 0, plain = strcspn(text, "\\~^<>|\"&%$#_{}");

		out_bytes(to, text, plain);
		text += plain;

		while (k < sizeof special / sizeof *special && special[k].c != *text)
			k++;
		if (k < sizeof special / sizeof *special) {
			out_own(to, special[k].latex);
			text++;
		}
	}
}

/* How one of the two writes what both have. */
struct markup {
	void      (*put)(FILE *to, const char *text);
	const char *before, *between, *after;        /* cells of a row */
	const char *bold, *thin;                     /* before and after the best */
	const char *minus, *plus_minus;
};

static const struct markup markdown = { put_markdown, "| ", " | ", " |\n", "**", "**", "-",
	                                " ± " };
static const struct markup latex = { put_latex, "", " & ", " \\\\\n", "\\textbf{", "}", "$-$",
	                             " $\\pm$ " };

static void put_cell(FILE *to, const struct markup *m, const struct compare_cell *cell, int score)
{
	const char *text = cell->text ? cell->text : "";

	if (cell->best)
		out_own(to, m->bold);
	if (score && *text == '-' && text[1]) {
		out_own(to, m->minus);
		text++;
	}
	m->put(to, text);
	if (*cell->margin)
		out(to, "%s%s", m->plus_minus, cell->margin);
	if (*cell->ends)
		out(to, " %s", cell->ends);
	if (cell->best)
		out_own(to, m->thin);
}

static void put_row(FILE *to, const struct comparison *c, const struct markup *m,
                    const struct compare_row *r)
{
	char label[80];

	out_own(to, m->before);
	m->put(to, run_rows_words(label, sizeof label, r->label));
	for (int j = 0; j < c->columns; j++) {
		out_own(to, m->between);
		put_cell(to, m, &r->cell[j], r->score);
	}
	out_own(to, m->after);
}

static void put_titles(FILE *to, const struct comparison *c, const struct markup *m)
{
	out_own(to, m->before);
	for (int j = 0; j < c->columns; j++) {
		out_own(to, m->between);
		m->put(to, c->title[j]);
	}
	out_own(to, m->after);
}

static void print_markdown(FILE *to, const struct comparison *c)
{
	const json_t *text;
	size_t k;

	put_titles(to, c, &markdown);
	fputs("|---", to);
	for (int j = 0; j < c->columns; j++)
		fputs("|---:", to);
	fputs("|\n", to);
	for (int i = 0; i < c->n_rows; i++)
		put_row(to, c, &markdown, &c->row[i]);
	if (has_mark(c))
		fputs("\nBold: the best of its row.\n", to);
	json_array_foreach(c->notes, k, text) {
		putc('\n', to);
		put_markdown(to, json_string_value(text));
		putc('\n', to);
	}
}

static void print_latex(FILE *to, const struct comparison *c)
{
	const json_t *text;
	size_t k;

	fputs("% needs \\usepackage{booktabs}\n", to);
	json_array_foreach(c->notes, k, text)
		out(to, "%% %s\n", json_string_value(text));
	fputs("\\begin{tabular}{l", to);
	for (int j = 0; j < c->columns; j++)
		putc('r', to);
	fputs("}\n\\toprule\n", to);
	put_titles(to, c, &latex);
	for (int i = 0; i < c->n_rows; i++) {
		if (i == 0 || c->row[i].score > c->row[i - 1].score)
			fputs("\\midrule\n", to);
		put_row(to, c, &latex, &c->row[i]);
	}
	fputs("\\bottomrule\n\\end{tabular}\n", to);
}

/* ---- JSON ---- */

static json_t *column_json(const struct comparison *c, int column)
{
	json_t *runs = json_array(), *seeds = json_array();
	const struct compared_run *first = NULL;

	for (int k = 0; k < c->n; k++) {
		const struct compared_run *r = &c->run[k];

		if (!comparison_has(c, column, k))
			continue;
		first = first ? first : r;
		json_array_append_new(runs, run_rows_json_text(r->path));
		json_array_append(seeds, json_object_get(r->info, "seed"));
	}
	return json_pack("{s:o, s:o, s:o, s:O*, s:O*}", "name",
	                 run_rows_json_text(c->title[column]), "runs", runs, "seeds", seeds, "kind",
	                 json_object_get(first->info, "kind"), first->kind->data,
	                 json_object_get(first->info, first->kind->data));
}

static json_t *score_json(const struct compare_cell *cell)
{
	json_t *interval = isfinite(cell->low) ? json_pack("[o, o]", answer_number(cell->low),
	                                                   answer_number(cell->high))
	                                       : json_null();

	return json_pack("{s:o, s:o, s:i, s:b}", "mean", answer_number(cell->mean), "interval",
	                 interval, "runs", cell->n, "best", cell->best);
}

static void add_row_json(const struct comparison *c, const struct compare_row *r, json_t *options,
                         json_t *scores)
{
	json_t *values = json_array();

	for (int j = 0; j < c->columns; j++)
		json_array_append_new(values, r->score ? score_json(&r->cell[j])
		                                       : run_rows_json_text(r->cell[j].text));
	if (r->score)
		json_array_append_new(scores, json_pack("{s:s, s:s, s:o}", "measure", r->label,
		                                        "better", r->smaller ? "smaller" : "larger",
		                                        "values", values));
	else
		json_object_set_new(options, r->label, values);
}

static enum ry_status print_json(FILE *to, const struct comparison *c)
{
	json_t *columns = json_array(), *options = json_object(), *scores = json_array();

	for (int j = 0; j < c->columns; j++)
		json_array_append_new(columns, column_json(c, j));
	for (int k = 0; k < c->n_rows; k++)
		add_row_json(c, &c->row[k], options, scores);
	return answer_json(to, json_pack("{s:o, s:o, s:o, s:b, s:O}", "columns", columns, "differs",
	                                 options, "scores", scores, "comparable", c->comparable,
	                                 "notes", c->notes),
	                   JSON_INDENT(1) | JSON_REAL_PRECISION(15), "the comparison");
}

enum ry_status comparison_print(FILE *to, const struct comparison *c, enum compare_format format,
                                int width, int ascii)
{
	switch (format) {
	case COMPARE_TEXT: return print_text(to, c, width, ascii);
	case COMPARE_MARKDOWN: print_markdown(to, c); break;
	case COMPARE_LATEX: print_latex(to, c); break;
	case COMPARE_JSON: return print_json(to, c);
	}
	return RY_OK;
}
