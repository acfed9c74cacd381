/* agent.c - see agent.h. */
#include "rl/agent/agent.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rl/agent/dueling.h"
#include "rl/agent/observation.h"
#include "rl/games/episode.h"
#include "src/base/checkpoint.h"
#include "src/base/random.h"
#include "src/nn/init.h"

enum { REWARDS = 1000, LINES_MAX = 1024 };

/* Divided by (1 - discount): an undiscounted game still has some bound to warn by. */
static const double least_gap = 1e-3;

struct agent {
	const struct game_ops *game;
	struct game_options    options;
	struct agent_options   o;
	struct episode         episode;
	int                    actions;
	gsl_rng               *game_rng, *explore_rng;
	struct random_source   game_random, explore_random;
	struct observation     observation;   /* of the state as it is now */
	void                  *before;   /* (bytes): the observation acted on ... */
	int                    acted;    /* ... since the agent was made or read */
	struct dqn            *dqn;
	long                   frames, episodes;      /* played; finished */
	long                   learnable;    /* frames since learning could begin: update_every
	                                      * counts these */
	double                 largest_reward;        /* in size */
	/* ring: episode k at k % AGENT_EPISODES */
	double                 returns[AGENT_EPISODES];
	double                 rewards[REWARDS];          /* ring of the latest, in endless games */
	double                 epsilon;  /* forced; below 0: by the schedule */
	int                    idle;     /* learning is off */
};

/* ---- construction ---- */

static enum ry_status check_options(const struct agent_options *o)
{
	if (o->start < 0 || o->update_every < 1 || o->updates < 1)
		return ry_fail(RY_EINVAL,
		               "learning from frame %ld, every %d frames %d updates: expected at "
		               "least 0, 1 and 1",
		               o->start, o->update_every, o->updates);
	if (!(o->epsilon >= 0 && o->epsilon <= 1 && o->epsilon_end >= 0 && o->epsilon_end <= 1))
		return ry_fail(RY_EINVAL, "epsilon from %g to %g: expected 0 to 1", o->epsilon,
		               o->epsilon_end);
	if (o->epsilon_start < 0 || o->epsilon_frames < 0)
		return ry_fail(RY_EINVAL,
		               "epsilon falls from frame %ld over %ld: expected at least 0",
		               o->epsilon_start, o->epsilon_frames);
	if (o->n_hidden < 0 || o->n_hidden > (int)(sizeof o->hidden / sizeof *o->hidden))
		return ry_fail(RY_EINVAL, "%d hidden layers: expected up to %zu", o->n_hidden,
		               sizeof o->hidden / sizeof *o->hidden);
	return RY_OK;
}

/* The network's lines: "conv", "hidden" and "out" are the names in model files. */
static enum ry_status network_lines(const struct agent_options *o, const struct observation *seen,
                                    int actions, char *to)
{
	const struct observation_shape *s = &seen->shape;
	size_t n = 0;
	int D = s->D;

	*to = '\0';
#define ADD(...) n += n < LINES_MAX ? (size_t)snprintf(to + n, LINES_MAX - n, __VA_ARGS__) : 0
	if (o->filters) {
		if (!s->planes || s->height < 3 || s->width < 3)
			return ry_fail(RY_EINVAL,
			               "a convolution needs planes of at least 3 x 3; %s has none",
			               seen->game->name);
		if (o->filters < 0 || o->filters > LAYER_FEATURES_MAX / (s->height * s->width))
			return ry_fail(RY_EINVAL, "%d filters: expected 0 to %d", o->filters,
			               LAYER_FEATURES_MAX / (s->height * s->width));
		ADD("conv=conv2d %d %d %d %d 3\n", s->planes, s->height, s->width, o->filters);
		D = o->filters * (s->height - 2) * (s->width - 2);
		ADD("relu %d\n", D);
	}
	for (int k = 0; k < o->n_hidden; k++) {
		if (k == 0)
			ADD("hidden=dense %d %d\n", D, o->hidden[k]);
		else
			ADD("hidden%d=dense %d %d\n", k + 1, D, o->hidden[k]);
		D = o->hidden[k];
		ADD("relu %d\n", D);
	}
	ADD("out=dense %d %d\n", D, actions + (o->dueling ? 1 : 0));
	if (o->dueling)
		ADD("dueling %d\n", actions);
#undef ADD
	return RY_OK;
}

enum ry_status agent_parameters(const struct game_ops *g, const struct game_options *game,
                                const struct agent_options *o, size_t *n)
{
	static const layer_list lists[] = { core_layers, rl_layers, NULL };
	enum ry_status status = check_options(o);
	void *state = status == RY_OK ? game_alloc(g, game) : NULL;
	int actions = state ? game_actions(g, state) : 0;
	struct observation observation = { 0 };
	char lines[LINES_MAX];
	struct net *net;

	free(state);
	if (!state)
		return ry_failure();
	status = observation_open(&observation, g, actions, o->window);
	if (status == RY_OK)
		status = network_lines(o, &observation, actions, lines);
	observation_close(&observation);
	if (status != RY_OK)
		return status;
	net = net_make(lines, lists);
	*n = net ? net_n_params(net) : 0;
	net_free(net);
	return net ? RY_OK : ry_failure();
}

/* The eyes demo's weights: deviation 1/sqrt(fan_in), biases of hidden layers 0.1. */
static enum ry_status demo_init(struct net *net, long seed)
{
	gsl_rng *rng = random_stream(seed, STREAM_INIT);
	enum ry_status status =
		rng ? net_init_with(net, INIT_HE_NORMAL, M_SQRT1_2, rng) : ry_failure();
	char name[NET_NAME_MAX];
	struct param p;

	for (int k = 0; net_param(net, k, name, &p); k++)
		if (!p.cols && strncmp(name, "out.", 4) != 0)
			init_constant(net->w + p.at, p.rows, 0.1);
	if (rng)
		gsl_rng_free(rng);
	return status;
}

static enum ry_status make_learner(struct agent *a, long seed, struct workers *workers)
{
	char lines[LINES_MAX];
	enum ry_status status = network_lines(&a->o, &a->observation, a->actions, lines);

	if (status != RY_OK)
		return status;
	a->dqn = dqn_alloc(&a->o.dqn, lines, &a->observation.shape, seed, workers);
	if (!a->dqn)
		return ry_failure();
	if (a->o.init == INIT_DEFAULT)
		return RY_OK;
	if (a->o.init != INIT_NORMAL)
		return ry_fail(RY_EINVAL, "initial weights '%s': expected default or normal",
		               init_name(a->o.init));
	status = demo_init(dqn_net(a->dqn), seed);
	dqn_copy_target(a->dqn);
	return status;
}

static enum ry_status make(struct agent *a, const struct game_options *game, long seed,
                           struct workers *workers)
{
	enum ry_status status = check_options(&a->o);

	if (status != RY_OK)
		return status;
	a->options = *game;
	a->episode = (struct episode){ .game = a->game,
		                       .state = game_alloc(a->game, game),
		                       .random = &a->game_random };
	a->game_rng = random_stream(seed, STREAM_GAME);
	a->explore_rng = random_stream(seed, STREAM_EXPLORE);
	if (!a->episode.state || !a->game_rng || !a->explore_rng)
		return ry_failure();
	a->game_random = random_source_from_rng(a->game_rng);
	a->explore_random = random_source_from_rng(a->explore_rng);
	a->actions = game_actions(a->game, a->episode.state);
	status = observation_open(&a->observation, a->game, a->actions, a->o.window);
	if (status != RY_OK)
		return status;
	a->before = ry_calloc(a->observation.shape.bytes, 1, "an observation");
	if (!a->before)
		return ry_failure();
	return make_learner(a, seed, workers);
}

static void start_episode(struct agent *a)
{
	episode_start(&a->episode, NULL);
	observation_reset(&a->observation);
	observation_update(&a->observation, a->episode.state);
}

struct agent *agent_alloc(const struct game_ops *g, const struct game_options *game,
                          const struct agent_options *o, long seed, struct workers *workers)
{
	struct agent *a = ry_calloc(1, sizeof *a, "an agent");

	if (!a)
		return NULL;
	a->game = g;
	a->o = *o;
	a->epsilon = -1;
	if (make(a, game, seed, workers) != RY_OK) {
		agent_free(a);
		return NULL;
	}
	start_episode(a);
	return a;
}

void agent_free(struct agent *a)
{
	if (!a)
		return;
	dqn_free(a->dqn);
	observation_close(&a->observation);
	free(a->before);
	free(a->episode.state);
	if (a->game_rng)
		gsl_rng_free(a->game_rng);
	if (a->explore_rng)
		gsl_rng_free(a->explore_rng);
	free(a);
}

/* ---- what is known ---- */

long agent_frames(const struct agent *a)
{
	return a->frames;
}

long agent_episodes(const struct agent *a)
{
	return a->episodes;
}

const void *agent_state(const struct agent *a)
{
	return a->episode.state;
}

const struct game_ops *agent_game(const struct agent *a)
{
	return a->game;
}

int agent_update_every(const struct agent *a)
{
	return a->o.update_every;
}

double agent_batches(const struct agent *a)
{
	return (double)a->o.dqn.batch * a->o.updates / a->o.update_every;
}

struct dqn *agent_dqn(const struct agent *a)
{
	return a->dqn;
}

/* Until learning may begin all is chance. */
static int random_play(const struct agent *a)
{
	return a->epsilon < 0 && a->frames < a->o.start;
}

double agent_epsilon(const struct agent *a)
{
	double over = (double)a->o.epsilon_frames, t = (double)(a->frames - a->o.epsilon_start);

	if (a->epsilon >= 0)
		return a->epsilon;
	if (random_play(a))
		return 1;
	if (t <= 0)
		return a->o.epsilon;
	return t >= over ? a->o.epsilon_end
	                 : a->o.epsilon + (a->o.epsilon_end - a->o.epsilon) * t / over;
}

void agent_set_epsilon(struct agent *a, double epsilon)
{
	a->epsilon = epsilon;
}

void agent_set_learning(struct agent *a, int on)
{
	a->idle = !on;
}

double agent_forced_epsilon(const struct agent *a)
{
	return a->epsilon;
}

int agent_learning(const struct agent *a)
{
	return !a->idle;
}

double agent_q_bound(const struct agent *a)
{
	return a->largest_reward / fmax(1 - a->o.dqn.replay.discount, least_gap);
}

static double mean(const double *x, long n)
{
	double sum = 0;

	for (long k = 0; k < n; k++)
		sum += x[k];
	return n > 0 ? sum / (double)n : NAN;
}

static int latest_episodes(const struct agent *a)
{
	return a->episodes < AGENT_EPISODES ? (int)a->episodes : AGENT_EPISODES;
}

double agent_mean_return(const struct agent *a)
{
	if (a->game->endless)
		return mean(a->rewards, a->frames < REWARDS ? a->frames : REWARDS);
	return mean(a->returns, latest_episodes(a));
}

const real *agent_values(struct agent *a)
{
	return a->acted ? dqn_values(a->dqn, a->before) : NULL;
}

int agent_returns(const struct agent *a, int n, double *to)
{
	int have = latest_episodes(a);

	if (n > have)
		n = have;
	for (int k = 0; k < n; k++)
		to[k] = a->returns[(a->episodes - n + k) % AGENT_EPISODES];
	return n;
}

/* ---- one frame ---- */

static void choose(struct agent *a, struct agent_frame *f)
{
	/* Until the window is full all actions are random, too. */
	f->explored = random_play(a) || !observation_ready(&a->observation) ||
	              draw_uniform(&a->explore_random) < agent_epsilon(a);
	if (f->explored) {
		f->action = draw_int(&a->explore_random, 0, a->actions - 1);
		return;
	}
	f->q = dqn_values(a->dqn, a->before);
	f->action = dqn_greedy(f->q, a->actions);
}

static void count_reward(struct agent *a, struct agent_frame *f)
{
	const struct episode *e = &a->episode;

	a->rewards[a->frames++ % REWARDS] = e->reward;
	a->largest_reward = fmax(a->largest_reward, fabs(e->reward));
	f->reward = e->reward;
	f->status = e->status;
	f->episode_return = e->total;
	f->episode_frames = e->steps;
	if (e->status != GAME_ON)
		a->returns[a->episodes++ % AGENT_EPISODES] = e->total;
}

/* Take the nth update of a frame in. */
static void add_update(struct dqn_update *all, const struct dqn_update *u, int n)
{
	all->loss += (u->loss - all->loss) / n;
	all->q += (u->q - all->q) / n;
	all->norm += (u->norm - all->norm) / n;
	all->q_largest = fmax(all->q_largest, u->q_largest);
	all->lr = u->lr;
}

static enum ry_status learn(struct agent *a, struct agent_frame *f)
{
	size_t have = replay_count(dqn_replay(a->dqn));
	enum ry_status status = RY_OK;

	if (a->frames <= a->o.start || have < (size_t)a->o.dqn.batch || a->idle)
		return RY_OK;
	if (a->learnable++ % a->o.update_every != 0)
		return RY_OK;
	for (int k = 0; k < a->o.updates && status == RY_OK; k++) {
		struct dqn_update u;

		status = dqn_update(a->dqn, &u);
		if (status == RY_OK)
			add_update(&f->update, &u, ++f->learned);
	}
	return status;
}

enum ry_status agent_step(struct agent *a, struct agent_frame *f)
{
	struct observation *o = &a->observation;
	int ready = observation_ready(o);
	const void *next;

	*f = (struct agent_frame){ 0 };
	memcpy(a->before, observation_now(o), o->shape.bytes);
	a->acted = 1;
	choose(a, f);
	observation_acted(o, f->action);
	episode_act(&a->episode, f->action);
	next = observation_update(o, a->episode.state);
	/* A first frame whose window is not full is not worth remembering. */
	if (ready)
		replay_add(dqn_replay(a->dqn), a->before, f->action, a->episode.reward, next,
		           a->episode.status, a->explore_rng);
	count_reward(a, f);
	if (f->status != GAME_ON)
		start_episode(a);
	return learn(a, f);
}

/* ---- checkpoints ---- */

/* The state of the game: of the same options, and one that can be played on. */
static enum ry_status read_game(struct agent *a, const struct st_file *from)
{
	void *state = game_alloc(a->game, &a->options);
	const struct game_base *own = a->episode.state, *read = state;
	enum ry_status status =
		state ? st_get(from, "game.state", ST_U8, 1, &a->game->size, state) : ry_failure();

	if (status == RY_OK &&
	    (!game_valid(a->game, state) || read->sticky_below != own->sticky_below ||
	     read->ramping != own->ramping || read->minimal != own->minimal ||
	     read->slippery != own->slippery || read->corrected != own->corrected ||
	     read->status != GAME_ON))
		status = ry_fail(RY_EDATA, "%s: game.state: not a state of %s with these options",
		                 st_path(from), a->game->name);
	if (status == RY_OK)
		memcpy(a->episode.state, state, a->game->size);
	free(state);
	return status;
}

/* What a checkpoint holds of the agent itself.  Only a return may be negative or a fraction. */
static enum ry_status walk(const struct agent *a, struct st_writer *to, const struct st_file *from)
{
	const struct checkpoint_number counters[] = {
		[0] = CHECKPOINT_LONG("frames", &a->frames, 0, CHECKPOINT_MAX),
		[1] = CHECKPOINT_LONG("episodes", &a->episodes, 0, CHECKPOINT_MAX),
		[2] = CHECKPOINT_LONG("learnable", &a->learnable, 0, CHECKPOINT_MAX),
		[3] = CHECKPOINT_DOUBLE("return", &a->episode.total, -DBL_MAX, DBL_MAX),
		[4] = CHECKPOINT_LONG("steps", &a->episode.steps, 0, CHECKPOINT_MAX),
		[5] = CHECKPOINT_DOUBLE("reward", &a->largest_reward, 0, CHECKPOINT_MAX),
	};
	const struct checkpoint_row table[] = {
		CHECKPOINT_PACK("agent.counters", ST_F64, sizeof counters / sizeof *counters,
		                counters),
		CHECKPOINT_DOUBLES("agent.returns", AGENT_EPISODES, a->returns, -DBL_MAX, DBL_MAX),
		CHECKPOINT_DOUBLES("agent.rewards", REWARDS, a->rewards, -DBL_MAX, DBL_MAX),
		CHECKPOINT_RANDOM("random.game", a->game_rng),
		CHECKPOINT_RANDOM("random.explore", a->explore_rng),
	};

	return checkpoint_walk(table, sizeof table / sizeof *table, to, from);
}

enum ry_status agent_write(const struct agent *a, struct st_writer *to)
{
	size_t size = a->game->size;
	enum ry_status status;

	if ((status = walk(a, to, NULL)) != RY_OK ||
	    (status = st_add(to, "game.state", ST_U8, 1, &size, a->episode.state)) != RY_OK ||
	    (status = observation_write(&a->observation, to)) != RY_OK)
		return status;
	return dqn_write(a->dqn, to);
}

enum ry_status agent_read(struct agent *a, const struct st_file *from)
{
	enum ry_status status;

	a->acted = 0;
	if ((status = walk(a, NULL, from)) != RY_OK || (status = read_game(a, from)) != RY_OK ||
	    (status = observation_read(&a->observation, from)) != RY_OK)
		return status;
	observation_update(&a->observation, a->episode.state);
	return dqn_read(a->dqn, from);
}

enum ry_status agent_write_model(const struct agent *a, struct st_writer *to)
{
	return q_network_write(to, dqn_net(a->dqn), a->game, &a->options, a->o.window);
}

enum ry_status agent_network(const struct agent *a, struct q_network *q)
{
	enum ry_status status;

	*q = (struct q_network){ .game = a->game,
		                 .options = a->options,
		                 .net = net_share(dqn_net(a->dqn)),
		                 .window = a->o.window };
	status = q->net ? net_alloc(q->net, 1, 1, 1, 0) : ry_failure();
	if (status != RY_OK)
		q_network_close(q);
	return status;
}
