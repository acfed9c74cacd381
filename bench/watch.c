/* watch.c - speed and memory of the dashboard when it opens and redraws runs.
 *
 * Usage: watch [-s SECONDS] [-o FILE]
 *
 * RUNS runs of POINTS points each, and one of a million points, are written to a directory under
 * TMPDIR and watched on a screen of 120 x 40 in braille.
 *
 *     open      seconds until everything is read and the first frame is drawn
 *     still     frames per second if nothing changed since the last frame
 *     moving    ... if the view is zoomed or moved before every frame, so that every curve is
 *               recomputed
 *     growing   ... if every run logs a point before every frame, and is read
 *     core      share of one core at 20 frames per second, for moving and for growing
 *
 * Every line is measured in its own process, so that peak memory is that line's.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bench/peak.h"
#include "src/app/commands.h"
#include "src/app/watch/dashboard.h"

enum { RUNS = 50, POINTS = 3000, MANY = 1000000, WIDTH = 120, HEIGHT = 40, RATE = 20 };

struct figures {
	double open, still, moving, growing, megabytes;
};

static char folder[200];

/* ---- runs ---- */

static FILE *open_file(int run, const char *name, const char *how)
{
	char path[300];
	FILE *f;

	snprintf(path, sizeof path, "%s/run-%d/%s", folder, run, name);
	if (!(f = fopen(path, how))) {
		perror(path);
		exit(1);
	}
	return f;
}

static void write_point(FILE *f, int run, int k)
{
	double wave = sin(0.37 * k + run) * 0.01, t = 0.4 + 0.3 * exp(-k / 500.0) + wave,
	       v = t + 0.03 + 0.02 * wave;

	fprintf(f,
	        "{\"kind\": \"point\", \"step\": %d, \"time\": %.3f, \"epoch\": %d, "
	        "\"train_loss\": %.6f, \"valid_loss\": %.6f, "
	        "\"train_auc\": %.6f, \"valid_auc\": %.6f, \"lr\": 0.001, \"gradient_norm\": %.6f, "
	        "\"update_ratio\": %.7f, "
	        "\"rate\": 90000}\n",
	        10 * k, 0.5 * k, k, t, v, 1 - t / 2, 1 - v / 2, 0.1 + wave,
	        0.001 + 0.01 * fabs(wave));
}

static void write_run(int run, int points)
{
	char path[300];
	FILE *f;

	snprintf(path, sizeof path, "%s/run-%d", folder, run);
	if (mkdir(path, 0777) != 0) {
		perror(path);
		exit(1);
	}
	f = open_file(run, "run.json", "w");
	fprintf(f,
	        "{\"kind\": \"kt\", \"status\": \"running\", \"options\": {\"epochs\": %d, \"lr\": "
	        "%g}}\n",
	        2 * points, 0.001 * run);
	fclose(f);
	f = open_file(run, "metrics.jsonl", "w");
	for (int k = 1; k <= points; k++)
		write_point(f, run, k);
	fclose(f);
}

static void remove_run(int run)
{
	static const char *const files[] = { "/run.json", "/metrics.jsonl", "" };
	char path[300];

	for (int k = 0; k < 3; k++) {
		snprintf(path, sizeof path, "%s/run-%d%s", folder, run, files[k]);
		remove(path);
	}
}

/* ---- measuring ---- */

static double cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

struct screen_of_runs {
	struct dashboard *d;
	struct canvas    *c;
	FILE             *metrics[RUNS];
	int               n, frame;
};

static void draw(struct screen_of_runs *s)
{
	canvas_clear(s->c);
	dashboard_draw(s->d, view_of(s->c));
	s->frame++;
}

static void stand(struct screen_of_runs *s)
{
	draw(s);
}

static void move(struct screen_of_runs *s)
{
	static const char keys[] = "++[]--m[+]M-0";

	dashboard_key(s->d, keys[s->frame % (int)(sizeof keys - 1)]);
	draw(s);
}

static void grow(struct screen_of_runs *s)
{
	for (int run = 0; run < s->n; run++) {
		write_point(s->metrics[run], run, POINTS + s->frame);
		fflush(s->metrics[run]);
	}
	dashboard_poll(s->d, INFINITY);
	draw(s);
}

/* Frames per second of processor time. */
static double rate(void (*frame)(struct screen_of_runs *s), struct screen_of_runs *s,
                   double seconds)
{
	double from = cpu(), spent;
	long n = 0;

	do {
		frame(s);
		n++;
		spent = cpu() - from;
	} while (spent < seconds);
	return (double)n / spent;
}

struct job {
	int    first, n;
	double seconds;
};

static void measure(const void *arg, void *figures)
{
	const struct job *j = arg;
	struct screen_of_runs s = { .n = j->n };
	char *path[RUNS], names[RUNS][300];
	struct figures *f = figures;
	struct rusage used;
	double from = now();

	for (int k = 0; k < j->n; k++) {
		snprintf(names[k], sizeof names[k], "%s/run-%d", folder, j->first + k);
		path[k] = names[k];
	}
	s.d = dashboard_alloc(j->n, path, &(struct dashboard_options){ .lists = program_commands });
	s.c = canvas_alloc(WIDTH, HEIGHT, UI_BRAILLE);
	if (!s.d || !s.c)
		die();
	dashboard_poll(s.d, INFINITY);
	draw(&s);
	f->open = now() - from;
	for (int k = 0; k < j->n; k++)
		s.metrics[k] = open_file(j->first + k, "metrics.jsonl", "a");
	f->still = rate(stand, &s, j->seconds);
	f->moving = rate(move, &s, j->seconds);
	dashboard_key(s.d, '0');
	f->growing = rate(grow, &s, j->seconds);
	getrusage(RUSAGE_SELF, &used);
	f->megabytes = (double)used.ru_maxrss / 1024;
	for (int k = 0; k < j->n; k++)
		fclose(s.metrics[k]);
	dashboard_free(s.d);
	canvas_free(s.c);
}

static void report(FILE *log, const char *name, int first, int n, double seconds)
{
	struct figures f;
	char line[256];

	apart(measure, &(struct job){ first, n, seconds }, &f, sizeof f);
	snprintf(line, sizeof line, "%-22s %7.2f %8.0f %8.0f %7.1f%% %8.0f %7.1f%% %8.0f\n", name,
	         f.open, f.still, f.moving, 100 * RATE / f.moving, f.growing,
	         100 * RATE / f.growing, f.megabytes);
	put(log, line);
}

int main(int argc, char **argv)
{
	const char *output = "bench.txt", *tmp = getenv("TMPDIR");
	double seconds = 2;
	char line[256];
	int option;
	FILE *log;

	while ((option = getopt(argc, argv, "s:o:")) != -1) {
		switch (option) {
		case 's': seconds = atof(optarg); break;
		case 'o': output = optarg; break;
		default:
			fprintf(stderr, "usage: watch [-s SECONDS] [-o FILE]\n");
			return 2;
		}
	}
	log = fopen(output, "a");
	snprintf(folder, sizeof folder, "%.150s/riley-bench-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!log || !(seconds > 0) || !mkdtemp(folder)) {
		fprintf(stderr, "bench: %s or %s can't be written, or a time that is not above 0\n",
		        output, folder);
		return 2;
	}
	for (int k = 0; k < RUNS; k++)
		write_run(k, POINTS);
	write_run(RUNS, MANY);
	snprintf(line, sizeof line,
	         "\n%-22s %7s %8s %8s %8s %8s %8s %8s\n%-22s %7s %8s %8s %8s %8s %8s %8s\n",
	         "dashboard, 120x40", "open", "still", "moving", "core at", "growing", "core at",
	         "memory", "", "s", "per s", "per s", "20 per s", "per s", "20 per s", "peak, MB");
	put(log, line);
	report(log, "50 runs, 3,000 points", 0, RUNS, seconds);
	report(log, "a run, 1,000,000 points", RUNS, 1, seconds);
	for (int k = 0; k <= RUNS; k++)
		remove_run(k);
	rmdir(folder);
	return fclose(log) == 0 ? 0 : 1;
}
