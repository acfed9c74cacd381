/* evaluation.c - see evaluation.h. */
#include "rl/agent/evaluation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "rl/agent/dqn.h"
#include "rl/agent/dueling.h"
#include "rl/agent/observation.h"
#include "src/base/random.h"

static const layer_list layer_lists[] = { core_layers, rl_layers, NULL };

/* ---- model files ---- */

static enum ry_status set_meta(struct st_writer *to, const char *key, char *text)
{
	enum ry_status status = text ? st_set_meta(to, key, text) : ry_fail_memory("a model file");

	free(text);
	return status;
}

enum ry_status trained_policy_write(struct st_writer *to, const struct net *net,
                                    const struct game_ops *g, const struct game_options *o,
                                    int window)
{
	json_t *options = json_pack("{s:f, s:i, s:i, s:i, s:i}", "sticky", o->sticky, "ramping",
	                            o->ramping, "minimal", o->minimal, "slippery", o->slippery,
	                            "corrected", o->corrected);
	char number[16];
	enum ry_status status;

	snprintf(number, sizeof number, "%d", window);
	if ((status = net_write(net, to)) == RY_OK &&
	    (status = st_set_meta(to, "game", g->name)) == RY_OK &&
	    (status = st_set_meta(to, "window", number)) == RY_OK)
		status = set_meta(to, "options",
		                  options ? json_dumps(options,
		                                       JSON_COMPACT | JSON_REAL_PRECISION(17))
		                          : NULL);
	json_decref(options);
	return status;
}

static enum ry_status read_options(struct game_options *o, const struct st_file *from)
{
	const char *text = st_meta(from, "options");
	json_t *all = text ? json_loads(text, 0, NULL) : NULL;
	int bad = !all || json_unpack(all, "{s:F, s:i, s:i, s:i, s:i}", "sticky", &o->sticky,
	                              "ramping", &o->ramping, "minimal", &o->minimal, "slippery",
	                              &o->slippery, "corrected", &o->corrected) != 0;

	json_decref(all);
	return bad ? ry_fail(RY_EDATA, "%s: no options of a game in its metadata", st_path(from))
	           : RY_OK;
}

/* The game a model file names, and whether it can be played with those options. */
static enum ry_status read_game(struct trained_policy *p, const struct st_file *from, int *actions)
{
	const char *name = st_meta(from, "game"), *window = st_meta(from, "window");
	enum ry_status status;
	void *state;

	if (!name || !window)
		return ry_fail(RY_EDATA, "%s: not the model of a game: no \"game\" in its metadata",
		               st_path(from));
	p->game = game_find(name);
	if (!p->game)
		return ry_fail(RY_EDATA, "%s: %s", st_path(from), ry_message());
	status = read_options(&p->options, from);
	if (status != RY_OK)
		return status;
	if (strlen(window) != 1 || *window < '0' || *window > '0' + WINDOW_MAX)
		return ry_fail(RY_EDATA, "%s: window '%.20s', expected 0 to %d", st_path(from),
		               window, WINDOW_MAX);
	p->window = *window - '0';
	state = game_alloc(p->game, &p->options);
	if (!state)
		return ry_fail(RY_EDATA, "%s: %s", st_path(from), ry_message());
	*actions = game_actions(p->game, state);
	free(state);
	return RY_OK;
}

enum ry_status trained_policy_open(struct trained_policy *p, const struct st_file *from)
{
	struct observation seen = { 0 };
	int actions = 0;
	enum ry_status status;

	*p = (struct trained_policy){ 0 };
	status = read_game(p, from, &actions);
	if (status != RY_OK)
		return status;
	p->net = net_open(from, layer_lists, &status);
	if (!p->net)
		return status;
	status = observation_open(&seen, p->game, actions, p->window);
	if (status == RY_EINVAL)
		status = ry_fail(RY_EDATA, "%s: %s", st_path(from), ry_message());
	if (status == RY_OK && (p->net->D != seen.D || p->net->M != actions))
		status = ry_fail(RY_ESHAPE,
		                 "%s: a network from %d numbers to %d, expected from %d to %d "
		                 "actions for %s",
		                 st_path(from), p->net->D, p->net->M, seen.D, actions,
		                 p->game->name);
	if (status == RY_OK)
		status = net_alloc(p->net, 1, 1, 1, 0);
	observation_close(&seen);
	if (status != RY_OK)
		trained_policy_close(p);
	return status;
}

void trained_policy_close(struct trained_policy *p)
{
	net_free(p->net);
	p->net = NULL;
}

/* ---- step by step ---- */

struct policy_state {
	struct trained_policy *p;
	struct observation   observation;
	int            actions;
	real          *x;            /* (D) */
};

struct policy_state *policy_state_alloc(struct trained_policy *p)
{
	struct policy_state *e = ry_calloc(1, sizeof *e, "a player");

	if (!e)
		return NULL;
	e->p = p;
	e->actions = p->net->M;
	e->x = ry_calloc(p->net->D, sizeof *e->x, "a player");
	if (!e->x || observation_open(&e->observation, p->game, e->actions, p->window) != RY_OK) {
		policy_state_free(e);
		return NULL;
	}
	return e;
}

void policy_state_free(struct policy_state *e)
{
	if (!e)
		return;
	observation_close(&e->observation);
	free(e->x);
	free(e);
}

const real *policy_state_values(struct policy_state *e, const void *state)
{
	const void *seen = observation_update(&e->observation, state);
	struct net *net = e->p->net;
	struct batch b;
	int one;

	batch_flat(&b, &one, 1);
	return net_forward(net, &b,
	                   observation_input(net, e->observation.planes,
	                                     e->observation.height * e->observation.width, seen, 1,
	                                     e->x),
	                   net->L);
}

void policy_state_acted(struct policy_state *e, int action)
{
	observation_acted(&e->observation, action);
}

void policy_state_forget(struct policy_state *e)
{
	observation_reset(&e->observation);
}

/* ---- for a score ---- */

static int choose(struct policy_state *e, const void *state, double epsilon,
                  struct random_source *chance)
{
	const real *q = policy_state_values(e, state);
	int explore = epsilon > 0 && draw_uniform(chance) < epsilon;
	int action = explore ? draw_int(chance, 0, e->actions - 1) : dqn_greedy(q, e->actions);

	policy_state_acted(e, action);
	return action;
}

/* Add up what the game counted in an episode. */
static void count_tallies(const struct game_ops *g, const void *state, struct evaluation *to)
{
	double counted[GAME_TALLIES];

	if (g->n_tallies)
		g->tally(state, counted);
	for (int k = 0; k < g->n_tallies; k++)
		to->tally[k] += counted[k];
}

/* One episode, into element k of the evaluation. */
static enum ry_status play(struct policy_state *e, const struct evaluation_options *o, void *state,
                           int k, struct evaluation *to)
{
	const struct game_ops *g = e->p->game;
	unsigned stream = STREAM_EPISODE + 2 * (unsigned)k;
	gsl_rng *game = random_stream(o->seed, stream),
		*chance = random_stream(o->seed, stream + 1);
	enum game_status status = GAME_ON;
	double total = 0, reward;
	long frame = 0;

	if (game && chance) {
		struct random_source d = random_source_from_rng(game),
				     c = random_source_from_rng(chance);

		/* nor does a sticky action come from the episode before */
		game_init(g, state, &e->p->options);
		game_reset(g, state, &d);
		policy_state_forget(e);
		for (; status == GAME_ON && frame < o->cap; frame++) {
			status = game_step(g, state, choose(e, state, o->epsilon, &c), &d, &reward);
			total += reward;
		}
		to->episode_return[k] = g->endless ? total / (double)frame : total;
		to->frames[k] = frame;
		to->capped += status == GAME_ON && !g->endless;
		count_tallies(g, state, to);
	}
	if (game)
		gsl_rng_free(game);
	if (chance)
		gsl_rng_free(chance);
	return game && chance ? RY_OK : ry_failure();
}

static void sum_up(struct evaluation *e)
{
	double squares = 0, n = e->episodes;

	e->mean = e->mean_frames = e->error = NAN;
	if (n == 0)
		return;
	e->mean = e->mean_frames = 0;
	for (int k = 0; k < e->episodes; k++) {
		e->mean += e->episode_return[k];
		e->mean_frames += (double)e->frames[k];
	}
	e->mean /= n;
	for (int k = 0; k < GAME_TALLIES; k++)
		e->tally[k] *= 1000 / e->mean_frames;
	e->mean_frames /= n;
	for (int k = 0; k < e->episodes; k++)
		squares += (e->episode_return[k] - e->mean) * (e->episode_return[k] - e->mean);
	if (n > 1)
		e->error = sqrt(squares / (n - 1) / n);
}

enum ry_status evaluate_policy(struct trained_policy *p, const struct evaluation_options *o,
                               struct evaluation *e)
{
	struct policy_state *eye = policy_state_alloc(p);
	void *state = game_alloc(p->game, &p->options);
	enum ry_status status;

	*e = (struct evaluation){ 0 };
	if (o->episodes < 1 || o->cap < 1 || !(o->epsilon >= 0 && o->epsilon <= 1)) {
		status = ry_fail(RY_EINVAL,
		                 "%d episodes of up to %ld frames with epsilon %g: expected at "
		                 "least 1 and 1, and 0 to 1",
		                 o->episodes, o->cap, o->epsilon);
	} else if (!eye || !state) {
		status = ry_failure();
	} else {
		e->episode_return =
			ry_calloc(o->episodes, sizeof *e->episode_return, "an evaluation");
		e->frames = ry_calloc(o->episodes, sizeof *e->frames, "an evaluation");
		status = e->episode_return && e->frames ? RY_OK : ry_failure();
	}
	for (int k = 0; status == RY_OK && k < o->episodes; k++) {
		if (o->stop && o->stop()) {
			status = ry_fail(RY_ESTOP, "stopped after %d of %d episodes", k,
			                 o->episodes);
			break;
		}
		status = play(eye, o, state, k, e);
		e->episodes += status == RY_OK;
	}
	sum_up(e);
	policy_state_free(eye);
	free(state);
	return status;
}

void evaluation_free(struct evaluation *e)
{
	free(e->episode_return);
	free(e->frames);
	*e = (struct evaluation){ 0 };
}
