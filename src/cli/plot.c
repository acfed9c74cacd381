/* plot.c - see plot.h. */
#include "src/cli/plot.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/file.h"
#include "src/metrics.h"
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
	{ "reward", "reward of a frame", 1 },
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
	int                game;             /* it is a run of a game */
	json_t            *same;             /* ... and this all that its seeds have in common; or NULL */
	int                group;            /* index into plot.group */
};

/* What is drawn as one: a run, or runs that differ in their seeds. */
struct group {
	int    n, first;                     /* runs; one of them, whose x all share */
	size_t from, to;                     /* the points of the first that lie within all of them */
	char   name[200];
};

struct plot {
	int                 n, n_groups;
	struct source       source[PLOT_MAX_RUNS];
	struct group        group[CURVES_MAX_RUNS];
	double             *means[CURVES_MAX_PANELS * 3 * CURVES_MAX_RUNS];   /* owned: numbers of put together curves */
	int                 n_means;
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

/* What runs of a game that differ in their seeds have in common: the game, and options but for those that
 * say where a run lies and how it is judged.  NULL when run.json does not say. */
static json_t *without_seed(const json_t *info)
{
	static const char *const own[] = { "name", "resume", "seeds", "eval-episodes", "eval-epsilon", "eval-cap" };
	json_t *options = json_deep_copy(json_object_get(info, "options")), *same = NULL;

	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		json_object_del(options, own[i]);
	if (json_is_object(options) && json_object_get(info, "game"))
		same = json_pack("{s:O, s:O}", "game", json_object_get(info, "game"), "options", options);
	json_decref(options);
	return same;
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
	s->game = strcmp(kind, "rl") == 0;
	if (s->game)
		s->same = without_seed(info);
	json_decref(info);
	s->points = run_points_read(s->path, "point", &status);
	if (!s->points)
		return status;
	if (s->points->n == 0)
		return ry_fail(RY_EDATA, "%s: nothing has been logged yet: no points to draw", s->path);
	s->x = calloc(s->points->n, sizeof *s->x);
	return s->x ? RY_OK : ry_fail_memory("the points of a run");
}

/* ---- seeds ---- */

/* "breakout-s1", "breakout-s2" and so on: what they begin with, and how many they are. */
static void name_group(struct plot *p, struct group *g)
{
	const char *first = p->source[g->first].name;
	size_t length = strlen(first);

	for (int i = 0, k = (int)(g - p->group); i < p->n; i++)
		while (p->source[i].group == k && strncmp(first, p->source[i].name, length) != 0)
			length--;
	if (length > 2 && first[length - 1] == 's' && strchr("-_ ", first[length - 2]))
		length--;
	while (length > 0 && strchr("-_. ", first[length - 1]))
		length--;
	if (g->n == 1)
		snprintf(g->name, sizeof g->name, "%s", first);
	else
		snprintf(g->name, sizeof g->name, "%.*s (%d seeds)", (int)(length < 150 ? length : 150), first, g->n);
}

static enum ry_status group_sources(struct plot *p)
{
	for (int i = 0; i < p->n; i++) {
		int k = 0;

		while (k < p->n_groups && !(p->source[i].same && json_equal(p->source[i].same, p->source[p->group[k].first].same)))
			k++;
		if (k == CURVES_MAX_RUNS)
			return ry_fail(RY_EINVAL, "%d runs in one figure: at most %d can be told apart", p->n, CURVES_MAX_RUNS);
		if (k == p->n_groups)
			p->group[p->n_groups++].first = i;
		p->group[k].n++;
		p->source[i].group = k;
	}
	for (int k = 0; k < p->n_groups; k++) {
		name_group(p, &p->group[k]);
		if (p->group[k].n > 1)
			p->figure.band = "95 % interval over seeds";
	}
	return RY_OK;
}

/* How far all runs of a group have come. */
static void set_extent(struct plot *p, struct group *g)
{
	const struct source *first = &p->source[g->first];
	double from = -INFINITY, to = INFINITY;

	for (int i = 0; i < p->n; i++) {
		const struct source *s = &p->source[i];

		if (s->group != (int)(g - p->group))
			continue;
		from = fmax(from, s->x[0]);
		to = fmin(to, s->x[s->points->n - 1]);
	}
	for (g->from = 0; g->from < first->points->n && first->x[g->from] < from; g->from++)
		;
	for (g->to = g->from; g->to < first->points->n && first->x[g->to] <= to; g->to++)
		;
}

/* y at x, on the line between the points beside it; *at is where the last one was found.  NAN where one of
 * these is not known. */
static double value_between(const struct source *s, const double *y, double x, size_t *at)
{
	while (*at + 1 < s->points->n && s->x[*at + 1] <= x)
		++*at;
	if (s->x[*at] >= x || *at + 1 == s->points->n)
		return y[*at];
	return y[*at] + (y[*at + 1] - y[*at]) * (x - s->x[*at]) / (s->x[*at + 1] - s->x[*at]);
}

/* The mean of a column over the runs of a group, and its interval, at the points of the first: three arrays in
 * one, of to - from numbers each; NULL without memory.  Owned by the plot. */
static double *put_together(struct plot *p, const struct group *g, const char *column)
{
	size_t n = g->to - g->from, at[PLOT_MAX_RUNS] = { 0 };
	double *mean = calloc(3 * n + 1, sizeof *mean), x[PLOT_MAX_RUNS], half;

	if (!mean)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t count = 0;

		for (int k = 0; k < p->n; k++) {
			const struct source *s = &p->source[k];
			const double *y = s->group == (int)(g - p->group) ? run_points_column(s->points, column) : NULL;

			if (y)
				x[count++] = value_between(s, y, p->source[g->first].x[g->from + i], &at[k]);
		}
		metrics_interval(x, count, &mean[i], &half);
		mean[n + i] = mean[i] - half;
		mean[2 * n + i] = mean[i] + half;
	}
	p->means[p->n_means++] = mean;
	return mean;
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
	if (x == PLOT_TIME)
		return "time";
	/* What such runs call steps are frames. */
	for (int i = 0; i < p->n; i++)
		if (!run_points_column(p->source[i].points, "updates"))
			return "step";
	return "updates";
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
			snprintf(s->best_at, sizeof s->best_at, "%s %.6g", strcmp(column, "step") == 0 || strcmp(column, "updates") == 0 ?
			         "update" : column, value[i]);
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
	}
	for (int k = 0; k < p->n_groups; k++) {
		struct group *g = &p->group[k];
		const struct source *s = &p->source[g->first];
		int best = g->n == 1 && !isnan(s->best);

		set_extent(p, g);
		p->run[k] = (struct curve_run){ g->name, best ? s->best : NAN, best ? s->best_at : NULL };
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

/* A column of a group as a curve: its run's, or the mean of its runs in a band.  0 when there is no number in
 * it, -1 without memory. */
static int make_curve(struct plot *p, int group, const char *column, enum curve_role role, struct curve *c)
{
	const struct group *g = &p->group[group];
	const struct source *s = &p->source[g->first];
	const double *y = run_points_column(s->points, column);
	size_t n = g->to - g->from;

	if (!has_number(y, s->points->n))
		return 0;
	*c = (struct curve){ .run = group, .role = role, .n = s->points->n, .x = s->x, .y = y };
	if (g->n == 1)
		return 1;
	if (!(y = put_together(p, g, column)))
		return -1;
	*c = (struct curve){ .run = group, .role = CURVE_PLAIN, .n = n, .x = s->x + g->from, .y = y, .low = y + n, .high = y + 2 * n };
	return has_number(y, n);
}

/* Add a panel of this measure if any run logged it.  0 when none did, -1 without memory. */
static int add_panel(struct plot *p, const char *measure, const char *label)
{
	int at = p->figure.n_panels, n = 0, nats = strcmp(measure, "loss") == 0, trained = 1;

	for (int i = 0; i < p->n_groups; i++)
		for (int r = 0, of_run = 0; r < 3; r++) {
			const struct source *s = &p->source[p->group[i].first];
			char column[200];
			int made;

			/* A bare "loss" beside "train_loss" is the running one: once is enough. */
			if (roles[r].role == CURVE_PLAIN && of_run > 0)
				continue;
			snprintf(column, sizeof column, "%s%s", roles[r].prefix, measure);
			/* Games have one return, that of training. */
			made = make_curve(p, i, column, s->game ? CURVE_PLAIN : roles[r].role, &p->curve[at][n]);
			if (made < 0)
				return -1;
			n += made;
			of_run += made;
			nats = nats && (!made || s->nats);
			trained = trained && (!made || (s->game && roles[r].role == CURVE_TRAIN));
		}
	if (n == 0)
		return 0;
	snprintf(p->label[at], sizeof p->label[at], "%s%s", trained ? "training " : "", nats ? "log loss (nat)" : label);
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
	int scores = 0, made = 0;

	for (int k = 0; k < N_KNOWN && made >= 0; k++)
		if (!known[k].score || scores == 0)
			scores += (made = add_panel(p, known[k].name, known[k].label)) > 0 && known[k].score;
	for (int i = 0; i < p->n && scores == 0; i++)
		for (int c = 0; c < p->source[i].points->columns && p->figure.n_panels < MOST_OTHERS && made >= 0; c++) {
			const char *name = without_prefix(p->source[i].points->name[c]);
			int shown = is_axis(name);

			for (int k = 0; k < p->figure.n_panels; k++)
				shown = shown || strcmp(p->label[k], name) == 0;
			for (int k = 0; k < N_KNOWN; k++)
				shown = shown || strcmp(known[k].name, name) == 0;
			if (!shown)
				made = add_panel(p, name, name);
		}
	if (made < 0)
		return ry_fail_memory("a figure");
	if (p->figure.n_panels == 0)
		return ry_fail(RY_EDATA, "%s: its points hold no numbers to draw", p->source[0].path);
	return RY_OK;
}

/* ---- all together ---- */

static enum ry_status prepare(struct plot *p, int n, char *const *run, enum plot_x x)
{
	enum ry_status status = RY_OK;

	if (n > PLOT_MAX_RUNS)
		return ry_fail(RY_EINVAL, "%d runs in one figure: at most %d can be told apart", n, PLOT_MAX_RUNS);
	p->n = n;
	for (int i = 0; i < n; i++)
		p->source[i].path = run[i];
	name_sources(p);
	p->figure = (struct curve_figure){ .x_label = p->x_label, .run = p->run, .panel = p->panel };
	for (int i = 0; i < n && status == RY_OK; i++)
		status = read_source(&p->source[i]);
	if (status == RY_OK)
		status = group_sources(p);
	p->figure.n_runs = p->n_groups;
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
		json_decref(p->source[i].same);
	}
	for (int k = 0; p && k < p->n_means; k++)
		free(p->means[k]);
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
