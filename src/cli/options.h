/* options.h - one row of an option table: parsing and printing its value.
 *
 * Used by the command framework; commands themselves only define tables (command.h).
 */
#ifndef RILEY_CLI_OPTIONS_H
#define RILEY_CLI_OPTIONS_H

#include "src/cli/command.h"

/* Number of rows before the one without a name; 0 for NULL. */
int option_count(const struct option_row *rows);

/* Set the value of `row` in `options` from text.  `source` is the origin of the text ("--epochs",
 * "RILEY_EPOCHS", "config:3: epochs"), which begins the message of a failure with status `status`.
 * A text value is borrowed, not copied. */
enum ry_status option_set(const struct option_row *row, void *options, const char *text,
                          const char *source, enum ry_status status);

/* Nonzero if the option is open (see command.h): a text of NULL, a flag or choice below 0, a number
 * outside its range. */
int option_open(const struct option_row *row, const void *options);

/* The value as a user would write it, in into[size]; "" if it is open. */
void option_text(const struct option_row *row, const void *options, char *into, size_t size);

/* What --help shows after the option's name: "N", or "rnn|lstm|gru".  "" for flags. */
void option_argument(const struct option_row *row, char *into, size_t size);

#endif
