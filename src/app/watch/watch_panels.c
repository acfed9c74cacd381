/* watch_panels.c - see watch_panels.h: what the panels share. */
#include "src/app/watch/watch_panels.h"

#include <math.h>

double watch_number(const json_t *number)
{
	return json_is_number(number) ? json_number_value(number) : NAN;
}

double watch_number_at(const json_t *array, size_t k)
{
	return watch_number(json_array_get(array, k));
}

int watch_numbers(const json_t *array, int most, double *x)
{
	size_t n = json_array_size(array);
	int k;

	for (k = 0; k < most && (size_t)k < n; k++)
		x[k] = watch_number_at(array, (size_t)k);
	return k;
}

const char *watch_when(const json_t *record, char into[40])
{
	static const char *const units[] = { "epoch", "frame", "step" };

	into[0] = '\0';
	for (size_t k = 0; k < sizeof units / sizeof *units && !into[0]; k++) {
		double count = watch_number(json_object_get(record, units[k]));

		if (isfinite(count))
			snprintf(into, 40, "%s %.6g", units[k], count);
	}
	return into;
}
