/* replay.c - see replay.h.
 *
 * Priorities lie in the leaves of a binary tree whose inner nodes are the sums of their two
 * children, so that setting one and finding where a sum falls both take log2(capacity) steps.  A
 * node is always added up anew from its children: no rounding builds up, and a tree read from a
 * file has the same bits.
 */
#include "rl/agent/replay.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/checkpoint.h"
#include "src/math/bitplane.h"

/* A step that waits for the n - 1 rewards after it. */
struct pending {
	unsigned char *s;            /* one observation */
	int            action;
	double         reward;
};

struct replay {
	struct replay_options o;
	struct observation_shape shape;
	size_t         count, head;  /* transitions; where the next one goes */
	unsigned char *seen;         /* (capacity, 2, bytes): s, then s' */
	int32_t       *action;       /* (capacity) */
	real          *reward, *bootstrap;   /* (capacity) */
	int            waiting;      /* of pending */
	struct pending *pending;     /* (n_step), oldest first */
	size_t         leaves;       /* a power of two; 0: uniform sampling */
	double        *tree;         /* (2 * leaves): root at 1, children of k at 2k and 2k + 1 */
	double         highest;      /* the largest p^alpha so far */
};

enum { N_STEP_MAX = 1000 };

static enum ry_status check_options(const struct replay_options *o,
                                    const struct observation_shape *shape)
{
	if (o->capacity < 1 || o->capacity > INT32_MAX)
		return ry_fail(RY_EINVAL, "a replay buffer of %zu transitions: expected 1 to %d",
		               o->capacity, INT32_MAX);
	if (shape->bytes < 4 || shape->bytes % 4 != 0)
		return ry_fail(RY_EINVAL, "observations of %zu bytes: expected a multiple of 4",
		               shape->bytes);
	if (o->n_step < 1 || o->n_step > N_STEP_MAX)
		return ry_fail(RY_EINVAL, "returns over %d steps: expected 1 to %d", o->n_step,
		               N_STEP_MAX);
	if (!(o->discount >= 0 && o->discount <= 1))
		return ry_fail(RY_EINVAL, "discount %g: expected 0 to 1", o->discount);
	if (!(o->alpha >= 0 && o->alpha <= 1))
		return ry_fail(RY_EINVAL, "priority exponent %g: expected 0 to 1", o->alpha);
	if (o->alpha > 0 && !(o->epsilon > 0 && isfinite(o->epsilon)))
		return ry_fail(RY_EINVAL, "priority epsilon %g: expected a number above 0",
		               o->epsilon);
	return RY_OK;
}

/* Zeros that take no memory before they are written to: a buffer costs what it holds, not its
 * capacity. */
static void *zeros(size_t count, size_t size, const char *what)
{
	void *p = calloc(count, size);

	if (!p)
		ry_fail_memory(what);
	return p;
}

static int alloc_parts(struct replay *r)
{
	const struct replay_options *o = &r->o;

	r->seen = zeros(o->capacity, 2 * r->shape.bytes, "the replay buffer");
	r->action = zeros(o->capacity, sizeof *r->action, "the replay buffer");
	r->reward = zeros(o->capacity, sizeof *r->reward, "the replay buffer");
	r->bootstrap = zeros(o->capacity, sizeof *r->bootstrap, "the replay buffer");
	r->pending = ry_calloc(o->n_step, sizeof *r->pending, "the replay buffer");
	if (!r->seen || !r->action || !r->reward || !r->bootstrap || !r->pending)
		return 0;
	for (int k = 0; k < o->n_step; k++)
		if (!(r->pending[k].s = ry_calloc(1, r->shape.bytes, "the replay buffer")))
			return 0;
	if (o->alpha > 0) {
		for (r->leaves = 1; r->leaves < o->capacity; r->leaves *= 2)
			;
		r->tree = zeros(2 * r->leaves, sizeof *r->tree, "the priorities");
	}
	return !r->leaves || r->tree;
}

struct replay *replay_alloc(const struct replay_options *o, const struct observation_shape *shape)
{
	struct replay *r;

	if (check_options(o, shape) != RY_OK)
		return NULL;
	r = ry_calloc(1, sizeof *r, "the replay buffer");
	if (!r)
		return NULL;
	r->o = *o;
	r->shape = *shape;
	r->highest = 1;
	if (!alloc_parts(r)) {
		replay_free(r);
		return NULL;
	}
	return r;
}

void replay_free(struct replay *r)
{
	if (!r)
		return;
	for (int k = 0; r->pending && k < r->o.n_step; k++)
		free(r->pending[k].s);
	free(r->pending);
	free(r->seen);
	free(r->action);
	free(r->reward);
	free(r->bootstrap);
	free(r->tree);
	free(r);
}

size_t replay_count(const struct replay *r)
{
	return r->count;
}

size_t replay_capacity(const struct replay *r)
{
	return r->o.capacity;
}

/* ---- priorities ---- */

static void set_priority(struct replay *r, size_t i, double p)
{
	size_t k = r->leaves + i;

	r->tree[k] = p;
	while (k >>= 1)
		r->tree[k] = r->tree[2 * k] + r->tree[2 * k + 1];
}

/* The leaf in which `sum` falls when all priorities are laid end to end. */
static size_t find_priority(const struct replay *r, double sum)
{
	size_t k = 1;

	while (k < r->leaves) {
		double left = r->tree[2 * k];

		/* Rounding may carry the sum past the last leaf that holds anything. */
		if (sum < left || r->tree[2 * k + 1] <= 0) {
			k = 2 * k;
		} else {
			sum -= left;
			k = 2 * k + 1;
		}
	}
	return k - r->leaves;
}

void replay_errors(struct replay *r, int n, const size_t *index, const real *error)
{
	if (!r->leaves)
		return;
	for (int k = 0; k < n; k++) {
		double p = pow(fabs((double)error[k]) + r->o.epsilon, r->o.alpha);

		set_priority(r, index[k], p);
		if (p > r->highest)
			r->highest = p;
	}
}

/* ---- adding ---- */

static size_t choose_slot(struct replay *r, gsl_rng *rng)
{
	size_t i = r->head;

	if (r->count == r->o.capacity && r->o.random_eviction)
		return gsl_rng_uniform_int(rng, r->o.capacity);
	r->head = (i + 1) % r->o.capacity;
	if (r->count < r->o.capacity)
		r->count++;
	return i;
}

/* The oldest waiting step becomes a transition to `next`, with all the rewards since. */
static void store_oldest(struct replay *r, const void *next, int terminal, gsl_rng *rng)
{
	size_t i = choose_slot(r, rng), bytes = r->shape.bytes;
	struct pending first = r->pending[0];
	double reward = 0, factor = 1;

	for (int k = 0; k < r->waiting; k++, factor *= r->o.discount)
		reward += factor * r->pending[k].reward;
	memcpy(r->seen + 2 * i * bytes, first.s, bytes);
	memcpy(r->seen + (2 * i + 1) * bytes, next, bytes);
	r->action[i] = first.action;
	r->reward[i] = (real)reward;
	r->bootstrap[i] = (real)(terminal ? 0 : factor);
	if (r->leaves)
		set_priority(r, i, r->highest);
	r->waiting--;
	memmove(r->pending, r->pending + 1, r->waiting * sizeof *r->pending);
	r->pending[r->waiting] = first;          /* its buffer is used again */
}

void replay_add(struct replay *r, const void *s, int action, double reward, const void *next,
                enum game_status status, gsl_rng *rng)
{
	struct pending *p = &r->pending[r->waiting++];

	memcpy(p->s, s, r->shape.bytes);
	p->action = action;
	p->reward = reward;
	if (status == GAME_ON && r->waiting < r->o.n_step)
		return;
	do
		store_oldest(r, next, status == GAME_OVER, rng);
	while (status != GAME_ON && r->waiting > 0);
}

/* ---- sampling ---- */

static int drawn_before(const size_t *index, int n, size_t i)
{
	for (int k = 0; k < n; k++)
		if (index[k] == i)
			return 1;
	return 0;
}

static void sample_uniform(const struct replay *r, int n, int with_replacement, gsl_rng *rng,
                           size_t *index, real *weight)
{
	for (int k = 0; k < n; k++) {
		do
			index[k] = gsl_rng_uniform_int(rng, r->count);
		while (!with_replacement && drawn_before(index, k, index[k]));
		weight[k] = 1;
	}
}

/* One draw from each of n equal parts of the sum (Schaul et al. 2016, appendix B.2.1). */
static void sample_by_priority(const struct replay *r, int n, double beta, gsl_rng *rng,
                               size_t *index, real *weight)
{
	double sum = r->tree[1], largest = 0;

	for (int k = 0; k < n; k++) {
		double w;

		index[k] = find_priority(r, (k + gsl_rng_uniform(rng)) / n * sum);
		w = pow((double)r->count * r->tree[r->leaves + index[k]] / sum, -beta);
		weight[k] = (real)w;
		largest = fmax(largest, w);
	}
	for (int k = 0; k < n; k++)
		weight[k] = (real)(weight[k] / largest);
}

void replay_sample(const struct replay *r, int n, int with_replacement, double beta, gsl_rng *rng,
                   size_t *index, real *weight)
{
	assert(r->count > 0);
	if (r->leaves) {
		sample_by_priority(r, n, beta, rng, index, weight);
	} else {
		assert(with_replacement || r->count >= (size_t)n);
		sample_uniform(r, n, with_replacement, rng, index, weight);
	}
}

const void *replay_state(const struct replay *r, size_t i)
{
	return r->seen + 2 * i * r->shape.bytes;
}

const void *replay_next(const struct replay *r, size_t i)
{
	return r->seen + (2 * i + 1) * r->shape.bytes;
}

int replay_action(const struct replay *r, size_t i)
{
	return r->action[i];
}

real replay_reward(const struct replay *r, size_t i)
{
	return r->reward[i];
}

real replay_bootstrap(const struct replay *r, size_t i)
{
	return r->bootstrap[i];
}

/* ---- checkpoints ---- */

#define ROWS(table) ((int)(sizeof(table) / sizeof *(table)))

/* Where the buffer stands; the rest of it is as long as this says. */
struct place {
	long count, head;
	int  waiting;
};

static enum ry_status walk_place(const struct replay *r, const struct place *p,
                                 struct st_writer *to, const struct st_file *from)
{
	const long capacity = (long)r->o.capacity, bytes = (long)r->shape.bytes;
	const struct checkpoint_number numbers[] = {
		[0] = CHECKPOINT_LONG("transitions", &p->count, 0, (double)capacity),
		[1] = CHECKPOINT_LONG("next", &p->head, 0, (double)capacity - 1),
		[2] = CHECKPOINT_INT("waiting", &p->waiting, 0, r->o.n_step - 1),
		[3] = CHECKPOINT_LONG("capacity", &capacity, (double)capacity, (double)capacity),
		[4] = CHECKPOINT_INT("steps", &r->o.n_step, r->o.n_step, r->o.n_step),
		[5] = CHECKPOINT_LONG("bytes", &bytes, (double)bytes, (double)bytes),
	};
	const struct checkpoint_row row =
		CHECKPOINT_PACK("replay.place", ST_I64, ROWS(numbers), numbers);

	return checkpoint_walk(&row, 1, to, from);
}

/* The first `n` transitions, but for their observations, which are lent to the writer. */
static enum ry_status walk_transitions(const struct replay *r, size_t n, struct st_writer *to,
                                       const struct st_file *from)
{
	const struct checkpoint_row table[] = {
		CHECKPOINT_INTS("replay.actions", n, r->action, 0, INT32_MAX),
		CHECKPOINT_REALS("replay.rewards", n, r->reward, -RY_REAL_MAX, RY_REAL_MAX),
		CHECKPOINT_REALS("replay.bootstraps", n, r->bootstrap, 0, 1),
	};

	return checkpoint_walk(table, ROWS(table), to, from);
}

static enum ry_status walk_priorities(const struct replay *r, size_t n, struct st_writer *to,
                                      const struct st_file *from)
{
	const double most = DBL_MAX / (double)r->leaves;     /* their sum is finite */
	const struct checkpoint_row table[] = {
		CHECKPOINT_DOUBLES("replay.priorities", n, r->tree + r->leaves, DBL_TRUE_MIN, most),
		CHECKPOINT_DOUBLES("replay.highest", 1, &r->highest, DBL_TRUE_MIN, most),
	};

	return checkpoint_walk(table, ROWS(table), to, from);
}

/* The waiting steps, which lie in separate pieces, as arrays. */
struct waiting {
	size_t         n;
	unsigned char *s;                /* (n, bytes); owned */
	int32_t        action[N_STEP_MAX];
	double         reward[N_STEP_MAX];
};

static enum ry_status walk_waiting(const struct replay *r, const struct waiting *w,
                                   struct st_writer *to, const struct st_file *from)
{
	const struct checkpoint_row table[] = {
		CHECKPOINT_BYTES("replay.pending.observations", w->n, r->shape.bytes, w->s),
		CHECKPOINT_INTS("replay.pending.actions", w->n, w->action, 0, INT32_MAX),
		CHECKPOINT_DOUBLES("replay.pending.rewards", w->n, w->reward, -RY_REAL_MAX,
		                   RY_REAL_MAX),
	};

	return checkpoint_walk(table, ROWS(table), to, from);
}

static enum ry_status write_waiting(const struct replay *r, struct st_writer *to)
{
	size_t n = (size_t)r->waiting, bytes = r->shape.bytes;
	struct waiting w = { .n = n, .s = ry_calloc(n, bytes, "a checkpoint") };
	enum ry_status status;

	if (!w.s)
		return ry_failure();
	for (size_t k = 0; k < w.n; k++) {
		memcpy(w.s + k * bytes, r->pending[k].s, bytes);
		w.action[k] = r->pending[k].action;
		w.reward[k] = r->pending[k].reward;
	}
	status = walk_waiting(r, &w, to, NULL);
	free(w.s);
	return status;
}

enum ry_status replay_write(const struct replay *r, struct st_writer *to)
{
	const struct place place = { (long)r->count, (long)r->head, r->waiting };
	size_t shape[2] = { r->count, 2 * r->shape.bytes };
	enum ry_status status;

	if ((status = walk_place(r, &place, to, NULL)) != RY_OK ||
	    (status = st_lend(to, "replay.observations", ST_U8, 2, shape, r->seen)) != RY_OK ||
	    (status = walk_transitions(r, r->count, to, NULL)) != RY_OK ||
	    (status = write_waiting(r, to)) != RY_OK || !r->leaves)
		return status;
	return walk_priorities(r, r->count, to, NULL);
}

static enum ry_status check_numbers(const struct replay *r, const struct st_file *from,
                                    const unsigned char *seen, size_t n)
{
	for (size_t i = 0; i < n * r->shape.bytes / sizeof(real); i++) {
		real x;

		memcpy(&x, seen + i * sizeof x, sizeof x);
		if (!isfinite(x))
			return ry_fail(RY_EDATA, "%s: an observation with a number that is %g",
			               st_path(from), (double)x);
	}
	return RY_OK;
}

/* Observations of numbers must be finite; those of bits must not have any beyond their cells, for
 * layers count on that. */
static enum ry_status check_seen(const struct replay *r, const struct st_file *from,
                                 const unsigned char *seen, size_t n)
{
	int cells = r->shape.height * r->shape.width, words = bitplane_words(cells),
	    last = cells % 64;
	uint64_t beyond = last ? ~(uint64_t)0 << last : 0, word;

	if (!r->shape.planes)
		return check_numbers(r, from, seen, n);
	for (size_t i = 0; i < n * (size_t)r->shape.planes; i++) {
		memcpy(&word, seen + ((i + 1) * words - 1) * sizeof word, sizeof word);
		if (word & beyond)
			return ry_fail(RY_EDATA, "%s: an observation with bits beyond its %d cells",
			               st_path(from), cells);
	}
	return RY_OK;
}

static enum ry_status check_waiting(const struct replay *r, const struct st_file *from,
                                    const struct waiting *w, int actions)
{
	for (size_t k = 0; k < w->n; k++)
		if (w->action[k] >= actions)
			return ry_fail(RY_EDATA,
			               "%s: replay.pending has action %d, expected one below %d",
			               st_path(from), w->action[k], actions);
	return check_seen(r, from, w->s, w->n);
}

static enum ry_status read_waiting(struct replay *r, const struct st_file *from, size_t n,
                                   int actions)
{
	size_t bytes = r->shape.bytes;
	struct waiting w = { .n = n, .s = ry_calloc(n, bytes, "a checkpoint") };
	enum ry_status status;

	if (!w.s)
		return ry_failure();
	status = walk_waiting(r, &w, NULL, from);
	if (status == RY_OK)
		status = check_waiting(r, from, &w, actions);
	for (size_t k = 0; status == RY_OK && k < w.n; k++) {
		memcpy(r->pending[k].s, w.s + k * bytes, bytes);
		r->pending[k].action = w.action[k];
		r->pending[k].reward = w.reward[k];
	}
	free(w.s);
	return status;
}

static enum ry_status check_transitions(const struct replay *r, const struct st_file *from,
                                        size_t n, int actions)
{
	for (size_t i = 0; i < n; i++)
		if (r->action[i] >= actions)
			return ry_fail(RY_EDATA,
			               "%s: transition %zu has action %d, expected one below %d",
			               st_path(from), i, r->action[i], actions);
	return RY_OK;
}

static enum ry_status read_priorities(struct replay *r, const struct st_file *from, size_t n)
{
	enum ry_status status = walk_priorities(r, n, NULL, from);

	if (status != RY_OK)
		return status;
	for (size_t i = 0; i < n; i++)
		if (r->tree[r->leaves + i] > r->highest)
			return ry_fail(RY_EDATA,
			               "%s: transition %zu has priority %g, expected at most %g",
			               st_path(from), i, r->tree[r->leaves + i], r->highest);
	for (size_t k = r->leaves - 1; k >= 1; k--)
		r->tree[k] = r->tree[2 * k] + r->tree[2 * k + 1];
	return RY_OK;
}

/* What the place promises; afterwards the buffer is whole, or partly filled when the file turns out
 * bad. */
static enum ry_status read_content(struct replay *r, const struct st_file *from,
                                   const struct place *place, int actions)
{
	size_t n = (size_t)place->count, shape[2] = { n, 2 * r->shape.bytes };
	enum ry_status status;

	if ((status = st_get(from, "replay.observations", ST_U8, 2, shape, r->seen)) != RY_OK ||
	    (status = walk_transitions(r, n, NULL, from)) != RY_OK ||
	    (status = check_transitions(r, from, n, actions)) != RY_OK ||
	    (status = check_seen(r, from, r->seen, 2 * n)) != RY_OK ||
	    (status = read_waiting(r, from, (size_t)place->waiting, actions)) != RY_OK)
		return status;
	if (r->leaves && (status = read_priorities(r, from, n)) != RY_OK)
		return status;
	r->count = n;
	r->head = (size_t)place->head;
	r->waiting = place->waiting;
	return RY_OK;
}

static void forget_all(struct replay *r)
{
	r->count = r->head = 0;
	r->waiting = 0;
	r->highest = 1;
	if (r->leaves)
		memset(r->tree, 0, 2 * r->leaves * sizeof *r->tree);
}

enum ry_status replay_read(struct replay *r, const struct st_file *from, int actions)
{
	struct place place = { 0 };
	enum ry_status status = walk_place(r, &place, NULL, from);

	/* Until the buffer is full the next transition goes to the end. */
	if (status == RY_OK && place.count < (long)r->o.capacity && place.head != place.count)
		status = ry_fail(RY_EDATA, "%s: replay.place: transition %ld of %ld comes next",
		                 st_path(from), place.head, place.count);
	if (status != RY_OK)
		return status;
	forget_all(r);
	status = read_content(r, from, &place, actions);
	if (status != RY_OK)
		forget_all(r);
	return status;
}
