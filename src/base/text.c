/* text.c - see text.h. */
#include "src/base/text.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

/* ---- characters ---- */

/* How many bytes a character has that begins with this one; 0 if none does. */
static int length_of(unsigned char first)
{
	return first < 0x80   ? 1
	       : first < 0xc2 ? 0
	       : first < 0xe0 ? 2
	       : first < 0xf0 ? 3
	       : first < 0xf5 ? 4
	                      : 0;
}

long text_decode(const char *text, size_t n, int *bytes)
{
	static const long smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *t = (const unsigned char *)text;
	int length = length_of(t[0]);
	long c = length == 1 ? t[0] : length > 1 ? t[0] & (0x7f >> length) : -1;

	*bytes = 1;
	if (length == 0 || (size_t)length > n)
		return -1;
	for (int k = 1; k < length; k++) {
		if ((t[k] & 0xc0) != 0x80)
			return -1;
		c = c << 6 | (t[k] & 0x3f);
	}
	if (c < smallest[length] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return -1;
	*bytes = length;
	return c;
}

struct range {
	long first, last;
};

static int within(const struct range *r, size_t n, long c)
{
	for (size_t k = 0; k < n; k++)
		if (c >= r[k].first && c <= r[k].last)
			return 1;
	return 0;
}

int text_is_shown(long c)
{
	static const struct range not_shown[] = {
		{ LONG_MIN, 0x1f },   { 0x7f, 0x9f },     { 0x61c, 0x61c },
		{ 0x200e, 0x200f },   { 0x2028, 0x202e }, { 0x2066, 0x206f },
		{ 0xfeff, 0xfeff },   { 0xfff9, 0xfffb }, { 0xe0000, 0xe0fff },
		{ 0x110000, LONG_MAX },
	};

	return !within(not_shown, sizeof not_shown / sizeof *not_shown, c);
}

static int width_of(long c)
{
	static const struct range combining[] = {
		{ 0x300, 0x36f },   { 0x483, 0x489 },   { 0x591, 0x5bd },   { 0x610, 0x61a },
		{ 0x64b, 0x65f },   { 0xe31, 0xe31 },   { 0xe34, 0xe3a },   { 0xe47, 0xe4e },
		{ 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff }, { 0x200b, 0x200d }, { 0x20d0, 0x20ff },
		{ 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f },
	};
	static const struct range wide[] = {
		{ 0x1100, 0x115f }, { 0x2e80, 0x303e }, { 0x3041, 0xa4cf },   { 0xa960, 0xa97f },
		{ 0xac00, 0xd7a3 }, { 0xf900, 0xfaff }, { 0xfe30, 0xfe6f },   { 0xff01, 0xff60 },
		{ 0xffe0, 0xffe6 }, { 0x1f300, 0x1faff }, { 0x20000, 0x3fffd },
	};

	if (!text_is_shown(c))
		return 1;
	return within(combining, sizeof combining / sizeof *combining, c) ? 0
	       : within(wide, sizeof wide / sizeof *wide, c)              ? 2
	                                                                  : 1;
}

size_t text_fit(const char *text, int columns)
{
	size_t length = 0;

	for (int bytes; text[length]; length += (size_t)bytes) {
		columns -= width_of(text_decode(text + length, 4, &bytes));
		if (columns < 0)
			break;
	}
	return length;
}

int text_width(const char *text)
{
	int n = 0;

	for (int bytes; *text; text += bytes)
		n += width_of(text_decode(text, 4, &bytes));
	return n;
}

/* What stands for a character that must not be shown. */
static char instead(long c)
{
	return c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f' ? ' ' : '?';
}

void text_clean(char *text)
{
	char *to = text;

	for (int bytes; *text; text += bytes) {
		long c = text_decode(text, 4, &bytes);

		if (text_is_shown(c)) {
			memmove(to, text, (size_t)bytes);
			to += bytes;
		} else {
			*to++ = instead(c);
		}
	}
	*to = '\0';
}

/* ---- counts ---- */

const char *text_count(char text[32], size_t n)
{
	char digits[32];
	int length = snprintf(digits, sizeof digits, "%zu", n), at = 0;

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			text[at++] = ',';
		text[at++] = digits[i];
	}
	text[at] = '\0';
	return text;
}

const char *text_counted(char text[64], size_t n, const char *noun)
{
	char number[32];

	snprintf(text, 64, "%s %.28s%s", text_count(number, n), noun, n == 1 ? "" : "s");
	return text;
}

/* ---- printing ---- */

/* A conversion of a format.  `text` is the whole of it with numbers in the place of each '*'. */
struct conversion {
	char text[64];
	int  left, width, precision;     /* precision: -1 without one */
	int  size;                       /* -1: int or shorter; 'l', 'L' (long long), 'z', 'j' */
	char kind;                       /* 'd', 's', ... */
};

/* A va_list can be passed on by address only within a struct. */
struct arguments {
	va_list list;
};

/* Read "12", "*" or nothing, append it to the text of c, and return its value. */
static int read_number(struct conversion *c, const char **format, struct arguments *from)
{
	size_t used = strlen(c->text);
	int n = 0;

	if (**format == '*') {
		n = va_arg(from->list, int);
		(*format)++;
	} else {
		while (**format >= '0' && **format <= '9')
			n = 10 * n + *(*format)++ - '0';
	}
	if (n != 0)
		snprintf(c->text + used, sizeof c->text - used, "%d", n);
	return n;
}

static void append(struct conversion *c, char letter)
{
	size_t used = strlen(c->text);

	if (used + 1 < sizeof c->text)
		memcpy(c->text + used, (char[]){ letter, '\0' }, 2);
}

static int read_size(struct conversion *c, const char **format)
{
	int size = -1;

	for (; **format && strchr("hlzjtL", **format); (*format)++) {
		size = **format == 'h' ? -1 : size == 'l' ? 'L' : **format;
		append(c, **format);
	}
	return size;
}

/* Read the conversion that begins at `format`, after its '%'; returns what follows it. */
static const char *read_conversion(struct conversion *c, const char *format,
                                   struct arguments *from)
{
	*c = (struct conversion){ .text = "%", .precision = -1 };
	for (; *format && strchr("-+ #0", *format); format++) {
		c->left |= *format == '-';
		append(c, *format);
	}
	c->width = read_number(c, &format, from);
	if (c->width < 0) {
		c->left = 1;
		c->width = -c->width;
	}
	if (*format == '.') {
		format++;
		append(c, '.');
		c->precision = read_number(c, &format, from);
	}
	c->size = read_size(c, &format);
	c->kind = *format;
	append(c, c->kind);
	return *format ? format + 1 : format;
}

void out_bytes(FILE *to, const char *text, size_t length)
{
	for (int bytes; length > 0; text += bytes, length -= (size_t)bytes) {
		long c = text_decode(text, length, &bytes);

		if (text_is_shown(c))
			fwrite(text, 1, (size_t)bytes, to);
		else
			fputc(instead(c), to);
	}
}

static void out_text(FILE *to, const struct conversion *c, const char *text)
{
	size_t length = text_fit(text, c->precision >= 0 ? c->precision : INT_MAX);
	int used = 0;

	for (int bytes, at = 0; (size_t)at < length; at += bytes)
		used += width_of(text_decode(text + at, 4, &bytes));
	if (!c->left && c->width > used)
		fprintf(to, "%*s", c->width - used, "");
	out_bytes(to, text, length);
	if (c->left && c->width > used)
		fprintf(to, "%*s", c->width - used, "");
}

static void out_integer(FILE *to, const struct conversion *c, struct arguments *from)
{
	switch (c->size) {
	case 'l': fprintf(to, c->text, va_arg(from->list, long)); break;
	case 'L': fprintf(to, c->text, va_arg(from->list, long long)); break;
	case 'z': fprintf(to, c->text, va_arg(from->list, size_t)); break;
	case 'j': fprintf(to, c->text, va_arg(from->list, intmax_t)); break;
	case 't': fprintf(to, c->text, va_arg(from->list, ptrdiff_t)); break;
	default:  fprintf(to, c->text, va_arg(from->list, int)); break;
	}
}

static void out_character(FILE *to, int c)
{
	fputc(text_is_shown(c) && c < 0x80 ? c : instead(c), to);
}

static void out_conversion(FILE *to, const struct conversion *c, struct arguments *from)
{
	const char *text;

	switch (c->kind) {
	case '%':
		fputc('%', to);
		break;
	case 's':
		text = va_arg(from->list, const char *);
		out_text(to, c, text ? text : "");
		break;
	case 'c':
		fprintf(to, "%*s", c->left || c->width < 1 ? 0 : c->width - 1, "");
		out_character(to, va_arg(from->list, int));
		fprintf(to, "%*s", c->left && c->width > 0 ? c->width - 1 : 0, "");
		break;
	case 'd': case 'i': case 'u': case 'o': case 'x': case 'X':
		out_integer(to, c, from);
		break;
	default:
		fprintf(to, c->text, va_arg(from->list, double));
		break;
	}
}

void out_list(FILE *to, const char *format, va_list arguments)
{
	struct arguments from;

	va_copy(from.list, arguments);
	while (*format) {
		size_t own = strcspn(format, "%");
		struct conversion c;

		fwrite(format, 1, own, to);
		format += own;
		if (*format) {
			format = read_conversion(&c, format + 1, &from);
			out_conversion(to, &c, &from);
		}
	}
	va_end(from.list);
}

void out(FILE *to, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	out_list(to, format, arguments);
	va_end(arguments);
}

void out_own(FILE *to, const char *text)
{
	fputs(text, to);
}

void out_json(FILE *to, const char *text)
{
	for (int bytes; *text; text += bytes) {
		long c = text_decode(text, 4, &bytes);

		if (c == '\n' || c == '\t' || text_is_shown(c))
			fwrite(text, 1, (size_t)bytes, to);
		else if (c >= 0x10000)                       /* a pair of surrogates */
			fprintf(to, "\\u%04lx\\u%04lx", 0xd800 + ((c - 0x10000) >> 10),
			        0xdc00 + ((c - 0x10000) & 0x3ff));
		else if (c >= 0)
			fprintf(to, "\\u%04lx", c);
		else
			fputc('?', to);
	}
}
