/* product.h - matrix products in which one matrix has few rows or columns.
 *
 * A dense layer has a batch of some 16 or 32 rows.  A BLAS is designed for large matrices: it first
 * packs both operands, which for so few rows costs about as much as the product.  These kernels
 * read the operands in place, and call the BLAS where the sizes favour it.
 *
 * All matrices are row-major; lda, ldb and ldc are their leading dimensions.  C is overwritten, or
 * added to if `add` is nonzero; it overlaps neither A nor B.
 *
 * The order of summation depends only on the sizes: the same build and sizes give the same bits.
 */
#ifndef RILEY_MATH_PRODUCT_H
#define RILEY_MATH_PRODUCT_H

#include "src/base/real.h"

/* C (N, M) (+)= A (N, K) B (K, M) */
void product(real *C, int ldc, const real *A, int lda, const real *B, int ldb, int N, int K, int M,
             int add);

/* C (N, M) (+)= A^T B, A being (K, N), B (K, M) */
void product_tn(real *C, int ldc, const real *A, int lda, const real *B, int ldb, int N, int K,
                int M, int add);

/* C (N, M) (+)= A B^T, A being (N, K), B (M, K) */
void product_nt(real *C, int ldc, const real *A, int lda, const real *B, int ldb, int N, int K,
                int M, int add);

/* C (N, M) = A B^T, to each row of which bias (M) is added */
void product_nt_bias(real *C, int ldc, const real *bias, const real *A, int lda, const real *B,
                     int ldb, int N, int K, int M);

#endif
