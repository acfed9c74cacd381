/* rundir.c - see rundir.h. */
#include <config.h>
#include "src/run/rundir.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "src/base/file.h"
#include "src/base/json_value.h"
#include "src/run/run_line.h"

#define INFO    "run.json"
#define METRICS "metrics.jsonl"
#define LOCK    "lock"

/* Digits of a logged number: the decimal digits that a double preserves; and fewer for the many
 * numbers of a record, which are for display. */
#define DIGITS 15
#define RECORD_DIGITS 6

/* Maximum size of run.json, far above any real one. */
#define INFO_MAX ((size_t)4 << 20)
#define COLUMNS_MAX 1024

struct rundir {
	struct observer observer;        /* first: the observer is the run */
	char           *path;
	char           *file;            /* result of the last rundir_file() */
	json_t         *info;
	json_t         *found;           /* run.json before rundir_resume(); NULL in a new run */
	int             folder, lock, metrics;   /* descriptors, or -1 */
	int             made;            /* the folder was made by rundir_create() ... */
	int             logged;          /* ... and a line was logged since */
	double          before;          /* seconds of earlier sessions */
	struct timespec start;           /* of this session */
	enum ry_status  status;
	char            trouble[1024];   /* the message for status */
};

/* ---- paths and times ---- */

const char *rundir_file(struct rundir *run, const char *name)
{
	char *joined = file_join(run->path, name);

	if (!joined)
		return NULL;
	free(run->file);
	return run->file = joined;
}

const char *rundir_path(const struct rundir *run)
{
	return run->path;
}

const json_t *rundir_info(const struct rundir *run)
{
	return run->info;
}

enum ry_status rundir_status(const struct rundir *run)
{
	return run->status == RY_OK
	               ? RY_OK
	               : ry_fail(run->status, "%s", run->trouble);
}

/* Record the first failure with its message, and return it. */
static enum ry_status spoil(struct rundir *run, enum ry_status status)
{
	if (run->status == RY_OK && status != RY_OK) {
		run->status = status;
		snprintf(run->trouble, sizeof run->trouble, "%s", ry_message());
	}
	return status;
}

/* UTC, as "2016-05-23T14:05:09Z". */
static json_t *now(void)
{
	char text[32];
	time_t t = time(NULL);
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return json_string(text);
}

static double seconds(const struct rundir *run)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return run->before + (double)(t.tv_sec - run->start.tv_sec)
	       + 1e-9 * (double)(t.tv_nsec - run->start.tv_nsec);
}

/* Any text as a JSON string; text that is not UTF-8 loses its non-ASCII bytes. */
static json_t *any_text(const char *text)
{
	json_t *string;
	char *copy;

	errno = 0;
	string = json_string(text);
	if (string || errno == ENOMEM || !(copy = strdup(text)))
		return string;
	for (char *p = copy; *p; p++)
		if ((unsigned char)*p > '~')
			*p = '?';
	string = json_string(copy);
	free(copy);
	return string;
}

/* ---- the lock ---- */

/* Take an open-file-description lock.  (A POSIX lock would let this process in twice, and would be
 * released when any of its descriptors of the file is closed.) */
static int lock_file(int fd)
{
#ifdef F_OFD_SETLK
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fcntl(fd, F_OFD_SETLK, &whole);
#else
	return flock(fd, LOCK_EX | LOCK_NB);
#endif
}

/* Whether the lock is held: 1, 0, or -1 if that cannot be found out without taking it. */
static int is_locked(int fd)
{
#ifdef F_OFD_GETLK
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fcntl(fd, F_OFD_GETLK, &whole) == 0 ? whole.l_type != F_UNLCK : -1;
#else
	return fd < 0 ? 0 : -1;
#endif
}

/* Whether two descriptions are of the same file. */
static int same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

/* RY_EIO unless our file is still the one of its name in our folder. */
static enum ry_status check_in_place(const struct rundir *run, const char *name,
                                     const struct stat *ours)
{
	struct stat there;

	if (fstatat(run->folder, name, &there, AT_SYMLINK_NOFOLLOW) != 0)
		return ry_fail(RY_EIO, "%s: the run is gone: %s: %s", run->path, name,
		               strerror(errno));
	if (!same_file(&there, ours))
		return ry_fail(RY_EIO, "%s: the run was replaced by another one (its %s is another "
		               "file)", run->path, name);
	return RY_OK;
}

/* The same of a file that we have open. */
static enum ry_status check_own_file(const struct rundir *run, const char *name, int fd)
{
	struct stat ours;

	if (fstat(fd, &ours) != 0)
		return ry_fail(RY_EIO, "%s/%s: %s", run->path, name, strerror(errno));
	return check_in_place(run, name, &ours);
}

/* Lock the run and write our identity to the file, for the error message of others. */
static enum ry_status take_lock(struct rundir *run)
{
	char who[320] = "", host[256] = "";
	const char *file = rundir_file(run, LOCK);
	struct stat ours;
	enum ry_status status;

	if (!file)
		return ry_failure();
	status = file_open_in(run->folder, file, 0, &run->lock);
	if (status != RY_OK)
		return status;
	if (lock_file(run->lock) != 0) {
		if (errno != EACCES && errno != EAGAIN)
			return ry_fail(RY_EIO, "%s: cannot lock it: %s", file, strerror(errno));
		if (pread(run->lock, who, sizeof who - 1, 0) <= 0)
			strcpy(who, "unknown");
		who[strcspn(who, "\n")] = '\0';
		return ry_fail(RY_EBUSY,
		               "%s: another process is writing to this run (%s)", run->path,
		               who);
	}
	/* The process that held it may have finished, and its lock with it, after we opened it. */
	if (fstat(run->lock, &ours) != 0)
		return ry_fail(RY_EIO, "%s: %s", file, strerror(errno));
	if (check_in_place(run, LOCK, &ours) != RY_OK)
		return ry_fail(RY_EBUSY,
		               "%s: another process has just finished this run; try again",
		               run->path);
	gethostname(host, sizeof host - 1);
	snprintf(who, sizeof who, "process %ld on %s\n", (long)getpid(), host);
	if (ftruncate(run->lock, 0) != 0)
		return ry_fail(RY_EIO, "%s: %s", file, strerror(errno));
	return file_write(run->lock, file, who, strlen(who));
}

/* ---- run.json ---- */

/* An option that was left open is null.  Older runs have -1 for some, which they could not be given
 * otherwise. */
static void open_old_options(json_t *info)
{
	static const char *const names[] = { "momentum", "decay", "test-split" };
	json_t *options = json_object_get(info, "options");

	for (size_t k = 0; k < sizeof names / sizeof *names; k++)
		if (json_number_value(json_object_get(options, names[k])) == -1)
			json_object_set_new(options, names[k], json_null());
}

static json_t *read_info(const char *path, const char *file, enum ry_status *status)
{
	char *text;
	size_t size;
	json_error_t error;
	json_t *info;

	if (access(file, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
		*status = ry_fail(RY_EDATA, "%s: not a run: there is no " INFO, path);
		return NULL;
	}
	*status = file_read_all(file, INFO_MAX, &text, &size);
	if (*status != RY_OK)
		return NULL;
	errno = 0;
	info = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
	free(text);
	if (!info && errno == ENOMEM)
		*status = ry_fail_memory(file);
	else if (!info)
		*status = ry_fail(RY_EDATA, "%s:%d: not well-formed JSON: %s", file, error.line,
		                  error.text);
	else if (!json_is_string(json_object_get(info, "kind")) ||
	         !json_is_string(json_object_get(info, "status")))
		*status = ry_fail(RY_EDATA,
		                  "%s: expected an object with the texts \"kind\" and \"status\"",
		                  file);
	if (*status == RY_OK) {
		open_old_options(info);
		return info;
	}
	json_decref(info);
	return NULL;
}

json_t *rundir_read_info(const char *path, enum ry_status *status)
{
	char *file = file_join(path, INFO);
	enum ry_status result = file ? RY_OK : ry_failure();
	json_t *info = file ? read_info(path, file, &result) : NULL;

	free(file);
	if (status)
		*status = result;
	return info;
}

char *rundir_find_model(const char *path, json_t **info, enum ry_status *status)
{
	struct stat sb;
	char *file;

	*info = NULL;
	if (stat(path, &sb) != 0) {
		*status = ry_fail(RY_EDATA, "%s: expected a run or a model file: %s", path,
		                  strerror(errno));
		return NULL;
	}
	*status = RY_OK;
	if (S_ISDIR(sb.st_mode) && !(*info = rundir_read_info(path, status)))
		return NULL;
	file = *info ? file_join(path, "model.safetensors") : strdup(path);
	if (!file) {
		*status = ry_fail_memory("a path");
		json_decref(*info);
		*info = NULL;
	}
	return file;
}

int rundir_writer(const char *path)
{
	char *file = file_join(path, LOCK);
	int fd = file ? open(file, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW) : -1;
	int held = -1;

	if (fd < 0 && file && (errno == ENOENT || errno == ENOTDIR))
		held = 0;
	if (fd >= 0)
		held = is_locked(fd);
	if (fd >= 0)
		close(fd);
	free(file);
	return held;
}

const char *rundir_state(const json_t *info, int writer)
{
	const char *status = json_string_value(json_object_get(info, "status"));

	if (!status)
		return "";
	return writer == 0 && strcmp(status, "running") == 0 ? "crashed" : status;
}

/* ---- writing into the folder ---- */

/* Whatever a run writes would be lost, or spoil another run, where its folder is not at its path
 * any more or another process has taken its lock. */
static enum ry_status check_still_ours(struct rundir *run)
{
	struct stat there, ours;
	enum ry_status status = RY_OK;

	if (fstat(run->folder, &ours) != 0)
		status = ry_fail(RY_EIO, "%s: %s", run->path, strerror(errno));
	else if (stat(run->path, &there) != 0)
		status = ry_fail(RY_EIO, "%s: the run is gone: %s", run->path, strerror(errno));
	else if (!same_file(&there, &ours))
		status = ry_fail(RY_EIO, "%s: the run was replaced by another one", run->path);
	if (status == RY_OK)
		status = check_own_file(run, LOCK, run->lock);
	if (status == RY_OK && run->metrics >= 0)
		status = check_own_file(run, METRICS, run->metrics);
	return spoil(run, status);
}

/* Replace folder/sub/name, where `path` ends in sub/name and sub is `length` bytes long. */
static enum ry_status write_below(int folder, const char *path, const char *name, size_t length,
                                  const struct file_part *part, int n)
{
	char *sub = strndup(name, length);
	int fd;
	enum ry_status status;

	if (!sub)
		return ry_fail_memory(path);
	if (mkdirat(folder, sub, 0777) != 0 && errno != EEXIST)
		status = ry_fail(RY_EIO, "%s: can't make its folder: %s", path, strerror(errno));
	else if ((fd = openat(folder, sub, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) < 0)
		status = ry_fail(RY_EIO, "%s: its folder is not a folder of the run: %s", path,
		                 strerror(errno));
	else {
		status = file_replace_in(fd, path, part, n);
		close(fd);
	}
	free(sub);
	return status;
}

/* Replace the file `name` in a folder; `path` is that of the file, for messages. */
static enum ry_status write_in(int folder, const char *path, const char *name,
                               const struct file_part *part, int n)
{
	const char *slash = strchr(name, '/');

	return slash ? write_below(folder, path, name, (size_t)(slash - name), part, n)
	             : file_replace_in(folder, path, part, n);
}

enum ry_status rundir_write(struct rundir *run, const char *name, const struct file_part *part,
                            int n)
{
	enum ry_status status = check_still_ours(run);
	const char *path = status == RY_OK ? rundir_file(run, name) : NULL;

	if (status == RY_OK && !path)
		status = ry_failure();
	return status == RY_OK ? write_in(run->folder, path, name, part, n) : status;
}

enum ry_status rundir_save(struct rundir *run, const char *name, struct st_writer *to)
{
	enum ry_status status = rundir_status(run);
	const char *path;

	if (status == RY_OK)
		status = check_still_ours(run);
	/* Some file systems cannot sync and return EINVAL. */
	if (status == RY_OK && fdatasync(run->metrics) != 0 && errno != EINVAL && errno != ENOTSUP)
		status = spoil(run, ry_fail(RY_EIO, "%s/" METRICS ": syncing to disk failed: %s",
		                            run->path, strerror(errno)));
	if (status != RY_OK)
		return status;
	path = rundir_file(run, name);
	return path ? st_write_in(to, run->folder, path) : ry_failure();
}

/* RY_EIO unless run.json in the folder says that this process was its last writer. */
static enum ry_status check_last_writer(const char *path)
{
	enum ry_status status;
	json_t *info = rundir_read_info(path, &status);
	const char *host = json_string_value(json_object_get(info, "host"));
	char here[256] = "";

	gethostname(here, sizeof here - 1);
	if (info && (json_integer_value(json_object_get(info, "pid")) != getpid() || !host ||
	             strcmp(host, here) != 0))
		status = ry_fail(RY_EIO, "%s: the run was replaced by another one", path);
	json_decref(info);
	return status;
}

static enum ry_status write_by_path(const char *path, const char *name, int mine,
                                    const struct file_part *part, int n)
{
	char *file = file_join(path, name);
	int folder = -1;
	enum ry_status status = file ? file_open_folder(path, &folder) : ry_failure();
	struct stat ours, there;

	if (status == RY_OK && mine)
		status = check_last_writer(path);
	/* What was just read must have been in the folder that is open. */
	if (status == RY_OK && (fstat(folder, &ours) != 0 || stat(path, &there) != 0 ||
	                        !same_file(&ours, &there)))
		status = ry_fail(RY_EIO, "%s: the run was replaced by another one", path);
	if (status == RY_OK)
		status = write_in(folder, file, name, part, n);
	if (folder >= 0)
		close(folder);
	free(file);
	return status;
}

enum ry_status rundir_write_after(const char *path, const char *name, const struct file_part *part,
                                  int n)
{
	return write_by_path(path, name, 1, part, n);
}

enum ry_status rundir_write_beside(const char *path, const char *name,
                                   const struct file_part *part, int n)
{
	return write_by_path(path, name, 0, part, n);
}

static enum ry_status write_info(struct rundir *run)
{
	char *text = json_value_print(run->info, JSON_INDENT(2) | JSON_REAL_PRECISION(DIGITS));
	struct file_part part[] = { { text, text ? strlen(text) : 0 }, { "\n", 1 } };
	enum ry_status status = text ? rundir_write(run, INFO, part, 2) : ry_fail_memory(INFO);

	free(text);
	return status;
}

/* Record this session: version, host, pid and time. */
static enum ry_status sign_info(struct rundir *run)
{
	char host[256] = "";

	gethostname(host, sizeof host - 1);
	if (json_object_set_new(run->info, "version", json_string(PACKAGE_VERSION)) != 0
	    || json_object_set_new(run->info, "host", any_text(host)) != 0
	    || json_object_set_new(run->info, "pid", json_integer(getpid())) != 0
	    || json_object_set_new(run->info, "status", json_string("running")) != 0)
		return ry_fail_memory(INFO);
	json_object_del(run->info, "end");
	return write_info(run);
}

/* ---- metrics.jsonl: writing ---- */

static enum ry_status open_metrics(struct rundir *run)
{
	const char *file = rundir_file(run, METRICS);

	if (!file)
		return ry_failure();
	if (run->metrics >= 0)
		close(run->metrics);
	return file_open_in(run->folder, file, O_APPEND, &run->metrics);
}

/* Append a line.  A partial line on a full disk is truncated away again. */
static enum ry_status append(struct rundir *run, const char *line, size_t length)
{
	const char *file;
	struct stat sb;
	enum ry_status status = check_still_ours(run);

	if (status != RY_OK)
		return status;
	file = rundir_file(run, METRICS);
	if (!file)
		return ry_failure();
	if (fstat(run->metrics, &sb) != 0)
		return ry_fail(RY_EIO, "%s: %s", file, strerror(errno));
	status = file_write(run->metrics, file, line, length);
	if (status != RY_OK && ftruncate(run->metrics, sb.st_size) != 0)
		return ry_fail(status, "%s (and a half-written line stays behind)", ry_message());
	run->logged |= status == RY_OK;
	return status;
}

/* NaN and infinity, which JSON does not have, become null. */
static json_t *number(double x)
{
	if (!isfinite(x))
		return json_null();
	return x == trunc(x) && fabs(x) < 1e15 ? json_integer((json_int_t)x) : json_real(x);
}

/* Add the members that the line has not.  (json_object_update_missing() leaves out what memory does
 * not suffice for.) */
static int add_members(json_t *line, json_t *record)
{
	const char *key;
	json_t *value;
	int bad = 0;

	json_object_foreach(record, key, value)
		if (!json_object_get(line, key))
			bad |= json_object_set(line, key, value);
	return bad;
}

static json_t *line_of(const struct rundir *run, const char *kind, const struct event *e)
{
	json_t *line = json_object();
	int bad = json_object_set_new(line, "kind", any_text(kind))
	          | json_object_set_new(line, "step", json_integer(e->step))
	          | json_object_set_new(line, "time", json_real(seconds(run)));

	if (e->unit && !json_object_get(line, e->unit))
		bad |= json_object_set_new(line, e->unit, number(e->count));
	for (int i = 0; i < e->n; i++) {
		assert(!json_object_get(line, e->value[i].name));
		bad |= json_object_set_new(line, e->value[i].name, number(e->value[i].value));
	}
	if (e->record)
		bad |= add_members(line, (json_t *)e->record);
	else if (e->text)
		bad |= json_object_set_new(line, "text", any_text(e->text));
	if (bad) {
		json_decref(line);
		return NULL;
	}
	return line;
}

enum ry_status rundir_log(struct rundir *run, const char *kind, const struct event *e)
{
	json_t *line = line_of(run, kind, e);
	char *text = json_value_print(line,
	                              e->record ? JSON_COMPACT | JSON_REAL_PRECISION(RECORD_DIGITS)
	                                        : JSON_REAL_PRECISION(DIGITS));
	enum ry_status status;

	if (text) {
		size_t length = strlen(text);

		text[length] = '\n';            /* in place of the '\0' */
		status = append(run, text, length + 1);
	} else {
		status = ry_fail_memory("a line of " METRICS);
	}
	free(text);
	json_decref(line);
	return spoil(run, status);
}

static int notify(struct observer *self, const struct event *e)
{
	struct rundir *run = (struct rundir *)self;

	switch (e->kind) {
	case EVENT_POINT: return rundir_log(run, "point", e) != RY_OK;
	case EVENT_BEST:  return rundir_log(run, "best", e) != RY_OK;
	case EVENT_NOTE:  return rundir_log(run, "note", e) != RY_OK;
	case EVENT_RECORD: return rundir_log(run, e->text, e) != RY_OK;
	case EVENT_START:
	case EVENT_STEP:
	case EVENT_END:   break;
	}
	return run->status != RY_OK;
}

struct observer *rundir_observer(struct rundir *run)
{
	return &run->observer;
}

/* ---- metrics.jsonl: removing lines ---- */

/* A pass over the whole lines of the log, of which those up to `step` are kept. */
struct rewinding {
	struct rundir    *run;
	long              step;
	struct file_draft draft;         /* where they go; or draft.fd is -1 */
	off_t             kept, size;    /* bytes */
	double            time;          /* of the last line kept that has one */
	struct run_line   line;
};

/* Whether a line is kept.  One that is no object is not ours to remove. */
static enum ry_status judge(struct rewinding *w, const char *line, size_t length, int *keep)
{
	double step = NAN, time = NAN;

	*keep = 1;
	errno = 0;
	if (!run_line_read(&w->line, line, length))
		return errno == ENOMEM ? ry_fail_memory(METRICS) : RY_OK;
	for (const struct run_field *f = w->line.number; f < w->line.number + w->line.n; f++)
		if (run_line_called("step", f->name, f->name_length))
			step = f->x;
		else if (run_line_called("time", f->name, f->name_length))
			time = f->x;
	*keep = !(step > (double)w->step);
	if (*keep && !isnan(time))
		w->time = time;
	return RY_OK;
}

static enum ry_status keep_bytes(struct rewinding *w, const char *from, size_t length)
{
	w->kept += (off_t)length;
	return w->draft.fd >= 0 ? file_write(w->draft.fd, w->draft.path, from, length) : RY_OK;
}

/* Take the whole lines of the buffer.  Lines that stay and lie side by side are written at once. */
static enum ry_status rewind_lines(struct rewinding *w, char *buffer, size_t have, size_t *used)
{
	char *line = buffer, *kept = buffer, *end;
	enum ry_status status = RY_OK;

	while (status == RY_OK && (end = memchr(line, '\n', have - (size_t)(line - buffer)))) {
		int keep;

		status = judge(w, line, (size_t)(end - line), &keep);
		if (status == RY_OK && !keep) {
			if (line > kept)
				status = keep_bytes(w, kept, (size_t)(line - kept));
			kept = end + 1;
		}
		line = end + 1;
	}
	if (status == RY_OK && line > kept)
		status = keep_bytes(w, kept, (size_t)(line - kept));
	*used = (size_t)(line - buffer);
	return status;
}

/* Read the log from its start.  A line too long for the buffer is kept unread. */
static enum ry_status rewind_pass(struct rewinding *w, char *buffer)
{
	const char *file = rundir_file(w->run, METRICS);
	size_t have = 0, used;
	int inside = 0;                  /* a line that is too long */
	enum ry_status status = file ? RY_OK : ry_failure();

	w->kept = w->size = 0;
	w->time = 0;
	while (status == RY_OK) {
		ssize_t got = pread(w->run->metrics, buffer + have, RUN_LINE_BYTES - have, w->size);
		char *end;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return ry_fail(RY_EIO, "%s: reading failed: %s", file, strerror(errno));
		if (got == 0)
			break;
		w->size += got;
		have += (size_t)got;
		if (inside) {
			end = memchr(buffer, '\n', have);
			used = end ? (size_t)(end - buffer) + 1 : have;
			inside = !end;
			status = keep_bytes(w, buffer, used);
		} else {
			status = rewind_lines(w, buffer, have, &used);
			if (status == RY_OK && used == 0 && have == RUN_LINE_BYTES) {
				inside = 1;
				status = keep_bytes(w, buffer, used = have);
			}
		}
		have -= used;
		memmove(buffer, buffer + used, have);
	}
	/* The next line must not be joined to one that was cut off. */
	return status == RY_OK && inside ? keep_bytes(w, "\n", 1) : status;
}

/* Write the lines that stay to a new log. */
static enum ry_status rewrite(struct rewinding *w, char *buffer)
{
	struct rundir *run = w->run;
	char *file = file_join(run->path, METRICS);
	enum ry_status status = file ? check_still_ours(run) : ry_failure();

	if (status == RY_OK)
		status = file_draft_open_in(&w->draft, run->folder, file);
	if (status == RY_OK)
		status = file_draft_close(&w->draft, rewind_pass(w, buffer));
	if (status == RY_OK)
		status = open_metrics(run);
	free(file);
	return status;
}

enum ry_status rundir_rewind(struct rundir *run, long step)
{
	struct rewinding *w = calloc(1, sizeof *w);
	char *buffer = malloc(RUN_LINE_BYTES + 1);
	enum ry_status status = w && buffer ? RY_OK : ry_fail_memory(METRICS);

	if (status == RY_OK) {
		*w = (struct rewinding){ .run = run, .step = step, .draft.fd = -1 };
		status = rewind_pass(w, buffer);
		run->before = w->time;
		clock_gettime(CLOCK_MONOTONIC, &run->start);
		if (status == RY_OK && w->kept != w->size)
			status = rewrite(w, buffer);
		run_line_clear(&w->line);
	}
	free(buffer);
	free(w);
	return status;
}

/* ---- creating, resuming and finishing ---- */

/* RY_EINVAL if the folder holds something that a new run would destroy. */
static enum ry_status check_free(struct rundir *run)
{
	const char *const kept[] = { METRICS, "model.safetensors", "last.safetensors" };
	enum ry_status status = RY_OK;
	struct stat sb;
	json_t *info;

	for (int k = 0; k < 3; k++) {
		const char *file = rundir_file(run, kept[k]);

		if (!file)
			return ry_fail_memory(run->path);
		if (lstat(file, &sb) == 0 && (k > 0 || sb.st_size > 0 || !S_ISREG(sb.st_mode)))
			return ry_fail(RY_EINVAL,
			               "%s: already holds a run: choose another name, or continue "
			               "it with --resume %s",
			               run->path, run->path);
	}
	if (!rundir_file(run, INFO))
		return ry_failure();
	if (access(run->file, F_OK) != 0)
		return RY_OK;
	info = rundir_read_info(run->path, &status);
	json_decref(info);
	return info ? RY_OK
	            : ry_fail(RY_EINVAL, "%s: its " INFO
	                      " was not made by riley and will not be replaced",
	                      run->path);
}

static struct rundir *run_alloc(const char *path, enum ry_status *status)
{
	struct rundir *run = calloc(1, sizeof *run);
	size_t length = strlen(path);

	while (length > 1 && path[length - 1] == '/')
		length--;
	if (!run || !(run->path = strndup(path, length))) {
		*status = ry_fail_memory("a run");
		free(run);
		return NULL;
	}
	run->observer.notify = notify;
	run->folder = run->lock = run->metrics = -1;
	clock_gettime(CLOCK_MONOTONIC, &run->start);
	*status = RY_OK;
	return run;
}

static void run_free(struct rundir *run)
{
	if (!run)
		return;
	if (run->metrics >= 0)
		close(run->metrics);
	if (run->lock >= 0)
		close(run->lock);           /* which releases the lock */
	if (run->folder >= 0)
		close(run->folder);
	json_decref(run->info);
	json_decref(run->found);
	free(run->file);
	free(run->path);
	free(run);
}

/* A path that is a place and not a name would put the run's files among those of others. */
static enum ry_status check_name(const char *path)
{
	const char *name = file_last_part(path);
	size_t length = strcspn(name, "/");

	if (length == 0 || (length == 1 && name[0] == '.') ||
	    (length == 2 && name[0] == '.' && name[1] == '.'))
		return ry_fail(RY_EINVAL, "'%s': a run needs a name", path);
	return RY_OK;
}

/* Make the run's folder and open it. */
static enum ry_status make_folder(struct rundir *run)
{
	struct stat sb;
	int there = stat(run->path, &sb) == 0;
	enum ry_status status = file_make_folders(run->path);

	run->made = status == RY_OK && !there;
	return status == RY_OK ? file_open_folder(run->path, &run->folder) : status;
}

/* Remove a new run in which nothing was logged, and its folder if it holds nothing else. */
static void discard(struct rundir *run)
{
	static const char *const files[] = { METRICS, INFO, "model.safetensors",
		                             "last.safetensors", LOCK };

	for (size_t k = 0; k < sizeof files / sizeof *files; k++)
		unlinkat(run->folder, files[k], 0);
	rmdir(run->path);
}

static enum ry_status create(struct rundir *run, json_t *info)
{
	enum ry_status status = make_folder(run);

	if (status == RY_OK)
		status = take_lock(run);
	if (status == RY_OK)
		status = check_free(run);
	if (status != RY_OK)
		return status;
	file_sweep_in(run->folder);
	run->info = json_value_copy(info);
	if (!run->info || json_object_set_new(run->info, "start", now()) != 0)
		return ry_fail_memory(INFO);
	status = open_metrics(run);
	return status == RY_OK ? sign_info(run) : status;
}

/* Remove a new run that has saved nothing, and only what is known to be ours.  ry_message() stays,
 * with what is left behind. */
static enum ry_status withdraw(struct rundir *run)
{
	char why[1024];
	enum ry_status kept = ry_failure(), status = RY_OK;

	snprintf(why, sizeof why, "%s", ry_message());
	if (run->lock >= 0)
		status = check_still_ours(run);
	if (status == RY_OK)
		discard(run);
	ry_fail(kept, access(run->path, F_OK) == 0
	                      ? "%s; nothing was saved, and the folder %s stays"
	                      : "%s", why, run->path);
	return status;
}

struct rundir *rundir_create(const char *path, json_t *info, enum ry_status *status)
{
	enum ry_status result = check_name(path);
	struct rundir *run = result == RY_OK ? run_alloc(path, &result) : NULL;

	if (run)
		result = create(run, info);
	if (status)
		*status = result;
	if (result == RY_OK)
		return run;
	if (run && run->made && run->folder >= 0 && result != RY_EBUSY)
		withdraw(run);
	else if (run && run->made && run->folder < 0)
		rmdir(run->path);           /* it could not be opened, and is empty */
	run_free(run);
	return NULL;
}

/* Add the start of this session to "resumed". */
static enum ry_status note_session(struct rundir *run)
{
	json_t *resumed = json_object_get(run->info, "resumed");

	if (!json_is_array(resumed)) {
		resumed = json_array();
		if (json_object_set_new(run->info, "resumed", resumed) != 0)
			return ry_fail_memory(INFO);
	}
	return json_array_append_new(resumed, now()) == 0 ? RY_OK : ry_fail_memory(INFO);
}

/* Keep what rundir_leave() restores. */
static enum ry_status keep_found(struct rundir *run)
{
	run->found = json_value_copy(run->info);
	return run->found ? RY_OK : ry_fail_memory(INFO);
}

/* Why there is no run in the folder: one with the lock of a run, and with nothing that is kept, is
 * of a process that was killed before it had saved anything. */
static enum ry_status explain_unsaved(struct rundir *run)
{
	enum ry_status status;
	int begun = 1;

	for (int k = 0; k < 2 && begun; k++) {
		const char *file = rundir_file(run, k == 0 ? INFO : LOCK);

		begun = file && (access(file, F_OK) == 0) == (k == 1);
	}
	if (begun && check_free(run) == RY_OK)
		return ry_fail(RY_EDATA, "%s: nothing was saved yet, so there is nothing to "
		                         "resume; repeat the command that began it", run->path);
	json_decref(rundir_read_info(run->path, &status));
	return status;
}

static enum ry_status resume(struct rundir *run)
{
	enum ry_status status;

	/* Read before locking: a folder that is not a run gets no lock file.  Then read again,
	 * because the holder of the lock may have just finished. */
	json_decref(rundir_read_info(run->path, &status));
	if (status == RY_EDATA)
		status = explain_unsaved(run);
	if (status == RY_OK)
		status = file_open_folder(run->path, &run->folder);
	if (status == RY_OK)
		status = take_lock(run);
	if (status == RY_OK)
		run->info = rundir_read_info(run->path, &status);
	if (status == RY_OK)
		status = check_still_ours(run);         /* it was read from our folder */
	if (status != RY_OK)
		return status;
	file_sweep_in(run->folder);
	status = open_metrics(run);
	if (status == RY_OK)
		status = rundir_rewind(run, LONG_MAX);
	if (status == RY_OK)
		status = keep_found(run);
	if (status == RY_OK)
		status = note_session(run);
	return status == RY_OK ? sign_info(run) : status;
}

struct rundir *rundir_resume(const char *path, enum ry_status *status)
{
	enum ry_status result;
	struct rundir *run = run_alloc(path, &result);

	if (run)
		result = resume(run);
	if (status)
		*status = result;
	if (result == RY_OK)
		return run;
	run_free(run);
	return NULL;
}

enum ry_status rundir_set_options(struct rundir *run, json_t *changed)
{
	json_t *options = json_object_get(run->info, "options");

	if (json_object_size(changed) == 0)
		return RY_OK;
	return json_object_update(options, changed) == 0 ? write_info(run) : ry_fail_memory(INFO);
}

void rundir_set_result(struct rundir *run, const char *key, json_t *value)
{
	json_t *result = json_object_get(run->info, "result");
	int bad = 0;

	if (!json_is_object(result)) {
		result = json_object();
		bad = json_object_set_new(run->info, "result", result);
	}
	if (bad)
		json_decref(value);
	else
		bad = json_object_set_new(result, key, value);
	if (bad)
		spoil(run,
		      ry_fail(RY_ENOMEM, "%s: the result \"%s\" cannot be saved", run->path, key));
}

/* Write how the run ended, and give its lock back. */
static enum ry_status write_end(struct rundir *run, const char *how)
{
	enum ry_status status;

	if (json_object_set_new(run->info, "status", json_string(how)) != 0
	    || json_object_set_new(run->info, "end", now()) != 0
	    || json_object_set_new(run->info, "seconds", json_real(seconds(run))) != 0)
		return ry_fail_memory(INFO);
	status = write_info(run);
	if (status == RY_OK)
		unlinkat(run->folder, LOCK, 0);      /* while it is ours; take_lock() knows */
	return status;
}

/* A step of the end of a run that failed.  ry_message() stays. */
static enum ry_status end_failed(struct rundir *run, enum ry_status (*step)(struct rundir *run))
{
	char why[1024];
	enum ry_status kept = ry_failure(), status;

	snprintf(why, sizeof why, "%s", ry_message());
	status = step(run);
	ry_fail(kept, "%s", why);
	return status;
}

static enum ry_status write_failed(struct rundir *run)
{
	return write_end(run, "failed");
}

enum ry_status rundir_finish(struct rundir *run, const char *how)
{
	int failed = strcmp(how, "failed") == 0;
	enum ry_status status = RY_OK;

	if (!run)
		return RY_OK;
	if (!failed)
		status = write_end(run, how);
	else if (run->made && !run->logged &&
	         (ry_failure() == RY_ENOMEM || ry_failure() == RY_EIO))
		status = withdraw(run);
	else
		status = end_failed(run, write_failed);
	run_free(run);
	return status;
}

/* run.json as it was found. */
static enum ry_status restore(struct rundir *run)
{
	json_decref(run->info);
	run->info = json_incref(run->found);
	return write_info(run);
}

void rundir_leave(struct rundir *run)
{
	if (run && run->found) {
		end_failed(run, restore);
		run_free(run);
	} else {
		rundir_finish(run, "failed");
	}
}

/* ---- metrics.jsonl: reading ---- */

struct reading {
	struct run_points *points;
	size_t             room;        /* capacity in points */
	const char        *kind;
	int                next;        /* the column that is probably next */
	struct run_line    line;
};

/* The index of the column named `name` (not terminated), created if new (NaN in all points so far).
 * Lines are alike, so the column after the last one is tried first. -1 if there are too many or no
 * memory. */
static int column_for(struct reading *r, const char *name, size_t length)
{
	struct run_points *p = r->points;
	int k = r->next < p->columns && run_line_called(p->name[r->next], name, length) ? r->next
	                                                                                : 0;

	while (k < p->columns && !run_line_called(p->name[k], name, length))
		k++;
	if (k == p->columns) {
		if (k == COLUMNS_MAX || !(p->name[k] = strndup(name, length)))
			return -1;
		p->columns++;
		p->value[k] = malloc(r->room * sizeof(double));
		if (!p->value[k])
			return -1;
		for (size_t i = 0; i <= p->n; i++)
			p->value[k][i] = NAN;
	}
	r->next = k + 1;
	return k;
}

/* Make room for one more point, NaN in every column. */
static int make_room(struct reading *r)
{
	struct run_points *p = r->points;

	if (p->n == r->room) {
		size_t room = r->room ? 2 * r->room : 64;

		for (int k = 0; k < p->columns; k++) {
			double *grown = reallocarray(p->value[k], room, sizeof *grown);

			if (!grown)
				return 0;
			p->value[k] = grown;
		}
		r->room = room;
	}
	for (int k = 0; k < p->columns; k++)
		p->value[k][p->n] = NAN;
	return 1;
}

static enum ry_status take_number(struct reading *r, const char *name, size_t length, double x)
{
	int k = column_for(r, name, length);

	if (k >= 0)
		r->points->value[k][r->points->n] = x;
	else if (r->points->columns < COLUMNS_MAX)
		return ry_fail_memory("the points of a run");
	return RY_OK;
}

/* Process a line; the byte after it is overwritten. */
static enum ry_status take_line(struct reading *r, char *line, size_t length)
{
	const struct run_field *f = r->line.number;
	enum ry_status status = RY_OK;

	line[length] = '\n';
	if (!run_line_read(&r->line, line, length)) {
		r->points->skipped++;
		return RY_OK;
	}
	if (!run_line_is(&r->line, r->kind))
		return RY_OK;
	if (!make_room(r))
		return ry_fail_memory("the points of a run");
	r->next = 0;
	for (int k = 0; k < r->line.n && status == RY_OK; k++)
		status = take_number(r, f[k].name, f[k].name_length, f[k].x);
	r->points->n += status == RY_OK;
	return status;
}

/* Process the whole lines in the buffer; *used is their length in bytes. */
static enum ry_status take_lines(struct reading *r, char *buffer, size_t have, int *too_long,
                                 size_t *used)
{
	enum ry_status status = RY_OK;
	char *line = buffer, *end;

	while (status == RY_OK && (end = memchr(line, '\n', have - (size_t)(line - buffer)))) {
		if (*too_long)
			r->points->skipped++;
		else
			status = take_line(r, line, (size_t)(end - line));
		*too_long = 0;
		line = end + 1;
	}
	*used = (size_t)(line - buffer);
	return status;
}

static enum ry_status read_lines(struct reading *r, int fd, const char *file, char *buffer)
{
	size_t have = 0, used;
	int too_long = 0;
	enum ry_status status;

	for (;;) {
		ssize_t got = read(fd, buffer + have, RUN_LINE_BYTES - have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return ry_fail(RY_EIO, "%s: reading failed: %s", file, strerror(errno));
		if (got == 0)
			break;
		have += (size_t)got;
		status = take_lines(r, buffer, have, &too_long, &used);
		if (status != RY_OK)
			return status;
		have -= used;
		memmove(buffer, buffer + used, have);
		if (have == RUN_LINE_BYTES) {
			too_long = 1;
			have = 0;
		}
	}
	if (too_long)
		r->points->skipped++;
	else if (have > 0)
		return take_line(r, buffer, have);  /* the last line, possibly incomplete */
	return RY_OK;
}

static enum ry_status read_points(struct reading *r, const char *path, const char *file)
{
	int fd = -1;
	size_t size;
	char *buffer;
	enum ry_status status;

	if (access(file, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
		json_decref(rundir_read_info(path, &status));
		return status;                          /* a run without points, or not a run */
	}
	status = file_open(file, &fd, &size);
	if (status != RY_OK)
		return status;
	buffer = malloc(RUN_LINE_BYTES + 1);
	status = buffer ? read_lines(r, fd, file, buffer) : ry_fail_memory(file);
	free(buffer);
	close(fd);
	return status;
}

struct run_points *run_points_read(const char *path, const char *kind, enum ry_status *status)
{
	struct reading *r = calloc(1, sizeof *r);
	struct run_points *p = calloc(1, sizeof *p);
	char *file = file_join(path, METRICS);
	enum ry_status result;

	if (p) {
		p->name = calloc(COLUMNS_MAX, sizeof *p->name);
		p->value = calloc(COLUMNS_MAX, sizeof *p->value);
	}
	if (file && r && p && p->name && p->value) {
		r->points = p;
		r->kind = kind;
		result = read_points(r, path, file);
		run_line_clear(&r->line);
	} else {
		result = ry_fail_memory("the points of a run");
	}
	free(r);
	free(file);
	if (status)
		*status = result;
	if (result == RY_OK)
		return p;
	run_points_free(p);
	return NULL;
}

void run_points_free(struct run_points *p)
{
	if (!p)
		return;
	for (int k = 0; k < p->columns; k++) {
		free(p->name[k]);
		free(p->value[k]);
	}
	free(p->name);
	free(p->value);
	free(p);
}

const double *run_points_column(const struct run_points *p, const char *name)
{
	for (int k = 0; k < p->columns; k++)
		if (strcmp(p->name[k], name) == 0)
			return p->value[k];
	return NULL;
}
