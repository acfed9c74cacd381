/* activation.h - functions applied to each number, and softmax over each row.
 *
 *     identity     x
 *     sigmoid      1 / (1 + exp(-x))
 *     tanh         tanh(x)
 *     relu         max(x, 0)
 *     leaky_relu   x > 0 ? x : a x                 a = 0.01    Maas, Hannun & Ng 2013
 *     prelu        x > 0 ? x : a x                 a learnt    He et al. 2015
 *     elu          x > 0 ? x : a (exp(x) - 1)      a = 1       Clevert et al. 2016
 *     softmax      exp(x_j) / sum_k exp(x_k) over the features of a row
 *
 * Lines: "tanh FEATURES" and so on; "leaky_relu FEATURES [SLOPE]" and "elu FEATURES [ALPHA]", where
 * 0 <= SLOPE and 0 <= ALPHA; "prelu FEATURES [SLOPES]", where SLOPES is 1 (one slope for all, as
 * torch.nn.PReLU starts with) or FEATURES.  Tensors: prelu has weight (SLOPES); the others none.
 */
#ifndef RILEY_NN_ACTIVATION_H
#define RILEY_NN_ACTIVATION_H

#include "src/nn/layer.h"

enum activation { ACTIVATION_IDENTITY, ACTIVATION_SIGMOID, ACTIVATION_TANH, ACTIVATION_RELU,
                  ACTIVATION_LEAKY_RELU, ACTIVATION_PRELU, ACTIVATION_ELU, ACTIVATION_SOFTMAX,
                  ACTIVATIONS };

extern const struct layer_ops elu_ops, identity_ops, leaky_relu_ops, prelu_ops, relu_ops,
                              sigmoid_ops, softmax_ops, tanh_ops;

/* Names as in a layer's line; find returns -1 for one it does not know. */
const char *activation_name(enum activation f);
int         activation_find(const char *name);

/* ---- kernels ----
 * Inputs and outputs do not overlap. */

/* y[i] = f(x[i]) for n numbers, f any but prelu and softmax; a is leaky_relu's and elu's constant
 * (ignored by the others). */
void activation_forward(enum activation f, real a, real *y, const real *x, size_t n);

/* dx[i] = dy[i] f'(x[i]), y being activation_forward()'s. */
void activation_backward(enum activation f, real a, real *dx, const real *dy, const real *x,
                         const real *y, size_t n);

/* prelu on (rows, D) with slopes a (D) or, when `shared`, a (1). */
void prelu_forward(real *y, const real *x, const real *a, int shared, size_t rows, int D);

/* da += sum over rows (and features, when shared) of dy min(x, 0);  dx overwritten unless NULL. */
void prelu_backward(real *dx, real *da, const real *dy, const real *x, const real *a, int shared,
                    size_t rows, int D);

/* Each row of y (rows, D) = softmax of the row of x; the row's maximum is taken off first. */
void softmax_forward(real *y, const real *x, size_t rows, int D);

/* dx_j = y_j (dy_j - sum_k dy_k y_k), row by row */
void softmax_backward(real *dx, const real *dy, const real *y, size_t rows, int D);

#endif
