/* terminal.h - what is known about the terminal: its size, and what terminfo says of it. */
#ifndef RILEY_UI_TERMINAL_H
#define RILEY_UI_TERMINAL_H

/* Width and height, in characters, of the terminal behind `fd`, asked anew each time, so that a
 * resized window needs no signal.  Nonzero when it is no terminal or does not know; 80 and 24 are
 * put there then. */
int terminal_size(int fd, int *width, int *height);

/* How many colours terminfo knows of for `term` ("xterm-256color"): 0 for none, -1 when terminfo
 * does not know the terminal, -2 when this program was built without curses. */
int terminal_colors(const char *term);

#endif
