/* fuzz_readers.h - one file of any bytes through every reader of datasets/. */
#ifndef RILEY_TESTS_FUZZ_READERS_H
#define RILEY_TESTS_FUZZ_READERS_H

#include <stddef.h>

/* Ends the process when something that has to hold does not; otherwise 0.  Its name is what
 * libFuzzer calls. */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n);

#endif
