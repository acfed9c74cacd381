/* command.h - a subcommand is one table: its options, its examples, and the function that runs it.
 *
 * The table gives parsing, --help, "did you mean", environment (RILEY_EPOCHS), config file ([kt
 * train] epochs = 20), the resolved options in run.json, and --resume for nothing.  A command-line
 * option overrides the environment, which overrides the config file, which overrides the default.
 */
#ifndef RILEY_CLI_COMMAND_H
#define RILEY_CLI_COMMAND_H

#include <stddef.h>
#include <jansson.h>
#include "src/base/event.h"
#include "src/base/status.h"

enum option_type {
	OPTION_FLAG,      /* int: 1 when given, 0 as --name=no */
	OPTION_INT,       /* int within min..max */
	OPTION_LONG,      /* long within min..max */
	OPTION_REAL,      /* double within min..max */
	OPTION_TEXT,      /* const char * */
	OPTION_CHOICE,    /* int: index into choices[] */
	OPTION_LIST       /* struct option_list: the option may be repeated */
};

/* The texts of an option that may be repeated; borrowed. */
enum { OPTION_LIST_MAX = 64 };

struct option_list {
	int         n;
	const char *text[OPTION_LIST_MAX];
};

/* One option.  `at` is offsetof() its value in the command's own options struct.  The default is
 * whatever command.defaults puts there.  A default that can't be typed leaves the option open, for
 * the command to decide: a flag or choice below 0, a number outside of min..max, a text of NULL, a
 * list of none.
 * --help then shows none, and run.json null until the command has decided. */
struct option_row {
	const char        *name;      /* "epochs" for --epochs N; NULL ends the table */
	int                letter;    /* 'o' for -o, or 0 */
	enum option_type   type;
	size_t             at;
	const char        *argument;  /* "N", "FILE"; NULL for flags; NULL lists a choice's words */
	const char        *help;      /* one line; the default is added by --help */
	double             min, max;  /* of numbers, inclusive; both 0: any; DBL_MAX: unlimited */
	const char *const *choices;   /* NULL-terminated; of OPTION_CHOICE, or what completion
	                               * offers for another type */
};

/* A heading that --help prints above an option, and so above those that follow it. */
struct option_section {
	const char *first;        /* name of that option; NULL ends the list */
	const char *heading;
};

struct command;
struct run_kind;

/* NULL-terminated lists of commands, the last of which is NULL: all commands of the program. */
typedef const struct command *const *const *command_lists;

/* What every command is told besides its own options. */
struct cli {
	int         quiet, verbose;   /* -q, -v */
	int         json;             /* --json: one JSON object on stdout */
	int         plain;            /* --plain: lines, no bars; set too when stderr can't be
	                               * redrawn: not a terminal, or a dumb one */
	int         ascii;            /* --ascii, or the locale is not UTF-8 */
	int         color;            /* decided from --color, NO_COLOR, TERM and the terminal */
	long        seed;             /* --seed; 1 unless given */
	int         threads;          /* --threads; the processors we may run on unless given */
	const char *output;           /* -o FILE, or NULL; NULL too when what is printed goes
	                               * there by itself */
	int         argc;             /* the whole command line as typed, for run.json */
	char *const *argv;
	const char *const *typed;     /* names of the options on the command line,
	                               * NULL-terminated */
	command_lists lists;          /* all commands of the program */
	struct observer *watcher;     /* who started this command and wants to be told how
	                               * training goes, in the place of a progress bar; or NULL */
	json_t     *notes;            /* array of command_note()'s notes; or NULL */
};

struct command {
	const char              *name;        /* "kt train": how it is called */
	const char              *alias;       /* another name it answers to; NULL: none */
	const char              *arguments;   /* "TRAIN": what --help shows after the name */
	const char              *summary;     /* one line */
	const char              *examples;    /* lines, shown first by --help */
	const struct option_row *options;
	size_t                   options_size;
	void                   (*defaults)(void *options);   /* fills zeroed memory */
	int                      min_args, max_args;         /* arguments that are not options; "-"
	                                                      * is one */
	int                      runs;        /* the first so many arguments, and --resume, name
	                                       * runs: run() gets their paths (run_path()), of
	                                       * several without what is no run, and with those
	                                       * that a pattern matches */
	int                      awaits_runs; /* nonzero: they may not be there yet */

	/* Does the work.  On failure the sentence is in ry_message(); main prints it and turns the
	 * status into an exit status. */
	enum ry_status (*run)(const struct cli *cli, void *options, int n_args, char **args);

	/* Checks, without doing any of the work, that run() could begin: for a caller that will run
	 * it many times.  Writes only to open options.  NULL: there is nothing to check. */
	enum ry_status (*check)(const struct cli *cli, void *options, int n_args, char **args);

	/* Nonzero: run() itself writes what -o names (data, a picture, a folder).  0: its stdout
	 * goes there. */
	int                      own_output;

	const struct run_kind   *makes;       /* the kind of runs it makes
	                                       * (src/app/kinds/run_kind.h); NULL: none */
	const char              *group;       /* what its group of commands ("kt") is about; one
	                                       * of the group says so */
	const char              *try_first;   /* the command line to begin a group with; one
	                                       * of the group says so, or none */
	int                      no_group;    /* the first word of its name ("runs" of "runs
	                                       * compare") is a command, not a group */

	/* Words that an argument may be, for completion; NULL-terminated, or NULL. */
	const char *const       *argument_words;

	/* Headings for the options in --help; NULL: none. */
	const struct option_section *sections;

	/* Why --json is refused: "a screen is for people".  NULL: run() prints an object when
	 * cli->json says so. */
	const char              *no_json;

	/* For --help, where the default of an option depends on the rest of the command line:
	 * writes what holds when `row` is not given, such as "default 0.5" or "default: one run".
	 * `options` are the defaults with the options given on the command line.  For a `row` of
	 * NULL it writes the heading above the options.  Returns 0 to leave it to --help, which
	 * then shows the value set by defaults().  NULL: always so. */
	int                    (*describe_default)(const struct option_row *row,
	                                           const void *options, int n_args,
	                                           char *const *args, char *into, size_t size);
};

/* Print a line for the user on stderr, unless --quiet. */
void command_say(const struct cli *cli, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Tell the user of something about the data or the run that they should know: a line "Note: TEXT;
 * ADVICE" on stderr unless --quiet, and an object of `id` (a word for scripts), `text` and `advice`
 * for --json.  `advice` may be "". */
void command_note(const struct cli *cli, const char *id, const char *advice,
                  const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The same for a plain fact: the line is TEXT alone. */
void command_fact(const struct cli *cli, const char *id, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The notes so far, for "notes" of what --json prints.  A new reference. */
json_t *command_notes(const struct cli *cli);

/* For a list of commands written once, as a macro of rows: NAME stands for NAME_command. */
#define COMMAND_DECLARE(name) extern const struct command name##_command;
#define COMMAND_ADDRESS(name) &name##_command,

/* The command with this name or alias ("kt train"), or NULL. */
const struct command *command_find(command_lists lists, const char *name);

/* The rows of the options that every command has; one without a name ends them. */
const struct option_row *command_common_options(void);

/* The resolved options as a JSON object of name -> value (choices by name), for run.json.  A new
 * reference; NULL without memory. */
json_t *command_options_json(const struct command *c, const void *options);

/* Set options from such an object.  Unknown names and values out of range are RY_EDATA; null leaves
 * an option unchanged, or makes a text NULL.  Texts are borrowed from `from`. */
enum ry_status command_options_from_json(const struct command *c, void *options,
                                         const json_t *from);

/* Nonzero if the option `name` was given on the command line: --resume must then not take it from
 * the saved run. */
int command_typed(const struct cli *cli, const char *name);

/* For commands that open a screen: nonzero if the user asked for lines, as opposed to stderr being
 * redirected. */
int command_lines_wanted(const struct cli *cli);

/* Run the program over NULL-terminated `lists` of commands; returns the exit status.  Messages go
 * to stderr as "riley: ...".  It is a failure (1) if output does not reach stdout. */
int command_main(int argc, char **argv, command_lists lists);

/* What command_main() does but for the ends: messages stay in ry_message(), and stdout is not
 * flushed.  `watcher`, or NULL, is for struct cli. */
enum ry_status command_words(int argc, char **argv, command_lists lists, struct observer *watcher);

/* A command line that was parsed but not run. */
struct command_line {
	const struct command *command;
	struct cli            cli;
	void                 *options;   /* as resolved from the words, the environment and the
	                                  * config file */
	int                   n_args;
	char                **args;
	struct invocation    *whole;     /* what the others point into */
};

/* Read the words that follow the name of command `c` ("kt train"), options and arguments: whether
 * they are wrong is found out as if it were to be run, but for command.check, which the caller may
 * ask.  --help and --version are RY_EINVAL.  Release with command_line_free() also after a failure;
 * words are borrowed. */
enum ry_status command_line_read(struct command_line *line, const struct command *c, int n,
                                 char *const *words, command_lists lists);
void command_line_free(struct command_line *line);

/* Nonzero once a signal has asked the program to stop, or --max-time is over: interrupt_asked(),
 * whose handlers are installed before a command runs.  Training loops poll it, finish the step,
 * checkpoint, and return RY_ESTOP. */
int command_interrupted(void);

#endif
