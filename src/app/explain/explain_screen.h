/* explain_screen.h - the glossary on a screen: what is seen, the terms that are printed there, and
 * the entry of one that was chosen. */
#ifndef RILEY_APP_EXPLAIN_EXPLAIN_SCREEN_H
#define RILEY_APP_EXPLAIN_EXPLAIN_SCREEN_H

#include "src/ui/canvas.h"

/* Zeroed: no term is chosen yet. */
struct explain_screen {
	int at;                  /* the chosen term, from 1; 0: none */
	int reading;             /* its entry is shown */
};

/* Draw over the middle of `v`: `text` in a box, and below it the terms (names in the glossary,
 * separated by ", "; may be ""), or the entry of the chosen one. */
void explain_screen_draw(struct view v, const char *title, const char *text, const char *terms,
                         const struct explain_screen *e);

/* Do what a key means while that is shown: arrows choose a term, Enter opens its entry, Esc and e
 * close it.  Nonzero if the key had such a meaning; if it had not, the screen may take it. */
int explain_screen_key(struct explain_screen *e, const char *terms, int key);

#endif
