/* short_memory.c - see short_memory.h. */
#include "src/cli/short_memory.h"

#include <pthread.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>
#include <jansson.h>

/* jansson's lexer (of 2.14 and before) does not notice that the text of a token could not grow, and
 * may end the process with an assertion, as the last character that it kept is not the last that it
 * read.  So that text grows out of a reserve where memory is short: its sizes, powers of two, tell
 * it apart.  What is too large for the reserve fails as before. */
#define RESERVE ((size_t)1 << 16)
#define TOKEN_MIN ((size_t)32)

static struct {
	pthread_mutex_t       lock;
	size_t                used, pieces;      /* bytes; pieces that are not freed yet */
	alignas(max_align_t) char bytes[RESERVE];
} reserve = { .lock = PTHREAD_MUTEX_INITIALIZER };

static volatile int failed;

static void *take_reserve(size_t n)
{
	void *p = NULL;

	pthread_mutex_lock(&reserve.lock);
	if (n <= RESERVE - reserve.used) {
		p = reserve.bytes + reserve.used;
		reserve.used += n;
		reserve.pieces++;
	}
	pthread_mutex_unlock(&reserve.lock);
	return p;
}

static void *watched_malloc(size_t n)
{
	void *p = malloc(n);

	if (!p && n >= TOKEN_MIN && (n & (n - 1)) == 0)
		p = take_reserve(n);
	if (!p)
		failed = 1;
	return p;
}

static void watched_free(void *p)
{
	char *at = p;

	if (at < reserve.bytes || at >= reserve.bytes + RESERVE) {
		free(p);
		return;
	}
	pthread_mutex_lock(&reserve.lock);
	if (--reserve.pieces == 0)
		reserve.used = 0;
	pthread_mutex_unlock(&reserve.lock);
}

void short_memory_watch(void)
{
	json_set_alloc_funcs(watched_malloc, watched_free);
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
