/* dashboard.c - see dashboard.h. */
#include "config.h"
#include "src/app/watch/dashboard.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/app/diagnose/diagnose.h"
#include "src/app/plot/plot.h"
#include "src/app/watch/dashboard_run.h"
#include "src/cli/command.h"
#include "src/ui/words.h"

/* Seconds: between looks at the runs and at their memory, and between diagnoses; that a message
 * stays, and what has happened to a run; and that a look may take before the screen is served
 * again. */
static const double look_every = 0.2, measure_every = 2, diagnose_every = 1, message_stays = 4,
		    happened_stays = 5, look_for = 0.03;

/* Bytes that the columns of all runs may take together. */
static const double memory_of_all = 40e6;

/* How much of the past smoothing keeps. */
static const double keeps[] = { 0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998 };

enum { KEEPS = sizeof keeps / sizeof *keeps, FAST_CURSOR = 10 };

static const struct {
	const char *base, *label;
} health[] = {
	[MEASURE_GRADIENT] = { "gradient_norm", "gradient norm" },
	[MEASURE_RATIO]    = { "update_ratio", "update ratio" },
	[MEASURE_DEAD]     = { "dead", "fraction of dead units" },
};

struct dashboard {
	int                     n;
	struct dashboard_run    run[WATCH_MOST_RUNS];
	struct dashboard_run   *order[WATCH_MOST_RUNS];      /* that of the list */
	struct dashboard_run   *selected;
	struct dashboard_options options;

	struct watch_scene      scene;
	const struct watch_scene_run *scene_run[WATCH_MOST_RUNS];
	struct dashboard_choice choice;
	enum dashboard_axis     axis;                        /* asked for */
	char                    label[WATCH_MEASURES][80], x_label[40], at_cursor[60];
	char                    column[WATCH_MOST_COLUMNS][64], head[WATCH_MOST_COLUMNS][64];
	const char             *heads[WATCH_MOST_COLUMNS];
	int                     columns;
	char                    counts[WATCH_MOST_COLUMNS];  /* the column's numbers are counts */
	char                    sort[64];                    /* name of the column; "": as given */
	struct dashboard_facts  facts, options_words;

	struct diagnosis        diagnosis;                   /* of the run below, as it was */
	const struct dashboard_run *diagnosed;
	long                    diagnosed_version;
	double                  diagnosed_at;                /* seconds */
	char                    verdict[DIAGNOSIS_TEXT];
	struct watch_fact       finding[4 * DIAGNOSIS_RULES_MAX + 2];
	char                    remark[DIAGNOSIS_RULES_MAX][100];
	char                    unjudged[DIAGNOSIS_RULES_MAX][240];

	double low, high;                /* of x, of all that is shown */
	double zoom_from, zoom_to;       /* reversed: all */
	int    at_end;                   /* the zoomed window goes along with the end */
	double cursor;
	int    smoothing, one_look, behind, quit, snapshots, plots;
	int    gone;                     /* the terminal was closed */
	int    stale;                    /* the scene is not what the readers know */
	int    wanted;                   /* a frame */
	double looked, measured, message_until;
	int    width, height;            /* of the window, as last drawn */
	char   message[300];
};

/* ---- opening ---- */

static const struct key_row rows[];

struct dashboard *dashboard_alloc(int n, char *const *path, const struct dashboard_options *o)
{
	static const enum ui_color colors[] = { UI_BLUE, UI_ORANGE,    UI_GREEN, UI_PURPLE,
		                                UI_SKY,  UI_VERMILION, UI_YELLOW };
	struct dashboard *d;

	if (n < 1 || n > WATCH_MOST_RUNS) {
		ry_fail(RY_EINVAL, "%d runs on one screen: expected 1 to %d", n, WATCH_MOST_RUNS);
		return NULL;
	}
	if (!(d = calloc(1, sizeof *d))) {
		ry_fail_memory("a dashboard");
		return NULL;
	}
	for (; d->n < n; d->n++) {
		struct dashboard_run *r = &d->run[d->n];

		if (dashboard_run_open(r, path[d->n])) {
			dashboard_free(d);
			return NULL;
		}
		run_reader_limit(r->reader, (size_t)(memory_of_all / n));
		r->scene.color = colors[d->n % (int)(sizeof colors / sizeof *colors)];
		r->scene.mark = d->n % 6;
		d->order[d->n] = r;
	}
	d->options = *o;
	d->selected = d->order[0];
	d->scene.shown = n > 3 ? SHOW_VALID : SHOW_BOTH;
	d->cursor = NAN;
	d->zoom_from = 1;
	d->choice.scale = 1;
	d->stale = d->wanted = 1;
	d->looked = d->measured = -INFINITY;
	d->width = 80;
	d->height = 24;
	return d;
}

void dashboard_free(struct dashboard *d)
{
	for (int k = 0; d && k < d->n; k++)
		dashboard_run_close(&d->run[k]);
	free(d);
}

struct run_reader *dashboard_reader(const struct dashboard *d, int run)
{
	return d->run[run].reader;
}

void dashboard_say(struct dashboard *d, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(d->message, sizeof d->message, format, ap);
	va_end(ap);
	d->message_until = screen_now() + message_stays;
}

/* ---- what is shown ---- */

static int has(const struct dashboard_run *r, const char *base)
{
	static const char *const prefixes[] = { "valid_", "eval_", "train_", "" };

	for (size_t k = 0; k < sizeof prefixes / sizeof *prefixes; k++) {
		char name[80];
		const struct run_column *c;

		snprintf(name, sizeof name, "%s%s", prefixes[k], base);
		c = run_reader_column(r->reader, name);
		if (c && c->known)
			return 1;
	}
	return 0;
}

static int any_has(const struct dashboard *d, const char *base)
{
	for (int k = 0; k < d->n; k++)
		if (has(&d->run[k], base))
			return 1;
	return 0;
}

/* Runs that have not begun say nothing. */
static const char *loss_label(const struct dashboard *d)
{
	for (int k = 0; k < d->n; k++)
		if (run_reader_data(d->run[k].reader)->info && !d->run[k].kind->log_loss)
			return "loss";
	return "log loss (nat)";
}

static void choose(struct dashboard *d, enum watch_measure m, const char *base, const char *label)
{
	snprintf(d->choice.base[m], sizeof d->choice.base[m], "%.63s", base);
	snprintf(d->label[m], sizeof d->label[m], "%.79s", label);
	d->scene.measure[m] = d->label[m];
}

static int is_axis(const struct dashboard_run *r, const char *name)
{
	const char *unit = run_reader_data(r->reader)->unit;

	return strcmp(name, "step") == 0 || strcmp(name, "time") == 0 ||
	       strcmp(name, "rate") == 0 || (unit && strcmp(name, unit) == 0);
}

/* A run may log neither a loss nor a score that is known here: whatever else it logs takes the
 * place. */
static void choose_other(struct dashboard *d, enum watch_measure m)
{
	for (int i = 0; i < d->n; i++) {
		const struct run_data *data = run_reader_data(d->run[i].reader);

		for (int c = 0; c < data->table->columns; c++) {
			const char *base = run_kind_measure(data->table->column[c]->name);
			int taken = is_axis(&d->run[i], base) || strcmp(base, "lr") == 0 ||
			            !data->table->column[c]->known;

			for (int k = 0; k < WATCH_MEASURES; k++)
				taken = taken || strcmp(base, d->choice.base[k]) == 0;
			if (!taken) {
				choose(d, m, base, base);
				return;
			}
		}
	}
}

/* The first score that is there, in the order of preference of the first kind that has one. */
static void choose_score(struct dashboard *d, const struct run_kind *kind)
{
	for (const struct run_measure *m = kind->charts; m->name; m++)
		if (!d->scene.measure[MEASURE_SCORE] && m->label && !m->smaller &&
		    any_has(d, m->name))
			choose(d, MEASURE_SCORE, m->name, m->label);
}

static void choose_measures(struct dashboard *d)
{
	for (int m = 0; m < WATCH_MEASURES; m++) {
		d->choice.base[m][0] = '\0';
		d->scene.measure[m] = NULL;
	}
	if (any_has(d, "loss"))
		choose(d, MEASURE_LOSS, "loss", loss_label(d));
	for (int k = 0; k < d->n; k++)
		choose_score(d, d->run[k].kind);
	for (int m = MEASURE_GRADIENT; m <= MEASURE_DEAD; m++)
		if (any_has(d, health[m].base))
			choose(d, (enum watch_measure)m, health[m].base, health[m].label);
	if (!d->scene.measure[MEASURE_LOSS])
		choose_other(d, MEASURE_LOSS);
	if (!d->scene.measure[MEASURE_SCORE])
		choose_other(d, MEASURE_SCORE);
}

/* The unit that all runs count in, or NULL. */
static const char *common_unit(const struct dashboard *d)
{
	const char *unit = NULL;

	for (int k = 0; k < d->n; k++) {
		const char *own = run_reader_data(d->run[k].reader)->unit;

		if (own && unit && strcmp(own, unit) != 0)
			return NULL;
		unit = own ? own : unit;
	}
	return unit;
}

/* How far x goes in the columns of the runs that are shown; 0 and 0 when there is nothing. */
static void find_ends(const struct dashboard *d, double *from, double *to)
{
	double low, high;

	*from = INFINITY;
	*to = -INFINITY;
	for (int k = 0; k < d->n; k++)
		if (!d->run[k].scene.hidden &&
		    dashboard_span(&d->run[k], d->choice.axis, &low, &high) == 0) {
			*from = fmin(*from, low);
			*to = fmax(*to, high);
		}
	if (!(*from <= *to))
		*from = *to = 0;
}

static void choose_axis(struct dashboard *d)
{
	const char *unit = common_unit(d), *word;
	double from, to, scale = 1;

	d->choice.axis = d->axis == AXIS_UNIT && !unit ? AXIS_STEP : d->axis;
	find_ends(d, &from, &to);
	word = d->choice.axis == AXIS_UNIT ? unit : "step";
	if (d->choice.axis == AXIS_TIME) {
		scale = to < 300 ? 1 : to < 3 * 3600 ? 60 : 3600;
		word = to < 300 ? "time (s)" : to < 3 * 3600 ? "time (min)" : "time (h)";
	}
	if (scale != d->choice.scale) {              /* the zoomed range has other numbers */
		d->zoom_from *= d->choice.scale / scale;
		d->zoom_to *= d->choice.scale / scale;
		d->cursor *= d->choice.scale / scale;
		d->high *= d->choice.scale / scale;
	}
	d->choice.scale = scale;
	snprintf(d->x_label, sizeof d->x_label, "%.30s", word);
}

/* A window that was zoomed at the end goes along with it. */
static void find_span(struct dashboard *d)
{
	double was = d->high;

	find_ends(d, &d->low, &d->high);
	d->low /= d->choice.scale;
	d->high /= d->choice.scale;
	if (d->zoom_from < d->zoom_to && d->at_end && d->high > was) {
		d->zoom_from += d->high - was;
		d->zoom_to += d->high - was;
	}
}

/* ---- the list ---- */

static void add_column(struct dashboard *d, const char *name)
{
	for (int k = 0; k < d->columns; k++)
		if (strcmp(d->column[k], name) == 0)
			return;
	if (d->columns == WATCH_MOST_COLUMNS)
		return;
	snprintf(d->column[d->columns++], sizeof d->column[0], "%.63s", name);
}

static int known_anywhere(const struct dashboard *d, const char *name)
{
	for (int k = 0; k < d->n; k++) {
		const struct run_column *c = run_reader_column(d->run[k].reader, name);

		if (c && c->known)
			return 1;
	}
	return 0;
}

/* The parts of a measure from `first` on: validation, or all that there is, comes before
 * training. */
static void add_measure(struct dashboard *d, enum watch_measure m, int first, int end)
{
	static const char *const prefixes[] = { "valid_", "eval_", "", "train_" };

	for (int k = first; k < end; k++) {
		char name[80];

		snprintf(name, sizeof name, "%s%s", prefixes[k], d->choice.base[m]);
		if (d->choice.base[m][0] && known_anywhere(d, name))
			add_column(d, name);
	}
}

/* The options of a run. */
static json_t *options_of(const struct dashboard *d, int k)
{
	return json_object_get(run_reader_data(d->run[k].reader)->info, "options");
}

/* Whether an option is a number in one run, and in another another number or open. */
static int differs(const struct dashboard *d, const char *option)
{
	const json_t *number = NULL;
	int open = 0;

	for (int k = 0; k < d->n; k++) {
		const json_t *own = json_object_get(options_of(d, k), option);

		open |= json_is_null(own);
		if (!json_is_number(own))
			continue;
		if (number && json_number_value(own) != json_number_value(number))
			return 1;
		number = own;
	}
	return number && open;
}

/* Options that are numbers, where they are not open, and differ between runs. */
static void add_options(struct dashboard *d)
{
	const char *option;
	json_t *value;

	for (int k = 0; k < d->n; k++)
		json_object_foreach(options_of(d, k), option, value)
			if (json_is_number(value) && differs(d, option))
				add_column(d, option);
}

/* Epochs, steps, and options that are whole numbers in all runs. */
static int is_count(const struct dashboard *d, const char *name)
{
	int counts = 0;

	for (int k = 0; k < d->n; k++) {
		const struct run_column *c = run_reader_column(d->run[k].reader, name);
		const json_t *option = json_object_get(
			json_object_get(run_reader_data(d->run[k].reader)->info, "options"), name);

		if (c ? !is_axis(&d->run[k], name) || strcmp(name, "time") == 0 ||
		                    strcmp(name, "rate") == 0
		      : json_is_real(option))
			return 0;
		counts |= c || json_is_integer(option);
	}
	return counts;
}

/* Runs of several kinds; those that have not begun are of none. */
static int mixed(const struct dashboard *d)
{
	const struct run_kind *kind = NULL;

	for (int k = 0; k < d->n; k++) {
		if (!run_reader_data(d->run[k].reader)->info)
			continue;
		if (kind && d->run[k].kind != kind)
			return 1;
		kind = d->run[k].kind;
	}
	return 0;
}

static void choose_columns(struct dashboard *d)
{
	const char *unit = common_unit(d);

	d->columns = 0;
	if (d->sort[0])
		add_column(d, d->sort);
	if (!mixed(d))                           /* scores of other kinds of runs are no rank */
		add_column(d, "best");
	add_measure(d, MEASURE_SCORE, 0, 3);
	add_measure(d, MEASURE_LOSS, 0, 2);
	add_options(d);
	add_column(d, unit ? unit : "step");
	add_measure(d, MEASURE_SCORE, 3, 4);
	add_measure(d, MEASURE_LOSS, 2, 4);
	for (int m = MEASURE_GRADIENT; m <= MEASURE_DEAD; m++)
		add_measure(d, (enum watch_measure)m, 2, 3);
	for (int k = 0; k < d->n; k++) {
		const struct run_data *data = run_reader_data(d->run[k].reader);

		for (int c = 0; c < data->table->columns; c++)
			if (data->table->column[c]->known)
				add_column(d, data->table->column[c]->name);
	}
	for (int k = 0; k < d->columns; k++) {
		d->counts[k] = (char)is_count(d, d->column[k]);
		snprintf(d->head[k], sizeof d->head[k], "%s", d->column[k]);
		for (char *c = d->head[k]; *c; c++)
			*c = *c == '_' ? ' ' : *c;
		d->heads[k] = d->head[k];
	}
}

static double at_cursor(const struct dashboard *d)
{
	return isnan(d->cursor) ? INFINITY : d->cursor;
}

static void fill_list(struct dashboard *d)
{
	for (int i = 0; i < d->n; i++)
		for (int k = 0; k < d->columns; k++)
			d->run[i].value[k] = dashboard_number(&d->run[i], &d->choice, d->column[k],
			                                      at_cursor(d));
}

/* Nonzero when `a` belongs behind `b`: what is not known is last whatever the order. */
static int belongs_behind(const struct dashboard *d, const struct dashboard_run *a,
                          const struct dashboard_run *b)
{
	double x = a->value[0], y = b->value[0];

	if (!d->sort[0] || isnan(x) || isnan(y))
		return d->sort[0] && isnan(x) != isnan(y) ? isnan(x) : a > b;
	if (x == y)
		return a > b;
	return d->scene.reversed ? x < y : x > y;
}

/* By insertion: the order hardly changes from one time to the next. */
static void sort_list(struct dashboard *d)
{
	for (int i = 1; i < d->n; i++)
		for (int k = i; k > 0 && belongs_behind(d, d->order[k - 1], d->order[k]); k--) {
			struct dashboard_run *r = d->order[k];

			d->order[k] = d->order[k - 1];
			d->order[k - 1] = r;
		}
}

/* ---- the scene ---- */

static void name_cursor(struct dashboard *d)
{
	struct watch_scene *s = &d->scene;
	char text[32];

	if (d->choice.axis == AXIS_TIME)
		snprintf(d->at_cursor, sizeof d->at_cursor, "%s",
		         words_duration(text, sizeof text, d->cursor * d->choice.scale));
	else
		snprintf(d->at_cursor, sizeof d->at_cursor, "%s %.10g", d->x_label, d->cursor);
	s->at_cursor = d->at_cursor;
	s->cursor = d->cursor;
}

static void set_scene(struct dashboard *d)
{
	struct watch_scene *s = &d->scene;

	s->n = d->n;
	s->run = d->scene_run;
	for (int k = 0; k < d->n; k++) {
		d->scene_run[k] = &d->order[k]->scene;
		if (d->order[k] == d->selected)
			s->selected = k;
	}
	s->n_columns = d->columns;
	s->column = d->heads;
	s->counts = d->counts;
	s->sorted = d->sort[0] != '\0';
	s->x_label = d->x_label;
	s->zoomed = d->zoom_from < d->zoom_to;
	s->from = s->zoomed ? d->zoom_from : d->low;
	s->to = s->zoomed ? d->zoom_to : d->high;
	name_cursor(d);
	s->keep = keeps[d->smoothing];
	dashboard_run_facts(d->selected, &d->choice, &d->facts);
	s->n_facts = d->facts.n;
	s->fact = d->facts.fact;
	dashboard_run_options(d->selected, &d->options_words);
	s->n_options = d->options_words.n;
	s->option = d->options_words.fact;
	s->layers = run_reader_record(d->selected->reader, "layers");
	s->knowledge = run_reader_record(d->selected->reader, "tracing");
	s->scores = run_reader_record(d->selected->reader, "scores");
	s->keys = rows;
}

/* ---- the diagnosis ---- */

static void add_finding(struct dashboard *d, int *n, const char *label, const char *value,
                        int heading)
{
	d->finding[(*n)++] = (struct watch_fact){ label, value, heading };
}

/* In full: what was found, what it means, what to try; and what nobody can say.  It begins with the
 * verdict, which is the first finding unless nothing but remarks was found. */
static void tell_findings(struct dashboard *d)
{
	int n = 0;

	if (!diagnosis_verdict(&d->diagnosis))
		add_finding(d, &n, d->verdict, NULL, 1);
	for (int k = 0; k < d->diagnosis.n; k++) {
		const struct diagnosis_finding *f = &d->diagnosis.finding[k];
		const char *name = f->rule->name;

		if (f->severity == DIAGNOSIS_REMARK) {
			snprintf(d->remark[k], sizeof d->remark[k], "remark: %.80s", name);
			name = d->remark[k];
		}
		add_finding(d, &n, name, f->evidence, 1);
		add_finding(d, &n, "means", f->rule->meaning, 0);
		add_finding(d, &n, "try", f->advice, 0);
	}
	if (d->diagnosis.unjudged)
		add_finding(d, &n, "could not be judged", NULL, 1);
	for (int k = 0; k < d->diagnosis.unjudged; k++) {
		snprintf(d->unjudged[k], sizeof d->unjudged[k], "%.70s: %.160s",
		         d->diagnosis.blank[k].rule->name, d->diagnosis.blank[k].why);
		add_finding(d, &n, d->unjudged[k], NULL, 0);
	}
	d->scene.n_findings = n;
	d->scene.finding = d->finding;
}

/* The verdict is not that of the run below as it is.  Not at every point of a run that logs many,
 * but at its first. */
static int verdict_due(const struct dashboard *d)
{
	return d->diagnosed != d->selected ||
	       (d->diagnosed_version != d->selected->version &&
	        (!d->diagnosis.points || screen_now() - d->diagnosed_at >= diagnose_every));
}

static void diagnose(struct dashboard *d)
{
	if (!verdict_due(d))
		return;
	diagnose_reader(&d->diagnosis, d->options.lists, d->selected->reader);
	diagnosis_line(d->verdict, sizeof d->verdict, &d->diagnosis);
	d->diagnosed = d->selected;
	d->diagnosed_version = d->selected->version;
	d->diagnosed_at = screen_now();
	d->scene.verdict = d->diagnosis.points ? d->verdict : NULL;
	d->scene.n_findings = 0;
	if (d->diagnosis.points)
		tell_findings(d);
}

static void refresh(struct dashboard *d)
{
	if (!d->stale)
		return;
	d->stale = 0;
	for (int k = 0; k < d->n; k++)
		d->run[k].kind = run_kind_of(d->options.lists,
		                             run_reader_data(d->run[k].reader)->info);
	choose_measures(d);
	choose_axis(d);
	for (int k = 0; k < d->n; k++)
		dashboard_run_update(&d->run[k], &d->choice);
	find_span(d);
	choose_columns(d);
	fill_list(d);
	sort_list(d);
	diagnose(d);
	set_scene(d);
}

const struct watch_scene *dashboard_scene(struct dashboard *d)
{
	refresh(d);
	d->scene.message = d->message[0] ? d->message : NULL;
	return &d->scene;
}

void dashboard_draw(struct dashboard *d, struct view v)
{
	d->width = v.w;
	d->height = v.h;
	watch_scene_draw(v, dashboard_scene(d));
}

/* ---- reading ---- */

static void measure_memory(struct dashboard *d)
{
	double now = screen_now(), was = d->selected->memory;

	if (d->options.reproducible || now - d->measured < measure_every)
		return;
	d->measured = now;
	dashboard_run_measure(d->selected);
	d->stale |= !(was == d->selected->memory || (isnan(was) && isnan(d->selected->memory)));
}

/* What has happened to a run makes way for the diagnosis after a while; what is wrong with it does
 * not.  Nonzero when that time has come. */
static int grow_stale(struct dashboard_run *r, unsigned news)
{
	int was = r->scene.stale;

	if (news & RUN_NEWS_STATE)
		r->told = screen_now();
	r->scene.stale =
		run_reader_data(r->reader)->happened && screen_now() - r->told >= happened_stays;
	return r->scene.stale != was;
}

int dashboard_poll(struct dashboard *d, double seconds)
{
	d->behind = 0;
	if (d->scene.paused && !d->one_look)
		return 0;
	d->one_look = 0;
	d->looked = screen_now();
	for (int k = 0; k < d->n; k++) {
		unsigned news = run_reader_poll(d->run[k].reader, seconds / d->n);

		if (news & (RUN_NEWS_POINTS | RUN_NEWS_AGAIN | RUN_NEWS_INFO | RUN_NEWS_RECORDS))
			d->run[k].version++;
		d->behind |= (news & RUN_NEWS_MORE) != 0;
		d->stale |= grow_stale(&d->run[k], news) || news != 0;
		d->scene.records += (news & RUN_NEWS_RECORDS) != 0;
	}
	measure_memory(d);
	d->stale |= verdict_due(d);
	return d->stale;
}

int dashboard_behind(const struct dashboard *d)
{
	return d->behind;
}

/* ---- keys ---- */

static void on_quit(void *screen, int key)
{
	struct dashboard *d = screen;

	d->quit = 1;
	d->gone = key == UI_KEY_GONE;
}

static void on_help(void *screen, int key)
{
	struct dashboard *d = screen;

	(void)key;
	d->scene.help = (d->scene.help + 1) % (watch_help_pages(d->width, d->height, rows) + 1);
	d->scene.explain = 0;
}

static void on_escape(void *screen, int key)
{
	struct dashboard *d = screen;

	(void)key;
	if (d->scene.help || d->scene.explain)
		d->scene.help = d->scene.explain = 0;
	else if (d->scene.alone) {
		d->scene.alone = WATCH_NONE;
	} else {
		d->cursor = NAN;
		d->scene.spot = (struct watch_spot){ 0 };
	}
}

static void on_explain(void *screen, int key)
{
	struct dashboard *d = screen;

	(void)key;
	d->scene.explain = !d->scene.explain;
	d->scene.explained = (struct explain_screen){ 0 };
	d->scene.help = 0;
}

static void on_pause(void *screen, int key)
{
	struct dashboard *d = screen;

	(void)key;
	d->scene.paused = !d->scene.paused;
}

static void on_step(void *screen, int key)
{
	struct dashboard *d = screen;

	(void)key;
	d->scene.paused = d->one_look = 1;
}

static void on_focus(void *screen, int key)
{
	struct dashboard *d = screen;

	(void)key;
	d->scene.focus = watch_next_panel(&d->scene, d->scene.focus);
	if (d->scene.alone)
		d->scene.alone = d->scene.focus;
}

static void on_panel(void *screen, int key)
{
	struct dashboard *d = screen;
	enum watch_panel p = (enum watch_panel)(key - '0');

	d->scene.help = 0;
	if (!watch_panel_there(&d->scene, p)) {
		dashboard_say(d, "this run has no data for panel %d", (int)p);
		return;
	}
	d->scene.alone = d->scene.alone == p ? WATCH_NONE : p;
	d->scene.focus = d->scene.alone;
}

/* The window that is seen. */
static void window(const struct dashboard *d, double *from, double *to)
{
	*from = d->zoom_from < d->zoom_to ? d->zoom_from : d->low;
	*to = d->zoom_from < d->zoom_to ? d->zoom_to : d->high;
}

static void set_window(struct dashboard *d, double from, double to)
{
	double width = to - from;

	from = fmin(fmax(from, d->low), d->high - width);
	to = from + width;
	if (!(to - from < d->high - d->low)) {
		d->zoom_from = 1;
		d->zoom_to = 0;
		return;
	}
	d->zoom_from = from;
	d->zoom_to = to;
	d->at_end = to >= d->high - 1e-9 * (d->high - d->low);
}

/* Around the cursor, which keeps its place; without one the end does. */
static void zoom(struct dashboard *d, double factor)
{
	double from, to, still;

	window(d, &from, &to);
	still = isnan(d->cursor) ? to : fmin(fmax(d->cursor, from), to);
	if (factor < 1 && (to - from) * factor < 1e-6 * (d->high - d->low))
		return;
	set_window(d, still - (still - from) * factor,
	           still - (still - from) * factor + (to - from) * factor);
}

static void on_closer(void *screen, int key)
{
	(void)key;
	zoom(screen, 0.5);
}

static void on_wider(void *screen, int key)
{
	(void)key;
	zoom(screen, 2);
}

static void on_whole(void *screen, int key)
{
	struct dashboard *d = screen;

	(void)key;
	d->zoom_from = 1;
	d->zoom_to = 0;
}

static void on_pan(void *screen, int key)
{
	struct dashboard *d = screen;
	double from, to, by;

	window(d, &from, &to);
	by = (key == ']' ? 0.25 : -0.25) * (to - from);
	if (d->zoom_from < d->zoom_to)
		set_window(d, from + by, to + by);
}

/* The window goes along with the cursor. */
static void move_cursor(struct dashboard *d, double columns)
{
	struct watch_points p = dashboard_x(d->selected, &d->choice);
	double from, to, least;

	if (!p.n)
		return;
	window(d, &from, &to);
	least = fabs(columns) * (to - from) / (d->width > 20 ? 0.6 * d->width : 12);
	if (isnan(d->cursor))
		d->cursor =
			isnan(d->selected->scene.best_x) ? p.x[p.n - 1] : d->selected->scene.best_x;
	else
		d->cursor = watch_step(&p, d->cursor, columns > 0 ? 1 : -1, least);
	if (d->zoom_from < d->zoom_to && (d->cursor < from || d->cursor > to))
		set_window(d, d->cursor - (to - from) / 2, d->cursor + (to - from) / 2);
}

/* In a panel with a cursor of its own that one moves, and a long text scrolls.  Nonzero when there
 * is one. */
static int move_spot(struct dashboard *d, int across, int down)
{
	struct watch_scene *s = &d->scene;
	enum watch_panel p = s->alone ? s->alone : s->focus;

	if (s->alone == WATCH_DIAGNOSIS)
		return watch_findings_move(s, d->width, d->height, down);
	if (!watch_panel_there(s, p) || p < WATCH_LAYERS || p > WATCH_SCORES)
		return 0;
	if (p == WATCH_LAYERS)
		watch_layers_move(s->layers, &s->spot, across, down);
	else if (p == WATCH_KNOWLEDGE)
		watch_knowledge_move(s->knowledge, &s->spot, across, down);
	else
		watch_scores_move(s->scores, &s->spot, across, down);
	return 1;
}

static void move(struct dashboard *d, int columns)
{
	if (!move_spot(d, columns, 0))
		move_cursor(d, columns);
}

static void on_left(void *screen, int key)
{
	(void)key;
	move(screen, -1);
}

static void on_right(void *screen, int key)
{
	(void)key;
	move(screen, 1);
}

static void on_far(void *screen, int key)
{
	move(screen, key == 'L' ? FAST_CURSOR : -FAST_CURSOR);
}

static void on_best(void *screen, int key)
{
	struct dashboard *d = screen;

	(void)key;
	if (isnan(d->selected->scene.best_x))
		dashboard_say(d, "%.60s has no best point yet", d->selected->name);
	d->cursor = d->selected->scene.best_x;
}

static void select_run(struct dashboard *d, int step)
{
	int k = d->scene.selected + step;

	if (k >= 0 && k < d->n)
		d->selected = d->order[k];
	d->measured = -INFINITY;
}

static void on_up(void *screen, int key)
{
	(void)key;
	if (!move_spot(screen, 0, -1))
		select_run(screen, -1);
}

static void on_down(void *screen, int key)
{
	(void)key;
	if (!move_spot(screen, 0, 1))
		select_run(screen, 1);
}

static void on_hide(void *screen, int key)
{
	struct dashboard *d = screen;

	(void)key;
	d->selected->scene.hidden = !d->selected->scene.hidden;
}

static void on_all(void *screen, int key)
{
	struct dashboard *d = screen;
	int shown = 0;

	(void)key;
	for (int k = 0; k < d->n; k++)
		shown += !d->run[k].scene.hidden;
	for (int k = 0; k < d->n; k++)
		d->run[k].scene.hidden = shown == d->n && &d->run[k] != d->selected;
}

/* Through the columns and back to the order in which the runs were named. */
static void on_sort(void *screen, int key)
{
	struct dashboard *d = screen;
	int at = 0;
	char was[64];

	(void)key;
	snprintf(was, sizeof was, "%s", d->sort);
	d->sort[0] = '\0';
	choose_columns(d);
	while (was[0] && at < d->columns && strcmp(d->column[at], was) != 0)
		at++;
	at += was[0] != '\0';
	if (at < d->columns)
		snprintf(d->sort, sizeof d->sort, "%s", d->column[at]);
}

static void on_reverse(void *screen, int key)
{
	struct dashboard *d = screen;

	(void)key;
	d->scene.reversed = !d->scene.reversed;
}

static void on_smooth(void *screen, int key)
{
	struct dashboard *d = screen;
	int k = d->smoothing + (key == 'm' ? 1 : -1);

	d->smoothing = k < 0 ? 0 : k >= KEEPS ? KEEPS - 1 : k;
}

static void on_log(void *screen, int key)
{
	struct dashboard *d = screen;

	(void)key;
	d->scene.log_y = !d->scene.log_y;
}

static void on_axis(void *screen, int key)
{
	struct dashboard *d = screen;

	(void)key;
	d->axis = (enum dashboard_axis)((d->axis + 1) % DASHBOARD_AXES);
	d->cursor = NAN;
	on_whole(d, key);
}

static void on_parts(void *screen, int key)
{
	struct dashboard *d = screen;

	(void)key;
	d->scene.shown = (enum watch_shown)((d->scene.shown + 1) % WATCH_SHOWN);
}

static void on_snapshot(void *screen, int key)
{
	struct dashboard *d = screen;
	struct canvas *c = canvas_alloc(d->width, d->height, screen_tier(d->options.ascii));
	char name[64];
	FILE *f;

	(void)key;
	if (!c) {
		dashboard_say(d, "no snapshot: %s", ry_message());
		return;
	}
	do
		snprintf(name, sizeof name, "riley-watch-%d.txt", ++d->snapshots);
	while (!(f = fopen(name, "wx")) && errno == EEXIST && d->snapshots < 10000);
	dashboard_draw(d, view_of(c));
	if (f)
		canvas_print(c, f, 0);
	if (!f || fclose(f) != 0)
		dashboard_say(d, "no snapshot: %s: %s", name, strerror(errno));
	else
		dashboard_say(d, "snapshot: %s", name);
	canvas_free(c);
}

/* Several runs go into a picture beside us, by a name that is free. */
static enum ry_status plot_shown(struct dashboard *d, char *file, size_t size)
{
	char *path[WATCH_MOST_RUNS], *picture = NULL;
	enum ry_status status;
	size_t length;
	int n = 0;

	for (int k = 0; k < d->n; k++)
		if (!d->run[k].scene.hidden)
			path[n++] = (char *)run_reader_data(d->run[k].reader)->path;
	if (n == 0)
		return ry_fail(RY_EINVAL, "all runs are hidden");
	do
		snprintf(file, size, "riley-watch-%d.png", ++d->plots);
	while (access(file, F_OK) == 0 && d->plots < 10000);
	status = plot_runs(d->options.lists, n, path, PLOT_EPOCH, CURVES_PNG, 0, 0,
	                   d->options.ascii, &picture,
	                   &length, NULL);
	if (!status)
		status = plot_write(file, picture, length);
	free(picture);
	return status;
}

static void on_plot(void *screen, int key)
{
	struct dashboard *d = screen;
	const char *path = run_reader_data(d->selected->reader)->path;
	char file[64];

	(void)key;
	if (d->n > 1 && plot_shown(d, file, sizeof file) == RY_OK)
		dashboard_say(d, "plotted: %s", file);
	else if (d->n > 1 || plot_finished_run(d->options.lists, path, 0, NULL, d->options.ascii))
		dashboard_say(d, "no plot: %.250s", ry_message());
	else
		dashboard_say(d, "plotted: %.200s/plots/curves.png and .svg", path);
}

/* For the help: the row of all panels comes before it and obeys. */
#define PANEL(digit, name) { .key = (digit), .words = (name), .brief = "", .act = on_panel }

static const struct key_row rows[] = {
	{ .common = KEYS_QUIT, .act = on_quit },
	{ .common = KEYS_HELP, .words = "help, next page", .act = on_help },
	{ .common = KEYS_PAUSE, .words = "pause following, continue", .act = on_pause },
	{ .common = KEYS_STEP, .words =
	  "when paused: update once", .brief = "look", .act = on_step },
	{ .common = KEYS_LEFT, .words = "cursor to the left", .brief = "", .act = on_left },
	{ .common = KEYS_RIGHT, .words = "cursor to the right", .brief = "cursor",
	  .act = on_right },
	{ .key = 'H', .also = 'L', .words = "cursor far left, right", .act = on_far },
	{ .key = 'b', .words = "cursor to the best point", .brief = "best", .act = on_best },
	{ .common = KEYS_FASTER, .words = "zoom in", .brief = "zoom", .act = on_closer },
	{ .common = KEYS_SLOWER, .words = "zoom out", .brief = "", .act = on_wider },
	{ .common = KEYS_NORMAL, .words = "see all", .brief = "", .act = on_whole },
	{ .key = '[', .also = ']', .words = "scroll: earlier, later", .act = on_pan },
	{ .key = 'm', .words = "smooth the curves", .brief = "smooth", .act = on_smooth },
	{ .key = 'M', .words = "less smooth", .act = on_smooth },
	{ .key = 'y', .words = "logarithmic y axis", .brief = "log", .act = on_log },
	{ .key = 'x', .words = "x: epochs, steps, time", .act = on_axis },
	{ .key = 't', .words = "validation, training, both", .act = on_parts },
	{ .common = KEYS_FOCUS, .act = on_focus },
	{ .common = KEYS_PANEL, .act = on_panel },
	{ .common = KEYS_EXPLAIN, .words =
	  "explain panel, or diagnosis", .act = on_explain },
	{ .common = KEYS_UP, .words = "the run above", .brief = "", .act = on_up },
	{ .common = KEYS_DOWN, .words = "the run below", .brief = "", .act = on_down },
	{ .key = UI_KEY_ENTER, .words = "hide or show the run", .act = on_hide },
	{ .key = 'a', .words = "all runs, or this one alone", .act = on_all },
	{ .key = 'o', .words = "sort by the next column", .act = on_sort },
	{ .key = 'O', .words = "reverse the order", .act = on_reverse },
	{ .common = KEYS_PLOT, .act = on_plot },
	{ .common = KEYS_SNAPSHOT, .words = "save a snapshot", .act = on_snapshot },
	{ .key = UI_KEY_ESCAPE, .words = "close the open panel", .act = on_escape },
	PANEL('1', "panel: loss"),
	PANEL('2', "panel: score"),
	PANEL('3', "panel: runs"),
	PANEL('4', "panel: numbers"),
	PANEL('5', "panel: training health"),
	PANEL('6', "panel: layers"),
	PANEL('7', "panel: student's knowledge"),
	PANEL('8', "panel: calibration and ROC"),
	PANEL('9', "panel: diagnosis"),
	{ 0 }
};

int dashboard_key(struct dashboard *d, int key)
{
	refresh(d);
	if ((d->scene.explain &&
	     explain_screen_key(&d->scene.explained, watch_terms(&d->scene), key)) ||
	    keys_dispatch(rows, d, key))
		d->stale = 1;
	return d->quit;
}

/* ---- the loop ---- */

/* Poll when it is time, and draw what is new when that is time. */
static void look(struct dashboard *d, struct screen *s)
{
	if (d->behind || d->one_look || screen_now() - d->looked >= look_every)
		d->wanted |= dashboard_poll(d, look_for);
	if (d->message[0] && screen_now() > d->message_until) {
		d->message[0] = '\0';
		d->wanted = 1;
	}
	if (d->wanted && screen_due(s)) {
		dashboard_draw(d, view_of(screen_canvas(s)));
		screen_show(s);
		d->wanted = 0;
	}
}

/* Nonzero when there was a key. */
static int obey(struct dashboard *d, struct screen *s, double seconds)
{
	int key = screen_key(s, seconds);

	if (key == UI_KEY_NONE)
		return 0;
	d->wanted = 1;
	dashboard_key(d, key);
	return 1;
}

int dashboard_glance(struct dashboard *d, struct screen *s, int draw)
{
	if (!obey(d, s, 0) && !draw)
		return 0;
	look(d, s);
	return 1;
}

int dashboard_left(const struct dashboard *d)
{
	return d->quit;
}

enum ry_status dashboard_serve(struct dashboard *d, struct screen *s)
{
	while (!d->quit && !command_interrupted()) {
		double wait;

		look(d, s);
		wait = d->behind   ? 0
		       : d->wanted ? screen_wait(s)
		                   : fmax(0, d->looked + look_every - screen_now());
		obey(d, s, d->scene.paused ? fmax(wait, look_every) : wait);
	}
	return command_interrupted() ? ry_fail(RY_ESTOP, "interrupted")
	       : d->gone             ? ry_fail(RY_EIO, "the terminal was closed")
	                             : RY_OK;
}
