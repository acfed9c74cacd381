/* plot_command.h - `riley plot`. */
#ifndef RILEY_APP_PLOT_PLOT_COMMAND_H
#define RILEY_APP_PLOT_PLOT_COMMAND_H

#include "src/cli/command.h"

extern const struct command plot_command;

#endif
