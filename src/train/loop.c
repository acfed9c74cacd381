/* loop.c - see loop.h. */
#include "src/train/loop.h"

#include <assert.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "src/base/checkpoint.h"

static const double checkpoint_seconds = 60;

/* Measuring that takes longer is not waited for by who wants to stop. */
static const double long_measuring = 1;

/* What is kept of the losses of an epoch's updates, as differences from the first: sums of them, of
 * their squares, and of the products of neighbours. */
struct losses {
	double n, first, sum, square, product, previous, largest;
	double gradient;             /* the longest */
};

struct loop {
	const struct learner       *l;
	const struct train_options *o;
	struct rundir              *run;
	struct observer            *observers;

	/* What a checkpoint holds beside the learner's own state. */
	double epoch;                /* whole epochs done */
	double loss, count, norm, steps, items;   /* sums over the epoch in progress */
	double best, best_at, waited;
	double all_items, lr;        /* lr: of the latest update */
	struct losses losses;

	/* What it does not. */
	double rate, saved;          /* when the epoch's rate clock and the last checkpoint were */
	double cost;                 /* seconds that the last checkpoint took */
	double measuring;            /* seconds that the last measuring took; 0: not known */
	struct st_writer *model;     /* the best model until it is written; or NULL */
	int    unsaved;              /* something happened since the last checkpoint */
	double rate_items;
	double last_loss;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- checkpoints ---- */

/* The loop's part of a checkpoint.  Runs of earlier versions have no statistics of the losses:
 * those of their epoch begin where they go on. */
static enum ry_status walk(const struct loop *p, struct st_writer *to, const struct st_file *from)
{
	const struct losses *s = &p->losses;
	const struct checkpoint_number place[] = {
		[0] = CHECKPOINT_COUNT("epoch", &p->epoch, INT_MAX),
		[1] = CHECKPOINT_DOUBLE("loss", &p->loss, -DBL_MAX, DBL_MAX),
		[2] = CHECKPOINT_COUNT("count", &p->count, CHECKPOINT_MAX),
		[3] = CHECKPOINT_DOUBLE("norm", &p->norm, 0, DBL_MAX),
		[4] = CHECKPOINT_COUNT("steps", &p->steps, CHECKPOINT_MAX),
		[5] = CHECKPOINT_COUNT("items", &p->items, CHECKPOINT_MAX),
		[6] = CHECKPOINT_MEASURE("best", &p->best),   /* NaN: nothing to choose by */
		[7] = CHECKPOINT_COUNT("best point", &p->best_at, CHECKPOINT_MAX),
		[8] = CHECKPOINT_COUNT("patience", &p->waited, INT_MAX),
		[9] = CHECKPOINT_COUNT("all items", &p->all_items, CHECKPOINT_MAX),
		[10] = CHECKPOINT_DOUBLE("lr", &p->lr, 0, DBL_MAX),
	};
	const struct checkpoint_number losses[] = {
		[0] = CHECKPOINT_COUNT("updates", &s->n, CHECKPOINT_MAX),
		[1] = CHECKPOINT_DOUBLE("first", &s->first, -DBL_MAX, DBL_MAX),
		[2] = CHECKPOINT_DOUBLE("sum", &s->sum, -DBL_MAX, DBL_MAX),
		[3] = CHECKPOINT_MEASURE("square", &s->square),       /* these may overflow */
		[4] = CHECKPOINT_MEASURE("product", &s->product),
		[5] = CHECKPOINT_DOUBLE("previous", &s->previous, -DBL_MAX, DBL_MAX),
		[6] = CHECKPOINT_DOUBLE("largest", &s->largest, -DBL_MAX, DBL_MAX),
		[7] = CHECKPOINT_DOUBLE("gradient", &s->gradient, 0, DBL_MAX),
	};
	const struct checkpoint_row table[] = {
		CHECKPOINT_PACK("loop", ST_F64, sizeof place / sizeof *place, place),
		CHECKPOINT_PACK("loop.losses", ST_F64, sizeof losses / sizeof *losses, losses),
	};

	return checkpoint_walk(table, to || st_find(from, "loop.losses") ? 2 : 1, to, from);
}

static enum ry_status write_file(struct loop *p, const char *name, struct st_writer *to)
{
	return rundir_save(p->run, name, to);
}

/* Take the parameters of now as those of the best model; on failure the former stay. */
static enum ry_status keep_model(struct loop *p)
{
	struct st_writer *model = st_writer_alloc();
	enum ry_status status = model ? p->l->write_model(p->l->self, model) : ry_failure();

	if (status != RY_OK) {
		st_writer_free(model);
		return status;
	}
	st_writer_free(p->model);
	p->model = model;
	return RY_OK;
}

static enum ry_status write_state(struct loop *p)
{
	struct st_writer *to = st_writer_alloc();
	enum ry_status status = to ? p->l->write_state(p->l->self, to) : ry_failure();

	if (status == RY_OK)
		status = walk(p, to, NULL);
	if (status == RY_OK)
		status = write_file(p, "last.safetensors", to);
	st_writer_free(to);
	return status;
}

/* Both files; the model first, so that the state never speaks of a model that is not there. */
static enum ry_status checkpoint(struct loop *p)
{
	double begin = now();
	enum ry_status status = p->model ? write_file(p, "model.safetensors", p->model) : RY_OK;

	if (status == RY_OK) {
		st_writer_free(p->model);
		p->model = NULL;
		status = write_state(p);
	}
	p->saved = now();
	p->cost = p->saved - begin;
	p->unsaved = status != RY_OK;
	return status;
}

static int exists(struct loop *p, const char *name)
{
	const char *path = rundir_file(p->run, name);

	return path && access(path, F_OK) == 0;
}

static enum ry_status resume(struct loop *p)
{
	enum ry_status status = RY_OK;
	struct st_file *from;
	const char *path;

	/* A run that was killed before its first checkpoint has learnt nothing: it begins again. */
	if (!exists(p, "last.safetensors") && !exists(p, "model.safetensors"))
		return rundir_rewind(p->run, 0);
	path = rundir_file(p->run, "last.safetensors");
	if (!path)
		return ry_failure();
	from = st_open(path, &status);
	if (!from)
		return status;
	status = walk(p, NULL, from);
	if (status == RY_OK)
		status = p->l->read_state(p->l->self, from);
	st_close(from);
	if (status != RY_OK)
		return status;
	return rundir_rewind(p->run, p->l->updates(p->l->self));
}

/* ---- telling ---- */

/* An observer, or the stop function, asked to stop. */
static enum ry_status stopped(void)
{
	return ry_fail(RY_ESTOP, "training was asked to stop");
}

/* Take in the loss of one more update.  Compiled by itself: whether products and sums are fused is
 * the compiler's choice, and must not depend on the code around a call, for a run logs the same
 * digits in every version. */
static __attribute__((noinline)) void add_loss(struct losses *s, double loss, double gradient)
{
	double x;

	if (s->n == 0)
		*s = (struct losses){ .first = loss, .largest = loss, .gradient = gradient };
	x = loss - s->first;
	s->sum += x;
	s->square += x * x;
	s->product += s->previous * x;
	s->previous = x;
	s->largest = fmax(s->largest, loss);
	s->gradient = fmax(s->gradient, gradient);
	s->n++;
}

/* The sum of squares around the mean. */
static double scatter(const struct losses *s)
{
	return s->square - s->sum * s->sum / s->n;
}

/* sum_i (x_i - m) (x_{i+1} - m) / sum_i (x_i - m)^2; NaN where the losses, but for rounding, are
 * all alike. */
static double correlation(const struct losses *s)
{
	double m = s->sum / s->n, around = scatter(s);

	/* Every x but the last has a next one, every x but the first, which is 0, one before. */
	if (s->n < 3 || !(around > 1e-12 * (s->square + s->n * s->first * s->first)))
		return NAN;
	return (s->product - m * (2 * s->sum - s->previous) + (s->n - 1) * m * m) / around;
}

/* Where the run stands, in the learner's unit; with `part`, the share of an epoch in progress
 * counts. */
static double position(const struct loop *p, int part)
{
	if (p->l->count)
		return p->l->count(p->l->self);
	return p->epoch +
	       (part ? 1 - (double)p->l->left(p->l->self) / p->l->batches(p->l->self) : 0);
}

static struct event event_of(const struct loop *p, enum event_kind kind)
{
	double count = position(p, kind == EVENT_STEP),
	       total = p->l->count ? p->l->total : p->o->epochs;

	return (struct event){
		.kind = kind,
		.unit = p->l->unit ? p->l->unit : "epoch",
		.count = count,
		.step = p->l->updates(p->l->self),
		.done = total > 0 ? fmin(count / total, 1) : 1,
		.items = p->all_items,
	};
}

static int tell(struct loop *p, enum event_kind kind, int n, const struct event_value *value,
                int details, const char *text)
{
	struct event e = event_of(p, kind);

	e.n = n;
	e.value = value;
	e.details = details;
	e.text = text;
	return observers_notify(p->observers, &e);
}

/* Add what the loop itself knows of an epoch, unless the learner has measured it. */
static void add_value(struct event_value *value, int *n, const struct measures *m, const char *name,
                      double x)
{
	for (int i = 0; i < m->n; i++)
		if (strcmp(m->value[i].name, name) == 0)
			return;
	value[(*n)++] = (struct event_value){ name, x };
}

/* The point at the end of an epoch. */
static enum ry_status tell_point(struct loop *p, const struct measures *m)
{
	struct event_value value[40];
	double seconds = now() - p->rate;
	const struct losses *s = &p->losses;
	int n = 0, shown = m->n - m->details, details;

	add_value(value, &n, m, "loss", p->loss / p->count);
	for (int i = 0; i < shown; i++)
		value[n++] = m->value[i];
	add_value(value, &n, m, "lr", p->lr);
	add_value(value, &n, m, "gradient_norm", p->norm / p->steps);
	add_value(value, &n, m, "rate", seconds > 0 ? p->rate_items / seconds : NAN);
	details = n;
	for (int i = shown; i < m->n; i++)
		value[n++] = m->value[i];
	add_value(value, &n, m, "gradient_max", s->n ? s->gradient : NAN);
	add_value(value, &n, m, "loss_sd", s->n > 1 ? sqrt(fmax(scatter(s), 0) / (s->n - 1)) : NAN);
	add_value(value, &n, m, "loss_max", s->n ? s->largest : NAN);
	add_value(value, &n, m, "loss_correlation", correlation(s));
	return tell(p, EVENT_POINT, n, value, n - details, NULL) ? stopped() : RY_OK;
}

static int patience_ended(const struct loop *p)
{
	return p->o->patience > 0 && p->waited >= p->o->patience;
}

/* A learner that counts otherwise may stand at its end and have its last point yet to be
 * measured. */
static int all_done(const struct loop *p)
{
	return p->l->count ? position(p, 0) >= p->l->total && p->steps == 0
	                   : p->epoch >= p->o->epochs;
}

enum ry_status records_add(struct records *r, const char *kind, json_t *object)
{
	assert(r->n < (int)(sizeof r->record / sizeof *r->record));
	if (!object)
		return ry_failure();
	r->record[r->n++] = (struct record){ kind, object };
	return RY_OK;
}

/* Records are large: the longer a run, the fewer of its points have them. */
static int records_due(const struct loop *p)
{
	double every = 1;

	while (p->epoch > 100 * every)
		every *= 10;
	return fmod(p->epoch, every) == 0 || all_done(p) || patience_ended(p);
}

static enum ry_status tell_records(struct loop *p)
{
	struct records r = { 0 };
	enum ry_status status = p->l->records ? p->l->records(p->l->self, &r) : RY_OK;
	int stop = 0;

	for (int k = 0; k < r.n; k++) {
		struct event e = event_of(p, EVENT_RECORD);

		e.text = r.record[k].kind;
		e.record = r.record[k].object;
		if (status == RY_OK && observers_notify(p->observers, &e))
			stop = 1;
		json_decref(r.record[k].object);
	}
	return status == RY_OK && stop ? stopped() : status;
}

/* ---- the loop ---- */

/* The model of this moment under its own name, if the learner wants it kept. */
static enum ry_status keep_for_good(struct loop *p)
{
	const char *name = p->l->keep ? p->l->keep(p->l->self) : NULL;
	struct st_writer *to;
	enum ry_status status;

	if (!name)
		return RY_OK;
	to = st_writer_alloc();
	status = to ? p->l->write_model(p->l->self, to) : ry_failure();
	if (status == RY_OK)
		status = write_file(p, name, to);
	st_writer_free(to);
	return status;
}

/* One update.  RY_ESTOP if an observer asked to stop after it. */
static enum ry_status step(struct loop *p)
{
	struct update u = { 0 };
	enum ry_status status = p->l->step(p->l->self, &u);
	struct event_value value[2];
	int stop = u.note && tell(p, EVENT_NOTE, 0, NULL, 0, u.note);

	if (status != RY_OK)
		return status;
	p->unsaved = 1;
	p->loss += u.loss;
	p->count += u.count;
	p->norm += u.norm;
	p->items += u.items;
	p->all_items += u.items;
	p->rate_items += u.items;
	p->lr = u.lr;
	p->steps++;
	if (u.count > 0)
		add_loss(&p->losses, u.loss / u.count, u.norm);
	value[0] = (struct event_value){ "loss", u.loss / u.count };
	value[1] = (struct event_value){ "lr", u.lr };
	status = keep_for_good(p);
	if (status != RY_OK)
		return status;
	if (tell(p, EVENT_STEP, 2, value, 0, NULL) || stop || (p->o->stop && p->o->stop()))
		return stopped();
	return now() - p->saved > checkpoint_seconds ? checkpoint(p) : RY_OK;
}

/* What long measuring would lose, if the process were ended in it, is saved first. */
static enum ry_status measure(struct loop *p, struct measures *m)
{
	double begin = now();
	enum ry_status status = RY_OK;

	if ((p->measuring == 0 || p->measuring > long_measuring) &&
	    begin - p->saved > long_measuring)
		status = checkpoint(p);
	if (status != RY_OK)
		return status;
	if (p->o->saved && !p->unsaved)
		p->o->saved(1);
	begin = now();
	status = p->l->measure(p->l->self, m);
	p->measuring = now() - begin;
	if (p->o->saved && !p->unsaved)
		p->o->saved(0);
	return status;
}

/* Whether the model of now is better than all before.  Without a monitor (NaN) the latest is the
 * best, but what can't be compared never takes the place of what can. */
static int is_best(const struct loop *p, const struct measures *m)
{
	return !p->best_at || m->monitor > p->best || isnan(p->best) ||
	       (m->latest && m->monitor == p->best);
}

/* Measure, log, keep the model if it is the best. */
static enum ry_status finish_epoch(struct loop *p)
{
	struct measures m = { .monitor = NAN };
	double rate_end = now();
	enum ry_status status = measure(p, &m), told;

	if (status != RY_OK)
		return status;
	p->rate += now() - rate_end;         /* the rate is that of training, not of measuring */
	p->epoch++;
	told = tell_point(p, &m);
	p->last_loss = p->loss / p->count;
	if (m.unjudged) {
		/* There is a model from the first point on, but the first one judged replaces
		 * it. */
		status = p->best_at ? RY_OK : keep_model(p);
	} else if (is_best(p, &m)) {
		status = keep_model(p);
		if (status != RY_OK)
			return status;
		p->best = m.monitor;
		p->best_at = position(p, 0);
		p->waited = 0;
		if (tell(p, EVENT_BEST, m.n - m.details, m.value, 0, NULL))
			told = stopped();
	} else {
		p->waited++;
	}
	p->loss = p->count = p->norm = p->steps = p->items = 0;
	p->losses = (struct losses){ 0 };
	p->unsaved = 1;
	if (status == RY_OK && records_due(p)) {
		status = tell_records(p);
		if (status == RY_ESTOP) {
			told = status;
			status = RY_OK;
		}
	}
	if (status == RY_OK &&
	    now() - p->saved >= fmax(p->o->rest, p->o->share > 0 ? p->cost / p->o->share : 0))
		status = checkpoint(p);
	return status == RY_OK ? told : status;
}

static enum ry_status epochs(struct loop *p)
{
	while (!all_done(p) && !patience_ended(p)) {
		enum ry_status status = RY_OK;

		if (p->l->left(p->l->self) == 0 && p->steps == 0)
			status = p->l->epoch(p->l->self);
		p->rate = now();
		p->rate_items = 0;
		while (status == RY_OK && p->l->left(p->l->self) > 0)
			status = step(p);
		/* A stop that came with the last update waits until the epoch is measured, if that
		 * does not take long. */
		if (status == RY_ESTOP && p->l->left(p->l->self) == 0 &&
		    p->measuring <= long_measuring) {
			status = finish_epoch(p);
			return status == RY_OK ? stopped() : status;
		}
		if (status == RY_OK)
			status = finish_epoch(p);
		if (status != RY_OK)
			return status;
	}
	return RY_OK;
}

/* Why it ended, in words; and a checkpoint if the last one is not the newest state. */
static enum ry_status end(struct loop *p, enum ry_status status, struct train_result *r)
{
	char why[1024];

	/* A failing observer stops the loop too: the run directory tells. */
	if (status == RY_ESTOP && rundir_status(p->run) != RY_OK)
		status = rundir_status(p->run);
	snprintf(why, sizeof why, "%s", status == RY_OK || status == RY_ESTOP ? "" : ry_message());
	if (status == RY_ESTOP || status == RY_ENUMERIC || (status == RY_OK && p->unsaved)) {
		enum ry_status saved = checkpoint(p);

		if (saved != RY_OK && status != RY_ENUMERIC) {
			status = saved;
			snprintf(why, sizeof why, "%s", ry_message());
		}
	}
	st_writer_free(p->model);
	p->model = NULL;
	r->how = status == RY_ESTOP ? "interrupted" : status == RY_ENUMERIC ? "diverged" :
	         status != RY_OK ? "failed" : all_done(p) ? "done" : "stopped early";
	tell(p, EVENT_END, 0, NULL, 0, r->how);
	r->epochs = (int)p->epoch;
	r->updates = p->l->updates(p->l->self);
	r->best_at = (long)p->best_at;
	r->count = position(p, 0);
	r->best = p->best;
	r->last_loss = p->last_loss;
	return why[0] ? ry_fail(status, "%s", why) : status;
}

enum ry_status train_run(const struct learner *l, const struct train_options *o, struct rundir *run,
                         struct observer *observers, struct train_result *result)
{
	struct loop p = { .l = l, .o = o, .run = run, .observers = observers, .last_loss = NAN };
	enum ry_status status = RY_OK;

	p.saved = now();
	*result = (struct train_result){ .how = "failed", .last_loss = NAN };
	if (o->resume && (status = resume(&p)) != RY_OK)
		return status;
	result->begun = 1;
	if (tell(&p, EVENT_START, 0, NULL, 0, NULL))
		return end(&p, stopped(), result);
	/* Immediately, so that a run killed in its first epoch can be resumed, and an unwritable
	 * folder is detected before the work. */
	if (!o->resume)
		status = checkpoint(&p);
	return end(&p, status == RY_OK ? epochs(&p) : status, result);
}
