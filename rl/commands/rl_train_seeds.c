/* rl_train_seeds.c - `riley rl train --seeds K`: as many runs side by side, and what they say
 * together. */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rl/commands/rl_commands.h"
#include "rl/commands/rl_train.h"
#include "src/app/training/training.h"
#include "src/base/text.h"
#include "src/cli/answer.h"
#include "src/cli/called.h"
#include "src/cli/jobs.h"
#include "src/cli/next_commands.h"
#include "src/nn/metrics.h"
#include "src/ui/progress.h"
#include "src/ui/wrap.h"

struct group {
	const struct cli              *cli;
	const struct rl_train_command *o;        /* as all of them are to be */
	const struct game_ops         *game;
	const char                    *base;     /* the runs are BASE-s1 ... */
	int                            n;
	long                           seed;     /* of the first */
	char                         **path;     /* (n) */
	int                           *done;     /* (n): was finished before */
	/* (n): training and evaluation return */
	double                        *trained, *evaluated;
	struct observer               *bar;
	int                            bar_begun;
};

static void group_free(struct group *g)
{
	for (int k = 0; g->path && k < g->n; k++)
		free(g->path[k]);
	free(g->path);
	free(g->done);
	free(g->trained);
	free(g->evaluated);
}

static enum ry_status group_make(struct group *g)
{
	g->path = ry_calloc((size_t)g->n, sizeof *g->path, "runs");
	g->done = ry_calloc((size_t)g->n, sizeof *g->done, "runs");
	g->trained = ry_calloc((size_t)g->n, sizeof *g->trained, "runs");
	g->evaluated = ry_calloc((size_t)g->n, sizeof *g->evaluated, "runs");
	if (!g->path || !g->done || !g->trained || !g->evaluated)
		return ry_failure();
	for (int k = 0; k < g->n; k++)
		if (asprintf(&g->path[k], "%s-s%d", g->base, k + 1) < 0) {
			g->path[k] = NULL;
			return ry_fail_memory("a path");
		}
	return RY_OK;
}

static int is_there(const char *path)
{
	char file[4200];

	snprintf(file, sizeof file, "%s/run.json", path);
	return access(file, F_OK) == 0;
}

/* ---- what a finished run says ---- */

/* Its returns; 0 when it is not finished, or was so before it was to play on. */
static int read_result(struct group *g, int k)
{
	enum ry_status status;
	json_t *info = rundir_read_info(g->path[k], &status);
	const json_t *result = json_object_get(info, "result");
	const json_t *trained =
		json_object_get(result, g->game->endless ? "train_reward" : "train_return");
	const json_t *evaluated =
		json_object_get(result, g->game->endless ? "mean_reward" : "mean_return");
	int done = info &&
	           strcmp(json_string_value(json_object_get(info, "status")), "done") == 0 &&
	           json_is_number(evaluated) &&
	           json_number_value(json_object_get(result, "frames")) >=
	                   (double)g->o->learning.settings.frames;

	g->trained[k] = json_is_number(trained) ? json_number_value(trained) : NAN;
	g->evaluated[k] = done ? json_number_value(evaluated) : NAN;
	json_decref(info);
	return done;
}

/* ---- in a run's process ---- */

static enum ry_status work(int k, volatile double *done, void *arg)
{
	const struct group *g = arg;
	struct cli cli = *g->cli;
	struct rl_train_command o = *g->o;
	struct job_watcher watcher = job_watcher(done);
	struct rl_report r;
	struct train_result t;
	enum ry_status status;

	cli.quiet = 1;
	cli.json = 0;
	cli.threads = 1;
	cli.seed = g->seed + k;
	o.seeds = -1;
	o.resume = is_there(g->path[k]) ? g->path[k] : NULL;
	status = rl_train_one(&cli, &o, g->game, g->path[k], &watcher.observer, &r, &t);
	rl_report_free(&r);
	if (status == RY_OK)
		training_plot(&cli, g->path[k]);
	return status;
}

/* ---- in ours ---- */

static void show_progress(const double *done, void *arg)
{
	struct group *g = arg;
	double each = (double)g->o->learning.settings.frames, frames = 0;
	struct event e = { .kind = g->bar_begun ? EVENT_STEP : EVENT_START, .unit = "frame" };

	for (int k = 0; k < g->n; k++)
		frames += each * (g->done[k] ? 1 : done[k]);
	e.count = e.items = frames;
	e.done = frames / (each * g->n);
	g->bar->notify(g->bar, &e);
	g->bar_begun = 1;
}

/* Say which failed; the status of the first that did. */
static enum ry_status judge(const struct group *g, const struct job_end *end)
{
	int failed = 0, stopped = 0, first = 0;

	for (int k = 0; k < g->n; k++) {
		stopped += end[k].status == RY_ESTOP;
		if (end[k].status == RY_OK || end[k].status == RY_ESTOP)
			continue;
		tell_user("%s: %s", g->path[k], end[k].message);
		if (!failed++)
			first = k;
	}
	if (failed)
		return ry_fail(end[first].status, "%d of %d runs failed, first %s: %.600s", failed,
		               g->n, g->path[first], end[first].message);
	if (stopped)
		return ry_fail(RY_ESTOP,
		               "stopped; resume with: %s rl train --resume %s --seeds %d",
		               called_name(), g->base, g->n);
	return RY_OK;
}

static enum ry_status run_all(struct group *g)
{
	struct job_end *end = ry_calloc((size_t)g->n, sizeof *end, "runs");
	struct jobs jobs = {
		.n = g->n, .at_once = g->cli->threads, .arg = g, .skip = g->done, .work = work
	};
	enum ry_status status;

	if (!end)
		return ry_failure();
	if (!g->cli->quiet)
		g->bar = progress_alloc(stderr, g->cli->plain, g->cli->ascii, g->cli->color,
		                        "frames");
	jobs.tell = g->bar ? show_progress : NULL;
	status = jobs_run(&jobs, end);
	progress_free(g->bar);
	g->bar = NULL;
	if (status == RY_OK)
		status = judge(g, end);
	free(end);
	return status;
}

/* ---- what they say together ---- */

static json_t *numbers(const double *x, int n)
{
	json_t *a = json_array();

	for (int k = 0; k < n; k++)
		json_array_append_new(a, answer_number(x[k]));
	return a;
}

/* The mean over seeds and its 95 % interval, within what the game allows. */
struct over_seeds {
	double mean, low, high;
};

static struct over_seeds over_seeds(const struct group *g, const double *x)
{
	struct over_seeds s;
	double half;

	metrics_interval(x, (size_t)g->n, &s.mean, &half);
	metrics_interval_within(s.mean, half, g->game->least, g->game->most, &s.low, &s.high);
	return s;
}

static void add_interval(json_t *o, const char *name, const struct group *g, const double *x)
{
	struct over_seeds s = over_seeds(g, x);
	int n = g->n;
	char key[60];

	json_object_set_new(o, name, answer_number(s.mean));
	snprintf(key, sizeof key, "%s_interval", name);
	json_object_set_new(o, key,
	                    json_pack("[o, o]", answer_number(s.low), answer_number(s.high)));
	snprintf(key, sizeof key, "%ss", name);
	json_object_set_new(o, key, numbers(x, n));
}

static enum ry_status print_json(const struct group *g)
{
	int endless = g->game->endless;
	json_t *o = json_pack("{s:s, s:I}", "game", g->game->name, "frames",
	                      (json_int_t)g->o->learning.settings.frames);
	json_t *runs = json_array(), *seeds = json_array();

	for (int k = 0; k < g->n; k++) {
		json_array_append_new(runs, json_string(g->path[k]));
		json_array_append_new(seeds, json_integer(g->seed + k));
	}
	json_object_set_new(o, "runs", runs);
	json_object_set_new(o, "seeds", seeds);
	add_interval(o, endless ? "mean_reward" : "mean_return", g, g->evaluated);
	add_interval(o, endless ? "train_reward" : "train_return", g, g->trained);
	json_object_set_new(o, "notes", command_notes(g->cli));
	return answer_json(stdout, o, JSON_INDENT(1) | JSON_REAL_PRECISION(8), "the scores");
}

/* "0.5596 to 1.064" */
static const char *range(char text[60], struct over_seeds s)
{
	snprintf(text, 60, "%.4g to %.4g", s.low, s.high);
	return text;
}

static void print_table(const struct group *g)
{
	const struct settings *s = &g->o->learning.settings;
	const char *what = g->game->endless ? "reward" : "return";
	struct over_seeds train = over_seeds(g, g->trained), eval = over_seeds(g, g->evaluated);
	char frames[32], cap[32], trained[60], evaluated[60];

	out(stdout, "%s: %d seeds, %s frames each\n\n", g->game->name, g->n,
	    text_count(frames, (size_t)s->frames));
	out(stdout, "  %-36s %6s  training %-6s %12s %s\n", "run", "seed", what, "evaluation",
	    what);
	for (int k = 0; k < g->n; k++)
		out(stdout, "  %-36s %6ld %15.4g %19.4g\n", g->path[k], g->seed + k, g->trained[k],
		    g->evaluated[k]);
	out(stdout, "  %-43s %15.4g %19.4g\n", "mean", train.mean, eval.mean);
	if (g->n > 1)
		out(stdout, "  %-41s %17s %19s\n", "95 % interval over seeds",
		    range(trained, train), range(evaluated, eval));
	if (g->game->endless)
		out(stdout,
		    "\n  Per frame. Training: the last 1,000, epsilon %.3g; evaluation: %d x "
		    "%s,\n  epsilon %.3g.\n",
		    s->epsilon_end, RL_EVAL_EPISODES_ENDLESS,
		    text_count(cap, (size_t)g->o->eval.cap), g->o->eval.epsilon);
	else
		out(stdout,
		    "\n  Training: the last 100 episodes, with exploration; evaluation: %d "
		    "episodes,\n  epsilon %.3g, cap %s frames.\n",
		    g->o->eval.episodes < 0 ? RL_EVAL_EPISODES : g->o->eval.episodes,
		    g->o->eval.epsilon, text_count(cap, (size_t)g->o->eval.cap));
	printf("  Interval: Student's t over seeds; where the game limits returns, Wilson's.\n");
}

static enum ry_status train_group(struct group *g)
{
	static const struct next_command next[] = {
		{ "plot", "-s*", "their mean, with its 95 % interval" },
		{ "rl watch", "-s1", "watch the first agent play" },
	};
	enum ry_status status = run_all(g);

	for (int k = 0; k < g->n && status == RY_OK; k++)
		if (!read_result(g, k))
			status = ry_fail(RY_EIO, "%s: cannot read its result", g->path[k]);
	if (status != RY_OK)
		return status;
	if (g->cli->json)
		return print_json(g);
	print_table(g);
	next_commands_print(g->cli, next, 2, g->base);
	return RY_OK;
}

enum ry_status rl_train_seeds(const struct cli *cli, struct rl_train_command *o,
                              const struct game_ops *game, const char *path)
{
	struct group g = {
		.cli = cli, .o = o, .game = game, .base = path, .n = o->seeds, .seed = cli->seed
	};
	struct game_options rules;
	struct agent_options agent;
	enum ry_status status = rl_train_resolve(cli, o, game, &rules, &agent);

	if (status == RY_OK) {
		rl_train_note_effects(cli, o);
		status = group_make(&g);
	}
	for (int k = 0; k < g.n && status == RY_OK; k++)
		if (is_there(g.path[k]))
			status = ry_fail(RY_EINVAL,
			                 "%s: already holds a run: choose another name, or "
			                 "continue with --resume %s --seeds %d",
			                 g.path[k], path, g.n);
	if (status == RY_OK)
		status = train_group(&g);
	group_free(&g);
	return status;
}

/* The first run that is there says what all are; those that are not yet begin anew. */
static enum ry_status take_first(struct group *g, struct rl_train_command *o, json_t **info)
{
	enum ry_status status;
	int first = 0;

	while (first < g->n && !is_there(g->path[first]))
		first++;
	if (first == g->n)
		return ry_fail(RY_EDATA, "%s: no such run to resume", g->path[0]);
	*info = rundir_read_info(g->path[first], &status);
	if (!*info)
		return status;
	g->game = rl_train_game(*info, g->path[first], &status);
	if (status == RY_OK)
		status = training_resume(&rl_train_command, g->cli, o, *info, rl_train_may_change);
	if (status == RY_OK)
		rl_train_complete(o, *info);
	g->seed = (long)json_integer_value(json_object_get(*info, "seed")) - first;
	if (status == RY_OK && command_typed(g->cli, "seed") && g->cli->seed != g->seed)
		status = ry_fail(RY_EINVAL,
		                 "--seed cannot change when runs are resumed: the first has %ld",
		                 g->seed);
	return status;
}

enum ry_status rl_train_resume_seeds(const struct cli *cli, struct rl_train_command *o)
{
	struct group g = { .cli = cli, .o = o, .base = o->resume, .n = o->seeds };
	struct game_options rules;
	struct agent_options agent;
	json_t *info = NULL;
	enum ry_status status = group_make(&g);

	if (status == RY_OK)
		status = take_first(&g, o, &info);
	if (status == RY_OK)
		status = rl_train_resolve(cli, o, g.game, &rules, &agent);
	if (status == RY_OK) {
		rl_train_note_effects(cli, o);
		rl_train_note_longer(cli, o, rl_train_frames(info));
	}
	for (int k = 0; k < g.n && status == RY_OK; k++)
		g.done[k] = is_there(g.path[k]) && read_result(&g, k);
	if (status == RY_OK)
		status = train_group(&g);
	group_free(&g);
	json_decref(info);
	return status;
}
