/* layernorm.h - layer normalisation (Ba, Kiros & Hinton 2016), with scale and shift:
 *
 *     y = w (x - mean) / sqrt(variance + eps) + b
 *
 * Mean and variance are taken within a row, so a row's output does not depend on the other rows of
 * the batch, in training or after.  The variance is the biased one, the mean of the squares.
 *
 * Lines:   "layernorm FEATURES EPSILON" normalises over the features of a row, as
 *          torch.nn.LayerNorm(FEATURES) does.  To normalise a picture (C, H, W) over all of its
 *          numbers, give their count: FEATURES = C H W.
 *          "layernorm2d C H W EPSILON" normalises over the channels of each cell of a picture, with
 *          a scale and a shift per channel: torchvision's LayerNorm2d, and flax's LayerNorm, whose
 *          pictures have their channels last.
 *          Without EPSILON it is PyTorch's 1e-5 (flax: 1e-6).
 * Tensors: weight and bias, (FEATURES) or (C); they start at 1 and 0.
 * Memory:  work holds mean and 1 / sqrt(variance + eps) of each row or cell, then scratch.
 */
#ifndef RILEY_NN_LAYERNORM_H
#define RILEY_NN_LAYERNORM_H

#include "src/nn/layer.h"

extern const struct layer_ops layernorm_ops, layernorm2d_ops;

/* ---- kernels ----
 * Inputs and outputs do not overlap.  Forward writes mean and scale, the 1 / sqrt(variance + eps),
 * for backward.  Backward adds to dw and db and overwrites dx unless it is NULL. */

/* x, y, dx and dy (rows, D), w and b (D), mean and scale (rows). */
void layernorm_forward(real *y, real *mean, real *scale, const real *x, const real *w,
                       const real *b, double epsilon, size_t rows, int D);
void layernorm_backward(real *dx, real *dw, real *db, const real *dy, const real *x, const real *w,
                        const real *mean, const real *scale, size_t rows, int D);

/* x, y, dx and dy (rows, C, P), P the cells of a picture; w and b (C), mean and scale (rows, P). */
void layernorm2d_forward(real *y, real *mean, real *scale, const real *x, const real *w,
                         const real *b, double epsilon, size_t rows, int C, int P);

/* The same with layernorm2d_scratch(C) reals of scratch. */
void layernorm2d_backward(real *dx, real *dw, real *db, const real *dy, const real *x,
                          const real *w, const real *mean, const real *scale, size_t rows, int C,
                          int P, real *scratch);
size_t layernorm2d_scratch(int C);

#endif
