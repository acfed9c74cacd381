/* help.h - the pages of --help, all made from the command tables. */
#ifndef RILEY_CLI_HELP_H
#define RILEY_CLI_HELP_H

#include <stdio.h>
#include "src/cli/command.h"

/* All commands by group, one line each. */
void help_program(FILE *to, command_lists lists);

/* The names of all commands by group, what to try first, and where the rest of the help is.  It
 * fits a terminal of 24 lines, beside a message and the next prompt. */
void help_overview(FILE *to, command_lists lists);

/* The commands of one group ("kt"). */
void help_group(FILE *to, command_lists lists, const char *group);

/* One command: summary, examples, usage, options with their defaults.  `common` are the rows that
 * every command has: their names, or all of them when the command has no others.  `given` are the
 * command's options as far as they stand on the command line, or NULL, beside its `n_args`
 * arguments. */
void help_command(FILE *to, const struct command *c, const struct option_row *common,
                  const void *common_defaults, const void *given, int n_args, char *const *args);

/* The options that every command has, with their defaults, and where else options are set. */
void help_options(FILE *to, const struct option_row *common, const void *defaults);

/* The heading of the options from this one on, or NULL. */
const char *help_section(const struct command *c, const char *option);

/* The length of the group's name in a command's: of "kt" in "kt train"; 0 where there is no
 * group. */
int help_group_length(const struct command *c);

#endif
