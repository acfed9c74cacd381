/* dqn_agent.c - the agent that plays one game and learns from a replay buffer (dqn.h), one frame at
 * a time. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rl/agent/agent_internal.h"
#include "rl/agent/observation.h"
#include "rl/games/episode.h"
#include "src/base/checkpoint.h"
#include "src/base/random.h"

struct dqn_agent {
	struct agent           base;
	struct episode         episode;
	gsl_rng               *game_rng, *explore_rng;
	struct random_source   game_random, explore_random;
	struct observation     observation;   /* of the state as it is now */
	void                  *before;   /* (bytes): the observation acted on ... */
	int                    acted;    /* ... since the agent was made or read */
	struct dqn            *dqn;
	long                   learnable;    /* frames since learning could begin: update_every
	                                      * counts these */
};

static struct dqn_agent *of(struct agent *a)
{
	return (struct dqn_agent *)a;
}

static const struct dqn_agent *of_const(const struct agent *a)
{
	return (const struct dqn_agent *)a;
}

/* ---- construction ---- */

static enum ry_status check(const struct agent_options *o)
{
	if (o->start < 0 || o->update_every < 1 || o->updates < 1)
		return ry_fail(RY_EINVAL,
		               "learning from frame %ld, every %d frames %d updates: expected at "
		               "least 0, 1 and 1",
		               o->start, o->update_every, o->updates);
	return RY_OK;
}

static enum ry_status make(struct agent *base, const char *lines, long seed,
                           struct workers *workers)
{
	struct dqn_agent *a = of(base);
	enum ry_status status;

	a->episode = (struct episode){ .game = base->game,
		                       .state = game_alloc(base->game, &base->options),
		                       .random = &a->game_random,
		                       .skills = &base->skills };
	a->game_rng = random_stream(seed, STREAM_GAME);
	a->explore_rng = random_stream(seed, STREAM_EXPLORE);
	if (!a->episode.state || !a->game_rng || !a->explore_rng)
		return ry_failure();
	a->game_random = random_source_from_rng(a->game_rng);
	a->explore_random = random_source_from_rng(a->explore_rng);
	status = observation_open(&a->observation, base->game, base->actions, base->o.window);
	if (status != RY_OK)
		return status;
	a->before = ry_calloc(a->observation.shape.bytes, 1, "an observation");
	if (!a->before)
		return ry_failure();
	a->dqn = dqn_alloc(&base->o.dqn, lines, &base->shape, seed, workers);
	return a->dqn ? RY_OK : ry_failure();
}

static void start_episode(struct dqn_agent *a)
{
	episode_start(&a->episode, NULL);
	observation_reset(&a->observation);
	observation_update(&a->observation, a->episode.state);
}

static void begin(struct agent *base)
{
	dqn_copy_target(of(base)->dqn);
	start_episode(of(base));
}

static void release(struct agent *base)
{
	struct dqn_agent *a = of(base);

	dqn_free(a->dqn);
	observation_close(&a->observation);
	free(a->before);
	free(a->episode.state);
	if (a->game_rng)
		gsl_rng_free(a->game_rng);
	if (a->explore_rng)
		gsl_rng_free(a->explore_rng);
}

/* ---- what is known ---- */

static int round_frames(const struct agent_options *o)
{
	(void)o;
	return 1;
}

static struct dqn *dqn(const struct agent *a)
{
	return of_const(a)->dqn;
}

static struct net *net(const struct agent *a)
{
	return dqn_net(of_const(a)->dqn);
}

static long updates(const struct agent *a)
{
	return dqn_updates(of_const(a)->dqn);
}

static void watch(struct agent *a, struct inspector *i)
{
	dqn_watch(of(a)->dqn, i);
}

static void look(struct agent *a, struct inspector *i)
{
	dqn_look(of(a)->dqn, i);
}

static const void *state(const struct agent *a, int game)
{
	(void)game;
	return of_const(a)->episode.state;
}

static const real *values(struct agent *base)
{
	struct dqn_agent *a = of(base);

	return a->acted ? dqn_values(a->dqn, a->before) : NULL;
}

/* ---- one frame ---- */

static void choose(struct dqn_agent *a, struct agent_frame *f)
{
	const struct agent *base = &a->base;
	int random_play = base->epsilon < 0 && base->frames < base->o.start;

	/* Until the window is full all actions are random, too. */
	f->explored = random_play || !observation_ready(&a->observation) ||
	              draw_uniform(&a->explore_random) < agent_epsilon(base);
	if (f->explored) {
		f->action = draw_int(&a->explore_random, 0, base->actions - 1);
		return;
	}
	f->q = dqn_values(a->dqn, a->before);
	f->action = dqn_greedy(f->q, base->actions);
}

static void count_reward(struct dqn_agent *a, struct agent_frame *f)
{
	const struct episode *e = &a->episode;

	agent_count_reward(&a->base, e->reward);
	f->reward = e->reward;
	f->status = e->status;
	f->episode_return = e->total;
	f->episode_frames = e->steps;
	if (e->status != GAME_ON)
		agent_count_episode(&a->base, e->total);
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

static enum ry_status learn(struct dqn_agent *a, struct agent_frame *f)
{
	const struct agent_options *o = &a->base.o;
	size_t have = replay_count(dqn_replay(a->dqn));
	enum ry_status status = RY_OK;

	if (a->base.frames <= o->start || have < (size_t)o->dqn.batch || a->base.idle)
		return RY_OK;
	if (a->learnable++ % o->update_every != 0)
		return RY_OK;
	for (int k = 0; k < o->updates && status == RY_OK; k++) {
		struct dqn_update u;

		status = dqn_update(a->dqn, &u);
		if (status == RY_OK)
			add_update(&f->update, &u, ++f->learned);
	}
	return status;
}

static enum ry_status step(struct agent *base, struct agent_frame *f)
{
	struct dqn_agent *a = of(base);
	struct observation *o = &a->observation;
	int ready = observation_ready(o);
	const void *next;

	memcpy(a->before, observation_now(o), o->shape.bytes);
	a->acted = 1;
	choose(a, f);
	observation_acted(o, f->action);
	episode_act(&a->episode, f->action);
	skill_fade(&base->skills, base->game);
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

static enum ry_status read_game(struct dqn_agent *a, const struct st_file *from)
{
	const struct game_ops *g = a->base.game;
	void *bytes = ry_calloc(1, g->size, "a game");
	enum ry_status status = bytes ? st_get(from, "game.state", ST_U8, 1, &g->size, bytes)
	                              : ry_failure();

	if (status == RY_OK)
		status = agent_take_state(&a->base, from, bytes, a->episode.state);
	free(bytes);
	return status;
}

/* What a checkpoint holds of the agent itself.  Only a return may be negative or a fraction. */
static enum ry_status walk(const struct agent *base, struct st_writer *to,
                           const struct st_file *from)
{
	const struct dqn_agent *a = of_const(base);
	const struct checkpoint_number counters[] = {
		[0] = CHECKPOINT_LONG("frames", &base->frames, 0, CHECKPOINT_MAX),
		[1] = CHECKPOINT_LONG("episodes", &base->episodes, 0, CHECKPOINT_MAX),
		[2] = CHECKPOINT_LONG("learnable", &a->learnable, 0, CHECKPOINT_MAX),
		[3] = CHECKPOINT_DOUBLE("return", &a->episode.total, -DBL_MAX, DBL_MAX),
		[4] = CHECKPOINT_LONG("steps", &a->episode.steps, 0, CHECKPOINT_MAX),
		[5] = CHECKPOINT_DOUBLE("reward", &base->largest_reward, 0, CHECKPOINT_MAX),
	};
	const struct checkpoint_row table[] = {
		CHECKPOINT_PACK("agent.counters", ST_F64, sizeof counters / sizeof *counters,
		                counters),
		CHECKPOINT_DOUBLES("agent.returns", AGENT_EPISODES, base->returns, -DBL_MAX,
		                   DBL_MAX),
		CHECKPOINT_DOUBLES("agent.rewards", AGENT_REWARDS, base->rewards, -DBL_MAX,
		                   DBL_MAX),
		CHECKPOINT_RANDOM("random.game", a->game_rng),
		CHECKPOINT_RANDOM("random.explore", a->explore_rng),
	};

	return checkpoint_walk(table, sizeof table / sizeof *table, to, from);
}

static enum ry_status write_agent(const struct agent *base, struct st_writer *to)
{
	const struct dqn_agent *a = of_const(base);
	size_t size = base->game->size;
	enum ry_status status;

	if ((status = walk(base, to, NULL)) != RY_OK ||
	    (status = st_add(to, "game.state", ST_U8, 1, &size, a->episode.state)) != RY_OK ||
	    (status = observation_write(&a->observation, to)) != RY_OK)
		return status;
	return dqn_write(a->dqn, to);
}

static enum ry_status read_agent(struct agent *base, const struct st_file *from)
{
	struct dqn_agent *a = of(base);
	enum ry_status status;

	if (!st_find(from, "game.state"))
		return ry_fail(RY_EDATA, "%s: not a checkpoint of algorithm dqn", st_path(from));
	a->acted = 0;
	if ((status = walk(base, NULL, from)) != RY_OK || (status = read_game(a, from)) != RY_OK ||
	    (status = observation_read(&a->observation, from)) != RY_OK)
		return status;
	observation_update(&a->observation, a->episode.state);
	return dqn_read(a->dqn, from);
}

const struct agent_kind agent_dqn_kind = {
	.size = sizeof(struct dqn_agent),
	.check = check, .make = make, .begin = begin, .release = release,
	.step = step, .round = round_frames,
	.net = net, .updates = updates, .watch = watch, .look = look,
	.values = values, .state = state, .dqn = dqn,
	.write = write_agent, .read = read_agent,
};
