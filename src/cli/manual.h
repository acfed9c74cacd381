/* manual.h - manual pages, made from the command tables. */
#ifndef RILEY_CLI_MANUAL_H
#define RILEY_CLI_MANUAL_H

#include <stdio.h>
#include "src/cli/command.h"

/* riley.1: all commands, the options that they share, exit status, files. */
void manual_program(FILE *to, command_lists lists);

/* The page of one command, riley-kt-train.1. */
void manual_command(FILE *to, const struct command *c);

/* "riley-kt-train" of "kt train". */
void manual_name(const struct command *c, char into[80]);

#endif
