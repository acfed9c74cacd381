/* games.c - the list of games. */
#include "rl/games/games.h"

const struct game_ops *const games[] = {
	&asterix_game,
	&breakout_game,
	&freeway_game,
	&seaquest_game,
	&space_invaders_game,
	&eyes_game,
	&lake4_game,
	&lake8_game,
	&catch_game,
	NULL
};
