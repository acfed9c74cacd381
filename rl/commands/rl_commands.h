/* rl_commands.h - the list of the `riley rl` commands. */
#ifndef RILEY_RL_COMMANDS_RL_COMMANDS_H
#define RILEY_RL_COMMANDS_RL_COMMANDS_H

#include "src/cli/command.h"

#define RL_COMMANDS(row) \
	row(rl_games) \
	row(rl_train) \
	row(rl_watch) \
	row(rl_eval) \
	row(rl_play) \
	row(rl_scores) \
	row(rl_tabular) \
	row(rl_ablate) \
	row(rl_drive)

RL_COMMANDS(COMMAND_DECLARE)

/* All of them, NULL-terminated. */
extern const struct command *const rl_commands[];

#endif
