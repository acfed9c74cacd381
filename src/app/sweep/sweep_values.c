/* sweep_values.c - see sweep_values.h. */
#include "src/app/sweep/sweep_values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/cli/options.h"

/* A range or a list of more values than this is a mistake. */
enum { MOST = SWEEP_MOST_RUNS };

int sweep_values_are_numbers(const struct sweep_option *o)
{
	return o->row->type == OPTION_INT || o->row->type == OPTION_LONG ||
	       o->row->type == OPTION_REAL;
}

static int is_whole(const struct sweep_option *o)
{
	return o->row->type == OPTION_INT || o->row->type == OPTION_LONG;
}

/* Without spaces at its ends; the caller frees. */
static char *trimmed(const char *from, size_t length)
{
	while (length && strchr(" \t", *from))
		from++, length--;
	while (length && strchr(" \t", from[length - 1]))
		length--;
	return strndup(from, length);
}

enum ry_status sweep_value_check(const struct option_row *row, const char *text, const char *source)
{
	union { int i; long l; double d; const char *t; } at;
	struct option_row alone = *row;

	alone.at = 0;
	return option_set(&alone, &at, text, source, RY_EDATA);
}

/* Numbers have one way to be written, so that 1e-1 and 0.1 are one run. */
static char *canonical(const struct sweep_option *o, char *text)
{
	char number[40];

	if (!text || !sweep_values_are_numbers(o))
		return text;
	snprintf(number, sizeof number, is_whole(o) ? "%.0f" : "%.10g", strtod(text, NULL));
	free(text);
	return strdup(number);
}

static enum ry_status add_value(struct sweep_option *o, char *text, const char *source)
{
	char **more;
	enum ry_status status =
		text ? sweep_value_check(o->row, text, source) : ry_fail_memory("values");

	if (status == RY_OK && !(text = canonical(o, text)))
		status = ry_fail_memory("values");
	for (int k = 0; k < o->n && status == RY_OK; k++)
		if (strcmp(o->value[k], text) == 0)
			status = ry_fail(RY_EDATA, "%s: %s is given twice", source, text);
	more = status == RY_OK ? realloc(o->value, ((size_t)o->n + 1) * sizeof *more) : NULL;
	if (status == RY_OK && !more)
		status = ry_fail_memory("values");
	if (status != RY_OK) {
		free(text);
		return status;
	}
	o->value = more;
	o->value[o->n++] = text;
	return RY_OK;
}

static enum ry_status read_list(struct sweep_option *o, const char *text, const char *source)
{
	enum ry_status status = RY_OK;

	for (const char *p = text; status == RY_OK; ) {
		size_t length = strcspn(p, ",");
		char *value = trimmed(p, length);

		if (value && !*value) {
			free(value);
			return ry_fail(RY_EDATA,
			               *text ? "%s: a value is missing next to a comma"
			                     : "%s: no values",
			               source);
		}
		status = add_value(o, value, source);
		p += length;
		if (!*p++)
			break;
	}
	return status;
}

/* ---- ranges ---- */

/* The text of a computed number: never beyond the ends. */
static char *number_text(const struct sweep_option *o, double x)
{
	char text[40];

	if (is_whole(o))
		snprintf(text, sizeof text, "%.0f", x);
	else
		snprintf(text, sizeof text, "%.4g", x);
	x = strtod(text, NULL);
	return strdup(x <= o->low ? o->low_text : x >= o->high ? o->high_text : text);
}

double sweep_values_between(const struct sweep_option *o, double t)
{
	if (o->logarithmic)
		return exp((1 - t) * log(o->low) + t * log(o->high));
	return (1 - t) * o->low + t * o->high;
}

/* Number k of n from end to end. */
static char *spaced(const struct sweep_option *o, int k, int n)
{
	double x = sweep_values_between(o, (double)k / (n - 1));

	if (k == 0 || k == n - 1)
		return strdup(k ? o->high_text : o->low_text);
	return number_text(o, is_whole(o) ? round(x) : x);
}

static enum ry_status space_out(struct sweep_option *o, int n, const char *source)
{
	enum ry_status status = RY_OK;

	if (is_whole(o) && o->high - o->low + 1 < n)
		return ry_fail(RY_EDATA,
		               "%s: there are only %.0f whole numbers from %s to %s, not %d",
		               source, o->high - o->low + 1, o->low_text, o->high_text, n);
	for (int k = 0; k < n && status == RY_OK; k++) {
		char *text = spaced(o, k, n);

		if (text && k && strcmp(text, o->value[k - 1]) == 0) {
			free(text);
			return ry_fail(RY_EDATA,
			               "%s: %d values from %s to %s coincide at %s: ask for fewer",
			               source, n, o->low_text, o->high_text, o->value[k - 1]);
		}
		status = add_value(o, text, source);
	}
	return status;
}

static enum ry_status read_ends(struct sweep_option *o, const char *low, size_t low_length,
                                const char *high, size_t high_length, const char *source)
{
	enum ry_status status;

	o->low_text = trimmed(low, low_length);
	o->high_text = trimmed(high, high_length);
	if (!o->low_text || !o->high_text)
		return ry_fail_memory("values");
	if ((status = sweep_value_check(o->row, o->low_text, source)) ||
	    (status = sweep_value_check(o->row, o->high_text, source)))
		return status;
	o->low_text = canonical(o, o->low_text);
	o->high_text = canonical(o, o->high_text);
	if (!o->low_text || !o->high_text)
		return ry_fail_memory("values");
	o->low = strtod(o->low_text, NULL);
	o->high = strtod(o->high_text, NULL);
	if (o->low >= o->high)
		return ry_fail(RY_EDATA, "%s: %s is not below %s", source, o->low_text,
		               o->high_text);
	return RY_OK;
}

/* What stands behind the ends: "log", "linear", a number of values; *n is 0 without one. */
static enum ry_status read_rest(struct sweep_option *o, const char *text, int *n,
                                const char *source)
{
	char word[20];
	int used;

	*n = 0;
	for (; sscanf(text, " %19s%n", word, &used) == 1; text += used) {
		char *end;
		long count = strtol(word, &end, 10);

		if (strcmp(word, "log") == 0)
			o->logarithmic = 1;
		else if (strcmp(word, "linear") == 0)
			o->logarithmic = 0;
		else if (*end || *n)
			return ry_fail(RY_EDATA,
			               "%s: '%s': expected LOW .. HIGH, optionally log or linear, "
			               "and the number of values",
			               source, word);
		else if (count < 2 || count > MOST)
			return ry_fail(RY_EDATA, "%s: %s values: expected 2 to %d", source, word,
			               MOST);
		else
			*n = (int)count;
	}
	return RY_OK;
}

/* "LOW .. HIGH [log|linear] [COUNT]" */
static enum ry_status read_range(struct sweep_option *o, const char *text, const char *source,
                                 int random)
{
	const char *dots = strstr(text, "..");
	const char *high = dots + 2 + strspn(dots + 2, " \t");
	size_t length = strcspn(high, " \t");
	int n;
	enum ry_status status = read_ends(o, text, (size_t)(dots - text), high, length, source);

	if (status == RY_OK)
		status = read_rest(o, high + length, &n, source);
	if (status != RY_OK)
		return status;
	if (o->logarithmic && o->low <= 0)
		return ry_fail(RY_EDATA, "%s: a log scale must begin above 0, not at %s", source,
		               o->low_text);
	if (!n && random)
		return RY_OK;
	if (!n && is_whole(o) && !o->logarithmic && o->high - o->low < MOST)
		n = (int)(o->high - o->low) + 1;
	if (!n)
		return ry_fail(RY_EDATA,
		               "%s: a grid needs the number of values from %s to %s: %s .. %s%s 5",
		               source, o->low_text, o->high_text, o->low_text, o->high_text,
		               o->logarithmic ? " log" : "");
	return space_out(o, n, source);
}

enum ry_status sweep_values_read(struct sweep_option *o, const char *text, const char *source,
                                 int random)
{
	if (sweep_values_are_numbers(o) && strstr(text, ".."))
		return read_range(o, text, source, random);
	return read_list(o, text, source);
}

void sweep_values_clear(struct sweep_option *o)
{
	for (int k = 0; k < o->n; k++)
		free(o->value[k]);
	free(o->value);
	free(o->low_text);
	free(o->high_text);
	memset(o, 0, sizeof *o);
}

/* A whole number k stands for what lies between k and k + 1, on a log scale too. */
char *sweep_values_draw(const struct sweep_option *o, gsl_rng *rng)
{
	struct sweep_option bins = *o;
	double u = gsl_rng_uniform(rng), x;

	if (o->n)
		return strdup(o->value[(int)(u * o->n)]);
	if (is_whole(o))
		bins.high++;
	x = sweep_values_between(&bins, u);
	return number_text(o, is_whole(o) ? floor(x) : x);
}
