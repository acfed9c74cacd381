/* rl_tabular_command.c - `riley rl tabular`: Q-learning with a table on a lake, laid beside the
 * truth. */
#include <float.h>
#include <stdio.h>
#include <string.h>

#include "rl/agent/tabular.h"
#include "rl/commands/rl_commands.h"
#include "rl/commands/rl_lake_report.h"
#include "rl/commands/rl_options.h"
#include "src/base/random.h"
#include "src/base/text.h"
#include "src/cli/answer.h"

struct tabular_command_options {
	struct tabular_options table;
	struct rl_game_options game;
};

#define AT(member) offsetof(struct tabular_command_options, table.member)

static const struct option_row tabular_rows[] = {
	{ "episodes", 0, OPTION_LONG, AT(episodes), "N", "training episodes", 1, 1e8, NULL },
	{ "lr", 0, OPTION_REAL, AT(lr), "X",
	  "learning rate at the first visit to a state-action pair", 1e-9, 1, NULL },
	{ "lr-power", 0, OPTION_REAL, AT(power), "P",
	  "after n visits the learning rate is lr / n^P; 0: constant", 0, 1, NULL },
	{ "discount", 0, OPTION_REAL, AT(discount), "X", "discount factor per step (gamma)", 0,
	  1, NULL },
	{ "epsilon", 0, OPTION_REAL, AT(epsilon), "P",
	  "exploration: initial probability of a random action", 0,
	  1, NULL },
	{ "epsilon-end", 0, OPTION_REAL, AT(epsilon_end), "P",
	  "exploration: final probability of a random action", 0, 1, NULL },
	{ "epsilon-share", 0, OPTION_REAL, AT(epsilon_share), "X",
	  "exploration: fraction of the episodes over which epsilon falls", 0, 1, NULL },
	{ "initial", 0, OPTION_REAL, AT(initial), "X",
	  "initial Q value of every state-action pair", -DBL_MAX,
	  DBL_MAX, NULL },
	RL_GAME_ROW(struct tabular_command_options, "slippery", OPTION_CHOICE, slippery, NULL,
	            "the ice is slippery, so moves may go sideways", 0, 0, rl_no_yes),
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, 0, 0, NULL }
};

static void tabular_command_defaults(void *options)
{
	struct tabular_command_options *o = options;

	tabular_defaults(&o->table);
	rl_game_defaults(&o->game);
}

static enum ry_status learn(struct tabular *t, long seed)
{
	gsl_rng *game = random_stream(seed, STREAM_GAME),
		*explore = random_stream(seed, STREAM_EXPLORE);
	enum ry_status s = game && explore
				   ? tabular_train(t, game, explore, command_interrupted)
				   : ry_failure();

	if (game)
		gsl_rng_free(game);
	if (explore)
		gsl_rng_free(explore);
	return s;
}

static void print_head(const struct cli *cli, const struct lake_report *r, const struct tabular *t)
{
	char episodes[32], steps[32];

	out(stdout, "%s, %s: Q-learning with a table, %s episodes (%s steps), seed %ld\n\n",
	    r->g->name, r->slippery ? "slippery" : "plain",
	    text_count(episodes, (size_t)tabular_episodes(t)),
	    text_count(steps, (size_t)tabular_steps(t)), cli->seed);
}

static enum ry_status print_json(const struct cli *cli, const struct tabular_command_options *o,
                                 const struct lake_report *r, const struct tabular *t)
{
	json_t *answer =
		json_pack("{s:s, s:b, s:I, s:I, s:I, s:o}", "game", r->g->name, "slippery",
	                  r->slippery, "seed", (json_int_t)cli->seed, "episodes",
	                  (json_int_t)tabular_episodes(t), "steps", (json_int_t)tabular_steps(t),
	                  "options", command_options_json(&rl_tabular_command, o));
	json_t *report = lake_report_json(r);

	json_object_update(answer, report);
	json_decref(report);
	return answer_json(stdout, answer, JSON_INDENT(2) | JSON_REAL_PRECISION(8), "the table");
}

static enum ry_status tabular_run(const struct cli *cli, void *options, int n_args, char **args)
{
	const struct tabular_command_options *o = options;
	const struct game_ops *g = rl_game_find(n_args > 0 ? args[0] : "lake4");
	struct game_options game;
	struct tabular *t;
	struct lake_report report;
	char names[128];
	enum ry_status s;

	if (!g)
		return ry_failure();
	if (!lake_map_of(g))
		return ry_fail(RY_EINVAL,
		               "%s has too many states for a table: expected %s", g->name,
		               lake_names(names, sizeof names));
	s = rl_game_resolve(cli, &o->game, g, &game);
	if (s != RY_OK)
		return s;
	if (!(t = tabular_alloc(g, &game, &o->table)))
		return ry_failure();
	s = learn(t, cli->seed);
	report = (struct lake_report){ g, game.slippery, o->table.discount, tabular_q(t),
		                       tabular_visits(t) };
	if (s == RY_OK && cli->json) {
		s = print_json(cli, o, &report, t);
	} else if (s == RY_OK) {
		if (!cli->quiet)
			print_head(cli, &report, t);
		lake_report_print(stdout, &report, cli->ascii);
	}
	tabular_free(t);
	return s;
}

const struct command rl_tabular_command = {
	.name = "rl tabular",
	.arguments = "[LAKE]",
	.summary = "tabular Q-learning on a frozen lake, compared with the exact values",
	.examples = "riley rl tabular\n"
	            "riley rl tabular lake8 --episodes 50000\n"
	            "riley rl tabular lake4 --slippery no --epsilon 0.5 --json",
	.options = tabular_rows,
	.options_size = sizeof(struct tabular_command_options),
	.defaults = tabular_command_defaults,
	.max_args = 1,
	.run = tabular_run,
};
