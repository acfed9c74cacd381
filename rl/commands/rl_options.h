/* rl_options.h - options of the `riley rl` commands: the game and its rules, and learning
 * settings. */
#ifndef RILEY_RL_COMMANDS_RL_OPTIONS_H
#define RILEY_RL_COMMANDS_RL_OPTIONS_H

#include <float.h>

#include "rl/agent/presets.h"
#include "rl/games/game.h"
#include "src/app/training/training.h"
#include "src/cli/command.h"

struct rl_game_options {
	double sticky;
	int    ramping, slippery, corrected;  /* indices into no, yes */
	int    actions;                       /* index into full, minimal */
};

/* Names of all games, for completion. */
extern const char *const rl_game_names[];

extern const char *const rl_no_yes[], *const rl_action_sets[];

#define RL_GAME_ROW(S, option, type, member, argument, help, least, most, choices) \
	{ option, 0, type, offsetof(S, game.member), argument, help, least, most, choices }

/* Rows for a command whose options struct S has a struct rl_game_options called `game`. */
#define RL_GAME_ROWS(S) \
	RL_GAME_ROW(S, "sticky", OPTION_REAL, sticky, "P", \
		"sticky actions: probability that a step repeats the previous action", \
		0, 1, NULL), \
	RL_GAME_ROW(S, "ramping", OPTION_CHOICE, ramping, NULL, \
		"difficulty ramping: the game gets harder over time", 0, 0, rl_no_yes), \
	RL_GAME_ROW(S, "actions", OPTION_CHOICE, actions, NULL, \
		"action set: all actions, or only those that have an effect in the game", \
		0, 0, rl_action_sets), \
	RL_GAME_ROW(S, "slippery", OPTION_CHOICE, slippery, NULL, \
		"lakes: the ice is slippery, so moves may go sideways", 0, 0, rl_no_yes), \
	RL_GAME_ROW(S, "corrected", OPTION_CHOICE, corrected, NULL, \
		"eyes: see items at their true positions, which the original does not", \
		0, 0, rl_no_yes)

/* Defaults, the same for all games. */
void rl_game_defaults(struct rl_game_options *o);

/* For command.describe_default: what --help says of an option of the game `g`, which may be NULL. 0
 * when the option is another one, or its default is the same everywhere. */
int rl_game_describe(const struct option_row *row, const struct game_ops *g, char *into,
                     size_t size);

/* The options of game `g`: RY_EINVAL when one was typed that `g` does not have. */
enum ry_status rl_game_resolve(const struct cli *cli, const struct rl_game_options *from,
                               const struct game_ops *g, struct game_options *o);

/* game_find() with a suggestion for a misspelt name. */
const struct game_ops *rl_game_find(const char *name);

/* ---- learning ---- */

struct rl_learning_options {
	int             preset;               /* enum preset; below 0: ours, for algorithm and
	                                       * game */
	struct settings settings;             /* open: the preset's */
};

extern const char *const rl_inits[], *const rl_schedules[], *const rl_losses[],
								    *const rl_evictions[];

#define RL_LEARNING_ROW(S, option, type, member, argument, help, least, most, choices) \
	{ option, 0, type, offsetof(S, learning.settings.member), argument, help, least, most, \
	  choices }

/* Rows for a command whose options struct S has a struct rl_learning_options called `learning`.
 * Their values override the preset's. */
#define RL_LEARNING_ROWS(S) \
	{ "preset", 0, OPTION_CHOICE, offsetof(S, learning.preset), NULL, \
	  "defaults for the options below: riley's own for each game (riley: a deep Q-network; " \
	  "fast: many games at once), or those published with MinAtar, with the ConvNetJS demo " \
	  "or for PQN", \
	  0, 0, preset_names }, \
	RL_LEARNING_ROW(S, "algorithm", OPTION_CHOICE, algorithm, NULL, \
		"dqn: deep Q-network with a replay buffer, one game; pqn: parallelised " \
		"Q-network, many games at once and no replay buffer", 0, 0, \
		algorithm_names), \
	RL_LEARNING_ROW(S, "frames", OPTION_LONG, frames, "N", \
		"length of the run in frames, including those before a resume; pqn: rounded up " \
		"to whole rounds", 1, 1e12, NULL), \
	RL_LEARNING_ROW(S, "filters", OPTION_INT, filters, "N", \
		"filters of the 3 x 3 convolution; 0: no convolution", 0, 1024, NULL), \
	RL_LEARNING_ROW(S, "hidden", OPTION_TEXT, hidden, "N-N", \
		"units of the hidden layers, such as 128-64, or none", 0, 0, NULL), \
	RL_LEARNING_ROW(S, "norm", OPTION_CHOICE, norm, NULL, \
		"layer normalisation before each ReLU (Ba et al. 2016)", 0, 0, rl_no_yes), \
	RL_LEARNING_ROW(S, "dueling", OPTION_FLAG, dueling, NULL, \
		"dueling network: separate value and advantage heads (Wang et al. 2016)", \
		0, 0, NULL), \
	RL_LEARNING_ROW(S, "window", OPTION_INT, window, "N", \
		"eyes: earlier observations stacked with the current one; 0: none", 0, 8, \
		NULL), \
	RL_LEARNING_ROW(S, "init", OPTION_CHOICE, init, NULL, \
		"weight initialization: uniform as in PyTorch, normal, or He's normal", 0, 0, \
		rl_inits), \
	RL_LEARNING_ROW(S, "envs", OPTION_INT, envs, "N", \
		"pqn: games played at once", 1, PQN_GAMES_MAX, NULL), \
	RL_LEARNING_ROW(S, "rollout", OPTION_INT, rollout, "N", \
		"pqn: frames of each game in a round, after which the network is updated", \
		1, PQN_STEPS_MAX, NULL), \
	RL_LEARNING_ROW(S, "passes", OPTION_INT, passes, "N", \
		"pqn: passes over the transitions of a round", 1, 100, NULL), \
	RL_LEARNING_ROW(S, "minibatches", OPTION_INT, minibatches, "N", \
		"pqn: minibatches of a pass, an update each", 1, 1e6, NULL), \
	RL_LEARNING_ROW(S, "lambda", OPTION_REAL, lambda, "X", \
		"pqn: Q(lambda) targets; 0: one step ahead, 1: to the end of the round", \
		0, 1, NULL), \
	RL_LEARNING_ROW(S, "batch", OPTION_INT, batch, "N", "transitions per update", 1, 1e5, \
		NULL), \
	RL_LEARNING_ROW(S, "optimizer", OPTION_CHOICE, optimizer, NULL, \
		"update rule; if it is not the preset's, --lr, --momentum, --rho and " \
		"--optimizer-epsilon take the rule's own defaults", 0, 0, optimizer_rule_names), \
	RL_LEARNING_ROW(S, "lr", OPTION_REAL, lr, "X", "initial learning rate", 0, 1e6, NULL), \
	RL_LEARNING_ROW(S, "schedule", OPTION_CHOICE, schedule, NULL, \
		"learning-rate schedule; cosine and linear fall to 0 at the last frame", 0, 0, \
		rl_schedules), \
	RL_LEARNING_ROW(S, "momentum", OPTION_REAL, momentum, "X", \
		"momentum coefficient of momentum, nesterov and rmsprop", 0, 0.999999, NULL), \
	RL_LEARNING_ROW(S, "rho", OPTION_REAL, rho, "X", \
		"rmsprop: decay rate of its moving averages", 0, 0.999999, NULL), \
	RL_LEARNING_ROW(S, "optimizer-epsilon", OPTION_REAL, optimizer_epsilon, "X", \
		"adam, rmsprop, adagrad: constant added to the denominator", 0, 1e6, NULL), \
	RL_LEARNING_ROW(S, "clip", OPTION_REAL, clip, "X", \
		"clip gradients to this norm; 0: no clipping", 0, 1e9, NULL), \
	RL_LEARNING_ROW(S, "decay", OPTION_REAL, decay, "X", \
		"coefficient of the L2 penalty on the weights", 0, 1e6, NULL), \
	RL_LEARNING_ROW(S, "discount", OPTION_REAL, discount, "X", \
		"discount factor per frame (gamma)", 0, 1, NULL), \
	RL_LEARNING_ROW(S, "n-step", OPTION_INT, n_step, "N", \
		"n-step returns: rewards summed before bootstrapping", 1, 100, NULL), \
	RL_LEARNING_ROW(S, "double", OPTION_FLAG, double_q, NULL, \
		"double Q-learning: the online network selects the action, the target network " \
		"evaluates it (van Hasselt et al. 2016)", 0, 0, NULL), \
	RL_LEARNING_ROW(S, "target-epsilon", OPTION_REAL, target_epsilon, "P", \
		"expected SARSA: targets are values of the epsilon-greedy policy with this " \
		"epsilon (van Seijen et al. 2009); 0: Q-learning", 0, 1, NULL), \
	RL_LEARNING_ROW(S, "target-every", OPTION_LONG, target_every, "N", \
		"updates between copies to the target network; 0: no target network", \
		0, 1e12, NULL), \
	RL_LEARNING_ROW(S, "loss", OPTION_CHOICE, loss, NULL, "loss on the TD error", \
		0, 0, rl_losses), \
	RL_LEARNING_ROW(S, "delta", OPTION_REAL, delta, "X", \
		"huber: TD error above which the loss is linear", 1e-6, 1e6, NULL), \
	RL_LEARNING_ROW(S, "replay", OPTION_LONG, replay, "N", \
		"capacity of the replay buffer in transitions", 1, 1e9, NULL), \
	RL_LEARNING_ROW(S, "evict", OPTION_CHOICE, random_eviction, NULL, \
		"transition that a full replay buffer discards", 0, 0, rl_evictions), \
	RL_LEARNING_ROW(S, "again", OPTION_FLAG, with_replacement, NULL, \
		"sample batches with replacement", 0, 0, NULL), \
	RL_LEARNING_ROW(S, "prioritised", OPTION_REAL, alpha, "ALPHA", \
		"prioritised replay: exponent of the priorities (Schaul et al. 2016); 0: uniform " \
		"sampling", 0, 10, NULL), \
	RL_LEARNING_ROW(S, "priority-epsilon", OPTION_REAL, priority_epsilon, "X", \
		"prioritised replay: constant added to every priority", 0, 1e6, NULL), \
	RL_LEARNING_ROW(S, "beta", OPTION_REAL, beta, "X", \
		"prioritised replay: initial importance-sampling exponent, annealed to 1", \
		0, 1, NULL), \
	RL_LEARNING_ROW(S, "beta-updates", OPTION_LONG, beta_updates, "N", \
		"prioritised replay: updates over which beta is annealed", 1, 1e12, NULL), \
	RL_LEARNING_ROW(S, "start", OPTION_LONG, start, "N", \
		"frames of random play before the first update", 0, 1e12, NULL), \
	RL_LEARNING_ROW(S, "update-every", OPTION_INT, update_every, "N", \
		"frames between updates", 1, 1e6, NULL), \
	RL_LEARNING_ROW(S, "updates", OPTION_INT, updates, "N", \
		"gradient updates per --update-every frames", 1, 1e4, NULL), \
	RL_LEARNING_ROW(S, "epsilon", OPTION_REAL, epsilon, "P", \
		"exploration: initial probability of a random action", 0, 1, NULL), \
	RL_LEARNING_ROW(S, "epsilon-end", OPTION_REAL, epsilon_end, "P", \
		"exploration: final probability of a random action", 0, 1, NULL), \
	RL_LEARNING_ROW(S, "epsilon-start", OPTION_LONG, epsilon_start, "N", \
		"exploration: frame at which epsilon begins to fall; 0: at once; moves along " \
		"with --start", \
		0, 1e12, NULL), \
	RL_LEARNING_ROW(S, "epsilon-frames", OPTION_LONG, epsilon_frames, "N", \
		"exploration: frames over which epsilon falls", 1, 1e12, NULL)

/* Headings of these rows, for command.sections. */
#define RL_LEARNING_SECTIONS \
	{ "preset", "Preset and length" }, { "filters", "Network" }, \
	{ "envs", "Many games at once" }, { "batch", "Optimizer" }, \
	{ "discount", "Targets and loss" }, { "replay", "Replay buffer" }, \
	{ "start", "When to learn" }, { "epsilon", "Exploration" }

/* Options of one algorithm only. */
#define RL_DQN_OPTIONS(row) \
	row("window") row("batch") row("n-step") row("double") row("target-epsilon") \
	row("target-every") row("loss") row("delta") row("replay") row("evict") row("again") \
	row("prioritised") row("priority-epsilon") row("beta") row("beta-updates") row("start") \
	row("update-every") row("updates")
#define RL_PQN_OPTIONS(row) \
	row("envs") row("rollout") row("passes") row("minibatches") row("lambda")

/* Whether the algorithm uses the option of that name. */
int rl_learning_uses(enum algorithm a, const char *option);

/* The first part of a run's default name: "dqn" or "pqn", or another preset's name. */
const char *rl_run_model(const struct rl_learning_options *o, const struct game_ops *g);

/* The preset of `o` in game `g`. */
enum preset rl_learning_preset(const struct rl_learning_options *o, const struct game_ops *g);

/* All open. */
void rl_learning_defaults(struct rl_learning_options *o);

/* For command.describe_default: the default of a learning option, when `o` holds those given, in
 * game `g`, or in all games that the preset suits when that is NULL.  0 when the option is none of
 * RL_LEARNING_ROWS, or is the preset. */
int rl_learning_describe(const struct option_row *row, const struct rl_learning_options *o,
                         const struct game_ops *g, char *into, size_t size);

/* Resolve open settings for game `g` and make an agent's options.  RY_EINVAL if the preset does not
 * suit the game or the settings are invalid. */
enum ry_status rl_learning_resolve(struct rl_learning_options *o, const struct game_ops *g,
                                   struct agent_options *agent);

#endif
