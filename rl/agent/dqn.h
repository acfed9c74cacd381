/* dqn.h - deep Q-learning (Mnih et al. 2015).
 *
 * An update draws a batch of transitions (s, a, r, s') from the replay buffer and moves the online
 * network's Q(s, a) towards the target
 *
 *     y = r + gamma * max_a' Q_target(s', a')                     Mnih et al. 2015
 *     y = r + gamma * Q_target(s', argmax_a' Q(s', a'))           double: van Hasselt et al. 2016
 *
 * or, for a policy that explores with probability e (expected SARSA, van Seijen et al. 2009), with
 * q for the factor of gamma above,
 *
 *     y = r + gamma * ((1 - e) * q + e * mean_a' Q_target(s', a'))
 *
 * gamma is the transition's bootstrap factor: the discount, to the power n for n-step returns, and
 * 0 at a terminal state (replay.h).  The loss of the TD error Q(s, a) - y is half its square or
 * Huber's, weighted by importance sampling and averaged over the batch; y has no gradient.
 * Q_target is a copy of the online network, renewed every so many updates, or the online network
 * itself.  Dueling (Wang et al. 2016) is a last layer of the network: rl/agent/dueling.h.
 *
 * An update is split over workers by rows of the batch.  Same seed, same number of workers: the
 * same bits.
 */
#ifndef RILEY_RL_AGENT_DQN_H
#define RILEY_RL_AGENT_DQN_H

#include "rl/agent/replay.h"
#include "src/base/workers.h"
#include "src/nn/inspect.h"
#include "src/nn/loss.h"
#include "src/nn/net.h"
#include "src/train/optimizer.h"

struct dqn_options {
	int    batch;
	struct replay_options replay;
	int    with_replacement;     /* a batch may contain a transition twice */
	double beta;                 /* initial importance-sampling beta, annealed to 1 ... */
	long   beta_updates;         /* ... over this many updates */
	long   target_every;         /* updates between copies to the target network; 0: none */
	int    double_q;
	double target_epsilon;       /* e above, 0..1; 0: Q-learning */
	struct loss loss;            /* LOSS_SQUARED (its half is taken) or LOSS_HUBER */
	double clip;                 /* maximum gradient norm; 0: no limit */
	struct optimizer_options optimizer;   /* its penalties apply to weights, not to biases */
};

/* Statistics of one update. */
struct dqn_update {
	double loss;                 /* mean over the batch */
	double q;                    /* mean of Q(s, a) */
	double q_largest;            /* largest |Q(s, a)| and |y| */
	double norm;                 /* of the gradient, before clipping */
	double lr;
};

struct dqn;

/* A learner with an untrained network, which `lines` describes (see net.h): from an observation of
 * this shape to one number per action.  Everything is allocated here; `workers` are borrowed.  The
 * caller owns the learner.  NULL with ry_message() for invalid options or without memory. */
struct dqn *dqn_alloc(const struct dqn_options *o, const char *lines,
                      const struct observation_shape *shape, long seed, struct workers *workers);
void dqn_free(struct dqn *d);

/* Borrowed. */
struct net    *dqn_net(const struct dqn *d);
struct replay *dqn_replay(const struct dqn *d);
long dqn_updates(const struct dqn *d);

/* Q of all actions for one observation in the format of the replay buffer (bits or numbers).
 * Borrowed, (actions), until the next call. */
const real *dqn_values(struct dqn *d, const void *observation);

/* The greedy action of q (n); of several the first. */
int dqn_greedy(const real *q, int n);

/* One update; the replay buffer must hold a batch.  Allocates nothing.  RY_ENUMERIC if loss or
 * gradient is not finite: parameters and optimiser are then unchanged (the sampling generator has
 * advanced). */
enum ry_status dqn_update(struct dqn *d, struct dqn_update *u);

/* Show every update from now on to `i` (borrowed; an inspector of dqn_net()); NULL: none. */
void dqn_watch(struct dqn *d, struct inspector *i);

/* Show the layers to `i` during a forward pass of a batch of observations, spread evenly over the
 * replay buffer.  Uses no random numbers. */
void dqn_look(struct dqn *d, struct inspector *i);

/* Copy Q to Q_target now, independent of target_every. */
void dqn_copy_target(struct dqn *d);

/* Save and load networks, optimiser, replay buffer, counters and generator.  The learner that reads
 * must have the same options: RY_ESHAPE or RY_EDATA if the file belongs to another network, rule or
 * buffer, or is damaged.  After a failure the learner can only read another file or be freed. */
enum ry_status dqn_write(const struct dqn *d, struct st_writer *to);
enum ry_status dqn_read(struct dqn *d, const struct st_file *from);

#endif
