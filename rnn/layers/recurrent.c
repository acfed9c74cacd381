/* recurrent.c - see recurrent.h. */
#include "rnn/layers/recurrent.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <gsl/gsl_randist.h>

#include "src/math/packed.h"

enum { UNITS_MAX = 1 << 14 };

struct recurrent {
	struct layer       base;
	const struct cell *cell;
	int                H, GH;
	char               name[4][24];      /* weight_ih_l0, weight_hh_l0, bias_ih_l0,
	                                      * bias_hh_l0 */
	size_t             w_hh, b_ih, b_hh; /* where they start in w; W_ih starts at 0 */
};

/* The workspace, cut into its arrays. */
struct slices {
	real *pack, *pack_back;      /* W_hh for h W_hh, and transposed for da W_hh^T */
	real *bias;                  /* (G H): b_ih, plus b_hh unless the cell is `apart` */
	real *a, *u;                 /* (rows, G H) */
	real *h_prev;                /* (rows, H): h_{t-1} beside each row of step t */
	real *c, *tanh_c;            /* (rows, H) */
	real *c_first;               /* (N, H): c before the first step */
	real *dh, *dc;               /* (N, H) */
};

struct layer *recurrent_make(const struct layer_ops *ops, const struct cell *cell, const char *line)
{
	struct recurrent *r;
	char usage[64];
	int D, H, k;

	snprintf(usage, sizeof usage, "%s FEATURES UNITS NUMBER", ops->name);
	if (layer_scan(line, usage, "ddi", &D, &H, &k) < 0)
		return NULL;
	if (H > UNITS_MAX) {
		ry_fail(RY_EINVAL, "layer line '%s': %d units, at most %d are possible", line, H,
		        UNITS_MAX);
		return NULL;
	}
	r = layer_new(sizeof *r, ops, D, H);
	if (!r)
		return NULL;
	r->cell = cell;
	r->H = H;
	r->GH = cell->gates * H;
	snprintf(r->name[0], sizeof r->name[0], "weight_ih_l%d", k);
	snprintf(r->name[1], sizeof r->name[1], "weight_hh_l%d", k);
	snprintf(r->name[2], sizeof r->name[2], "bias_ih_l%d", k);
	snprintf(r->name[3], sizeof r->name[3], "bias_hh_l%d", k);
	r->w_hh = ry_pad((size_t)D * r->GH);
	r->b_ih = r->w_hh + ry_pad((size_t)H * r->GH);
	r->b_hh = r->b_ih + ry_pad(r->GH);
	return &r->base;
}

int recurrent_param(const struct layer *l, int k, struct param *p)
{
	const struct recurrent *r = (const struct recurrent *)l;
	const struct param all[4] = {
		{ .name = r->name[0], .rows = r->GH, .cols = l->D, .transposed = 1 },
		{ .name = r->name[1], .rows = r->GH, .cols = r->H, .transposed = 1, .at = r->w_hh },
		{ .name = r->name[2], .rows = r->GH, .at = r->b_ih },
		{ .name = r->name[3], .rows = r->GH, .at = r->b_hh },
	};

	if (k < 0 || k > 3)
		return 0;
	*p = all[k];
	return 1;
}

size_t recurrent_n_params(const struct layer *l)
{
	const struct recurrent *r = (const struct recurrent *)l;

	return r->b_hh + (size_t)r->GH;
}

size_t recurrent_n_state(const struct layer *l)
{
	const struct recurrent *r = (const struct recurrent *)l;

	return (size_t)r->H * (r->cell->memory ? 2 : 1);
}

/* Cut `work` into arrays; with work NULL it only counts.  Returns the reals they take. */
static size_t slice(const struct recurrent *r, int N, size_t rows, real *work, struct slices *s)
{
	size_t H = r->H, GH = r->GH, at = 0;

#define SLICE(array, size) (s->array = work ? work + at : NULL, at += ry_pad(size))
	SLICE(pack, packed_size(r->H, r->GH));
	SLICE(pack_back, packed_size(r->GH, r->H));
	SLICE(bias, GH);
	SLICE(a, rows * GH);
	SLICE(u, r->cell->apart ? rows * GH : 0);
	SLICE(h_prev, rows * H);
	SLICE(c, r->cell->memory ? rows * H : 0);
	SLICE(tanh_c, r->cell->memory ? rows * H : 0);
	SLICE(c_first, r->cell->memory ? N * H : 0);
	SLICE(dh, N * H);
	SLICE(dc, r->cell->memory ? N * H : 0);
#undef SLICE
	return at;
}

size_t recurrent_n_work(const struct layer *l, int T, int N, size_t rows)
{
	struct slices s;

	(void)T;
	return slice((const struct recurrent *)l, N, rows, NULL, &s);
}

/* PyTorch's rule: everything uniform within 1 / sqrt(H). */
void recurrent_init(struct layer *l, gsl_rng *rng)
{
	const struct recurrent *r = (const struct recurrent *)l;
	double k = 1 / sqrt(r->H);
	struct param p;

	for (int i = 0; recurrent_param(l, i, &p); i++) {
		size_t n = (size_t)p.rows * (p.cols ? p.cols : 1);

		for (size_t j = 0; j < n; j++)
			l->w[p.at + j] = (real)gsl_ran_flat(rng, -k, k);
	}
}

static struct cell_step step_at(const struct recurrent *r, const struct slices *s,
                                const struct batch *b, int t, size_t row, real *y)
{
	size_t H = r->H, GH = r->GH;
	struct cell_step step = {
		.n = b->n[t],
		.H = r->H,
		.h_prev = s->h_prev + row * H,
		.a = s->a + row * GH,
		.h = y + row * H,
	};

	if (r->cell->apart)
		step.u = s->u + row * GH;
	if (r->cell->memory) {
		step.c_prev = t ? s->c + (row - b->n[t - 1]) * H : s->c_first;
		step.c = s->c + row * H;
		step.tanh_c = s->tanh_c + row * H;
	}
	return step;
}

/* `to` = `from`, or zeros when there is none. */
static void load(real *to, const real *from, size_t n)
{
	if (from)
		memcpy(to, from, n * sizeof *to);
	else
		memset(to, 0, n * sizeof *to);
}

/* h_0 and c_0 of the batch: what was carried in, or zero. */
static void load_state(const struct recurrent *r, const struct batch *b, const struct slices *s)
{
	size_t H = r->H;

	for (size_t n = 0; n < (size_t)b->N; n++) {
		const real *from =
			b->state ? b->state + n * b->state_stride + r->base.state_at : NULL;

		load(s->h_prev + n * H, from, H);
		if (r->cell->memory)
			load(s->c_first + n * H, from ? from + H : NULL, H);
	}
}

/* Keep the state of the sequences that end at step t. */
static void save_state(const struct recurrent *r, const struct batch *b, const struct cell_step *s,
                       int t)
{
	size_t H = r->H;

	for (int n = t + 1 < b->T ? b->n[t + 1] : 0; n < b->n[t]; n++) {
		real *to = b->state + (size_t)n * b->state_stride + r->base.state_at;

		load(to, s->h + (size_t)n * H, H);
		if (r->cell->memory)
			load(to + H, s->c + (size_t)n * H, H);
	}
}

/* a = W_ih x + bias of one step; dense input was multiplied for all steps before. */
static void add_input(const struct recurrent *r, const real *bias, const int *hot, real *a, int n)
{
	size_t GH = r->GH;

	for (int i = 0; i < n; i++) {
		real *row = a + i * GH;
		const real *from = hot ? r->base.w + hot[i] * GH : row;

		for (size_t j = 0; j < GH; j++)
			row[j] = from[j] + bias[j];
	}
}

void recurrent_forward(struct layer *l, const struct batch *b, struct input in, real *y)
{
	const struct recurrent *r = (const struct recurrent *)l;
	int H = r->H, GH = r->GH;
	const real *b_ih = l->w + r->b_ih, *b_hh = l->w + r->b_hh;
	struct slices s;
	size_t row = 0;

	slice(r, b->N, b->rows, l->work, &s);
	packed_pack(s.pack, l->w + r->w_hh, H, GH, GH);
	for (int j = 0; j < GH; j++)
		s.bias[j] = r->cell->apart ? b_ih[j] : b_ih[j] + b_hh[j];
	if (in.x)
		ry_gemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)b->rows, GH, l->D,
		        1, in.x, l->D, l->w, GH, 0, s.a, GH);
	load_state(r, b, &s);
	for (int t = 0; t < b->T; t++) {
		struct cell_step step = step_at(r, &s, b, t, row, y);
		int n = b->n[t];

		if (t)
			load(s.h_prev + row * H, y + (row - b->n[t - 1]) * H, (size_t)n * H);
		add_input(r, s.bias, in.hot ? in.hot + row : NULL, step.a, n);
		for (int i = 0; i < n && r->cell->apart; i++)
			load(step.u + (size_t)i * GH, b_hh, GH);
		packed_multiply(r->cell->apart ? step.u : step.a, GH, step.h_prev, H, s.pack, n, H,
		                GH, 1);
		r->cell->forward(&step);
		if (b->state)
			save_state(r, b, &step, t);
		row += n;
	}
}

/* sum (D) += the n rows of x (n, D). */
static void add_rows(real *restrict sum, const real *restrict x, int n, size_t D)
{
	for (int i = 0; i < n; i++, x += D)
		for (size_t j = 0; j < D; j++)
			sum[j] += x[j];
}

/* What one step adds to gradients of biases and of table rows. */
static void add_step(const struct recurrent *r, struct input in, const struct cell_step *step,
                     size_t row, real *db)
{
	size_t GH = r->GH;

	add_rows(db, step->a, step->n, GH);
	if (r->cell->apart)
		add_rows(r->base.dw + r->b_hh, step->u, step->n, GH);
	for (int i = 0; i < step->n && in.hot; i++)
		add_rows(r->base.dw + in.hot[row + i] * GH, step->a + i * GH, 1, GH);
}

/* All steps of back-propagation through time; leaves dL/da in s->a (and s->u), adds the gradients
 * of the biases and, for one-hot input, of the table rows that were looked up.  `db` is (G H): what
 * b_ih gets, and b_hh too unless it is kept apart.  With `first` (N, H) it only finds dL/dh of the
 * first step, and adds nothing. */
static void backward_steps(const struct recurrent *r, const struct batch *b, struct input in,
                           const struct slices *s, const real *y, const real *dy, real *db,
                           real *first)
{
	size_t H = r->H, row = b->rows;
	int later = 0;               /* sequences with a step after this one */

	for (int t = b->T - 1; t >= 0; t--) {
		int n = b->n[t];
		struct cell_step step;

		row -= n;
		step = step_at(r, s, b, t, row, (real *)y);
		load(s->dh + later * H, NULL, (n - later) * H);
		if (r->cell->memory)
			load(s->dc + later * H, NULL, (n - later) * H);
		for (size_t k = 0; k < n * H; k++)
			s->dh[k] += dy[row * H + k];
		if (first && !t)
			load(first, s->dh, n * H);
		r->cell->backward(&step, s->dh, s->dc);
		if (!first)
			add_step(r, in, &step, row, db);
		if (t)
			packed_multiply(s->dh, r->H, step.u ? step.u : step.a, r->GH, s->pack_back,
			                n, r->GH, r->H, r->cell->direct);
		later = n;
	}
}

void recurrent_backward(struct layer *l, const struct batch *b, struct input in, const real *y,
                        real *dy, real *dx)
{
	const struct recurrent *r = (const struct recurrent *)l;
	int H = r->H, GH = r->GH, rows = (int)b->rows;
	struct slices s;

	slice(r, b->N, b->rows, l->work, &s);
	packed_pack_transposed(s.pack_back, l->w + r->w_hh, GH, H, GH);
	load(s.bias, NULL, GH);      /* the forward bias is done with: now this batch's gradient */
	backward_steps(r, b, in, &s, y, dy, s.bias, NULL);
	add_rows(l->dw + r->b_ih, s.bias, 1, GH);
	if (!r->cell->apart)
		add_rows(l->dw + r->b_hh, s.bias, 1, GH);
	ry_gemm(CblasRowMajor, CblasTrans, CblasNoTrans, H, GH, rows,
	        1, s.h_prev, H, r->cell->apart ? s.u : s.a, GH, 1, l->dw + r->w_hh, GH);
	if (in.x)
		ry_gemm(CblasRowMajor, CblasTrans, CblasNoTrans, l->D, GH, rows,
		        1, in.x, l->D, s.a, GH, 1, l->dw, GH);
	if (dx)
		ry_gemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, l->D, GH,
		        1, s.a, GH, l->w, GH, 0, dx, l->D);
}

void recurrent_gradient_flow(struct layer *l, const struct batch *b, const real *y, const real *dy,
                             real *first)
{
	const struct recurrent *r = (const struct recurrent *)l;
	struct slices s;

	slice(r, b->N, b->rows, l->work, &s);
	packed_pack_transposed(s.pack_back, l->w + r->w_hh, r->GH, r->H, r->GH);
	backward_steps(r, b, (struct input){ 0 }, &s, y, dy, NULL, first);
}

/* The gates; then what the output is made of: tanh(c) where there is a cell state, and, where no
 * gate stays, the output itself.  (GRU's output is a mean of tanhs: its candidate is among the
 * gates.) */
int recurrent_saturation(const struct layer *l, const struct batch *b, const real *y, int k,
                         struct saturation *s)
{
	const struct recurrent *r = (const struct recurrent *)l;
	const char *squash = r->cell->squash;
	int gates = (int)strlen(squash), H = r->H;
	struct slices at;

	slice(r, b->N, b->rows, l->work, &at);
	*s = (struct saturation){ .rows = b->rows, .stride = H, .n = H, .low = -1, .high = 1 };
	if (k < gates) {
		s->x = at.a + (size_t)k * H;
		s->stride = r->GH;
		s->low = squash[k] == 's' ? 0 : -1;
		return 1;
	}
	s->x = r->cell->memory ? at.tanh_c : y;
	return k == gates && (r->cell->memory || gates == 0);
}
