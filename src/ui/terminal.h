/* terminal.h - properties of the terminal: its size and its number of colours. */
#ifndef RILEY_UI_TERMINAL_H
#define RILEY_UI_TERMINAL_H

/* Width and height, in characters, of the terminal behind `fd`.  The size is queried on every call,
 * so resizing needs no signal.  Nonzero if `fd` is not a terminal or the size is unknown; width and
 * height are then 80 and 24. */
int terminal_size(int fd, int *width, int *height);

/* Number of colours of `term` ("xterm-256color") according to terminfo: 0 for none, -1 if terminfo
 * does not know the terminal, -2 in a build without curses. */
int terminal_colors(const char *term);

#endif
