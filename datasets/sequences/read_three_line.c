/* read_three_line.c - the 3-line format: n, then n exercise ids, then n answers. */
#include "datasets/sequences/reader.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* One number alone, perhaps with commas after it. */
static int recognise(const char *line, size_t n)
{
	size_t i = 0;

	while (i < n && is_digit(line[i]))
		i++;
	if (i == 0)
		return 0;
	while (i < n && strchr(",; \t", line[i]))
		i++;
	return i == n;
}

/* Go to the count of the next record, over blank lines.  *found is 0 at the end of the file. */
static enum ry_status read_count(struct source *from, int *count, int *found)
{
	enum source_token t;
	char text[SOURCE_QUOTED];
	int more;

	*found = 0;
	do
		t = source_number(from, 1, count);
	while (t == SOURCE_LINE_END);
	if (t == SOURCE_FILE_END)
		return from->status;
	if (t == SOURCE_TOO_BIG || (t == SOURCE_NUMBER && *count > SEQUENCES_MAX_LENGTH))
		return source_fail(from,
		                   "found a number of answers beyond %d, expected a 3-line record "
		                   "to be"
		                   " shorter",
		                   SEQUENCES_MAX_LENGTH);
	if (t != SOURCE_NUMBER)
		return source_fail(from, "found %s, expected the number of answers of a student",
		                   t == SOURCE_EMPTY_FIELD ? "an empty field"
		                                           : source_found(from, text));
	*found = 1;
	t = source_number(from, 0, &more);
	if (t == SOURCE_LINE_END || t == SOURCE_FILE_END)
		return from->status;
	if (t == SOURCE_NUMBER || t == SOURCE_TOO_BIG)
		return source_fail(from, "found several numbers, expected the number of answers "
		                         "alone on its"
		                         " line");
	return source_fail(from,
	                   "found %s after %d, expected the number of answers alone on its line",
	                   t == SOURCE_EMPTY_FIELD ? "an empty field" : source_found(from, text),
	                   *count);
}

/* A line that is not as it has to be, told from the token that ended it after `got` values. */
static enum ry_status wrong_line(struct source *from, enum source_token t, size_t line, int got,
                                 int n, const char *what, const char *range)
{
	char text[SOURCE_QUOTED];

	switch (t) {
	case SOURCE_NUMBER:
		return source_fail_at(from, line,
		                      "found more than %d %ss, expected as many as the record's"
		                      " first line says",
		                      n, what);
	case SOURCE_TOO_BIG:
		return source_fail_at(from, line, "found a number beyond 2147483647, expected %s",
		                      range);
	case SOURCE_LINE_END:
		return source_fail_at(from, line,
		                      "found %d %s%s, expected %d as the record's first line says",
		                      got, what, got == 1 ? "" : "s", n);
	case SOURCE_FILE_END:
		return source_fail_at(from, line,
		                      "found the end of the file after %d %s%s, expected %d as the"
		                      " record's first line says",
		                      got, what, got == 1 ? "" : "s", n);
	case SOURCE_EMPTY_FIELD:
		return source_fail_at(from, line, "found an empty field, expected %s", range);
	case SOURCE_OTHER:
		break;
	}
	return source_fail_at(from, line, "found %s, expected %s", source_found(from, text), range);
}

/* n exercise ids after the answers so far. */
static enum ry_status read_ids(struct source *from, struct building *b, int n)
{
	size_t line = from->line;
	enum source_token t;
	int id, got = 0;

	while ((t = source_number(from, got == 0, &id)) == SOURCE_NUMBER && got < n) {
		if ((size_t)got >= b->room_answers - b->s->answers &&
		    building_room(b, (size_t)got + 1) != RY_OK)
			return ry_failure();
		b->s->exercise[b->s->answers + (size_t)got++] = id;
	}
	if (got == n && (t == SOURCE_LINE_END || t == SOURCE_FILE_END))
		return from->status;
	return wrong_line(from, t, line, got, n, "exercise id",
	                  "an exercise id from 0 to 2147483647");
}

/* The answers to the n exercises just read, for which there is room. */
static enum ry_status read_answers(struct source *from, struct building *b, int n)
{
	unsigned char *correct = b->s->correct + b->s->answers;
	size_t line = from->line;
	enum source_token t;
	int a, got = 0;

	while ((t = source_number(from, got == 0, &a)) == SOURCE_NUMBER && got < n) {
		if (a > 1)
			return source_fail_at(from, line, "found the answer %d, expected 0 or 1",
			                      a);
		correct[got++] = (unsigned char)a;
	}
	if (got == n && (t == SOURCE_LINE_END || t == SOURCE_FILE_END))
		return from->status;
	return wrong_line(from, t, line, got, n, "answer", "0 or 1");
}

static enum ry_status read_all(struct source *from, const struct sequence_options *options,
                               struct sequence_report *report, struct building *b)
{
	enum ry_status status;
	int n, found;

	(void)options;
	while ((status = read_count(from, &n, &found)) == RY_OK && found) {
		if (n > 0)
			status = read_ids(from, b, n);
		if (n > 0 && status == RY_OK)
			status = read_answers(from, b, n);
		if (status != RY_OK)
			return status;
		b->s->answers += (size_t)n;
		if ((status = building_student(b)) != RY_OK)
			return status;
	}
	if (status != RY_OK)
		return status;
	report->rows = (size_t)b->s->students;
	if (b->s->answers == 0)
		return source_fail(from, "found no answers, expected records of three lines: n, n "
		                         "exercise ids,"
		                         " n answers");
	return building_number(b);
}

/* Nonzero when the name is a number as the 3-line reader would write it again. */
static int is_plain_number(const char *name)
{
	char again[16];
	long v = strtol(name, NULL, 10);

	if (v < 0 || v > INT_MAX)
		return 0;
	snprintf(again, sizeof again, "%ld", v);
	return strcmp(again, name) == 0;
}

static void write_three_line(const struct sequences *s, FILE *to)
{
	int by_name = 1;

	for (int q = 0; q < s->exercises; q++)
		by_name &= is_plain_number(s->exercise_name[q]);
	for (int i = 0; i < s->students; i++) {
		size_t from = s->start[i], end = s->start[i + 1];

		fprintf(to, "%zu\n", end - from);
		for (size_t t = from; t < end; t++)
			if (by_name)
				fprintf(to, "%s%s", t > from ? "," : "",
				        s->exercise_name[s->exercise[t]]);
			else
				fprintf(to, "%s%d", t > from ? "," : "", s->exercise[t]);
		putc('\n', to);
		for (size_t t = from; t < end; t++)
			fprintf(to, "%s%d", t > from ? "," : "", s->correct[t]);
		putc('\n', to);
	}
}

const struct sequence_reader three_line_reader = { recognise, read_all, sequences_always_writable,
	                                           write_three_line };
