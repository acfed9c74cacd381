/* gauge.h - a share as a bar with its number, in one row. */
#ifndef RILEY_UI_GAUGE_H
#define RILEY_UI_GAUGE_H

#include "src/ui/canvas.h"

/* "label [bar] text": the label in `label_columns` columns, the bar in what the text leaves of the
 * row, if that is three columns or more.  `share` is 0..1, and what lies outside counts as that;
 * NaN, not known, is a dotted bar.  Text NULL is the share in percent, "?" when it is not known. */
void gauge_draw(struct view v, const char *label, int label_columns, double share,
                enum ui_color color, const char *text);

#endif
