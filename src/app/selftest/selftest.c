/* selftest.c - see selftest.h. */
#include "config.h"

#include "src/app/selftest/selftest.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/app/diagnose/diagnose.h"
#include "src/app/selftest/selftest_cases.h"
#include "src/base/text.h"
#include "src/cli/answer.h"
#include "src/cli/called.h"
#include "src/cli/jobs.h"
#include "src/ui/progress.h"

static const double wanted = 0.9;

enum { WORDS_MAX = 64, PATH_LENGTH = 4200, VERDICTS_MAX = DIAGNOSIS_RULES_MAX + 2 };

struct selftest {
	const struct cli *cli;
	int               cases, seeds;
	char              folder[PATH_LENGTH - 200];
	struct diagnosis *diagnosis;     /* (seeds * cases) */
	struct observer  *bar;
	int               bar_begun;
};

static const struct selftest_case *case_of(const struct selftest *t, int k)
{
	return &selftest_cases[k % t->cases];
}

/* "kt", "kt long": with its fault, what a case is called. */
static const char *case_name(const struct selftest_case *c, char name[40])
{
	snprintf(name, 40, "%.*s%s%s", (int)strcspn(c->words, " "), c->words,
	         c->variant ? " " : "", c->variant ? c->variant : "");
	return name;
}

static long seed_of(const struct selftest *t, int k)
{
	return t->cli->seed + k / t->cases;
}

/* FOLDER/K.csv and FOLDER/K. */
static void paths(const struct selftest *t, int k, char data[PATH_LENGTH], char run[PATH_LENGTH])
{
	snprintf(data, PATH_LENGTH, "%s/%d.csv", t->folder, k);
	snprintf(run, PATH_LENGTH, "%s/%d", t->folder, k);
}

/* ---- training ---- */

/* What the user's environment says of options, and plots, are not for these runs.  We are in a
 * process of our own. */
static void clear_environment(void)
{
	extern char **environ;

	for (char **e = environ; e && *e; )
		if (strncmp(*e, "RILEY_", 6) == 0 && strncmp(*e, "RILEY_DATADIR=", 14) != 0) {
			char name[200];

			snprintf(name, sizeof name, "%.*s", (int)strcspn(*e, "="), *e);
			unsetenv(name);
			e = environ;
		} else {
			e++;
		}
	setenv("RILEY_GNUPLOT", "/nonexistent", 1);
}

/* Words of `line`, cut in place, with `data` for %.  Returns how many. */
static int cut_words(char *line, char *data, char *word[WORDS_MAX])
{
	char *rest, *w = strtok_r(line, " ", &rest);
	int n = 0;

	word[n++] = "riley";
	for (; w && n < WORDS_MAX - 12; w = strtok_r(NULL, " ", &rest))
		word[n++] = strcmp(w, "%") == 0 ? data : w;
	return n;
}

static enum ry_status train(int k, volatile double *done, void *arg)
{
	const struct selftest *t = arg;
	const struct selftest_case *c = case_of(t, k);
	char data[PATH_LENGTH], run[PATH_LENGTH], seed[32], *line = strdup(c->words),
							    *word[WORDS_MAX];
	enum ry_status status = RY_OK;
	int n;

	(void)done;
	if (!line)
		return ry_fail_memory("a command");
	paths(t, k, data, run);
	snprintf(seed, sizeof seed, "%ld", seed_of(t, k));
	clear_environment();
	if (c->make)
		status = c->make(data, seed_of(t, k));
	n = cut_words(line, data, word);
	memcpy(word + n,
	       ((char *[]){ "--name", run, "--seed", seed, "--threads", "1", "--quiet", "--config",
	                    "/dev/null", NULL }),
	       10 * sizeof *word);
	if (status == RY_OK)
		status = command_words(n + 9, word, t->cli->lists, NULL);
	free(line);
	/* A run whose numbers went bad is one to diagnose. */
	return status == RY_ENUMERIC ? RY_OK : status;
}

/* ---- telling ---- */

static void tell(const double *done, void *arg)
{
	struct selftest *t = arg;
	struct event e = { .kind = t->bar_begun ? EVENT_STEP : EVENT_START, .unit = "run" };
	int n = t->cases * t->seeds;

	for (int k = 0; k < n; k++)
		e.count += done[k];
	e.done = e.count / n;
	e.items = e.count;
	t->bar_begun = 1;
	if (t->bar)
		t->bar->notify(t->bar, &e);
}

static int remove_entry(const char *path, const struct stat *s, int type, struct FTW *at)
{
	(void)s;
	(void)type;
	(void)at;
	remove(path);
	return 0;
}

/* Number of a verdict's column: of its rule, or behind them healthy (NULL), and too early. */
static int column_of(const char *id)
{
	int k = 0;

	while (diagnosis_rules[k].id && (!id || strcmp(diagnosis_rules[k].id, id) != 0))
		k++;
	return k;
}

static int rules(void)
{
	return column_of(NULL);
}

static int verdict_of(const struct diagnosis *d)
{
	const struct diagnosis_finding *f = diagnosis_verdict(d);

	return f ? column_of(f->rule->id) : rules() + diagnosis_too_early(d);
}

static const char *verdict_name(int column)
{
	return column < rules()    ? diagnosis_rules[column].name
	       : column == rules() ? "nothing wrong"
	                           : "too early to say";
}

struct tally {
	int count[VERDICTS_MAX][VERDICTS_MAX];       /* fault made x verdict */
	int runs, right, accused;
};

static void count(const struct selftest *t, struct tally *sum)
{
	*sum = (struct tally){ .runs = t->cases * t->seeds };
	for (int k = 0; k < sum->runs; k++) {
		int made = column_of(case_of(t, k)->fault), said = verdict_of(&t->diagnosis[k]);

		sum->count[made][said]++;
		sum->right += made == said;
		sum->accused += made == rules() && said < rules();
	}
}

static void print_matrix(const struct tally *sum)
{
	int n = rules() + 1;

	out(stdout, "%-38s", "fault made                    verdict:");
	for (int j = 0; j <= n; j++)
		printf(" %2c", 'a' + j);
	printf("\n");
	for (int i = 0; i < n; i++) {
		out(stdout, "%c  %-35s", 'a' + i, verdict_name(i));
		for (int j = 0; j <= n; j++)
			if (sum->count[i][j])
				printf(" %2d", sum->count[i][j]);
			else
				printf("  %c", i == j ? '0' : '.');
		printf("\n");
	}
	out(stdout, "%c  %s\n", 'a' + n, verdict_name(n));
}

static void print_misses(const struct selftest *t)
{
	for (int k = 0; k < t->cases * t->seeds; k++) {
		const struct selftest_case *c = case_of(t, k);
		char line[DIAGNOSIS_TEXT + 100], name[40];

		if (column_of(c->fault) != verdict_of(&t->diagnosis[k]))
			out(stdout, "\n%s, %s, seed %ld: %s\n  %s %s\n",
			    verdict_name(column_of(c->fault)), case_name(c, name), seed_of(t, k),
			    diagnosis_line(line, sizeof line, &t->diagnosis[k]), called_name(),
			    c->words);
	}
}

static json_t *matrix_json(const struct tally *sum)
{
	json_t *matrix = json_object();

	for (int i = 0; i <= rules(); i++) {
		json_t *row = json_object();

		for (int j = 0; j <= rules() + 1; j++)
			if (sum->count[i][j])
				json_object_set_new(row,
				                    j < rules()    ? diagnosis_rules[j].id
				                    : j == rules() ? "healthy"
				                                   : "too early",
				                    json_integer(sum->count[i][j]));
		json_object_set_new(matrix, i < rules() ? diagnosis_rules[i].id : "healthy", row);
	}
	return matrix;
}

static json_t *answer(const struct selftest *t, const struct tally *sum)
{
	json_t *cases = json_array();

	for (int k = 0; k < sum->runs; k++) {
		const struct selftest_case *c = case_of(t, k);
		char line[DIAGNOSIS_TEXT + 100], name[40];

		json_array_append_new(cases,
		                      json_pack("{s:s, s:s, s:I, s:s, s:b, s:s, s:s}", "fault",
		                                c->fault ? c->fault : "healthy", "case",
		                                case_name(c, name),
		                                "seed", (json_int_t)seed_of(t, k), "verdict",
		                                diagnose_word(&t->diagnosis[k]), "right",
		                                column_of(c->fault) == verdict_of(&t->diagnosis[k]),
		                                "evidence",
		                                diagnosis_line(line, sizeof line, &t->diagnosis[k]),
		                                "command", c->words));
	}
	return json_pack("{s:i, s:i, s:f, s:i, s:o, s:o}", "runs", sum->runs, "right", sum->right,
	                 "share", (double)sum->right / sum->runs, "healthy_accused", sum->accused,
	                 "matrix", matrix_json(sum), "cases", cases);
}

static enum ry_status report(const struct selftest *t)
{
	struct tally sum;
	char verdicts[64], accused[64];
	enum ry_status status = RY_OK;

	count(t, &sum);
	text_counted(verdicts, (size_t)sum.runs, "verdict");
	text_counted(accused, (size_t)sum.accused, "healthy run");
	if (t->cli->json) {
		status = answer_json(stdout, answer(t, &sum),
		                     JSON_INDENT(1) | JSON_REAL_PRECISION(4), "the verdicts");
	} else {
		print_matrix(&sum);
		print_misses(t);
		out(stdout, "\nright: %d of %s (%.0f %%); %s accused\n", sum.right, verdicts,
		    100.0 * sum.right / sum.runs, accused);
	}
	if (status == RY_OK && (sum.accused || sum.right < wanted * sum.runs))
		status = ry_fail(RY_ECHECK,
		                 "right are %d of %s, and %s accused: expected %.0f %% and none",
		                 sum.right, verdicts, accused, 100 * wanted);
	return status;
}

/* ---- all of it ---- */

static enum ry_status judge(struct selftest *t, const struct job_end *end)
{
	for (int k = 0; k < t->cases * t->seeds; k++) {
		char data[PATH_LENGTH], run[PATH_LENGTH];
		enum ry_status status = end[k].status;

		if (status != RY_OK)
			return status == RY_ESTOP ? ry_fail(status, "stopped")
			                          : ry_fail(status, "%s %s: %s", called_name(),
			                                    case_of(t, k)->words, end[k].message);
		paths(t, k, data, run);
		status = diagnose_run(&t->diagnosis[k], t->cli->lists, run, 1);
		if (status != RY_OK)
			return status;
	}
	return RY_OK;
}

static enum ry_status train_all(struct selftest *t)
{
	struct jobs jobs = { .n = t->cases * t->seeds,
		             .at_once = t->cli->threads,
		             .arg = t,
		             .work = train,
		             .tell = tell };
	struct job_end *end = ry_calloc((size_t)jobs.n, sizeof *end, "results");
	struct event over = { .kind = EVENT_END, .unit = "run", .done = 1, .text = "done" };
	enum ry_status status;

	if (!end)
		return ry_failure();
	if (!t->cli->quiet)
		t->bar =
			progress_alloc(stderr, t->cli->plain, t->cli->ascii, t->cli->color, "runs");
	status = jobs_run(&jobs, end);
	if (t->bar && t->bar_begun)
		t->bar->notify(t->bar, &over);
	progress_free(t->bar);
	if (status == RY_OK)
		status = judge(t, end);
	free(end);
	return status;
}

enum ry_status selftest_run(const struct cli *cli, int seeds)
{
	struct selftest t = { .cli = cli, .seeds = seeds };
	const char *tmp = getenv("TMPDIR");
	enum ry_status status;

	while (selftest_cases[t.cases].words)
		t.cases++;
	snprintf(t.folder, sizeof t.folder, "%s/riley-selftest-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(t.folder))
		return ry_fail(RY_EIO, "%s: no folder can be made there",
		               tmp && *tmp ? tmp : "/tmp");
	t.diagnosis = ry_calloc((size_t)t.cases * seeds, sizeof *t.diagnosis, "diagnoses");
	status = t.diagnosis ? train_all(&t) : ry_failure();
	if (status == RY_OK)
		status = report(&t);
	free(t.diagnosis);
	nftw(t.folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	return status;
}
