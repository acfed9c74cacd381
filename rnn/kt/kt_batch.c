/* kt_batch.c - see kt_batch.h, and kt_predict() of kt_model.h. */
#include "rnn/kt/kt_batch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/math/vmath.h"
#include "src/nn/dense.h"
#include "src/nn/loss.h"

static int desk_alloc(struct kt_replica *d, const struct kt_model *m, int window, int N,
                      int training)
{
	size_t rows = (size_t)N * window;
	int H = m->net->layer[m->net->L - 1]->D;

	d->net = net_share(m->net);
	if (!d->net || net_alloc(d->net, window, N, rows, training) != RY_OK)
		return 0;
	d->piece = ry_calloc(N, sizeof *d->piece, "a batch");
	d->n = ry_calloc(window, sizeof *d->n, "a batch");
	d->hot = ry_calloc(rows, sizeof *d->hot, "a batch");
	d->next = ry_calloc(rows, sizeof *d->next, "a batch");
	d->answer = ry_calloc(rows, sizeof *d->answer, "a batch");
	d->target = ry_calloc(rows, sizeof *d->target, "a batch");
	d->z = ry_calloc(rows, sizeof *d->z, "a batch");
	d->state = ry_calloc(N, m->net->n_state * sizeof *d->state, "a batch");
	if (!d->piece || !d->n || !d->hot || !d->next || !d->answer || !d->target || !d->z ||
	    !d->state)
		return 0;
	if (!training)
		return 1;
	d->dz = ry_calloc(rows, sizeof *d->dz, "a batch");
	d->dh = ry_calloc(rows, H * sizeof *d->dh, "a batch");
	return d->dz && d->dh;
}

struct kt_batch *kt_batch_alloc(struct kt_model *m, struct workers *w, int window, int size,
                                int training)
{
	struct kt_batch *e = ry_calloc(1, sizeof *e, "an engine");
	int count = workers_count(w);

	if (!e)
		return NULL;
	*e = (struct kt_batch){
		.model = m, .workers = w, .window = window, .size = size, .count = count
	};
	e->desk = ry_calloc(count, sizeof *e->desk, "an engine");
	for (int id = 0; e->desk && id < count; id++)
		if (!desk_alloc(&e->desk[id], m, window, (size + count - 1) / count, training)) {
			kt_batch_free(e);
			return NULL;
		}
	if (!e->desk) {
		free(e);
		return NULL;
	}
	return e;
}

void kt_batch_free(struct kt_batch *e)
{
	if (!e)
		return;
	for (int id = 0; id < e->count; id++) {
		struct kt_replica *d = &e->desk[id];

		net_free(d->net);
		free(d->piece);
		free(d->n);
		free(d->hot);
		free(d->next);
		free(d->answer);
		free(d->target);
		free(d->z);
		free(d->dz);
		free(d->dh);
		free(d->state);
	}
	free(e->desk);
	free(e);
}

/* Pieces come longest first; dealt 0 1 1 0 0 1 1 0, so that all workers get nearly the same. */
static int dealt_to(int k, int count)
{
	int round = k / count, place = k % count;

	return round % 2 ? count - 1 - place : place;
}

/* Rows of the desk's pieces, step by step. */
static void fill_rows(struct kt_replica *d, const struct sequences *s, int M)
{
	struct batch *b = &d->batch;
	size_t row = 0;
	int alive = b->N;

	for (int t = 0; t < b->T; t++) {
		while (d->piece[alive - 1]->steps <= t)
			alive--;
		d->n[t] = alive;
		for (int i = 0; i < alive; i++, row++) {
			size_t at = s->start[d->piece[i]->student] + d->piece[i]->from + t;

			d->hot[row] = s->exercise[at] + s->correct[at] * M;
			d->next[row] = s->exercise[at + 1];
			d->answer[row] = s->correct[at + 1];
			d->target[row] = at + 1;
		}
	}
	b->rows = row;
}

/* Where piece i keeps its student's carried state, or NULL. */
static size_t slot_of(const struct kt_batcher *plan, const struct kt_piece *p, size_t n_state)
{
	return (size_t)plan->slot[p->student] * n_state;
}

static void load_states(struct kt_replica *d, const struct kt_batcher *plan, const real *slots,
                        size_t n_state)
{
	d->batch.state = NULL;
	for (int i = 0; i < d->batch.N; i++) {
		const struct kt_piece *p = d->piece[i];
		real *to = d->state + i * n_state;

		if (plan->slot[p->student] < 0 || p->from == 0)
			memset(to, 0, n_state * sizeof *to);
		else
			memcpy(to, slots + slot_of(plan, p, n_state), n_state * sizeof *to);
		if (plan->slot[p->student] >= 0)
			d->batch.state = d->state;
	}
}

void kt_replica_load(struct kt_batch *e, int id, const struct sequences *s,
                     const struct kt_batcher *plan, int b, const real *slots)
{
	struct kt_replica *d = &e->desk[id];
	size_t first = plan->start[b], end = plan->start[b + 1];

	d->batch = (struct batch){ .n = d->n, .state_stride = e->model->net->n_state };
	for (size_t k = first; k < end; k++)
		if (dealt_to((int)(k - first), e->count) == id)
			d->piece[d->batch.N++] = &plan->piece[k];
	if (!d->batch.N)
		return;
	d->batch.T = d->piece[0]->steps;
	fill_rows(d, s, e->model->M);
	load_states(d, plan, slots, d->batch.state_stride);
}

void kt_replica_take(struct kt_batch *e, int id, const struct sequences *s,
                     const struct kt_piece *piece, int n)
{
	struct kt_replica *d = &e->desk[id];

	d->batch = (struct batch){ .n = d->n, .N = n, .state_stride = e->model->net->n_state };
	for (int k = 0; k < n; k++)
		d->piece[k] = &piece[k];
	if (!n)
		return;
	d->batch.T = d->piece[0]->steps;
	fill_rows(d, s, e->model->M);
}

void kt_replica_forward(struct kt_batch *e, int id, const struct kt_batcher *plan, real *slots,
                        gsl_rng *rng)
{
	struct kt_replica *d = &e->desk[id];
	struct batch *b = &d->batch;
	const struct layer *out = d->net->layer[d->net->L - 1];
	const real *h;

	if (!b->N)
		return;
	b->rng = rng;
	h = net_forward(d->net, b, (struct input){ .hot = d->hot }, d->net->L - 1);
	dense_pick_forward(d->z, h, d->next, out->w, out->w + dense_bias_at(out->D, out->M),
	                   b->rows, out->D);
	for (int i = 0; b->state && i < b->N; i++)
		if (!d->piece[i]->last)
			memcpy(slots + slot_of(plan, d->piece[i], b->state_stride),
			       b->state + i * b->state_stride, b->state_stride * sizeof *slots);
}

void kt_replica_backward(struct kt_batch *e, int id, double scale)
{
	struct kt_replica *d = &e->desk[id];
	const struct batch *b = &d->batch;
	struct layer *out = d->net->layer[d->net->L - 1];
	int body = d->net->L - 1;

	if (!b->N)
		return;
	d->loss += loss_bce(d->dz, d->z, d->answer, b->rows, scale);
	dense_pick_backward(d->dh, out->dw, out->dw + dense_bias_at(out->D, out->M), d->dz,
	                    d->net->y[body - 1], d->next, out->w, b->rows, out->D);
	net_backward(d->net, b, (struct input){ .hot = d->hot }, d->dh, NULL, body);
}

/* ---- predicting ---- */

struct prediction {
	struct kt_batch       *e;
	const struct sequences *s;
	const struct kt_batcher   *plan;
	real                   *slots;
	int                     b;
	float                  *p;
};

static void predict_batch(int id, void *arg)
{
	struct prediction *job = arg;
	struct kt_replica *d = &job->e->desk[id];

	kt_replica_load(job->e, id, job->s, job->plan, job->b, job->slots);
	kt_replica_forward(job->e, id, job->plan, job->slots, NULL);
	for (size_t r = 0; r < d->batch.rows; r++)
		job->p[d->target[r]] = (float)r_sigmoid(d->z[r]);
}

enum ry_status kt_predict(struct kt_batch *e, const struct sequences *s, const int *students, int n,
                          float *p)
{
	struct kt_batcher *plan = kt_batcher_make(s, students, n, e->window, e->size, NULL);
	struct prediction job = { .e = e, .s = s, .plan = plan, .p = p };

	if (!plan)
		return ry_failure();
	job.slots = ry_calloc(plan->slots, e->model->net->n_state * sizeof *job.slots,
	                      "carried states");
	if (!job.slots) {
		kt_batcher_free(plan);
		return ry_failure();
	}
	for (int k = 0; k < n; k++)
		if (s->start[students[k]] < s->start[students[k] + 1])
			p[s->start[students[k]]] = NAN;
	for (job.b = 0; job.b < plan->batches; job.b++)
		workers_run(e->workers, predict_batch, &job);
	free(job.slots);
	kt_batcher_free(plan);
	return RY_OK;
}
