/* read_csv.c - one answer per row, in a CSV with a header. */
#include "datasets/sequences/reader.h"

#include <csv.h>
#include <ctype.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "datasets/text/csv_rows.h"
#include "datasets/text/names.h"
#include "src/base/text.h"

/* Columns we look for, and the names they go by; the first that is there wins.  Letters and digits
 * count, case does not: "Anon Student Id" is anonstudentid. */
static const char *const student_names[] = { "userid",        "studentid", "student",
	                                     "anonstudentid", "user",      "uid",
	                                     "learnerid",     "learner",   NULL };
static const char *const skill_names[] = { "skillid",    "skill",     "skillname",   "skills",
	                                   "kc",         "kcdefault", "kcsubskills", "concept",
	                                   "conceptid",  "exercise",  "exerciseid",  "sequenceid",
	                                   "questionid", "itemid",    "problemid",   "contentid",
	                                   "item",       "question",  "problem",     NULL };
static const char *const correct_names[] = { "correct",
	                                     "correctfirstattempt",
	                                     "firstattempt",
	                                     "iscorrect",
	                                     "answeredcorrectly",
	                                     "correctness",
	                                     "outcome",
	                                     "answer",
	                                     NULL };
static const char *const order_names[] = { "orderid", "order", "timestamp", "logid", "starttime",
	"firsttransactiontime", "stepstarttime", "timedone", "time", "position", NULL };

enum column { STUDENT, SKILL, CORRECT, ORDER, COLUMNS };

static const struct { const char *what, *option; const char *const *names; } columns[COLUMNS] = {
	[STUDENT] = { "student",            "--student", student_names },
	[SKILL]   = { "skill or exercise",  "--skill",   skill_names },
	[CORRECT] = { "answer",             "--correct", correct_names },
	[ORDER]   = { "order",              "--order",   order_names }
};

/* The answers in the order of the file, while they are read. */
struct table {
	struct source          *from;
	const char             *wanted[COLUMNS];
	struct sequence_report *report;
	int                     width;            /* of the header; 0 before it */
	size_t                  header;           /* csv_row.before of the header */
	int                     count_disorder, places;   /* as in sequence_options */
	int                     at[COLUMNS];      /* column of each, -1 for none */
	struct names           *students, *skills;
	size_t                  n, room;
	int                    *student, *skill;
	unsigned char          *correct;
	int                     order_is_text;    /* decided by the first value */
	double                 *order;            /* numbers */
	size_t                 *order_text;       /* or offsets into text */
	char                   *text;
	size_t                  text_used, text_room;
	size_t                 *row;              /* with places: from 1, below the header */
	struct names           *causes;           /* values for which rows were dropped */
	size_t                (*cause_rows)[COLUMNS];   /* how many, for the value in a column */
	int                     cause_room;
};

static int recognise(const char *line, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (isalpha((unsigned char)line[i]) || line[i] == '"' ||
		    (unsigned char)line[i] >= 0x80)
			return 1;
	return 0;
}

/* ---- the header
 * -------------------------------------------------------------------------------- */

/* Letters and digits of `name`, in lower case. */
static void simplify(char *to, size_t size, const char *name)
{
	size_t n = 0;

	for (; *name && n + 1 < size; name++)
		if (isalnum((unsigned char)*name))
			to[n++] = (char)tolower((unsigned char)*name);
	to[n] = '\0';
}

static int find_named(const struct csv_row *header, const char *name)
{
	for (int i = 0; i < header->n; i++)
		if (strcmp(header->field[i], name) == 0)
			return i;
	for (int i = 0; i < header->n; i++)
		if (strcasecmp(header->field[i], name) == 0)
			return i;
	return -1;
}

static int find_well_known(const struct csv_row *header, const char *const *names)
{
	char simple[64];

	for (; *names; names++)
		for (int i = 0; i < header->n; i++) {
			simplify(simple, sizeof simple, header->field[i]);
			if (strcmp(simple, *names) == 0)
				return i;
		}
	return -1;
}

static enum ry_status find_column(struct table *t, const struct csv_row *header, enum column c)
{
	const char *name = t->wanted[c];
	char there[512];

	t->at[c] = -1;
	if (c == ORDER && name && strcmp(name, "none") == 0)
		return RY_OK;
	t->at[c] = name ? find_named(header, name) : find_well_known(header, columns[c].names);
	if (t->at[c] >= 0 || (c == ORDER && !name))
		return RY_OK;
	csv_columns(there, sizeof there, header);
	if (name)
		return source_fail_at(t->from, header->line,
		                      "found no column '%.60s', expected one of %s", name, there);
	return source_fail_at(t->from, header->line,
	                      "found no column for the %s among %s; expected a usual name, or give "
	                      "yours with %s",
	                      columns[c].what, there, columns[c].option);
}

/* The name of a column as the report has it: UTF-8 that may be printed, cut between letters. */
static enum ry_status report_column(char *to, size_t size, const char *field, size_t n)
{
	char *name = names_text(field, n);
	size_t used = 0, k;

	if (!name)
		return ry_fail_memory("the columns of a table");
	for (; name[used] && (k = utf8_length(name + used, strlen(name + used))) + used < size;
	     used += k)
		if (source_is_shown(name + used, k))
			memcpy(to + used, name + used, k);
		else
			memset(to + used, '?', k);
	to[used] = '\0';
	free(name);
	return RY_OK;
}

/* Compare two names of columns, but for the blanks around them; `alike`: as find_well_known() does,
 * by letters and digits only. */
static int same_name(const char *a, const char *b, int alike)
{
	char x[64], y[64];
	size_t n, m;

	if (alike) {
		simplify(x, sizeof x, a);
		simplify(y, sizeof y, b);
		return strcmp(x, y) == 0;
	}
	a += strspn(a, " \t");
	b += strspn(b, " \t");
	for (n = strlen(a); n && (a[n - 1] == ' ' || a[n - 1] == '\t'); n--)
		;
	for (m = strlen(b); m && (b[m - 1] == ' ' || b[m - 1] == '\t'); m--)
		;
	return n == m && strncmp(a, b, n) == 0;
}

/* A column that is used must be the only one of its name, and have one use only. */
static enum ry_status check_column(const struct table *t, const struct csv_row *header,
                                   enum column c)
{
	char quoted[SOURCE_QUOTED];
	int at = t->at[c];

	if (at < 0)
		return RY_OK;
	source_quote(quoted, header->field[at], header->length[at]);
	for (int i = 0; i < header->n; i++)
		if (i != at && same_name(header->field[i], header->field[at], !t->wanted[c]))
			return source_fail_at(t->from, header->line,
			                      "found two columns for the %s, %d and %d, called %s "
			                      "and alike, expected one",
			                      columns[c].what, (i < at ? i : at) + 1,
			                      (i < at ? at : i) + 1, quoted);
	for (enum column other = STUDENT; other < c; other++)
		if (t->at[other] == at)
			return source_fail_at(t->from, header->line,
			                      "found the column %s for both the %s and the %s, "
			                      "expected two",
			                      quoted, columns[other].what, columns[c].what);
	return RY_OK;
}

static enum ry_status read_header(struct table *t, const struct csv_row *header)
{
	char *const used[COLUMNS] = { t->report->student, t->report->skill, t->report->correct,
		t->report->order };
	const size_t size = sizeof t->report->student;
	enum ry_status status;

	for (enum column c = STUDENT; c < COLUMNS; c++) {
		if ((status = find_column(t, header, c)) != RY_OK ||
		    (status = check_column(t, header, c)) != RY_OK)
			return status;
		if (t->at[c] >= 0 && (status = report_column(used[c], size, header->field[t->at[c]],
		                                             header->length[t->at[c]])) != RY_OK)
			return status;
	}
	t->width = header->n;
	t->header = header->before;
	return RY_OK;
}

/* ---- the rows
 * ----------------------------------------------------------------------------------- */

static enum ry_status room_for_row(struct table *t)
{
	size_t room = t->room + t->room / 2 + 4096;
	void *p[6];

	if (t->n < t->room)
		return RY_OK;
	p[0] = realloc(t->student, room * sizeof *t->student);
	t->student = p[0] ? p[0] : t->student;
	p[1] = realloc(t->skill, room * sizeof *t->skill);
	t->skill = p[1] ? p[1] : t->skill;
	p[2] = realloc(t->correct, room);
	t->correct = p[2] ? p[2] : t->correct;
	p[3] = p[4] = p[5] = t;
	if (t->at[ORDER] >= 0 && !t->order_is_text) {
		p[3] = realloc(t->order, room * sizeof *t->order);
		t->order = p[3] ? p[3] : t->order;
	}
	if (t->at[ORDER] >= 0 && t->order_is_text) {
		p[4] = realloc(t->order_text, room * sizeof *t->order_text);
		t->order_text = p[4] ? p[4] : t->order_text;
	}
	if (t->places) {
		p[5] = realloc(t->row, room * sizeof *t->row);
		t->row = p[5] ? p[5] : t->row;
	}
	if (!p[0] || !p[1] || !p[2] || !p[3] || !p[4] || !p[5])
		return ry_fail_memory("the rows of a table");
	t->room = room;
	return RY_OK;
}

static enum ry_status keep_text(struct table *t, const char *text, size_t n)
{
	if (t->text_used + n + 1 > t->text_room) {
		size_t room = t->text_room + t->text_room / 2 + n + 65536;
		char *p = realloc(t->text, room);

		if (!p)
			return ry_fail_memory("the order of the rows");
		t->text = p;
		t->text_room = room;
	}
	memcpy(t->text + t->text_used, text, n + 1);
	t->order_text[t->n] = t->text_used;
	t->text_used += n + 1;
	return RY_OK;
}

/* Whether the order is no number, though that of the rows before is. */
static int order_is_odd(const struct table *t, const struct csv_row *r)
{
	double value;

	return t->n > 0 && t->at[ORDER] >= 0 && !t->order_is_text &&
	       !csv_number(r->field[t->at[ORDER]], &value);
}

static enum ry_status keep_order(struct table *t, const struct csv_row *r)
{
	const char *field;
	char quoted[SOURCE_QUOTED];

	if (t->at[ORDER] < 0)
		return RY_OK;
	field = r->field[t->at[ORDER]];
	if (t->order_is_text)
		return keep_text(t, field, r->length[t->at[ORDER]]);
	if (csv_number(field, &t->order[t->n]))
		return RY_OK;
	return source_fail_at(t->from, r->line,
	                      "found %s in column '%s', expected a number as in the rows"
	                      " before",
	                      source_quote(quoted, field, r->length[t->at[ORDER]]),
	                      t->report->order);
}

/* What an answer says: 0, 1, PART for what is neither right nor wrong, or none of all that. */
enum { PART = 2, NO_ANSWER = -1 };

static int parse_answer(const char *field)
{
	static const struct { const char *word; int answer; } words[] = {
		{ "true", 1 }, { "correct", 1 }, { "right", 1 }, { "yes", 1 },
		{ "false", 0 }, { "incorrect", 0 }, { "wrong", 0 }, { "no", 0 }, { "hint", PART }
	};
	double value;

	if (csv_number(field, &value))
		return value == 0 ? 0 : value == 1 ? 1 : PART;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcasecmp(field, words[i].word) == 0)
			return words[i].answer;
	return NO_ANSWER;
}

/* The first column that has no value in this row; COLUMNS when all have one. */
static enum column missing_column(const struct table *t, const struct csv_row *r)
{
	enum column c = STUDENT;

	while (c < COLUMNS && (t->at[c] < 0 || !csv_is_missing(r->field[t->at[c]])))
		c++;
	return c;
}

/* Count a row that is dropped for its value in column c, and that value. */
static enum ry_status drop(struct table *t, const struct csv_row *r, enum column c, size_t *count)
{
	int at = names_add(t->causes, r->field[t->at[c]], r->length[t->at[c]]);

	++*count;
	if (at < 0)
		return ry_failure();
	if (at >= t->cause_room) {
		int room = at + at / 2 + 64;
		size_t (*p)[COLUMNS] = realloc(t->cause_rows, (size_t)room * sizeof *p);

		if (!p)
			return ry_fail_memory("the rows that are dropped");
		memset(p + t->cause_room, 0, (size_t)(room - t->cause_room) * sizeof *p);
		t->cause_rows = p;
		t->cause_room = room;
	}
	t->cause_rows[at][c]++;
	return RY_OK;
}

/* The commonest value for which rows were dropped, into the report. */
static void report_cause(struct table *t)
{
	struct sequence_report *r = t->report;
	const char *const used[COLUMNS] = { r->student, r->skill, r->correct, r->order };
	const int n = names_count(t->causes);
	char **cause = names_take(t->causes);

	for (int i = 0; i < n; i++)
		for (enum column c = STUDENT; c < COLUMNS; c++)
			if (t->cause_rows[i][c] > r->dropped_alike) {
				r->dropped_alike = t->cause_rows[i][c];
				source_quote(r->dropped_value, cause[i], strlen(cause[i]));
				memcpy(r->dropped_column, used[c], sizeof r->dropped_column);
				r->dropped_option = columns[c].option;
			}
	names_list_free(cause, n);
}

/* As many fields as the header has; nothing but empty ones beyond. */
static enum ry_status check_width(const struct table *t, const struct csv_row *r)
{
	int n = r->n;
	char found[64];

	while (n > t->width && r->length[n - 1] == 0)
		n--;
	if (n == t->width)
		return RY_OK;
	return source_fail_at(t->from, r->line, "found %s, expected %d as in the header",
	                      text_counted(found, (size_t)n, "column"), t->width);
}

static enum ry_status keep_row(struct table *t, const struct csv_row *r, int answer)
{
	const int s = t->at[STUDENT], k = t->at[SKILL];
	enum ry_status status;
	double value;

	if (t->n == 0 && t->at[ORDER] >= 0)
		t->order_is_text = !csv_number(r->field[t->at[ORDER]], &value);
	if ((status = room_for_row(t)) != RY_OK || (status = keep_order(t, r)) != RY_OK)
		return status;
	t->student[t->n] = names_add(t->students, r->field[s], r->length[s]);
	t->skill[t->n] = names_add(t->skills, r->field[k], r->length[k]);
	if (t->student[t->n] < 0 || t->skill[t->n] < 0)
		return ry_failure();
	if (t->places)
		t->row[t->n] = r->before - t->header;
	t->correct[t->n++] = (unsigned char)answer;
	return RY_OK;
}

static enum ry_status read_row(void *data, const struct csv_row *r)
{
	struct table *t = data;
	struct sequence_report *count = t->report;
	size_t *const without[COLUMNS] = { &count->dropped_empty_student,
		                           &count->dropped_empty_skill,
		                           &count->dropped_empty_answer,
		                           &count->dropped_empty_order };
	char quoted[SOURCE_QUOTED];
	enum ry_status status;
	enum column missing;
	int answer;

	if (t->width == 0)
		return read_header(t, r);
	if ((status = check_width(t, r)) != RY_OK)
		return status;
	count->rows++;
	missing = missing_column(t, r);
	if (missing < COLUMNS)
		return drop(t, r, missing, without[missing]);
	answer = parse_answer(r->field[t->at[CORRECT]]);
	if (answer == NO_ANSWER)
		return source_fail_at(
			t->from, r->line, "found the answer %s in column '%s', expected 0 or 1",
			source_quote(quoted, r->field[t->at[CORRECT]], r->length[t->at[CORRECT]]),
			t->report->correct);
	if (answer == PART)
		return drop(t, r, CORRECT, &count->dropped_not_binary);
	if (t->count_disorder && order_is_odd(t, r))
		return drop(t, r, ORDER, &count->dropped_odd_order);
	return keep_row(t, r, answer);
}

/* ---- from rows to sequences
 * ----------------------------------------------------------------------- */

/* One row on its way to its place. */
struct place {
	const struct table *t;
	size_t              row;
};

static int compare_order(const struct table *t, size_t a, size_t b)
{
	if (t->order_is_text)
		return strcmp(t->text + t->order_text[a], t->text + t->order_text[b]);
	return (t->order[a] > t->order[b]) - (t->order[a] < t->order[b]);
}

/* By order, and within ties as in the file. */
static int compare_places(const void *pa, const void *pb)
{
	const struct place *a = pa, *b = pb;
	int c = compare_order(a->t, a->row, b->row);

	return c ? c : (a->row > b->row) - (a->row < b->row);
}

/* Sort the rows of one student (n). */
static enum ry_status sort_rows(const struct table *t, size_t *rows, size_t n)
{
	struct place *places = malloc(n * sizeof *places);

	if (!places)
		return ry_fail_memory("sorting a student's answers");
	for (size_t i = 0; i < n; i++)
		places[i] = (struct place){ t, rows[i] };
	qsort(places, n, sizeof *places, compare_places);
	for (size_t i = 0; i < n; i++)
		rows[i] = places[i].row;
	free(places);
	return RY_OK;
}

/* rows (t->n): the rows of each student together, in the order of the file; start (students +
 * 1). */
static void group_rows(const struct table *t, size_t *start, size_t *rows, int students)
{
	for (size_t i = 0; i < t->n; i++)
		start[t->student[i] + 1]++;
	for (int s = 0; s < students; s++)
		start[s + 1] += start[s];
	for (size_t i = 0; i < t->n; i++)
		rows[start[t->student[i]]++] = i;
	/* Each start has moved to the next one's place. */
	memmove(start + 1, start, (size_t)students * sizeof *start);
	start[0] = 0;
}

static void count_repeats(struct table *t, const size_t *rows, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		size_t a = rows[i - 1], b = rows[i];

		if (compare_order(t, a, b) != 0)
			continue;
		if (t->skill[a] != t->skill[b])
			t->report->same_order_rows++;
		else if (t->correct[a] == t->correct[b])
			t->report->duplicate_rows++;
	}
}

/* Fill b->s from the rows, with the skills renumbered by map. */
static enum ry_status place_rows(struct table *t, struct building *b, const int *map, size_t *start,
                                 size_t *rows)
{
	int students = names_count(t->students);
	struct sequences *s = b->s;
	enum ry_status status;

	group_rows(t, start, rows, students);
	if (t->places && !(s->place = ry_calloc(t->n, sizeof *s->place, "places")))
		return ry_failure();
	if ((status = building_room(b, t->n)) != RY_OK)
		return status;
	for (int i = 0; i < students; i++) {
		size_t *mine = rows + start[i], n = start[i + 1] - start[i];

		if (t->at[ORDER] >= 0) {
			if ((status = sort_rows(t, mine, n)) != RY_OK)
				return status;
			count_repeats(t, mine, n);
		}
		for (size_t j = 0; j < n; j++) {
			if (t->places)
				s->place[s->answers].row = t->row[mine[j]];
			s->exercise[s->answers] = map[t->skill[mine[j]]];
			s->correct[s->answers++] = t->correct[mine[j]];
		}
		if ((status = building_student(b)) != RY_OK)
			return status;
	}
	return RY_OK;
}

static enum ry_status build(struct table *t, struct building *b)
{
	int students = names_count(t->students), skills = names_count(t->skills);
	size_t *start = calloc((size_t)students + 1, sizeof *start);
	size_t *rows = malloc(t->n * sizeof *rows);
	int *map = malloc((size_t)skills * sizeof *map);
	enum ry_status status;

	if (start && rows && map)
		status = names_sort(t->skills, map);
	else
		status = ry_fail_memory("the answers of a table");
	if (status == RY_OK)
		status = place_rows(t, b, map, start, rows);
	if (status == RY_OK) {
		b->s->exercises = skills;
		b->s->exercise_name = names_take(t->skills);
		b->s->student_name = names_take(t->students);
	}
	free(start);
	free(rows);
	free(map);
	return status;
}

static void free_table(struct table *t)
{
	names_free(t->students);
	names_free(t->skills);
	names_free(t->causes);
	free(t->cause_rows);
	free(t->row);
	free(t->student);
	free(t->skill);
	free(t->correct);
	free(t->order);
	free(t->order_text);
	free(t->text);
}

static enum ry_status no_answers(const struct table *t)
{
	const struct sequence_report *r = t->report;
	char rows[64];

	if (r->rows == 0)
		return source_fail(t->from, "found no rows below the header, expected answers");
	return source_fail(t->from,
	                   "found no answer in %s, expected 0 or 1 (without student %zu, "
	                   "without exercise %zu, without answer %zu, partial credit %zu, without "
	                   "order %zu)",
	                   text_counted(rows, r->rows, "row"), r->dropped_empty_student,
	                   r->dropped_empty_skill,
	                   r->dropped_empty_answer, r->dropped_not_binary, r->dropped_empty_order);
}

static enum ry_status read_all(struct source *from, const struct sequence_options *options,
                               struct sequence_report *report, struct building *b)
{
	struct table t = { .from = from, .report = report, .places = options->places,
		           .count_disorder = options->count_disorder };
	enum ry_status status;

	t.wanted[STUDENT] = options->student;
	t.wanted[SKILL] = options->skill;
	t.wanted[CORRECT] = options->correct;
	t.wanted[ORDER] = options->order;
	t.students = names_new();
	t.skills = names_new();
	t.causes = names_new();
	status = t.students && t.skills && t.causes
			 ? csv_rows(from, options->sep ? options->sep : csv_separator(from),
				    read_row, &t)
			 : ry_failure();
	if (status == RY_OK && t.n == 0)
		status = no_answers(&t);
	if (status == RY_OK) {
		report_cause(&t);
		status = build(&t, b);
	}
	free_table(&t);
	return status;
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

const struct sequence_reader csv_reader = { recognise, read_all, sequences_always_writable,
	                                    write_csv };
