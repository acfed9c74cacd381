/* random.c - see random.h. */
#include "src/random.h"

#include <stdint.h>

/* SplitMix64's output function (Steele, Lea & Flood 2014): neighbouring inputs give unrelated
 * outputs, so seed 1 stream 2 has nothing in common with seed 2 stream 1. */
static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

gsl_rng *random_stream(long seed, unsigned stream)
{
	const uint64_t golden = 0x9e3779b97f4a7c15u;
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	if (!rng) {
		ry_fail_memory("a random generator");
		return NULL;
	}
	gsl_rng_set(rng, (unsigned long)(mix(mix((uint64_t)seed + golden) + (stream + 1) * golden) & 0xffffffffu));
	return rng;
}

enum ry_status random_write(const gsl_rng *rng, const char *name, struct st_writer *to)
{
	size_t size = gsl_rng_size(rng);

	return st_add(to, name, ST_U8, 1, &size, gsl_rng_state(rng));
}

enum ry_status random_read(gsl_rng *rng, const char *name, const struct st_file *from)
{
	return st_get(from, name, ST_U8, gsl_rng_size(rng), gsl_rng_state(rng));
}
