/* test_agent.c - an agent in every game: the same seed and a checkpoint give the same story, what
 * it remembers is what happened, and it learns what can be learnt in seconds; and the models it
 * leaves.
 *
 * Three games are made for these tests: `clock`, whose observation is the number of the step, so
 * that every transition tells where it comes from, `numbers`, the same for windows, and `bandit`,
 * one step an episode, where a bit says which action pays.
 */
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rl/agent/agent.h"
#include "rl/agent/evaluation.h"
#include "rl/agent/rl_learner.h"
#include "rl/games/games.h"
#include "src/base/random.h"
#include "src/nn/init.h"
#include "tests/support/allocations.h"
#include "tests/support/damage.h"
#include "tests/support/tap.h"

/* ---- three small games ---- */

struct clock {
	struct game_base base;
	uint32_t number, step;           /* of this observation; within the episode */
	int32_t  episode;
	uint32_t unused;
};

enum { CLOCK_STEPS = 5, CLOCK_ACTIONS = 3 };

static void clock_reset(void *state, struct random_source *d)
{
	struct clock *s = state;

	(void)d;
	s->number++;
	s->episode++;
	s->step = 0;
}

/* Steps are worth their number within the episode, less 2.5, and a little of what was executed;
 * episodes end in turns for good and at a limit. */
static enum game_status clock_step(void *state, int action, struct random_source *d, double *reward)
{
	struct clock *s = state;

	(void)d;
	s->number++;
	*reward = s->step++ - 2.5 + action / 8.0;
	return s->step < CLOCK_STEPS ? GAME_ON : s->episode % 2 ? GAME_OVER : GAME_CUT;
}

static void clock_planes(const void *state, uint64_t *bits)
{
	bits[0] = ((const struct clock *)state)->number;
}

/* The same as numbers: that of the observation, and the step. */
static void no_planes(const void *state, uint64_t *bits)
{
	(void)state;
	(void)bits;
}

static void clock_numbers(const struct game_ops *g, const void *state, real *x)
{
	(void)g;
	x[0] = (real)((const struct clock *)state)->number;
	x[1] = (real)((const struct clock *)state)->step;
}

static void no_picture(const struct game_ops *g, const void *state, uint8_t *cells)
{
	(void)state;
	memset(cells, 0, (size_t)g->rows * g->columns);
}

struct bandit {
	struct game_base base;
	uint32_t bit, unused;
};

static void bandit_reset(void *state, struct random_source *d)
{
	((struct bandit *)state)->bit = (uint32_t)draw_half(d);
}

static enum game_status bandit_step(void *state, int action, struct random_source *d,
                                    double *reward)
{
	(void)d;
	*reward = action == (int)((struct bandit *)state)->bit;
	return GAME_OVER;
}

static void bandit_planes(const void *state, uint64_t *bits)
{
	bits[0] = (uint64_t)1 << ((const struct bandit *)state)->bit;
}

static int always_valid(const void *state)
{
	(void)state;
	return 1;
}

static const char *const channels[] = { "bits", "step" }, *const actions[] = { "a", "b", "c" };
static const uint8_t minimal[] = { 0, 2 };
static const struct game_look looks[] = { { "bit", 'o', "o", GAME_WHITE } };

#define SMALL_GAME .about = "a test", .C = 1, .H = 8, .W = 8, .words = 1, .channels = channels, \
	.n_actions = CLOCK_ACTIONS, \
	.actions = actions, .n_minimal = 2, .minimal = minimal, .rows = 8, .columns = 8, \
		.n_looks = 1, .looks = looks, \
	.observe = game_observe_planes, .picture = game_picture_planes, .ramp = game_no_ramp, \
		.valid = always_valid, \
	.random_return = game_no_exact

static const struct game_ops clock_game = {
	SMALL_GAME,
	.name = "clock",
	.takes = GAME_STICKY | GAME_MINIMAL,
	.size = sizeof(struct clock),
	.reset = clock_reset,
	.step = clock_step,
	.planes = clock_planes,
};

static const struct game_ops number_game = {
	.name = "numbers",
	.about = "a test",
	.C = 2,
	.H = 1,
	.W = 1,
	.channels = channels,
	.n_actions = CLOCK_ACTIONS,
	.actions = actions,
	.n_minimal = 2,
	.minimal = minimal,
	.rows = 8,
	.columns = 8,
	.n_looks = 1,
	.looks = looks,
	.size = sizeof(struct clock),
	.reset = clock_reset,
	.step = clock_step,
	.planes = no_planes,
	.observe = clock_numbers,
	.picture = no_picture,
	.ramp = game_no_ramp,
	.valid = always_valid,
	.random_return = game_no_exact,
};

static const struct game_ops bandit_game = {
	SMALL_GAME,
	.name = "bandit",
	.size = sizeof(struct bandit),
	.reset = bandit_reset,
	.step = bandit_step,
	.planes = bandit_planes,
};

/* ---- agents ---- */

static struct workers *one_worker(void)
{
	static struct workers *w;

	if (!w)
		w = workers_alloc(1);
	if (!w)
		exit(99);
	return w;
}

/* The algorithm of the agents that a law is about. */
static int taught_by;

/* Many games at once, for an agent as below. */
static void small_pqn(struct agent_options *o, int k)
{
	o->algorithm = ALGORITHM_PQN;
	o->norm = k % 2;
	o->start = o->epsilon_start = 0;
	o->window = 0;
	o->pqn = (struct pqn_options){ .games = 3 + k % 3,
		                       .steps = 4,
		                       .passes = 1 + k % 2,
		                       .minibatches = 4,
		                       .discount = 0.9,
		                       .lambda = 0.65,
		                       .clip = 10 };
	optimizer_defaults(&o->pqn.optimizer, k % 2 ? RULE_RADAM : RULE_RMSPROP_CENTRED);
}

/* A small agent; another kind of memory, network and target for every `k`. */
static struct agent_options small(const struct game_ops *g, int k)
{
	struct agent_options o = {
		.hidden = { 8, 5 },
		.n_hidden = 1 + k % 2,
		.dueling = k % 3 == 1,
		.start = 100,
		.update_every = 3,
		.updates = 1 + k % 2,
		.epsilon = 1,
		.epsilon_end = 0.2,
		.epsilon_start = 100,
		.epsilon_frames = 400,
		.dqn = { .batch = 8,
		         .replay = { .capacity = 300,
		                     .n_step = 1 + k % 3,
		                     .discount = 0.9,
		                     .epsilon = 0.01,
		                     .alpha = k % 2 ? 0.6 : 0,
		                     .random_eviction = k % 4 == 2 },
		         .beta = 0.4,
		         .beta_updates = 300,
		         .target_every = k % 4 == 3 ? 0 : 50,
		         .double_q = k % 2,
		         .clip = 10,
		         .loss = { LOSS_HUBER, 1 } },
	};

	optimizer_defaults(&o.dqn.optimizer, k % 2 ? RULE_ADAM : RULE_RMSPROP_CENTRED);
	o.filters = g->words && k % 5 != 4 ? 2 : 0;
	o.window = g->words ? 0 : 1;
	o.init = g->words ? INIT_DEFAULT : INIT_NORMAL;
	if (taught_by == ALGORITHM_PQN)
		small_pqn(&o, k);
	return o;
}

static struct agent *make_with(const struct game_ops *g, const struct game_options *game,
                               const struct agent_options *o, long seed)
{
	struct agent *a = agent_alloc(g, game, o, seed, one_worker());

	TAP_CHECK(a != NULL, "%s: no agent: %s", g->name, ry_message());
	if (!a)
		exit(99);
	return a;
}

static struct agent *make(const struct game_ops *g, const struct agent_options *o, long seed)
{
	struct game_options game;

	game_defaults(g, &game);
	return make_with(g, &game, o, seed);
}

static void step(struct agent *a, struct agent_frame *f)
{
	TAP_CHECK(agent_step(a, f) == RY_OK, "frame %ld: %s", agent_frames(a), ry_message());
}

/* Steps of at least so many frames. */
static int steps(const struct agent *a, int frames)
{
	return (frames + agent_round(a) - 1) / agent_round(a);
}

static void live(struct agent *a, int frames)
{
	struct agent_frame f;

	for (int k = steps(a, frames); k > 0; k--)
		step(a, &f);
}

static int n_games(void)
{
	int n = 0;

	while (games[n])
		n++;
	return n;
}

/* Do two frames tell the same, to the bit? */
static int same_frame(const struct agent_frame *a, const struct agent_frame *b, int n_actions)
{
	return a->action == b->action && a->explored == b->explored && a->reward == b->reward &&
	       a->status == b->status && a->episode_return == b->episode_return &&
	       a->episode_frames == b->episode_frames && a->learned == b->learned &&
	       a->update.loss == b->update.loss && a->update.q == b->update.q && !a->q == !b->q &&
	       (!a->q || memcmp(a->q, b->q, (size_t)n_actions * sizeof *a->q) == 0);
}

static int same_games(const struct agent *a, const struct agent *b)
{
	for (int k = 0; k < agent_games(a); k++)
		if (memcmp(agent_game_state(a, k), agent_game_state(b, k), agent_game(a)->size) !=
		    0)
			return 0;
	return 1;
}

/* Play `frames` with both: every frame, and what there is at the end, are the same. */
static void check_same_story(struct agent *a, struct agent *b, int frames, const char *what)
{
	const struct net *net = agent_net(a), *other = agent_net(b);
	const struct game_ops *g = agent_game(a);
	struct agent_frame f, h;
	int n;

	for (n = 0; n < steps(a, frames); n++) {
		step(a, &f);
		step(b, &h);
		if (!same_frame(&f, &h, net->M) || !same_games(a, b))
			break;
	}
	TAP_CHECK(n == steps(a, frames), "%s: %s: another step %d", g->name, what, n + 1);
	TAP_CHECK(memcmp(net->w, other->w, net->n * sizeof *net->w) == 0, "%s: %s: another network",
	          g->name, what);
	TAP_CHECK(agent_frames(a) == agent_frames(b) && agent_episodes(a) == agent_episodes(b) &&
	                  agent_epsilon(a) == agent_epsilon(b) &&
	                  agent_q_bound(a) == agent_q_bound(b) &&
	                  (agent_mean_return(a) == agent_mean_return(b) ||
	                   (isnan(agent_mean_return(a)) && isnan(agent_mean_return(b)))),
	          "%s: %s: other counts", g->name, what);
}

static void test_games_are_games(void)
{
	CU_ASSERT_EQUAL(game_check(&clock_game), RY_OK);
	CU_ASSERT_EQUAL(game_check(&bandit_game), RY_OK);
	CU_ASSERT_EQUAL(game_check(&number_game), RY_OK);
}

static void same_seed_same_story(void)
{
	for (int k = 0; games[k]; k++) {
		struct agent_options o = small(games[k], k);
		struct agent *a = make(games[k], &o, 7), *b = make(games[k], &o, 7),
			     *other = make(games[k], &o, 8);

		check_same_story(a, b, 2000, "the same seed");
		TAP_CHECK(agent_updates(a) > 350, "%s: %ld updates", games[k]->name,
		          agent_updates(a));
		live(other, 300);
		TAP_CHECK(memcmp(agent_net(a)->w, agent_net(other)->w, 64) != 0,
		          "%s: the seed does not matter", games[k]->name);
		agent_free(a);
		agent_free(b);
		agent_free(other);
	}
}

/* ---- checkpoints ---- */

static struct st_file *file_of(const struct agent *a)
{
	struct st_writer *w = st_writer_alloc();

	TAP_CHECK(agent_write(a, w) == RY_OK, "not written: %s", ry_message());
	return damage_open(w);
}

/* From a checkpoint at any frame, read into an agent with a life of its own, the story goes on as
 * if it had not been interrupted. */
static void checkpoints_go_on_to_the_same_bits(void)
{
	gsl_rng *rng = random_stream(90, 0);

	for (int k = 0; games[k]; k++)
		for (int late = 0; late < 2; late++) {
			struct agent_options o = small(games[k], k + late);
			struct agent *a = make(games[k], &o, 7), *b = make(games[k], &o, 1234);
			struct st_file *f;

			live(a, (int)gsl_rng_uniform_int(rng, late ? 900 : 105));
			live(b, 150);
			f = file_of(a);
			TAP_CHECK(agent_read(b, f) == RY_OK, "%s: %s", games[k]->name,
			          ry_message());
			check_same_story(a, b, 500, "from a checkpoint");
			st_close(f);
			agent_free(a);
			agent_free(b);
		}
	gsl_rng_free(rng);
}

/* Refused, with a sentence, and with a status that says that the file is at fault? */
static int refused(struct agent *a, const struct st_file *f)
{
	enum ry_status status;

	ry_fail(RY_EINVAL, "nothing yet");
	status = agent_read(a, f);
	TAP_CHECK(status == RY_OK || ((status == RY_ESHAPE || status == RY_EDATA) &&
	                              strcmp(ry_message(), "nothing yet") != 0),
	          "refused with status %d: %s", (int)status, ry_message());
	return status != RY_OK;
}

/* No agent goes on in another game, nor by other rules, nor with another network. */
static void checkpoints_of_others_are_refused(void)
{
	struct st_file *file[32];
	struct game_options game;
	struct agent *a;
	struct agent_options o;

	for (int k = 0; games[k]; k++) {
		o = small(games[k], 0);
		a = make(games[k], &o, 7);
		live(a, 150);
		file[k] = file_of(a);
		agent_free(a);
	}
	for (int k = 0; games[k]; k++)
		for (int j = 0; games[j]; j++) {
			o = small(games[k], 0);
			a = make(games[k], &o, 9);
			TAP_CHECK(refused(a, file[j]) == (k != j), "a checkpoint of %s for %s",
			          games[j]->name, games[k]->name);
			agent_free(a);
		}
	for (int k = 0; games[k]; k++) {
		o = small(games[k], 0);
		o.hidden[0] = 9;
		a = make(games[k], &o, 9);
		TAP_CHECK(refused(a, file[k]), "%s: another network", games[k]->name);
		agent_free(a);
		o = small(games[k], 0);
		game_defaults(games[k], &game);
		if (games[k]->takes & GAME_STICKY)
			game.sticky = 0.25;
		else if (games[k]->takes & GAME_SLIPPERY)
			game.slippery = 0;
		else if (games[k]->takes & GAME_CORRECTED)
			game.corrected = 1;
		else
			continue;
		a = make_with(games[k], &game, &o, 9);
		TAP_CHECK(refused(a, file[k]), "%s: other rules", games[k]->name);
		agent_free(a);
	}
	for (int k = 0; games[k]; k++)
		st_close(file[k]);
}

static const double odd[] = { -1, NAN, INFINITY,   0,    0.5,  1,     2,     3,
	                      99, 255, 2147483647, 9e15, 9e18, 1e300, -1e300 };

enum { ODD = sizeof odd / sizeof odd[0] };

/* The options and a checkpoint of one of the games that damage is done to. */
static struct st_file *victim(int which, const struct game_ops **g, struct agent_options *o)
{
	static const struct game_ops *const victims[] = { &catch_game, &eyes_game, &seaquest_game,
		                                          &lake4_game };
	struct agent *a;
	struct st_file *f;

	*g = victims[which];
	*o = small(*g, which);
	o->dqn.replay.capacity = 20;
	if (taught_by == ALGORITHM_DQN)
		o->start = 20;
	a = make(*g, o, 7);
	live(a, 60);
	f = file_of(a);
	agent_free(a);
	return f;
}

enum { VICTIMS = 4 };

static void checkpoints_of_other_shapes_are_refused(void)
{
	for (int which = 0; which < VICTIMS; which++) {
		const struct game_ops *g;
		struct agent_options o;
		struct st_file *f = victim(which, &g, &o);
		struct agent *a = make(g, &o, 9);
		const struct st_tensor *t;

		for (int k = 0; (t = st_tensor_at(f, k)); k++)
			for (int way = 0; way < DAMAGE_WAYS && t->count > 0; way++) {
				struct st_file *bad = damage_shape(f, k, way);

				TAP_CHECK(refused(a, bad), "%s: taken with %s changed in way %d",
				          g->name, t->name, way);
				st_close(bad);
			}
		/* the same agent takes a good one after all */
		CU_ASSERT_FALSE(refused(a, f));
		live(a, 10);
		st_close(f);
		agent_free(a);
	}
}

/* What was read can be played on with, and looked at, whatever may come of the numbers. */
static void survive(const struct game_ops *g, const struct agent_options *o,
                    const struct st_file *f)
{
	struct agent *a = make(g, o, 9);
	double returns[AGENT_EPISODES];
	struct agent_frame frame;

	if (agent_read(a, f) == RY_OK) {
		for (int k = steps(a, 40); k > 0; k--) {
			enum ry_status status = agent_step(a, &frame);

			TAP_CHECK(status == RY_OK || status == RY_ENUMERIC,
			          "%s: status %d after a damaged file", g->name, (int)status);
			TAP_CHECK(frame.action >= 0 && frame.action < agent_net(a)->M,
			          "%s: action %d", g->name, frame.action);
		}
		TAP_CHECK(agent_returns(a, AGENT_EPISODES, returns) <= AGENT_EPISODES &&
		                  agent_frames(a) >= 40,
		          "%s: odd counts", g->name);
		agent_mean_return(a);
	}
	agent_free(a);
}

static void flipped_bits_do_no_harm(void)
{
	enum { FLIPS = 320 };

	for (int which = 0; which < VICTIMS; which++) {
		const struct game_ops *g;
		struct agent_options o;
		struct st_file *f = victim(which, &g, &o);
		gsl_rng *rng = random_stream(91 + which, 0);
		size_t bits = damage_bits(f);
		int opened = 0;

		for (int k = 0; k < FLIPS / VICTIMS; k++) {
			struct st_file *bad = damage_bit(f, gsl_rng_uniform_int(rng, bits));

			if (!bad)
				continue;
			opened++;
			survive(g, &o, bad);
			st_close(bad);
		}
		TAP_CHECK(opened > 10, "%s: only %d damaged files opened", g->name, opened);
		st_close(f);
		gsl_rng_free(rng);
	}
}

static void odd_values_do_no_harm(void)
{
	for (int which = 0; which < VICTIMS; which++) {
		const struct game_ops *g;
		struct agent_options o;
		struct st_file *f = victim(which, &g, &o);
		const struct st_tensor *t;

		for (int k = 0; (t = st_tensor_at(f, k)); k++)
			for (int way = 0; way < ODD; way++)
				for (size_t item = 0; item < t->count;
				     item += t->count <= 8 ? 1 : 1 + t->count / 3) {
					struct st_file *bad = damage_item(f, k, item, odd[way]);

					survive(g, &o, bad);
					st_close(bad);
				}
		st_close(f);
	}
}

/* More of the past than the window holds, or less than none. */
static void odd_pasts_are_refused(void)
{
	const struct game_ops *g;
	struct agent_options o;
	struct st_file *f = victim(1, &g, &o);
	struct agent *a = make(g, &o, 9);
	int steps = damage_find(f, "sight.steps");

	CU_ASSERT_EQUAL(o.window, 1);
	for (int k = 0; k < ODD; k++) {
		struct st_file *bad = damage_item(f, steps, 0, odd[k]);

		TAP_CHECK(refused(a, bad) == (odd[k] < 0 || odd[k] > 1 || isnan(odd[k])),
		          "%g steps of the past", odd[k]);
		st_close(bad);
	}
	st_close(f);
	agent_free(a);
}

/* Every byte of a game's state set to what it should not be. */
static void odd_states_do_no_harm(void)
{
	for (int which = 0; which < VICTIMS; which++) {
		const struct game_ops *g;
		struct agent_options o;
		struct st_file *f = victim(which, &g, &o);
		int state = damage_find(
			f, taught_by == ALGORITHM_PQN ? "games.state" : "game.state");
		size_t step = 1 + g->size / 200;

		for (size_t item = 0; item < g->size; item += step)
			for (int byte = 0; byte <= 255; byte += 85) {
				struct st_file *bad = damage_item(f, state, item, byte);

				survive(g, &o, bad);
				st_close(bad);
			}
		st_close(f);
	}
}

/* ---- what an agent does ---- */

/* epsilon falls on a line from the first frame that it should to the last. */
static void epsilon_follows_its_schedule(void)
{
	static const struct { double from, to; long start, over; } schedules[] = {
		{ 1, 0.1, 0, 100 }, { 0.8, 0.2, 30, 50 }, { 0.5, 0.5, 10, 10 }, { 0, 1, 20, 40 },
		  { 1, 0.05, 25, 0 },
	};

	for (size_t k = 0; k < sizeof schedules / sizeof schedules[0]; k++) {
		struct agent_options o = small(&clock_game, 0);
		struct agent *a;
		struct agent_frame f;

		o.start = 0;
		o.epsilon = schedules[k].from;
		o.epsilon_end = schedules[k].to;
		o.epsilon_start = schedules[k].start;
		o.epsilon_frames = schedules[k].over;
		a = make(&clock_game, &o, 7);
		for (long frame = 0; frame < 150; frame++) {
			double x = ((double)frame - (double)o.epsilon_start) /
			           (double)o.epsilon_frames;
			double expected = frame < o.epsilon_start ? o.epsilon
			                  : x < 1 ? o.epsilon + x * (o.epsilon_end - o.epsilon)
			                          : o.epsilon_end;

			if (o.epsilon_frames || frame != o.epsilon_start)
				TAP_CHECK(fabs(agent_epsilon(a) - expected) < 1e-12,
				          "schedule %zu, frame %ld: epsilon %g, expected %g", k,
				          frame, agent_epsilon(a), expected);
			step(a, &f);
			TAP_CHECK(expected > 0 || !f.explored, "explored although epsilon is 0");
			TAP_CHECK(expected < 1 || f.explored,
			          "did not explore although epsilon is 1");
		}
		agent_free(a);
	}
}

/* Chance decides as often as it should, for any action alike; otherwise the largest value does, of
 * several the first. */
static void chance_and_greed(void)
{
	enum { FRAMES = 6000 };
	struct agent_options o = small(&clock_game, 0);
	double explored = 0, count[CLOCK_ACTIONS] = { 0 };
	struct agent_frame f;
	struct agent *a;

	o.start = 0;
	o.epsilon = o.epsilon_end = 0.3;
	a = make(&clock_game, &o, 7);
	for (int k = 0; k < FRAMES; k++) {
		int best = 0;

		step(a, &f);
		explored += f.explored;
		count[f.action] += f.explored;
		CU_ASSERT(f.explored ? f.q == NULL : f.q != NULL);
		for (int j = 1; f.q && j < CLOCK_ACTIONS; j++)
			if (f.q[j] > f.q[best])
				best = j;
		CU_ASSERT(f.explored || f.action == best);
	}
	TAP_CHECK(fabs(explored / FRAMES - 0.3) < 5 * sqrt(0.3 * 0.7 / FRAMES),
	          "explored in %g of the frames", explored / FRAMES);
	for (int j = 0; j < CLOCK_ACTIONS; j++)
		TAP_CHECK(fabs(count[j] - explored / 3) < 5 * sqrt(explored * 2 / 9),
		          "action %d by chance in %g of %g", j, count[j], explored);
	/* All values the same: the first. */
	memset(agent_net(a)->w, 0, agent_net(a)->n * sizeof(real));
	agent_set_learning(a, 0);
	agent_set_epsilon(a, 0);
	for (int k = 0; k < 20; k++) {
		step(a, &f);
		CU_ASSERT(f.action == 0 && !f.explored && agent_epsilon(a) == 0);
	}
	agent_set_epsilon(a, 1);
	step(a, &f);
	CU_ASSERT(f.explored && agent_epsilon(a) == 1);
	agent_set_epsilon(a, -1);
	CU_ASSERT_EQUAL(agent_epsilon(a), 0.3);
	agent_free(a);
}

/* Random play first; then an update every so many frames, and so many of them. */
static void learning_begins_and_goes_on(void)
{
	static const struct {
		long start;
		int every, updates;
	} plans[] = { { 20, 1, 1 }, { 33, 4, 1 }, { 50, 3, 2 }, { 8, 7, 5 } };

	for (size_t p = 0; p < sizeof plans / sizeof plans[0]; p++) {
		struct agent_options o = small(&clock_game, 0);
		long last = 0, total = 0;
		struct agent_frame f;
		struct agent *a;

		o.start = plans[p].start;
		o.update_every = plans[p].every;
		o.updates = plans[p].updates;
		o.epsilon = o.epsilon_end = 0;
		a = make(&clock_game, &o, 7);
		for (long frame = 1; frame <= 120; frame++) {
			TAP_CHECK(agent_epsilon(a) == (frame <= o.start), "frame %ld: epsilon %g",
			          frame, agent_epsilon(a));
			step(a, &f);
			CU_ASSERT_EQUAL(agent_frames(a), frame);
			TAP_CHECK(f.explored == (frame <= o.start), "frame %ld is %s play", frame,
			          f.explored ? "random" : "no random");
			CU_ASSERT(f.learned == 0 || f.learned == o.updates);
			if (f.learned) {
				TAP_CHECK(last ? frame - last == o.update_every
				               : frame == o.start || frame == o.start + 1,
				          "plan %zu: an update in frame %ld after one in %ld", p,
				          frame, last);
				CU_ASSERT(isfinite(f.update.loss) &&
				          f.update.lr == o.dqn.optimizer.lr);
				last = frame;
			}
			total += f.learned;
			CU_ASSERT_EQUAL(agent_updates(a), total);
		}
		TAP_CHECK(last > 120 - o.update_every, "plan %zu: the last update was in frame %ld",
		          p, last);
		agent_free(a);
	}
}

/* What a frame says of several updates: another agent makes the same ones one by one. */
static void updates_of_a_frame_are_summed_up(void)
{
	for (int updates = 1; updates <= 4; updates++) {
		struct agent_options o = small(&clock_game, 1);
		struct agent *a, *b;
		int learned = 0;

		o.updates = updates;
		a = make(&clock_game, &o, 9);
		b = make(&clock_game, &o, 9);
		agent_set_learning(b, 0);
		for (int frame = 1; frame <= 130; frame++) {
			double loss = 0, q = 0, norm = 0, largest = 0;
			struct agent_frame f, idle;
			struct dqn_update u;

			step(a, &f);
			step(b, &idle);
			for (int k = 0; k < f.learned; k++) {
				CU_ASSERT_EQUAL(dqn_update(agent_dqn(b), &u), RY_OK);
				loss += u.loss / updates;
				q += u.q / updates;
				norm += u.norm / updates;
				largest = fmax(largest, u.q_largest);
			}
			TAP_CHECK(fabs(f.update.loss - loss) < 1e-12 &&
			                  fabs(f.update.q - q) < 1e-12 &&
			                  fabs(f.update.norm - norm) < 1e-12,
			          "%d updates, frame %d: loss %g, q %g, norm %g, expected %g, %g, "
			          "%g",
			          updates, frame, f.update.loss, f.update.q, f.update.norm, loss, q,
			          norm);
			CU_ASSERT_EQUAL(f.update.q_largest, largest);
			learned += f.learned;
		}
		CU_ASSERT_EQUAL(learned, 10 * updates);
		agent_free(a);
		agent_free(b);
	}
}

static void learning_can_be_switched_off(void)
{
	struct agent_options o = small(&clock_game, 0);
	struct agent *a = make(&clock_game, &o, 7);
	const struct net *net = agent_net(a);
	real *w = ry_calloc(net->n, sizeof *w, "test");
	long updates;

	live(a, 240);
	updates = agent_updates(a);
	memcpy(w, net->w, net->n * sizeof *w);
	agent_set_learning(a, 0);
	live(a, 60);
	CU_ASSERT_EQUAL(agent_updates(a), updates);
	CU_ASSERT_EQUAL(memcmp(w, net->w, net->n * sizeof *w), 0);
	CU_ASSERT_EQUAL(agent_frames(a), 300);
	agent_set_learning(a, 1);
	live(a, 50);
	CU_ASSERT(agent_updates(a) > updates);
	free(w);
	agent_free(a);
}

/* Every transition is what happened: the observation before a reset, the action that was asked for,
 * whatever the sticky one was, and no bootstrap at an end but at a limit. */
static void what_happened_is_remembered(void)
{
	enum { FRAMES = 200 };
	struct agent_options o = small(&clock_game, 0);
	struct game_options game = { .sticky = 0.5 };
	struct {
		int action;
		double reward;
		enum game_status status;
	} frame[4 * FRAMES] = { { 0 } };
	const struct replay *r;
	struct agent_frame f;
	struct agent *a;
	int stuck = 0;

	o.dqn.replay.n_step = 1;
	o.dqn.replay.alpha = 0;
	a = make_with(&clock_game, &game, &o, 7);
	r = dqn_replay(agent_dqn(a));
	for (int k = 0; k < FRAMES; k++) {
		uint32_t number = ((const struct clock *)agent_state(a))->number;

		step(a, &f);
		frame[number].action = f.action;
		frame[number].reward = f.reward;
		frame[number].status = f.status;
		stuck += game_executed(agent_state(a)) != f.action;
	}
	TAP_CHECK(stuck > 20, "only %d actions were replaced", stuck);
	CU_ASSERT_EQUAL_FATAL(replay_count(r), FRAMES);
	for (size_t i = 0; i < FRAMES; i++) {
		uint64_t s, next;

		memcpy(&s, replay_state(r, i), sizeof s);
		memcpy(&next, replay_next(r, i), sizeof next);
		TAP_CHECK(s > 0 && s < 4 * FRAMES && next == s + 1 &&
		                  replay_action(r, i) == frame[s].action &&
		                  replay_reward(r, i) == (real)frame[s].reward &&
		                  replay_bootstrap(r, i) ==
		                          (real)(frame[s].status == GAME_OVER ? 0 : 0.9),
		          "transition %zu: from %d to %d with action %d, reward %g and bootstrap "
		          "%g",
		          i, (int)s, (int)next, replay_action(r, i), (double)replay_reward(r, i),
		          (double)replay_bootstrap(r, i));
	}
	agent_free(a);
}

/* Observations of a game are the larger part of its time: one for each state, that of a reset
 * included. */
static int observations;

static void counted_planes(const void *state, uint64_t *bits)
{
	observations++;
	clock_planes(state, bits);
}

static void counted_numbers(const struct game_ops *g, const void *state, real *x)
{
	observations++;
	clock_numbers(g, state, x);
}

static void states_are_observed_once(void)
{
	struct game_ops planes = clock_game, numbers = number_game;
	const struct game_ops *all[] = { &planes, &numbers };

	planes.planes = counted_planes;
	numbers.observe = counted_numbers;
	for (int k = 0; k < 2; k++) {
		const struct agent_options o = small(all[k], 0);
		struct agent *a;
		long states;

		observations = 0;
		a = make(all[k], &o, 7);
		live(a, 503);
		states = 1 + agent_frames(a) + agent_episodes(a);
		TAP_CHECK(observations == states, "%s: %ld states, %d observations", all[k]->name,
		          states, observations);
		agent_free(a);
	}
}

/* Returns, as the frames tell them. */
static void returns_are_added_up(void)
{
	enum { EPISODES = 130 };
	struct agent_options o = small(&clock_game, 0);
	struct agent *a = make(&clock_game, &o, 7);
	double all[EPISODES], got[AGENT_EPISODES], sum = 0, largest = 0;
	struct agent_frame f;
	int episodes = 0, frames = 0;

	CU_ASSERT(isnan(agent_mean_return(a)));
	CU_ASSERT_EQUAL(agent_returns(a, 5, got), 0);
	CU_ASSERT_EQUAL(agent_q_bound(a), 0);
	while (episodes < EPISODES) {
		step(a, &f);
		frames++;
		sum += f.reward;
		largest = fmax(largest, fabs(f.reward));
		CU_ASSERT_DOUBLE_EQUAL(f.episode_return, sum, 1e-12);
		CU_ASSERT_EQUAL(f.episode_frames, frames);
		CU_ASSERT_DOUBLE_EQUAL(agent_q_bound(a), largest / (1 - 0.9), 1e-9);
		if (f.status == GAME_ON)
			continue;
		CU_ASSERT_EQUAL(frames, CLOCK_STEPS);
		all[episodes++] = sum;
		sum = frames = 0;
		CU_ASSERT_EQUAL(agent_episodes(a), episodes);
		for (int n = 1; n <= 101; n += 50) {
			int have = n < episodes ? n : episodes,
			    count = agent_returns(a, n < AGENT_EPISODES ? n : AGENT_EPISODES, got);

			if (have > AGENT_EPISODES)
				have = AGENT_EPISODES;
			TAP_CHECK(count == have, "%d returns after %d episodes, expected %d", count,
			          episodes, have);
			for (int k = 0; k < count; k++)
				TAP_CHECK(fabs(got[k] - all[episodes - count + k]) < 1e-12,
				          "return %d of %d is another", k, count);
		}
		if (episodes == 3)
			CU_ASSERT_DOUBLE_EQUAL(agent_mean_return(a), (all[0] + all[1] + all[2]) / 3,
			                       1e-12);
	}
	for (int k = episodes - AGENT_EPISODES; k < episodes; k++)
		sum += all[k];
	CU_ASSERT_DOUBLE_EQUAL(agent_mean_return(a), sum / AGENT_EPISODES, 1e-9);
	agent_free(a);
}

/* A ball of catch is a chance, whichever of the games it fell in. */
static void skills_are_counted(void)
{
	for (int algorithm = 0; algorithm < ALGORITHMS; algorithm++) {
		struct agent_options o = small(&catch_game, 0);
		double got[AGENT_EPISODES], caught = 0;
		const struct skill_counts *c;
		struct agent *a;
		int n;

		if (algorithm == ALGORITHM_PQN) {
			o.algorithm = ALGORITHM_PQN;
			o.start = 0;
			o.pqn = (struct pqn_options){ .games = 5, .steps = 7, .passes = 1,
				                      .minibatches = 5, .discount = 0.9,
				                      .optimizer = o.dqn.optimizer };
		}
		a = make(&catch_game, &o, 7);
		c = agent_skills(a);
		CU_ASSERT_EQUAL(c->chances[0], 0);
		while (agent_episodes(a) < 60)
			live(a, 1);
		n = agent_returns(a, AGENT_EPISODES, got);
		for (int k = 0; k < n; k++)
			caught += got[k] > 0;
		TAP_CHECK(n >= 60 && c->chances[0] == n && c->successes[0] == caught,
		          "%s: %g of %g, expected %g of %d", algorithm_names[algorithm],
		          c->successes[0], c->chances[0], caught, n);
		while (agent_episodes(a) < 500)
			live(a, 1);
		CU_ASSERT(c->chances[0] <= catch_game.skills->skill[0].memory);
		agent_free(a);
	}
}

static void endless_games_have_a_mean_reward(void)
{
	struct agent_options o = small(&eyes_game, 0);
	struct agent *a = make(&eyes_game, &o, 7);
	static double reward[1500];
	struct agent_frame f;

	o.start = 1500;
	CU_ASSERT(isnan(agent_mean_return(a)));
	for (int k = 0; k < 1500; k++) {
		double sum = 0;
		int n = k + 1 < 1000 ? k + 1 : 1000;

		step(a, &f);
		CU_ASSERT_EQUAL(f.status, GAME_ON);
		reward[k] = f.reward;
		if (k % 100 && k < 1490 && k != 999 && k != 1000)
			continue;
		for (int j = k + 1 - n; j <= k; j++)
			sum += reward[j];
		TAP_CHECK(fabs(agent_mean_return(a) - sum / n) < 1e-9,
		          "frame %d: mean %g, expected %g", k + 1, agent_mean_return(a), sum / n);
	}
	CU_ASSERT_EQUAL(agent_episodes(a), 0);
	agent_free(a);
}

/* eyes, as the demo sees: 27 numbers now, 27 of the frame before, and what was done then, as 27 in
 * one of five places. */
static void eyes_see_what_was_before(void)
{
	enum { N = 27, A = 5, D = 2 * N + A, FRAMES = 60 };
	struct agent_options o = small(&eyes_game, 0);
	static real seen[FRAMES + 1][N], expected[FRAMES + 1][D];
	struct net *net;
	struct agent_frame f;
	struct agent *a;
	int acted[FRAMES];
	size_t count;

	o.start = 10;
	o.epsilon = o.epsilon_end = 0.5;
	o.dqn.replay.n_step = 1;
	o.dqn.replay.random_eviction = 0;
	a = make(&eyes_game, &o, 7);
	net = net_share(agent_net(a));
	CU_ASSERT_EQUAL_FATAL(net->D, D);
	CU_ASSERT_FATAL(net_alloc(net, 1, 1, 1, 0) == RY_OK);
	for (int k = 0; k <= FRAMES; k++) {
		real q[A];

		eyes_game.observe(&eyes_game, agent_state(a), seen[k]);
		memcpy(expected[k], seen[k], sizeof seen[k]);
		if (k > 0) {
			memcpy(expected[k] + N, seen[k - 1], sizeof seen[k]);
			expected[k][2 * N + acted[k - 1]] = N;
		}
		if (k == FRAMES)
			break;
		net_predict(net, expected[k], 1, q);
		step(a, &f);
		acted[k] = f.action;
		for (int j = 0; f.q && j < A; j++)
			TAP_CHECK(fabs((double)f.q[j] - q[j]) < 1e3 * RY_REAL_EPSILON,
			          "frame %d: value %d is %g, expected %g", k, j, (double)f.q[j],
			          (double)q[j]);
	}
	/* The first frame has no past and may be left out. */
	count = replay_count(dqn_replay(agent_dqn(a)));
	TAP_CHECK(count == FRAMES || count == FRAMES - 1, "%zu transitions of %d frames", count,
	          FRAMES);
	for (size_t i = 0; i < count; i++) {
		size_t k = i + FRAMES - count;
		const struct replay *r = dqn_replay(agent_dqn(a));

		TAP_CHECK(memcmp(replay_state(r, i), expected[k], sizeof expected[k]) == 0 &&
		                  memcmp(replay_next(r, i), expected[k + 1], sizeof expected[k]) ==
		                          0 &&
		                  replay_action(r, i) == acted[k],
		          "transition %zu is not what was seen in frame %zu", i, k);
	}
	net_free(net);
	agent_free(a);
}

/* A window of two in a game with episodes: what was before an episode began is not seen in it. */
static void the_past_begins_anew(void)
{
	enum { FRAMES = 100, ROW = 2 + CLOCK_ACTIONS, D = 2 + 2 * ROW };
	struct agent_options o = small(&number_game, 0);
	const struct replay *r;
	int action[3 * FRAMES], stored[CLOCK_STEPS] = { 0 };
	struct agent_frame f;
	struct agent *a;

	o.window = 2;
	o.dqn.replay.n_step = 1;
	a = make(&number_game, &o, 7);
	CU_ASSERT_EQUAL_FATAL(agent_net(a)->D, D);
	r = dqn_replay(agent_dqn(a));
	for (int k = 0; k < FRAMES; k++) {
		uint32_t number = ((const struct clock *)agent_state(a))->number;

		step(a, &f);
		action[number] = f.action;
	}
	CU_ASSERT(replay_count(r) > FRAMES / 2);
	for (size_t i = 0; i < replay_count(r); i++)
		for (int after = 0; after < 2; after++) {
			const real *x = after ? replay_next(r, i) : replay_state(r, i);
			real expected[D] = { x[0], x[1] };

			for (int back = 1; back <= 2 && back <= x[1]; back++) {
				real *row = expected + 2 + (back - 1) * ROW;

				row[0] = x[0] - (real)back;
				row[1] = x[1] - (real)back;
				/* one-hot, scaled by what an observation has */
				row[2 + action[(int)x[0] - back]] = 2;
			}
			TAP_CHECK(memcmp(x, expected, sizeof expected) == 0,
			          "transition %zu: step %g sees another past", i, (double)x[1]);
			if (!after)
				stored[(int)x[1]]++;
		}
	for (int k = 2; k < CLOCK_STEPS; k++)
		TAP_CHECK(stored[k] == FRAMES / CLOCK_STEPS,
		          "step %d of an episode is remembered %d times", k, stored[k]);
	agent_free(a);
}

/* Where networks start: the target as a copy, and as the eyes demo has it where that is asked
 * for. */
static void networks_start_as_they_should(void)
{
	for (int normal = 0; normal < 2; normal++) {
		struct agent_options o = small(&eyes_game, 0);
		const struct st_tensor *parameters, *target;
		char name[NET_NAME_MAX];
		const struct net *net;
		struct agent *a;
		struct st_file *file;
		struct param p;

		o.init = normal ? INIT_NORMAL : INIT_DEFAULT;
		o.n_hidden = 2;
		o.hidden[0] = o.hidden[1] = 50;
		a = make(&eyes_game, &o, 7);
		net = agent_net(a);
		for (int k = 0; net_param(net, k, name, &p); k++) {
			size_t n = (size_t)p.rows * (p.cols ? p.cols : 1);
			double squares = 0, bias = strncmp(name, "out.", 4) == 0 ? 0 : 0.1,
			       deviation = 1 / sqrt(p.cols ? p.cols : 1);

			for (size_t i = 0; i < n; i++) {
				squares += (double)net->w[p.at + i] * net->w[p.at + i];
				CU_ASSERT(!normal || p.cols ||
				          fabs((double)net->w[p.at + i] - bias) < 1e-7);
			}
			if (p.cols)
				TAP_CHECK(fabs(sqrt(squares / (double)n) / deviation -
				               (normal ? 1 : sqrt(1.0 / 3))) <
				                  5 / sqrt(2.0 * (double)n),
				          "%s: deviation %g", name, sqrt(squares / (double)n));
		}
		file = file_of(a);
		parameters = st_find(file, "parameters");
		target = st_find(file, "target");
		CU_ASSERT_FATAL(parameters && target);
		CU_ASSERT_EQUAL(memcmp(parameters->data, target->data,
		                       parameters->count * damage_size(parameters->type)),
		                0);
		st_close(file);
		agent_free(a);
	}
}

/* Values where the latest action was chosen, asked for or not; gone with what a file brings. */
static void values_for_a_watcher(void)
{
	struct agent_options o = small(&catch_game, 0);
	struct agent *a = make(&catch_game, &o, 7);
	struct st_file *file;
	struct agent_frame f;

	CU_ASSERT_PTR_NULL(agent_values(a));
	agent_set_learning(a, 0);
	live(a, 120);
	for (int k = 0; k < 30; k++) {
		real q[3];

		agent_set_epsilon(a, k % 2);
		step(a, &f);
		CU_ASSERT_EQUAL(f.q != NULL, k % 2 == 0);
		if (f.q) {
			memcpy(q, f.q, sizeof q);
			CU_ASSERT_EQUAL(memcmp(agent_values(a), q, sizeof q), 0);
		}
		CU_ASSERT_PTR_NOT_NULL(agent_values(a));
	}
	file = file_of(a);
	CU_ASSERT_EQUAL(agent_read(a, file), RY_OK);
	CU_ASSERT_PTR_NULL(agent_values(a));
	step(a, &f);
	CU_ASSERT_PTR_NOT_NULL(agent_values(a));
	st_close(file);
	agent_free(a);
}

static void nothing_is_allocated(void)
{
	if (allocations() < 0) {
		tap_skip("the linker does not know --wrap");
		return;
	}
	for (int k = 0; games[k]; k++) {
		struct agent_options o = small(games[k], k);
		struct agent *a = make(games[k], &o, 7);
		long before = allocations();

		live(a, 400);
		TAP_CHECK(allocations() == before, "%s: %ld allocations in 400 frames",
		          games[k]->name, allocations() - before);
		agent_free(a);
	}
}

/* ---- learning ---- */

/* What to do depends on a bit: nothing but a network that sees it gets all. */
static void a_bandit_is_learnt(void)
{
	struct agent_options o = small(&bandit_game, 0);
	struct agent *a;

	o.filters = 0;
	o.n_hidden = 1;
	o.start = 50;
	o.update_every = 1;
	o.epsilon = 1;
	o.epsilon_end = 0;
	o.epsilon_start = 50;
	o.epsilon_frames = 600;
	optimizer_defaults(&o.dqn.optimizer, RULE_ADAM);
	o.dqn.optimizer.lr = 0.01;
	a = make(&bandit_game, &o, 7);
	live(a, 900);
	TAP_CHECK(agent_mean_return(a) == 1, "mean return %g of 1", agent_mean_return(a));
	agent_free(a);
}

/* An agent that has learnt catch; kept for the tests of models. */
static struct agent *catcher(void)
{
	static struct agent *a;
	struct agent_options o = small(&catch_game, 0);

	if (a)
		return a;
	o.filters = 0;
	o.hidden[0] = 32;
	o.n_hidden = 1;
	o.dueling = 0;
	o.start = 500;
	o.update_every = 1;
	o.epsilon_end = 0.01;
	o.epsilon_frames = 6000;
	o.dqn.batch = 16;
	o.dqn.replay.capacity = 5000;
	o.dqn.replay.n_step = 1;
	o.dqn.replay.discount = 0.95;
	o.dqn.target_every = 100;
	o.dqn.double_q = 1;
	optimizer_defaults(&o.dqn.optimizer, RULE_ADAM);
	o.dqn.optimizer.lr = 0.002;
	a = make(&catch_game, &o, 7);
	while (agent_episodes(a) < 2000)
		live(a, 9);
	return a;
}

static void catch_is_learnt(void)
{
	TAP_CHECK(agent_mean_return(catcher()) > 0.9, "mean return %g after 2,000 episodes",
	          agent_mean_return(catcher()));
}

/* ---- models ---- */

static struct st_file *model_of(const struct agent *a)
{
	struct st_writer *w = st_writer_alloc();

	TAP_CHECK(agent_write_model(a, w) == RY_OK, "no model written: %s", ry_message());
	return damage_open(w);
}

/* The player of a model values what its agent values, in every game, step by step. */
static void models_play_as_their_agents(void)
{
	for (int k = 0; games[k]; k++) {
		struct agent_options o = small(games[k], k);
		struct agent *a = make(games[k], &o, 7);
		struct q_policy policy;
		struct agent_frame f;
		struct q_network q;
		struct st_file *file;
		void *before = ry_calloc(1, games[k]->size, "test");

		o.start = 100;
		live(a, 300);
		agent_set_learning(a, 0);
		agent_set_epsilon(a, 0);
		if (!games[k]->endless)
			do
				step(a, &f);
			while (f.status == GAME_ON && agent_frames(a) < 5000);
		file = model_of(a);
		CU_ASSERT_PTR_NOT_NULL(st_meta(file, "layers"));
		TAP_CHECK(q_network_open(&q, file) == RY_OK, "%s: %s", games[k]->name,
		          ry_message());
		CU_ASSERT(q.game == games[k] && q.window == o.window &&
		          q.net->M == agent_net(a)->M);
		CU_ASSERT_EQUAL_FATAL(q_policy_open(&policy, &q), RY_OK);
		for (int n = 0; n < 100; n++) {
			const real *values;

			memcpy(before, agent_state(a), games[k]->size);
			step(a, &f);
			values = q_policy_values(&policy, before);
			/* The first one may lack what the agent has seen before. */
			for (int j = 0; f.q && j < q.net->M && n > 0; j++)
				TAP_CHECK(fabs((double)f.q[j] - values[j]) <
				                  1e3 * RY_REAL_EPSILON *
				                          (1 + fabs((double)values[j])),
				          "%s: step %d: value %d is %g, the agent's is %g",
				          games[k]->name, n, j, (double)values[j], (double)f.q[j]);
			q_policy_acted(&policy, f.action);
			if (f.status != GAME_ON)
				q_policy_of(&policy).start(&policy);
		}
		q_policy_close(&policy);
		q_network_close(&q);
		st_close(file);
		free(before);
		agent_free(a);
	}
}

static int model_refused(const struct st_file *f)
{
	struct q_network q;
	enum ry_status status;

	ry_fail(RY_EINVAL, "nothing yet");
	status = q_network_open(&q, f);
	if (status == RY_OK)
		q_network_close(&q);
	TAP_CHECK(status == RY_OK || ((status == RY_EDATA || status == RY_ESHAPE) &&
	                              strcmp(ry_message(), "nothing yet") != 0),
	          "refused with status %d: %s", (int)status, ry_message());
	return status != RY_OK;
}

static void check_meta_refused(const struct st_file *f, const char *key, const char *value)
{
	struct st_file *bad = damage_meta(f, key, value);

	TAP_CHECK(model_refused(bad), "a model with %s %s was taken", key,
	          value ? value : "missing");
	st_close(bad);
}

/* Models that do not say what game they are of, or one that they do not fit. */
static void models_of_others_are_refused(void)
{
	static const char *const others[] = { "seaquest", "freeway",        "eyes", "lake4",
		                              "lake8",    "space_invaders", "",     "pong" };
	static const char *const options[] = {
		NULL,
		"",
		"{}",
		"3",
		"{\"sticky\":2.0,\"ramping\":0,\"minimal\":0,\"slippery\":0,\"corrected\":0}",
		"{\"sticky\":0.0,\"ramping\":7,\"minimal\":0,\"slippery\":0,\"corrected\":0}",
		"{\"sticky\":0.0,\"ramping\":0,\"minimal\":0,\"slippery\":1,\"corrected\":0}"
	};
	static const char *const windows[] = {
		NULL, "", "1", "-1", "9", "x", "99999999999999999999", "0x"
	};
	struct st_file *f = model_of(catcher());

	CU_ASSERT_FALSE(model_refused(f));
	check_meta_refused(f, "game", NULL);
	check_meta_refused(f, "layers", NULL);
	check_meta_refused(f, "layers", "out=dense 50 4");
	check_meta_refused(f, "layers", "out=dense 50 3");
	check_meta_refused(f, "layers", "hidden=lstm 50 3 0");
	for (size_t k = 0; k < sizeof others / sizeof others[0]; k++)
		check_meta_refused(f, "game", others[k]);
	for (size_t k = 0; k < sizeof options / sizeof options[0]; k++)
		check_meta_refused(f, "options", options[k]);
	for (size_t k = 0; k < sizeof windows / sizeof windows[0]; k++)
		check_meta_refused(f, "window", windows[k]);
	st_close(f);
}

/* As many actions, but of a network that sees more or less. */
static void models_that_see_something_else_are_refused(void)
{
	static const struct { const struct game_ops *g; const char *key, *value; } others[] = {
		{ &lake4_game, "game", "lake8" }, { &lake8_game, "game", "lake4" }, { &eyes_game,
		  "window", "0" }, { &eyes_game, "window", "2" },
	};

	for (size_t k = 0; k < sizeof others / sizeof others[0]; k++) {
		struct agent_options o = small(others[k].g, 0);
		struct agent *a = make(others[k].g, &o, 7);
		struct st_file *f = model_of(a);

		CU_ASSERT_FALSE(model_refused(f));
		check_meta_refused(f, others[k].key, others[k].value);
		st_close(f);
		agent_free(a);
	}
}

/* Of the same game, but for other actions; and what a checkpoint is, is no model. */
static void models_of_other_actions_are_refused(void)
{
	struct agent_options o = small(&breakout_game, 0);
	struct game_options game;
	struct agent *full = make(&breakout_game, &o, 7), *few;
	struct st_file *f = model_of(full), *g;
	struct q_network q;

	game_defaults(&breakout_game, &game);
	game.minimal = 1;
	few = make_with(&breakout_game, &game, &o, 7);
	g = model_of(few);
	CU_ASSERT_EQUAL(q_network_open(&q, g), RY_OK);
	CU_ASSERT(q.options.minimal == 1 && q.net->M == breakout_game.n_minimal &&
	          q.options.sticky == 0.1);
	q_network_close(&q);
	check_meta_refused(f, "options", st_meta(g, "options"));
	check_meta_refused(g, "options", st_meta(f, "options"));
	st_close(f);
	st_close(g);
	f = file_of(full);
	CU_ASSERT_TRUE(model_refused(f));
	st_close(f);
	agent_free(full);
	agent_free(few);
}

static void damaged_models_do_no_harm(void)
{
	struct st_file *f = model_of(catcher());
	gsl_rng *rng = random_stream(97, 0);
	struct evaluation_options o = { .episodes = 2, .cap = 20, .seed = 1 };

	for (int k = 0; k < 300; k++) {
		size_t header = 8 * 900, bits = damage_bits(f);
		struct st_file *bad =
			damage_bit(f, gsl_rng_uniform_int(rng, k % 2 ? bits : header));
		struct evaluation e;
		struct q_network q;

		if (bad && q_network_open(&q, bad) == RY_OK) {
			CU_ASSERT_EQUAL(evaluation_run(&q, &o, &e), RY_OK);
			evaluation_free(&e);
			q_network_close(&q);
		}
		st_close(bad);
	}
	st_close(f);
	gsl_rng_free(rng);
}

/* ---- evaluation ---- */

static int calls_left;

static int stop_soon(void)
{
	return calls_left-- <= 0;
}

static void check_sums(const struct evaluation *e)
{
	double mean = 0, frames = 0, squares = 0, n = e->episodes;

	for (int k = 0; k < e->episodes; k++) {
		mean += e->episode_return[k] / n;
		frames += (double)e->frames[k] / n;
	}
	for (int k = 0; k < e->episodes; k++)
		squares += pow(e->episode_return[k] - mean, 2);
	CU_ASSERT_DOUBLE_EQUAL(e->mean, mean, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(e->mean_frames, frames, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(e->error, sqrt(squares / (n - 1) / n), 1e-9);
}

static void evaluation_counts_whole_episodes(void)
{
	struct evaluation_options o = { .episodes = 200, .cap = 100, .seed = 11 };
	struct st_file *f = model_of(catcher());
	struct evaluation e, again;
	struct q_network q;

	CU_ASSERT_FATAL(q_network_open(&q, f) == RY_OK);
	CU_ASSERT_EQUAL(evaluation_run(&q, &o, &e), RY_OK);
	CU_ASSERT_EQUAL(e.episodes, 200);
	TAP_CHECK(e.mean > 0.9 && e.mean_frames == 9 && e.capped == 0,
	          "mean return %g in %g frames", e.mean, e.mean_frames);
	check_sums(&e);
	CU_ASSERT_EQUAL(evaluation_run(&q, &o, &again), RY_OK);
	CU_ASSERT_EQUAL(
		memcmp(e.episode_return, again.episode_return, 200 * sizeof *e.episode_return), 0);
	evaluation_free(&e);
	evaluation_free(&again);

	/* By chance alone: -0.6 on average. */
	o.epsilon = 1;
	o.episodes = 2000;
	CU_ASSERT_EQUAL(evaluation_run(&q, &o, &e), RY_OK);
	TAP_CHECK(fabs(e.mean + 0.6) < 5 * e.error, "chance brings %g +- %g", e.mean, e.error);
	check_sums(&e);
	o.seed = 12;
	CU_ASSERT_EQUAL(evaluation_run(&q, &o, &again), RY_OK);
	CU_ASSERT_NOT_EQUAL(
		memcmp(e.episode_return, again.episode_return, 2000 * sizeof *e.episode_return), 0);
	evaluation_free(&e);
	evaluation_free(&again);

	/* Cut off before the ball lands. */
	o = (struct evaluation_options){ .episodes = 7, .cap = 5, .seed = 11 };
	CU_ASSERT_EQUAL(evaluation_run(&q, &o, &e), RY_OK);
	CU_ASSERT(e.capped == 7 && e.mean == 0 && e.mean_frames == 5 && e.frames[6] == 5 &&
	          e.error == 0);
	evaluation_free(&e);
	o.budget = 12;                   /* two episodes of five frames, not three */
	CU_ASSERT_EQUAL(evaluation_run(&q, &o, &e), RY_OK);
	CU_ASSERT(e.episodes == 2 && e.mean_frames == 5 && e.capped == 2);
	evaluation_free(&e);
	o.budget = 4;                    /* one there is always */
	CU_ASSERT_EQUAL(evaluation_run(&q, &o, &e), RY_OK);
	CU_ASSERT(e.episodes == 1);
	evaluation_free(&e);
	o.budget = 0;
	o.cap = 9;                                  /* just enough */
	CU_ASSERT_EQUAL(evaluation_run(&q, &o, &e), RY_OK);
	CU_ASSERT(e.capped == 0 && e.mean_frames == 9);
	evaluation_free(&e);

	o.episodes = 1;
	CU_ASSERT_EQUAL(evaluation_run(&q, &o, &e), RY_OK);
	CU_ASSERT(isnan(e.error) && e.mean == e.episode_return[0]);
	evaluation_free(&e);
	o.episodes = 50;
	o.stop = stop_soon;
	calls_left = 30;
	CU_ASSERT_EQUAL(evaluation_run(&q, &o, &e), RY_ESTOP);
	CU_ASSERT(e.episodes > 1 && e.episodes < 50);
	check_sums(&e);
	evaluation_free(&e);
	q_network_close(&q);
	st_close(f);
}

/* The same game and chance for an episode, whatever came before it: the first five of ten are the
 * first five. */
static void episodes_have_streams_of_their_own(void)
{
	struct agent_options o = small(&breakout_game, 0);
	struct agent *a = make(&breakout_game, &o, 7);
	struct evaluation_options many = { .episodes = 10, .cap = 300, .seed = 3, .epsilon = 0.5 },
				  few = many;
	struct st_file *f = model_of(a);
	struct evaluation e, h;
	struct q_network q;

	few.episodes = 5;
	CU_ASSERT_FATAL(q_network_open(&q, f) == RY_OK);
	CU_ASSERT_FATAL(evaluation_run(&q, &many, &e) == RY_OK &&
	                evaluation_run(&q, &few, &h) == RY_OK);
	CU_ASSERT_EQUAL(memcmp(e.episode_return, h.episode_return, 5 * sizeof *e.episode_return),
	                0);
	CU_ASSERT_EQUAL(memcmp(e.frames, h.frames, 5 * sizeof *e.frames), 0);
	evaluation_free(&h);
	/* Two seeds have no episode in common. */
	many.seed = 4;
	CU_ASSERT_FATAL(evaluation_run(&q, &many, &h) == RY_OK);
	TAP_CHECK(memcmp(e.frames + 1, h.frames, 9 * sizeof *e.frames) != 0,
	          "seed 4 plays what seed 3 played one later");
	evaluation_free(&h);
	many.seed = LONG_MAX;
	CU_ASSERT_FATAL(evaluation_run(&q, &many, &h) == RY_OK);
	evaluation_free(&e);
	evaluation_free(&h);
	q_network_close(&q);
	st_close(f);
	agent_free(a);
}

/* The same episodes played by hand, each with a new player. */
static void evaluation_by_hand(void)
{
	static const struct game_ops *const by_hand[] = { &eyes_game, &breakout_game };

	for (int g = 0; g < 2; g++) {
		struct agent_options o = small(by_hand[g], 0);
		struct evaluation_options how = { .episodes = 4, .cap = 150, .seed = 21 };
		struct agent *a = make(by_hand[g], &o, 7);
		struct st_file *f = model_of(a);
		void *state = NULL;
		struct evaluation e;
		struct q_network q;

		CU_ASSERT_FATAL(q_network_open(&q, f) == RY_OK &&
		                evaluation_run(&q, &how, &e) == RY_OK);
		for (int k = 0; k < how.episodes; k++) {
			gsl_rng *rng = random_stream(how.seed, STREAM_EPISODE + 2 * (unsigned)k);
			struct random_source d = random_source_from_rng(rng);
			struct q_policy policy;
			double total = 0, reward;
			long frames = 0;

			CU_ASSERT_EQUAL_FATAL(q_policy_open(&policy, &q), RY_OK);
			free(state);
			state = game_alloc(q.game, &q.options);
			game_reset(q.game, state, &d);
			while (game_status(state) == GAME_ON && frames < how.cap) {
				const real *values = q_policy_values(&policy, state);
				int best = 0;

				for (int j = 1; j < q.net->M; j++)
					if (values[j] > values[best])
						best = j;
				q_policy_acted(&policy, best);
				game_step(q.game, state, best, &d, &reward);
				total += reward;
				frames++;
			}
			if (by_hand[g]->endless)
				total /= (double)frames;
			TAP_CHECK(e.frames[k] == frames &&
			                  fabs(e.episode_return[k] - total) < 1e-12,
			          "%s: episode %d: %g in %ld frames, by "
			          "hand %g in %ld",
			          by_hand[g]->name, k, e.episode_return[k], e.frames[k], total,
			          frames);
			q_policy_close(&policy);
			gsl_rng_free(rng);
		}
		free(state);
		evaluation_free(&e);
		q_network_close(&q);
		st_close(f);
		agent_free(a);
	}
}

static void endless_games_are_evaluated(void)
{
	struct agent_options o = small(&eyes_game, 0);
	struct agent *a = make(&eyes_game, &o, 7);
	struct evaluation_options how = { .episodes = 3, .cap = 400, .seed = 3, .epsilon = 1 };
	struct st_file *f = model_of(a);
	struct evaluation e;
	struct q_network q;

	CU_ASSERT_FATAL(q_network_open(&q, f) == RY_OK);
	CU_ASSERT_EQUAL(evaluation_run(&q, &how, &e), RY_OK);
	CU_ASSERT(e.episodes == 3 && e.mean_frames == 400 && e.capped == 0);
	/* 0.73 in the long run */
	TAP_CHECK(e.mean > 0.5 && e.mean < 1, "random play brings %g per frame", e.mean);
	check_sums(&e);
	evaluation_free(&e);
	q_network_close(&q);
	st_close(f);
	agent_free(a);
}

/* ---- evaluations during training ---- */

/* Learn up to the next point. */
static void stretch(const struct learner *l)
{
	struct update u;

	CU_ASSERT_EQUAL(l->epoch(l->self), RY_OK);
	while (l->left(l->self) > 0)
		CU_ASSERT_EQUAL(l->step(l->self, &u), RY_OK);
}

static double measured(const struct measures *m, const char *name)
{
	for (int k = 0; k < m->n; k++)
		if (strcmp(m->value[k].name, name) == 0)
			return m->value[k].value;
	return -1e9;
}

/* Points every 40 frames, evaluations every 100 and at the end; learning begins after 100. */
static void evaluations_are_due(void)
{
	static const int due[] = { 0, 0, 1, 0, 1, 0, 0, 1, 0, 1 };   /* at 120, 200, 320, 390 */
	const struct agent_options small_one = small(&catch_game, 0);
	const struct rl_learner_options o = { .frames = 390, .report = 40, .evaluate = 100,
		                              .lr = 0.1, .seed = 5 };
	struct agent *a = make(&catch_game, &small_one, 5),
		     *alone = make(&catch_game, &small_one, 5);
	struct rl_learner *learner = rl_learner_alloc(a, &catch_game, &o);
	struct learner l;
	double last = NAN;

	CU_ASSERT_FATAL(learner != NULL);
	l = rl_learner_ops(learner);
	for (int k = 0; k < 10; k++) {
		struct measures m = { .monitor = NAN };

		stretch(&l);
		CU_ASSERT_EQUAL(l.measure(l.self, &m), RY_OK);
		TAP_CHECK(m.unjudged == !due[k], "frame %ld", agent_frames(a));
		last = due[k] ? (double)agent_frames(a) : last;
		CU_ASSERT(isnan(last) ? isnan(measured(&m, "eval_frame"))
		                      : measured(&m, "eval_frame") == last);
		CU_ASSERT(!due[k] || m.monitor == measured(&m, "eval_return"));
		CU_ASSERT(!due[k] || measured(&m, "eval_episodes") >= 1);
	}
	/* the same agent as without */
	live(alone, 390);
	CU_ASSERT_EQUAL(memcmp(agent_net(a)->w, dqn_net(agent_dqn(alone))->w,
	                       agent_net(a)->n * sizeof(real)), 0);
	rl_learner_free(learner);
	agent_free(a);
	agent_free(alone);
}

static int asked;

static int is_asked(void)
{
	return asked;
}

/* A point whose evaluation was stopped is measured later, to the same numbers. */
static void a_stopped_evaluation_is_made_later(void)
{
	const struct agent_options small_one = small(&catch_game, 0);
	struct rl_learner_options o = { .frames = 200, .report = 200, .evaluate = 200, .lr = 0.1,
		                        .seed = 5 };
	struct measures m[2] = { { .monitor = NAN }, { .monitor = NAN } };

	for (int k = 0; k < 2; k++) {
		struct agent *a = make(&catch_game, &small_one, 5);
		struct rl_learner *learner;
		struct learner l;

		o.stop = k ? is_asked : NULL;
		learner = rl_learner_alloc(a, &catch_game, &o);
		CU_ASSERT_FATAL(learner != NULL);
		l = rl_learner_ops(learner);
		stretch(&l);
		asked = 1;
		if (k)
			CU_ASSERT_EQUAL(l.measure(l.self, &m[k]), RY_ESTOP);
		CU_ASSERT_EQUAL(m[k].n, 0);
		asked = 0;
		CU_ASSERT_EQUAL(l.measure(l.self, &m[k]), RY_OK);
		rl_learner_free(learner);
		agent_free(a);
	}
	CU_ASSERT_EQUAL(m[0].n, m[1].n);
	CU_ASSERT_EQUAL(m[0].monitor, m[1].monitor);
	CU_ASSERT_EQUAL(measured(&m[0], "dead"), measured(&m[1], "dead"));
}

static void models_are_named_by_age(void)
{
	static const char *const wrong[] = {
		"agent-.safetensors", "agent-0.safetensors", "agent-01.safetensors",
		"agent--5.safetensors", "agent-5", "agent-5.safetensors.old", "model.safetensors",
		"agent-12345678901234567890.safetensors", "agent- 5.safetensors",
	};
	char name[60];
	long frames;

	rl_learner_keep_name(name, sizeof name, 100000);
	CU_ASSERT(rl_learner_kept(name, &frames) && frames == 100000);
	for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
		TAP_CHECK(!rl_learner_kept(wrong[k], &frames), "%s is a name", wrong[k]);
}

static void evaluations_that_can_not_be(void)
{
	static const struct evaluation_options wrong[] = {
		{ .episodes = 0, .cap = 10 }, { .episodes = -1, .cap = 10 }, { .episodes = 1,
		  .cap = 0 }, { .episodes = 1, .cap = -5 },
		{ .episodes = 1, .cap = 10, .epsilon = -0.1 }, { .episodes = 1, .cap = 10,
		  .epsilon = 1.1 },
		{ .episodes = 1, .cap = 10, .epsilon = NAN }, { .episodes = 1, .cap = 10,
		  .budget = -1 },
	};
	struct st_file *f = model_of(catcher());
	struct q_network q;

	CU_ASSERT_FATAL(q_network_open(&q, f) == RY_OK);
	for (size_t k = 0; k < sizeof wrong / sizeof wrong[0]; k++) {
		struct evaluation e;

		TAP_CHECK(evaluation_run(&q, &wrong[k], &e) == RY_EINVAL,
		          "evaluation %zu was done", k);
		evaluation_free(&e);
	}
	q_network_close(&q);
	st_close(f);
}

/* ---- options ---- */

static void check_refused(const char *what, const struct game_ops *g, const struct agent_options *o)
{
	struct game_options game;
	struct agent *a;

	game_defaults(g, &game);
	ry_fail(RY_EINVAL, "nothing yet");
	a = agent_alloc(g, &game, o, 7, one_worker());
	TAP_CHECK(a == NULL && strcmp(ry_message(), "nothing yet") != 0,
	          "%s: %s: taken, or refused without a word", g->name, what);
	agent_free(a);
}

#define WRONG(g, change) \
	do { \
		struct agent_options wrong = small(&g, 0); \
		wrong.change; \
		check_refused(#change, &g, &wrong); \
	} while (0)

static void options_that_can_not_be(void)
{
	struct agent_options o = small(&catch_game, 0);
	struct game_options game = { .sticky = 0.5 };

	WRONG(catch_game, start = -1);
	WRONG(catch_game, update_every = 0);
	WRONG(catch_game, updates = 0);
	WRONG(catch_game, epsilon = 1.1);
	WRONG(catch_game, epsilon = NAN);
	WRONG(catch_game, epsilon_end = -0.1);
	WRONG(catch_game, epsilon_start = -1);
	WRONG(catch_game, epsilon_frames = -1);
	WRONG(catch_game, n_hidden = -1);
	WRONG(catch_game, n_hidden = 5);
	WRONG(catch_game, hidden[0] = 0);
	WRONG(catch_game, hidden[0] = -8);
	WRONG(catch_game, hidden[0] = INT_MAX);
	WRONG(catch_game, filters = -1);
	WRONG(catch_game, filters = INT_MAX);
	WRONG(catch_game, filters = 100000000);
	WRONG(catch_game, window = 1);
	WRONG(catch_game, init = INIT_LSUV);
	WRONG(catch_game, dqn.batch = 301);
	WRONG(catch_game, dqn.replay.discount = 2);
	WRONG(eyes_game, filters = 3);
	WRONG(eyes_game, window = -1);
	WRONG(eyes_game, window = 1000);
	/* catch is not sticky */
	CU_ASSERT_PTR_NULL(agent_alloc(&catch_game, &game, &o, 7, one_worker()));
	agent_free(NULL);
}

static void tidy_up(void)
{
	agent_free(catcher());
	CU_ASSERT_TRUE(n_games() >= 9);
}

/* ---- laws for agents of both algorithms ---- */

static void with_both(void (*law)(void))
{
	for (taught_by = 0; taught_by < ALGORITHMS; taught_by++)
		law();
	taught_by = ALGORITHM_DQN;
}

#define BOTH(law) static void law##_both(void) { with_both(law); }
BOTH(same_seed_same_story)
BOTH(checkpoints_go_on_to_the_same_bits)
BOTH(checkpoints_of_others_are_refused)
BOTH(checkpoints_of_other_shapes_are_refused)
BOTH(flipped_bits_do_no_harm)
BOTH(odd_values_do_no_harm)
BOTH(odd_states_do_no_harm)
BOTH(learning_can_be_switched_off)
BOTH(nothing_is_allocated)
#undef BOTH

static const struct tap_test tests[] = {
	{ "games for tests", test_games_are_games },
	{ "the same seed tells the same story in every game", same_seed_same_story_both },
	{ "checkpoints go on to the same bits in every game",
	  checkpoints_go_on_to_the_same_bits_both },
	{ "checkpoints of other agents are refused",
	  checkpoints_of_others_are_refused_both },
	{ "checkpoints with other tensors are refused",
	  checkpoints_of_other_shapes_are_refused_both },
	{ "flipped bits do no harm", flipped_bits_do_no_harm_both },
	{ "odd values do no harm", odd_values_do_no_harm_both },
	{ "odd pasts are refused", odd_pasts_are_refused },
	{ "odd states of games do no harm", odd_states_do_no_harm_both },
	{ "epsilon follows its schedule", epsilon_follows_its_schedule },
	{ "chance and greed", chance_and_greed },
	{ "learning begins and goes on", learning_begins_and_goes_on },
	{ "what a frame says of its updates", updates_of_a_frame_are_summed_up },
	{ "learning can be switched off", learning_can_be_switched_off_both },
	{ "what happened is remembered", what_happened_is_remembered },
	{ "states are observed once", states_are_observed_once },
	{ "returns are added up", returns_are_added_up },
	{ "skills are counted", skills_are_counted },
	{ "endless games have a mean reward", endless_games_have_a_mean_reward },
	{ "eyes see what was before", eyes_see_what_was_before },
	{ "the past begins anew", the_past_begins_anew },
	{ "networks start as they should", networks_start_as_they_should },
	{ "values for a watcher", values_for_a_watcher },
	{ "frames allocate nothing", nothing_is_allocated_both },
	{ "a bandit is learnt", a_bandit_is_learnt },
	{ "catch is learnt", catch_is_learnt },
	{ "models play as their agents", models_play_as_their_agents },
	{ "models of other games are refused", models_of_others_are_refused },
	{ "models that see something else are refused",
	  models_that_see_something_else_are_refused },
	{ "models of other actions are refused", models_of_other_actions_are_refused },
	{ "damaged models do no harm", damaged_models_do_no_harm },
	{ "evaluation counts whole episodes", evaluation_counts_whole_episodes },
	{ "episodes have streams of their own", episodes_have_streams_of_their_own },
	{ "evaluation by hand", evaluation_by_hand },
	{ "endless games are evaluated", endless_games_are_evaluated },
	{ "evaluations during training are due at their frames", evaluations_are_due },
	{ "one that was stopped is made later", a_stopped_evaluation_is_made_later },
	{ "models are named by age", models_are_named_by_age },
	{ "evaluations that can't be", evaluations_that_can_not_be },
	{ "options that can't be", options_that_can_not_be },
	{ "and all is given back", tidy_up },
	{ NULL, NULL }
};

int main(void)
{
	return tap_run("agents in " RY_REAL_NAME, tests);
}
