/* net_kind.h - runs of `riley net train`. */
#ifndef RILEY_APP_NET_NET_KIND_H
#define RILEY_APP_NET_NET_KIND_H

#include "src/app/kinds/run_kind.h"

extern const struct run_kind net_kind;

#endif
