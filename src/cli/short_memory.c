/* short_memory.c - see short_memory.h. */
#include "src/cli/short_memory.h"

#include <stdlib.h>
#include <jansson.h>

static volatile int failed;

static void *watched(size_t n)
{
	void *p = malloc(n);

	if (!p)
		failed = 1;
	return p;
}

void short_memory_watch(void)
{
	json_set_alloc_funcs(watched, free);
}

enum ry_status short_memory_status(enum ry_status status)
{
	const int was = failed;

	failed = 0;
	if (!was || status == RY_ENOMEM || status == RY_ESTOP)
		return status;
	if (status == RY_OK)
		return ry_fail_memory("the whole answer");
	return ry_fail(RY_ENOMEM, "not enough memory; after that: %s", ry_message());
}
