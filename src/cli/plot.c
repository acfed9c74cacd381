/* plot.c - see plot.h. */
#include "src/cli/plot.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/file.h"
#include "src/rundir.h"
#include "src/ui/terminal.h"

/* Text wider or higher than this is no easier to read; two panels need the least, and a line a run. */
#define TEXT_MOST_WIDTH   120
#define TEXT_MOST_HEIGHT  34
#define TEXT_LEAST_WIDTH  36
#define TEXT_LEAST_HEIGHT 20

/* What may be shown, best first: the loss, and then one score. */
static const struct {
	const char *name, *label;
	int         score;
} known[] = {
	{ "loss", "loss", 0 },
	{ "auc", "AUC", 1 },
	{ "accuracy", "accuracy", 1 },
	{ "r2", "R2", 1 },
	{ "return", "return", 1 },
	{ "mean_return", "mean return", 1 },
	{ "mean_reward", "mean reward", 1 },
};
#define N_KNOWN ((int)(sizeof known / sizeof known[0]))

#define MOST_OTHERS 4

static const char *const units[] = { "epoch", "frame", "episode", "fold" };
#define N_UNITS ((int)(sizeof units / sizeof units[0]))

static const struct {
	const char     *prefix;
	enum curve_role role;
} roles[] = { { "train_", CURVE_TRAIN }, { "valid_", CURVE_VALID }, { "", CURVE_PLAIN } };

/* One run, read. */
struct source {
	const char        *path, *name;
	struct run_points *points;
	double            *x;                /* (points->n), scaled as the axis is */
	double             best;
	char               best_at[40];
	int                nats;             /* its loss is a cross-entropy */
};

struct plot {
	int                 n;
	struct source       source[CURVES_MAX_RUNS];
	struct curve_run    run[CURVES_MAX_RUNS];
	struct curve        curve[CURVES_MAX_PANELS][3 * CURVES_MAX_RUNS];
	struct curve_panel  panel[CURVES_MAX_PANELS];
	char                label[CURVES_MAX_PANELS][80];
	char                x_label[40];
	struct curve_figure figure;
};

static const char *last_part(const char *path)
{
	size_t end = strlen(path);

	while (end > 1 && path[end - 1] == '/')
		end--;
	while (end > 0 && path[end - 1] != '/')
		end--;
	return path + end;
}

/* Runs are called by the last part of their paths, unless two share it. */
static void name_sources(struct plot *p)
{
	for (int i = 0; i < p->n; i++) {
		p->source[i].name = last_part(p->source[i].path);
		for (int j = 0; j < p->n; j++)
			if (j != i && strcmp(last_part(p->source[i].path), last_part(p->source[j].path)) == 0)
				p->source[i].name = p->source[i].path;
	}
}

static enum ry_status read_source(struct source *s)
{
	enum ry_status status;
	json_t *info = rundir_read_info(s->path, &status);
	const char *kind;

	if (!info)
		return status;
	kind = json_string_value(json_object_get(info, "kind"));
	s->nats = strcmp(kind, "kt") == 0;
	json_decref(info);
	s->points = run_points_read(s->path, "point", &status);
	if (!s->points)
		return status;
	if (s->points->n == 0)
		return ry_fail(RY_EDATA, "%s: nothing has been logged yet: no points to draw", s->path);
	s->x = calloc(s->points->n, sizeof *s->x);
	return s->x ? RY_OK : ry_fail_memory("the points of a run");
}

/* ---- the x axis ---- */

/* The column that all runs have for this axis. */
static const char *x_column(const struct plot *p, enum plot_x x)
{
	for (int u = 0; u < N_UNITS && x == PLOT_EPOCH; u++) {
		int have = 0;

		for (int i = 0; i < p->n; i++)
			have += run_points_column(p->source[i].points, units[u]) != NULL;
		if (have == p->n)
			return units[u];
	}
	return x == PLOT_TIME ? "time" : "step";
}

static double largest(const struct plot *p, const char *column)
{
	double most = 0;

	for (int i = 0; i < p->n; i++) {
		const double *value = run_points_column(p->source[i].points, column);

		for (size_t k = 0; value && k < p->source[i].points->n; k++)
			most = fmax(most, value[k]);    /* fmax() passes over NaN */
	}
	return most;
}

/* One unit of the axis in units of the column; names the axis. */
static double x_scale(struct plot *p, const char *column)
{
	double most = largest(p, column), scale = 1;
	const char *unit = "";

	if (strcmp(column, "time") == 0) {
		scale = most < 300 ? 1 : most < 3 * 3600 ? 60 : 3600;
		unit = most < 300 ? " (s)" : most < 3 * 3600 ? " (min)" : " (h)";
	} else if (most >= 20000) {
		scale = most < 2e7 ? 1e3 : 1e6;
		unit = most < 2e7 ? " (thousands)" : " (millions)";
	}
	snprintf(p->x_label, sizeof p->x_label, "%s%s", strcmp(column, "step") == 0 ? "updates" : column, unit);
	return scale;
}

/* The x of the last point marked as best, found by its step. */
static enum ry_status find_best(struct source *s, const char *column, double scale)
{
	enum ry_status status;
	struct run_points *marks = run_points_read(s->path, "best", &status);
	const double *mark = marks ? run_points_column(marks, "step") : NULL;
	const double *step = run_points_column(s->points, "step"), *value = run_points_column(s->points, column);

	s->best = NAN;
	for (size_t i = 0; mark && step && value && i < s->points->n; i++) {
		if (step[i] != mark[marks->n - 1])
			continue;
		s->best = s->x[i];
		if (strcmp(column, "time") == 0)
			snprintf(s->best_at, sizeof s->best_at, "%.3g %s", s->x[i],
			         scale == 1 ? "s" : scale == 60 ? "min" : "h");
		else
			snprintf(s->best_at, sizeof s->best_at, "%s %.6g", strcmp(column, "step") == 0 ? "update" : column,
			         value[i]);
	}
	run_points_free(marks);
	return status;
}

static enum ry_status set_x(struct plot *p, enum plot_x x)
{
	const char *column = x_column(p, x);
	double scale = x_scale(p, column);

	p->figure.whole_x = scale == 1 && strcmp(column, "time") != 0;
	for (int i = 0; i < p->n; i++) {
		struct source *s = &p->source[i];
		const double *value = run_points_column(s->points, column);
		enum ry_status status;

		if (!value)
			return ry_fail(RY_EDATA, "%s: its points have no \"%s\"", s->path, column);
		for (size_t k = 0; k < s->points->n; k++)
			s->x[k] = value[k] / scale;
		status = find_best(s, column, scale);
		if (status != RY_OK)
			return status;
		p->run[i] = (struct curve_run){ s->name, s->best, isnan(s->best) ? NULL : s->best_at };
	}
	return RY_OK;
}

/* ---- the panels ---- */

static int has_number(const double *value, size_t n)
{
	for (size_t i = 0; value && i < n; i++)
		if (isfinite(value[i]))
			return 1;
	return 0;
}

/* Add a panel of this measure if any run logged it. */
static int add_panel(struct plot *p, const char *measure, const char *label)
{
	int at = p->figure.n_panels, n = 0, nats = strcmp(measure, "loss") == 0;

	for (int i = 0; i < p->n; i++)
		for (int r = 0, of_run = 0; r < 3; r++) {
			const struct source *s = &p->source[i];
			char column[200];
			const double *y;

			snprintf(column, sizeof column, "%s%s", roles[r].prefix, measure);
			y = run_points_column(s->points, column);
			/* A bare "loss" beside "train_loss" is the running one: once is enough. */
			if (!has_number(y, s->points->n) || (roles[r].role == CURVE_PLAIN && of_run > 0))
				continue;
			of_run++;
			p->curve[at][n++] = (struct curve){ i, roles[r].role, s->points->n, s->x, y };
			nats = nats && s->nats;
		}
	if (n == 0)
		return 0;
	snprintf(p->label[at], sizeof p->label[at], "%s", nats ? "log loss (nat)" : label);
	p->panel[at] = (struct curve_panel){ p->label[at], n, p->curve[at] };
	p->figure.n_panels++;
	return 1;
}

static int is_axis(const char *name)
{
	for (int u = 0; u < N_UNITS; u++)
		if (strcmp(name, units[u]) == 0)
			return 1;
	return strcmp(name, "step") == 0 || strcmp(name, "time") == 0;
}

static const char *without_prefix(const char *name)
{
	for (int r = 0; r < 2; r++)
		if (strncmp(name, roles[r].prefix, strlen(roles[r].prefix)) == 0)
			return name + strlen(roles[r].prefix);
	return name;
}

static enum ry_status set_panels(struct plot *p)
{
	int scores = 0;

	for (int k = 0; k < N_KNOWN; k++)
		if (!known[k].score || scores == 0)
			scores += add_panel(p, known[k].name, known[k].label) && known[k].score;
	for (int i = 0; i < p->n && scores == 0; i++)
		for (int c = 0; c < p->source[i].points->columns && p->figure.n_panels < MOST_OTHERS; c++) {
			const char *name = without_prefix(p->source[i].points->name[c]);
			int shown = is_axis(name);

			for (int k = 0; k < p->figure.n_panels; k++)
				shown = shown || strcmp(p->label[k], name) == 0;
			for (int k = 0; k < N_KNOWN; k++)
				shown = shown || strcmp(known[k].name, name) == 0;
			if (!shown)
				add_panel(p, name, name);
		}
	if (p->figure.n_panels == 0)
		return ry_fail(RY_EDATA, "%s: its points hold no numbers to draw", p->source[0].path);
	return RY_OK;
}

/* ---- all together ---- */

static enum ry_status prepare(struct plot *p, int n, char *const *run, enum plot_x x)
{
	enum ry_status status = RY_OK;

	if (n > CURVES_MAX_RUNS)
		return ry_fail(RY_EINVAL, "%d runs in one figure: at most %d can be told apart", n, CURVES_MAX_RUNS);
	p->n = n;
	for (int i = 0; i < n; i++)
		p->source[i].path = run[i];
	name_sources(p);
	p->figure = (struct curve_figure){ .x_label = p->x_label, .n_runs = n, .run = p->run, .panel = p->panel };
	for (int i = 0; i < n && status == RY_OK; i++)
		status = read_source(&p->source[i]);
	if (status == RY_OK)
		status = set_x(p, x);
	return status == RY_OK ? set_panels(p) : status;
}

enum ry_status plot_runs(int n, char *const *run, enum plot_x x, enum curve_format format, int width, int height,
                         int ascii, char **picture, size_t *size, size_t *skipped)
{
	struct plot *p = calloc(1, sizeof *p);
	enum ry_status status = p ? prepare(p, n, run, x) : ry_fail_memory("a figure");

	*picture = NULL;
	*size = 0;
	if (status == RY_OK)
		status = curves_draw(&p->figure, format, width, height, ascii, picture, size);
	if (skipped)
		*skipped = 0;
	for (int i = 0; p && i < p->n; i++) {
		if (skipped && p->source[i].points)
			*skipped += p->source[i].points->skipped;
		run_points_free(p->source[i].points);
		free(p->source[i].x);
	}
	free(p);
	return status;
}

/* Make the folder of `file`; that it is there is fine. */
static enum ry_status make_folder_of(const char *file)
{
	const char *slash = strrchr(file, '/');
	char *folder;
	enum ry_status status = RY_OK;

	if (!slash || slash == file)
		return RY_OK;
	folder = strndup(file, (size_t)(slash - file));
	if (!folder)
		return ry_fail_memory(file);
	if (mkdir(folder, 0777) != 0 && errno != EEXIST)
		status = ry_fail(RY_EIO, "%s: can't make the folder: %s", folder, strerror(errno));
	free(folder);
	return status;
}

enum ry_status plot_write(const char *file, const char *picture, size_t size)
{
	struct file_part part = { picture, size };
	enum ry_status status = make_folder_of(file);

	return status == RY_OK ? file_replace(file, &part, 1) : status;
}

/* On a terminal that is too small for curves they scroll. */
void plot_text_size(FILE *to, int n, int *width, int *height)
{
	if (terminal_size(fileno(to), width, height) == 0)
		*height -= 2;                   /* the command above, the prompt below */
	*width = *width > TEXT_MOST_WIDTH ? TEXT_MOST_WIDTH : *width < TEXT_LEAST_WIDTH ? TEXT_LEAST_WIDTH : *width;
	*height = *height > TEXT_MOST_HEIGHT ? TEXT_MOST_HEIGHT : *height;
	*height = *height < TEXT_LEAST_HEIGHT + n ? TEXT_LEAST_HEIGHT + n : *height;
}

enum ry_status plot_finished_run(const char *run, FILE *text, int ascii)
{
	static const struct { const char *name; enum curve_format format; } files[] = {
		{ "curves.png", CURVES_PNG }, { "curves.svg", CURVES_SVG },
	};
	char *one[] = { (char *)run }, *picture = NULL;
	size_t size, room = strlen(run) + 40;
	char *path = malloc(room);
	enum ry_status status = path ? RY_OK : ry_fail_memory("a path");
	int width, height;

	for (int k = 0; k < 2 && status == RY_OK; k++) {
		snprintf(path, room, "%s/plots/%s", run, files[k].name);
		status = plot_runs(1, one, PLOT_EPOCH, files[k].format, 0, 0, ascii, &picture, &size, NULL);
		if (status == RY_OK)
			status = plot_write(path, picture, size);
		free(picture);
	}
	free(path);
	if (status != RY_OK || !text)
		return status;
	plot_text_size(text, 1, &width, &height);
	status = plot_runs(1, one, PLOT_EPOCH, CURVES_TEXT, width, height, ascii, &picture, &size, NULL);
	if (status == RY_OK && fwrite(picture, 1, size, text) != size)
		status = ry_fail(RY_EIO, "the curves can't be printed: %s", strerror(errno));
	free(picture);
	return status;
}
