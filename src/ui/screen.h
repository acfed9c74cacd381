/* screen.h - the terminal as a canvas; the only module that uses curses for output.
 *
 *     s = screen_open(&options, &status);        NULL: no screen here, the caller prints lines
 *     while (...) {
 *             work();                            as long as it likes
 *             key = screen_key(s, 0);            polled: training never waits for the screen
 *             if (screen_due(s)) {
 *                     draw(view_of(screen_canvas(s)));
 *                     screen_show(s);            one refresh; only differences are sent
 *             }
 *     }
 *     screen_close(s);
 *
 * The terminal is restored on every exit path: on screen_close(), on Ctrl-Z (and taken again by
 * fg), on signals that end the process by interrupt.h, and on crashes, which are then raised again.
 *
 * Nothing here waits for a terminal that does not read (Ctrl-S, a slow line): frames are dropped,
 * and to give the terminal back takes a second at most.
 *
 * A process has one screen at a time.  A build without curses has none.
 */
#ifndef RILEY_UI_SCREEN_H
#define RILEY_UI_SCREEN_H

#include "src/ui/canvas.h"
#include "src/ui/keys.h"

struct screen_options {
	int ascii;                       /* ASCII graphics only */
	int color;                       /* use colours, as many as the terminal has */
};

struct screen;

/* Open the terminal on stdin and stdout.  NULL, with the reason in ry_message() and in *status:
 * RY_EMISSING if stdin or stdout is not a terminal, TERM is an obstacle (terminal.h), or the
 * program was built without curses.  The process must have called setlocale(LC_ALL,
 * ""). screen_close() restores the terminal and frees the screen. */
struct screen *screen_open(const struct screen_options *o, enum ry_status *status);
void screen_close(struct screen *s);

/* The graphics tier for this terminal: ASCII if requested or if the locale is not UTF-8, half
 * blocks on the Linux console, whose font lacks braille, otherwise braille. */
enum ui_tier screen_tier(int ascii);

/* Nonzero if a frame is due: 1/20 s after the last one, over ssh 1/10 s; immediately after
 * screen_hurry() or a key; and never while the terminal has not taken the last one. */
int  screen_due(const struct screen *s);
void screen_hurry(struct screen *s);

/* Seconds until screen_due(). */
double screen_wait(const struct screen *s);

/* A blank canvas of the window's size, borrowed until the next call. */
struct canvas *screen_canvas(struct screen *s);

/* Update the terminal from the canvas.  A frame that is not due because the terminal has not taken
 * the last one is dropped. */
void screen_show(struct screen *s);

/* The next key, waiting at most `seconds`; UI_KEY_NONE if there is none, or if a signal came.  Once
 * the terminal was closed it is UI_KEY_GONE, at once.  Ctrl-Z suspends the process in this call. */
int screen_key(struct screen *s, double seconds);

/* Seconds on a monotonic clock. */
double screen_now(void);

#endif
