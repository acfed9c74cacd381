/* help.c - see help.h. */
#include "src/cli/help.h"

#include <stdlib.h>
#include <string.h>

#include "src/cli/options.h"

#define WIDTH  80          /* columns of a page */
#define INDENT 26          /* where the explanation of an option begins */

int help_group_length(const struct command *c)
{
	const char *space = strchr(c->name, ' ');

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
	fputs("riley - deep learning in the terminal: sequence models, dense networks, agents that "
	      "play\n",
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
				fputs("\nand beside them\n", to);
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

/* "--epochs N", and in brackets what is in force without it. */
static void print_option(FILE *to, const struct option_row *row, const void *defaults)
{
	char argument[200], value[100], left[300], right[600];
	int width;

	option_argument(row, argument, sizeof argument);
	option_text(row, defaults, value, sizeof value);
	if (row->letter)
		width = snprintf(left, sizeof left, "  -%c, --%s%s%s", row->letter, row->name,
		                 argument[0] ? " " : "", argument);
	else
		width = snprintf(left, sizeof left, "      --%s%s%s", row->name,
		                 argument[0] ? " " : "", argument);
	if (row->type == OPTION_FLAG || !value[0])
		snprintf(right, sizeof right, "%s", row->help);
	else
		snprintf(right, sizeof right, "%s (default %s)", row->help, value);
	if (width >= INDENT)
		fprintf(to, "%s\n%*s", left, INDENT, "");
	else
		fprintf(to, "%-*s", INDENT, left);
	print_wrapped(to, right, INDENT, INDENT);
}

void help_command(FILE *to, const struct command *c, const struct option_row *common,
                  const void *common_defaults)
{
	void *options = calloc(1, c->options_size ? c->options_size : 1);

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
	if (options && option_count(c->options)) {
		fputs("\nOptions:\n", to);
		for (int k = 0; k < option_count(c->options); k++)
			print_option(to, &c->options[k], options);
	}
	free(options);
	fputs(c->no_json ? "\nOptions of other commands too:\n" : "\nOptions of every command:\n",
	      to);
	for (int k = 0; k < option_count(common); k++)
		if (!c->no_json || strcmp(common[k].name, "json") != 0)
			print_option(to, &common[k], common_defaults);
	fputs("\nAn option can also be set in the environment (RILEY_SEED=3) or in a config file\n"
	      "(~/.config/riley/config: [riley] for these, [", to);
	fprintf(to, "%s] for the others).\n", c->name);
}
