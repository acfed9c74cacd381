/* golden.h - reference numbers from another program, stored as JSON under tests/golden/. */
#ifndef RILEY_TESTS_SUPPORT_GOLDEN_H
#define RILEY_TESTS_SUPPORT_GOLDEN_H

#include <jansson.h>
#include "src/base/real.h"

/* The object in the file tests/golden/NAME; the program ends with a message if it cannot be read.
 * The caller owns a reference. */
json_t *golden_open(const char *name);

/* A member of an object; the program ends if it is missing.  Borrowed. */
const json_t *golden_get(const json_t *object, const char *key);
int           golden_int(const json_t *object, const char *key);
double        golden_number(const json_t *object, const char *key);

/* An array of numbers as reals; the caller frees it.  *n (unless NULL) is its length. */
real *golden_reals(const json_t *object, const char *key, size_t *n);

/* Fail, with `what`, for every got[i] that differs from the array's number by more than
 * `tolerance`, relative to the larger of 1 and that number. */
void golden_compare(const char *what, const json_t *object, const char *key, const real *got,
                    double tolerance);

#endif
