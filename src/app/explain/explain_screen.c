/* explain_screen.c - see explain_screen.h. */
#include "src/app/explain/explain_screen.h"

#include <stdio.h>
#include <string.h>

#include "src/app/explain/terms.h"
#include "src/ui/keys.h"

enum { WIDTH = 76, NAME = 64 };

static int count(const char *terms)
{
	char name[NAME];
	int n = 0;

	while ((terms = glossary_next(terms, ',', name)))
		n++;
	return n;
}

static const struct term *chosen(const char *terms, int at)
{
	char name[NAME] = "";

	for (int k = 0; k < at; k++)
		terms = glossary_next(terms, ',', name);
	return glossary_find(name);
}

/* The names, wrapped, the chosen one reversed; returns the number of lines.  Without room (v.h of
 * 0) it only counts them. */
static int draw_names(struct view v, const char *terms, int at)
{
	char name[NAME];
	int x = 0, y = 0, k = 1;

	for (; (terms = glossary_next(terms, ',', name)); k++) {
		int width = text_columns(name);

		if (x > 0 && x + width > v.w) {
			x = 0;
			y++;
		}
		view_text(v, x, y, STYLE(UI_SKY, k == at ? UI_REVERSE : 0), name);
		x += width + 2;
	}
	return y + 1;
}

static struct view box_over(struct view v, const char *title, int lines)
{
	int w = v.w < WIDTH ? v.w : WIDTH, h = v.h < lines + 2 ? v.h : lines + 2;
	struct view box = view_part(v, (v.w - w) / 2, (v.h - h) / 2, w, h), in;

	view_fill(box, STYLE_PLAIN, " ");
	in = view_box(box, STYLE_PLAIN, title);
	return view_part(in, 1, 0, in.w - 2, in.h);
}

static void draw_entry(struct view v, const struct term *t)
{
	int w = (v.w < WIDTH ? v.w : WIDTH) - 4, lines = text_lines(t->text, w);
	char see[300];
	struct view in;

	snprintf(see, sizeof see, "See: %s", t->see);
	in = box_over(v, t->name, lines + 1 + text_lines(see, w));
	view_paragraph(in, STYLE_PLAIN, t->text);
	view_paragraph(view_part(in, 0, lines + 1, in.w, in.h - lines - 1), STYLE(UI_GREY, 0), see);
}

void explain_screen_draw(struct view v, const char *title, const char *text, const char *terms,
                         const struct explain_screen *e)
{
	int w = (v.w < WIDTH ? v.w : WIDTH) - 4, lines = text_lines(text, w), names = 0;
	const struct term *t = e->reading ? chosen(terms, e->at) : NULL;
	struct view in;

	if (t) {
		draw_entry(v, t);
		return;
	}
	if (*terms)
		names = 2 + draw_names(view_part(v, 0, 0, w, 0), terms, 0);
	in = box_over(v, title, lines + names);
	view_paragraph(in, STYLE_PLAIN, text);
	if (names) {
		view_text(in, 0, lines + 1, STYLE(UI_GREY, 0),
		          "terms (arrows choose, Enter explains):");
		draw_names(view_part(in, 0, lines + 2, in.w, in.h - lines - 2), terms, e->at);
	}
}

/* Arrows and hjkl: the step through the list. */
static int step_of(int key)
{
	if (key == UI_KEY_DOWN || key == UI_KEY_RIGHT || key == 'j' || key == 'l')
		return 1;
	return key == UI_KEY_UP || key == UI_KEY_LEFT || key == 'k' || key == 'h' ? -1 : 0;
}

int explain_screen_key(struct explain_screen *e, const char *terms, int key)
{
	int n = count(terms), step = step_of(key);

	if (e->reading && (key == UI_KEY_ESCAPE || key == UI_KEY_ENTER || key == 'e')) {
		e->reading = 0;
		return 1;
	}
	if (n > 0 && step) {
		e->at = e->at ? (e->at - 1 + step + n) % n + 1 : step > 0 ? 1 : n;
		return 1;
	}
	if (n > 0 && key == UI_KEY_ENTER) {
		e->at = e->at ? e->at : 1;
		e->reading = 1;
		return 1;
	}
	return 0;
}
