/* kt_commands.h - the list of the `riley kt` commands. */
#ifndef RILEY_RNN_COMMANDS_KT_COMMANDS_H
#define RILEY_RNN_COMMANDS_KT_COMMANDS_H

#include "src/cli/command.h"

#define KT_COMMANDS(row) \
	row(kt_gen) \
	row(kt_info) \
	row(kt_train) \
	row(kt_eval) \
	row(kt_predict)

KT_COMMANDS(COMMAND_DECLARE)

/* All of them, NULL-terminated. */
extern const struct command *const kt_commands[];

#endif
