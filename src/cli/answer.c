/* answer.c - see answer.h. */
#include "src/cli/answer.h"

#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/json_value.h"
#include "src/base/text.h"

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

enum ry_status answer_json_part(FILE *to, json_t *o, size_t flags, const char *what)
{
	char *text = json_value_print(o, flags);
	int bad;

	json_decref(o);
	if (!text)                       /* neither the object nor its text can fail otherwise */
		return ry_fail_memory(what);
	out_json(to, text);
	bad = ferror(to) && !answer_unread(to);
	free(text);
	return bad ? ry_fail(RY_EIO, "%s could not be written as JSON", what) : RY_OK;
}

enum ry_status answer_json(FILE *to, json_t *o, size_t flags, const char *what)
{
	enum ry_status status = answer_json_part(to, o, flags, what);

	putc('\n', to);
	return status;
}

void answer_csv_field(FILE *to, const char *text)
{
	size_t length = strlen(text);

	if (!strpbrk(text, ",\"\r\n") &&
	    (length == 0 || (text[0] != ' ' && text[length - 1] != ' '))) {
		out(to, "%s", text);
		return;
	}
	putc('"', to);
	while (*text) {
		size_t n = strcspn(text, "\"");

		out_bytes(to, text, n);
		text += n;
		if (*text == '"') {
			fputs("\"\"", to);
			text++;
		}
	}
	putc('"', to);
}
