/* file.h - read regular files, and replace files atomically.
 *
 * Descriptors are close-on-exec.  Error messages name the file and the system's reason.
 */
#ifndef RILEY_BASE_FILE_H
#define RILEY_BASE_FILE_H

#include <limits.h>
#include <stddef.h>
#include "src/base/status.h"

/* Open a regular file for reading and get its size.  RY_EIO if it cannot be opened or is something
 * else: a directory, a pipe (which never blocks here), a device. */
enum ry_status file_open(const char *path, int *fd, size_t *size);

/* Read exactly `size` bytes from the current position of `fd`.  RY_EDATA if the file ends earlier
 * (it is truncated or shrank), RY_EIO if reading fails. */
enum ry_status file_read(int fd, const char *path, void *to, size_t size);

/* Read a whole regular file of at most `limit` bytes (RY_EDATA if it is larger) into new memory,
 * followed by '\0'.  The caller frees *data. */
enum ry_status file_read_all(const char *path, size_t limit, char **data, size_t *size);

/* Write all bytes, with one write(2) unless the kernel accepts fewer.  RY_EIO with the system's
 * reason. */
enum ry_status file_write(int fd, const char *path, const void *data, size_t size);

/* A temporary file that will replace `path` when it is complete. */
struct file_draft {
	int         fd;                     /* to write to */
	const char *path;                   /* borrowed */
	int         folder;                 /* this and the rest are private */
	char        aside[NAME_MAX + 1];
};

/* Create NAME.PID.K.tmp in the folder of `path`.  RY_EIO if it cannot be created, or if `path`
 * exists and is not a regular file. */
enum ry_status file_draft_open(struct file_draft *d, const char *path);

/* With `status` RY_OK: sync the draft, rename it to its path and sync the folder, checking each
 * step, so that a crash at any instant leaves either the old or the new file complete.  With any
 * other `status`, or if a step fails: remove the draft and leave the old file unchanged.  (One
 * exception: if only the last step fails, the new file is in place but may not survive a power
 * failure.) Returns `status`, or RY_EIO.  A killed process leaves its draft; see file_sweep(). */
enum ry_status file_draft_close(struct file_draft *d, enum ry_status status);

/* Part of the contents of a file. */
struct file_part {
	const void *data;
	size_t      size;
};

/* Replace `path` by a file with these parts in order, through a draft.  RY_EIO. */
enum ry_status file_replace(const char *path, const struct file_part *part, int n);

/* Remove the drafts that killed processes left in a folder.  Only for a folder to which no one else
 * writes (a locked run).  Failures are ignored. */
void file_sweep(const char *folder);

/* Create a folder and its parents; existing folders are fine.  RY_EIO. */
enum ry_status file_make_folders(const char *path);

/* "folder/name" in new memory; the caller frees it.  NULL without memory. */
char *file_join(const char *folder, const char *name);

/* The last component of a path: "b" or "b/" of "a/b" or "a/b/".  Borrowed from `path`. */
const char *file_last_part(const char *path);

#endif
