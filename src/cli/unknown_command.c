/* unknown_command.c - see unknown_command.h. */
#include "src/cli/unknown_command.h"

#include <stdio.h>
#include <string.h>

#include "src/cli/called.h"
#include "src/cli/habits.h"
#include "src/cli/suggest.h"

enum { WORDS = 64, FOUND = 6 };

/* Commands that may have been meant. */
struct found {
	const char *name[FOUND];
	int         n;
};

/* ---- the same word in another place, or a habitual one ---- */

static int meant(const struct command *c, const char *group, const char *word)
{
	const char *second = strchr(c->name, ' ');
	size_t first = second ? (size_t)(second - c->name) : 0;

	if (!group && (strcmp(c->name, word) == 0 || (c->alias && strcmp(c->alias, word) == 0)))
		return 1;
	if (!second || strcmp(second + 1, word) != 0)
		return 0;
	return !group || (strlen(group) == first && strncmp(c->name, group, first) == 0);
}

static void find(command_lists lists, const char *group, const char *word, struct found *f)
{
	for (; *lists; lists++)
		for (const struct command *const *c = *lists; *c; c++)
			if (meant(*c, group, word) && f->n < FOUND)
				f->name[f->n++] = (*c)->name;
}

static void find_habit(command_lists lists, const char *group, const char *word, struct found *f)
{
	char ours[64];

	find(lists, group, word, f);
	for (int k = 0; !f->n && habit_command(word, k, ours); k++)
		find(lists, group, ours, f);
}

/* ---- the nearest word ---- */

/* The word of a command's name or alias that could stand first (group NULL), or after `group`; an
 * empty one when there is none. */
static void possible_word(const char *name, const char *group, char word[64])
{
	size_t first = strcspn(name, " ");

	word[0] = '\0';
	if (!group)
		snprintf(word, 64, "%.*s", (int)first, name);
	else if (name[first] && first == strlen(group) && strncmp(name, group, first) == 0)
		snprintf(word, 64, "%s", name + first + 1);
}

/* Words that could stand first (group NULL), or after `group`. */
static int possible_words(command_lists lists, const char *group, char (*words)[64])
{
	int n = 0;

	for (; *lists; lists++)
		for (const struct command *const *c = *lists; *c && n < WORDS; c++) {
			possible_word((*c)->name, group, words[n]);
			n += words[n][0] != '\0';
			if (!(*c)->alias || n == WORDS)
				continue;
			possible_word((*c)->alias, group, words[n]);
			n += words[n][0] != '\0';
		}
	return n;
}

/* Commands, of whatever group, whose second word is the nearest. */
static void find_nearest_second(command_lists all, const char *word, struct found *f)
{
	const char *names[WORDS], *nearest, *second;
	int n = 0;

	for (command_lists lists = all; *lists; lists++)
		for (const struct command *const *c = *lists; *c && n < WORDS; c++)
			if ((second = strchr((*c)->name, ' ')))
				names[n++] = second + 1;
	nearest = suggest_nearest(word, names, n);
	if (nearest)
		find(all, NULL, nearest, f);
}

static int find_nearest(command_lists lists, const char *group, const char *word, char near[64])
{
	char words[WORDS][64];
	const char *names[WORDS], *nearest;
	int n = possible_words(lists, group, words);

	for (int k = 0; k < n; k++)
		names[k] = words[k];
	nearest = suggest_nearest(word, names, n);
	snprintf(near, 64, "%s", nearest ? nearest : "");
	return nearest != NULL;
}

/* ---- the sentence ---- */

/* "'riley kt train', 'riley net train' or 'riley rl train'". */
static void join(const struct found *f, char *into, size_t size)
{
	size_t n = 0;

	for (int k = 0; k < f->n && n < size; k++)
		n += (size_t)snprintf(into + n, size - n, "%s'%s %s'",
		                      k == 0          ? ""
		                      : k + 1 < f->n ? ", "
		                                      : " or ",
		                      called_name(), f->name[k]);
}

static void in_small_letters(const char *text, char into[64])
{
	snprintf(into, 64, "%s", text);
	for (char *c = into; *c; c++)
		*c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
}

static int is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(word, *words) == 0)
			return 1;
	return 0;
}

enum ry_status unknown_command(command_lists lists, const char *group, const char *typed)
{
	static const char *const removal[] = { "rm", "remove", "delete", "del", "clean", NULL };
	const char *space = group ? " " : "", *first = group ? group : "";
	struct found f = { .n = 0 };
	char near[64], all[1600], word[64];

	in_small_letters(typed, word);
	find_habit(lists, group, word, &f);
	if (!f.n && is_one_of(word, removal))
		return ry_fail(RY_EINVAL, "unknown command '%s%s%s'; a run is a folder: rm -r "
		                          "runs/NAME removes it", first, space, typed);
	if (!f.n && strcmp(word, "version") == 0)
		return ry_fail(RY_EINVAL, "unknown command '%s%s%s'; did you mean '%s --version'?",
		               first, space, typed, called_name());
	if (!f.n && find_nearest(lists, group, word, near))
		return ry_fail(RY_EINVAL, "unknown command '%s%s%s'; did you mean '%s %s%s%s'?",
		               first, space, typed, called_name(), first, space, near);
	if (!f.n && group)
		find_habit(lists, NULL, word, &f);
	if (!f.n)
		find_nearest_second(lists, word, &f);
	join(&f, all, sizeof all);
	if (f.n)
		return ry_fail(RY_EINVAL, "unknown command '%s%s%s'; did you mean %s?", first,
		               space, typed, all);
	return ry_fail(RY_EINVAL, "unknown command '%s%s%s'; '%s %s%s--help' lists them", first,
	               space, typed, called_name(), first, space);
}
