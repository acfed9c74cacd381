/* agent.c - see agent.h. */
#include "rl/agent/agent.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rl/agent/agent_internal.h"
#include "rl/agent/dueling.h"
#include "rl/agent/observation.h"
#include "rl/games/episode.h"
#include "src/base/random.h"
#include "src/nn/init.h"

enum { LINES_MAX = 1024 };

/* Divided by (1 - discount): an undiscounted game still has some bound to warn by. */
static const double least_gap = 1e-3;

/* Of the published networks. */
static const double norm_epsilon = 1e-6;

static const struct agent_kind *const kinds[ALGORITHMS] = {
	[ALGORITHM_DQN] = &agent_dqn_kind,
	[ALGORITHM_PQN] = &agent_pqn_kind,
};

const char *const algorithm_names[ALGORITHMS + 1] = {
	[ALGORITHM_DQN] = "dqn",
	[ALGORITHM_PQN] = "pqn",
};

static const struct agent_kind *kind_of(const struct agent_options *o)
{
	return kinds[o->algorithm];
}

/* ---- construction ---- */

static enum ry_status check_options(const struct agent_options *o)
{
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
	if (o->init != INIT_DEFAULT && o->init != INIT_NORMAL && o->init != INIT_HE_NORMAL)
		return ry_fail(RY_EINVAL, "initial weights '%s': expected default, normal or "
		                          "he-normal", init_name(o->init));
	return kind_of(o)->check(o);
}

/* A text that grows, line by line. */
struct lines {
	char   text[LINES_MAX];
	size_t n;
};

static void add(struct lines *l, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	if (l->n < sizeof l->text)
		l->n += (size_t)vsnprintf(l->text + l->n, sizeof l->text - l->n, format, ap);
	va_end(ap);
}

static void add_hidden(struct lines *l, const struct agent_options *o, int k, int D)
{
	char name[32];

	snprintf(name, sizeof name, k ? "hidden%d" : "hidden", k + 1);
	add(l, "%s=dense %d %d\n", name, D, o->hidden[k]);
	if (o->norm)
		add(l, "%s_norm=layernorm %d %g\n", name, o->hidden[k], norm_epsilon);
	add(l, "relu %d\n", o->hidden[k]);
}

/* The network's lines: "conv", "hidden" and "out" are the names in model files. */
static enum ry_status network_lines(const struct agent_options *o,
                                    const struct observation_shape *s, const char *game,
                                    int actions, struct lines *l)
{
	int D = s->D;

	*l = (struct lines){ .n = 0 };
	if (o->filters) {
		int cells = (s->height - 2) * (s->width - 2);

		if (!s->planes || s->height < 3 || s->width < 3)
			return ry_fail(RY_EINVAL,
			               "a convolution needs planes of at least 3 x 3; %s has none",
			               game);
		if (o->filters < 0 || o->filters > LAYER_FEATURES_MAX / (s->height * s->width))
			return ry_fail(RY_EINVAL, "%d filters: expected 0 to %d", o->filters,
			               LAYER_FEATURES_MAX / (s->height * s->width));
		D = o->filters * cells;
		add(l, "conv=conv2d %d %d %d %d 3\n", s->planes, s->height, s->width, o->filters);
		if (o->norm)
			add(l, "conv_norm=layernorm2d %d %d %d %g\n", o->filters, s->height - 2,
			    s->width - 2, norm_epsilon);
		add(l, "relu %d\n", D);
	}
	for (int k = 0; k < o->n_hidden; k++) {
		add_hidden(l, o, k, D);
		D = o->hidden[k];
	}
	add(l, "out=dense %d %d\n", D, actions + (o->dueling ? 1 : 0));
	if (o->dueling)
		add(l, "dueling %d\n", actions);
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
	struct lines lines;
	struct net *net;

	free(state);
	if (!state)
		return ry_failure();
	status = observation_open(&observation, g, actions, o->window);
	if (status == RY_OK)
		status = network_lines(o, &observation.shape, g->name, actions, &lines);
	observation_close(&observation);
	if (status != RY_OK)
		return status;
	net = net_make(lines.text, lists);
	*n = net ? net_n_params(net) : 0;
	net_free(net);
	return net ? RY_OK : ry_failure();
}

/* The eyes demo's weights: deviation 1/sqrt(fan_in), biases of hidden layers 0.1. */
static enum ry_status demo_init(struct net *net, gsl_rng *rng)
{
	enum ry_status status = net_init_with(net, INIT_HE_NORMAL, M_SQRT1_2, rng);
	char name[NET_NAME_MAX];
	struct param p;

	for (int k = 0; net_param(net, k, name, &p); k++)
		if (!p.cols && strncmp(name, "out.", 4) != 0)
			init_constant(net->w + p.at, p.rows, 0.1);
	return status;
}

/* He et al. 2015, and LeCun's deviation 1/sqrt(fan_in) for the last layer, after which no ReLU
 * halves the variance. */
static enum ry_status he_init(struct net *net, gsl_rng *rng)
{
	enum ry_status status = net_init_with(net, INIT_HE_NORMAL, 1, rng);
	char name[NET_NAME_MAX];
	struct param p;

	for (int k = 0; net_param(net, k, name, &p); k++)
		for (size_t i = 0; strcmp(name, "out.weight") == 0 && i < (size_t)p.rows * p.cols;
		     i++)
			net->w[p.at + i] *= (real)M_SQRT1_2;
	return status;
}

static enum ry_status init_network(const struct agent *a, long seed)
{
	gsl_rng *rng;
	enum ry_status status;

	if (a->o.init == INIT_DEFAULT)
		return RY_OK;
	rng = random_stream(seed, STREAM_INIT);
	if (!rng)
		return ry_failure();
	status = a->o.init == INIT_NORMAL ? demo_init(agent_net(a), rng)
	                                  : he_init(agent_net(a), rng);
	gsl_rng_free(rng);
	return status;
}

/* What the game shows, and its actions. */
static enum ry_status look_at_game(struct agent *a)
{
	void *state = game_alloc(a->game, &a->options);
	struct observation observation = { 0 };
	enum ry_status status;

	if (!state)
		return ry_failure();
	a->actions = game_actions(a->game, state);
	free(state);
	status = observation_open(&observation, a->game, a->actions, a->o.window);
	a->shape = observation.shape;
	observation_close(&observation);
	return status;
}

static enum ry_status make(struct agent *a, long seed, struct workers *workers)
{
	struct lines lines;
	enum ry_status status;

	if ((status = check_options(&a->o)) != RY_OK || (status = look_at_game(a)) != RY_OK ||
	    (status = network_lines(&a->o, &a->shape, a->game->name, a->actions, &lines)) !=
	            RY_OK ||
	    (status = a->kind->make(a, lines.text, seed, workers)) != RY_OK ||
	    (status = init_network(a, seed)) != RY_OK)
		return status;
	a->kind->begin(a);
	return RY_OK;
}

struct agent *agent_alloc(const struct game_ops *g, const struct game_options *game,
                          const struct agent_options *o, long seed, struct workers *workers)
{
	const struct agent_kind *kind = kind_of(o);
	struct agent *a = ry_calloc(1, kind->size, "an agent");

	if (!a)
		return NULL;
	a->kind = kind;
	a->game = g;
	a->options = *game;
	a->o = *o;
	a->epsilon = -1;
	if (make(a, seed, workers) != RY_OK) {
		agent_free(a);
		return NULL;
	}
	return a;
}

void agent_free(struct agent *a)
{
	if (!a)
		return;
	a->kind->release(a);
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

int agent_games(const struct agent *a)
{
	return a->o.algorithm == ALGORITHM_PQN ? a->o.pqn.games : 1;
}

const void *agent_game_state(const struct agent *a, int k)
{
	return a->kind->state(a, k);
}

const void *agent_state(const struct agent *a)
{
	return a->kind->state(a, 0);
}

const struct game_ops *agent_game(const struct agent *a)
{
	return a->game;
}

int agent_round(const struct agent *a)
{
	return a->kind->round(&a->o);
}

int agent_update_every(const struct agent *a)
{
	return a->o.algorithm == ALGORITHM_PQN ? 1 : a->o.update_every;
}

double agent_batches(const struct agent *a)
{
	return a->o.algorithm == ALGORITHM_PQN
	               ? a->o.pqn.passes
	               : (double)a->o.dqn.batch * a->o.updates / a->o.update_every;
}

struct dqn *agent_dqn(const struct agent *a)
{
	return a->kind->dqn(a);
}

struct net *agent_net(const struct agent *a)
{
	return a->kind->net(a);
}

long agent_updates(const struct agent *a)
{
	return a->kind->updates(a);
}

void agent_watch(struct agent *a, struct inspector *i)
{
	a->kind->watch(a, i);
}

void agent_look(struct agent *a, struct inspector *i)
{
	a->kind->look(a, i);
}

double agent_epsilon_at(const struct agent *a, long frames)
{
	double over = (double)a->o.epsilon_frames, t = (double)(frames - a->o.epsilon_start);

	if (a->epsilon >= 0)
		return a->epsilon;
	if (frames < a->o.start)         /* until learning may begin all is chance */
		return 1;
	if (t <= 0)
		return a->o.epsilon;
	return t >= over ? a->o.epsilon_end
	                 : a->o.epsilon + (a->o.epsilon_end - a->o.epsilon) * t / over;
}

double agent_epsilon(const struct agent *a)
{
	return agent_epsilon_at(a, a->frames);
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
	double discount = a->o.algorithm == ALGORITHM_PQN ? a->o.pqn.discount
	                                                  : a->o.dqn.replay.discount;

	return a->largest_reward / fmax(1 - discount, least_gap);
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
		return mean(a->rewards, a->frames < AGENT_REWARDS ? a->frames : AGENT_REWARDS);
	return mean(a->returns, latest_episodes(a));
}

const struct skill_counts *agent_skills(const struct agent *a)
{
	return &a->skills;
}

const real *agent_values(struct agent *a)
{
	return a->kind->values(a);
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

/* ---- steps ---- */

void agent_count_reward(struct agent *a, double reward)
{
	a->rewards[a->frames++ % AGENT_REWARDS] = reward;
	a->largest_reward = fmax(a->largest_reward, fabs(reward));
}

void agent_count_episode(struct agent *a, double episode_return)
{
	a->returns[a->episodes++ % AGENT_EPISODES] = episode_return;
}

enum ry_status agent_step(struct agent *a, struct agent_frame *f)
{
	long before = a->frames;
	enum ry_status status;

	*f = (struct agent_frame){ 0 };
	status = a->kind->step(a, f);
	f->frames = a->frames - before;
	return status;
}

/* ---- checkpoints ---- */

enum ry_status agent_take_state(const struct agent *a, const struct st_file *from,
                                const void *bytes, void *state)
{
	const struct game_base *read = bytes;
	const struct game_options *o = &a->options;

	if (!game_valid(a->game, bytes) || read->sticky_below != random_threshold(o->sticky) ||
	    read->ramping != o->ramping || read->minimal != o->minimal ||
	    read->slippery != o->slippery || read->corrected != o->corrected ||
	    read->status != GAME_ON)
		return ry_fail(RY_EDATA, "%s: game.state: not a state of %s with these options",
		               st_path(from), a->game->name);
	memcpy(state, bytes, a->game->size);
	return RY_OK;
}

enum ry_status agent_write(const struct agent *a, struct st_writer *to)
{
	return a->kind->write(a, to);
}

enum ry_status agent_read(struct agent *a, const struct st_file *from)
{
	return a->kind->read(a, from);
}

enum ry_status agent_write_model(const struct agent *a, struct st_writer *to)
{
	return q_network_write(to, agent_net(a), a->game, &a->options, a->o.window);
}

enum ry_status agent_network(const struct agent *a, struct q_network *q)
{
	enum ry_status status;

	*q = (struct q_network){ .game = a->game,
		                 .options = a->options,
		                 .net = net_share(agent_net(a)),
		                 .window = a->o.window };
	status = q->net ? net_alloc(q->net, 1, 1, 1, 0) : ry_failure();
	if (status != RY_OK)
		q_network_close(q);
	return status;
}
