/* rl_commands.c - the list of the `riley rl` commands as an array. */
#include "rl/commands/rl_commands.h"

#include <stddef.h>

const struct command *const rl_commands[] = { RL_COMMANDS(COMMAND_ADDRESS) NULL };
