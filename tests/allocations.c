/* allocations.c - see allocations.h. */
#include "config.h"
#include "tests/allocations.h"

#ifdef RY_WRAP

#include <stdatomic.h>
#include <stddef.h>

static atomic_long count, bytes;

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
	count++;
	bytes += (long)size;
	return __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	count++;
	bytes += (long)(n * size);
	return __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	count++;
	bytes += (long)size;
	return __real_realloc(p, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
	count++;
	bytes += (long)size;
	return __real_aligned_alloc(alignment, size);
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

#endif
