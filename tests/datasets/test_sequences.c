/* test_sequences.c - reading exercise sequences in every format, and what is done with them. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "datasets/sequences/joined.h"
#include "datasets/sequences/sequences.h"
#include "tests/support/tap.h"

#define COUNT(a) (sizeof (a) / sizeof (a)[0])

static const char *write_file(const char *name, const char *bytes, size_t n)
{
	static char path[512];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", tap_tmpdir(), name);
	f = fopen(path, "wb");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_EQUAL(fwrite(bytes, 1, n, f), n);
	CU_ASSERT_EQUAL(fclose(f), 0);
	return path;
}

static struct sequences *read_bytes(const char *bytes, size_t n, const struct sequence_options *o,
                                    struct sequence_report *r, enum ry_status *status)
{
	return sequences_read(write_file("data.csv", bytes, n), o, r, status);
}

/* Read text that has to be good. */
static struct sequences *read_good(const char *text, const struct sequence_options *o,
                                   struct sequence_report *r)
{
	enum ry_status status;
	struct sequences *s = read_bytes(text, strlen(text), o, r, &status);

	if (!s)
		printf("# %s\n", ry_message());
	CU_ASSERT_PTR_NOT_NULL_FATAL(s);
	CU_ASSERT_EQUAL(status, RY_OK);
	return s;
}

/* Read text that has to be refused with a sentence that begins with "data.csv" and then has
 * `says`. */
static void check_refused(const char *bytes, size_t n, const struct sequence_options *o,
                          const char *says)
{
	enum ry_status status = RY_OK;
	struct sequences *s = read_bytes(bytes, n, o, NULL, &status);
	const char *at = strstr(ry_message(), "/data.csv:");

	CU_ASSERT_PTR_NULL(s);
	CU_ASSERT_EQUAL(status, RY_EDATA);
	if (s || !at || !strstr(at, says)) {
		printf("# expected \"%s\", got \"%s\"\n", says, s ? "data" : ry_message());
		CU_FAIL("the sentence");
	}
	sequences_free(s);
}

/* "12+ 7- | 3+": students between bars, exercise names with + for right and - for wrong. */
static void check_is(const struct sequences *s, const char *expected)
{
	char got[1024];
	size_t n = 0;

	got[0] = '\0';
	CU_ASSERT_EQUAL(s->start[0], 0);
	CU_ASSERT_EQUAL(s->start[s->students], s->answers);
	for (int i = 0; i < s->students; i++) {
		if (i)
			n += (size_t)snprintf(got + n, sizeof got - n, "| ");
		for (size_t t = s->start[i]; t < s->start[i + 1]; t++)
			n += (size_t)snprintf(got + n, sizeof got - n, "%s%c ",
			                      s->exercise_name[s->exercise[t]],
			                      s->correct[t] ? '+' : '-');
	}
	if (strcmp(got, expected) != 0)
		printf("# expected \"%s\"\n# got      \"%s\"\n", expected, got);
	CU_ASSERT_STRING_EQUAL(got, expected);
}

/* ---- three lines
 * -------------------------------------------------------------------------------- */

static void three_line_in_all_its_shapes(void)
{
	static const char *const shapes[] = {
		"2\n12,7\n1,0\n1\n3\n1\n",
		"2\n12,7,\n1,0,\n1\n3,\n1,\n",                       /* comma at the end */
		"2\r\n12,7\r\n1,0\r\n1\r\n3\r\n1\r\n",               /* CR LF */
		"2\r12,7\r1,0\r1\r3\r1\r",                           /* CR */
		"2\n12,7\n1,0\n1\n3\n1",                             /* no end of the last line */
		"2\n12,7,\n1,0,\n1\n3,\n1,",
		"2\r\n12,7\r\n1,0\r\n1\r\n3\r\n1\r",
		"2\n12 7\n1 0\n1\n3\n1\n",                           /* blanks */
		" 2 \n 12 , 7 \n\t1 ,\t0\t\n1\n3\n1\n",
		"2,\n12;7;\n1;0\n1,\n3\n1\n",
		"2,,,\n12,7,,\n1,0,,\n1,,,\n3,,,\n1,,,\n",           /* as spreadsheets pad */
		"\n\n2\n12,7\n1,0\n\n\n1\n3\n1\n\n \n\n",            /* blank lines */
		"\xef\xbb\xbf\x32\n12,7\n1,0\n1\n3\n1\n",            /* byte-order mark */
		"02\n012,7\n01,00\n1\n3\n1\n"
	};

	for (size_t i = 0; i < COUNT(shapes); i++) {
		struct sequence_report r;
		struct sequences *s = read_good(shapes[i], NULL, &r);

		check_is(s, "12+ 7- | 3+ ");
		CU_ASSERT_EQUAL(r.format, FORMAT_THREE_LINE);
		CU_ASSERT_EQUAL(r.rows, 2);
		CU_ASSERT_EQUAL(r.one_answer_students, 1);
		CU_ASSERT_EQUAL(s->exercises, 3);
		CU_ASSERT_STRING_EQUAL(s->exercise_name[0], "3");
		CU_ASSERT_STRING_EQUAL(s->exercise_name[2], "12");
		CU_ASSERT_PTR_NULL(s->student_name);
		sequences_free(s);
	}
}

static void students_of_no_answers_stay(void)
{
	static const char *const shapes[] = {
		"0\n\n\n1\n5\n1\n0\n\n\n",
		"0\n1\n5\n1\n0",
		"0,\n,\n,\n1,\n5,\n1,\n0,\n,\n,"
	};

	for (size_t i = 0; i < COUNT(shapes); i++) {
		struct sequence_report r;
		struct sequences *s = read_good(shapes[i], NULL, &r);

		CU_ASSERT_EQUAL(s->students, 3);
		CU_ASSERT_EQUAL(r.empty_students, 2);
		check_is(s, "| 5+ | ");
		sequences_free(s);
	}
}

static void ids_up_to_the_largest(void)
{
	struct sequences *s = read_good("4\n2147483647,0,1000000000,0\n1,1,0,0\n", NULL, NULL);

	CU_ASSERT_EQUAL(s->exercises, 3);
	check_is(s, "2147483647+ 0+ 1000000000- 0- ");
	sequences_free(s);
}

/* Longer than the longest known (8,214), than the buffer, and than any first guess of memory. */
static void long_sequences(void)
{
	const int n = 300007;
	char *text = malloc((size_t)n * 12 + 100), *p = text;
	struct sequences *s;

	p += sprintf(p, "1\n5\n1\n%d\n", n);
	for (int t = 0; t < n; t++)
		p += sprintf(p, "%d,", t * 7 % 1013);
	*p++ = '\n';
	for (int t = 0; t < n; t++)
		p += sprintf(p, "%d,", t % 3 == 0);
	strcpy(p, "\n1\n5\n0\n");
	s = read_good(text, NULL, NULL);
	CU_ASSERT_EQUAL(s->students, 3);
	CU_ASSERT_EQUAL(s->answers, (size_t)n + 2);
	CU_ASSERT_EQUAL(s->exercises, 1013);
	for (int t = 0; t < n; t++)
		if (s->exercise[t + 1] != t * 7 % 1013 || s->correct[t + 1] != (t % 3 == 0)) {
			CU_FAIL("an answer of a long sequence");
			break;
		}
	sequences_free(s);
	free(text);
}

static void three_line_refused(void)
{
	static const struct { const char *text, *says; } bad[] = {
		{ "3\n1,2,3\n",
		  "data.csv:3: found the end of the file after 0 answers, expected 3" },
		{ "3\n1,2,3", "data.csv:2: found the end of the file after 0 answers, expected 3" },
		{ "3\n", "data.csv:2: found the end of the file after 0 exercise ids, expected 3" },
		{ "3\n1,2",
		  "data.csv:2: found the end of the file after 2 exercise ids, expected 3" },
		{ "3\n1,2\n0,1,1\n", "data.csv:2: found 2 exercise ids, expected 3" },
		{ "3\n1,2,3,4\n0,1,1\n", "data.csv:2: found more than 3 exercise ids" },
		{ "3\n1,2,3\n0,1\n", "data.csv:3: found 2 answers, expected 3" },
		{ "3\n1,2,3\n0\n", "data.csv:3: found 1 answer, expected 3" },
		{ "3\n1,2,3\n0,1,1,0\n", "data.csv:3: found more than 3 answers" },
		{ "2\n\n1,2\n0,1\n", "data.csv:2: found 0 exercise ids, expected 2" },
		{ "1\n1\n1\n2\n1,2\n0,2\n", "data.csv:6: found the answer 2, expected 0 or 1" },
		{ "2\n1,2\n0,-1\n", "data.csv:3: found '-1', expected 0 or 1" },
		{ "2\n1,2\n0,1.0\n", "data.csv:3: found '.0', expected 0 or 1" },
		{ "2\n1,-2\n0,1\n",
		  "data.csv:2: found '-2', expected an exercise id from 0 to 2147483647" },
		{ "2\n1,2147483648\n0,1\n", "data.csv:2: found a number beyond 2147483647" },
		{ "2\n1,99999999999999999999999999\n0,1\n",
		  "data.csv:2: found a number beyond 2147483647" },
		{ "2\n1,algebra\n0,1\n", "data.csv:2: found 'algebra', expected an exercise id" },
		{ "2\n1,,2\n0,1\n", "data.csv:2: found an empty field, expected an exercise id" },
		{ "2\n,1,2\n0,1\n", "data.csv:2: found an empty field, expected an exercise id" },
		{ "2\n1,2\n0,,1\n", "data.csv:3: found an empty field, expected 0 or 1" },
		{ "1\r\n1\r\n1\r\n-5\r\n",
		  "data.csv:4: found '-5', expected the number of answers" },
		{ "1\r1\r1\r\r-5\r", "data.csv:5: found '-5', expected the number of answers" },
		{ "1\n1\n1\n-5\n", "data.csv:4: found '-5', expected the number of answers" },
		{ "1\n1\n1\nx\n", "data.csv:4: found 'x', expected the number of answers" },
		{ "1\n1\n1\n2 3\n",
		  "data.csv:4: found several numbers, expected the number of answers alone" },
		{ "1\n1\n1\n2x\n", "data.csv:4: found 'x' after 2" },
		{ "16777217\n1\n1\n", "data.csv:1: found a number of answers beyond 16777216" },
		{ "9999999999\n1\n1\n", "data.csv:1: found a number of answers beyond 16777216" },
		{ "0\n\n\n", "found no answers, expected records of three lines" },
		{ "", "data.csv:1: found an empty file" },
		{ "\xef\xbb\xbf", "data.csv:1: found an empty file" },
		{ "\n \n\n", "data.csv:1: found nothing but blank lines" },
		{ "-3\n", "data.csv:1: found '-3', expected exercise sequences" }
	};
	static const char nul[] = "2\n1,\0002\n0,1\n";

	for (size_t i = 0; i < COUNT(bad); i++)
		check_refused(bad[i].text, strlen(bad[i].text), NULL, bad[i].says);
	check_refused(nul, sizeof nul - 1, NULL,
	              "data.csv:2: found a NUL byte, expected an exercise id");
}

/* ---- matrix
 * -------------------------------------------------------------------------------------- */

static void matrix_in_all_its_shapes(void)
{
	static const char *const shapes[] = { "0,1,1\n1,0,0\n",
		                              "0\t1\t1\n1\t0\t0\n",
		                              "0 1 1\n1 0 0",
		                              "0;1;1\n1;0;0\n",
		                              "0,1,1,\r\n1,0,0,\r\n",
		                              "0, 1, 1\n\n1, 0, 0\n\n",
		                              "\xef\xbb\xbf\x30,1,1\n1,0,0" };

	for (size_t i = 0; i < COUNT(shapes); i++) {
		struct sequence_report r;
		struct sequences *s = read_good(shapes[i], NULL, &r);

		CU_ASSERT_EQUAL(r.format, FORMAT_MATRIX);
		CU_ASSERT_EQUAL(r.rows, 2);
		check_is(s, "0- 1+ 2+ | 0+ 1- 2- ");
		sequences_free(s);
	}
}

static void matrix_refused(void)
{
	static const struct { const char *text, *says; } bad[] = {
		{ "0,1,2\n", "data.csv:1: found 2 in column 3, expected 0 or 1" },
		{ "0,1,1\n0,1\n", "data.csv:2: found 2 columns, expected 3 as in the first row" },
		{ "0,1,1\n\n1\n", "data.csv:3: found 1 column, expected 3 as in the first row" },
		{ "0,1\n0,1,1\n", "data.csv:2: found more than 2 columns" },
		{ "0,1\n0,-1\n", "data.csv:2: found '-1' in column 2" },
		{ "0,1\n0,x\n", "data.csv:2: found 'x' in column 2" },
		{ "0,,1\n", "data.csv:1: found an empty field in column 2" },
		{ "0,1\n0,99999999999\n", "data.csv:2: found a large number in column 2" },
		{ ",,\n", "found no answers, expected rows" }
	};
	static const char nul[] = "0,1\n0,\0\n";

	for (size_t i = 0; i < COUNT(bad); i++)
		check_refused(bad[i].text, strlen(bad[i].text), NULL, bad[i].says);
	check_refused(nul, sizeof nul - 1, NULL, "data.csv:2: found a NUL byte in column 2");
}

/* A file of one kind read as another is refused, not misread; one column is a matrix if asked. */
static void format_overrides(void)
{
	const struct sequence_options matrix = { .format = FORMAT_MATRIX };
	const struct sequence_options three = { .format = FORMAT_THREE_LINE };
	const struct sequence_options csv = { .format = FORMAT_CSV };
	struct sequences *s = read_good("1\n0\n1\n", &matrix, NULL);

	check_is(s, "0+ | 0- | 0+ ");
	sequences_free(s);
	check_refused("0,1\n", 4, &three, "data.csv:1: found several numbers");
	check_refused("2\n5,7\n0,1\n", 10, &matrix, "data.csv:1: found 2 in column 1");
	check_refused("0,1\n", 4, &csv, "found no column for the student among '0', '1'");
}

/* ---- CSV
 * ------------------------------------------------------------------------------------------ */

static void csv_columns_are_found(void)
{
	static const char *const shapes[] = {
		"user_id,skill_id,correct\nann,7,1\nbob,12,0\nann,5,0\n",
		"correct,extra,skill_id,user_id\n1,,7,ann\n0,x,12,bob\n0,,5,ann\n",
		"User ID\tKC(Default)\tCorrect First Attempt\nann\t7\t1\nbob\t12\t0\nann\t5\t0\n",
		"student;exercise;answer\r\nann;7;1\r\nbob;12;0\r\nann;5;0",
		"\"student\"|\"skill\"|\"correct\"\n\"ann\"|\"7\"|\"1\"\nbob|12|false\nann|5|0.0\n",
		"student,skill,correct\rann,7,true\rbob,12,Incorrect\rann,5,0\r",
		"\xef\xbb\xbfstudent,skill,correct\n\n ann , 7 , 1 \n,,\nbob,12,0,,\nann,5,0\n",
		"student,skill,note,correct\nann,7,\"a, b\nc "
		"\"\"d\"\"\",1\nbob,12,caf\xe9,0\nann,5,\"\n\n\",0\n"
	};

	for (size_t i = 0; i < COUNT(shapes); i++) {
		struct sequence_report r;
		struct sequences *s = read_good(shapes[i], NULL, &r);

		CU_ASSERT_EQUAL(r.format, FORMAT_CSV);
		CU_ASSERT_EQUAL(r.rows, 3);
		CU_ASSERT_STRING_EQUAL(r.order, "");
		check_is(s, "7+ 5- | 12- ");
		CU_ASSERT_STRING_EQUAL(s->student_name[0], "ann");
		CU_ASSERT_STRING_EQUAL(s->student_name[1], "bob");
		sequences_free(s);
	}
}

static void csv_columns_are_named(void)
{
	static const char text[] = "user_id,skill_id,correct,Who,What,How,When\n"
	                           "x,1,1,ann,alg,0,3\ny,2,1,ann,geo,1,2\n";
	const struct sequence_options o = {
		.student = "Who", .skill = "what", .correct = "How", .order = "When"
	};
	const struct sequence_options space = { .sep = ' ' };
	struct sequence_report r;
	struct sequences *s = read_good(text, &o, &r);

	check_is(s, "geo+ alg- ");
	CU_ASSERT_STRING_EQUAL(r.student, "Who");
	CU_ASSERT_STRING_EQUAL(r.skill, "What");
	CU_ASSERT_STRING_EQUAL(r.order, "When");
	sequences_free(s);
	/* a long name in ISO-8859-1: as UTF-8, and cut between letters */
	s = read_good("student,"
	              "caf\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9"
	              "\xe9\xe9"
	              "\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9,"
	              "skill,correct\n1,1,2,0\n",
	              &(struct sequence_options){
			      .skill = "caf\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9"
	                               "\xe9"
				       "\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9"
	                               "\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9" },
	              &r);
	CU_ASSERT_EQUAL(strlen(r.skill), 63);
	CU_ASSERT_EQUAL(strncmp(r.skill, "caf\xc3\xa9\xc3\xa9", 7), 0);
	sequences_free(s);
	s = read_good("student skill correct\n1 2 0\n", &space, NULL);
	check_is(s, "2- ");
	sequences_free(s);
}

static void csv_is_sorted(void)
{
	static const struct { const char *text, *order, *expected;
	} cases[] = {
		/* numbers by value, ties as in the file */
		{ "student,skill,correct,order_id\na,1,1,10\na,2,1,9\nb,3,0,1\na,4,0,10\na,5,0,9\n",
		  NULL, "2+ 5- 1+ 4- | 3- " },
		{ "student,skill,correct,order_id\na,1,1,10\na,2,1,9\nb,3,0,1\na,4,0,10\na,5,0,9\n",
		  "none", "1+ 2+ 4- 5- | 3- " },
		{ "student,skill,correct,t\na,1,1,-1.5\na,2,1,-2e3\na,3,1,1e-3\n", "t",
		  "2+ 1+ 3+ " },
		/* text */
		{ "student,skill,correct,timestamp\na,1,1,2008-09-19 13:30:46.0\na,2,1,2008-09-19 "
		  "09:00:00.0\n",
		  NULL, "2+ 1+ " },
		{ "student,skill,correct,t\na,1,1,b\na,2,1,10\na,3,1,9\na,4,0,10\n", "t",
		  "2+ 4- 3+ 1+ " }
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct sequence_options o = { .order = cases[i].order };
		struct sequences *s = read_good(cases[i].text, &o, NULL);

		check_is(s, cases[i].expected);
		sequences_free(s);
	}
}

static void csv_drops_and_counts(void)
{
	static const char text[] =
		"student,skill,correct,order\n"
		",1,1,1\nNA,1,1,1\n"             /* without student */
		"a,,1,1\na,nan,1,1\na,NULL,1,1\n" /* without skill */
		"a,1,,1\n"                       /* without answer */
		"a,1,0.5,1\na,1,-1,1\na,1,2,1\na,1,hint,1\n"
		"a,1,1,\na,1,1,None\n"           /* without order */
		"a,1,1,1\na,1,1,1\na,1,1,2\na,2,1,2\na,2,0,2\nb,1,1,7\n";
	struct sequence_report r;
	struct sequences *s = read_good(text, NULL, &r);

	CU_ASSERT_EQUAL(r.rows, 18);
	CU_ASSERT_EQUAL(r.dropped_empty_student, 2);
	CU_ASSERT_EQUAL(r.dropped_empty_skill, 3);
	CU_ASSERT_EQUAL(r.dropped_empty_answer, 1);
	CU_ASSERT_EQUAL(r.dropped_not_binary, 4);
	CU_ASSERT_EQUAL(r.dropped_empty_order, 2);
	CU_ASSERT_EQUAL(r.duplicate_rows, 1);
	CU_ASSERT_EQUAL(r.same_order_rows, 1);
	CU_ASSERT_EQUAL(r.one_answer_students, 1);
	check_is(s, "1+ 1+ 1+ 2+ 2- | 1+ ");
	sequences_free(s);
}

/* Numbers in numeric order, then words; ISO-8859-1 becomes UTF-8 and is the same name as that. */
static void names_are_sorted_and_utf8(void)
{
	static const char text[] = "student,skill,correct\n"
				   "a,zeta,1\na,10,1\na,9,1\na,alpha,1\na,caf\xe9,1\na,caf\xc3\xa9,"
	                           "0\na,1.5,1\na,0x10,1\n";
	static const char *const names[] = { "1.5",   "9",           "10",  "0x10",
		                             "alpha", "caf\xc3\xa9", "zeta" };
	struct sequences *s = read_good(text, NULL, NULL);

	CU_ASSERT_EQUAL_FATAL(s->exercises, (int)COUNT(names));
	for (int q = 0; q < s->exercises; q++)
		CU_ASSERT_STRING_EQUAL(s->exercise_name[q], names[q]);
	check_is(s, "zeta+ 10+ 9+ alpha+ caf\xc3\xa9+ caf\xc3\xa9- 1.5+ 0x10+ ");
	sequences_free(s);
}

static void csv_refused(void)
{
	static const struct { const char *text, *says;
	} bad[] = { { "student,skill\na,1\n", "data.csv:1: found no column for the answer among "
		                              "'student', 'skill'; expected a "
		                              "usual name,"
		                              " or give yours with --correct" },
		    { "# notes\n", "found no column for the student among '# notes'" },
		    { "student,skill,correct\n", "data.csv:2: found no rows below the header" },
		    { "student,skill,correct\na,,1\n", "found no answer in 1 row," },
		    { "student,skill,correct\na,1,1\na,1,maybe\n",
		      "data.csv:3: found the answer 'maybe' in column"
		      " 'correct', expected 0 or 1" },
		    { "student,skill,note,correct\na,1,\"\n\n\",1\n\na,1,x,maybe\n",
		      "data.csv:6: found the answer" },
		    { "student,skill,correct\r\na,1,1\r\n\r\na,1,maybe\r\n",
		      "data.csv:4: found the answer 'maybe'" },
		    { "student,skill,correct\ra,1,1\r\ra,1,maybe\r",
		      "data.csv:4: found the answer 'maybe'" },
		    { "student,skill,correct\na,1\n",
		      "data.csv:2: found 2 columns, expected 3 as in the header" },
		    { "student,skill,correct\n\n\na,1,1,1\n",
		      "data.csv:4: found 4 columns, expected 3" },
		    { "student,skill,correct,order\na,1,1,1\na,1,1,x\n",
		      "data.csv:3: found 'x' in column 'order',"
		      " expected a number" },
		    { "student,skill,\x1b"
		      "correct\na,1,\x1b[2J\n",
		      "found the answer '?[2J' in column '?correct'" },
		    { "student,skill,correct\na,\"1,1\na,2,1\n",
		      "data.csv:2: found a quote in this row that is never"
		      " closed" },
		    { "student,skill,correct\na,\"1,1",
		      "data.csv:2: found a quote in this row that is never closed" },
		    { "student,skill,correct\n\"",
		      "data.csv:2: found a quote in this row that is never closed" } };
	static const char nul[] = "student,skill,correct\na,1,1\na,\0,1\n";
	const struct sequence_options named = { .student = "learner",
		                                .skill = "skill",
		                                .correct = "correct" };

	for (size_t i = 0; i < COUNT(bad); i++)
		check_refused(bad[i].text, strlen(bad[i].text), NULL, bad[i].says);
	check_refused(nul, sizeof nul - 1, NULL, "data.csv:3: found a NUL byte");
	check_refused("student,skill,correct\na,1,1\n", 28, &named,
	              "data.csv:1: found no column 'learner', expected one of 'student', 'skill', "
	              "'correct'");
}

/* ---- the outside world
 * ------------------------------------------------------------------------------ */

static void no_file_at_all(void)
{
	enum ry_status status;
	char path[512];

	CU_ASSERT_PTR_NULL(sequences_read(tap_tmpdir(), NULL, NULL, &status));
	CU_ASSERT_EQUAL(status, RY_EDATA);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "found a directory"));
	snprintf(path, sizeof path, "%s/missing.csv", tap_tmpdir());
	CU_ASSERT_PTR_NULL(sequences_read(path, NULL, NULL, &status));
	CU_ASSERT_EQUAL(status, RY_EDATA);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "missing.csv: cannot open: "));
	if (geteuid() == 0)
		return;
	strcpy(path, write_file("closed.csv", "0,1\n", 4));
	CU_ASSERT_EQUAL(chmod(path, 0), 0);
	CU_ASSERT_PTR_NULL(sequences_read(path, NULL, NULL, &status));
	CU_ASSERT_EQUAL(status, RY_EDATA);
}

static void no_text_at_all(void)
{
	check_refused("\xff\xfe" "0\0,\0", 6, NULL, "data.csv:1: found UTF-16 text");
	check_refused("\x1f\x8b\x08", 3, NULL, "data.csv:1: found a gzip archive");
	check_refused("PK\x03\x04", 4, NULL, "data.csv:1: found a zip archive");
	check_refused("\x01\x02\x1b[31m", 7, NULL, "data.csv:1: found ");
	CU_ASSERT_PTR_NULL(strchr(ry_message(), '\x1b'));
}

/* One line of `n` bytes after `head`, all `unit`: refused in little memory. */
static void check_endless_line(const char *head, const char *unit, size_t n, const char *says)
{
	size_t h = strlen(head), u = strlen(unit);
	char *text = malloc(h + n);

	memcpy(text, head, h);
	for (size_t i = 0; i < n; i++)
		text[h + i] = unit[i % u];
	check_refused(text, h + n, NULL, says);
	free(text);
}

static void endless_lines(void)
{
	const size_t n = 4 << 20;

	check_endless_line("", "1", n, "found a number of answers beyond");
	check_endless_line("3\n", "1", n, "data.csv:2: found a number beyond");
	check_endless_line("3\n", "1,", n, "data.csv:2: found more than 3 exercise ids");
	check_endless_line("3\n", ",", n,
	                   "data.csv:2: found the end of the file after 0 exercise ids");
	check_endless_line("3\n", " ", n,
	                   "data.csv:2: found the end of the file after 0 exercise ids");
	check_endless_line("", "0,1,", n, "data.csv:1: found more than 1048576 columns");
	check_endless_line("", "x", n, "data.csv:1: found a field of more than 1048576 bytes");
	check_endless_line("student,skill,correct\na,\"", "x\n", n,
	                   "data.csv:2: found a field of more than 1048576 bytes, expected less: "
	                   "is a quote not");
	check_endless_line("", "x,", n, "data.csv:1: found more than 65536 columns");
}

static void a_pipe_in_small_pieces(void)
{
	char path[64];
	int fd[2];
	struct sequences *s;

	CU_ASSERT_EQUAL_FATAL(pipe(fd), 0);
	CU_ASSERT_EQUAL(write(fd[1], "2\n12,", 5), 5);
	CU_ASSERT_EQUAL(write(fd[1], "7\n1,0\n", 6), 6);
	close(fd[1]);
	snprintf(path, sizeof path, "/dev/fd/%d", fd[0]);
	if (access(path, R_OK) == 0) {
		s = sequences_read(path, NULL, NULL, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(s);
		check_is(s, "12+ 7- ");
		sequences_free(s);
	} else {
		tap_skip("no /dev/fd here");
	}
	close(fd[0]);
}

/* Data of every format across every border of the buffer (256 KiB): the same whatever stands
 * where. */
static void borders_of_the_buffer(void)
{
	static const char *const heads[] = { "1\n3\n1\n", "student,skill,correct\nz,3,1\n" };
	static const char *const tails[] = { "2\r\n1234567,7\r\n1,0\r\n",
		                             "\"an\n\"\"n\",1234567,1\r\n\"an\n\"\"n\",7,0\r\n" };
	const size_t border = 256 * 1024;
	char *text = malloc(border + 100);

	for (int kind = 0; kind < 2; kind++)
		for (size_t shift = 0; shift < strlen(tails[kind]); shift++) {
			size_t head = strlen(heads[kind]), blank = border - head - shift;
			struct sequences *s;

			strcpy(text, heads[kind]);
			memset(text + head, '\n', blank);
			strcpy(text + head + blank, tails[kind]);
			s = read_good(text, NULL, NULL);
			check_is(s, "3+ | 1234567+ 7- ");
			if (kind == 1)
				CU_ASSERT_STRING_EQUAL(s->student_name[1], "an\n\"n");
			sequences_free(s);
		}
	free(text);
}

/* ---- warnings
 * ------------------------------------------------------------------------------------- */

static void sorted_by_exercise_is_seen(void)
{
	struct sequence_report r;
	struct sequences *s = read_good("5\n1,1,2,2,9\n1,1,1,1,1\n"     /* sorted */
	                                "4\n1,2,1,9\n1,1,1,1\n"         /* not */
	                                /* two exercises say nothing */
	                                "3\n1,1,2\n1,1,1\n"
	                                "3\n2,9,10\n1,1,1\n", NULL, &r);

	CU_ASSERT_EQUAL(r.sortable_students, 3);
	CU_ASSERT_EQUAL(r.sorted_students, 2);
	sequences_free(s);
}

/* ---- what is done with data
 * --------------------------------------------------------------------------- */

static void uniting_gives_one_numbering(void)
{
	struct sequences *a = read_good("3\n5,64,5\n1,0,1\n", NULL, NULL);
	struct sequences *b =
		read_good("student,skill,correct\nx,7,0\nx,algebra,1\nx,5,1\n", NULL, NULL);
	static const char *const names[] = { "5", "7", "64", "algebra" };
	unsigned long long fa = sequences_fingerprint(a), fb = sequences_fingerprint(b);

	CU_ASSERT_EQUAL(sequences_unite(a, b), RY_OK);
	CU_ASSERT_EQUAL_FATAL(a->exercises, 4);
	CU_ASSERT_EQUAL_FATAL(b->exercises, 4);
	for (int q = 0; q < 4; q++) {
		CU_ASSERT_STRING_EQUAL(a->exercise_name[q], names[q]);
		CU_ASSERT_STRING_EQUAL(b->exercise_name[q], names[q]);
	}
	check_is(a, "5+ 64- 5+ ");
	check_is(b, "7- algebra+ 5+ ");
	CU_ASSERT_EQUAL(sequences_fingerprint(a), fa);
	CU_ASSERT_EQUAL(sequences_fingerprint(b), fb);
	sequences_free(a);
	sequences_free(b);
}

static void renaming_drops_the_unknown(void)
{
	char *model[] = { "64", "5", "7" }, *twice[] = { "5", "5" };
	struct sequences *s = read_good("3\n5,64,9\n1,0,1\n2\n9,9\n1,1\n1\n7\n1\n", NULL, NULL);
	size_t unknown = 99;

	CU_ASSERT_EQUAL(sequences_rename(s, 2, twice, &unknown), RY_EDATA);
	check_is(s, "5+ 64- 9+ | 9+ 9+ | 7+ ");
	CU_ASSERT_EQUAL(sequences_rename(s, 3, model, &unknown), RY_OK);
	CU_ASSERT_EQUAL(unknown, 3);
	CU_ASSERT_EQUAL(s->exercises, 3);
	CU_ASSERT_EQUAL(s->answers, 3);
	CU_ASSERT_EQUAL(s->exercise[0], 1);
	CU_ASSERT_EQUAL(s->exercise[1], 0);
	check_is(s, "5+ 64- | | 7+ ");
	sequences_free(s);
}

static void subsets_keep_order_and_names(void)
{
	static const int students[] = { 2, 0, 2 };
	struct sequences *s =
		read_good("student,skill,correct\na,x,1\nb,y,0\nc,z,1\nc,x,0\n", NULL, NULL);
	struct sequences *part = sequences_subset(s, students, 3),
			 *none = sequences_subset(s, students, 0);

	CU_ASSERT_PTR_NOT_NULL_FATAL(part);
	CU_ASSERT_PTR_NOT_NULL_FATAL(none);
	sequences_free(s);
	check_is(part, "z+ x- | x+ | z+ x- ");
	CU_ASSERT_EQUAL(part->exercises, 3);
	CU_ASSERT_STRING_EQUAL(part->student_name[1], "a");
	CU_ASSERT_EQUAL(none->students, 0);
	CU_ASSERT_EQUAL(none->answers, 0);
	sequences_free(part);
	sequences_free(none);
}

/* Write `s` as `format`, read it again, and expect the same fingerprint. */
static void check_round_trip(const struct sequences *s, enum sequence_format format)
{
	struct sequence_report r;
	struct sequences *again;
	char path[512];
	FILE *f;

	snprintf(path, sizeof path, "%s/again.csv", tap_tmpdir());
	f = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_EQUAL(sequences_write(s, f, format), RY_OK);
	fclose(f);
	again = sequences_read(path, NULL, &r, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(again);
	if (format != FORMAT_AUTO)
		CU_ASSERT_EQUAL(r.format, format);
	CU_ASSERT_EQUAL(sequences_fingerprint(again), sequences_fingerprint(s));
	CU_ASSERT_EQUAL(again->exercises, s->exercises);
	sequences_free(again);
}

/* Each has a name of its own and says what it is, also where a file is none of them. */
static void every_format_is_described(void)
{
	struct sequences *s = read_bytes("{}\n", 3, NULL, NULL, NULL);
	char refusal[1024];

	CU_ASSERT_PTR_NULL(s);
	snprintf(refusal, sizeof refusal, "%s", ry_message());
	for (int f = FORMAT_AUTO; sequence_format_names[f]; f++) {
		const char *about = sequence_format_about((enum sequence_format)f);

		CU_ASSERT_STRING_EQUAL(sequence_format_name((enum sequence_format)f),
		                       sequence_format_names[f]);
		for (int k = 0; k < f; k++)
			CU_ASSERT(strcmp(sequence_format_names[k], sequence_format_names[f]) != 0);
		TAP_CHECK((f == FORMAT_AUTO) == (about[0] == '\0') && strstr(refusal, about),
		          "%s: '%s' is not in '%s'", sequence_format_names[f], about, refusal);
	}
}

static void written_and_read_again(void)
{
	struct sequences *s = read_good("0,1,1\n1,0,0\n", NULL, NULL);

	for (int f = FORMAT_AUTO; sequence_format_names[f]; f++)
		check_round_trip(s, (enum sequence_format)f);
	sequences_free(s);
	s = read_good("3\n40,2,40\n1,0,0\n0\n\n\n1\n2\n1\n", NULL, NULL);
	check_round_trip(s, FORMAT_THREE_LINE);
	check_round_trip(s, FORMAT_AUTO);
	CU_ASSERT_EQUAL(sequences_write(s, stdout, FORMAT_MATRIX), RY_EINVAL);
	sequences_free(s);
	s = read_good("student,skill,correct\n\"a,\"\"\",x y,1\nb,\"p\nq\",0\n", NULL, NULL);
	check_round_trip(s, FORMAT_CSV);
	sequences_free(s);
}

static void writing_to_a_full_disk(void)
{
	struct sequences *s = read_good("0,1,1\n1,0,0\n", NULL, NULL);
	FILE *f = fopen("/dev/full", "w");

	if (f) {
		CU_ASSERT_EQUAL(sequences_write(s, f, FORMAT_AUTO), RY_EIO);
		fclose(f);
	} else {
		tap_skip("no /dev/full here");
	}
	sequences_free(s);
}

static void fingerprints_tell_data_apart(void)
{
	static const char *const same[] = { "0,1\n1,1\n", "2\n0,1\n0,1\n2\n0,1\n1,1\n",
		"student,skill,correct\na,0,0\na,1,1\nb,0,1\nb,1,1\n" };
	static const char *const other[] = { "0,1\n1,0\n",
		                             "1,1\n0,1\n",
		                             "0,1,1\n1,1,1\n",
		                             "2\n0,2\n0,1\n2\n0,2\n1,1\n",
		                             "4\n0,1,0,1\n0,1,1,1\n",
		                             "1\n0\n0\n3\n1,0,1\n1,1,1\n" };
	unsigned long long f[COUNT(same) + COUNT(other)];
	size_t n = 0;

	for (size_t i = 0; i < COUNT(same) + COUNT(other); i++) {
		struct sequences *s =
			read_good(i < COUNT(same) ? same[i] : other[i - COUNT(same)], NULL, NULL);

		f[n++] = sequences_fingerprint(s);
		sequences_free(s);
	}
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			CU_ASSERT_EQUAL(f[i] == f[j], i < COUNT(same));
}

static void places_lead_back_to_the_file(void)
{
	static const struct sequence_options csv = { .places = 1, .order = "t" };
	static const struct sequence_options any = { .places = 1 };
	struct sequences *s = read_good("user,skill,correct,t\n1,5,1,9\n,,,\n\n2,7,1,1\n1,6,0,3\n",
	                                &csv, NULL);
	char *known[] = { "5", "7" };

	check_is(s, "6- 5+ | 7+ ");
	CU_ASSERT_EQUAL(s->place[0].row, 4);
	CU_ASSERT_EQUAL(s->place[1].row, 1);
	CU_ASSERT_EQUAL(s->place[2].row, 3);
	CU_ASSERT_EQUAL(s->place[1].position, 2);
	CU_ASSERT_EQUAL(s->place[2].position, 1);
	CU_ASSERT_EQUAL(sequences_rename(s, 2, known, NULL), RY_OK);
	check_is(s, "5+ | 7+ ");
	CU_ASSERT_EQUAL(s->place[0].row, 1);
	CU_ASSERT_EQUAL(s->place[0].position, 2);
	sequences_free(s);
	s = read_good("0\n\n\n2\n4,5\n1,0\n", &any, NULL);
	CU_ASSERT_EQUAL(s->place[1].row, 2);
	CU_ASSERT_EQUAL(s->place[1].position, 2);
	sequences_free(s);
	s = read_good("1,0\n0,0\n", NULL, NULL);
	CU_ASSERT_PTR_NULL(s->place);
	sequences_free(s);
}

static void joined_names_are_seen(void)
{
	static const struct { const char *names; int joined; } cases[] = {
		{ "1~~9", 1 }, { "add~~sub", 1 }, { "~~9", 0 }, { "1,9", 1 }, { "1, 9", 1 },
		{ "1;9;12", 1 }, { "3|4", 1 }, { "a,b", 0 }, { "a|b|a,b", 1 }, { "a|a;b", 0 },
		{ "1_9", 0 }, { "1|9|1_9", 1 }, { "a|b|a+b", 1 }, { "p1_step2", 0 }, { "1,", 0 },
		{ "1.5", 0 }, { "-3", 0 }
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[200] = "user,skill,correct\n", names[64], example[64];
		int n, plain = strchr(cases[i].names, '|') && cases[i].names[0] != '3';
		struct sequences *s;

		snprintf(names, sizeof names, "%s", cases[i].names);
		for (char *name = strtok(names, plain ? "|" : "\n"); name;
		     name = strtok(NULL, plain ? "|" : "\n"))
			snprintf(text + strlen(text), sizeof text - strlen(text), "1,\"%s\",1\n",
			         name);
		s = read_good(text, NULL, NULL);
		CU_ASSERT_EQUAL(sequences_joined(s, &n, example), RY_OK);
		if (n != cases[i].joined)
			printf("# %s: %d\n", cases[i].names, n);
		CU_ASSERT_EQUAL(n, cases[i].joined);
		CU_ASSERT_EQUAL(example[0] == '\'', n > 0);
		sequences_free(s);
	}
}

static const struct tap_test tests[] = {
	{ "three lines in all their shapes", three_line_in_all_its_shapes },
	{ "students of no answers stay in the data", students_of_no_answers_stay },
	{ "exercise ids up to 2^31 - 1", ids_up_to_the_largest },
	{ "a sequence of 300,007 answers", long_sequences },
	{ "bad three-line files are refused with file, line and what was expected",
	  three_line_refused },
	{ "matrices in all their shapes", matrix_in_all_its_shapes },
	{ "bad matrices are refused", matrix_refused },
	{ "the format may be told", format_overrides },
	{ "every format is described", every_format_is_described },
	{ "CSV: well-known columns are found", csv_columns_are_found },
	{ "CSV: columns are named", csv_columns_are_named },
	{ "CSV: rows are grouped by student and sorted by order", csv_is_sorted },
	{ "CSV: what can't be used is dropped and counted", csv_drops_and_counts },
	{ "names: numbers, then words, all in UTF-8", names_are_sorted_and_utf8 },
	{ "bad CSV is refused", csv_refused },
	{ "directories, missing and closed files are refused", no_file_at_all },
	{ "UTF-16, archives and binaries are refused", no_text_at_all },
	{ "endless lines are refused", endless_lines },
	{ "a pipe is read", a_pipe_in_small_pieces },
	{ "the borders of the buffer do not show", borders_of_the_buffer },
	{ "answers sorted by exercise are counted", sorted_by_exercise_is_seen },
	{ "uniting gives one numbering", uniting_gives_one_numbering },
	{ "renaming drops and counts what the model does not know", renaming_drops_the_unknown },
	{ "subsets keep order and names", subsets_keep_order_and_names },
	{ "places lead back to the file", places_lead_back_to_the_file },
	{ "names of several skills are seen", joined_names_are_seen },
	{ "what is written is read again", written_and_read_again },
	{ "a full disk is reported", writing_to_a_full_disk },
	{ "fingerprints depend on the data alone", fingerprints_tell_data_apart },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("sequences", tests);
}
