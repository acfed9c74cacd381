/* games.h - the tables of the games, one line for each row of games.c. */
#ifndef RILEY_RL_GAMES_GAMES_H
#define RILEY_RL_GAMES_GAMES_H

#include "rl/games/game.h"

extern const struct game_ops asterix_game;
extern const struct game_ops breakout_game;
extern const struct game_ops catch_game;
extern const struct game_ops eyes_game;
extern const struct game_ops freeway_game;
extern const struct game_ops lake4_game;
extern const struct game_ops lake8_game;
extern const struct game_ops seaquest_game;
extern const struct game_ops space_invaders_game;

#endif
