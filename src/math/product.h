/* product.h - products of matrices, one of which has few rows or columns.
 *
 * A dense layer sees a batch of some 16 or 32 rows.  A BLAS is made for large matrices: it first
 * rearranges both operands, which for so few rows costs about as much as the product.  These
 * kernels read the operands where they are.  Where the sizes favour the BLAS, they call it.
 *
 * All matrices are row-major; rows of A, B and C lie lda, ldb and ldc reals apart.  C is
 * overwritten, or added to when `add` is nonzero; it overlaps neither A nor B.
 *
 * Every element is summed in an order that depends only on the sizes: same build, same sizes, same
 * bits.
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
