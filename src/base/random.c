/* random.c - see random.h. */
#include "src/base/random.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The output function of SplitMix64 (Steele, Lea & Flood 2014): neighbouring inputs give unrelated
 * outputs, so seed 1 stream 2 and seed 2 stream 1 are unrelated. */
static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* As gsl_rng_alloc(), which without memory calls GSL's error handler: unless the program has set
 * another, that ends the process. */
static gsl_rng *alloc(const gsl_rng_type *type)
{
	gsl_rng *rng = malloc(sizeof *rng);
	void *state = calloc(1, type->size);

	if (!rng || !state) {
		free(rng);
		free(state);
		ry_fail_memory("a random generator");
		return NULL;
	}
	rng->type = type;
	rng->state = state;
	return rng;
}

gsl_rng *random_stream(long seed, unsigned stream)
{
	gsl_rng *rng = alloc(gsl_rng_mt19937);

	if (rng)
		random_restart(rng, seed, stream);
	return rng;
}

void random_restart(gsl_rng *rng, long seed, unsigned stream)
{
	const uint64_t golden = 0x9e3779b97f4a7c15u;

	gsl_rng_set(rng, (unsigned long)(mix(mix((uint64_t)seed + golden) + (stream + 1) * golden) &
	                                 0xffffffffu));
}

enum ry_status random_write(const gsl_rng *rng, const char *name, struct st_writer *to)
{
	size_t size = gsl_rng_size(rng);

	return st_add(to, name, ST_U8, 1, &size, gsl_rng_state(rng));
}

/* GSL's representation of MT19937 (Matsumoto & Nishimura 1998): the state words and the index of
 * the next one. */
struct mt19937 {
	unsigned long word[624];
	int           next;
};

/* Nonzero if `s` is a valid state: words have 32 bits and are not all zero, and the index is in
 * range. */
static int whole(const struct mt19937 *s)
{
	unsigned long any = 0;

	for (int k = 0; k < 624; k++) {
		if (s->word[k] > 0xffffffffu)
			return 0;
		any |= s->word[k];
	}
	return any != 0 && s->next >= 0 && s->next <= 624;
}

enum ry_status random_read(gsl_rng *rng, const char *name, const struct st_file *from)
{
	struct mt19937 s;
	enum ry_status status;

	if (gsl_rng_size(rng) != sizeof s)
		return ry_fail(RY_EINVAL, "a generator %s of %zu bytes, expected mt19937 of %zu",
		               gsl_rng_name(rng), gsl_rng_size(rng), sizeof s);
	status = st_get(from, name, ST_U8, 1, &(size_t){ sizeof s }, &s);
	if (status != RY_OK)
		return status;
	if (!whole(&s))
		return ry_fail(RY_EDATA, "%s: '%s' is no state of a generator", st_path(from),
		               name);
	memcpy(gsl_rng_state(rng), &s, sizeof s);
	return RY_OK;
}
