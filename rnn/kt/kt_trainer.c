/* kt_trainer.c - one update after another; see the last part of kt_model.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rnn/kt/kt_batch.h"
#include "src/base/random.h"
#include "src/nn/inspect.h"
#include "src/train/optimizer.h"

struct kt_trainer {
	struct kt_model        *model;
	const struct sequences *s;
	int                    *students, n;
	struct kt_train_options o;
	struct kt_batch       *engine;
	struct optimizer       *optimizer;
	gsl_rng                *order;            /* draws the order of each epoch */
	gsl_rng                *order_before;     /* as it was when this epoch's order was drawn */
	gsl_rng               **worker;           /* dropout of each worker */
	struct kt_batcher         *plan;             /* of this epoch */
	int                     b;                /* next batch of the plan */
	real                   *slots;            /* carried states */
	int                     batches;
	struct inspector       *inspector;        /* or NULL */
	double                  scale;            /* of the step in progress: 1 / predictions, then
	                                           * the clipping factor */
};

/* Steps of the longest of the students listed. */
static int longest_sequence(const struct sequences *s, const int *students, int n)
{
	size_t longest = 2;

	for (int k = 0; k < n; k++) {
		size_t answers = s->start[students[k] + 1] - s->start[students[k]];

		if (answers > longest)
			longest = answers;
	}
	return (int)longest - 1;
}

/* A plan of this trainer's epochs; rng NULL: of no particular one. */
static struct kt_batcher *plan_epoch(const struct kt_trainer *t, int window, gsl_rng *rng)
{
	return t->o.in_order ? kt_batcher_in_order(t->s, t->students, t->n, window, t->o.batch)
	                     : kt_batcher_make(t->s, t->students, t->n, window, t->o.batch, rng);
}

/* Random streams and the memory for carried states, whose size any plan of this data tells. */
static int alloc_rest(struct kt_trainer *t)
{
	int count = t->engine->count, window = t->engine->window;
	struct kt_batcher *any = plan_epoch(t, window, NULL);

	if (!any)
		return 0;
	t->batches = any->batches;
	t->slots =
		ry_calloc(any->slots, t->model->net->n_state * sizeof *t->slots, "carried states");
	kt_batcher_free(any);
	t->order = random_stream(t->o.seed, STREAM_ORDER);
	t->order_before = random_stream(t->o.seed, STREAM_ORDER);
	t->worker = ry_calloc(count, sizeof *t->worker, "random generators");
	if (!t->slots || !t->order || !t->order_before || !t->worker)
		return 0;
	for (int id = 0; id < count; id++)
		if (!(t->worker[id] = random_stream(t->o.seed, STREAM_WORKER + id)))
			return 0;
	return 1;
}

struct kt_trainer *kt_trainer_alloc(struct kt_model *m, struct workers *w,
                                    const struct sequences *s, const int *students, int n,
                                    const struct kt_train_options *o)
{
	struct kt_trainer *t = ry_calloc(1, sizeof *t, "a trainer");
	int window, longest;

	if (!t)
		return NULL;
	t->model = m;
	t->s = s;
	t->n = n;
	t->o = *o;
	longest = longest_sequence(s, students, n);
	window = o->window < longest ? o->window : longest;
	t->students = ry_calloc(n, sizeof *t->students, "a trainer");
	t->engine = t->students ? kt_batch_alloc(m, w, window, o->batch, 1) : NULL;
	t->optimizer = t->engine ? optimizer_alloc(m->net->n, o->optimizer) : NULL;
	if (!t->optimizer) {
		kt_trainer_free(t);
		return NULL;
	}
	memcpy(t->students, students, (size_t)n * sizeof *students);
	if (!alloc_rest(t)) {
		kt_trainer_free(t);
		return NULL;
	}
	return t;
}

void kt_trainer_free(struct kt_trainer *t)
{
	if (!t)
		return;
	for (int id = 0; t->worker && id < t->engine->count; id++)
		if (t->worker[id])
			gsl_rng_free(t->worker[id]);
	free(t->worker);
	if (t->order)
		gsl_rng_free(t->order);
	if (t->order_before)
		gsl_rng_free(t->order_before);
	optimizer_free(t->optimizer);
	kt_batch_free(t->engine);
	kt_batcher_free(t->plan);
	free(t->slots);
	free(t->students);
	free(t);
}

enum ry_status kt_trainer_epoch(struct kt_trainer *t)
{
	struct kt_batcher *plan;

	gsl_rng_memcpy(t->order_before, t->order);
	plan = plan_epoch(t, t->engine->window, t->order);
	if (!plan)
		return ry_failure();
	kt_batcher_free(t->plan);
	t->plan = plan;
	t->b = 0;
	return RY_OK;
}

int kt_trainer_left(const struct kt_trainer *t)
{
	return t->plan ? t->plan->batches - t->b : 0;
}

int kt_trainer_batches(const struct kt_trainer *t)
{
	return t->batches;
}

long kt_trainer_updates(const struct kt_trainer *t)
{
	return t->optimizer->t;
}

struct kt_batch *kt_trainer_engine(struct kt_trainer *t)
{
	return t->engine;
}

/* ---- one update ---- */

static void gradient_job(int id, void *arg)
{
	struct kt_trainer *t = arg;

	t->engine->desk[id].loss = 0;
	kt_replica_load(t->engine, id, t->s, t->plan, t->b, t->slots);
	kt_replica_forward(t->engine, id, t->plan, t->slots, t->worker[id]);
	kt_replica_backward(t->engine, id, t->scale);
}

/* dw of desk 0 = sum over desks, on this share of it; the others' go back to zero. */
static void add_up_job(int id, void *arg)
{
	struct kt_batch *e = ((struct kt_trainer *)arg)->engine;
	size_t from, to;
	real *sum = e->desk[0].net->dw;

	workers_share(id, e->count, e->model->net->n, RY_ALIGN / sizeof(real), &from, &to);
	for (int k = 1; k < e->count; k++)
		gradient_move(sum, e->desk[k].net->dw, from, to);
	e->desk[id].square = gradient_square(sum, from, to);
}

static void update_job(int id, void *arg)
{
	struct kt_trainer *t = arg;
	struct net *net = t->engine->desk[0].net;
	size_t from, to;

	workers_share(id, t->engine->count, net->n, RY_ALIGN / sizeof(real), &from, &to);
	optimizer_apply(t->optimizer, net->w, net->dw, from, to, t->scale);
}

enum ry_status kt_trainer_step(struct kt_trainer *t, struct kt_update *u)
{
	struct kt_batch *e = t->engine;
	double square = 0;

	*u = (struct kt_update){ 0 };
	for (size_t k = t->plan->start[t->b]; k < t->plan->start[t->b + 1]; k++) {
		u->predictions += t->plan->piece[k].steps;
		u->answers += t->plan->piece[k].steps + (t->plan->piece[k].from == 0);
	}
	t->scale = 1.0 / u->predictions;
	workers_run(e->workers, gradient_job, t);
	workers_run(e->workers, add_up_job, t);
	for (int id = 0; id < e->count; id++) {
		u->loss += e->desk[id].loss;
		square += e->desk[id].square;
	}
	u->norm = sqrt(square);
	u->lr = optimizer_rate(&t->optimizer->o, t->optimizer->t + 1);
	if (!isfinite(u->loss) || !isfinite(u->norm)) {
		memset(e->desk[0].net->dw, 0, e->model->net->n * sizeof(real));
		return optimizer_diverged(t->optimizer, u->loss / u->predictions, u->norm);
	}
	t->scale = clip_factor(u->norm, t->o.clip);
	t->b++;
	if (t->inspector && t->b == t->plan->batches)
		inspector_before_update(t->inspector, e->desk[0].net->dw);
	optimizer_begin(t->optimizer);
	workers_run(e->workers, update_job, t);
	if (t->inspector && t->b == t->plan->batches)
		inspector_after_update(t->inspector);
	return RY_OK;
}

void kt_trainer_watch(struct kt_trainer *t, struct inspector *i)
{
	t->inspector = i;
}

/* ---- checkpoints ---- */

static enum ry_status write_reals(struct st_writer *to, const char *name, size_t n,
                                  const real *data)
{
	return st_add(to, name, ST_REAL, 1, &n, data);
}

/* The name of worker k's generator. */
static const char *worker_name(char name[32], int k)
{
	snprintf(name, 32, "random.worker.%d", k);
	return name;
}

static size_t slots_size(const struct kt_trainer *t)
{
	return t->plan ? t->plan->slots * t->model->net->n_state : 0;
}

enum ry_status kt_trainer_write(const struct kt_trainer *t, struct st_writer *to)
{
	const int64_t place[3] = { t->optimizer->t, t->b, t->plan != NULL };
	size_t three = 3;
	char name[32];
	enum ry_status status;

	if ((status = st_add(to, "place", ST_I64, 1, &three, place)) != RY_OK ||
	    (status = write_reals(to, "parameters", t->model->net->n, t->model->net->w)) != RY_OK ||
	    (status = write_reals(to, "states", slots_size(t), t->slots)) != RY_OK ||
	    (status = random_write(t->plan ? t->order_before : t->order, "random.order", to)) !=
	            RY_OK)
		return status;
	status = optimizer_write(t->optimizer, to);
	for (int id = 0; id < t->engine->count && status == RY_OK; id++)
		status = random_write(t->worker[id], worker_name(name, id), to);
	return status;
}

enum ry_status kt_trainer_read(struct kt_trainer *t, const struct st_file *from)
{
	int64_t place[3];
	char name[32];
	enum ry_status status;

	if ((status = st_get(from, "place", ST_I64, 3, place)) != RY_OK ||
	    (status = st_get(from, "parameters", ST_REAL, t->model->net->n, t->model->net->w)) !=
	            RY_OK ||
	    (status = random_read(t->order, "random.order", from)) != RY_OK)
		return status;
	status = optimizer_read(t->optimizer, from);
	for (int id = 0; id < t->engine->count && status == RY_OK; id++)
		status = random_read(t->worker[id], worker_name(name, id), from);
	if (status != RY_OK)
		return status;
	t->optimizer->t = place[0];
	kt_batcher_free(t->plan);
	t->plan = NULL;
	if (!place[2])               /* before the first epoch */
		return RY_OK;
	if ((status = kt_trainer_epoch(t)) != RY_OK ||
	    (status = st_get(from, "states", ST_REAL, slots_size(t), t->slots)) != RY_OK)
		return status;
	if (place[1] < 0 || place[1] > t->plan->batches || place[0] < 0)
		return ry_fail(RY_EDATA, "%s: batch %lld of an epoch of %d", st_path(from),
		               (long long)place[1], t->plan->batches);
	t->b = (int)place[1];
	return RY_OK;
}
