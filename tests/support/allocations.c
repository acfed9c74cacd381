/* allocations.c - see allocations.h. */
#include "config.h"
#include "tests/support/allocations.h"

#ifdef RY_WRAP

#include <stdatomic.h>
#include <stddef.h>

static atomic_long count, bytes, left = -1;

/* Count a request; nonzero if it must fail. */
static int refuse(size_t size)
{
	count++;
	bytes += (long)size;
	return left == 0 || (left > 0 && left-- == 0);
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

void *__wrap_malloc(size_t size)
{
	return refuse(size) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return refuse(n * size) ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return refuse(size) ? NULL : __real_realloc(p, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
	return refuse(size) ? NULL : __real_aligned_alloc(alignment, size);
}

int allocations_fail_after(long n)
{
	left = n;
	return 1;
}

long allocations(void)
{
	return count;
}

long allocated_bytes(void)
{
	return bytes;
}

#else

long allocations(void)
{
	return -1;
}

long allocated_bytes(void)
{
	return -1;
}

int allocations_fail_after(long n)
{
	(void)n;
	return 0;
}

#endif
