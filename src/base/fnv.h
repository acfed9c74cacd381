/* fnv.h - fingerprints of data: FNV-1a, 64 bits (Fowler, Noll, Vo).
 *
 *     h = FNV_BASIS;  h = (h ^ byte) * prime for each byte
 *
 * Fingerprints are kept in runs, so they must not change.
 */
#ifndef RILEY_BASE_FNV_H
#define RILEY_BASE_FNV_H

#include <stddef.h>
#include <stdint.h>

/* The fingerprint of nothing, from which to go on. */
#define FNV_BASIS 0xcbf29ce484222325u

/* The fingerprint h continued over n bytes. */
uint64_t fnv_bytes(uint64_t h, const void *bytes, size_t n);

/* The same over the 8 bytes of a number from the lowest on, whatever the machine's order. */
uint64_t fnv_number(uint64_t h, uint64_t v);

#endif
