/* board.c - see board.h. */
#include "rl/games/board.h"

const char *const board_actions[N_ACTIONS] = { "none", "left", "up", "right", "down", "fire" };
