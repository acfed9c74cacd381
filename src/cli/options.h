/* options.h - one row of an option table: reading a value, and printing it.
 *
 * Used by the command engine; commands themselves only write tables (command.h).
 */
#ifndef RILEY_CLI_OPTIONS_H
#define RILEY_CLI_OPTIONS_H

#include "src/cli/command.h"

/* Rows before the one without a name; 0 for NULL. */
int option_count(const struct option_row *rows);

/* Set the value of `row` in `options` from text.  `source` says where the text stands ("--epochs",
 * "RILEY_EPOCHS", "config:3: epochs") and begins the sentence of a failure, whose status is
 * `status`.  A text value is borrowed, not copied. */
enum ry_status option_set(const struct option_row *row, void *options, const char *text,
                          const char *source, enum ry_status status);

/* Nonzero when nobody has decided on the option (see command.h): a text of NULL, a flag or choice
 * below 0, a number outside of its range. */
int option_open(const struct option_row *row, const void *options);

/* The value as a person writes it; "" for one that is open.  `into` has room for `size`. */
void option_text(const struct option_row *row, const void *options, char *into, size_t size);

/* What --help shows after the option's name: "N", or "rnn|lstm|gru".  "" for flags. */
void option_argument(const struct option_row *row, char *into, size_t size);

#endif
