/* table.h - a table of text with a header row. */
#ifndef RILEY_UI_TABLE_H
#define RILEY_UI_TABLE_H

#include <stdio.h>
#include "src/ui/canvas.h"

enum { TABLE_MOST = 32 };                /* columns */

struct table {
	int                columns, rows;
	const char *const *head;          /* (columns) */
	const int         *right;         /* (columns): nonzero aligns right; or NULL */
	const int         *drop;          /* columns in the order in which a narrow table goes
	                                   * without them, 0 ends them; the others follow from the
	                                   * right, or NULL: all from the right.  The first one is
	                                   * kept */
	const char *const *cell;          /* (rows, columns); NULL is an empty cell */
	int                selected;      /* row to be highlighted; -1: none */
};

/* Draw as many rows as fit, including the selected one.  Columns that do not fit are dropped.  The
 * first column is cut only where it would be wider than the view by itself. */
void table_draw(struct view v, const struct table *t);

/* Print the whole table as lines of text, in at most `width` columns (0: as many as it needs), as
 * it would be drawn.  Nothing is highlighted.  RY_ENOMEM. */
enum ry_status table_print(FILE *to, const struct table *t, int width, enum ui_tier tier);

#endif
