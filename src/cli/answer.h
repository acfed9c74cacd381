/* answer.h - shared by the commands' results: numbers as JSON and as text. */
#ifndef RILEY_CLI_ANSWER_H
#define RILEY_CLI_ANSWER_H

#include <stddef.h>
#include <stdio.h>
#include <jansson.h>
#include "src/base/status.h"

/* A JSON number; null for NaN (unknown) and infinity, which JSON lacks. */
json_t *answer_number(double x);

/* Nonzero when writing to `to` failed because its reader has gone: `riley ... | head`.  That is the
 * reader's choice, and no failure. */
int answer_unread(FILE *to);

/* Print `o`, which is taken over, and a newline; `flags` are jansson's.  RY_EIO, saying that `what`
 * could not be written, if that fails or `o` is NULL, but for a reader that has gone. */
enum ry_status answer_json(FILE *to, json_t *o, size_t flags, const char *what);

/* The same without a newline, for an object within a list that is printed piece by piece. */
enum ry_status answer_json_part(FILE *to, json_t *o, size_t flags, const char *what);

/* Print a CSV field, quoted if RFC 4180 requires it or a blank stands at an end (which
 * some readers drop), and made safe as by out(): a name that holds
 * control characters is not printed as it stands in its file. */
void answer_csv_field(FILE *to, const char *text);

#endif
