/* test_fuzz.c - a target of tests/support/fuzz.h over its files, and over some thousand damaged
 * copies, the same ones each time. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_rng.h>

#include "tests/support/fuzz.h"
#include "tests/support/tap.h"

enum { LARGEST = 4096, ROUNDS = 1200, FILES = 64, PIECES = 64 };

struct bytes {
	unsigned char bytes[LARGEST];
	size_t        n;
};

static struct bytes seed[FILES], piece[PIECES];
static int seeds, pieces;

/* ---- files ---- */

static struct bytes read_file(const char *path)
{
	struct bytes b = { .n = 0 };
	FILE *f = fopen(path, "rb");

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	b.n = fread(b.bytes, 1, sizeof b.bytes, f);
	fclose(f);
	return b;
}

static int is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void read_seeds(void)
{
	char name[64], path[1024];
	struct dirent **entry;
	int n;

	snprintf(name, sizeof name, "fuzz/%s", fuzz_name);
	n = scandir(tap_data(name), &entry, is_file, alphasort);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof path, "%s/%s", tap_data(name), entry[i]->d_name);
		if (seeds < FILES)
			seed[seeds++] = read_file(path);
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
	TAP_CHECK(seeds > 0 && seeds < FILES, "%d files in tests/%s", seeds, name);
}

/* A line "..." of a dictionary, with \xHH for any byte. */
static void read_piece(const char *text)
{
	struct bytes *b = &piece[pieces];

	for (b->n = 0; *text && *text != '"'; b->n++) {
		unsigned byte = (unsigned char)*text;

		if (sscanf(text, "\\x%2x", &byte) == 1)
			text += 4;
		else
			text++;
		b->bytes[b->n] = (unsigned char)byte;
	}
	pieces++;
}

static void read_pieces(void)
{
	char name[64], line[256];
	FILE *f;

	snprintf(name, sizeof name, "fuzz/%s.dict", fuzz_name);
	f = fopen(tap_data(name), "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	while (pieces < PIECES && fgets(line, sizeof line, f))
		if (line[0] == '"')
			read_piece(line + 1);
	fclose(f);
	TAP_CHECK(pieces > 10 && pieces < PIECES, "%d pieces in tests/%s", pieces, name);
}

/* ---- damage ---- */

static void insert(struct bytes *b, size_t at, const void *bytes, size_t k)
{
	if (b->n + k > LARGEST)
		return;
	memmove(b->bytes + at + k, b->bytes + at, b->n - at);
	memcpy(b->bytes + at, bytes, k);
	b->n += k;
}

static void damage(struct bytes *b, gsl_rng *rng)
{
	size_t at = gsl_rng_uniform_int(rng, b->n + 1), k = gsl_rng_uniform_int(rng, 24);
	const struct bytes *p = &piece[gsl_rng_uniform_int(rng, (unsigned long)pieces)];
	unsigned char copy[24];

	k = at + k > b->n ? b->n - at : k;
	switch (gsl_rng_uniform_int(rng, 6)) {
	case 0:                               /* cut off */
		b->n = gsl_rng_uniform(rng) < 0.3 ? at : b->n;
		break;
	case 1:                               /* another byte */
		if (at < b->n)
			b->bytes[at] = (unsigned char)gsl_rng_uniform_int(rng, 256);
		break;
	case 2:                               /* a piece more */
		insert(b, at, p->bytes, p->n);
		break;
	case 3:                               /* a stretch less */
		k = k > 8 ? 8 : k;
		memmove(b->bytes + at, b->bytes + at + k, b->n - at - k);
		b->n -= k;
		break;
	case 4:                               /* a stretch twice */
		memcpy(copy, b->bytes + at, k);
		insert(b, at, copy, k);
		break;
	default:                              /* a NUL */
		insert(b, at, "", gsl_rng_uniform(rng) < 0.2);
	}
}

/* The target must not see beyond the bytes it is given: they end where the memory does. */
static void feed(const struct bytes *b, size_t n)
{
	unsigned char *exact = malloc(n ? n : 1);

	CU_ASSERT_PTR_NOT_NULL_FATAL(exact);
	memcpy(exact, b->bytes, n);
	CU_ASSERT_EQUAL(LLVMFuzzerTestOneInput(exact, n), 0);
	free(exact);
}

/* ---- tests ---- */

static void as_they_are(void)
{
	read_seeds();
	read_pieces();
	for (int i = 0; i < seeds; i++)
		feed(&seed[i], seed[i].n);
}

static void cut_off(void)
{
	for (int i = 0; i < seeds; i++)
		for (size_t n = 0; n <= seed[i].n; n++)
			feed(&seed[i], n);
}

static void damaged(void)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	static struct bytes b;

	for (int round = 0; round < ROUNDS * seeds && pieces > 0; round++) {
		b = seed[round % seeds];
		for (unsigned long times = 1 + gsl_rng_uniform_int(rng, 6); times > 0; times--)
			damage(&b, rng);
		feed(&b, b.n);
	}
	gsl_rng_free(rng);
}

static const struct tap_test tests[] = {
	{ "files as they are", as_they_are },
	{ "files cut off anywhere", cut_off },
	{ "damaged files", damaged },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run(fuzz_name, tests);
}
