/* conv2d.h - two-dimensional convolution (LeCun et al. 1989), as in torch.nn.Conv2d:
 *
 *     y[o, i, j] = b[o] + sum over c, k, l of W[o, c, k, l] x[c, i s - p + k, j s - p + l]
 *
 * with square K x K kernels, stride s, and p cells of zero padding on every side.
 *
 * Line:    "conv2d C H W OUT KERNEL STRIDE PADDING"; stride (1) and padding (0) may be left out.
 * Shapes:  an input row is (C, H, W), an output row (OUT, H', W'), both flattened as in PyTorch;
 *          H' = (H + 2p - K) / s + 1 rounded down, and W' likewise.
 * Tensors: weight (OUT, C, K, K) and bias (OUT).
 * Memory:  w holds the weight transposed, (C, K, K, OUT), so that all filters of one tap are
 *          contiguous: the kernels vectorise over filters.  The bias is at conv2d_bias_at().
 *
 * Inside the kernels outputs are (positions, OUT) as well and are transposed to (OUT, positions) at
 * the end.  There are separate kernels for two kinds of input:
 *
 * - Numbers: y is the product of patches (positions, C K K) with W (C K K, OUT).  The patches are
 *   never built: element (i, k) is x[base(i) + offset(k)], and the inner loop reads it there.
 * - Bits: a set bit adds the OUT weights of each tap to the output position that reads it there.
 *   About 30 of a game's 400 cells are set, so nearly all of the work is skipped.
 */
#ifndef RILEY_NN_CONV2D_H
#define RILEY_NN_CONV2D_H

#include "src/nn/layer.h"

extern const struct layer_ops conv2d_ops;

struct conv2d_shape {
	int C, H, W;               /* planes in, and their size */
	int OUT;                   /* planes out: filters */
	int K, stride, padding;    /* padding < K */
	int H_out, W_out;          /* H', W' */
};

/* Offset of the bias in layer.w. */
size_t conv2d_bias_at(const struct conv2d_shape *s);

/* Size in reals of the workspace that the kernels need, whatever the number of rows; it must be
 * RY_ALIGN aligned. */
size_t conv2d_work(const struct conv2d_shape *s);

/* ---- kernels ----
 * x and dx are (rows, C, H, W), y and dy (rows, OUT, H', W'), W and dW (C, K, K, OUT), b and db
 * (OUT), and bits (rows, C * bitplane_words(H * W)), as in struct input.  W and dW must be RY_ALIGN
 * aligned, as slices of a network's arrays are.  Inputs and outputs must not overlap.  `work` has
 * conv2d_work() reals.  Backward kernels add to dW and db and overwrite dx unless it is NULL. */

void conv2d_forward(real *y, const real *x, const real *W, const real *b, size_t rows,
                    const struct conv2d_shape *s, real *work);

void conv2d_backward(real *dx, real *dW, real *db, const real *dy, const real *x, const real *W,
                     size_t rows, const struct conv2d_shape *s, real *work);

void conv2d_bits_forward(real *y, const uint64_t *bits, const real *W, const real *b, size_t rows,
                         const struct conv2d_shape *s, real *work);

void conv2d_bits_backward(real *dW, real *db, const real *dy, const uint64_t *bits, size_t rows,
                          const struct conv2d_shape *s, real *work);

#endif
