/* version.h - what --version says: the version, and how the program was built. */
#ifndef RILEY_CLI_VERSION_H
#define RILEY_CLI_VERSION_H

#include <stddef.h>
#include <stdio.h>
#include "src/base/status.h"

/* "riley 0.1.0", then a line for each fact: precision, CBLAS and its kernels, vectors, compiler,
 * libraries, licence. */
void version_print(FILE *to);

/* The same as one object; RY_EIO if it could not be printed. */
enum ry_status version_json(FILE *to);

/* "gcc 12.2.0, -O3 -march=native". */
void version_compiler(char *into, size_t size);

/* What OpenBLAS says of itself, when it is what the program runs on: its version and options, and
 * the processor that its kernels are for.  NULL where it is another CBLAS, or does not say. */
const char *version_cblas_config(void);
const char *version_cblas_core(void);

#endif
