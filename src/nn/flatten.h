/* flatten.h - planes (C, H, W) become C H W features.
 *
 * Line: "flatten C H W".  Rows of planes are already stored as flat features, in PyTorch's order,
 * so the layer computes nothing.  It documents the change of shape, and net_make() checks that the
 * layers around it agree.
 */
#ifndef RILEY_NN_FLATTEN_H
#define RILEY_NN_FLATTEN_H

#include "src/nn/layer.h"

extern const struct layer_ops flatten_ops;

#endif
