/* checkpoint.c - see checkpoint.h. */
#include "src/base/checkpoint.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "src/base/random.h"

/* A number that goes neither in a file nor out of one: read, it is the file that is wrong. */
static enum ry_status out_of_range(const struct st_file *from, const char *row, const char *what,
                                   double x, double low, double high)
{
	if (!from)
		return ry_fail(RY_ENUMERIC, "the numbers went bad: '%s' has %s %.17g", row, what,
		               x);
	return ry_fail(RY_EDATA, "%s: '%s' has %s %.17g, expected %.17g to %.17g", st_path(from),
	               row, what, x, low, high);
}

/* ---- packs ---- */

static double number_get(const struct checkpoint_number *n)
{
	switch (n->type) {
	case CHECKPOINT_IS_INT:     return *(const int *)n->value;
	case CHECKPOINT_IS_LONG:    return (double)*(const long *)n->value;
	case CHECKPOINT_IS_DOUBLE:
	case CHECKPOINT_IS_COUNT:
	case CHECKPOINT_IS_MEASURE: return *(const double *)n->value;
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
	case CHECKPOINT_IS_COUNT:
	case CHECKPOINT_IS_MEASURE:
		*(double *)n->value = x;
		break;
	}
}

static enum ry_status number_check(const struct checkpoint_row *row,
                                   const struct checkpoint_number *n, double x,
                                   const struct st_file *from)
{
	const int whole = n->type != CHECKPOINT_IS_DOUBLE;

	if (n->type == CHECKPOINT_IS_MEASURE ||
	    (x >= n->low && x <= n->high && (!whole || x == floor(x))))
		return RY_OK;
	if (from && n->low == n->high)
		return ry_fail(RY_ESHAPE, "%s: '%s' has %s %.17g, expected %.17g", st_path(from),
		               row->name, n->name, x, n->low);
	if (from && whole && x >= n->low && x <= n->high)
		return ry_fail(RY_EDATA, "%s: '%s' has %s %.17g, expected a whole number",
		               st_path(from), row->name, n->name, x);
	return out_of_range(from, row->name, n->name, x, n->low, n->high);
}

static enum ry_status pack_check(const struct checkpoint_row *row, const double *all,
                                 const struct st_file *from)
{
	const struct checkpoint_number *number = row->data;
	enum ry_status status = RY_OK;

	for (size_t k = 0; status == RY_OK && k < row->count; k++)
		status = number_check(row, &number[k], all[k], from);
	return status;
}

static enum ry_status pack_write(const struct checkpoint_row *row, struct st_writer *to)
{
	const struct checkpoint_number *number = row->data;
	int64_t whole[CHECKPOINT_PACK_MAX];
	double all[CHECKPOINT_PACK_MAX];
	enum ry_status status;

	for (size_t k = 0; k < row->count; k++)
		all[k] = number_get(&number[k]);
	status = pack_check(row, all, NULL);
	for (size_t k = 0; status == RY_OK && row->type == ST_I64 && k < row->count; k++)
		whole[k] = (int64_t)all[k];
	return status == RY_OK ? st_add(to, row->name, row->type, 1, &row->count,
	                                row->type == ST_I64 ? (const void *)whole : all)
	                       : status;
}

/* All numbers are checked before the first is set. */
static enum ry_status pack_read(const struct checkpoint_row *row, const struct st_file *from)
{
	const struct checkpoint_number *number = row->data;
	int64_t whole[CHECKPOINT_PACK_MAX];
	double all[CHECKPOINT_PACK_MAX];
	enum ry_status status =
		st_get_measures(from, row->name, row->type, 1, &row->count,
	                        row->type == ST_I64 ? (void *)whole : all);

	if (status != RY_OK)
		return status;
	for (size_t k = 0; row->type == ST_I64 && k < row->count; k++)
		all[k] = (double)whole[k];
	status = pack_check(row, all, from);
	for (size_t k = 0; status == RY_OK && k < row->count; k++)
		number_set(&number[k], all[k]);
	return status;
}

/* ---- columns ---- */

/* Number `line` of a column. */
static double *column_at(const struct checkpoint_column *c, size_t line)
{
	return (double *)(void *)((char *)c->first + line * c->stride);
}

static enum ry_status columns_check(const struct checkpoint_row *r, const double *all,
                                    const struct st_file *from)
{
	for (size_t i = 0; i < r->lines * r->count; i++)
		if (all[i] < 0)
			return out_of_range(from, r->name, "a number", all[i], 0, INFINITY);
	return RY_OK;
}

static enum ry_status columns_walk(const struct checkpoint_row *r, struct st_writer *to,
                                   const struct st_file *from)
{
	const struct checkpoint_column *column = r->data;
	size_t shape[2] = { r->lines, r->count }, n = r->lines * r->count;
	double *all = ry_calloc(n, sizeof *all, "a checkpoint");
	enum ry_status status = RY_OK;

	if (!all)
		return ry_failure();
	for (size_t i = 0; to && i < n; i++)
		all[i] = *column_at(&column[i % r->count], i / r->count);
	if (!to)
		status = st_get_measures(from, r->name, r->type, 2, shape, all);
	if (status == RY_OK)
		status = columns_check(r, all, from);
	if (to && status == RY_OK)
		status = st_add(to, r->name, r->type, 2, shape, all);
	for (size_t i = 0; !to && status == RY_OK && i < n; i++)
		*column_at(&column[i % r->count], i / r->count) = all[i];
	free(all);
	return status;
}

/* ---- arrays ---- */

static double array_at(const struct checkpoint_row *r, size_t i)
{
	switch (r->type) {
	case ST_F32: return (double)((const float *)r->data)[i];
	case ST_F64: return ((const double *)r->data)[i];
	case ST_I32: return ((const int32_t *)r->data)[i];
	case ST_I64: return (double)((const int64_t *)r->data)[i];
	case ST_U8:  break;
	}
	return NAN;
}

static enum ry_status array_check(const struct checkpoint_row *r, const struct st_file *from)
{
	for (size_t i = 0; i < r->count; i++) {
		double x = array_at(r, i);

		if (!(x >= r->low && x <= r->high))
			return out_of_range(from, r->name, "a number", x, r->low, r->high);
	}
	return RY_OK;
}

static enum ry_status array_walk(const struct checkpoint_row *r, struct st_writer *to,
                                 const struct st_file *from)
{
	enum ry_status status =
		to ? RY_OK : st_get(from, r->name, r->type, 1, &r->count, r->data);

	if (status == RY_OK)
		status = array_check(r, from);
	return to && status == RY_OK ? st_add(to, r->name, r->type, 1, &r->count, r->data) : status;
}

/* Runs of one version have flat bytes. */
static enum ry_status bytes_walk(const struct checkpoint_row *r, struct st_writer *to,
                                 const struct st_file *from)
{
	const size_t shape[2] = { r->lines, r->count }, all = r->lines * r->count;
	const struct st_tensor *t = to ? NULL : st_find(from, r->name);

	if (to)
		return st_add(to, r->name, r->type, 2, shape, r->data);
	return t && t->dims == 1 ? st_get(from, r->name, r->type, 1, &all, r->data)
	                         : st_get(from, r->name, r->type, 2, shape, r->data);
}

static enum ry_status row_walk(const struct checkpoint_row *r, struct st_writer *to,
                               const struct st_file *from)
{
	switch (r->kind) {
	case CHECKPOINT_IS_ARRAY:
		return array_walk(r, to, from);
	case CHECKPOINT_IS_BYTES:
		return bytes_walk(r, to, from);
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
