/* unknown_command.h - what is said to a word that is no command. */
#ifndef RILEY_CLI_UNKNOWN_COMMAND_H
#define RILEY_CLI_UNKNOWN_COMMAND_H

#include "src/cli/command.h"

/* RY_EINVAL, with a sentence that names the commands that the user most probably meant by `word`,
 * the first word, or the one after `group`: commands of another group with that name, or with our
 * word for a habitual one, or else the nearest. */
enum ry_status unknown_command(command_lists lists, const char *group, const char *word);

#endif
