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
 *             CHECKPOINT_REALS("parameters", net->n, net->w),
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

enum checkpoint_type { CHECKPOINT_IS_INT, CHECKPOINT_IS_LONG, CHECKPOINT_IS_DOUBLE };

/* One number of a pack: where it is kept, and what a file may say.  With low = high the number is
 * not state but what reader and writer must agree on (RY_ESHAPE if they do not); outside the range
 * it is RY_EDATA.  Without a range (both 0, doubles only) anything may be read. */
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

/* One column of doubles, at every `stride` bytes from the first; they may be anything. */
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
	size_t               lines;      /* of columns: their length; `count` is their number */
};

/* A row, by a macro for each kind that checks the pointer's type. */
#define CHECKPOINT_ROW(name, kind, type, n, data) { name, kind, type, n, (void *)(data), 0 }
#define CHECKPOINT_REALS(name, n, x) \
	CHECKPOINT_ROW(name, CHECKPOINT_IS_ARRAY, ST_REAL, n, (const real *){ x })
#define CHECKPOINT_DOUBLES(name, n, x) \
	CHECKPOINT_ROW(name, CHECKPOINT_IS_ARRAY, ST_F64, n, (const double *){ x })
#define CHECKPOINT_INTS(name, n, x) \
	CHECKPOINT_ROW(name, CHECKPOINT_IS_ARRAY, ST_I32, n, (const int32_t *){ x })
#define CHECKPOINT_BYTES(name, n, x) \
	CHECKPOINT_ROW(name, CHECKPOINT_IS_ARRAY, ST_U8, n, (const unsigned char *){ x })
#define CHECKPOINT_PACK(name, type, n, numbers) \
	CHECKPOINT_ROW(name, CHECKPOINT_IS_PACK, type, n, \
	               (const struct checkpoint_number *){ numbers })
#define CHECKPOINT_RANDOM(name, rng) \
	CHECKPOINT_ROW(name, CHECKPOINT_IS_RANDOM, ST_U8, 0, (const gsl_rng *){ rng })
/* A tensor (lines, n) from n columns. */
#define CHECKPOINT_COLUMNS(name, lines, n, columns) \
	{ name, CHECKPOINT_IS_COLUMNS, ST_F64, n, \
	  (void *)(const struct checkpoint_column *){ columns }, lines }

/* Add every row to the file `to` (the data are copied) or, where that is NULL, fill every row from
 * the file `from`.  Reading stops at the first tensor that is missing (RY_EDATA), has another size
 * (RY_ESHAPE) or holds a number out of its range: the rows before it have then been filled.
 * Columns take memory for a copy (RY_ENOMEM). */
enum ry_status checkpoint_walk(const struct checkpoint_row *rows, int n, struct st_writer *to,
                               const struct st_file *from);

#endif
