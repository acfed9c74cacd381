/* checkpoint.h - the state of a learner as one table that both the writer and the reader walk.
 *
 * A row is one tensor of the file: an array, a random generator, a pack of single numbers, or
 * columns, each a member of an array of structs.  Rows are found by their names, a packed number
 * and a column by its index.  The order of the rows therefore means nothing; an index, once files
 * have been written, must never change.
 *
 *     struct checkpoint_number place[] = {
 *             [0] = CHECKPOINT_LONG("update", &updates, 0, CHECKPOINT_MAX),
 *             [1] = CHECKPOINT_INT("row", &row, 0, rows),
 *     };
 *     struct checkpoint_row table[] = {
 *             CHECKPOINT_PACK("place", ST_I64, 2, place),
 *             CHECKPOINT_REALS("parameters", net->n, net->w, -RY_REAL_MAX, RY_REAL_MAX),
 *             CHECKPOINT_RANDOM("random.order", order),
 *     };
 *
 *     status = checkpoint_walk(table, 3, to, from);
 *
 * One function thus serves both directions.  The object may be const for writing, and is not for
 * reading; so the macros check the pointer's type and drop the const.
 */
#ifndef RILEY_BASE_CHECKPOINT_H
#define RILEY_BASE_CHECKPOINT_H

#include <gsl/gsl_rng.h>
#include "src/base/safetensors.h"

/* Numbers in a pack, at most; and the largest count: beyond it a double has gaps. */
enum { CHECKPOINT_PACK_MAX = 16 };
#define CHECKPOINT_MAX 9007199254740992.0

enum checkpoint_type {
	CHECKPOINT_IS_INT,
	CHECKPOINT_IS_LONG,
	CHECKPOINT_IS_DOUBLE,
	CHECKPOINT_IS_COUNT,         /* a whole number in a double */
	CHECKPOINT_IS_MEASURE        /* a double that may be NaN or infinite, without a range */
};

/* One number of a pack: where it is kept, and its range.  With low = high the number is not state
 * but what reader and writer must agree on (RY_ESHAPE if they do not). */
struct checkpoint_number {
	const char          *name;   /* for messages */
	enum checkpoint_type type;
	void                *value;
	double               low, high;
};

#define CHECKPOINT_INT(name, x, low, high) \
	{ name, CHECKPOINT_IS_INT, (void *)(const int *){ x }, low, high }
#define CHECKPOINT_LONG(name, x, low, high) \
	{ name, CHECKPOINT_IS_LONG, (void *)(const long *){ x }, low, high }
#define CHECKPOINT_DOUBLE(name, x, low, high) \
	{ name, CHECKPOINT_IS_DOUBLE, (void *)(const double *){ x }, low, high }
#define CHECKPOINT_COUNT(name, x, high) \
	{ name, CHECKPOINT_IS_COUNT, (void *)(const double *){ x }, 0, high }
#define CHECKPOINT_MEASURE(name, x) \
	{ name, CHECKPOINT_IS_MEASURE, (void *)(const double *){ x }, 0, 0 }

/* One column of doubles, at every `stride` bytes from the first: measures from 0, or NaN. */
struct checkpoint_column {
	double *first;
	size_t  stride;
};

/* Member `member` of the structs at `array`, or of an array of doubles. */
#define CHECKPOINT_MEMBER(array, member) \
	{ (double *)(const double *){ &(array)->member }, sizeof *(array) }
#define CHECKPOINT_COLUMN(array) \
	{ (double *)(const double *){ array }, sizeof *(array) }

enum checkpoint_kind {
	CHECKPOINT_IS_ARRAY,
	CHECKPOINT_IS_BYTES,
	CHECKPOINT_IS_PACK,
	CHECKPOINT_IS_RANDOM,
	CHECKPOINT_IS_COLUMNS
};

/* One tensor. */
struct checkpoint_row {
	const char          *name;
	enum checkpoint_kind kind;
	enum st_type         type;       /* a pack's is ST_I64 or ST_F64 */
	size_t               count;
	void                *data;       /* array, struct checkpoint_number, gsl_rng, or struct
	                                  * checkpoint_column; borrowed */
	size_t               lines;      /* of bytes and columns: their length; `count` is their
	                                  * number */
	double               low, high;  /* of an array: its range */
};

/* A row, by a macro for each kind that checks the pointer's type. */
#define CHECKPOINT_ROW(name, kind, type, n, data, low, high) \
	{ name, kind, type, n, (void *)(data), 0, low, high }
#define CHECKPOINT_REALS(name, n, x, low, high) \
	CHECKPOINT_ROW(name, CHECKPOINT_IS_ARRAY, ST_REAL, n, (const real *){ x }, low, high)
#define CHECKPOINT_DOUBLES(name, n, x, low, high) \
	CHECKPOINT_ROW(name, CHECKPOINT_IS_ARRAY, ST_F64, n, (const double *){ x }, low, high)
#define CHECKPOINT_INTS(name, n, x, low, high) \
	CHECKPOINT_ROW(name, CHECKPOINT_IS_ARRAY, ST_I32, n, (const int32_t *){ x }, low, high)
/* A tensor (lines, n) of bytes, which may be anything; a flat one of as many is read, too. */
#define CHECKPOINT_BYTES(name, lines, n, x) \
	{ name, CHECKPOINT_IS_BYTES, ST_U8, n, (void *)(const unsigned char *){ x }, lines, 0, 255 }
#define CHECKPOINT_PACK(name, type, n, numbers) \
	CHECKPOINT_ROW(name, CHECKPOINT_IS_PACK, type, n, \
	               (const struct checkpoint_number *){ numbers }, 0, 0)
#define CHECKPOINT_RANDOM(name, rng) \
	CHECKPOINT_ROW(name, CHECKPOINT_IS_RANDOM, ST_U8, 0, (const gsl_rng *){ rng }, 0, 0)
/* A tensor (lines, n) from n columns. */
#define CHECKPOINT_COLUMNS(name, lines, n, columns) \
	{ name, CHECKPOINT_IS_COLUMNS, ST_F64, n, \
	  (void *)(const struct checkpoint_column *){ columns }, lines, 0, 0 }

/* Add every row to the file `to` (the data are copied) or, where that is NULL, fill every row from
 * the file `from`.  Reading stops at the first tensor that is missing (RY_EDATA), has another type
 * or shape (RY_ESHAPE) or holds a number out of its range (RY_EDATA): the rows before it, and the
 * array itself, have then been filled.  Writing stops at such a number too (RY_ENUMERIC), so that
 * whatever has been written can be read.  Columns take memory for a copy (RY_ENOMEM). */
enum ry_status checkpoint_walk(const struct checkpoint_row *rows, int n, struct st_writer *to,
                               const struct st_file *from);

#endif
