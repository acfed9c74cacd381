/* keys.c - see keys.h. */
#include "src/ui/keys.h"

#include <stdio.h>
#include <string.h>

/* The keys with the same meaning on every screen. */
static const struct {
	int         key, also;
	const char *shown, *words, *brief;
} common[KEYS_COMMON] = {
	[KEYS_QUIT]     = { 'q', 'Q', "q", "quit; nothing is lost", "quit" },
	[KEYS_HELP]     = { '?', 0, "?", "this help", "help" },
	[KEYS_PAUSE]    = { ' ', 0, "Space", "pause, continue", "pause" },
	[KEYS_STEP]     = { '.', 0, ".", "one step", "step" },
	[KEYS_FASTER]   = { '+', '=', "+", "faster", "faster" },
	[KEYS_SLOWER]   = { '-', '_', "-", "slower", "slower" },
	[KEYS_NORMAL]   = { '0', 0, "0", "normal speed", "normal" },
	[KEYS_BLIND]    = { 'f', 0, "f", "no drawing, full speed", "no drawing" },
	[KEYS_FOCUS]    = { '\t', 0, "Tab", "next panel", "panel" },
	[KEYS_LEFT]     = { 'h', UI_KEY_LEFT, "h, left", "to the left", "left" },
	[KEYS_DOWN]     = { 'j', UI_KEY_DOWN, "j, down", "down", "down" },
	[KEYS_UP]       = { 'k', UI_KEY_UP, "k, up", "up", "up" },
	[KEYS_RIGHT]    = { 'l', UI_KEY_RIGHT, "l, right", "to the right", "right" },
	[KEYS_PANEL]    = { '1', 0, "1-9", "one panel alone, and back", "panels" },
	[KEYS_EXPLAIN]  = { 'e', 0, "e", "explain this panel", "explain" },
	[KEYS_PLOT]     = { 'p', 0, "p", "plot through gnuplot", "plot" },
	[KEYS_SNAPSHOT] = { 's', 0, "s", "save a snapshot of the screen", "snapshot" },
};

static int matches(const struct key_row *r, int key)
{
	if (r->common == KEYS_PANEL)
		return key >= '1' && key <= '9';
	if (key == UI_KEY_GONE)
		return r->common == KEYS_QUIT;
	if (r->common != KEYS_OWN)
		return key == common[r->common].key ||
		       (common[r->common].also && key == common[r->common].also);
	return key == r->key || (r->also && key == r->also);
}

int keys_dispatch(const struct key_row *rows, void *screen, int key)
{
	for (; rows->act; rows++)
		if (matches(rows, key)) {
			rows->act(screen, key);
			return 1;
		}
	return 0;
}

const char *keys_name(int key, char into[16])
{
	static const char *const names[] = {
		"resize", "up",   "down", "left", "right", "Esc",
		"Enter",  "Home", "End",  "PgUp", "PgDn",
	};

	if (key >= UI_KEY_RESIZE && key <= UI_KEY_PAGE_DOWN)
		return names[key - UI_KEY_RESIZE];
	if (key == ' ')
		return "Space";
	if (key == '\t')
		return "Tab";
	snprintf(into, 16, "%c", key > 0 && key < 0x7f ? key : '?');
	return into;
}

int keys_from_script(char c)
{
	static const char arrows[] = "^v<>";
	const char *at = c ? strchr(arrows, c) : NULL;

	return at ? UI_KEY_UP + (int)(at - arrows) : (unsigned char)c;
}

/* ---- help ---- */

/* The key of a row in words: "n", "a, left". */
static const char *shown(const struct key_row *r, char into[40])
{
	char one[16], two[16];

	if (r->common != KEYS_OWN)
		return common[r->common].shown;
	if (r->also)
		snprintf(into, 40, "%s, %s", keys_name(r->key, one), keys_name(r->also, two));
	else
		snprintf(into, 40, "%s", keys_name(r->key, one));
	return into;
}

static const char *words(const struct key_row *r)
{
	return r->words ? r->words : common[r->common].words;
}

static int longest(const struct key_row *rows, int of_keys, int *n)
{
	int columns = 0;
	char text[40];

	for (*n = 0; rows->act; rows++, (*n)++) {
		int one = text_columns(of_keys ? shown(rows, text) : words(rows));

		columns = one > columns ? one : columns;
	}
	return columns;
}

/* The layout of the help: two columns if the rows do not fit in one and there is room. */
struct help {
	int n, keys, row, columns, lines;    /* number of rows; widths, that of keys with the gap
	                                      * behind them; lines per page */
};

static struct help lay_out(struct view v, const struct key_row *rows)
{
	struct help h = { .columns = 1 };

	h.keys = longest(rows, 1, &h.n) + 2;
	h.row = h.keys + longest(rows, 0, &h.n);
	if (h.row + 4 > v.w) {
		h.keys--;
		h.row--;
	}
	if (h.n > v.h - 2 && 2 * h.row + 6 <= v.w)
		h.columns = 2;
	h.lines = (h.n + h.columns - 1) / h.columns;
	h.lines = h.lines > v.h - 2 ? v.h - 2 : h.lines;
	h.lines = h.lines < 1 ? 1 : h.lines;
	return h;
}

int keys_help_pages(struct view v, const struct key_row *rows)
{
	struct help h = lay_out(v, rows);

	return (h.n + h.columns * h.lines - 1) / (h.columns * h.lines);
}

void keys_help_page(struct view v, const struct key_row *rows, const char *title, int page)
{
	struct help h = lay_out(v, rows);
	int w = h.columns * h.row + 2 * h.columns + 2, pages = keys_help_pages(v, rows), first;
	struct view box, in;
	char more[80];

	page = page < pages ? page : pages - 1;
	first = page * h.columns * h.lines;
	w = w > v.w ? v.w : w;
	box = view_part(v, (v.w - w) / 2, (v.h - h.lines - 2) / 2, w, h.lines + 2);
	view_fill(box, STYLE_PLAIN, " ");
	if (first > 0 || h.n > h.columns * h.lines)
		snprintf(more, sizeof more, "%.40s %d of %d", title, page + 1, pages);
	else
		snprintf(more, sizeof more, "%.40s", title);
	in = view_box(box, STYLE_PLAIN, more);
	for (int k = 0; k < h.columns * h.lines && first + k < h.n; k++) {
		struct view line =
			view_part(in, 1 + k / h.lines * (h.row + 2), k % h.lines, h.row, 1);
		const struct key_row *r = &rows[first + k];
		char text[40];

		view_text(line, 0, 0, STYLE(UI_PLAIN, UI_BOLD), shown(r, text));
		view_text(line, h.keys, 0, STYLE_PLAIN, words(r));
	}
}

void keys_help(struct view v, const struct key_row *rows, const char *title)
{
	keys_help_page(v, rows, title, 0);
}

void keys_line(struct view v, const struct key_row *rows)
{
	int x = 0;

	for (; rows->act; rows++) {
		const char *brief = rows->brief ? rows->brief : common[rows->common].brief;
		char text[40];
		const char *key = shown(rows, text);

		if (!brief || !*brief || x + text_columns(key) + 1 + text_columns(brief) > v.w)
			continue;
		x = view_text(v, x, 0, STYLE(UI_PLAIN, UI_BOLD), key) + 1;
		x = view_text(v, x, 0, STYLE(UI_GREY, 0), brief) + 2;
	}
}
