/* test_product.c - the three products against a plain triple loop in double. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_rng.h>

#include "src/base/status.h"
#include "src/math/product.h"
#include "tests/support/tap.h"

/* Sizes around vectors and blocks of vectors, on any machine; A B^T takes another path where K
 * exceeds four times N. */
static const int few[] = { 1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 16, 17, 31, 32, 33, 40 };
static const int many[] = { 1,  2,  3,  5,  8,  15,  17,  24,  31,  48,  49,
	                    63, 64, 65, 67, 97, 127, 128, 130, 143, 145, 161 };

enum { FEW = sizeof few / sizeof *few, MANY = sizeof many / sizeof *many, GAP = 3 };
enum form { PLAIN, TN, NT, NT_BIAS, FORMS };
static const char *const names[FORMS] = { "A B", "A^T B", "A B^T", "bias + A B^T" };

static const real canary = (real)-77.25;
static gsl_rng *rng;

static real awkward(void)
{
	return (real)(gsl_rng_uniform(rng) * 3 - 1.58);
}

/* rows x cols awkward numbers with leading dimension cols + GAP; NaN between the rows but none
 * after the last, where memory checkers detect a vector that reads too far. */
static real *matrix(int rows, int cols)
{
	size_t n = (size_t)rows * (cols + GAP) - (rows ? GAP : 0);
	real *a = ry_calloc(n + 1, sizeof *a, "test");

	for (size_t i = 0; i < n; i++)
		a[i] = (int)(i % (size_t)(cols + GAP)) < cols ? awkward() : (real)NAN;
	return realloc(a, (n ? n : 1) * sizeof *a);
}

/* What NT_BIAS adds to column j. */
static real bias_at(int j)
{
	return (real)(0.375 * (j % 7) - 1.25);
}

static void add_bias(real *C, int ldc, const real *A, const real *B, int N, int K, int M)
{
	real *bias = ry_calloc((size_t)M, sizeof *bias, "test");

	for (int j = 0; j < M; j++)
		bias[j] = bias_at(j);
	product_nt_bias(C, ldc, bias, A, K + GAP, B, K + GAP, N, K, M);
	free(bias);
}

/* NT_BIAS overwrites C whatever `add` is. */
static void multiply(enum form f, real *C, int ldc, const real *A, const real *B, int N, int K,
                     int M, int add)
{
	switch (f) {
	case PLAIN:
		product(C, ldc, A, K + GAP, B, M + GAP, N, K, M, add);
		return;
	case TN:
		product_tn(C, ldc, A, N + GAP, B, M + GAP, N, K, M, add);
		return;
	case NT:
		product_nt(C, ldc, A, K + GAP, B, K + GAP, N, K, M, add);
		return;
	case NT_BIAS:
		add_bias(C, ldc, A, B, N, K, M);
		return;
	case FORMS:
		return;
	}
}

/* Element (i, j) of A B plus its initial value, and the sum of the magnitudes of its terms. */
static double element(enum form f, const real *A, const real *B, int i, int j, int N, int K, int M,
                      double before, double *size)
{
	double sum = before;

	*size = fabs(before);
	for (int k = 0; k < K; k++) {
		double a = f == TN ? A[(size_t)k * (N + GAP) + i] : A[(size_t)i * (K + GAP) + k];
		double b = f >= NT ? B[(size_t)j * (K + GAP) + k] : B[(size_t)k * (M + GAP) + j];

		sum += a * b;
		*size += fabs(a * b);
	}
	return sum;
}

static void check(enum form f, int N, int K, int M, int add)
{
	real *A = f == TN ? matrix(K, N) : matrix(N, K), *B = f >= NT ? matrix(M, K) : matrix(K, M);
	int ldc = M + GAP, wrong = 0, spilt = 0;
	size_t n = (size_t)(N + 2) * ldc;
	real *C = ry_calloc(n, sizeof *C, "test"), *before = ry_calloc(n, sizeof *before, "test");
	double size;

	/* A row of canaries before the result and one after it. */
	for (size_t i = 0; i < n; i++) {
		int row = (int)(i / ldc) - 1, inside = row >= 0 && row < N && (int)(i % ldc) < M;

		C[i] = before[i] = !inside ? canary : add ? awkward() : (real)NAN;
	}
	multiply(f, C + ldc, ldc, A, B, N, K, M, add);
	for (int i = -1; i <= N; i++)
		for (int j = 0; j < ldc; j++) {
			size_t at = (size_t)(i + 1) * ldc + j;
			double right;

			if (i < 0 || i >= N || j >= M) {
				spilt += C[at] != canary;
				continue;
			}
			right = element(f, A, B, i, j, N, K, M,
			                f == NT_BIAS ? bias_at(j)
			                : add        ? before[at]
			                             : 0,
			                &size);
			wrong += !(fabs(C[at] - right) <= (K + 1) * RY_REAL_EPSILON * size);
		}
	TAP_CHECK(!wrong && !spilt, "%s, %d x %d x %d, add %d: %d wrong, %d outside written",
	          names[f], N, K, M, add, wrong, spilt);
	free(A);
	free(B);
	free(C);
	free(before);
}

/* Every pair of awkward sizes, with the third varying along. */
static void products_are_right(void)
{
	for (enum form f = PLAIN; f < FORMS; f++)
		for (int a = 0; a < FEW; a++)
			for (int b = 0; b < MANY; b++) {
				int third = many[(5 * a + 7 * b) % MANY];

				check(f, few[a], many[b], third, (a + b) % 2);
				check(f, few[a], third, many[b], (a + b + 1) % 2);
				check(f, third, few[a], many[b], (a + b) % 2);
				check(f, many[b], third, few[a], (a + b + 1) % 2);
			}
}

/* Sizes on both sides of the threshold for calling BLAS. */
static void products_of_a_blas_are_right(void)
{
	static const int sizes[][3] = { { 257, 258, 256 }, { 260, 255, 257 } };

	for (enum form f = PLAIN; f < FORMS; f++)
		for (int s = 0; s < 2; s++)
			check(f, sizes[s][0], sizes[s][1], sizes[s][2], (f + s) % 2);
}

/* An empty sum is 0 and adds nothing. */
static void nothing_to_sum(void)
{
	for (enum form f = PLAIN; f < FORMS; f++)
		for (int a = 0; a < FEW; a++)
			for (int add = 0; add < 2; add++)
				check(f, few[a], 0, many[a], add);
}

/* A 0 in A does not hide a NaN or an infinity in B, and numbers outside the matrices have no
 * effect. */
static void bad_numbers_come_through(void)
{
	enum { N = 3, K = 133, M = 19, NAN_AT = 18, INF_AT = 1 };
	real *A = ry_calloc((size_t)N * (K + GAP) + (size_t)K * (N + GAP), sizeof *A, "test");
	real C[N * M];

	for (enum form f = PLAIN; f < FORMS; f++) {
		real *B = f >= NT ? matrix(M, K) : matrix(K, M);

		for (int k = K - 3; k < K; k += 2) {
			B[f >= NT ? NAN_AT * (K + GAP) + k : k * (M + GAP) + NAN_AT] = (real)NAN;
			B[f >= NT ? INF_AT * (K + GAP) + k : k * (M + GAP) + INF_AT] =
				(real)INFINITY;
		}
		multiply(f, C, M, A, B, N, K, M, 0);
		for (int i = 0; i < N; i++)
			for (int j = 0; j < M; j++)
				TAP_CHECK(j == NAN_AT || j == INF_AT ? isnan(C[i * M + j])
				          : C[i * M + j] == (f == NT_BIAS ? bias_at(j) : 0),
				          "%s: C[%d][%d] is %g", names[f], i, j,
				          (double)C[i * M + j]);
		free(B);
	}
	free(A);
}

static const struct tap_test tests[] = {
	{ "products agree with a triple loop and stay in their place", products_are_right },
	{ "so they do where a BLAS takes over", products_of_a_blas_are_right },
	{ "nothing to sum", nothing_to_sum },
	{ "bad numbers come through", bad_numbers_come_through },
	{ NULL, NULL }
};

int main(void)
{
	int status;

	rng = gsl_rng_alloc(gsl_rng_mt19937);
	status = tap_run("product in " RY_REAL_NAME, tests);
	gsl_rng_free(rng);
	return status;
}
