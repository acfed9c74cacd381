/* test_watch_trace.c - curves for screens: smoothing, windows, columns of dots, caching; and
 * reading values. */
#include <math.h>
#include <string.h>

#include "src/app/watch/watch_trace.h"
#include "tests/support/tap.h"

enum { N = 5000 };

static double xs[N], ys[N], lows[N], highs[N];

/* x from -1.42 in steps of 0.37; y a wave with a spike. */
static struct watch_points wave(size_t n)
{
	for (size_t i = 0; i < n; i++) {
		xs[i] = -1.42 + 0.37 * (double)i;
		ys[i] = 2 + sin(0.05 * (double)i) + (i == n / 3 ? 7 : 0);
		lows[i] = ys[i] - 0.5;
		highs[i] = ys[i] + 0.25;
	}
	return (struct watch_points){ .n = n, .x = xs, .y = ys, .version = 1 };
}

static struct watch_look look(double from, double to, int columns, double keep)
{
	return (struct watch_look){ from, to, columns, keep, 0 };
}

static void few_points_are_all_there(void)
{
	struct watch_trace t = { 0 };
	struct watch_points p = wave(50);
	struct watch_look l = look(0, 0, 100, 0);

	watch_trace_make(&t, &p, &l);
	CU_ASSERT_EQUAL(t.line.n, 50);
	CU_ASSERT_EQUAL(t.raw.n, 0);
	CU_ASSERT(memcmp(t.line.x, xs, 50 * sizeof *xs) == 0 &&
	          memcmp(t.line.y, ys, 50 * sizeof *ys) == 0);
	CU_ASSERT(t.high == ys[16] && t.low > 0.9);
	watch_trace_clear(&t);
	CU_ASSERT(t.line.x == NULL && t.made == 0);
}

/* No window and no smoothing loses a spike, or needs more points than columns can show. */
static void columns_keep_extremes(void)
{
	static const size_t sizes[] = { 1, 2, 3, 199, 401, N };
	static const int columns[] = { 1, 2, 77, 200 };

	for (int a = 0; a < 6; a++)
		for (int b = 0; b < 4; b++)
			for (int bucket = 0; bucket < 2; bucket++) {
				struct watch_trace t = { 0 };
				struct watch_points p = wave(sizes[a]);
				struct watch_look l = look(0, 0, columns[b], 0);
				double low = INFINITY, high = -INFINITY, drawn_low = INFINITY,
				       drawn_high = -INFINITY;

				p.low = bucket ? lows : NULL;
				p.high = bucket ? highs : NULL;
				watch_trace_make(&t, &p, &l);
				for (size_t i = 0; i < p.n; i++) {
					low = fmin(low, bucket ? lows[i] : ys[i]);
					high = fmax(high, bucket ? highs[i] : ys[i]);
				}
				for (size_t i = 0; i < t.line.n; i++) {
					drawn_low = fmin(drawn_low, t.line.y[i]);
					drawn_high = fmax(drawn_high, t.line.y[i]);
				}
				TAP_CHECK(t.low == low && t.high == high && drawn_low == low &&
				                  drawn_high == high,
				          "%zu points in %d columns: %g..%g, drawn %g..%g, wanted "
				          "%g..%g",
				          p.n, columns[b], t.low, t.high, drawn_low, drawn_high,
				          low, high);
				TAP_CHECK(t.line.n <= 4 * (size_t)columns[b] + 4,
				          "%zu points in %d columns are %zu", p.n, columns[b],
				          t.line.n);
				for (size_t i = 1; i < t.line.n; i++)
					TAP_CHECK(t.line.x[i] >= t.line.x[i - 1], "x falls at %zu",
					          i);
				watch_trace_clear(&t);
			}
}

static void smoothing_is_its_formula(void)
{
	struct watch_trace t = { 0 };
	struct watch_points p = wave(60);
	struct watch_look l = look(0, 0, 100, 0.9);
	double s = 0, power = 1;

	ys[7] = NAN;
	watch_trace_make(&t, &p, &l);
	CU_ASSERT_EQUAL(t.line.n, 60);
	CU_ASSERT_EQUAL(t.raw.n, 60);
	for (size_t i = 0, k = 0; i < 60; i++) {
		if (isnan(ys[i])) {                          /* a gap, and no step of s */
			CU_ASSERT(isnan(t.line.y[k]) && isnan(t.raw.y[k]));
			k++;
			continue;
		}
		s = 0.9 * s + 0.1 * ys[i];
		power *= 0.9;
		TAP_CHECK(fabs(t.line.y[k] - s / (1 - power)) < 1e-12, "point %zu: %g, wanted %g",
		          i, t.line.y[k], s / (1 - power));
		CU_ASSERT(t.raw.y[k] == ys[i]);
		k++;
	}
	watch_trace_clear(&t);
}

static void smoothing_keeps_a_constant(void)
{
	struct watch_points p = wave(N);

	for (size_t i = 0; i < N; i++)
		ys[i] = -1.42;
	for (double keep = 0; keep < 1; keep += 0.123) {
		struct watch_trace t = { 0 };
		struct watch_look l = look(100, 900, 40, keep);

		watch_trace_make(&t, &p, &l);
		CU_ASSERT(t.line.n > 40);
		for (size_t i = 0; i < t.line.n; i++)
			TAP_CHECK(fabs(t.line.y[i] + 1.42) < 1e-12, "keep %g: %g at %zu", keep,
			          t.line.y[i], i);
		watch_trace_clear(&t);
	}
}

/* A window shows what the whole does there, and one point beyond each end; smoothing begins before
 * it. */
static void windows(void)
{
	struct watch_trace all = { 0 }, part = { 0 };
	struct watch_points p = wave(100);
	struct watch_look whole = look(0, 0, 1000, 0.8), l = look(3.0, 7.0, 1000, 0.8);

	watch_trace_make(&all, &p, &whole);
	watch_trace_make(&part, &p, &l);
	CU_ASSERT(part.line.n >= 3 && part.line.x[0] < 3.0 && part.line.x[1] >= 3.0);
	CU_ASSERT(part.line.x[part.line.n - 1] > 7.0 && part.line.x[part.line.n - 2] <= 7.0);
	for (size_t i = 0; i < part.line.n; i++) {
		size_t k = watch_nearest(&p, part.line.x[i]);

		TAP_CHECK(fabs(part.line.y[i] - all.line.y[k]) < 1e-12,
		          "at %g: %g, in all of it %g", part.line.x[i], part.line.y[i],
		          all.line.y[k]);
	}
	for (size_t i = 0; i < p.n; i++)
		if (xs[i] >= 3 && xs[i] <= 7)
			CU_ASSERT(part.low <= ys[i] && part.high >= ys[i]);
	CU_ASSERT(part.high < 9);
	l = look(1e6, 2e6, 10, 0);
	watch_trace_make(&part, &p, &l);
	CU_ASSERT(part.low > part.high);
	watch_trace_clear(&all);
	watch_trace_clear(&part);
}

static void nothing_is_made_twice(void)
{
	struct watch_trace t = { 0 };
	struct watch_points p = wave(100);
	struct watch_look l = look(0, 0, 50, 0.5),
			  other[] = { look(0, 5, 50, 0.5), look(0, 0, 51, 0.5), look(0, 0, 50, 0.6),
		                      l };

	other[3].positive = 1;
	watch_trace_make(&t, &p, &l);
	watch_trace_make(&t, &p, &l);
	CU_ASSERT_EQUAL(t.made, 1);
	p.version++;
	watch_trace_make(&t, &p, &l);
	CU_ASSERT_EQUAL(t.made, 2);
	for (int k = 0; k < 4; k++) {
		watch_trace_make(&t, &p, &other[k]);
		CU_ASSERT_EQUAL(t.made, 3 + k);
	}
	p.y = highs;
	watch_trace_make(&t, &p, &other[3]);
	CU_ASSERT_EQUAL(t.made, 7);
	watch_trace_clear(&t);
}

static void awkward_numbers(void)
{
	double x[] = { 1, 2, 3, 4, 5 }, y[] = { NAN, -1, 0, INFINITY, 3 },
	       no_x[] = { NAN, NAN, NAN, NAN, NAN };
	struct watch_trace t = { 0 };
	struct watch_points p = { .n = 5, .x = x, .y = y, .version = 1 };
	struct watch_look l = look(0, 0, 10, 0);

	watch_trace_make(&t, &p, &l);
	CU_ASSERT(t.line.n == 4 && t.low == -1 && t.high == 3 && t.hidden == 0);
	CU_ASSERT(isnan(t.line.y[2]) && t.line.y[3] == 3);
	l.positive = 1;
	watch_trace_make(&t, &p, &l);
	CU_ASSERT(t.line.n == 1 && t.line.x[0] == 5 && t.low == 3 && t.hidden == 2);
	p.n = 1;
	p.version++;
	watch_trace_make(&t, &p, &l);
	CU_ASSERT(t.line.n == 0 && t.low > t.high);
	p = (struct watch_points){ .n = 5, .x = no_x, .y = y, .version = 3 };
	watch_trace_make(&t, &p, &l);
	CU_ASSERT_EQUAL(t.line.n, 0);
	p = (struct watch_points){ 0 };
	watch_trace_make(&t, &p, &l);
	CU_ASSERT_EQUAL(t.line.n, 0);
	CU_ASSERT(isnan(watch_value(&p, 1)) && watch_nearest(&p, 1) == 0);
	CU_ASSERT_EQUAL(watch_step(&p, 2.5, 1, 0.1), 2.5);
	watch_trace_clear(&t);
}

/* The gaps of a trace: NaN between two points. */
static int gaps(const struct watch_path *p)
{
	int n = 0;

	for (size_t i = 1; i + 1 < p->n; i++)
		n += isnan(p->y[i]) && !isnan(p->y[i - 1]) && !isnan(p->y[i + 1]);
	return n;
}

/* However many points there are to a column, and smoothed or not. */
static void holes_are_gaps(void)
{
	static const struct { size_t n, from, to, every; int positive, wanted; } row[] = {
		{ 100, 30, 60, 1, 0, 1 }, { 100, 50, 51, 1, 0, 1 }, { 100, 0, 60, 1, 0, 0 },
		{ 100, 0, 0, 5, 0, 0 },   { 100, 30, 60, 5, 0, 1 }, { 100, 30, 60, 1, 1, 1 },
		{ N, 2000, 3000, 1, 0, 1 }, { N, 2000, 3000, 7, 0, 1 }, { N, 0, 0, 7, 0, 0 },
		{ N, 2000, 3000, 1, 1, 1 },
	};

	for (size_t k = 0; k < sizeof row / sizeof *row; k++)
		for (int smooth = 0; smooth < 2; smooth++) {
			struct watch_trace t = { 0 };
			struct watch_points p = wave(row[k].n);
			struct watch_look l = look(0, 0, 200, smooth ? 0.5 : 0);

			l.positive = row[k].positive;
			for (size_t i = 0; i < row[k].n; i++)
				if (i % row[k].every != 0)
					ys[i] = NAN;
				else if (i >= row[k].from && i < row[k].to)
					ys[i] = row[k].positive ? -1 : NAN;
			watch_trace_make(&t, &p, &l);
			TAP_CHECK(gaps(&t.line) == row[k].wanted && (!smooth ||
			          gaps(&t.raw) == row[k].wanted), "%zu: %d gaps", k, gaps(&t.line));
			TAP_CHECK(t.hidden == (row[k].positive ? row[k].to - row[k].from : 0),
			          "%zu: %zu hidden", k, t.hidden);
			watch_trace_clear(&t);
		}
}

/* Of many points, a bucket has the mean; the last number is still the last. */
static void the_last_value_is_no_mean(void)
{
	double x[] = { 1, 3 }, y[] = { 0.5, 0.4375 }, low[] = { 0, 0 }, high[] = { 1, 1 };
	struct watch_points p = { .n = 2, .x = x, .y = y, .low = low, .high = high, .last = 0 };

	CU_ASSERT_EQUAL(watch_value(&p, INFINITY), 0);
	CU_ASSERT_EQUAL(watch_value(&p, 1), 0.5);
}

static void values_are_read(void)
{
	double x[] = { 1, 2, 4, 8 }, y[] = { 10, 20, 40, NAN };
	struct watch_points p = { .n = 4, .x = x, .y = y };
	static const struct { double at; size_t nearest; } near[] = {
		{ -5, 0 }, { 1, 0 }, { 1.4, 0 }, { 1.6, 1 }, { 3.1, 2 }, { 5.9, 2 }, { 6.1, 3 },
		  { 99, 3 }, { INFINITY, 3 },
	};

	for (size_t k = 0; k < sizeof near / sizeof *near; k++)
		TAP_CHECK(watch_nearest(&p, near[k].at) == near[k].nearest, "nearest to %g is %zu",
		          near[k].at, watch_nearest(&p, near[k].at));
	CU_ASSERT_EQUAL(watch_value(&p, 2.2), 20);
	CU_ASSERT(isnan(watch_value(&p, 8)));
	CU_ASSERT_EQUAL(watch_value(&p, INFINITY), 40);
}

static void steps(void)
{
	double x[] = { 1, 2, 4, 8, 9 };
	struct watch_points p = { .n = 5, .x = x };
	static const struct { double at; int step; double least, wanted; } row[] = {
		{ 1, 1, 0.1, 2 }, { 2, 1, 0.1, 4 }, { 2, 1, 2, 4 }, { 2, 1, 3, 8 }, { 9, 1, 0.1,
		  9 }, { 4, 1, 99, 9 }, { 12, 1, 1, 12 },
		{ 4, -1, 0.1, 2 }, { 9, -1, 1, 8 }, { 9, -1, 2, 4 }, { 1, -1, 0.1, 1 }, { 3, -1, 0,
		  2 }, { 3, 1, 0, 4 }, { 2, 1, 0, 4 },
		{ 4, -1, 99, 1 }, { 0, -1, 1, 0 },
	};

	for (size_t k = 0; k < sizeof row / sizeof *row; k++)
		TAP_CHECK(watch_step(&p, row[k].at, row[k].step, row[k].least) == row[k].wanted,
		          "from %g by %g: %g, wanted %g", row[k].at, row[k].step * row[k].least,
		          watch_step(&p, row[k].at, row[k].step, row[k].least), row[k].wanted);
}

static const struct tap_test tests[] = {
	{ "few points are all there", few_points_are_all_there },
	{ "columns keep extremes", columns_keep_extremes },
	{ "smoothing is its formula", smoothing_is_its_formula },
	{ "smoothing keeps a constant", smoothing_keeps_a_constant },
	{ "windows", windows },
	{ "nothing is made twice", nothing_is_made_twice },
	{ "awkward numbers", awkward_numbers },
	{ "holes are gaps", holes_are_gaps },
	{ "the last value is no mean", the_last_value_is_no_mean },
	{ "values are read", values_are_read },
	{ "steps of a cursor", steps },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("watch_trace", tests);
}
