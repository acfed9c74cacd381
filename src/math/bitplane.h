/* bitplane.h - planes of zeros and ones, one bit per cell.
 *
 * A plane of `cells` cells takes bitplane_words(cells) words of 64 bits: cell k is bit k % 64 of
 * word k / 64, and unused bits are 0.  Planes are contiguous.
 */
#ifndef RILEY_MATH_BITPLANE_H
#define RILEY_MATH_BITPLANE_H

#include <stdint.h>
#include "src/base/real.h"

/* Number of words of one plane. */
static inline int bitplane_words(int cells)
{
	return (cells + 63) / 64;
}

/* Unpack bit planes to numbers: x (planes, cells), each 0 or 1. */
void bitplane_unpack(const uint64_t *bits, int planes, int cells, real *x);

#endif
