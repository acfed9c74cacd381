/* test_vmath.c - exp, sigmoid and tanh against libm, over the whole range of float. */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "src/math/vmath.h"
#include "tests/support/tap.h"

/* The functions through pointers, so that they are called with one number at a time. */
typedef real (*function)(real x);

static real call_exp(real x)     { return r_exp(x); }
static real call_tanh(real x)    { return r_tanh(x); }
static real call_sigmoid(real x) { return r_sigmoid(x); }

/* In higher precision than `real`. */
static long double sigmoid(long double x)
{
	return 1 / (1 + expl(-x));
}

/* Error in units in the last place of the exact value. */
static double ulps(real got, long double exact)
{
#ifdef RY_DOUBLE
	enum { DIGITS = DBL_MANT_DIG, LEAST = DBL_MIN_EXP - DBL_MANT_DIG };
#else
	enum { DIGITS = FLT_MANT_DIG, LEAST = FLT_MIN_EXP - FLT_MANT_DIG };
#endif
	int exponent;

	frexpl(exact, &exponent);
	exponent -= DIGITS;
	return (double)(fabsl((long double)got - exact) /
	                ldexpl(1, exponent > LEAST ? exponent : LEAST));
}

#ifdef RY_DOUBLE

/* With double, exp and tanh are libm's; sigmoid adds an exp, a sum and a quotient. */
static void whole_range(void)
{
	double worst = 0;

	for (double x = -700; x <= 700; x += 0.00771) {
		CU_ASSERT_EQUAL_FATAL(r_exp(x), exp(x));
		CU_ASSERT_EQUAL_FATAL(r_tanh(x), tanh(x));
		worst = fmax(worst, ulps(r_sigmoid(x), sigmoid(x)));
	}
	TAP_CHECK(worst <= 4, "sigmoid is off by %g units in the last place", worst);
}

static const double exp_high = INFINITY, exp_low = 0;

#else

/* libm's functions in double, exact to 2^-29 of a float ulp. */
static double exact_sigmoid(double x)
{
	return 1 / (1 + exp(-x));
}

/* The worst error over every `stride`-th float from `low` to `high`, which have the same sign. */
static double worst_of(function f, double (*exact)(double x), float low, float high,
                       uint32_t stride, float *where)
{
	uint32_t from, to;
	double worst = 0;

	memcpy(&from, &low, sizeof from);
	memcpy(&to, &high, sizeof to);
	for (uint32_t bits = from; bits <= to && bits - from < UINT32_MAX - stride;
	     bits += stride) {
		float x;
		double e;
		int exponent;

		memcpy(&x, &bits, sizeof x);
		e = exact(x);
		frexp(e, &exponent);
		exponent -= FLT_MANT_DIG;
		e = fabs(f(x) - e) / ldexp(1, exponent > FLT_MIN_EXP - FLT_MANT_DIG
		                                      ? exponent
		                                      : FLT_MIN_EXP - FLT_MANT_DIG);
		if (!(e <= worst)) {
			worst = e;
			*where = x;
		}
	}
	return worst;
}

/* Every 197th float: 11 million numbers per sign.  (All were tested once, when the functions were
 * written.) */
enum { STRIDE = 197 };

static void walk(const char *name, function f, double (*exact)(double x), float low, float high,
                 double limit)
{
	float at = 0;
	double worst = worst_of(f, exact, 0.0f, high, STRIDE, &at);

	TAP_CHECK(worst <= limit, "%s(%.9g) is off by %g units in the last place", name, at, worst);
	worst = worst_of(f, exact, -0.0f, low, STRIDE, &at);
	TAP_CHECK(worst <= limit, "%s(%.9g) is off by %g units in the last place", name, at, worst);
}

static void whole_range(void)
{
	walk("exp", call_exp, exp, -87, 88, 2);
	walk("tanh", call_tanh, tanh, -FLT_MAX, FLT_MAX, 4);
	walk("sigmoid", call_sigmoid, exact_sigmoid, -87, FLT_MAX, 4);
}

static const float exp_high = 1.6516363e38f, exp_low = 1.6458115e-38f;   /* e^88, e^-87 */

#endif

/* At the clamps, at changes of formula, and around 0. */
static void at_the_seams(void)
{
	static const double at[] = { 0,         1e-300, 1e-40,     1e-30,   1e-9,    0.1,
		                     0.2499999, 0.25,   0.2500001, 0.34657, 0.34658, 0.5,
		                     1,         9.01,   9.02,      17,      43,      87 };

	for (size_t i = 0; i < 2 * sizeof at / sizeof at[0]; i++) {
		real x = (real)(i % 2 ? -at[i / 2] : at[i / 2]);
		double e = ulps(r_exp(x), expl(x)), t = ulps(r_tanh(x), tanhl(x)),
		       s = ulps(r_sigmoid(x), sigmoid(x));

		TAP_CHECK(e <= 2, "exp(%g) is off by %g units in the last place", (double)x, e);
		TAP_CHECK(t <= 4, "tanh(%g) is off by %g units in the last place", (double)x, t);
		TAP_CHECK(s <= 4, "sigmoid(%g) is off by %g units in the last place", (double)x, s);
	}
	CU_ASSERT_EQUAL(r_exp(0), 1);
	CU_ASSERT_EQUAL(r_tanh(0), 0);
	CU_ASSERT_EQUAL(r_sigmoid(0), 0.5);
}

static void infinities_and_nan(void)
{
	real inf = (real)INFINITY, nan = (real)NAN;

	CU_ASSERT_TRUE(isnan(call_exp(nan)));
	CU_ASSERT_TRUE(isnan(call_tanh(nan)));
	CU_ASSERT_TRUE(isnan(call_sigmoid(nan)));
	CU_ASSERT_TRUE(isnan(call_tanh(-nan)));
	CU_ASSERT_EQUAL(call_tanh(inf), 1);
	CU_ASSERT_EQUAL(call_tanh(-inf), -1);
	CU_ASSERT_EQUAL(call_tanh(RY_REAL_MAX), 1);
	CU_ASSERT_EQUAL(call_sigmoid(inf), 1);
	CU_ASSERT_TRUE(call_sigmoid(-inf) >= 0 && call_sigmoid(-inf) < 1e-38);
	CU_ASSERT_TRUE(call_sigmoid(-RY_REAL_MAX) >= 0 && call_sigmoid(-RY_REAL_MAX) < 1e-38);
	/* Outside the range: the value at its end (float), or libm's (double). */
	CU_ASSERT_EQUAL(call_exp(inf), call_exp(RY_REAL_MAX));
	CU_ASSERT_EQUAL(call_exp(-inf), call_exp(-RY_REAL_MAX));
	if (isinf(exp_high)) {
		CU_ASSERT_EQUAL(call_exp(inf), exp_high);
	} else {
		CU_ASSERT_TRUE(ulps(call_exp(inf), exp_high) <= 3);
		CU_ASSERT_EQUAL(call_exp(inf), call_exp(88));
		CU_ASSERT_EQUAL(call_exp(-inf), call_exp(-87));
	}
	CU_ASSERT_TRUE(fabs(call_exp(-inf) - exp_low) <= 3 * ldexp(1, -149));
}

static void symmetry_and_order(void)
{
	real before = -1;

	for (int i = 0; i <= 20000; i++) {
		real x = (real)(i * 0.00117), y = r_tanh(x);

		CU_ASSERT_EQUAL_FATAL(r_tanh(-x), -y);
		CU_ASSERT_TRUE_FATAL(y <= 1);
		/* An error of 4 ulps may break monotonicity by as much. */
		CU_ASSERT_TRUE_FATAL(y >= before - 8 * RY_REAL_EPSILON);
		CU_ASSERT_DOUBLE_EQUAL_FATAL(r_sigmoid(x) + r_sigmoid(-x), 1, 8 * RY_REAL_EPSILON);
		before = y;
	}
}

/* A vectorised loop, remainder included, gives the same bits as single calls. */
static void a_loop_gives_the_bits_of_single_calls(void)
{
	enum { N = 1037 };
	static real x[N], e[N], t[N], s[N];
	function volatile one_exp = call_exp, one_tanh = call_tanh, one_sigmoid = call_sigmoid;

	for (int i = 0; i < N; i++)
		x[i] = (real)((i - 500) * 0.0413);
	x[3] = NAN;
	x[4] = INFINITY;
	x[5] = -INFINITY;
	RY_NO_OVERLAP
	for (int i = 0; i < N; i++) {
		e[i] = r_exp(x[i]);
		t[i] = r_tanh(x[i]);
		s[i] = r_sigmoid(x[i]);
	}
	for (int i = 0; i < N; i++) {
		real a = one_exp(x[i]), b = one_tanh(x[i]), c = one_sigmoid(x[i]);
		int same = i == 3 ? isnan(e[i]) && isnan(t[i]) && isnan(s[i])
		                  : e[i] == a && t[i] == b && s[i] == c;

		TAP_CHECK(same, "at %g a loop gives %.9g %.9g %.9g, single calls %.9g %.9g %.9g",
		          (double)x[i], (double)e[i], (double)t[i], (double)s[i], (double)a,
		          (double)b, (double)c);
	}
}

static const struct tap_test tests[] = {
	{ "within the documented units of libm over the whole range", whole_range },
	{ "and where the formula changes", at_the_seams },
	{ "infinities and NaN", infinities_and_nan },
	{ "symmetry and order", symmetry_and_order },
	{ "a loop gives the bits of single calls", a_loop_gives_the_bits_of_single_calls },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("vmath in " RY_REAL_NAME, tests);
}
