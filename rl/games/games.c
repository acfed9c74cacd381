/* games.c - the list of games as an array: see games.h. */
#include "rl/games/games.h"

#define GAME_ADDRESS(name) &name##_game,

const struct game_ops *const games[] = { GAME_LIST(GAME_ADDRESS) NULL };
