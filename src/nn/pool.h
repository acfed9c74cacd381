/* pool.h - maximum and average pooling over the windows of each plane.
 *
 * Lines:   "maxpool2d C H W KERNEL STRIDE", "avgpool2d C H W KERNEL STRIDE".  Without a
 *          stride it is the kernel size, as in torch.nn.MaxPool2d and AvgPool2d.
 * Shapes:  an input row is (C, H, W), an output row (C, H', W') with H' = (H - K) / s + 1 rounded
 *          down, W' likewise; cells beyond the last whole window are not read.
 *
 * If several numbers of a window are the maximum, the first one in row-major order receives the
 * gradient.  A NaN is the maximum of its window, and its gradient is dropped.
 */
#ifndef RILEY_NN_POOL_H
#define RILEY_NN_POOL_H

#include "src/nn/layer.h"

extern const struct layer_ops maxpool2d_ops, avgpool2d_ops;

struct pool_shape {
	int C, H, W;
	int K, stride;
	int H_out, W_out;          /* H', W' */
};

/* ---- kernels ----
 *
 * x and dx are (rows, C, H, W), y and dy (rows, C, H', W'). dx is overwritten.  `row` has W reals
 * of scratch. */

/* The maximum of each window, and its gradient; y must be maxpool_forward()'s. */
void maxpool_forward(real *y, const real *x, size_t rows, const struct pool_shape *s, real *row);
void maxpool_backward(real *dx, const real *dy, const real *x, const real *y, size_t rows,
                      const struct pool_shape *s);

/* The mean of each window, and its gradient. */
void avgpool_forward(real *y, const real *x, size_t rows, const struct pool_shape *s, real *row);
void avgpool_backward(real *dx, const real *dy, size_t rows, const struct pool_shape *s);

#endif
