/* kt_batch.c - see kt_batch.h, and kt_predict() of kt_model.h. */
#include "rnn/kt/kt_batch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/math/vmath.h"
#include "src/nn/loss.h"
#include "src/train/trainer.h"

static int replica_alloc(struct kt_replica *r, int window, int N, int training)
{
	size_t rows = (size_t)N * window;

	if (!r->net || net_alloc(r->net, window, N, rows, training) != RY_OK)
		return 0;
	r->body = r->net->L - 1;
	r->readout = dense_of(r->net->layer[r->body]);
	r->piece = ry_calloc(N, sizeof *r->piece, "a batch");
	r->n = ry_calloc(window, sizeof *r->n, "a batch");
	r->hot = ry_calloc(rows, sizeof *r->hot, "a batch");
	r->next = ry_calloc(rows, sizeof *r->next, "a batch");
	r->answer = ry_calloc(rows, sizeof *r->answer, "a batch");
	r->target = ry_calloc(rows, sizeof *r->target, "a batch");
	r->z = ry_calloc(rows, sizeof *r->z, "a batch");
	r->state = ry_calloc(N, r->net->n_state * sizeof *r->state, "a batch");
	if (!r->piece || !r->n || !r->hot || !r->next || !r->answer || !r->target || !r->z ||
	    !r->state)
		return 0;
	if (!training)
		return 1;
	r->dz = ry_calloc(rows, sizeof *r->dz, "a batch");
	r->dh = ry_calloc(rows, r->readout.D * sizeof *r->dh, "a batch");
	return r->dz && r->dh;
}

struct kt_batch *kt_batch_alloc(struct kt_model *m, struct workers *w, int window, int size,
                                struct trainer *trainer)
{
	struct kt_batch *b = ry_calloc(1, sizeof *b, "a batch");
	int n = trainer ? trainer->replicas : workers_count(w);

	if (!b)
		return NULL;
	*b = (struct kt_batch){ .model = m,
		                .workers = w,
		                .window = window,
		                .size = size,
		                .training = trainer != NULL };
	b->replica = ry_calloc(n, sizeof *b->replica, "a batch");
	while (b->replica && b->replicas < n) {
		struct kt_replica *r = &b->replica[b->replicas];

		r->net = trainer ? trainer->replica[b->replicas].net : net_share(m->net);
		b->replicas++;
		if (!replica_alloc(r, window, (size + n - 1) / n, b->training)) {
			kt_batch_free(b);
			return NULL;
		}
	}
	if (!b->replica) {
		free(b);
		return NULL;
	}
	return b;
}

void kt_batch_free(struct kt_batch *b)
{
	if (!b)
		return;
	for (int id = 0; id < b->replicas; id++) {
		struct kt_replica *r = &b->replica[id];

		if (!b->training)
			net_free(r->net);
		free(r->piece);
		free(r->n);
		free(r->hot);
		free(r->next);
		free(r->answer);
		free(r->target);
		free(r->z);
		free(r->dz);
		free(r->dh);
		free(r->state);
	}
	free(b->replica);
	free(b);
}

/* Pieces come longest first; dealt 0 1 1 0 0 1 1 0, so that all workers get nearly the same. */
static int dealt_to(int k, int count)
{
	int round = k / count, place = k % count;

	return round % 2 ? count - 1 - place : place;
}

/* Rows of the replica's pieces, step by step. */
static void fill_rows(struct kt_replica *r, const struct sequences *s, int M)
{
	struct batch *b = &r->batch;
	size_t row = 0;
	int alive = b->N;

	for (int t = 0; t < b->T; t++) {
		while (r->piece[alive - 1]->steps <= t)
			alive--;
		r->n[t] = alive;
		for (int i = 0; i < alive; i++, row++) {
			size_t at = s->start[r->piece[i]->student] + r->piece[i]->from + t;

			r->hot[row] = s->exercise[at] + s->correct[at] * M;
			r->next[row] = s->exercise[at + 1];
			r->answer[row] = s->correct[at + 1];
			r->target[row] = at + 1;
		}
	}
	b->rows = row;
}

/* Where the student of a piece keeps the carried state, counted in reals; there must be a slot. */
static size_t slot_at(const struct kt_batcher *batcher, const struct kt_piece *p, size_t n_state)
{
	return (size_t)batcher->slot[p->student] * n_state;
}

static void load_states(struct kt_replica *r, const struct kt_batcher *batcher, const real *slots,
                        size_t n_state)
{
	r->batch.state = NULL;
	for (int i = 0; i < r->batch.N; i++) {
		const struct kt_piece *p = r->piece[i];
		real *to = r->state + i * n_state;

		if (batcher->slot[p->student] < 0 || p->from == 0)
			memset(to, 0, n_state * sizeof *to);
		else
			memcpy(to, slots + slot_at(batcher, p, n_state), n_state * sizeof *to);
		if (batcher->slot[p->student] >= 0)
			r->batch.state = r->state;
	}
}

static void store_states(const struct kt_replica *r, const struct kt_batcher *batcher, real *slots)
{
	const struct batch *b = &r->batch;

	for (int i = 0; b->state && i < b->N; i++)
		if (!r->piece[i]->last)
			memcpy(slots + slot_at(batcher, r->piece[i], b->state_stride),
			       b->state + i * b->state_stride, b->state_stride * sizeof *slots);
}

void kt_replica_load(struct kt_batch *b, int id, const struct sequences *s,
                     const struct kt_batcher *batcher, int k, const real *slots)
{
	struct kt_replica *r = &b->replica[id];
	size_t first = batcher->start[k], end = batcher->start[k + 1];

	r->batch = (struct batch){ .n = r->n, .state_stride = r->net->n_state };
	for (size_t i = first; i < end; i++)
		if (dealt_to((int)(i - first), b->replicas) == id)
			r->piece[r->batch.N++] = &batcher->piece[i];
	if (!r->batch.N)
		return;
	r->batch.T = r->piece[0]->steps;
	fill_rows(r, s, b->model->M);
	load_states(r, batcher, slots, r->batch.state_stride);
}

void kt_replica_take(struct kt_batch *b, int id, const struct sequences *s,
                     const struct kt_piece *piece, int n)
{
	struct kt_replica *r = &b->replica[id];

	r->batch = (struct batch){ .n = r->n, .N = n, .state_stride = r->net->n_state };
	for (int k = 0; k < n; k++)
		r->piece[k] = &piece[k];
	if (!n)
		return;
	r->batch.T = r->piece[0]->steps;
	fill_rows(r, s, b->model->M);
}

void kt_replica_forward(struct kt_batch *b, int id, const struct kt_batcher *batcher, real *slots,
                        gsl_rng *rng)
{
	struct kt_replica *r = &b->replica[id];
	const struct dense *out = &r->readout;
	const real *h;

	if (!r->batch.N)
		return;
	r->batch.rng = rng;
	h = net_forward(r->net, &r->batch, (struct input){ .hot = r->hot }, r->body);
	dense_pick_forward(r->z, h, r->next, out->W, out->b, r->batch.rows, out->D);
	store_states(r, batcher, slots);
}

double kt_replica_loss(struct kt_batch *b, int id, double scale)
{
	struct kt_replica *r = &b->replica[id];

	return r->batch.N ? loss_bce(r->dz, r->z, r->answer, r->batch.rows, scale) : 0;
}

void kt_replica_backward(struct kt_batch *b, int id)
{
	struct kt_replica *r = &b->replica[id];
	const struct dense *out = &r->readout;
	const real *h = r->net->y[r->body - 1];

	if (!r->batch.N)
		return;
	dense_pick_backward(r->dh, out->dW, out->db, r->dz, h, r->next, out->W, r->batch.rows,
	                    out->D);
	net_backward(r->net, &r->batch, (struct input){ .hot = r->hot }, r->dh, NULL, r->body);
}

/* ---- predicting ---- */

struct prediction {
	struct kt_batch         *b;
	const struct sequences  *s;
	const struct kt_batcher *batcher;
	real                    *slots;
	int                      k;          /* batch */
	float                   *p;
};

static void predict_batch(int id, void *arg)
{
	struct prediction *job = arg;
	struct kt_replica *r = &job->b->replica[id];

	kt_replica_load(job->b, id, job->s, job->batcher, job->k, job->slots);
	kt_replica_forward(job->b, id, job->batcher, job->slots, NULL);
	for (size_t row = 0; row < r->batch.rows; row++)
		job->p[r->target[row]] = (float)r_sigmoid(r->z[row]);
}

enum ry_status kt_predict(struct kt_batch *b, const struct sequences *s, const int *students, int n,
                          float *p)
{
	struct kt_batcher *batcher =
		kt_batcher_alloc(s, students, n, b->window, b->size, KT_BY_LENGTH);
	struct prediction job = { .b = b, .s = s, .batcher = batcher, .p = p };

	if (!batcher)
		return ry_failure();
	job.slots = ry_calloc(batcher->slots, b->model->net->n_state * sizeof *job.slots,
	                      "carried states");
	if (!job.slots) {
		kt_batcher_free(batcher);
		return ry_failure();
	}
	kt_batcher_epoch(batcher, NULL);
	for (int k = 0; k < n; k++)
		if (s->start[students[k]] < s->start[students[k] + 1])
			p[s->start[students[k]]] = NAN;
	for (job.k = 0; job.k < batcher->batches; job.k++)
		workers_run(b->workers, predict_batch, &job);
	free(job.slots);
	kt_batcher_free(batcher);
	return RY_OK;
}
