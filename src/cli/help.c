/* help.c - see help.h. */
#include "src/cli/help.h"

#include <stdlib.h>
#include <string.h>

#include "src/cli/options.h"

#define WIDTH  80          /* columns of a page */
#define INDENT 26          /* where the explanation of an option begins */

int help_group_length(const struct command *c)
{
	const char *space = c->no_group ? NULL : strchr(c->name, ' ');

	return space ? (int)(space - c->name) : 0;
}

/* Words of `text` from column `at`, broken before WIDTH; later lines begin at column `indent`. */
static void print_wrapped(FILE *to, const char *text, int at, int indent)
{
	int column = at, first = 1;

	while (*text) {
		int length = (int)strcspn(text, " ");

		if (!first && column + 1 + length > WIDTH) {
			fprintf(to, "\n%*s", indent, "");
			column = indent;
		} else if (!first) {
			fputc(' ', to);
			column++;
		}
		fprintf(to, "%.*s", length, text);
		column += length;
		text += length;
		text += strspn(text, " ");
		first = 0;
	}
	fputc('\n', to);
}

/* ---- lists of commands ---- */

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
				fprintf(to, "  riley %-14s ", (*c)->name);
				print_wrapped(to, (*c)->summary, 23, 23);
			}
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

void help_program(FILE *to, command_lists lists)
{
	fputs("riley - deep learning in the terminal: knowledge tracing, dense networks, "
	      "game-playing agents\n",
	      to);
	for (command_lists list = lists; *list; list++)
		for (const struct command *const *c = *list; *c; c++) {
			char group[32];

			snprintf(group, sizeof group, "%.*s", help_group_length(*c), (*c)->name);
			if (!heads_group(lists, *c, group))
				continue;
			if (group[0])
				fprintf(to, "\n%s: %s\n", group, group_about(lists, group));
			else
				fputs("\nruns and tools\n", to);
			print_commands(to, lists, group);
		}
	fputs("\n'riley COMMAND --help' shows examples and options.\n", to);
}

void help_group(FILE *to, command_lists lists, const char *group)
{
	fprintf(to, "riley %s - %s\n\n", group, group_about(lists, group));
	print_commands(to, lists, group);
	fprintf(to, "\n'riley %s COMMAND --help' shows examples and options.\n", group);
}

/* ---- one command ---- */

static void print_examples(FILE *to, const char *examples)
{
	fputs("\nExamples:\n", to);
	while (*examples) {
		int length = (int)strcspn(examples, "\n");

		fprintf(to, length ? "  %.*s\n" : "\n", length, examples);
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
		fprintf(to, "%s\n%*s", left, INDENT, "");
	else
		fprintf(to, "%-*s", INDENT, left);
	print_wrapped(to, right, INDENT, INDENT);
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

static void print_options(FILE *to, const struct command *c, const void *defaults,
                          const void *given, int n_args, char *const *args)
{
	char text[400] = "";

	if (!c->describe_default ||
	    !c->describe_default(NULL, given, n_args, args, text, sizeof text))
		snprintf(text, sizeof text, "Options:");
	fputc('\n', to);
	print_wrapped(to, text, 0, 0);
	for (const struct option_row *row = c->options; row->name; row++) {
		if (!c->describe_default ||
		    !c->describe_default(row, given, n_args, args, text, sizeof text))
			default_text(row, defaults, text, sizeof text);
		print_option(to, row, text, can_be_on(row, defaults));
	}
}

void help_command(FILE *to, const struct command *c, const struct option_row *common,
                  const void *common_defaults, const void *given, int n_args, char *const *args)
{
	void *options = calloc(1, c->options_size ? c->options_size : 1);
	char text[400];

	fprintf(to, "riley %s - ", c->name);
	print_wrapped(to, c->summary, 9 + (int)strlen(c->name), 4);
	if (c->examples && c->examples[0])
		print_examples(to, c->examples);
	fprintf(to, "\nUsage: riley %s [OPTION]...%s%s\n", c->name,
	        c->arguments && c->arguments[0] ? " " : "", c->arguments ? c->arguments : "");
	if (c->alias)
		fprintf(to, "Alias: riley %s\n", c->alias);
	if (options && c->defaults)
		c->defaults(options);
	if (options && option_count(c->options))
		print_options(to, c, options, given ? given : options, n_args, args);
	free(options);
	fputs("\nOptions of every command:\n", to);
	for (int k = 0; k < option_count(common); k++)
		if (!c->no_json || strcmp(common[k].name, "json") != 0) {
			default_text(&common[k], common_defaults, text, sizeof text);
			print_option(to, &common[k], text, 0);
		}
	fprintf(to,
	        "\nOptions can also be set in the environment (RILEY_SEED=3) or in the config\n"
	        "file ~/.config/riley/config: these under [riley], the others under [%s].\n"
	        "The command line overrides the environment, which overrides the config file.\n",
	        c->name);
}
