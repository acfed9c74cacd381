/* test_explain.c - laws of the glossary: it is whole, and has every word that tables hand to
 * screens, reports, help and plots. */
#include <config.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "rl/screen/rl_screen.h"
#include "src/app/commands.h"
#include "src/app/explain/explain_screen.h"
#include "src/app/explain/terms.h"
#include "src/app/kinds/run_kind.h"
#include "src/app/plot/plot_internal.h"
#include "src/app/watch/watch_scene.h"
#include "src/diagnosis/diagnosis.h"
#include "tests/support/tap.h"

static int each_term(void (*law)(const struct term *t))
{
	int n = 0;

	for (const struct theme *theme = glossary_themes; theme->name; theme++)
		for (const struct term *t = theme->terms; t->name; t++, n++)
			law(t);
	return n;
}

/* ---- the tables are whole ---- */

/* Another term's name or other name would be found first. */
static void found_by_all_names(const struct term *t)
{
	const char *list = t->also;
	char name[64];

	TAP_CHECK(glossary_find(t->name) == t, "%s", t->name);
	while ((list = glossary_next(list, '|', name)))
		TAP_CHECK(glossary_find(name) == t, "'%s' of %s", name, t->name);
}

static void refers_to_terms(const struct term *t)
{
	const char *list = t->see;
	char name[64];
	int n = 0;

	for (; (list = glossary_next(list, ',', name)); n++) {
		const struct term *other = glossary_find(name);

		TAP_CHECK(other && other != t, "%s: see '%s'", t->name, name);
	}
	TAP_CHECK(n >= 1 && n <= 7, "%s refers to %d terms", t->name, n);
}

static void says_something(const struct term *t)
{
	size_t n = strlen(t->text);

	TAP_CHECK(n > 80 && n < 1100, "%s: %zu characters", t->name, n);
	TAP_CHECK(t->text[0] != ' ' && !isspace((unsigned char)t->text[n - 1]), "%s", t->name);
	TAP_CHECK(t->where && *t->where, "%s", t->name);
	TAP_CHECK(glossary_theme(t) != NULL, "%s", t->name);
}

static void whole(void)
{
	CU_ASSERT(each_term(found_by_all_names) >= 100);
	each_term(refers_to_terms);
	each_term(says_something);
}

static void spelling(void)
{
	char near[64] = "";

	CU_ASSERT_PTR_EQUAL(glossary_find("learning_rate"), glossary_find("learning rate"));
	CU_ASSERT_PTR_EQUAL(glossary_find("--LR"), glossary_find("learning-rate"));
	CU_ASSERT_PTR_EQUAL(glossary_find("valid_auc"), glossary_find("AUC"));
	CU_ASSERT_PTR_EQUAL(glossary_find(" Replay  Buffer "), glossary_find("replay"));
	CU_ASSERT_PTR_NULL(glossary_find(""));
	CU_ASSERT_PTR_NULL(glossary_find("zebra"));
	CU_ASSERT(glossary_near("lerning rate", near));
	CU_ASSERT_STRING_EQUAL(near, "learning rate");
	CU_ASSERT(glossary_near("acuracy", near));
	CU_ASSERT_STRING_EQUAL(near, "accuracy");
	CU_ASSERT(!glossary_near("zebra crossings", near));
	CU_ASSERT(!glossary_near("x", near));
	CU_ASSERT_PTR_EQUAL(glossary_find("q"), glossary_find("Q value"));
}

/* ---- it has what tables hand out ---- */

static void must_have(const char *word, const char *from)
{
	TAP_CHECK(glossary_find(word) != NULL, "no entry for '%s' of %s", word, from);
}

static void measures(void)
{
	const struct command *c;

	for (int k = 0; (c = run_kind_command(program_commands, k)); k++) {
		for (const struct run_measure *m = c->makes->charts; m->name; m++) {
			must_have(m->name, c->name);
			must_have(m->label, c->name);
		}
		for (const struct run_measure *m = c->makes->results; m->name; m++)
			must_have(m->name, c->name);
		must_have(c->makes->unit, c->name);
	}
}

static void plots(void)
{
	for (const struct plot_kind *k = plot_kinds; k->name; k++)
		must_have(k->name, "plot --kind");
}

static void rules(void)
{
	for (const struct diagnosis_rule *r = diagnosis_rules; r->id; r++) {
		must_have(r->id, "diagnose");
		must_have(r->name, "diagnose");
	}
}

/* Options of training that are about files, runs and screens: their help is all there is to say. */
static int is_plain(const char *option)
{
	static const char *const plain[] = { "name", "watch", "format", "sep", "header", "points",
		                             "ignore", "report-every", "size", "every", "speed",
		                             "log-every", "overwrite", "force", "at" };

	for (size_t k = 0; k < sizeof plain / sizeof *plain; k++)
		if (strcmp(plain[k], option) == 0)
			return 1;
	return 0;
}

static void options(void)
{
	const struct command *c;

	for (int k = 0; (c = run_kind_command(program_commands, k)); k++)
		for (const struct option_row *row = c->options; row->name; row++)
			if (!is_plain(row->name))
				must_have(row->name, c->name);
}

/* ---- on screens ---- */

/* Inside of a box on the body of a screen of 80x24. */
enum { COLUMNS = 72, LINES = 19 };

static void fits(const struct term *t)
{
	char see[300];
	int lines;

	snprintf(see, sizeof see, "See: %s", t->see);
	lines = text_lines(t->text, COLUMNS) + 1 + text_lines(see, COLUMNS);
	TAP_CHECK(lines <= LINES, "%s: %d lines", t->name, lines);
}

static void all_are_terms(const char *list, const char *screen, int panel)
{
	char name[64];

	while ((list = glossary_next(list, ',', name))) {
		const struct term *t = glossary_find(name);

		TAP_CHECK(t && strcmp(t->name, name) == 0, "%s, panel %d: '%s'", screen, panel,
		          name);
	}
}

static void panels(void)
{
	for (int p = WATCH_NONE; p < WATCH_PANELS; p++) {
		const char *list = watch_terms(&(struct watch_scene){ .focus = p });

		TAP_CHECK(*list, "riley watch: panel %d has no terms", p);
		all_are_terms(list, "riley watch", p);
	}
	for (int p = RL_PANEL_NONE; p < RL_PANELS; p++)
		all_are_terms(rl_watch_terms(&(struct rl_scene){ .focus = p }), "rl watch", p);
	each_term(fits);
}

static void keys_choose(void)
{
	struct explain_screen e = { 0 };
	const char *list = "AUC, loss, nat";

	CU_ASSERT(!explain_screen_key(&e, list, 'q') && !explain_screen_key(&e, list, 'e'));
	CU_ASSERT(explain_screen_key(&e, list, UI_KEY_UP) && e.at == 3);
	CU_ASSERT(explain_screen_key(&e, list, 'j') && e.at == 1);
	CU_ASSERT(explain_screen_key(&e, list, UI_KEY_ENTER) && e.reading);
	CU_ASSERT(explain_screen_key(&e, list, UI_KEY_RIGHT) && e.at == 2 && e.reading);
	CU_ASSERT(explain_screen_key(&e, list, 'e') && !e.reading);
	CU_ASSERT(!explain_screen_key(&e, list, UI_KEY_ESCAPE));
	CU_ASSERT(!explain_screen_key(&e, "", UI_KEY_DOWN) && !explain_screen_key(&e, "", '$'));
}

static const struct tap_test tests[] = {
	{ "each term is found, refers to terms and says something", whole },
	{ "spelling and near names", spelling },
	{ "measures of all kinds of runs", measures },
	{ "kinds of plots", plots },
	{ "rules of the diagnosis", rules },
	{ "options of training", options },
	{ "panels of screens, on which each term fits", panels },
	{ "keys choose a term", keys_choose },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("explain", tests);
}
