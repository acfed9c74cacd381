/* compare_command.h - `riley runs compare`. */
#ifndef RILEY_APP_RUNS_COMPARE_COMMAND_H
#define RILEY_APP_RUNS_COMPARE_COMMAND_H

#include "src/cli/command.h"

extern const struct command runs_compare_command;

#endif
