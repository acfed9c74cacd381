/* rl_guide.c - see rl_guide.h. */
#include "rl/screen/rl_guide.h"

#include <string.h>

#include "rl/screen/rl_screen.h"
#include "src/ui/keys.h"

const struct rl_move rl_moves[] = {
	{ "left", UI_KEY_LEFT, 'h', 'a' },
	{ "down", UI_KEY_DOWN, 'j', 's' },
	{ "up", UI_KEY_UP, 'k', 'w' },
	{ "right", UI_KEY_RIGHT, 'l', 'd' },
	{ "fire", ' ', 0, 0 },
	{ "ahead", UI_KEY_UP, 'k', 'w' },
	{ "turn left", UI_KEY_LEFT, 'h', 0 },
	{ "turn right", UI_KEY_RIGHT, 'l', 0 },
	{ "ahead and a little left", 'a', 0, 0 },
	{ "ahead and a little right", 'd', 0, 0 },
	{ 0 }
};

enum { LABEL = 9, WIDEST = 76, LONGEST = 600 };

struct row {
	const char *label;
	char        text[LONGEST];
};

static void add(char *into, size_t size, const char *between, const char *text)
{
	size_t used = strlen(into);

	snprintf(into + used, size - used, "%s%s", used ? between : "", text);
}

void rl_guide_actions(char *into, size_t size, const struct game_ops *g)
{
	int without = 0;

	into[0] = '\0';
	for (int k = 0; k < g->n_minimal; k++)
		add(into, size, ", ", g->actions[g->minimal[k]]);
	for (int k = 0; k < g->n_actions; k++)
		if (!game_action_matters(g, g->actions[k]))
			add(into, size, without++ ? ", " : "; no effect: ", g->actions[k]);
}

/* "left: left arrow, h, a" */
static void list_keys(char *into, size_t size, const struct rl_move *m)
{
	const int keys[] = { m->arrow, m->vi, m->wasd };
	char name[16], one[64];

	snprintf(one, sizeof one, "%s: ", m->name);
	add(into, size, "; ", one);
	for (int k = 0, n = 0; k < 3; k++) {
		const char *key = keys[k] ? keys_name(keys[k], name) : NULL;

		if (!key)
			continue;
		snprintf(one, sizeof one, "%s%s%s", n++ ? ", " : "", key,
		         keys[k] >= UI_KEY_UP && keys[k] <= UI_KEY_RIGHT ? " arrow" : "");
		add(into, size, "", one);
	}
}

void rl_guide_keys(char *into, size_t size, const struct game_ops *g)
{
	into[0] = '\0';
	for (const struct rl_move *m = rl_moves; m->name; m++)
		if (game_action_matters(g, m->name))
			list_keys(into, size, m);
}

enum { ROWS = 6 };

static void make_rows(struct row row[ROWS], const struct game_ops *g)
{
	const char *const text[] = { g->about, g->rules, g->rewards, g->ending };
	static const char *const label[] = { "aim", "rules", "reward", "ends", "actions", "keys" };

	for (int k = 0; k < ROWS; k++)
		row[k].label = label[k];
	for (int k = 0; k < 4; k++)
		snprintf(row[k].text, sizeof row[k].text, "%s", text[k]);
	rl_guide_actions(row[4].text, sizeof row[4].text, g);
	rl_guide_keys(row[5].text, sizeof row[5].text, g);
	add(row[5].text, sizeof row[5].text, "; ", "p: pause; +, -: speed; ?: all keys");
}

/* From the top of `v`; the number of its lines, also of those without room. */
static int draw_rows(struct view v, const struct game_ops *g)
{
	struct row row[ROWS];
	int y = 0, w = v.w - LABEL;

	make_rows(row, g);
	for (int k = 0; k < ROWS; k++) {
		view_text(v, 0, y, STYLE(UI_GREY, 0), row[k].label);
		view_paragraph(view_part(v, LABEL, y, w, v.h - y), STYLE_PLAIN, row[k].text);
		y += text_lines(row[k].text, w);
	}
	view_text(v, 0, y, STYLE(UI_GREY, 0), "glyphs");
	return y + rl_legend_draw(view_part(v, LABEL, y, w, v.h - y), g);
}

void rl_guide_draw(struct view v, const struct game_ops *g)
{
	int w = v.w < WIDEST ? v.w : WIDEST, h;
	struct view in = view_part(v, 0, 0, w - 4, 0), box;

	h = draw_rows(in, g) + 2;
	h = h > v.h ? v.h : h;
	box = view_part(v, (v.w - w) / 2, (v.h - h) / 2, w, h);
	view_fill(box, STYLE_PLAIN, " ");
	in = view_box(box, STYLE_PLAIN, g->name);
	draw_rows(view_part(in, 1, 0, in.w - 2, in.h), g);
}

void rl_guide_print(FILE *to, const struct game_ops *g, int ascii)
{
	enum { HEIGHT = 40 };
	struct canvas *c = canvas_alloc(WIDEST, HEIGHT, ascii ? UI_ASCII : UI_BLOCKS);
	int lines;

	if (!c)
		return;
	lines = draw_rows(view_of(c), g);
	if (canvas_resize(c, WIDEST, lines < HEIGHT ? lines : HEIGHT) == RY_OK) {
		canvas_clear(c);
		draw_rows(view_of(c), g);
		canvas_print(c, to, 0);
	}
	canvas_free(c);
}
