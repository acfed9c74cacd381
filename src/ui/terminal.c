/* terminal.c - see terminal.h. */
#include "config.h"
#include "src/ui/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#ifdef HAVE_CURSES
#include <curses.h>
#include <term.h>
#endif

int terminal_size(int fd, int *width, int *height)
{
	struct winsize w;

	*width = 80;
	*height = 24;
	if (ioctl(fd, TIOCGWINSZ, &w) != 0 || w.ws_col == 0 || w.ws_row == 0)
		return -1;
	*width = w.ws_col;
	*height = w.ws_row;
	return 0;
}

#ifdef HAVE_CURSES

/* What terminfo knows of a terminal, taken while curses may have another one open. */
struct entry {
	int known, colors;
	int ansi;                        /* it moves its cursor, and erases with ESC [ K */
};

static int there(const char *text)
{
	return text && text != (const char *)-1;
}

static struct entry look_up(const char *term)
{
	TERMINAL *before = set_curterm(NULL);
	struct entry e = { .colors = -1 };
	char name[128];
	int error;

	snprintf(name, sizeof name, "%s", term);      /* setupterm() takes a char * */
	if (setupterm(name, STDOUT_FILENO, &error) == OK) {
		const char *erase = tigetstr((char *)"el");

		e.known = 1;
		e.colors = tigetnum((char *)"colors");
		e.colors = e.colors < 0 ? 0 : e.colors;
		e.ansi = there(tigetstr((char *)"cup")) && there(erase) &&
		         strncmp(erase, "\033[K", 3) == 0;
		del_curterm(cur_term);
	}
	set_curterm(before);
	return e;
}

int terminal_colors(const char *term)
{
	return look_up(term).colors;
}

static const char *terminfo_obstacle(const char *term)
{
	struct entry e = look_up(term);

	return !e.known  ? "terminfo does not know this TERM"
	       : !e.ansi ? "this TERM has no ANSI escape sequences"
	                 : NULL;
}

#else

int terminal_colors(const char *term)
{
	(void)term;
	return -2;
}

static const char *terminfo_obstacle(const char *term)
{
	(void)term;
	return NULL;
}

#endif

const char *terminal_obstacle(void)
{
	const char *term = getenv("TERM");

	if (!term || !*term)
		return "TERM is not set";
	if (strcmp(term, "dumb") == 0)
		return "the terminal is dumb (TERM=dumb)";
	return terminfo_obstacle(term);
}

int terminal_can_draw(int fd)
{
	return isatty(fd) && !terminal_obstacle();
}

const char *terminal_library(void)
{
#ifdef HAVE_CURSES
	static const char name[] = "ncurses ";
	const char *version = curses_version();

	return strncmp(version, name, sizeof name - 1) == 0 ? version + sizeof name - 1 : version;
#else
	return NULL;
#endif
}
