/* machine_command.h - `riley machine`. */
#ifndef RILEY_APP_MACHINE_MACHINE_COMMAND_H
#define RILEY_APP_MACHINE_MACHINE_COMMAND_H

#include "src/cli/command.h"

extern const struct command machine_command;

#endif
