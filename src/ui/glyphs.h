/* glyphs.h - characters that no font on this machine has.
 *
 * Pango, with which gnuplot writes PNG and PDF, draws such a character as a box with its number in
 * it, and at gnuplot's scale these digits are larger than the page.  An SVG holds the text itself:
 * its reader finds a font.
 */
#ifndef RILEY_UI_GLYPHS_H
#define RILEY_UI_GLYPHS_H

#include <stddef.h>

/* A copy of `length` bytes of UTF-8, in which '?' stands for every character that no font has, with
 * a '\0' behind it; *kept is how long it is.  Fontconfig's fc-list tells which fonts there are; it
 * is run when a character is beyond Latin, Greek and Cyrillic, and without it everything stays.
 * The caller frees; NULL without memory. */
char *glyphs_known(const char *text, size_t length, size_t *kept);

#endif
