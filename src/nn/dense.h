/* dense.h - a dense layer, y = W x + b.
 *
 * Line:    "dense IN OUT".
 * Tensors: weight (OUT, IN) and bias (OUT), as torch.nn.Linear has them.
 * Memory:  w holds the weight row by row, (M, D), and at dense_bias_at() the bias.  One output's
 *          weights are contiguous, which is what the products and the picked read-out below want;
 *          a one-hot input is therefore read down a column, M loads a stride of D apart.
 */
#ifndef RILEY_NN_DENSE_H
#define RILEY_NN_DENSE_H

#include "src/nn/layer.h"

extern const struct layer_ops dense_ops;

/* Where the bias of a dense layer lies, counted from layer.w. */
size_t dense_bias_at(int D, int M);

/* The arrays of a layer of dense_ops for the kernels below; borrowed from the layer.  W and b are
 * shared by all replicas of a network, dW and db are the replica's own. */
struct dense {
	int   D, M;
	real *W, *b, *dW, *db;
};

struct dense dense_of(const struct layer *l);

/* ---- kernels ----
 * x (rows, D), y and dy (rows, M), W and dW (M, D), b and db (M).  Inputs and outputs do not
 * overlap.  Backward kernels add to dW and db; they overwrite dx (rows, D) unless it is NULL. */

/* y = x W^T + b */
void dense_forward(real *y, const real *x, const real *W, const real *b, size_t rows, int D, int M);

/* dW += dy^T x;  db += sum over rows of dy;  dx = dy W */
void dense_backward(real *dx, real *dW, real *db, const real *dy, const real *x, const real *W,
                    size_t rows, int D, int M);

/* The same for one-hot rows: hot[r] in 0..D-1 is the column of the one.  y_r = W[:, hot[r]] + b */
void dense_hot_forward(real *y, const int *hot, const real *W, const real *b, size_t rows, int D,
                       int M);

/* dW[:, hot[r]] += dy_r;  db += dy_r */
void dense_hot_backward(real *dW, real *db, const real *dy, const int *hot, size_t rows, int D,
                        int M);

/* Only one output of each row: y[r] = W[q[r], :] . x_r + b[q[r]], for a read-out of which the loss
 * sees one number a row.  y and dy have `rows` numbers, q[r] is in 0..M-1. */
void dense_pick_forward(real *y, const real *x, const int *q, const real *W, const real *b,
                        size_t rows, int D);

/* dW[q[r], :] += dy[r] x_r;  db[q[r]] += dy[r];  dx_r = dy[r] W[q[r], :] */
void dense_pick_backward(real *dx, real *dW, real *db, const real *dy, const real *x, const int *q,
                         const real *W, size_t rows, int D);

#endif
