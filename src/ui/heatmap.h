/* heatmap.h - rows with names, time across, values as shades.
 *
 *     exercises 1-4 of 9  40 answers  2 in a column  0  ░▒▓█ 1
 *                     o**o**o*********o**o*****
 *         fractions   ░░▒▒▒▓▓▓▓▓▓▓▓▓████████
 *         ...
 *
 * The first line says what is shown.  Rows that do not fit are scrolled; columns that do not fit
 * are scrolled too when the caller says how many share a column of the screen, and share as many as
 * needed, as their mean, when it does not.
 */
#ifndef RILEY_UI_HEATMAP_H
#define RILEY_UI_HEATMAP_H

#include "src/ui/canvas.h"

/* Zeroed but for the first group, this is a map of all columns and of the rows from the top. */
struct heatmap {
	int                rows, columns;
	const double      *value;         /* (rows, columns), 0..1; NaN: not known */
	const char *const *label;         /* (rows), or NULL */

	const signed char *mark;          /* (columns): above them, 1 a filled dot, 0 an empty
	                                   * one, -1 nothing; NULL: no line for them */
	const char        *row_name, *column_name;   /* what they are, in the first line: "exercises", "answers" */
	int                first_row, first_column;  /* shown at the top and at the left, as far
	                                              * as need be */
	int                group;         /* columns in one of the screen; 0: as many as needed
	                                   * for all to fit */
	int                chosen_row;    /* with a pointer before it, and scrolled to; -1: none */
	int                cursor;        /* a column of the map with a pointer below it; -1:
	                                   * none */
};

/* Where things are in the view. */
struct heatmap_layout {
	int left, top;                    /* of the cells */
	int first_row, rows;              /* of the map, shown */
	int first_column, columns;        /* of the map, shown */
	int group;                        /* columns of the map in a column of the screen */
	int width;                        /* columns of the screen for a group: more than 1 when
	                                   * there is room */
};

struct heatmap_layout heatmap_lay_out(struct view v, const struct heatmap *h);

/* The column of the view where column `k` of the map begins; -1 when it is not shown. */
int heatmap_x(const struct heatmap_layout *l, int k);

/* Without a row or a column it says "no data yet". */
void heatmap_draw(struct view v, const struct heatmap *h);

#endif
