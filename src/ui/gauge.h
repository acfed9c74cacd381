/* gauge.h - a share as a bar with its number, in one row. */
#ifndef RILEY_UI_GAUGE_H
#define RILEY_UI_GAUGE_H

#include "src/ui/canvas.h"

/* Draw "label [bar] text": the label in `label_columns` columns, the bar in the space left by the
 * text, if that is at least three columns.  `share` is clipped to 0..1; NaN (unknown) is drawn as a
 * dotted bar.  If `text` is NULL, the share in percent, or "?" if unknown. */
void gauge_draw(struct view v, const char *label, int label_columns, double share,
                enum ui_color color, const char *text);

#endif
