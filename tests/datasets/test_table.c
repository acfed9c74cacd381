/* test_table.c - tables of numbers, generated points, and the bundled data. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_statistics.h>

#include "datasets/table/bundled.h"
#include "datasets/table/points.h"
#include "datasets/table/table.h"
#include "tests/support/tap.h"

#define COUNT(a) (sizeof (a) / sizeof (a)[0])

static struct table *read_bytes(const char *bytes, size_t n, const struct table_options *o,
                                enum ry_status *status)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof path, "%s/table.csv", tap_tmpdir());
	f = fopen(path, "wb");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_EQUAL(fwrite(bytes, 1, n, f), n);
	fclose(f);
	return table_read(path, o, status);
}

static struct table *read_good(const char *text, const struct table_options *o)
{
	enum ry_status status;
	struct table *t = read_bytes(text, strlen(text), o, &status);

	if (!t)
		printf("# %s\n", ry_message());
	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT_EQUAL(status, RY_OK);
	return t;
}

static void check_refused(const char *bytes, size_t n, const struct table_options *o,
                          const char *says)
{
	enum ry_status status = RY_OK;
	struct table *t = read_bytes(bytes, n, o, &status);

	CU_ASSERT_PTR_NULL(t);
	CU_ASSERT_EQUAL(status, RY_EDATA);
	if (t || !strstr(ry_message(), says)) {
		printf("# expected \"%s\", got \"%s\"\n", says, t ? "a table" : ry_message());
		CU_FAIL("the sentence");
	}
	table_free(t);
}

/* "name name -> target: 1 2 -> 3; ..." */
static void check_is(const struct table *t, const char *expected)
{
	char got[1024];
	size_t n = 0;

	for (int j = 0; j < t->features; j++)
		n += (size_t)snprintf(got + n, sizeof got - n, "%s ", t->feature_name[j]);
	n += (size_t)snprintf(got + n, sizeof got - n,
	                      "-> %s:", t->target_name ? t->target_name : "nothing");
	for (int i = 0; i < t->rows; i++) {
		for (int j = 0; j < t->features; j++)
			n += (size_t)snprintf(got + n, sizeof got - n, " %g",
			                      t->x[i * t->features + j]);
		if (t->label)
			n += (size_t)snprintf(got + n, sizeof got - n, " -> %s",
			                      t->class_name[t->label[i]]);
		if (t->y)
			n += (size_t)snprintf(got + n, sizeof got - n, " -> %g", t->y[i]);
		n += (size_t)snprintf(got + n, sizeof got - n, ";");
	}
	if (strcmp(got, expected) != 0)
		printf("# expected \"%s\"\n# got      \"%s\"\n", expected, got);
	CU_ASSERT_STRING_EQUAL(got, expected);
}

static void tables_in_all_their_shapes(void)
{
	static const char expected[] = "a b -> c: 1.5 -2 -> 7; 0 0.01 -> -8;";
	static const char *const shapes[] = { "a,b,c\n1.5,-2,7\n0,1e-2,-8\n",
		                              "a;b;c\r\n1.5;-2;7\r\n0;.01;-8",
		                              "a\tb\tc\n+1.5\t-2\t7\n0.\t1E-2\t-8\n",
		                              "a|b|c\n1.5|-2|7\n\n0|1e-2|-8\n\n",
		                              "\"a\",\"b\",\"c\"\n\"1.5\", -2 ,7\n0,1e-2,-8\n,,\n",
		                              "\xef\xbb\xbf\x61,b,c\n1.5,-2,7,\n0,1e-2,-8,,\n",
		                              "a,b,c\r1.5,-2,7\r0,1e-2,-8\r" };

	for (size_t i = 0; i < COUNT(shapes); i++) {
		struct table *t = read_good(shapes[i], NULL);

		check_is(t, expected);
		CU_ASSERT_EQUAL(t->classes, 0);
		table_free(t);
	}
}

static void headers_are_detected(void)
{
	static const struct {
		const char *text;
		struct table_options o;
		const char *expected;
	} cases[] = { { "1,2,x\n3,4,y\n", { .kind = TABLE_AUTO }, "1 2 -> 3: 1 2 -> x; 3 4 -> y;" },
		      { "1,2,3\n", { .kind = TABLE_AUTO }, "1 2 -> 3: 1 2 -> 3;" },
		      { "1,2,3\n4,5,6\n", { .header = TABLE_HEADER }, "1 2 -> 3: 4 5 -> 6;" },
		      { "0,1,label\n4,5,6\n", { .target = "label" }, "0 1 -> label: 4 5 -> 6;" },
		      { "0,1,label\n4,5,6\n", { .target = "Label" }, "0 1 -> label: 4 5 -> 6;" },
		      { "x,y\n",
		        { .header = TABLE_NO_HEADER,
		          .target = "2",
		          .kind = TABLE_CLASS,
		          .n_features = 0 },
		        NULL } };

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct table *t;

		if (!cases[i].expected) {
			check_refused(cases[i].text, strlen(cases[i].text), &cases[i].o,
			              "table.csv:1: found 'x' in column 1 '1', expected a number");
			continue;
		}
		t = read_good(cases[i].text, &cases[i].o);
		check_is(t, cases[i].expected);
		table_free(t);
	}
}

/* ---- headers of every shape ---- */

enum shape { NO_HEADER, WORDS, COUNTED, COUNTED_AND_WORD, YEARS, NUMBERS_AND_WORD, QUOTED, INDEXED,
	SHAPES };

struct made {
	enum shape shape;
	int        n, rows, decimals, classes;    /* of columns: decimals or whole numbers; of the
	                                           * last one: classes or such numbers */
	char       sep;
	const char *end;
};

static char *put_header(char *p, const struct made *m)
{
	for (int i = 0; i < m->n; i++) {
		int last = i == m->n - 1;

		if (i)
			*p++ = m->sep;
		switch (m->shape) {
		case WORDS:
			p += sprintf(p, "x%d", i);
			break;
		case COUNTED:
			p += sprintf(p, "%d", i);
			break;
		case COUNTED_AND_WORD:
			p += last ? sprintf(p, "price") : sprintf(p, "%d", i);
			break;
		case YEARS:
			p += sprintf(p, "%d", 1995 + 3 * i);
			break;
		case NUMBERS_AND_WORD:
			p += last ? sprintf(p, "label") : sprintf(p, "%d", 10 + 7 * i * i);
			break;
		case QUOTED:
			p += sprintf(p, "\"%d\"", 100 * (i + 1));
			break;
		case INDEXED:
			p += i ? sprintf(p, "%d", i - 1) : 0;
			break;
		case NO_HEADER:
		case SHAPES:
			break;
		}
	}
	return p + sprintf(p, "%s", m->end);
}

static char *put_row(char *p, const struct made *m, int row, gsl_rng *rng)
{
	static const char *const words[] = { "up", "down", "as it was" };

	for (int i = 0; i < m->n; i++) {
		if (i)
			*p++ = m->sep;
		if (i == 0 && m->shape == INDEXED)
			p += sprintf(p, "%d", row);
		else if (i == m->n - 1 && m->classes)
			p += sprintf(p, "%s", words[gsl_rng_uniform_int(rng, 3)]);
		else if (m->decimals)
			p += sprintf(p, "%.2f", 10 * gsl_rng_uniform(rng) - 5);
		else
			p += sprintf(p, "%d", (int)gsl_rng_uniform_int(rng, 100) - 20);
	}
	return p + sprintf(p, "%s", m->end);
}

/* Numbers above numbers, 0 above 1, are names only where at least three columns count. */
static int is_decidable(const struct made *m)
{
	int numbers = m->n - m->classes - (m->shape == INDEXED);

	return m->shape == NO_HEADER || m->shape == WORDS || m->shape == INDEXED ||
	       m->decimals || numbers > 2;
}

static void headers_of_every_shape(void)
{
	static const char seps[] = ",;\t|";
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	int tried[SHAPES] = { 0 };

	for (int k = 0; k < 4000; k++) {
		struct made m = { .shape = (enum shape)(k % SHAPES),
			          .n = 2 + (int)gsl_rng_uniform_int(rng, 7),
			          .rows = 4 + (int)gsl_rng_uniform_int(rng, 60),
			          .decimals = (int)gsl_rng_uniform_int(rng, 2),
			          .classes = (int)gsl_rng_uniform_int(rng, 2),
			          .sep = seps[gsl_rng_uniform_int(rng, 4)],
			          .end = gsl_rng_uniform_int(rng, 2) ? "\n" : "\r\n" };
		char text[20000], *p = text;
		struct table *t;

		if (!is_decidable(&m) || (m.shape == INDEXED && m.n < 3))
			continue;
		if (m.shape != NO_HEADER)
			p = put_header(p, &m);
		for (int r = 0; r < m.rows; r++)
			p = put_row(p, &m, r, rng);
		/* INDEXED has no name, and the others have; each must be read as it was meant. */
		t = read_good(text, NULL);
		TAP_CHECK(t->rows == m.rows && t->header == (m.shape != NO_HEADER),
		          "shape %d, case %d: %d rows of %d, header %d:\n# %.60s", m.shape, k,
		          t->rows, m.rows, t->header, text);
		tried[m.shape]++;
		table_free(t);
	}
	for (int s = 0; s < SHAPES; s++)
		TAP_CHECK(tried[s] > 100, "shape %d was tried only %d times", s, tried[s]);
	gsl_rng_free(rng);
}

/* What looks like a header and is none, and the other way round; --header overrules either. */
static void headers_that_mislead(void)
{
	static const struct { const char *text; int header, rows; } cases[] = {
		{ "0,1,label\n4,5,6\n", 1, 1 },
		{ "0,1,label\n12,45,up\n13,4,down\n2,77,up\n9,1,down\n", 1, 4 },
		{ "2019,2020,2021,2022\n1.5,2.25,3.5,4\n2.5,1.25,0.5,3\n1.5,.25,2.5,7\n", 1, 3 },
		{ "2019,2020\n12,40\n7,39\n30,1\n", 1, 3 },
		{ "2019,2020\n2018,1999\n2021,2030\n2020,2000\n", 0, 4 },     /* data of years */
		{ "1,2,3\n4,5,6\n7,8,9\n10,11,12\n", 0, 4 },                  /* all rows count */
		{ "0,0,0\n0,1,1\n1,0,1\n1,1,0\n", 0, 4 },                     /* xor */
		{ "5.1,3.5,setosa\n4.9,3,setosa\n7,3.2,versicolor\n6.4,3.2,versicolor\n", 0, 4 },
		{ "5,3,setosa\n4.9,3.1,setosa\n7.1,3.2,b\n6.4,3.2,b\n", 0, 4 },
		{ "absent,3,1\n4,3,2\n5,1,1\nabsent,1,2\n", 0, 0 },
		{ ",a,b\n0,1.5,2\n1,1.25,3\n2,1.5,9\n", 1, 3 },
		{ "a,b,k\n?,1,up\n2,1,down\n", 1, 0 },
		{ "x,y,", 1, 0 },
		{ "3,5,kind\n4,6,up\n3,9,down\n8,1,up\n2,2,up\n5,7,down\n1,5,down\n", 1, 6 },
		{ "3,5,up\n4,6,up\n3,9,down\n8,1,up\n2,2,up\n5,7,down\n1,5,down\n", 0, 7 },
		{ "3,5,odd\n4,6,up\n3,9,down\n8,1,up\n2,2,left\n5,7,down\n", 0, 6 },
		{ "3.5,5,odd\n4,6,up\n3.5,9,down\n8,1,up\n2,2,up\n5,7,down\n1,5,down\n", 0, 7 }
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct table_options yes = { .header = TABLE_HEADER, .kind = TABLE_CLASS },
			                   no = { .header = TABLE_NO_HEADER, .kind = TABLE_CLASS };
		enum ry_status status;
		size_t n = strlen(cases[i].text);
		struct table *t = read_bytes(cases[i].text, n, NULL, &status);

		TAP_CHECK(cases[i].rows ? t && t->header == cases[i].header &&
		                                  t->rows == cases[i].rows
		                        : !t, "case %zu: header %d, %d rows: %s", i,
		          t ? t->header : -1, t ? t->rows : 0, t ? "" : ry_message());
		table_free(t);
		if (!cases[i].rows)
			continue;
		t = read_bytes(cases[i].text, n, &yes, &status);
		/* Where the first row has a number twice, it cannot be one. */
		TAP_CHECK(t ? t->header && t->rows == cases[i].rows - !cases[i].header
		            : strstr(ry_message(), "twice") != NULL,
		          "case %zu, read with a header", i);
		table_free(t);
		t = read_bytes(cases[i].text, n, &no, &status);
		if (t)
			CU_ASSERT_EQUAL(t->rows, cases[i].rows + cases[i].header);
		table_free(t);
	}
}

/* A model trained on columns called 0 and 1 finds them again by these names. */
static void numbers_are_names_of_features(void)
{
	char *features[] = { "1", "0" }, *places[] = { "1", "2" };
	const struct table_options o = { .kind = TABLE_NO_TARGET,
		                         .n_features = 2,
		                         .features = features },
		                   plain = { .kind = TABLE_NO_TARGET,
		                             .n_features = 2,
		                             .features = places };
	struct table *t = read_good("0,1\n7,8\n", &o);

	check_is(t, "1 0 -> nothing: 8 7;");
	table_free(t);
	t = read_good("1,2\n7,8\n", &plain);
	check_is(t, "1 2 -> nothing: 1 2; 7 8;");
	table_free(t);
}

static void names_must_differ(void)
{
	static const struct { const char *text, *says; } cases[] = {
		{ "x,x,y\n1,2,up\n3,4,down\n",
		  "table.csv:1: found the name 'x' twice, for columns 1 and 2" },
		{ "x,\"x\",y\n1,2,up\n", "the name 'x' twice, for columns 1 and 2" },
		{ "x,a,\" x \",y\n1,2,3,up\n", "the name 'x' twice, for columns 1 and 3" },
		{ "a,y,b,y\n1,2,3,up\n", "the name 'y' twice, for columns 2 and 4" },
		{ "a,,b,,y\n1,2,3,4,up\n", "found no name for columns 2 and 4" },
		{ "7,7,label\n1,2,up\n3,4,down\n5,6,up\n", NULL }     /* data */
	};
	const char *const x[] = { "x" };
	const struct table_options without = { .n_ignored = 1, .ignored = x };
	char *features[] = { "a" }, *twice[] = { "x" };
	const struct table_options one = { .kind = TABLE_NO_TARGET,
		                           .n_features = 1,
		                           .features = features },
		                   two = { .kind = TABLE_NO_TARGET,
		                           .n_features = 1,
		                           .features = twice };
	struct table *t;

	for (size_t i = 0; i < COUNT(cases); i++)
		if (cases[i].says)
			check_refused(cases[i].text, strlen(cases[i].text), NULL, cases[i].says);
	/* Case tells names apart, and columns that are not used may be called alike. */
	table_free(read_good("x,X,y\n1,2,up\n", NULL));
	t = read_good("x,a,x,y\n1,2,3,4.5\n", &one);
	check_is(t, "a -> nothing: 2;");
	table_free(t);
	check_refused("x,a,x,y\n1,2,3,4.5\n", 18, &two, "the name 'x' twice, for columns 1 and 3");
	t = read_good("x,a,y\n1,2,up\n", &without);
	check_is(t, "a -> y: 2 -> up;");
	table_free(t);
}

static void columns_are_ignored(void)
{
	static const char text[] = "id,a,b,y,note\n1,2,3,4.5,9\n";
	const char *const names[] = { "id", "-1" }, *const all[] = { "id", "a", "b", "5" },
	           *const wrong[] = { "ID2" }, *const target[] = { "y" };
	const struct table_options two = { .n_ignored = 2, .ignored = names },
		                   most = { .n_ignored = 4, .ignored = all },
		                   unknown = { .n_ignored = 1, .ignored = wrong },
		                   both = { .n_ignored = 1, .ignored = target, .target = "y" };
	struct table *t = read_good(text, &two);

	check_is(t, "a b -> y: 2 3 -> 4.5;");      /* the last one that is left */
	table_free(t);
	check_refused(text, strlen(text), &most, "found no column beside the target that is not");
	check_refused(text, strlen(text), &unknown, "found no column 'ID2', expected one of 'id'");
	check_refused(text, strlen(text), &both, "found the target 'y' among the columns to be");
}

/* Every word for "unknown" is refused with the same words, as a target and as a feature. */
static void missing_values_are_refused(void)
{
	static const char *const words[] = { "", "?", ".", "NA", "na", "N/A", "n/a", "NaN", "nan",
		                             "NULL", "null", "None", "\\N", "#N/A", "<NA>" };
	static const enum table_target kinds[] = { TABLE_AUTO, TABLE_CLASS, TABLE_NUMBER };

	for (size_t i = 0; i < COUNT(words); i++)
		for (size_t k = 0; k < 2 * COUNT(kinds); k++) {
			const struct table_options o = { .kind = kinds[k / 2] };
			const char *value = k < 4 && k / 2 < 2 ? "up" : "1.5";
			char text[100], says[100];

			snprintf(text, sizeof text,
			         k % 2 ? "a,b,k\n1,2,%s\n2,3,%s\n3,%s,%s\n" :
			                 "a,b,k\n1,2,%s\n2,3,%s\n3,%.0s4,%s\n", value, value,
			         words[i], k % 2 ? value : words[i]);
			snprintf(says, sizeof says,
			         words[i][0] ? "table.csv:4: found '%s' in column %d"
			                     : "table.csv:4: found nothing%s in column %d",
			         words[i], k % 2 ? 2 : 3);
			check_refused(text, strlen(text), &o, says);
			CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), ": a missing value; remove"));
		}
}

/* A target of n different values, as written by `format`, each as often. */
static struct table *target_of(const char *format, int from, int n, int each, const char *more)
{
	char text[20000], *p = text;

	p += sprintf(p, "x,k\n");
	for (int r = 0; r < n * each; r++) {
		p += sprintf(p, "%d.5,", r * r % 91);
		p += sprintf(p, format, from + r % n);
		*p++ = '\n';
	}
	sprintf(p, "%s", more);
	return read_good(text, NULL);
}

static void few_whole_numbers_are_classes(void)
{
	static const struct {
		const char *format;
		int from, n, each;
		const char *more;
		int classes;
		enum table_reason reason;
	} cases[] = {
		{ "%d", 0, 2, 1, "", 2, TABLE_FEW_NUMBERS },
		{ "%d", 1, 2, 20, "", 2, TABLE_FEW_NUMBERS },
		{ "%d.0", 0, 2, 20, "", 2, TABLE_FEW_NUMBERS },
		{ "%d", 0, 3, 20, "", 3, TABLE_FEW_NUMBERS },
		{ "%d", 3, 6, 5, "", 6, TABLE_FEW_NUMBERS },
		{ "%d", 0, 10, 3, "", 10, TABLE_FEW_NUMBERS },
		{ "%d", 0, 11, 30, "", 0, TABLE_SOME_NUMBERS },
		{ "%d", 0, 20, 30, "", 0, TABLE_SOME_NUMBERS },
		{ "%d", 0, 21, 30, "", 0, TABLE_ASKED },
		{ "%d", 0, 5, 2, "", 0, TABLE_SOME_NUMBERS },         /* too seldom */
		{ "%d.5", 0, 3, 20, "", 0, TABLE_ASKED },
		{ "%d", 0, 2, 20, "1,1.0\n2,+1\n3,1e0\n", 2, TABLE_FEW_NUMBERS },
		{ "%d", 0, 2, 20, "1,0.5\n", 0, TABLE_ASKED },
		{ "%d", 1, 1, 20, "", 0, TABLE_ASKED },
		{ "class %d", 0, 3, 1, "", 3, TABLE_ASKED },
		{ "%d", 1, 4, 5, "1,absent\n1,absent\n", 5, TABLE_MIXED },
		{ "w%d", 1, 4, 5, "1,7.5\n", 5, TABLE_MIXED },
		{ "0%d", 1, 3, 5, "1,1\n", 4, TABLE_FEW_NUMBERS }    /* codes stay apart */
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct table *t = target_of(cases[i].format, cases[i].from, cases[i].n,
		                            cases[i].each, cases[i].more);

		TAP_CHECK(t->classes == cases[i].classes && t->reason == cases[i].reason,
		          "case %zu: %d classes, reason %d", i, t->classes, t->reason);
		CU_ASSERT_EQUAL(t->label != NULL, cases[i].classes > 0);
		CU_ASSERT_EQUAL(t->y != NULL, cases[i].classes == 0);
		table_free(t);
	}
}

/* What a model calls 1 is found as 1.0 and the other way round. */
static void numbers_are_classes_by_value(void)
{
	char *classes[] = { "1", "2.0" }, *features[] = { "a" };
	const struct table_options o = { .kind = TABLE_CLASS,
		                         .n_features = 1,
		                         .features = features,
		                         .n_classes = 2,
		                         .classes = classes };
	struct table *t = read_good("a,k\n5,1.0\n6,2\n7,2.0\n", &o);

	CU_ASSERT_EQUAL(t->label[0], 0);
	CU_ASSERT_EQUAL(t->label[1], 1);
	CU_ASSERT_EQUAL(t->label[2], 1);
	table_free(t);
	check_refused("a,k\n5,3\n", 8, &o, "expected one of the classes that the model knows");
}

static void separators(void)
{
	const struct table_options blank = { .sep = ' ' };
	struct table *t = read_good("  a b   c\n1  2 3.5\n 4 5 6.5  \n", &blank);
	char sep, name[8];

	check_is(t, "a b -> c: 1 2 -> 3.5; 4 5 -> 6.5;");
	table_free(t);
	t = read_good("a,b,y,\n1,2,up,\n3,4,down,\n", NULL);
	check_is(t, "a b -> y: 1 2 -> up; 3 4 -> down;");
	CU_ASSERT_EQUAL(t->sep, ',');
	table_free(t);
	t = read_good("1,2,up,,\n3,4,down,,\n3,4,up,,\n", NULL);
	check_is(t, "1 2 -> 3: 1 2 -> up; 3 4 -> down; 3 4 -> up;");
	table_free(t);
	CU_ASSERT_EQUAL(table_separator("tab", &sep), RY_OK);
	CU_ASSERT_EQUAL(sep, '\t');
	CU_ASSERT_STRING_EQUAL(table_separator_name(sep, name), "tab");
	CU_ASSERT_EQUAL(table_separator("blank", &sep), RY_OK);
	CU_ASSERT_EQUAL(sep, ' ');
	CU_ASSERT_EQUAL(table_separator(";", &sep), RY_OK);
	CU_ASSERT_STRING_EQUAL(table_separator_name(sep, name), "';'");
	CU_ASSERT_EQUAL(table_separator("::", &sep), RY_EINVAL);
	CU_ASSERT_EQUAL(table_separator("\"", &sep), RY_EINVAL);
	CU_ASSERT_EQUAL(table_separator("", &sep), RY_EINVAL);
}

static void targets_are_named_or_counted(void)
{
	static const char text[] = "a,b,c\n1,2,3\n";
	static const struct { const char *target, *expected; } cases[] = {
		{ NULL, "a b -> c: 1 2 -> 3;" }, { "b", "a c -> b: 1 3 -> 2;" }, { "1",
		  "b c -> a: 2 3 -> 1;" },
		{ "-1", "a b -> c: 1 2 -> 3;" }, { "-3", "b c -> a: 2 3 -> 1;" }
	};
	static const char *const missing[] = { "d", "0", "4", "-4", "1x" };

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct table_options o = { .target = cases[i].target };
		struct table *t = read_good(text, &o);

		check_is(t, cases[i].expected);
		table_free(t);
	}
	for (size_t i = 0; i < COUNT(missing); i++) {
		const struct table_options o = { .target = missing[i] };

		check_refused(text, strlen(text), &o, "expected one of 'a', 'b', 'c'");
	}
}

/* Numbers in numeric order, then words; with TABLE_CLASS any text is a class. */
static void classes_are_sorted(void)
{
	const struct table_options o = { .kind = TABLE_CLASS };
	struct table *t = read_good("x,k\n1,10\n2,b\n3,9\n4,a\n5,10\n6,-1\n", &o);
	static const char *const names[] = { "-1", "9", "10", "a", "b" };
	static const int label[] = { 2, 4, 1, 3, 2, 0 };

	CU_ASSERT_EQUAL_FATAL(t->classes, (int)COUNT(names));
	for (int k = 0; k < t->classes; k++)
		CU_ASSERT_STRING_EQUAL(t->class_name[k], names[k]);
	for (int i = 0; i < t->rows; i++)
		CU_ASSERT_EQUAL(t->label[i], label[i]);
	CU_ASSERT_PTR_NULL(t->y);
	table_free(t);
}

/* A table read for a model: its features in its order, its classes with its indices. */
static void tables_fit_a_model(void)
{
	char *features[] = { "b", "a" }, *classes[] = { "yes", "no" }, *numbers[] = { "2", "1" },
	     *other[] = { "z" };
	const struct table_options o = { .target = "k",
		                         .n_features = 2,
		                         .features = features,
		                         .kind = TABLE_CLASS,
		                         .n_classes = 2,
		                         .classes = classes };
	const struct table_options predict = { .kind = TABLE_NO_TARGET,
		                               .n_features = 2,
		                               .features = features };
	const struct table_options plain = { .kind = TABLE_NO_TARGET,
		                             .n_features = 2,
		                             .features = numbers };
	const struct table_options lost = { .n_features = 1, .features = other };
	struct table *t = read_good("k,note,a,b\nno,x,1,2\nyes,,3,4\n", &o);

	check_is(t, "b a -> k: 2 1 -> no; 4 3 -> yes;");
	CU_ASSERT_EQUAL(t->label[0], 1);
	table_free(t);
	t = read_good("k,note,a,b\nno,x,1,2\n", &predict);
	check_is(t, "b a -> nothing: 2 1;");
	CU_ASSERT_PTR_NULL(t->y);
	CU_ASSERT_PTR_NULL(t->label);
	table_free(t);
	t = read_good("1,2,word\n", &plain);
	check_is(t, "2 1 -> nothing: 2 1;");
	table_free(t);
	check_refused("k,a,b\nno,1,2\nperhaps,1,2\n", 26, &o,
	              "table.csv:3: found 'perhaps' in column 1 'k', expected one of the classes");
	check_refused("a,b\n1,2\n", 8, &lost, "found no column 'z', expected one of 'a', 'b'");
	check_refused("1,2\n1,2\n", 8, &lost, "found no header to look for column 'z' in");
}

static void tables_refused(void)
{
	static const struct { const char *text, *says; } bad[] = {
		{ "a,b\n1,2\n1,\n",
		  "table.csv:3: found nothing in column 2 'b', expected a number" },
		{ "a,b\n,2\n", "table.csv:2: found nothing in column 1 'a', expected a number" },
		{ "a,b\nNaN,2\n", "table.csv:2: found 'NaN' in column 1 'a', expected a number" },
		{ "a,b\ninf,2\n", "found 'inf' in column 1" },
		{ "a,b\n1e999,2\n", "found '1e999' in column 1" },
		{ "a,b\n0x10,2\n", "found '0x10' in column 1" },
		{ "a;b\n1,5;2\n", "found '1,5' in column 1" },
		{ "a,b\n1,2\n1,x\n", "table.csv:3: found 'x' in column 2 'b', expected a number" },
		{ "a,b,c\n1,2,3\n1,\xc3\x84,2\n",
		  "expected a number (--ignore leaves a column out)" },
		{ "a,b\n1,x\n1,\n",
		  "table.csv:3: found nothing in column 2 'b', expected a number or the name of a "
		  "class" },
		{ "a,b\n1,2\n1\n",
		  "table.csv:3: found 1 column, expected 2 as in line 1 (columns were taken to be "
		  "separated by ','; --sep names another" },
		{ "a,b\n1,2\n\n1,2,3\n", "table.csv:4: found 3 columns, expected 2 as in line 1" },
		{ "a\n1\n",
		  "table.csv:1: found no column beside the target, expected features (columns were "
		  "taken to be separated by ','; --sep names another" },
		{ "a b c\n1 2 3\n", "separated by ','; --sep names another separator, such as" },
		{ "# of mine\na,b\n1,2\n", "begins with '#': remove comments" },
		{ "# of mine, of old\na,b\n1,2\n", "begins with '#': remove comments" },
		{ "% 1. Title\n@relation x\n@data\n1,2\n", "looks like an ARFF file" },
		{ "% Title, and more\n@relation x\n@data\n1,2\n", "looks like an ARFF file" },
		{ "@RELATION x\n@DATA\n1,2\n", "looks like an ARFF file" },
		{ "a,b\n1;5,2\n",
		  "found '1;5' in column 1 'a', expected a number (columns were taken to be "
		  "separated by ','; --sep names" },
		{ "1,5;2,25;up\n1,75;2,5;down\n",
		  "found '1,75' in column 1 '1,5', expected a number with a decimal point" },
		{ "1,5\t2,25\tup\n1,75\t2,5\tdown\n", "a number with a decimal point" },
		{ "a,k\n1,1.5\n2,absent\n3,2.5\n",
		  "table.csv:3: found 'absent' in column 2 'k', expected a number as in line 2; if "
		  "each value is a class: --task classes" },
		{ "a,k\n1,absent\n2,1.5\n3,2.5\n",
		  "table.csv:2: found 'absent' in column 2 'k', expected a number as in line 3" },
		{ "a,b\n", "found no rows of numbers" },
		{ "a,b\n1,\"2\n", "table.csv:2: found a quote in this row that is never closed" },
		{ "", "table.csv:1: found an empty file" }
	};
	static const char nul[] = "a,b\n1,2\n1,\0\n";

	for (size_t i = 0; i < COUNT(bad); i++)
		check_refused(bad[i].text, strlen(bad[i].text), NULL, bad[i].says);
	check_refused(nul, sizeof nul - 1, NULL, "table.csv:3: found a NUL byte");
	CU_ASSERT_PTR_NULL(table_read(tap_tmpdir(), NULL, NULL));
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "found a directory"));
}

static void too_many_classes(void)
{
	const struct table_options o = { .kind = TABLE_CLASS };
	char *text = malloc(200000), *p = text;

	p += sprintf(p, "x,k\n");
	for (int i = 0; i <= TABLE_MAX_CLASSES; i++)
		p += sprintf(p, "1,c%d\n", i);
	check_refused(text, (size_t)(p - text), &o,
	              "table.csv:10002: found more than 10000 classes");
	free(text);
}

static void subsets_of_rows(void)
{
	static const int rows[] = { 2, 0, 2 };
	struct table *t = read_good("x,k\n1,a\n2,b\n3,c\n", NULL), *part = table_subset(t, rows, 3);

	CU_ASSERT_PTR_NOT_NULL_FATAL(part);
	table_free(t);
	check_is(part, "x -> k: 3 -> c; 1 -> a; 3 -> c;");
	CU_ASSERT_EQUAL(part->classes, 3);
	table_free(part);
	t = read_good("x,y\n1,5\n2,6\n", NULL);
	part = table_subset(t, rows + 1, 1);
	CU_ASSERT_PTR_NOT_NULL_FATAL(part);
	check_is(part, "x -> y: 1 -> 5;");
	table_free(part);
	table_free(t);
}

/* ---- iris ---- */

static void iris_is_fishers(void)
{
	static const double mean[] = { 5.843333, 3.057333, 3.758, 1.199333 };
	static const double sd[] = { 0.828066, 0.435866, 1.765298, 0.762238 };
	static const double species_mean[3][4] = {
		{ 5.006, 3.428, 1.462, 0.246 }, { 5.936, 2.770, 4.260, 1.326 }, { 6.588, 2.974,
		  5.552, 2.026 }
	};
	static const char *const species[] = { "setosa", "versicolor", "virginica" };
	static const double flower[2][4] = { { 4.9, 3.1, 1.5, 0.2 }, { 4.9, 3.6, 1.4, 0.1 } };
	char *path = bundled_path("iris.csv");
	struct table *t;

	CU_ASSERT_PTR_NOT_NULL_FATAL(path);
	t = table_read(path, NULL, NULL);
	free(path);
	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT_EQUAL_FATAL(t->rows, 150);
	CU_ASSERT_EQUAL_FATAL(t->features, 4);
	CU_ASSERT_EQUAL_FATAL(t->classes, 3);
	CU_ASSERT_STRING_EQUAL(t->feature_name[2], "petal_length");
	for (int j = 0; j < 4; j++) {
		CU_ASSERT_DOUBLE_EQUAL(gsl_stats_mean(t->x + j, 4, 150), mean[j], 5e-7);
		CU_ASSERT_DOUBLE_EQUAL(gsl_stats_sd(t->x + j, 4, 150), sd[j], 5e-7);
		for (int k = 0; k < 3; k++)
			CU_ASSERT_DOUBLE_EQUAL(gsl_stats_mean(t->x + 200 * k + j, 4, 50),
			                       species_mean[k][j], 5e-7);
		CU_ASSERT_EQUAL(t->x[4 * 34 + j], flower[0][j]);
		CU_ASSERT_EQUAL(t->x[4 * 37 + j], flower[1][j]);
	}
	for (int i = 0; i < 150; i++)
		CU_ASSERT_EQUAL(t->label[i], i / 50);
	for (int k = 0; k < 3; k++)
		CU_ASSERT_STRING_EQUAL(t->class_name[k], species[k]);
	table_free(t);
}

static void bundled_files_only(void)
{
	CU_ASSERT_PTR_NULL(bundled_path("../data/iris.csv"));
	CU_ASSERT_PTR_NULL(bundled_path("no_such_file.csv"));
	CU_ASSERT_PTR_NULL(bundled_path(""));
}

/* ---- points ---- */

/* Without noise each point lies where its class prescribes. */
static void check_point(enum points_task task, const double *x, int label)
{
	double r = hypot(x[0], x[1]), sign = label ? -1 : 1;

	switch (task) {
	case POINTS_AND:
		CU_ASSERT_EQUAL(label, x[0] == 1 && x[1] == 1);
		break;
	case POINTS_OR:
		CU_ASSERT_EQUAL(label, x[0] == 1 || x[1] == 1);
		break;
	case POINTS_XOR:
		CU_ASSERT_EQUAL(label, x[0] != x[1]);
		break;
	case POINTS_CIRCLE:
		CU_ASSERT_DOUBLE_EQUAL(r, label ? 0.5 : 1, 1e-12);
		break;
	case POINTS_SPIRAL:
		CU_ASSERT_DOUBLE_EQUAL(x[0], sign * r * cos(3.5 * M_PI * r), 1e-9);
		CU_ASSERT_DOUBLE_EQUAL(x[1], sign * r * sin(3.5 * M_PI * r), 1e-9);
		CU_ASSERT(r >= 0.05 && r <= 1);
		break;
	case POINTS_MOONS:
		CU_ASSERT_DOUBLE_EQUAL(hypot(x[0] - (label ? 1 : 0), x[1] - (label ? 0.5 : 0)), 1,
		                       1e-12);
		CU_ASSERT(label ? x[1] <= 0.5 : x[1] >= 0);
		break;
	}
}

static void points_are_what_they_are_called(void)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	for (int task = POINTS_AND; points_names[task]; task++) {
		struct table *t = points_make((enum points_task)task, 403, 0, rng);
		int ones = 0;

		CU_ASSERT_PTR_NOT_NULL_FATAL(t);
		CU_ASSERT_EQUAL(t->rows, 403);
		CU_ASSERT_EQUAL(t->features, 2);
		CU_ASSERT_EQUAL(t->classes, 2);
		CU_ASSERT_STRING_EQUAL(t->class_name[1], "1");
		for (int i = 0; i < t->rows; i++) {
			check_point((enum points_task)task, t->x + 2 * i, t->label[i]);
			ones += t->label[i];
		}
		CU_ASSERT(task == POINTS_AND  ? ones == 100
		          : task == POINTS_OR ? ones == 302
		                              : ones >= 201 && ones <= 202);
		table_free(t);
	}
	gsl_rng_free(rng);
}

/* Noisy points minus noiseless ones: standard deviation `noise` in both coordinates. */
static void points_have_their_noise(void)
{
	const int n = 4000;
	const double noise = 0.3;
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct table *t = points_make(POINTS_XOR, n, noise, rng);

	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	for (int i = 0; i < n; i++) {
		t->x[2 * i] -= i >> 1 & 1;
		t->x[2 * i + 1] -= i & 1;
	}
	for (int j = 0; j < 2; j++) {
		/* five standard errors */
		CU_ASSERT_DOUBLE_EQUAL(gsl_stats_mean(t->x + j, 2, (size_t)n), 0,
		                       5 * noise / sqrt(n));
		CU_ASSERT_DOUBLE_EQUAL(gsl_stats_sd(t->x + j, 2, (size_t)n), noise,
		                       5 * noise / sqrt(2 * n));
	}
	table_free(t);
	CU_ASSERT_PTR_NULL(points_make(POINTS_XOR, 0, 0, rng));
	CU_ASSERT_PTR_NULL(points_make(POINTS_XOR, 4, -0.1, rng));
	CU_ASSERT_PTR_NULL(points_make(POINTS_XOR, 4, NAN, rng));
	gsl_rng_free(rng);
}

static const struct tap_test tests[] = {
	{ "tables in all their shapes", tables_in_all_their_shapes },
	{ "headers are detected", headers_are_detected },
	{ "headers of every shape, 4000 tables", headers_of_every_shape },
	{ "headers that mislead, and --header", headers_that_mislead },
	{ "numbers as names of features", numbers_are_names_of_features },
	{ "two columns of one name are refused", names_must_differ },
	{ "columns are ignored", columns_are_ignored },
	{ "missing values are refused alike", missing_values_are_refused },
	{ "few whole numbers are classes", few_whole_numbers_are_classes },
	{ "numbers are classes by their value", numbers_are_classes_by_value },
	{ "separators, and those at the end of a line", separators },
	{ "targets by name and by number", targets_are_named_or_counted },
	{ "classes: numbers, then words", classes_are_sorted },
	{ "a table read for a model has its features and classes", tables_fit_a_model },
	{ "bad tables are refused with file, line, column", tables_refused },
	{ "a number taken for a class is noticed", too_many_classes },
	{ "subsets of rows", subsets_of_rows },
	{ "iris is as Fisher printed it", iris_is_fishers },
	{ "bundled files are found by plain names only", bundled_files_only },
	{ "points: and, or, xor, circle, spiral, moons", points_are_what_they_are_called },
	{ "points: noise", points_have_their_noise },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("table", tests);
}
