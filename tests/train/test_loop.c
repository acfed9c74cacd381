/* test_loop.c - the loop around the step, with a small learner whose every move is known. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/train/loop.h"
#include "tests/support/tap.h"

enum { BATCHES = 4, EPOCHS_MAX = 40, BULK = 2000 };

/* ---- a learner: its whole knowledge is one number, which every update changes ---- */

struct counter {
	/* what a checkpoint holds */
	double w;
	long   t;
	int    b, drawn;             /* next batch; an epoch was drawn */

	/* what the test wants of it */
	const double *monitor;       /* by epoch; NULL: the epoch's number */
	long  bad_update;            /* this one gives RY_ENUMERIC; 0: none */
	void (*before)(long update); /* called before each update; or NULL */
	const char *fail;            /* this operation fails with RY_ENOMEM; or NULL */
	int   measured;
	double miles;                /* of the whole run: it counts in miles, 2.5 an update; 0:
	                              * in epochs */
	long  note_update;           /* this one has something to say; 0: none */
	int   measures_lr;           /* it knows its learning rate better than the loop */
	double unknown;              /* the monitor is NaN so many epochs */
	const double *loss;          /* of each update; NULL: 2 t */
	int   latest;                /* of equal points the latest is the best */
	int   judged_every;          /* every so many epochs; 0: all are judged */
	long  kept;                  /* the model after this update is kept for good; 0: none */
	int   records;               /* it has records; the second fails if fail is "records" */
};

static enum ry_status fails(const struct counter *c, const char *operation)
{
	return c->fail && strcmp(c->fail, operation) == 0
	               ? ry_fail(RY_ENOMEM, "%s has no memory", operation)
	               : RY_OK;
}

static enum ry_status counter_epoch(void *self)
{
	struct counter *c = self;

	/* never in the middle of one */
	CU_ASSERT_TRUE(!c->drawn || c->b == BATCHES || c->miles > 0);
	c->b = 0;
	c->drawn = 1;
	return fails(c, "epoch");
}

static int counter_left(void *self)
{
	const struct counter *c = self;
	int left = c->drawn ? BATCHES - c->b : 0, most = (int)(c->miles / 2.5) - (int)c->t;

	if (c->miles > 0 && left > most)
		left = most < 0 ? 0 : most;
	return left;
}

static double counter_count(void *self)
{
	return 2.5 * (double)((struct counter *)self)->t;
}

static int counter_batches(void *self)
{
	(void)self;
	return BATCHES;
}

static enum ry_status counter_step(void *self, struct update *u)
{
	struct counter *c = self;

	if (c->before)
		c->before(c->t + 1);
	if (c->t + 1 == c->bad_update)
		return ry_fail(RY_ENUMERIC, "update %ld: loss nan", c->t + 1);
	c->t++;
	c->b++;
	c->w = c->w * 0.5 + (double)c->t;
	*u = (struct update){ .loss = c->loss ? 5 * c->loss[c->t - 1] : (double)(10 * c->t),
		              .count = 5,
		              .items = 7,
		              .norm = (double)c->t,
		              .lr = 0.5,
		              .note = c->t == c->note_update ? "a turn of events" : NULL };
	return fails(c, "step");
}

static long counter_updates(void *self)
{
	return ((struct counter *)self)->t;
}

static enum ry_status counter_measure(void *self, struct measures *m)
{
	struct counter *c = self;
	int epoch = (int)(c->t / BATCHES);

	c->measured++;
	m->value[m->n++] = (struct event_value){ "w", c->w };
	if (c->measures_lr)
		m->value[m->n++] = (struct event_value){ "lr", 0.125 };
	m->latest = c->latest;
	m->unjudged = c->judged_every && epoch % c->judged_every != 0;
	m->monitor = c->measured <= c->unknown ? NAN : c->monitor ? c->monitor[epoch - 1] : epoch;
	return fails(c, "measure");
}

static enum ry_status counter_records(void *self, struct records *r)
{
	struct counter *c = self;

	r->record[r->n++] = (struct record){ "layers", json_pack("{s:f}", "w", c->w) };
	if (fails(c, "records") == RY_OK)
		r->record[r->n++] = (struct record){ "scores", json_pack("{s:[i,i]}", "n", 1, 2) };
	return fails(c, "records");
}

static const char *counter_keep(void *self)
{
	const struct counter *c = self;

	return c->t == c->kept ? "young.safetensors" : NULL;
}

static enum ry_status counter_write_model(void *self, struct st_writer *to)
{
	struct counter *c = self;
	size_t one = 1;

	if (fails(c, "write_model") != RY_OK)
		return RY_ENOMEM;
	return st_add(to, "w", ST_F64, 1, &one, &c->w);
}

static enum ry_status counter_write_state(void *self, struct st_writer *to)
{
	static const double bulk[BULK];      /* 16 KB, so that a file can be too large for a
	                                      * limit */
	struct counter *c = self;
	const int64_t place[3] = { c->t, c->b, c->drawn };
	size_t one = 1, three = 3, many = BULK;
	enum ry_status status = fails(c, "write_state");

	if (status == RY_OK)
		status = st_add(to, "w", ST_F64, 1, &one, &c->w);
	if (status == RY_OK)
		status = st_add(to, "place", ST_I64, 1, &three, place);
	return status == RY_OK ? st_add(to, "bulk", ST_F64, 1, &many, bulk) : status;
}

static enum ry_status counter_read_state(void *self, const struct st_file *from)
{
	struct counter *c = self;
	int64_t place[3];
	enum ry_status status = st_get(from, "w", ST_F64, 1, &(size_t){ 1 }, &c->w);

	if (status == RY_OK)
		status = st_get(from, "place", ST_I64, 1, &(size_t){ 3 }, place);
	if (status == RY_OK) {
		c->t = (long)place[0];
		c->b = (int)place[1];
		c->drawn = (int)place[2];
	}
	return status;
}

static struct learner ops_of(struct counter *c)
{
	return (struct learner){ .self = c,
		                 .epoch = counter_epoch,
		                 .left = counter_left,
		                 .batches = counter_batches,
		                 .step = counter_step,
		                 .updates = counter_updates,
		                 .measure = counter_measure,
		                 .write_model = counter_write_model,
		                 .keep = c->kept ? counter_keep : NULL,
		                 .write_state = counter_write_state,
		                 .read_state = counter_read_state,
		                 .records = c->records ? counter_records : NULL,
		                 .unit = c->miles > 0 ? "mile" : NULL,
		                 .count = c->miles > 0 ? counter_count : NULL,
		                 .total = c->miles };
}

/* ---- an observer that remembers, and stops where it is told ---- */

struct memory {
	struct observer base;
	struct event    event[2000];
	double          loss[2000], w[2000];
	double          sd[2000], most[2000], correlation[2000], gradient[2000];
	int             n;
	long            stop_step;           /* asks to stop at an event of kind stop_kind and
	                                      * this step */
	int             stop_kind;           /* -1: never */
};

static int room_again;               /* after the next point there is room on the disk again */

static void lift_limit(void)
{
	struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };

	setrlimit(RLIMIT_FSIZE, &none);
}

static int remember(struct observer *self, const struct event *e)
{
	struct memory *m = (struct memory *)self;

	if (room_again && e->kind == EVENT_POINT)
		lift_limit();

	CU_ASSERT_FATAL(m->n < 2000);
	m->event[m->n] = *e;
	m->loss[m->n] = event_value(e, "loss");
	m->sd[m->n] = event_value(e, "loss_sd");
	m->most[m->n] = event_value(e, "loss_max");
	m->correlation[m->n] = event_value(e, "loss_correlation");
	m->gradient[m->n] = event_value(e, "gradient_max");
	m->w[m->n++] = event_value(e, "w");
	return (int)e->kind == m->stop_kind && e->step == m->stop_step;
}

static int count(const struct memory *m, enum event_kind kind)
{
	int n = 0;

	for (int i = 0; i < m->n; i++)
		n += m->event[i].kind == kind;
	return n;
}

/* ---- a run with all of that ---- */

struct bench {
	struct counter       c;
	struct memory        memory;
	struct train_options o;
	struct train_result  r;
	struct rundir       *run;
};

static json_t *run_info(void)
{
	return json_pack("{s:s, s:[s], s:{}, s:i}", "kind", "net", "command", "riley", "options",
	                 "seed", 1);
}

static struct rundir *run_at(const char *path, int resume)
{
	enum ry_status status = RY_OK;
	json_t *info = run_info();
	struct rundir *run =
		resume ? rundir_resume(path, &status) : rundir_create(path, info, &status);

	json_decref(info);
	TAP_CHECK(run != NULL, "%s: %s", path, ry_message());
	return run;
}

static void bench_make(struct bench *b, const char *path, int epochs)
{
	*b = (struct bench){ .o = { .epochs = epochs } };
	b->memory.base.notify = remember;
	b->memory.stop_kind = -1;
	b->run = run_at(path, 0);
	CU_ASSERT_PTR_NOT_NULL_FATAL(b->run);
}

/* Go on with the run at `path`, with a learner that knows nothing yet. */
static void bench_resume(struct bench *b, const char *path, int epochs)
{
	*b = (struct bench){ .o = { .epochs = epochs, .resume = 1 } };
	b->memory.base.notify = remember;
	b->memory.stop_kind = -1;
	b->run = run_at(path, 1);
	CU_ASSERT_PTR_NOT_NULL_FATAL(b->run);
}

static enum ry_status train(struct bench *b)
{
	struct learner ops = ops_of(&b->c);
	struct observer *log = rundir_observer(b->run);

	log->next = &b->memory.base;
	return train_run(&ops, &b->o, b->run, log, &b->r);
}

static void finish(struct bench *b)
{
	CU_ASSERT_EQUAL(rundir_finish(b->run, b->r.how), RY_OK);
}

/* The number w in a file of the run. */
static double stored(const char *path, const char *file, const char *name)
{
	char at[600];
	struct st_file *f;
	double w = NAN;

	snprintf(at, sizeof at, "%s/%s", path, file);
	f = st_open(at, NULL);
	TAP_CHECK(f != NULL, "%s", ry_message());
	if (f)
		CU_ASSERT_EQUAL(st_get(f, name, ST_F64, 1, &(size_t){ 1 }, &w), RY_OK);
	st_close(f);
	return w;
}

/* w after so many updates. */
static double w_after(long updates)
{
	double w = 0;

	for (long t = 1; t <= updates; t++)
		w = w * 0.5 + (double)t;
	return w;
}

static int exists(const char *path, const char *file)
{
	char at[600];

	snprintf(at, sizeof at, "%s/%s", path, file);
	return access(at, F_OK) == 0;
}

/* metrics.jsonl with what depends on the clock taken out; the caller frees. */
static char *story(const char *path)
{
	char at[600], *line = NULL, *text = NULL;
	size_t room = 0, size;
	FILE *from, *to = open_memstream(&text, &size);

	snprintf(at, sizeof at, "%s/metrics.jsonl", path);
	from = fopen(at, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(from);
	while (getline(&line, &room, from) > 0) {
		json_t *o = json_loads(line, 0, NULL);

		TAP_CHECK(json_is_object(o), "no line of JSON: %s", line);
		json_object_del(o, "time");
		json_object_del(o, "rate");
		json_dumpf(o, to, JSON_SORT_KEYS);
		fputc('\n', to);
		json_decref(o);
	}
	free(line);
	fclose(from);
	fclose(to);
	return text;
}

/* ---- what happens in a run ---- */

static void all_epochs_are_done(void)
{
	static struct bench b;
	static const enum event_kind epoch[] = { EVENT_STEP, EVENT_STEP,  EVENT_STEP,
		                                 EVENT_STEP, EVENT_POINT, EVENT_BEST };
	const char *path = temp("plain");

	bench_make(&b, path, 3);
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	CU_ASSERT_STRING_EQUAL(b.r.how, "done");
	CU_ASSERT_EQUAL(b.r.epochs, 3);
	CU_ASSERT_EQUAL(b.r.updates, 12);
	CU_ASSERT_EQUAL(b.r.best_at, 3);
	CU_ASSERT_EQUAL(b.r.best, 3);
	CU_ASSERT_DOUBLE_EQUAL(b.r.last_loss, 10 * (9 + 10 + 11 + 12) / 20.0, 1e-12);
	CU_ASSERT_EQUAL(b.c.measured, 3);
	CU_ASSERT_EQUAL_FATAL(b.memory.n, 2 + 3 * 6);
	CU_ASSERT_EQUAL(b.memory.event[0].kind, EVENT_START);
	CU_ASSERT_EQUAL(b.memory.event[19].kind, EVENT_END);
	for (int i = 0; i < 18; i++) {
		const struct event *e = &b.memory.event[i + 1];
		int updates = i / 6 * 4 + (i % 6 < 4 ? i % 6 + 1 : 4);

		CU_ASSERT_EQUAL(e->kind, epoch[i % 6]);
		CU_ASSERT_STRING_EQUAL(e->unit, "epoch");
		CU_ASSERT_EQUAL(e->step, updates);
		CU_ASSERT_DOUBLE_EQUAL(e->count, updates / 4.0, 1e-12);
		CU_ASSERT_DOUBLE_EQUAL(e->done, updates / 12.0, 1e-12);
		CU_ASSERT_DOUBLE_EQUAL(e->items, 7 * updates, 1e-12);
		if (e->kind == EVENT_STEP)
			CU_ASSERT_DOUBLE_EQUAL(b.memory.loss[i + 1], 2 * updates, 1e-12);
		if (e->kind == EVENT_POINT) {
			CU_ASSERT_DOUBLE_EQUAL(b.memory.loss[i + 1], 2 * (updates - 1.5), 1e-12);
			CU_ASSERT_DOUBLE_EQUAL(b.memory.w[i + 1], w_after(updates), 1e-12);
		}
	}
	CU_ASSERT_EQUAL(stored(path, "model.safetensors", "w"), w_after(12));
	CU_ASSERT_EQUAL(stored(path, "last.safetensors", "w"), w_after(12));
	finish(&b);
}

/* The names that a point has in metrics.jsonl. */
static void points_carry_their_numbers(void)
{
	static struct bench b;
	static const char *const names[] = { "loss", "lr",    "gradient_norm", "rate",
		                             "w",    "epoch", "step",          "time" };
	struct run_points *p;

	bench_make(&b, temp("points"), 2);
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	finish(&b);
	p = run_points_read(temp("points"), "point", NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	CU_ASSERT_EQUAL_FATAL(p->n, 2);
	for (int i = 0; i < 8; i++)
		TAP_CHECK(run_points_column(p, names[i]) != NULL, "no '%s' in a point", names[i]);
	if (run_points_column(p, "gradient_norm"))
		CU_ASSERT_DOUBLE_EQUAL(run_points_column(p, "gradient_norm")[1],
		                       (5 + 6 + 7 + 8) / 4.0, 1e-12);
	if (run_points_column(p, "lr"))
		CU_ASSERT_DOUBLE_EQUAL(run_points_column(p, "lr")[1], 0.5, 1e-12);
	if (run_points_column(p, "rate"))
		CU_ASSERT_TRUE(run_points_column(p, "rate")[0] > 0);
	run_points_free(p);
}

static void patience_and_the_best_model(void)
{
	static const double monitor[] = { 0.5, 0.6, 0.55, 0.6, 0.59, 0.9, 0.9 };
	static struct bench b;
	const char *path = temp("patience");

	bench_make(&b, path, 7);
	b.c.monitor = monitor;
	b.o.patience = 3;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	CU_ASSERT_STRING_EQUAL(b.r.how, "stopped early");
	CU_ASSERT_EQUAL(b.r.epochs, 5);
	CU_ASSERT_EQUAL(b.r.best_at, 2);          /* an equal one is not better */
	CU_ASSERT_EQUAL(b.r.best, 0.6);
	CU_ASSERT_EQUAL(count(&b.memory, EVENT_BEST), 2);
	CU_ASSERT_EQUAL(stored(path, "model.safetensors", "w"), w_after(8));
	CU_ASSERT_EQUAL(stored(path, "last.safetensors", "w"), w_after(20));
	finish(&b);

	/* Gone on with: that patience has ended is known, unless there is more of it. */
	bench_resume(&b, path, 7);
	b.c.monitor = monitor;
	b.o.patience = 3;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	CU_ASSERT_STRING_EQUAL(b.r.how, "stopped early");
	CU_ASSERT_EQUAL(b.r.epochs, 5);
	CU_ASSERT_EQUAL(b.r.best_at, 2);
	finish(&b);
	bench_resume(&b, path, 7);
	b.c.monitor = monitor;
	b.o.patience = 4;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	CU_ASSERT_STRING_EQUAL(b.r.how, "done");
	CU_ASSERT_EQUAL(b.r.epochs, 7);
	CU_ASSERT_EQUAL(b.r.best_at, 6);
	CU_ASSERT_EQUAL(stored(path, "model.safetensors", "w"), w_after(24));
	finish(&b);
}

/* A better point starts the waiting anew. */
static void patience_begins_anew(void)
{
	static const double monitor[] = { 0.5, 0.4, 0.4, 0.6, 0.5, 0.5, 0.5, 0.9 };
	static struct bench b;

	bench_make(&b, temp("anew"), 8);
	b.c.monitor = monitor;
	b.o.patience = 3;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	CU_ASSERT_EQUAL(b.r.epochs, 7);
	CU_ASSERT_EQUAL(b.r.best_at, 4);
	finish(&b);
}

static void without_patience_it_goes_on(void)
{
	static const double monitor[] = { 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2 };
	static struct bench b;

	bench_make(&b, temp("patient"), 8);
	b.c.monitor = monitor;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	CU_ASSERT_EQUAL(b.r.epochs, 8);
	CU_ASSERT_EQUAL(b.r.best_at, 1);
	CU_ASSERT_EQUAL(stored(temp("patient"), "model.safetensors", "w"), w_after(4));
	finish(&b);
}

/* Nothing to choose by: the latest is the best, and patience does not run out. */
static void without_a_monitor_the_latest_is_best(void)
{
	static const double monitor[] = { NAN, NAN, NAN, NAN };
	static struct bench b;

	bench_make(&b, temp("nothing"), 4);
	b.c.monitor = monitor;
	b.o.patience = 1;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	CU_ASSERT_EQUAL(b.r.epochs, 4);
	CU_ASSERT_EQUAL(b.r.best_at, 4);
	CU_ASSERT_EQUAL(count(&b.memory, EVENT_BEST), 4);
	CU_ASSERT_EQUAL(stored(temp("nothing"), "model.safetensors", "w"), w_after(16));
	finish(&b);
}

static void bad_numbers_end_it_with_what_was_before(void)
{
	for (long bad = 1; bad <= 9; bad++) {
		static struct bench b;
		char name[32];
		const char *path;

		snprintf(name, sizeof name, "bad%ld", bad);
		path = temp(name);
		bench_make(&b, path, 5);
		b.c.bad_update = bad;
		CU_ASSERT_EQUAL(train(&b), RY_ENUMERIC);
		TAP_CHECK(strstr(ry_message(), "loss nan") != NULL, "the sentence is '%s'",
		          ry_message());
		CU_ASSERT_STRING_EQUAL(b.r.how, "diverged");
		CU_ASSERT_EQUAL(b.r.updates, bad - 1);
		CU_ASSERT_EQUAL(b.r.epochs, (bad - 1) / 4);
		CU_ASSERT_EQUAL(stored(path, "last.safetensors", "w"), w_after(bad - 1));
		CU_ASSERT_EQUAL(exists(path, "model.safetensors"), bad > 4);
		CU_ASSERT_EQUAL(b.memory.event[b.memory.n - 1].kind, EVENT_END);
		CU_ASSERT_EQUAL(count(&b.memory, EVENT_POINT), (int)(bad - 1) / 4);
		finish(&b);
	}
}

/* ---- stopping and going on ---- */

static int asked;
static int asked_to_stop(void)
{
	return asked;
}

static long ask_at;
static void ask(long update)
{
	asked = update == ask_at;
}

/* The events of a run of 6 epochs without interruption. */
static char *uninterrupted(const double *monitor)
{
	static struct bench b;
	static int n;
	char name[32];

	snprintf(name, sizeof name, "whole%d", n++);
	bench_make(&b, temp(name), 6);
	b.c.monitor = monitor;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	finish(&b);
	return story(temp(name));
}

static const double ups_and_downs[] = { 0.5, 0.7, 0.6, 0.8, 0.75, 0.7 };

/* By the caller's flag or by an observer, at every update: what was logged in the end is what an
 * uninterrupted run logs, and so is everything else. */
static void stopped_equals_uninterrupted(void)
{
	char *whole = uninterrupted(ups_and_downs);

	for (int by_observer = 0; by_observer < 2; by_observer++)
		for (long stop = 1; stop <= 24; stop++) {
			static struct bench b;
			char name[40], *parts;
			const char *path;

			snprintf(name, sizeof name, "stop%d-%ld", by_observer, stop);
			path = temp(name);
			bench_make(&b, path, 6);
			b.c.monitor = ups_and_downs;
			if (by_observer) {
				b.memory.stop_kind = EVENT_STEP;
				b.memory.stop_step = stop;
			} else {
				b.c.before = ask;
				ask_at = stop;
				b.o.stop = asked_to_stop;
			}
			CU_ASSERT_EQUAL(train(&b), RY_ESTOP);
			asked = 0;
			CU_ASSERT_STRING_EQUAL(b.r.how, "interrupted");
			CU_ASSERT_EQUAL(b.r.updates, stop);
			CU_ASSERT_EQUAL(b.r.epochs, stop / 4);
			CU_ASSERT_EQUAL(stored(path, "last.safetensors", "w"), w_after(stop));
			CU_ASSERT_EQUAL(b.memory.event[b.memory.n - 1].kind, EVENT_END);
			finish(&b);

			bench_resume(&b, path, 6);
			b.c.monitor = ups_and_downs;
			CU_ASSERT_EQUAL(train(&b), RY_OK);
			CU_ASSERT_STRING_EQUAL(b.r.how, "done");
			CU_ASSERT_EQUAL(b.r.updates, 24);
			CU_ASSERT_EQUAL(b.r.best_at, 4);
			CU_ASSERT_EQUAL(b.c.w, w_after(24));
			CU_ASSERT_EQUAL(stored(path, "model.safetensors", "w"), w_after(16));
			finish(&b);
			parts = story(path);
			TAP_CHECK(strcmp(parts, whole) == 0,
			          "stopped at %ld by %s, the run tells another story:\n%s", stop,
			          by_observer ? "an observer" : "the flag", parts);
			free(parts);
		}
	free(whole);
}

/* Asked before the first update, and at a point. */
static void stops_elsewhere(void)
{
	static const enum event_kind kinds[] = { EVENT_START, EVENT_POINT, EVENT_BEST };
	static const long steps[] = { 0, 8, 8 };
	char *whole = uninterrupted(ups_and_downs);

	for (int k = 0; k < 3; k++) {
		static struct bench b;
		char name[40], *parts;

		snprintf(name, sizeof name, "elsewhere%d", k);
		bench_make(&b, temp(name), 6);
		b.c.monitor = ups_and_downs;
		b.memory.stop_kind = kinds[k];
		b.memory.stop_step = steps[k];
		CU_ASSERT_EQUAL(train(&b), RY_ESTOP);
		CU_ASSERT_EQUAL(b.r.updates, steps[k]);
		finish(&b);
		bench_resume(&b, temp(name), 6);
		b.c.monitor = ups_and_downs;
		CU_ASSERT_EQUAL(train(&b), RY_OK);
		finish(&b);
		parts = story(temp(name));
		TAP_CHECK(strcmp(parts, whole) == 0,
		          "stopped at event %d the run tells another story:\n%s", kinds[k], parts);
		free(parts);
	}
	free(whole);
}

/* More epochs than were asked for at first; and none that are left. */
static void more_epochs(void)
{
	static struct bench b;
	char *whole = uninterrupted(ups_and_downs), *parts;

	bench_make(&b, temp("more"), 2);
	b.c.monitor = ups_and_downs;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	finish(&b);
	bench_resume(&b, temp("more"), 2);
	b.c.monitor = ups_and_downs;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	CU_ASSERT_STRING_EQUAL(b.r.how, "done");
	CU_ASSERT_EQUAL(b.r.epochs, 2);
	CU_ASSERT_EQUAL(b.c.measured, 0);
	finish(&b);
	bench_resume(&b, temp("more"), 6);
	b.c.monitor = ups_and_downs;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	finish(&b);
	parts = story(temp("more"));
	CU_ASSERT_STRING_EQUAL(parts, whole);
	free(parts);
	free(whole);
}

/* Short epochs share a checkpoint: while they run the files are those of the start; at the end,
 * however it comes, they are the newest. */
static const char *resting;

static void look_inside(long update)
{
	char model[300];

	snprintf(model, sizeof model, "%s/model.safetensors", resting);
	if (update == 18) {
		CU_ASSERT_EQUAL(stored(resting, "last.safetensors", "w"), w_after(0));
		CU_ASSERT_NOT_EQUAL(access(model, F_OK), 0);
	}
}

static void short_epochs_share_a_checkpoint(void)
{
	static const long stops[] = { 24, 10, 16 };
	char *whole = uninterrupted(ups_and_downs);

	for (int k = 0; k < 3; k++) {
		static struct bench b;
		char name[40], *parts;

		snprintf(name, sizeof name, "resting%d", k);
		resting = temp(name);
		bench_make(&b, resting, 6);
		b.o.rest = 1000;
		b.c.monitor = ups_and_downs;
		b.c.before = k == 0 ? look_inside : NULL;
		b.memory.stop_kind = k ? (int)EVENT_STEP : -1;
		b.memory.stop_step = stops[k];
		CU_ASSERT_EQUAL(train(&b), k ? RY_ESTOP : RY_OK);
		finish(&b);
		CU_ASSERT_EQUAL(stored(resting, "last.safetensors", "w"), w_after(stops[k]));
		CU_ASSERT_EQUAL(stored(resting, "model.safetensors", "w"),
		                w_after(b.r.best_at * 4));
		bench_resume(&b, resting, 6);
		b.c.monitor = ups_and_downs;
		CU_ASSERT_EQUAL(train(&b), RY_OK);
		CU_ASSERT_EQUAL(stored(resting, "model.safetensors", "w"), w_after(16));
		finish(&b);
		parts = story(resting);
		CU_ASSERT_STRING_EQUAL(parts, whole);
		free(parts);
	}
	free(whole);
}

static void die(long update)
{
	if (update == 15)
		raise(SIGKILL);
}

/* Killed in the fourth epoch: it goes on from the end of the third, and what was logged since is
 * logged again. */
static void killed_equals_uninterrupted(void)
{
	static struct bench b;
	char *whole = uninterrupted(ups_and_downs), *parts;
	const char *path = temp("killed");
	pid_t child = fork();
	int status;

	if (child == 0) {
		bench_make(&b, path, 6);
		b.c.monitor = ups_and_downs;
		b.c.before = die;
		train(&b);
		_exit(0);
	}
	CU_ASSERT_EQUAL_FATAL(waitpid(child, &status, 0), child);
	CU_ASSERT_TRUE(WIFSIGNALED(status));
	bench_resume(&b, path, 6);
	b.c.monitor = ups_and_downs;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	CU_ASSERT_EQUAL(b.memory.event[1].step, 13);
	finish(&b);
	parts = story(path);
	CU_ASSERT_STRING_EQUAL(parts, whole);
	free(parts);
	free(whole);
}

/* In the first one: it begins again. */
static void die_early(long update)
{
	if (update == 2)
		raise(SIGKILL);
}

static void killed_in_the_first_epoch(void)
{
	static struct bench b;
	char *whole = uninterrupted(ups_and_downs), *parts;
	const char *path = temp("early");
	pid_t child = fork();
	int status;

	if (child == 0) {
		bench_make(&b, path, 6);
		b.c.before = die_early;
		train(&b);
		_exit(0);
	}
	CU_ASSERT_EQUAL_FATAL(waitpid(child, &status, 0), child);
	CU_ASSERT_TRUE(WIFSIGNALED(status));
	bench_resume(&b, path, 6);
	b.c.monitor = ups_and_downs;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	CU_ASSERT_EQUAL(b.r.updates, 24);
	finish(&b);
	parts = story(path);
	CU_ASSERT_STRING_EQUAL(parts, whole);
	free(parts);
	free(whole);
}

/* Without its checkpoint a run that has a model is not begun again over that model; one that has
 * nothing is. */
static void a_lost_checkpoint(void)
{
	static struct bench b;
	const char *path = temp("lost");
	char at[600];

	bench_make(&b, path, 3);
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	finish(&b);
	snprintf(at, sizeof at, "%s/last.safetensors", path);
	CU_ASSERT_EQUAL(unlink(at), 0);
	bench_resume(&b, path, 6);
	CU_ASSERT_EQUAL(train(&b), RY_EIO);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), at));
	CU_ASSERT_EQUAL(stored(path, "model.safetensors", "w"), w_after(12));
	finish(&b);
	snprintf(at, sizeof at, "%s/model.safetensors", path);
	CU_ASSERT_EQUAL(unlink(at), 0);
	bench_resume(&b, path, 1);
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	CU_ASSERT_EQUAL(b.r.updates, 4);
	CU_ASSERT_EQUAL(stored(path, "model.safetensors", "w"), w_after(4));
	finish(&b);
}

/* ---- when the outside world gives way ---- */

static void strange_checkpoints_are_refused(void)
{
	static struct bench b;
	const char *path = temp("strange");
	struct st_writer *to = st_writer_alloc();
	char at[600];
	size_t one = 1;
	double w = 1;
	FILE *f;

	bench_make(&b, path, 2);
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	finish(&b);
	snprintf(at, sizeof at, "%s/last.safetensors", path);
	CU_ASSERT_EQUAL(st_add(to, "w", ST_F64, 1, &one, &w), RY_OK);
	CU_ASSERT_EQUAL(st_write(to, at), RY_OK);
	st_writer_free(to);
	bench_resume(&b, path, 4);
	CU_ASSERT_EQUAL(train(&b), RY_EDATA);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "loop"));
	CU_ASSERT_STRING_EQUAL(b.r.how, "failed");
	CU_ASSERT_EQUAL(b.memory.n, 0);
	finish(&b);
	f = fopen(at, "w");
	fputs("not a model", f);
	fclose(f);
	bench_resume(&b, path, 4);
	CU_ASSERT_EQUAL(train(&b), RY_EDATA);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), at));
	finish(&b);
}

static void failures_of_the_learner_end_it(void)
{
	static const char *const operations[] = { "epoch", "step", "measure", "write_model",
		                                  "write_state" };

	for (int k = 0; k < 5; k++) {
		static struct bench b;

		bench_make(&b, temp(operations[k]), 3);
		b.c.fail = operations[k];
		TAP_CHECK(train(&b) == RY_ENOMEM, "a failing %s is not told", operations[k]);
		if (strcmp(operations[k], "write_model") != 0)
			TAP_CHECK(strstr(ry_message(), operations[k]) != NULL,
			          "the sentence is '%s'", ry_message());
		CU_ASSERT_STRING_EQUAL(b.r.how, "failed");
		CU_ASSERT_EQUAL(b.memory.event[b.memory.n - 1].kind, EVENT_END);
		finish(&b);
	}
}

static const char *doomed;

static void remove_run(long update)
{
	char command[700];

	if (update == 6) {
		snprintf(command, sizeof command, "rm -r '%s'", doomed);
		CU_ASSERT_EQUAL(system(command), 0);
	}
}

static void a_removed_directory_ends_it(void)
{
	static struct bench b;

	doomed = temp("removed");
	bench_make(&b, doomed, 5);
	b.c.before = remove_run;
	CU_ASSERT_EQUAL(train(&b), RY_EIO);
	CU_ASSERT_STRING_EQUAL(b.r.how, "failed");
	TAP_CHECK(strstr(ry_message(), "removed") != NULL && strlen(ry_message()) > strlen(doomed),
	          "the sentence is '%s'", ry_message());
	CU_ASSERT_EQUAL(b.r.updates, 8);
	CU_ASSERT_EQUAL(rundir_finish(b.run, b.r.how), RY_EIO);
	CU_ASSERT_FALSE(exists(doomed, "."));
}

static void forbid_writing(long update)
{
	if (update == 6)
		CU_ASSERT_EQUAL(chmod(doomed, 0500), 0);
}

static void a_read_only_directory_ends_it(void)
{
	static struct bench b;

	if (geteuid() == 0) {
		tap_skip("root may write anywhere");
		return;
	}
	doomed = temp("forbidden");
	bench_make(&b, doomed, 5);
	b.c.before = forbid_writing;
	CU_ASSERT_EQUAL(train(&b), RY_EIO);
	CU_ASSERT_STRING_EQUAL(b.r.how, "failed");
	CU_ASSERT_EQUAL(stored(doomed, "last.safetensors", "w"), w_after(4));
	CU_ASSERT_EQUAL(rundir_finish(b.run, b.r.how), RY_EIO);
	chmod(doomed, 0700);
}

static rlim_t room;

static void fill_the_disk(long update)
{
	struct rlimit limit = { room, RLIM_INFINITY };

	if (update == 6)
		setrlimit(RLIMIT_FSIZE, &limit);
}

/* Files may not grow beyond `bytes` from the second epoch on: the checkpoint from before stays, and
 * the run can be gone on with when there is room. */
static void run_out_of_room(const char *name, rlim_t bytes)
{
	static struct bench b;
	const char *path = temp(name);
	char *whole = uninterrupted(ups_and_downs), *parts;

	bench_make(&b, path, 6);
	b.c.monitor = ups_and_downs;
	b.c.before = fill_the_disk;
	room = bytes;
	CU_ASSERT_EQUAL(train(&b), RY_EIO);
	lift_limit();
	CU_ASSERT_STRING_EQUAL(b.r.how, "failed");
	TAP_CHECK(strstr(ry_message(), path) != NULL, "the sentence is '%s'", ry_message());
	CU_ASSERT_EQUAL(stored(path, "last.safetensors", "w"), w_after(4));
	finish(&b);
	bench_resume(&b, path, 6);
	b.c.monitor = ups_and_downs;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	finish(&b);
	parts = story(path);
	CU_ASSERT_STRING_EQUAL(parts, whole);
	free(parts);
	free(whole);
}

static void a_full_disk_ends_it(void)
{
	run_out_of_room("full", 4096);       /* too small for a checkpoint */
	run_out_of_room("fuller", 300);      /* too small for a line of metrics.jsonl */
}

/* A line that could not be logged ends it, although there is room for the checkpoint at the end. */
static void a_lost_line_ends_it(void)
{
	static struct bench b;

	bench_make(&b, temp("line"), 6);
	b.c.before = fill_the_disk;
	room = 300;
	room_again = 1;
	CU_ASSERT_EQUAL(train(&b), RY_EIO);
	room_again = 0;
	lift_limit();
	CU_ASSERT_STRING_EQUAL(b.r.how, "failed");
	TAP_CHECK(strstr(ry_message(), "metrics.jsonl") != NULL, "the sentence is '%s'",
	          ry_message());
	CU_ASSERT_EQUAL(b.r.updates, 8);
	finish(&b);
}

/* ---- learners that count in a unit of their own ---- */

static void miles_are_counted(void)
{
	static struct bench b;
	static const double miles[] = { 10, 20, 25 };
	const char *path = temp("miles");
	int points = 0;

	bench_make(&b, path, 1);             /* epochs don't matter */
	b.c.miles = 25;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	CU_ASSERT_STRING_EQUAL(b.r.how, "done");
	CU_ASSERT_EQUAL(b.r.count, 25);
	CU_ASSERT_EQUAL(b.r.updates, 10);
	CU_ASSERT_EQUAL(b.r.epochs, 3);
	CU_ASSERT_EQUAL(b.r.best_at, 20);    /* the last point is an equal one */
	for (int i = 0; i < b.memory.n; i++) {
		const struct event *e = &b.memory.event[i];

		CU_ASSERT_STRING_EQUAL(e->unit, "mile");
		CU_ASSERT_EQUAL(e->count, 2.5 * (double)e->step);
		CU_ASSERT_EQUAL(e->done, e->count / 25);
		if (e->kind == EVENT_POINT)
			CU_ASSERT_EQUAL(e->count, miles[points++]);
	}
	CU_ASSERT_EQUAL(points, 3);
	finish(&b);
}

/* What the log says, whether the run was stopped in between or not. */
static void miles_go_on(void)
{
	static struct bench b;
	char *whole, *stopped;

	bench_make(&b, temp("miles_whole"), 1);
	b.c.miles = 25;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	finish(&b);
	whole = story(temp("miles_whole"));
	for (int at = 1; at <= 10; at += 3) {
		const char *path = temp(at == 1   ? "miles1"
		                        : at == 4 ? "miles4"
		                        : at == 7 ? "miles7"
		                                  : "miles10");

		bench_make(&b, path, 1);
		b.c.miles = 25;
		b.memory.stop_kind = EVENT_STEP;
		b.memory.stop_step = at;
		CU_ASSERT_EQUAL(train(&b), RY_ESTOP);
		CU_ASSERT_EQUAL(b.r.count, 2.5 * at);
		finish(&b);
		bench_resume(&b, path, 1);
		b.c.miles = 25;
		CU_ASSERT_EQUAL(train(&b), RY_OK);
		CU_ASSERT_STRING_EQUAL(b.r.how, "done");
		finish(&b);
		stopped = story(path);
		TAP_CHECK(strcmp(whole, stopped) == 0, "stopped at %d: %s, not %s", at, stopped,
		          whole);
		free(stopped);
	}
	free(whole);
}

/* A run that is past its end in the middle of an epoch still measures where it stands. */
static void fewer_miles_end_at_once(void)
{
	static struct bench b;
	const char *path = temp("fewer_miles");

	bench_make(&b, path, 1);
	b.c.miles = 25;
	b.memory.stop_kind = EVENT_STEP;
	b.memory.stop_step = 6;
	CU_ASSERT_EQUAL(train(&b), RY_ESTOP);
	finish(&b);
	bench_resume(&b, path, 1);
	b.c.miles = 10;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	CU_ASSERT_STRING_EQUAL(b.r.how, "done");
	CU_ASSERT_EQUAL(b.r.updates, 6);
	CU_ASSERT_EQUAL(count(&b.memory, EVENT_STEP), 0);
	CU_ASSERT_EQUAL(count(&b.memory, EVENT_POINT), 1);
	CU_ASSERT_EQUAL(b.memory.event[1].done, 1);      /* not beyond */
	finish(&b);
}

static void notes_are_told_and_logged(void)
{
	static struct bench b;
	char *log;

	bench_make(&b, temp("notes"), 2);
	b.c.note_update = 6;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	finish(&b);
	CU_ASSERT_EQUAL(count(&b.memory, EVENT_NOTE), 1);
	log = story(temp("notes"));
	CU_ASSERT_PTR_NOT_NULL(strstr(log, "\"text\": \"a turn of events\""));
	free(log);
}

static void learners_may_know_better(void)
{
	static struct bench b;
	char *log;

	bench_make(&b, temp("better"), 1);
	b.c.measures_lr = 1;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	finish(&b);
	log = story(temp("better"));
	CU_ASSERT_PTR_NOT_NULL(strstr(log, "\"lr\": 0.125"));
	CU_ASSERT_PTR_NULL(strstr(log, "\"lr\": 0.5"));
	free(log);
}

static void the_first_known_monitor_is_best(void)
{
	static struct bench b;
	static const double monitor[] = { 9, 9, 3, 2 };

	bench_make(&b, temp("known"), 4);
	b.c.monitor = monitor;
	b.c.unknown = 2;                     /* NaN, NaN, 3, 2 */
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	CU_ASSERT_EQUAL(b.r.best_at, 3);
	CU_ASSERT_EQUAL(b.r.best, 3);
	CU_ASSERT_EQUAL(count(&b.memory, EVENT_BEST), 3);
	finish(&b);
}

static void what_is_unknown_is_never_better(void)
{
	static struct bench b;
	static const double monitor[] = { 2, NAN, 3, NAN };

	bench_make(&b, temp("unknown"), 4);
	b.c.monitor = monitor;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	CU_ASSERT_EQUAL(b.r.best_at, 3);
	CU_ASSERT_EQUAL(b.r.best, 3);
	CU_ASSERT_EQUAL(count(&b.memory, EVENT_BEST), 2);
	CU_ASSERT_EQUAL(stored(temp("unknown"), "model.safetensors", "w"), w_after(12));
	finish(&b);
}

static void the_latest_of_equals_may_be_best(void)
{
	static struct bench b;
	static const double monitor[] = { 1, 3, 3, 2 };

	for (int latest = 0; latest < 2; latest++) {
		bench_make(&b, temp(latest ? "latest" : "first"), 4);
		b.c.monitor = monitor;
		b.c.latest = latest;
		CU_ASSERT_EQUAL(train(&b), RY_OK);
		CU_ASSERT_EQUAL(b.r.best_at, 2 + latest);
		CU_ASSERT_EQUAL(b.r.best, 3);
		finish(&b);
	}
}

/* Epochs 2 and 4 are judged; before there was one the latest model is kept. */
static void unjudged_points_are_no_best(void)
{
	static struct bench b;
	static const double monitor[] = { 9, 3, 9, 2 };

	bench_make(&b, temp("unjudged"), 4);
	b.c.monitor = monitor;
	b.c.judged_every = 2;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	CU_ASSERT_EQUAL(b.r.best_at, 2);
	CU_ASSERT_EQUAL(count(&b.memory, EVENT_BEST), 1);
	CU_ASSERT_EQUAL(stored(temp("unjudged"), "model.safetensors", "w"), w_after(8));
	finish(&b);

	bench_make(&b, temp("unjudged1"), 1);
	b.c.judged_every = 2;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	CU_ASSERT_EQUAL(b.r.best_at, 0);
	CU_ASSERT_EQUAL(stored(temp("unjudged1"), "model.safetensors", "w"), w_after(4));
	finish(&b);
}

static void models_are_kept_for_good(void)
{
	static struct bench b;

	bench_make(&b, temp("kept"), 3);
	b.c.kept = 7;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	CU_ASSERT_EQUAL(stored(temp("kept"), "young.safetensors", "w"), w_after(7));
	CU_ASSERT_EQUAL(stored(temp("kept"), "model.safetensors", "w"), w_after(12));
	finish(&b);

	bench_make(&b, temp("unkept"), 3);
	b.c.kept = 7;
	CU_ASSERT_EQUAL(mkdir(temp("unkept/young.safetensors"), 0777), 0);
	CU_ASSERT_EQUAL(train(&b), RY_EIO);
	CU_ASSERT_STRING_EQUAL(b.r.how, "failed");
	finish(&b);
}

static double seen_at_13;

static void look_at_13(long update)
{
	if (update == 13)
		seen_at_13 = stored(temp("share"), "last.safetensors", "w");
}

/* Checkpoints at ends of epochs that may take a billionth of the time are not made, but for the
 * first. */
static void checkpoints_take_their_share(void)
{
	static struct bench b;

	for (int k = 0; k < 2; k++) {
		bench_make(&b, temp("share"), 4);
		b.o.share = k ? 1e-9 : 1e9;
		b.c.before = look_at_13;
		CU_ASSERT_EQUAL(train(&b), RY_OK);
		CU_ASSERT_EQUAL(seen_at_13, k ? 0 : w_after(12));
		CU_ASSERT_EQUAL(stored(temp("share"), "last.safetensors", "w"), w_after(16));
		finish(&b);
		CU_ASSERT_EQUAL(rename(temp("share"), temp(k ? "share1" : "share0")), 0);
	}
}

/* ---- statistics of losses, and records ---- */

/* The points of a run whose updates had these losses, BATCHES an epoch, against direct
 * computation. */
static void statistics_are(const struct bench *b, const double *loss)
{
	int epoch = 0;

	for (int k = 0; k < b->memory.n; k++) {
		const double *x = loss + epoch * BATCHES;
		double mean = 0, around = 0, product = 0, most = -INFINITY;

		if (b->memory.event[k].kind != EVENT_POINT)
			continue;
		for (int i = 0; i < BATCHES; i++) {
			mean += x[i] / BATCHES;
			most = fmax(most, x[i]);
		}
		for (int i = 0; i < BATCHES; i++) {
			around += (x[i] - mean) * (x[i] - mean);
			product += i ? (x[i] - mean) * (x[i - 1] - mean) : 0;
		}
		TAP_CHECK(fabs(b->memory.sd[k] - sqrt(around / (BATCHES - 1))) < 1e-12,
		          "epoch %d: deviation %g", epoch + 1, b->memory.sd[k]);
		TAP_CHECK(b->memory.most[k] == most, "epoch %d: largest %g, not %g", epoch + 1,
		          b->memory.most[k], most);
		if (around > 0)
			TAP_CHECK(fabs(b->memory.correlation[k] - product / around) < 1e-9,
			          "epoch %d: correlation %g, not %g", epoch + 1,
			          b->memory.correlation[k], product / around);
		else
			TAP_CHECK(isnan(b->memory.correlation[k]),
			          "epoch %d: correlation %g of losses all alike", epoch + 1,
			          b->memory.correlation[k]);
		epoch++;
		CU_ASSERT_EQUAL(b->memory.gradient[k], epoch * BATCHES);
	}
	CU_ASSERT_EQUAL(epoch, b->o.epochs);
}

/* Rising, falling and rising, like a saw, all alike, alternating. */
static const double losses[] = { 0.1, 0.2, 0.3, 0.4, 0.9, -1.42, 0.5, 7,  3, 2,
	                         1,   0.5, 0.6, 0.6, 0.6, 0.6,   1,   -1, 1, -1 };

static void losses_are_described(void)
{
	struct bench b;

	bench_make(&b, temp("losses"), 5);
	b.c.loss = losses;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	statistics_are(&b, losses);
	finish(&b);
}

/* Stopped in the middle of an epoch and resumed: the same lines. */
static void descriptions_go_on(void)
{
	char *whole, *parts;

	for (long stop = 1; stop < 20; stop++) {
		struct bench b;
		char name[32];

		snprintf(name, sizeof name, "parts-%ld", stop);
		if (stop == 1) {
			bench_make(&b, temp("unstopped"), 5);
			b.c.loss = losses;
			b.c.records = 1;
			CU_ASSERT_EQUAL(train(&b), RY_OK);
			finish(&b);
		}
		bench_make(&b, temp(name), 5);
		b.c.loss = losses;
		b.c.records = 1;
		b.memory.stop_kind = EVENT_STEP;
		b.memory.stop_step = stop;
		CU_ASSERT_EQUAL(train(&b), RY_ESTOP);
		finish(&b);
		bench_resume(&b, temp(name), 5);
		b.c.loss = losses;
		b.c.records = 1;
		CU_ASSERT_EQUAL(train(&b), RY_OK);
		finish(&b);
		whole = story(temp("unstopped"));
		parts = story(temp(name));
		TAP_CHECK(strcmp(whole, parts) == 0,
		          "stopped at update %ld it logs something else:\n%s\n%s", stop, whole,
		          parts);
		free(whole);
		free(parts);
	}
}

/* A run of an earlier version has no statistics in its checkpoint: those of the epoch begin where
 * it goes on. */
static void older_runs_go_on(void)
{
	struct bench b;
	struct st_writer *to;
	struct st_file *from;
	double loop[11];
	const int64_t place[3] = { 6, 2, 1 };
	const double w = w_after(6);
	size_t eleven = 11, three = 3, one = 1;
	char path[600];

	bench_make(&b, temp("older"), 3);
	b.c.loss = losses;
	b.memory.stop_kind = EVENT_STEP;
	b.memory.stop_step = 6;
	CU_ASSERT_EQUAL(train(&b), RY_ESTOP);
	finish(&b);
	snprintf(path, sizeof path, "%s/last.safetensors", temp("older"));
	from = st_open(path, NULL);
	CU_ASSERT_EQUAL_FATAL(st_get(from, "loop", ST_F64, 1, &(size_t){ 11 }, loop), RY_OK);
	st_close(from);
	to = st_writer_alloc();
	CU_ASSERT_EQUAL(st_add(to, "loop", ST_F64, 1, &eleven, loop), RY_OK);
	CU_ASSERT_EQUAL(st_add(to, "w", ST_F64, 1, &one, &w), RY_OK);
	CU_ASSERT_EQUAL(st_add(to, "place", ST_I64, 1, &three, place), RY_OK);
	CU_ASSERT_EQUAL(st_write(to, path), RY_OK);
	st_writer_free(to);
	bench_resume(&b, temp("older"), 3);
	b.c.loss = losses;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	for (int k = 0, point = 0; k < b.memory.n; k++)
		if (b.memory.event[k].kind == EVENT_POINT && point++ == 0) {
			CU_ASSERT_EQUAL(b.memory.most[k], 7);        /* of 0.5 and 7 */
			CU_ASSERT_DOUBLE_EQUAL(b.memory.sd[k], 6.5 / sqrt(2), 1e-12);
			CU_ASSERT(isnan(b.memory.correlation[k]));   /* two are too few */
		}
	finish(&b);
}

/* What is where in the file: runs of earlier versions are read by these indices. */
static void indices_never_change(void)
{
	static const double place[11] = { 1, 110, 10, 11, 2, 14, 1, 1, 0, 42, 0.5 },
			    statistics[8] = { 2, 10, 2, 4, 0, 2, 12, 6 };
	static struct bench b;
	double found[11];
	struct st_file *from;

	bench_make(&b, temp("indices"), 3);
	b.memory.stop_kind = EVENT_STEP;
	b.memory.stop_step = 6;
	CU_ASSERT_EQUAL(train(&b), RY_ESTOP);
	finish(&b);
	from = st_open(inside(temp("indices"), "last.safetensors"), NULL);
	CU_ASSERT_EQUAL_FATAL(st_get(from, "loop", ST_F64, 1, &(size_t){ 11 }, found), RY_OK);
	for (int k = 0; k < 11; k++)
		TAP_CHECK(found[k] == place[k], "loop, %d: %g, expected %g", k, found[k], place[k]);
	CU_ASSERT_EQUAL_FATAL(st_get(from, "loop.losses", ST_F64, 1, &(size_t){ 8 }, found), RY_OK);
	for (int k = 0; k < 8; k++)
		TAP_CHECK(found[k] == statistics[k], "loop.losses, %d: %g, expected %g", k,
		          found[k], statistics[k]);
	st_close(from);
}

/* A count that is none is refused, with its name, before anything is touched. */
static void impossible_places_are_refused(void)
{
	static const struct {
		int         index;
		double      value;
		const char *words;
	} cases[] = {
		{ 0, NAN, "'loop' has epoch nan" },
		{ 0, -1, "'loop' has epoch -1" },
		{ 4, -2, "'loop' has steps -2" },
		{ 8, INFINITY, "'loop' has patience inf" },
		{ 9, NAN, "'loop' has all items nan" },
	};
	static struct bench b;
	const char *path = temp("impossible");
	char at[600];

	bench_make(&b, path, 2);
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	finish(&b);
	snprintf(at, sizeof at, "%s/last.safetensors", path);
	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		double loop[11] = { 2, 0, 0, 0, 0, 0, 2, 2, 0, 56, 0.5 };
		const int64_t place[3] = { 8, 4, 1 };
		const double w = w_after(8);
		struct st_writer *to = st_writer_alloc();

		loop[cases[k].index] = cases[k].value;
		CU_ASSERT_EQUAL(st_add(to, "loop", ST_F64, 1, &(size_t){ 11 }, loop), RY_OK);
		CU_ASSERT_EQUAL(st_add(to, "w", ST_F64, 1, &(size_t){ 1 }, &w), RY_OK);
		CU_ASSERT_EQUAL(st_add(to, "place", ST_I64, 1, &(size_t){ 3 }, place), RY_OK);
		CU_ASSERT_EQUAL(st_write(to, at), RY_OK);
		st_writer_free(to);
		bench_resume(&b, path, 4);
		CU_ASSERT_EQUAL(train(&b), RY_EDATA);
		TAP_CHECK(strstr(ry_message(), cases[k].words) != NULL, "'%s' does not say '%s'",
		          ry_message(), cases[k].words);
		CU_ASSERT_EQUAL(b.r.begun, 0);
		CU_ASSERT_EQUAL(b.c.t, 0);
		finish(&b);
	}
}

/* Records come with points 1 to 100, 110, 120, 130, and with the last. */
static void records_thin_out(void)
{
	struct bench b;
	struct run_points *p;
	int records = 0, point = 0;

	bench_make(&b, temp("records"), 137);
	b.c.records = 1;
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	for (int k = 0; k < b.memory.n; k++) {
		const struct event *e = &b.memory.event[k];

		if (e->kind == EVENT_POINT)
			point++;
		if (e->kind != EVENT_RECORD)
			continue;
		TAP_CHECK(point <= 100 || point % 10 == 0 || point == 137,
		          "a record after point %d", point);
		CU_ASSERT_TRUE(e->count == point && e->step == (long)point * BATCHES && e->record);
		records++;
	}
	CU_ASSERT_EQUAL(records, 2 * (100 + 3 + 1));
	p = run_points_read(temp("records"), "layers", NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	CU_ASSERT_EQUAL(p->n, 104);
	/* 6 digits */
	CU_ASSERT_DOUBLE_EQUAL(run_points_column(p, "w")[103], w_after(137L * BATCHES), 1e-2);
	run_points_free(p);
	finish(&b);
	/* Patience makes a last point, too. */
	bench_make(&b, temp("last-record"), 500);
	b.c.records = 1;
	b.c.unknown = 102;
	b.o.patience = 1;
	b.c.monitor = calloc(501, sizeof(double));
	CU_ASSERT_EQUAL(train(&b), RY_OK);
	CU_ASSERT_EQUAL(b.r.epochs, 104);        /* 102 not known, one that is the best for that,
	                                          * and one that is no better */
	CU_ASSERT_EQUAL(count(&b.memory, EVENT_RECORD), 2 * (100 + 1));
	free((void *)b.c.monitor);
	finish(&b);
}

static void records_may_fail(void)
{
	struct bench b;

	bench_make(&b, temp("failing-records"), 3);
	b.c.records = 1;
	b.c.fail = "records";
	CU_ASSERT_EQUAL(train(&b), RY_ENOMEM);
	CU_ASSERT_STRING_EQUAL(b.r.how, "failed");
	CU_ASSERT_EQUAL(count(&b.memory, EVENT_POINT), 1);
	CU_ASSERT_EQUAL(count(&b.memory, EVENT_RECORD), 0);
	finish(&b);
	bench_make(&b, temp("stop-at-record"), 3);
	b.c.records = 1;
	b.memory.stop_kind = EVENT_RECORD;
	b.memory.stop_step = 2 * BATCHES;
	CU_ASSERT_EQUAL(train(&b), RY_ESTOP);
	CU_ASSERT_EQUAL(b.r.epochs, 2);
	CU_ASSERT_EQUAL(count(&b.memory, EVENT_RECORD), 4);
	finish(&b);
}

static const struct tap_test tests[] = {
	{ "all epochs are done, each told", all_epochs_are_done },
	{ "points carry their numbers", points_carry_their_numbers },
	{ "patience, and the best model", patience_and_the_best_model },
	{ "a better point starts the waiting anew", patience_begins_anew },
	{ "without patience it goes on", without_patience_it_goes_on },
	{ "without a monitor the latest is best", without_a_monitor_the_latest_is_best },
	{ "bad numbers end it with what was before", bad_numbers_end_it_with_what_was_before },
	{ "stopped equals uninterrupted, at every update", stopped_equals_uninterrupted },
	{ "stopped before the first update, and at a point", stops_elsewhere },
	{ "more epochs, and none", more_epochs },
	{ "short epochs share a checkpoint", short_epochs_share_a_checkpoint },
	{ "killed equals uninterrupted", killed_equals_uninterrupted },
	{ "killed in the first epoch", killed_in_the_first_epoch },
	{ "a lost checkpoint", a_lost_checkpoint },
	{ "strange checkpoints are refused", strange_checkpoints_are_refused },
	{ "failures of the learner end it", failures_of_the_learner_end_it },
	{ "a removed directory ends it", a_removed_directory_ends_it },
	{ "a read-only directory ends it", a_read_only_directory_ends_it },
	{ "a full disk ends it, and nothing is lost", a_full_disk_ends_it },
	{ "a line that could not be logged ends it", a_lost_line_ends_it },
	{ "miles: points, counts and the end", miles_are_counted },
	{ "miles: stopped anywhere, the same log", miles_go_on },
	{ "miles: fewer of them end at once", fewer_miles_end_at_once },
	{ "notes are told and logged", notes_are_told_and_logged },
	{ "a learner may know better than the loop", learners_may_know_better },
	{ "the first monitor that is known is the best so far", the_first_known_monitor_is_best },
	{ "a monitor that is not known is never better", what_is_unknown_is_never_better },
	{ "checkpoints take no more than their share", checkpoints_take_their_share },
	{ "the losses of an epoch are described", losses_are_described },
	{ "... over stops and resumes", descriptions_go_on },
	{ "... and in runs of earlier versions", older_runs_go_on },
	{ "indices never change", indices_never_change },
	{ "impossible places are refused", impossible_places_are_refused },
	{ "of equal points the latest may be the best", the_latest_of_equals_may_be_best },
	{ "points that are not judged are no best", unjudged_points_are_no_best },
	{ "models are kept for good", models_are_kept_for_good },
	{ "records thin out", records_thin_out },
	{ "records may fail, or end a run", records_may_fail },
	{ NULL, NULL }
};

int main(void)
{
	signal(SIGXFSZ, SIG_IGN);
	return tap_run("train", tests);
}
