/* test_replay.c - what is remembered, against a plain list of all that was played; how it is drawn,
 * against the shares that the formulas give; and files.
 *
 * Observations are numbered: the one that step t sees holds t's number in all of its words, and
 * what an episode ended with is seen in no other step.
 */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rl/agent/replay.h"
#include "rl/games/games.h"
#include "src/base/random.h"
#include "tests/support/allocations.h"
#include "tests/support/damage.h"
#include "tests/support/tap.h"

enum { PLANES = 3, WORDS = 2 * PLANES, STEPS = 60, ACTIONS = 4 };

/* All that a replay buffer is made from. */
struct memory {
	size_t capacity, bytes;
	int    planes, cells, n_step, random_eviction;
	double discount, alpha, epsilon;
};

static struct replay *allocate(const struct memory *m)
{
	const struct replay_options o = { .capacity = m->capacity,
		                          .n_step = m->n_step,
		                          .discount = m->discount,
		                          .random_eviction = m->random_eviction,
		                          .alpha = m->alpha,
		                          .epsilon = m->epsilon };
	const struct observation_shape shape = { .planes = m->planes,
		                                 .height = 1,
		                                 .width = m->cells,
		                                 .bytes = m->bytes };

	return replay_alloc(&o, &shape);
}

static const struct memory plain = { .capacity = 8,
	                                     .bytes = WORDS * sizeof(uint32_t),
	                                     .planes = PLANES,
	                                     .cells = 64,
	                                     .n_step = 1,
	                                     .discount = 0.9,
	                                     .epsilon = 0.01 };

/* ---- a story, and what is to be remembered of it ---- */

struct step {
	uint32_t s, next;
	int      action;
	double   reward;
	enum game_status status;
};

struct transition {
	uint32_t s, next;
	int      action;
	double   reward, bootstrap;
};

/* Episodes of 1 to 9 steps, which end in a terminal state or at a time limit. */
static void tell(struct step *story, int n, gsl_rng *rng)
{
	uint32_t number = 1;

	for (int t = 0; t < n; t++, number++) {
		int end = gsl_rng_uniform_int(rng, 5) == 0;

		story[t] = (struct step){ .s = number,
			                  .next = number + 1,
			                  .action = (int)gsl_rng_uniform_int(rng, ACTIONS),
			                  .reward = -1.5 + 4 * gsl_rng_uniform(rng) };
		if (end) {
			story[t].status = gsl_rng_uniform(rng) < 0.5 ? GAME_OVER : GAME_CUT;
			number++;                  /* the last one starts no transition */
		}
	}
}

/* The first `n` steps of a story as transitions of up to n_step steps, those that are complete. */
static int expected_of(const struct step *story, int n, int n_step, double discount,
                       struct transition *to)
{
	int count = 0;

	for (int t = 0; t < n; t++) {
		double sum = 0, power = 1;
		int k = 0, end = 0;

		for (; k < n_step && t + k < n && !end; k++) {
			sum += power * story[t + k].reward;
			power *= discount;
			end = story[t + k].status != GAME_ON;
		}
		if (k < n_step && !end)
			continue;                  /* the steps that it needs are still to come */
		to[count++] = (struct transition){ .s = story[t].s,
			                           .action = story[t].action,
			                           .reward = sum,
			                           .next = story[t + k - 1].next,
			                           .bootstrap = story[t + k - 1].status == GAME_OVER
			                                                ? 0
			                                                : power };
	}
	return count;
}

/* Odd, and its inverse modulo 2^32. */
static const uint32_t factor = 2654435761u, inverse = 244002641u;

static void observation(uint32_t number, uint32_t *to)
{
	for (int i = 0; i < WORDS; i++)
		to[i] = number * factor + (uint32_t)i;
}

/* The number of an observation; 0 when its words do not belong together. */
static uint32_t number_of(const void *at)
{
	uint32_t words[WORDS], all[WORDS];

	memcpy(words, at, sizeof words);
	observation(words[0] * inverse, all);
	return memcmp(words, all, sizeof all) == 0 ? words[0] * inverse : 0;
}

/* Through the same two buffers each time: what is not copied is lost. */
static void add(struct replay *r, const struct step *s, gsl_rng *rng)
{
	static uint32_t from[WORDS], to[WORDS];

	observation(s->s, from);
	observation(s->next, to);
	replay_add(r, from, s->action, s->reward, to, s->status, rng);
	memset(from, 0xee, sizeof from);
	memset(to, 0xee, sizeof to);
}

static struct replay *make(const struct memory *o)
{
	struct replay *r = allocate(o);

	TAP_CHECK(r != NULL, "no memory of %zu transitions: %s", o->capacity, ry_message());
	if (!r)
		exit(99);
	return r;
}

/* Single steps numbered from `first`, all of one endless episode. */
static void add_numbers(struct replay *r, uint32_t first, int n, gsl_rng *rng)
{
	for (int k = 0; k < n; k++)
		add(r,
		    &(struct step){ .s = first + (uint32_t)k,
		                    .next = first + (uint32_t)k + 1,
		                    .action = 1,
		                    .reward = 0.5 },
		    rng);
}

static int same_transition(const struct replay *r, size_t i, const struct transition *t)
{
	const double tolerance = 16 * RY_REAL_EPSILON;

	return number_of(replay_next(r, i)) == t->next && replay_action(r, i) == t->action &&
	       fabs((double)replay_reward(r, i) - t->reward) <= tolerance * (1 + fabs(t->reward)) &&
	       fabs((double)replay_bootstrap(r, i) - t->bootstrap) <= tolerance;
}

/* Does it hold the latest of `count` transitions, each once and nothing else? */
static void check_holds_latest(const struct replay *r, const struct transition *all, int count,
                               const char *when)
{
	size_t expected = (size_t)count < replay_capacity(r) ? (size_t)count : replay_capacity(r);
	const struct transition *latest = all + count - expected;
	char seen[STEPS] = { 0 };

	TAP_CHECK(replay_count(r) == expected, "%s: %zu transitions, expected %zu", when,
	          replay_count(r), expected);
	for (size_t i = 0; i < replay_count(r); i++) {
		uint32_t number = number_of(replay_state(r, i));
		size_t k = 0;

		while (k < expected && latest[k].s != number)
			k++;
		TAP_CHECK(k < expected && !seen[k],
		          "%s: observation %u is gone long ago, or there twice", when,
		          (unsigned)number);
		if (k == expected)
			continue;
		seen[k] = 1;
		TAP_CHECK(same_transition(r, i, latest + k),
		          "%s: (%u, %d, %g, %u) with bootstrap %g, expected (%u, %d, %g, %u) "
		          "with %g",
		          when, (unsigned)number, replay_action(r, i), (double)replay_reward(r, i),
		          (unsigned)number_of(replay_next(r, i)), (double)replay_bootstrap(r, i),
		          (unsigned)latest[k].s, latest[k].action, latest[k].reward,
		          (unsigned)latest[k].next, latest[k].bootstrap);
	}
}

static void holds_the_latest(void)
{
	static const int capacities[] = { 1, 2, 3, 7, 8, 13, 64 }, n_steps[] = { 1, 2, 3, 5, 12 };
	gsl_rng *rng = random_stream(3, 0);
	struct transition expected[STEPS];
	struct step story[STEPS];

	tell(story, STEPS, rng);
	for (size_t c = 0; c < sizeof capacities / sizeof capacities[0]; c++)
		for (size_t n = 0; n < sizeof n_steps / sizeof n_steps[0]; n++)
			for (int prioritised = 0; prioritised < 2; prioritised++) {
				struct memory o = plain;
				struct replay *r;
				char when[80];

				o.capacity = (size_t)capacities[c];
				o.n_step = n_steps[n];
				o.alpha = 0.6 * prioritised;
				r = make(&o);
				CU_ASSERT_EQUAL(replay_capacity(r), o.capacity);
				for (int t = 0; t < STEPS; t++) {
					add(r, &story[t], NULL);
					snprintf(when, sizeof when,
					         "capacity %d, %d steps, after %d", capacities[c],
					         n_steps[n], t + 1);
					check_holds_latest(r, expected,
					                   expected_of(story, t + 1, o.n_step,
					                               o.discount, expected),
					                   when);
				}
				replay_free(r);
			}
	gsl_rng_free(rng);
}

/* By hand: three rewards 1, 2, 4 and then an end, with discount 1/2 and room for five steps. */
static void ends_by_hand(void)
{
	static const double sums[] = { 1 + 1 + 1, 2 + 2, 4 };
	static const double cut[] = { 0.125, 0.25, 0.5 };

	for (int status = GAME_OVER; status <= GAME_CUT; status++) {
		struct memory o = plain;
		struct replay *r;

		o.n_step = 5;
		o.discount = 0.5;
		r = make(&o);
		for (uint32_t t = 0; t < 3; t++) {
			CU_ASSERT_EQUAL(replay_count(r), 0);
			add(r,
			    &(struct step){ .s = 1 + t,
			                    .next = 2 + t,
			                    .action = (int)t,
			                    .reward = 1 << t,
			                    .status = t == 2 ? (enum game_status)status : GAME_ON },
			    NULL);
		}
		CU_ASSERT_EQUAL_FATAL(replay_count(r), 3);
		for (size_t i = 0; i < 3; i++) {
			uint32_t t = number_of(replay_state(r, i)) - 1;

			CU_ASSERT_FATAL(t < 3);
			CU_ASSERT_EQUAL(replay_reward(r, i), (real)sums[t]);
			CU_ASSERT_EQUAL(replay_bootstrap(r, i),
			                (real)(status == GAME_CUT ? cut[t] : 0));
			CU_ASSERT_EQUAL(number_of(replay_next(r, i)), 4);
			CU_ASSERT_EQUAL(replay_action(r, i), (int)t);
		}
		replay_free(r);
	}
}

/* Discounts at both ends of what there may be. */
static void discounts_of_0_and_1(void)
{
	for (int discount = 0; discount <= 1; discount++) {
		struct memory o = plain;
		struct replay *r;

		o.n_step = 3;
		o.discount = discount;
		r = make(&o);
		add_numbers(r, 1, 3, NULL);
		CU_ASSERT_EQUAL_FATAL(replay_count(r), 1);
		CU_ASSERT_EQUAL(replay_reward(r, 0), (real)(discount ? 1.5 : 0.5));
		CU_ASSERT_EQUAL(replay_bootstrap(r, 0), (real)discount);
		replay_free(r);
	}
}

/* ---- eviction ---- */

/* A random one goes: of those that came a others ago, (1 - 1/C)^a are still there. */
static void random_eviction_forgets_evenly(void)
{
	enum { C = 48, SNAPSHOTS = 1500, APART = 8 * C, BINS = 6 };
	static const int until[BINS] = { 1, 12, 24, 48, 96, 1 << 30 };
	struct memory o = plain;
	double count[BINS] = { 0 }, expected[BINS], from = 1;
	gsl_rng *rng = random_stream(11, 0);
	struct replay *r;
	uint32_t number = 1;

	o.capacity = C;
	o.random_eviction = 1;
	r = make(&o);
	add_numbers(r, number, 20 * C, rng);
	number += 20 * C;
	for (int k = 0; k < SNAPSHOTS; k++) {
		add_numbers(r, number, APART, rng);
		number += APART;
		CU_ASSERT_EQUAL(replay_count(r), C);
		for (size_t i = 0; i < C; i++) {
			uint32_t age = number - 1 - number_of(replay_state(r, i));
			int b = 0;

			while (age >= (uint32_t)until[b])
				b++;
			count[b]++;
		}
	}
	for (int b = 0; b < BINS; b++) {
		/* sum of q^a over ages up to the bin's end: (1 - q^end) C */
		double left = b == BINS - 1 ? 0 : pow(1 - 1.0 / C, until[b]);

		expected[b] = (double)SNAPSHOTS * C * (from - left);
		from = left;
		TAP_CHECK(fabs(count[b] - expected[b]) <= 5 * sqrt(expected[b]) * (b > 0) + 1e-6,
		          "of age below %d there are %g, expected "
		          "%g",
		          until[b], count[b], expected[b]);
	}
	replay_free(r);
	gsl_rng_free(rng);
}

/* With a memory that is not full nothing goes, and no draws are needed. */
static void random_eviction_waits_until_full(void)
{
	struct memory o = plain;
	gsl_rng *rng = random_stream(5, 0), *untouched = random_stream(5, 0);
	struct transition expected[STEPS];
	struct step story[STEPS];
	struct replay *r;

	tell(story, STEPS, rng);
	gsl_rng_memcpy(untouched, rng);
	o.capacity = STEPS;
	o.random_eviction = 1;
	r = make(&o);
	for (int t = 0; t < STEPS; t++)
		add(r, &story[t], rng);
	check_holds_latest(r, expected, expected_of(story, STEPS, 1, o.discount, expected),
	                   "random eviction");
	CU_ASSERT_EQUAL(gsl_rng_get(rng), gsl_rng_get(untouched));
	replay_free(r);
	gsl_rng_free(rng);
	gsl_rng_free(untouched);
}

/* ---- drawing ---- */

/* Is chi^2 of counts against expectations what chance gives?  The bound is six deviations. */
static void check_chance(const char *what, const double *count, const double *expected, int n)
{
	double sum = 0;

	for (int k = 0; k < n; k++)
		sum += (count[k] - expected[k]) * (count[k] - expected[k]) / expected[k];
	TAP_CHECK(sum < n - 1 + 6 * sqrt(2.0 * (n - 1)), "%s: chi^2 is %g in %d bins", what, sum,
	          n);
}

/* Nothing comes twice in a batch, a whole memory is a permutation, and every pair is as likely. */
static void batches_without_repetition(void)
{
	enum { N = 7, PAIRS = N * (N - 1) / 2, TIMES = 40000 };
	struct memory o = plain;
	gsl_rng *rng = random_stream(7, 0);
	double pairs[PAIRS] = { 0 }, expected[PAIRS];
	size_t index[N];
	real weight[N];
	struct replay *r;

	o.capacity = 9;
	r = make(&o);
	add_numbers(r, 1, N, NULL);
	for (int n = 1; n <= N; n++)
		for (int k = 0; k < 200; k++) {
			unsigned seen = 0;

			replay_sample(r, n, 0, 0.4, rng, index, weight);
			for (int i = 0; i < n; i++) {
				TAP_CHECK(index[i] < N && !(seen & 1u << index[i]),
				          "%zu twice, or not there at all", index[i]);
				CU_ASSERT_EQUAL(weight[i], 1);
				seen |= 1u << index[i];
			}
		}
	for (int k = 0; k < TIMES; k++) {
		size_t a, b;

		replay_sample(r, 2, 0, 0.4, rng, index, weight);
		a = index[0] < index[1] ? index[0] : index[1];
		b = index[0] < index[1] ? index[1] : index[0];
		pairs[b * (b - 1) / 2 + a]++;
	}
	for (int k = 0; k < PAIRS; k++)
		expected[k] = (double)TIMES / PAIRS;
	check_chance("pairs", pairs, expected, PAIRS);
	replay_free(r);
	gsl_rng_free(rng);
}

/* A batch of a larger memory, and one that is nearly all of it: every transition is as likely. */
static void batches_are_uniform(void)
{
	enum { N = 100 };
	static const int sizes[] = { 1, 8, 32, 90 };
	struct memory o = plain;
	gsl_rng *rng = random_stream(8, 0);
	size_t index[N];
	real weight[N];
	struct replay *r;

	o.capacity = N;
	r = make(&o);
	add_numbers(r, 1, N + 37, NULL);
	for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
		for (int again = 0; again < 2; again++) {
			int times = 200000 / sizes[s];
			double count[N] = { 0 }, expected[N];

			for (int k = 0; k < times; k++) {
				replay_sample(r, sizes[s], again, 1, rng, index, weight);
				for (int i = 0; i < sizes[s]; i++)
					count[index[i]]++;
			}
			for (int k = 0; k < N; k++)
				expected[k] = (double)times * sizes[s] / N;
			check_chance(again ? "uniform, again" : "uniform", count, expected, N);
		}
	replay_free(r);
	gsl_rng_free(rng);
}

/* Where a transition may come again, pairs of the same one come too, and one transition is
 * enough. */
static void batches_with_repetition(void)
{
	enum { N = 3, TIMES = 30000 };
	gsl_rng *rng = random_stream(9, 0);
	double pairs[N * N] = { 0 }, expected[N * N];
	struct replay *r = make(&plain);
	size_t index[20];
	real weight[20];

	add_numbers(r, 1, 1, NULL);
	replay_sample(r, 20, 1, 1, rng, index, weight);
	for (int i = 0; i < 20; i++)
		CU_ASSERT(index[i] == 0 && weight[i] == 1);
	add_numbers(r, 2, N - 1, NULL);
	for (int k = 0; k < TIMES; k++) {
		replay_sample(r, 2, 1, 1, rng, index, weight);
		pairs[index[0] * N + index[1]]++;
	}
	for (int k = 0; k < N * N; k++)
		expected[k] = (double)TIMES / (N * N);
	check_chance("pairs, again", pairs, expected, N * N);
	replay_free(r);
	gsl_rng_free(rng);
}

static void sampling_is_repeatable(void)
{
	for (int prioritised = 0; prioritised < 2; prioritised++) {
		gsl_rng *one = random_stream(4, 2), *two = random_stream(4, 2);
		struct memory o = plain;
		size_t a[5], b[5];
		real v[5], w[5];
		struct replay *r;

		o.alpha = 0.6 * prioritised;
		r = make(&o);
		add_numbers(r, 1, 8, NULL);
		for (int k = 0; k < 50; k++) {
			replay_sample(r, 5, 0, 0.4, one, a, v);
			replay_sample(r, 5, 0, 0.4, two, b, w);
			CU_ASSERT(memcmp(a, b, sizeof a) == 0 && memcmp(v, w, sizeof v) == 0);
		}
		replay_free(r);
		gsl_rng_free(one);
		gsl_rng_free(two);
	}
}

/* ---- priorities ---- */

enum { LARGE_BATCH = 4096 };

/* How likely each transition is, all together 1, from the weights of one large batch: N P(i) is as
 * its weight to the power -1/beta.  0 for one that did not come. */
static void shares_by_weight(const struct replay *r, double beta, gsl_rng *rng, double *share)
{
	static size_t index[LARGE_BATCH];
	static real weight[LARGE_BATCH];
	size_t n = replay_count(r);
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		share[i] = 0;
	replay_sample(r, LARGE_BATCH, 0, beta, rng, index, weight);
	for (int k = 0; k < LARGE_BATCH; k++)
		share[index[k]] = pow((double)weight[k], -1 / beta);
	for (size_t i = 0; i < n; i++)
		sum += share[i];
	for (size_t i = 0; i < n; i++)
		share[i] /= sum;
}

static void draw_counts(const struct replay *r, int batch, int times, gsl_rng *rng, double *count)
{
	size_t index[64];
	real weight[64];

	for (size_t i = 0; i < replay_count(r); i++)
		count[i] = 0;
	for (int k = 0; k < times; k++) {
		replay_sample(r, batch, 0, 0.4, rng, index, weight);
		for (int i = 0; i < batch; i++) {
			TAP_CHECK(index[i] < replay_count(r), "drew %zu of %zu", index[i],
			          replay_count(r));
			if (index[i] < replay_count(r))
				count[index[i]]++;
		}
	}
}

/* P(i) = (|error| + epsilon)^alpha / sum, of any sign. */
static void shares_of_errors(const real *error, int n, const struct memory *o,
                             double *share)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += share[i] = pow(fabs((double)error[i]) + o->epsilon, o->alpha);
	for (int i = 0; i < n; i++)
		share[i] /= sum;
}

static void priorities_decide(void)
{
	static const real error[] = { 0.3f, -2, 0, 0.05f, 1.25f, -0.7f, 4, 0.01f, -0.4f, 1, 0.2f };
	static const size_t index[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
	static const double alphas[] = { 0.3, 0.6, 1 };
	enum { N = sizeof error / sizeof error[0], TIMES = 20000, BATCH = 8 };
	gsl_rng *rng = random_stream(12, 0);

	for (int full = 0; full < 2; full++)
		for (size_t a = 0; a < sizeof alphas / sizeof alphas[0]; a++) {
			struct memory o = plain;
			double count[N], expected[N], share[N];
			struct replay *r;

			o.capacity = full ? N : 2 * N - 1;
			o.alpha = alphas[a];
			r = make(&o);
			add_numbers(r, 1, N + full * 5, NULL);
			replay_errors(r, N, index, error);
			draw_counts(r, BATCH, TIMES, rng, count);
			shares_of_errors(error, N, &o, expected);
			shares_by_weight(r, 1, rng, share);
			for (int i = 0; i < N; i++)
				TAP_CHECK(fabs(share[i] - expected[i]) < 1000 * RY_REAL_EPSILON,
				          "alpha %g: weights say that %d has %g, expected "
				          "%g",
				          o.alpha, i, share[i], expected[i]);
			for (int i = 0; i < N; i++)
				expected[i] *= TIMES * BATCH;
			check_chance("by priority", count, expected, N);
			replay_free(r);
		}
	gsl_rng_free(rng);
}

/* weight_i = (N P(i))^-beta over the largest of the batch. */
static void weights_follow_the_formula(void)
{
	static const real error[] = { 0.3f, -2, 0.1f, 0.05f, 1.25f };
	static const size_t index[] = { 0, 1, 2, 3, 4 };
	static const double betas[] = { 0, 0.4, 0.7, 1 };
	enum { N = 5, BATCH = 6 };
	gsl_rng *rng = random_stream(13, 0);
	struct memory o = plain;
	double p[N];
	struct replay *r;

	o.alpha = 0.6;
	r = make(&o);
	add_numbers(r, 1, N, NULL);
	replay_errors(r, N, index, error);
	shares_of_errors(error, N, &o, p);
	for (size_t b = 0; b < sizeof betas / sizeof betas[0]; b++)
		for (int k = 0; k < 300; k++) {
			size_t i[BATCH];
			real weight[BATCH];
			double largest = 0;

			replay_sample(r, BATCH, 0, betas[b], rng, i, weight);
			for (int j = 0; j < BATCH; j++)
				largest = fmax(largest, pow(N * p[i[j]], -betas[b]));
			for (int j = 0; j < BATCH; j++) {
				double expected = pow(N * p[i[j]], -betas[b]) / largest;

				TAP_CHECK(fabs((double)weight[j] - expected) <
				                  100 * RY_REAL_EPSILON,
				          "beta %g: weight %g, expected %g", betas[b],
				          (double)weight[j], expected);
			}
		}
	replay_free(r);
	gsl_rng_free(rng);
}

/* A new transition has the largest priority so far, even when that one has meanwhile become
 * smaller. */
static void new_ones_come_first(void)
{
	static const real error[] = { 0.3f, -3, 0.1f }, lower[] = { 0.2f };
	static const size_t index[] = { 0, 1, 2 };
	gsl_rng *rng = random_stream(14, 0);
	struct memory o = plain;
	double share[8];
	struct replay *r;

	o.alpha = 0.5;
	o.capacity = 5;
	r = make(&o);
	add_numbers(r, 1, 3, NULL);
	shares_by_weight(r, 1, rng, share);
	for (int i = 0; i < 3; i++)
		TAP_CHECK(fabs(share[i] - 1.0 / 3) < 1e-5, "the first three: %d has %g", i,
		          share[i]);
	replay_errors(r, 3, index, error);
	add_numbers(r, 4, 1, NULL);
	shares_by_weight(r, 1, rng, share);
	TAP_CHECK(fabs(share[3] / share[1] - 1) < 1e-4, "a new one has %g, the largest %g",
	          share[3], share[1]);
	replay_errors(r, 1, index + 1, lower);
	add_numbers(r, 5, 2, NULL);          /* one more than fits: the first goes, and its
	                                      * priority with it */
	shares_by_weight(r, 1, rng, share);
	for (size_t i = 0; i < 5; i++) {
		uint32_t number = number_of(replay_state(r, i));
		double p = number == 2 ? 0.21 : number == 3 ? 0.11 : 3.01;
		double expected = sqrt(p) / (sqrt(0.21) + sqrt(0.11) + 3 * sqrt(3.01));

		TAP_CHECK(fabs(share[i] - expected) < 1e-5, "transition %u has %g, expected %g",
		          (unsigned)number, share[i], expected);
	}
	replay_free(r);
	gsl_rng_free(rng);
}

/* After 100,000 updates of all sizes the draws still follow the priorities as they are, and only
 * what is there comes out. */
static void sums_do_not_drift(void)
{
	enum { N = 37, UPDATES = 100000 };
	static const size_t capacities[] = { N, 64, 100 };
	gsl_rng *rng = random_stream(15, 0);

	for (size_t c = 0; c < sizeof capacities / sizeof capacities[0]; c++) {
		struct memory o = plain;
		double count[N], expected[N];
		size_t index[N];
		real error[N];
		struct replay *r;

		o.capacity = capacities[c];
		o.alpha = 1;
		o.epsilon = 1e-6;
		r = make(&o);
		add_numbers(r, 1, N, NULL);
		for (int k = 0; k < UPDATES; k++) {
			index[0] = gsl_rng_uniform_int(rng, N);
			error[0] = (real)pow(10, 16 * gsl_rng_uniform(rng) - 6);
			replay_errors(r, 1, index, error);
		}
		for (int i = 0; i < N; i++) {
			index[i] = (size_t)(N - 1 - i);
			error[i] = (real)(1e-3 * (1 + i % 5));
		}
		replay_errors(r, N, index, error);
		draw_counts(r, 16, 8000, rng, count);
		shares_of_errors(error, N, &o, expected);
		for (int i = 0; i < N / 2; i++) {
			double swap = expected[i];

			expected[i] = expected[N - 1 - i];
			expected[N - 1 - i] = swap;
		}
		for (int i = 0; i < N; i++)
			expected[i] *= 16 * 8000.0;
		check_chance("after 100,000 updates", count, expected, N);
		replay_free(r);
	}
	gsl_rng_free(rng);
}

/* The same index twice in a list of errors: the last one counts.  Uniform sampling does not
 * listen. */
static void errors_in_order(void)
{
	static const size_t index[] = { 0, 1, 0 };
	static const real error[] = { 100, 1, 3 };
	gsl_rng *rng = random_stream(16, 0);
	struct memory o = plain;
	double share[2], count[2], expected[2] = { 20000, 20000 };
	struct replay *r;

	o.alpha = 1;
	o.epsilon = 1e-9;
	r = make(&o);
	add_numbers(r, 1, 2, NULL);
	replay_errors(r, 3, index, error);
	shares_by_weight(r, 1, rng, share);
	TAP_CHECK(fabs(share[0] - 0.75) < 1e-5, "%g of the draws, expected 3/4", share[0]);
	replay_free(r);
	r = make(&plain);
	add_numbers(r, 1, 2, NULL);
	replay_errors(r, 3, index, error);
	draw_counts(r, 1, 40000, rng, count);
	check_chance("errors without priorities", count, expected, 2);
	replay_free(r);
	gsl_rng_free(rng);
}

/* With next to no epsilon and errors 0 nothing is more likely than anything else, and there is
 * still a draw. */
static void nothing_but_zeros(void)
{
	static const size_t index[] = { 0, 1, 2 };
	static const real error[] = { 0, 0, 0 };
	gsl_rng *rng = random_stream(17, 0);
	struct memory o = plain;
	struct replay *r;

	o.alpha = 1;
	o.epsilon = 1e-300;
	r = make(&o);
	add_numbers(r, 1, 3, NULL);
	replay_errors(r, 3, index, error);
	for (int k = 0; k < 100; k++) {
		size_t i[4];
		real weight[4];

		replay_sample(r, 4, 0, 0.5, rng, i, weight);
		for (int j = 0; j < 4; j++)
			TAP_CHECK(i[j] < 3 && weight[j] > 0 && weight[j] <= 1,
			          "drew %zu with weight %g", i[j], (double)weight[j]);
	}
	replay_free(r);
	gsl_rng_free(rng);
}

static double last_of_all(void *state)
{
	(void)state;
	return 1 - DBL_EPSILON / 2;
}

static void keep_seed(void *state, unsigned long seed)
{
	(void)state;
	(void)seed;
}

static unsigned long last_number(void *state)
{
	(void)state;
	return 0xffffffff;
}

/* Draws from the very end of the sum, where rounding may step over it, still find something that is
 * there. */
static void the_last_draw_of_all(void)
{
	static const gsl_rng_type type = { "last",    0xffffffff,  0,          1,
		                           keep_seed, last_number, last_of_all };
	gsl_rng *rng = random_stream(18, 0), *last = gsl_rng_alloc(&type);
	struct memory o = plain;

	o.capacity = 33;
	o.alpha = 1;
	for (int n = 1; n <= 33; n++) {
		struct replay *r = make(&o);

		add_numbers(r, 1, n, NULL);
		for (int k = 0; k < 20; k++) {
			size_t index[7];
			real weight[7];

			for (int i = 0; i < n; i++) {
				real error = (real)(10 * gsl_rng_uniform(rng));

				index[0] = (size_t)i;
				replay_errors(r, 1, index, &error);
			}
			replay_sample(r, 7, 0, 0.5, last, index, weight);
			for (int i = 0; i < 7; i++)
				TAP_CHECK(index[i] < (size_t)n, "drew %zu of %d", index[i], n);
		}
		replay_free(r);
	}
	gsl_rng_free(last);
	gsl_rng_free(rng);
}

/* ---- files ---- */

/* What a memory is made for in a test of files; see makes[]. */
static struct memory file_options(int kind)
{
	struct memory o = plain;

	o.capacity = 11;
	o.n_step = kind == 0 ? 1 : 3;
	o.random_eviction = kind == 2;
	o.alpha = kind >= 2 ? 0.6 : 0;
	return o;
}

enum { KINDS = 4 };

static struct st_file *file_of(const struct replay *r)
{
	struct st_writer *w = st_writer_alloc();

	TAP_CHECK(replay_write(r, w) == RY_OK, "not written: %s", ry_message());
	return damage_open(w);
}

/* Play steps from..to of a story, and learn: errors are drawn as well. */
static void live(struct replay *r, const struct step *story, int from, int to, gsl_rng *rng)
{
	for (int t = from; t < to; t++) {
		size_t index[4];
		real weight[4];

		add(r, &story[t], rng);
		if (replay_count(r) < 4)
			continue;
		replay_sample(r, 4, 0, 0.4, rng, index, weight);
		for (int i = 0; i < 4; i++)
			weight[i] = (real)(3 * gsl_rng_uniform(rng) * weight[i]);
		replay_errors(r, 4, index, weight);
	}
}

static void check_same(const struct replay *a, const struct replay *b, gsl_rng *rng,
                       const char *what)
{
	gsl_rng *copy = gsl_rng_clone(rng);
	size_t i[20], j[20];
	real v[20], w[20];

	TAP_CHECK(replay_count(a) == replay_count(b), "%s: %zu transitions, then %zu", what,
	          replay_count(a), replay_count(b));
	if (replay_count(a) != replay_count(b))
		return;
	for (size_t k = 0; k < replay_count(a); k++)
		TAP_CHECK(memcmp(replay_state(a, k), replay_state(b, k), plain.bytes) == 0 &&
		                  memcmp(replay_next(a, k), replay_next(b, k), plain.bytes) == 0 &&
		                  replay_action(a, k) == replay_action(b, k) &&
		                  replay_reward(a, k) == replay_reward(b, k) &&
		                  replay_bootstrap(a, k) == replay_bootstrap(b, k),
		          "%s: transition %zu is another one", what, k);
	if (replay_count(a) > 0) {
		replay_sample(a, 20, 1, 0.4, copy, i, v);
		gsl_rng_memcpy(copy, rng);
		replay_sample(b, 20, 1, 0.4, copy, j, w);
		TAP_CHECK(memcmp(i, j, sizeof i) == 0 && memcmp(v, w, sizeof v) == 0,
		          "%s: draws differ", what);
	}
	gsl_rng_free(copy);
}

/* Written at any point of a story, empty included, and read into a fresh memory or one that holds
 * something else: the same from there on, to the bit. */
static void files_keep_everything(void)
{
	gsl_rng *rng = random_stream(21, 0);
	struct step story[STEPS];

	tell(story, STEPS, rng);
	for (int kind = 0; kind < KINDS; kind++)
		for (int at = 0; at < STEPS - 10; at += at < 12 ? 1 : 7) {
			struct memory o = file_options(kind);
			struct replay *a = make(&o), *b = make(&o);
			gsl_rng *one = random_stream(22, 0), *two;
			struct st_file *f;
			char what[80];

			snprintf(what, sizeof what, "kind %d after %d steps", kind, at);
			live(a, story, 0, at, one);
			two = gsl_rng_clone(one);
			if (at % 2)
				live(b, story, 20, 45, rng);
			f = file_of(a);
			TAP_CHECK(replay_read(b, f, ACTIONS) == RY_OK, "%s: %s", what,
			          ry_message());
			check_same(a, b, rng, what);
			live(a, story, at, STEPS, one);
			live(b, story, at, STEPS, two);
			check_same(a, b, rng, what);
			CU_ASSERT_EQUAL(gsl_rng_get(one), gsl_rng_get(two));
			st_close(f);
			gsl_rng_free(one);
			gsl_rng_free(two);
			replay_free(a);
			replay_free(b);
		}
	gsl_rng_free(rng);
}

/* A memory that lived for `at` steps, as a file; with more than one step in a transition, two are
 * waiting. */
static struct st_file *lived(int kind, int at)
{
	struct memory o = file_options(kind);
	gsl_rng *rng = random_stream(23, 0);
	struct step story[STEPS];
	struct replay *r = make(&o);
	struct st_file *f;

	tell(story, STEPS, rng);
	live(r, story, 0, at, rng);
	add(r, &(struct step){ .s = 700, .next = 701, .status = GAME_OVER }, rng);
	add_numbers(r, 702, 2, rng);
	f = file_of(r);
	replay_free(r);
	gsl_rng_free(rng);
	return f;
}

/* Read a file into a memory; refused, with a sentence? */
static int refused(const struct memory *o, const struct st_file *f, int actions)
{
	struct replay *r = make(o);
	enum ry_status status;
	int said;

	ry_fail(RY_EINVAL, "nothing yet");
	status = replay_read(r, f, actions);
	said = strcmp(ry_message(), "nothing yet") != 0;
	replay_free(r);
	TAP_CHECK(status == RY_OK || said, "refused without a word");
	TAP_CHECK(status == RY_OK || status == RY_ESHAPE || status == RY_EDATA,
	          "refused with status %d", (int)status);
	return status != RY_OK;
}

/* A memory with other options does not take it, nor one for fewer actions. */
static void files_of_others_are_refused(void)
{
	struct st_file *f = lived(3, 30), *uniform = lived(1, 30);
	struct memory same = file_options(3), o;

	CU_ASSERT_FALSE(refused(&same, f, ACTIONS));
	CU_ASSERT_TRUE(refused(&same, f, 1));
	CU_ASSERT_TRUE(refused(&same, uniform, ACTIONS));
	o = same, o.bytes += 8, o.planes++;
	CU_ASSERT_TRUE(refused(&o, f, ACTIONS));
	o = same, o.bytes -= 8, o.planes--;
	CU_ASSERT_TRUE(refused(&o, f, ACTIONS));
	o = same, o.cells = 63;                     /* and it has all 64 bits */
	CU_ASSERT_TRUE(refused(&o, f, ACTIONS));
	o = same, o.n_step = 2;
	CU_ASSERT_TRUE(refused(&o, f, ACTIONS));
	o = same, o.n_step = 4;
	CU_ASSERT_TRUE(refused(&o, f, ACTIONS));
	for (o = same, o.capacity = 9; o.capacity < 14; o.capacity++)
		CU_ASSERT_EQUAL(refused(&o, f, ACTIONS), o.capacity != same.capacity);
	o = same, o.alpha = 0;
	refused(&o, f, ACTIONS);                    /* needs no priorities: either way, without
	                                             * harm */
	st_close(f);
	st_close(uniform);
}

static int tensors_in(const struct st_file *f)
{
	int n = 0;

	while (st_tensor_at(f, n))
		n++;
	return n;
}

/* Every tensor of the file is missed when it is not there or has another size or type. */
static void files_of_other_shapes_are_refused(void)
{
	for (int kind = 0; kind < KINDS; kind++) {
		struct memory o = file_options(kind);
		struct st_file *f = lived(kind, 30);

		CU_ASSERT_TRUE(tensors_in(f) >= 3);
		for (int k = 0; k < tensors_in(f); k++)
			for (int way = 0; way < DAMAGE_WAYS; way++) {
				struct st_file *bad;

				if (way == DAMAGE_ONE_LESS && st_tensor_at(f, k)->count == 0)
					continue;
				bad = damage_shape(f, k, way);
				TAP_CHECK(refused(&o, bad, ACTIONS),
				          "kind %d: taken with %s changed in way %d", kind,
				          st_tensor_at(f, k)->name, way);
				st_close(bad);
			}
		st_close(f);
	}
}

/* Numbers that say too much, or another thing than the rest of the file; in the order of `way`. */
static const double odd[] = { -1, NAN, INFINITY, 0,   1,          2,    3,     5,
	                      10, 11,  12,       255, 2147483647, 9e18, 1e300, -1e300 };

enum { ODD = sizeof odd / sizeof odd[0] };

/* Are all of its transitions ones that play can bring, and all draws of its own? */
static int sound(struct replay *r, gsl_rng *rng)
{
	size_t index[16];
	real weight[16];
	int good = replay_count(r) <= replay_capacity(r);

	for (size_t i = 0; good && i < replay_count(r); i++)
		good = replay_action(r, i) >= 0 && replay_action(r, i) < ACTIONS &&
		       isfinite(replay_reward(r, i)) && replay_bootstrap(r, i) >= 0 &&
		       replay_bootstrap(r, i) <= 1;
	if (!good || replay_count(r) == 0)
		return good;
	replay_sample(r, 16, 1, 0.4, rng, index, weight);
	for (int i = 0; i < 16; i++)
		good = good && index[i] < replay_count(r) && weight[i] > 0 && weight[i] <= 1;
	if (good)
		replay_errors(r, 16, index, weight);
	return good;
}

static int has_number(const struct replay *r, uint32_t number)
{
	for (size_t i = 0; i < replay_count(r); i++)
		if (number_of(replay_state(r, i)) == number)
			return 1;
	return 0;
}

/* Sound as it is, with one more episode, and when it is full; and what comes last is there. */
static int whole(struct replay *r)
{
	gsl_rng *rng = random_stream(31, 0);
	int good = sound(r, rng);

	for (uint32_t number = 800; good && number < 860; number += 2) {
		add(r, &(struct step){ .s = number, .next = number + 1, .status = GAME_OVER }, rng);
		good = sound(r, rng) && has_number(r, number);
	}
	gsl_rng_free(rng);
	return good && replay_count(r) == replay_capacity(r);
}

/* Items that are far off are refused, or do no harm; and whatever a memory held before, it can be
 * used after a file was refused. */
static void files_of_odd_values_do_no_harm(void)
{
	gsl_rng *rng = random_stream(25, 0);
	struct step story[STEPS];

	tell(story, STEPS, rng);
	for (int kind = 0; kind < KINDS; kind++)
		for (int at = 2; at <= 30; at += 28) {
			struct memory o = file_options(kind);
			struct st_file *f = lived(kind, at);
			int refusals = 0;

			for (int k = 0; k < tensors_in(f); k++)
				for (int way = 0; way < ODD; way++) {
					size_t count = st_tensor_at(f, k)->count,
					       step = count <= 12 ? 1 : (count - 1) / 2;

					for (size_t item = 0; item < count; item += step) {
						struct replay *r = make(&o);
						struct st_file *bad =
							damage_item(f, k, item, odd[way]);
						int no;

						live(r, story, 0, 20, rng);
						no = replay_read(r, bad, ACTIONS) != RY_OK;
						refusals += no;
						TAP_CHECK(whole(r),
						          "kind %d: %s with %g for item %zu of %s, "
						          "and broken",
						          kind, no ? "refused" : "taken", odd[way],
						          item, st_tensor_at(f, k)->name);
						st_close(bad);
						replay_free(r);
					}
				}
			TAP_CHECK(refusals >= 5, "only %d odd values were refused", refusals);
			st_close(f);
		}
	gsl_rng_free(rng);
}

/* Every priority must be one, above 0 and finite. */
static void files_with_odd_priorities_are_refused(void)
{
	struct memory o = file_options(3);
	struct st_file *f = lived(3, 30);
	int priorities = damage_find(f, "replay.priorities");

	for (size_t item = 0; item < o.capacity; item++)
		for (int k = 0; k < 4; k++) {               /* -1, NaN, infinity and 0 */
			struct st_file *bad = damage_item(f, priorities, item, odd[k]);

			TAP_CHECK(refused(&o, bad, ACTIONS), "priority %g was taken", odd[k]);
			st_close(bad);
		}
	st_close(f);
}

static int change_waiting(struct st_tensor *t, void *data, void *arg)
{
	(void)arg;
	if (strcmp(t->name, "replay.place") == 0)
		((int64_t *)data)[2]++;
	else if (strncmp(t->name, "replay.pending.", 15) == 0)
		t->shape[0]++;
	return 1;
}

/* More steps that wait than can, although everything else agrees with that. */
static void too_many_waiting_are_refused(void)
{
	struct memory o = file_options(1);
	struct st_file *f = lived(1, 30), *bad = damage_tensors(f, change_waiting, NULL);

	CU_ASSERT_FALSE(refused(&o, f, ACTIONS));
	CU_ASSERT_TRUE(refused(&o, bad, ACTIONS));
	st_close(f);
	st_close(bad);
}

/* ---- options, sizes ---- */

static void options_that_can_not_be(void)
{
	const struct { const char *what; struct memory o; } wrong[] = {
		{ "no room",              { .capacity = 0, .bytes = 4, .n_step = 1,
		  .discount = 1 } },
		{ "too much room",        { .capacity = SIZE_MAX / 2, .bytes = 4, .n_step = 1,
		  .discount = 1 } },
		{ "overflowing room",     { .capacity = SIZE_MAX / 8 + 2, .bytes = 8, .n_step = 1,
		  .discount = 1 } },
		{ "no bytes",             { .capacity = 4, .bytes = 0, .n_step = 1,
		  .discount = 1 } },
		{ "odd bytes",            { .capacity = 4, .bytes = 6, .n_step = 1,
		  .discount = 1 } },
		{ "many bytes",           { .capacity = 4, .bytes = SIZE_MAX - 3, .n_step = 1,
		  .discount = 1 } },
		{ "no step",              { .capacity = 4, .bytes = 4, .n_step = 0,
		  .discount = 1 } },
		{ "negative steps",       { .capacity = 4, .bytes = 4, .n_step = -1,
		  .discount = 1 } },
		{ "negative discount",    { .capacity = 4, .bytes = 4, .n_step = 1,
		  .discount = -0.1 } },
		{ "discount above 1",     { .capacity = 4, .bytes = 4, .n_step = 1,
		  .discount = 1.1 } },
		{ "discount not finite",  { .capacity = 4, .bytes = 4, .n_step = 1,
		  .discount = NAN } },
		{ "negative alpha",       { .capacity = 4, .bytes = 4, .n_step = 1, .discount = 1,
		  .alpha = -1 } },
		{ "alpha not finite",     { .capacity = 4, .bytes = 4, .n_step = 1, .discount = 1,
		  .alpha = NAN } },
		{ "endless alpha",        { .capacity = 4, .bytes = 4, .n_step = 1, .discount = 1,
		  .alpha = INFINITY } },
		{ "no epsilon",           { .capacity = 4, .bytes = 4, .n_step = 1, .discount = 1,
		  .alpha = 1, .epsilon = 0 } },
		{ "negative epsilon",     { .capacity = 4, .bytes = 4, .n_step = 1, .discount = 1,
		  .alpha = 1, .epsilon = -1 } },
		{ "epsilon not finite",   { .capacity = 4, .bytes = 4, .n_step = 1, .discount = 1,
		  .alpha = 1, .epsilon = NAN } },
	};

	for (size_t k = 0; k < sizeof wrong / sizeof wrong[0]; k++) {
		struct replay *r;

		ry_fail(RY_EINVAL, "nothing yet");
		r = allocate(&wrong[k].o);
		TAP_CHECK(r == NULL && strcmp(ry_message(), "nothing yet") != 0,
		          "%s: taken, or refused without a word", wrong[k].what);
		replay_free(r);
	}
	replay_free(NULL);
}

/* 100,000 transitions of the largest boards within 40 MB, everything counted. */
static void memory_is_within_bounds(void)
{
	static const struct game_ops *const large[] = { &seaquest_game, &breakout_game };

	if (allocated_bytes() < 0) {
		tap_skip("the linker does not know --wrap");
		return;
	}
	for (int g = 0; g < 2; g++)
		for (int prioritised = 0; prioritised < 2; prioritised++) {
			struct memory o = { .capacity = 100000,
				                    .bytes = 8 * (size_t)game_words(large[g]),
				                    .n_step = 1,
				                    .discount = 0.99,
				                    .alpha = 0.6 * prioritised,
				                    .epsilon = 0.01 };
			long before = allocated_bytes(), bytes;
			struct replay *r = make(&o);

			bytes = allocated_bytes() - before;
			TAP_CHECK(bytes >= 200000 * (long)o.bytes * 25 / 32 &&
			                  bytes <= 40 * 1000 * 1000,
			          "%s: %ld bytes", large[g]->name, bytes);
			replay_free(r);
		}
}

/* A checkpoint of a full memory does not copy the observations, which are most of it. */
static void writing_does_not_double_it(void)
{
	enum { TRANSITIONS = 20000 };
	struct memory o = { .capacity = TRANSITIONS,
		                    .bytes = 8 * (size_t)game_words(&seaquest_game),
		                    .n_step = 1,
		                    .discount = 0.99 };
	unsigned char *s;
	struct st_writer *w;
	struct replay *r;
	long before, bytes;

	if (allocated_bytes() < 0) {
		tap_skip("the linker does not know --wrap");
		return;
	}
	r = make(&o);
	w = st_writer_alloc();
	s = ry_calloc(1, o.bytes, "an observation");
	for (int k = 0; k < TRANSITIONS; k++)
		replay_add(r, s, 0, 0, s, GAME_ON, NULL);
	before = allocated_bytes();
	CU_ASSERT_EQUAL(replay_write(r, w), RY_OK);
	bytes = allocated_bytes() - before;
	TAP_CHECK(bytes < (long)(TRANSITIONS * o.bytes / 4), "%ld bytes for %d transitions of %zu",
	          bytes, TRANSITIONS, 2 * o.bytes);
	st_writer_free(w);
	replay_free(r);
	free(s);
}

/* Bytes of this process in memory; -1 where that is not told. */
static long resident(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	long pages = -1;

	if (!f || fscanf(f, "%*d %ld", &pages) != 1)
		pages = -1;
	if (f)
		fclose(f);
	return pages < 0 ? -1 : pages * sysconf(_SC_PAGESIZE);
}

/* Whether memory that is asked for and not touched is left out of resident(): a memory checker
 * touches all of it. */
static int untouched_is_free(void)
{
	const size_t n = 100 * 1000 * 1000;
	long before = resident(), after;
	void *volatile room = calloc(1, n);

	after = resident();
	free(room);
	return before >= 0 && room && after - before < (long)n / 4;
}

/* Room that is never filled costs nothing. */
static void empty_room_costs_nothing(void)
{
	struct memory o = { .capacity = 400000,
		                    .bytes = 160,
		                    .n_step = 1,
		                    .discount = 0.99,
		                    .alpha = 0.6,
		                    .epsilon = 0.01 };
	long before, bytes;
	struct replay *r;

	if (!untouched_is_free()) {
		tap_skip("no /proc/self/statm, or memory counts as soon as it is asked for");
		return;
	}
	before = resident();
	r = make(&o);
	bytes = resident() - before;
	TAP_CHECK(bytes < 20 * 1000 * 1000, "%ld bytes for nothing", bytes);
	replay_free(r);
}

static void nothing_is_allocated(void)
{
	struct memory o = file_options(2);
	gsl_rng *rng = random_stream(24, 0);
	struct step story[STEPS];
	struct replay *r;
	long before;

	if (allocations() < 0) {
		tap_skip("the linker does not know --wrap");
		return;
	}
	tell(story, STEPS, rng);
	r = make(&o);
	before = allocations();
	live(r, story, 0, STEPS, rng);
	TAP_CHECK(allocations() == before, "%ld allocations", allocations() - before);
	replay_free(r);
	gsl_rng_free(rng);
}

static const struct tap_test tests[] = {
	{ "holds the latest, whatever the sizes", holds_the_latest },
	{ "ends of episodes, by hand", ends_by_hand },
	{ "discounts 0 and 1", discounts_of_0_and_1 },
	{ "random eviction forgets evenly", random_eviction_forgets_evenly },
	{ "and waits until it is full", random_eviction_waits_until_full },
	{ "nothing comes twice in a batch", batches_without_repetition },
	{ "all are as likely", batches_are_uniform },
	{ "or may come twice", batches_with_repetition },
	{ "the same generator draws the same", sampling_is_repeatable },
	{ "priorities decide", priorities_decide },
	{ "weights follow the formula", weights_follow_the_formula },
	{ "new ones have the largest priority", new_ones_come_first },
	{ "100,000 updates leave no drift", sums_do_not_drift },
	{ "errors count in their order", errors_in_order },
	{ "priorities that are all zero", nothing_but_zeros },
	{ "the last draw of all", the_last_draw_of_all },
	{ "files keep everything", files_keep_everything },
	{ "files of other memories are refused", files_of_others_are_refused },
	{ "files with other tensors are refused", files_of_other_shapes_are_refused },
	{ "files with odd values do no harm", files_of_odd_values_do_no_harm },
	{ "files with odd priorities are refused", files_with_odd_priorities_are_refused },
	{ "files with too many waiting steps are refused", too_many_waiting_are_refused },
	{ "options that can't be", options_that_can_not_be },
	{ "40 MB hold 100,000 transitions", memory_is_within_bounds },
	{ "... and empty room costs nothing", empty_room_costs_nothing },
	{ "a checkpoint does not copy them", writing_does_not_double_it },
	{ "nothing is allocated while it lives", nothing_is_allocated },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("replay in " RY_REAL_NAME, tests);
}
