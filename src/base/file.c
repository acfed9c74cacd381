/* file.c - see file.h. */
#include <config.h>
#include "src/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ASIDE_SUFFIX ".tmp"

/* Maximum size of one read or write: Linux transfers at most 2 GB, macOS fails beyond it. */
#define PIECE ((size_t)1 << 30)

enum ry_status file_open(const char *path, int *fd, size_t *size)
{
	struct stat sb;

	/* O_NONBLOCK: opening a pipe without a writer would block. */
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (*fd < 0)
		return ry_fail(RY_EIO, "%s: %s", path, strerror(errno));
	if (fstat(*fd, &sb) != 0) {
		ry_fail(RY_EIO, "%s: %s", path, strerror(errno));
	} else if (!S_ISREG(sb.st_mode)) {
		ry_fail(RY_EIO, "%s: is %s, expected a file", path,
		        S_ISDIR(sb.st_mode) ? "a directory" : "not a regular file");
	} else {
		*size = (size_t)sb.st_size;
		return RY_OK;
	}
	close(*fd);
	*fd = -1;
	return ry_failure();
}

FILE *file_stream(const char *path)
{
	int fd;
	size_t size;
	FILE *f;

	if (file_open(path, &fd, &size) != RY_OK)
		return NULL;
	f = fdopen(fd, "r");
	if (!f) {
		ry_fail_memory(path);
		close(fd);
	}
	return f;
}

enum ry_status file_open_folder(const char *path, int *fd)
{
	*fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *fd >= 0 ? RY_OK : ry_fail(RY_EIO, "%s: %s", path, strerror(errno));
}

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* RY_EIO if the open file is not ours alone. */
static enum ry_status check_own(int fd, const char *path)
{
	struct stat sb;

	if (fstat(fd, &sb) != 0)
		return ry_fail(RY_EIO, "%s: %s", path, strerror(errno));
	if (!S_ISREG(sb.st_mode))
		return ry_fail(RY_EIO, "%s: is not a regular file and won't be written to", path);
	if (sb.st_nlink > 1)
		return ry_fail(RY_EIO,
		               "%s: the file has %lu names (hard links) and won't be written to: "
		               "writing would change all of them",
		               path, (unsigned long)sb.st_nlink);
	return RY_OK;
}

static enum ry_status open_own(int folder, const char *name, const char *path, int flags, int *fd)
{
	enum ry_status status;

	*fd = openat(folder, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags,
	             0666);
	if (*fd < 0 && (errno == ELOOP || errno == EMLINK))
		return ry_fail(RY_EIO, "%s: is a symbolic link and won't be written to", path);
	if (*fd < 0 && errno == ENXIO)
		return ry_fail(RY_EIO, "%s: is not a regular file and won't be written to", path);
	if (*fd < 0)
		return ry_fail(RY_EIO, "%s: %s", path, strerror(errno));
	status = check_own(*fd, path);
	if (status != RY_OK) {
		close(*fd);
		*fd = -1;
	}
	return status;
}

enum ry_status file_open_in(int folder, const char *path, int flags, int *fd)
{
	return open_own(folder, name_of(path), path, flags, fd);
}

enum ry_status file_open_own(const char *path, int flags, int *fd)
{
	return open_own(AT_FDCWD, path, path, flags, fd);
}

enum ry_status file_read(int fd, const char *path, void *to, size_t size)
{
	char *at = to;
	size_t left = size;

	while (left > 0) {
		ssize_t got = read(fd, at, left < PIECE ? left : PIECE);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return ry_fail(RY_EIO, "%s: reading failed: %s", path, strerror(errno));
		if (got == 0)
			return ry_fail(RY_EDATA, "%s: the file is cut short: %zu bytes are missing",
			               path, left);
		at += got;
		left -= (size_t)got;
	}
	return RY_OK;
}

enum ry_status file_read_all(const char *path, size_t limit, char **data, size_t *size)
{
	int fd;
	enum ry_status status = file_open(path, &fd, size);

	*data = NULL;
	if (status != RY_OK)
		return status;
	if (*size > limit)
		status = ry_fail(RY_EDATA, "%s: %zu bytes, expected at most %zu", path, *size,
		                 limit);
	else if (!(*data = malloc(*size + 1)))
		status = ry_fail_memory(path);
	else if ((status = file_read(fd, path, *data, *size)) == RY_OK)
		(*data)[*size] = '\0';
	close(fd);
	if (status != RY_OK) {
		free(*data);
		*data = NULL;
	}
	return status;
}

/* Read to the end, but at most limit + 1 bytes; *data has room for one more. */
static enum ry_status read_to_end(int fd, const char *path, size_t limit, char **data, size_t *size)
{
	size_t room = 4096;

	*size = 0;
	for (;;) {
		char *grown = realloc(*data, room + 1);
		ssize_t got;

		if (!grown)
			return ry_fail_memory(path);
		*data = grown;
		got = read(fd, grown + *size, room - *size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return ry_fail(errno == EISDIR ? RY_EDATA : RY_EIO, "%s: %s", path,
			               strerror(errno));
		if (got == 0)
			return RY_OK;
		*size += (size_t)got;
		if (*size > limit)
			return ry_fail(RY_EDATA, "%s: there are more than %zu bytes, the most "
			               "that is read", path, limit);
		if (*size == room)
			room = 2 * room;
	}
}

enum ry_status file_read_small(const char *path, size_t limit, char **data, size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum ry_status status;

	*data = NULL;
	if (fd < 0)
		return ry_fail(RY_EDATA, "%s: %s", path, strerror(errno));
	status = read_to_end(fd, path, limit, data, size);
	close(fd);
	if (status == RY_OK) {
		(*data)[*size] = '\0';
	} else {
		free(*data);
		*data = NULL;
	}
	return status;
}

enum ry_status file_write(int fd, const char *path, const void *data, size_t size)
{
	const char *at = data;

	while (size > 0) {
		ssize_t put = write(fd, at, size < PIECE ? size : PIECE);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return ry_fail(RY_EIO, "%s: writing failed: %s", path,
			               put < 0 ? strerror(errno) : "nothing was taken");
		at += put;
		size -= (size_t)put;
	}
	return RY_OK;
}

/* Open the folder of `path`.  Later steps are relative to it, so they still work if it is moved. */
static int open_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder;
	int fd;

	if (!slash)
		return open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	folder = strndup(path, slash == path ? 1 : (size_t)(slash - path));
	if (!folder)
		return -1;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	return fd;
}

/* Create a new file NAME.PID.K.tmp.  O_EXCL resolves races. */
static int create_aside(int folder, const char *name, char aside[FILE_NAME_MAX + 1])
{
	for (int k = 0; k < 1000; k++) {
		int fd;

		if (snprintf(aside, FILE_NAME_MAX + 1, "%s.%ld.%d" ASIDE_SUFFIX, name,
		             (long)getpid(), k) > FILE_NAME_MAX) {
			errno = ENAMETOOLONG;
			return -1;
		}
		fd = openat(folder, aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

/* Start the draft in d->folder, which is released on failure. */
static enum ry_status begin_draft(struct file_draft *d, const char *path, int flags)
{
	const char *name = name_of(path);
	struct stat sb;
	enum ry_status status = RY_OK;

	d->path = path;
	d->fd = -1;
	if (d->folder < 0)
		return ry_fail(RY_EIO, "%s: can't open its folder: %s", path, strerror(errno));
	if (fstatat(d->folder, name, &sb, flags) == 0 && !S_ISREG(sb.st_mode))
		status = ry_fail(RY_EIO, "%s: is %s and won't be replaced", path,
		                 S_ISLNK(sb.st_mode) ? "a symbolic link" : "not a regular file");
	else if ((d->fd = create_aside(d->folder, name, d->aside)) < 0)
		status =
			ry_fail(RY_EIO, "%s: can't write in its folder: %s", path, strerror(errno));
	if (status != RY_OK)
		close(d->folder);
	return status;
}

enum ry_status file_draft_open(struct file_draft *d, const char *path)
{
	d->folder = open_folder_of(path);
	return begin_draft(d, path, 0);
}

enum ry_status file_draft_open_in(struct file_draft *d, int folder, const char *path)
{
	d->folder = fcntl(folder, F_DUPFD_CLOEXEC, 0);
	return begin_draft(d, path, AT_SYMLINK_NOFOLLOW);
}

enum ry_status file_draft_close(struct file_draft *d, enum ry_status status)
{
	if (status == RY_OK && fsync(d->fd) != 0)
		status =
			ry_fail(RY_EIO, "%s: syncing to disk failed: %s", d->path, strerror(errno));
	/* close() reports delayed errors too, mainly on network file systems. */
	if (close(d->fd) != 0 && status == RY_OK)
		status = ry_fail(RY_EIO, "%s: closing failed: %s", d->path, strerror(errno));
	if (status == RY_OK &&
	    renameat(d->folder, d->aside, d->folder, name_of(d->path)) != 0)
		status = ry_fail(RY_EIO, "%s: renaming failed: %s", d->path, strerror(errno));
	if (status != RY_OK)
		unlinkat(d->folder, d->aside, 0);
	/* Some file systems cannot sync a folder and return EINVAL. */
	else if (fsync(d->folder) != 0 && errno != EINVAL && errno != ENOTSUP)
		status = ry_fail(RY_EIO, "%s: syncing its folder failed: %s", d->path,
		                 strerror(errno));
	close(d->folder);
	return status;
}

/* Write the parts to an open draft and put it in its place. */
static enum ry_status finish_draft(struct file_draft *d, const struct file_part *part, int n)
{
	enum ry_status status = RY_OK;

	for (int i = 0; i < n && status == RY_OK; i++)
		status = file_write(d->fd, d->path, part[i].data, part[i].size);
	return file_draft_close(d, status);
}

enum ry_status file_replace(const char *path, const struct file_part *part, int n)
{
	struct file_draft d;
	enum ry_status status = file_draft_open(&d, path);

	return status == RY_OK ? finish_draft(&d, part, n) : status;
}

enum ry_status file_replace_in(int folder, const char *path, const struct file_part *part, int n)
{
	struct file_draft d;
	enum ry_status status = file_draft_open_in(&d, folder, path);

	return status == RY_OK ? finish_draft(&d, part, n) : status;
}

/* NAME.PID.K.tmp? */
static int is_aside(const char *name)
{
	size_t length = strlen(name), suffix = strlen(ASIDE_SUFFIX);
	const char *p;

	if (length <= suffix || strcmp(name + length - suffix, ASIDE_SUFFIX) != 0)
		return 0;
	p = name + length - suffix;
	for (int numbers = 0; numbers < 2; numbers++) {
		const char *stop = p;

		while (p > name && p[-1] >= '0' && p[-1] <= '9')
			p--;
		if (p == stop || p == name || *--p != '.')
			return 0;
	}
	return p > name;
}

void file_sweep_in(int folder)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	if (!dir && fd >= 0)
		close(fd);
	while (dir && (entry = readdir(dir)))
		if (is_aside(entry->d_name))
			unlinkat(folder, entry->d_name, 0);
	if (dir)
		closedir(dir);
}

void file_sweep(const char *folder)
{
	int fd;

	if (file_open_folder(folder, &fd) == RY_OK) {
		file_sweep_in(fd);
		close(fd);
	}
}

static int is_folder(const char *path)
{
	struct stat sb;

	return stat(path, &sb) == 0 && S_ISDIR(sb.st_mode);
}

enum ry_status file_make_folders(const char *path)
{
	char *copy = strdup(path), *slash;
	enum ry_status status = RY_OK;

	if (!copy)
		return ry_fail_memory(path);
	slash = copy + 1;
	do {
		slash = strchr(slash, '/');
		if (slash)
			*slash = '\0';
		if (mkdir(copy, 0777) != 0) {
			int why = errno;        /* stat() may change it */

			if (!is_folder(copy))
				status = ry_fail(RY_EIO, "%s: can't make the folder: %s", copy,
				                 strerror(why));
		}
		if (slash)
			*slash++ = '/';
	} while (slash && status == RY_OK);
	free(copy);
	return status;
}

enum ry_status file_make_folder_of(const char *file)
{
	const char *slash = strrchr(file, '/');
	char *folder;
	enum ry_status status;

	if (!slash || slash == file)
		return RY_OK;
	folder = strndup(file, (size_t)(slash - file));
	if (!folder)
		return ry_fail_memory(file);
	status = file_make_folders(folder);
	free(folder);
	return status;
}

char *file_join(const char *folder, const char *name)
{
	size_t size = strlen(folder) + strlen(name) + 2;
	char *joined = malloc(size);

	if (joined)
		snprintf(joined, size, "%s/%s", folder, name);
	else
		ry_fail_memory("a path");
	return joined;
}

const char *file_last_part(const char *path)
{
	size_t end = strlen(path);

	while (end > 1 && path[end - 1] == '/')
		end--;
	while (end > 0 && path[end - 1] != '/')
		end--;
	return path + end;
}
