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

/* A case of one layer has its "line", "rows", parameters "w", input "x" and gradient "dy" of its
 * output, and as expected results "y", "dx" and "dw"; with "training" the passes are in training
 * mode. */

/* A network of that layer, named "l", with the parameters of the case and workspace for its rows;
 * the program ends if the line is wrong.  The caller frees it. */
struct net *golden_layer_net(const json_t *o);

/* Forward and backward of the net from this form of the input, compared with the case's results;
 * dx (rows, D) may be NULL. */
void golden_layer_check(struct net *net, const json_t *o, struct input in, real *dx);

/* Both with the numbers of the case. */
void golden_layer_case(const json_t *o);

#endif
