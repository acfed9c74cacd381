/* packed.c - see packed.h.
 *
 * The kernel keeps a block of ROWS x VECS vectors of C in registers and walks down k: one row of
 * the panel is loaded once and meets one number of each row of A.  The block is as large as the
 * register file takes; that is all there is to a fast product when B is in cache already
 * (Goto & van de Geijn 2008).
 */
#include "src/packed.h"

#include <string.h>

#include "src/vector.h"

#if defined(__AVX512F__) || defined(__aarch64__)
#define BLOCK_ROWS 8
#else
#define BLOCK_ROWS 4
#endif

#define LANES      RY_LANES
#define PANEL_VECS 3

/* Vectors in the panel that starts at vector v of `vecs`. */
static inline int panel_width(int v, int vecs)
{
	return vecs - v < PANEL_VECS ? vecs - v : PANEL_VECS;
}

size_t packed_size(int K, int M)
{
	return ry_pad((size_t)K * ry_vectors(M) * LANES);
}

void packed_pack(real *P, const real *B, int K, int M, int ld)
{
	int vecs = ry_vectors(M);

	for (int v = 0, width; v < vecs; v += width) {
		int from = v * LANES, columns, full;

		width = panel_width(v, vecs);
		full = width * LANES;
		columns = M - from < full ? M - from : full;
		for (int k = 0; k < K; k++, P += full) {
			memcpy(P, B + (size_t)k * ld + from, (size_t)columns * sizeof *P);
			memset(P + columns, 0, (size_t)(full - columns) * sizeof *P);
		}
	}
}

void packed_pack_transposed(real *P, const real *B, int K, int M, int ld)
{
	int vecs = ry_vectors(M);

	for (int v = 0, width; v < vecs; v += width) {
		int from = v * LANES, columns, full;

		width = panel_width(v, vecs);
		full = width * LANES;
		columns = M - from < full ? M - from : full;
		/* Sixteen k at a time: whole cache lines of B's rows are used while they are near. */
		for (int k0 = 0; k0 < K; k0 += 16) {
			int k1 = k0 + 16 < K ? k0 + 16 : K;

			for (int j = 0; j < full; j++)
				for (int k = k0; k < k1; k++)
					P[(size_t)k * full + j] = j < columns ? B[(size_t)(from + j) * ld + k] : 0;
		}
		P += (size_t)K * full;
	}
}

/* C block (rows, width vectors) (+)= A (rows, K) panel.  Called with constants for rows and width,
 * so that the block lives in registers. */
static inline __attribute__((always_inline))
void block(real *C, int ldc, const real *A, int lda, const real *panel, int K, int add,
           const int rows, const int width)
{
	ry_vector c[BLOCK_ROWS][PANEL_VECS];

#pragma GCC unroll 8
	for (int i = 0; i < rows; i++)
#pragma GCC unroll 3
		for (int j = 0; j < width; j++)
			if (add)
				c[i][j] = *(const ry_loose_vector *)(C + (size_t)i * ldc + j * LANES);
			else
				c[i][j] = (ry_vector){ 0 };
	for (int k = 0; k < K; k++, panel += width * LANES) {
		const ry_vector *b = (const ry_vector *)panel;

#pragma GCC unroll 8
		for (int i = 0; i < rows; i++) {
			real a = A[(size_t)i * lda + k];

#pragma GCC unroll 3
			for (int j = 0; j < width; j++)
				c[i][j] += a * b[j];
		}
	}
#pragma GCC unroll 8
	for (int i = 0; i < rows; i++)
#pragma GCC unroll 3
		for (int j = 0; j < width; j++)
			*(ry_loose_vector *)(C + (size_t)i * ldc + j * LANES) = c[i][j];
}

static void any_block(real *C, int ldc, const real *A, int lda, const real *panel, int K, int add,
                      int rows, int width)
{
#define CASE(r, w) case (r) * 4 + (w): block(C, ldc, A, lda, panel, K, add, r, w); break
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

/* A last panel that is not a whole number of vectors goes through a copy of the block. */
static void ragged_block(real *C, int ldc, const real *A, int lda, const real *panel, int K, int add,
                         int rows, int width, int columns)
{
	real copy[BLOCK_ROWS * PANEL_VECS * RY_VECTOR_BYTES / sizeof(real)];
	int full = width * LANES;

	for (int i = 0; i < rows; i++)
		for (int j = 0; j < full; j++)
			copy[i * full + j] = add && j < columns ? C[(size_t)i * ldc + j] : 0;
	any_block(copy, full, A, lda, panel, K, add, rows, width);
	for (int i = 0; i < rows; i++)
		memcpy(C + (size_t)i * ldc, copy + i * full, (size_t)columns * sizeof *C);
}

void packed_multiply(real *C, int ldc, const real *A, int lda, const real *P, int N, int K, int M, int add)
{
	int vecs = ry_vectors(M);

	for (int v = 0, width; v < vecs; v += width) {
		int from = v * LANES, columns = M - from;

		width = panel_width(v, vecs);
		for (int n = 0; n < N; n += BLOCK_ROWS) {
			int rows = N - n < BLOCK_ROWS ? N - n : BLOCK_ROWS;
			real *c = C + (size_t)n * ldc + from;
			const real *a = A + (size_t)n * lda;

			if (columns >= width * LANES)
				any_block(c, ldc, a, lda, P, K, add, rows, width);
			else
				ragged_block(c, ldc, a, lda, P, K, add, rows, width, columns);
		}
		P += (size_t)K * width * LANES;
	}
}
