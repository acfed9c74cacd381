/* watch_command.h - `riley watch`. */
#ifndef RILEY_APP_WATCH_WATCH_COMMAND_H
#define RILEY_APP_WATCH_WATCH_COMMAND_H

#include "src/cli/command.h"

extern const struct command watch_command;

#endif
