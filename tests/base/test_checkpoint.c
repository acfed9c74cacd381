/* test_checkpoint.c - state as a table: there and back, in any order, and what is refused. */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "src/base/checkpoint.h"
#include "src/base/random.h"
#include "tests/support/tap.h"

struct state {
	int      row;
	long     update;
	double   best;
	int      rows;
	real     w[5];
	double   sum[2];
	gsl_rng *rng;
};

static struct state state_make(int k)
{
	struct state s = { .row = 3 + k,
		           .update = (1L << 40) + k,
		           .best = -1.42 - k,
		           .rows = 20,
		           .sum = { 0.1 + k, -7 },
		           .rng = random_stream(k, STREAM_ORDER) };

	for (int i = 0; i < 5; i++)
		s.w[i] = (real)(1.5 * i - k);
	return s;
}

/* All kinds of rows; numbers in packs of both types. */
static enum ry_status walk(const struct state *s, struct st_writer *to, const struct st_file *from)
{
	const struct checkpoint_number place[] = {
		[0] = CHECKPOINT_LONG("update", &s->update, 0, CHECKPOINT_MAX),
		[1] = CHECKPOINT_INT("row", &s->row, 0, s->rows),
		[2] = CHECKPOINT_INT("rows", &s->rows, s->rows, s->rows),
	};
	const struct checkpoint_number measures[] = {
		[0] = CHECKPOINT_MEASURE("best", &s->best),
		[1] = CHECKPOINT_INT("row", &s->row, 0, 1000),
	};
	const struct checkpoint_row table[] = {
		CHECKPOINT_PACK("place", ST_I64, 3, place),
		CHECKPOINT_REALS("w", 5, s->w, -10, 10),
		CHECKPOINT_PACK("measures", ST_F64, 2, measures),
		CHECKPOINT_DOUBLES("sum", 2, s->sum, -DBL_MAX, DBL_MAX),
		CHECKPOINT_RANDOM("random", s->rng),
	};

	return checkpoint_walk(table, 5, to, from);
}

/* The same tensors; rows, and the lines of a pack, in another order. */
static enum ry_status walk_backwards(const struct state *s, struct st_writer *to,
                                     const struct st_file *from)
{
	const struct checkpoint_number measures[] = {
		[1] = CHECKPOINT_INT("row", &s->row, 0, 1000),
		[0] = CHECKPOINT_MEASURE("best", &s->best),
	};
	const struct checkpoint_number place[] = {
		[2] = CHECKPOINT_INT("rows", &s->rows, s->rows, s->rows),
		[1] = CHECKPOINT_INT("row", &s->row, 0, s->rows),
		[0] = CHECKPOINT_LONG("update", &s->update, 0, CHECKPOINT_MAX),
	};
	const struct checkpoint_row table[] = {
		CHECKPOINT_RANDOM("random", s->rng),
		CHECKPOINT_DOUBLES("sum", 2, s->sum, -DBL_MAX, DBL_MAX),
		CHECKPOINT_PACK("measures", ST_F64, 2, measures),
		CHECKPOINT_REALS("w", 5, s->w, -10, 10),
		CHECKPOINT_PACK("place", ST_I64, 3, place),
	};

	return checkpoint_walk(table, 5, to, from);
}

static struct st_file *reopened(struct st_writer *to)
{
	struct st_file *from;
	char path[512];

	snprintf(path, sizeof path, "%s/state.safetensors", tap_tmpdir());
	CU_ASSERT_EQUAL_FATAL(st_write(to, path), RY_OK);
	st_writer_free(to);
	from = st_open(path, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(from);
	return from;
}

static void check_equal(const struct state *a, const struct state *b)
{
	CU_ASSERT_EQUAL(a->row, b->row);
	CU_ASSERT_EQUAL(a->update, b->update);
	CU_ASSERT_EQUAL(a->best, b->best);
	CU_ASSERT_EQUAL(a->rows, b->rows);
	CU_ASSERT_EQUAL(memcmp(a->w, b->w, sizeof a->w), 0);
	CU_ASSERT_EQUAL(memcmp(a->sum, b->sum, sizeof a->sum), 0);
	for (int i = 0; i < 5; i++)
		CU_ASSERT_EQUAL(gsl_rng_get(a->rng), gsl_rng_get(b->rng));
}

typedef enum ry_status (*walker)(const struct state *, struct st_writer *, const struct st_file *);

/* What one table writes another reads, in whatever order either lists it. */
static void order_means_nothing(void)
{
	static const walker walks[] = { walk, walk_backwards };

	for (int w = 0; w < 2; w++)
		for (int r = 0; r < 2; r++) {
			struct state a = state_make(1), b = state_make(2);
			struct st_writer *to = st_writer_alloc();
			struct st_file *from;
			int64_t place[3];

			gsl_rng_get(a.rng);
			CU_ASSERT_EQUAL(walks[w](&a, to, NULL), RY_OK);
			from = reopened(to);
			CU_ASSERT_EQUAL(walks[r](&b, NULL, from), RY_OK);
			check_equal(&a, &b);
			CU_ASSERT_EQUAL(st_get(from, "place", ST_I64, 1, &(size_t){ 3 }, place),
			                RY_OK);
			CU_ASSERT_EQUAL(place[0], a.update);
			CU_ASSERT_EQUAL(place[1], a.row);
			CU_ASSERT_EQUAL(place[2], a.rows);
			st_close(from);
			gsl_rng_free(a.rng);
			gsl_rng_free(b.rng);
		}
}

/* A file whose "place" says this is refused, with these words, and no number of it is taken. */
static void refuse(int64_t update, int64_t row, int64_t rows, enum ry_status status,
                   const char *words)
{
	const int64_t place[3] = { update, row, rows };
	struct st_writer *to = st_writer_alloc();
	struct state s = state_make(1);
	struct st_file *from;
	size_t three = 3;

	CU_ASSERT_EQUAL(st_add(to, "place", ST_I64, 1, &three, place), RY_OK);
	from = reopened(to);
	CU_ASSERT_EQUAL(walk(&s, NULL, from), status);
	TAP_CHECK(strstr(ry_message(), words) && strstr(ry_message(), "state.safetensors"),
	          "'%s' does not say '%s' and the file", ry_message(), words);
	CU_ASSERT_TRUE(s.row == 4 && s.update == (1L << 40) + 1 && s.rows == 20);
	st_close(from);
	gsl_rng_free(s.rng);
}

static void numbers_out_of_range_are_refused(void)
{
	refuse(1, 21, 20, RY_EDATA, "'place' has row 21, expected 0 to 20");
	refuse(1, -1, 20, RY_EDATA, "'place' has row -1");
	refuse(1, (int64_t)1 << 32, 20, RY_EDATA, "row 4294967296");
	refuse(-1, 2, 20, RY_EDATA, "update -1");
	refuse(INT64_MAX, 2, 20, RY_EDATA, "update 9.22");
	refuse(1, 2, 21, RY_ESHAPE, "rows 21, expected 20");
	/* all is well with "place", but there is nothing else */
	refuse((1L << 40) + 1, 4, 20, RY_EDATA,  "'w' is missing");
}

/* A measure may be anything; a whole number is never read from NaN. */
static void doubles_may_be_anything(void)
{
	const double values[] = { NAN, -INFINITY, 1e300 };

	for (int k = 0; k < 3; k++) {
		struct state a = state_make(1), b = state_make(2);
		struct st_writer *to = st_writer_alloc();
		struct st_file *from;

		a.best = values[k];
		CU_ASSERT_EQUAL(walk(&a, to, NULL), RY_OK);
		from = reopened(to);
		CU_ASSERT_EQUAL(walk(&b, NULL, from), RY_OK);
		CU_ASSERT_EQUAL(memcmp(&a.best, &b.best, sizeof a.best), 0);
		st_close(from);
		to = st_writer_alloc();
		CU_ASSERT_EQUAL(st_add(to, "measures", ST_F64, 1, &(size_t){ 2 },
		                       (double[]){ 0, values[k] }), RY_OK);
		from = reopened(to);
		{
			const struct checkpoint_number number[] = {
				[0] = CHECKPOINT_MEASURE("best", &b.best),
				[1] = CHECKPOINT_INT("row", &b.row, 0, 1000),
			};
			const struct checkpoint_row row =
				CHECKPOINT_PACK("measures", ST_F64, 2, number);

			CU_ASSERT_EQUAL(checkpoint_walk(&row, 1, NULL, from), RY_EDATA);
		}
		st_close(from);
		gsl_rng_free(a.rng);
		gsl_rng_free(b.rng);
	}
}

/* Columns are read by their index, whatever structs they stand in; the tensor is (lines, columns).
 * One of another size is refused, and nothing is taken from it. */
static void columns_come_back(void)
{
	struct { int between; double x, y; } a[3], b[3] = { { 0 } };
	double c[3] = { 7, NAN, -0.0 }, d[3] = { 0 }, all[9];
	const size_t shape[2] = { 3, 3 };
	struct st_writer *to = st_writer_alloc();
	struct st_file *from;

	for (int k = 0; k < 3; k++) {
		a[k].between = -k;
		a[k].x = 1.5 * k;
		a[k].y = 1.42 + k;
		b[k].between = 10 + k;
	}
	{
		const struct checkpoint_column column[] = {
			[0] = CHECKPOINT_MEMBER(a, x),
			[1] = CHECKPOINT_COLUMN(c),
			[2] = CHECKPOINT_MEMBER(a, y),
		};
		const struct checkpoint_row row = CHECKPOINT_COLUMNS("columns", 3, 3, column);

		CU_ASSERT_EQUAL(checkpoint_walk(&row, 1, to, NULL), RY_OK);
	}
	from = reopened(to);
	CU_ASSERT_EQUAL(st_get_measures(from, "columns", ST_F64, 2, shape, all), RY_OK);
	{
		const struct checkpoint_column column[] = {
			[2] = CHECKPOINT_MEMBER(b, y),
			[1] = CHECKPOINT_COLUMN(d),
			[0] = CHECKPOINT_MEMBER(b, x),
		};
		const struct checkpoint_row two = CHECKPOINT_COLUMNS("columns", 2, 3, column),
					    row = CHECKPOINT_COLUMNS("columns", 3, 3, column);

		CU_ASSERT_EQUAL(checkpoint_walk(&two, 1, NULL, from), RY_ESHAPE);
		CU_ASSERT_TRUE(b[0].y == 0 && d[0] == 0);
		CU_ASSERT_EQUAL(checkpoint_walk(&row, 1, NULL, from), RY_OK);
	}
	for (int k = 0; k < 3; k++) {
		CU_ASSERT_TRUE(all[3 * k] == a[k].x && all[3 * k + 2] == a[k].y);
		CU_ASSERT_TRUE(b[k].between == 10 + k && b[k].x == a[k].x && b[k].y == a[k].y);
	}
	CU_ASSERT_EQUAL(memcmp(c, d, sizeof c), 0);
	st_close(from);
}

/* One number of the state is wrong: it is not written. */
static void refuse_writing(void (*spoil)(struct state *s), const char *words)
{
	struct state bad = state_make(1);
	struct st_writer *to = st_writer_alloc();

	spoil(&bad);
	CU_ASSERT_EQUAL(walk(&bad, to, NULL), RY_ENUMERIC);
	TAP_CHECK(strstr(ry_message(), words), "'%s' does not say '%s'", ry_message(), words);
	st_writer_free(to);
	gsl_rng_free(bad.rng);
}

static void nan_weight(struct state *s)   { s->w[3] = NAN; }
static void large_weight(struct state *s) { s->w[3] = 11; }
static void no_sum(struct state *s)       { s->sum[1] = -INFINITY; }
static void row_outside(struct state *s)  { s->row = s->rows + 1; }

static void what_is_not_read_is_not_written(void)
{
	refuse_writing(nan_weight, "'w' has a number nan");
	refuse_writing(large_weight, "'w' has a number 11");
	refuse_writing(no_sum, "'sum' has a number -inf");
	refuse_writing(row_outside, "'place' has row 21");
}

/* A file with these numbers of an array from -10 to 10. */
static void refuse_array(int n, const real *x, enum ry_status status, const char *words)
{
	struct st_writer *to = st_writer_alloc();
	struct st_file *from;
	real w[3] = { 0 };
	const struct checkpoint_row row = CHECKPOINT_REALS("w", 3, w, -10, 10);
	size_t count = (size_t)n;

	CU_ASSERT_EQUAL(st_add(to, "w", ST_REAL, 1, &count, x), RY_OK);
	from = reopened(to);
	CU_ASSERT_EQUAL(checkpoint_walk(&row, 1, NULL, from), status);
	TAP_CHECK(strstr(ry_message(), words) && strstr(ry_message(), "state.safetensors"),
	          "'%s' does not say '%s' and the file", ry_message(), words);
	st_close(from);
}

static void arrays_have_ranges(void)
{
	refuse_array(3, (real[]){ 1, NAN, 2 }, RY_EDATA, "'w': number 2 is nan");
	refuse_array(3, (real[]){ 1, 2, -INFINITY }, RY_EDATA, "'w': number 3 is -inf");
	refuse_array(3, (real[]){ 1, 2, 10.5 }, RY_EDATA, "'w' has a number 10.5, expected -10 to");
	refuse_array(2, (real[]){ 1, 2 }, RY_ESHAPE, "has the shape (2), expected (3)");
}

/* A count in a double is whole. */
static void counts_are_whole(void)
{
	double count = 0;
	const struct checkpoint_number number[] = {
		[0] = CHECKPOINT_COUNT("epochs", &count, 100),
	};
	const struct checkpoint_row row = CHECKPOINT_PACK("counts", ST_F64, 1, number);
	const double values[] = { 2.5, NAN, -1, 101 };

	for (int k = 0; k < 4; k++) {
		struct st_writer *to = st_writer_alloc();
		struct st_file *from;

		CU_ASSERT_EQUAL(st_add(to, "counts", ST_F64, 1, &(size_t){ 1 }, &values[k]), RY_OK);
		from = reopened(to);
		CU_ASSERT_EQUAL(checkpoint_walk(&row, 1, NULL, from), RY_EDATA);
		TAP_CHECK(k > 0 || strstr(ry_message(), "epochs 2.5, expected a whole number"),
		          "'%s'", ry_message());
		st_close(from);
	}
	CU_ASSERT_EQUAL(count, 0);
}

static const struct tap_test tests[] = {
	{ "the order of rows and lines means nothing", order_means_nothing },
	{ "numbers out of range are refused", numbers_out_of_range_are_refused },
	{ "doubles may be anything, whole numbers not", doubles_may_be_anything },
	{ "columns come back", columns_come_back },
	{ "what is not read is not written", what_is_not_read_is_not_written },
	{ "arrays have ranges", arrays_have_ranges },
	{ "counts are whole", counts_are_whole },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("checkpoint", tests);
}
