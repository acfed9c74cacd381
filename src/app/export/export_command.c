/* export_command.c - `riley export`: runs for other programs. */
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <jansson.h>

#include "src/app/export/export_command.h"
#include "src/app/export/export.h"
#include "src/base/file.h"
#include "src/base/text.h"
#include "src/cli/answer.h"
#include "src/cli/run_paths.h"
#include "src/run/rundir.h"
#include "src/ui/wrap.h"

#define MOST_RUNS 1000

struct options {
	int format[EXPORT_N_FORMATS];    /* as in export_formats[] */
};

#define OPTION(name, reader, help, ...) \
	{ #name, 0, OPTION_FLAG, offsetof(struct options, format[EXPORT_FORMAT_##name]), NULL, \
	  help, 0, 0, NULL },

static const struct option_row rows[] = {
	EXPORT_FORMATS(OPTION, OPTION)
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, 0, 0, NULL }
};

#define FIRST_READER(name, reader, ...) reader
#define MORE_READERS(name, reader, ...) ", " reader

/* One call of the command. */
struct job {
	const struct cli *cli;
	int               n;
	char            **path, **name;  /* (n) */
	json_t           *files;         /* what was written */
	size_t            skipped;       /* lines that could not be read */
};

/* Make the folder of `file` and those above it. */
static enum ry_status make_folders(const char *file)
{
	char path[PATH_MAX];

	for (const char *slash = strchr(file + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(path, sizeof path, "%.*s", (int)(slash - file), file);
		if (mkdir(path, 0777) != 0 && errno != EEXIST)
			return ry_fail(RY_EIO, "%s: cannot create the folder: %s", path,
			               strerror(errno));
	}
	return RY_OK;
}

/* Write `file`, which unless `run` is NULL lies in that run. */
static enum ry_status write_file(struct job *job, const char *file, const char *run,
                                 const char *data, size_t size)
{
	struct file_part part = { data, size };
	enum ry_status status;

	if (strcmp(file, "-") == 0)
		return fwrite(data, 1, size, stdout) == size || answer_unread(stdout)
		               ? RY_OK
		               : ry_fail(RY_EIO, "cannot write to stdout: %s", strerror(errno));
	status = run ? rundir_write_beside(run, file + strlen(run) + 1, &part, 1)
	             : make_folders(file);
	if (!run && status == RY_OK)
		status = file_replace(file, &part, 1);
	if (status != RY_OK)
		return status;
	json_array_append_new(job->files, json_string(file));
	if (!job->cli->quiet)
		tell_user("wrote %s", file);
	return RY_OK;
}

/* One file of `n` runs, from job->path[first] on. */
static enum ry_status make_file(struct job *job, const struct export_format *f, int first, int n,
                                const char *file)
{
	struct export_run *run = calloc((size_t)n, sizeof *run);
	enum ry_status status = run ? RY_OK : ry_fail_memory("runs");
	char path[PATH_MAX], name[200], *data = NULL;
	size_t size = 0;

	for (int r = 0; r < n && status == RY_OK; r++) {
		status = export_run_read(&run[r], job->path[first + r], job->name[first + r]);
		job->skipped += status == RY_OK ? run[r].points->skipped : 0;
	}
	if (status == RY_OK)
		status = f->make(run, n, &data, &size);
	if (status == RY_OK && f->folder) {
		export_event_name(&run[0], name, sizeof name);
		if (job->cli->output)
			snprintf(path, sizeof path, "%s/%s/%s", file, run[0].name, name);
		else
			snprintf(path, sizeof path, "%s/%s", file, name);
		file = path;
	}
	if (status == RY_OK)
		status = write_file(job, file, job->cli->output ? NULL : job->path[first], data,
		                    size);
	free(data);
	for (int r = 0; run && r < n; r++)
		export_run_free(&run[r]);
	free(run);
	return status;
}

/* Without -o each run has a file of its own, in its folder; with it they share one. */
static enum ry_status export_as(struct job *job, const struct export_format *f)
{
	const char *file = job->cli->output;
	enum ry_status status = RY_OK;
	char path[PATH_MAX];

	if (file && f->single && !f->folder && job->n > 1)
		return ry_fail(RY_EINVAL, "-o %s: --%s writes a file for one run, not for %d", file,
		               f->name, job->n);
	if (file && f->folder && strcmp(file, "-") == 0)
		return ry_fail(RY_EINVAL, "-o -: --%s writes folders, which cannot go to stdout",
		               f->name);
	if (file && !f->single)
		return make_file(job, f, 0, job->n, file);
	for (int r = 0; r < job->n && status == RY_OK; r++) {
		snprintf(path, sizeof path, "%s/%s", job->path[r], f->place);
		status = make_file(job, f, r, 1, file ? file : path);
	}
	return status;
}

/* "give --csv, --npz or --dot": no format was chosen. */
static enum ry_status fail_without(void)
{
	char all[24 * EXPORT_N_FORMATS] = "";
	size_t n = 0;

	for (int k = 0; k < EXPORT_N_FORMATS; k++)
		n += (size_t)snprintf(all + n, sizeof all - n, "%s--%s",
		                      k == 0                      ? ""
		                      : k == EXPORT_N_FORMATS - 1 ? " or "
		                                                  : ", ",
		                      export_formats[k].name);
	return ry_fail(RY_EINVAL, "no format: give %s", all);
}

/* Without an option the ending of -o decides: "points.csv". */
static enum ry_status choose(const struct cli *cli, struct options *o)
{
	const char *dot = cli->output ? strrchr(cli->output, '.') : NULL;
	int n = 0;

	for (int k = 0; export_formats[k].name; k++)
		n += o->format[k];
	if (n > 1 && cli->output)
		return ry_fail(RY_EINVAL,
		               "-o %s: one file for %d formats: give one, or leave out -o",
		               cli->output, n);
	for (int k = 0; export_formats[k].name && n == 0 && dot; k++)
		if (strcasecmp(dot + 1, export_formats[k].name) == 0)
			n += o->format[k] = 1;
	if (n == 0)
		return fail_without();
	if (cli->json && cli->output && strcmp(cli->output, "-") == 0)
		return ry_fail(RY_EINVAL, "-o - and --json both want stdout");
	return RY_OK;
}

static enum ry_status export_all(struct job *job, const struct options *o)
{
	enum ry_status status = RY_OK;

	for (int k = 0; export_formats[k].name && status == RY_OK; k++)
		if (o->format[k])
			status = export_as(job, &export_formats[k]);
	if (status == RY_OK && job->skipped > 0 && !job->cli->quiet)
		tell_user("Warning: skipped %zu unreadable lines of metrics.jsonl.", job->skipped);
	if (status == RY_OK && job->cli->json)
		status = answer_json(stdout, json_pack("{s:O}", "files", job->files),
		                     JSON_INDENT(2), "the answer");
	return status;
}

static enum ry_status run(const struct cli *cli, void *options, int n_args, char **args)
{
	struct job job = { .cli = cli, .path = args, .n = n_args, .files = json_array() };
	enum ry_status status = job.files ? choose(cli, options) : ry_fail_memory("an answer");

	if (status == RY_OK) {
		job.name = run_names(job.n, job.path);
		status = job.name ? export_all(&job, options) : ry_failure();
	}
	json_decref(job.files);
	free(job.name);
	return status;
}

const struct command export_command = {
	.name = "export",
	.arguments = "RUN...",
	.summary = "export runs for other programs: " EXPORT_FORMATS(FIRST_READER, MORE_READERS),
	.examples = "riley export runs/lstm --csv\n"
	            "riley export runs/lstm runs/gru -o both.csv\n"
	            "riley export runs/lstm --csv -o - | head\n"
	            "riley export runs/lstm -o lstm.npz       # "
	            "numpy.load('lstm.npz')['points/valid_auc']\n"
	            "riley export runs/* --tensorboard -o board && tensorboard --logdir board\n"
	            "riley export runs/lstm --dot -o - | dot -Tsvg >net.svg",
	.options = rows,
	.options_size = sizeof(struct options),
	.min_args = 1,
	.max_args = MOST_RUNS,
	.runs = MOST_RUNS,
	.own_output = 1,
	.run = run,
};
