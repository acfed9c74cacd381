/* test_progress.c - progress as displayed on a pseudo-terminal, and in a log. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "src/ui/progress.h"
#include "src/ui/terminal.h"
#include "tests/support/tap.h"

static char text[1 << 16];

/* ---- a pseudo-terminal, with the few functions that the bar uses ---- */

struct screen {
	int   master;
	FILE *slave;
};

static struct screen screen_open(int columns)
{
	struct screen s = { .master = posix_openpt(O_RDWR | O_NOCTTY) };
	struct winsize w = { .ws_col = (unsigned short)columns, .ws_row = 24 };

	CU_ASSERT_FATAL(s.master >= 0 && grantpt(s.master) == 0 && unlockpt(s.master) == 0);
	s.slave = fopen(ptsname(s.master), "r+");
	CU_ASSERT_PTR_NOT_NULL_FATAL(s.slave);
	ioctl(s.master, TIOCSWINSZ, &w);
	fcntl(s.master, F_SETFL, O_NONBLOCK);
	return s;
}

static void screen_resize(struct screen *s, int columns)
{
	struct winsize w = { .ws_col = (unsigned short)columns, .ws_row = 24 };

	ioctl(s->master, TIOCSWINSZ, &w);
}

/* Read what has been written since the last call into `text`. */
static void screen_read(struct screen *s)
{
	size_t used = 0;
	ssize_t got;

	while ((got = read(s->master, text + used, sizeof text - 1 - used)) > 0)
		used += (size_t)got;
	text[used] = '\0';
}

static void screen_close(struct screen *s)
{
	fclose(s->slave);
	close(s->master);
}

/* The width of the widest line of `text`: escape sequences have no width, a UTF-8 character one
 * column. */
static int widest_line(void)
{
	int column = 0, widest = 0;

	for (const char *c = text; *c; c++) {
		if (*c == '\033') {
			while (*c && !strchr("mK", *c))
				c++;
		} else if (*c == '\r' || *c == '\n') {
			column = 0;
		} else if (((unsigned char)*c & 0xC0) != 0x80) {
			column++;
		}
		if (column > widest)
			widest = column;
	}
	return widest;
}

/* ---- events ---- */

static struct event at(enum event_kind kind, double count, double done, double items)
{
	return (struct event){
		.kind = kind, .unit = "epoch", .count = count, .done = done, .items = items
	};
}

static void point(struct observer *o, double count, double loss, double auc)
{
	const struct event_value v[] = { { "train_loss", loss },
		                         { "valid_auc", auc },
		                         { "dead", 0.7777 } };
	struct event e = at(EVENT_POINT, count, count / 10, 1000 * count);

	e.n = 3;
	e.details = 1;               /* must not be shown */
	e.value = v;
	o->notify(o, &e);
}

static void tell(struct observer *o, struct event e)
{
	CU_ASSERT_EQUAL(o->notify(o, &e), 0);
}

static void tell_text(struct observer *o, struct event e, const char *words)
{
	e.text = words;
	tell(o, e);
}

/* Longer than the interval between two redraws. */
static void pause_briefly(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 120000000 }, NULL);
}

/* ---- tests ---- */

static void bar_on_a_terminal(void)
{
	struct screen s = screen_open(80);
	struct observer *o = progress_alloc(s.slave, 0, 0, 0, "answers");

	tell(o, at(EVENT_START, 0, 0, 0));
	for (int k = 1; k <= 6; k++) {
		pause_briefly();
		tell(o, at(EVENT_STEP, 0.5 * k, 0.05 * k, 500 * k));
	}
	screen_read(&s);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "epoch 2.5"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "25%"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "█"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "answers/s"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, " left"));
	CU_ASSERT_PTR_NULL(strchr(text, '\n'));
	CU_ASSERT(widest_line() > 40 && widest_line() < 80);
	progress_free(o);
	screen_read(&s);
	CU_ASSERT_STRING_EQUAL(text, "\r\033[K");
	screen_close(&s);
}

static double seconds_since(const struct timespec *t0)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)(t.tv_sec - t0->tv_sec) + 1e-9 * (double)(t.tv_nsec - t0->tv_nsec);
}

/* The time left is the remaining work divided by the speed, which this test measures as well; the
 * last step lies between the two measured times.  If the machine was busy and the pauses uneven,
 * recent pauses have more weight, by at most the factor by which the first ones have decayed. */
static void time_left_is_right(void)
{
	enum { STEPS = 6 };
	struct screen s = screen_open(80);
	struct observer *o = progress_alloc(s.slave, 0, 1, 0, "answers");
	struct timespec before, after;
	double shortest = 0, longest, expected, forgotten;
	const char *left;
	int minutes = -1, seconds = -1;

	clock_gettime(CLOCK_MONOTONIC, &before);
	tell(o, at(EVENT_START, 0, 0, 0));
	clock_gettime(CLOCK_MONOTONIC, &after);
	for (int k = 1; k <= STEPS; k++) {
		pause_briefly();
		shortest = seconds_since(&after);
		tell(o, at(EVENT_STEP, k, 0.001 * k, 1000 * k));
	}
	longest = seconds_since(&before);
	forgotten = exp(longest / 8);
	expected = (1 - 0.001 * STEPS) / (0.001 * STEPS);
	screen_read(&s);
	left = strrchr(text, '%');
	CU_ASSERT_FATAL(left != NULL && strstr(left, "answers/s  ") != NULL);
	CU_ASSERT_EQUAL(sscanf(strstr(left, "answers/s  "), "answers/s  %d:%d left", &minutes,
	                       &seconds),
	                2);
	TAP_CHECK(60 * minutes + seconds > expected * shortest / forgotten - 1 &&
	                  60 * minutes + seconds < expected * longest * forgotten + 1,
	          "%d:%02d left after %g to %g seconds", minutes, seconds, shortest, longest);
	progress_free(o);
	screen_close(&s);
}

static void step_with_loss(struct observer *o, double done, double loss)
{
	const struct event_value value = { "loss", loss };
	struct event e = at(EVENT_STEP, 100 * done, done, 1000 * done);

	e.n = 1;
	e.value = &value;
	tell(o, e);
}

/* What a log says of a job that gets from `from` to `to` in a second, with losses from there on. */
static void foretell(double from, double to, double loss)
{
	FILE *f = tmpfile();
	struct observer *o = progress_alloc(f, 1, 1, 0, "answers");
	size_t n;

	tell(o, at(EVENT_START, 0, 0, 0));
	step_with_loss(o, from / 2, NAN);
	step_with_loss(o, from, loss);
	for (int k = 0; k < 9; k++)
		pause_briefly();
	step_with_loss(o, to, loss);
	step_with_loss(o, to, loss);
	rewind(f);
	n = fread(text, 1, sizeof text - 1, f);
	text[n] = '\0';
	progress_free(o);
	fclose(f);
}

static void the_expected_time_is_said_once(void)
{
	const char *line;
	double seconds;

	foretell(0.5, 0.51, 1);      /* what came before the first loss does not count */
	line = strstr(text, "expected time: about ");
	CU_ASSERT_FATAL(line != NULL);
	CU_ASSERT_PTR_NULL(strstr(line + 1, "expected time"));
	seconds = atof(line + strlen("expected time: about "));
	TAP_CHECK(strstr(line, " min") ? seconds >= 1 : seconds > 45, "%s", line);

	foretell(0.5, 0.99, 1);      /* hardly any time */
	CU_ASSERT_PTR_NULL(strstr(text, "expected time"));
	foretell(0.5, 0.51, NAN);    /* no work so far */
	CU_ASSERT_PTR_NULL(strstr(text, "expected time"));
}

static void drawing_is_throttled(void)
{
	struct screen s = screen_open(80);
	struct observer *o = progress_alloc(s.slave, 0, 1, 0, "answers");
	struct timespec began;
	int drawn = 0;

	clock_gettime(CLOCK_MONOTONIC, &began);
	tell(o, at(EVENT_START, 0, 0, 0));
	for (int k = 0; k < 2000; k++) {
		tell(o, at(EVENT_STEP, k * 1e-3, k * 1e-4, k));
		screen_read(&s);
		drawn += strchr(text, '%') != NULL;
	}
	CU_ASSERT(drawn >= 1);
	CU_ASSERT(drawn <= 1 + (int)ceil(10 * seconds_since(&began)));
	progress_free(o);
	screen_close(&s);
}

static void no_width_wraps(void)
{
	static const int widths[] = { 200, 80, 79, 61, 40, 33, 20, 12, 8, 6, 3, 1 };
	struct screen s = screen_open(80);
	struct observer *o = progress_alloc(s.slave, 0, 0, 1, "answers");

	tell(o, at(EVENT_START, 0, 0, 0));
	for (size_t k = 0; k < sizeof widths / sizeof *widths; k++) {
		screen_resize(&s, widths[k]);
		pause_briefly();
		tell(o, at(EVENT_STEP, 1.5 + (double)k, 0.06 * (double)(k + 1),
		           1e6 * (double)(k + 1)));
		screen_read(&s);
		CU_ASSERT(widest_line() < widths[k]);
		if (widths[k] >= 12)
			CU_ASSERT(widest_line() > 4);
	}
	progress_free(o);
	screen_close(&s);
}

static void ascii_stays_ascii(void)
{
	struct screen s = screen_open(80);
	struct observer *o = progress_alloc(s.slave, 0, 1, 0, "answers");
	int beyond = 0;

	tell(o, at(EVENT_START, 0, 0, 0));
	pause_briefly();
	tell(o, at(EVENT_STEP, 5, 0.5, 5000));
	point(o, 5, 0.5, 0.8);
	tell_text(o, at(EVENT_END, 10, 1, 10000), NULL);
	screen_read(&s);
	for (const char *c = text; *c; c++)
		beyond += (unsigned char)*c > 127;
	CU_ASSERT_EQUAL(beyond, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "###"));
	CU_ASSERT_PTR_NULL(strstr(text, "\033[3"));
	progress_free(o);
	screen_close(&s);
}

static void points_stand_above_the_bar(void)
{
	struct screen s = screen_open(80);
	struct observer *o = progress_alloc(s.slave, 0, 0, 1, "answers");

	tell(o, at(EVENT_START, 0, 0, 0));
	tell(o, at(EVENT_STEP, 0.9, 0.09, 900));
	point(o, 1, 0.6931, 0.75);
	tell(o, at(EVENT_BEST, 1, 0.1, 1000));
	tell(o, at(EVENT_STEP, 1.1, 0.11, 1100));
	screen_read(&s);
	CU_ASSERT_PTR_NOT_NULL(strstr(text,
	                              "\r\033[K\033[1m epoch  train loss  valid auc\033[0m\r\n"
	                              "     1      0.6931     0.7500  \033[33m* "
	                              "best\033[0m\r\n"
	                              "epoch 1.1"));
	point(o, 2, 0.6, 0.8);
	tell(o, at(EVENT_STEP, 2.1, 0.21, 2100));
	screen_read(&s);
	CU_ASSERT_PTR_NULL(strstr(text, "train loss"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "     2      0.6000     0.8000\r\n"));
	screen_resize(&s, 30);
	point(o, 3, 0.5, 0.9);
	tell(o, at(EVENT_STEP, 3.1, 0.31, 3100));
	screen_read(&s);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, " epoch  train loss\033[0m\r\n     3      0.5000\r\n"));
	CU_ASSERT(widest_line() < 30);
	progress_free(o);
	screen_close(&s);
}

static void plain_lines_in_a_log(void)
{
	FILE *f = tmpfile();
	struct observer *o = progress_alloc(f, 1, 0, 0, "answers");
	const char *expected =
		"epoch 1  train loss 0.6000  valid auc 0.7500  * best\n"
		"epoch 2  train loss 200k  valid auc -\n"
		"note: the learning rate was halved\n"
		"epoch 3  train loss 0.0000  valid auc 5.43e-05\n"
		"no progress for 5 epochs: epoch 3 in ";

	tell(o, at(EVENT_START, 0, 0, 0));
	for (int k = 0; k < 100; k++)
		tell(o, at(EVENT_STEP, 0.01 * k, 0.001 * k, k));
	point(o, 1, 0.6, 0.75);
	tell(o, at(EVENT_BEST, 1, 0.1, 1000));
	point(o, 2, 2e5, NAN);
	tell(o, at(EVENT_STEP, 2.5, 0.25, 2500));
	tell_text(o, at(EVENT_NOTE, 2.5, 0.25, 2500), "the learning rate was halved");
	point(o, 3, 0, 5.43e-5);
	tell_text(o, at(EVENT_END, 3, 0.3, 3000), "no progress for 5 epochs");
	progress_free(o);
	rewind(f);
	text[fread(text, 1, sizeof text - 1, f)] = '\0';
	fclose(f);
	CU_ASSERT_EQUAL(strncmp(text, expected, strlen(expected)), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, ", 3.00k answers, "));
	CU_ASSERT_PTR_NULL(strchr(text, '\r'));
	CU_ASSERT_PTR_NULL(strchr(text, '\033'));
}

static void last_point_is_not_lost(void)
{
	FILE *f = tmpfile();
	struct observer *o = progress_alloc(f, 1, 0, 0, NULL);

	point(o, 7, 0.5, 0.8);
	progress_free(o);
	rewind(f);
	text[fread(text, 1, sizeof text - 1, f)] = '\0';
	fclose(f);
	CU_ASSERT_STRING_EQUAL(text, "epoch 7  train loss 0.5000  valid auc 0.8000\n");
	progress_free(NULL);
}

static void a_resumed_job_counts_from_where_it_began(void)
{
	FILE *f = tmpfile();
	struct observer *o = progress_alloc(f, 1, 0, 0, "answers");

	tell(o, at(EVENT_START, 5, 0.5, 5000));
	tell(o, at(EVENT_STEP, 6, 0.6, 6000));
	tell(o, at(EVENT_END, 6, 0.6, 6000));
	progress_free(o);
	rewind(f);
	text[fread(text, 1, sizeof text - 1, f)] = '\0';
	fclose(f);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "done: epoch 6; since it was resumed at epoch 5: "));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, ", 1.00k answers, "));
}

static void size_of_what_is_no_terminal(void)
{
	int columns = 0, rows = 0;
	FILE *f = tmpfile();

	CU_ASSERT_NOT_EQUAL(terminal_size(fileno(f), &columns, &rows), 0);
	CU_ASSERT_EQUAL(columns, 80);
	CU_ASSERT_EQUAL(rows, 24);
	fclose(f);
	CU_ASSERT(terminal_colors("no-such-terminal") < 0);
}

static const struct tap_test tests[] = {
	{ "a terminal gets a bar", bar_on_a_terminal },
	{ "time left follows the pace", time_left_is_right },
	{ "the expected time is said once", the_expected_time_is_said_once },
	{ "drawing is throttled", drawing_is_throttled },
	{ "no width of the terminal makes the bar wrap", no_width_wraps },
	{ "ASCII stays ASCII and without colours", ascii_stays_ascii },
	{ "points stand in a table above the bar, the best one marked",
	  points_stand_above_the_bar },
	{ "a log gets plain lines", plain_lines_in_a_log },
	{ "the last point is not lost", last_point_is_not_lost },
	{ "a resumed job counts from where it began", a_resumed_job_counts_from_where_it_began },
	{ "what is no terminal has 80x24", size_of_what_is_no_terminal },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("progress", tests);
}
