/* rl_options.c - see rl_options.h. */
#include "rl/commands/rl_options.h"

#include <stddef.h>

#include <string.h>

#include "src/cli/options.h"
#include "src/cli/suggest.h"

const char *const rl_no_yes[] = { "no", "yes", NULL };
const char *const rl_action_sets[] = { "full", "minimal", NULL };

void rl_game_defaults(struct rl_game_options *o)
{
	*o = (struct rl_game_options){ .sticky = 0.1, .ramping = 1, .slippery = 1 };
}

enum ry_status rl_game_resolve(const struct cli *cli, const struct rl_game_options *from,
                               const struct game_ops *g, struct game_options *o)
{
	static const struct { const char *name; unsigned bit; } rows[] = {
		{ "sticky", GAME_STICKY }, { "ramping", GAME_RAMPING }, { "actions", GAME_MINIMAL },
		{ "slippery", GAME_SLIPPERY }, { "corrected", GAME_CORRECTED },
	};

	for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
		if (!(g->takes & rows[k].bit) && command_typed(cli, rows[k].name))
			return ry_fail(RY_EINVAL, "--%s: %s does not have this option",
			               rows[k].name, g->name);
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

/* ---- how to learn ---- */

const char *const rl_inits[] = {
	[SETTINGS_PYTORCH] = "pytorch", [SETTINGS_NORMAL] = "normal", NULL
};
const char *const rl_schedules[] = {
	[SETTINGS_CONSTANT] = "constant", [SETTINGS_COSINE] = "cosine", NULL
};
const char *const rl_losses[] = {
	[SETTINGS_SQUARED] = "squared", [SETTINGS_HUBER] = "huber", NULL
};
const char *const rl_evictions[] = { "oldest", "random", NULL };

/* The rows by themselves, to walk over all settings; the first is the preset, and none of them. */
struct learning_alone {
	struct rl_learning_options learning;
};

static const struct option_row alone[] = {
	RL_LEARNING_ROWS(struct learning_alone),
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, 0, 0, NULL }
};

static size_t size_of(enum option_type type)
{
	switch (type) {
	case OPTION_FLAG:
	case OPTION_INT:
	case OPTION_CHOICE: return sizeof(int);
	case OPTION_LONG:   return sizeof(long);
	case OPTION_REAL:   return sizeof(double);
	case OPTION_TEXT:   return sizeof(const char *);
	}
	return 0;
}

void rl_learning_defaults(struct rl_learning_options *o)
{
	static const int none = -1;
	static const long none_long = -1;
	static const double none_real = -1;
	static const char *const no_text;

	*o = (struct rl_learning_options){ .preset = PRESET_RILEY };
	for (const struct option_row *row = alone + 1; row->name; row++) {
		const void *open = row->type == OPTION_TEXT   ? (const void *)&no_text
		                   : row->type == OPTION_REAL ? (const void *)&none_real
		                   : row->type == OPTION_LONG ? (const void *)&none_long
		                                              : (const void *)&none;

		memcpy((char *)o + row->at, open, size_of(row->type));
	}
}

/* The preset, changed where the optimiser is another one, and --start moves the fall of epsilon
 * along. */
static enum ry_status preset_for(const struct rl_learning_options *o, const struct game_ops *g,
                                 struct settings *s)
{
	enum ry_status status = preset_fill((enum preset)o->preset, g, s);

	if (status != RY_OK)
		return status;
	if (o->settings.optimizer >= 0 && o->settings.optimizer != s->optimizer)
		s->lr = s->momentum = s->rho = s->optimizer_epsilon = -1;
	if (o->settings.start >= 0)
		s->epsilon_start += o->settings.start - s->start;
	if (s->epsilon_start < 0)
		s->epsilon_start = 0;
	return RY_OK;
}

enum ry_status rl_learning_resolve(struct rl_learning_options *o, const struct game_ops *g,
                                   struct agent_options *agent)
{
	struct rl_learning_options preset;
	enum ry_status status = preset_for(o, g, &preset.settings);

	if (status != RY_OK)
		return status;
	for (const struct option_row *row = alone + 1; row->name; row++)
		if (option_open(row, o))
			memcpy((char *)o + row->at, (const char *)&preset + row->at,
			       size_of(row->type));
	settings_complete(&o->settings);
	return settings_agent(&o->settings, g, agent);
}
