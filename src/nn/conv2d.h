/* conv2d.h - a convolution over planes (LeCun et al. 1989), as torch.nn.Conv2d has it:
 *
 *     y[o, i, j] = b[o] + sum over c, k, l of W[o, c, k, l] x[c, i s - p + k, j s - p + l]
 *
 * with square kernels of K x K, stride s, and p cells of zeros around each plane.
 *
 * Line:    "conv2d C H W OUT KERNEL STRIDE PADDING"; stride 1 and padding 0 may be left out.
 * Shapes:  a row of input is (C, H, W), one of output (OUT, H', W') with H' = (H + 2p - K) / s + 1
 *          rounded down, W' likewise, as PyTorch flattens them.
 * Tensors: weight (OUT, C, K, K) and bias (OUT).
 * Memory:  w holds the weight transposed, (C, K, K, OUT), and at conv2d_bias_at() the bias: all
 *          filters of a tap side by side, because the kernels go through all filters at once.
 *
 * Inside the kernels outputs lie as (positions, OUT) too, and are turned to (OUT, positions) at the
 * end.  Two kinds of input have their own kernels:
 *
 * - Numbers: y is the product of patches (positions, C K K) with W (C K K, OUT).  The patches are
 *   never built: element (i, k) is x[base(i) + offset(k)], and the inner loop reads it there.
 * - Bits: a set bit adds the row of OUT weights of each tap to the position that sees it there.
 *   Boards of games show some 30 of 400 cells, so nearly all of the work falls away.
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

/* Where the bias lies, counted from layer.w. */
size_t conv2d_bias_at(const struct conv2d_shape *s);

/* Reals of workspace that the kernels below need, RY_ALIGN aligned, however many rows there are. */
size_t conv2d_work(const struct conv2d_shape *s);

/* ---- kernels ---- x and dx (rows, C, H, W), y and dy (rows, OUT, H', W'), W and dW (C, K, K,
 * OUT), b and db (OUT); bits (rows, C * bitplane_words(H * W)), as struct input has them.  W and dW
 * are RY_ALIGN aligned, as parts of a network's arrays are.  Inputs and outputs do not overlap.
 * Backward kernels add to dW and db; dx is overwritten, unless it is NULL. */

void conv2d_forward(real *y, const real *x, const real *W, const real *b, size_t rows,
                    const struct conv2d_shape *s, real *work);

void conv2d_backward(real *dx, real *dW, real *db, const real *dy, const real *x, const real *W,
                     size_t rows, const struct conv2d_shape *s, real *work);

void conv2d_bits_forward(real *y, const uint64_t *bits, const real *W, const real *b, size_t rows,
                         const struct conv2d_shape *s, real *work);

void conv2d_bits_backward(real *dW, real *db, const real *dy, const uint64_t *bits, size_t rows,
                          const struct conv2d_shape *s, real *work);

#endif
