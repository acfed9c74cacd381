/* real.h - the one floating type of arrays, and the BLAS names that go with it.
 *
 * `real` is float, or double when RY_DOUBLE is defined (configure --enable-double; riley.pc hands
 * the same definition to users of the installed library).  Losses and measures are summed in
 * double whatever `real` is.
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

/* Arrays that vector code walks through start on this boundary (bytes): one cache line. */
#define RY_ALIGN 64

/* `n` rounded up so that what follows it in a shared array is aligned again. */
static inline size_t ry_pad(size_t n)
{
	const size_t unit = RY_ALIGN / sizeof(real);

	return (n + unit - 1) / unit * unit;
}

/* Large arrays that one loop walks through side by side - parameters, their gradient, the
 * optimiser's - should not begin at the same place of a page, where an allocator likes to put all
 * of them: addresses that differ by whole pages compete for the same few lines of the nearest
 * cache, and the loop takes half as long again.  So each begins in another quarter of a page.
 *
 * From p, memory of RY_SPREAD reals more than the array has, the first address in that quarter (0,
 * 1, ...). */
#define RY_PAGE   4096
#define RY_SPREAD (RY_PAGE / sizeof(real))

static inline real *ry_spread(real *p, int quarter)
{
	uintptr_t wanted = (uintptr_t)quarter * (RY_PAGE / 4);

	return p + (wanted - (uintptr_t)p) % RY_PAGE / sizeof(real);
}

#endif
