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
 *     pqn        Q-learning from many games at once as published for MinAtar (Gallici et al. 2025)
 *     fast       the same with settings of ours, which learn in seconds; in the game's own table
 */
#ifndef RILEY_RL_AGENT_PRESETS_H
#define RILEY_RL_AGENT_PRESETS_H

#include "rl/agent/agent.h"
#include "rl/games/settings.h"

enum preset { PRESET_RILEY, PRESET_MINATAR, PRESET_EYES, PRESET_PQN, PRESET_FAST, PRESETS };

/* "riley", "minatar", "eyes", "pqn", "fast"; NULL-terminated. */
extern const char *const preset_names[];

/* Ours for an algorithm, or, where that is below 0, for the one that gets furthest in the game. */
enum preset preset_ours(int algorithm, const struct game_ops *g);

/* All of a preset, for a game; RY_EINVAL, naming the presets that suit the game, when this one does
 * not. */
enum ry_status preset_fill(enum preset p, const struct game_ops *g, struct settings *s);

/* Fill in what is open and depends on other settings: the optimiser's numbers, when it is not the
 * preset's optimiser, the number of updates over which beta rises, and that of frames over which
 * epsilon falls.  A run of algorithm pqn becomes as long as the next whole round. */
void settings_complete(struct settings *s);

/* The options of an agent of game `g` for settings of which none is open.  RY_EINVAL when they are
 * invalid. */
enum ry_status settings_agent(const struct settings *s, const struct game_ops *g,
                              struct agent_options *o);

#endif
