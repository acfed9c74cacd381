/* test_sweep.c - descriptions of sweeps, the trials they stand for, and how these are ranked, over
 * a made-up `kt train`; and words of the shell. */
#define _GNU_SOURCE
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rnn/commands/kt_kind.h"
#include "src/app/sweep/sweep_results.h"
#include "src/app/sweep/sweep_values.h"
#include "src/app/sweep/sweep_variants.h"
#include "src/cli/shell_words.h"
#include "tests/support/tap.h"

/* ---- the made-up command ---- */

struct opts {
	int         epochs, deep, model;
	long        frames;
	double      lr, share;
	const char *hidden, *name, *resume;
};

static const char *const models[] = { "rnn", "lstm", "gru", NULL };

#define AT(member) offsetof(struct opts, member)
static const struct option_row rows[] = {
	{ "epochs", 0, OPTION_INT, AT(epochs), "N", "times through the data", 1, 1000, NULL },
	{ "frames", 0, OPTION_LONG, AT(frames), "N", "frames", 0, 1e12, NULL },
	{ "lr", 0, OPTION_REAL, AT(lr), "X", "step size", 0, 10, NULL },
	{ "share", 0, OPTION_REAL, AT(share), "X", "any number", 0, 0, NULL },
	{ "model", 0, OPTION_CHOICE, AT(model), NULL, "kind of network", 0, 0, models },
	{ "deep", 0, OPTION_FLAG, AT(deep), NULL, "deeper", 0, 0, NULL },
	{ "hidden", 0, OPTION_TEXT, AT(hidden), "N-N", "units", 0, 0, NULL },
	{ "name", 0, OPTION_TEXT, AT(name), "NAME", "what the run is called", 0, 0, NULL },
	{ "resume", 0, OPTION_TEXT, AT(resume), "RUN", "go on with it", 0, 0, NULL },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, 0, 0, NULL }
};

static void set_defaults(void *options)
{
	*(struct opts *)options = (struct opts){ .epochs = 20, .lr = 0.01 };
}

static int checked;

/* Deep networks want small steps. */
static enum ry_status check_trial(const struct cli *cli, void *options, int n_args, char **args)
{
	const struct opts *o = options;

	(void)cli, (void)n_args, (void)args;
	checked++;
	return o->deep && o->lr > 5 ? ry_fail(RY_EINVAL, "--lr %g is too large for --deep", o->lr)
	                            : RY_OK;
}

static const struct command train = {
	.name = "kt train",
	.arguments = "[TRAIN]",
	.summary = "train",
	.options = rows,
	.options_size = sizeof(struct opts),
	.defaults = set_defaults,
	.max_args = 1,
	.check = check_trial,
	.makes = &kt_kind,
};
static const struct command *const all[] = { &train, NULL };
static const struct command *const *const lists[] = { all, NULL };

/* ---- reading descriptions ---- */

/* A description of `kt train data.csv` with these lines of [sweep] and of [vary]. */
static enum ry_status read_it(struct sweep *s, long seed, const char *head, const char *vary, ...)
{
	FILE *f = fopen(temp("sweep.ini"), "w");
	va_list ap;

	fprintf(f, "[sweep]\ncommand = kt train data.csv\n%s\n[vary]\n", head);
	va_start(ap, vary);
	vfprintf(f, vary, ap);
	va_end(ap);
	fclose(f);
	return sweep_read(s, temp("sweep.ini"), lists, seed);
}

#define READ(s, seed, ...) \
	do { enum ry_status read_ = read_it(s, seed, __VA_ARGS__); TAP_CHECK(read_ == RY_OK, "%s", \
		read_ ? ry_message() : ""); } while (0)

static void a_grid_is_a_product(void)
{
	struct sweep s;

	checked = 0;
	READ(&s, -1, "seeds = 5",
	     "lr = 0.1, 0.01, 1e-3\nmodel = lstm, gru\nepochs = 2 .. 5\ndeep = no, yes\n");
	CU_ASSERT_EQUAL_FATAL(s.n_trials, 3 * 2 * 4 * 2);
	CU_ASSERT_EQUAL(s.n_seeds, 5);
	CU_ASSERT_EQUAL(s.seeds[4], 5);
	CU_ASSERT_EQUAL(checked, 48);
	for (int t = 0; t < s.n_trials; t++)
		for (int u = 0; u < t; u++)
			TAP_CHECK(strcmp(s.trial[t].name, s.trial[u].name) != 0,
			          "trials %d and %d are both %s", t, u, s.trial[t].name);
	for (int k = 0; k < s.n_options; k++)            /* each value equally often */
		for (int i = 0; i < s.option[k].n; i++) {
			int n = 0;

			for (int t = 0; t < s.n_trials; t++)
				n += strcmp(s.trial[t].value[k], s.option[k].value[i]) == 0;
			CU_ASSERT_EQUAL(n, s.n_trials / s.option[k].n);
		}
	CU_ASSERT_STRING_EQUAL(s.trial[0].name, "lr-0.1_model-lstm_epochs-2_deep-no");
	CU_ASSERT_STRING_EQUAL(s.trial[47].name, "lr-0.001_model-gru_epochs-5_deep-yes");
	CU_ASSERT_EQUAL(json_number_value(json_object_get(s.trial[47].options, "epochs")), 5);
	CU_ASSERT_EQUAL(json_object_size(s.trial[47].options), 4);
	sweep_clear(&s);
}

/* Values of one option, as "a b c". */
static const char *values(const char *line)
{
	static char text[1000];
	struct sweep s;

	*text = '\0';
	if (read_it(&s, -1, "seeds = 2", "%s\n", line) != RY_OK)
		snprintf(text, sizeof text, "%s",
		         strrchr(ry_message(), '/') ? strrchr(ry_message(), '/') + 1
		                                    : ry_message());
	else
		for (int k = 0; k < s.option[0].n; k++)
			snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s",
			         k ? " " : "", s.option[0].value[k]);
	sweep_clear(&s);
	return text;
}

static void ranges(void)
{
	static const struct { const char *line, *expected; } cases[] = {
		{ "lr = 1e-4 .. 1 log 5", "0.0001 0.001 0.01 0.1 1" },
		{ "lr=1e-3..1e-2 log 3", "0.001 0.003162 0.01" },
		{ "lr = 0 .. 1 5", "0 0.25 0.5 0.75 1" },
		{ "lr = 0 .. 1 linear 2", "0 1" },
		{ "lr = 0.12345678 .. 0.2 3", "0.12345678 0.1617 0.2" },
		{ "share = -1.5 .. 1.5 4", "-1.5 -0.5 0.5 1.5" },
		{ "epochs = 1 .. 4", "1 2 3 4" },
		{ "epochs = 16 .. 256 log 5", "16 32 64 128 256" },
		{ "epochs = 1 .. 1000 4", "1 334 667 1000" },
		{ "frames = 1000000 .. 100000000000 log 3", "1000000 316227766 100000000000" },
		{ "hidden = 64-32, none ,128", "64-32 none 128" },
		{ "hidden = ../up, 1..2", "../up 1..2" },            /* words have no ranges */
		{ "lr = 5", "5" },
		{ "deep = yes, no", "yes no" },
		{ "epochs = 1 .. 3 log 3", "1 2 3" },
		{ "epochs = 1 .. 8 log 8",
		  "sweep.ini:5: epochs: 8 values from 1 to 8 coincide at 1: ask for fewer" },
		{ "lr = 0.1 .. 0.1 2", "sweep.ini:5: lr: 0.1 is not below 0.1" },
		{ "lr = 0.1 .. 0.2 1", "sweep.ini:5: lr: 1 values: expected 2 to 10000" },
		{ "lr = nan", "sweep.ini:5: lr: 'nan' is not a number" },
		{ "lr = 0.1 .. inf 3", "sweep.ini:5: lr: 'inf' is not a number" },
		{ "lr = .. 1 3", "sweep.ini:5: lr: '' is not a number" },
		{ "lr = 0 .. 1 3 4",
		  "sweep.ini:5: lr: '4': expected LOW .. HIGH, optionally log or linear, and the "
		  "number of values" },
		{ "epochs = 2.5, 3", "sweep.ini:5: epochs: '2.5' is not a whole number" },
		{ "share = 1 .. 1e300 3", "1 5e+299 1e+300" },
		{ "share = 1e-300 .. 1e300 log 3", "1e-300 1 1e+300" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *got = values(cases[i].line);

		TAP_CHECK(strncmp(got, cases[i].expected, strlen(cases[i].expected)) == 0,
		          "%s: '%s'", cases[i].line, got);
	}
}

static int sorted_by(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Within their range, spread over it as asked for, and the same for the same seed. */
static void draws(void)
{
	static const char *const vary = "lr = 1e-4 .. 10 log\nshare = -2 .. 3\nepochs = 1 .. "
	                                "3\nframes = 1 .. 1000 log\nmodel = rnn, gru\n";
	enum { N = 400 };
	struct sweep s, again, other, more;
	double x[N];
	int different = 0, counts[4] = { 0 }, gru = 0;

	READ(&s, -1, "search = random\ntrials = 400", "%s", vary);
	READ(&again, 1, "search = random\ntrials = 400\nseed = 7", "%s", vary);
	READ(&other, 2, "search = random\ntrials = 400", "%s", vary);
	READ(&more, -1, "search = random\ntrials = 500", "%sdeep = no\n", vary);
	CU_ASSERT_EQUAL_FATAL(s.n_trials, N);
	for (int t = 0; t < N; t++) {
		double lr = strtod(s.trial[t].value[0], NULL),
		       share = strtod(s.trial[t].value[1], NULL);
		int epochs = atoi(s.trial[t].value[2]), frames = atoi(s.trial[t].value[3]);

		TAP_CHECK(lr >= 1e-4 && lr <= 10 && share >= -2 && share <= 3 && epochs >= 1 &&
		                  epochs <= 3 && frames >= 1 && frames <= 1000,
		          "trial %d: %s", t, s.trial[t].name);
		CU_ASSERT_STRING_EQUAL(s.trial[t].name, again.trial[t].name);
		TAP_CHECK(strncmp(s.trial[t].name, more.trial[t].name, strlen(s.trial[t].name)) ==
		                  0,
		          "%s became %s", s.trial[t].name, more.trial[t].name);
		different += strcmp(s.trial[t].name, other.trial[t].name) != 0;
		counts[epochs]++;
		gru += strcmp(s.trial[t].value[4], "gru") == 0;
		x[t] = log(lr / 1e-4) / log(10 / 1e-4);
	}
	CU_ASSERT_EQUAL(different, N);
	/* Kolmogorov and Smirnov: sup |F_n - F| < 1.95 / sqrt(n) but once in a thousand. */
	qsort(x, N, sizeof *x, sorted_by);
	for (int t = 0; t < N; t++)
		TAP_CHECK(fabs(x[t] - (t + 0.5) / N) < 1.95 / sqrt(N),
		          "log lr number %d of %d is at %g", t, N, x[t]);
	for (int k = 1; k <= 3; k++)
		TAP_CHECK(abs(counts[k] - N / 3) < 4 * sqrt(N * 2 / 9.0), "%d of %d epochs are %d",
		          counts[k], N, k);
	TAP_CHECK(abs(gru - N / 2) < 4 * sqrt(N / 4.0), "%d of %d are gru", gru, N);
	/* Known from a first run: other machines must find the same. */
	TAP_CHECK(strcmp(s.trial[0].name,
	                 "lr-0.0001596_share--1.188_epochs-2_frames-172_model-rnn") == 0,
	          "the first draw is %s", s.trial[0].name);
	sweep_clear(&s);
	sweep_clear(&again);
	sweep_clear(&other);
	sweep_clear(&more);
}

static void too_many(void)
{
	struct sweep s;

	CU_ASSERT_EQUAL(read_it(&s, -1, "", "epochs = 1 .. 1000\nframes = 1 .. 11\n"), RY_EDATA);
	TAP_CHECK(strstr(ry_message(), "11000 runs"), "%s", ry_message());
	sweep_clear(&s);
	READ(&s, -1, "", "epochs = 1 .. 1000\nframes = 1 .. 10\n");
	CU_ASSERT_EQUAL(s.n_trials, SWEEP_MOST_RUNS);
	sweep_clear(&s);
	CU_ASSERT_EQUAL(read_it(&s, -1, "search = random\ntrials = 5000\nseeds = 3",
	                        "lr = 0 .. 1\n"),
	                RY_EDATA);
	sweep_clear(&s);
	CU_ASSERT_EQUAL(read_it(&s, -1, "", "deep = no, yes\nlr = 1, 6\n"), RY_EDATA);
	TAP_CHECK(strstr(ry_message(), "sweep.ini:6: --lr 6 is too large for --deep"), "%s",
	          ry_message());
	sweep_clear(&s);
}

/* Nobody's file makes it crash: every beginning of a long one, and every one with a byte
 * changed. */
static void broken_files(void)
{
	static const char text[] = "[sweep]\ncommand = kt train 'a b' --epochs 3\nsearch = "
	                           "random\ntrials = 2\nseeds = 3, 4\nrank = auc larger\n"
	                           "show = n, rate\n[variants]\na = --deep\nb = --hidden 'x y'\n"
				   "[fixed]\nframes = 7\nthreads = 2\n[vary]\nlr = 1 .. 2 log "
				   "3\nmodel = rnn, gru\nshare = -1 .. 1\n";
	const size_t n = sizeof text - 1;
	int fine = 0;

	for (size_t k = 0; k <= 2 * n; k++) {
		FILE *f = fopen(temp("broken.ini"), "w");
		struct sweep s;

		if (k <= n)
			fwrite(text, 1, k, f);
		for (size_t i = 0; k > n && i < n; i++)
			putc(i == k - n - 1 ? "\n=[],.\"'\\ \t9\xff"[k % 13] : text[i], f);
		fclose(f);
		fine += sweep_read(&s, temp("broken.ini"), lists, -1) == RY_OK;
		sweep_clear(&s);
	}
	TAP_CHECK(fine > 10 && fine < (int)n, "%d of %zu could be read", fine, 2 * n);
}

/* ---- words ---- */

static void names_are_paths(void)
{
	struct sweep s;

	READ(&s, -1, "", "hidden = a/b, a b, ../.., %0150d\n", 7);
	for (int t = 0; t < s.n_trials; t++) {
		TAP_CHECK(!strchr(s.trial[t].name, '/') && !strchr(s.trial[t].name, ' ') &&
		                  strlen(s.trial[t].name) < 200,
		          "%s", s.trial[t].name);
		for (int u = 0; u < t; u++)
			CU_ASSERT_STRING_NOT_EQUAL(s.trial[t].name, s.trial[u].name);
	}
	sweep_clear(&s);
}

static void words_of_runs(void)
{
	static const char *const expected[] = { "me",   "kt",     "train",      "data.csv",
		                                "--lr", "0.5",    "--deep=yes", "--hidden",
		                                "-3",   "--seed", "9",          "--threads",
		                                "1",    "--name", "a/b",        NULL };
	static const char *const resumed[] = { "me", "kt", "train", "--resume", "a/b", NULL };
	struct sweep s;
	char **words;

	READ(&s, -1, "seeds = 8, 9", "lr = 0.5\ndeep = yes\nhidden = -3\n");
	words = sweep_words(&s, 0, 1, "me", "a/b");
	for (int k = 0; k < 16 && words; k++)
		CU_ASSERT_TRUE(k == 15 ? !words[k]
		                       : words[k] && strcmp(words[k], expected[k]) == 0);
	shell_words_free(words);
	words = sweep_resume_words(&s, "me", "a/b");
	for (int k = 0; k < 6 && words; k++)
		CU_ASSERT_TRUE(k == 5 ? !words[k] : words[k] && strcmp(words[k], resumed[k]) == 0);
	shell_words_free(words);
	sweep_clear(&s);
}

/* Printed and split again they are the same; and so says sh. */
static void quoting(void)
{
	static char *const words[] = {
		"plain",       "",      "two words", "it's",    "\"double\"", "$HOME `id` $(id)",
		"back\\slash", "a\tb",  "*?[x]",     "~",       "#no",        "a;b&c|d<e>f",
		"!",           "{a,b}", "-",         "--x=y z", "\xc3\xa4",   "'",
		"''",          "\\",    "*",         "?",       "[a-z]*",     ";",
		"&",           "|",     "<",         ">",       "(",          ")",
		"$x",          "`",     "\"",        " ",       NULL
	};
	char *line = NULL, **back, got[400] = "", expected[400] = "";
	size_t size;
	FILE *f = open_memstream(&line, &size);
	enum ry_status status;
	int n;

	shell_print(f, words);
	fclose(f);
	line[strcspn(line, "\n")] = '\0';
	back = shell_split(line, &n, &status);
	CU_ASSERT_EQUAL_FATAL(status, RY_OK);
	CU_ASSERT_EQUAL(n, (int)(sizeof words / sizeof *words) - 1);
	for (int k = 0; k < n; k++) {
		CU_ASSERT_STRING_EQUAL(back[k], words[k]);
		snprintf(expected + strlen(expected), sizeof expected - strlen(expected), "<%s>",
		         words[k]);
	}
	shell_words_free(back);
	f = fopen(temp("line.sh"), "w");
	fprintf(f, "printf '<%%s>' %s\n", line);
	fclose(f);
	free(line);
	{
		char command[1200];

		snprintf(command, sizeof command, "sh '%s'", temp("line.sh"));
		f = popen(command, "r");
		got[fread(got, 1, sizeof got - 1, f)] = '\0';
		pclose(f);
	}
	CU_ASSERT_STRING_EQUAL(got, expected);
}

static void splitting(void)
{
	static const struct { const char *line; int n; const char *last; } cases[] = {
		{ "", 0, NULL }, { "  \t ", 0, NULL }, { "a", 1, "a" }, { " a  b\t", 2, "b" },
		  { "a'b c'd", 1, "ab cd" }, { "\"a \\\" b\"", 1, "a \" b" },
		{ "\"a\\b\"", 1, "a\\b" }, { "a\\ b", 1, "a b" }, { "''", 1, "" }, { "a '' \"\"", 3,
		  "" }, { "'a\"b'", 1, "a\"b" },
		{ "'", -1, NULL }, { "a \"b", -1, NULL }, { "a\\", -1, NULL },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		enum ry_status status;
		int n;
		char **words = shell_split(cases[i].line, &n, &status);

		TAP_CHECK((words != NULL) == (cases[i].n >= 0) &&
		                  (status == RY_OK) == (cases[i].n >= 0),
		          "%s", cases[i].line);
		if (words)
			TAP_CHECK(n == cases[i].n &&
			                  (!n || strcmp(words[n - 1], cases[i].last) == 0),
			          "%s: %d words", cases[i].line, n);
		shell_words_free(words);
	}
}

/* ---- results ---- */

/* A run as riley leaves it: with so much AUC, or a status that is no number. */
static void make_run(const char *path, const char *options, int seed, const char *status,
                     const char *result)
{
	char file[2000];
	FILE *f;

	mkdir(temp(path), 0700);
	snprintf(file, sizeof file, "%s/run.json", temp(path));
	f = fopen(file, "w");
	fprintf(f,
	        "{\"kind\": \"kt\", \"status\": \"%s\", \"seed\": %d, \"options\": {%s}, \"data\": "
	        "{\"train\": \"/elsewhere/data.csv\"}, "
	        "\"result\": {%s}}",
	        status, seed, options, result);
	fclose(f);
}

static void ranking(void)
{
	struct sweep s;
	struct sweep_results r;
	static const char *const order[] = { "0.1", "0.4", "0.2", "0.5", "0.3" };

	mkdir(temp("set"), 0700);
	READ(&s, -1, "seeds = 2\nrank = auc", "lr = 0.1, 0.2, 0.3, 0.4, 0.5\n");
	CU_ASSERT_EQUAL(sweep_results_make(&r, &s), RY_OK);
	make_run("set/a", "\"lr\": 0.1", 1, "done", "\"auc\": 0.8");
	make_run("set/b", "\"lr\": 0.1, \"epochs\": 3", 2, "stopped early", "\"auc\": 0.7");
	/* a seed is to come */
	make_run("set/c", "\"lr\": 0.2", 1, "done", "\"auc\": 0.9");
	make_run("set/d", "\"lr\": 0.3", 1, "diverged", "\"error\": \"NaN\"");
	make_run("set/e", "\"lr\": 0.4", 1, "done", "\"auc\": 0.74, \"n\": 3");
	make_run("set/f", "\"lr\": 0.4", 2, "done", "\"auc\": 0.74");
	make_run("set/g", "\"lr\": 0.5", 1, "done", "\"auc\": 0.99");
	/* what is said there doesn't count */
	make_run("set/h", "\"lr\": 0.5", 2, "diverged", "\"auc\": 0.99");
	make_run("set/i", "\"lr\": 0.6", 2, "done", "\"auc\": 0.99");
	make_run("set/j", "\"lr\": 0.1", 3, "done", "\"auc\": 0.99");
	/* twice: the first counts */
	make_run("set/k", "\"lr\": 0.1", 1, "done", "\"auc\": 0.99");
	CU_ASSERT_EQUAL(sweep_results_collect(&r, temp("set")), RY_OK);
	CU_ASSERT_EQUAL(r.left_out, 2);
	TAP_CHECK(r.why && strstr(r.why, "set/i: its options match none of the trials"),
	          "%s", r.why ? r.why : "");
	CU_ASSERT_EQUAL(sweep_results_rank(&r), RY_OK);
	for (int i = 0; i < 5; i++)
		TAP_CHECK(strcmp(s.trial[r.row[i].trial].value[0], order[i]) == 0, "place %d: %s",
		          i + 1, s.trial[r.row[i].trial].value[0]);
	CU_ASSERT_DOUBLE_EQUAL(r.row[0].mean, 0.75, 1e-12);
	/* Student's t with one degree of freedom: 12.706 sd / sqrt(2), sd = 0.1 / sqrt(2) */
	CU_ASSERT_DOUBLE_EQUAL(r.row[0].half, 12.7062 * 0.05, 1e-4);
	CU_ASSERT_EQUAL(sweep_results_count(&r, SWEEP_FINISHED), 6);
	CU_ASSERT_EQUAL(sweep_results_count(&r, SWEEP_DIVERGED), 2);
	CU_ASSERT_EQUAL(sweep_results_count(&r, SWEEP_MISSING), 2);
	CU_ASSERT_TRUE(isnan(r.row[4].mean));
	sweep_results_clear(&r);
	sweep_clear(&s);
	READ(&s, -1, "seeds = 2\nrank = auc smaller", "lr = 0.1, 0.4\n");
	sweep_results_make(&r, &s);
	sweep_results_collect(&r, temp("set"));
	sweep_results_rank(&r);
	CU_ASSERT_STRING_EQUAL(s.trial[r.row[0].trial].value[0], "0.4");
	/* another seed */
	CU_ASSERT_EQUAL(sweep_results_read(&r, 0, 0, temp("set/b")), RY_EDATA);
	/* another trial */
	CU_ASSERT_EQUAL(sweep_results_read(&r, 1, 0, temp("set/a")), RY_EDATA);
	TAP_CHECK(strstr(ry_message(), "its --lr is 0.1, not 0.4"), "%s", ry_message());
	sweep_results_clear(&r);
	sweep_clear(&s);
}

/* ---- variants ---- */

static void variants_are_sets_of_options(void)
{
	struct sweep s;
	char **words;

	READ(&s, -1, "seeds = 2\n[fixed]\nlr = 0.5\n[variants]\nbase =\n"
	             "fast-2 = --lr 2 --deep\nwide = --hidden '3 4'", "epochs = 7, 9\n");
	CU_ASSERT_EQUAL_FATAL(s.n_trials, 6);
	CU_ASSERT_STRING_EQUAL(s.trial[0].name, "base_epochs-7");
	CU_ASSERT_STRING_EQUAL(s.trial[3].name, "fast-2_epochs-9");
	for (int t = 0; t < 6; t++)
		CU_ASSERT_EQUAL(sweep_base_of(&s, t), t % 2);
	words = sweep_words(&s, 3, 1, "me", NULL);
	for (int k = 0; k < 12 && words; k++)
		CU_ASSERT_STRING_EQUAL(words[k], ((const char *[]){
			"me", "kt", "train", "data.csv", "--lr", "0.5", "--lr", "2", "--deep",
			"--epochs", "9", "--seed" })[k]);
	shell_words_free(words);
	/* options of any variant tell the runs of each apart */
	CU_ASSERT_EQUAL(json_number_value(json_object_get(s.trial[0].options, "lr")), 0.5);
	CU_ASSERT_TRUE(json_is_false(json_object_get(s.trial[0].options, "deep")));
	CU_ASSERT_EQUAL(json_number_value(json_object_get(s.trial[2].options, "lr")), 2);
	CU_ASSERT_TRUE(json_is_true(json_object_get(s.trial[2].options, "deep")));
	CU_ASSERT_STRING_EQUAL(
		json_string_value(json_object_get(s.trial[4].options, "hidden")), "3 4");
	sweep_clear(&s);
}

static void broken_variants(void)
{
	static const struct { const char *head, *says; } broken[] = {
		{ "[variants]\na/b = --lr 1", "4: variant 'a/b': expected a name" },
		{ "[variants]\n.. = --lr 1", "4: variant '..': expected a name" },
		{ "[variants]\na =\nb = --lt 1", "5: unknown option --lt" },
		{ "[variants]\na =\nb = --lr x", "5: --lr: 'x' is not a number" },
		{ "[variants]\na = 'b", "4: a = 'b: a quote that is not closed" },
		{ "[variants]\na = --seed 3", "4: a variant has no --seed" },
		{ "[variants]\na = --name x", "4: --name is not allowed in a variant" },
		{ "[variants]\na = --", "4: '--': expected options" },
		{ "[variants]\na = more.csv", "4: 'more.csv': expected options" },
		{ "[variants]\na =\na =", "5: 'a' is given twice" },
		{ "[variants]\na = --epochs 3", "6: 'epochs' varies but is also given by" },
		{ "[variants]\na =\nb = --deep --lr 9", "5: --lr 9 is too large for --deep" },
		{ "show = n, AUC", "3: show = n, AUC: expected names" },
		{ "show = n,", "3: show = n,: expected names" },
	};
	struct sweep s;

	for (size_t k = 0; k < sizeof broken / sizeof *broken; k++) {
		CU_ASSERT_EQUAL(read_it(&s, -1, broken[k].head, "epochs = 7, 9\n"), RY_EDATA);
		TAP_CHECK(strstr(ry_message(), broken[k].says), "%s: %s", broken[k].head,
		          ry_message());
		sweep_clear(&s);
	}
}

/* With two seeds each, of means 0.2 and 0.7. */
static void variants_are_held_against_the_first(void)
{
	struct sweep s;
	struct sweep_results r;

	mkdir(temp("kinds"), 0700);
	make_run("kinds/a", "\"lr\": 0.01, \"deep\": false", 1, "done", "\"auc\": 0.1, \"n\": 3");
	make_run("kinds/b", "\"lr\": 0.01, \"deep\": false", 2, "done", "\"auc\": 0.3, \"n\": 4");
	make_run("kinds/c", "\"lr\": 0.01, \"deep\": true", 1, "done", "\"auc\": 0.6");
	make_run("kinds/d", "\"lr\": 0.01, \"deep\": true", 2, "done", "\"auc\": 0.8");
	make_run("kinds/e", "\"lr\": 2, \"deep\": false", 1, "done", "\"auc\": 0.9");
	READ(&s, -1, "seeds = 2\nrank = auc\nshow = n, other\n[variants]\nbase =\ndeep = --deep\n"
	             "quick = --lr 2", "");
	CU_ASSERT_EQUAL(sweep_results_make(&r, &s), RY_OK);
	CU_ASSERT_EQUAL(sweep_results_collect(&r, temp("kinds")), RY_OK);
	TAP_CHECK(r.left_out == 0, "%s", r.why ? r.why : "");
	CU_ASSERT_EQUAL(sweep_results_rank(&r), RY_OK);
	for (int i = 0; i < 3; i++) {                     /* as listed; 'quick' lacks a seed */
		CU_ASSERT_EQUAL(r.row[i].trial, i);
		CU_ASSERT_EQUAL(r.row[i].rank, ((const int[]){ 2, 1, 3 })[i]);
	}
	CU_ASSERT_EQUAL(sweep_results_best(&r)->trial, 1);
	CU_ASSERT_TRUE(isnan(r.row[0].difference));
	CU_ASSERT_DOUBLE_EQUAL(r.row[1].difference, 0.5, 1e-12);
	/* t(0.975, 2) = 4.3027, standard error sqrt(2) / 10 */
	CU_ASSERT_DOUBLE_EQUAL(r.row[1].difference_half, 4.3027 * sqrt(2) / 10, 1e-4);
	CU_ASSERT_DOUBLE_EQUAL(r.row[2].difference, 0.7, 1e-12);
	CU_ASSERT_TRUE(isnan(r.row[2].difference_half));
	CU_ASSERT_DOUBLE_EQUAL(r.row[0].beside[0], 3.5, 1e-12);
	CU_ASSERT_TRUE(isnan(r.row[0].beside[1]) && isnan(r.row[1].beside[0]));
	sweep_results_clear(&r);
	sweep_clear(&s);
}

int main(void)
{
	static const struct tap_test tests[] = {
		{ "a grid is the product of its values", a_grid_is_a_product },
		{ "ranges and lists", ranges },
		{ "draws are within range, spread, and the same again", draws },
		{ "too many runs; options that do not suit each other", too_many },
		{ "broken files", broken_files },
		{ "names of trials are parts of paths", names_are_paths },
		{ "words of runs", words_of_runs },
		{ "quoted words come back", quoting },
		{ "splitting into words", splitting },
		{ "ranking", ranking },
		{ "variants are sets of options", variants_are_sets_of_options },
		{ "broken variants", broken_variants },
		{ "variants are held against the first", variants_are_held_against_the_first },
		{ NULL, NULL }
	};

	unsetenv("RILEY_CONFIG");
	setenv("XDG_CONFIG_HOME", "/nowhere", 1);
	return tap_run("sweep", tests);
}
