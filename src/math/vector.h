/* vector.h - vectors as wide as this machine has them, for the few kernels that compilers do not
 * vectorise well.
 *
 * They are vector extensions of GCC and clang, so the same code compiles for every processor; only
 * the number of elements differs.
 */
#ifndef RILEY_MATH_VECTOR_H
#define RILEY_MATH_VECTOR_H

#include "src/base/real.h"

#if defined(__AVX512F__)
#define RY_VECTOR_BYTES 64
#elif defined(__AVX__)
#define RY_VECTOR_BYTES 32
#else
#define RY_VECTOR_BYTES 16
#endif

/* Elements per vector: 2, 4, 8 or 16. */
#ifdef RY_DOUBLE
#define RY_LANES (RY_VECTOR_BYTES / 8)
#else
#define RY_LANES (RY_VECTOR_BYTES / 4)
#endif

/* An aligned vector (RY_VECTOR_BYTES), and one anywhere in an array of reals. */
typedef real ry_vector __attribute__((vector_size(RY_VECTOR_BYTES), may_alias));
typedef real ry_loose_vector
	__attribute__((vector_size(RY_VECTOR_BYTES), aligned(sizeof(real)), may_alias));

/* The number of vectors that hold n numbers. */
static inline int ry_vectors(int n)
{
	return (n + RY_LANES - 1) / RY_LANES;
}

/* Interleave the first halves of a and b (a0 b0 a1 b1 ...), and their second halves. */
#ifdef __clang__
#define RY_SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#ifdef RY_DOUBLE
typedef long long ry_places __attribute__((vector_size(RY_VECTOR_BYTES)));
#else
typedef int ry_places __attribute__((vector_size(RY_VECTOR_BYTES)));
#endif
#define RY_SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (ry_places){ __VA_ARGS__ })
#endif

#if RY_LANES == 16
#define RY_FIRST_HALVES(a, b) \
	RY_SHUFFLE(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define RY_SECOND_HALVES(a, b) \
	RY_SHUFFLE(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#elif RY_LANES == 8
#define RY_FIRST_HALVES(a, b)  RY_SHUFFLE(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define RY_SECOND_HALVES(a, b) RY_SHUFFLE(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#elif RY_LANES == 4
#define RY_FIRST_HALVES(a, b)  RY_SHUFFLE(a, b, 0, 4, 1, 5)
#define RY_SECOND_HALVES(a, b) RY_SHUFFLE(a, b, 2, 6, 3, 7)
#else
#define RY_FIRST_HALVES(a, b)  RY_SHUFFLE(a, b, 0, 2)
#define RY_SECOND_HALVES(a, b) RY_SHUFFLE(a, b, 1, 3)
#endif

/* Before a loop of constant length over a few registers: unroll it, so that they are registers. */
#ifdef __clang__
#define RY_UNROLL(n) _Pragma("clang loop unroll(full)")
#else
#define RY_PRAGMA(text) _Pragma(#text)
#define RY_UNROLL(n)    RY_PRAGMA(GCC unroll n)
#endif

/* Transpose a square of RY_LANES vectors in registers.  One pass interleaves vector i with vector i
 * + RY_LANES / 2.  If an element's row and column are read as one number of 2 n bits, a pass
 * rotates that number by one bit, so after n passes row and column have changed places. */
static inline __attribute__((always_inline))
void ry_transpose(ry_vector a[RY_LANES])
{
	for (int passes = RY_LANES; passes > 1; passes /= 2) {
		ry_vector b[RY_LANES];

		RY_UNROLL(16)
		for (int i = 0; i < RY_LANES / 2; i++) {
			b[2 * i] = RY_FIRST_HALVES(a[i], a[i + RY_LANES / 2]);
			b[2 * i + 1] = RY_SECOND_HALVES(a[i], a[i + RY_LANES / 2]);
		}
		RY_UNROLL(16)
		for (int i = 0; i < RY_LANES; i++)
			a[i] = b[i];
	}
}

#endif
