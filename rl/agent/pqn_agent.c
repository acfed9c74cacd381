/* pqn_agent.c - the agent that plays many games side by side and learns from each round of them
 * (pqn.h). */
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rl/agent/agent_internal.h"
#include "rl/agent/observation.h"
#include "src/base/checkpoint.h"
#include "src/base/random.h"

/* Before the first round each game plays up to so many frames at random, which nothing is learnt
 * from and nobody counts: games in step with each other would all show the same moments of an
 * episode in a round.  The longest episode of fixed length, that of freeway, takes as many. */
enum { HEAD_START = 2500 };

/* One game and its streams. */
struct seat {
	void    *state;
	gsl_rng *game_rng, *explore_rng;
	struct random_source game, explore;
	struct skill_counts  skills;     /* of a round */
};

struct pqn_agent {
	struct agent        base;
	int                 N, T;
	struct workers     *workers;
	struct pqn         *pqn;
	struct seat        *seat;        /* (N) */
	unsigned char      *states;      /* (N, size): their states */
	double             *total;       /* (N): return of each running episode, so far ... */
	double             *length;      /* ... and its frames */
	struct observation *observation; /* (workers) */
	int                 acted;       /* since the agent was made or read */
};

static struct pqn_agent *of(struct agent *a)
{
	return (struct pqn_agent *)a;
}

static const struct pqn_agent *of_const(const struct agent *a)
{
	return (const struct pqn_agent *)a;
}

/* ---- construction ---- */

static enum ry_status check(const struct agent_options *o)
{
	if (o->window)
		return ry_fail(RY_EINVAL, "a window of %d: only for algorithm dqn", o->window);
	if (o->start)
		return ry_fail(RY_EINVAL, "learning from frame %ld: only for algorithm dqn",
		               o->start);
	return pqn_check(&o->pqn);
}

static enum ry_status make_seat(struct pqn_agent *a, int k, long seed)
{
	struct seat *s = &a->seat[k];

	s->state = a->states + k * a->base.game->size;
	s->game_rng = random_stream(seed, STREAM_GAMES + 2 * (unsigned)k);
	s->explore_rng = random_stream(seed, STREAM_GAMES + 2 * (unsigned)k + 1);
	if (!s->game_rng || !s->explore_rng)
		return ry_failure();
	s->game = random_source_from_rng(s->game_rng);
	s->explore = random_source_from_rng(s->explore_rng);
	return game_init(a->base.game, s->state, &a->base.options);
}

static enum ry_status make(struct agent *base, const char *lines, long seed,
                           struct workers *workers)
{
	struct pqn_agent *a = of(base);
	enum ry_status status = RY_OK;

	a->N = base->o.pqn.games;
	a->T = base->o.pqn.steps;
	a->workers = workers;
	a->seat = ry_calloc(a->N, sizeof *a->seat, "the games");
	a->states = ry_calloc(a->N, base->game->size, "the games");
	a->total = ry_calloc(a->N, sizeof *a->total, "the games");
	a->length = ry_calloc(a->N, sizeof *a->length, "the games");
	a->observation = ry_calloc(workers_count(workers), sizeof *a->observation, "the games");
	if (!a->seat || !a->states || !a->total || !a->length || !a->observation)
		return ry_failure();
	for (int id = 0; id < workers_count(workers) && status == RY_OK; id++)
		status = observation_open(&a->observation[id], base->game, base->actions, 0);
	for (int k = 0; k < a->N && status == RY_OK; k++)
		status = make_seat(a, k, seed);
	if (status != RY_OK)
		return status;
	a->pqn = pqn_alloc(&base->o.pqn, lines, &base->shape, seed, workers);
	return a->pqn ? RY_OK : ry_failure();
}

/* Play the head start of a game. */
static void begin_seat(struct pqn_agent *a, int k)
{
	const struct game_ops *g = a->base.game;
	struct seat *s = &a->seat[k];
	int frames = draw_int(&s->explore, 0, HEAD_START);

	game_reset(g, s->state, &s->game);
	while (frames-- > 0) {
		double reward;

		a->length[k]++;
		if (game_step(g, s->state, draw_int(&s->explore, 0, a->base.actions - 1), &s->game,
		              &reward) == GAME_ON) {
			a->total[k] += reward;
			continue;
		}
		game_reset(g, s->state, &s->game);
		a->total[k] = a->length[k] = 0;
	}
}

static void begin(struct agent *base)
{
	for (int k = 0; k < of(base)->N; k++)
		begin_seat(of(base), k);
}

static void release(struct agent *base)
{
	struct pqn_agent *a = of(base);

	pqn_free(a->pqn);
	for (int k = 0; a->seat && k < a->N; k++) {
		if (a->seat[k].game_rng)
			gsl_rng_free(a->seat[k].game_rng);
		if (a->seat[k].explore_rng)
			gsl_rng_free(a->seat[k].explore_rng);
	}
	for (int id = 0; a->observation && id < workers_count(a->workers); id++)
		observation_close(&a->observation[id]);
	free(a->observation);
	free(a->seat);
	free(a->states);
	free(a->total);
	free(a->length);
}

/* ---- what is known ---- */

static int round_frames(const struct agent_options *o)
{
	return o->pqn.games * o->pqn.steps;
}

static struct dqn *no_dqn(const struct agent *a)
{
	(void)a;
	return NULL;
}

static struct net *net(const struct agent *a)
{
	return pqn_net(of_const(a)->pqn);
}

static long updates(const struct agent *a)
{
	return pqn_updates(of_const(a)->pqn);
}

static void watch(struct agent *a, struct inspector *i)
{
	pqn_watch(of(a)->pqn, i);
}

static void look(struct agent *a, struct inspector *i)
{
	pqn_look(of(a)->pqn, i);
}

static const void *state(const struct agent *a, int game)
{
	return of_const(a)->seat[game].state;
}

/* Where frame t of game k is in a rollout. */
static inline size_t at(const struct pqn_agent *a, int t, int k)
{
	return (size_t)t * a->N + k;
}

static const real *values(struct agent *base)
{
	struct pqn_agent *a = of(base);
	struct rollout *r = pqn_rollout(a->pqn);

	return a->acted ? pqn_value_of(a->pqn, 0, r->observation + at(a, a->T - 1, 0) * r->bytes)
	                : NULL;
}

/* ---- a round ---- */

static void observe(struct pqn_agent *a, struct observation *o, int t, int k)
{
	struct rollout *r = pqn_rollout(a->pqn);

	memcpy(r->observation + at(a, t, k) * r->bytes, observation_update(o, a->seat[k].state),
	       r->bytes);
}

static int choose(const struct pqn_agent *a, struct random_source *explore, double epsilon,
                  const real *q)
{
	if (draw_uniform(explore) < epsilon)
		return draw_int(explore, 0, a->base.actions - 1);
	return dqn_greedy(q, a->base.actions);
}

static void play_frame(struct pqn_agent *a, int worker, int t, int k, double epsilon)
{
	const struct game_ops *g = a->base.game;
	struct rollout *r = pqn_rollout(a->pqn);
	struct seat *s = &a->seat[k];
	size_t i = at(a, t, k);
	double reward;

	r->action[i] = (uint8_t)choose(a, &s->explore, epsilon, r->q + i * r->A);
	r->status[i] = (uint8_t)skill_step(&s->skills, g, s->state, r->action[i], &s->game,
	                                   &reward);
	r->reward[i] = (real)reward;
	if (r->status[i] == GAME_CUT) {
		const real *q = pqn_value_of(
			a->pqn, worker, observation_update(&a->observation[worker], s->state));

		r->cut_value[i] = q[dqn_greedy(q, r->A)];
	}
	if (r->status[i] != GAME_ON)
		game_reset(g, s->state, &s->game);
	observe(a, &a->observation[worker], t + 1, k);
}

/* A worker plays its games to the end of the round and computes their targets. */
static void play(int worker, void *arg)
{
	struct pqn_agent *a = arg;
	size_t first, end;

	workers_share(worker, workers_count(a->workers), a->N, 1, &first, &end);
	for (size_t k = first; k < end; k++)
		observe(a, &a->observation[worker], 0, (int)k);
	for (int t = 0; t < a->T && first < end; t++) {
		double epsilon = agent_epsilon_at(&a->base, a->base.frames + (long)t * a->N);

		pqn_values(a->pqn, worker, t, (int)first, (int)end);
		for (size_t k = first; k < end; k++)
			play_frame(a, worker, t, (int)k, epsilon);
	}
	if (first < end)
		pqn_values(a->pqn, worker, a->T, (int)first, (int)end);
	pqn_targets(&a->base.o.pqn, pqn_rollout(a->pqn), (int)first, (int)end);
}

/* Count rewards and episodes in the order of frames, whoever played them. */
static void count(struct pqn_agent *a, struct agent_frame *f)
{
	const struct rollout *r = pqn_rollout(a->pqn);

	for (int t = 0; t < a->T; t++)
		for (int k = 0; k < a->N; k++) {
			size_t i = at(a, t, k);
			double reward = r->reward[i];
			int on = r->status[i] == GAME_ON;

			agent_count_reward(&a->base, reward);
			a->total[k] += reward;
			a->length[k]++;
			if (k == 0) {
				f->episode_return = a->total[k];
				f->episode_frames = (long)a->length[k];
			}
			if (on)
				continue;
			agent_count_episode(&a->base, a->total[k]);
			a->total[k] = a->length[k] = 0;
		}
}

static void count_skills(struct pqn_agent *a)
{
	for (int k = 0; k < a->N; k++) {
		skill_gather(&a->base.skills, &a->seat[k].skills);
		a->seat[k].skills = (struct skill_counts){ .chances = { 0 } };
	}
	skill_fade(&a->base.skills, a->base.game);
}

/* What game 0 did last. */
static void tell(const struct pqn_agent *a, struct agent_frame *f)
{
	const struct rollout *r = pqn_rollout(a->pqn);
	size_t i = at(a, a->T - 1, 0);

	f->q = r->q + i * r->A;
	f->action = r->action[i];
	f->explored = f->action != dqn_greedy(f->q, r->A);
	f->reward = r->reward[i];
	f->status = (enum game_status)r->status[i];
}

static enum ry_status step(struct agent *base, struct agent_frame *f)
{
	struct pqn_agent *a = of(base);
	struct pqn_update u = { 0 };
	enum ry_status status;

	workers_run(a->workers, play, a);
	a->acted = 1;
	count(a, f);
	count_skills(a);
	tell(a, f);
	status = base->idle ? RY_OK : pqn_learn(a->pqn, &u);
	f->learned = u.updates;
	f->update = (struct dqn_update){ .loss = u.loss, .q = u.q, .q_largest = u.q_largest,
		                         .norm = u.norm, .lr = u.lr };
	return status;
}

/* ---- checkpoints, between rounds ---- */

static enum ry_status walk(const struct agent *base, struct st_writer *to,
                           const struct st_file *from)
{
	const struct pqn_agent *a = of_const(base);
	const struct checkpoint_number counters[] = {
		[0] = CHECKPOINT_LONG("frames", &base->frames, 0, CHECKPOINT_MAX),
		[1] = CHECKPOINT_LONG("episodes", &base->episodes, 0, CHECKPOINT_MAX),
		[2] = CHECKPOINT_DOUBLE("reward", &base->largest_reward, 0, CHECKPOINT_MAX),
	};
	const struct checkpoint_row table[] = {
		CHECKPOINT_PACK("agent.counters", ST_F64, sizeof counters / sizeof *counters,
		                counters),
		CHECKPOINT_DOUBLES("agent.returns", AGENT_EPISODES, base->returns, -DBL_MAX,
		                   DBL_MAX),
		CHECKPOINT_DOUBLES("agent.rewards", AGENT_REWARDS, base->rewards, -DBL_MAX,
		                   DBL_MAX),
		CHECKPOINT_DOUBLES("games.return", (size_t)a->N, a->total, -DBL_MAX, DBL_MAX),
		CHECKPOINT_DOUBLES("games.frames", (size_t)a->N, a->length, 0, CHECKPOINT_MAX),
	};
	enum ry_status status =
		checkpoint_walk(table, sizeof table / sizeof *table, to, from);

	for (int k = 0; k < a->N && status == RY_OK; k++) {
		char game[32], explore[32];
		const struct checkpoint_row streams[] = {
			CHECKPOINT_RANDOM(game, a->seat[k].game_rng),
			CHECKPOINT_RANDOM(explore, a->seat[k].explore_rng),
		};

		snprintf(game, sizeof game, "random.game.%d", k);
		snprintf(explore, sizeof explore, "random.explore.%d", k);
		status = checkpoint_walk(streams, 2, to, from);
	}
	return status;
}

static enum ry_status read_games(struct pqn_agent *a, const struct st_file *from)
{
	const size_t size = a->base.game->size, shape[] = { (size_t)a->N, size };
	unsigned char *bytes = ry_calloc(a->N, size, "the games");
	enum ry_status status =
		bytes ? st_get(from, "games.state", ST_U8, 2, shape, bytes) : ry_failure();

	for (int k = 0; k < a->N && status == RY_OK; k++)
		status = agent_take_state(&a->base, from, bytes + k * size, a->seat[k].state);
	free(bytes);
	return status;
}

static enum ry_status write_agent(const struct agent *base, struct st_writer *to)
{
	const struct pqn_agent *a = of_const(base);
	const size_t shape[] = { (size_t)a->N, base->game->size };
	enum ry_status status;

	if ((status = walk(base, to, NULL)) != RY_OK ||
	    (status = st_add(to, "games.state", ST_U8, 2, shape, a->states)) != RY_OK)
		return status;
	return pqn_write(a->pqn, to);
}

/* Whether the file is of as many games. */
static enum ry_status check_games(const struct pqn_agent *a, const struct st_file *from)
{
	const struct st_tensor *t = st_find(from, "games.return");

	if (!t)
		return ry_fail(RY_EDATA, "%s: not a checkpoint of algorithm pqn", st_path(from));
	if (t->count != (size_t)a->N)
		return ry_fail(RY_ESHAPE, "%s: a checkpoint of %zu games at once, expected %d",
		               st_path(from), t->count, a->N);
	return RY_OK;
}

static enum ry_status read_agent(struct agent *base, const struct st_file *from)
{
	struct pqn_agent *a = of(base);
	enum ry_status status = check_games(a, from);

	if (status != RY_OK)
		return status;
	a->acted = 0;
	if ((status = walk(base, NULL, from)) != RY_OK || (status = read_games(a, from)) != RY_OK)
		return status;
	return pqn_read(a->pqn, from);
}

const struct agent_kind agent_pqn_kind = {
	.size = sizeof(struct pqn_agent),
	.check = check, .make = make, .begin = begin, .release = release,
	.step = step, .round = round_frames,
	.net = net, .updates = updates, .watch = watch, .look = look,
	.values = values, .state = state, .dqn = no_dqn,
	.write = write_agent, .read = read_agent,
};
