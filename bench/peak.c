/* peak.c - see peak.h. */
#include "bench/peak.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "src/base/real.h"
#include "src/base/status.h"
#include "src/base/workers.h"

enum { SQUARE = 1024 };

extern const char *openblas_get_corename(void) __attribute__((weak));

double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void die(void)
{
	fprintf(stderr, "bench: %s\n", ry_message());
	exit(1);
}

void apart(void (*measure)(const void *arg, void *figures), const void *arg, void *figures,
           size_t size)
{
	int ends[2];
	pid_t child;

	if (pipe(ends) != 0 || (child = fork()) < 0) {
		perror("bench");
		exit(1);
	}
	if (child == 0) {
		measure(arg, figures);
		_exit(write(ends[1], figures, size) == (ssize_t)size ? 0 : 1);
	}
	close(ends[1]);
	if (read(ends[0], figures, size) != (ssize_t)size) {
		fprintf(stderr, "bench: a measurement failed\n");
		exit(1);
	}
	close(ends[0]);
	waitpid(child, NULL, 0);
}

void put(FILE *log, const char *line)
{
	fputs(line, stdout);
	fflush(stdout);
	if (log)
		fputs(line, log);
}

void put_blas(FILE *log)
{
	char line[200];

	if (!openblas_get_corename)
		return;
	snprintf(line, sizeof line,
	         "\npeak of OpenBLAS' kernels for %s; a share above 100 %% says that they do not "
	         "fit this processor\n",
	         openblas_get_corename());
	put(log, line);
}

static real *square(void)
{
	real *a = ry_calloc((size_t)SQUARE * SQUARE, sizeof *a, "a matrix");

	if (!a)
		die();
	for (size_t i = 0; i < (size_t)SQUARE * SQUARE; i++)
		a[i] = (real)(i % 101) / 101;
	return a;
}

static void product(int id, void *arg)
{
	real **m = (real **)arg + 3 * id;

	ry_gemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, SQUARE, SQUARE, SQUARE, 1, m[0], SQUARE,
	        m[1], SQUARE, 0, m[2], SQUARE);
}

double gemm_peak(int threads)
{
	struct workers *w = workers_alloc(threads);
	real **m = malloc(3 * sizeof *m * (size_t)threads);
	double best = INFINITY;

	if (!w || !m)
		die();
	for (int i = 0; i < 3 * threads; i++)
		m[i] = square();
	for (int i = 0; i < 12; i++) {
		double from = now();

		workers_run(w, product, m);
		best = fmin(best, now() - from);
	}
	for (int i = 0; i < 3 * threads; i++)
		free(m[i]);
	free(m);
	workers_free(w);
	return 2e-9 * SQUARE * SQUARE * (double)SQUARE * threads / best;
}
