/* test_random.c - streams of random numbers: independent, and restored exactly. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/random.h"
#include "tests/support/tap.h"

static unsigned long first_of(long seed, unsigned stream)
{
	gsl_rng *rng = random_stream(seed, stream);
	unsigned long x;

	CU_ASSERT_PTR_NOT_NULL_FATAL(rng);
	x = gsl_rng_get(rng);
	gsl_rng_free(rng);
	return x;
}

static void same_seed_same_numbers(void)
{
	gsl_rng *a = random_stream(7, STREAM_ORDER), *b = random_stream(7, STREAM_ORDER);

	CU_ASSERT_STRING_EQUAL(gsl_rng_name(a), "mt19937");
	for (int i = 0; i < 2000; i++)
		CU_ASSERT_EQUAL_FATAL(gsl_rng_get(a), gsl_rng_get(b));
	gsl_rng_free(a);
	gsl_rng_free(b);
}

/* Neighbouring seeds and streams, and the ends of their ranges. */
static void seeds_and_streams_differ(void)
{
	static const long seeds[] = {
		LONG_MIN, -2, -1, 0, 1, 2, 3, 4, 1L << 31, 1L << 32, (1L << 32) + 1, LONG_MAX
	};
	static const unsigned streams[] = { 0, 1, 2, 3, 4, 16, 17, 18, 19, UINT_MAX - 1, UINT_MAX };
	enum { SEEDS = sizeof seeds / sizeof *seeds, STREAMS = sizeof streams / sizeof *streams };
	unsigned long x[SEEDS * STREAMS];

	for (int i = 0; i < SEEDS * STREAMS; i++) {
		x[i] = first_of(seeds[i / STREAMS], streams[i % STREAMS]);
		for (int j = 0; j < i; j++)
			TAP_CHECK(x[i] != x[j], "seed %ld stream %u begins as seed %ld stream %u",
			          seeds[i / STREAMS], streams[i % STREAMS], seeds[j / STREAMS],
			          streams[j % STREAMS]);
	}
}

/* The first numbers of neighbouring seeds look as independent as those of one stream: their mean,
 * and the mean product of neighbours, are within 5 standard errors. */
static void neighbours_are_unrelated(void)
{
	enum { N = 20000 };

	for (int by_stream = 0; by_stream < 2; by_stream++) {
		double sum = 0, product = 0, before = 0;

		for (int i = 0; i < N; i++) {
			double x = first_of(by_stream ? 1 : i,
			                    by_stream ? (unsigned)i : STREAM_SAMPLE) /
			                   4294967296.0 -
			           0.5;

			sum += x;
			product += x * before;
			before = x;
		}
		TAP_CHECK(fabs(sum / N) < 5 * sqrt(1 / 12.0 / N), "mean of first numbers %g",
		          0.5 + sum / N);
		TAP_CHECK(fabs(product / N) < 5 / 12.0 / sqrt(N),
		          "first numbers of neighbours have covariance %g", product / N);
	}
}

static struct st_file *saved(const gsl_rng *rng, const char *name)
{
	struct st_writer *to = st_writer_alloc();
	struct st_file *from;

	CU_ASSERT_EQUAL_FATAL(random_write(rng, name, to), RY_OK);
	CU_ASSERT_EQUAL_FATAL(st_write(to, temp("state")), RY_OK);
	st_writer_free(to);
	from = st_open(temp("state"), NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(from);
	return from;
}

static void a_saved_state_has_the_same_future(void)
{
	static const int drawn[] = { 0, 1, 623, 624, 625, 5000 };   /* around MT19937's block */

	for (int k = 0; k < 6; k++) {
		gsl_rng *a = random_stream(3, STREAM_WORKER), *b = random_stream(99, STREAM_INIT);
		struct st_file *from;

		for (int i = 0; i < drawn[k]; i++)
			gsl_rng_get(a);
		from = saved(a, "random.order");
		for (int i = 0; i < 100; i++)
			gsl_rng_get(b);
		CU_ASSERT_EQUAL(random_read(b, "random.order", from), RY_OK);
		for (int i = 0; i < 1500; i++)
			CU_ASSERT_EQUAL_FATAL(gsl_rng_get(a), gsl_rng_get(b));
		st_close(from);
		gsl_rng_free(a);
		gsl_rng_free(b);
	}
}

static void other_states_are_refused(void)
{
	gsl_rng *rng = random_stream(3, STREAM_INIT), *other = gsl_rng_alloc(gsl_rng_taus2);
	struct st_file *from = saved(other, "taus");
	unsigned long next = first_of(3, STREAM_INIT);

	CU_ASSERT_EQUAL(random_read(rng, "taus", from), RY_ESHAPE);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "taus"));
	CU_ASSERT_EQUAL(random_read(rng, "nothing", from), RY_EDATA);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "nothing"));
	CU_ASSERT_EQUAL(gsl_rng_get(rng), next);        /* as it was */
	st_close(from);
	gsl_rng_free(rng);
	gsl_rng_free(other);
}

/* Invalid states: an index out of range, words of more than 32 bits, all zeros. */
static void broken_states_are_refused(void)
{
	static const int places[] = { -1, INT_MIN, 625, INT_MAX };
	gsl_rng *rng = random_stream(3, STREAM_INIT), *broken = random_stream(3, STREAM_INIT);
	unsigned long *word = gsl_rng_state(broken);
	unsigned long next = first_of(3, STREAM_INIT);

	for (int way = 0; way < 7; way++) {
		struct st_file *from;

		gsl_rng_memcpy(broken, rng);
		if (way < 4)
			memcpy(word + 624, &places[way], sizeof places[way]);
		else if (way == 4)
			word[0] = 1UL << 32;
		else if (way == 5)
			word[623] = ULONG_MAX;
		else
			memset(word, 0, 624 * sizeof *word);
		from = saved(broken, "broken");
		TAP_CHECK(random_read(rng, "broken", from) == RY_EDATA,
		          "way %d: a broken state was taken", way);
		CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "broken"));
		st_close(from);
	}
	CU_ASSERT_EQUAL(gsl_rng_get(rng), next);        /* as it was */
	gsl_rng_free(rng);
	gsl_rng_free(broken);
}

static const struct tap_test tests[] = {
	{ "same seed, same numbers", same_seed_same_numbers },
	{ "seeds and streams differ", seeds_and_streams_differ },
	{ "neighbours are unrelated", neighbours_are_unrelated },
	{ "a saved state has the same future", a_saved_state_has_the_same_future },
	{ "states of something else are refused", other_states_are_refused },
	{ "broken states are refused", broken_states_are_refused },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("random", tests);
}
