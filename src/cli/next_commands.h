/* next_commands.h - after long work, what to type next: a few command lines, each with its
 * purpose. */
#ifndef RILEY_CLI_NEXT_COMMANDS_H
#define RILEY_CLI_NEXT_COMMANDS_H

#include "src/cli/command.h"

/* "riley COMMAND NAMEENDING    # PURPOSE": one that helps with the run or folder NAME. */
struct next_command {
	const char *command;      /* "rl watch"; NULL: none */
	const char *ending;       /* behind the name, not quoted: a pattern; NULL: none */
	const char *purpose;      /* "its best agent plays" */
};

/* Print `n` of them on stderr, for `name`; nothing with --quiet or --json. */
void next_commands_print(const struct cli *cli, const struct next_command *next, int n,
                         const char *name);

/* The same for a run at `path`, by the shortest name that means it. */
void next_commands_for_run(const struct cli *cli, const struct next_command *next, int n,
                           const char *path);

#endif
