/* reader.c - see reader.h. */
#include "datasets/sequences/reader.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/text/names.h"

enum ry_status building_room(struct building *b, size_t answers)
{
	struct sequences *s = b->s;
	size_t need, room;
	int *exercise;
	unsigned char *correct;

	if (__builtin_add_overflow(s->answers, answers, &need) ||
	    need > SIZE_MAX / 2 / sizeof *exercise)
		return ry_fail_memory("answers");
	if (need <= b->room_answers)
		return RY_OK;
	room = need + need / 2 + 1024;
	exercise = realloc(s->exercise, room * sizeof *exercise);
	if (!exercise)
		return ry_fail_memory("answers");
	s->exercise = exercise;
	correct = realloc(s->correct, room);
	if (!correct)
		return ry_fail_memory("answers");
	s->correct = correct;
	b->room_answers = room;
	return RY_OK;
}

enum ry_status building_student(struct building *b)
{
	struct sequences *s = b->s;

	if (s->students >= b->room_students) {
		int room = b->room_students < 512 ? 1024 : b->room_students / 2 * 3;
		size_t *start;

		if (b->room_students > INT_MAX / 3 * 2 ||
		    !(start = realloc(s->start, ((size_t)room + 1) * sizeof *start)))
			return ry_fail_memory("students");
		start[0] = 0;
		s->start = start;
		b->room_students = room;
	}
	s->start[++s->students] = s->answers;
	return RY_OK;
}

static int compare_ints(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

/* The distinct values of id (n), increasing, in *distinct, which the caller frees.  For ids far
 * larger than their count, which a table over all of them would not suit. */
static enum ry_status distinct_by_sorting(const int *id, size_t n, int **distinct, int *count)
{
	int *d = malloc(n * sizeof *d);
	int m = 0;

	if (!d)
		return ry_fail_memory("exercise ids");
	memcpy(d, id, n * sizeof *d);
	qsort(d, n, sizeof *d, compare_ints);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || d[i] != d[m - 1])
			d[m++] = d[i];
	*distinct = d;
	*count = m;
	return RY_OK;
}

/* The same through a table over 0..largest, which also renumbers id (n) at once. */
static enum ry_status distinct_by_table(int *id, size_t n, int largest, int **distinct, int *count)
{
	int *number = calloc((size_t)largest + 1, sizeof *number), *d;
	int m = 0;

	if (!number)
		return ry_fail_memory("exercise ids");
	for (size_t i = 0; i < n; i++)
		number[id[i]] = 1;
	for (int v = 0; v <= largest; v++)
		m += number[v];
	d = malloc((size_t)m * sizeof *d);
	if (!d) {
		free(number);
		return ry_fail_memory("exercise ids");
	}
	m = 0;
	for (int v = 0; v <= largest; v++)
		if (number[v]) {
			d[m] = v;
			number[v] = m++;
		}
	for (size_t i = 0; i < n; i++)
		id[i] = number[id[i]];
	free(number);
	*distinct = d;
	*count = m;
	return RY_OK;
}

static char **names_of_ids(const int *id, int n)
{
	char **list = calloc((size_t)n, sizeof *list);
	char text[16];

	for (int i = 0; list && i < n; i++) {
		snprintf(text, sizeof text, "%d", id[i]);
		if (!(list[i] = strdup(text))) {
			names_list_free(list, n);
			list = NULL;
		}
	}
	if (!list)
		ry_fail_memory("exercise names");
	return list;
}

enum ry_status building_number(struct building *b)
{
	struct sequences *s = b->s;
	int largest = 0, m = 0, *distinct = NULL;
	enum ry_status status;

	for (size_t i = 0; i < s->answers; i++)
		if (s->exercise[i] > largest)
			largest = s->exercise[i];
	if ((size_t)largest <= s->answers + 65536) {
		status = distinct_by_table(s->exercise, s->answers, largest, &distinct, &m);
	} else {
		status = distinct_by_sorting(s->exercise, s->answers, &distinct, &m);
		for (size_t i = 0; status == RY_OK && i < s->answers; i++) {
			int *at = bsearch(&s->exercise[i], distinct, (size_t)m, sizeof *at,
			                  compare_ints);

			s->exercise[i] = (int)(at - distinct);
		}
	}
	if (status != RY_OK)
		return status;
	s->exercise_name = names_of_ids(distinct, m);
	free(distinct);
	if (!s->exercise_name)
		return ry_failure();
	s->exercises = m;
	return RY_OK;
}
