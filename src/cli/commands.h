/* commands.h - the commands that belong to neither half of the program. */
#ifndef RILEY_CLI_COMMANDS_H
#define RILEY_CLI_COMMANDS_H

#include "src/cli/command.h"

extern const struct command diagnose_command;
extern const struct command doctor_command;
extern const struct command export_command;
extern const struct command net_eval_command;
extern const struct command net_predict_command;
extern const struct command net_train_command;
extern const struct command plot_command;
extern const struct command sweep_command;
extern const struct command watch_command;

#endif
