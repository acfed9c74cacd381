/* plot.c - see plot.h. */
#include "src/app/plot/plot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/app/plot/plot_internal.h"
#include "src/base/file.h"
#include "src/cli/suggest.h"
#include "src/run/rundir.h"
#include "src/ui/terminal.h"

/* Text wider or higher than this is no easier to read; two panels need the least, and a line a
 * run. */
#define TEXT_MOST_WIDTH   120
#define TEXT_MOST_HEIGHT  34
#define TEXT_LEAST_WIDTH  36
#define TEXT_LEAST_HEIGHT 20

/* ---- kinds ---- */

static int n_kinds(void)
{
	int n = 0;

	while (plot_kinds[n].name)
		n++;
	return n;
}

const char *plot_kind_name(int kind)
{
	return kind >= 0 && kind < n_kinds() ? plot_kinds[kind].name : NULL;
}

/* The kind whose name is these `length` characters, or -1. */
static int kind_named(const char *name, size_t length)
{
	for (int k = 0; plot_kinds[k].name; k++)
		if (strlen(plot_kinds[k].name) == length &&
		    strncmp(plot_kinds[k].name, name, length) == 0)
			return k;
	return -1;
}

static enum ry_status fail_unknown(const char *typed)
{
	const char *names[PLOT_MAX_KINDS], *nearest;
	char all[24 * PLOT_MAX_KINDS] = "";
	size_t n = 0;

	for (int k = 0; k < n_kinds(); k++) {
		names[k] = plot_kinds[k].name;
		n += (size_t)snprintf(all + n, sizeof all - n, "%s%s", k ? ", " : "", names[k]);
	}
	nearest = suggest_nearest(typed, names, n_kinds());
	if (nearest)
		return ry_fail(RY_EINVAL, "--kind: unknown kind '%s': did you mean %s?", typed,
		               nearest);
	return ry_fail(RY_EINVAL, "--kind: %s is none of %s", typed, all);
}

enum ry_status plot_read_kinds(const char *list, int kind[PLOT_MAX_KINDS], int *n)
{
	*n = 0;
	for (const char *p = list; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL) {
		size_t length = strcspn(p, ",");
		int k = kind_named(p, length);
		char typed[64];

		snprintf(typed, sizeof typed, "%.*s", (int)(length < 60 ? length : 60), p);
		if (k < 0)
			return fail_unknown(typed);
		for (int j = 0; j < *n; j++)
			if (kind[j] == k)
				return ry_fail(RY_EINVAL, "--kind: %s is given twice", typed);
		kind[(*n)++] = k;
	}
	return RY_OK;
}

/* ---- a figure ---- */

static void plot_free(struct plot *p)
{
	for (int i = 0; p && i < p->n; i++) {
		run_points_free(p->source[i].points);
		free(p->source[i].x);
		free(p->source[i].gap);
		json_decref(p->source[i].same);
		json_decref(p->source[i].info);
	}
	for (int k = 0; p && k < p->n_owned; k++)
		free(p->owned[k]);
	if (p)
		free(p->owned);
	free(p);
}

/* Read the runs and make the panels. */
static enum ry_status prepare(struct plot *p, const struct plot_request *r)
{
	enum ry_status status;
	const char *alone = NULL;
	int one_by_one = 0;

	for (int k = 0; k < r->n_kinds; k++) {
		one_by_one |= plot_kinds[r->kind[k]].one_by_one;
		if (plot_kinds[r->kind[k]].alone)
			alone = plot_kinds[r->kind[k]].name;
	}
	if (alone && r->n_kinds > 1)
		return ry_fail(RY_EINVAL, "--kind: %s draws one curve from many runs and needs a "
		                          "figure of its own", alone);
	p->lists = r->lists;
	p->figure = (struct curve_figure){ .x_label = p->x_label,
		                           .run = p->run,
		                           .panel = p->panel,
		                           .about = r->about,
		                           .file = r->file };
	status = plot_read_sources(p, r->n, r->run);
	if (status == RY_OK && !alone)
		status = plot_group_sources(p, one_by_one);
	if (status == RY_OK && !alone)
		status = plot_set_x(p, r->x);
	if (status == RY_OK && r->n_kinds == 0)
		status = plot_add_usual(p);
	for (int wide = 0; wide < 2; wide++)
		for (int k = 0; k < r->n_kinds && status == RY_OK; k++)
			if (plot_kinds[r->kind[k]].wide == wide)
				status = plot_kinds[r->kind[k]].add(p, &plot_kinds[r->kind[k]]);
	return status;
}

enum ry_status plot_draw(const struct plot_request *r, struct plot_drawn *d)
{
	struct plot *p = calloc(1, sizeof *p);
	enum ry_status status = p ? prepare(p, r) : ry_fail_memory("a figure");

	*d = (struct plot_drawn){ 0 };
	if (status == RY_OK)
		status = curves_draw(&p->figure, r->format, r->width, r->height, r->ascii,
		                     &d->picture, &d->size);
	for (int i = 0; p && i < p->n; i++)
		d->skipped += p->source[i].points ? p->source[i].points->skipped : 0;
	if (p)
		snprintf(d->left_out, sizeof d->left_out, "%s", p->left_out);
	plot_free(p);
	return status;
}

enum ry_status plot_runs(command_lists lists, int n, char *const *run, enum plot_x x,
                         enum curve_format format, int width, int height, int ascii,
                         char **picture, size_t *size, size_t *skipped)
{
	struct plot_request r = { .lists = lists,
		                  .n = n,
		                  .run = run,
		                  .x = x,
		                  .format = format,
		                  .width = width,
		                  .height = height,
		                  .ascii = ascii };
	struct plot_drawn d;
	enum ry_status status = plot_draw(&r, &d);

	*picture = d.picture;
	*size = d.size;
	if (skipped)
		*skipped = d.skipped;
	return status;
}

/* ---- where it goes ---- */

int plot_format(const char *file)
{
	const char *dot = strrchr(file, '.');

	return dot && strcmp(dot, ".gp") == 0 ? CURVES_SCRIPT : curves_format(file);
}

enum ry_status plot_write(const char *file, const char *picture, size_t size)
{
	struct file_part part = { picture, size };
	enum ry_status status = file_make_folder_of(file);

	return status == RY_OK ? file_replace(file, &part, 1) : status;
}

/* On a terminal that is too small for curves they scroll. */
void plot_text_size(FILE *to, int n, int *width, int *height)
{
	if (terminal_size(fileno(to), width, height) == 0)
		*height -= 2;                   /* the command above, the prompt below */
	*width = *width > TEXT_MOST_WIDTH    ? TEXT_MOST_WIDTH
	         : *width < TEXT_LEAST_WIDTH ? TEXT_LEAST_WIDTH
	                                     : *width;
	*height = *height > TEXT_MOST_HEIGHT ? TEXT_MOST_HEIGHT : *height;
	*height = *height < TEXT_LEAST_HEIGHT + n ? TEXT_LEAST_HEIGHT + n : *height;
}

enum ry_status plot_finished_run(command_lists lists, const char *run, int mine, FILE *text,
                                 int ascii)
{
	static const struct { const char *name; enum curve_format format; } files[] = {
		{ "plots/curves.png", CURVES_PNG }, { "plots/curves.svg", CURVES_SVG },
	};
	char *one[] = { (char *)run }, *picture = NULL;
	size_t size;
	enum ry_status status = RY_OK;
	int width, height;

	for (int k = 0; k < 2 && status == RY_OK; k++) {
		status = plot_runs(lists, 1, one, PLOT_EPOCH, files[k].format, 0, 0, ascii,
		                   &picture, &size, NULL);
		if (status == RY_OK) {
			struct file_part part = { picture, size };

			status = mine ? rundir_write_after(run, files[k].name, &part, 1)
			              : rundir_write_beside(run, files[k].name, &part, 1);
		}
		free(picture);
	}
	if (status != RY_OK || !text)
		return status;
	plot_text_size(text, 1, &width, &height);
	status = plot_runs(lists, 1, one, PLOT_EPOCH, CURVES_TEXT, width, height, ascii, &picture,
	                   &size, NULL);
	if (status == RY_OK && fwrite(picture, 1, size, text) != size)
		status = ry_fail(RY_EIO, "cannot print the curves: %s", strerror(errno));
	free(picture);
	return status;
}
