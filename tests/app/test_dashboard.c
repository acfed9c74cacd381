/* test_dashboard.c - the dashboard on runs that change under it, and what its panels say of
 * several. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "src/app/commands.h"
#include "src/app/watch/dashboard.h"
#include "src/app/watch/watch_panels.h"
#include "tests/support/frames.h"
#include "tests/support/tap.h"

/* ---- runs, made by hand ---- */

static FILE *open_file(const char *run, const char *name, const char *mode)
{
	FILE *f = fopen(inside(run, name), mode);

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	return f;
}

static void put_info(const char *run, const char *status, const char *more)
{
	FILE *f = open_file(run, "run.json", "w");

	fprintf(f,
	        "{\"kind\": \"kt\", \"status\": \"%s\", \"start\": \"2016-05-23T14:05:09Z\", "
	        "\"options\": {\"epochs\": 20, \"hidden\": 8, "
	        "\"lr\": 0.002}%s}",
	        status, more);
	CU_ASSERT_EQUAL(fclose(f), 0);
}

static void add_points(const char *run, int from, int to)
{
	FILE *f = open_file(run, "metrics.jsonl", "a");

	for (int k = from; k < to; k++)
		fprintf(f,
		        "{\"kind\": \"point\", \"step\": %d, \"time\": %.2f, \"epoch\": %d, "
		        "\"train_loss\": %.4f, \"valid_loss\": %.4f, "
		        "\"gradient_norm\": 0.3, \"update_ratio\": 0.004, \"dead\": 0}\n",
		        30 * k, 1.3 * k + 0.01, k, 0.4 + 0.3 / k, 0.42 + 0.28 / k);
	CU_ASSERT_EQUAL(fclose(f), 0);
}

static char *make(const char *name, const char *status, int points)
{
	char *run = (char *)temp(name);

	CU_ASSERT_EQUAL(mkdir(run, 0700), 0);
	put_info(run, status, "");
	add_points(run, 1, points + 1);
	return run;
}

static struct dashboard *open_runs(int n, char *const *path)
{
	struct dashboard *d =
		dashboard_alloc(n, path, &(struct dashboard_options){ .lists = program_commands,
		                                             .reproducible = 1 });

	CU_ASSERT_PTR_NOT_NULL_FATAL(d);
	dashboard_poll(d, INFINITY);
	return d;
}

/* What is on a screen of w x h; the caller frees. */
static char *screen_of(struct dashboard *d, int w, int h)
{
	struct canvas *c = canvas_alloc(w, h, UI_ASCII);
	char *text;

	CU_ASSERT_PTR_NOT_NULL_FATAL(c);
	dashboard_draw(d, view_of(c));
	text = frames_printed(c, 0);
	canvas_free(c);
	return text;
}

/* Look again and again, as the loop does, and draw when it is time to, until the screen has `text`
 * on it. */
static void wait_for(struct dashboard *d, const char *text)
{
	const struct timespec pause = { 0, 50 * 1000 * 1000 };
	char *screen = screen_of(d, 120, 24);

	for (int tries = 0; tries < 600 && !strstr(screen, text); tries++) {
		nanosleep(&pause, NULL);
		if (dashboard_poll(d, INFINITY)) {
			free(screen);
			screen = screen_of(d, 120, 24);
		}
	}
	TAP_CHECK(strstr(screen, text) != NULL, "no '%s' on\n%s", text, screen);
	free(screen);
}

/* ---- the runs change ---- */

/* The last points come soon after others, and nothing comes after them. */
static void the_verdict_is_that_of_the_end(void)
{
	char *run = make("ends", "running", 3);
	struct dashboard *d = open_runs(1, &run);

	free(screen_of(d, 80, 24));
	add_points(run, 4, 16);
	put_info(run, "done", "");
	wait_for(d, "15 points");
	dashboard_free(d);
}

static void what_has_happened_makes_way_for_the_diagnosis(void)
{
	char *run = make("resumed", "done", 15);
	struct dashboard *d = open_runs(1, &run);

	wait_for(d, "diagnosis: ");
	put_info(run, "done", ", \"resumed\": [\"2016-05-24T14:05:09Z\"]");
	wait_for(d, "was resumed");
	CU_ASSERT(run_reader_data(dashboard_reader(d, 0))->happened);
	wait_for(d, "diagnosis: ");
	dashboard_free(d);
}

/* What is wrong stays. */
static void what_is_wrong_is_no_event(void)
{
	char *run = make("killed", "running", 15);
	struct dashboard *d = open_runs(1, &run);

	wait_for(d, "no process writes to it");
	CU_ASSERT(!run_reader_data(dashboard_reader(d, 0))->happened);
	dashboard_free(d);
}

/* ---- the diagnosis ---- */

/* The text between two ends of a line that follow `mark`, without blanks at its end. */
static void line_after(const char *screen, const char *mark, char *to, size_t size)
{
	const char *at = strstr(screen, mark);
	int n = at ? (int)strcspn(at + strlen(mark), "|\n") : 0;

	while (n > 0 && at[strlen(mark) + (size_t)n - 1] == ' ')
		n--;
	snprintf(to, size, "%.*s", n, at ? at + strlen(mark) : "");
}

/* Whatever was found, serious or not, or nothing: the line below the panels is the first one of the
 * panel. */
static void the_verdict_is_one(void)
{
	static const int points[] = { 1, 3, 12, 60 };

	for (int k = 0; k < 8; k++) {
		char name[40], *run, *text, foot[300], first[300];
		const char *box;
		struct dashboard *d;

		snprintf(name, sizeof name, "verdict%d", k);
		run = make(name, "done", points[k / 2]);
		if (k % 2)
			put_info(run, "done", ", \"data\": {\"valid_predictions\": 0}");
		d = open_runs(1, &run);
		dashboard_key(d, '9');
		text = screen_of(d, 160, 40);
		line_after(text, " diagnosis: ", foot, sizeof foot);
		box = strstr(text, "+- 9 diagnosis");
		CU_ASSERT_PTR_NOT_NULL_FATAL(box);
		line_after(box, "\n|", first, sizeof first);
		TAP_CHECK(*first && strncmp(foot, first, strlen(first)) == 0,
		          "'%s' below\n%s", foot, text);
		TAP_CHECK(k % 2 == 0 || strstr(text, "remark: ") || strcmp(first, foot) != 0, "%s",
		          text);
		free(text);
		dashboard_free(d);
	}
}

/* A heading or a label is followed by its text: the one that is last on a low panel, too.  All of
 * them are seen by scrolling. */
static void findings_are_whole(void)
{
	char *run = make("whole", "done", 60), *text;
	struct dashboard *d;

	put_info(run, "done", ", \"data\": {\"valid_predictions\": 0}");
	d = open_runs(1, &run);
	dashboard_key(d, '9');
	for (int h = 12; h < 40; h++) {
		int tried = 0, judged = 0;

		for (int down = 0; down < 30; down++) {
			text = screen_of(d, 40, h);
			for (const char *at = text; (at = strstr(at, "\n|try ")); at++) {
				const char *next = strchr(at + 1, '\n');

				TAP_CHECK(next && strncmp(next, "\n|  ", 4) == 0 && next[4] != ' ',
				          "%s", text);
				tried = 1;
			}
			judged |= strstr(text, "could not be judged") != NULL;
			free(text);
			dashboard_key(d, UI_KEY_DOWN);
		}
		TAP_CHECK(tried && judged, "not all of it in 40x%d", h);
		for (int up = 0; up < 30; up++)
			dashboard_key(d, UI_KEY_UP);
	}
	dashboard_free(d);
}

/* ---- panels ---- */

static void help_names_the_panels(void)
{
	char *run = make("help", "done", 9), *text;
	struct dashboard *d = open_runs(1, &run);

	dashboard_key(d, '?');
	text = screen_of(d, 80, 24);
	for (char p = '1'; p <= '9'; p++) {
		char row[40];

		snprintf(row, sizeof row, " %c         panel: ", p);
		TAP_CHECK(strstr(text, row), "no panel %c in\n%s", p, text);
	}
	free(text);
	dashboard_key(d, '5');
	text = screen_of(d, 80, 24);
	TAP_CHECK(strstr(text, "+- 5 ") && !strstr(text, "+- keys"), "%s", text);
	free(text);
	dashboard_free(d);
}

static void counts_are_whole_numbers(void)
{
	char *run[] = { make("short", "done", 4), make("long", "done", 9) }, *text;
	struct dashboard *d = open_runs(2, run);

	dashboard_key(d, '3');
	text = screen_of(d, 160, 24);
	TAP_CHECK(strstr(text, " epoch ") && strstr(text, " 4 ") && strstr(text, " 9 "), "%s",
	          text);
	TAP_CHECK(!strstr(text, "4.0000") && !strstr(text, "9.0000"), "%s", text);
	free(text);
	dashboard_free(d);
}

/* An option that is open in the first run, and one that only the last two have. */
static void options_that_differ_are_columns(void)
{
	static const char *const options[] = {
		"\"momentum\": null, \"lr\": 0.002",
		"\"momentum\": 0.875, \"lr\": 0.002, \"rho\": 0.25",
		"\"momentum\": 0.875, \"lr\": 0.002, \"rho\": 0.5",
	};
	char *run[] = { make("open", "done", 4), make("one", "done", 4), make("two", "done", 4) };
	struct dashboard *d;
	char *text;

	for (int k = 0; k < 3; k++) {
		FILE *f = open_file(run[k], "run.json", "w");

		fprintf(f, "{\"kind\": \"kt\", \"status\": \"done\", \"options\": {%s}}",
		        options[k]);
		CU_ASSERT_EQUAL(fclose(f), 0);
	}
	d = open_runs(3, run);
	dashboard_key(d, '3');
	text = screen_of(d, 160, 24);
	TAP_CHECK(strstr(text, " momentum ") && strstr(text, "0.875"), "%s", text);
	TAP_CHECK(strstr(text, " rho ") && strstr(text, "0.25"), "%s", text);
	TAP_CHECK(!strstr(text, " lr "), "%s", text);
	free(text);
	dashboard_free(d);
}

/* From the reference size on all measures of health are seen at once. */
static void health_is_seen_as_a_whole(void)
{
	static const int size[][2] = { { 80, 24 }, { 120, 40 }, { 200, 60 } };
	char *run = make("health", "done", 9);
	struct dashboard *d = open_runs(1, &run);

	dashboard_key(d, '5');
	for (int k = 0; k < 3; k++) {
		char *text = screen_of(d, size[k][0], size[k][1]);

		TAP_CHECK(strstr(text, "gradient norm") && strstr(text, "update ratio") &&
		                  strstr(text, "dead units"),
		          "%s", text);
		free(text);
	}
	dashboard_free(d);
}

/* No share is below 0 or above 1, and no axis goes there. */
static void axes_of_shares_are_shares(void)
{
	char *run = make("shares", "done", 9), *text;
	struct dashboard *d = open_runs(1, &run);

	dashboard_key(d, '5');
	text = screen_of(d, 120, 40);
	TAP_CHECK(strstr(text, "dead units") && !strstr(text, "-0.5") && !strstr(text, "1.5"), "%s",
	          text);
	free(text);
	dashboard_free(d);
}

/* ---- the curve of thresholds ---- */

/* Records round thresholds, so that many may be equal: the cursor comes through them all the same,
 * both ways. */
static void equal_thresholds_are_passed(void)
{
	enum { POINTS = 12 };
	json_t *threshold = json_array(), *fpr = json_array(), *tpr = json_array(), *record;
	struct watch_spot s = { .pointed = 1, .threshold = 1, .reached = 0 };

	for (int k = 0; k < POINTS; k++) {
		json_array_append_new(threshold, json_real(k < 5 ? 1 : k < 10 ? 0.999999 : 0));
		json_array_append_new(fpr, json_real(k < 9 ? 0 : 0.1 * (k - 8)));
		json_array_append_new(tpr, json_real(k < 9 ? 0.1 * k : 1));
	}
	record = json_pack("{s:{s:o, s:o, s:o}}", "roc", "threshold", threshold, "fpr", fpr, "tpr",
	                   tpr);
	for (int k = 1; k < POINTS; k++) {
		watch_scores_move(record, &s, 1, 0);
		TAP_CHECK(fabs(s.reached - (k < 9 ? 0.1 * k : 1 + 0.1 * (k - 8))) < 1e-9,
		          "%d to the right: at %g", k, s.reached);
	}
	for (int k = POINTS - 2; k >= 0; k--) {
		watch_scores_move(record, &s, -1, 0);
		TAP_CHECK(fabs(s.reached - (k < 9 ? 0.1 * k : 1 + 0.1 * (k - 8))) < 1e-9,
		          "back at %d: at %g", k, s.reached);
	}
	json_decref(record);
}

/* The last word is there as a whole or not at all, whatever the width. */
static void words_are_whole(void)
{
	json_t *record = json_pack("{s:{s:[f,f,f], s:[f,f,f], s:[f,f,f]}, s:{s:[f], s:[f], s:[i]}}",
	                           "roc", "threshold", 1.0, 0.5, 0.0, "fpr", 0.0, 0.3, 1.0, "tpr",
	                           0.0, 0.7, 1.0, "calibration", "p", 0.5, "share", 0.5, "n", 100);

	for (int w = 40; w < 100; w++) {
		struct canvas *c = canvas_alloc(w, 12, UI_ASCII);
		char *text;

		watch_scores_draw(view_of(c), record, &(struct watch_spot){ 0 });
		text = frames_printed(c, 0);
		TAP_CHECK(!strstr(text, "right") == !strstr(text, "right 70.0 %"),
		          "%d columns:\n%s", w, text);
		free(text);
		canvas_free(c);
	}
	json_decref(record);
}

static const struct tap_test tests[] = {
	{ "the verdict is that of the end", the_verdict_is_that_of_the_end },
	{ "what has happened makes way for the diagnosis",
	  what_has_happened_makes_way_for_the_diagnosis },
	{ "what is wrong is no event", what_is_wrong_is_no_event },
	{ "the verdict is one", the_verdict_is_one },
	{ "findings are whole", findings_are_whole },
	{ "help names the panels", help_names_the_panels },
	{ "counts are whole numbers", counts_are_whole_numbers },
	{ "options that differ are columns", options_that_differ_are_columns },
	{ "health is seen as a whole", health_is_seen_as_a_whole },
	{ "axes of shares are shares", axes_of_shares_are_shares },
	{ "equal thresholds are passed", equal_thresholds_are_passed },
	{ "words are whole", words_are_whole },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("dashboard", tests);
}
