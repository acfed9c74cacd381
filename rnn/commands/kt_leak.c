/* kt_leak.c - see kt_leak.h. */
#include "rnn/commands/kt_leak.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "rnn/commands/kt_facts.h"
#include "rnn/commands/kt_options.h"
#include "src/base/text.h"

/* Sequences of this length are hardly alike by chance, however few exercises there are. */
enum { LONG_SEQUENCE = 20 };

/* Shorter ones that are alike count from this many students on. */
enum { FEW_STUDENTS = 3 };

typedef unsigned long long print_t;

/* The students trained on: hashes of their answers, increasing, and names, in byte order. */
struct known {
	const struct sequences *s;
	print_t                *print;
	size_t                  prints;
	struct named           *named;     /* NULL: the format has no names */
	size_t                  n;
};

struct named {
	const char *name;                  /* borrowed */
	int         student;
};

static size_t length_of(const struct sequences *s, int i)
{
	return s->start[i + 1] - s->start[i];
}

static int compare_prints(const void *a, const void *b)
{
	print_t x = *(const print_t *)a, y = *(const print_t *)b;

	return (x > y) - (x < y);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

static void known_clear(struct known *k)
{
	free(k->print);
	free(k->named);
}

static enum ry_status known_make(struct known *k, const struct sequences *s, int n)
{
	*k = (struct known){ .s = s, .n = (size_t)n };
	k->print = ry_calloc((size_t)n + 1, sizeof *k->print, "looking for leaks");
	if (s->student_name)
		k->named = ry_calloc((size_t)n + 1, sizeof *k->named, "looking for leaks");
	if (!k->print || (s->student_name && !k->named))
		return ry_failure();
	for (int i = 0; i < n; i++) {
		if (length_of(s, i) >= KT_LEAK_ANSWERS)
			k->print[k->prints++] =
				sequences_student_fingerprint(s, i, length_of(s, i));
		if (k->named)
			k->named[i] = (struct named){ s->student_name[i], i };
	}
	qsort(k->print, k->prints, sizeof *k->print, compare_prints);
	if (k->named)
		qsort(k->named, k->n, sizeof *k->named, compare_names);
	return RY_OK;
}

/* The share of known students whose answers another one gave, too: what chance alone does. */
static double share_alike(const struct known *k)
{
	size_t alike = 0;

	for (size_t i = 0; i < k->prints; i++)
		alike += (i > 0 && k->print[i] == k->print[i - 1]) ||
		         (i + 1 < k->prints && k->print[i] == k->print[i + 1]);
	return k->prints ? (double)alike / (double)k->prints : 0;
}

static int has_print(const struct known *k, print_t print)
{
	return bsearch(&print, k->print, k->prints, sizeof print, compare_prints) != NULL;
}

/* Whether student i of s is known by name, and one's answers begin with all of the other's. */
static int has_name(const struct known *k, const struct sequences *s, int i)
{
	struct named wanted = { s->student_name ? s->student_name[i] : "", 0 }, *found;
	size_t n = length_of(s, i);

	if (!k->named || !s->student_name)
		return 0;
	found = bsearch(&wanted, k->named, k->n, sizeof wanted, compare_names);
	if (!found)
		return 0;
	if (length_of(k->s, found->student) < n)
		n = length_of(k->s, found->student);
	return n >= KT_LEAK_ANSWERS &&
	       sequences_student_fingerprint(s, i, n) ==
		       sequences_student_fingerprint(k->s, found->student, n);
}

enum ry_status kt_leak_count(const struct sequences *s, const struct sequences *known, int n,
                             int *leaked)
{
	struct known k;
	enum ry_status status = known_make(&k, known, n);
	int asked = 0, found = 0, sure = 0;

	for (int i = 0; status == RY_OK && i < s->students; i++) {
		size_t length = length_of(s, i);
		int named, alike;

		if (length < KT_LEAK_ANSWERS)
			continue;
		named = has_name(&k, s, i);
		alike = has_print(&k, sequences_student_fingerprint(s, i, length));
		asked++;
		found += named || alike;
		sure += named || (alike && length >= LONG_SEQUENCE);
	}
	*leaked = 0;
	if (status == RY_OK && (sure || found >= FEW_STUDENTS) &&
	    found > 2 * share_alike(&k) * asked)
		*leaked = found;
	known_clear(&k);
	return status;
}

enum ry_status kt_leak_tell(const struct cli *cli, const char *path, const struct sequences *s,
                            const struct sequences *known, int n)
{
	int leaked;
	enum ry_status status = kt_leak_count(s, known, n, &leaked);

	if (status == RY_OK && leaked)
		command_note(cli, "leaked_students",
		             "this leak makes scores too good: test on other students",
		             "%s: %s of %s test %s also in the training data", path,
		             kt_count((size_t)leaked), kt_count((size_t)s->students),
		             s->students == 1 ? "student is" : "students are");
	return status;
}

/* The training data of a run as it was trained on them; NULL when they cannot be had any more. */
static struct sequences *trained_on(const json_t *info, enum ry_status *status)
{
	const json_t *data = json_object_get(info, "data");
	const char *path = json_string_value(json_object_get(data, "train")),
	           *print = json_string_value(json_object_get(data, "fingerprint"));
	struct kt_data_options options;
	struct sequences *s = NULL;
	struct stat file;
	char is[20];

	*status = RY_OK;
	if (path && print && stat(path, &file) == 0 && S_ISREG(file.st_mode) &&
	    kt_train_data_options(&options, json_object_get(info, "options")))
		s = kt_read(path, &options, NULL, status);
	if (*status != RY_ENOMEM)
		*status = RY_OK;
	if (s)
		snprintf(is, sizeof is, "%016llx", sequences_fingerprint(s));
	if (s && strcmp(is, print) != 0) {
		sequences_free(s);
		s = NULL;
	}
	return s;
}

enum ry_status kt_leak_tell_run(const struct cli *cli, const char *path, const struct sequences *s,
                                const json_t *info)
{
	json_int_t n = json_integer_value(
		json_object_get(json_object_get(info, "data"), "training_students"));
	enum ry_status status;
	struct sequences *known = trained_on(info, &status);

	if (known && n > 0 && n <= known->students)
		status = kt_leak_tell(cli, path, s, known, (int)n);
	sequences_free(known);
	return status;
}
