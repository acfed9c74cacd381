/* terminal.h - properties of the terminal: its size, its number of colours, and whether it can be
 * drawn on. */
#ifndef RILEY_UI_TERMINAL_H
#define RILEY_UI_TERMINAL_H

/* Width and height, in characters, of the terminal behind `fd`.  The size is queried on every call,
 * so resizing needs no signal.  Nonzero if `fd` is not a terminal or the size is unknown; width and
 * height are then 80 and 24. */
int terminal_size(int fd, int *width, int *height);

/* Number of colours of `term` ("xterm-256color") according to terminfo: 0 for none, -1 if terminfo
 * does not know the terminal, -2 in a build without curses. */
int terminal_colors(const char *term);

/* Why escape sequences mean nothing to the terminal of this process, TERM; or NULL if they do.  A
 * build without curses cannot ask terminfo and believes any TERM but "dumb". */
const char *terminal_obstacle(void);

/* Nonzero if `fd` is a terminal without an obstacle.  Screens, progress bars and colours all ask
 * this. */
int terminal_can_draw(int fd);

/* "6.4.20221231", the version of ncurses; NULL in a build without. */
const char *terminal_library(void);

#endif
