/* compare_command.c - `riley runs compare`: runs side by side. */
#include "config.h"
#include "src/app/runs/compare_command.h"

#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include "src/app/runs/run_compare.h"
#include "src/ui/terminal.h"

struct options {
	int format;
};

static enum ry_status run(const struct cli *cli, void *options, int n_args, char **args)
{
	const struct options *o = options;
	struct comparison c;
	int width = 0, height;
	enum ry_status s;

	if (n_args < 2)
		return ry_fail(RY_EINVAL, "%s is the only run: expected at least two to compare",
		               args[0]);
	if (isatty(STDOUT_FILENO))
		terminal_size(STDOUT_FILENO, &width, &height);
	s = comparison_make(&c, cli->lists, n_args, args);
	if (s == RY_OK)
		s = comparison_print(stdout, &c,
		                     cli->json ? COMPARE_JSON : (enum compare_format)o->format,
		                     width, cli->ascii);
	comparison_clear(&c);
	return s;
}

static const char *const formats[] = { [COMPARE_TEXT] = "text", [COMPARE_MARKDOWN] = "markdown",
	                               [COMPARE_LATEX] = "latex", [COMPARE_JSON] = "json", NULL };

static const struct option_row rows[] = {
	{ "format", 0, OPTION_CHOICE, offsetof(struct options, format), NULL,
	  "how to print the table; json is --json", 0, 0, formats },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, 0, 0, NULL }
};

const struct command runs_compare_command = {
	.name = "runs compare",
	.no_group = 1,
	.arguments = "RUN RUN...",
	.summary = "compare runs: the options that differ, scores with intervals",
	.examples = "riley runs compare lstm gru\n"
	            "riley runs compare runs/five-s*          # mean and interval over seeds\n"
	            "riley runs compare runs/lstm-s* runs/gru-s*\n"
	            "riley runs compare lstm gru --format latex -o table.tex\n"
	            "riley runs compare lstm gru --format markdown",
	.options = rows,
	.options_size = sizeof(struct options),
	.min_args = 2,
	.max_args = COMPARE_MOST,
	.runs = COMPARE_MOST,
	.run = run,
};
