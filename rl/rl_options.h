/* rl_options.h - how the `riley rl` commands are told which game by which rules. */
#ifndef RILEY_RL_RL_OPTIONS_H
#define RILEY_RL_RL_OPTIONS_H

#include "rl/game.h"
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
	RL_GAME_ROW(S, "sticky", OPTION_REAL, sticky, "P", "chance that a step repeats the last action (MinAtar)", 0, 1, NULL), \
	RL_GAME_ROW(S, "ramping", OPTION_CHOICE, ramping, NULL, "the game gets harder as it goes on", 0, 0, rl_no_yes), \
	RL_GAME_ROW(S, "actions", OPTION_CHOICE, actions, NULL, "all actions, or those that mean something", 0, 0, rl_action_sets), \
	RL_GAME_ROW(S, "slippery", OPTION_CHOICE, slippery, NULL, "lakes: moves go astray", 0, 0, rl_no_yes), \
	RL_GAME_ROW(S, "corrected", OPTION_CHOICE, corrected, NULL, "eyes: see items where they are", 0, 0, rl_no_yes)

/* The defaults, for all games alike. */
void rl_game_defaults(struct rl_game_options *o);

/* The options of game `g`: RY_EINVAL when one was typed that `g` does not have. */
enum ry_status rl_game_resolve(const struct cli *cli, const struct rl_game_options *from, const struct game_ops *g,
                               struct game_options *o);

/* As game_find(), with the nearest name for one that is misspelt. */
const struct game_ops *rl_game_find(const char *name);

#endif
