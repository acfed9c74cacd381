/* tap.h - run CUnit suites and print TAP for automake's driver.
 *
 * A test program is a table of tests and one call:
 *
 *     static const struct tap_test tests[] = { { "name", function }, { NULL, NULL } };
 *     int main(void) { return tap_run("module", tests); }
 *
 * Test functions assert with CUnit's CU_ASSERT_*; tap_skip() marks the running test as skipped.
 */
#ifndef RILEY_TESTS_SUPPORT_TAP_H
#define RILEY_TESTS_SUPPORT_TAP_H

#include <CUnit/CUnit.h>

struct tap_test {
	const char *name;
	void      (*run)(void);
};

/* Run all tests; returns the exit status for main(), 0 if all passed. */
int tap_run(const char *suite, const struct tap_test *tests);

/* Assert `ok`, with a printf message for the failure: for laws that walk over many members, where
 * the line alone does not tell which member failed. */
#define TAP_CHECK(ok, ...) tap_check(!!(ok), __LINE__, __FILE__, __VA_ARGS__)
void tap_check(int ok, unsigned line, const char *file, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Skip the running test, with the reason, unless an assertion fails. */
void tap_skip(const char *why);

/* A directory for this test program's files, created on the first call and removed with its
 * contents when the program ends. */
const char *tap_tmpdir(void);

/* The path of a file in tap_tmpdir(), or in any folder.  Borrowed; overwritten by the eighth call
 * after this one. */
const char *temp(const char *name);
const char *inside(const char *folder, const char *name);

/* The path of a file distributed with the tests, relative to tests/ in the source tree:
 * tap_data("golden/lstm.json"). */
const char *tap_data(const char *name);

#endif
