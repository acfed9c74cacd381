/* completion.c - see completion.h. */
#include "src/cli/completion.h"

#include <string.h>

#include "src/base/text.h"
#include "src/cli/options.h"

/* ---- what the tables say ---- */

/* What stands after an option, or in the place of an argument. */
enum { NOTHING = 0, SOMETHING = 1, WORDS = 2, RUNS = 4, FILES = 8 };

static int names_files(const char *argument)
{
	return strstr(argument, "FILE") || strstr(argument, "TRAIN") || strstr(argument, "DIR") ||
	       strstr(argument, "FOLDER");
}

static int value_of(const struct option_row *row)
{
	if (row->type == OPTION_FLAG)
		return NOTHING;
	if (row->choices)
		return WORDS;
	if (row->argument && strcmp(row->argument, "RUN") == 0)
		return RUNS;
	return row->argument && names_files(row->argument) ? FILES : SOMETHING;
}

static int arguments_of(const struct command *c)
{
	const char *argument = c->arguments ? c->arguments : "";

	return (c->argument_words ? WORDS : 0) | (strstr(argument, "RUN") ? RUNS : 0) |
	       (names_files(argument) ? FILES : 0);
}

static void put_words(FILE *to, const char *const *words)
{
	for (int k = 0; words && words[k]; k++)
		out(to, "%s%s", k ? " " : "", words[k]);
}

/* Whether the command's own options have taken the place of this common one. */
static int hidden(const struct command *c, const struct option_row *common)
{
	if (c->no_json && strcmp(common->name, "json") == 0)
		return 1;
	for (const struct option_row *row = c->options; row && row->name; row++)
		if (strcmp(row->name, common->name) == 0)
			return 1;
	return 0;
}

/* Calls `put` for each option of the command, its own and common ones. */
static void each_option(FILE *to, const struct command *c,
                        void (*put)(FILE *, const struct command *, const struct option_row *))
{
	for (const struct option_row *row = c->options; row && row->name; row++)
		put(to, c, row);
	for (const struct option_row *row = command_common_options(); row->name; row++)
		if (!hidden(c, row))
			put(to, c, row);
}

static void each_command(FILE *to, command_lists lists,
                         void (*put)(FILE *to, const struct command *c))
{
	for (; *lists; lists++)
		for (const struct command *const *c = *lists; *c; c++)
			put(to, *c);
}

/* The first words of commands, each once. */
static int heads(command_lists lists, const struct command *c)
{
	size_t n = strcspn(c->name, " ");

	for (; *lists; lists++)
		for (const struct command *const *other = *lists; *other; other++)
			if (strcspn((*other)->name, " ") == n &&
			    strncmp((*other)->name, c->name, n) == 0)
				return *other == c;
	return 0;
}

static const char *second_word(const struct command *c)
{
	const char *space = strchr(c->name, ' ');

	return space ? space + 1 : NULL;
}

/* Calls `put` for each first word, and the command that stands for it: itself, or one of the group
 * that says what the group is about. */
static void each_head(FILE *to, command_lists lists,
                      void (*put)(FILE *to, command_lists lists, const char *word, int n,
                                  const struct command *c))
{
	for (command_lists l = lists; *l; l++)
		for (const struct command *const *c = *l; *c; c++)
			if (heads(lists, *c))
				put(to, lists, (*c)->name, (int)strcspn((*c)->name, " "), *c);
}

static int starts_with(const struct command *c, const char *word, int n)
{
	return second_word(c) && (int)strcspn(c->name, " ") == n &&
	       strncmp(c->name, word, (size_t)n) == 0;
}

/* Text within '...' of a shell; characters in `escape` with a backslash before them. */
static void put_quoted(FILE *to, const char *text, const char *escape)
{
	for (; *text; text++) {
		if (strchr(escape, *text))
			fputc('\\', to);
		if (*text == '\'')
			fputs("'\\''", to);
		else
			fputc(*text, to);
	}
}

/* ---- bash ---- */

static void bash_head(FILE *to, command_lists lists, const char *word, int n,
                      const struct command *c)
{
	(void)lists;
	(void)c;
	out(to, " %.*s", n, word);
}

static void bash_group(FILE *to, command_lists lists, const char *word, int n,
                       const struct command *c)
{
	int any = 0;

	(void)c;
	for (; *lists; lists++)
		for (const struct command *const *other = *lists; *other; other++)
			if (starts_with(*other, word, n)) {
				if (!any++)
					out(to, "\t'%.*s') subcommands='", n, word);
				out(to, "%s ", second_word(*other));
			}
	if (any)
		fputs("' ;;\n", to);
}

static void bash_pattern(FILE *to, const struct command *c)
{
	out(to, " | '%s%s'", second_word(c) ? "" : " ", c->name);
}

static void bash_option(FILE *to, const struct command *c, const struct option_row *row)
{
	(void)c;
	out(to, " --%s", row->name);
}

static void bash_value(FILE *to, const struct command *c, const struct option_row *row)
{
	int value = value_of(row);

	(void)c;
	if (value == NOTHING)
		return;
	fputs("\t\t", to);
	if (row->letter)
		out(to, "-%c | ", row->letter);
	out(to, "--%s) values='", row->name);
	put_words(to, row->choices);
	out(to, "'; after=%d ;;\n", value);
}

static void bash_command(FILE *to, const struct command *c)
{
	out(to, "\t'%s')\n\t\toptions='", c->name);
	each_option(to, c, bash_option);
	out(to, "'\n\t\tafter=%d values='", arguments_of(c));
	put_words(to, c->argument_words);
	fputs("'\n\t\tcase $prev in\n", to);
	each_option(to, c, bash_value);
	fputs("\t\tesac ;;\n", to);
}

void completion_bash(FILE *to, command_lists lists)
{
	fputs("# bash completion for riley, made from its option tables.\n\n"
	      "_riley_runs() {\n"
	      "\tlocal run\n"
	      "\tfor run in runs/*/run.json; do\n"
	      "\t\t[[ -e $run ]] && run=${run%/run.json} && echo \"${run#runs/}\"\n"
	      "\tdone\n"
	      "}\n\n"
	      "_riley() {\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} word k\n"
	      "\tlocal command= options= values= subcommands= found\n"
	      "\tlocal -i after=0     # expected: 1 something, 2 values, 4 runs, 8 files\n"
	      "\tif [[ $cur == = ]]; then\n"
	      "\t\tcur=\n"
	      "\telif [[ $prev == = ]]; then\n"
	      "\t\tprev=${COMP_WORDS[COMP_CWORD-2]}\n"
	      "\tfi\n"
	      "\tfor ((k = 1; k < COMP_CWORD; k++)); do\n"
	      "\t\tword=${COMP_WORDS[k]}\n"
	      "\t\tcase \"$command $word\" in\n"
	      "\t\t' -'* | *' -'*) ;;\n"
	      "\t\t' help') ;;\n"
	      "\t\t'-'", to);
	each_command(to, lists, bash_pattern);
	fputs(") command=\"${command:+$command }$word\" ;;\n\t\t", to);
	for (command_lists l = lists; *l; l++)
		for (const struct command *const *c = *l; *c; c++)
			if (heads(lists, *c) && second_word(*c))
				out(to, "' %.*s' | ", (int)strcspn((*c)->name, " "), (*c)->name);
	fputs("'-') command=$word ;;\n"
	      "\t\t*) [[ $command ]] && break ;;\n"
	      "\t\tesac\n"
	      "\tdone\n"
	      "\tcase $command in\n"
	      "\t'') subcommands='help", to);
	each_head(to, lists, bash_head);
	fputs("' ;;\n", to);
	each_head(to, lists, bash_group);
	fputs("\tesac\n\tcase $command in\n", to);
	each_command(to, lists, bash_command);
	fputs("\tesac\n"
	      "\tif [[ $cur == -* ]]; then\n"
	      "\t\tvalues=${options:-'--help --version'} after=2 subcommands=\n"
	      "\tfi\n"
	      "\tmapfile -t COMPREPLY < <(\n"
	      "\t\tcompgen -W \"$subcommands $values\" -- \"$cur\"\n"
	      "\t\t((after & 4)) && compgen -W \"$(_riley_runs)\" -- \"$cur\"\n"
	      "\t\t((after & 4)) && compgen -d -- \"$cur\"\n"
	      "\t\t((after & 8)) && compgen -f -- \"$cur\")\n"
	      "\t((after & 12)) && compopt -o filenames 2>/dev/null\n"
	      "\treturn 0\n"
	      "}\n\n"
	      "complete -F _riley riley\n", to);
}

/* ---- zsh ---- */

static const char in_brackets[] = "[]:\\";

static void zsh_action(FILE *to, int value, const char *const *words)
{
	if (value == WORDS) {
		fputc('(', to);
		put_words(to, words);
		fputc(')', to);
		return;
	}
	if (value == RUNS || value == FILES) {
		out(to, "%s", value == RUNS ? "_riley_runs" : "_files");
		return;
	}
	if (value == NOTHING || value == SOMETHING) {
		fputc(' ', to);
		return;
	}
	fputs("{", to);
	if (value & WORDS) {
		fputs("compadd ", to);
		put_words(to, words);
		fputs("; ", to);
	}
	out(to, "%s%s}", value & RUNS ? "_riley_runs; " : "", value & FILES ? "_files" : "");
}

static void zsh_option(FILE *to, const struct command *c, const struct option_row *row)
{
	char argument[200];
	int value = value_of(row);

	(void)c;
	fputs(" \\\n\t\t\t", to);
	if (row->letter)
		out(to, "'(-%c --%s)'{-%c,--%s%s}'[", row->letter, row->name, row->letter,
		        row->name, value ? "=" : "");
	else
		out(to, "'--%s%s[", row->name, value ? "=" : "");
	put_quoted(to, row->help, in_brackets);
	fputc(']', to);
	if (value) {
		option_argument(row, argument, sizeof argument);
		fputc(':', to);
		put_quoted(to, row->choices ? row->name : argument, ":\\");
		fputc(':', to);
		zsh_action(to, value, row->choices);
	}
	fputc('\'', to);
}

static void zsh_command(FILE *to, const struct command *c)
{
	out(to, "\t('%s')\n\t\t_arguments -s", c->name);
	each_option(to, c, zsh_option);
	fputs(" \\\n\t\t\t'*:", to);
	put_quoted(to, c->arguments && c->arguments[0] ? c->arguments : "no argument", ":\\");
	fputc(':', to);
	zsh_action(to, arguments_of(c), c->argument_words);
	fputs("' ;;\n", to);
}

static void zsh_head(FILE *to, command_lists lists, const char *word, int n,
                     const struct command *c)
{
	(void)lists;
	out(to, "\t\t'%.*s:", n, word);
	put_quoted(to, second_word(c) ? (c->group ? c->group : c->summary) : c->summary, "");
	fputs("'\n", to);
}

static void zsh_group(FILE *to, command_lists lists, const char *word, int n,
                      const struct command *c)
{
	int any = 0;

	(void)c;
	for (; *lists; lists++)
		for (const struct command *const *other = *lists; *other; other++)
			if (starts_with(*other, word, n)) {
				if (!any++)
					out(to, "\t('%.*s') commands=(\n", n, word);
				out(to, "\t\t'%s:", second_word(*other));
				put_quoted(to, (*other)->summary, "");
				fputs("'\n", to);
			}
	if (any)
		fputs("\t) ;;\n", to);
}

static void zsh_pattern(FILE *to, const struct command *c)
{
	if (second_word(c))
		out(to, "'%s'|", c->name);
}

void completion_zsh(FILE *to, command_lists lists)
{
	fputs("#compdef riley\n"
	      "# zsh completion for riley, made from its option tables.\n\n"
	      "_riley_runs() {\n"
	      "\tlocal -a names\n"
	      "\tnames=(runs/*/run.json(N:h:t))\n"
	      "\tcompadd -a names\n"
	      "\t_files -/\n"
	      "}\n\n"
	      "_riley() {\n"
	      "\tlocal command=$words[2]\n"
	      "\tlocal -a commands\n"
	      "\tif (( CURRENT == 2 )); then\n"
	      "\t\tcommands=(\n"
	      "\t\t'help:show help on a command'\n", to);
	each_head(to, lists, zsh_head);
	fputs("\t\t)\n\t\t_describe command commands\n\t\treturn\n\tfi\n"
	      "\tif (( CURRENT == 3 )); then\n\tcase $command in\n", to);
	each_head(to, lists, zsh_group);
	fputs("\tesac\n\t(( $#commands )) && _describe command commands\n\tfi\n"
	      "\tcase \"$command $words[3]\" in\n\t(", to);
	each_command(to, lists, zsh_pattern);
	fputs("'-') command=\"$command $words[3]\"; shift words; (( CURRENT-- )) ;;\n\tesac\n"
	      "\tshift words\n"
	      "\t(( CURRENT-- ))\n"
	      "\tcase $command in\n", to);
	each_command(to, lists, zsh_command);
	fputs("\tesac\n}\n\n_riley \"$@\"\n", to);
}

/* ---- fish ---- */

static void fish_head(FILE *to, command_lists lists, const char *word, int n,
                      const struct command *c)
{
	(void)lists;
	out(to, "complete -c riley -n '__riley_at \"\"' -a %.*s -d '", n, word);
	put_quoted(to, second_word(c) ? (c->group ? c->group : c->summary) : c->summary, "");
	fputs("'\n", to);
}

static void fish_option(FILE *to, const struct command *c, const struct option_row *row)
{
	int value = value_of(row);

	out(to, "complete -c riley -n '__riley_in \"%s\"' -l %s", c->name, row->name);
	if (row->letter)
		out(to, " -s %c", row->letter);
	if (value == FILES)
		fputs(" -r -F", to);
	else if (value)
		fputs(" -x", to);
	if (value == RUNS)
		fputs(" -a '(__riley_runs)'", to);
	if (value == WORDS) {
		fputs(" -a '", to);
		put_words(to, row->choices);
		fputc('\'', to);
	}
	fputs(" -d '", to);
	put_quoted(to, row->help, "\\");
	fputs("'\n", to);
}

static void fish_command(FILE *to, const struct command *c)
{
	int after = arguments_of(c);

	if (second_word(c)) {
		out(to, "complete -c riley -n '__riley_at %.*s' -a %s -d '",
		        (int)strcspn(c->name, " "), c->name, second_word(c));
		put_quoted(to, c->summary, "\\");
		fputs("'\n", to);
	}
	each_option(to, c, fish_option);
	if (after & WORDS) {
		out(to, "complete -c riley -n '__riley_in \"%s\"' -a '", c->name);
		put_words(to, c->argument_words);
		fputs("'\n", to);
	}
	if (after & RUNS)
		out(to, "complete -c riley -n '__riley_in \"%s\"' -a '(__riley_runs)'\n",
		        c->name);
	if (after & (FILES | RUNS))
		out(to, "complete -c riley -n '__riley_in \"%s\"' -F\n", c->name);
}

void completion_fish(FILE *to, command_lists lists)
{
	fputs("# fish completion for riley, made from its option tables.\n\n"
	      "function __riley_runs\n"
	      "\tfor run in runs/*/run.json\n"
	      "\t\tstring replace -r '^runs/(.*)/run.json$' '$1' $run\n"
	      "\tend\n"
	      "end\n\n"
	      "function __riley_words\n"
	      "\tset -l words (commandline -opc)\n"
	      "\tfor word in $words[2..]\n"
	      "\t\tstring match -q -- '-*' $word; or echo $word\n"
	      "\tend\n"
	      "end\n\n"
	      "# The words so far are these and no others.\n"
	      "function __riley_at\n"
	      "\ttest \"$(__riley_words | string join ' ')\" = \"$argv\"\n"
	      "end\n\n"
	      "# They begin with these.\n"
	      "function __riley_in\n"
	      "\tstring match -q -- \"$argv *\" \"$(__riley_words | string join ' ') \"\n"
	      "end\n\n"
	      "complete -c riley -f\n", to);
	each_head(to, lists, fish_head);
	fputs("complete -c riley -n '__riley_at \"\"' -a help -d 'show help on a command'\n", to);
	each_command(to, lists, fish_command);
}
