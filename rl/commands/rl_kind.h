/* rl_kind.h - runs of `riley rl train`. */
#ifndef RILEY_RL_COMMANDS_RL_KIND_H
#define RILEY_RL_COMMANDS_RL_KIND_H

#include "src/app/kinds/run_kind.h"

extern const struct run_kind rl_kind;

#endif
