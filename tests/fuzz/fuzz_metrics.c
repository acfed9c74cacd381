/* fuzz_metrics.c - any bytes as metrics.jsonl: whatever stands in it, reading it in one go,
 * following it in two pieces, and the JSON library line by line say the same. */
#include "tests/support/fuzz.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/run/run_reader.h"
#include "src/run/rundir.h"

const char fuzz_name[] = "metrics";

static int is_same(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

static void check_column(const struct run_table *t, const struct run_column *c,
                         const struct run_points *p)
{
	const double *want = run_points_column(p, c->name);
	size_t known = 0;

	HOLD(want && t->bucket == 1);
	for (size_t i = 0; i < t->points; i++) {
		HOLD(is_same(c->mean[i], want[i]) && is_same(c->low[i], want[i]) &&
		     is_same(c->high[i], want[i]));
		HOLD(isnan(want[i]) || (c->lowest <= want[i] && want[i] <= c->highest));
		known += !isnan(want[i]);
	}
	HOLD(known == c->known);
	HOLD(isnan(c->last) == (known == 0));
}

/* What a reader says against what run_points_read() says.  Records are not judged before somebody
 * asks. */
static void check(struct run_reader *r, const struct run_points *p)
{
	static const char *const kinds[] = { "best", "layers", "tracing", "scores", "" };
	const struct run_data *d = run_reader_data(r);

	HOLD(d->state == RUN_THERE || d->state == RUN_REPLACED);
	HOLD(d->table->points == p->n && d->table->columns == p->columns);
	HOLD(d->skipped <= p->skipped);
	for (int k = 0; k < d->table->columns; k++)
		check_column(d->table, d->table->column[k], p);
	for (size_t i = 0; i < d->notes; i++)
		HOLD(d->note[i].text && strlen(d->note[i].text) <= 4000);
	for (int k = 0; k < 5; k++) {
		const json_t *record = run_reader_record(r, kinds[k]);

		HOLD(!record || json_object_get(record, "kind"));
	}
	HOLD(d->skipped <= p->skipped);
}

/* Every line alone, by the JSON library: how many are points, and how many can't be read. */
static void check_lines(const unsigned char *bytes, size_t n, const struct run_points *p)
{
	size_t points = 0, skipped = 0, length;

	for (const unsigned char *end; n > 0; bytes += length + 1, n -= length + 1) {
		json_t *object;
		const char *kind, *first;
		size_t kind_length;

		end = memchr(bytes, '\n', n);
		HOLD(end);
		length = (size_t)(end - bytes);
		object = json_loadb((const char *)bytes, length, JSON_DECODE_INT_AS_REAL, NULL);
		kind = json_string_value(json_object_get(object, "kind"));
		first = run_line_kind((const char *)bytes, &kind_length);
		if (object && first)
			points += run_line_called("point", first, kind_length);
		else
			points += kind && strcmp(kind, "point") == 0;
		skipped += !json_is_object(object);
		json_decref(object);
	}
	HOLD(points == p->n && skipped == p->skipped);
}

static void append(const char *path, const unsigned char *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);

	HOLD(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
	close(fd);
}

/* Polled twice, cut anywhere; then the file is another one, and the first one again. */
static void follow(const unsigned char *bytes, size_t n, size_t cut, const struct run_points *p)
{
	struct run_reader *r = run_reader_open(fuzz_folder());
	const char *path = fuzz_file_in_folder("metrics.jsonl", bytes, cut);

	run_reader_poll(r, 0);
	append(path, bytes + cut, n - cut);
	while (run_reader_poll(r, 0) & RUN_NEWS_MORE)
		;
	check(r, p);
	/* (Of another length: two writes within one tick of the clock have the same time.) */
	fuzz_file_in_folder("metrics.jsonl", (const unsigned char *)"[]\n", n == 3 ? 2 : 3);
	run_reader_poll(r, INFINITY);
	HOLD(run_reader_data(r)->table->points == 0 || n == 0);
	fuzz_file_in_folder("metrics.jsonl", bytes, n);
	run_reader_poll(r, INFINITY);
	check(r, p);
	run_reader_free(r);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	unsigned char *text = malloc(n + 1);     /* with an end to its last line */
	struct run_points *p;

	HOLD(text);
	memcpy(text, bytes, n);
	if (n > 0 && text[n - 1] != '\n')
		text[n++] = '\n';
	fuzz_file_in_folder("run.json",
	                    (const unsigned char *)"{\"kind\": \"kt\", \"status\": \"done\"}", 32);
	fuzz_file_in_folder("metrics.jsonl", text, n);
	p = run_points_read(fuzz_folder(), "point", NULL);
	HOLD(p);
	check_lines(text, n, p);
	follow(text, n, n > 0 ? (n * text[0] + text[n / 2]) % n : 0, p);
	run_points_free(p);
	free(text);
	return 0;
}
