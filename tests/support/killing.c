/* killing.c - see killing.h. */
#include "tests/support/killing.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <dirent.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "src/run/rundir.h"

enum { WORDS_MAX = 60 };

static char *program;            /* riley, absolute */
int killed;

void wait_milliseconds(double ms)
{
	struct timespec t = { (time_t)(ms / 1000), (long)(ms * 1e6) % 1000000000 };

	while (nanosleep(&t, &t) != 0 && errno == EINTR)
		;
}

/* ---- starting riley ---- */

pid_t start(const char *format, ...)
{
	char line[1000], *words[WORDS_MAX] = { program };
	int n = 1, out;
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

int end_of(pid_t child)
{
	int status = 0;

	while (waitpid(child, &status, 0) != child)
		CU_ASSERT_EQUAL_FATAL(errno, EINTR);
	return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

void must_succeed(pid_t child, const char *what)
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

void kill_it(pid_t child)
{
	int status;

	kill(child, SIGKILL);
	status = end_of(child);
	killed += status == 1000 + SIGKILL;
	TAP_CHECK(status == 1000 + SIGKILL, "it ended with %d before it was killed", status);
}

int has_ended(pid_t child)
{
	siginfo_t end = { .si_pid = 0 };

	return waitid(P_PID, (id_t)child, &end, WEXITED | WNOHANG | WNOWAIT) != 0 ||
	       end.si_pid == child;
}

void wait_for_replacement(const char *path, const struct stat *before, pid_t child)
{
	struct stat now;

	while (!(stat(path, &now) == 0 && (now.st_ino != before->st_ino ||
	                                   now.st_mtim.tv_nsec != before->st_mtim.tv_nsec)) &&
	       !has_ended(child))
		wait_milliseconds(0.2);
}

/* ---- checks after a kill ---- */

int exists(const char *run, const char *file)
{
	char path[1200];

	snprintf(path, sizeof path, "%s/%s", run, file);
	return access(path, F_OK) == 0;
}

/* Check that all lines are JSON objects, except perhaps an unfinished last one.  Returns the last
 * `unit`. */
static long metrics_are_whole(const char *run, const char *unit)
{
	char path[1200], *line = NULL;
	size_t room = 0;
	ssize_t n;
	int broken = 0;
	long last = 0;
	FILE *f;

	snprintf(path, sizeof path, "%s/metrics.jsonl", run);
	f = fopen(path, "r");
	if (!f)
		return 0;
	while ((n = getline(&line, &room, f)) > 0) {
		json_t *o = json_loads(line, 0, NULL);

		broken += !json_is_object(o) && line[n - 1] == '\n';
		if (json_is_object(o))
			last = (long)json_number_value(json_object_get(o, unit));
		json_decref(o);
	}
	TAP_CHECK(!broken, "%s: %d lines are no JSON", path, broken);
	free(line);
	fclose(f);
	return last;
}

static void model_files_open(const char *run, int (*model)(const struct st_file *f))
{
	static const char *const names[] = { "last.safetensors", "model.safetensors" };

	for (int k = 0; k < 2; k++) {
		char path[1200];
		struct st_file *f;

		if (!exists(run, names[k]))
			continue;
		snprintf(path, sizeof path, "%s/%s", run, names[k]);
		f = st_open(path, NULL);
		TAP_CHECK(f != NULL, "%s", ry_message());
		if (f && k == 1)
			TAP_CHECK(model(f), "%s", ry_message());
		st_close(f);
	}
}

/* A model kept by its age. */
static int is_kept_agent(const char *name)
{
	const char *digits = name + strlen("agent-");

	return strncmp(name, "agent-", 6) == 0 &&
	       strcmp(digits + strspn(digits, "0123456789"), ".safetensors") == 0;
}

int strange_files(const char *run)
{
	static const char *const own[] = { "run.json",
		                           "metrics.jsonl",
		                           "model.safetensors",
		                           "last.safetensors",
		                           "lock",
		                           "report.txt",
		                           "plots",
		                           ".",
		                           ".." };
	DIR *dir = opendir(run);
	struct dirent *d;
	int n = 0;

	while (dir && (d = readdir(dir))) {
		int known = 0;

		for (size_t i = 0; i < sizeof own / sizeof *own; i++)
			known |= strcmp(d->d_name, own[i]) == 0;
		n += !known && !is_kept_agent(d->d_name);
	}
	if (dir)
		closedir(dir);
	return n;
}

long the_run_loads(const char *run, const char *unit, int (*model)(const struct st_file *f))
{
	json_t *info = rundir_read_info(run, NULL);

	TAP_CHECK(info != NULL, "%s", ry_message());
	json_decref(info);
	model_files_open(run, model);
	TAP_CHECK(strange_files(run) <= 1, "%s: %d files were left", run, strange_files(run));
	return metrics_are_whole(run, unit);
}

/* The contents of a run's file; of a log, without clock times. */
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

void compare(const char *a, const char *b, const char *file)
{
	size_t n, m;
	char *x = contents(a, file, &n), *y = contents(b, file, &m);

	TAP_CHECK(n == m && memcmp(x, y, n) == 0,
	          "%s of the run that was killed differs from the other one", file);
	free(x);
	free(y);
}

/* ---- set-up ---- */

int killing_begin(void)
{
	static const char *const unwanted[] = { "RILEY_CONFIG", "RILEY_SEED", "RILEY_THREADS",
		                                "RILEY_JSON", "XDG_CONFIG_HOME" };
	const char *builddir = getenv("builddir");
	char given[1024];

	snprintf(given, sizeof given, "%s/riley", builddir && *builddir ? builddir : ".");
	program = realpath(given, NULL);
	if (!program) {
		printf("Bail out! %s is not there\n", given);
		return 0;
	}
	for (size_t i = 0; i < sizeof unwanted / sizeof *unwanted; i++)
		unsetenv(unwanted[i]);
	setenv("HOME", tap_tmpdir(), 1);
	setenv("RILEY_GNUPLOT", "/nowhere/gnuplot", 1);      /* plots have their own tests */
	return 1;
}

void killing_end(void)
{
	free(program);
}
