/* fuzz_config.c - any bytes as a config file: refused with a message that names the file, or
 * entries that are in it. */
#include "tests/support/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "src/cli/config_file.h"

const char fuzz_name[] = "config";

static int lines_in(const unsigned char *bytes, size_t n)
{
	int lines = n > 0 && bytes[n - 1] != '\n';

	for (size_t i = 0; i < n; i++)
		lines += bytes[i] == '\n';
	return lines;
}

static void check_entries(const struct config *c, int lines)
{
	for (int k = 0; k < c->n; k++) {
		const struct config_entry *e = &c->entry[k],
			                  *last = config_find(c, e->section, e->name);

		HOLD(e->section && e->name && e->value && !strchr(e->value, '\n'));
		HOLD(e->line >= 1 && e->line <= lines && (k == 0 || e->line >= e[-1].line));
		HOLD(last >= e && strcmp(last->name, e->name) == 0 &&
		     strcmp(last->section, e->section) == 0);
	}
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	const char *path = fuzz_file(bytes, n);
	struct config c;
	enum ry_status status = config_read(&c, path);

	if (status == RY_OK) {
		HOLD(n == 0 || !memchr(bytes, '\0', n));
		check_entries(&c, lines_in(bytes, n));
	} else {
		FUZZ_REFUSED(status, RY_EDATA, path);
	}
	config_clear(&c);
	return 0;
}
