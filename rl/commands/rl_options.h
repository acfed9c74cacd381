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

extern const char *const rl_no_yes[], *const rl_action_sets[];

#define RL_GAME_ROW(S, option, type, member, argument, help, least, most, choices) \
	{ option, 0, type, offsetof(S, game.member), argument, help, least, most, choices }

/* Rows for a command whose options struct S has a struct rl_game_options called `game`. */
#define RL_GAME_ROWS(S) \
	RL_GAME_ROW(S, "sticky", OPTION_REAL, sticky, "P", \
		"chance that a step repeats the last action (MinAtar)", 0, 1, NULL), \
	RL_GAME_ROW(S, "ramping", OPTION_CHOICE, ramping, NULL, \
		"the game gets harder as it goes on", 0, 0, rl_no_yes), \
	RL_GAME_ROW(S, "actions", OPTION_CHOICE, actions, NULL, \
		"all actions, or those that mean something", 0, 0, rl_action_sets), \
	RL_GAME_ROW(S, "slippery", OPTION_CHOICE, slippery, NULL, "lakes: moves go astray", 0, 0, \
		rl_no_yes), \
	RL_GAME_ROW(S, "corrected", OPTION_CHOICE, corrected, NULL, \
		"eyes: see items where they are", 0, 0, rl_no_yes)

/* Defaults, the same for all games. */
void rl_game_defaults(struct rl_game_options *o);

/* The options of game `g`: RY_EINVAL when one was typed that `g` does not have. */
enum ry_status rl_game_resolve(const struct cli *cli, const struct rl_game_options *from,
                               const struct game_ops *g, struct game_options *o);

/* game_find() with a suggestion for a misspelt name. */
const struct game_ops *rl_game_find(const char *name);

/* ---- learning ---- */

struct rl_learning_options {
	int             preset;               /* enum preset */
	struct settings settings;             /* open: the preset's */
};

extern const char *const rl_inits[], *const rl_schedules[], *const rl_losses[],
								    *const rl_evictions[];

#define RL_LEARNING_ROW(S, option, type, member, argument, help, least, most, choices) \
	{ option, 0, type, offsetof(S, learning.settings.member), argument, help, least, most, \
	  choices }

/* Rows for a command whose options struct S has a struct rl_learning_options called `learning`.
 * Their values beat the preset's. */
#define RL_LEARNING_ROWS(S) \
	{ "preset", 0, OPTION_CHOICE, offsetof(S, learning.preset), NULL, \
	  "settings that the options below start from: our own for each game, or published ones", \
	  0, 0, preset_names }, \
	RL_LEARNING_ROW(S, "frames", OPTION_LONG, frames, "N", \
		"frames to play, those of the resumed run included", 1, 1e12, NULL), \
	RL_LEARNING_ROW(S, "filters", OPTION_INT, filters, "N", \
		"filters of a 3 x 3 convolution; 0: none", 0, 1024, NULL), \
	RL_LEARNING_ROW(S, "hidden", OPTION_TEXT, hidden, "N-N", \
		"units of the hidden layers, as 128-64; none", 0, 0, NULL), \
	RL_LEARNING_ROW(S, "dueling", OPTION_FLAG, dueling, NULL, \
		"value and advantages apart (Wang et al. 2016)", 0, 0, NULL), \
	RL_LEARNING_ROW(S, "window", OPTION_INT, window, "N", \
		"eyes: observations before the current one that the network sees too", 0, 8, \
		NULL), \
	RL_LEARNING_ROW(S, "init", OPTION_CHOICE, init, NULL, \
		"first weights: uniform as PyTorch's, or normal", 0, 0, rl_inits), \
	RL_LEARNING_ROW(S, "batch", OPTION_INT, batch, "N", "transitions in an update", 1, 1e5, \
		NULL), \
	RL_LEARNING_ROW(S, "optimizer", OPTION_CHOICE, optimizer, NULL, \
		"rule that turns gradients into steps; another than the preset's has a learning " \
		"rate of its own", 0, 0, optimizer_rule_names), \
	RL_LEARNING_ROW(S, "lr", OPTION_REAL, lr, "X", "learning rate", 0, 1e6, NULL), \
	RL_LEARNING_ROW(S, "schedule", OPTION_CHOICE, schedule, NULL, \
		"how the learning rate changes: cosine falls to 0 at the last frame", 0, 0, \
		rl_schedules), \
	RL_LEARNING_ROW(S, "momentum", OPTION_REAL, momentum, "X", \
		"for momentum, nesterov and rmsprop", 0, 0.999999, NULL), \
	RL_LEARNING_ROW(S, "rho", OPTION_REAL, rho, "X", \
		"rmsprop: how much of its means it keeps", 0, 0.999999, NULL), \
	RL_LEARNING_ROW(S, "optimizer-epsilon", OPTION_REAL, optimizer_epsilon, "X", \
		"adam, rmsprop, adagrad: added to the root", 0, 1e6, NULL), \
	RL_LEARNING_ROW(S, "clip", OPTION_REAL, clip, "X", "longest gradient (norm); 0: no limit", \
		0, 1e9, NULL), \
	RL_LEARNING_ROW(S, "decay", OPTION_REAL, decay, "X", \
		"L2 penalty on weights, added to the gradient", 0, 1e6, NULL), \
	RL_LEARNING_ROW(S, "discount", OPTION_REAL, discount, "X", \
		"what a reward is worth a frame later", 0, 1, NULL), \
	RL_LEARNING_ROW(S, "n-step", OPTION_INT, n_step, "N", \
		"rewards summed before the network's own estimate", 1, 100, NULL), \
	RL_LEARNING_ROW(S, "double", OPTION_FLAG, double_q, NULL, \
		"one network chooses the action, the target network says its value (van Hasselt " \
		"et al. 2016)", 0, 0, NULL), \
	RL_LEARNING_ROW(S, "target-epsilon", OPTION_REAL, target_epsilon, "P", \
		"targets are what play with this chance of a random action earns (expected " \
		"SARSA, van Seijen et al. 2009); 0: what best play does", 0, 1, NULL), \
	RL_LEARNING_ROW(S, "target-every", OPTION_LONG, target_every, "N", \
		"updates from copy to copy of the target network; 0: none", 0, 1e12, NULL), \
	RL_LEARNING_ROW(S, "loss", OPTION_CHOICE, loss, NULL, "of the difference from the target", \
		0, 0, rl_losses), \
	RL_LEARNING_ROW(S, "delta", OPTION_REAL, delta, "X", \
		"huber: squared up to here, straight beyond", 1e-6, 1e6, NULL), \
	RL_LEARNING_ROW(S, "replay", OPTION_LONG, replay, "N", "transitions remembered", 1, 1e9, \
		NULL), \
	RL_LEARNING_ROW(S, "evict", OPTION_CHOICE, random_eviction, NULL, \
		"what a full memory forgets", 0, 0, rl_evictions), \
	RL_LEARNING_ROW(S, "again", OPTION_FLAG, with_replacement, NULL, \
		"a batch may hold a transition twice", 0, 0, NULL), \
	RL_LEARNING_ROW(S, "prioritised", OPTION_REAL, alpha, "ALPHA", \
		"learn more often what was learnt badly: priorities to this power (Schaul et al. " \
		"2016); 0: all alike", 0, 10, NULL), \
	RL_LEARNING_ROW(S, "priority-epsilon", OPTION_REAL, priority_epsilon, "X", \
		"added to every priority", 0, 1e6, NULL), \
	RL_LEARNING_ROW(S, "beta", OPTION_REAL, beta, "X", \
		"how far priorities are corrected for, at first; at last wholly", 0, 1, NULL), \
	RL_LEARNING_ROW(S, "beta-updates", OPTION_LONG, beta_updates, "N", \
		"... over so many updates (all of the run's)", 1, 1e12, NULL), \
	RL_LEARNING_ROW(S, "start", OPTION_LONG, start, "N", \
		"frames of random play before learning begins", 0, 1e12, NULL), \
	RL_LEARNING_ROW(S, "update-every", OPTION_INT, update_every, "N", \
		"frames from learning to learning", 1, 1e6, NULL), \
	RL_LEARNING_ROW(S, "updates", OPTION_INT, updates, "N", "updates each time", 1, 1e4, \
		NULL), \
	RL_LEARNING_ROW(S, "epsilon", OPTION_REAL, epsilon, "P", \
		"chance of a random action, at first", 0, 1, NULL), \
	RL_LEARNING_ROW(S, "epsilon-end", OPTION_REAL, epsilon_end, "P", "... and in the end", 0, \
		1, NULL), \
	RL_LEARNING_ROW(S, "epsilon-start", OPTION_LONG, epsilon_start, "N", \
		"frame from which it falls; --start alone moves it along", 0, 1e12, NULL), \
	RL_LEARNING_ROW(S, "epsilon-frames", OPTION_LONG, epsilon_frames, "N", \
		"frames over which it falls", 1, 1e12, NULL)

/* All open, preset riley. */
void rl_learning_defaults(struct rl_learning_options *o);

/* Resolve open settings for game `g` and make an agent's options.  RY_EINVAL if the preset does not
 * suit the game or the settings are invalid. */
enum ry_status rl_learning_resolve(struct rl_learning_options *o, const struct game_ops *g,
                                   struct agent_options *agent);

#endif
