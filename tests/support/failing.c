/* failing.c - a library to be preloaded (LD_PRELOAD): calls of the C library that fail when a test
 * says so.
 *
 *     FAIL_CALL=memory|write|sync|open|read|rename|remove|folder|stat   which kind of call
 *     FAIL_AT=N     the N-th of them fails, counted from 1 (0 or nothing: none)
 *     FAIL_ON=1     and so do all after it
 *     FAIL_SIGNAL=N it does not fail, but the process gets signal N before it
 *     FAIL_COUNT=FILE   at the end, the number of calls of each kind is written to the file
 *
 * Counted is from the program's first call of gsl_set_error_handler_off() on, that is in its
 * main(), so that no failure falls into the start of a library.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t count, size_t n);
extern void *__libc_realloc(void *p, size_t n);
extern void *__libc_memalign(size_t alignment, size_t n);

static const char *const kinds[] = { "memory", "write", "sync", "open", "read", "rename", "remove",
	                             "folder", "stat" };

enum { KINDS = sizeof kinds / sizeof *kinds };

static const char *kind;
static long at, calls[KINDS];
static int on, armed, number;

/* Whether this call of that kind is the one that fails. */
static int fails(const char *call, int error)
{
	int k = 0;
	long n;

	if (!armed)
		return 0;
	while (strcmp(kinds[k], call) != 0)
		k++;
	n = __atomic_add_fetch(&calls[k], 1, __ATOMIC_RELAXED);
	if (!kind || strcmp(kind, call) != 0)
		return 0;
	if (!at || (on ? n < at : n != at))
		return 0;
	if (number) {
		raise(number);
		return 0;
	}
	errno = error;
	return 1;
}

static void tell(void)
{
	const char *file = getenv("FAIL_COUNT");
	FILE *to;

	armed = 0;
	to = file ? fopen(file, "w") : NULL;
	for (int k = 0; to && k < KINDS; k++)
		fprintf(to, "%s %ld\n", kinds[k], calls[k]);
	if (to)
		fclose(to);
}

#define NEXT(name) ((__typeof__(name) *)dlsym(RTLD_NEXT, #name))

void *gsl_set_error_handler_off(void);

void *gsl_set_error_handler_off(void)
{
	const char *n = getenv("FAIL_AT"), *all = getenv("FAIL_ON"), *how = getenv("FAIL_SIGNAL");
	void *before = NEXT(gsl_set_error_handler_off)();

	if (!armed && (getenv("FAIL_CALL") || getenv("FAIL_COUNT"))) {
		kind = getenv("FAIL_CALL");
		at = n ? atol(n) : 0;
		on = all && *all == '1';
		number = how ? atoi(how) : 0;
		atexit(tell);
		armed = 1;
	}
	return before;
}

/* ---- memory ---- */

void *malloc(size_t n)
{
	return fails("memory", ENOMEM) ? NULL : __libc_malloc(n);
}

void *calloc(size_t count, size_t n)
{
	return fails("memory", ENOMEM) ? NULL : __libc_calloc(count, n);
}

void *realloc(void *p, size_t n)
{
	return fails("memory", ENOMEM) ? NULL : __libc_realloc(p, n);
}

void *aligned_alloc(size_t alignment, size_t n)
{
	return fails("memory", ENOMEM) ? NULL : __libc_memalign(alignment, n);
}

int posix_memalign(void **p, size_t alignment, size_t n)
{
	void *got = fails("memory", ENOMEM) ? NULL : __libc_memalign(alignment, n);

	if (got)
		*p = got;
	return got ? 0 : ENOMEM;
}

/* ---- files ---- */

ssize_t write(int fd, const void *data, size_t n)
{
	return fd > 2 && fails("write", ENOSPC) ? -1 : NEXT(write)(fd, data, n);
}

ssize_t writev(int fd, const struct iovec *part, int n)
{
	return fd > 2 && fails("write", ENOSPC) ? -1 : NEXT(writev)(fd, part, n);
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t where)
{
	return fails("write", ENOSPC) ? -1 : NEXT(pwrite)(fd, data, n, where);
}

/* Nothing is synced: what kills a process leaves the system's memory alone, and syncing takes most
 * of a short run's time. */
int fsync(int fd)
{
	(void)fd;
	return fails("sync", EIO) ? -1 : 0;
}

int fdatasync(int fd)
{
	return fsync(fd);
}

static int mode_of(int flags, va_list ap)
{
	return flags & (O_CREAT | __O_TMPFILE) ? va_arg(ap, int) : 0;
}

int open(const char *path, int flags, ...)
{
	va_list ap;
	int mode;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return fails("open", EMFILE) ? -1 : NEXT(open)(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
	va_list ap;
	int mode;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return fails("open", EMFILE) ? -1 : NEXT(openat)(folder, path, flags, mode);
}

FILE *fopen(const char *path, const char *how)
{
	return fails("open", EMFILE) ? NULL : NEXT(fopen)(path, how);
}

ssize_t read(int fd, void *to, size_t n)
{
	return fails("read", EIO) ? -1 : NEXT(read)(fd, to, n);
}

ssize_t pread(int fd, void *to, size_t n, off_t where)
{
	return fails("read", EIO) ? -1 : NEXT(pread)(fd, to, n, where);
}

int rename(const char *from, const char *to)
{
	return fails("rename", EIO) ? -1 : NEXT(rename)(from, to);
}

int renameat(int a, const char *from, int b, const char *to)
{
	return fails("rename", EIO) ? -1 : NEXT(renameat)(a, from, b, to);
}

int unlink(const char *path)
{
	return fails("remove", EIO) ? -1 : NEXT(unlink)(path);
}

int unlinkat(int folder, const char *path, int flags)
{
	return fails("remove", EIO) ? -1 : NEXT(unlinkat)(folder, path, flags);
}

int mkdir(const char *path, mode_t mode)
{
	return fails("folder", ENOSPC) ? -1 : NEXT(mkdir)(path, mode);
}

int mkdirat(int folder, const char *path, mode_t mode)
{
	return fails("folder", ENOSPC) ? -1 : NEXT(mkdirat)(folder, path, mode);
}

int fstat(int fd, struct stat *s)
{
	return fails("stat", EIO) ? -1 : NEXT(fstat)(fd, s);
}

int ftruncate(int fd, off_t size)
{
	return fails("write", EIO) ? -1 : NEXT(ftruncate)(fd, size);
}
