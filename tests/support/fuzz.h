/* fuzz.h - any bytes at all through a reader of files: what every target shares.
 *
 * A target is tests/fuzz_NAME.c with the function and the name below, a folder tests/fuzz/NAME with
 * a few small files to begin with, and tests/fuzz/NAME.dict, pieces that mean something to the
 * reader (in libFuzzer's format).  It is built twice: as tests/test_fuzz_NAME, which `make check`
 * runs over those files and over thousands of damaged copies, the same ones each time; and by `make
 * fuzz`, with clang, as tests/fuzz_NAME, for as long as one likes:
 *
 *     make fuzz                                  build all targets
 *     make fuzz-csv FUZZ_SECONDS=600             run one
 *
 * A file that libFuzzer finds goes into tests/fuzz/NAME, so that it stays found.
 */
#ifndef RILEY_TESTS_SUPPORT_FUZZ_H
#define RILEY_TESTS_SUPPORT_FUZZ_H

#include <stddef.h>

/* The target: ends the process when something that has to hold does not; otherwise 0. */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n);
extern const char fuzz_name[];

/* End the process unless it holds. */
#define HOLD(condition) ((condition) ? (void)0 : fuzz_broken(__FILE__, __LINE__, #condition))
void fuzz_broken(const char *file, int line, const char *condition) __attribute__((noreturn));

/* A file that holds these bytes, in memory: its path, borrowed and valid until the next call. */
const char *fuzz_file(const unsigned char *bytes, size_t n);

/* The path of the file `name` with these bytes, in a folder of this process that goes when it ends.
 * The path is borrowed and valid until the next call. */
const char *fuzz_file_in_folder(const char *name, const unsigned char *bytes, size_t n);
const char *fuzz_folder(void);

/* What a reader that refuses a file leaves: this status, and one line that begins with `path`. */
#define FUZZ_REFUSED(status, wanted, path) HOLD((status) == (wanted) && fuzz_is_sentence(path))
int fuzz_is_sentence(const char *path);

#endif
