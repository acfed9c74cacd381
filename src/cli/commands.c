/* commands.c - see commands.h. */
#include "src/cli/commands.h"

#include <stddef.h>

const struct command *const core_commands[] = {
	&doctor_command,
	&plot_command,
	NULL
};
