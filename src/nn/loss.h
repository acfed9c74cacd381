/* loss.h - how wrong an output is, and the gradient of that.
 *
 *     bce       z a logit, t in [0, 1]:  max(z, 0) - z t + log(1 + exp(-|z|))
 *               = -t log p - (1 - t) log(1 - p) with p = sigmoid(z);  d/dz = p - t
 *     softmax   z (M) logits, label c:  log sum_k exp(z_k) - z_c;   d/dz_k = softmax(z)_k - [k = c]
 *     squared   (y - t)^2;                                            d/dy = 2 (y - t)
 *     huber     e = y - t:  e^2 / 2 where |e| <= delta, else delta (|e| - delta / 2);
 *               d/dy = e kept within +-delta                          Huber 1964
 *
 * Every function returns the sum of the losses of all numbers (bce, squared, huber) or rows
 * (softmax), in double and not scaled, and writes dy = scale * its gradient.  For the mean over a
 * batch, divide the value by the count and let scale be 1/count: workers that share a batch then
 * all use the count of the whole batch.
 */
#ifndef RILEY_NN_LOSS_H
#define RILEY_NN_LOSS_H

#include <stddef.h>
#include "src/base/real.h"

enum loss_kind { LOSS_BCE, LOSS_SOFTMAX, LOSS_SQUARED, LOSS_HUBER, LOSS_KINDS };

struct loss {
	enum loss_kind kind;
	double         delta;      /* huber */
};

/* What the outputs should have been: numbers, or for softmax the class of each row. */
struct target {
	const real *t;             /* (rows, M), or NULL */
	const int  *label;         /* (rows), each 0..M-1, or NULL */
};

/* Names as above; find returns -1 for one it does not know. */
const char *loss_name(enum loss_kind kind);
int         loss_find(const char *name);

/* Any of them, on y (rows, M).  dy (rows, M) is overwritten; NULL: only the value. */
double loss_compute(const struct loss *loss, real *dy, const real *y, struct target target,
                    size_t rows, int M, double scale);

/* ---- kernels; dy may be NULL, and does not overlap the other arrays ---- */

double loss_bce(real *dy, const real *z, const real *t, size_t n, double scale);
double loss_softmax(real *dz, const real *z, const int *label, size_t rows, int M, double scale);
double loss_squared(real *dy, const real *y, const real *t, size_t n, double scale);
double loss_huber(real *dy, const real *y, const real *t, size_t n, double delta, double scale);

#endif
