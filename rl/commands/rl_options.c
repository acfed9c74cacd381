/* rl_options.c - see rl_options.h. */
#include "rl/commands/rl_options.h"

#include <stddef.h>

#include <string.h>

#include "rl/games/games.h"
#include "src/cli/options.h"
#include "src/cli/suggest.h"

#define GAME_NAME(name) #name,
const char *const rl_game_names[] = { GAME_LIST(GAME_NAME) NULL };

const char *const rl_no_yes[] = { "no", "yes", NULL };
const char *const rl_action_sets[] = { "full", "minimal", NULL };

void rl_game_defaults(struct rl_game_options *o)
{
	*o = (struct rl_game_options){ .sticky = 0.1, .ramping = 1, .slippery = 1 };
}

static const struct { const char *name; unsigned bit; } game_rows[] = {
	{ "sticky", GAME_STICKY }, { "ramping", GAME_RAMPING }, { "actions", GAME_MINIMAL },
	{ "slippery", GAME_SLIPPERY }, { "corrected", GAME_CORRECTED },
};

enum { GAME_ROWS = sizeof game_rows / sizeof *game_rows };

int rl_game_describe(const struct option_row *row, const struct game_ops *g, char *into,
                     size_t size)
{
	for (int k = 0; g && k < GAME_ROWS; k++)
		if (!(g->takes & game_rows[k].bit) && strcmp(game_rows[k].name, row->name) == 0) {
			snprintf(into, size, "not an option of %s", g->name);
			return 1;
		}
	return 0;
}

enum ry_status rl_game_resolve(const struct cli *cli, const struct rl_game_options *from,
                               const struct game_ops *g, struct game_options *o)
{
	for (int k = 0; k < GAME_ROWS; k++)
		if (!(g->takes & game_rows[k].bit) && command_typed(cli, game_rows[k].name))
			return ry_fail(RY_EINVAL, "--%s: %s does not have this option",
			               game_rows[k].name, g->name);
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
	[SETTINGS_PYTORCH] = "pytorch", [SETTINGS_NORMAL] = "normal", [SETTINGS_HE] = "he", NULL
};
const char *const rl_schedules[] = {
	[SETTINGS_CONSTANT] = "constant", [SETTINGS_COSINE] = "cosine",
	[SETTINGS_LINEAR] = "linear", NULL
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
	case OPTION_LIST:   return sizeof(struct option_list);
	}
	return 0;
}

enum preset rl_learning_preset(const struct rl_learning_options *o, const struct game_ops *g)
{
	return o->preset < 0 ? preset_ours(o->settings.algorithm, g) : (enum preset)o->preset;
}

const char *rl_run_model(const struct rl_learning_options *o, const struct game_ops *g)
{
	enum preset p = rl_learning_preset(o, g);

	return p == PRESET_RILEY ? "dqn" : p == PRESET_FAST ? "pqn" : preset_names[p];
}

void rl_learning_defaults(struct rl_learning_options *o)
{
	static const int none = -1;
	static const long none_long = -1;
	static const double none_real = -1;
	static const char *const no_text;

	*o = (struct rl_learning_options){ .preset = -1 };
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
	enum preset p = rl_learning_preset(o, g);
	enum ry_status status = preset_fill(p, g, s);

	if (status != RY_OK)
		return status;
	if (o->settings.algorithm >= 0 && o->settings.algorithm != s->algorithm)
		return ry_fail(RY_EINVAL, "preset %s is for algorithm %s, not %s",
		               preset_names[p], algorithm_names[s->algorithm],
		               algorithm_names[o->settings.algorithm]);
	if (o->settings.optimizer >= 0 && o->settings.optimizer != s->optimizer)
		s->lr = s->momentum = s->rho = s->optimizer_epsilon = -1;
	if (o->settings.start >= 0)
		s->epsilon_start += o->settings.start - s->start;
	if (s->epsilon_start < 0)
		s->epsilon_start = 0;
	return RY_OK;
}

int rl_learning_uses(enum algorithm a, const char *option)
{
#define IS(name) || strcmp(option, name) == 0
	int of_dqn = 0 RL_DQN_OPTIONS(IS), of_pqn = 0 RL_PQN_OPTIONS(IS);
#undef IS

	return a == ALGORITHM_PQN ? !of_dqn : !of_pqn;
}

/* ---- defaults, for --help ---- */

enum { VALUES = 32, VALUE_LENGTH = 64 };

/* The different values that an option has by default, as text. */
struct values {
	char text[VALUES][VALUE_LENGTH];
	int  n;
	int  unused;                     /* a game's algorithm does not have it ... */
	enum algorithm algorithm;        /* ... or the last one's does */
};

static void values_add(struct values *v, const struct option_row *row,
                       const struct rl_learning_options *o, const struct game_ops *g)
{
	struct rl_learning_options preset;

	if (v->n == VALUES || preset_for(o, g, &preset.settings) != RY_OK)
		return;
	v->algorithm = (enum algorithm)preset.settings.algorithm;
	if (!rl_learning_uses(v->algorithm, row->name)) {
		v->unused = 1;
		return;
	}
	if (o->settings.optimizer >= 0)
		preset.settings.optimizer = o->settings.optimizer;
	settings_complete(&preset.settings);
	option_text(row, &preset, v->text[v->n], VALUE_LENGTH);
	for (int k = 0; k < v->n; k++)
		if (strcmp(v->text[k], v->text[v->n]) == 0)
			return;
	v->n++;
}

/* "18000 to 2000000" of numbers, "50-50, 64 or 128" of words. */
static void values_join(const struct values *v, const struct option_row *row, char *into,
                        size_t size)
{
	int numbers = row->type == OPTION_INT || row->type == OPTION_LONG ||
	              row->type == OPTION_REAL;
	int least = 0, most = 0;
	size_t used = 0;

	for (int k = 0; k < v->n; k++) {
		double x = strtod(v->text[k], NULL);

		least = x < strtod(v->text[least], NULL) ? k : least;
		most = x > strtod(v->text[most], NULL) ? k : most;
	}
	if (numbers) {
		snprintf(into, size, "%s to %s", v->text[least], v->text[most]);
		return;
	}
	for (int k = 0; k < v->n && used < size; k++)
		used += (size_t)snprintf(into + used, size - used, "%s%s",
		                         !k ? "" : k + 1 < v->n ? ", " : " or ", v->text[k]);
}

static const struct option_row *learning_row(const char *name)
{
	for (const struct option_row *row = alone + 1; row->name; row++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

int rl_learning_describe(const struct option_row *row, const struct rl_learning_options *o,
                         const struct game_ops *g, char *into, size_t size)
{
	const struct option_row *mine = learning_row(row->name);
	struct values v = { .n = 0 };
	char joined[256];

	if (!mine)
		return 0;
	if (mine->at == offsetof(struct learning_alone, learning.settings.beta_updates)) {
		snprintf(into, size, "default: all updates of the run");
		return 1;
	}
	for (int k = 0; games[k]; k++)
		if (!g || games[k] == g)
			values_add(&v, mine, o, games[k]);
	values_join(&v, mine, joined, sizeof joined);
	if (v.n == 0 && v.unused)
		snprintf(into, size, "not an option of algorithm %s", algorithm_names[v.algorithm]);
	else if (v.n == 0)
		snprintf(into, size, "no default: the preset does not suit %s",
		         g ? g->name : "any game");
	else if (v.n == 1)
		snprintf(into, size, "default %s", v.text[0]);
	else
		snprintf(into, size, "default by game: %s", joined);
	return 1;
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
	o->preset = (int)rl_learning_preset(o, g);
	settings_complete(&o->settings);
	return settings_agent(&o->settings, g, agent);
}
