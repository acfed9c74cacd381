/* option_effects.h - options that take effect only together with another: where one was typed in
 * vain, the user is told. */
#ifndef RILEY_CLI_OPTION_EFFECTS_H
#define RILEY_CLI_OPTION_EFFECTS_H

#include "src/cli/command.h"

struct option_effect {
	const char *option;                    /* "step-factor"; NULL ends a table */
	int       (*has)(const void *options); /* whether these options let it take effect */
	const char *needs;                     /* what it needs, in words: "--schedule step" */
};

/* Note every option of the table that was typed and has no effect with `options`, all of which have
 * been decided on. */
void option_effects_note(const struct cli *cli, const struct option_effect *table,
                         const void *options);

#endif
