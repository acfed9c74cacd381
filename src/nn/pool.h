/* pool.h - the largest or the mean number of each window of a plane.
 *
 * Lines:   "maxpool2d C H W KERNEL STRIDE", "avgpool2d C H W KERNEL STRIDE"; without a stride windows
 *          lie side by side (stride = kernel), as in torch.nn.MaxPool2d and AvgPool2d.
 * Shapes:  a row of input is (C, H, W), one of output (C, H', W') with H' = (H - K) / s + 1 rounded
 *          down, W' likewise; cells beyond the last whole window are not read.
 *
 * Of several largest numbers the first, row by row, receives the gradient.  A NaN is the largest of
 * its window, and its gradient goes nowhere.
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
 * x and dx (rows, C, H, W), y and dy (rows, C, H', W').  dx is overwritten. */

/* `row` has W reals of scratch. */
void maxpool_forward(real *y, const real *x, size_t rows, const struct pool_shape *s, real *row);
void maxpool_backward(real *dx, const real *dy, const real *x, const real *y, size_t rows,
                      const struct pool_shape *s);

void avgpool_forward(real *y, const real *x, size_t rows, const struct pool_shape *s, real *row);
void avgpool_backward(real *dx, const real *dy, size_t rows, const struct pool_shape *s);

#endif
