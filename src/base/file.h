/* file.h - reading a regular file, and replacing one so that no crash leaves half of it.
 *
 * Descriptors are close-on-exec.  Messages name the file and what the system said.
 */
#ifndef RILEY_BASE_FILE_H
#define RILEY_BASE_FILE_H

#include <limits.h>
#include <stddef.h>
#include "src/base/status.h"

/* Open a regular file for reading and tell its size.  RY_EIO when it can't be opened or is
 * something else: a directory, a pipe (which is not waited for), a device. */
enum ry_status file_open(const char *path, int *fd, size_t *size);

/* Read exactly `size` bytes from where `fd` stands.  RY_EDATA when the file ends before that (it
 * is shorter than it says, or shrank meanwhile), RY_EIO when reading fails. */
enum ry_status file_read(int fd, const char *path, void *to, size_t size);

/* Read a whole regular file of at most `limit` bytes (RY_EDATA when it is larger) into fresh
 * memory with a '\0' behind it.  The caller frees *data. */
enum ry_status file_read_all(const char *path, size_t limit, char **data, size_t *size);

/* Write all bytes, in one write(2) unless the kernel takes fewer.  RY_EIO with what it said. */
enum ry_status file_write(int fd, const char *path, const void *data, size_t size);

/* A file being written aside, to take the place of `path` when it is whole. */
struct file_draft {
	int         fd;                     /* to write to */
	const char *path;                   /* borrowed */
	int         folder;                 /* the rest is file_draft_close()'s */
	char        aside[NAME_MAX + 1];
};

/* Begin NAME.PID.K.tmp in the folder of `path`.  RY_EIO when it can't be made, or when `path` is
 * there and not a regular file. */
enum ry_status file_draft_open(struct file_draft *d, const char *path);

/* With `status` RY_OK: sync the draft, rename it to its path, sync the folder, so that a crash at
 * any instant leaves the old file or the new one, whole; each step is checked.  Otherwise, and when
 * a step fails, remove it: the old file is as it was and nothing is left beside it.  (One
 * exception: when only the last step fails the new file is in place, but may not survive a loss of
 * power.) Returns `status`, or RY_EIO.  A killed process leaves its draft, see file_sweep(). */
enum ry_status file_draft_close(struct file_draft *d, enum ry_status status);

/* A piece of a file to write. */
struct file_part {
	const void *data;
	size_t      size;
};

/* Make `path` hold these parts, one after the other: a draft from begin to end.  RY_EIO. */
enum ry_status file_replace(const char *path, const struct file_part *part, int n);

/* Remove what killed writers of drafts left in a folder.  For a folder that only the
 * caller writes to (a locked run).  Failures don't matter and are not told. */
void file_sweep(const char *folder);

/* Make a folder and those above it; one that is there is fine.  RY_EIO. */
enum ry_status file_make_folders(const char *path);

/* "folder/name", fresh: the caller frees.  NULL without memory. */
char *file_join(const char *folder, const char *name);

/* The last part of a path: "b" or "b/" of "a/b" or "a/b/".  Borrowed from `path`. */
const char *file_last_part(const char *path);

#endif
