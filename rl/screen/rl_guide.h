/* rl_guide.h - what a person has to know of a game: aim, rules, rewards, actions, keys and glyphs,
 * from the game's own table. */
#ifndef RILEY_RL_SCREEN_RL_GUIDE_H
#define RILEY_RL_SCREEN_RL_GUIDE_H

#include <stdio.h>
#include "rl/games/game.h"
#include "src/ui/canvas.h"

/* What an action is played by: keys as in keys.h, 0 for none. */
struct rl_move {
	const char *name;                /* of the action */
	int         arrow, vi, wasd;
};

/* The moves, ended by a name of NULL.  Actions that only wait have none. */
extern const struct rl_move rl_moves[];

/* A box with the guide in the middle of `v`; what does not fit is left out at the end. */
void rl_guide_draw(struct view v, const struct game_ops *g);

/* The same as lines of at most 80 columns. */
void rl_guide_print(FILE *to, const struct game_ops *g, int ascii);

/* "left: left arrow, h, a; right: right arrow, l, d": how a person plays the actions. */
void rl_guide_keys(char *into, size_t size, const struct game_ops *g);

/* "left, right; no effect: up, down": the names of the actions. */
void rl_guide_actions(char *into, size_t size, const struct game_ops *g);

#endif
