/* answer.c - see answer.h. */
#include "src/cli/answer.h"

#include <math.h>
#include <poll.h>
#include <string.h>

json_t *answer_number(double x)
{
	return isfinite(x) ? json_real(x) : json_null();
}

int answer_unread(FILE *to)
{
	struct pollfd end = { .fd = fileno(to), .events = POLLOUT };

	return ferror(to) && end.fd >= 0 && poll(&end, 1, 0) == 1 &&
	       (end.revents & (POLLERR | POLLHUP)) != 0;
}

enum ry_status answer_json(FILE *to, json_t *o, size_t flags, const char *what)
{
	int bad = !o || (json_dumpf(o, to, flags) != 0 && !answer_unread(to));

	putc('\n', to);
	json_decref(o);
	return bad ? ry_fail(RY_EIO, "%s could not be written as JSON", what) : RY_OK;
}

const char *answer_count(char text[32], size_t n)
{
	char digits[32];
	int length = snprintf(digits, sizeof digits, "%zu", n), at = 0;

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			text[at++] = ',';
		text[at++] = digits[i];
	}
	text[at] = '\0';
	return text;
}

void answer_csv_field(FILE *to, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, to);
		return;
	}
	putc('"', to);
	for (; *text; text++) {
		if (*text == '"')
			putc('"', to);
		putc(*text, to);
	}
	putc('"', to);
}
