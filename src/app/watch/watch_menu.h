/* watch_menu.h - `riley watch` without a run: a menu of the runs in runs/, live.
 *
 * The rows are those of `riley runs`, each kind by itself.  Whoever owns the loop polls the menu,
 * draws it and hands it the keys, and opens the run that it names.
 */
#ifndef RILEY_APP_WATCH_WATCH_MENU_H
#define RILEY_APP_WATCH_WATCH_MENU_H

#include "src/cli/command.h"
#include "src/ui/canvas.h"

struct watch_menu;

/* A menu; with `reproducible` it shows no ages.  NULL, with ry_message() set, where runs/ cannot be
 * read or without memory.  The caller frees it. */
struct watch_menu *watch_menu_alloc(const struct cli *cli, int reproducible);
void watch_menu_free(struct watch_menu *m);

/* Runs that the menu knows. */
int watch_menu_runs(const struct watch_menu *m);

/* Look for what has changed in runs/.  Of a failure the old list is kept. */
void watch_menu_poll(struct watch_menu *m);

void watch_menu_draw(struct watch_menu *m, struct view v);

enum watch_menu_wish { MENU_STAY, MENU_LEAVE, MENU_OPEN };

/* Do what a key means: MENU_OPEN asks to open the run that watch_menu_chosen() names. */
enum watch_menu_wish watch_menu_key(struct watch_menu *m, int key);

/* The path of the selected run; NULL when the list is empty.  Borrowed until the next poll. */
const char *watch_menu_chosen(const struct watch_menu *m);

/* Nonzero once the terminal was closed. */
int watch_menu_gone(const struct watch_menu *m);

#endif
