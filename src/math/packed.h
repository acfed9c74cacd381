/* packed.h - products of a few rows with a matrix that is reused for many steps.
 *
 * A recurrent layer multiplies the states of a batch, some 16 rows, by the same weights at every
 * time step.  A BLAS packs the weights for its inner kernel in every call, which for so few rows
 * costs as much as the product itself.  Here they are packed once for all steps.
 *
 * Layout: B (K, M) is divided into panels a few vectors wide.  A panel holds its columns of row 0,
 * then of row 1, and so on, zero-padded to whole vectors.
 */
#ifndef RILEY_MATH_PACKED_H
#define RILEY_MATH_PACKED_H

#include <stddef.h>
#include "src/base/real.h"

/* Size in reals of a packed (K, M) matrix; a multiple of the alignment. */
size_t packed_size(int K, int M);

/* P = packed B (K, M), row-major with leading dimension `ld`.  P must be RY_ALIGN aligned. */
void packed_pack(real *P, const real *B, int K, int M, int ld);

/* P = packed B^T, where B is (M, K), row-major with leading dimension `ld`. */
void packed_pack_transposed(real *P, const real *B, int K, int M, int ld);

/* C (N, M) = A (N, K) B, or C += A B if `add` is nonzero; lda and ldc are the leading dimensions.
 * Each element is summed in the order of k whatever N is, so the result of a row does not depend on
 * the other rows. */
void packed_multiply(real *C, int ldc, const real *A, int lda, const real *P, int N, int K, int M,
                     int add);

#endif
