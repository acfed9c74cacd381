/* shell_words.h - command lines as text: from the words of a line, and back. */
#ifndef RILEY_CLI_SHELL_WORDS_H
#define RILEY_CLI_SHELL_WORDS_H

#include <stdio.h>
#include "src/base/status.h"

/* Split a line into words like sh: separated by blanks and tabs, with '...', "..." and backslashes;
 * nothing is expanded.  A NULL-terminated array of *n words, to be released with
 * shell_words_free(); NULL with *status: RY_EDATA for an unterminated quote or a backslash at the
 * end, RY_ENOMEM. */
char **shell_split(const char *line, int *n, enum ry_status *status);
void shell_words_free(char **words);

/* Print one word so that sh reads it back unchanged; plain words are not quoted. */
void shell_print_word(FILE *to, const char *word);

/* Print a NULL-terminated array of words as one line, separated by spaces. */
void shell_print(FILE *to, char *const *words);

#endif
