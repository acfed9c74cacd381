/* crc32c.c - see crc32c.h. */
#include "src/app/export/crc32c.h"

#define REFLECTED 0x82F63B78u    /* 0x1EDC6F41, lowest bit first */
#define MASK      0xA282EAD8u

/* What a byte does to the sum. */
static uint32_t step(uint32_t crc)
{
	for (int bit = 0; bit < 8; bit++)
		crc = (crc >> 1) ^ (crc & 1 ? REFLECTED : 0);
	return crc;
}

uint32_t crc32c(const void *data, size_t size)
{
	const unsigned char *byte = data;
	uint32_t table[256], crc = 0xFFFFFFFFu;

	/* For a few bytes the table would cost more than it saves. */
	if (size < 256) {
		for (size_t i = 0; i < size; i++)
			crc = step(crc ^ byte[i]);
		return ~crc;
	}
	for (uint32_t i = 0; i < 256; i++)
		table[i] = step(i);
	for (size_t i = 0; i < size; i++)
		crc = (crc >> 8) ^ table[(crc ^ byte[i]) & 0xFF];
	return ~crc;
}

uint32_t crc32c_masked(const void *data, size_t size)
{
	uint32_t crc = crc32c(data, size);

	return ((crc >> 15) | (crc << 17)) + MASK;
}
