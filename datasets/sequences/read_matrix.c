/* read_matrix.c - a matrix of 0 and 1: a line per student, a column per exercise. */
#include "datasets/sequences/reader.h"

#include <string.h>

#include "datasets/text/names.h"

/* Several numbers, whatever they are: a 2 among them is a mistake that the reader explains. */
static int recognise(const char *line, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strchr("0123456789,; \t", line[i]) || line[i] == '\0')
			return 0;
	return n > 1;
}

/* One row of `columns` answers (-1: the first row, which sets it) after the answers so far.
 * *columns 0 and RY_OK for a blank line; *end at the end of the file. */
static enum ry_status read_row(struct source *from, struct building *b, int *columns, int *end)
{
	struct sequences *s = b->s;
	size_t line = from->line;
	char text[SOURCE_QUOTED];
	enum source_token t;
	int a, got = 0;

	while ((t = source_number(from, got == 0, &a)) == SOURCE_NUMBER && got != *columns) {
		if (a > 1)
			return source_fail_at(
				from, line,
				"found %d in column %d, expected 0 or 1: this reads as a"
				" matrix, a row per student and a column per exercise",
				a, got + 1);
		if (got >= SEQUENCES_MAX_COLUMNS)
			return source_fail_at(from, line,
			                      "found more than %d columns, expected a matrix of "
			                      "fewer"
			                      " exercises",
			                      SEQUENCES_MAX_COLUMNS);
		if (s->answers + (size_t)got >= b->room_answers &&
		    building_room(b, (size_t)got + 1) != RY_OK)
			return ry_failure();
		s->exercise[s->answers + (size_t)got] = got;
		s->correct[s->answers + (size_t)got++] = (unsigned char)a;
	}
	*end = t == SOURCE_FILE_END;
	if (t == SOURCE_OTHER || t == SOURCE_TOO_BIG || t == SOURCE_EMPTY_FIELD)
		return source_fail_at(from, line, "found %s in column %d, expected 0 or 1",
		                      t == SOURCE_OTHER     ? source_found(from, text)
		                      : t == SOURCE_TOO_BIG ? "a large number"
		                                            : "an empty field",
		                      got + 1);
	if (t == SOURCE_NUMBER)
		return source_fail_at(from, line,
		                      "found more than %d columns, expected %d as in the first row",
		                      *columns, *columns);
	if (got > 0 && *columns >= 0 && got != *columns)
		return source_fail_at(from, line,
		                      "found %d column%s, expected %d as in the first row", got,
		                      got == 1 ? "" : "s", *columns);
	if (got == 0)
		return from->status;
	*columns = got;
	s->answers += (size_t)got;
	return from->status == RY_OK ? building_student(b) : from->status;
}

static enum ry_status read_all(struct source *from, const struct sequence_options *options,
                               struct sequence_report *report, struct building *b)
{
	enum ry_status status;
	int columns = -1, end = 0;

	(void)options;
	while (!end)
		if ((status = read_row(from, b, &columns, &end)) != RY_OK)
			return status;
	report->rows = (size_t)b->s->students;
	if (columns < 0)
		return source_fail(from, "found no answers, expected rows of 0 and 1");
	b->s->exercises = columns;
	b->s->exercise_name = names_list_numbers(columns);
	return b->s->exercise_name ? RY_OK : ry_failure();
}

static int is_matrix(const struct sequences *s)
{
	for (int i = 0; i < s->students; i++) {
		size_t from = s->start[i];

		if (s->start[i + 1] - from != (size_t)s->exercises)
			return 0;
		for (int q = 0; q < s->exercises; q++)
			if (s->exercise[from + (size_t)q] != q)
				return 0;
	}
	return 1;
}

static void write_matrix(const struct sequences *s, FILE *to)
{
	for (int i = 0; i < s->students; i++)
		for (size_t t = s->start[i]; t < s->start[i + 1]; t++) {
			putc('0' + s->correct[t], to);
			putc(t + 1 < s->start[i + 1] ? ',' : '\n', to);
		}
}

const struct sequence_reader matrix_reader = { recognise, read_all, is_matrix, write_matrix };
