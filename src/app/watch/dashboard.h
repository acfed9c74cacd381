/* dashboard.h - the dashboard of runs: its state and its keys.
 *
 * It only reads run directories, so it shows runs of other processes and of this one alike:
 *
 *     d = dashboard_alloc(n, paths, &options);
 *     dashboard_serve(d, screen);               until the user quits; or, if the caller owns the
 *                                               loop:
 *
 *     changed = dashboard_poll(d, 0.01);        read new data for about so many seconds
 *     dashboard_key(d, key);                    handle a key
 *     dashboard_draw(d, view);                  draw a frame
 */
#ifndef RILEY_APP_WATCH_DASHBOARD_H
#define RILEY_APP_WATCH_DASHBOARD_H

#include "src/app/watch/watch_scene.h"
#include "src/cli/command.h"
#include "src/run/run_reader.h"
#include "src/ui/screen.h"

struct dashboard;

struct dashboard_options {
	command_lists lists;             /* the program's, for the kinds of runs */
	int ascii;                       /* for plots */
	int reproducible;                /* omit what varies from call to call, as memory use */
};

/* A dashboard on the runs at `path` (1..WATCH_MOST_RUNS, copied), which need not exist.  NULL with
 * ry_message() without memory or for another number. */
struct dashboard *dashboard_alloc(int n, char *const *path, const struct dashboard_options *o);
void dashboard_free(struct dashboard *d);

/* Read what is new for about `seconds`; at least a little of every run.  Nonzero when the screen
 * should be drawn again.  Does nothing while paused. */
int dashboard_poll(struct dashboard *d, double seconds);

/* Nonzero when the last poll ended before all was read. */
int dashboard_behind(const struct dashboard *d);

void dashboard_draw(struct dashboard *d, struct view v);

/* Do what a key means; nonzero when the user wants to leave. */
int dashboard_key(struct dashboard *d, int key);

/* Poll, draw and obey keys until the user leaves (RY_OK), command_interrupted() (RY_ESTOP) or the
 * terminal is closed (RY_EIO). */
enum ry_status dashboard_serve(struct dashboard *d, struct screen *s);

/* Handle a waiting key, if any; then, or if `draw` is set, poll if due and draw what is new: one
 * non-blocking pass of dashboard_serve() for callers with their own loop.  Nonzero if more than the
 * keyboard was checked. */
int dashboard_glance(struct dashboard *d, struct screen *s, int draw);

/* Nonzero once the user has asked to leave, or the terminal was closed. */
int dashboard_left(const struct dashboard *d);

/* The scene as last drawn, to print it as lines. */
const struct watch_scene *dashboard_scene(struct dashboard *d);

/* The reader of a run, in the order of `path`. */
struct run_reader *dashboard_reader(const struct dashboard *d, int run);

/* A line for the user, for a few seconds. */
void dashboard_say(struct dashboard *d, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
