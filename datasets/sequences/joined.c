/* joined.c - see joined.h. */
#include "datasets/sequences/joined.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/text/csv_rows.h"
#include "datasets/text/names.h"

static const struct { const char *text; int any, number; } separators[] = {
	{ "~~", 1, 1 },
	{ ",", 0, 1 }, { ";", 0, 1 }, { "|", 0, 1 },
	{ "+", 0, 0 }, { "&", 0, 0 }, { "_", 0, 0 },
	{ NULL, 0, 0 }
};

/* Whether `part` (n bytes, which are overwritten) may be one of several skills. */
static int is_skill(char *part, size_t n, int k, const struct names *known)
{
	double value;

	while (n && *part == ' ')
		part++, n--;
	while (n && part[n - 1] == ' ')
		n--;
	part[n] = '\0';
	return n && (separators[k].any || names_find(known, part) >= 0 ||
	             (separators[k].number && csv_number(part, &value)));
}

/* The same of all parts of `name` (overwritten) between separator k, of which there must be two. */
static int is_joined(char *name, int k, const struct names *known)
{
	const size_t width = strlen(separators[k].text);
	int parts = 0;

	for (char *end; (end = strstr(name, separators[k].text)); name = end + width, parts++)
		if (!is_skill(name, (size_t)(end - name), k, known))
			return 0;
	return parts > 0 && is_skill(name, strlen(name), k, known);
}

/* Whether one of the separators makes several skills of `name`: 1 or 0; -1 without memory. */
static int looks_joined(const char *name, const struct names *known)
{
	int joined = 0;

	for (int k = 0; separators[k].text && !joined; k++) {
		char *copy;

		if (!strstr(name, separators[k].text))
			continue;
		if (!(copy = strdup(name)))
			return -1;
		joined = is_joined(copy, k, known);
		free(copy);
	}
	return joined;
}

enum ry_status sequences_joined(const struct sequences *s, int *count, char example[64])
{
	struct names *known = names_new();
	enum ry_status status = known ? RY_OK : ry_failure();

	*count = 0;
	example[0] = '\0';
	for (int q = 0; status == RY_OK && q < s->exercises; q++)
		if (names_add(known, s->exercise_name[q], strlen(s->exercise_name[q])) < 0)
			status = ry_failure();
	for (int q = 0; status == RY_OK && q < s->exercises; q++) {
		const char *name = s->exercise_name[q];
		int joined = looks_joined(name, known);

		if (joined < 0)
			status = ry_fail_memory("the names of exercises");
		else if (joined && (*count)++ == 0)
			source_quote(example, name, strlen(name));
	}
	names_free(known);
	return status;
}
