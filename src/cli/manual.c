/* manual.c - see manual.h: man(7) macros. */
#include "config.h"
#include "src/cli/manual.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/text.h"
#include "src/cli/help.h"
#include "src/cli/options.h"

enum { LINE = 60 };              /* columns after which a line of running text may end */

/* Text as roff reads it: '-' is a minus to be typed, a line that begins with '.' or '\'' no
 * request.  Lines are broken at blanks unless `whole`. */
static void put_as(FILE *to, const char *text, int whole)
{
	int column = 0;

	for (; *text; text++, column++) {
		if (*text == ' ' && column > LINE && !whole) {
			fputc('\n', to);
			column = -1;
			continue;
		}
		if (column == 0 && (*text == '.' || *text == '\''))
			fputs("\\&", to);
		if (*text == '\\')
			fputs("\\e", to);
		else if (*text == '-')
			fputs("\\-", to);
		else
			fputc(*text, to);
	}
}

static void put(FILE *to, const char *text)
{
	put_as(to, text, 0);
}

static void put_line(FILE *to, const char *text)
{
	put(to, text);
	fputc('\n', to);
}

static void put_head(FILE *to, const char *name, const char *summary)
{
	fputs(".TH ", to);
	for (const char *c = name; *c; c++)
		fputc(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c, to);
	out(to, " 1 \"%s\" \"riley %s\" \"riley\"\n.SH NAME\n", RY_RELEASE_DATE,
	        PACKAGE_VERSION);
	put(to, name);
	fputs(" \\- ", to);
	put_line(to, summary);
}

void manual_name(const struct command *c, char into[80])
{
	snprintf(into, 80, "riley-%.60s", c->name);
	for (char *at = into; *at; at++)
		*at = *at == ' ' ? '-' : *at;
}

/* ---- options ---- */

static void put_option(FILE *to, const struct option_row *row, const char *note)
{
	char argument[200], text[1000];

	option_argument(row, argument, sizeof argument);
	fputs(".TP\n", to);
	if (row->letter)
		out(to, "\\fB\\-%c\\fR, ", row->letter);
	fputs("\\fB\\-\\-", to);
	put(to, row->name);
	fputs("\\fR", to);
	if (argument[0]) {
		fputs(" \\fI", to);
		put(to, argument);
		fputs("\\fR", to);
	}
	fputc('\n', to);
	snprintf(text, sizeof text, note[0] ? "%s (%s)" : "%s", row->help, note);
	put_line(to, text);
}

/* The default of an option, as --help says it. */
static void note_of(const struct command *c, const struct option_row *row, const void *defaults,
                    char *into, size_t size)
{
	char value[200];

	if (c->describe_default && c->describe_default(row, defaults, 0, NULL, into, size))
		return;
	option_text(row, defaults, value, sizeof value);
	into[0] = '\0';
	if (row->type != OPTION_FLAG && value[0])
		snprintf(into, size, "default %s", value);
}

static void put_options(FILE *to, const struct command *c)
{
	void *defaults = calloc(1, c->options_size ? c->options_size : 1);
	char note[400];

	if (defaults && c->defaults)
		c->defaults(defaults);
	for (const struct option_row *row = c->options; defaults && row && row->name; row++) {
		const char *heading = help_section(c, row->name);

		if (heading) {
			fputs(".SS ", to);
			put_line(to, heading);
		}
		note_of(c, row, defaults, note, sizeof note);
		put_option(to, row, note);
	}
	free(defaults);
}

/* ---- pages ---- */

static void put_examples(FILE *to, const char *examples)
{
	fputs(".SH EXAMPLES\n.nf\n", to);
	while (*examples) {
		char line[400];
		int n = (int)strcspn(examples, "\n");

		snprintf(line, sizeof line, "%.*s", n, examples);
		put_as(to, line, 1);
		fputc('\n', to);
		examples += n;
		examples += *examples == '\n';
	}
	fputs(".fi\n", to);
}

void manual_command(FILE *to, const struct command *c)
{
	char name[80];

	manual_name(c, name);
	put_head(to, name, c->summary);
	fputs(".SH SYNOPSIS\n\\fBriley ", to);
	put(to, c->name);
	fputs("\\fR [\\fIOPTION\\fR]...", to);
	if (c->arguments && c->arguments[0]) {
		fputs(" \\fI", to);
		put(to, c->arguments);
		fputs("\\fR", to);
	}
	fputc('\n', to);
	if (option_count(c->options)) {
		fputs(".SH OPTIONS\nOptions of every command are described in\n.BR riley (1).\n",
		      to);
		put_options(to, c);
	}
	if (c->examples && c->examples[0])
		put_examples(to, c->examples);
	fputs(".SH SEE ALSO\n.BR riley (1)\n", to);
}

static void put_commands(FILE *to, command_lists lists)
{
	for (; *lists; lists++)
		for (const struct command *const *c = *lists; *c; c++) {
			char name[80];

			manual_name(*c, name);
			fputs(".TP\n.BR ", to);
			put(to, name);
			fputs(" (1)\n", to);
			put_line(to, (*c)->summary);
		}
}

void manual_program(FILE *to, command_lists lists)
{
	put_head(to, "riley", "deep learning in the terminal");
	fputs(".SH SYNOPSIS\n\\fBriley\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR]... "
	      "[\\fIARGUMENT\\fR]...\n"
	      ".br\n\\fBriley\\fR \\fBhelp\\fR [\\fICOMMAND\\fR]\n"
	      ".SH DESCRIPTION\n"
	      "riley trains networks in a terminal, shows them learning, and explains what went\n"
	      "wrong: recurrent networks that trace what students know, dense networks on tables,\n"
	      "and agents that learn to play grid games.\n"
	      "Data go to stdout, messages to stderr; \\- is stdin or stdout.\n"
	      ".SH COMMANDS\n",
	      to);
	put_commands(to, lists);
	fputs(".SH OPTIONS\nEvery command has these:\n", to);
	for (const struct option_row *row = command_common_options(); row->name; row++)
		put_option(to, row, "");
	fputs(".SH EXIT STATUS\n"
	      ".TP\n0\nsuccess\n"
	      ".TP\n1\nthe run failed, or a check did not pass\n"
	      ".TP\n2\nwrong usage\n"
	      ".TP\n3\nbad input data; the message names file, line and what was expected\n"
	      ".TP\n4\nan optional program is missing\n"
	      ".TP\n5\nnumeric failure: NaN, divergence\n"
	      ".TP\n130\ninterrupted; training has left a checkpoint\n"
	      "(a signal after training has ended changes nothing: 0)\n"
	      ".SH ENVIRONMENT\n"
	      ".TP\n.B RILEY_SEED\\fR, \\fBRILEY_EPOCHS\\fR, ...\n"
	      "options, in capitals and with underscores\n"
	      ".TP\n.B NO_COLOR\nno colours\n"
	      ".TP\n.B PAGER\nshows help pages that are longer than the terminal\n"
	      ".SH FILES\n"
	      ".TP\n.I ~/.config/riley/config\n"
	      "options under [riley] or the name of a command; the environment overrides\n"
	      "them, and the command line the environment\n"
	      ".TP\n.I runs/NAME\n"
	      "a run: options, numbers, models, plots\n"
	      ".SH SEE ALSO\n.BR gnuplot (1)\n",
	      to);
}
