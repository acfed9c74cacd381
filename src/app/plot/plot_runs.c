/* plot_runs.c - the runs of a figure: reading them, seeds, the common x axis, and learning
 * curves. */
#include "src/app/plot/plot_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/cli/run_paths.h"
#include "src/nn/metrics.h"

#define MOST_OTHERS 4

/* What runs of any program may count in, beside the units of their kinds. */
static const char *const units[] = { "epoch", "frame", "episode", "fold" };
#define N_UNITS ((int)(sizeof units / sizeof units[0]))

/* The parts of a measure, in the order in which they are drawn. */
static const enum curve_role roles[] = { CURVE_TRAIN, CURVE_VALID, CURVE_PLAIN };
#define N_ROLES ((int)(sizeof roles / sizeof roles[0]))

/* ---- memory and panels ---- */

void *plot_keep(struct plot *p, void *memory)
{
	void **grown;

	if (!memory)
		return NULL;
	grown = realloc(p->owned, (size_t)(p->n_owned + 1) * sizeof *grown);
	if (!grown) {
		free(memory);
		return NULL;
	}
	p->owned = grown;
	return p->owned[p->n_owned++] = memory;
}

struct curve_panel *plot_add_panel(struct plot *p, const char *label, const char *title)
{
	int k = p->figure.n_panels;

	if (k == CURVES_MAX_PANELS) {
		ry_fail(RY_EINVAL,
		        "more than %d panels in one figure: draw fewer kinds or runs at once",
		        CURVES_MAX_PANELS);
		return NULL;
	}
	snprintf(p->label[k], sizeof p->label[k], "%s", label);
	snprintf(p->title[k], sizeof p->title[k], "%s", title);
	p->panel[k] = (struct curve_panel){
		.label = p->label[k],
		.title = *title ? p->title[k] : NULL,
		.curve = p->curve[k],
		.note = p->note[k],
	};
	p->figure.n_panels++;
	return &p->panel[k];
}

void plot_leave_out(struct plot *p, const struct source *s, const char *what)
{
	if (!p->left_out[0])
		snprintf(p->left_out, sizeof p->left_out, "%s: no %s", s->path, what);
}

/* ---- reading ---- */

/* What identifies the data: fingerprints, where there are any, as what else is told of the parts
 * depends on the seed that draws them.  A new reference. */
static json_t *data_identity(const json_t *data)
{
	json_t *print = json_object_get(data, "fingerprint");

	return print ? json_pack("{s:O, s:O?}", "train", print, "test",
	                         json_object_get(data, "test_fingerprint"))
	             : json_incref((json_t *)data);
}

/* What runs that differ in their seeds have in common: what they learn from, and options but for
 * those in which they may differ.  NULL when run.json does not say, or seeds are not put
 * together. */
static json_t *without_seed(const struct run_kind *kind, const json_t *info)
{
	json_t *options, *same = NULL;

	if (!kind->seeds_differ)
		return NULL;
	options = json_deep_copy(json_object_get(info, "options"));
	for (const char *const *own = kind->seeds_differ; *own; own++)
		json_object_del(options, *own);
	if (json_is_object(options) && json_object_get(info, kind->data))
		same = json_pack("{s:o, s:O, s:O?}", kind->data,
		                 data_identity(json_object_get(info, kind->data)), "options",
		                 options, "fold", json_object_get(info, "fold"));
	json_decref(options);
	return same;
}

/* What is learnt by heart: how far validation lags behind. */
static enum ry_status find_gap(struct source *s)
{
	const double *train = run_points_column(s->points, "train_loss"),
		     *valid = run_points_column(s->points, "valid_loss");

	if (!train || !valid)
		return RY_OK;
	s->gap = calloc(s->points->n, sizeof *s->gap);
	if (!s->gap)
		return ry_fail_memory("the points of a run");
	for (size_t i = 0; i < s->points->n; i++)
		s->gap[i] = valid[i] - train[i];
	return RY_OK;
}

/* A column that was logged, or "gap". */
static const double *source_column(const struct source *s, const char *name)
{
	return strcmp(name, "gap") == 0 && s->gap ? s->gap : run_points_column(s->points, name);
}

static enum ry_status read_source(const struct plot *p, struct source *s)
{
	enum ry_status status;
	json_t *info = rundir_read_info(s->path, &status);

	if (!info)
		return status;
	s->kind = run_kind_of(p->lists, info);
	s->nats = s->kind->log_loss ||
	          json_integer_value(json_object_get(json_object_get(info, "data"), "classes")) > 0;
	s->info = info;
	s->same = without_seed(s->kind, info);
	s->points = run_points_read(s->path, "point", &status);
	if (!s->points)
		return status;
	if (s->points->n == 0)
		return ry_fail(RY_EDATA, "%s: no points logged yet, nothing to draw",
		               s->path);
	s->x = calloc(s->points->n, sizeof *s->x);
	return s->x ? find_gap(s) : ry_fail_memory("the points of a run");
}

/* Charts of a run's kind that no run before it has. */
static void add_measures(struct plot *p, const struct run_kind *kind)
{
	for (const struct run_measure *m = kind->charts; m->name; m++) {
		int k = 0;

		while (k < p->n_measures && strcmp(p->measure[k]->name, m->name) != 0)
			k++;
		if (m->label && k == p->n_measures && k < PLOT_MAX_MEASURES)
			p->measure[p->n_measures++] = m;
	}
}

enum ry_status plot_read_sources(struct plot *p, int n, char *const *run)
{
	enum ry_status status = RY_OK;
	char **name;

	if (n > PLOT_MAX_RUNS)
		return ry_fail(RY_EINVAL, "%d runs in one figure: at most %d can be told apart", n,
		               PLOT_MAX_RUNS);
	if (!(name = plot_keep(p, run_names(n, run))))
		return ry_fail_memory("the names of runs");
	p->n = n;
	for (int i = 0; i < n; i++) {
		p->source[i].path = run[i];
		p->source[i].name = name[i];
	}
	for (int i = 0; i < n && status == RY_OK; i++) {
		status = read_source(p, &p->source[i]);
		if (status == RY_OK)
			add_measures(p, p->source[i].kind);
	}
	return status;
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
	else if (length == 0)
		snprintf(g->name, sizeof g->name, "%.150s, ... (%d seeds)", first, g->n);
	else
		snprintf(g->name, sizeof g->name, "%.*s (%d seeds)",
		         (int)(length < 150 ? length : 150), first, g->n);
}

/* Whether source i is one more seed of group k: all else is the same, and none has this seed. */
static int is_seed_of(const struct plot *p, int i, int k)
{
	const struct source *s = &p->source[i];
	const json_t *seed = json_object_get(s->info, "seed");

	if (!s->same || !json_equal(s->same, p->source[p->group[k].first].same))
		return 0;
	for (int j = 0; seed && j < i; j++)
		if (p->source[j].group == k &&
		    json_equal(seed, json_object_get(p->source[j].info, "seed")))
			return 0;
	return 1;
}

enum ry_status plot_group_sources(struct plot *p, int one_by_one)
{
	for (int i = 0; i < p->n; i++) {
		int k = 0;

		while (k < p->n_groups && (one_by_one || !is_seed_of(p, i, k)))
			k++;
		if (k == CURVES_MAX_RUNS)
			return ry_fail(RY_EINVAL,
			               "%d runs in one figure: at most %d can be told apart", p->n,
			               CURVES_MAX_RUNS);
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
	p->figure.n_runs = p->n_groups;
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

/* y at x, on the line between the points beside it; *at is where the last one was found.  NAN where
 * one of these is not known. */
static double value_between(const struct source *s, const double *y, double x, size_t *at)
{
	while (*at + 1 < s->points->n && s->x[*at + 1] <= x)
		++*at;
	if (s->x[*at] >= x || *at + 1 == s->points->n)
		return y[*at];
	return y[*at] + (y[*at + 1] - y[*at]) * (x - s->x[*at]) / (s->x[*at + 1] - s->x[*at]);
}

void plot_limits(const struct source *source, const char *column, double *least, double *most)
{
	run_kind_limits(source->kind, run_kind_data(source->kind, source->info), column, least,
	                most);
}

void plot_interval(const struct source *source, const char *column, const double *x, size_t n,
                   double *mean, double *low, double *high)
{
	double half, least, most;

	metrics_interval(x, n, mean, &half);
	plot_limits(source, column, &least, &most);
	metrics_interval_within(*mean, half, least, most, low, high);
}

/* The mean of a column over the runs of a group, and its interval, at the points of the first:
 * three arrays in one, of to - from numbers each; NULL without memory.  Owned by the plot. */
static double *put_together(struct plot *p, const struct group *g, const char *column)
{
	size_t n = g->to - g->from, at[PLOT_MAX_RUNS] = { 0 };
	double *mean = calloc(3 * n + 1, sizeof *mean), x[PLOT_MAX_RUNS];

	if (!mean)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t count = 0;

		for (int k = 0; k < p->n; k++) {
			const struct source *s = &p->source[k];
			const double *y =
				s->group == (int)(g - p->group) ? source_column(s, column) : NULL;

			if (y)
				x[count++] = value_between(s, y, p->source[g->first].x[g->from + i],
				                           &at[k]);
		}
		plot_interval(&p->source[g->first], column, x, count, &mean[i], &mean[n + i],
		              &mean[2 * n + i]);
	}
	return plot_keep(p, mean);
}

/* ---- the x axis ---- */

static int all_have(const struct plot *p, const char *column)
{
	for (int i = 0; i < p->n; i++)
		if (!run_points_column(p->source[i].points, column))
			return 0;
	return 1;
}

/* The column that all runs have for this axis. */
static const char *x_column(const struct plot *p, enum plot_x x)
{
	if (x == PLOT_EPOCH && all_have(p, p->source[0].kind->unit))
		return p->source[0].kind->unit;
	for (int u = 0; u < N_UNITS && x == PLOT_EPOCH; u++)
		if (all_have(p, units[u]))
			return units[u];
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
	snprintf(p->x_label, sizeof p->x_label, "%s%s",
	         strcmp(column, "step") == 0 ? "updates" : column, unit);
	return scale;
}

/* The x of the last point marked as best, found by its step. */
static enum ry_status find_best(struct source *s, const char *column, double scale)
{
	enum ry_status status;
	struct run_points *marks = run_points_read(s->path, "best", &status);
	const double *mark = marks ? run_points_column(marks, "step") : NULL;
	const double *step = run_points_column(s->points, "step"),
		     *value = run_points_column(s->points, column);

	s->best = s->best_step = NAN;
	if (mark && marks->n > 0)
		s->best_step = mark[marks->n - 1];
	for (size_t i = 0; mark && step && value && i < s->points->n; i++) {
		if (step[i] != mark[marks->n - 1])
			continue;
		s->best = s->x[i];
		if (strcmp(column, "time") == 0)
			snprintf(s->best_at, sizeof s->best_at, "%.3g %s", s->x[i],
			         scale == 1 ? "s" : scale == 60 ? "min" : "h");
		else
			snprintf(s->best_at, sizeof s->best_at, "%s %.6g",
			         strcmp(column, "step") == 0 || strcmp(column, "updates") == 0
			                 ? "update"
			                 : column,
			         value[i]);
	}
	run_points_free(marks);
	return status;
}

enum ry_status plot_set_x(struct plot *p, enum plot_x x)
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
		p->run[k] = (struct curve_run){ g->name, best ? s->best : NAN,
			                        best ? s->best_at : NULL };
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

/* A column of a group as a curve: its run's, or the mean of its runs in a band.  0 when there is no
 * number in it, -1 without memory. */
static int make_curve(struct plot *p, int group, const char *column, enum curve_role role,
                      struct curve *c)
{
	const struct group *g = &p->group[group];
	const struct source *s = &p->source[g->first];
	const double *y = source_column(s, column);
	size_t n = g->to - g->from;

	if (!has_number(y, s->points->n))
		return 0;
	*c = (struct curve){ .run = group, .role = role, .n = s->points->n, .x = s->x, .y = y };
	if (g->n == 1)
		return 1;
	if (!(y = put_together(p, g, column)))
		return -1;
	*c = (struct curve){ .run = group,
		             .role = CURVE_PLAIN,
		             .n = n,
		             .x = s->x + g->from,
		             .y = y,
		             .low = y + n,
		             .high = y + 2 * n };
	return has_number(y, n);
}

static void part_column(const struct source *s, enum curve_role part, const char *measure,
                        char column[200])
{
	snprintf(column, 200, "%s%s%s",
	         part == CURVE_TRAIN   ? "train"
	         : part == CURVE_VALID ? run_kind_judged_by(s->kind)
	                               : "",
	         part == CURVE_PLAIN ? "" : "_", measure);
}

/* Whether anything was measured apart from training. */
static int is_judged(const struct source *s)
{
	const char *by = run_kind_judged_by(s->kind);
	size_t n = strlen(by);

	for (int c = 0; c < s->points->columns; c++)
		if (strncmp(s->points->name[c], by, n) == 0 && s->points->name[c][n] == '_' &&
		    has_number(s->points->value[c], s->points->n))
			return 1;
	return 0;
}

/* Without validation all other columns are of training: if nothing was measured apart from it,
 * they need not be told apart. */
static enum curve_role role_of(const struct source *s, enum curve_role part)
{
	if (!s->kind->no_validation || part == CURVE_VALID)
		return part;
	return is_judged(s) ? CURVE_TRAIN : CURVE_PLAIN;
}

/* The part whose curve is tried as number r.  Where seeds are put together, a run has one curve: of
 * validation, where its kind has that. */
static enum curve_role role_at(const struct plot *p, const struct source *s, int r)
{
	static const enum curve_role judged_first[] = { CURVE_VALID, CURVE_TRAIN, CURVE_PLAIN };

	return p->figure.band && !s->kind->no_validation ? judged_first[r] : roles[r];
}

int plot_add_measure(struct plot *p, const char *measure, const char *label)
{
	int at = p->figure.n_panels, n = 0, loss = strcmp(measure, "loss") == 0, trained = 1;
	int judged = 1;
	int nats = loss || strcmp(measure, "gap") == 0;
	struct curve_panel *panel;
	char words[80];

	if (at == CURVES_MAX_PANELS)
		return plot_add_panel(p, label, "") ? 1 : -1;
	for (int i = 0; i < p->n_groups; i++)
		for (int r = 0, of_run = 0; r < N_ROLES; r++) {
			const struct source *s = &p->source[p->group[i].first];
			const enum curve_role part = role_at(p, s, r);
			char column[200];
			int made;

			/* A bare "loss" beside "train_loss" is the running one: once is enough.  So
			 * is one curve with a band. */
			if ((part == CURVE_PLAIN || p->figure.band) && of_run > 0)
				continue;
			part_column(s, part, measure, column);
			made = make_curve(p, i, column, role_of(s, part), &p->curve[at][n]);
			if (made < 0)
				return -1;
			if (made && part == CURVE_VALID)
				p->figure.held_out = run_kind_judged_words(s->kind);
			n += made;
			of_run += made;
			nats = nats && (!made || s->nats);
			trained = trained &&
			          (!made || (s->kind->no_validation && part == CURVE_TRAIN));
			judged = judged && (!made || (p->figure.band && part == CURVE_VALID));
		}
	if (n == 0)
		return 0;
	/* What all curves are measured on; else the legend tells them apart. */
	snprintf(words, sizeof words, "%s%s%s%s",
	         trained ? "training" : judged ? p->figure.held_out : "",
	         trained || judged ? " " : "",
	         nats && loss ? "log loss" : label, nats ? " (nat)" : "");
	panel = plot_add_panel(p, words, "");
	if (!panel)
		return -1;
	panel->n = n;
	return 1;
}

static int is_axis(const struct source *s, const char *name)
{
	for (int u = 0; u < N_UNITS; u++)
		if (strcmp(name, units[u]) == 0)
			return 1;
	return strcmp(name, "step") == 0 || strcmp(name, "time") == 0 ||
	       strcmp(name, s->kind->unit) == 0;
}

enum ry_status plot_add_usual(struct plot *p)
{
	int scores = 0, made = 0;

	for (int k = 0; k < p->n_measures && made >= 0; k++)
		if (p->measure[k]->smaller || scores == 0) {
			made = plot_add_measure(p, p->measure[k]->name, p->measure[k]->label);
			scores += made > 0 && !p->measure[k]->smaller;
		}
	for (int i = 0; i < p->n && scores == 0; i++)
		for (int c = 0; c < p->source[i].points->columns &&
		                p->figure.n_panels < MOST_OTHERS && made >= 0;
		     c++) {
			const char *name = run_kind_measure(p->source[i].points->name[c]);
			int shown = is_axis(&p->source[i], name);

			for (int k = 0; k < p->figure.n_panels; k++)
				shown = shown || strcmp(p->label[k], name) == 0;
			for (int k = 0; k < p->n_measures; k++)
				shown = shown || strcmp(p->measure[k]->name, name) == 0;
			if (!shown)
				made = plot_add_measure(p, name, name);
		}
	if (made < 0)
		return ry_fail_memory("a figure");
	if (p->figure.n_panels == 0)
		return ry_fail(RY_EDATA, "%s: its points hold no numbers to draw",
		               p->source[0].path);
	return RY_OK;
}


/* ---- one number for a run ---- */

const char *plot_common_score(const struct plot *p, char column[200], int *larger)
{
	static const char *const prefixes[] = { "valid_", "eval_", "", "train_" };

	for (int loss = 0; loss < 2; loss++)
		for (int k = 0; k < p->n_measures; k++)
			for (int q = 0; q < 4 && p->measure[k]->smaller == loss; q++) {
				snprintf(column, 200, "%s%s", prefixes[q], p->measure[k]->name);
				*larger = !loss;
				if (all_have(p, column))
					return p->measure[k]->label;
			}
	return NULL;
}
