/* keys.h - key bindings: one table for dispatch and for help.
 *
 * Keys with the same meaning on every screen are defined once, here.  A screen has a table of rows
 * that lists the common keys it supports, and its own:
 *
 *     static const struct key_row rows[] = {
 *             { .common = KEYS_QUIT, .act = quit },
 *             { .key = 'n', .words = "next episode", .brief = "next", .act = next },
 *             { 0 }
 *     };
 */
#ifndef RILEY_UI_KEYS_H
#define RILEY_UI_KEYS_H

#include "src/ui/canvas.h"

/* Keys other than characters.  Characters are represented by their code points. */
enum {
	UI_KEY_NONE = -1,
	UI_KEY_RESIZE = 0x200000,
	UI_KEY_UP,
	UI_KEY_DOWN,
	UI_KEY_LEFT,
	UI_KEY_RIGHT,
	UI_KEY_ESCAPE,
	UI_KEY_ENTER,
	UI_KEY_HOME,
	UI_KEY_END,
	UI_KEY_PAGE_UP,
	UI_KEY_PAGE_DOWN,
	UI_KEY_BACKSPACE,
	UI_KEY_GONE              /* the terminal was closed: there will be no more keys */
};

enum key_common {
	KEYS_OWN,
	KEYS_QUIT,
	KEYS_HELP,
	KEYS_PAUSE,
	KEYS_STEP,
	KEYS_FASTER,
	KEYS_SLOWER,
	KEYS_NORMAL,
	KEYS_BLIND,
	KEYS_FOCUS,
	KEYS_LEFT,
	KEYS_DOWN,
	KEYS_UP,
	KEYS_RIGHT,
	KEYS_PANEL,
	KEYS_EXPLAIN,
	KEYS_PLOT,
	KEYS_SNAPSHOT,
	KEYS_COMMON
};

struct key_row {
	enum key_common common;          /* a common key; KEYS_OWN: the key below */
	int             key, also;       /* the key, and an alternative or 0 */
	const char     *words;           /* description in the help; "": not listed; NULL: not
	                                  * listed or, of a common key, the standard text */
	const char     *brief;           /* likewise in the line of keys */
	void          (*act)(void *screen, int key);
};

/* Dispatch `key` to the first row that binds it, calling its act with `screen`.  The rows end with
 * one without act.  UI_KEY_GONE goes to the row of KEYS_QUIT, which so ends every screen.  Nonzero
 * if there was such a row. */
int keys_dispatch(const struct key_row *rows, void *screen, int key);

/* Draw help for the rows in a box centred in `v`; what does not fit is left out. */
void keys_help(struct view v, const struct key_row *rows, const char *title);

/* The same in pages, numbered from 0; beyond the last one that is drawn.  keys_help_pages() depends
 * only on the size of `v`. */
void keys_help_page(struct view v, const struct key_row *rows, const char *title, int page);
int  keys_help_pages(struct view v, const struct key_row *rows);

/* Draw "q quit  ? help  Space pause": as many rows as fit in one line. */
void keys_line(struct view v, const struct key_row *rows);

/* The name of a key, such as "Space" or "up"; `into` is used for characters. */
const char *keys_name(int key, char into[16]);

/* The key for a character of a script: the character itself, except that '^', 'v', '<', '>' are
 * arrow keys. */
int keys_from_script(char c);

#endif
