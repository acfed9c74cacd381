/* test_layers.c - laws that every layer obeys.
 *
 * Each law walks over all lists of layers, so a new layer is tested by being in a list.  The layer
 * is built from its example, and again from the lines below, which cover other kernels.  The
 * sequences of the batch end at different steps and all sizes differ.  Numbers keep a distance from
 * 0, where some activations are not differentiable, and from each other, for layers that take a
 * maximum.
 */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "rl/agent/dueling.h"
#include "rnn/layers/recurrent.h"
#include "src/base/safetensors.h"
#include "src/nn/layer.h"
#include "src/nn/net.h"
#include "tests/support/allocations.h"
#include "tests/support/tap.h"

static const layer_list lists[] = { core_layers, rl_layers, rnn_layers, NULL };

/* Convolutions: several words per plane, filters that fill one, two or more vectors, taps beyond
 * every border, strides that leave cells over, a kernel as large as its plane.  Pools: gaps and
 * overlaps.  Normalisation: whole vectors and parts of them; an epsilon that keeps the curvature
 * small where few numbers happen to be close. */
static const char *const more_lines[] = {
	"conv2d 2 9 8 16 3",
	"conv2d 2 9 8 6 2",
	"conv2d 1 5 6 17 5 1 2",
	"conv2d 1 6 7 3 6 1 2",
	"conv2d 1 5 13 33 3 1 1",
	"conv2d 3 7 11 2 3 1 2",
	"conv2d 2 4 18 5 4 1 3",
	"conv2d 1 12 11 18 5 2 1",
	"conv2d 2 9 8 3 2 3 1",
	"conv2d 3 4 4 20 4",
	"conv2d 70 1 1 2 1",
	"maxpool2d 3 5 8 3 2",
	"maxpool2d 2 5 7 2",
	"avgpool2d 2 6 9 2 3",
	"batchnorm 37",
	"batchnorm2d 2 5 7",
	"batchnorm2d 17 2 2",
	"layernorm 16",
	"layernorm 37",
	"layernorm2d 3 5 7 0.1",
	"layernorm2d 17 4 8",
	"layernorm2d 4 1 1 1e-1",
	NULL
};

enum { T = 4, N = 3, ROWS = 9, CANARIES = 16 };
static const int alive[T] = { 3, 3, 2, 1 };
static const real canary = (real)-77.25;

/* One layer with all that it needs around it. */
struct fixture {
	const char   *line;
	struct layer *l;
	struct batch  b;
	size_t        n, n_work, n_state;
	real         *x, *y, *before, *dy, *dx;
	int           hot[ROWS];
	gsl_rng      *rng;
};

/* +-(0.1 .. 1.5) */
static real awkward(gsl_rng *rng)
{
	double v = 0.1 + 1.4 * gsl_rng_uniform(rng);

	return (real)(gsl_rng_uniform(rng) < 0.5 ? -v : v);
}

static real *awkward_array(size_t n, gsl_rng *rng)
{
	real *a = ry_calloc(n, sizeof *a, "test");

	for (size_t i = 0; i < n; i++)
		a[i] = awkward(rng);
	return a;
}

/* Rows of D numbers +-(0.1 .. 1.5); numbers of a row differ by 1.4 / D or more. */
static real *distinct_rows(size_t rows, int D, gsl_rng *rng)
{
	real *a = ry_calloc(rows * D, sizeof *a, "test");

	for (size_t r = 0; r < rows; r++) {
		for (int i = 0; i < D; i++)
			a[r * D + i] = (real)((0.1 + 1.4 * (i + 0.5) / D) *
			                      (gsl_rng_uniform(rng) < 0.5 ? -1 : 1));
		gsl_ran_shuffle(rng, a + r * D, D, sizeof *a);
	}
	return a;
}

/* Set the parameters to awkward values; padding between tensors stays 0, and buffers are as after
 * init. */
static void fill_parameters(struct layer *l, gsl_rng *rng)
{
	struct param p;

	l->ops->init(l, rng);
	for (int k = 0; l->ops->param(l, k, &p); k++)
		for (size_t i = 0; !p.buffer && i < (size_t)p.rows * (p.cols ? p.cols : 1); i++)
			l->w[p.at + i] = awkward(rng) / 2;
}

static struct fixture fixture_make(const struct layer_ops *ops)
{
	struct fixture t = { .line = ops->example,
		           .l = ops->make(ops->example),
		           .rng = gsl_rng_alloc(gsl_rng_mt19937) };
	struct layer *l = t.l;

	TAP_CHECK(l != NULL, "%s: '%s' gives no layer: %s", ops->name, ops->example, ry_message());
	if (!l)
		exit(99);
	t.b = (struct batch){ .T = T, .N = N, .rows = ROWS, .n = alive };
	t.n = ops->n_params(l);
	t.n_work = ops->n_work(l, T, N, ROWS);
	t.n_state = ops->n_state(l);
	l->w = ry_calloc(t.n, sizeof(real), "test");
	l->dw = ry_calloc(t.n, sizeof(real), "test");
	l->work = ry_calloc(t.n_work + CANARIES, sizeof(real), "test");
	for (size_t i = 0; i < t.n_work; i++)
		l->work[i] = NAN;                    /* leftovers of other layers */
	for (int i = 0; i < CANARIES; i++)
		l->work[t.n_work + i] = canary;
	fill_parameters(l, t.rng);
	t.x = distinct_rows(ROWS, l->D, t.rng);
	t.y = awkward_array((size_t)ROWS * l->M, t.rng);
	t.before = awkward_array((size_t)ROWS * l->M, t.rng);
	t.dy = awkward_array((size_t)ROWS * l->M, t.rng);
	t.dx = awkward_array((size_t)ROWS * l->D, t.rng);
	for (int r = 0; r < ROWS; r++)
		t.hot[r] = (int)gsl_rng_uniform_int(t.rng, l->D);
	return t;
}

static void fixture_free(struct fixture *t)
{
	free(t->l->w);
	free(t->l->dw);
	free(t->l->work);
	t->l->ops->free(t->l);
	free(t->x);
	free(t->y);
	free(t->before);
	free(t->dy);
	free(t->dx);
	gsl_rng_free(t->rng);
}

/* A forward pass in training, with the same random numbers each time. */
static void forward(struct fixture *t, struct input in)
{
	gsl_rng_set(t->rng, 7);
	t->b.rng = t->rng;
	t->l->ops->forward(t->l, &t->b, in, t->y);
}

static void backward(struct fixture *t, struct input in, real *dx)
{
	real *scratch = ry_calloc((size_t)ROWS * t->l->M, sizeof *scratch, "test");

	memcpy(scratch, t->dy, (size_t)ROWS * t->l->M * sizeof *scratch);
	t->l->ops->backward(t->l, &t->b, in, t->y, scratch, dx);
	free(scratch);
}

/* A derivative, and the likely rounding error of the outputs from which it was computed. */
struct slope {
	double value, rounding;
};

/* The change of L = sum of dy * y (so dL/dy is dy) from outputs `before` to t->y, divided by the
 * step.  Outputs are subtracted one by one, so those that are unchanged contribute not even
 * rounding. */
static struct slope change(const struct fixture *t, const real *before, double step)
{
	double sum = 0, square = 0;

	for (size_t i = 0; i < (size_t)ROWS * t->l->M; i++)
		if (t->y[i] != before[i]) {
			sum += (double)t->dy[i] * ((double)t->y[i] - before[i]);
			square += pow((double)t->dy[i] * t->y[i] * RY_REAL_EPSILON, 2);
		}
	return (struct slope){ sum / step, sqrt(square) / step };
}

/* dL/d*at by central differences; forward starts from a copy of `state` unless that is NULL. */
static struct slope numeric(struct fixture *t, struct input in, real *at, const real *state)
{
	const real value = *at;
	const double h = cbrt((double)RY_REAL_EPSILON) * fmax(1, fabs((double)value));
	volatile real up = (real)(value + h), down = (real)(value - h);
	size_t n_y = (size_t)ROWS * t->l->M, n_state = N * t->b.state_stride;

	if (state)
		memcpy(t->b.state, state, n_state * sizeof *state);
	*at = down;
	forward(t, in);
	memcpy(t->before, t->y, n_y * sizeof *t->y);
	if (state)
		memcpy(t->b.state, state, n_state * sizeof *state);
	*at = up;
	forward(t, in);
	*at = value;
	return change(t, t->before, (double)up - (double)down);
}

static double tolerance(void)
{
	return 20 * cbrt((double)RY_REAL_EPSILON * RY_REAL_EPSILON);
}

/* Check that the n numbers of `analytic` are the derivatives with respect to those of `at`, and not
 * all zero. */
static void check_gradient(struct fixture *t, const char *what, struct input in, real *at,
                           const real *analytic, size_t n, const real *state)
{
	double largest = 0;

	for (size_t i = 0; i < n; i++) {
		struct slope expected = numeric(t, in, at + i, state);
		double scale = fmax(1, fmax(fabs(expected.value), fabs((double)analytic[i])));

		TAP_CHECK(fabs(expected.value - analytic[i]) <
		                  tolerance() * scale + 4 * expected.rounding,
		          "'%s': %s[%zu] is %.9g, differences say %.9g", t->line, what, i,
		          (double)analytic[i], expected.value);
		largest = fmax(largest, fabs((double)analytic[i]));
	}
	TAP_CHECK(largest > 0.01, "'%s': %s is zero everywhere", t->line, what);
}

/* ---- the laws, for one kind of layer ---- */

static void table_is_complete(const struct layer_ops *ops)
{
	TAP_CHECK(layer_check(ops) == RY_OK, "%s: %s", ops->name, ry_message());
	TAP_CHECK(strncmp(ops->example, ops->name, strlen(ops->name)) == 0,
	          "%s: the example '%s' begins with another word", ops->name, ops->example);
}

static void gradients_are_right(const struct layer_ops *ops)
{
	struct fixture t = fixture_make(ops);
	struct input in = { .x = t.x };
	struct param p;

	forward(&t, in);
	backward(&t, in, t.dx);
	check_gradient(&t, "dx", in, t.x, t.dx, (size_t)ROWS * t.l->D, NULL);
	for (int k = 0; ops->param(t.l, k, &p); k++)
		if (!p.buffer)
			check_gradient(&t, p.name, in, t.l->w + p.at, t.l->dw + p.at,
			               (size_t)p.rows * (p.cols ? p.cols : 1), NULL);
	fixture_free(&t);
}

static void gradients_through_a_state_are_right(const struct layer_ops *ops)
{
	struct fixture t = fixture_make(ops);
	struct input in = { .x = t.x };
	real *state = awkward_array(N * (t.n_state + 1), t.rng);
	real *fresh = ry_calloc(N * (t.n_state + 1), sizeof *fresh, "test");
	struct param p;

	/* Forward replaces the state, so each evaluation starts from a copy. */
	t.b.state = fresh;
	t.b.state_stride = t.n_state + 1;
	memcpy(fresh, state, N * (t.n_state + 1) * sizeof *fresh);
	forward(&t, in);
	backward(&t, in, NULL);
	for (int k = 0; ops->param(t.l, k, &p); k++)
		if (!p.buffer)
			check_gradient(&t, p.name, in, t.l->w + p.at, t.l->dw + p.at,
			               (size_t)p.rows * (p.cols ? p.cols : 1), state);
	free(state);
	free(fresh);
	fixture_free(&t);
}

static void backward_adds_to_dw_and_overwrites_dx(const struct layer_ops *ops)
{
	struct fixture t = fixture_make(ops);
	struct input in = { .x = t.x };
	size_t n_dx = (size_t)ROWS * t.l->D;
	real *once = ry_calloc(t.n, sizeof *once, "test"),
	     *dx = ry_calloc(n_dx, sizeof *dx, "test");

	forward(&t, in);
	backward(&t, in, t.dx);
	memcpy(once, t.l->dw, t.n * sizeof *once);
	memcpy(dx, t.dx, n_dx * sizeof *dx);
	forward(&t, in);                     /* the first backward may have overwritten its work */
	backward(&t, in, t.dx);
	TAP_CHECK(memcmp(dx, t.dx, n_dx * sizeof *dx) == 0, "%s: dx changed the second time",
	          ops->name);
	for (size_t i = 0; i < t.n; i++)
		TAP_CHECK(fabs((double)t.l->dw[i] - 2.0 * once[i]) <=
		                  64 * RY_REAL_EPSILON * (1 + fabs((double)once[i])),
		          "%s: dw[%zu] is %g after %g", ops->name, i, (double)t.l->dw[i],
		          (double)once[i]);
	/* With dx NULL, dw is the same. */
	memset(t.l->dw, 0, t.n * sizeof *t.l->dw);
	forward(&t, in);
	backward(&t, in, NULL);
	TAP_CHECK(memcmp(once, t.l->dw, t.n * sizeof *once) == 0,
	          "%s: dw depends on whether dx is wanted", ops->name);
	free(once);
	free(dx);
	fixture_free(&t);
}

static void gradient_stays_inside_tensors(const struct layer_ops *ops)
{
	struct fixture t = fixture_make(ops);
	struct input in = { .x = t.x };
	struct param p;
	unsigned char *used = calloc(t.n + 1, 1);

	forward(&t, in);
	backward(&t, in, t.dx);
	for (int k = 0; ops->param(t.l, k, &p); k++)
		for (size_t i = 0; i < (size_t)p.rows * (p.cols ? p.cols : 1); i++) {
			TAP_CHECK(p.at + i < t.n && !used[p.at + i],
			          "%s: %s lies outside or overlaps", ops->name, p.name);
			used[p.at + i] = 1;
		}
	for (size_t i = 0; i < t.n; i++)
		TAP_CHECK(used[i] || t.l->dw[i] == 0,
		          "%s: dw[%zu] belongs to no tensor and is not 0", ops->name, i);
	free(used);
	fixture_free(&t);
}

/* Buffers lie behind all parameters, and layer_learnt() is where they begin. */
static void buffers_come_last(const struct layer_ops *ops)
{
	struct fixture t = fixture_make(ops);
	struct param p;
	size_t learnt = layer_learnt(t.l);

	TAP_CHECK(learnt <= t.n, "%s: %zu of %zu reals are learnt", ops->name, learnt, t.n);
	for (int k = 0; ops->param(t.l, k, &p); k++)
		TAP_CHECK(p.buffer == (p.at >= learnt), "%s: %s is at %zu, %zu reals are learnt",
		          ops->name, p.name, p.at, learnt);
	fixture_free(&t);
}

/* In training, the first rows of a batch give the same outputs without the rest of it, unless the
 * layer says that they do not. */
static void only_batch_wide_rows_see_each_other(const struct layer_ops *ops)
{
	enum { FEW = 5 };
	struct fixture t = fixture_make(ops);
	const size_t n = (size_t)FEW * t.l->M;
	double largest = 0;
	int count;

	batch_flat(&t.b, &count, ROWS);
	forward(&t, (struct input){ .x = t.x });
	memcpy(t.before, t.y, n * sizeof *t.y);
	batch_flat(&t.b, &count, FEW);
	forward(&t, (struct input){ .x = t.x });
	for (size_t i = 0; i < n; i++)
		largest = fmax(largest, fabs((double)t.y[i] - t.before[i]));
	TAP_CHECK(ops->batch_wide ? largest > 0.01 : largest < 100 * RY_REAL_EPSILON,
	          "%s: %d rows by themselves differ by %g", ops->name, FEW, largest);
	fixture_free(&t);
}

static void one_hot_equals_its_index(const struct layer_ops *ops)
{
	struct fixture t = fixture_make(ops);
	size_t n_y = (size_t)ROWS * t.l->M;
	real *y = ry_calloc(n_y, sizeof *y, "test"), *dw = ry_calloc(t.n, sizeof *dw, "test");

	memset(t.x, 0, (size_t)ROWS * t.l->D * sizeof *t.x);
	for (int r = 0; r < ROWS; r++)
		t.x[r * t.l->D + t.hot[r]] = 1;
	if (ops->takes & LAYER_HOT) {
		forward(&t, (struct input){ .x = t.x });
		backward(&t, (struct input){ .x = t.x }, NULL);
		memcpy(y, t.y, n_y * sizeof *y);
		memcpy(dw, t.l->dw, t.n * sizeof *dw);
		memset(t.l->dw, 0, t.n * sizeof *dw);
		forward(&t, (struct input){ .hot = t.hot });
		backward(&t, (struct input){ .hot = t.hot }, NULL);
		for (size_t i = 0; i < n_y; i++)
			TAP_CHECK(fabs((double)y[i] - t.y[i]) < 100 * RY_REAL_EPSILON,
			          "%s: y[%zu] is %g from the one-hot, %g from its "
			          "index",
			          ops->name, i, (double)y[i], (double)t.y[i]);
		for (size_t i = 0; i < t.n; i++)
			TAP_CHECK(fabs((double)dw[i] - t.l->dw[i]) <
			                  100 * RY_REAL_EPSILON * (1 + fabs((double)dw[i])),
			          "%s: dw[%zu] is %g from the one-hot, %g from its index",
			          ops->name, i, (double)dw[i], (double)t.l->dw[i]);
	}
	free(y);
	free(dw);
	fixture_free(&t);
}

/* Random planes of zeros and ones, as numbers in t->x and as bits; the caller frees them.  Some are
 * empty, some full. */
static uint64_t *random_planes(struct fixture *t, int C, int cells)
{
	int words = bitplane_words(cells);
	uint64_t *bits = ry_calloc((size_t)ROWS * C * words, sizeof *bits, "test");

	for (int p = 0; p < ROWS * C; p++) {
		double share = gsl_rng_uniform(t->rng) * 1.5 - 0.25;

		for (int k = 0; k < cells; k++) {
			int on = gsl_rng_uniform(t->rng) < share;

			t->x[(size_t)p * cells + k] = on;
			bits[(size_t)p * words + k / 64] |= (uint64_t)on << k % 64;
		}
	}
	return bits;
}

static void bits_equal_their_numbers(const struct layer_ops *ops)
{
	struct fixture t;
	int C, H, W;
	size_t n_y;
	real *y, *dw;
	uint64_t *bits;

	if (!(ops->takes & LAYER_BITS))
		return;
	t = fixture_make(ops);
	n_y = (size_t)ROWS * t.l->M;
	y = ry_calloc(n_y, sizeof *y, "test");
	dw = ry_calloc(t.n, sizeof *dw, "test");
	TAP_CHECK(sscanf(ops->example, "%*s %d %d %d", &C, &H, &W) == 3 && C * H * W == t.l->D,
	          "%s: '%s' does not begin with C H W", ops->name, ops->example);
	bits = random_planes(&t, C, H * W);
	forward(&t, (struct input){ .x = t.x });
	backward(&t, (struct input){ .x = t.x }, NULL);
	memcpy(y, t.y, n_y * sizeof *y);
	memcpy(dw, t.l->dw, t.n * sizeof *dw);
	forward(&t, (struct input){ .bits = bits });
	backward(&t, (struct input){ .bits = bits }, NULL);
	for (size_t i = 0; i < n_y; i++)
		TAP_CHECK(fabs((double)y[i] - t.y[i]) <
		                  100 * RY_REAL_EPSILON * (1 + fabs((double)y[i])),
		          "'%s': y[%zu] is %g from "
		          "numbers, %g from bits",
		          ops->example, i, (double)y[i], (double)t.y[i]);
	for (size_t i = 0; i < t.n; i++)
		TAP_CHECK(fabs(2.0 * dw[i] - t.l->dw[i]) <
		                  1000 * RY_REAL_EPSILON * (1 + fabs((double)dw[i])),
		          "'%s': dw[%zu] is %g "
		          "from numbers, and %g with bits added",
		          ops->example, i, (double)dw[i], (double)t.l->dw[i]);
	for (int i = 0; i < CANARIES; i++)
		TAP_CHECK(t.l->work[t.n_work + i] == canary,
		          "'%s': bits wrote past %zu reals of work", ops->example, t.n_work);
	free(bits);
	free(y);
	free(dw);
	fixture_free(&t);
}

/* Steps 0 and 1, then steps 2 and 3 continuing from their state. */
static void two_pieces_equal_one(const struct layer_ops *ops)
{
	enum { FIRST = 6 };                              /* rows of the first two steps */
	struct fixture t = fixture_make(ops);
	size_t stride = t.n_state + 4, M = t.l->M, D = t.l->D;
	real *whole = awkward_array(N * stride, t.rng),
	     *parts = ry_calloc(N * stride, sizeof *parts, "test");
	real *y = ry_calloc(ROWS * M, sizeof *y, "test");
	struct batch first = {
		.T = 2, .N = 3, .rows = FIRST, .n = alive, .state = parts, .state_stride = stride
	};
	struct batch second = { .T = 2,
		                .N = 2,
		                .rows = ROWS - FIRST,
		                .n = alive + 2,
		                .state = parts,
		                .state_stride = stride };

	t.l->state_at = 2;
	memcpy(parts, whole, N * stride * sizeof *parts);
	t.b.rng = NULL;
	t.b.state = whole;
	t.b.state_stride = stride;
	t.l->ops->forward(t.l, &t.b, (struct input){ .x = t.x }, y);
	t.l->ops->forward(t.l, &first, (struct input){ .x = t.x }, t.y);
	t.l->ops->forward(t.l, &second, (struct input){ .x = t.x + FIRST * D }, t.y + FIRST * M);
	for (size_t i = 0; i < ROWS * M; i++)
		TAP_CHECK(fabs((double)y[i] - t.y[i]) < 100 * RY_REAL_EPSILON,
		          "%s: y[%zu] is %g in one piece, %g in two", ops->name, i, (double)y[i],
		          (double)t.y[i]);
	for (size_t i = 0; i < N * stride; i++)
		TAP_CHECK(fabs((double)whole[i] - parts[i]) < 100 * RY_REAL_EPSILON,
		          "%s: state[%zu] is %g after one piece, %g "
		          "after two",
		          ops->name, i, (double)whole[i], (double)parts[i]);
	free(whole);
	free(parts);
	free(y);
	fixture_free(&t);
}

/* A layer writes all of its own part of a row of state and nothing else. */
static void state_stays_in_its_place(const struct layer_ops *ops)
{
	struct fixture t = fixture_make(ops);
	size_t stride = t.n_state + 4;
	real *state = ry_calloc(N * stride, sizeof *state, "test");

	for (size_t i = 0; i < N * stride; i++)
		state[i] = i % stride < 2 || i % stride >= 2 + t.n_state ? canary : 0;
	t.l->state_at = 2;
	t.b.state = state;
	t.b.state_stride = stride;
	forward(&t, (struct input){ .x = t.x });
	for (size_t i = 0; i < N * stride; i++)
		if (i % stride < 2 || i % stride >= 2 + t.n_state)
			TAP_CHECK(state[i] == canary, "%s: wrote to state[%zu], outside its own",
			          ops->name, i);
		else
			TAP_CHECK(state[i] != 0, "%s: state[%zu] was not kept", ops->name, i);
	free(state);
	fixture_free(&t);
}

/* Without a state in the batch a layer starts from zeros. */
static void no_state_is_zero_state(const struct layer_ops *ops)
{
	struct fixture t = fixture_make(ops);
	size_t n_y = (size_t)ROWS * t.l->M;
	real *state = ry_calloc(N * (t.n_state + 1), sizeof *state, "test"),
	     *y = ry_calloc(n_y, sizeof *y, "test");

	forward(&t, (struct input){ .x = t.x });
	memcpy(y, t.y, n_y * sizeof *y);
	t.b.state = state;
	t.b.state_stride = t.n_state + 1;
	forward(&t, (struct input){ .x = t.x });
	TAP_CHECK(memcmp(y, t.y, n_y * sizeof *y) == 0, "%s: zeros as state and no state differ",
	          ops->name);
	free(state);
	free(y);
	fixture_free(&t);
}

static void work_is_bounded(const struct layer_ops *ops)
{
	struct fixture t = fixture_make(ops);

	forward(&t, (struct input){ .x = t.x });
	backward(&t, (struct input){ .x = t.x }, t.dx);
	for (int i = 0; i < CANARIES; i++)
		TAP_CHECK(t.l->work[t.n_work + i] == canary, "%s: wrote past its %zu reals of work",
		          ops->name, t.n_work);
	/* A smaller batch must fit where a larger one does. */
	TAP_CHECK(ops->n_work(t.l, 2, 2, 3) <= t.n_work, "%s: less needs more work", ops->name);
	fixture_free(&t);
}

/* Same input and same random numbers: same bits, whatever was computed in between. */
static void forward_is_repeatable(const struct layer_ops *ops)
{
	struct fixture t = fixture_make(ops);
	struct fixture other = fixture_make(ops);
	size_t n_y = (size_t)ROWS * t.l->M;
	real *y = ry_calloc(n_y, sizeof *y, "test");

	forward(&t, (struct input){ .x = t.x });
	memcpy(y, t.y, n_y * sizeof *y);
	forward(&t, (struct input){ .x = other.dx });
	forward(&t, (struct input){ .x = t.x });
	TAP_CHECK(memcmp(y, t.y, n_y * sizeof *y) == 0, "%s: the same input gave another output",
	          ops->name);
	free(y);
	fixture_free(&t);
	fixture_free(&other);
}

static void init_draws_every_tensor(const struct layer_ops *ops)
{
	struct fixture t = fixture_make(ops);
	struct param p;

	for (size_t i = 0; i < t.n; i++)
		t.l->w[i] = NAN;
	ops->init(t.l, t.rng);
	for (int k = 0; ops->param(t.l, k, &p); k++) {
		double largest = 0;

		for (size_t i = 0; i < (size_t)p.rows * (p.cols ? p.cols : 1); i++) {
			TAP_CHECK(isfinite(t.l->w[p.at + i]), "%s: init leaves %s[%zu]", ops->name,
			          p.name, i);
			largest = fmax(largest, fabs((double)t.l->w[p.at + i]));
		}
		TAP_CHECK(p.cols == 0 || largest > 0, "%s: init leaves %s all zero", ops->name,
		          p.name);
	}
	fixture_free(&t);
}

static void nothing_is_allocated(const struct layer_ops *ops)
{
	struct fixture t = fixture_make(ops);
	long before = allocations();

	gsl_rng_set(t.rng, 7);
	t.b.rng = t.rng;
	ops->forward(t.l, &t.b, (struct input){ .x = t.x }, t.y);
	ops->backward(t.l, &t.b, (struct input){ .x = t.x }, t.y, t.dy, t.dx);
	TAP_CHECK(allocations() == before, "%s: %ld allocations in a step", ops->name,
	          allocations() - before);
	fixture_free(&t);
}

/* A net of this layer alone, and a replica of it, give the same bits. */
static void replica_gives_the_same(const struct layer_ops *ops)
{
	struct fixture t = fixture_make(ops);
	struct net *net = net_make(ops->example, lists), *replica = net ? net_share(net) : NULL;
	size_t n_y = (size_t)ROWS * t.l->M;

	TAP_CHECK(net && replica, "%s: %s", ops->name, ry_message());
	if (net && replica) {
		const real *y, *z;

		net_init(net, t.rng);
		TAP_CHECK(net_alloc(net, T, N, ROWS, 1) == RY_OK, "%s: %s", ops->name,
		          ry_message());
		TAP_CHECK(net_alloc(replica, T, N, ROWS, 0) == RY_OK, "%s: %s", ops->name,
		          ry_message());
		y = net_forward(net, &t.b, (struct input){ .x = t.x }, 1);
		z = net_forward(replica, &t.b, (struct input){ .x = t.x }, 1);
		TAP_CHECK(y != z && memcmp(y, z, n_y * sizeof *y) == 0,
		          "%s: a replica gives another output", ops->name);
	}
	net_free(replica);
	net_free(net);
	fixture_free(&t);
}

/* Written to a file and read into a fresh net, and the net rebuilt from the file: the same bits. */
static void files_keep_the_bits(const struct layer_ops *ops)
{
	struct fixture t = fixture_make(ops);
	struct net *net = net_make(ops->example, lists), *copy = net_make(ops->example, lists),
		   *opened = NULL;
	struct st_writer *to = st_writer_alloc();
	struct st_file *from = NULL;
	char path[512];

	snprintf(path, sizeof path, "%s/model.safetensors", tap_tmpdir());
	net_init(net, t.rng);
	TAP_CHECK(net_write(net, to) == RY_OK && st_write(to, path) == RY_OK, "%s: %s", ops->name,
	          ry_message());
	from = st_open(path, NULL);
	TAP_CHECK(from != NULL, "%s: %s", ops->name, ry_message());
	if (from) {
		opened = net_open(from, lists, NULL);
		TAP_CHECK(opened != NULL, "%s: %s", ops->name, ry_message());
		TAP_CHECK(net_read(copy, from) == RY_OK, "%s: %s", ops->name, ry_message());
		TAP_CHECK(memcmp(net->w, copy->w, net->n * sizeof *net->w) == 0,
		          "%s: other bits after reading", ops->name);
	}
	if (opened) {
		TAP_CHECK(memcmp(net->w, opened->w, net->n * sizeof *net->w) == 0,
		          "%s: other bits after opening", ops->name);
		TAP_CHECK(strcmp(net_lines(net), net_lines(opened)) == 0,
		          "%s: other lines after opening", ops->name);
	}
	net_free(opened);
	net_free(copy);
	net_free(net);
	st_writer_free(to);
	st_close(from);
	fixture_free(&t);
}

/* Invalid lines are refused, each with a message. */
static void wrong_lines_are_refused(const struct layer_ops *ops)
{
	static const char *const endings[] = { "",     " 0",          " -3 4",         " 5.5 2",
		                               " x y", " 99999999 3", " 5 2 3 4 5 6 7" };
	char line[200];

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		struct layer *l;

		snprintf(line, sizeof line, "%s%s", ops->name, endings[i]);
		ry_fail(RY_EINVAL, "nothing yet");
		l = ops->make(line);
		TAP_CHECK(l == NULL, "'%s' was taken", line);
		TAP_CHECK(strstr(ry_message(), line) != NULL, "'%s': the sentence is '%s'", line,
		          ry_message());
		if (l)
			ops->free(l);
	}
	snprintf(line, sizeof line, "not%s", ops->example);
	TAP_CHECK(ops->make(line) == NULL, "'%s' was taken", line);
}

/* ---- each law over all layers ---- */

/* Apply the law to every line of more_lines of this kind, as if it were the example. */
static int with_other_lines(void (*law)(const struct layer_ops *ops), const struct layer_ops *ops)
{
	int n = 0;

	for (int i = 0; more_lines[i]; i++) {
		struct layer_ops other = *ops;
		size_t length = strlen(ops->name);

		if (strncmp(more_lines[i], ops->name, length) != 0 || more_lines[i][length] != ' ')
			continue;
		other.example = more_lines[i];
		law(&other);
		n++;
	}
	return n;
}

static void each(void (*law)(const struct layer_ops *ops))
{
	int n = 0, lines = 0;

	for (int i = 0; lists[i]; i++)
		for (layer_list ops = lists[i]; *ops; ops++, n++) {
			law(*ops);
			lines += with_other_lines(law, *ops);
		}
	TAP_CHECK(n >= 10, "only %d kinds of layers", n);
	TAP_CHECK(lines + 1 == sizeof more_lines / sizeof more_lines[0],
	          "%d of the other lines are of no kind", lines);
}

#define LAW(law) static void each_##law(void) { each(law); }
LAW(table_is_complete)
LAW(gradients_are_right)
LAW(gradients_through_a_state_are_right)
LAW(backward_adds_to_dw_and_overwrites_dx)
LAW(gradient_stays_inside_tensors)
LAW(buffers_come_last)
LAW(only_batch_wide_rows_see_each_other)
LAW(one_hot_equals_its_index)
LAW(bits_equal_their_numbers)
LAW(two_pieces_equal_one)
LAW(state_stays_in_its_place)
LAW(no_state_is_zero_state)
LAW(work_is_bounded)
LAW(forward_is_repeatable)
LAW(init_draws_every_tensor)
LAW(replica_gives_the_same)
LAW(files_keep_the_bits)
LAW(wrong_lines_are_refused)

static void each_nothing_is_allocated(void)
{
	if (allocations() < 0)
		tap_skip("the linker does not know --wrap");
	else
		each(nothing_is_allocated);
}

static void empty_slots_are_named(void)
{
	struct layer_ops broken = *core_layers[0];

	broken.backward = NULL;
	CU_ASSERT_EQUAL(layer_check(&broken), RY_EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "backward"));
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), broken.name));
	broken.name = NULL;
	CU_ASSERT_EQUAL(layer_check(&broken), RY_EINVAL);
}

/* The Q values of a state by hand: V = 3; advantages 1, -2, 4 with mean 1.  The mean of Q is V. */
static void dueling_adds_value_and_advantages(void)
{
	static const real x[2][4] = { { 3, 1, -2, 4 }, { -1, 0, 0, 0 } },
			  expected[2][3] = { { 3, 0, 6 }, { -1, -1, -1 } };
	real q[2][3];

	dueling_forward(q[0], x[0], 2, 3);
	for (int r = 0; r < 2; r++)
		for (int a = 0; a < 3; a++)
			TAP_CHECK(fabs((double)q[r][a] - expected[r][a]) < 10 * RY_REAL_EPSILON,
			          "Q of action %d in row %d is %g, not %g", a, r, (double)q[r][a],
			          (double)expected[r][a]);
}

static void dueling_has_room_for_one_more(void)
{
	char line[64];
	struct layer *l = dueling_ops.make("dueling 16777215");

	CU_ASSERT_PTR_NOT_NULL_FATAL(l);
	CU_ASSERT_EQUAL(l->D, LAYER_FEATURES_MAX);
	CU_ASSERT_EQUAL(l->M, LAYER_FEATURES_MAX - 1);
	dueling_ops.free(l);
	snprintf(line, sizeof line, "dueling %d", LAYER_FEATURES_MAX);
	CU_ASSERT_PTR_NULL(dueling_ops.make(line));
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "16777215"));
}

static const struct tap_test tests[] = {
	{ "tables are complete", each_table_is_complete },
	{ "an empty slot is named", empty_slots_are_named },
	{ "gradients agree with central differences", each_gradients_are_right },
	{ "and from a carried state too", each_gradients_through_a_state_are_right },
	{ "backward twice: twice dw, the same dx", each_backward_adds_to_dw_and_overwrites_dx },
	{ "tensors do not overlap and hold all of the gradient",
	  each_gradient_stays_inside_tensors },
	{ "buffers come last", each_buffers_come_last },
	{ "rows do not see each other, or the layer says so",
	  each_only_batch_wide_rows_see_each_other },
	{ "a one-hot row equals its index", each_one_hot_equals_its_index },
	{ "planes of bits equal their numbers", each_bits_equal_their_numbers },
	{ "two pieces with a carried state equal one", each_two_pieces_equal_one },
	{ "the state stays in its place", each_state_stays_in_its_place },
	{ "no state is a state of zeros", each_no_state_is_zero_state },
	{ "workspace keeps its bound", each_work_is_bounded },
	{ "the same input gives the same bits", each_forward_is_repeatable },
	{ "init draws every tensor", each_init_draws_every_tensor },
	{ "forward and backward allocate nothing", each_nothing_is_allocated },
	{ "a replica gives the same bits", each_replica_gives_the_same },
	{ "model files keep the bits", each_files_keep_the_bits },
	{ "wrong lines are refused", each_wrong_lines_are_refused },
	{ "dueling: value plus advantages without their mean", dueling_adds_value_and_advantages },
	{ "dueling: no more inputs than a layer may have", dueling_has_room_for_one_more },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("layers in " RY_REAL_NAME, tests);
}
