/* csv_rows.c - see csv_rows.h. */
#include "datasets/text/csv_rows.h"

#include <csv.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A row as libcsv delivers it, field by field. */
struct gathering {
	struct source  *from;
	char           *text;        /* the fields, each terminated by '\0' */
	size_t          used, room;
	size_t         *length;      /* (columns_room) */
	char          **field;       /* (columns_room) */
	int             n, columns_room;
	size_t          line;        /* line on which the row begins */
	size_t          before;      /* rows before it */
	int             blanks;      /* blanks separate, however many */
	int             open;        /* the row has begun */
	int             filled;      /* the row has a field that is not empty */
	enum ry_status (*row)(void *data, const struct csv_row *r);
	void           *data;
	enum ry_status  status;
};

static void *limited_realloc(void *p, size_t n)
{
	return n > CSV_MAX_FIELD ? NULL : realloc(p, n);
}

static enum ry_status text_room(struct gathering *g, size_t n)
{
	size_t room = 2 * (g->used + n) + 1024;
	char *text;

	if (g->used + n <= g->room)
		return RY_OK;
	if (g->used + n > CSV_MAX_ROW)
		return source_fail_at(g->from, g->line,
		                      "found a row of more than %d bytes, expected less",
		                      CSV_MAX_ROW);
	text = realloc(g->text, room);
	if (!text)
		return ry_fail_memory("a row of a table");
	g->text = text;
	g->room = room;
	return RY_OK;
}

static enum ry_status column_room(struct gathering *g)
{
	int room = 2 * g->columns_room + 64;
	size_t *length;
	char **field;

	if (g->n < g->columns_room)
		return RY_OK;
	if (g->n >= CSV_MAX_COLUMNS)
		return source_fail_at(g->from, g->line,
		                      "found more than %d columns, expected fewer",
		                      CSV_MAX_COLUMNS);
	length = realloc(g->length, (size_t)room * sizeof *length);
	if (length)
		g->length = length;
	field = realloc(g->field, (size_t)room * sizeof *field);
	if (field)
		g->field = field;
	if (!length || !field)
		return ry_fail_memory("a row of a table");
	g->columns_room = room;
	return RY_OK;
}

static void on_field(void *text, size_t n, void *data)
{
	struct gathering *g = data;

	if (g->blanks && n == 0)
		return;
	if (g->status != RY_OK || (g->status = text_room(g, n + 1)) != RY_OK ||
	    (g->status = column_room(g)) != RY_OK)
		return;
	memcpy(g->text + g->used, text, n);
	g->text[g->used + n] = '\0';
	g->used += n + 1;
	g->length[g->n++] = n;
	g->filled |= n > 0;
}

static void on_row(int end, void *data)
{
	struct gathering *g = data;
	struct csv_row r = { g->from, g->line, g->before, g->n, g->field, g->length };
	size_t at = 0;

	(void)end;
	/* The text does not move any more. */
	for (int i = 0; i < g->n; i++) {
		g->field[i] = g->text + at;
		at += g->length[i] + 1;
	}
	if (g->status == RY_OK && g->filled)
		g->status = g->row(g->data, &r);
	g->before++;
	g->used = 0;
	g->n = g->open = g->filled = 0;
}

/* libcsv stopped: a field exceeded the limit, or memory ran out. */
static enum ry_status parser_failed(struct gathering *g, struct csv_parser *p)
{
	if (p->entry_size < CSV_MAX_FIELD / 2)
		return ry_fail_memory("a field of a table");
	return source_fail_at(g->from, g->line,
	                      "found a field of more than %d bytes, expected less%s", CSV_MAX_FIELD,
	                      p->quoted ? ": is a quote not closed?" : "");
}

/* Length from s->at to the end of its line or of the buffer, whichever is first. */
static size_t piece_length(const struct source *s)
{
	const unsigned char *p = s->at;

	while (p < s->end && *p != '\n' && *p != '\r')
		p++;
	return (size_t)(p - s->at) + (p < s->end);
}

/* Nonzero for blanks, which libcsv skips before a row. */
static int is_blank(const unsigned char *piece, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (piece[i] != ' ' && piece[i] != '\r' && piece[i] != '\n')
			return 0;
	return 1;
}

/* Pass one piece to the parser and count its line end, CR LF once. */
static enum ry_status feed(struct gathering *g, struct csv_parser *p)
{
	struct source *s = g->from;
	size_t n = piece_length(s);
	const unsigned char *piece = s->at;
	unsigned char last = piece[n - 1];

	if (last == '\n' && s->after_cr && n == 1)
		s->line--;
	if (memchr(piece, '\0', n))
		return source_fail(s, "found a NUL byte, expected text");
	if (!g->open && !is_blank(piece, n)) {
		g->open = 1;
		g->line = s->line;
	}
	if (csv_parse(p, piece, n, on_field, on_row, g) != n)
		return parser_failed(g, p);
	s->at += n;
	s->line += last == '\n' || last == '\r';
	s->after_cr = last == '\r';
	return g->status;
}

static enum ry_status feed_all(struct gathering *g, struct csv_parser *p)
{
	enum ry_status status;

	while (source_more(g->from))
		if ((status = feed(g, p)) != RY_OK)
			return status;
	if (g->from->status != RY_OK)
		return g->from->status;
	/* Add a line end: a row still open after it is inside quotes. */
	if (csv_parse(p, "\n", 1, on_field, on_row, g) != 1)
		return parser_failed(g, p);
	if (g->status == RY_OK && g->open)
		return source_fail_at(g->from, g->line,
		                      "found a quote in this row that is never closed,"
		                      " expected one more '\"'");
	return g->status;
}

enum ry_status csv_rows(struct source *from, char sep,
                        enum ry_status (*row)(void *data, const struct csv_row *r), void *data)
{
	struct gathering g = { .from = from, .row = row, .data = data, .blanks = sep == ' ' };
	struct csv_parser parser;
	enum ry_status status;

	if (csv_init(&parser, 0) != 0)
		return ry_fail_memory("the CSV reader");
	csv_set_delim(&parser, (unsigned char)sep);
	csv_set_realloc_func(&parser, limited_realloc);
	csv_set_blk_size(&parser, 4096);
	status = feed_all(&g, &parser);
	csv_free(&parser);
	free(g.text);
	free(g.length);
	free(g.field);
	return status;
}

/* Whether `c` separates numbers with a decimal comma, "1,5;2,75", in the n bytes of a line. */
static int separates_commas(const char *line, size_t n, char c)
{
	size_t with = 0, fields = 0;

	for (size_t i = 0; i <= n; i++) {
		size_t digits = strspn(line + i, "+-0123456789"), after;

		if (i > 0 && line[i - 1] != c)
			continue;
		fields++;
		if (digits == 0 || i + digits >= n || line[i + digits] != ',')
			continue;
		after = strspn(line + i + digits + 1, "0123456789");
		with += after > 0 && i + digits + 1 + after <= n &&
		        (i + digits + 1 + after == n || line[i + digits + 1 + after] == c);
	}
	return fields > 1 && with > 0;
}

char csv_separator(const struct source *from)
{
	static const char candidates[] = ",\t;|";
	size_t n, count[4] = { 0 }, best = 0;
	const char *line = source_first_line(from, &n);
	int quoted = 0;

	for (size_t i = 0; i < n; i++) {
		const char *c = line[i] ? strchr(candidates, line[i]) : NULL;

		quoted ^= line[i] == '"';
		if (c && !quoted)
			count[c - candidates]++;
	}
	for (size_t i = 1; i < 4; i++)
		if (count[i] > count[best])
			best = i;
	for (size_t i = 1; i < 4; i++)
		if (best == 0 && count[i] && separates_commas(line, n, candidates[i]))
			best = i;
	return candidates[best];
}

const char *csv_separator_name(char sep, char text[8])
{
	if (sep == '\t' || sep == ' ')
		return strcpy(text, sep == ' ' ? "blank" : "tab");
	text[0] = text[2] = '\'';
	text[1] = source_is_shown(&sep, 1) ? sep : '?';
	text[3] = '\0';
	return text;
}

enum ry_status csv_separator_parse(const char *text, char *sep)
{
	int tab = strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0,
	    blank = strcmp(text, "blank") == 0 || strcmp(text, "space") == 0;

	*sep = tab ? '\t' : blank ? ' ' : text[0];
	if (!tab && !blank && (strlen(text) != 1 || strchr("\"\r\n", text[0])))
		return ry_fail(RY_EINVAL,
		               "--sep '%.40s': expected one character other than a quote, or "
		               "'tab' or 'blank'",
		               text);
	return RY_OK;
}

const char *csv_columns(char *to, size_t size, const struct csv_row *header)
{
	char quoted[SOURCE_QUOTED];
	size_t used = 0;

	to[0] = '\0';
	for (int i = 0; i < header->n; i++) {
		const char *q = source_quote(quoted, header->field[i], header->length[i]);

		if (used + strlen(q) + 8 > size) {
			strcpy(to + used, ", ...");
			break;
		}
		used += (size_t)sprintf(to + used, "%s%s", i ? ", " : "", q);
	}
	return to;
}

int csv_is_missing(const char *field)
{
	static const char *const missing[] = { "",     "?",   ".",    "NA",   "N/A",  "NaN",
		                               "-NaN", "nil", "null", "None", "\\N", "#N/A",
		                               "#NA",  "<NA>" };

	for (size_t i = 0; i < sizeof missing / sizeof missing[0]; i++)
		if (strcasecmp(field, missing[i]) == 0)
			return 1;
	return 0;
}

int csv_number(const char *field, double *value)
{
	char *end;

	/* strtod() also accepts hexadecimal, infinities and the like. */
	if (!field[0] || field[strspn(field, "+-.0123456789eE")])
		return 0;
	*value = strtod(field, &end);
	return end != field && !*end && isfinite(*value);
}
