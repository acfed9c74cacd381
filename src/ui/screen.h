/* screen.h - the terminal as a canvas: this is the only file that touches it.
 *
 *     s = screen_open(&options, &status);        NULL: no screen here, the caller prints lines
 *     while (...) {
 *             work();                            as long as it likes
 *             key = screen_key(s, 0);            polled: learning never waits for the screen
 *             if (screen_due(s)) {
 *                     draw(view_of(screen_canvas(s)));
 *                     screen_show(s);            one refresh; only differences are sent
 *             }
 *     }
 *     screen_close(s);
 *
 * The terminal is restored on every way out: closing, Ctrl-Z (and taken again by fg), and signals
 * that end the process, crashes included, which then take their course.  SIGINT, SIGTERM and SIGHUP
 * first call the handler that was there, if any, so that a program which finishes its step at the
 * first does so here too; the second one ends it.
 *
 * A process has one screen at a time.  Without curses there is never one.
 */
#ifndef RILEY_UI_SCREEN_H
#define RILEY_UI_SCREEN_H

#include "src/ui/canvas.h"
#include "src/ui/keys.h"

struct screen_options {
	int ascii;                       /* no graphics but ASCII */
	int color;                       /* use colours, as many as the terminal has */
};

struct screen;

/* Take the terminal on stdin and stdout.  NULL with ry_message() telling why there can be no
 * screen: RY_EMISSING when stdin or stdout is no terminal, TERM is unset, dumb, unknown or can't
 * move its cursor, or the program was built without curses.  The process has called
 * setlocale(LC_ALL, ""). */
struct screen *screen_open(const struct screen_options *o, enum ry_status *status);
void screen_close(struct screen *s);

/* The tier that suits a terminal: ASCII when asked for or when the locale is not UTF-8, half blocks
 * on the Linux console, whose font has no braille, otherwise braille. */
enum ui_tier screen_tier(int ascii);

/* Nonzero when it is time for a frame: 1/20 s after the one before, over ssh 1/10 s; at once after
 * screen_hurry() or a key. */
int  screen_due(const struct screen *s);
void screen_hurry(struct screen *s);

/* Seconds until screen_due(). */
double screen_wait(const struct screen *s);

/* A blank canvas of the window's size, borrowed until the next call. */
struct canvas *screen_canvas(struct screen *s);

/* Put the canvas on the terminal. */
void screen_show(struct screen *s);

/* The next key, waiting for it as long as `seconds`; UI_KEY_NONE when there is none.  Here the
 * process stops for Ctrl-Z. */
int screen_key(struct screen *s, double seconds);

/* Seconds on a clock that only goes forward. */
double screen_now(void);

#endif
