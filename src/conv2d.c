/* conv2d.c - see conv2d.h.
 *
 * M below is OUT rounded up to whole vectors; what is added is zero.  Weights are copied to that width once
 * in a call.  Work holds one row of the batch at a time, so it does not grow with the batch.
 */
#include "src/conv2d.h"

#include <math.h>
#include <string.h>

#include "src/init.h"
#include "src/packed.h"
#include "src/vector.h"

/* ---- workspace ---- */

struct space {
	real *weights;             /* (C K K, M): W, or the sum of dW over the batch */
	real *grid;                /* (positions, M): outputs, or dy */
	real *padded;              /* (C, H + 2p, W + 2p): a row of x, zeros around each plane */
	real *panel;               /* one tap's weights (OUT, C), packed */
	real *tap;                 /* (positions, C): what dy sends through one tap */
	real *dx;                  /* (H + 2p, W + 2p, C) */
	int  *base;                /* (positions): where an output's patch begins in a padded plane */
	int  *offset;              /* (C K K): from there to each of its numbers */
	int  *place;               /* (H W): where in the grid the first tap of a cell goes */
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

/* Columns of a padded plane. */
static inline int padded_W(const struct conv2d_shape *s)
{
	return s->W + 2 * s->padding;
}

static inline size_t padded_cells(const struct conv2d_shape *s)
{
	return (size_t)(s->H + 2 * s->padding) * padded_W(s);
}

/* The grid that bits are added to has room for every tap of every cell, so that none has to ask
 * whether it falls on an output: with stride 1, (H + K - 1, W + K - 1). */
static inline int grid_W(const struct conv2d_shape *s)
{
	return s->W + s->K - 1;
}

static size_t grid_cells(const struct conv2d_shape *s)
{
	return s->stride == 1 ? (size_t)(s->H + s->K - 1) * grid_W(s) : (size_t)positions(s);
}

static void *take(real *work, size_t *total, size_t n)
{
	void *at = work ? work + *total : NULL;

	*total += ry_pad(n);
	return at;
}

/* Cut the workspace, and return its size; with NULL only that.  Tables of int lie in it too: an int
 * is no longer than a real. */
static size_t cut(struct space *a, real *work, const struct conv2d_shape *s)
{
	_Static_assert(sizeof(int) <= sizeof(real), "tables of int fit into work");
	size_t total = 0, M = width(s), P = positions(s);

	a->weights = take(work, &total, taps(s) * M);
	a->grid = take(work, &total, grid_cells(s) * M);
	a->padded = take(work, &total, s->C * padded_cells(s));
	a->panel = take(work, &total, packed_size(s->OUT, s->C));
	a->tap = take(work, &total, P * s->C);
	a->dx = take(work, &total, padded_cells(s) * s->C);
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

/* ---- what both kinds of input share ---- */

/* to (rows, M) = from (rows, n), zeros behind */
static void widen(real *to, const real *from, int rows, int n, int M)
{
	for (int r = 0; r < rows; r++) {
		memcpy(to + (size_t)r * M, from + (size_t)r * n, n * sizeof *to);
		memset(to + (size_t)r * M + n, 0, (M - n) * sizeof *to);
	}
}

/* to (rows, n) += from (rows, M) */
static void add_narrowed(real *restrict to, const real *restrict from, int rows, int n, int M)
{
	for (int r = 0; r < rows; r++)
		for (int j = 0; j < n; j++)
			to[(size_t)r * n + j] += from[(size_t)r * M + j];
}

/* to (cols, rows) = from (rows, cols); rows of each lie ld_to and ld_from reals apart */
static void turn(real *restrict to, size_t ld_to, const real *restrict from, size_t ld_from, int rows, int cols)
{
	for (int c = 0; c < cols; c++)
		for (int r = 0; r < rows; r++)
			to[c * ld_to + r] = from[r * ld_from + c];
}

/* Each of `cells` rows of the grid = b, zeros behind */
static void fill(real *grid, const real *b, size_t cells, int OUT, int M)
{
	memcpy(grid, b, OUT * sizeof *grid);
	memset(grid + OUT, 0, (M - OUT) * sizeof *grid);
	for (size_t i = 1; i < cells; i++)
		memcpy(grid + i * M, grid, M * sizeof *grid);
}

/* db += sum over positions of dy (OUT, P) */
static void add_sums(real *db, const real *dy, int OUT, int P)
{
	for (int o = 0; o < OUT; o++) {
		real sum = 0;

		for (int i = 0; i < P; i++)
			sum += dy[(size_t)o * P + i];
		db[o] += sum;
	}
}

/* ---- numbers ---- */

#define BLOCK 8

/* C (rows, vecs vectors) += A B, element (i, j) of A being a[row[i] + col[j]].  Called with constants for
 * rows and vecs, so that the block of C lives in registers; rows of B and C lie M reals apart. */
static inline __attribute__((always_inline))
void block(real *C, const real *a, const int *row, const int *col, int cols, const real *B, int M,
           const int rows, const int vecs)
{
	ry_vector c[BLOCK][2];
	const real *from[BLOCK];

#pragma GCC unroll 8
	for (int i = 0; i < rows; i++) {
		from[i] = a + row[i];
#pragma GCC unroll 2
		for (int v = 0; v < vecs; v++)
			c[i][v] = *(const ry_vector *)(C + (size_t)i * M + v * RY_LANES);
	}
	for (int j = 0; j < cols; j++, B += M) {
		const ry_vector *b = (const ry_vector *)B;
		int at = col[j];

#pragma GCC unroll 8
		for (int i = 0; i < rows; i++) {
			real number = from[i][at];

#pragma GCC unroll 2
			for (int v = 0; v < vecs; v++)
				c[i][v] += number * b[v];
		}
	}
#pragma GCC unroll 8
	for (int i = 0; i < rows; i++)
#pragma GCC unroll 2
		for (int v = 0; v < vecs; v++)
			*(ry_vector *)(C + (size_t)i * M + v * RY_LANES) = c[i][v];
}

/* C (rows, M) += A B (cols, M) with A as above: the patches of x, or their transpose. */
static void add_product(real *C, const real *a, const int *row, int rows, const int *col, int cols,
                        const real *B, int M)
{
	int blocks = (rows + BLOCK - 1) / BLOCK;

	for (int v = 0; v < M; v += 2 * RY_LANES)
		for (int k = 0; k < blocks; k++) {
			/* Of nearly the same size: a block of one row would wait for its own sums. */
			int from = (int)((long)rows * k / blocks), to = (int)((long)rows * (k + 1) / blocks);
			real *c = C + (size_t)from * M + v;

#define CASE(n) case 2 * (n): block(c, a, row + from, col, cols, B + v, M, n, 1); break; \
                case 2 * (n) + 1: block(c, a, row + from, col, cols, B + v, M, n, 2); break
			switch (2 * (to - from) + (M - v > RY_LANES)) {
			CASE(1); CASE(2); CASE(3); CASE(4); CASE(5); CASE(6); CASE(7); CASE(8);
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
	n = 0;
	for (int c = 0; c < s->C; c++)
		for (int k = 0; k < s->K; k++)
			for (int l = 0; l < s->K; l++)
				a->offset[n++] = c * plane + k * W + l;
}

/* A row of x with zeros around its planes: itself without padding, or else a copy between zeros that
 * are there already. */
static const real *padded(const struct space *a, const real *x, const struct conv2d_shape *s)
{
	int W = padded_W(s);

	if (!s->padding)
		return x;
	for (int c = 0; c < s->C; c++)
		for (int i = 0; i < s->H; i++, x += s->W)
			memcpy(a->padded + c * padded_cells(s) + (size_t)(i + s->padding) * W + s->padding, x, s->W * sizeof *x);
	return a->padded;
}

void conv2d_forward(real *y, const real *x, const real *W, const real *b, size_t rows,
                    const struct conv2d_shape *s, real *work)
{
	int P = positions(s), M = width(s);
	struct space a;

	cut(&a, work, s);
	fill_tables(&a, s);
	widen(a.weights, W, taps(s), s->OUT, M);
	memset(a.padded, 0, s->C * padded_cells(s) * sizeof *a.padded);
	for (size_t r = 0; r < rows; r++, x += (size_t)s->C * s->H * s->W, y += (size_t)s->OUT * P) {
		fill(a.grid, b, P, s->OUT, M);
		add_product(a.grid, padded(&a, x, s), a.base, P, a.offset, taps(s), a.weights, M);
		turn(y, P, a.grid, M, P, s->OUT);
	}
}

/* dx of one row of the batch, from dy as (positions, M): each tap sends dy W^T back to the cells that
 * it read. */
static void backward_input(real *dx, const struct space *a, const real *W, const struct conv2d_shape *s)
{
	int P = positions(s), KK = s->K * s->K, C = s->C, from = s->padding * padded_W(s) + s->padding;

	memset(a->dx, 0, padded_cells(s) * C * sizeof *dx);
	for (int t = 0; t < KK; t++) {
		real *to = a->dx + (size_t)a->offset[t] * C;

		packed_pack_transposed(a->panel, W + (size_t)t * s->OUT, s->OUT, C, KK * s->OUT);
		packed_multiply(a->tap, C, a->grid, width(s), a->panel, P, s->OUT, C, 0);
		for (int i = 0; i < P; i++)
			for (int c = 0; c < C; c++)
				to[(size_t)a->base[i] * C + c] += a->tap[(size_t)i * C + c];
	}
	for (int i = 0; i < s->H; i++)
		turn(dx + (size_t)i * s->W, (size_t)s->H * s->W, a->dx + (size_t)(from + i * padded_W(s)) * C, C, s->W, C);
}

void conv2d_backward(real *dx, real *dW, real *db, const real *dy, const real *x, const real *W,
                     size_t rows, const struct conv2d_shape *s, real *work)
{
	int P = positions(s), M = width(s), OUT = s->OUT;
	size_t D = (size_t)s->C * s->H * s->W;
	struct space a;

	cut(&a, work, s);
	fill_tables(&a, s);
	memset(a.weights, 0, (size_t)taps(s) * M * sizeof *a.weights);
	memset(a.padded, 0, s->C * padded_cells(s) * sizeof *a.padded);
	memset(a.grid, 0, (size_t)P * M * sizeof *a.grid);
	for (size_t r = 0; r < rows; r++, x += D, dy += (size_t)OUT * P) {
		turn(a.grid, M, dy, P, OUT, P);
		add_sums(db, dy, OUT, P);
		add_product(a.weights, padded(&a, x, s), a.offset, taps(s), a.base, P, a.grid, M);
		if (dx)
			backward_input(dx + r * D, &a, W, s);
	}
	add_narrowed(dW, a.weights, taps(s), OUT, M);
}

/* ---- bits ---- */

/* grid[place - tap] += W[tap] for all K x K taps of each set cell of one plane.  Called with constants
 * for K and vecs where they are common. */
static inline __attribute__((always_inline))
void add_cells(real *grid, const real *W, const uint64_t *plane, int words, const int *place, int row,
               int K, int vecs)
{
	int M = vecs * RY_LANES;

	for (int w = 0; w < words; w++)
		for (uint64_t left = plane[w]; left; left &= left - 1) {
			real *first = grid + (size_t)place[w * 64 + __builtin_ctzll(left)] * M;

			for (int k = 0; k < K; k++)
				for (int l = 0; l < K; l++) {
					ry_vector *to = (ry_vector *)(first - (size_t)(k * row + l) * M);
					const ry_vector *from = (const ry_vector *)(W + (size_t)(k * K + l) * M);

					for (int v = 0; v < vecs; v++)
						to[v] += from[v];
				}
		}
}

/* The way back: dW[tap] += grid[place - tap]. */
static inline __attribute__((always_inline))
void gather_cells(real *dW, const real *grid, const uint64_t *plane, int words, const int *place, int row,
                  int K, int vecs)
{
	int M = vecs * RY_LANES;

	for (int w = 0; w < words; w++)
		for (uint64_t left = plane[w]; left; left &= left - 1) {
			const real *first = grid + (size_t)place[w * 64 + __builtin_ctzll(left)] * M;

			for (int k = 0; k < K; k++)
				for (int l = 0; l < K; l++) {
					ry_vector *to = (ry_vector *)(dW + (size_t)(k * K + l) * M);
					const ry_vector *from = (const ry_vector *)(first - (size_t)(k * row + l) * M);

					for (int v = 0; v < vecs; v++)
						to[v] += from[v];
				}
		}
}

/* Any stride: cell (h, w) is tap (k, l) of output (i, j) where i s + k = h + p, j s + l = w + p. */
static void strided_cell(real *grid, real *W, int cell, int gather, const struct conv2d_shape *s)
{
	int h = cell / s->W + s->padding, w = cell % s->W + s->padding, K = s->K, M = width(s);
	int i0 = h / s->stride, j0 = w / s->stride;

	i0 = i0 < s->H_out ? i0 : s->H_out - 1;
	j0 = j0 < s->W_out ? j0 : s->W_out - 1;
	for (int i = i0; i >= 0 && h - i * s->stride < K; i--)
		for (int j = j0; j >= 0 && w - j * s->stride < K; j--) {
			real *at = grid + (size_t)(i * s->W_out + j) * M;
			real *tap = W + (size_t)((h - i * s->stride) * K + w - j * s->stride) * M;

			if (gather)
				for (int m = 0; m < M; m++)
					tap[m] += at[m];
			else
				for (int m = 0; m < M; m++)
					at[m] += tap[m];
		}
}

static void strided_cells(real *grid, real *W, const uint64_t *plane, int words, int gather,
                          const struct conv2d_shape *s)
{
	for (int w = 0; w < words; w++)
		for (uint64_t left = plane[w]; left; left &= left - 1)
			strided_cell(grid, W, w * 64 + __builtin_ctzll(left), gather, s);
}

/* All planes of one row of the batch: from weights to grid, or (gather) from grid to weights. */
static void walk(const struct space *a, const uint64_t *bits, int gather, const struct conv2d_shape *s)
{
	int words = layer_words(s->H * s->W), M = width(s), vecs = M / RY_LANES, K = s->K;

	for (int c = 0; c < s->C; c++, bits += words) {
		real *W = a->weights + (size_t)c * K * K * M;

#define CELLS(k, v) \
	(gather ? gather_cells(W, a->grid, bits, words, a->place, grid_W(s), k, v) \
	        : add_cells(a->grid, W, bits, words, a->place, grid_W(s), k, v))
		if (s->stride > 1)
			strided_cells(a->grid, W, bits, words, gather, s);
		else if (K == 3 && vecs == 1)
			CELLS(3, 1);
		else if (K == 3 && vecs == 2)
			CELLS(3, 2);
		else
			CELLS(K, vecs);
#undef CELLS
	}
}

static void fill_places(const struct space *a, const struct conv2d_shape *s)
{
	int n = 0;

	for (int h = 0; h < s->H; h++)
		for (int w = 0; w < s->W; w++)
			a->place[n++] = (h + s->K - 1) * grid_W(s) + w + s->K - 1;
}

/* Where output row i begins in the grid. */
static real *grid_row(const struct space *a, int i, const struct conv2d_shape *s)
{
	int border = s->K - 1 - s->padding;
	size_t cell = s->stride == 1 ? (size_t)(i + border) * grid_W(s) + border : (size_t)i * s->W_out;

	return a->grid + cell * width(s);
}

void conv2d_bits_forward(real *y, const uint64_t *bits, const real *W, const real *b, size_t rows,
                         const struct conv2d_shape *s, real *work)
{
	int P = positions(s), M = width(s);
	struct space a;

	cut(&a, work, s);
	fill_places(&a, s);
	widen(a.weights, W, taps(s), s->OUT, M);
	for (size_t r = 0; r < rows; r++, bits += (size_t)s->C * layer_words(s->H * s->W), y += (size_t)s->OUT * P) {
		fill(a.grid, b, grid_cells(s), s->OUT, M);
		walk(&a, bits, 0, s);
		for (int i = 0; i < s->H_out; i++)
			turn(y + (size_t)i * s->W_out, P, grid_row(&a, i, s), M, s->W_out, s->OUT);
	}
}

void conv2d_bits_backward(real *dW, real *db, const real *dy, const uint64_t *bits, size_t rows,
                          const struct conv2d_shape *s, real *work)
{
	int P = positions(s), M = width(s), OUT = s->OUT;
	struct space a;

	cut(&a, work, s);
	fill_places(&a, s);
	memset(a.weights, 0, (size_t)taps(s) * M * sizeof *a.weights);
	memset(a.grid, 0, grid_cells(s) * M * sizeof *a.grid);
	for (size_t r = 0; r < rows; r++, bits += (size_t)s->C * layer_words(s->H * s->W), dy += (size_t)OUT * P) {
		for (int i = 0; i < s->H_out; i++)
			turn(grid_row(&a, i, s), M, dy + (size_t)i * s->W_out, P, OUT, s->W_out);
		add_sums(db, dy, OUT, P);
		walk(&a, bits, 1, s);
	}
	add_narrowed(dW, a.weights, taps(s), OUT, M);
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

/* Outputs along a side of n cells; 0 when the kernel does not fit. */
static int outputs(int n, const struct conv2d_shape *s)
{
	return n + 2 * s->padding < s->K ? 0 : (n + 2 * s->padding - s->K) / s->stride + 1;
}

/* The shape that a line asks for; products are checked one factor at a time, none overflows. */
static enum ry_status check_shape(struct conv2d_shape *s, const char *line)
{
	const size_t most = LAYER_FEATURES_MAX;

	if (s->padding >= s->K)
		return ry_fail(RY_EINVAL, "layer '%s': padding %d, expected less than the kernel's %d", line, s->padding, s->K);
	s->H_out = outputs(s->H, s);
	s->W_out = outputs(s->W, s);
	if (!s->H_out || !s->W_out)
		return ry_fail(RY_EINVAL, "layer '%s': a kernel of %d x %d does not fit on planes of %d x %d with padding %d",
		               line, s->K, s->K, s->H, s->W, s->padding);
	if ((size_t)s->H * s->W > most / s->C || padded_cells(s) > most / s->C)
		return ry_fail(RY_EINVAL, "layer '%s': its planes, padded, have more than %zu cells", line, most);
	if ((size_t)s->H_out * s->W_out > most / s->OUT)
		return ry_fail(RY_EINVAL, "layer '%s': more than %zu outputs", line, most);
	if ((size_t)s->K * s->K > most / s->C)
		return ry_fail(RY_EINVAL, "layer '%s': an output sees more than %zu numbers", line, most);
	return RY_OK;
}

static struct layer *make(const char *line)
{
	struct conv2d_shape s = { .stride = 1 };
	struct conv2d *l;

	if (layer_scan(line, "conv2d C H W OUT KERNEL STRIDE PADDING", "ddddd|di", &s.C, &s.H, &s.W, &s.OUT, &s.K,
	               &s.stride, &s.padding) < 0 || check_shape(&s, line) != RY_OK)
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
		{ .name = "weight", .rows = s->OUT, .cols = taps(s), .height = s->K, .width = s->K, .transposed = 1 },
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
};
