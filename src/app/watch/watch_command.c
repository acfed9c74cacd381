/* watch_command.c - `riley watch`: a dashboard on runs, live or finished.
 *
 * It reads the run directories and nothing else: runs of other processes, of other machines over a
 * shared disk, runs that begin later and runs that have long ended.  Without a terminal there are
 * lines; with --size, screens as text.  Without a run a menu of all of runs/ comes first.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/app/watch/watch_command.h"
#include "src/app/runs/runs_command.h"
#include "src/app/watch/dashboard.h"
#include "src/app/watch/watch_menu.h"
#include "src/app/watch/watch_plain.h"
#include "src/base/file.h"
#include "src/cli/run_paths.h"
#include "src/cli/command.h"

struct options {
	const char *size, *keys;
	int         frames, wait;
};

/* Seconds between looks at all of runs/. */
static const double menu_every = 1;

/* ---- which runs ---- */

/* A run that is not there yet is waited for where it will be: NAME as runs/NAME.  The caller frees;
 * NULL without memory. */
static char *awaited(const char *name)
{
	struct stat sb;

	return stat(name, &sb) == 0 || strchr(name, '/') ? strdup(name) : file_join("runs", name);
}

/* A name that is no run, and that nobody said to wait for, is a slip of the pen. */
static enum ry_status check_there(const char *path, const char *name)
{
	static const char *const files[] = { "run.json", "metrics.jsonl", "lock" };
	struct stat sb;

	if (stat(path, &sb) != 0) {
		run_path_fail(name);
		return ry_fail(RY_EDATA, "%s (--wait waits for it to begin)", ry_message());
	}
	if (!S_ISDIR(sb.st_mode))
		return ry_fail(RY_EDATA, "%s is a file: expected a run, which is a folder such as "
		                         "runs/NAME", path);
	for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
		char *file = file_join(path, files[k]);
		int there = file && stat(file, &sb) == 0;

		free(file);
		if (there)
			return RY_OK;
	}
	return ry_fail(RY_EDATA, "%s is a folder, but not a run's; --wait waits for one to begin "
	                         "there", path);
}

static struct dashboard *open_runs(const struct cli *cli, int n, char **name, int reproducible,
                                   int wait)
{
	struct dashboard_options o = { .lists = cli->lists,
		                       .ascii = cli->ascii,
		                       .reproducible = reproducible };
	struct dashboard *d = NULL;
	char **path = calloc((size_t)n, sizeof *path);
	enum ry_status status = RY_OK;
	int k = 0;

	while (path && k < n && (path[k] = awaited(name[k])))
		k++;
	for (int i = 0; i < k && !wait && status == RY_OK; i++)
		status = check_there(path[i], name[i]);
	if (k == n && status == RY_OK)
		d = dashboard_alloc(n, path, &o);
	else if (status == RY_OK)
		ry_fail_memory("the names of runs");
	for (; path && k > 0; k--)
		free(path[k - 1]);
	free(path);
	return d;
}

/* A dashboard, or a menu, from which one may be opened: either is NULL. */
struct show {
	const struct cli  *cli;
	struct dashboard  *board;
	struct watch_menu *menu;
};

static struct dashboard *open_chosen(const struct show *w)
{
	char *path = (char *)watch_menu_chosen(w->menu);

	return open_runs(w->cli, 1, &path, 0, 1);
}

/* ---- screens as text ---- */

static int key_of(char c)
{
	return c == '!'    ? UI_KEY_ESCAPE
	       : c == '$'  ? UI_KEY_ENTER
	       : c == '\b' ? UI_KEY_BACKSPACE
	                   : keys_from_script(c);
}

static void poll_show(struct show *w)
{
	if (w->board)
		dashboard_poll(w->board, INFINITY);
	else
		watch_menu_poll(w->menu);
}

static void draw_show(struct show *w, struct view v)
{
	if (w->board)
		dashboard_draw(w->board, v);
	else
		watch_menu_draw(w->menu, v);
}

/* Leaving a dashboard that the menu has opened leads back to the menu. */
static void press(struct show *w, int key, struct view v)
{
	if (w->board && dashboard_key(w->board, key) && w->menu) {
		dashboard_free(w->board);
		w->board = NULL;
	} else if (!w->board && watch_menu_key(w->menu, key) == MENU_OPEN) {
		w->board = open_chosen(w);
		poll_show(w);
		draw_show(w, v);
	}
}

static enum ry_status print_screens(struct show *w, const struct options *o)
{
	struct canvas *c;
	int width, height;

	if (canvas_size(o->size ? o->size : "80x24", &width, &height))
		return ry_fail(RY_EINVAL, "--size %.40s: expected columns x rows, such as 80x24",
		               o->size);
	if (!(c = canvas_alloc(width, height, screen_tier(w->cli->ascii))))
		return ry_failure();
	poll_show(w);
	draw_show(w, view_of(c));
	for (const char *k = o->keys; k && *k; k++)
		press(w, key_of(*k), view_of(c));
	for (int k = 0; k < (o->frames ? o->frames : 1); k++) {
		if (k > 0)
			poll_show(w);
		canvas_clear(c);
		draw_show(w, view_of(c));
		canvas_print(c, stdout, w->cli->color);
	}
	canvas_free(c);
	return RY_OK;
}

/* ---- the menu on a terminal ---- */

/* Draw what is new, and wait for a key until it is time to look again. */
static enum watch_menu_wish serve_once(struct watch_menu *m, struct screen *s, double *looked)
{
	int key;

	if (screen_now() - *looked >= menu_every) {
		watch_menu_poll(m);
		*looked = screen_now();
	}
	watch_menu_draw(m, view_of(screen_canvas(s)));
	screen_show(s);
	key = screen_key(s, fmax(0, *looked + menu_every - screen_now()));
	return key == UI_KEY_NONE ? MENU_STAY : watch_menu_key(m, key);
}

static enum ry_status serve_menu(struct show *w, struct screen *s)
{
	double looked = screen_now();
	enum watch_menu_wish wish = MENU_STAY;
	enum ry_status status = RY_OK;

	while (status == RY_OK && wish != MENU_LEAVE && !command_interrupted()) {
		wish = serve_once(w->menu, s, &looked);
		if (wish != MENU_OPEN)
			continue;
		w->board = open_chosen(w);
		status = w->board ? dashboard_serve(w->board, s) : ry_failure();
		dashboard_free(w->board);
		w->board = NULL;
		looked = -INFINITY;
	}
	if (command_interrupted())
		return ry_fail(RY_ESTOP, "interrupted");
	return watch_menu_gone(w->menu) ? ry_fail(RY_EIO, "the terminal was closed") : status;
}

/* ---- the command ---- */

/* The screen on the terminal; NULL where lines are wanted, or are all that is possible. */
static struct screen *open_screen(const struct cli *cli)
{
	struct screen *screen = NULL;
	enum ry_status s;

	if (!command_lines_wanted(cli) &&
	    !(screen = screen_open(&(struct screen_options){ cli->ascii, cli->color }, &s)))
		command_say(cli, "%s; printing lines instead", ry_message());
	return screen;
}

static enum ry_status watch_runs(const struct cli *cli, const struct options *o, int as_text, int n,
                                 char **args)
{
	struct show w = { .cli = cli, .board = open_runs(cli, n, args, as_text, o->wait) };
	struct screen *screen;
	enum ry_status s;

	if (!w.board)
		return ry_failure();
	if (as_text) {
		s = print_screens(&w, o);
	} else if ((screen = open_screen(cli))) {
		s = dashboard_serve(w.board, screen);
		screen_close(screen);
	} else {
		watch_plain(stdout, w.board, n, o->frames);
		s = command_interrupted() ? ry_fail(RY_ESTOP, "interrupted") : RY_OK;
	}
	dashboard_free(w.board);
	return s;
}

static enum ry_status print_list(const struct cli *cli)
{
	const struct run_list_filter all = { NULL, NULL, LISTED_ANY, NULL };
	struct run_list l = { 0, NULL };
	enum ry_status s = runs_find(&l, cli->lists, 0, NULL, NULL);

	run_list_sort(&l, LIST_BY_AGE);
	if (s == RY_OK)
		s = runs_print(cli, &l, &all);
	run_list_clear(&l);
	return s;
}

/* Without a run: a menu of all. */
static enum ry_status watch_all(const struct cli *cli, const struct options *o, int as_text)
{
	struct show w = { .cli = cli, .menu = watch_menu_alloc(cli, as_text) };
	struct screen *screen = NULL;
	enum ry_status s = w.menu ? RY_OK : ry_failure();

	if (s == RY_OK && watch_menu_runs(w.menu) == 0)
		runs_say_none(cli);
	else if (s == RY_OK && as_text)
		s = print_screens(&w, o);
	else if (s == RY_OK && (screen = open_screen(cli)))
		s = serve_menu(&w, screen);
	else if (s == RY_OK)
		s = print_list(cli);
	screen_close(screen);
	dashboard_free(w.board);
	watch_menu_free(w.menu);
	return s;
}

static enum ry_status run(const struct cli *cli, void *options, int n_args, char **args)
{
	const struct options *o = options;
	int as_text = o->size || o->keys || (o->frames && !command_typed(cli, "plain"));

	return n_args ? watch_runs(cli, o, as_text, n_args, args) : watch_all(cli, o, as_text);
}

static const struct option_row rows[] = {
	{ "size", 0, OPTION_TEXT, offsetof(struct options, size), "CxR",
	  "print a screen of C columns and R rows as text, then exit", 0, 0, NULL },
	{ "frames", 0, OPTION_INT, offsetof(struct options, frames), "N",
	  "with --size: number of screens; with --plain: number of updates; 0: one screen, or "
	  "updates until the runs end", 0, 1e6, NULL },
	{ "wait", 0, OPTION_FLAG, offsetof(struct options, wait), NULL,
	  "wait for runs that have not begun", 0, 0, NULL },
	{ "keys", 0, OPTION_TEXT, offsetof(struct options, keys), "KEYS",
	  "with --size: press these keys first (^v<> are arrows, $ is Enter, ! is Esc)",
	  0, 0, NULL },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, 0, 0, NULL }
};

const struct command watch_command = {
	.name = "watch",
	.arguments = "[RUN]...",
	.summary = "show live or finished runs on a dashboard; without a run, choose from a menu",
	.examples = "riley watch                 # choose from all of runs/\n"
	            "riley watch runs/first\n"
	            "riley watch runs/lstm runs/gru\n"
	            "riley watch runs/lr-*\n"
	            "riley watch first --plain\n"
	            "riley watch first --size 120x40",
	.options = rows,
	.options_size = sizeof(struct options),
	.max_args = WATCH_MOST_RUNS,
	.runs = WATCH_MOST_RUNS,
	.awaits_runs = 1,
	.no_json = "it opens a screen; diagnose and export print the numbers",
	.run = run,
};
