/* rl_watch_command.c - `riley rl watch`: see an agent learn a game, or a trained one play it.
 *
 * A game is learnt as by `riley rl train`, into a run directory of its own; the screen takes the
 * place of the progress bar.  A run, or a model file, is played by its best agent, which is read
 * again when the file has changed.  Without a terminal there are lines instead; with --size there
 * are screens as text.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rl/agent/q_policy.h"
#include "rl/commands/rl_age.h"
#include "rl/commands/rl_commands.h"
#include "rl/commands/rl_train.h"
#include "rl/screen/rl_watch.h"
#include "src/app/training/training.h"
#include "src/base/file.h"
#include "src/base/random.h"
#include "src/base/text.h"
#include "src/base/workers.h"
#include "src/cli/called.h"
#include "src/cli/run_paths.h"
#include "src/run/rundir.h"
#include "src/ui/wrap.h"

struct watch_options {
	struct rl_train_command train;   /* first: its rows are this command's too */
	const char *size, *at;
	long        age;                 /* frames of the agent that --at has found; 0: none */
	long        every;
	int         episodes;            /* of a run without a terminal; below 0: to be decided */
	double      speed;               /* frames a second; 0: for eyes, then faster */
};

enum { EPISODES = 10, EPISODE_CAP = 10000, ENDLESS_FRAMES = 10000 };

/* ---- screens as text ---- */

struct printer {
	struct canvas *canvas;
	int            left, color;
	long           every, next;      /* frames between screens; the one of the next screen */
};

/* With --size the number of --frames is that of screens. */
static enum ry_status open_printer(struct printer *p, const struct cli *cli,
                                   struct watch_options *o)
{
	long frames = o->train.learning.settings.frames;
	int w, h;

	if (canvas_size(o->size, &w, &h))
		return ry_fail(RY_EINVAL, "--size %.40s: expected columns x rows, such as 80x24",
		               o->size);
	if (frames > 1000000)
		return ry_fail(RY_EINVAL,
		               "--frames %ld: with --size this is a number of screens, at most a "
		               "million",
		               frames);
	p->canvas = canvas_alloc(w, h, screen_tier(cli->ascii));
	p->left = frames < 0 ? 1 : (int)frames;
	p->every = p->next = o->every;
	p->color = cli->color;
	o->train.learning.settings.frames = -1;
	return p->canvas ? RY_OK : ry_failure();
}

/* After frame number `frame`: print what is to be printed; nonzero when that was all. */
static int print_frame(struct printer *p, struct watch *w, long frame)
{
	if (frame < p->next)
		return 0;
	p->next = (frame / p->every + 1) * p->every;
	canvas_clear(p->canvas);
	watch_draw(w, view_of(p->canvas));
	canvas_print(p->canvas, stdout, p->color);
	return --p->left == 0;
}

static double largest(const real *q, int n)
{
	double best = NAN;

	for (int k = 0; q && k < n; k++)
		best = fmax(best, q[k]);
	return best;
}

/* ---- a trained agent ---- */

/* It plays on and on, all episodes from the same streams. */
struct show {
	char                *file;       /* of the model */
	struct timespec      changed;    /* ... when it was read */
	struct q_network     network;
	struct q_policy      policy;
	gsl_rng             *game_rng, *explore_rng;
	struct random_source game_random, explore_random;
	struct episode       episode;
	long                 frames, episodes;
	double               returns[AGENT_EPISODES];
	struct skill_counts  skills;
	char                 title[160];
	struct watch         watch;
};

static void show_forget(struct show *s)
{
	q_policy_close(&s->policy);
	q_network_close(&s->network);
}

static void show_close(struct show *s)
{
	show_forget(s);
	free(s->episode.state);
	if (s->game_rng)
		gsl_rng_free(s->game_rng);
	if (s->explore_rng)
		gsl_rng_free(s->explore_rng);
}

static enum ry_status read_network(struct show *s, struct q_network *q)
{
	enum ry_status status;
	struct st_file *f = st_open(s->file, &status);
	struct stat sb;

	if (!f)
		return status;
	if (stat(s->file, &sb) == 0)
		s->changed = sb.st_mtim;
	status = q_network_open(q, f);
	st_close(f);
	return status;
}

/* The policy of the network. */
static enum ry_status open_policy(struct show *s)
{
	enum ry_status status = q_policy_open(&s->policy, &s->network);

	s->policy.random = &s->explore_random;
	return status;
}

static enum ry_status show_open(struct show *s, long seed)
{
	enum ry_status status = read_network(s, &s->network);

	if (status == RY_OK)
		status = open_policy(s);
	if (status)
		return status;
	s->episode = (struct episode){
		.game = s->network.game,
		.state = game_alloc(s->network.game, &s->network.options),
		.random = &s->game_random,
		.skills = &s->skills,
		.status = GAME_OVER,
	};
	s->game_rng = random_stream(seed, STREAM_GAME);
	s->explore_rng = random_stream(seed, STREAM_EXPLORE);
	if (!s->episode.state || !s->game_rng || !s->explore_rng)
		return ry_failure();
	s->game_random = random_source_from_rng(s->game_rng);
	s->explore_random = random_source_from_rng(s->explore_rng);
	return RY_OK;
}

/* A better agent of the same game takes over between two episodes; one that can't be read does
 * not. */
static enum ry_status show_renew(struct show *s)
{
	struct q_network fresh = { 0 };
	struct stat sb;

	if (stat(s->file, &sb) != 0 ||
	    (sb.st_mtim.tv_sec == s->changed.tv_sec && sb.st_mtim.tv_nsec == s->changed.tv_nsec))
		return RY_OK;
	s->changed = sb.st_mtim;
	if (read_network(s, &fresh) || fresh.game != s->network.game ||
	    memcmp(&fresh.options, &s->network.options, sizeof fresh.options) != 0) {
		q_network_close(&fresh);
		watch_say(&s->watch, "cannot use the new model: %.200s", ry_message());
		return RY_OK;
	}
	show_forget(s);
	s->network = fresh;
	watch_say(&s->watch, "a better agent plays from now on");
	return open_policy(s);
}

/* One frame; a new episode begins where the last one has ended. */
static enum ry_status show_frame(struct show *s, double epsilon, struct agent_frame *f)
{
	struct episode *e = &s->episode;
	const struct policy policy = q_policy_of(&s->policy);

	if (e->status != GAME_ON) {
		enum ry_status status = show_renew(s);

		if (status)
			return status;
		episode_start(e, &policy);
	}
	s->policy.epsilon = epsilon;
	episode_step(e, &policy);
	*f = (struct agent_frame){ .q = s->policy.q,
		                   .action = e->action,
		                   .explored = s->policy.explored,
		                   .reward = e->reward,
		                   .status = e->status,
		                   .episode_return = e->total,
		                   .episode_frames = e->steps };
	skill_fade(&s->skills, e->game);
	s->frames++;
	if (e->status != GAME_ON)
		s->returns[s->episodes++ % AGENT_EPISODES] = e->total;
	return RY_OK;
}

static double mean_return(const struct show *s)
{
	long n = s->episodes < AGENT_EPISODES ? s->episodes : AGENT_EPISODES;
	double sum = 0;

	if (s->network.game->endless)
		return s->episode.steps ? s->episode.total / (double)s->episode.steps : NAN;
	for (long k = 0; k < n; k++)
		sum += s->returns[k];
	return n ? sum / (double)n : NAN;
}

/* Until the user leaves, or so many screens are printed. */
static enum ry_status show_on(struct show *s, struct printer *p)
{
	struct watch *w = &s->watch;
	struct agent_frame f;
	enum ry_status status = RY_OK;

	w->scene.epsilon = 0;
	while (!(status = show_frame(s, w->scene.epsilon, &f))) {
		watch_note(w, &f, s->frames, largest(f.q, w->scene.actions));
		w->scene.mean_return = mean_return(s);
		if (p ? print_frame(p, w, s->frames) : watch_wait(w))
			break;
		if (command_interrupted())
			return ry_fail(RY_ESTOP, "interrupted");
	}
	if (command_interrupted())
		return ry_fail(RY_ESTOP, "interrupted");
	return status == RY_OK && w->gone ? ry_fail(RY_EIO, "the terminal was closed") : status;
}

/* A line for each episode. */
static enum ry_status show_in_lines(struct show *s, const struct watch_options *o)
{
	int endless = s->network.game->endless,
	    episodes = o->episodes < 0 ? endless ? 1 : EPISODES : o->episodes;
	long cap = endless ? ENDLESS_FRAMES : EPISODE_CAP;
	struct episode *e = &s->episode;
	struct agent_frame f;

	for (int k = 1; k <= episodes; k++) {
		do {
			enum ry_status status = show_frame(s, 0, &f);

			if (status)
				return status;
			if (command_interrupted())
				return ry_fail(RY_ESTOP, "interrupted");
		} while (e->status == GAME_ON && e->steps < cap);
		if (endless)
			printf("mean reward %.4f in %ld frames\n", e->total / (double)e->steps,
			       e->steps);
		else
			out(stdout, "episode %d  return %.6g  frames %ld%s\n", k, e->total,
			    e->steps, e->status == GAME_ON ? "  cut off" : "");
		fflush(stdout);
		e->status = GAME_OVER;
	}
	return RY_OK;
}

/* What is asked for learning makes no sense with an agent that has learnt. */
static enum ry_status nothing_to_learn(const struct cli *cli, const struct watch_options *o,
                                       const char *run)
{
	for (const char *const *name = cli->typed; name && *name; name++)
		for (const struct option_row *row = rl_train_command.options; row->name; row++)
			if (strcmp(row->name, *name) == 0 &&
			    !(o->size && strcmp(*name, "frames") == 0))
				return ry_fail(RY_EINVAL,
				               "--%s: %.80s is already trained; to continue "
				               "training, '%s rl watch --resume %.80s'",
				               *name, run, called_name(), run);
	return RY_OK;
}

static enum ry_status watch_trained(const struct cli *cli, struct watch_options *o,
                                    const char *name, char *file, const char *run)
{
	struct show *s = calloc(1, sizeof *s);
	struct screen *screen = NULL;
	struct printer p = { 0 };
	char age[32];
	enum ry_status status = s ? nothing_to_learn(cli, o, name) : ry_fail_memory("a screen");

	if (!status) {
		s->file = file;
		status = show_open(s, cli->seed);
	}
	if (!status && o->size)
		status = open_printer(&p, cli, o);
	else if (!status && !command_lines_wanted(cli) &&
	         !(screen = screen_open(&(struct screen_options){ cli->ascii, cli->color },
	                                &status))) {
		command_say(cli, "%s; printing lines instead", ry_message());
		status = RY_OK;
	}
	if (!status) {
		snprintf(s->title, sizeof s->title, "%.100s", name);
		if (o->age)
			snprintf(s->title, sizeof s->title, "%.100s at %s frames", name,
			         text_count(age, (size_t)o->age));
		watch_start(&s->watch, s->network.game, s->episode.state, s->title, NULL);
		s->watch.screen = screen;
		s->watch.run = run;
		s->watch.ascii = cli->ascii;
		s->watch.lists = cli->lists;
		watch_count(&s->watch, &s->skills);
		watch_pace(&s->watch, o->speed);
		status = screen || o->size ? show_on(s, o->size ? &p : NULL) : show_in_lines(s, o);
	}
	screen_close(screen);
	canvas_free(p.canvas);
	if (s)
		show_close(s);
	free(s);
	return status;
}

/* ---- an agent that learns ---- */

/* The observer in the place of the progress bar. */
struct screen_observer {
	struct rl_observer       base;       /* first */
	struct watch             watch;
	struct screen           *screen;
	const struct rl_learner *learner;
	const struct cli        *cli;
	double                   speed;
	char                     note[300];  /* a warning, for when the screen has gone */
	char                    *run;
};

static enum ry_status meet(struct rl_observer *self, const struct rl_train_command *o,
                 const struct rl_learner *l, const char *run)
{
	struct screen_observer *on = (struct screen_observer *)self;
	struct agent *a = rl_learner_agent(l);

	enum ry_status status = RY_OK;

	on->learner = l;
	on->run = strdup(run);
	watch_start(&on->watch, agent_game(a), agent_state(a), agent_game(a)->name, a);
	on->watch.screen = on->screen;
	on->watch.run = on->run;
	on->watch.ascii = on->cli->ascii;
	on->watch.lists = on->cli->lists;
	watch_count(&on->watch, agent_skills(a));
	on->watch.scene.frames_of_all = o->learning.settings.frames;
	on->watch.scene.episodes = agent_episodes(a);
	if (agent_round(a) > 1)
		status = watch_exhibit(&on->watch, on->cli->seed);
	/* Who goes on has seen the beginning. */
	watch_pace(&on->watch, on->speed > 0 || !o->resume || on->watch.show ? on->speed
	                                                                     : INFINITY);
	if (on->watch.easing)
		watch_say(&on->watch, "slow at first, then faster by itself; + and - change the "
		                      "speed");
	return status;
}

static void part(struct rl_observer *self)
{
	watch_end_exhibition(&((struct screen_observer *)self)->watch);
}

static int watch_event(struct observer *self, const struct event *e)
{
	struct screen_observer *on = (struct screen_observer *)self;
	const struct agent_frame *f = rl_learner_frame(on->learner);
	struct agent *a = rl_learner_agent(on->learner);

	if (e->kind == EVENT_NOTE && e->text)
		snprintf(on->note, sizeof on->note, "%s", e->text);
	if (e->kind == EVENT_END) {
		watch_say(&on->watch, "training has ended; its best agent is evaluated");
		watch_show(&on->watch);
	}
	if (e->kind != EVENT_STEP)
		return 0;
	watch_note(&on->watch, f, agent_frames(a), largest(f->q, on->watch.scene.actions));
	on->watch.scene.episodes = agent_episodes(a);
	return watch_wait(&on->watch);
}

/* The run is done: its best agent plays on the screen until the user leaves. */
static void play_on(const struct cli *cli, struct screen_observer *on)
{
	struct show *s = calloc(1, sizeof *s);
	char *file = file_join(on->run, "model.safetensors");

	if (s)
		s->file = file;
	if (s && file && show_open(s, cli->seed) == RY_OK) {
		watch_learned(&s->watch, &on->watch, s->episode.state);
		watch_count(&s->watch, &s->skills);
		s->frames = on->watch.scene.frames;
		watch_say(&s->watch, "training has ended; press q for its report");
		show_on(s, NULL);
	}
	if (s)
		show_close(s);
	free(s);
	free(file);
}

/* The user has left: that is no failure, and nothing is lost. */
static enum ry_status say_goodbye(const struct cli *cli, const struct screen_observer *on)
{
	if (!cli->quiet && on->run)
		out(stdout,
		    "%s: stopped at frame %ld\n"
		    "resume with: %s rl watch --resume %s\n"
		    "no screen:   %s rl train --resume %s\n",
		    on->run, on->watch.scene.frames, called_name(), on->run, called_name(),
		    on->run);
	return RY_OK;
}

static enum ry_status train_on_screen(const struct cli *cli, struct watch_options *o,
                                      const struct game_ops *g, const char *path,
                                      struct screen *screen)
{
	struct screen_observer *on = calloc(1, sizeof *on);
	struct rl_report r = { .episodes = -1 };
	struct train_result t;
	enum ry_status s;
	int left;

	if (!on) {
		screen_close(screen);
		return ry_fail_memory("a screen");
	}
	on->base = (struct rl_observer){ .observer = { watch_event, NULL },
		                          .meet = meet,
		                          .part = part };
	on->screen = screen;
	on->cli = cli;
	on->speed = o->speed;
	s = rl_train_watched(cli, &o->train, g, path, &on->base, &r, &t);
	left = on->watch.quit && !command_interrupted();
	if (s == RY_OK && !on->watch.gone)
		play_on(cli, on);
	screen_close(screen);
	if (on->note[0] && !cli->quiet)
		tell_user("riley: %s", on->note);
	if (s == RY_ESTOP && left)
		s = say_goodbye(cli, on);
	else if (s == RY_OK)
		rl_report_text(stdout, &r, cli->ascii);
	rl_report_free(&r);
	free(on->run);
	free(on);
	return s;
}

static enum ry_status train_in_lines(const struct cli *cli, struct watch_options *o,
                                     const struct game_ops *g, const char *path)
{
	struct rl_report r = { .episodes = -1 };
	struct train_result t;
	enum ry_status s = rl_train_one(cli, &o->train, g, path, NULL, &r, &t);

	if (!s)
		rl_report_text(stdout, &r, cli->ascii);
	rl_report_free(&r);
	return s;
}

/* An agent of its own, of which nothing is kept. */
static enum ry_status train_as_text(const struct cli *cli, struct watch_options *o,
                                    const struct game_ops *g, struct printer *p)
{
	struct workers *workers = workers_alloc(1);
	struct watch *w = calloc(1, sizeof *w);
	struct agent_options options;
	struct game_options game;
	struct agent *a = NULL;
	struct agent_frame f;
	enum ry_status s = w && workers ? rl_train_resolve(cli, &o->train, g, &game, &options)
	                                : ry_fail_memory("a screen");

	if (!s && !(a = agent_alloc(g, &game, &options, cli->seed, workers)))
		s = ry_failure();
	if (a) {
		watch_start(w, g, agent_state(a), g->name, a);
		watch_count(w, agent_skills(a));
		w->scene.frames_of_all = o->train.learning.settings.frames;
		if (agent_round(a) > 1)
			s = watch_exhibit(w, cli->seed);
	}
	while (!s && !(s = agent_step(a, &f))) {
		watch_note(w, &f, agent_frames(a), largest(f.q, w->scene.actions));
		if (w->show)
			watch_play(w);
		if (print_frame(p, w, agent_frames(a)))
			break;
		if (command_interrupted())
			s = ry_fail(RY_ESTOP, "interrupted");
	}
	if (w)
		watch_end_exhibition(w);
	agent_free(a);
	workers_free(workers);
	free(w);
	return s;
}

static enum ry_status watch_learner(const struct cli *cli, struct watch_options *o,
                                    const struct game_ops *g)
{
	struct printer p = { 0 };
	struct screen *screen;
	enum ry_status s;
	char *path = NULL;

	if (o->size) {
		s = open_printer(&p, cli, o);
		if (!s)
			s = train_as_text(cli, o, g, &p);
		canvas_free(p.canvas);
		return s;
	}
	if (g && !(path = training_run_path(o->train.name, rl_run_model(&o->train.learning, g),
	                                    g->name, "")))
		return ry_failure();
	if (command_lines_wanted(cli))
		screen = NULL;
	else if (!(screen = screen_open(&(struct screen_options){ cli->ascii, cli->color }, &s)))
		command_say(cli, "%s; printing lines instead", ry_message());
	s = screen ? train_on_screen(cli, o, g, path, screen) : train_in_lines(cli, o, g, path);
	free(path);
	return s;
}

/* ---- the command ---- */

/* The model of a run, by its age where o->at asks for one, or the file itself; *run is the run's
 * directory or NULL.  NULL without an error set when `name` is neither.  The caller frees both. */
static char *find_model(const char *name, struct watch_options *o, char **run,
                        enum ry_status *status)
{
	char *path = run_path(name), *file;
	struct stat sb;

	*run = NULL;
	*status = path ? RY_OK : ry_failure();
	if (!path || stat(path, &sb) != 0) {
		free(path);
		return NULL;
	}
	if (!S_ISDIR(sb.st_mode))
		return path;
	*run = path;
	if (o->at)
		return rl_age_find(path, o->at, &o->age, status);
	if (!(file = file_join(path, "model.safetensors"))) {
		*status = ry_fail_memory("a path");
		return NULL;
	}
	json_decref(rundir_read_info(path, status));
	if (!*status && stat(file, &sb) != 0)
		*status = ry_fail(RY_EDATA,
		                  "%s: no model yet; it is saved with the first logged point",
		                  path);
	return file;
}

/* `unknown`: the message on the game, "unknown game 'brekout'; did you mean 'breakout'?". */
static enum ry_status no_game_nor_run(const char *name, const char *unknown)
{
	const char *near = strrchr(unknown, ';');
	char *run = run_path_nearest(name);
	enum ry_status s;

	if (near && strstr(near, "did you mean"))
		s = ry_fail(RY_EINVAL, "there is neither a game nor a run '%.64s'%s", name, near);
	else if (run)
		s = ry_fail(RY_EINVAL, "there is neither a game nor a run '%.64s'; did you mean "
		                       "'%.200s'?", name, run);
	else
		s = ry_fail(RY_EINVAL, "there is neither a game nor a run '%.64s'; '%s rl games' "
		                       "and '%s runs' list them",
		            name, called_name(), called_name());
	free(run);
	return s;
}

static enum ry_status watch_run(const struct cli *cli, void *options, int n_args, char **args)
{
	struct watch_options *o = options;
	const struct game_ops *g;
	enum ry_status status;
	char *file, *run;

	if (o->train.resume && n_args)
		return ry_fail(RY_EINVAL, "rl watch: --resume %s has its own game; remove %s",
		               o->train.resume, args[0]);
	if (o->train.seeds > 0)
		return ry_fail(RY_EINVAL,
		               "rl watch: --seeds is for '%s rl train'; only one agent can be "
		               "watched at a time",
		               called_name());
	if (o->train.resume && o->size)
		return ry_fail(RY_EINVAL, "rl watch: --size works with a game or a run, not with "
		                          "--resume");
	g = n_args ? game_find(args[0]) : NULL;
	if (command_typed(cli, "every") && !o->size)
		return ry_fail(RY_EINVAL, "rl watch: --every needs --size");
	if (command_typed(cli, "episodes") && (g || !n_args))
		return ry_fail(RY_EINVAL, "rl watch: --episodes needs a run, not a game");
	if (o->at && (g || !n_args))
		return ry_fail(RY_EINVAL, "rl watch: --at needs a run, not a game");
	if (o->train.resume)
		return watch_learner(cli, o, NULL);
	if (!n_args)
		return ry_fail(RY_EINVAL,
		               "rl watch: expected a game ('%s rl games' lists them), a run, or "
		               "--resume RUN",
		               called_name());
	if (g)
		return watch_learner(cli, o, g);
	file = find_model(args[0], o, &run, &status);
	if (file && !status && o->at && !run)
		status = ry_fail(RY_EINVAL, "--at: %s is not a run", args[0]);
	if (!file && !status && !rl_game_find(args[0]))
		status = no_game_nor_run(args[0], ry_message());
	if (file && !status)
		status = watch_trained(cli, o, run ? run : args[0], file, run);
	free(file);
	free(run);
	return status;
}

static void watch_defaults(void *options)
{
	struct watch_options *o = options;

	rl_train_command.defaults(&o->train);
	o->every = 1;
	o->episodes = -1;
}

#define ROW(option, type, member, argument, help, least, most) \
	{ option, 0, type, offsetof(struct watch_options, member), argument, help, least, most, \
	  NULL }

static const struct option_row watch_rows[] = {
	ROW("size", OPTION_TEXT, size, "CxR",
	    "without a terminal: print --frames screens of C columns and R rows as text, then exit",
	    0, 0),
	ROW("speed", OPTION_REAL, speed, "N",
	    "game frames per second, 1 to 1000; above 1000: as fast as possible; pqn: of the "
	    "boards that are shown, at most 60, while learning goes on at full speed", 0, 1e9),
	ROW("every", OPTION_LONG, every, "N",
	    "with --size: game frames between screens; pqn: in whole rounds", 1, 1e12),
	ROW("episodes", OPTION_INT, episodes, "N",
	    "RUN without a terminal: episodes to play, one line each (default 10)", 1, 1e6),
	RL_AGE_ROW(struct watch_options),
	RL_TRAIN_ROWS,
	{ 0 }
};

static int describe_default(const struct option_row *row, const void *options, int n_args,
                            char *const *args, char *into, size_t size)
{
	if (!row || strcmp(row->name, "speed") != 0)
		return rl_train_describe_default(row, options, n_args, args, into, size);
	snprintf(into, size, "default: slow enough to follow; dqn then speeds up by itself, and "
	                     "its --resume begins at full speed");
	return 1;
}

static const struct option_section sections[] = {
	{ "size", "Screen" }, RL_LEARNING_SECTIONS, { "sticky", "Rules of the game" },
	{ "seeds", "Evaluation and run" }, { NULL, NULL }
};

const struct command rl_watch_command = {
	.sections = sections,
	.name = "rl watch",
	.argument_words = rl_game_names,
	.arguments = "[GAME|RUN]",
	.summary = "watch an agent learn a game, or the best agent of a run play it",
	.examples = "riley rl watch breakout\n"
	            "riley rl watch catch --name first --lr 0.0005\n"
	            "riley rl watch catch --speed 1000\n"
	            "riley rl watch breakout --algorithm dqn   # one game, frame by frame\n"
	            "riley rl watch runs/first\n"
	            "riley rl watch runs/first --at 10k   # as it was after 10,000 frames\n"
	            "riley rl watch --resume runs/first --frames 50000\n"
	            "riley rl watch catch --size 80x24 --frames 3 --every 500",
	.options = watch_rows,
	.options_size = sizeof(struct watch_options),
	.defaults = watch_defaults,
	.max_args = 1,
	.no_json = "it opens a screen; rl train and rl eval print the numbers",
	.run = watch_run,
	.describe_default = describe_default,
};
