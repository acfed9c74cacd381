/* test_kinds.c - laws of all kinds of runs, and of every piece of advice of the diagnosis: what it
 * tells to type can be typed. */
#include <config.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/app/commands.h"
#include "src/app/kinds/run_kind.h"
#include "src/app/plot/plot.h"
#include "src/app/plot/plot_command.h"
#include "src/base/file.h"
#include "src/cli/shell_words.h"
#include "src/nn/activation.h"
#include "tests/support/tap.h"

/* Calls `law` for every command that makes runs. */
static int each_kind(void (*law)(const struct command *c, const struct run_kind *kind))
{
	const struct command *c;
	int n = 0;

	for (; (c = run_kind_command(program_commands, n)); n++)
		law(c, c->makes);
	return n;
}

static const struct option_row *option_called(const struct command *c, const char *name)
{
	for (const struct option_row *row = c->options; row->name; row++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

/* ---- rows ---- */

static void a_row_is_whole(const struct command *c, const struct run_kind *kind)
{
	TAP_CHECK(kind->name && *kind->name && kind->unit && kind->items, "%s", c->name);
	TAP_CHECK(kind->data && kind->data_name, "%s", c->name);
	TAP_CHECK(kind->diagnosis.traits != 0, "%s", c->name);
	TAP_CHECK(run_kind_find(program_commands, kind->name) == kind, "%s: two of that name",
	          kind->name);
	for (int k = 0; kind->rank[k]; k++)
		TAP_CHECK(run_kind_result(kind, kind->rank[k]) != NULL, "%s: %s", kind->name,
		          kind->rank[k]);
	for (int k = 0; kind->beside[k]; k++)
		TAP_CHECK(run_kind_result(kind, kind->beside[k]) != NULL, "%s: %s", kind->name,
		          kind->beside[k]);
	TAP_CHECK(kind->rank[0] && kind->charts[0].name, "%s", kind->name);
	for (const struct run_measure *m = kind->charts; m->name; m++)
		TAP_CHECK(m->label && *m->label, "%s: %s", kind->name, m->name);
	for (int k = 0; kind->seeds_differ && kind->seeds_differ[k]; k++)
		TAP_CHECK(option_called(c, kind->seeds_differ[k]) != NULL, "%s: --%s", c->name,
		          kind->seeds_differ[k]);
	/* What sweeps and the self-test need. */
	TAP_CHECK(c->check && option_called(c, "name") && option_called(c, "resume"), "%s",
	          c->name);
}

static void rows_are_whole(void)
{
	json_t *info = json_pack("{s:s}", "kind", "nobody's");

	CU_ASSERT(each_kind(a_row_is_whole) >= 3);
	CU_ASSERT_PTR_EQUAL(run_kind_of(program_commands, info), &run_kind_unknown);
	CU_ASSERT_PTR_EQUAL(run_kind_of(program_commands, NULL), &run_kind_unknown);
	CU_ASSERT_PTR_EQUAL(run_kind_of(NULL, info), &run_kind_unknown);
	json_decref(info);
}

/* Every result is known here to be one or the other. */
static void results_have_a_direction(const struct command *c, const struct run_kind *kind)
{
	static const char *const smaller[] = { "loss", "error", "rmse", "mae", "seconds",
		                               "parameters" };
	static const char *const larger[] = { "auc", "accuracy", "r2", "return", "reward" };

	for (int chart = 0; chart < 2; chart++)
		for (const struct run_measure *m = chart ? kind->charts : kind->results; m->name;
		     m++) {
			int is_smaller = 0, is_larger = 0;

			for (size_t k = 0; k < sizeof smaller / sizeof *smaller; k++)
				is_smaller |= strstr(m->name, smaller[k]) != NULL;
			for (size_t k = 0; k < sizeof larger / sizeof *larger; k++)
				is_larger |= strstr(m->name, larger[k]) != NULL;
			TAP_CHECK(is_smaller != is_larger && m->smaller == is_smaller, "%s: %s",
			          c->name, m->name);
		}
}

static void directions(void)
{
	each_kind(results_have_a_direction);
}

/* ---- advice ---- */

/* Whether the words could stand on the command's line, behind something that it learns from. */
static int can_be_typed(const struct command *c, const char *words)
{
	static const char *const data[] = { "gen:moons", "catch", "/dev/null" };
	int can = 0;

	for (size_t k = 0; k < sizeof data / sizeof *data && !can; k++) {
		char line[400];
		enum ry_status status;
		struct command_line read;
		char **word;
		int n;

		snprintf(line, sizeof line, "%s %s", data[k], words);
		word = shell_split(line, &n, &status);
		CU_ASSERT_FATAL(word != NULL);
		can = command_line_read(&read, c, n, word, program_commands) == RY_OK &&
		      c->check(&read.cli, read.options, read.n_args, read.args) == RY_OK;
		command_line_free(&read);
		shell_words_free(word);
	}
	return can;
}

/* "riley kt info": a command's name with what may follow it. */
static int is_command(const char *words)
{
	char name[100];
	int n = 0;

	sscanf(words, "riley %n", &n);
	snprintf(name, sizeof name, "%s", words + n);
	return command_find(program_commands, name) != NULL;
}

static int is_choice(const struct command *c, const char *word)
{
	for (const struct option_row *row = c->options; row->name; row++)
		for (const char *const *choice = row->choices; choice && *choice; choice++)
			if (strcmp(*choice, word) == 0)
				return 1;
	return 0;
}

/* Words that mean a part of some network and must be known to the command that is advised: as a
 * choice of an option, or as an activation in --layers. */
static int is_foreign(const struct command *c, const char *word)
{
	static const char *const cells[] = { "rnn", "lstm", "gru" };
	const struct option_row *layers = option_called(c, "layers");
	int part = activation_find(word) >= 0;

	for (size_t k = 0; k < sizeof cells / sizeof *cells; k++)
		part |= strcmp(word, cells[k]) == 0;
	return part && !is_choice(c, word) &&
	       !(layers && layers->type == OPTION_TEXT && activation_find(word) >= 0);
}

/* The first thing in `text` that can't be typed, in `bad`; nonzero when there is one. */
static int misleads(const struct command *c, const char *text, char bad[300])
{
	char part[280];

	for (const char *p = text; *p; p += strlen(part)) {
		if (*p == '\'') {
			snprintf(part, sizeof part, "%.*s", (int)strcspn(p + 1, "'"), p + 1);
			snprintf(bad, 300, "'%s'", part);
			if (strncmp(part, "riley ", 6) == 0 ? !is_command(part)
			                                    : !can_be_typed(c, part))
				return 1;
			p += 2;
			continue;
		}
		snprintf(part, sizeof part, "%.*s", (int)strcspn(p, " '(),;."), p);
		snprintf(bad, 300, "%s", part);
		if (strncmp(part, "--", 2) == 0 ? !option_called(c, part + 2) : is_foreign(c, part))
			return 1;
		p += !*part;
	}
	return 0;
}

static void advice_can_be_followed(const struct command *c, const struct run_kind *kind)
{
	char bad[300];

	for (const struct diagnosis_rule *rule = diagnosis_rules; rule->id; rule++) {
		const char *text = diagnosis_advice(&kind->diagnosis, rule);

		if (rule->needs & kind->diagnosis.traits)
			TAP_CHECK(!misleads(c, text, bad), "riley %s has no %s: %s: %s", c->name,
			          bad, rule->id, text);
	}
}

/* Advice for rules that there are, and that look at such runs. */
static void advice_is_given(const struct command *c, const struct run_kind *kind)
{
	for (const struct diagnosis_advice *a = kind->diagnosis.advice; a && a->rule; a++) {
		const struct diagnosis_rule *rule = diagnosis_rules;

		while (rule->id && strcmp(rule->id, a->rule) != 0)
			rule++;
		TAP_CHECK(rule->id && (rule->needs & kind->diagnosis.traits), "%s: %s", c->name,
		          a->rule);
	}
}

static void all_advice_can_be_followed(void)
{
	each_kind(advice_can_be_followed);
	each_kind(advice_is_given);
}

static void bad_advice_is_noticed(void)
{
	static const struct { const char *command, *text, *bad; } table[] = {
		{ "kt train", "a lower --lr, --init he-normal", "--init" },
		{ "kt train", "'--model lsmt'", "'--model lsmt'" },
		{ "kt train", "relu in place of tanh", "relu" },
		{ "kt train", "ask 'riley kt inform'", "'riley kt inform'" },
		{ "net train", "'--layers auto-16leakyrelu-auto'",
		  "'--layers auto-16leakyrelu-auto'" },
		{ "net train", "lstm in place of more units", "lstm" },
		{ "net train", "more units (--hidden)", "--hidden" },
		{ "rl train", "smaller weights (--init, --gain)", "--gain" },
		{ "rl train", "'--init he-normal'", "'--init he-normal'" },
		{ "rl train", "--warmup; or nothing", "--warmup" },
	};
	char bad[300];

	for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
		const struct command *c = command_find(program_commands, table[k].command);

		CU_ASSERT_FATAL(c != NULL);
		TAP_CHECK(misleads(c, table[k].text, bad) && strcmp(bad, table[k].bad) == 0, "%s",
		          table[k].text);
	}
}

/* ---- doc/diagnose.md ---- */

/* "| `overfitting` [kt, net] |": how the row of a rule begins. */
static const char *row_begins(const struct diagnosis_rule *rule, char into[200])
{
	const struct command *c;
	size_t n = (size_t)snprintf(into, 200, "\n| `%s` [", rule->id);
	int kinds = 0, judged = 0;

	for (; (c = run_kind_command(program_commands, kinds)); kinds++)
		if (rule->needs & c->makes->diagnosis.traits)
			n += (size_t)snprintf(into + n, 200 - n, "%s%s", judged++ ? ", " : "",
			                      c->makes->name);
	if (judged == kinds)
		snprintf(into, 200, "\n| `%s` [all", rule->id);
	strcat(into, "] |");
	return into;
}

/* A row for each rule, in their order, with the kinds of runs that it judges; and no other. */
static void every_rule_is_documented(void)
{
	const char *srcdir = getenv("srcdir"), *at;
	char path[4200], row[200], *text = NULL;
	size_t size;
	int rules = 0, rows = 0;

	snprintf(path, sizeof path, "%s/doc/diagnose.md", srcdir ? srcdir : ".");
	CU_ASSERT_EQUAL_FATAL(file_read_all(path, 1 << 20, &text, &size), RY_OK);
	at = text;
	for (const struct diagnosis_rule *rule = diagnosis_rules; rule->id; rule++, rules++) {
		const char *next = strstr(at, row_begins(rule, row));

		TAP_CHECK(next != NULL, "%s: no row '%s' after that of the rule before", path,
		          row + 1);
		at = next ? next : at;
	}
	for (at = text; (at = strstr(at, "\n| `")); at++)
		rows++;
	TAP_CHECK(rows == rules, "%s: %d rows for %d rules", path, rows, rules);
	free(text);
}

/* ---- kinds of figures ---- */

static void help_names_every_kind_of_figure(void)
{
	const struct option_row *row = option_called(&plot_command, "kind");

	CU_ASSERT_FATAL(row != NULL);
	for (int k = 0; plot_kind_name(k); k++)
		TAP_CHECK(strstr(row->help, plot_kind_name(k)) != NULL, "--kind %s",
		          plot_kind_name(k));
	CU_ASSERT(plot_kind_name(0) != NULL);
}

int main(void)
{
	static const struct tap_test tests[] = {
		{ "rows are whole", rows_are_whole },
		{ "every measure has a direction", directions },
		{ "all advice can be followed", all_advice_can_be_followed },
		{ "bad advice is noticed", bad_advice_is_noticed },
		{ "every rule is documented", every_rule_is_documented },
		{ "help names every kind of figure", help_names_every_kind_of_figure },
		{ NULL, NULL }
	};

	return tap_run("kinds of runs", tests);
}
