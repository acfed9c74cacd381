/* names.c - see names.h. */
#include "datasets/text/names.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Out of memory is reported to the caller: uthash must not exit. */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

struct entry {
	char          *text;     /* borrowed from names.list */
	int            number;
	UT_hash_handle hh;
};

struct names {
	struct entry *hash;
	char        **list;
	int           n, room;
};

struct names *names_new(void)
{
	struct names *t = calloc(1, sizeof *t);

	if (!t)
		ry_fail_memory("a table of names");
	return t;
}

static void free_hash(struct names *t)
{
	struct entry *e, *next;

	HASH_ITER(hh, t->hash, e, next) {
		HASH_DEL(t->hash, e);
		free(e);
	}
}

void names_free(struct names *t)
{
	if (!t)
		return;
	free_hash(t);
	names_list_free(t->list, t->n);
	free(t);
}

size_t utf8_length(const char *text, size_t n)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t k = s[0] < 0x80   ? 1
	           : s[0] < 0xc2 ? 0
	           : s[0] < 0xe0 ? 2
	           : s[0] < 0xf0 ? 3
	           : s[0] < 0xf5 ? 4
	                         : 0;

	if (k == 0 || k > n)
		return 0;
	for (size_t i = 1; i < k; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return k;
}

static int is_utf8(const char *text, size_t n)
{
	for (size_t k; n > 0; text += k, n -= k)
		if ((k = utf8_length(text, n)) == 0)
			return 0;
	return 1;
}

/* In text that is not UTF-8, bytes from 0x80 on become two. */
char *names_text(const char *text, size_t n)
{
	int latin = !is_utf8(text, n);
	char *copy = malloc((latin ? 2 * n : n) + 1), *p = copy;

	for (size_t i = 0; copy && i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (latin && c >= 0x80) {
			*p++ = (char)(0xc0 | c >> 6);
			*p++ = (char)(0x80 | (c & 0x3f));
		} else {
			*p++ = (char)c;
		}
	}
	if (copy)
		*p = '\0';
	return copy;
}

static int list_room(struct names *t)
{
	int room = t->room < 64 ? 64 : t->room > INT_MAX / 2 ? INT_MAX : 2 * t->room;
	char **list;

	if (t->n < t->room)
		return 1;
	if (t->n == INT_MAX || !(list = realloc(t->list, (size_t)room * sizeof *list)))
		return 0;
	t->list = list;
	t->room = room;
	return 1;
}

/* Add `text`, taking ownership. */
static int add_new(struct names *t, char *text)
{
	struct entry *e = calloc(1, sizeof *e);

	if (e && list_room(t)) {
		e->text = text;
		e->number = t->n;
		HASH_ADD_KEYPTR(hh, t->hash, e->text, strlen(e->text), e);
		if (e->hh.tbl) {
			t->list[t->n++] = text;
			return e->number;
		}
	}
	free(e);
	free(text);
	ry_fail_memory("a table of names");
	return -1;
}

int names_add(struct names *t, const char *text, size_t n)
{
	struct entry *e;
	char *copy;

	/* Most names are known already, so copy and validate only new ones. */
	HASH_FIND(hh, t->hash, text, n, e);
	if (e)
		return e->number;
	copy = names_text(text, n);
	if (!copy) {
		ry_fail_memory("a table of names");
		return -1;
	}
	HASH_FIND_STR(t->hash, copy, e);
	if (e) {
		free(copy);
		return e->number;
	}
	return add_new(t, copy);
}

int names_find(const struct names *t, const char *text)
{
	struct entry *e;

	HASH_FIND_STR(t->hash, text, e);
	return e ? e->number : -1;
}

int names_count(const struct names *t)
{
	return t->n;
}

struct sort_item {
	char  *text;
	int    number;
	int    is_word;
	double value;
};

static int compare_items(const void *pa, const void *pb)
{
	const struct sort_item *a = pa, *b = pb;

	if (a->is_word != b->is_word)
		return a->is_word - b->is_word;
	if (!a->is_word && a->value != b->value)
		return a->value < b->value ? -1 : 1;
	return strcmp(a->text, b->text);
}

/* Only decimal numbers count as numbers, not hexadecimal or "nan", which strtod() accepts. */
static int is_word(const char *text, double *value)
{
	char *end;

	if (text[strspn(text, "+-.0123456789eE")] || !strpbrk(text, "0123456789"))
		return 1;
	*value = strtod(text, &end);
	return end == text || *end;
}

enum ry_status names_sort(struct names *t, int *map)
{
	struct sort_item *items = calloc((size_t)t->n + 1, sizeof *items);
	struct entry *e;

	if (!items)
		return ry_fail_memory("sorting names");
	for (int i = 0; i < t->n; i++) {
		items[i].text = t->list[i];
		items[i].number = i;
		items[i].is_word = is_word(t->list[i], &items[i].value);
	}
	qsort(items, (size_t)t->n, sizeof *items, compare_items);
	for (int i = 0; i < t->n; i++) {
		t->list[i] = items[i].text;
		map[items[i].number] = i;
	}
	for (e = t->hash; e; e = e->hh.next)
		e->number = map[e->number];
	free(items);
	return RY_OK;
}

char **names_take(struct names *t)
{
	char **list = t->list;

	free_hash(t);
	t->list = NULL;
	t->n = t->room = 0;
	return list;
}

void names_list_free(char **list, int n)
{
	for (int i = 0; list && i < n; i++)
		free(list[i]);
	free(list);
}

char **names_list_copy(char *const *list, int n)
{
	char **copy = calloc((size_t)n + 1, sizeof *copy);

	for (int i = 0; copy && i < n; i++)
		if (!(copy[i] = strdup(list[i]))) {
			names_list_free(copy, n);
			copy = NULL;
		}
	if (!copy)
		ry_fail_memory("a list of names");
	return copy;
}

char **names_list_numbers(int n)
{
	char **list = calloc((size_t)n + 1, sizeof *list);
	char text[16];

	for (int i = 0; list && i < n; i++) {
		snprintf(text, sizeof text, "%d", i);
		if (!(list[i] = strdup(text))) {
			names_list_free(list, n);
			list = NULL;
		}
	}
	if (!list)
		ry_fail_memory("a list of names");
	return list;
}
