/* golden_net.h - reference numbers of whole networks: objects that map PyTorch's tensor names to
 * arrays. */
#ifndef RILEY_TESTS_SUPPORT_GOLDEN_NET_H
#define RILEY_TESTS_SUPPORT_GOLDEN_NET_H

#include "src/nn/net.h"
#include "tests/support/golden.h"

/* Set all parameters of the net from object[key]. */
void golden_net_set(struct net *net, const json_t *object, const char *key);

/* golden_compare() for all tensors of the net; `got` is net->w, net->dw or the like.  Both sides
 * must have the same tensors. */
void golden_net_compare(const char *what, const struct net *net, const real *got,
                        const json_t *object, const char *key, double tolerance);

#endif
