/* runs_command.c - `riley runs`: the runs in runs/, or in other folders. */
#include "config.h"
#include "src/app/runs/runs_command.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "src/app/runs/run_rows.h"
#include "src/base/text.h"
#include "src/cli/answer.h"
#include "src/cli/called.h"
#include "src/cli/run_paths.h"
#include "src/cli/suggest.h"
#include "src/ui/terminal.h"

struct options {
	int         sort, state;
	const char *kind, *data;
};

/* ---- which runs ---- */

/* A run, a folder with runs, or a pattern of names of runs. */
static enum ry_status add_word(struct run_list *l, command_lists lists, const char *word,
                               struct run_list *old)
{
	char **match, *found;
	int n;
	enum ry_status s = run_paths_match(word, &match, &n);

	for (int k = 0; k < n; k++) {
		if (s == RY_OK)
			s = run_list_add(l, lists, match[k], old);
		free(match[k]);
	}
	free(match);
	if (s != RY_OK || n)
		return s;
	if (!(found = run_path(word)))
		return ry_failure();
	s = run_path_is_missing(found) ? run_path_fail(word) : run_list_add(l, lists, found, old);
	free(found);
	return s;
}

enum ry_status runs_find(struct run_list *l, command_lists lists, int n, char *const *path,
                         struct run_list *old)
{
	enum ry_status s = RY_OK;

	if (old)
		run_list_retire(old);
	if (n == 0)
		return access("runs", F_OK) == 0 ? run_list_add(l, lists, "runs", old) : RY_OK;
	for (int k = 0; k < n && s == RY_OK; k++)
		s = add_word(l, lists, path[k], old);
	return s;
}

/* A word that is no run may be a misspelt "compare". */
static enum ry_status explain_word(enum ry_status s, const char *word)
{
	static const char *const words[] = { "compare" };

	if (s != RY_EDATA || access(word, F_OK) == 0 || !suggest_nearest(word, words, 1))
		return s;
	return ry_fail(RY_EDATA, "there is no run '%s'; did you mean '%s runs compare'?", word,
	               called_name());
}

/* --kind must be one of ours: a misspelt one would show nothing. */
static enum ry_status check_kind(const struct cli *cli, const char *kind)
{
	const struct command *c;
	char known[200] = "";

	if (!kind || run_kind_find(cli->lists, kind) != &run_kind_unknown)
		return RY_OK;
	for (int k = 0; (c = run_kind_command(cli->lists, k)); k++) {
		size_t used = strlen(known);

		snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "",
		         c->makes->name);
	}
	return ry_fail(RY_EINVAL, "--kind %.40s: expected one of %s", kind, known);
}

/* ---- printing ---- */

void runs_say_none(const struct cli *cli)
{
	command_say(cli, "There are no runs in runs/ yet. For a first one: %s net train iris",
	            called_name());
}

static double wall_clock(void) { return (double)time(NULL); }

/* What is wrong with runs, and with folders that are none. */
static int print_troubles(const struct run_list *l, const struct run_list_filter *f, int blank)
{
	int n = 0;

	for (int k = 0; k < l->n; k++) {
		const struct listed_run *r = &l->run[k];

		if (!r->error || !run_list_shows(f, r))
			continue;
		if (n++ == 0 && blank)
			putchar('\n');
		out(stdout, "%s: %s\n", run_list_states[r->state], r->error);
	}
	return n;
}

enum ry_status runs_print(const struct cli *cli, const struct run_list *l,
                          const struct run_list_filter *f)
{
	struct run_rows rows;
	enum ry_status s = run_rows_make(&rows, l, f, 0, wall_clock(), cli->ascii);
	int width = 0, height;

	if (isatty(STDOUT_FILENO))
		terminal_size(STDOUT_FILENO, &width, &height);
	if (s == RY_OK && rows.table.rows)
		s = table_print(stdout, &rows.table, width, cli->ascii ? UI_ASCII : UI_BLOCKS);
	if (s == RY_OK && !print_troubles(l, f, rows.table.rows > 0) && !rows.table.rows)
		command_say(cli, "None of the %d runs is of that kind, state or data.", l->n);
	run_rows_clear(&rows);
	return s;
}

static enum ry_status print_json(const struct run_list *l, const struct run_list_filter *f)
{
	json_t *runs = json_array();

	for (int k = 0; k < l->n; k++)
		if (run_list_shows(f, &l->run[k]))
			json_array_append_new(runs, run_rows_json(&l->run[k], wall_clock()));
	return answer_json(stdout, runs, JSON_INDENT(1) | JSON_REAL_PRECISION(15),
	                   "the list of runs");
}

static enum ry_status print_list(const struct cli *cli, const struct options *o,
                                 const struct run_list *l)
{
	const struct run_list_filter f = { o->kind, o->data, (enum run_list_state)o->state, NULL };

	if (cli->json)
		return print_json(l, &f);
	if (l->n == 0) {
		runs_say_none(cli);
		return RY_OK;
	}
	return runs_print(cli, l, &f);
}

static enum ry_status run(const struct cli *cli, void *options, int n_args, char **args)
{
	const struct options *o = options;
	struct run_list l = { 0, NULL };
	enum ry_status s = check_kind(cli, o->kind);

	if (s == RY_OK)
		s = runs_find(&l, cli->lists, n_args, args, NULL);
	if (s != RY_OK && n_args)
		s = explain_word(s, args[0]);
	run_list_sort(&l, (enum run_list_order)o->sort);
	if (s == RY_OK)
		s = print_list(cli, o, &l);
	run_list_clear(&l);
	return s;
}

static void defaults(void *options)
{
	*(struct options *)options = (struct options){ .sort = LIST_BY_AGE };
}

static const struct option_row rows[] = {
	{ "sort", 0, OPTION_CHOICE, offsetof(struct options, sort), NULL,
	  "order of the list; age: newest first; score: best first, within each kind and "
	  "data", 0, 0, run_list_orders },
	{ "kind", 0, OPTION_TEXT, offsetof(struct options, kind), "KIND",
	  "only runs of this kind, such as net", 0, 0, NULL },
	{ "state", 0, OPTION_CHOICE, offsetof(struct options, state), NULL,
	  "only runs in this state; crashed: no process writes to the run, and it has not ended; "
	  "spoiled: its run.json cannot be read; foreign: a folder that is not a run", 0, 0,
	  run_list_states },
	{ "data", 0, OPTION_TEXT, offsetof(struct options, data), "NAME",
	  "only runs on this data file or game; a part of its name is enough", 0, 0, NULL },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, 0, 0, NULL }
};

const struct command runs_command = {
	.name = "runs",
	.arguments = "[RUN|FOLDER]...",
	.summary = "list runs: kind, data, state, age, best score, progress",
	.examples = "riley runs\n"
	            "riley runs --sort score --kind kt\n"
	            "riley runs --state crashed\n"
	            "riley runs other/folder --data breakout\n"
	            "riley runs --json --state running | jq '.[].name'\n"
	            "riley runs compare lstm gru",
	.options = rows,
	.options_size = sizeof(struct options),
	.defaults = defaults,
	.max_args = 10000,
	.run = run,
};
