/* conv2d.c - see conv2d.h.
 *
 * M below is OUT rounded up to whole vectors; the added columns are zero.  Weights are copied to
 * that width once per call unless they have it already.  The workspace holds one row of the batch
 * at a time, so its size does not depend on the batch.
 */
#include "src/nn/conv2d.h"

#include <math.h>
#include <string.h>

#include "src/math/block.h"
#include "src/math/packed.h"
#include "src/math/vector.h"
#include "src/nn/init.h"

/* ---- workspace ---- */

struct space {
	real *weights;             /* (C K K, M): W, or the sum of dW over the batch, if M != OUT */
	real *grid;                /* (cells, M): outputs, or dy */
	real *padded;              /* (C, H + 2p, W + 2p): a row of x, zeros around each plane */
	real *turned;              /* (K, K, C, OUT): W with the taps first */
	real *panels;              /* (K): weights of a row of the kernel, (OUT, K C), packed */
	real *through;             /* (positions, K C): dy times a row of the kernel */
	real *dx;                  /* (H + 2p, W + 2p, C) */
	int  *output;              /* (positions): the cell of the grid of each output */
	int  *base;                /* (positions): where its patch begins in a padded plane */
	int  *offset;              /* (C K K): from there to each number of the patch */
	int  *place;               /* (H W): the cell of the grid for a bit's first tap */
};

static inline int positions(const struct conv2d_shape *s)
{
	return s->H_out * s->W_out;
}

static inline int width(const struct conv2d_shape *s)
{
	return ry_vectors(s->OUT) * RY_LANES;
}

static inline int taps(const struct conv2d_shape *s)
{
	return s->C * s->K * s->K;
}

/* Width of a padded plane. */
static inline int padded_W(const struct conv2d_shape *s)
{
	return s->W + 2 * s->padding;
}

static inline size_t padded_cells(const struct conv2d_shape *s)
{
	return (size_t)(s->H + 2 * s->padding) * padded_W(s);
}

/* Bit input has specialised kernels for the usual sizes.  Their grid, (H + K - 1, W + K - 1), has
 * room for every tap of every cell, so no tap needs a bounds check. */
static inline int roomy(const struct conv2d_shape *s)
{
	return s->stride == 1 && s->K >= 2 && s->K <= 5;
}

static inline int grid_W(const struct conv2d_shape *s)
{
	return roomy(s) ? s->W + s->K - 1 : s->W_out;
}

/* Width of the border of a roomy grid, whose cells are not outputs. */
static inline int border(const struct conv2d_shape *s)
{
	return roomy(s) ? s->K - 1 - s->padding : 0;
}

static size_t grid_cells(const struct conv2d_shape *s)
{
	return roomy(s) ? (size_t)(s->H + s->K - 1) * grid_W(s) : (size_t)positions(s);
}

static void *take(real *work, size_t *total, size_t n)
{
	void *at = work ? work + *total : NULL;

	*total += ry_pad(n);
	return at;
}

/* Divide up the workspace and return its size; with NULL only return the size.  It also holds the
 * tables of int: an int is no longer than a real. */
static size_t cut(struct space *a, real *work, const struct conv2d_shape *s)
{
	_Static_assert(sizeof(int) <= sizeof(real), "tables of int fit into work");
	size_t total = 0, M = width(s), P = positions(s);

	a->weights = take(work, &total, taps(s) * M);
	a->grid = take(work, &total, grid_cells(s) * M);
	a->padded = take(work, &total, s->C * padded_cells(s));
	a->turned = take(work, &total, (size_t)taps(s) * s->OUT);
	a->panels = take(work, &total, s->K * packed_size(s->OUT, s->K * s->C));
	a->through = take(work, &total, P * s->K * s->C);
	a->dx = take(work, &total, padded_cells(s) * s->C);
	a->output = take(work, &total, P);
	a->base = take(work, &total, P);
	a->offset = take(work, &total, taps(s));
	a->place = take(work, &total, (size_t)s->H * s->W);
	return total;
}

size_t conv2d_work(const struct conv2d_shape *s)
{
	struct space a;

	return cut(&a, NULL, s);
}

/* ---- shared by both kinds of input ---- */

/* W (C K K, OUT) with rows of M: W itself or a zero-padded copy.  (The results of the extra filters
 * are not used, but leftover denormals in the workspace could be slow.) */
static const real *widened(const struct space *a, const real *W, const struct conv2d_shape *s)
{
	int OUT = s->OUT, M = width(s);

	if (M == OUT)
		return W;
	for (int t = 0; t < taps(s); t++) {
		memcpy(a->weights + (size_t)t * M, W + (size_t)t * OUT, OUT * sizeof *W);
		memset(a->weights + (size_t)t * M + OUT, 0, (M - OUT) * sizeof *W);
	}
	return a->weights;
}

/* Accumulator for dW with rows of M: dW itself or a zeroed array ... */
static real *sums(const struct space *a, real *dW, const struct conv2d_shape *s)
{
	if (width(s) == s->OUT)
		return dW;
	memset(a->weights, 0, (size_t)taps(s) * width(s) * sizeof *dW);
	return a->weights;
}

/* ... which is then added to dW. */
static void add_sums(real *restrict dW, const struct space *a, const struct conv2d_shape *s)
{
	int OUT = s->OUT, M = width(s);

	for (int t = 0; t < taps(s) && M != OUT; t++)
		for (int m = 0; m < OUT; m++)
			dW[(size_t)t * OUT + m] += a->weights[(size_t)t * M + m];
}

/* db (OUT) += sum over the grid's cells; cells that are not outputs are 0 */
static void add_cells_to_bias(real *db, const real *grid, size_t cells, int OUT, int M)
{
	for (int from = 0; from < OUT; from += RY_LANES) {
		ry_vector sum[4] = { 0 };

		for (size_t i = 0; i < cells; i++)
			sum[i % 4] += *(const ry_vector *)(grid + i * M + from);
		sum[0] += sum[1] + (sum[2] + sum[3]);
		for (int m = 0; m < RY_LANES && from + m < OUT; m++)
			db[from + m] += sum[0][m];
	}
}

/* Set `cells` cells of the grid to b, zero-padded to M. */
static void fill(real *grid, const real *b, size_t cells, int OUT, int M)
{
	for (int from = 0; from < M; from += RY_LANES) {
		ry_vector v = { 0 };

		for (int m = 0; m < RY_LANES && from + m < OUT; m++)
			v[m] = b[from + m];
		for (size_t i = 0; i < cells; i++)
			*(ry_vector *)(grid + i * M + from) = v;
	}
}

/* Transpose a square block, filters m .. m + RY_LANES - 1 by as many positions from i on, from the
 * grid to y. */
static void turn_square_out(real *y, const real *grid, const int *output, int filters, int P, int M)
{
	ry_vector a[RY_LANES];

	RY_UNROLL(16)
	for (int i = 0; i < RY_LANES; i++)
		a[i] = *(const ry_vector *)(grid + (size_t)output[i] * M);
	ry_transpose(a);
	if (filters >= RY_LANES) {
		RY_UNROLL(16)
		for (int m = 0; m < RY_LANES; m++)
			*(ry_loose_vector *)(y + (size_t)m * P) = a[m];
		return;
	}
	for (int m = 0; m < filters; m++)
		memcpy(y + (size_t)m * P, a + m, sizeof *a);
}

/* The same from dy to the grid. */
static void turn_square_in(real *grid, const real *dy, const int *output, int filters, int P, int M)
{
	ry_vector a[RY_LANES] = { 0 };

	if (filters >= RY_LANES) {
		RY_UNROLL(16)
		for (int m = 0; m < RY_LANES; m++)
			a[m] = *(const ry_loose_vector *)(dy + (size_t)m * P);
	} else {
		for (int m = 0; m < filters; m++)
			memcpy(a + m, dy + (size_t)m * P, sizeof *a);
	}
	ry_transpose(a);
	RY_UNROLL(16)
	for (int i = 0; i < RY_LANES; i++)
		*(ry_vector *)(grid + (size_t)output[i] * M) = a[i];
}

/* y (OUT, P) = the outputs in the grid.  If P is not a multiple of the block size, the last block
 * overlaps the one before it. */
static void turn_out(real *y, const struct space *a, const struct conv2d_shape *s)
{
	int P = positions(s), M = width(s), OUT = s->OUT;

	if (P < RY_LANES) {
		for (int m = 0; m < OUT; m++)
			for (int i = 0; i < P; i++)
				y[(size_t)m * P + i] = a->grid[(size_t)a->output[i] * M + m];
		return;
	}
	for (int m = 0; m < OUT; m += RY_LANES)
		for (int from = 0; from < P; from += RY_LANES) {
			int i = from < P - RY_LANES ? from : P - RY_LANES;

			turn_square_out(y + (size_t)m * P + i, a->grid + m, a->output + i, OUT - m,
			                P, M);
		}
}

/* The outputs in the grid = dy (OUT, P) */
static void turn_in(const struct space *a, const real *dy, const struct conv2d_shape *s)
{
	int P = positions(s), M = width(s), OUT = s->OUT;

	if (P < RY_LANES) {
		for (int i = 0; i < P; i++)
			for (int m = 0; m < OUT; m++)
				a->grid[(size_t)a->output[i] * M + m] = dy[(size_t)m * P + i];
		return;
	}
	for (int m = 0; m < OUT; m += RY_LANES)
		for (int from = 0; from < P; from += RY_LANES) {
			int i = from < P - RY_LANES ? from : P - RY_LANES;

			turn_square_in(a->grid + m, dy + (size_t)m * P + i, a->output + i, OUT - m,
			               P, M);
		}
}

/* ---- numbers ---- */

/* C (rows, vecs vectors) += A B, where element (i, j) of A is a[row[i] + col[j]]: the kernel of
 * block.h for a matrix that is never built.  Called with constant rows and vecs, 1 or 2; rows of B
 * and C are M reals apart. */
static inline __attribute__((always_inline))
void block(real *C, const real *a, const int *row, const int *col, int cols, const real *B, int M,
           const int rows, const int vecs)
{
	ry_vector c[BLOCK_ROWS][2];
	const real *from[BLOCK_ROWS];

	RY_UNROLL(8)
	for (int i = 0; i < rows; i++) {
		from[i] = a + row[i];
		RY_UNROLL(2)
		for (int v = 0; v < vecs; v++)
			c[i][v] = *(const ry_vector *)(C + (size_t)i * M + v * RY_LANES);
	}
	for (int j = 0; j < cols; j++, B += M) {
		const ry_vector *b = (const ry_vector *)B;
		int at = col[j];

		RY_UNROLL(8)
		for (int i = 0; i < rows; i++) {
			real number = from[i][at];

			RY_UNROLL(2)
			for (int v = 0; v < vecs; v++)
				c[i][v] += number * b[v];
		}
	}
	RY_UNROLL(8)
	for (int i = 0; i < rows; i++)
		RY_UNROLL(2)
		for (int v = 0; v < vecs; v++)
			*(ry_vector *)(C + (size_t)i * M + v * RY_LANES) = c[i][v];
}

/* C (rows, M) += A B (cols, M) with A as above: the patches of x, or their transpose. */
static void add_product(real *C, const real *a, const int *row, int rows, const int *col, int cols,
                        const real *B, int M)
{
	int blocks = (rows + BLOCK_ROWS - 1) / BLOCK_ROWS;

	for (int v = 0; v < M; v += 2 * RY_LANES)
		for (int k = 0; k < blocks; k++) {
			/* Blocks of nearly equal size: a block of one row would wait for its own
			 * sums. */
			int from = (int)((int64_t)rows * k / blocks),
			    to = (int)((int64_t)rows * (k + 1) / blocks);
			real *c = C + (size_t)from * M + v;

#define CASE(n) case 2 * (n): block(c, a, row + from, col, cols, B + v, M, n, 1); break; \
                case 2 * (n) + 1: block(c, a, row + from, col, cols, B + v, M, n, 2); break
			switch (2 * (to - from) + (M - v > RY_LANES)) {
			CASE(1); CASE(2); CASE(3); CASE(4);
#if BLOCK_ROWS == 8
			CASE(5); CASE(6); CASE(7); CASE(8);
#endif
			}
#undef CASE
		}
}

static void fill_tables(const struct space *a, const struct conv2d_shape *s)
{
	int n = 0, W = padded_W(s), plane = (int)padded_cells(s);

	for (int i = 0; i < s->H_out; i++)
		for (int j = 0; j < s->W_out; j++)
			a->base[n++] = (i * W + j) * s->stride;
	for (int i = 0; i < n; i++)
		a->output[i] = i;
	n = 0;
	for (int c = 0; c < s->C; c++)
		for (int k = 0; k < s->K; k++)
			for (int l = 0; l < s->K; l++)
				a->offset[n++] = c * plane + k * W + l;
}

/* A row of x with zero padding around its planes: x itself when padding is 0, otherwise a copy into
 * a buffer whose border is already zero. */
static const real *padded(const struct space *a, const real *x, const struct conv2d_shape *s)
{
	int W = padded_W(s);

	if (!s->padding)
		return x;
	for (int c = 0; c < s->C; c++)
		for (int i = 0; i < s->H; i++, x += s->W)
			memcpy(a->padded + c * padded_cells(s) + (size_t)(i + s->padding) * W +
			               s->padding,
			       x, s->W * sizeof *x);
	return a->padded;
}

void conv2d_forward(real *y, const real *x, const real *W, const real *b, size_t rows,
                    const struct conv2d_shape *s, real *work)
{
	int P = positions(s), M = width(s);
	struct space a;

	cut(&a, work, s);
	fill_tables(&a, s);
	W = widened(&a, W, s);
	memset(a.padded, 0, s->C * padded_cells(s) * sizeof *a.padded);
	for (size_t r = 0; r < rows;
	     r++, x += (size_t)s->C * s->H * s->W, y += (size_t)s->OUT * P) {
		fill(a.grid, b, P, s->OUT, M);
		add_product(a.grid, padded(&a, x, s), a.base, P, a.offset, taps(s), W, M);
		turn_out(y, &a, s);
	}
}

/* Pack the weights for the gradient of x. */
static void pack_panels(const struct space *a, const real *W, const struct conv2d_shape *s)
{
	int KK = s->K * s->K, C = s->C, OUT = s->OUT;

	for (int c = 0; c < C; c++)
		for (int t = 0; t < KK; t++, W += OUT)
			memcpy(a->turned + (size_t)(t * C + c) * OUT, W, OUT * sizeof *W);
	for (int k = 0; k < s->K; k++)
		packed_pack_transposed(a->panels + k * packed_size(OUT, s->K * C),
		                       a->turned + (size_t)k * s->K * C * OUT, OUT, s->K * C, OUT);
}

/* dx of one row of the batch, from dy as (positions, M): row k of the kernel adds dy W^T to the K
 * cells that it read, which are contiguous in (H, W, C). */
static void backward_input(real *restrict dx, const struct space *a, const struct conv2d_shape *s)
{
	int P = positions(s), C = s->C, KC = s->K * C, W = padded_W(s),
	    first = s->padding * W + s->padding;

	memset(a->dx, 0, padded_cells(s) * C * sizeof *dx);
	for (int k = 0; k < s->K; k++) {
		packed_multiply(a->through, KC, a->grid, width(s),
		                a->panels + k * packed_size(s->OUT, KC), P, s->OUT, KC, 0);
		for (int i = 0; i < P; i++) {
			real *restrict to = a->dx + (size_t)(a->base[i] + k * W) * C;
			const real *restrict from = a->through + (size_t)i * KC;

			for (int j = 0; j < KC; j++)
				to[j] += from[j];
		}
	}
	for (int c = 0; c < C; c++)
		for (int i = 0; i < s->H; i++)
			for (int j = 0; j < s->W; j++)
				*dx++ = a->dx[(size_t)(first + i * W + j) * C + c];
}

void conv2d_backward(real *dx, real *dW, real *db, const real *dy, const real *x, const real *W,
                     size_t rows, const struct conv2d_shape *s, real *work)
{
	int P = positions(s), M = width(s), OUT = s->OUT;
	size_t D = (size_t)s->C * s->H * s->W;
	struct space a;
	real *sum;

	cut(&a, work, s);
	fill_tables(&a, s);
	sum = sums(&a, dW, s);
	memset(a.padded, 0, s->C * padded_cells(s) * sizeof *a.padded);
	memset(a.grid, 0, (size_t)P * M * sizeof *a.grid);
	if (dx)
		pack_panels(&a, W, s);
	for (size_t r = 0; r < rows; r++, x += D, dy += (size_t)OUT * P) {
		turn_in(&a, dy, s);
		add_cells_to_bias(db, a.grid, P, OUT, M);
		add_product(sum, padded(&a, x, s), a.offset, taps(s), a.base, P, a.grid, M);
		if (dx)
			backward_input(dx + r * D, &a, s);
	}
	add_sums(dW, &a, s);
}

/* ---- bits ---- */

/* A word of a plane.  Bits beyond the plane should be 0, but input from a file may set them. */
static inline uint64_t word(const uint64_t *plane, int w, int cells)
{
	int inside = cells - w * 64;

	return inside >= 64 ? plane[w] : plane[w] & (((uint64_t)1 << inside) - 1);
}

/* grid[place - tap] += W[tap] for all K x K taps of each set cell of one plane.  Here and below the
 * outer loop runs over vectors of filters, so that with a constant K the weights of the taps stay
 * in registers. */
static inline __attribute__((always_inline)) void add_cells(real *grid, const real *W,
                                                            const uint64_t *plane, int cells,
                                                            const int *place, int row, int M,
                                                            const int K)
{
	for (int m = 0; m < M; m += RY_LANES) {
		ry_vector tap[K * K];

		for (int t = 0; t < K * K; t++)
			tap[t] = *(const ry_vector *)(W + (size_t)t * M + m);
		for (int w = 0; w * 64 < cells; w++)
			for (uint64_t left = word(plane, w, cells); left; left &= left - 1) {
				real *first = grid +
				              (size_t)place[w * 64 + __builtin_ctzll(left)] * M + m;

				RY_UNROLL(5)
				for (int k = 0; k < K; k++)
					RY_UNROLL(5)
					for (int l = 0; l < K; l++)
						*(ry_vector *)(first - (size_t)(k * row + l) * M) +=
							tap[k * K + l];
			}
	}
}

/* Backward: dW[tap] += grid[place - tap]. */
static inline __attribute__((always_inline)) void gather_cells(real *dW, const real *grid,
                                                               const uint64_t *plane, int cells,
                                                               const int *place, int row, int M,
                                                               const int K)
{
	for (int m = 0; m < M; m += RY_LANES) {
		ry_vector sum[K * K];

		for (int t = 0; t < K * K; t++)
			sum[t] = *(const ry_vector *)(dW + (size_t)t * M + m);
		for (int w = 0; w * 64 < cells; w++)
			for (uint64_t left = word(plane, w, cells); left; left &= left - 1) {
				const real *first =
					grid + (size_t)place[w * 64 + __builtin_ctzll(left)] * M +
					m;

				RY_UNROLL(5)
				for (int k = 0; k < K; k++)
					RY_UNROLL(5)
					for (int l = 0; l < K; l++)
						sum[k * K + l] +=
							*(const ry_vector *)(first -
						                             (size_t)(k * row + l) *
						                                     M);
			}
		for (int t = 0; t < K * K; t++)
			*(ry_vector *)(dW + (size_t)t * M + m) = sum[t];
	}
}

/* to (M) += from */
static inline void add(real *to, const real *from, int M)
{
	for (int m = 0; m < M; m += RY_LANES)
		*(ry_vector *)(to + m) += *(const ry_vector *)(from + m);
}

/* Any size and stride: cell (h, w) is tap (k, l) of output (i, j) if i s + k = h + p and j s + l =
 * w + p.  Adds weights (K K, M) to the grid, or the grid to their gradient. */
static inline __attribute__((always_inline))
void any_cell(real *to, const real *from, int cell, const struct conv2d_shape *s, const int back)
{
	int h = cell / s->W + s->padding, w = cell % s->W + s->padding, K = s->K, M = width(s);
	int i0 = h / s->stride, j0 = w / s->stride;

	i0 = i0 < s->H_out ? i0 : s->H_out - 1;
	j0 = j0 < s->W_out ? j0 : s->W_out - 1;
	for (int i = i0; i >= 0 && h - i * s->stride < K; i--)
		for (int j = j0; j >= 0 && w - j * s->stride < K; j--) {
			size_t output = (size_t)(i * s->W_out + j) * M;
			size_t tap = (size_t)((h - i * s->stride) * K + w - j * s->stride) * M;

			add(to + (back ? tap : output), from + (back ? output : tap), M);
		}
}

static inline __attribute__((always_inline)) void any_cells(real *to, const real *from,
                                                            const uint64_t *plane, int cells,
                                                            const struct conv2d_shape *s,
                                                            const int back)
{
	for (int w = 0; w * 64 < cells; w++)
		for (uint64_t left = word(plane, w, cells); left; left &= left - 1)
			any_cell(to, from, w * 64 + __builtin_ctzll(left), s, back);
}

/* All planes of one row of the batch: add weights W to the grid ... */
static void scatter(const struct space *a, const real *W, const uint64_t *bits,
                    const struct conv2d_shape *s)
{
	int cells = s->H * s->W, M = width(s), K = s->K, row = grid_W(s);

	for (int c = 0; c < s->C; c++, bits += bitplane_words(cells), W += (size_t)K * K * M)
		switch (roomy(s) ? K : 0) {
#define CASE(k) case k: add_cells(a->grid, W, bits, cells, a->place, row, M, k); break
		CASE(2); CASE(3); CASE(4); CASE(5);
#undef CASE
		default: any_cells(a->grid, W, bits, cells, s, 0);
		}
}

/* ... and add the grid to dW. */
static void gather(const struct space *a, real *dW, const uint64_t *bits,
                   const struct conv2d_shape *s)
{
	int cells = s->H * s->W, M = width(s), K = s->K, row = grid_W(s);

	for (int c = 0; c < s->C; c++, bits += bitplane_words(cells), dW += (size_t)K * K * M)
		switch (roomy(s) ? K : 0) {
#define CASE(k) case k: gather_cells(dW, a->grid, bits, cells, a->place, row, M, k); break
		CASE(2); CASE(3); CASE(4); CASE(5);
#undef CASE
		default: any_cells(dW, a->grid, bits, cells, s, 1);
		}
}

static void fill_places(const struct space *a, const struct conv2d_shape *s)
{
	int n = 0, first = border(s) * grid_W(s) + border(s);

	for (int h = 0; h < s->H; h++)
		for (int w = 0; w < s->W; w++)
			a->place[n++] = (h + s->K - 1) * grid_W(s) + w + s->K - 1;
	n = 0;
	for (int i = 0; i < s->H_out; i++)
		for (int j = 0; j < s->W_out; j++)
			a->output[n++] = first + i * grid_W(s) + j;
}

void conv2d_bits_forward(real *y, const uint64_t *bits, const real *W, const real *b, size_t rows,
                         const struct conv2d_shape *s, real *work)
{
	size_t M = width(s), words = (size_t)s->C * bitplane_words(s->H * s->W);
	size_t first = (size_t)border(s) * grid_W(s), cells = (size_t)s->H_out * grid_W(s);
	struct space a;

	cut(&a, work, s);
	fill_places(&a, s);
	W = widened(&a, W, s);
	memset(a.grid, 0, grid_cells(s) * M * sizeof *a.grid);
	for (size_t r = 0; r < rows; r++, bits += words, y += (size_t)s->OUT * positions(s)) {
		/* Grid rows without outputs accumulate from one row of the batch to the next, but
		 * are never read. */
		fill(a.grid + first * M, b, cells, s->OUT, (int)M);
		scatter(&a, W, bits, s);
		turn_out(y, &a, s);
	}
}

void conv2d_bits_backward(real *dW, real *db, const real *dy, const uint64_t *bits, size_t rows,
                          const struct conv2d_shape *s, real *work)
{
	size_t M = width(s), words = (size_t)s->C * bitplane_words(s->H * s->W);
	struct space a;
	real *sum;

	cut(&a, work, s);
	fill_places(&a, s);
	sum = sums(&a, dW, s);
	memset(a.grid, 0, grid_cells(s) * M * sizeof *a.grid);
	for (size_t r = 0; r < rows; r++, bits += words, dy += (size_t)s->OUT * positions(s)) {
		turn_in(&a, dy, s);
		add_cells_to_bias(db, a.grid, grid_cells(s), s->OUT, (int)M);
		gather(&a, sum, bits, s);
	}
	add_sums(dW, &a, s);
}

/* ---- the layer ---- */

struct conv2d {
	struct layer        layer;
	struct conv2d_shape s;
};

size_t conv2d_bias_at(const struct conv2d_shape *s)
{
	return ry_pad((size_t)taps(s) * s->OUT);
}

/* Outputs along a side of n cells; 0 if the kernel does not fit. */
static int outputs(int n, const struct conv2d_shape *s)
{
	return n + 2 * s->padding < s->K ? 0 : (n + 2 * s->padding - s->K) / s->stride + 1;
}

/* Check the shape described by a line, multiplying one factor at a time so that no product
 * overflows. */
static enum ry_status check_shape(struct conv2d_shape *s, const char *line)
{
	const size_t most = LAYER_FEATURES_MAX;

	if (s->padding >= s->K)
		return ry_fail(RY_EINVAL,
		               "layer '%s': padding %d, expected less than the kernel's %d", line,
		               s->padding, s->K);
	s->H_out = outputs(s->H, s);
	s->W_out = outputs(s->W, s);
	if (!s->H_out || !s->W_out)
		return ry_fail(RY_EINVAL,
		               "layer '%s': a kernel of %d x %d does not fit on planes of %d x %d "
		               "with padding %d",
		               line, s->K, s->K, s->H, s->W, s->padding);
	if (padded_cells(s) > most / s->C)
		return ry_fail(RY_EINVAL,
		               "layer '%s': its planes, padded, have more than %zu cells", line,
		               most);
	if ((size_t)s->H_out * s->W_out > most / s->OUT)
		return ry_fail(RY_EINVAL, "layer '%s': more than %zu outputs", line, most);
	if ((size_t)s->K * s->K > most / s->C)
		return ry_fail(RY_EINVAL, "layer '%s': an output sees more than %zu numbers", line,
		               most);
	return RY_OK;
}

static struct layer *make(const char *line)
{
	struct conv2d_shape s = { .stride = 1 };
	struct conv2d *l;

	if (layer_scan(line, "conv2d C H W OUT KERNEL STRIDE PADDING", "ddddd|di", &s.C, &s.H, &s.W,
	               &s.OUT, &s.K, &s.stride, &s.padding) < 0 ||
	    check_shape(&s, line) != RY_OK)
		return NULL;
	l = layer_new(sizeof *l, &conv2d_ops, s.C * s.H * s.W, s.OUT * positions(&s));
	if (!l)
		return NULL;
	l->s = s;
	return &l->layer;
}

static const struct conv2d_shape *shape(const struct layer *l)
{
	return &((const struct conv2d *)l)->s;
}

static int param(const struct layer *l, int k, struct param *p)
{
	const struct conv2d_shape *s = shape(l);
	const struct param tensors[] = {
		{ .name = "weight", .rows = s->OUT, .cols = taps(s), .height = s->K, .width = s->K,
		  .transposed = 1 },
		{ .name = "bias",   .rows = s->OUT, .at = conv2d_bias_at(s) },
	};

	if (k >= 2)
		return 0;
	*p = tensors[k];
	return 1;
}

static size_t n_params(const struct layer *l)
{
	return conv2d_bias_at(shape(l)) + shape(l)->OUT;
}

static size_t n_work(const struct layer *l, int T, int N, size_t rows)
{
	(void)T;
	(void)N;
	(void)rows;
	return conv2d_work(shape(l));
}

/* torch.nn.Conv2d: weight and bias uniform within +-1/sqrt(fan_in). */
static void init(struct layer *l, gsl_rng *rng)
{
	const struct conv2d_shape *s = shape(l);
	double bound = 1 / sqrt(taps(s));

	init_uniform(l->w, (size_t)taps(s) * s->OUT, -bound, bound, rng);
	init_uniform(l->w + conv2d_bias_at(s), s->OUT, -bound, bound, rng);
}

static void forward(struct layer *l, const struct batch *b, struct input in, real *y)
{
	const struct conv2d_shape *s = shape(l);
	const real *bias = l->w + conv2d_bias_at(s);

	if (in.bits)
		conv2d_bits_forward(y, in.bits, l->w, bias, b->rows, s, l->work);
	else
		conv2d_forward(y, in.x, l->w, bias, b->rows, s, l->work);
}

static void backward(struct layer *l, const struct batch *b, struct input in, const real *y,
                     real *dy, real *dx)
{
	const struct conv2d_shape *s = shape(l);
	real *db = l->dw + conv2d_bias_at(s);

	(void)y;
	if (in.bits)
		conv2d_bits_backward(l->dw, db, dy, in.bits, b->rows, s, l->work);
	else
		conv2d_backward(dx, l->dw, db, dy, in.x, l->w, b->rows, s, l->work);
}

const struct layer_ops conv2d_ops = {
	.name = "conv2d", .example = "conv2d 2 5 4 3 3 2 1", .takes = LAYER_BITS,
	.make = make, .free = layer_delete, .param = param,
	.n_params = n_params, .n_state = layer_none, .n_work = n_work,
	.init = init, .forward = forward, .backward = backward,
	.saturation = layer_no_saturation,
};
