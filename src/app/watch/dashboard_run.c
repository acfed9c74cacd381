/* dashboard_run.c - see dashboard_run.h. */
#include "config.h"
#include "src/app/watch/dashboard_run.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/file.h"
#include "src/run/rundir.h"
#include "src/ui/words.h"

/* ---- opening ---- */

enum ry_status dashboard_run_open(struct dashboard_run *r, const char *path)
{
	r->reader = run_reader_open(path);
	if (!r->reader)
		return ry_fail_memory("a run");
	snprintf(r->name, sizeof r->name, "%.79s", file_last_part(path));
	r->name[strcspn(r->name, "/")] = '\0';
	if (!r->name[0])
		snprintf(r->name, sizeof r->name, "%.79s", path);
	r->memory = NAN;
	r->scene = (struct watch_scene_run){ .name = r->name,
		                             .state = r->state,
		                             .missed = r->missed,
		                             .progress = r->progress,
		                             .best = r->best,
		                             .best_x = NAN,
		                             .trace = r->trace,
		                             .value = r->value };
	return RY_OK;
}

void dashboard_run_close(struct dashboard_run *r)
{
	run_reader_free(r->reader);
	free(r->minutes);
	for (int k = 0; k < WATCH_MEASURES * WATCH_PARTS; k++)
		watch_trace_clear(&r->trace[k]);
}

/* ---- what run.json says ---- */

static const char *info_text(const struct dashboard_run *r, const char *key)
{
	const char *text =
		json_string_value(json_object_get(run_reader_data(r->reader)->info, key));

	return text ? text : "";
}

static double info_number(const struct dashboard_run *r, const char *object, const char *key)
{
	const json_t *o = object ? json_object_get(run_reader_data(r->reader)->info, object)
	                         : run_reader_data(r->reader)->info;
	const json_t *v = json_object_get(o, key);

	return json_is_number(v) ? json_number_value(v) : NAN;
}

int dashboard_run_lives(const struct dashboard_run *r)
{
	const struct run_data *d = run_reader_data(r->reader);

	return strcmp(rundir_state(d->info, d->writer), "running") == 0 &&
	       d->state != RUN_GONE && d->state != RUN_MISSING;
}

static void name_state(struct dashboard_run *r)
{
	const struct run_data *d = run_reader_data(r->reader);
	const char *status = rundir_state(d->info, d->writer);

	if (d->state == RUN_MISSING || d->state == RUN_GONE)
		status = d->state == RUN_GONE ? "gone" : "not there yet";
	snprintf(r->state, sizeof r->state, "%.40s", status[0] ? status : "no run.json yet");
	r->scene.over = d->info && d->state != RUN_MISSING && !dashboard_run_lives(r) &&
	                strcmp(status, "running") != 0;
}

/* ---- x ---- */

static const struct run_column *x_column(const struct dashboard_run *r, enum dashboard_axis axis)
{
	const struct run_data *d = run_reader_data(r->reader);

	switch (axis) {
	case AXIS_UNIT: return d->count ? d->count : d->step;
	case AXIS_STEP: return d->step;
	case AXIS_TIME: return d->time;
	case DASHBOARD_AXES: break;
	}
	return NULL;
}

int dashboard_span(const struct dashboard_run *r, enum dashboard_axis axis, double *low,
                   double *high)
{
	const struct run_column *x = x_column(r, axis);

	if (!x || !x->known || !run_reader_data(r->reader)->table->buckets)
		return -1;
	*low = x->lowest;
	*high = x->highest;
	return 0;
}

/* Minutes and hours need an array of their own.  Without memory the axis stays in seconds. */
static void make_minutes(struct dashboard_run *r, const struct dashboard_choice *c)
{
	const struct run_column *x = x_column(r, c->axis);
	size_t n = run_reader_data(r->reader)->table->buckets;

	if (!x || c->scale == 1 || (r->made == r->version && r->scale == c->scale))
		return;
	r->scale = 1;
	if (n > r->room) {
		double *more = realloc(r->minutes, 2 * n * sizeof *more);

		if (!more)
			return;
		r->minutes = more;
		r->room = 2 * n;
	}
	for (size_t i = 0; i < n; i++)
		r->minutes[i] = x->mean[i] / c->scale;
	r->made = r->version;
	r->scale = c->scale;
}

struct watch_points dashboard_x(const struct dashboard_run *r, const struct dashboard_choice *c)
{
	const struct run_column *x = x_column(r, c->axis);

	if (!x || !x->known)
		return (struct watch_points){ 0 };
	return (struct watch_points){ .n = run_reader_data(r->reader)->table->buckets,
		                      .x = c->scale != 1 && r->scale == c->scale ? r->minutes
		                                                                 : x->mean,
		                      .version = r->version };
}

/* ---- lines ---- */

static const struct run_column *column_of(const struct dashboard_run *r, const char *base,
                                          enum watch_part part)
{
	char name[80];

	snprintf(name, sizeof name, "%s%s%s",
	         part == PART_TRAIN   ? "train"
	         : part == PART_VALID ? run_kind_judged_by(r->kind)
	                              : "",
	         part == PART_ONLY ? "" : "_", base);
	return base[0] ? run_reader_column(r->reader, name) : NULL;
}

/* A column over x. */
static struct watch_points points_of(const struct run_column *c, struct watch_points x)
{
	if (!c || !c->known)
		return (struct watch_points){ 0 };
	x.y = c->mean;
	x.low = c->low == c->mean ? NULL : c->low;
	x.high = c->low == c->mean ? NULL : c->high;
	x.last = c->last;
	return x;
}

/* A bare "loss" beside "train_loss" is the running one: once is enough.  Where there is no
 * validation, training is all there is. */
static void set_lines(struct dashboard_run *r, const struct dashboard_choice *c)
{
	struct watch_points x = dashboard_x(r, c);

	for (int m = 0; m < WATCH_MEASURES; m++) {
		struct watch_points *line = r->scene.line[m];

		for (int part = 0; part < WATCH_PARTS; part++)
			line[part] = points_of(column_of(r, c->base[m], (enum watch_part)part), x);
		if (r->kind->no_validation && line[PART_TRAIN].n && !line[PART_VALID].n &&
		    !line[PART_ONLY].n) {
			line[PART_ONLY] = line[PART_TRAIN];
			line[PART_TRAIN].n = 0;
		}
		if (line[PART_TRAIN].n || line[PART_VALID].n)
			line[PART_ONLY].n = 0;
	}
}

/* ---- the best point ---- */

static double mark_x(const struct run_mark *m, const struct dashboard_choice *c)
{
	return c->axis == AXIS_TIME                      ? m->time / c->scale
	       : c->axis == AXIS_STEP || isnan(m->count) ? m->step
	                                                 : m->count;
}

static const struct run_mark *best_mark(const struct dashboard_run *r)
{
	const struct run_data *d = run_reader_data(r->reader);

	return d->bests ? &d->best[d->bests - 1] : NULL;
}

/* The part that the best point was chosen by. */
static enum watch_part judge(const struct dashboard_run *r, enum watch_measure m)
{
	const struct watch_points *line = r->scene.line[m];

	return line[PART_VALID].n ? PART_VALID : line[PART_ONLY].n ? PART_ONLY : PART_TRAIN;
}

/* Of many points the bucket's best is the best point, as that is the best of all. */
static double best_value(const struct dashboard_run *r, enum watch_measure m)
{
	const struct watch_points *p = &r->scene.line[m][judge(r, m)];
	size_t i = watch_nearest(p, r->scene.best_x);

	if (isnan(r->scene.best_x) || i >= p->n)
		return NAN;
	return !p->low ? p->y[i] : m == MEASURE_LOSS ? p->low[i] : p->high[i];
}

static const char *unit_of(const struct dashboard_run *r)
{
	const char *unit = run_reader_data(r->reader)->unit;

	return unit ? unit : "step";
}

static void name_best(struct dashboard_run *r)
{
	const struct run_mark *m = best_mark(r);
	double value = best_value(r, MEASURE_SCORE);
	int of_loss = isnan(value);
	char a[32];

	r->best[0] = '\0';
	if (!m)
		return;
	if (of_loss)
		value = best_value(r, MEASURE_LOSS);
	if (isnan(value))                        /* of neither number that is shown */
		snprintf(r->best, sizeof r->best, "best at %s %.10g", unit_of(r),
		         isnan(m->count) ? m->step : m->count);
	else
		snprintf(r->best, sizeof r->best, "best %s%s at %s %.10g",
		         of_loss ? "by loss, " : "", words_value(a, sizeof a, value), unit_of(r),
		         isnan(m->count) ? m->step : m->count);
}

/* ---- how far it is ---- */

static double units_of_all(const struct dashboard_run *r)
{
	char plural[40];

	snprintf(plural, sizeof plural, "%.30ss", unit_of(r));
	return info_number(r, "options", plural);
}

static double last_of(const struct run_column *c)
{
	return c ? c->last : NAN;
}

/* Seconds to the end at the pace of the last points. */
static double time_left(const struct dashboard_run *r)
{
	const struct run_data *d = run_reader_data(r->reader);
	double of_all = units_of_all(r), now = last_of(d->count), t = last_of(d->time);
	size_t back = d->table->buckets > 10 ? d->table->buckets - 10 : 0;

	if (!d->count || !d->time || d->table->buckets == 0 || !(of_all > now) ||
	    !dashboard_run_lives(r))
		return NAN;
	if (d->table->buckets == 1)
		return now > 0 ? (of_all - now) * t / now : NAN;
	if (!(now > d->count->mean[back]) || !(t > d->time->mean[back]))
		return NAN;
	return (of_all - now) * (t - d->time->mean[back]) / (now - d->count->mean[back]);
}

static void name_progress(struct dashboard_run *r)
{
	const struct run_data *d = run_reader_data(r->reader);
	double of_all = units_of_all(r), now = last_of(d->count ? d->count : d->step),
	       left = time_left(r);
	char a[32], b[32], c[32];
	int used;

	r->progress[0] = '\0';
	if (isnan(now))
		return;
	used = snprintf(r->progress, sizeof r->progress, "%s %s", unit_of(r),
	                words_count(a, sizeof a, now));
	if (!isnan(of_all))
		used += snprintf(r->progress + used, sizeof r->progress - (size_t)used, " of %s",
		                 words_count(b, sizeof b, of_all));
	if (!isnan(left))
		snprintf(r->progress + used, sizeof r->progress - (size_t)used, ", %s left",
		         words_duration(c, sizeof c, left));
}

static void name_news(struct dashboard_run *r)
{
	const struct run_data *d = run_reader_data(r->reader);

	r->news[0] = '\0';
	if (d->sentence[0])
		snprintf(r->news, sizeof r->news, "%.299s", d->sentence);
	else if (strcmp(r->state, "crashed") == 0)
		snprintf(r->news, sizeof r->news,
		         "no process writes to this run any more, and it did not finish: it was "
		         "killed or crashed");
	r->scene.news = r->news[0] ? r->news : NULL;
	r->missed[0] = '\0';
	if (d->skipped)
		snprintf(r->missed, sizeof r->missed, "%zu line%s unreadable", d->skipped,
		         d->skipped == 1 ? "" : "s");
}

void dashboard_run_update(struct dashboard_run *r, const struct dashboard_choice *c)
{
	const struct run_mark *m = best_mark(r);

	r->scene.best_x = m ? mark_x(m, c) : NAN;
	r->scene.judged = run_kind_judged_by(r->kind);
	make_minutes(r, c);
	set_lines(r, c);
	name_state(r);
	name_best(r);
	name_progress(r);
	name_news(r);
}

/* ---- numbers for the list ---- */

double dashboard_number(const struct dashboard_run *r, const struct dashboard_choice *c,
                        const char *name, double x)
{
	const struct run_column *column = run_reader_column(r->reader, name);
	struct watch_points p;

	if (strcmp(name, "best") == 0)
		return best_value(r, c->base[MEASURE_SCORE][0] ? MEASURE_SCORE : MEASURE_LOSS);
	if (!column)
		return info_number(r, "options", name);
	if (x == INFINITY)
		return column->last;
	p = points_of(column, dashboard_x(r, c));
	return watch_value(&p, x);
}

/* ---- memory ---- */

void dashboard_run_measure(struct dashboard_run *r)
{
	double pid = info_number(r, NULL, "pid"), kilobytes = NAN;
	char path[64], line[256], host[256] = "";
	FILE *f;

	r->memory = NAN;
	if (!dashboard_run_lives(r) || !(pid > 0) || gethostname(host, sizeof host - 1) != 0 ||
	    strcmp(host, info_text(r, "host")) != 0)
		return;
	snprintf(path, sizeof path, "/proc/%.0f/status", pid);
	if (!(f = fopen(path, "r")))
		return;
	while (fgets(line, sizeof line, f))
		if (strncmp(line, "VmRSS:", 6) == 0)
			kilobytes = strtod(line + 6, NULL);
	fclose(f);
	r->memory = 1024 * kilobytes;
}

/* ---- words ---- */

static void fact(struct dashboard_facts *f, const char *label, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void fact(struct dashboard_facts *f, const char *label, const char *format, ...)
{
	va_list ap;

	if (f->n == f->most)
		return;
	va_start(ap, format);
	vsnprintf(f->value[f->n], sizeof f->value[0], format, ap);
	va_end(ap);
	snprintf(f->label[f->n], sizeof f->label[0], "%.39s", label);
	for (char *c = f->label[f->n]; *c; c++)
		*c = *c == '_' ? ' ' : *c;
	f->fact[f->n] = (struct watch_fact){ f->label[f->n], f->value[f->n], 0 };
	f->n++;
}

static void heading(struct dashboard_facts *f, const char *label)
{
	fact(f, label, "%s", "");
	f->fact[f->n - 1].value = NULL;
	f->fact[f->n - 1].heading = 1;
}

/* "0.4343 / 0.4571": training and validation, the last of them. */
static void measure_fact(const struct dashboard_run *r, struct dashboard_facts *f, const char *base,
                         enum watch_measure m)
{
	const struct watch_points *line = r->scene.line[m];
	char a[32], b[32];

	if (line[PART_TRAIN].n && line[PART_VALID].n)
		fact(f, base, "%s / %s",
		     words_value(a, sizeof a, watch_value(&line[PART_TRAIN], INFINITY)),
		     words_value(b, sizeof b, watch_value(&line[PART_VALID], INFINITY)));
	else if (base[0])
		fact(f, base, "%s",
		     words_value(a, sizeof a, watch_value(&line[judge(r, m)], INFINITY)));
}

static void column_fact(const struct dashboard_run *r, struct dashboard_facts *f, const char *name,
                        const char *label, int percent)
{
	const struct run_column *c = run_reader_column(r->reader, name);
	char a[32];

	if (!c || isnan(c->last))
		return;
	if (percent)
		fact(f, label, "%.1f %%", 100 * c->last);
	else
		fact(f, label, "%s", words_value(a, sizeof a, c->last));
}

void dashboard_run_facts(const struct dashboard_run *r, const struct dashboard_choice *c,
                         struct dashboard_facts *f)
{
	const struct run_data *d = run_reader_data(r->reader);
	const struct run_column *rate = run_reader_column(r->reader, "rate");
	char a[32], b[32];

	f->n = 0;
	f->most = DASHBOARD_FACTS;
	fact(f, "state", "%s", r->state);
	if (!isnan(units_of_all(r)))
		fact(f, unit_of(r), "%s of %s", words_count(a, sizeof a, last_of(d->count)),
		     words_count(b, sizeof b, units_of_all(r)));
	else
		fact(f, unit_of(r), "%s", words_count(a, sizeof a, last_of(d->count)));
	fact(f, "time", "%s", words_duration(a, sizeof a, last_of(d->time)));
	if (dashboard_run_lives(r))
		fact(f, "time left", "%s", words_duration(a, sizeof a, time_left(r)));
	if (rate)
		fact(f, "rate", "%s %s/s", words_count(a, sizeof a, rate->last), r->kind->items);
	if (!isnan(r->memory))
		fact(f, "memory", "%.0f MB", r->memory / 1048576);
	measure_fact(r, f, c->base[MEASURE_SCORE], MEASURE_SCORE);
	measure_fact(r, f, c->base[MEASURE_LOSS], MEASURE_LOSS);
	if (r->best[0])
		fact(f, "best", "%s", r->best + strlen("best "));
	column_fact(r, f, "lr", "learning rate", 0);
	column_fact(r, f, "epsilon", "epsilon", 0);
	column_fact(r, f, "mean_q", "mean Q", 0);
	column_fact(r, f, "gradient_norm", "gradient norm", 0);
	column_fact(r, f, "update_ratio", "update ratio", 0);
	column_fact(r, f, "dead", "dead units", 1);
	column_fact(r, f, "saturated", "saturated", 1);
	if (d->skipped)
		fact(f, "unreadable lines", "%zu", d->skipped);
	if (d->notes)
		fact(f, "note", "%.60s", d->note[d->notes - 1].text);
}

static void json_fact(struct dashboard_facts *f, const char *key, const json_t *v)
{
	if (json_is_integer(v))
		fact(f, key, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
	else if (json_is_real(v))
		fact(f, key, "%.6g", json_real_value(v));
	else if (json_is_boolean(v))
		fact(f, key, "%s", json_is_true(v) ? "yes" : "no");
	else if (json_is_string(v))
		fact(f, key, "%.63s", json_string_value(v));
}

/* What the number `key` of the result is called: a baseline is called by what it is the baseline
 * of. */
static const char *result_name(const struct run_kind *kind, const char *key, char name[64])
{
	const struct run_baseline *b = kind ? kind->baselines : NULL;

	while (b && b->name && strcmp(b->name, key) != 0)
		b++;
	if (!b || !b->name)
		return key;
	snprintf(name, 64, "baseline_%.50s", b->of);
	return name;
}

void dashboard_run_options(const struct dashboard_run *r, struct dashboard_facts *f)
{
	static const char *const sections[] = { "result", "options", "data" };
	const json_t *info = run_reader_data(r->reader)->info;
	/* a run that goes on, or was broken off doing so, has a result of what was before */
	int outdated = strcmp(info_text(r, "status"), "running") == 0;

	f->n = 0;
	f->most = DASHBOARD_OPTIONS;
	for (size_t k = 0; k < sizeof sections / sizeof *sections; k++) {
		json_t *section = json_object_get(info, sections[k]), *v;
		int result = strcmp(sections[k], "result") == 0;
		const char *key;
		char name[64];

		if (json_object_size(section) == 0 || f->n == f->most)
			continue;
		heading(f, result && outdated ? "result before resuming" : sections[k]);
		json_object_foreach(section, key, v)
			json_fact(f, result ? result_name(r->kind, key, name) : key, v);
	}
}
