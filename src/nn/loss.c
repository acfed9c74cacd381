/* loss.c - see loss.h.
 *
 * Losses of single numbers go a block at a time: first the block's losses and gradients, in loops
 * that the compiler vectorises, then their sum in double.
 */
#include "src/nn/loss.h"

#include <math.h>
#include <string.h>

#include "src/math/vmath.h"

enum { BLOCK = 256 };

static const char *const names[LOSS_KINDS] = {
	[LOSS_BCE]     = "bce",
	[LOSS_SOFTMAX] = "softmax",
	[LOSS_SQUARED] = "squared",
	[LOSS_HUBER]   = "huber",
};

const char *loss_name(enum loss_kind kind)
{
	return names[kind];
}

int loss_find(const char *name)
{
	for (int kind = 0; kind < LOSS_KINDS; kind++)
		if (strcmp(name, names[kind]) == 0)
			return kind;
	return -1;
}

/* The sum of a block in double, in parts that vectorise. */
static double sum(const real *v, int n)
{
	double part[8] = { 0 };
	int i = 0;

	for (; i + 8 <= n; i += 8)
		for (int k = 0; k < 8; k++)
			part[k] += v[i + k];
	for (int k = 0; i + k < n; k++)
		part[k] += v[i + k];
	return ((part[0] + part[4]) + (part[2] + part[6])) +
	       ((part[1] + part[5]) + (part[3] + part[7]));
}

/* log(1 + e) for e in [0, 1], without branches.  With s = e / (2 + e), 1 + e = (1 + s) / (1 - s),
 * so log(1 + e) = 2 (s + s^3/3 + s^5/5 + ...); s <= 1/3, so that the first term left out, relative
 * to the sum, is below 3^-(2 TERMS) / (2 TERMS + 1). */
static inline real log1p_unit(real e)
{
	enum { TERMS = sizeof(real) == sizeof(float) ? 7 : 16 };
	real s = e / (2 + e), q = s * s, p = (real)1 / (2 * TERMS - 1);

	for (int k = TERMS - 1; k >= 1; k--)
		p = p * q + (real)1 / (2 * k - 1);
	return 2 * s * p;
}

/* n <= BLOCK losses into l, and their gradients. */
static void bce_block(real *restrict l, real *restrict dy, const real *restrict z,
                      const real *restrict t, int n, real scale)
{
	for (int i = 0; i < n; i++) {
		real e = r_exp(-(z[i] < 0 ? -z[i] : z[i]));

		l[i] = (z[i] > 0 ? z[i] : 0) - z[i] * t[i] + log1p_unit(e);
	}
	for (int i = 0; dy && i < n; i++)
		dy[i] = scale * (r_sigmoid(z[i]) - t[i]);
}

double loss_bce(real *dy, const real *z, const real *t, size_t n, double scale)
{
	real l[BLOCK];
	double total = 0;

	for (size_t at = 0; at < n; at += BLOCK) {
		int count = n - at < BLOCK ? (int)(n - at) : BLOCK;

		bce_block(l, dy ? dy + at : NULL, z + at, t + at, count, (real)scale);
		total += sum(l, count);
	}
	return total;
}

/* The largest of a row. */
static real largest(const real *z, int M)
{
	real max = z[0];

	for (int k = 1; k < M; k++)
		max = z[k] > max ? z[k] : max;
	return max;
}

/* e = exp(z_k - max) of `rows` rows, and each row's sum. */
static void exp_rows(real *restrict e, double *restrict sums, const real *restrict z,
                     const real *restrict max, int rows, int M)
{
	for (int r = 0; r < rows; r++)
		for (int k = 0; k < M; k++)
			e[r * M + k] = z[r * M + k] - max[r];
	for (int i = 0; i < rows * M; i++)
		e[i] = r_exp(e[i]);
	for (int r = 0; r < rows; r++)
		sums[r] = sum(e + r * M, M);
}

/* The same for one row of any length, of which e keeps nothing when it is NULL. */
static double exp_row(real *e, const real *z, real max, int M)
{
	real block[BLOCK];
	double total = 0, part;

	for (int at = 0; at < M; at += BLOCK) {
		int count = M - at < BLOCK ? M - at : BLOCK;

		exp_rows(e ? e + at : block, &part, z + at, &max, 1, count);
		total += part;
	}
	return total;
}

/* dz = scale * softmax, from e and its sum, less scale at the label. */
static void softmax_gradient(real *dz, const real *e, double s, int label, int M, double scale)
{
	real factor = (real)(scale / s);

	for (int k = 0; k < M; k++)
		dz[k] = e[k] * factor;
	dz[label] -= (real)scale;
}

/* Adds up logarithms of numbers from 1 to INT_MAX as that of their product: a logarithm takes as
 * long as ten exponentials. */
struct log_sum {
	double total, product;
};

static inline void log_sum_add(struct log_sum *l, double s)
{
	l->product *= s;
	if (l->product > 1e290) {
		l->total += log(l->product);
		l->product = 1;
	}
}

double loss_softmax(real *dz, const real *z, const int *label, size_t rows, int M, double scale)
{
	real block[BLOCK], max[BLOCK];
	double sums[BLOCK], shift = 0;
	struct log_sum logs = { 0, 1 };
	int room = M < BLOCK ? BLOCK / M : 1;

	for (size_t at = 0; at < rows; at += (size_t)room, z += (size_t)room * M, label += room) {
		int n = rows - at < (size_t)room ? (int)(rows - at) : room;
		real *e = M > BLOCK ? dz : block;

		for (int r = 0; r < n; r++)
			max[r] = largest(z + r * M, M);
		if (M > BLOCK)
			sums[0] = exp_row(dz, z, max[0], M);
		else
			exp_rows(block, sums, z, max, n, M);
		for (int r = 0; r < n; r++) {
			log_sum_add(&logs, sums[r]);
			shift += (double)max[r] - z[r * M + label[r]];
			if (dz)
				softmax_gradient(dz + r * M, e + r * M, sums[r], label[r], M,
				                 scale);
		}
		if (dz)
			dz += (size_t)n * M;
	}
	return logs.total + log(logs.product) + shift;
}

static void squared_block(real *restrict l, real *restrict dy, const real *restrict y,
                          const real *restrict t, int n, real scale)
{
	for (int i = 0; i < n; i++)
		l[i] = (y[i] - t[i]) * (y[i] - t[i]);
	for (int i = 0; dy && i < n; i++)
		dy[i] = 2 * scale * (y[i] - t[i]);
}

double loss_squared(real *dy, const real *y, const real *t, size_t n, double scale)
{
	real l[BLOCK];
	double total = 0;

	for (size_t at = 0; at < n; at += BLOCK) {
		int count = n - at < BLOCK ? (int)(n - at) : BLOCK;

		squared_block(l, dy ? dy + at : NULL, y + at, t + at, count, (real)scale);
		total += sum(l, count);
	}
	return total;
}

/* With c = e kept within +-delta, both branches are c e - c^2 / 2. */
static void huber_block(real *restrict l, real *restrict dy, const real *restrict y,
                        const real *restrict t, int n, real delta, real scale)
{
	for (int i = 0; i < n; i++) {
		real e = y[i] - t[i];
		real c = e > delta ? delta : e < -delta ? -delta : e;

		l[i] = c * (e - c / 2);
		if (dy)
			dy[i] = scale * c;
	}
}

double loss_huber(real *dy, const real *y, const real *t, size_t n, double delta, double scale)
{
	real l[BLOCK];
	double total = 0;

	for (size_t at = 0; at < n; at += BLOCK) {
		int count = n - at < BLOCK ? (int)(n - at) : BLOCK;

		huber_block(l, dy ? dy + at : NULL, y + at, t + at, count, (real)delta,
		            (real)scale);
		total += sum(l, count);
	}
	return total;
}

double loss_compute(const struct loss *loss, real *dy, const real *y, struct target target,
                    size_t rows, int M, double scale)
{
	size_t n = rows * M;

	switch (loss->kind) {
	case LOSS_BCE:     return loss_bce(dy, y, target.t, n, scale);
	case LOSS_SOFTMAX: return loss_softmax(dy, y, target.label, rows, M, scale);
	case LOSS_SQUARED: return loss_squared(dy, y, target.t, n, scale);
	case LOSS_HUBER:   return loss_huber(dy, y, target.t, n, loss->delta, scale);
	case LOSS_KINDS:   break;
	}
	return NAN;
}
