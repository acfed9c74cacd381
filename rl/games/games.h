/* games.h - the list of games.
 *
 * A row NAME stands for NAME_game, the rules, and NAME_policy, the scripted policy (see
 * scripted_rules.h).  Commands list the games in this order.
 */
#ifndef RILEY_RL_GAMES_GAMES_H
#define RILEY_RL_GAMES_GAMES_H

#include "rl/games/game.h"

#define GAME_LIST(row) \
	row(asterix) \
	row(breakout) \
	row(freeway) \
	row(seaquest) \
	row(space_invaders) \
	row(eyes) \
	row(lake4) \
	row(lake8) \
	row(catch)

#define GAME_DECLARE(name) \
	extern const struct game_ops name##_game; \
	extern const struct scripted_rules name##_policy;

GAME_LIST(GAME_DECLARE)

#endif
