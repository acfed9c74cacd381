/* rl_options.c - see rl_options.h. */
#include "rl/rl_options.h"

#include <stddef.h>

#include "src/cli/suggest.h"

const char *const rl_no_yes[] = { "no", "yes", NULL };
const char *const rl_action_sets[] = { "full", "minimal", NULL };

void rl_game_defaults(struct rl_game_options *o)
{
	*o = (struct rl_game_options){ .sticky = 0.1, .ramping = 1, .slippery = 1 };
}

enum ry_status rl_game_resolve(const struct cli *cli, const struct rl_game_options *from, const struct game_ops *g,
                               struct game_options *o)
{
	static const struct { const char *name; unsigned bit; } rows[] = {
		{ "sticky", GAME_STICKY }, { "ramping", GAME_RAMPING }, { "actions", GAME_MINIMAL },
		{ "slippery", GAME_SLIPPERY }, { "corrected", GAME_CORRECTED },
	};

	for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
		if (!(g->takes & rows[k].bit) && command_typed(cli, rows[k].name))
			return ry_fail(RY_EINVAL, "--%s: %s does not have this option", rows[k].name, g->name);
	*o = (struct game_options){
		.sticky = g->takes & GAME_STICKY ? from->sticky : 0,
		.ramping = g->takes & GAME_RAMPING ? from->ramping : 0,
		.minimal = g->takes & GAME_MINIMAL ? from->actions : 0,
		.slippery = g->takes & GAME_SLIPPERY ? from->slippery : 0,
		.corrected = g->takes & GAME_CORRECTED ? from->corrected : 0,
	};
	return RY_OK;
}

const struct game_ops *rl_game_find(const char *name)
{
	const char *names[32], *near;
	int n = 0;

	for (; games[n] && n < 32; n++)
		names[n] = games[n]->name;
	near = suggest_nearest(name, names, n);
	if (near && game_find(near) != game_find(name)) {
		ry_fail(RY_EINVAL, "unknown game '%.64s'; did you mean '%s'?", name, near);
		return NULL;
	}
	return game_find(name);
}
