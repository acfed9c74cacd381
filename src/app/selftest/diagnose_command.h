/* diagnose_command.h - `riley diagnose`. */
#ifndef RILEY_APP_SELFTEST_DIAGNOSE_COMMAND_H
#define RILEY_APP_SELFTEST_DIAGNOSE_COMMAND_H

#include "src/cli/command.h"

extern const struct command diagnose_command;

#endif
