/* fuzz_csv.c - any bytes through every reader of datasets/: either refused with a sentence, or data
 * whose parts fit together. */
#define _GNU_SOURCE
#include "tests/support/fuzz.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "datasets/sequences/sequences.h"
#include "datasets/sequences/students.h"
#include "datasets/table/table.h"

const char fuzz_name[] = "csv";

static void check_status(enum ry_status status, const char *path)
{
	FUZZ_REFUSED(status, RY_EDATA, path);
	HOLD(strstr(ry_message(), "expected"));
}

static void check_sequences(const struct sequences *s, const struct sequence_report *r)
{
	HOLD(s->students > 0 && s->exercises > 0 && s->answers > 0);
	HOLD(s->start[0] == 0 && s->start[s->students] == s->answers);
	for (int i = 0; i < s->students; i++)
		HOLD(s->start[i] <= s->start[i + 1]);
	for (size_t t = 0; t < s->answers; t++)
		HOLD(s->exercise[t] >= 0 && s->exercise[t] < s->exercises && s->correct[t] <= 1 &&
		     s->place[t].row > 0 && s->place[t].position > 0);
	for (int q = 0; q < s->exercises; q++)
		for (int p = q > 8 ? q - 8 : 0; p < q; p++)
			HOLD(strcmp(s->exercise_name[p], s->exercise_name[q]) != 0);
	for (int i = 0; s->student_name && i < s->students; i++)
		HOLD(s->student_name[i]);
	HOLD(r->format != FORMAT_AUTO);
	HOLD(r->sorted_students <= r->sortable_students &&
	     r->sortable_students <= (size_t)s->students);
}

/* Written as CSV and read again, with what a CSV can't say left out, it is the same data. */
static void check_again(const struct sequences *s)
{
	const struct sequence_options options = { .format = FORMAT_CSV };
	char path[64];
	int fd = memfd_create("again", 0), full = 1;
	FILE *f = fdopen(dup(fd), "w");
	struct sequences *again;

	for (int i = 0; i < s->students; i++)
		full &= s->start[i] < s->start[i + 1];
	HOLD(sequences_write(s, f, FORMAT_CSV) == RY_OK);
	fclose(f);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	again = sequences_read(path, &options, NULL, NULL);
	HOLD(again && again->answers == s->answers);
	if (full)
		HOLD(sequences_fingerprint(again) == sequences_fingerprint(s));
	sequences_free(again);
	close(fd);
}

static void fuzz_sequences(const char *path)
{
	for (int format = FORMAT_AUTO; sequence_format_names[format]; format++) {
		const struct sequence_options options = { .format = (enum sequence_format)format,
			                                  .places = 1, .count_disorder = 1 };
		struct sequence_report r;
		enum ry_status status;
		struct sequences *s = sequences_read(path, &options, &r, &status);

		if (s) {
			check_sequences(s, &r);
			if (format == FORMAT_AUTO)
				check_again(s);
		} else {
			check_status(status, path);
		}
		sequences_free(s);
	}
}

static void fuzz_table(const char *path)
{
	for (int kind = TABLE_AUTO; kind <= TABLE_NO_TARGET; kind++) {
		const struct table_options options = { .kind = (enum table_target)kind };
		enum ry_status status;
		struct table *t = table_read(path, &options, &status);

		if (!t) {
			check_status(status, path);
			continue;
		}
		HOLD(t->rows > 0 && t->features > 0);
		for (size_t i = 0; i < (size_t)t->rows * (size_t)t->features; i++)
			HOLD(isfinite(t->x[i]));
		for (int i = 0; t->label && i < t->rows; i++)
			HOLD(t->label[i] >= 0 && t->label[i] < t->classes);
		for (int i = 0; t->y && i < t->rows; i++)
			HOLD(isfinite(t->y[i]));
		HOLD((t->label != NULL) + (t->y != NULL) == (kind != TABLE_NO_TARGET));
		table_free(t);
	}
}

static void fuzz_info(const char *path)
{
	enum ry_status status;
	struct student_model *m = student_info_read(path, &status);

	if (!m) {
		check_status(status, path);
		return;
	}
	for (int q = 0; q < m->exercises; q++)
		HOLD(m->concept[q] >= 0 &&
		             m->concept[q] < m -> concepts &&isfinite(m->difficulty[q]));
	HOLD(m->concepts <= m->exercises && m->guess >= 0 && m->guess < 1);
	student_model_free(m);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	const char *path = fuzz_file(bytes, n);

	fuzz_sequences(path);
	fuzz_table(path);
	fuzz_info(path);
	return 0;
}
