/* watch_command.c - `riley watch`: a dashboard on runs, live or finished.
 *
 * It reads the run directories and nothing else: runs of other processes, of other machines over a
 * shared disk, runs that begin later and runs that have long ended.  Without a terminal there are
 * lines; with --size, screens as text.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/app/watch/watch_command.h"
#include "src/app/watch/dashboard.h"
#include "src/app/watch/watch_plain.h"
#include "src/base/file.h"
#include "src/cli/command.h"

struct options {
	const char *size, *keys;
	int         frames;
};

/* ---- which runs ---- */

/* A run that is not there yet is waited for where it will be: NAME as runs/NAME.  The caller frees;
 * NULL without memory. */
static char *awaited(const char *name)
{
	struct stat sb;

	return stat(name, &sb) == 0 || strchr(name, '/') ? strdup(name) : file_join("runs", name);
}

static struct dashboard *open_runs(const struct cli *cli, int n, char **name, int reproducible)
{
	struct dashboard_options o = { .lists = cli->lists,
		                       .ascii = cli->ascii,
		                       .reproducible = reproducible };
	struct dashboard *d = NULL;
	char **path = calloc((size_t)n, sizeof *path);
	int k = 0;

	while (path && k < n && (path[k] = awaited(name[k])))
		k++;
	if (k == n)
		d = dashboard_alloc(n, path, &o);
	else
		ry_fail_memory("the names of runs");
	for (; path && k > 0; k--)
		free(path[k - 1]);
	free(path);
	return d;
}

/* ---- screens as text ---- */

static enum ry_status print_screens(const struct cli *cli, const struct options *o,
                                    struct dashboard *d)
{
	struct canvas *c;
	int w, h;

	if (canvas_size(o->size ? o->size : "80x24", &w, &h))
		return ry_fail(RY_EINVAL, "--size %.40s: expected columns x rows, such as 80x24",
		               o->size);
	if (!(c = canvas_alloc(w, h, screen_tier(cli->ascii))))
		return ry_failure();
	dashboard_poll(d, INFINITY);
	dashboard_draw(d, view_of(c));
	for (const char *k = o->keys; k && *k; k++)
		dashboard_key(d, *k == '!'   ? UI_KEY_ESCAPE
		                 : *k == '$' ? UI_KEY_ENTER
		                             : keys_from_script(*k));
	for (int k = 0; k < (o->frames ? o->frames : 1); k++) {
		if (k > 0)
			dashboard_poll(d, INFINITY);
		canvas_clear(c);
		dashboard_draw(d, view_of(c));
		canvas_print(c, stdout, cli->color);
	}
	canvas_free(c);
	return RY_OK;
}

/* ---- the command ---- */

static enum ry_status look_on(const struct cli *cli, const struct options *o, struct dashboard *d,
                              int n)
{
	struct screen *screen = NULL;
	enum ry_status s;

	if (!command_lines_wanted(cli) &&
	    !(screen = screen_open(&(struct screen_options){ cli->ascii, cli->color }, &s)))
		command_say(cli, "%s; printing lines instead", ry_message());
	if (screen) {
		s = dashboard_serve(d, screen);
	} else {
		watch_plain(stdout, d, n, o->frames);
		s = command_interrupted() ? ry_fail(RY_ESTOP, "interrupted") : RY_OK;
	}
	screen_close(screen);
	return s;
}

static enum ry_status run(const struct cli *cli, void *options, int n_args, char **args)
{
	const struct options *o = options;
	int as_text = o->size || o->keys || (o->frames && !command_typed(cli, "plain"));
	struct dashboard *d;
	enum ry_status s;

	if (!(d = open_runs(cli, n_args, args, as_text)))
		return ry_failure();
	s = as_text ? print_screens(cli, o, d) : look_on(cli, o, d, n_args);
	dashboard_free(d);
	return s;
}

static const struct option_row rows[] = {
	{ "size", 0, OPTION_TEXT, offsetof(struct options, size), "CxR",
	  "print a screen of C columns and R rows as text, then exit", 0, 0, NULL },
	{ "frames", 0, OPTION_INT, offsetof(struct options, frames), "N",
	  "with --size: number of screens; with --plain: number of updates; 0: one screen, or "
	  "updates until the runs end", 0, 1e6, NULL },
	{ "keys", 0, OPTION_TEXT, offsetof(struct options, keys), "KEYS",
	  "with --size: press these keys first (^v<> are arrows, $ is Enter, ! is Esc)",
	  0, 0, NULL },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, 0, 0, NULL }
};

const struct command watch_command = {
	.name = "watch",
	.arguments = "RUN...",
	.summary = "show live or finished runs on a dashboard; ? lists its keys",
	.examples = "riley watch runs/first\n"
	            "riley watch runs/lstm runs/gru\n"
	            "riley watch runs/lr-*\n"
	            "riley watch first --plain\n"
	            "riley watch first --size 120x40",
	.options = rows,
	.options_size = sizeof(struct options),
	.min_args = 1,
	.max_args = WATCH_MOST_RUNS,
	.runs = WATCH_MOST_RUNS,
	.no_json = "it opens a screen; diagnose and export print the numbers",
	.run = run,
};
