/* completion.h - completion of command lines for shells, made from the command tables: commands,
 * options, values that can be listed, names of runs, files. */
#ifndef RILEY_CLI_COMPLETION_H
#define RILEY_CLI_COMPLETION_H

#include <stdio.h>
#include "src/cli/command.h"

void completion_bash(FILE *to, command_lists lists);
void completion_zsh(FILE *to, command_lists lists);
void completion_fish(FILE *to, command_lists lists);

#endif
