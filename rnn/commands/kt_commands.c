/* kt_commands.c - the list of the `riley kt` commands as an array. */
#include "rnn/commands/kt_commands.h"

#include <stddef.h>

const struct command *const kt_commands[] = { KT_COMMANDS(COMMAND_ADDRESS) NULL };
