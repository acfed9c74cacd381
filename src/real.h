/* real.h - the one floating type of arrays, and the BLAS names that go with it.
 *
 * `real` is float, or double when RY_DOUBLE is defined (configure --enable-double; riley.pc hands
 * the same definition to users of the installed library).  Losses and measures are summed in
 * double whatever `real` is.
 */
#ifndef RILEY_REAL_H
#define RILEY_REAL_H

#include <float.h>
#include <stddef.h>
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

#endif
