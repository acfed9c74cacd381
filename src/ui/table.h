/* table.h - rows of words in columns, under a header. */
#ifndef RILEY_UI_TABLE_H
#define RILEY_UI_TABLE_H

#include "src/ui/canvas.h"

enum { TABLE_MOST = 32 };                /* columns */

struct table {
	int                columns, rows;
	const char *const *head;          /* (columns) */
	const int         *right;         /* (columns): nonzero sets a column flush right; NULL:
	                                   * none */
	const char *const *cell;          /* (rows, columns); NULL is an empty cell */
	int                selected;      /* row to be marked; -1: none */
};

/* As many rows as fit, the selected one among them; columns that do not fit are left out from the
 * right, and the first is shortened before that. */
void table_draw(struct view v, const struct table *t);

#endif
