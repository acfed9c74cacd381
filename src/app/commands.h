/* commands.h - all commands of the program: each folder with commands brings a list. */
#ifndef RILEY_APP_COMMANDS_H
#define RILEY_APP_COMMANDS_H

#include "src/cli/command.h"

/* For command_main(). */
extern const struct command *const *const program_commands[];

#endif
