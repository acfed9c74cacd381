/* scripted_rules.h - the table behind each scripted policy; see scripted_policy.h.
 *
 * NAME_policy of each game is declared in games.h.
 */
#ifndef RILEY_RL_GAMES_SCRIPTED_RULES_H
#define RILEY_RL_GAMES_SCRIPTED_RULES_H

#include <stddef.h>
#include <stdint.h>
#include "rl/games/board.h"
#include "rl/games/game.h"

struct scripted_rules {
	const char *about;            /* one line: what it does */
	size_t size;                  /* of its memory, which is zeroed before start() */

	/* An episode begins. */
	void (*start)(void *memory, const struct game_ops *g, const struct game_options *o);

	/* An action of the full set for the observation: bits, or numbers. */
	int  (*act)(void *memory, const void *observation);

	/* Tests require a mean of at least `least` over so many episodes of at most `cap` steps
	 * each, with the default options: a return, or the reward of a step in an endless game. */
	double least;
	int    episodes;
	long   cap;
};

/* start() of rules that begin with an empty memory. */
void scripted_policy_forget(void *memory, const struct game_ops *g, const struct game_options *o);

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
