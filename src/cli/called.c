/* called.c - see called.h. */
#include "src/cli/called.h"

#include <string.h>

enum { LONGEST = 200 };

static const char *name = "riley";

void called_as(const char *argv0)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "/._+-@%:,~";
	size_t n = argv0 ? strlen(argv0) : 0;

	if (n > 0 && n <= LONGEST && strspn(argv0, plain) == n && argv0[0] != '-' &&
	    argv0[0] != '~')
		name = argv0;
}

const char *called_name(void)
{
	return name;
}
