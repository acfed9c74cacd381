/* status.h - how a function of the library says that something went wrong.
 *
 * Functions that touch the outside world (files, options, data, memory) return a ry_status and
 * leave one sentence for the user, which ry_message() gives back.  Constructors return NULL and
 * leave both: the sentence, and the status in ry_failure().  A programmer's mistake is an assert()
 * and never gets this far.
 *
 * Sentence and status belong to the calling thread, as errno does, and stay until the next failure.
 * A status other than RY_OK is written where the failure is recorded, in the call of ry_fail(), and
 * passed on from there; a caller that named it again would have to guess.
 */
#ifndef RILEY_BASE_STATUS_H
#define RILEY_BASE_STATUS_H

#include <stddef.h>

enum ry_status {
	RY_OK = 0,
	RY_EINVAL,      /* an invalid value: an option, a layer line, a size -> exit 2 */
	RY_ENOMEM,      /* memory ran out -> exit 1 */
	RY_EIO,         /* reading or writing failed: permission, full disk, lost folder -> exit
	                 * 1 */
	RY_EDATA,       /* a file says something it must not; the message has file:line -> exit 3 */
	RY_ESHAPE,      /* data and model do not fit each other -> exit 3 */
	RY_ENUMERIC,    /* NaN, infinity, divergence -> exit 5 */
	RY_EMISSING,    /* an optional program is not installed (gnuplot) -> exit 4 */
	RY_EBUSY,       /* another process holds the run -> exit 1 */
	RY_ECHECK,      /* a check found what it looks for -> exit 1 */
	RY_ESTOP        /* stopped on request; all is saved -> exit 130 */
};

/* Record the sentence (printf format, no final newline) and return `status`, so that a failing
 * function can end with `return ry_fail(RY_EDATA, "%s:%d: ...", path, line);`. */
enum ry_status ry_fail(enum ry_status status, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Make text from an untrusted source safe for a terminal: every control character (C0, DEL,
 * and C1 in UTF-8) becomes a space.  ry_fail() does it to its sentence. */
void ry_one_line(char *text);

/* As ry_fail(RY_ENOMEM), naming what the memory was for. */
enum ry_status ry_fail_memory(const char *what);

/* The last sentence recorded by this thread; "" before the first.  Borrowed: valid until the
 * next ry_fail() of this thread. */
const char *ry_message(void);

/* The status recorded with that sentence: what to return after a constructor returned NULL.  Never
 * RY_OK. */
enum ry_status ry_failure(void);

/* The exit status of the command line that goes with a status, as in the table above. */
int ry_exit_status(enum ry_status status);

/* Zeroed memory for `count` items of `size` bytes on a RY_ALIGN boundary; release with free().
 * NULL, with the sentence set, when there is none or when count * size overflows.  A count of 0
 * gives a valid pointer. */
void *ry_calloc(size_t count, size_t size, const char *what);

#endif
