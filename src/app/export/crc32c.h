/* crc32c.h - the checksum of event files.
 *
 * CRC-32C: polynomial 0x1EDC6F41, bits reflected, initial value and final XOR all ones (Castagnoli,
 * Brauer and Herrmann 1993; RFC 3720, appendix B.4).  The checksum of "123456789" is 0xE3069283.
 */
#ifndef RILEY_APP_EXPORT_CRC32C_H
#define RILEY_APP_EXPORT_CRC32C_H

#include <stddef.h>
#include <stdint.h>

uint32_t crc32c(const void *data, size_t size);

/* The masked form stored in event files: rotated right by 15 bits plus a constant, so that a file
 * of checksums has checksums of its own. */
uint32_t crc32c_masked(const void *data, size_t size);

#endif
