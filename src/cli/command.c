/* command.c - see command.h: from the command line, the environment and the config file to the one
 * function that does the work, and from its status to an exit status. */
#include "config.h"
#include "src/cli/command.h"

#include <errno.h>
#include <getopt.h>
#include <langinfo.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/processors.h"
#include "src/base/real.h"
#include "src/base/text.h"
#include "src/cli/answer.h"
#include "src/cli/called.h"
#include "src/cli/config_file.h"
#include "src/cli/duration.h"
#include "src/cli/habits.h"
#include "src/cli/help.h"
#include "src/cli/options.h"
#include "src/cli/output.h"
#include "src/cli/pager.h"
#include "src/cli/run_paths.h"
#include "src/cli/short_memory.h"
#include "src/cli/suggest.h"
#include "src/cli/unknown_command.h"
#include "src/cli/version.h"
#include "src/ui/interrupt.h"
#include "src/ui/terminal.h"
#include "src/ui/wrap.h"

#define MAX_ROWS 128       /* options of one command, common ones included */

/* ---- options of every command ---- */

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct common {
	int         help, version, quiet, verbose, json, plain, ascii, color, threads;
	long        seed;
	const char *output, *config, *max_time;
};

static const char *const color_words[] = { "auto", "always", "never", NULL };

#define AT(member) offsetof(struct common, member)

static const struct option_row common_rows[] = {
	{ "help",    'h', OPTION_FLAG, AT(help), NULL, "show this page", 0, 0, NULL },
	{ "version", 0, OPTION_FLAG, AT(version), NULL,
	  "show the version and how it was built", 0, 0, NULL },
	{ "quiet",   'q', OPTION_FLAG, AT(quiet), NULL,
	  "print errors and results only; the report of a training run is in its report.txt",
	  0, 0, NULL },
	{ "verbose", 'v', OPTION_FLAG, AT(verbose), NULL, "print more detail", 0, 0, NULL },
	{ "seed",    0, OPTION_LONG, AT(seed), "N", "seed of the random numbers", 0,
	  (double)LONG_MAX, NULL },
	{ "threads", 0, OPTION_INT, AT(threads), "N", "processors to use", 1, 1024, NULL },
	{ "max-time", 0, OPTION_TEXT, AT(max_time), "TIME",
	  "stop with a checkpoint after 90s, 55m, 2h, 1d or h:mm:ss", 0, 0,
	  NULL },
	{ "config",  0, OPTION_TEXT, AT(config), "FILE", "read options from FILE", 0, 0, NULL },
	{ "output",  'o', OPTION_TEXT, AT(output), "FILE",
	  "write the result to FILE; - is stdout", 0, 0,
	  NULL },
	{ "json",    0, OPTION_FLAG, AT(json), NULL, "print one JSON object", 0, 0, NULL },
	{ "plain",   0, OPTION_FLAG, AT(plain), NULL, "print plain lines; never redraw", 0, 0,
	  NULL },
	{ "color",   0, OPTION_CHOICE, AT(color), NULL, "use colours", 0, 0, color_words },
	{ "ascii",   0, OPTION_FLAG, AT(ascii), NULL, "use ASCII characters only", 0, 0, NULL },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, 0, 0, NULL }
};

const struct option_row *command_common_options(void)
{
	return common_rows;
}

static void common_defaults(struct common *c)
{
	memset(c, 0, sizeof *c);
	c->seed = 1;
	c->threads = processors_usable();
}

/* Options that make sense on the command line only. */
static int only_typed(const struct option_row *row)
{
	return row >= common_rows && row < common_rows + 2;
}

/* ---- signals ---- */

int command_interrupted(void)
{
	return interrupt_asked();
}

/* ---- the command line ---- */

/* One option of the current command: where its value goes, and its text on the command line. */
struct slot {
	const struct option_row *row;
	void                    *into;
	const char              *typed;     /* NULL: not typed; of a list, the last text */
};

struct slots {
	struct slot   slot[MAX_ROWS];
	int           n;
	struct option longopt[2 * MAX_ROWS + 1];
	char          no_name[MAX_ROWS][64];       /* "no-shuffle" of each that can be "no" */
	char          shortopt[3 * MAX_ROWS + 3];
	struct option_list list;            /* texts of lists, in the order typed ... */
	const struct option_row *list_of[OPTION_LIST_MAX];     /* ... and whose each is */
	const char   *who;                  /* how the command was called, for messages */
	const char   *usage;                /* its arguments, likewise; or NULL */
};

/* A common option is left out where the command has its own of that name. */
static int add_slot(struct slots *s, const struct option_row *row, void *into)
{
	for (int k = 0; k < s->n; k++)
		if (strcmp(s->slot[k].row->name, row->name) == 0)
			return 0;
	if (s->n == MAX_ROWS)
		return -1;
	s->slot[s->n++] = (struct slot){ .row = row, .into = into };
	return 0;
}

/* What getopt returns for the k-th row, and for "no-" before its name. */
enum { ROW_CODE = 256, NO_CODE = ROW_CODE + MAX_ROWS };

static int can_be_no(const struct option_row *row)
{
	if (row->type == OPTION_FLAG)
		return !only_typed(row);
	for (int k = 0; row->type == OPTION_CHOICE && row->choices[k]; k++)
		if (strcmp(row->choices[k], "no") == 0)
			return 1;
	return 0;
}

/* getopt's tables.  Flags take an optional argument, so that --json=no can overrule a config
 * file; --no-json is the same. */
static void make_getopt_tables(struct slots *s, const char *prefix)
{
	char *letter = s->shortopt + sprintf(s->shortopt, "%s:", prefix);
	int n = s->n;

	for (int k = 0; k < s->n; k++) {
		const struct option_row *row = s->slot[k].row;
		int has = row->type == OPTION_FLAG ? optional_argument : required_argument;

		s->longopt[k] = (struct option){ row->name, has, NULL, ROW_CODE + k };
		if (can_be_no(row)) {
			snprintf(s->no_name[k], sizeof s->no_name[k], "no-%s", row->name);
			s->longopt[n++] = (struct option){ s->no_name[k], no_argument, NULL,
				                           NO_CODE + k };
		}
		if (row->letter)
			letter += sprintf(letter, "%c%s", row->letter,
			                  row->type == OPTION_FLAG ? "" : ":");
	}
	memset(&s->longopt[n], 0, sizeof s->longopt[0]);
}

static struct slot *slot_of_letter(struct slots *s, int letter)
{
	for (int k = 0; k < s->n; k++)
		if (s->slot[k].row->letter == letter)
			return &s->slot[k];
	return NULL;
}

/* RY_EINVAL when more than one name begins with the `length` characters of `word`. */
static enum ry_status ambiguous(const struct slots *s, const char *word, int length)
{
	const char *first = NULL;

	for (int k = 0; length > 2 && k < s->n; k++) {
		const char *name = s->slot[k].row->name;

		if (strncmp(name, word + 2, (size_t)length - 2) != 0)
			continue;
		if (first)
			return ry_fail(RY_EINVAL, "option %.*s is ambiguous: --%s or --%s", length,
			               word, first, name);
		first = name;
	}
	return RY_OK;
}

/* Say why getopt stumbled over `word`: a short option, a name from habit, an ambiguous beginning,
 * an unknown word. */
static enum ry_status unknown_option(const struct slots *s, const char *word, int letter)
{
	const char *names[MAX_ROWS], *near;
	int length = (int)strcspn(word, "=");
	char typed[64];

	if (letter && letter < 256)
		return ry_fail(RY_EINVAL, "unknown option -%c; see '%s --help'", letter, s->who);
	for (int k = 0; k < s->n; k++)
		names[k] = s->slot[k].row->name;
	snprintf(typed, sizeof typed, "%.*s", length > 2 ? length - 2 : 0, word + 2);
	near = habit_option(typed, names, s->n);
	if (!near && ambiguous(s, word, length))
		return ry_failure();
	if (!near && s->usage && *s->usage && habit_argument(typed))
		return ry_fail(RY_EINVAL, "unknown option %.*s; the usage is '%s %s'", length, word,
		               s->who, s->usage);
	near = near ? near : suggest_nearest(typed, names, s->n);
	if (near)
		return ry_fail(RY_EINVAL, "unknown option %.*s; did you mean --%s?", length, word,
		               near);
	return ry_fail(RY_EINVAL, "unknown option %.*s; see '%s --help'", length, word, s->who);
}

/* getopt keeps its place in globals; start it afresh. */
static void restart_getopt(void)
{
#ifdef __GLIBC__
	optind = 0;
#else
	optind = 1;
#endif
	opterr = 0;
}

static int is_yes_or_no(const char *word)
{
	static const char *const words[] = { "yes", "no", "true", "false", "on", "off" };

	for (size_t k = 0; k < sizeof words / sizeof *words; k++)
		if (strcmp(word, words[k]) == 0)
			return 1;
	return 0;
}

/* Returns 0 when the list is full. */
static int add_to_list(struct slots *s, const struct option_row *row, const char *text)
{
	if (s->list.n == OPTION_LIST_MAX)
		return 0;
	s->list_of[s->list.n] = row;
	s->list.text[s->list.n++] = text;
	return 1;
}

/* Record the command line's text for each option.  Arguments are left at argv[*rest...]. */
static enum ry_status read_typed(struct slots *s, int argc, char **argv, int *rest)
{
	int got;

	restart_getopt();
	while ((got = getopt_long(argc, argv, s->shortopt, s->longopt, NULL)) != -1) {
		struct slot *slot = got >= NO_CODE    ? &s->slot[got - NO_CODE]
		                    : got >= ROW_CODE ? &s->slot[got - ROW_CODE]
		                                      : slot_of_letter(s, got);

		if (got == ':' && optopt >= ROW_CODE)
			return ry_fail(RY_EINVAL, "option --%s needs a value",
			               s->slot[optopt - ROW_CODE].row->name);
		if (got == ':')
			return ry_fail(RY_EINVAL, "option -%c needs a value", optopt);
		if (got == '?' || !slot)
			return unknown_option(s, argv[optind - 1], optopt);
		if (got >= NO_CODE) {
			slot->typed = "no";
			continue;
		}
		if (!optarg && (optind < argc) && is_yes_or_no(argv[optind]))
			return ry_fail(RY_EINVAL,
			               "--%s takes no value after a blank: write --%s, --no-%s or "
			               "--%s=%s",
			               slot->row->name, slot->row->name, slot->row->name,
			               slot->row->name, argv[optind]);
		slot->typed = optarg ? optarg : "yes";
		if (slot->row->type == OPTION_LIST && !add_to_list(s, slot->row, optarg))
			return ry_fail(RY_EINVAL, "--%s: given more than %d times",
			               slot->row->name, OPTION_LIST_MAX);
	}
	*rest = optind;
	return RY_OK;
}

/* ---- a command-line option overrides the environment, which overrides the config file, which
 * overrides the default ---- */

/* RILEY_<OPTION>, or NULL when it is not set or empty.  The variable's name is left in `name`. */
static const char *from_environment(const struct option_row *row, char *name, size_t size)
{
	const char *value;
	size_t k = (size_t)snprintf(name, size, "RILEY_");

	for (const char *c = row->name; *c && k + 1 < size; c++)
		name[k++] = *c == '-' ? '_' : *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
	name[k] = '\0';
	value = getenv(name);
	return value && *value ? value : NULL;
}

static enum ry_status set_from_config(const struct slot *slot, const struct config *config,
                                      const struct command *command)
{
	const struct config_entry *e = config_find(config, command->name, slot->row->name);
	char source[600];

	if (!e && command->alias)
		e = config_find(config, command->alias, slot->row->name);
	if (!e)
		e = config_find(config, "riley", slot->row->name);
	if (!e)
		return RY_OK;
	snprintf(source, sizeof source, "%s:%d: %s", config->path, e->line, e->name);
	return option_set(slot->row, slot->into, e->value, source, RY_EDATA);
}

/* All texts of a list that was typed. */
static enum ry_status set_list(const struct slots *s, const struct slot *slot, const char *source)
{
	enum ry_status status = RY_OK;

	for (int k = 0; k < s->list.n && !status; k++)
		if (s->list_of[k] == slot->row)
			status = option_set(slot->row, slot->into, s->list.text[k], source,
			                    RY_EINVAL);
	return status;
}

static enum ry_status set_slot(const struct slots *s, const struct slot *slot,
                               const struct config *config, const struct command *command)
{
	char name[80];
	const char *value;

	if (slot->typed) {
		snprintf(name, sizeof name, "--%s", slot->row->name);
		if (slot->row->type == OPTION_LIST)
			return set_list(s, slot, name);
		return option_set(slot->row, slot->into, slot->typed, name, RY_EINVAL);
	}
	if (only_typed(slot->row))
		return RY_OK;
	value = from_environment(slot->row, name, sizeof name);
	if (value)
		return option_set(slot->row, slot->into, value, name, RY_EINVAL);
	return set_from_config(slot, config, command);
}

static const struct slot *slot_called(const struct slots *s, const char *name)
{
	for (int k = 0; k < s->n; k++)
		if (strcmp(s->slot[k].row->name, name) == 0)
			return &s->slot[k];
	return NULL;
}

static int is_common(const struct slot *slot)
{
	return slot->row >= common_rows &&
	       slot->row < common_rows + sizeof common_rows / sizeof *common_rows;
}

/* Whether entry e, in a section that this command reads, names an option that may stand there. */
static enum ry_status check_entry(const struct slots *s, const struct config *config,
                                  const struct config_entry *e)
{
	const char *names[MAX_ROWS], *near;
	const struct slot *slot = slot_called(s, e->name);
	int n = 0, shared = strcmp(e->section, "riley") == 0;

	if (slot && !only_typed(slot->row) && strcmp(e->name, "config") != 0 &&
	    (!shared || is_common(slot)))
		return RY_OK;
	for (int k = 0; k < s->n; k++)
		if (!shared || is_common(&s->slot[k]))
			names[n++] = s->slot[k].row->name;
	near = habit_nearest(e->name, names, n);
	if (near && strcmp(near, e->name) != 0)
		return ry_fail(RY_EDATA, "%s:%d: [%s] has no option '%s'; did you mean '%s'?",
		               config->path, e->line, e->section, e->name, near);
	return ry_fail(RY_EDATA, "%s:%d: [%s] has no option '%s'", config->path, e->line,
	               e->section, e->name);
}

static int command_answers_to(const struct command *c, const char *name)
{
	return strcmp(c->name, name) == 0 || (c->alias && strcmp(c->alias, name) == 0);
}

const struct command *command_find(command_lists lists, const char *name)
{
	for (; *lists; lists++)
		for (const struct command *const *c = *lists; *c; c++)
			if (command_answers_to(*c, name))
				return *c;
	return NULL;
}

/* A misspelt section or option would otherwise go unnoticed for good. */
static enum ry_status check_config(const struct slots *s, const struct config *config,
                                   const struct command *command, command_lists lists)
{
	for (int k = 0; k < config->n; k++) {
		const struct config_entry *e = &config->entry[k];
		enum ry_status status;

		if (strcmp(e->section, "riley") == 0 ||
		    command_answers_to(command, e->section)) {
			if ((status = check_entry(s, config, e)))
				return status;
		} else if (!command_find(lists, e->section)) {
			return ry_fail(RY_EDATA,
			               "%s:%d: section [%s] is neither [riley] nor the name of a "
			               "command",
			               config->path, e->line, e->section);
		}
	}
	return RY_OK;
}

/* The file of --config or RILEY_CONFIG must exist; the default one may be missing. */
static enum ry_status load_config(struct config *config, const char *typed)
{
	const char *named = typed ? typed : getenv("RILEY_CONFIG");
	enum ry_status s = RY_OK;
	char *path;

	if (typed && !*typed)
		return ry_fail(RY_EINVAL, "--config: the name of the file is empty");
	if (named && *named)
		return config_read(config, named);
	path = config_default_path();
	if (path && access(path, R_OK) == 0)
		s = config_read(config, path);
	free(path);
	return s;
}

static enum ry_status resolve(struct slots *s, struct config *config, const struct command *command,
                              command_lists lists)
{
	const struct slot *named = slot_called(s, "config");
	enum ry_status status = load_config(config, named->typed);

	if (!status)
		status = check_config(s, config, command, lists);
	for (int k = 0; k < s->n && !status; k++)
		status = set_slot(s, &s->slot[k], config, command);
	return status;
}

/* ---- what the command is told ---- */

/* One answer for stdout and stderr: colours by themselves only where both are terminals.  NO_COLOR,
 * set and not empty, means no (no-color.org). */
static int decide_color(int choice)
{
	const char *no_color = getenv("NO_COLOR");

	if (choice != COLOR_AUTO)
		return choice == COLOR_ALWAYS;
	return !(no_color && *no_color) && terminal_can_draw(STDERR_FILENO) &&
	       isatty(STDOUT_FILENO) && terminal_colors(getenv("TERM")) != 0;
}

static void fill_cli(struct cli *cli, const struct common *c, int argc, char *const *argv,
                     const char *const *typed)
{
	*cli = (struct cli){
		.quiet = c->quiet, .verbose = c->verbose, .json = c->json,
		.plain = c->plain || !terminal_can_draw(STDERR_FILENO),
		.ascii = c->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0,
		.color = decide_color(c->color),
		.seed = c->seed, .threads = c->threads,
		.output = c->output,
		.argc = argc, .argv = argv, .typed = typed,
	};
}

int command_typed(const struct cli *cli, const char *name)
{
	for (const char *const *t = cli->typed; t && *t; t++)
		if (strcmp(*t, name) == 0)
			return 1;
	return 0;
}

int command_lines_wanted(const struct cli *cli)
{
	return command_typed(cli, "plain") || (cli->plain && terminal_can_draw(STDERR_FILENO));
}

/* ---- from words to a command ---- */

static int typed_flag(const struct slots *s, const char *name)
{
	const struct slot *slot = slot_called(s, name);

	return slot && slot->typed && strcmp(slot->typed, "yes") == 0;
}

static enum ry_status show_version(const struct slots *s)
{
	if (typed_flag(s, "json"))
		return version_json(stdout);
	version_print(stdout);
	return RY_OK;
}

static int is_group(command_lists lists, const char *word)
{
	for (; *lists; lists++)
		for (const struct command *const *c = *lists; *c; c++)
			if (help_group_length(*c) == (int)strlen(word) &&
			    strncmp((*c)->name, word, strlen(word)) == 0)
				return 1;
	return 0;
}

/* A whole program run, from first word to exit status. */
struct invocation {
	command_lists  lists;
	int            argc;
	char *const   *argv;         /* as typed */
	char         **word;         /* a copy that getopt may reorder */
	struct common  common;
	struct slots   slots;
	const char    *typed[MAX_ROWS + 1];
	struct observer *watcher;
	struct config  config;
	void          *options;
	json_t        *notes;
	char         **found;        /* (n_found) paths of runs given by name */
	int            n_found;
	char         **args;         /* arguments with the runs that patterns match; or NULL */
	char           who[300];
};

/* ---- help pages, a screen at a time ---- */

static enum ry_status show_program(const struct invocation *in)
{
	struct pager page;
	FILE *to = pager_open(&page);

	help_program(to, in->lists);
	pager_close(&page);
	return RY_OK;
}

static enum ry_status show_group(const struct invocation *in, const char *group)
{
	struct pager page;
	FILE *to = pager_open(&page);

	help_group(to, in->lists, group);
	pager_close(&page);
	return RY_OK;
}

static enum ry_status show_options(const struct invocation *in)
{
	struct pager page;
	FILE *to = pager_open(&page);

	help_options(to, common_rows, &in->common);
	pager_close(&page);
	return RY_OK;
}

static enum ry_status show_command(const struct invocation *in, const struct command *c,
                                   const void *given, int n_args, char *const *args)
{
	struct pager page;
	FILE *to = pager_open(&page);

	help_command(to, c, common_rows, &in->common, given, n_args, args);
	pager_close(&page);
	return RY_OK;
}

static enum ry_status print_menu(const struct invocation *in)
{
	if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
		help_overview(stdout, in->lists);
		return RY_OK;
	}
	help_overview(stderr, in->lists);
	return ry_fail(RY_EINVAL, "which command?");
}

/* The command that the first two words name or, failing that, the first; *words: how many name it.
 * NULL: none. */
static const struct command *named_by(command_lists lists, int n, char *const *word, int *words)
{
	char name[128];
	const struct command *c;

	snprintf(name, sizeof name, "%.60s %.60s", word[0], n > 1 ? word[1] : "");
	c = n > 1 ? command_find(lists, name) : NULL;
	*words = c ? 2 : 1;
	return c ? c : command_find(lists, word[0]);
}

/* The help page for the words after 'riley help', or for 'riley [kt] --help'. */
static enum ry_status help_on(const struct invocation *in, int n, char **word)
{
	const struct command *c;
	int words;

	if (n == 0)
		return show_program(in);
	if (n == 1 && (strcmp(word[0], "options") == 0 || strcmp(word[0], "common") == 0))
		return show_options(in);
	c = named_by(in->lists, n, word, &words);
	if (!c && !is_group(in->lists, word[0]))
		return unknown_command(in->lists, NULL, word[0]);
	if (!c && n > 1)
		return unknown_command(in->lists, word[0], word[1]);
	return c ? show_command(in, c, NULL, n - words, word + words) : show_group(in, word[0]);
}

static enum ry_status check_arguments(const struct command *c, int n, char **args)
{
	if (n < c->min_args)
		return ry_fail(RY_EINVAL, "%s %s needs %s; see '%s %s --help'", called_name(),
		               c->name, c->arguments, called_name(), c->name);
	if (n > c->max_args)
		return ry_fail(RY_EINVAL, "unexpected argument '%s'; the usage is '%s %s%s%s'",
		               args[c->max_args], called_name(), c->name,
		               c->arguments && c->arguments[0] ? " " : "",
		               c->arguments ? c->arguments : "");
	/* "$FILE" in a script, of a variable that is not set */
	for (int k = 0; k < n; k++)
		if (!args[k][0])
			return ry_fail(RY_EINVAL, "argument %d is empty; the usage is '%s %s %s'",
			               k + 1, called_name(), c->name, c->arguments);
	return RY_OK;
}

/* Add the command's options before the common ones, keeping the values given before its name. */
static enum ry_status take_options(struct invocation *in, const struct command *c)
{
	struct slots before = in->slots;
	int n = option_count(c->options);
	int bad = 0;

	in->options = calloc(1, c->options_size ? c->options_size : 1);
	if (!in->options)
		return ry_fail_memory("the options");
	if (c->defaults)
		c->defaults(in->options);
	snprintf(in->who, sizeof in->who, "%s %s", called_name(), c->name);
	in->slots.usage = c->arguments;
	in->slots.n = 0;
	for (int k = 0; k < n; k++)
		bad |= add_slot(&in->slots, &c->options[k], in->options);
	for (int k = 0; k < before.n; k++)
		bad |= add_slot(&in->slots, before.slot[k].row, before.slot[k].into);
	if (bad)
		return ry_fail(RY_EINVAL, "%s has more than %d options", c->name, MAX_ROWS);
	for (int k = n; k < in->slots.n; k++)
		for (int j = 0; j < before.n; j++)
			if (before.slot[j].row == in->slots.slot[k].row)
				in->slots.slot[k].typed = before.slot[j].typed;
	make_getopt_tables(&in->slots, "");
	return RY_OK;
}

static void note_typed(struct invocation *in)
{
	int n = 0;

	for (int k = 0; k < in->slots.n; k++)
		if (in->slots.slot[k].typed)
			in->typed[n++] = in->slots.slot[k].row->name;
	in->typed[n] = NULL;
}

/* From words to options, typed ones before all others; word[0] is the last word of the command's
 * name. Arguments are left at word[*rest...]. */
static enum ry_status read_words(struct invocation *in, const struct command *c, int n, char **word,
                                 int *rest)
{
	enum ry_status s = take_options(in, c);

	return s ? s : read_typed(&in->slots, n, word, rest);
}

/* Where there is no JSON to print, the wish for it in the environment or a config file is for other
 * commands. */
static enum ry_status settle_json(struct invocation *in, const struct command *c)
{
	if (!c->no_json || !in->common.json)
		return RY_OK;
	if (typed_flag(&in->slots, "json"))
		return ry_fail(RY_EINVAL, "%s has no --json: %s", in->who, c->no_json);
	in->common.json = 0;
	return RY_OK;
}

/* Keep a path until the invocation is freed. */
static enum ry_status keep_path(struct invocation *in, char *path)
{
	char **grown = realloc(in->found, ((size_t)in->n_found + 1) * sizeof *grown);

	if (!grown) {
		free(path);
		return ry_fail_memory("the names of runs");
	}
	in->found = grown;
	grown[in->n_found++] = path;
	return RY_OK;
}

/* Add a word to the arguments, or in its place the runs that match it: a shell expands patterns of
 * paths, but not of names of runs. */
static enum ry_status add_argument(struct invocation *in, int *n, char *word, int is_run)
{
	char **path = NULL, **grown;
	int matches = 0;
	enum ry_status s = is_run ? run_paths_match(word, &path, &matches) : RY_OK;

	if (s)
		return s;
	grown = realloc(in->args, ((size_t)*n + (size_t)matches + 2) * sizeof *grown);
	if (grown)
		in->args = grown;
	else
		s = ry_fail_memory("the names of runs");
	for (int k = 0; k < matches; k++) {
		if (s)
			free(path[k]);
		else if (!(s = keep_path(in, path[k])))
			in->args[(*n)++] = path[k];
	}
	if (!s && !matches)
		in->args[(*n)++] = word;
	if (!s)
		in->args[*n] = NULL;
	free(path);
	return s;
}

static enum ry_status expand_patterns(struct invocation *in, const struct command *c, int *n_args,
                                      char ***args)
{
	enum ry_status s = RY_OK;
	int n = 0;

	if (c->runs < 2)
		return RY_OK;
	for (int k = 0; !s && k < *n_args; k++)
		s = add_argument(in, &n, (*args)[k], k < c->runs);
	if (!s && n) {
		*n_args = n;
		*args = in->args;
	}
	return s;
}

/* Whether a word may be the name of a run: a model file is reported as what it is. */
static int may_be_run(const char *word)
{
	size_t n = strlen(word);

	return n < 12 || strcmp(word + n - 12, ".safetensors") != 0;
}

/* A word that means a run becomes its path; with `seeds` it may be what the names of several runs
 * begin with. */
static enum ry_status find_run(struct invocation *in, const struct command *c, const char **word,
                               int seeds)
{
	char *path = run_path(*word);

	if (path && !c->awaits_runs && run_path_is_missing(path) && may_be_run(*word) &&
	    !(seeds && run_path_has_seeds(path))) {
		free(path);
		return run_path_fail(*word);
	}
	if (!path)
		return ry_failure();
	*word = path;
	return keep_path(in, path);
}

/* What a shell pattern matches in a folder of runs may be more than runs. */
static int leave_out_others(const struct invocation *in, int n, char **args)
{
	const char *first;
	int kept = run_paths_filter(n, args, &first);

	if (first && !in->common.quiet)
		tell_user("Left out: %d of %d paths that are not runs; the first: %s", n - kept, n,
		     first);
	return kept;
}

static enum ry_status find_runs(struct invocation *in, const struct command *c, int *n_args,
                                char **args)
{
	enum ry_status s = RY_OK;

	for (int k = 0; !s && k < *n_args && k < c->runs; k++)
		s = find_run(in, c, (const char **)&args[k], 0);
	if (!s && c->runs > 1)
		*n_args = leave_out_others(in, *n_args, args);
	for (const struct option_row *row = c->options; !s && row && row->name; row++) {
		const char **word = (const char **)(void *)((char *)in->options + row->at);

		if (row->type == OPTION_TEXT && strcmp(row->name, "resume") == 0 && *word)
			s = find_run(in, c, word, 1);
	}
	return s;
}

/* The arguments that are left of *n_args stand at the front of *args, which may be other words than
 * before. */
static enum ry_status settle(struct invocation *in, const struct command *c, int *n_args,
                             char ***args, struct cli *cli)
{
	enum ry_status s = resolve(&in->slots, &in->config, c, in->lists);

	if (!s)
		s = settle_json(in, c);
	if (!s)
		s = expand_patterns(in, c, n_args, args);
	if (!s)
		s = check_arguments(c, *n_args, *args);
	if (!s)
		s = find_runs(in, c, n_args, *args);
	if (s)
		return s;
	note_typed(in);
	fill_cli(cli, &in->common, in->argc, in->argv, in->typed);
	cli->lists = in->lists;
	cli->watcher = in->watcher;
	cli->notes = in->notes;
	return RY_OK;
}

static enum ry_status run_into_file(const struct invocation *in, const struct command *c,
                                    struct cli *cli, int n, char **args)
{
	struct output to;
	enum ry_status s = output_begin(&to, cli->output);

	if (s)
		return s;
	cli->output = NULL;
	cli->color = decide_color(in->common.color);
	return output_end(&to, c->run(cli, in->options, n, args));
}

/* The help page of a command whose words have been read.  Values that the command would refuse are
 * passed over: the page is what a user needs then. */
static enum ry_status help_on_words(struct invocation *in, const struct command *c, int n_args,
                                    char **args)
{
	for (int k = 0; k < option_count(c->options); k++) {
		const struct slot *slot = &in->slots.slot[k];

		if (slot->typed)
			option_set(slot->row, slot->into, slot->typed, slot->row->name, RY_EINVAL);
	}
	return show_command(in, c, in->options, n_args, args);
}

/* A system call that was broken off by the signal is no failure of its own. */
static enum ry_status as_interrupted(enum ry_status s)
{
	if (s != RY_OK && s != RY_ESTOP && interrupt_asked() &&
	    strstr(ry_message(), strerror(EINTR)))
		return ry_fail(RY_ESTOP, "interrupted");
	return s;
}

/* Signals and --max-time stop what runs from here on. */
static enum ry_status begin_limits(const struct common *common)
{
	double seconds = 0;
	enum ry_status s = common->max_time
	                           ? duration_parse(common->max_time, "--max-time", &seconds)
	                           : RY_OK;

	if (s == RY_OK) {
		interrupt_catch();
		interrupt_after(seconds);
	}
	return s;
}

static enum ry_status run_command(struct invocation *in, const struct command *c, int n,
                                  char **word)
{
	struct cli cli;
	int rest;
	enum ry_status s = read_words(in, c, n, word, &rest);

	if (s)
		return s;
	if (typed_flag(&in->slots, "help"))
		return help_on_words(in, c, n - rest, word + rest);
	if (typed_flag(&in->slots, "version"))
		return show_version(&in->slots);
	n -= rest;
	word += rest;
	s = settle(in, c, &n, &word, &cli);
	if (!s)
		s = begin_limits(&in->common);
	if (s)
		return s;
	if (cli.output && strcmp(cli.output, "-") != 0 && !c->own_output)
		return as_interrupted(run_into_file(in, c, &cli, n, word));
	return as_interrupted(c->run(&cli, in->options, n, word));
}

/* `n` words, the first of which names a command or a group of commands. */
static enum ry_status dispatch(struct invocation *in, int n, char **word)
{
	int words;
	const struct command *c = named_by(in->lists, n, word, &words);

	if (c)
		return run_command(in, c, n - words + 1, word + words - 1);
	if (strcmp(word[0], "help") == 0)
		return help_on(in, n - 1, word + 1);
	if (!is_group(in->lists, word[0]))
		return unknown_command(in->lists, NULL, word[0]);
	if (n > 1 && (strcmp(word[1], "--help") == 0 || strcmp(word[1], "-h") == 0))
		return help_on(in, 1, word);
	if (n == 1 || word[1][0] == '-') {
		help_group(stderr, in->lists, word[0]);
		return ry_fail(RY_EINVAL, "which command of '%s %s'?", called_name(), word[0]);
	}
	return unknown_command(in->lists, word[0], word[1]);
}

/* With a copy of the words, of which getopt may change the order, and the common options.  NULL
 * without memory. */
static struct invocation *invocation_alloc(int argc, char *const *argv, command_lists lists)
{
	struct invocation *in = calloc(1, sizeof *in);

	if (in)
		in->word = calloc((size_t)argc + 1, sizeof *in->word);
	if (!in || !in->word) {
		free(in);
		ry_fail_memory("the command line");
		return NULL;
	}
	in->notes = json_array();
	in->lists = lists;
	in->argc = argc;
	in->argv = argv;
	memcpy(in->word, argv, (size_t)argc * sizeof *in->word);
	common_defaults(&in->common);
	in->slots.who = in->who;
	snprintf(in->who, sizeof in->who, "%s", called_name());
	for (int k = 0; k < option_count(common_rows); k++)
		add_slot(&in->slots, &common_rows[k], &in->common);
	return in;
}

static void invocation_free(struct invocation *in)
{
	if (!in)
		return;
	config_clear(&in->config);
	for (int k = 0; k < in->n_found; k++)
		free(in->found[k]);
	json_decref(in->notes);
	free(in->args);
	free(in->found);
	free(in->options);
	free(in->word);
	free(in);
}

static enum ry_status run_words(struct invocation *in)
{
	int rest;
	enum ry_status s;

	/* The '+' stops at the first word that is no option: what follows belongs to the
	 * command. */
	make_getopt_tables(&in->slots, "+");
	s = read_typed(&in->slots, in->argc, in->word, &rest);
	if (s)
		return s;
	if (typed_flag(&in->slots, "version"))
		return show_version(&in->slots);
	if (typed_flag(&in->slots, "help"))
		return help_on(in, in->argc - rest, in->word + rest);
	if (rest == in->argc)
		return print_menu(in);
	return dispatch(in, in->argc - rest, in->word + rest);
}

void command_say(const struct cli *cli, const char *format, ...)
{
	va_list ap;

	if (cli->quiet)
		return;
	va_start(ap, format);
	tell_user_list(format, ap);
	va_end(ap);
}

static void keep_note(const struct cli *cli, const char *id, char *text, const char *advice)
{
	json_t *note = json_pack("{s:s, s:s, s:s}", "id", id, "text", text, "advice", advice);

	for (char *c = text; !note && *c; c++)               /* not UTF-8: the name of a file */
		*c = (unsigned char)*c < 0x80 ? *c : '?';
	if (!note)
		note = json_pack("{s:s, s:s, s:s}", "id", id, "text", text, "advice", advice);
	if (cli->notes && note)
		json_array_append(cli->notes, note);
	json_decref(note);
}

static void put_note(const struct cli *cli, const char *id, const char *before, const char *advice,
                     const char *format, va_list ap)
{
	char text[1200];

	vsnprintf(text, sizeof text, format, ap);
	text_clean(text);
	command_say(cli, "%s%s%s%s", before, text, advice[0] ? "; " : "", advice);
	keep_note(cli, id, text, advice);
}

void command_note(const struct cli *cli, const char *id, const char *advice,
                  const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	put_note(cli, id, "Note: ", advice, format, ap);
	va_end(ap);
}

void command_fact(const struct cli *cli, const char *id, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	put_note(cli, id, "", "", format, ap);
	va_end(ap);
}

json_t *command_notes(const struct cli *cli)
{
	return cli->notes ? json_copy(cli->notes) : json_array();
}

/* Output that did not reach stdout, because of a full disk say, is a failure like any other, unless
 * its reader has seen enough. */
static enum ry_status flush_stdout(void)
{
	errno = 0;
	if ((fflush(stdout) == 0 && !ferror(stdout)) || errno == EPIPE || answer_unread(stdout))
		return RY_OK;
	return ry_fail(RY_EIO, "writing to stdout: %s",
	               errno ? strerror(errno) : "not everything was written");
}

enum ry_status command_words(int argc, char **argv, command_lists lists, struct observer *watcher)
{
	struct invocation *in = invocation_alloc(argc, argv, lists);
	enum ry_status s;

	if (!in)
		return ry_failure();
	in->watcher = watcher;
	s = short_memory_status(run_words(in));
	invocation_free(in);
	return s;
}

/* getopt passes over the first word, which stands for the command's name. */
static enum ry_status understand(struct command_line *line, const struct command *c, int n)
{
	struct invocation *in = line->whole;
	int rest;
	enum ry_status s = read_words(in, c, n + 1, in->word, &rest);

	if (!s && (typed_flag(&in->slots, "help") || typed_flag(&in->slots, "version")))
		s = ry_fail(RY_EINVAL, "--help and --version have no meaning here");
	if (s)
		return s;
	line->command = c;
	line->options = in->options;
	line->n_args = n + 1 - rest;
	line->args = in->word + rest;
	return settle(in, c, &line->n_args, &line->args, &line->cli);
}

enum ry_status command_line_read(struct command_line *line, const struct command *c, int n,
                                 char *const *words, command_lists lists)
{
	char **all = calloc((size_t)n + 2, sizeof *all);
	enum ry_status s;

	memset(line, 0, sizeof *line);
	if (!all)
		return ry_fail_memory("the command line");
	all[0] = (char *)c->name;
	memcpy(all + 1, words, (size_t)n * sizeof *all);
	line->whole = invocation_alloc(n + 1, all, lists);
	if (line->whole) {
		line->whole->argc = n;               /* the caller's words stay, these don't */
		line->whole->argv = words;
		s = understand(line, c, n);
	} else {
		s = ry_failure();
	}
	free(all);
	return s;
}

void command_line_free(struct command_line *line)
{
	invocation_free(line->whole);
	memset(line, 0, sizeof *line);
}

int command_main(int argc, char **argv, command_lists lists)
{
	enum ry_status s, flushed;

	called_as(argc > 0 ? argv[0] : NULL);
	short_memory_watch();
	s = command_words(argc, argv, lists, NULL);
	if (s)
		tell_user("riley: %s", ry_message());
	flushed = flush_stdout();
	if (flushed && !s) {
		s = flushed;
		tell_user("riley: %s", ry_message());
	}
	return ry_exit_status(s);
}
