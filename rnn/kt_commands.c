/* kt_commands.c - the list of the `riley kt` commands. */
#include "rnn/kt_commands.h"

#include <stddef.h>

const struct command *const kt_commands[] = {
	NULL
};
