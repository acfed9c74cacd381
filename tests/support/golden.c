/* golden.c - see golden.h. */
#include "tests/support/golden.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "src/base/status.h"
#include "tests/support/tap.h"

static void give_up(const char *what, const char *why)
{
	printf("Bail out! golden numbers: %s: %s\n", what, why);
	exit(99);
}

json_t *golden_open(const char *name)
{
	char path[256];
	json_error_t error;
	json_t *root;

	snprintf(path, sizeof path, "golden/%s", name);
	root = json_load_file(tap_data(path), 0, &error);
	if (!root)
		give_up(path, error.text);
	return root;
}

const json_t *golden_get(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!value)
		give_up(key, "not there");
	return value;
}

int golden_int(const json_t *object, const char *key)
{
	return (int)json_integer_value(golden_get(object, key));
}

double golden_number(const json_t *object, const char *key)
{
	return json_number_value(golden_get(object, key));
}

real *golden_reals(const json_t *object, const char *key, size_t *n)
{
	const json_t *array = golden_get(object, key);
	size_t count = json_array_size(array);
	real *a = ry_calloc(count, sizeof *a, "golden numbers");

	if (!a || count == 0)
		give_up(key, "no numbers");
	for (size_t i = 0; i < count; i++)
		a[i] = (real)json_number_value(json_array_get(array, i));
	if (n)
		*n = count;
	return a;
}

void golden_compare(const char *what, const json_t *object, const char *key, const real *got,
                    double tolerance)
{
	const json_t *array = golden_get(object, key);

	TAP_CHECK(json_array_size(array) > 0, "%s: %s is empty", what, key);
	for (size_t i = 0; i < json_array_size(array); i++) {
		double expected = json_number_value(json_array_get(array, i));

		TAP_CHECK(fabs(got[i] - expected) <= tolerance * fmax(1, fabs(expected)),
		          "%s: %s[%zu] is %.9g, expected %.9g", what, key, i, (double)got[i],
		          expected);
	}
}
