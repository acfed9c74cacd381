/* rl_train_command.c - `riley rl train`: a game in, a run directory and scores out. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rl/agent/rl_learner.h"
#include "rl/commands/rl_commands.h"
#include "rl/commands/rl_kind.h"
#include "rl/commands/rl_train.h"
#include "src/app/training/training.h"
#include "src/base/file.h"
#include "src/base/json_value.h"
#include "src/base/text.h"
#include "src/cli/answer.h"
#include "src/cli/called.h"
#include "src/cli/next_commands.h"
#include "src/cli/option_effects.h"
#include "src/ui/progress.h"

/* A second thread pays where an update's matrices are large. */
enum { PARAMETERS_FOR_TWO = 50000 };

/* Points in the log of a run, rows about them on the screen, and points from one evaluation to the
 * next. */
enum { POINTS = 200, ROWS = 20, POINTS_EVALUATED = 10 };

/* Of the time, for checkpoints: syncing a replay buffer of 100,000 transitions takes a while. */
static const double checkpoint_share = 0.02;

const char *const rl_train_may_change[] = { "frames",   "eval-episodes", "eval-epsilon",
	                                    "eval-cap", "seeds",         NULL };

static const struct option_row rows[] = {
	RL_TRAIN_ROWS,
	{ 0 }
};

static void defaults(void *options)
{
	struct rl_train_command *o = options;

	rl_learning_defaults(&o->learning);
	rl_game_defaults(&o->game);
	rl_eval_defaults(&o->eval);
	o->report_every = o->eval_every = -1;
	o->seeds = -1;
}

enum ry_status rl_train_resolve(const struct cli *cli, struct rl_train_command *o,
                                const struct game_ops *g, struct game_options *game,
                                struct agent_options *agent)
{
	enum ry_status status = rl_game_resolve(cli, &o->game, g, game);

	o->asked = o->learning.settings.frames;
	if (status == RY_OK)
		status = rl_learning_resolve(&o->learning, g, agent);
	if (status == RY_OK && o->report_every < 0)
		o->report_every = o->learning.settings.frames < POINTS
		                          ? 1
		                          : o->learning.settings.frames / POINTS;
	if (status == RY_OK && o->eval_every < 0)
		o->eval_every = POINTS_EVALUATED * o->report_every;
	return status;
}

static const struct settings *settings_of(const void *options)
{
	return &((const struct rl_train_command *)options)->learning.settings;
}

static int has_momentum(const void *options)
{
	return optimizer_has_momentum((enum optimizer_rule)settings_of(options)->optimizer);
}

static int has_rho(const void *options)
{
	int rule = settings_of(options)->optimizer;

	return rule == RULE_RMSPROP || rule == RULE_RMSPROP_CENTRED;
}

static int has_denominator(const void *options)
{
	int rule = settings_of(options)->optimizer;

	return rule != RULE_SGD && rule != RULE_MOMENTUM && rule != RULE_NESTEROV;
}

static int is_huber(const void *options)
{
	return settings_of(options)->loss == SETTINGS_HUBER;
}

static int is_prioritised(const void *options)
{
	return settings_of(options)->alpha > 0;
}

static int has_target(const void *options)
{
	return settings_of(options)->target_every > 0 || settings_of(options)->double_q <= 0;
}

static int is_dqn(const void *options)
{
	return settings_of(options)->algorithm == SETTINGS_DQN;
}

static int is_pqn(const void *options)
{
	return settings_of(options)->algorithm == SETTINGS_PQN;
}

/* Runs of algorithm pqn end with a round. */
static void note_rounds(const struct cli *cli, const struct rl_train_command *o)
{
	const struct settings *s = settings_of(o);
	char frames[32];

	if ((command_typed(cli, "frames") || !o->resume) && o->asked > 0 && o->asked < s->frames)
		command_note(cli, "whole_rounds", "",
		             "--frames %ld is rounded up to %s, whole rounds of %d frames (--envs "
		             "%d, --rollout %d)",
		             o->asked, text_count(frames, (size_t)s->frames),
		             s->envs * s->rollout, s->envs, s->rollout);
}

void rl_train_note_longer(const struct cli *cli, const struct rl_train_command *o, long before)
{
	const struct settings *s = settings_of(o);
	char frames[2][32];

	if (before > 0 && s->frames > before && s->schedule != SETTINGS_CONSTANT)
		command_note(cli, "longer_schedule", "",
		             "the run now ends at frame %s instead of %s: the learning rate falls "
		             "to 0 over all of it (--schedule %s) and goes on higher than it was; "
		             "epsilon falls as before",
		             text_count(frames[0], (size_t)s->frames),
		             text_count(frames[1], (size_t)before), rl_schedules[s->schedule]);
}

void rl_train_note_effects(const struct cli *cli, const struct rl_train_command *o)
{
	static const struct option_effect of_rule[] = {
		{ "momentum", has_momentum, "--optimizer momentum, nesterov or rmsprop" },
		{ "rho", has_rho, "--optimizer rmsprop" },
		{ "optimizer-epsilon", has_denominator, "--optimizer adam, rmsprop or adagrad" },
		{ NULL, NULL, NULL }
	};
	static const struct option_effect of_dqn[] = {
		{ "delta", is_huber, "--loss huber" },
		{ "priority-epsilon", is_prioritised, "--prioritised above 0" },
		{ "beta", is_prioritised, "--prioritised above 0" },
		{ "beta-updates", is_prioritised, "--prioritised above 0" },
		{ "double", has_target, "--target-every above 0" },
		{ NULL, NULL, NULL }
	};
#define DQN(name) { name, is_dqn, "--algorithm dqn" },
#define PQN(name) { name, is_pqn, "--algorithm pqn" },
	static const struct option_effect of_algorithm[] = {
		RL_DQN_OPTIONS(DQN) RL_PQN_OPTIONS(PQN) { NULL, NULL, NULL }
	};
#undef DQN
#undef PQN

	note_rounds(cli, o);
	option_effects_note(cli, of_algorithm, o);
	option_effects_note(cli, of_rule, o);
	if (is_dqn(o))
		option_effects_note(cli, of_dqn, o);
}

const struct game_ops *rl_train_game(const json_t *info, const char *path, enum ry_status *status)
{
	const char *name =
		json_string_value(json_object_get(json_object_get(info, "game"), "name"));
	const struct game_ops *g = name ? game_find(name) : NULL;

	*status = RY_OK;
	if (!name || strcmp(json_string_value(json_object_get(info, "kind")), rl_kind.name) != 0)
		*status = ry_fail(RY_EDATA, "%s: not a run of '%s rl train'", path,
		                  called_name());
	else if (!g)
		*status = ry_fail(RY_EDATA, "%s/run.json: %s", path, ry_message());
	return *status == RY_OK ? g : NULL;
}

long rl_train_frames(const json_t *info)
{
	return (long)json_integer_value(
		json_object_get(json_object_get(info, "options"), "frames"));
}

void rl_train_complete(struct rl_train_command *o, const json_t *info)
{
	if (!json_object_get(json_object_get(info, "options"), "eval-every"))
		o->eval_every = 0;
}

/* ---- one run ---- */

struct job {
	const struct cli        *cli;
	struct rl_train_command *o;
	const struct game_ops   *game;
	struct game_options      game_options;
	struct agent_options     agent_options;
	long                     seed;
	int                      threads;         /* 0: to be decided */
	struct rundir           *run;
	struct workers          *workers;
	struct agent            *agent;
	struct rl_learner       *learner;
	struct rl_observer      *observer;        /* or NULL */
	long                     frames_before;   /* of a resumed run, before it was made longer */
};

static void job_free(struct job *j)
{
	rl_learner_free(j->learner);
	agent_free(j->agent);
	workers_free(j->workers);
	rundir_leave(j->run);
}

/* Threads that a network of this size keeps busy; rows of a batch are shared out eight at a
 * time. */
static enum ry_status decide_threads(struct job *j)
{
	const struct agent_options *o = &j->agent_options;
	int batch = o->algorithm == ALGORITHM_PQN
	                    ? o->pqn.games * o->pqn.steps / o->pqn.minibatches
	                    : o->dqn.batch;
	int most = (batch + 7) / 8, useful;
	size_t parameters;
	enum ry_status status =
		agent_parameters(j->game, &j->game_options, o, &parameters);

	if (status != RY_OK)
		return status;
	useful = parameters < PARAMETERS_FOR_TWO ? 1 : 2;
	if (command_typed(j->cli, "threads"))
		useful = j->cli->threads;
	useful = useful < j->cli->threads ? useful : j->cli->threads;
	useful = useful < most ? useful : most;
	j->threads = useful > 1 ? useful : 1;
	return RY_OK;
}

static enum ry_status make_learner(struct job *j)
{
	const struct settings *s = &j->o->learning.settings;
	enum ry_status status = j->threads ? RY_OK : decide_threads(j);

	if (status != RY_OK)
		return status;
	j->workers = workers_alloc(j->threads);
	if (j->workers)
		j->agent = agent_alloc(j->game, &j->game_options, &j->agent_options, j->seed,
		                       j->workers);
	if (j->agent)
		j->learner = rl_learner_alloc(
			j->agent, j->game,
			&(struct rl_learner_options){ .frames = s->frames,
		                                      .report = j->o->report_every,
		                                      .evaluate = j->o->eval_every,
		                                      .lr = s->lr,
		                                      .seed = j->seed,
		                                      .stop = command_interrupted,
		                                      .workers = j->workers });
	return j->learner ? RY_OK : ry_failure();
}

/* Leave out the options of the other algorithm, unless they were typed. */
static void leave_out(const struct job *j, json_t *options)
{
	enum algorithm a = (enum algorithm)j->agent_options.algorithm;

	for (const struct option_row *row = rows; row->name; row++)
		if (!rl_learning_uses(a, row->name) && !command_typed(j->cli, row->name))
			json_object_del(options, row->name);
}

static enum ry_status open_run(struct job *j, const char *path)
{
	enum ry_status status;
	json_t *info =
		training_run_info(&rl_train_command, j->cli, j->o, j->seed, j->threads);

	if (info) {
		leave_out(j, json_object_get(info, "options"));
		json_value_set(&info, "game", json_pack("{s:s}", "name", j->game->name));
		json_value_set(&info, "network",
		               json_string(net_lines(agent_net(j->agent))));
		status = info ? RY_OK : ry_fail_memory("the description of a run");
	} else {
		status = ry_failure();
	}
	if (status == RY_OK)
		j->run = rundir_create(path, info, &status);
	json_decref(info);
	return status;
}

/* What report.txt says. */
struct print {
	const struct rl_report    *report;
	const struct train_result *result;
	const char                *path;
	int                        ascii, evaluated;     /* during training */
};

static void print_report(FILE *to, const void *arg)
{
	const struct print *p = arg;
	char frames[32], episodes[32], best[32];

	out(to, "%s: %s, %s after %s frames", p->path, p->report->game->name, p->result->how,
	    text_count(frames, (size_t)p->report->frames));
	if (!p->report->game->endless)
		out(to, ", %s episodes", text_count(episodes, (size_t)p->report->episodes));
	out(to, ";\nbest by %s: frame %s\n\n",
	    p->evaluated ? "greedy evaluation" : "training",
	    text_count(best, (size_t)p->result->best_at));
	rl_report_text(to, p->report, p->ascii);
}

/* Over all points of the log; NaN before the first update. */
static double largest_q(const char *run)
{
	struct run_points *p = run_points_read(run, "point", NULL);
	double largest = NAN;

	for (int k = 0; p && k < p->columns; k++)
		for (size_t i = 0; strcmp(p->name[k], "largest_q") == 0 && i < p->n; i++)
			largest = fmax(largest, p->value[k][i]);
	run_points_free(p);
	return largest;
}

static enum ry_status report(struct job *j, struct rl_report *r)
{
	const char *file = rundir_file(j->run, "model.safetensors");

	r->frames = agent_frames(j->agent);
	r->episodes = agent_episodes(j->agent);
	r->train_return = agent_mean_return(j->agent);
	r->epsilon = agent_epsilon(j->agent);
	r->largest_q = largest_q(rundir_path(j->run));
	r->q_bound = agent_q_bound(j->agent);
	r->discount = j->o->learning.settings.discount;
	if (!file)
		return ry_failure();
	return rl_report_evaluate(r, file, j->game, &j->o->eval, RL_EVAL_SEED,
	                          j->workers);
}

/* The progress bar, with a row for every 20th of the run and not for each of its many points. */
struct rows {
	struct observer  observer;       /* first: the observer is this */
	struct observer *bar;
	double           next;           /* share of the run from which a point is shown */
	int              shown;          /* the latest one was */
};

static int show_rows(struct observer *self, const struct event *e)
{
	struct rows *r = (struct rows *)self;

	if (e->kind == EVENT_POINT) {
		r->shown = e->done >= r->next;
		if (r->shown)
			r->next = (floor(e->done * ROWS + 1e-9) + 1) / ROWS;
	}
	if ((e->kind == EVENT_POINT || e->kind == EVENT_BEST) && !r->shown)
		return 0;
	return r->bar->notify(r->bar, e);
}

static enum ry_status train(struct job *j, struct observer *watcher, struct train_result *t)
{
	const struct learner ops = rl_learner_ops(j->learner);
	const struct train_options how = { .resume = j->o->resume != NULL,
		                           .share = checkpoint_share };
	const struct cli *cli = j->cli;
	struct rows rows_of = { .observer = { show_rows, NULL }, .next = 1.0 / ROWS };
	enum ry_status status;

	if (!watcher && !cli->watcher && !cli->quiet &&
	    (rows_of.bar = progress_alloc(stderr, cli->plain, cli->ascii, cli->color,
	                                  rl_kind.items)))
		watcher = &rows_of.observer;
	status = training_drive(cli, how, &ops, j->run, rl_kind.items, watcher, 1, t);
	progress_free(rows_of.bar);
	return status;
}

static enum ry_status run_job(struct job *j, struct observer *watcher, struct rl_report *r,
                              struct train_result *t)
{
	struct rundir *run = j->run;
	char *path = strdup(rundir_path(run));
	enum ry_status status = path ? RY_OK : ry_fail_memory("a path");

	if (status == RY_OK && j->observer)
		status = j->observer->meet(j->observer, j->o, j->learner, path);
	if (status == RY_OK)
		status = train(j, watcher, t);
	if (status == RY_OK)
		status = report(j, r);
	if (status == RY_OK)
		status = training_report(j->cli, run, print_report,
		                         &(struct print){ r, t, path, j->cli->ascii,
		                                          j->o->eval_every > 0 });
	j->run = NULL;
	status = training_finish(run, status, rl_kind.unit, t,
	                         status == RY_OK ? rl_report_json(r, 0) : NULL);
	if (status == RY_ESTOP)
		ry_fail(RY_ESTOP, "stopped; resume with: %s rl train --resume %s", called_name(),
		        path);
	if (path && j->observer)
		j->observer->part(j->observer);
	free(path);
	return status;
}

/* Take up the run named by --resume: its game, options, seed and threads. */
static enum ry_status take_run(struct job *j)
{
	enum ry_status status;
	json_t *before = rundir_read_info(j->o->resume, &status);

	j->frames_before = rl_train_frames(before);
	json_decref(before);
	j->run = training_take_run(&rl_train_command, j->cli, j->o, j->o->resume,
	                           rl_train_may_change, &j->seed, &j->threads, &status);
	if (j->run) {
		rl_train_complete(j->o, rundir_info(j->run));
		j->game = rl_train_game(rundir_info(j->run), rundir_path(j->run), &status);
	}
	return status;
}

static enum ry_status do_job(struct job *j, const char *path, struct observer *watcher,
                             struct rl_report *r, struct train_result *t)
{
	enum ry_status status = j->o->resume ? take_run(j) : RY_OK;

	*t = (struct train_result){ .how = "failed" };
	*r = (struct rl_report){ .episodes = -1 };
	if (status == RY_OK)
		status = rl_train_resolve(j->cli, j->o, j->game, &j->game_options,
		                          &j->agent_options);
	if (status == RY_OK) {
		rl_train_note_effects(j->cli, j->o);
		rl_train_note_longer(j->cli, j->o, j->frames_before);
		status = make_learner(j);
	}
	if (status == RY_OK && !j->run)
		status = open_run(j, path);
	if (status == RY_OK)
		status = run_job(j, watcher, r, t);
	job_free(j);
	return status;
}

enum ry_status rl_train_one(const struct cli *cli, struct rl_train_command *o,
                            const struct game_ops *g, const char *path, struct observer *watcher,
                            struct rl_report *r, struct train_result *t)
{
	return do_job(&(struct job){ .cli = cli, .o = o, .game = g, .seed = cli->seed }, path,
	              watcher, r, t);
}

enum ry_status rl_train_watched(const struct cli *cli, struct rl_train_command *o,
                                const struct game_ops *g, const char *path,
                                struct rl_observer *observer, struct rl_report *r,
                                struct train_result *t)
{
	struct job j = { .cli = cli, .o = o, .game = g, .seed = cli->seed, .observer = observer };

	return do_job(&j, path, &observer->observer, r, t);
}

/* ---- the command ---- */

static enum ry_status print_result(const struct cli *cli, const struct rl_train_command *o,
                                   const struct rl_report *r, const struct train_result *t,
                                   const char *path)
{
	if (cli->json) {
		json_t *all = rl_report_json(r, 0);

		json_object_set_new(all, "run", json_string(path));
		json_object_set_new(all, "frames", json_integer(r->frames));
		json_object_set_new(all, "best_frame", json_integer(t->best_at));
		json_object_set_new(all, "notes", command_notes(cli));
		return answer_json(stdout, all, JSON_INDENT(1) | JSON_REAL_PRECISION(8),
		                   "the scores");
	}
	if (!training_untold(cli))
		print_report(stdout,
		             &(struct print){ r, t, path, cli->ascii, o->eval_every > 0 });
	return RY_OK;
}

/* 'rl watch catch' would mean the game. */
static void say_next(const struct cli *cli, const char *path)
{
	if (game_find(file_last_part(path)))
		next_commands_print(cli, rl_kind.next, RUN_NEXT, path);
	else
		next_commands_for_run(cli, rl_kind.next, RUN_NEXT, path);
}

static enum ry_status single(const struct cli *cli, struct rl_train_command *o,
                             const struct game_ops *g, const char *path)
{
	struct rl_report r;
	struct train_result t;
	enum ry_status status = rl_train_one(cli, o, g, path, NULL, &r, &t);

	if (status == RY_OK)
		status = print_result(cli, o, &r, &t, path);
	if (status == RY_OK) {
		training_plot(cli, path);
		say_next(cli, path);
	}
	rl_report_free(&r);
	return status;
}

static enum ry_status run(const struct cli *cli, void *options, int n_args, char **args)
{
	struct rl_train_command *o = options;
	const struct game_ops *g;
	enum ry_status status;
	char *path;

	if (o->resume && n_args)
		return ry_fail(RY_EINVAL, "rl train: --resume %s has its own game; remove %s",
		               o->resume, args[0]);
	if (o->resume && o->seeds > 0)
		return rl_train_resume_seeds(cli, o);
	if (o->resume)
		return single(cli, o, NULL, o->resume);
	if (!n_args)
		return ry_fail(RY_EINVAL,
		               "rl train: expected a game ('%s rl games' lists them), or --resume "
		               "RUN",
		               called_name());
	g = rl_game_find(args[0]);
	if (!g)
		return ry_failure();
	path = training_run_path(o->name, rl_run_model(&o->learning, g), g->name,
	                         o->seeds > 0 ? "-s1" : "");
	if (!path)
		return ry_failure();
	status = o->seeds > 0 ? rl_train_seeds(cli, o, g, path) : single(cli, o, g, path);
	free(path);
	return status;
}

static void describe_heading(const struct rl_learning_options *o, const struct game_ops *g,
                             char *into, size_t size)
{
	if (g)
		snprintf(into, size, "Options, with the defaults of preset %s for %s:",
		         preset_names[rl_learning_preset(o, g)], g->name);
	else
		snprintf(into, size,
		         "Options, with the defaults of %s%s ('%s rl train GAME --help' shows "
		         "those of one game):",
		         o->preset < 0 ? "each game" : "preset ",
		         o->preset < 0 ? "" : preset_names[o->preset], called_name());
}

int rl_train_describe_default(const struct option_row *row, const void *options, int n_args,
                              char *const *args, char *into, size_t size)
{
	const struct rl_train_command *o = options;
	const struct game_ops *g = n_args ? game_find(args[0]) : NULL;

	if (!row)
		describe_heading(&o->learning, g, into, size);
	else if (strcmp(row->name, "preset") == 0)
		snprintf(into, size,
		         "default: fast where it learns more in two minutes, else riley");
	else if (strcmp(row->name, "seeds") == 0)
		snprintf(into, size, "default: one run, with seed --seed");
	else if (strcmp(row->name, "report-every") == 0)
		snprintf(into, size, "default: a 200th of all frames");
	else if (strcmp(row->name, "eval-every") == 0)
		snprintf(into, size, "default: ten times --report-every");
	else
		return rl_learning_describe(row, &o->learning, g, into, size) ||
		       rl_game_describe(row, g, into, size);
	return 1;
}

static enum ry_status check(const struct cli *cli, void *options, int n_args, char **args)
{
	const struct game_ops *g = n_args ? rl_game_find(args[0]) : NULL;
	struct game_options game;
	struct agent_options agent;

	if (n_args && !g)
		return ry_failure();
	return g ? rl_train_resolve(cli, options, g, &game, &agent) : RY_OK;
}

static const struct option_section sections[] = {
	RL_LEARNING_SECTIONS, { "sticky", "Rules of the game" },
	{ "seeds", "Evaluation and run" }, { NULL, NULL }
};

const struct command rl_train_command = {
	.sections = sections,
	.name = "rl train",
	.argument_words = rl_game_names,
	.arguments = "[GAME]",
	.summary = "train an agent to play a game",
	.examples =
		"riley rl train catch\n"
		"riley rl train breakout --help                # the defaults for breakout\n"
		"riley rl train breakout --name first --frames 500000\n"
		"riley rl train breakout --preset minatar --lr 0.002 --seeds 3\n"
		"riley rl train catch --algorithm pqn --envs 32\n"
		"riley rl train lake4 --slippery no --hidden 64 --n-step 3 --dueling\n"
		"riley rl train --resume runs/first --frames 2000000\n",
	.options = rows,
	.options_size = sizeof(struct rl_train_command),
	.defaults = defaults,
	.min_args = 0, .max_args = 1,
	.run = run,
	.check = check,
	.makes = &rl_kind,
	.group = "reinforcement learning on small games",
	.try_first = "riley rl watch catch",
	.describe_default = rl_train_describe_default,
};
