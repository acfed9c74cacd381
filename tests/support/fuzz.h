/* fuzz.h - fuzz tests of the file readers: the part shared by all targets.
 *
 * A target is tests/fuzz/fuzz_NAME.c with the function and the name below, a folder tests/fuzz/NAME
 * of small seed files, and a dictionary tests/fuzz/NAME.dict (libFuzzer's format).  It is built
 * twice: as a test program, which `make check` runs over the seed files and thousands of damaged
 * copies, the same ones each time; and by `make fuzz`, with clang and libFuzzer, to run for any
 * length of time:
 *
 *     make fuzz                                  build all targets
 *     make fuzz-csv FUZZ_SECONDS=600             run one
 *
 * Add a file that libFuzzer finds to tests/fuzz/NAME, as a regression test.
 */
#ifndef RILEY_TESTS_SUPPORT_FUZZ_H
#define RILEY_TESTS_SUPPORT_FUZZ_H

#include <stddef.h>

/* The target: ends the process if an invariant is violated, otherwise returns 0. */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n);
extern const char fuzz_name[];

/* End the process unless `condition` is true. */
#define HOLD(condition) ((condition) ? (void)0 : fuzz_broken(__FILE__, __LINE__, #condition))
void fuzz_broken(const char *file, int line, const char *condition) __attribute__((noreturn));

/* The path of a file in memory with these bytes; borrowed, valid until the next call. */
const char *fuzz_file(const unsigned char *bytes, size_t n);

/* The path of the file `name` with these bytes, in a folder that is removed when the process ends;
 * borrowed, valid until the next call. fuzz_folder() is that folder. */
const char *fuzz_file_in_folder(const char *name, const unsigned char *bytes, size_t n);
const char *fuzz_folder(void);

/* A reader that refuses a file must return this status and set a one-line message that begins with
 * `path`. */
#define FUZZ_REFUSED(status, wanted, path) HOLD((status) == (wanted) && fuzz_is_sentence(path))
int fuzz_is_sentence(const char *path);

#endif
