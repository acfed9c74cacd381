/* output.c - see output.h. */
#include "config.h"
#include "src/cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum ry_status open_target(struct output *o, const char *file)
{
	struct stat sb;

	o->aside = stat(file, &sb) != 0 || S_ISREG(sb.st_mode);
	if (o->aside)
		return file_draft_open(&o->draft, file);
	o->draft.path = file;
	o->draft.fd = open(file, O_WRONLY | O_CLOEXEC);
	return o->draft.fd >= 0 ? RY_OK : ry_fail(RY_EIO, "%s: %s", file, strerror(errno));
}

static enum ry_status close_target(struct output *o, enum ry_status status)
{
	if (o->aside)
		return file_draft_close(&o->draft, status);
	if (close(o->draft.fd) != 0 && status == RY_OK)
		status = ry_fail(RY_EIO, "%s: closing failed: %s", o->draft.path, strerror(errno));
	return status;
}

enum ry_status output_begin(struct output *o, const char *file)
{
	enum ry_status status = open_target(o, file);

	if (status != RY_OK)
		return status;
	fflush(stdout);
	o->old = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (o->old >= 0 && dup2(o->draft.fd, STDOUT_FILENO) >= 0)
		return RY_OK;
	status = ry_fail(RY_EIO, "%s: %s", file, strerror(errno));
	if (o->old >= 0)
		close(o->old);
	return close_target(o, status);
}

/* Whether all that was printed since output_begin() has reached the file; then, whether it was
 * anything at all. */
static enum ry_status flush_printed(const struct output *o, int *anything)
{
	errno = 0;
	if (fflush(stdout) != 0 || ferror(stdout)) {
		ry_fail(RY_EIO, "%s: %s", o->draft.path,
		        errno ? strerror(errno) : "not everything was written");
		clearerr(stdout);
		return ry_failure();
	}
	*anything = lseek(STDOUT_FILENO, 0, SEEK_CUR) > 0;
	return RY_OK;
}

enum ry_status output_end(struct output *o, enum ry_status status)
{
	int anything = 0;
	enum ry_status written = flush_printed(o, &anything);

	dup2(o->old, STDOUT_FILENO);
	close(o->old);
	if (written == RY_OK)
		written = close_target(o, anything ? RY_OK : status);
	else
		close_target(o, written);
	return status != RY_OK ? status : written;
}
