/* real.h - the floating-point type of arrays, and the corresponding BLAS names.
 *
 * `real` is float, or double if RY_DOUBLE is defined (configure --enable-double; riley.pc passes
 * the same definition to users of the installed library).  Losses and metrics are summed in double
 * in either case.
 */
#ifndef RILEY_BASE_REAL_H
#define RILEY_BASE_REAL_H

#include <float.h>
#include <stddef.h>
#include <stdint.h>
#include <gsl/gsl_cblas.h>

#ifdef RY_DOUBLE
typedef double real;
#define RY_REAL_NAME     "double"
#define RY_REAL_EPSILON  DBL_EPSILON
#define RY_REAL_MAX      DBL_MAX
#define ry_gemm          cblas_dgemm
#define ry_gemv          cblas_dgemv
#define ry_axpy          cblas_daxpy
#define ry_dot           cblas_ddot
#else
typedef float real;
#define RY_REAL_NAME     "float"
#define RY_REAL_EPSILON  FLT_EPSILON
#define RY_REAL_MAX      FLT_MAX
#define ry_gemm          cblas_sgemm
#define ry_gemv          cblas_sgemv
#define ry_axpy          cblas_saxpy
#define ry_dot           cblas_sdot
#endif

/* Alignment in bytes of arrays used by vector code: one cache line. */
#define RY_ALIGN 64

/* `n` rounded up so that the next slice of a shared array is aligned. */
static inline size_t ry_pad(size_t n)
{
	const size_t unit = RY_ALIGN / sizeof(real);

	return (n + unit - 1) / unit * unit;
}

/* Large arrays that one loop walks through in parallel (parameters, gradient, optimiser state)
 * should not start at the same offset within a page, as allocators tend to place them: addresses
 * that differ by whole pages compete for the same few lines of the L1 cache, and the loop takes
 * half as long again.  So each array starts in a different quarter of a page.
 *
 * Given memory p of RY_SPREAD reals more than the array needs, ry_spread() returns the first
 * address in the given quarter (0, 1, ...). */
#define RY_PAGE   4096
#define RY_SPREAD (RY_PAGE / sizeof(real))

static inline real *ry_spread(real *p, int quarter)
{
	uintptr_t wanted = (uintptr_t)quarter * (RY_PAGE / 4);

	return p + (wanted - (uintptr_t)p) % RY_PAGE / sizeof(real);
}

#endif
