/* glyphs.c - see glyphs.h. */
#include "config.h"
#include "src/ui/glyphs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHARACTERS = 0x110000 };

/* Characters that every text font has: up to Cyrillic, dashes, quotes, the ellipsis. */
static int is_plain(unsigned long c)
{
	return c < 0x530 || (c >= 0x2010 && c <= 0x2027);
}

/* Decode the next character; returns its length in bytes.  Invalid UTF-8 counts as a plain byte. */
static size_t decode(const char *text, size_t left, unsigned long *c)
{
	unsigned char lead = (unsigned char)*text;
	size_t bytes = lead < 0xc2 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 1;

	*c = lead;
	if (bytes == 1 || bytes > left)
		return 1;
	*c = lead & (0xffu >> (bytes + 1));
	for (size_t k = 1; k < bytes; k++) {
		if (((unsigned char)text[k] & 0xc0) != 0x80) {
			*c = lead;
			return 1;
		}
		*c = *c << 6 | ((unsigned char)text[k] & 0x3f);
	}
	return bytes;
}

static int all_plain(const char *text, size_t length)
{
	unsigned long c;

	for (size_t at = 0, bytes; at < length; at += bytes) {
		bytes = decode(text + at, length - at, &c);
		if (!is_plain(c))
			return 0;
	}
	return 1;
}

/* Run fc-list and mark in has[] (CHARACTERS) the characters that the fonts have, from lines such as
 * "20-7e a0-17f 192".  Returns their number. */
static size_t read_fonts(unsigned char *has)
{
	FILE *from = popen("fc-list --format '%{charset}\\n' 2>/dev/null", "re");
	char word[40];
	size_t n = 0;

	while (from && fscanf(from, "%39s", word) == 1) {
		char *end;
		unsigned long low = strtoul(word, &end, 16),
			      high = *end == '-' ? strtoul(end + 1, &end, 16) : low;

		for (unsigned long c = low; !*end && c <= high && c < CHARACTERS; c++) {
			n += !has[c];
			has[c] = 1;
		}
	}
	if (from)
		pclose(from);
	return n;
}

char *glyphs_known(const char *text, size_t length, size_t *kept)
{
	char *copy = malloc(length + 1), *to = copy;
	unsigned char *has = copy && !all_plain(text, length) ? calloc(CHARACTERS, 1) : NULL;
	int look = has && read_fonts(has) > 0;

	for (size_t at = 0, bytes; copy && at < length; at += bytes) {
		unsigned long c;

		bytes = decode(text + at, length - at, &c);
		if (look && !is_plain(c) && c < CHARACTERS && !has[c]) {
			*to++ = '?';
			continue;
		}
		memcpy(to, text + at, bytes);
		to += bytes;
	}
	free(has);
	if (!copy)
		return NULL;
	*to = '\0';
	*kept = (size_t)(to - copy);
	return copy;
}
