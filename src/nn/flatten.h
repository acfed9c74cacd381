/* flatten.h - planes (C, H, W) become C H W features.
 *
 * Line: "flatten C H W".  Rows of planes lie in memory as flat features already, in PyTorch's
 * order; the layer says so to a reader of the network, and net_make() checks that the layers around
 * it agree.
 */
#ifndef RILEY_NN_FLATTEN_H
#define RILEY_NN_FLATTEN_H

#include "src/nn/layer.h"

extern const struct layer_ops flatten_ops;

#endif
