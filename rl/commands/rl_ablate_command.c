/* rl_ablate_command.c - `riley rl ablate`: what of the many-games algorithm makes the difference.
 *
 * The command writes the description of a sweep whose variants change one thing each, and runs it.
 *
 * Held fixed are the frames of all games together and the transitions R = N T / B in a minibatch,
 * with N games, rounds of T frames and B minibatches; with the same passes this also fixes the
 * number of updates.  With n games B becomes n T / R; where a round of T frames fills no minibatch
 * or no whole number of them, T grows to the next multiple of R / gcd(n, R).
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rl/agent/presets.h"
#include "rl/commands/rl_commands.h"
#include "rl/commands/rl_options.h"
#include "rl/commands/rl_report.h"
#include "src/app/sweep/sweep_command.h"
#include "src/app/training/training.h"
#include "src/base/text.h"
#include "src/cli/called.h"
#include "src/cli/options.h"

enum { MOST_FRAMES = 300000, SEEDS = 3 };

struct options {
	struct rl_game_options game;
	struct rl_eval_options eval;
	int         preset;              /* of `presets` */
	long        frames;              /* below 1: to be decided */
	int         seeds, jobs;
	const char *name, *resume;
};

static const char *const presets[] = { "fast", "pqn", NULL };
static const enum preset preset_of[] = { PRESET_FAST, PRESET_PQN };

#define ROW(option, type, member, argument, help, low, high, choices) \
	{ option, 0, type, offsetof(struct options, member), argument, help, low, high, choices }

static const struct option_row rows[] = {
	ROW("preset", OPTION_CHOICE, preset, NULL,
	    "what is taken apart: riley's settings for learning from many games at once, or those "
	    "published for PQN", 0, 0, presets),
	ROW("frames", OPTION_LONG, frames, "N",
	    "length of each run, in frames of all its games (default 300000; catch 100000, lake4 "
	    "200000)", 1, 1e12, NULL),
	ROW("seeds", OPTION_INT, seeds, "K", "runs of each variant", 1, 1000, NULL),
	ROW("jobs", OPTION_INT, jobs, "K",
	    "runs at a time (default: as many as the processors allow)", 1, 1024, NULL),
	ROW("name", OPTION_TEXT, name, "NAME",
	    "save the runs in runs/NAME/; a NAME with a slash is a path (default: ablate, game and "
	    "time)", 0, 0, NULL),
	ROW("resume", OPTION_TEXT, resume, "FOLDER",
	    "continue the ablation in this folder; finished runs are not repeated", 0, 0, NULL),
	RL_GAME_ROWS(struct options),
	RL_EVAL_ROWS(struct options, "eval-"),
	{ 0 }
};

/* The first of the rows that go on to every run as they are. */
static const char first_passed_on[] = "sticky";

static void defaults(void *options)
{
	struct options *o = options;

	rl_game_defaults(&o->game);
	rl_eval_defaults(&o->eval);
	o->frames = o->jobs = -1;
	o->seeds = SEEDS;
}

/* ---- the description ---- */

/* With n games, as the head of this file says. */
static void print_games(FILE *to, const struct settings *base, int n)
{
	int R = base->envs * base->rollout / base->minibatches, a = n, b = R, step, T;

	while (b) {                          /* gcd */
		int rest = a % b;

		a = b;
		b = rest;
	}
	step = R / a;
	T = (base->rollout + step - 1) / step * step;
	fprintf(to, "envs-%d = --envs %d --rollout %d --minibatches %d\n", n, n, T, n * T / R);
}

static void print_variants(FILE *to, const struct settings *base)
{
	static const double lambda[] = { 0, 0.65, 1 };
	static const int n[] = { 1, 16, 128 };

	fprintf(to, "base =\nnorm-no = --norm no\n");
	for (size_t k = 0; k < sizeof lambda / sizeof *lambda; k++)
		if (lambda[k] != base->lambda)
			fprintf(to, "lambda-%g = --lambda %g\n", lambda[k], lambda[k]);
	for (size_t k = 0; k < sizeof n / sizeof *n; k++)
		if (n[k] != base->envs)
			print_games(to, base, n[k]);
	fprintf(to, "replay = --preset riley\n");
}

/* Options that were typed and that each run has too. */
static void print_passed_on(FILE *to, const struct cli *cli, const struct options *o)
{
	int passed_on = 0;
	char text[64];

	for (const struct option_row *row = rows; row->name; row++) {
		passed_on |= strcmp(row->name, first_passed_on) == 0;
		if (!passed_on || !command_typed(cli, row->name))
			continue;
		option_text(row, o, text, sizeof text);
		out(to, "%s = %s\n", row->name, text);
	}
}

/* The caller frees it; NULL without memory. */
static char *describe(const struct cli *cli, const struct options *o, const struct game_ops *g,
                      const struct settings *base)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f) {
		ry_fail_memory("a description");
		return NULL;
	}
	out(f,
	    "# An ablation: each variant differs in one thing from the first, the base, which has\n"
	    "# %d games, rounds of %d frames, %d minibatches, lambda %g.\n\n"
	    "[sweep]\ncommand = rl train %s\nseeds = %d\nseed = %ld\n"
	    "show = largest_q, q_bound, rate\n\n"
	    "[fixed]\npreset = %s\nframes = %ld\n",
	    base->envs, base->rollout, base->minibatches, base->lambda, g->name, o->seeds,
	    cli->seed, presets[o->preset], o->frames);
	print_passed_on(f, cli, o);
	fprintf(f, "\n[variants]\n");
	print_variants(f, base);
	if (fclose(f) == 0 && text)
		return text;
	free(text);
	ry_fail_memory("a description");
	return NULL;
}

/* ---- the command ---- */

static const char note[] =
	"Held fixed: the frames of all games together, and the transitions in a minibatch; so all "
	"variants but replay make the same number of updates. With few games the rounds are longer "
	"where a minibatch needs it. replay: a deep Q-network with a replay buffer (preset riley), "
	"the same number of frames, updates at its own pace. largest q: the largest |Q| or target "
	"in training, mean over seeds; above q bound, the largest reward / (1 - discount), values "
	"diverge. rate: frames per second of training.";

static enum ry_status run_sweep(const struct cli *cli, const struct options *o, const char *text,
                                const char *folder)
{
	char *again = NULL;
	enum ry_status status;

	if (asprintf(&again, "rl ablate --resume %s", folder) < 0)
		return ry_fail_memory("a name");
	status = sweep_run(cli, &(struct sweep_order){ .text = text, .folder = folder,
	                                               .again = again, .note = note,
	                                               .jobs = o->jobs });
	free(again);
	return status;
}

static int is_there(const char *folder)
{
	char path[4200];

	snprintf(path, sizeof path, "%s/sweep.ini", folder);
	return access(path, F_OK) == 0;
}

/* What decides what the runs are was decided when they began. */
static enum ry_status resume(const struct cli *cli, const struct options *o)
{
	for (const struct option_row *row = rows; row->name; row++)
		if (command_typed(cli, row->name) && strcmp(row->name, "resume") != 0 &&
		    strcmp(row->name, "jobs") != 0)
			return ry_fail(RY_EINVAL,
			               "--%s cannot change when an ablation is resumed", row->name);
	if (command_typed(cli, "seed"))
		return ry_fail(RY_EINVAL, "--seed cannot change when an ablation is resumed");
	if (!is_there(o->resume))
		return ry_fail(RY_EDATA, "%s: no ablation to resume: expected a folder that '%s rl "
		               "ablate' has made", o->resume, called_name());
	return run_sweep(cli, o, NULL, o->resume);
}

/* The settings of the base, and the length of the runs. */
static enum ry_status resolve(const struct cli *cli, struct options *o, const struct game_ops *g,
                              struct settings *base)
{
	struct game_options rules;
	struct settings replay;
	enum ry_status status = rl_game_resolve(cli, &o->game, g, &rules);

	if (status != RY_OK)
		return status;
	if (!g->fast)
		return ry_fail(RY_EINVAL,
		               "%s cannot be learnt from many games at once, so there is nothing "
		               "to take apart", g->name);
	if (o->frames < 1)
		o->frames = g->fast->frames < MOST_FRAMES ? g->fast->frames : MOST_FRAMES;
	status = preset_fill(PRESET_RILEY, g, &replay);
	if (status == RY_OK && o->frames <= replay.start)
		return ry_fail(RY_EINVAL,
		               "--frames %ld: the variant with a replay buffer learns from frame "
		               "%ld on; expected more frames",
		               o->frames, replay.start + 1);
	return status == RY_OK ? preset_fill(preset_of[o->preset], g, base) : status;
}

static enum ry_status begin(const struct cli *cli, struct options *o, const struct game_ops *g)
{
	struct settings base;
	enum ry_status status = resolve(cli, o, g, &base);
	char *folder = status == RY_OK ? training_run_path(o->name, "ablate", g->name, "") : NULL,
	     *text = folder ? describe(cli, o, g, &base) : NULL;

	if (status == RY_OK && !text)
		status = ry_failure();
	if (status == RY_OK && is_there(folder))
		status = ry_fail(RY_EINVAL,
		                 "%s: already holds an ablation: choose another name, or continue "
		                 "with --resume %s",
		                 folder, folder);
	if (status == RY_OK)
		status = run_sweep(cli, o, text, folder);
	free(text);
	free(folder);
	return status;
}

static enum ry_status run(const struct cli *cli, void *options, int n_args, char **args)
{
	struct options *o = options;
	const struct game_ops *g;

	if (o->resume && n_args)
		return ry_fail(RY_EINVAL, "rl ablate: --resume %s has its own game; remove %s",
		               o->resume, args[0]);
	if (o->resume)
		return resume(cli, o);
	if (!n_args)
		return ry_fail(RY_EINVAL,
		               "rl ablate: expected a game ('%s rl games' lists them), or --resume "
		               "FOLDER",
		               called_name());
	g = rl_game_find(args[0]);
	return g ? begin(cli, o, g) : ry_failure();
}

static const struct option_section sections[] = {
	{ "preset", "What is compared" }, { "name", "Where" }, { "sticky", "Rules of the game" },
	{ "eval-episodes", "Evaluation" }, { NULL, NULL }
};

const struct command rl_ablate_command = {
	.sections = sections,
	.name = "rl ablate",
	.argument_words = rl_game_names,
	.arguments = "[GAME]",
	.summary = "what each part of learning from many games at once is worth",
	.examples =
		"riley rl ablate catch\n"
		"riley rl ablate breakout --frames 1000000 --seeds 5\n"
		"riley rl ablate seaquest --preset pqn --eval-epsilon 0.1\n"
		"riley rl ablate --resume runs/ablate-breakout-20260131-1200\n"
		"\n"
		"Each variant differs in one thing from the base: no layer normalisation;\n"
		"lambda 0, 0.65 or 1; 1, 16 or 128 games at once; a replay buffer instead.\n"
		"The table and the plot show the evaluation return with its 95 % interval over\n"
		"seeds, and how far each variant is from the base. The folder of the runs has\n"
		"their description, sweep.ini: edit a copy of it, and 'riley sweep' compares\n"
		"something else.\n",
	.options = rows,
	.options_size = sizeof(struct options),
	.defaults = defaults,
	.min_args = 0, .max_args = 1,
	.run = run,
	.group = "reinforcement learning on small games",
};
