/* test_dqn.c - deep Q-learning against PyTorch's numbers, against differences of the loss and
 * against values that are known exactly; and what it promises about workers, memory and files.
 */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rl/agent/dqn.h"
#include "rl/agent/dueling.h"
#include "src/base/random.h"
#include "src/nn/init.h"
#include "tests/support/allocations.h"
#include "tests/support/damage.h"
#include "tests/support/golden_net.h"
#include "tests/support/tap.h"

static const layer_list lists[] = { core_layers, rl_layers, NULL };

enum { SEED = 5 };

static struct workers *team[3];

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
	struct dqn_options       dqn;
	const char              *lines;
	struct observation_shape shape;
};

static struct dqn *allocate(const struct problem *p, int workers)
{
	return dqn_alloc(&p->dqn, p->lines, &p->shape, SEED, workers_of(workers));
}

static struct dqn *make(const struct problem *o, int workers)
{
	struct dqn *d = allocate(o, workers);

	TAP_CHECK(d != NULL, "no learner: %s", ry_message());
	if (!d)
		exit(99);
	return d;
}

static void update(struct dqn *d, struct dqn_update *u)
{
	TAP_CHECK(dqn_update(d, u) == RY_OK, "update %ld: %s", dqn_updates(d) + 1, ry_message());
}

/* Something to change one thing of: 5 numbers, 3 actions. */
static struct problem numbers(void)
{
	struct problem o = {
		.lines = "a=dense 5 7\nrelu 7\nb=dense 7 3",
		.shape = observation_of_numbers(5),
		.dqn = { .batch = 4,
		         .replay = { .capacity = 16,
		                     .n_step = 1,
		                     .discount = 0.9,
		                     .epsilon = 0.01 },
		         .beta = 0.4,
		         .beta_updates = 10,
		         .target_every = 3,
		         .loss = { .kind = LOSS_SQUARED } },
	};

	optimizer_defaults(&o.dqn.optimizer, RULE_ADAM);
	return o;
}

/* And 2 planes of 9 x 8 cells, 4 actions. */
static struct problem board(void)
{
	struct problem o = numbers();

	o.lines = "conv=conv2d 2 9 8 3 3 2\nrelu 36\nhidden=dense 36 6\nrelu 6\nout=dense 6 "
	          "5\ndueling 4";
	o.shape = observation_of_planes(2, 9, 8);
	o.dqn.double_q = 1;
	o.dqn.loss = (struct loss){ LOSS_HUBER, 1 };
	return o;
}

/* An observation for options as above, of whatever size: bits or numbers. */
static void observation(const struct problem *o, int D, gsl_rng *rng, void *to)
{
	int cells = o->shape.height * o->shape.width, words = bitplane_words(cells);
	uint64_t *bits = to;
	real *x = to;

	if (!o->shape.planes) {
		for (int i = 0; i < D; i++)
			x[i] = (real)(2 * gsl_rng_uniform(rng) - 1);
		return;
	}
	memset(bits, 0, (size_t)o->shape.planes * words * sizeof *bits);
	for (int c = 0; c < o->shape.planes; c++)
		for (int k = 0; k < cells; k++)
			bits[c * words + k / 64] |= (uint64_t)(gsl_rng_uniform(rng) < 0.3)
			                            << k % 64;
}

enum { ROOM = 64 };                      /* words of any observation here */

/* Play n steps of nothing in particular. */
static void play(struct dqn *d, const struct problem *o, int n, gsl_rng *rng)
{
	uint64_t s[ROOM], next[ROOM];
	int D = dqn_net(d)->D, A = dqn_net(d)->M;

	observation(o, D, rng, s);
	for (int t = 0; t < n; t++) {
		enum game_status status = (enum game_status)(t % 5 == 3 ? 1 + t / 5 % 2 : 0);

		observation(o, D, rng, next);
		replay_add(dqn_replay(d), s, (int)gsl_rng_uniform_int(rng, A),
		           2 * gsl_rng_uniform(rng) - 1, next, status, rng);
		memcpy(s, next, sizeof s);
		if (status != GAME_ON)
			observation(o, D, rng, s);
	}
}

/* ---- looking on ---- */

/* A learner that is watched and looked at learns the same; the look is at the memory's states. */
static void looking_changes_nothing(void)
{
	for (int planes = 0; planes <= 1; planes++) {
		const struct problem o = planes ? board() : numbers();
		struct dqn *a = make(&o, 2), *b = make(&o, 2);
		gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937),
			*again = gsl_rng_alloc(gsl_rng_mt19937);
		struct inspector *i = inspector_alloc(dqn_net(a));
		struct event_value v[INSPECT_VALUES];
		struct dqn_update u;

		dqn_look(a, i);                  /* a memory of nothing */
		inspector_values(i, v);
		CU_ASSERT(isnan(v[0].value) && isnan(v[1].value));
		play(a, &o, 3, rng);
		dqn_look(a, i);
		CU_ASSERT(inspector_layer(i, 0)->dead == 0);
		play(a, &o, 9, rng);
		play(b, &o, 3, again);
		play(b, &o, 9, again);
		dqn_watch(a, i);
		for (int k = 0; k < 7; k++) {
			update(a, &u);
			dqn_look(a, i);
			update(b, &u);
		}
		inspector_values(i, v);
		CU_ASSERT(v[0].value > 0 && v[1].value >= 0 && isnan(v[2].value));
		TAP_CHECK(memcmp(dqn_net(a)->w, dqn_net(b)->w, dqn_net(a)->n * sizeof(real)) == 0,
		          "planes %d: learns something else", planes);
		gsl_rng_free(rng);
		gsl_rng_free(again);
		inspector_free(i);
		dqn_free(a);
		dqn_free(b);
	}
}

/* ---- PyTorch's numbers ---- */

static void golden_observation(const json_t *step, const char *key, const struct problem *o,
                               void *to)
{
	const json_t *list = golden_get(step, key), *item;
	int cells = o->shape.height * o->shape.width;
	uint64_t *bits = to;
	real *x = to;
	size_t k;

	memset(to, 0, ROOM * sizeof *bits);
	json_array_foreach((json_t *)list, k, item)
		if (o->shape.planes) {
			int at = (int)json_integer_value(item), cell = at % cells;

			bits[at / cells * bitplane_words(cells) + cell / 64] |= (uint64_t)1
		                                                                << cell % 64;
		} else {
			x[k] = (real)json_number_value(item);
		}
}

static struct problem golden_options(const json_t *c)
{
	int planes = golden_int(c, "planes"),
	    numbers = (int)json_array_size(
		    golden_get(json_array_get(golden_get(c, "steps"), 0), "s"));
	struct problem o = {
		.lines = json_string_value(golden_get(c, "lines")),
		.shape = planes ? observation_of_planes(planes, golden_int(c, "height"),
		                                        golden_int(c, "width"))
		                : observation_of_numbers(numbers),
		.dqn = { .batch = (int)json_array_size(golden_get(c, "steps")),
		         .target_every = golden_int(c, "target_every"),
		         .double_q = golden_int(c, "double_q"),
		         .target_epsilon = golden_number(c, "target_epsilon"),
		         .clip = golden_number(c, "clip"),
		         .loss = { loss_find(json_string_value(golden_get(c, "loss"))),
		                   golden_number(c, "delta") } },
	};
	int rule = optimizer_rule_find(json_string_value(golden_get(c, "rule")));

	o.dqn.replay = (struct replay_options){ .capacity = (size_t)o.dqn.batch,
		                            .n_step = golden_int(c, "n_step"),
		                            .discount = golden_number(c, "discount") };
	optimizer_defaults(&o.dqn.optimizer, (enum optimizer_rule)rule);
	o.dqn.optimizer.lr = golden_number(c, "lr");
	o.dqn.optimizer.l2 = golden_number(c, "decay");
	if (rule == RULE_RMSPROP_CENTRED) {
		o.dqn.optimizer.rho = 0.95;
		o.dqn.optimizer.epsilon = 0.01;
	} else if (rule == RULE_ADAM) {
		o.dqn.optimizer.epsilon = 1e-3;
	}
	return o;
}

static void check_number(const char *what, const json_t *object, const char *key, double got,
                         double tolerance)
{
	double expected = golden_number(object, key);

	TAP_CHECK(fabs(got - expected) <= tolerance * fmax(1, fabs(expected)),
	          "%s: %s is %.9g, expected %.9g", what, key, got, expected);
}

/* The memory is as large as the batch, so that an update is on all of the transitions, in some
 * order. */
static void golden_case(const json_t *c, int workers)
{
	/* numbers are written with 12 digits */
	const double tolerance = 200 * RY_REAL_EPSILON + 1e-11;
	struct problem o = golden_options(c);
	struct dqn *d = make(&o, workers);
	const json_t *item;
	uint64_t s[ROOM], next[ROOM];
	char what[120];
	size_t k;

	golden_net_set(dqn_net(d), c, "start");
	dqn_copy_target(d);
	json_array_foreach((json_t *)golden_get(c, "steps"), k, item) {
		golden_observation(item, "s", &o, s);
		golden_observation(item, "next", &o, next);
		replay_add(dqn_replay(d), s, golden_int(item, "action"),
		           golden_number(item, "reward"), next,
		           (enum game_status)golden_int(item, "status"), NULL);
	}
	CU_ASSERT_EQUAL_FATAL(replay_count(dqn_replay(d)), (size_t)o.dqn.batch);
	json_array_foreach((json_t *)golden_get(c, "updates"), k, item) {
		struct dqn_update u;

		snprintf(what, sizeof what, "%s, %d workers, update %zu",
		         json_string_value(golden_get(c, "name")), workers, k + 1);
		update(d, &u);
		check_number(what, item, "loss", u.loss, tolerance);
		check_number(what, item, "q", u.q, tolerance);
		check_number(what, item, "q_largest", u.q_largest, tolerance);
		check_number(what, item, "norm", u.norm, tolerance);
		CU_ASSERT_EQUAL(u.lr, o.dqn.optimizer.lr);
		CU_ASSERT_EQUAL(dqn_updates(d), (long)k + 1);
		golden_net_compare(what, dqn_net(d), dqn_net(d)->w, item, "w", tolerance);
	}
	CU_ASSERT_TRUE(k >= 3);
	dqn_free(d);
}

static void updates_as_in_pytorch(void)
{
	json_t *cases = golden_open("dqn.json"), *c;
	size_t k;

	json_array_foreach(cases, k, c)
		for (int workers = 1; workers <= 2; workers++)
			golden_case(c, workers);
	TAP_CHECK(k >= 9, "%zu golden cases", k);
	json_decref(cases);
}

/* ---- a second way to the same ---- */

/* Q of the first `rows` of what the memory holds at index (rows), or of what came after: q (rows,
 * A). */
static void values_of(struct net *net, const struct problem *o, const struct replay *r,
                      const size_t *index, int rows, int after, real *x, real *q)
{
	for (int k = 0; k < rows; k++) {
		const void *seen = after ? replay_next(r, index[k]) : replay_state(r, index[k]);

		if (o->shape.planes)
			bitplane_unpack(seen, o->shape.planes, o->shape.height * o->shape.width,
			                x + (size_t)k * net->D);
		else
			memcpy(x + (size_t)k * net->D, seen, (size_t)net->D * sizeof *x);
	}
	if (q)
		net_predict(net, x, (size_t)rows, q);
}

static int best_of(const real *q, int A)
{
	int best = 0;

	for (int a = 1; a < A; a++)
		if (q[a] > q[best])
			best = a;
	return best;
}

enum { MOST = 64, WIDEST = 144 };

/* A batch with its targets, which stay as they are while parameters change. */
struct fixed {
	const struct problem *o;
	const struct replay *replay;
	struct dqn   *d;
	struct net   *net;               /* evaluated */
	size_t        index[MOST];
	real          weight[MOST];
	double        y[MOST], error[MOST];
};

/* y of the batch, with the networks as they are. */
static void fix_targets(struct fixed *f, struct net *online, struct net *target)
{
	static real x[MOST * WIDEST], q[MOST * 8], judged[MOST * 8];
	int A = online->M;

	values_of(online, f->o, f->replay, f->index, f->o->dqn.batch, 1, x, q);
	values_of(target, f->o, f->replay, f->index, f->o->dqn.batch, 1, x, judged);
	for (int k = 0; k < f->o->dqn.batch; k++) {
		int best = best_of((f->o->dqn.double_q ? q : judged) + k * A, A);
		double value = 0, e = f->o->dqn.target_epsilon;

		for (int a = 0; a < A; a++)
			value += judged[k * A + a] * (e / A + (a == best ? 1 - e : 0));
		f->y[k] = replay_reward(f->replay, f->index[k]) +
		          (double)replay_bootstrap(f->replay, f->index[k]) * value;
	}
}

/* The weighted mean loss of f->net with these targets. */
static double fixed_loss(struct fixed *f)
{
	static real x[MOST * WIDEST], q[MOST * 8];
	double sum = 0, delta = f->o->dqn.loss.kind == LOSS_HUBER ? f->o->dqn.loss.delta : INFINITY;

	values_of(f->net, f->o, f->replay, f->index, f->o->dqn.batch, 0, x, q);
	for (int k = 0; k < f->o->dqn.batch; k++) {
		double e = q[k * f->net->M + replay_action(f->replay, f->index[k])] - f->y[k];

		f->error[k] = e;
		sum += f->weight[k] *
		       (fabs(e) <= delta ? e * e / 2 : delta * (fabs(e) - delta / 2));
	}
	return sum / f->o->dqn.batch;
}

/* With a rate of 1 and no rule but the gradient's own, an update takes the gradient away. */
static double loss_and_step(struct net *net, void *arg, int with_gradient)
{
	struct fixed *f = arg;
	struct dqn_update u;

	if (with_gradient) {
		memcpy(dqn_net(f->d)->w, net->w, net->n * sizeof *net->w);
		update(f->d, &u);
		for (size_t i = 0; i < net->n; i++)
			net->dw[i] = net->w[i] - dqn_net(f->d)->w[i];
	}
	return fixed_loss(f);
}

/* Differences of the whole loss, convolution and all, with targets that do not move: nothing of the
 * gradient goes through them. */
static void gradient_by_differences(void)
{
	for (int kind = 0; kind < 6; kind++) {
		struct problem o = kind < 3 ? numbers() : board();
		gsl_rng *rng = random_stream(40 + kind, 0);
		struct fixed f = { .o = &o };
		struct net *target;
		double worst;

		optimizer_defaults(&o.dqn.optimizer, RULE_SGD);
		o.dqn.optimizer.lr = 1;
		o.dqn.batch = 11;
		o.dqn.replay.capacity = 11;
		o.dqn.target_every = kind % 3 == 0 ? 0 : 1000;
		o.dqn.double_q = kind % 3 == 2;
		o.dqn.target_epsilon = kind % 2 * 0.25;
		o.dqn.loss = (struct loss){ kind % 2 ? LOSS_SQUARED : LOSS_HUBER, 0.6 };
		f.d = make(&o, 1);
		f.net = net_make(o.lines, lists);
		target = net_make(o.lines, lists);
		CU_ASSERT_FATAL(net_alloc(f.net, 1, MOST, MOST, 1) == RY_OK &&
		                net_alloc(target, 1, MOST, MOST, 0) == RY_OK);
		net_init_with(dqn_net(f.d), INIT_UNIFORM, 0.7, rng);
		memcpy(target->w, dqn_net(f.d)->w, target->n * sizeof *target->w);
		dqn_copy_target(f.d);
		if (o.dqn.target_every)
			net_init_with(dqn_net(f.d), INIT_UNIFORM, 0.7, rng);
		memcpy(f.net->w, dqn_net(f.d)->w, target->n * sizeof *target->w);
		play(f.d, &o, 11, rng);
		f.replay = dqn_replay(f.d);
		for (int k = 0; k < o.dqn.batch; k++) {
			f.index[k] = (size_t)k;
			f.weight[k] = 1;
		}
		fix_targets(&f, f.net, target);
		worst = net_gradient_check(f.net, loss_and_step, &f, 1000, rng, NULL);
		/* In float the differences are so wide that corners of relu lie between. */
		TAP_CHECK(worst < (sizeof(real) == sizeof(double) ? 1e-6 : 0.02),
		          "kind %d: the gradient is off by %g", kind, worst);
		net_free(target);
		net_free(f.net);
		dqn_free(f.d);
		gsl_rng_free(rng);
	}
}

/* Prioritised: what is drawn, by a second memory and the same stream; weights, errors as new
 * priorities, and beta as it rises. */
static void prioritised_updates(void)
{
	enum { UPDATES = 14 };
	struct problem o = numbers();
	gsl_rng *one = random_stream(50, 0), *two = random_stream(50, 0),
		*order = random_stream(SEED, STREAM_ORDER);
	struct fixed f = { .o = &o };
	struct dqn *d, *other;

	optimizer_defaults(&o.dqn.optimizer, RULE_SGD);
	o.dqn.optimizer.lr = 0.3;
	o.dqn.replay.alpha = 0.7;
	o.dqn.replay.n_step = 2;
	o.dqn.batch = 12;
	d = make(&o, 1);
	other = make(&o, 1);                     /* only its memory is used */
	f.net = net_make(o.lines, lists);
	CU_ASSERT_FATAL(net_alloc(f.net, 1, MOST, MOST, 0) == RY_OK);
	play(d, &o, 25, one);
	play(other, &o, 25, two);
	f.replay = dqn_replay(other);
	o.dqn.target_every = 0;              /* the reference below has no target network */
	for (int k = 0; k < UPDATES; k++) {
		double t = fmin((double)k / (double)o.dqn.beta_updates, 1), loss;
		double beta = o.dqn.beta + (1 - o.dqn.beta) * t;
		real error[MOST];
		struct dqn_update u;

		if (k % 3 == 0)
			dqn_copy_target(d);
		memcpy(f.net->w, dqn_net(d)->w, f.net->n * sizeof *f.net->w);
		replay_sample(dqn_replay(other), o.dqn.batch, 0, beta, order, f.index, f.weight);
		if (k % 3 == 0)
			memcpy(dqn_net(other)->w, f.net->w, f.net->n * sizeof *f.net->w);
		if (k == 0)
			CU_ASSERT_FATAL(net_alloc(dqn_net(other), 1, MOST, MOST, 0) == RY_OK);
		fix_targets(&f, f.net, dqn_net(other));
		loss = fixed_loss(&f);
		update(d, &u);
		TAP_CHECK(fabs(u.loss - loss) <= 1e3 * RY_REAL_EPSILON * (1 + loss),
		          "update %d: loss %.9g, expected %.9g", k + 1, u.loss, loss);
		for (int i = 0; i < o.dqn.batch; i++)
			error[i] = (real)f.error[i];
		replay_errors(dqn_replay(other), o.dqn.batch, f.index, error);
	}
	dqn_free(d);
	dqn_free(other);
	net_free(f.net);
	gsl_rng_free(one);
	gsl_rng_free(two);
	gsl_rng_free(order);
}

/* ---- values that are known exactly ---- */

enum { STATES = 3, CHAIN_ACTIONS = 2, CHAIN = STATES * CHAIN_ACTIONS };

/* Three states; the last one's first action runs into a time limit, its second ends the episode. */
static const struct {
	int next;
	double reward;
	enum game_status status;
} chain[STATES][CHAIN_ACTIONS] = {
	{ { 0, 0.1, GAME_ON }, { 1, 0, GAME_ON } },
	{ { 0, 0.3, GAME_ON }, { 2, -0.2, GAME_ON } },
	{ { 1, 0.5, GAME_CUT }, { 0, 1.6, GAME_OVER } },
};

/* Q of play that is greedy but for chance. */
static void chain_values(double discount, double epsilon, double q[STATES][CHAIN_ACTIONS])
{
	memset(q, 0, CHAIN * sizeof q[0][0]);
	for (int round = 0; round < 1000; round++)
		for (int s = 0; s < STATES; s++)
			for (int a = 0; a < CHAIN_ACTIONS; a++) {
				const double *after = q[chain[s][a].next];

				double value = (1 - epsilon) * fmax(after[0], after[1]) +
				               epsilon * (after[0] + after[1]) / 2;

				q[s][a] = chain[s][a].reward +
				          (chain[s][a].status == GAME_OVER ? 0 : discount * value);
			}
}

static void chain_is_learnt(const char *what, const struct problem *o)
{
	double expected[STATES][CHAIN_ACTIONS];
	real one_hot[STATES][STATES] = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } };
	struct dqn *d = make(o, 1);
	struct dqn_update u;

	chain_values(o->dqn.replay.discount, o->dqn.target_epsilon, expected);
	for (int s = 0; s < STATES; s++)
		for (int a = 0; a < CHAIN_ACTIONS; a++)
			replay_add(dqn_replay(d), one_hot[s], a, chain[s][a].reward,
			           one_hot[chain[s][a].next], chain[s][a].status, NULL);
	CU_ASSERT_EQUAL(replay_count(dqn_replay(d)), CHAIN);
	for (int k = 0; k < o->dqn.optimizer.total; k++)
		update(d, &u);
	for (int s = 0; s < STATES; s++)
		for (int a = 0; a < CHAIN_ACTIONS; a++) {
			double q = dqn_values(d, one_hot[s])[a];

			TAP_CHECK(fabs(q - expected[s][a]) < 2e-3,
			          "%s: Q(%d, %d) is %g, expected %g", what, s, a, q,
			          expected[s][a]);
		}
	dqn_free(d);
}

/* By hand, with discount 1/2: Q(2, .) = 0.5 + V(1)/2, 1.6; V(2) = 1.6; Q(1, 1) = -0.2 + 0.8 =
 * 0.6. */
static void chain_of_three_states(void)
{
	struct problem o = numbers();
	double q[STATES][CHAIN_ACTIONS];

	chain_values(0.5, 0, q);
	CU_ASSERT_DOUBLE_EQUAL(q[1][1], 0.6, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(q[2][0], 0.8, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(q[0][1], 0.3, 1e-12);
	o.shape = observation_of_numbers(3);
	o.lines = "a=dense 3 12\ntanh 12\nb=dense 12 2";
	o.dqn.batch = CHAIN;
	o.dqn.replay.capacity = CHAIN;
	o.dqn.target_every = 10;
	o.dqn.optimizer.lr = 0.02;
	o.dqn.optimizer.schedule = SCHEDULE_COSINE;
	o.dqn.optimizer.lr_end = 1e-5;
	o.dqn.optimizer.total = 3000;
	chain_is_learnt("plain", &o);
	o.dqn.target_epsilon = 0.4;
	chain_is_learnt("expected SARSA", &o);
	o.dqn.double_q = 1;
	chain_is_learnt("double, expected SARSA", &o);
	o.dqn.target_epsilon = 0;
	chain_is_learnt("double", &o);
	o.dqn.loss = (struct loss){ LOSS_HUBER, 0.2 };
	chain_is_learnt("double, Huber", &o);
	o.shape = observation_of_numbers(3);
	o.lines = "a=dense 3 12\ntanh 12\nb=dense 12 3\ndueling 2";
	chain_is_learnt("double, dueling, Huber", &o);
	o.dqn.target_every = 0;
	chain_is_learnt("double, dueling, no target network", &o);
	o.dqn.replay.alpha = 0.6;
	o.dqn.target_every = 10;
	chain_is_learnt("double, dueling, prioritised", &o);
}

/* ---- looking ---- */

static void values_are_those_of_the_network(void)
{
	for (int kind = 0; kind < 2; kind++) {
		struct problem o = kind ? board() : numbers();
		gsl_rng *rng = random_stream(60, 0);
		struct dqn *d = make(&o, 1);
		struct net *net = net_make(o.lines, lists);
		uint64_t s[ROOM];
		real x[WIDEST], q[8];

		CU_ASSERT_FATAL(net_alloc(net, 1, 1, 1, 0) == RY_OK);
		memcpy(net->w, dqn_net(d)->w, net->n * sizeof *net->w);
		for (int k = 0; k < 20; k++) {
			const real *values;

			observation(&o, net->D, rng, s);
			if (o.shape.planes)
				bitplane_unpack(s, o.shape.planes, o.shape.height * o.shape.width,
				                x);
			else
				memcpy(x, s, (size_t)net->D * sizeof *x);
			net_predict(net, x, 1, q);
			values = dqn_values(d, s);
			for (int a = 0; a < net->M; a++)
				TAP_CHECK(fabs((double)values[a] - q[a]) < 100 * RY_REAL_EPSILON,
				          "kind %d: Q of %d is %g, expected %g", kind, a,
				          (double)values[a], (double)q[a]);
		}
		net_free(net);
		dqn_free(d);
		gsl_rng_free(rng);
	}
}

/* The network starts from STREAM_INIT of the seed, and its target as a copy: with discount 1,
 * reward 0 and s' = s the error of the best action is nothing. */
static void target_starts_as_a_copy(void)
{
	struct problem o = numbers();
	gsl_rng *rng = random_stream(SEED, STREAM_INIT), *order = random_stream(61, 0);
	struct net *net = net_make(o.lines, lists);
	struct dqn_update u;
	struct dqn *d;
	real x[5];

	o.dqn.replay.discount = 1;
	o.dqn.target_every = 1000;
	d = make(&o, 1);
	net_init(net, rng);
	CU_ASSERT(memcmp(net->w, dqn_net(d)->w, net->n * sizeof *net->w) == 0);
	for (int k = 0; k < 16; k++) {
		observation(&o, 5, order, x);
		replay_add(dqn_replay(d), x, best_of(dqn_values(d, x), 3), 0, x, GAME_ON, NULL);
	}
	update(d, &u);
	TAP_CHECK(u.loss < 1e-10, "loss %g between two copies", u.loss);
	net_free(net);
	dqn_free(d);
	gsl_rng_free(rng);
	gsl_rng_free(order);
}

/* ---- workers, bits, memory ---- */

static struct dqn *after_updates(const struct problem *o, int workers, int updates,
                                 struct dqn_update *u)
{
	gsl_rng *rng = random_stream(70, 0);
	struct dqn *d = make(o, workers);

	play(d, o, 40, rng);
	for (int k = 0; k < updates; k++) {
		update(d, u);
		play(d, o, 1, rng);
	}
	gsl_rng_free(rng);
	return d;
}

static void workers_agree(void)
{
	static const int batches[] = { 1, 5, 16, 33 };

	for (int kind = 0; kind < 2; kind++)
		for (size_t b = 0; b < sizeof batches / sizeof batches[0]; b++) {
			struct problem o = kind ? board() : numbers();
			struct dqn_update u[4];
			struct dqn *d[4];
			size_t bytes;

			o.dqn.batch = batches[b];
			o.dqn.replay.capacity = 40;
			o.dqn.replay.alpha = b == 2 ? 0.6 : 0;
			o.dqn.optimizer.epsilon = 1e-3;
			for (int k = 0; k < 4; k++)
				d[k] = after_updates(&o, 1 + k / 2, 12, &u[k]);
			bytes = dqn_net(d[0])->n * sizeof(real);
			TAP_CHECK(memcmp(dqn_net(d[0])->w, dqn_net(d[1])->w, bytes) == 0 &&
			                  u[0].loss == u[1].loss &&
			                  memcmp(dqn_net(d[2])->w, dqn_net(d[3])->w, bytes) == 0 &&
			                  u[2].loss == u[3].loss,
			          "kind %d, batch %d: other bits the second time", kind,
			          o.dqn.batch);
			for (size_t i = 0; i < dqn_net(d[0])->n; i++)
				TAP_CHECK(fabs((double)dqn_net(d[0])->w[i] - dqn_net(d[2])->w[i]) <
				                  1e4 * RY_REAL_EPSILON,
				          "kind %d, batch %d: w[%zu] is %g with one worker, %g "
				          "with two",
				          kind, o.dqn.batch, i, (double)dqn_net(d[0])->w[i],
				          (double)dqn_net(d[2])->w[i]);
			TAP_CHECK(fabs(u[0].norm - u[2].norm) <
			                          1e4 * RY_REAL_EPSILON * (1 + u[0].norm) &&
			                  u[0].q_largest > 0 &&
			                  fabs(u[0].q_largest - u[2].q_largest) <
			                          1e4 * RY_REAL_EPSILON,
			          "kind %d, batch %d: found norm %g and %g", kind, o.dqn.batch,
			          u[0].norm, u[2].norm);
			for (int k = 0; k < 4; k++)
				dqn_free(d[k]);
		}
}

static void nothing_is_allocated(void)
{
	if (allocations() < 0) {
		tap_skip("the linker does not know --wrap");
		return;
	}
	for (int kind = 0; kind < 2; kind++)
		for (int workers = 1; workers <= 2; workers++) {
			struct problem o = kind ? board() : numbers();
			gsl_rng *rng = random_stream(71, 0);
			struct dqn_update u;
			struct dqn *d;
			long before;

			o.dqn.replay.alpha = 0.6 * kind;
			d = make(&o, workers);
			play(d, &o, 40, rng);
			before = allocations();
			for (int k = 0; k < 7; k++)
				update(d, &u);
			play(d, &o, 9, rng);
			TAP_CHECK(allocations() == before, "%ld allocations in seven updates",
			          allocations() - before);
			dqn_free(d);
			gsl_rng_free(rng);
		}
}

/* ---- numbers gone bad ---- */

static struct st_file *file_of(const struct dqn *d)
{
	struct st_writer *w = st_writer_alloc();

	TAP_CHECK(dqn_write(d, w) == RY_OK, "not written: %s", ry_message());
	return damage_open(w);
}

/* The tensors of two files, bit by bit, except those whose names hold `but`. */
static void check_same_files(const struct st_file *a, const struct st_file *b, const char *but)
{
	const struct st_tensor *t;

	for (int k = 0; (t = st_tensor_at(a, k)); k++) {
		const struct st_tensor *other = st_find(b, t->name);

		if (!strstr(t->name, but))
			TAP_CHECK(other && other->count == t->count &&
			                  memcmp(other->data, t->data,
			                         t->count * damage_size(t->type)) == 0,
			          "%s has changed", t->name);
	}
}

static void bad_numbers_change_nothing(void)
{
	static const double bad[] = { NAN, INFINITY, -INFINITY };

	for (int workers = 1; workers <= 2; workers++)
		for (int kind = 0; kind < 6; kind++) {
			struct problem o = numbers();
			struct st_file *before, *after;
			struct dqn_update u;
			struct dqn *d;
			real *w, was;

			o.dqn.batch = 16;                                /* all of the memory */
			o.dqn.replay.alpha = kind < 3 ? 0 : 0.6;
			d = after_updates(&o, workers, 5, &u);
			w = dqn_net(d)->w + 3;
			was = *w;
			before = file_of(d);
			*w = (real)bad[kind % 3];
			CU_ASSERT_EQUAL(dqn_update(d, &u), RY_ENUMERIC);
			CU_ASSERT_EQUAL(dqn_updates(d), 5);
			*w = was;                                    /* no trace of it is left */
			after = file_of(d);
			check_same_files(before, after, "random");
			update(d, &u);
			for (size_t i = 0; i < dqn_net(d)->n; i++)
				CU_ASSERT(isfinite(dqn_net(d)->w[i]));
			st_close(before);
			st_close(after);
			dqn_free(d);
		}
}

/* A reward that is no number: once it is forgotten learning goes on as if it had never been. */
static void bad_rewards_are_survived(void)
{
	struct problem o = numbers();
	gsl_rng *rng = random_stream(72, 0);
	struct dqn_update u, v;
	struct dqn *d[2];
	real x[5];

	o.dqn.batch = o.dqn.replay.capacity = 16;
	o.dqn.optimizer.epsilon = 1e-3;
	for (int k = 0; k < 2; k++)
		d[k] = after_updates(&o, 1, 4, &u);
	observation(&o, 5, rng, x);
	replay_add(dqn_replay(d[0]), x, 0, NAN, x, GAME_ON, NULL);
	CU_ASSERT_EQUAL(dqn_update(d[0], &u), RY_ENUMERIC);
	CU_ASSERT_PTR_NOT_NULL(strstr(ry_message(), "update 5"));
	for (int k = 0; k < 16; k++) {
		observation(&o, 5, rng, x);
		for (int j = 0; j < 2; j++)
			replay_add(dqn_replay(d[j]), x, k % 3, 0.1 * k, x,
			           k % 5 == 0 ? GAME_OVER : GAME_ON, NULL);
	}
	for (int k = 0; k < 3; k++) {
		update(d[0], &u);
		update(d[1], &v);
		TAP_CHECK(fabs(u.loss - v.loss) < 1e3 * RY_REAL_EPSILON,
		          "loss %g, without the bad reward %g", u.loss, v.loss);
	}
	for (size_t i = 0; i < dqn_net(d[0])->n; i++)
		CU_ASSERT_DOUBLE_EQUAL(dqn_net(d[0])->w[i], dqn_net(d[1])->w[i],
		                       1e4 * RY_REAL_EPSILON);
	dqn_free(d[0]);
	dqn_free(d[1]);
	gsl_rng_free(rng);
}

/* ---- files ---- */

static struct problem file_options(int kind)
{
	struct problem o = kind % 2 ? board() : numbers();

	o.dqn.replay.alpha = kind >= 2 ? 0.6 : 0;
	o.dqn.replay.n_step = 1 + kind;
	o.dqn.replay.random_eviction = kind == 1;
	if (kind == 2)
		optimizer_defaults(&o.dqn.optimizer, RULE_RMSPROP_CENTRED);
	if (kind == 3)
		o.dqn.target_every = 0;
	return o;
}

enum { KINDS = 4 };

/* Read into a learner with another past, it goes on to the same bits. */
static void files_go_on_to_the_same_bits(void)
{
	for (int kind = 0; kind < KINDS; kind++)
		for (int workers = 1; workers <= 2; workers++) {
			struct problem o = file_options(kind);
			gsl_rng *one = random_stream(80, 0), *two = random_stream(80, 0),
				*other = random_stream(81, 0);
			struct dqn_update u, v;
			struct dqn *a = after_updates(&o, workers, 13, &u), *b = make(&o, workers);
			struct st_file *f = file_of(a);

			play(b, &o, 30, other);
			update(b, &v);
			TAP_CHECK(dqn_read(b, f) == RY_OK, "kind %d: %s", kind, ry_message());
			CU_ASSERT_EQUAL(dqn_updates(b), 13);
			for (int k = 0; k < 10; k++) {
				play(a, &o, 2, one);
				play(b, &o, 2, two);
				update(a, &u);
				update(b, &v);
				TAP_CHECK(memcmp(&u, &v, sizeof u) == 0 &&
				                  memcmp(dqn_net(a)->w, dqn_net(b)->w,
				                         dqn_net(a)->n * sizeof(real)) == 0,
				          "kind %d: another update %d after reading", kind, k + 1);
			}
			st_close(f);
			dqn_free(a);
			dqn_free(b);
			gsl_rng_free(one);
			gsl_rng_free(two);
			gsl_rng_free(other);
		}
}

/* Refused with a sentence, and with a status that says whose fault it is? */
static int refused(const struct problem *o, const struct st_file *f)
{
	struct dqn *d = make(o, 1);
	enum ry_status status;

	ry_fail(RY_EINVAL, "nothing yet");
	status = dqn_read(d, f);
	TAP_CHECK(status == RY_OK || ((status == RY_ESHAPE || status == RY_EDATA) &&
	                              strcmp(ry_message(), "nothing yet") != 0),
	          "refused with status %d: %s", (int)status, ry_message());
	dqn_free(d);
	return status != RY_OK;
}

static void files_of_others_are_refused(void)
{
	struct problem same = numbers(), o;
	struct dqn_update u;
	struct dqn *d = after_updates(&same, 1, 3, &u);
	struct st_file *f = file_of(d);

	CU_ASSERT_FALSE(refused(&same, f));
	o = same, o.lines = "a=dense 5 9\nrelu 9\nb=dense 9 3";
	CU_ASSERT_TRUE(refused(&o, f));
	o = board();
	CU_ASSERT_TRUE(refused(&o, f));
	o = same, o.dqn.replay.n_step = 3;
	CU_ASSERT_TRUE(refused(&o, f));
	o = same, o.dqn.replay.capacity = 17;
	CU_ASSERT_TRUE(refused(&o, f));
	o = same, o.dqn.replay.alpha = 0.5;
	CU_ASSERT_TRUE(refused(&o, f));
	o = same, o.lines = "a=dense 5 7\ntanh 7\nb=dense 7 3";
	CU_ASSERT_TRUE(refused(&o, f));
	o = same, optimizer_defaults(&o.dqn.optimizer, RULE_RMSPROP_CENTRED);
	CU_ASSERT_TRUE(refused(&o, f));              /* which keeps two arrays as well */
	st_close(f);
	dqn_free(d);
}

static void files_of_other_shapes_are_refused(void)
{
	for (int kind = 0; kind < KINDS; kind++) {
		struct problem o = file_options(kind);
		const struct st_tensor *t;
		struct dqn_update u;
		struct dqn *d = after_updates(&o, 1, 3, &u);
		struct st_file *f = file_of(d);

		for (int k = 0; (t = st_tensor_at(f, k)); k++)
			for (int way = 0; way < DAMAGE_WAYS && t->count > 0; way++) {
				struct st_file *bad = damage_shape(f, k, way);

				TAP_CHECK(refused(&o, bad),
				          "kind %d: taken with %s changed in way %d", kind, t->name,
				          way);
				st_close(bad);
			}
		st_close(f);
		dqn_free(d);
	}
}

/* A file that is read is fit to be learnt with, whatever may come of that; a file that is refused
 * leaves a learner that can be let go. */
static int survives(const struct problem *o, const struct st_file *f)
{
	gsl_rng *rng = random_stream(82, 0);
	struct dqn_update u;
	struct dqn *d = make(o, 1);
	int taken = dqn_read(d, f) == RY_OK;

	if (taken) {
		play(d, o, 3, rng);
		for (int k = 0; k < 3 && replay_count(dqn_replay(d)) >= (size_t)o->dqn.batch; k++) {
			enum ry_status status = dqn_update(d, &u);

			TAP_CHECK(status == RY_OK || status == RY_ENUMERIC,
			          "status %d after a damaged file", (int)status);
		}
	}
	dqn_free(d);
	gsl_rng_free(rng);
	return taken;
}

static void damaged_files_do_no_harm(void)
{
	enum { FLIPS = 300 };

	for (int kind = 0; kind < KINDS; kind++) {
		struct problem o = file_options(kind);
		gsl_rng *rng = random_stream(83 + kind, 0);
		struct dqn_update u;
		struct dqn *d = after_updates(&o, 1, 3, &u);
		struct st_file *f = file_of(d);
		size_t bits = damage_bits(f);
		int opened = 0, taken = 0;

		for (int k = 0; k < FLIPS / KINDS; k++) {
			struct st_file *bad = damage_bit(f, gsl_rng_uniform_int(rng, bits));

			opened += bad != NULL;
			taken += bad && survives(&o, bad);
			st_close(bad);
		}
		TAP_CHECK(opened > 0 && taken < FLIPS / KINDS,
		          "of %d damaged files %d opened, %d were taken", FLIPS / KINDS, opened,
		          taken);
		st_close(f);
		dqn_free(d);
		gsl_rng_free(rng);
	}
}

/* Counts that no learner can have. */
static int change_updates(struct st_tensor *t, void *data, void *arg)
{
	if (strcmp(t->name, "updates") == 0)
		memcpy(data, arg, sizeof(int64_t));
	return 1;
}

static void odd_counts_are_refused(void)
{
	static int64_t counts[] = { -1, INT64_MIN, INT64_MAX };
	struct problem o = numbers();
	struct dqn_update u;
	struct dqn *d = after_updates(&o, 1, 3, &u);
	struct st_file *f = file_of(d);

	CU_ASSERT_PTR_NOT_NULL(st_find(f, "updates"));
	for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++) {
		struct st_file *bad = damage_tensors(f, change_updates, &counts[k]);

		TAP_CHECK(refused(&o, bad), "%lld updates were taken", (long long)counts[k]);
		st_close(bad);
	}
	st_close(f);
	dqn_free(d);
}

/* ---- options ---- */

static void check_refused(const char *what, const struct problem *o)
{
	struct dqn *d;

	ry_fail(RY_EINVAL, "nothing yet");
	d = allocate(o, 1);
	TAP_CHECK(d == NULL && strcmp(ry_message(), "nothing yet") != 0,
	          "%s: taken, or refused without a word", what);
	dqn_free(d);
}

#define WRONG(change) \
	do { \
		struct problem o = numbers(); \
		o.change; \
		check_refused(#change, &o); \
	} while (0)

static void options_that_can_not_be(void)
{
	WRONG(dqn.batch = 0);
	WRONG(dqn.batch = -1);
	WRONG(dqn.batch = 17);
	WRONG(dqn.replay.capacity = 0);
	WRONG(dqn.replay.n_step = 0);
	WRONG(dqn.replay.discount = 1.5);
	WRONG(dqn.replay.alpha = -1);
	WRONG(dqn.beta = -0.1);
	WRONG(dqn.beta = 1.1);
	WRONG(dqn.beta = NAN);
	WRONG(dqn.target_epsilon = -0.1);
	WRONG(dqn.target_epsilon = 1.1);
	WRONG(dqn.beta_updates = -1);
	WRONG(dqn.target_every = -1);
	WRONG(dqn.loss.kind = LOSS_BCE);
	WRONG(dqn.loss.kind = LOSS_SOFTMAX);
	WRONG(dqn.loss = ((struct loss){ LOSS_HUBER, 0 }));
	WRONG(dqn.loss = ((struct loss){ LOSS_HUBER, NAN }));
	WRONG(dqn.clip = -1);
	WRONG(dqn.clip = NAN);
	WRONG(dqn.optimizer.l2 = -1);
	WRONG(dqn.optimizer.l2 = NAN);
	WRONG(dqn.optimizer.l2 = INFINITY);
	WRONG(dqn.optimizer.lr = NAN);
	WRONG(dqn.optimizer.lr = -1);
	WRONG(lines = "");
	WRONG(lines = "a=dense 5 7\nb=dense 8 3");
	WRONG(lines = "a=nothing 5 7");
	WRONG(shape = observation_of_planes(2, 3, 3));   /* the network wants 5 numbers */
	WRONG(shape = observation_of_numbers(6));
	dqn_free(NULL);
}

static const struct tap_test tests[] = {
	{ "updates as in PyTorch", updates_as_in_pytorch },
	{ "the gradient by differences, none through the target", gradient_by_differences },
	{ "prioritised updates", prioritised_updates },
	{ "a chain of three states is learnt exactly", chain_of_three_states },
	{ "values are those of the network", values_are_those_of_the_network },
	{ "the target starts as a copy", target_starts_as_a_copy },
	{ "one worker, two workers", workers_agree },
	{ "updates allocate nothing", nothing_is_allocated },
	{ "bad numbers change nothing", bad_numbers_change_nothing },
	{ "a bad reward is survived", bad_rewards_are_survived },
	{ "files go on to the same bits", files_go_on_to_the_same_bits },
	{ "files of other learners are refused", files_of_others_are_refused },
	{ "files with other tensors are refused", files_of_other_shapes_are_refused },
	{ "damaged files do no harm", damaged_files_do_no_harm },
	{ "counts that can't be are refused", odd_counts_are_refused },
	{ "options that can't be", options_that_can_not_be },
	{ "looking changes nothing", looking_changes_nothing },
	{ NULL, NULL }
};

int main(void)
{
	int status = tap_run("deep Q-learning in " RY_REAL_NAME, tests);

	for (int n = 1; n <= 2; n++)
		if (team[n])
			workers_free(team[n]);
	return status;
}
