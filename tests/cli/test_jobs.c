/* test_jobs.c - jobs side by side: command lines of a small made-up program, and functions. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <time.h>
#include <unistd.h>

#include "src/cli/jobs.h"
#include "tests/support/tap.h"

static void sleep_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&t, NULL);
}

/* For what comes at last, unless something is broken: five minutes of looking. */
enum { LOOKS = 60000 };

static void append(const char *name, const char *text)
{
	int fd = open(temp(name), O_WRONLY | O_CREAT | O_APPEND, 0600);

	if (write(fd, text, strlen(text)) < 0)
		abort();
	close(fd);
}

static int is_there(const char *name)
{
	return access(temp(name), F_OK) == 0;
}

static const char *contents(const char *name)
{
	static char text[4096];
	FILE *f = fopen(temp(name), "r");
	size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;

	text[n] = '\0';
	if (f)
		fclose(f);
	return text;
}

/* ---- the made-up program ---- */

static enum ry_status run_say(const struct cli *cli, void *options, int n, char **args)
{
	(void)cli, (void)options, (void)n;
	printf("out %s", args[0]);               /* without a newline: it must be flushed */
	fprintf(stderr, "err %s\n", args[0]);
	return getchar() == EOF ? RY_OK : ry_fail(RY_EIO, "there is something to read");
}

static enum ry_status run_fail(const struct cli *cli, void *options, int n, char **args)
{
	(void)cli, (void)options, (void)n;
	return ry_fail(RY_EDATA, "%s:3: no number", args[0]);
}

static enum ry_status run_die(const struct cli *cli, void *options, int n, char **args)
{
	(void)cli, (void)options, (void)n;
	if (strcmp(args[0], "exit") == 0)
		exit(7);
	kill(getpid(), SIGKILL);
	return RY_OK;
}

static enum ry_status run_wait(const struct cli *cli, void *options, int n, char **args)
{
	(void)cli, (void)options, (void)n;
	append("began", args[0]);
	while (!command_interrupted())
		sleep_ms(5);
	append("saved", args[0]);
	return ry_fail(RY_ESTOP, "stopped");
}

static enum ry_status run_progress(const struct cli *cli, void *options, int n, char **args)
{
	struct event e = { .kind = EVENT_STEP, .done = 0.25 };

	(void)options, (void)n, (void)args;
	cli->watcher->notify(cli->watcher, &e);
	for (int k = 0; k < LOOKS && !is_there("seen"); k++)
		sleep_ms(5);
	return RY_OK;
}

#define COMMAND(word) \
	static const struct command word##_command = { .name = #word, .arguments = "WORD", \
		.summary = "a word", .min_args = 1, .max_args = 1, \
	                                     .run = run_##word }
COMMAND(say);
COMMAND(fail);
COMMAND(die);
COMMAND(wait);
COMMAND(progress);

static const struct command *const all[] = { &say_command,  &fail_command,     &die_command,
	                                     &wait_command, &progress_command, NULL };
static const struct command *const *const lists[] = { all, NULL };

/* ---- what ends how ---- */

static int n_ended;

static void count_end(int k, const struct job_end *end, void *arg)
{
	(void)k, (void)end, (void)arg;
	n_ended++;
}

static const char *log_of(int k, void *arg)
{
	char name[40];

	(void)arg;
	snprintf(name, sizeof name, "log%d", k);
	return k == 4 ? "/nowhere/log" : k == 0 ? temp(name) : NULL;
}

/* Each ends as it ends, whatever becomes of the others, with as many at once as there may be. */
static void ends_of_every_kind(void)
{
	char *const words[][4] = {
		{ "riley", "say", "hello", NULL }, { "riley", "fail", "data.csv", NULL }, { "riley",
		  "die", "kill", NULL },
		{ "riley", "die", "exit", NULL }, { "riley", "say", "nowhere", NULL }, { "riley",
		  "sey", "x", NULL },
		{ "riley", "say", "--loud", NULL },
	};
	static const struct { enum ry_status status; const char *message; } expected[] = {
		{ RY_OK, "" }, { RY_EDATA, "data.csv:3: no number" }, { RY_EIO,
		  "killed by signal 9 (" },
		{ RY_EIO, "ended early, with status 7" }, { RY_EIO,
		  "/nowhere/log: " },
		{ RY_EINVAL, "did you mean 'riley say'?" }, { RY_EINVAL, "unknown option --loud" },
	};
	enum { N = 7 };
	char *const *lines[N];
	struct job_end end[N];

	for (int k = 0; k < N; k++)
		lines[k] = words[k];
	for (int at_once = 0; at_once <= N + 1; at_once += 4) {
		struct jobs jobs = { .n = N,
			             .at_once = at_once,
			             .words = lines,
			             .lists = lists,
			             .log = log_of,
			             .ended = count_end };

		unlink(temp("log0"));
		n_ended = 0;
		CU_ASSERT_EQUAL_FATAL(jobs_run(&jobs, end), RY_OK);
		for (int k = 0; k < N; k++) {
			TAP_CHECK(end[k].status == expected[k].status,
			          "%d at once, job %d: status %d", at_once, k, (int)end[k].status);
			TAP_CHECK(strstr(end[k].message, expected[k].message), "job %d says '%s'",
			          k, end[k].message);
		}
		CU_ASSERT_EQUAL(n_ended, N);
		TAP_CHECK(strcmp(contents("log0"), "err hello\nout hello") == 0,
		          "the log holds '%s'", contents("log0"));
	}
}

static void logs_grow_and_tell_the_failure(void)
{
	char *const words[] = { "riley", "fail", "a", NULL };
	char *const *lines[] = { words };
	struct job_end end;
	struct jobs jobs = { .n = 1, .at_once = 1, .words = lines, .lists = lists, .log = log_of };

	unlink(temp("log0"));
	jobs_run(&jobs, &end);
	jobs_run(&jobs, &end);
	TAP_CHECK(strcmp(contents("log0"), "riley: a:3: no number\nriley: a:3: no number\n") == 0,
	          "the log holds '%s'", contents("log0"));
}

/* ---- functions, order, skipping ---- */

static enum ry_status note_number(int k, volatile double *done, void *arg)
{
	char text[20];

	*done = 0.5;
	snprintf(text, sizeof text, "%d ", k);
	append(arg, text);
	return RY_OK;
}

static void in_their_order(void)
{
	static const int skip[] = { 0, 1, 0, 0, 1 };
	struct job_end end[5];
	struct jobs jobs = { .n = 5,
		             .at_once = 1,
		             .skip = skip,
		             .work = note_number,
		             .arg = "numbers",
		             .ended = count_end };

	n_ended = 0;
	CU_ASSERT_EQUAL(jobs_run(&jobs, end), RY_OK);
	CU_ASSERT_STRING_EQUAL(contents("numbers"), "0 2 3 ");
	CU_ASSERT_EQUAL(n_ended, 3);
	for (int k = 0; k < 5; k++)
		CU_ASSERT_EQUAL(end[k].status, RY_OK);
	jobs.n = 0;
	CU_ASSERT_EQUAL(jobs_run(&jobs, end), RY_OK);
}

enum { AT_ONCE = 3 };

/* Never more than `at_once` of them, and not fewer: each writes when it begins and when it ends,
 * and the first ones wait for each other. */
static enum ry_status enter_and_leave(int k, volatile double *done, void *arg)
{
	(void)done;
	append(arg, "(");
	for (int look = 0; k < AT_ONCE && look < LOOKS && strlen(contents(arg)) < AT_ONCE; look++)
		sleep_ms(5);
	sleep_ms(30);
	append(arg, ")");
	return RY_OK;
}

static void at_most_so_many(void)
{
	struct job_end end[7];
	struct jobs jobs = { .n = 7, .at_once = AT_ONCE, .work = enter_and_leave, .arg = "doors" };
	int inside = 0, most = 0;

	CU_ASSERT_EQUAL(jobs_run(&jobs, end), RY_OK);
	for (const char *c = contents("doors"); *c; c++) {
		inside += *c == '(' ? 1 : -1;
		most = inside > most ? inside : most;
	}
	CU_ASSERT_EQUAL(inside, 0);
	TAP_CHECK(most == AT_ONCE, "%d were inside", most);
}

static double least, last;

static void watch(const double *done, void *arg)
{
	(void)arg;
	if (done[0] > 0 && done[0] < least)
		least = done[0];
	if (done[0] > 0)
		append("seen", "x");
	last = done[0];
}

static void progress_is_told(void)
{
	char *const words[] = { "riley", "progress", "x", NULL };
	char *const *lines[] = { words };
	struct job_end end;
	struct jobs jobs = { .n = 1, .at_once = 1, .words = lines, .lists = lists, .tell = watch };

	least = 2;
	CU_ASSERT_EQUAL(jobs_run(&jobs, &end), RY_OK);
	CU_ASSERT_EQUAL(least, 0.25);
	CU_ASSERT_EQUAL(last, 1);
}

/* ---- signals: the whole of it in a process of its own, which is a command ---- */

enum { WAITING = 3 };

static enum ry_status run_many(const struct cli *cli, void *options, int n, char **args)
{
	char *const words[] = { "riley", "wait", "x", NULL };
	char *const *lines[WAITING + 1] = { words, words, words, words };
	struct job_end end[WAITING + 1];
	struct jobs jobs = { .n = WAITING + 1, .at_once = WAITING, .words = lines, .lists = lists };
	int stopped = 0, never = 0;

	(void)cli, (void)options, (void)n, (void)args;
	if (jobs_run(&jobs, end) != RY_OK)
		return RY_EIO;
	for (int k = 0; k <= WAITING; k++) {
		stopped += end[k].status == RY_ESTOP && strcmp(end[k].message, "stopped") == 0;
		never += end[k].status == RY_ESTOP && !*end[k].message;
	}
	return stopped == WAITING && never == 1
	               ? RY_OK
	               : ry_fail(RY_EIO, "%d stopped, %d never began", stopped, never);
}

static const struct command many = { .name = "many", .summary = "jobs that wait", .run = run_many };

static pid_t start_many(void)
{
	static const struct command *const one[] = { &many, NULL };
	static const struct command *const *const list[] = { one, NULL };
	char *words[] = { "riley", "many", NULL };
	pid_t pid;

	unlink(temp("began"));
	unlink(temp("saved"));
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		setpgid(0, 0);
		/* nohup, and shells without job control, leave some of them ignored. */
		signal(SIGHUP, SIG_DFL);
		signal(SIGINT, SIG_DFL);
		signal(SIGTERM, SIG_DFL);
		_exit(command_main(2, words, list));
	}
	setpgid(pid, pid);
	for (int k = 0; k < LOOKS && strlen(contents("began")) < WAITING; k++)
		sleep_ms(5);
	CU_ASSERT_EQUAL_FATAL(strlen(contents("began")), WAITING);
	return pid;
}

/* Wait until nobody is left in the group.  Those whose parent was killed become ours where there is
 * a way, as not every first process sees to the dead. */
static void wait_for_all(pid_t group)
{
	while (kill(-group, 0) == 0)
		if (waitpid(-group, NULL, WNOHANG) <= 0)
			sleep_ms(5);
	CU_ASSERT_EQUAL(errno, ESRCH);
}

static void asked_to_stop(void)
{
	static const struct {
		int number, all;
	} how[] = { { SIGTERM, 0 }, { SIGHUP, 0 }, { SIGINT, 1 }, { SIGINT, 0 } };

	for (int i = 0; i < 4; i++) {
		pid_t pid = start_many();
		int wait_status;

		/* a terminal tells all of them */
		kill(how[i].all ? -pid : pid, how[i].number);
		CU_ASSERT_EQUAL_FATAL(waitpid(pid, &wait_status, 0), pid);
		TAP_CHECK(WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0,
		          "signal %d, all %d: ended with %x", how[i].number, how[i].all,
		          (unsigned)wait_status);
		CU_ASSERT_STRING_EQUAL(contents("saved"), "xxx");
		wait_for_all(pid);
	}
}

static void parent_is_killed(void)
{
#ifdef __linux__
	pid_t pid;

	CU_ASSERT_EQUAL(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	pid = start_many();
	kill(pid, SIGKILL);
	CU_ASSERT_EQUAL(waitpid(pid, NULL, 0), pid);
	wait_for_all(pid);
	CU_ASSERT_STRING_EQUAL(contents("saved"), "xxx");
#else
	tap_skip("only Linux tells of a parent's death");
#endif
}

int main(void)
{
	static const struct tap_test tests[] = {
		{ "each ends as it ends", ends_of_every_kind },
		{ "logs grow", logs_grow_and_tell_the_failure },
		{ "in their order, but for those skipped", in_their_order },
		{ "at most so many at a time", at_most_so_many },
		{ "progress is told", progress_is_told },
		{ "asked to stop, all save and end", asked_to_stop },
		{ "killed, its jobs save and end", parent_is_killed },
		{ NULL, NULL }
	};

	unsetenv("RILEY_CONFIG");
	setenv("XDG_CONFIG_HOME", "/nowhere", 1);
	return tap_run("jobs", tests);
}
