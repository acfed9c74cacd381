/* commands.c - the commands that belong to neither half of the program. */
#include <stddef.h>

#include "src/cli/command.h"

const struct command *const core_commands[] = {
	NULL
};
