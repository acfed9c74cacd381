/* net_trainer.c - see net_trainer.h. */
#include "src/train/net_trainer.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_randist.h>

#include "src/base/random.h"

/* Rows that workers' shares are cut at: fewer would not fill the vectors of a matrix product. */
enum { SHARE_UNIT = 8 };

/* One worker's own: a view of the net and its share of the batch. */
struct bench {
	struct net   *net;           /* shares w */
	struct batch  batch;
	int           n;             /* for batch.n */
	gsl_rng      *rng;           /* dropout */
	real         *x, *t, *dy;    /* (batch, D), (batch, M), (batch, M) */
	int          *label;         /* (batch) */
	double        loss, square;
};

struct net_trainer {
	struct net              *net;
	struct workers          *workers;
	struct net_rows          data;
	struct net_train_options o;
	struct optimizer        *optimizer;
	/* now, and before this epoch's order was drawn */
	gsl_rng                 *order, *order_before;
	int                     *row;          /* (rows): the order of this epoch */
	int                      started;      /* an epoch's order has been drawn */
	int                      at;           /* next row of the order */
	int                      benches;
	struct bench            *bench;        /* (benches) */
	struct inspector        *inspector;    /* or NULL */
	double                   scale;        /* 1 / rows of the batch, then the clipping factor */
};

static int bench_alloc(struct bench *b, const struct net_trainer *t, int id)
{
	size_t D = t->net->D, M = t->net->M, batch = t->o.batch;

	b->net = net_share(t->net);
	b->rng = random_stream(t->o.seed, STREAM_WORKER + id);
	b->x = ry_calloc(batch * D, sizeof *b->x, "a batch");
	b->t = ry_calloc(batch * M, sizeof *b->t, "a batch");
	b->dy = ry_calloc(batch * M, sizeof *b->dy, "a batch");
	b->label = ry_calloc(batch, sizeof *b->label, "a batch");
	return b->net && b->rng && b->x && b->t && b->dy && b->label &&
	       net_alloc(b->net, 1, t->o.batch, batch, 1) == RY_OK;
}

static void bench_free(struct bench *b)
{
	net_free(b->net);
	if (b->rng)
		gsl_rng_free(b->rng);
	free(b->x);
	free(b->t);
	free(b->dy);
	free(b->label);
}

static int alloc_parts(struct net_trainer *t)
{
	t->optimizer = optimizer_alloc(t->net->n, t->o.optimizer);
	t->o.optimizer = NULL;
	t->order = random_stream(t->o.seed, STREAM_ORDER);
	t->order_before = random_stream(t->o.seed, STREAM_ORDER);
	t->row = ry_calloc(t->data.rows, sizeof *t->row, "the order of rows");
	t->bench = ry_calloc(workers_count(t->workers), sizeof *t->bench, "workers' places");
	if (!t->optimizer || !t->order || !t->order_before || !t->row || !t->bench)
		return 0;
	while (t->benches < workers_count(t->workers)) {
		t->benches++;
		if (!bench_alloc(&t->bench[t->benches - 1], t, t->benches - 1))
			return 0;
	}
	return 1;
}

struct net_trainer *net_trainer_alloc(struct net *net, struct workers *w,
                                      const struct net_rows *data,
                                      const struct net_train_options *o)
{
	struct net_trainer *t;

	if (data->rows < 1 || o->batch < 1) {
		ry_fail(RY_EINVAL,
		        "%d rows to train on in batches of %d: expected at least 1 and 1",
		        data->rows, o->batch);
		return NULL;
	}
	t = ry_calloc(1, sizeof *t, "a trainer");
	if (!t)
		return NULL;
	t->net = net;
	t->workers = w;
	t->data = *data;
	t->o = *o;
	if (t->o.batch > data->rows)
		t->o.batch = data->rows;
	t->at = data->rows;
	if (!alloc_parts(t)) {
		net_trainer_free(t);
		return NULL;
	}
	return t;
}

void net_trainer_free(struct net_trainer *t)
{
	if (!t)
		return;
	for (int id = 0; id < t->benches; id++)
		bench_free(&t->bench[id]);
	free(t->bench);
	optimizer_free(t->optimizer);
	if (t->order)
		gsl_rng_free(t->order);
	if (t->order_before)
		gsl_rng_free(t->order_before);
	free(t->row);
	free(t);
}

void net_trainer_epoch(struct net_trainer *t)
{
	gsl_rng_memcpy(t->order_before, t->order);
	for (int r = 0; r < t->data.rows; r++)
		t->row[r] = r;
	if (!t->o.in_order)
		gsl_ran_shuffle(t->order, t->row, t->data.rows, sizeof *t->row);
	t->started = 1;
	t->at = 0;
}

int net_trainer_left(const struct net_trainer *t)
{
	return (t->data.rows - t->at + t->o.batch - 1) / t->o.batch;
}

int net_trainer_batches(const struct net_trainer *t)
{
	return (t->data.rows + t->o.batch - 1) / t->o.batch;
}

long net_trainer_updates(const struct net_trainer *t)
{
	return t->optimizer->t;
}

/* ---- one update ---- */

static int batch_rows(const struct net_trainer *t)
{
	int left = t->data.rows - t->at;

	return left < t->o.batch ? left : t->o.batch;
}

/* Copy the worker's share of the batch together; returns its rows. */
static int gather(struct net_trainer *t, int id)
{
	struct bench *b = &t->bench[id];
	const struct target *target = &t->data.target;
	size_t D = t->net->D, M = t->net->M, from, to;

	workers_share(id, t->benches, batch_rows(t), SHARE_UNIT, &from, &to);
	for (size_t k = from; k < to; k++) {
		size_t row = t->row[t->at + k], i = k - from;

		memcpy(b->x + i * D, t->data.x + row * D, D * sizeof *b->x);
		if (target->t)
			memcpy(b->t + i * M, target->t + row * M, M * sizeof *b->t);
		if (target->label)
			b->label[i] = target->label[row];
	}
	return (int)(to - from);
}

static void learn(struct net_trainer *t, int id, int rows)
{
	struct bench *b = &t->bench[id];
	const struct target target = { .t = t->data.target.t ? b->t : NULL,
	                               .label = t->data.target.label ? b->label : NULL };
	struct input in = { .x = b->x };
	const real *y;

	batch_flat(&b->batch, &b->n, rows);
	b->batch.rng = b->rng;
	y = net_forward(b->net, &b->batch, in, b->net->L);
	b->loss = loss_compute(&t->o.loss, b->dy, y, target, rows, t->net->M, t->scale);
	net_backward(b->net, &b->batch, in, b->dy, NULL, b->net->L);
}

static void gradient_job(int id, void *arg)
{
	struct net_trainer *t = arg;
	int rows = gather(t, id);

	t->bench[id].loss = 0;
	if (rows)
		learn(t, id, rows);
}

/* Bench 0's dw = the sum of all, on this share of it; the others' go back to zero. */
static void add_up_job(int id, void *arg)
{
	struct net_trainer *t = arg;
	real *sum = t->bench[0].net->dw;
	size_t from, to;

	workers_share(id, t->benches, t->net->n, RY_ALIGN / sizeof(real), &from, &to);
	for (int k = 1; k < t->benches; k++)
		gradient_move(sum, t->bench[k].net->dw, from, to);
	t->bench[id].square = gradient_square(sum, from, to);
}

static void update_job(int id, void *arg)
{
	struct net_trainer *t = arg;
	size_t from, to;

	workers_share(id, t->benches, t->net->n, RY_ALIGN / sizeof(real), &from, &to);
	optimizer_apply(t->optimizer, t->net->w, t->bench[0].net->dw, from, to, t->scale);
}

enum ry_status net_trainer_step(struct net_trainer *t, struct update *u)
{
	int rows = batch_rows(t);
	double square = 0;

	assert(rows > 0);
	*u = (struct update){ .count = rows, .items = rows };
	t->scale = 1.0 / rows;
	workers_run(t->workers, gradient_job, t);
	workers_run(t->workers, add_up_job, t);
	for (int id = 0; id < t->benches; id++) {
		u->loss += t->bench[id].loss;
		square += t->bench[id].square;
	}
	u->norm = sqrt(square);
	u->lr = optimizer_rate(&t->optimizer->o, t->optimizer->t + 1);
	if (!isfinite(u->loss) || !isfinite(u->norm)) {
		memset(t->bench[0].net->dw, 0, t->net->n * sizeof(real));
		return optimizer_diverged(t->optimizer, u->loss / rows, u->norm);
	}
	t->scale = clip_factor(u->norm, t->o.clip);
	t->at += rows;
	if (t->inspector && t->at == t->data.rows)
		inspector_before_update(t->inspector, t->bench[0].net->dw);
	optimizer_begin(t->optimizer);
	workers_run(t->workers, update_job, t);
	if (t->inspector && t->at == t->data.rows)
		inspector_after_update(t->inspector);
	return RY_OK;
}

void net_trainer_watch(struct net_trainer *t, struct inspector *i)
{
	t->inspector = i;
}

/* ---- checkpoints ---- */

/* The name of worker k's generator. */
static const char *worker_name(char name[32], int k)
{
	snprintf(name, 32, "random.worker.%d", k);
	return name;
}

static enum ry_status write_reals(struct st_writer *to, const char *name, size_t n,
                                  const real *data)
{
	return st_add(to, name, ST_REAL, 1, &n, data);
}

enum ry_status net_trainer_write(const struct net_trainer *t, struct st_writer *to)
{
	const int64_t place[4] = { t->optimizer->t, t->started, t->at, t->data.rows };
	size_t four = 4;
	char name[32];
	enum ry_status status;

	if ((status = st_add(to, "place", ST_I64, 1, &four, place)) != RY_OK ||
	    (status = write_reals(to, "parameters", t->net->n, t->net->w)) != RY_OK ||
	    (status = random_write(t->started ? t->order_before : t->order, "random.order", to)) !=
	            RY_OK)
		return status;
	status = optimizer_write(t->optimizer, to);
	for (int id = 0; id < t->benches && status == RY_OK; id++)
		status = random_write(t->bench[id].rng, worker_name(name, id), to);
	return status;
}

enum ry_status net_trainer_read(struct net_trainer *t, const struct st_file *from)
{
	int64_t place[4];
	char name[32];
	enum ry_status status = st_get(from, "place", ST_I64, 4, place);

	if (status != RY_OK)
		return status;
	if (place[0] < 0 || place[2] < 0 || place[2] > t->data.rows || place[3] != t->data.rows)
		return ry_fail(RY_EDATA, "%s: row %lld of %lld, expected one of %d", st_path(from),
		               (long long)place[2], (long long)place[3], t->data.rows);
	if ((status = st_get(from, "parameters", ST_REAL, t->net->n, t->net->w)) != RY_OK ||
	    (status = random_read(t->order, "random.order", from)) != RY_OK)
		return status;
	status = optimizer_read(t->optimizer, from);
	for (int id = 0; id < t->benches && status == RY_OK; id++)
		status = random_read(t->bench[id].rng, worker_name(name, id), from);
	if (status != RY_OK)
		return status;
	t->optimizer->t = (long)place[0];
	if (place[1])
		net_trainer_epoch(t);
	t->at = (int)place[2];
	return RY_OK;
}
