/* export_command.h - `riley export`. */
#ifndef RILEY_APP_EXPORT_EXPORT_COMMAND_H
#define RILEY_APP_EXPORT_EXPORT_COMMAND_H

#include "src/cli/command.h"

extern const struct command export_command;

#endif
