/* fuzz.c - see fuzz.h. */
#define _GNU_SOURCE
#include "tests/support/fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "src/base/status.h"

void fuzz_broken(const char *file, int line, const char *condition)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n  message: %s\n", file, line, condition,
	        ry_message());
	abort();
}

int fuzz_is_sentence(const char *path)
{
	const char *message = ry_message();

	for (const char *c = message; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return 0;
	return strncmp(message, path, strlen(path)) == 0 && strlen(message) > strlen(path) + 4;
}

const char *fuzz_file(const unsigned char *bytes, size_t n)
{
	static char path[64];
	static int fd = -1;

	if (fd >= 0)
		close(fd);
	fd = memfd_create("fuzz", MFD_CLOEXEC);
	HOLD(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return path;
}

static char folder[256];

static void remove_folder(void)
{
	static const char *const names[] = { "run.json", "metrics.jsonl", "human.jsonl" };
	char path[300];

	for (int k = 0; k < 3; k++) {
		snprintf(path, sizeof path, "%s/%s", folder, names[k]);
		unlink(path);
	}
	rmdir(folder);
}

/* In memory if possible: every change would write to a disk. */
const char *fuzz_folder(void)
{
	const char *parent = getenv("TMPDIR");

	if (folder[0])
		return folder;
	strcpy(folder, "/dev/shm/riley-fuzz-XXXXXX");
	if (!mkdtemp(folder)) {
		snprintf(folder, sizeof folder, "%s/riley-fuzz-XXXXXX",
		         parent && *parent ? parent : "/tmp");
		HOLD(mkdtemp(folder));
	}
	atexit(remove_folder);
	return folder;
}

const char *fuzz_file_in_folder(const char *name, const unsigned char *bytes, size_t n)
{
	static char path[300];
	int fd;

	snprintf(path, sizeof path, "%s/%s", fuzz_folder(), name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	HOLD(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
	close(fd);
	return path;
}
