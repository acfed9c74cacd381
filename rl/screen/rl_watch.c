/* rl_watch.c - see rl_watch.h. */
#include "config.h"
#include "rl/screen/rl_watch.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/app/plot/plot.h"
#include "src/cli/command.h"

/* Q values that are so many times what the rewards can explain are worth a warning. */
static const double runaway = 10;

/* Frames a second; the last is as fast as it goes. */
static const double speeds[] = { 1, 2, 4, 8, 15, 30, 60, 120, 250, 500, 1000, INFINITY };

enum {
	SPEEDS = sizeof speeds / sizeof *speeds,
	FULL = SPEEDS - 1,
	FOR_EYES = 4,
	FULL_FOR_WORLDS = 5,
	FASTEST_SHOW = 6                /* of an exhibition: the screen shows 20 a second */
};

/* What [ and ] choose from. */
static const double epsilons[] = { 0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1 };

enum { EPSILONS = sizeof epsilons / sizeof *epsilons };

/* Share of the processor's time for drawing at full speed; seconds after which a frame comes all
 * the same. */
static const double most_for_drawing = 0.03, longest_rest = 1;

/* Of a pace that becomes faster by itself: episodes at the first speed, and seconds at the first
 * and at each other one if they are long. */
enum { FIRST_EPISODES = 5 };
static const double first_stays = 10, each_stays = 5;

/* Seconds that a board of an exhibition stands still when its episode has ended; and frames that it
 * catches up with at once when a step of learning was long. */
static const double rest_after_end = 0.5;
enum { CATCH_UP = 4 };

/* Seconds: between looks at the keyboard at full speed, and that a message and the sentence on what
 * was learnt stay. */
static const double look_every = 0.02, message_stays = 4, sentence_stays = 2;

/* ---- histories ---- */

static void recent_add(struct recent_points *l, double x, double y)
{
	if (l->n == 2 * WATCH_POINTS) {
		memmove(l->x, l->x + WATCH_POINTS, sizeof l->x / 2);
		memmove(l->y, l->y + WATCH_POINTS, sizeof l->y / 2);
		l->n = WATCH_POINTS;
	}
	l->x[l->n] = x;
	l->y[l->n++] = y;
}

static struct rl_history recent_of(const struct recent_points *l, int most)
{
	int n = l->n < most ? l->n : most;

	return (struct rl_history){ n, l->x + l->n - n, l->y + l->n - n };
}

static void averaged_add(struct averaged_points *t, double x, double y)
{
	t->sum += y;
	if (++t->in_last < t->stretch)
		return;
	if (t->n == WATCH_POINTS) {
		for (int k = 0; k < WATCH_POINTS / 2; k++) {
			t->x[k] = t->x[2 * k + 1];
			t->y[k] = (t->y[2 * k] + t->y[2 * k + 1]) / 2;
		}
		t->n = WATCH_POINTS / 2;
		t->stretch *= 2;
		return;                       /* this one is the first half of the next point */
	}
	t->x[t->n] = x;
	t->y[t->n++] = t->sum / (double)t->in_last;
	t->sum = 0;
	t->in_last = 0;
}

static struct rl_history averaged_of(const struct averaged_points *t)
{
	return (struct rl_history){ t->n, t->x, t->y };
}

/* ---- frames ---- */

static void set_speed(struct watch *w, int speed)
{
	int fastest = w->show ? FASTEST_SHOW : FULL;

	w->speed = speed < 0 ? 0 : speed > fastest ? fastest : speed;
	w->scene.slow = w->speed != FULL;
	snprintf(w->speed_words, sizeof w->speed_words, "%.0f frames/s", speeds[w->speed]);
	if (w->show)
		return;
	w->scene.left = NAN;                         /* until the rate at this speed is known */
	w->counted = 0;
}

static int nearest_speed(double speed)
{
	int best = 0;

	if (speed > speeds[FULL - 1] * 1.5)
		return FULL;
	for (int k = 1; k < FULL; k++)
		if (fabs(log(speeds[k] / speed)) < fabs(log(speeds[best] / speed)))
			best = k;
	return best;
}

void watch_pace(struct watch *w, double speed)
{
	w->slowest = w->scene.game->endless ? FULL_FOR_WORLDS : FOR_EYES;
	w->easing = w->agent && !w->show && speed <= 0;
	w->eased = 0;
	if (speed > 0)
		w->normal = nearest_speed(speed);
	set_speed(w, speed > 0 ? w->normal : w->slowest);
}

static void ease_from(struct watch *w, double now)
{
	w->eased = now;
	w->eased_episodes = w->scene.episodes;
}

/* Faster, if it is time. */
static void ease(struct watch *w, double now)
{
	int first = w->speed == w->slowest;
	long episodes = w->scene.episodes - w->eased_episodes;

	if (w->eased == 0 || w->scene.paused) {
		ease_from(w, now);
	} else if (episodes >= (first ? FIRST_EPISODES : 1) ||
	           now - w->eased >= (first ? first_stays : each_stays)) {
		set_speed(w, w->speed + 1);
		ease_from(w, now);
		w->easing = w->speed != FULL;
	}
}

static const struct key_row rows[];

void watch_start(struct watch *w, const struct game_ops *g, const void *state, const char *name,
                 struct agent *agent)
{
	int n = game_actions(g, state);

	*w = (struct watch){ .agent = agent,
		             .forced = -1,
		             .normal = agent        ? FULL
		                       : g->endless ? FULL_FOR_WORLDS
		                                    : FOR_EYES };
	w->loss.stretch = w->mean_q.stretch = w->all_returns.stretch = 1;
	for (int a = 0; a < n && a < WATCH_ACTIONS; a++)
		w->action_name[a] = game_action_name(g, state, a);
	w->scene = (struct rl_scene){
		.game = g,
		.state = state,
		.name = name,
		.learns = agent != NULL,
		.returns_by_frame = g->endless,
		.learning = 1,
		.actions = n,
		.action = -1,
		.repeated = -1,
		.action_name = w->action_name,
		.mean_return = NAN,
		.rate = NAN,
		.left = NAN,
		.lr = NAN,
		.epsilon = NAN,
		.speed = w->speed_words,
		.keys = rows,
	};
	set_speed(w, w->normal);
}

void watch_learned(struct watch *w, const struct watch *from, const void *state)
{
	struct rl_scene *s = &w->scene;

	*w = *from;
	w->agent = NULL;
	w->show = NULL;
	w->v.n = 0;
	w->warning[0] = '\0';
	w->forced = -1;
	s->state = state;
	s->learned = 1;
	s->epsilon_forced = s->paused = s->blind = 0;
	s->frames_of_all = 0;
	s->action = s->repeated = -1;
	s->q = NULL;
	s->skills = NULL;
	w->counted_skills = NULL;
	s->action_name = w->action_name;
	s->speed = w->speed_words;
	w->normal = s->game->endless ? FULL_FOR_WORLDS : FOR_EYES;
	watch_pace(w, 0);
}

void watch_count(struct watch *w, const struct skill_counts *c)
{
	struct rl_scene *s = &w->scene;

	if (skill_of_random_play(&w->random_skills, s->game, s->state) != RY_OK)
		return;
	w->counted_skills = c;
	s->skills = &w->skills;
	s->random_skills = &w->random_skills;
}

static void note_update(struct watch *w, const struct agent_frame *f, long frame)
{
	double bound = agent_q_bound(w->agent);

	averaged_add(&w->loss, (double)frame, f->update.loss);
	averaged_add(&w->mean_q, (double)frame, f->update.q);
	w->scene.lr = f->update.lr;
	if (bound > 0 && f->update.q_largest > runaway * bound)
		snprintf(w->warning, sizeof w->warning,
		         "Q values are diverging: the largest is %.3g, rewards explain at most "
		         "%.3g",
		         f->update.q_largest, bound);
	else
		w->warning[0] = '\0';
}

/* The mean reward of 1,000 frames, every hundred of them. */
static void note_reward(struct watch *w, double reward, long frame)
{
	int n = sizeof w->hundred / sizeof *w->hundred, k = (int)((frame - 1) / 100 % n);
	double sum = 0;

	if ((frame - 1) % 100 == 0)
		w->hundred[k] = 0;
	w->hundred[k] += reward;
	if (frame % 100 || frame < 100 * n)
		return;
	for (int i = 0; i < n; i++)
		sum += w->hundred[i];
	averaged_add(&w->all_returns, (double)frame, sum / (100 * n));
}

/* The action that was played in place of the one chosen, or -1: sticky games repeat the last
 * one. */
static int played_instead(const struct rl_scene *s)
{
	const char *played = s->game->actions[game_executed(s->state)];
	int k = 0;

	while (k < s->actions && strcmp(s->action_name[k], played) != 0)
		k++;
	return k == s->action || k == s->actions ? -1 : k;
}

static void note_frame(struct watch *w, const struct agent_frame *f, long frame, double v)
{
	struct rl_scene *s = &w->scene;

	s->action = f->action;
	s->explored = f->explored;
	s->repeated = played_instead(s);
	s->reward = f->reward;
	s->episode_return = f->episode_return;
	s->episode_frames = f->episode_frames;
	s->q = NULL;
	if (f->q) {
		memcpy(w->q, f->q, (size_t)s->actions * sizeof *w->q);
		s->q = w->q;
	}
	if (isfinite(v))
		recent_add(&w->v, (double)frame, v);
	if (f->status != GAME_ON) {
		s->episodes++;
		recent_add(&w->returns, (double)s->episodes, f->episode_return);
		if (!s->learned)
			averaged_add(&w->all_returns, (double)s->episodes,
			             f->episode_return);
		w->skip = 0;
	}
	if (s->game->endless && !s->learned)
		note_reward(w, f->reward, frame);
}

/* After a step of many games, in which episodes may have ended by the hundred. */
static void note_round(struct watch *w, long frame)
{
	double mean = agent_mean_return(w->agent);

	w->scene.episodes = agent_episodes(w->agent);
	if (isfinite(mean))
		averaged_add(&w->all_returns, (double)frame, mean);
}

void watch_note(struct watch *w, const struct agent_frame *f, long frame, double v)
{
	w->scene.frames = frame;
	if (w->show)
		note_round(w, frame);
	else
		note_frame(w, f, frame, v);
	if (f->learned)
		note_update(w, f, frame);
}

/* ---- the exhibition ---- */

/* Take over what has happened on the board that is shown large. */
static void note_board(struct watch *w)
{
	const struct exhibition_board *b = exhibition_board(w->show, w->large);
	struct rl_scene *s = &w->scene;

	s->state = b->state;
	s->action = b->action;
	s->explored = b->explored;
	s->repeated = b->action < 0 ? -1 : played_instead(s);
	s->reward = b->reward;
	s->episode_return = b->episode_return;
	s->episode_frames = b->episode_frames;
	s->q = NULL;
	if (b->q) {
		memcpy(w->q, b->q, (size_t)s->actions * sizeof *w->q);
		s->q = w->q;
	}
}

static void note_tiles(struct watch *w)
{
	for (int k = 0; k < WATCH_BOARDS; k++) {
		const struct exhibition_board *b = exhibition_board(w->show, k);

		w->tile[k] = (struct rl_tile){ b->state, b->episode_return, b->status != GAME_ON };
	}
	w->scene.large = w->large;
	w->news = 1;
}

enum ry_status watch_exhibit(struct watch *w, long seed)
{
	w->show = exhibition_alloc(w->agent, WATCH_BOARDS, seed);
	if (!w->show)
		return ry_failure();
	w->scene.games = agent_games(w->agent);
	w->scene.returns_by_frame = 1;
	w->scene.tile = w->tile;
	w->scene.n_tiles = WATCH_BOARDS;
	w->normal = w->scene.game->endless ? FULL_FOR_WORLDS : FOR_EYES;
	set_speed(w, w->normal);
	note_board(w);
	note_tiles(w);
	return RY_OK;
}

void watch_end_exhibition(struct watch *w)
{
	w->counted_skills = NULL;            /* the agent's */
	w->scene.skills = NULL;
	exhibition_free(w->show);
	w->show = NULL;
	w->scene.n_tiles = 0;
	w->scene.tile = NULL;
}

void watch_play(struct watch *w)
{
	const struct exhibition_board *b = exhibition_board(w->show, w->large);
	int stood = b->status != GAME_ON;

	exhibition_step(w->show, agent_epsilon(w->agent),
	                (int)ceil(rest_after_end * speeds[w->speed]));
	w->shown++;
	if (b->status == GAME_ON || !stood)
		recent_add(&w->v, (double)w->shown, b->value);
	note_board(w);
	note_tiles(w);
}

/* Another board, whose V(s) starts afresh. */
static void show_large(struct watch *w, int k)
{
	w->large = k;
	w->v.n = 0;
	note_board(w);
	note_tiles(w);
}

/* A sentence that changes with every frame cannot be read: on a screen it stays for a while. */
static void look_at_skills(struct watch *w)
{
	double now = w->screen ? screen_now() : 0;

	if (!w->counted_skills || (w->screen && now - w->told < sentence_stays))
		return;
	w->skills = *w->counted_skills;
	w->told = now;
}

/* What changes with every frame and is only wanted when it is drawn. */
static void refresh_scene(struct watch *w)
{
	struct rl_scene *s = &w->scene;

	look_at_skills(w);
	s->returns = recent_of(&w->returns, 200);
	s->all_returns = averaged_of(&w->all_returns);
	s->v = recent_of(&w->v, 200);
	s->loss = averaged_of(&w->loss);
	s->mean_q = averaged_of(&w->mean_q);
	s->warning = w->warning[0] ? w->warning : NULL;
	s->message = w->message[0] ? w->message : NULL;
	if (!w->agent)
		return;
	s->epsilon = agent_epsilon(w->agent);
	s->mean_return = agent_mean_return(w->agent);
	s->games = agent_games(w->agent);
	if (agent_dqn(w->agent)) {
		s->replay = (long)replay_count(dqn_replay(agent_dqn(w->agent)));
		s->replay_size = (long)replay_capacity(dqn_replay(agent_dqn(w->agent)));
	}
	s->updates = agent_updates(w->agent);
	if (w->show)
		return;
	s->state = agent_state(w->agent);
	if (!s->q && s->frames > 0) {                /* chance chose, and did not look */
		const real *q = agent_values(w->agent);

		if (q)
			memcpy(w->q, q, (size_t)s->actions * sizeof *w->q);
		s->q = q ? w->q : NULL;
	}
}

void watch_draw(struct watch *w, struct view v)
{
	w->width = v.w;
	w->height = v.h;
	refresh_scene(w);
	rl_watch_draw(v, &w->scene);
}

void watch_say(struct watch *w, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(w->message, sizeof w->message, format, ap);
	va_end(ap);
	w->message_until = screen_now() + message_stays;
}

/* ---- keys ---- */

static void on_quit(void *screen, int key)
{
	struct watch *w = screen;

	w->gone = key == UI_KEY_GONE;
	w->quit |= !w->gone || !w->agent;
}

static void on_help(void *screen, int key)
{
	struct watch *w = screen;

	(void)key;
	w->scene.help = rl_next_help(w->scene.help, w->width, w->height, rows);
	w->scene.explain = w->scene.guide = 0;
}

static void on_escape(void *screen, int key)
{
	struct watch *w = screen;

	(void)key;
	if (!w->scene.help && !w->scene.explain && !w->scene.guide)
		w->scene.alone = RL_PANEL_NONE;
	w->scene.help = w->scene.explain = w->scene.guide = 0;
}

static void on_guide(void *screen, int key)
{
	struct watch *w = screen;

	(void)key;
	w->scene.guide = !w->scene.guide;
	w->scene.help = w->scene.explain = 0;
}

static void on_explain(void *screen, int key)
{
	struct watch *w = screen;

	(void)key;
	w->scene.explain = !w->scene.explain;
	w->scene.explained = (struct explain_screen){ 0 };
	w->scene.help = w->scene.guide = 0;
}

static void on_pause(void *screen, int key)
{
	struct watch *w = screen;

	(void)key;
	w->scene.paused = !w->scene.paused;
	w->counted = 0;
}

static void on_step(void *screen, int key)
{
	struct watch *w = screen;

	(void)key;
	w->scene.paused = w->one_step = 1;
}

static void choose_speed(struct watch *w, int speed)
{
	w->easing = 0;
	set_speed(w, speed);
}

static void on_faster(void *screen, int key)
{
	(void)key;
	choose_speed(screen, ((struct watch *)screen)->speed + 1);
}

static void on_slower(void *screen, int key)
{
	(void)key;
	choose_speed(screen, ((struct watch *)screen)->speed - 1);
}

static void on_normal(void *screen, int key)
{
	(void)key;
	choose_speed(screen, ((struct watch *)screen)->normal);
}

static void on_blind(void *screen, int key)
{
	struct watch *w = screen;

	(void)key;
	w->scene.blind = !w->scene.blind;
	w->message[0] = '\0';
}

static void on_focus(void *screen, int key)
{
	struct watch *w = screen;

	(void)key;
	w->scene.focus = rl_next_panel(&w->scene, w->scene.focus);
	if (w->scene.alone)
		w->scene.alone = w->scene.focus;
}

static void on_panel(void *screen, int key)
{
	struct watch *w = screen;
	enum rl_panel p = (enum rl_panel)(key - '0');

	w->scene.help = 0;
	if (p >= RL_PANELS)
		return;
	w->scene.alone = w->scene.alone == p ? RL_PANEL_NONE : p;
	w->scene.focus = p;
}

static void on_next(void *screen, int key)
{
	struct watch *w = screen;

	(void)key;
	if (w->show) {
		exhibition_restart(w->show, w->large);
		show_large(w, w->large);
	} else {
		w->skip = 1;
	}
}

static void on_board(void *screen, int key)
{
	struct watch *w = screen;

	if (w->show)
		show_large(w, (w->large + (key == 'b' ? 1 : WATCH_BOARDS - 1)) % WATCH_BOARDS);
}

static void on_learning(void *screen, int key)
{
	struct watch *w = screen;

	(void)key;
	if (!w->agent)
		return;
	w->scene.learning = !w->scene.learning;
	agent_set_learning(w->agent, w->scene.learning);
}

/* The nearest of `epsilons` to what holds now, or the next one from there. */
static void on_epsilon(void *screen, int key)
{
	struct watch *w = screen;
	double now = w->scene.epsilon;
	int k = 0;

	if (w->forced >= 0) {
		k = w->forced + (key == ']') - (key == '[');
	} else {
		while (k < EPSILONS - 1 && epsilons[k] < now)
			k++;
		k -= key == '[' && k > 0;
	}
	w->forced = k < 0 ? 0 : k >= EPSILONS ? EPSILONS - 1 : k;
	w->scene.epsilon_forced = 1;
	w->scene.epsilon = epsilons[w->forced];
	if (w->agent)
		agent_set_epsilon(w->agent, epsilons[w->forced]);
}

static void on_schedule(void *screen, int key)
{
	struct watch *w = screen;

	(void)key;
	w->forced = -1;
	w->scene.epsilon_forced = 0;
	if (w->agent)
		agent_set_epsilon(w->agent, -1);
	else
		w->scene.epsilon = 0;
}

static void on_snapshot(void *screen, int key)
{
	struct watch *w = screen;
	struct canvas *c = screen_canvas(w->screen);
	char name[64];
	FILE *f;

	(void)key;
	do
		snprintf(name, sizeof name, "riley-watch-%d.txt", ++w->snapshots);
	while (!(f = fopen(name, "wx")) && errno == EEXIST && w->snapshots < 10000);
	watch_draw(w, view_of(c));
	if (f)
		canvas_print(c, f, 0);
	if (!f || fclose(f) != 0)
		watch_say(w, "no snapshot: %s: %s", name, strerror(errno));
	else
		watch_say(w, "snapshot: %s", name);
}

static void on_plot(void *screen, int key)
{
	struct watch *w = screen;

	(void)key;
	if (!w->run)
		watch_say(w, "no plot: this has no run directory");
	else if (plot_finished_run(w->lists, w->run, 0, NULL, w->ascii))
		watch_say(w, "no plot: %s", ry_message());
	else
		watch_say(w, "plotted: %s/plots/curves.png and .svg", w->run);
}

/* For the help: the row of all panels comes before it and obeys. */
#define PANEL(digit, name) { .key = (digit), .words = (name), .brief = "", .act = on_panel }

static const struct key_row rows[] = {
	{ .common = KEYS_QUIT, .act = on_quit },
	{ .common = KEYS_HELP, .words = "help, next page", .act = on_help },
	{ .common = KEYS_PAUSE, .act = on_pause },
	{ .common = KEYS_STEP, .act = on_step },
	{ .common = KEYS_FASTER, .act = on_faster },
	{ .common = KEYS_SLOWER, .act = on_slower },
	{ .common = KEYS_NORMAL, .act = on_normal },
	{ .common = KEYS_BLIND, .act = on_blind },
	{ .common = KEYS_EXPLAIN, .act = on_explain },
	{ .key = 'g', .words = "the game: aim, rules, glyphs", .brief = "game", .act = on_guide },
	{ .key = 'n', .words = "skip to the next episode", .brief = "next", .act = on_next },
	{ .key = 'b', .words = "many games: the next board", .act = on_board },
	{ .key = 'B', .words = "many games: the previous board", .act = on_board },
	{ .common = KEYS_FOCUS, .act = on_focus },
	{ .common = KEYS_PANEL, .act = on_panel },
	{ .key = 'L', .words = "learning off, on", .act = on_learning },
	{ .key = ']', .words = "increase epsilon", .act = on_epsilon },
	{ .key = '[', .words = "decrease epsilon", .act = on_epsilon },
	{ .key = '\\', .words = "epsilon back to its schedule", .act = on_schedule },
	{ .common = KEYS_PLOT, .act = on_plot },
	{ .common = KEYS_SNAPSHOT, .act = on_snapshot },
	{ .key = UI_KEY_ESCAPE, .words = "close the open panel", .act = on_escape },
	PANEL('0' + RL_PANEL_BOARD, "panel: the board"),
	PANEL('0' + RL_PANEL_VALUES, "panel: values of actions"),
	PANEL('0' + RL_PANEL_RETURNS, "panel: returns"),
	PANEL('0' + RL_PANEL_V, "panel: value of the state"),
	PANEL('0' + RL_PANEL_LEARNING, "panel: loss and mean Q"),
	PANEL('0' + RL_PANEL_NUMBERS, "panel: numbers"),
	PANEL('0' + RL_PANEL_WALL, "panel: boards of many games"),
	{ 0 }
};

/* ---- time ---- */

/* Frames per second, of the last second or so; and what is left. */
static void count_rate(struct watch *w, double now)
{
	struct rl_scene *s = &w->scene;
	double seconds = now - w->counted;

	if (w->counted == 0) {
		w->counted = now;
		w->counted_frames = s->frames;
	} else if (seconds >= 1) {
		s->rate = (double)(s->frames - w->counted_frames) / seconds;
		s->left = s->frames_of_all && s->rate > 0 && !w->easing
		                  ? (double)(s->frames_of_all - s->frames) / s->rate
		                  : NAN;
		w->counted = now;
		w->counted_frames = s->frames;
	}
}

static void show(struct watch *w)
{
	if (w->gone || !screen_due(w->screen))
		return;
	if (w->message[0] && screen_now() > w->message_until)
		w->message[0] = '\0';
	watch_draw(w, view_of(screen_canvas(w->screen)));
	screen_show(w->screen);
}

void watch_show(struct watch *w)
{
	screen_hurry(w->screen);
	show(w);
}

/* Obey a key, waiting for it so long; nonzero when there was one. */
static int serve_key(struct watch *w, double seconds)
{
	int key = screen_key(w->screen, seconds);

	if (key != UI_KEY_NONE &&
	    !(w->scene.explain &&
	      explain_screen_key(&w->scene.explained, rl_watch_terms(&w->scene), key)))
		keys_dispatch(rows, w, key);
	w->quit |= command_interrupted();
	return key != UI_KEY_NONE;
}

static double cpu_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Whether a frame is worth its time: on a busy machine 20 a second of the clock are many a second
 * of work. */
static int affordable(const struct watch *w, double now)
{
	return now - w->drawn > longest_rest ||
	       (cpu_now() - w->drawn_cpu) * most_for_drawing > w->cost;
}

/* As fast as it goes: look up now and then.  Without drawing, a key still shows what it did, and
 * its message goes again. */
static void serve_at_full_speed(struct watch *w, double now)
{
	double before;
	int pressed;

	if (now - w->polled < look_every)
		return;
	w->polled = now;
	pressed = serve_key(w, 0);
	pressed |= w->message[0] && now > w->message_until;
	if (!pressed && (w->scene.blind || !screen_due(w->screen) || !affordable(w, now)))
		return;
	before = cpu_now();
	show(w);
	w->drawn = now;
	w->drawn_cpu = cpu_now();
	w->cost = w->drawn_cpu - before;
}

/* The frames of the exhibition that are due; after a long step of learning a few at once, but never
 * all that were missed. */
static void play_due(struct watch *w, double now)
{
	double each = 1 / speeds[w->speed];

	if (w->one_step) {
		watch_play(w);
		w->one_step = 0;
	}
	if (w->scene.paused || w->scene.blind) {
		w->next = now;
		return;
	}
	for (int k = 0; k < CATCH_UP && w->next <= now; k++, w->next += each)
		watch_play(w);
	w->next = fmax(w->next, now);
}

/* All keys that are there, since steps of learning are long; nonzero when there was one.  During a
 * pause it waits for one. */
static int serve_keys(struct watch *w, double now)
{
	int pressed;

	if (!w->scene.paused && now - w->polled < look_every)
		return 0;
	w->polled = now;
	pressed = serve_key(w, w->scene.paused ? fmax(screen_wait(w->screen), 0.001) : 0);
	while (!w->quit && !w->gone && !w->one_step && serve_key(w, 0))
		pressed = 1;
	return pressed;
}

/* Learning waits for the exhibition only during a pause. */
static int wait_for_exhibition(struct watch *w)
{
	do {
		double now = screen_now(), before;
		int pressed = serve_keys(w, now);

		play_due(w, now);
		pressed |= w->message[0] && now > w->message_until;
		if (!pressed && !w->scene.paused &&
		    (w->scene.blind || !w->news || !screen_due(w->screen) || !affordable(w, now)))
			continue;
		before = cpu_now();
		show(w);
		w->news = 0;
		w->drawn = now;
		w->drawn_cpu = cpu_now();
		w->cost = w->drawn_cpu - before;
	} while (w->scene.paused && !w->quit && !w->gone);
	return w->quit;
}

int watch_wait(struct watch *w)
{
	double now = screen_now();

	if (w->gone)
		return w->quit |= command_interrupted();
	count_rate(w, now);
	if (w->show)
		return wait_for_exhibition(w);
	if (w->easing)
		ease(w, now);
	if ((w->speed == FULL || w->scene.blind || w->skip) && !w->scene.paused) {
		serve_at_full_speed(w, now);
		w->next = now;
		if (!w->scene.paused)
			return w->quit;
	}
	w->next = fmax(w->next, now - 1 / speeds[w->speed]) + 1 / speeds[w->speed];
	w->one_step = 0;
	for (;;) {
		int waits;
		double wait;

		show(w);
		now = screen_now();
		waits = w->scene.paused
		                ? !w->one_step && !w->skip
		                : now < w->next && w->speed != FULL && !w->scene.blind && !w->skip;
		if (w->quit || w->gone || !waits)
			break;
		wait = w->scene.paused ? 0.25 : w->next - now;
		w->polled = now;
		serve_key(w, fmin(wait, fmax(screen_wait(w->screen), 0.001)));
	}
	/* Behind its pace there is never a moment to wait, and keys count all the same. */
	if (!w->gone && now - w->polled >= look_every) {
		w->polled = now;
		serve_key(w, 0);
	}
	return w->quit;
}
