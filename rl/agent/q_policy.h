/* q_policy.h - a trained Q-network: its model file, and its epsilon-greedy policy. */
#ifndef RILEY_RL_AGENT_Q_POLICY_H
#define RILEY_RL_AGENT_Q_POLICY_H

#include "rl/agent/observation.h"
#include "rl/games/episode.h"
#include "rl/games/game.h"
#include "src/base/safetensors.h"
#include "src/nn/net.h"

/* A trained network and the game it was trained on. */
struct q_network {
	const struct game_ops *game;
	struct game_options    options;
	struct net            *net;
	int                    window;   /* see observation.h */
};

/* Add the network to a model file, and its input as the metadata "game", "options" and "window". */
enum ry_status q_network_write(struct st_writer *to, const struct net *net,
                               const struct game_ops *g, const struct game_options *o, int window);

/* Read a model file; RY_EDATA or RY_ESHAPE if it is not a model of a game or does not fit its game.
 * The caller closes it. */
enum ry_status q_network_open(struct q_network *q, const struct st_file *from);
void q_network_close(struct q_network *q);

/* A policy that observes states, keeps the window, and takes the action with the largest Q or, with
 * probability epsilon, a random one. */
struct q_policy {
	double                epsilon;   /* 0: greedy; may be changed at any time */
	struct random_source *random;    /* for epsilon above 0; borrowed */
	/* of the latest action */
	const real           *q;         /* (actions), borrowed until the next */
	int                   explored;  /* it was random */
	/* private */
	struct q_network     *network;
	struct observation    observation;
	real                 *x;         /* (D) */
};

/* A greedy policy with an empty window.  The network is borrowed and serves one policy at a time.
 * The caller closes it. */
enum ry_status q_policy_open(struct q_policy *p, struct q_network *network);
void q_policy_close(struct q_policy *p);

/* The action with the largest of `actions` Q values or, with probability epsilon, a random one;
 * which of the two in *explored.  With epsilon 0 nothing is drawn. */
int q_policy_choose(const real *q, int actions, double epsilon, struct random_source *random,
                   int *explored);

/* For the loop of episode.h. */
struct policy q_policy_of(struct q_policy *p);

/* For callers that choose actions themselves: Q of all actions in a state, (actions), borrowed
 * until the next call; and the action that was then taken there. */
const real *q_policy_values(struct q_policy *p, const void *state);
void q_policy_acted(struct q_policy *p, int action);

#endif
