/* watch_panels.c - see watch_panels.h: what the panels share. */
#include "src/app/watch/watch_panels.h"

#include <math.h>
#include <stdio.h>

#include "src/run/run_reader.h"

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
	const char *unit = run_record_unit(record);

	into[0] = '\0';
	if (unit)
		snprintf(into, 40, "%.20s %.6g", unit, watch_number(json_object_get(record, unit)));
	return into;
}
