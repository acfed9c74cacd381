/* kt_kind.h - runs of `riley kt train`. */
#ifndef RILEY_RNN_COMMANDS_KT_KIND_H
#define RILEY_RNN_COMMANDS_KT_KIND_H

#include "src/app/kinds/run_kind.h"

extern const struct run_kind kt_kind;

#endif
