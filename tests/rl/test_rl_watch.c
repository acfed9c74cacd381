/* test_rl_watch.c - the screen of a watcher of many games, drawn from plain numbers: tiles, where
 * they stand, and panels of every game at every size. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rl/games/games.h"
#include "rl/screen/rl_screen.h"
#include "src/base/random.h"
#include "tests/support/frames.h"
#include "tests/support/tap.h"

enum { TILES = 48, ACTIONS = 32 };

/* What the drawing functions below draw; of one game at a time. */
static struct rl_tile tile[TILES];
static struct rl_scene scene;
static const char *action_name[ACTIONS];
static real q[ACTIONS];
static const struct key_row keys[] = { { 0 } };
static const struct skill_counts skills;
static int n_tiles = TILES;

static void forget(void)
{
	for (int k = 0; k < TILES; k++)
		free((void *)tile[k].state);
	memset(tile, 0, sizeof tile);
}

/* Tile k after k steps of doing nothing, or less where its episode has ended. */
static void set_up(const struct game_ops *g)
{
	struct game_options o;

	forget();
	game_defaults(g, &o);
	for (int k = 0; k < TILES; k++) {
		gsl_rng *rng = random_stream(k, STREAM_SHOW);
		struct random_source random = random_source_from_rng(rng);
		void *state = game_alloc(g, &o);
		double reward;

		CU_ASSERT_FATAL(rng && state);
		game_reset(g, state, &random);
		for (int n = 0; n < k && game_status(state) == GAME_ON; n++) {
			game_step(g, state, 0, &random, &reward);
			tile[k].total += reward;
		}
		tile[k].state = state;
		tile[k].ended = game_status(state) != GAME_ON;
		gsl_rng_free(rng);
	}
	scene = (struct rl_scene){ .game = g, .state = tile[1].state, .name = g->name,
		                   .learns = 1, .learning = 1, .games = 64, .returns_by_frame = 1,
		                   .tile = tile,
		                   .n_tiles = TILES, .large = 1, .q = q, .action = 0,
		                   .actions = game_actions(g, tile[1].state),
		                   .action_name = action_name, .repeated = -1, .epsilon = 0.25,
		                   .mean_return = 3.5, .rate = 150000, .left = 12, .lr = 0.001,
		                   .frames = 123456, .frames_of_all = 1500000, .slow = 1,
		                   .speed = "15 frames/s", .keys = keys,
		                   .skills = &skills, .random_skills = &skills };
	for (int a = 0; a < scene.actions; a++)
		action_name[a] = game_action_name(g, scene.state, a);
}

static void draw_wall(struct view v)
{
	rl_wall_draw(v, scene.game, tile, n_tiles, 1);
}

static void draw_watch(struct view v)
{
	rl_watch_draw(v, &scene);
}

/* ---- tiles ---- */

/* Tiles lie within their space, the larger the space the more of them, and they are as large as
 * lets all be seen. */
static void plans(void)
{
	for (int g = 0; games[g]; g++)
		for (int tier = 0; tier < UI_TIERS; tier++) {
			int before = 0;

			for (int w = 0; w < 320; w += 5) {
				int h = w / 3;
				struct rl_wall_plan p = rl_wall_plan(games[g], (enum ui_tier)tier,
				                                     TILES, w, h);
				int n = p.columns * p.rows;

				TAP_CHECK(n == 0 || (p.columns * p.w - 1 <= w && p.rows * p.h <= h),
				          "%s: %dx%d tiles do not fit %dx%d", games[g]->name,
				          p.columns, p.rows, w, h);
				n = n < TILES ? n : TILES;
				TAP_CHECK(n >= before, "%s: fewer tiles in %dx%d", games[g]->name,
				          w, h);
				before = n;
			}
			TAP_CHECK(before == TILES, "%s: %d tiles in 315x105", games[g]->name,
			          before);
		}
	CU_ASSERT_EQUAL(rl_wall_plan(game_find("breakout"), UI_BLOCKS, 48, 76, 12).columns, 7);
	CU_ASSERT_EQUAL(rl_wall_plan(game_find("breakout"), UI_BLOCKS, 48, 76, 12).rows, 2);
	CU_ASSERT_EQUAL(rl_wall_plan(game_find("breakout"), UI_BLOCKS, 2, 76, 12).w, 21);
	CU_ASSERT_EQUAL(rl_wall_plan(game_find("breakout"), UI_ASCII, 48, 76, 22).rows, 2);
}

static void golden_walls(void)
{
	static const char *const of[] = { "breakout", "seaquest", "eyes", "lake8" };

	n_tiles = 17;
	for (size_t k = 0; k < sizeof of / sizeof *of; k++) {
		char name[40];
		struct frame_scene frame = { name, 60, 12, draw_wall };

		set_up(game_find(of[k]));
		snprintf(name, sizeof name, "wall_%s", of[k]);
		frames_compare(&frame, 1);
	}
	n_tiles = TILES;
}

/* ---- the whole screen ---- */

static int shows(int w, int h, const char *what)
{
	struct canvas *c = canvas_alloc(w, h, UI_BRAILLE);
	char *text;
	int found;

	CU_ASSERT_PTR_NOT_NULL_FATAL(c);
	draw_watch(view_of(c));
	text = frames_printed(c, 0);
	found = strstr(text, what) != NULL;
	free(text);
	canvas_free(c);
	return found;
}

/* A wall where there is room, or where one looks for it; else its curves. */
static void where_the_wall_stands(void)
{
	for (int g = 0; games[g]; g++) {
		set_up(games[g]);
		TAP_CHECK(shows(120, 40, "7 boards") && shows(200, 60, "7 boards") &&
		                  shows(300, 100, "7 boards"),
		          "%s: no wall in a large window", games[g]->name);
		TAP_CHECK(!shows(80, 24, "7 boards") && shows(80, 24, "4 value V"),
		          "%s: a wall in a small window", games[g]->name);
		scene.focus = RL_PANEL_WALL;
		TAP_CHECK(shows(80, 24, "7 boards") && !shows(80, 24, "4 value V") &&
		                  shows(80, 24, "1 ") && shows(80, 24, "2 values"),
		          "%s: the focus does not bring the wall", games[g]->name);
		scene.alone = RL_PANEL_WALL;
		TAP_CHECK(shows(80, 24, "7 boards") && !shows(80, 24, "2 values"),
		          "%s: the wall is not alone", games[g]->name);
		scene.n_tiles = 0;
		TAP_CHECK(!shows(200, 60, "7 boards"), "%s: a wall of nothing", games[g]->name);
	}
}

static void what_is_said(void)
{
	set_up(game_find("breakout"));
	CU_ASSERT(shows(80, 24, "breakout  learns from 64 games; boards: 15 frames/s"));
	CU_ASSERT(shows(80, 24, "breakout, board 2"));
	CU_ASSERT(!shows(120, 40, "replay"));
	scene.explain = 1;
	CU_ASSERT(shows(120, 40, "plays many games") && !shows(120, 40, "replay"));
	scene.focus = RL_PANEL_WALL;
	CU_ASSERT(shows(120, 40, "each in its own place"));
	scene.n_tiles = 0;                  /* training has ended, with the focus still there */
	scene.learned = 1;
	CU_ASSERT(shows(120, 40, "learns a game from its score alone"));
	scene.alone = RL_PANEL_WALL;
	CU_ASSERT(shows(120, 40, "learns a game from its score alone"));
	scene.alone = RL_PANEL_NONE;
	scene.n_tiles = TILES;
	scene.explain = scene.learned = 0;
	scene.paused = 1;
	CU_ASSERT(shows(80, 24, "breakout  paused"));
	scene.paused = scene.learning = 0;
	CU_ASSERT(shows(80, 24, "breakout  learning off"));
}

/* Until the best agent has ended a game of its own, the curve of training stays. */
static void curves_stay(void)
{
	static const double x[] = { 1000, 2000 }, y[] = { 3, 4 };

	set_up(game_find("catch"));
	scene.all_returns = (struct rl_history){ 2, x, y };
	scene.v = scene.all_returns;
	CU_ASSERT(!shows(80, 24, "no data yet"));
	scene.learned = 1;
	scene.n_tiles = 0;
	CU_ASSERT(!shows(80, 24, "no data yet") && !shows(80, 24, "episode│"));
	scene.returns = (struct rl_history){ 2, y, y };
	CU_ASSERT(!shows(80, 24, "no data yet") && shows(80, 24, "episode│"));
}

static void any_size(void)
{
	for (int g = 0; games[g]; g++) {
		set_up(games[g]);
		frames_any_size(games[g]->name, draw_wall);
		for (int p = 0; p < RL_PANELS; p++) {
			scene.focus = (enum rl_panel)p;
			frames_any_size(games[g]->name, draw_watch);
			scene.alone = (enum rl_panel)p;
			frames_any_size(games[g]->name, draw_watch);
			scene.alone = RL_PANEL_NONE;
		}
	}
	forget();
}

static const struct tap_test tests[] = {
	{ "plans of walls", plans },
	{ "golden walls", golden_walls },
	{ "where the wall stands", where_the_wall_stands },
	{ "what is said of many games", what_is_said },
	{ "curves of training stay", curves_stay },
	{ "any size", any_size },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("rl_watch", tests);
}
