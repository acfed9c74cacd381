/* sequences.c - see sequences.h. */
#include "datasets/sequences/sequences.h"

#include <assert.h>
#include <csv.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/sequences/reader.h"
#include "datasets/text/names.h"

/* In the order in which they are asked whether a file is theirs. */
static const struct sequence_reader *const readers[] = { &three_line_reader, &matrix_reader,
	                                                 &csv_reader };
enum { READERS = sizeof readers / sizeof readers[0] };

const char *const sequence_format_names[] = {
	[FORMAT_AUTO] = "auto", [FORMAT_THREE_LINE] = "3line", [FORMAT_MATRIX] = "matrix",
	[FORMAT_CSV] = "csv", NULL
};

const char *sequence_format_name(enum sequence_format f)
{
	return sequence_format_names[f];
}

/* ---- reading
 * -------------------------------------------------------------------------------------- */

static const struct sequence_reader *recognise(const struct source *from)
{
	size_t n;
	const char *line = source_first_line(from, &n);

	for (int i = 0; i < READERS; i++)
		if (n > 0 && readers[i]->recognise(line, n))
			return readers[i];
	return NULL;
}

static const struct sequence_reader *choose(const struct source *from,
                                            const struct sequence_options *o)
{
	enum sequence_format format = o->format;

	if (format == FORMAT_AUTO && (o->student || o->skill || o->correct || o->order || o->sep))
		format = FORMAT_CSV;
	for (int i = 0; i < READERS; i++)
		if (readers[i]->format == format)
			return readers[i];
	return recognise(from);
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

static enum ry_status read_source(struct source *from, const struct sequence_options *options,
                                  struct sequence_report *report, struct sequences *s)
{
	const struct sequence_reader *reader = choose(from, options);
	struct building b = { .s = s };
	char text[SOURCE_QUOTED];
	enum ry_status status;

	if (!reader) {
		size_t n;
		const char *line = source_first_line(from, &n);

		return source_fail(from,
		                   "found %s, expected exercise sequences: three lines per "
		                   "student, rows of"
		                   " 0 and 1, or CSV with a header",
		                   n ? source_quote(text, line, n) : "nothing but blank lines");
	}
	report->format = reader->format;
	status = reader->read(from, options, report, &b);
	if (status != RY_OK)
		return status;
	trim(s);
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

/* The table of a model's names; NULL with *status set when that can't be. */
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

static void write_matrix(const struct sequences *s, FILE *to)
{
	for (int i = 0; i < s->students; i++)
		for (size_t t = s->start[i]; t < s->start[i + 1]; t++) {
			putc('0' + s->correct[t], to);
			putc(t + 1 < s->start[i + 1] ? ',' : '\n', to);
		}
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

static void write_csv(const struct sequences *s, FILE *to)
{
	fputs("student,position,exercise,correct\n", to);
	for (int i = 0; i < s->students; i++)
		for (size_t t = s->start[i]; t < s->start[i + 1]; t++) {
			const char *name = s->exercise_name[s->exercise[t]];

			if (s->student_name)
				csv_fwrite(to, s->student_name[i], strlen(s->student_name[i]));
			else
				fprintf(to, "%d", i + 1);
			fprintf(to, ",%zu,", t - s->start[i] + 1);
			csv_fwrite(to, name, strlen(name));
			fprintf(to, ",%d\n", s->correct[t]);
		}
}

enum ry_status sequences_write(const struct sequences *s, FILE *to, enum sequence_format format)
{
	int matrix = format != FORMAT_THREE_LINE && format != FORMAT_CSV && is_matrix(s);

	if (format == FORMAT_AUTO)
		format = matrix ? FORMAT_MATRIX : FORMAT_THREE_LINE;
	switch (format) {
	case FORMAT_AUTO:
	case FORMAT_THREE_LINE:
		write_three_line(s, to);
		break;
	case FORMAT_MATRIX:
		if (!matrix)
			return ry_fail(RY_EINVAL, "a matrix needs students who answer all "
			                          "exercises in one order;"
			                          " write these in three lines (3line) or as csv");
		write_matrix(s, to);
		break;
	case FORMAT_CSV:
		write_csv(s, to);
		break;
	}
	if (fflush(to) != 0 || ferror(to))
		return ry_fail(RY_EIO, "writing exercise sequences failed");
	return RY_OK;
}

/* FNV-1a, 64 bits (Fowler, Noll, Vo). */
static uint64_t fnv(uint64_t h, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * 0x100000001b3u;
	return h;
}

/* The bytes of a number from the lowest on, whatever the machine's order. */
static uint64_t fnv_number(uint64_t h, uint64_t v)
{
	for (int i = 0; i < 8; i++, v >>= 8)
		h = (h ^ (v & 0xff)) * 0x100000001b3u;
	return h;
}

unsigned long long sequences_fingerprint(const struct sequences *s)
{
	uint64_t h = 0xcbf29ce484222325u;      /* the offset basis */

	for (int i = 0; i < s->students; i++) {
		h = fnv_number(h, s->start[i + 1] - s->start[i]);
		for (size_t t = s->start[i]; t < s->start[i + 1]; t++) {
			const char *name = s->exercise_name[s->exercise[t]];

			h = fnv(h, name, strlen(name) + 1);
			h = (h ^ s->correct[t]) * 0x100000001b3u;
		}
	}
	return h;
}
