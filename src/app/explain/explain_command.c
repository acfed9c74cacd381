/* explain_command.c - `riley explain`: a term of the glossary, or else an option or a command. */
#include "src/app/explain/explain_command.h"

#include <stdio.h>
#include <string.h>

#include "src/app/explain/terms.h"
#include "src/base/text.h"
#include "src/cli/answer.h"
#include "src/cli/options.h"
#include "src/ui/wrap.h"

enum { COLUMNS = 78, WORD = 256 };

/* ---- a term as text ---- */

/* One paragraph, words wrapped; a formula as it stands. */
static void put_paragraph(const char *text, int n)
{
	char line[4000];

	if (n > 0 && text[0] == ' ') {
		out_bytes(stdout, text, (size_t)n);
		putchar('\n');
		return;
	}
	snprintf(line, sizeof line, "%.*s", n, text);
	for (char *end = line; (end = strchr(end, '\n'));)
		*end = ' ';
	wrap_line(stdout, line, 0, 0, COLUMNS);
}

static void put_text(const char *text)
{
	while (*text) {
		const char *end = strstr(text, "\n\n");
		int n = end ? (int)(end - text) : (int)strlen(text);

		put_paragraph(text, n);
		text += n + (end ? 2 : 0);
		if (*text)
			putchar('\n');
	}
}

/* "See also: ROC, ceiling", wrapped; nothing for an empty list. */
static void put_field(const char *heading, const char *text)
{
	char line[1000];

	if (!text || !*text)
		return;
	snprintf(line, sizeof line, "%s: %s", heading, text);
	put_paragraph(line, (int)strlen(line));
}

static int only_ascii(const char *text)
{
	while (*text && (unsigned char)*text < 0x80)
		text++;
	return !*text;
}

/* The other names in words, without those that are the same but for '_'. */
static void put_also(const struct term *t, int ascii)
{
	char all[800] = "", name[64];
	const char *list = t->also;
	size_t n = 0;

	while ((list = glossary_next(list, '|', name)))
		if (!ascii || only_ascii(name))
			n += (size_t)snprintf(all + n, sizeof all - n, "%s%s", n ? ", " : "", name);
	put_field("Also", all);
}

static void put_term(const struct term *t, int ascii)
{
	out(stdout, "%s\n\n", t->name);
	put_text(t->text);
	putchar('\n');
	put_also(t, ascii);
	put_field("See", t->see);
	put_field("Where", t->where);
}

static void put_list(void)
{
	for (const struct theme *theme = glossary_themes; theme->name; theme++) {
		char line[4000];
		size_t n = 0;

		out_own(stdout, theme == glossary_themes ? "" : "\n");
		out(stdout, "%s\n", theme->title);
		for (const struct term *t = theme->terms; t->name && n < sizeof line; t++)
			n += (size_t)snprintf(line + n, sizeof line - n, "%s%s", n ? ", " : "",
			                      t->name);
		put_paragraph(line, (int)strlen(line));
	}
}

/* ---- JSON ---- */

static json_t *names_json(const char *list, char between)
{
	json_t *all = json_array();
	char name[64];

	while ((list = glossary_next(list, between, name)))
		json_array_append_new(all, json_string(name));
	return all;
}

static void add_json(json_t *terms, const struct term *t)
{
	json_t *o = json_pack("{s:s, s:s, s:o, s:s, s:o, s:s}", "term", t->name, "theme",
	                      glossary_theme(t)->name, "also", names_json(t->also, '|'), "text",
	                      t->text, "see", names_json(t->see, ','), "where", t->where);

	json_array_append_new(terms, o);
}

static enum ry_status print_json(json_t *terms)
{
	return answer_json(stdout, json_pack("{s:o}", "terms", terms), JSON_INDENT(2),
	                   "the glossary");
}

static enum ry_status list_json(void)
{
	json_t *terms = json_array();

	for (const struct theme *theme = glossary_themes; theme->name; theme++)
		for (const struct term *t = theme->terms; t->name; t++)
			add_json(terms, t);
	return print_json(terms);
}

/* ---- what is no term: an option, a command ---- */

static const char *bare(const char *word)
{
	return word + strspn(word, "-");
}

static const struct option_row *option_called(const struct command *c, const char *name)
{
	for (const struct option_row *row = c->options; row && row->name; row++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

/* Every command's option of that name; returns how many there are. */
static int put_options(command_lists lists, const char *name)
{
	int n = 0;

	for (; *lists; lists++)
		for (const struct command *const *c = *lists; *c; c++) {
			const struct option_row *row = option_called(*c, name);
			char line[1200], argument[200];

			if (!row)
				continue;
			option_argument(row, argument, sizeof argument);
			snprintf(line, sizeof line, "%s --%s%s%s: %s", (*c)->name, row->name,
			         argument[0] ? " " : "", argument, row->help);
			put_paragraph(line, (int)strlen(line));
			n++;
		}
	return n;
}

static int put_command(command_lists lists, const char *name)
{
	const struct command *c = command_find(lists, name);

	if (c)
		out(stdout, "The command %s: %s\n", c->name, c->summary);
	return c != NULL;
}

static enum ry_status unknown(const char *word)
{
	char near[64];

	if (glossary_near(word, near))
		return ry_fail(RY_EINVAL, "'%.60s' is not in the glossary; did you mean '%s'?",
		               word, near);
	return ry_fail(RY_EINVAL, "'%.60s' is not in the glossary; 'explain' alone lists it",
	               word);
}

static enum ry_status explain_other(const struct cli *cli, const char *word)
{
	if (!cli->json && (put_options(cli->lists, bare(word)) || put_command(cli->lists, word)))
		return RY_OK;
	return unknown(word);
}

/* ---- the command ---- */

struct explain_options {
	char nothing;
};

/* All words as one: "learning rate". */
static void join(int n, char **words, char into[WORD])
{
	size_t used = 0;

	into[0] = '\0';
	for (int k = 0; k < n && used < WORD; k++)
		used += (size_t)snprintf(into + used, WORD - used, "%s%s", k ? " " : "", words[k]);
}

static enum ry_status explain_each(const struct cli *cli, int n, char **words)
{
	json_t *terms = json_array();
	enum ry_status s = RY_OK;

	for (int k = 0; k < n && !s; k++) {
		const struct term *t = glossary_find(words[k]);

		if (!t) {
			s = explain_other(cli, words[k]);
		} else if (cli->json) {
			add_json(terms, t);
		} else {
			if (k)
				putchar('\n');
			put_term(t, cli->ascii);
		}
	}
	if (cli->json && !s)
		return print_json(terms);
	json_decref(terms);
	return s;
}

static int all_are_terms(int n, char **words)
{
	for (int k = 0; k < n; k++)
		if (!glossary_find(words[k]))
			return 0;
	return 1;
}

static enum ry_status run_explain(const struct cli *cli, void *options, int n_args, char **args)
{
	char joined[WORD], *one = joined;

	(void)options;
	if (n_args == 0 && cli->json)
		return list_json();
	if (n_args == 0) {
		put_list();
		return RY_OK;
	}
	join(n_args, args, joined);
	if (n_args > 1 && all_are_terms(n_args, args) && !glossary_find(joined))
		return explain_each(cli, n_args, args);
	return explain_each(cli, 1, &one);
}

static const struct option_row rows[] = {
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, 0, 0, NULL }
};

const struct command explain_command = {
	.name = "explain",
	.arguments = "[WORD...]",
	.summary = "explain a term on a screen or in a report; without WORD: list all terms",
	.examples = "riley explain\n"
	            "riley explain auc\n"
	            "riley explain replay buffer\n"
	            "riley explain gradient_norm --json",
	.options = rows,
	.options_size = sizeof(struct explain_options),
	.max_args = 16,
	.run = run_explain,
};
