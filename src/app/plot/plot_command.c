/* plot_command.c - `riley plot`: figures of runs, to files or as text. */
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/app/plot/plot_command.h"
#include "src/app/plot/plot.h"
#include "src/base/text.h"
#include "src/cli/answer.h"
#include "src/run/rundir.h"
#include "src/ui/wrap.h"

struct options {
	int         text, x;
	const char *size, *kind;
};

static const char *const axes[] = {
	[PLOT_EPOCH] = "epoch", [PLOT_STEP] = "step", [PLOT_TIME] = "time", NULL
};

static const struct option_row rows[] = {
	{ "kind", 0, OPTION_TEXT, offsetof(struct options, kind), "KIND,...",
	  plot_kind_help, 0, 0, plot_kind_names },
	{ "text", 0, OPTION_FLAG, offsetof(struct options, text), NULL,
	  "draw as text on stdout", 0, 0, NULL },
	{ "size", 0, OPTION_TEXT, offsetof(struct options, size), "WxH",
	  "pixels of a picture, or columns and rows of text (default: as the panels need, "
	  "text 80 columns wide)", 0, 0, NULL },
	{ "x", 0, OPTION_CHOICE, offsetof(struct options, x), NULL, "unit of the x axis", 0, 0,
	  axes },
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
	int                   kind[PLOT_MAX_KINDS], n_kinds;
	char                  about[1000];   /* the command line */
	json_t               *answer;        /* what --json prints */
	size_t                skipped;       /* lines that could not be read */
	char                  left_out[200]; /* a run that lacks what was asked for; "" */
};

/* The command as typed; a longer one is cut. */
static void set_about(struct job *job)
{
	size_t n = (size_t)snprintf(job->about, sizeof job->about, "riley");

	for (int i = 1; i < job->cli->argc && n < sizeof job->about; i++)
		n += (size_t)snprintf(job->about + n, sizeof job->about - n, " %s",
		                      job->cli->argv[i]);
}

/* Draw `n_kinds` kinds from kind[first] on. */
static enum ry_status draw(struct job *job, int first, int n_kinds, enum curve_format format,
                           const char *file, struct plot_drawn *d)
{
	struct plot_request r = {
		.lists = job->cli->lists,
		.n = job->n,
		.run = job->runs,
		.x = (enum plot_x)job->o->x,
		.n_kinds = n_kinds,
		.kind = job->kind + first,
		.format = format,
		.width = job->width,
		.height = job->height,
		.ascii = job->cli->ascii,
		.about = job->about,
		.file = file,
	};
	enum ry_status status = plot_draw(&r, d);

	job->skipped = d->skipped;
	if (d->left_out[0])
		snprintf(job->left_out, sizeof job->left_out, "%s", d->left_out);
	return status;
}

/* "out/figure.gp" draws "figure.png", where it is run. */
static void script_output(char *to, size_t size, const char *file)
{
	const char *name = strrchr(file, '/') ? strrchr(file, '/') + 1 : file;

	snprintf(to, size, "%.*s.png", (int)(strlen(name) - 3), name);
}

/* Draw to `file`, which unless `run` is NULL lies in that run. */
static enum ry_status draw_file(struct job *job, int first, int n_kinds, enum curve_format format,
                                const char *file, const char *run)
{
	char output[PATH_MAX];
	struct plot_drawn d;
	enum ry_status status;

	if (format == CURVES_SCRIPT)
		script_output(output, sizeof output, file);
	status = draw(job, first, n_kinds, format, format == CURVES_SCRIPT ? output : NULL, &d);
	if (status == RY_OK)
		status = run ? rundir_write_beside(run, file + strlen(run) + 1,
		                                   &(struct file_part){ d.picture, d.size }, 1)
		             : plot_write(file, d.picture, d.size);
	free(d.picture);
	if (status != RY_OK)
		return status;
	json_array_append_new(json_object_get(job->answer, "files"), json_string(file));
	if (!job->cli->quiet)
		tell_user("wrote %s", file);
	return RY_OK;
}

/* Where pictures go that nobody named: into the run, or for several runs beside us, by their
 * names. */
static void default_path(char *to, size_t size, int n, char **runs, const char *kind,
                         const char *ending)
{
	size_t length;

	if (n == 1) {
		snprintf(to, size, "%s/plots/%s%s", runs[0], kind ? kind : "curves", ending);
		return;
	}
	length = (size_t)snprintf(to, size, "%s", kind ? kind : "plots");
	for (int i = 0; i < n && length < 120; i++) {
		const char *end = runs[i] + strlen(runs[i]), *start;

		while (end > runs[i] && end[-1] == '/')
			end--;
		for (start = end; start > runs[i] && start[-1] != '/'; start--)
			;
		length += (size_t)snprintf(to + length, size - length, "-%.*s",
		                           (int)(end - start < 60 ? end - start : 60), start);
	}
	snprintf(to + length, size - length, "%s", ending);
}

/* A file for each kind, in two formats. */
static enum ry_status draw_defaults(struct job *job)
{
	static const struct { const char *ending; enum curve_format format; } defaults[] = {
		{ ".png", CURVES_PNG }, { ".svg", CURVES_SVG },
	};
	int files = job->n_kinds > 0 ? job->n_kinds : 1;
	enum ry_status status = RY_OK;
	char path[PATH_MAX];

	for (int k = 0; k < files; k++)
		for (int f = 0; f < 2 && status == RY_OK; f++) {
			default_path(path, sizeof path, job->n, job->runs,
			             job->n_kinds ? plot_kind_name(job->kind[k]) : NULL,
			             defaults[f].ending);
			status = draw_file(job, k, job->n_kinds ? 1 : 0, defaults[f].format, path,
			                   job->n == 1 ? job->runs[0] : NULL);
		}
	return status;
}

/* Draw to `file`: all on one page; or where its name has a %k, each kind to a file by its name. */
static enum ry_status draw_named(struct job *job, const char *file)
{
	const char *at = strstr(file, "%k");
	int format = plot_format(file);
	enum ry_status status = RY_OK;
	char path[PATH_MAX];

	if (format < 0)
		return ry_fail(RY_EINVAL,
		               "-o %s: expected a file that ends in .png, .svg, .pdf or .gp%s",
		               file, strcmp(file, "-") == 0 ? ", or --text" : "");
	if (!at)
		return draw_file(job, 0, job->n_kinds, (enum curve_format)format, file, NULL);
	for (int k = 0; k < (job->n_kinds ? job->n_kinds : 1) && status == RY_OK; k++) {
		snprintf(path, sizeof path, "%.*s%s%s", (int)(at - file), file,
		         job->n_kinds ? plot_kind_name(job->kind[k]) : "curves", at + 2);
		status = draw_file(job, k, job->n_kinds ? 1 : 0, (enum curve_format)format, path,
		                   NULL);
	}
	return status;
}

static enum ry_status draw_text(struct job *job)
{
	const char *file = job->cli->output;
	enum ry_status status;
	struct plot_drawn d;

	if (!job->o->size) {
		plot_text_size(stdout, job->n, &job->width, &job->height);
		/* As long as it takes: what is not the usual figure may be. */
		job->height = job->n_kinds ? 0 : job->height;
	}
	if (file && strcmp(file, "-") != 0)
		return draw_file(job, 0, job->n_kinds, CURVES_TEXT, file, NULL);
	status = draw(job, 0, job->n_kinds, CURVES_TEXT, NULL, &d);
	if (status == RY_OK && job->cli->json)
		json_object_set_new(job->answer, "text", json_string(d.picture));
	else if (status == RY_OK && fwrite(d.picture, 1, d.size, stdout) != d.size &&
	         !answer_unread(stdout))
		status = ry_fail(RY_EIO, "cannot print the curves: %s", strerror(errno));
	free(d.picture);
	return status;
}

static void print_warnings(const struct job *job)
{
	if (job->skipped > 0)
		tell_user("Warning: skipped %zu unreadable lines of metrics.jsonl.", job->skipped);
	if (job->left_out[0])
		tell_user("Warning: %s; it is not shown there.", job->left_out);
}

static enum ry_status draw_all(struct job *job)
{
	enum ry_status status;

	for (int i = 0; i < job->n; i++)
		json_array_append_new(json_object_get(job->answer, "runs"),
		                      json_string(job->runs[i]));
	set_about(job);
	if (job->o->text)
		status = draw_text(job);
	else
		status = job->cli->output ? draw_named(job, job->cli->output) : draw_defaults(job);
	if (status == RY_OK && !job->cli->quiet)
		print_warnings(job);
	if (status == RY_OK && job->cli->json)
		status = answer_json(stdout, json_incref(job->answer), JSON_INDENT(2),
		                     "the answer");
	return status;
}

static enum ry_status run(const struct cli *cli, void *options, int n_args, char **args)
{
	struct job job = { .cli = cli, .o = options, .runs = args, .n = n_args };
	enum ry_status status = read_size(job.o->size, &job.width, &job.height);

	if (status == RY_OK)
		status = plot_read_kinds(job.o->kind, job.kind, &job.n_kinds);
	if (status != RY_OK)
		return status;
	job.answer = json_pack("{s:[], s:[]}", "runs", "files");
	if (!job.answer)
		return ry_fail_memory("an answer");
	status = draw_all(&job);
	json_decref(job.answer);
	return status;
}

const struct command plot_command = {
	.name = "plot",
	.arguments = "RUN...",
	.summary = "plot one or several runs: learning curves and more, to files or as text",
	.examples = "riley plot runs/lstm\n"
	            "riley plot runs/lstm --text\n"
	            "riley plot runs/lstm runs/gru -o compare.pdf\n"
	            "riley plot runs/breakout-s*\n"
	            "riley plot runs/lstm --kind loss,roc,calibration,heatmap -o page.png\n"
	            "riley plot runs/lstm --kind histogram,gap -o 'figure-%k.svg'\n"
	            "riley plot runs/lr-* --kind lr-sweep -o rates.png\n"
	            "riley plot runs/lstm --kind roc -o roc.gp && gnuplot roc.gp",
	.options = rows,
	.options_size = sizeof(struct options),
	.min_args = 1,
	.max_args = PLOT_MAX_RUNS,
	.runs = PLOT_MAX_RUNS,
	.own_output = 1,
	.run = run,
};
