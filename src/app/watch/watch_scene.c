/* watch_scene.c - see watch_scene.h. */
#include "src/app/watch/watch_scene.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/ui/chart.h"
#include "src/ui/words.h"

#define GREY  STYLE(UI_GREY, 0)
#define BOLD  STYLE(UI_PLAIN, UI_BOLD)

/* Lines of a chart have names up to so many runs; more are told apart by the list. */
enum { NAMED_RUNS = 4, NUMBER_COLUMNS = 7, HEALTH_WIDTH = 23 };

static const struct watch_scene_run *selected(const struct watch_scene *s)
{
	return s->n ? s->run[s->selected] : NULL;
}

/* Where there is nothing to show. */
static const char *nothing(const struct watch_scene *s)
{
	return s->n && selected(s)->over ? "no data" : "no data yet";
}

/* ---- the parts around the panels ---- */

static struct view body_of(struct view v)
{
	return view_part(v, 0, 1, v.w, v.h - 3);
}

static void draw_title(struct view v, const struct watch_scene *s)
{
	const struct watch_scene_run *r = selected(s);
	struct style style = STYLE(UI_PLAIN, UI_REVERSE);
	char left[200];
	int end;

	view_fill(view_part(v, 0, 0, v.w, 1), style, " ");
	if (s->n > 1)
		snprintf(left, sizeof left, "riley  %d runs  %.60s: %.40s%s", s->n, r->name,
		         r->state, s->paused ? ", paused here" : "");
	else
		snprintf(left, sizeof left, "riley  %.60s  %.40s%s", r->name, r->state,
		         s->paused ? ", paused here" : "");
	end = view_text(view_part(v, 1, 0, v.w - 2, 1), 0, 0, STYLE(UI_PLAIN, UI_REVERSE | UI_BOLD),
	                left) +
	      1;
	if (end + text_columns(r->progress) + 2 < v.w)
		view_text_right(v, v.w - 1, 0, style, r->progress);
}

/* What happened to the run, or else the diagnosis; and what could not be read. */
static void draw_news(struct view v, const struct watch_scene *s)
{
	const struct watch_scene_run *r = selected(s);
	struct style style = STYLE(UI_VERMILION, UI_BOLD);
	const char *news = r->stale ? NULL : r->news;
	int missed = text_columns(r->missed);

	if (missed && missed < v.w / 2) {
		view_text_right(v, v.w, 0, style, r->missed);
		v = view_part(v, 0, 0, v.w - missed - 2, 1);
	} else if (!news && s->n_findings) {
		view_text_right(v, v.w, 0, GREY, "e: more");
		v = view_part(v, 0, 0, v.w - 9, 1);
	}
	if (news)
		view_text(v, view_text(v, 0, 0, style, view_glyph(v, "! ", "▲ ")), 0, style, news);
	else if (s->verdict)
		view_text(v, view_text(v, 0, 0, GREY, "diagnosis: "), 0, STYLE_PLAIN, s->verdict);
}

static void draw_foot(struct view v, const struct watch_scene *s)
{
	if (s->message)
		view_text(v, 0, 0, BOLD, s->message);
	else
		keys_line(v, s->keys);
}

static struct view panel_box(struct view v, const struct watch_scene *s, enum watch_panel p,
                             const char *title)
{
	char text[120];

	snprintf(text, sizeof text, "%d %.100s", (int)p, title);
	return view_box(v, s->focus == p ? STYLE(UI_ORANGE, UI_BOLD) : GREY, text);
}

/* ---- charts ---- */

/* What a logarithmic axis leaves out: values, or groups of them in a long log. */
struct unshown {
	size_t n;
	int    groups;
};

/* What one chart is made of. */
struct scene_chart {
	int                 n;
	struct chart_series series[3 * WATCH_PARTS * WATCH_MOST_RUNS];
	double              best_x[WATCH_MOST_RUNS], best_y[WATCH_MOST_RUNS];
	int                 bests;
	char                name[WATCH_PARTS * NAMED_RUNS][64];
	int                 names, named;
	double              low, high;
	struct unshown      unshown;
};

static int is_small(struct view v)
{
	return v.canvas->width < 80 || v.canvas->height < 24;
}

/* Where the list is not seen, names tell lines apart. */
static int named(struct view v, const struct watch_scene *s)
{
	return s->n == 1 || (s->n <= NAMED_RUNS && (is_small(v) || watch_panel_there(s, s->alone)));
}

static int part_shown(const struct watch_scene *s, enum watch_part part)
{
	return part == PART_ONLY || s->shown == SHOW_BOTH ||
	       (s->shown == SHOW_VALID) == (part == PART_VALID);
}

/* One run: training and validation have colours and glyphs of their own.  Several: runs have, and
 * training is faint. */
static void style_series(struct chart_series *c, const struct watch_scene *s,
                         const struct watch_scene_run *r, enum watch_part part)
{
	c->color = s->n > 1 ? r->color : part == PART_TRAIN ? UI_ORANGE : UI_BLUE;
	c->mark = s->n > 1 ? r->mark : part == PART_TRAIN;
	c->faint = s->n > 1 && part == PART_TRAIN && s->shown == SHOW_BOTH;
}

/* "valid 0.4571": its last value; at the cursor the chart reads it. */
static const char *series_name(struct scene_chart *p, const struct watch_scene *s,
                               const struct watch_scene_run *r, enum watch_part part, double value)
{
	const char *const names[WATCH_PARTS] = { [PART_TRAIN] = "train",
		                                 [PART_VALID] = r->judged ? r->judged : "valid",
		                                 [PART_ONLY] = "" };
	char *to = p->name[p->names++], number[32] = "";

	if (isnan(s->cursor))
		words_value(number, sizeof number, value);
	snprintf(to, sizeof p->name[0], "%.30s%s%s%s%s", s->n > 1 ? r->name : "",
	         s->n > 1 && *names[part] ? " " : "", names[part],
	         (s->n > 1 || *names[part]) && number[0] ? " " : "", number);
	return to;
}

/* The best point, on the line that it was chosen by. */
static void add_best(struct scene_chart *p, const struct watch_scene_run *r,
                     const struct watch_points *points, enum ui_color color)
{
	int k = p->bests;

	if (isnan(r->best_x) || isnan(watch_value(points, r->best_x)))
		return;
	p->best_x[k] = r->best_x;
	p->best_y[k] = watch_value(points, r->best_x);
	p->series[p->n++] = (struct chart_series){
		.color = color, .mark = CHART_BEST, .n = 1, .x = &p->best_x[k], .y = &p->best_y[k]
	};
	p->bests++;
}

static void add_line(struct scene_chart *p, const struct watch_scene *s,
                     const struct watch_scene_run *r, enum watch_measure m,
                     enum watch_part part, int columns)
{
	const struct watch_points *points = &r->line[m][part];
	struct watch_trace *t = &r->trace[m * WATCH_PARTS + part];
	struct chart_series line = { 0 };

	if (!points->n || !part_shown(s, part))
		return;
	watch_trace_make(t, points,
	                 &(struct watch_look){ s->from, s->to, columns, s->keep, s->log_y });
	style_series(&line, s, r, part);
	if (t->raw.n && (s->n == 1 || r == selected(s)))
		p->series[p->n++] = (struct chart_series){
			.color = line.color, .faint = 1, .n = t->raw.n, .x = t->raw.x, .y = t->raw.y
		};
	if (p->named && !line.faint)
		line.name = series_name(p, s, r, part, watch_value(points, INFINITY));
	line.n = t->line.n;
	line.x = t->line.x;
	line.y = t->line.y;
	p->series[p->n++] = line;
	if (m <= MEASURE_SCORE && (part == PART_VALID || part == PART_ONLY))
		add_best(p, r, points, line.color);
	p->low = fmin(p->low, t->low);
	p->high = fmax(p->high, t->high);
	p->unshown.n += t->hidden;
	p->unshown.groups |= points->low != NULL;
}

/* The selected run comes last: on top. */
static void collect(struct scene_chart *p, const struct watch_scene *s, enum watch_measure m,
                    int columns)
{
	p->n = p->names = p->bests = 0;
	p->unshown = (struct unshown){ 0 };
	p->low = INFINITY;
	p->high = -INFINITY;
	for (int i = 1; i <= s->n; i++) {
		const struct watch_scene_run *r = s->run[(s->selected + i) % s->n];

		for (int part = 0; part < WATCH_PARTS && !r->hidden; part++)
			add_line(p, s, r, m, (enum watch_part)part, columns);
	}
}

/* Said on the lower edge of the box that the charts are in. */
static void tell_unshown(struct view box, const struct unshown *u)
{
	if (u->n == 0)
		return;
	if (u->groups)
		view_text(view_part(box, 2, box.h - 1, box.w - 4, 1), 0, 0, GREY,
		          " values <= 0 not shown ");
	else
		view_printf(view_part(box, 2, box.h - 1, box.w - 4, 1), 0, 0, GREY,
		            " %zu value%s <= 0 not shown ", u->n, u->n == 1 ? "" : "s");
}

static const char *words_of_nothing(const struct watch_scene *s, const struct scene_chart *p)
{
	return p->unshown.n      ? "no value above 0"
	       : s->from < s->to ? "no data here"
	                         : nothing(s);
}

/* What could not be shown is added to *unshown. */
static void draw_curves(struct view v, const struct watch_scene *s, enum watch_measure m,
                        struct unshown *unshown)
{
	const struct watch_scene_run *r = selected(s);
	double air;
	struct scene_chart p;

	p.named = named(v, s);
	collect(&p, s, m, (v.w - NUMBER_COLUMNS) * dots_across(v.canvas->tier));
	/* shares that stay what they are: none is below 0, or above 1 */
	if (m == MEASURE_DEAD && p.low == p.high) {
		p.low = 0;
		p.high = 1;
	}
	air = p.low < p.high ? 0.02 * (p.high - p.low) : 0;
	chart_draw(v, &(struct chart){
			      .n = p.n,
			      .series = p.series,
			      .x_label = s->x_label,
			      .x_low = s->from,
			      .x_high = s->to,
			      .y_low = s->log_y ? p.low : p.low - air,
			      .y_high = s->log_y ? p.high : p.high + air,
			      .log_y = s->log_y,
			      .empty = words_of_nothing(s, &p),
			      .legend = p.names > 0 && v.h >= 5,
			      .rule = isnan(r->best_x) || r->hidden ? NULL : &r->best_x,
			      .cursor = isnan(s->cursor) ? NULL : &s->cursor,
		      });
	unshown->n += p.unshown.n;
	unshown->groups |= p.unshown.groups;
}

static void draw_measure(struct view v, const struct watch_scene *s, enum watch_panel panel,
                         enum watch_measure m)
{
	const struct watch_scene_run *r = selected(s);
	char title[200], how[60] = "", best[130] = "";
	struct unshown unshown = { 0 };

	if (s->keep > 0)
		snprintf(how, sizeof how, ", smoothed %.3g", s->keep);
	if (m == MEASURE_SCORE && r->best[0])
		snprintf(best, sizeof best, ", %.120s", r->best);
	snprintf(title, sizeof title, "%s%s%s%s",
	         s->measure[m]       ? s->measure[m]
	         : m == MEASURE_LOSS ? "loss"
	                             : "score",
	         s->log_y ? ", log" : "", how, best);
	draw_curves(panel_box(v, s, panel, title), s, m, &unshown);
	tell_unshown(v, &unshown);
}

/* ---- health: as many charts beside each other as there is room for ---- */

static int health_measures(const struct watch_scene *s, enum watch_measure *m)
{
	int n = 0;

	for (int k = MEASURE_GRADIENT; k <= MEASURE_DEAD; k++)
		if (s->measure[k])
			m[n++] = (enum watch_measure)k;
	return n;
}

static void draw_health(struct view v, const struct watch_scene *s)
{
	enum watch_measure m[WATCH_MEASURES];
	int n = health_measures(s, m), fit, down;
	struct unshown unshown = { 0 };
	struct view in =
		panel_box(v, s, WATCH_HEALTH, n == 1 ? s->measure[m[0]] : "training health");

	if (n == 0) {
		view_text(in, 0, in.h / 2, GREY, nothing(s));
		return;
	}
	down = in.h >= 12 * n;                       /* one below the other */
	fit = down                      ? n
	      : in.w / HEALTH_WIDTH < 1 ? 1
	      : in.w / HEALTH_WIDTH < n ? in.w / HEALTH_WIDTH
	                                : n;
	for (int k = 0; k < fit; k++) {
		struct view part =
			down ? view_part(in, 0, k * in.h / fit, in.w,
		                         (k + 1) * in.h / fit - k * in.h / fit)
			     : view_part(in, k * in.w / fit, 0,
		                         (k + 1) * in.w / fit - k * in.w / fit - (k < fit - 1),
		                         in.h);

		if (n > 1)
			view_text(part, 1, 0, BOLD, s->measure[m[k]]);
		draw_curves(n > 1 ? view_part(part, 0, 1, part.w, part.h - 1) : part, s, m[k],
		            &unshown);
	}
	tell_unshown(v, &unshown);
}

/* ---- the list of runs ---- */

static int column_width(const char *head)
{
	int n = text_columns(head);

	return n < 8 ? 8 : n > 14 ? 14 : n;
}

static void draw_run(struct view v, int y, const struct watch_scene *s,
                     const struct watch_scene_run *r, int name)
{
	unsigned flags = r == selected(s) ? UI_REVERSE : 0;
	struct style style = STYLE(r->hidden ? UI_GREY : UI_PLAIN, flags);
	int x = name + 3;

	if (flags)
		view_fill(view_part(v, 0, y, v.w, 1), style, " ");
	view_put(v, 0, y, STYLE(r->hidden ? UI_GREY : r->color, flags | UI_BOLD),
	         r->hidden ? view_glyph(v, "-", "·") : chart_mark(v, r->mark));
	view_text(view_part(v, 2, y, name, 1), 0, 0, style, r->name);
	for (int k = 0; k < s->n_columns; k++) {
		int w = column_width(s->column[k]);
		char text[32];

		if (x + w > v.w)
			break;
		if (s->counts[k] && fabs(r->value[k]) < 1e4)
			snprintf(text, sizeof text, "%.0f", r->value[k]);
		else
			words_value(text, sizeof text, r->value[k]);
		view_text_right(v, x + w, y, style, text);
		x += w + 1;
	}
}

static void draw_heads(struct view v, const struct watch_scene *s, int name)
{
	int x = name + 3;

	view_text(view_part(v, 2, 0, name, 1), 0, 0, BOLD, "run");
	for (int k = 0; k < s->n_columns; k++) {
		int w = column_width(s->column[k]);
		char text[40];

		if (x + w > v.w)
			break;
		snprintf(text, sizeof text, "%.14s", s->column[k]);
		if (k == 0 && s->sorted)
			view_put(v, x + w - text_columns(text) - 1, 0, STYLE(UI_ORANGE, UI_BOLD),
			         s->reversed ? view_glyph(v, "v", "▼") : view_glyph(v, "^", "▲"));
		view_text_right(v, x + w, 0, BOLD, text);
		x += w + 1;
	}
}

static void draw_runs(struct view v, const struct watch_scene *s)
{
	int name = 3, fit, first, hidden = 0, used;
	char title[100];
	struct view in;

	for (int k = 0; k < s->n; k++)
		hidden += s->run[k]->hidden;
	used = snprintf(title, sizeof title, s->n == 1 ? "one run" : "all %d runs", s->n);
	if (hidden)
		used += snprintf(title + used, sizeof title - (size_t)used, ", %d hidden", hidden);
	if (!isnan(s->cursor))
		snprintf(title + used, sizeof title - (size_t)used, ", at %.40s", s->at_cursor);
	in = panel_box(v, s, WATCH_RUNS, title);
	for (int i = 0; i < s->n; i++) {
		int n = text_columns(s->run[i]->name);

		name = n > name ? n : name;
	}
	name = name > in.w - 12 ? in.w - 12 : name;
	name = name > in.w / 2 && in.w / 2 > 8 ? in.w / 2 : name;
	draw_heads(in, s, name);
	fit = in.h - 1;
	first = s->selected < fit / 2 || s->n <= fit ? 0
	        : s->selected - fit / 2 > s->n - fit ? s->n - fit
	                                             : s->selected - fit / 2;
	for (int k = 0; k < fit && first + k < s->n; k++)
		draw_run(in, 1 + k, s, s->run[first + k], name);
}

/* ---- numbers and options of the selected run ---- */

/* "label     value" in rows; the rows used. */
static int draw_facts(struct view v, int n, const struct watch_fact *fact)
{
	int k;

	for (k = 0; k < n && k < v.h; k++) {
		int end = view_text(view_part(v, 0, k, v.w, 1), 0, 0, fact[k].heading ? BOLD : GREY,
		                    fact[k].label) +
		          1,
		    room = v.w - end;

		if (!fact[k].value)
			continue;
		if (text_columns(fact[k].value) <= room)
			view_text_right(v, v.w, k, STYLE_PLAIN, fact[k].value);
		else
			view_text(view_part(v, end, k, room, 1), 0, 0, STYLE_PLAIN, fact[k].value);
	}
	return k;
}

static void draw_numbers(struct view v, const struct watch_scene *s)
{
	char title[80];
	struct view in;
	int y, wide;

	snprintf(title, sizeof title, s->n > 1 ? "%.60s" : "numbers", selected(s)->name);
	in = panel_box(v, s, WATCH_NUMBERS, title);
	wide = in.w >= 60;
	y = draw_facts(wide ? view_part(in, 0, 0, in.w / 2 - 1, in.h) : in, s->n_facts, s->fact);
	if (wide)
		in = view_part(in, in.w / 2 + 1, 0, in.w - in.w / 2 - 1, in.h);
	else
		in = view_part(in, 0, y + 1, in.w, in.h - y - 1);
	draw_facts(in, s->n_options, s->option);
}

/* ---- the diagnosis ---- */

/* The rows that a finding takes, with the blank one above a heading that is not on top. */
static int finding_rows(const struct watch_fact *f, int width, int on_top)
{
	return (f->heading && !on_top) + text_lines(f->label, width) +
	       (f->value ? text_lines(f->value, width - 2) : 0);
}

/* The first one of those that are seen at the end of a list that is longer than the panel; 0: all
 * fit. */
static int last_page(const struct watch_scene *s, int width, int rows)
{
	int first = s->n_findings - 1;

	if (first < 0)
		return 0;
	for (int used = finding_rows(&s->finding[first], width, 1); first > 0; first--) {
		const struct watch_fact *f = &s->finding[first - 1];

		used += s->finding[first].heading + finding_rows(f, width, 1);
		if (used > rows)
			break;
	}
	return first;
}

/* From `first` on, as many as fit, the last one perhaps cut, but with a line of its text.  Nonzero
 * when something is missing. */
static int draw_findings(struct view v, const struct watch_scene *s, int first)
{
	int y = 0, end = 0;

	for (int k = first; k < s->n_findings; k++) {
		const struct watch_fact *f = &s->finding[k];

		end += finding_rows(f, v.w, k == first);
		if (y + (f->heading && y > 0) + text_lines(f->label, v.w) + (f->value != NULL) >
		    v.h)
			break;
		y += f->heading && y > 0;
		y += view_paragraph(view_part(v, 0, y, v.w, v.h - y), f->heading ? BOLD : GREY,
		                    f->label);
		if (f->value)
			y += view_paragraph(view_part(v, 2, y, v.w - 2, v.h - y), STYLE_PLAIN,
			                    f->value);
	}
	return end > v.h;
}

/* What does not fit is named on the lower edge. */
static void draw_diagnosis(struct view v, const struct watch_scene *s)
{
	struct view in = panel_box(v, s, WATCH_DIAGNOSIS, "diagnosis"),
		    edge = view_part(v, 2, v.h - 1, v.w - 4, 1);
	int alone = s->alone == WATCH_DIAGNOSIS, last, first, more;

	if (!s->n_findings) {
		view_text(in, 0, in.h / 2, GREY, nothing(s));
		return;
	}
	last = last_page(s, in.w, in.h);
	first = !alone ? 0 : s->spot.finding < last ? s->spot.finding : last;
	more = draw_findings(in, s, first);
	if (more)
		view_text(edge, 0, 0, GREY, alone ? " down: more " : " 9: all ");
	else if (first > 0)
		view_text(edge, 0, 0, GREY, " up: more ");
}

int watch_findings_move(struct watch_scene *s, int width, int height, int down)
{
	struct view body = body_of((struct view){ NULL, 0, 0, width, height });
	int last = last_page(s, body.w - 2, body.h - 2), to = s->spot.finding + down;

	s->spot.finding = to > last ? last : to < 0 ? 0 : to;
	return last > 0;
}

/* ---- what a panel means ---- */

static const char *const explanations[WATCH_PANELS] = {
	[WATCH_NONE] = "",
	[WATCH_LOSS] =
		"Training minimises the loss: how far predictions are from the truth. Training "
		"curves are measured on the training data, validation curves on held-out data, so "
		"that they show generalisation rather than memorisation.\n\nBoth fall: keep "
		"training. Training falls, validation rises: overfitting. Neither falls: try more "
		"capacity or another learning rate. The star on the dotted line is the best point, "
		"whose weights are saved.",
	[WATCH_SCORE] =
		"A score that people can interpret: AUC (0.5 is chance, 1 is perfect), accuracy, "
		"R2 (1 is perfect, 0 is predicting the mean), or the return that an agent "
		"collects.\n\nThe gap between training and validation shows overfitting.",
	[WATCH_RUNS] =
		"All runs, each with its glyph and colour. Values are those at the cursor, or the "
		"latest. 'o' sorts by the next column, 'O' reverses the order, Enter hides or "
		"shows a run, 'a' shows all.",
	[WATCH_NUMBERS] =
		"Progress of the selected run, its speed and the time left; its memory use while "
		"it runs on this machine. Below are its options.",
	[WATCH_HEALTH] =
		"Gradient norm: how steep the loss is. It should neither explode nor "
		"vanish.\n\nUpdate ratio: the size of a step relative to the weights. About 0.001 "
		"is usual; much more means that the learning rate is too high, much less that it "
		"is too low.\n\nDead units: the fraction of units that output zero for every input "
		"and so learn nothing.",
	[WATCH_LAYERS] =
		"The distribution of each layer's weights and activations. Weights should spread "
		"slowly from their initial values; activations that pile up at the ends of their "
		"range are saturated, units always at zero are dead.\n\nUp and down choose a "
		"layer.",
	[WATCH_KNOWLEDGE] =
		"One student from the validation data, as the network sees them: each row is an "
		"exercise, and each cell the predicted probability of a right answer after that "
		"step. Above: the student's answers, filled where right. The picture changes as "
		"training continues.\n\nLeft and right choose an answer, up and down an exercise.",
	[WATCH_SCORES] =
		"Calibration: of the answers predicted at 70 %, 70 % should be right; then the "
		"points lie on the diagonal. The ROC curve shows, for every threshold, the true "
		"positive rate against the false positive rate.\n\nLeft and right move the "
		"threshold: sensitivity is the share of right answers above it, specificity the "
		"share of wrong answers below it.",
	[WATCH_DIAGNOSIS] = "",
};

static const char *const terms[WATCH_PANELS] = {
	[WATCH_NONE] =
		"loss, validation, epoch, overfitting, learning rate, best, diagnosis, "
		"learning curve",
	[WATCH_LOSS] =
		"loss, log loss, nat, TD error, epoch, validation, overfitting, best",
	[WATCH_SCORE] =
		"AUC, accuracy, R2, return, baseline, ceiling, validation, generalization",
	[WATCH_RUNS] = "run, best, epoch, seed, hyperparameter, sweep",
	[WATCH_NUMBERS] =
		"epoch, frame, update, rate, learning rate, batch, gradient norm, Q value, "
		"epsilon",
	[WATCH_HEALTH] =
		"gradient norm, update ratio, dead units, clip, exploding gradient, "
		"vanishing gradient",
	[WATCH_LAYERS] =
		"weight, activation, histogram, saturated units, dead units, update ratio, "
		"gate",
	[WATCH_KNOWLEDGE] = "knowledge tracing, student, exercise, answer, concept",
	[WATCH_SCORES] = "calibration, ROC, AUC, sensitivity, specificity, threshold",
	[WATCH_DIAGNOSIS] =
		"diagnosis, overfitting, underfitting, learning rate too high, leak, "
		"saturated units",
};

static enum watch_panel explained_panel(const struct watch_scene *s)
{
	return s->alone ? s->alone : s->focus;
}

const char *watch_terms(const struct watch_scene *s)
{
	return terms[explained_panel(s)];
}

/* The panel in focus, or else the diagnosis with the terms of the screen below it. */
static void draw_explanation(struct view v, const struct watch_scene *s)
{
	enum watch_panel about = explained_panel(s);
	int w = v.w < 78 ? v.w : 78, below = v.h > 16 ? 6 : 0;
	struct view box;

	if (!explanations[about][0] && !s->explained.reading) {
		box = view_part(v, (v.w - w) / 2, 0, w, v.h - below);
		view_fill(box, STYLE_PLAIN, " ");
		draw_diagnosis(box, s);
		v = view_part(v, 0, v.h - below, v.w, below);
	}
	explain_screen_draw(v, explanations[about][0] ? "what is seen" : "words on this screen",
	                    explanations[about], terms[about], &s->explained);
}

/* ---- layout ---- */

int watch_panel_there(const struct watch_scene *s, enum watch_panel p)
{
	switch (p) {
	case WATCH_NONE:
	case WATCH_PANELS:  return 0;
	case WATCH_LAYERS:  return s->layers != NULL;
	case WATCH_KNOWLEDGE: return s->knowledge != NULL;
	case WATCH_SCORES:  return s->scores != NULL;
	case WATCH_LOSS:
	case WATCH_SCORE:
	case WATCH_RUNS:
	case WATCH_NUMBERS:
	case WATCH_HEALTH:
	case WATCH_DIAGNOSIS:  break;
	}
	return 1;
}

enum watch_panel watch_next_panel(const struct watch_scene *s, enum watch_panel focus)
{
	do
		focus = (enum watch_panel)((focus + 1) % WATCH_PANELS);
	while (focus != WATCH_NONE && !watch_panel_there(s, focus));
	return focus;
}

static void draw_panel(struct view v, const struct watch_scene *s, enum watch_panel p)
{
	switch (p) {
	case WATCH_NONE:
	case WATCH_PANELS:
		break;
	case WATCH_LOSS:
		draw_measure(v, s, p, MEASURE_LOSS);
		break;
	case WATCH_SCORE:
		draw_measure(v, s, p, MEASURE_SCORE);
		break;
	case WATCH_RUNS:
		draw_runs(v, s);
		break;
	case WATCH_NUMBERS:
		draw_numbers(v, s);
		break;
	case WATCH_HEALTH:
		draw_health(v, s);
		break;
	case WATCH_LAYERS:
		watch_layers_draw(panel_box(v, s, p, "layers"), s->layers, &s->spot);
		break;
	case WATCH_KNOWLEDGE:
		watch_knowledge_draw(panel_box(v, s, p, "a student's knowledge"), s->knowledge,
		                   &s->spot);
		break;
	case WATCH_SCORES:
		watch_scores_draw(panel_box(v, s, p, "calibration and ROC"), s->scores, &s->spot);
		break;
	case WATCH_DIAGNOSIS:
		draw_diagnosis(v, s);
		break;
	}
}

/* A column of panels: the rows that each asks for, or a share of what is left (0). */
struct slot {
	enum watch_panel panel;
	int              rows;
};

static int share(const struct view v, int n, const struct slot *slot)
{
	int left = v.h, open = 0;

	for (int k = 0; k < n; k++) {
		left -= slot[k].rows;
		open += slot[k].rows == 0;
	}
	return open ? left / open : 0;
}

static void draw_column(struct view v, const struct watch_scene *s, int n, const struct slot *slot)
{
	int each = share(v, n, slot), y = 0;

	for (int k = 0; k < n; k++) {
		int rows = k == n - 1 ? v.h - y : slot[k].rows ? slot[k].rows : each;

		draw_panel(view_part(v, 0, y, v.w, rows), s, slot[k].panel);
		y += rows;
	}
}

static int placed(int n, const struct slot *slot, enum watch_panel p)
{
	for (int k = 0; k < n; k++)
		if (slot[k].panel == p)
			return 1;
	return 0;
}

/* What is in focus and has no place takes one. */
static void make_place(const struct watch_scene *s, struct slot *place, int shown)
{
	if (s->focus && !shown && watch_panel_there(s, s->focus))
		*place = (struct slot){ s->focus, 0 };
}

/* Charts on the left, numbers or the list on the right. */
static void draw_standard(struct view v, const struct watch_scene *s)
{
	int right = s->n > 1 ? v.w * 42 / 100 : v.w >= 100 ? 34 : 28;
	struct slot left[] = { { WATCH_LOSS, 0 }, { WATCH_SCORE, 0 } };
	struct slot column[] = { { s->n > 1 ? WATCH_RUNS : WATCH_NUMBERS, 0 },
		                 { WATCH_NUMBERS, 8 } };
	int rows = s->n > 1 ? 2 : 1;

	make_place(s, &left[1], placed(2, left, s->focus) || placed(rows, column, s->focus));
	draw_column(view_part(v, 0, 0, v.w - right, v.h), s, 2, left);
	draw_column(view_part(v, v.w - right, 0, right, v.h), s, rows, column);
}

/* More curves on the left; the list, numbers and what else was recorded on the right. */
static void draw_large(struct view v, const struct watch_scene *s)
{
	struct slot left[] = { { WATCH_LOSS, 0 }, { WATCH_SCORE, 0 }, { WATCH_HEALTH, 0 } },
		    column[5];
	int n = 0, right = v.w * 2 / 5;

	if (s->n > 1)
		column[n++] =
			(struct slot){ WATCH_RUNS,
			               s->n + 3 < v.h * 45 / 100 ? s->n + 3 : v.h * 45 / 100 };
	column[n++] = (struct slot){ WATCH_NUMBERS, 0 };
	if (s->n_findings && s->n == 1)
		column[n++] = (struct slot){ WATCH_DIAGNOSIS, v.h / 4 };
	for (int p = WATCH_LAYERS; p <= WATCH_SCORES && n < 4; p++)
		if (watch_panel_there(s, (enum watch_panel)p) && v.h / (n + 1) >= 10)
			column[n++] = (struct slot){ (enum watch_panel)p, 0 };
	make_place(s, &left[2], placed(3, left, s->focus) || placed(n, column, s->focus));
	draw_column(view_part(v, 0, 0, v.w - right, v.h), s, 3, left);
	draw_column(view_part(v, v.w - right, 0, right, v.h), s, n, column);
}

/* All there is, in three columns. */
static void draw_huge(struct view v, const struct watch_scene *s)
{
	struct slot left[] = { { WATCH_LOSS, 0 }, { WATCH_SCORE, 0 }, { WATCH_HEALTH, 0 } },
		    middle[3], right[3];
	int n = 0, m = 0, a, b;

	for (int p = WATCH_LAYERS; p <= WATCH_SCORES; p++)
		if (watch_panel_there(s, (enum watch_panel)p))
			middle[n++] = (struct slot){ (enum watch_panel)p, 0 };
	if (s->n > 1)
		right[m++] = (struct slot){ WATCH_RUNS, s->n + 3 < v.h / 2 ? s->n + 3 : v.h / 2 };
	right[m++] = (struct slot){ WATCH_NUMBERS, 0 };
	right[m++] = (struct slot){ WATCH_DIAGNOSIS, v.h / 4 };
	a = n ? v.w * 38 / 100 : v.w * 60 / 100;
	b = n ? v.w * 34 / 100 : 0;
	draw_column(view_part(v, 0, 0, a, v.h), s, 3, left);
	if (n)
		draw_column(view_part(v, a, 0, b, v.h), s, n, middle);
	draw_column(view_part(v, a + b, 0, v.w - a - b, v.h), s, m, right);
}

/* One chart, or what is in focus, and the numbers that matter most. */
static void draw_compact(struct view v, const struct watch_scene *s)
{
	const struct watch_scene_run *r = selected(s);
	enum watch_measure m =
		s->focus == WATCH_SCORE || !s->measure[MEASURE_LOSS] ? MEASURE_SCORE : MEASURE_LOSS;
	struct unshown unshown = { 0 };

	if (s->focus > WATCH_SCORE) {
		draw_panel(v, s, s->focus);
		return;
	}
	if (s->measure[m])
		view_text(v, 0, 0, BOLD, s->measure[m]);
	if (!isnan(s->cursor))
		view_text_right(v, v.w, 0, GREY, s->at_cursor);
	draw_curves(view_part(v, 0, 1, v.w, v.h - 2), s, m, &unshown);
	view_text(v, 0, v.h - 1, STYLE_PLAIN, r->best);
	if (!r->best[0])
		tell_unshown(v, &unshown);
}

int watch_help_pages(int width, int height, const struct key_row *keys)
{
	return keys_help_pages(body_of((struct view){ NULL, 0, 0, width, height }), keys);
}

static int too_small(struct view v)
{
	char text[100];

	if (v.w >= WATCH_LEAST_WIDTH && v.h >= WATCH_LEAST_HEIGHT)
		return 0;
	snprintf(text, sizeof text, "%dx%d needed, this is %dx%d; training continues",
	         WATCH_LEAST_WIDTH, WATCH_LEAST_HEIGHT, v.w, v.h);
	view_paragraph(v, STYLE_PLAIN, text);
	return 1;
}

void watch_scene_draw(struct view v, const struct watch_scene *s)
{
	struct view body = body_of(v);

	if (too_small(v) || !s->n)
		return;
	draw_title(v, s);
	if (watch_panel_there(s, s->alone))
		draw_panel(body, s, s->alone);
	else if (is_small(v))
		draw_compact(body, s);
	else if (v.w >= 160 && v.h >= 48)
		draw_huge(body, s);
	else if (v.w >= 110 && v.h >= 34)
		draw_large(body, s);
	else
		draw_standard(body, s);
	draw_news(view_part(v, 1, v.h - 2, v.w - 2, 1), s);
	draw_foot(view_part(v, 1, v.h - 1, v.w - 2, 1), s);
	if (s->explain)
		draw_explanation(body, s);
	if (s->help)
		keys_help_page(body, s->keys, "keys", s->help - 1);
}
