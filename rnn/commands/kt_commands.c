/* kt_commands.c - the list of the `riley kt` commands. */
#include "rnn/commands/kt_commands.h"

#include <stddef.h>

const struct command *const kt_commands[] = {
	&kt_gen_command,
	&kt_info_command,
	&kt_train_command,
	&kt_eval_command,
	&kt_predict_command,
	NULL
};
