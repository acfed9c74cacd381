/* dropout.h - inverted dropout (Srivastava et al. 2014).
 *
 * Line: "dropout FEATURES P", 0 <= P < 1.  In training each number is dropped with probability P
 * and the others are multiplied by 1 / (1 - P), so that nothing need be rescaled afterwards.  In
 * evaluation (batch.rng NULL) the layer hands its input through.
 *
 * The mask is not stored.  Each forward draws one key from batch.rng, and element i is dropped
 * when a hash of (key, i) is small: the same mask comes out again in backward, and does not
 * depend on how many elements the machine hashes at a time.
 */
#ifndef RILEY_NN_DROPOUT_H
#define RILEY_NN_DROPOUT_H

#include <stdint.h>
#include "src/nn/layer.h"

extern const struct layer_ops dropout_ops;

/* y[i] = x[i] / (1 - p), or 0 where the mask of `key` drops element i: p's share of them.
 * y may be x.  Backward is the same function with dy for x. */
void dropout_apply(real *y, const real *x, size_t n, double p, uint32_t key);

#endif
