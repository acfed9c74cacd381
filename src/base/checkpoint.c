/* checkpoint.c - see checkpoint.h. */
#include "src/base/checkpoint.h"

#include <assert.h>
#include <stdlib.h>

#include "src/base/random.h"

static double number_get(const struct checkpoint_number *n)
{
	switch (n->type) {
	case CHECKPOINT_IS_INT:    return *(const int *)n->value;
	case CHECKPOINT_IS_LONG:   return (double)*(const long *)n->value;
	case CHECKPOINT_IS_DOUBLE: return *(const double *)n->value;
	}
	return 0;
}

static void number_set(const struct checkpoint_number *n, double x)
{
	switch (n->type) {
	case CHECKPOINT_IS_INT:
		*(int *)n->value = (int)x;
		break;
	case CHECKPOINT_IS_LONG:
		*(long *)n->value = (long)x;
		break;
	case CHECKPOINT_IS_DOUBLE:
		*(double *)n->value = x;
		break;
	}
}

static enum ry_status number_check(const struct checkpoint_row *row,
                                   const struct checkpoint_number *n, double x,
                                   const struct st_file *from)
{
	if ((n->low == 0 && n->high == 0 && n->type == CHECKPOINT_IS_DOUBLE) ||
	    (x >= n->low && x <= n->high))
		return RY_OK;
	if (n->low == n->high)
		return ry_fail(RY_ESHAPE, "%s: '%s' has %s %.17g, expected %.17g", st_path(from),
		               row->name, n->name, x, n->low);
	return ry_fail(RY_EDATA, "%s: '%s' has %s %.17g, expected %.17g to %.17g", st_path(from),
	               row->name, n->name, x, n->low, n->high);
}

static enum ry_status pack_write(const struct checkpoint_row *row, struct st_writer *to)
{
	const struct checkpoint_number *number = row->data;
	int64_t whole[CHECKPOINT_PACK_MAX];
	double all[CHECKPOINT_PACK_MAX];

	for (size_t k = 0; k < row->count; k++) {
		all[k] = number_get(&number[k]);
		if (row->type == ST_I64)
			whole[k] = (int64_t)all[k];
	}
	return st_add(to, row->name, row->type, 1, &row->count,
	              row->type == ST_I64 ? (const void *)whole : all);
}

/* All numbers are checked before the first is set. */
static enum ry_status pack_read(const struct checkpoint_row *row, const struct st_file *from)
{
	const struct checkpoint_number *number = row->data;
	int64_t whole[CHECKPOINT_PACK_MAX];
	double all[CHECKPOINT_PACK_MAX];
	enum ry_status status = st_get(from, row->name, row->type, row->count,
	                               row->type == ST_I64 ? (void *)whole : all);

	for (size_t k = 0; status == RY_OK && k < row->count; k++) {
		if (row->type == ST_I64)
			all[k] = (double)whole[k];
		status = number_check(row, &number[k], all[k], from);
	}
	for (size_t k = 0; status == RY_OK && k < row->count; k++)
		number_set(&number[k], all[k]);
	return status;
}

/* Number `line` of a column. */
static double *column_at(const struct checkpoint_column *c, size_t line)
{
	return (double *)(void *)((char *)c->first + line * c->stride);
}

static enum ry_status columns_walk(const struct checkpoint_row *r, struct st_writer *to,
                                   const struct st_file *from)
{
	const struct checkpoint_column *column = r->data;
	size_t shape[2] = { r->lines, r->count }, n = r->lines * r->count;
	double *all = ry_calloc(n, sizeof *all, "a checkpoint");
	enum ry_status status;

	if (!all)
		return ry_failure();
	for (size_t i = 0; to && i < n; i++)
		all[i] = *column_at(&column[i % r->count], i / r->count);
	status = to ? st_add(to, r->name, r->type, 2, shape, all)
	            : st_get(from, r->name, r->type, n, all);
	for (size_t i = 0; !to && status == RY_OK && i < n; i++)
		*column_at(&column[i % r->count], i / r->count) = all[i];
	free(all);
	return status;
}

static enum ry_status row_walk(const struct checkpoint_row *r, struct st_writer *to,
                               const struct st_file *from)
{
	switch (r->kind) {
	case CHECKPOINT_IS_ARRAY:
		return to ? st_add(to, r->name, r->type, 1, &r->count, r->data)
		          : st_get(from, r->name, r->type, r->count, r->data);
	case CHECKPOINT_IS_PACK:
		assert(r->count <= CHECKPOINT_PACK_MAX);
		return to ? pack_write(r, to) : pack_read(r, from);
	case CHECKPOINT_IS_RANDOM:
		return to ? random_write(r->data, r->name, to)
		          : random_read(r->data, r->name, from);
	case CHECKPOINT_IS_COLUMNS:
		return columns_walk(r, to, from);
	}
	return RY_OK;
}

enum ry_status checkpoint_walk(const struct checkpoint_row *rows, int n, struct st_writer *to,
                               const struct st_file *from)
{
	enum ry_status status = RY_OK;

	for (int k = 0; k < n && status == RY_OK; k++)
		status = row_walk(&rows[k], to, from);
	return status;
}
