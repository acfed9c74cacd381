/* keys.h - what keys do: one table for dispatch and for help.
 *
 * The keys that mean the same on every screen stand in one table here; a screen lists which of them
 * it knows, and its own, in a table of rows:
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

/* Keys that are no characters.  Characters are their own numbers. */
enum {
	UI_KEY_NONE = -1,
	UI_KEY_RESIZE = 0x200000,
	UI_KEY_UP,
	UI_KEY_DOWN,
	UI_KEY_LEFT,
	UI_KEY_RIGHT,
	UI_KEY_ESCAPE,
	UI_KEY_ENTER
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
	int             key, also;       /* and another key for the same, or 0 */
	const char     *words, *brief;   /* what it does, in the help and in a line of keys (NULL or "": not there); NULL
	                                  * of a common key: as everywhere */
	void          (*act)(void *screen, int key);
};

/* Do what `key` means on a screen with these rows (ended by one without act), which gets `screen`.
 * The first row that knows the key is taken.  Nonzero when there was one. */
int keys_dispatch(const struct key_row *rows, void *screen, int key);

/* The help made from the rows, over the middle of `v`; what does not fit is left out. */
void keys_help(struct view v, const struct key_row *rows, const char *title);

/* The same in pages, of which there are keys_help_pages(); the first is 0.  Only the size of `v`
 * counts for their number. */
void keys_help_page(struct view v, const struct key_row *rows, const char *title, int page);
int  keys_help_pages(struct view v, const struct key_row *rows);

/* "q quit  ? help  Space pause": as many rows as fit, in one line. */
void keys_line(struct view v, const struct key_row *rows);

/* A key as a person calls it. */
const char *keys_name(int key, char into[16]);

/* The key that a character of a script stands for: itself, but '^', 'v', '<', '>' are arrows. */
int keys_from_script(char c);

#endif
