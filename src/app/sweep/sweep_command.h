/* sweep_command.h - `riley sweep`. */
#ifndef RILEY_APP_SWEEP_SWEEP_COMMAND_H
#define RILEY_APP_SWEEP_SWEEP_COMMAND_H

#include "src/cli/command.h"

extern const struct command sweep_command;

#endif
