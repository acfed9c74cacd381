/* terminal.c - see terminal.h. */
#include "config.h"
#include "src/ui/terminal.h"

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

int terminal_colors(const char *term)
{
#ifdef HAVE_CURSES
	char name[128];
	int error, colors = -1;
	size_t k = 0;

	/* setupterm() takes a char *. */
	for (; term[k] && k < sizeof name - 1; k++)
		name[k] = term[k];
	name[k] = '\0';
	if (setupterm(name, STDOUT_FILENO, &error) == OK) {
		colors = tigetnum("colors");
		if (colors < 0)
			colors = 0;
		del_curterm(cur_term);
	}
	return colors;
#else
	(void)term;
	return -2;
#endif
}
