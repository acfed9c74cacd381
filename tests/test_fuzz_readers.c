/* test_fuzz_readers.c - some thousand damaged files through every reader, the same ones each time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_rng.h>

#include "tests/fuzz_readers.h"
#include "tests/tap.h"

enum { LARGEST = 4096, ROUNDS = 1500 };

/* What damage starts from: each format in a good shape. */
static const char *const good[] = {
	"4\n51,7,7,51,\n0,1,1,1,\n2\r\n12,3\r\n1,0\r\n0\n\n\n1\n9\n1",
	"0,1,1,0\n1,1,0,0\n0,0,0,1\n",
	"0\t1\t1\n1\t0\t0\n",
	"user_id,skill_id,correct,order_id\n1,7,1,10\n2,8,0,9\n1,7,0,3\n\"3\",\"a \"\"b\"\"\n\",1.0,4\n",
	("Anon Student Id\tKC(Default)\tCorrect First Attempt\tStep Start Time\ns1\tk~~l\t1\t2008-09-19 13:30:46.0\n"
	 "s1\tk\t0\t2008-09-19 13:30:40.0\ns2\tNA\t1\t2008-09-19 13:30:40.0\n"),
	"a,b,species\n1.5,-2e-3,x\n0,7,\"y,z\"\n",
	"0.39,0.48,0,1.61\n0.41,0.49,1,-0.2\n",
	"# guess 0.25 growth 0.1 sd 2\n0.39\t0.48\t0\t1.61\n"
};

/* Pieces that mean something to one of the formats. */
static const char *const pieces[] = {
	",", "\n", "\r", "\r\n", "\"", "\"\"", " ", "\t", ";", "|", "-", "-1", "2", "0", "1", "2147483647", "2147483648",
	"99999999999999999999", "1e999", "nan", "NA", "\xef\xbb\xbf", "\xff\xfe", "\xe9", "\xc3\xa9", "\x1b[2J", "#", ".", "e",
	"16777216", "16777217", "correct", "skill", "student"
};

static size_t insert(unsigned char *text, size_t n, size_t at, const void *bytes, size_t k)
{
	if (n + k > LARGEST)
		return n;
	memmove(text + at + k, text + at, n - at);
	memcpy(text + at, bytes, k);
	return n + k;
}

static size_t damage(unsigned char *text, size_t n, gsl_rng *rng)
{
	size_t at = gsl_rng_uniform_int(rng, n + 1), k;
	const char *piece;

	switch (gsl_rng_uniform_int(rng, 6)) {
	case 0:                               /* cut off */
		return gsl_rng_uniform(rng) < 0.3 ? at : n;
	case 1:                               /* another byte */
		if (at < n)
			text[at] = (unsigned char)gsl_rng_uniform_int(rng, 256);
		return n;
	case 2:                               /* a piece more */
		piece = pieces[gsl_rng_uniform_int(rng, sizeof pieces / sizeof pieces[0])];
		return insert(text, n, at, piece, strlen(piece));
	case 3:                               /* a stretch less */
		k = gsl_rng_uniform_int(rng, 8);
		k = at + k > n ? n - at : k;
		memmove(text + at, text + at + k, n - at - k);
		return n - k;
	case 4:                               /* a stretch twice */
		k = gsl_rng_uniform_int(rng, 24);
		k = at + k > n ? n - at : k;
		{
			unsigned char copy[24];

			memcpy(copy, text + at, k);
			return insert(text, n, at, copy, k);
		}
	default:                              /* a NUL */
		return insert(text, n, at, "", gsl_rng_uniform(rng) < 0.2);
	}
}

static void damaged(size_t i)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	unsigned char text[LARGEST];

	gsl_rng_set(rng, 100 + i);
	LLVMFuzzerTestOneInput((const unsigned char *)good[i], strlen(good[i]));
	for (int round = 0; round < ROUNDS; round++) {
		size_t n = strlen(good[i]), times = 1 + gsl_rng_uniform_int(rng, 6);

		memcpy(text, good[i], n);
		while (times-- > 0)
			n = damage(text, n, rng);
		CU_ASSERT_EQUAL(LLVMFuzzerTestOneInput(text, n), 0);
	}
	gsl_rng_free(rng);
}

static void three_lines(void)  { damaged(0); }
static void matrix(void)       { damaged(1); damaged(2); }
static void csv(void)          { damaged(3); damaged(4); }
static void table(void)        { damaged(5); }
static void info(void)         { damaged(6); damaged(7); }

/* Every beginning of every good file. */
static void cut_off(void)
{
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		for (size_t n = 0; n <= strlen(good[i]); n++)
			CU_ASSERT_EQUAL(LLVMFuzzerTestOneInput((const unsigned char *)good[i], n), 0);
}

static const struct tap_test tests[] = {
	{ "damaged files of three lines", three_lines },
	{ "damaged matrices", matrix },
	{ "damaged CSV", csv },
	{ "damaged tables", table },
	{ "damaged info files", info },
	{ "files cut off anywhere", cut_off },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("fuzz_readers", tests);
}
