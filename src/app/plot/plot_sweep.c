/* plot_sweep.c - the best score of many runs over their learning rates.
 *
 * Runs whose options and data differ in nothing but the learning rate and the seed are one curve:
 * at each rate the mean of their best scores, with its 95 % interval (Student's t over runs).
 * Several curves are moved a little along the axis, so that they do not hide each other's points.
 */
#include "src/app/plot/plot_internal.h"
#include "src/base/json_value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>


/* One run as a point. */
struct trial {
	double  lr, best;
	json_t *same;                    /* what the runs of its curve have in common; owned */
	int     series;
};

struct sweep {
	struct trial trial[PLOT_MAX_RUNS];
	int          n_series, first[CURVES_MAX_RUNS];       /* a trial of each */
	double       apart;                                  /* log distance of one series from the
	                                                      * next at the same rate */
	int          without;                                /* runs that have no finite score */
};

/* All but the options that may differ within a curve. */
static json_t *without_rate(const struct run_kind *kind, const json_t *info)
{
	static const char *const own[] = { "lr", "name", "resume", "seeds", "watch" };
	json_t *options = json_deep_copy(json_object_get(info, "options")), *same = json_object();
	const json_t *data = json_object_get(info, kind->data);
	json_t *fingerprint = json_object_get(data, "fingerprint");

	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		json_object_del(options, own[i]);
	for (const char *const *name = kind->seeds_differ; name && *name; name++)
		json_object_del(options, *name);
	if (options)
		json_object_set_new(same, "options", options);
	json_object_set(same, "data",
	                fingerprint ? fingerprint : json_object_get(data, kind->data_name));
	return same;
}

/* What a run without validation marked as its best: the largest return of all would be that of the
 * first lucky episodes.  NaN when it marked none. */
static double marked_best(const struct source *s, const char *column)
{
	struct run_points *marks = run_points_read(s->path, "best", NULL);
	const double *y = marks ? run_points_column(marks, column) : NULL;
	double best = y && marks->n ? y[marks->n - 1] : NAN;

	run_points_free(marks);
	return best;
}

static double best_of(const struct source *s, const char *column, int larger)
{
	const double *y = run_points_column(s->points, column);
	double best = s->kind->no_validation ? marked_best(s, column) : NAN;

	if (isfinite(best))
		return best;
	for (size_t i = 0; i < s->points->n; i++)
		if (isfinite(y[i]))
			best = larger ? fmax(best, y[i]) : fmin(best, y[i]);
	return best;
}

static enum ry_status read_trials(struct plot *p, struct sweep *w, const char *column, int larger)
{
	for (int i = 0; i < p->n; i++) {
		const struct source *s = &p->source[i];
		const json_t *lr = json_object_get(json_object_get(s->info, "options"), "lr");
		struct trial *t = &w->trial[i];
		int k = 0;

		if (!json_is_number(lr) || !(json_number_value(lr) > 0))
			return ry_fail(RY_EDATA, "%s: its run.json has no learning rate above 0",
			               s->path);
		*t = (struct trial){ json_number_value(lr), best_of(s, column, larger),
			             without_rate(s->kind, s->info), 0 };
		w->without += !isfinite(t->best);
		while (k < w->n_series && !json_equal(t->same, w->trial[w->first[k]].same))
			k++;
		if (k == CURVES_MAX_RUNS)
			return ry_fail(RY_EINVAL,
			               "more than %d curves in one figure: these runs differ in "
			               "more than rate and seed",
			               CURVES_MAX_RUNS);
		if (k == w->n_series)
			w->first[w->n_series++] = i;
		t->series = k;
	}
	return RY_OK;
}

/* ---- names ---- */

/* Whether all series have the same there. */
static int all_same(const struct sweep *w, const char *option)
{
	const json_t *first =
		json_object_get(json_object_get(w->trial[w->first[0]].same, "options"), option);

	for (int k = 1; k < w->n_series; k++) {
		const json_t *other =
			json_object_get(json_object_get(w->trial[w->first[k]].same, "options"),
		                        option);

		if (!(first && other ? json_equal(first, other) : first == other))
			return 0;
	}
	return 1;
}

/* "model gru, hidden 64": the options in which a series differs from others; of a single one what
 * its runs' names begin with. */
static void name_series(const struct plot *p, const struct sweep *w, int series, char *to,
                        size_t size)
{
	json_t *options = json_object_get(w->trial[w->first[series]].same, "options"), *value;
	const char *key, *first = p->source[w->first[series]].name;
	size_t n = 0, common = strlen(first);

	*to = '\0';
	json_object_foreach(options, key, value) {
		const size_t flags = JSON_ENCODE_ANY | JSON_REAL_PRECISION(6);
		char *text = all_same(w, key) ? NULL : json_value_print(value, flags);

		if (text && n < size)
			n += (size_t)snprintf(to + n, size - n, "%s%s %s", n ? ", " : "", key,
			                      json_is_string(value) ? json_string_value(value)
			                                            : text);
		free(text);
	}
	if (n > 0)
		return;
	for (int i = 0; i < p->n; i++)
		while (w->trial[i].series == series &&
		       strncmp(first, p->source[i].name, common) != 0)
			common--;
	while (common > 0 && strchr("-_. ", first[common - 1]))
		common--;
	snprintf(to, size, "%.*s%s%d runs", (int)(common < 150 ? common : 150), first,
	         common ? ", " : "", p->n);
}

/* ---- curves ---- */

static int by_rate(const void *a, const void *b)
{
	const struct trial *x = *(struct trial *const *)a, *y = *(struct trial *const *)b;

	return (x->lr > y->lr) - (x->lr < y->lr);
}

/* Side by side, the series take half of what lies between two rates, and no more than an eighth of
 * the axis. */
static void set_apart(struct sweep *w, int n)
{
	double low = INFINITY, high = -INFINITY, nearest = log(2);

	for (int i = 0; i < n; i++) {
		double x = log(w->trial[i].lr);

		for (int j = 0; j < i; j++)
			if (w->trial[j].lr != w->trial[i].lr)
				nearest = fmin(nearest, fabs(x - log(w->trial[j].lr)));
		low = fmin(low, x);
		high = fmax(high, x);
	}
	w->apart = fmin(0.5 * nearest, high > low ? (high - low) / 8 : 1) / w->n_series;
}

/* One point for each rate of a series, beside those of the others.  -1 without memory. */
static int add_series(struct plot *p, struct sweep *w, struct curve_panel *panel, int series,
                      const char *column)
{
	double *numbers = plot_keep(p, calloc(4 * (size_t)p->n + 2, sizeof *numbers)),
	       *mean = numbers + p->n, *low = mean + p->n, *high = low + p->n,
	       *limit = high + p->n, shift = (series - (w->n_series - 1) / 2.0) * w->apart;
	struct trial *of[PLOT_MAX_RUNS];
	size_t n = 0, points = 0;

	if (!numbers)
		return -1;
	plot_limits(&p->source[0], column, &limit[0], &limit[1]);
	for (int i = 0; i < p->n; i++)
		if (w->trial[i].series == series && isfinite(w->trial[i].best))
			of[n++] = &w->trial[i];
	qsort(of, n, sizeof *of, by_rate);
	for (size_t from = 0, to; from < n; from = to, points++) {
		double best[PLOT_MAX_RUNS];

		for (to = from; to < n && of[to]->lr == of[from]->lr; to++)
			best[to - from] = of[to]->best;
		plot_interval(&p->source[0], column, best, to - from, &mean[points], &low[points],
		              &high[points]);
		numbers[points] = w->n_series > 1 ? of[from]->lr * exp(shift) : of[from]->lr;
		if (to - from > 1)
			p->figure.band = "95 % interval over seeds";
	}
	if (points > 0)
		p->curve[panel - p->panel][panel->n++] = (struct curve){
			.run = series,
			.role = CURVE_PLAIN,
			.manner = CURVE_UNBROKEN | CURVE_POINTS | CURVE_WHISKERS,
			.n = points,
			.x = numbers,
			.y = mean,
			.low = low,
			.high = high,
			.limit = limit,
		};
	return 0;
}

static enum ry_status draw_trials(struct plot *p, struct sweep *w, const char *label,
                                  const char *column, int larger)
{
	char words[120], title[160] = "";
	struct curve_panel *panel;

	if (w->without == p->n)
		return ry_fail(RY_EDATA,
		               "%s: no lr-sweep to draw: none of the runs has a finite score",
		               p->source[0].path);
	if (w->without > 0)
		snprintf(title, sizeof title, "%d of %d runs have no finite score%s", w->without,
		         p->n, w->n_series > 1 ? "; " : "");
	if (w->n_series > 1)
		snprintf(title + strlen(title), sizeof title - strlen(title),
		         "curves with the same rates are drawn side by side");
	set_apart(w, p->n);
	snprintf(words, sizeof words, "%s %s%s", larger ? "best" : "lowest",
	         strncmp(column, "valid_", 6) == 0   ? "validation "
	         : strncmp(column, "eval_", 5) == 0  ? "evaluation "
	         : strncmp(column, "train_", 6) == 0 ? "training "
	                                             : "",
	         label);
	panel = plot_add_panel(p, words, title);
	if (!panel)
		return ry_failure();
	panel->x_label = "learning rate";
	panel->manner = PANEL_LOG_X;
	p->figure.n_runs = p->n_groups = w->n_series;
	for (int k = 0; k < w->n_series; k++) {
		name_series(p, w, k, p->group[k].name, sizeof p->group[k].name);
		p->run[k] = (struct curve_run){ p->group[k].name, NAN, NULL };
		if (add_series(p, w, panel, k, column) != 0)
			return ry_fail_memory("a figure");
	}
	return RY_OK;
}

enum ry_status plot_add_sweep(struct plot *p, const struct plot_kind *kind)
{
	struct sweep *w = calloc(1, sizeof *w);
	char column[200];
	int larger;
	const char *label = plot_common_score(p, column, &larger);
	enum ry_status status;

	if (!w)
		return ry_fail_memory("a figure");
	if (!label)
		status = ry_fail(RY_EDATA, "%s: no %s to draw: %s", p->source[0].path, kind->name,
		                 kind->lacking);
	else
		status = read_trials(p, w, column, larger);
	if (status == RY_OK)
		status = draw_trials(p, w, label, column, larger);
	for (int i = 0; i < p->n; i++)
		json_decref(w->trial[i].same);
	free(w);
	return status;
}
