/* test_human_scores.c - scores of people: written whole, found again by game and options. */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <jansson.h>

#include "rl/commands/human_scores.h"
#include "rl/games/games.h"
#include "tests/support/tap.h"

static char path[600];

/* A file of its own for each test, in folders that are not there yet. */
static void begin(const char *name)
{
	snprintf(path, sizeof path, "%s/%s/deep/human.jsonl", tap_tmpdir(), name);
}

static enum ry_status add(const struct game_ops *g, const struct game_options *o, double value)
{
	return human_scores_append(path, g, o,
	                           &(struct human_score){ value, 312, 1700000000, "riley" });
}

static void expect(int line, const struct game_ops *g, const struct game_options *o, long count,
                   double best, double mean, long skipped)
{
	struct human_summary s;

	CU_ASSERT_EQUAL(human_scores_summary(path, g, o, &s), RY_OK);
	tap_check(s.count == count && s.skipped == skipped &&
	                  (count == 0 ? isnan(s.best) && isnan(s.mean)
	                              : s.best == best && fabs(s.mean - mean) < 1e-12),
	          (unsigned)line, __FILE__, "%ld scores, best %g, mean %g, %ld skipped", s.count,
	          s.best, s.mean, s.skipped);
}

#define EXPECT(...) expect(__LINE__, __VA_ARGS__)

static void append_to_file(const char *text)
{
	FILE *f = fopen(path, "a");

	CU_ASSERT_FATAL(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

static void found_again(void)
{
	struct game_options o, other;

	begin("again");
	game_defaults(&breakout_game, &o);
	other = o;
	EXPECT(&breakout_game, &o, 0, 0, 0, 0);
	CU_ASSERT_EQUAL(add(&breakout_game, &o, -3.5), RY_OK);
	EXPECT(&breakout_game, &o, 1, -3.5, -3.5, 0);
	CU_ASSERT_EQUAL(add(&breakout_game, &o, 8), RY_OK);
	CU_ASSERT_EQUAL(add(&breakout_game, &o, 6), RY_OK);
	EXPECT(&breakout_game, &o, 3, 8, 3.5, 0);
	other.sticky = 0.25;
	EXPECT(&breakout_game, &other, 0, 0, 0, 0);
	other.sticky = 1.0 / 3;                  /* has more digits than are written */
	CU_ASSERT_EQUAL(add(&breakout_game, &other, 99), RY_OK);
	EXPECT(&breakout_game, &other, 1, 99, 99, 0);
	other = o;
	other.minimal = 1;
	EXPECT(&breakout_game, &other, 3, 8, 3.5, 0);
	game_defaults(&asterix_game, &other);
	EXPECT(&asterix_game, &other, 0, 0, 0, 0);
}

static void spread(void)
{
	struct game_options o;
	struct human_summary s;

	begin("spread");
	game_defaults(&breakout_game, &o);
	add(&breakout_game, &o, 4);
	CU_ASSERT_EQUAL(human_scores_summary(path, &breakout_game, &o, &s), RY_OK);
	CU_ASSERT(isnan(s.error));
	add(&breakout_game, &o, 7);
	add(&breakout_game, &o, -2);
	CU_ASSERT_EQUAL(human_scores_summary(path, &breakout_game, &o, &s), RY_OK);
	CU_ASSERT_DOUBLE_EQUAL(s.error, sqrt(21.0 / 3), 1e-12);      /* (1 + 16 + 25) / 2 */
}

/* The scores of one game go, with all options; lines of others and nonsense stay as they are. */
static void forgotten(void)
{
	struct game_options o, other;
	long count = -1;

	begin("forgotten");
	CU_ASSERT_EQUAL(human_scores_forget(path, &breakout_game, &count), RY_OK);
	CU_ASSERT_EQUAL(count, 0);
	game_defaults(&breakout_game, &o);
	add(&breakout_game, &o, 1);
	game_defaults(&asterix_game, &other);
	add(&asterix_game, &other, 2);
	o.sticky = 0.5;
	add(&breakout_game, &o, 3);
	append_to_file("nonsense\n");
	CU_ASSERT_EQUAL(human_scores_forget(path, &breakout_game, &count), RY_OK);
	CU_ASSERT_EQUAL(count, 2);
	EXPECT(&breakout_game, &o, 0, 0, 0, 1);
	EXPECT(&asterix_game, &other, 1, 2, 2, 1);
	add(&breakout_game, &o, 5);
	EXPECT(&breakout_game, &o, 1, 5, 5, 1);
}

/* Every option that a game has keeps scores apart, in every game. */
static void options_count(void)
{
	begin("options");
	for (int k = 0; games[k]; k++) {
		const struct game_ops *g = games[k];
		struct game_options o, other;

		game_defaults(g, &o);
		CU_ASSERT_EQUAL(add(g, &o, k + 0.5), RY_OK);
		EXPECT(g, &o, 1, k + 0.5, k + 0.5, 0);
		for (unsigned bit = GAME_STICKY; bit <= GAME_CORRECTED; bit <<= 1) {
			other = o;
			other.sticky += bit == GAME_STICKY ? 0.3 : 0;
			other.ramping ^= bit == GAME_RAMPING;
			other.slippery ^= bit == GAME_SLIPPERY;
			other.corrected ^= bit == GAME_CORRECTED;
			if (bit != GAME_MINIMAL && g->takes & bit)
				EXPECT(g, &other, 0, 0, 0, 0);
		}
	}
}

static void line_as_written(void)
{
	struct game_options o;
	char text[400] = "";
	json_t *j;
	FILE *f;

	begin("line");
	game_defaults(&catch_game, &o);
	CU_ASSERT_EQUAL(human_scores_append(path, &catch_game, &o,
	                                    &(struct human_score){ 1, 9, 0, "B\xff\"r" }),
	                RY_OK);
	f = fopen(path, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_PTR_NOT_NULL(fgets(text, sizeof text, f));
	CU_ASSERT(fgetc(f) == EOF);
	fclose(f);
	CU_ASSERT_EQUAL(text[strlen(text) - 1], '\n');
	j = json_loads(text, 0, NULL);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(j, "game")), "catch");
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(j, "time")),
	                       "1970-01-01T00:00:00Z");
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(j, "player")), "B?\"r");
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(j, "frames")), 9);
	CU_ASSERT_EQUAL(json_number_value(json_object_get(j, "return")), 1);
	json_decref(j);
}

/* Garbage is passed over, and half a line does not swallow the next one. */
static void damaged(void)
{
	struct game_options o;

	begin("damaged");
	game_defaults(&breakout_game, &o);
	CU_ASSERT_EQUAL(add(&breakout_game, &o, 2), RY_OK);
	append_to_file("\n\n[1]\n{\"game\":3,\"return\":1,\"options\":{}}\n{\"game\":\"breakout\","
	               "\"return\":\"9\",\"options\":{}}\n"
	               "{\"game\":\"breakout\",\"return\":7}\n"
	               "{\"game\":\"breakout\",\"return\":1e308,\"options\":{\"sticky\":0.1}}\n"
	               "{\"game\":\"breakout\",\"return\":-1e308,\"options\":{\"sticky\":0.1}}\n"
	               "{\"game\":\"brea");
	EXPECT(&breakout_game, &o, 1, 2, 2, 7);
	CU_ASSERT_EQUAL(add(&breakout_game, &o, 4), RY_OK);
	EXPECT(&breakout_game, &o, 2, 4, 3, 7);
}

/* Several players at once: no line is lost or mixed with another. */
static void together(void)
{
	enum { PLAYERS = 4, EACH = 25 };
	struct game_options o;

	begin("together");
	game_defaults(&catch_game, &o);
	for (int p = 0; p < PLAYERS; p++)
		if (fork() == 0) {
			int bad = 0;

			for (int k = 0; k < EACH; k++)
				bad |= add(&catch_game, &o, 1) != RY_OK;
			_exit(bad);
		}
	for (int p = 0, status; p < PLAYERS; p++)
		CU_ASSERT(wait(&status) > 0 && status == 0);
	EXPECT(&catch_game, &o, PLAYERS * EACH, 1, 1, 0);
}

static void where(void)
{
	struct { const char *xdg, *home, *path; } rows[] = {
		{ "/data", "/home/x", "/data/riley/scores/human.jsonl" },
		{ NULL, "/home/x", "/home/x/.local/share/riley/scores/human.jsonl" },
		{ "relative", "/home/x", "/home/x/.local/share/riley/scores/human.jsonl" },
		{ "", "/home/x", "/home/x/.local/share/riley/scores/human.jsonl" },
		{ NULL, NULL, NULL }, { NULL, "", NULL },
	};

	for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
		char *got;

		rows[k].xdg ? setenv("XDG_DATA_HOME", rows[k].xdg, 1) : unsetenv("XDG_DATA_HOME");
		rows[k].home ? setenv("HOME", rows[k].home, 1) : unsetenv("HOME");
		got = human_scores_path();
		TAP_CHECK(rows[k].path ? got && strcmp(got, rows[k].path) == 0
		                       : !got && strstr(ry_message(), "HOME"),
		          "row %zu: %s", k, got);
		free(got);
	}
}

static void cannot(void)
{
	struct game_options o;
	struct human_summary s;

	begin("cannot");
	game_defaults(&catch_game, &o);
	CU_ASSERT_EQUAL(add(&catch_game, &o, 1), RY_OK);
	strcat(path, "/below/a/file");
	CU_ASSERT_EQUAL(add(&catch_game, &o, 1), RY_EIO);
	snprintf(path, sizeof path, "%s/cannot", tap_tmpdir());
	CU_ASSERT_EQUAL(add(&catch_game, &o, 1), RY_EIO);
	CU_ASSERT_EQUAL(human_scores_summary(path, &catch_game, &o, &s), RY_EIO);
	if (access("/dev/full", W_OK) == 0) {
		strcpy(path, "/dev/full");
		CU_ASSERT_EQUAL(add(&catch_game, &o, 1), RY_EIO);
	}
}

static const struct tap_test tests[] = {
	{ "found again", found_again },
	{ "the standard error of the mean", spread },
	{ "the scores of one game are forgotten", forgotten },
	{ "options keep scores apart", options_count },
	{ "a line", line_as_written },
	{ "damaged files", damaged },
	{ "several players at once", together },
	{ "where they are kept", where },
	{ "what can't be written or read", cannot },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("human_scores", tests);
}
