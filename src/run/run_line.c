/* run_line.c - see run_line.h. */
#include <config.h>
#include "src/run/run_line.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

int run_line_called(const char *word, const char *name, size_t length)
{
	return strncmp(word, name, length) == 0 && word[length] == '\0';
}

int run_line_is(const struct run_line *l, const char *kind)
{
	return l->kind && run_line_called(kind, l->kind, l->kind_length);
}

/* Scan a quoted string of printable ASCII without escapes; returns the position after it, or
 * NULL. */
static const char *scan_text(const char *p, const char **text, size_t *length)
{
	if (*p++ != '"')
		return NULL;
	*text = p;
	while (*p >= ' ' && *p <= '~' && *p != '"' && *p != '\\')
		p++;
	*length = (size_t)(p - *text);
	return *p == '"' ? p + 1 : NULL;
}

/* Scan any number with the JSON library. */
static const char *scan_any_number(const char *p, double *x)
{
	size_t length = strspn(p, "+-.0123456789Ee");
	json_t *number = json_loadb(p, length, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL);

	*x = json_number_value(number);
	p = json_is_number(number) ? p + length : NULL;
	json_decref(number);
	return p;
}

/* Scan an exponent after 'e', saturating if it is large; NULL if there is none. */
static const char *scan_exponent(const char *p, int *exponent)
{
	int negative = *p == '-', n = 0;
	const char *digits = p += *p == '-' || *p == '+';

	for (; *p >= '0' && *p <= '9'; p++)
		n = n < 1000 ? 10 * n + (*p - '0') : n;
	*exponent = negative ? -n : n;
	return p > digits ? p : NULL;
}

/* Scan a number.  With at most 15 digits and a power of ten of at most 22, both are exact in
 * double, and one multiplication or division rounds correctly (Clinger 1990); other numbers take
 * the slow path. */
static const char *scan_number(const char *text, double *x)
{
	static const double ten[] = {
		1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
		1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
	};
	const char *start = text + (*text == '-'), *p = start, *point = NULL;
	uint64_t digits = 0;
	int power = 0;

	for (; (*p >= '0' && *p <= '9') || (*p == '.' && !point); p++)
		if (*p == '.')
			point = p;
		else if ((digits = 10 * digits + (uint64_t)(*p - '0')) >= 1000000000000000)
			return scan_any_number(text, x);
	if (point)
		power = -(int)(p - point - 1);
	if (p == start || point == start || (point && power == 0) ||
	    (*start == '0' && p > start + 1 && point != start + 1))
		/* JSON requires digits on both sides and forbids leading zeros */
		return NULL;
	if (*p == 'e' || *p == 'E') {
		int exponent;

		p = scan_exponent(p + 1, &exponent);
		if (!p)
			return NULL;
		power += exponent;
	}
	if (power < -22 || power > 22)
		return scan_any_number(text, x);
	*x = power < 0 ? (double)digits / ten[-power] : (double)digits * ten[power];
	if (start > text)
		*x = -*x;
	return p;
}

static const char *skip_blanks(const char *p)
{
	return p + strspn(p, " \t\r");
}

const char *run_line_kind(const char *line, size_t *length)
{
	static const char key[] = "\"kind\"";
	const char *kind, *p = skip_blanks(line);

	*length = 0;
	if (*p != '{')
		return NULL;
	p = skip_blanks(p + 1);
	if (strncmp(p, key, sizeof key - 1) != 0)
		return NULL;
	p = skip_blanks(p + sizeof key - 1);
	return *p == ':' && scan_text(skip_blanks(p + 1), &kind, length) ? kind : NULL;
}

/* Scan the fields after the kind of a plain line, up to its `end`.  No step reads past the byte
 * after the line, which ends every token. */
static int scan_fields(struct run_line *l, const char *p, const char *end)
{
	for (l->n = 0; *p == ','; ) {
		struct run_field *f = &l->number[l->n];
		const char *text;
		size_t length;

		p += 1 + (p[1] == ' ');
		p = scan_text(p, &f->name, &f->name_length);
		if (!p || *p++ != ':' || (f->name_length == 4 && memcmp(f->name, "kind", 4) == 0))
			return 0;
		p += *p == ' ';
		if (*p == '"') {
			p = scan_text(p, &text, &length);
		} else if (*p == 'n' && strncmp(p, "null", 4) == 0) {
			f->x = NAN;
			p += 4;
			l->n++;
		} else {
			p = scan_number(p, &f->x);
			l->n++;
		}
		if (!p || l->n == RUN_LINE_NUMBERS)
			return 0;
	}
	return *p == '}' && p + 1 == end;
}

/* Scan {"kind": "point", "name": number, "name": null, "name": "plain text", ...}; returns 1 for
 * exactly that form. */
static int scan_line(struct run_line *l, const char *line, size_t length)
{
	l->kind = run_line_kind(line, &l->kind_length);
	return l->kind && scan_fields(l, l->kind + l->kind_length + 1, line + length);
}

static int load_line(struct run_line *l, const char *line, size_t length)
{
	json_t *value, *kind;
	const char *name, *first = run_line_kind(line, &l->kind_length);

	l->object = json_loadb(line, length, JSON_DECODE_INT_AS_REAL, NULL);
	if (!json_is_object(l->object))
		return 0;
	kind = json_object_get(l->object, "kind");
	l->kind = first ? first : json_string_value(kind);
	if (!first)
		l->kind_length = json_string_length(kind);
	l->n = 0;
	json_object_foreach(l->object, name, value) if (l->n < RUN_LINE_NUMBERS &&
	                                                (json_is_number(value) ||
	                                                 json_is_null(value))) l->number[l->n++] =
		(struct run_field){ name, strlen(name),
		                    json_is_null(value) ? NAN : json_number_value(value) };
	return 1;
}

int run_line_read(struct run_line *l, const char *line, size_t length)
{
	size_t start = strspn(line, " \t\r");

	run_line_clear(l);
	if (line[start] != '{')                 /* reject garbage early */
		return 0;
	return scan_line(l, line, length) || load_line(l, line, length);
}

void run_line_clear(struct run_line *l)
{
	json_decref(l->object);
	l->object = NULL;
	l->kind = NULL;
	l->n = 0;
}
