/* test_pqn.c - Q-learning from many games at once: its targets by hand, its rounds against
 * PyTorch's numbers, each transition once a pass; and what it promises about workers, memory and
 * files.
 */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rl/agent/dueling.h"
#include "rl/agent/pqn.h"
#include "src/base/random.h"
#include "tests/support/allocations.h"
#include "tests/support/damage.h"
#include "tests/support/golden_net.h"
#include "tests/support/tap.h"

enum { SEED = 5, TEAMS = 3 };

static struct workers *team[TEAMS + 1];

static struct workers *workers_of(int n)
{
	if (!team[n])
		team[n] = workers_alloc(n);
	if (!team[n])
		exit(99);
	return team[n];
}

/* All that a learner is made from. */
struct problem {
	struct pqn_options       pqn;
	const char              *lines;
	struct observation_shape shape;
};

static struct pqn *allocate(const struct problem *o, int workers)
{
	return pqn_alloc(&o->pqn, o->lines, &o->shape, SEED, workers_of(workers));
}

static struct pqn *make(const struct problem *o, int workers)
{
	struct pqn *p = allocate(o, workers);

	TAP_CHECK(p != NULL, "no learner: %s", ry_message());
	if (!p)
		exit(99);
	return p;
}

/* Something to change one thing of: 3 games, 5 numbers, 3 actions. */
static struct problem numbers(void)
{
	struct problem o = {
		.lines = "a=dense 5 7\nnorm=layernorm 7\nrelu 7\nb=dense 7 3",
		.shape = observation_of_numbers(5),
		.pqn = { .games = 3,
		         .steps = 8,
		         .passes = 2,
		         .minibatches = 4,
		         .discount = 0.9,
		         .lambda = 0.65,
		         .clip = 10 },
	};

	optimizer_defaults(&o.pqn.optimizer, RULE_RADAM);
	o.pqn.optimizer.lr = 0.01;
	o.pqn.optimizer.epsilon = 1e-3;
	return o;
}

/* And 2 planes of 9 x 8 cells, 4 actions. */
static struct problem board(void)
{
	struct problem o = numbers();

	o.lines = "conv=conv2d 2 9 8 3 3 2\nconv_norm=layernorm2d 3 4 3\nrelu 36\n"
	          "hidden=dense 36 6\nrelu 6\nout=dense 6 5\ndueling 4";
	o.shape = observation_of_planes(2, 9, 8);
	return o;
}

static struct problem problem_of(int kind)
{
	return kind ? board() : numbers();
}

/* ---- rollouts ---- */

/* An observation of this shape: bits or numbers. */
static void observation(const struct observation_shape *shape, gsl_rng *rng, void *to)
{
	int cells = shape->height * shape->width, words = bitplane_words(cells);
	uint64_t *bits = to;
	real *x = to;

	memset(to, 0, shape->bytes);
	for (int i = 0; i < shape->D; i++) {
		double u = gsl_rng_uniform(rng);

		if (!shape->planes)
			x[i] = (real)(2 * u - 1);
		else if (u < 0.3)
			bits[i / cells * words + i % cells / 64] |= (uint64_t)1 << i % cells % 64;
	}
}

/* A rollout of nothing in particular, with all it needs but its targets. */
static void play(struct pqn *p, const struct problem *o, gsl_rng *rng)
{
	struct rollout *r = pqn_rollout(p);

	for (int k = 0; k < (r->T + 1) * r->N; k++)
		observation(&o->shape, rng, r->observation + k * r->bytes);
	for (int t = 0; t <= r->T; t++)
		pqn_values(p, 0, t, 0, r->N);
	for (int k = 0; k < r->T * r->N; k++) {
		double u = gsl_rng_uniform(rng);

		r->action[k] = (uint8_t)gsl_rng_uniform_int(rng, r->A);
		r->reward[k] = (real)(2 * gsl_rng_uniform(rng) - 1);
		r->status[k] = (uint8_t)(u < 0.8 ? GAME_ON : u < 0.9 ? GAME_OVER : GAME_CUT);
		r->cut_value[k] = (real)gsl_rng_uniform(rng);
	}
}

static void round_of(struct pqn *p, const struct problem *o, gsl_rng *rng, struct pqn_update *u)
{
	play(p, o, rng);
	pqn_targets(&o->pqn, pqn_rollout(p), 0, o->pqn.games);
	TAP_CHECK(pqn_learn(p, u) == RY_OK, "after %ld updates: %s", pqn_updates(p), ry_message());
}

/* ---- targets by hand ---- */

/* One game of four frames and two actions.  max Q is 2, 3, -1 and 4 in the observations after
 * frames 0 to 3, the rewards are 1, -2, 0.5 and 3. */
struct hand {
	int    T;
	double discount, lambda;
	uint8_t status[4];
	double target[4];
};

static const struct hand hands[] = {
	/* lambda 0, one-step targets: 1 + 2/2, -2 + 3/2, 0.5 - 1/2, 3 + 4/2 */
	{ 4, 0.5, 0, { GAME_ON, GAME_ON, GAME_ON, GAME_ON }, { 2, -0.5, 0, 5 } },

	/* lambda 1, returns to the end of the round: G3 = 3 + 4/2 = 5, G2 = 0.5 + 5/2 = 3,
	 * G1 = -2 + 3/2 = -0.5, G0 = 1 - 0.5/2 = 0.75 */
	{ 4, 0.5, 1, { GAME_ON, GAME_ON, GAME_ON, GAME_ON }, { 0.75, -0.5, 3, 5 } },

	/* lambda 1/4: G3 = 5; G2 = 0.5 + (3/4 * -1 + 1/4 * 5)/2 = 0.75;
	 * G1 = -2 + (3/4 * 3 + 1/4 * 0.75)/2 = -0.78125;
	 * G0 = 1 + (3/4 * 2 - 1/4 * 0.78125)/2 = 1.65234375 */
	{ 4, 0.5, 0.25, { GAME_ON, GAME_ON, GAME_ON, GAME_ON },
	  { 1.65234375, -0.78125, 0.75, 5 } },

	/* An end in frame 1: G1 = -2, whatever comes after it; G0 = 1 + (3/4 * 2 - 1/4 * 2)/2 */
	{ 4, 0.5, 0.25, { GAME_ON, GAME_OVER, GAME_ON, GAME_ON }, { 1.5, -2, 0.75, 5 } },

	/* A time limit in frame 1, where the last observation is worth 10 (cut_value):
	 * G1 = -2 + 10/2 = 3, neither max Q of the next episode nor G2; G0 = 1 + (1.5 + 0.75)/2 */
	{ 4, 0.5, 0.25, { GAME_ON, GAME_CUT, GAME_ON, GAME_ON }, { 2.125, 3, 0.75, 5 } },
	{ 4, 0.5, 0, { GAME_ON, GAME_CUT, GAME_ON, GAME_ON }, { 2, 3, 0, 5 } },

	/* lambda 1 with both: G3 = 3 + 10/2 = 8, G2 = 0.5, G1 = -2 + 0.5/2, G0 = 1 - 1.75/2 */
	{ 4, 0.5, 1, { GAME_ON, GAME_ON, GAME_OVER, GAME_CUT }, { 0.125, -1.75, 0.5, 8 } },

	/* An end in the last frame, and in the first. */
	{ 4, 0.5, 1, { GAME_OVER, GAME_ON, GAME_ON, GAME_OVER }, { 1, -1, 2, 3 } },

	/* discount 0: the rewards */
	{ 4, 0, 0.25, { GAME_ON, GAME_CUT, GAME_OVER, GAME_ON }, { 1, -2, 0.5, 3 } },

	/* discount 1, lambda 1: sums of rewards and 4 */
	{ 4, 1, 1, { GAME_ON, GAME_ON, GAME_ON, GAME_ON }, { 6.5, 5.5, 7.5, 7 } },

	/* discount 1, lambda 1/2: G3 = 7, G2 = 0.5 + (-1 + 7)/2 = 3.5, G1 = -2 + (3 + 3.5)/2 =
	 * 1.25, G0 = 1 + (2 + 1.25)/2 */
	{ 4, 1, 0.5, { GAME_ON, GAME_ON, GAME_ON, GAME_ON }, { 2.625, 1.25, 3.5, 7 } },

	/* A round of one frame: no G comes after it, whatever lambda is. */
	{ 1, 0.5, 0, { GAME_ON }, { 2 } },
	{ 1, 0.5, 1, { GAME_ON }, { 2 } },
	{ 1, 0.5, 1, { GAME_OVER }, { 1 } },
	{ 1, 0.5, 1, { GAME_CUT }, { 6 } },
};

static void targets_by_hand(void)
{
	real q[5][2] = { { 99, 98 }, { 2, -7 }, { 3, 3 }, { -5, -1 }, { 4, 0 } };
	real reward[4] = { 1, -2, 0.5, 3 }, cut_value[4] = { 10, 10, 10, 10 }, target[4];

	for (size_t k = 0; k < sizeof hands / sizeof *hands; k++) {
		struct hand h = hands[k];
		struct pqn_options o = { .discount = h.discount, .lambda = h.lambda };
		struct rollout r = { .N = 1, .T = h.T, .A = 2, .q = q[0], .reward = reward,
			             .status = h.status, .cut_value = cut_value,
			             .target = target };

		pqn_targets(&o, &r, 0, 1);
		for (int t = 0; t < h.T; t++)
			TAP_CHECK(target[t] == (real)h.target[t],
			          "case %zu: G of frame %d is %.9g, expected %.9g", k, t,
			          (double)target[t], h.target[t]);
	}
}

/* ---- PyTorch's numbers ---- */

static void golden_bytes(const json_t *object, const char *key, size_t n, uint8_t *to)
{
	const json_t *list = golden_get(object, key);

	CU_ASSERT_EQUAL_FATAL(json_array_size(list), n);
	for (size_t k = 0; k < n; k++)
		to[k] = (uint8_t)json_integer_value(json_array_get(list, k));
}

static void golden_numbers(const json_t *object, const char *key, size_t n, real *to)
{
	size_t count;
	real *x = golden_reals(object, key, &count);

	CU_ASSERT_EQUAL_FATAL(count, n);
	memcpy(to, x, n * sizeof *x);
	free(x);
}

/* All that is known of a rollout before its targets, except for observations and Q values. */
static void golden_rollout(const json_t *object, struct rollout *r)
{
	size_t n = (size_t)r->N * r->T;

	golden_bytes(object, "action", n, r->action);
	golden_bytes(object, "status", n, r->status);
	golden_numbers(object, "reward", n, r->reward);
	golden_numbers(object, "cut_value", n, r->cut_value);
}

enum { MOST = 64 };

static void golden_targets(const json_t *c, int number)
{
	static real q[MOST * 4], reward[MOST], cut_value[MOST], target[MOST];
	static uint8_t action[MOST], status[MOST];
	struct pqn_options o = { .discount = golden_number(c, "discount"),
		                 .lambda = golden_number(c, "lambda") };
	struct rollout r = { .N = golden_int(c, "N"),
		             .T = golden_int(c, "T"),
		             .A = golden_int(c, "A"),
		             .q = q,
		             .action = action,
		             .reward = reward,
		             .status = status,
		             .cut_value = cut_value,
		             .target = target };
	char what[40];

	CU_ASSERT_FATAL(r.N * (r.T + 1) <= MOST && r.A <= 4);
	snprintf(what, sizeof what, "rollout %d", number);
	golden_rollout(c, &r);
	golden_numbers(c, "q", (size_t)(r.T + 1) * r.N * r.A, q);
	for (int k = 0; k < r.N; k++)            /* as workers do: each some of the games */
		pqn_targets(&o, &r, k, k + 1);
	golden_compare(what, c, "target", target, 20 * RY_REAL_EPSILON + 1e-14);
}

static void targets_are_weighted_n_step_returns(void)
{
	json_t *root = golden_open("pqn.json"), *c;
	size_t k;

	json_array_foreach((json_t *)golden_get(root, "targets"), k, c)
		golden_targets(c, (int)k);
	TAP_CHECK(k >= 20, "%zu rollouts", k);
	json_decref(root);
}

static struct problem golden_problem(const json_t *c)
{
	const json_t *first = json_array_get(golden_get(c, "rounds"), 0);
	int planes = golden_int(c, "planes"),
	    width = (int)json_array_size(json_array_get(golden_get(first, "s"), 0));
	struct problem o = {
		.lines = json_string_value(golden_get(c, "lines")),
		.shape = planes ? observation_of_planes(planes, golden_int(c, "height"),
		                                        golden_int(c, "width"))
		                : observation_of_numbers(width),
		.pqn = { .games = golden_int(c, "N"),
		         .steps = golden_int(c, "T"),
		         .passes = golden_int(c, "passes"),
		         .minibatches = golden_int(c, "minibatches"),
		         .discount = golden_number(c, "discount"),
		         .lambda = golden_number(c, "lambda"),
		         .clip = golden_number(c, "clip") },
	};
	int rule = optimizer_rule_find(json_string_value(golden_get(c, "rule")));

	optimizer_defaults(&o.pqn.optimizer, (enum optimizer_rule)rule);
	o.pqn.optimizer.lr = golden_number(c, "lr");
	o.pqn.optimizer.schedule = SCHEDULE_LINEAR;
	o.pqn.optimizer.total = golden_int(c, "total");
	return o;
}

static void golden_observation(const json_t *list, const struct observation_shape *shape,
                               void *to)
{
	int cells = shape->height * shape->width;
	uint64_t *bits = to;
	const json_t *item;
	real *x = to;
	size_t k;

	memset(to, 0, shape->bytes);
	json_array_foreach((json_t *)list, k, item) {
		int at = (int)json_integer_value(item), cell = shape->planes ? at % cells : 0;

		if (shape->planes)
			bits[at / cells * bitplane_words(cells) + cell / 64] |= (uint64_t)1
			                                                        << cell % 64;
		else
			x[k] = (real)json_number_value(item);
	}
}

static void check_number(const char *what, const json_t *object, const char *key, double got,
                         double tolerance)
{
	double expected = golden_number(object, key);

	TAP_CHECK(fabs(got - expected) <= tolerance * fmax(1, fabs(expected)),
	          "%s: %s is %.9g, expected %.9g", what, key, got, expected);
}

/* Act on the observations of the round, with the games in two parts. */
static void golden_acting(const char *what, struct pqn *p, const struct problem *o,
                          const json_t *round, double tolerance)
{
	struct rollout *r = pqn_rollout(p);
	const json_t *item;
	size_t k;

	json_array_foreach((json_t *)golden_get(round, "s"), k, item)
		golden_observation(item, &o->shape, r->observation + k * r->bytes);
	CU_ASSERT_EQUAL_FATAL(k, (size_t)(r->T + 1) * r->N);
	for (int t = 0; t <= r->T; t++) {
		pqn_values(p, 0, t, 0, 1);
		pqn_values(p, 0, t, 1, r->N);
	}
	golden_compare(what, round, "q", r->q, tolerance);
}

static void golden_round(const char *what, struct pqn *p, const struct problem *o,
                         const json_t *round, double tolerance)
{
	struct pqn_update u;

	golden_acting(what, p, o, round, tolerance);
	golden_rollout(round, pqn_rollout(p));
	pqn_targets(&o->pqn, pqn_rollout(p), 0, o->pqn.games);
	golden_compare(what, round, "target", pqn_rollout(p)->target, tolerance);
	TAP_CHECK(pqn_learn(p, &u) == RY_OK, "%s: %s", what, ry_message());
	CU_ASSERT_EQUAL(u.updates, o->pqn.passes * o->pqn.minibatches);
	check_number(what, round, "loss", u.loss, 10 * tolerance);
	check_number(what, round, "q_mean", u.q, 10 * tolerance);
	check_number(what, round, "q_largest", u.q_largest, 10 * tolerance);
	check_number(what, round, "norm", u.norm, 10 * tolerance);
	check_number(what, round, "lr", u.lr, 1e-14);
	golden_net_compare(what, pqn_net(p), pqn_net(p)->w, round, "w", tolerance);
}

static void golden_case(const json_t *c, int workers)
{
	const double tolerance = sizeof(real) == sizeof(double) ? 1e-11 : 1e-6;
	struct problem o = golden_problem(c);
	struct pqn *p = make(&o, workers);
	const json_t *round;
	char what[120];
	size_t k;

	golden_net_set(pqn_net(p), c, "start");
	json_array_foreach((json_t *)golden_get(c, "rounds"), k, round) {
		snprintf(what, sizeof what, "%s, %d workers, round %zu",
		         json_string_value(golden_get(c, "name")), workers, k + 1);
		golden_round(what, p, &o, round, tolerance);
	}
	CU_ASSERT(k >= 2);
	CU_ASSERT_EQUAL(pqn_updates(p), o.pqn.optimizer.total);
	pqn_free(p);
}

static void rounds_as_in_pytorch(void)
{
	json_t *root = golden_open("pqn.json"), *c;
	size_t k;

	json_array_foreach((json_t *)golden_get(root, "cases"), k, c)
		for (int workers = 1; workers <= TEAMS; workers++)
			golden_case(c, workers);
	TAP_CHECK(k >= 6, "%zu golden cases", k);
	json_decref(root);
}

/* ---- each transition once a pass ---- */

enum { GAMES = 3, STEPS = 4, PARTS = 4, ALL = GAMES * STEPS };

/* How far one pass moves the weights of a linear network whose inputs are one-hot, one for each
 * transition: Q of transition k is w[k] + b, and is to become 1.  An update from a minibatch with k
 * adds lr / rows (1 - b) to w[k], and b grows from each update to the next.  So a step tells the
 * minibatch, and a transition in two of them takes a longer step than any in one. */
static void steps_of_a_pass(struct pqn *p, double step[ALL])
{
	struct rollout *r = pqn_rollout(p);
	struct pqn_update u;

	memset(pqn_net(p)->w, 0, pqn_net(p)->n * sizeof(real));
	memset(r->observation, 0, (size_t)(STEPS + 1) * GAMES * r->bytes);
	for (int k = 0; k < ALL; k++) {
		((real *)(void *)(r->observation + k * r->bytes))[k] = 1;
		r->action[k] = 0;
		r->target[k] = 1;
	}
	CU_ASSERT_EQUAL(pqn_learn(p, &u), RY_OK);
	for (int k = 0; k < ALL; k++)
		step[k] = pqn_net(p)->w[k];
}

/* The minibatch of each transition, as the law of the steps has it: the first is the longest. */
static int minibatch_of(double step, double lr)
{
	const int rows = ALL / PARTS;
	double b = 0;

	for (int m = 0; m < PARTS; m++) {
		double expected = lr / rows * (1 - b);

		if (fabs(step - expected) < 100 * RY_REAL_EPSILON)
			return m;
		b += lr * (1 - b);               /* the mean of `rows` equal errors */
	}
	return -1;
}

static void each_transition_once_a_pass(void)
{
	struct problem o = numbers();
	int before[ALL] = { 0 }, passes = 0, moved = 0;
	struct pqn *p;

	o.pqn = (struct pqn_options){ .games = GAMES, .steps = STEPS, .passes = 1,
		                      .minibatches = PARTS };
	optimizer_defaults(&o.pqn.optimizer, RULE_SGD);
	o.pqn.optimizer.lr = 0.1;
	o.shape = observation_of_numbers(ALL);
	o.lines = "out=dense 12 1";
	p = make(&o, 1);
	for (; passes < 50; passes++) {
		int count[PARTS] = { 0 };
		double step[ALL];

		steps_of_a_pass(p, step);
		for (int k = 0; k < ALL; k++) {
			int m = minibatch_of(step[k], o.pqn.optimizer.lr);

			TAP_CHECK(m >= 0, "pass %d moves transition %d by %.9g", passes, k,
			          step[k]);
			if (m < 0)
				continue;
			count[m]++;
			moved += m != before[k];
			before[k] = m;
		}
		for (int m = 0; m < PARTS; m++)
			TAP_CHECK(count[m] == ALL / PARTS, "pass %d: minibatch %d has %d", passes,
			          m, count[m]);
	}
	/* In a new random order 3 of 4 move to another minibatch; this is 6 deviations around. */
	TAP_CHECK(moved > ALL * passes * 0.64 && moved < ALL * passes * 0.86,
	          "%d of %d transitions moved to another minibatch", moved, ALL * passes);
	pqn_free(p);
}

/* ---- workers, bits, memory ---- */

static struct pqn *after_rounds(const struct problem *o, int workers, int rounds,
                                struct pqn_update *u)
{
	gsl_rng *rng = random_stream(70, 0);
	struct pqn *p = make(o, workers);

	for (int k = 0; k < rounds; k++)
		round_of(p, o, rng, u);
	gsl_rng_free(rng);
	return p;
}

static int same_weights(const struct pqn *a, const struct pqn *b)
{
	return memcmp(pqn_net(a)->w, pqn_net(b)->w, pqn_net(a)->n * sizeof(real)) == 0;
}

/* Same number of workers: the same bits; another: the same but for rounding. */
static void workers_agree(void)
{
	static const int minibatches[] = { 1, 4, 24 };

	for (int kind = 0; kind < 2; kind++)
		for (size_t b = 0; b < sizeof minibatches / sizeof *minibatches; b++) {
			struct problem o = problem_of(kind);
			struct pqn_update u[2 * TEAMS];
			struct pqn *p[2 * TEAMS];

			o.pqn.games = b == 1 ? 17 : 3;
			o.pqn.minibatches = minibatches[b];
			for (int k = 0; k < 2 * TEAMS; k++)
				p[k] = after_rounds(&o, 1 + k / 2, 3, &u[k]);
			for (int k = 0; k < 2 * TEAMS; k++) {
				TAP_CHECK(same_weights(p[k], p[k / 2 * 2]) &&
				                  memcmp(&u[k], &u[k / 2 * 2], sizeof *u) == 0,
				          "kind %d, %d workers: other bits the second time", kind,
				          1 + k / 2);
				for (size_t i = 0; i < pqn_net(p[0])->n; i++)
					TAP_CHECK(fabs((double)pqn_net(p[0])->w[i] -
					               pqn_net(p[k])->w[i]) <
					                  1e4 * RY_REAL_EPSILON,
					          "kind %d: w[%zu] is %g with one worker, %g "
					          "with %d",
					          kind, i, (double)pqn_net(p[0])->w[i],
					          (double)pqn_net(p[k])->w[i], 1 + k / 2);
			}
			for (int k = 0; k < 2 * TEAMS; k++)
				pqn_free(p[k]);
		}
}

static void nothing_is_allocated(void)
{
	if (allocations() < 0) {
		tap_skip("the linker does not know --wrap");
		return;
	}
	for (int kind = 0; kind < 2; kind++)
		for (int workers = 1; workers <= TEAMS; workers++) {
			struct problem o = problem_of(kind);
			gsl_rng *rng = random_stream(71, 0);
			struct pqn *p = make(&o, workers);
			struct pqn_update u;
			long before = allocations();

			for (int k = 0; k < 3; k++)
				round_of(p, &o, rng, &u);
			pqn_value_of(p, 0, pqn_rollout(p)->observation);
			TAP_CHECK(allocations() == before, "%ld allocations in three rounds",
			          allocations() - before);
			pqn_free(p);
			gsl_rng_free(rng);
		}
}

/* Wherever memory runs out there is a sentence, and no learner; leaks are for the sanitizers. */
static void memory_that_runs_out(void)
{
	struct problem o = board();
	int failed = 0;

	workers_of(2);
	if (!allocations_fail_after(-1)) {
		tap_skip("the linker does not know --wrap");
		return;
	}
	for (struct pqn *p = NULL; !p; failed++) {
		ry_fail(RY_EINVAL, "nothing yet");
		allocations_fail_after(failed);
		p = allocate(&o, 2);
		allocations_fail_after(-1);
		TAP_CHECK(p || strstr(ry_message(), "memory"), "allocation %d failed: %s", failed,
		          ry_message());
		pqn_free(p);
		if (p)
			break;
	}
	TAP_CHECK(failed > 10, "only %d allocations", failed);
}

/* ---- looking on ---- */

/* A learner that is watched and looked at learns the same. */
static void looking_changes_nothing(void)
{
	for (int kind = 0; kind < 2; kind++) {
		const struct problem o = problem_of(kind);
		struct pqn *a = make(&o, 2), *b = make(&o, 2);
		gsl_rng *rng = random_stream(72, 0), *again = random_stream(72, 0);
		struct inspector *i = inspector_alloc(pqn_net(a));
		struct event_value v[INSPECT_VALUES];
		struct pqn_update u, w;

		pqn_watch(a, i);
		for (int k = 0; k < 3; k++) {
			round_of(a, &o, rng, &u);
			pqn_look(a, i);
			round_of(b, &o, again, &w);
			CU_ASSERT(memcmp(&u, &w, sizeof u) == 0);
		}
		inspector_values(i, v);
		CU_ASSERT(v[0].value > 0 && v[1].value >= 0);
		TAP_CHECK(same_weights(a, b), "kind %d: learns something else", kind);
		gsl_rng_free(rng);
		gsl_rng_free(again);
		inspector_free(i);
		pqn_free(a);
		pqn_free(b);
	}
}

/* The values of one observation are those of a row of many, and of the network; it starts from
 * STREAM_INIT of the seed. */
static void values_are_those_of_the_network(void)
{
	static const layer_list lists[] = { core_layers, rl_layers, NULL };

	for (int kind = 0; kind < 2; kind++) {
		struct problem o = problem_of(kind);
		gsl_rng *rng = random_stream(73, 0), *init = random_stream(SEED, STREAM_INIT);
		struct pqn *p = make(&o, 2);
		struct net *net = net_make(o.lines, lists);
		struct rollout *r = pqn_rollout(p);
		real x[144], q[8];

		CU_ASSERT_FATAL(net_alloc(net, 1, 1, 1, 0) == RY_OK);
		net_init(net, init);
		CU_ASSERT(memcmp(net->w, pqn_net(p)->w, net->n * sizeof *net->w) == 0);
		play(p, &o, rng);
		for (int k = 0; k < (r->T + 1) * r->N; k++) {
			const void *s = r->observation + k * r->bytes;
			const real *one = pqn_value_of(p, k % 2, s);

			if (o.shape.planes)
				bitplane_unpack(s, o.shape.planes, o.shape.height * o.shape.width,
				                x);
			else
				memcpy(x, s, (size_t)net->D * sizeof *x);
			net_predict(net, x, 1, q);
			for (int a = 0; a < r->A; a++)
				TAP_CHECK(fabs((double)q[a] - r->q[k * r->A + a]) <
				                          100 * RY_REAL_EPSILON &&
				                  fabs((double)q[a] - one[a]) <
				                          100 * RY_REAL_EPSILON,
				          "kind %d: Q of action %d is %g and %g, expected %g",
				          kind, a, (double)r->q[k * r->A + a], (double)one[a],
				          (double)q[a]);
		}
		net_free(net);
		pqn_free(p);
		gsl_rng_free(rng);
		gsl_rng_free(init);
	}
}

/* ---- numbers gone bad ---- */

static void check_finite(const struct pqn *p)
{
	for (size_t i = 0; i < pqn_net(p)->n; i++)
		CU_ASSERT(isfinite(pqn_net(p)->w[i]));
}

/* Rewards that are no numbers: where every minibatch has one nothing changes, where one has it the
 * updates before it are made.  The next round is learnt from. */
static void bad_rewards_change_nothing(void)
{
	static const double bad[] = { NAN, INFINITY, -INFINITY };

	for (int workers = 1; workers <= 2; workers++)
		for (int kind = 0; kind < 6; kind++) {
			struct problem o = numbers();
			gsl_rng *rng = random_stream(74, 0);
			struct pqn_update u;
			struct pqn *p = after_rounds(&o, workers, 2, &u),
				   *before = after_rounds(&o, workers, 2, &u);
			int n = o.pqn.games * o.pqn.steps, all = kind < 3;

			play(p, &o, rng);
			for (int k = 0; k < (all ? n : 1); k++)
				pqn_rollout(p)->reward[k] = (real)bad[kind % 3];
			pqn_targets(&o.pqn, pqn_rollout(p), 0, o.pqn.games);
			CU_ASSERT_EQUAL(pqn_learn(p, &u), RY_ENUMERIC);
			TAP_CHECK(strstr(ry_message(), "update"), "message: %s", ry_message());
			CU_ASSERT(u.updates < o.pqn.minibatches);
			CU_ASSERT_EQUAL(pqn_updates(p), pqn_updates(before) + u.updates);
			CU_ASSERT(same_weights(p, before) == (u.updates == 0));
			CU_ASSERT(!all || u.updates == 0);
			check_finite(p);
			round_of(p, &o, rng, &u);
			CU_ASSERT(isfinite(u.loss) && isfinite(u.norm));
			check_finite(p);
			pqn_free(p);
			pqn_free(before);
			gsl_rng_free(rng);
		}
}

/* ---- files ---- */

static struct st_file *file_of(const struct pqn *p)
{
	struct st_writer *w = st_writer_alloc();

	TAP_CHECK(pqn_write(p, w) == RY_OK, "not written: %s", ry_message());
	return damage_open(w);
}

/* Read into a learner with another past, it goes on to the same bits. */
static void files_go_on_to_the_same_bits(void)
{
	for (int kind = 0; kind < 4; kind++)
		for (int workers = 1; workers <= 2; workers++) {
			struct problem o = problem_of(kind % 2);
			gsl_rng *one = random_stream(80, 0), *two = random_stream(80, 0),
				*other = random_stream(81, 0);
			struct pqn_update u, v;
			struct pqn *a, *b;
			struct st_file *f;

			if (kind >= 2)
				optimizer_defaults(&o.pqn.optimizer, RULE_SGD);
			a = after_rounds(&o, workers, 2, &u);
			b = make(&o, workers);
			f = file_of(a);
			round_of(b, &o, other, &v);
			TAP_CHECK(pqn_read(b, f) == RY_OK, "kind %d: %s", kind, ry_message());
			CU_ASSERT_EQUAL(pqn_updates(b), pqn_updates(a));
			for (int k = 0; k < 3; k++) {
				round_of(a, &o, one, &u);
				round_of(b, &o, two, &v);
				TAP_CHECK(memcmp(&u, &v, sizeof u) == 0 && same_weights(a, b),
				          "kind %d: another round %d after reading", kind, k + 1);
			}
			st_close(f);
			pqn_free(a);
			pqn_free(b);
			gsl_rng_free(one);
			gsl_rng_free(two);
			gsl_rng_free(other);
		}
}

/* Refused with a sentence, and with a status that says whose fault it is?  A file that is taken is
 * fit to be learnt with, whatever may come of that. */
static int refused(const struct problem *o, const struct st_file *f)
{
	gsl_rng *rng = random_stream(82, 0);
	struct pqn *p = make(o, 1);
	struct pqn_update u;
	enum ry_status status;

	ry_fail(RY_EINVAL, "nothing yet");
	status = pqn_read(p, f);
	TAP_CHECK(status == RY_OK || ((status == RY_ESHAPE || status == RY_EDATA) &&
	                              strcmp(ry_message(), "nothing yet") != 0),
	          "refused with status %d: %s", (int)status, ry_message());
	if (status == RY_OK) {
		enum ry_status learnt;

		play(p, o, rng);
		pqn_targets(&o->pqn, pqn_rollout(p), 0, o->pqn.games);
		learnt = pqn_learn(p, &u);
		TAP_CHECK(learnt == RY_OK || learnt == RY_ENUMERIC, "status %d from learning",
		          (int)learnt);
	}
	pqn_free(p);
	gsl_rng_free(rng);
	return status != RY_OK;
}

static void files_of_others_are_refused(void)
{
	struct problem same = numbers(), o;
	struct pqn_update u;
	struct pqn *p = after_rounds(&same, 1, 2, &u);
	struct st_file *f = file_of(p);

	CU_ASSERT_FALSE(refused(&same, f));
	o = same, o.lines = "a=dense 5 9\nnorm=layernorm 9\nrelu 9\nb=dense 9 3";
	CU_ASSERT_TRUE(refused(&o, f));
	o = same, o.lines = "a=dense 5 7\nnorm=layernorm 7\ntanh 7\nb=dense 7 3";
	CU_ASSERT_TRUE(refused(&o, f));
	o = same, o.lines = "a=dense 5 7\nrelu 7\nb=dense 7 3";
	CU_ASSERT_TRUE(refused(&o, f));
	o = board();
	CU_ASSERT_TRUE(refused(&o, f));
	o = same, optimizer_defaults(&o.pqn.optimizer, RULE_ADAM);
	CU_ASSERT_TRUE(refused(&o, f));              /* which keeps two arrays as well */
	st_close(f);
	pqn_free(p);
}

static const double odd[] = { -1, NAN, INFINITY, 0, 0.5, 1, 625, 2147483647, 9e15, 9e18, 1e300,
	                      -1e300 };

/* Each tensor in each wrong shape is refused; with odd numbers it is refused or does no harm. */
static void damaged_tensors(void)
{
	for (int kind = 0; kind < 2; kind++) {
		struct problem o = problem_of(kind);
		const struct st_tensor *t;
		struct pqn_update u;
		struct pqn *p = after_rounds(&o, 1, 2, &u);
		struct st_file *f = file_of(p), *bad;
		int k;

		for (k = 0; (t = st_tensor_at(f, k)); k++) {
			for (int way = 0; way < DAMAGE_WAYS && t->count > 0; way++) {
				bad = damage_shape(f, k, way);
				TAP_CHECK(refused(&o, bad),
				          "kind %d: taken with %s changed in way %d", kind, t->name,
				          way);
				st_close(bad);
			}
			for (size_t v = 0; v < sizeof odd / sizeof *odd; v++)
				for (int last = 0; last < 2 && t->count > 0; last++) {
					bad = damage_item(f, k, last ? t->count - 1 : 0, odd[v]);
					refused(&o, bad);
					st_close(bad);
				}
		}
		TAP_CHECK(k >= 5, "%d tensors", k);
		st_close(f);
		pqn_free(p);
	}
}

static void flipped_bits_do_no_harm(void)
{
	enum { FLIPS = 100 };

	for (int kind = 0; kind < 2; kind++) {
		struct problem o = problem_of(kind);
		gsl_rng *rng = random_stream(83 + kind, 0);
		struct pqn_update u;
		struct pqn *p = after_rounds(&o, 1, 2, &u);
		struct st_file *f = file_of(p);
		size_t bits = damage_bits(f);
		int opened = 0;

		for (int k = 0; k < FLIPS; k++) {
			struct st_file *bad = damage_bit(f, gsl_rng_uniform_int(rng, bits));

			opened += bad != NULL;
			if (bad)
				refused(&o, bad);
			st_close(bad);
		}
		TAP_CHECK(opened > 0, "none of %d damaged files opened", FLIPS);
		st_close(f);
		pqn_free(p);
		gsl_rng_free(rng);
	}
}

/* Counts that no learner can have. */
static void odd_counts_are_refused(void)
{
	struct problem o = numbers();
	struct pqn_update u;
	struct pqn *p = after_rounds(&o, 1, 2, &u);
	struct st_file *f = file_of(p);

	for (int k = 0; k < 2; k++) {
		struct st_file *bad = damage_item(f, damage_find(f, "updates"), 0, k ? -1 : 9e18);

		TAP_CHECK(refused(&o, bad), "way %d: taken", k);
		st_close(bad);
	}
	st_close(f);
	pqn_free(p);
}

/* ---- options ---- */

static void check_refused(const char *what, const struct problem *o)
{
	struct pqn *p;

	ry_fail(RY_EINVAL, "nothing yet");
	p = allocate(o, 1);
	TAP_CHECK(p == NULL && strcmp(ry_message(), "nothing yet") != 0,
	          "%s: taken, or refused without a word", what);
	pqn_free(p);
}

#define WRONG(change) \
	do { \
		struct problem o = numbers(); \
		o.change; \
		check_refused(#change, &o); \
	} while (0)

static void options_that_can_not_be(void)
{
	WRONG(pqn.games = 0);
	WRONG(pqn.games = -1);
	WRONG(pqn.games = PQN_GAMES_MAX + 1);
	WRONG(pqn.steps = 0);
	WRONG(pqn.steps = PQN_STEPS_MAX + 1);
	WRONG(pqn.passes = 0);
	WRONG(pqn.minibatches = 0);
	WRONG(pqn.minibatches = 5);
	WRONG(pqn.minibatches = 48);
	WRONG(pqn.discount = -0.1);
	WRONG(pqn.discount = 1.5);
	WRONG(pqn.discount = NAN);
	WRONG(pqn.lambda = -0.1);
	WRONG(pqn.lambda = 1.1);
	WRONG(pqn.lambda = NAN);
	WRONG(pqn.clip = -1);
	WRONG(pqn.clip = NAN);
	WRONG(pqn.optimizer.l2 = -1);
	WRONG(pqn.optimizer.lr = NAN);
	WRONG(lines = "");
	WRONG(lines = "a=dense 5 7\nb=dense 8 3");
	WRONG(shape = observation_of_planes(2, 3, 3));   /* the network wants 5 numbers */
	WRONG(shape = observation_of_numbers(6));
	pqn_free(NULL);
}

static const struct tap_test tests[] = {
	{ "targets by hand", targets_by_hand },
	{ "targets are weighted n-step returns", targets_are_weighted_n_step_returns },
	{ "rounds as in PyTorch", rounds_as_in_pytorch },
	{ "each transition is in one minibatch of a pass", each_transition_once_a_pass },
	{ "values are those of the network", values_are_those_of_the_network },
	{ "one worker, two workers, three", workers_agree },
	{ "rounds allocate nothing", nothing_is_allocated },
	{ "memory that runs out", memory_that_runs_out },
	{ "looking changes nothing", looking_changes_nothing },
	{ "bad rewards change nothing", bad_rewards_change_nothing },
	{ "files go on to the same bits", files_go_on_to_the_same_bits },
	{ "files of other learners are refused", files_of_others_are_refused },
	{ "damaged tensors are refused or do no harm", damaged_tensors },
	{ "flipped bits do no harm", flipped_bits_do_no_harm },
	{ "counts that can't be are refused", odd_counts_are_refused },
	{ "options that can't be", options_that_can_not_be },
	{ NULL, NULL }
};

int main(void)
{
	int status = tap_run("Q-learning from many games in " RY_REAL_NAME, tests);

	for (int n = 1; n <= TEAMS; n++)
		if (team[n])
			workers_free(team[n]);
	return status;
}
