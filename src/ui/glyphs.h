/* glyphs.h - replace characters that no installed font has.
 *
 * Pango, with which gnuplot writes PNG and PDF, draws a missing character as a box with its code
 * number, and at gnuplot's scale these digits are larger than the page.  SVG contains the text
 * itself, and its viewer chooses the font.
 */
#ifndef RILEY_UI_GLYPHS_H
#define RILEY_UI_GLYPHS_H

#include <stddef.h>

/* A copy of `length` bytes of UTF-8, followed by '\0', in which every character that no font has is
 * replaced by '?'; *kept is its length.  The list of fonts comes from fontconfig's fc-list, which
 * is run only if the text has a character beyond Latin, Greek and Cyrillic; without fc-list the
 * text is unchanged.  The caller frees the copy; NULL without memory. */
char *glyphs_known(const char *text, size_t length, size_t *kept);

#endif
