/* test_run_tail.c - the last lines of a log: what reading from its end finds is what reading all of
 * it from its beginning finds, wherever lines and pieces end. */
#include <config.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <gsl/gsl_rng.h>

#include "src/run/run_tail.h"
#include "tests/support/tap.h"

static const char *folder(void)
{
	mkdir(temp("run"), 0777);
	return temp("run");
}

static FILE *log_file(void)
{
	return fopen(inside(folder(), "metrics.jsonl"), "w");
}

static long step_of(const json_t *line)
{
	return line ? (long)json_integer_value(json_object_get(line, "step")) : -1;
}

static void check(long point, long best, const char *what)
{
	struct run_tail t;

	TAP_CHECK(run_tail_read(&t, folder()) == RY_OK, "%s", what);
	TAP_CHECK(step_of(t.point) == point, "%s: point %ld, not %ld", what, step_of(t.point),
	          point);
	TAP_CHECK(step_of(t.best) == best, "%s: best %ld, not %ld", what, step_of(t.best), best);
	run_tail_clear(&t);
}

/* A line of so many bytes in all. */
static void put_line(FILE *f, const char *kind, long step, int length)
{
	int n = fprintf(f, "{\"kind\": \"%s\", \"step\": %ld, \"x\": \"", kind, step);

	for (; n < length - 3; n++)
		putc('x', f);
	fputs("\"}\n", f);
}

static void nothing(void)
{
	unlink(inside(folder(), "metrics.jsonl"));
	check(-1, -1, "no log");
	fclose(log_file());
	check(-1, -1, "an empty log");
}

static void texts(void)
{
	static const struct { const char *text; long point, best; } row[] = {
		{ "\n", -1, -1 },
		{ "{\"kind\": \"point\", \"step\": 1}", -1, -1 },
		{ "{\"kind\": \"point\", \"step\": 1}\n", 1, -1 },
		{ "{\"kind\": \"point\", \"step\": 1}\n{\"kind\": \"best\", \"st", 1, -1 },
		{ "{\"kind\": \"best\", \"step\": 1}\n\n\nno JSON\n{\"kind\": \"best\", \"step\": "
		  "NaN}\n", -1, 1 },
		{ "{\"kind\": \"points\", \"step\": 1}\n{\"step\": 2}\n", -1, -1 },
		{ "{\"kind\": \"best\", \"step\": 1}\n{\"kind\": \"point\", \"step\": 2}\n"
		  "{\"kind\": \"point\", \"step\": 3}\n{\"kind\": \"note\", \"step\": 4}\n", 3, 1 },
	};

	for (size_t k = 0; k < sizeof row / sizeof *row; k++) {
		FILE *f = log_file();

		fputs(row[k].text, f);
		fclose(f);
		check(row[k].point, row[k].best, row[k].text);
	}
}

/* Lines about as long as a piece, which is 32 KB, and longer ones. */
static void any_lengths(void)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	static const char *const kinds[] = { "point", "best", "layers", "note" };

	for (int trial = 0; trial < 200; trial++) {
		FILE *f = log_file();
		long last[4] = { -1, -1, -1, -1 };
		int n = 1 + (int)gsl_rng_uniform_int(rng, 6), base = trial % 2 ? 32768 : 16384;
		char what[40];

		for (long step = 0; step < n; step++) {
			int kind = (int)gsl_rng_uniform_int(rng, 4);

			put_line(f, kinds[kind], step,
			         base - 3 + (int)gsl_rng_uniform_int(rng, 6));
			last[kind] = step;
		}
		if (trial % 3 == 0)
			fputs("{\"kind\": \"point\", \"step\": 99", f);
		fclose(f);
		snprintf(what, sizeof what, "trial %d", trial);
		check(last[0], last[1], what);
	}
	gsl_rng_free(rng);
}

static void long_lines(void)
{
	static const int lengths[] = { 100000, 900000, (1 << 20) - 1, 1 << 20, 3 << 20 };

	for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
		FILE *f = log_file();
		int fits = lengths[k] <= 1 << 20;
		char what[40];

		put_line(f, "best", 1, 60);
		put_line(f, "point", 2, 60);
		put_line(f, "point", 3, lengths[k]);
		put_line(f, "layers", 4, lengths[k]);
		fclose(f);
		snprintf(what, sizeof what, "lines of %d bytes", lengths[k]);
		check(fits ? 3 : 2, 1, what);
	}
}

/* Of a log that never ends a line no more is read than of others: a terabyte would take hours. */
static void endless_line(void)
{
	FILE *f = log_file();
	int made;

	put_line(f, "point", 1, 60);
	made = ftruncate(fileno(f), (off_t)1 << 40) == 0;
	fclose(f);
	if (made)
		check(-1, -1, "a terabyte without a newline");
	else
		tap_skip("no files of that size here");
	unlink(inside(folder(), "metrics.jsonl"));
}

static void no_file(void)
{
	struct run_tail t;

	unlink(inside(folder(), "metrics.jsonl"));
	CU_ASSERT_EQUAL(mkfifo(inside(folder(), "metrics.jsonl"), 0666), 0);
	CU_ASSERT_EQUAL(run_tail_read(&t, folder()), RY_EIO);
	CU_ASSERT_PTR_NULL(t.point);
	run_tail_clear(&t);
	unlink(inside(folder(), "metrics.jsonl"));
}

int main(void)
{
	static const struct tap_test tests[] = {
		{ "a run that has not logged", nothing },
		{ "whole lines of two kinds, and others", texts },
		{ "lines that end anywhere in a piece", any_lengths },
		{ "long lines are read, too long ones are passed over", long_lines },
		{ "a line without an end", endless_line },
		{ "a pipe is refused", no_file },
		{ NULL, NULL }
	};

	return tap_run("run_tail", tests);
}
