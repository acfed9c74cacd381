/* tap.c - see tap.h. */
#define _GNU_SOURCE
#include "tests/support/tap.h"

#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <CUnit/TestRun.h>

static int  number;
static char skip_reason[256];
static char tmpdir[256];

static void on_complete(const CU_pTest test, const CU_pSuite suite, const CU_pFailureRecord failure)
{
	const char *sentence = failure ? "not ok" : "ok";

	(void)suite;
	if (!failure && skip_reason[0])
		printf("ok %d - %s # SKIP %s\n", ++number, test->pName, skip_reason);
	else
		printf("%s %d - %s\n", sentence, ++number, test->pName);
	skip_reason[0] = '\0';
	for (CU_pFailureRecord f = failure; f; f = f->pNext)
		printf("# %s:%u: %s\n", f->strFileName ? f->strFileName : "?", f->uiLineNumber,
		       f->strCondition ? f->strCondition : "?");
	fflush(stdout);
}

static int remove_entry(const char *path, const struct stat *sb, int type, struct FTW *ftw)
{
	(void)sb;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void remove_tmpdir(void)
{
	if (tmpdir[0])
		nftw(tmpdir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

const char *tap_tmpdir(void)
{
	if (!tmpdir[0]) {
		const char *base = getenv("TMPDIR");

		snprintf(tmpdir, sizeof tmpdir, "%s/riley-test-XXXXXX",
		         base && *base ? base : "/tmp");
		if (!mkdtemp(tmpdir)) {
			perror(tmpdir);
			exit(99);
		}
	}
	return tmpdir;
}

const char *inside(const char *folder, const char *name)
{
	static char path[8][1024];
	static int next;
	char *p = path[next++ % 8];

	snprintf(p, sizeof path[0], "%s/%s", folder, name);
	return p;
}

const char *temp(const char *name)
{
	static char path[8][1024];
	static int next;
	char *p = path[next++ % 8];

	snprintf(p, sizeof path[0], "%s/%s", tap_tmpdir(), name);
	return p;
}

const char *tap_data(const char *name)
{
	static char path[4][512];
	static int next;
	const char *srcdir = getenv("srcdir");
	char *p = path[next++ % 4];

	snprintf(p, sizeof path[0], "%s/tests/%s", srcdir && *srcdir ? srcdir : ".", name);
	return p;
}

void tap_skip(const char *why)
{
	snprintf(skip_reason, sizeof skip_reason, "%s", why);
}

void tap_check(int ok, unsigned line, const char *file, const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	CU_assertImplementation(ok, line, text, file, "", CU_FALSE);
}

int tap_run(const char *suite, const struct tap_test *tests)
{
	CU_pSuite s;
	int n = 0;
	unsigned failed;

	if (CU_initialize_registry() != CUE_SUCCESS || !(s = CU_add_suite(suite, NULL, NULL))) {
		printf("Bail out! CUnit: %s\n", CU_get_error_msg());
		return 99;
	}
	for (; tests[n].name; n++)
		if (!CU_add_test(s, tests[n].name, tests[n].run)) {
			printf("Bail out! CUnit: %s: %s\n", tests[n].name, CU_get_error_msg());
			return 99;
		}
	printf("1..%d\n", n);
	CU_set_test_complete_handler(on_complete);
	CU_run_all_tests();
	failed = CU_get_number_of_tests_failed() + CU_get_number_of_suites_failed();
	CU_cleanup_registry();
	remove_tmpdir();
	return failed ? 1 : 0;
}
