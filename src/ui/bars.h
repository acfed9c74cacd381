/* bars.h - horizontal bars with a common zero line. */
#ifndef RILEY_UI_BARS_H
#define RILEY_UI_BARS_H

#include "src/ui/canvas.h"

struct bar {
	const char   *label;
	double        value;             /* NaN: not known */
	enum ui_color color;
	int           chosen;            /* selected: bold, with a pointer before it */
	const char   *note;              /* text after the value; or NULL */
};

struct bars {
	int               n;
	const struct bar *bar;           /* (n), one a row */
	double            low, high;     /* range of the axis with 0; equal: from the values */
	const char       *format;        /* printf format of a value; NULL: 4 significant digits */
};

/* Draw the bars: positive values to the right of zero, negative ones to the left. */
void bars_draw(struct view v, const struct bars *b);

#endif
