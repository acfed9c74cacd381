/* list.c - speed of the list of many runs.
 *
 * Usage: list [-o FILE]
 *
 * RUNS runs of POINTS points each, the first of them the best, are written to a directory under
 * TMPDIR and listed.
 *
 *     list      seconds to list them all, as riley runs does
 *     again     ... when none has changed since, as the menu of riley watch does every second
 *     memory    peak, of the process that lists
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/peak.h"
#include "src/app/commands.h"
#include "src/app/runs/run_list.h"

enum { RUNS = 1000, POINTS = 1000 };

struct figures {
	double list, again, megabytes;
};

static char folder[200];

static FILE *open_file(int run, const char *name)
{
	char path[300];
	FILE *f;

	snprintf(path, sizeof path, "%s/run-%d/%s", folder, run, name);
	if (!(f = fopen(path, "w"))) {
		perror(path);
		exit(1);
	}
	return f;
}

static void write_line(FILE *f, const char *kind, int epoch)
{
	fprintf(f,
	        "{\"kind\": \"%s\", \"step\": %d, \"time\": %d, \"epoch\": %d, "
	        "\"train_loss\": 0.5, \"valid_loss\": 0.6, \"train_auc\": 0.8, "
	        "\"valid_auc\": 0.75}\n",
	        kind, 10 * epoch, epoch, epoch);
}

static void write_run(int run)
{
	char path[300];
	FILE *f;

	snprintf(path, sizeof path, "%s/run-%d", folder, run);
	mkdir(path, 0777);
	f = open_file(run, "run.json");
	fprintf(f, "{\"kind\": \"kt\", \"status\": \"done\", \"start\": \"2016-05-23T14:05:09Z\", "
	        "\"options\": {\"epochs\": %d}, \"data\": {\"train\": \"students.csv\"}}\n",
	        POINTS);
	fclose(f);
	f = open_file(run, "metrics.jsonl");
	for (int epoch = 1; epoch <= POINTS; epoch++) {
		write_line(f, "point", epoch);
		if (epoch == 1)
			write_line(f, "best", epoch);
	}
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

/* Seconds to list the folder. */
static double list(struct run_list *l, struct run_list *old)
{
	double from = now();

	if (old)
		run_list_retire(old);
	if (run_list_add(l, program_commands, folder, old) != RY_OK)
		die();
	run_list_sort(l, LIST_BY_AGE);
	return now() - from;
}

static void measure(const void *arg, void *figures)
{
	struct run_list first = { 0, NULL }, second = { 0, NULL };
	struct figures *f = figures;
	struct rusage used;

	(void)arg;
	f->list = list(&first, NULL);
	f->again = list(&second, &first);
	getrusage(RUSAGE_SELF, &used);
	f->megabytes = (double)used.ru_maxrss / 1024;
	run_list_clear(&first);
	run_list_clear(&second);
}

int main(int argc, char **argv)
{
	const char *output = "bench.txt", *tmp = getenv("TMPDIR");
	struct figures f;
	char line[256];
	int option;
	FILE *log;

	while ((option = getopt(argc, argv, "o:")) != -1) {
		if (option != 'o') {
			fprintf(stderr, "usage: list [-o FILE]\n");
			return 2;
		}
		output = optarg;
	}
	log = fopen(output, "a");
	snprintf(folder, sizeof folder, "%.150s/riley-bench-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!log || !mkdtemp(folder)) {
		fprintf(stderr, "bench: %s or %s can't be written\n", output, folder);
		return 2;
	}
	for (int k = 0; k < RUNS; k++)
		write_run(k);
	apart(measure, NULL, &f, sizeof f);
	snprintf(line, sizeof line, "\n%-28s %8s %8s %12s\n%-28s %6.3f s %6.3f s %9.1f MB\n",
	         "list of runs", "list", "again", "memory", "1,000 runs, 1,000 points",
	         f.list, f.again, f.megabytes);
	put(log, line);
	for (int k = 0; k < RUNS; k++)
		remove_run(k);
	rmdir(folder);
	return fclose(log) == 0 ? 0 : 1;
}
