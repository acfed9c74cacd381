/* explain_command.h - the command `riley explain`. */
#ifndef RILEY_APP_EXPLAIN_EXPLAIN_COMMAND_H
#define RILEY_APP_EXPLAIN_EXPLAIN_COMMAND_H

#include "src/cli/command.h"

extern const struct command explain_command;

#endif
