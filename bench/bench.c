/* bench.c - speed and memory of knowledge-tracing models: the figures of `make bench`.
 *
 * Usage: bench [-d DIRECTORY] [-o FILE] [-e EPOCHS]
 *
 * Trains and evaluates each kind of model on 4,000 simulated students and, if DIRECTORY (or
 * RILEY_DATA) has builder_train.csv and builder_test.csv, on those.  Prints a table and appends it
 * to FILE (bench.txt).
 *
 * Every figure is measured in its own process, so that peak memory is that job's.  Answers are
 * counted without padding.  GFLOP/s counts useful arithmetic only: the recurrent products and the
 * one logit per prediction, forward and backward; the input is a table lookup and counts nothing.
 * The peak is what BLAS reaches on square products in the same run, with one thread per processor.
 */
#include "config.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bench/peak.h"
#include "datasets/sequences/sequences.h"
#include "datasets/sequences/students.h"
#include "rnn/kt/kt_trainer.h"
#include "src/base/random.h"
#include "src/base/real.h"
#include "src/base/workers.h"
#include "src/train/optimizer.h"

enum { HIDDEN = 200, BATCH = 32, WINDOW = 200 };

extern void openblas_set_num_threads(int n) __attribute__((weak));

struct figures {
	double train, score;         /* answers per second */
	double gflops;               /* useful, in training */
	double auc;
	double megabytes;            /* peak memory of the process */
	double read;                 /* MB per second of the data file; 0 without a file */
};

/* ---- one job ---- */

struct job {
	const char *cell;
	int         gates;
	const char *train, *test;    /* files, or NULL for simulated students */
	int         threads, epochs;
};

static int *everybody(const struct sequences *s)
{
	int *student = malloc(((size_t)s->students + 1) * sizeof *student);

	for (int i = 0; student && i < s->students; i++)
		student[i] = i;
	return student;
}

static struct sequences *simulated(long seed)
{
	gsl_rng *rng = random_stream(seed, STREAM_SAMPLE);
	struct student_model *m = rng ? student_model_draw(50, 5, 0.10, 0.10, 3, rng) : NULL;
	struct sequences *s = m ? students_simulate(m, 2000, 0, rng) : NULL;

	student_model_free(m);
	if (rng)
		gsl_rng_free(rng);
	return s;
}

static struct sequences *load(const char *path, double *rate)
{
	struct stat sb;
	double from = now();
	struct sequences *s = sequences_read(path, NULL, NULL, NULL);

	if (s && stat(path, &sb) == 0)
		*rate = (double)sb.st_size * 1e-6 / (now() - from);
	return s;
}

static void measure(const void *arg, void *figures)
{
	const struct job *j = arg;
	struct figures *f = figures;
	struct sequences *train = j->train ? load(j->train, &f->read) : simulated(1);
	struct sequences *test = j->test ? load(j->test, &f->read) : simulated(2);
	struct workers *w = workers_alloc(j->threads);
	gsl_rng *rng = random_stream(1, STREAM_INIT);
	struct optimizer_options adam;
	struct kt_train_options o = { .clip = 5, .seed = 1, .optimizer = &adam };
	struct kt_model *m;
	struct kt_trainer *t;
	struct kt_scores scores;
	double best = 0, from, predictions = 0;
	struct rusage use;
	float *p;

	if (!train || !test || !w || !rng || sequences_unite(train, test) != RY_OK)
		die();
	optimizer_defaults(&adam, RULE_ADAM);
	m = kt_model_make(j->cell, HIDDEN, 1, 0, train);
	if (!m)
		die();
	net_init(m->net, rng);
	t = kt_trainer_alloc(m, w, train,
	                     kt_batcher_alloc(train, everybody(train), train->students, WINDOW,
	                                      BATCH, KT_SHUFFLED),
	                     &o);
	p = ry_calloc(test->answers, sizeof *p, "predictions");
	if (!t || !p)
		die();
	for (int e = 0; e < j->epochs; e++) {
		struct update u;
		double answers = 0, seconds;

		from = now();
		predictions = 0;
		kt_trainer_epoch(t);
		while (kt_trainer_left(t)) {
			if (kt_trainer_step(t, &u) != RY_OK)
				die();
			answers += u.items;
			predictions += u.count;
		}
		seconds = now() - from;
		if (answers / seconds > best) {
			best = answers / seconds;
			f->gflops = predictions *
			            (6.0 * j->gates * HIDDEN * HIDDEN + 6.0 * HIDDEN) / seconds *
			            1e-9;
		}
	}
	f->train = best;
	from = now();
	if (kt_predict(kt_trainer_batch(t), test, everybody(test), test->students, p) != RY_OK)
		die();
	f->score = test->answers / (now() - from);
	if (kt_score(&scores, test, everybody(test), test->students, p) != RY_OK)
		die();
	f->auc = scores.auc;
	getrusage(RUSAGE_SELF, &use);
	f->megabytes = (double)use.ru_maxrss / 1024;
}

/* ---- the table ---- */

static void row(FILE *log, const char *data, const struct job *j, const struct figures *f,
                double peak)
{
	char line[256], read[32] = "-";

	if (f->read > 0)
		snprintf(read, sizeof read, "%.0f", f->read);
	snprintf(line, sizeof line, "%-10s %-5s %7d %12.0f %12.0f %9.1f %7.0f %% %8.4f %8.0f %8s\n",
	         data, j->cell, j->threads, f->train, f->score, f->gflops, 100 * f->gflops / peak,
	         f->auc, f->megabytes, read);
	put(log, line);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *cell;
		int gates;
	} cells[] = { { "lstm", 4 }, { "gru", 3 }, { "rnn", 1 } };
	const char *directory = getenv("RILEY_DATA"), *output = "bench.txt";
	char train[4096], test[4096], line[512];
	int threads = (int)sysconf(_SC_NPROCESSORS_ONLN), epochs = 3, option;
	time_t t = time(NULL);
	double peak;
	FILE *log;

	while ((option = getopt(argc, argv, "d:o:e:t:")) != -1) {
		switch (option) {
		case 'd': directory = optarg; break;
		case 'o': output = optarg; break;
		case 'e': epochs = atoi(optarg); break;
		case 't': threads = atoi(optarg); break;
		default:
			fprintf(stderr,
			        "usage: bench [-d DIRECTORY] [-o FILE] [-e EPOCHS] [-t THREADS]\n");
			return 2;
		}
	}
	threads = threads > BATCH / 8 ? BATCH / 8 : threads;
	log = fopen(output, "a");
	if (!log || epochs < 1 || threads < 1) {
		fprintf(stderr, "bench: %s can't be written, or a count below 1\n", output);
		return 2;
	}
	if (openblas_set_num_threads)
		openblas_set_num_threads(1);
	peak = gemm_peak(threads);
	put_blas(log);
	strftime(line, sizeof line, "\n%Y-%m-%d %H:%M", localtime(&t));
	put(log, line);
	snprintf(line, sizeof line,
	         "  riley %s, %s, %s, %d thread%s, matrix product peak %.0f GFLOP/s; H %d, batch "
	         "%d, Adam, best of %d epochs\n\n"
	         "%-10s %-5s %7s %12s %12s %9s %9s %8s %8s %8s\n",
	         PACKAGE_VERSION, RY_REAL_NAME, RY_CBLAS_NAME, threads, threads > 1 ? "s" : "",
	         peak, HIDDEN, BATCH, epochs, "data", "model", "threads", "train", "score",
	         "useful", "share of", "test", "memory", "read");
	put(log, line);
	snprintf(line, sizeof line, "%-10s %-5s %7s %12s %12s %9s %9s %8s %8s %8s\n", "", "", "",
	         "answers/s", "answers/s", "GFLOP/s", "peak", "AUC", "MB", "MB/s");
	put(log, line);
	snprintf(train, sizeof train, "%s/builder_train.csv", directory ? directory : "");
	snprintf(test, sizeof test, "%s/builder_test.csv", directory ? directory : "");
	for (int files = 0; files < 2; files++) {
		if (files && (!directory || access(train, R_OK) != 0 || access(test, R_OK) != 0)) {
			put(log, "builder    skipped: no builder_train.csv in RILEY_DATA\n");
			break;
		}
		for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
			struct job j = { .cell = cells[i].cell,
				         .gates = cells[i].gates,
				         .train = files ? train : NULL,
				         .test = files ? test : NULL,
				         .threads = threads,
				         .epochs = epochs };
			struct figures f = { 0 };

			apart(measure, &j, &f, sizeof f);
			row(log, files ? "builder" : "simulated", &j, &f, peak);
		}
	}
	return fclose(log) == 0 ? 0 : 1;
}
