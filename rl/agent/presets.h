/* presets.h - settings that are known to work, and an agent's options from settings.
 *
 * struct settings (rl/games/settings.h) is what a user can choose; settings_agent() turns it into
 * what an agent needs.  A number below 0 (or a text of NULL) is open: settings_complete() fills it
 * in.
 *
 *     riley      ours, a different one for each game: it stands in the game's own table
 *     minatar    deep Q-learning as published for MinAtar (Young & Tian 2019, after Mnih et al.
 *                2015)
 *     eyes       the deep Q-learning demo of ConvNetJS
 */
#ifndef RILEY_RL_AGENT_PRESETS_H
#define RILEY_RL_AGENT_PRESETS_H

#include "rl/agent/agent.h"
#include "rl/games/settings.h"

enum preset { PRESET_RILEY, PRESET_MINATAR, PRESET_EYES, PRESETS };

/* "riley", "minatar", "eyes"; NULL-terminated. */
extern const char *const preset_names[];

/* All of a preset, for a game; RY_EINVAL, naming the presets that suit the game, when this one does
 * not. */
enum ry_status preset_fill(enum preset p, const struct game_ops *g, struct settings *s);

/* Fill in what is open and depends on other settings: the optimiser's numbers, when it is not the
 * preset's optimiser, and the number of updates over which beta rises. */
void settings_complete(struct settings *s);

/* The options of an agent of game `g` for settings of which none is open.  RY_EINVAL when they are
 * invalid. */
enum ry_status settings_agent(const struct settings *s, const struct game_ops *g,
                              struct agent_options *o);

#endif
