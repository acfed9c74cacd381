/* diagnose_command.c - `riley diagnose`: what is wrong with runs, by which evidence, and what to
 * try. */
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include "src/app/selftest/diagnose_command.h"
#include "src/app/diagnose/diagnose.h"
#include "src/app/selftest/selftest.h"
#include "src/base/text.h"
#include "src/cli/answer.h"
#include "src/ui/terminal.h"

enum { RUNS_MAX = 256 };

struct options {
	int selftest, seeds;
};

static const struct option_row rows[] = {
	{ "selftest", 0, OPTION_FLAG, offsetof(struct options, selftest), NULL,
	  "train small healthy runs and runs with one known fault each, and check the diagnoses",
	  0, 0, NULL },
	{ "seeds", 0, OPTION_INT, offsetof(struct options, seeds), "N",
	  "selftest: repeat with N consecutive seeds", 1, 1000, NULL },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, 0, 0, NULL }
};

static void defaults(void *options)
{
	((struct options *)options)->seeds = 1;
}

static int page_width(void)
{
	int width, height;

	return isatty(STDOUT_FILENO) && terminal_size(STDOUT_FILENO, &width, &height) && width > 40
	               ? width - 1
	               : 79;
}

/* One run; its answer goes to `answers` with --json. */
static enum ry_status judge(const struct cli *cli, const char *path, int heading, json_t *answers,
                            const struct diagnosis_rule **verdict)
{
	struct diagnosis d;
	enum ry_status status = diagnose_run(&d, cli->lists, path, 0);

	if (status != RY_OK)
		return status;
	*verdict = diagnosis_verdict(&d) ? diagnosis_verdict(&d)->rule : NULL;
	if (cli->json) {
		json_t *answer = diagnose_json(&d);

		json_object_set_new(answer, "run", json_string(path));
		json_array_append_new(answers, answer);
		return RY_OK;
	}
	if (heading)
		out(stdout, "%s\n\n", path);
	diagnose_text(stdout, &d, page_width());
	return RY_OK;
}

static enum ry_status judge_all(const struct cli *cli, int n, char **runs, json_t *answers,
                                int *ill, const char **first, const struct diagnosis_rule **what)
{
	enum ry_status status = RY_OK;

	for (int k = 0; k < n && status == RY_OK; k++) {
		const struct diagnosis_rule *verdict = NULL;

		if (k > 0 && !cli->json)
			printf("\n\n");
		status = judge(cli, runs[k], n > 1, answers, &verdict);
		if (verdict && !(*ill)++) {
			*first = runs[k];
			*what = verdict;
		}
	}
	return status;
}

static enum ry_status diagnose(const struct cli *cli, int n, char **runs)
{
	json_t *answers = json_array();
	const struct diagnosis_rule *what = NULL;
	const char *first = NULL;
	int ill = 0;
	enum ry_status status = judge_all(cli, n, runs, answers, &ill, &first, &what);

	if (status == RY_OK && cli->json)
		status = answer_json(stdout,
		                     json_incref(n == 1 ? json_array_get(answers, 0) : answers),
		                     JSON_INDENT(1), "the findings");
	json_decref(answers);
	if (status != RY_OK || !ill)
		return status;
	if (ill == 1)
		return ry_fail(RY_ECHECK, "%s: %s", first, what->name);
	return ry_fail(RY_ECHECK, "found problems in %d of %d runs", ill, n);
}

static enum ry_status run(const struct cli *cli, void *options, int n_args, char **args)
{
	const struct options *o = options;

	if (o->selftest && n_args)
		return ry_fail(RY_EINVAL,
		               "--selftest trains its own runs: unexpected RUN '%.200s'",
		               args[0]);
	if (o->selftest)
		return selftest_run(cli, o->seeds);
	if (!n_args)
		return ry_fail(RY_EINVAL, "diagnose: expected a run, or --selftest");
	return diagnose(cli, n_args, args);
}

const struct command diagnose_command = {
	.name = "diagnose",
	.arguments = "RUN...",
	.summary = "diagnose a run from its learning curves: problems, evidence, and what to try",
	.examples = "riley diagnose runs/lstm\n"
		    "riley diagnose runs/lstm --json\n"
		    "riley diagnose runs/lstm && riley kt eval runs/lstm test.csv     # status 1: "
		    "problems found\n"
		    "riley diagnose --selftest --seeds 3\n",
	.options = rows,
	.options_size = sizeof(struct options),
	.defaults = defaults,
	.min_args = 0,
	.max_args = RUNS_MAX,
	.runs = RUNS_MAX,
	.run = run,
};
