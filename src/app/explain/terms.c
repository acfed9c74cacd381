/* terms.c - see terms.h: finding a term. */
#include "src/app/explain/terms.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "src/cli/suggest.h"

enum { NAME = 64, NAMES_MAX = 1024, SHORTEST = 3 };

const struct theme glossary_themes[] = {
	{ "scores", "Scores: how good predictions are", terms_scores },
	{ "training", "Training: how a network learns", terms_training },
	{ "networks", "Networks: what is trained", terms_networks },
	{ "agents", "Agents: learning to play", terms_agents },
	{ "students", "Knowledge tracing: what a student knows", terms_students },
	{ "data", "Data, runs, and what goes wrong", terms_data },
	{ NULL, NULL, NULL }
};

const char *glossary_next(const char *list, char between, char name[64])
{
	const char *end;
	int n;

	if (!list)
		return NULL;
	list += strspn(list, " ");
	if (!*list)
		return NULL;
	end = strchr(list, between);
	n = (int)(end ? end - list : (ptrdiff_t)strlen(list));
	end = list + n + (end != NULL);
	while (n > 0 && list[n - 1] == ' ')
		n--;
	snprintf(name, NAME, "%.*s", n, list);
	return end;
}

/* Lower case, single blanks for '-' and '_', none at the ends. */
static void normalise(const char *word, char into[NAME])
{
	size_t n = 0;

	for (; *word && n + 1 < NAME; word++) {
		int blank = *word == '-' || *word == '_' || isspace((unsigned char)*word);

		if (blank && (n == 0 || into[n - 1] == ' '))
			continue;
		into[n++] = blank ? ' ' : (char)tolower((unsigned char)*word);
	}
	while (n > 0 && into[n - 1] == ' ')
		n--;
	into[n] = '\0';
}

static int same(const char *name, const char *wanted)
{
	char plain[NAME];

	normalise(name, plain);
	return strcmp(plain, wanted) == 0;
}

static int also_called(const struct term *t, const char *wanted)
{
	const char *list = t->also;
	char name[NAME];

	while ((list = glossary_next(list, '|', name)))
		if (same(name, wanted))
			return 1;
	return 0;
}

static const struct term *find(const char *wanted)
{
	const struct term *second = NULL;

	for (const struct theme *theme = glossary_themes; theme->name; theme++)
		for (const struct term *t = theme->terms; t->name; t++) {
			if (same(t->name, wanted))
				return t;
			if (!second && also_called(t, wanted))
				second = t;
		}
	return second;
}

const struct term *glossary_find(const char *word)
{
	static const char *const prefixes[] = { "train ", "valid ", "test " };
	char wanted[NAME];
	const struct term *t;

	normalise(word, wanted);
	t = find(wanted);
	for (size_t k = 0; !t && k < sizeof prefixes / sizeof *prefixes; k++) {
		size_t n = strlen(prefixes[k]);

		if (strncmp(wanted, prefixes[k], n) == 0)
			t = find(wanted + n);
	}
	return t;
}

/* Every name by which terms are found, in lower case; how many. */
static int all_names(char (*names)[NAME])
{
	char name[NAME];
	int n = 0;

	for (const struct theme *theme = glossary_themes; theme->name; theme++)
		for (const struct term *t = theme->terms; t->name && n < NAMES_MAX; t++) {
			const char *list = t->also;

			normalise(t->name, names[n++]);
			while (n < NAMES_MAX && (list = glossary_next(list, '|', name)))
				normalise(name, names[n++]);
		}
	return n;
}

int glossary_near(const char *word, char near[64])
{
	char names[NAMES_MAX][NAME], wanted[NAME];
	const char *pointers[NAMES_MAX], *nearest;
	int n = all_names(names);

	for (int k = 0; k < n; k++)
		pointers[k] = names[k];
	normalise(word, wanted);
	if (strlen(wanted) < SHORTEST)           /* everything is near to so little */
		return 0;
	nearest = suggest_nearest(wanted, pointers, n);
	if (nearest)
		snprintf(near, NAME, "%s", glossary_find(nearest)->name);
	return nearest != NULL;
}

const struct theme *glossary_theme(const struct term *t)
{
	for (const struct theme *theme = glossary_themes; theme->name; theme++)
		for (const struct term *other = theme->terms; other->name; other++)
			if (other == t)
				return theme;
	return NULL;
}
