/* plot_command.c - `riley plot`: learning curves of runs, to files or as text. */
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/cli/commands.h"
#include "src/cli/plot.h"

struct options {
	int         text, x;
	const char *size;
};

static const char *const axes[] = { [PLOT_EPOCH] = "epoch", [PLOT_STEP] = "step", [PLOT_TIME] = "time", NULL };

static const struct option_row rows[] = {
	{ "text", 0, OPTION_FLAG, offsetof(struct options, text), NULL, "draw with characters, to stdout", 0, 0, NULL },
	{ "size", 0, OPTION_TEXT, offsetof(struct options, size), "WxH",
	  "pixels of a picture, or columns and lines of text", 0, 0, NULL },
	{ "x", 0, OPTION_CHOICE, offsetof(struct options, x), NULL, "what the x axis counts", 0, 0, axes },
	{ NULL, 0, OPTION_FLAG, 0, NULL, NULL, 0, 0, NULL }
};

/* "1200x500"; nothing given is 0 x 0. */
static enum ry_status read_size(const char *text, int *width, int *height)
{
	char *end;
	long w, h = 0;

	*width = *height = 0;
	if (!text)
		return RY_OK;
	w = strtol(text, &end, 10);
	if (end != text && *end == 'x' && end[1] >= '0' && end[1] <= '9')
		h = strtol(end + 1, &end, 10);
	if (w < 1 || h < 1 || w > 100000 || h > 100000 || *end)
		return ry_fail(RY_EINVAL, "--size: %s is not a size like 1200x500", text);
	*width = (int)w;
	*height = (int)h;
	return RY_OK;
}

/* One call of the command. */
struct job {
	const struct cli     *cli;
	const struct options *o;
	int                   n, width, height;
	char                **runs;
	json_t               *answer;        /* what --json prints */
	size_t                skipped;       /* lines that could not be read */
};

static enum ry_status draw(struct job *job, enum curve_format format, char **picture, size_t *size)
{
	return plot_runs(job->n, job->runs, (enum plot_x)job->o->x, format, job->width, job->height, job->cli->ascii,
	                 picture, size, &job->skipped);
}

static enum ry_status draw_file(struct job *job, enum curve_format format, const char *file)
{
	char *picture;
	size_t size;
	enum ry_status status = draw(job, format, &picture, &size);

	if (status == RY_OK)
		status = plot_write(file, picture, size);
	free(picture);
	if (status != RY_OK)
		return status;
	json_array_append_new(json_object_get(job->answer, "files"), json_string(file));
	if (!job->cli->quiet)
		fprintf(stderr, "wrote %s\n", file);
	return RY_OK;
}

/* Where pictures go that nobody named: into the run, or for several runs beside us, by their names. */
static void default_path(char *to, size_t size, int n, char **runs, const char *ending)
{
	size_t length;

	if (n == 1) {
		snprintf(to, size, "%s/plots/curves%s", runs[0], ending);
		return;
	}
	length = (size_t)snprintf(to, size, "plots");
	for (int i = 0; i < n && length < 120; i++) {
		const char *end = runs[i] + strlen(runs[i]), *start;

		while (end > runs[i] && end[-1] == '/')
			end--;
		for (start = end; start > runs[i] && start[-1] != '/'; start--)
			;
		length += (size_t)snprintf(to + length, size - length, "-%.*s", (int)(end - start < 60 ? end - start : 60), start);
	}
	snprintf(to + length, size - length, "%s", ending);
}

static enum ry_status draw_pictures(struct job *job)
{
	static const struct { const char *ending; enum curve_format format; } defaults[] = {
		{ ".png", CURVES_PNG }, { ".svg", CURVES_SVG },
	};
	const char *file = job->cli->output;
	char path[PATH_MAX];
	enum ry_status status = RY_OK;

	if (file && curves_format(file) < 0)
		return ry_fail(RY_EINVAL, "-o %s: expected a file that ends in .png, .svg or .pdf%s", file,
		               strcmp(file, "-") == 0 ? ", or --text" : "");
	if (file)
		return draw_file(job, (enum curve_format)curves_format(file), file);
	for (int k = 0; k < 2 && status == RY_OK; k++) {
		default_path(path, sizeof path, job->n, job->runs, defaults[k].ending);
		status = draw_file(job, defaults[k].format, path);
	}
	return status;
}

static enum ry_status draw_text(struct job *job)
{
	const char *file = job->cli->output;
	char *picture;
	size_t size;
	enum ry_status status;

	if (!job->o->size)
		plot_text_size(stdout, job->n, &job->width, &job->height);
	if (file && strcmp(file, "-") != 0)
		return draw_file(job, CURVES_TEXT, file);
	status = draw(job, CURVES_TEXT, &picture, &size);
	if (status == RY_OK && job->cli->json)
		json_object_set_new(job->answer, "text", json_string(picture));
	else if (status == RY_OK && fwrite(picture, 1, size, stdout) != size)
		status = ry_fail(RY_EIO, "the curves can't be printed: %s", strerror(errno));
	free(picture);
	return status;
}

static enum ry_status run(const struct cli *cli, void *options, int n_args, char **args)
{
	struct job job = { .cli = cli, .o = options, .n = n_args, .runs = args };
	enum ry_status status = read_size(job.o->size, &job.width, &job.height);

	if (status != RY_OK)
		return status;
	job.answer = json_pack("{s:[], s:[]}", "runs", "files");
	if (!job.answer)
		return ry_fail_memory("an answer");
	for (int i = 0; i < n_args; i++)
		json_array_append_new(json_object_get(job.answer, "runs"), json_string(args[i]));
	status = job.o->text ? draw_text(&job) : draw_pictures(&job);
	if (status == RY_OK && job.skipped > 0 && !cli->quiet)
		fprintf(stderr, "Warning: %zu lines of metrics.jsonl could not be read and were left out.\n", job.skipped);
	if (status == RY_OK && cli->json && (json_dumpf(job.answer, stdout, JSON_INDENT(2)) != 0 || putchar('\n') == EOF))
		status = ry_fail(RY_EIO, "the answer can't be printed: %s", strerror(errno));
	json_decref(job.answer);
	return status;
}

const struct command plot_command = {
	.name = "plot",
	.arguments = "RUN...",
	.summary = "learning curves of one or several runs, to files or as text",
	.examples = "riley plot runs/lstm\n"
	            "riley plot runs/lstm --text\n"
	            "riley plot runs/lstm runs/gru -o compare.pdf\n"
	            "riley plot runs/breakout-s*\n"
	            "riley plot runs/lstm -o curves.png --size 1200x500 --x time",
	.options = rows,
	.options_size = sizeof(struct options),
	.min_args = 1,
	.max_args = PLOT_MAX_RUNS,
	.run = run,
};
