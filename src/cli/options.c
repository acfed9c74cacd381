/* options.c - see options.h; and the JSON side of command.h. */
#include "src/cli/options.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "src/cli/called.h"
#include "src/cli/suggest.h"

int option_count(const struct option_row *rows)
{
	int n = 0;

	while (rows && rows[n].name)
		n++;
	return n;
}

static void *value_of(const struct option_row *row, void *options)
{
	return (char *)options + row->at;
}

static const void *value_in(const struct option_row *row, const void *options)
{
	return (const char *)options + row->at;
}

static int choice_count(const struct option_row *row)
{
	int n = 0;

	while (row->choices[n])
		n++;
	return n;
}

/* ---- numbers ---- */

/* Whether v is within the row's range; both ends 0 means any. */
static enum ry_status check_range(const struct option_row *row, double v, const char *source,
                                  enum ry_status status)
{
	if (row->min == 0 && row->max == 0)
		return RY_OK;
	if (v >= row->min && v <= row->max)
		return RY_OK;
	/* Limits beyond 2^53 are the type's own and no news to a person. */
	if (row->max >= 9007199254740992.0)
		return ry_fail(status, "%s: %.15g is too small: it must be at least %.15g", source,
		               v, row->min);
	return ry_fail(status, "%s: %.15g is out of range: it must be between %.15g and %.15g",
	               source, v, row->min, row->max);
}

/* A whole number written otherwise than in digits: 1e6, 2.5e6, 10k, 1.5M.  Returns 0 when it is
 * not one that a double holds exactly. */
static int parse_rounded(const char *text, double *v)
{
	static const struct { char letter; double times; } units[] = {
		{ 'k', 1e3 }, { 'K', 1e3 }, { 'm', 1e6 }, { 'M', 1e6 }, { 'g', 1e9 }, { 'G', 1e9 }
	};
	double times = 1;
	char *end;

	if (text[strspn(text, "+-.0123456789eEkKmMgG")] || !strpbrk(text, "0123456789"))
		return 0;
	*v = strtod(text, &end);
	for (size_t k = 0; *end && k < sizeof units / sizeof *units; k++)
		if (*end == units[k].letter)
			times = units[k].times;
	if (end == text || (*end && (times == 1 || end[1])))
		return 0;
	*v = round(*v * times * 1e6) / 1e6;      /* 1.1 k is 1100, but for rounding */
	return *v == floor(*v);
}

/* `least` and `most` are the type's own limits. */
static enum ry_status parse_whole(const struct option_row *row, const char *text, long least,
                                  long most, const char *source, enum ry_status status, long *v)
{
	int any = row->min == 0 && row->max == 0;
	double d;
	char *end;

	errno = 0;
	*v = strtol(text, &end, 10);
	if (end == text || *end || text[0] == ' ') {
		if (!parse_rounded(text, &d))
			return ry_fail(status,
			               "%s: '%s' is not a whole number, such as 20000, 2e4 or 20k",
			               source, text);
		if (fabs(d) < 9007199254740992.0)
			*v = (long)d;
		else
			errno = ERANGE;
	}
	if (errno != ERANGE && *v >= least && *v <= most)
		return check_range(row, (double)*v, source, status);
	if (!any && row->min > (double)least)
		least = (long)row->min;
	if (!any && row->max < (double)most)
		most = (long)row->max;
	return ry_fail(status, "%s: %s is out of range: it must be between %ld and %ld", source,
	               text, least, most);
}

static enum ry_status parse_real(const struct option_row *row, const char *text, const char *source,
                                 enum ry_status status, double *v)
{
	char *end;

	*v = strtod(text, &end);
	/* No spaces, no hexadecimal digits, no words such as inf. */
	if (end == text || *end || text[strspn(text, "+-.0123456789eE")] || !isfinite(*v))
		return ry_fail(status, "%s: '%s' is not a number", source, text);
	return check_range(row, *v, source, status);
}

/* ---- words ---- */

static enum ry_status parse_flag(const char *text, const char *source, enum ry_status status,
                                 int *v)
{
	static const char *const yes[] = { "yes", "true", "on", "1" };
	static const char *const no[] = { "no", "false", "off", "0" };

	for (int k = 0; k < 4; k++)
		if (strcasecmp(text, yes[k]) == 0 || strcasecmp(text, no[k]) == 0) {
			*v = strcasecmp(text, yes[k]) == 0;
			return RY_OK;
		}
	return ry_fail(status, "%s: '%s' is not yes or no", source, text);
}

static void join_choices(const struct option_row *row, const char *between, char *into, size_t size)
{
	size_t used = 0;

	into[0] = '\0';
	for (int k = 0; row->choices[k] && used < size; k++) {
		int n = snprintf(into + used, size - used, "%s%s", k ? between : "",
		                 row->choices[k]);

		used += (size_t)n;
	}
}

static enum ry_status parse_choice(const struct option_row *row, const char *text,
                                   const char *source, enum ry_status status, int *v)
{
	char all[256];
	const char *near;

	for (int k = 0; row->choices[k]; k++)
		if (strcmp(text, row->choices[k]) == 0) {
			*v = k;
			return RY_OK;
		}
	join_choices(row, ", ", all, sizeof all);
	near = suggest_nearest(text, row->choices, choice_count(row));
	if (near)
		return ry_fail(status,
		               "%s: '%s' is not one of %s; did you mean '%s'?", source, text,
		               all, near);
	return ry_fail(status, "%s: '%s' is not one of %s", source, text, all);
}

static enum ry_status add_text(struct option_list *list, const char *text, const char *source,
                               enum ry_status status)
{
	if (list->n == OPTION_LIST_MAX)
		return ry_fail(status, "%s: given more than %d times", source, OPTION_LIST_MAX);
	list->text[list->n++] = text;
	return RY_OK;
}

/* "$FILE" in a script, of a variable that is not set, would otherwise be a file that is not there,
 * or all of something. */
static enum ry_status check_text(const struct option_row *row, const char *text,
                                 const char *source, enum ry_status status)
{
	static const struct { const char *argument, *is; } kinds[] = {
		{ "FILE", "the name of the file" }, { "RUN", "the name of the run" },
		{ "COLUMN", "the name of the column" }, { "NAME", "the name" },
	};

	/* To press no keys is a thing to ask for. */
	if (*text || (row->argument && strcmp(row->argument, "KEYS") == 0))
		return RY_OK;
	for (size_t k = 0; row->argument && k < sizeof kinds / sizeof *kinds; k++)
		if (strncmp(row->argument, kinds[k].argument, strlen(kinds[k].argument)) == 0)
			return ry_fail(status, "%s: %s is empty", source, kinds[k].is);
	return ry_fail(status, "%s: expected %s, not an empty text", source,
	               row->argument ? row->argument : "a text");
}

enum ry_status option_set(const struct option_row *row, void *options, const char *text,
                          const char *source, enum ry_status status)
{
	void *at = value_of(row, options);
	enum ry_status s = RY_OK;
	double real_number;
	long whole;
	int word = 0;

	switch (row->type) {
	case OPTION_FLAG:
		if (!(s = parse_flag(text, source, status, &word)))
			*(int *)at = word;
		break;
	case OPTION_INT:
		if (!(s = parse_whole(row, text, INT_MIN, INT_MAX, source, status, &whole)))
			*(int *)at = (int)whole;
		break;
	case OPTION_LONG:
		if (!(s = parse_whole(row, text, LONG_MIN, LONG_MAX, source, status, &whole)))
			*(long *)at = whole;
		break;
	case OPTION_REAL:
		if (!(s = parse_real(row, text, source, status, &real_number)))
			*(double *)at = real_number;
		break;
	case OPTION_TEXT:
		if (!(s = check_text(row, text, source, status)))
			*(const char **)at = text;
		break;
	case OPTION_CHOICE:
		if (!(s = parse_choice(row, text, source, status, &word)))
			*(int *)at = word;
		break;
	case OPTION_LIST:
		s = add_text(at, text, source, status);
		break;
	}
	return s;
}

int option_open(const struct option_row *row, const void *options)
{
	const void *at = value_in(row, options);
	double v = 0;

	switch (row->type) {
	case OPTION_FLAG:
	case OPTION_CHOICE: return *(const int *)at < 0;
	case OPTION_TEXT:   return *(const char *const *)at == NULL;
	case OPTION_LIST:   return ((const struct option_list *)at)->n == 0;
	case OPTION_INT:    v = *(const int *)at; break;
	case OPTION_LONG:   v = (double)*(const long *)at; break;
	case OPTION_REAL:   v = *(const double *)at; break;
	}
	return (row->min != 0 || row->max != 0) && !(v >= row->min && v <= row->max);
}

static void join_texts(const struct option_list *list, char *into, size_t size)
{
	size_t used = 0;

	into[0] = '\0';
	for (int k = 0; k < list->n && used < size; k++)
		used += (size_t)snprintf(into + used, size - used, "%s%s", k ? ", " : "",
		                         list->text[k]);
}

void option_text(const struct option_row *row, const void *options, char *into, size_t size)
{
	const void *at = value_in(row, options);

	if (option_open(row, options)) {
		into[0] = '\0';
		return;
	}
	switch (row->type) {
	case OPTION_FLAG:
		snprintf(into, size, "%s", *(const int *)at ? "yes" : "no");
		break;
	case OPTION_INT:
		snprintf(into, size, "%d", *(const int *)at);
		break;
	case OPTION_LONG:
		snprintf(into, size, "%ld", *(const long *)at);
		break;
	case OPTION_REAL:
		snprintf(into, size, "%.10g", *(const double *)at);
		break;
	case OPTION_TEXT:
		snprintf(into, size, "%s", *(const char *const *)at);
		break;
	case OPTION_CHOICE:
		snprintf(into, size, "%s", row->choices[*(const int *)at]);
		break;
	case OPTION_LIST:
		join_texts(at, into, size);
		break;
	}
}

void option_argument(const struct option_row *row, char *into, size_t size)
{
	if (row->type == OPTION_FLAG)
		into[0] = '\0';
	else if (row->argument)
		snprintf(into, size, "%s", row->argument);
	else if (row->type == OPTION_CHOICE)
		join_choices(row, "|", into, size);
	else
		snprintf(into, size, "%s",
		         row->type == OPTION_TEXT || row->type == OPTION_LIST ? "TEXT" : "N");
}

/* ---- JSON ---- */

static json_t *list_json(const struct option_list *list)
{
	json_t *all = json_array();

	for (int k = 0; k < list->n; k++)
		if (json_array_append_new(all, json_string(list->text[k])) != 0) {
			json_decref(all);
			return NULL;
		}
	return all;
}

static json_t *option_json(const struct option_row *row, const void *options)
{
	const void *at = value_in(row, options);

	if (option_open(row, options))
		return json_null();
	switch (row->type) {
	case OPTION_FLAG:
		return json_boolean(*(const int *)at);
	case OPTION_INT:
		return json_integer(*(const int *)at);
	case OPTION_LONG:
		return json_integer(*(const long *)at);
	case OPTION_REAL:
		return json_real(*(const double *)at);
	case OPTION_TEXT:
		return json_string(*(const char *const *)at);
	case OPTION_CHOICE:
		return json_string(row->choices[*(const int *)at]);
	case OPTION_LIST:
		return list_json(at);
	}
	return NULL;
}

json_t *command_options_json(const struct command *c, const void *options)
{
	json_t *all = json_object();

	for (int k = 0; k < option_count(c->options); k++)
		if (json_object_set_new(all, c->options[k].name,
		                        option_json(&c->options[k], options))) {
			json_decref(all);
			ry_fail_memory("the options as JSON");
			return NULL;
		}
	return all;
}

static const struct option_row *row_called(const struct command *c, const char *name)
{
	for (int k = 0; k < option_count(c->options); k++)
		if (strcmp(c->options[k].name, name) == 0)
			return &c->options[k];
	return NULL;
}

static enum ry_status wrong_type(const char *name, const char *expected)
{
	return ry_fail(RY_EDATA, "saved option %s: %s expected", name, expected);
}

static enum ry_status set_number_from_json(const struct option_row *row, void *options,
                                           const json_t *v, const char *source)
{
	char text[64];

	if (row->type == OPTION_REAL) {
		if (!json_is_number(v))
			return wrong_type(row->name, "a number");
		snprintf(text, sizeof text, "%.17g", json_number_value(v));
	} else {
		if (!json_is_integer(v))
			return wrong_type(row->name, "a whole number");
		snprintf(text, sizeof text, "%lld", (long long)json_integer_value(v));
	}
	return option_set(row, options, text, source, RY_EDATA);
}

static enum ry_status set_list_from_json(const struct option_row *row, struct option_list *list,
                                         const json_t *v, const char *source)
{
	enum ry_status s = RY_OK;

	if (!json_is_array(v))
		return wrong_type(row->name, "a list of texts or null");
	list->n = 0;
	for (size_t k = 0; k < json_array_size(v) && !s; k++) {
		const char *text = json_string_value(json_array_get(v, k));

		s = text ? add_text(list, text, source, RY_EDATA)
		         : wrong_type(row->name, "a list of texts or null");
	}
	return s;
}

static enum ry_status set_from_json(const struct option_row *row, void *options, const json_t *v)
{
	char source[128];

	snprintf(source, sizeof source, "saved option %s", row->name);
	if (json_is_null(v) && row->type != OPTION_TEXT)
		return RY_OK;
	switch (row->type) {
	case OPTION_FLAG:
		if (!json_is_boolean(v))
			return wrong_type(row->name, "true or false");
		*(int *)value_of(row, options) = json_is_true(v);
		return RY_OK;
	case OPTION_INT:
	case OPTION_LONG:
	case OPTION_REAL:
		return set_number_from_json(row, options, v, source);
	case OPTION_TEXT:
		if (!json_is_string(v) && !json_is_null(v))
			return wrong_type(row->name, "a text or null");
		*(const char **)value_of(row, options) = json_string_value(v);
		return RY_OK;
	case OPTION_CHOICE:
		if (!json_is_string(v))
			return wrong_type(row->name, "a word");
		return option_set(row, options, json_string_value(v), source, RY_EDATA);
	case OPTION_LIST:
		return set_list_from_json(row, value_of(row, options), v, source);
	}
	return RY_OK;
}

enum ry_status command_options_from_json(const struct command *c, void *options, const json_t *from)
{
	const char *name;
	json_t *v;

	if (!json_is_object(from))
		return ry_fail(RY_EDATA, "saved options: a JSON object expected");
	json_object_foreach((json_t *)from, name, v) {
		const struct option_row *row = row_called(c, name);
		enum ry_status s;

		if (!row)
			return ry_fail(RY_EDATA, "saved option %s: %s %s has no such option", name,
			               called_name(), c->name);
		s = set_from_json(row, options, v);
		if (s)
			return s;
	}
	return RY_OK;
}
