/* layer_list.c - the layers that rl brings. */
#include "rl/dueling.h"

const struct layer_ops *const rl_layers[] = { &dueling_ops, NULL };
