/* packed.c - see packed.h. */
#include "src/math/packed.h"

#include <string.h>

#include "src/math/block.h"

#define LANES      RY_LANES

size_t packed_size(int K, int M)
{
	return ry_pad((size_t)K * ry_vectors(M) * LANES);
}

void packed_pack(real *P, const real *B, int K, int M, int ld)
{
	int vecs = ry_vectors(M);

	for (int v = 0, width; v < vecs; v += width) {
		int from = v * LANES, columns, full;

		width = block_width(vecs - v);
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
		int from = v * LANES;

		width = block_width(vecs - v);
		block_transpose(P, B + (size_t)from * ld, (size_t)ld, M - from, K, width);
		P += (size_t)K * width * LANES;
	}
}

/* C block (rows, width vectors) (+)= A (rows, K) panel. */
static void block(real *C, int ldc, const real *A, int lda, const real *panel, int K, int add,
                  int rows, int width)
{
	block_any(C, ldc, add ? C : NULL, ldc, A, (size_t)lda, 1, panel, (size_t)width * LANES, K,
	          rows, width);
}

/* A last panel that is not a whole number of vectors goes through a copy of the block. */
static void ragged_block(real *C, int ldc, const real *A, int lda, const real *panel, int K,
                         int add, int rows, int width, int columns)
{
	real copy[BLOCK_ROWS * BLOCK_VECS * RY_VECTOR_BYTES / sizeof(real)];
	int full = width * LANES;

	for (int i = 0; i < rows; i++)
		for (int j = 0; j < full; j++)
			copy[i * full + j] = add && j < columns ? C[(size_t)i * ldc + j] : 0;
	block(copy, full, A, lda, panel, K, add, rows, width);
	for (int i = 0; i < rows; i++)
		memcpy(C + (size_t)i * ldc, copy + i * full, (size_t)columns * sizeof *C);
}

void packed_multiply(real *C, int ldc, const real *A, int lda, const real *P, int N, int K, int M,
                     int add)
{
	int vecs = ry_vectors(M);

	for (int v = 0, width; v < vecs; v += width) {
		int from = v * LANES, columns = M - from;

		width = block_width(vecs - v);
		for (int n = 0, rows; n < N; n += rows) {
			real *c = C + (size_t)n * ldc + from;
			const real *a = A + (size_t)n * lda;

			rows = block_rows(N - n);
			if (columns >= width * LANES)
				block(c, ldc, a, lda, P, K, add, rows, width);
			else
				ragged_block(c, ldc, a, lda, P, K, add, rows, width, columns);
		}
		P += (size_t)K * width * LANES;
	}
}
