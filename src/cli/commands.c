/* commands.c - see commands.h. */
#include "src/cli/commands.h"

#include <stddef.h>

const struct command *const core_commands[] = {
	&net_train_command,
	&net_eval_command,
	&net_predict_command,
	&diagnose_command,
	&doctor_command,
	&plot_command,
	&sweep_command,
	&export_command,
	&watch_command,
	NULL
};
