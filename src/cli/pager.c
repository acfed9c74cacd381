/* pager.c - see pager.h. */
#include "config.h"
#include "src/cli/pager.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/base/text.h"
#include "src/ui/terminal.h"

/* -F: ends by itself if all fits; -R: colours; -X: leaves the page on the screen. */
static const char usual[] = "command -v less >/dev/null 2>&1 || exit 127; exec less -FRX";

/* What the shell ends with when there is no such program. */
enum { NOT_THERE = 127 };

FILE *pager_open(struct pager *p)
{
	*p = (struct pager){ .to = NULL };
	if (terminal_can_draw(STDOUT_FILENO))
		p->to = open_memstream(&p->text, &p->size);
	return p->to ? p->to : stdout;
}

static int lines_of(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* Nonzero when the pager has shown the text.  Ctrl-C in it is for the pager alone. */
static int show(const char *pager, const char *text)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	FILE *to;
	int status;

	fflush(stdout);
	to = popen(pager, "w");
	if (!to)
		return 0;
	sigaction(SIGINT, &ignore, &before);
	out_own(to, text);
	status = pclose(to);
	sigaction(SIGINT, &before, NULL);
	return !(WIFEXITED(status) && WEXITSTATUS(status) == NOT_THERE);
}

void pager_close(struct pager *p)
{
	const char *pager = getenv("PAGER");
	int columns, lines;

	if (!p->to)
		return;
	if (fclose(p->to) == 0 && p->text) {
		terminal_size(STDOUT_FILENO, &columns, &lines);
		if (!pager)
			pager = usual;
		if (lines_of(p->text) < lines || !*pager || !show(pager, p->text))
			out_own(stdout, p->text);
	}
	free(p->text);
	p->to = NULL;
}
