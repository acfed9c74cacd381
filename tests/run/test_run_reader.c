/* test_run_reader.c - following a run while it grows, before it exists, when it disappears, and
 * with any contents. */
#include <config.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/run/run_reader.h"
#include "src/run/rundir.h"
#include "tests/support/allocations.h"
#include "tests/support/tap.h"

#define INFO "{\"kind\": \"kt\", \"status\": \"done\", \"start\": \"2016-05-23T14:05:09Z\"}"

/* ---- runs to read ---- */

static void put_bytes(const char *path, const char *mode, const void *bytes, size_t n)
{
	FILE *f = fopen(path, mode);

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_EQUAL(fwrite(bytes, 1, n, f), n);
	CU_ASSERT_EQUAL(fclose(f), 0);
}

static void put(const char *path, const char *text)
{
	put_bytes(path, "w", text, strlen(text));
}

static void append(const char *path, const char *text)
{
	put_bytes(path, "a", text, strlen(text));
}

/* A hand-made run. */
static const char *make(const char *name, const char *metrics)
{
	const char *path = temp(name);

	CU_ASSERT_EQUAL(mkdir(path, 0700), 0);
	put(inside(path, "run.json"), INFO);
	put(inside(path, "metrics.jsonl"), metrics);
	return path;
}

static void append_points(const char *path, int from, int to)
{
	FILE *f = fopen(path, "a");

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	for (int i = from; i < to; i++)
		fprintf(f,
		        "{\"kind\": \"point\", \"step\": %d, \"time\": %.2f, \"epoch\": %d, "
		        "\"loss\": %.6f}\n",
		        10 * i, i * 0.25, i, 1.0 / (i + 1));
	CU_ASSERT_EQUAL(fclose(f), 0);
}

static struct rundir *start_run(const char *path)
{
	json_t *info = json_pack("{s:s, s:[s], s:{}, s:i}", "kind", "net", "command", "riley",
	                         "options", "seed", 1);
	struct rundir *run = rundir_create(path, info, NULL);

	json_decref(info);
	CU_ASSERT_PTR_NOT_NULL_FATAL(run);
	return run;
}

static void log_point(struct rundir *run, long step)
{
	const struct event_value v[] = { { "loss", 1.0 / (double)(step + 1) },
		                         { "valid_auc", NAN } };
	const struct event e = { .kind = EVENT_POINT,
		                 .unit = "epoch",
		                 .count = (double)step,
		                 .step = step,
		                 .n = 2,
		                 .value = v };

	CU_ASSERT_EQUAL(rundir_log(run, "point", &e), RY_OK);
}

/* Change the start time in run.json. */
static void other_start(const char *path, const char *start)
{
	json_t *info = rundir_read_info(path, NULL);

	json_object_set_new(info, "start", json_string(start));
	CU_ASSERT_EQUAL(json_dump_file(info, inside(path, "run.json"), 0), 0);
	json_decref(info);
}

/* ---- errors and status ---- */

static struct run_reader *open_reader(const char *path)
{
	struct run_reader *r = run_reader_open(path);

	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	return r;
}

static void expect(const struct run_reader *r, enum run_state state, const char *sentence,
                   size_t points)
{
	const struct run_data *d = run_reader_data(r);

	TAP_CHECK(d->state == state, "state %d, expected %d: %s", d->state, state, d->sentence);
	TAP_CHECK(*sentence ? strstr(d->sentence, sentence) != NULL : *d->sentence == '\0',
	          "\"%s\" for \"%s\"", d->sentence, sentence);
	TAP_CHECK(d->table->points == points, "%zu points, expected %zu", d->table->points, points);
}

static double value(const struct run_reader *r, const char *column, size_t i)
{
	const struct run_column *c = run_reader_column(r, column);

	return c && i < run_reader_data(r)->table->buckets ? c->mean[i] : NAN;
}

static int poll_all(struct run_reader *r)
{
	return (int)run_reader_poll(r, INFINITY);
}

/* ---- a run that grows ---- */

static void from_before_it_is_there(void)
{
	const char *path = temp("early");
	struct run_reader *r = open_reader(path);
	const struct run_data *d = run_reader_data(r);
	struct rundir *run;

	CU_ASSERT_STRING_EQUAL(d->path, path);
	CU_ASSERT_EQUAL(poll_all(r), RUN_NEWS_STATE);
	expect(r, RUN_MISSING, "is not there yet", 0);
	CU_ASSERT_EQUAL(poll_all(r), 0);
	CU_ASSERT_EQUAL(mkdir(path, 0700), 0);
	CU_ASSERT_EQUAL(poll_all(r), RUN_NEWS_STATE);
	expect(r, RUN_MISSING, "holds no run yet", 0);
	CU_ASSERT_PTR_NULL(d->info);

	run = start_run(path);
	CU_ASSERT_EQUAL(poll_all(r), RUN_NEWS_INFO | RUN_NEWS_STATE);
	expect(r, RUN_THERE, "has not logged anything yet", 0);
	CU_ASSERT_EQUAL(d->writer, 1);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(d->info, "status")), "running");
	log_point(run, 1);
	CU_ASSERT_EQUAL(poll_all(r), RUN_NEWS_POINTS | RUN_NEWS_STATE);
	expect(r, RUN_THERE, "", 1);
	CU_ASSERT_STRING_EQUAL(d->unit, "epoch");
	CU_ASSERT_EQUAL(d->count->mean[0], 1);
	CU_ASSERT_EQUAL(d->step->mean[0], 1);
	CU_ASSERT(d->time->mean[0] >= 0);
	CU_ASSERT_EQUAL(value(r, "loss", 0), 0.5);
	CU_ASSERT(isnan(value(r, "valid_auc", 0)));
	CU_ASSERT_PTR_NOT_NULL(run_reader_column(r, "valid_auc"));
	CU_ASSERT_PTR_NULL(run_reader_column(r, "kind"));
	log_point(run, 2);
	log_point(run, 3);
	CU_ASSERT_EQUAL(poll_all(r), RUN_NEWS_POINTS);
	CU_ASSERT_EQUAL(poll_all(r), 0);
	expect(r, RUN_THERE, "", 3);
	CU_ASSERT_EQUAL(rundir_finish(run, "done"), RY_OK);
	CU_ASSERT_EQUAL(poll_all(r), RUN_NEWS_INFO | RUN_NEWS_STATE);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(d->info, "status")), "done");
	CU_ASSERT_EQUAL(d->writer, 0);
	expect(r, RUN_THERE, "", 3);
	run_reader_free(r);
}

static void half_a_line_waits(void)
{
	const char *path = make("half", ""), *metrics = inside(path, "metrics.jsonl");
	static const char line[] = "{\"kind\": \"point\", \"step\": 7, \"loss\": 0.125}\n";
	struct run_reader *r = open_reader(path);

	poll_all(r);
	expect(r, RUN_THERE, "has logged nothing", 0);
	for (size_t i = 0; i < sizeof line - 1; i++) {
		put_bytes(metrics, "a", line + i, 1);
		CU_ASSERT_EQUAL(poll_all(r) & RUN_NEWS_POINTS, line[i] == '\n');
	}
	expect(r, RUN_THERE, "", 1);
	CU_ASSERT_EQUAL(value(r, "loss", 0), 0.125);
	CU_ASSERT_EQUAL(run_reader_data(r)->skipped, 0);
	run_reader_free(r);
}

/* Split in two at every position: no line is counted twice. */
static void lines_in_any_pieces(void)
{
	static const char text[] =
		"{\"kind\": \"point\", \"step\": 1}\nrubbish\n{\"kind\": \"best\", \"step\": 1}\n"
		"{\"kind\": \"note\", \"step\": 1, \"text\": "
		"\"so\"}\n\n{\"kind\": \"point\", \"step\": 2}\n";
	const char *path = make("pieces", ""), *metrics = inside(path, "metrics.jsonl");

	for (size_t cut = 0; cut < sizeof text; cut++) {
		struct run_reader *r = open_reader(path);
		const struct run_data *d = run_reader_data(r);

		put_bytes(metrics, "w", text, cut);
		poll_all(r);
		put_bytes(metrics, "a", text + cut, sizeof text - 1 - cut);
		poll_all(r);
		expect(r, RUN_THERE, "", 2);
		TAP_CHECK(d->skipped == 2 && d->bests == 1 && d->notes == 1, "cut at %zu", cut);
		CU_ASSERT_EQUAL(value(r, "step", 1), 2);
		run_reader_free(r);
	}
}

/* ---- contents ---- */

static void bad_lines_are_counted(void)
{
	static const char text[] =
		"{\"kind\": \"point\", \"step\": 1, \"loss\": 1}\n"
		"garbage\n"
		"\n"
		"{\"kind\": \"point\", \"step\": 2, \"loss\": 1e999}\n"
		"{\"kind\": \"point\", \"step\": 3, \"lo\0ss\": 1}\n"
		"\0\0\0\0\n"
		"{\"kind\": \"point\", \"st{\"kind\": \"point\", \"step\": 4}\n"
		"[1, 2, 3]\n"
		"{\"kind\": \"layers\", \"step\": 3, \"layers\": [\n"
		"{\"kind\": \"point\", \"step\": 5, \"loss\": 2, \"loss\": 3}\n"
		"{\"step\": 6, \"loss\": 4}\n"
		"{\"kind\": 7, \"step\": 7}\n"
		"{\"kind\": \"point\", \"step\": 8, \"loss\": null, \"list\": [1]}\n";
	const char *path = make("bad", "");
	struct run_reader *r = open_reader(path);

	put_bytes(inside(path, "metrics.jsonl"), "w", text, sizeof text - 1);
	poll_all(r);
	expect(r, RUN_THERE, "", 3);
	CU_ASSERT_EQUAL(run_reader_data(r)->skipped, 8);
	CU_ASSERT_EQUAL(value(r, "step", 1), 5);
	CU_ASSERT_EQUAL(value(r, "loss", 1), 3);
	CU_ASSERT(isnan(value(r, "loss", 2)));
	CU_ASSERT_PTR_NULL(run_reader_record(r, "layers"));
	run_reader_free(r);
}

/* A line of `length` bytes that is JSON, and still is without its beginning. */
static void append_long(const char *metrics, size_t length)
{
	static const char end[] = "{\"kind\": \"point\", \"step\": 3}\n";
	size_t n = length - (sizeof end - 2);
	char *text = malloc(n);

	memset(text, ' ', n);
	put_bytes(metrics, "a", text, n);
	append(metrics, end);
	free(text);
}

static void long_lines(void)
{
	static const size_t lengths[] = { 300000, RUN_LINE_BYTES - 1, RUN_LINE_BYTES,
		                          RUN_LINE_BYTES + 1, 3000000 };

	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
		char name[32];
		const char *path, *metrics;
		struct run_points *p;
		struct run_reader *r;
		size_t good = lengths[i] < RUN_LINE_BYTES;

		snprintf(name, sizeof name, "long%zu", i);
		path = make(name, "");
		metrics = inside(path, "metrics.jsonl");
		r = open_reader(path);
		append_points(metrics, 0, 3);
		append_long(metrics, lengths[i]);
		append_points(metrics, 3, 5);
		while (run_reader_poll(r, 0) & RUN_NEWS_MORE)
			;
		expect(r, RUN_THERE, "", 5 + good);
		TAP_CHECK(run_reader_data(r)->skipped == 1 - good, "%zu skipped",
		          run_reader_data(r)->skipped);
		run_reader_free(r);
		p = run_points_read(path, "point", NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(p);
		TAP_CHECK(p->n == 5 + good && p->skipped == 1 - good, "%zu points, %zu skipped",
		          p->n, p->skipped);
		run_points_free(p);
	}
}

/* A long line that arrives in pieces. */
static void a_long_line_in_pieces(void)
{
	const char *path = make("slow", ""), *metrics = inside(path, "metrics.jsonl");
	struct run_reader *r = open_reader(path);
	static char text[400000];

	memset(text, 'x', sizeof text);
	for (int i = 0; i < 5; i++) {
		put_bytes(metrics, "a", text, sizeof text);
		poll_all(r);
		CU_ASSERT_EQUAL(poll_all(r), 0);
		CU_ASSERT_EQUAL(run_reader_data(r)->skipped, 0);
	}
	append(metrics, "\n");
	append_points(metrics, 0, 1);
	poll_all(r);
	expect(r, RUN_THERE, "", 1);
	CU_ASSERT_EQUAL(run_reader_data(r)->skipped, 1);
	run_reader_free(r);
}

static void clocks_that_jump(void)
{
	struct run_reader *r =
		open_reader(make("clock", "{\"kind\": \"point\", \"step\": 1, \"time\": 100}\n"
	                                  "{\"kind\": \"point\", \"step\": 2, "
	                                  "\"time\": -5}\n"
	                                  "{\"kind\": \"point\", \"step\": 3, "
	                                  "\"time\": null}\n"
	                                  "{\"kind\": \"point\", \"step\": 4, "
	                                  "\"time\": 1e300}\n"
	                                  "{\"kind\": \"point\", \"step\": 5, "
	                                  "\"time\": 3}\n"));

	poll_all(r);
	expect(r, RUN_THERE, "", 5);
	CU_ASSERT_EQUAL(run_reader_data(r)->time->falls, 2);
	CU_ASSERT_EQUAL(run_reader_data(r)->step->falls, 0);
	CU_ASSERT_EQUAL(run_reader_data(r)->time->last, 3);
	CU_ASSERT_PTR_NULL(run_reader_data(r)->unit);
	CU_ASSERT_PTR_NULL(run_reader_data(r)->count);
	run_reader_free(r);
}

static void notes_and_marks(void)
{
	const char *path = make("notes", ""), *metrics = inside(path, "metrics.jsonl");
	struct run_reader *r = open_reader(path);
	const struct run_data *d = run_reader_data(r);
	char *line = malloc(20000);

	append_points(metrics, 0, 1);
	append(metrics, "{\"kind\": \"note\", \"step\": 4, \"time\": 2.5, \"epoch\": 3, \"text\": "
	                "\"a\\u001b[2J\\tb\\u009b\xc3\xa9\"}\n"
	                "{\"kind\": \"note\", \"step\": 5}\n"
	                "{\"kind\": \"best\", \"step\": 4, \"time\": 2.5, \"epoch\": 3, "
	                "\"valid_auc\": 0.75}\n");
	CU_ASSERT_EQUAL(poll_all(r) & (RUN_NEWS_NOTES | RUN_NEWS_BEST),
	                RUN_NEWS_NOTES | RUN_NEWS_BEST);
	CU_ASSERT_EQUAL_FATAL(d->notes, 2);
	CU_ASSERT_STRING_EQUAL(d->note[0].text, "a?[2J b?\xc3\xa9");
	CU_ASSERT_STRING_EQUAL(d->note[1].text, "");
	CU_ASSERT(d->note[0].at.step == 4 && d->note[0].at.time == 2.5 && d->note[0].at.count == 3);
	CU_ASSERT(isnan(d->note[1].at.count));
	CU_ASSERT_EQUAL_FATAL(d->bests, 1);
	CU_ASSERT(d->best[0].step == 4 && d->best[0].time == 2.5 && d->best[0].count == 3);
	CU_ASSERT_EQUAL(json_number_value(
				json_object_get(run_reader_record(r, "best"), "valid_auc")),
	                0.75);

	/* a text cut inside a character of two bytes */
	strcpy(line, "{\"kind\": \"note\", \"text\": \"x");
	for (size_t n = strlen(line); n < 9000; n += 2)
		memcpy(line + n, "\xc3\xa9", 3);
	strcat(line, "\"}\n");
	append(metrics, line);
	poll_all(r);
	CU_ASSERT_EQUAL(d->notes, 3);
	CU_ASSERT_EQUAL(strlen(d->note[2].text), 3999);
	for (int i = 0; i < 3000; i++) {
		char text[128];

		snprintf(text, sizeof text,
		         "{\"kind\": \"note\", \"text\": \"%d\"}\n{\"kind\": \"best\", \"step\": "
		         "%d}\n",
		         i, i);
		append(metrics, text);
	}
	poll_all(r);
	CU_ASSERT_EQUAL(d->note_total, 3003);
	CU_ASSERT_EQUAL(d->best_total, 3001);
	CU_ASSERT(d->notes >= 512 && d->notes <= 1024 && d->bests >= 512 && d->bests <= 1024);
	for (size_t i = 0; i < d->notes; i++)
		TAP_CHECK(atoi(d->note[i].text) == 3000 - (int)(d->notes - i), "note %zu is %s", i,
		          d->note[i].text);
	for (size_t i = 0; i < d->bests; i++)
		TAP_CHECK(d->best[i].step == 3000 - (double)(d->bests - i), "mark %zu is %g", i,
		          d->best[i].step);
	free(line);
	run_reader_free(r);
}

static double record_step(struct run_reader *r, const char *kind)
{
	return json_number_value(json_object_get(run_reader_record(r, kind), "step"));
}

static void the_latest_records(void)
{
	const char *path =
		make("records",
	             "{\"kind\": \"layers\", \"step\": 1, \"layers\": [{\"name\": \"}]\\\"\"}]}\n"
	             "{\"kind\": \"tracing\", \"step\": 1, \"known\": [[1, "
	             "2], [3]]}\n"
	             "{\"kind\": \"layers\", \"step\": 2, \"layers\": []} "
	             "\t\r\n"
	             "{ \"step\": 3, \"kind\": \"scores\", \"roc\": {}}\n");
	const char *metrics = inside(path, "metrics.jsonl");
	struct run_reader *r = open_reader(path);
	char text[128];

	CU_ASSERT_PTR_NULL(run_reader_record(r, "layers"));
	CU_ASSERT_EQUAL(poll_all(r) & RUN_NEWS_RECORDS, RUN_NEWS_RECORDS);
	CU_ASSERT_EQUAL(record_step(r, "layers"), 2);
	CU_ASSERT_EQUAL(record_step(r, "layers"), 2);
	CU_ASSERT_EQUAL(record_step(r, "tracing"), 1);
	CU_ASSERT_EQUAL(record_step(r, "scores"), 3);
	CU_ASSERT_PTR_NULL(run_reader_record(r, "layer"));
	CU_ASSERT_PTR_NULL(run_reader_record(r, ""));
	CU_ASSERT_EQUAL(run_reader_data(r)->skipped, 0);
	append(metrics,
	       "{\"kind\": \"layers\", \"step\": 4, \"layers\": [{\"na{\"kind\": \"point\"}\n");
	CU_ASSERT_EQUAL(poll_all(r), 0);
	CU_ASSERT_EQUAL(record_step(r, "layers"), 2);
	CU_ASSERT_EQUAL(run_reader_data(r)->skipped, 1);
	append(metrics, "{\"kind\": \"layers\", \"step\" 5}\n");
	CU_ASSERT_EQUAL(poll_all(r), RUN_NEWS_RECORDS);
	CU_ASSERT_EQUAL(record_step(r, "layers"), 2);
	CU_ASSERT_EQUAL(run_reader_data(r)->skipped, 2);
	append(metrics, "{\"kind\": \"layers\", \"step\": 6}\n");
	poll_all(r);
	CU_ASSERT_EQUAL(record_step(r, "layers"), 6);
	for (int k = 0; k < 40; k++) {
		snprintf(text, sizeof text, "{\"kind\": \"k%d\", \"step\": %d}\n", k, k);
		append(metrics, text);
	}
	append(metrics, "{\"kind\": \"a kind whose name is longer than anybody "
	                "needs\"}\n{\"kind\": \"\"}\n");
	poll_all(r);
	CU_ASSERT_EQUAL(record_step(r, "k12"), 12);
	CU_ASSERT_PTR_NULL(run_reader_record(r, "k13"));
	CU_ASSERT_EQUAL(record_step(r, "tracing"), 1);
	run_reader_free(r);
}

/* ---- budgets ---- */

static void in_small_pieces(void)
{
	const char *path = make("budget", "");
	struct run_reader *r = open_reader(path), *whole = open_reader(path);
	size_t before = 0;
	int polls = 0;
	unsigned news;

	append_points(inside(path, "metrics.jsonl"), 0, 20000);
	do {
		news = run_reader_poll(r, 0);
		CU_ASSERT(run_reader_data(r)->table->points > before);
		before = run_reader_data(r)->table->points;
		polls++;
	} while (news & RUN_NEWS_MORE);
	CU_ASSERT(polls >= 6 && polls <= 8);            /* 1.5 MB in pieces of a quarter */
	CU_ASSERT_EQUAL(poll_all(whole) & RUN_NEWS_MORE, 0);
	expect(r, RUN_THERE, "", 20000);
	expect(whole, RUN_THERE, "", 20000);
	for (size_t i = 0; i < 20000; i++)
		TAP_CHECK(value(r, "step", i) == 10.0 * (double)i &&
		                  value(r, "loss", i) == value(whole, "loss", i),
		          "point %zu", i);
	run_reader_free(r);
	run_reader_free(whole);
}

static void nothing_new_costs_nothing(void)
{
	struct run_reader *r =
		open_reader(make("quiet", "{\"kind\": \"point\", \"step\": 1}\n{\"kind\": \"poi"));
	long before;

	poll_all(r);
	expect(r, RUN_THERE, "", 1);
	before = allocations();
	for (int i = 0; i < 100; i++)
		CU_ASSERT_EQUAL(run_reader_poll(r, 0.01), 0);
	if (before < 0)
		tap_skip("requests for memory can't be counted here");
	CU_ASSERT_EQUAL(allocations(), before);
	run_reader_free(r);
}

static void a_bound_on_memory(void)
{
	const char *path = make("bound", "");
	struct run_reader *r = open_reader(path);

	run_reader_limit(r, 0);
	append_points(inside(path, "metrics.jsonl"), 0, 40000);
	poll_all(r);
	expect(r, RUN_THERE, "", 40000);
	CU_ASSERT_EQUAL(run_reader_data(r)->table->bucket, 8);
	CU_ASSERT_EQUAL(run_reader_data(r)->step->low[1], 80);
	CU_ASSERT_EQUAL(run_reader_data(r)->step->high[1], 150);
	run_reader_free(r);
}

/* Merging the buckets of a long run takes as long as reading many pieces, so a poll with a small
 * budget does it at its start. */
static void polls_begin_with_merging(void)
{
	const char *path = make("long", "");
	struct run_reader *r = open_reader(path);
	const struct run_table *t = run_reader_data(r)->table;
	/* a line is longer */
	const size_t many = 2 * RUN_TABLE_BUCKETS + 1000, piece = 262144 / 50;
	int merged = 0;
	unsigned news;

	append_points(inside(path, "metrics.jsonl"), 0, (int)many);
	do {
		size_t points = t->points, bucket = t->bucket;

		news = run_reader_poll(r, 1e9);
		if (t->bucket != bucket) {
			merged++;
			TAP_CHECK(points + 2 * piece >= bucket * RUN_TABLE_BUCKETS,
			          "%zu points before the merge to buckets of %zu",
			          bucket * RUN_TABLE_BUCKETS - points, t->bucket);
		}
	} while (news & RUN_NEWS_MORE);
	CU_ASSERT_EQUAL(merged, 2);
	expect(r, RUN_THERE, "", many);
	run_reader_free(r);
}

/* ---- runs that disappear, come back, or are replaced ---- */

static void away_and_back(void)
{
	const char *path = make("away", ""), *metrics = inside(path, "metrics.jsonl"),
		   *aside = temp("aside");
	struct run_reader *r = open_reader(path);

	append_points(metrics, 0, 4);
	poll_all(r);
	CU_ASSERT_EQUAL(rename(path, aside), 0);
	CU_ASSERT_EQUAL(poll_all(r), RUN_NEWS_STATE);
	expect(r, RUN_GONE, "was removed or moved", 4);
	CU_ASSERT_EQUAL(poll_all(r), 0);
	CU_ASSERT_EQUAL(value(r, "step", 3), 30);
	append_points(inside(aside, "metrics.jsonl"), 4, 6);
	CU_ASSERT_EQUAL(rename(aside, path), 0);
	CU_ASSERT_EQUAL(poll_all(r) & (RUN_NEWS_AGAIN | RUN_NEWS_POINTS | RUN_NEWS_STATE),
	                RUN_NEWS_POINTS | RUN_NEWS_STATE);
	expect(r, RUN_THERE, "", 6);

	CU_ASSERT_EQUAL(remove(metrics), 0);
	poll_all(r);
	expect(r, RUN_THERE, "metrics.jsonl is gone", 6);
	CU_ASSERT_EQUAL(remove(inside(path, "run.json")), 0);
	poll_all(r);
	expect(r, RUN_GONE, "was removed", 6);
	CU_ASSERT_EQUAL(rmdir(path), 0);
	CU_ASSERT_EQUAL(poll_all(r), 0);
	expect(r, RUN_GONE, "was removed", 6);
	CU_ASSERT_PTR_NOT_NULL(run_reader_data(r)->info);
	run_reader_free(r);
}

static void replaced_by_another(void)
{
	const char *path = make("other", ""), *metrics = inside(path, "metrics.jsonl");
	struct run_reader *r = open_reader(path);
	struct rundir *run;

	append_points(metrics, 0, 4);
	append(metrics,
	       "{\"kind\": \"layers\", \"step\": 1}\n{\"kind\": \"note\", \"text\": \"so\"}\nx\n");
	poll_all(r);
	expect(r, RUN_THERE, "", 4);
	remove(metrics);
	remove(inside(path, "run.json"));
	run = start_run(path);
	log_point(run, 100);
	CU_ASSERT_EQUAL(poll_all(r) &
	                        (RUN_NEWS_AGAIN | RUN_NEWS_POINTS | RUN_NEWS_STATE | RUN_NEWS_INFO),
	                RUN_NEWS_AGAIN | RUN_NEWS_POINTS | RUN_NEWS_STATE | RUN_NEWS_INFO);
	expect(r, RUN_REPLACED, "was replaced by another run", 1);
	CU_ASSERT_EQUAL(value(r, "step", 0), 100);
	CU_ASSERT_EQUAL(run_reader_data(r)->notes, 0);
	CU_ASSERT_EQUAL(run_reader_data(r)->skipped, 0);
	CU_ASSERT_PTR_NULL(run_reader_record(r, "layers"));
	CU_ASSERT_PTR_NULL(run_reader_column(r, "time_of_day"));
	CU_ASSERT_EQUAL(rundir_finish(run, "done"), RY_OK);
	poll_all(r);
	expect(r, RUN_REPLACED, "was replaced", 1);

	/* Only run.json shows it: the metrics file is the same. */
	other_start(path, "2001-01-01T00:00:00Z");
	CU_ASSERT_EQUAL(poll_all(r) & RUN_NEWS_AGAIN, RUN_NEWS_AGAIN);
	expect(r, RUN_REPLACED, "was replaced", 1);
	run_reader_free(r);
}

/* The inode of a removed file is often reused for the next one. */
static void replaced_again_and_again(void)
{
	const char *path = make("often", ""), *metrics = inside(path, "metrics.jsonl");
	struct run_reader *r = open_reader(path);

	for (int i = 0; i < 20; i++) {
		remove(metrics);
		append_points(metrics, i, 2 * i + 2);
		poll_all(r);
		TAP_CHECK(run_reader_data(r)->table->points == (size_t)i + 2 &&
		                  value(r, "step", 0) == 10 * i,
		          "round %d", i);
	}
	run_reader_free(r);
}

static void resumed(void)
{
	const char *path = temp("resumed");
	struct rundir *run = start_run(path);
	struct run_reader *r = open_reader(path);

	for (long step = 0; step < 5; step++)
		log_point(run, step);
	CU_ASSERT_EQUAL(rundir_finish(run, "interrupted"), RY_OK);
	poll_all(r);
	expect(r, RUN_THERE, "", 5);
	run = rundir_resume(path, NULL);                /* nothing to drop */
	CU_ASSERT_PTR_NOT_NULL_FATAL(run);
	log_point(run, 5);
	CU_ASSERT_EQUAL(poll_all(r), RUN_NEWS_INFO | RUN_NEWS_POINTS | RUN_NEWS_STATE);
	expect(r, RUN_RESUMED, "was resumed", 6);
	CU_ASSERT_EQUAL(rundir_rewind(run, 2), RY_OK);   /* drops the last two */
	log_point(run, 3);
	CU_ASSERT_EQUAL(poll_all(r), RUN_NEWS_AGAIN | RUN_NEWS_POINTS | RUN_NEWS_STATE);
	expect(r, RUN_RESUMED, "was resumed", 4);
	CU_ASSERT_EQUAL(value(r, "step", 3), 3);
	CU_ASSERT_EQUAL(rundir_finish(run, "done"), RY_OK);
	poll_all(r);
	expect(r, RUN_RESUMED, "was resumed", 4);
	run_reader_free(r);
}

/* The same file, truncated and rewritten: shorter, and longer than what had been read. */
static void rewritten_in_place(void)
{
	const char *path = make("inplace", ""), *metrics = inside(path, "metrics.jsonl");
	struct run_reader *r = open_reader(path);

	append_points(metrics, 0, 10);
	poll_all(r);
	put(metrics, "");
	append_points(metrics, 50, 55);
	CU_ASSERT_EQUAL(poll_all(r) & RUN_NEWS_AGAIN, RUN_NEWS_AGAIN);
	expect(r, RUN_RESUMED, "was resumed", 5);
	CU_ASSERT_EQUAL(value(r, "step", 0), 500);
	put(metrics, "");
	append_points(metrics, 200, 300);
	CU_ASSERT_EQUAL(poll_all(r) & RUN_NEWS_AGAIN, RUN_NEWS_AGAIN);
	expect(r, RUN_RESUMED, "was resumed", 100);
	CU_ASSERT_EQUAL(value(r, "step", 99), 2990);
	put(metrics, "");
	poll_all(r);
	expect(r, RUN_RESUMED, "has logged nothing", 0);
	run_reader_free(r);
}

/* ---- missing parts ---- */

static void without_run_json(void)
{
	const char *path = make("bare", ""), *info = inside(path, "run.json");
	struct run_reader *r = open_reader(path);
	static char large[(4 << 20) + 10];

	append_points(inside(path, "metrics.jsonl"), 0, 2);
	remove(info);
	poll_all(r);
	expect(r, RUN_THERE, "has no run.json", 2);
	CU_ASSERT_PTR_NULL(run_reader_data(r)->info);
	put(info, "{\"kind\": \"kt\",\n\"sta");
	CU_ASSERT_EQUAL(poll_all(r), RUN_NEWS_STATE);
	expect(r, RUN_THERE, "run.json:2:", 2);
	put(info, INFO);
	CU_ASSERT_EQUAL(poll_all(r), RUN_NEWS_STATE | RUN_NEWS_INFO);
	expect(r, RUN_THERE, "", 2);
	put(info, "[]");
	CU_ASSERT_EQUAL(poll_all(r), RUN_NEWS_STATE);
	expect(r, RUN_THERE, "expected an object", 2);
	CU_ASSERT_PTR_NOT_NULL(run_reader_data(r)->info);        /* as last read */
	memset(large, ' ', sizeof large);
	put_bytes(info, "w", large, sizeof large);
	poll_all(r);
	expect(r, RUN_THERE, "expected at most", 2);
	remove(info);
	CU_ASSERT_EQUAL(mkdir(info, 0700), 0);
	poll_all(r);
	expect(r, RUN_THERE, "is a directory", 2);
	run_reader_free(r);
}

static void metrics_that_cannot_be_read(void)
{
	const char *path = make("pipe", ""), *metrics = inside(path, "metrics.jsonl");
	struct run_reader *r;

	remove(metrics);
	r = open_reader(path);
	poll_all(r);
	expect(r, RUN_THERE, "has logged nothing", 0);
	CU_ASSERT_EQUAL(mkfifo(metrics, 0600), 0);
	poll_all(r);                                    /* and does not block */
	expect(r, RUN_THERE, "metrics.jsonl: is not a regular file", 0);
	CU_ASSERT_EQUAL(poll_all(r), 0);
	remove(metrics);
	CU_ASSERT_EQUAL(mkdir(metrics, 0700), 0);
	poll_all(r);
	expect(r, RUN_THERE, "metrics.jsonl: is a directory", 0);
	rmdir(metrics);
	append_points(metrics, 0, 2);
	/* root may read everything */
	if (chmod(metrics, 0) == 0 && access(metrics, R_OK) != 0) {
		poll_all(r);
		expect(r, RUN_THERE, "metrics.jsonl: ", 0);
	}
	chmod(metrics, 0600);
	poll_all(r);
	expect(r, RUN_THERE, "", 2);
	remove(metrics);
	CU_ASSERT_EQUAL(mkdir(metrics, 0700), 0);       /* what was read is kept */
	poll_all(r);
	expect(r, RUN_THERE, "metrics.jsonl: is a directory", 2);
	rmdir(metrics);
	append_points(metrics, 0, 5);
	poll_all(r);
	expect(r, RUN_RESUMED, "was resumed", 5);
	run_reader_free(r);
}

static void no_folder_at_all(void)
{
	struct run_reader *r = open_reader(temp("file")), *empty = open_reader("");

	put(temp("file"), "");
	poll_all(r);
	expect(r, RUN_MISSING, "is not the directory of a run", 0);
	poll_all(empty);
	expect(empty, RUN_MISSING, "is not there yet", 0);
	run_reader_free(r);
	run_reader_free(empty);
	run_reader_free(NULL);
}

/* A writer that is killed. */
static void a_killed_writer(void)
{
	const char *path = temp("killed");
	struct run_reader *r = open_reader(path);
	pid_t child = fork();
	int how;

	if (child == 0) {
		log_point(start_run(path), 1);
		_exit(0);
	}
	CU_ASSERT_EQUAL(waitpid(child, &how, 0), child);
	poll_all(r);
	expect(r, RUN_THERE, "no process writes to it", 1);
	CU_ASSERT_EQUAL(run_reader_data(r)->writer, 0);
	CU_ASSERT_EQUAL(rundir_writer(temp("nowhere")), 0);
	run_reader_free(r);
}

static void memory_that_ends(void)
{
	const char *path = make("memory", "");
	int opened = 0;

	append_points(inside(path, "metrics.jsonl"), 0, 10);
	append(inside(path, "metrics.jsonl"),
	       "{\"kind\": \"note\", \"text\": \"so\"}\n{\"kind\": \"layers\"}\n");
	if (!allocations_fail_after(-1)) {
		tap_skip("requests for memory can't be redirected here");
		return;
	}
	for (int n = 0; n < 60; n++) {
		struct run_reader *r;

		allocations_fail_after(n);
		r = run_reader_open(path);
		if (r) {
			opened++;
			run_reader_poll(r, 0.01);
		}
		allocations_fail_after(-1);
		if (r) {
			/* unread lines are read, lost ones were counted */
			poll_all(r);
			TAP_CHECK(run_reader_data(r)->table->points + run_reader_data(r)->skipped >=
			                  10,
			          "%zu points, %zu skipped", run_reader_data(r)->table->points,
			          run_reader_data(r)->skipped);
		}
		run_reader_free(r);
	}
	TAP_CHECK(opened > 40 && opened < 60, "%d readers were opened", opened);
}

static const struct tap_test tests[] = {
	{ "from before it is there to its end", from_before_it_is_there },
	{ "half a line waits", half_a_line_waits },
	{ "lines in any pieces", lines_in_any_pieces },
	{ "bad lines are counted", bad_lines_are_counted },
	{ "long lines", long_lines },
	{ "a long line in pieces", a_long_line_in_pieces },
	{ "clocks that jump", clocks_that_jump },
	{ "notes and marks", notes_and_marks },
	{ "the latest records", the_latest_records },
	{ "polls of one piece each", in_small_pieces },
	{ "nothing new costs nothing", nothing_new_costs_nothing },
	{ "a bound on memory", a_bound_on_memory },
	{ "polls begin with merging", polls_begin_with_merging },
	{ "away and back", away_and_back },
	{ "replaced by another run", replaced_by_another },
	{ "replaced again and again", replaced_again_and_again },
	{ "resumed", resumed },
	{ "rewritten in place", rewritten_in_place },
	{ "without run.json, and with a bad one", without_run_json },
	{ "metrics that can't be read", metrics_that_cannot_be_read },
	{ "no folder at all", no_folder_at_all },
	{ "a killed writer", a_killed_writer },
	{ "memory that ends", memory_that_ends },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("run_reader", tests);
}
