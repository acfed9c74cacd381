/* dropout.h - inverted dropout (Srivastava et al. 2014).
 *
 * Line: "dropout FEATURES P", 0 <= P < 1.  In training each number is dropped with probability P
 * and the others are multiplied by 1 / (1 - P), so evaluation needs no rescaling.  In evaluation
 * (batch.rng NULL) the layer is the identity.
 *
 * The mask is not stored.  Each forward pass draws one key from batch.rng, and element i is dropped
 * when a hash of (key, i) is small.  The backward pass thus computes the same mask, and the mask
 * does not depend on the vector width.
 */
#ifndef RILEY_NN_DROPOUT_H
#define RILEY_NN_DROPOUT_H

#include <stdint.h>
#include "src/nn/layer.h"

extern const struct layer_ops dropout_ops;

/* y[i] = x[i] / (1 - p), or 0 where the mask of `key` drops element i (a share p of all elements).
 * y may be x.  The backward pass is the same function applied to dy. */
void dropout_apply(real *y, const real *x, size_t n, double p, uint32_t key);

#endif
