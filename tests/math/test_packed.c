/* test_packed.c - products with packed matrices against a plain triple loop in double. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_rng.h>

#include "src/base/status.h"
#include "src/math/packed.h"
#include "tests/support/tap.h"

/* Sizes around one vector and one panel, on any machine. */
static const int widths[] = { 1,  2,  3,  4,  5,  7,  8,  9,  15, 16, 17, 23, 24,
	                      25, 31, 33, 47, 48, 49, 63, 64, 65, 95, 97, 100 };
static const int depths[] = { 0, 1, 2, 3, 15, 16, 17, 33, 64 };

enum { WIDTHS = sizeof widths / sizeof *widths, DEPTHS = sizeof depths / sizeof *depths };
enum { N_MAX = 20, K_MAX = 64, M_MAX = 100, GAP = 3, GUARD = 64 };

static const real canary = (real)-77.25;
static gsl_rng *rng;

static real awkward(void)
{
	return (real)(gsl_rng_uniform(rng) * 3 - 1.58);
}

/* rows x cols awkward numbers with leading dimension `ld`; NaN between the rows, which must not be
 * read. */
static real *matrix(int rows, int cols, int ld)
{
	real *a = ry_calloc((size_t)rows * ld + 1, sizeof *a, "test");

	for (int i = 0; i < rows; i++)
		for (int j = 0; j < ld; j++)
			a[(size_t)i * ld + j] = j < cols ? awkward() : (real)NAN;
	return a;
}

/* A packed matrix followed by a guard. */
static real *packed_room(int K, int M)
{
	size_t n = packed_size(K, M);
	real *P = ry_calloc(n + GUARD, sizeof *P, "test");

	for (size_t i = 0; i < n + GUARD; i++)
		P[i] = canary;
	return P;
}

static int guarded(const real *P, int K, int M)
{
	for (size_t i = packed_size(K, M), end = i + GUARD; i < end; i++)
		if (P[i] != canary)
			return 0;
	return 1;
}

static void products_are_right(void)
{
	real *A = matrix(N_MAX, K_MAX, K_MAX + GAP), C[N_MAX * (M_MAX + GAP)],
	     before[N_MAX * (M_MAX + GAP)];
	int lda = K_MAX + GAP;

	for (int w = 0; w < WIDTHS; w++)
		for (int d = 0; d < DEPTHS; d++) {
			int M = widths[w], K = depths[d], ldb = M + GAP, ldc = M + GAP;
			real *B = matrix(K, M, ldb), *P = packed_room(K, M);

			packed_pack(P, B, K, M, ldb);
			TAP_CHECK(guarded(P, K, M), "packing (%d, %d) wrote past packed_size()", K,
			          M);
			TAP_CHECK(packed_size(K, M) % (RY_ALIGN / sizeof(real)) == 0,
			          "packed_size(%d, %d) is no multiple", K, M);
			for (int N = 1; N <= N_MAX; N++)
				for (int add = 0; add < 2; add++) {
					int wrong = 0, spilt = 0;

					for (int i = 0; i < N_MAX * ldc; i++)
						C[i] = before[i] = i % ldc < M && i / ldc < N && add
						                           ? awkward()
						                           : canary;
					packed_multiply(C, ldc, A, lda, P, N, K, M, add);
					for (int i = 0; i < N_MAX; i++)
						for (int j = 0; j < ldc; j++) {
							double sum = add ? before[i * ldc + j] : 0,
							       size = fabs(sum);

							if (i >= N || j >= M) {
								spilt += C[i * ldc + j] != canary;
								continue;
							}
							for (int k = 0; k < K; k++) {
								double term =
									(double)A[i * lda + k] *
									B[k * ldb + j];

								sum += term;
								size += fabs(term);
							}
							wrong +=
								!(fabs(C[i * ldc + j] - sum) <=
							          (K + 1) * RY_REAL_EPSILON * size);
						}
					TAP_CHECK(!wrong && !spilt,
					          "(%d, %d) (%d, %d), add %d: %d wrong, %d outside "
					          "written",
					          N, K, K, M, add, wrong, spilt);
				}
			free(B);
			free(P);
		}
	free(A);
}

static void transposed_packing_is_the_same(void)
{
	for (int w = 0; w < WIDTHS; w++)
		for (int d = 0; d < DEPTHS; d++) {
			int M = widths[w], K = depths[d], ld = M + GAP, ldt = K + GAP;
			real *B = matrix(K, M, ld), *T = matrix(M, K, ldt), *P = packed_room(K, M),
			     *Q = packed_room(K, M);

			for (int k = 0; k < K; k++)
				for (int j = 0; j < M; j++)
					T[j * ldt + k] = B[k * ld + j];
			packed_pack(P, B, K, M, ld);
			packed_pack_transposed(Q, T, K, M, ldt);
			TAP_CHECK(memcmp(P, Q, (packed_size(K, M) + GUARD) * sizeof *P) == 0,
			          "(%d, %d) is packed otherwise when transposed", K, M);
			free(B);
			free(T);
			free(P);
			free(Q);
		}
}

/* Any range of rows alone gives bit for bit the same result as within all rows. */
static void rows_do_not_see_each_other(void)
{
	static const int sizes[][2] = { { 17, 20 }, { 33, 48 }, { 5, 97 }, { 64, 1 } };
	real *A = matrix(N_MAX, K_MAX, K_MAX), whole[N_MAX * M_MAX], part[N_MAX * M_MAX];

	for (int s = 0; s < 4; s++)
		for (int add = 0; add < 2; add++) {
			int K = sizes[s][0], M = sizes[s][1];
			real *B = matrix(K, M, M), *P = packed_room(K, M), start[N_MAX * M_MAX];

			packed_pack(P, B, K, M, M);
			for (int i = 0; i < N_MAX * M; i++)
				start[i] = awkward();
			memcpy(whole, start, sizeof whole);
			packed_multiply(whole, M, A, K_MAX, P, N_MAX, K, M, add);
			for (int from = 0; from < N_MAX; from++)
				for (int n = 1; n <= N_MAX - from; n++) {
					memcpy(part, start + from * M,
					       (size_t)n * M * sizeof *part);
					packed_multiply(part, M, A + from * K_MAX, K_MAX, P, n, K,
					                M, add);
					TAP_CHECK(memcmp(part, whole + from * M,
					                 (size_t)n * M * sizeof *part) == 0,
					          "(%d, %d): rows %d to %d alone give other bits",
					          K, M, from, from + n - 1);
				}
			free(B);
			free(P);
		}
	free(A);
}

/* A 0 in A does not hide a NaN or an infinity in B: a diverged model must be visible. */
static void bad_numbers_come_through(void)
{
	enum { K = 5, M = 19 };
	real A[2 * K] = { 0 }, C[2 * M], *B = matrix(K, M, M), *P = packed_room(K, M);

	B[3 * M + 18] = NAN;
	B[2 * M + 1] = INFINITY;
	packed_pack(P, B, K, M, M);
	packed_multiply(C, M, A, K, P, 2, K, M, 0);
	for (int i = 0; i < 2; i++)
		for (int j = 0; j < M; j++)
			TAP_CHECK(j == 18 || j == 1 ? isnan(C[i * M + j]) : C[i * M + j] == 0,
			          "C[%d][%d] is %g", i, j, (double)C[i * M + j]);
	free(B);
	free(P);
}

static const struct tap_test tests[] = {
	{ "products agree with a triple loop and stay in their place", products_are_right },
	{ "a transposed matrix packs to the same", transposed_packing_is_the_same },
	{ "a row's result does not depend on the rows beside it", rows_do_not_see_each_other },
	{ "bad numbers come through", bad_numbers_come_through },
	{ NULL, NULL }
};

int main(void)
{
	int status;

	rng = gsl_rng_alloc(gsl_rng_mt19937);
	status = tap_run("packed in " RY_REAL_NAME, tests);
	gsl_rng_free(rng);
	return status;
}
