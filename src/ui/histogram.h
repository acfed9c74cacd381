/* histogram.h - counts in equal bins as vertical bars. */
#ifndef RILEY_UI_HISTOGRAM_H
#define RILEY_UI_HISTOGRAM_H

#include "src/ui/canvas.h"

struct histogram {
	int           bins;
	const double *count;             /* (bins), 0 and above; NaN counts as 0 */
	double        low, high;         /* range of all bins; no tick labels if equal or NaN */
	enum ui_color color;
	const char   *x_label;           /* at the end of the x axis; NULL: bars without axis */
};

/* Draw the histogram.  The x axis takes two rows if there are at least 3; the highest count is
 * shown at the left from 24 columns on.  If there are more bins than columns, neighbours are
 * merged.  A bin that is not 0 is always visible; in a single row of ASCII, darker glyphs stand for
 * higher counts.  Without counts it shows "no data yet". */
void histogram_draw(struct view v, const struct histogram *h);

#endif
