/* test_run_line.c - lines of metrics.jsonl: the fast scanner agrees with the JSON library. */
#include <config.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_rng.h>

#include "src/run/run_line.h"
#include "tests/support/tap.h"

static struct run_line l;

static int read_text(const char *text)
{
	return run_line_read(&l, text, strlen(text));
}

/* The last number with that name, or infinity. */
static double number(const char *name)
{
	double x = INFINITY;

	for (int k = 0; k < l.n; k++)
		if (run_line_called(name, l.number[k].name, l.number[k].name_length))
			x = l.number[k].x;
	return x;
}

static void a_line(void)
{
	CU_ASSERT(read_text("{\"kind\": \"point\", \"step\": 20, \"time\": 1.5, \"text\": \"so\", "
	                    "\"loss\": null, \"lr\": -2.5e-4}"));
	CU_ASSERT(run_line_is(&l, "point"));
	CU_ASSERT_FALSE(run_line_is(&l, "poin"));
	CU_ASSERT_FALSE(run_line_is(&l, "points"));
	CU_ASSERT_EQUAL(l.n, 4);
	CU_ASSERT_PTR_NULL(l.object);           /* taken by the fast scanner */
	CU_ASSERT_EQUAL(number("step"), 20);
	CU_ASSERT_EQUAL(number("time"), 1.5);
	CU_ASSERT(isnan(number("loss")));
	CU_ASSERT_EQUAL(number("lr"), -2.5e-4);
	CU_ASSERT(isinf(number("text")));
	CU_ASSERT(read_text("{\"kind\":\"best\",\"step\":1,\"step\":2}"));
	CU_ASSERT_EQUAL(number("step"), 2);
	CU_ASSERT(read_text("{\"step\": 1}"));
	CU_ASSERT_PTR_NULL(l.kind);
	CU_ASSERT(read_text(
		" { \"a\" : 1 , \"b\" : [2], \"kind\" : \"p\\u006fint\", \"c\": true } "));
	CU_ASSERT(run_line_is(&l, "point"));
	CU_ASSERT_EQUAL(l.n, 1);
	CU_ASSERT(read_text("{\"kind\": \"point\", \"x\": 1, \"kind\": \"best\"}"));
	CU_ASSERT(run_line_is(&l, "point"));
	CU_ASSERT(read_text("{\"x\": 1, \"kind\": \"point\", \"kind\": \"best\"}"));
	CU_ASSERT(run_line_is(&l, "best"));
	CU_ASSERT(read_text("{\"kind\": \"point\", \"\": 3}"));
	CU_ASSERT_EQUAL(number(""), 3);
}

/* The value of one number by both parsers. */
static void check_number(const char *text)
{
	char fast[128], slow[128];
	double want = strtod(text, NULL), x[2];
	uint64_t bits[3];

	snprintf(fast, sizeof fast, "{\"kind\": \"point\", \"x\": %s}", text);
	snprintf(slow, sizeof slow, "{\"x\": %s, \"kind\": \"point\"}", text);
	TAP_CHECK(read_text(fast), "%s is a number", text);
	x[0] = number("x");
	TAP_CHECK(l.object == NULL, "%s is read the fast way", text);
	TAP_CHECK(read_text(slow), "%s is a number", text);
	x[1] = number("x");
	memcpy(bits, x, sizeof x);
	memcpy(bits + 2, &want, sizeof want);
	TAP_CHECK(bits[0] == bits[2], "%s read as %.17g", text, x[0]);
	TAP_CHECK(bits[1] == bits[2] || want == 0, "%s read as %.17g by the library", text, x[1]);
}

static void numbers_to_the_bit(void)
{
	static const char *const odd[] = {
		"0",
		"-0",
		"0.0",
		"-0.0",
		"1",
		"-1",
		"0e5",
		"1e22",
		"1e23",
		"1e-22",
		"1e-23",
		"123456789012345",
		"1234567890123456",
		"9007199254740993",
		"123456789012345678901234567890",
		"0.000000000000000000000000000001",
		"1.7976931348623157e308",
		"4.9e-324",
		"2.2250738585072011e-308",
		"1e-400",
		"0.1",
		"1E5",
		"1E+5",
		"1e-05",
		"3.0e0000000000000000001",
		"0.30000000000000004",
		"999999999999999e22",
		"0.00012345678901234",
		"100000000000000e-22",
	};
	static const char *const formats[] = { "%.15g", "%.17g", "%g", "%.3f", "%.1e", "%.15e" };
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	char text[512];

	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
		check_number(odd[i]);
	for (int i = 0; i < 3000; i++) {
		double x = ldexp(gsl_rng_uniform(rng) - 0.5,
		                 (int)gsl_rng_uniform_int(rng, i % 2 ? 60 : 2000) -
		                         (i % 2 ? 40 : 1000));

		for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++)
			if (fabs(x) < 1e50 || f != 3) {
				snprintf(text, sizeof text, formats[f], x);
				check_number(text);
			}
	}
	gsl_rng_free(rng);
}

static void what_is_no_line(void)
{
	static const char *const bad[] = {
		"",
		" ",
		"{",
		"}",
		"[]",
		"1",
		"null",
		"garbage",
		"\"text\"",
		"{\"kind\": \"point\"",
		"{\"kind\": \"point\",}",
		"{\"kind\": \"point\"} x",
		"{\"kind\": \"point\"}}",
		"{\"kind\": \"point\" \"x\": 1}",
		"{\"kind\": \"point\", x: 1}",
		"{\"kind\": \"point\", \"x\": 01}",
		"{\"kind\": \"point\", \"x\": 1.}",
		"{\"kind\": \"point\", \"x\": .5}",
		"{\"kind\": \"point\", \"x\": +1}",
		"{\"kind\": \"point\", \"x\": -}",
		"{\"kind\": \"point\", \"x\": 1e}",
		"{\"kind\": \"point\", \"x\": 1e+}",
		"{\"kind\": \"point\", \"x\": 1.2.3}",
		"{\"kind\": \"point\", \"x\": NaN}",
		"{\"kind\": \"point\", \"x\": Infinity}",
		"{\"kind\": \"point\", \"x\": nul}",
		"{\"kind\": \"point\", \"x\": nulll}",
		"{\"kind\": \"point\", \"x\": 1e999}",
		"{\"kind\": \"point\", \"x\": -1e999}",
		"{\"kind\": \"point\", \"x\": 0x10}",
		"{\"kind\": \"point\", \"x\": 00}",
		"{\"kind\": \"point\", \"x\": -01}",
		"{\"kind\": \"point\", \"x\": 00.5}",
		"{\"kind\": \"point\", \"x\": \"a\tb\"}",
		"{\"kind\": \"point\", \"x\": \"\xff\"}",
		"{\"kind\": \"point\", \"x\": }",
		"{\"kind\": \"point\", \"x\": 12e}",
		"{\"kind\": \"point\", \"x",
		"{\"kind\": \"point\", \"x\":",
		"{\"kind\": \"po",
		"{\"kind\": \"point\", \"st{\"kind\": \"point\", \"step\": 3}",
	};
	static const char nul[] = "{\"kind\": \"point\", \"x\": 1}\0",
			  inside[] = "{\"kind\": \"point\"\0, \"x\": 1}";

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		TAP_CHECK(!read_text(bad[i]), "\"%s\" is no line", bad[i]);
	CU_ASSERT_FALSE(run_line_read(&l, nul, sizeof nul - 1));
	CU_ASSERT_FALSE(run_line_read(&l, inside, sizeof inside - 1));
}

static void the_kind_alone(void)
{
	size_t length = 9;

	CU_ASSERT_PTR_NULL(run_line_kind("", &length));
	CU_ASSERT_EQUAL(length, 0);
	CU_ASSERT_PTR_NULL(run_line_kind("{\"kin", &length));
	CU_ASSERT_PTR_NULL(run_line_kind("{\"kind\": 3}", &length));
	CU_ASSERT_PTR_NULL(run_line_kind("{\"kind\": \"lay", &length));
	CU_ASSERT_NSTRING_EQUAL(run_line_kind("{\"kind\": \"layers\", garbage", &length), "layers",
	                        6);
	CU_ASSERT_EQUAL(length, 6);
	CU_ASSERT_NSTRING_EQUAL(run_line_kind("{\"kind\":\"a\"}", &length), "a", 1);
	CU_ASSERT_EQUAL(length, 1);
}

static void very_many_numbers(void)
{
	char *text = malloc(40000), *p = text + sprintf(text, "{\"kind\": \"point\"");

	for (int k = 0; k < 2000; k++)
		p += sprintf(p, ", \"n%d\": %d", k, k);
	strcpy(p, "}");
	CU_ASSERT(read_text(text));
	CU_ASSERT_EQUAL(l.n, RUN_LINE_NUMBERS);
	CU_ASSERT_EQUAL(number("n1023"), 1023);
	free(text);
}

/* Compare with the whole line parsed by the JSON library. */
static void check_alike(const char *text, size_t length)
{
	json_t *object = json_loadb(text, length, JSON_DECODE_INT_AS_REAL, NULL), *value;
	int ok = run_line_read(&l, text, length);
	const char *name;

	TAP_CHECK(ok == json_is_object(object), "%s: read %d", text, ok);
	if (ok)
		json_object_foreach(object, name, value) if (json_is_number(value))
			TAP_CHECK(number(name) == json_number_value(value), "%s: %s", text, name);
	json_decref(object);
}

/* Lines with a few bytes changed, inserted or left out. */
static void damaged_lines(void)
{
	static const char good[] = "{\"kind\": \"point\", \"step\": 20, \"time\": 1.25e-3, "
	                           "\"text\": \"so\", \"loss\": null, \"lr\": -0.5}";
	static const char bytes[] = "{}[]\",:. \\ntulne+-0123456789E\t\r\0\xc3";
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	char text[sizeof good + 8];
	int whole = 0;

	for (int i = 0; i < 30000; i++) {
		size_t n = sizeof good - 1;

		memcpy(text, good, sizeof good);
		for (unsigned long k = 1 + gsl_rng_uniform_int(rng, 3); k > 0; k--) {
			size_t at = gsl_rng_uniform_int(rng, n - 1);
			char byte = bytes[gsl_rng_uniform_int(rng, sizeof bytes - 1)];

			switch (gsl_rng_uniform_int(rng, 3)) {
			case 0:
				text[at] = byte;
				break;
			case 1:
				memmove(text + at + 1, text + at, n++ - at);
				text[at] = byte;
				break;
			default:
				memmove(text + at, text + at + 1, --n - at);
			}
		}
		text[n] = '\n';
		text[n + 1] = '\0';
		check_alike(text, n);
		whole += l.n > 0;
	}
	CU_ASSERT(whole > 1000);
	gsl_rng_free(rng);
}

static void clear(void)
{
	CU_ASSERT(read_text("{\"a\": [1], \"kind\": \"x\"}"));
	run_line_clear(&l);
	CU_ASSERT_PTR_NULL(l.object);
	CU_ASSERT_PTR_NULL(l.kind);
	CU_ASSERT_EQUAL(l.n, 0);
}

static const struct tap_test tests[] = {
	{ "a line", a_line },
	{ "numbers to the bit", numbers_to_the_bit },
	{ "what is no line", what_is_no_line },
	{ "the kind alone", the_kind_alone },
	{ "very many numbers", very_many_numbers },
	{ "damaged lines are read as the JSON library reads them", damaged_lines },
	{ "nothing stays", clear },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("run_line", tests);
}
