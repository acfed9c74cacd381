/* table.c - see table.h. */
#include "datasets/table/table.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "datasets/table/table_header.h"
#include "datasets/text/csv_rows.h"
#include "datasets/text/names.h"
#include "datasets/text/source.h"

/* What is known of a target that may be numbers or classes. */
struct guess {
	int    words, decimals;        /* rows */
	size_t first_word, first_number;       /* their lines */
	char   word[SOURCE_QUOTED];    /* the first one, quoted */
	double least, most;            /* of the numbers */
};

/* A table while it is read. */
struct reading {
	const struct source        *from;
	const struct table_options *options;
	struct table               *t;
	struct names               *classes;
	enum table_target           kind;       /* TABLE_AUTO: both until all rows are read */
	struct guess                guess;
	int                         header;     /* by the looks of the first row */
	int                         width;      /* columns of the file; 0 before the first row */
	size_t                      line;       /* of the first row */
	char                        begins;     /* its first character */
	int                         target;     /* column, -1 for none */
	int                        *column;     /* (t->features): column of each feature */
	unsigned char              *ignored;    /* (width) */
	char                      **name;       /* (width) */
	size_t                      room;       /* rows */
};

/* ---- columns ---- */

/* The beginning of a name without the blanks before it, and its length without those behind. */
static const char *trim(const char *text, size_t *n)
{
	while (*n && strchr(" \t\r\n", text[*n - 1]))
		--*n;
	while (*n && strchr(" \t\r\n", *text)) {
		text++;
		--*n;
	}
	return text;
}

static int find_name(const struct reading *r, const char *name)
{
	size_t n = strlen(name);
	const char *text = trim(name, &n);

	for (int i = 0; i < r->width; i++)
		if (strlen(r->name[i]) == n && strncmp(r->name[i], text, n) == 0)
			return i;
	for (int i = 0; i < r->width; i++)
		if (strlen(r->name[i]) == n && strncasecmp(r->name[i], text, n) == 0)
			return i;
	return -1;
}

/* The column of "3" (the third) or "-1" (the last) of n; -1 if the text is not such a number. */
static int find_number(const char *text, int n)
{
	char *end;
	long v = strtol(text, &end, 10);

	if (end == text || *end || v == 0 || v > n || v < -(long)n)
		return -1;
	return (int)(v > 0 ? v - 1 : n + v);
}

/* Whether the first row, whose cells are r->name, has the names that a model asks for.  Numbers may
 * be names too, unless they are what columns without a header are called. */
static int has_features(const struct reading *r)
{
	const struct table_options *o = r->options;
	int found = 0, words = 0, places = 1;
	double value;

	for (int i = 0; i < o->n_features; i++) {
		int here = find_name(r, o->features[i]) >= 0;

		found += here;
		words += here && !csv_number(o->features[i], &value);
		places &= find_number(o->features[i], r->width) >= 0;
	}
	return words > 0 || (found > 0 && found == o->n_features && !places);
}

static int has_numbers(const struct reading *r)
{
	double value;

	for (int i = 0; i < r->width; i++)
		if (csv_number(r->name[i], &value))
			return 1;
	return 0;
}

static int is_header(const struct reading *r)
{
	const struct table_options *o = r->options;

	if (o->header == TABLE_HEADER || o->header == TABLE_NO_HEADER)
		return o->header == TABLE_HEADER;
	if (o->target && find_number(o->target, r->width) < 0 && find_name(r, o->target) >= 0)
		return 1;
	if (o->header == TABLE_HEADER_OF_WORDS)
		return !has_numbers(r);
	return has_features(r) || r->header;
}

/* The cells of the first row as names. */
static enum ry_status read_names(struct reading *r, const struct csv_row *row)
{
	for (int i = 0; i < r->width; i++) {
		size_t n = row->length[i];
		const char *name = trim(row->field[i], &n);

		if (!(r->name[i] = names_text(name, n)))
			return ry_fail_memory("the columns of a table");
	}
	return RY_OK;
}

/* Without a header columns are called 1, 2, ... */
static enum ry_status number_columns(struct reading *r)
{
	char text[16];

	for (int i = 0; i < r->width; i++) {
		snprintf(text, sizeof text, "%d", i + 1);
		free(r->name[i]);
		if (!(r->name[i] = strdup(text)))
			return ry_fail_memory("the columns of a table");
	}
	return RY_OK;
}

static enum ry_status no_column(const struct reading *r, const struct csv_row *row, int header,
                                const char *name)
{
	char there[512], quoted[SOURCE_QUOTED];

	source_quote(quoted, name, strlen(name));
	if (!header)
		return source_fail_at(r->from, row->line,
		                      "found no header to look for column %s in, expected one,"
		                      " or a number from 1 to %d",
		                      quoted, row->n);
	return source_fail_at(r->from, row->line, "found no column %s, expected one of %s", quoted,
	                      csv_columns(there, sizeof there, row));
}

/* The column called or numbered so; -1 for none. */
static int find_column(const struct reading *r, const char *name)
{
	int i = r->t->header ? find_name(r, name) : -1;

	return i >= 0 ? i : find_number(name, r->width);
}

/* With a model's features others do not matter, nor whether they are there. */
static enum ry_status find_ignored(struct reading *r, const struct csv_row *row)
{
	const struct table_options *o = r->options;

	for (int k = 0; k < o->n_ignored; k++) {
		int i = find_column(r, o->ignored[k]);

		if (i < 0 && o->features)
			continue;
		if (i < 0)
			return no_column(r, row, r->t->header, o->ignored[k]);
		r->ignored[i] = 1;
	}
	return RY_OK;
}

static enum ry_status find_target(struct reading *r, const struct csv_row *row)
{
	const char *name = r->options->target;
	char quoted[SOURCE_QUOTED];

	r->target = -1;
	if (r->kind == TABLE_NO_TARGET)
		return RY_OK;
	if (!name) {
		for (int i = 0; i < r->width; i++)
			if (!r->ignored[i])
				r->target = i;
		return r->target >= 0
		               ? RY_OK
		               : source_fail_at(r->from, row->line,
		                                "found no column that is not ignored, expected a "
		                                "target and features");
	}
	r->target = find_column(r, name);
	if (r->target < 0)
		return no_column(r, row, r->t->header, name);
	if (r->ignored[r->target] && !r->options->features)
		return source_fail_at(r->from, row->line,
		                      "found the target %s among the columns to be ignored, "
		                      "expected others",
		                      source_quote(quoted, name, strlen(name)));
	return RY_OK;
}

/* "2,5": a number as half of the world writes it. */
static int has_decimal_comma(const char *field)
{
	size_t whole = strspn(field, "+-0123456789");

	return whole && field[whole] == ',' && field[whole + 1] &&
	       !field[whole + 1 + strspn(field + whole + 1, "0123456789")];
}

/* Two columns of one name cannot be told apart when the model is used. */
static enum ry_status check_name(const struct reading *r, const struct csv_row *row, int column)
{
	char quoted[SOURCE_QUOTED];

	for (int i = 0; i < r->width; i++) {
		int first = i < column ? i : column, second = i < column ? column : i;

		if (i == column || r->ignored[i] || strcmp(r->name[i], r->name[column]) != 0)
			continue;
		if (!*r->name[i])
			return source_fail_at(r->from, row->line,
			                      "found no name for columns %d and %d, expected"
			                      " different names",
			                      first + 1, second + 1);
		if (has_decimal_comma(r->name[i]))
			return source_fail_at(r->from, row->line,
			                      "found %s in column %d, expected a number with a"
			                      " decimal point, not a comma",
			                      source_quote(quoted, r->name[i],
			                                   strlen(r->name[i])),
			                      first + 1);
		return source_fail_at(r->from, row->line,
		                      "found the name %s twice, for columns %d and %d, expected"
		                      " different names",
		                      source_quote(quoted, r->name[i], strlen(r->name[i])),
		                      first + 1, second + 1);
	}
	return RY_OK;
}

static enum ry_status check_names(const struct reading *r, const struct csv_row *row)
{
	struct names *all = names_new();
	enum ry_status status = all ? RY_OK : ry_failure();
	int different = 1;

	/* Two passes: of 65,536 columns, comparing each with each would take minutes. */
	for (int i = 0; i < r->width && status == RY_OK; i++)
		if (!r->ignored[i]) {
			int before = names_count(all);

			if (names_add(all, r->name[i], strlen(r->name[i])) < 0)
				status = ry_failure();
			else
				different &= names_count(all) > before;
		}
	names_free(all);
	if (status == RY_OK && r->target >= 0 && !different)
		status = check_name(r, row, r->target);
	for (int j = 0; j < r->t->features && status == RY_OK && !different; j++)
		status = check_name(r, row, r->column[j]);
	return status;
}

/* What a first row that does not fit the others may be, for the end of a message. */
static const char *comment_hint(const struct reading *r)
{
	switch (r->begins) {
	case '#':
		return "; the first line begins with '#': remove comments";
	case '@':
	case '%':
		return "; this looks like an ARFF file: keep the lines below @data, with a line of"
		       " names above them";
	default:
		return "";
	}
}

static enum ry_status no_features(const struct reading *r, const struct csv_row *row)
{
	char name[8];
	int ignored = 0;

	for (int i = 0; i < r->width; i++)
		ignored += r->ignored[i];
	return source_fail_at(r->from, row->line,
	                      "found no column beside the target%s, expected features (columns were"
	                      " taken to be separated by %s; --sep names another separator, such as"
	                      " 'tab' or 'blank')%s",
	                      ignored ? " that is not ignored" : "",
	                      csv_separator_name(r->t->sep, name), comment_hint(r));
}

/* Set r->column: the features requested, or every column but the target and those ignored. */
static enum ry_status find_features(struct reading *r, const struct csv_row *row)
{
	const struct table_options *o = r->options;
	struct table *t = r->t;
	int n = 0;

	for (int i = 0; i < o->n_features; i++) {
		r->column[n] = find_name(r, o->features[i]);
		if (r->column[n] < 0)
			return no_column(r, row, t->header, o->features[i]);
		r->ignored[r->column[n++]] = 0;
	}
	for (int i = 0; !o->features && i < r->width; i++)
		if (i != r->target && !r->ignored[i])
			r->column[n++] = i;
	if (n == 0)
		return no_features(r, row);
	t->features = n;
	t->feature_name = calloc((size_t)n, sizeof *t->feature_name);
	/* As the model has it, which may be in other letters. */
	for (int i = 0; t->feature_name && i < n; i++)
		if (!(t->feature_name[i] =
		              strdup(o->features ? o->features[i] : r->name[r->column[i]])))
			return ry_fail_memory("the columns of a table");
	if (r->target >= 0)
		t->target_name = strdup(r->name[r->target]);
	if (!t->feature_name || (r->target >= 0 && !t->target_name))
		return ry_fail_memory("the columns of a table");
	return check_names(r, row);
}

/* As many columns as the first row has, but for separators at its end. */
static enum ry_status find_columns(struct reading *r, const struct csv_row *row)
{
	enum ry_status status;
	size_t most;

	r->line = row->line;
	r->begins = row->field[0][0];
	for (r->width = row->n; r->width > 1 && row->length[r->width - 1] == 0; r->width--)
		;
	most = (size_t)(r->width > r->options->n_features ? r->width : r->options->n_features);
	r->name = calloc((size_t)r->width, sizeof *r->name);
	r->column = calloc(most, sizeof *r->column);
	r->ignored = calloc((size_t)r->width, 1);
	if (!r->name || !r->column || !r->ignored)
		return ry_fail_memory("the columns of a table");
	if ((status = read_names(r, row)) != RY_OK)
		return status;
	r->t->header = is_header(r);
	if (!r->t->header && (status = number_columns(r)) != RY_OK)
		return status;
	if ((status = find_ignored(r, row)) != RY_OK || (status = find_target(r, row)) != RY_OK)
		return status;
	return find_features(r, row);
}

/* ---- rows ---- */

/* The three arrays grow together; those that the target does not use stay NULL. */
static enum ry_status room_for_row(struct reading *r)
{
	struct table *t = r->t;
	size_t room = r->room + r->room / 2 + 256, cells;
	int number = r->kind == TABLE_NUMBER || r->kind == TABLE_AUTO,
	    class = r->kind == TABLE_CLASS || r->kind == TABLE_AUTO;
	double *x, *y = NULL;
	int *label = NULL;

	if ((size_t)t->rows < r->room)
		return RY_OK;
	if (t->rows == INT_MAX || __builtin_mul_overflow(room, (size_t)t->features, &cells) ||
	    cells > PTRDIFF_MAX / sizeof *x)
		return ry_fail_memory("the rows of a table");
	x = realloc(t->x, cells * sizeof *x);
	t->x = x ? x : t->x;
	if (x && number)
		t->y = (y = realloc(t->y, room * sizeof *y)) ? y : t->y;
	if (x && class)
		t->label = (label = realloc(t->label, room * sizeof *label)) ? label : t->label;
	if (!x || (number && !y) || (class && !label))
		return ry_fail_memory("the rows of a table");
	r->room = room;
	return RY_OK;
}

/* What a cell that is no number may have been meant as, or how to do without its column, for the
 * end of a message. */
static const char *hint(const struct reading *r, const char *field, int column, char *to,
                        size_t size)
{
	char name[8];

	to[0] = '\0';
	if (has_decimal_comma(field))
		snprintf(to, size, " with a decimal point, not a comma");
	else if (strpbrk(field, ",;\t|") || (field[0] && strchr(field, ' ')))
		snprintf(to, size,
		         " (columns were taken to be separated by %s; --sep names another "
		         "separator)",
		         csv_separator_name(r->t->sep, name));
	else if (r->t->header && column != r->target && !r->options->features &&
	         field[0] && !strchr("+-.0123456789", field[0]))
		snprintf(to, size, " (--ignore leaves a column out)");
	return to;
}

/* The error for an invalid cell.  All words for "unknown" are refused alike. */
static enum ry_status wrong_cell(const struct reading *r, const struct csv_row *row, int column,
                                 const char *expected)
{
	char found[SOURCE_QUOTED], name[SOURCE_QUOTED], more[128];
	const char *field = row->field[column];

	if (row->length[column] == 0)
		strcpy(found, "nothing");
	else
		source_quote(found, field, row->length[column]);
	source_quote(name, r->name[column], strlen(r->name[column]));
	if (csv_is_missing(field))
		return source_fail_at(r->from, row->line,
		                      "found %s in column %d %s, expected %s: a missing value;"
		                      " remove the row or fill it in",
		                      found, column + 1, name, expected);
	return source_fail_at(r->from, row->line, "found %s in column %d %s, expected %s%s%s",
	                      found, column + 1, name, expected,
	                      hint(r, field, column, more, sizeof more), comment_hint(r));
}

/* The class that a label stands for.  Numbers that are written differently are one class, unless
 * they begin with zeros as codes do.  Returns its number; -1 when out of memory. */
static int class_of(struct reading *r, const char *field, size_t length)
{
	const struct table_options *o = r->options;
	const char *digits = field + (*field == '-' || *field == '+');
	int is_code = digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9', k;
	double value, other;
	char text[40];

	if (is_code || !csv_number(field, &value))
		return names_add(r->classes, field, length);
	k = names_find(r->classes, field);
	for (int i = 0; k < 0 && o->classes && i < o->n_classes; i++)
		if (csv_number(o->classes[i], &other) && other == value)
			k = i;
	if (k >= 0)
		return k;
	snprintf(text, sizeof text, "%.15g", value == 0 ? 0 : value);
	return names_add(r->classes, text, strlen(text));
}

/* Take in one more target that may turn out to be a class or a number. */
static enum ry_status guess_target(struct reading *r, const struct csv_row *row)
{
	const char *field = row->field[r->target];
	struct guess *g = &r->guess;
	struct table *t = r->t;
	double value = 0;

	if (!csv_number(field, &value)) {
		if (g->words++ == 0) {
			g->first_word = row->line;
			source_quote(g->word, field, row->length[r->target]);
		}
	} else {
		if (g->words == t->rows) {
			g->first_number = row->line;
			g->least = g->most = value;
		}
		g->least = fmin(g->least, value);
		g->most = fmax(g->most, value);
		g->decimals += value != floor(value);
	}
	t->y[t->rows] = value;
	/* Beyond that they are no classes, and are not counted. */
	if (names_count(r->classes) > TABLE_MAX_CLASSES)
		return RY_OK;
	t->label[t->rows] = class_of(r, field, row->length[r->target]);
	return t->label[t->rows] < 0 ? ry_failure() : RY_OK;
}

static enum ry_status too_many_classes(const struct reading *r, size_t line)
{
	return source_fail_at(r->from, line,
	                      "found more than %d classes in column %d, expected fewer:"
	                      " is the target a number?",
	                      TABLE_MAX_CLASSES, r->target + 1);
}

static enum ry_status read_target(struct reading *r, const struct csv_row *row)
{
	const char *field = row->field[r->target];
	struct table *t = r->t;
	int k;

	if (r->kind == TABLE_NUMBER)
		return csv_number(field, &t->y[t->rows])
		               ? RY_OK
		               : wrong_cell(r, row, r->target, "a number");
	if (csv_is_missing(field))
		return wrong_cell(r, row, r->target,
		                  r->kind == TABLE_AUTO ? "a number or the name of a class"
		                                        : "the name of a class");
	if (r->kind == TABLE_AUTO)
		return guess_target(r, row);
	k = class_of(r, field, row->length[r->target]);
	if (k < 0)
		return ry_failure();
	if (r->options->classes && k >= r->options->n_classes)
		return wrong_cell(r, row, r->target, "one of the classes that the model knows");
	if (k >= TABLE_MAX_CLASSES)
		return too_many_classes(r, row->line);
	t->label[t->rows] = k;
	return RY_OK;
}

static enum ry_status read_values(struct reading *r, const struct csv_row *row)
{
	struct table *t = r->t;
	enum ry_status status;

	if ((status = room_for_row(r)) != RY_OK)
		return status;
	for (int j = 0; j < t->features; j++)
		if (!csv_number(row->field[r->column[j]],
		                &t->x[(size_t)t->rows * (size_t)t->features + (size_t)j]))
			return wrong_cell(r, row, r->column[j], "a number");
	if (r->target >= 0 && (status = read_target(r, row)) != RY_OK)
		return status;
	t->rows++;
	return RY_OK;
}

static enum ry_status read_row(void *data, const struct csv_row *row)
{
	struct reading *r = data;
	char name[8];
	int n = row->n;

	if (r->width == 0) {
		enum ry_status status = find_columns(r, row);

		if (status != RY_OK || r->t->header)
			return status;
	}
	while (n > r->width && row->length[n - 1] == 0)
		n--;
	if (n != r->width)
		return source_fail_at(r->from, row->line,
		                      "found %d column%s, expected %d as in line %zu (columns were"
		                      " taken to be separated by %s; --sep names another separator)"
		                      "%s",
		                      n, n == 1 ? "" : "s", r->width, r->line,
		                      csv_separator_name(r->t->sep, name), comment_hint(r));
	return read_values(r, row);
}

/* ---- the whole ---- */

/* Whether d different whole numbers in n rows are classes. */
static int are_few(const struct guess *g, int d, int n)
{
	int pair = d == 2 && !g->words && g->most - g->least <= 2 && g->least >= -1 && g->most <= 2;

	return pair || (d > 1 && d <= TABLE_MAX_FEW && n / d >= TABLE_OFTEN);
}

/* The target holds words and numbers, and is neither clearly. */
static enum ry_status mixed_target(const struct reading *r)
{
	const struct guess *g = &r->guess;
	char name[SOURCE_QUOTED];

	return source_fail_at(r->from, g->first_word,
	                      "found %s in column %d %s, expected a number as in line %zu; if each "
	                      "value is a class: --task classes",
	                      g->word, r->target + 1,
	                      source_quote(name, r->name[r->target], strlen(r->name[r->target])),
	                      g->first_number);
}

/* What a target of TABLE_AUTO is, now that all of it is known. */
static enum ry_status resolve_target(struct reading *r)
{
	const struct guess *g = &r->guess;
	struct table *t = r->t;
	int d = names_count(r->classes), few = !g->decimals && are_few(g, d, t->rows),
	    mostly = g->words > t->rows / 2;

	if (g->words && g->words < t->rows && !few && !mostly)
		return mixed_target(r);
	if (g->words && d > TABLE_MAX_CLASSES)
		return too_many_classes(r, g->first_word);
	r->kind = g->words || few ? TABLE_CLASS : TABLE_NUMBER;
	if (g->words && g->words < t->rows)
		t->reason = TABLE_MIXED;
	else if (!g->words && few)
		t->reason = TABLE_FEW_NUMBERS;
	else if (!g->words && !g->decimals && d > 1 && d <= TABLE_FEW_VALUES)
		t->reason = TABLE_SOME_NUMBERS;
	if (r->kind == TABLE_CLASS) {
		free(t->y);
		t->y = NULL;
	} else {
		free(t->label);
		t->label = NULL;
	}
	return RY_OK;
}

/* Renumber labels in the order of the class names, unless a model prescribes the order. */
static enum ry_status finish_classes(struct reading *r)
{
	struct table *t = r->t;
	int n = names_count(r->classes), *map = calloc((size_t)n + 1, sizeof *map);
	enum ry_status status = map ? RY_OK : ry_fail_memory("the classes of a table");

	if (status == RY_OK && !r->options->classes) {
		status = names_sort(r->classes, map);
		for (int i = 0; status == RY_OK && i < t->rows; i++)
			t->label[i] = map[t->label[i]];
	}
	free(map);
	if (status == RY_OK) {
		t->class_name = names_take(r->classes);
		t->classes = n;
	}
	return status;
}

static enum ry_status known_classes(struct reading *r)
{
	const struct table_options *o = r->options;
	char quoted[SOURCE_QUOTED];

	if (!(r->classes = names_new()))
		return ry_failure();
	for (int k = 0; k < o->n_classes; k++) {
		int got = names_add(r->classes, o->classes[k], strlen(o->classes[k]));

		if (got < 0)
			return ry_failure();
		if (got != k)
			return ry_fail(RY_EDATA,
			               "found the class %s twice, expected different names",
			               source_quote(quoted, o->classes[k], strlen(o->classes[k])));
	}
	return RY_OK;
}

static enum ry_status read_source(struct reading *r, struct source *from)
{
	enum ry_status status = known_classes(r);

	r->t->sep = r->options->sep ? r->options->sep : csv_separator(from);
	r->from = from;
	r->kind = r->options->kind;
	if (status == RY_OK)
		status = table_header_look(from, r->t->sep, &r->header);
	if (status == RY_OK)
		status = csv_rows(from, r->t->sep, read_row, r);
	if (status == RY_OK && r->t->rows == 0)
		status = source_fail(from, "found no rows of numbers, expected a table");
	if (status == RY_OK && r->kind == TABLE_AUTO)
		status = resolve_target(r);
	if (status == RY_OK && r->kind == TABLE_CLASS)
		status = finish_classes(r);
	names_free(r->classes);
	names_list_free(r->name, r->width);
	free(r->column);
	free(r->ignored);
	return status;
}

struct table *table_read(const char *path, const struct table_options *options,
                         enum ry_status *status)
{
	static const struct table_options find_out;
	struct reading r = { .options = options ? options : &find_out,
		             .t = calloc(1, sizeof *r.t) };
	enum ry_status result;
	struct source from;

	result = r.t ? source_open(&from, path) : ry_fail_memory("a table");
	if (result == RY_OK) {
		result = read_source(&r, &from);
		source_close(&from);
	}
	if (result != RY_OK) {
		table_free(r.t);
		r.t = NULL;
	}
	if (status)
		*status = result;
	return r.t;
}

enum ry_status table_separator(const char *text, char *sep)
{
	return csv_separator_parse(text, sep);
}

const char *table_separator_name(char sep, char text[8])
{
	return csv_separator_name(sep, text);
}

struct table *table_alloc(int rows, int features, int classes)
{
	struct table *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	t->rows = rows;
	t->features = features;
	t->classes = classes;
	t->x = calloc((size_t)rows * (size_t)features + 1, sizeof *t->x);
	if (classes)
		t->label = calloc((size_t)rows + 1, sizeof *t->label);
	else
		t->y = calloc((size_t)rows + 1, sizeof *t->y);
	if (!t->x || (!t->label && !t->y)) {
		table_free(t);
		t = NULL;
	}
	return t;
}

void table_free(struct table *t)
{
	if (!t)
		return;
	names_list_free(t->feature_name, t->features);
	names_list_free(t->class_name, t->classes);
	free(t->target_name);
	free(t->x);
	free(t->y);
	free(t->label);
	free(t);
}

static int copy_names(struct table *to, const struct table *t)
{
	if (t->feature_name && !(to->feature_name = names_list_copy(t->feature_name, t->features)))
		return 0;
	if (t->class_name && !(to->class_name = names_list_copy(t->class_name, t->classes)))
		return 0;
	return !t->target_name || (to->target_name = strdup(t->target_name));
}

struct table *table_subset(const struct table *t, const int *rows, int n)
{
	size_t features = (size_t)t->features;
	struct table *part = table_alloc(n, t->features, t->classes);

	if (!part || !copy_names(part, t)) {
		table_free(part);
		ry_fail_memory("a part of a table");
		return NULL;
	}
	part->header = t->header;
	part->sep = t->sep;
	part->reason = t->reason;
	for (int i = 0; i < n; i++) {
		assert(rows[i] >= 0 && rows[i] < t->rows);
		memcpy(part->x + (size_t)i * features, t->x + (size_t)rows[i] * features,
		       features * sizeof *t->x);
		if (t->label)
			part->label[i] = t->label[rows[i]];
		if (t->y)
			part->y[i] = t->y[rows[i]];
	}
	if (!t->y && !t->label) {
		free(part->y);
		part->y = NULL;
	}
	return part;
}
