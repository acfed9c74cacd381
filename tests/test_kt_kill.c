/* test_kt_kill.c - `riley kt train` killed at any instant: the run directory stays whole, and the run
 * goes on to the same bits.
 *
 * One run is killed again and again, half of the times so many milliseconds after its start, half
 * of the times just after it has replaced its checkpoint, which it does all the time as its epochs
 * are short.  Others are killed while they come into being.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <dirent.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "rnn/kt_model.h"
#include "src/rundir.h"
#include "tests/tap.h"

enum { CHAIN_KILLS = 40, FRESH_KILLS = 16, WORDS_MAX = 40 };

#define OPTIONS "--hidden 6 --layers 2 --dropout 0.2 --window 5 --batch 8 --patience 0 --schedule constant --threads 2 -q"

static char *program;            /* riley, absolute */
static int killed;               /* processes that really died of our signal */

static const char *temp(const char *name)
{
	static char path[8][1024];
	static int next;
	char *p = path[next++ % 8];

	snprintf(p, sizeof path[0], "%s/%s", tap_tmpdir(), name);
	return p;
}

static void wait_milliseconds(double ms)
{
	struct timespec t = { (time_t)(ms / 1000), (long)(ms * 1e6) % 1000000000 };

	while (nanosleep(&t, &t) != 0 && errno == EINTR)
		;
}

/* ---- starting riley ---- */

/* Start `riley kt` with the words of a line, in the test's directory. */
static pid_t start(const char *format, ...) __attribute__((format(printf, 1, 2)));

static pid_t start(const char *format, ...)
{
	char line[1000], *words[WORDS_MAX] = { program, "kt" };
	int n = 2, out;
	va_list ap;
	pid_t child;

	va_start(ap, format);
	vsnprintf(line, sizeof line, format, ap);
	va_end(ap);
	for (char *w = strtok(line, " "); w && n < WORDS_MAX - 1; w = strtok(NULL, " "))
		words[n++] = w;
	child = fork();
	if (child == 0) {
		out = open(temp("output"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
		if (chdir(tap_tmpdir()) == 0 && dup2(out, 1) == 1 && dup2(out, 2) == 2)
			execv(program, words);
		_exit(127);
	}
	CU_ASSERT_FATAL(child > 0);
	return child;
}

/* Wait for its end; 0..255, or 1000 + the signal. */
static int end_of(pid_t child)
{
	int status = 0;

	while (waitpid(child, &status, 0) != child)
		CU_ASSERT_EQUAL_FATAL(errno, EINTR);
	return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void must_succeed(pid_t child, const char *what)
{
	int status = end_of(child);
	char text[400] = "";
	FILE *f;

	if (status != 0 && (f = fopen(temp("output"), "r"))) {
		text[fread(text, 1, sizeof text - 1, f)] = '\0';
		fclose(f);
	}
	TAP_CHECK(status == 0, "%s ended with %d: %s", what, status, text);
}

static void kill_it(pid_t child)
{
	int status;

	kill(child, SIGKILL);
	status = end_of(child);
	killed += status == 1000 + SIGKILL;
	TAP_CHECK(status == 1000 + SIGKILL, "it ended with %d before it was killed", status);
}

/* Wait until `path` is another file than `before`, or the process is gone. */
static void wait_for_replacement(const char *path, const struct stat *before, pid_t child)
{
	struct stat now;
	siginfo_t gone;

	for (;;) {
		if (stat(path, &now) == 0 && (now.st_ino != before->st_ino || now.st_mtim.tv_nsec != before->st_mtim.tv_nsec))
			return;
		gone.si_pid = 0;
		if (waitid(P_PID, (id_t)child, &gone, WEXITED | WNOHANG | WNOWAIT) != 0 || gone.si_pid == child)
			return;
		wait_milliseconds(0.2);
	}
}

/* ---- what must hold after a kill ---- */

static int exists(const char *run, const char *file)
{
	char path[1200];

	snprintf(path, sizeof path, "%s/%s", run, file);
	return access(path, F_OK) == 0;
}

/* All lines are JSON objects, but perhaps a last one that does not end.  Returns the last epoch. */
static int metrics_are_whole(const char *run)
{
	char path[1200], *line = NULL;
	size_t room = 0;
	ssize_t n;
	int broken = 0, epoch = 0;
	FILE *f;

	snprintf(path, sizeof path, "%s/metrics.jsonl", run);
	f = fopen(path, "r");
	if (!f)
		return 0;
	while ((n = getline(&line, &room, f)) > 0) {
		json_t *o = json_loads(line, 0, NULL);

		broken += !json_is_object(o) && line[n - 1] == '\n';
		if (json_is_object(o))
			epoch = (int)json_number_value(json_object_get(o, "epoch"));
		json_decref(o);
	}
	TAP_CHECK(!broken, "%s: %d lines are no JSON", path, broken);
	free(line);
	fclose(f);
	return epoch;
}

static void model_files_open(const char *run)
{
	static const char *const names[] = { "last.safetensors", "model.safetensors" };

	for (int k = 0; k < 2; k++) {
		char path[1200];
		struct st_file *f;
		struct kt_model *m;

		if (!exists(run, names[k]))
			continue;
		snprintf(path, sizeof path, "%s/%s", run, names[k]);
		f = st_open(path, NULL);
		TAP_CHECK(f != NULL, "%s", ry_message());
		if (f && k == 1) {
			m = kt_model_read(f, NULL);
			TAP_CHECK(m != NULL, "%s", ry_message());
			kt_model_free(m);
		}
		st_close(f);
	}
}

/* Files that are none of a run's. */
static int strange_files(const char *run)
{
	static const char *const own[] = { "run.json", "metrics.jsonl", "model.safetensors", "last.safetensors", "lock",
	                                   "report.txt", "plots", ".", ".." };
	DIR *dir = opendir(run);
	struct dirent *d;
	int n = 0;

	while (dir && (d = readdir(dir))) {
		int known = 0;

		for (size_t i = 0; i < sizeof own / sizeof *own; i++)
			known |= strcmp(d->d_name, own[i]) == 0;
		n += !known;
	}
	if (dir)
		closedir(dir);
	return n;
}

/* The run loads; returns its last logged epoch. */
static int the_run_loads(const char *run)
{
	json_t *info = rundir_read_info(run, NULL);

	TAP_CHECK(info != NULL, "%s", ry_message());
	json_decref(info);
	model_files_open(run);
	TAP_CHECK(strange_files(run) <= 1, "%s: %d files were left", run, strange_files(run));
	return metrics_are_whole(run);
}

/* ---- a run that is killed again and again ---- */

/* The contents of a file of a run, or of its log without what depends on the clock. */
static char *contents(const char *run, const char *file, size_t *size)
{
	char path[1200], *line = NULL, *text = NULL;
	size_t room = 0;
	ssize_t n;
	FILE *f, *to = open_memstream(&text, size);

	snprintf(path, sizeof path, "%s/%s", run, file);
	f = fopen(path, "r");
	TAP_CHECK(f != NULL, "%s is not there", path);
	while (f && (n = getline(&line, &room, f)) > 0) {
		json_t *o = strcmp(file, "metrics.jsonl") == 0 ? json_loads(line, 0, NULL) : NULL;

		if (o) {
			json_object_del(o, "time");
			json_object_del(o, "rate");
			json_dumpf(o, to, JSON_SORT_KEYS);
			fputc('\n', to);
		} else {
			fwrite(line, 1, (size_t)n, to);
		}
		json_decref(o);
	}
	free(line);
	if (f)
		fclose(f);
	fclose(to);
	return text;
}

static void compare(const char *a, const char *b, const char *file)
{
	size_t n, m;
	char *x = contents(a, file, &n), *y = contents(b, file, &m);

	TAP_CHECK(n == m && memcmp(x, y, n) == 0, "%s of the run that was killed differs from the other one", file);
	free(x);
	free(y);
}

static void killed_again_and_again(void)
{
	const char *run = temp("runs/chain");
	char checkpoint[1200];
	int epochs = 0, before = killed;

	snprintf(checkpoint, sizeof checkpoint, "%s/last.safetensors", run);
	must_succeed(start("gen data.csv --students 60 --exercises 8 --concepts 2 -q"), "gen");
	for (int k = 0; k < CHAIN_KILLS; k++) {
		struct stat was = { 0 };
		pid_t child;

		if (k > 0 && stat(checkpoint, &was) != 0)
			was.st_ino = 0;
		child = k == 0 ? start("train data.csv --name chain --epochs 100000 " OPTIONS) : start("train --resume runs/chain -q");
		if (k % 2 == 0)
			wait_for_replacement(checkpoint, &was, child);
		wait_milliseconds(k % 2 ? 1 + k * 29 % 83 : k * 7 % 41 * 0.37);
		kill_it(child);
		epochs = the_run_loads(run);
		if (k % 10 == 9)
			must_succeed(start("eval runs/chain data.csv"), "eval");
	}
	TAP_CHECK(killed - before == CHAIN_KILLS, "%d kills of %d hit", killed - before, CHAIN_KILLS);
	TAP_CHECK(epochs > CHAIN_KILLS / 4, "it came no further than epoch %d", epochs);
	must_succeed(start("train --resume runs/chain --epochs %d -q", epochs + 2), "the last resume");
	TAP_CHECK(strange_files(run) == 0, "%d files were left", strange_files(run));
	must_succeed(start("train data.csv --name whole --epochs %d " OPTIONS, epochs + 2), "the run that is not killed");
	compare(run, temp("runs/whole"), "model.safetensors");
	compare(run, temp("runs/whole"), "last.safetensors");
	compare(run, temp("runs/whole"), "metrics.jsonl");
}

/* ---- runs that are killed while they come into being ---- */

static void killed_while_it_begins(void)
{
	int before = killed, begun = 0;

	must_succeed(start("gen data.csv --students 60 --exercises 8 --concepts 2 -q"), "gen");
	for (int k = 0; k < FRESH_KILLS; k++) {
		char run[1100], what[60];
		pid_t child = start("train data.csv --name fresh%d --epochs 100000 " OPTIONS, k);

		snprintf(run, sizeof run, "%s/runs/fresh%d", tap_tmpdir(), k);
		/* Every other one as soon as its folder is there: run.json and the lock are being made. */
		while (k % 2 && !exists(run, ".") && kill(child, 0) == 0)
			wait_milliseconds(0.1);
		wait_milliseconds(k % 2 ? k * 0.17 : 3 + k * 3.1);
		kill_it(child);
		snprintf(what, sizeof what, "fresh%d after it was killed", k);
		if (exists(run, "run.json")) {
			begun++;
			the_run_loads(run);
			must_succeed(start("train --resume runs/fresh%d --epochs 2 -q", k), what);
		} else {
			must_succeed(start("train data.csv --name fresh%d --epochs 2 " OPTIONS, k), what);
		}
		TAP_CHECK(exists(run, "report.txt") && strange_files(run) == 0, "%s: %d files were left", run, strange_files(run));
	}
	TAP_CHECK(killed - before == FRESH_KILLS, "%d kills of %d hit", killed - before, FRESH_KILLS);
	TAP_CHECK(begun > 0, "none of them had begun");
}

static const struct tap_test tests[] = {
	{ "killed again and again it goes on to the same bits", killed_again_and_again },
	{ "killed while it begins it can begin again", killed_while_it_begins },
	{ NULL, NULL }
};

int main(void)
{
	const char *builddir = getenv("builddir");
	static const char *const unwanted[] = { "RILEY_CONFIG", "RILEY_SEED", "RILEY_THREADS", "RILEY_JSON", "XDG_CONFIG_HOME" };

	char given[1024];
	int status;

	snprintf(given, sizeof given, "%s/riley", builddir && *builddir ? builddir : ".");
	program = realpath(given, NULL);
	if (!program) {
		printf("Bail out! %s is not there\n", given);
		return 99;
	}
	for (size_t i = 0; i < sizeof unwanted / sizeof *unwanted; i++)
		unsetenv(unwanted[i]);
	setenv("HOME", tap_tmpdir(), 1);
	setenv("RILEY_GNUPLOT", "/nowhere/gnuplot", 1);      /* curves have tests of their own */
	status = tap_run("kt train killed", tests);
	free(program);
	return status;
}
