/* fnv.c - see fnv.h. */
#include "src/base/fnv.h"

static uint64_t add(uint64_t h, unsigned char byte)
{
	return (h ^ byte) * 0x100000001b3u;
}

uint64_t fnv_bytes(uint64_t h, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++)
		h = add(h, p[i]);
	return h;
}

uint64_t fnv_number(uint64_t h, uint64_t v)
{
	for (int i = 0; i < 8; i++, v >>= 8)
		h = add(h, v & 0xff);
	return h;
}
