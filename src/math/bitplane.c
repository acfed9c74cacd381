/* bitplane.c - see bitplane.h. */
#include "src/math/bitplane.h"

void bitplane_unpack(const uint64_t *bits, int planes, int cells, real *x)
{
	int words = bitplane_words(cells);

	for (int c = 0; c < planes; c++, bits += words, x += cells)
		for (int from = 0; from < cells; from += 64) {
			int to = from + 64 < cells ? from + 64 : cells;
			uint64_t word = bits[from / 64];

			for (int k = from; k < to; k++)
				x[k] = (real)(int)(word >> (k - from) & 1);
		}
}
