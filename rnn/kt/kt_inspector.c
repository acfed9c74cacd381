/* kt_inspector.c - see kt_inspector.h. */
#include "rnn/kt/kt_inspector.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rnn/kt/kt_batch.h"
#include "rnn/layers/recurrent.h"
#include "src/base/json_value.h"
#include "src/math/vmath.h"

/* ---- the probe ---- */

static int longer(const void *a, const void *b)
{
	const struct kt_piece *p = a, *q = b;

	return p->steps != q->steps ? q->steps - p->steps : p->student - q->student;
}

static size_t answers_of(const struct sequences *s, int student)
{
	return s->start[student + 1] - s->start[student];
}

/* The first windows of all students of the part, longest first. */
static struct kt_piece *first_windows(const struct kt_subset *part, int window)
{
	struct kt_piece *piece = ry_calloc(part->n, sizeof *piece, "students to look at");

	for (int k = 0; piece && k < part->n; k++) {
		size_t answers = answers_of(part->s, part->student[k]);

		piece[k] = (struct kt_piece){ .student = part->student[k], .last = 1 };
		if (answers > 1)
			piece[k].steps = answers - 1 < (size_t)window ? (int)answers - 1 : window;
	}
	if (piece)
		qsort(piece, part->n, sizeof *piece, longer);
	return piece;
}

enum ry_status kt_probe_alloc(struct kt_probe *p, const struct kt_subset *part, int most,
                              const struct kt_batch *b)
{
	const struct kt_replica *r = &b->replica[0];

	*p = (struct kt_probe){ .s = part->s, .piece = first_windows(part, b->window) };
	if (!p->piece)
		return ry_failure();
	if (most > r->net->N_max)
		most = r->net->N_max;
	while (p->n < most && p->n < part->n && p->piece[p->n].steps > 0)
		p->n++;
	p->first = ry_calloc(p->n, r->readout.D * sizeof *p->first, "a gradient");
	return p->first ? RY_OK : ry_failure();
}

void kt_probe_free(struct kt_probe *p)
{
	free(p->piece);
	free(p->first);
	*p = (struct kt_probe){ 0 };
}

/* Root mean square over n rows of the norm of each. */
static double mean_norm(const real *x, int n, int D)
{
	double square = 0;

	for (size_t k = 0; k < (size_t)n * D; k++)
		square += (double)x[k] * x[k];
	return sqrt(square / n);
}

/* dh (rows, H) = gradient of each sequence's last loss: zero but in its last row, where it is (p -
 * a) W[q, :]. Those rows are gathered in `last` (N, H) as well. */
static void last_losses(struct kt_replica *r, real *last)
{
	const struct dense *out = &r->readout;
	const struct batch *b = &r->batch;
	size_t H = out->D, row = 0;

	memset(r->dh, 0, b->rows * H * sizeof *r->dh);
	for (int t = 0; t < b->T; t++) {
		for (int n = t + 1 < b->T ? b->n[t + 1] : 0; n < b->n[t]; n++) {
			size_t k = row + n;
			real dz = r_sigmoid(r->z[k]) - r->answer[k];

			for (size_t j = 0; j < H; j++)
				r->dh[k * H + j] = dz * out->W[r->next[k] * H + j];
			memcpy(last + n * H, r->dh + k * H, H * sizeof *last);
		}
		row += b->n[t];
	}
}

/* The top recurrent layer: between it and the read-out there is nothing but dropout, which in
 * evaluation hands gradients on as they are. */
static int top_layer(const struct kt_replica *r)
{
	int l = r->body - 1;

	while (l > 0 && strcmp(r->net->layer[l]->ops->name, "dropout") == 0)
		l--;
	return l;
}

void kt_probe_look(const struct kt_probe *p, struct kt_batch *b, struct inspector *i,
                   struct kt_gradient_flow *flow)
{
	struct kt_replica *r = &b->replica[0];
	int top = top_layer(r), H = r->net->layer[top]->M;

	*flow = (struct kt_gradient_flow){ NAN, NAN };
	kt_replica_take(b, 0, p->s, p->piece, p->n);
	kt_replica_forward(b, 0, NULL, NULL, NULL);
	inspector_look(i, r->net, &r->batch, p->n ? r->body : 0);
	if (!p->n)
		return;
	last_losses(r, p->first);
	flow->last = mean_norm(p->first, p->n, H);
	recurrent_gradient_flow(r->net->layer[top], &r->batch, r->net->y[top], r->dh, p->first);
	flow->first = mean_norm(p->first, p->n, H);
}

/* ---- one student's knowledge ---- */

int kt_tracing_student(const struct kt_subset *part)
{
	int best = part->student[0];

	for (int k = 1; k < part->n; k++) {
		size_t is = answers_of(part->s, part->student[k]), was = answers_of(part->s, best);
		size_t seen = is < TRACING_STEPS ? is : TRACING_STEPS,
		       most = was < TRACING_STEPS ? was : TRACING_STEPS;

		if (seen > most || (seen == most && is < was))
			best = part->student[k];
	}
	return best;
}

struct tracing {
	const struct sequences *s;
	size_t  start;                   /* of the student's answers */
	int     steps, rows;
	int     row[TRACING_STEPS];      /* of each step's exercise, or -1 */
	int     exercise[TRACING_ROWS];  /* of each row */
	real    z[TRACING_ROWS][TRACING_STEPS];     /* logits after each step */
	real    next[TRACING_STEPS];     /* of the answer that follows each step */
};

/* Exercises get rows as they are met. */
static void find_rows(struct tracing *t)
{
	for (int k = 0; k < t->steps; k++) {
		int q = t->s->exercise[t->start + k], r = 0;

		while (r < t->rows && t->exercise[r] != q)
			r++;
		if (r == t->rows && r < TRACING_ROWS)
			t->exercise[t->rows++] = q;
		t->row[k] = r < t->rows ? r : -1;
	}
}

/* Logits of `n` steps from `from` on, whose hidden states are h (n, H). */
static void read_out(struct tracing *t, const struct dense *out, const real *h, int from, int n)
{
	int q[TRACING_STEPS], following = from + n < t->steps ? n : n - 1;

	for (int r = 0; r < t->rows; r++) {
		for (int k = 0; k < n; k++)
			q[k] = t->exercise[r];
		dense_pick_forward(t->z[r] + from, h, q, out->W, out->b, n, out->D);
	}
	for (int k = 0; k < following; k++)
		q[k] = t->s->exercise[t->start + from + k + 1];
	dense_pick_forward(t->next + from, h, q, out->W, out->b, following, out->D);
}

/* The student's answers go through replica 0, a window at a time. */
static void trace(struct tracing *t, struct kt_batch *batch)
{
	struct kt_replica *r = &batch->replica[0];
	int hot[TRACING_STEPS], alone[TRACING_STEPS], M = batch->model->M;

	memset(r->state, 0, r->net->n_state * sizeof *r->state);
	for (int k = 0; k < t->steps; k++) {
		alone[k] = 1;
		hot[k] = t->s->exercise[t->start + k] + t->s->correct[t->start + k] * M;
	}
	for (int from = 0; from < t->steps; from += batch->window) {
		int n = t->steps - from < batch->window ? t->steps - from : batch->window;
		const struct batch b = { .T = n,
			                 .N = 1,
			                 .rows = n,
			                 .n = alone,
			                 .state = r->state,
			                 .state_stride = r->net->n_state };
		const real *h =
			net_forward(r->net, &b, (struct input){ .hot = hot + from }, r->body);

		read_out(t, &r->readout, h, from, n);
	}
}

static json_t *per_mille(real z)
{
	double p = (double)r_sigmoid(z);

	return isfinite(p) ? json_integer(lrint(1000 * p)) : json_null();
}

/* The student's id; his or her number, from 1, where the format names none. */
static json_t *student_name(const struct sequences *s, int student)
{
	char number[16];

	snprintf(number, sizeof number, "%d", student + 1);
	return json_value_text(s->student_name ? s->student_name[student] : number, number);
}

static json_t *tracing_json(const struct tracing *t, int student)
{
	json_t *rows = json_array(), *exercise = json_array(), *correct = json_array(),
	       *p = json_array(), *known = json_array();

	for (int r = 0; r < t->rows; r++) {
		json_t *steps = json_array();
		char number[16];

		snprintf(number, sizeof number, "#%d", t->exercise[r]);
		json_value_add(&rows, json_value_text(t->s->exercise_name[t->exercise[r]], number));
		for (int k = 0; k < t->steps; k++)
			json_value_add(&steps, per_mille(t->z[r][k]));
		json_value_add(&known, steps);
	}
	for (int k = 0; k < t->steps; k++) {
		json_value_add(&exercise, json_integer(t->row[k]));
		json_value_add(&correct, json_integer(t->s->correct[t->start + k]));
		json_value_add(&p, k ? per_mille(t->next[k - 1]) : json_null());
	}
	return json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:o}", "student", student, "name",
	                 student_name(t->s, student), "rows", rows, "exercise", exercise, "correct",
	                 correct, "p", p, "known", known);
}

json_t *kt_tracing_record(struct kt_batch *b, const struct sequences *s, int student)
{
	size_t answers = answers_of(s, student);
	struct tracing *t = ry_calloc(1, sizeof *t, "a record of a student");
	json_t *record;

	if (!t)
		return NULL;
	t->s = s;
	t->start = s->start[student];
	t->steps = answers < TRACING_STEPS ? (int)answers : TRACING_STEPS;
	find_rows(t);
	trace(t, b);
	record = tracing_json(t, student);
	free(t);
	if (!record)
		ry_fail_memory("a record of a student");
	return record;
}
