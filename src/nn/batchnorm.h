/* batchnorm.h - batch normalisation (Ioffe & Szegedy 2015), with scale and shift:
 *
 *     y = w (x - mean) / sqrt(variance + eps) + b
 *
 * for each feature of a row, or each channel of a picture.  In training (batch.rng is set) mean and
 * variance are those of the batch, the variance the mean of the squares; and the running ones
 * follow them with each update:
 *
 *     running = (1 - momentum) running + momentum batch's
 *
 * where the batch's variance is the unbiased one, n / (n - 1) times that above, n the numbers that
 * were averaged.  In evaluation mean and variance are the running ones.  A batch with a single
 * number of each feature gives y = b and leaves the running ones alone (PyTorch refuses it).
 *
 * Lines:   "batchnorm FEATURES EPSILON MOMENTUM", torch.nn.BatchNorm1d;
 *          "batchnorm2d C H W EPSILON MOMENTUM", torch.nn.BatchNorm2d.
 *          Without them epsilon is 1e-5 and momentum 0.1, as in PyTorch.
 * Tensors: weight and bias, running_mean and running_var, (FEATURES) or (C); num_batches_tracked.
 *          They start at 1, 0, 0, 1 and 0.
 *
 * In training every row depends on the whole batch, so a trainer does not split it among workers:
 * results are the same for any number of them, and a network with this layer does not gain from a
 * second one.
 */
#ifndef RILEY_NN_BATCHNORM_H
#define RILEY_NN_BATCHNORM_H

#include "src/nn/layer.h"

extern const struct layer_ops batchnorm_ops, batchnorm2d_ops;

#endif
