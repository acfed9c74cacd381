/* heatmap.h - rows with names, time across, values as shades.
 *
 *     exercises 1-4 of 9  40 answers  2 in a column  0  ░▒▓█ 1
 *                     o**o**o*********o**o*****
 *         fractions   ░░▒▒▒▓▓▓▓▓▓▓▓▓████████
 *         ...
 *
 * The first line describes the visible part.  Rows that do not fit are scrolled.  Columns that do
 * not fit are scrolled if the caller sets `group`, the number of columns averaged in one column of
 * the screen; otherwise `group` is chosen so that all columns fit.
 */
#ifndef RILEY_UI_HEATMAP_H
#define RILEY_UI_HEATMAP_H

#include "src/ui/canvas.h"

/* If everything after the first group of members is zero, the map shows all columns, and the rows
 * from the top. */
struct heatmap {
	int                rows, columns;
	const double      *value;         /* (rows, columns), 0..1; NaN: unknown */
	const char *const *label;         /* (rows), or NULL */

	const signed char *mark;          /* (columns): a dot above each column, 1 filled, 0 empty,
	                                   * -1 none; NULL: no line of marks */
	const char        *row_name;      /* plural, for the first line: "exercises" */
	const char        *column_name;   /* likewise: "answers" */
	int                first_row;     /* scroll position: row at the top */
	int                first_column;  /* and column at the left */
	int                group;         /* columns per column of the screen; 0: so that all fit */
	int                chosen_row;    /* selected, with a pointer, and scrolled to; -1: none */
	int                cursor;        /* column with a pointer below it; -1: none */
};

/* The layout of a heat map in a view. */
struct heatmap_layout {
	int left, top;                    /* position of the cells */
	int first_row, rows;              /* visible rows of the map */
	int first_column, columns;        /* visible columns of the map */
	int group;                        /* columns of the map per group */
	int width;                        /* columns of the screen per group, 1 or more */
};

/* Compute the layout of `h` in `v`. */
struct heatmap_layout heatmap_lay_out(struct view v, const struct heatmap *h);

/* The column of the view where column `k` of the map begins; -1 if it is not visible. */
int heatmap_x(const struct heatmap_layout *l, int k);

/* Draw the map; without rows or columns it shows "no data yet". */
void heatmap_draw(struct view v, const struct heatmap *h);

#endif
