/* frames.c - see frames.h. */
#include "tests/support/frames.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/tap.h"

static const char *const tier_name[UI_TIERS] = { "ascii", "blocks", "braille" };

char *frames_printed(const struct canvas *c, int color)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	canvas_print(c, f, color);
	fclose(f);
	return text;
}

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, 1 << 16);

	if (f) {
		size_t got = fread(text, 1, (1 << 16) - 1, f);

		(void)got;
		fclose(f);
	}
	return text;
}

static void compare(const struct frame_scene *scene, enum ui_tier tier)
{
	struct canvas *c = canvas_alloc(scene->w, scene->h, tier);
	const char *folder = getenv("RILEY_GOLDEN_WRITE");
	char path[600], *text, *wanted;
	FILE *f;

	CU_ASSERT_PTR_NOT_NULL_FATAL(c);
	scene->draw(view_of(c));
	text = frames_printed(c, 0);
	snprintf(path, sizeof path, "golden/ui/%s.%s", scene->name, tier_name[tier]);
	wanted = read_file(tap_data(path));
	if (folder) {
		snprintf(path, sizeof path, "%s/%s.%s", folder, scene->name, tier_name[tier]);
		f = fopen(path, "w");
		CU_ASSERT_FATAL(f && fputs(text, f) >= 0 && fclose(f) == 0);
	} else {
		TAP_CHECK(strcmp(text, wanted) == 0, "%s, found\n%swanted\n%s", path, text, wanted);
	}
	for (const char *t = text; tier == UI_ASCII && *t; t++)
		CU_ASSERT_FATAL((unsigned char)*t < 0x80);
	free(wanted);
	free(text);
	canvas_free(c);
}

void frames_compare(const struct frame_scene *scene, size_t n)
{
	for (size_t k = 0; k < n; k++)
		for (int tier = 0; tier < UI_TIERS; tier++)
			compare(&scene[k], (enum ui_tier)tier);
}

/* ---- all sizes ---- */

/* What is wrong with a cell, or NULL. */
static const char *wrong_with(const struct cell *cell, enum ui_tier tier, int inside)
{
	if (!inside && (strcmp(cell->glyph, "~") != 0 || cell->shade))
		return "drawn outside the view";
	if (text_columns(cell->glyph) != 1)
		return "not one character";
	if (tier == UI_ASCII && (unsigned char)cell->glyph[0] >= 0x80)
		return "not ASCII";
	if (cell->color >= UI_COLORS || cell->shade > UI_SHADES)
		return "no such colour";
	return NULL;
}

static void one_size(const char *name, void (*draw)(struct view v), struct canvas *c, int w, int h)
{
	struct view v = view_part(view_of(c), 3, 2, w, h);

	view_fill(view_of(c), STYLE_PLAIN, "~");
	view_fill(v, STYLE_PLAIN, " ");
	draw(v);
	for (int y = 0; y < c->height; y++)
		for (int x = 0; x < c->width; x++) {
			int inside = x >= v.x && x < v.x + v.w && y >= v.y && y < v.y + v.h;
			const char *wrong =
				wrong_with(&c->cell[(size_t)y * (size_t)c->width + (size_t)x],
			                   c->tier, inside);

			if (wrong)
				TAP_CHECK(0, "%s in %dx%d, %s, at %d, %d: %s", name, w, h,
				          tier_name[c->tier], x - 3, y - 2, wrong);
		}
}

void frames_any_size(const char *name, void (*draw)(struct view v))
{
	static const int more[][2] = { { 200, 60 }, { 200, 1 }, { 1, 60 },  { 80, 24 },
		                       { 40, 12 },  { 23, 7 },  { 120, 3 }, { 17, 40 } };

	for (int tier = 0; tier < UI_TIERS; tier++) {
		struct canvas *c = canvas_alloc(206, 64, (enum ui_tier)tier),
			      *small = canvas_alloc(18, 16, (enum ui_tier)tier);

		CU_ASSERT_FATAL(c && small);
		for (int w = 0; w <= 12; w++)
			for (int h = 0; h <= 12; h++)
				one_size(name, draw, small, w, h);
		for (size_t k = 0; k < sizeof more / sizeof *more; k++)
			one_size(name, draw, c, more[k][0], more[k][1]);
		canvas_free(c);
		canvas_free(small);
	}
}
