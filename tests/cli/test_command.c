/* test_command.c - the command engine over a small made-up program. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <float.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/base/processors.h"
#include "src/cli/command.h"
#include "src/cli/config_file.h"
#include "src/cli/suggest.h"
#include "tests/support/tap.h"

/* ---- the made-up program ---- */

struct opts {
	int         epochs, shuffle, model, level;
	long        frames;
	double      lr;
	const char *name;
};

static const char *const models[] = { "rnn", "lstm", "gru", NULL };

#define AT(member) offsetof(struct opts, member)

static const struct option_row rows[] = {
	{ "epochs",    'e', OPTION_INT, AT(epochs), "N", "times through the data", 1, 1000, NULL },
	{ "frames",    0, OPTION_LONG, AT(frames), "N", "frames to play", 0, DBL_MAX, NULL },
	{ "learn-rate", 0, OPTION_REAL, AT(lr), "R", "step size", 0, 10, NULL },
	{ "level",     0, OPTION_INT, AT(level), "N", "any whole number", 0, 0, NULL },
	{ "name",      0, OPTION_TEXT, AT(name), "NAME", "what the run is called", 0, 0, NULL },
	{ "model",     0, OPTION_CHOICE, AT(model), NULL, "kind of network", 0, 0, models },
	{ "shuffle",   0, OPTION_FLAG, AT(shuffle), NULL, "mix the order", 0, 0, NULL },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, 0, 0, NULL }
};

static void set_defaults(void *options)
{
	struct opts *o = options;

	o->epochs = 20;
	o->lr = 0.01;
	o->model = 1;
}

/* What the last run() saw. */
static struct opts   seen;
static struct cli    seen_cli;
static char          seen_args[200], seen_name[100], seen_typed[200], seen_line[500];
static int           runs;
static enum ry_status outcome;

static enum ry_status run(const struct cli *cli, void *options, int n_args, char **args)
{
	runs++;
	seen = *(struct opts *)options;
	seen_cli = *cli;
	snprintf(seen_name, sizeof seen_name, "%s", seen.name ? seen.name : "(none)");
	seen_args[0] = seen_typed[0] = seen_line[0] = '\0';
	for (int k = 0; k < n_args; k++)
		snprintf(seen_args + strlen(seen_args), sizeof seen_args - strlen(seen_args),
		         "<%s>", args[k]);
	for (const char *const *t = cli->typed; *t; t++)
		snprintf(seen_typed + strlen(seen_typed), sizeof seen_typed - strlen(seen_typed),
		         "%s ", *t);
	for (int k = 0; k < cli->argc; k++)
		snprintf(seen_line + strlen(seen_line), sizeof seen_line - strlen(seen_line), "%s ",
		         cli->argv[k]);
	CU_ASSERT_EQUAL(command_typed(cli, "epochs"), strstr(seen_typed, "epochs ") != NULL);
	printf("ran\n");
	return outcome ? ry_fail(outcome, "it went wrong") : RY_OK;
}

static const struct command train = {
	.name = "kt train",
	.arguments = "TRAIN",
	.summary = "train a network on answers",
	.examples = "riley kt train a.csv\nriley kt train -",
	.options = rows,
	.options_size = sizeof(struct opts),
	.defaults = set_defaults,
	.min_args = 1,
	.max_args = 2,
	.run = run,
	.own_output = 1,
};
static const struct command info = {
	.name = "kt info",
	.arguments = "FILE",
	.summary = "say what is in a file",
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
static const struct command machine = {
	.name = "machine",
	.alias = "doctor",
	.arguments = "",
	.summary = "look at the machine",
	.options = rows,
	.options_size = sizeof(struct opts),
	.defaults = set_defaults,
	.run = run,
};
/* Nothing is decided on. */
static void leave_open(void *options)
{
	*(struct opts *)options = (struct opts){
		.epochs = -1, .shuffle = -1, .model = -1, .level = 7, .frames = -1, .lr = -1
	};
}

/* Epochs follow the level given, and the first argument is put in the heading. */
static int describe_default(const struct option_row *row, const void *options, int n_args,
                            char *const *args, char *into, size_t size)
{
	const struct opts *o = options;

	if (!row)
		snprintf(into, size, "Options for %s:", n_args ? args[0] : "nobody");
	else if (strcmp(row->name, "epochs") == 0)
		snprintf(into, size, "default %d", 10 * o->level);
	else
		return 0;
	return 1;
}

static const struct command choose = {
	.name = "choose",
	.arguments = "[WHO]",
	.summary = "decide on everything",
	.options = rows,
	.options_size = sizeof(struct opts),
	.defaults = leave_open,
	.max_args = 1,
	.run = run,
	.describe_default = describe_default,
};
static const struct command *const kt_list[] = { &train, &info, NULL };
static const struct command *const other_list[] = { &machine, &choose, NULL };
static const struct command *const empty_list[] = { NULL };
static const struct command *const *const lists[] = { kt_list, empty_list, other_list, NULL };

/* ---- calling it ---- */

static char out[20000], err[20000];

static void read_back(int fd, char *into, size_t size)
{
	ssize_t got = pread(fd, into, size - 1, 0);

	into[got > 0 ? got : 0] = '\0';
}

/* Run "riley WORDS" (split at spaces) with stdout and stderr caught in `out` and `err`. */
static int riley(const char *words)
{
	static char line[500];
	char *argv[40] = { "riley" };
	int argc = 1, status, keep[2], fd[2];
	FILE *caught[2] = { tmpfile(), tmpfile() };

	snprintf(line, sizeof line, "%s", words);
	for (char *w = strtok(line, " "); w; w = strtok(NULL, " "))
		argv[argc++] = w;
	fflush(stdout);
	for (int k = 0; k < 2; k++) {
		CU_ASSERT_PTR_NOT_NULL_FATAL(caught[k]);
		fd[k] = fileno(caught[k]);
		keep[k] = dup(k + 1);
		dup2(fd[k], k + 1);
	}
	status = command_main(argc, argv, lists);
	fflush(stdout);
	for (int k = 0; k < 2; k++) {
		dup2(keep[k], k + 1);
		close(keep[k]);
	}
	read_back(fd[0], out, sizeof out);
	read_back(fd[1], err, sizeof err);
	fclose(caught[0]);
	fclose(caught[1]);
	return status;
}

#define SAYS(where, words) CU_ASSERT_PTR_NOT_NULL(strstr(where, words))

static const char *config_file(const char *content)
{
	static char path[400];
	FILE *f;

	snprintf(path, sizeof path, "%s/config", tap_tmpdir());
	f = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	fputs(content, f);
	fclose(f);
	return path;
}

/* "riley --config FILE WORDS", FILE holding `content`. */
static int riley_with(const char *content, const char *words)
{
	char line[900];

	snprintf(line, sizeof line, "--config %s %s", config_file(content), words);
	return riley(line);
}

/* ---- tests ---- */

static void defaults_hold(void)
{
	CU_ASSERT_EQUAL(riley("kt train a.csv"), 0);
	CU_ASSERT_EQUAL(seen.epochs, 20);
	CU_ASSERT_EQUAL(seen.lr, 0.01);
	CU_ASSERT_EQUAL(seen.model, 1);
	CU_ASSERT_STRING_EQUAL(seen_name, "(none)");
	CU_ASSERT_STRING_EQUAL(seen_args, "<a.csv>");
	CU_ASSERT_EQUAL(seen_cli.seed, 1);
	CU_ASSERT_EQUAL(seen_cli.threads, processors_usable());
	CU_ASSERT_EQUAL(seen_cli.plain, 1);
	CU_ASSERT_EQUAL(seen_cli.color, 0);
	CU_ASSERT_PTR_NULL(seen_cli.output);
	CU_ASSERT_STRING_EQUAL(out, "ran\n");
	CU_ASSERT_STRING_EQUAL(err, "");
}

static void options_are_read(void)
{
	CU_ASSERT_EQUAL(riley("kt train --epochs 7 a.csv --learn-rate=2.5e-3 -o out.csv --model "
	                      "gru "
	                      "--shuffle --name x - --frames 9000000000 --seed 42 --threads 3 -q"),
	                0);
	CU_ASSERT_EQUAL(seen.epochs, 7);
	CU_ASSERT_EQUAL(seen.lr, 2.5e-3);
	CU_ASSERT_EQUAL(seen.model, 2);
	CU_ASSERT_EQUAL(seen.shuffle, 1);
	CU_ASSERT_EQUAL(seen.frames, 9000000000L);
	CU_ASSERT_STRING_EQUAL(seen_name, "x");
	CU_ASSERT_STRING_EQUAL(seen_args, "<a.csv><->");
	CU_ASSERT_STRING_EQUAL(seen_cli.output, "out.csv");
	CU_ASSERT_EQUAL(seen_cli.seed, 42);
	CU_ASSERT_EQUAL(seen_cli.threads, 3);
	CU_ASSERT_EQUAL(seen_cli.quiet, 1);
	SAYS(seen_typed, "seed ");
	CU_ASSERT_PTR_NULL(strstr(seen_typed, "json"));
	CU_ASSERT_STRING_EQUAL(seen_line,
	                       "riley kt train --epochs 7 a.csv --learn-rate=2.5e-3 -o out.csv "
	                       "--model gru --shuffle --name x - --frames 9000000000 --seed 42 "
	                       "--threads 3 -q ");
}

static void common_options_may_stand_first(void)
{
	CU_ASSERT_EQUAL(riley("--seed 5 --json kt train -e 3 a.csv --seed 6"), 0);
	CU_ASSERT_EQUAL(seen_cli.seed, 6);
	CU_ASSERT_EQUAL(seen_cli.json, 1);
	CU_ASSERT_EQUAL(seen.epochs, 3);
	CU_ASSERT_EQUAL(riley("kt train -- --epochs"), 0);
	CU_ASSERT_STRING_EQUAL(seen_args, "<--epochs>");
}

static void precedence(void)
{
	const char *content =
		"[riley]\nseed = 11\n[kt train]\nepochs = 30\nlearn-rate = 0.3 ; why\n"
		"shuffle = yes\n[kt info]\n# nothing\n";

	setenv("RILEY_EPOCHS", "40", 1);
	CU_ASSERT_EQUAL(riley_with(content, "kt train --epochs 50 a"), 0);
	CU_ASSERT_EQUAL(seen.epochs, 50);
	CU_ASSERT_EQUAL(riley_with(content, "kt train a"), 0);
	CU_ASSERT_EQUAL(seen.epochs, 40);
	unsetenv("RILEY_EPOCHS");
	CU_ASSERT_EQUAL(riley_with(content, "kt train a"), 0);
	CU_ASSERT_EQUAL(seen.epochs, 30);
	CU_ASSERT_EQUAL(seen.lr, 0.3);
	CU_ASSERT_EQUAL(seen.shuffle, 1);
	CU_ASSERT_EQUAL(seen_cli.seed, 11);
	CU_ASSERT_STRING_EQUAL(seen_typed, "config ");
	CU_ASSERT_EQUAL(riley_with(content, "kt train --shuffle=no a"), 0);
	CU_ASSERT_EQUAL(seen.shuffle, 0);
	CU_ASSERT_EQUAL(riley("kt train a"), 0);
	CU_ASSERT_EQUAL(seen.epochs, 20);
}

static void environment_names(void)
{
	setenv("RILEY_LEARN_RATE", "0.5", 1);
	setenv("RILEY_JSON", "1", 1);
	setenv("RILEY_EPOCHS", "", 1);
	CU_ASSERT_EQUAL(riley("kt train a"), 0);
	CU_ASSERT_EQUAL(seen.lr, 0.5);
	CU_ASSERT_EQUAL(seen_cli.json, 1);
	CU_ASSERT_EQUAL(seen.epochs, 20);
	setenv("RILEY_JSON", "maybe", 1);
	CU_ASSERT_EQUAL(riley("kt train a"), 2);
	SAYS(err, "RILEY_JSON: 'maybe' is not yes or no");
	unsetenv("RILEY_LEARN_RATE");
	unsetenv("RILEY_JSON");
	unsetenv("RILEY_EPOCHS");
}

static void home_config_is_found(void)
{
	char folder[400], path[500];
	FILE *f;

	snprintf(folder, sizeof folder, "%s/xdg", tap_tmpdir());
	setenv("XDG_CONFIG_HOME", folder, 1);
	CU_ASSERT_EQUAL(riley("kt train a"), 0);
	CU_ASSERT_EQUAL(seen.epochs, 20);
	snprintf(path, sizeof path, "mkdir -p %s/riley", folder);
	CU_ASSERT_EQUAL(system(path), 0);
	snprintf(path, sizeof path, "%s/riley/config", folder);
	f = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	fputs("[kt train]\nepochs = 77\n", f);
	fclose(f);
	CU_ASSERT_EQUAL(riley("kt train a"), 0);
	CU_ASSERT_EQUAL(seen.epochs, 77);
	setenv("RILEY_CONFIG", config_file("[kt train]\nepochs = 78\n"), 1);
	CU_ASSERT_EQUAL(riley("kt train a"), 0);
	CU_ASSERT_EQUAL(seen.epochs, 78);
	unsetenv("RILEY_CONFIG");
	unlink(path);
}

static void config_errors_name_file_and_line(void)
{
	static const struct { const char *content, *says; } wrong[] = {
		{ "[kt train]\nepochs = 0\n", "config:2: epochs: 0 is out of range" },
		{ "[kt train]\n\nepcohs = 3\n",
		  "config:3: [kt train] has no option 'epcohs'; did you mean 'epochs'?" },
		{ "[riley]\nepochs = 3\n", "config:2: [riley] has no option 'epochs'" },
		{ "[riley]\nhelp = yes\n", "config:2: [riley] has no option 'help'" },
		{ "[kt trian]\nepochs = 3\n", "config:2: section [kt trian] is neither" },
		{ "epochs = 3\n", "config:1: section [] is neither" },
		{ "[riley]\n\nseed\n", "config:3: expected [section] or option = value" },
		{ "[riley]\nseed = x\n", "config:2: seed: 'x' is not a whole number" },
		{ "[kt train]\nmodel = lsmt\n",
		  "config:2: model: 'lsmt' is not one of rnn, lstm, gru" },
	};
	static char content[3000];

	for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
		runs = 0;
		CU_ASSERT_EQUAL(riley_with(wrong[k].content, "kt train a"), 3);
		CU_ASSERT_EQUAL(runs, 0);
		SAYS(err, wrong[k].says);
	}
	strcpy(content, "[kt train]\n\nname = ");
	memset(content + strlen(content), 'a', 2000);
	CU_ASSERT_EQUAL(riley_with(content, "kt train a"), 3);
	SAYS(err, "config:3: the line is too long");
	CU_ASSERT_EQUAL(riley("--config /nowhere/at/all kt train a"), 3);
	SAYS(err, "/nowhere/at/all: ");
}

static void wrong_values(void)
{
	static const struct { const char *words, *says; } wrong[] = {
		{ "--epochs 0", "--epochs: 0 is out of range: it must be between 1 and 1000" },
		{ "--epochs 1001", "--epochs: 1001 is out of range" },
		{ "--epochs 99999999999999999999", "out of range" },
		{ "--epochs 1.5", "--epochs: '1.5' is not a whole number" },
		{ "--epochs 7x", "'7x' is not a whole number" },
		{ "--epochs=", "'' is not a whole number" },
		{ "--level 4294967296", "--level: 4294967296 is out of range" },
		{ "--level -99999999999999999999",
		  "--level: -99999999999999999999 is out of range" },
		{ "--frames -1", "--frames: -1 is too small: it must be at least 0" },
		{ "--learn-rate nan", "--learn-rate: 'nan' is not a number" },
		{ "--learn-rate inf", "--learn-rate: 'inf' is not a number" },
		{ "--learn-rate 0x1", "--learn-rate: '0x1' is not a number" },
		{ "--learn-rate 10.5",
		  "--learn-rate: 10.5 is out of range: it must be between 0 and 10" },
		{ "--learn-rate 0,5", "--learn-rate: '0,5' is not a number" },
		{ "--model lsmt",
		  "--model: 'lsmt' is not one of rnn, lstm, gru; did you mean 'lstm'?" },
		{ "--shuffle=perhaps", "--shuffle: 'perhaps' is not yes or no" },
		{ "--threads 0", "--threads: 0 is out of range" },
		{ "--color red", "--color: 'red' is not one of auto, always, never" },
		{ "--seed -3", "--seed: -3 is too small: it must be at least 0" },
		{ "--epcohs 3", "unknown option --epcohs; did you mean --epochs?" },
		{ "--epcohs=3", "unknown option --epcohs; did you mean --epochs?" },
		{ "--zzzzzz", "unknown option --zzzzzz; see 'riley kt train --help'" },
		{ "-Z", "unknown option -Z; see 'riley kt train --help'" },
		{ "--s 1", "option --s is ambiguous: --shuffle or --seed" },
		{ "b c", "unexpected argument 'c'; the usage is 'riley kt train TRAIN'" },
		{ "--epochs", "option --epochs needs a value" },
		{ "-e", "option -e needs a value" },
	};

	for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
		char line[200];

		runs = 0;
		snprintf(line, sizeof line, "kt train a %s", wrong[k].words);
		CU_ASSERT_EQUAL(riley(line), 2);
		CU_ASSERT_EQUAL(runs, 0);
		CU_ASSERT_EQUAL(strncmp(err, "riley: ", 7), 0);
		SAYS(err, wrong[k].says);
		if (!strstr(err, wrong[k].says))
			printf("# %s: %s", wrong[k].words, err);
		CU_ASSERT_STRING_EQUAL(out, "");
	}
	CU_ASSERT_EQUAL(riley("kt train"), 2);
	SAYS(err, "riley kt train needs TRAIN");
}

static void unknown_words_suggest(void)
{
	CU_ASSERT_EQUAL(riley("kt trian a"), 2);
	SAYS(err, "unknown command 'kt trian'; did you mean 'riley kt train'?");
	CU_ASSERT_EQUAL(riley("mahcine"), 2);
	SAYS(err, "did you mean 'riley machine'?");
	CU_ASSERT_EQUAL(riley("tk train"), 2);
	SAYS(err, "did you mean 'riley kt'?");
	CU_ASSERT_EQUAL(riley("fly"), 2);
	SAYS(err, "unknown command 'fly'; 'riley --help' lists them");
	CU_ASSERT_EQUAL(riley("kt fly"), 2);
	SAYS(err, "unknown command 'kt fly'; 'riley kt --help' lists them");
	CU_ASSERT_EQUAL(riley("--jsno machine"), 2);
	SAYS(err, "unknown option --jsno; did you mean --json?");
}

static void an_alias_is_another_name(void)
{
	static const char *const ways[] = { "doctor --help", "help doctor", "machine --help" };

	CU_ASSERT_EQUAL(riley("doctor --epochs 4"), 0);
	CU_ASSERT_EQUAL(seen.epochs, 4);
	for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
		CU_ASSERT_EQUAL(riley(ways[k]), 0);
		SAYS(out, "Usage: riley machine");
		SAYS(out, "Alias: riley doctor");
	}
	CU_ASSERT_EQUAL(riley("kt train --help"), 0);
	CU_ASSERT_PTR_NULL(strstr(out, "Alias"));
	CU_ASSERT_EQUAL(riley("--help"), 0);
	CU_ASSERT_PTR_NULL(strstr(out, "doctor"));
	CU_ASSERT_EQUAL(riley("docotr"), 2);
	SAYS(err, "did you mean 'riley doctor'?");
	CU_ASSERT_EQUAL(riley_with("[doctor]\nepochs = 30\n", "machine"), 0);
	CU_ASSERT_EQUAL(seen.epochs, 30);
	CU_ASSERT_EQUAL(riley_with("[doctor]\nepochs = 30\n[machine]\nepochs = 31\n", "doctor"), 0);
	CU_ASSERT_EQUAL(seen.epochs, 31);
	CU_ASSERT_EQUAL(riley_with("[doctor]\nepoch = 30\n", "machine"), 3);
	SAYS(err, "[doctor] has no option 'epoch'");
}

static void alone_lists_commands(void)
{
	CU_ASSERT_EQUAL(riley(""), 2);
	SAYS(err, "kt train");
	SAYS(err, "machine");
	CU_ASSERT_STRING_EQUAL(out, "");
	CU_ASSERT_EQUAL(riley("kt"), 2);
	SAYS(err, "riley kt info");
	CU_ASSERT_PTR_NULL(strstr(err, "machine"));
	CU_ASSERT_STRING_EQUAL(out, "");
	CU_ASSERT_EQUAL(riley("kt --seed 3"), 2);
}

static void help_is_made_from_the_table(void)
{
	const char *examples, *options;

	CU_ASSERT_EQUAL(riley("kt train --help"), 0);
	examples = strstr(out, "Examples:\n  riley kt train a.csv\n  riley kt train -\n");
	options = strstr(out, "  -e, --epochs N");
	CU_ASSERT(examples != NULL && options != NULL && examples < options);
	SAYS(out, "Usage: riley kt train [OPTION]... TRAIN");
	SAYS(out, "times through the data (default 20)");
	SAYS(out, "--model rnn|lstm|gru");
	SAYS(out, "kind of network (default lstm)");
	SAYS(out, "step size (default 0.01)");
	SAYS(out, "--threads N");
	SAYS(out, "--color auto|always|never");
	SAYS(out, "what the run is called\n");
	for (const char *line = out; *line; line += strcspn(line, "\n") + 1)
		CU_ASSERT(strcspn(line, "\n") <= 80);
	CU_ASSERT_STRING_EQUAL(err, "");
}

static void help_in_every_way(void)
{
	static const char *const ways[] = { "kt train -h", "help kt train", "--help kt train",
	                                    "kt train --help a b c d", "kt train a -h" };
	static const char *const programs[] = { "--help", "-h", "help" };
	static const char *const groups[] = { "kt --help", "kt -h", "help kt", "--help kt" };

	runs = 0;
	for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
		CU_ASSERT_EQUAL(riley(ways[k]), 0);
		SAYS(out, "Usage: riley kt train");
	}
	for (size_t k = 0; k < sizeof programs / sizeof *programs; k++) {
		CU_ASSERT_EQUAL(riley(programs[k]), 0);
		SAYS(out, "riley machine");
	}
	for (size_t k = 0; k < sizeof groups / sizeof *groups; k++) {
		CU_ASSERT_EQUAL(riley(groups[k]), 0);
		SAYS(out, "riley kt info");
		CU_ASSERT_PTR_NULL(strstr(out, "machine"));
	}
	CU_ASSERT_EQUAL(runs, 0);
	CU_ASSERT_EQUAL(riley("help fly"), 2);
	CU_ASSERT_EQUAL(riley("help kt fly"), 2);
	CU_ASSERT_EQUAL(riley("--version"), 0);
	SAYS(out, "riley ");
	SAYS(out, "GPL-3.0-or-later");
	CU_ASSERT_EQUAL(riley("kt train --version"), 0);
	SAYS(out, "GPL-3.0-or-later");
}

static void help_follows_the_words(void)
{
	CU_ASSERT_EQUAL(riley("choose --help"), 0);
	SAYS(out, "\nOptions for nobody:\n");
	CU_ASSERT_EQUAL(riley("choose me --level 4 --help"), 0);
	SAYS(out, "\nOptions for me:\n");
	SAYS(out, "times through the data (default 40)");
	SAYS(out, "any whole number (default 7)");
	CU_ASSERT_EQUAL(riley("help choose me"), 0);
	SAYS(out, "\nOptions for me:\n");
	CU_ASSERT_EQUAL(riley("choose --level high --help"), 0);
	SAYS(out, "times through the data (default 70)");
	CU_ASSERT_STRING_EQUAL(err, "");
}

static void statuses_become_exit_statuses(void)
{
	static const struct { enum ry_status status; int exits; } table[] = {
		{ RY_EINVAL, 2 }, { RY_EIO, 1 }, { RY_EDATA, 3 }, { RY_EMISSING, 4 }, { RY_ENUMERIC,
		  5 },
		{ RY_ESTOP, 130 },
	};

	for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
		outcome = table[k].status;
		CU_ASSERT_EQUAL(riley("machine --json"), table[k].exits);
		CU_ASSERT_STRING_EQUAL(err, "riley: it went wrong\n");
	}
	outcome = RY_OK;
}

static void colours(void)
{
	CU_ASSERT_EQUAL(riley("machine --color=always"), 0);
	CU_ASSERT_EQUAL(seen_cli.color, 1);
	setenv("NO_COLOR", "1", 1);
	CU_ASSERT_EQUAL(riley("machine --color always"), 0);
	CU_ASSERT_EQUAL(seen_cli.color, 1);
	CU_ASSERT_EQUAL(riley("machine"), 0);
	CU_ASSERT_EQUAL(seen_cli.color, 0);
	unsetenv("NO_COLOR");
}

/* In a child: stdout on /dev/full, where writing fails only when it is flushed. */
static void full_disk_on_stdout(void)
{
	int status, fd = open("/dev/full", O_WRONLY);
	struct stat sb;
	pid_t child;

	if (fd < 0 || fstat(fd, &sb) != 0 || !S_ISCHR(sb.st_mode)) {
		tap_skip("there is no /dev/full");
		return;
	}
	fflush(stdout);
	child = fork();
	if (child == 0) {
		char *argv[] = { "riley", "machine", NULL };
		FILE *caught = tmpfile();

		dup2(fd, 1);
		dup2(fileno(caught), 2);
		status = command_main(2, argv, lists);
		read_back(2, err, sizeof err);
		_exit(status == 1 && strstr(err, "riley: writing to stdout: No space left") ? 0
		                                                                            : 1);
	}
	CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
	CU_ASSERT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	close(fd);
}

/* In a child, because the second signal kills. */
static void first_signal_asks_second_kills(void)
{
	int status;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		riley("machine");
		if (command_interrupted())
			_exit(1);
		raise(SIGINT);
		if (!command_interrupted())
			_exit(2);
		raise(SIGINT);
		_exit(3);
	}
	CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
	CU_ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
}

static void options_travel_as_json(void)
{
	struct opts a = {
		.epochs = 3, .shuffle = 1, .model = 2, .frames = 5000000000L, .lr = 0.1, .name = "x"
	};
	struct opts b = { 0 };
	json_t *j = command_options_json(&train, &a);

	CU_ASSERT_PTR_NOT_NULL_FATAL(j);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(j, "model")), "gru");
	CU_ASSERT(json_is_true(json_object_get(j, "shuffle")));
	CU_ASSERT_EQUAL(command_options_from_json(&train, &b, j), RY_OK);
	CU_ASSERT_EQUAL(b.epochs, 3);
	CU_ASSERT_EQUAL(b.shuffle, 1);
	CU_ASSERT_EQUAL(b.model, 2);
	CU_ASSERT_EQUAL(b.frames, 5000000000L);
	CU_ASSERT_EQUAL(b.lr, 0.1);
	CU_ASSERT_STRING_EQUAL(b.name, "x");
	json_decref(j);
	a.name = NULL;
	j = command_options_json(&train, &a);
	CU_ASSERT_EQUAL(command_options_from_json(&train, &b, j), RY_OK);
	CU_ASSERT_PTR_NULL(b.name);
	json_decref(j);
}

static void open_options_stay_open(void)
{
	struct opts o, read = {
		.epochs = 5, .shuffle = 1, .model = 1, .level = 3, .frames = 2, .lr = 1, .name = "x"
	};
	const char *name;
	json_t *j, *value;

	CU_ASSERT_EQUAL(riley("choose"), 0);
	CU_ASSERT(seen.epochs == -1 && seen.shuffle == -1 && seen.model == -1 &&
	          seen.frames == -1 && seen.lr == -1);
	CU_ASSERT_EQUAL(riley("choose --model rnn --shuffle=no --frames 3"), 0);
	CU_ASSERT(seen.epochs == -1 && seen.shuffle == 0 && seen.model == 0 && seen.frames == 3);
	CU_ASSERT_EQUAL(riley("choose --help"), 0);
	SAYS(out, "times through the data (default 70)\n");
	SAYS(out, "step size\n");
	SAYS(out, "any whole number (default 7)");
	CU_ASSERT_PTR_NULL(strstr(out, "default -1"));
	leave_open(&o);
	j = command_options_json(&choose, &o);
	json_object_foreach(j, name, value)
		CU_ASSERT_EQUAL(json_is_null(value), strcmp(name, "level") != 0);
	CU_ASSERT_EQUAL(command_options_from_json(&choose, &read, j), RY_OK);
	CU_ASSERT(read.epochs == 5 && read.shuffle == 1 && read.model == 1 && read.frames == 2 &&
	          read.lr == 1);
	CU_ASSERT_EQUAL(read.level, 7);
	CU_ASSERT_PTR_NULL(read.name);
	json_decref(j);
}

static void wrong_json_is_refused(void)
{
	static const struct { const char *json, *says; } wrong[] = {
		{ "{\"epochs\": 0}", "saved option epochs: 0 is out of range" },
		{ "{\"epochs\": 1.5}", "saved option epochs: a whole number expected" },
		{ "{\"epochs\": \"3\"}", "saved option epochs: a whole number expected" },
		{ "{\"learn-rate\": 11}", "saved option learn-rate: 11 is out of range" },
		{ "{\"learn-rate\": true}", "saved option learn-rate: a number expected" },
		{ "{\"shuffle\": 1}", "saved option shuffle: true or false expected" },
		{ "{\"model\": 1}", "saved option model: a word expected" },
		{ "{\"model\": \"svm\"}", "saved option model: 'svm' is not one of" },
		{ "{\"name\": 3}", "saved option name: a text or null expected" },
		{ "{\"depth\": 3}", "saved option depth: riley kt train has no such option" },
		{ "[3]", "a JSON object expected" },
	};

	for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
		struct opts o = { 0 };
		json_t *j = json_loads(wrong[k].json, 0, NULL);

		CU_ASSERT_PTR_NOT_NULL_FATAL(j);
		CU_ASSERT_EQUAL(command_options_from_json(&train, &o, j), RY_EDATA);
		SAYS(ry_message(), wrong[k].says);
		json_decref(j);
	}
}

static void distances(void)
{
	static const char *const words[] = { "train", "trace", "eval", "predict" };

	CU_ASSERT_EQUAL(suggest_distance("train", "train"), 0);
	CU_ASSERT_EQUAL(suggest_distance("trian", "train"), 1);
	CU_ASSERT_EQUAL(suggest_distance("rain", "train"), 1);
	CU_ASSERT_EQUAL(suggest_distance("kitten", "sitting"), 3);
	CU_ASSERT_EQUAL(suggest_distance("", "abc"), 3);
	CU_ASSERT_STRING_EQUAL(suggest_nearest("trian", words, 4), "train");
	CU_ASSERT_STRING_EQUAL(suggest_nearest("pred", words, 4), "predict");
	CU_ASSERT_PTR_NULL(suggest_nearest("graph", words, 4));
	CU_ASSERT_PTR_NULL(suggest_nearest("x", words, 4));
}

static void processors(void)
{
	CU_ASSERT(processors_affinity() >= 1);
	CU_ASSERT(processors_quota() >= 0);
	CU_ASSERT(processors_usable() >= 1 && processors_usable() <= processors_affinity());
}

static const struct tap_test tests[] = {
	{ "options that are open stay so", open_options_stay_open },
	{ "defaults hold when nothing is given", defaults_hold },
	{ "options of all types are read", options_are_read },
	{ "common options may stand before the command", common_options_may_stand_first },
	{ "option beats environment beats config file beats default", precedence },
	{ "environment variables are named after options", environment_names },
	{ "the config file in the home directory is found", home_config_is_found },
	{ "errors in the config file name file and line", config_errors_name_file_and_line },
	{ "wrong values are refused with a sentence", wrong_values },
	{ "unknown words suggest the nearest", unknown_words_suggest },
	{ "an alias is another name of a command", an_alias_is_another_name },
	{ "without a command the commands are listed", alone_lists_commands },
	{ "help is made from the table, examples first", help_is_made_from_the_table },
	{ "help comes in every way", help_in_every_way },
	{ "help shows the defaults for the words given", help_follows_the_words },
	{ "each status becomes its exit status", statuses_become_exit_statuses },
	{ "colours follow --color and NO_COLOR", colours },
	{ "a full disk on stdout is a failure", full_disk_on_stdout },
	{ "the first signal asks, the second kills", first_signal_asks_second_kills },
	{ "options travel as JSON", options_travel_as_json },
	{ "wrong JSON is refused with a sentence", wrong_json_is_refused },
	{ "distances between words", distances },
	{ "processors are counted", processors },
	{ NULL, NULL }
};

int main(void)
{
	char home[300];

	snprintf(home, sizeof home, "%s/home", tap_tmpdir());
	setenv("HOME", home, 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("NO_COLOR");
	return tap_run("command", tests);
}
