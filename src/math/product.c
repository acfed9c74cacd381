/* product.c - see product.h. */
#include "src/math/product.h"

#include <string.h>

#include "src/math/block.h"

#define LANES RY_LANES

static inline int smaller(int a, int b)
{
	return a < b ? a : b;
}

/* Nonzero if the BLAS is faster: with no small dimension it uses the caches better. */
static int for_blas(int N, int K, int M)
{
	return N >= 256 && K >= 256 && M >= 256;
}

/* Whether A B^T is faster by way of the transpose of B.  That costs as much as some rows of
 * products; dot products of short rows cost more, for each is summed in parts that are then added
 * up. */
static int for_transposing(int N, int K)
{
	return K < LANES || K <= 4 * N;
}

/* ---- A B and A^T B: rows of B are vectors already ---- */

/* One block, where either the rows (A^T B) or the columns (A B) of A are contiguous. */
static void block(real *C, int ldc, const real *S, int lds, const real *A, size_t a_row,
                  size_t a_step, const real *B, size_t ldb, int K, int rows, int width)
{
	if (a_row == 1)
		block_any(C, ldc, S, lds, A, 1, a_step, B, ldb, K, rows, width);
	else
		block_any(C, ldc, S, lds, A, a_row, 1, B, ldb, K, rows, width);
}

/* The last columns, fewer than one vector: rows of B are copied in groups and zero-padded, and C is
 * computed in a temporary. */
static void last_columns(real *C, int ldc, const real *A, size_t a_row, size_t a_step,
                         const real *B, size_t ldb, int N, int K, int columns, int add)
{
	enum { DEPTH = 64 };
	ry_vector b[DEPTH], c[BLOCK_ROWS];
	size_t bytes = (size_t)columns * sizeof(real);

	memset(b, 0, sizeof b);
	memset(c, 0, sizeof c);
	for (int k = 0; k < K || k == 0; k += DEPTH, add = 1) {
		int depth = smaller(K - k, DEPTH);

		for (int i = 0; i < depth; i++)
			memcpy(&b[i], B + (k + i) * ldb, bytes);
		for (int n = 0, rows; n < N; n += rows) {
			real *to = C + (size_t)n * ldc;

			rows = block_rows(N - n);
			for (int i = 0; add && i < rows; i++)
				memcpy(&c[i], to + (size_t)i * ldc, bytes);
			block((real *)c, LANES, add ? (real *)c : NULL, LANES,
			      A + n * a_row + k * a_step, a_row, a_step, (real *)b, LANES, depth,
			      rows, 1);
			for (int i = 0; i < rows; i++)
				memcpy(to + (size_t)i * ldc, &c[i], bytes);
		}
	}
}

/* C (N, M) (+)= A B.  C is traversed along its rows: in the other direction the lines of successive
 * blocks would compete for the same cache sets. */
static void multiply(real *C, int ldc, const real *A, size_t a_row, size_t a_step, const real *B,
                     size_t ldb, int N, int K, int M, int add)
{
	int vecs = M / LANES, rest = M % LANES;

	for (int n = 0, rows; n < N; n += rows) {
		rows = block_rows(N - n);
		for (int v = 0, width; v < vecs; v += width) {
			real *c = C + (size_t)n * ldc + v * LANES;

			width = block_width(vecs - v);
			block(c, ldc, add ? c : NULL, ldc, A + n * a_row, a_row, a_step,
			      B + v * LANES, ldb, K, rows, width);
		}
	}
	if (rest)
		last_columns(C + vecs * LANES, ldc, A, a_row, a_step, B + vecs * LANES, ldb, N, K,
		             rest, add);
}

void product(real *C, int ldc, const real *A, int lda, const real *B, int ldb, int N, int K, int M,
             int add)
{
	if (for_blas(N, K, M))
		ry_gemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, N, M, K, 1, A, lda, B, ldb,
		        add ? 1 : 0, C, ldc);
	else
		multiply(C, ldc, A, (size_t)lda, 1, B, (size_t)ldb, N, K, M, add);
}

void product_tn(real *C, int ldc, const real *A, int lda, const real *B, int ldb, int N, int K,
                int M, int add)
{
	if (for_blas(N, K, M))
		ry_gemm(CblasRowMajor, CblasTrans, CblasNoTrans, N, M, K, 1, A, lda, B, ldb,
		        add ? 1 : 0, C, ldc);
	else
		multiply(C, ldc, A, 1, (size_t)lda, B, (size_t)ldb, N, K, M, add);
}

/* ---- A B^T: every element of C is a row of A times a row of B ---- */

#define DOT_ROWS 4
#if BLOCK_ROWS == 8
#define DOT_COLUMNS 4
#else
#define DOT_COLUMNS 2
#endif
#define DOTS (DOT_ROWS * DOT_COLUMNS)

/* The even and the odd elements of two concatenated vectors. */
#ifdef __clang__
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (places){ __VA_ARGS__ })
#endif
#ifdef RY_DOUBLE
typedef long long places __attribute__((vector_size(RY_VECTOR_BYTES)));
#define VECTOR_LANES (RY_VECTOR_BYTES / 8)
#else
typedef int places __attribute__((vector_size(RY_VECTOR_BYTES)));
#define VECTOR_LANES (RY_VECTOR_BYTES / 4)
#endif
#if VECTOR_LANES == 16
#define PLACES 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
#define EVEN 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define ODD  1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#elif VECTOR_LANES == 8
#define PLACES 0, 1, 2, 3, 4, 5, 6, 7
#define EVEN 0, 2, 4, 6, 8, 10, 12, 14
#define ODD  1, 3, 5, 7, 9, 11, 13, 15
#elif VECTOR_LANES == 4
#define PLACES 0, 1, 2, 3
#define EVEN 0, 2, 4, 6
#define ODD  1, 3, 5, 7
#else
#define PLACES 0, 1
#define EVEN 0, 2
#define ODD  1, 3
#endif

/* Add neighbouring elements: the 2n vectors of c become n. */
static inline __attribute__((always_inline)) void halve(ry_vector *c, const int n)
{
	RY_UNROLL(8)
	for (int i = 0; i < n; i++)
		c[i] = SHUFFLE(c[2 * i], c[2 * i + 1], EVEN) + SHUFFLE(c[2 * i], c[2 * i + 1], ODD);
}

/* The vector of the sums of LANES vectors. */
static inline __attribute__((always_inline)) ry_vector sums(ry_vector *c)
{
	if (LANES > 8)
		halve(c, 8);
	if (LANES > 4)
		halve(c, 4);
	if (LANES > 2)
		halve(c, 2);
	halve(c, 1);
	return c[0];
}

/* Load a vector at x, masked with `keep`. */
static inline ry_vector load(const real *x, places keep)
{
	return (ry_vector)((places)*(const ry_loose_vector *)x & keep);
}

/* C (rows, columns) (+)= A (rows, K) B^T, K >= LANES.  Each sum is kept in LANES parts that are
 * added at the end; constants as in block_constant().  If K is not a multiple of LANES, the last
 * vector of a row overlaps the previous one, with the elements already summed masked to 0. */
static inline __attribute__((always_inline)) void dots_constant(real *C, int ldc, const real *A,
                                                                size_t lda, const real *B,
                                                                size_t ldb, int K, int add,
                                                                const int rows, const int columns)
{
	ry_vector c[DOTS] = { 0 };
	real dot[DOTS];
	int k = 0;

	for (; k + LANES <= K; k += LANES) {
		ry_vector b[DOT_COLUMNS];

		RY_UNROLL(4)
		for (int j = 0; j < columns; j++)
			b[j] = held(B + j * ldb + k);
		RY_UNROLL(4)
		for (int i = 0; i < rows; i++) {
			ry_vector a = held(A + i * lda + k);

			RY_UNROLL(4)
			for (int j = 0; j < columns; j++)
				c[i * DOT_COLUMNS + j] =
					multiply_add(a, b[j], c[i * DOT_COLUMNS + j]);
		}
	}
	if (k < K) {
		places keep = (places){ PLACES } >= LANES - (K - k);
		ry_vector b[DOT_COLUMNS];

		RY_UNROLL(4)
		for (int j = 0; j < columns; j++)
			b[j] = load(B + j * ldb + K - LANES, keep);
		RY_UNROLL(4)
		for (int i = 0; i < rows; i++) {
			ry_vector a = load(A + i * lda + K - LANES, keep);

			RY_UNROLL(4)
			for (int j = 0; j < columns; j++)
				c[i * DOT_COLUMNS + j] =
					multiply_add(a, b[j], c[i * DOT_COLUMNS + j]);
		}
	}
	RY_UNROLL(8)
	for (int d = 0; d < DOTS; d += LANES)
		*(ry_loose_vector *)(dot + d) = sums(c + d);
	RY_UNROLL(4)
	for (int i = 0; i < rows; i++)
		RY_UNROLL(4)
		for (int j = 0; j < columns; j++)
			C[(size_t)i * ldc + j] =
				(add ? C[(size_t)i * ldc + j] : 0) + dot[i * DOT_COLUMNS + j];
}

static void dots(real *C, int ldc, const real *A, size_t lda, const real *B, size_t ldb, int K,
                 int add, int rows, int columns)
{
#define CASE(r, c) case (r) * 8 + (c): dots_constant(C, ldc, A, lda, B, ldb, K, add, r, c); break
	switch (rows * 8 + columns) {
	CASE(1, 1); CASE(2, 1); CASE(3, 1); CASE(4, 1);
	CASE(1, 2); CASE(2, 2); CASE(3, 2); CASE(4, 2);
#if DOT_COLUMNS == 4
	CASE(1, 3); CASE(2, 3); CASE(3, 3); CASE(4, 3);
	CASE(1, 4); CASE(2, 4); CASE(3, 4); CASE(4, 4);
#endif
	}
#undef CASE
}

/* to = from, n numbers: a few, for which calling memcpy() takes longer than copying. */
static inline void copy_few(real *to, const real *from, int n)
{
	int j = 0;

	for (; j + LANES <= n; j += LANES)
		*(ry_loose_vector *)(to + j) = *(const ry_loose_vector *)(from + j);
	if (j && j < n)
		*(ry_loose_vector *)(to + n - LANES) = *(const ry_loose_vector *)(from + n - LANES);
	else if (j < n)
		memcpy(to + j, from + j, (size_t)(n - j) * sizeof *to);
}

/* C (N, columns) = S + A (N, depth) b, columns of which fill less than `width` vectors: the block
 * of C goes through a copy. */
static void ragged_panel(real *C, int ldc, const real *S, int lds, const real *A, int lda,
                         const ry_vector *b, int N, int depth, int columns, int width)
{
	ry_vector c[BLOCK_ROWS * BLOCK_VECS];
	real *copy = (real *)c;
	int ld = width * LANES;

	memset(c, 0, sizeof c);
	for (int n = 0, rows; n < N; n += rows) {
		rows = block_rows(N - n);
		for (int i = 0; S && i < rows; i++)
			copy_few(copy + i * ld, S + (size_t)(n + i) * lds, columns);
		block(copy, ld, S ? copy : NULL, ld, A + (size_t)n * lda, (size_t)lda, 1,
		      (const real *)b, (size_t)ld, depth, rows, width);
		for (int i = 0; i < rows; i++)
			copy_few(C + (size_t)(n + i) * ldc, copy + i * ld, columns);
	}
}

/* C (N, M) = S + A B^T by way of the transpose of B, a panel of some columns and steps at a time;
 * S as in block_constant(). */
static void multiply_transposed(real *C, int ldc, const real *S, int lds, const real *A, int lda,
                                const real *B, int ldb, int N, int K, int M)
{
	enum { DEPTH = 64 };
	ry_vector b[DEPTH * BLOCK_VECS];

	for (int m = 0, width; m < M; m += width * LANES) {
		const real *s = S ? S + m : NULL;
		int ld = lds;

		width = block_width(ry_vectors(M - m));
		for (int k = 0; k < K || k == 0; k += DEPTH, s = C + m, ld = ldc) {
			int depth = smaller(K - k, DEPTH);

			block_transpose((real *)b, B + (size_t)m * ldb + k, (size_t)ldb, M - m,
			                depth, width);
			if (M - m < width * LANES) {
				ragged_panel(C + m, ldc, s, ld, A + k, lda, b, N, depth, M - m,
				             width);
				continue;
			}
			for (int n = 0, rows; n < N; n += rows) {
				rows = block_rows(N - n);
				block(C + (size_t)n * ldc + m, ldc, s ? s + (size_t)n * ld : NULL,
				      ld, A + (size_t)n * lda + k, (size_t)lda, 1, (real *)b,
				      (size_t)width * LANES, depth, rows, width);
			}
		}
	}
}

/* C (N, M) (+)= A B^T, element by element. */
static void multiply_dots(real *C, int ldc, const real *A, int lda, const real *B, int ldb, int N,
                          int K, int M, int add)
{
	for (int m = 0; m < M; m += DOT_COLUMNS)
		for (int n = 0; n < N; n += DOT_ROWS)
			dots(C + (size_t)n * ldc + m, ldc, A + (size_t)n * lda, (size_t)lda,
			     B + (size_t)m * ldb, (size_t)ldb, K, add, smaller(N - n, DOT_ROWS),
			     smaller(M - m, DOT_COLUMNS));
}

void product_nt(real *C, int ldc, const real *A, int lda, const real *B, int ldb, int N, int K,
                int M, int add)
{
	if (for_blas(N, K, M))
		ry_gemm(CblasRowMajor, CblasNoTrans, CblasTrans, N, M, K, 1, A, lda, B, ldb,
		        add ? 1 : 0, C, ldc);
	else if (for_transposing(N, K))
		multiply_transposed(C, ldc, add ? C : NULL, ldc, A, lda, B, ldb, N, K, M);
	else
		multiply_dots(C, ldc, A, lda, B, ldb, N, K, M, add);
}

void product_nt_bias(real *C, int ldc, const real *bias, const real *A, int lda, const real *B,
                     int ldb, int N, int K, int M)
{
	if (!for_blas(N, K, M) && for_transposing(N, K)) {
		multiply_transposed(C, ldc, bias, 0, A, lda, B, ldb, N, K, M);
		return;
	}
	for (int n = 0; n < N; n++)
		memcpy(C + (size_t)n * ldc, bias, (size_t)M * sizeof *C);
	product_nt(C, ldc, A, lda, B, ldb, N, K, M, 1);
}
