/* vector.h - the widest vectors of this machine, for the few kernels that the compiler does not
 * vectorise well from plain loops.
 *
 * They are GCC's and clang's vector extensions, so that the same lines compile for every processor;
 * only how many numbers go into a vector differs.
 */
#ifndef RILEY_VECTOR_H
#define RILEY_VECTOR_H

#include "src/real.h"

#if defined(__AVX512F__)
#define RY_VECTOR_BYTES 64
#elif defined(__AVX__)
#define RY_VECTOR_BYTES 32
#else
#define RY_VECTOR_BYTES 16
#endif

/* Numbers in a vector. */
#define RY_LANES ((int)(RY_VECTOR_BYTES / sizeof(real)))

/* One at an address that is a multiple of RY_VECTOR_BYTES, and one anywhere in an array of reals. */
typedef real ry_vector __attribute__((vector_size(RY_VECTOR_BYTES), may_alias));
typedef real ry_loose_vector __attribute__((vector_size(RY_VECTOR_BYTES), aligned(sizeof(real)), may_alias));

/* Vectors that n numbers take. */
static inline int ry_vectors(int n)
{
	return (n + RY_LANES - 1) / RY_LANES;
}

#endif
