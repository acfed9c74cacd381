/* file.h - read regular files, and replace files atomically.
 *
 * Descriptors are close-on-exec.  Error messages name the file and the system's reason.
 *
 * Functions that end in _in take an open folder and a path.  They work on the file in that folder
 * that is called as the path ends; the rest of the path is for messages.  So a folder that is moved
 * or replaced meanwhile makes no difference to them.  They follow no symbolic link.
 */
#ifndef RILEY_BASE_FILE_H
#define RILEY_BASE_FILE_H

#include <stddef.h>
#include <stdio.h>
#include "src/base/status.h"

/* Longest name of a file, without its folder. */
enum { FILE_NAME_MAX = 255 };

/* Open a regular file for reading and get its size.  RY_EIO if it cannot be opened or is something
 * else: a directory, a pipe (which never blocks here), a device. */
enum ry_status file_open(const char *path, int *fd, size_t *size);

/* file_open() for formatted reading (fgets(), getline()).  The caller closes it.  NULL on failure,
 * with the status in ry_failure(). */
FILE *file_stream(const char *path);

/* Open a folder, which may be a symbolic link to one.  RY_EIO. */
enum ry_status file_open_folder(const char *path, int *fd);

/* Open a file that belongs to the program, for reading and writing, and create it if there is none.
 * `flags` may add O_APPEND.  RY_EIO if it cannot be opened or is anything else than a regular file
 * with one name: a symbolic link, a pipe (which never blocks here), a device, one of several hard
 * links; nothing has been changed then. */
enum ry_status file_open_in(int folder, const char *path, int flags, int *fd);

/* The same by path alone; the folders of the path may be links. */
enum ry_status file_open_own(const char *path, int flags, int *fd);

/* Read exactly `size` bytes from the current position of `fd`.  RY_EDATA if the file ends earlier
 * (it is truncated or shrank), RY_EIO if reading fails. */
enum ry_status file_read(int fd, const char *path, void *to, size_t size);

/* Read a whole regular file of at most `limit` bytes (RY_EDATA if it is larger) into new memory,
 * followed by '\0'.  The caller frees *data. */
enum ry_status file_read_all(const char *path, size_t limit, char **data, size_t *size);

/* Read all of a small file that a user has named, of at most `limit` bytes, as file_read_all().  It
 * may be a pipe; of an endless one no more is read than the limit.  RY_EDATA if it cannot be opened
 * or is larger. */
enum ry_status file_read_small(const char *path, size_t limit, char **data, size_t *size);

/* Write all bytes, with one write(2) unless the kernel accepts fewer.  RY_EIO with the system's
 * reason. */
enum ry_status file_write(int fd, const char *path, const void *data, size_t size);

/* A temporary file that will replace `path` when it is complete. */
struct file_draft {
	int         fd;                     /* to write to */
	const char *path;                   /* borrowed */
	int         folder;                 /* this and the rest are private */
	char        aside[FILE_NAME_MAX + 1];
};

/* Create NAME.PID.K.tmp in the folder of `path`.  RY_EIO if it cannot be created, or if `path`
 * exists and is not a regular file. */
enum ry_status file_draft_open(struct file_draft *d, const char *path);

/* The same in an open folder.  RY_EIO also if there is a symbolic link in the file's place. */
enum ry_status file_draft_open_in(struct file_draft *d, int folder, const char *path);

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
enum ry_status file_replace_in(int folder, const char *path, const struct file_part *part, int n);

/* Remove the drafts that killed processes left in a folder.  Only for a folder to which no one else
 * writes (a locked run).  Failures are ignored. */
void file_sweep(const char *folder);
void file_sweep_in(int folder);

/* Create a folder and its parents; existing folders are fine.  RY_EIO. */
enum ry_status file_make_folders(const char *path);

/* file_make_folders() of what `file` is in, unless it names none. */
enum ry_status file_make_folder_of(const char *file);

/* "folder/name" in new memory; the caller frees it.  NULL without memory. */
char *file_join(const char *folder, const char *name);

/* The last component of a path: "b" or "b/" of "a/b" or "a/b/".  Borrowed from `path`. */
const char *file_last_part(const char *path);

#endif
