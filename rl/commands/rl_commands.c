/* rl_commands.c - the list of the `riley rl` commands. */
#include "rl/commands/rl_commands.h"

#include <stddef.h>

const struct command *const rl_commands[] = {
	&rl_games_command,
	&rl_train_command,
	&rl_watch_command,
	&rl_eval_command,
	&rl_play_command,
	&rl_scores_command,
	&rl_tabular_command,
	&rl_drive_command,
	NULL
};
