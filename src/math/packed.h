/* packed.h - products of a few rows with a matrix that stays the same for many steps.
 *
 * A recurrent layer multiplies the states of a batch, some 16 rows, by the same weights at every
 * time step.  A BLAS rearranges the weights for its inner kernel in every call, which for so few
 * rows costs as much as the product itself.  Here they are rearranged once for all steps.
 *
 * Layout: B (K, M) is cut into panels of a few vectors' width; a panel holds its columns of row 0,
 * then of row 1, and so on, and is filled up with zeros to whole vectors.
 */
#ifndef RILEY_MATH_PACKED_H
#define RILEY_MATH_PACKED_H

#include <stddef.h>
#include "src/base/real.h"

/* Reals that a packed (K, M) matrix takes; a multiple of the alignment. */
size_t packed_size(int K, int M);

/* P = B (K, M), row-major with `ld` reals from row to row; P must be RY_ALIGN aligned. */
void packed_pack(real *P, const real *B, int K, int M, int ld);

/* P = B^T, B being (M, K), row-major with `ld` reals from row to row. */
void packed_pack_transposed(real *P, const real *B, int K, int M, int ld);

/* C (N, M) = A (N, K) B, or C += A B when `add` is nonzero.  Rows of A and C lie lda and ldc reals
 * apart.  Each element is summed in the order of k whatever N is, so a row's result does not
 * depend on the rows beside it. */
void packed_multiply(real *C, int ldc, const real *A, int lda, const real *P, int N, int K, int M,
                     int add);

#endif
