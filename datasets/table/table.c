/* table.c - see table.h. */
#include "datasets/table/table.h"

#include <assert.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "datasets/text/csv_rows.h"
#include "datasets/text/names.h"
#include "datasets/text/source.h"

/* A table while it is read. */
struct reading {
	const struct source        *from;
	const struct table_options *options;
	struct table               *t;
	struct names               *classes;
	enum table_target           kind;       /* what TABLE_AUTO resolved to */
	int                         width;      /* columns of the file; 0 before the first row */
	int                         target;     /* column, -1 for none */
	int                        *column;     /* (t->features): column of each feature */
	char                      **name;       /* (width) */
	size_t                      room;       /* rows */
};

/* ---- columns ---- */

static int find_name(const struct csv_row *row, const char *name)
{
	for (int i = 0; i < row->n; i++)
		if (strcmp(row->field[i], name) == 0)
			return i;
	for (int i = 0; i < row->n; i++)
		if (strcasecmp(row->field[i], name) == 0)
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

static int is_header(const struct csv_row *row, const struct table_options *o)
{
	double value;
	int numbers = 0;

	if (o->header != TABLE_HEADER_AUTO)
		return o->header == TABLE_HEADER;
	for (int i = 0; i < row->n; i++)
		numbers += csv_number(row->field[i], &value);
	if (numbers == 0)
		return 1;
	if (o->target && find_number(o->target, row->n) < 0 && find_name(row, o->target) >= 0)
		return 1;
	for (int i = 0; i < o->n_features; i++)
		if (!csv_number(o->features[i], &value) && find_name(row, o->features[i]) >= 0)
			return 1;
	return 0;
}

static enum ry_status name_columns(struct reading *r, const struct csv_row *row, int header)
{
	char text[16];

	if (!header) {
		for (int i = 0; r->name && i < row->n; i++) {
			snprintf(text, sizeof text, "%d", i + 1);
			if (!(r->name[i] = strdup(text)))
				return ry_fail_memory("the columns of a table");
		}
		return RY_OK;
	}
	for (int i = 0; i < row->n; i++)
		if (!(r->name[i] = names_text(row->field[i], row->length[i])))
			return ry_fail_memory("the columns of a table");
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

static enum ry_status find_target(struct reading *r, const struct csv_row *row, int header)
{
	const char *name = r->options->target;

	r->target = -1;
	if (r->kind == TABLE_NO_TARGET)
		return RY_OK;
	if (!name) {
		r->target = row->n - 1;
		return RY_OK;
	}
	if (header)
		r->target = find_name(row, name);
	if (r->target < 0)
		r->target = find_number(name, row->n);
	return r->target < 0 ? no_column(r, row, header, name) : RY_OK;
}

static int find_feature(const struct reading *r, const char *name)
{
	for (int i = 0; i < r->width; i++)
		if (strcmp(r->name[i], name) == 0)
			return i;
	return -1;
}

/* Set r->column: the features requested, or every column but the target. */
static enum ry_status find_features(struct reading *r, const struct csv_row *row, int header)
{
	const struct table_options *o = r->options;
	int n = 0;

	for (int i = 0; i < o->n_features; i++) {
		r->column[n] = find_feature(r, o->features[i]);
		if (r->column[n++] < 0)
			return no_column(r, row, header, o->features[i]);
	}
	for (int i = 0; !o->features && i < r->width; i++)
		if (i != r->target)
			r->column[n++] = i;
	if (n == 0)
		return source_fail_at(r->from, row->line,
		                      "found no column beside the target, expected features");
	r->t->features = n;
	r->t->feature_name = calloc((size_t)n, sizeof *r->t->feature_name);
	for (int i = 0; r->t->feature_name && i < n; i++)
		if (!(r->t->feature_name[i] = strdup(r->name[r->column[i]])))
			return ry_fail_memory("the columns of a table");
	if (r->target >= 0)
		r->t->target_name = strdup(r->name[r->target]);
	if (!r->t->feature_name || (r->target >= 0 && !r->t->target_name))
		return ry_fail_memory("the columns of a table");
	return RY_OK;
}

static enum ry_status find_columns(struct reading *r, const struct csv_row *row, int header)
{
	size_t most = (size_t)(row->n > r->options->n_features ? row->n : r->options->n_features);
	enum ry_status status;

	r->width = row->n;
	r->name = calloc((size_t)row->n, sizeof *r->name);
	r->column = calloc(most, sizeof *r->column);
	if (!r->name || !r->column)
		return ry_fail_memory("the columns of a table");
	if ((status = name_columns(r, row, header)) != RY_OK ||
	    (status = find_target(r, row, header)) != RY_OK)
		return status;
	return find_features(r, row, header);
}

/* ---- rows ---- */

/* The three arrays grow together; those that the target does not use stay NULL. */
static enum ry_status room_for_row(struct reading *r)
{
	struct table *t = r->t;
	size_t room = r->room + r->room / 2 + 256, cells;
	double *x, *y = NULL;
	int *label = NULL;

	if ((size_t)t->rows < r->room)
		return RY_OK;
	if (t->rows == INT_MAX || __builtin_mul_overflow(room, (size_t)t->features, &cells) ||
	    cells > PTRDIFF_MAX / sizeof *x)
		return ry_fail_memory("the rows of a table");
	x = realloc(t->x, cells * sizeof *x);
	t->x = x ? x : t->x;
	if (x && r->kind == TABLE_NUMBER)
		t->y = (y = realloc(t->y, room * sizeof *y)) ? y : t->y;
	if (x && r->kind == TABLE_CLASS)
		t->label = (label = realloc(t->label, room * sizeof *label)) ? label : t->label;
	if (!x || (r->kind == TABLE_NUMBER && !y) || (r->kind == TABLE_CLASS && !label))
		return ry_fail_memory("the rows of a table");
	r->room = room;
	return RY_OK;
}

/* The error for an invalid cell. */
static enum ry_status wrong_cell(const struct reading *r, const struct csv_row *row, int column,
                                 const char *expected)
{
	char found[SOURCE_QUOTED], name[SOURCE_QUOTED];

	if (row->length[column] == 0)
		strcpy(found, "nothing");
	else
		source_quote(found, row->field[column], row->length[column]);
	return source_fail_at(r->from, row->line, "found %s in column %d %s, expected %s", found,
	                      column + 1,
	                      source_quote(name, r->name[column], strlen(r->name[column])),
	                      expected);
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
		return wrong_cell(r, row, r->target, "the name of a class");
	k = names_add(r->classes, field, row->length[r->target]);
	if (k < 0)
		return ry_failure();
	if (r->options->classes && k >= r->options->n_classes)
		return wrong_cell(r, row, r->target, "one of the classes that the model knows");
	if (k >= TABLE_MAX_CLASSES)
		return source_fail_at(r->from, row->line,
		                      "found more than %d classes in column %d, expected fewer:"
		                      " is the target a number?",
		                      TABLE_MAX_CLASSES, r->target + 1);
	t->label[t->rows] = k;
	return RY_OK;
}

static enum ry_status read_values(struct reading *r, const struct csv_row *row)
{
	struct table *t = r->t;
	enum ry_status status;
	double value;

	if (r->kind == TABLE_AUTO)
		r->kind = csv_number(row->field[r->target], &value) ? TABLE_NUMBER : TABLE_CLASS;
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
	int n = row->n;

	if (r->width == 0) {
		int header = is_header(row, r->options);
		enum ry_status status = find_columns(r, row, header);

		if (status != RY_OK || header)
			return status;
	}
	while (n > r->width && row->length[n - 1] == 0)
		n--;
	if (n != r->width)
		return source_fail_at(r->from, row->line,
		                      "found %d columns, expected %d as in the first line", n,
		                      r->width);
	return read_values(r, row);
}

/* ---- the whole ---- */

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
	char sep = r->options->sep ? r->options->sep : csv_separator(from);
	enum ry_status status = known_classes(r);

	r->from = from;
	r->kind = r->options->kind;
	if (status == RY_OK)
		status = csv_rows(from, sep, read_row, r);
	if (status == RY_OK && r->t->rows == 0)
		status = source_fail(from, "found no rows of numbers, expected a table");
	if (status == RY_OK && r->kind == TABLE_CLASS)
		status = finish_classes(r);
	names_free(r->classes);
	names_list_free(r->name, r->width);
	free(r->column);
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
