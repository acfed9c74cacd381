/* rl_kind.c - see rl_kind.h. */
#include "rl/commands/rl_kind.h"

#include <stddef.h>
#include <string.h>

#include "rl/games/game.h"

static const struct run_measure charts[] = {
	{ "loss", "loss", 1 },
	{ "return", "return", 0 },
	{ "reward", "reward of a frame", 0 },
	{ "mean_return", "mean return", 0 },
	{ "mean_reward", "mean reward", 0 },
	{ NULL, NULL, 0 }
};

static const struct run_measure results[] = {
	{ "mean_return", NULL, 0 },
	{ "mean_reward", NULL, 0 },
	{ "eval_return", NULL, 0 },
	{ "eval_reward", NULL, 0 },
	{ "train_return", NULL, 0 },
	{ "train_reward", NULL, 0 },
	{ "seconds", NULL, 1 },
	{ NULL, NULL, 0 }
};

static const struct diagnosis_advice advice[] = {
	{ "rate_high",
	  "--lr at a third or a tenth, a smaller --clip, '--optimizer adam' in place of sgd; "
	  "dqn: a larger --target-every" },
	{ "q_divergence",
	  "a lower --lr; dqn: a larger --target-every, --double, a smaller --n-step; pqn: '--norm "
	  "yes', a smaller --lambda" },
	{ "saturated_units", "'--init pytorch', a lower --lr, a smaller --clip, --decay" },
	{ "dead_units", "a lower --lr, '--init pytorch', fewer units (--hidden)" },
	{ "stopped_early", "more --frames (--resume continues the run)" },
	{ NULL, NULL }
};

/* No return, and so no interval of returns, leaves the range of the game. */
static void limits(const char *data, const char *column, double *least, double *most)
{
	const struct game_ops *game = game_find(data);
	size_t n = strlen(column), length = strlen("return");

	if (!game || n < length || strcmp(column + n - length, "return") != 0)
		return;
	*least = game->least;
	*most = game->most;
}

const struct run_kind rl_kind = {
	.name = "rl",
	.unit = "frame",
	.items = "frames",
	.data = "game",
	.data_name = "name",
	.no_validation = 1,
	.judged_by = "eval",
	.judged_words = "greedy evaluation",
	.seeds_differ = (const char *const[]){ "name", "resume", "seeds", "eval-every",
	                                       "eval-episodes", "eval-epsilon", "eval-cap",
	                                       NULL },
	.charts = charts,
	.results = results,
	.rank = (const char *const[]){ "mean_return", "mean_reward", NULL },
	.limits = limits,
	.beside = (const char *const[]){ "eval_return", "eval_reward", "train_return",
	                                 "train_reward", NULL },
	.diagnosis = { DIAGNOSIS_RETURNS, advice },
	.next = { { "rl watch", NULL, "watch its best agent play" },
	          { "watch", NULL, "the dashboard: returns, losses, layers" } },
};
