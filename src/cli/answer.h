/* answer.h - what the commands' answers have in common: numbers as JSON and as words. */
#ifndef RILEY_CLI_ANSWER_H
#define RILEY_CLI_ANSWER_H

#include <stddef.h>
#include <stdio.h>
#include <jansson.h>
#include "src/base/status.h"

/* A number; null for NaN and infinity, which JSON does not know: what is not known is null. */
json_t *answer_number(double x);

/* Print `o`, which is taken over, and a newline.  `flags` are jansson's.  RY_EIO, saying that
 * `what` could not be written, when that fails or when `o` is NULL. */
enum ry_status answer_json(FILE *to, json_t *o, size_t flags, const char *what);

/* 1234567 as "1,234,567", in `text`, which is returned. */
const char *answer_count(char text[32], size_t n);

/* A field of CSV: in quotes where RFC 4180 wants them. */
void answer_csv_field(FILE *to, const char *text);

#endif
