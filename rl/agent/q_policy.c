/* q_policy.c - see q_policy.h. */
#include "rl/agent/q_policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "rl/agent/dqn.h"
#include "rl/agent/dueling.h"
#include "src/base/json_value.h"

static const layer_list layer_lists[] = { core_layers, rl_layers, NULL };

/* ---- model files ---- */

static enum ry_status set_meta(struct st_writer *to, const char *key, char *text)
{
	enum ry_status status = text ? st_set_meta(to, key, text) : ry_fail_memory("a model file");

	free(text);
	return status;
}

enum ry_status q_network_write(struct st_writer *to, const struct net *net,
                               const struct game_ops *g, const struct game_options *o, int window)
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
		                  json_value_print(options,
		                                   JSON_COMPACT | JSON_REAL_PRECISION(17)));
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
	return bad ? ry_fail(RY_EDATA, "%s: no game options in its metadata", st_path(from))
	           : RY_OK;
}

/* The game a model file names, and whether it can be played with those options. */
static enum ry_status read_game(struct q_network *q, const struct st_file *from, int *actions)
{
	const char *name = st_meta(from, "game"), *window = st_meta(from, "window");
	enum ry_status status;
	void *state;

	if (!name || !window)
		return ry_fail(RY_EDATA, "%s: not the model of a game: no \"game\" in its metadata",
		               st_path(from));
	q->game = game_find(name);
	if (!q->game)
		return ry_fail(RY_EDATA, "%s: %s", st_path(from), ry_message());
	status = read_options(&q->options, from);
	if (status != RY_OK)
		return status;
	if (strlen(window) != 1 || *window < '0' || *window > '0' + WINDOW_MAX)
		return ry_fail(RY_EDATA, "%s: window '%.20s', expected 0 to %d", st_path(from),
		               window, WINDOW_MAX);
	q->window = *window - '0';
	state = game_alloc(q->game, &q->options);
	if (!state)
		return ry_fail(RY_EDATA, "%s: %s", st_path(from), ry_message());
	*actions = game_actions(q->game, state);
	free(state);
	return RY_OK;
}

enum ry_status q_network_open(struct q_network *q, const struct st_file *from)
{
	struct observation o = { 0 };
	int actions = 0;
	enum ry_status status;

	*q = (struct q_network){ 0 };
	status = read_game(q, from, &actions);
	if (status != RY_OK)
		return status;
	q->net = net_open(from, layer_lists, &status);
	if (!q->net)
		return status;
	status = observation_open(&o, q->game, actions, q->window);
	if (status == RY_EINVAL)
		status = ry_fail(RY_EDATA, "%s: %s", st_path(from), ry_message());
	if (status == RY_OK && (q->net->D != o.shape.D || q->net->M != actions))
		status = ry_fail(RY_ESHAPE,
		                 "%s: a network from %d numbers to %d, expected from %d to %d "
		                 "actions for %s",
		                 st_path(from), q->net->D, q->net->M, o.shape.D, actions,
		                 q->game->name);
	if (status == RY_OK)
		status = net_alloc(q->net, 1, 1, 1, 0);
	observation_close(&o);
	if (status != RY_OK)
		q_network_close(q);
	return status;
}

void q_network_close(struct q_network *q)
{
	net_free(q->net);
	q->net = NULL;
}

/* ---- play ---- */

enum ry_status q_policy_open(struct q_policy *p, struct q_network *network)
{
	enum ry_status status;

	*p = (struct q_policy){ .network = network };
	status = observation_open(&p->observation, network->game, network->net->M,
	                          network->window);
	if (status == RY_OK && !(p->x = ry_calloc(network->net->D, sizeof *p->x, "a policy")))
		status = ry_failure();
	if (status != RY_OK)
		q_policy_close(p);
	return status;
}

void q_policy_close(struct q_policy *p)
{
	observation_close(&p->observation);
	free(p->x);
	*p = (struct q_policy){ 0 };
}

const real *q_policy_values(struct q_policy *p, const void *state)
{
	struct observation *o = &p->observation;
	const void *observation = observation_update(o, state);
	struct net *net = p->network->net;
	struct batch b;
	int one;

	batch_flat(&b, &one, 1);
	return net_forward(net, &b, observation_input(net, &o->shape, observation, 1, p->x),
	                   net->L);
}

void q_policy_acted(struct q_policy *p, int action)
{
	observation_acted(&p->observation, action);
}

int q_policy_choose(const real *q, int actions, double epsilon, struct random_source *random,
                   int *explored)
{
	*explored = epsilon > 0 && draw_uniform(random) < epsilon;
	return *explored ? draw_int(random, 0, actions - 1) : dqn_greedy(q, actions);
}

static int act(void *self, const void *state)
{
	struct q_policy *p = self;
	int action;

	p->q = q_policy_values(p, state);
	action = q_policy_choose(p->q, p->observation.actions, p->epsilon, p->random, &p->explored);
	q_policy_acted(p, action);
	return action;
}

static void start(void *self)
{
	observation_reset(&((struct q_policy *)self)->observation);
}

struct policy q_policy_of(struct q_policy *p)
{
	return (struct policy){ act, start, p };
}
