/* status.c - see status.h. */
#include "src/base/status.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/real.h"
#include "src/base/text.h"

/* This thread's last failure.  The status is not RY_OK even before the first: a constructor that
 * forgot to record must not pass for one that succeeded. */
static _Thread_local struct {
	enum ry_status status;
	char           message[1024];
} last = { RY_ENOMEM, "" };

/* Take away a character of which only the beginning fitted. */
static void cut(char *text, size_t size)
{
	size_t n = strlen(text), start = n;
	int bytes;

	if (n + 1 < size)
		return;
	while (start > 0 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
		start--;
	start -= start > 0 && (unsigned char)text[start - 1] >= 0xc0;
	if (start < n && text_decode(text + start, n - start, &bytes) < 0)
		text[start] = '\0';
}

enum ry_status ry_fail(enum ry_status status, const char *format, ...)
{
	/* The arguments may point into the old message, so print aside first. */
	char text[sizeof last.message];
	va_list ap;

	assert(status != RY_OK);
	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	cut(text, sizeof text);
	text_clean(text);
	memcpy(last.message, text, sizeof text);
	last.status = status;
	return status;
}

enum ry_status ry_fail_memory(const char *what)
{
	return ry_fail(RY_ENOMEM, "not enough memory for %s", what);
}

const char *ry_message(void)
{
	return last.message;
}

enum ry_status ry_failure(void)
{
	return last.status;
}

int ry_exit_status(enum ry_status status)
{
	switch (status) {
	case RY_OK:       return 0;
	case RY_EINVAL:   return 2;
	case RY_ENOMEM:   return 1;
	case RY_EIO:      return 1;
	case RY_EDATA:    return 3;
	case RY_ESHAPE:   return 3;
	case RY_ENUMERIC: return 5;
	case RY_EMISSING: return 4;
	case RY_EBUSY:    return 1;
	case RY_ECHECK:   return 1;
	case RY_ESTOP:    return 130;
	}
	return 1;
}

void *ry_calloc(size_t count, size_t size, const char *what)
{
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX - RY_ALIGN) {
		ry_fail_memory(what);
		return NULL;
	}
	bytes = (bytes + RY_ALIGN - 1) / RY_ALIGN * RY_ALIGN;
	p = aligned_alloc(RY_ALIGN, bytes ? bytes : RY_ALIGN);
	if (!p) {
		ry_fail_memory(what);
		return NULL;
	}
	memset(p, 0, bytes);
	return p;
}
