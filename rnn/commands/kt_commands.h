/* kt_commands.h - the `riley kt` commands. */
#ifndef RILEY_RNN_COMMANDS_KT_COMMANDS_H
#define RILEY_RNN_COMMANDS_KT_COMMANDS_H

#include "src/cli/command.h"

extern const struct command kt_gen_command;
extern const struct command kt_info_command;
extern const struct command kt_train_command;
extern const struct command kt_eval_command;
extern const struct command kt_predict_command;

/* All of them, NULL-terminated. */
extern const struct command *const kt_commands[];

#endif
