/* suggest.h - the word that the user probably meant. */
#ifndef RILEY_CLI_SUGGEST_H
#define RILEY_CLI_SUGGEST_H

/* Edits that turn a into b: insert, delete, replace, swap two neighbours (Damerau 1964;
 * Levenshtein 1966), each counting 1.  Words longer than 63 bytes are compared by their first
 * 63. */
int suggest_distance(const char *a, const char *b);

/* The nearest of `n` words to `typed`, or NULL if none is near: at most one edit per three letters
 * (at least one), or `typed` is a prefix of the word. */
const char *suggest_nearest(const char *typed, const char *const *words, int n);

#endif
