/* suggest.h - the word that somebody probably meant. */
#ifndef RILEY_CLI_SUGGEST_H
#define RILEY_CLI_SUGGEST_H

/* Edits that turn a into b: insert, delete, replace, swap two neighbours (Damerau 1964;
 * Levenshtein 1966), each counting 1.  Words longer than 63 bytes are compared by their first
 * 63. */
int suggest_distance(const char *a, const char *b);

/* The one of `n` words nearest to `typed`, or NULL when none is near enough to be worth saying:
 * one edit for each three letters, at least one, or `typed` beginning the word. */
const char *suggest_nearest(const char *typed, const char *const *words, int n);

#endif
