/* sequences.c - see sequences.h. */
#include "datasets/sequences/sequences.h"

#include <assert.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/sequences/reader.h"
#include "datasets/text/csv_rows.h"
#include "datasets/text/names.h"
#include "src/base/fnv.h"

/* A row for each format, after FORMAT_AUTO; files are tried in this order. */
struct format_row {
	const char *about;
	const struct sequence_reader *reader;
};

#define NAME_OF(format, reader, name, about) [format] = name,
#define ROW_OF(format, reader, name, about)  [format] = { about, &reader##_reader },

const char *const sequence_format_names[] = {
	[FORMAT_AUTO] = "auto", SEQUENCE_FORMATS(NAME_OF) NULL
};
static const struct format_row formats[] = {
	[FORMAT_AUTO] = { "", NULL }, SEQUENCE_FORMATS(ROW_OF)
};

enum { FORMATS = sizeof formats / sizeof formats[0] };

const char *sequence_format_name(enum sequence_format f)
{
	return sequence_format_names[f];
}

enum ry_status sequences_separator(const char *text, char *sep)
{
	return csv_separator_parse(text, sep);
}

const char *sequence_format_about(enum sequence_format f)
{
	return formats[f].about;
}

int sequences_always_writable(const struct sequences *s)
{
	(void)s;
	return 1;
}

/* ---- reading
 * -------------------------------------------------------------------------------------- */

/* The format of a file by its first line; FORMAT_AUTO when it is none of them. */
static enum sequence_format recognise(const struct source *from)
{
	size_t n;
	const char *line = source_first_line(from, &n);

	for (int f = FORMAT_AUTO + 1; f < FORMATS && n > 0; f++)
		if (formats[f].reader->recognise(line, n))
			return (enum sequence_format)f;
	return FORMAT_AUTO;
}

static enum sequence_format choose(const struct source *from, const struct sequence_options *o)
{
	if (o->format != FORMAT_AUTO)
		return o->format;
	if (o->student || o->skill || o->correct || o->order || o->sep)
		return FORMAT_CSV;
	return recognise(from);
}

/* "three lines per student; rows of ...; or CSV ...", in `text` (size). */
static const char *list_formats(char *text, size_t size)
{
	size_t n = 0;

	text[0] = '\0';
	for (int f = FORMAT_AUTO + 1; f < FORMATS && n < size; f++)
		n += (size_t)snprintf(text + n, size - n, "%s%s", f == FORMAT_AUTO + 1 ? ""
		                      : f == FORMATS - 1 ? "; or " : "; ", formats[f].about);
	return text;
}

/* What every format has to say about its students. */
static enum ry_status report_students(const struct sequences *s, struct sequence_report *r)
{
	int *seen_by = calloc((size_t)s->exercises, sizeof *seen_by);

	if (!seen_by)
		return ry_fail_memory("looking at the data");
	for (int i = 0; i < s->students; i++) {
		const int *q = s->exercise + s->start[i];
		size_t n = s->start[i + 1] - s->start[i];
		int distinct = 0, sorted = 1;

		for (size_t t = 0; t < n; t++) {
			distinct += seen_by[q[t]] != i + 1;
			seen_by[q[t]] = i + 1;
			sorted &= t == 0 || q[t] >= q[t - 1];
		}
		r->empty_students += n == 0;
		r->one_answer_students += n == 1;
		r->sortable_students += distinct >= 3;
		r->sorted_students += distinct >= 3 && sorted;
	}
	free(seen_by);
	return RY_OK;
}

/* Give back the memory that growing took in advance. */
static void trim(struct sequences *s)
{
	int *exercise = realloc(s->exercise, s->answers * sizeof *exercise);
	unsigned char *correct = realloc(s->correct, s->answers);
	size_t *start = realloc(s->start, ((size_t)s->students + 1) * sizeof *start);

	s->exercise = exercise ? exercise : s->exercise;
	s->correct = correct ? correct : s->correct;
	s->start = start ? start : s->start;
}

/* The places of all answers: where the format has no rows of answers, a student is a row. */
static enum ry_status find_places(struct sequences *s)
{
	const int rows_known = s->place != NULL;

	if (!rows_known && !(s->place = ry_calloc(s->answers, sizeof *s->place, "places")))
		return ry_failure();
	for (int i = 0; i < s->students; i++)
		for (size_t t = s->start[i]; t < s->start[i + 1]; t++) {
			if (!rows_known)
				s->place[t].row = (size_t)i + 1;
			s->place[t].position = (int)(t - s->start[i]) + 1;
		}
	return RY_OK;
}

static enum ry_status read_source(struct source *from, const struct sequence_options *options,
                                  struct sequence_report *report, struct sequences *s)
{
	enum sequence_format format = choose(from, options);
	struct building b = { .s = s };
	char text[SOURCE_QUOTED];
	enum ry_status status;

	if (format == FORMAT_AUTO) {
		size_t n;
		const char *line = source_first_line(from, &n);
		char expected[256];

		return source_fail(from, "found %s, expected exercise sequences: %s",
		                   n ? source_quote(text, line, n) : "nothing but blank lines",
		                   list_formats(expected, sizeof expected));
	}
	report->format = format;
	status = formats[format].reader->read(from, options, report, &b);
	if (status != RY_OK)
		return status;
	trim(s);
	if (options->places && (status = find_places(s)) != RY_OK)
		return status;
	return report_students(s, report);
}

struct sequences *sequences_read(const char *path, const struct sequence_options *options,
                                 struct sequence_report *report, enum ry_status *status)
{
	static const struct sequence_options find_out;
	struct sequence_report unwanted;
	enum ry_status result;
	struct sequences *s = calloc(1, sizeof *s);
	struct source from;

	report = report ? report : &unwanted;
	memset(report, 0, sizeof *report);
	result = s ? source_open(&from, path) : ry_fail_memory("exercise sequences");
	if (result == RY_OK) {
		result = read_source(&from, options ? options : &find_out, report, s);
		source_close(&from);
	}
	if (result != RY_OK) {
		sequences_free(s);
		s = NULL;
	}
	if (status)
		*status = result;
	return s;
}

void sequences_free(struct sequences *s)
{
	if (!s)
		return;
	names_list_free(s->exercise_name, s->exercises);
	names_list_free(s->student_name, s->students);
	free(s->start);
	free(s->exercise);
	free(s->correct);
	free(s->place);
	free(s);
}

/* ---- numbering
 * ------------------------------------------------------------------------------------ */

static void renumber(struct sequences *s, const int *map, char **names, int n)
{
	for (size_t i = 0; i < s->answers; i++)
		s->exercise[i] = map[s->exercise[i]];
	names_list_free(s->exercise_name, s->exercises);
	s->exercise_name = names;
	s->exercises = n;
}

/* map (s->exercises): the number of each name of s in t, where it is added if need be. */
static enum ry_status add_names(struct names *t, const struct sequences *s, int *map)
{
	for (int q = 0; q < s->exercises; q++)
		if ((map[q] = names_add(t, s->exercise_name[q], strlen(s->exercise_name[q]))) < 0)
			return ry_failure();
	return RY_OK;
}

enum ry_status sequences_unite(struct sequences *a, struct sequences *b)
{
	size_t most = (size_t)a->exercises + (size_t)b->exercises;
	int *map_a = calloc(most + 1, sizeof *map_a), *map_b = map_a ? map_a + a->exercises : NULL;
	int *sorted = calloc(most + 1, sizeof *sorted);
	struct names *t = names_new();
	char **names_a = NULL, **names_b = NULL;
	enum ry_status status;
	int n;

	if (!map_a || !sorted || !t)
		status = ry_fail_memory("uniting two data sets");
	else if ((status = add_names(t, a, map_a)) == RY_OK &&
		 (status = add_names(t, b, map_b)) == RY_OK)
		status = names_sort(t, sorted);
	n = status == RY_OK ? names_count(t) : 0;
	if (status == RY_OK) {
		names_a = names_take(t);
		names_b = names_list_copy(names_a, n);
		status = names_b ? RY_OK : ry_failure();
	}
	if (status == RY_OK) {
		for (size_t q = 0; q < most; q++)          /* of a, then of b */
			map_a[q] = sorted[map_a[q]];
		renumber(a, map_a, names_a, n);
		renumber(b, map_b, names_b, n);
	} else {
		names_list_free(names_a, n);
	}
	names_free(t);
	free(map_a);
	free(sorted);
	return status;
}

/* The table of a model's names; NULL with *status set on failure. */
static struct names *table_of(int n, char *const *list, enum ry_status *status)
{
	struct names *t = names_new();
	char quoted[SOURCE_QUOTED];

	*status = t ? RY_OK : ry_failure();
	for (int q = 0; *status == RY_OK && q < n; q++) {
		int got = names_add(t, list[q], strlen(list[q]));

		if (got < 0)
			*status = ry_failure();
		else if (got != q)
			*status = ry_fail(RY_EDATA,
			                  "found the exercise name %s twice, expected different "
			                  "names",
			                  source_quote(quoted, list[q], strlen(list[q])));
	}
	if (*status != RY_OK) {
		names_free(t);
		t = NULL;
	}
	return t;
}

/* Renumber by map, in which -1 takes an answer out, and close the gaps.  Returns how many went. */
static size_t remove_unknown(struct sequences *s, const int *map)
{
	size_t to = 0, from = 0;

	for (int i = 0; i < s->students; i++) {
		for (; from < s->start[i + 1]; from++)
			if (map[s->exercise[from]] >= 0) {
				if (s->place)
					s->place[to] = s->place[from];
				s->exercise[to] = map[s->exercise[from]];
				s->correct[to++] = s->correct[from];
			}
		s->start[i + 1] = to;
	}
	s->answers = to;
	return from - to;
}

enum ry_status sequences_rename(struct sequences *s, int exercises, char *const *names,
                                size_t *unknown)
{
	enum ry_status status;
	struct names *t = table_of(exercises, names, &status);
	int *map = calloc((size_t)s->exercises + 1, sizeof *map);
	char **copy = t && map ? names_list_copy(names, exercises) : NULL;
	size_t removed;

	if (copy) {
		for (int q = 0; q < s->exercises; q++)
			map[q] = names_find(t, s->exercise_name[q]);
		removed = remove_unknown(s, map);
		if (unknown)
			*unknown = removed;
		names_list_free(s->exercise_name, s->exercises);
		s->exercise_name = copy;
		s->exercises = exercises;
	} else if (status == RY_OK) {
		status = ry_fail_memory("the model's exercise names");
	}
	names_free(t);
	free(map);
	return status;
}

/* ---- parts, writing, fingerprint
 * -------------------------------------------------------------------- */

static struct sequences *alloc_sequences(int students, size_t answers)
{
	struct sequences *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->start = calloc((size_t)students + 1, sizeof *s->start);
	s->exercise = malloc((answers + 1) * sizeof *s->exercise);
	s->correct = malloc(answers + 1);
	if (!s->start || !s->exercise || !s->correct) {
		sequences_free(s);
		return NULL;
	}
	s->students = students;
	s->answers = answers;
	return s;
}

/* Copy the names that belong to `students` (n) of s. */
static int copy_names(struct sequences *to, const struct sequences *s, const int *students)
{
	if (!(to->exercise_name = names_list_copy(s->exercise_name, s->exercises)))
		return 0;
	to->exercises = s->exercises;
	if (!s->student_name)
		return 1;
	to->student_name = calloc((size_t)to->students + 1, sizeof *to->student_name);
	for (int i = 0; to->student_name && i < to->students; i++)
		if (!(to->student_name[i] = strdup(s->student_name[students[i]])))
			return 0;
	return to->student_name != NULL;
}

struct sequences *sequences_subset(const struct sequences *s, const int *students, int n)
{
	struct sequences *part;
	size_t answers = 0, to = 0;

	for (int i = 0; i < n; i++) {
		assert(students[i] >= 0 && students[i] < s->students);
		answers += s->start[students[i] + 1] - s->start[students[i]];
	}
	part = alloc_sequences(n, answers);
	if (!part || !copy_names(part, s, students)) {
		sequences_free(part);
		ry_fail_memory("a part of the data");
		return NULL;
	}
	for (int i = 0; i < n; i++) {
		size_t from = s->start[students[i]], length = s->start[students[i] + 1] - from;

		memcpy(part->exercise + to, s->exercise + from, length * sizeof *s->exercise);
		memcpy(part->correct + to, s->correct + from, length);
		part->start[i + 1] = to += length;
	}
	return part;
}

enum ry_status sequences_write(const struct sequences *s, FILE *to, enum sequence_format format)
{
	if (format == FORMAT_AUTO)
		format = matrix_reader.writable(s) ? FORMAT_MATRIX : FORMAT_THREE_LINE;
	if (!formats[format].reader->writable(s))
		return ry_fail(RY_EINVAL,
		               "%s cannot hold these sequences (%s): write them as 3line or csv",
		               sequence_format_name(format), sequence_format_about(format));
	formats[format].reader->write(s, to);
	if (fflush(to) != 0 || ferror(to))
		return ry_fail(RY_EIO, "writing exercise sequences failed");
	return RY_OK;
}

/* Continue h over the first n answers of a student. */
static uint64_t fnv_student(uint64_t h, const struct sequences *s, int student, size_t n)
{
	size_t from = s->start[student];

	h = fnv_number(h, n);
	for (size_t t = from; t < from + n; t++) {
		const char *name = s->exercise_name[s->exercise[t]];

		h = fnv_bytes(h, name, strlen(name) + 1);
		h = fnv_bytes(h, &s->correct[t], 1);
	}
	return h;
}

unsigned long long sequences_fingerprint(const struct sequences *s)
{
	uint64_t h = FNV_BASIS;

	for (int i = 0; i < s->students; i++)
		h = fnv_student(h, s, i, s->start[i + 1] - s->start[i]);
	return h;
}

unsigned long long sequences_student_fingerprint(const struct sequences *s, int student, size_t n)
{
	return fnv_student(FNV_BASIS, s, student, n);
}
