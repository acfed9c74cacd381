/* block.h - the register block of a matrix product.
 *
 * Private to the files that multiply matrices; not installed.
 */
#ifndef RILEY_MATH_BLOCK_H
#define RILEY_MATH_BLOCK_H

#include <stddef.h>
#include "src/base/real.h"
#include "src/math/vector.h"

#if defined(__FMA__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

/* c + a b, rounded once wherever the processor has an instruction for that.  Left to the compiler,
 * the choice between one rounding and two may differ from one block size to the next (GCC avoids
 * chains of fused operations on some processors), and a row's bits would depend on the rows beside
 * it. */
static inline __attribute__((always_inline)) ry_vector multiply_add(ry_vector a, ry_vector b,
                                                                    ry_vector c)
{
#if defined(__FMA__) && defined(__AVX512F__) && defined(RY_DOUBLE)
	return (ry_vector)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif defined(__FMA__) && defined(__AVX512F__)
	return (ry_vector)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__FMA__) && defined(RY_DOUBLE)
	return (ry_vector)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
#elif defined(__FMA__)
	return (ry_vector)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif defined(__aarch64__) && defined(RY_DOUBLE)
	return (ry_vector)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
#elif defined(__aarch64__)
	return (ry_vector)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
	return c + a * b;
#endif
}

/* One number in every place of a vector.  (Minus 0 changes no number, not even -0.) */
static inline __attribute__((always_inline)) ry_vector spread(real a)
{
	return a - (ry_vector){ 0 };
}

/* Vector at x, in a register: compilers like to read it anew for every product it takes part in,
 * and then the loads, not the products, take the time. */
#if defined(__AVX512F__)
#define HOLD(v) __asm__("" : "+v"(v))
#elif defined(__SSE2__)
#define HOLD(v) __asm__("" : "+x"(v))
#elif defined(__aarch64__)
#define HOLD(v) __asm__("" : "+w"(v))
#else
#define HOLD(v) ((void)0)
#endif

static inline __attribute__((always_inline)) ry_vector held(const real *x)
{
	ry_vector v = *(const ry_loose_vector *)x;

	HOLD(v);
	return v;
}

/* Without instructions of three operands a product takes a register more: then there is none left
 * for the row of B. */
static inline __attribute__((always_inline)) ry_vector block_row(const real *b)
{
#if defined(__SSE2__) && !defined(__AVX__)
	return *(const ry_loose_vector *)b;
#else
	return held(b);
#endif
}

/* BLOCK_ROWS x BLOCK_VECS sums, one row of vectors and one broadcast number need about as many
 * registers as there are. */
#define BLOCK_VECS 3
#if defined(__AVX512F__) || defined(__aarch64__)
#define BLOCK_ROWS 8
#else
#define BLOCK_ROWS 4
#endif

/* Vectors in the next block when so many are left: four in pairs, since one by itself takes as many
 * loads as products. */
static inline int block_width(int left)
{
	return left == BLOCK_VECS + 1 ? 2 : left < BLOCK_VECS ? left : BLOCK_VECS;
}

/* Rows in the next block.  One or two rows by themselves have too few sums to keep the processor
 * busy while each waits for its last term, so the block before leaves them some of its own. */
static inline int block_rows(int left)
{
	int rest = left % BLOCK_ROWS, rows = BLOCK_ROWS - 3 + rest;

	if (left <= BLOCK_ROWS)
		return left;
	return rest == 0 || rest > 2 ? BLOCK_ROWS : rows < 3 ? 3 : rows;
}

/* b (depth, width vectors) = the transpose of `columns` rows of B, `depth` numbers of each; zeros
 * beyond the columns. */
static inline void block_transpose(real *b, const real *B, size_t ldb, int columns, int depth,
                                   int width)
{
	for (int v = 0; v < width; v++, b += RY_LANES, B += RY_LANES * ldb, columns -= RY_LANES) {
		int here = columns < RY_LANES ? columns : RY_LANES, k = 0;

		for (; k + RY_LANES <= depth; k += RY_LANES) {
			ry_vector a[RY_LANES];

			RY_UNROLL(16)
			for (int j = 0; j < RY_LANES; j++)
				if (j < here)
					a[j] = *(const ry_loose_vector *)(B + j * ldb + k);
				else
					a[j] = (ry_vector){ 0 };
			ry_transpose(a);
			RY_UNROLL(16)
			for (int j = 0; j < RY_LANES; j++)
				*(ry_vector *)(b + (size_t)(k + j) * width * RY_LANES) = a[j];
		}
		for (; k < depth; k++)
			for (int j = 0; j < RY_LANES; j++)
				b[(size_t)k * width * RY_LANES + j] = j < here ? B[j * ldb + k] : 0;
	}
}

/* C (rows, width vectors) = S + A (rows, K) B (K, width vectors).  Element (i, k) of A is
 * A[i * a_row + k * a_step]; ldb, ldc and lds are the leading dimensions of B, C and S.  S may be C
 * itself, one row for all (lds 0), or NULL: zeros.  The block of C stays in registers while the
 * rows of B are multiplied by the columns of A; that is all a fast product needs when B is in the
 * cache (Goto & van de Geijn 2008).  Called with constant rows and width, so that the loops over
 * them are unrolled. */
static inline __attribute__((always_inline)) void block_constant(real *C, int ldc, const real *S,
                                                                 int lds, const real *A,
                                                                 size_t a_row, size_t a_step,
                                                                 const real *B, size_t ldb, int K,
                                                                 const int rows, const int width)
{
	ry_vector c[BLOCK_ROWS][BLOCK_VECS];

	RY_UNROLL(8)
	for (int i = 0; i < rows; i++)
		RY_UNROLL(3)
		for (int j = 0; j < width; j++)
			if (S)
				c[i][j] = *(const ry_loose_vector *)(S + (size_t)i * lds +
				                                     j * RY_LANES);
			else
				c[i][j] = (ry_vector){ 0 };
	for (int k = 0; k < K; k++, A += a_step, B += ldb) {
		ry_vector b[BLOCK_VECS];

		RY_UNROLL(3)
		for (int j = 0; j < width; j++)
			b[j] = block_row(B + j * RY_LANES);
		RY_UNROLL(8)
		for (int i = 0; i < rows; i++) {
			ry_vector a = spread(A[i * a_row]);

			RY_UNROLL(3)
			for (int j = 0; j < width; j++)
				c[i][j] = multiply_add(a, b[j], c[i][j]);
		}
	}
	RY_UNROLL(8)
	for (int i = 0; i < rows; i++)
		RY_UNROLL(3)
		for (int j = 0; j < width; j++)
			*(ry_loose_vector *)(C + (size_t)i * ldc + j * RY_LANES) = c[i][j];
}

/* The same for any 1..BLOCK_ROWS rows and 1..BLOCK_VECS vectors. */
static inline __attribute__((always_inline)) void block_any(real *C, int ldc, const real *S,
                                                            int lds, const real *A, size_t a_row,
                                                            size_t a_step, const real *B,
                                                            size_t ldb, int K, int rows, int width)
{
#define CASE(r, w) \
	case (r) * 4 + (w): \
		block_constant(C, ldc, S, lds, A, a_row, a_step, B, ldb, K, r, w); \
		break
#define ROW(r)     CASE(r, 1); CASE(r, 2); CASE(r, 3)
	switch (rows * 4 + width) {
	ROW(1); ROW(2); ROW(3); ROW(4);
#if BLOCK_ROWS == 8
	ROW(5); ROW(6); ROW(7); ROW(8);
#endif
	}
#undef ROW
#undef CASE
}

#endif
