/* rl_play_command.c - `riley rl play`: the user plays, by the rules that agents play by.
 *
 * A step is played at a steady speed with the action of the last key, or with none; or a step for
 * each key, which is how lakes are always played, as every action moves there.  What an episode
 * brought is saved when it ends (human_scores.h): the human baseline of agents.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "rl/commands/human_scores.h"
#include "rl/commands/rl_commands.h"
#include "rl/commands/rl_interval.h"
#include "rl/commands/rl_options.h"
#include "rl/games/episode.h"
#include "rl/screen/rl_guide.h"
#include "rl/screen/rl_screen.h"
#include "src/base/random.h"
#include "src/base/text.h"
#include "src/ui/screen.h"

/* Steps that count as an episode in a game without episodes. */
enum { ROUND = 1000 };

static const char PRESS_TO_BEGIN[] = "press a key of the game to begin";

/* Steps a second: what + and - choose from. */
static const double speeds[] = { 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 60 };

enum { SPEEDS = sizeof speeds / sizeof *speeds };

struct play_options {
	struct rl_game_options game;
	double      speed;                /* 0: the game's normal one */
	int         by_key, frames;
	int         forget;
	const char *player, *scores, *size, *keys;
};

enum { MOST_ROWS = 40, MOST_WAITING = 2 };

struct play {
	const struct game_ops *g;
	struct game_options    options;
	struct episode         episode;
	gsl_rng               *rng;
	struct random_source   random;
	struct key_row         rows[MOST_ROWS];
	int                    n_rows;

	int    idle;                      /* the action without a key; -1: none, the game waits */
	int    waiting[MOST_WAITING], n_waiting;   /* actions of keys, first come first */
	int    speed, normal;             /* indices into speeds */
	double every, next;               /* seconds: between steps; when the next is due */
	int    begun, quit, one_step;
	int    gone;                      /* the terminal was closed */
	int    width, height;             /* of the window, as last drawn */
	char  *scores;                    /* the file; NULL: none is kept */
	const char *player;
	char   message[256], speed_words[32];
	struct rl_play_scene scene;
};

/* ---- steps and episodes ---- */

static void start_episode(struct play *p)
{
	episode_start(&p->episode, NULL);
	p->scene.over = 0;
	p->scene.episode_return = p->scene.reward = 0;
	p->scene.episode_frames = 0;
	p->n_waiting = 0;
	p->message[0] = '\0';
}

static void read_baseline(struct play *p)
{
	struct human_summary sum;

	if (!p->scores || human_scores_summary(p->scores, p->g, &p->options, &sum))
		return;
	p->scene.best = sum.best;
	p->scene.mean = sum.mean;
	p->scene.count = sum.count;
	rl_interval(p->g, sum.mean, sum.error, sum.count, &p->scene.low, &p->scene.high);
	p->scene.wanted = sum.count < HUMAN_LEAST ? HUMAN_LEAST - sum.count : 0;
}

static void keep_score(struct play *p)
{
	struct human_score score = { p->scene.last, p->scene.episode_frames, (long)time(NULL),
		                     p->player };

	if (!p->scores)
		return;
	if (human_scores_append(p->scores, p->g, &p->options, &score))
		snprintf(p->message, sizeof p->message, "the score was not saved: %.200s",
		         ry_message());
	read_baseline(p);
}

static void end_episode(struct play *p)
{
	p->scene.over = 1;
	p->scene.played++;
	p->scene.last = p->g->endless ? p->scene.episode_return / (double)p->scene.episode_frames
	                              : p->scene.episode_return;
	keep_score(p);
}

static void step(struct play *p, int action)
{
	struct episode *e = &p->episode;
	enum game_status status = episode_act(e, action);
	const char *asked = game_action_name(p->g, p->episode.state, action);

	p->scene.executed = p->g->actions[game_executed(p->episode.state)];
	p->scene.repeated = strcmp(asked, p->scene.executed) != 0;
	p->scene.reward = e->reward;
	p->scene.episode_return = e->total;
	p->scene.episode_frames = e->steps;
	if (status != GAME_ON || (p->g->endless && e->steps == ROUND))
		end_episode(p);
}

/* The action for the step that is due; -1: the game waits for one. */
static int next_action(struct play *p)
{
	int action = p->n_waiting > 0 ? p->waiting[0] : p->scene.by_key ? -1 : p->idle;

	if (p->n_waiting > 0)
		memmove(p->waiting, p->waiting + 1, (size_t)--p->n_waiting * sizeof *p->waiting);
	return action;
}

/* ---- keys ---- */

/* Keys of actions without an effect are free for other things. */
static int action_of(const struct play *p, int key)
{
	for (const struct rl_move *m = rl_moves; m->name; m++) {
		if ((key != m->arrow && key != m->vi && key != m->wasd) ||
		    !game_action_matters(p->g, m->name))
			continue;
		for (int a = 0; a < game_actions(p->g, p->episode.state); a++)
			if (strcmp(game_action_name(p->g, p->episode.state, a), m->name) == 0)
				return a;
	}
	return -1;
}

/* The first key: what tells the rules closes, and time begins. */
static void begin(struct play *p)
{
	p->begun = 1;
	p->scene.guide = 0;
}

/* A key that is held down comes faster than steps: it waits once. */
static void on_move(void *screen, int key)
{
	struct play *p = screen;
	int action = action_of(p, key);

	if (action < 0 || p->scene.over || p->scene.paused)
		return;
	begin(p);
	if (p->n_waiting < MOST_WAITING &&
	    !(p->n_waiting > 0 && p->waiting[p->n_waiting - 1] == action))
		p->waiting[p->n_waiting++] = action;
}

static void on_again(void *screen, int key)
{
	struct play *p = screen;

	(void)key;
	if (p->scene.over)
		start_episode(p);
	else if (!p->begun)
		begin(p);
}

static void on_quit(void *screen, int key)
{
	struct play *p = screen;

	p->quit = 1;
	p->gone = key == UI_KEY_GONE;
}

static void on_help(void *screen, int key)
{
	struct play *p = screen;

	(void)key;
	p->scene.help = rl_next_help(p->scene.help, p->width, p->height, p->rows);
}

static void on_guide(void *screen, int key)
{
	struct play *p = screen;

	(void)key;
	p->scene.guide = !p->scene.guide;
}

static void on_escape(void *screen, int key)
{
	struct play *p = screen;

	(void)key;
	p->scene.guide = p->scene.help = 0;
}

static void on_pause(void *screen, int key)
{
	struct play *p = screen;

	(void)key;
	if (p->begun)
		p->scene.paused = !p->scene.paused;
	else
		begin(p);
}

static void on_step(void *screen, int key)
{
	struct play *p = screen;

	(void)key;
	begin(p);
	p->one_step = 1;
}

static void on_by_key(void *screen, int key)
{
	struct play *p = screen;

	(void)key;
	p->scene.by_key = !p->scene.by_key;
}

static void set_speed(struct play *p, int speed)
{
	p->speed = speed < 0 ? 0 : speed >= SPEEDS ? SPEEDS - 1 : speed;
	p->every = 1 / speeds[p->speed];
	snprintf(p->speed_words, sizeof p->speed_words, "%.3g steps/s", speeds[p->speed]);
}

static void on_faster(void *screen, int key)
{
	(void)key;
	set_speed(screen, ((struct play *)screen)->speed + 1);
}

static void on_slower(void *screen, int key)
{
	(void)key;
	set_speed(screen, ((struct play *)screen)->speed - 1);
}

static void on_normal(void *screen, int key)
{
	(void)key;
	set_speed(screen, ((struct play *)screen)->normal);
}

static void add_row(struct play *p, struct key_row row)
{
	if (p->n_rows < MOST_ROWS - 1)
		p->rows[p->n_rows++] = row;
}

static void add_move(struct play *p, const struct rl_move *m)
{
	int a = action_of(p, m->arrow);

	if (a < 0 || strcmp(game_action_name(p->g, p->episode.state, a), m->name) != 0)
		return;
	add_row(p, (struct key_row){ .key = m->arrow,
	                             .also = m->vi,
	                             .words = m->name,
	                             .act = on_move,
	                             .brief = m->arrow == ' ' ? m->name : NULL });
	if (m->wasd)
		add_row(p, (struct key_row){
				   .key = m->wasd, .words = m->name, .act = on_move });
}

/* The game's own keys first: where a key means something in the game, it means that. */
static void make_rows(struct play *p)
{
	int fires = action_of(p, ' ') >= 0;

	add_row(p, (struct key_row){ .common = KEYS_QUIT, .act = on_quit });
	add_row(p, (struct key_row){ .common = KEYS_HELP,
	                             .words = "help, next page",
	                             .act = on_help });
	for (const struct rl_move *m = rl_moves; m->name; m++)
		add_move(p, m);
	add_row(p, (struct key_row){ .common = KEYS_EXPLAIN,
	                             .words = "the game: aim, rules, glyphs",
	                             .brief = "rules",
	                             .act = on_guide });
	if (!fires)
		add_row(p, (struct key_row){ .common = KEYS_PAUSE, .act = on_pause });
	add_row(p, (struct key_row){ .key = 'p',
	                             .words = "pause, continue",
	                             .brief = fires ? "pause" : NULL,
	                             .act = on_pause });
	if (p->idle >= 0)
		add_row(p, (struct key_row){ .common = KEYS_STEP,
		                             .words = "one step without moving",
		                             .brief = "wait",
		                             .act = on_step });
	add_row(p, (struct key_row){ .common = KEYS_FASTER, .act = on_faster });
	add_row(p, (struct key_row){ .common = KEYS_SLOWER, .act = on_slower });
	add_row(p, (struct key_row){ .common = KEYS_NORMAL, .act = on_normal });
	if (p->idle >= 0)
		add_row(p, (struct key_row){ .key = 't',
		                             .words = "one step per key, or steady",
		                             .brief = "by key",
		                             .act = on_by_key });
	add_row(p, (struct key_row){ .key = UI_KEY_ENTER,
	                             .also = 'n',
	                             .words = "play again when it is over",
	                             .act = on_again });
	add_row(p, (struct key_row){ .key = UI_KEY_ESCAPE,
	                             .words = "close the open panel",
	                             .act = on_escape });
}

/* ---- the player at the terminal ---- */

static void draw_play(struct play *p, struct view v)
{
	p->width = v.w;
	p->height = v.h;
	p->scene.message = p->scene.paused ? "paused: p continues"
	                   : p->message[0] ? p->message
	                                   : NULL;
	rl_play_draw(v, &p->scene);
}

static int ticks(const struct play *p)
{
	return p->begun && !p->scene.paused && !p->scene.over && !p->scene.help &&
	       !p->scene.guide;
}

/* Play the steps that are due. */
static void run_steps(struct play *p)
{
	double now = screen_now();
	int action;

	if (p->one_step && p->idle >= 0 && !p->scene.over)
		step(p, p->idle);
	p->one_step = 0;
	if (!ticks(p)) {
		p->next = now + p->every;
		return;
	}
	if (!p->scene.by_key && now < p->next)
		return;
	p->next = fmax(p->next + p->every, now);     /* what was missed is not made up for */
	if ((action = next_action(p)) >= 0)
		step(p, action);
}

static enum ry_status play_on_screen(struct play *p, const struct cli *cli)
{
	enum ry_status s;
	struct screen *screen = screen_open(&(struct screen_options){ cli->ascii, cli->color }, &s);

	if (!screen)
		return s == RY_EMISSING ? ry_fail(RY_EINVAL, "rl play needs a terminal: %s",
		                                  ry_message() + strlen("no screen: "))
		                        : s;
	while (!p->quit && !command_interrupted()) {
		double wait = ticks(p) && !p->scene.by_key ? fmax(p->next - screen_now(), 0) : 0.25;
		int key = screen_key(screen, wait);

		if (key != UI_KEY_NONE && key != UI_KEY_RESIZE) {
			if (p->begun || p->idle < 0)
				p->message[0] = '\0';
			keys_dispatch(p->rows, p, key);
			if (p->begun && strcmp(p->message, PRESS_TO_BEGIN) == 0)
				p->message[0] = '\0';
		}
		run_steps(p);
		if (screen_due(screen)) {
			draw_play(p, view_of(screen_canvas(screen)));
			screen_show(screen);
		}
	}
	screen_close(screen);
	return command_interrupted() ? ry_fail(RY_ESTOP, "interrupted")
	       : p->gone             ? ry_fail(RY_EIO, "the terminal was closed")
	                             : RY_OK;
}

/* ---- a script instead of a player ---- */

static void print_frame(struct play *p, struct canvas *c, int color)
{
	canvas_clear(c);
	draw_play(p, view_of(c));
	canvas_print(c, stdout, color);
}

/* Each key of a move is a step, and so is '.'; other keys do what they do.  After each a frame, of
 * which the first `frames` are printed; the last one alone when none are asked for. */
static enum ry_status play_script(struct play *p, const struct cli *cli,
                                  const struct play_options *o)
{
	int w = 80, h = 24, n = (int)strlen(o->keys ? o->keys : "");
	struct canvas *c;

	if (o->size && canvas_size(o->size, &w, &h))
		return ry_fail(RY_EINVAL, "--size %.40s: expected columns x rows, such as 80x24",
		               o->size);
	c = canvas_alloc(w, h, screen_tier(cli->ascii));
	if (!c)
		return ry_failure();
	p->begun = 1;
	p->width = w;
	p->height = h;
	for (int k = 0; k < n || k < o->frames; k++) {
		int key = k < n ? keys_from_script(o->keys[k]) : '.', action;

		keys_dispatch(p->rows, p, key);
		action = p->one_step ? p->idle : p->n_waiting > 0 ? next_action(p) : -1;
		p->one_step = p->n_waiting = 0;
		if (action >= 0 && !p->scene.over)
			step(p, action);
		if (k < o->frames || (o->frames == 0 && k == n - 1))
			print_frame(p, c, cli->color);
	}
	if (n == 0 && o->frames == 0)
		print_frame(p, c, cli->color);
	canvas_free(c);
	return RY_OK;
}

/* ---- the command ---- */

static int idle_action(const struct play *p)
{
	static const char *const names[] = { "none", "stay", "ahead" };

	for (size_t k = 0; k < sizeof names / sizeof *names; k++)
		for (int a = 0; a < game_actions(p->g, p->episode.state); a++)
			if (strcmp(game_action_name(p->g, p->episode.state, a), names[k]) == 0)
				return a;
	return -1;
}

static const char *user_name(const struct play_options *o)
{
	const char *user = getenv("USER");

	return o->player ? o->player : user && *user ? user : "player";
}

static int nearest_speed(double speed)
{
	int best = 0;

	for (int k = 1; k < SPEEDS; k++)
		if (fabs(log(speeds[k] / speed)) < fabs(log(speeds[best] / speed)))
			best = k;
	return best;
}

/* Scripts play to be looked at, not for the record, unless they name one. */
static enum ry_status open_scores(struct play *p, const struct play_options *o, int scripted)
{
	if (!o->scores && scripted)
		return RY_OK;
	p->scores = o->scores ? strdup(o->scores) : human_scores_path();
	if (!p->scores && o->scores)
		return ry_fail_memory("a path");
	if (!p->scores)
		snprintf(p->message, sizeof p->message, "%.200s", ry_message());
	read_baseline(p);
	return RY_OK;
}

static enum ry_status prepare(struct play *p, const struct cli *cli, const struct play_options *o,
                              int scripted)
{
	/* People would learn by heart what agents are kept from learning: another game each
	 * time. */
	long seed = scripted || command_typed(cli, "seed") ? cli->seed : (long)time(NULL);
	enum ry_status s = rl_game_resolve(cli, &o->game, p->g, &p->options);

	if (s)
		return s;
	p->episode = (struct episode){ .game = p->g,
		                       .state = game_alloc(p->g, &p->options),
		                       .random = &p->random };
	p->rng = random_stream(seed, STREAM_GAME);
	if (!p->episode.state || !p->rng)
		return ry_failure();
	p->random = random_source_from_rng(p->rng);
	p->idle = idle_action(p);
	p->normal = nearest_speed(p->g->pace);
	set_speed(p, o->speed > 0 ? nearest_speed(o->speed) : p->normal);
	p->player = user_name(o);
	make_rows(p);
	p->scene = (struct rl_play_scene){ .game = p->g,
		                           .state = p->episode.state,
		                           .last = NAN,
		                           .best = NAN,
		                           .mean = NAN,
		                           .low = NAN,
		                           .high = NAN,
		                           .speed = p->speed_words,
		                           .by_key = o->by_key || p->idle < 0,
		                           .keys = p->rows };
	start_episode(p);
	p->scene.guide = !scripted;
	if (!scripted)
		snprintf(p->message, sizeof p->message, "%s", PRESS_TO_BEGIN);
	return open_scores(p, o, scripted);
}

static enum ry_status forget(const struct cli *cli, const struct play_options *o,
                             const struct game_ops *g)
{
	char *path = o->scores ? strdup(o->scores) : human_scores_path();
	enum ry_status s = path ? RY_OK : ry_failure();
	long count = 0;

	if (!s)
		s = human_scores_forget(path, g, &count);
	if (!s && !cli->quiet)
		out(stdout, "%s: %ld score%s forgotten (%s)\n", g->name, count,
		    count == 1 ? "" : "s", path);
	free(path);
	return s;
}

static enum ry_status play_run(const struct cli *cli, void *options, int n_args, char **args)
{
	const struct play_options *o = options;
	int scripted = o->keys || o->size || o->frames > 0;
	struct play p = { .g = rl_game_find(args[0]) };
	enum ry_status s;

	(void)n_args;
	if (p.g && o->forget)
		return forget(cli, o, p.g);
	s = p.g ? prepare(&p, cli, o, scripted) : ry_failure();
	if (!s)
		s = scripted ? play_script(&p, cli, o) : play_on_screen(&p, cli);
	if (!s && !scripted && p.scene.played > 0 && !cli->quiet)
		out(stdout, "%s: %ld %s%s, last %.4g, best so far %.4g\n", p.g->name,
		    p.scene.played,
		    p.g->endless ? "round" : "episode", p.scene.played > 1 ? "s" : "",
		    p.scene.last, fmax(p.scene.best, p.scene.last));
	free(p.scores);
	free(p.episode.state);
	if (p.rng)
		gsl_rng_free(p.rng);
	return s;
}

#define ROW(option, type, member, argument, help, least, most) \
	{ option, 0, type, offsetof(struct play_options, member), argument, help, least, most, \
	  NULL }

static const struct option_row play_rows[] = {
	ROW("speed", OPTION_REAL, speed, "N",
	    "steps per second, 1 to 60", 0, 60),
	ROW("by-key", OPTION_FLAG, by_key, NULL,
	    "one step per key press instead of a steady speed", 0, 0),
	RL_GAME_ROWS(struct play_options),
	ROW("player", OPTION_TEXT, player, "NAME",
	    "save scores under this name (default: $USER)", 0, 0),
	ROW("scores", OPTION_TEXT, scores, "FILE",
	    "append scores to this file (default: ~/.local/share/riley/scores/human.jsonl)", 0, 0),
	ROW("forget", OPTION_FLAG, forget, NULL,
	    "delete all saved scores of GAME instead of playing", 0, 0),
	ROW("keys", OPTION_TEXT, keys, "KEYS",
	    "without a terminal: press these keys, one per step ('.' waits, ^v<> are arrows), then "
	    "print the screen", 0, 0),
	ROW("frames", OPTION_INT, frames, "N",
	    "with --keys: print the first N screens; 0: only the last", 0, 1e6),
	ROW("size", OPTION_TEXT, size, "CxR",
	    "with --keys: columns and rows of the screen (default: 80x24)", 0, 0),
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, 0, 0, NULL }
};

static void play_defaults(void *options)
{
	rl_game_defaults(&((struct play_options *)options)->game);
}

/* The speed that 0 means differs from game to game. */
static int describe_default(const struct option_row *row, const void *options, int n_args,
                            char *const *args, char *into, size_t size)
{
	(void)options;
	(void)n_args;
	(void)args;
	if (!row || strcmp(row->name, "speed") != 0)
		return 0;
	snprintf(into, size, "default: the game's own speed");
	return 1;
}

const struct command rl_play_command = {
	.name = "rl play",
	.argument_words = rl_game_names,
	.arguments = "GAME",
	.summary = "play a game yourself, by the agents' rules; after five games your scores are "
	           "the human baseline",
	.examples = "riley rl play breakout\n"
		    "riley rl play seaquest --speed 6\n"
		    "riley rl play lake8 --slippery no\n"
		    "riley rl play breakout --keys llll.... --size 80x24",
	.options = play_rows,
	.options_size = sizeof(struct play_options),
	.defaults = play_defaults,
	.describe_default = describe_default,
	.min_args = 1,
	.max_args = 1,
	.no_json = "it opens a screen; scores are saved as JSON lines (--scores)",
	.run = play_run,
};
