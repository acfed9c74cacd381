/* presets.h - how to learn a game, as plain settings; and settings that are known to work.
 *
 * Settings are what a user can choose; settings_agent() makes of them what an agent needs.  A
 * number below 0 (or a text of NULL) is open: settings_complete() fills it from a preset.
 *
 *     riley      our own for each game
 *     minatar    deep Q-learning as published for MinAtar: Young & Tian 2019, after Mnih et al. 2015
 *     eyes       the deep Q-learning demo of ConvNetJS
 */
#ifndef RILEY_RL_AGENT_PRESETS_H
#define RILEY_RL_AGENT_PRESETS_H

#include "rl/agent/agent.h"

enum preset { PRESET_RILEY, PRESET_MINATAR, PRESET_EYES, PRESETS };

/* "riley", "minatar", "eyes"; NULL-terminated. */
extern const char *const preset_names[];

enum settings_init { SETTINGS_PYTORCH, SETTINGS_NORMAL };    /* see agent_options.init */
/* cosine: to 0 at the end of the run */
enum settings_schedule { SETTINGS_CONSTANT, SETTINGS_COSINE };
enum settings_loss { SETTINGS_SQUARED, SETTINGS_HUBER };

struct settings {
	long        frames;               /* of the whole run */

	/* the network */
	int         filters;              /* of the 3 x 3 convolution; 0: none */
	const char *hidden;               /* units of the hidden layers: "128-64"; "none" */
	int         dueling, window;
	int         init;                 /* enum settings_init */

	/* what it learns from */
	long        replay;               /* transitions in the memory */
	int         random_eviction, again;
	double      alpha, priority_epsilon, beta;   /* of priorities; alpha 0: none */
	long        beta_updates;
	int         n_step;
	double      discount;

	/* what it learns */
	int         batch;
	int         loss;                 /* enum settings_loss */
	double      delta;                /* of Huber's */
	int         double_q;
	double      target_epsilon;       /* of expected SARSA; 0: Q-learning */
	long        target_every;         /* updates; 0: no target network */
	int         optimizer;            /* enum optimizer_rule */
	double      lr, momentum, rho, optimizer_epsilon;
	int         schedule;             /* of the learning rate: enum settings_schedule */
	double      clip, decay;

	/* when */
	long        start;                /* frames of random play before */
	int         update_every, updates;
	double      epsilon, epsilon_end;
	long        epsilon_start, epsilon_frames;
};

/* All of a preset, for a game; RY_EINVAL, naming those that suit it, when it does not. */
enum ry_status preset_fill(enum preset p, const struct game_ops *g, struct settings *s);

/* Fill what depends on other settings and is still open: an optimiser's own numbers where it is not
 * the one that they were meant for, and the updates over which beta rises. */
void settings_complete(struct settings *s);

/* What an agent of game `g` needs for settings of which none is open.  RY_EINVAL when they can't
 * be. */
enum ry_status settings_agent(const struct settings *s, const struct game_ops *g,
                              struct agent_options *o);

#endif
