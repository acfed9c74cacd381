/* table_header.c - see table_header.h. */
#include "datasets/table/table_header.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "datasets/text/csv_rows.h"
#include "datasets/text/names.h"

enum { ROWS_MAX = 1000,        /* rows below the first that are looked at */
       ROWS_FEW = 3,           /* fewer say nothing about numbers above numbers */
       CLASSES_MAX = 20 };     /* more different words are not looked at as classes */

enum cell { MISSING, WORD, WHOLE, DECIMAL };

/* The different words of a column, and how often each of the first occurs. */
struct classes {
	struct names *words;                 /* NULL: none yet */
	int           times[CLASSES_MAX];
};

/* The first cell of a column, and what is below it. */
struct column {
	enum cell first;
	char     *text;              /* of the first cell */
	double    value;             /* if it is a number */
	int       missing, words, wholes, decimals;    /* below it */
	int       again;             /* cells below with the same text */
	double    least, most;       /* of the numbers below */
	int       counts;            /* the numbers below are n, n + 1, n + 2, ... */
	struct classes classes;      /* the words below */
};

struct look {
	int            n, rows;      /* columns; rows below the first */
	struct column *column;
	int            counting;     /* rows below whose whole numbers count */
};

static enum cell kind_of(const char *field, double *value)
{
	if (csv_is_missing(field))
		return MISSING;
	if (!csv_number(field, value))
		return WORD;
	return strpbrk(field, ".eE") ? DECIMAL : WHOLE;
}

static enum ry_status first_row(struct look *l, const struct csv_row *row)
{
	l->n = row->n;
	while (l->n > 1 && row->length[l->n - 1] == 0)
		l->n--;
	l->column = calloc((size_t)l->n, sizeof *l->column);
	if (!l->column)
		return ry_fail_memory("the columns of a table");
	for (int i = 0; i < l->n; i++) {
		l->column[i].first = kind_of(row->field[i], &l->column[i].value);
		l->column[i].text = strdup(row->field[i]);
		if (!l->column[i].text)
			return ry_fail_memory("the columns of a table");
	}
	return RY_OK;
}

static int add_class(struct classes *c, const char *text)
{
	int k;

	if (!c->words && !(c->words = names_new()))
		return -1;
	if (names_count(c->words) > CLASSES_MAX)
		return 0;
	k = names_add(c->words, text, strlen(text));
	if (k >= 0 && k < CLASSES_MAX)
		c->times[k]++;
	return k < 0 ? -1 : 0;
}

/* Whether the words are few, and each of them occurs several times. */
static int are_classes(const struct classes *c)
{
	int n = c->words ? names_count(c->words) : 0;

	if (n < 2 || n > CLASSES_MAX)
		return 0;
	for (int k = 0; k < n; k++)
		if (c->times[k] < ROWS_FEW)
			return 0;
	return 1;
}

static enum ry_status below(struct look *l, struct column *c, const char *field)
{
	double value;
	enum cell kind = kind_of(field, &value);
	int numbers = c->wholes + c->decimals;

	c->missing += kind == MISSING;
	c->words += kind == WORD;
	if (kind == WORD && add_class(&c->classes, field))
		return ry_fail_memory("the columns of a table");
	c->wholes += kind == WHOLE;
	c->decimals += kind == DECIMAL;
	c->again += strcmp(field, c->text) == 0;
	if (kind == MISSING || kind == WORD)
		return RY_OK;
	c->counts = numbers == 0 || (c->counts && value == c->most + 1 && numbers == l->rows);
	if (numbers == 0 || value < c->least)
		c->least = value;
	if (numbers == 0 || value > c->most)
		c->most = value;
	return RY_OK;
}

/* Whether the whole numbers of a row grow by one from column to column. */
static int row_counts(const struct csv_row *row, int n)
{
	double value, last = 0;
	int numbers = 0;

	for (int i = 0; i < n; i++) {
		if (kind_of(row->field[i], &value) != WHOLE)
			continue;
		if (numbers++ && value != last + 1)
			return 0;
		last = value;
	}
	return numbers > 1;
}

static enum ry_status read_row(void *data, const struct csv_row *row)
{
	struct look *l = data;

	if (!l->column)
		return first_row(l, row);
	/* Enough, or a row that the reader refuses in its own words. */
	if (l->rows == ROWS_MAX || row->n < l->n)
		return RY_OK;
	for (int i = 0; i < l->n; i++) {
		enum ry_status status = below(l, &l->column[i], row->field[i]);

		if (status != RY_OK)
			return status;
	}
	l->counting += row_counts(row, l->n);
	l->rows++;
	return RY_OK;
}

/* ---- evidence ---- */

/* Names of targets that are words above words, or numbers above numbers. */
static int is_usual_name(const char *text)
{
	static const char *const names[] = { "label",  "class",   "target",   "y",    "output",
		                             "outcome", "result", "category", "type", "group",
		                             "species", "diagnosis" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcasecmp(text, names[i]) == 0)
			return 1;
	return 0;
}

static int is_number(enum cell kind)
{
	return kind == WHOLE || kind == DECIMAL;
}

/* What the cells of the first row are, and how they compare with what is below them. */
struct evidence {
	int numbers, words;          /* cells of the first row */
	int above_numbers;           /* words above numbers */
	int above_words;             /* numbers above words */
	int against;                 /* decimals, numbers that occur twice, words that occur
	                              * again below */
	int again;                   /* words that do */
	int usual;                   /* words that are usual names */
	int no_class;                /* words that are not among the classes below them */
	int decimal;                 /* numbers above decimals, decimals themselves */
	int index;                   /* empty above n, n + 1, n + 2, ... */
	int counting;                /* the numbers grow by one from column to column */
	int years;                   /* ... grow, and are years */
	int whole_above_decimals, outside;
	double first;                /* the first number */
};

static int occurs_before(const struct look *l, int i)
{
	for (int k = 0; k < i; k++)
		if (is_number(l->column[k].first) && l->column[k].value == l->column[i].value)
			return 1;
	return 0;
}

static void weigh_word(struct evidence *e, const struct column *c, int rows)
{
	e->words++;
	e->above_numbers += c->again == 0 && c->wholes + c->decimals > c->words;
	e->again += c->again > 0;
	e->against += c->again > 0;
	e->usual += is_usual_name(c->text);
	e->no_class += c->again == 0 && c->words == rows && are_classes(&c->classes);
}

static void weigh_number(struct evidence *e, const struct look *l, int i, double *last)
{
	const struct column *c = &l->column[i];

	if (e->numbers++ == 0) {
		e->first = c->value;
		e->counting = e->years = 1;
	} else {
		e->counting &= c->value == *last + 1;
		e->years &= c->value > *last;
	}
	*last = c->value;
	e->years &= c->value >= 1800 && c->value <= 2200;
	/* Of many columns the row counts or does not: that is comparison enough. */
	e->against += c->first == DECIMAL || (i < 256 && occurs_before(l, i));
	e->decimal += c->first == DECIMAL && c->decimals > 0;
	e->above_words += c->words > 1 && c->wholes + c->decimals == 0;
	e->whole_above_decimals += c->first == WHOLE && c->wholes == 0 && c->decimals > 0;
	e->outside += c->value < c->least || c->value > c->most;
}

static struct evidence weigh(const struct look *l)
{
	struct evidence e = { 0 };
	double last = 0;

	for (int i = 0; i < l->n; i++) {
		const struct column *c = &l->column[i];

		if (is_number(c->first))
			weigh_number(&e, l, i, &last);
		else if (c->first == WORD)
			weigh_word(&e, c, l->rows);
		else
			e.index += c->text[0] == '\0' && c->counts && l->rows >= ROWS_FEW;
	}
	return e;
}

/* Whole numbers, all different, above numbers: are they names? */
static int numbers_are_names(const struct look *l, const struct evidence *e, int quoted)
{
	int apart = e->whole_above_decimals + e->outside >= e->numbers;

	if (l->rows < ROWS_FEW || e->against || e->first < 0)
		return 0;
	if (quoted || e->index || e->usual)
		return 1;
	if (e->counting && l->counting == 0 &&
	    (e->numbers > 2 || (e->numbers == 2 && e->words && e->first <= 1)))
		return 1;
	if (e->whole_above_decimals && apart && e->numbers + e->words > 1)
		return 1;
	return e->years && e->outside == e->numbers && e->numbers > 1;
}

static int decide(const struct look *l, int quoted)
{
	struct evidence e = weigh(l);

	if (e.numbers == 0)
		return e.words > 0 ? e.again < e.words : e.index > 0;
	if (e.above_numbers)
		return e.above_numbers > e.against;
	if (e.above_words && !e.against)
		return 1;
	/* A class with a single row could not be learnt; a name is more likely. */
	if (e.no_class && !e.again && !e.decimal)
		return 1;
	return numbers_are_names(l, &e, quoted);
}

/* Whether all fields of the first line are quoted, and some of the second are not: R and Python's
 * csv quote names and leave numbers bare. */
static int only_first_is_quoted(const struct source *from, char sep)
{
	size_t n;
	const char *line = source_first_line(from, &n), *end = (const char *)from->end;
	int quoted = 1, bare = 0;

	for (size_t i = 0; i < n; i++)
		if (i == 0 || line[i - 1] == sep)
			quoted &= line[i] == '"';
	line += n;
	while (line < end && (*line == '\r' || *line == '\n'))
		line++;
	for (const char *p = line; p < end && *p != '\r' && *p != '\n'; p++)
		if (p == line || p[-1] == sep)
			bare |= *p != '"';
	return n > 0 && quoted && bare;
}

enum ry_status table_header_look(const struct source *from, char sep, int *header)
{
	size_t size = (size_t)(from->end - from->at);
	char *copy = malloc(size + 1);
	struct source part = *from;
	struct look l = { 0 };
	enum ry_status status;

	if (!copy)
		return ry_fail_memory("the beginning of a table");
	memcpy(copy, from->at, size);
	copy[size] = '\0';
	part.at = (unsigned char *)copy;
	part.end = part.at + size;
	part.fd = -1;
	part.ended = 1;
	/* A row that cannot be read is for the reader to refuse. */
	status = csv_rows(&part, sep, read_row, &l);
	status = status == RY_ENOMEM ? status : RY_OK;
	*header = status == RY_OK && l.column ? decide(&l, only_first_is_quoted(from, sep)) : 0;
	for (int i = 0; l.column && i < l.n; i++) {
		free(l.column[i].text);
		names_free(l.column[i].classes.words);
	}
	free(l.column);
	free(copy);
	return status;
}
