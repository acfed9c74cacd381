/* bars.h - horizontal bars from a common zero. */
#ifndef RILEY_UI_BARS_H
#define RILEY_UI_BARS_H

#include "src/ui/canvas.h"

struct bar {
	const char   *label;
	double        value;             /* NaN: not known */
	enum ui_color color;
	int           chosen;            /* with a pointer before it, and bold */
	const char   *note;              /* behind the value; or NULL */
};

struct bars {
	int               n;
	const struct bar *bar;           /* (n), one a row */
	double            low, high;     /* of the axis, 0 included; equal: as the values need */
	const char       *format;        /* of a value, for printf; NULL: four significant digits */
};

/* Bars to the right of zero for what is positive, to the left for what is negative. */
void bars_draw(struct view v, const struct bars *b);

#endif
