/* plot_records.c - figures of what runs log beside their points: ROC curves, calibration, layers,
 * one student.
 *
 * metrics.jsonl may come from anywhere: shapes, lengths and ranges are checked before anything is
 * drawn.
 */
#include "src/app/plot/plot_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/file.h"
#include "src/base/text.h"
#include "src/run/run_reader.h"

/* ---- finding a record ---- */

/* Lines of this kind: the first; and the one of the best point, else the last. */
struct records {
	json_t *first, *shown;           /* owned */
	double  shown_step;
};

static void records_free(struct records *r)
{
	json_decref(r->first);
	json_decref(r->shown);
	*r = (struct records){ 0 };
}

static double number_of(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_number(v) ? json_number_value(v) : NAN;
}

/* Take a line into account. */
static void take_line(struct records *r, const char *line, size_t length, const char *kind,
                      double best)
{
	json_t *o = json_loadb(line, length, 0, NULL);
	const char *is = json_string_value(json_object_get(o, "kind"));

	if (!is || strcmp(is, kind) != 0) {
		json_decref(o);
		return;
	}
	if (!r->first)
		r->first = json_incref(o);
	if (!r->shown || r->shown_step != best) {
		json_decref(r->shown);
		r->shown = json_incref(o);
		r->shown_step = number_of(o, "step");
	}
	json_decref(o);
}

/* Lines without the kind's name anywhere are not looked at closer. */
static enum ry_status read_records(const struct source *s, const char *kind, double best,
                                   struct records *r)
{
	size_t room = strlen(s->path) + 20, n = 0;
	char *path = malloc(room), *line = NULL, quoted[40];
	ssize_t length;
	FILE *from;

	*r = (struct records){ .shown_step = NAN };
	if (!path)
		return ry_fail_memory("a path");
	snprintf(path, room, "%s/metrics.jsonl", s->path);
	snprintf(quoted, sizeof quoted, "\"%s\"", kind);
	from = file_stream(path);
	free(path);
	if (!from)
		return ry_failure();
	while ((length = getline(&line, &n, from)) > 0)
		if (strstr(line, quoted))
			take_line(r, line, (size_t)length, kind, best);
	free(line);
	fclose(from);
	return RY_OK;
}

/* ---- reading what is in it ---- */

/* Numbers of a list, at most `most`, NAN for what is none; how many.  0 for what is no list. */
static int read_numbers(const json_t *list, double *to, int most)
{
	int n = (int)json_array_size(list);

	n = n > most ? most : n;
	for (int i = 0; i < n; i++) {
		const json_t *v = json_array_get(list, (size_t)i);

		to[i] = json_is_number(v) ? json_number_value(v) : NAN;
	}
	return n;
}

/* "epoch 12", from the unit that the record counts in. */
static void name_point(char *to, size_t size, const json_t *record)
{
	const char *unit = run_record_unit(record);

	*to = '\0';
	if (unit)
		snprintf(to, size, "%s %.10g", strcmp(unit, "step") == 0 ? "update" : unit,
		         number_of(record, unit));
}

/* The data that a record of scores is of: "validation", or "training" in a run without; "" where an
 * old log does not tell. */
static const char *part_of(const json_t *record)
{
	const char *part = json_string_value(json_object_get(record, "part"));

	return part ? part : "";
}

/* "ROC", of one run "ROC, validation, epoch 12". */
static void make_title(const struct plot *p, char *to, size_t size, const char *what,
                       const json_t *record)
{
	const char *part = part_of(record);
	char point[60];

	name_point(point, sizeof point, record);
	if (p->n > 1)
		snprintf(to, size, "%s", what);
	else
		snprintf(to, size, "%s%s%.30s%s%s", what, *part ? ", " : "", part,
		         *point ? ", " : "", point);
}

/* A note under curves of several runs says what its own is of. */
static const char *with_part(const struct plot *p, const json_t *record, char *to, size_t size,
                             const char *format)
{
	const char *part = part_of(record);

	snprintf(to, size, "%s%s%s%s", format, p->n > 1 && *part ? " (" : "",
	         p->n > 1 && strcmp(part, "training") == 0 ? "training"
	         : p->n > 1 && *part                       ? "validation"
	                                                   : "",
	         p->n > 1 && *part ? ")" : "");
	return to;
}

static void add_note(struct curve_panel *panel, struct curve_note *notes, int run,
                     const char *format, double value)
{
	struct curve_note *n = &notes[panel->n_notes++];

	n->run = run;
	snprintf(n->text, sizeof n->text, format, value);
}

/* What a step over the runs adds to a panel, which is made before the first that has something. */
typedef enum ry_status (*add_run)(struct plot *p, int run, const json_t *record,
                                  struct curve_panel **panel, int *added);

/* Have `add` add each run's record of this kind.  RY_EDATA when no run has one. */
static enum ry_status add_runs(struct plot *p, const struct plot_kind *kind, const char *record,
                               const char *what, add_run add)
{
	struct curve_panel *panel = NULL;
	enum ry_status status = RY_OK;
	int all = 0;

	for (int i = 0; i < p->n && status == RY_OK; i++) {
		struct records r;
		int added = 0;

		status = read_records(&p->source[i], record, p->source[i].best_step, &r);
		if (status == RY_OK && r.shown)
			status = add(p, i, r.shown, &panel, &added);
		records_free(&r);
		if (status == RY_OK && !added)
			plot_leave_out(p, &p->source[i], what);
		all += added;
	}
	if (status == RY_OK && all == 0)
		return ry_fail(RY_EDATA, "%s: no %s to draw: %s", p->source[0].path, what,
		               kind->lacking);
	return status;
}

/* ---- ROC ---- */

enum { ROC_MOST = 1001 };

struct roc {
	int     n;
	double *fpr, *tpr, *threshold;       /* (n), fpr not falling; owned by the plot */
};

/* 0 when there is none or when it is none: fewer than two points, shares outside of 0..1, going
 * back. */
static int read_roc(struct plot *p, const json_t *record, struct roc *roc)
{
	const json_t *o = json_object_get(record, "roc");
	double *numbers = plot_keep(p, calloc(3 * ROC_MOST, sizeof *numbers));
	int n, up;

	if (!numbers)
		return 0;
	*roc = (struct roc){ 0, numbers, numbers + ROC_MOST, numbers + 2 * ROC_MOST };
	n = read_numbers(json_object_get(o, "fpr"), roc->fpr, ROC_MOST);
	if (n < 2 || read_numbers(json_object_get(o, "tpr"), roc->tpr, ROC_MOST) != n
	    || read_numbers(json_object_get(o, "threshold"), roc->threshold, ROC_MOST) != n)
		return 0;
	up = roc->fpr[0] <= roc->fpr[n - 1];
	for (int i = 0; i < n / 2 && !up; i++)
		for (int k = 0; k < 3; k++) {
			double *v = numbers + k * ROC_MOST, swapped = v[i];

			v[i] = v[n - 1 - i];
			v[n - 1 - i] = swapped;
		}
	for (int i = 0; i < n; i++)
		if (!(roc->fpr[i] >= 0 && roc->fpr[i] <= 1 && roc->tpr[i] >= 0 && roc->tpr[i] <= 1)
		    || (i > 0 && roc->fpr[i] < roc->fpr[i - 1]))
			return 0;
	roc->n = n;
	return 1;
}

/* What the run logged at that step; else the area under these points. */
static double area_under(const struct source *s, const json_t *record, const struct roc *roc)
{
	const double *step = run_points_column(s->points, "step"),
		     *auc = run_points_column(s->points, "valid_auc");
	double area = 0, at = number_of(record, "step");

	for (size_t i = 0; step && auc && i < s->points->n; i++)
		if (step[i] == at && isfinite(auc[i]))
			return auc[i];
	for (int i = 1; i < roc->n; i++)
		area += (roc->fpr[i] - roc->fpr[i - 1]) * (roc->tpr[i] + roc->tpr[i - 1]) / 2;
	return area;
}

/* The point whose threshold is nearest to one half; -1 when none is within 0.02 of it. */
static int operating_point(const struct roc *roc)
{
	int at = -1;

	for (int i = 0; i < roc->n; i++)
		if (fabs(roc->threshold[i] - 0.5) <
		    (at < 0 ? 0.02 : fabs(roc->threshold[at] - 0.5)))
			at = i;
	return at;
}

static enum ry_status add_one_roc(struct plot *p, int run, const json_t *record,
                                  struct curve_panel **panel, int *added)
{
	struct curve *curve;
	struct curve_note *notes;
	struct roc roc;
	char title[100], format[60];
	int at;

	if (!read_roc(p, record, &roc))
		return RY_OK;
	make_title(p, title, sizeof title, "ROC", record);
	if (!*panel && !(*panel = plot_add_panel(p, "sensitivity (true positive rate)", title)))
		return ry_failure();
	(*panel)->x_label = "1 - specificity (false positive rate)";
	(*panel)->manner = PANEL_UNIT;
	curve = p->curve[*panel - p->panel];
	notes = p->note[*panel - p->panel];
	curve[(*panel)->n++] = (struct curve){ .run = run,
		                               .role = CURVE_PLAIN,
		                               .manner = CURVE_UNBROKEN,
		                               .n = (size_t)roc.n,
		                               .x = roc.fpr,
		                               .y = roc.tpr };
	add_note(*panel, notes, run, with_part(p, record, format, sizeof format, "AUC %.4f"),
	         area_under(&p->source[run], record, &roc));
	*added = 1;
	if ((at = operating_point(&roc)) < 0)
		return RY_OK;
	curve[(*panel)->n++] = (struct curve){
		.run = run, .role = CURVE_MARK, .n = 1, .x = roc.fpr + at, .y = roc.tpr + at
	};
	p->figure.mark = "threshold 0.5";
	if (p->n > 1)
		return RY_OK;
	add_note(*panel, notes, run, "at threshold %.3g:", roc.threshold[at]);
	add_note(*panel, notes, run, "sensitivity %.3f", roc.tpr[at]);
	add_note(*panel, notes, run, "specificity %.3f", 1 - roc.fpr[at]);
	return RY_OK;
}

enum ry_status plot_add_roc(struct plot *p, const struct plot_kind *kind)
{
	return add_runs(p, kind, "scores", "ROC curve", add_one_roc);
}

/* ---- calibration ---- */

enum { BINS_MOST = 100 };

/* The intervals of more runs than this cover each other. */
enum { INTERVALS_MOST = 4 };

/* Wilson's 95 % interval of a share among n (1927). */
static void share_interval(double share, double n, double *low, double *high)
{
	const double z = 1.959964;
	double middle = (share + z * z / (2 * n)) / (1 + z * z / n);
	double half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n));

	*low = fmax(0, middle - half);
	*high = fmin(1, middle + half);
}

static enum ry_status add_one_calibration(struct plot *p, int run, const json_t *record,
                                          struct curve_panel **panel, int *added)
{
	const json_t *o = json_object_get(record, "calibration");
	double *mean = plot_keep(p, calloc(5 * BINS_MOST, sizeof *mean)), *share = mean + BINS_MOST,
	       *low = share + BINS_MOST, *high = low + BINS_MOST, *count = high + BINS_MOST,
	       off = 0, all = 0;
	char title[100], format[60];
	int n, known = 0;

	if (!mean)
		return ry_fail_memory("a figure");
	n = read_numbers(json_object_get(o, "p"), mean, BINS_MOST);
	if (n < 1 || read_numbers(json_object_get(o, "share"), share, BINS_MOST) != n
	    || read_numbers(json_object_get(o, "n"), count, BINS_MOST) != n)
		return RY_OK;
	for (int i = 0; i < n; i++) {           /* bins without a prediction have no mean */
		if (!(mean[i] >= 0 && mean[i] <= 1 && share[i] >= 0 && share[i] <= 1 &&
		      count[i] >= 1 && isfinite(count[i])) ||
		    (known > 0 && mean[i] < mean[known - 1]))
			continue;
		mean[known] = mean[i];
		share[known] = share[i];
		share_interval(share[i], count[i], &low[known], &high[known]);
		off += count[i] * fabs(share[i] - mean[i]);
		all += count[i];
		known++;
	}
	if (known == 0)
		return RY_OK;
	make_title(p, title, sizeof title, "calibration", record);
	if (!*panel && !(*panel = plot_add_panel(p, "observed share of right answers", title)))
		return ry_failure();
	(*panel)->x_label = "predicted probability";
	(*panel)->manner = PANEL_UNIT;
	p->curve[*panel - p->panel][(*panel)->n++] = (struct curve){
		.run = run,
		.role = CURVE_PLAIN,
		.manner = CURVE_UNBROKEN | CURVE_POINTS | CURVE_WHISKERS,
		.n = (size_t)known,
		.x = mean,
		.y = share,
		.low = p->n > INTERVALS_MOST ? NULL : low,
		.high = p->n > INTERVALS_MOST ? NULL : high,
	};
	add_note(*panel, p->note[*panel - p->panel], run,
	         with_part(p, record, format, sizeof format, "calibration error %.4f"), off / all);
	if (p->n <= INTERVALS_MOST)
		p->figure.band = "95 % interval";
	*added = 1;
	return RY_OK;
}

enum ry_status plot_add_calibration(struct plot *p, const struct plot_kind *kind)
{
	return add_runs(p, kind, "scores", "calibration", add_one_calibration);
}

/* ---- layers ---- */

enum { COUNTS_MOST = 256 };

/* The outline of a histogram: two points for each of n edges. */
static int outline(struct plot *p, const json_t *o, struct curve *curve)
{
	double low = number_of(o, "low"), high = number_of(o, "high"), count[COUNTS_MOST], all = 0,
	       width, *x, *y;
	int n = read_numbers(json_object_get(o, "counts"), count, COUNTS_MOST);
	size_t k = 0;

	for (int i = 0; i < n; i++)
		all += count[i] >= 0 ? count[i] : NAN;
	if (n < 1 || !(all > 0) || !isfinite(all) || !(high > low) || !isfinite(high - low))
		return 0;
	x = plot_keep(p, calloc(2 * (size_t)(2 * n + 2), sizeof *x));
	if (!x)
		return 0;
	y = x + 2 * n + 2;
	width = (high - low) / n;
	for (int i = 0; i <= n; i++) {
		x[k] = x[k + 1] = low + i * width;
		y[k++] = i == 0 ? 0 : count[i - 1] / all / width;
		y[k++] = i == n ? 0 : count[i] / all / width;
	}
	*curve = (struct curve){ .n = k, .manner = CURVE_UNBROKEN, .x = x, .y = y };
	return 1;
}

/* The layer of this name in a record; NULL when it is not there. */
static const json_t *find_layer(const json_t *record, const char *name)
{
	const json_t *list = json_object_get(record, "layers");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *layer = json_array_get(list, i);
		const char *is = json_string_value(json_object_get(layer, "name"));

		if (is && strcmp(is, name) == 0)
			return layer;
	}
	return NULL;
}

static void add_outline(struct plot *p, struct curve_panel *panel, const json_t *record,
                        const char *layer, const char *what, int run, enum curve_role role)
{
	struct curve *c = &p->curve[panel - p->panel][panel->n];

	if (!outline(p, json_object_get(find_layer(record, layer), what), c))
		return;
	c->run = run;
	c->role = role;
	c->manner |= role == CURVE_PLAIN && p->n == 1 ? CURVE_FILLED : 0;
	panel->n++;
}

static const char *type_of(const json_t *layer)
{
	const char *type = json_string_value(json_object_get(layer, "type"));

	return type ? type : "";
}

/* "rnn (lstm): weights, epoch 12": the type when it is the same in all runs, and the point when
 * they were all looked at there. */
static void title_layer(char *to, size_t size, const struct plot *p, const struct records *r,
                        const char *layer, const char *what)
{
	char type[60] = "", point[80] = "";

	for (int i = 0, first = 1; i < p->n; i++) {
		const json_t *is = find_layer(r[i].shown, layer);
		char is_type[60], is_point[80];

		if (!is)
			continue;
		snprintf(is_type, sizeof is_type, " (%.40s)", type_of(is));
		name_point(is_point, sizeof is_point, r[i].shown);
		if (first)
			snprintf(type, sizeof type, "%s", is_type);
		if (first)
			snprintf(point, sizeof point, "%s", is_point);
		if (strcmp(type, is_type) != 0)
			*type = '\0';
		if (strcmp(point, is_point) != 0)
			snprintf(point, sizeof point, "at the end");
		first = 0;
	}
	snprintf(to, size, "%.60s%s: %s%s%s", layer, type, what, *point ? ", " : "", point);
}

/* A panel of a layer's weights or activations over all runs; of one run also what it began with. */
static enum ry_status add_histogram(struct plot *p, const struct records *r, const char *layer,
                                    const char *what, const char *axis)
{
	char title[300];
	struct curve_panel *panel;

	/* a deeper network shows its first layers */
	if (p->figure.n_panels == CURVES_MAX_PANELS)
		return RY_OK;
	title_layer(title, sizeof title, p, r, layer, what);
	panel = plot_add_panel(p, "density", title);
	panel->x_label = axis;
	panel->manner = PANEL_FROM_ZERO;
	if (p->n == 1 && r[0].first != r[0].shown)
		add_outline(p, panel, r[0].first, layer, what, 0, CURVE_BEFORE);
	for (int i = 0; i < p->n; i++)
		if (r[i].shown)
			add_outline(p, panel, r[i].shown, layer, what, i, CURVE_PLAIN);
	if (panel->n == 0)
		p->figure.n_panels--;
	return RY_OK;
}

/* Whether an earlier run has a layer of this name: then it has been drawn. */
static int drawn_before(const struct records *r, int run, const char *name)
{
	for (int i = 0; i < run; i++)
		if (find_layer(r[i].shown, name))
			return 1;
	return 0;
}

static enum ry_status add_layers(struct plot *p, const struct records *r)
{
	enum ry_status status = RY_OK;

	for (int i = 0; i < p->n; i++) {
		const json_t *list = json_object_get(r[i].shown, "layers");

		for (size_t k = 0; k < json_array_size(list) && status == RY_OK; k++) {
			const json_t *layer = json_array_get(list, k);
			const char *name = json_string_value(json_object_get(layer, "name"));
			const char *type = json_string_value(json_object_get(layer, "type"));

			/* Dropout passes on what was drawn before it. */
			if (!name || !type || strcmp(type, "dropout") == 0 ||
			    drawn_before(r, i, name))
				continue;
			status = add_histogram(p, r, name, "weights", "weight");
			if (status == RY_OK)
				status = add_histogram(p, r, name, "activations", "activation");
		}
	}
	return status;
}

enum ry_status plot_add_histograms(struct plot *p, const struct plot_kind *kind)
{
	struct records r[CURVES_MAX_RUNS] = { 0 };
	enum ry_status status = RY_OK;
	int before = p->figure.n_panels;

	for (int i = 0; i < p->n && status == RY_OK; i++) {
		status = read_records(&p->source[i], "layers", NAN, &r[i]);
		if (status == RY_OK && !r[i].shown)
			plot_leave_out(p, &p->source[i], "histograms");
	}
	if (status == RY_OK)
		status = add_layers(p, r);
	for (int i = 0; i < p->n; i++)
		records_free(&r[i]);
	if (status == RY_OK && p->figure.n_panels == before)
		return ry_fail(RY_EDATA, "%s: no histograms to draw: %s", p->source[0].path,
		               kind->lacking);
	return status;
}

/* ---- one student ---- */

/* All of a map in one piece of memory. */
struct student {
	struct curve_map map;
	double           value[CURVES_MAX_ROWS * CURVES_MAX_COLUMNS];
	const char      *row[CURVES_MAX_ROWS];
	char             name[CURVES_MAX_ROWS][80];
	int              at[CURVES_MAX_COLUMNS], right[CURVES_MAX_COLUMNS];
};

/* 0 for what is no such record. */
static int read_student(const json_t *record, struct student *s)
{
	const json_t *rows = json_object_get(record, "rows"),
		     *known = json_object_get(record, "known");
	double at[CURVES_MAX_COLUMNS], right[CURVES_MAX_COLUMNS];
	int n_rows = (int)json_array_size(rows), n;

	n = read_numbers(json_object_get(record, "exercise"), at, CURVES_MAX_COLUMNS);
	if (n < 1 || n_rows < 1 || n_rows > CURVES_MAX_ROWS ||
	    json_array_size(known) != json_array_size(rows) ||
	    read_numbers(json_object_get(record, "correct"), right, CURVES_MAX_COLUMNS) != n)
		return 0;
	for (int t = 0; t < n; t++) {
		s->at[t] = at[t] >= 0 && at[t] < n_rows ? (int)at[t] : -1;
		s->right[t] = right[t] == 1;
	}
	for (int r = 0; r < n_rows; r++) {
		const char *name = json_string_value(json_array_get(rows, (size_t)r));
		double *v = s->value + (size_t)r * (size_t)n;

		snprintf(s->name[r], sizeof s->name[r], "%s", name ? name : "?");
		s->row[r] = s->name[r];
		if (read_numbers(json_array_get(known, (size_t)r), v, n) != n)
			return 0;
		for (int t = 0; t < n; t++)
			v[t] = v[t] >= 0 && v[t] <= 1000 ? v[t] / 1000 : NAN;
	}
	s->map = (struct curve_map){ n_rows, n, s->value, s->row, s->at, s->right };
	return 1;
}

/* ", the first 40 of 50 exercises": a record has no room for all of a large set. */
static void name_part(char *to, size_t size, const json_t *info, int shown)
{
	double all = number_of(json_object_get(info, "data"), "exercises");

	to[0] = '\0';
	if (all > shown)
		snprintf(to, size, ", the first %d of %.0f exercises", shown, all);
}

/* "student " and the id, as far as there is room; the index in records of earlier versions. */
static void name_student(char *to, size_t size, const json_t *record)
{
	enum { COLUMNS_MOST = 32 };
	const char *name = json_string_value(json_object_get(record, "name"));
	size_t n = name ? text_fit(name, COLUMNS_MOST) : 0;

	if (name)
		snprintf(to, size, "student %.*s%s", (int)n, name, name[n] ? "..." : "");
	else if (isfinite(number_of(record, "student")))
		snprintf(to, size, "student %.10g", number_of(record, "student"));
	else
		snprintf(to, size, "a student");
}

static enum ry_status add_one_student(struct plot *p, int run, const json_t *record,
                                      struct curve_panel **panel, int *added)
{
	struct student *s = plot_keep(p, calloc(1, sizeof *s));
	char title[480], point[60], part[60], student[160];

	if (!s)
		return ry_fail_memory("a heat map");
	if (!read_student(record, s))
		return RY_OK;
	name_point(point, sizeof point, record);
	name_student(student, sizeof student, record);
	name_part(part, sizeof part, p->source[run].info, s->map.rows);
	snprintf(title, sizeof title, "%.150s%s%s%s%s%s", p->n > 1 ? p->run[run].name : "",
	         p->n > 1 ? ": " : "", student, *point ? ", " : "", point, part);
	*panel = plot_add_panel(p, "predicted to answer right", title);
	if (!*panel)
		return ry_failure();
	(*panel)->x_label = "answer";
	(*panel)->map = &s->map;
	*added = 1;
	return RY_OK;
}

enum ry_status plot_add_heatmaps(struct plot *p, const struct plot_kind *kind)
{
	return add_runs(p, kind, "tracing", "heat map", add_one_student);
}
