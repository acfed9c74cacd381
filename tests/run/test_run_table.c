/* test_run_table.c - columns in buckets: their statistics of the points added, and their size. */
#include <config.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/run/run_table.h"
#include "tests/support/allocations.h"
#include "tests/support/tap.h"

static struct run_line l;

/* A line of `n` numbers called a, b, ... (and two letters from the 27th on). */
static const struct run_line *line_of(int n, const double *x)
{
	static char name[RUN_TABLE_COLUMNS + 8][8];

	l.n = n;
	for (int k = 0; k < n; k++) {
		snprintf(name[k], sizeof name[k], k < 26 ? "%c" : "%c%d", 'a' + k % 26, k / 26);
		l.number[k] = (struct run_field){ name[k], strlen(name[k]), x[k] };
	}
	return &l;
}

/* Numbers like those of a log: a step, a noisy value, one that is known only sometimes. */
static void row_of(size_t i, double x[3])
{
	x[0] = 10.0 * (double)i;
	x[1] = sin(0.37 * (double)i) * 1e3 / (double)(i % 17 + 1);
	x[2] = i % 7 == 3 && (i / 1000) % 2 == 0 ? cos((double)i) : NAN;
}

static int is_near(double x, double want)
{
	return isnan(want) ? isnan(x) : fabs(x - want) <= 1e-10 * (1 + fabs(want));
}

/* Check bucket b of column k against the points themselves. */
static void check_bucket(const struct run_table *t, int k, size_t b)
{
	const struct run_column *c = t->column[k];
	double sum = 0, low = NAN, high = NAN, x[3];
	size_t known = 0;

	for (size_t i = b * t->bucket; i < (b + 1) * t->bucket && i < t->points; i++) {
		row_of(i, x);
		if (isnan(x[k]))
			continue;
		known++;
		sum += x[k];
		low = fmin(low, x[k]);
		high = fmax(high, x[k]);
	}
	TAP_CHECK(is_near(c->mean[b], known ? sum / (double)known : NAN),
	          "mean of bucket %zu of %c is %g", b, 'a' + k, c->mean[b]);
	TAP_CHECK(is_near(c->low[b], low) && is_near(c->high[b], high),
	          "range of bucket %zu of %c: %g %g", b, 'a' + k, c->low[b], c->high[b]);
}

static void check_table(const struct run_table *t)
{
	TAP_CHECK((t->points + t->bucket - 1) / t->bucket == t->buckets,
	          "%zu buckets of %zu for %zu points", t->buckets, t->bucket, t->points);
	for (int k = 0; k < t->columns; k++)
		for (size_t b = 0; b < t->buckets; b++)
			check_bucket(t, k, b);
}

static void add(struct run_table *t, size_t n)
{
	double x[3];

	for (size_t i = t->points; n > 0; i++, n--) {
		row_of(i, x);
		CU_ASSERT_EQUAL(run_table_add(t, line_of(3, x)), 1);
	}
}

static void few_points_are_exact(void)
{
	struct run_table *t = run_table_alloc((size_t)40 << 20);
	const struct run_column *c;

	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT_EQUAL(t->points, 0);
	CU_ASSERT_EQUAL(t->buckets, 0);
	CU_ASSERT_EQUAL(t->columns, 0);
	CU_ASSERT_PTR_NULL(run_table_column(t, "a"));
	add(t, 2000);
	CU_ASSERT_EQUAL(t->bucket, 1);
	CU_ASSERT_EQUAL(t->buckets, 2000);
	check_table(t);
	c = run_table_column(t, "a");
	CU_ASSERT_PTR_NOT_NULL_FATAL(c);
	CU_ASSERT_PTR_EQUAL(c, t->column[0]);
	CU_ASSERT_PTR_EQUAL(c->mean, c->low);
	CU_ASSERT_EQUAL(c->last, 19990);
	CU_ASSERT_EQUAL(c->lowest, 0);
	CU_ASSERT_EQUAL(c->highest, 19990);
	CU_ASSERT_EQUAL(c->known, 2000);
	CU_ASSERT_EQUAL(c->falls, 0);
	CU_ASSERT(run_table_column(t, "b")->falls > 500);
	run_table_free(t);
}

/* Around every number of points at which buckets are merged. */
static void many_points_are_merged(void)
{
	/* the smallest: 1 MB, 12,483 buckets of three columns */
	struct run_table *t = run_table_alloc(0);
	static const size_t stop[] = { 43690,  43691,  43692,  50000,  100000,
		                       131071, 131073, 300001, 1000000 };

	for (size_t i = 0; i < sizeof stop / sizeof stop[0]; i++) {
		add(t, stop[i] - t->points);
		check_table(t);
		CU_ASSERT(t->bucket == 1 || t->buckets > 6200);
		CU_ASSERT(t->columns * t->buckets * (t->bucket == 1 ? 8 : 28) <= 1 << 20);
	}
	CU_ASSERT_EQUAL(t->bucket, 128);
	CU_ASSERT_EQUAL(run_table_column(t, "a")->known, 1000000);
	CU_ASSERT_EQUAL(run_table_column(t, "a")->last, 9999990);
	run_table_clear(t);
	CU_ASSERT_EQUAL(t->points, 0);
	CU_ASSERT_EQUAL(t->columns, 0);
	add(t, 100);
	CU_ASSERT_EQUAL(t->bucket, 1);
	check_table(t);
	run_table_free(t);
}

static void as_many_buckets_as_promised(void)
{
	struct run_table *t = run_table_alloc((size_t)64 << 20);
	double x[1] = { 1 };

	for (int i = 0; i < RUN_TABLE_BUCKETS; i++)
		run_table_add(t, line_of(1, x));
	CU_ASSERT_EQUAL(t->bucket, 1);
	CU_ASSERT_EQUAL(t->buckets, RUN_TABLE_BUCKETS);
	run_table_add(t, line_of(1, x));
	CU_ASSERT_EQUAL(t->bucket, 2);
	CU_ASSERT_EQUAL(t->buckets, RUN_TABLE_BUCKETS / 2 + 1);
	run_table_free(t);
}

/* Columns that start late, in single and in merged buckets, and one that ends. */
static void columns_come_and_go(void)
{
	struct run_table *t = run_table_alloc(0);
	double x[4] = { 1, 2, 3, 4 };

	for (int i = 0; i < 100; i++)
		run_table_add(t, line_of(i < 50 ? 1 : 2, x));
	CU_ASSERT(isnan(run_table_column(t, "b")->mean[49]));
	CU_ASSERT_EQUAL(run_table_column(t, "b")->mean[50], 2);
	while (t->bucket < 4)
		run_table_add(t, line_of(2, x));
	for (int i = 0; i < 12; i++)
		run_table_add(t, line_of(4, x));
	CU_ASSERT(isnan(run_table_column(t, "c")->mean[0]));
	CU_ASSERT(isnan(run_table_column(t, "d")->low[t->buckets / 2]));
	CU_ASSERT_EQUAL(run_table_column(t, "d")->high[t->buckets - 1], 4);
	CU_ASSERT_EQUAL(run_table_column(t, "d")->known, 12);
	for (int i = 0; i < 12; i++)
		run_table_add(t, line_of(3, x));
	CU_ASSERT_EQUAL(run_table_column(t, "c")->mean[t->buckets - 1], 3);
	CU_ASSERT(isnan(run_table_column(t, "d")->mean[t->buckets - 1]));
	CU_ASSERT_EQUAL(run_table_column(t, "d")->last, 4);
	run_table_free(t);
}

static void odd_lines(void)
{
	struct run_table *t = run_table_alloc(0);

	l.n = 0;
	/* an empty point is a point */
	CU_ASSERT_EQUAL(run_table_add(t, &l), 1);
	CU_ASSERT_EQUAL(t->points, 1);
	l.n = 3;
	l.number[0] = (struct run_field){ "x", 1, 1 };
	l.number[1] = (struct run_field){ "y", 1, 5 };
	l.number[2] = (struct run_field){ "x", 1, 2 };
	run_table_add(t, &l);
	CU_ASSERT_EQUAL(t->columns, 2);
	CU_ASSERT_EQUAL(run_table_column(t, "x")->mean[1], 2);
	CU_ASSERT_EQUAL(run_table_column(t, "x")->known, 1);
	CU_ASSERT(isnan(run_table_column(t, "x")->mean[0]));
	l.n = 2;
	/* in the other order, and decreasing */
	l.number[0] = (struct run_field){ "y", 1, 4 };
	l.number[1] = (struct run_field){ "x", 1, NAN };
	run_table_add(t, &l);
	CU_ASSERT_EQUAL(run_table_column(t, "y")->mean[2], 4);
	CU_ASSERT_EQUAL(run_table_column(t, "y")->falls, 1);
	CU_ASSERT_EQUAL(run_table_column(t, "x")->last, 2);
	run_table_free(t);
}

/* The largest numbers of either sign. */
static void means_do_not_overflow(void)
{
	struct run_table *t = run_table_alloc(0);
	double x[3] = { DBL_MAX, -DBL_MAX, 0.1 };

	for (int i = 0; i < 200000; i++) {
		x[1] = -x[1];
		run_table_add(t, line_of(3, x));
	}
	CU_ASSERT(t->bucket > 4);
	for (size_t b = 0; b < t->buckets; b++) {
		TAP_CHECK(fabs(t->column[0]->mean[b] / DBL_MAX - 1) < 1e-12, "%g",
		          t->column[0]->mean[b]);
		TAP_CHECK(fabs(t->column[1]->mean[b] / DBL_MAX) <= 1 &&
		                  t->column[1]->low[b] <= t->column[1]->mean[b] &&
		                  t->column[1]->mean[b] <= t->column[1]->high[b],
		          "%g", t->column[1]->mean[b]);
		TAP_CHECK(t->column[2]->mean[b] == 0.1, "a constant's mean is %.17g",
		          t->column[2]->mean[b]);
	}
	run_table_free(t);
}

static void too_many_columns(void)
{
	struct run_table *t = run_table_alloc(0);
	static double x[RUN_LINE_NUMBERS];
	size_t most = 0;

	for (int i = 0; i < 3000; i++) {
		for (int k = 0; k < RUN_LINE_NUMBERS; k++)
			x[k] = i;
		CU_ASSERT_EQUAL(run_table_add(t, line_of(RUN_LINE_NUMBERS, x)), 1);
		most = t->bucket > 1 && t->buckets > most ? t->buckets : most;
	}
	l.number[5].name = "another";
	l.number[5].name_length = 7;
	CU_ASSERT_EQUAL(run_table_add(t, &l), 1);
	CU_ASSERT_EQUAL(t->columns, RUN_TABLE_COLUMNS);
	CU_ASSERT_PTR_NULL(run_table_column(t, "another"));
	CU_ASSERT_EQUAL(t->column[4]->known, 3001);
	CU_ASSERT_EQUAL(t->column[5]->known, 3000);
	TAP_CHECK(most * 28 * RUN_TABLE_COLUMNS <= 1 << 20, "%zu buckets of 1,024 columns", most);
	run_table_free(t);
}

/* An allocation failure at any request: the point is refused, and earlier points are unchanged. */
static void memory_that_ends(void)
{
	int refused = 0;

	if (!allocations_fail_after(-1)) {
		tap_skip("requests for memory can't be redirected here");
		return;
	}
	allocations_fail_after(0);
	CU_ASSERT_PTR_NULL(run_table_alloc(0));
	for (int n = 0; n < 24; n++) {
		struct run_table *t;
		size_t points = 43690;

		allocations_fail_after(-1);
		t = run_table_alloc(0);
		/* at the first point; at the first merge */
		for (int when = 0; when < 2; when++) {
			double x[3];

			if (when)
				add(t, points - t->points);
			row_of(t->points, x);
			allocations_fail_after(n);
			refused += !run_table_add(t, line_of(3, x));
			allocations_fail_after(-1);
			check_table(t);
			add(t, 3);
			check_table(t);
		}
		run_table_free(t);
	}
	TAP_CHECK(refused > 10, "%d points were refused", refused);
}

static const struct tap_test tests[] = {
	{ "few points are kept as they are", few_points_are_exact },
	{ "many points are merged", many_points_are_merged },
	{ "65,536 buckets", as_many_buckets_as_promised },
	{ "columns come and go", columns_come_and_go },
	{ "odd lines", odd_lines },
	{ "means do not overflow", means_do_not_overflow },
	{ "more columns than there may be", too_many_columns },
	{ "memory that ends", memory_that_ends },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("run_table", tests);
}
