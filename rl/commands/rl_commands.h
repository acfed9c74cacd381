/* rl_commands.h - the `riley rl` commands. */
#ifndef RILEY_RL_COMMANDS_RL_COMMANDS_H
#define RILEY_RL_COMMANDS_RL_COMMANDS_H

#include "src/cli/command.h"

extern const struct command rl_drive_command;
extern const struct command rl_eval_command;
extern const struct command rl_games_command;
extern const struct command rl_play_command;
extern const struct command rl_scores_command;
extern const struct command rl_tabular_command;
extern const struct command rl_train_command;
extern const struct command rl_watch_command;

/* All of them, NULL-terminated. */
extern const struct command *const rl_commands[];

#endif
