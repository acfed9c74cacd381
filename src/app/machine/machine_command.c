/* machine_command.c - `riley machine`: what this program found on this machine, and what to do
 * about what is missing.
 *
 * The speed of the matrix product is counted as 2 M N K operations.  "Peak" is the best of several
 * larger products, one on each thread at the same time: what a network can hope for at most.
 */
#include "config.h"

#include <errno.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>
#include <gsl/gsl_version.h>

#include "src/cli/answer.h"
#include "src/app/machine/machine_command.h"
#include "src/app/export/export.h"
#include "src/base/processors.h"
#include "src/base/real.h"
#include "src/base/text.h"
#include "src/cli/version.h"
#include "src/ui/terminal.h"

#define PRODUCT      512    /* M = N = K of the product that is timed */
#define LARGE        1024   /* and of those that show the peak */
#define REPEATS      9
#define ENOUGH       1.0    /* seconds after which the product is not repeated any more */
#define ROUNDS       3      /* of the peak: on one thread, then on all */
#define PEAK_SECONDS 0.1    /* of the large product in each */
#define MAX_FINDINGS 32
#define SLOW_CBLAS   "install OpenBLAS (Debian: libopenblas-dev) and run configure again"

enum verdict { FINE, WARNING, BROKEN };

struct finding {
	const char  *topic;
	enum verdict verdict;
	char         text[256], advice[200];
};

struct report {
	struct finding finding[MAX_FINDINGS];
	int            n;
	json_t        *numbers;      /* what --json adds to the findings */
};

static struct finding *add(struct report *r, const char *topic, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static struct finding *add(struct report *r, const char *topic, const char *format, ...)
{
	struct finding *f = &r->finding[r->n < MAX_FINDINGS - 1 ? r->n++ : MAX_FINDINGS - 1];
	va_list ap;

	f->topic = topic;
	f->verdict = FINE;
	f->advice[0] = '\0';
	va_start(ap, format);
	vsnprintf(f->text, sizeof f->text, format, ap);
	va_end(ap);
	return f;
}

static void advise(struct finding *f, enum verdict verdict, const char *what)
{
	f->verdict = verdict;
	snprintf(f->advice, sizeof f->advice, "%s", what);
}

/* ---- the program ---- */

static void look_at_program(struct report *r)
{
	char compiler[600];

	version_compiler(compiler, sizeof compiler);
	add(r, "version", "riley %s, numbers are %s", PACKAGE_VERSION, RY_REAL_NAME);
	add(r, "compiler", "%s", compiler);
	add(r, "GSL", "%s", gsl_version);
	json_object_set_new(r->numbers, "version", json_string(PACKAGE_VERSION));
	json_object_set_new(r->numbers, "real", json_string(RY_REAL_NAME));
	json_object_set_new(r->numbers, "gsl", json_string(gsl_version));
}

/* ---- the matrix product ---- */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Matrices whose product is known: A = all 1, B(i, j) = (i % 3) * j % 5, so that
 * C(i, j) = sum_k B(k, j) is the same in every row. */
struct product {
	int   size;
	real *a, *b, *c;
};

static void product_free(struct product *p)
{
	free(p->a);
	free(p->b);
	free(p->c);
}

static enum ry_status product_make(struct product *p, int size)
{
	size_t n = (size_t)size * (size_t)size;

	p->size = size;
	p->a = ry_calloc(n, sizeof *p->a, "a matrix");
	p->b = ry_calloc(n, sizeof *p->b, "a matrix");
	p->c = ry_calloc(n, sizeof *p->c, "a matrix");
	if (!p->a || !p->b || !p->c) {
		product_free(p);
		return ry_failure();
	}
	for (size_t k = 0; k < n; k++) {
		p->a[k] = 1;
		p->b[k] = (real)((k / (size_t)size % 3) * (k % (size_t)size) % 5);
	}
	return RY_OK;
}

/* Seconds that one product takes. */
static double product_time(const struct product *p)
{
	double t = now();
	int n = p->size;

	ry_gemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, p->a, n, p->b, n, 0, p->c,
	        n);
	return now() - t;
}

/* The sums are whole numbers below 2^24, which float holds exactly. */
static int product_is_right(const struct product *p)
{
	size_t n = (size_t)p->size;

	for (size_t j = 0; j < n; j++) {
		long sum = 0;

		for (size_t k = 0; k < n; k++)
			sum += (long)(k % 3 * j % 5);
		for (size_t i = 0; i < n; i++)
			if (p->c[i * n + j] != (real)sum)
				return 0;
	}
	return 1;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double gflops(int size, double seconds)
{
	return 2.0 * size * size * size / seconds * 1e-9;
}

static double median_time(const struct product *p, int *repeats)
{
	double t[REPEATS], until = now() + ENOUGH;
	int n = 0;

	product_time(p);            /* pages and caches are warm after the first */
	do
		t[n++] = product_time(p);
	while (n < REPEATS && now() < until);
	qsort(t, (size_t)n, sizeof *t, by_value);
	*repeats = n;
	return t[n / 2];
}

struct peak_job {
	struct product product;
	pthread_t      thread;
	double         best;        /* seconds */
};

static void *measure_peak(void *arg)
{
	struct peak_job *job = arg;
	double until = now() + PEAK_SECONDS;

	job->best = product_time(&job->product);
	while (now() < until)
		job->best = fmin(job->best, product_time(&job->product));
	return NULL;
}

/* Sum over `threads` threads of the best speed each had while all were at work. */
static enum ry_status peak_gflops(int threads, double *total)
{
	struct peak_job *job = calloc((size_t)threads, sizeof *job);
	enum ry_status s = job ? RY_OK : ry_fail_memory("measuring");
	int ready = 0, started = 0;

	while (!s && ready < threads && !(s = product_make(&job[ready].product, LARGE)))
		ready++;
	while (!s && started < threads) {
		if (pthread_create(&job[started].thread, NULL, measure_peak, &job[started]))
			s = ry_fail(RY_ENOMEM, "no more threads could be started");
		else
			started++;
	}
	*total = 0;
	for (int k = 0; k < started; k++) {
		pthread_join(job[k].thread, NULL);
		*total += gflops(LARGE, job[k].best);
	}
	for (int k = 0; k < ready; k++)
		product_free(&job[k].product);
	free(job);
	return s;
}

/* The best of some rounds on one thread, and on all.  They alternate, so that what else the machine
 * does strikes both; and as many threads can do what one of them does alone. */
static enum ry_status measure_peaks(int threads, double *one, double *all)
{
	enum ry_status s = RY_OK;

	*one = *all = 0;
	for (int k = 0; k < ROUNDS && !s; k++) {
		double peak = 0;

		s = peak_gflops(1, &peak);
		*one = fmax(*one, peak);
		if (!s && threads > 1)
			s = peak_gflops(threads, &peak);
		*all = fmax(*all, peak);
	}
	*all = fmax(*all, *one);
	return s;
}

/* Bytes of the first n words of text. */
static int first_words(const char *text, int n)
{
	int k = 0;

	while (text[k] && (text[k] != ' ' || --n > 0))
		k++;
	return k;
}

/* An OpenBLAS older than the processor may not know it and take the kernels of one of these,
 * without AVX2: what to set OPENBLAS_CORETYPE to instead, or NULL. */
static const char *better_core(const char *core)
{
#if defined(__x86_64__)
	static const char *const old[] = { "Katmai",     "Coppermine",   "Northwood",   "Prescott",
		                           "Banias",     "Atom",         "Core2",       "Penryn",
		                           "Dunnington", "Nehalem",      "Sandybridge", "Athlon",
		                           "Opteron",    "Opteron_SSE3", "Barcelona",   "Bobcat",
		                           "Bulldozer",  "Piledriver",   "Steamroller", "Nano" };

	for (size_t k = 0; core && k < sizeof old / sizeof *old; k++)
		if (strcasecmp(core, old[k]) == 0 && __builtin_cpu_supports("avx2"))
			return __builtin_cpu_supports("avx512f") ? "SkylakeX" : "Haswell";
#else
	(void)core;
#endif
	return NULL;
}

static void name_cblas(struct report *r)
{
	const char *core = version_cblas_core(), *config = version_cblas_config();
	struct finding *f;

	if (core || config)   /* "OpenBLAS 0.3.21 NO_LAPACKE ...": the first two words are enough */
		f = add(r, "CBLAS", "%.*s, kernels for %s",
		        first_words(config ? config : "OpenBLAS", 2), config ? config : "OpenBLAS",
		        core ? core : "?");
	else
		f = add(r, "CBLAS", "%s", RY_CBLAS_NAME);
	if (better_core(core)) {
		char advice[sizeof f->advice];

		snprintf(advice, sizeof advice,
		         "kernels for older processors; for several times the speed: export "
		         "OPENBLAS_CORETYPE=%s",
		         better_core(core));
		advise(f, WARNING, advice);
	}
	if (strcmp(RY_CBLAS_NAME, "GSL") == 0)
		advise(f, WARNING, "GSL's own is 8 to 16 times slower: " SLOW_CBLAS);
	json_object_set_new(r->numbers, "cblas",
	                    json_string(core || config ? "OpenBLAS" : RY_CBLAS_NAME));
	json_object_set_new(r->numbers, "cblas_config", config ? json_string(config) : json_null());
	json_object_set_new(r->numbers, "cblas_core", core ? json_string(core) : json_null());
}

static enum ry_status look_at_products(struct report *r, int threads)
{
	struct product p;
	double seconds, one, peak;
	int repeats;
	enum ry_status s = product_make(&p, PRODUCT);

	if (s)
		return s;
	name_cblas(r);
	seconds = median_time(&p, &repeats);
	if (!product_is_right(&p))
		advise(add(r, "product", "%dx%dx%d comes out wrong", PRODUCT, PRODUCT, PRODUCT),
		       BROKEN,
		       "this CBLAS gives wrong results here; try OPENBLAS_CORETYPE=Haswell, or "
		       "configure --with-cblas=gsl");
	else
		add(r, "product", "%dx%dx%d in %.2f ms on one thread: %.1f GFLOP/s (median of %d)",
		    PRODUCT, PRODUCT, PRODUCT, 1e3 * seconds, gflops(PRODUCT, seconds), repeats);
	product_free(&p);
	s = measure_peaks(threads, &one, &peak);
	if (s)
		return s;
	if (threads > 1)
		add(r, "peak", "%.1f GFLOP/s on %d threads, %.1f on one", peak, threads, one);
	else
		add(r, "peak", "%.1f GFLOP/s on one thread", peak);
	json_object_set_new(r->numbers, "peak_one_gflops", json_real(one));
	json_object_set_new(r->numbers, "product_gflops", json_real(gflops(PRODUCT, seconds)));
	json_object_set_new(r->numbers, "peak_gflops", json_real(peak));
	return RY_OK;
}

/* ---- the machine ---- */

static void look_at_threads(struct report *r, int threads)
{
	int allowed = processors_affinity();
	double quota = processors_quota();
	char limit[64] = "no CPU quota";
	struct finding *f;

	if (quota > 0)
		snprintf(limit, sizeof limit, "CPU quota of %.3g processors", quota);
	f = add(r, "threads", "%d; %d processor%s allowed, %s", threads, allowed,
	        allowed > 1 ? "s" : "", limit);
	if (threads > processors_usable())
		advise(f, WARNING, "more threads than processors slow each other down");
	json_object_set_new(r->numbers, "threads", json_integer(threads));
	json_object_set_new(r->numbers, "processors", json_integer(allowed));
	json_object_set_new(r->numbers, "quota", quota > 0 ? json_real(quota) : json_null());
}

static void look_at_directory(struct report *r)
{
	char cwd[PATH_MAX];
	struct statvfs disk;
	struct finding *f;
	double free_bytes =
		statvfs(".", &disk) == 0 ? (double)disk.f_bavail * (double)disk.f_frsize : 0;

	if (!getcwd(cwd, sizeof cwd))
		snprintf(cwd, sizeof cwd, "(gone)");
	if (access(".", W_OK) != 0)
		advise(add(r, "directory", "%.180s: %s", cwd, strerror(errno)), WARNING,
		       "runs are saved in runs/ here: change to a directory that you can write to");
	else {
		f = add(r, "directory", "%.180s can be written, %.1f GB free", cwd,
		        free_bytes * 1e-9);
		if (free_bytes < 1e8)
			advise(f, WARNING, "a run needs some megabytes: free some space");
	}
}

/* The version of the gnuplot on the path, "5.4 patchlevel 4"; empty when there is none. */
static void gnuplot_version(char *into, size_t size)
{
	FILE *from = popen("gnuplot --version 2>/dev/null", "r");
	char line[128] = "";

	into[0] = '\0';
	if (!from)
		return;
	if (fgets(line, sizeof line, from) && strncmp(line, "gnuplot ", 8) == 0)
		snprintf(into, size, "%.*s", (int)strcspn(line + 8, "\n"), line + 8);
	pclose(from);
}

static void look_at_gnuplot(struct report *r)
{
	char version[100];

	gnuplot_version(version, sizeof version);
	if (version[0])
		add(r, "gnuplot", "%s", version);
	else
		advise(add(r, "gnuplot", "not found: no plots"), WARNING,
		       "install it (Debian: apt-get install gnuplot-nox; Fedora: gnuplot; "
		       "Homebrew: gnuplot)");
	json_object_set_new(r->numbers, "gnuplot", version[0] ? json_string(version) : json_null());
}

static void look_at_libzip(struct report *r)
{
	const char *version = export_npz_library();

	if (version)
		add(r, "libzip", "%s: export --npz", version);
	else
		advise(add(r, "libzip", "not built in: no .npz files"), WARNING,
		       "install it (Debian: apt-get install libzip-dev) and run configure again");
	json_object_set_new(r->numbers, "libzip", version ? json_string(version) : json_null());
}

/* ---- the screen ---- */

static void look_at_terminal(struct report *r)
{
	const char *term = getenv("TERM");
	int width, height, colors = term && *term ? terminal_colors(term) : -1;
	struct finding *f;

	json_object_set_new(r->numbers, "terminal",
	                    isatty(STDERR_FILENO) ? json_true() : json_false());
	json_object_set_new(r->numbers, "colors", json_integer(colors > 0 ? colors : 0));
	if (!isatty(STDERR_FILENO)) {
		add(r, "terminal", "none on stderr: plain lines");
		return;
	}
	terminal_size(STDERR_FILENO, &width, &height);
	f = add(r, "terminal", "%s, %dx%d, %d colours", term && *term ? term : "TERM is not set",
	        width, height, colors > 0 ? colors : 0);
	if (!term || !*term)
		advise(f, WARNING,
		       "plain lines only: export TERM=xterm-256color, or your terminal's type");
	else if (strcmp(term, "dumb") == 0)
		advise(f, WARNING, "plain lines only on a dumb terminal");
	else if (colors == -1)
		advise(f, WARNING,
		       "terminfo does not know it: install ncurses-term, or try TERM=xterm");
	else if (width < 80 || height < 24)
		advise(f, WARNING, "the screens need 80x24: enlarge the window");
}

static void look_at_locale(struct report *r)
{
	int utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	const char *no_color = getenv("NO_COLOR");
	struct finding *f =
		add(r, "locale", "%s, %s", setlocale(LC_CTYPE, NULL), nl_langinfo(CODESET));

	if (!utf8)
		advise(f, WARNING, "bars and curves are drawn in ASCII: export LC_ALL=C.UTF-8");
	add(r, "NO_COLOR", "%s", no_color && *no_color ? "set: no colours" : "not set");
	json_object_set_new(r->numbers, "utf8", utf8 ? json_true() : json_false());
}

/* ---- telling it ---- */

static const char *const verdict_words[] = { "ok", "warning", "broken" };

static void print_text(const struct report *r, const struct cli *cli)
{
	static const char *const paint[] = { "\033[34m", "\033[33m", "\033[1;33m" };

	for (int k = 0; k < r->n; k++) {
		const struct finding *f = &r->finding[k];

		out_own(stdout, cli->color ? paint[f->verdict] : "");
		out(stdout, "%-8s", verdict_words[f->verdict]);
		out_own(stdout, cli->color ? "\033[0m" : "");
		out(stdout, " %-10s %s\n", f->topic, f->text);
		if (f->advice[0])
			out(stdout, "%19s -> %s\n", "", f->advice);
	}
}

static enum ry_status print_json(const struct report *r)
{
	json_t *list = json_array();
	int bad = 0;

	for (int k = 0; k < r->n; k++) {
		const struct finding *f = &r->finding[k];

		bad |= json_array_append_new(list,
		                             json_pack("{s:s, s:s, s:s, s:s}", "topic", f->topic,
		                                       "status", verdict_words[f->verdict], "text",
		                                       f->text, "advice", f->advice));
	}
	bad |= json_object_set_new(r->numbers, "findings", list);
	return answer_json(stdout, bad ? NULL : json_incref(r->numbers),
	                   JSON_INDENT(2) | JSON_REAL_PRECISION(4), "the findings");
}

static enum ry_status run(const struct cli *cli, void *options, int n_args, char **args)
{
	struct report r = { .numbers = json_object() };
	enum ry_status s;

	(void)options;
	(void)n_args;
	(void)args;
	if (!r.numbers)
		return ry_fail_memory("the report");
	look_at_program(&r);
	s = look_at_products(&r, cli->threads);
	look_at_threads(&r, cli->threads);
	look_at_gnuplot(&r);
	look_at_libzip(&r);
	look_at_terminal(&r);
	look_at_locale(&r);
	look_at_directory(&r);
	if (!s && cli->json)
		s = print_json(&r);
	else if (!s)
		print_text(&r, cli);
	for (int k = 0; k < r.n && !s; k++)
		if (r.finding[k].verdict == BROKEN)
			s = ry_fail(RY_EIO, "%s: %s", r.finding[k].topic, r.finding[k].text);
	json_decref(r.numbers);
	return s;
}

const struct command machine_command = {
	.name = "machine",
	.alias = "doctor",
	.arguments = "",
	.summary = "check this machine: BLAS and its speed, threads, gnuplot, terminal",
	.examples = "riley machine\nriley machine --json | jq .peak_gflops",
	.run = run,
};
