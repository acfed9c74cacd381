/* golden.h - numbers from another program, committed as JSON under tests/golden/. */
#ifndef RILEY_TESTS_SUPPORT_GOLDEN_H
#define RILEY_TESTS_SUPPORT_GOLDEN_H

#include <jansson.h>
#include "src/base/real.h"

/* The object of a file, tests/golden/NAME; the program ends with a message when it can't be
 * read.  The caller owns a reference. */
json_t *golden_open(const char *name);

/* A member; the program ends when it is not there.  Borrowed. */
const json_t *golden_get(const json_t *object, const char *key);
int           golden_int(const json_t *object, const char *key);
double        golden_number(const json_t *object, const char *key);

/* An array of numbers as reals; the caller frees it.  *n (unless NULL) is its length. */
real *golden_reals(const json_t *object, const char *key, size_t *n);

/* CUnit failures, with `what`, wherever got[i] is farther from the array than `tolerance`,
 * relative to the larger of 1 and the golden number. */
void golden_compare(const char *what, const json_t *object, const char *key, const real *got,
                    double tolerance);

#endif
