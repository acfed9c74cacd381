/* tap.h - run CUnit suites and print TAP, which automake's driver counts.
 *
 * A test program is a table of tests and one call:
 *
 *     static const struct tap_test tests[] = { { "name", function }, { NULL, NULL } };
 *     int main(void) { return tap_run("module", tests); }
 *
 * Functions assert with CUnit's CU_ASSERT_*; tap_skip() marks the running test as skipped.
 */
#ifndef RILEY_TESTS_SUPPORT_TAP_H
#define RILEY_TESTS_SUPPORT_TAP_H

#include <CUnit/CUnit.h>

struct tap_test {
	const char *name;
	void      (*run)(void);
};

/* Run all tests; the exit status for main(): 0 when all passed. */
int tap_run(const char *suite, const struct tap_test *tests);

/* Assert `ok`, with a sentence (printf format) for the failure: for laws that walk over many
 * members, where the line alone does not tell which of them broke it. */
#define TAP_CHECK(ok, ...) tap_check(!!(ok), __LINE__, __FILE__, __VA_ARGS__)
void tap_check(int ok, unsigned line, const char *file, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Say why the running test can't be run here; it counts as skipped unless an assertion failed. */
void tap_skip(const char *why);

/* A directory for this test program's files, made on the first call and removed with all in it
 * when the program ends. */
const char *tap_tmpdir(void);

/* The path of a file in tap_tmpdir(), or in any folder.  Borrowed: the eighth call after this one
 * uses it again. */
const char *temp(const char *name);
const char *inside(const char *folder, const char *name);

/* The path of a file that comes with the tests (srcdir-aware): tap_data("golden/lstm.json"). */
const char *tap_data(const char *name);

#endif
