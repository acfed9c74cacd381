/* scripted_rules.h - the table behind each hand-written player; see scripted_policy.h. */
#ifndef RILEY_RL_GAMES_SCRIPTED_RULES_H
#define RILEY_RL_GAMES_SCRIPTED_RULES_H

#include <stddef.h>
#include <stdint.h>
#include "rl/games/board.h"
#include "rl/games/game.h"

struct scripted_rules {
	const struct game_ops *game;
	const char *about;            /* one line */
	size_t size;                  /* of its memory, which is zeroed before start() */

	/* An episode begins. */
	void (*start)(void *mind, const struct game_options *o);

	/* An action of the full set for the observation: bits, or numbers. */
	int  (*act)(void *mind, const void *observation);
};

extern const struct scripted_rules asterix_policy;
extern const struct scripted_rules breakout_policy;
extern const struct scripted_rules catch_policy;
extern const struct scripted_rules eyes_policy;
extern const struct scripted_rules freeway_policy;
extern const struct scripted_rules lake4_policy;
extern const struct scripted_rules lake8_policy;
extern const struct scripted_rules seaquest_policy;
extern const struct scripted_rules space_invaders_policy;

/* Plane `c` of a game of the 10 x 10 board. */
static inline const uint64_t *scripted_policy_plane(const void *observation, int c)
{
	return (const uint64_t *)observation + c * BOARD_WORDS;
}

/* The first cell of a plane that is set, as 10 y + x; -1 when none is. */
static inline int scripted_policy_first(const uint64_t *plane)
{
	return plane[0]   ? __builtin_ctzll(plane[0])
	       : plane[1] ? 64 + __builtin_ctzll(plane[1])
	                  : -1;
}

#endif
