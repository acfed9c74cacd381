/* shell_words.h - command lines as text: from the words of a line, and back. */
#ifndef RILEY_CLI_SHELL_WORDS_H
#define RILEY_CLI_SHELL_WORDS_H

#include <stdio.h>
#include "src/base/status.h"

/* The words of a line as sh takes it apart: spaces and tabs between them, '...', "..." and
 * backslashes; nothing is expanded.  An array that ends with NULL, *n of them, to be released with
 * shell_words_free(); NULL with *status: RY_EDATA for a quote that is not closed or a backslash at
 * the end, RY_ENOMEM. */
char **shell_split(const char *line, int *n, enum ry_status *status);
void shell_words_free(char **words);

/* One word so that sh reads it back as it is, whatever it holds; plain words stay plain. */
void shell_print_word(FILE *to, const char *word);

/* A line of words that ends with NULL, spaces between them and a newline at the end. */
void shell_print(FILE *to, char *const *words);

#endif
