/* vmath.h - exp, sigmoid, tanh and square root that compilers vectorise.
 *
 * An LSTM needs five of them per unit and answer; called one at a time from libm they cost as much
 * as all matrix products together.  These are plain arithmetic without branches, so every compiler
 * turns a loop over them into vector code, with the same bits as single calls.  In float the error
 * is at most 2 ulp for exp and 4 for the other two (tested against libm over the whole range).  In
 * double, which is used for checks, they are libm's.
 */
#ifndef RILEY_MATH_VMATH_H
#define RILEY_MATH_VMATH_H

#include <math.h>
#include <stdint.h>
#include <string.h>
#include "src/base/real.h"

/* Placed before a loop over non-overlapping arrays that are too many for the compiler to check. */
#ifdef __clang__
#define RY_NO_OVERLAP _Pragma("clang loop vectorize(assume_safety)")
#else
#define RY_NO_OVERLAP _Pragma("GCC ivdep")
#endif

#ifdef RY_DOUBLE

static inline real r_exp(real x)     { return exp(x); }
static inline real r_tanh(real x)    { return tanh(x); }
static inline real r_sqrt(real x)    { return sqrt(x); }

#else

/* e^x for x in [-87, 88], clamped outside that range.  NaN stays NaN.
 *
 * x = n ln 2 + r with |r| <= ln(2)/2, so e^x = 2^n e^r.  Adding and subtracting 1.5 * 2^23 rounds
 * to an integer, which is then in the low bits of the sum. ln 2 is subtracted in two parts, the
 * first of which is exact when multiplied by n. e^r is 1 + r + r^2 q(r), where q, of degree 4,
 * minimises the largest error relative to e^r on that range (3e-9). 2^n is built from its exponent
 * bits. */
static inline real r_exp(real x)
{
	const float round = 12582912.0f;
	float sum, n, r, p;
	uint32_t bits;

	x = x < -87.0f ? -87.0f : x;
	x = x > 88.0f ? 88.0f : x;
	sum = x * 1.44269504f + round;
	n = sum - round;
	r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
	p = 1.38145406e-3f;
	p = p * r + 8.36874545e-3f;
	p = p * r + 4.16683890e-2f;
	p = p * r + 1.66665211e-1f;
	p = p * r + 4.99999940e-1f;
	p = p * r * r + r + 1.0f;
	memcpy(&bits, &sum, sizeof bits);
	bits = (bits + 127) << 23;   /* shifts out the bits of 1.5 * 2^23 */
	memcpy(&n, &bits, sizeof n);
	return p * n;
}

/* tanh x = (1 - e^(-2|x|)) / (1 + e^(-2|x|)) with the sign of x; near 0, where the subtraction
 * loses digits, the Taylor series x - x^3/3 + 2x^5/15 - 17x^7/315 + 62x^9/2835. */
static inline real r_tanh(real x)
{
	float s = x * x;
	float e = r_exp(-2.0f * fabsf(x));
	float far = copysignf((1.0f - e) / (1.0f + e), x);
	float near = x + x * s *
	                         (-0.333333333f +
	                          s * (0.133333333f + s * (-0.0539682540f + s * 0.0218694885f)));

	return s < 0.0625f ? near : far;
}

static inline real r_sqrt(real x)
{
	return sqrtf(x);
}

#endif

/* 1 / (1 + e^-x) */
static inline real r_sigmoid(real x)
{
	return 1 / (1 + r_exp(-x));
}

#endif
