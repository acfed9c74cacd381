/* reader.c - the cost of following runs: opening a run of a million points, and polling fifty.
 *
 * Usage: reader [-o FILE]
 *
 * The runs are created in a folder under TMPDIR (300 MB) and removed.  A point has 14 numbers, as
 * in training a network.  Opening reads from the kernel's cache and is measured in its own process,
 * so that peak memory is that job's; polls have the budget of a frame, 10 ms.  Times are processor
 * times.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/peak.h"
#include "src/run/run_reader.h"

enum { POINTS = 1000000, RUNS = 50, RUN_POINTS = 200, FRAMES = 400, PARTS = 3 };

struct figures {
	double seconds, worst;       /* to open the run; of the longest poll */
	double megabytes, peak;      /* file size; peak memory of the process */
	double quiet, busy;          /* ms per frame: nothing new; a new point in every run */
};

static char folder[256];

static double cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- runs ---- */

static const char *path_of(int run, const char *file)
{
	static char path[320];

	snprintf(path, sizeof path, "%s/%d%s", folder, run, file);
	return path;
}

static void put_point(FILE *f, int i)
{
	double u = 0.5 + 0.5 * sin(0.7 * i), slow = 1 / (1 + 1e-5 * i);

	fprintf(f,
	        "{\"kind\": \"point\", \"step\": %d, \"time\": %.9f, \"epoch\": %d, \"loss\": "
	        "%.9g, \"train_loss\": %.9g, "
	        "\"train_auc\": %.9g, \"valid_loss\": %.9g, \"valid_auc\": %.9g, \"lr\": %.9g, "
	        "\"gradient_norm\": %.9g, "
	        "\"rate\": %.9g, \"update_ratio\": %.9g, \"dead\": %.9g, \"saturated\": null}\n",
	        10 * i, 0.0123 * i, i, slow + 0.1 * u, slow, 1 - 0.5 * slow, slow + 0.01 * u,
	        1 - 0.6 * slow, 1e-3 * slow, u, 8e4 + 1e3 * u, 1e-4 * u, 0.1 * u);
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void make_run(int run, int points)
{
	FILE *info, *metrics;

	if (mkdir(path_of(run, ""), 0700) != 0)
		fail(path_of(run, ""));
	info = fopen(path_of(run, "/run.json"), "w");
	metrics = fopen(path_of(run, "/metrics.jsonl"), "w");
	if (!info || !metrics)
		fail(path_of(run, ""));
	fprintf(info, "{\"kind\": \"kt\", \"status\": \"running\", \"start\": "
	              "\"2016-05-23T14:05:09Z\"}\n");
	for (int i = 0; i < points; i++)
		put_point(metrics, i);
	if (fclose(info) != 0 || fclose(metrics) != 0)
		fail(path_of(run, ""));
}

static void remove_runs(void)
{
	for (int run = 0; run <= RUNS; run++) {
		remove(path_of(run, "/run.json"));
		remove(path_of(run, "/metrics.jsonl"));
		remove(path_of(run, ""));
	}
	remove(folder);
}

/* ---- measures ---- */

static void open_one(struct figures *f)
{
	struct run_reader *r = run_reader_open(path_of(RUNS, ""));
	double from = cpu(), poll;
	unsigned news;

	if (!r)
		die();
	do {
		poll = cpu();
		news = run_reader_poll(r, 0.01);
		f->worst = fmax(f->worst, cpu() - poll);
	} while (news & RUN_NEWS_MORE);
	f->seconds = cpu() - from;
	if (run_reader_data(r)->table->points != POINTS) {
		fprintf(stderr, "reader: %zu points\n", run_reader_data(r)->table->points);
		exit(1);
	}
	run_reader_free(r);
}

/* Milliseconds per frame of all runs, the best of some parts. */
static double poll_all(struct run_reader **r, int busy)
{
	double best = INFINITY;

	for (int part = 0; part < PARTS; part++) {
		double spent = 0;

		for (int frame = 0; frame < FRAMES / (busy ? 20 : 1); frame++) {
			double from;

			for (int k = 0; busy && k < RUNS; k++) {
				FILE *f = fopen(path_of(k, "/metrics.jsonl"), "a");

				if (!f)
					fail(path_of(k, ""));
				put_point(f, RUN_POINTS + frame);
				fclose(f);
			}
			from = cpu();
			for (int k = 0; k < RUNS; k++)
				run_reader_poll(r[k], 0.01);
			spent += cpu() - from;
		}
		best = fmin(best, 1e3 * spent / (FRAMES / (busy ? 20 : 1)));
	}
	return best;
}

static void poll_fifty(struct figures *f)
{
	struct run_reader *r[RUNS];

	for (int k = 0; k < RUNS; k++) {
		r[k] = run_reader_open(path_of(k, ""));
		if (!r[k])
			die();
		run_reader_poll(r[k], INFINITY);
	}
	f->quiet = poll_all(r, 0);
	f->busy = poll_all(r, 1);
	for (int k = 0; k < RUNS; k++)
		run_reader_free(r[k]);
}

/* In a process of its own. */
static void measure(void (*job)(struct figures *), struct figures *f)
{
	struct rusage use;
	int pipe_to[2];
	pid_t child;

	if (pipe(pipe_to) != 0 || (child = fork()) < 0)
		fail("reader");
	if (child == 0) {
		job(f);
		_exit(write(pipe_to[1], f, sizeof *f) == sizeof *f ? 0 : 1);
	}
	close(pipe_to[1]);
	if (read(pipe_to[0], f, sizeof *f) != sizeof *f) {
		remove_runs();
		fprintf(stderr, "reader: no result\n");
		exit(1);
	}
	close(pipe_to[0]);
	wait4(child, NULL, 0, &use);
	f->peak = fmax(f->peak, (double)use.ru_maxrss / 1024);
}

int main(int argc, char **argv)
{
	const char *output = NULL, *parent = getenv("TMPDIR");
	struct figures f = { 0 }, best = { .seconds = INFINITY };
	char line[512];
	FILE *log = NULL;
	time_t t = time(NULL);
	struct stat sb;
	int option;

	while ((option = getopt(argc, argv, "o:")) != -1) {
		if (option != 'o') {
			fprintf(stderr, "usage: reader [-o FILE]\n");
			return 2;
		}
		output = optarg;
	}
	if (output && !(log = fopen(output, "a")))
		fail(output);
	snprintf(folder, sizeof folder, "%s/riley-bench-XXXXXX",
	         parent && *parent ? parent : "/tmp");
	if (!mkdtemp(folder))
		fail(folder);
	for (int run = 0; run < RUNS; run++)
		make_run(run, RUN_POINTS);
	make_run(RUNS, POINTS);
	if (stat(path_of(RUNS, "/metrics.jsonl"), &sb) != 0)
		fail(folder);
	for (int part = 0; part < PARTS; part++) {
		f = (struct figures){ 0 };
		measure(open_one, &f);
		best = f.seconds < best.seconds ? f : best;
	}
	best.megabytes = (double)sb.st_size * 1e-6;
	f = best;
	measure(poll_fifty, &f);
	f.peak = best.peak;
	remove_runs();
	strftime(line, sizeof line, "\n%Y-%m-%d %H:%M", localtime(&t));
	put(log, line);
	snprintf(line, sizeof line,
	         "  riley %s, following runs, on one processor, best of %d\n\n"
	         "a run of %d points (%.0f MB, 14 numbers each) opened in %.2f s, %.0f MB/s, "
	         "longest poll %.0f ms, peak memory %.0f MB\n"
	         "%d runs polled in %.2f ms a frame when nothing is new, %.2f ms when each has a "
	         "new point\n",
	         PACKAGE_VERSION, PARTS, POINTS, best.megabytes, f.seconds, f.megabytes / f.seconds,
	         1e3 * f.worst, f.peak, RUNS, f.quiet, f.busy);
	put(log, line);
	return log && fclose(log) != 0;
}
