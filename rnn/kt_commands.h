/* kt_commands.h - the `riley kt` commands; their list is kt_commands[] of src/cli/command.h. */
#ifndef RILEY_RNN_KT_COMMANDS_H
#define RILEY_RNN_KT_COMMANDS_H

#include "src/cli/command.h"

extern const struct command kt_gen_command;
extern const struct command kt_info_command;
extern const struct command kt_train_command;
extern const struct command kt_eval_command;
extern const struct command kt_predict_command;

#endif
