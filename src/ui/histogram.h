/* histogram.h - counts over equal bins as bars that stand on an axis.
 */
#ifndef RILEY_UI_HISTOGRAM_H
#define RILEY_UI_HISTOGRAM_H

#include "src/ui/canvas.h"

struct histogram {
	int           bins;
	const double *count;             /* (bins), 0 and above; NaN counts as 0 */
	double        low, high;         /* of the bins together; equal or not known: no numbers
	                                  * below them */
	enum ui_color color;
	const char   *x_label;           /* at the end of the x axis; NULL: no axis, the bars
	                                  * alone */
};

/* The axis takes two rows, from 3 rows on; the number of the highest bar stands at its left from 24
 * columns on.  With more bins than columns, neighbours are added up.  What is not 0 can always be
 * seen; in a single row of ASCII glyphs are darker for more.  Without a count it says "no data
 * yet". */
void histogram_draw(struct view v, const struct histogram *h);

#endif
