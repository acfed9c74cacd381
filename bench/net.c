/* net.c - how fast small feed-forward networks train: for `make bench`.
 *
 * Usage: net [-o FILE] [-s SECONDS] [-t THREADS]
 *
 * Dense layers with ReLU between them, a softmax loss and Adam, on random rows that fit in the
 * nearest caches: what is measured is the update, not memory.  An update of the smallest takes a
 * few microseconds, so that everything around the matrix products counts.  Prints a table and
 * appends it to FILE (bench.txt).  Each figure is the best of the stretches of a few milliseconds
 * that fit into SECONDS (3): the machine may be busy with other things.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <gsl/gsl_rng.h>

#include "bench/peak.h"
#include "src/base/random.h"
#include "src/base/workers.h"
#include "src/train/net_trainer.h"

enum { ROWS = 2048 };
#define STRETCH 0.002            /* seconds between looks at the clock: less than a time slice */

extern void openblas_set_num_threads(int n) __attribute__((weak));

struct job {
	int    threads, batch;
	int    width[5];             /* features, hidden units ..., classes, 0 */
	double seconds;
};

struct figures {
	double microseconds;         /* of an update */
	double gflops;               /* useful: the products of its layers */
	double loss;                 /* mean of the last update */
};

/* The layer lines of a job; returns the multiplications of a row, forward. */
static double lines_of(const struct job *j, char *lines, size_t room)
{
	double products = 0;
	size_t at = 0;

	for (int i = 0; j->width[i + 1]; i++) {
		if (i)
			at += (size_t)snprintf(lines + at, room - at, "relu %d\n", j->width[i]);
		at += (size_t)snprintf(lines + at, room - at, "dense %d %d\n", j->width[i],
		                       j->width[i + 1]);
		products += (double)j->width[i] * j->width[i + 1];
	}
	return products;
}

/* Rows around a centre for each class. */
static struct net_rows made_rows(int D, int classes, gsl_rng *rng)
{
	real *x = ry_calloc((size_t)ROWS * D, sizeof *x, "rows");
	int *label = ry_calloc(ROWS, sizeof *label, "labels");

	if (!x || !label)
		die();
	for (int r = 0; r < ROWS; r++) {
		label[r] = (int)gsl_rng_uniform_int(rng, (unsigned long)classes);
		for (int k = 0; k < D; k++)
			x[(size_t)r * D + k] = (real)(gsl_rng_uniform(rng) - 0.5 +
			                              (k % classes == label[r]) * 0.5);
	}
	return (struct net_rows){ .rows = ROWS, .x = x, .target = { .label = label } };
}

/* Updates for about STRETCH seconds; returns what one took, in microseconds. */
static double stretch(struct net_trainer *t, struct update *u)
{
	double from = now(), seconds;
	long updates = 0;

	do {
		net_trainer_epoch(t);
		while (net_trainer_left(t)) {
			if (net_trainer_step(t, u) != RY_OK)
				die();
			updates++;
		}
		seconds = now() - from;
	} while (seconds < STRETCH);
	return 1e6 * seconds / (double)updates;
}

static void measure(const void *arg, void *figures)
{
	const struct job *j = arg;
	struct figures *f = figures;
	char lines[512];
	double products = lines_of(j, lines, sizeof lines), end;
	struct net *net = net_make(lines, (const layer_list[]){ core_layers, NULL });
	struct workers *w = workers_alloc(j->threads);
	gsl_rng *rng = random_stream(1, STREAM_INIT);
	struct optimizer_options adam;
	struct net_train_options o = { .batch = j->batch, .clip = 5, .seed = 1,
	                               .loss = { .kind = LOSS_SOFTMAX }, .optimizer = &adam };
	struct net_rows rows;
	struct net_trainer *t;
	struct update u;

	if (!net || !w || !rng)
		die();
	optimizer_defaults(&adam, RULE_ADAM);
	net_init(net, rng);
	rows = made_rows(net->D, net->M, rng);
	t = net_trainer_alloc(net, w, &rows, &o);
	if (!t)
		die();
	f->microseconds = INFINITY;
	end = now() + j->seconds;
	do
		f->microseconds = fmin(f->microseconds, stretch(t, &u));
	while (now() < end);
	f->loss = u.loss / u.count;
	f->gflops = 6e-3 * products * j->batch / f->microseconds;
}

static void row(FILE *log, const struct job *j, const struct figures *f)
{
	char line[256], shape[64];
	int at = 0;

	for (int i = 0; j->width[i]; i++)
		at += snprintf(shape + at, sizeof shape - (size_t)at, "%s%d", i ? "-" : "",
		               j->width[i]);
	snprintf(line, sizeof line, "%-16s %5d %7d %12.2f %12.0f %9.1f %10.2g\n", shape, j->batch,
	         j->threads, f->microseconds, 1e6 * j->batch / f->microseconds, f->gflops, f->loss);
	put(log, line);
}

int main(int argc, char **argv)
{
	static const struct job jobs[] = {
		{ .width = { 4, 16, 3 }, .batch = 16 },
		{ .width = { 64, 32, 10 }, .batch = 32 },
		{ .width = { 64, 128, 64, 10 }, .batch = 32 },
		{ .width = { 784, 256, 10 }, .batch = 64 },
	};
	const char *output = "bench.txt";
	int threads = 1, option;
	double seconds = 3;
	char line[256];
	FILE *log;

	while ((option = getopt(argc, argv, "o:s:t:")) != -1) {
		switch (option) {
		case 'o': output = optarg; break;
		case 's': seconds = atof(optarg); break;
		case 't': threads = atoi(optarg); break;
		default:
			fprintf(stderr, "usage: net [-o FILE] [-s SECONDS] [-t THREADS]\n");
			return 2;
		}
	}
	log = fopen(output, "a");
	if (!log || threads < 1 || !(seconds > 0)) {
		fprintf(stderr, "net: %s can't be written, or a count below 1\n", output);
		return 2;
	}
	if (openblas_set_num_threads)
		openblas_set_num_threads(1);
	snprintf(line, sizeof line,
	         "\ndense networks, softmax, Adam, %s, %s\n\n%-16s %5s %7s %12s %12s %9s %10s\n",
	         RY_REAL_NAME, RY_CBLAS_NAME, "shape", "batch", "threads", "us/update", "rows/s",
	         "GFLOP/s", "loss");
	put(log, line);
	for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
		struct job j = jobs[i];
		struct figures f = { 0 };

		j.threads = threads;
		j.seconds = seconds;
		apart(measure, &j, &f, sizeof f);
		row(log, &j, &f);
	}
	return fclose(log) == 0 ? 0 : 1;
}
