/* test_gnuplot.c - the pipe to gnuplot: with gnuplot itself if installed, and with misbehaving
 * programs in its place. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/ui/gnuplot.h"
#include "tests/support/tap.h"

static int have_gnuplot(void)
{
	return system("gnuplot --version >/dev/null 2>&1") == 0;
}

static enum ry_status run(const char *script, char **picture, size_t *size)
{
	return gnuplot_run(script, strlen(script), picture, size);
}

/* Replace gnuplot by a shell script, which may read as much of its input as it likes. */
static void use_instead(const char *shell)
{
	FILE *to = fopen(temp("instead"), "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(to);
	fprintf(to, "#!/bin/sh\n%s\n", shell);
	CU_ASSERT_EQUAL(fclose(to), 0);
	CU_ASSERT_EQUAL(chmod(temp("instead"), 0700), 0);
	setenv("RILEY_GNUPLOT", temp("instead"), 1);
}

static void fails(const char *script, enum ry_status want, const char *why)
{
	char *picture = (char *)script;
	size_t size = 1;

	CU_ASSERT_EQUAL(run(script, &picture, &size), want);
	CU_ASSERT_PTR_NULL(picture);
	CU_ASSERT_EQUAL(size, 0);
	if (!strstr(ry_message(), why))
		fprintf(stderr, "# said: %s\n# expected: %s\n", ry_message(), why);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), why));
}

/* The number of open descriptors: a failure must not leak pipes. */
static int descriptors(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++) {
		int copy = dup(fd);

		n += copy >= 0;
		if (copy >= 0)
			close(copy);
	}
	return n;
}

/* ---- the real one ---- */

static void draws_text(void)
{
	char *picture;
	size_t size;

	if (!have_gnuplot()) {
		tap_skip("gnuplot is not installed");
		return;
	}
	CU_ASSERT_EQUAL(run("set term dumb 60 15\n$d << EOD\n1 1\n2 4\n3 9\nEOD\nplot $d with "
	                    "lines title 'squares'\n",
	                    &picture, &size),
	                RY_OK);
	CU_ASSERT_PTR_NOT_NULL_FATAL(picture);
	CU_ASSERT_PTR_NOT_NULL(strstr(picture, "squares"));
	CU_ASSERT_EQUAL(strlen(picture), size);
	free(picture);
}

static void draws_pictures(void)
{
	static const struct { const char *term, *start, *end; } kinds[] = {
		{ "pngcairo size 300,200", "\x89PNG\r\n\x1a\n", "IEND\xae" "B`\x82" },
		{ "svg size 300 200", "<?xml", "</svg>\n\n" },
		{ "pdfcairo size 3in,2in", "%PDF-", "%%EOF\n" },
	};
	char script[200], *picture;
	size_t size;

	if (!have_gnuplot()) {
		tap_skip("gnuplot is not installed");
		return;
	}
	for (int k = 0; k < 3; k++) {
		snprintf(script, sizeof script, "set term %s\nplot sin(x)\nset output\n",
		         kinds[k].term);
		CU_ASSERT_EQUAL(run(script, &picture, &size), RY_OK);
		CU_ASSERT_PTR_NOT_NULL_FATAL(picture);
		CU_ASSERT(size > 500);
		CU_ASSERT_EQUAL(memcmp(picture, kinds[k].start, strlen(kinds[k].start)), 0);
		CU_ASSERT_STRING_EQUAL(picture + size - strlen(kinds[k].end), kinds[k].end);
		free(picture);
	}
}

/* More than a pipe holds, in both directions at once: 64 kB on Linux. */
static void long_talk_both_ways(void)
{
	enum { LINES = 60000 };
	char *script = malloc(LINES * 40 + 200), *p = script, *picture;
	size_t size;

	if (!have_gnuplot()) {
		tap_skip("gnuplot is not installed");
		free(script);
		return;
	}
	CU_ASSERT_PTR_NOT_NULL_FATAL(script);
	p += sprintf(p, "set term dumb 70 20\nset print '-'\n");
	for (int i = 0; i < LINES; i++)
		p += sprintf(p, i % 2 ? "print 'to stdout %d'\n" : "printerr 'to stderr %d'\n", i);
	sprintf(p, "plot x\n");
	CU_ASSERT_EQUAL(run(script, &picture, &size), RY_OK);
	CU_ASSERT(size > LINES / 2 * 15);
	free(picture);
	free(script);
}

static void errors_are_told(void)
{
	if (!have_gnuplot()) {
		tap_skip("gnuplot is not installed");
		return;
	}
	fails("set term dumb\nplot x\nplod x\n", RY_EINVAL, "invalid command");
	/* It continued after the error, and drew: still an error. */
	fails("set term dumb\nplot undefined_thing\nplot x\n", RY_EINVAL, "undefined_thing");
	fails("set term dumb\nset xrange [1:1]\n", RY_EIO, "drew nothing");
	fails("set term dumb\nplot x\nexit\n", RY_EIO, "ended before the plot was done");
	/* A script that ends inside a data block consumes the last words. */
	fails("set term dumb\n$d << EOD\n1 1\n", RY_EIO, "ended before the plot was done");
}

static void start_up_files_are_not_read(void)
{
	FILE *rc;
	char *home = getenv("HOME") ? strdup(getenv("HOME")) : NULL, *picture;
	size_t size;

	if (!have_gnuplot()) {
		tap_skip("gnuplot is not installed");
		free(home);
		return;
	}
	rc = fopen(temp(".gnuplot"), "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(rc);
	fputs("set label 'from my start-up file' at graph 0.1, graph 0.5\nset term x11\n", rc);
	fclose(rc);
	setenv("HOME", tap_tmpdir(), 1);
	CU_ASSERT_EQUAL(run("set term dumb\nplot x\n", &picture, &size), RY_OK);
	CU_ASSERT_PTR_NOT_NULL_FATAL(picture);
	CU_ASSERT_PTR_NULL(strstr(picture, "start-up"));
	free(picture);
	if (home)
		setenv("HOME", home, 1);
	free(home);
}

static void quoted_text_is_only_text(void)
{
	const char *const nasty[] = {
		"`touch pwned`",
		"'; system 'touch pwned'; '",
		"it's",
		"@x",
		"\"`touch pwned`\"",
		"a\nsystem 'touch pwned'\n",
		"\\",
		"'",
		"''",
		"%d {/Bold x} _a^b ~",
		"$(touch pwned)",
	};
	char script[1000], quoted[400], *picture;
	size_t size;

	if (!have_gnuplot()) {
		tap_skip("gnuplot is not installed");
		return;
	}
	for (size_t i = 0; i < sizeof nasty / sizeof nasty[0]; i++) {
		char flat[200];

		gnuplot_quote(quoted, sizeof quoted, nasty[i]);
		snprintf(script, sizeof script,
		         "cd '%s'\nx = 'WRONG'\nset term dumb 79 20 noenhanced\n"
		         "set title %s\nplot 1 title ''\n",
		         tap_tmpdir(), quoted);
		CU_ASSERT_EQUAL(run(script, &picture, &size), RY_OK);
		CU_ASSERT_PTR_NOT_NULL_FATAL(picture);
		snprintf(flat, sizeof flat, "%s", nasty[i]);
		for (char *p = flat; *p; p++)
			if (*p == '\n')
				*p = ' ';
		flat[strcspn(flat, " ")] = '\0';
		CU_ASSERT_PTR_NOT_NULL(strstr(picture, flat));
		CU_ASSERT_PTR_NULL(strstr(picture, "WRONG"));
		CU_ASSERT_NOT_EQUAL(access(temp("pwned"), F_OK), 0);
		free(picture);
	}
}

static void quoting_cuts_whole_characters(void)
{
	char to[8];

	CU_ASSERT_STRING_EQUAL(gnuplot_quote(to, sizeof to, "abcdefgh"), "\"abcde\"");
	CU_ASSERT_STRING_EQUAL(gnuplot_quote(to, sizeof to, "abc\u00fc\u00fc"), "\"abc\u00fc\"");
	CU_ASSERT_STRING_EQUAL(gnuplot_quote(to, sizeof to, "abcd\u00fc"), "\"abcd\"");
	CU_ASSERT_STRING_EQUAL(gnuplot_quote(to, sizeof to, "a`b"), "\"a\\140\"");
	CU_ASSERT_STRING_EQUAL(gnuplot_quote(to, sizeof to, "ab`b"), "\"ab\"");
	CU_ASSERT_STRING_EQUAL(gnuplot_quote(to, sizeof to, "a\tb\x7f"), "\"a b?\"");
	CU_ASSERT_STRING_EQUAL(gnuplot_quote(to, sizeof to, "\xe9t\xe9"), "\"?t?\"");
	CU_ASSERT_STRING_EQUAL(gnuplot_quote(to, sizeof to, "\xc2\x9b\xe2\x89z"), "\"????z\"");
	CU_ASSERT_STRING_EQUAL(gnuplot_quote(to, sizeof to, ""), "\"\"");
}

/* ---- other programs in its place ---- */

static void missing(void)
{
	char *path = getenv("PATH") ? strdup(getenv("PATH")) : NULL;
	int before = descriptors();

	CU_ASSERT_PTR_NOT_NULL_FATAL(path);
	setenv("PATH", "", 1);
	CU_ASSERT_EQUAL(chdir(tap_tmpdir()), 0);        /* an empty PATH means the current folder */
	fails("plot x\n", RY_EMISSING,
	      "gnuplot is not installed (Debian: apt-get install gnuplot-nox; "
	      "Fedora: dnf install gnuplot; Homebrew: brew install gnuplot)");
	setenv("PATH", path, 1);
	free(path);
	setenv("RILEY_GNUPLOT", "/no/such/program", 1);
	fails("plot x\n", RY_EMISSING, "/no/such/program, which RILEY_GNUPLOT names");
	setenv("RILEY_GNUPLOT", tap_tmpdir(), 1);       /* a folder cannot be executed */
	fails("plot x\n", RY_EMISSING, "which RILEY_GNUPLOT names");
	CU_ASSERT_EQUAL(descriptors(), before);
	unsetenv("RILEY_GNUPLOT");
}

static void dies_at_once(void)
{
	int before = descriptors();
	char *script = calloc(1, 1 << 20);

	CU_ASSERT_PTR_NOT_NULL_FATAL(script);
	/* more than the pipe takes: writing must fail */
	memset(script, '\n', (1 << 20) - 1);
	use_instead("exit 3");
	fails(script, RY_EIO, "ended before the plot was done (status 3)");
	use_instead("echo 'line 0: cannot open display' >&2; exit 1");
	fails("plot x\n", RY_EIO, "line 0: cannot open display");
	use_instead("printf '\\033[2Jboo\\n' >&2; exit 1");
	fails("plot x\n", RY_EIO, "(status 1):  [2Jboo");
	use_instead("exit 0");
	fails("plot x\n", RY_EIO, "ended before the plot was done (status 0)");
	CU_ASSERT_EQUAL(descriptors(), before);
	unsetenv("RILEY_GNUPLOT");
	free(script);
}

static void is_killed(void)
{
	int before = descriptors();

	use_instead("read line; printf 'half a picture'; kill -9 $$");
	fails("plot x\n", RY_EIO, "was killed");
	use_instead("kill -TERM $$");
	fails("plot x\n", RY_EIO, "was killed");
	CU_ASSERT_EQUAL(descriptors(), before);
	unsetenv("RILEY_GNUPLOT");
}

static void fails_at_its_end(void)
{
	use_instead("sed -n \"s/.*sprintf('\\(.*\\)%d'.*/\\10/p\" >&2; exit 7");
	fails("plot x\n", RY_EIO, "ended with status 7");
	unsetenv("RILEY_GNUPLOT");
}

static volatile sig_atomic_t pipes_broken;

static void count_signal(int signal)
{
	(void)signal;
	pipes_broken = pipes_broken + 1;
}

/* A SIGPIPE handler of the program is not called for our pipe, and the signal mask is restored. */
static void no_signal_escapes(void)
{
	struct sigaction count = { .sa_handler = count_signal }, before;
	char *script = calloc(1, 1 << 20);
	sigset_t mask;

	CU_ASSERT_PTR_NOT_NULL_FATAL(script);
	memset(script, '\n', (1 << 20) - 1);
	sigaction(SIGPIPE, &count, &before);
	use_instead("exec <&-; sleep 0.1; exit 3");
	fails(script, RY_EIO, "status 3");
	CU_ASSERT_EQUAL(pipes_broken, 0);
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	CU_ASSERT_EQUAL(sigismember(&mask, SIGPIPE), 0);
	raise(SIGPIPE);
	CU_ASSERT_EQUAL(pipes_broken, 1);               /* the handler works */
	sigaction(SIGPIPE, &before, NULL);
	unsetenv("RILEY_GNUPLOT");
	free(script);
}

/* The child must die of a broken pipe even if we ignore the signal, as main() does. */
static void the_child_has_default_signals(void)
{
	void (*before)(int) = signal(SIGPIPE, SIG_IGN);
	sigset_t blocked, old;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &blocked, &old);
	use_instead("kill -PIPE $$; exit 9");
	fails("plot x\n", RY_EIO, "was killed");
	use_instead("kill -TERM $$; exit 9");
	fails("plot x\n", RY_EIO, "was killed");
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	signal(SIGPIPE, before);
	unsetenv("RILEY_GNUPLOT");
}

static const struct tap_test tests[] = {
	{ "text comes back", draws_text },
	{ "PNG, SVG and PDF come back whole", draws_pictures },
	{ "a long talk both ways does not lock up", long_talk_both_ways },
	{ "errors in a script are told", errors_are_told },
	{ "the user's start-up files are not read", start_up_files_are_not_read },
	{ "quoted text is neither run nor expanded", quoted_text_is_only_text },
	{ "quoting cuts whole characters", quoting_cuts_whole_characters },
	{ "not installed: how to", missing },
	{ "a program that dies at once", dies_at_once },
	{ "a program that is killed", is_killed },
	{ "a program that fails at its end", fails_at_its_end },
	{ "no SIGPIPE escapes", no_signal_escapes },
	{ "the child has default signals", the_child_has_default_signals },
	{ NULL, NULL }
};

int main(void)
{
	unsetenv("RILEY_GNUPLOT");
	return tap_run("gnuplot", tests);
}
