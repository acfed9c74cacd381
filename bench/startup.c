/* startup.c - how long the program takes to start and to print a page: a row of `make bench`.
 *
 * Usage: startup [-o FILE] [-n REPEATS] [PROGRAM]
 *
 * Runs PROGRAM (./riley) with arguments that need no data, its output thrown away, and counts the
 * time from fork() to the end of the process: the best and the median of REPEATS (100), and the
 * least processor time, which other work on the machine hardly changes.
 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/peak.h"

enum { MOST = 10000, WORDS = 4 };

static void run_child(const char *program, char *const *words)
{
	int null = open("/dev/null", O_RDWR);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
		_exit(126);
	execv(program, words);
	_exit(127);
}

static double seconds_of(struct timeval t)
{
	return (double)t.tv_sec + 1e-6 * (double)t.tv_usec;
}

/* Seconds of one run, and in *cpu those of the processor; negative when it failed. */
static double run(const char *program, char *const *words, double *cpu)
{
	double start = now();
	pid_t child = fork();
	struct rusage use;
	int status = -1;

	if (child == 0)
		run_child(program, words);
	if (child < 0 || wait4(child, &status, 0, &use) != child || status != 0)
		return -1;
	*cpu = seconds_of(use.ru_utime) + seconds_of(use.ru_stime);
	return now() - start;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int measure(FILE *log, const char *program, char *const *words, int n)
{
	static double t[MOST], cpu[MOST];
	char line[200], what[40];

	for (int k = -1; k < n; k++) {           /* the first finds its files in no cache */
		double seconds = run(program, words, &cpu[k < 0 ? 0 : k]);

		if (seconds < 0) {
			fprintf(stderr, "startup: %s does not run\n", program);
			return 1;
		}
		t[k < 0 ? 0 : k] = seconds;
	}
	qsort(t, (size_t)n, sizeof *t, by_value);
	qsort(cpu, (size_t)n, sizeof *cpu, by_value);
	snprintf(what, sizeof what, "%s %s", words[1], words[2] ? words[2] : "");
	snprintf(line, sizeof line,
	         "startup    %-14s best %6.2f ms, median %6.2f ms, processor %6.2f ms; of %d\n",
	         what, 1e3 * t[0], 1e3 * t[n / 2], 1e3 * cpu[0], n);
	put(log, line);
	return 0;
}

int main(int argc, char **argv)
{
	static char *const lines[][WORDS] = {
		{ "riley", "--help", NULL },
		{ "riley", "kt", "--help", NULL },
		{ "riley", "explain", "AUC", NULL },
		{ "riley", "--version", NULL },
	};
	const char *output = "bench.txt", *program = "./riley";
	int n = 100, option, bad = 0;
	FILE *log;

	while ((option = getopt(argc, argv, "o:n:")) != -1)
		if (option == 'o')
			output = optarg;
		else if (option == 'n')
			n = atoi(optarg);
	if (optind < argc)
		program = argv[optind];
	log = fopen(output, "a");
	if (!log || n < 1 || n > MOST) {
		fprintf(stderr, "usage: startup [-o FILE] [-n 1..%d] [PROGRAM]\n", MOST);
		return 2;
	}
	for (size_t k = 0; k < sizeof lines / sizeof *lines && !bad; k++)
		bad = measure(log, program, lines[k], n);
	return fclose(log) != 0 || bad;
}
