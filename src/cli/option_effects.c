/* option_effects.c - see option_effects.h. */
#include "src/cli/option_effects.h"

void option_effects_note(const struct cli *cli, const struct option_effect *table,
                         const void *options)
{
	for (const struct option_effect *e = table; e->option; e++)
		if (command_typed(cli, e->option) && !e->has(options))
			command_note(cli, "no_effect", "", "--%s has no effect here: it needs %s",
			             e->option, e->needs);
}
