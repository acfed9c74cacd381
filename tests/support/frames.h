/* frames.h - golden frames: the output of a widget in each tier is compared with files in
 * golden/ui.  RILEY_GOLDEN_WRITE=DIR writes the frames there instead of comparing them. */
#ifndef RILEY_TESTS_SUPPORT_FRAMES_H
#define RILEY_TESTS_SUPPORT_FRAMES_H

#include "src/ui/canvas.h"

struct frame_scene {
	const char *name;                /* of the files golden/ui/NAME.ascii, .blocks, .braille */
	int         w, h;
	void      (*draw)(struct view v);
};

/* The output of canvas_print(); the caller frees it. */
char *frames_printed(const struct canvas *c, int color);

/* Draw `n` scenes in all three tiers and compare. */
void frames_compare(const struct frame_scene *scene, size_t n);

/* Draw in every tier, at every size from 0x0 to 12x12 and some up to 200x60, in the middle of a
 * larger canvas, and check that nothing is drawn outside the view, that every cell holds one
 * character, and that ASCII stays ASCII. */
void frames_any_size(const char *name, void (*draw)(struct view v));

#endif
