/* status.h - error reporting of the library.
 *
 * Functions that deal with the outside world (files, options, data, memory) return a ry_status and
 * leave a one-sentence message for the user, available from ry_message().  Constructors return NULL
 * and leave both: the message, and the status in ry_failure().  A programming error is an assert()
 * and does not get this far.
 *
 * Message and status belong to the calling thread, like errno, and remain until the next failure.
 * A status other than RY_OK is chosen where the failure is recorded, in the call of ry_fail(), and
 * passed on from there; a caller that chose one again would have to guess.
 */
#ifndef RILEY_BASE_STATUS_H
#define RILEY_BASE_STATUS_H

#include <stddef.h>

enum ry_status {
	RY_OK = 0,
	RY_EINVAL,      /* an invalid value: an option, a layer line, a size -> exit 2 */
	RY_ENOMEM,      /* out of memory -> exit 1 */
	RY_EIO,         /* reading or writing failed: permission, full disk ... -> exit 1 */
	RY_EDATA,       /* invalid contents of a file; the message has file:line -> exit 3 */
	RY_ESHAPE,      /* data and model do not match -> exit 3 */
	RY_ENUMERIC,    /* NaN, infinity, divergence -> exit 5 */
	RY_EMISSING,    /* an optional program (gnuplot) is not installed -> exit 4 */
	RY_EBUSY,       /* another process holds the run -> exit 1 */
	RY_ECHECK,      /* a check found what it looks for -> exit 1 */
	RY_ESTOP        /* stopped on request; all is saved -> exit 130 */
};

/* Record a message (printf format, without final newline) and return `status`, so that a failing
 * function can end with `return ry_fail(RY_EDATA, "%s:%d: ...", path, line);`.  The message is made
 * safe to show (text_clean()), and cut between characters if it is very long. */
enum ry_status ry_fail(enum ry_status status, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* ry_fail(RY_ENOMEM) with a message that names what the memory was for. */
enum ry_status ry_fail_memory(const char *what);

/* The last message recorded by this thread; "" before the first.  Borrowed; valid until the next
 * ry_fail() of this thread. */
const char *ry_message(void);

/* The status recorded with that message, to be returned after a constructor returned NULL.  Never
 * RY_OK. */
enum ry_status ry_failure(void);

/* The exit status of the program for a status, as in the table above. */
int ry_exit_status(enum ry_status status);

/* Zeroed memory for `count` elements of `size` bytes, RY_ALIGN aligned; release it with free().
 * NULL, with the message set, if there is not enough or count * size overflows.  A count of 0 gives
 * a valid pointer. */
void *ry_calloc(size_t count, size_t size, const char *what);

#endif
