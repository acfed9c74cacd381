/* duration.c - see duration.h. */
#include "src/cli/duration.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double longest = 1e8;

/* h:mm:ss; 0 when it is not that. */
static int parse_clock(const char *text, double *seconds)
{
	unsigned h, m, s;
	int end = 0;

	if (!isdigit((unsigned char)text[0]) || text[strspn(text, "0123456789:")] ||
	    sscanf(text, "%6u:%2u:%2u%n", &h, &m, &s, &end) != 3 || text[end] || m > 59 || s > 59)
		return 0;
	*seconds = 3600.0 * h + 60.0 * m + s;
	return 1;
}

/* Numbers with units, the largest first: 1h30m; 0 when it is not that. */
static int parse_units(const char *text, double *seconds)
{
	static const struct { char letter; double times; } units[] = {
		{ 'd', 86400 }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 }
	};
	size_t next = 0;

	*seconds = 0;
	while (*text) {
		char *end;
		double v = isdigit((unsigned char)*text) ? strtod(text, &end) : -1;

		if (v < 0)
			return 0;
		while (next < sizeof units / sizeof *units && units[next].letter != *end)
			next++;
		if (next == sizeof units / sizeof *units)
			return 0;
		*seconds += v * units[next++].times;
		text = end + 1;
	}
	return 1;
}

enum ry_status duration_parse(const char *text, const char *source, double *seconds)
{
	if (!parse_clock(text, seconds) && !parse_units(text, seconds))
		return ry_fail(RY_EINVAL,
		               "%s: '%s' is not a time, such as 90s, 55m, 2h, 1d or 1:30:00",
		               source, text);
	if (!(*seconds > 0 && *seconds <= longest))
		return ry_fail(RY_EINVAL, "%s: %s is out of range: it must be above 0 and at most "
		                          "1157 days", source, text);
	return RY_OK;
}
