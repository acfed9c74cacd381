/* watch_menu.c - see watch_menu.h. */
#include "config.h"
#include "src/app/watch/watch_menu.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/app/runs/run_rows.h"
#include "src/app/runs/runs_command.h"
#include "src/app/watch/watch_scene.h"
#include "src/base/status.h"

enum { FILTER = 64, PAGE = 10 };

struct watch_menu {
	const struct cli    *cli;
	int                  reproducible;
	struct run_list      list;
	struct run_rows      rows;
	enum run_list_order  order;
	char                 filter[FILTER];
	int                  typing;     /* keys go to the filter */
	int                  row;        /* the selected one */
	char                *path;       /* its run; it stays selected wherever it moves */
	const char          *message;    /* for the last line until the next key, or NULL */
	int                  help, gone;
	enum watch_menu_wish wish;       /* of the key being handled */
};

/* ---- the list ---- */

/* Make the rows, and find the selected run again. */
static void arrange(struct watch_menu *m)
{
	const struct run_list_filter f = { NULL, NULL, LISTED_ANY, *m->filter ? m->filter : NULL };

	run_list_sort(&m->list, m->order);
	run_list_group(&m->list);
	run_rows_clear(&m->rows);
	if (run_rows_make(&m->rows, &m->list, &f, 1, m->reproducible ? NAN : (double)time(NULL),
	                  m->cli->ascii) != RY_OK)
		m->rows.table.rows = 0;
	for (int k = 0; m->path && k < m->rows.table.rows; k++)
		if (strcmp(m->list.run[m->rows.run[k]].path, m->path) == 0)
			m->row = k;
	if (m->row >= m->rows.table.rows)
		m->row = m->rows.table.rows - 1;
	if (m->row < 0)
		m->row = 0;
}

static const struct listed_run *selected(const struct watch_menu *m)
{
	return m->row < m->rows.table.rows ? &m->list.run[m->rows.run[m->row]] : NULL;
}

/* Keep the selected run by its path. */
static void hold(struct watch_menu *m)
{
	const struct listed_run *r = selected(m);

	free(m->path);
	m->path = r ? strdup(r->path) : NULL;
}

static enum ry_status look(struct watch_menu *m)
{
	struct run_list fresh = { 0, NULL };
	enum ry_status s = runs_find(&fresh, m->cli->lists, 0, NULL, &m->list);

	run_list_clear(s == RY_OK ? &m->list : &fresh);
	if (s == RY_OK)
		m->list = fresh;
	arrange(m);
	return s;
}

void watch_menu_poll(struct watch_menu *m)
{
	look(m);
}

struct watch_menu *watch_menu_alloc(const struct cli *cli, int reproducible)
{
	struct watch_menu *m = calloc(1, sizeof *m);

	if (!m) {
		ry_fail_memory("a menu");
		return NULL;
	}
	m->cli = cli;
	m->reproducible = reproducible;
	m->order = LIST_BY_AGE;
	if (look(m) != RY_OK) {
		watch_menu_free(m);
		return NULL;
	}
	hold(m);
	return m;
}

void watch_menu_free(struct watch_menu *m)
{
	if (!m)
		return;
	run_rows_clear(&m->rows);
	run_list_clear(&m->list);
	free(m->path);
	free(m);
}

int watch_menu_runs(const struct watch_menu *m)
{
	return m->list.n;
}

const char *watch_menu_chosen(const struct watch_menu *m)
{
	const struct listed_run *r = selected(m);

	return r ? r->path : NULL;
}

int watch_menu_gone(const struct watch_menu *m)
{
	return m->gone;
}

/* ---- keys ---- */

static void move_by(struct watch_menu *m, int rows)
{
	int last = m->rows.table.rows - 1;

	m->row += rows;
	m->row = m->row > last ? last : m->row;
	m->row = m->row < 0 ? 0 : m->row;
	hold(m);
}

static void on_quit(void *menu, int key)
{
	struct watch_menu *m = menu;

	m->gone = key == UI_KEY_GONE;
	m->wish = MENU_LEAVE;
}

static void on_help(void *menu, int key)
{
	struct watch_menu *m = menu;

	(void)key;
	m->help = 1;
}

static void on_up(void *menu, int key)
{
	(void)key;
	move_by(menu, -1);
}

static void on_down(void *menu, int key)
{
	(void)key;
	move_by(menu, 1);
}

static void on_first(void *menu, int key)
{
	struct watch_menu *m = menu;

	move_by(m, key == 'g' || key == UI_KEY_HOME ? -m->list.n : m->list.n);
}

static void on_page(void *menu, int key)
{
	move_by(menu, key == UI_KEY_PAGE_UP ? -PAGE : PAGE);
}

static void on_open(void *menu, int key)
{
	struct watch_menu *m = menu;
	const struct listed_run *r = selected(m);

	(void)key;
	if (r && r->state == LISTED_FOREIGN)
		m->message = "this is not a run";
	else if (r)
		m->wish = MENU_OPEN;
}

static void on_filter(void *menu, int key)
{
	struct watch_menu *m = menu;

	(void)key;
	m->typing = 1;
}

static void on_sort(void *menu, int key)
{
	struct watch_menu *m = menu;

	(void)key;
	m->order = (m->order + 1) % LIST_BY_KIND;        /* kinds stand apart anyway */
	arrange(m);
}

static void on_escape(void *menu, int key)
{
	struct watch_menu *m = menu;

	(void)key;
	m->filter[0] = '\0';
	arrange(m);
}

static const struct key_row rows[] = {
	{ .common = KEYS_QUIT, .words = "quit; the runs continue", .act = on_quit },
	{ .common = KEYS_HELP, .act = on_help },
	{ .key = UI_KEY_ENTER, .words = "watch the run; q returns to this menu", .brief = "watch",
	  .act = on_open },
	{ .common = KEYS_UP, .words = "the run above", .brief = "", .act = on_up },
	{ .common = KEYS_DOWN, .words = "the run below", .brief = "", .act = on_down },
	{ .key = 'g', .also = UI_KEY_HOME, .words = "the first run", .act = on_first },
	{ .key = 'G', .also = UI_KEY_END, .words = "the last run", .act = on_first },
	{ .key = UI_KEY_PAGE_UP, .also = UI_KEY_PAGE_DOWN, .words = "ten runs up, down",
	  .act = on_page },
	{ .key = '/', .words = "only runs with a text in name, kind, data or state",
	  .brief = "filter", .act = on_filter },
	{ .key = 's', .also = 'o', .words = "sort by name, age, score", .brief = "sort",
	  .act = on_sort },
	{ .key = UI_KEY_ESCAPE, .words = "show all runs again", .act = on_escape },
	{ 0 }
};

/* Drop the last character of the filter. */
static void drop_last(char *text)
{
	size_t n = strlen(text);

	while (n > 0 && ((unsigned char)text[--n] & 0xc0) == 0x80)
		;
	text[n] = '\0';
}

/* A key while the filter is typed: a byte of a character, or one that ends it. */
static void type(struct watch_menu *m, int key)
{
	size_t n = strlen(m->filter);

	if (key == UI_KEY_ENTER || key == UI_KEY_ESCAPE)
		m->typing = 0;
	if (key == UI_KEY_ENTER)
		hold(m);
	if (key == UI_KEY_ESCAPE)
		m->filter[0] = '\0';
	else if (key == UI_KEY_BACKSPACE)
		drop_last(m->filter);
	else if (key == UI_KEY_UP || key == UI_KEY_DOWN)
		move_by(m, key == UI_KEY_UP ? -1 : 1);
	else if (key >= ' ' && key < 0x100 && n + 1 < sizeof m->filter) {
		m->filter[n] = (char)key;
		m->filter[n + 1] = '\0';
	}
	arrange(m);
}

enum watch_menu_wish watch_menu_key(struct watch_menu *m, int key)
{
	m->wish = MENU_STAY;
	m->message = NULL;
	if (m->help && key != UI_KEY_GONE && key != 'q')
		m->help = 0;
	else if (m->typing && key != UI_KEY_GONE)
		type(m, key);
	else
		keys_dispatch(rows, m, key);
	return m->wish;
}

/* ---- drawing ---- */

/* "riley  runs  12 of 100, by age" */
static void draw_title(const struct watch_menu *m, struct view v)
{
	int x = view_text(v, 1, 0, STYLE(UI_PLAIN, UI_BOLD), "riley") + 2;

	x = view_text(v, x, 0, STYLE_PLAIN, "runs") + 2;
	if (m->rows.table.rows < m->list.n)
		x = view_printf(v, x, 0, STYLE(UI_GREY, 0), "%d of %d,", m->rows.table.rows,
		                m->list.n) + 1;
	else
		x = view_printf(v, x, 0, STYLE(UI_GREY, 0), "%d,", m->list.n) + 1;
	view_printf(v, x, 0, STYLE(UI_GREY, 0), "by %s", run_list_orders[m->order]);
}

/* What is wrong with the selected run, or nothing. */
static void draw_trouble(const struct watch_menu *m, struct view v)
{
	const struct listed_run *r = selected(m);

	if (r && r->error)
		view_text(v, 1, 0, STYLE(UI_ORANGE, 0), r->error);
}

static void draw_last_line(const struct watch_menu *m, struct view v)
{
	if (m->message)
		view_text(v, 0, 0, STYLE_PLAIN, m->message);
	else if (m->typing || *m->filter)
		view_printf(v, 0, 0, STYLE(UI_PLAIN, m->typing ? UI_BOLD : 0), "/%s%s", m->filter,
		            m->typing ? "_" : "   Esc: all runs");
	else
		keys_line(v, rows);
}

void watch_menu_draw(struct watch_menu *m, struct view v)
{
	struct table t = m->rows.table;

	if (v.w < WATCH_LEAST_WIDTH || v.h < WATCH_LEAST_HEIGHT) {
		char text[80];

		snprintf(text, sizeof text, "%dx%d needed, this is %dx%d", WATCH_LEAST_WIDTH,
		         WATCH_LEAST_HEIGHT, v.w, v.h);
		view_paragraph(v, STYLE_PLAIN, text);
		return;
	}
	t.selected = m->row;
	draw_title(m, v);
	if (t.rows)
		table_draw(view_part(v, 0, 2, v.w, v.h - 5), &t);
	else
		view_text(v, 2, 3, STYLE(UI_GREY, 0), m->list.n ? "no run contains that text"
		                                                : "there are no runs left");
	draw_trouble(m, view_part(v, 0, v.h - 2, v.w, 1));
	draw_last_line(m, view_part(v, 0, v.h - 1, v.w, 1));
	if (m->help)
		keys_help(v, rows, "runs");
}
