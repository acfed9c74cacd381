/* rl_layers.c - the layers that rl brings. */
#include "rl/agent/dueling.h"

const struct layer_ops *const rl_layers[] = { &dueling_ops, NULL };
