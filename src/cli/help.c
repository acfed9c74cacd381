/* help.c - see help.h. */
#include "src/cli/help.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/text.h"
#include "src/cli/called.h"
#include "src/cli/options.h"
#include "src/ui/wrap.h"

#define WIDTH  80          /* columns of a page */
#define INDENT 26          /* where the explanation of an option begins */

int help_group_length(const struct command *c)
{
	const char *space = c->no_group ? NULL : strchr(c->name, ' ');

	return space ? (int)(space - c->name) : 0;
}

/* ---- lists of commands ---- */

/* A line of an example, `n` bytes: the program by the name that it was called by. */
static void print_example(FILE *to, const char *line, int n)
{
	static const char program[] = "riley ";
	int length = (int)sizeof program - 1;

	for (int k = 0; k < n;) {
		int here = n - k > length && strncmp(line + k, program, (size_t)length) == 0 &&
		           (k == 0 || line[k - 1] == ' ');

		if (here)
			out(to, "%s ", called_name());
		else
			fputc(line[k], to);
		k += here ? length : 1;
	}
}

static int in_group(const struct command *c, const char *group)
{
	size_t length = (size_t)help_group_length(c);

	return length == strlen(group) && strncmp(c->name, group, length) == 0;
}

static const char *group_about(command_lists lists, const char *group)
{
	for (; *lists; lists++)
		for (const struct command *const *c = *lists; *c; c++)
			if (in_group(*c, group) && (*c)->group)
				return (*c)->group;
	return "";
}

static void print_commands(FILE *to, command_lists lists, const char *group)
{
	for (; *lists; lists++)
		for (const struct command *const *c = *lists; *c; c++)
			if (in_group(*c, group)) {
				out(to, "  riley %-14s ", (*c)->name);
				wrap_line(to, (*c)->summary, 23, 23, WIDTH);
			}
}

/* Their names alone, each on one line. */
static void name_commands(FILE *to, command_lists lists, const char *group)
{
	const char *before = "  commands: ";
	int at = 0;

	for (; *lists; lists++)
		for (const struct command *const *c = *lists; *c; c++) {
			int width = (int)strlen((*c)->name) + 2;

			if (!in_group(*c, group))
				continue;
			if (at + width > WIDTH) {
				before = ",\n            ";
				at = 0;
			}
			out_own(to, before);
			out(to, " %s", (*c)->name);
			at = (at ? at : 12) + width;
			before = ",";
		}
	fputc('\n', to);
}

/* Whether c is the first command of its group, so that each group is headed once. */
static int heads_group(command_lists lists, const struct command *c,
                       const char *group)
{
	for (; *lists; lists++)
		for (const struct command *const *other = *lists; *other; other++)
			if (in_group(*other, group))
				return *other == c;
	return 0;
}

/* The heading of a group, and after it what `print` prints, for all groups. */
static void print_groups(FILE *to, command_lists lists,
                         void (*print)(FILE *to, command_lists lists, const char *group))
{
	for (command_lists list = lists; *list; list++)
		for (const struct command *const *c = *list; *c; c++) {
			char group[32];

			snprintf(group, sizeof group, "%.*s", help_group_length(*c), (*c)->name);
			if (!heads_group(lists, *c, group))
				continue;
			if (group[0])
				out(to, "\n%s: %s\n", group, group_about(lists, group));
			else
				fputs("\nruns and tools\n", to);
			print(to, lists, group);
		}
}

/* The names of a group's commands, and the first command to try. */
static void introduce_group(FILE *to, command_lists lists, const char *group)
{
	name_commands(to, lists, group);
	for (; *lists; lists++)
		for (const struct command *const *c = *lists; *c; c++)
			if (in_group(*c, group) && (*c)->try_first) {
				fputs("  try first: ", to);
				print_example(to, (*c)->try_first, (int)strlen((*c)->try_first));
				fputc('\n', to);
			}
}

void help_overview(FILE *to, command_lists lists)
{
	fputs("riley - deep learning in the terminal\n", to);
	print_groups(to, lists, introduce_group);
	out(to, "\n%s help             all commands, one by one\n", called_name());
	out(to, "%s COMMAND --help   examples and options of a command\n", called_name());
	out(to, "%s explain WORD     what a word on a screen or in a report means\n",
	    called_name());
}

void help_program(FILE *to, command_lists lists)
{
	fputs("riley - deep learning in the terminal: knowledge tracing, dense networks, "
	      "game-playing agents\n",
	      to);
	print_groups(to, lists, print_commands);
	out(to, "\n%s COMMAND --help   examples and options of a command\n", called_name());
	out(to, "%s help options     options of every command\n", called_name());
	out(to, "%s explain WORD     what a word on a screen or in a report means\n",
	    called_name());
}

void help_group(FILE *to, command_lists lists, const char *group)
{
	out(to, "riley %s - %s\n\n", group, group_about(lists, group));
	print_commands(to, lists, group);
	out(to, "\n'%s %s COMMAND --help' shows examples and options.\n", called_name(),
	    group);
}

/* ---- one command ---- */

static void print_examples(FILE *to, const char *examples)
{
	fputs("\nExamples:\n", to);
	while (*examples) {
		int length = (int)strcspn(examples, "\n");

		out_own(to, length ? "  " : "");
		print_example(to, examples, length);
		fputc('\n', to);
		examples += length;
		examples += *examples == '\n';
	}
}

/* "--epochs N", its help, and in brackets its default unless that is "".  `no`: --no-NAME is worth
 * mentioning. */
static void print_option(FILE *to, const struct option_row *row, const char *text, int no)
{
	char argument[200], left[300], right[800];
	int width;

	option_argument(row, argument, sizeof argument);
	if (no)
		snprintf(argument, sizeof argument, "or --no-%s", row->name);
	if (row->letter)
		width = snprintf(left, sizeof left, "  -%c, --%s%s%s", row->letter, row->name,
		                 argument[0] ? " " : "", argument);
	else
		width = snprintf(left, sizeof left, "      --%s%s%s", row->name,
		                 argument[0] ? " " : "", argument);
	snprintf(right, sizeof right, text[0] ? "%s (%s)" : "%s", row->help, text);
	if (width >= INDENT)
		out(to, "%s\n%*s", left, INDENT, "");
	else
		out(to, "%-*s", INDENT, left);
	wrap_line(to, right, INDENT, INDENT, WIDTH);
}

/* "default 20": the value in `defaults`.  "" for flags, which are off, and for what is open. */
static void default_text(const struct option_row *row, const void *defaults, char *into,
                         size_t size)
{
	char value[100];

	option_text(row, defaults, value, sizeof value);
	*into = '\0';
	if (row->type != OPTION_FLAG && value[0])
		snprintf(into, size, "default %s", value);
}

/* Whether a flag may be on without being typed. */
static int can_be_on(const struct option_row *row, const void *defaults)
{
	char value[8] = "";

	if (row->type != OPTION_FLAG)
		return 0;
	option_text(row, defaults, value, sizeof value);
	return option_open(row, defaults) || strcmp(value, "yes") == 0;
}

const char *help_section(const struct command *c, const char *option)
{
	for (const struct option_section *s = c->sections; s && s->first; s++)
		if (strcmp(s->first, option) == 0)
			return s->heading;
	return NULL;
}

static void print_options(FILE *to, const struct command *c, const void *defaults,
                          const void *given, int n_args, char *const *args)
{
	char text[400] = "";

	if (!c->describe_default ||
	    !c->describe_default(NULL, given, n_args, args, text, sizeof text))
		snprintf(text, sizeof text, "%s", c->sections ? "" : "Options:");
	if (text[0]) {
		fputc('\n', to);
		wrap_line(to, text, 0, 0, WIDTH);
	}
	for (const struct option_row *row = c->options; row->name; row++) {
		const char *heading = help_section(c, row->name);

		if (heading)
			out(to, "\n%s:\n", heading);
		if (!c->describe_default ||
		    !c->describe_default(row, given, n_args, args, text, sizeof text))
			default_text(row, defaults, text, sizeof text);
		print_option(to, row, text, can_be_on(row, defaults));
	}
}

static void print_common(FILE *to, const struct command *c, const struct option_row *common,
                         const void *defaults)
{
	char text[400];

	for (int k = 0; k < option_count(common); k++)
		if (!c || !c->no_json || strcmp(common[k].name, "json") != 0) {
			default_text(&common[k], defaults, text, sizeof text);
			print_option(to, &common[k], text, 0);
		}
}

/* Their names alone, and where the rest is. */
static void name_common(FILE *to, const struct command *c, const struct option_row *common)
{
	char text[800], argument[200];
	size_t n = (size_t)snprintf(text, sizeof text, "Common options ('%s help options'):",
	                            called_name());

	for (const struct option_row *row = common; row->name && n < sizeof text; row++) {
		if (c->no_json && strcmp(row->name, "json") == 0)
			continue;
		option_argument(row, argument, sizeof argument);
		n += (size_t)snprintf(text + n, sizeof text - n, " --%s%s%s", row->name,
		                      argument[0] ? " " : "", argument);
	}
	fputc('\n', to);
	wrap_line(to, text, 0, 2, WIDTH);
}

void help_command(FILE *to, const struct command *c, const struct option_row *common,
                  const void *common_defaults, const void *given, int n_args, char *const *args)
{
	void *options = calloc(1, c->options_size ? c->options_size : 1);

	out(to, "riley %s - ", c->name);
	wrap_line(to, c->summary, 9 + (int)strlen(c->name), 4, WIDTH);
	if (c->examples && c->examples[0])
		print_examples(to, c->examples);
	out(to, "\nUsage: %s %s [OPTION]...%s%s\n", called_name(), c->name,
	    c->arguments && c->arguments[0] ? " " : "", c->arguments ? c->arguments : "");
	if (c->alias)
		out(to, "Alias: riley %s\n", c->alias);
	if (options && c->defaults)
		c->defaults(options);
	if (options && option_count(c->options)) {
		print_options(to, c, options, given ? given : options, n_args, args);
		name_common(to, c, common);
	} else {
		fputs("\nOptions of every command:\n", to);
		print_common(to, c, common, common_defaults);
	}
	free(options);
}

void help_options(FILE *to, const struct option_row *common, const void *defaults)
{
	fputs("Options of every command:\n", to);
	print_common(to, NULL, common, defaults);
	fputs("\nOptions can also be set in the environment (RILEY_SEED=3) or in the config file\n"
	      "~/.config/riley/config: those above under [riley], those of a command under its\n"
	      "name ([kt train]).  The command line overrides the environment, which overrides\n"
	      "the config file.\n\n"
	      "Commands that open a screen have no --json.\n",
	      to);
}
