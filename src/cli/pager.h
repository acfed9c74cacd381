/* pager.h - long pages for people: through a pager when stdout is a terminal with fewer lines.
 *
 *     FILE *to = pager_open(&page);
 *     ... print to it ...
 *     pager_close(&page);
 */
#ifndef RILEY_CLI_PAGER_H
#define RILEY_CLI_PAGER_H

#include <stddef.h>
#include <stdio.h>

struct pager {
	FILE  *to;
	char  *text;             /* what was printed, when it is kept to be shown */
	size_t size;
};

/* Where to print the page: stdout itself unless that is a terminal. */
FILE *pager_open(struct pager *p);

/* Show what was printed: through $PAGER, or less where there is one, when it is longer than the
 * terminal; otherwise as it is.  PAGER set to nothing means no pager. */
void pager_close(struct pager *p);

#endif
